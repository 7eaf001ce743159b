"""A check that kills itself at one boundary between its stages, with calls in flight at its model.

One process forks a child for each boundary: what they need is imported once, and each ends by SIGKILL.
"""

from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from unittest.mock import patch

import numpy
import rechecked
from rechecked import SENTENCES, Bench, article, detected, judged
from samples import sample_report

from pipeline.check import Detected, Tools, check_article
from pipeline.check.recheck import EarlierRuns, report_of
from pipeline.core.models import Article, Usage
from pipeline.core.ports import Reply
from pipeline.llm import Model
from pipeline.llm.scripted import Scripted
from pipeline.reports import write_report
from pipeline.store import Store

EDITED = article([SENTENCES[0], "The council met on Monday.", *SENTENCES[1:]])
"""The article under check: all but one sentence stands in the one that people have decided on."""
DETECTION = Usage(calls=1, tokens_in=7, tokens_out=5)
PATIENCE = 120
"""Seconds that one call waits for another to be in flight with it: a loaded machine starts threads late."""
BOUNDARIES: Mapping[str, tuple[str, int]] = {
    "the article is read, no run begun": ("pipeline.store.database.Store.begin_run", 1),
    "a run is half begun": ("pipeline.store.database.insert_missing", 1),
    "claims are asked of the model": ("killed.asked_for_claims", 1),
    "claims are found, their cost not written": ("pipeline.store.database.Store.save_usage", 1),
    "claims are to be embedded": ("killed.Words.embed", 1),
    "earlier runs are looked at": ("pipeline.check.recheck.EarlierRuns.__call__", 1),
    "sources are searched": ("rechecked.found", 3),
    "checkers are done, nothing asked": ("pipeline.check.article.batches_of", 1),
    "calls are in flight": ("killed.answered", 1),
    "an answer is to be kept": ("pipeline.store.database.Store.put", 1),
    "a note is to be written": ("pipeline.store.database.Store.save_note", 2),
    "a note is half written": ("pipeline.store.database.write_note", 2),
    "a note stands, its decision has not come along": ("pipeline.check.article.carry_decision", 1),
    "a decision has half come along": ("pipeline.store.decisions.write_standing", 1),
    "all notes are written": ("pipeline.store.database.Store.finish_run", 1),
    "the run is half finished": ("pipeline.store.database.utc_now", 2),
    "a report is half written": ("pathlib.Path.replace", 2),
}
"""Each boundary as what is killed at its n-th call."""


class Words:
    """Vectors that hang on the letters of a text: no model is loaded to be killed."""

    name = "letters"

    def embed(self, texts: Sequence[str]) -> numpy.ndarray[Any, Any]:
        counted = [[text.lower().count(chr(97 + at)) + 0.01 for at in range(26)] for text in texts]
        found = numpy.array(counted, dtype=numpy.float32).reshape(len(texts), 26)
        return found / numpy.linalg.norm(found, axis=1, keepdims=True)


class Asked(Scripted):
    """A model whose calls are each told in a file, before and after, and of which several are in flight."""

    def __init__(self, told: Path, flying: int) -> None:
        super().__init__(judged)
        self._told, self._together = told, threading.Barrier(flying) if flying > 1 else None

    def complete(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
        _tell(self._told, "asked")
        if self._together:
            self._together.wait(PATIENCE)
        answered()
        return super().complete(prompt, schema)


def answered() -> None:
    """Be called where a service has heard a question and not yet answered."""


def asked_for_claims() -> None:
    """Be called where claims have been asked of a model."""


def _tell(file: Path, line: str) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(line + "\n")


def tools_in(home: Path, store: Store, flying: int = 1) -> Tools:
    """Return tools whose model tells what it is asked in `asked.txt`, `flying` questions at a time."""
    model = Model(Asked(home / "asked.txt", flying), cache=store, retries=0)
    return Bench(embedder=Words(), model=model, concurrency=3, retrieve=lambda *a, **m: rechecked.found(*a, **m)).tools


def find(home: Path) -> Callable[[Article, Tools], Detected]:
    """Return a detection that costs a call."""

    def run(given: Article, tools: Tools) -> Detected:
        _tell(home / "asked.txt", "asked")
        asked_for_claims()
        return detected(given, tools).model_copy(update={"usage": DETECTION})

    return run


def check(home: Path, *, resume: str | None = None, flying: int = 1) -> Any:
    """Check the edited article in a home, or resume a run of it, and write its report."""
    with closing(Store.open(home / "store.db")) as store:
        tools = tools_in(home, store, flying)
        recall = EarlierRuns(store, EDITED, tools.versions)
        how: dict[str, Any] = {"detect": find(home), "recall": recall, "run_id": resume, "resume": bool(resume)}
        known = next((run for run in store.runs() if (run.article_id, run.status) == (EDITED.id, "finished")), None)
        report = report_of(store, known, EDITED) if known else check_article(EDITED, tools, store, **how)
    write_report(report, home / "runs")
    return report


def killed_at(folders: Mapping[str, Path]) -> None:
    """Check in each boundary's folder, and be killed there; tell in a file what did not end so."""
    sample_report()  # what a fork needs is imported by now
    for boundary, folder in folders.items():
        child = os.fork()
        if not child:
            _end_at(boundary, folder)
        _, status = os.waitpid(child, 0)
        _tell(folder / "ended.txt", str(os.waitstatus_to_exitcode(status)))


def _end_at(boundary: str, folder: Path) -> None:
    target, call = BOUNDARIES[boundary]
    calls = count(1)

    module, _, name = target.rpartition(".")
    owner = resolve_name(module)
    real = getattr(owner, name)

    def counted(*given: Any, **more: Any) -> Any:
        return os.kill(os.getpid(), signal.SIGKILL) if next(calls) == call else real(*given, **more)

    flying = 2 if boundary == "calls are in flight" else 1
    try:
        with patch.object(owner, name, counted):
            report = check(folder, flying=flying)
        _tell(folder / "ended.txt", f"it went on to its end: {report.coverage} {report.problems}")
    except BaseException:
        _tell(folder / "ended.txt", traceback.format_exc())
    finally:
        os._exit(1)
