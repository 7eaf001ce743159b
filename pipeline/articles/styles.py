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
_SMALLEST = {
    "px": 2.0,
    "pt": 1.5,
    "em": 0.15,
    "rem": 0.15,
    "%": 15.0,
    "": 0.0,
    "vw": 0.15,
    "vh": 0.2,
    "ex": 0.3,
    "ch": 0.3,
}
"""Sizes of letters, by unit, up to which nobody can read them."""
_COMMENT = re.compile(r"/\*.{0,2000}?\*/", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:(?P<code>[0-9a-f]{1,6})\s?|(?P<sign>[^\n]))", re.IGNORECASE)
_NUMBER = re.compile(r"(?P<value>[+-]?(?:\d+\.?\d*|\.\d+))(?P<unit>[a-z]*|%)")
_AWAY = re.compile(r"-\s*\d{3,}")
_OUTSIDE = re.compile(
    r"rect\(\s*[01](?:px)?[\s,]|inset\(\s*(?:50|100)%|inset\((?:\s*[\d.]+(?:px|%)?){0,3}\s+100%|(?:circle|ellipse)\(\s*0"
    r"|polygon\(\s*(?P<point>[\d.]+(?:px|%)?\s+[\d.]+(?:px|%)?)\s*(?:,\s*(?P=point)\s*){0,20}\)|path\(\s*[\"']{2}\s*\)"
)
_TURNED = re.compile(
    r"scale(?:x|y|3d)?\(\s*0?\.?0*[1-5]?[,)\s]|rotate[xy]\(\s*(?:90|270)deg|rotate3d\([^)]{0,30},\s*(?:90|270)deg"
    r"|matrix\(\s*0\s*,\s*0\s*,|translate(?:x|y|3d)?\([^)]{0,40}-\s*\d{3,}|translate(?:x)?\(\s*-?[1-9]\d\d+vw"
)
_AFAR = re.compile(r"[5-9]\d{3}px|\d{5,}px|[1-9]\d\d+v[wh]")
_CALC = re.compile(r"calc\(\s*(-?[\d.]{1,9})\s*([a-z%]*)\s*(?:\*\s*(-?[\d.]{1,9})\s*([a-z%]*))?\s*\)")
_LEAST = re.compile(r"min\(\s*(0[a-z%]*)\s*,[^()]{0,60}\)")
_LIGHT = re.compile(
    r"(?:ok)?(?:lab|lch)\(\s*(?:(?:9[89]|100)(?:\.\d+)?%|1(?:\.0+)?\b)|hwb\(\s*[\d.]+(?:deg)?\s+(?:9[89]|100)%"
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
    plain = (
        _LEAST.sub(r"\1", _CALC.sub(_product, plain.lower())) if "calc(" in plain or "min(" in plain else plain.lower()
    )
    parts = (part.partition(":") for part in plain.split(";"))
    return {name.strip(): value.partition("!")[0].strip() for name, _, value in parts if value.strip()}


def _product(match: re.Match[str]) -> str:
    try:
        value = float(match[1]) * float(match[3] or 1)
    except ValueError:
        return match[0]
    return f"{value:g}{match[2] or match[4] or ''}"


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
        or any(_is_masked(said.get(name, "")) for name in _MASKS)
        or _is_unlike_letters(said)
    )


_MASKS = ("mask", "mask-image", "-webkit-mask", "-webkit-mask-image")


def _is_masked(value: str) -> bool:
    """Tell whether a mask is of colours that let nothing through, and of no other."""
    inner = re.fullmatch(r"(?:repeating-)?(?:linear|radial|conic)-gradient\((.{1,300})\)", value)
    colours = re.split(r",(?![^()]*\))", inner[1]) if inner else []
    told = [
        each.split()[0]
        for each in colours
        if each.strip() and not re.match(r"\s*(?:to\s|[\d.]+deg|circle|ellipse)", each)
    ]
    return bool(told) and all(is_clear(each) for each in told)


def _is_unlike_letters(said: Mapping[str, str]) -> bool:
    """Tell whether letters lie on each other, are blurred beyond reading or set in a font without any."""
    close = re.fullmatch(r"-(?:[2-9]\d|\d{3,})px|-(?:[1-9]|\d{2,})(?:\.\d+)?em", said.get("letter-spacing", ""))
    blurred = re.search(r"blur\((?:[1-9]\d|\d{3,})(?:\.\d+)?px\)", said.get("filter", ""))
    return bool(close or blurred or re.match(r"[\"']?adobe ?blank", said.get("font-family", "")))


def is_blank(style: str) -> bool:
    """Tell whether one style gives letters the colour of the ground that it gives as well."""
    said = declarations(style)
    colour, ground = colour_of(said.get("color")), ground_of(said)
    return colour is not None and ground is not None and alike(colour, ground)


def ground_of(said: Mapping[str, str]) -> Colour | None:
    """Return the colour behind letters that declarations tell; None where they tell none."""
    told = said.get("background-color") or said.get("background", "")
    return colour_of(told) or (colour_of(told.split()[0]) if told else None)


def _at_most(value: str | None, most: float) -> bool:
    match = _NUMBER.fullmatch(value or "")
    return match is not None and float(match["value"]) / (100 if match["unit"] == "%" else 1) <= most


def _is_small(said: Mapping[str, str]) -> bool:
    size = said.get("font-size") or next(iter(_NUMBER.finditer(said.get("font", ""))), [""])[0]
    match = _NUMBER.fullmatch(size)
    return match is not None and float(match["value"]) <= _SMALLEST.get(match["unit"], 0.0)


def _is_elsewhere(said: Mapping[str, str]) -> bool:
    sides = ("left", "right", "top", "bottom", "text-indent", "margin-left", "margin-right", "margin-top", "margin")
    if any(_AWAY.match(said.get(name, "")) for name in (*sides, "translate")) or _AWAY.search(said.get("inset", "")):
        return True
    fixed = ("top", "bottom") if said.get("position") == "fixed" else ()
    return any(_AFAR.match(said.get(name, "")) for name in ("left", "right", "text-indent", *fixed))


def _is_cut(said: Mapping[str, str]) -> bool:
    if any(_OUTSIDE.search(said.get(name, "")) for name in ("clip", "clip-path")):
        return True
    faded = re.search(r"opacity\(([^)]{1,10})\)", said.get("filter", ""))
    if _at_most(said.get("scale"), 0.05) or re.match(r"[xy] (?:90|270)deg", said.get("rotate", "")):
        return True
    if _TURNED.search(said.get("transform", "")) or faded and _at_most(faded[1].strip(), _FAINT):
        return True
    sizes = ("height", "max-height", "width", "max-width")
    empty = any(re.fullmatch(r"[01](?:px)?", said.get(name, "")) for name in sizes)
    return empty and said.get("overflow", "").startswith(("hidden", "clip"))


def is_clear(value: str | None) -> bool:
    """Tell whether a colour lets all light through."""
    if not value:
        return False
    if value.startswith("color-mix(") and value.count("transparent") == 2:
        return True
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
    if _LIGHT.match(text):
        return WHITE
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
