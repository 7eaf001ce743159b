"""Sentences in which nothing was taken for a claim: counted in the coverage line, listed in every report."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from benches import bench_over_one_fact
from pydantic import ValidationError
from rich.console import Console

from pipeline.check import Bench, check_article, check_or_reuse
from pipeline.check.claims import detect_claims, statements, without_claim
from pipeline.cli import print_report, terminal
from pipeline.core.models import Article, Claim, Coverage, Heading, Report, Span
from pipeline.reports import render_markdown
from pipeline.reports.run.html import render_html
from pipeline.store import coverage_of, find_run

BARE = "By noon, <em>nothing</em> but nets & ropes."
TEXT = f"The harbour after the storm\nThe ferry sank in May. {BARE} The port closed in June.\nRead more: Storms"
ARTICLE = Article(
    text=TEXT,
    published_at=date(2030, 7, 1),
    headings=(Heading(span=Span.locate("The harbour after the storm", TEXT)),),
)
LINE = "; 3 sentences, 1 without a claim"


@pytest.fixture
def bench(tmp_path: Path):
    with bench_over_one_fact(tmp_path) as opened:
        yield opened


@pytest.fixture
def report(bench: Bench) -> Report:
    return check_article(ARTICLE, bench.tools, bench.store)


def test_headings_and_what_only_stands_on_the_page_are_no_sentences() -> None:
    assert [each.span.exact for each in statements(ARTICLE)] == [
        "The ferry sank in May.",
        BARE,
        "The port closed in June.",
    ]


def test_labels_without_a_verb_or_an_end_are_no_sentences() -> None:
    labels = "Port of Velda\n24 July 2030\nStorms, nets (Velda) —\n"
    article = Article(text=f"{labels}The council met in May\nA storm without end.")
    assert [each.span.exact for each in statements(article)] == ["The council met in May", "A storm without end."]


def test_a_sentence_has_a_claim_where_any_word_of_it_is_in_one() -> None:
    def claim(words: str) -> Claim:
        return Claim(article_id=ARTICLE.id, spans=(Span.locate(words, TEXT),), text=words, check_worthiness=0)

    assert [span.exact for span in without_claim(ARTICLE, detect_claims(ARTICLE))] == [BARE]
    assert without_claim(ARTICLE, [claim("ferry"), claim("nothing"), claim("June")]) == ()
    assert len(without_claim(ARTICLE, [claim("May. By")])) == 1
    assert len(without_claim(ARTICLE, [claim("harbour")])) == len(without_claim(ARTICLE, ())) == 3


def test_they_are_counted_in_the_coverage_line(report: Report) -> None:
    assert str(report.coverage).endswith(LINE)
    assert [span.exact for span in report.unclaimed] == [BARE]
    assert str(Coverage(claims=0, sentences=1)).endswith("; 1 sentence, 0 without a claim")
    assert "sentence" not in str(Coverage(claims=0))


def test_every_format_lists_them(report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, text = render_html(report), render_markdown(report)
    assert "Sentences without a claim</h2>" in page and "<em>nothing" not in page and "nets &amp; ropes" in page
    assert "## Sentences without a claim" in text and "- By noon, " in text
    shown = io.StringIO()
    monkeypatch.setattr(terminal, "gated_console", lambda **_: Console(file=shown, width=140))
    print_report(report, tmp_path)
    assert f"No claim was found in 1 sentence:\n  {BARE}\n" in shown.getvalue()
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_a_report_without_them_does_not_speak_of_them(bench: Bench, tmp_path: Path) -> None:
    whole = check_article(Article(text="The ferry sank in May."), bench.tools, bench.store)
    assert whole.unclaimed == () and "Sentences without a claim" not in render_html(whole) + render_markdown(whole)


def test_a_stored_run_gives_the_same_line_and_list_again(bench: Bench, report: Report) -> None:
    again = check_or_reuse(ARTICLE, bench)
    assert again.reused and again.report.coverage == report.coverage and again.report.unclaimed == report.unclaimed
    assert coverage_of(bench.store, report.run_id) == report.coverage
    assert find_run(bench.store, report.run_id).coverage == report.coverage


def test_an_older_report_counts_none(report: Report) -> None:
    older = json.loads(report.model_dump_json())
    del older["unclaimed"], older["coverage"]["sentences"], older["coverage"]["without_claim"]
    read = Report.model_validate(older)
    assert (read.coverage.sentences, read.unclaimed) == (0, ())


def test_a_list_that_does_not_fit_the_count_or_the_article_is_an_error(report: Report) -> None:
    elsewhere = Span.of("Nothing of the kind.", 0, 20)
    with pytest.raises(ValidationError, match="does not count"):
        Report.model_validate(report.model_dump() | {"unclaimed": ()})
    with pytest.raises(ValidationError, match="not in the article"):
        Report.model_validate(report.model_dump() | {"unclaimed": (elsewhere.model_dump(),)})
    with pytest.raises(ValidationError, match="more sentences without"):
        Coverage(claims=0, sentences=1, without_claim=2)
