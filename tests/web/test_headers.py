"""Nothing that somebody sends to the desk becomes a header of its answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from guarded import TestDesk, csrf, open_desk
from hypothesis import given, settings, strategies as st

EVIL = "x\r\nX-Evil: 1\r\n\r\n<script>"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestDesk]:
    with open_desk(tmp_path_factory.mktemp("headers")) as opened:
        yield opened


PATHS = (
    *("/?q={}", "/login?next={}", "/claims/{}", "/claims/{}?filter={}", "/runs/{}/publish/claims.csv", "/next?seen={}"),
    *("/runs/latest/publish/{}", "/static/{}", "/api/v1/claims/{}", "/api/v1/queue?after={}", "/history?after={}"),
)


def quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("path", PATHS)
def test_an_address_writes_no_header(desk: TestDesk, path: str) -> None:
    for browser in (desk.browser(), desk.signed_in("edda")):
        answer = browser.get(path.replace("{}", quoted(EVIL)))
        assert answer.status_code < 500 and "x-evil" not in answer.headers
        assert "<script>" not in answer.text


@given(st.text(max_size=20) | st.text(alphabet="\r\n:/\\ \t\x00é", max_size=12))
@settings(max_examples=40)
def test_where_one_is_led_after_signing_in_is_one_header_of_this_desk(desk: TestDesk, target: str) -> None:
    browser = desk.browser()
    answer = browser.get(f"/login?next={quoted(target)}")
    assert answer.status_code == 200
    form = {"csrf_token": csrf(browser), "name": "nobody", "password": "wrong", "next": target.encode(errors="replace")}
    refused = browser.post("/login", data=form)
    assert refused.status_code in (401, 429) and not [
        value for value in refused.headers.values() if set(value) & {"\r", "\n", "\0"}
    ]
