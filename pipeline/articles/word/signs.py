"""What the children of a run show as characters."""

from __future__ import annotations

from pipeline.articles.word.names import (
    ALTERNATIVES,
    EMOJI,
    EMOJI_CODE,
    RUBY,
    RUBY_BASE,
    TEXT,
    Element,
    chosen,
    w,
)

UNREADABLE = "\ufffd"
_SIGNS = {
    w("tab"): "\t",
    w("ptab"): "\t",
    w("br"): "\n",
    w("cr"): "\n",
    w("noBreakHyphen"): "-",
}
# In a text, a line break is one more blank; Unicode's own breaks break lines.
_BLANKS = str.maketrans({"\n": " ", "\r": " ", "\x0b": " ", "\x0c": " ", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
_PRIVATE = range(0xF000, 0xF100)
# Places of the font Symbol, whose other signs up to 0x7E are Greek letters or those of ASCII.
_SYMBOLS = {
    0xA0: "€", 0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×",
    0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xD2: "®", 0xD3: "©", 0xD4: "™", 0xE2: "®", 0xE3: "©", 0xE4: "™",
    0x61: "α", 0x62: "β", 0x67: "γ", 0x64: "δ", 0x6C: "λ", 0x6D: "μ", 0x70: "π", 0x73: "σ", 0x44: "Δ", 0x57: "Ω",
}  # fmt: skip
_SAME_AS_ASCII = frozenset("0123456789()+,./:;<=>?[]{|}!#%&_")


def shown(child: Element) -> str:
    """Return the characters that a child of a run shows: text, a tab, a break, a symbol, an emoji, or nothing."""
    if child.tag == TEXT:
        return (child.text or "").translate(_BLANKS)
    if child.tag == w("sym"):
        return _symbol(child.get(w("char"), ""), child.get(w("font"), ""))
    if child.tag == RUBY:
        return "".join(text.text or "" for base in child.iter(RUBY_BASE) for text in base.iter(TEXT)).translate(_BLANKS)
    if child.tag == ALTERNATIVES:
        return _alternative(child)
    return _SIGNS.get(child.tag, "")


def _alternative(child: Element) -> str:
    branch = chosen(child)
    if branch is None:
        return ""
    return "".join(_emoji(each) if each.tag == EMOJI else shown(each) for each in branch)


def _emoji(element: Element) -> str:
    return _character(element.get(EMOJI_CODE, ""))


def _symbol(code: str, font: str) -> str:
    character = _character(code)
    if not character or ord(character) not in _PRIVATE:
        return character or UNREADABLE
    place = ord(character) - _PRIVATE.start
    if font.casefold() != "symbol":
        return UNREADABLE
    return _SYMBOLS.get(place) or (chr(place) if chr(place) in _SAME_AS_ASCII else UNREADABLE)


def _character(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
