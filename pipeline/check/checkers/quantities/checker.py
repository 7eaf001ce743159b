"""Check a claim's figures against evidence that speaks of the same thing, else stay silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
from pipeline.check.checkers.quantities.parsing import Quantity
from pipeline.core.english import parse_all
from pipeline.core.models import Citation, Claim, Finding, Flag, Passage, Span, Verdict
from pipeline.core.ports import CheckContext, Embedder

CHECKER = "quantities"
_SILENT = Finding(checker=CHECKER)
_ANY_KIND = frozenset({"event", "causal", "other"})
_NEAREST = Cosines(1.0, 1.0, 1.0)


@dataclass(frozen=True)
class _Answer:
    """One figure of the evidence held against one of the claim."""

    outcome: Agreement
    strength: Strength
    proves: bool
    passage: Passage
    frame: Frame

    @property
    def citation(self) -> Citation:
        """The figure's words in the passage."""
        quantity = self.frame.quantity
        span = Span.of(self.passage.text, quantity.start, quantity.end)
        return Citation(passage_id=self.passage.id, sha256=self.passage.sha256, span=span)


@dataclass(frozen=True)
class _Pair:
    """A figure of the claim and one of the evidence."""

    claim: Side
    other: Side
    passage: Passage


def check_quantities(claim: Claim, context: CheckContext) -> Finding:
    """Compare each figure of a claim with the same figure in the evidence.

    Method: figures are parsed with unit, role, clause and words; only those said of the same thing are compared. A
    figure is wrong only if subject, object and predicate share their words or synonyms (`synonyms.yaml`),
    or are near in sense with nothing narrowed and nothing else in the same slot; if parties, days, aspect, planned or
    real, whole or part agree; and if nobody hedges. Blind spots: figures told in two sentences, synonyms that
    the table lacks, tolls that may have risen since, and whatever the parser misreads; there it is silent.
    """
    if not claim.checkable or claim.kind not in _ANY_KIND | {"quantity"} or _is_speech(claim):
        return _SILENT
    figures = [
        (frame, start, claim_side(frame, text, context.article.text, context.as_of))
        for frame, start, text in _figures(claim, context)
    ]
    pairs = {start + frame.quantity.start: _telling(list(_candidates(side, context))) for frame, start, side in figures}
    cosines = _cosines([pair for found in pairs.values() for pair in found], context.embedder)
    findings = [
        _check_figure(frame, start, claim, context, _answers(pairs[start + frame.quantity.start], cosines))
        for frame, start, _ in figures
    ]
    flags = tuple(flag for finding in findings for flag in finding.flags)
    if claim.kind != "quantity":  # agreement on a figure does not support a whole clause
        return Finding(checker=CHECKER, flags=tuple(flag for flag in flags if flag.kind == "wrong_number"))
    return Finding(checker=CHECKER, verdict=_together([finding.verdict for finding in findings]), flags=flags)


def _is_speech(claim: Claim) -> bool:
    return claim.attribution is not None and claim.attribution.direct


def _figures(claim: Claim, context: CheckContext) -> Iterator[tuple[Frame, int, str]]:
    """Yield the figures inside the claim's spans, read in their sentence, with the sentence's place."""
    sentence = claim.sentence or claim.span
    parse_all(((each.sentence or each.span).exact for each in context.claims), entities=False)
    quoted = _quoted(sentence.exact)
    for frame in find_frames(sentence.exact, context.as_of):
        start, end = sentence.start + frame.quantity.start, sentence.start + frame.quantity.end
        inside = any(span.start <= start and end <= span.end for span in claim.spans)
        inside = inside and not (claim.kind != "quantity" and _has_own_claim(start, end, context))
        if inside and not any(low <= frame.quantity.start < high for low, high in quoted):
            yield frame, sentence.start, sentence.exact


def _has_own_claim(start: int, end: int, context: CheckContext) -> bool:
    """Tell whether a claim of kind `quantity` holds a figure: that one is judged, not the clause around it."""
    return any(
        claim.kind == "quantity" and any(span.start <= start and end <= span.end for span in claim.spans)
        for claim in context.claims
    )


def _quoted(text: str) -> list[tuple[int, int]]:
    """Return what stands between quotation marks: those figures are the speaker's."""
    marks = [index for index, character in enumerate(text) if character in '"“”„«»']
    return list(zip(marks[::2], marks[1::2], strict=False))


def _check_figure(frame: Frame, start: int, claim: Claim, context: CheckContext, answers: list[_Answer]) -> Finding:
    agreeing = [answer for answer in answers if answer.outcome == "agree"]
    differing = [answer for answer in answers if answer.outcome == "differ" and answer.strength == "strong"]
    if claim.kind != "quantity":
        differing = [answer for answer in differing if hang_together(frame, answer.frame)]
    quantity = frame.quantity
    words = Span.of(context.article.text, start + quantity.start, start + quantity.end)
    if differing and agreeing:
        return _conflict(words, differing[0], agreeing)
    if differing and _consistent(differing) and not _near(answers):
        return _refuted(words, quantity, differing)
    proving = [answer for answer in agreeing if answer.proves and answer.strength in ("strong", "same")]
    if proving and not differing:
        return Finding(checker=CHECKER, verdict=_supported(words, proving[0]))
    return _SILENT


def _candidates(side: Side, context: CheckContext) -> Iterator[_Pair]:
    """Yield the figures of the evidence that may be said of the same thing as a claim's."""
    passages = [
        each.passage
        for each in context.evidence
        if not each.later and each.passage.kind == "passage" and not _is_own(each.passage, context)
    ]
    parse_all(
        (passage.text for passage in passages), entities=False
    )  # together, because one by one takes twice as long
    for passage in passages:
        for frame in find_frames(passage.text, passage.published_at):
            if side.frame.quantity.comparable(frame.quantity):
                other = evidence_side(frame, passage)
                if may_match(side, other):
                    yield _Pair(side, other, passage)


def _telling(pairs: list[_Pair]) -> list[_Pair]:
    """Leave out pairs that decide nothing however near they are in sense: embedding them is most of a claim's time."""
    nearest = [_answer(pair, _NEAREST) for pair in pairs]
    may_differ = any(each and each.outcome == "differ" and each.strength == "strong" for each in nearest)
    return [pair for pair, each in zip(pairs, nearest, strict=True) if each and _tells(each, may_differ)]


def _tells(nearest: _Answer, may_differ: bool) -> bool:
    if nearest.outcome == "differ":
        return nearest.strength == "strong"
    return may_differ or (nearest.outcome == "agree" and nearest.proves and nearest.strength in ("strong", "same"))


def _cosines(pairs: list[_Pair], embedder: Embedder) -> dict[_Pair, Cosines]:
    """Return how near each pair is; the embedder is asked once."""
    if not pairs:
        return {}
    texts = list({text: None for pair in pairs for side in (pair.claim, pair.other) for text in _parts(side)})
    vectors = dict(zip(texts, embedder.embed(texts), strict=True))
    return {
        pair: Cosines(
            *(
                float(vectors[one] @ vectors[two])
                for one, two in zip(_parts(pair.claim), _parts(pair.other), strict=True)
            )
        )
        for pair in pairs
    }


def _parts(side: Side) -> tuple[str, str, str]:
    frame = side.frame
    return " ".join(frame.sentence.split()) or "-", frame.clause or "-", frame.thing or "-"


def _answers(pairs: list[_Pair], cosines: dict[_Pair, Cosines]) -> list[_Answer]:
    answers = (_answer(pair, cosines[pair]) for pair in pairs)
    return [answer for answer in answers if answer]


def _answer(pair: _Pair, cosines: Cosines) -> _Answer | None:
    strength = match(pair.claim, pair.other, cosines)
    if strength == "none":
        return None
    ours, theirs = pair.claim.frame.quantity, pair.other.frame.quantity
    outcome = ours.amount.compare(theirs.amount)
    if outcome == "differ" and may_have_grown(pair.claim, pair.other):
        strength = "weak"
    return _Answer(outcome, strength, theirs.amount.within(ours.amount), pair.passage, pair.other.frame)


def _is_own(passage: Passage, context: CheckContext) -> bool:
    """Tell whether a passage is the article's own: it proves nothing about itself."""
    article = context.article
    return bool(article.url and passage.source_url == article.url) or passage.text in article.text


def _consistent(answers: list[_Answer]) -> bool:
    amounts = [answer.frame.quantity.amount for answer in answers]
    return all(amount.compare(amounts[0]) != "differ" for amount in amounts)


def _near(answers: list[_Answer]) -> bool:
    return any(answer.outcome == "near" for answer in answers)


def _supported(words: Span, answer: _Answer) -> Verdict:
    passage, citation = answer.passage, answer.citation
    return Verdict(
        label="supported",
        confidence=0.85 if answer.strength == "strong" else 0.75,
        justification=f"“{words.exact}” agrees with “{citation.span.exact}” in {_source(passage)}.",
        citations=(citation,),
        method=CHECKER,
        by="checker",
    )


def _refuted(words: Span, quantity: Quantity, answers: list[_Answer]) -> Finding:
    answer = answers[0]
    citation = answer.citation
    message = (
        f"The text says “{words.exact}”; {_source(answer.passage)} says “{citation.span.exact}”"
        f" of what appears to be the same thing."
    )
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
        suggestion=suggest(words.exact, quantity, citation.span.exact, answer.frame.quantity),
        citations=(citation,),
        checker=CHECKER,
    )
    return Finding(checker=CHECKER, verdict=verdict, flags=(flag,))


def _conflict(words: Span, differing: _Answer, agreeing: list[_Answer]) -> Finding:
    other = next((answer for answer in agreeing if answer.strength in ("strong", "same")), None)
    if other is None:
        return _SILENT
    citations = (other.citation, differing.citation)
    message = (
        f"Sources differ on “{words.exact}”: {_source(other.passage)} says “{citations[0].span.exact}”, "
        f"{_source(differing.passage)} says “{citations[1].span.exact}”."
    )
    flag = Flag(
        kind="conflicting_evidence", severity="low", message=message, span=words, citations=citations, checker=CHECKER
    )
    return Finding(checker=CHECKER, flags=(flag,))


def _together(verdicts: list[Verdict | None]) -> Verdict | None:
    """Return refuted if one figure is refuted; supported only if every figure is."""
    refuted = next((verdict for verdict in verdicts if verdict and verdict.label == "refuted"), None)
    if refuted or not verdicts or not all(verdicts):
        return refuted
    return verdicts[0]


def _source(passage: Passage) -> str:
    name = passage.publisher or passage.title or "a stored source"
    return f"{name} ({passage.published_at})" if passage.published_at else name
