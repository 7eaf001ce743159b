"""What a check of figures tells an editor: verdict, flag and their words, with what was compared."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.check.checkers.quantities.corrections import suggest
from pipeline.check.checkers.quantities.frames import Frame
from pipeline.check.checkers.quantities.proof import Proof
from pipeline.core.models import Article, Citation, Finding, Flag, Passage, Span, Verdict

CHECKER = "quantities"
SILENT = Finding(checker=CHECKER)


@dataclass(frozen=True)
class Answer:
    """What one assertion proves of a claim, by the figure that tells."""

    proof: Proof
    start: int
    """Offset of the claim's sentence in the article."""
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


def together(answers: list[Answer], article: Article) -> Finding:
    """Return what several assertions give together: sources that differ are shown, and decide nothing."""
    supporting = [each for each in answers if each.proof == "supported"]
    refuting = [each for each in answers if each.proof == "refuted"]
    if supporting and refuting:
        return _conflict(_words(refuting[0], article), refuting[0], supporting[0])
    if refuting:
        return _refuted(_words(refuting[0], article), refuting) if _consistent(refuting) else SILENT
    if supporting:
        return Finding(checker=CHECKER, verdict=_supported(_words(supporting[0], article), supporting[0]))
    return SILENT


def _words(answer: Answer, article: Article) -> Span:
    quantity = answer.ours.quantity
    return Span.of(article.text, answer.start + quantity.start, answer.start + quantity.end)


def _consistent(answers: list[Answer]) -> bool:
    first = answers[0]
    return all(
        each.ours is first.ours and each.theirs.quantity.amount.compare(first.theirs.quantity.amount) != "differ"
        for each in answers
    )


def _supported(words: Span, answer: Answer) -> Verdict:
    citation = answer.citation
    there = f"“{citation.span.exact}” in {_source(answer.passage)}"
    return Verdict(
        label="supported",
        confidence=0.85,
        justification=f"“{words.exact}” agrees with {there}{_beside(answer)}.",
        citations=(citation,),
        method=CHECKER,
        by="checker",
    )


def _beside(answer: Answer) -> str:
    """Tell what else was compared and agrees."""
    others = ", ".join(f"“{words}”" for words in answer.compared)
    return (
        f", in a sentence that also has {others} and every name and word of the claim"
        if others
        else ", of the same thing"
    )


def _refuted(words: Span, answers: list[Answer]) -> Finding:
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


def _conflict(words: Span, differing: Answer, agreeing: Answer) -> Finding:
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
