"""Flows that a test calls in its own process, where everything is imported, instead of one that begins with that."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from unittest.mock import patch

from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, PREFECT_LOCAL_STORAGE_PATH, temporary_settings
from serving import environment


@contextmanager
def flows_in(home: Path, api: str, **more: str) -> Iterator[None]:
    """Let flows run in a folder, with its desk and what Prefect keeps there, and report to a server.

    What they still have to report is sent in the end: a process whose server is gone would never end.
    """
    own = {PREFECT_API_URL: api, PREFECT_HOME: home / "prefect", PREFECT_LOCAL_STORAGE_PATH: home / "prefect" / "kept"}
    with chdir(home), patch.dict(os.environ, environment(home, **more), clear=True), temporary_settings(own):
        try:
            yield
        finally:
            EventsWorker.drain_all()
            APILogWorker.drain_all()


@contextmanager
def tasks_run() -> Iterator[set[str]]:
    """Yield the names of the tasks that have ended: of servers only one with services could tell them."""
    names: set[str] = set()
    logger = logging.getLogger("prefect.task_runs")
    ended, level = logging.Handler(), logger.level
    ended.emit = lambda record: names.add(vars(record).get("task_name", ""))  # type: ignore[method-assign]
    logger.setLevel(logging.INFO)
    logger.addHandler(ended)
    yield names
    logger.removeHandler(ended)
    logger.setLevel(level)
