"""Check an article, or take what is known of it: one way for the command line, watches, archives and flows.

Whether an article is unchanged is asked first, of the store alone; what a check needs is opened only where one is due.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.check.recheck import EarlierRuns, report_of, unchanged_run
from pipeline.check.setup import Bench
from pipeline.core.models import Article, Report

Check = Callable[..., Report]
"""`check_article`, or what wraps it."""


class Checked(NamedTuple):
    """The report on an article, and whether it is that of an earlier run."""

    report: Report
    reused: bool


def place_of(source: str) -> str | None:
    """Return where an article was read, as another run will name it; None for standard input."""
    if source == "-":
        return None
    return source if "://" in source else str(Path(source).absolute())


def check_or_reuse(
    article: Article,
    bench: Bench,
    place: str | None = None,
    as_of: date | None = None,
    *,
    again: bool = False,
    check: Check | None = None,
    **how: Any,
) -> Checked:
    """Return the report of the last run where another one could find nothing else, else check the article.

    With `again` every claim is checked though nothing has changed. Raises what `check_anew` raises.
    """
    run = None if again else unchanged_run(bench.store, article, bench.versions, as_of)
    if run is not None:
        return Checked(report_of(bench.store, run, article), reused=True)
    return Checked(check_anew(article, bench, place, again=again, check=check, as_of=as_of, **how), reused=False)


def check_anew(
    article: Article,
    bench: Bench,
    place: str | None = None,
    *,
    again: bool = False,
    previous: str | None = None,
    known_source: str | None = None,
    check: Check | None = None,
    **how: Any,
) -> Report:
    """Check an article; of the model is asked only what earlier runs do not know, with `again` everything.

    Earlier runs are those on the same text, or on another one from the same `place`, headline or address; `previous`
    names one to look at first, `known_source` is the hash of a place that a run has kept. `check` is called as
    `check_article` is, with what else is given (`how`). Raises what it raises, and SettingsError and PromptError where
    the tools of a check cannot be opened.
    """
    recall = EarlierRuns(
        bench.store,
        article,
        bench.versions,
        source=place,
        previous=previous,
        again=again,
        known_source=known_source,
    )
    return (check or _check_article())(article, bench.tools, bench.store, recall=recall, **how)


def _check_article() -> Check:
    from pipeline.check.article import check_article  # slow: brings every checker

    return check_article
