"""A ledger as files: JSON, CSV for a spreadsheet, a page to print, and the draft's Word file with comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline.articles import WordNote, annotate_word
from pipeline.core.errors import InputError
from pipeline.core.printing import visible_json
from pipeline.ledger.checked import with_checks
from pipeline.ledger.drafts import file_of, word_kind
from pipeline.ledger.models import Checked, FactKind, FactSource, FactStanding, KeptFile, Ledger
from pipeline.ledger.standing import WORDS, counts
from pipeline.reports import FLAGS, OUTCOMES, common_style, environment, write_table
from pipeline.store import Store

KINDS: Mapping[FactKind, str] = {
    "name": "Name",
    "title": "Title",
    "number": "Number",
    "date": "Date, time",
    "age": "Age",
    "place": "Place",
    "quotation": "Quotation",
    "attribution": "Attribution",
    "measurement": "Measurement",
    "superlative": "Superlative, record",
    "cause": "Cause",
    "work": "Product, law, work",
    "link": "Link",
    "caption": "Caption",
    "other": "Statement",
}
"""How a kind is told."""

SOURCES: Mapping[str, str] = {
    "passage": "passage",
    "link": "link",
    "file": "file",
    "call": "call",
    "anonymous": "source without a name",
}

_COLUMNS: tuple[str, ...] = (
    "number",
    "id",
    "kind",
    "words",
    "start",
    "end",
    "state",
    "by",
    "at",
    "sources",
    "new_words",
    "comments",
    "attached",
)
_COLUMNS += ("assigned_to", "may_harm", "added_by", "words_before", "checked")


_PRINTED = """
table { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: .9rem }
th, td { padding: .3rem .4rem; border: 1px solid #8a8a8a; text-align: left; vertical-align: top }
td:nth-child(2), td:last-child { overflow-wrap: anywhere }
td p { margin: 0 0 .2rem }
.hash { overflow-wrap: anywhere }
tr { break-inside: avoid }
@page { size: A4; margin: 15mm }
"""
"""Columns of one width on every page, whatever address or hash stands in one."""


_SHORT = 12
"""Digits of a hash that tell one file of a draft from another."""


def spell_source(source: FactSource, *, whole: bool = True) -> str:
    """Return a source as it is read; a file's hash only by its first digits where it is not to be `whole`."""
    kept = ""
    if source.file:
        digits = source.file.sha256 if whole else f"{source.file.sha256[:_SHORT]}…"
        kept = f", {source.file.size:,} bytes, SHA-256 {digits}"
    return f"{SOURCES[source.kind]}: {source.reference}{kept}" + (" (primary)" if source.primary else "")


def spell_attached(source: FactSource, *, whole: bool = True) -> str:
    """Return what was attached to a fact as it is read."""
    return f"Attached {spell_source(source, whole=whole)}"


def spell_check(checked: Checked) -> str:
    """Return in a line what a check says of a claim: `A check says: Refuted. Title: …`."""
    outcome = checked.outcome
    label = [f"{OUTCOMES[outcome.label].label}." if outcome.label else "", outcome.justification or ""]
    flags = [f"{FLAGS[flag.kind]}: {flag.message}" for flag in outcome.flags]
    who = "Decided at the desk" if checked.by_person else "A check says"
    return f"{who}: {' '.join(filter(None, (*label, *flags)))}"


def render_ledger_csv(ledger: Ledger) -> str:
    """Return a row for each fact in the order of the text; write it as UTF-8 with a byte order mark."""
    return write_table(_COLUMNS, (_row(ledger, number, each) for number, each in enumerate(ledger.facts, 1)))


def _row(ledger: Ledger, number: int, each: FactStanding) -> Iterator[str | int]:
    yield number
    yield each.fact.id
    yield each.fact.kind
    yield each.fact.span.exact
    yield each.fact.span.start
    yield each.fact.span.end
    yield each.state
    yield each.by or ""
    yield each.at.isoformat(timespec="minutes") if each.at else ""
    yield "\n".join(map(spell_source, each.sources))
    yield each.words
    yield "\n".join(each.comments)
    yield "\n".join(map(spell_source, each.attached))
    yield each.assignee or ""
    yield "yes" if each.harmful else ""
    yield each.added_by or ""
    yield each.before.span.exact if each.before else ""
    yield "\n".join(map(spell_check, ledger.checked_at(each.fact)))


def render_ledger_json(ledger: Ledger) -> str:
    """Return the ledger as JSON."""
    return visible_json(ledger.model_dump_json(indent=2)) + "\n"


def render_ledger_html(ledger: Ledger) -> str:
    """Return a checklist to print, which needs no network and no script."""
    page = environment(__package__).get_template("checklist.html.j2")
    return page.render(
        ledger=ledger,
        counts=counts(ledger.facts),
        state_words=WORDS,
        kinds=KINDS,
        spell_source=spell_source,
        spell_attached=spell_attached,
        spell_check=spell_check,
        files=_files(ledger),
        style=common_style() + _PRINTED,
    )


def _files(ledger: Ledger) -> list[KeptFile]:
    """Return the files that facts rest on or have attached, each once."""
    named = (source.file for each in ledger.facts for source in (*each.sources, *each.attached) if source.file)
    return list({file.sha256: file for file in named}.values())


def render_ledger_word(store: Store, ledger: Ledger, form: str) -> bytes:
    """Return the draft's own Word file with a comment at each fact and new words as tracked changes.

    Raises InputError where the newest version did not come as such a file.
    """
    kind = word_kind(store, ledger.draft)
    file = file_of(store, ledger.draft)
    if file is None or kind != form:
        came = f"came as .{kind}: export it as {kind}" if kind else "did not come as a Word file"
        raise InputError(f"version {ledger.draft.version} of {ledger.draft.name!r} {came}")
    return annotate_word(
        file,
        [
            _note(each, ledger.checked_at(each.fact))
            for each in ledger.facts
            if each.state not in ("not_a_fact", "replaced")
        ],
    )


def render_ledger(store: Store, ledger: Ledger, form: str) -> bytes:
    """Return a ledger as the bytes of a file: docx or odt as it came, html, csv or json; raises InputError."""
    ledger = with_checks(store, ledger)
    if form in ("docx", "odt"):
        return render_ledger_word(store, ledger, form)
    if form == "csv":
        return render_ledger_csv(ledger).encode("utf-8-sig")
    renderers = {"html": render_ledger_html, "json": render_ledger_json}
    if form not in renderers:
        raise InputError("format: choose one of docx, odt, html, csv, json")
    return renderers[form](ledger).encode()


def _note(each: FactStanding, checked: Iterable[Checked]) -> WordNote:
    parts = [f"{KINDS[each.fact.kind]}: {WORDS[each.state]}", *map(spell_source, each.sources)]
    if each.state == "query":
        parts.append(each.words)
    replacement = each.words if each.state == "changed" else None
    comment = "\n".join((*parts, *each.comments, *map(spell_attached, each.attached), *map(spell_check, checked)))
    return WordNote(span=each.fact.span, author=each.by or "factnotes", comment=comment, replacement=replacement)
