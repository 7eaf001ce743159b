"""Join the claims that a model lists to those found without it: the model adds, and takes nothing away.

Every claim found by rule stays, with its words, kind and speaker, because the checkers stand on them. A model's claim
over the same words gives it a better sentence (where `faithful` proves it), more worth, and a second opinion on whether
it can be checked: where the two differ, a sure sign decides (a figure, a date, a title, quoted or reported words), with
which it is checked and without which it is not. Claims of words that no rule found a claim in are added; those told
already, in one piece or in several, are not listed twice. Headings, questions and what only stands on the page are no
claims because a model says so.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from pipeline.check.claims.attribution.quoted import quoted
from pipeline.check.claims.drafts import asks
from pipeline.check.claims.faithful import Restatement, restates
from pipeline.check.claims.furniture import states_something
from pipeline.check.claims.ground import Ground, in_order, statements
from pipeline.check.claims.lexicons import evaluative, reporting
from pipeline.check.claims.restating import as_sentence
from pipeline.core.english import Number, Sentence, find_numbers, find_written_dates, sentences
from pipeline.core.models import Article, Attribution, Claim, Span, Uncheckable

if TYPE_CHECKING:
    from spacy.tokens import Token

_MOST = 2 / 3
"""The share of its telling words from which a claim is told by others."""
_KINDS = {"opinion": "an opinion", "prediction": "a prediction", "question": "a question", "rhetoric": "rhetoric"}


@dataclass
class Tally:
    """What became of the claims of a model, in numbers."""

    listed: int = 0
    added: int = 0
    reworded: int = 0
    """Restatements that are not the claim's own words, and were not used."""
    otherwise: int = 0
    """Those among them with other names, figures or denials."""
    disputed: int = 0
    """Claims held checkable by rule that a model takes for something nobody can check."""
    doubted: int = 0
    """Those of them that are left unchecked, because nothing sure speaks for them."""
    outvoted: bool = False
    """True where those were so many that none was believed."""
    refused: int = 0
    """Headings, questions and furniture that a model listed as claims."""


@dataclass(frozen=True)
class _Known:
    """The claims found by rule, in order of offset, and who says what of them."""

    claims: tuple[Claim, ...]
    starts: tuple[int, ...]
    longest: int
    titles: Ground
    of_model: dict[int, Claim] = field(default_factory=dict)
    """By number, the claim of the model over the same words."""
    inside: dict[int, Claim] = field(default_factory=dict)
    """By number, the checkable claim of the model that holds its words."""

    def near(self, span: Span) -> Iterable[int]:
        """Yield the numbers of the claims that share words with a span."""
        first, last = bisect_left(self.starts, span.start - self.longest), bisect_right(self.starts, span.end)
        return (n for n in range(first, last) if any(own.overlap(span) for own in self.claims[n].spans))


def join_claims(
    article: Article, by_rule: Sequence[Claim], of_model: Sequence[Claim]
) -> tuple[tuple[Claim, ...], Tally]:
    """Return the claims of both, in order of offset, and how the model's fared; in whatever order they are given."""
    tally = Tally(listed=len(of_model))
    known = _known(by_rule)
    ordered = sorted(of_model, key=lambda claim: (claim.span.start, -claim.span.end, claim.id, claim.text))
    for claim in ordered:
        _pair(claim, known)
    tally.disputed = sum(_is_disputed(known.claims[n], other) for n, other in known.of_model.items())
    held = sum(claim.checkable and claim.kind != "title" for claim in known.claims)
    tally.outvoted = tally.disputed > held / 2
    joined = [_joined(n, known, article, tally) for n in range(len(known.claims))]
    added = list(_added(article, joined, ordered, tally))
    tally.added = len(added)
    return in_order((*joined, *added)), tally


def _known(by_rule: Sequence[Claim]) -> _Known:
    claims = in_order(by_rule)
    longest = max((claim.span.end - claim.span.start for claim in claims), default=0)
    titles = Ground(span for claim in claims if claim.kind == "title" for span in claim.spans)
    return _Known(claims, tuple(claim.span.start for claim in claims), longest, titles)


def _pair(claim: Claim, known: _Known) -> None:
    """Remember a model's claim where one found by rule has the same words, or stands within them."""
    for n in known.near(claim.span):
        one = known.claims[n]
        if one.kind == "title":
            continue
        within = _share(one.span, claim.span) >= _MOST
        if within and _share(claim.span, one.span) >= _MOST:
            known.of_model.setdefault(n, claim)
        if within and claim.checkable:
            known.inside.setdefault(n, claim)


def _share(span: Span, other: Span) -> float:
    return span.overlap(other) / (span.end - span.start)


def _is_disputed(claim: Claim, other: Claim) -> bool:
    return claim.checkable and not other.checkable


def _sign(claim: Claim, titles: Ground | None = None) -> str | None:
    """Return what makes sure that a claim can be checked."""
    words = claim.span.exact
    if claim.kind == "quotation":
        return "it quotes somebody"
    if claim.attribution is not None:
        return "it reports what somebody said"
    if find_written_dates(words):
        return "it gives a date"
    if any(not _is_loose(number) for number in find_numbers(words)):
        return "it states a figure"
    return "it gives somebody a title" if titles is not None and titles.touches(claim.span) else None


def _is_loose(number: Number) -> bool:
    """Tell whether a number may only point or rank: `one that matters`, `to zero in`, `the first step`."""
    return number.in_words and (number.value in (0, 1) or number.kind == "ordinal")


def _joined(n: int, known: _Known, article: Article, tally: Tally) -> Claim:
    """Return a claim found by rule with what the model says of its words."""
    claim, other = known.claims[n], known.of_model.get(n)
    if claim.uncheckable and (lifting := known.inside.get(n)) is not None:
        claim = _lifted(claim, lifting)
    elif other is not None and _is_disputed(claim, other):
        claim = _doubted(claim, other, known.titles, believed=not tally.outvoted)
        tally.doubted += not claim.checkable
    if other is None or claim.kind == "quotation":
        return claim
    text = _sentence_of(claim, other, article, tally)
    worth = max(claim.check_worthiness, other.check_worthiness) if claim.checkable else claim.check_worthiness
    reasons = tuple(dict.fromkeys((*claim.reasons, *other.reasons)))
    return claim.model_copy(update={"text": text, "check_worthiness": worth, "reasons": reasons})


def _lifted(claim: Claim, other: Claim) -> Claim:
    """Return what a model holds checkable and rules do not: checked with a sure sign, but for what ought to be."""
    sign = _sign(claim)
    owed = any(word in evaluative().duty for word in claim.span.exact.lower().split())
    if sign is None or owed or claim.uncheckable not in ("opinion", "prediction"):
        return claim
    why = f"A model holds it checkable, and {sign}; by its words it might be {_KINDS[claim.uncheckable]}."
    worth = max(claim.check_worthiness, other.check_worthiness)
    return claim.model_copy(update={"uncheckable": None, "reasons": (why, *claim.reasons), "check_worthiness": worth})


def _doubted(claim: Claim, other: Claim, titles: Ground, *, believed: bool) -> Claim:
    """Return a checkable claim that a model calls an opinion: without a sure sign it is left unchecked."""
    kind: Uncheckable = other.uncheckable or "opinion"
    sign = _sign(claim, titles)
    if sign is None and believed:
        why = f"A model takes it for {_KINDS[kind]}, and nothing in it can be looked up."
        low = min(claim.check_worthiness, other.check_worthiness)
        return claim.model_copy(update={"uncheckable": kind, "reasons": (why, *claim.reasons), "check_worthiness": low})
    stays = sign or "its words state a fact"
    why = f"A model takes it for {_KINDS[kind]}; it is checked all the same, because {stays}."
    return claim.model_copy(update={"reasons": (*claim.reasons, why)})


def _sentence_of(claim: Claim, other: Claim, article: Article, tally: Tally) -> str:
    """Return the model's restatement where it says what the claim's words say, else the one by rule."""
    if other.text in (claim.text, claim.span.exact):
        return claim.text
    found = restates(other.text, claim.text, _context(claim, article))
    _count(found, tally)
    return as_sentence(other.text) if found == "same" else claim.text


def _count(found: Restatement, tally: Tally) -> None:
    tally.reworded += found != "same"
    tally.otherwise += found == "other"


def _context(claim: Claim, article: Article) -> str:
    """Return what a pronoun of a claim may point at: what stands before it, and over it."""
    sentence = claim.sentence
    before = sentence.exact[: max(0, claim.span.start - sentence.start)] if sentence else ""
    return ". ".join(part for part in (article.title, claim.heading, claim.previous, before) if part)


def _added(article: Article, joined: Sequence[Claim], ordered: Sequence[Claim], tally: Tally) -> Iterator[Claim]:
    """Yield the model's claims that no other claim tells."""
    page, by_rule, new = _Page.of(article), _known(joined), list[Claim]()
    for claim in ordered:
        over = page.sentences_over(claim.span)
        beside = [*(by_rule.claims[n] for n in by_rule.near(claim.span)), *new[-_BEHIND:]]
        if _is_told(claim, beside, over):
            continue
        if not over or not all(page.may_hold(claim, sentence) for sentence in over):
            tally.refused += 1
            continue
        new.append(_standing(claim, over, article, tally))
        yield new[-1]


_BEHIND = 8
"""How many of the claims just added may tell the next one: they come in order of offset."""


def _is_told(claim: Claim, beside: Sequence[Claim], over: Sequence[Sentence]) -> bool:
    """Tell whether most of a claim's telling words stand in other claims, or name who says them.

    Part of what rules take for an opinion is told by it, unless a sure sign makes the part checkable. Who says words
    that are quoted is told by the quotation.
    """
    if any(one.kind == "quotation" and _share(one.span, claim.span) >= _MOST for one in beside):
        return True
    signed = claim.checkable and _sign(claim) is not None
    telling = [one for one in beside if not signed or one.checkable or _share(one.span, claim.span) >= _MOST]
    spans = [span for one in telling for span in one.spans]
    voices = [one.attribution for one in telling if one.attribution is not None]
    told = Ground([*spans, *(voice.speaker_span for voice in voices if voice.speaker_span)])
    words = [
        token.idx + sentence.line.start
        for sentence in over
        for token in sentence.tokens
        if _is_telling(token, spoken=bool(voices)) and _stands_in(token.idx + sentence.line.start, claim.span)
    ]
    return sum(told.holds(at, at + 1) for at in words) >= _MOST * len(words)


def _is_telling(token: Token, *, spoken: bool) -> bool:
    """Tell whether a word says something of its own; beside reported words, the verb that reports them does not."""
    if token.is_stop and not token.like_num:
        return False
    return (token.is_alpha or token.like_num) and not (spoken and token.lemma_.lower() in reporting().cues)


def _stands_in(at: int, span: Span) -> bool:
    return span.start <= at < span.end


@dataclass(frozen=True)
class _Page:
    """An article's sentences, and which of them may hold a claim."""

    parsed: tuple[Sentence, ...]
    starts: tuple[int, ...]
    running: frozenset[int]
    """Where the sentences of the running text begin."""
    marks: Ground
    """What stands between quotation marks."""

    @classmethod
    def of(cls, article: Article) -> Self:
        """Read an article."""
        parsed = sentences(article)
        running = frozenset(sentence.span.start for sentence in statements(article))
        marks = Ground(each.span for each in quoted(article))
        return cls(parsed, tuple(sentence.span.start for sentence in parsed), running, marks)

    def sentences_over(self, span: Span) -> list[Sentence]:
        """Return the sentences that share words with a span."""
        first = max(0, bisect_right(self.starts, span.start) - 1)
        last = bisect_left(self.starts, span.end)
        return [sentence for sentence in self.parsed[first:last] if sentence.span.overlap(span)]

    def may_hold(self, claim: Claim, sentence: Sentence) -> bool:
        """Tell whether a sentence states something: no heading, nothing of the page, to be checked no question."""
        if sentence.span.start not in self.running or (claim.checkable and asks(sentence)):
            return False
        if sentence.span.exact.endswith(":"):
            return False  # it leads to what states something
        return self.marks.touches(sentence.span) or states_something(list(sentence.tokens))


def _standing(claim: Claim, over: Sequence[Sentence], article: Article, tally: Tally) -> Claim:
    """Return a model's claim as one of the article: its sentence proven, its speaker named beside it, no quotation.

    Every quotation is found by its marks, so what a model alone calls one is none.
    """
    words = claim.span.exact
    found = restates(claim.text, words, _context(claim, article)) if claim.text != words else "same"
    _count(found, tally)
    paragraph = Span.of(article.text, over[0].line.start, over[-1].line.start + len(over[-1].line.text))
    return Claim.model_validate(
        claim.model_dump(exclude={"id"})
        | {
            "text": as_sentence(claim.text if found == "same" else words),
            "kind": "other" if claim.kind == "quotation" else claim.kind,
            "attribution": _spoken_in(paragraph, claim.attribution),
            "reasons": (*claim.reasons, "Only the model lists it."),
        }
    )


def _spoken_in(paragraph: Span, attribution: Attribution | None) -> Attribution | None:
    """Return who a model says speaks, where its own paragraph names them and the verb that reports."""
    if attribution is None or attribution.cue is None or attribution.speaker_span is None:
        return None
    near = attribution.speaker_span.overlap(paragraph) and attribution.cue in paragraph.exact
    return attribution.model_copy(update={"direct": False}) if near else None
