"""Tell the channels of a watch what its visits found: flagged claims, changed outcomes, failures, spent budgets.

What a visit says of an article is put in the outbox before the visit writes the article down, and how a visit ended is
put there in one transaction with the mark that it was sent. So a killed worker loses no news and no news comes twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.check import Check
from pipeline.core.clock import utc_now
from pipeline.core.settings import Settings
from pipeline.store import Store, in_utc, open_store, schema as t
from pipeline.watch.item_log import Listeners
from pipeline.watch.models import ItemReport, OutcomeChanged, Watch
from pipeline.watch.notify import (
    Event,
    Sent,
    channels,
    channels_named,
    event_id,
    flagged_run,
    forget_sent,
    put,
    put_all,
    put_digests,
    send_due,
)
from pipeline.watch.run import Round, run_watches

_V = t.watch_visits.c
_MOST_PROBLEMS = 20
_QUERY = re.compile(r"(https?://[^\s?#]+)\?[^\s)'\"]*")


def run_watches_and_notify(
    settings: Settings,
    names: Sequence[str] = (),
    *,
    only_due: bool = False,
    listeners: Listeners = Listeners(),  # noqa: B008 # frozen
    check: Check | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Round:
    """Run watches as `run_watches` does, and put their channels' messages in the outbox; `send_messages` sends it.

    Raises what `run_watches` raises.
    """
    with open_store(settings) as store:
        notifying = notifying_channels(store, settings, listeners, clock)
        try:
            return run_watches(settings, names, only_due=only_due, listeners=notifying, check=check, clock=clock)
        finally:
            notify_of_visits(store, settings, clock())


def send_messages(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Sent:
    """Put in the outbox what was left untold and the digests that are due, and send what is due; as often as one likes.

    Raises StoreError.
    """
    with open_store(settings) as store:
        notify_of_visits(store, settings, clock())
        put_digests(store, clock(), settings.desk_address)
        forget_sent(store, clock())
        return send_due(store, settings, clock=clock)


def notifying_channels(
    store: Store, settings: Settings, listeners: Listeners, clock: Callable[[], datetime] = utc_now
) -> Listeners:
    """Return listeners that put what an item's check found in the outbox, and then do what the given ones do."""

    def on_item(watch: Watch, report: ItemReport) -> None:
        found = channels_named(store, watch.notify)
        if found and _is_news(store, watch, report):
            put_all(store, found, _of_item(store, watch, report, settings.desk_address, clock()), clock())
        listeners.on_item(watch, report)

    return Listeners(on_item, listeners.on_visit, listeners.on_refusal)


def unknown_channels(store: Store, watches: Sequence[Watch]) -> Iterator[tuple[str, str]]:
    """Yield each watch and the name of a channel that it would notify and that is not there."""
    known = {channel.name for channel in channels(store)}
    yield from ((watch.name, name) for watch in watches for name in watch.notify if name not in known)


# What is said of an article


def _is_news(store: Store, watch: Watch, report: ItemReport) -> bool:
    """Tell whether an item has another run than it was known to have; a killed worker's is not written down yet."""
    if report.run_id is None:
        return False
    of_item = (t.watch_items.c.watch_id == watch.id, t.watch_items.c.key == report.key)
    with store.reading() as connection:
        known = connection.scalar(sa.select(t.watch_items.c.run_id).where(*of_item))
    return known != report.run_id


def _of_item(store: Store, watch: Watch, report: ItemReport, desk: str, now: datetime) -> list[Event]:
    run_id = report.run_id or ""
    changed = [_changed(watch, report, desk, now)] if report.changed else []
    known = {change.claim.id for change in report.changed}
    flagged = flagged_run(store, watch.name, report.key, run_id, now, reported=known, desk=desk)
    return [*changed, *([flagged] if flagged else [])]


def _changed(watch: Watch, report: ItemReport, desk: str, now: datetime) -> Event:
    first = report.changed[0]
    facts: dict[str, Any] = {"watch": watch.name, "run_id": report.run_id, "article_id": first.article_id}
    facts["changes"] = [_before_and_after(change) for change in report.changed]
    facts |= {"desk": f"{desk}/?run={report.run_id}&status=any"} if desk else {}
    drafts = [
        {
            "claim_id": change.claim.id,
            "words": " … ".join(span.exact for span in change.claim.spans),
            "draft": change.draft,
        }
        for change in report.changed
    ]
    words = {"title": first.title, "source": report.key, "drafts": drafts}
    return Event(
        id=event_id("outcome.changed", report.run_id), kind="outcome.changed", at=now, facts=facts, words=words
    )


def _before_and_after(change: OutcomeChanged) -> dict[str, Any]:
    kept = {"label", "failure", "flags", "as_of"}
    before, after = (each.model_dump(mode="json", include=kept) for each in (change.before, change.after))
    return {"claim_id": change.claim.id, "before": before, "after": after}


# How a visit ended


def notify_of_visits(store: Store, settings: Settings, now: datetime) -> int:
    """Put in the outbox how visits ended that were not reported yet; return how many messages that makes."""
    query = sa.select(t.watch_visits, t.watches.c.body).join(t.watches, t.watches.c.id == _V.watch_id)
    untold = (_V.told_at.is_(None), _V.ended_at.is_not(None))
    with store.reading() as connection:
        rows = connection.execute(query.where(*untold).order_by(_V.id)).mappings().all()
    written = 0
    for row in rows:
        watch = Watch.model_validate(row["body"])
        found = channels_named(store, watch.notify)
        with store.writing() as connection:
            own = sa.update(t.watch_visits).where(_V.id == row["id"], _V.told_at.is_(None))
            if connection.execute(own.values(told_at=now)).rowcount:
                events = _of_visit(connection, watch, row, settings.desk_address, now)
                written += sum(put(connection, found, event, now) for event in events)
    return written


def _of_visit(connection: Connection, watch: Watch, row: sa.RowMapping, desk: str, now: datetime) -> Iterator[Event]:
    summary: Mapping[str, Any] = row["summary"] or {}
    reports = [ItemReport.model_validate(each) for each in summary.get("told", ())]
    yield from _failure(watch, row, reports, summary.get("problems", ()), now)
    waiting = [each for each in reports if each.outcome == "waiting" and "budget" in each.reason]
    open_claims = _left_for_money(connection, row["id"])
    if waiting or open_claims:
        spent = summary.get("spent") or {"dollars": 0.0, "calls": 0, "seconds": row["seconds"]}
        facts = {"watch": watch.name, "day": str(row["day"]), "waiting": len(waiting), "open_claims": open_claims}
        facts |= {"spent": spent, "reason": waiting[0].reason if waiting else ""}
        facts |= {"desk": f"{desk}/"} if desk else {}
        id_ = event_id("budget.reached", watch.id, row["day"])
        yield Event(id=id_, kind="budget.reached", at=now, facts=facts)


def _failure(
    watch: Watch, row: sa.RowMapping, reports: Sequence[ItemReport], problems: Sequence[str], now: datetime
) -> Iterator[Event]:
    """Yield what went wrong in a visit, if anything; the same is reported once a day."""
    unread = [each for each in reports if each.outcome == "problem"]
    if row["status"] == "finished" and not unread and not problems:
        return
    facts = {"watch": watch.name, "slot": in_utc(row["slot"]).isoformat(timespec="seconds"), "status": row["status"]}
    facts |= {"reason": _without_queries(row["reason"]), "unread": len(unread) + len(problems)}
    lines = [*(f"{each.key}: {each.reason}" for each in unread), *problems]
    what = [row["status"]] if row["status"] == "skipped" else [row["status"], row["reason"], *sorted(lines)]
    id_ = event_id("visit.failed", watch.id, row["day"], *what)
    words = {"problems": [_without_queries(line) for line in lines[:_MOST_PROBLEMS]]}
    yield Event(id=id_, kind="visit.failed", at=now, facts=facts, words=words)


def _without_queries(reason: str) -> str:
    """Return a reason without the queries of its addresses: a feed's may hold a key."""
    return _QUERY.sub(r"\1?…", reason)


def _left_for_money(connection: Connection, visit_id: int) -> int:
    """Count the claims that a visit's runs left open because a budget was spent."""
    query = sa.select(sa.func.count()).select_from(t.failures).join(t.notes, t.notes.c.id == t.failures.c.note_id)
    query = query.join(t.watch_runs, t.watch_runs.c.run_id == t.notes.c.run_id)
    left = (t.watch_runs.c.visit_id == visit_id, t.failures.c.reason == "budget")
    return connection.scalar(query.where(*left)) or 0
