"""The desk as two editors meet it: Debian's Chromium, a keyboard, a phone, no script, axe-core."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
import uvicorn
from accessible import violations
from desks import DANA, EDDA, open_sample
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from samples import HOSTILE
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.core.models import AddedEvidence, Correction, Person, Review
from pipeline.review import Filter, SimilarDecisions, ask_second, decide, history, open_claim, queue, saved_searches
from pipeline.review.accounts import Passwords, add_person
from pipeline.review.similar.search import SimilarDecision
from pipeline.store import Store
from pipeline.web import create_app

pytestmark = pytest.mark.browser
pytest_plugins = ("browsing",)

DESKTOP = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}
LOCAL = Person(name="local", role="admin")
PASSWORD = "correct horse battery staple"


class Stage:
    """One server for all tests; each test puts its own desk on it."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class Desk:
    """A desk on the server, and what happened at it."""

    def __init__(self, base: str, store: Store) -> None:
        self.base = base
        self.store = store

    def ids(self, query: str = "") -> list[str]:
        return [item.claim_id for item in queue(self.store, Filter.from_query(query), limit=100).items]

    def id_of(self, words: str) -> str:
        found = queue(self.store, Filter(status="any"), limit=100).items
        return next(item.claim_id for item in found if words in item.text)

    def events(self, claim_id: str | None = None) -> list[Review]:
        return list(history(self.store, claim_id=claim_id, limit=500))


Open = Callable[..., Page]


@pytest.fixture(scope="module")
def stage() -> Iterator[tuple[Stage, str]]:
    stage = Stage()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(stage, lifespan="off", log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield stage, f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def desk(stage: tuple[Stage, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr("pipeline.web.pages.similar.similar_decisions", lambda *_: SimilarDecisions())
    store, settings = open_sample(tmp_path)
    stage[0].app = create_app(store, settings)
    yield Desk(stage[1], store)
    store.close()


@pytest.fixture
def browse(chromium: Browser, desk: Desk) -> Iterator[Open]:
    """Open pages; at the end nothing may have been logged, raised, shown as a dialog, or asked of another server."""
    complaints: list[str] = []
    contexts = []

    def listen(message: ConsoleMessage) -> None:
        if message.type != "error" or "the server responded with a status of" not in message.text:
            complaints.append(message.text)

    def open_page(path: str = "/", viewport: dict[str, int] = DESKTOP, **options: object) -> Page:
        context = chromium.new_context(viewport=viewport, reduced_motion="reduce", **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"a dialog: {dialog.message}"))
        page.on("request", lambda asked: None if asked.url.startswith(desk.base) else complaints.append(asked.url))
        page.goto(desk.base + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _press(page: Page, *keys: str) -> None:
    """Press keys that lead to another page, and wait for it."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])


def _claim_in(page: Page) -> str:
    return page.url.split("/claims/")[1].split("?")[0].split("#")[0]


def _sign_in(page: Page, person: Person) -> None:
    page.get_by_label("Name").fill(person.name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/*", wait_until="load")


# By keyboard alone


def test_a_reviewer_clears_ten_claims_by_keyboard_alone(desk: Desk, browse: Open) -> None:
    page = browse("/")
    order = desk.ids()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    _press(page, "Enter")
    assert _claim_in(page) == order[0]
    expected: list[tuple[str, str, str | None]] = []
    for number, claim_id in enumerate(order[:11]):
        assert _claim_in(page) == claim_id
        if number == 2:
            _press(page, "s")
        elif number in (4, 7):
            _press(page, "d", "3", "Enter")
            expected.append((claim_id, "dismiss", "misread_claim"))
        elif open_claim(desk.store, claim_id, DANA).needs_verdict:  # the verdict is the first field
            page.keyboard.press("a")
            page.keyboard.type("Not")
            _press(page, "7", "Enter")
            expected.append((claim_id, "correct", "checked_myself"))
        elif number == 6:
            _press(page, "c", "ArrowDown", "5", "Enter")
            expected.append((claim_id, "correct", "evidence_too_old"))
        else:
            _press(page, "a")
            expected.append((claim_id, "accept", None))
    assert [(event.claim_id, event.action, event.reason) for event in desk.events()] == expected
    assert len(expected) == 10
    assert desk.ids()[0] == order[2]


def test_undo_by_key_right_after_a_decision(desk: Desk, browse: Open) -> None:
    first = desk.ids()[0]
    page = browse(f"/claims/{first}")
    _press(page, "a")
    expect(page.get_by_role("status").filter(has_text="Accepted:")).to_be_visible()
    _press(page, "u")
    assert _claim_in(page) == first
    assert [event.action for event in desk.events(first)] == ["accept", "undo"]


def test_a_correction_with_verdict_wording_evidence_and_reason_by_keyboard(desk: Desk, browse: Open) -> None:
    claim_id = desk.id_of("voted 7 to 2")
    page = browse(f"/claims/{claim_id}")
    page.keyboard.press("c")
    page.keyboard.type("Conf")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the flag is not kept
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("asc d 7? The minutes and the mayor differ.")  # letters here are letters
    page.keyboard.press("Tab")
    page.keyboard.type("https://council.example/video")
    page.keyboard.press("Tab")
    page.keyboard.type("seven in favour")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("2")
    _press(page, "Enter")
    (event,) = desk.events(claim_id)
    assert event.action == "correct"
    assert event.reason == "wrong_evidence"
    assert event.after
    assert event.after.label == "conflicting_evidence"
    assert event.after.flags == ()
    assert event.after.justification == "asc d 7? The minutes and the mayor differ."
    assert [(each.url, each.text) for each in event.after.evidence] == [
        ("https://council.example/video", "seven in favour")
    ]


def test_a_dismissal_waits_for_its_reason(desk: Desk, browse: Open) -> None:
    claim_id = desk.ids()[0]
    page = browse(f"/claims/{claim_id}")
    page.keyboard.press("d")
    page.keyboard.press("Enter")
    assert page.locator("#dismiss input:invalid").count()
    page.keyboard.press("a")  # with a form open, other keys decide nothing
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.parentElement.id") == "dismiss"
    assert page.locator("#dismiss").get_attribute("open") is None
    assert desk.events() == []


def test_a_key_held_down_decides_one_claim(desk: Desk, browse: Open) -> None:
    page = browse(f"/claims/{desk.ids()[0]}")
    page.evaluate(
        "for (let i = 0; i < 5; i++) document.body.dispatchEvent("
        "new KeyboardEvent('keydown', { key: 'a', repeat: i > 0, bubbles: true }));"
    )
    page.wait_for_url("**did=*")
    assert len(desk.events()) == 1


def test_keys_can_be_read_and_turned_off(desk: Desk, browse: Open) -> None:
    page = browse(f"/claims/{desk.ids()[0]}")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog")
    expect(keys).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Single keys act").click()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("a")
    page.keyboard.press("/")
    page.reload()
    page.keyboard.press("a")
    assert page.evaluate("document.activeElement.id") != "find"
    assert desk.events() == []
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Single keys act").click()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("trams")
    _press(page, "Enter")
    assert page.locator(".row-claim").count() == 1


# The claim in view


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_claim_is_in_sight_in_its_article_and_so_are_the_buttons(
    desk: Desk, browse: Open, viewport: dict[str, int]
) -> None:
    page = browse(f"/claims/{desk.id_of('A reader wrote')}#here", viewport)
    words, pane = page.locator("#here").bounding_box(), page.locator("#article-text").bounding_box()
    assert words
    assert pane
    assert pane["y"] <= words["y"] <= pane["y"] + pane["height"] - 20
    assert page.evaluate("scrollY") == 0
    for scrolled in (0, 300, 10_000):
        page.evaluate(f"scrollTo(0, {scrolled})")
        expect(page.locator("#correct > summary")).to_be_in_viewport()


def test_earlier_decisions_come_by_themselves_and_fill_the_form(
    desk: Desk, browse: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, claim_id = desk.id_of("twice as many"), desk.id_of("voted 7 to 2")
    wording = Correction(label="not_enough_evidence", justification="Counts differ & <vary>.")
    review = decide(desk.store, other, "correct", DANA, seen=0, correction=wording, reason="wrong_evidence")
    assert review.after
    found = SimilarDecision(
        review=review,
        claim_id=other,
        claim="The council voted seven to two.",
        article_id="0" * 16,
        title="Another article",
        outcome=review.after,
        similarity=0.97,
        same_words=False,
    )
    monkeypatch.setattr("pipeline.web.pages.similar.similar_decisions", lambda *_: SimilarDecisions((found,)))
    page = browse(f"/claims/{claim_id}")
    expect(page.locator(".similar")).to_contain_text("dana corrected it")
    assert violations(page) == []
    page.get_by_role("link", name="Fill the form with it").click()
    expect(page.get_by_label("Verdict", exact=True)).to_have_value("not_enough_evidence")
    expect(page.get_by_label("Wording of the note")).to_have_value("Counts differ & <vary>.")
    page.get_by_role("button", name="Correct and next").click()
    page.wait_for_url("**did=*")
    assert desk.events(claim_id)[0].after == review.after.model_copy(
        update={"flags": desk.events(claim_id)[0].after.flags}
    )  # type: ignore[union-attr]


# Two people


def test_two_people_on_one_claim_and_the_second_loses_nothing(desk: Desk, browse: Open) -> None:
    for person in (DANA, EDDA):
        add_person(desk.store, person.name, person.role, PASSWORD, passwords=Passwords())
    claim_id = desk.id_of("voted 7 to 2")
    dana, edda = browse(f"/claims/{claim_id}"), browse(f"/claims/{claim_id}")
    _sign_in(dana, DANA)
    _sign_in(edda, EDDA)
    edda.keyboard.press("c")
    edda.get_by_label("Verdict", exact=True).select_option("supported")
    edda.get_by_label("Wording of the note").fill("Seven to two, says the video.")
    edda.get_by_label("Address 1").fill("https://council.example/video")
    edda.locator("#correct-comment").fill("seen twice")
    edda.locator("#correct").get_by_label("Wrong evidence").check()
    _press(dana, "a")
    edda.get_by_role("button", name="Correct and next").click()
    alert = edda.get_by_role("alert")
    expect(alert).to_contain_text("dana accepted")
    expect(alert).to_contain_text("nothing you typed is lost")
    assert violations(edda) == []
    assert [event.reviewer for event in desk.events(claim_id)] == ["dana"]
    expect(edda.get_by_label("Wording of the note")).to_have_value("Seven to two, says the video.")
    expect(edda.get_by_label("Address 1")).to_have_value("https://council.example/video")
    expect(edda.locator("#correct-comment")).to_have_value("seen twice")
    edda.get_by_role("button", name="Correct and next").click()
    edda.wait_for_url("**did=*")
    first, second = desk.events(claim_id)
    assert (second.reviewer, second.sequence, second.comment) == ("edda", 2, "seen twice")
    assert second.before == first.after
    edda.get_by_role("button", name="Sign out").click()
    edda.wait_for_url("**/login*")


def test_a_late_accept_can_be_dropped_or_given_all_the_same(desk: Desk, browse: Open) -> None:
    claim_id = desk.ids()[0]
    page = browse(f"/claims/{claim_id}")
    decide(desk.store, claim_id, "dismiss", DANA, seen=0, reason="other", comment="no matter")
    page.keyboard.press("a")
    expect(page.get_by_role("alert")).to_contain_text("no matter")
    page.get_by_role("link", name="Discard mine and go on").click()
    page.wait_for_url(f"**/claims/{desk.ids()[0]}*")
    assert len(desk.events(claim_id)) == 1
    page.goto(f"{desk.base}/claims/{claim_id}")
    expect(page.locator(".now")).to_contain_text("Dismissed")


# Filters, saved searches, many at once


def test_a_filter_narrows_as_one_types_is_saved_and_acts_on_all_it_finds(desk: Desk, browse: Open) -> None:
    page = browse("/")
    page.get_by_label("Verdict", exact=True).select_option("refuted")
    page.wait_for_url("**/?label=refuted")
    expect(page.locator(".row")).to_have_count(len(desk.ids("label=refuted")))
    page.get_by_label("Words", exact=True).press_sequentially("mayor")
    page.wait_for_url("**/?text=mayor&label=refuted")
    assert page.evaluate("document.activeElement.id") == "text"
    found = desk.ids("label=refuted&text=mayor")
    expect(page.locator(".row")).to_have_count(len(found))
    assert 0 < len(found) < len(desk.ids("label=refuted"))
    page.get_by_label("Name for this filter").fill("Mayors, refuted")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Mayors, refuted").click()
    assert page.url == f"{desk.base}/?label=refuted&text=mayor"
    assert [search.query for search in saved_searches(desk.store, LOCAL)] == ["label=refuted&text=mayor"]
    page.get_by_role("link", name="Act on").click()
    page.get_by_label("Dismiss the notes, with a reason").check()
    page.get_by_label("Reason, for dismissing").select_option("false_alarm")
    page.get_by_label(f"Yes, on all {len(found)}").check()
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("status").filter(has_text="Dismissed:")).to_be_visible()
    assert sorted(event.claim_id for event in desk.events()) == sorted(found)


def test_more_rows_are_added_in_place(desk: Desk, browse: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.web.pages.claims._PAGE", 6)
    page = browse("/")
    while page.get_by_role("link", name="Show more").count():
        before = page.locator(".row").count()
        page.get_by_role("link", name="Show more").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".row")).not_to_have_count(before)
        expect(page.locator(".row-claim a").nth(before)).to_be_focused()
    shown = page.eval_on_selector_all(".row-claim a", "all => all.map(a => a.pathname.split('/')[2])")
    assert shown == desk.ids()


# Without script


def test_the_essential_path_works_without_script(desk: Desk, browse: Open) -> None:
    first, second, third, *_ = desk.ids("label=refuted")
    page = browse("/", java_script_enabled=False)
    page.get_by_label("Verdict", exact=True).select_option("refuted")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Review", exact=False).filter(has_text="from the first").click()
    assert _claim_in(page) == first
    assert page.locator("#here").is_visible()
    page.get_by_role("button", name="Accept").click()
    assert _claim_in(page) == second
    page.locator("#dismiss > summary").click()
    page.locator("#dismiss").get_by_label("False alarm").check()
    page.get_by_role("button", name="Dismiss and next").click()
    assert _claim_in(page) == third
    page.locator("#correct > summary").click()
    page.get_by_label("Verdict", exact=True).select_option("supported")
    page.locator("#correct").get_by_label("Misread claim").check()
    page.get_by_role("button", name="Correct and next").click()
    page.get_by_role("button", name="Undo").click()
    assert _claim_in(page) == third
    page.get_by_role("link", name="Look for decisions on the same").click()
    expect(page.get_by_text("No decision on the same")).to_be_visible()
    page.get_by_role("link", name="Back to the claim").click()
    page.get_by_role("link", name="Skip s").click()
    assert [event.action for event in desk.events()] == ["accept", "dismiss", "correct", "undo"]


# What others wrote is text


def test_hostile_text_is_shown_as_text_on_every_page_and_nothing_runs(desk: Desk, browse: Open) -> None:
    claim_id = desk.id_of("A reader wrote")
    wording = Correction(label="refuted", justification=HOSTILE, evidence=(AddedEvidence(text=HOSTILE),))
    decide(desk.store, claim_id, "correct", DANA, seen=0, correction=wording, reason="other", comment=HOSTILE)
    page = browse("/?status=any")
    for path in ("/?status=any&text=reader", f"/claims/{claim_id}", f"/history?claim={claim_id}", "/bulk?status=any"):
        page.goto(desk.base + path)
        assert "<script>alert('owned')</script> {{ 7*7 }}" in page.locator("main").text_content()  # type: ignore[operator]
        for paths in ("main script", "main b", "main iframe", "main object", "main img", "main style", "[onerror]"):
            assert page.locator(paths).count() == 0, (path, paths)


# For everybody


def _pages(desk: Desk) -> list[str]:
    claim_id, other = desk.id_of("9,400 vehicles"), desk.id_of("voted 7 to 2")
    decide(desk.store, other, "correct", DANA, seen=0, correction=Correction(label="supported"), reason="other")
    ask_second(desk.store, desk.id_of("trams since"), EDDA, seen=0)
    return [
        "/",
        "/?status=decided",
        "/?text=zeppelin&label=refuted",
        f"/claims/{claim_id}",
        f"/claims/{other}?did={other}.1",
        f"/claims/{desk.id_of('A reader wrote')}?whole=1",
        f"/claims/{claim_id}/similar",
        "/end",
        "/history",
        f"/history?claim={other}",
        "/runs",
        "/bulk",
        "/nowhere",
    ]


@pytest.mark.parametrize("third", range(3))
def test_axe_finds_no_violation_light_or_dark_at_a_desk_or_on_a_phone(desk: Desk, browse: Open, third: int) -> None:
    page = browse("/")
    for path in _pages(desk)[third::3]:
        page.goto(desk.base + path)
        page.wait_for_load_state("networkidle")
        _check_all_ways(page, path)


@pytest.mark.parametrize("panel", ["correct", "dismiss", "further"])
def test_axe_finds_no_violation_in_what_opens(desk: Desk, browse: Open, panel: str) -> None:
    page = browse(f"/claims/{desk.id_of('9,400 vehicles')}")
    page.eval_on_selector_all("details:not([name])", "all => all.forEach(details => { details.open = true; })")
    page.locator(f"#{panel} > summary").click()
    _check_all_ways(page, panel)


def test_axe_finds_no_violation_at_a_desk_with_accounts(desk: Desk, browse: Open) -> None:
    for person in (DANA, EDDA):
        add_person(desk.store, person.name, person.role, PASSWORD, passwords=Passwords())
    claim_id = desk.ids()[0]
    page = browse(f"/claims/{claim_id}")
    _check_all_ways(page, "login")
    _sign_in(page, EDDA)
    page.wait_for_url(f"**/claims/{claim_id}*")
    page.locator("#further > summary").click()
    assert page.locator("#names option").evaluate_all("all => all.map(o => o.value)") == ["dana", "edda"]
    _check_all_ways(page, "with accounts")
    page.get_by_label("Assign to").fill("dana")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.locator(".head")).to_contain_text("for dana")
    page.get_by_role("link", name="Password").click()
    _check_all_ways(page, "password")


def _check_all_ways(page: Page, where: str) -> None:
    """Run every rule at a desk in light and on a phone in dark, and those on colours the other way round too."""
    contrast = ("color-contrast", "link-in-text-block")
    ways: list[tuple[dict[str, int], Literal["light", "dark"], tuple[str, ...]]] = [
        (DESKTOP, "light", ()),
        (DESKTOP, "dark", contrast),
        (PHONE, "dark", ()),
        (PHONE, "light", contrast),
    ]
    for viewport, scheme, rules in ways:
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)
        assert violations(page, rules) == [], (where, scheme, viewport)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], where


def test_focus_can_always_be_seen(desk: Desk, browse: Open) -> None:
    page = browse(f"/claims/{desk.ids()[0]}")
    for _ in range(25):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "() => { const style = getComputedStyle(document.activeElement);"
            " return document.activeElement === document.body || style.outlineStyle === 'solid'"
            " && parseFloat(style.outlineWidth) >= 2; }"
        )
        assert seen, page.evaluate("document.activeElement.outerHTML")


def test_the_policy_stops_what_is_not_ours(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.route(
        f"{desk.base}/runs",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            body=answer.text().replace("</main>", "<script>document.title = 'owned'</script></main>"),
        ),
    )
    page.goto(f"{desk.base}/runs")
    assert page.title() == "Runs – Review desk"
    context.close()


def test_the_second_reviewer_is_told_that_she_is_blind(desk: Desk, browse: Open) -> None:
    claim_id = desk.ids()[0]
    ask_second(desk.store, claim_id, EDDA, seen=0)
    decide(desk.store, claim_id, "dismiss", DANA, seen=1, reason="other", comment="not for your eyes")
    page = browse(f"/claims/{claim_id}")
    expect(page.get_by_text("you will see how once you have")).to_be_visible()
    assert "not for your eyes" not in page.content()
    _press(page, "a")
    assert open_claim(desk.store, claim_id, LOCAL).item.status == "disputed"
