"""Whether a style lets its words be seen, as far as its own declarations tell."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
_NAMES: Mapping[str, Colour] = {
    "white": WHITE, "snow": (255, 250, 250), "ivory": (255, 255, 240), "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240), "mintcream": (245, 255, 250), "azure": (240, 255, 255),
    "whitesmoke": (245, 245, 245), "black": (0, 0, 0), "red": (255, 0, 0), "blue": (0, 0, 255),
    "green": (0, 128, 0), "yellow": (255, 255, 0), "gray": (128, 128, 128), "grey": (128, 128, 128),
    "silver": (192, 192, 192), "navy": (0, 0, 128),
}  # fmt: skip
_ALIKE = 16
"""Steps of 255 that two colours may differ by in each part and nobody tells them apart."""
_FAINT = 0.1
"""Opacity or zoom up to which nothing can be read."""
_SMALLEST = {"px": 2.0, "pt": 1.5, "em": 0.15, "rem": 0.15, "%": 15.0, "": 0.0}
"""Sizes of letters, by unit, up to which nobody can read them."""
_COMMENT = re.compile(r"/\*.{0,2000}?\*/", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:(?P<code>[0-9a-f]{1,6})\s?|(?P<sign>[^\n]))", re.IGNORECASE)
_NUMBER = re.compile(r"(?P<value>[+-]?(?:\d+\.?\d*|\.\d+))(?P<unit>[a-z]*|%)")
_AWAY = re.compile(r"-\s*\d{3,}")
_OUTSIDE = re.compile(
    r"rect\(\s*[01](?:px)?[\s,]|inset\(\s*(?:50|100)%|circle\(\s*0|polygon\(\s*0(?:px|%)? 0(?:px|%)?\s*\)"
)
_TURNED = re.compile(
    r"scale(?:x|y|3d)?\(\s*0?\.?0*[,)\s]|rotate[xy]\(\s*(?:90|270)deg|translate(?:x|y|3d)?\([^)]{0,40}-\s*\d{3,}"
)
_HIDING = {
    "display": ("none",),
    "visibility": ("hidden", "collapse"),
    "content-visibility": ("hidden",),
    "mso-hide": ("all",),
}


def declarations(style: str) -> dict[str, str]:
    r"""Return what a style declares, by name; comments and escapes hide nothing.

    >>> declarations("dis/**/play: NONE !important; c\\6flor: red")
    {'display': 'none', 'color': 'red'}
    """
    plain = _ESCAPE.sub(_character, _COMMENT.sub("", style)) if "\\" in style or "/*" in style else style
    parts = (part.partition(":") for part in plain.lower().split(";"))
    return {name.strip(): value.partition("!")[0].strip() for name, _, value in parts if value.strip()}


def _character(match: re.Match[str]) -> str:
    if match["sign"]:
        return match["sign"]
    code = int(match["code"], 16)
    return chr(code) if 0 < code < 0x110000 else ""


def hides(style: str) -> bool:
    """Tell whether words under a style cannot be seen, whatever ground they stand on.

    >>> hides("opacity: .02"), hides("transform: scale(0)"), hides("font-size: 14px")
    (True, True, False)
    """
    said = declarations(style)
    return (
        any(said.get(name) in values for name, values in _HIDING.items())
        or any(_at_most(said.get(name), _FAINT) for name in ("opacity", "zoom"))
        or _is_small(said)
        or _is_elsewhere(said)
        or _is_cut(said)
        or any(is_clear(said.get(name)) for name in ("color", "-webkit-text-fill-color"))
    )


def _at_most(value: str | None, most: float) -> bool:
    match = _NUMBER.fullmatch(value or "")
    return match is not None and float(match["value"]) / (100 if match["unit"] == "%" else 1) <= most


def _is_small(said: Mapping[str, str]) -> bool:
    size = said.get("font-size") or next(iter(_NUMBER.finditer(said.get("font", ""))), [""])[0]
    match = _NUMBER.fullmatch(size)
    return match is not None and float(match["value"]) <= _SMALLEST.get(match["unit"], 0.0)


def _is_elsewhere(said: Mapping[str, str]) -> bool:
    sides = ("left", "right", "top", "bottom", "text-indent", "margin-left", "margin-right", "margin-top", "margin")
    return any(_AWAY.match(said.get(name, "")) for name in sides)


def _is_cut(said: Mapping[str, str]) -> bool:
    if any(_OUTSIDE.search(said.get(name, "")) for name in ("clip", "clip-path")):
        return True
    faded = re.search(r"opacity\(([^)]{1,10})\)", said.get("filter", ""))
    if _TURNED.search(said.get("transform", "")) or faded and _at_most(faded[1].strip(), _FAINT):
        return True
    sizes = ("height", "max-height", "width", "max-width")
    empty = any(re.fullmatch(r"[01](?:px)?", said.get(name, "")) for name in sizes)
    return empty and said.get("overflow", "").startswith(("hidden", "clip"))


def is_clear(value: str | None) -> bool:
    """Tell whether a colour lets all light through."""
    if not value:
        return False
    if value == "transparent" or re.fullmatch(r"#(?:[0-9a-f]{3}[01]|[0-9a-f]{6}(?:0[0-9a-f]|1[0-9]))", value):
        return True
    parts = re.fullmatch(r"(?:rgb|hsl)a?\((.{1,60})\)", value)
    given = re.split(r"[\s,/]+", parts[1].strip()) if parts else []
    return len(given) == 4 and _at_most(given[3], _FAINT)


def colour_of(value: str | None) -> Colour | None:
    """Return the red, green and blue of a colour; None where it is in no form that is known.

    >>> colour_of("#fff"), colour_of("hsl(0, 0%, 100%)"), colour_of("rgb(1 2 3)")
    ((255, 255, 255), (255, 255, 255), (1, 2, 3))
    """
    text = (value or "").strip().lower()
    if text in _NAMES:
        return _NAMES[text]
    if match := re.fullmatch(r"#([0-9a-f]{3})[0-9a-f]?|#([0-9a-f]{6})(?:[0-9a-f]{2})?", text):
        digits = match[2] or "".join(2 * digit for digit in match[1])
        red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
        return red, green, blue
    if match := re.fullmatch(r"(rgb|hsl)a?\((.{1,60})\)", text):
        return _counted(match[1], re.split(r"[\s,/]+", match[2].strip())[:3])
    return None


def _counted(form: str, given: list[str]) -> Colour | None:
    numbers = [_NUMBER.fullmatch(each) for each in given]
    if len(numbers) != 3 or None in numbers:
        return None
    one, two, three = (float(match["value"]) for match in numbers if match)
    if form == "hsl":
        red, green, blue = colorsys.hls_to_rgb(one / 360 % 1, min(three, 100) / 100, min(two, 100) / 100)
        return round(255 * red), round(255 * green), round(255 * blue)
    full = 2.55 if given[0].endswith("%") else 1
    return round(full * one), round(full * two), round(full * three)


def alike(one: Colour, other: Colour) -> bool:
    """Tell whether nobody sees one colour on the other."""
    return all(abs(a - b) <= _ALIKE for a, b in zip(one, other, strict=True))
