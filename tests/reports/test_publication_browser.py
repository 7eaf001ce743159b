"""The published page as a reader meets it: Debian's Chromium on a desk and a phone, axe-core, no request leaving."""

from __future__ import annotations

from pathlib import Path

import pytest
from accessible import violations
from decided import RUN, accepted, set_right
from playwright.sync_api import Browser, Route
from samples import HOSTILE, sample_report

from pipeline.core.models import AddedEvidence, Correction
from pipeline.reports.publication import Publication, Publisher, publish, render_html

pytestmark = pytest.mark.browser
pytest_plugins = ("browsing",)

SCREENS = (({"width": 1400, "height": 900}, "light"), ({"width": 360, "height": 740}, "dark"))
EVIL = f"</script><script>document.title='owned'</script>{HOSTILE}"


def _publication() -> Publication:
    report = sample_report()
    notes = [note for note in report.notes if note.claim.checkable]
    evil = Correction(
        label="refuted", justification=EVIL, evidence=(AddedEvidence(url="https://a.example/?<b>", text=EVIL),)
    )
    decided = [set_right(note, evil) if "reader wrote" in note.claim.text else accepted(note) for note in notes]
    publisher = Publisher(name="Velda Checks", url="https://checks.example/")
    return publish(report.article, RUN, report.as_of, decided, publisher=publisher, page_url="https://checks.example/1")


def test_the_published_page_is_whole_reachable_by_keyboard_and_asks_nobody_for_anything(
    chromium: Browser, tmp_path: Path
) -> None:
    publication = _publication()
    file = tmp_path / "published.html"
    file.write_text(render_html(publication), encoding="utf-8")
    requests: list[str] = []
    complaints: list[str] = []

    def let_only_the_file(route: Route) -> None:
        if route.request.url.partition("#")[0] == file.as_uri():
            route.continue_()
        else:
            requests.append(route.request.url)
            route.abort()

    for viewport, scheme in SCREENS:
        context = chromium.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page = context.new_page()
        page.route("**/*", let_only_the_file)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(file.as_uri())
        page.eval_on_selector_all("details", "all => all.forEach(details => { details.open = true; })")
        assert violations(page) == []
        assert page.title().startswith("Fact check: Council closes")
        words = "".join(page.locator(".words").evaluate_all("all => all.map(e => e.textContent)"))
        assert words == publication.article.text
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        reviews = page.evaluate("JSON.parse(document.querySelector('script').textContent)")
        assert EVIL in [review.get("reviewBody") for review in reviews]
        page.locator(".found a").first.focus()
        page.keyboard.press("Enter")
        check = page.locator(".check:target")
        assert check.get_attribute("id") == page.locator(".found a").first.get_attribute("href").removeprefix("#")  # type: ignore[union-attr]
        assert check.is_visible()
        context.close()
    assert requests == []
    assert complaints == []
