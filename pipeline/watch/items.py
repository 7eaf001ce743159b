"""What is known of each item of a watch, the runs that were begun for it, and what they cost."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.errors import FactnotesError
from pipeline.core.models import Article, Versions, content_id
from pipeline.llm import Spent
from pipeline.store import Store, schema as t
from pipeline.watch.models import KnownItem, Watch
from pipeline.watch.slots import aware, is_alive


class SlotLost(FactnotesError):
    """Another worker has taken the slot over; this one must begin nothing more."""


def content_of(article: Article) -> str:
    """Return a hash of what decides an article's notes, besides versions."""
    return content_id("watched", article.id, str(article.publisher), str(article.published_at))


def fingerprint_of(article: Article, versions: Versions) -> str:
    """Return a hash that is the same as long as a check would give the same notes."""
    return content_id(content_of(article), versions.model_dump_json())


def known_items(store: Store, watch: Watch) -> dict[str, KnownItem]:
    """Return what is known of each item, by key."""
    columns = [t.watch_items.c[name] for name in KnownItem.model_fields]
    query = sa.select(*columns).where(t.watch_items.c.watch_id == watch.id)
    with store.reading() as connection:
        return {row["key"]: _known(row) for row in connection.execute(query).mappings()}


def _known(row: Any) -> KnownItem:
    return KnownItem(**{name: aware(value) if isinstance(value, datetime) else value for name, value in row.items()})


def save_item(store: Store, watch: Watch, known: KnownItem, now: datetime) -> None:
    """Write down what is known of an item."""
    row = known.model_dump() | {"watch_id": watch.id, "seen_at": now}
    from sqlalchemy.dialects import postgresql, sqlite  # slow to import, and only a check that is due writes here

    insert = (sqlite if store.dialect == "sqlite" else postgresql).insert(t.watch_items).values(**row)
    changed = {name: insert.excluded[name] for name in row if name not in ("watch_id", "key")}
    with store.writing() as connection:
        connection.execute(insert.on_conflict_do_update(index_elements=["watch_id", "key"], set_=changed))


def former_texts(store: Store, watch: Watch, known: KnownItem, before: KnownItem | None) -> tuple[str, ...]:
    """Return the articles that a watch has had at an item's place before, but for those that stand elsewhere."""
    places, runs = t.watch_items.c, t.watch_runs.c
    this = (places.watch_id == watch.id) & (places.key == known.key)
    checked = sa.select(t.runs.c.article_id).join(t.watch_runs, runs.run_id == t.runs.c.id)
    with store.reading() as connection:
        former = set(connection.scalars(checked.where(runs.watch_id == watch.id, runs.key == known.key)))
        former |= {before.article_id} if before and before.article_id else set()
        elsewhere = sa.select(places.article_id).where(~this, places.article_id.in_(former))
        return tuple(former - set(connection.scalars(elsewhere)) - {known.article_id})


def begin_run(
    store: Store, watch: Watch, visit_id: int, owner: str, *, key: str, fingerprint: str, run_id: str, now: datetime
) -> str | None:
    """Write down that a run begins; return why it must not, where another watch checks the same article just now.

    Raises SlotLost.
    """
    row = {"run_id": run_id, "watch_id": watch.id, "visit_id": visit_id, "key": key, "fingerprint": fingerprint}
    with store.writing() as connection:
        if store.dialect == "postgresql":  # two watches that list one article take turns
            lock = int(fingerprint, 16) - 2**63
            connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": lock})
        mine = sa.select(t.watch_visits.c.owner).where(t.watch_visits.c.id == visit_id).with_for_update()
        if connection.scalar(mine) != owner:
            raise SlotLost("another worker has taken this slot over; nothing more is begun here")
        other = _other_worker(connection, watch, fingerprint, now)
        if other:
            return f"the same article is being checked for watch {other}"
        connection.execute(sa.insert(t.watch_runs), row | {"day": watch.day_of(now), "began_at": now})
    return None


def drop_run(store: Store, run_id: str) -> None:
    """Take back that a run begins."""
    with store.writing() as connection:
        connection.execute(sa.delete(t.watch_runs).where(t.watch_runs.c.run_id == run_id))


def _other_worker(connection: Connection, watch: Watch, fingerprint: str, now: datetime) -> str | None:
    query = (
        sa.select(t.watches.c.name, t.watch_visits.c.owner, t.watch_visits.c.beat_at)
        .select_from(t.watch_runs)
        .join(t.watch_visits, t.watch_visits.c.id == t.watch_runs.c.visit_id)
        .join(t.watches, t.watches.c.id == t.watch_runs.c.watch_id)
        .outerjoin(t.runs, t.runs.c.id == t.watch_runs.c.run_id)
        .where(
            t.watch_runs.c.fingerprint == fingerprint,
            t.watch_runs.c.watch_id != watch.id,
            t.watch_visits.c.status == "running",
            sa.or_(t.runs.c.status.is_(None), t.runs.c.status == "running"),
        )
    )
    rows = connection.execute(query).all()
    return next((name for name, owner, beat_at in rows if is_alive(owner, aware(beat_at), now)), None)


def close_orphans(store: Store, visit_id: int) -> None:
    """Mark the runs that a dead worker left unfinished as failed."""
    runs = (
        sa.select(t.watch_runs.c.run_id)
        .join(t.runs, t.runs.c.id == t.watch_runs.c.run_id)
        .where(t.watch_runs.c.visit_id == visit_id, t.runs.c.status == "running")
    )
    with store.reading() as connection:
        left = connection.scalars(runs).all()
    for run_id in left:
        store.fail_run(run_id, _ORPHANED)


_ORPHANED = "its worker ended before it was finished"


def deaths_of(store: Store, visit_id: int) -> dict[str, int]:
    """Return how many workers of a visit ended while they checked each item, by key."""
    died = (t.watch_runs.c.visit_id == visit_id) & (t.runs.c.status == "failed") & (t.runs.c.problem == _ORPHANED)
    query = sa.select(t.watch_runs.c.key, sa.func.count()).join(t.runs, t.runs.c.id == t.watch_runs.c.run_id)
    with store.reading() as connection:
        return dict(connection.execute(query.where(died).group_by(t.watch_runs.c.key)).tuples().all())


def listed_check(store: Store, fingerprint: str) -> str | None:
    """Return the run that checked this article with these versions for any item of any watch; None for none."""
    same = (t.watch_items.c.fingerprint == fingerprint) & (t.watch_items.c.state == "checked")
    with store.reading() as connection:
        found: str | None = connection.scalar(sa.select(t.watch_items.c.run_id).where(same).limit(1))
    return found


def as_of_run(store: Store, run_id: str | None) -> date | None:
    """Return the day a run judged as of; None for no run."""
    with store.reading() as connection:
        found: date | None = connection.scalar(sa.select(t.runs.c.as_of).where(t.runs.c.id == run_id))
    return found


def detection_may_pass(store: Store, run_id: str) -> bool:
    """Tell whether a run found its claims without the model because that failed: the next one may find more."""
    with store.reading() as connection:
        summary = connection.scalar(sa.select(t.runs.c.summary).where(t.runs.c.id == run_id))
    return bool((summary or {}).get("may_pass", False))


def spent_on(store: Store, watch: Watch, day: date) -> Spent:
    """Return what a watch has spent on a day, the runs of killed workers included."""
    runs = (t.watch_runs.c.watch_id == watch.id) & (t.watch_runs.c.day == day)
    return _spent(store, runs, (t.watch_visits.c.watch_id == watch.id) & (t.watch_visits.c.day == day))


def spent_in(store: Store, visit_id: int) -> Spent:
    """Return what a visit has spent so far, whoever worked on it."""
    return _spent(store, t.watch_runs.c.visit_id == visit_id, t.watch_visits.c.id == visit_id)


def _spent(store: Store, runs: sa.ColumnElement[bool], visits: sa.ColumnElement[bool]) -> Spent:
    unpriced = sa.case((t.usage.c.dollars.is_(None) & (t.usage.c.calls > 0), 1), else_=0)
    sums = [sa.func.coalesce(sa.func.sum(column), 0) for column in (t.usage.c.dollars, t.usage.c.calls, unpriced)]
    usage = sa.select(*sums).join(t.watch_runs, t.watch_runs.c.run_id == t.usage.c.run_id).where(runs)
    with store.reading() as connection:
        dollars, calls, unknown = connection.execute(usage).one()
        seconds = connection.scalar(sa.select(sa.func.sum(t.watch_visits.c.seconds)).where(visits))
    return Spent(dollars=None if unknown else float(dollars), calls=int(calls), seconds=float(seconds or 0))
