"""Whether words of a source bear on a claim: quotations that a model gives, and passages before it is asked.

A quotation is read with the sentence it stands in, and with what its passage is about: the title, the first sentence,
the one before. Wording may differ, so likeness of meaning counts beside common words; what a claim is about may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.check.comparison.figures import Figure
from pipeline.check.comparison.names import Name
from pipeline.check.comparison.nearest import meet
from pipeline.check.comparison.reading import Reading, read_sentence
from pipeline.check.comparison.sources import bag
from pipeline.check.content import Content, agree, another_figure, holds, may_oppose
from pipeline.check.wording import Said, words_alike
from pipeline.core.caching import once_for_each
from pipeline.core.english import find_numbers, parsed_sentences
from pipeline.core.models import Citation, Claim, Evidence, Label, Passage, Verdict
from pipeline.core.ports import Embedder
from pipeline.evidence import MiniLM, searchable_text

FLOOR = 0.55
"""Nearness from which a passage is shown and sent; below it lay 1 % of the passages known to be right."""
_COMMON = 0.5
"""What all of a claim's words in common add to the likeness of two texts."""

_TOPIC = 0.4
"""What closeness of the whole counts beside nearness of the claim's own words."""
_SUPPORTS, _OPPOSES, _REFUTES = 0.54, 0.39, 0.5
"""Score from which a quotation bears on the claim: one that supports; one that refutes, where it holds something that
could stand in the place of a part of the claim, and where it does not. Right quotations scored lower in 1 of 100."""
_TITLED = 0.15
"""What likeness with the title before it counts less, where the sentence leaves its subject to the title."""
_DETAIL, _NAMED = 0.1, 0.1
"""What a figure or date in common adds, at most two of them, and all names in common."""
_UNNAMED, _OTHER_NAMED = 0.45, 0.35
"""Likeness of a quotation that names nobody the claim names: one without any name; one whose other name refutes."""
_SAYS_THE_SAME = 0.4
"""Likeness from which a quotation may leave out a number that only enumerates."""
_ENUMERATES = 10
"""Up to here a counted or ordinal number only enumerates: a source may say the same without it."""
_LEAVES_SUBJECT = re.compile(
    r"\W*(?:(?i:he|she|it|they|his|her|its|their|this|that|these|those|here|there)\b|[Tt]he\s+[a-z])"
)
_OF_A_NAME = re.compile(r"\W*[Tt]he(?:\s[a-z][\w-]*){1,3}?\s(?:of|in|at|for|near|from)\s(?:the\s)?[A-Z]")
_PRONOUN = re.compile(r"\b(?:he|she|it|they|his|her|its|their)\b", re.IGNORECASE)
_REST_OF_YEARS = re.compile(r"\d{4}[-–—/]$")

NOTHING_RELEVANT = "Nothing that bears on this claim was found in the evidence index."
METHOD = "relevance"


@dataclass(frozen=True)
class Cited:
    """The sentences a quotation stands in, and what their passage is about."""

    said: Content
    around: Content
    titled: str
    """The sentences with the passage's title before them."""
    title: str
    told: tuple[Said, ...]
    subject_left_out: bool
    """True where they begin with `he` or `the season`, and no title says who or what is meant."""


def unrelated(
    claim: Claim,
    citations: Sequence[Citation],
    passages: Mapping[str, Passage],
    label: Label,
    embedder: MiniLM | None = None,
) -> str | None:
    """Return in one line what quotations lack to bear on a claim, None where they do; `passages` are by id.

    Together they must hold what the claim is about; those that conflict must each. A label that rests on no quotation
    needs none.
    """
    if label == "not_enough_evidence":
        return None
    own = content_of(claim.text)
    cited = [_cited(citation, passages[citation.passage_id]) for citation in citations]
    likenesses = embedder or _default_embedder()
    parts = [[each] for each in cited] if label == "conflicting_evidence" else [cited]
    return next((why for part in parts if (why := _lacking(own, part, label, likenesses))), None)


def fitting(
    claim: Claim, evidence: Iterable[Evidence], embedder: Embedder, known: Mapping[str, float] | None = None
) -> tuple[Evidence, ...]:
    """Return the evidence near enough to a claim to be shown or sent, in its order and with its ranks.

    `known` are likenesses that the search found, by the passages' ids; only other passages are embedded.
    """
    given = tuple(evidence)
    likenesses = dict(known or {})
    new = [each.passage for each in given if each.passage.id not in likenesses]
    if new:
        vectors = embedder.embed([claim.text, *map(searchable_text, new)])
        likenesses |= {passage.id: float(vectors[0] @ row) for passage, row in zip(new, vectors[1:], strict=True)}
    return tuple(
        each
        for each in given
        if likenesses[each.passage.id] + _in_common(claim.text, searchable_text(each.passage)) >= FLOOR
    )


def nothing_relevant() -> Verdict:
    """Return the desk's own verdict on a claim whose evidence is all about something else; nobody is asked."""
    return Verdict(
        label="not_enough_evidence", confidence=1.0, justification=NOTHING_RELEVANT, method=METHOD, by="checker"
    )


def _in_common(own: str, other: str) -> float:
    wanted = _plain(bag(own))
    return _COMMON * len(wanted & _plain(bag(other))) / max(1, len(wanted))


def _plain(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word.lstrip("^") for word in words)


@once_for_each
def _default_embedder() -> MiniLM:
    return MiniLM()


@lru_cache(2048)
def _read(text: str) -> tuple[Reading, ...]:
    return tuple(read_sentence(each.tokens, each.line_start, None) for each in parsed_sentences(text))


def content_of(text: str) -> Content:
    """Return what a text holds."""
    return _content(_read(text), text)


def _content(readings: Sequence[Reading], text: str | None = None) -> Content:
    return Content(
        tuple(name for each in readings for name in each.names),
        tuple(figure for each in readings for figure in each.figures),
        tuple(day for each in readings for day in each.days),
        tuple(dict.fromkeys(word.keys for each in readings for word in each.words)),
        " ".join(each.text for each in readings) if text is None else text,
    )


def _cited(citation: Citation, passage: Passage) -> Cited:
    readings, span = _read(passage.text), citation.span
    at = [index for index, each in enumerate(readings) if each.start < span.end and span.start < each.end]
    said = [readings[index] for index in at]
    before = readings[at[0] - 1 : at[0]] if at and at[0] else ()
    subject = [*_read(passage.title or ""), *readings[:1], *before]
    title = (passage.title or "").strip("[] ")
    content = _content(said)
    head = f"{title}. " if title else ""
    told = tuple(Said(head + each.text, len(head)) for each in said)
    left_out = not title and leaves_subject(content.text)
    return Cited(content, _content(subject), head + content.text, title, told, left_out)


def leaves_subject(text: str) -> bool:
    """Tell whether a sentence leaves its subject to what stood before: `His mother`, `The fifth season`."""
    return _LEAVES_SUBJECT.match(text) is not None and _OF_A_NAME.match(text) is None


def _lacking(own: Content, cited: Sequence[Cited], label: Label, embedder: MiniLM) -> str | None:
    told = [each for each in cited if any(map(str.isalnum, each.said.text))]
    if not told:
        return "no cited sentence says anything: quote the words that bear on the claim"
    vectors = embedder.embed([own.text, *(text for each in told for text in (each.said.text, each.titled))])
    plain = [float(vectors[0] @ vector) for vector in vectors[1::2]]
    titled = [float(vectors[0] @ vector) for vector in vectors[2::2]]
    if why := _without_subject(own, told, label, max(plain)):
        return why
    if label == "supported" and (other := _displaced(own, told)):
        return f"no cited sentence names {_words_of(own, [other])}: it says the like of somebody or something else"
    measured = _measured(own, likely=max(plain) >= _SAYS_THE_SAME)
    if label == "supported" and measured and not any(each.said.days or find_numbers(each.said.text) for each in told):
        return f"no cited sentence says a figure where the claim says {_words_of(own, measured)}"
    closest = max(_closeness(own, *each) for each in zip(told, plain, titled, strict=True))
    sentences = [said for each in told for said in each.told]
    alike = words_alike(own.text, sentences, _told_elsewhere(own, told), embedder)
    score = (1.0 if alike is None else alike) + _TOPIC * min(1.0, closest)
    return None if score >= _needed(own, told, label) else _says_nothing(own)


def _told_elsewhere(own: Content, told: Sequence[Cited]) -> set[str]:
    """Return titles, and the claim's first name where a quotation may mean it by `he` or `the season`."""
    names = [own.text[name.start : name.end] for name in own.names if name.sure and not _named(told, name)]
    return {each.title for each in told}.union(names[:1] if any(each.subject_left_out for each in told) else ())


def _named(cited: Sequence[Cited], name: Name) -> bool:
    return any(holds(each.said, name) or holds(each.around, name) for each in cited)


def _needed(own: Content, told: Sequence[Cited], label: Label) -> float:
    if label == "supported":
        return _SUPPORTS
    return _OPPOSES if any(may_oppose(own, each.said) for each in told) else _REFUTES


def _measured(own: Content, *, likely: bool) -> list[Figure]:
    """Return the figures that a source must have: not the end of `1932-33`, nor, if likely, what enumerates."""
    return [
        figure
        for figure in own.figures
        if not (likely and figure.unit in ("count", "rank") and figure.high <= _ENUMERATES)
        and not _REST_OF_YEARS.search(own.text[: figure.start])
    ]


def _without_subject(own: Content, cited: Sequence[Cited], label: Label, likeness_of_text: float) -> str | None:
    """Tell which names are missing where nothing the claim names is named.

    A quotation without any name may describe it; another name may stand in the place of the claim's and refute it.
    """
    named = [name for name in own.names if name.sure]
    if not named or any(_named(cited, name) for name in named):
        return None
    if _speaks_of_it(own) or any(each.subject_left_out for each in cited):
        return None
    if label == "supported":
        strangers = any(name.sure and not holds(own, name) for each in cited for name in each.said.names)
        enough = not strangers and likeness_of_text >= _UNNAMED
    else:
        enough = likeness_of_text >= _OTHER_NAMED and not any(another_figure(own, each.said) for each in cited)
    return None if enough else f"no cited sentence names {_words_of(own, named)}, nor does what its passage is about"


def _speaks_of_it(own: Content) -> bool:
    """Tell whether a claim leaves its subject to what stands before it in the article."""
    first = min((name.start for name in own.names if name.sure), default=len(own.text))
    return _PRONOUN.search(own.text, 0, first) is not None


def _displaced(own: Content, cited: Sequence[Cited]) -> Name | None:
    """Return a name of the claim that is nowhere, where a stranger stands in its place of a cited sentence."""
    missing = [n for n in own.names if n.sure and not _named(cited, n)]
    strangers = [name for each in cited for name in each.said.names if name.sure and not holds(own, name)]
    return next((name for name in missing if any(name.slots & other.slots for other in strangers)), None)


def _closeness(own: Content, cited: Cited, plain: float, titled: float) -> float:
    said = cited.said
    words = sum(bool(word & said.keys) for word in own.stems) / max(1, len(own.stems))
    figures = sum(any(agree(one, two) for two in said.figures) for one in own.figures)
    days = sum(any(meet(one, two) for two in said.days) for one in own.days)
    names = sum(holds(said, name) for name in own.names) / max(1, len(own.names))
    return max(plain, titled - _TITLED) + _COMMON * words + _DETAIL * min(2, figures + days) + _NAMED * names


def _words_of(own: Content, parts: Sequence[Name] | Sequence[Figure]) -> str:
    return " or ".join(dict.fromkeys(own.text[part.start : part.end] for part in parts[:3]))


def _says_nothing(own: Content) -> str:
    about = f" of {_words_of(own, own.names)}" if own.names else ""
    return f"no cited sentence says what the claim says{about}, nor anything that contradicts it"
