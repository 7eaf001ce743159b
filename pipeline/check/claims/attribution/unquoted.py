"""Read a line with its quotations taken out: `“Yes,” said Ann Lee` parses better than what she said."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from pipeline.check.claims.attribution.quoted import TERM_WORDS, Quoted, quoted
from pipeline.check.claims.attribution.sources import Source
from pipeline.core.english import parse, readable_lines
from pipeline.core.models import Article

if TYPE_CHECKING:
    from spacy.tokens import Doc

_STAND_IN = "Yes"
_ENDINGS = (",", ".", "?", "!", "…", "—", "-")


@dataclass(frozen=True)
class Frame:
    """A line in which each longer quotation is one word."""

    start: int
    """Where the line starts in the article."""
    doc: Doc
    places: tuple[tuple[Quoted, int, int], ...]
    """Each quotation with its first token and the one after its last."""
    shifts: tuple[tuple[int, int], ...]
    """Offsets in the frame with what to add from there on."""

    def in_line(self, offset: int) -> int:
        """Return the offset in the line of an offset in the frame."""
        before = bisect_right(self._shifted, offset)
        return offset + (self._sums[before - 1] if before else 0)

    @cached_property
    def _shifted(self) -> tuple[int, ...]:
        return tuple(at for at, _ in self.shifts)

    @cached_property
    def _sums(self) -> tuple[int, ...]:
        return tuple(accumulate(shift for _, shift in self.shifts))

    def is_quoted(self, i: int) -> bool:
        """Tell whether a token is part of a quotation, marks included."""
        return i in self._quoted

    @cached_property
    def _quoted(self) -> frozenset[int]:
        return frozenset(i for _, first, after in self.places for i in range(first, after))

    @cached_property
    def clausal(self) -> frozenset[int]:
        """The tokens of quotations that are part of a clause of the writer's, such as a term."""
        return frozenset(
            i for each, first, after in self.places if each.words and _is_clausal(each) for i in range(first, after)
        )

    def source(self, source: Source) -> Source | None:
        """Return a source with offsets in the line; None for one that has a quotation in it."""
        moved = [self.in_line(at) for at in (source.start, source.end - 1, source.name_start, source.name_end - 1)]
        if moved[1] - moved[0] != source.end - 1 - source.start:
            return None
        return replace(source, start=moved[0], end=moved[1] + 1, name_start=moved[2], name_end=moved[3] + 1)


@lru_cache(64)
def frames(article: Article) -> tuple[Frame, ...]:
    """Return the frames of the lines that have quotations, in order."""
    found: list[Frame] = []
    marked = quoted(article)
    starts = [each.span.start for each in marked]
    for offset, line in readable_lines(article.text):
        inside = marked[bisect_left(starts, offset) : bisect_left(starts, offset + len(line))]
        if inside:
            found.append(_frame(offset, line, inside))
    return tuple(found)


def _frame(start: int, line: str, inside: Sequence[Quoted]) -> Frame:
    text, at = "", 0
    shifts: list[tuple[int, int]] = []
    edges: list[tuple[Quoted, int, int]] = []
    for each in inside:
        first, after = each.span.start - start, each.span.end - start
        text += line[at:first]
        short = _shortened(each, text.rstrip())
        edges.append((each, len(text), len(text) + len(short)))
        if short != each.span.exact:
            shifts.append((len(text) + len(short), len(each.span.exact) - len(short)))
        text, at = text + short, after
    text += line[at:]
    doc = parse(text)
    places = tuple((each, _token_at(doc, first), _token_at(doc, after)) for each, first, after in edges)
    return Frame(start, doc, places, tuple(shifts))


def _is_clausal(each: Quoted) -> bool:
    return not each.inner.endswith((",", ".", "?", "!", "…", "—", "-")) and not each.inner[:1].isupper()


def _shortened(each: Quoted, before: str) -> str:
    """Return a stand-in for quoted words that are sentences; clauses and terms stay."""
    inner = each.inner
    ended = inner.endswith(_ENDINGS)
    apart = not before or not (before[-1].isalnum() or before[-1] in "’'-(")
    if each.words <= TERM_WORDS or not inner or not (inner[0].isupper() or (ended and apart)):
        return each.span.exact
    mark = each.span.exact[: each.mark]
    end = inner[-1] if ended else ""
    return f"{mark}{_STAND_IN}{end}" + (each.span.exact[-each.mark :] if each.closed else "")


def _token_at(doc: Doc, offset: int) -> int:
    """Return the first token that starts at an offset or after it."""
    return bisect_left(doc, offset, key=lambda token: token.idx)
