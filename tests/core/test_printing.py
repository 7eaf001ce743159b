"""What a person is shown: no text from outside moves, colours or reorders anything, on a terminal or in a report."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from contextlib import chdir
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner
from command_line import call, environment
from hypothesis import given, strategies as st
from rich.table import Table
from rich.text import Text
from samples import sample_report

from pipeline.cli.console import gated_console
from pipeline.cli.main import main
from pipeline.core.errors import InputError
from pipeline.core.models import Report
from pipeline.core.printing import ORDERS, Gate, printing_gate, shown, visible, visible_json
from pipeline.reports.run.html import render_html
from pipeline.reports.run.markdown import render_markdown

CLEAR, LINK, REVERSED, CSI = "\x1b[2J", "\x1b]8;;http://x\x07", "\u202egnp.exe\u202c", "\x9b31m"
HOSTILE = f"calm {CLEAR}{LINK}{REVERSED}{CSI}\x08\x00\u2028\U000e0041 words"


@given(st.text() | st.text(alphabet="\x1b\x9b\u202e\r\n\ta"))
def test_nothing_that_gives_orders_is_left_and_nothing_else_is_changed(text: str) -> None:
    made = visible(text)
    assert not ORDERS.search(made) and visible(made) == made
    if not ORDERS.search(text):
        assert made == text


@given(st.recursive(st.text() | st.text(alphabet="\x9b\u202e\U000e0041a"), st.lists, max_leaves=5))
def test_json_says_the_same_when_its_orders_are_written_out(value: object) -> None:
    written = visible_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(written) == value and not ORDERS.search(written)


@pytest.mark.parametrize("kept", ["one\r\ntwo", "one\ttwo\n", "שלום", "e\u0301", "👩\u200d👧", "\u200fא", "naïve"])
def test_line_ends_tabs_and_the_writing_of_any_language_stay(kept: str) -> None:
    assert visible(kept) == kept


def test_what_is_printed_passes_the_gate_and_json_stays_json() -> None:
    gate = Gate(io.StringIO())
    print(HOSTILE, file=gate)
    assert not ORDERS.search(gate.inner.getvalue()) and "[U+001B][2J" in gate.inner.getvalue()
    gate = Gate(io.StringIO())
    print(json.dumps({"told": HOSTILE}, ensure_ascii=False), file=gate)
    assert json.loads(gate.inner.getvalue()) == {"told": HOSTILE} and not ORDERS.search(gate.inner.getvalue())


def test_the_gate_ends_with_the_command() -> None:
    before = sys.stdout, sys.stderr
    with patch.object(sys, "excepthook", sys.__excepthook__), printing_gate(), printing_gate():
        assert isinstance(sys.stdout, Gate) and not isinstance(sys.stdout.inner, Gate)
    assert (sys.stdout, sys.stderr) == before


def test_a_traceback_passes_the_gate(capsys: pytest.CaptureFixture[str]) -> None:
    with patch.object(sys, "excepthook", sys.__excepthook__), printing_gate():
        error = ValueError(HOSTILE)
        sys.excepthook(ValueError, error, None)
    said = capsys.readouterr().err
    assert "ValueError: calm [U+001B][2J" in said and not ORDERS.search(said)


def test_a_table_in_a_terminal_is_coloured_by_us_alone() -> None:
    with patch.object(sys, "stdout", Gate(io.StringIO())) as gate:
        console = gated_console(force_terminal=True, width=200, color_system="standard")
        table = Table("why")
        table.add_row(Text(HOSTILE, style="red"))
        console.print(table)
        said = gate.inner.getvalue()
    assert "\x1b[31mcalm [U+001B][2J" in said, "our colour is there, theirs is written out"
    assert not ORDERS.search(re.sub(r"\x1b\[[\d;]*m", "", said))


def test_an_error_of_ours_gives_no_orders_wherever_it_is_shown() -> None:
    assert not ORDERS.search(str(InputError(HOSTILE)))


def hostile_report() -> Report:
    """Return the sample with orders in each text that a model, an article or a source can write."""
    report = sample_report()
    told = tuple(
        note.model_copy(
            update={
                "verdict": note.verdict and note.verdict.model_copy(update={"justification": HOSTILE}),
                "failure": note.failure and note.failure.model_copy(update={"detail": HOSTILE}),
                "flags": tuple(flag.model_copy(update={"message": HOSTILE}) for flag in note.flags),
            }
        )
        for note in report.notes
    )
    article = report.article.model_copy(update={"title": HOSTILE, "publisher": HOSTILE, "warnings": (HOSTILE,)})
    return report.model_copy(update={"notes": told, "article": article, "problems": (HOSTILE,)})


def test_no_report_gives_orders() -> None:
    report = hostile_report()
    markdown, html = render_markdown(report), render_html(report)
    assert not ORDERS.search(markdown) and "U+001B" in markdown
    confined = re.sub(r'<bdi class="hidden-character" data-name="U\+[0-9A-F]{4,6}">.</bdi>', "", html)
    assert not ORDERS.search(confined) and "U+001B" in html and CLEAR not in html


def test_search_writes_out_what_a_passage_orders(tmp_path: Path) -> None:
    fact = {"text": f"The council repaired {CLEAR} 7 schools. {REVERSED}", "publisher": f"Audit {CSI}"}
    (tmp_path / "facts.jsonl").write_text(json.dumps(fact), encoding="utf-8")
    assert call(tmp_path, "index", "facts.jsonl", FACTNOTES_HOME="desk").returncode == 0
    with chdir(tmp_path), patch.dict(os.environ, environment(FACTNOTES_HOME="desk"), clear=True):
        done = CliRunner().invoke(main, ["search", "the council repaired schools"], color=True)
    assert "repaired" in done.output and not ORDERS.search(done.output), done.output


@pytest.mark.parametrize("sign", ["?", "&page=2&", ";", "#", "#section&"])
def test_a_key_stands_hidden_in_every_part_of_an_address(sign: str) -> None:
    assert shown(f"https://news.example/feed{sign}access_token=abcdef123 answered 404").count("[hidden]") == 1
