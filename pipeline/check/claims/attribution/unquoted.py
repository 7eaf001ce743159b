"""Read a line with its quotations taken out: `“Yes,” said Ann Lee` parses better than what she said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.check.claims.attribution.quoted import TERM_WORDS, Quoted, quoted
from pipeline.check.claims.attribution.sources import Source
from pipeline.core.english import parse
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
        return offset + sum(shift for at, shift in self.shifts if at <= offset)

    def is_quoted(self, i: int) -> bool:
        """Tell whether a token is part of a quotation, marks included."""
        return any(first <= i < after for _, first, after in self.places)

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
    offset = 0
    marked = quoted(article)
    for line in article.text.splitlines(keepends=True):
        inside = [each for each in marked if offset <= each.span.start < offset + len(line)]
        if inside:
            found.append(_frame(offset, line.rstrip(), inside))
        offset += len(line)
    return tuple(found)


def _frame(start: int, line: str, inside: list[Quoted]) -> Frame:
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
    return next((token.i for token in doc if token.idx >= offset), len(doc))
