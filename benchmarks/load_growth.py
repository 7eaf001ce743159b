"""How checking a new article and its memory grow with what the store holds.

    python benchmarks/load_growth.py NEW WATCHES...      (started by scheduled_runs.py with a desk's settings)

The store is filled by the functions a check writes with (runs, claims, notes, evidence, verdicts, answers, queue, the
item logs of a watch), many articles in one transaction. Then new articles are checked in a fresh process, through the
model path with a service that answers at once.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from invented_articles import article_text, sentences_of
from load_desk import Desk
from sqlalchemy.engine import Connection

from pipeline.core.models import (
    Article,
    Claim,
    Coverage,
    Evidence,
    Note,
    Passage,
    Span,
    TraceStep,
    Usage,
    Verdict,
    Versions,
)
from pipeline.store import Store, mark_of, schema as t
from pipeline.store.connection import for_writing, parse_url
from pipeline.watch import Interval, Watch, add_watch
from pipeline.watch.items import content_of, fingerprint_of

ROUNDS = 3
FILLED_FROM, NEW_FROM = 100_000, 1_000_000
"""Numbers of articles that no other part makes."""
_AT_ONCE = 200
_VERSIONS = Versions(code="filled")


def growth(desk: Desk, given: argparse.Namespace) -> dict[str, Any]:
    """Check new articles at each size of the store."""
    big = desk.other("growth")
    given = argparse.Namespace(**vars(given) | {"latency": 0, "limit": 4, "at_once": 1})
    big.given = given
    big.write(range(0))
    figures: list[dict[str, Any]] = []
    sizes = [int(size) for size in given.sizes.split(",")]
    new = itertools.count(NEW_FROM, given.new)
    for size in sizes:
        fill(big, size)
        names = []
        for number in range(ROUNDS + 1):
            names.append(f"of-{size}-{number}")
            at = next(new)
            folder = big.folder / "growth-articles" / names[-1]
            big.write(range(at, at + given.new), folder=folder)
            big.watch(names[-1], folder)
        with big.service("--limited", "0", "--broken", "0"):
            words = big.words(sys.executable, __file__, given.new, *names)
            done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
        figures.append({"articles": size} | json.loads(done.stdout))
    base = figures[0]
    for each in figures:
        each["cpu_to_smallest"] = round(each["cpu_ms_per_article"] / base["cpu_ms_per_article"], 3)
        each["memory_to_smallest"] = round(each["memory_mb"] / base["memory_mb"], 3)
    return {"sizes": figures}


class FilledStore(Store):
    """A store in which many calls are one transaction."""

    _open: Connection | None = None

    @contextmanager
    def together(self) -> Generator[Connection, None, None]:
        """Write everything inside at once."""
        with for_writing(self._runs_engine).begin() as connection:
            self._open = connection
            try:
                yield connection
            finally:
                self._open = None

    @contextmanager
    def reading(self) -> Generator[Connection, None, None]:
        """Read what is written so far."""
        with self._own(super().reading()) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection, None, None]:
        """Write in the open transaction."""
        with self._own(super().writing()) as connection:
            yield connection

    @contextmanager
    def writing_lightly(self) -> Generator[Connection, None, None]:
        """Write in the open transaction."""
        with self._own(super().writing_lightly()) as connection:
            yield connection

    @contextmanager
    def _own(self, otherwise: Any) -> Generator[Connection, None, None]:
        if self._open is not None:
            yield self._open
        else:
            with otherwise as connection:
                yield connection


def fill(desk: Desk, articles: int) -> None:
    """Bring a store to a number of articles; what is there counts."""
    Store.open(desk.store_address).close()
    with closing(FilledStore(parse_url(desk.store_address))) as store:
        with store.reading() as connection:
            there = connection.scalar(sa.select(sa.func.count()).select_from(t.articles)) or 0
            visit_id = connection.scalar(sa.select(t.watch_visits.c.id).where(t.watch_visits.c.watch_id == "archive"))
        passages = store.passages()
        if visit_id is None:
            visit_id = _begin_archive(store)
        for at in range(there, articles, _AT_ONCE):
            with store.together() as connection:
                for number in range(at, min(at + _AT_ONCE, articles)):
                    _write(store, connection, FILLED_FROM + number, passages, visit_id)
        with store.writing() as connection:
            connection.execute(sa.text("analyze"))


def _begin_archive(store: Store) -> int:
    began = datetime(2031, 1, 1, tzinfo=UTC)
    schedule = Interval(seconds=86_400)
    watch = Watch(
        id="archive", name="archive", kind="urls", source="https://x.example/", schedule=schedule, created_at=began
    )
    add_watch(store, watch)
    row = {"watch_id": watch.id, "slot": began, "by_hand": True, "status": "finished", "owner": "", "day": began.date()}
    row |= {"began_at": began, "beat_at": began, "ended_at": began, "seconds": 1.0, "missed": 0, "reason": ""}
    with store.writing() as connection:
        made: int = connection.execute(sa.insert(t.watch_visits).returning(t.watch_visits.c.id), row).scalar_one()
    return made


def _write(store: Store, connection: Connection, number: int, passages: Sequence[Passage], visit_id: int) -> None:
    """Write what a watch and a check write of one article."""
    chance = random.Random(number)
    title, day = f"Notes from the towns, part {number}", date(2031, 3, 1)
    text = article_text(number).partition("\n---\n")[2].strip()
    article = Article(text=text, title=title, published_at=day, url=f"https://towns.example/{number}")
    run_id = f"filled-{number}"
    store.begin_run(run_id, article, day, _VERSIONS, mark_of(article, day, _VERSIONS, article.url))
    notes = [_note(chance, article, line, passages) for line in sentences_of(number)]
    spent = Usage(calls=1, tokens_in=900, tokens_out=40, seconds=0.3)
    store.save_usage(run_id, "detect_claims", spent)
    for position, note in enumerate(notes):
        store.put(hashlib.sha256(f"{number} {position}".encode()).hexdigest(), json.dumps(note.claim.text), spent)
        store.save_note(run_id, position, note, spent)
    store.finish_run(run_id, Coverage.of(notes), 1.0)
    now = datetime.now(UTC)
    fingerprint = fingerprint_of(article, _VERSIONS)
    key = {"watch_id": "archive", "key": str(article.url), "fingerprint": fingerprint, "run_id": run_id}
    item = key | {"state": "checked", "reason": "", "content": content_of(article), "article_id": article.id}
    connection.execute(sa.insert(t.watch_items), item | {"tries": 1, "checked_at": now, "seen_at": now})
    connection.execute(sa.insert(t.watch_runs), key | {"visit_id": visit_id, "day": day, "began_at": now})


def _note(chance: random.Random, article: Article, line: str, passages: Sequence[Passage]) -> Note:
    claim = Claim(article_id=article.id, spans=(Span.locate(line, article.text),), text=line, check_worthiness=0.7)
    found = chance.sample(passages, 8)
    evidence = tuple(
        Evidence(passage=passage, rank=rank, score=1 / rank, retriever="vector")
        for rank, passage in enumerate(found, 1)
    )
    verdict = Verdict(
        label="not_enough_evidence",
        confidence=0.8,
        justification="The passages leave it open.",
        citations=(),
        method="predict_verdict@1+filled openai:scripted",
        by="model",
    )
    return Note(claim=claim, evidence=evidence, verdict=verdict, trace=(TraceStep(stage="filled"),))


def time_watches(new: int, names: Sequence[str]) -> dict[str, Any]:
    """Check each watch's new articles in this process, the first ones only to have everything loaded."""
    from pipeline.core.settings import load_settings
    from pipeline.watch.run import run_watches

    settings = load_settings()
    rounds = []
    for name in names:
        cpu, began = time.process_time(), time.monotonic()
        done = run_watches(settings, [name])
        taken = time.process_time() - cpu, time.monotonic() - began
        if done.errors or done.visits[0].counts() != {"checked": new}:
            raise SystemExit(f"{name}: {done.errors or done.visits[0].counts()}")
        rounds.append(taken)
    cpus, walls = ([each[which] / new * 1e3 for each in rounds[1:]] for which in (0, 1))
    return {
        "cpu_ms_per_article": round(statistics.median(cpus), 1),
        "cpu_ms_of_rounds": [round(each, 1) for each in cpus],
        "wall_ms_per_article": round(statistics.median(walls), 1),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


if __name__ == "__main__":
    print(json.dumps(time_watches(int(sys.argv[1]), sys.argv[2:])))
