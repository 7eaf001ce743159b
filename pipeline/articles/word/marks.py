"""Comments and tracked changes, written between runs that are cut already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from itertools import count
from typing import Any

from pipeline.articles.cleaning import Cleaner
from pipeline.articles.word.layout import Piece
from pipeline.articles.word.names import (
    COMMENT_REFERENCE,
    INSERTED,
    PARAGRAPH,
    PROPERTIES,
    RANGE_END,
    RANGE_START,
    RUN,
    TEXT,
    WRAPPERS,
    XML_SPACE,
    Element,
    w,
)
from pipeline.core.clock import utc_now
from pipeline.core.errors import InputError

_MAX_COMMENTS = 32_767
"""Word opens no file with more comment ranges (its notes on the standard)."""
_NO_CHARACTERS = dict.fromkeys((0xFFFE, 0xFFFF))
_SIMPLE_FIELD, _FIELD_MARK = w("fldSimple"), w("fldChar")
_RECORDS = frozenset(map(w, ("rPrChange", "ins", "del", "moveFrom", "moveTo")))


def refuse_many(docx: Any, notes: int, name: str) -> None:
    """Raise InputError if a document would have more comments than Word opens."""
    if notes and sum(1 for _ in docx.element.iter(RANGE_START)) + notes > _MAX_COMMENTS:
        raise InputError(
            f"{name} would have more comments than the {_MAX_COMMENTS:,} that Word opens: give fewer notes"
        )


def writable(text: str) -> str:
    r"""Return a text without what nobody sees and XML cannot hold.

    >>> writable("a\x00b\uffff")
    'ab'
    """
    return Cleaner().clean(text).translate(_NO_CHARACTERS)


class Marks:
    """Writes into one document, with ids that nothing in it has."""

    def __init__(self, docx: Any, others: Iterable[Element]) -> None:
        self._docx = docx
        self._ids = count(1 + max((_id(each) for root in (docx.element, *others) for each in root.iter()), default=0))
        self._written_at = utc_now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def comment(self, first: Element, last: Element, author: str, text: str) -> None:
        """Add a comment from the first element to the last: runs, or what stands in place of one."""
        author = clean_author(author)
        initials = "".join(word[0] for word in author.split())[:3].upper()
        comment = self._docx.comments.add_comment(text=text, author=author, initials=initials)
        number = str(comment.comment_id)
        end = _new(first, RANGE_END, id=number)
        _outermost(first, before=True).addprevious(_new(first, RANGE_START, id=number))
        _outermost(last, before=False).addnext(end)
        reference = _new(first, RUN)
        reference.append(_new(first, COMMENT_REFERENCE, id=number))
        _end_of_fields(end).addnext(reference)

    def change(self, pieces: Sequence[Piece], author: str, replacement: str) -> None:
        """Mark pieces as deleted and write their replacement after them, in the look of their first run."""
        units = _distinct(piece.unit for piece in pieces)
        deletion = self._deletion(units, author)
        if not replacement:
            return
        insertion = self._revision(units[0], "ins", author)
        insertion.append(_run_like(units[0], replacement))
        _after_others(deletion).addnext(insertion)

    def _deletion(self, units: Sequence[Element], author: str) -> Element:
        """Wrap units in deletions, one for those that stand side by side; return the last deletion."""
        deletion: Element = None
        for unit in units:
            if deletion is None or unit.getprevious() is not deletion:
                deletion = self._revision(unit, "del", author)
                unit.addprevious(deletion)
            deletion.append(unit)
            for text in list(unit.iter(TEXT)):
                text.tag = w("delText")
                text.set(XML_SPACE, "preserve")
        return deletion

    def _revision(self, near: Element, kind: str, author: str) -> Element:
        return _new(near, w(kind), id=str(next(self._ids)), author=clean_author(author), date=self._written_at)


def _id(element: Element) -> int:
    value = element.get(w("id")) or ""  # a comment of XML has none
    return int(value) if value.isdecimal() and len(value) < 10 else 0


def clean_author(author: str) -> str:
    """Return whom a mark is by, on one line; ours where nobody is named."""
    return " ".join(writable(author).split()) or "factnotes"


def _new(near: Element, tag: str, **attributes: str) -> Element:
    return near.makeelement(tag, {w(name): value for name, value in attributes.items()})


def _distinct(units: Iterable[Element]) -> list[Element]:
    found: list[Element] = []
    for unit in units:
        if not found or unit is not found[-1]:
            found.append(unit)
    return found


def _outermost(element: Element, *, before: bool) -> Element:
    """Leave links, changes and the like, as far as nothing that is shown stands between."""
    while (above := element.getparent()) is not None and above.tag in WRAPPERS and not _beside(element, before):
        element = above
    return element


def _end_of_fields(mark: Element) -> Element:
    """Return the mark, or what ends the fields it stands in: LibreOffice loses a comment that is referred to in one."""
    depth = 0
    found = next(mark.iterancestors(_SIMPLE_FIELD), mark)
    for following in found.itersiblings():
        for kind in (each.get(w("fldCharType")) for each in following.iter(_FIELD_MARK)):
            depth += {"begin": 1, "end": -1}.get(kind, 0)
            if depth < 0:
                found, depth = following, 0
    return found


def _beside(element: Element, before: bool) -> bool:
    return any(each.tag not in PROPERTIES for each in element.itersiblings(preceding=before))


def _after_others(deletion: Element) -> Element:
    """Return after what an insertion may stand: not inside one of somebody else's, which is split there if need be."""
    above = list(deletion.iterancestors())
    above = above[: next((at for at, each in enumerate(above) if each.tag == PARAGRAPH), 0)]
    outer = max((at for at, each in enumerate(above) if each.tag in INSERTED), default=-1)
    element = deletion
    for wrapper in above[: outer + 1]:
        _split_after(element, wrapper)
        element = wrapper
    return element


def _split_after(element: Element, wrapper: Element) -> None:
    following = list(element.itersiblings())
    if not following:
        return
    rest = wrapper.makeelement(wrapper.tag, dict(wrapper.attrib))
    wrapper.addnext(rest)
    rest.extend(following)


def _run_like(unit: Element, text: str) -> Element:
    run = _new(unit, RUN)
    properties = unit.find(w("rPr")) if unit.tag == RUN else None
    if properties is not None:
        copied = deepcopy(properties)
        for record in [each for each in copied if each.tag in _RECORDS]:
            copied.remove(record)
        run.append(copied)
    for number, line in enumerate(text.split("\n")):
        if number:
            run.append(_new(unit, w("br")))
        _write(run, line)
    return run


def _write(run: Element, line: str) -> None:
    for number, words in enumerate(line.split("\t")):
        if number:
            run.append(_new(run, w("tab")))
        if words:
            text = _new(run, TEXT)
            text.text = words
            text.set(XML_SPACE, "preserve")
            run.append(text)
