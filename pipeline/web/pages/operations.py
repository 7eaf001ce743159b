"""The operations page: how it all goes and what needs attention; and the same figures for Prometheus."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from pipeline.core.models import Person
from pipeline.core.settings import Settings
from pipeline.review import RUN_STATUSES, VISIT_STATUSES, spell_moment
from pipeline.store import RunFilter, RunStatus, list_runs
from pipeline.web.context import open_desk
from pipeline.web.figures import Figures, Spending, TrialKind, TrialSpending, WatchFigures, count_figures, metrics_page
from pipeline.web.figures.trials import TrialAccounts
from pipeline.web.gate.identity import require
from pipeline.web.gate.middleware import METRICS

router = APIRouter(include_in_schema=False)
_RUNS = 10
_ENDED_BADLY: tuple[RunStatus, ...] = ("lost", "failed")
_LATE_S = 300
"""A slot that is due for so long is not being looked after."""


@dataclass(frozen=True)
class Account:
    """What a model has cost for a watch, or all of them."""

    name: str
    watch: str
    today: Spending
    month: Spending


@dataclass(frozen=True)
class TrialAccount:
    """What evaluations, or the lab, have cost with a model."""

    kind: TrialKind
    name: str
    today: TrialSpending
    month: TrialSpending


@router.get("/operations")
def operations_page(request: Request, _: Annotated[Person, Depends(require("editor"))]) -> HTMLResponse:
    """Show how it all goes, what needs attention first."""
    desk = open_desk(request)
    figures = _figures(request)
    found = [run for status in _ENDED_BADLY for run in list_runs(desk.store, RunFilter(status=status), limit=_RUNS)]
    return desk.render(
        "operations.html.j2",
        figures=figures,
        concerns=tuple(concerns(figures)),
        waiting=[each for each in figures.queue if each.waits],
        runs=_side_by_side(figures.runs),
        failures=_side_by_side(figures.failures),
        accounts=accounts(figures.spending),
        trials=trial_accounts(figures.trials.spending),
        run_statuses=RUN_STATUSES,
        visit_statuses=VISIT_STATUSES,
        ended_badly=sorted(found, key=lambda run: run.started_at, reverse=True)[:_RUNS],
    )


@router.get(METRICS)
def metrics(request: Request) -> Response:
    """Give the figures to Prometheus: to whoever has the token, without one to this machine alone."""
    if refusal := _refusal(request):
        return refusal
    body, media_type = metrics_page(_figures(request), request.headers.get("accept", ""))
    return Response(body, headers={"Content-Type": media_type})


def _figures(request: Request) -> Figures:
    kept: TrialAccounts = request.app.state.trial_accounts
    return count_figures(request.app.state.store, trials=kept.read())


def _refusal(request: Request) -> Response | None:
    settings: Settings = request.app.state.settings
    if settings.metrics_token is None:
        if settings.desk_behind_tls_proxy:  # else the request gate lets this machine's requests in and no others
            return PlainTextResponse("set FACTNOTES_METRICS_TOKEN: anybody may reach a proxy\n", 403)
        return None
    given = request.headers.get("authorization", "")
    wanted = f"Bearer {settings.metrics_token.get_secret_value()}"
    if hmac.compare_digest(given.encode(), wanted.encode()):
        return None
    return PlainTextResponse("give the token\n", 401, {"WWW-Authenticate": 'Bearer realm="factnotes metrics"'})


def concerns(figures: Figures) -> Iterable[str]:
    """Yield what somebody should look after, in words."""
    lost = figures.runs.ever.get("lost", 0)
    if lost:
        yield f"{_many(lost, 'run')} stopped unexpectedly: the process is gone. Continue with `factnotes runs resume`."
    failed = figures.runs.today.get("failed", 0)
    if failed:
        yield f"{_many(failed, 'run')} failed today."
    for watch in figures.watches:
        yield from _of_watch(watch, figures.at)
    if lately := figures.outbox.given_up_lately:
        yield f"{_many(lately, 'message')} of the last 30 days could not be sent: `factnotes notify list` tells where."
    yield from _of_spending(figures)


def _of_spending(figures: Figures) -> Iterable[str]:
    unpriced = sum(each.unpriced for each in figures.spending if each.window == "today")
    unpriced += sum(each.unpriced for each in figures.trials.spending if each.window == "today")
    if unpriced:
        yield f"{_many(unpriced, 'call')} today had no known price: caps in dollars do not count such calls."
    if unread := figures.trials.unread:
        yield f"The spending on trials is incomplete: the account of {', '.join(unread[:3])} cannot be read."


def _of_watch(watch: WatchFigures, now: datetime) -> Iterable[str]:
    if watch.due_since and (now - watch.due_since).total_seconds() > _LATE_S:
        since = spell_moment(watch.due_since)
        yield f"Watch {watch.name} is due since {since} and no scheduler runs it: start `factnotes serve`."
    newest = watch.newest
    if newest and newest.status == "failed":
        yield f"The newest visit of watch {watch.name} failed{f': {newest.reason}' if newest.reason else '.'}"
    if newest and newest.status == "lost":
        yield f"The newest visit of watch {watch.name} lost its worker; the next visit goes on with it."
    if newest and newest.status == "skipped":
        yield f"Watch {watch.name}: {newest.reason}"
    if unread := watch.items.get("problem", 0):
        yield f"Watch {watch.name} could not use {_many(unread, 'article')}: `factnotes watch show {watch.name}`."


def accounts(spending: Iterable[Spending]) -> list[Account]:
    """Return what each model cost for each watch today and in 30 days, the dearest first."""
    by_key: dict[tuple[str, str], dict[str, Spending]] = {}
    for each in spending:
        by_key.setdefault((each.model or "", each.watch or ""), {})[each.window] = each
    made = [Account(model, watch, found["today"], found["month"]) for (model, watch), found in by_key.items()]
    return sorted((each for each in made if each.month.runs), key=lambda each: -each.month.dollars)


def trial_accounts(spending: Iterable[TrialSpending]) -> list[TrialAccount]:
    """Return what evaluations and the lab cost for each model today and in 30 days, the dearest first."""
    by_key: dict[tuple[TrialKind, str], dict[str, TrialSpending]] = {}
    for each in spending:
        by_key.setdefault((each.kind, each.model or ""), {})[each.window] = each
    made = [TrialAccount(kind, model, found["today"], found["month"]) for (kind, model), found in by_key.items()]
    return sorted((each for each in made if each.month.calls), key=lambda each: -each.month.dollars)


def _side_by_side(windows: object) -> list[tuple[str, int, int, int]]:
    """Return counts by name, of today, of 30 days and of all time, the most frequent first."""
    counts: list[Mapping[str, int]] = [getattr(windows, name) for name in ("today", "month", "ever")]
    today, month, ever = counts
    rows = [(name, today.get(name, 0), month.get(name, 0), count) for name, count in ever.items()]
    return sorted(rows, key=lambda row: (-row[3], row[0]))


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
