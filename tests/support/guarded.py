"""A desk for tests: the sample report in a store, people with cheap hashes, a clock that stands, and browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from argon2 import PasswordHasher
from fastapi import FastAPI
from samples import sample_report
from starlette.testclient import TestClient

from pipeline.core.models import Usage
from pipeline.core.settings import Settings, load_settings
from pipeline.review.accounts import Passwords, SignIn, add_person
from pipeline.store import Store
from pipeline.web import create_app

LOOPBACK = "http://127.0.0.1:8765"
PUBLIC = "https://desk.example.org"
PASSWORD = "seven grey herons"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
PEOPLE = {"rita": "reviewer", "edda": "editor", "ada": "admin"}


@dataclass
class Clock:
    """A clock that a test moves."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class TestDesk:
    """A desk, its clock and its browsers."""

    __test__ = False
    store: Store
    app: FastAPI
    clock: Clock
    base: str

    def browser(self, **options: Any) -> TestClient:
        """Return a browser that has seen nothing yet."""
        given = {"base_url": self.base, "follow_redirects": False, "raise_server_exceptions": False}
        return TestClient(self.app, **(given | options))

    def signed_in(self, name: str, **options: Any) -> TestClient:
        """Return a browser in which somebody has signed in."""
        browser = self.browser(**options)
        answer = sign_in(browser, name)
        assert answer.status_code == 303, answer.text
        return browser

    def sign_in_limits(self, **limits: Any) -> None:
        """Let sign-in take other limits."""
        gate = self.app.state.gate
        self.app.state.gate = replace(gate, sign_in=SignIn(self.store, CHEAP, **limits))


@contextmanager
def open_desk(folder: Path, *, accounts: bool = True, **settings: Any) -> Iterator[TestDesk]:
    """Open a desk with the sample report in its store."""
    given: Settings = load_settings(home=folder, **settings)
    folder.mkdir(parents=True, exist_ok=True)
    given.store_path.write_bytes(sample_file(accounts))
    store = Store.open(given.store_path)
    app, clock = create_app(store, given), Clock()
    app.state.gate = replace(app.state.gate, sign_in=SignIn(store, CHEAP), now=clock)
    try:
        yield TestDesk(store, app, clock, PUBLIC if given.desk_behind_tls_proxy else LOOPBACK)
    finally:
        store.close()


@cache
def sample_file(accounts: bool) -> bytes:
    """Return a store's file with the sample report, made once."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        with closing(Store.open(path)) as store:
            keep_sample(store)
            if accounts:
                add_people(store)
        return path.read_bytes()


def keep_sample(store: Store) -> None:
    """Store the sample report as a finished run."""
    report = sample_report()
    store.begin_run(report.run_id, report.article, report.as_of, report.versions)
    for position, note in enumerate(report.notes):
        store.save_note(report.run_id, position, note, Usage())
    store.finish_run(report.run_id, report.coverage, report.seconds)


def add_people(store: Store) -> None:
    """Add a person of each role."""
    for name, role in PEOPLE.items():
        add_person(store, name, role, PASSWORD, passwords=CHEAP)


def csrf(browser: TestClient, path: str = "/login") -> str:
    """Return the token in a page's form."""
    page = browser.get(path)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text[:500]
    return found[1]


def sign_in(browser: TestClient, name: str, password: str = PASSWORD, **more: str) -> Any:
    """Send the form of the login page."""
    return browser.post("/login", data={"csrf_token": csrf(browser), "name": name, "password": password} | more)


def api_csrf(browser: TestClient) -> dict[str, str]:
    """Return the header a change through the API needs."""
    return {"X-CSRF-Token": browser.get("/api/v1/session").json()["csrf"]}
