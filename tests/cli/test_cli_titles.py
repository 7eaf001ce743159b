"""`titles`, `offices` and `check` with files of one run, called and as processes; the first needs no store."""

from __future__ import annotations

import json
import subprocess
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from called_flows import flows_in
from click.testing import CliRunner
from command_line import call, run as run_process
from hypothesis import given, strategies as st

from flows.check_article import check_article_flow
from pipeline.check import JudgedSentence, schemas
from pipeline.check.checkers.titles import Records
from pipeline.check.checkers.titles.judgement import TitleFinding
from pipeline.check.checkers.titles.sentences import judge_sentence
from pipeline.cli.main import main
from pipeline.core.settings import Settings
from pipeline.evidence.offices import record_of
from pipeline.store import Store

pytest_plugins = ("prefect_home",)
RECORDS: list[dict[str, Any]] = [
    {"person": "Ana Lobo", "office": "Minister of Transport", "country": "Portugal", "start": "2021-10-14"}
    | {"end": "2023-03-01", "as_of": "2024-06-01", "source": "Gazette", "aliases": []},
    {"person": "José Núñez", "title": "Minister of Finance", "org": None, "country": "Chile", "start": "2020-05-02"}
    | {"end": None, "as_of": "2024-06-01"},
]
SENTENCES: list[tuple[dict[str, Any], list[tuple[str, bool]]]] = [
    (
        {
            "text": "Portuguese Minister of Transport Ana Lobo said on 3 May 2022 it was late.",
            "article_date": "2022-05-03",
        },
        [("right", False)],
    ),
    (
        {
            "text": "Portuguese Minister of Transport Ana Lobo said on 3 May 2024 it was late.",
            "article_date": "2024-05-03",
        },
        [("stale", True)],
    ),
    (
        {
            "text": "Former Chilean Minister of Finance José Núñez said on Tuesday it was late.",
            "article_date": "2022-05-03",
        },
        [("premature_former", True)],
    ),
    (
        {"text": "Chilean Minister of Finance Rosa Pinto said on Tuesday it was late.", "article_date": "2022-05-03"},
        [("not_in_records", False)],
    ),
    ({"text": "It rained.", "article_date": "2022-05-03", "label": "ok"}, []),
]


def run(
    home: Path, *arguments: str, stdin: str | bytes | None = None, desk: str = "desk"
) -> subprocess.CompletedProcess[str]:
    return call(home, *arguments, stdin=stdin, FACTNOTES_HOME=str(home / desk))


def rows(values: list[Any]) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("titles")
    (folder / "records.jsonl").write_text(rows(RECORDS), encoding="utf-8")
    (folder / "sentences.jsonl").write_text(rows([row for row, _ in SENTENCES]), encoding="utf-8")
    return folder


@pytest.mark.process
def test_titles_gives_a_line_for_each_line_in_order_and_needs_no_store(home: Path) -> None:
    given = ("titles", "sentences.jsonl", "--records", "records.jsonl", "--json")
    done = run_process(home, *given, FACTNOTES_HOME=str(home / "none"))
    assert (done.returncode, done.stderr) == (0, "")
    assert not (home / "none").exists()
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    schema = schemas()
    for (row, expected), line in zip(SENTENCES, lines, strict=True):
        jsonschema.validate(row, schema["sentence"])
        jsonschema.validate(line, schema["output"])
        assert [(mention["outcome"], mention["flag"]) for mention in line["mentions"]] == expected
        for mention in line["mentions"]:
            words = row["text"][mention["start"] : mention["end"]]
            assert mention["person"] in words and mention["title"] in words and mention["message"]
    record = lines[1]["mentions"][0]["record"]
    jsonschema.validate(record, schema["record"])
    assert (record["person"], record["office"], record["end"]) == ("Ana Lobo", "Minister of Transport", "2023-03-01")
    assert lines[3]["mentions"][0]["record"] is None


def test_bad_lines_are_errors_in_their_place_and_exit_code_3(home: Path) -> None:
    good = SENTENCES[1][0]
    bad: list[bytes] = [
        b"{broken",
        b"[1]",
        b'{"article_date": "2022-05-03"}',
        b'{"text": "  "}',
        b'{"text": "It rained.", "article_date": "3 May"}',
        b'{"text": "half \\ud800 a character"}',
        b'{"text": "\xff"}',
        b'{"text": 7}',
    ]
    stdin = b"\n".join([*bad, b"", json.dumps(good).encode(), b""])
    done = run(home, "titles", "-", "--records", "records.jsonl", "--json", stdin=stdin)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 3 and "Traceback" not in done.stderr and "8 lines" in done.stderr
    assert [set(line) for line in lines] == [{"error"}] * len(bad) + [{"mentions"}]
    assert lines[-1]["mentions"][0]["outcome"] == "stale"
    for line in lines:
        jsonschema.validate(line, schemas()["output"])


def test_a_line_without_a_date_is_judged_as_of_today_and_says_so(home: Path) -> None:
    text = SENTENCES[1][0]["text"]
    done = run(home, "titles", "--records", "records.jsonl", "--json", stdin=rows([{"text": text}]))
    assert done.returncode == 0 and "judged as of today" in done.stderr
    assert json.loads(done.stdout)["as_of_assumed"] >= "2024-01-01"


def test_titles_for_people_are_lines_of_words(home: Path) -> None:
    done = run(home, "titles", "sentences.jsonl", "--records", "records.jsonl")
    assert "FLAG stale: The text calls Ana Lobo" in done.stdout and "no title" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("titles", "absent.jsonl", "--records", "records.jsonl"), "absent.jsonl"),
        (("titles", "sentences.jsonl", "--records", "absent.jsonl"), "absent.jsonl"),
        (("titles", "sentences.jsonl"), "offices import"),
        (("titles", "sentences.jsonl", "--records", "sentences.jsonl"), "person and an office"),
        (("offices", "show", "Ana Lobo"), "offices import"),
        (("offices", "import", "sentences.jsonl"), "person and an office"),
        (("offices", "import", "records.jsonl", "absent.jsonl"), "absent.jsonl"),
        (("check", "sentences.jsonl", "--only-given"), "--records"),
    ],
)
def test_what_is_missing_is_one_line_that_says_what_to_do(home: Path, arguments: tuple[str, ...], says: str) -> None:
    done = run(home, *arguments, desk="none")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("Error: ") and says in done.stderr


def test_the_published_schemas_fit_the_examples_and_refuse_what_is_wrong(home: Path) -> None:
    printed = json.loads(run(home, "titles", "--schema").stdout)
    assert printed == schemas()
    for schema in printed.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for record in RECORDS:
        jsonschema.validate(record, printed["record"])
    outcomes = printed["output"]["$defs"]["JudgedMention"]["properties"]["outcome"]["enum"]
    assert set(outcomes) == set(get_args(TitleFinding))
    for schema, wrong in (("record", {"person": "Ana Lobo"}), ("sentence", {}), ("output", {"mentions": [{}]})):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, printed[schema])


def test_offsets_are_those_of_the_given_text_also_where_it_is_not_nfc() -> None:
    records = Records([record_of(row) for row in RECORDS])
    text = unicodedata.normalize(
        "NFD", "Café Łódź: Chilean Minister of Finance José Núñez said on Tuesday it was late."
    )
    (mention,) = judge_sentence(text, date(2022, 5, 3), records, date(2025, 1, 1)).mentions
    given = unicodedata.normalize("NFC", text[mention.start : mention.end])
    assert given == "Chilean Minister of Finance José Núñez" and mention.outcome == "right"


WORDS = st.sampled_from(
    ["Former", "Chilean", "Minister of Finance", "José Núñez", "Jose\u0301 Nu\u0301n\u0303ez", "said", ",", "Ana Lobo"]
    + ["the", "\u0301", "\u1100\u1161", "Å", "A\u030a", "\n", "who was", "from 2010 to 2012", "“", "ex-", "🙂", "’s"]
)


@given(st.lists(WORDS, min_size=1, max_size=12).map(" ".join).filter(str.strip))
def test_any_text_has_exact_offsets_and_gives_the_same_again(text: str) -> None:
    records = Records([record_of(row) for row in RECORDS])
    judged = judge_sentence(text, date(2022, 5, 3), records, date(2025, 1, 1))
    assert judged == judge_sentence(text, date(2022, 5, 3), records, date(2025, 1, 1))
    for mention in judged.mentions:
        words = unicodedata.normalize("NFC", text[mention.start : mention.end])
        assert mention.person in words and mention.title in words


@pytest.mark.process
def test_importing_tells_what_was_done_and_again_changes_nothing(home: Path) -> None:
    bad = {"person": "Rui Serra", "office": "Mayor", "start": "2019", "end": "2015"}
    (home / "some.jsonl").write_text(rows([*RECORDS, bad]), encoding="utf-8")
    done = run(home, "offices", "import", "some.jsonl", desk="import")
    assert done.returncode == 0 and done.stdout.endswith("2 records added, 0 changed, 0 unchanged; 2 in all\n")
    assert done.stderr == "Skipped: some.jsonl, line 3: end 2015 is before start 2019\n"
    (home / "prose.txt").write_text("It rained.", encoding="utf-8")
    again = run(home, "offices", "import", "prose.txt", "some.jsonl", desk="import")
    assert again.returncode == 0 and "Skipped: prose.txt is neither JSON" in again.stderr
    assert again.stdout.endswith("0 records added, 0 changed, 2 unchanged; 2 in all\n")
    more = rows([{**RECORDS[0], "aliases": ["Ana Maria Lobo"], "person_id": "Q1"}, {**RECORDS[0], "person_id": "Q2"}])
    third = run_process(home, "offices", "import", "/dev/stdin", stdin=more, FACTNOTES_HOME=str(home / "import"))
    assert third.stdout.endswith("1 record added, 1 changed, 0 unchanged; 3 in all\n")
    shown = run(home, "offices", "show", "ANA LOBO", desk="import").stdout
    assert shown.startswith("2 people are called ANA LOBO")
    shown = run(home, "offices", "show", "ana maria lobo", desk="import").stdout
    assert "Minister of Transport, Portugal: from 14 October 2021 to 1 March 2023 [Gazette]" in shown
    assert "names with these words" in run(home, "offices", "show", "Núñez", desk="import").stdout
    listed = run(home, "offices", "list", "--office", "finance", "--on", "2023-01-01", desk="import").stdout
    assert listed.startswith("José Núñez: Minister of Finance, Chile: from 2 May 2020")
    judged = run(home, "titles", "sentences.jsonl", "--json", desk="import")
    assert '"premature_former"' in judged.stdout


# Files for one run of a check

ARTICLE = """Minister of Transport Ana Lobo opened the bridge in Vila Nova on 3 May 2022.

The bridge, which cost nine million euros, was closed for two weeks in June 2021 after a flood damaged its piers.
"""
FACT = {
    "text": "Vila Nova council said the bridge over the Minho was closed for 14 days in June 2021 after a flood.",
    "source_url": "https://example.org/bridge",
    "publisher": "Vila Nova council",
    "published_at": "2021-06-30",
}


def checked(home: Path, desk: str, *arguments: str) -> dict[str, Any]:
    done = run(home, "check", "article.txt", "--json", "--date", "2022-05-04", *arguments, desk=desk)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def urls(report: dict[str, Any]) -> set[str]:
    return {each["passage"]["source_url"] for note in report["notes"] for each in note["evidence"]}


def test_a_check_works_with_files_alone_and_leaves_the_store_as_it_was(home: Path) -> None:
    (home / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (home / "facts.jsonl").write_text(rows([FACT]), encoding="utf-8")
    other = {"text": "The ferry to the island was cheaper.", "source_url": "https://example.org/ferry"}
    (home / "stored.jsonl").write_text(rows([other]), encoding="utf-8")

    alone = checked(home, "empty", "--records", "records.jsonl", "--evidence", "facts.jsonl")
    assert "https://example.org/bridge" in urls(alone)
    titles = [note for note in alone["notes"] if note["claim"]["kind"] == "title"]
    assert [note["verdict"]["label"] for note in titles] == ["supported"]
    with_less = checked(home, "empty", "--evidence", "facts.jsonl")
    assert with_less["versions"]["index"] != alone["versions"]["index"]

    assert run(home, "index", "stored.jsonl", desk="full").returncode == 0
    store = Store.open(Settings(home=home / "full").store_path)
    before = store.snapshot(), store.passages(), store.records()
    both = checked(home, "full", "--records", "records.jsonl", "--evidence", "facts.jsonl")
    only = checked(home, "full", "--records", "records.jsonl", "--evidence", "facts.jsonl", "--only-given")
    alone_again = checked(home, "empty", "--records", "records.jsonl", "--evidence", "facts.jsonl", "--only-given")
    assert (store.snapshot(), store.passages(), store.records()) == before
    assert "https://example.org/bridge" in urls(both) & urls(only)
    assert "https://example.org/ferry" not in urls(only)
    assert only["versions"]["index"] == alone_again["versions"]["index"]
    assert len({report["versions"]["index"] for report in (alone, with_less, both, only)} | {before[0]}) == 5

    assert run(home, "index", "facts.jsonl", desk="full").stdout.startswith("1 passage added")
    assert "https://example.org/bridge" in {passage.source_url for passage in store.passages()}
    store.close()


@pytest.mark.process
def test_the_flow_takes_files_for_one_run_too(home: Path, prefect_home: Path, prefect_api: str) -> None:
    (home / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (home / "facts.jsonl").write_text(rows([FACT]), encoding="utf-8")
    given = {"records": ["records.jsonl"], "evidence": ["facts.jsonl"], "only_given": True}
    with flows_in(home, prefect_api, FACTNOTES_HOME=str(prefect_home / "flow")):
        folder = check_article_flow("article.txt", **given, published_at="2022-05-04")
    report = json.loads((home / folder / "report.json").read_text(encoding="utf-8"))
    assert "https://example.org/bridge" in urls(report)
    assert [note["verdict"]["label"] for note in report["notes"] if note["claim"]["kind"] == "title"] == ["supported"]


def test_a_sentence_alone_has_neither_evidence_nor_sources() -> None:
    assert judge_sentence("It rained.", None, Records([]), date(2025, 1, 1)) == JudgedSentence(
        mentions=(), as_of_assumed=date(2025, 1, 1)
    )


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2026-02-30", "the calendar has no such day"),
        ("30.2.2026", "give a day as YYYY-MM-DD"),
        ("2026-2-3x", "give a"),
    ],
)
def test_a_day_that_there_is_not_is_refused_in_words_one_understands(home: Path, typed: str, why: str) -> None:
    result = CliRunner().invoke(main, ["check", "-", "--date", typed], input="The mill burned in 2019.")
    assert result.exit_code == 2 and why in result.output


def test_a_folder_that_cannot_be_made_is_told_before_any_work(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    result = CliRunner().invoke(main, ["check", "no-such-article.txt", "--out", str(tmp_path / "file" / "runs")])
    assert result.exit_code == 3 and "--out:" in result.output and "give another folder" in result.output
