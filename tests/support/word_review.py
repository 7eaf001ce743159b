"""What somebody else's reading of an annotated .docx shows: changes rejected, looks, the rest. Plain lxml."""

from __future__ import annotations

from collections import Counter
from typing import Any

from lxml import etree
from word_files import W, packed, unpacked

_STORIES = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
_MARKS = ("commentRangeStart", "commentRangeEnd", "commentReference", "ins", "moveTo")


def _q(name: str) -> str:
    return f"{{{W}}}{name}"


_CHANGES = tuple(_q(name) for name in ("ins", "del", "moveFrom", "moveTo"))


def rejected(data: bytes, author: str) -> bytes:
    """The file with an author's tracked changes rejected: insertions gone, deletions back."""
    files = unpacked(data)
    for name in _STORIES:
        if name in files:
            root = etree.fromstring(files[name])
            _reject(root, author)
            files[name] = etree.tostring(root)
    return packed(files)


def _reject(root: Any, author: str) -> None:
    for change in list(root.iter(_q("ins"), _q("del"))):
        if change.get(_q("author")) != author:
            continue
        if change.tag == _q("del"):
            for text in change.iter(_q("delText")):
                text.tag = _q("t")
            for child in list(change):
                change.addprevious(child)
        change.getparent().remove(change)


def looks(data: bytes) -> list[tuple[str, bytes, str]]:
    """Every character of the stories in order, deleted ones too, with its run's properties and whose change it is."""
    found = []
    files = unpacked(data)
    for name in _STORIES:
        if name in files:
            for text in etree.fromstring(files[name], etree.XMLParser(remove_blank_text=True)).iter(
                _q("t"), _q("delText")
            ):
                properties = text.getparent().find(_q("rPr"))
                look = b"" if properties is None else etree.tostring(properties, method="c14n", exclusive=True)
                whose = " ".join(f"{each.tag} {each.get(_q('author'))}" for each in text.iterancestors(*_CHANGES))
                found += [(character, look, whose) for character in text.text or ""]
    return found


def bones(data: bytes) -> Counter[str]:
    """How often each element occurs in the stories that is no run, comment mark or insertion (these may be split)."""
    counted: Counter[str] = Counter()
    for name, content in unpacked(data).items():
        if name in _STORIES:
            root = etree.fromstring(content)
            counted.update(each.tag.partition("}")[2] for each in root.iter("*") if not any(map(_is_run, _path(each))))
            counted.update(
                each.tag.partition("}")[2] for each in root.iter(_q("fldChar"), _q("tab"), _q("br"), _q("sym"))
            )
    for mark in _MARKS:
        counted.pop(mark, None)
    return counted


def _path(element: Any) -> list[Any]:
    return [element, *element.iterancestors()]


def _is_run(element: Any) -> bool:
    return bool(element.tag == _q("r"))


def untouched(before: bytes, after: bytes) -> list[str]:
    """The parts that differ as XML, of those that annotating has no business with; no relationships are like none."""
    old, new = unpacked(before), unpacked(after)
    own = {*_STORIES, "word/comments.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}
    names = [name for name in old if name not in own and not name.endswith("/")]
    return [name for name in names if _canonical(old[name]) != _canonical(new.get(name, _NO_RELATIONS))]


_NO_RELATIONS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'


def _canonical(content: bytes) -> bytes:
    try:
        root = etree.fromstring(content, etree.XMLParser(remove_blank_text=True))
        if not root.tag.endswith("}Relationships"):
            return bytes(etree.tostring(root, method="c14n"))
    except etree.LxmlError:
        return content
    return repr(sorted(sorted((key, value.lstrip("/")) for key, value in each.items()) for each in root)).encode()
