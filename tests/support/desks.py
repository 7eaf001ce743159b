"""A desk to try: the sample report in a store, and somebody in front of its pages."""

from __future__ import annotations

import re
from contextlib import closing
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

from samples import sample_report
from starlette.testclient import TestClient

from pipeline.core.models import Person, Report, Usage
from pipeline.core.settings import Settings
from pipeline.store import Store
from pipeline.web import create_app

DANA = Person(name="dana", role="reviewer")
EDDA = Person(name="edda", role="editor")


def keep_report(store: Store, report: Report) -> None:
    """Store a report as a run would have."""
    store.begin_run(report.run_id, report.article, report.as_of, report.versions)
    for position, note in enumerate(report.notes):
        store.save_note(report.run_id, position, note, Usage())
    store.finish_run(report.run_id, report.coverage, report.seconds)


@cache
def sample_file() -> bytes:
    """Return a store's file with the sample report, made once."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        with closing(Store.open(path)) as store:
            keep_report(store, sample_report())
        return path.read_bytes()


def open_sample(folder: Path) -> tuple[Store, Settings]:
    """Return a store with the sample report, and the settings that name it."""
    settings = Settings(home=folder)
    settings.store_path.write_bytes(sample_file())
    return Store.open(settings.store_path), settings


def visit(store: Store, settings: Settings) -> TestClient:
    """Return somebody in front of the desk's pages, on this machine."""
    app = create_app(store, settings)
    return TestClient(app, base_url="http://127.0.0.1:8765", follow_redirects=False)


def fields(page: str, address: str, action: str = "") -> dict[str, str]:
    """Return the hidden fields of the first form of a page that goes to an address (and does an action)."""
    forms = re.findall(rf'<form[^>]*action="{re.escape(address)}".*?</form>', page, re.DOTALL)
    wanted = [form for form in forms if not action or f'name="action" value="{action}"' in form]
    assert wanted, f"no form for {address} {action}"
    hidden = re.findall(r'<input type="hidden"[^>]*?name="([^"]*)" value="([^"]*)"', wanted[0])
    return {name: unescape(value) for name, value in hidden}
