"""The commands of evaluation: which prompt with which model is better, and at what cost. Heavy modules load late."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Generator

    from pipeline.evaluate.replay import Scored
    from pipeline.evaluate.running import Estimate, Progress
    from pipeline.evaluate.stored import Bundle
    from pipeline.settings import Settings
    from pipeline.store import Store
    from pipeline.trials import Trial


@click.group("eval")
def evaluation() -> None:
    """Evaluate prompts and models: same cases, same evidence, side by side, and could it be chance."""


_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else there.")

_RUN_OPTIONS = (
    click.argument("suite"),
    click.option("--prompt", "prompts", multiple=True, help="name@2, or name for the live version; several times."),
    click.option("--model", "models", multiple=True, help="provider:name, or none for no model; several times."),
    click.option("--repeat", type=click.IntRange(1, 100), default=1, show_default=True, help="Ask each case so often."),
    click.option("--base-url", help="Address of an OpenAI-compatible service, ending in /v1."),
    click.option("--max-usd", type=click.FloatRange(0), help="Hard cap in dollars, for all sessions."),
    click.option("--max-calls", type=click.IntRange(0), help="Hard cap in model calls, for all sessions."),
    click.option(
        "--max-seconds", type=click.FloatRange(0, min_open=True), help="Hard cap in seconds, for all sessions."
    ),
    click.option(
        "--new", "anew", is_flag=True, help="Begin anew though an unfinished evaluation could be gone on with."
    ),
    click.option("--no-cache", "uncached", is_flag=True, help="Ask anew what an earlier evaluation has a reply to."),
)
_SETTINGS = ("base_url", "max_usd", "max_calls", "max_seconds")


def _run_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_RUN_OPTIONS):
        command = option(command)
    return command


def _trial(store: Store, settings: Settings, given: dict[str, Any]) -> Trial:
    from pipeline.evaluate.suites import load_suite
    from pipeline.outgoing import gold_of
    from pipeline.trials import Trial

    return Trial(
        suite=load_suite(given["suite"], settings, reviews=lambda: gold_of(store).cases),
        prompts=given["prompts"],
        models=given["models"],
        repeats=given["repeat"],
        anew=given["anew"],
        cached=not given["uncached"],
    )


def _settings(given: dict[str, Any]) -> Settings:
    from pipeline.settings import load_settings

    return load_settings(**{name: given.get(name) for name in _SETTINGS})


@evaluation.command("run")
@_run_options
@click.option("--yes", is_flag=True, help="Do not ask before money is spent.")
@_AS_JSON
def run_suite(yes: bool, as_json: bool, **given: Any) -> None:
    """Ask every case of SUITE of every prompt with every model, and keep all of it.

    SUITE is a name, a YAML file that names data, or a JSONL file of cases. What was interrupted goes on where it
    stopped: no reply that had arrived is asked for again.
    """
    from pipeline.terminal_scores import estimate_lines
    from pipeline.trials import estimate_evaluation, open_contestants, open_evaluation, run_evaluation
    from pipeline.workbench import open_store

    settings = _settings(given)
    with open_store(settings) as store:
        trial = _trial(store, settings, given)
        contestants = open_contestants(settings, trial)
        bundle = open_evaluation(settings, trial, contestants)
        costs = estimate_evaluation(settings, trial, contestants, bundle, store)
        earlier = [f"Spent on it before: {bundle.spent()}; caps count that"] if bundle.manifest.sessions else []
        for each in (*trial.suite.problems, *earlier, *estimate_lines(costs)):
            click.echo(each, err=True)
        _confirm(costs, yes)
        with _progress(bundle.evaluation.id) as progress:
            run_evaluation(settings, trial, contestants, bundle, store, progress)
    _show(bundle, as_json)


@evaluation.command("estimate")
@_run_options
@_AS_JSON
def estimate(as_json: bool, **given: Any) -> None:
    """Say what `eval run` with the same options would ask and cost, and send nothing."""
    from pipeline.terminal_scores import estimate_lines, estimate_row
    from pipeline.trials import estimate_evaluation, open_contestants
    from pipeline.workbench import open_store

    settings = _settings(given)
    with open_store(settings) as store:
        trial = _trial(store, settings, given)
        contestants = open_contestants(settings, trial)
        costs = estimate_evaluation(settings, trial, contestants, None, store)
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
    from pipeline.terminal import show_progress

    with show_progress() as tell:

        def told(progress: Progress) -> None:
            money = "" if not progress.dollars else f", ${progress.dollars:.4f}"
            doing = f"{name}: {progress.failures} failures, {progress.calls} calls{money}"
            tell(doing if sys.stderr.isatty() else name, progress.done, progress.total)

        yield told


def _show(bundle: Bundle, as_json: bool) -> None:
    from pipeline.evaluate.replay import score_bundle
    from pipeline.terminal_scores import print_scores

    scored = score_bundle(bundle)
    if as_json:
        click.echo(json.dumps(_as_json(bundle, scored), indent=1, ensure_ascii=False))
        return
    told, counts = bundle.evaluation, bundle.manifest.counts
    click.echo(f"{told.id}  {told.suite} ({told.stage}), {told.cases} cases, bundle {bundle.digest}")
    print_scores(scored.scores, scored.baselines, scored.pairings)
    if counts.get("may_be_asked_again"):
        click.echo(f"{counts['may_be_asked_again']} failures may pass: the same command asks those again")
    click.echo(f"Kept in {bundle.folder}")


def _as_json(bundle: Bundle, scored: Scored) -> dict[str, Any]:
    told = {"evaluation": bundle.evaluation.model_dump(mode="json"), "counts": bundle.manifest.counts}
    where = {"bundle": bundle.digest, "folder": str(bundle.folder)}
    return told | where | scored.model_dump(mode="json")


@evaluation.command("list")
@_AS_JSON
def list_evaluations(as_json: bool) -> None:
    """List the stored evaluations, oldest first."""
    from pipeline.evaluate.stored import bundles

    for bundle in bundles(_settings({}).home):
        told, counts = bundle.evaluation, bundle.manifest.counts
        if as_json:
            click.echo(json.dumps(told.model_dump(mode="json") | {"counts": counts, "folder": str(bundle.folder)}))
            continue
        answers = (
            f"{counts.get('answers', 0)}/{counts.get('questions', 0)} answers, {counts.get('failures', 0)} failures"
        )
        names = ", ".join(variant.name for variant in told.variants)
        click.echo(f"{told.id}  {told.suite} ({told.stage}, {told.cases} cases): {names}; {answers}")


@evaluation.command("show")
@click.argument("name")
@_AS_JSON
def show(name: str, as_json: bool) -> None:
    """Show the figures of an evaluation: NAME is an id, the beginning of one, or a folder."""
    _show(_find(name), as_json)


def _find(name: str) -> Bundle:
    from pipeline.evaluate.stored import find_bundle

    return find_bundle(name, _settings({}).home)


@evaluation.command("compare")
@click.argument("one")
@click.argument("other")
@_AS_JSON
def compare(one: str, other: str, as_json: bool) -> None:
    """Compare two evaluations case by case; refused where cases, evidence, scorer or judge differ."""
    from pipeline.evaluate.comparing import compare_bundles
    from pipeline.terminal_scores import print_scores

    compared = compare_bundles(_find(one), _find(other))
    if as_json:
        click.echo(compared.model_dump_json(indent=1, exclude={"suite", "answers"}))
        return
    print_scores(compared.scores, (), compared.pairings)
    for line in compared.cautions:
        click.echo(f"Note well: {line}")


@evaluation.command("report")
@click.argument("names", nargs=-1, required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: report.html in its folder.")
def report(names: tuple[str, ...], out: Path | None) -> None:
    """Write one self-contained HTML page of one evaluation, or of two that may be compared."""
    from pipeline.evaluate.comparing import compare_bundles
    from pipeline.evaluate.replay import score_bundle
    from pipeline.evaluate.report import render_report

    if len(names) > 2:
        raise InputError("a report shows one evaluation, or two side by side")
    found = [_find(name) for name in names]
    baselines = score_bundle(found[0]).baselines
    if len(found) == 2:
        both = compare_bundles(found[0], found[1])
        page = render_report(
            both.evaluations,
            both.suite,
            both.answers,
            both.scores,
            both.pairings,
            baselines=baselines,
            cautions=both.cautions,
        )
    else:
        scored, bundle = score_bundle(found[0]), found[0]
        page = render_report(
            [bundle.evaluation], bundle.suite(), bundle.answers(), scored.scores, scored.pairings, baselines=baselines
        )
    target = out or found[0].folder / "report.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page, encoding="utf-8")
    click.echo(str(target))


@evaluation.command("replay")
@click.argument("bundle")
@click.option("--rescore", "again", is_flag=True, help="Write the figures of this version's scorer into the bundle.")
@_AS_JSON
def replay_bundle(bundle: str, again: bool, as_json: bool) -> None:
    """Score a BUNDLE again without a network: every reply proven again, the same figures byte for byte, or why not.

    BUNDLE is an id, the beginning of one, a folder, or a file that `eval export` wrote.
    """
    from pipeline.evaluate.packing import is_packed, unpacked
    from pipeline.evaluate.replay import replay, rescore
    from pipeline.terminal_scores import print_scores

    if is_packed(Path(bundle)):
        if again:
            raise InputError("figures are not written into an archive: `factnotes eval import` it, then --rescore")
        with unpacked(Path(bundle)) as opened:
            found = replay(opened)
    else:
        found = rescore(_find(bundle)) if again else replay(_find(bundle))
    if as_json:
        click.echo(found.model_dump_json(indent=1))
        return
    print_scores(found.scored.scores, found.scored.baselines, found.scored.pairings)
    taken = f", {found.taken} taken as stored (no reply decides them)" if found.taken else ""
    click.echo(
        f"Bundle {found.digest}: {found.proven} answers proven again{taken}; scores.json is the same to the byte"
    )


@evaluation.command("export")
@click.argument("name")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: ID.zip in this folder.")
def export(name: str, out: Path | None) -> None:
    """Write a finished evaluation as one zip file that another machine can replay.

    It holds the cases with their evidence, the prompts and every reply: look at what it tells before you pass it on.
    """
    from pipeline.evaluate.packing import pack

    bundle = _find(name)
    click.echo(str(pack(bundle, out or Path(f"{bundle.evaluation.id}.zip"))))


@evaluation.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Put an evaluation that `eval export` wrote among those of this desk, to compare with and to report on."""
    from pipeline.evaluate.packing import import_bundle

    bundle = import_bundle(file, _settings({}).home)
    click.echo(f"{bundle.evaluation.id}: `factnotes eval replay {bundle.evaluation.id}` proves it again")


@evaluation.command("gate")
@click.option("--bundle", "given", multiple=True, type=click.Path(path_type=Path), help="A folder to look in as well.")
@click.option("--set-floor", "floor_of", metavar="PROMPT", help="Agree on what this prompt's live version reaches.")
@click.option("--lower-floor", "why", metavar="WHY", help="Lower broken floors, and say why in prompts/LOG.md.")
@_AS_JSON
def gate(given: tuple[Path, ...], floor_of: str | None, why: str | None, as_json: bool) -> None:
    """For CI: end with 4 when a live prompt's text changed, or its score fell by more than the noise."""
    from datetime import UTC, datetime

    from pipeline.evaluate.gate import gate_command

    today = datetime.now(UTC).date()
    found = gate_command(_settings({}), given=given, floor_of=floor_of, why=why, day=today)
    if as_json:
        click.echo(found.model_dump_json(indent=1))
    else:
        for line in (*found.checks, *found.notes):
            click.echo(str(line))
    if not found.passed:
        sys.exit(4)
