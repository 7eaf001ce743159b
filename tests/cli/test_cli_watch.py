"""`factnotes watch`: a folder and a feed on this machine, two workers at once, one killed."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from command_line import FACTNOTES, call, environment
from scripted_service import Service, running

from pipeline.store import Store

FACT = {"text": "The council of district 4 repaired a school.", "publisher": "Council", "published_at": "2024-01-02"}
PAGE = "<html><head><title>{0}</title></head><body><article><p>{0}</p><p>{1}</p></article></body></html>"
WORDS = "The council of district {0} repaired {1} schools in 2023, the mayor said, and the town paid for the works."


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "facts.jsonl").write_text(json.dumps(FACT), encoding="utf-8")
    (tmp_path / "drafts").mkdir()
    assert run(tmp_path, "index", "facts.jsonl").returncode == 0
    return tmp_path


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Serve a folder on a free port of this machine."""
    folder = tmp_path / "site"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def start(home: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [FACTNOTES, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home,
        env=environment(FACTNOTES_HOME=str(home / "desk"), **more),
    )


def run(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return call(home, *arguments, FACTNOTES_HOME=str(home / "desk"), **more)


def draft(home: Path, name: str, claims: int = 1, more: str = "") -> None:
    text = "\n\n".join(WORDS.format(f"{name} {number}", number + 3) for number in range(claims))
    (home / "drafts" / f"{name}.txt").write_text(text + more, encoding="utf-8")
    (home / "drafts" / f"{name}.yaml").write_text("published_at: 2024-02-01\n", encoding="utf-8")


def checked_articles(home: Path) -> list[str]:
    with closing(Store.open(home / "desk" / "store.db")) as store:
        return sorted(run.article_id for run in store.runs() if run.status == "finished")


def test_a_folder_is_checked_and_then_only_what_was_edited(home: Path) -> None:
    draft(home, "north")
    draft(home, "south")
    # `never`, because the code under test may be edited meanwhile, and newer code checks again
    added = run(home, "watch", "add", "drafts", "--folder", "drafts", "--every", "1h", "--recheck", "never")
    assert added.stdout.startswith("drafts: folder ") and "next now" in added.stdout
    first = run(home, "watch", "run", "--once")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.count("  checked ") == 2 and "2 checked; 0.0000 dollars, 0 calls" in first.stdout
    assert run(home, "watch", "run", "--once").stdout == "nothing is due\n"
    draft(home, "south", more=" It was in June.")
    second = run(home, "watch", "run", "--once", "drafts")
    assert "checked    south.txt: its text, publisher or date changed" in second.stdout
    assert "unchanged  north.txt" in second.stdout
    assert len(checked_articles(home)) == 3
    shown = json.loads(run(home, "watch", "show", "drafts", "--json").stdout)
    assert [item["state"] for item in shown["items"]] == ["checked", "checked"] and len(shown["visits"]) == 2


def test_a_feed_is_checked_entry_by_entry_whatever_else_it_says(home: Path, site: tuple[Path, str]) -> None:
    folder, address = site
    for name in ("one", "two"):
        (folder / f"{name}.html").write_text(PAGE.format(f"News of {name}", WORDS.format(name, 7)), encoding="utf-8")
    links = (f"{address}/one.html", "file:///etc/passwd", f"{address}/gone.html", "two.html", f"{address}/two.html")
    dates = "<pubDate>Thu, 01 Feb 2024 08:00:00 GMT</pubDate>"
    entries = "".join(f"<item><title>t</title><link>{link}</link>{dates}</item>" for link in links)
    feed = folder / "feed.xml"
    feed.write_text(f'<rss version="2.0"><channel><title>t</title>{entries}</channel></rss>', encoding="utf-8")
    given = ("--cron", "0 6 * * *", "--timezone", "Europe/Lisbon", "--recheck", "never")
    assert run(home, "watch", "add", "news", "--feed", f"{address}/feed.xml", *given).returncode == 0
    refused = run(home, "watch", "run", "--once", "news")
    assert (refused.returncode, "private or local address" in refused.stderr) == (3, True)
    open_ = {"FACTNOTES_ALLOW_PRIVATE_URLS": "true"}
    done = run(home, "watch", "run", "--once", "news", **open_)
    assert done.returncode == 3 and "2 could not be read" in done.stderr  # `two.html` leads from the feed
    assert done.stdout.count("  checked ") == 2 and done.stdout.count("  problem ") == 2
    for reason in ("answered 404", "etc/passwd' is not an http"):
        assert reason in done.stdout
    with closing(Store.open(home / "desk" / "store.db")) as store:
        dates_seen = {store.article(each).published_at for each in checked_articles(home)}
    assert {str(day) for day in dates_seen} == {"2024-02-01"}
    feed.write_text("<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><channel>&x;</channel></rss>")
    bomb = run(home, "watch", "run", "--once", "news", **open_)
    assert (bomb.returncode, "entities" in bomb.stderr, "root:" in bomb.stdout + bomb.stderr) == (3, True, False)
    assert len(checked_articles(home)) == 2


@pytest.mark.process
def test_two_processes_at_the_same_moment_check_each_article_once(home: Path) -> None:
    for name in ("a", "b", "c", "d"):
        draft(home, name)
    run(home, "watch", "add", "drafts", "--folder", "drafts")
    both = [start(home, "watch", "run", "--once") for _ in range(2)]
    ends = [process.communicate(timeout=600) for process in both]
    assert [process.returncode for process in both] == [0, 0], ends
    assert sum(out.count("  checked ") for out, _ in ends) == 4
    found = checked_articles(home)
    assert len(found) == len(set(found)) == 4


@pytest.mark.process
def test_a_killed_run_is_finished_by_the_next_call_and_repeats_only_the_article_in_flight(home: Path) -> None:
    for name in ("a", "b", "c", "d"):
        draft(home, name, claims=3)
    run(home, "watch", "add", "drafts", "--folder", "drafts", "--recheck", "never")
    with running(Service(latency_s=0.3)) as service:
        model = {"FACTNOTES_MODEL": "openai:scripted", "FACTNOTES_BASE_URL": service.address}
        process = start(home, "watch", "run", "--once", FACTNOTES_ARTICLES_AT_ONCE="1", **model)
        deadline = time.monotonic() + 600
        while not finished(home) and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.05)
        assert process.poll() is None, process.communicate()
        process.kill()
        process.communicate()
        before = checked_articles(home)
        done = run(home, "watch", "run", "--once", **model)
    assert done.returncode == 0, done.stderr
    assert "begun by a worker that died" in done.stdout
    assert 1 <= len(before) < 4
    assert done.stdout.count("  checked ") == 4 - len(before)
    found = checked_articles(home)
    assert len(found) == len(set(found)) == 4
    again = {prompt for prompt, times in service.asked.items() if times > 1}
    assert len({name for name in "abcd" if any(f"district {name} " in prompt for prompt in again)}) <= 1
    with closing(Store.open(home / "desk" / "store.db")) as store:
        assert all(run.status != "running" for run in store.runs())


def finished(home: Path) -> bool:
    return len(checked_articles(home)) >= 1


def test_what_is_wrong_with_a_watch_is_one_line(home: Path) -> None:
    for arguments in (
        ("add", "x", "--feed", "file:///etc/passwd"),
        ("add", "x y", "--folder", "drafts"),
        ("add", "x", "--folder", "drafts", "--cron", "61 * * * *"),
        ("add", "x", "--folder", "drafts", "--cron", "0 6 * * *", "--timezone", "Mars/Olympus"),
        ("run", "--once", "nobody"),
    ):
        done = run(home, "watch", *arguments)
        assert (done.returncode, done.stderr.count("\n")) == (3, 1), done.stderr
        assert done.stderr.startswith("Error: ") and done.stdout == ""
