"""Points between the characters of an OpenDocument text, where comments begin and end and changes stand.

A mark there is an element between two characters, and a deletion keeps its words elsewhere: all marks of a string are
placed at once, so that none moves another.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field

from pipeline.articles.word.layout import Piece
from pipeline.articles.word.names import Element
from pipeline.articles.word.odt import Source, holder_of
from pipeline.articles.word.odt_names import BLANKS, BREAK, HOLDERS, PARAGRAPHS, SPAN, TAB

_END, _START = 0, 1
_SIGNS = (BLANKS, TAB, BREAK)
_BLANK = re.compile(r"[ \t\r\n]+")


@dataclass
class Cut:
    """A string, or an element that stands for characters, and what goes between its characters."""

    source: Source
    points: dict[tuple[int, int], list[Element]] = field(default_factory=lambda: defaultdict(list))
    """By offset; at one offset what ends goes before what begins."""
    deleted: list[tuple[int, int, Element]] = field(default_factory=list)
    """Ranges, each with the element that is to hold its words."""
    blanks: set[int] = field(default_factory=set)
    """Where a blank is written out as an element: behind a deletion it could else become one with that before it."""


class Cuts:
    """The cuts of one document: all are planned before one is made."""

    def __init__(self) -> None:
        self._cuts: dict[tuple[Element, str], Cut] = {}

    def begin(self, piece: Piece, at: int, mark: Element) -> None:
        """Put a mark before a character of a piece."""
        cut, offset = self._at(piece, at, end=False)
        cut.points[offset, _START].append(mark)

    def end(self, piece: Piece, at: int, mark: Element) -> None:
        """Put a mark behind the characters of a piece up to one; what began later ends before it."""
        cut, offset = self._at(piece, at, end=True)
        cut.points[offset, _END].insert(0, mark)

    def delete(self, piece: Piece, start: int, end: int, words: Element) -> None:
        """Move characters of a piece into an element."""
        cut, first = self._at(piece, start, end=False)
        last = self._at(piece, end, end=True)[1]
        cut.deleted.append((first, last, words))
        cut.blanks.add(last)

    def keep_blank(self, piece: Piece) -> None:
        """Keep a blank that a piece begins with, though what stands before it is deleted."""
        cut, first = self._at(piece, 0, end=False)
        cut.blanks.add(first)

    def inner(self, piece: Piece, start: int, end: int) -> list[int]:
        """Return where marks stand between characters of a piece."""
        cut, first = self._at(piece, start, end=False)
        last = self._at(piece, end, end=True)[1]
        offsets = {offset for offset, _ in cut.points if first < offset < last}
        source: Source = piece.node
        return [at for at in range(start + 1, end) if source.part != "whole" and source.starts[at] in offsets]

    def make(self) -> None:
        """Cut; strings first, because what follows an element goes behind the marks after it."""
        for cut in sorted(self._cuts.values(), key=lambda each: each.source.part == "whole"):
            _make_whole(cut) if cut.source.part == "whole" else _make(cut)

    def _at(self, piece: Piece, at: int, *, end: bool) -> tuple[Cut, int]:
        """Return the cut that a character of a piece belongs to, and the offset there."""
        source: Source = piece.node
        unit = holder_of(source)
        if unit.tag not in HOLDERS:
            return self._of(Source(unit, "whole")), int(end)
        if source.part == "whole":
            return self._of(source), int(end)
        return self._of(source), source.ends[at - 1] if end else source.starts[at]

    def _of(self, source: Source) -> Cut:
        return self._cuts.setdefault((source.element, source.part), Cut(source))


def can_delete(pieces: Sequence[Piece]) -> bool:
    """Tell whether all pieces are words, blanks, tabs or breaks, and none a field, a drawing or a change of others."""
    return all(_is_plain(piece.node) for piece in pieces)


def _is_plain(source: Source) -> bool:
    alone = source.part != "whole" or source.element.tag in _SIGNS
    return alone and not source.changed and holder_of(source).tag in HOLDERS


def like(source: Source, words: Sequence[Element | str], near: Element) -> list[Element | str]:
    """Return words in the look that they have where a piece stands: in copies of the spans around it."""
    above = [source.element, *source.element.iterancestors()][source.part != "text" :]
    found: list[Element | str] = list(words)
    for each in above:
        if each.tag in PARAGRAPHS:
            return found
        if each.tag == SPAN:
            found = [fill(near.makeelement(SPAN, dict(each.attrib)), found)]
    return found


def fill(element: Element, contents: Sequence[Element | str]) -> Element:
    """Put text and elements into an element, in order; return it."""
    last = None
    for each in contents:
        if not isinstance(each, str):
            element.append(each)
            last = each
        elif last is None:
            element.text = (element.text or "") + each
        else:
            last.tail = (last.tail or "") + each
    return element


def written(text: str, near: Element) -> list[Element | str]:
    """Return a text as OpenDocument writes it: blanks that would be lost, tabs and breaks are elements."""
    found: list[Element | str] = []
    for at, character in enumerate(text):
        lost = character == " " and (at in (0, len(text) - 1) or text[at - 1] == " ")
        if lost or character in "\t\n":
            found.append(near.makeelement({" ": BLANKS, "\t": TAB, "\n": BREAK}[character]))
        elif found and isinstance(found[-1], str):
            found[-1] += character
        else:
            found.append(character)
    return found


def _make(cut: Cut) -> None:
    """Put all marks of a string in place, and take out what is deleted."""
    source = cut.source
    text = (source.element.text if source.part == "text" else source.element.tail) or ""
    edges = {each for start, end, _ in cut.deleted for each in (start, end)}
    offsets = sorted({0, len(text), *edges, *cut.blanks, *(offset for offset, _ in cut.points)})
    contents: list[Element | str] = []
    for start, end in zip(offsets, [*offsets[1:], len(text)], strict=True):
        contents += [*cut.points.get((start, _END), ()), *cut.points.get((start, _START), ())]
        into = next((words for first, last, words in cut.deleted if first <= start < last), None)
        if into is not None:
            fill(into, like(source, written(_BLANK.sub(" ", text[start:end]), into), into))
        elif text[start:end]:
            contents += _kept(text[start:end], start in cut.blanks, source.element)
    _put_back(source, contents)


def _kept(text: str, written_out: bool, near: Element) -> list[Element | str]:
    """Return a string that stays, the blank that it begins with as an element where it is to be written out."""
    blank = _BLANK.match(text)
    return [near.makeelement(BLANKS), text[blank.end() :]] if written_out and blank else [text]


def _put_back(source: Source, contents: Sequence[Element | str]) -> None:
    element = source.element
    first, rest = (contents[0], contents[1:]) if contents and isinstance(contents[0], str) else (None, contents)
    if source.part == "text":
        parent, at = element, 0
        element.text = first
    else:
        parent = element.getparent()
        at = parent.index(element) + 1
        element.tail = first
    for number, each in enumerate(_with_tails(rest), at):
        parent.insert(number, each)


def _with_tails(contents: Sequence[Element | str]) -> list[Element]:
    found: list[Element] = []
    for each in contents:
        if isinstance(each, str):
            found[-1].tail = (found[-1].tail or "") + each
        else:
            found.append(each)
    return found


def _make_whole(cut: Cut) -> None:
    """Put marks before and after an element, and take it out if it is deleted."""
    element = cut.source.element
    parent, tail = element.getparent(), element.tail
    element.tail = None
    before = [*cut.points.get((0, _END), ()), *cut.points.get((0, _START), ())]
    after = [*cut.points.get((1, _END), ()), *cut.points.get((1, _START), ())]
    at = parent.index(element)
    for _, _, words in cut.deleted[:1]:
        fill(words, like(cut.source, [copy(element)], words))
        parent.remove(element)
    placed = [*before, *([] if cut.deleted else [element]), *after]
    for number, each in enumerate(placed):
        if each is not element:
            parent.insert(at + number, each)
    if placed:
        placed[-1].tail = (placed[-1].tail or "") + (tail or "") or None
