"""Which words of an article are told in claims already, and which of its sentences hold none."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from pipeline.check.claims.detection import without_furniture
from pipeline.check.claims.furniture import states_something
from pipeline.check.sparing import each_alone
from pipeline.core.caching import once_for_each
from pipeline.core.english import Sentence, sentences
from pipeline.core.models import Article, Claim, Span


def in_order(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Return claims in order of offset, the shorter first where two begin alike."""
    return tuple(sorted(claims, key=lambda claim: (claim.span.start, claim.span.end)))


class Ground:
    """The places that spans cover, looked up in the time a search in their order takes."""

    def __init__(self, spans: Iterable[Span]) -> None:
        """Join spans that meet."""
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted((span.start, span.end) for span in spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def holds(self, start: int, end: int) -> bool:
        """Tell whether a stretch is covered from its first character to its last."""
        at = bisect_right(self._starts, start) - 1
        return at >= 0 and end <= self._ends[at]

    def touches(self, span: Span) -> bool:
        """Tell whether any character of a span is covered."""
        at = bisect_right(self._starts, span.end - 1) - 1
        return at >= 0 and self._ends[at] > span.start


@once_for_each
def statements(article: Article) -> tuple[Sentence, ...]:
    """Return the sentences of an article's running text: no headings, labels or what else only stands on its page."""
    running = (sentence for sentence in without_furniture(sentences(article)) if not sentence.line.is_heading)
    own = (sentence for sentence in running if not any(sentence.span.overlap(span) for span in article.corrections))
    return tuple(each_alone(_if_sentence, own, article, lambda sentence: sentence.span))


def _if_sentence(sentence: Sentence) -> Iterable[Sentence]:
    return (sentence,) if _is_sentence(sentence) else ()


def _is_sentence(sentence: Sentence) -> bool:
    """Tell whether words are written as a sentence: with an end, a verb, or at a label's length no more."""
    words = sum(token.is_alpha for token in sentence.tokens)
    ended = sentence.span.exact.rstrip(_CLOSING).endswith((".", "!", "?", "…"))
    return words > _LABEL or (words >= _FEWEST and (ended or states_something(list(sentence.tokens))))


_FEWEST, _LABEL = 3, 8
_CLOSING = "”\"'’)"


def without_claim(article: Article, claims: Iterable[Claim]) -> tuple[Span, ...]:
    """Return the sentences in whose words no claim stands, checkable or not."""
    told = Ground(span for claim in claims for span in claim.spans)
    return tuple(sentence.span for sentence in statements(article) if not told.touches(sentence.span))
