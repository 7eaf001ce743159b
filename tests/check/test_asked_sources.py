"""A check that asks outside sources: what an editor gets of it, and who is told to have seen what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from loopback_site import Site, running_site
from web_pages import page

from pipeline.check import check_or_reuse, estimate_check, open_bench
from pipeline.core.models import Article, Report
from pipeline.core.settings import Settings, load_settings
from pipeline.evidence import Source, add_source
from pipeline.evidence.sources import polite
from pipeline.reports import render_markdown
from pipeline.store import open_store

SENTENCE = "The ferry carried 145 passengers to Velda on 3 June 2024."
ARTICLE = Article(text=f"{SENTENCE} It was a fine day.", title="A busy bridge", published_at=date(2024, 7, 1))
SEARCH, NO_HIT = (f"/search?{urlencode({'q': words, 'format': 'json'})}" for words in (SENTENCE, "It was a fine day."))


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        running.pages["/counts"] = page(
            f"The harbour was open. {SENTENCE} It did so twice.", title="A day at sea", day="2024-06-12"
        )
        hits = [{"url": f"{running.base}/counts", "title": "Traffic counts"}]
        running.pages[NO_HIT] = json.dumps({"results": []})
        running.pages[SEARCH] = json.dumps({"results": hits})
        yield running


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(polite, "_PAUSE_S", 0.0)
    return load_settings(home=tmp_path / "desk", model="none", allow_private_urls=True, world=False)


def declare(desk: Settings, address: str, **more: Any) -> None:
    row = {"name": "finder", "kind": "searxng", "address": address, "ask": True, "may_see": "all"}
    with open_store(desk) as store:
        add_source(store, Source.model_validate(row | {"added_at": datetime(2024, 7, 1, tzinfo=UTC)} | more))


def check(desk: Settings, *, again: bool = False) -> Report:
    with open_bench(desk, ahead=False) as bench:
        return check_or_reuse(ARTICLE, bench, again=again).report


def test_what_a_source_has_decides_a_claim_and_the_report_says_who_saw_its_words(site: Site, desk: Settings) -> None:
    declare(desk, site.base)
    report = check(desk)
    assert report.coverage.supported == 1
    (verdict,) = [note.verdict for note in report.notes if note.verdict]
    (cited,) = [each.passage for note in report.notes for each in note.evidence if note.verdict]
    assert verdict.citations[0].sha256 == cited.sha256 and cited.source_url == f"{site.base}/counts"
    (seen,) = report.disclosures
    assert seen.service.startswith("finder (127.0.0.1") and "made of claims" in seen.saw
    traces = [str(step) for note in report.notes for step in note.trace]
    assert any(SENTENCE in line and "finder" in line for line in traces)
    assert f"Seen outside: {seen.service}"[:22] in render_markdown(report)
    site.asked.clear()
    assert check(desk).run_id == report.run_id  # nothing can have changed
    again = check(desk, again=True)
    assert site.asked == [] and again.coverage.supported == 1 and "asked before" in again.disclosures[0].saw


def test_an_unpublished_article_is_checked_without_the_source_and_the_report_says_so(
    site: Site, desk: Settings
) -> None:
    declare(desk, site.base, may_see="published")
    report = check(desk)
    assert site.asked == [] and report.disclosures == () and report.coverage.supported == 0
    assert any("finder was not asked" in problem for problem in report.problems)


@pytest.mark.parametrize("answer", [(429, "slow down"), (500, ""), "<html>", "{}"])
def test_a_source_that_fails_is_told_is_no_verdict_and_is_asked_again(site: Site, desk: Settings, answer: Any) -> None:
    site.pages[SEARCH], found = answer, site.pages[SEARCH]
    declare(desk, site.base)
    report = check(desk)
    assert report.coverage.supported == 0 and not any(note.verdict for note in report.notes)
    assert any(problem.startswith("finder (127.0.0.1") and "failed in" in problem for problem in report.problems)
    assert report.disclosures  # it saw the words although it did not answer
    site.pages[SEARCH] = found
    assert check(desk).coverage.supported == 1


def test_an_estimate_asks_nobody(site: Site, desk: Settings) -> None:
    declare(desk, site.base)
    with open_bench(desk, ahead=False) as bench:
        assert estimate_check(ARTICLE, bench).claims > 0
    assert site.asked == []
