"""Check a claim's figures against evidence that speaks of the same thing, else stay silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.models import Citation, Claim, Evidence, Finding, Flag, Passage, Span, Verdict
from pipeline.ports import Ground
from pipeline.quantities.amounts import Outcome
from pipeline.quantities.frames import Frame, find_frames
from pipeline.quantities.matching import Side, Strength, claim_side, evidence_side, hang_together, match

CHECKER = "quantities"
_SILENT = Finding(checker=CHECKER)
_ANY_KIND = frozenset({"event", "causal", "other"})


@dataclass(frozen=True)
class _Answer:
    """One figure of the evidence held against one of the claim."""

    outcome: Outcome
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


def check_quantities(claim: Claim, ground: Ground) -> Finding:
    """Compare each figure of a claim with the same figure in the evidence.

    Method: figures are parsed with unit, role and clause; only those said of the same thing (noun, parties, date,
    planned or real, whole or part) are compared. Blind spots: weekdays and other relative dates,
    dates of what happens more than once, figures told in two sentences,
    several figures of one sort in one sentence, and whatever the parser misreads; there it is silent.
    """
    if not claim.checkable or claim.kind not in _ANY_KIND | {"quantity"} or _is_speech(claim):
        return _SILENT
    findings = [_check_figure(frame, start, text, claim, ground) for frame, start, text in _figures(claim, ground)]
    flags = tuple(flag for finding in findings for flag in finding.flags)
    if claim.kind != "quantity":  # agreement on a figure does not support a whole clause
        return Finding(checker=CHECKER, flags=tuple(flag for flag in flags if flag.kind == "wrong_number"))
    return Finding(checker=CHECKER, verdict=_together([finding.verdict for finding in findings]), flags=flags)


def _is_speech(claim: Claim) -> bool:
    return claim.attribution is not None and claim.attribution.direct


def _figures(claim: Claim, ground: Ground) -> Iterator[tuple[Frame, int, str]]:
    """Yield the figures inside the claim's spans, read in their sentence, with the sentence's place."""
    sentence = claim.sentence or claim.span
    quoted = _quoted(sentence.exact)
    for frame in find_frames(sentence.exact):
        start, end = sentence.start + frame.quantity.start, sentence.start + frame.quantity.end
        inside = any(span.start <= start and end <= span.end for span in claim.spans)
        inside = inside and not (claim.kind != "quantity" and _has_own_claim(start, end, ground))
        if inside and not any(low <= frame.quantity.start < high for low, high in quoted):
            yield frame, sentence.start, sentence.exact


def _has_own_claim(start: int, end: int, ground: Ground) -> bool:
    """Tell whether a claim of kind `quantity` holds a figure: that one is judged, not the clause around it."""
    return any(
        claim.kind == "quantity" and any(span.start <= start and end <= span.end for span in claim.spans)
        for claim in ground.claims
    )


def _quoted(text: str) -> list[tuple[int, int]]:
    """Return what stands between quotation marks: those figures are the speaker's."""
    marks = [index for index, character in enumerate(text) if character in '"“”„«»']
    return list(zip(marks[::2], marks[1::2], strict=False))


def _check_figure(frame: Frame, start: int, sentence: str, claim: Claim, ground: Ground) -> Finding:
    side = claim_side(frame, sentence, ground.article.text, ground.as_of)
    answers = [answer for evidence in ground.evidence for answer in _answers(side, evidence, ground)]
    agreeing = [answer for answer in answers if answer.outcome == "agree"]
    differing = [answer for answer in answers if answer.outcome == "differ" and answer.strength == "strong"]
    if claim.kind != "quantity":
        differing = [answer for answer in differing if hang_together(frame, answer.frame)]
    quantity = frame.quantity
    words = Span.of(ground.article.text, start + quantity.start, start + quantity.end)
    if differing and agreeing:
        return _conflict(words, differing[0], agreeing)
    if differing and _consistent(differing) and not _near(answers):
        return _refuted(words, differing)
    # Much happens in one year: a common date proves little, so dates must be surely of one event.
    enough = ("strong",) if quantity.dimension == "date" else ("strong", "same")
    proving = [answer for answer in agreeing if answer.proves and answer.strength in enough]
    if proving and not differing:
        return Finding(checker=CHECKER, verdict=_supported(words, proving[0]))
    return _SILENT


def _answers(side: Side, evidence: Evidence, ground: Ground) -> Iterator[_Answer]:
    if evidence.later or evidence.passage.kind != "passage" or _is_own(evidence.passage, ground):
        return
    for frame in find_frames(evidence.passage.text):
        if not side.frame.quantity.comparable(frame.quantity):
            continue
        strength = match(side, evidence_side(frame, evidence.passage), ground.embedder)
        if strength != "none":
            outcome = side.frame.quantity.amount.compare(frame.quantity.amount)
            proves = frame.quantity.amount.within(side.frame.quantity.amount)
            yield _Answer(outcome, strength, proves, evidence.passage, frame)


def _is_own(passage: Passage, ground: Ground) -> bool:
    """Tell whether a passage is the article's own: it proves nothing about itself."""
    article = ground.article
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
    )


def _refuted(words: Span, answers: list[_Answer]) -> Finding:
    answer = answers[0]
    citation = answer.citation
    message = (
        f"The text says “{words.exact}”; {_source(answer.passage)} says “{citation.span.exact}”"
        f" of what appears to be the same thing."
    )
    verdict = Verdict(label="refuted", confidence=0.8, justification=message, citations=(citation,), method=CHECKER)
    flag = Flag(
        kind="wrong_number",
        severity="high",
        message=message,
        span=words,
        suggestion=citation.span.exact,
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
