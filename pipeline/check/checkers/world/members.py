"""Membership: `Y is a member of the EU`, `Y joined NATO in 2004`, `Y is not in the OPEC`, `Y adopted the euro in 2011`.

The tables of members are whole, so that who is not listed is no member; what is disputed or half is listed as doubtful
and decides nothing. Joining and leaving are decided by their year alone.
"""

from __future__ import annotations

import re
from datetime import date

from pipeline.check.checkers.world.forms import Answer, Form, Setting, form, in_group, owner, place
from pipeline.core.english import MONTH
from pipeline.evidence import Country, Membership, Organisation, membership_fact, named, named_body, upper

_BODY = r"(?:the )?(?P<body>[^\W\d_][\w.'’-]*(?: [\w.'’-]+){0,6}?)"
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
_WHEN = rf"(?: (?:in|on)(?: [0-3]?[0-9])?(?: {MONTH})?(?: [0-3]?[0-9],)? {_YEAR})"
_MEMBER = r"(?:full )?member(?: state| country| nation)?"


def _read(match: re.Match[str], setting: Setting) -> tuple[Country, Organisation, tuple[Membership, ...]] | None:
    country = setting.country(match["place"])
    body = setting.body(match.groupdict().get("body") or "eurozone")
    if country is None or body is None or not country.independent or country.id in body.doubtful:
        return None
    terms = body.terms(country.id)
    return (country, body, terms) if terms or body.complete else None


def _answer(right: bool, match: re.Match[str], setting: Setting, group: str = "body") -> Answer | None:
    read = _read(match, setting)
    if read is None:
        return None
    country, body, terms = read
    fact = membership_fact(setting.facts, country, body, terms)
    over = bool(terms) and not right and group == "body"
    return Answer(
        "right" if right else "wrong", in_group(match, group, "body"), fact, "outdated" if over else "wrong_fact"
    )


def judge_member(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a country is a member on the article's day."""
    member = _is_member(match, setting)
    return None if member is None else _answer(member, match, setting)


def judge_stranger(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a country is no member on the article's day."""
    member = _is_member(match, setting)
    return None if member is None else _answer(not member, match, setting)


def _is_member(match: re.Match[str], setting: Setting) -> bool | None:
    read, day = _read(match, setting), setting.day
    if read is None or day is None or setting.time == "other" or day < date(1995, 2, 1):
        return None
    _, body, terms = read
    slow = bool(terms) or body.slowly
    known = setting.knows(body.source, day) if slow else setting.surely_knows(body.source, day)
    if not known:
        return None
    if any(term.holds(day) for term in terms):
        return True
    if any(term.may_hold(day, day) for term in terms) or (terms and not setting.now):
        return None
    return False


def judge_joining(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a country joined in a year."""
    read = _read(match, setting)
    if read is None or not match["year"]:
        return None
    _, body, terms = read
    year = int(match["year"])
    if year > setting.facts.as_of[body.source].year or (setting.day and year > setting.day.year):
        return None
    if terms and not any(term.years for term in terms):
        return None
    return _answer(any(year in term.years for term in terms), match, setting, "year" if terms else "body")


def judge_leaving(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether a country left in a year, where it did leave or never was in."""
    read = _read(match, setting)
    if read is None or not match["year"]:
        return None
    _, _, terms = read
    ends = [term.until.earliest.year for term in terms if term.until]
    if not ends:
        return None
    return _answer(int(match["year"]) in ends, match, setting, "year")


WHOLE: tuple[Form, ...] = (
    form(rf"{place('place')} is (?:an? )?{_MEMBER} of {_BODY}", judge_member),
    form(rf"{place('place')} is an? {_BODY} {_MEMBER}", judge_member),
    form(rf"{place('place')} (?:belongs to|is part of) {_BODY}", judge_member),
    form(rf"{place('place')} is in {_BODY}", judge_member),
    form(rf"{place('place')} is(?: not|n['’]t) (?:an? )?{_MEMBER} of {_BODY}", judge_stranger),
    form(rf"{place('place')} is(?: not|n['’]t) an? {_BODY} {_MEMBER}", judge_stranger),
    form(rf"{place('place')} is(?: not|n['’]t) (?:in|part of) {_BODY}", judge_stranger),
    form(rf"{place('place')} (?:is outside|does not belong to) {_BODY}", judge_stranger),
    form(rf"{place('place')} (?:joined|acceded to|became (?:an? )?{_MEMBER} of) {_BODY}{_WHEN}", judge_joining),
    form(rf"{place('place')} became an? {_BODY} {_MEMBER}{_WHEN}", judge_joining),
    form(
        rf"{place('place')} became {_BODY}['’]s (?:newest|latest|[0-9]+(?:st|nd|rd|th)) {_MEMBER}{_WHEN}", judge_joining
    ),
    form(rf"{place('place')} was admitted to {_BODY}{_WHEN}", judge_joining),
    form(rf"{place('place')} has been (?:an? )?{_MEMBER} of {_BODY} since {_YEAR}", judge_joining),
    form(rf"{place('place')} has been an? {_BODY} {_MEMBER} since {_YEAR}", judge_joining),
    form(rf"{place('place')} has been (?:in|part of) {_BODY} since {_YEAR}", judge_joining),
    form(rf"{place('place')} has used the euro since {_YEAR}", judge_joining),
    form(rf"The euro has been {owner('place')} currency since {_YEAR}", judge_joining),
    form(rf"{place('place')} replaced the \w+ with the euro{_WHEN}", judge_joining),
    form(rf"{place('place')} (?:adopted|introduced|switched to) the euro{_WHEN}", judge_joining),
    form(rf"{place('place')} left {_BODY}{_WHEN}", judge_leaving),
)


def _restate_joining(match: re.Match[str], setting: Setting) -> str | None:
    stated = _restate(match, setting)
    return stated and f"{stated.replace(' is a ', ' has been a ', 1)} since {match['year']}"


def _restate(match: re.Match[str], setting: Setting) -> str | None:
    country, body = setting.country(match["place"]), setting.body(match["body"])
    return f"{upper(named(country))} is a member of {named_body(body)}" if country and body else None


_HEAD = r"(?:^|(?<=[,;] ))"
_LED = r"(?:^(?:Fellow )?|" + "|".join(rf"(?<= {word} )" for word in ("by", "with", "from", "to", "in", "for")) + ")"
"""What leads to `EU member Norway`: no word such as `future` that could make it something else."""
PARTS: tuple[Form, ...] = (
    form(rf"(?:^|(?<=[,;] )){place('place')}, (?:itself )?an? {_BODY} {_MEMBER},", judge_member, _restate),
    form(rf"(?:^|(?<=[,;] )){place('place')}, (?:itself )?a {_MEMBER} of {_BODY},", judge_member, _restate),
    form(
        rf"{_LED}(?P<body>[A-Z]\w+|European Union) member(?: state)? {place('place')}(?=[,.;]|$| [a-z])",
        judge_member,
        _restate,
    ),
    form(rf"{_HEAD}{place('place')}, an? {_BODY} {_MEMBER} since {_YEAR},", judge_joining, _restate_joining),
    form(rf"{_HEAD}{place('place')}, a {_MEMBER} of {_BODY} since {_YEAR},", judge_joining, _restate_joining),
)
