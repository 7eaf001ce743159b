"""Quantities in a text: amount, unit or counted noun, and how the sentence uses them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.check.checkers.quantities.amounts import Amount, Bound, Unit, units
from pipeline.check.checkers.quantities.counting import Result, find_results, is_whole, whole_of
from pipeline.core.english import Number, find_dates, find_numbers, parse, read_bound

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_TO = re.compile(r"\s?(?:-|–|—|\sto\s|\sand\s|\sor\s)\s?[$€£¥]?", re.IGNORECASE)
_ONE_AFTER = re.compile(
    r"\b(?:for|within|after|over|during|lasting|lasts?|lasted|than|about|nearly|almost|around|of|just|only|at least"
    r"|under|take|takes|took|in|another|the|whole|full|entire)\s$",
    re.IGNORECASE,
)
_ROUGH = 0.1
_SHARE_SPREAD = 1.5
"""Percentage points that a fraction in words may be rounded by."""
_MOVING = frozenset({
    "rise", "increase", "grow", "climb", "jump", "soar", "fall", "drop", "decline", "decrease", "shrink", "plunge",
    "contract", "slip", "tumble", "surge", "slide", "expand", "gain", "lose",
})  # fmt: skip
"""Verbs of which a bare percentage or sum says by how much: `rose 3 percent` is `rose by 3 percent`."""
_AMOUNT_OF_MOVE = ("dobj", "npadvmod", "attr", "advmod", "nummod", "obl")
_HARM = frozenset({"kill", "die", "injure", "wound", "hurt", "perish"})
_HARMED = re.compile(r"\s(?:others?\s)?(?:dead|injured|wounded|hurt|missing)\b", re.IGNORECASE)
_ZONE = 2.0
"""Days by which two reports of one event may differ: time zones, night and morning."""
_RATE = re.compile(r"\s?(?:/|\s(?:per|an?|each|every)\s)(?P<per>[a-z]+)\b", re.IGNORECASE)
_TAIL = re.compile(r"[\s-](?P<tail>ago|later|earlier|old|before|after|away|apart|long|left|remaining)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Quantity:
    """A quantity in place; `start` and `end` hold figure and unit."""

    start: int
    end: int
    amount: Amount
    dimension: str
    """Such as `duration`, `money EUR`, `percent`, `count` or `ordinal`."""
    noun: str = ""
    """What is counted, as a lemma with the words that narrow it."""
    role: str = ""
    """How the sentence uses it: `length`, `ago`, `age`, `to`, `by`, ..."""
    rate: str = ""
    """Such as `day` in `five dollars a day`."""
    unit: str = ""
    bound: Bound = "exact"
    """Whether the text gives it exactly, about, or as a limit."""

    def comparable(self, other: Quantity) -> bool:
        """Tell whether both measure in the same dimension, and in the same way; symmetric."""
        return self.dimension == other.dimension and self.role == other.role and self.rate == other.rate


@lru_cache(512)
def find_quantities(text: str, today: date | None = None) -> tuple[Quantity, ...]:
    """Return the quantities of a text in order; clock times and names with numbers are left out.

    `today` lends the year to dates that lack it.
    """
    doc = parse(text, entities=False)
    read = _outside_dates(text, find_numbers(text), today)
    shares = [_share(doc, number) for number in read if number.kind == "fraction"]
    numbers = [number for number in read if _is_stated(number)]
    found = [quantity for index in range(len(numbers)) if (quantity := _measured(doc, numbers, index))]
    found = [quantity for quantity in found if not any(_touch(quantity, share) for share in shares)] + shares
    found += _dated(doc, today)
    scores = [_result(doc, result) for result in find_results(doc)]
    found = [quantity for quantity in found if not any(_touch(quantity, score) for score in scores)] + scores
    found += [quantity for quantity in _units_alone(doc) if not any(_touch(quantity, other) for other in found)]
    return tuple(sorted(_without_doubles(found), key=lambda quantity: quantity.start))


def _dated(doc: Doc, today: date | None) -> list[Quantity]:
    """Return the dates that need no other day to be understood, in days."""
    found = []
    for when in find_dates(doc.text, today):
        if when.relative:
            continue
        token = _token_at(doc, when.end - 1)
        while token.head != token and token.head.idx >= when.start and token.head.idx < when.end:
            token = token.head
        role = token.head.lemma_.lower() if token.dep_ == "pobj" else token.dep_
        first, last = float(when.first.toordinal()), float(when.last.toordinal())
        amount = Amount((first, last), (first - _ZONE, last + _ZONE))
        role = "at" if role in ("in", "on", "npadvmod") else role
        found.append(Quantity(when.start, when.end, amount, "date", role=role, unit="day"))
    return found


def _result(doc: Doc, result: Result) -> Quantity:
    """Return a score or vote as one figure."""
    both = float(result.one * _APART + result.two)
    return Quantity(result.start, result.end, Amount((both, both), (both, both)), "score")


_APART = 1000
"""What keeps the two numbers of a result apart; no number of one is larger."""


def _is_stated(number: Number) -> bool:
    """Leave out what is below zero, and `first`, which seldom counts."""
    first = number.ordinal and number.in_words and number.value == 1
    return number.kind != "fraction" and number.value >= 0 and not first


def _outside_dates(text: str, numbers: tuple[Number, ...], today: date | None) -> list[Number]:
    days = [(when.start, when.end) for when in find_dates(text, today)]
    return [
        number
        for number in numbers
        if not any(start < number.end and number.start < end for start, end in days) and not _is_name(text, number)
    ]


def _is_name(text: str, number: Number) -> bool:
    """Leave out page numbers, codes and clock times."""
    after = text[number.end : number.end + 6]
    before = text[max(0, number.start - 12) : number.start]
    clock = re.match(r"(?:\s?[ap]\.?m\b|\s?o.clock)", after, re.I)
    label = re.search(
        r"\b(?:page|chapter|article|section|no\.|number|route|flight|room|phase|version|type|level|act)\s$",
        before,
        re.I,
    )
    return bool(clock or label or re.search(r"#$", before))


def _measured(doc: Doc, numbers: list[Number], index: int) -> Quantity | None:
    number = numbers[index]
    text: str = doc.text
    end, low, high, worth = number.end, number.value, number.value, number.step
    previous = numbers[index - 1] if index else None
    if previous and _is_range(text, previous, number):
        low = previous.value
    elif index + 1 < len(numbers) and _is_range(text, number, numbers[index + 1]):
        return None
    first = previous.start if low != high and previous else number.start
    unit, start, end = _unit(text, first, end)
    if number.ordinal:
        return _ordinal(doc, number)
    bound: Bound
    bound, tail_end = ("range", end) if low != high else read_bound(text, start, end)
    if unit is None:
        return _bounded(_count(doc, number, start, Amount.of(low, high, bound=bound, unit=worth)), bound)
    amount = _in_unit(unit, low, high, bound, worth)
    token = _token_at(doc, end - 1)
    role = _role(token, text[end:], unit)
    noun = _share_of(token) if unit.dimension == "percent" else ""
    return Quantity(start, end, amount, unit.dimension, noun, role, _rate(text, max(end, tail_end)), unit.name, bound)


def _is_range(text: str, one: Number, two: Number) -> bool:
    between = text[one.end : two.start]
    if one.ordinal or two.ordinal or not _TO.fullmatch(between) or one.value >= two.value:
        return False
    if between.strip().lower() == "and":
        return bool(re.search(r"\bbetween\s[$€£¥]?$", text[: one.start], re.IGNORECASE))
    return True


def _unit(text: str, start: int, end: int) -> tuple[Unit | None, int, int]:
    table = units()
    sign = table.before.search(text[max(0, start - 4) : start])
    if sign:
        return table.signs[sign["sign"]], start - len(sign[0]), end
    word = table.after.match(text, end)
    if word and not (word["unit"].lower() == "m" and word[0].startswith((" ", "-"))):
        return table.words[word["unit"].lower()], start, word.end()
    return None, start, end


def _in_unit(unit: Unit, low: float, high: float, bound: Bound, worth: float) -> Amount:
    # "Three months" and "12 weeks" are no contradiction: durations are told in rough units.
    rough = unit.dimension == "duration"
    spread = unit.spread / unit.factor
    amount = Amount.of(
        low, high, bound=bound, unit=worth, spread=spread, share=_ROUGH if rough else 0.0, measured=not rough
    )
    return amount.times(unit.factor, unit.zero)


def _rate(text: str, end: int) -> str:
    match = _RATE.match(text, end)
    return match["per"].lower().rstrip("s") if match else ""


def _role(token: Token, after: str, unit: Unit) -> str:
    """Name the use of a measure: durations of one thing are one role, however they are said."""
    tail = _TAIL.match(after)
    word = tail["tail"].lower() if tail else ""
    preposition = token.head.lemma_.lower() if token.dep_ == "pobj" else ""
    if unit.dimension == "duration":
        if word == "old" or preposition == "aged":
            return "age"
        if word in ("ago", "later", "earlier", "before", "after", "away", "apart", "left", "remaining"):
            return word
        lengths = ("", "for", "of", "during", "over", "last", "at", "as", "to", "than")
        return "length" if preposition in lengths else preposition
    if preposition in ("to", "by", "from"):
        return preposition
    return "by" if token.head.lemma_.lower() in _MOVING and token.dep_ in _AMOUNT_OF_MOVE else ""


def _count(doc: Doc, number: Number, start: int, amount: Amount) -> Quantity | None:
    token = _token_at(doc, number.end - 1)
    if (whole := whole_of(token)) is not None:
        return Quantity(start, number.end, amount, "count", whole.lemma_.lower(), role="part")
    noun = token.head if token.dep_ in ("nummod", "compound", "quantmod", "amod") else token
    while noun.dep_ in ("nummod", "quantmod") and noun.head != noun:
        noun = noun.head
    if noun == token or noun.i < token.i:
        return _bare(doc, number, start, amount, token)
    if noun.pos_ != "NOUN" or noun.i - token.i > 6:
        return None
    if noun.lemma_.lower() in ("time", "way", "thing", "one", "side", "number", "figure", "half", "point"):
        return None
    narrowing = sorted(
        child.lemma_.lower()
        for child in noun.children
        if child.dep_ in ("amod", "compound", "nmod") and child.i >= token.i + 1 and child.pos_ != "NUM"
    )
    end = noun.idx + len(noun.text)
    role = "whole" if is_whole(noun) else ""
    words = " ".join([*narrowing, noun.lemma_.lower()])
    return Quantity(start, end, amount, "count", words, role, rate=_rate(doc.text, end))


def _bounded(quantity: Quantity | None, bound: Bound) -> Quantity | None:
    return replace(quantity, bound=bound) if quantity else None


def _bare(doc: Doc, number: Number, start: int, amount: Amount, token: Token) -> Quantity | None:
    """Read a number without a noun as people, where it stands with killing or hurting: `54 died`, `the toll is 54`."""
    while token.dep_ == "compound" and token.head.i > token.i:
        token = token.head
    verb = token.head.head if token.dep_ == "pobj" else token.head
    subject = " ".join(word.lemma_.lower() for child in verb.children if "subj" in child.dep_ for word in child.subtree)
    harmed = verb.lemma_.lower() in _HARM and token.dep_ in ("nsubj", "nsubjpass", "dobj")
    toll = re.search(r"\bdeath toll\b|\bnumber of (?:dead|deaths)\b", subject) and token.dep_ in (
        "pobj",
        "attr",
        "dobj",
    )
    left = token.dep_ in ("dobj", "nsubj") and verb.lemma_.lower() == "leave" and _HARMED.match(doc.text, number.end)
    if not (harmed or toll or left):
        return None
    return Quantity(start, number.end, amount, "count", "people")


def _share(doc: Doc, number: Number) -> Quantity:
    start, end = number.start, number.end
    bound, _ = read_bound(doc.text, start, end)
    amount = Amount.of(100 * number.value, bound=bound, unit=0.0, spread=_SHARE_SPREAD, share=0.1, measured=True)
    token = _token_at(doc, end - 1)
    following = token.nbor() if token.i + 1 < len(doc) else token
    noun = _share_of(token) or (following.lemma_.lower() if following.pos_ == "NOUN" else "")
    return Quantity(start, end, amount, "percent", noun, unit="share", bound=bound)


def _share_of(token: Token) -> str:
    """Return what a percentage is a share of: `oxygen` in `21% oxygen`, `vote` in `a fifth of the vote`."""
    for child in token.children:
        if child.lower_ == "of":
            return next((part.lemma_.lower() for part in child.children if part.dep_ == "pobj"), "")
    following = token.nbor() if token.i + 1 < len(token.doc) else None
    if following is not None and following.pos_ == "NOUN" and token.head.i >= following.i:
        return str(token.head.lemma_.lower()) if token.head.pos_ == "NOUN" else str(following.lemma_.lower())
    return ""


def _ordinal(doc: Doc, number: Number) -> Quantity | None:
    last = _token_at(doc, number.end - 1)
    noun = last.head
    if noun.pos_ != "NOUN" or not 0 < noun.i - last.i <= 4:
        return None
    value = number.value
    exact = Amount((value, value), (value, value))
    between = [token.lemma_.lower() for token in doc[last.i + 1 : noun.i + 1]]
    return Quantity(number.start, noun.idx + len(noun.text), exact, "ordinal", " ".join(between))


def _units_alone(doc: Doc) -> list[Quantity]:
    found = []
    text: str = doc.text
    for match in units().one.finditer(text):
        long = match["long"]
        if not long and not match["half"] and not _ONE_AFTER.search(text[max(0, match.start() - 12) : match.start()]):
            continue
        unit = units().words[(long or match["unit"]).lower()]
        value = 0.5 if match["half"] else 1.5 if match["more"] else 1.0
        bound, _ = read_bound(text, match.start(), match.end())
        amount = _in_unit(unit, value, value, bound, _worth(unit, value))
        role = "length" if long else _role(_token_at(doc, match.end() - 1), text[match.end() :], unit)
        if unit.dimension != "duration":
            role = _role(_token_at(doc, match.end() - 1), text[match.end() :], unit)
        found.append(Quantity(match.start(), match.end(), amount, unit.dimension, "", role, unit=unit.name))
    return found


def _worth(unit: Unit, value: float) -> float:
    if unit.dimension == "points":  # central banks move by quarters of a point
        return 0.1
    return 0.5 if value != 1 else 1


def _token_at(doc: Doc, offset: int) -> Token:
    """Return the token a character belongs to."""
    low, high = 0, len(doc) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if doc[middle].idx <= offset else (low, middle - 1)
    return doc[low]


def _touch(one: Quantity, two: Quantity) -> bool:
    return one.start < two.end and two.start < one.end


def _without_doubles(found: list[Quantity]) -> list[Quantity]:
    kept: list[Quantity] = []
    for quantity in sorted(found, key=lambda quantity: (quantity.start, -quantity.end)):
        if not kept or not _touch(kept[-1], quantity):
            kept.append(quantity)
    return kept
