"""Let a desk run for a day in minutes: watches, reviewers, faults of the model's service, workers that are killed.

    python benchmarks/soak.py [--minutes 20] [--work FOLDER] [--workers 2] [--kill-every 12] [--json] [--data FOLDER]

The clock of the watches runs so fast that `--minutes` are 24 hours. Two watches of fifteen and of forty minutes look at
folders that a writer fills, edits and empties, a third one of half an hour at a feed on loopback, which grows, changes
and answers badly for a share of the questions; workers take them in turn and are killed (-9) again and again; the model
that they ask is down, slow, busy or answers with broken replies for a share of the questions; reviewers decide over the
desk's API. Everybody keeps a log of what they did. Afterwards `soak_check.py` reads the logs and the store, and nothing
else, and accounts for every article, entry, claim, decision and dollar; its figures are printed. --data is not looked
at.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from guarded import CHEAP  # type: ignore[import-not-found]
from soak_check import account
from soak_feed import FeedSite
from watched import BEGAN, REFUTED, UNDECIDED, Desk  # type: ignore[import-not-found]

from pipeline.core.errors import FactnotesError, ModelTimeout, ModelUnavailable, RateLimited
from pipeline.review.accounts import add_person, make_token
from pipeline.watch import Interval
from pipeline.watch.run import run_watches
from pipeline.web import create_app

DAY_S = 86_400
FAULTS = (("down", 0.05), ("busy", 0.05), ("slow", 0.03), ("timeout", 0.02), ("broken", 0.04))
"""What becomes of a share of the questions."""


class Log:
    """What somebody did, one line of JSON each, written before anything else happens."""

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def __call__(self, **line: object) -> None:
        """Write a line."""
        os.write(self._file, (json.dumps({"at": time.time(), "pid": os.getpid(), **line}) + "\n").encode())


class _Setting:
    setattr = staticmethod(setattr)


class SoakDesk(Desk):  # type: ignore[misc]
    """The desk of the watches' tests, whose model fails now and then and tells what it was asked."""

    log: Log
    calm = False

    def _answer(self, prompt: str) -> str | Exception:
        number = int.from_bytes(os.urandom(8), "big")
        self.log(did="asked", call=number)
        chance, kind = random.random(), "answered"
        for name, share in () if self.calm else FAULTS:
            if 0 <= chance < share:
                kind = name
            chance -= share
        if kind == "slow":
            time.sleep(1.5)
        self.log(did=kind, call=number)
        if kind in _ERRORS:
            return _ERRORS[kind]
        if kind == "broken":
            return '{"label": "refuted", '
        return json.dumps(REFUTED if hashlib.sha256(prompt.encode()).digest()[0] < 80 else UNDECIDED)


_ERRORS: dict[str, Exception] = {
    "down": ModelUnavailable("scripted: down"),
    "busy": RateLimited("scripted: slow down"),
    "timeout": ModelTimeout("scripted: no answer"),
}


class Soak:
    """One day at a desk."""

    def __init__(self, home: Path, given: argparse.Namespace) -> None:
        self.home, self.given, self.random = home, given, random.Random(7)
        self.logs = home / "logs"
        self.logs.mkdir(parents=True)
        self.desk = SoakDesk(home / "home" / "store.db", home, _Setting)
        self.speed = DAY_S / (given.minutes * 60)
        self.begun, self.ends = time.time(), time.time() + given.minutes * 60
        self.live = home / "live"
        self.live.mkdir()
        self.desk.watch("drafts", schedule=Interval(seconds=900))
        self.desk.watch("live", schedule=Interval(seconds=2400), source=str(self.live))
        self.desk.settings = self.desk.settings.model_copy(update={"allow_private_urls": True, "fetch_timeout_s": 5.0})
        self.calm = home / "calm"
        self.site = FeedSite(Log(self.logs / "feed.jsonl"), self.clock, self.calm, lines=2)
        self.desk.watch("feed", kind="feed", schedule=Interval(seconds=1800), source=f"{self.site.base}/feed.xml")
        with closing(self.desk.store) as store:
            for name in ("rita", "edda"):
                add_person(
                    store, name, "editor" if name == "edda" else "reviewer", "a long enough passphrase", passwords=CHEAP
                )
        self.tokens = self._tokens()

    def _tokens(self) -> dict[str, str]:
        with closing(self.desk.store) as store:
            return {
                name: make_token(store, name, "soak", timedelta(days=1), now=datetime.now().astimezone())
                for name in ("rita", "edda")
            }

    def clock(self) -> datetime:
        """Return the time at the desk."""
        begun: datetime = BEGAN
        return begun + timedelta(seconds=(time.time() - self.begun) * self.speed)

    def work(self) -> None:
        """Take what is due, again and again."""
        log = self.desk.log = Log(self.logs / "work.jsonl")
        while time.time() < self.ends:
            try:
                done = run_watches(self.desk.settings, check=self.desk.check, clock=self.clock)
            except FactnotesError as error:
                log(did="failed", error=f"{type(error).__name__}: {error}"[:300])
                time.sleep(1)
                continue
            for visit in done.visits:
                log(did="visited", watch=visit.watch, status=visit.status, counts=dict(visit.counts()))
            for problem in done.errors:
                log(did="failed", error=str(problem)[:300])
            time.sleep(0.5)

    def write(self) -> None:
        """Write new drafts, edit some, take some away."""
        log, number = Log(self.logs / "write.jsonl"), 0
        while time.time() < self.ends - 30:
            folder = self.random.choice((self.desk.drafts, self.live))
            there = sorted(folder.glob("*.txt"))
            act = self.random.random()
            path = self.random.choice(there) if there and act < 0.5 else folder / f"draft-{number}.txt"
            if there and act < 0.08:
                path.unlink()
                log(did="removed", path=str(path))
            else:
                number += 1
                lines = [f"The council of district {number}-{n} repaired a school in the town." for n in range(3)]
                text = "\n\n".join(lines)
                unfinished = path.with_suffix(".part")
                unfinished.write_text(text, encoding="utf-8")
                unfinished.replace(path)
                log(did="wrote", path=str(path), text=text)
            time.sleep(self.given.minutes * 60 / 150)

    def review(self, name: str) -> None:
        """Decide what stands first in the queue, over the API."""
        from starlette.testclient import TestClient

        log, chooser = Log(self.logs / "review.jsonl"), random.Random(name)
        with closing(self.desk.store) as store:
            app = create_app(store, self.desk.settings)
            headers = {"Authorization": f"bearer {self.tokens[name]}"}
            browser = TestClient(app, base_url="http://127.0.0.1:8765/api/v1", headers=headers)
            while time.time() < self.ends:
                time.sleep(self.given.minutes * 60 / 200)
                answer = browser.get("/queue?limit=5")
                if answer.status_code != 200:
                    log(did="refused", status=answer.status_code, text=answer.text[:300])
                    continue
                for item in answer.json()["items"][:2]:
                    body = {"action": "dismiss", "reason": "false_alarm", "seen": item["sequence"]}
                    if chooser.random() < 0.6 and item.get("label"):
                        body = {"action": "accept", "seen": item["sequence"]}
                    told = browser.post(f"/claims/{item['claim_id']}/reviews", json=body)
                    sequence = told.json().get("sequence") if told.status_code < 300 else None
                    log(did="decided" if sequence else "refused", claim=item["claim_id"], status=told.status_code,
                        action=body["action"], sequence=sequence, by=name)  # fmt: skip

    def run(self) -> None:
        """Start everybody, kill workers, and let one of them finish in peace."""
        log = Log(self.logs / "kill.jsonl")
        feed = _fork(partial(self.site.serve, self.ends - 30, self.given.minutes * 60 / 150))
        others = [_fork(self.write), *(_fork(partial(self.review, name)) for name in self.tokens)]
        workers = [_fork(self.work) for _ in range(self.given.workers)]
        while time.time() < self.ends - 60:
            time.sleep(self.given.kill_every * self.random.uniform(0.5, 1.5))
            killed = workers.pop(self.random.randrange(len(workers)))
            os.kill(killed, signal.SIGKILL)
            os.waitpid(killed, 0)
            log(did="killed", worker=killed)
            workers.append(_fork(self.work))
        for each in (*workers, *others):
            os.waitpid(each, 0)
        self.calm.touch()
        os.waitpid(_fork(self.finish), 0)
        os.kill(feed, signal.SIGKILL)
        os.waitpid(feed, 0)

    def finish(self) -> None:
        """Take whatever was put off, with a model that answers, three hours later again and again."""
        log = self.desk.log = Log(self.logs / "work.jsonl")
        self.desk.calm = True
        for _ in range(4):
            self.begun -= 3 * 3600 / self.speed
            done = run_watches(self.desk.settings, check=self.desk.check, clock=self.clock)
            log(did="ended", problems=[str(error) for error in done.errors])


def _fork(work: Callable[[], None]) -> int:
    child = os.fork()
    if not child:
        code = 1
        try:
            random.seed()
            work()
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)
    return child


def measure(home: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Run a day and account for it."""
    soak = Soak(home, given)
    soak.run()
    return {"minutes": given.minutes, **account(home)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kill-every", type=float, default=12, help="seconds between two kills, about")
    parser.add_argument("--work", type=Path, help="keep the folder")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(given.work or Path(folder), given), indent=2))


if __name__ == "__main__":
    main()
