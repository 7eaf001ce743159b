"""Where on a PDF's page the letters of its words stand, as far as their fonts tell how wide they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

Matrix = Sequence[float]
Point = tuple[float, float]
_MOST_NUMBERS = 65_536
"""Letters of a font."""
_BLANK = 32
_GAP = -200.0
"""Thousandths of a letter's height from which on a move within a line parts words."""
_LOWEST, _MIDDLE, _HIGHEST = 0.05, 0.35, 0.65
"""Of a letter's height: what lies over these three heights leaves nothing to be read."""
_BELOW, _ABOVE, _BESIDE = -0.5, 1.2, 0.5
"""Of a letter's height: how far a letter may reach."""
_EDGE = 0.15
"""Of a letter's width: what need not be covered at the ends of a word."""
_BLANK_OF_NUMBERS = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<0020>")


@dataclass(frozen=True)
class Widths:
    """How wide the letters of a font are, in thousandths of their height, by their numbers."""

    told: Mapping[int, float]
    other: float
    bytes_each: int = 1
    blank: int = _BLANK
    """The number of the blank."""

    def of(self, shown: bytes) -> Iterator[tuple[int, float]]:
        """Yield the number and the width of each letter."""
        for at in range(0, len(shown), self.bytes_each):
            number = int.from_bytes(shown[at : at + self.bytes_each], "big")
            yield number, self.told.get(number, self.other)


@dataclass(frozen=True)
class Setting:
    """How letters are set in a line, but for their ink."""

    font: Any = None
    """As the file describes it."""
    size: float = 12.0
    wide: float = 1.0
    apart: float = 0.0
    """Room behind each letter."""
    words_apart: float = 0.0
    """Room behind each blank."""
    raised: float = 0.0


@dataclass(frozen=True)
class Shown:
    """Letters that are shown at once."""

    pieces: tuple[Any, ...]
    """Bytes of letters, and numbers by which the line goes back between them."""
    matrix: Matrix
    """From the line, where it begins, to the page."""
    setting: Setting
    follows: bool
    """Whether they stand behind those that were shown before."""


@dataclass(frozen=True)
class Word:
    """A word of what is shown at once."""

    shown: int
    """Which of all that is shown holds it."""
    places: range
    """Its bytes among those that are shown at once, with the blanks behind it."""
    letters: int
    corners: tuple[Point, ...]
    """Around what must be covered lest it is read."""
    reach: tuple[Point, ...]
    """Around all that may be inked."""
    matrix: Matrix
    heights: tuple[float, ...]
    middles: tuple[float, ...]
    """Of its letters, along the line."""

    @property
    def middle(self) -> Point:
        """A place of the page on its middle letter."""
        return _at(self.matrix, self.middles[len(self.middles) // 2], self.heights[1])

    def spots(self) -> Iterator[Point]:
        """Yield places of the page on its letters: where each is covered, nothing of it can be read."""
        for along in self.middles:
            for height in self.heights:
                yield _at(self.matrix, along, height)


@dataclass
class _Open:
    """A word of which the letters are being read."""

    first: int
    end: int = 0
    """Its bytes, with the blanks behind it."""
    spans: list[tuple[float, float]] = field(default_factory=list)
    is_over: bool = False


def words_of(shown: Iterable[Shown]) -> Iterator[Word]:
    """Yield the words of what is shown, in order, as far as it is sure where in its line each begins."""
    fonts: dict[int, Widths | None] = {}
    along: float | None = 0.0
    for number, each in enumerate(shown):
        if not each.follows:
            along = 0.0
        key = id(each.setting.font)
        if key not in fonts:
            fonts[key] = widths_of(each.setting.font)
        widths = fonts[key]
        if widths is None or along is None:
            along = None
            continue
        words, along = _read(each, widths, along)
        yield from (_word(number, each, word) for word in words)


def _read(shown: Shown, widths: Widths, along: float) -> tuple[list[_Open], float]:
    """Return the words of what is shown at once, and where in the line it ends."""
    setting, words, at = shown.setting, [_Open(0)], 0
    for piece in shown.pieces:
        if not isinstance(piece, bytes):
            along -= piece / 1000 * setting.size * setting.wide
            if piece <= _GAP and words[-1].spans:
                words.append(_Open(at))
            continue
        for place, (number, width) in enumerate(widths.of(piece)):
            end = along + width / 1000 * setting.size * setting.wide
            if number == widths.blank:
                words[-1].is_over = True
            else:
                if words[-1].is_over:
                    words.append(_Open(at + place * widths.bytes_each))
                words[-1].spans.append((along, end))
            words[-1].end = at + (place + 1) * widths.bytes_each
            is_blank = widths.bytes_each == 1 and number == _BLANK
            along = end + (setting.apart + setting.words_apart * is_blank) * setting.wide
        at += len(piece)
    return [word for word in words if word.spans], along


def _word(number: int, shown: Shown, word: _Open) -> Word:
    size, raised = shown.setting.size, shown.setting.raised
    (start, first), (last, end) = word.spans[0], word.spans[-1]
    start, end, room = start + (first - start) * _EDGE, end - (end - last) * _EDGE, abs(size) * _BESIDE
    left, right = min(word.spans[0][0], end) - room, max(word.spans[-1][1], start) + room
    low, middle, high = (raised + size * each for each in (_LOWEST, _MIDDLE, _HIGHEST))
    below, above = raised + size * _BELOW, raised + size * _ABOVE
    middles = (start, *((one + other) / 2 for one, other in word.spans), end)
    return Word(
        shown=number,
        places=range(word.first, word.end),
        letters=len(word.spans),
        corners=tuple(_at(shown.matrix, x, y) for x in (start, end) for y in (low, high)),
        reach=tuple(_at(shown.matrix, x, y) for x in (left, right) for y in (below, above)),
        matrix=shown.matrix,
        heights=(low, middle, high),
        middles=middles,
    )


def without(pieces: Sequence[Any], places: Iterable[range]) -> list[Any]:
    """Return what is shown at once without some of its bytes.

    >>> without([b"a bc", -20, b"d"], [range(2, 4)])
    [b'a ', -20, b'd']
    """
    out = {place for each in places for place in each}
    kept, at = list[Any](), 0
    for piece in pieces:
        if not isinstance(piece, bytes):
            kept.append(piece)
            continue
        kept.append(bytes(each for place, each in enumerate(piece, at) if place not in out))
        at += len(piece)
    return kept


def widths_of(font: Any) -> Widths | None:
    """Return how wide a font's letters are; None where that is not sure, as for shapes of its own."""
    with suppress(TypeError, ValueError, KeyError, IndexError, AttributeError):
        kind = font.get("/Subtype")
        if kind == "/Type0":
            return _of_numbers(font)
        if kind == "/Type3":
            return None
        if "/Widths" in font:
            first, described = int(font.get("/FirstChar", 0)), font.get("/FontDescriptor")
            told = {first + at: float(width) for at, width in enumerate(font["/Widths"][:256])}
            return Widths(told, float(described.get_object().get("/MissingWidth", 0)) if described is not None else 0.0)
        return _of_program(str(font["/BaseFont"]).removeprefix("/"))
    return None


def _of_numbers(font: Any) -> Widths | None:
    """Return the widths of a font that numbers its letters by two bytes, written from left to right."""
    if font["/Encoding"] != "/Identity-H":
        return None
    inner = font["/DescendantFonts"][0].get_object()
    listed = [each.get_object() for each in inner.get("/W", ())]
    told: dict[int, float] = {}
    at, left = 0, _MOST_NUMBERS
    while at + 1 < len(listed):
        first, follows = int(listed[at]), listed[at + 1]
        widths = follows if isinstance(follows, list) else [listed[at + 2]] * min(left + 1, int(follows) + 1 - first)
        left -= len(widths)
        if left < 0:
            return None
        told |= {first + number: float(width) for number, width in enumerate(widths)}
        at += 2 if isinstance(follows, list) else 3
    named = font.get("/ToUnicode")
    found = _BLANK_OF_NUMBERS.search(named.get_object().get_data()) if named is not None else None
    return Widths(told, float(inner.get("/DW", 1000)), bytes_each=2, blank=int(found[1], 16) if found else -1)


def _of_program(name: str) -> Widths | None:
    """Return the widths of a font that every program brings, such as Helvetica."""
    with suppress(ImportError, KeyError):
        from pypdf._codecs.core_font_metrics import CORE_FONT_METRICS

        widths = CORE_FONT_METRICS[name].character_widths
        letters = ((code, bytes([code]).decode("cp1252", "replace")) for code in range(256))
        return Widths({code: widths[letter] for code, letter in letters if letter in widths}, widths["default"])
    return None


def _at(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
