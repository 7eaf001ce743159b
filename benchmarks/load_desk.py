"""A desk under load: its folder, its scripted service in a process of its own, and what the store says afterwards."""

from __future__ import annotations

import argparse
import json
import resource
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import sqlalchemy as sa
from invented_articles import CLAIMS, edited_place, sentences_of, write_articles, write_evidence

HERE = Path(__file__).parent
COMMAND = Path(sys.executable).parent / "factnotes"


class Round(NamedTuple):
    """What one run of the command took, and what the service counted meanwhile."""

    wall_s: float
    cpu_s: float
    visits: list[dict[str, Any]]
    counts: dict[str, Any]


class Desk:
    """A folder with a home, articles and evidence, and the port its service always has."""

    def __init__(self, folder: Path, given: argparse.Namespace, name: str = "desk") -> None:
        self.given, self.folder = given, folder
        self.home = (folder / name).resolve()
        self.articles = folder / f"{name}-articles"
        self.kind = "postgresql" if given.url else "sqlite"
        self.chroma_url: str | None = None
        self._name = name
        self._kept = folder / "figures.json"
        folder.mkdir(parents=True, exist_ok=True)

    # Figures that are kept

    def has_figures(self, name: str) -> bool:
        """Tell whether a part was measured."""
        return name in self._figures()

    def figures(self, name: str) -> dict[str, Any]:
        """Return the figures of a part."""
        return dict(self._figures()[name])

    def keep(self, name: str, figures: dict[str, Any]) -> None:
        """Keep the figures of a part."""
        self._kept.write_text(json.dumps(self._figures() | {name: figures}, indent=2), encoding="utf-8")

    def _figures(self) -> dict[str, Any]:
        return json.loads(self._kept.read_text(encoding="utf-8")) if self._kept.exists() else {}

    # What there is

    def other(self, name: str) -> Desk:
        """Return another desk in the same folder."""
        return Desk(self.folder, self.given, name)

    def write(self, numbers: range, edited: frozenset[int] = frozenset(), folder: Path | None = None) -> None:
        """Write articles, and the evidence; index it where that was not done."""
        write_articles(folder or self.articles, numbers, edited)
        evidence = self.folder / "evidence" / "passages.jsonl"
        if not evidence.exists():
            write_evidence(evidence)
        if not (self.home / "vectors").exists():
            self.command("index", str(evidence))

    def watch(self, name: str, folder: Path | None = None) -> None:
        """Watch a folder of articles, once."""
        from pipeline.core.clock import utc_now
        from pipeline.store import Store
        from pipeline.watch import Interval, Watch, add_watch, watches

        source, schedule = str((folder or self.articles).resolve()), Interval(seconds=3600)
        new = Watch(id=name, name=name, kind="folder", source=source, schedule=schedule, created_at=utc_now())
        with closing(Store.open(self.store_address)) as store:
            if name not in {watch.name for watch in watches(store)}:
                add_watch(store, new)

    def words(self, *command: object) -> list[str]:
        """Return a command with this desk's settings."""
        given = {
            "HOME": self.home,
            "MODEL": "openai:scripted",
            "BASE_URL": f"http://127.0.0.1:{self.port}/v1",
            "CONCURRENCY": self.given.limit,
            "ARTICLES_AT_ONCE": self.given.at_once,
            "MODEL_RETRIES": 6,
            **({"DATABASE_URL": self.url} if self.url else {}),
            **({"CHROMA_URL": self.chroma_url} if self.chroma_url else {}),
        }
        return ["env", *(f"FACTNOTES_{name}={value}" for name, value in given.items()), *map(str, command)]

    @property
    def url(self) -> str | None:
        """The address of this desk's own schema; None for SQLite."""
        return schema_of(self.given.url, self._name) if self.given.url else None

    @property
    def store_address(self) -> Path | str:
        """What `Store.open` takes."""
        return self.url or self.home / "store.db"

    @property
    def port(self) -> int:
        """The service's port: an answer belongs to an address, so it stays the same."""
        kept = self.folder / "port"
        if not kept.exists():
            with closing(socket.socket()) as sock:
                sock.bind(("127.0.0.1", 0))
                kept.write_text(str(sock.getsockname()[1]), encoding="utf-8")
        return int(kept.read_text(encoding="utf-8"))

    # What is done

    def command(self, *words: str) -> str:
        """Run a command of the desk; return what it prints."""
        return subprocess.run(self.words(COMMAND, *words), stdout=subprocess.PIPE, text=True, check=True).stdout

    def start(self, watch: str) -> subprocess.Popen[str]:
        """Start a run of a watch."""
        words = self.words(COMMAND, "watch", "run", "--once", "--json", watch)
        return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)

    def run(self, watch: str) -> Round:
        """Run a watch against the service, to its end."""
        with self.service() as service:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            began = time.monotonic()
            running = self.start(watch)
            printed, _ = running.communicate()
            wall = time.monotonic() - began
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if running.returncode:
                raise SystemExit(f"the run of {watch} ended with {running.returncode}")
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            return Round(wall, cpu, [json.loads(line) for line in printed.splitlines()], service.counts())

    @contextmanager
    def service(self, *options: str) -> Generator[Service, None, None]:
        """Serve the scripted model."""
        words = [sys.executable, str(HERE / "scripted_load.py"), "--port", str(self.port)]
        process = subprocess.Popen([*words, "--latency", str(self.given.latency), *options])
        try:
            service = Service(self.port)
            service.wait(process)
            yield service
        finally:
            process.terminate()
            process.wait(30)

    # What the store says

    def states(self, articles: int) -> dict[str, Any]:
        """Count how the claims of all articles ended, each in the newest finished run of its article's file.

        Where nothing is watched, the file is known by the run's source.
        """
        from pipeline.store import Store, schema as t

        with closing(Store.open(self.store_address)) as store, store.reading() as connection:
            runs = connection.execute(sa.select(t.watch_items.c.key, t.watch_items.c.run_id)).all()
            ended = sa.select(t.runs.c.source, t.runs.c.id).where(t.runs.c.status == "finished")
            newest = dict(map(tuple, runs or connection.execute(ended.order_by(t.runs.c.started_at)).all()))
            counted = [_claims_of(connection, run_id) for run_id in newest.values()]
            unended = connection.scalar(sa.select(sa.func.count()).where(t.runs.c.status != "finished"))
            halves = connection.scalar(sa.select(sa.func.count()).select_from(t.notes).where(~_is_whole(t)))
            doubles = connection.execute(
                sa.select(t.notes.c.run_id).group_by(t.notes.c.run_id, t.notes.c.claim_id).having(sa.func.count() > 1)
            ).all()
        found: Counter[str] = sum((Counter(each) for each in counted), Counter())
        return {
            **found,
            "claims": found.total(),
            "claims_lost": articles * CLAIMS - found.total(),
            "articles_without_all_claims": sum(sum(each.values()) != CLAIMS for each in counted),
            "notes_twice_in_a_run": len(doubles),
            "notes_without_one_outcome": halves,
            "runs_not_finished": unended,
        }

    @staticmethod
    def key(number: int, sentence: str) -> str:
        """Return under which name the service counts a claim."""
        return f"Notes from the towns, part {number:05}: {sentence}"


class Service:
    """The scripted service, from outside."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}"

    def counts(self) -> dict[str, Any]:
        """Return what it has counted."""
        return dict(httpx.get(f"{self._address}/counts", timeout=60).json())

    def reset(self) -> None:
        """Count anew."""
        httpx.post(f"{self._address}/reset", timeout=60)

    def wait(self, process: subprocess.Popen[bytes]) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            try:
                self.counts()
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        raise SystemExit("the scripted service did not start")


def summed(done: Round, limit: int) -> dict[str, Any]:
    """Return the figures of a run."""
    counts = done.counts
    ideal = counts["busy_s"] / limit
    outcomes: Counter[str] = Counter()
    for visit in done.visits:
        outcomes.update(told["outcome"] for told in visit["told"])
    return {
        "wall_s": round(done.wall_s, 2),
        "cpu_s": round(done.cpu_s, 2),
        "items": dict(outcomes),
        "questions": len(counts["asked"]),
        "calls": sum(counts["asked"].values()),
        "refused": counts["failed"],
        "most_in_flight": counts["most_in_flight"],
        "ideal_s": round(ideal, 2),
        "asking_s": counts["span_s"],
        **({"asking_to_ideal": round(counts["span_s"] / ideal, 3)} if ideal else {}),
        **({"wall_to_ideal": round(done.wall_s / ideal, 3)} if ideal else {}),
    }


def asked_of_edited(edited: frozenset[int], asked: dict[str, int]) -> dict[str, int]:
    """Count which claims of edited articles were asked about: the changed ones, the ones after those, and others."""
    claims = {key for key in asked if not key.startswith("detect ")}
    changed, after = set(), set()
    for number in edited:
        lines, place = sentences_of(number, edited=True), edited_place(number)
        changed.add(Desk.key(number, lines[place]))
        after |= {Desk.key(number, line) for line in lines[place + 1 : place + 2]}
    return {
        "articles_edited": len(edited),
        "edited_claims_asked": len(claims & changed),
        "claims_right_after_an_edited_one_asked": len(claims & after - changed),
        "other_claims_asked": len(claims - changed - after),
    }


def schema_of(url: str, name: str) -> str:
    """Return the address of a database beside the given one, made where it is not there."""
    address = sa.make_url(url)
    target = address.set(database=f"{address.database}_load_{name}".replace("-", "_"))
    engine = sa.create_engine(address.set(drivername="postgresql+pg8000"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        there = sa.text("select 1 from pg_database where datname = :name")
        if connection.scalar(there, {"name": target.database}) is None:
            connection.execute(sa.text(f'create database "{target.database}"'))
    engine.dispose()
    return target.render_as_string(hide_password=False)


def drop_database(address: str) -> None:
    """Drop a database that `schema_of` made, if it is there; the next to ask for its address makes it anew."""
    made = sa.make_url(address)
    engine = sa.create_engine(
        made.set(drivername="postgresql+pg8000", database="postgres"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(sa.text(f'drop database if exists "{made.database}"'))
    engine.dispose()


def _claims_of(connection: sa.Connection, run_id: str) -> Mapping[str, int]:
    from pipeline.store import schema as t

    outcome = sa.func.coalesce(t.verdicts.c.label, t.failures.c.reason)
    query = (
        sa.select(outcome, sa.func.count())
        .select_from(t.notes)
        .outerjoin(t.verdicts, t.verdicts.c.note_id == t.notes.c.id)
        .outerjoin(t.failures, t.failures.c.note_id == t.notes.c.id)
        .where(t.notes.c.run_id == run_id)
        .group_by(outcome)
    )
    return {str(name): int(count) for name, count in connection.execute(query)}


def _is_whole(t: Any) -> sa.ColumnElement[bool]:
    """Tell whether a note has a verdict or a failure, and not both."""
    judged = sa.exists().where(t.verdicts.c.note_id == t.notes.c.id)
    failed = sa.exists().where(t.failures.c.note_id == t.notes.c.id)
    return judged != failed
