"""The commands for sources, in this process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "x"), "give one of"),
        (("add", "x", "--feed", "a", "--folder", "b"), "give one of"),
        (("add", "x", "--feed", "a"), "not an http or https URL"),
        (("add", "x", "--searxng", "https://s.example"), "give --query"),
        (("add", "x", "--retriever", "a:B", "--query", "q", "--argument", "k"), "name=value"),
        (("sync", "nobody"), "no source nobody"),
        (("remove", "nobody"), "no source nobody"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(words: tuple[str, ...], told: str) -> None:
    done = run(*words)
    assert done.exit_code and told in done.output and "Traceback" not in done.output
