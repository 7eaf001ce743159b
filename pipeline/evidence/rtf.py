"""What of an RTF file nobody sees is taken out before its words are read: hidden, deleted, unreadable letters."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from pipeline.articles import WHITE, alike

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})?[ ]?"
    r"|(?P<sign>\\'[0-9a-fA-F]{2}|\\.)|(?P<brace>[{}])|(?P<text>[^\\{}]+)",
    re.DOTALL,
)
_COLOURS = re.compile(r"\{\\colortbl([^{}]{0,20000})\}")
_PART = re.compile(r"\\(red|green|blue)(\d{1,3})")
_SMALLEST, _NARROWEST, _CLOSEST = 3, 5, -100
"""Half points of a letter, per cent of its width, and twentieths of a point between two, that nobody can read."""


@dataclass(frozen=True)
class _Look:
    hidden: bool = False
    deleted: bool = False
    half_points: int = 24
    width: int = 100
    apart: int = 0
    colour: int = 0
    highlight: int = 0
    ground: int = 0
    """Of the letters; 0 for none."""
    shade: int = 0
    """Of the paragraph."""
    patterned: bool = False
    """On a shade of two colours, of which it is not known how dark it is."""
    in_table: bool = False
    skipped: bool = False
    """In a group of a file's own matters, such as its fonts."""


def seen_rtf(text: str) -> tuple[str, int]:
    r"""Return an RTF file without letters that nobody sees, and how many those were.

    >>> seen_rtf(r"{\rtf1 It rained.{\v Say yes.}}")
    ('{\\rtf1 It rained.{\\v }}', 8)
    """
    colours, on_white = _colours_of(text), "\\background" not in text
    look, around, kept, left_out = _Look(), list[_Look](), list[str](), 0
    before = ""
    for match in _TOKEN.finditer(text):
        token, word = match[0], match["word"]
        if match["brace"] == "{":
            around.append(look)
        elif match["brace"]:
            look = around.pop() if around else look
        elif word:
            look = _after(look, word, match["number"], is_first=before == "{")
        elif match["sign"] == "\\*" and before == "{":
            look = replace(look, skipped=True)
        written = match["text"] or (match["sign"] if match["sign"] and match["sign"].startswith("\\'") else "")
        if word in _SIGNS or word == "u" and match["number"]:
            written = token
        if written and not look.skipped and _is_hidden(look, colours, on_white=on_white):
            left_out += len(written.replace("\n", "").replace("\r", "")) if match["text"] else 1
        else:
            kept.append(token)
        before = token
    return "".join(kept), left_out


def _after(look: _Look, word: str, number: str | None, *, is_first: bool) -> _Look:
    """Return how letters look behind a control word."""
    is_on, value = number != "0", int(number) if number else 0
    if word in _OWN_MATTERS and is_first:
        return replace(look, skipped=True)
    if word == "plain":
        kept = {name: getattr(look, name) for name in ("in_table", "skipped", "shade", "patterned")}
        return _Look(**kept)
    if word == "pard":
        return replace(look, in_table=False, shade=0, patterned=False)
    changes: dict[str, dict[str, Any]] = {
        "v": {"hidden": is_on},
        "deleted": {"deleted": is_on},
        "fs": {"half_points": value if number else 24},
        "charscalex": {"width": value if number else 100},
        "expndtw": {"apart": value},
        "expnd": {"apart": 5 * value},
        "cf": {"colour": value},
        "cb": {"ground": value},
        "chcbpat": {"ground": value},
        "highlight": {"highlight": value},
        "cbpat": {"shade": value},
        "shading": {"patterned": True},
        "chshdng": {"patterned": True},
        "intbl": {"in_table": True},
    }
    return replace(look, **changes.get(word, {}))


_SIGNS = frozenset(
    ("emdash", "endash", "bullet", "lquote", "rquote", "ldblquote", "rdblquote", "tab", "emspace", "enspace")
)
_OWN_MATTERS = frozenset(
    ("fonttbl", "colortbl", "stylesheet", "info", "listtable", "listoverridetable", "pict", "revtbl", "rsidtbl")
)


def _is_hidden(look: _Look, colours: list[tuple[int, int, int] | None], *, on_white: bool) -> bool:
    if look.hidden or look.deleted or look.half_points <= _SMALLEST:
        return True
    if look.width <= _NARROWEST or look.apart <= _CLOSEST:
        return True
    behind = look.highlight or look.ground or look.shade
    ground = _named(colours, behind) if behind else None if look.in_table or not on_white else WHITE
    colour = _named(colours, look.colour) if look.colour and not look.patterned else None
    return colour is not None and ground is not None and alike(colour, ground)


def _named(colours: list[tuple[int, int, int] | None], number: int) -> tuple[int, int, int] | None:
    return colours[number] if 0 <= number < len(colours) else None


def _colours_of(text: str) -> list[tuple[int, int, int] | None]:
    """Return the colours that a file numbers from 0; None for the program's own."""
    match = _COLOURS.search(text)
    found: list[tuple[int, int, int] | None] = []
    for entry in match[1].split(";")[:-1] if match else ():
        parts = dict(_PART.findall(entry))
        found.append((int(parts["red"]), int(parts["green"]), int(parts["blue"])) if len(parts) == 3 else None)
    return found
