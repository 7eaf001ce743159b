"""Cut a text at the boundaries of the spans that lie on it, so that overlapping spans can be shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Generic, NamedTuple, TypeVar

from pipeline.core.models import Span

Key = TypeVar("Key", bound=Hashable)


class Mark(NamedTuple, Generic[Key]):
    """What lies on `text[start:end]`; several marks may share a key."""

    start: int
    end: int
    key: Key


class Segment(NamedTuple, Generic[Key]):
    """Words that lie under the same marks from end to end."""

    start: int
    text: str
    keys: tuple[Key, ...] = ()
    """The longest mark first, so that the last is the innermost; a key stands once."""
    ends: tuple[Key, ...] = ()
    """Keys whose last mark ends where the segment ends."""

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self.start + len(self.text)


def cut_segments(text: str, marks: Iterable[Mark[Key]], cuts: Iterable[int] = ()) -> list[Segment[Key]]:
    """Return segments that join to the text; no mark and no extra cut lies inside one."""
    lying = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    starting: dict[int, list[Mark[Key]]] = defaultdict(list)
    last: dict[Key, int] = {}
    for mark in lying:
        starting[mark.start].append(mark)
        last[mark.key] = max(mark.end, last.get(mark.key, 0))
    bounds = {0, len(text), *(cut for cut in cuts if 0 < cut < len(text))}
    bounds.update(offset for mark in lying for offset in (mark.start, mark.end))
    segments: list[Segment[Key]] = []
    active: list[Mark[Key]] = []
    ordered = sorted(bounds)
    for start, end in zip(ordered, ordered[1:], strict=False):
        active = [mark for mark in active if mark.end > start]
        if start in starting:
            active = sorted([*active, *starting[start]], key=lambda mark: mark.start - mark.end)
        keys = tuple(dict.fromkeys([mark.key for mark in active]))
        ends = tuple([key for key in keys if last[key] == end])
        segments.append(Segment(start, text[start:end], keys, ends))
    return segments


def mark_spans(text: str, spans: Iterable[Span]) -> tuple[Segment[str], ...]:
    """Return a text in pieces: those with a key lie under a span; spans that touch or overlap are one piece."""
    joined: list[Segment[str]] = []
    for piece in cut_segments(text, [Mark(span.start, span.end, "marked") for span in spans]):
        if joined and joined[-1].keys == piece.keys:
            joined[-1] = joined[-1]._replace(text=joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return tuple(joined)
