"""What a reader is told about a title: the record in one sentence, the reason, the right wording."""

from __future__ import annotations

import calendar
import re
from datetime import date

from pipeline.models import OfficeRecord, PartialDate, Passage, TitleMention
from pipeline.places import adjective, find_places
from pipeline.titles.judge import Judgement
from pipeline.titles.offices import office_place, parse_office

_MONTHS = tuple(calendar.month_name)


def say_date(when: PartialDate | date) -> str:
    """Return a date as a reader says it, no more precise than it is known.

    >>> say_date(PartialDate("2009-09"))
    'September 2009'
    """
    parts = str(when).split("-")
    words = [parts[0]]
    if len(parts) > 1:
        words.insert(0, _MONTHS[int(parts[1])])
    if len(parts) > 2:
        words.insert(0, str(int(parts[2])))
    return " ".join(words)


def _office(record: OfficeRecord) -> str:
    parsed = parse_office(record.office)
    known = parsed.place or parsed.implied
    home = record.country or record.organisation
    return record.office if known or not home or home in record.office else f"{record.office}, {home}"


def say_term(record: OfficeRecord) -> str:
    """Return when an office was held, such as `from May 2001 to 3 June 2004`."""
    start = f"from {say_date(record.start)}" if record.start else "from a day not known"
    if record.end:
        return f"{start} to {say_date(record.end)}"
    seen = f", still in office when last checked on {say_date(record.as_of)}" if record.as_of else ", no end recorded"
    return start + seen


def passage_of(record: OfficeRecord) -> Passage:
    """Return a record as a passage that can be cited."""
    acting = " (acting)" if record.acting and "acting" not in record.office.lower() else ""
    unsure = "" if record.verified else " The dates were not verified."
    return Passage(
        text=f"{record.person} was {_office(record)}{acting} {say_term(record)}.{unsure}",
        source_url=record.source_url,
        title=f"Office record: {record.person}",
        publisher=record.source,
        kind="office_record",
        verified=record.verified,
        note=record.note,
    )


def explain(mention: TitleMention, judgement: Judgement, as_of: date) -> str:
    """Return what the text says, what the record says and where it comes from."""
    record = judgement.records[0]
    held = f"{record.person} was {_office(record)} {say_term(record)}"
    source = record.source or record.source_url
    proof = f" (source: {source})" if source else ""
    proof += "; the record's dates were not verified" if not record.verified else ""
    said = f"The text calls {mention.person} “{mention.title}”"
    if mention.start_year or mention.end_year:
        said = f"The text says “{mention.span.exact}”"
    reasons = {
        "right": f"{said}. The record agrees: {held}{proof}.",
        "stale": f"{said}, but on {say_date(as_of)} that office was no longer held: {held}{proof}.",
        "premature_former": f"{said}, but on {say_date(as_of)} {mention.person} was in office: {held}{proof}.",
        "wrong_country": f"{said}, but the records show this office for another country: {held}{proof}; "
        f"no such office of {mention.jurisdiction} is recorded.",
        "wrong_office": f"{said}, but on {say_date(as_of)} the records show another office: {held}{proof}.",
        "wrong_years": f"{said}, but the records give other years: {held}{proof}.",
    }
    return reasons[judgement.outcome]


def suggest(mention: TitleMention, judgement: Judgement) -> str | None:
    """Return the words that would be right in place of the mention's, if they can be told."""
    record = judgement.records[0]
    words = mention.span.exact
    if judgement.outcome == "stale":
        return words.replace(mention.title, _as_former(mention, words), 1)
    if judgement.outcome == "premature_former":
        fixed = re.sub(
            r"\b(?:a |an )?(?:former(?:ly)?|ex[-‐‑]?|one-?time|erstwhile|previous(?:ly)?)[-‐‑ ]*",
            _the(words),
            words,
            count=1,
            flags=re.IGNORECASE,
        )
        return fixed[0].upper() + fixed[1:] if words[0].isupper() else fixed
    if judgement.outcome == "wrong_country":
        return _other_country(mention, record)
    if judgement.outcome == "wrong_years" and record.start and judgement.records[-1].end:
        years = f"from {record.start.earliest.year} to {judgement.records[-1].end.latest.year}"
        fixed = re.sub(
            r"(?:from |between )?\(?[12]\d{3}\)?(?: to | and | until |[-–—])(?:[12]\d{3}|\d{2})\b",
            years,
            words,
            count=1,
        )
        return fixed if fixed != words else None
    if judgement.outcome == "wrong_office":
        return f"{_office(record)} {mention.person}"
    return None


def _the(words: str) -> str:
    return "the " if re.search(r"\b(?:a|an) former", words) else ""


def _as_former(mention: TitleMention, words: str) -> str:
    capital = (
        words.startswith(mention.title)
        and mention.title.split()[0].isupper()
        and len(mention.title) > 4
        and mention.title.isupper()
    )
    return ("FORMER " if capital else "former ") + mention.title


def _other_country(mention: TitleMention, record: OfficeRecord) -> str | None:
    place = office_place(record.country) or parse_office(record.office).place or parse_office(record.office).implied
    if place is None:
        return None
    words = mention.span.exact
    for start, end, found in find_places(words):
        if found.name != mention.jurisdiction:
            continue
        new = adjective(place) if found.form == "adjective" else place
        return words[:start] + (new or place) + words[end:]
    return None
