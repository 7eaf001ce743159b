"""Ages against births that other sentences tell: `Jane Moss, 71, won. She was born in 1964`.

Only where it is plain whose birth is told: by the surname that one person of the article has, or by `she` and
`he` where one person with an age, and nobody else, has been named so far. The day the article speaks of is its
own; a death that it reports lies a few weeks back at most. Silent about the kin of the person, and about ages at
other times.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipeline.check.checkers.consistency.oddity import Oddity, pin
from pipeline.check.checkers.consistency.stretch import is_quoted
from pipeline.core.english import MONTH, YEAR, make_date, month_number

if TYPE_CHECKING:
    from pipeline.core.english import Sentence

_PART = r"[A-Z](?:[a-z]{0,3}['’])?[^\W\d_]+(?:-[A-Z][^\W\d_]+)?"
_NAME = re.compile(rf"\b{_PART}(?: [A-Z]\.)?(?: {_PART})+")
_TITLE = re.compile(
    r"^(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Prof|Professor|Judge|Captain|Colonel|General|Councillor|Senator"
    r"|President|Rev"
    r"|Bishop|Sister|Father|Sergeant|Detective|Chief|The|In|At|On|When|Born|Police|Minister|Mayor|Governor)\b ?"
)
_AGED = re.compile(
    rf"(?P<name>{_PART}(?: [A-Z]\.)?(?: {_PART})+), (?:aged )?(?P<age>[1-9][0-9]|10[0-9]),(?! of the [0-9])"
)
_DIED = re.compile(
    r"\b(?:has died|died (?:on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|yesterday|this week|last week|at home"
    r"|in hospital))"
    r"[^.;:]{0,40}?\b(?:aged|at the age of|at age) (?P<age>[1-9][0-9]|10[0-9])\b"
)
_BORN = re.compile(
    rf"\b(?P<born>[Bb]orn)(?: in {_PART}(?: {_PART}){{0,2}}(?:, {_PART})?,?)? (?:on (?:(?P<day>[0-9]{{1,2}}) "
    rf"(?P<month>{MONTH})"
    rf"|(?P<month2>{MONTH}) (?P<day2>[0-9]{{1,2}})),? "
    rf"|in (?:{MONTH} )?|in {_PART}(?: {_PART}){{0,2}} in )(?P<year>{YEAR})(?![\w,-]*\d)"
)
_OTHER_TIME = re.compile(r"\b(?:then|when|at the time|now|turn(?:ed|s|ing)|would have been|in [12][0-9]{3})\b")
_KIN = re.compile(
    r"\b(?:son|daughter|children|child|brother|sister|wife|husband|widow|mother|father|parents?|twins?|grand\w+|uncle"
    r"|aunt|cousin|friend"
    r"|partner|fianc\w+|dog|cat|horse)\b",
    re.IGNORECASE,
)
_RECENT = timedelta(days=60)


@dataclass(frozen=True)
class _Age:
    """An age somebody is given."""

    sentence: int
    name: str
    age: int
    begin: int
    end: int
    """Where it stands in the article."""
    died: bool
    words: str


def odd_ages(parsed: Sequence[Sentence], today: date | None) -> Iterator[Oddity]:
    """Yield the ages that the births of the same people contradict."""
    if today is None:
        return
    ages = [age for at, sentence in enumerate(parsed) if not sentence.line.is_heading for age in _ages(at, sentence)]
    births = [(at, match) for at, sentence in enumerate(parsed) for match in _births(sentence)]
    if not births or not ages or not ages[0].name:
        return
    others = _Others.than(ages[0].name, parsed)
    for at, born in births:
        owner = _owner(parsed, ages, at, born, others)
        if owner and _possible(born, owner, today) and owner.age not in _possible(born, owner, today):
            sentence = parsed[owner.sentence]
            span = pin(sentence.span.exact, sentence.span.start, owner.begin, owner.end)
            right = " or ".join(str(each) for each in sorted(_possible(born, owner, today)))
            told = f"The text gives {owner.name} the age {owner.age}, but “{born[0]}” makes it {right}"
            yield Oddity(span, f"{told} at the article’s date ({today.isoformat()}).")


def _own(sentence: Sentence, match: re.Match[str]) -> bool:
    """Tell whether words stand in the article's own voice."""
    offset = sentence.span.start - sentence.line.start
    return not is_quoted(sentence.line.text, offset + match.start(), offset + match.end())


def _ages(at: int, sentence: Sentence) -> Iterator[_Age]:
    text = sentence.span.exact
    for match in _AGED.finditer(text):
        if _own(sentence, match):
            yield _Age(
                at, _bare(match["name"]), int(match["age"]), match.start("age"), match.end("age"), False, match[0]
            )
    died = _DIED.search(text)
    if died and _own(sentence, died):
        names = {_bare(name) for name in _NAME.findall(text[: died.start()])}
        if len(names) == 1 and not _KIN.search(text[: died.start()]):
            yield _Age(at, names.pop(), int(died["age"]), died.start("age"), died.end("age"), True, died[0])


def _births(sentence: Sentence) -> Iterator[re.Match[str]]:
    found = [match for match in _BORN.finditer(sentence.span.exact) if _own(sentence, match)]
    if len(found) == 1:
        yield found[0]


def _bare(name: str) -> str:
    while (shorter := _TITLE.sub("", name)) != name:
        name = shorter
    return name


@dataclass(frozen=True)
class _Others:
    """In which sentences people are first named beside the one with an age."""

    surname: float
    """Somebody of the same surname."""
    person: float
    """Somebody of another one."""

    @classmethod
    def than(cls, name: str, parsed: Sequence[Sentence]) -> _Others:
        """Look through an article once: it may tell thousands of births."""
        surname, found = name.split()[-1], cls(math.inf, math.inf)
        for at, sentence in enumerate(parsed):
            others = {_bare(other) for other in _NAME.findall(sentence.span.exact)} - {name, ""}
            found = cls(
                min(found.surname, at if any(other.split()[-1] == surname for other in others) else math.inf),
                min(found.person, at if _people(others, name) else math.inf),
            )
        return found


def _owner(
    parsed: Sequence[Sentence], ages: Sequence[_Age], at: int, born: re.Match[str], others: _Others
) -> _Age | None:
    """Return the age of the person whose birth a sentence tells; None where that is not plain."""
    text = parsed[at].span.exact
    before, after = text[: born.start()], text[born.end() :]
    age = ages[0]
    if age.sentence > at or any(other.sentence <= at for other in ages[1:2]) or _KIN.search(before):
        return None
    if not age.died and _OTHER_TIME.search(parsed[age.sentence].span.exact):
        return None
    surname = age.name.split()[-1]
    if age.sentence == at:
        return (
            age
            if age.died and not set(_NAME.findall(before)) - {age.name} and re.search(r"[,)] was $", before)
            else None
        )
    if re.fullmatch(
        rf"(?:(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady) )?(?:{re.escape(age.name)}|{surname})(?:,? who)? was ", before
    ):
        return age if others.surname > at else None
    led = re.fullmatch(r"(?:She|He) was ", before) or (
        not before and re.match(r"[^.;]{0,90}?, (?:s?he|[A-Z]\w+) ", after)
    )
    return age if led and others.person > at else None


def _people(names: set[str], owner: str) -> bool:
    """Tell whether any of some capitalised names may be another person than the owner."""
    return any(name.split()[-1] != owner.split()[-1] for name in names if len(name.split()) > 1)


def _possible(born: re.Match[str], age: _Age, today: date) -> set[int]:
    """Return the ages that a birth allows on the day the article speaks of."""
    days = (today, today - _RECENT) if age.died else (today, today - timedelta(days=7))
    year = int(born["year"])
    day, month = born["day"] or born["day2"], born["month"] or born["month2"]
    birthday = make_date(year, month_number(month), int(day)) if day and month else None
    if birthday is None:
        return {then.year - year - less for then in days for less in (0, 1)}
    return {then.year - year - ((then.month, then.day) < (birthday.month, birthday.day)) for then in days}
