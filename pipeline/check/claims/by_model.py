"""Detect claims with a model: the same claims, each located word for word in the article.

One bad answer costs its own claim only. A reply that lists few of the sentences is asked again, once, for the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator, model_validator

from pipeline.check.claims.ground import Ground, in_order, statements
from pipeline.core.english import Sentence, sentences, sentences_begun, sentences_over, without_addressed_within
from pipeline.core.errors import BudgetSpent, ModelError, ModelUnusable, QuoteNotFound
from pipeline.core.models import Article, Attribution, Claim, Span, Uncheckable, Usage, Value
from pipeline.core.ports import Rendered
from pipeline.llm import LEFT_OUT, Model, Prompt, usage_of

CHUNK = 6000
"""How many characters a model reads at once; a longer article is read in several parts."""
_CONTEXT = 400
_SHORTEST = 8
"""A quote of fewer characters does not pin a claim down."""
_LISTED_ENOUGH = 0.5
"""The share of a part's sentences from which a reply counts as an answer; scripted replies and a small model say so."""
_FEWEST_AGAIN = 3
"""Fewer sentences than these are not worth a call: they are searched by rule."""


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


def _read(value: Any, read: ValidatorFunctionWrapHandler) -> DetectedClaim | str:
    """Return a claim, or what is wrong with it."""
    try:
        claim: DetectedClaim = read(value)
    except ValidationError as error:
        problem = error.errors()[0]
        return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
    return claim


class DetectedClaims(Value):
    """What a model answers for one part of an article."""

    claims: tuple[Annotated[DetectedClaim, WrapValidator(_read)], ...]

    @property
    def read(self) -> tuple[DetectedClaim, ...]:
        """The claims that fit their form: one that does not costs no other."""
        return tuple(claim for claim in self._each if isinstance(claim, DetectedClaim))

    @property
    def unread(self) -> tuple[str, ...]:
        """What is wrong with those that do not, as they are."""
        return tuple(claim for claim in self._each if isinstance(claim, str))

    @property
    def _each(self) -> tuple[DetectedClaim | str, ...]:
        return self.claims

    @model_validator(mode="after")
    def _check_one_is_read(self) -> Self:
        if self.unread and not self.read:
            raise ValueError(self.unread[0])
        return self


class Listed(Value):
    """What a model lists of an article's claims, in order, and what that cost."""

    claims: tuple[Claim, ...] = ()
    usage: Usage = Usage()
    lost: int = 0
    """Claims left out because their words are not in the article."""
    unread: int = 0
    """Claims left out because they do not fit the form that was asked for."""
    again: int = 0
    """Parts that were asked about again, because a reply listed few of their sentences."""
    parts: int = 0
    errors: tuple[str, ...] = ()
    """Why parts, or their rests, have no answer."""


class _Proven(NamedTuple):
    claims: tuple[Claim, ...]
    lost: int
    unread: int


def detect_claims_with_model(article: Article, model: Model, prompt: Prompt) -> tuple[tuple[Claim, ...], Usage]:
    """Return the claims a model finds, in order, and what that cost; each part of the article is asked about once.

    A claim whose quote is not in the article is left out; a reply of nothing but such claims is an error after one
    repair. Raises QuoteNotFound and what `Model.ask` raises.
    """
    usage, found = Usage(), list[Claim]()
    for chunk in chunks(article):
        rendered = render_detection_prompt(article, chunk, prompt)
        proven, spent = model.ask(rendered, DetectedClaims, partial(_proven, article, chunk))
        usage += spent
        found += proven.claims
    return _distinct(found), usage


def list_claims(article: Article, model: Model, prompt: Prompt) -> Listed:
    """Return what a model lists, however little of it can be used; a part that fails costs the others nothing.

    Where the service fails, or the budget is spent, the parts behind are not asked about. Raises ModelUnusable.
    """
    listed = Listed()
    for chunk in chunks(article):
        try:
            one = _list_part(article, chunk, model, prompt)
        except ModelUnusable:
            raise
        except (ModelError, BudgetSpent, QuoteNotFound) as error:
            one = Listed(usage=usage_of(error), errors=(str(error),), parts=1)
            if isinstance(error, BudgetSpent) or getattr(error, "retryable", False):
                return _joined(listed, one)
        listed = _joined(listed, one)
    return listed


def _joined(one: Listed, two: Listed) -> Listed:
    return Listed(
        claims=_distinct((*one.claims, *two.claims)),
        usage=one.usage + two.usage,
        lost=one.lost + two.lost,
        unread=one.unread + two.unread,
        again=one.again + two.again,
        parts=one.parts + two.parts,
        errors=(*one.errors, *two.errors),
    )


def _list_part(article: Article, chunk: Span, model: Model, prompt: Prompt) -> Listed:
    rendered = render_detection_prompt(article, chunk, prompt)
    proven, usage = model.ask(rendered, DetectedClaims, partial(_proven, article, chunk))
    first = Listed(claims=proven.claims, usage=usage, lost=proven.lost, unread=proven.unread, parts=1)
    rest = _rest(article, chunk, proven.claims)
    if not rest:
        return first
    words = "\n".join(_for_readers(article, sentence.start, sentence.end) for sentence in rest)
    asked = prompt.render(context=_context(article, rest[0].start), text=words)
    try:
        more, spent = model.ask(asked, DetectedClaims, partial(_proven_of_rest, article, (*rest, chunk)))
    except ModelUnusable:
        raise
    except (ModelError, BudgetSpent, QuoteNotFound) as error:
        return _joined(first, Listed(usage=usage_of(error), errors=(str(error),), again=1))
    rest_of_it = Listed(claims=more.claims, usage=spent, lost=more.lost, unread=more.unread, again=1)
    return _joined(first, rest_of_it)


def _rest(article: Article, chunk: Span, claims: Iterable[Claim]) -> tuple[Span, ...]:
    """Return the sentences of a part that a reply left out, where they are most of it.

    None where it listed nothing: the question would be the same, and so the answer.
    """
    listed = Ground(span for claim in claims for span in claim.spans)
    inside = [each.span for each in statements(article) if each.span.overlap(chunk) == len(each.span.exact)]
    rest = tuple(span for span in inside if not listed.touches(span))
    is_most = max(_FEWEST_AGAIN, len(inside) * (1 - _LISTED_ENOUGH)) <= len(rest) < len(inside)
    return rest if is_most else ()


def _distinct(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    return in_order({claim.id: claim for claim in claims}.values())


def render_detection_prompt(article: Article, chunk: Span, prompt: Prompt) -> Rendered:
    """Return the question on one part of an article, as it is asked (and as an estimate needs it)."""
    return prompt.render(context=_context(article, chunk.start), text=_for_readers(article, chunk.start, chunk.end))


def _for_readers(article: Article, start: int, end: int) -> str:
    """Return a part of an article without what speaks to a model, which a cut may take the sense of."""
    return without_addressed_within(article.text, start, end, LEFT_OUT)


def _context(article: Article, start: int) -> str:
    heading = article.heading_at(start)
    parts = {
        "Title": article.title,
        "Date": article.published_at,
        "Heading": heading.span.exact if heading else None,
        "Text before": _for_readers(article, max(0, start - _CONTEXT), start).strip(),
    }
    context = "\n".join(f"{name}: {part}" for name, part in parts.items() if part)
    return context or "The article begins here."


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


def _proven(article: Article, chunk: Span, detected: DetectedClaims) -> _Proven:
    """Locate claims in a part; those whose words are not there are counted, and an error where they are all."""
    located: list[tuple[DetectedClaim, Span]] = []
    error: QuoteNotFound | ValueError | None = None
    near = 0
    for each in detected.read:
        try:
            place = _located(each.quote, chunk.exact, near)
        except (QuoteNotFound, ValueError) as missing:
            error = error or missing
            continue
        near = place.start
        located.append((each, Span.of(article.text, chunk.start + place.start, chunk.start + place.end)))
    if error is not None and not located:
        raise error
    lost = len(detected.read) - len(located)
    return _Proven(tuple(_claim(article, *each) for each in located), lost, len(detected.unread))


def _proven_of_rest(article: Article, places: Sequence[Span], detected: DetectedClaims) -> _Proven:
    """Locate claims in the sentences that were asked about again, or behind them in the part they are of."""
    claims = []
    for each in detected.read:
        for place in places:
            try:
                found = _located(each.quote, place.exact, 0)
            except (QuoteNotFound, ValueError):
                continue
            span = Span.of(article.text, place.start + found.start, place.start + found.end)
            claims.append(_claim(article, each, span))
            break
    if detected.read and not claims:
        raise QuoteNotFound(detected.read[0].quote)
    return _Proven(tuple(claims), len(detected.read) - len(claims), len(detected.unread))


def _located(quote: str, text: str, near: int) -> Span:
    if len(quote.strip()) < min(_SHORTEST, len(text)):
        raise ValueError(f"the quote {quote!r} is too short: copy the whole clause")
    return Span.locate(quote, text, near=near)


def _claim(article: Article, detected: DetectedClaim, span: Span) -> Claim:
    parsed = sentences(article)
    over = sentences_over(article, span)
    place = sentences_begun(article, over[0].span.start) - 1 if over else None
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
