"""The figures of a desk, held against what was written to its store, in both databases; the page and the metrics."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from desk import TOWN, town_note
from guarded import PUBLIC, TestDesk, open_desk
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse_text
from samples import HOSTILE

from pipeline.core.models import Failure, Lineage, Note, Person, Usage, Versions
from pipeline.llm import Spent
from pipeline.review import decide
from pipeline.store import Store, schema as t
from pipeline.watch import Cron, Interval, Visit, Watch, add_watch, set_status
from pipeline.watch.slots import Claimed, claim, finish, new_owner
from pipeline.web.figures import Figures, count_figures, metrics_page

pytest_plugins = ("postgres",)

NOW = datetime(2031, 6, 20, 12, tzinfo=UTC)
TOKEN = "a token of metrics"
GONE = "elsewhere|1|1|0"
MINE = new_owner()
WORDS = ("It cost nine million", "Mayor Ana Lobo opened the bridge", "It is the finest bridge of all")


def gone_pid() -> int:
    """Return the number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def left_open(words: str, reason: str) -> Note:
    """Return a note on a claim that could not be judged."""
    failure = Failure(stage="check_claim", reason=reason)  # type: ignore[arg-type]
    return Note(claim=town_note(words=words).claim, failure=failure)


class Records:
    """Writes runs, visits and messages as they would be found."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def run(self, run_id: str, began: datetime, *notes: Note, model: str | None = None, **usage: Any) -> None:
        self.store.begin_run(run_id, TOWN, began.date(), Versions(code="0", model=model))
        for position, note in enumerate(notes):
            self.store.save_note(run_id, position, note, Usage(**usage))
        self.change(run_id, started_at=began)

    def change(self, run_id: str, **values: Any) -> None:
        with self.store.writing() as connection:
            connection.execute(sa.update(t.runs).where(t.runs.c.id == run_id).values(**values))
            if "started_at" in values:
                moved = sa.update(t.queue).where(t.queue.c.run_id == run_id)
                connection.execute(moved.values(run_started_at=values["started_at"]))

    def end(self, run_id: str, status: str, *, asked: bool = False) -> None:
        self.change(run_id, status=status, cancel_asked_at=NOW if asked else None, finished_at=NOW)

    def watch(self, name: str, **more: Any) -> Watch:
        values = {"id": name, "name": name, "kind": "folder", "source": "drafts", "created_at": NOW - timedelta(days=2)}
        made = Watch.model_validate(values | {"schedule": Interval(seconds=3600)} | more)
        add_watch(self.store, made)
        return made

    def visit(self, watch: Watch, at: datetime, status: str | None = "finished", owner: str = GONE) -> Claimed:
        taken = claim(self.store, watch, owner, at)
        assert isinstance(taken, Claimed)
        if status:
            values = {"id": taken.visit_id, "watch_id": watch.id, "watch": watch.name, "slot": taken.slot}
            visit = Visit.model_validate(values | {"status": status, "reason": "", "spent": Spent()})
            assert finish(self.store, visit, owner, at + timedelta(minutes=1))
        return taken

    def by_watch(self, run_id: str, watch: Watch, visit: Claimed) -> None:
        row = {"run_id": run_id, "watch_id": watch.id, "visit_id": visit.visit_id, "key": "a.txt"}
        row |= {"fingerprint": "0", "day": NOW.date(), "began_at": NOW}
        self.insert(t.watch_runs, row)

    def message(self, number: int, status: str, at: datetime) -> None:
        row = {"channel_id": "c", "event_id": str(number), "kind": "test", "body": {}, "status": status, "tries": 1}
        self.insert(t.deliveries, row | {"due_at": at, "problem": "", "created_at": at})

    def insert(self, table: sa.Table, row: dict[str, Any]) -> None:
        with self.store.writing() as connection:
            connection.execute(sa.insert(table), row)


@pytest.fixture
def records(store: Store) -> Records:
    return Records(store)


def spent(figures: Figures, window: str) -> dict[tuple[str | None, str | None], tuple[int, int, float, int]]:
    return {
        (each.model, each.watch): (each.runs, each.calls, round(each.dollars, 6), each.unpriced)
        for each in figures.spending
        if each.window == window
    }


def test_an_empty_store_has_figures_and_metrics_of_nothing(store: Store) -> None:
    figures = count_figures(store, NOW)
    assert (figures.spending, figures.queue, figures.watches) == ((), (), ())
    assert figures.runs.ever == {} and figures.outbox.waiting == 0
    page, _ = metrics_page(figures, "")
    assert sum(len(family.samples) for family in parse_text(page.decode())) > 3


@pytest.mark.process
def test_runs_count_on_the_day_they_began_and_one_without_a_process_is_lost(records: Records) -> None:
    for run_id, days in (("today", 0), ("week", 7), ("edge", 29), ("before", 30)):
        records.run(run_id, NOW.replace(hour=0, minute=0) - timedelta(days=days))
        records.end(run_id, "finished")
    records.run("failed", NOW)
    records.end("failed", "failed")
    records.run("cancelled", NOW)
    records.end("cancelled", "failed", asked=True)
    records.run("going", NOW)
    records.run("lost", NOW - timedelta(days=40))
    for run_id, pid in (("going", os.getpid()), ("lost", gone_pid())):
        records.change(run_id, host=socket.gethostname(), pid=pid, beat_at=datetime.now(UTC))
    runs = count_figures(records.store, NOW).runs
    assert runs.today == {"finished": 1, "failed": 1, "cancelled": 1, "running": 1}
    assert runs.month == runs.today | {"finished": 3}
    assert runs.ever == runs.today | {"finished": 4, "lost": 1}


def test_failures_count_by_reason_in_the_run_that_tried(records: Records) -> None:
    first, second, third = WORDS
    records.run("old", NOW - timedelta(days=40), left_open(first, "timeout"))
    records.run("new", NOW, left_open(first, "timeout"), left_open(second, "budget"), left_open(third, "not_checkable"))
    records.store.begin_run("kept", TOWN, NOW.date(), Versions(code="0"))
    kept = Lineage(since_run_id="new")
    records.store.save_note("kept", 0, left_open(second, "budget"), Usage(), kept)
    records.change("kept", started_at=NOW)
    figures = count_figures(records.store, NOW)
    assert figures.failures.today == figures.failures.month == {"timeout": 1, "budget": 1}
    assert figures.failures.ever == {"timeout": 2, "budget": 1}
    assert figures.outcomes == {"not_checked": 4, "not_checkable": 1}


def test_spending_is_summed_by_model_and_watch_and_calls_without_a_price_are_told(records: Records) -> None:
    watch = records.watch("drafts")
    visit = records.visit(watch, NOW - timedelta(hours=1))
    note, other = town_note(words=WORDS[0]), town_note(words=WORDS[1])
    records.run("a", NOW, note, other, model="openai:dear", calls=2, cached=1, tokens_in=10, tokens_out=3, dollars=0.25)
    records.run("b", NOW - timedelta(days=3), note, model="openai:dear", calls=1, dollars=0.5)
    records.run("c", NOW - timedelta(days=99), note, model="openai:dear", calls=5, dollars=1.0)
    records.run("d", NOW, note, model="openai:own", calls=3, dollars=None)
    records.run("e", NOW, note)
    for run_id in ("a", "d"):
        records.by_watch(run_id, watch, visit)
    figures = count_figures(records.store, NOW)
    nothing = {("openai:dear", None): (0, 0, 0.0, 0)}
    today = {("openai:dear", "drafts"): (1, 4, 0.5, 0), ("openai:own", "drafts"): (1, 3, 0.0, 3)}
    assert spent(figures, "today") == nothing | today | {(None, None): (1, 0, 0.0, 0)}
    assert spent(figures, "month") == spent(figures, "today") | {("openai:dear", None): (1, 1, 0.5, 0)}
    assert spent(figures, "ever") == spent(figures, "today") | {("openai:dear", None): (2, 6, 1.5, 0)}
    (dear,) = [each for each in figures.spending if (each.watch, each.window, each.calls) == ("drafts", "today", 4)]
    assert (dear.cached, dear.tokens_in, dear.tokens_out) == (2, 20, 6)


def test_the_queue_is_counted_by_status_with_its_flags_and_the_oldest(records: Records) -> None:
    ann = Person(name="ann", role="editor")
    long_ago = NOW - timedelta(days=5)
    records.run("old", long_ago, town_note(words=WORDS[0]))
    records.run("new", NOW, town_note(words=WORDS[1], flagged=False), town_note(words=WORDS[2]))
    claim_id = town_note(words=WORDS[2]).claim.id
    decide(records.store, claim_id, "accept", ann, seen=0)
    queue = {each.status: each for each in count_figures(records.store, NOW).queue}
    assert (queue["open"].claims, queue["open"].flagged, queue["open"].oldest_at) == (2, 1, long_ago)
    assert (queue["decided"].claims, queue["decided"].flagged) == (1, 1)
    assert queue["open"].waits and not queue["decided"].waits


def test_a_watch_tells_its_next_slot_what_is_due_and_how_its_visits_went(records: Records) -> None:
    hour = timedelta(hours=1)
    on_time = records.watch("on-time", schedule=Cron(expression="30 13 * * *", timezone="Europe/Lisbon"))
    records.visit(on_time, NOW - 20 * hour)
    late = records.watch("late")
    records.visit(late, NOW - 10 * hour, "failed")
    busy, dead = records.watch("busy"), records.watch("dead")
    records.visit(busy, NOW, None, MINE)
    records.visit(dead, NOW, None)
    paused = records.watch("paused")
    set_status(records.store, paused, "paused", NOW)
    with records.store.writing() as connection:
        item = {"watch_id": "late", "reason": "", "tries": 0, "seen_at": NOW}
        rows = [
            item | {"key": str(number), "state": state} for number, state in enumerate(["checked"] * 3 + ["problem"])
        ]
        connection.execute(sa.insert(t.watch_items), rows)
    found = {watch.name: watch for watch in count_figures(records.store, NOW + timedelta(minutes=2)).watches}
    assert found["on-time"].next_at == datetime(2031, 6, 20, 12, 30, tzinfo=UTC) and found["on-time"].due_since is None
    assert found["late"].due_since == NOW - 9 * hour and found["late"].next_at == NOW + hour
    assert found["late"].newest and found["late"].newest.status == "failed"
    assert found["late"].visits == {"failed": 1} and found["late"].items == {"checked": 3, "problem": 1}
    assert found["busy"].newest and found["busy"].newest.status == "running"
    assert found["dead"].newest and found["dead"].newest.status == "lost"
    assert (found["paused"].next_at, found["paused"].due_since, found["paused"].newest) == (None, None, None)


def test_the_outbox_tells_what_waits_how_long_and_what_was_given_up(records: Records) -> None:
    records.insert(t.channels, {"id": "c", "name": "desk", "body": {}, "created_at": NOW})
    kinds = [("pending", 3), ("pending", 1), ("sent", 4), ("given_up", 2), ("given_up", 24 * 40)]
    for number, (status, hours) in enumerate(kinds):
        records.message(number, status, NOW - timedelta(hours=hours))
    outbox = count_figures(records.store, NOW).outbox
    assert (outbox.waiting, outbox.sent, outbox.given_up, outbox.given_up_lately) == (2, 1, 2, 1)
    assert outbox.oldest_at == NOW - timedelta(hours=3)


def samples(page: str, parse: Any = parse_text) -> dict[tuple[str, tuple[str, ...]], float]:
    found = [sample for family in parse(page) for sample in family.samples]
    return {(each.name, tuple(value for _, value in sorted(each.labels.items()))): each.value for each in found}


@pytest.mark.parametrize(("accepts", "parse"), [("", parse_text), ("application/openmetrics-text", parse_open)])
def test_metrics_parse_and_are_what_the_store_holds(records: Records, accepts: str, parse: Any) -> None:
    watch = records.watch("drafts")
    visit = records.visit(watch, NOW - timedelta(hours=2))
    records.run("a", NOW, town_note(), model="openai:dear", calls=2, tokens_in=10, tokens_out=3, dollars=0.25)
    records.by_watch("a", watch, visit)
    records.run(
        "b", NOW - timedelta(days=99), left_open(WORDS[1], "timeout"), model="openai:dear", calls=1, dollars=1.0
    )
    for run_id in ("a", "b"):
        records.end(run_id, "finished")
    body, media_type = metrics_page(count_figures(records.store, NOW), accepts)
    told = samples(body.decode(), parse)
    assert media_type.startswith(accepts or "text/plain")
    assert told[("factnotes_runs", ("finished",))] == 2
    assert told[("factnotes_notes_total", ("refuted",))] == told[("factnotes_notes_total", ("not_checked",))] == 1
    assert told[("factnotes_failures_total", ("timeout",))] == 1
    assert told[("factnotes_flags_total", ("wrong_number",))] == 1
    assert told[("factnotes_model_calls_total", ("openai:dear", "drafts"))] == 2
    assert told[("factnotes_model_dollars_total", ("openai:dear", "none"))] == 1.0
    assert told[("factnotes_model_tokens_total", ("in", "openai:dear", "drafts"))] == 10
    assert told[("factnotes_spending_dollars", ("openai:dear", "drafts", "today"))] == 0.25
    assert told[("factnotes_spending_dollars", ("openai:dear", "none", "30d"))] == 0
    assert told[("factnotes_queue_claims", ("open",))] == 2
    assert told[("factnotes_queue_oldest_seconds", ("open",))] == timedelta(days=99).total_seconds()
    assert told[("factnotes_watch_next_slot_timestamp_seconds", ("drafts",))] == (NOW + timedelta(hours=1)).timestamp()
    assert told[("factnotes_watch_overdue_seconds", ("drafts",))] == 3600
    assert told[("factnotes_watch_visits_total", ("finished", "drafts"))] == 1
    assert told[("factnotes_outbox_messages", ("waiting",))] == 0


def test_metrics_hold_no_word_of_an_article(records: Records) -> None:
    records.run("a", NOW, town_note())
    body, _ = metrics_page(count_figures(records.store, NOW), "")
    words = {*TOWN.text.replace(".", "").split(), *str(TOWN.title).split()} - {
        "by",
        "of",
        "It",
        "the",
        "a",
        "all",
        "is",
    }
    values = {
        value for family in parse_text(body.decode()) for each in family.samples for value in each.labels.values()
    }
    assert values and not {word for word in words if any(word in value for value in values)}


# The page and who may see it


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestDesk]:
    with open_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


def test_the_page_is_for_editors_and_admins_and_the_link_too(guarded: TestDesk) -> None:
    assert guarded.browser().get("/operations").headers["location"] == "/login?next=/operations"
    reviewer = guarded.signed_in("rita")
    assert reviewer.get("/operations").status_code == 403
    assert "/operations" not in reviewer.get("/").text
    for name in ("edda", "ada"):
        browser = guarded.signed_in(name)
        assert 'href="/operations"' in browser.get("/").text
        page = browser.get("/operations")
        assert page.status_code == 200 and "Needs attention" in page.text


def test_the_page_tells_what_needs_attention_and_escapes_what_went_wrong(tmp_path: Path) -> None:
    with open_desk(tmp_path, accounts=False) as desk:
        assert "Nothing needs attention." in desk.browser().get("/operations").text
        records = Records(desk.store)
        watch = records.watch("drafts", created_at=datetime.now(UTC) - timedelta(days=2))
        records.visit(watch, datetime.now(UTC) - timedelta(hours=5), "failed")
        records.run("bad", datetime.now(UTC), town_note(), model="openai:own", calls=2, dollars=None)
        desk.store.fail_run("bad", f"StoreError: {HOSTILE}")
        page = desk.browser().get("/operations").text
    assert "Nothing needs attention." not in page
    assert "Watch drafts is due since" in page and "The newest visit of watch drafts failed" in page
    assert "1 run failed today" in page and "2 calls today had no known price" in page
    assert "StoreError:" in page and "<script>alert" not in page and "\u202e" not in page


def test_metrics_without_a_token_are_for_this_machine_under_its_own_name(
    guarded: TestDesk,
) -> None:
    browser = guarded.browser()
    answer = browser.get("/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain; version=")
    assert samples(answer.text)[("factnotes_runs", ("finished",))] == 1
    assert browser.get("/metrics", headers={"host": "evil.example"}).status_code == 400
    assert browser.post("/metrics").status_code in (403, 405)
    asked = browser.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert asked.headers["content-type"].startswith("application/openmetrics-text")
    assert asked.text.endswith("# EOF\n")


@pytest.mark.parametrize("given", [None, "Bearer wrong token of metrics", f"Basic {TOKEN}", "Bearer", "Bearer ü"])
def test_metrics_with_a_token_are_for_who_has_it(tmp_path: Path, given: str | None) -> None:
    with open_desk(tmp_path, metrics_token=TOKEN) as desk:
        browser = desk.browser()
        headers = {"authorization": given.encode()} if given else {}
        refused = browser.get("/metrics", headers=headers)
        assert refused.status_code == 401 and "factnotes_" not in refused.text
        assert refused.headers["www-authenticate"].startswith("Bearer")
        assert desk.signed_in("ada").get("/metrics").status_code == 401
        assert browser.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_metrics_behind_a_proxy_need_a_token(tmp_path: Path) -> None:
    proxied = {"desk_behind_tls_proxy": True, "desk_names": "desk.example.org"}
    with open_desk(tmp_path / "one", **proxied) as desk:
        refused = desk.browser().get("/metrics")
        assert refused.status_code == 403 and "FACTNOTES_METRICS_TOKEN" in refused.text
    with open_desk(tmp_path / "two", metrics_token=TOKEN, **proxied) as desk:
        assert desk.base == PUBLIC
        answer = desk.browser().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200 and "factnotes_build_info" in answer.text


def test_the_page_of_a_desk_without_anything_says_how_to_begin(tmp_path: Path) -> None:
    with open_desk(tmp_path, accounts=False) as desk:
        with desk.store.writing() as connection:
            for table in (t.queue, t.notes, t.runs):
                connection.execute(sa.delete(table))
        page = desk.browser().get("/operations").text
    assert "factnotes watch add" in page and "factnotes check" in page and "Nothing was spent" in page
