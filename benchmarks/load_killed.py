"""Several workers on one store, undisturbed or with one that is killed (-9) twice: what is lost and asked again."""

from __future__ import annotations

import argparse
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from invented_articles import CLAIMS
from load_desk import Desk, Service

KILLED_AT = (0.2, 0.6)
"""At which shares of its own answers the first worker is killed."""


def killed(desk: Desk, given: argparse.Namespace) -> dict[str, Any]:
    """Check all articles with three workers, each on its third, while one is killed twice and started again."""
    return _crowd(desk.other("crowd"), given, 3, KILLED_AT)


def together(desk: Desk, given: argparse.Namespace) -> dict[str, Any]:
    """Check all articles with two workers, each on its half."""
    return _crowd(desk.other("pair"), given, 2, ())


def _crowd(crowd: Desk, given: argparse.Namespace, workers: int, killed_at: Sequence[float]) -> dict[str, Any]:
    given = argparse.Namespace(**vars(given) | {"limit": max(1, given.limit // workers)})
    crowd.given = given
    numbers = range(given.articles)
    for worker in range(workers):
        folder = crowd.folder / f"crowd-of-{workers}-articles-{worker}"
        crowd.write(numbers[worker::workers], folder=folder)
        crowd.watch(f"part-{worker}", folder)
    with crowd.service() as service, chroma(crowd) as crowd.chroma_url:
        began = time.monotonic()
        in_flight = _work(crowd, service, numbers[0::workers], workers, killed_at)
        wall = time.monotonic() - began
        counts = service.counts()
    ideal = counts["busy_s"] / (given.limit * workers)
    return {
        "workers": workers,
        "limit_of_each": given.limit,
        "killed": len(killed_at),
        "in_flight_of_all_when_killed": in_flight,
        "answered_again": sum(times - 1 for times in counts["answered"].values()),
        "wall_s": round(wall, 2),
        "ideal_s": round(ideal, 2),
        "wall_to_ideal": round(wall / ideal, 3),
        "refused": counts["failed"],
        "most_in_flight": counts["most_in_flight"],
        "states": crowd.states(given.articles),
    }


def _work(desk: Desk, service: Service, of_first: range, count: int, killed_at: Sequence[float]) -> list[int]:
    """Run the workers to their end; return how many questions were in flight at each kill."""
    workers = {f"part-{number}": desk.start(f"part-{number}") for number in range(count)}
    in_flight = []
    try:
        for share in killed_at:
            wait_for(service, share, of_first, lambda: workers["part-0"].poll() is not None)
            in_flight.append(service.counts()["in_flight"])
            workers["part-0"].send_signal(signal.SIGKILL)
            workers["part-0"].communicate()
            workers["part-0"] = desk.start("part-0")
        for name, worker in workers.items():
            worker.communicate()
            if worker.returncode:
                raise SystemExit(f"the worker of {name} ended with {worker.returncode}")
    finally:
        for worker in workers.values():
            worker.kill()
    return in_flight


def wait_for(service: Service, share: float, articles: range, ended: Callable[[], bool]) -> None:
    """Wait until a share of what is to be asked about some articles was answered."""
    titles = {Desk.key(number, "").removesuffix(": ") for number in articles}
    while True:
        answered = service.counts()["answered"]
        own = sum(key.removeprefix("detect ").partition(":")[0] in titles for key in answered)
        if own >= share * len(articles) * (CLAIMS + 1):
            return
        if ended():
            raise SystemExit("a worker ended before it could be killed: take more articles")
        time.sleep(0.5)  # counting costs the service time, too


@contextmanager
def chroma(desk: Desk) -> Generator[str, None, None]:
    """Serve the index of a desk, so that several processes can search it; give its address."""
    with closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    words = [str(Path(sys.executable).parent / "chroma"), "run", "--path", str(desk.home / "vectors")]
    with ExitStack() as stack:
        log = stack.enter_context((desk.folder / "chroma.log").open("w", encoding="utf-8"))
        process = subprocess.Popen([*words, "--host", "127.0.0.1", "--port", str(port)], stdout=log, stderr=log)
        stack.callback(process.wait, 30)
        stack.callback(process.terminate)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            with closing(socket.socket()) as sock:
                if sock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            raise SystemExit("the Chroma server did not start")
        yield f"http://127.0.0.1:{port}"
