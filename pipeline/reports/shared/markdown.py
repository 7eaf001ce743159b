"""Text from outside in Markdown: shown as it is by any viewer, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from pipeline.core.printing import visible
from pipeline.reports.shared.segments import Segment

_SPECIAL = re.compile(r"([\\`*_\[\]#|~@]|:(?=//)|(?<=www)\.|^[-+=>])")
_NUMBERED = re.compile(r"^(\d+)([.)])")
"""Markup anywhere, addresses that viewers turn into links, and what is markup only at the start of a line."""


def md_text(text: str) -> str:
    """Return a text on one line that any Markdown viewer shows as it is."""
    line = visible(" ".join(text.split())).replace("&", "&amp;").replace("<", "&lt;")
    return _NUMBERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", line))


def md_code(text: str) -> str:
    """Return a text as code."""
    return "`" + " ".join(visible(text).replace("`", "'").split()) + "`"


def md_link(name: str, url: str | None) -> str:
    """Return a name, as a link where there is an address."""
    shown = md_text(name)
    return f"[{shown}](<{quote(url, safe='%:/?#@!$&+,;=~')}>)" if url else shown


def md_quote(pieces: Iterable[Segment[str]], where: str) -> str:
    """Return a quotation, its marked pieces bold, with where it comes from."""
    quoted = "".join(md_piece(piece.text, "**" if piece.keys else "") for piece in pieces)
    return f"> {quoted.strip()}\n>\n> {where}" if quoted else f"> {where}"


def md_piece(text: str, around: str) -> str:
    """Return a piece of a text with a mark around its words, and one space for the white space at its ends."""
    words = md_text(text)
    before, after = (" " * edge.isspace() for edge in (text[:1], text[-1:]))
    return f"{before}{around}{words}{around}{after}" if words else before


def md_corrections(corrections: Iterable[tuple[str, str]]) -> str:
    """Return words as written struck out, each with those that would be right, to stand behind a sentence."""
    return "".join(f" ~~{md_text(old)}~~ → **{md_text(new)}**" for old, new in corrections)


def md_row(cells: Sequence[str]) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(cells)} |"
