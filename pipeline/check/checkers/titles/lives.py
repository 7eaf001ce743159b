"""Hold ages and days of birth against the known lives of those to whom a text gives titles.

Who is meant must be sure: one person of the records bears the name and has held the office that the text gives, before
the article's day or soon after; of two of one name nothing is said. Right is the age on the article's day. Wrong is one
that fits neither that day nor the days beside it, nor any other day that the sentence names; nothing is wrong in a
sentence that speaks of another time, of somebody dead, or where the article's day is not told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from pipeline.check.checkers.titles.ages import Told, ages_told
from pipeline.check.checkers.titles.checker import is_named_so, records_for
from pipeline.check.checkers.titles.moments import sentence_at
from pipeline.check.checkers.titles.terms import claimed_office, compare, is_compatible
from pipeline.check.checkers.titles.times import dates_in
from pipeline.core.english import find_dates, format_date
from pipeline.core.models import Article, Citation, Claim, Finding, Flag, OfficeRecord, PartialDate, Passage, Verdict
from pipeline.core.ports import CheckContext, OfficeRecords
from pipeline.evidence import Life, Match, Records, name_key, parse_office, parted

_NAME = "ages"
_SILENT = Finding(checker=_NAME)
_DAY = timedelta(days=1)
_SOON = timedelta(days=120)
"""So long before it is held an office may be given to whoever was elected to it."""
_LONG_AGO = 62
_SLIP = 3
"""How far off an age may be and still be the same person's, where only name and office say who is meant."""
_MISPRINT = 10
"""How far off a number without a word such as `aged` may be and still be meant as an age."""
_YEAR_TELLS = 2
"""How far outside both ages of a year of birth an age must be: such years are often worked out from an age."""
_OTHER_TIME = re.compile(
    r"\b(?:then|ago|at the time|once|century|decades?|died|dead|death|killed|funeral|buried|obituary|late|was born"
    r"|aged \d+ when|when (?:he|she)|[12]\d{3}s|youngest|oldest)\b",
    re.IGNORECASE,
)


def claim_ages(article: Article, records: OfficeRecords) -> tuple[Claim, ...]:
    """Return one claim for each age or day of birth of somebody whose life is known and who is surely meant."""
    claims = (_claim(told, article) for told in ages_told(article) if _person(told, article, records))
    return tuple({claim.id: claim for claim in claims}.values())


def _claim(told: Told, article: Article) -> Claim:
    sentence = sentence_at(article, told.words)
    what = f"was born on {told.words.exact}" if told.born else f"was {told.age} years old at the time of the article"
    return Claim(
        article_id=article.id,
        spans=(told.span,),
        text=f"{told.sighting.mention.person} {what}.",
        check_worthiness=0.5,
        reasons=("tells the age or birth of somebody whose day of birth is known",),
        sentence=sentence.span if sentence else None,
    )


def check_age(claim: Claim, context: CheckContext) -> Finding:
    """Judge an age or a day of birth; silent where it is not sure who is meant, or which day."""
    told = next((each for each in ages_told(context.article) if each.span == claim.span), None)
    if told is None or claim.kind != "other" or not context.day_known or context.article.published_at is None:
        return _SILENT
    person = _person(told, context.article, context.records)
    if person is None:
        return _SILENT
    name, life, placed = person
    if told.born:
        return _finding(told, name, life, context.as_of, told.born == life.born) if _is_day(life) else _SILENT
    if (life.died and life.died.earliest <= context.as_of) or told.age is None:
        return _SILENT
    ages = _ages(life.born, context.as_of)
    if ages == {told.age}:
        return _finding(told, name, life, context.as_of, right=True)
    wrong = _is_wrong(told, told.age, life, context, placed)
    return _finding(told, name, life, context.as_of, right=False) if wrong else _SILENT


def _is_day(life: Life) -> bool:
    return life.born.precision == "day"


def _is_wrong(told: Told, age: int, life: Life, context: CheckContext, placed: bool) -> bool:
    """Tell whether an age fits no day that the sentence can mean, and is meant as this person's age."""
    sentence = sentence_at(context.article, told.words)
    if (
        sentence is None
        or sentence.line.is_heading
        or "?" in sentence.span.exact
        or _OTHER_TIME.search(sentence.span.exact)
    ):
        return False
    named = find_dates(sentence.span.exact, context.as_of)
    days = dates_in(sentence.span.exact)
    if any(abs((context.as_of - day.latest).days) > _LONG_AGO for day in days):
        return False
    near = [context.as_of + shift * _DAY for shift in (-1, 0, 1)]
    near += [day for when in named for day in (when.first, when.last) if abs((context.as_of - day).days) <= _LONG_AGO]
    possible = {each for day in near for each in _ages(life.born, day)}
    off = min(abs(age - each) for each in possible)
    allowed = 0 if _is_day(life) else _YEAR_TELLS - 1
    most = _SLIP if not placed else _MISPRINT if told.bare else 99
    return allowed < off <= most


def _ages(born: PartialDate, day: date) -> set[int]:
    """Return the ages that somebody born then may have on a day.

    >>> _ages(PartialDate("1960-05-02"), date(2020, 5, 1)), sorted(_ages(PartialDate("1960"), date(2020, 5, 1)))
    ({59}, [59, 60])
    """
    return {_age(each, day) for each in (born.earliest, born.latest)}


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _person(told: Told, article: Article, records: OfficeRecords) -> tuple[str, Life, bool] | None:
    """Return the name and life of the one person who can be meant, and whether the text says of which country."""
    mention = told.sighting.mention
    if not isinstance(records, Records):
        return None
    found = records_for(mention, article, records)
    people = [person for person in parted(found) if _has_held(person, told, article)]
    if len(people) != 1 or len(parted(found)) != 1 or not is_named_so(mention, found):
        return None
    life = records.life_of(people[0])
    placed = bool(mention.jurisdiction or parse_office(mention.title).implied or told.sighting.seat)
    return (people[0][0].person, life, placed and " " in name_key(mention.person)) if life else None


def _has_held(person: Sequence[OfficeRecord], told: Told, article: Article) -> bool:
    """Tell whether one of a person's records is of the office that the text gives, begun by the article's day."""
    mention, today = told.sighting.mention, article.published_at
    claimed = claimed_office(mention, told.sighting.seat)
    held = (compare(record, claimed, mention) for record in person)
    fitting = [each for each in held if each.match >= Match.NEAR and is_compatible(mention.jurisdiction, each)]
    return any(each.record.start and today and each.record.start.earliest <= today + _SOON for each in fitting)


def _finding(told: Told, name: str, life: Life, today: date, right: bool) -> Finding:
    passage = _fact(name, life)
    citation = Citation.locate(passage.text, passage)
    ages = sorted(_ages(life.born, today))
    age = "" if told.born else f", and so was {' or '.join(map(str, ages))} on {format_date(today)}"
    fact = f"{passage.text.rstrip('.')}{age} ({passage.publisher})."
    message = fact if right else f"The text says “{told.words.exact}”, but {fact}"
    verdict = Verdict(
        label="supported" if right else "refuted",
        confidence=0.95 if right else 0.9,
        justification=message,
        citations=(citation,),
        method=_NAME,
        by="checker",
    )
    suggestion = format_date(life.born) if told.born else str(ages[0]) if len(ages) == 1 else None
    flag = Flag(
        kind="wrong_fact",
        severity="high",
        message=message,
        span=told.words,
        suggestion=suggestion,
        citations=(citation,),
        checker=_NAME,
    )
    return Finding(checker=_NAME, verdict=verdict, flags=() if right else (flag,), passages=(passage,))


def _fact(name: str, life: Life) -> Passage:
    on = "on" if _is_day(life) else "in"
    return Passage(
        text=f"{name} was born {on} {format_date(life.born)}.",
        source_url=life.url,
        title="World facts: days of birth",
        publisher=life.told_by,
        note=f"source {life.source}",
    )
