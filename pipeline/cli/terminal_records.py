"""Office records and judged titles as lines for a person in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.check import BadSentence, JudgedSentence, spell_term
from pipeline.core.models import OfficeRecord
from pipeline.evidence import Person, homes_of


def spell_titles(judged: JudgedSentence | BadSentence) -> str:
    """Return what is said of one sentence, a line for each title."""
    if isinstance(judged, BadSentence):
        return f"error: {judged.error}"
    if not judged.mentions:
        return "no title"
    return "\n".join(
        f"{'FLAG ' if mention.flag else ''}{mention.outcome}: {mention.message}" for mention in judged.mentions
    )


def spell_people(asked: str, people: Sequence[Person], exact: bool) -> Iterator[str]:
    """Yield a person's records as lines; says when a name may mean several people."""
    if not exact:
        yield f"Nobody is called {asked}; names with these words:"
    elif len(people) > 1:
        yield f"{len(people)} people are called {asked}; no title of theirs is judged where it matters who is meant."
    for person in people:
        also = f" (also {'; '.join(person.aliases)})" if person.aliases else ""
        ids = ", ".join(dict.fromkeys(record.person_id for record in person.records if record.person_id))
        yield f"{person.name}{also}{f' [{ids}]' if ids else ''}"
        homes = homes_of(person)
        if len(homes) > 1:
            yield f"  Note: offices of {' and '.join(homes)}: perhaps several people of one name."
        yield from (f"  {spell_record(record)}" for record in person.records)


def spell_record(record: OfficeRecord) -> str:
    """Return an office, its dates and where they come from."""
    home = record.organisation or record.country
    where = f", {home}" if home and home not in record.office else ""
    acting = " (acting)" if record.acting else ""
    unsure = "; dates not verified" if not record.verified else ""
    sources = " ".join(part for part in (record.source, record.source_url, record.note) if part)
    return f"{record.office}{acting}{where}: {spell_term(record)}{unsure}{f' [{sources}]' if sources else ''}"


def spell_holder(record: OfficeRecord) -> str:
    """Return who held an office, and when."""
    return f"{record.person}: {spell_record(record)}"
