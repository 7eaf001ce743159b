"""The fact ledger in Debian's Chromium: by keyboard alone, without script, on a phone, with axe-core."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from desks import open_sample
from playwright.sync_api import Browser, Page, expect

from pipeline.core.models import LOCAL_PERSON, Article
from pipeline.ledger import Draft, add_version, list_drafts, open_ledger
from pipeline.store import Store
from pipeline.web import create_app

pytestmark = pytest.mark.browser
pytest_plugins = ("browsing",)

TEXT = "Anna Kral, 54, mayor of Olm since 2019, opened the bridge on Tuesday.\n\nIt cost €9.4 million, the most ever."


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Store, Draft, str]]:
    store, settings = open_sample(tmp_path)
    draft = add_version(store, "Bridge", Article(text=TEXT), LOCAL_PERSON)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(store, settings), lifespan="off", log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 60
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        yield store, draft, f"http://127.0.0.1:{listening.getsockname()[1]}/drafts/{draft.id}"
        server.should_exit = True
        thread.join(30)
    store.close()


def _press(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def test_a_draft_is_ticked_off_by_keyboard_alone_one_key_a_fact_once_a_source_is_named(
    chromium: Browser, served: tuple[Store, Draft, str]
) -> None:
    store, draft, address = served
    page = chromium.new_page()
    page.set_default_timeout(60_000)
    page.goto(address)
    page.keyboard.press("t")
    page.keyboard.type("Call")
    page.keyboard.press("Tab")
    page.keyboard.type("phoned Anna Kral on 3 May")
    _press(page, "Enter")
    total = len(open_ledger(store, draft).facts)
    _press(page, "n")
    _press(page, "s")
    for _ in range(total - 2):
        _press(page, "a")
    states = [each.state for each in open_ledger(store, draft).facts]
    assert states.count("ticked") == total - 1 and states.count("not_a_fact") == 1
    sources = {source.reference for each in open_ledger(store, draft).facts for source in each.sources}
    assert sources == {"phoned Anna Kral on 3 May"}
    page.get_by_role("button", name="Sign version 1").click()
    expect(page.get_by_text("Signed by local")).to_be_visible()
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (390, "dark")])
def test_the_pages_meet_axe_and_do_not_scroll_sideways_with_or_without_script(
    chromium: Browser, served: tuple[Store, Draft, str], width: int, scheme: str
) -> None:
    _, _, address = served
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for path in (address, address.rpartition("/")[0]):
        page.goto(path)
        found = Axe().run(page).response["violations"]
        assert [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_the_bookmark_fills_the_form_with_the_page_one_reads_and_a_person_adds_it(
    chromium: Browser, served: tuple[Store, Draft, str]
) -> None:
    store, _, address = served
    page = chromium.new_page()
    page.goto(address.rpartition("/")[0])
    code = page.get_by_role("link", name="To the desk").get_attribute("href") or ""
    page.goto("data:text/html,<title>Fair %26 <i>more</i></title><p>The fair at Olm cost 7 %2B 2 million.</p>")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('p'))")
    with page.expect_popup() as opened:
        page.evaluate(code.removeprefix("javascript:"))
    desk = opened.value
    expect(desk.get_by_label("Or its words")).to_have_value("The fair at Olm cost 7 + 2 million.")
    expect(desk.get_by_label("Name; the same name")).to_have_value("Fair & <i>more</i>")
    assert "#" not in desk.url and "Fair" not in desk.url
    assert len(list_drafts(store)) == 1, "nothing is kept before somebody presses the button"
    desk.get_by_label("Or its address").fill("https://paper.example/fair")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")
    assert [draft.name for draft in list_drafts(store)][0] == "Fair & <i>more</i>"
    page.close()
    desk.close()


def test_without_script_every_act_is_a_form(chromium: Browser, served: tuple[Store, Draft, str]) -> None:
    store, draft, address = served
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.locator("summary", has_text="Tick on a source").click()
    page.get_by_label("What it is", exact=True).first.fill("https://council.example/m")
    page.get_by_role("button", name="Tick and next").click()
    assert [each.state for each in open_ledger(store, draft).facts].count("ticked") == 1
    page.get_by_label("The words as they stand in the text").fill("opened the bridge")
    page.get_by_role("button", name="Add").click()
    assert any(each.added_by == "local" for each in open_ledger(store, draft).facts)
    context.close()
