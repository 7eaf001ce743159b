"""Figures of a sentence with what they count, and whether two of them say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.check.comparison.slots import Slot, slots_of
from pipeline.check.comparison.table import keys_of, stem_of, wordings
from pipeline.core.english import Number, find_numbers, read_bound

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens, Token

Agreement = Literal["agree", "near", "differ"]

_SIGN = re.compile(r"(?P<sign>R\$|US\$|A\$|C\$|[$£€¥₹])\s?$")
_MONEY = re.compile(
    r"\s?(?P<unit>dollars?|pounds?|euros?|yen|yuan|rupees?|rubles?|roubles?|francs?|pesos?|crowns?|kron\w+|reais|cents?|p)\b",
    re.I,
)
_PERCENT = re.compile(r"\s?(?:%|per\s?cent\b|percentage points?\b|percent\b|pc\b|in a hundred\b)", re.I)
_TIME = re.compile(r"[\s-](?P<unit>years?|months?|weeks?|days?|hours?|minutes?|seconds?)\b", re.I)
_MEASURES: dict[str, tuple[str, float]] = {
    "mile": ("length", 1609.0), "km": ("length", 1000.0), "kilometre": ("length", 1000.0),
    "kilometer": ("length", 1000.0),
    "metre": ("length", 1.0), "meter": ("length", 1.0), "m": ("length", 1.0), "feet": ("length", 0.3048),
    "foot": ("length", 0.3048), "ft": ("length", 0.3048), "inch": ("length", 0.0254), "inche": ("length", 0.0254),
    "cm": ("length", 0.01), "centimetre": ("length", 0.01), "centimeter": ("length", 0.01), "yard": ("length", 0.9144),
    "tonne": ("mass", 1000.0), "ton": ("mass", 1000.0), "kg": ("mass", 1.0), "kilogram": ("mass", 1.0),
    "kilo": ("mass", 1.0), "gram": ("mass", 0.001), "ounce": ("mass", 0.0283), "bcm": ("volume", 1e9),
    "litre": ("volume", 0.001), "liter": ("volume", 0.001), "acre": ("area", 4047.0), "hectare": ("area", 10000.0),
}  # fmt: skip
"""Units of measure without their plural `s`: what they measure, and how many metres, kilos, cubic or square metres."""
_LOOSE = 0.03
"""By how much of its value a figure may change when it is put into another unit."""
_MEASURE = re.compile(r"[\s-]?(?P<unit>(?:square |cubic )?[a-z]+)\b", re.I)
_LABEL = re.compile(
    r"\b(?:page|chapter|article|section|no\.?|number|route|flight|room|phase|version|type|act|channel|group)\s$", re.I
)
_SCORE = re.compile(r"(?:\s\w+)?\s?(?:-|–|\sto\s|\sagainst\s)\s?\d")
_CLOCK = re.compile(r"\s?(?:[ap]\.?m\b|o.clock)", re.I)
_PEOPLE = frozenset({"people", "person", "victim", "man", "woman", "life", "other"})
_HARMED = re.compile(r"\s(?:others\s)?(?:were\s|are\s|was\s)?(?:dead|died|killed|injured|wounded|hurt|missing)\b", re.I)
_ABOUT, _PLAIN = 0.15, 0.03
_HUNDREDTHS = 3.0
"""To how many per cent a fraction in words is rounded: papers write `a third` of 32 to 34 in a hundred."""


@dataclass(frozen=True)
class Figure:
    """A number in place, with its unit or the noun it counts."""

    start: int
    end: int
    low: float
    high: float
    bound: str
    unit: str
    """Such as `money $`, `percent`, `years`, `count` or `rank`."""
    nouns: frozenset[str]
    """Keys of what is counted; empty where no noun is told."""
    slots: frozenset[Slot]
    digits: str
    """The written digits, without magnitude."""
    step: float
    scale: float
    narrowed: frozenset[str] = frozenset()
    """Stems of what narrows the noun: `middl` in `four middle schools`."""
    score: bool = False
    """True for one side of a score or vote: `58 to 42`."""


def find_figures(tokens: Tokens, shift: int, taken: Sequence[tuple[int, int]]) -> tuple[Figure, ...]:
    """Return the figures of a sentence in order; what lies in `taken` (dates) is none."""
    text, start, end = tokens.doc.text, tokens.start_char, tokens.end_char
    found = [
        number
        for number in find_numbers(text)
        if start <= number.start < end and not any(low < number.end and number.start < high for low, high in taken)
    ]
    return tuple(_figures(tokens, [number for number in found if not _is_label(text, number)], shift))


def _is_label(text: str, number: Number) -> bool:
    before = text[max(0, number.start - 12) : number.start]
    single = number.in_words and number.value == 1 and number.kind == "cardinal"
    if re.fullmatch(r"1[5-9]\d\d|20\d\d", text[number.start : number.end]) and not _SIGN.search(before):
        return True  # more likely a year
    return bool(_LABEL.search(before) or _CLOCK.match(text, number.end) or before.endswith("#") or single)


def _figures(tokens: Tokens, numbers: list[Number], shift: int) -> Iterator[Figure]:
    text = tokens.doc.text
    for index, number in enumerate(numbers):
        following = numbers[index + 1] if index + 1 < len(numbers) else None
        if following and _is_range(text, number, following):
            continue
        previous = numbers[index - 1] if index and _is_range(text, numbers[index - 1], number) else None
        yield _figure(tokens, number, previous, shift)


def _is_range(text: str, one: Number, two: Number) -> bool:
    between = text[one.end : two.start].strip()
    if one.kind != "cardinal" or two.kind != "cardinal" or one.value >= two.value:
        return False
    bare = re.sub(r"\b(?:bn|m|tn|million|billion|trillion|per\s?cent|percent)\b|[$£€%]", "", between).strip()
    return bare in ("-", "–", "—", "to") or (
        bare == "and" and bool(re.search(r"\bbetween\s[$£€]?$", text[: one.start]))
    )


def _figure(tokens: Tokens, number: Number, previous: Number | None, shift: int) -> Figure:
    text = tokens.doc.text
    first = previous.start if previous else number.start
    bound, _ = read_bound(text, first, number.end)
    part = number.kind == "fraction"
    factor = 100.0 if part else _factor(text, number.end)
    token = token_at(tokens, number.end - 1)
    unit, end, nouns, head = _unit(text, number, first, token)
    sign = _SIGN.search(text[max(0, first - 4) : first])
    low = previous.value * (number.scale if previous.scale == 1 else 1) if previous else number.value
    return Figure(
        first - (len(sign[0]) if sign else 0) + shift,
        end + shift,
        min(low, number.value) * factor,
        number.value * factor,
        bound,
        unit,
        nouns,
        slots_of(head),
        re.sub(r"[^0-9.]", "", text[number.start : number.end]),
        _HUNDREDTHS if part else (number.digit if number.value < 20 else number.step) * factor,
        number.scale,
        frozenset(_narrowing(head)) if unit == "count" and nouns else frozenset(),
        bool(_SCORE.match(text, end) or re.search(r"\d\s?(?:-|–|to|votes? to)\s?$", text[max(0, first - 9) : first])),
    )


def _unit(text: str, number: Number, first: int, token: Token) -> tuple[str, int, frozenset[str], Token]:
    sign = _SIGN.search(text[max(0, first - 4) : first])
    nothing: frozenset[str] = frozenset()
    if sign:
        return f"money {sign['sign'] if sign['sign'] == 'R$' else sign['sign'][-1]}", number.end, nothing, token
    if number.kind == "fraction":
        return "percent", number.end, nothing, token
    if match := _PERCENT.match(text, number.end):
        return "percent", match.end(), nothing, token
    if match := _MONEY.match(text, number.end):
        return f"money {_coin(match['unit'])}", match.end(), nothing, token
    if number.kind == "ordinal":
        head, nouns = _noun(token)
        return "rank", number.end, nouns, head
    if match := _TIME.match(text, number.end):
        return match["unit"].lower().rstrip("s") + "s", match.end(), nothing, token.head
    if (match := _MEASURE.match(text, number.end)) and (unit := _measure(match["unit"].lower())):
        return unit, match.end(), nothing, token
    head, nouns = _noun(token)
    if not nouns:
        nouns = frozenset({"=people"}) if _HARMED.match(text, number.end) else frozenset(_deed(token))
    return "count", number.end, nouns, head


def _deed(token: Token) -> Iterator[str]:
    """Yield what a number without a noun does or undergoes: `13 voted against`, `54,000 were reconnected`."""
    verb = token.head
    if token.dep_ in ("nsubj", "nsubjpass") and verb.pos_ == "VERB":
        way = next((child.lower_ for child in verb.children if child.lower_ in ("for", "against")), "")
        yield from (f"~{key} {way}" for key in keys_of(verb.lemma_.lower()))


def _coin(word: str) -> str:
    word = word.lower()
    return {"dollar": "$", "pound": "£", "euro": "€", "reai": "R$"}.get(word.rstrip("s"), word.rstrip("s"))


def _measure(words: str) -> str | None:
    parts = words.split()
    power = {"square": ("area", 2), "cubic": ("volume", 3)}.get(parts[0]) if len(parts) == 2 else None
    known = _MEASURES.get(parts[-1].rstrip("s"))
    return power[0] if power and known else known[0] if known else None


def _factor(text: str, end: int) -> float:
    """Return how many base units the unit after a number holds; 1 where there is none."""
    match = _MEASURE.match(text, end)
    parts = match["unit"].lower().split() if match else [""]
    known = _MEASURES.get(parts[-1].rstrip("s"))
    power = {"square": 2, "cubic": 3}.get(parts[0], 1) if len(parts) == 2 else 1
    return known[1] ** power if known and not (parts[-1] == "m" and match and match[0][0] != "m") else 1.0


def _noun(token: Token) -> tuple[Token, frozenset[str]]:
    """Return the noun that a number counts, with its keys."""
    noun = token.head if token.dep_ in ("nummod", "compound", "quantmod", "amod") else token
    while noun.dep_ in ("nummod", "quantmod") and noun.head is not noun:
        noun = noun.head
    if noun is token or noun.i < token.i or noun.i - token.i > 6 or noun.pos_ not in ("NOUN", "PROPN"):
        return token, frozenset()
    lemma = noun.lemma_.lower()
    keys = keys_of(lemma) | ({"=people"} if lemma in _PEOPLE or "pl" in noun.morph.get("Animacy") else frozenset())
    return noun, keys


def token_at(tokens: Tokens, offset: int) -> Token:
    """Return the token that a character of the text belongs to."""
    return next((token for token in tokens if token.idx <= offset < token.idx + len(token)), tokens[-1])


def _narrowing(noun: Token) -> Iterator[str]:
    for child in noun.children:
        if child.dep_ in ("amod", "compound") and child.pos_ in ("ADJ", "NOUN") and not child.like_num:
            yield stem_of(child.lower_)


def comparable(one: Figure, two: Figure) -> bool:
    """Tell whether two figures measure the same: one unit, and for counts one noun."""
    if one.unit != two.unit:
        return False
    if one.unit in ("count", "rank"):
        alike = not one.narrowed or not two.narrowed or bool(one.narrowed & two.narrowed)
        return alike and bool((one.nouns & two.nouns) - wordings().light)
    return True


def agreement(one: Figure, two: Figure) -> Agreement:
    """Tell whether two comparable figures say the same, contradict each other, or neither surely."""
    low, high = _range(one)
    least, most = _range(two)
    if low <= most and least <= high:
        return "agree"
    gap = max(least - high, low - most) / max(abs(one.high), abs(two.high), 1e-9)
    exact = one.unit in ("rank",) or (max(one.high, two.high) < 100 and one.step <= 1 and two.step <= 1)
    return "differ" if exact or gap > _PLAIN else "near"


def _range(figure: Figure) -> tuple[float, float]:
    low, high = sorted((abs(figure.low), abs(figure.high)))
    if figure.bound == "more":
        return low, high * 2
    if figure.bound == "less":
        return low * 0.75, high
    if figure.unit == "rank":
        return low, high
    measured = _LOOSE if figure.unit in ("length", "mass", "volume", "area") else 0.0
    share = _ABOUT if figure.bound == "about" else measured
    rounded = not float(high).is_integer() or figure.step > 1
    half = max(share * high, min(0.49 * figure.step, 0.1 * high) if rounded else 0.0)
    return low - half, high + half
