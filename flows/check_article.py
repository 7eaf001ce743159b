"""Check an article as a Prefect flow: the same `check_article` as the command line, its stages as tasks.

    python -m flows.check_article SOURCE

A task's result is kept by content and versions, so a run that is killed and started again does not
repeat the claims that were finished. An article that is unchanged since its last run is not checked again; of an
edited one only what changed is asked of the model. Without a Prefect server one is started for the run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, TypeVar

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import INPUTS, NO_CACHE
from prefect.futures import as_completed
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.tasks import exponential_backoff
from prefect.transactions import get_transaction

from flows.retrying import may_pass
from pipeline.articles import load_article
from pipeline.check import check_or_reuse, open_bench, place_of
from pipeline.cli import print_report, show_progress
from pipeline.core.errors import FactnotesError
from pipeline.core.models import Article, Report, Usage, content_id
from pipeline.core.settings import load_settings
from pipeline.evidence import read_run_files
from pipeline.reports import render_markdown, write_report

if TYPE_CHECKING:
    from pipeline.check import Batch, CheckedBatch, Detected, RunClaims, Tools

Outcome = TypeVar("Outcome", "Detected", "CheckedBatch")

MOST_WORKERS = 32
"""Upper bound of claims at once; the setting `concurrency` says how many of them."""

KEEP: dict[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": exponential_backoff(backoff_factor=1),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": may_pass,
    "cache_policy": INPUTS,
    "persist_result": True,
    "result_serializer": "json",
}
"""Retry what may succeed later; keep results by inputs, which are content keys and versions, never clients."""


_TASKS: Mapping[str, str] = {"check": "check-claim", "judge": "judge-claims"}


def _keep_only_settled(outcome: Outcome) -> Outcome:
    """Return a task's outcome; one that may pass, such as a model that was down, is not written to the results."""
    transaction = get_transaction()
    if transaction and not outcome.is_settled:
        transaction.write_on_commit = False
    return outcome


def _detect_in_task(again: bool) -> Callable[[Article, Tools], Detected]:
    def run(article: Article, tools: Tools) -> Detected:
        from pipeline.check import detect  # slow to import, and an unchanged article needs none of it

        @task(name="detect-claims", refresh_cache=again, **KEEP)
        def detect_claims(article_key: str, versions: str) -> Detected:
            return _keep_only_settled(detect(article, tools))

        return detect_claims(content_id(article.model_dump_json()), tools.versions.model_dump_json())

    return run


def _check_in_tasks(versions: str, again: bool) -> RunClaims:
    def run(
        check: Callable[[Batch], CheckedBatch], batches: Sequence[Batch], concurrency: int
    ) -> Iterator[tuple[Batch, CheckedBatch]]:
        by_key = {batch.key: batch for batch in batches}
        room = BoundedSemaphore(concurrency)

        def check_batch(key: str, versions: str) -> CheckedBatch:
            with room:
                return _keep_only_settled(check(by_key[key]))

        tasks = {stage: task(name=name, refresh_cache=again, **KEEP)(check_batch) for stage, name in _TASKS.items()}
        futures = {tasks[batch.stage].submit(key, versions): batch for key, batch in by_key.items()}
        for future in as_completed(list(futures)):
            done = future.result()
            yield futures[future], _of_another_run(done) if future.state.name == "Cached" else done

    return run


def _of_another_run(done: CheckedBatch) -> CheckedBatch:
    """Return what Prefect has kept as it counts in this run: for nothing."""
    claims = [
        claim.model_copy(update={"usage": Usage(cached=claim.usage.calls + claim.usage.cached)})
        for claim in done.claims
    ]
    return done.model_copy(update={"claims": tuple(claims)})


@flow(name="check-article", task_runner=ThreadPoolTaskRunner(max_workers=MOST_WORKERS))  # type: ignore[arg-type]
def check_article_flow(
    source: str,
    out: Path = Path("runs"),
    published_at: date | None = None,
    as_of: date | None = None,
    title: str | None = None,
    publisher: str | None = None,
    url: str | None = None,
    model: str | None = None,
    max_usd: float | None = None,
    max_calls: int | None = None,
    max_seconds: float | None = None,
    records: Sequence[Path] = (),
    evidence: Sequence[Path] = (),
    only_given: bool = False,
    again: bool = False,
) -> Path:
    """Check the article at `source`, write its reports under `out`, and return the folder they are in.

    Files of office records and evidence count for this run only, beside the store's or instead of it. With `again`
    every claim is checked though nothing has changed.
    """
    settings = load_settings(model=model, max_usd=max_usd, max_calls=max_calls, max_seconds=max_seconds)
    begun = time.monotonic()
    given = {"published_at": published_at, "title": title, "publisher": publisher, "url": url}

    @task(name="load-article", retries=2, retry_condition_fn=may_pass, cache_policy=NO_CACHE)
    def load(source: str) -> Article:
        return load_article(source, settings, **given)  # type: ignore[arg-type]

    article = load(source)
    files = read_run_files(records, evidence, only_given)
    with open_bench(settings, files, since=begun) as bench, show_progress() as progress:
        report, _ = check_or_reuse(
            article,
            bench,
            place_of(source),
            as_of,
            again=again,
            detect=_detect_in_task(again),
            run_claims=_check_in_tasks(bench.versions.model_dump_json(), again),
            progress=progress,
        )
    folder = write_report(report, out, settings.desk_address)
    _publish(report)
    print_report(report, folder)
    return Path(folder)


def _publish(report: Report) -> None:
    """Show the report and its coverage among the run's artifacts."""
    create_markdown_artifact(
        render_markdown(report), key=f"report-{report.article.id}", description=str(report.coverage)
    )
    rows = [{"outcome": name, "claims": count} for name, count in report.coverage.counts().items()]
    create_table_artifact(rows, key=f"coverage-{report.article.id}", description=str(report.coverage))


if __name__ == "__main__":
    try:
        check_article_flow(sys.argv[1])
    except FactnotesError as error:
        sys.exit(f"Error: {error}")
