"""Signing in as people meet it: the real command, Debian's Chromium, and a page elsewhere on this machine."""

from __future__ import annotations

import http.server
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from accessible import violations
from command_line import FACTNOTES, call, environment
from guarded import PASSWORD, keep_sample
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from pipeline.core.settings import load_settings
from pipeline.review import Filter, history, queue
from pipeline.review.accounts import make_token
from pipeline.store import Store

pytestmark = pytest.mark.browser
pytest_plugins = ("browsing",)

EVIL = """<!doctype html><title>elsewhere</title>
<form id="f" method="post" action="{url}"><input name="csrf_token" value=""><input name="action" value="accept">
<input name="seen" value="0"></form><iframe src="{base}"></iframe><script>document.getElementById("f").submit()</script>
"""


class Desk:
    """A desk started by the command, and the store behind it."""

    def __init__(self, process: subprocess.Popen[str], base: str, store: Store) -> None:
        self.process = process
        self.base = base
        self.store = store
        self.token = make_token(store, "rita", "test", timedelta(days=1))

    @property
    def claim(self) -> str:
        """The first claim of the queue."""
        return queue(self.store, Filter(), limit=1).items[0].claim_id


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("home")
    for name, role in (("rita", "reviewer"), ("edda", "editor")):
        added = call(home, "people", "add", name, "--role", role, stdin=PASSWORD + "\n", FACTNOTES_HOME=str(home))
        assert added.returncode == 0, added.stderr
    store = Store.open(load_settings(home=home).store_path)
    keep_sample(store)
    command, given = [FACTNOTES, "desk", "--port", "0"], environment(FACTNOTES_HOME=str(home), PYTHONUNBUFFERED="1")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=given) as process:
        assert process.stdout
        said = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert found and "sign in with an account" in said
        try:
            yield Desk(process, found[0], store)
        finally:
            process.send_signal(signal.SIGTERM)
            last = process.stdout.read()
            store.close()
    assert (process.returncode, last) == (0, "The desk is closed.\n")


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield made
    made.close()


def sign_in(page: Page, desk: Desk, name: str, password: str = PASSWORD) -> None:
    if "/login" not in page.url:
        page.goto(desk.base)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_reviewer_signs_in_is_kept_from_what_editors_do_and_signs_out(desk: Desk, context: BrowserContext) -> None:
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page = context.new_page()
    page.on("console", listen)
    page.goto(f"{desk.base}/history")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.locator("nav, [role=search]").count() <= 1 and "Tern Street" not in page.content()
    assert complaints == [] == violations(page)
    sign_in(page, desk, "rita", "wrong password")
    expect(page.get_by_role("alert")).to_have_text("Name or password is wrong, or the account is closed.")
    expect(page.get_by_label("Password")).to_be_focused()
    sign_in(page, desk, "rita")
    expect(page).to_have_url(f"{desk.base}/history")
    page.goto(f"{desk.base}/password")
    assert violations(page) == []
    page.goto(f"{desk.base}/claims/{desk.claim}")
    expect(page.get_by_text("rita", exact=True).first).to_be_visible()
    assert page.get_by_role("button", name=re.compile("approve", re.IGNORECASE)).count() == 0
    before = len(history(desk.store, limit=100))
    answer = page.evaluate(
        """async ([path, token]) => (await fetch(path, {method: "POST", headers: {
            "Content-Type": "application/json", "X-CSRF-Token": document.querySelector("meta[name=csrf-token]").content,
        }, body: JSON.stringify({action: "approve", seen: 0})})).status""",
        [f"/api/v1/claims/{desk.claim}/reviews", ""],
    )
    assert (answer, page.goto(f"{desk.base}/api/v1/log").status) == (403, 403)  # type: ignore[union-attr]
    assert len(history(desk.store, limit=100)) == before
    page.goto(desk.base)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "Tern Street" not in page.content()


def test_signing_in_works_without_javascript(desk: Desk, chromium: Browser) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        with page.expect_request(lambda request: request.method == "POST") as sent:
            sign_in(page, desk, "edda")
        assert sent.value.all_headers()["origin"] == desk.base
        expect(page).to_have_url(f"{desk.base}/")
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(f"{desk.base}/login")


def test_cookies_are_not_for_scripts(desk: Desk, context: BrowserContext) -> None:
    page = context.new_page()
    sign_in(page, desk, "rita")
    expect(page).to_have_url(f"{desk.base}/")
    assert page.evaluate("document.cookie") == ""
    assert {cookie["name"] for cookie in context.cookies()} == {"factnotes_session", "factnotes_visit"}
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in context.cookies())


def test_a_page_elsewhere_on_this_machine_neither_acts_nor_frames_the_desk(desk: Desk, context: BrowserContext) -> None:
    path = f"/claims/{desk.claim}/decide"
    page_text = EVIL.format(url=f"{desk.base}{path}", base=desk.base).encode()

    class Elsewhere(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page_text)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page = context.new_page()
        sign_in(page, desk, "rita")
        expect(page).to_have_url(f"{desk.base}/")
        before = history(desk.store, limit=100)
        with page.expect_response(lambda answer: path in answer.url) as answer:
            page.goto(f"http://127.0.0.1:{server.server_port}/", wait_until="commit")
        sent = answer.value.request.all_headers()
        assert "factnotes_session" in sent["cookie"]  # ports are one site: the cookie goes along, and must not suffice
        assert answer.value.status == 403 and history(desk.store, limit=100) == before
        expect(page.get_by_text("not the desk's")).to_be_visible()
    finally:
        server.shutdown()
        server.server_close()


def test_a_program_uses_the_api_of_the_same_desk(desk: Desk) -> None:
    headers = {"Authorization": f"Bearer {desk.token}"}
    with httpx.Client(base_url=f"{desk.base}/api/v1", headers=headers, timeout=60) as client:
        answer = client.get("/queue?limit=1")
        assert answer.json()["items"][0]["claim_id"] == desk.claim and "server" not in answer.headers
        assert client.get("/session", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 400
        assert client.get("/session", headers={"Host": "evil.example"}).status_code == 400
