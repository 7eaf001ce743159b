"""A text as it reads without escapes, quotes and line breaks, to find in it what was written in another way.

Services send back what they were sent as it suits them: in an address, a page, a list, wrapped lines, numbers of bytes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

_ESCAPED = re.compile(
    r"%(?:25)*(?P<percent>[0-9A-Fa-f]{2})|&(?:amp;)*(?P<entity>\#\d{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[a-z]{2,5});"
    r"|\\{1,8}(?:u(?P<unit>[0-9A-Fa-f]{4})|x(?P<byte>[0-9A-Fa-f]{2})|(?P<blank>[nrt])|(?P<mark>[\"'/]))"
    r"|=(?P<quoted>[0-9A-F]{2})|(?P<soft>=\r?\n)"
    r"|(?P<decimals>\[\s{0,9}\d{1,3}(?:,\s{0,9}\d{1,3}){3,}\s{0,9}\])"
    r"|(?P<hexes>(?<![0-9A-Za-z])(?:0x)?[0-9A-Fa-f]{2}(?:[\s:,-]{1,3}(?:0x)?[0-9A-Fa-f]{2}){3,}(?![0-9A-Za-z]))"
)
_SIGNS = re.compile(r"[%&\\=\[:]|0x|[0-9A-Fa-f]{2} [0-9A-Fa-f]{2} ")
"""Without one of these nothing is escaped."""
_JOINTS = "\"',|[]*`+\\\u00ad\u200b\u200c\u200d\u2060\ufeff"
_SQUEEZE = str.maketrans(dict.fromkeys((*_JOINTS, *" \t\r\n\v\f\u00a0\u2028\u2029")))
_WBR = re.compile("<wbr ?/?>")


def plain(text: str, *, squeezed: bool) -> str:
    """Return a text without its escapes; squeezed, in small letters and without what may stand between parts of a word.

    >>> plain("s&#107;-%41b", squeezed=False), plain('["sk-A", "b9"]', squeezed=True)
    ('sk-Ab', 'sk-ab9')
    """
    if _SIGNS.search(text):
        text = _ESCAPED.sub(_meant, text)
    return _WBR.sub("", text).translate(_SQUEEZE).lower() if squeezed else text


def find_plain(text: str, words: Iterable[str], *, squeezed: bool) -> Iterator[tuple[int, int]]:
    """Yield where words, plain as well, stand in a text however they are written there."""
    read = plain(text, squeezed=squeezed)
    found = [word for word in words if word in read]
    if not found:
        return
    pieces = list(_pieces(text, squeezed))
    shown = "".join(piece for piece, _, _ in pieces)
    places = [(start, end) for piece, start, end in pieces for _ in piece]
    for word in found:
        at = shown.find(word)
        while at >= 0:
            yield places[at][0], places[at + len(word) - 1][1]
            at = shown.find(word, at + len(word))


def _pieces(text: str, squeezed: bool) -> Iterator[tuple[str, int, int]]:
    """Yield a text as `plain` gives it, in pieces with the place of each."""
    done = 0
    found = (*_ESCAPED.finditer(text), *(_WBR.finditer(text) if squeezed else ()))
    for match in sorted(found, key=re.Match.start):
        if match.start() >= done:
            yield from _letters(text, done, match.start(), squeezed)
            meant = "" if match.re is _WBR else _meant(match)
            yield (meant.translate(_SQUEEZE).lower() if squeezed else meant), match.start(), match.end()
            done = match.end()
    yield from _letters(text, done, len(text), squeezed)


def _letters(text: str, start: int, end: int, squeezed: bool) -> Iterator[tuple[str, int, int]]:
    for at in range(start, end):
        yield (text[at].translate(_SQUEEZE).lower() if squeezed else text[at]), at, at + 1


def _meant(match: re.Match[str]) -> str:
    """Return what an escape stands for; a byte above 127 as that of its number."""
    kind = match.lastgroup
    written = match[kind] if kind else ""
    if kind in ("percent", "unit", "byte", "quoted"):
        return chr(int(written, 16))
    if kind == "entity":
        return html.unescape(f"&{written};")
    if kind == "decimals":
        return "".join(chr(int(number) % 256) for number in re.findall(r"\d+", written))
    if kind == "hexes":
        return "".join(chr(int(pair, 16)) for pair in re.findall(r"(?:0x)?([0-9A-Fa-f]{2})", written))
    return {"blank": " ", "mark": written}.get(kind or "", "")
