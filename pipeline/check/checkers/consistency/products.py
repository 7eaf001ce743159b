"""Figures that make another: `12 boats at $2m each, $24m in all`, `£3m a year over four years`, majorities.

The words between say how each figure hangs on the next (`at ... each`, `more than the`); one unit,
no other figure between. Rounded figures and words such as `about` have their room.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.check.checkers.consistency.figures import Figure, spell
from pipeline.check.checkers.consistency.oddity import Oddity
from pipeline.check.checkers.consistency.rounding import EXACT, room, told_from_to
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
_MAJORITY = re.compile(
    r"^(?: votes?)?,? (?:with |giving (?:him|her|them|it) )?(?:a|by a) (?:majority|margin|lead) of (?:just |only )?$"
)
_WON_BY = re.compile(
    r"\b(?:won|win|carried|passed|approved|adopted|backed|lost|rejected|defeated|beaten|beat|elected|ousted)\b"
    r"(?: [a-zA-Z][\w’'-]*){0,8} by (?:just |only |a mere )?$"
)
_THRESHOLD = re.compile(
    r"\b(?:two-thirds|three-fifths|super-?majority|short|need\w*|requir\w+|threshold|filibuster|cloture|veto\w*|overrid\w+"
    r"|quorum)\b",
    re.IGNORECASE,
)
"""Where more than half of the votes are asked for, one is short of those."""
_VOTES_THEN = re.compile(r"^ votes?(?:,| [–—-]|—) ?$")
_TO = re.compile(r"^(?: votes?)? to $")
_COUNTED_OUT = re.compile(r"(?: votes?)?(?:[.;,)]|$)")
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


def odd_products(stretch: Stretch) -> Iterator[Oddity]:
    """Yield the figures of a sentence that do not multiply, or take off, as its words say."""
    figures = [figure for figure in stretch.figures if not figure.may_be_year]
    for three in zip(figures, figures[1:], figures[2:], strict=False):
        if not any(figure.signed for figure in three):
            odd = _each(stretch, *three) or _by_period(stretch, *three) or _shared(stretch, *three)
            odd = odd or _to_each(stretch, *three) or _each_of(stretch, *three)
            odd = odd or _difference(stretch, *three) or _majority(stretch, *three)
            odd = odd or _margin(stretch, *three)
            odd = odd or _between_them(stretch, *three) or _beaten_by(stretch, *three)
            if odd:
                yield odd


def _fits(stretch: Stretch, factors: Sequence[Figure], product: Figure, *, timed: bool = False) -> bool:
    """Tell whether two figures make a third, rounded.

    The first of `timed` ones stands after `over`, which does not say there that it is more.
    """
    one, two = factors
    real = one.value * two.value
    exact = two.half <= 0.5 and two.value < EXACT  # a price of £4 is no rounded one
    slack = room(one) * two.value + (0 if exact else two.half) * one.value + room(product)
    loose = any(is_loose(stretch.text, figure) for figure in ((two, product) if timed else (one, two, product)))
    return abs(real - product.value) <= slack + (0.15 if loose else _RELATIVE) * max(real, product.value)


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
    return told_from_to(stretch, total, count, total, _times(count, price))


_TO_EACH = re.compile(r"^ (?:to|for) each of (?:the |its |some )?$")
_OR_IN_ALL = re.compile(rf"^{_WORDS},? (?:or |a total of |making |for a total of )?$")


def _to_each(stretch: Stretch, price: Figure, count: Figure, total: Figure) -> Oddity | None:
    """Return `£2,000 to each of 300 families, or £6 million`."""
    text = stretch.text
    said = _OR_IN_ALL.match(text[count.end : total.start])
    after = text[total.end :]
    called = re.search(r"(?:\bor|total of) $", text[: total.start]) and _ENDS.match(after) or _IN_ALL.match(after)
    plain = count.is_count and price.unit == total.unit not in ("%", "")
    if not plain or not said or not called or not _TO_EACH.match(text[price.end : count.start]):
        return None
    if _UNSURE.search(text[price.start : total.end]) or _fits(stretch, (count, price), total):
        return None
    return told_from_to(stretch, total, price, total, _times(count, price))


_EACH_OF = re.compile(r"\b[Ee]ach of (?:the |its )?$")
_GETS = re.compile(
    rf"^{_WORDS}? (?:gets?|got|receives?|received|paid|pays?|earns?|earned|costs?|gave|gives?)"
    r"(?: (?:a|an) (?:[a-z]+ ){0,2}of)? $"
)
_THEN_TOTAL = re.compile(
    r"^(?:,| [–—-]|—| \() ?(?:or |a total of |making |at a (?:total )?cost (?:to [a-z ]{3,25} )?of )?$"
)
_MONEY = re.compile(
    r" (?P<name>rupees|euros?|dollars|pounds|yen|yuan|francs|kron(?:or|er)|pesos|rand|shillings|naira|roubles|rubles"
    r"|baht|won|ringgit|dirhams|riyals|rupiah|zloty|forints?)\b"
)


def _money(text: str, figure: Figure) -> str:
    """Return the currency of an amount, by its sign or by its name; nothing where it is none."""
    named = _MONEY.match(text, figure.end)
    return figure.unit.replace("%", "") or (named["name"] if named else "")


_ALL_TOLD = re.compile(r"(?: in (?:all|total)| altogether| all told| overall)?(?:[.;)]|$)")


def _each_of(stretch: Stretch, count: Figure, price: Figure, total: Figure) -> Oddity | None:
    """Return `each of the 20 winners gets £500, £100,000 in all`."""
    text = stretch.text
    called = re.search(r"(?:total|cost(?: to [a-z ]{3,25})?) of $", text[: total.start]) or _IN_ALL.match(
        text[total.end :]
    )
    money = _money(text, price)
    plain = count.is_count and money and money == _money(text, total) and _EACH_OF.search(text[: count.start])
    if not plain or not called or not _GETS.match(text[count.end : price.start]):
        return None
    gap = _MONEY.sub("", text[price.end : total.start], count=1)
    if not _ALL_TOLD.match(_MONEY.sub("", text[total.end :], count=1)):
        return None
    if not _THEN_TOTAL.match(gap) or _fits(stretch, (count, price), total):
        return None
    return told_from_to(stretch, total, count, total, _times(count, price))


def _by_period(stretch: Stretch, total: Figure, periods: Figure, rate: Figure) -> Oddity | None:
    """Return `£12 million over four years, £4 million a year`."""
    text = stretch.text
    length = _YEARS.match(text[periods.end : rate.start])
    a_year = _A_YEAR.match(text[rate.end :])
    over = _OVER.match(text[total.end : periods.start])
    same = length and a_year and length["period"].rstrip("s") == a_year["period"] and total.unit == rate.unit != "%"
    if not over or not same or not total.unit or _fits(stretch, (periods, rate), total, timed=True):
        return None
    return told_from_to(stretch, rate, total, rate, _times(periods, rate))


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
    return told_from_to(stretch, price, total, price, _times(count, price))


_ENDS = re.compile(r"^(?:[.,;)]|$)")


def _difference(stretch: Stretch, one: Figure, more: Figure, base: Figure) -> Oddity | None:
    """Return `41 people died, 12 more than the 31 of the year before`."""
    text = stretch.text
    how = _MORE_THAN.match(text[more.end : base.start])
    if not how or not _SO_MANY.match(text[one.end : more.start]) or not _AFTER_BASE.match(text[base.end :]):
        return None
    if not all(figure.is_count and not is_loose(text, figure) for figure in (one, more, base)):
        return None
    sign = 1 if how["how"] in ("more", "higher") else -1
    if abs(base.value + sign * more.value - one.value) <= room(one) + room(more) + room(base):
        return None
    way = "more" if one.value > base.value else "fewer"
    change = f"{spell(one.value)} is {spell(abs(one.value - base.value))} {way} than {spell(base.value)}"
    return told_from_to(stretch, more, one, base, change)


_SHARED = re.compile(r"^ (?:between|among) them(?:,| [–—-]|—| \() ?(?:or |that is )?$")


def _between_them(stretch: Stretch, count: Figure, total: Figure, price: Figure) -> Oddity | None:
    """Return `the 320 walkers brought in $96,000 between them, or $350 each`."""
    text = stretch.text
    plain = count.is_count and total.unit == price.unit not in ("%", "")
    each = re.match(rf"{_EACH}(?=[.,;)]|$)", text[price.end :])
    if (
        not plain
        or not each
        or not _SHARED.match(text[total.end : price.start])
        or _fits(stretch, (count, price), total)
    ):
        return None
    others = (each for each in stretch.figures if each is not count and each.start < total.start and each.value > 1)
    if any(each.is_count and not each.may_be_year for each in others):
        return None
    if not re.match(_WORDS, text[count.end :]) or re.search(r"[.;:]", text[count.end : total.start]):
        return None
    return told_from_to(stretch, price, count, price, _times(count, price))


_BEATING = re.compile(
    r"^ (?P<unit>[a-z]+)?,? ?(?:beating|topping|passing|surpassing|exceeding|breaking) (?:[A-Za-z’'-]+ ){1,7}?(?:of )?$"
)
_SET_BY = re.compile(r"^ (?P<unit>[a-z]+)?(?:, (?:set|recorded|reached|measured|made) [^,;.]{3,30})?,? by $")


def _beaten_by(stretch: Stretch, one: Figure, base: Figure, more: Figure) -> Oddity | None:
    """Return `18.5 inches, beating the old mark of 14.2 inches by 5.3 inches`."""
    text = stretch.text
    first, second = _BEATING.match(text[one.end : base.start]), _SET_BY.match(text[base.end : more.start])
    if not first or not second or first["unit"] != second["unit"] or not one.unit == base.unit == more.unit != "%":
        return None
    after = re.match(r" ([a-z]+)", text[more.end :])
    if (
        first["unit"]
        and (not after or after[1] != first["unit"])
        or any(is_loose(text, each) for each in (one, base, more))
    ):
        return None
    lead = abs(one.value - base.value)
    if abs(lead - more.value) <= (more.half if more.half < 0.5 else one.half + base.half + more.half) + 1e-6:
        return None
    return told_from_to(
        stretch, more, one, more, f"{spell(one.value)} less {spell(base.value)} is {spell(round(lead, 2))}"
    )


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
    return told_from_to(stretch, majority, one, majority, lead)


def _margin(stretch: Stretch, margin: Figure, one: Figure, two: Figure) -> Oddity | None:
    """Return `was carried by 12 votes, 312 to 290`."""
    text = stretch.text
    read = (
        _WON_BY.search(text[: margin.start])
        and _VOTES_THEN.match(text[margin.end : one.start])
        and _TO.match(text[one.end : two.start])
        and _COUNTED_OUT.match(text, two.end)
    )
    if not read or not all(figure.is_count and not is_loose(text, figure) for figure in (margin, one, two)):
        return None
    if one.value == two.value or _THRESHOLD.search(f"{stretch.sentence_before} {text}"):
        return None
    lead = abs(one.value - two.value)
    if abs(lead - margin.value) <= room(margin) + room(one) + room(two):
        return None
    less, more = sorted((one.value, two.value))
    return told_from_to(stretch, margin, margin, two, f"{spell(more)} less {spell(less)} is {spell(lead)}")
