"""Cut runs at exact characters, so that a mark fits between them: what they show and how it looks stays the same."""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy

from pipeline.articles.word.layout import Line, Piece
from pipeline.articles.word.names import RUN, TEXT, XML_SPACE, Element, w

_PROPERTIES = w("rPr")
# What a tracked deletion may hold of a run; pictures, references and marks of fields stay where they are.
_WORDS = frozenset(
    map(w, ("t", "tab", "ptab", "br", "cr", "noBreakHyphen", "softHyphen", "sym", "lastRenderedPageBreak"))
)


def cut(line: Line, offsets: Collection[int]) -> None:
    """Let every piece of a line lie before or after each raw offset, and in runs of its own side.

    Only an offset inside a piece that cannot be cut, such as a formula, stays inside it.
    """
    line.pieces = _cut_texts(line.pieces, offsets)
    at = 0
    for piece in line.pieces:
        if at in offsets and piece.unit is not piece.node:
            split_before(piece.node)
        at += len(piece.raw)
        after = piece.node.getnext()
        if at in offsets and piece.unit is not piece.node and after is not None:
            split_before(after)


def isolate_words(piece: Piece) -> None:
    """Let a piece's run hold nothing but words, so that they can be deleted alone."""
    if piece.unit.tag != RUN:
        return
    for child in list(piece.unit)[1:]:
        before = child.getprevious()
        if before.tag != _PROPERTIES and _is_word(before, piece) != _is_word(child, piece):
            split_before(child)


def run_of_its_own(child: Element) -> Element:
    """Return a run that holds a child alone, cut from the one that it stands in."""
    split_before(child)
    if (following := child.getnext()) is not None:
        split_before(following)
    return child.getparent()


def split_before(child: Element) -> None:
    """Move a child of a run and all after it into a new run that looks the same, unless nothing stands before it."""
    run = child.getparent()
    before = [each for each in child.itersiblings(preceding=True) if each.tag != _PROPERTIES]
    if not before:
        return
    new = run.makeelement(RUN, dict(run.attrib))
    if (properties := run.find(_PROPERTIES)) is not None:
        new.append(deepcopy(properties))
    moved = [child, *child.itersiblings()]
    run.addnext(new)
    new.extend(moved)


def _is_word(child: Element, piece: Piece) -> bool:
    return child.tag in _WORDS or child is piece.node


def _cut_texts(pieces: list[Piece], offsets: Collection[int]) -> list[Piece]:
    cut: list[Piece] = []
    at = 0
    for piece in pieces:
        inside = sorted(offset - at for offset in offsets if at < offset < at + len(piece.raw))
        cut += _cut_text(piece, inside) if inside and piece.node.tag == TEXT else [piece]
        at += len(piece.raw)
    return cut


def _cut_text(piece: Piece, offsets: list[int]) -> list[Piece]:
    """Make several text elements of one."""
    bounds = [0, *offsets, len(piece.raw)]
    text = piece.node.text
    cut = []
    for start, end in zip(reversed(bounds[:-1]), reversed(bounds[1:]), strict=True):
        node = piece.node if start == 0 else piece.node.makeelement(TEXT)
        if start:
            piece.node.addnext(node)
        node.text = text[start:end]
        node.set(XML_SPACE, "preserve")
        cut.append(Piece(node, piece.raw[start:end]))
    return cut[::-1]
