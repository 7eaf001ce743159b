"""Evaluate prompts as a Prefect flow, for every night: the same run as `factnotes eval run`, its summary an artifact.

    python -m flows.evaluate_prompts SUITE [PROMPT ...]

What a killed run had got is kept by the evaluation itself, reply by reply, so the flow goes on where it stopped.
Caps come from the settings (FACTNOTES_MAX_USD and the like). Without a Prefect server one is started for the run.
"""

from __future__ import annotations

import sys
from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.tasks import exponential_backoff

from flows.retrying import may_pass
from pipeline.core.errors import FactnotesError
from pipeline.core.settings import Settings, load_settings
from pipeline.evaluation import (
    Bundle,
    Scored,
    Suite,
    Trial,
    gold_of,
    in_plain_words,
    load_suite,
    open_evaluation,
    open_systems,
    run_evaluation,
    score_bundle,
)
from pipeline.store import Store, open_store


@flow(name="evaluate-prompts")
def evaluate_prompts_flow(
    suite: str, prompts: tuple[str, ...] = (), models: tuple[str, ...] = (), repeats: int = 1, cached: bool = False
) -> Path:
    """Evaluate prompts on a suite and return the folder of the evaluation.

    Replies of earlier nights are not taken unless `cached`: a service may have changed under the same name.
    """
    settings = load_settings()
    with open_store(settings) as store:
        trial = Trial(_read(suite, settings, store), prompts, models, repeats, cached=cached)
        bundle = _ask(settings, trial, store)
    _publish(bundle, trial.suite)
    return bundle.folder


def _read(suite: str, settings: Settings, store: Store) -> Suite:
    @task(name="read-suite")
    def read_suite(name: str) -> Suite:
        return load_suite(name, settings, reviews=lambda: gold_of(store).cases)

    return read_suite(suite)


def _ask(settings: Settings, trial: Trial, store: Store) -> Bundle:
    """Run the evaluation as a task that is tried again when what went wrong may pass."""
    backoff = exponential_backoff(backoff_factor=2)

    @task(name="ask", retries=2, retry_delay_seconds=backoff, retry_condition_fn=may_pass, persist_result=False)
    def ask(name: str, digest: str) -> Bundle:
        systems = open_systems(settings, trial)
        bundle = open_evaluation(settings, trial, systems)
        return run_evaluation(settings, trial, systems, bundle, store)

    return ask(trial.suite.name, trial.suite.digest)


def _publish(bundle: Bundle, suite: Suite) -> None:
    """Show the figures among the run's artifacts."""
    scored = score_bundle(bundle)
    key = f"evaluation-{bundle.evaluation.suite.replace('_', '-')}"
    create_markdown_artifact(summarise(bundle, suite, scored), key=key, description=bundle.evaluation.id)
    rows = [
        {"variant": each.name, "figure": figure.name, "value": figure.value, "low": figure.low, "high": figure.high}
        for each in (*scored.scores, *scored.baselines)
        for figure in each.figures
    ]
    create_table_artifact(rows, key=f"{key}-figures", description=bundle.evaluation.id)


def summarise(bundle: Bundle, suite: Suite, scored: Scored) -> str:
    """Return the summary as Markdown: each figure with its interval and failures, then what the comparison says."""
    evaluation = bundle.evaluation
    lines = [
        f"# {evaluation.suite}: {evaluation.cases} cases, {evaluation.repeats} times",
        "",
        f"Evaluation `{evaluation.id}`, {evaluation.code}",
        "",
    ]
    lines += [f"- **{each.name}**: {each.headline}" for each in scored.scores]
    lines += [f"- baseline {each.name}: {each.headline}" for each in scored.baselines]
    lines += ["", *(f"- {comparison.sentence}" for pair in scored.pairings for comparison in pair.figures)]
    lines += [
        f"- Caution: {in_plain_words(line)}"
        for pair in scored.pairings
        for line in (*pair.uninformative, *pair.cautions)
    ]
    lines += [f"- Caution: {problem}" for problem in suite.problems]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    try:
        print(evaluate_prompts_flow(sys.argv[1], tuple(sys.argv[2:])))
    except FactnotesError as error:
        sys.exit(f"Error: {error}")
