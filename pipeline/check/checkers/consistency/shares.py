"""Parts of a stated whole: `of 30 buses 11 run, 8 are in repair and 14 wait`, `seven of the 12 and the other four`.

Parts of things that can be in one state only (`exclusive.yaml`) may not be more than all of them, and must be all of
them where the sentence says so: by as many places as parts, by `the rest`, by `leaving`. Silent where one thing may be
counted twice, where a part or the whole is not exact, and where anything stands between that is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import RootModel

from pipeline.check.checkers.consistency.figures import Figure, find_figures, spell
from pipeline.check.checkers.consistency.oddity import Oddity
from pipeline.check.checkers.consistency.stretch import Stretch, is_loose
from pipeline.core.caching import once_for_each
from pipeline.core.english import MONTHS
from pipeline.core.tables import Table, Word, WordList, read_table

_OF = re.compile(
    r"(?:^|[,;:.] |\b(?:that|and|but|while|whereas|say|said|says) )of (?:all )?(?:the |its |their |his |her |our "
    r"|those |these )?"
    r"(?:[A-Za-z]+['’]s? )?(?:[a-z]+ )?$",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:includ\w+|among|amongst|at least|both|also|either|each|every|some|others? of|more than one|several"
    r"|overlap\w*"
    r"|multiple|twice|respectively|such as|per ?cent|originally|initially|ago|earlier|before|previous\w*|later|then"
    r"|again|of (?:them|those|these"
    r"|whom|which))\b|%",
    re.IGNORECASE,
)
_BE = (
    r"(?:(?:still |now |already )?(?:are|were|is|was|be|have been|had been|has been|will be|being|stood|stand"
    r"|remain|voted|councillors|members|votes?|people|of them)(?: still| now| already| said)? )?"
)
_PART = re.compile(rf"^ {_BE}(?P<state>[a-z ]+)")
_BETWEEN_PARTS = re.compile(r"(?:,|,? and|, with|,? while|; |,? but|:) ?(?:the )?$")
_MEMBERS = re.compile(
    r"\b(?:an? |the |its )?(?P<n>[0-9]{1,3}|[a-z]+(?:-[a-z]+)?)[- ](?P<kind>member|strong|person|seat|seater|man"
    r"|woman)\s"
    r"(?:[a-z]+ ){0,2}(?:jury|panel|team|crew|squad|board|council|committee|cabinet|commission|group|delegation|choir)"
    r"(?: of |,? made up of |,? consisting of | - | — | – |: | \()$",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"^ of (?:the |its |their |his |her |our |those |these |[A-Z][\w]+['’]s )?(?:[a-z]+ ){0,2}$")
_REST = re.compile(r"(?:,|;|,? and|,? while|,? but|,? with|:) (?:the )?(?P<rest>remaining|other) $")
_REST_ENDS = re.compile(
    r"^(?:[.,;)]|$| (?:were|was|are|is|had|have|has|will|would|voted|said|went|came|died|from|to|in|at|by|as|wait"
    r"|waits|stayed|stay"
    r"|abstained|fled|ran|got|gave|took|kept|fell|sold|sent|stood|came|[a-z]{3,}ed|chose|left|did|do|of them|remain"
    r"|remained|failed|passed|lost|won|opposed|backed|against|not)\b)"
)
_LEFT_ENDS = re.compile(r"^(?:[.,;)]|$| (?:open|standing|running|in service|in use)\b)")
_LEAVING = re.compile(
    r"^(?: [a-z]+){1,3}(?:,| [–—-]|—) ?(?:leaving|which (?:leaves|left|would leave|will leave))(?: it| them| him| her)?"
    r"(?: with)?(?: just| only| (?:the )?other)? $"
)
_PLACES = re.compile(
    r"^ (?:[a-z]+ ){1,3}(?:on|in|at|across|from) (?P<k>two|three|four|five|six) (?:[a-z]+ )?[a-z]+s(?:: | [–—-] |—"
    r"| \()$"
)
_PLACED = re.compile(
    r"^(?: [a-z]+){0,2} (?:in|at|on|from|near) (?:the )?[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,2}(?= and |, |\)|\.|;|$"
    r"| [–—-])"
)
_NOT_THINGS = re.compile(
    r"[ -](?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|miles?|kilomet|km|met(?:re|er)s?|feet|foot|inch"
    r"|acres?|hectares?"
    r"|tonnes?|tons?|pounds?|kilos?|kg|degrees?|points?|times|dollars?|euros?|pence|cents?|o'clock|st\b|nd\b|rd\b"
    r"|th\b|million|billion)",
    re.IGNORECASE,
)


class _Family(Table):
    """States of which a thing is in one."""

    states: tuple[WordList, ...]
    whole: bool = False
    """Whether there is no other state."""


class _Families(RootModel[dict[Word, _Family]]):
    """The table."""


@dataclass(frozen=True)
class _Part:
    figure: Figure
    states: frozenset[tuple[str, int]]
    """Families in which its words name a state, with the number of the state."""


@once_for_each
def families() -> tuple[dict[str, _Family], list[tuple[str, int, re.Pattern[str]]]]:
    """Return the families of states that exclude each other, and a pattern for each state, from the table."""
    families = read_table(__package__, "exclusive.yaml", _Families).root
    states = [
        (name, number, re.compile(rf"(?:{'|'.join(map(_pattern, words))})\b"))
        for name, family in families.items()
        for number, words in enumerate(family.states)
    ]
    return families, states


def _pattern(words: str) -> str:
    return re.escape(words).replace(r"\*\ ", "(?:[a-z]+ )?")


def odd_shares(stretch: Stretch) -> Iterator[Oddity]:
    """Yield the parts of a sentence that are more than their whole, or miss it where they should be all of it."""
    figures = stretch.figures
    if len(figures) < 2:
        return
    yield from _split(stretch, figures)
    yield from _too_many(stretch, figures)
    yield from _in_places(stretch, figures)
    yield from _of_members(stretch, figures)
    yield from _polled(stretch, figures)
    yield from _played(stretch)


def _counts(text: str, figures: Sequence[Figure]) -> bool:
    """Tell whether all figures are exact numbers of things."""
    return all(
        each.is_count and not each.may_be_year and not is_loose(text, each) and not _NOT_THINGS.match(text[each.end :])
        for each in figures
    )


def _too_many(stretch: Stretch, figures: Sequence[Figure]) -> Iterator[Oddity]:
    """Yield parts in states that exclude each other: more than the whole, or less where there is no other state."""
    text = stretch.text
    for at, whole in enumerate(figures[:-2]):
        if not _is_whole(text, whole):
            continue
        parts, complete = _exclusive(text, figures[at + 1 :])
        if len(parts) < 2 or not _counts(text, [whole, *parts]) or _UNSURE.search(text[whole.end : parts[-1].end]):
            continue
        if _OVERLAP.search(text[parts[-1].end :]):
            continue
        added = sum(part.value for part in parts)
        adults = _ADULTS.match(text[whole.end :]) and {part.states for part in _listed(text, parts)} == _SEXES
        all_told = (complete or adults) and parts[-1] is figures[-1] and not _OTHERS.search(text[parts[-1].end :])
        if added > whole.value or added < whole.value and all_told:
            yield _sum_oddity(stretch, whole, parts)


_ADULTS = re.compile(
    r"^ (?:[a-z]+ )?(?:jurors|councillors|judges|justices|senators|MPs|directors|officers|soldiers|teachers|ministers"
    r"|astronauts"
    r"|candidates|nominees|graduates|commissioners|lawmakers|deputies|peers)\b"
)
_SEXES = {frozenset({("people", 0)}), frozenset({("people", 1)})}
_OVERLAP = re.compile(r"\b(?:of (?:which|whom|them|these|those)|both|also|too|twice|already)\b", re.IGNORECASE)
_OTHERS = re.compile(r"\b(?:rest|others?|remain\w*|one|another|abandoned|postponed)\b", re.IGNORECASE)
_WHOLE_BEFORE = re.compile(r"(?:^|\b)(?:(?:the|all|its|their|his|her) (?:[a-z]+ )?)$", re.IGNORECASE)
_VOTERS = re.compile(
    r"^ (?:[a-z]+ )?(?:members|councillors|senators|MPs|jurors|delegates|deputies|lawmakers|judges|justices|directors"
    r"|peers|aldermen|representatives|ministers|votes|owners|shareholders)\b"
)


_HAS = re.compile(r"\b(?:has|have|had|with|of its|owns?|employs?|runs?) (?:a total of )?$")
_THINGS = re.compile(r"^ (?:[a-z]+ )?[a-z]+s?(?:,|:| [–—-]|—| \() ?[a-z0-9]")


def _is_whole(text: str, figure: Figure) -> bool:
    """Tell whether a figure is said to be all of something: `of the 30 buses`, `the 41 members`."""
    before = text[: figure.start]
    after = text[figure.end :]
    return bool(
        _OF.search(before)
        or _HAS.search(before)
        and _THINGS.match(after)
        or (_WHOLE_BEFORE.search(before) and _VOTERS.match(text[figure.end :]))
    )


def _exclusive(text: str, figures: Sequence[Figure]) -> tuple[list[Figure], bool]:
    """Return the figures of one list whose things are in states of one family, and whether these are all its states."""
    found = _listed(text, figures)
    for name, family in families()[0].items():
        numbers = [{number for each, number in part.states if each == name} for part in found]
        if all(len(each) == 1 for each in numbers) and len(set().union(*numbers)) == len(found):
            return [part.figure for part in found], family.whole and len(found) == len(family.states)
    return [], False


def _listed(text: str, figures: Sequence[Figure]) -> list[_Part]:
    found: list[_Part] = []
    for figure in figures:
        if not found and figure.may_be_year:
            continue
        states = _state_of(text[figure.end :])
        if not states or found and not _BETWEEN_PARTS.search(text[found[-1].figure.end : figure.start]):
            break
        found.append(_Part(figure, states))
    return found


def _state_of(after: str) -> frozenset[tuple[str, int]]:
    """Return the states that the words after a number name."""
    match = _PART.match(after)
    named = families()[1] if match else ()
    return frozenset((family, number) for family, number, words in named if words.match(match["state"]))  # type: ignore[index]


def _split(stretch: Stretch, figures: Sequence[Figure]) -> Iterator[Oddity]:
    """Yield `seven of the 12 ... and the other four`, and `two of its seven ..., leaving four`."""
    text = stretch.text
    for one, whole, other in zip(figures, figures[1:], figures[2:], strict=False):
        if not _SPLIT.match(text[one.end : whole.start]) or not _counts(text, [one, whole, other]):
            continue
        between = text[whole.end : other.start]
        rest = _REST.search(between)
        left = _LEAVING.match(between)
        ends = _LEFT_ENDS if left else _REST_ENDS
        if not (left or rest) or not ends.match(text[other.end :]) or _UNSURE.search(text[one.start : other.start]):
            continue
        if one.value > whole.value or one.value + other.value == whole.value:
            continue
        if rest and (whole.text.lower() == "one" or "quarter" in between or "half" in between or "third" in between):
            continue
        yield _sum_oddity(stretch, whole, [one, other])


def _in_places(stretch: Stretch, figures: Sequence[Figure]) -> Iterator[Oddity]:
    """Yield `620 beds on three sites: 310 at A, 190 at B and 140 in C`, where three parts are told of three."""
    text = stretch.text
    for at, whole in enumerate(figures[:-3]):
        number = figures[at + 1]
        opened = _PLACES.match(text[whole.end : figures[at + 2].start])
        parts = figures[at + 2 :][: int(number.value)] if opened else []
        if not opened or len(parts) != number.value or not _counts(text, [whole, *parts]):
            continue
        placed = all(_PLACED.match(text[part.end :]) for part in parts)
        lists = all(re.search(r"(?:, |,? and )$", text[: part.start]) for part in parts[1:])
        if placed and lists and not _UNSURE.search(text) and sum(part.value for part in parts) != whole.value:
            yield _sum_oddity(stretch, whole, parts)


_SEX = re.compile(
    r"^ (?P<noun>(?:[a-z]+ )?(?:men|women|boys|girls))(?P<end> and |[.,;:)]|$| [–—-]| (?:is|are|was|were|found|took"
    r"|heard|sat|came|went|will|has|had|that|who)\b)"
)


def _of_members(stretch: Stretch, figures: Sequence[Figure]) -> Iterator[Oddity]:
    """Yield `a 12-member jury of seven women and four men`."""
    text = stretch.text
    for one, two in zip(figures, figures[1:], strict=False):
        first, second = _SEX.match(text[one.end :]), _SEX.match(text[two.end :])
        members = _MEMBERS.search(text[: one.start])
        if not (first and second and members) or first["end"] != " and " or one.end + first.end() != two.start:
            continue
        whole = find_figures(members["n"])
        if second["end"] == " and " or len(whole) != 1 or first["noun"].split()[-1] == second["noun"].split()[-1]:
            continue
        if one.value + two.value != whole[0].value:
            begin = members.start("n")
            at = Figure(begin, members.end("n"), whole[0].value, 0.5, "", members["n"])
            yield _sum_oddity(stretch, at, [one, two])


def _polled(stretch: Stretch, figures: Sequence[Figure]) -> Iterator[Oddity]:
    """Yield `52% were in favour, 41% against and 19% undecided`."""
    text = stretch.text
    shares = [each for each in figures if each.unit == "%"]
    parts, _ = _exclusive(text, shares)
    if len(parts) < 2 or any(is_loose(text, part) for part in parts) or _TWICE.search(text):
        return
    added = sum(part.value for part in parts)
    if added > 100.5 + sum(part.half for part in parts):
        yield stretch.odd(
            parts[0].start,
            parts[-1].end,
            f"The parts are more than 100%: {' + '.join(spell(part.value) for part in parts)} is {spell(added)}% "
            f"(“{text[parts[0].start : parts[-1].end]}”).",
        )


_TWICE = re.compile(
    rf"\b(?:{'|'.join(MONTHS)}|last|this|earlier|before|previous\w*|[12][0-9]{{3}})\b|"
    r"\b(?:both|also|several|more than one|up|down|from|rose|fell|compared|than|each|respectively)\b"
)
_N = r"(?:[0-9]{1,3}|[a-z]+(?:-[a-z]+)?)"
_RESULT = rf"(?:won|lost|drew|drawn) {_N}"
_PLAYED = re.compile(
    rf"\b(?:of|in|from|played|out of) (?:the |its |their |his |her )?(?:last |first )?(?P<n>{_N}) (?:[a-z]+ "
    rf")?(?:matches|games|tests|bouts"
    rf"|fights|races)\b[^.;]{{0,30}}?\b(?P<a>{_RESULT}),? (?:and )?(?P<b>{_RESULT}),? and (?P<c>{_RESULT})\b(?! by)",
    re.IGNORECASE,
)


def _played(stretch: Stretch) -> Iterator[Oddity]:
    """Yield `of 21 matches they won nine, lost seven and drew six`."""
    for match in _PLAYED.finditer(stretch.text):
        numbers = [find_figures(match[group].split()[-1]) for group in "nabc"]
        verbs = {match[group].split()[0].replace("drawn", "drew") for group in "abc"}
        if len(verbs) != len(_RESULTS) or any(len(each) != 1 or not each[0].is_count for each in numbers):
            continue
        total, *parts = (each[0] for each in numbers)
        added = sum(part.value for part in parts)
        if added != total.value and not _OTHERS.search(stretch.text[match.end() :]):
            shown = " + ".join(spell(part.value) for part in parts)
            yield stretch.odd(
                match.start("n"),
                match.end(),
                f"The parts do not add up to the total: {shown} is {spell(added)}, not {spell(total.value)} "
                f"(“{match[0]}”).",
            )


_RESULTS = ("won", "lost", "drew")


def _sum_oddity(stretch: Stretch, whole: Figure, parts: Sequence[Figure]) -> Oddity:
    begin, end = min(whole.start, parts[0].start), max(whole.end, parts[-1].end)
    added = sum(part.value for part in parts)
    shown = " + ".join(spell(part.value) for part in parts)
    return stretch.odd(
        begin,
        end,
        f"The parts do not add up to the total: {shown} is {spell(added)}, not {spell(whole.value)} "
        f"(“{stretch.text[begin:end]}”).",
    )
