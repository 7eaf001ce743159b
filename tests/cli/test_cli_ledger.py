"""`factnotes ledger` as a person in a terminal meets it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner
from odt_samples import ODT_SAMPLES
from word_files import packed, unpacked

from pipeline.articles import read_word
from pipeline.cli.main import main


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("FACTNOTES_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FACTNOTES_REVIEWER", "ada")

    def invoke(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, ["ledger", *arguments])
        assert result.exit_code == code, (result.output, result.exception)
        return result.output

    return invoke


@pytest.fixture
def word_file(tmp_path: Path) -> Path:
    made, path = docx.Document(), tmp_path / "weir.docx"
    made.add_paragraph("The weir at Olm cost €7 million in 2029. Mia Holt, 41, opened it on Tuesday.")
    made.save(path)
    return path


def number_of(shown: str, words: str) -> str:
    return next(line.split()[0] for line in shown.splitlines() if f"“{words}”" in line)


def test_a_draft_goes_from_word_through_ticks_to_a_signature_and_back_to_word(run, word_file: Path) -> None:  # type: ignore[no-untyped-def]
    assert "weir, version 1: " in run("add", str(word_file))
    shown = run("show", "weir")
    age = number_of(shown, "41")
    assert "needs a source" in run("tick", "weir", age, code=3)
    assert run("tick", "weir", age, "--call", "phoned Mia Holt on 3 May", "--primary") == "“41”: ticked\n"
    assert run("change", "weir", number_of(shown, "€7 million"), "€8 million").endswith(": to be changed\n")
    assert run("ask", "weir", number_of(shown, "Tuesday"), "Which one?").endswith(": asked of the writer\n")
    assert "call: phoned Mia Holt on 3 May (primary)" in run("show", "weir", "--state", "ticked")
    assert "are not settled" in run("sign", "weir", code=3)
    out = word_file.with_name("out.docx")
    run("export", "weir", "--out", str(out))
    exported = docx.Document(str(out))
    comments = {comment.text for comment in exported.comments}
    assert any("phoned Mia Holt" in text for text in comments) and any("Which one?" in text for text in comments)
    for number, line in enumerate(run("show", "weir").splitlines()[1:], 1):
        if not line.split("”")[-1].strip().startswith("ticked"):
            run("mark", "weir", str(number), "not_a_fact")
    assert "signed by ada for version 1" in run("sign", "weir")


def test_the_list_the_counts_and_the_files_say_the_same(run, word_file: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert "no draft yet" in run("list")
    run("add", str(word_file), "--draft", "The weir")
    assert run("list") == run("show", "latest").splitlines()[0] + "\n"
    assert "choose one of name, title, number" in run("show", "weir", "--kind", "colour", code=2)
    assert "choose one of open, ticked" in run("show", "weir", "--state", "done", code=2)
    found = json.loads(run("show", "weir", "--json"))
    path = tmp_path / "ledger.csv"
    run("export", "weir", "--format", "csv", "--out", str(path))
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["id"] for row in rows] == [each["fact"]["id"] for each in found["facts"]]
    assert "cannot be written" in run("export", "weir", "--format", "csv", "--out", str(tmp_path / "no/x.csv"), code=3)


def test_people_add_assign_mark_and_take_back(run, word_file: Path) -> None:  # type: ignore[no-untyped-def]
    run("add", str(word_file))
    assert "hold these words" in run("add-fact", "weir", "closed", code=3)
    run("add-fact", "weir", "opened it", "--kind", "other")
    fact = number_of(run("show", "weir"), "opened it")
    assert run("mark", "weir", fact, "harm") and run("assign", "weir", fact, "bob")
    assert "2 independent sources" in run("tick", "weir", fact, "--link", "https://a.example/1", code=3)
    assert "ticked" in run("tick", "weir", fact, "--link", "https://a.example/1", "--file", "minutes.pdf")
    assert run("mark", "weir", fact, "undo") == "“opened it”: open\n"
    done = json.loads(run("history", "weir", "--json"))
    assert [event["action"] for event in done] == ["add", "harm", "assign", "tick", "undo"]
    assert run("history", "weir").splitlines()[3].endswith("; link: https://a.example/1; file: minutes.pdf")
    assert "no one fact" in run("mark", "weir", "999", "undo", code=3)


def test_a_fact_is_split_and_facts_are_merged(run, word_file: Path) -> None:  # type: ignore[no-untyped-def]
    run("add", str(word_file))
    shown = run("show", "weir")
    assert "split or merged" in run("split", "weir", number_of(shown, "€7 million"), "€7", "million")
    names = [number_of(run("show", "weir"), words) for words in ("Mia Holt", "41")]
    assert "3 split or merged" in run("merge", "weir", *names, "--kind", "name")
    assert "Name: “Mia Holt, 41” open" in run("show", "weir", "--kind", "name", "--state", "open")
    assert run("assign", "weir", "date", "bob") == "2 facts of kind date are now for bob\n"
    assert "two facts" in run("merge", "weir", number_of(run("show", "weir"), "Tuesday"), code=3)


def test_a_file_is_kept_listed_told_when_it_is_lost_and_saved_again(run, word_file: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("add", str(word_file))
    minutes = tmp_path / "minutes.pdf"
    minutes.write_bytes(b"the minutes")
    age = number_of(run("show", "weir"), "41")
    assert "cannot be read" in run("tick", "weir", age, "--attach", str(tmp_path / "no.pdf"), code=3)
    assert run("tick", "weir", age, "--attach", str(minutes)) == "“41”: ticked\n"
    assert run("attach", "weir", number_of(run("show", "weir"), "Tuesday"), str(minutes)) == "“Tuesday”: open\n"
    listed = run("files", "weir")
    assert listed.count("minutes.pdf, 11 bytes, SHA-256 ") == 1 and listed.endswith(": is whole\n")
    assert "SHA-256" in run("history", "weir") and "Attached file: minutes.pdf" in run("show", "weir")
    out = tmp_path / "again.pdf"
    assert "go together" in run("files", "weir", "--save", "minutes.pdf", code=3)
    assert "no file" in run("files", "weir", "--save", "other.pdf", "--out", str(out), code=3)
    run("files", "weir", "--save", "minutes.pdf", "--out", str(out))
    assert out.read_bytes() == b"the minutes"
    (kept,) = [path for path in (tmp_path / "home" / "attachments").rglob("*") if path.is_file()]
    kept.write_bytes(b"the minutez")
    assert run("files", "weir").endswith(": was altered\n")
    assert "was altered" in run("files", "weir", "--save", "minutes.pdf", "--out", str(out), code=5)


def test_a_file_larger_than_the_setting_is_refused_in_one_line(  # type: ignore[no-untyped-def]
    run, word_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTNOTES_LEDGER_MAX_FILE_BYTES", "4")
    run("add", str(word_file))
    (tmp_path / "m.pdf").write_bytes(b"12345")
    told = run("tick", "weir", "1", "--attach", str(tmp_path / "m.pdf"), code=3)
    assert told.strip().endswith("the file m.pdf has 5 bytes: at most 4 are kept")


def test_an_open_document_goes_out_as_one(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path, out = tmp_path / "heron.odt", tmp_path / "out.odt"
    path.write_bytes(ODT_SAMPLES["words in styles, one in another"])
    run("add", str(path))
    run("change", "heron", number_of(run("show", "heron"), "2019"), "2020")
    run("export", "heron", "--out", str(out))
    text = read_word(out.read_bytes())
    assert "In 2020 it came back" in text.text and "Date, time: to be changed" in {each.text for each in text.comments}
    assert "came as .odt" in run("export", "heron", "--format", "docx", "--out", str(out), code=3)


def test_an_open_document_whose_kind_does_not_stand_first_is_known_all_the_same(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    files = unpacked(ODT_SAMPLES["words in styles, one in another"])
    path, out = tmp_path / "heron.odt", tmp_path / "out.odt"
    path.write_bytes(packed(dict(sorted(files.items(), key=lambda each: each[0] != "content.xml"))))
    run("add", str(path))
    run("export", "heron", "--out", str(out))
    assert read_word(out.read_bytes()).comments
