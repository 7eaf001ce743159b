"""Put the review desk under load: 20 readers and 5 writers on 50,000 claims, over loopback, by locust.

    python benchmarks/desk_load.py [--claims 50000] [--seconds 60] [--pause 1.0] [--url postgresql://...] [--json]

The desk is the real command `factnotes desk` in a process of its own. A reader opens queue pages, searches, claims and
histories; a writer opens the next claim and decides it by the form in the page. Each waits `--pause` seconds on
average between two requests, as a quick person would (0 is a flood). Figures per page: requests, failures, median
and 95th percentile in milliseconds, measured at the client, which shares the machine's cores with the desk. A writer
that is told somebody was faster (409) is no failure, and is counted. At the end every decision that was
acknowledged is looked up in the log.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
READERS, WRITERS = 20, 5
WORDS = ("bridge", "harbour", "school", "station", "reservoir", "tram line", "town hall")
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def start_desk(home: Path, url: str | None, port: int) -> subprocess.Popen[bytes]:
    """Start the desk's command and wait until it listens."""
    settings = [f"FACTNOTES_HOME={home}", *([f"FACTNOTES_DATABASE_URL={url}"] if url else [])]
    command = ["env", *settings, str(Path(sys.executable).parent / "factnotes"), "desk", "--port", str(port)]
    desk = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with closing(socket.socket()) as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return desk
        time.sleep(0.2)
    desk.kill()
    raise SystemExit("the desk did not start")


def reader(pause: float) -> type:
    """Return locust's class of somebody who looks around."""
    from locust import HttpUser, between, task

    class Reader(HttpUser):
        fixed_count = READERS
        wait_time = between(pause * 0.5, pause * 1.5)
        claims: list[str] = []

        @task(4)
        def queue(self) -> None:
            page = self.client.get("/", name="queue").text
            self.claims = re.findall(r"/claims/([0-9a-f]{16})", page) or self.claims

        @task(2)
        def search(self) -> None:
            self.client.get("/", params={"text": self.environment.chance.choice(WORDS)}, name="search")

        @task(5)
        def claim(self) -> None:
            if self.claims:
                self.client.get(f"/claims/{self.environment.chance.choice(self.claims)}", name="claim")

        @task(1)
        def history(self) -> None:
            self.client.get("/history", name="history")

    return Reader


def writer(pause: float) -> type:
    """Return locust's class of somebody who decides claims one after the other."""
    from locust import HttpUser, between, task

    class Writer(HttpUser):
        fixed_count = WRITERS
        wait_time = between(pause * 0.5, pause * 1.5)

        def on_start(self) -> None:
            self.publisher = self.environment.publishers.pop()  # each works through another publisher's claims

        @task
        def decide(self) -> None:
            page = self.client.get("/next", params={"publisher": self.publisher}, name="next claim")
            claim = re.search(r"/claims/([0-9a-f]{16})/decide", page.text)
            if claim is None:
                return
            form = page.text[page.text.index(claim[0]) :]
            given = dict(HIDDEN.findall(form[: form.index("</form>")])) | {"action": "accept"}
            self.wait()
            path = f"/claims/{claim[1]}/decide"
            with self.client.post(
                path, data=given, name="decide", allow_redirects=False, catch_response=True
            ) as answer:
                if answer.status_code == 303:
                    self.environment.decided.append(claim[1])
                    answer.success()
                elif answer.status_code == 409:
                    self.environment.beaten += 1
                    answer.success()
                else:
                    answer.failure(f"{answer.status_code}")

    return Writer


def load(port: int, seconds: float, pause: float) -> dict[str, Any]:
    """Run the users for some seconds; return the figures, and what was decided."""
    import random

    import gevent
    from desk_data import PUBLISHERS
    from locust.env import Environment

    environment = Environment(user_classes=[reader(pause), writer(pause)], host=f"http://127.0.0.1:{port}")
    environment.chance, environment.decided, environment.beaten = random.Random(1), [], 0
    environment.publishers = list(PUBLISHERS[:WRITERS])
    runner = environment.create_local_runner()
    runner.start(READERS + WRITERS, spawn_rate=READERS + WRITERS)
    gevent.sleep(min(5.0, seconds / 4))  # first requests compile templates and fill caches
    environment.stats.reset_all()
    gevent.sleep(seconds)
    runner.quit()
    pages = {
        name: {
            "requests": entry.num_requests,
            "failures": entry.num_failures,
            "p50_ms": entry.get_response_time_percentile(0.5),
            "p95_ms": entry.get_response_time_percentile(0.95),
        }
        for (name, _), entry in sorted(environment.stats.entries.items())
    }
    total = environment.stats.total
    return {
        "pages": pages,
        "requests_per_second": round(total.total_rps, 1),
        "decided": environment.decided,
        "beaten": environment.beaten,
    }


def lost(home: Path, url: str | None, decided: list[str]) -> int:
    """Return how many acknowledged decisions the log lacks, or holds more than once."""
    from collections import Counter

    from pipeline.store import Store, export_log

    with closing(Store.open(url or home / "store.db")) as store:
        logged = Counter(each.claim_id for each in export_log(store) if each.action == "accept")
    told = Counter(decided)
    return sum(abs(logged[claim] - times) for claim, times in told.items())


def fill_store(home: str, url: str | None, claims: int) -> None:
    """Write the invented claims, where there are none."""
    from desk_data import fill

    from pipeline.store import Store

    with closing(Store.open(url or Path(home) / "store.db")) as store:
        if not store.runs():
            fill(store, claims)


def measure(claims: int, seconds: float, pause: float, url: str | None) -> dict[str, Any]:
    """Fill a store, start a desk on it and put it under load."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        filling = f"from desk_load import fill_store; fill_store({str(home)!r}, {url!r}, {claims})"
        subprocess.run([sys.executable, "-c", filling], cwd=HERE, check=True)
        port = free_port()
        desk = start_desk(home, url, port)
        try:
            figures = load(port, seconds, pause)
        finally:
            desk.terminate()
            desk.wait(30)
        decided = figures.pop("decided")
        # In a process without locust's patched sockets.
        code = (
            "import json, sys; from pathlib import Path; from desk_load import lost; "
            f"print(lost(Path({str(home)!r}), {url!r}, json.load(sys.stdin)))"
        )
        checked = subprocess.run(
            [sys.executable, "-c", code],
            cwd=HERE,
            input=json.dumps(decided),
            capture_output=True,
            text=True,
            check=True,
        )
    return {
        "claims": claims,
        "store": "postgresql" if url else "sqlite",
        "readers": READERS,
        "writers": WRITERS,
        "pause_seconds": pause,
        **figures,
        "decisions_acknowledged": len(decided),
        "decisions_lost_or_doubled": int(checked.stdout),
        "load_average": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=50_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=1.0)
    parser.add_argument("--url")
    parser.add_argument("--data", help="not used: the claims are made up")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = measure(given.claims, given.seconds, given.pause, given.url)
    print(json.dumps(figures, indent=2), flush=True)
    os._exit(0)  # gevent's threads do not end quietly


if __name__ == "__main__":
    main()
