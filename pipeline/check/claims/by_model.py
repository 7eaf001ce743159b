"""Detect claims with a model: the same claims, each located word for word in the article."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal

from pydantic import Field

from pipeline.core.english import Sentence, sentences
from pipeline.core.errors import QuoteNotFound
from pipeline.core.models import Article, Attribution, Claim, Span, Uncheckable, Usage, Value
from pipeline.core.ports import Rendered
from pipeline.llm import Model, Prompt

CHUNK = 6000
"""How many characters a model reads at once; a longer article is read in several parts."""
_CONTEXT = 400
_SHORTEST = 8
"""A quote of fewer characters does not pin a claim down."""


class DetectedClaim(Value):
    """One claim as a model gives it."""

    quote: str
    """Words copied exactly from the text."""
    text: str = Field(min_length=1)
    """The claim restated to stand alone."""
    kind: Literal["event", "quantity", "quotation", "causal", "other"]
    uncheckable: Uncheckable | None
    check_worthiness: float = Field(ge=0, le=1)
    reason: str
    speaker: str | None
    speaker_title: str | None
    cue: str | None


class DetectedClaims(Value):
    """What a model answers for one part of an article."""

    claims: tuple[DetectedClaim, ...]


def detect_claims_with_model(article: Article, model: Model, prompt: Prompt) -> tuple[tuple[Claim, ...], Usage]:
    """Return the claims a model finds, in order, and what that cost.

    A quote that is not in the article is an error after one repair, never dropped in silence.
    Raises QuoteNotFound and what `Model.ask` raises.
    """
    usage = Usage()
    found: dict[str, Claim] = {}
    for chunk in chunks(article):
        rendered = render_detection_prompt(article, chunk, prompt)
        claims, spent = model.ask(rendered, DetectedClaims, partial(_proven, article, chunk))
        usage += spent
        found |= {claim.id: claim for claim in claims}
    return tuple(sorted(found.values(), key=lambda claim: (claim.span.start, claim.span.end))), usage


def render_detection_prompt(article: Article, chunk: Span, prompt: Prompt) -> Rendered:
    """Return the question on one part of an article, as it is asked (and as an estimate needs it)."""
    heading = article.heading_at(chunk.start)
    parts = {
        "Title": article.title,
        "Date": article.published_at,
        "Heading": heading.span.exact if heading else None,
        "Text before": article.text[max(0, chunk.start - _CONTEXT) : chunk.start].strip(),
    }
    context = "\n".join(f"{name}: {part}" for name, part in parts.items() if part)
    return prompt.render(context=context or "The article begins here.", text=chunk.exact)


def chunks(article: Article, size: int = CHUNK) -> tuple[Span, ...]:
    """Cut an article into parts of whole paragraphs; a paragraph longer than a part is cut between words."""
    cuts: list[tuple[int, int]] = []
    for start, end in _pieces(article.text, size):
        if cuts and end - cuts[-1][0] <= size:
            cuts[-1] = cuts[-1][0], end
        else:
            cuts.append((start, end))
    return tuple(Span.of(article.text, start, end) for start, end in cuts if article.text[start:end].strip())


def _pieces(text: str, size: int) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        while end - start > size:
            stop = max(text.rfind(". ", start, start + size) + 1, start)
            stop = stop if stop > start else max(text.rfind(" ", start, start + size), start)
            stop = stop if stop > start else start + size
            yield start, stop
            start = stop
        yield start, end
        start = end


def _proven(article: Article, chunk: Span, detected: DetectedClaims) -> tuple[Claim, ...]:
    claims = []
    near = 0
    for each in detected.claims:
        if len(each.quote.strip()) < min(_SHORTEST, len(chunk.exact)):
            raise ValueError(f"the quote {each.quote!r} is too short: copy the whole clause")
        place = Span.locate(each.quote, chunk.exact, near=near)
        near = place.start
        span = Span.of(article.text, chunk.start + place.start, chunk.start + place.end)
        claims.append(_claim(article, each, span))
    return tuple(claims)


def _claim(article: Article, detected: DetectedClaim, span: Span) -> Claim:
    parsed = sentences(article)
    place = next((i for i, sentence in enumerate(parsed) if sentence.span.overlap(span)), None)
    heading = article.heading_at(span.start)
    return Claim(
        article_id=article.id,
        spans=(span,),
        text=detected.text.strip(),
        kind=detected.kind,
        check_worthiness=round(detected.check_worthiness, 3),
        reasons=(detected.reason.strip(),) if detected.reason.strip() else (),
        uncheckable=detected.uncheckable,
        attribution=_attribution(article, detected, span),
        heading=heading.span.exact if heading else None,
        previous=_before(parsed, place),
        sentence=parsed[place].span if place is not None else None,
    )


def _before(parsed: tuple[Sentence, ...], place: int | None) -> str | None:
    if not place or parsed[place - 1].line.is_heading or parsed[place].line.is_heading:
        return None
    return parsed[place - 1].span.exact


def _attribution(article: Article, detected: DetectedClaim, span: Span) -> Attribution | None:
    """Keep a speaker, title and cue only as far as the article names them."""
    speaker = _written(article, detected.speaker, span)
    if speaker is None:
        return None
    title, cue = _written(article, detected.speaker_title, span), _written(article, detected.cue, span)
    return Attribution(
        speaker=speaker.exact,
        speaker_span=speaker,
        speaker_title=title.exact if title else None,
        cue=cue.exact if cue else None,
        content=span,
        direct=detected.kind == "quotation",
    )


def _written(article: Article, words: str | None, span: Span) -> Span | None:
    try:
        return Span.locate(words, article.text, near=span.start) if words and words.strip() else None
    except QuoteNotFound:
        return None
