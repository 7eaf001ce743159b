"""Terms of office that others asked Wikidata for: one table a country, rows with the QIDs of people.

A date is believed to the day where the neighbour in office says the same; else it only helps where it is not needed.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.core.english import find_place
from pipeline.core.models import OfficeRecord, PartialDate
from pipeline.evidence.offices.office_names import parse_office
from pipeline.evidence.world.people import names_of
from pipeline.evidence.world.sources_git import Clone

TABLE = "html/holders21.csv"
_PREFIX = "every-politician-scrapers/"
_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}")
_NEAR = timedelta(days=31)
"""Two holders who follow each other within it confirm each other's dates."""
_DAYS = timedelta(days=3)
_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")
_WITHOUT_STATE = ("First Lady", "First Gentleman", "Second Lady")


@dataclass(frozen=True)
class Term:
    """One row, checked."""

    office: str
    person: str
    qid: str
    other: str
    start: PartialDate | None
    end: PartialDate | None


def is_table(clone: Clone) -> bool:
    """Tell whether a clone is one of these."""
    return clone.name.startswith(_PREFIX)


def records_of(clone: Clone) -> list[OfficeRecord]:
    """Return the records of one clone; none where it has no table or its country is not known."""
    text = clone.read(TABLE)
    country, organised = _home(clone)
    if not text or not (country or organised):
        return []
    as_of = clone.last(TABLE).day
    terms = [term for row in csv.DictReader(io.StringIO(text)) if (term := term_of(row))]
    return records_of_terms(terms, country, as_of)


def records_of_terms(terms: Iterable[Term], country: str | None, as_of: date) -> list[OfficeRecord]:
    """Return the records of one country's terms, as they were told on a day."""
    by_office: dict[str, list[Term]] = defaultdict(list)
    for term in runs_of(terms):
        by_office[term.office].append(term)
    return [
        _record(term, country, as_of, is_confirmed(term, others))
        for others in by_office.values()
        for term in _alone(others)
    ]


def runs_of(terms: Iterable[Term]) -> list[Term]:
    """Return terms with those of one person in one office joined that follow each other within days.

    Wikidata often parts a time in office by the parliaments or cabinets in it.
    """
    runs: list[Term] = []
    for term in sorted(
        dict.fromkeys(terms), key=lambda each: (each.office, each.qid, str(each.start), str(each.end or "9"))
    ):
        last = runs[-1] if runs else None
        if last and (last.office, last.qid) == (term.office, term.qid) and _goes_on(last, term):
            runs[-1] = replace(last, end=term.end)
        else:
            runs.append(term)
    return runs


def _goes_on(one: Term, other: Term) -> bool:
    days = (one.start, one.end, other.start)
    if any(when is None or when.precision != "day" for when in days) or one.end is None or other.start is None:
        return False
    return timedelta(0) <= other.start.earliest - one.end.earliest <= _DAYS


def _home(clone: Clone) -> tuple[str | None, bool]:
    """Return the country of a clone, and whether its offices are those of the world's organisations."""
    if clone.name == f"{_PREFIX}world":
        return None, True
    about = clone.read("meta.json")
    try:
        name = json.loads(about)["jurisdiction"]["name"] if about else ""
    except (ValueError, KeyError, TypeError):
        return None, False
    place = find_place(name.removeprefix("the "))
    return (place.name if place else None), False


def term_of(row: Mapping[str, str]) -> Term | None:
    """Return a row as a term; None for one that says nothing sure of an office."""
    office, name = (row["position"] or "").strip(), (row["person"] or "").strip()
    start, end = row["start"] or "", row["end"] or ""
    sure = all(not day or _DATE.fullmatch(day) for day in (start, end))
    known = name and name != row["personID"] and _LATIN.search(name) and office not in _WITHOUT_STATE
    if not sure or not known or not start:
        return None
    kind = parse_office(office)
    if kind.kind == "other" or kind.is_profession:
        return None
    term = Term(office, name, row["personID"], row.get("enwiki") or "", PartialDate(start), _day(end))
    ends_before = term.end and term.start and term.end.latest <= term.start.earliest
    return None if ends_before else term


def _day(text: str) -> PartialDate | None:
    return PartialDate(text) if text else None


def _alone(terms: Sequence[Term]) -> Iterator[Term]:
    """Return the terms of an office but the open ones whose holder somebody else has followed."""
    for term in dict.fromkeys(_coarse(term) for term in terms):
        followed = any(
            each.qid != term.qid and each.start and term.start and each.start.earliest > term.start.latest
            for each in terms
        )
        same = any(each.qid == term.qid and each.end and each.start == term.start for each in terms)
        if term.end or not (followed or same):
            yield term


def _coarse(term: Term) -> Term:
    """Return a term whose first of January or last of December is a year: that is how a year alone is often written."""
    start, end = str(term.start or ""), str(term.end or "")
    if start.endswith("-01-01"):
        term = replace(term, start=PartialDate(start[:4]))
    if end.endswith(("-12-31", "-01-01")):
        term = replace(term, end=PartialDate(end[:4]))
    return term


def is_confirmed(term: Term, others: Iterable[Term]) -> bool:
    """Tell whether the holders before and after say the same of a term's days."""
    rest = [each for each in others if each.qid != term.qid]
    days = [when for when in (term.start, term.end) if when]
    if any(when.precision != "day" for when in days):
        return False
    starts = [each.start.earliest for each in rest if each.start and each.start.precision == "day"]
    ends = [each.end.earliest for each in rest if each.end and each.end.precision == "day"]
    begun = term.start is not None and _is_near(term.start.earliest, ends)
    if term.end is None:
        return begun
    first = term.start is not None and not any(day < term.start.earliest for day in starts)
    return (begun or first) and _is_near(term.end.earliest, starts)


def _is_near(day: date, days: Iterable[date]) -> bool:
    return any(abs(day - each) <= _NEAR for each in days)


def _record(term: Term, country: str | None, as_of: date, confirmed: bool) -> OfficeRecord:
    names = names_of(term.person, term.other)
    return OfficeRecord(
        person=names[0],
        person_id=f"wikidata:{term.qid}",
        aliases=names[1:],
        office=term.office[0].upper() + term.office[1:],
        country=country,
        start=term.start,
        end=term.end,
        as_of=as_of,
        verified=confirmed,
        source_url=f"https://www.wikidata.org/wiki/{term.qid}",
        source="wikidata",
    )
