"""The queue's rows, made from notes and events: quick to list, never the truth, and made anew when asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.dml import ReturningInsert

from pipeline.core.models import DeskOutcome, Flag, Note, ReviewStatus, content_id
from pipeline.store import schema as t
from pipeline.store.log import events_of_all, in_utc
from pipeline.store.rows import unless_there
from pipeline.store.search import write_words
from pipeline.store.standing import Standing, stand

_BATCH = 500
_SEVERITIES = ("high", "medium", "low")
_BY_NOTE = (
    "run_id",
    "note_id",
    "title",
    "publisher",
    "published_at",
    "text",
    "kind",
    "label",
    "failure",
    "confidence",
    "check_worthiness",
    "flags",
    "severity",
    "checkers",
    "harm",
    "rank",
    "differs",
    "signature",
    "run_started_at",
    "updated_at",
)
"""Columns that a newer note replaces; the rest belongs to people."""


@dataclass(frozen=True)
class RunHead:
    """What the queue shows of a run and its article."""

    id: str
    started_at: datetime
    article_id: str
    title: str | None
    publisher: str | None
    published_at: date | None


@dataclass(frozen=True)
class NoteSummary:
    """What the queue shows of a note."""

    label: str | None = None
    confidence: float | None = None
    judge: str | None = None
    """The checker, or `model`."""
    justification: str = ""
    failure: str | None = None
    flags: tuple[Flag, ...] = ()
    differs: bool = False
    """Nobody could judge the claim, and its nearest source says something else."""
    refuted: float | None = None
    """How likely the claim is refuted, where who judged says it."""

    @classmethod
    def by(cls, note: Note) -> NoteSummary:
        """Return what a note says."""
        verdict, failure = note.verdict, note.failure
        if verdict is None:
            return cls(failure=failure.reason if failure else None, flags=note.flags, differs=note.differs)
        judge = _name_of(verdict.by, verdict.method)
        refuted = (verdict.probabilities or {}).get("refuted")
        said = verdict.label, verdict.confidence, judge, verdict.justification
        return cls(*said, None, note.flags, note.differs, refuted)

    @property
    def outcome(self) -> DeskOutcome:
        """What the desk says while nobody has decided."""
        justification = self.justification if self.label else None
        return DeskOutcome.model_validate({"label": self.label, "justification": justification, "flags": self.flags})

    @property
    def says_something(self) -> bool:
        """Tell whether the note holds a verdict or a flag: what a person can accept."""
        return bool(self.label or self.flags)

    @property
    def signature(self) -> str:
        """Hash of what makes a note another one for a person who has decided on it."""
        flags = (f"{flag.kind}|{flag.span.exact}|{flag.suggestion}" for flag in self.flags)
        return content_id(str(self.label), str(self.failure), *sorted(flags))

    @property
    def harm(self) -> int:
        """The groups of the queue: what may do most harm first."""
        kinds = {flag.kind for flag in self.flags}
        if self.label == "refuted" or self.gravely_flagged:
            return 0
        if self.label == "conflicting_evidence" or "conflicting_evidence" in kinds:
            return 1
        if "low_confidence" in kinds:
            return 2
        if kinds:
            return 3
        if self.differs:
            return 4
        return 5 if self.failure else 6

    @property
    def gravely_flagged(self) -> bool:
        """Tell whether a flag is of the highest severity."""
        return any(flag.severity == "high" for flag in self.flags)

    @property
    def expected_harm(self) -> float:
        """Where in the order of the groups the claim stands: at 0 as far as it may be refuted, else in its group.

        A refuted one that may not be refuted stands up to a group behind those that surely are.
        """
        if self.refuted is None:
            return self.harm
        otherwise = 1 if self.label == "refuted" and not self.gravely_flagged else self.harm
        return otherwise * (1 - self.refuted)

    @property
    def checkers(self) -> list[str]:
        """Who spoke; a prompt and a model are `model`."""
        spoke = [self.judge] if self.judge else []
        return list(dict.fromkeys([*spoke, *(flag.checker for flag in self.flags)]))


def _name_of(by: str, method: str) -> str:
    return by if by == "model" else " ".join(method.split()[:1])


def rank_of(harm: float, check_worthiness: float) -> float:
    """Return the sort key of the queue, ascending: by expected harm, then the most check-worthy first."""
    return round(2 * harm + 1 - check_worthiness, 9)


def queue_row(run: RunHead, note_id: int, claim: Mapping[str, Any], summary: NoteSummary) -> dict[str, Any]:
    """Return the row of a claim that nobody has reviewed yet."""
    severities = {flag.severity for flag in summary.flags}
    return {
        "claim_id": claim["id"],
        "run_id": run.id,
        "note_id": note_id,
        "article_id": claim["article_id"],
        "title": run.title,
        "publisher": run.publisher,
        "published_at": run.published_at,
        "text": claim["text"],
        "kind": claim["kind"],
        "label": summary.label,
        "failure": summary.failure,
        "confidence": summary.confidence,
        "check_worthiness": claim["check_worthiness"],
        "flags": _marks(flag.kind for flag in summary.flags),
        "severity": next((each for each in _SEVERITIES if each in severities), None),
        "checkers": _marks(iter(summary.checkers)),
        "harm": summary.harm,
        "rank": rank_of(summary.expected_harm, claim["check_worthiness"]),
        "differs": summary.differs,
        "status": unreviewed(claim["uncheckable"], summary.failure, marked=bool(summary.flags) or summary.differs),
        "editor_status": "none",
        "wants_second": False,
        "sequence": 0,
        "signature": summary.signature,
        "moved": False,
        "run_started_at": run.started_at,
        "updated_at": datetime.now(UTC),
    }


def unreviewed(uncheckable: str | None, failure: str | None, *, marked: bool) -> ReviewStatus:
    """Return the status of a claim without events: none where there is nothing that a person must decide."""
    unfound = failure == "quotation_in_no_source" and not marked
    return "none" if uncheckable or unfound else "open"


def _marks(names: Iterator[str]) -> str:
    """Return names between spaces, so that each can be found whole."""
    unique = " ".join(dict.fromkeys(names))
    return f" {unique} " if unique else ""


def words_of(run: RunHead, claim: Mapping[str, Any], summary: NoteSummary) -> str:
    """Return everything of a claim that a search looks in."""
    parts = [claim["text"], run.title, run.publisher, summary.justification, *(flag.message for flag in summary.flags)]
    return "\n".join(part for part in parts if part)


def write_note(connection: Connection, run: RunHead, note_id: int, claim: Mapping[str, Any], note: Note) -> None:
    """Let a note be seen in the queue, unless a newer run's is; decisions stay as they are."""
    summary = NoteSummary.by(note)
    row = queue_row(run, note_id, claim, summary)
    id_ = connection.execute(_new_row(connection.dialect.name), row).scalar()
    if id_ is None:
        id_ = connection.execute(_NEWER, {f"new_{name}": row[name] for name in (*_KEY, *_BY_NOTE)}).scalar()
    if id_ is not None:
        write_words(connection, [{"id": id_, "words": words_of(run, claim, summary)}])


@cache
def _new_row(dialect: str) -> ReturningInsert[tuple[int]]:
    return unless_there(t.queue, dialect).returning(t.queue.c.id)


_KEY = ("claim_id", "status")
_NEW = {name: sa.bindparam(f"new_{name}", type_=t.queue.c[name].type) for name in (*_KEY, *_BY_NOTE)}
_NEWER = (
    sa.update(t.queue)
    .where(t.queue.c.claim_id == _NEW["claim_id"], t.queue.c.run_started_at <= _NEW["run_started_at"])
    .values({name: _NEW[name] for name in _BY_NOTE})
    .values(
        status=sa.case((t.queue.c.sequence == 0, _NEW["status"]), else_=t.queue.c.status),
        moved=sa.func.coalesce(t.queue.c.decided_signature != _NEW["signature"], sa.false()),
    )
    .returning(t.queue.c.id)
)
"""Takes in a newer note; what people have decided stays."""


def write_standing(
    connection: Connection, claim_id: str, standing: Standing, sequence: int, decided: str | None
) -> None:
    """Let the queue show where a claim stands; `decided` is the signature of the note it was decided on."""
    values = {
        "status": standing.status,
        "editor_status": standing.editor_status,
        "assignee": standing.assignee,
        "first_reviewer": standing.first.reviewer if standing.first else None,
        "wants_second": standing.wants_second,
        "sequence": sequence,
        "decided_signature": decided,
        "moved": sa.false() if decided is None else t.queue.c.signature != decided,
        "updated_at": datetime.now(UTC),
    }
    connection.execute(sa.update(t.queue).where(t.queue.c.claim_id == claim_id).values(values))


def summaries_of(connection: Connection, note_ids: Sequence[int]) -> dict[int, NoteSummary]:
    """Return what notes say, by id."""
    flags: dict[int, list[Flag]] = {}
    query = sa.select(t.flags.c.note_id, t.flags.c.body).where(t.flags.c.note_id.in_(note_ids))
    for note_id, body in connection.execute(query.order_by(t.flags.c.note_id, t.flags.c.position)):
        flags.setdefault(note_id, []).append(Flag.model_validate(body))
    failures = dict(
        connection.execute(
            sa.select(t.failures.c.note_id, t.failures.c.reason).where(t.failures.c.note_id.in_(note_ids))
        )
        .tuples()
        .all()
    )
    names = ("note_id", "label", "confidence", "by", "method", "justification", "probabilities")
    columns = [t.verdicts.c[name] for name in names]
    verdicts = {
        row.note_id: row for row in connection.execute(sa.select(*columns).where(t.verdicts.c.note_id.in_(note_ids)))
    }
    differing = set(connection.scalars(sa.select(t.notes.c.id).where(t.notes.c.id.in_(note_ids), t.notes.c.differs)))
    found = {}
    for note_id in note_ids:
        summary = NoteSummary(flags=tuple(flags.get(note_id, ())), differs=note_id in differing)
        if (verdict := verdicts.get(note_id)) is None:
            found[note_id] = replace(summary, failure=failures.get(note_id))
        else:
            said = {"label": verdict.label, "confidence": verdict.confidence, "justification": verdict.justification}
            judge, refuted = _name_of(verdict.by, verdict.method), (verdict.probabilities or {}).get("refuted")
            found[note_id] = replace(summary, judge=judge, refuted=refuted, **said)
    return found


def signature_of(connection: Connection, run_id: str, claim_id: str) -> str | None:
    """Return the signature of a run's note on a claim; None when there is none."""
    query = sa.select(t.notes.c.id).where(t.notes.c.run_id == run_id, t.notes.c.claim_id == claim_id)
    note_id = connection.scalar(query)
    return None if note_id is None else summaries_of(connection, [note_id])[note_id].signature


def rebuild(connection: Connection) -> None:
    """Make all rows of the queue anew from the newest notes and all events."""
    connection.execute(sa.text("delete from queue_words"))
    connection.execute(sa.delete(t.queue))
    runs = {run.id: run for run in _run_heads(connection)}
    newest: dict[str, tuple[int, str]] = {}
    query = sa.select(t.notes.c.id, t.notes.c.run_id, t.notes.c.claim_id).join(t.runs, t.runs.c.id == t.notes.c.run_id)
    for note_id, run_id, claim_id in connection.execute(query.order_by(t.runs.c.started_at, t.runs.c.id)):
        newest[claim_id] = (note_id, run_id)
    claim_ids = sorted(newest)
    for at in range(0, len(claim_ids), _BATCH):
        _rebuild_some(connection, {each: newest[each] for each in claim_ids[at : at + _BATCH]}, runs)


def _rebuild_some(connection: Connection, newest: Mapping[str, tuple[int, str]], runs: Mapping[str, RunHead]) -> None:
    summary = summaries_of(connection, [note_id for note_id, _ in newest.values()])
    words, rows = {}, []
    for row in connection.execute(sa.select(t.claims).where(t.claims.c.id.in_(list(newest)))).mappings():
        claim = {str(name): value for name, value in row.items()}
        note_id, run_id = newest[claim["id"]]
        rows.append(queue_row(runs[run_id], note_id, claim, summary[note_id]))
        words[claim["id"]] = words_of(runs[run_id], claim, summary[note_id])
    connection.execute(sa.insert(t.queue), rows)
    ids = sa.select(t.queue.c.id, t.queue.c.claim_id).where(t.queue.c.claim_id.in_(list(newest)))
    write_words(connection, [{"id": id_, "words": words[claim_id]} for id_, claim_id in connection.execute(ids)])
    status = {row["claim_id"]: row["status"] for row in rows}
    for claim_id, events in events_of_all(connection, newest).items():
        standing = stand(events, status[claim_id])
        write_standing(connection, claim_id, standing, events[-1].sequence, decided_on(connection, standing))


def decided_on(connection: Connection, standing: Standing) -> str | None:
    """Return the signature of the note that the standing decision was made on; None while there is none."""
    if standing.decision is None or standing.status in ("open", "none"):
        return None
    if carried := standing.decision.detail.get("signature"):  # it was made on an earlier text of the article
        return str(carried)
    return signature_of(connection, standing.decision.run_id, standing.decision.claim_id)


def _run_heads(connection: Connection) -> Iterator[RunHead]:
    for row in connection.execute(_HEADS):
        yield RunHead(row.id, in_utc(row.started_at), row.article_id, row.title, row.publisher, row.published_at)


def run_head(connection: Connection, run_id: str) -> RunHead | None:
    """Return what the queue shows of a run; None when there is no such run."""
    row = connection.execute(_HEADS.where(t.runs.c.id == run_id)).first()
    if row is None:
        return None
    return RunHead(row.id, in_utc(row.started_at), row.article_id, row.title, row.publisher, row.published_at)


_HEADS = sa.select(
    t.runs.c.id,
    t.runs.c.started_at,
    t.runs.c.article_id,
    t.articles.c.title,
    t.articles.c.publisher,
    t.articles.c.published_at,
).join(t.articles, t.articles.c.id == t.runs.c.article_id)
