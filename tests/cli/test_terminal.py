"""What the terminal prints of a report with many claims on which nothing was found."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from benches import bench_over_one_fact
from rich.console import Console

from pipeline.check import check_article
from pipeline.cli import print_report, terminal
from pipeline.core.models import Article
from pipeline.reports import OUTCOMES, Row


def test_claims_without_enough_evidence_are_five_rows_and_a_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = " ".join(
        f"The town of Olm built {number} sheds beside the Tern in {1950 + number}." for number in range(3, 12)
    )
    with bench_over_one_fact(tmp_path) as bench:
        report = check_article(Article(text=text), bench.tools, bench.store)
    counted = [note for note in report.notes if note.verdict and note.verdict.label == "not_enough_evidence"]
    shown = io.StringIO()
    monkeypatch.setattr(terminal, "gated_console", lambda **_: Console(file=shown, width=140))
    print_report(report, tmp_path)
    assert len(counted) > 5 and shown.getvalue().count("│ Not enough evidence") == 5
    assert f"{len(counted) - 5} more claims without enough evidence, in the reports" in shown.getvalue()


def test_rows_that_are_left_out_are_not_looked_for_one_in_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def compared(row: Row, other: object) -> bool:
        raise AssertionError("a row is compared with others")

    monkeypatch.setattr(Row, "__eq__", compared)
    nothing = OUTCOMES["not_enough_evidence"].label
    rows = [Row(number, nothing, "A shed.", "", "Nothing.", flagged=False, unread=False) for number in range(1, 20)]
    shown = io.StringIO()
    terminal._print_rows(Console(file=shown, width=140), rows)
    assert "14 more claims without enough evidence" in shown.getvalue()


def test_no_name_is_read_as_a_picture_or_a_colour(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with bench_over_one_fact(tmp_path) as bench:
        report = check_article(Article(text="The town of Olm built 3 sheds in 1953."), bench.tools, bench.store)
    named = report.versions.model_copy(update={"model": "openai:fire:[red]7b"})
    print_report(report.model_copy(update={"versions": named}), tmp_path)
    said = capsys.readouterr().out
    assert "with openai:fire:[red]7b: " in said
    terminal.gated_console().print("at :x: and [red]")
    assert "at :x: and [red]" in capsys.readouterr().out
