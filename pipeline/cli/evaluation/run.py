"""Asking: what an evaluation will cost, and running it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.evaluation.group import AS_JSON, evaluation, settings_of, show_figures
from pipeline.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Generator

    from pipeline.core.settings import Settings
    from pipeline.evaluation import Bundle, Estimate, Progress, Trial
    from pipeline.store import Store

_RUN_OPTIONS = (
    click.argument("suite"),
    click.option(
        "--prompt",
        "prompts",
        multiple=True,
        help="name@2, name@latest, or name for the live one; repeatable.",
    ),
    click.option("--model", "models", multiple=True, help="provider:name, or none for no model; repeatable."),
    click.option(
        "--repeat", type=click.IntRange(1, 100), default=1, show_default=True, help="How many times to ask each case."
    ),
    click.option(
        "--claims-per-call",
        multiple=True,
        type=click.IntRange(1, 20),
        help="How many claims a prompt that takes several is asked on in a call; repeatable, each a variant.",
    ),
    click.option("--base-url", help="Address of an OpenAI-compatible service, ending in /v1."),
    click.option("--max-usd", type=click.FloatRange(0), help="Hard cap in dollars, for all sessions."),
    click.option("--max-calls", type=click.IntRange(0), help="Hard cap in model calls, for all sessions."),
    click.option(
        "--max-seconds", type=click.FloatRange(0, min_open=True), help="Hard cap in seconds, for all sessions."
    ),
    click.option("--new", "anew", is_flag=True, help="Start a new evaluation instead of resuming an unfinished one."),
    click.option(
        "--no-cache", "uncached", is_flag=True, help="Ask again even where an earlier evaluation has the reply."
    ),
)


def _run_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_RUN_OPTIONS):
        command = option(command)
    return command


def _trial(store: Store, settings: Settings, given: dict[str, Any]) -> Trial:
    from pipeline.evaluation import Trial, gold_of, load_suite

    return Trial(
        suite=load_suite(given["suite"], settings, reviews=lambda: gold_of(store).cases),
        prompts=given["prompts"],
        models=given["models"],
        repeats=given["repeat"],
        anew=given["anew"],
        cached=not given["uncached"],
        claims_per_call=given["claims_per_call"],
    )


@evaluation.command("run")
@_run_options
@click.option("--yes", is_flag=True, help="Do not ask before money is spent.")
@AS_JSON
def run_suite(yes: bool, as_json: bool, **given: Any) -> None:
    """Ask every prompt and model about every case of SUITE, and store the replies.

    SUITE is a name, a YAML file that names data, or a JSONL file of cases. An interrupted evaluation
    resumes where it stopped: no reply that had arrived is asked for again.
    """
    from pipeline.cli.terminal_scores import estimate_lines
    from pipeline.evaluation import estimate_evaluation, open_evaluation, open_systems, run_evaluation
    from pipeline.store import open_store

    settings = settings_of(given)
    with open_store(settings) as store:
        trial = _trial(store, settings, given)
        systems = open_systems(settings, trial)
        bundle = open_evaluation(settings, trial, systems)
        costs = estimate_evaluation(settings, trial, systems, bundle, store)
        earlier = [f"Already spent on it: {bundle.spent()}; the caps include that"] if bundle.manifest.sessions else []
        for each in (*trial.suite.problems, *earlier, *estimate_lines(costs)):
            click.echo(each, err=True)
        _confirm(costs, yes)
        with _progress(bundle.evaluation.id) as progress:
            run_evaluation(settings, trial, systems, bundle, store, progress)
    show_figures(bundle, as_json)
    _require_answers(bundle)


def _require_answers(bundle: Bundle) -> None:
    """Raise ModelError where models were asked and every call failed."""
    from pipeline.cli.model_answers import no_answer
    from pipeline.core.models import UNANSWERED

    failures = [each.failure for each in bundle.answers() if each.usage.calls]
    failed = [failure for failure in failures if failure is not None and failure.reason in UNANSWERED]
    if failed and len(failed) == len(failures):
        raise no_answer(None, failed[0].detail)


@evaluation.command("estimate")
@_run_options
@AS_JSON
def estimate(as_json: bool, **given: Any) -> None:
    """Say what `eval run` with the same options would ask and cost, and send nothing."""
    from pipeline.cli.terminal_scores import estimate_lines, estimate_row
    from pipeline.evaluation import estimate_evaluation, open_systems
    from pipeline.store import open_store

    settings = settings_of(given)
    with open_store(settings) as store:
        trial = _trial(store, settings, given)
        systems = open_systems(settings, trial)
        costs = estimate_evaluation(settings, trial, systems, None, store)
    if as_json:
        click.echo(json.dumps([estimate_row(each) for each in costs], indent=1))
        return
    for each in estimate_lines(costs):
        click.echo(each)


def _confirm(costs: Sequence[Estimate], yes: bool) -> None:
    """Ask before money is spent; where nobody can answer, want --yes."""
    unknown = any(each.forecast and each.forecast.calls[1] and each.forecast.dollars is None for each in costs)
    most = sum(each.forecast.dollars[1] for each in costs if each.forecast and each.forecast.dollars)
    if yes or (not unknown and most == 0):
        return
    if not sys.stdin.isatty():
        raise InputError("this may cost money: give --yes (and --max-usd) to spend it without being asked")
    if not click.confirm(f"Spend up to {'an unknown sum' if unknown else f'${most:.2f}'}?", err=True):
        raise InputError("nothing was asked")


@contextmanager
def _progress(name: str) -> Generator[Callable[[Progress], None], None, None]:
    from pipeline.cli.terminal import show_progress
    from pipeline.reports import counted

    with show_progress() as show:

        def report(progress: Progress) -> None:
            money = "" if not progress.dollars else f", ${progress.dollars:.4f}"
            doing = f"{name}: {counted(progress.failures, 'failure')}, {counted(progress.calls, 'call')}{money}"
            show(doing if sys.stderr.isatty() else name, progress.done, progress.total)

        yield report
