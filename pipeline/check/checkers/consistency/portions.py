"""Portions: `a third of the 90, or 30`, `of 1,400 houses 560 burned, or 40 percent`, `over half of the 80, 45 in all`.

The words between say that the one figure is that portion of the other (`of the ..., or`); rounded figures and words
such as `about` have their room, and a portion in words (`a third`) means one near it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.check.checkers.consistency.figures import Figure, find_figures, spell
from pipeline.check.checkers.consistency.oddity import Oddity
from pipeline.check.checkers.consistency.rounding import room, told_from_to
from pipeline.check.checkers.consistency.stretch import Stretch, is_loose

_WORDS = r"(?: (?!and\b|or\b|but\b|of\b)[A-Za-z][\w’'-]*){1,7}"
_ENDS = re.compile(r"^(?:[.,;)]|$)")
_FRACTION = re.compile(
    r"\b(?P<top>a|one|two|three|four|five) (?P<part>third|quarter|fifth|sixth|seventh|eighth|ninth|tenth|twentieth)s?\b"
    r"|\b(?P<half>half)\b|\b(?P<some>one|two|three|four|nine) (?:in|out of) (?P<every>two|three|four|five|ten)\b",
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
    r"^(?: (?!and\b|but\b)[A-Za-z][\w’'-]*){0,6}(?:,? or | \(|, that is,? )(?P<hedge>(?:[a-z]+ ){0,3})$"
)
_LESS_THAN = re.compile(
    r"\b(?:more|less|fewer|over|under|up|down|only|another|other|further|last|first|than|to|by)\s(?:than\s)?$",
    re.IGNORECASE,
)
_STARTS_OF = re.compile(r"(?:^|[,;] (?:and |but )?)[Oo]f (?:the |its |their |all |those )?(?:[a-z]+['’]s )?$")
_SAID_OF_PART = re.compile(
    rf"^{_WORDS},? (?:or | \(|\()(?P<hedge>about |around |roughly |nearly |almost |some |just (?:over|under) )?$"
)
_PLAIN_SHARE = re.compile(
    rf"^{_WORDS}(?:, (?:or )?| \(| [–—-] )(?:an?|about an?|roughly an?|nearly an?|almost an?|or an?)? ?"
    r"(?P<share>half|third|quarter|fifth|sixth|tenth|(?:two|three) (?:thirds|quarters|fifths)|(?P<top>one|two|three"
    r"|four|seven|nine)"
    r" (?:in|out of) (?P<whole>two|three|four|five|ten))(?=[.,;)]|$| [–—-] )"
)
_PLAIN = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fifth": 1 / 5, "sixth": 1 / 6, "tenth": 1 / 10}
_MANY = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7, "nine": 9, "ten": 10}
_HALF_OF = re.compile(
    r"\b(?P<how>[Mm]ore|[Ff]ewer|[Ll]ess) than half (?:of )?(?:the |its |their |all )?(?:[a-z]+['’]s? )?$"
)
_SO_MANY_OF = re.compile(rf"^{_WORDS}(?:,| \(| [–—-]) ?$")
_COUNTED = re.compile(r"^(?: in all| of them| altogether)?(?:[.,;)]|$| [–—-] )")


def odd_portions(stretch: Stretch) -> Iterator[Oddity]:
    """Yield the portions of a sentence that are not those of its figures."""
    figures = [figure for figure in stretch.figures if not figure.may_be_year]
    yield from _fractions(stretch, figures)
    yield from _plain_shares(stretch, figures)
    yield from _halves(stretch, figures)
    yield from _of_them(stretch)
    for three in zip(figures, figures[1:], figures[2:], strict=False):
        if odd := _share_of(stretch, *three):
            yield odd


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
        slack = room(part) + share * room(whole) + (0 if whole.unit else 1)
        if abs(real - part.value) > slack + (0.15 if loose else 0.04) * real and not re.match(
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
            return _fraction(match), match.start()
    for each in figures:
        if each.unit == "%" and each.end < whole.start and _OF.match(text[each.end : whole.start]):
            return each.value / 100, each.start
    return None


def _fraction(match: re.Match[str]) -> float:
    if match["some"]:
        return _MANY[match["some"].lower()] / _MANY[match["every"].lower()]
    return 0.5 if match["half"] else _TOPS[match["top"].lower()] / _PARTS[match["part"].lower()]


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
    slack = share.half + 0.1 + real * (room(part) / part.value + room(whole) / whole.value) + (3 if loose else 0)
    if abs(real - share.value) <= slack:
        return None
    return told_from_to(
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


def _halves(stretch: Stretch, figures: Sequence[Figure]) -> Iterator[Oddity]:
    """Yield `more than half of the 80 members, 35 in all`."""
    text = stretch.text
    for whole, part in zip(figures, figures[1:], strict=False):
        match = _HALF_OF.search(text[: whole.start])
        counts = whole.is_count and part.is_count and not part.may_be_year and not is_loose(text, part)
        if not match or not counts or not _SO_MANY_OF.match(text[whole.end : part.start]) or part.value > whole.value:
            continue
        more = match["how"].lower() == "more"
        if (
            _COUNTED.match(text[part.end :])
            and (part.value > whole.value / 2) != more
            and 2 * part.value != whole.value
        ):
            less = "less" if more else "more"
            yield _told_words(
                stretch, part, match.start(), f"{spell(part.value)} is {less} than half of {spell(whole.value)}"
            )


_OF_THEM = re.compile(r"^ of (?:them|these|those)(?:,| \() ?$")
_THINGS = re.compile(r"(?: [a-z-]+){0,2}? (?:[a-z]{2,}s|men|women|people|children)\b")
_OF_OTHERS = re.compile(r"\b(?:in|over|from|of|at|across|for|to|with|between|by|on)(?: the| its| their)? $")
_ROUGHLY = re.compile(r"\b(?:dozens|scores|hundreds|thousands|millions|half|third|quarter)\b")
_NO_THINGS = re.compile(r"\b(?:this|its|his|was|is|has|as|us|years|months|weeks|days)\b")
_OTHERS = re.compile(r"\b(?:[a-z]{2,}(?<!s)s|men|people|women|children)\b")


def _of_them(stretch: Stretch) -> Iterator[Oddity]:
    """Yield `It takes 240 families a year. A quarter of them, 80, come from abroad`."""
    text, told = stretch.text, stretch.sentence_before
    opened = _FRACTION.match(text)
    parts = [each for each in stretch.figures if opened and each.start >= opened.end()]
    whole = _only_things(told)
    if not opened or not parts or whole is None or not _OF_THEM.match(text[opened.end() : parts[0].start]):
        return
    part, real = parts[0], _fraction(opened) * whole.value
    slack = (0.15 if is_loose(told, whole) or is_loose(text, part) else 0.1) * real + 1
    counts = part.is_count and part.value <= whole.value and _COUNTED.match(text[part.end :])
    if counts and abs(real - part.value) > slack:
        yield stretch.odd(
            0,
            part.end,
            f"The text says “{text[: part.end]}”, but that share of {spell(whole.value)} is {spell(round(real, 1))}.",
        )


def _only_things(told: str) -> Figure | None:
    """Return the number of the only things that a sentence speaks of; None where `them` may be others."""
    figures = find_figures(told)
    if len(figures) != 1 or not figures[0].is_count or figures[0].may_be_year or _ROUGHLY.search(told):
        return None
    things = _THINGS.match(told, figures[0].end)
    if things is None or _OF_OTHERS.search(told[: figures[0].start]):
        return None
    return None if _OTHERS.search(_NO_THINGS.sub("", told[things.end() :])) else figures[0]


def _told_words(stretch: Stretch, odd: Figure, begin: int, why: str) -> Oddity:
    return stretch.odd(odd.start, odd.end, f"The text says “{stretch.text[begin : odd.end]}”, but {why}.")
