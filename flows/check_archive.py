"""Check an archive as a Prefect flow: many articles at once, in threads of this process or on a Dask cluster.

    python -m flows.check_archive FOLDER          # or a file .txt with a URL a line

The setting `task_runner` says which. Files whose last check still holds count at once; what is left goes to the task
runner, and a Dask cluster starts only where something is. Each worker process opens the store, the index and the model
by itself. The store knows what was checked, so the flow may be killed and started again, or run twice at once: nothing
is checked twice, and an article whose process died is resumed by the next one. The caps are those of the process
that starts the flow: they hold for one run of it, in however many processes.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, as_completed
from prefect.runtime import flow_run
from prefect.settings import PREFECT_API_URL
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.retrying import may_pass
from pipeline.articles import is_web_address
from pipeline.check import Bench, open_bench
from pipeline.core.errors import (
    FactnotesError,
    ModelUnusable,
    PromptError,
    RunGoesOn,
    SettingsError,
    StoreBusy,
    StoreError,
)
from pipeline.core.printing import shown
from pipeline.core.settings import Settings, load_settings
from pipeline.watch import (
    Archived,
    Item,
    archived_before,
    bench_of_process,
    check_archived,
    list_archive,
    open_caps,
    require_shareable,
    under_caps,
)

_ENDS_ALL = (SettingsError, PromptError, StoreError, ModelUnusable)
"""Errors that every other article would meet as well."""
_MOST_ROWS = 1000
_IMPORTED_ONCE = [
    "distributed",
    "prefect_dask",
    "flows.check_archive",
    "pipeline.check.article",
    "pipeline.check.tools",
]
"""What the processes of a Dask cluster on this machine need, all of them."""

Submit = Callable[[str], PrefectFuture[Archived]]


KEEP: dict[str, Any] = {
    # A worker elsewhere that died is believed dead after a minute; until then its article is another's.
    "retries": 10,
    "retry_delay_seconds": 10,
    "retry_condition_fn": may_pass,
    "cache_policy": NO_CACHE,
}


@task(name="check-archived", **KEEP)
def check_in_worker(place: str, publisher: str | None, given: dict[str, Any], capped: str | None) -> Archived:
    """Check an article with what this worker process has open; its own environment holds addresses and keys.

    `capped` is the run whose caps all its processes keep together.
    """
    return check_archived(place, under_caps(bench_of_process(load_settings(**given)), capped), publisher)


@flow(name="check-archive")
def check_archive_flow(
    source: str, publisher: str | None = None, model: str | None = None, base_url: str | None = None
) -> tuple[Archived, ...]:
    """Check the articles of a folder or a list; return what came of each, in the order of the source.

    Raises InputError for a source that cannot be read, and what every other article would meet as well.
    """
    given = {"model": model, "base_url": base_url}
    settings = load_settings(**given)
    listing = list_archive(source, settings)
    done = {
        item.location: Archived(place=item.location, outcome="problem", reason=item.problem)
        for item in listing.items
        if item.problem
    }
    with open_bench(settings, ahead=False) as bench:
        files = [item.location for item in listing.items if not item.problem and not is_web_address(item.location)]
        done |= _known(bench, files, publisher)
        left = [item for item in listing.items if item.location not in done]
        if left:
            submit = _submitter(bench, publisher, given)
            done |= _collect({submit(item.location): item for item in left})
    results = tuple(done[item.location] for item in listing.items)
    _publish(results, source)
    return results


def _known(bench: Bench, files: Sequence[str], publisher: str | None) -> dict[str, Archived]:
    """Return what is known of files already; a web address is read only where it is checked."""
    with ThreadPoolExecutor(bench.settings.articles_at_once) as threads:
        found = threads.map(lambda place: archived_before(place, bench, publisher), files)
        return {each.place: each for each in found if each}


def _submitter(bench: Bench, publisher: str | None, given: dict[str, Any]) -> Submit:
    """Return what hands an article to the task runner: to threads that share the bench, or to processes."""
    if bench.settings.task_runner == "dask":
        capped = open_caps(bench, str(flow_run.get_id()))
        return lambda place: check_in_worker.submit(place, publisher, given, capped)

    @task(name="check-archived", **KEEP)
    def check_here(place: str) -> Archived:
        return check_archived(place, bench, publisher)

    return lambda place: check_here.submit(place)


def _collect(futures: dict[PrefectFuture[Archived], Item]) -> dict[str, Archived]:
    """Wait for every article; what went wrong with one is reported for that one. Raises what ends all."""
    done: dict[str, Archived] = {}
    for future in as_completed(list(futures)):
        place = futures[future].location
        try:
            done[place] = future.result()
        except StoreBusy as error:
            done[place] = Archived(place=place, outcome="unfinished", reason=str(error))
        except _ENDS_ALL:
            raise
        except RunGoesOn as error:
            done[place] = Archived(place=place, outcome="unfinished", reason=str(error))
        except FactnotesError as error:
            done[place] = Archived(place=place, outcome="problem", reason=str(error))
        except Exception as error:  # a bug met in one article must not cost the others theirs
            done[place] = Archived(place=place, outcome="problem", reason=f"{type(error).__name__}: {error}")
    return done


def _publish(results: Sequence[Archived], source: str) -> None:
    """Show what was done among the run's artifacts: where each article is, never what stands in it."""
    rows = [each.model_dump() for each in results if each.outcome != "unchanged"][:_MOST_ROWS]
    if rows:
        create_table_artifact(rows, key="archive", description=f"{source}: {summarise(results)}")


def summarise(results: Sequence[Archived]) -> str:
    """Return in a line how many articles came out how, and what was asked."""
    outcomes = Counter(each.outcome for each in results)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()) or "no article"
    return f"{counts}; {sum(each.claims for each in results)} claims, {sum(each.calls for each in results)} calls"


def open_runner(settings: Settings) -> TaskRunner[Any]:
    """Return the task runner the settings name; raises SettingsError where it cannot be used."""
    if settings.task_runner == "thread":
        return ThreadPoolTaskRunner(max_workers=settings.articles_at_once)
    try:
        import dask
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise SettingsError("Dask is not installed: `pip install factnotes[dask]`") from error
    require_shareable(settings)
    if not PREFECT_API_URL.value():
        raise SettingsError("Dask's processes report to one Prefect server: start it, and set PREFECT_API_URL")
    # Dask's profiler asks for the frames of all threads, in which Python 3.11 locks up now and then (cpython#106883).
    dask.config.set({"distributed.worker.profile.enabled": False})
    if settings.dask_address:
        return DaskTaskRunner(address=settings.dask_address)
    _fork_workers()
    cluster = {
        "n_workers": settings.dask_workers,
        "threads_per_worker": settings.articles_at_once,
        "processes": True,
        "host": "127.0.0.1",
        "dashboard_address": "127.0.0.1:0",
        "memory_limit": 0,
    }
    return DaskTaskRunner(cluster_kwargs=cluster)


def _fork_workers() -> None:
    """Fork worker processes from one that has imported what they need; alone, each takes many seconds for that."""
    import dask
    from distributed.utils import get_mp_context

    dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"})
    get_mp_context().set_forkserver_preload(_IMPORTED_ONCE)  # type: ignore[no-untyped-call]


def check_archive(
    source: str, publisher: str | None = None, model: str | None = None, base_url: str | None = None
) -> tuple[Archived, ...]:
    """Run the flow on the task runner the settings name; see `check_archive_flow`."""
    runner = open_runner(load_settings(model=model, base_url=base_url))
    started: tuple[Archived, ...] = check_archive_flow.with_options(task_runner=runner)(
        source, publisher, model, base_url
    )
    return started


def main(arguments: Sequence[str]) -> None:
    """Check the archive named by the arguments and print what came of it; exit with 1 after a problem."""
    if len(arguments) != 1:
        sys.exit("Usage: python -m flows.check_archive FOLDER")
    try:
        results = check_archive(arguments[0])
    except FactnotesError as error:
        sys.exit(f"Error: {error}")
    for each in results:
        if each.outcome in ("problem", "unfinished"):
            print(shown(f"{each.outcome}: {each.place}: {each.reason}"))
    print(summarise(results))
    sys.exit(1 if any(each.outcome == "problem" for each in results) else 0)


if __name__ == "__main__":
    from flows.check_archive import main as named  # worker processes find its tasks under this name

    named(sys.argv[1:])
