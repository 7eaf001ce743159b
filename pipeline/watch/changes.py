"""Claims that came out otherwise than before, and the words to send to an editor."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from pipeline.check import pair_claims
from pipeline.core.models import Article, Claim, Note, Passage
from pipeline.store import Store, schema as t
from pipeline.watch.models import Judgement, OutcomeChanged

_PRESENT = ("current", "acting", "elect", "future")
_BATCH = 500


def is_volatile(article: Article, claims: Iterable[Claim]) -> bool:
    """Tell whether an article says what time may change: a quantity, or that somebody is or will be in an office."""
    if any(claim.checkable and claim.kind == "quantity" for claim in claims):
        return True
    from pipeline.check import find_title_mentions  # brings the parser; an article is checked by now

    return any(mention.modifier in _PRESENT for mention in find_title_mentions(article))


def left_open(notes: Iterable[Note], settled: Collection[str]) -> dict[str, int]:
    """Return how many claims have no outcome for a reason that may pass, by reason."""
    counts: dict[str, int] = {}
    for note in notes:
        if note.failure and note.failure.reason not in settled:
            counts[note.failure.reason] = counts.get(note.failure.reason, 0) + 1
    return counts


def judgement_of(note: Note, run_id: str, as_of: date) -> Judgement:
    """Return what is compared of a note."""
    return Judgement(
        label=note.verdict.label if note.verdict else None,
        failure=note.failure.reason if note.failure else None,
        flags=tuple(sorted(flag.kind for flag in note.flags)),
        run_id=run_id,
        as_of=as_of,
    )


def judgements_before(
    store: Store, run_id: str, claim_ids: Sequence[str], settled: Collection[str]
) -> dict[str, Judgement]:
    """Return how each claim came out in a finished run, or where that left it open in the newest run before it."""
    found: dict[str, Judgement] = {}
    with store.reading() as connection:
        began = connection.scalar(sa.select(t.runs.c.started_at).where(t.runs.c.id == run_id))
        for at in range(0, len(claim_ids), _BATCH):
            query = (
                sa.select(t.notes.c.id, t.notes.c.claim_id, t.runs.c.id.label("run_id"), t.runs.c.as_of)
                .add_columns(t.verdicts.c.label, t.failures.c.reason)
                .join(t.runs, t.runs.c.id == t.notes.c.run_id)
                .outerjoin(t.verdicts, t.verdicts.c.note_id == t.notes.c.id)
                .outerjoin(t.failures, t.failures.c.note_id == t.notes.c.id)
                .where(t.notes.c.claim_id.in_(claim_ids[at : at + _BATCH]), t.runs.c.status == "finished")
                .where(t.runs.c.started_at <= began)
                .order_by(t.runs.c.started_at.desc())
            )
            newest: dict[str, sa.Row[Any]] = {}
            for row in connection.execute(query):
                if row.reason is None or row.reason in settled:
                    newest.setdefault(row.claim_id, row)
            of = sa.select(t.flags.c.note_id, t.flags.c.kind)
            kinds: dict[int, list[str]] = {}
            ids = [row.id for row in newest.values()]
            for note_id, kind in connection.execute(of.where(t.flags.c.note_id.in_(ids))):
                kinds.setdefault(note_id, []).append(kind)
            for claim_id, row in newest.items():
                found[claim_id] = Judgement(
                    label=row.label,
                    failure=row.reason,
                    flags=tuple(sorted(kinds.get(row.id, ()))),
                    run_id=row.run_id,
                    as_of=row.as_of,
                )
    return found


def claims_before(store: Store, run_id: str, claims: Sequence[Claim]) -> dict[str, str]:
    """Return, by id, which claim of an earlier run each one was that an edit of the article left as it was."""
    query = sa.select(t.claims.c.body).join(t.notes, t.notes.c.claim_id == t.claims.c.id)
    with store.reading() as connection:
        bodies = connection.scalars(query.where(t.notes.c.run_id == run_id).order_by(t.notes.c.position)).all()
    pairs = pair_claims([Claim.model_validate(body) for body in bodies], claims)
    return {id_: pair.earlier.id for id_, pair in pairs.items() if pair.change == "same"}


def changes(
    watch: str,
    key: str,
    article: Article,
    notes: Iterable[Note],
    before: dict[str, Judgement],
    run_id: str,
    as_of: date,
    settled: Collection[str],
) -> tuple[OutcomeChanged, ...]:
    """Return the claims whose label or flags are not what they were; what a run left open is no outcome."""
    found = []
    for note in notes:
        was = before.get(note.claim.id)
        now = judgement_of(note, run_id, as_of)
        is_open = note.failure is not None and note.failure.reason not in settled
        if was is None or is_open or (was.label, was.flags) == (now.label, now.flags):
            continue
        found.append(
            OutcomeChanged(
                watch=watch,
                key=key,
                article_id=article.id,
                title=article.title,
                claim=note.claim,
                before=was,
                after=now,
                draft=draft(article, note, was, now),
            )
        )
    return tuple(found)


def draft(article: Article, note: Note, before: Judgement, after: Judgement) -> str:
    """Write a correction or an update that an editor can send, with its sources."""
    where = f"“{article.title}”" if article.title else "Our article"
    if article.published_at:
        where += f" ({_day(article.published_at)})"
    claimed = f"said: “{' … '.join(span.exact for span in note.claim.spans)}”"
    doubtful = after.label in ("refuted", "conflicting_evidence") or bool(after.flags)
    if not doubtful:
        return _cleared(where, claimed, note, before, after)
    held = before.label == "supported" and not before.flags and after.as_of > before.as_of
    lead = f"Update, {_day(after.as_of)}: {where} {claimed}."
    if held:
        lead += f" As of {_day(before.as_of)} that agreed with our evidence; it no longer does."
    else:
        lead = f"Correction: {where} {claimed}."
    return " ".join([lead, *_why(note), *_instead(note), *_sources(note)])


def _cleared(where: str, claimed: str, note: Note, before: Judgement, after: Judgement) -> str:
    was = _words(before)
    if after.label == "supported":
        lead = (
            f"No correction needed: {where} {claimed}. Our check called it {was} before; the evidence now supports it."
        )
    else:
        lead = f"Please look again: {where} {claimed}. Our check called it {was} before; now it is {_words(after)}."
    return " ".join([lead, *_why(note), *_sources(note)])


def _words(judgement: Judgement) -> str:
    label = judgement.label or f"not checked: {judgement.failure}"
    flags = f" ({', '.join(judgement.flags)})" if judgement.flags else ""
    return (label + flags).replace("_", " ")


def _why(note: Note) -> list[str]:
    messages = [flag.message for flag in note.flags]
    if note.verdict and not messages:
        messages = [note.verdict.justification]
    return [_sentence(message) for message in dict.fromkeys(messages) if message.strip()]


def _instead(note: Note) -> list[str]:
    wordings = dict.fromkeys(flag.suggestion for flag in note.flags if flag.suggestion)
    return [f"It should read: “{wording}”." for wording in wordings]


def _sources(note: Note) -> list[str]:
    cited = {citation.passage_id for citation in note.citations}
    sources = dict.fromkeys(_source(each.passage) for each in note.evidence if each.passage.id in cited)
    named = [source for source in sources if source]
    return [f"Sources: {'; '.join(named)}."] if named else []


def _source(passage: Passage) -> str:
    parts = (passage.publisher, passage.title, str(passage.published or ""), passage.source_url)
    return ", ".join(part for part in parts if part)


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?", "”")) else f"{text}."


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
