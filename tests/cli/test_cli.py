"""The command line on the embedded default: each command in this process, a check in a pipe as a process too."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from command_line import call, run as run_process

from pipeline.reports.schemas import report_schema

PROJECT = Path(__file__).parents[2]
ARTICLE = """Mayor Ana Lobo opened the new bridge in Vila Nova on 3 May 2024.

The bridge, which cost nine million euros, was closed for two weeks in June after a flood damaged its piers.

“We rebuilt it in record time and without any help from Lisbon,” said Mayor Ana Lobo.
"""
OFFICES = (("offices",), ("offices", "import"), ("offices", "show"), ("offices", "list"))
PASSAGES = (
    {
        "text": "Vila Nova council said the bridge over the Minho was closed for 14 days in June 2024 after a flood.",
        "source_url": "https://example.org/bridge",
        "publisher": "Vila Nova council",
        "published_at": "2024-06-30",
    },
    {"person": "Ana Lobo", "office": "Mayor of Vila Nova", "organisation": "Vila Nova", "start": "2021-10-14"}
    | {"end": "2025-10-12", "source_url": "https://example.org/mayors"},
)


def run(home: Path, *arguments: str, stdin: str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    return call(home, *arguments, stdin=stdin, FACTNOTES_HOME=str(home / "desk"), **more)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "facts.jsonl").write_text("\n".join(map(json.dumps, PASSAGES)), encoding="utf-8")
    done = run(folder, "index", "facts.jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "1 passage added, 0 unchanged; 1 office record added\n"
    return folder


@pytest.mark.process
def test_help_imports_nothing_heavy() -> None:
    heavy = {"spacy", "chromadb", "langchain_openai", "openai", "prefect", "numpy", "pydantic", "sqlalchemy"}
    code = f"import sys, pipeline.cli.main; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT).returncode == 0


def test_every_command_has_help(home: Path) -> None:
    for command in ((), ("check",), ("index",), ("search",), ("estimate",), ("doctor",), ("titles",), *OFFICES):
        done = run(home, *command, "--help")
        assert done.returncode == 0 and "Usage:" in done.stdout


def test_check_writes_three_reports_and_prints_coverage_first(home: Path) -> None:
    done = run(home, "check", "article.txt", "--date", "2024-07-01")
    assert done.returncode == 0, done.stderr
    assert " claims: " in done.stdout.splitlines()[0]
    (folder,) = (home / "runs").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == [".written", "report.html", "report.json", "report.md"]
    assert "checking claims" in done.stderr


@pytest.mark.process
def test_json_goes_to_standard_output_alone_and_fits_the_schema(home: Path) -> None:
    given = ("--json", "--date", "2024-07-01", "--title", "Bridge")
    done = run_process(home, "check", "-", *given, stdin=ARTICLE, FACTNOTES_HOME=str(home / "desk"))
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    jsonschema.validate(report, report_schema())
    assert report["article"]["title"] == "Bridge"
    assert report["versions"]["model"] is None
    text = report["article"]["text"]
    for note in report["notes"]:
        for span in note["claim"]["spans"]:
            assert text[span["start"] : span["end"]] == span["exact"]
    titles = [note for note in report["notes"] if note["claim"]["kind"] == "title"]
    assert {note["verdict"]["label"] for note in titles} == {"supported"}


def test_the_same_article_gives_the_same_notes_again(home: Path) -> None:
    notes = [
        json.loads(run(home, "check", "article.txt", "--json", "--date", "2024-07-01").stdout)["notes"]
        for _ in range(2)
    ]
    assert notes[0] == notes[1]
    counted = json.loads(run(home, "check", "article.txt", "--json", "--utf16", "--date", "2024-07-01").stdout)["notes"]
    spans = [span for note in counted for span in note["claim"]["spans"]]
    assert spans and all(span["start_utf16"] == span["start"] for span in spans)


def test_indexing_twice_changes_nothing(home: Path) -> None:
    done = run(home, "index", "facts.jsonl")
    assert done.stdout == "0 passages added, 1 unchanged; 0 office records added\n"


def test_search_shows_evidence_and_marks_what_is_later(home: Path) -> None:
    assert "14 days" in run(home, "search", "the bridge was closed").stdout
    assert "[later]" in run(home, "search", "the bridge was closed", "--as-of", "2024-01-01").stdout


def test_search_says_where_in_a_file_a_passage_stands(tmp_path: Path) -> None:
    (tmp_path / "counts.csv").write_text("Year,Ferries\n2021,3\n2022,4\n")
    run(tmp_path, "index", "counts.csv")
    assert "counts, table, row 3" in run(tmp_path, "search", "Ferries in 2022").stdout


def test_estimate_spends_nothing_and_counts_calls(home: Path) -> None:
    done = run(home, "estimate", "article.txt")
    assert done.returncode == 0 and "0 calls" in done.stdout
    address = {"FACTNOTES_MODEL": "openai:small", "FACTNOTES_BASE_URL": "http://127.0.0.1:9/v1"}
    done = run(home, "estimate", "article.txt", **address)
    assert done.returncode == 0 and "calls: " in done.stdout and "dollars: $0.0000 to $0.0000" in done.stdout


def test_doctor_says_what_is_missing_and_how_to_get_it(home: Path, tmp_path: Path) -> None:
    assert run(home, "doctor").returncode == 0
    done = run(tmp_path, "doctor")
    assert done.returncode == 4
    assert "MISSING evidence" in done.stdout and "factnotes index" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "says"),
    [
        (("check", "absent.txt"), None, 3, "absent.txt"),
        (("check", "-"), "", 3, "empty"),
        (("check", "-"), "?!\n", 3, ""),
        (("check", "-"), "هذا نص عربي طويل عن الجسر الجديد في المدينة. " * 20, 3, "English"),
        (("check", "-"), "word " * 4000 + ".", 3, "sentence"),
        (("check", "-"), "The bridge was closed. " * 250_000, 3, "split"),
        (("check", "http://127.0.0.1:9/story"), None, 3, "private|loopback|not allowed"),
        (("check", "article.txt", "--model", "nonsense"), None, 4, "openai:"),
        (("check", "article.txt", "--model", "openai:gpt-5-mini"), None, 4, "key"),
        (("index", "absent.jsonl"), None, 3, "absent.jsonl"),
    ],
)
def test_bad_input_is_one_line_that_says_what_to_do(
    home: Path, arguments: tuple[str, ...], stdin: str | None, code: int, says: str
) -> None:
    before = (home / "desk/store.db").stat().st_mtime_ns
    done = run(home, *arguments, stdin=stdin)
    assert (done.returncode, done.stdout) == (code, "")
    lines = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1 and "Traceback" not in done.stderr
    assert re.search(says, lines[0])
    assert run(home, "search", "bridge").returncode == 0
    assert (home / "desk/store.db").stat().st_mtime_ns == before


def test_a_missing_index_is_one_line_that_names_the_command(tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    done = run(tmp_path, "check", "article.txt")
    assert done.returncode == 5
    assert done.stderr.count("\n") == 1 and "factnotes index" in done.stderr


def test_a_corrupt_index_is_one_line_and_can_be_rebuilt(tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "facts.jsonl").write_text("\n".join(map(json.dumps, PASSAGES)), encoding="utf-8")
    assert run(tmp_path, "index", "facts.jsonl").returncode == 0
    (tmp_path / "desk/vectors/chroma.sqlite3").write_bytes(b"not a database" * 100)
    done = run(tmp_path, "check", "article.txt", "--date", "2024-07-01")
    assert done.returncode == 5 and "--rebuild" in done.stderr and "Traceback" not in done.stderr
    assert run(tmp_path, "index", "--rebuild", "facts.jsonl").returncode == 0
    assert run(tmp_path, "check", "article.txt", "--date", "2024-07-01").returncode == 0


def test_a_corrupt_store_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk/store.db").write_bytes(b"not a database" * 500)
    done = run(tmp_path, "check", "article.txt")
    assert done.returncode == 5 and "damaged" in done.stderr and "Traceback" not in done.stderr
