"""Names of WordprocessingML: elements by what is done with them."""

from __future__ import annotations

from typing import Any, TypeAlias

Element: TypeAlias = Any
"""An element of lxml, which has no types."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_EMOJI = "{http://schemas.microsoft.com/office/word/2015/wordml/symex}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def w(name: str) -> str:
    """Return the full name of an element or attribute of WordprocessingML.

    >>> w("p")[-3:]
    'n}p'
    """
    return _W + name


PARAGRAPH, RUN, TEXT = w("p"), w("r"), w("t")
ROW, CELL, CONTROL = w("tr"), w("tc"), w("sdt")
ALTERNATIVES, CHOICE, FALLBACK = f"{_MC}AlternateContent", f"{_MC}Choice", f"{_MC}Fallback"
EMOJI, EMOJI_CODE = f"{_EMOJI}symEx", f"{_EMOJI}char"
FORMULAS, FORMULA_TEXT = frozenset({f"{_M}oMath", f"{_M}oMathPara"}), f"{_M}t"
RUBY, RUBY_BASE = w("ruby"), w("rubyBase")
BOX = w("txbxContent")
PICTURES = frozenset(map(w, ("drawing", "pict", "object")))
INSERTED = frozenset(map(w, ("ins", "moveTo")))
DELETED = frozenset(map(w, ("del", "moveFrom")))
NOTE_REFERENCES = {w("footnoteReference"): "footnote", w("endnoteReference"): "endnote"}
RANGE_START, RANGE_END, COMMENT_REFERENCE = map(w, ("commentRangeStart", "commentRangeEnd", "commentReference"))
PROPERTIES = frozenset(
    map(w, ("pPr", "rPr", "tblPr", "tblGrid", "tblPrEx", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr", "smartTagPr"))
)
WRAPPERS = INSERTED | frozenset(map(w, ("hyperlink", "smartTag", "fldSimple", "dir", "bdo")))
"""Elements around runs: a comment from their first word on, or to their last, stands better outside."""


def is_on(switch: Element | None) -> bool:
    """Tell whether a switch such as `w:vanish` is there and not turned off."""
    return switch is not None and switch.get(w("val"), "true") not in ("0", "false", "off")


def chosen(alternatives: Element) -> Element | None:
    """Return the branch of `mc:AlternateContent` that is shown: the first choice, as programs of today do."""
    found = alternatives.find(CHOICE)
    return found if found is not None else alternatives.find(FALLBACK)
