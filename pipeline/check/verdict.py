"""Verdicts by a model: one claim, dated evidence, quotations that are looked up before they are believed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import Field

from pipeline.check.relevance import unrelated
from pipeline.core.errors import NoEvidence, QuoteNotRelevant
from pipeline.core.models import Article, Citation, Claim, Evidence, Label, Passage, Usage, Value, Verdict
from pipeline.core.ports import Rendered
from pipeline.llm import Model, Prompt

SHORTEST_QUOTE = 12
"""A quotation of fewer characters is found almost anywhere and proves nothing."""


class CitedQuote(Value):
    """What a model cites."""

    passage: int
    """The number of the passage."""
    quote: str
    """Words copied exactly from that passage."""


class JudgedClaim(Value):
    """What a model answers: grounds first, so that the label follows from them."""

    citations: tuple[CitedQuote, ...]
    justification: str = Field(min_length=1)
    label: Label
    confidence: float = Field(ge=0, le=1)


def predict_verdict(
    claim: Claim, article: Article, evidence: Sequence[Evidence], as_of: date, model: Model, prompt: Prompt
) -> tuple[Verdict, Usage]:
    """Judge a claim from its evidence alone, as of a day; later evidence is not shown to the model.

    Raises NoEvidence without asking, QuoteNotFound for an invented quotation, QuoteNotRelevant for one
    beside the point, and what `Model.ask` raises.
    """
    passages = [each.passage for each in evidence if not each.later]
    if not passages:
        raise NoEvidence(f"no evidence up to {as_of.isoformat()}: index some with `factnotes index`")

    def prove(judged: JudgedClaim) -> Verdict:
        return Verdict(
            label=judged.label,
            confidence=judged.confidence,
            justification=judged.justification.strip(),
            citations=_bearing(claim, judged.label, _proven(judged, passages), passages),
            method=f"{prompt.ref} {model.name}",
            by="model",
        )

    rendered = render_verdict_prompt(claim, article, passages, as_of, prompt)
    return model.ask(rendered, JudgedClaim, prove, evidence=[passage.sha256 for passage in passages])


def render_verdict_prompt(
    claim: Claim, article: Article, passages: Sequence[Passage], as_of: date, prompt: Prompt
) -> Rendered:
    """Return the question on one claim, as it is asked (and as an estimate needs it)."""
    numbered = [
        {"number": number, "source": _source(passage), "text": passage.text}
        for number, passage in enumerate(passages, start=1)
    ]
    return prompt.render(as_of=as_of.isoformat(), claim=claim.text, context=_context(claim, article), passages=numbered)


def _bearing(
    claim: Claim, label: Label, citations: tuple[Citation, ...], passages: Sequence[Passage]
) -> tuple[Citation, ...]:
    """Return citations that bear on the claim; raises QuoteNotRelevant for those that do not."""
    if why := unrelated(claim, citations, {passage.id: passage for passage in passages}, label):
        raise QuoteNotRelevant(why)
    return citations


def _proven(judged: JudgedClaim, passages: Sequence[Passage]) -> tuple[Citation, ...]:
    citations: dict[Citation, None] = {}
    for cited in judged.citations:
        if not 1 <= cited.passage <= len(passages):
            raise ValueError(f"there is no passage {cited.passage}: they are numbered 1 to {len(passages)}")
        citation = Citation.locate(cited.quote, passages[cited.passage - 1])
        if len(citation.span.exact) < min(SHORTEST_QUOTE, len(passages[cited.passage - 1].text)):
            raise ValueError(f"the quotation {cited.quote!r} is too short to prove anything: quote a whole clause")
        citations[citation] = None
    if judged.label in ("supported", "refuted") and not citations:
        raise ValueError(f"{judged.label} needs at least one citation, else the label is not_enough_evidence")
    if judged.label == "conflicting_evidence" and len({citation.passage_id for citation in citations}) < 2:
        raise ValueError(
            "conflicting_evidence needs citations from at least two passages that contradict each other; "
            "a passage that contradicts the claim refutes it, and one about something else is not_enough_evidence"
        )
    return tuple(citations)


def _source(passage: Passage) -> str:
    parts = [
        passage.publisher,
        passage.title,
        f"published {passage.published_at}" if passage.published_at else "no date of publication",
        f"about {passage.event_date}" if passage.event_date else None,
        None if passage.verified else "not verified by the desk",
    ]
    return "; ".join(part for part in parts if part)


def _context(claim: Claim, article: Article) -> str:
    speaker = claim.attribution
    parts = {
        "Title": article.title,
        "Publisher": article.publisher,
        "Date": article.published_at,
        "Heading": claim.heading,
        "Sentence before": claim.previous,
        "Words of the article": " ... ".join(span.exact for span in claim.spans),
        "Said by": speaker and (speaker.name or speaker.speaker),
        "Title of the speaker as written": speaker and speaker.speaker_title,
    }
    return "\n".join(f"{name}: {part}" for name, part in parts.items() if part)
