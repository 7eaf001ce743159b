"""Runs as a desk looks at them: how they stand, what they cost, what they found, why claims were checked again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.models import Coverage, ReviewStatus, Usage, Value
from pipeline.store import schema as t
from pipeline.store.database import Run, Store
from pipeline.store.naming import find_run_id
from pipeline.store.run_status import CUT_OFF, RunStatus, status_of

_R, _N, _Q = t.runs.c, t.notes.c, t.queue.c
_ROWS = 500
STORED: Mapping[RunStatus, str] = {
    "running": "running",
    "lost": "running",
    "finished": "finished",
    "failed": "failed",
    "cancelled": "failed",
}


class RunOverview(Run):
    """One run, what it found and cost, and how far its review is."""

    status: RunStatus
    """`lost` where its process is gone; it can be resumed, as one that failed or was cancelled."""
    title: str | None
    url: str | None
    seconds: float
    """From its last start to its end; to now where it goes on."""
    coverage: Coverage
    """Of the notes written so far."""
    usage: Usage
    cut_off: bool = False
    """True where its process ended while a model was asked: what the calls in flight cost is in no count."""
    statuses: dict[ReviewStatus, int]
    """How many claims have which status with the reviewers, those that nobody can check as `none`."""
    approved: int = 0
    """How many an editor has approved: what may be published."""


class RunFilter(Value):
    """Which runs are wanted; None for any."""

    status: RunStatus | None = None
    article: str | None = None
    """A part of its id, headline or address."""
    model: str | None = None
    """A part of the model's name, or `none` for the embedded default."""
    since: date | None = None
    until: date | None = None


class FailureCount(Value):
    """How many claims a run could not check for a reason."""

    reason: str
    claims: int
    detail: str
    """Of one of them."""


class RunPage(Value):
    """One run and what is asked about it."""

    run: RunOverview
    failures: tuple[FailureCount, ...]
    checked_for: dict[str, int]
    """How many claims were checked for which reason; `unchanged` for those that were not checked again."""


def list_runs(store: Store, filter: RunFilter, *, limit: int) -> tuple[RunOverview, ...]:
    """Return runs, the newest first; raises StoreError."""
    found: list[sa.RowMapping] = []
    with store.reading() as connection:
        rows = connection.execute(_wanted(filter, limit)).mappings()
        while len(found) < limit and (block := rows.fetchmany(_ROWS)):
            found += [row for row in block if filter.status in (None, status_of(row))]
        return _overviews(connection, found[:limit])


def find_run(store: Store, typed: str, *, finished: bool = False) -> RunOverview:
    """Return the run that is meant by an id, a unique part of one, or `latest`; raises InputError, StoreError.

    With `finished` the latest is the newest that has finished, if one has.
    """
    run_id = find_run_id(store, typed, finished=finished)
    with store.reading() as connection:
        return _overviews(connection, connection.execute(_SELECT.where(_R.id == run_id)).mappings().all())[0]


def coverage_of(store: Store, run_id: str) -> Coverage | None:
    """Return the coverage of a finished run; None for any other."""
    finished = sa.select(_R.id, _R.summary).where(_R.id == run_id, _R.status == "finished")
    with store.reading() as connection:
        found = connection.execute(finished).first()
        return _coverages(connection, {run_id: found.summary})[run_id] if found else None


def sentences_of(summary: Mapping[str, Any] | None) -> int:
    """Return how many sentences a run counted, by its summary; 0 where it counted none."""
    return int(((summary or {}).get("coverage") or {}).get("sentences", 0))


def open_run(store: Store, run: RunOverview) -> RunPage:
    """Return what is asked about a run; raises StoreError."""
    failures, reasons = t.failures.c, _N.reason
    of_run = _N.run_id == run.id
    counted = sa.select(failures.reason, sa.func.count(), sa.func.max(failures.detail)).select_from(t.failures)
    counted = counted.join(t.notes, _N.id == failures.note_id).join(t.claims, t.claims.c.id == _N.claim_id)
    counted = counted.where(of_run, t.claims.c.uncheckable.is_(None))
    why = sa.select(reasons, _N.since_run_id.is_not(None), sa.func.count()).where(of_run)
    with store.reading() as connection:
        counts = connection.execute(counted.group_by(failures.reason).order_by(sa.func.count().desc())).all()
        checked = connection.execute(why.group_by(reasons, _N.since_run_id.is_not(None))).all()
    return RunPage(
        run=run,
        failures=tuple(FailureCount(reason=reason, claims=claims, detail=detail) for reason, claims, detail in counts),
        checked_for={
            "unchanged" if kept else reason: claims for reason, kept, claims in checked if kept or reason is not None
        },
    )


_SELECT = sa.select(t.runs, t.articles.c.title, t.articles.c.url).join(t.articles, t.articles.c.id == _R.article_id)


def _wanted(filter: RunFilter, limit: int) -> sa.Select[Any]:
    query = _SELECT.order_by(_R.started_at.desc(), _R.id.desc())
    if filter.status is None:
        query = query.limit(limit)
    else:
        asked = _R.cancel_asked_at.is_not(None) if filter.status == "cancelled" else sa.true()
        query = query.where(_R.status == STORED[filter.status], asked)
    if filter.article:
        words, articles = filter.article.replace("\0", ""), t.articles.c
        columns = (articles.id, articles.title, articles.url)
        query = query.where(sa.or_(*(each.icontains(words, autoescape=True) for each in columns)))
    if filter.model:
        name = _R.versions["model"].as_string()
        named = name.icontains(filter.model.replace("\0", ""), autoescape=True)
        query = query.where(name.is_(None) if filter.model == "none" else named)
    if filter.since:
        query = query.where(_R.started_at >= _midnight(filter.since))
    if filter.until:
        query = query.where(_R.started_at < _midnight(filter.until + timedelta(days=1)))
    return query


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _overviews(connection: Connection, rows: Sequence[sa.RowMapping]) -> tuple[RunOverview, ...]:
    ids = [row["id"] for row in rows]
    coverages = _coverages(connection, {row["id"]: row["summary"] for row in rows})
    usages, statuses, approved = _usages(connection, ids), _statuses(connection, ids), _approved(connection, ids)
    cut = set(
        connection.scalars(sa.select(t.usage.c.run_id).where(t.usage.c.run_id.in_(ids), t.usage.c.stage == CUT_OFF))
    )
    return tuple(
        _overview(
            row,
            cut,
            coverage=coverages[row["id"]],
            usage=usages.get(row["id"], Usage()),
            statuses=statuses.get(row["id"], {}),
            approved=approved.get(row["id"], 0),
        )
        for row in rows
    )


def _overview(row: sa.RowMapping, known_cut: Collection[str], **counted: object) -> RunOverview:
    run = Run.model_validate({name: row[name] for name in Run.model_fields})
    last = run.finished_at or run.beat_at or run.started_at
    seconds = (run.summary or {}).get("seconds", max(0.0, (last - run.started_at).total_seconds()))
    status = status_of(row)
    fields = {"status": status, "seconds": seconds, "title": row["title"], "url": row["url"]}
    cut_off = row["id"] in known_cut or (status in ("lost", "failed") and run.versions.model is not None)
    return RunOverview.model_validate(dict(run) | fields | counted | {"cut_off": cut_off})


def _coverages(connection: Connection, summaries: Mapping[str, Mapping[str, Any] | None]) -> dict[str, Coverage]:
    """Return the coverage of runs from their notes, however far they came; their sentences are in their summaries."""
    kinds = (_N.run_id, t.verdicts.c.label, t.failures.c.reason, t.claims.c.uncheckable, _N.differs)
    query = sa.select(*kinds, sa.func.count()).join(t.claims, t.claims.c.id == _N.claim_id)
    query = query.outerjoin(t.verdicts, t.verdicts.c.note_id == _N.id)
    query = query.outerjoin(t.failures, t.failures.c.note_id == _N.id).where(_N.run_id.in_(list(summaries)))
    counts = {run_id: _count_sentences(summary) for run_id, summary in summaries.items()}
    for run_id, label, reason, uncheckable, differs, claims in connection.execute(query.group_by(*kinds)):
        count = counts[run_id]
        count["claims"] += claims
        count["differing"] += claims if differs else 0
        if label:
            count[label] = count.get(label, 0) + claims
        else:
            part, name = ("not_checkable", uncheckable) if uncheckable else ("not_checked", reason)
            count[part][name] = count[part].get(name, 0) + claims
    flags = sa.select(_N.run_id, t.flags.c.kind, sa.func.count()).join(t.notes, _N.id == t.flags.c.note_id)
    for run_id, kind, number in connection.execute(
        flags.where(_N.run_id.in_(list(summaries))).group_by(_N.run_id, t.flags.c.kind)
    ):
        counts[run_id]["flags"][kind] = number
    return {run_id: Coverage.model_validate(count) for run_id, count in counts.items()}


def _count_sentences(summary: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the coverage of a run before its notes are counted."""
    nothing: dict[str, Any] = {"claims": 0, "not_checked": {}, "not_checkable": {}, "flags": {}, "differing": 0}
    return nothing | {"sentences": sentences_of(summary), "without_claim": len((summary or {}).get("unclaimed", ()))}


def _statuses(connection: Connection, run_ids: Sequence[str]) -> dict[str, dict[ReviewStatus, int]]:
    query = sa.select(_Q.run_id, _Q.status, sa.func.count()).where(_Q.run_id.in_(run_ids))
    statuses: dict[str, dict[ReviewStatus, int]] = {}
    for run_id, status, claims in connection.execute(query.group_by(_Q.run_id, _Q.status)):
        statuses.setdefault(run_id, {})[status] = claims
    return statuses


def _approved(connection: Connection, run_ids: Sequence[str]) -> dict[str, int]:
    query = sa.select(_Q.run_id, sa.func.count()).where(_Q.run_id.in_(run_ids), _Q.editor_status == "approved")
    return {run_id: claims for run_id, claims in connection.execute(query.group_by(_Q.run_id))}


def _usages(connection: Connection, run_ids: Sequence[str]) -> dict[str, Usage]:
    names = ("calls", "cached", "tokens_in", "tokens_out", "dollars", "seconds")
    sums = [sa.func.sum(t.usage.c[name]).label(name) for name in names]
    unknown = (sa.func.count() - sa.func.count(t.usage.c.dollars)).label("unknown")
    query = sa.select(t.usage.c.run_id, *sums, unknown).where(t.usage.c.run_id.in_(run_ids)).group_by(t.usage.c.run_id)
    found = {}
    for row in connection.execute(query).mappings():
        fields = {name: row[name] for name in names}
        found[row["run_id"]] = Usage.model_validate(fields | ({"dollars": None} if row["unknown"] else {}))
    return found
