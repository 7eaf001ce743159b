"""Totals of money and measures, and the size of bodies: `90 tonnes of flour and 30 tonnes of rice, 130 tonnes in all`.

The parts are all the other amounts of their unit in the sentence, joined by `and` or commas; the total is called
one. `two boys and a girl` are the children that a text numbers; votes are not more than the members of the body
that gives them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.check.checkers.consistency.figures import Figure, spell, value_of
from pipeline.check.checkers.consistency.oddity import Oddity
from pipeline.check.checkers.consistency.stretch import Stretch, is_loose

_MEASURE = re.compile(
    r"^[ -]?(?P<unit>tonnes?|tons?|miles?|kilomet(?:re|er)s?|km|met(?:re|er)s?|acres?|hectares?|litres?|liters?"
    r"|gallons?|pounds?|lbs?|kg|kilos?|stone|hours?|days?|weeks?|months?|years?|minutes?|votes?|seats?|points?)\b"
)
_CUE_BEFORE = re.compile(
    r"(?:\b(?:for|making|giving|or|which makes) )?an? (?:overall |combined |grand )?total of (?:just )?$"
    r"|\b(?:totalling|totaling) $",
    re.IGNORECASE,
)
_CUE_AFTER = re.compile(r"^(?: [a-z]+)? (?:in all|in total|altogether|all told)\b")
_JOINS = re.compile(r"^[^.;:()“”\"]{0,60}?(?:, and|,| and|, plus| plus) (?:(?:[a-z]+ ){0,2}|those [A-Za-z ]{3,40} )$")
_APART = re.compile(r"^[^.;:“”\"]{0,50}?(?:,| [–—-]|—| \() ?(?:or |for |making |giving |which makes |and )?$")
_UNSURE = re.compile(
    r"\b(?:times|twice|includ\w+|among|each|every|per|more|less|fewer|another|further|as (?:much|many)|so far"
    r"|bringing|since|compared|than|up|down"
    r"|rose|fell|half|third|quarter|both|average|from|of which|of it|of them|respectively|or)\b|%|\bper ?cent\b",
    re.IGNORECASE,
)
_CHILDREN = re.compile(
    r"\b(?P<n>two|three|four|five|six|seven|eight|nine|[2-9]) (?P<noun>children|grandchildren)(?:,|:| [–—-]|—| \() ?"
    r"(?P<a>an?|one|two|three|four|five|six|[1-9]) (?P<one>sons?|boys?|daughters?|girls?) and (?P<b>an?|one|two|three"
    r"|four|five|six|[1-9])"
    r" (?P<other>sons?|boys?|daughters?|girls?)(?=[.,;)]|$| [–—-]|—)"
)
_BOYS = ("son", "boy")
_BODY = "council|board|committee|senate|assembly|parliament|house|panel|commission|jury|chamber|cabinet|bench"
_SIZE = re.compile(
    rf"\b(?P<n>[0-9]{{1,3}}|[a-z]+(?:-[a-z]+)?)[- ](?:member|seat|strong|person|seater) (?:[A-Za-z]+ "
    rf"){{0,3}}?(?P<body>{_BODY})\b|\b(?:(?:the|all) )(?P<n2>[0-9]{{1,3}}|[a-z]+(?:-[a-z]+)?) members of the "
    rf"(?:[A-Za-z]+ ){{0,3}}?(?P<body2>{_BODY})\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\bAll (?:of )?(?:the |its )?(?P<n>[0-9]{1,3}|[a-z]+(?:-[a-z]+)?) (?:members|councillors|senators|deputies"
    r"|lawmakers|MPs|delegates)\b(?! (?:of|from|in|on|for|who|whose|at|with)\b)"
)
"""How many vote, where everybody does."""
_A_FEW_MORE = 1.25
"""Votes by which a vote of those, whose body is not named, may be more: many more are those of a larger body."""
_N = r"(?:[0-9]{1,3}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-[a-z]+)?|[a-z]{3,9})"
_HAS = re.compile(
    rf"\b(?P<body>{_BODY}),? (?:which )?(?:has|with) (?P<n>[0-9]{{1,3}}|[a-z]+(?:-[a-z]+)?) (?:members|seats)\b"
)
_VOTE = re.compile(
    rf"\b(?:voted|vote was|vote of|vote by) (?:by )?(?P<a>{_N})(?: ?[-–] ?| to )(?P<b>{_N})(?![\w-])(?:,? (?:with"
    rf"|and) (?P<c>{_N}) (?:abstentions?"
    rf"|abstaining))?"
    rf"|\bby (?P<a2>{_N}) votes to (?P<b2>{_N})(?:,? (?:with|and) (?P<c2>{_N}) (?:abstentions?|(?:members )?"
    r"abstaining))?"
)


def odd_totals(stretch: Stretch) -> Iterator[Oddity]:
    """Yield the totals of a sentence that its parts do not make."""
    figures = stretch.figures
    for at, total in enumerate(figures):
        if at >= 2 and _is_total(stretch.text, total):
            yield from _amounts(stretch, figures[:at], total)
    yield from _children(stretch)
    yield from _votes(stretch)


def _is_total(text: str, figure: Figure) -> bool:
    return bool(_CUE_BEFORE.search(text[: figure.start]) or _CUE_AFTER.match(_after(text, figure)))


def _after(text: str, figure: Figure) -> str:
    """Return what follows a figure and its measure."""
    measure = _MEASURE.match(text[figure.end :])
    return text[figure.end + (measure.end() if measure else 0) :]


def _kind(text: str, figure: Figure) -> str:
    """Return the currency or the measure of a figure; nothing for one that has none."""
    measure = _MEASURE.match(text[figure.end :])
    return figure.unit or (measure["unit"].rstrip("s") if measure else "")


def _amounts(stretch: Stretch, before: Sequence[Figure], total: Figure) -> Iterator[Oddity]:
    text = stretch.text
    kind = _kind(text, total)
    if (
        kind == "%"
        or not kind
        and not _all_placed(text, before, total)
        or any(_kind(text, each) != kind for each in before if not each.may_be_year)
    ):
        return
    parts = [each for each in before if not each.may_be_year]
    if not 2 <= len(parts) <= 5 or any(is_loose(text, each) for each in (*parts, total)):
        return
    joined = all(_JOINS.match(text[one.end : two.start]) for one, two in zip(parts, parts[1:], strict=False))
    gap = _CUE_BEFORE.sub("", text[parts[-1].end : total.start])
    if not joined or not _APART.match(gap) or _UNSURE.search(_CUE_BEFORE.sub("", text[parts[0].start : total.start])):
        return
    added = sum(each.value for each in parts)
    room = sum(each.half for each in (*parts, total) if each.value >= 1000 or each.half < 0.5)
    if abs(added - total.value) > room + (0.01 * added if room else 0):
        yield _told(stretch, total.start, total.end, parts[0].start, parts, total.value, added)


_PLACED = re.compile(r"^(?: [a-z]+){0,2} (?:in|at|from|on) (?:the )?[A-Z]")


def _all_placed(text: str, parts: Sequence[Figure], total: Figure) -> bool:
    """Tell whether numbers of things are each told of another time or place: `300 cars in May, 200 in June`."""
    plain = all(each.is_count and not each.may_be_year for each in (*parts, total))
    return plain and all(_PLACED.match(text[part.end :]) for part in parts)


def _told(
    stretch: Stretch, begin: int, end: int, first: int, parts: Sequence[Figure], total: float, added: float
) -> Oddity:
    shown = " + ".join(spell(part.value) for part in parts)
    words = stretch.text[min(first, begin) : max(end, parts[-1].end)]
    return stretch.odd(
        begin, end, f"The parts do not add up to the total: {shown} is {spell(added)}, not {spell(total)} (“{words}”)."
    )


def _number(words: str) -> int | None:
    number = value_of(words)
    return int(number) if number and number.is_integer() else None


def _children(stretch: Stretch) -> Iterator[Oddity]:
    for match in _CHILDREN.finditer(stretch.text):
        total, one, other = (_number(match[group]) for group in "nab")
        boys = [match[group].startswith(_BOYS) for group in ("one", "other")]
        if None not in (total, one, other) and boys[0] != boys[1] and (one or 0) + (other or 0) != total:
            yield stretch.odd(
                match.start(),
                match.end(),
                f"The text says “{match[0]}”, but {one} and {other} are {(one or 0) + (other or 0)}.",
            )


_ONE = frozenset(
    {
        "the",
        "a",
        "an",
        "its",
        "this",
        "that",
        "their",
        "his",
        "her",
        "our",
        "member",
        "seat",
        "seater",
        "strong",
        "person",
        "full",
        "whole",
        "city",
        "town",
    }
)


def _bodies(text: str) -> set[str]:
    """Return the words that tell several bodies of one kind apart: `parish` and `county` councils."""
    return {match[1].lower() for match in re.finditer(rf"([A-Za-z]+)[ -](?:{_BODY})\b", text)} - _ONE


def _votes(stretch: Stretch) -> Iterator[Oddity]:
    """Yield votes of a body that are more than its members."""
    if not _VOTE.search(stretch.text):
        return
    text = f"{stretch.before}{stretch.text}"
    sizes = {((match["body"] or match["body2"]).lower(), match["n"] or match["n2"]) for match in _SIZE.finditer(text)}
    sizes |= {(match["body"], match["n"]) for match in _HAS.finditer(text)}
    sizes = sizes or {("", match["n"]) for match in _ALL.finditer(text)}
    if len(sizes) != 1:
        return
    body, size = sizes.pop()
    members = _number(size)
    named = set(re.findall(rf"\b(?:{_BODY})\b", text.lower()))
    if members is None or len(_bodies(text)) > 1 or len(named) > 1 or not named and not _ALL.search(text):
        return
    for match in _VOTE.finditer(stretch.text):
        votes = [_number(words) for words in match.groups() if words]
        cast = sum(vote or 0 for vote in votes)
        if None not in votes and members < cast and (body or cast <= _A_FEW_MORE * members):
            shown = " and ".join(str(vote) for vote in votes)
            of_it = f" of the {body}" if body else ""
            yield stretch.odd(
                match.start(),
                match.end(),
                f"The text says “{match[0]}”, but {shown} are more than the {members} members{of_it}.",
            )


_MADE_UP = re.compile(
    r"^(?: [a-z]+){0,3},? (?:and )?(?:is|was|which is|will be) (?:made up of|divided into|split into|broken into)"
    r" (?P<n>[a-z]+)"
    r" (?:[a-z]+ )?[a-z]+s(?::| [–—-]|—) $"
)
_OF_MORE = re.compile(r"\b(?:each|every|per|a year|plus|fees?|years|tax)\b")
_FOR_WHAT = re.compile(r"^ (?:for|to|on|in) (?:[A-Za-z’'-]+ ?){1,6}?(?:, and|,| and) $")
_LAST_OF_ALL = re.compile(r"^ (?:for|to|on|in) [^.;:,“”]{2,60}\.?$")


def odd_blocks(stretch: Stretch) -> Iterator[Oddity]:
    """Yield `It comes to £4.8 million and is made up of two blocks: £1.9 million for roads and £1.2 million for it`."""
    text, figures = stretch.text, [each for each in stretch.figures if each.unit not in ("", "%")]
    for at, total in enumerate(figures):
        parts = figures[at + 1 :]
        opened = _MADE_UP.match(text[total.end : parts[0].start]) if len(parts) > 1 else None
        if not opened or _number(opened["n"]) != len(parts) or any(each.unit != total.unit for each in parts):
            continue
        gaps = [text[one.end : two.start] for one, two in zip(parts, parts[1:], strict=False)]
        exact = not any(is_loose(text, each) for each in (total, *parts)) and not _OF_MORE.search(text[total.end :])
        if not exact or not all(map(_FOR_WHAT.match, gaps)) or not _LAST_OF_ALL.match(text[parts[-1].end :]):
            continue
        added = sum(each.value for each in parts)
        if abs(added - total.value) > total.half + sum(each.half for each in parts):
            yield _told(stretch, total.start, total.end, parts[0].start, parts, total.value, added)
