"""Parts and totals of one sentence: only where its words say that these are all the parts.

`the remaining 15 percent`, `the other nine were women`, `23 people - 12 men and 9 women -`, `12 men and
9 women, a total of 23`, `by 55 percent to 48`. Silent at `including` and `among`, where parts are no
plain counts, and where figures of the sentence before may belong to the sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.check.checkers.consistency.figures import Figure, find_figures, spell
from pipeline.check.checkers.consistency.oddity import Oddity, pin

_REST = re.compile(r"\b(?:the )?(?:remaining|rest(?:,| were| was| is| are| \()?|other) $", re.IGNORECASE)
_MEASURES = (
    r"(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|miles?|kilomet(?:re|er)s?|km|met(?:re|er)s?"
    r"|feet|foot|inch"
    r"(?:es)?|acres?|hectares?|tonnes?|tons?|pounds?|kilos?|kg|degrees?|percentage|points?|per|times"
    r"|dollars?|euros?|pence|cents?"
    r"|o'clock|st|nd|rd|th|or|to|p\.?m|a\.?m)\b"
)
_NOUN = r"(?!(?:and|or|to|of|in|who|were|was|from|per|times)\b)[a-z][a-z-]*"
_PEOPLE = (
    "people|persons|dead|victims|casualties|passengers|residents|patients|defendants|suspects|members|inmates"
    "|jurors|councillors|candidates|officers|soldiers|workers|pupils|students"
)
_WHOLE = r"men|women|boys|girls|children|adults"
_OPEN = re.compile(rf"^ (?:{_NOUN} ){{0,2}}{_NOUN}(?P<how>:| [–—-]|—| \(|,) ?$")
_MADE_OF = re.compile(
    rf"^ (?:{_NOUN} ){{0,2}}{_NOUN} (?:(?:were|was|is|are) made up of|comprised?(?: of)?|consist(?:s|ed)? of) $"
)
_PLACED = r"(?: (?:in|from|at|near) [A-Z][\w-]+(?: [A-Z][\w-]+)?)?"
_JOINT = re.compile(rf"^(?P<noun>(?: {_NOUN}){{0,3}}{_PLACED})(?:, (?:and |plus )?| (?:and|plus) )$")
_CLOSE = re.compile(rf"^(?P<noun>(?: {_NOUN}){{0,3}}?{_PLACED})(?P<end>\)| ?[–—-] ?|—|,|\.|;|$)")
_IN_ALL = re.compile(
    rf"^(?: {_NOUN}){{0,3}}(?:,| –| —|—| \()\s?(?:or |for |making |giving |which makes )?(?:an? (?:overall "
    rf"|combined )?total of )$"
)
_APART = re.compile(rf"^(?: {_NOUN}){{0,3}}(?:,| –| —|—| \()\s?$")
_ALTOGETHER = re.compile(rf"^(?: {_NOUN})? (?:in all|in total|altogether|all told)\b")
_OUT_OF = re.compile(r"^ (?:out )?of (?:the |its |their |all )?$")
_OR_SHARE = re.compile(
    r"^(?: [a-z-]+){0,4}(?:,? or | \(|,? that is,? )"
    r"(?P<hedge>about |around |roughly |nearly |almost |some |just (?:over|under) )?$"
)
_CUMULATIVE = re.compile(
    r"\b(?:bringing|takes?|taking|raises?|raising|so far|this (?:year|season|week)|since)\b", re.IGNORECASE
)
_PARTIAL = re.compile(
    r"\b(?:among|amongst|includ\w+|at least|some|about|around|roughly|nearly|almost|over|under|more than"
    r"|less than|fewer than|up to|such as|mostly|mainly|also)\b",
    re.IGNORECASE,
)
_SHIFTING = re.compile(
    r"\b(?:up|down|rose|risen|rise|fell|fallen|fall|grew|grown|increase\w*|decrease\w*|compared|than|by|from|versus"
    r"|last year|previous\w*|(?<!^)of (?:them|those|these|whom|which)|half|thirds?|quarters?|fifths?|majority|most)\b",
    re.IGNORECASE,
)
_POLL = re.compile(
    r"\b(?:vote[ds]?|voting|ballots?|referend\w+|elections?|poll(?:ed)?|runoff|run-off)\b", re.IGNORECASE
)
_MARGIN = re.compile(r"^(?: of (?:the )?(?:votes?|ballots?))? (?:to|against) $")
_SHARED = re.compile(
    r"(?:up|down|than|compared|(?<!^)of (?:them|those|these|whom|which)|half|thirds?|quarters?|most)", re.IGNORECASE
)


def odd_sums(text: str, start: int, before: str) -> Iterator[Oddity]:
    """Yield the parts of a sentence that miss their total; `before` is the paragraph up to it."""
    figures = find_figures(text)
    if len(figures) < 2:
        return
    yield from _percentages(text, start, before, figures)
    yield from _margins(text, start, figures)
    yield from _fractions(text, start, figures)
    if not _PARTIAL.search(text):
        yield from _listed(text, start, figures)
        yield from _summed(text, start, figures)
        yield from _rest_of(text, start, figures)


def _percentages(text: str, start: int, before: str, figures: Sequence[Figure]) -> Iterator[Oddity]:
    shares = [figure for figure in figures if figure.unit == "%"]
    rest = next((share for share in shares if _REST.search(text[: share.start])), None)
    if rest is None or _SHIFTING.search(text) or _PARTIAL.search(text):
        return
    parts = [share for share in shares if share.end <= rest.end]
    earlier = [figure for figure in find_figures(before) if figure.unit == "%"]
    if len(parts) < 2 or len(shares) != len(parts):
        return
    total = sum(share.value for share in parts)
    slack = 0.51 + sum(share.half for share in parts)
    if abs(total - 100) <= slack or (total < 100 and (earlier or len(parts) < 3 or _SHIFTING.search(before))):
        return
    yield Oddity(
        pin(text, start, rest.start, rest.end),
        f"The parts should add up to 100%, but {_sum(parts)} is {spell(total)}%: “{text[parts[0].start : rest.end]}”.",
    )


def _margins(text: str, start: int, figures: Sequence[Figure]) -> Iterator[Oddity]:
    if not _POLL.search(text):
        return
    for one, other in pairwise(figures):
        if not (_MARGIN.match(text[one.end : other.start]) and re.search(r"\bby $", text[: one.start])):
            continue
        both = one.unit == other.unit == "%" or (
            one.unit == "%" and not other.unit and text[one.end :].startswith(" to")
        )
        total = one.value + other.value
        if both and total > 100.5 + one.half + other.half:
            yield Oddity(
                pin(text, start, other.start, other.end),
                f"Two shares of one vote cannot be more than 100%: “{text[one.start : other.end]}” is {spell(total)}%.",
            )


def _listed(text: str, start: int, figures: Sequence[Figure]) -> Iterator[Oddity]:
    """Yield a total that is followed by its parts: `23 people - 12 men and 9 women -`."""
    for at, total in enumerate(figures[:-2]):
        between = text[total.end : figures[at + 1].start]
        opened, made = _OPEN.match(between), _MADE_OF.match(between)
        if not (opened or made) or not total.is_count or total.may_be_year:
            continue
        parts, nouns, ended = _parts(text, figures[at + 1 :])
        comma = opened is not None and opened["how"] == ","
        if len(parts) < 2 or not ended or (comma and not _are_people(between, nouns)):
            continue
        if comma and text[parts[-1].end :].split(nouns[-1].strip() or "\0", 1)[-1][:1] not in (",", ".", "", ";"):
            continue
        if any(re.search(r" [A-Z]", noun) for noun in nouns) and sum(part.value for part in parts) < total.value:
            continue  # places may be left out
        if sum(part.value for part in parts) >= 2 * total.value:
            continue  # `three sites: 200 at ...`: the number is of something else
        yield from _compare(text, start, total, parts, parts[-1])


def _are_people(total: str, nouns: Sequence[str]) -> bool:
    people = re.search(rf"\b(?:{_PEOPLE})\b", total) is not None
    return people and all(re.search(rf"\b(?:{_WHOLE})$", noun) for noun in nouns)


def _parts(text: str, figures: Sequence[Figure]) -> tuple[list[Figure], list[str], bool]:
    """Return the figures of a list `A x, B y and C z`, what they count, and whether the list is complete."""
    parts: list[Figure] = []
    nouns: list[str] = []
    for at, figure in enumerate(figures):
        after = text[figure.end :]
        if not figure.is_count or figure.may_be_year or re.match(rf"[ -]?{_MEASURES}", after):
            return [], [], False
        parts.append(figure)
        following = figures[at + 1] if at + 1 < len(figures) else None
        joint = _JOINT.match(text[figure.end : following.start]) if following else None
        if joint:
            nouns.append(joint["noun"])
            continue
        close = _CLOSE.match(after)
        joined = len(parts) > 1 and re.search(r"(?:\band|\bplus|&) $", text[: figure.start]) is not None
        nouns.append(close["noun"] if close else "")
        return parts, nouns, close is not None and joined
    return parts, nouns, False


def _summed(text: str, start: int, figures: Sequence[Figure]) -> Iterator[Oddity]:
    """Yield a total that follows its parts: `12 men and 9 women, a total of 23`."""
    total = next((figure for figure in figures[2:] if _is_in_all(text, figures, figure)), None)
    if total is None or not total.is_count or _CUMULATIVE.search(text):
        return
    parts = [figures[figures.index(total) - 1]]
    for figure in reversed(figures[: figures.index(total) - 1]):
        if not _JOINT.match(text[figure.end : parts[0].start]):
            break
        parts.insert(0, figure)
    plain = all(part.is_count and not part.may_be_year for part in parts)
    measured = any(re.match(rf"[ -]?{_MEASURES}", text[part.end :]) for part in parts)
    if len(parts) > 1 and plain and not measured:
        yield from _compare(text, start, total, parts, total)


def _is_in_all(text: str, figures: Sequence[Figure], figure: Figure) -> bool:
    back = _back(text, figures, figure)
    return bool(_IN_ALL.search(back) or (_APART.search(back) and _ALTOGETHER.match(text[figure.end :])))


def _fractions(text: str, start: int, figures: Sequence[Figure]) -> Iterator[Oddity]:
    """Yield a share that is not that of its figures: `15 of 20 schools, or 60 percent`."""
    for one, whole, share in zip(figures, figures[1:], figures[2:], strict=False):
        match = _OR_SHARE.match(text[whole.end : share.start])
        if not (match and _OUT_OF.match(text[one.end : whole.start]) and share.unit == "%"):
            continue
        if not (one.is_count and whole.is_count and one.value <= whole.value) or whole.may_be_year:
            continue
        real = 100 * one.value / whole.value
        slack = share.half + 0.1 + 100 * (one.half if one.value >= 1000 else 0) / whole.value
        if abs(real - share.value) > slack + (3 if match["hedge"] else 0):
            yield Oddity(
                pin(text, start, share.start, share.end),
                f"The text says “{text[one.start : share.end]}”, but {spell(one.value)} of {spell(whole.value)} "
                f"is {spell(round(real, 1))}%.",
            )


def _back(text: str, figures: Sequence[Figure], figure: Figure) -> str:
    at = figures.index(figure)
    return text[figures[at - 1].end : figure.start] if at else ""


def _rest_of(text: str, start: int, figures: Sequence[Figure]) -> Iterator[Oddity]:
    """Yield `of the 23, 12 were men and the other 9 women`."""
    total, rest = figures[0], figures[-1]
    if (
        not re.search(r"\b[Oo]f (?:the|its|his|her|their|our|all)? ?(?:[a-z]+ )?$", text[: total.start])
        or len(figures) < 3
    ):
        return
    if not _REST.search(text[: rest.start]) or any(not each.is_count or each.may_be_year for each in figures):
        return
    if _SHARED.search(text) or any(each.text.lower() == "one" for each in figures):
        return
    if any(re.match(rf"[ -]?{_MEASURES}", text[each.end :]) for each in figures):
        return
    yield from _compare(text, start, total, figures[1:], rest)


def _compare(text: str, start: int, total: Figure, parts: Sequence[Figure], odd: Figure) -> Iterator[Oddity]:
    added = sum(part.value for part in parts)
    if added == total.value or total.value >= 1000 and abs(added - total.value) <= total.half:
        return
    first, last = min(total.start, parts[0].start), max(total.end, parts[-1].end)
    yield Oddity(
        pin(text, start, odd.start, odd.end),
        f"The parts do not add up to the total: {_sum(parts)} is {spell(added)}, not {spell(total.value)} "
        f"(“{text[first:last]}”).",
    )


def _sum(parts: Sequence[Figure]) -> str:
    return " + ".join(spell(part.value) for part in parts)
