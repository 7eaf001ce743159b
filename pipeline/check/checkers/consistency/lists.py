"""Numbers of things that are then named: `three sources: a grant, a loan, a levy and a gift`.

The number and its list stand in one sentence with a colon or a dash between, and the list ends it. Only lists
of which every item is of one plain form are counted: full names, names with ages, or short phrases that all
begin with an article. Silent at `including`, at places that may belong to the place before, and where `and` may
join two things of one item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.check.checkers.consistency.figures import Figure, spell
from pipeline.check.checkers.consistency.oddity import Oddity
from pipeline.check.checkers.consistency.stretch import Stretch, is_loose
from pipeline.core.english import MONTHS, YEAR, find_place

_WORD = r"[^\W\d_][\w’'-]*"
_COUNTED = re.compile(rf"^(?: {_WORD}){{1,14}}?(?P<mark>:| [–—-]|—) ")
_NOUN = re.compile(r"^ (?:[a-z]+ ){0,2}?(?P<noun>[a-z]{2,}s|[a-z]*men|people|children)\b")
_PERSONS = frozenset(
    {
        "people",
        "men",
        "women",
        "boys",
        "girls",
        "suspects",
        "victims",
        "defendants",
        "officers",
        "students",
        "teenagers",
        "passengers",
        "judges",
        "candidates",
        "children",
        "brothers",
        "sisters",
        "councillors",
        "ministers",
        "soldiers",
        "directors",
        "winners",
        "survivors",
        "jurors",
        "members",
        "players",
        "researchers",
        "authors",
        "scientists",
        "lawyers",
        "nurses",
        "teachers",
        "fugitives",
    }
)
_PART = (
    r"(?:(?:van|von|de|der|den|da|di|bin|al|el|la|le|du|dos) )*[A-Z](?:[a-z]{0,3}['’])?[^\W\d_]*\.?(?:-[A-Z][^\W\d_]+)?"
)
_FULL_NAME = rf"{_PART}(?: {_PART}){{1,3}}"
_AGED_LIST = re.compile(
    rf"^(?P<list>{_FULL_NAME}, [1-9][0-9](?:, {_FULL_NAME}, [1-9][0-9])*,? and {_FULL_NAME}, [1-9][0-9])(?=[.;]|$)"
)
_AGED = re.compile(rf"{_FULL_NAME}, [1-9][0-9]\b")
_ITEMS = re.compile(r"^(?P<list>[^.;:()“”\"–—]+?)(?=[.;]|$)")
_ARTICLE = re.compile(r"^(?:an?|the) (?:[a-z][a-z’'-]* ){0,3}[a-z][a-z’'-]*$")
_PLACE_OR_TITLE = re.compile(
    r"\b(?:of|the|Sir|Lord|Lady|Mr|Mrs|Ms|Dr|Jr|Sr|Inc|Ltd|Co|Mayor|Minister|President|Senator|Judge|Street"
    r"|University)\b"
)
_UNSURE = re.compile(
    r"\b(?:includ\w+|among|such as|led by|notably|especially|mostly|mainly|e\.g|for example|at least|respectively)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:who|which|that|where|is|are|was|were|has|had|have|will|if|because|when|not|or|nor|with|whose|both|then)\b"
)
_TWO_OF_ONE = frozenset({"twins", "pair", "couple", "brothers", "sisters", "parents", "others", "rest", "two", "three"})
_ORDER = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}
_RANK = re.compile(
    rf"\b(?P<order>{'|'.join(_ORDER)})[- ](?:most [a-z]+|[a-z]+est)\b(?: [a-z]+){{0,6}},? (?:after"
    rf"|behind) (?P<list>[^.;:()“”\"–—]+?)(?=[.;]|$|, (?:which|according|said|with|but|the|an?)\b)"
)
_MONTH_NAME = rf"(?:{'|'.join(MONTHS)})"
_ONE_OF = re.compile(r"^ of (?:the|its|their|his|her|our|those|these) (?:[a-z]+ )?$")
_OF_THINGS = re.compile(
    r"^ (?!million|billion|years?\b|days?\b|minutes?\b|hours?\b|times\b|percent)(?:[a-z]+ )?[a-z]+s\b(?! (?:each"
    r"|apiece|per)\b)"
)


def odd_lists(stretch: Stretch) -> Iterator[Oddity]:
    """Yield the numbers of a sentence that are not those of the things it names."""
    yield from _named(stretch)
    yield from _called(stretch)
    yield from _ranks(stretch)
    yield from _brothers(stretch)
    yield from _times(stretch)
    yield from _more_than_all(stretch)


def _named(stretch: Stretch) -> Iterator[Oddity]:
    text = stretch.text
    figures = stretch.figures
    for at, figure in enumerate(figures):
        opened = _COUNTED.match(text[figure.end :])
        noun = _NOUN.match(text[figure.end :])
        if not opened or not noun or not 2 <= figure.value <= 9 or not figure.is_count or is_loose(text, figure):
            continue
        begin = figure.end + opened.end()
        if _UNSURE.search(text) or any(other.start < begin for other in figures[at + 1 :]) or _part_of(text, figure):
            continue
        counted = _count(text[begin:], noun["noun"])
        if counted and counted[0] != figure.value:
            number, length = counted
            yield stretch.odd(
                figure.start,
                begin + length,
                f"The text says “{text[figure.start : figure.end + noun.end()]}”, but names {number}: "
                f"“{text[begin : begin + length]}”.",
            )


_ITEM = r"[A-Z][\w’'-]*(?: (?:[A-Z][\w’'-]*|of|the|de|du)){0,3}"
_CALLED = re.compile(
    r"^(?: [a-z-]+){0,2} (?P<noun>[a-z]{3,}s|men|women|people|children), "
    rf"(?P<list>{_ITEM}(?:, {_ITEM})+,? and {_ITEM})"
    r"(?=[,.;]|$| (?:are|were|have|had|will|would|who|which)\b)"
)


_AMONG = re.compile(
    r"^(?:With|After|In|Of|Over|Within|For|At|By|Despite|Aged|To|During|Between|Until|From|Under|Before|Against|On|Among)\b"
    r"[^,]*$"
)
"""What a sentence opens with whose names come after the number, and are not what it counts."""
_NO_LIST = re.compile(
    r"(?:year|month|week|weekend|day|hour|minute|second|point|goal|game|hole|round|vote|seat|mile|time|decade|stage|medal"
    r"|group|division|region"
    r"|book|film|play|song|album|band|firm|novel|show)s$"
)
"""Nouns not counted by the names behind them, and those whose names may hold a list: `The Good, the Bad and`."""
_POST = re.compile(
    r"\b(?:Secretary|Republican|Democrat|Labour|Conservative|Independent|Chairman|Director|Chancellor|Governor)\b"
)
_GOES_ON = re.compile(r"(?:,| &|) (?:and (?:(?:an?|the|its)\b|[A-Z])|plus\b|with\b|aside\b|among\b|as well\b)")


def _called(stretch: Stretch) -> Iterator[Oddity]:
    """Yield `four primary schools, Ashgill, Fenby, Holm, Tarn Road and Wester Park,`."""
    text = stretch.text
    for figure in stretch.figures:
        named = _CALLED.match(text[figure.end :])
        plain = figure.is_count and 2 <= figure.value <= 9 and not is_loose(text, figure) and not _part_of(text, figure)
        items = split_list(named["list"]) if named and plain and not _UNSURE.search(text) else None
        if not named or not items or _regions(items) or len(items) == figure.value or _NO_LIST.search(named["noun"]):
            continue
        if _AMONG.match(text[: figure.start]) or _GOES_ON.match(text, figure.end + named.end()):
            continue
        if not any(_PLACE_OR_TITLE.search(item.removeprefix("the ")) or _POST.search(item) for item in items):
            yield stretch.odd(
                figure.start,
                figure.end + named.end(),
                f"The text says “{text[figure.start : figure.end + named.end('noun')]}”, but names {len(items)}: "
                f"“{named['list']}”.",
            )


def _part_of(text: str, figure: Figure) -> bool:
    """Tell whether a number is a part of another, or not of things: `two of the four men`."""
    before = text[: figure.start]
    return (
        re.search(
            r"\b(?:of|another|other|more|last|first|next|every|page|chapter|number|by|than|age)(?: the)? $", before
        )
        is not None
    )


def _count(text: str, noun: str) -> tuple[int, int] | None:
    """Return how many things a list at the beginning of a text names, and its length; None where that is not sure."""
    aged = _AGED_LIST.match(text)
    if aged:
        return len(_AGED.findall(aged["list"])), aged.end()
    match = _ITEMS.match(text)
    items = split_list(match["list"]) if match else None
    if not match or not items or _CLAUSE.search(match["list"]) or re.search(r"\d", match["list"]):
        return None
    if noun in _PERSONS:
        sure = all(re.fullmatch(_FULL_NAME, item) and not _PLACE_OR_TITLE.search(item) for item in items)
    else:
        sure = all(_ARTICLE.match(item) and not _TWO_OF_ONE & set(item.split()) for item in items)
    return (len(items), match.end()) if sure else None


def split_list(text: str) -> list[str] | None:
    """Return the items of `a, b and c`; None where it is no such list, or `and` stands twice.

    >>> split_list("a grant, a loan and a levy")
    ['a grant', 'a loan', 'a levy']
    """
    if len(re.findall(r"\band\b|&|\bor\b", text)) != 1:
        return None
    items = [item.strip() for item in re.split(r",? and |, ", text.strip())]
    return items if len(items) > 1 and all(items) else None


def _ranks(stretch: Stretch) -> Iterator[Oddity]:
    """Yield `the third largest after A, B and C`."""
    text = stretch.text
    for match in _RANK.finditer(text):
        items = split_list(match["list"])
        order = _ORDER[match["order"]]
        if (
            not items
            or len(items) < order
            or not all(re.fullmatch(r"[A-Z][\w’'-]*(?: (?:[A-Z][\w’'-]*|of|the|del|de))*", item) for item in items)
        ):
            continue
        if _regions(items):
            continue
        yield stretch.odd(
            match.start(),
            match.end(),
            f"The text says “{match[0]}”: after {spell(len(items))} others it would be number {len(items) + 1}.",
        )


_SINGLE = r"[A-Z][^\W\d_]+(?: [A-Z][^\W\d_]+)?"
_KIN = re.compile(
    r"\b[Tt]he (?P<n>two|three|four|five|six) (?P<noun>brothers|sisters|sons|daughters|suspects|defendants|children"
    r"|boys|girls|men|women),"
    rf" (?P<list>{_SINGLE}(?:, {_SINGLE})*,? and {_SINGLE}),(?= [a-z])"
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_DATED = re.compile(
    rf"\b(?P<n>two|three|four|five|six) (?P<what>times|titles|championships|cups|wins|victories|elections|medals"
    rf"|occasions)(?: this year| last year)?,"
    rf" in (?P<list>(?:{YEAR}(?:, {YEAR})*,? and {YEAR})|(?:{_MONTH_NAME}(?:, {_MONTH_NAME})*,? and "
    rf"{_MONTH_NAME}))(?=[.,;]|$| (?:and|but)\b)"
)


def _brothers(stretch: Stretch) -> Iterator[Oddity]:
    """Yield `the three brothers, Tom, Ned, Bill and Jim, run the farm`."""
    for match in _KIN.finditer(stretch.text):
        items = split_list(match["list"])
        if items and len(items) != _NUMBERS[match["n"]] and not any(_PLACE_OR_TITLE.search(item) for item in items):
            yield _miscounted(stretch, match, len(items))


def _times(stretch: Stretch) -> Iterator[Oddity]:
    """Yield `four times, in 1998, 2003 and 2011`; of titles two may be won in a year."""
    for match in _DATED.finditer(stretch.text):
        number, told = len(split_list(match["list"]) or ()), _NUMBERS[match["n"]]
        if number > told or number < told and match["what"] in ("times", "occasions"):
            yield _miscounted(stretch, match, number)


def _miscounted(stretch: Stretch, match: re.Match[str], number: int) -> Oddity:
    return stretch.odd(
        match.start("n"), match.end("list"), f"The text says “{match['n']}”, but names {number}: “{match['list']}”."
    )


def _regions(items: list[str]) -> bool:
    """Tell whether an item may be the state or country of the one before."""
    wide = [(place := find_place(item)) is not None and place.kind != "organisation" for item in items]
    return any(wide) and not all(wide)


def _more_than_all(stretch: Stretch) -> Iterator[Oddity]:
    """Yield `five of the four suspects`."""
    text, figures = stretch.text, stretch.figures
    for part, whole in zip(figures, figures[1:], strict=False):
        counts = all(each.is_count and not each.may_be_year and not is_loose(text, each) for each in (part, whole))
        joined = _ONE_OF.match(text[part.end : whole.start]) and _OF_THINGS.match(text[whole.end :])
        if counts and joined and part.value > whole.value > 1 and _alone(text, part):
            yield stretch.odd(
                part.start,
                whole.end,
                f"The text says “{text[part.start : whole.end]}”: there cannot be more than {spell(whole.value)}.",
            )


def _alone(text: str, part: Figure) -> bool:
    return re.search(r"(?:^|[,;:] |\b(?:and|but|that|said|while|as) )$", text[: part.start]) is not None
