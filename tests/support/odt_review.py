"""What somebody else's reading of an annotated .odt shows: changes rejected, looks. Plain lxml."""

from __future__ import annotations

from copy import deepcopy
from itertools import takewhile
from typing import Any

from lxml import etree
from word_files import packed, unpacked

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _OFFICE = f"{{{_ODF}text:1.0}}", f"{{{_ODF}office:1.0}}"
_STYLE = f"{_TEXT}style-name"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"


def content_of(data: bytes) -> Any:
    """Return the content of an .odt as XML."""
    return etree.fromstring(unpacked(data)["content.xml"])


def rejected_odt(data: bytes, author: str) -> bytes:
    """The file with an author's tracked changes rejected: insertions gone, deletions back."""
    files = unpacked(data)
    root = etree.fromstring(files["content.xml"])
    for region in list(root.iter(f"{_TEXT}changed-region")):
        if region.findtext(f".//{_CREATOR}") != author:
            continue
        name, deletion = region.get(f"{_TEXT}id"), region.find(f"{_TEXT}deletion")
        if deletion is None:
            _drop_between(root, name)
        else:
            (mark,) = [each for each in root.iter(f"{_TEXT}change") if each.get(f"{_TEXT}change-id") == name]
            _put_back(mark, deletion.find(f"{_TEXT}p"))
        region.getparent().remove(region)
    files["content.xml"] = etree.tostring(root)
    return packed(files)


def _drop_between(root: Any, name: str) -> None:
    start, end = (
        next(each for each in root.iter(f"{_TEXT}change-{kind}") if each.get(f"{_TEXT}change-id") == name)
        for kind in ("start", "end")
    )
    parent = start.getparent()
    between = list(parent)[parent.index(start) : parent.index(end) + 1]
    assert between[-1] is end, "an insertion stands in one element"
    for each in between:
        _remove(each, keep_tail=each is end)


def _put_back(mark: Any, words: Any) -> None:
    """Put deleted words back where the mark stands: among the same spans as they are kept in."""
    above = takewhile(lambda each: each.tag not in (f"{_TEXT}p", f"{_TEXT}h"), mark.iterancestors())
    around = [each.get(_STYLE) for each in above if each.tag == f"{_TEXT}span"][::-1]
    inner = words
    while len(inner) == 1 and inner[0].tag == f"{_TEXT}span":
        inner = inner[0]
        assert around.pop(0) == inner.get(_STYLE)
    assert not around
    before, parent = mark.getprevious(), mark.getparent()
    if inner.text:
        if before is None:
            parent.text = (parent.text or "") + inner.text
        else:
            before.tail = (before.tail or "") + inner.text
    for child in list(inner):
        mark.addprevious(deepcopy(child))
    _remove(mark, keep_tail=True)


def _remove(element: Any, *, keep_tail: bool) -> None:
    before, parent, tail = element.getprevious(), element.getparent(), element.tail or ""
    element.tail = None
    parent.remove(element)
    if keep_tail and before is None:
        parent.text = (parent.text or "") + tail
    elif keep_tail:
        before.tail = (before.tail or "") + tail


def looks_odt(data: bytes) -> list[tuple[str, tuple[str, ...]]]:
    """Every character that is shown, with the styles of the elements around it from the outside in; blanks are one."""
    found: list[tuple[str, tuple[str, ...]]] = []
    body = content_of(data).find(f"{_OFFICE}body/{_OFFICE}text")
    _look(body, (), found)
    return found


def _look(element: Any, above: tuple[str, ...], found: list[tuple[str, tuple[str, ...]]]) -> None:
    skipped = (f"{_OFFICE}annotation", f"{_TEXT}tracked-changes")
    if not isinstance(element.tag, str) or element.tag in skipped:
        return
    style = element.get(_STYLE)
    here = (*above, f"{etree.QName(element).localname} {style}") if style else above
    _characters(element.text, here, found)
    for child in element:
        if child.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
            number = int(child.get(f"{_TEXT}c", "1"))
            found += [("\t" if child.tag.endswith("tab") else " ", here)] * number
        _look(child, here, found)
        _characters(child.tail, here, found)


def _characters(text: str | None, here: tuple[str, ...], found: list[tuple[str, tuple[str, ...]]]) -> None:
    for character in text or "":
        if not (character.isspace() and found and found[-1] == (" ", here)):
            found.append((" " if character.isspace() else character, here))
