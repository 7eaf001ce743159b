"""Check a claim's figures against evidence that speaks of the same thing, else stay silent."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from pipeline.check.checkers.quantities.amounts import Agreement
from pipeline.check.checkers.quantities.findings import CHECKER, SILENT, Answer, together
from pipeline.check.checkers.quantities.frames import Frame, find_frames
from pipeline.check.checkers.quantities.matching import (
    STATIC,
    Cosines,
    Side,
    Strength,
    claim_side,
    evidence_side,
    hang_together,
    match,
    may_have_grown,
    may_match,
)
from pipeline.check.checkers.quantities.parts import Region, Statement, read_statement
from pipeline.check.checkers.quantities.proof import (
    ORDERING,
    Pair,
    Proof,
    Told,
    claim_told,
    days_agree,
    decide,
    hangs_alike,
    proves,
    source_told,
)
from pipeline.check.places import Holders
from pipeline.core.caching import once_for_same
from pipeline.core.english import find_dates, parse_all
from pipeline.core.models import Claim, Finding, Passage, Span
from pipeline.core.ports import CheckContext, Embedder

_ANY_KIND = frozenset({"event", "causal", "other"})
_NEAREST = Cosines(1.0, 1.0, 1.0)


@dataclass(frozen=True)
class _Said:
    """A claim in its sentence: what it states, with each of its figures."""

    text: str
    start: int
    """Offset of the sentence in the article."""
    statement: Statement
    """What the claim itself states; of that a contradiction is a contradiction."""
    whole: Statement
    """What its whole sentence states; support has to prove all of it."""
    told: Told
    judged: frozenset[int]
    """Offsets in the sentence of the figures that this claim answers for."""
    days: tuple[tuple[date, date], ...]
    sides: tuple[Side, ...]


@dataclass(frozen=True)
class _Assertion:
    """A sentence of a source with each of its figures."""

    passage: Passage
    start: int
    statement: Statement
    days: tuple[tuple[date, date], ...]
    sides: tuple[Side, ...]


def check_quantities(claim: Claim, context: CheckContext) -> Finding:
    """Hold a claim of figures against each assertion of the evidence, part by part.

    Method: figures are read with unit, role, clause and words; `proof` tells which constructions decide. Blind spots:
    what a source tells in two sentences, in another's voice or in words that `synonyms.yaml` lacks, and whatever the
    parser misreads; there it is silent.
    """
    if not claim.checkable or claim.kind not in _ANY_KIND | {"quantity"} or _is_speech(claim):
        return SILENT
    said = _read_claim(claim, context)
    if said is None or not said.judged:
        return SILENT
    answers = list(_answers(said, context))
    if claim.kind != "quantity":  # agreement on figures does not support whatever else a clause says
        answers = [each for each in answers if each.proof == "refuted" and hang_together(each.ours, each.theirs)]
    found = together(answers, context.article)
    if claim.kind == "quantity":
        return found
    return Finding(checker=CHECKER, flags=tuple(flag for flag in found.flags if flag.kind == "wrong_number"))


def _is_speech(claim: Claim) -> bool:
    return claim.attribution is not None and claim.attribution.direct


def _read_claim(claim: Claim, context: CheckContext) -> _Said | None:
    """Take a claim apart in its sentence; None where the sentence is no plain statement or cannot be read whole."""
    sentence = claim.sentence or claim.span
    text = sentence.exact
    _read_ahead(text, context.claims)
    told = claim_told(text)
    if told is None:
        return None
    regions = _scope(claim, sentence, told)
    statement = read_statement(text, regions, context.as_of)
    ends = told.assertion.end if told.voice else len(text)
    whole = read_statement(text, ((0, ends),), context.as_of)
    judged = frozenset(
        frame.quantity.start for frame in statement.frames if _is_judged(frame, sentence.start, claim, context)
    )
    days = _days(text, regions, context.as_of)
    sides = tuple(claim_side(frame, text, context.article.text, context.as_of) for frame in whole.frames)
    return _Said(text, sentence.start, statement, whole, told, judged, days, sides)


_AHEAD = 64
"""How many sentences are parsed together."""


def _read_ahead(text: str, claims: tuple[Claim, ...]) -> None:
    """Parse a claim's sentence with those of the claims behind it: one by one takes twice as long."""
    places = _places(claims)
    if (at := places.get(text)) is not None:
        parse_all(islice(places, at, at + _AHEAD), entities=False)


@once_for_same
def _places(claims: tuple[Claim, ...]) -> dict[str, int]:
    """Return the distinct sentences of claims, in order, each with its number."""
    return {text: n for n, text in enumerate(dict.fromkeys((each.sentence or each.span).exact for each in claims))}


def _scope(claim: Claim, sentence: Span, told: Told) -> tuple[Region, ...]:
    """Return what of its sentence a claim states: its spans, and words from elsewhere that it is restated with."""
    end = told.assertion.end if told.voice else len(sentence.exact)
    spans = [(span.start - sentence.start, span.end - sentence.start) for span in claim.spans]
    waiting = Counter(_WORD.findall(claim.text))
    for low, high in spans:
        waiting.subtract(_WORD.findall(sentence.exact[low:high]))
    for word in _WORD.finditer(sentence.exact):
        if waiting[word[0]] > 0 and not any(low <= word.start() < high for low, high in spans):
            waiting[word[0]] -= 1
            spans.append(word.span())
    return tuple(sorted((low, min(high, end)) for low, high in spans if low < end))


_WORD = re.compile(r"\S*\w")


def _is_judged(frame: Frame, base: int, claim: Claim, context: CheckContext) -> bool:
    """Tell whether a claim answers for a figure: it stands in its span, and no narrower claim answers for it."""
    start, end = base + frame.quantity.start, base + frame.quantity.end
    inside = any(span.start <= start and end <= span.end for span in claim.spans)
    return inside and not (claim.kind != "quantity" and _has_own_claim(start, end, context))


def _has_own_claim(start: int, end: int, context: CheckContext) -> bool:
    """Tell whether a claim of kind `quantity` holds a figure: that one is judged, not the clause around it."""
    return _own_figures(context.claims).hold(start, end)


@once_for_same
def _own_figures(claims: tuple[Claim, ...]) -> Holders:
    return Holders(span for claim in claims if claim.kind == "quantity" for span in claim.spans)


def _days(text: str, regions: tuple[Region, ...], today: date | None) -> tuple[tuple[date, date], ...]:
    """Return the days that parts of a text name in relation to another day; the others are figures."""
    found = (when for when in find_dates(text, today) if any(low <= when.start < high for low, high in regions))
    return tuple((when.first, when.last) for when in found if when.relative)


def _answers(said: _Said, context: CheckContext) -> Iterator[Answer]:
    """Yield what each assertion of the evidence proves of a claim."""
    assertions = list(_assertions(said, context))
    cosines = _cosines(_comparable(said, assertions), context.embedder)
    for assertion in assertions:
        pairs = [_pair(side, assertion, cosines) for side in said.sides]
        days = days_agree(said.days, _all_days(assertion), assertion.passage.published_at)
        pinned = days and bool(said.days and _all_days(assertion))
        proof = _prove(said, assertion, pairs, days=days, pinned=pinned)
        if proof and (answer := _answer(said, proof, pairs, assertion)):
            yield answer


def _prove(said: _Said, assertion: _Assertion, pairs: list[Pair], *, days: bool, pinned: bool) -> Proof | None:
    """Return what an assertion proves: of the claim's own part a contradiction, of its whole sentence support."""
    own = [pair for pair in pairs if pair.ours in said.statement.frames]
    proof = decide(said.statement, assertion.statement, own, days=days, pinned=pinned)
    if proof == "refuted":
        return proof if _is_fresh(said, assertion) else None
    return decide(said.whole, assertion.statement, pairs, days=days, pinned=pinned)


def _is_fresh(said: _Said, assertion: _Assertion) -> bool:
    """Tell whether a source speaks of the claim's time: both name it, it stays, or the source is of these days."""
    if bool(said.days) != bool(assertion.days):  # of one day, and of nobody knows how many
        return False
    dated = said.days or any(side.frame.quantity.dimension == "date" for side in said.sides)
    stays = any(side.frame.quantity.dimension in STATIC for side in said.sides)
    published, today = assertion.passage.published_at, said.sides[0].published
    return bool(dated or stays) or published is None or today is None or today - published <= _THESE_DAYS


_THESE_DAYS = timedelta(days=14)


def _answer(said: _Said, proof: Proof, pairs: list[Pair], assertion: _Assertion) -> Answer | None:
    wanted = "differs" if proof == "refuted" else "agrees"
    telling = [pair for pair in pairs if pair.outcome == wanted and pair.ours.quantity.start in said.judged]
    if not telling or telling[0].theirs is None:
        return None
    told, theirs = telling[0].ours, telling[0].theirs
    others = [pair.ours.quantity for pair in pairs if pair is not telling[0]]
    words = tuple(said.text[quantity.start : quantity.end] for quantity in others)
    return Answer(proof, said.start, told, theirs, words, assertion.passage)


def _assertions(said: _Said, context: CheckContext) -> Iterator[_Assertion]:
    """Yield the sentences of the evidence that tell something with figures in the way the claim does."""
    passages = [
        each.passage
        for each in context.evidence
        if not each.later and each.passage.kind == "passage" and not _is_own(each.passage, context)
    ]
    for passage in passages:
        sentences: dict[tuple[int, int], list[Frame]] = defaultdict(list)
        for frame in find_frames(passage.text, passage.published_at):
            sentences[frame.start, frame.end].append(frame)
        for (start, end), frames in sentences.items():
            told = source_told(passage.text, passage.title, start, end)
            if told and told.like(said.told):
                end = min(end, told.assertion.end) if told.voice else end
                statement = read_statement(passage.text, ((start, end),), passage.published_at)
                sides = tuple(evidence_side(frame, passage) for frame in frames)
                yield _Assertion(
                    passage, start, statement, _days(passage.text, ((start, end),), passage.published_at), sides
                )


def _all_days(assertion: _Assertion) -> tuple[tuple[date, date], ...]:
    """Return every day an assertion names, however it is told."""
    named = (when for when in find_dates(assertion.passage.text, assertion.passage.published_at))
    end = assertion.sides[0].frame.end
    return tuple((when.first, when.last) for when in named if assertion.start <= when.start and when.end <= end)


def _comparable(said: _Said, assertions: Iterable[_Assertion]) -> list[tuple[Side, Side]]:
    """Return the figures that could answer each other: embedding them is most of a claim's time."""
    return [
        (ours, theirs)
        for assertion in assertions
        for ours in said.sides
        for theirs in assertion.sides
        if _may_answer(ours, theirs)
    ]


def _may_answer(ours: Side, theirs: Side) -> bool:
    comparable = ours.frame.quantity.comparable(theirs.frame.quantity)
    return comparable and hangs_alike(ours.frame, theirs.frame) and may_match(ours, theirs)


def _pair(side: Side, assertion: _Assertion, cosines: dict[tuple[Side, Side], Cosines]) -> Pair:
    """Return the figure of an assertion that answers a claim's: one that agrees, else the only one that differs."""
    compared = [
        (theirs.frame, *_compare(side, theirs, cosines[side, theirs]))
        for theirs in assertion.sides
        if (side, theirs) in cosines
    ]
    if side.frame.quantity.dimension in ORDERING and (met := _ordering(side.frame, assertion)):
        return Pair(side.frame, met, "agrees")
    for frame, outcome, strength in compared:
        if outcome == "agree" and strength in ("strong", "same") and proves(frame, side.frame):
            return Pair(side.frame, frame, "agrees")
    if len(compared) == 1 and compared[0][1:] == ("differ", "strong"):
        return Pair(side.frame, compared[0][0], "differs")
    return Pair(side.frame, None, "open")


def _ordering(ours: Frame, assertion: _Assertion) -> Frame | None:
    """Return the date or rank of an assertion that is a claim's: placed alike, or the only one there."""
    mine = ours.quantity
    same = [side.frame for side in assertion.sides if side.frame.quantity.dimension == mine.dimension]
    for theirs in same:
        alike = hangs_alike(ours, theirs) if mine.dimension == "date" else theirs.quantity.noun == mine.noun
        agree = theirs.quantity.amount.compare(mine.amount) == "agree" and proves(theirs, ours)
        if agree and (alike or len(same) == 1):
            return theirs
    return None


def _compare(ours: Side, theirs: Side, cosines: Cosines) -> tuple[Agreement, Strength]:
    strength = match(ours, theirs, cosines)
    outcome = ours.frame.quantity.amount.compare(theirs.frame.quantity.amount)
    grown = outcome == "differ" and may_have_grown(ours, theirs)
    return outcome, "weak" if grown else strength


def _cosines(pairs: list[tuple[Side, Side]], embedder: Embedder) -> dict[tuple[Side, Side], Cosines]:
    """Return how near each pair is; the embedder is asked once."""
    if not pairs:
        return {}
    texts = list({text: None for pair in pairs for side in pair for text in _parts(side)})
    vectors = dict(zip(texts, embedder.embed(texts), strict=True))
    return {
        (ours, theirs): Cosines(
            *(float(vectors[one] @ vectors[two]) for one, two in zip(_parts(ours), _parts(theirs), strict=True))
        )
        for ours, theirs in pairs
    }


def _parts(side: Side) -> tuple[str, str, str]:
    frame = side.frame
    return " ".join(frame.sentence.split()) or "-", frame.clause or "-", frame.thing or "-"


def _is_own(passage: Passage, context: CheckContext) -> bool:
    """Tell whether a passage is the article's own: it proves nothing about itself."""
    article = context.article
    return bool(article.url and passage.source_url == article.url) or passage.text in article.text
