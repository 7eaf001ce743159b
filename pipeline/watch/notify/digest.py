"""The daily digest: what a desk's runs did and found since the last one, and what waits."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store import Store, schema as t
from pipeline.watch.notify.channels import digest_ended, digests_due
from pipeline.watch.notify.findings import DOUBTFUL, MOST_CLAIMS, flags_of, in_words_of
from pipeline.watch.notify.models import Channel, Event, event_id
from pipeline.watch.notify.outbox import put

_N, _R = t.notes.c, t.runs.c


def put_digests(store: Store, now: datetime, desk: str = "") -> int:
    """Write the digests that are due, each once; return how many. What was missed is in the next one."""
    written = 0
    for channel, since, until in digests_due(store, now):
        event = digest_of(store, channel, since, until, desk)
        with store.writing() as connection:
            if digest_ended(connection, channel, since, until):
                written += put(connection, (channel,), event, now)
    return written


def digest_of(store: Store, channel: Channel, since: datetime, until: datetime, desk: str = "") -> Event:
    """Return the digest of what ended in a time."""
    zone = ZoneInfo(channel.timezone)
    facts: dict[str, Any] = {"since": _minute(since, zone), "until": _minute(until, zone)}
    with store.reading() as connection:
        facts |= _of_runs(connection, since, until)
        facts |= _of_claims(connection, since, until)
        facts |= _waiting(connection)
        facts |= _of_visits(connection, since, until)
        words = _flagged_words(connection, since, until) if channel.allow_text else []
    facts |= {"desk": f"{desk}/"} if desk else {}
    id_ = event_id("digest.daily", channel.id, until.isoformat())
    return Event(id=id_, kind="digest.daily", at=until, facts=facts, words={"flagged_claims": words})


def _minute(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="minutes")


def _in(column: sa.Column[Any], since: datetime, until: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(column >= since, column < until)


def _counted(connection: Connection, column: sa.ColumnElement[Any], *wanted: sa.ColumnElement[bool]) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(*wanted).group_by(column).order_by(sa.func.count().desc(), column)
    return {name: count for name, count in connection.execute(query).tuples()}


def _of_runs(connection: Connection, since: datetime, until: datetime) -> dict[str, Any]:
    ended = _in(_R.finished_at, since, until)
    u = t.usage.c
    sums = sa.select(sa.func.sum(u.dollars), sa.func.sum(u.calls), sa.func.count().filter(u.dollars.is_(None)))
    dollars, calls, unknown = connection.execute(sums.join(t.runs, _R.id == u.run_id).where(ended)).one()
    spent = {"dollars": None if unknown else float(dollars or 0), "calls": int(calls or 0)}
    return {"runs": _counted(connection, _R.status, ended), "spent": spent}


def _of_visits(connection: Connection, since: datetime, until: datetime) -> dict[str, Any]:
    v = t.watch_visits.c
    ended = _in(v.ended_at, since, until)
    missed = connection.scalar(sa.select(sa.func.sum(v.missed)).where(ended))
    return {"visits": _counted(connection, v.status, ended), "missed_slots": int(missed or 0)}


def _fresh(since: datetime, until: datetime) -> sa.Select[tuple[int]]:
    """Choose the notes that were made in a time, not those that were kept from an earlier run."""
    query = sa.select(_N.id).join(t.runs, _R.id == _N.run_id).join(t.claims, t.claims.c.id == _N.claim_id)
    wanted = (_in(_R.finished_at, since, until), _N.since_run_id.is_(None), t.claims.c.uncheckable.is_(None))
    return query.where(*wanted)


def _of_claims(connection: Connection, since: datetime, until: datetime) -> dict[str, Any]:
    fresh = _fresh(since, until)
    verdicts, failures, flags = t.verdicts.c, t.failures.c, t.flags.c
    labels = _counted(connection, verdicts.label, verdicts.note_id.in_(fresh))
    reasons = _counted(connection, failures.reason, failures.note_id.in_(fresh))
    unchecked = {"not_checked": sum(reasons.values())} if reasons else {}
    flagged = connection.scalar(sa.select(sa.func.count(sa.distinct(_N.claim_id))).where(_flagged(fresh)))
    return {
        "outcomes": labels | unchecked,
        "failures": reasons,
        "flags": _counted(connection, flags.kind, flags.note_id.in_(fresh)),
        "flagged": flagged or 0,
    }


def _flagged(fresh: sa.Select[tuple[int]]) -> sa.ColumnElement[bool]:
    doubted = sa.select(t.verdicts.c.note_id).where(t.verdicts.c.label.in_(DOUBTFUL))
    return sa.and_(_N.id.in_(fresh), sa.or_(_N.id.in_(sa.select(t.flags.c.note_id)), _N.id.in_(doubted)))


def _flagged_words(connection: Connection, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Return the flagged claims in words, the newest first, each once."""
    query = (
        sa.select(_N.id, _N.claim_id, t.claims.c.body, t.articles.c.title, t.verdicts.c.label)
        .join(t.claims, t.claims.c.id == _N.claim_id)
        .join(t.articles, t.articles.c.id == t.claims.c.article_id)
        .outerjoin(t.verdicts, t.verdicts.c.note_id == _N.id)
        .where(_flagged(_fresh(since, until)))
        .order_by(_N.id.desc())
        .limit(MOST_CLAIMS)
    )
    rows = connection.execute(query).mappings().all()
    newest: dict[str, sa.RowMapping] = {}
    for row in rows:
        newest.setdefault(row["claim_id"], row)
    flags = flags_of(connection, [row["id"] for row in newest.values()])
    return [in_words_of(row, flags.get(row["id"], [])) for row in newest.values()]


def _waiting(connection: Connection) -> dict[str, Any]:
    """Return what waits now: claims for a person, messages that were not taken."""
    open_ = sa.select(sa.func.count()).select_from(t.queue).where(t.queue.c.status == "open")
    d = t.deliveries.c
    stuck = sa.or_(d.status == "given_up", sa.and_(d.status == "pending", d.tries > 0))
    counts = Counter(_counted(connection, d.status, stuck))
    return {"open": connection.scalar(open_) or 0, "not_sent": dict(counts)}
