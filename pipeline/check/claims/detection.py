"""Detect an article's claims without a model: quotations by their marks, everything else by syntax."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from pipeline.check.claims.attribution import Placed, begins, placed_quotations, transcribed
from pipeline.check.claims.drafts import Draft, heading_drafts, joined_quotations, quotation_draft, sentence_drafts
from pipeline.check.claims.furniture import furniture_of
from pipeline.check.claims.listed import as_items
from pipeline.check.claims.tabled import cells_of
from pipeline.check.claims.worthiness import Scored, score
from pipeline.check.sparing import each_alone, sparing
from pipeline.core.english import Sentence, sentences, sentences_over
from pipeline.core.errors import FactnotesError
from pipeline.core.models import Article, Claim, Span
from pipeline.core.ports import Embedder


def detect_claims(article: Article, embedder: Embedder | None = None) -> tuple[Claim, ...]:
    """Return the claims of an article in order; what cannot be checked is kept and marked.

    With an embedder that the weights of check-worthiness know, its vectors sharpen the score.
    """
    drafts = _distinct(_drafts(article))
    before = _previous(sentences(article))

    def read(pair: tuple[Draft, Scored]) -> Iterable[Claim]:
        yield _claim(article, *pair, before)

    return tuple(each_alone(read, _scored(article, drafts, embedder), article, lambda pair: pair[0].span))


def _scored(article: Article, drafts: Sequence[Draft], embedder: Embedder | None) -> list[tuple[Draft, Scored]]:
    """Score drafts together; where that fails each alone, so that one odd draft is left out and no other."""
    try:
        scored = score([(draft.text, draft.why_not is None) for draft in drafts], embedder)
        return list(zip(drafts, scored, strict=True))
    except FactnotesError:
        raise
    except Exception:  # it is met again, and told, on the draft that it is about

        def read(draft: Draft) -> Iterable[tuple[Draft, Scored]]:
            yield draft, score([(draft.text, draft.why_not is None)], embedder)[0]

        return each_alone(read, drafts, article, lambda draft: draft.span)


def _drafts(article: Article) -> Iterable[Draft]:
    placed = placed_quotations(article)
    parsed = sentences(article)
    ends = [each.quoted.span.end for each in placed]
    wholes = joined_quotations(placed)
    for each in placed:
        if each.alone or each.heading:
            with sparing(article, each.quoted.span.start, each.quoted.span.end):
                yield quotation_draft(each, sentences_over(article, each.quoted.span), wholes.get(each.quoted.span))

    def read(sentence: Sentence) -> Iterable[Draft]:
        if (cells := cells_of(article, sentence)) is not None:
            return cells
        inside = _inside(sentence, placed, ends)
        if not sentence.line.is_heading:
            drafts = [_spoken(article, draft) for draft in sentence_drafts(article, sentence, inside)]
            return as_items(article, sentence, drafts)
        return () if inside else heading_drafts(sentence)

    yield from each_alone(read, without_furniture(parsed), article, lambda sentence: sentence.span)


def _inside(sentence: Sentence, placed: Sequence[Placed], ends: Sequence[int]) -> Sequence[Placed]:
    """Return the quotations that share words with a sentence."""
    first = bisect_right(ends, sentence.span.start)
    return placed[first : bisect_left(placed, sentence.span.end, key=lambda each: each.quoted.span.start)]


def _spoken(article: Article, draft: Draft) -> Draft:
    """Give what stands in a line of a transcript to whoever the line names."""
    if draft.attribution is not None and draft.attribution.speaker.lower().split()[0] not in _FIRST_PERSON:
        return draft
    lines = transcribed(article)
    at = bisect_right(lines, draft.span.start, key=begins)
    line = lines[at - 1] if at else None
    if line is None or draft.span.end > line.content.end:
        return draft
    start = max(draft.span.start, line.content.start)
    text = draft.text.partition(": ")[2] if start > draft.span.start and ": " in draft.text else draft.text
    span = Span.of(article.text, start, max(draft.span.end, start))
    return replace(draft, span=span, text=text, attribution=line, reason=_TRANSCRIPT)


_FIRST_PERSON = frozenset(("i", "we", "my", "our"))
"""What a speaker begins with whom only the one who speaks can mean: `My daughter said`."""
_TRANSCRIPT = "The transcript gives it to its speaker."


def without_furniture(parsed: Sequence[Sentence]) -> Iterator[Sentence]:
    """Yield the sentences that belong to the article: no bylines, credits, links or calls to readers."""
    for _, line in groupby(parsed, key=lambda sentence: sentence.line.start):
        group = list(line)
        dropped = furniture_of([sentence.span.exact for sentence in group])
        yield from (sentence for sentence, drop in zip(group, dropped, strict=True) if not drop)


def _distinct(drafts: Iterable[Draft]) -> list[Draft]:
    """Order drafts by place and keep one for each place and kind, which is what a claim's id says."""
    kept: dict[tuple[int, int, str], Draft] = {}
    for draft in drafts:
        kept.setdefault((draft.span.start, draft.span.end, draft.kind), draft)
    return [kept[key] for key in sorted(kept)]


def _claim(article: Article, draft: Draft, scored: Scored, before: dict[int, str]) -> Claim:
    own = draft.why_not[1] if draft.why_not else draft.reason
    heading = draft.sentence.line.heading
    return Claim(
        article_id=article.id,
        spans=(draft.span,),
        text=draft.text,
        kind=draft.kind,
        check_worthiness=_worth(draft, scored.value),
        reasons=((own,) if own else ()) + scored.reasons,
        uncheckable=draft.why_not[0] if draft.why_not else None,
        attribution=draft.attribution,
        heading=heading.span.exact if heading else None,
        previous=before.get(draft.sentence.span.start),
        sentence=draft.sentence.span,
    )


def _worth(draft: Draft, value: float) -> float:
    """Add what the score knows nothing of: an opinion cannot be checked (below 0.5), what is said or seen can."""
    if draft.why_not:
        value /= 2
    elif draft.attribution is not None or draft.kind == "quotation" or draft.witnessed:
        value = (1 + value) / 2
    return round(value, 3)


def _previous(parsed: Sequence[Sentence]) -> dict[int, str]:
    """Return the sentence before each, by offset; a heading is nobody's context."""
    return {
        this.span.start: last.span.exact
        for last, this in zip(parsed, parsed[1:], strict=False)
        if not last.line.is_heading and not this.line.is_heading
    }
