"""The commands for runs: what ran, how it went, going on with one that was cut short, stopping one, comparing two."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.core.errors import InputError

if TYPE_CHECKING:
    from pipeline.check import Bench, ClaimDifference, RunDifference
    from pipeline.core.models import Report, Versions
    from pipeline.core.settings import Settings
    from pipeline.store import RunOverview, RunPage, Store

_DAY: dict[str, Any] = {
    "type": click.DateTime(["%Y-%m-%d"]),
    "callback": lambda context, option, moment: moment.date() if isinstance(moment, datetime) else moment,
}
_STATUSES = ("running", "lost", "finished", "failed", "cancelled")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else there.")


@click.group()
def runs() -> None:
    """List runs, resume one that was cut short, stop one, compare two.

    RUN is an id, a unique part of one, or `latest`. A run is `lost` when its process is gone: on this machine as soon
    as there is no such process, elsewhere when it has given no sign of life for a minute.
    """


@runs.command("list")
@click.option("--status", type=click.Choice(_STATUSES), help="Only runs with this status.")
@click.option("--article", help="A part of the id, headline or address of its article.")
@click.option("--model", help="A part of the model's name; `none` for runs without a model.")
@click.option("--since", **_DAY, help="Started on this day (UTC) or later.")
@click.option("--until", **_DAY, help="Started on this day (UTC) or earlier.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@_JSON
def list_(limit: int, as_json: bool, **given: Any) -> None:
    """List runs, the newest first: status, findings, cost and time. With --json, a line each."""
    from pipeline.store import RunFilter, list_runs

    with _store() as (_, store):
        found = list_runs(store, RunFilter(**given), limit=limit)
    if as_json:
        for run in found:
            click.echo(run.model_dump_json())
        return
    for run in found:
        click.echo(_line(run))
    if not found:
        click.echo("No run matches.")


@runs.command()
@click.argument("run")
@_JSON
def show(run: str, as_json: bool) -> None:
    """Show RUN: coverage, failures by reason, why claims were checked again, cost, versions."""
    from pipeline.store import find_run, open_run

    with _store() as (_, store):
        page = open_run(store, find_run(store, run))
    click.echo(page.model_dump_json(indent=2) if as_json else "\n".join(_page(page)))


@runs.command()
@click.argument("run")
@click.option("--model", help="The model the run was started with, if the settings name another.")
@click.option("--base-url", help="Address of an OpenAI-compatible service, ending in /v1.")
@click.option("--max-usd", type=click.FloatRange(0), help="Hard cap in dollars, from now on.")
@click.option("--max-calls", type=click.IntRange(0), help="Hard cap in model calls, from now on.")
@click.option("--max-seconds", type=click.FloatRange(0, min_open=True), help="Hard cap in seconds, from now on.")
@click.option("--records", multiple=True, type=click.Path(path_type=Path), help="The files it was started with.")
@click.option("--evidence", multiple=True, type=click.Path(path_type=Path), help="The files it was started with.")
@click.option("--only-given", is_flag=True, help="If it was started with it.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("runs"), help="Default: runs")
@_JSON
def resume(
    run: str,
    records: tuple[Path, ...],
    evidence: tuple[Path, ...],
    only_given: bool,
    out: Path,
    as_json: bool,
    **given: Any,
) -> None:
    """Resume RUN, which was killed, cancelled or failed: its notes stay, the rest is checked.

    Code, model, prompts, evidence and settings must be those it was started with. If they are not, check the article
    again: results that still hold are reused there too.
    """
    from pipeline.check import open_bench
    from pipeline.cli.terminal import print_report
    from pipeline.core.settings import load_settings
    from pipeline.evidence import read_run_files
    from pipeline.reports import write_report

    files = read_run_files(records, evidence, only_given)
    for problem in files.problems if files else ():
        click.echo(f"Skipped: {problem}", err=True)
    settings = load_settings(**given)
    with open_bench(settings, files) as bench:
        report = _go_on(bench, run)
    folder = write_report(report, out, settings.desk_address)
    if as_json:
        click.echo(report.model_dump_json(indent=2))
    else:
        print_report(report, folder)


def _go_on(bench: Bench, named: str) -> Report:
    from pipeline.check import check_anew
    from pipeline.cli.terminal import show_progress
    from pipeline.store import find_run, fingerprint

    run, versions = find_run(bench.store, named), bench.versions
    article = bench.store.article(run.article_id)
    _require_same(run, versions)
    if run.fingerprint != fingerprint(article, run.as_of, run.versions):
        raise InputError(f"run {run.id}: the article has a different headline, date or address now: check it again")
    with show_progress() as progress:
        return check_anew(article, bench, known_source=run.source, run_id=run.id, resume=True, progress=progress)


def _require_same(run: RunOverview, versions: Versions) -> None:
    """Raise InputError where a run was begun with other versions: one report must not mix them."""
    before, now = run.versions.model_dump(), versions.model_dump()
    other = [name for name in now if before[name] != now[name]]
    if other and run.status not in ("finished", "running"):
        told = f"{', '.join(other)}{_told_change(before, now)}"
        raise InputError(
            f"run {run.id} was started with other versions ({told}): resume it as it was started, or run "
            "`factnotes check` on the article again, which reuses what still holds"
        )


def _told_change(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Say which model there was and is, where it is another; a hash would tell nobody anything."""
    then, later = before["model"] or "none", now["model"] or "none"
    return f"; model {then} then, {later} now" if then != later else ""


@runs.command()
@click.argument("run")
@_JSON
def cancel(run: str, as_json: bool) -> None:
    """Stop RUN before its next claim; claims that are being judged are finished first, and all notes stay."""
    from pipeline.store import ask_to_cancel, find_run

    with _store() as (settings, store):
        found = find_run(store, run)
        stood = ask_to_cancel(store, found.id, settings.reviewer or _user())
        after = find_run(store, found.id)
    if as_json:
        click.echo(after.model_dump_json(indent=2))
    elif stood == "lost":
        click.echo(f"{found.id}: its process was gone; it is marked as cancelled")
    else:
        click.echo(f"{found.id}: asked to stop (process {found.pid} on {found.host}); `factnotes runs show` tells when")


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        return "somebody"


@runs.command()
@click.argument("earlier")
@click.argument("later", default="latest")
@_JSON
def compare(earlier: str, later: str, as_json: bool) -> None:
    """Show what differs between run EARLIER and run LATER: claims, outcomes, flags. LATER is `latest` unless given."""
    from pipeline.check import compare_runs
    from pipeline.store import find_run

    with _store() as (_, store):
        difference = compare_runs(store, find_run(store, earlier).id, find_run(store, later).id)
    click.echo(difference.model_dump_json(indent=2) if as_json else "\n".join(_difference(difference)))


@contextmanager
def _store() -> Generator[tuple[Settings, Store], None, None]:
    from pipeline.core.settings import load_settings
    from pipeline.store import open_store

    settings = load_settings()
    with open_store(settings) as store:
        yield settings, store


def _line(run: RunOverview) -> str:
    title = " ".join((run.title or run.url or f"article {run.article_id}").split())[:60]
    took = "" if run.seconds is None else f"{run.seconds:.1f} s"
    return (
        f"{run.id}  {run.status:<9}  {run.started_at:%Y-%m-%d %H:%M}  {took:>9}  {_cost(run):>10}  {title}\n"
        f"    {run.coverage}" + (f"\n    {run.problem}" if run.problem else "")
    )


def _cost(run: RunOverview) -> str:
    from pipeline.reports import counted

    if run.versions.model is None:
        return "no model"
    known = counted(run.usage.calls, "call") if run.usage.dollars is None else f"${run.usage.dollars:.4f}"
    return f"{known} + ?" if run.cut_off else known


def _page(page: RunPage) -> list[str]:
    from pipeline.reports import counted

    run, usage, versions = page.run, page.run.usage, page.run.versions
    model = versions.model or "the embedded default (no model)"
    dollars = "price unknown" if usage.dollars is None else f"${usage.dollars:.4f}"
    lines = [
        _line(run),
        f"  article: {run.article_id} {run.url or ''}".rstrip(),
        f"  judged as of {run.as_of}, with {model}",
    ]
    lines += [f"  {counted(usage.calls, 'call')}, {usage.cached} from the cache, {dollars}"]
    lines += ["  its process ended: what calls in flight then cost is not known"] if run.cut_off else []
    lines += [f"  flag {kind}: {number}" for kind, number in sorted(run.coverage.flags.items())]
    lines += [f"  not checked, {each.reason}: {each.claims} ({each.detail or 'no detail'})" for each in page.failures]
    lines += [f"  {reason}: {claims}" for reason, claims in sorted(page.checked_for.items())]
    lines += [f"  prompt {ref}" for ref in versions.prompts]
    lines += [f"  code {versions.code}, index {versions.index}, settings {versions.settings}"]
    return lines + _of_process(run)


def _of_process(run: RunOverview) -> list[str]:
    if run.status not in ("running", "lost"):
        return []
    last_beat: date | str = f"{run.beat_at:%Y-%m-%d %H:%M:%S} UTC" if run.beat_at else "never"
    lines = [f"  process {run.pid} on {run.host}, last sign of life: {last_beat}"]
    return lines + ([f"  `factnotes runs resume {run.id}` resumes it"] if run.status == "lost" else [])


def _difference(found: RunDifference) -> list[str]:
    from pipeline.reports import counted

    text = "the same text" if found.same_text else "a different text"
    same = f"{counted(found.unchanged, 'claim')} unchanged, {len(found.moved)} moved"
    lines = [f"{found.earlier} -> {found.later} ({text}): {same}"]
    parts: tuple[tuple[str, Sequence[ClaimDifference], Callable[[ClaimDifference], list[str]]], ...] = (
        ("outcome changed", found.outcome_changed, _outcomes),
        ("reworded", found.reworded, lambda each: [f"was: {each.earlier_words}"]),
        ("added", found.added, lambda each: [str(each.later_outcome)]),
        ("removed", found.removed, lambda each: [str(each.earlier_outcome)]),
        ("flags changed", found.flags_changed, lambda each: []),
    )
    for name, claims, describe_part in parts:
        for each in claims:
            lines.append(f"{name}: {each.words}")
            lines += [f"    {line}" for line in describe_part(each)]
            lines += [f"    + {flag}" for flag in each.flags_added] + [f"    - {flag}" for flag in each.flags_removed]
    return lines


def _outcomes(each: ClaimDifference) -> list[str]:
    return [f"{each.earlier_outcome} -> {each.later_outcome}" + (f" ({each.why})" if each.why else "")]
