"""The HTML report as an editor meets it: Debian's Chromium, a keyboard, a phone, a printer, axe-core."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from accessible import violations
from playwright.sync_api import Browser, ConsoleMessage, Page, Route
from samples import HOSTILE, sample_report

from pipeline.core.models import Report
from pipeline.reports.run.html import render_html
from pipeline.reports.shared.views import view_notes

pytestmark = pytest.mark.browser
pytest_plugins = ("browsing",)

DESK = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 360, "height": 640}

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def report() -> Report:
    return sample_report()


@pytest.fixture
def open_page(chromium: Browser, report: Report, tmp_path: Path) -> Iterator[Open]:
    """Open the report; at the end nothing may have been requested, logged or raised."""
    file = tmp_path / "report.html"
    file.write_text(render_html(report), encoding="utf-8")
    requests: list[str] = []
    complaints: list[str] = []

    def let_only_the_file(route: Route) -> None:
        if route.request.url == file.as_uri():
            route.continue_()
        else:
            requests.append(route.request.url)
            route.abort()

    def listen(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    contexts = []

    def open_report(viewport: dict[str, int] = DESK, **options: object) -> Page:
        context = chromium.new_context(viewport=viewport, reduced_motion="reduce", **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", let_only_the_file)
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(file.as_uri())
        return page

    yield open_report
    for context in contexts:
        context.close()
    assert requests == []
    assert complaints == []


def _shown_notes(page: Page) -> list[int]:
    return page.eval_on_selector_all(".note", "notes => notes.filter(n => n.offsetHeight).map(n => +n.dataset.number)")


def _open_everything(page: Page) -> None:
    page.eval_on_selector_all("details", "all => all.forEach(details => { details.open = true; })")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(open_page: Open, viewport: dict[str, int], scheme: str) -> None:
    page = open_page(viewport, color_scheme=scheme)
    assert violations(page) == []
    _open_everything(page)
    page.get_by_role("button", name="Show all notes").click()
    page.keyboard.press("n")
    assert violations(page) == []
    page.get_by_role("button", name="Supported", exact=False).first.click()
    page.get_by_role("button", name="Wrong title", exact=False).click()
    assert violations(page) == []


def test_the_words_on_the_page_are_exactly_those_of_the_article(open_page: Open, report: Report) -> None:
    page = open_page()
    assert "".join(page.locator(".words").evaluate_all("all => all.map(e => e.textContent)")) == report.article.text
    for view in view_notes(report):
        held = page.eval_on_selector_all(
            f'.seg[data-notes~="{view.number}"]', "all => all.map(e => e.textContent).join('')"
        )
        assert held == "".join(span.exact for span in view.note.claim.spans)


def test_proven_words_are_marked(open_page: Open) -> None:
    page = open_page()
    marked = page.locator("#note-2 mark").all_text_contents()
    assert marked == ["In favour: six members. Against: three members"]


def test_outcome_filters_hide_and_show_and_say_so(open_page: Open, report: Report) -> None:
    page = open_page()
    views = view_notes(report)
    at_first = [view.number for view in views if view.outcome != "not_checkable"]
    assert _shown_notes(page) == at_first
    chip = page.locator('.chip[data-outcome="supported"]')
    assert chip.get_attribute("aria-pressed") == "true"
    chip.focus()
    page.keyboard.press("Space")
    assert chip.get_attribute("aria-pressed") == "false"
    left = [view.number for view in views if view.outcome not in ("not_checkable", "supported")]
    assert _shown_notes(page) == left
    assert page.get_by_role("status").text_content() == f"Showing {len(left)} of {len(views)} notes"
    assert page.locator("#claim-1").is_hidden()
    page.locator('.chip[data-outcome="not_checkable"]').click()
    assert len(_shown_notes(page)) == len(left) + sum(view.outcome == "not_checkable" for view in views)
    page.get_by_role("button", name="Show all notes").click()
    assert _shown_notes(page) == [view.number for view in views]


def test_flag_filters_keep_notes_with_any_of_the_flags(open_page: Open, report: Report) -> None:
    page = open_page()

    def with_flags(*kinds: str) -> list[int]:
        return [view.number for view in view_notes(report) if any(flag.kind in kinds for flag in view.note.flags)]

    page.locator('.chip[data-flag="misattributed_title"]').click()
    assert _shown_notes(page) == with_flags("misattributed_title")
    page.locator('.chip[data-flag="wrong_number"]').click()
    assert _shown_notes(page) == with_flags("misattributed_title", "wrong_number")


def test_n_and_p_move_the_focus_through_what_is_flagged_or_differs_in_a_source(open_page: Open, report: Report) -> None:
    page = open_page()
    flagged = [view.number for view in view_notes(report) if view.flagged or view.differs]
    assert any(view.differs for view in view_notes(report))

    def focused() -> str | None:
        return page.evaluate("document.activeElement.id")

    for number in [*flagged, flagged[0]]:
        page.keyboard.press("n")
        assert focused() == f"claim-{number}"
        assert page.locator(f"#note-{number}").is_visible()
    page.keyboard.press("p")
    assert focused() == f"claim-{flagged[-1]}"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.get_by_role("button", name="Shortcut keys").click()
    page.keyboard.press("n")
    assert focused() != f"claim-{flagged[0]}"


def test_an_active_note_stands_beside_its_words(open_page: Open, report: Report) -> None:
    page = open_page()
    last = [view.number for view in view_notes(report) if view.flagged or view.differs][-1]
    page.keyboard.press("p")
    words = page.locator(f'.seg[data-notes~="{last}"]').first.bounding_box()
    note = page.locator(f"#note-{last}").bounding_box()
    assert words
    assert note
    assert note["x"] > words["x"] + words["width"]
    assert abs(note["y"] - words["y"]) < DESK["height"] / 3 + 1


def test_notes_in_the_margin_keep_their_order_and_never_overlap(open_page: Open) -> None:
    page = open_page()
    for _ in range(4):
        page.keyboard.press("n")
        boxes = page.eval_on_selector_all(
            ".note", "all => all.map(e => e.getBoundingClientRect()).filter(b => b.height).map(b => [b.top, b.bottom])"
        )
        assert all(above[1] <= below[0] for above, below in zip(boxes, boxes[1:], strict=False))


def test_a_note_that_made_room_comes_back_with_the_focus(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("p")
    top = "e => e.getBoundingClientRect().top - document.querySelector('.body').getBoundingClientRect().top"
    assert page.eval_on_selector("#note-2", top) < 0
    page.locator("#note-2 > details > summary").focus()
    assert page.eval_on_selector("#note-2", top) >= 0
    assert page.locator("#note-2 > details > summary").evaluate("e => e === document.activeElement")


def test_a_click_on_nested_words_opens_the_innermost_claim(open_page: Open) -> None:
    page = open_page()
    page.get_by_text("7 to 2", exact=True).first.click()
    page.locator('.seg[data-notes="1 2"]').first.click()
    assert "active" in (page.locator("#note-2").get_attribute("class") or "")
    page.locator('.seg[data-notes="1"]').first.click()
    assert page.locator("#note-1 > details").get_attribute("open") is not None


@pytest.mark.parametrize("viewport", [PHONE, SMALL_PHONE], ids=["390", "360"])
def test_a_phone_never_scrolls_sideways(open_page: Open, viewport: dict[str, int]) -> None:
    page = open_page(viewport)
    _open_everything(page)
    page.get_by_role("button", name="Show all notes").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    paragraph = page.locator(".words").first.bounding_box()
    note = page.locator("#note-1").bounding_box()
    assert paragraph
    assert note
    assert note["y"] >= paragraph["y"] + paragraph["height"]


def test_print_shows_notes_evidence_and_addresses(open_page: Open) -> None:
    page = open_page()
    page.emulate_media(media="print")
    assert page.locator("#note-2 blockquote").is_visible()
    assert page.locator("#note-2 blockquote").bounding_box()["height"] > 0  # type: ignore[index]
    address = page.eval_on_selector("#note-2 .evidence a", "e => getComputedStyle(e, '::after').content")
    assert "https://council.example/minutes/2031-03-11" in str(address) or "attr(href)" in str(address)
    assert page.locator(".toolbar").is_hidden()
    assert page.locator(".chips").first.is_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('#note-2')).position") == "static"


def test_without_script_every_note_can_be_read(open_page: Open, report: Report) -> None:
    for viewport in (DESK, PHONE):
        page = open_page(viewport, java_script_enabled=False)
        assert page.locator(".note:visible").count() == len(report.notes)
        page.locator("#note-2 > details > summary").click()
        assert page.locator("#note-2 blockquote").is_visible()
        assert page.locator(".toolbar").is_hidden()


def test_hostile_text_is_shown_as_text(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("button", name="Show all notes").click()
    assert HOSTILE in (page.locator("#article .words").last.text_content() or "")
    assert page.locator("script").count() == 1
    assert page.evaluate("document.querySelectorAll('b, iframe, object, img, [onerror]').length") == 0
    confined = page.eval_on_selector_all(
        ".hidden-character", "all => all.every(e => getComputedStyle(e).unicodeBidi.startsWith('isolate'))"
    )
    assert confined


def test_the_policy_stops_what_is_not_ours(chromium: Browser, report: Report, tmp_path: Path) -> None:
    file = tmp_path / "changed.html"
    file.write_text(
        render_html(report).replace("</main>", "<script>document.title = 'owned'</script></main>"), encoding="utf-8"
    )
    context = chromium.new_context()
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.title() != "owned"
    context.close()
