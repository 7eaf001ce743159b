"""Figures that multiply: `12 boats at $2m each, $24m in all`, `a third of the 90, or 30`, `14,220 and 12,906, a majority of 1,314`.

The words between say how each figure hangs on the next (`at ... each`, `of the ..., or`, `more than the`); one unit,
no other figure between. Rounded figures and words such as `about` have their room.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.check.checkers.consistency.figures import Figure, spell
from pipeline.check.checkers.consistency.oddity import Oddity
from pipeline.check.checkers.consistency.stretch import Stretch, is_loose

_PERIOD = r"(?:years?|months?|weeks?|days?|hours?|minutes?|nights?)"
_WORDS = r"(?: (?!and\b|or\b|but\b|of\b)[A-Za-z][\w’'-]*){1,7}"
_AT = re.compile(
    rf"^{_WORDS}?,? (?:at|for|costing|cost|costs|worth|priced at|sold at|sold for|paying|paid|pay|of|with|get|got"
    rf"|receive[sd]?) $"
)
_EACH = r"(?: (?:each|apiece|a piece|a head|per head|a person|per person))"
_TOTAL = re.compile(
    rf"^{_EACH}(?: on average)?(?:,| [–—-]|—|:| \(|,? or|,? for|,? making|,? and)(?: or| for| making| and)?"
    r"(?P<of> (?:an? |the )?(?:total(?: of|ling)|totalling|combined|sum of))? ?$"
)
_IN_ALL = re.compile(r"^(?: (?!each|per)[a-z]+)? (?:in all|in total|altogether|all told|for all|overall)\b")
_OVER = re.compile(r"^ (?:in all )?(?:over|across|spread over|in) (?:the )?(?:next |past |last )?$")
_FOR = re.compile(r"^ (?:for|among|between|shared by|to) (?:the |its |all )?$")
_YEARS = re.compile(rf"^ (?P<period>{_PERIOD})(?:,| [–—-]|—| \()(?: or)? $")
_A_YEAR = re.compile(r"^ (?:a|an|per|each|every) (?P<period>year|month|week|day|hour|night)\b")
_FOR_EACH = re.compile(rf"^{_WORDS}(?:,| [–—-]|—| \()(?: or)? $")
_OR = r"(?:,? or | \(|, that is,? |,| [–—-] )"
_FRACTION = re.compile(
    r"\b(?P<top>a|one|two|three|four|five) (?P<part>third|quarter|fifth|sixth|seventh|eighth|ninth|tenth|twentieth)s?\b"
    r"|\b(?P<half>half)\b",
    re.IGNORECASE,
)
_TOPS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_PARTS = {
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "twentieth": 20,
}
_OF = re.compile(
    r"^ of (?:the |its |their |his |her |our |those |these |all |[A-Z]\w+['’]s )?(?:[a-z]+['’]s? )?(?:[a-z]+ )?$"
)
_OR_SO_MANY = re.compile(
    rf"^(?: (?!and\b|but\b)[A-Za-z][\w’'-]*){{0,6}}(?:,? or | \(|, that is,? )(?P<hedge>(?:[a-z]+ ){{0,3}})$"
)
_LESS_THAN = re.compile(
    r"\b(?:more|less|fewer|over|under|up|down|only|another|other|further|last|first|than|to|by)\s(?:than\s)?$",
    re.IGNORECASE,
)
_MAJORITY = re.compile(
    r"^(?: votes?)?,? (?:with |giving (?:him|her|them|it) )?(?:a|by a) (?:majority|margin|lead) of (?:just |only )?$"
)
_MORE_THAN = re.compile(r"^ (?P<how>more|fewer|less|higher|lower) than (?:the |its |their |his |her )?$")
_SO_MANY = re.compile(rf"^{_WORDS},? (?:and )?$")
_AFTER_BASE = re.compile(
    r"^(?:[.,;)]|$| (?:of|in|a year|the year|last|reported|recorded|counted|seen|planned|it|he|she|they)\b)"
)
_UNSURE = re.compile(
    r"\b(?:average|discount|tax|plus|including|excluding|fees?|deposit|at least|up to|from|starting|estimated|between"
    r"|per ?cent)\b|%",
    re.IGNORECASE,
)
_RELATIVE = 0.02
_EXACT = 1000


def odd_products(stretch: Stretch) -> Iterator[Oddity]:
    """Yield the figures of a sentence that do not multiply, or take off, as its words say."""
    figures = [figure for figure in stretch.figures if not figure.may_be_year]
    yield from _fractions(stretch, figures)
    yield from _plain_shares(stretch, figures)
    for three in zip(figures, figures[1:], figures[2:], strict=False):
        if not any(figure.signed for figure in three):
            odd = _each(stretch, *three) or _by_period(stretch, *three) or _shared(stretch, *three)
            odd = odd or _difference(stretch, *three) or _majority(stretch, *three) or _share_of(stretch, *three)
            if odd:
                yield odd


def _fits(stretch: Stretch, factors: Sequence[Figure], product: Figure, *, timed: bool = False) -> bool:
    """Tell whether two figures make a third, rounded; the first of `timed` ones stands after `over`, which says nothing of it."""
    one, two = factors
    real = one.value * two.value
    exact = two.half <= 0.5 and two.value < _EXACT  # a price of £4 is no rounded one
    room = _room(one) * two.value + (0 if exact else two.half) * one.value + _room(product)
    loose = any(is_loose(stretch.text, figure) for figure in ((two, product) if timed else (one, two, product)))
    return abs(real - product.value) <= room + (0.15 if loose else _RELATIVE) * max(real, product.value)


def _room(figure: Figure) -> float:
    """Return how far a figure may be off: small numbers of things are exact, closing noughts of others may be rounding."""
    return 0.0 if figure.is_count and figure.value < _EXACT else min(figure.half_if_rounded, 0.05 * figure.value)


def _told(stretch: Stretch, odd: Figure, first: Figure, last: Figure, sum_: str) -> Oddity:
    begin, end = min(first.start, last.start), max(first.end, last.end)
    return stretch.odd(odd.start, odd.end, f"The text says “{stretch.text[begin:end]}”, but {sum_}.")


def _times(one: Figure, two: Figure) -> str:
    return f"{spell(one.value)} times {spell(two.value)} is {spell(round(one.value * two.value, 2))}"


def _each(stretch: Stretch, count: Figure, price: Figure, total: Figure) -> Oddity | None:
    """Return `12 boats at $2 million each, $240 million in all`."""
    text = stretch.text
    ways = _TOTAL.match(text[price.end : total.start])
    said = ways and (ways["of"] or _IN_ALL.match(text[total.end :]))
    plain = count.is_count and price.unit == total.unit != "%" and _AT.match(text[count.end : price.start])
    if not said or not plain or _UNSURE.search(text[count.start : total.end]) or _fits(stretch, (count, price), total):
        return None
    return _told(stretch, total, count, total, _times(count, price))


def _by_period(stretch: Stretch, total: Figure, periods: Figure, rate: Figure) -> Oddity | None:
    """Return `£12 million over four years, £4 million a year`."""
    text = stretch.text
    length = _YEARS.match(text[periods.end : rate.start])
    a_year = _A_YEAR.match(text[rate.end :])
    over = _OVER.match(text[total.end : periods.start])
    same = length and a_year and length["period"].rstrip("s") == a_year["period"] and total.unit == rate.unit != "%"
    if not over or not same or not total.unit or _fits(stretch, (periods, rate), total, timed=True):
        return None
    return _told(stretch, rate, total, rate, _times(periods, rate))


def _shared(stretch: Stretch, total: Figure, count: Figure, price: Figure) -> Oddity | None:
    """Return `$1.2 billion for 40 dams, $30 million each`."""
    text = stretch.text
    each = re.match(_EACH, text[price.end :]) is not None
    between = _FOR_EACH.match(text[count.end : price.start])
    plain = count.is_count and total.unit == price.unit not in ("%", "")
    if not (each and between and plain and _FOR.match(text[total.end : count.start])):
        return None
    if _UNSURE.search(text[total.start : price.end].replace("average", "")) or _fits(stretch, (count, price), total):
        return None
    return _told(stretch, price, total, price, _times(count, price))


def _fractions(stretch: Stretch, figures: Sequence[Figure]) -> Iterator[Oddity]:
    """Yield `a third of the 90 seniors, or 45`, and `40% of the 560 houses, or 250`."""
    text = stretch.text
    for whole, part in zip(figures, figures[1:], strict=False):
        after = _OR_SO_MANY.match(text[whole.end : part.start])
        found = _share_before(text, whole, figures) if after and whole.unit == part.unit != "%" else None
        if found is None or whole.value < 2 or part.value >= whole.value and not whole.unit:
            continue
        share, begin = found
        real = share * whole.value
        loose = is_loose(text, part) or is_loose(text, whole) or _LESS_THAN.search(text[:begin])
        room = _room(part) + share * _room(whole) + (0 if whole.unit else 1)
        if abs(real - part.value) > room + (0.15 if loose else 0.04) * real and not re.match(
            r"^(?: [a-z]+)? ?%", text[part.end :]
        ):
            yield stretch.odd(
                part.start,
                part.end,
                f"The text says “{text[begin : part.end]}”, but that share of {spell(whole.value)} is "
                f"{spell(round(real, 2))}.",
            )


def _share_before(text: str, whole: Figure, figures: Sequence[Figure]) -> tuple[float, int] | None:
    """Return the share that is told of a figure, and where it stands."""
    for match in _FRACTION.finditer(text[: whole.start]):
        if _OF.match(text[match.end() : whole.start]):
            share = 0.5 if match["half"] else _TOPS[match["top"].lower()] / _PARTS[match["part"].lower()]
            return share, match.start()
    for each in figures:
        if each.unit == "%" and each.end < whole.start and _OF.match(text[each.end : whole.start]):
            return each.value / 100, each.start
    return None


_STARTS_OF = re.compile(r"(?:^|[,;] (?:and |but )?)[Oo]f (?:the |its |their |all |those )?(?:[a-z]+['’]s )?$")
_SAID_OF_PART = re.compile(
    rf"^{_WORDS},? (?:or | \(|\()(?P<hedge>about |around |roughly |nearly |almost |some |just (?:over|under) )?$"
)
_ENDS = re.compile(r"^(?:[.,;)]|$)")
_PLAIN_SHARE = re.compile(
    rf"^{_WORDS}(?:, (?:or )?| \(| [–—-] )(?:an?|about an?|roughly an?|nearly an?|almost an?|or an?)? ?"
    r"(?P<share>half|third|quarter|fifth|sixth|tenth|(?:two|three) (?:thirds|quarters|fifths)|(?P<top>one|two|three"
    r"|four|seven|nine)"
    r" (?:in|out of) (?P<whole>two|three|four|five|ten))(?=[.,;)]|$| [–—-] )"
)
_PLAIN = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fifth": 1 / 5, "sixth": 1 / 6, "tenth": 1 / 10}
_MANY = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "nine": 9, "ten": 10}


def _share_of(stretch: Stretch, whole: Figure, part: Figure, share: Figure) -> Oddity | None:
    """Return `of 1,400 houses in the valley, 560 were destroyed, or 60 percent`."""
    text = stretch.text
    counts = whole.is_count and part.is_count and part.value <= whole.value and share.unit == "%"
    if (
        not counts
        or not _STARTS_OF.search(text[: whole.start])
        or not _SAID_OF_PART.match(text[part.end : share.start])
    ):
        return None
    if not re.match(rf"^{_WORDS}, $", text[whole.end : part.start]) or not _ENDS.match(text[share.end :]):
        return None
    real = 100 * part.value / whole.value
    loose = is_loose(text, share) or is_loose(text, part) or is_loose(text, whole)
    room = share.half + 0.1 + real * (_room(part) / part.value + _room(whole) / whole.value) + (3 if loose else 0)
    if abs(real - share.value) <= room:
        return None
    return _told(
        stretch, share, whole, share, f"{spell(part.value)} of {spell(whole.value)} is {spell(round(real, 1))}%"
    )


def _plain_shares(stretch: Stretch, figures: Sequence[Figure]) -> Iterator[Oddity]:
    """Yield `300 of the 900 people, a half, had no bed`."""
    text = stretch.text
    for part, whole in zip(figures, figures[1:], strict=False):
        match = _PLAIN_SHARE.match(text[whole.end :])
        of = re.match(
            r"^(?: [a-z]+)? of (?:the |its |their |all )?(?:[a-z]+ )?(?:[A-Za-z]+['’]s? )?$",
            text[part.end : whole.start],
        )
        if not match or not of or not (part.is_count and whole.is_count and part.value <= whole.value):
            continue
        told, real = _told_share(match), part.value / whole.value
        if abs(real - told) > 0.2 * told:
            end = whole.end + match.end()
            yield stretch.odd(
                whole.end + match.start("share"),
                end,
                f"The text says “{text[part.start : end]}”, but {spell(part.value)} of {spell(whole.value)} is "
                f"{spell(round(100 * real, 1))}%.",
            )


def _told_share(match: re.Match[str]) -> float:
    if match["whole"]:
        return _MANY[match["top"]] / _MANY[match["whole"]]
    top, _, part = match["share"].rpartition(" ")
    return (_MANY[top] if top else 1) * _PLAIN[part.rstrip("s")]


def _difference(stretch: Stretch, one: Figure, more: Figure, base: Figure) -> Oddity | None:
    """Return `41 people died, 12 more than the 31 of the year before`."""
    text = stretch.text
    how = _MORE_THAN.match(text[more.end : base.start])
    if not how or not _SO_MANY.match(text[one.end : more.start]) or not _AFTER_BASE.match(text[base.end :]):
        return None
    if not all(figure.is_count and not is_loose(text, figure) for figure in (one, more, base)):
        return None
    sign = 1 if how["how"] in ("more", "higher") else -1
    if abs(base.value + sign * more.value - one.value) <= _room(one) + _room(more) + _room(base):
        return None
    way = "more" if one.value > base.value else "fewer"
    change = f"{spell(one.value)} is {spell(abs(one.value - base.value))} {way} than {spell(base.value)}"
    return _told(stretch, more, one, base, change)


def _majority(stretch: Stretch, one: Figure, two: Figure, majority: Figure) -> Oddity | None:
    """Return `polled 14,220 votes and the runner-up 12,906, a majority of 1,204`."""
    text = stretch.text
    if not _MAJORITY.match(text[two.end : majority.start]) or not re.search(
        r"\b(?:votes?|voted|polled|won|beat)\b", text
    ):
        return None
    if not all(figure.is_count and not is_loose(text, figure) for figure in (one, two, majority)):
        return None
    if re.search(r"\d|\bof\b", text[one.end : two.start]) or majority.value in (one.value, abs(one.value - two.value)):
        return None
    if max(one.value, two.value) < majority.value or re.match(r"^ (?:seats?|per|%)", text[majority.end :]):
        return None
    less, more = sorted((one.value, two.value))
    lead = f"{spell(more)} less {spell(less)} is {spell(more - less)}"
    return _told(stretch, majority, one, majority, lead)
