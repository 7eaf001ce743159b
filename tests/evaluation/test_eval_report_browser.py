"""An evaluation's report as a reader meets it: Debian's Chromium, filters, a phone, a printer, axe-core."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from accessible import violations
from eval_samples import HOSTILE, sample_page
from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser
pytest_plugins = ("browsing",)

DESK = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def page_text() -> str:
    return sample_page()


@pytest.fixture
def open_page(chromium: Browser, page_text: str, tmp_path: Path) -> Iterator[Open]:
    """Open the report; at the end nothing may have been requested, logged or raised."""
    file = tmp_path / "report.html"
    file.write_text(page_text, encoding="utf-8")
    requests: list[str] = []
    complaints: list[str] = []
    contexts = []

    def let_only_the_file(route: Route) -> None:
        if route.request.url == file.as_uri():
            route.continue_()
        else:
            requests.append(route.request.url)
            route.abort()

    def open_report(viewport: dict[str, int] = DESK, **options: object) -> Page:
        context = chromium.new_context(viewport=viewport, reduced_motion="reduce", **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", let_only_the_file)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(file.as_uri())
        return page

    yield open_report
    for context in contexts:
        context.close()
    assert requests == []
    assert complaints == []


def _shown(page: Page) -> int:
    return page.locator(".case:visible").count()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(open_page: Open, viewport: dict[str, int], scheme: str) -> None:
    page = open_page(viewport, color_scheme=scheme)
    page.eval_on_selector_all(".case", "all => all.slice(0, 12).forEach(one => { one.open = true; })")
    assert violations(page) == []


def test_filters_show_what_they_say(open_page: Open) -> None:
    page = open_page()
    assert _shown(page) == 48
    page.locator("[data-filter=turns]").select_option(label="Changed")
    changed = _shown(page)
    assert 0 < changed < 48
    assert page.get_by_role("status").text_content() == f"Showing {changed} of 48 cases"
    assert page.locator(".case:visible .turn").all_text_contents() == sorted(
        page.locator(".case:visible .turn").all_text_contents(), key=["Got worse", "Got better"].index
    )
    page.locator("[data-filter=source]").select_option(label="minutes <i>")
    assert 0 < _shown(page) < changed
    page.locator("[data-filter=turns]").select_option(label="all")
    assert _shown(page) == 24
    page.locator("[data-filter=gold]").select_option(label="Refuted")
    assert _shown(page) == 12
    page.get_by_role("searchbox", name="Words").fill("FERRY 13 CARRIED")
    assert _shown(page) == 1


def test_a_case_opens_with_the_keyboard(open_page: Open) -> None:
    page = open_page()
    row = page.locator(".case").first
    assert not row.locator(".inside").is_visible()
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    assert row.locator("blockquote").first.is_visible()
    assert row.locator(".answer").count() == 2


def test_a_phone_never_scrolls_sideways(open_page: Open) -> None:
    page = open_page(PHONE)
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_whiskers_stand_where_their_figures_are(open_page: Open) -> None:
    page = open_page()
    told = page.locator(".interval").evaluate_all(
        """rows => rows.map(row => {
          const box = row.querySelector('svg').getBoundingClientRect();
          const point = row.querySelector('.point').getBoundingClientRect();
          const value = parseFloat(row.querySelector('.num').textContent);
          return [value, (point.left + point.width / 2 - box.left) / box.width];
        })"""
    )
    assert len(told) >= 8
    assert all(abs(value - drawn) < 0.02 for value, drawn in told)


def test_without_script_every_case_can_be_read(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    assert _shown(page) == 48
    assert page.locator(".toolbar").is_hidden()
    page.locator(".case summary").first.click()
    assert page.locator(".case blockquote").first.is_visible()


def test_print_opens_what_changed_and_leaves_out_the_filters(open_page: Open) -> None:
    page = open_page()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".case[data-turns~=flipped] .inside").first.is_visible()
    assert page.locator(".case[data-turns~=right] .inside:visible").count() == 0
    assert page.locator(".toolbar").is_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".case[open]").count() == 0


def test_hostile_text_is_shown_as_text(open_page: Open) -> None:
    page = open_page()
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    assert HOSTILE in (page.locator(".listing").text_content() or "")
    assert page.locator("script").count() == 1
    assert page.evaluate("document.querySelectorAll('b, i, iframe, object, img, [onerror]').length") == 0


def test_the_policy_stops_what_is_not_ours(chromium: Browser, page_text: str, tmp_path: Path) -> None:
    file = tmp_path / "changed.html"
    file.write_text(page_text.replace("</main>", "<script>document.title = 'owned'</script></main>"), encoding="utf-8")
    context = chromium.new_context()
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.title() != "owned"
    context.close()
