"""The commands for sources, in this process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from samples import sample_report

from pipeline.cli.main import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTNOTES_HOME", str(tmp_path / "home"))


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["sources", *words])


def test_a_source_is_added_listed_synced_found_and_removed(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.jsonl").write_text(json.dumps({"text": "The Tern Street bridge carries 12,000 vehicles a day."}))
    assert "no sources" in run("list").output
    assert "added counts" in run("add", "counts", "--folder", str(folder), "--publisher", "Road Office").output
    assert "counts: folder" in run("list").output and "read never" in run("list").output
    assert "counts: 1 new, 0 changed, 0 unchanged, 0 gone" in run("sync").output
    found = CliRunner().invoke(main, ["search", "How many vehicles cross the Tern Street bridge?"])
    assert "12,000 vehicles" in found.output and "Road Office" in found.output
    assert "no page" in run("verify").output
    assert "1 passage searched no more" in run("remove", "counts").output


def test_a_source_to_ask_says_what_it_may_see_and_has_nothing_to_sync() -> None:
    added = run("add", "wiki", "--mediawiki", "https://wiki.example", "--ask").output
    assert "asked during checks" in added and "published articles alone" in added
    assert (
        "it may see words of every article"
        in run("add", "finder", "--searxng", "https://s.example", "--ask", "--may-see", "all").output
    )
    assert "asked during checks (it may see words of published articles alone)" in run("list").output
    assert "wiki: asked during checks alone" in run("sync", "wiki").output


def test_a_report_is_held_against_what_it_holds_itself(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(sample_report().model_dump_json())
    assert "citations stand in the passages that" in run("verify", "--report", str(file)).output
    file.write_text("{}")
    assert "does not stand by what it holds" in run("verify", "--report", str(file)).output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "x"), "give one of"),
        (("add", "x", "--feed", "a", "--folder", "b"), "give one of"),
        (("add", "x", "--feed", "a"), "not an http or https URL"),
        (("add", "x", "--searxng", "https://s.example"), "give --query"),
        (("add", "x", "--retriever", "a:B", "--query", "q", "--argument", "k"), "name=value"),
        (("add", "x", "--feed", "https://x.example/feed", "--ask"), "a feed cannot be asked"),
        (("add", "x", "--notes", "all"), "give --notes approved"),
        (("sync", "nobody"), "no source nobody"),
        (("remove", "nobody"), "no source nobody"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(words: tuple[str, ...], told: str) -> None:
    done = run(*words)
    assert done.exit_code and told in done.output
    assert "Traceback" not in done.output and "Value error" not in done.output
