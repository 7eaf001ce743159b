"""Who may do what: each route of the desk for each role; a route without a row fails."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from guarded import TestDesk, csrf, open_desk
from starlette.testclient import TestClient

WHO = ("nobody", "rita", "edda", "ada")
"""Somebody who has not signed in, a reviewer, an editor, an admin: each may do what those before may."""
ANYBODY, REVIEWER, EDITOR = range(3)

ROUTES = {
    "GET /static/{name}": ANYBODY,
    "GET /login": ANYBODY,
    "POST /login": ANYBODY,
    "GET /api/v1/health": ANYBODY,
    "GET /metrics": ANYBODY,
    "GET /": REVIEWER,
    "GET /claims/{claim_id}": REVIEWER,
    "GET /claims/{claim_id}/similar": REVIEWER,
    "GET /next": REVIEWER,
    "GET /previous": REVIEWER,
    "GET /end": REVIEWER,
    "GET /history": REVIEWER,
    "GET /bulk": REVIEWER,
    "GET /runs": REVIEWER,
    "GET /drafts": REVIEWER,
    "POST /drafts": REVIEWER,
    "GET /drafts/{draft_id}": REVIEWER,
    "GET /drafts/{draft_id}/next": REVIEWER,
    "GET /drafts/{draft_id}/export/{form}": REVIEWER,
    "GET /drafts/{draft_id}/files/{sha256}": REVIEWER,
    "POST /drafts/{draft_id}/facts": REVIEWER,
    "GET /password": REVIEWER,
    "POST /password": REVIEWER,
    "POST /logout": REVIEWER,
    "POST /claims/{claim_id}/decide": REVIEWER,
    "POST /claims/{claim_id}/undo": REVIEWER,
    "POST /claims/{claim_id}/assign": REVIEWER,
    "POST /claims/{claim_id}/second": REVIEWER,
    "POST /claims/{claim_id}/editor": REVIEWER,
    "POST /searches": REVIEWER,
    "POST /searches/delete": REVIEWER,
    "POST /bulk": REVIEWER,
    "GET /runs/{run_id}/publish/{name}": REVIEWER,
    "GET /runs/{run_id}/report": REVIEWER,
    "GET /operations": EDITOR,
    "GET /lab": EDITOR,
    "POST /lab": EDITOR,
    "GET /api/v1/openapi.json": REVIEWER,
    "GET /api/v1/session": REVIEWER,
    "GET /api/v1/queue": REVIEWER,
    "GET /api/v1/next": REVIEWER,
    "GET /api/v1/claims/{claim_id}": REVIEWER,
    "GET /api/v1/claims/{claim_id}/reviews": REVIEWER,
    "GET /api/v1/history": REVIEWER,
    "GET /api/v1/log": EDITOR,
    "GET /api/v1/runs": REVIEWER,
    "POST /api/v1/claims/{claim_id}/reviews": REVIEWER,
    "POST /api/v1/bulk": REVIEWER,
    "GET /api/v1/searches": REVIEWER,
    "PUT /api/v1/searches/{name}": REVIEWER,
    "DELETE /api/v1/searches/{name}": REVIEWER,
}
"""The first of `WHO` who may ask; what an editor's form does beyond that is refused claim by claim."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestDesk]:
    with open_desk(tmp_path_factory.mktemp("roles")) as opened:
        yield opened


@pytest.fixture(scope="module")
def browsers(desk: TestDesk) -> dict[str, TestClient]:
    return {name: desk.signed_in(name) if name != "nobody" else desk.browser() for name in WHO}


def routes_of(routes: Iterable[Any], before: str = "") -> Iterator[str]:
    """Yield method and path of each route, those of routers and applications within among them."""
    for route in routes:
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        if hasattr(inner, "routes"):
            included = getattr(route, "include_context", None)
            yield from routes_of(inner.routes, before + (included.prefix if included else route.path))
        else:
            yield from (f"{method} {before}{route.path}" for method in route.methods - {"HEAD"})


def test_each_route_of_the_desk_has_a_row(desk: TestDesk) -> None:
    assert set(routes_of(desk.app.routes)) == set(ROUTES), "say in ROUTES who may ask for it"


def asked(browser: TestClient, route: str, *, with_token: bool = True) -> int:
    """Ask for a route as its page would, for a claim and a run that are not there; return the status."""
    method, path = route.split(" ")
    token = {"X-CSRF-Token": _token(browser)} if with_token and method != "GET" else {}
    return browser.request(method, re.sub(r"\{\w+\}", "none", path), headers=token).status_code


def _token(browser: TestClient) -> str:
    told = browser.get("/api/v1/session")
    return str(told.json()["csrf"]) if told.status_code == 200 else csrf(browser)


@pytest.mark.parametrize("route", sorted(set(ROUTES) - {"POST /logout"}))
def test_a_route_is_open_to_those_who_may_and_to_nobody_else(browsers: dict[str, TestClient], route: str) -> None:
    for place, name in enumerate(WHO):
        status = asked(browsers[name], route)
        refused = status in (401, 403) or (status == 303 and name == "nobody")
        assert status < 500 and refused == (place < ROUTES[route] or route in _REFUSED_TO_ALL), (name, status)


_REFUSED_TO_ALL = {"POST /login": "a wrong password", "POST /password": "a wrong password"}
"""Routes that answer with a refusal of their own to a request without content."""


@pytest.mark.parametrize("route", sorted(each for each in ROUTES if not each.startswith("GET")))
def test_a_change_without_a_token_is_refused_to_everybody(browsers: dict[str, TestClient], route: str) -> None:
    assert {asked(browsers[name], route, with_token=False) for name in WHO} <= {401, 403}


def test_who_signs_out_is_out(desk: TestDesk) -> None:
    browser = desk.signed_in("rita")
    assert asked(browser, "POST /logout") == 303 and asked(browser, "GET /") == 303
