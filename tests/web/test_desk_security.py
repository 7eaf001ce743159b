"""The request gate before the desk: who gets in, what is refused, and what every answer carries."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result
from guarded import CHEAP, LOOPBACK, PASSWORD, PUBLIC, TestDesk, api_csrf, csrf, open_desk, sign_in
from hypothesis import given, strategies as st
from limits import RateLimitItemPerHour
from starlette.testclient import TestClient

from pipeline.cli.main import main
from pipeline.review.accounts import deactivate, make_token, set_password, set_role
from pipeline.web.gate.hosts import hostname, local_path
from pipeline.web.gate.middleware import HEADERS

FACTNOTES = Path(sys.executable).with_name("factnotes")
PAGES = ("/", "/runs", "/history", "/next")
API_PATHS = ("/api/v1/queue", "/api/v1/session", "/api/v1/history", "/api/v1/log", "/api/v1/openapi.json")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    with open_desk(tmp_path) as made:
        yield made


@pytest.fixture
def local(tmp_path: Path) -> Iterator[TestDesk]:
    with open_desk(tmp_path / "local", accounts=False) as made:
        yield made


def a_claim(browser: TestClient) -> dict[str, Any]:
    item: dict[str, Any] = browser.get("/api/v1/queue?limit=1").json()["items"][0]
    return item


def accept(browser: TestClient, **headers: str) -> Any:
    claim = a_claim(browser)
    body = {"action": "accept", "seen": claim["sequence"]}
    return browser.post(f"/api/v1/claims/{claim['claim_id']}/reviews", json=body, headers=headers)


# Signing in and out


def test_without_signing_in_nothing_is_seen(desk: TestDesk) -> None:
    browser = desk.browser()
    for path in (*PAGES, "/no-such-page", "/claims/0123456789abcdef"):
        answer = browser.get(path)
        assert answer.status_code == 303 and answer.headers["location"].startswith("/login"), path
        assert "Tern Street" not in answer.text
    for path in (*API_PATHS, "/api/v1/no-such-path"):
        answer = browser.get(path)
        assert answer.status_code == 401 and answer.headers["content-type"] == "application/problem+json", path
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert browser.get("/api/v1/health").json() == {"status": "ok"}


def test_signing_in_leads_where_one_wanted_to_go(desk: TestDesk) -> None:
    browser = desk.browser()
    asked = browser.get("/history?person=rita&x=1")
    assert asked.headers["location"] == "/login?next=/history%3Fperson%3Drita%26x%3D1"
    page = browser.get(asked.headers["location"])
    assert 'name="next" value="/history?person=rita&amp;x=1"' in page.text
    assert sign_in(browser, "rita", next="/history?person=rita").headers["location"] == "/history?person=rita"
    assert browser.get("/history").status_code == 200


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "/\tx", "", "javascript:1"]
)
def test_signing_in_leads_to_no_other_site(desk: TestDesk, target: str) -> None:
    assert sign_in(desk.browser(), "rita", next=target).headers["location"] == "/"


@given(st.text(max_size=30).map(lambda text: "/" + text))
def test_a_path_to_go_on_to_never_leaves_the_desk(path: str) -> None:
    from urllib.parse import urljoin, urlsplit

    assert urlsplit(urljoin("https://desk.example.org/login", local_path(path))).netloc == "desk.example.org"


def test_a_wrong_password_an_unknown_name_and_a_closed_account_read_the_same(desk: TestDesk) -> None:
    deactivate(desk.store, "edda")
    answers = [
        sign_in(desk.browser(), name, password)
        for name, password in (("rita", "wrong"), ("nobody", PASSWORD), ("edda", PASSWORD), ("", ""))
    ]
    assert {answer.status_code for answer in answers} == {401}
    pages = {re.sub(r'value="[^"]*"|content="[^"]*"| autofocus', "", answer.text) for answer in answers}
    assert len(pages) == 1 and "Name or password is wrong" in pages.pop()
    assert not any("session=" in answer.headers.get("set-cookie", "") for answer in answers)


def test_the_name_typed_comes_back_as_text(desk: TestDesk) -> None:
    page = sign_in(desk.browser(), '"><script>alert(1)</script>', "wrong").text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_the_session_is_new_at_every_sign_in_and_dead_after_signing_out(desk: TestDesk) -> None:
    browser = desk.browser()
    browser.cookies.set("factnotes_session", "A" * 43, domain="127.0.0.1")
    assert sign_in(browser, "rita").status_code == 303
    first = browser.cookies["factnotes_session"]
    assert first != "A" * 43
    out = browser.post("/logout", data={"csrf_token": csrf(browser, "/")})
    assert (out.status_code, out.headers["location"]) == (303, "/login")
    assert "factnotes_session=; " in out.headers["set-cookie"] and "Max-Age=0" in out.headers["set-cookie"]
    assert sign_in(browser, "rita").status_code == 303
    assert browser.cookies["factnotes_session"] != first
    stolen = desk.browser(cookies={"factnotes_session": first})
    assert stolen.get("/").status_code == 303


def test_signing_in_over_a_session_ends_it(desk: TestDesk) -> None:
    browser = desk.signed_in("rita")
    old = browser.cookies["factnotes_session"]
    answer = browser.post("/login", data={"csrf_token": csrf(browser, "/"), "name": "edda", "password": PASSWORD})
    assert answer.status_code == 303
    assert browser.get("/api/v1/session").json()["person"] == {"name": "edda", "role": "editor"}
    assert desk.browser(cookies={"factnotes_session": old}).get("/").status_code == 303


def test_a_session_ends_when_idle_and_when_it_is_old(desk: TestDesk) -> None:
    browser = desk.signed_in("rita")
    for _ in range(12):
        desk.clock.pass_by(minutes=59)
        assert browser.get("/history").status_code == 200
    desk.clock.pass_by(minutes=13)
    assert browser.get("/history").status_code == 303
    again = desk.signed_in("rita")
    desk.clock.pass_by(minutes=60)
    assert again.get("/history").status_code == 303


def test_what_was_written_in_an_expired_session_can_be_sent_after_signing_in_again(desk: TestDesk) -> None:
    browser = desk.signed_in("rita")
    claim, token = a_claim(browser), csrf(browser, "/")
    form = {"csrf_token": token, "action": "accept", "seen": "0", "note": str(claim["note_id"]), "filter": ""}
    desk.clock.pass_by(hours=2)
    late = browser.post(f"/claims/{claim['claim_id']}/decide", data=form)
    assert late.status_code == 401 and "reload this page" in late.text
    assert sign_in(browser, "rita").status_code == 303
    assert browser.post(f"/claims/{claim['claim_id']}/decide", data=form).status_code == 303
    assert browser.get("/api/v1/history").json()["items"][0]["reviewer"] == "rita"


def test_a_part_of_a_page_asked_for_without_a_session_sends_the_whole_page_to_sign_in(desk: TestDesk) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": f"{LOOPBACK}/?status=open"}
    answer = desk.browser().get("/", headers=headers)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/login?next=/%3Fstatus%3Dopen")
    for address in ("http://[::1", "", "javascript:alert(1)", "https://evil.example/x"):
        answer = desk.browser().get("/", headers={"HX-Request": "true", "HX-Current-URL": address})
        assert answer.status_code == 401 and answer.headers["hx-redirect"].startswith("/login")


def test_a_changed_password_role_or_account_holds_in_open_browsers(desk: TestDesk) -> None:
    rita, edda = desk.signed_in("rita"), desk.signed_in("edda")
    set_role(desk.store, "rita", "editor")
    assert rita.get("/api/v1/log").status_code == 200
    set_password(desk.store, "rita", "a boat of red tin", passwords=CHEAP)
    assert rita.get("/api/v1/log").status_code == 401
    deactivate(desk.store, "edda")
    assert edda.get("/").status_code == 303


def test_a_person_changes_her_password_and_other_browsers_are_signed_out(desk: TestDesk) -> None:
    here, there = desk.signed_in("rita"), desk.signed_in("rita")
    form = {"csrf_token": csrf(here, "/password"), "old": PASSWORD, "new": "a boat of red tin"}
    assert here.post("/password", data=form | {"again": "another"}).status_code == 422
    assert here.post("/password", data=form | {"old": "wrong", "again": form["new"]}).status_code == 401
    assert here.post("/password", data=form | {"new": "short", "again": "short"}).status_code == 422
    assert there.get("/").status_code == 200
    assert here.post("/password", data=form | {"again": form["new"]}).status_code == 303
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 303)
    assert sign_in(desk.browser(), "rita").status_code == 401


def test_attempts_to_sign_in_are_limited_for_a_name_and_for_an_address(desk: TestDesk) -> None:
    desk.sign_in_limits(per_name=RateLimitItemPerHour(2))
    statuses = [sign_in(desk.browser(), "rita", "wrong").status_code for _ in range(3)]
    limited = sign_in(desk.browser(), "rita")
    assert statuses == [401, 401, 429] and limited.status_code == 429
    assert limited.headers["retry-after"] == "3600" and "too many attempts" in limited.text.lower()
    desk.sign_in_limits(per_address=RateLimitItemPerHour(1))
    browser = desk.browser(client=("127.0.0.1", 1))
    assert [sign_in(browser, name, "wrong").status_code for name in ("a", "b")] == [401, 429]


# Roles


def test_each_role_may_do_what_it_may_and_no_more(desk: TestDesk) -> None:
    rita, edda, ada = (desk.signed_in(name) for name in ("rita", "edda", "ada"))
    assert [browser.get("/api/v1/log").status_code for browser in (rita, edda, ada)] == [403, 200, 200]
    claim = a_claim(rita)
    path = f"/api/v1/claims/{claim['claim_id']}/reviews"
    assert rita.post(path, json={"action": "accept", "seen": 0}, headers=api_csrf(rita)).status_code == 201
    approve = {"action": "approve", "seen": 1}
    refused = rita.post(path, json=approve, headers=api_csrf(rita))
    assert refused.status_code == 403 and refused.headers["content-type"] == "application/problem+json"
    assert edda.post(path, json=approve, headers=api_csrf(edda)).status_code == 201
    page = rita.get(f"/claims/{claim['claim_id']}")
    form = {"csrf_token": csrf(rita, "/"), "seen": "2", "filter": "", "comment": "", "action": "send_back"}
    by_form = rita.post(f"/claims/{claim['claim_id']}/editor", data=form)
    assert by_form.status_code == 403 and "editor" in by_form.text
    assert page.status_code == 200
    assert [event["action"] for event in edda.get(path).json()["items"]] == ["accept", "approve"]


# Requests from elsewhere


def test_a_change_without_the_token_of_the_page_is_refused(desk: TestDesk, tmp_path: Path) -> None:
    with open_desk(tmp_path / "local", accounts=False) as local:
        for browser in (desk.signed_in("rita"), local.browser()):
            assert accept(browser).status_code == 403
            assert accept(browser, **{"X-CSRF-Token": "wrong"}).status_code == 403
            assert accept(browser, **{"X-CSRF-Token": ""}).status_code == 403
            claim = a_claim(browser)["claim_id"]
            assert browser.post(f"/claims/{claim}/decide", data={"action": "accept", "seen": "0"}).status_code == 403
            assert browser.post(f"/claims/{claim}/decide", content=b"csrf_token").status_code == 403
            for method in ("PUT", "DELETE", "PATCH", "TRACE", "ANY"):
                assert browser.request(method, "/api/v1/searches/mine").status_code == 403
            assert browser.get("/api/v1/history").json()["items"] == []
            assert accept(browser, **api_csrf(browser)).status_code == 201


def test_the_token_of_one_browser_does_not_open_another(desk: TestDesk, local: TestDesk) -> None:
    rita, edda = desk.signed_in("rita"), desk.signed_in("edda")
    assert accept(edda, **api_csrf(rita)).status_code == 403
    one, two = local.browser(), local.browser()
    assert accept(two, **api_csrf(one)).status_code == 403
    assert accept(one, **api_csrf(one)).status_code == 201


def test_signing_in_needs_the_token_too(desk: TestDesk) -> None:
    answer = desk.browser().post("/login", data={"name": "rita", "password": PASSWORD})
    assert answer.status_code == 403 and "session" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "http://127.0.0.1:8765.evil.example"},
        {"Origin": "https://127.0.0.1:8765"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": LOOPBACK},
    ],
)
def test_a_page_elsewhere_changes_nothing_even_with_the_token(local: TestDesk, headers: dict[str, str]) -> None:
    browser = local.browser()
    answer = accept(browser, **api_csrf(browser), **headers)
    assert answer.status_code == 403 and "not the desk's" in answer.json()["detail"]


@pytest.mark.parametrize("headers", [{"Origin": LOOPBACK}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"}])
def test_the_desks_own_page_changes_what_it_asks(local: TestDesk, headers: dict[str, str]) -> None:
    browser = local.browser()
    assert accept(browser, **api_csrf(browser), **headers).status_code == 201


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8765",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "",
        "[::1",
        "0.0.0.0:8765",
    ],
)
def test_a_host_name_that_is_not_the_desks_is_refused(local: TestDesk, host: str) -> None:
    for path in ("/", "/login", "/api/v1/session", "/static/desk.css"):
        answer = local.browser().get(path, headers={"Host": host})
        assert answer.status_code == 400 and "Tern Street" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST", "[::1]:8765"])
def test_this_machines_own_names_are_the_desks(local: TestDesk, host: str) -> None:
    assert local.browser().get("/", headers={"Host": host}).status_code == 200


@given(st.text(max_size=40))
def test_any_host_header_is_read_or_refused(text: str) -> None:
    found = hostname(text)
    assert found is None or (found == found.lower() and "/" not in found and "@" not in found)


def test_without_accounts_the_desk_answers_this_machine_alone(local: TestDesk) -> None:
    assert local.browser(client=("127.0.0.1", 5)).get("/").status_code == 200
    assert local.browser(client=("::1", 5)).get("/").status_code == 200
    assert local.browser(client=("192.0.2.7", 5)).get("/").status_code == 403
    for name in ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded"):
        assert local.browser().get("/", headers={name: "127.0.0.1"}).status_code == 400


def test_the_first_account_closes_the_desk_while_it_runs(local: TestDesk) -> None:
    from pipeline.review.accounts import add_person

    browser = local.browser()
    assert browser.get("/").status_code == 200
    add_person(local.store, "rita", "reviewer", PASSWORD, passwords=CHEAP)
    assert browser.get("/").status_code == 303
    deactivate(local.store, "rita")
    assert browser.get("/").status_code == 303


def test_a_request_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with open_desk(tmp_path, accounts=False, desk_max_body_bytes=2000) as desk:
        browser = desk.browser()
        headers = api_csrf(browser)
        told = browser.post("/api/v1/bulk", content=b"x" * 2001, headers=headers)
        chunked = browser.post("/api/v1/bulk", content=iter([b"x" * 1500, b"x" * 1500]), headers=headers)
        lying = browser.post("/api/v1/bulk", content=b"{}", headers=headers | {"Content-Length": "-5"})
        assert {answer.status_code for answer in (told, chunked, lying)} == {413}


# What every answer carries


def test_every_answer_carries_the_headers(desk: TestDesk) -> None:
    @desk.app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret detail")

    rita = desk.signed_in("rita")
    claim = a_claim(rita)["claim_id"]
    stranger = desk.browser()
    answers = [
        rita.get("/"),
        rita.get(f"/claims/{claim}"),
        rita.get("/no-such-page"),
        rita.get("/api/v1/queue"),
        rita.get("/api/v1/claims/nonsense"),
        rita.get("/api/v1/log"),
        rita.get("/static/none.css"),
        rita.get("/static/desk.css"),
        rita.post("/logout"),
        rita.get("/broken"),
        rita.get("/", headers={"Host": "evil.example"}),
        rita.post("/api/v1/bulk", content=b"x" * 2_000_000),
        stranger.get("/"),
        stranger.get("/login"),
        stranger.get("/api/v1/queue"),
        stranger.options("/"),
        stranger.head("/login"),
    ]
    assert {answer.status_code for answer in answers} >= {200, 303, 400, 401, 403, 404, 405, 413, 422, 500}
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers.get_list(name) == [value], (answer.url, name)
        kept = answer.status_code == 200 and "/static/" in str(answer.url)
        assert kept or answer.headers["cache-control"] == "no-store", answer.url
        assert "server" not in answer.headers and "secret detail" not in answer.text


def test_a_static_file_that_is_not_there_is_404_for_everybody(desk: TestDesk) -> None:
    for path in ("/static/none.css", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fapp.py"):
        for browser in (desk.browser(), desk.signed_in("rita")):
            answer = browser.get(path)
            assert answer.status_code == 404 and "Tern Street" not in answer.text, path


def test_the_policy_allows_nothing_but_the_desks_own_files(desk: TestDesk) -> None:
    policy = desk.browser().get("/login").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert all(rules[name] == "'self'" for name in ("script-src", "style-src", "img-src", "connect-src", "form-action"))
    assert "unsafe" not in policy and "*" not in policy


def test_a_fault_says_nothing_of_its_cause_but_the_log_does(desk: TestDesk, caplog: pytest.LogCaptureFixture) -> None:
    @desk.app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret detail")

    answer = desk.signed_in("rita").get("/broken")
    assert answer.status_code == 500 and "secret detail" not in answer.text and "secret detail" in caplog.text


def test_cookies_are_kept_from_scripts_and_other_sites(desk: TestDesk) -> None:
    for answer in (desk.browser().get("/login"), sign_in(desk.browser(), "rita")):
        for cookie in answer.headers.get_list("set-cookie"):
            assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")) and "Secure" not in cookie
            assert "Domain" not in cookie


# Behind a proxy that speaks https


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[TestDesk]:
    names = "desk.example.org, www.example.org"
    with open_desk(tmp_path, desk_behind_tls_proxy=True, desk_names=names) as made:
        yield made


def test_over_https_cookies_are_bound_to_the_host(proxied: TestDesk) -> None:
    browser = proxied.browser()
    first = browser.get("/login")
    then = sign_in(browser, "rita")
    for answer, name in ((first, "__Host-factnotes_visit"), (then, "__Host-factnotes_session")):
        (cookie,) = (each for each in answer.headers.get_list("set-cookie") if each.startswith(name))
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert browser.get("/").status_code == 200
    assert accept(browser, **api_csrf(browser), Origin=PUBLIC).status_code == 201
    assert accept(browser, **api_csrf(browser), Origin="http://desk.example.org").status_code == 403


def test_behind_a_proxy_only_https_under_the_public_names_is_answered(proxied: TestDesk) -> None:
    assert proxied.browser(base_url="http://desk.example.org").get("/login").status_code == 400
    assert proxied.browser().get("/login", headers={"Host": "127.0.0.1:8765"}).status_code == 400
    assert proxied.browser().get("/login", headers={"Host": "www.example.org"}).status_code == 200


def test_behind_a_proxy_a_desk_without_accounts_answers_nobody(tmp_path: Path) -> None:
    with open_desk(tmp_path, accounts=False, desk_behind_tls_proxy=True, desk_names="desk.example.org") as desk:
        for path in ("/", "/login", "/api/v1/queue"):
            assert desk.browser().get(path).status_code == 503


# Tokens


def test_a_token_opens_the_api_and_nothing_else(desk: TestDesk) -> None:
    from datetime import timedelta

    token = make_token(desk.store, "rita", "bot", timedelta(days=1), now=desk.clock())
    bot = desk.browser(headers={"Authorization": f"Bearer {token}"})
    assert bot.get("/api/v1/session").json()["person"]["name"] == "rita"
    assert accept(bot).status_code == 201
    assert bot.get("/").status_code == 303
    assert bot.get("/api/v1/log").status_code == 403
    wrong = desk.browser(headers={"Authorization": f"Bearer {token}x"})
    assert wrong.get("/api/v1/session").status_code == 401
    both = desk.signed_in("edda", headers={"Authorization": "Bearer nonsense"})
    assert both.get("/api/v1/session").status_code == 401
    desk.clock.pass_by(days=2)
    assert bot.get("/api/v1/session").status_code == 401


# The real command


def settings_of(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FACTNOTES_", "OPENAI_"))}
    return kept | {"FACTNOTES_HOME": str(home / "desk"), "PYTHONUNBUFFERED": "1"} | more


def run(home: Path, *arguments: str, stdin: str | None = None) -> Result:
    """Run a command that ends by itself; in this process, which is quicker."""
    return CliRunner(env=settings_of(home)).invoke(main, arguments, input=stdin)


def test_the_command_refuses_an_address_that_would_open_the_desk(tmp_path: Path) -> None:
    refused = [
        (("--host", "0.0.0.0"), "accounts: add one with `factnotes people add"),
        (("--behind-tls-proxy", "--name", "desk.example.org"), "accounts: add one with"),
    ]
    for options, words in refused:
        done = run(tmp_path, "desk", "--port", "0", *options)
        assert (done.exit_code, done.stdout) == (4, "") and words in done.stderr
        assert len(done.stderr.splitlines()) == 1
    added = run(tmp_path, "people", "add", "rita", "--role", "admin", stdin=f"{PASSWORD}\n")
    assert added.exit_code == 0 and "rita can sign in as admin" in added.stdout and PASSWORD not in added.stdout
    refused = [
        (("--host", "0.0.0.0"), "put a TLS proxy before the desk and give --behind-tls-proxy"),
        (("--host", "0.0.0.0", "--behind-tls-proxy"), "--name desk.example.org"),
        (("--host", "no-such-host.invalid"), "is no address of this machine"),
    ]
    for options, words in refused:
        done = run(tmp_path, "desk", "--port", "0", *options)
        assert (done.exit_code, done.stdout) == (4, "") and words in done.stderr
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run(tmp_path, "desk", "--port", str(taken.getsockname()[1]))
        assert done.exit_code == 4 and "choose another with --port" in done.stderr


@pytest.mark.process
def test_the_command_believes_the_headers_of_its_proxy_and_of_nobody_else(tmp_path: Path) -> None:
    assert run(tmp_path, "people", "add", "rita", stdin=f"{PASSWORD}\n").exit_code == 0
    for proxies, status in (("127.0.0.1", 200), ("192.0.2.1", 400)):
        with started(tmp_path, "--behind-tls-proxy", "--name", "desk.example.org", proxies=proxies) as base:
            host = {"Host": "desk.example.org"}
            by_proxy = host | {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
            assert httpx.get(f"{base}/login", headers=host, timeout=60).status_code == 400
            answer = httpx.get(f"{base}/login", headers=by_proxy, timeout=60)
            assert answer.status_code == status
            assert status == 400 or "; Secure" in answer.headers["set-cookie"]


@contextmanager
def started(home: Path, *options: str, proxies: str) -> Iterator[str]:
    """Start a desk on a free port, and end it as a service manager would."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FACTNOTES_", "OPENAI_"))}
    environment = kept | {"FACTNOTES_HOME": str(home / "desk"), "FACTNOTES_DESK_PROXIES": proxies}
    command = [FACTNOTES, "desk", "--port", str(port), *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment | {"PYTHONUNBUFFERED": "1"}
    ) as it:
        assert it.stdout
        try:
            assert it.stdout.readline().startswith("The desk is at https://desk.example.org/")
            yield f"http://127.0.0.1:{port}"
        finally:
            it.terminate()
            last = it.stdout.read()
    assert (it.returncode, last) == (0, "The desk is closed.\n")
