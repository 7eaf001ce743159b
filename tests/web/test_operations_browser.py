"""The operations page in Debian's Chromium: on a desk and a phone, in light and dark, without script."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from accessible import violations
from desk import town_note
from desks import open_sample
from playwright.sync_api import Browser, Page, expect
from test_operations import Records
from test_trials import LAB, call, charge, evaluation

from pipeline.core.models import Usage
from pipeline.evaluation import Allowance
from pipeline.llm import Spent
from pipeline.web import create_app

pytestmark = pytest.mark.browser
pytest_plugins = ("browsing",)

WIDE, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a desk that has had a hard day; yield its address."""
    store, settings = open_sample(Path(tmp_path_factory.mktemp("desk")))
    records, now = Records(store), datetime.now(UTC)
    late = records.watch("late-drafts", created_at=now - timedelta(days=2))
    records.visit(late, now - timedelta(hours=5), "failed")
    fresh = records.watch("a-watch-of-a-rather-long-name-that-goes-on-and-on", created_at=now - timedelta(hours=1))
    records.visit(fresh, now)
    usage = {"calls": 1234, "cached": 7, "tokens_in": 1_234_567, "tokens_out": 89_012, "dollars": 12.5}
    records.run("dear", now, town_note(), model="openai:a-model-with-a-name", **usage)
    records.end("dear", "finished")
    records.run(
        "bad", now, town_note(words="Mayor Ana Lobo opened the bridge"), model="openai:own", dollars=None, calls=2
    )
    store.fail_run("bad", "StoreError: the disk is full; " + "x" * 200)
    trial = evaluation(settings.home)
    charge(trial, call("openai:a-model-with-a-name", now, 3.5), call("openai:own", now, None))
    worst, model = Spent(calls=1, dollars=0.5), "openai:a-model-with-a-name"
    with Allowance(settings).reserve(worst, model=model, **LAB) as (_, spend):
        spend(Usage(calls=1, tokens_in=1_000, dollars=0.25))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(store, settings), lifespan="off", log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)
    store.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    found: list[str] = []
    yield found
    assert found == []


def open_page(chromium: Browser, base: str, complaints: list[str], **options: object) -> Page:
    """Open the page; what the browser refuses or logs is a complaint."""
    page = chromium.new_context(reduced_motion="reduce", **options).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(60_000)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(base) else complaints.append(asked.url))
    page.goto(f"{base}/operations")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_page_is_for_everybody_and_fits(
    chromium: Browser, base: str, complaints: list[str], size: dict[str, int], scheme: str
) -> None:
    page = open_page(chromium, base, complaints, viewport=size, color_scheme=scheme)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_without_script_an_editor_sees_what_is_wrong_and_goes_to_the_run(
    chromium: Browser, base: str, complaints: list[str]
) -> None:
    page = open_page(chromium, base, complaints, viewport=WIDE, java_script_enabled=False)
    concerns = page.locator(".concerns li")
    expect(concerns.filter(has_text="Watch late-drafts is due since")).to_have_count(1)
    expect(concerns.filter(has_text="1 run failed today")).to_have_count(1)
    spending = page.get_by_role("region", name="Spending").get_by_role("row", name="openai:a-model-with-a-name")
    expect(spending).to_contain_text("$12.50")
    expect(spending).to_contain_text("1,234,567")
    trials = page.get_by_role("region", name="Spent on trying out prompts")
    expect(trials.get_by_role("row", name="openai:a-model-with-a-name evaluations")).to_contain_text("$3.50")
    expect(trials.get_by_role("row", name="openai:a-model-with-a-name the prompt lab")).to_contain_text("$0.25")
    page.get_by_role("region", name="Watches").get_by_role("rowheader", name="late-drafts").wait_for()
    page.locator(".runs a").first.click()
    page.wait_for_url("**/?run=bad&status=any")
    page.get_by_role("link", name="Operations").click()
    expect(page.get_by_role("heading", name="Operations", level=1)).to_be_visible()
    expect(page.locator("nav [aria-current=page]")).to_have_text("Operations")
    page.context.close()


def test_a_table_that_is_too_wide_for_a_phone_is_scrolled_by_keys(
    chromium: Browser, base: str, complaints: list[str]
) -> None:
    page = open_page(chromium, base, complaints, viewport=PHONE)
    table = page.get_by_role("region", name="Spending")
    assert table.evaluate("it => it.scrollWidth > it.clientWidth")
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("it => it.scrollLeft > 0", arg=table.element_handle())
    page.context.close()
