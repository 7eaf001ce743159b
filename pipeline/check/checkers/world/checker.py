"""Hold statements about countries against the shipped facts: an allow-list of forms, each judged in its own module.

A claim that is one of the forms from its first word to its last is supported or refuted. Inside a longer sentence a
form can only be flagged where it is surely wrong: the rest of the sentence is not proven by it. Judged as of the
article's day; what only that day decides is left alone where nobody has told the day.

Blind spots: statements in other words than the forms; names of countries that newspapers seldom use; sentences that
tell of another time without naming it; whatever is attributed, quoted, denied, doubted, asked or foretold.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pipeline.check.assertions import assertions
from pipeline.check.checkers.world import amounts, borders, capitals, days, feasts, members, money, ranks
from pipeline.check.checkers.world.forms import Answer, Form, Setting, Time
from pipeline.check.quoted import quoted_regions
from pipeline.core.english import YEARS, find_dates, parsed_sentences, sentences
from pipeline.core.models import Article, Citation, Claim, Finding, Flag, Span, Verdict
from pipeline.core.ports import CheckContext
from pipeline.evidence import WorldFacts, world_facts

if TYPE_CHECKING:
    from spacy.tokens import Token

_NAME = "world"
_SILENT = Finding(checker=_NAME)
_WORTH_A_LOOK = re.compile(
    r"\b(?:capital|population|populous|people|inhabitants|residents|GDP|gross domestic product|square|sq|km2|km²"
    r"|part of|belongs?|outside|admitted|country|nation|kingdom|republic|members?|joined|acceded|left|in"
    r"|euro|currency|uses|largest|biggest|smallest|borders?|Easter|Day|holiday|Thanksgiving|Juneteenth|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
_OTHER_TIME = re.compile(
    r"\b(?:years? (?:ago|earlier|later|before)|century|centuries|decades?|then|once|formerly|at the time|was born"
    r"|[12][0-9]{3}s|until|before|during the|after the)\b",
    re.IGNORECASE,
)
_LATELY = 2
"""So many years back a year named nearby may be and the sentence still tell of these days."""
_LONGEST = 200
"""Characters of a claim that may be one form."""
_LONGEST_SENTENCE = 600
_MODULES = (capitals, amounts, members, money, ranks, feasts)
_WHOLE: tuple[Form, ...] = tuple(form for module in (*_MODULES, borders, days) for form in module.WHOLE)
_PARTS: tuple[Form, ...] = tuple(form for module in _MODULES for form in module.PARTS)


def check_world(claim: Claim, context: CheckContext) -> Finding:
    """Judge a claim that states a fact of a country, flag a wrong one inside it, or stay silent."""
    if not context.world or not claim.checkable or claim.attribution or claim.kind in ("quotation", "title"):
        return _SILENT
    if not _WORTH_A_LOOK.search(claim.text):
        return _SILENT
    facts = world_facts()
    return _whole(claim, context, facts) or _part(claim, context, facts) or _SILENT


def _whole(claim: Claim, context: CheckContext, facts: WorldFacts) -> Finding | None:
    """Return what is found of a claim that is one form as a whole."""
    text = _in_order(" ".join(claim.text.split()).rstrip("."))
    if len(text) > _LONGEST or not _is_own(claim, context.article):
        return None
    sentence = claim.sentence or claim.span
    time = "now" if _is_whole(claim, sentence) else _time_of(sentence, context.article)
    setting = Setting(facts, context.article.published_at, text, time)
    for each in _WHOLE:
        match = each.pattern.fullmatch(text)
        answer = each.judge(match, setting) if match else None
        if answer:
            return _finding(answer, claim, context, text, whole=True)
    return None


def _in_order(text: str) -> str:
    """Return a statement with the year that opens it at its end.

    >>> _in_order("In 2024, Sweden joined NATO")
    'Sweden joined NATO in 2024'
    """
    opened = re.match(r"In ((?:19|20)[0-9]{2}),? (?=[A-Zt])", text)
    return f"{text[opened.end() :]} in {opened[1]}" if opened else text


def _part(claim: Claim, context: CheckContext, facts: WorldFacts) -> Finding | None:
    """Return the flag on a part of a claim that is surely wrong, where that part is no claim of its own."""
    sentence = claim.sentence or claim.span
    own = {each.span for each in context.claims if each.kind == "other"}
    for part in _parts(sentence, context.article, facts):
        inside = any(span.start <= part.span.start and part.span.end <= span.end for span in claim.spans)
        if inside and part.span not in own and part.answer.outcome == "wrong" and _is_own(claim, context.article):
            return _finding(part.answer, claim, context, sentence.exact, whole=False)
    return None


class _Part(NamedTuple):
    """A part of a sentence that the facts decide."""

    span: Span
    answer: Answer
    text: str
    """What it states, as a statement of its own."""


def _parts(sentence: Span, article: Article, facts: WorldFacts) -> tuple[_Part, ...]:
    """Return the parts of a sentence that the facts decide, where the sentence is the article's own assertion."""
    text = sentence.exact
    if not _WORTH_A_LOOK.search(text) or len(text) > _LONGEST_SENTENCE or "?" in text:
        return ()
    candidates = [(each, match) for each in _PARTS for match in each.pattern.finditer(text)]
    if not candidates or not _is_asserted(text):
        return ()
    setting = Setting(facts, article.published_at, text, time=_time_of(sentence, article))
    found = []
    for each, match in candidates:
        answer = each.judge(match, setting)
        stated = each.restate(match, setting) if answer and each.restate else None
        if answer and stated:
            start, end = match.span()
            span = Span.of(article.text, sentence.start + start, sentence.start + end)
            span = Span.of(article.text, span.start, span.end - len(span.exact) + len(span.exact.rstrip(",")))
            found.append(_Part(span, answer, stated))
    return tuple({part.text: part for part in reversed(found)}.values())


def claim_world(article: Article) -> tuple[Claim, ...]:
    """Return one claim for each part of a sentence that states a fact of a country which the facts decide."""
    facts = world_facts()
    claims = []
    for sentence in sentences(article):
        for part in _parts(sentence.span, article, facts) if not sentence.line.is_heading else ():
            claim = Claim(
                article_id=article.id,
                spans=(part.span,),
                text=f"{part.text}.",
                check_worthiness=0.5,
                reasons=("states a fact of a country that dated facts can check",),
                sentence=sentence.span,
            )
            if not _is_quoted(claim, article):
                claims.append(claim)
    return tuple(claims)


def _is_own(claim: Claim, article: Article) -> bool:
    """Tell whether a claim stands in the article's own voice: in no quotation, and in an assertion."""
    sentence = claim.sentence or claim.span
    return not _is_quoted(claim, article) and (_is_whole(claim, sentence) or _is_asserted(sentence.exact))


def _is_quoted(claim: Claim, article: Article) -> bool:
    sentence = claim.sentence or claim.span
    begin = article.text.rfind("\n", 0, sentence.start) + 1
    end = article.text.find("\n", sentence.end)
    paragraph = article.text[begin : len(article.text) if end < 0 else end]
    regions = quoted_regions(paragraph)
    return any(low + begin < span.end and span.start < high + begin for low, high in regions for span in claim.spans)


def _is_whole(claim: Claim, sentence: Span) -> bool:
    """Tell whether a claim is all that its sentence says: then its form alone tells that nothing else is in it."""
    words = " ".join(span.exact for span in claim.spans)
    return sentence.exact.strip().rstrip(".") == words.strip().rstrip(".")


@lru_cache(1024)
def _is_asserted(sentence: str) -> bool:
    """Tell whether a sentence is its own, plainly and without doubt.

    It may deny or plan something: no form holds a denial or a plan but those that judge one, and what stands beside a
    name is said whatever the rest of the sentence denies.
    """
    text = sentence.strip()
    told = assertions(text if text.endswith((".", "!", "?", "”", '"')) else f"{text}.")
    return len(told) == 1


def _time_of(sentence: Span, article: Article) -> Time:
    """Tell of which time a sentence tells: of now where it is of a near day, or in the present.

    One in the past is of another time where a year stands in its paragraph or the one before that is long ago.
    """
    today, text = article.published_at, sentence.exact
    if today is None or any(int(year[0]) != today.year for year in YEARS.finditer(text)):
        return "other"
    if _OTHER_TIME.search(text):
        return "other"
    if any(when.relative and when.precision == "day" for when in find_dates(text, today)):
        return "now"
    read = tuple(parsed_sentences(text))
    if len(read) == 1 and _is_of_now(read[0].tokens.root):
        return "now"
    around = _around(sentence, article)
    old = any(int(year[0]) < today.year - _LATELY for year in YEARS.finditer(around)) or _OTHER_TIME.search(around)
    return "other" if old else "untold"


def _around(sentence: Span, article: Article) -> str:
    """Return the paragraph of a sentence up to its end, with the one before."""
    paragraphs = article.text[: sentence.end].rstrip().split("\n")
    return "\n".join([part for part in paragraphs if part.strip()][-2:])


def _is_of_now(root: Token) -> bool:
    verbs = (root, *(child for child in root.children if child.dep_ in ("aux", "auxpass")))
    return any(verb.tag_ in ("VBZ", "VBP") for verb in verbs)


def _finding(answer: Answer, claim: Claim, context: CheckContext, text: str, *, whole: bool) -> Finding:
    passage = answer.fact
    citation = Citation.locate(passage.text, passage)
    start, end = answer.words
    span = _place(text[start:end], claim, whole)
    told = f"{passage.text.rstrip('.')} ({passage.publisher}, {passage.note})."
    message = f"The text says “{span.exact}”, but {told[:1].lower() if told.startswith('The ') else told[:1]}{told[1:]}"
    if answer.outcome == "right":
        verdict = Verdict(
            label="supported",
            confidence=0.95,
            justification=told,
            citations=(citation,),
            method=_NAME,
            by="checker",
        )
        return Finding(checker=_NAME, verdict=verdict, passages=(passage,))
    verdict = Verdict(
        label="refuted", confidence=0.9, justification=message, citations=(citation,), method=_NAME, by="checker"
    )
    flag = Flag(
        kind=answer.kind,
        severity="high",
        message=message,
        span=span,
        suggestion=answer.suggestion,
        citations=(citation,),
        checker=_NAME,
    )
    return Finding(checker=_NAME, verdict=verdict if whole else None, flags=(flag,), passages=(passage,))


def _place(words: str, claim: Claim, whole: bool) -> Span:
    """Return where words of a statement stand in the article: in the claim, else its first span."""
    for own in claim.spans if whole else (claim.sentence or claim.span, *claim.spans):
        at = own.exact.find(words)
        if at >= 0:
            return Span(start=own.start + at, end=own.start + at + len(words), exact=words)
    return claim.span
