"""What a reader is told about a title, and how sure that is: the record, the reason, the right title."""

from __future__ import annotations

import re
from datetime import date

from pipeline.check.checkers.titles.judgement import Judgement
from pipeline.core.english import adjective, find_places, format_date
from pipeline.core.models import OfficeRecord, PartialDate, Passage, TitleMention
from pipeline.evidence import lexicon, office_place, parse_office

_VERIFIED = {
    "right": 0.95,  # person, office and day agree; a namesake in the same office is next to impossible
    "stale": 0.95,  # every term of the office is over, and none is open or of unknown end
    "premature_former": 0.95,  # the day lies inside a term with known dates
    "wrong_country": 0.95,  # the same office, but of another country, in every record of it
    "wrong_years": 0.9,  # other years; a short earlier term may be missing from the records
    "wrong_office": 0.9,  # another office on the day, one that nobody holds together with the one in the text
}
_UNVERIFIED = {"right": 0.8, "stale": 0.85, "premature_former": 0.85}
"""Dates nobody saw in a source: judged only where a year off would not matter."""
_BY_ANOTHER_HOLDER = 0.85
"""Another person is on record for the office; two people may share one, so a little less sure."""


def confidence_of(judgement: Judgement) -> float:
    """Return how sure a verdict is that rests on this judgement."""
    if not all(record.verified for record in judgement.records):
        return _UNVERIFIED.get(judgement.outcome, 0.8)
    if judgement.outcome in ("wrong_office", "wrong_country") and len(judgement.records) > 1:
        return _BY_ANOTHER_HOLDER
    return _VERIFIED[judgement.outcome]


def _office(record: OfficeRecord) -> str:
    parsed = parse_office(record.office)
    known = parsed.place or parsed.implied
    home = record.country or record.organisation
    return record.office if known or not home or home in record.office else f"{record.office}, {home}"


def spell_term(record: OfficeRecord) -> str:
    """Return when an office was held, such as `from May 2001 to 3 June 2004`."""
    start = f"from {format_date(record.start)}" if record.start else "from a day not known"
    if record.end:
        return f"{start} to {format_date(record.end)}"
    seen = (
        f", still in office when last checked on {format_date(record.as_of)}" if record.as_of else ", no end recorded"
    )
    return start + seen


def passage_of(record: OfficeRecord) -> Passage:
    """Return a record as a passage that can be cited."""
    acting = " (acting)" if record.acting and "acting" not in record.office.lower() else ""
    unsure = "" if record.verified else " The dates were not verified."
    return Passage(
        text=f"{record.person} was {_office(record)}{acting} {spell_term(record)}.{unsure}",
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
    held = f"{record.person} was {_office(record)} {spell_term(record)}"
    proof = _proof(record)
    lead = f"The text calls {mention.person} “{mention.title}”"
    if mention.start_year or mention.end_year or judgement.when:
        lead = f"The text says “{mention.span.exact}”"
    day = format_date(judgement.when or as_of)
    on = f"on {day}" if day.count(" ") > 1 else f"in {day}"
    in_office = f"{lead}, but {on} {mention.person} was in office: {held}{proof}."
    reasons = {
        "right": f"{lead}. The record agrees: {held}{proof}.",
        "stale": f"{lead}, but {on} that office was no longer held: {held}{proof}.",
        "premature_former": in_office,
        "wrong_country": f"{lead}, but the records show this office for another country: {held}{proof}; "
        f"no such office of {mention.jurisdiction} is recorded.",
        "wrong_office": f"{lead}, but {on} the records show another office: {held}{proof}.{_holder(judgement)}",
        "wrong_years": f"{lead}, but the records give other dates: {held}{proof}.",
    }
    if judgement.outcome == "wrong_country" and len(judgement.records) > 1:
        return f"{lead}, but {on} the records show an office of another country: {held}{proof}.{_holder(judgement)}"
    if _is_to_come(judgement, as_of):
        return f"{lead}, but {on} that office was not yet held: {held}{proof}.{_holder(judgement)}"
    return in_office if mention.modifier == "elect" and judgement.outcome == "stale" else reasons[judgement.outcome]


def _proof(record: OfficeRecord) -> str:
    """Return where a record comes from; a link is the citation's business, not the sentence's."""
    named = record.source and "://" not in record.source
    proof = f" (source: {record.source})" if named else ""
    return proof + ("; the record's dates were not verified" if not record.verified else "")


def _is_to_come(judgement: Judgement, as_of: date) -> bool:
    """Tell whether a title is another's because its term begins later."""
    start = judgement.records[0].start
    return judgement.outcome == "wrong_office" and start is not None and start.earliest > as_of


def _holder(judgement: Judgement) -> str:
    if len(judgement.records) < 2:
        return ""
    other = judgement.records[1]
    return f" The office in the text was held by {other.person} {spell_term(other)}{_proof(other)}."


def explain_age(mention: TitleMention, judgement: Judgement) -> str:
    """Return in a few words why a title is out of date."""
    record = judgement.records[0]
    if judgement.outcome == "stale" and mention.modifier != "elect" and record.end:
        return f"Out of date: {record.person} left this office {_on(record.end)}."
    since = f" since {format_date(record.start)}" if record.start else ""
    return f"Out of date: {record.person} has been in this office{since}."


def _on(when: PartialDate) -> str:
    return f"{'on' if when.precision == 'day' else 'in'} {format_date(when)}"


def suggest(mention: TitleMention, judgement: Judgement, as_of: date) -> str | None:
    """Return the words that would be right in place of the mention's, if they can be told."""
    record = judgement.records[0]
    words = mention.span.exact
    if _is_plural(mention.title) or mention.title not in words:
        return None
    if judgement.outcome == "stale" and mention.modifier == "elect":
        return re.sub(r"[-‐‑ ](?:elect|designate)\b|\bincoming ", "", words, count=1)
    if judgement.outcome == "stale":
        if mention.start_year:
            return None
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
    if judgement.outcome == "wrong_country" and len(judgement.records) == 1:
        return _other_country(mention, record)
    if judgement.outcome == "wrong_years" and record.start and judgement.records[-1].end:
        years = f"from {record.start.earliest.year} to {judgement.records[-1].end.latest.year}"
        fixed = re.sub(
            r"(?:from |between )?\(?[12]\d{3}\)?(?: to | and | until |[-–—])(?:[12]\d{3}|\d{2})\b",
            years,
            words,
            count=1,
        )
        return fixed if fixed != words else _one_year(mention, judgement)
    if judgement.outcome in ("wrong_office", "wrong_country") and not _is_to_come(judgement, as_of):
        return f"{_office(record)} {mention.person}"
    return None


def _one_year(mention: TitleMention, judgement: Judgement) -> str | None:
    """Correct the year of `until 2015` or `since 2019`."""
    start, end = judgement.records[0].start, judgement.records[-1].end
    if mention.end_year and not mention.start_year and end:
        return mention.span.exact.replace(str(mention.end_year), str(end.latest.year), 1)
    if mention.start_year and not mention.end_year and start:
        return mention.span.exact.replace(str(mention.start_year), str(start.earliest.year), 1)
    return None


def _is_plural(title: str) -> bool:
    words = tuple(title.lower().split())
    return words[-1:] in lexicon().plurals or words[-2:] in lexicon().plurals


def _the(words: str) -> str:
    return "the " if re.search(r"\b(?:a|an) former", words) else ""


def _as_former(mention: TitleMention, words: str) -> str:
    capital = (
        words.startswith(mention.title)
        and mention.title.split()[0].isupper()
        and len(mention.title) > 4
        and mention.title.isupper()
    )
    title = re.sub(r"\b(?:current|sitting|incumbent|outgoing) ", "", mention.title, count=1, flags=re.IGNORECASE)
    return ("FORMER " if capital else "former ") + title


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
