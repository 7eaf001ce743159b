"""Check a claim's figures against evidence that speaks of the same thing, else stay silent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.check.checkers.quantities.amounts import Agreement
from pipeline.check.checkers.quantities.corrections import suggest
from pipeline.check.checkers.quantities.frames import Frame, find_frames
from pipeline.check.checkers.quantities.matching import (
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
from pipeline.check.checkers.quantities.parts import Statement, read_statement
from pipeline.check.checkers.quantities.proof import (
    ORDERING,
    Pair,
    Proof,
    Told,
    claim_told,
    days_agree,
    decide,
    hangs_alike,
    source_told,
)
from pipeline.core.english import find_dates, parse_all
from pipeline.core.models import Citation, Claim, Finding, Flag, Passage, Span, Verdict
from pipeline.core.ports import CheckContext, Embedder

CHECKER = "quantities"
_SILENT = Finding(checker=CHECKER)
_ANY_KIND = frozenset({"event", "causal", "other"})
_NEAREST = Cosines(1.0, 1.0, 1.0)


@dataclass(frozen=True)
class _Said:
    """A claim in its sentence: what it states, with each of its figures."""

    text: str
    start: int
    """Offset of the sentence in the article."""
    statement: Statement
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


@dataclass(frozen=True)
class _Answer:
    """What one assertion proves of a claim, by the figure that tells."""

    proof: Proof
    ours: Frame
    theirs: Frame
    compared: tuple[str, ...]
    """Words of the other figures that agree."""
    passage: Passage

    @property
    def citation(self) -> Citation:
        """The figure's words in the passage."""
        quantity = self.theirs.quantity
        span = Span.of(self.passage.text, quantity.start, quantity.end)
        return Citation(passage_id=self.passage.id, sha256=self.passage.sha256, span=span)


def check_quantities(claim: Claim, context: CheckContext) -> Finding:
    """Hold a claim of figures against each assertion of the evidence, part by part.

    Method: figures are read with unit, role, clause and words; `proof` tells which constructions decide. Blind spots:
    what a source tells in two sentences, in another's voice or in words that `synonyms.yaml` lacks, and whatever the
    parser misreads; there it is silent.
    """
    if not claim.checkable or claim.kind not in _ANY_KIND | {"quantity"} or _is_speech(claim):
        return _SILENT
    said = _read_claim(claim, context)
    if said is None or not said.judged:
        return _SILENT
    answers = list(_answers(said, context))
    if claim.kind != "quantity":  # agreement on figures does not support whatever else a clause says
        answers = [each for each in answers if each.proof == "refuted" and hang_together(each.ours, each.theirs)]
    found = _together(said, answers, context)
    if claim.kind == "quantity":
        return found
    return Finding(checker=CHECKER, flags=tuple(flag for flag in found.flags if flag.kind == "wrong_number"))


def _is_speech(claim: Claim) -> bool:
    return claim.attribution is not None and claim.attribution.direct


def _read_claim(claim: Claim, context: CheckContext) -> _Said | None:
    """Take a claim apart in its sentence; None where the sentence is no plain statement or cannot be read whole."""
    sentence = claim.sentence or claim.span
    text = sentence.exact
    parse_all(((each.sentence or each.span).exact for each in context.claims), entities=False)
    told = claim_told(text)
    if told is None:
        return None
    start, end = _scope(claim, sentence, context)
    end = min(end, told.assertion.end) if told.voice else end
    statement = read_statement(text, start, end, context.as_of)
    judged = frozenset(
        frame.quantity.start for frame in statement.frames if _is_judged(frame, sentence.start, claim, context)
    )
    days = _days(text, start, end, context.as_of)
    sides = tuple(claim_side(frame, text, context.article.text, context.as_of) for frame in statement.frames)
    return _Said(text, sentence.start, statement, told, judged, days, sides)


def _scope(claim: Claim, sentence: Span, context: CheckContext) -> tuple[int, int]:
    """Return what of its sentence a claim states: the widest spans that are told in its words, else the sentence."""
    same = [each for each in context.claims if each.text == claim.text and (each.sentence or each.span) == sentence]
    spans = [span for each in same for span in each.spans]
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    if (
        all(each.kind == "quantity" and each.text not in sentence.exact for each in same)
        or len(claim.text) > end - start
    ):
        return 0, len(sentence.exact)
    return start - sentence.start, end - sentence.start


def _is_judged(frame: Frame, base: int, claim: Claim, context: CheckContext) -> bool:
    """Tell whether a claim answers for a figure: it stands in its span, and no narrower claim answers for it."""
    start, end = base + frame.quantity.start, base + frame.quantity.end
    inside = any(span.start <= start and end <= span.end for span in claim.spans)
    return inside and not (claim.kind != "quantity" and _has_own_claim(start, end, context))


def _has_own_claim(start: int, end: int, context: CheckContext) -> bool:
    """Tell whether a claim of kind `quantity` holds a figure: that one is judged, not the clause around it."""
    return any(
        claim.kind == "quantity" and any(span.start <= start and end <= span.end for span in claim.spans)
        for claim in context.claims
    )


def _days(text: str, start: int, end: int, today: date | None) -> tuple[tuple[date, date], ...]:
    """Return the days that a part of a text names in relation to another day; the others are figures."""
    found = (when for when in find_dates(text, today) if start <= when.start and when.end <= end)
    return tuple((when.first, when.last) for when in found if when.relative)


def _answers(said: _Said, context: CheckContext) -> Iterator[_Answer]:
    """Yield what each assertion of the evidence proves of a claim."""
    assertions = list(_assertions(said, context))
    cosines = _cosines(_comparable(said, assertions), context.embedder)
    for assertion in assertions:
        pairs = [_pair(side, assertion, cosines) for side in said.sides]
        days = days_agree(said.days, _all_days(assertion), assertion.passage.published_at)
        pinned = days and bool(said.days and _all_days(assertion))
        proof = decide(said.statement, assertion.statement, pairs, days=days, pinned=pinned)
        if proof and (answer := _answer(said, proof, pairs, assertion)):
            yield answer


def _answer(said: _Said, proof: Proof, pairs: list[Pair], assertion: _Assertion) -> _Answer | None:
    wanted = "differs" if proof == "refuted" else "agrees"
    telling = [pair for pair in pairs if pair.outcome == wanted and pair.ours.quantity.start in said.judged]
    if not telling or telling[0].theirs is None:
        return None
    told, theirs = telling[0].ours, telling[0].theirs
    others = [pair.ours.quantity for pair in pairs if pair is not telling[0]]
    words = tuple(said.text[quantity.start : quantity.end] for quantity in others)
    return _Answer(proof, told, theirs, words, assertion.passage)


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
                statement = read_statement(passage.text, start, end, passage.published_at)
                sides = tuple(evidence_side(frame, passage) for frame in frames)
                yield _Assertion(
                    passage, start, statement, _days(passage.text, start, end, passage.published_at), sides
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
    """Return the figure of an assertion that answers one of the claim: one that agrees, else the only one that differs."""
    compared = [
        (theirs.frame, *_compare(side, theirs, cosines[side, theirs]))
        for theirs in assertion.sides
        if (side, theirs) in cosines
    ]
    if side.frame.quantity.dimension in ORDERING and (met := _ordering(side.frame, assertion)):
        return Pair(side.frame, met, "agrees")
    for frame, outcome, strength in compared:
        if outcome == "agree" and strength in ("strong", "same") and _proves(frame, side.frame):
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
        agree = theirs.quantity.amount.compare(mine.amount) == "agree" and _proves(theirs, ours)
        if agree and (alike or len(same) == 1):
            return theirs
    return None


def _proves(theirs: Frame, ours: Frame) -> bool:
    return theirs.quantity.amount.within(ours.quantity.amount)


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


def _together(said: _Said, answers: list[_Answer], context: CheckContext) -> Finding:
    """Return what several assertions give together: sources that differ are shown, and decide nothing."""
    supporting = [each for each in answers if each.proof == "supported"]
    refuting = [each for each in answers if each.proof == "refuted"]
    if supporting and refuting:
        return _conflict(_words(said, refuting[0], context), refuting[0], supporting[0])
    if refuting:
        return _refuted(_words(said, refuting[0], context), refuting) if _consistent(refuting) else _SILENT
    if supporting:
        return Finding(checker=CHECKER, verdict=_supported(_words(said, supporting[0], context), supporting[0]))
    return _SILENT


def _words(said: _Said, answer: _Answer, context: CheckContext) -> Span:
    quantity = answer.ours.quantity
    return Span.of(context.article.text, said.start + quantity.start, said.start + quantity.end)


def _consistent(answers: list[_Answer]) -> bool:
    first = answers[0]
    return all(
        each.ours is first.ours and each.theirs.quantity.amount.compare(first.theirs.quantity.amount) != "differ"
        for each in answers
    )


def _supported(words: Span, answer: _Answer) -> Verdict:
    citation = answer.citation
    return Verdict(
        label="supported",
        confidence=0.85,
        justification=f"“{words.exact}” agrees with “{citation.span.exact}” in {_source(answer.passage)}{_beside(answer)}.",
        citations=(citation,),
        method=CHECKER,
        by="checker",
    )


def _beside(answer: _Answer) -> str:
    """Tell what else was compared and agrees."""
    others = ", ".join(f"“{words}”" for words in answer.compared)
    return (
        f", in a sentence that also has {others} and every name and word of the claim"
        if others
        else ", of the same thing"
    )


def _refuted(words: Span, answers: list[_Answer]) -> Finding:
    answer = answers[0]
    citation = answer.citation
    message = f"The text says “{words.exact}”; {_source(answer.passage)} says “{citation.span.exact}”{_beside(answer)}."
    verdict = Verdict(
        label="refuted",
        confidence=0.8,
        justification=message,
        citations=(citation,),
        method=CHECKER,
        by="checker",
    )
    flag = Flag(
        kind="wrong_number",
        severity="high",
        message=message,
        span=words,
        suggestion=suggest(words.exact, answer.ours.quantity, citation.span.exact, answer.theirs.quantity),
        citations=(citation,),
        checker=CHECKER,
    )
    return Finding(checker=CHECKER, verdict=verdict, flags=(flag,))


def _conflict(words: Span, differing: _Answer, agreeing: _Answer) -> Finding:
    citations = (agreeing.citation, differing.citation)
    message = (
        f"Sources differ on “{words.exact}”: {_source(agreeing.passage)} says “{citations[0].span.exact}”, "
        f"{_source(differing.passage)} says “{citations[1].span.exact}”."
    )
    flag = Flag(
        kind="conflicting_evidence", severity="low", message=message, span=words, citations=citations, checker=CHECKER
    )
    return Finding(checker=CHECKER, flags=(flag,))


def _source(passage: Passage) -> str:
    name = passage.publisher or passage.title or "a stored source"
    return f"{name} ({passage.published_at})" if passage.published_at else name
