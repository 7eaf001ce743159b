"""Changes: `doubled from 10 to 30`, `rose 20 percent from 100 to 150`, `fell from 5.1 to 5.4 percent`.

Rounded figures are given their room. Silent about ranks, rates of exchange, times, scores, figures below
zero and figures of different units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.check.checkers.consistency.figures import Figure, find_figures, spell
from pipeline.check.checkers.consistency.oddity import Oddity, pin

_FACTORS = {"doubl": 2.0, "tripl": 3.0, "trebl": 3.0, "quadrupl": 4.0, "halv": 0.5}
_FACTOR = re.compile(
    r"\b(?P<hedge>more than |nearly |almost |over |about |roughly )?(?P<verb>doubl|tripl|trebl|quadrupl"
    r"|halv)(?:ed|es|ing|e)\b(?: [a-z]+){0,4},? from $",
    re.IGNORECASE,
)
_UP = (
    r"(?:rose|risen|rises|rising|grew|grown|grows|increased|increases|jumped|climbed|soared|surged|went up"
    r"|gone up|raised)"
)
_DOWN = (
    r"(?:fell|fallen|falls|falling|dropped|drops|declined|decreased|decreases|slumped|plunged|shrank"
    r"|shrunk|went down|cut|reduced|lowered)"
)
_VERB = rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN}))"
_MOVED = re.compile(rf"\b{_VERB}(?: [a-z]+){{0,3}},? from $", re.IGNORECASE)
_BY_SHARE = re.compile(rf"\b{_VERB}(?: [a-z]+){{0,2}}(?: by)?(?: an?)? $", re.IGNORECASE)
_HOURS = 24
"""Bare figures up to it may be times of day: `rain fell from 6 to 10`."""
_FROM = re.compile(r"^(?: [a-z]+){0,3},? from $")
_TO = re.compile(r"^(?: [a-z]+){0,3},? to $")
NO_AMOUNT = re.compile(
    r"\b(?:rank\w*|seed\w*|place[ds]?|position|table|ladder|chart\w*|odds|exchange|against the|currenc\w+"
r"|dollar|euro|yen|yuan"
    r"|rupee|rupiah|peso|lira|rouble|ruble|naira|rand|won|franc|krona|sterling|yields?|handicap|minus"
r"|below|negative|deficit"
    r"|temperatures?|degrees?|one in|per 1[0,]+|points?|loss\w*|standings|league|index|world no|number|no\.|time)\b",
    re.IGNORECASE,
)  # fmt: skip


def odd_changes(text: str, start: int) -> Iterator[Oddity]:
    """Yield the changes of a sentence that their own figures contradict."""
    figures = find_figures(text)
    for at in range(len(figures) - 1):
        one, two = figures[at], figures[at + 1]
        if not _TO.match(text[one.end : two.start]):
            continue
        pair = _comparable(text, one, two)
        if pair is None:
            continue
        before = figures[at - 1] if at else None
        odd = _factor(text, *pair) or _share(text, before, *pair) or _direction(text, *pair)
        if odd:
            yield Oddity(pin(text, start, two.start, two.end), odd)


def _comparable(text: str, one: Figure, two: Figure) -> tuple[Figure, Figure] | None:
    """Return two figures of one unit; `$3 to $4 million` is three million to four."""
    if one.signed or two.signed or one.may_be_year or two.may_be_year or one.value <= 0 or two.value <= 0:
        return None
    if one.unit != two.unit and one.unit and two.unit:
        return None
    if two.value >= 1e5 and one.value < 1000 or one.unit and not two.unit:
        return None
    after_one = re.match(r" ?([a-z]+)", text[one.end : two.start])
    after_two = re.match(r" ?([a-z]+)", text[two.end :])
    if after_one and after_one[1] != "to" and not (after_two and after_two[1] == after_one[1]):
        return None
    return one, two


def _room(one: Figure, two: Figure) -> tuple[float, float]:
    """Return the least and the greatest ratio the rounded figures allow."""
    return (two.value - two.half) / (one.value + one.half), (two.value + two.half) / max(one.value - one.half, 0.01)


def _quote(text: str, match: re.Match[str], two: Figure) -> str:
    return f"“{text[match.start() : two.end].strip()}”"


def _factor(text: str, one: Figure, two: Figure) -> str | None:
    match = _FACTOR.search(text[: one.start])
    if not match:
        return None
    factor = _FACTORS[match["verb"].lower()]
    least, greatest = _room(one, two)
    over = (match["hedge"] or "").strip().lower() in ("more than", "over")
    low, high = factor * (0.98 if over else 0.85), factor * (1.5 if over else 1.2)
    if factor < 1 and over:
        low, high = factor * 0.6, factor * 1.02
    if least <= high and greatest >= low:
        return None
    ratio = two.value / one.value
    return f"The text says {_quote(text, match, two)}, but {spell(two.value)} is {ratio:.1f} times {spell(one.value)}."


def _share(text: str, share: Figure | None, one: Figure, two: Figure) -> str | None:
    """Compare `rose 20 percent from A to B`; shares that change by a share are left alone."""
    if share is None or share.unit != "%" or "%" in (one.unit, two.unit):
        return None
    match = _BY_SHARE.search(text[: share.start])
    if not match or not _FROM.match(text[share.end : one.start]):
        return None
    least, greatest = ((ratio - 1) * 100 for ratio in _room(one, two))
    stated = share.value if match["up"] else -share.value
    slack = share.half + 0.1 + 0.02 * share.value
    if least - slack <= stated <= greatest + slack or (
        NO_AMOUNT.search(text) and (two.value > one.value) != bool(match["up"])
    ):
        return None
    change = (two.value / one.value - 1) * 100
    real = f"from {spell(one.value)} to {spell(two.value)} is {change:+.1f}%"
    return f"The text says {_quote(text, match, two)}, but {real}."


def _direction(text: str, one: Figure, two: Figure) -> str | None:
    match = _MOVED.search(text[: one.start])
    if not match or NO_AMOUNT.search(text):
        return None
    plain = not one.unit and not two.unit and max(one.value, two.value) <= _HOURS
    if plain or one.value == two.value or (two.value > one.value) == bool(match["up"]):
        return None
    more = "more" if two.value > one.value else "less"
    return f"The text says {_quote(text, match, two)}, but {spell(two.value)} is {more} than {spell(one.value)}."
