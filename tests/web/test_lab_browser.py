"""The prompt lab as an editor meets it: Debian's Chromium, with and without script, axe-core."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
import uvicorn
from accessible import violations
from playwright.sync_api import Browser, Page, expect
from scripted_service import running
from test_lab import Judge, Lab

from pipeline.llm import prompt_files
from pipeline.web import create_app

pytestmark = pytest.mark.browser
pytest_plugins = ("browsing",)

STARTS = re.compile(r"^Be bold\.")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Lab, str]]:
    with running(Judge()) as service, socket.socket() as listening:
        lab = Lab(tmp_path, service)
        listening.bind(("127.0.0.1", 0))
        app = create_app(lab.store, lab.settings)
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 60
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        yield lab, f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)
        lab.store.close()


def _ask(page: Page) -> None:
    body = page.get_by_label("Text of the draft")
    body.fill("Be bold.\n" + body.input_value())
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Ask both prompts").click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_an_editor_tries_a_draft_and_keeps_it(chromium: Browser, served: tuple[Lab, str], script: bool) -> None:
    lab, base = served
    page = chromium.new_context(java_script_enabled=script).new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{base}/lab?suite=ferries")
    expect(page.get_by_role("link", name="Prompt lab")).to_have_attribute("aria-current", "page")
    _ask(page)
    expect(page.get_by_role("heading", name="What they answered")).to_be_visible()
    expect(page.get_by_role("group", name="Live: predict_verdict@1")).to_have_count(2)
    draft = page.get_by_role("group", name="Draft: predict_verdict@2").first
    expect(draft.get_by_text("not found in passage 1").first).to_be_visible()
    expect(page.get_by_label("Text of the draft")).to_have_value(STARTS)
    assert page.locator(".prompt-diff ins").first.inner_text().strip() == "Be bold."
    page.get_by_label("Words of the case").press("Enter")
    expect(page.get_by_label("Text of the draft")).to_have_value(STARTS)
    page.get_by_role("button", name="Save as a new draft").click()
    expect(page.get_by_role("status").filter(has_text="Saved as the draft predict_verdict@2")).to_be_visible()
    assert list(prompt_files("predict_verdict", lab.prompts)) == [1, 2]
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 390], ids=["desk", "phone"])
def test_axe_finds_no_violation(
    chromium: Browser, served: tuple[Lab, str], scheme: Literal["light", "dark"], width: int
) -> None:
    _, base = served
    complaints: list[str] = []
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{base}/lab?suite=ferries")
    _ask(page)
    expect(page.get_by_role("heading", name="What they answered")).to_be_visible()
    for closed in page.locator(".lab details").all():
        closed.evaluate("each => each.open = true")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing is cut off at the side"
    assert complaints == [], "the content policy refuses nothing of the page"
    page.get_by_label("Text of the draft").fill("{{ claim")
    page.get_by_role("button", name="Save as a new draft").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    context.close()
