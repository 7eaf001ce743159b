"""The fact ledger in Debian's Chromium: by keyboard alone, without script, on a phone, with axe-core."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from accessible import violations
from desks import open_sample
from playwright.sync_api import Browser, Page, expect

from pipeline.core.models import LOCAL_PERSON, Article
from pipeline.ledger import Draft, act, add_version, list_drafts, open_ledger
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
        assert violations(page) == []
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


RTL = (
    "The poet محمود درويش, 41, left Haifa; محمود درويش came back, said שלמה כהן, mayor of Olm.\n\n"
    "قال الوزير إن الجسر كلف 9 ملايين يورو في 2019، وهو أول جسر.\n\n"
    "The bridge cost €9 million, the minister told قناة الجزيرة in 2019."
)
_SELECT = """([words, nth]) => {
  const pane = document.querySelector("#article-text"), walker = document.createTreeWalker(pane, NodeFilter.SHOW_TEXT);
  let start = -1;
  for (let number = 0; number < nth; number += 1) start = pane.textContent.indexOf(words, start + 1);
  const range = document.createRange();
  let at = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const end = at + node.length;
    if (start >= at && start < end) range.setStart(node, start - at);
    if (start + words.length > at && start + words.length <= end) range.setEnd(node, start + words.length - at);
    at = end;
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def test_words_from_right_to_left_are_underlined_in_their_place_and_selected_exactly(
    chromium: Browser, served: tuple[Store, Draft, str]
) -> None:
    store, _, address = served
    draft = add_version(store, "Velda", Article(text=RTL), LOCAL_PERSON)
    page = chromium.new_page()
    page.set_default_timeout(60_000)
    page.goto(address.replace(address.rpartition("/")[2], draft.id))
    lines = page.locator("#article-text .words")
    assert lines.all_text_contents() == RTL.split("\n\n")
    directions = lines.evaluate_all("lines => lines.map(line => getComputedStyle(line).direction)")
    assert directions == ["ltr", "rtl", "ltr"]
    facts = {each.fact.id: each.fact for each in open_ledger(store, draft).facts}
    for link in page.locator("#article-text a.fact").all():
        fact = facts[str(link.get_attribute("href")).split("fact=")[1].removesuffix("#here")]
        assert link.text_content() in fact.span.exact
    for words, nth in (("درويش", 2), ("كلف 9 ملايين", 1), ("שלמה", 1), ("2019", 2)):
        page.evaluate(_SELECT, [words, nth])
        expect(page.locator("#add-words")).to_have_value(words)
        page.get_by_label("Kind", exact=True).select_option("caption")
        with page.expect_navigation():
            page.get_by_role("button", name="Add", exact=True).click()
        start = -1
        for _ in range(nth):
            start = RTL.index(words, start + 1)
        added = [each.fact.span for each in open_ledger(store, draft).facts if each.added_by]
        assert start in [span.start for span in added if span.exact == words]
    page.close()


def test_of_two_people_at_once_nobody_loses_an_act_and_the_later_one_is_told(
    chromium: Browser, served: tuple[Store, Draft, str]
) -> None:
    store, draft, address = served
    first, second = chromium.new_page(), chromium.new_page()
    for page in (first, second):
        page.set_default_timeout(60_000)

    def both(words: str) -> None:
        fact = next(each.fact for each in open_ledger(store, draft).facts if each.fact.span.exact == words)
        for page in (first, second):
            page.goto(f"{address}?fact={fact.id}")

    def tick(page: Page, source: str) -> None:
        page.locator("summary", has_text="Tick on a source").click()
        page.get_by_label("What it is", exact=True).first.fill(source)
        with page.expect_navigation():
            page.get_by_role("button", name="Tick and next").click()

    both("54")
    tick(first, "https://one.example/a")
    tick(second, "https://two.example/b")
    expect(second.get_by_role("alert")).to_contain_text("was first (tick): look again")
    expect(second.get_by_label("What it is", exact=True).first).to_have_value("https://two.example/b")
    (kept,) = [each for each in open_ledger(store, draft).facts if each.fact.span.exact == "54"]
    assert [source.reference for source in kept.sources] == ["https://one.example/a"]

    both("2019")
    first.locator("summary", has_text="More").click()
    with first.expect_navigation():
        first.get_by_role("button", name="Merge").click()
    tick(second, "https://two.example/b")
    expect(second.get_by_role("alert")).to_contain_text("split or merged")
    merged = [each for each in open_ledger(store, draft).facts if each.state == "replaced"]
    assert len(merged) >= 1 and not [each for each in merged if each.sources]

    facts = [each for each in open_ledger(store, draft).facts if not each.settled]
    for each in facts:
        act(store, draft, each.fact.id, "not_a_fact", LOCAL_PERSON, seen=each.sequence)
    second.goto(address)
    act(store, draft, facts[0].fact.id, "comment", LOCAL_PERSON, seen=facts[0].sequence + 1, comment="Wait.")
    with second.expect_navigation():
        second.get_by_role("button", name="Sign version 1").click()
    expect(second.get_by_role("alert")).to_contain_text("done to its facts meanwhile")
    add_version(store, "Bridge", Article(text=TEXT + " It is closed in 2029."), LOCAL_PERSON)
    with second.expect_navigation():
        second.get_by_role("button", name="Sign version 1").click()
    expect(second.get_by_role("alert")).to_contain_text("version 2 has come in meanwhile")
    assert open_ledger(store, list_drafts(store)[0]).signature is None
    first.close()
    second.close()
