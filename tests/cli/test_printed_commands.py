"""Every printed command works: those of README and docs are run in their order, those of helps and messages read."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import docx
import pytest
from click.testing import CliRunner, Result
from scripted_service import Service, running

from pipeline.cli.main import main
from pipeline.evaluation import in_plain_words
from pipeline.reports import counted

PROJECT = Path(__file__).parents[2]
JOBS: tuple[str, ...] = (
    "check",
    "review",
    "watch",
    "evaluate",
    "scale",
    "extend",
    "world",
    "evidence",
    "ledger",
    "word",
    "world-facts",
)
JOBS += ("hostile_text", "reach")
DOCUMENTS = (PROJECT / "README.md", *(PROJECT / f"docs/{job}.md" for job in JOBS))
"""In the order a reader takes them: what one writes, the next may use."""
SENTENCE = {"text": "Foreign Minister Børge Brende met Ana Lobo on Monday.", "article_date": "2015-06-01"}
RECORD = {
    "person": "Børge Brende",
    "aliases": ["Person"],
    "office": "Foreign Minister of Norway",
    "organisation": "Norway",
    "country": "Norway",
    "start": "2013-10-16",
    "end": "2017-10-20",
}
FILE_IN_PLACE = r"^cat > \S+ <<'END'\n(?:(?!END$).*\n)*END$"
PLACEHOLDERS = {"PATH...": str(PROJECT / "seeds/reference"), "FILE...": "RECORDS.jsonl"}

NOT_RUN = {
    "factnotes desk": "serves until it is stopped: test_desk_browser.py starts it",
    "factnotes serve": "starts three servers and serves until it is stopped: test_serve.py starts it",
    "factnotes world update": "asks Wikidata: test_world_update.py has it ask a service of its own",
    "factnotes world update --from all": "asks public repositories too: test_world_repositories.py has its own",
    "factnotes review next -i": "needs a terminal: test_cli_review.py gives it one",
}
"""Lines of which only the arguments are read, and why."""
ANOTHER_WAY = {
    "factnotes eval run seed-verdict --prompt predict_verdict@1 --prompt predict_verdict@2 --model openai:some-model": (
        ["--yes"],  # a person at a terminal is asked before money is spent
        {},
        0,
    ),
    # the scripted service judges nothing, so it gives a question whose answer is known no right one
    "factnotes doctor --try": ([], {"FACTNOTES_MODEL": "openai:some-model"}, 4),
    "factnotes prompts promote predict_verdict 2": ([], {}, 4),  # a service that judges nothing makes no prompt better
    "factnotes eval calibrate latest": ([], {}, 3),  # it needs a prompt that asks how likely each label is
    "factnotes ledger sign draft --as edda": ([], {}, 3),  # not before every fact is settled
    "factnotes restore desk.zip": ([], {"FACTNOTES_HOME": "restored"}, 0),  # into an empty home, as the page says
}
"""Lines that are run with more arguments or another environment, or that end otherwise here than with 0."""
NOT_OURS = {
    "make": "a target of the Makefile",
    "mkdir": "makes the folder of a walk",
    "cat": "writes a file of a walk",
    "export": "sets what the lines after it are run with",
    ".venv/bin/python": "a module of flows, which needs Prefect's server (test_flow.py), or one that needs clones",
}
"""First words of lines that do not call factnotes, and what they are."""


def printed_lines(markdown: str) -> list[str]:
    """Return the lines of all fenced blocks of a shell, without comments; a file written in place is one line."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", markdown, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in re.findall(rf"{FILE_IN_PLACE}|^.+$", block, re.MULTILINE)]
    return [_as_typed(line) for line in lines]


def _as_typed(line: str) -> str:
    if re.fullmatch(FILE_IN_PLACE, line):
        return line
    line = re.sub(r"\s+#\s.*$", "", line).strip()
    return line.removeprefix(".venv/bin/") if " -m " not in line else line


TEXTS = [path.read_text(encoding="utf-8") for path in DOCUMENTS]
LINES = [line for text in TEXTS for line in printed_lines(text)]
COMMANDS = [line for line in LINES if line.startswith("factnotes ")]


@dataclass
class Reader:
    """Somebody who types the printed commands, one after the other, in one folder."""

    folder: Path
    environment: dict[str, str]

    def type(self, line: str, *more: str, **environment: str) -> Result:
        """Run a line as a shell would, in this process."""
        words = shlex.split(re.sub(r"\s\[[^]]*\]", "", line))
        stdin = None
        if "<" in words:
            at = words.index("<")
            stdin, words = Path(words[at + 1]).read_text(encoding="utf-8"), words[:at]
        words = [PLACEHOLDERS.get(word, word) for word in words[1:]]
        runner = CliRunner(env=self.environment | environment)
        return runner.invoke(main, [*words, *more], input=stdin)

    @staticmethod
    def write(line: str) -> None:
        """Write a file that a document writes in place."""
        first, _, rest = line.partition("\n")
        file = Path(first.split()[2])
        file.parent.mkdir(exist_ok=True)
        file.write_text(rest.removesuffix("END"), encoding="utf-8")


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    for name in [name for name in os.environ if name.startswith(("FACTNOTES_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    for name in ("txt", "yaml"):
        shutil.copy(PROJECT / f"seeds/articles/putin-trump-call.{name}", f"story.{name}")
    Path("story.html").write_text(
        f"<html><body><article><p>{Path('story.txt').read_text()}</p></article></body></html>"
    )
    Path("RECORDS.jsonl").write_text(json.dumps(RECORD))
    Path("SENTENCES.jsonl").write_text(json.dumps(SENTENCE))
    draft = docx.Document()
    draft.add_paragraph(
        "The weir at Olm cost €7 million in 2029. Mia Holt, 41, mayor of Olm since 2019, opened it on Tuesday."
    )
    draft.add_paragraph("“We were the first in Norway,” Holt told the Olm Post. It fell to -31°C because of the wind.")
    draft.save("draft.docx")
    Path("minutes.pdf").write_bytes(b"the minutes")
    Path("drafts").mkdir()
    shutil.copy("story.txt", "drafts/story.txt")
    shutil.copytree(PROJECT / "prompts", "prompts")
    home = Path("home")
    home.mkdir()
    price = '- {model: "openai:some-model", input: 1, output: 1, date: 2026-01-01, source: "a test"}\n'
    (home / "prices.yaml").write_text(price)
    with running(Service()) as service:
        yield Reader(
            tmp_path,
            {
                "FACTNOTES_HOME": "home",
                "FACTNOTES_PROMPTS": "prompts",
                "FACTNOTES_REVIEWER": "ann",
                "FACTNOTES_BASE_URL": service.address,
                "FACTNOTES_NOTIFY_KEY": "a key that only this test has, long enough",
                "FACTNOTES_SMTP_HOST": "127.0.0.1",
                "FACTNOTES_SMTP_FROM": "desk@example.org",
            },
        )


def test_every_document_is_read() -> None:
    assert sorted((PROJECT / "docs").glob("*.md")) == sorted(DOCUMENTS[1:])


def test_every_printed_line_is_run_or_listed_as_not_run() -> None:
    assert len(COMMANDS) > 20
    known = tuple(NOT_OURS)
    assert [line for line in LINES if line not in COMMANDS and not line.startswith(known)] == []
    assert [line for line in (*NOT_RUN, *ANOTHER_WAY) if line not in COMMANDS] == []
    targets = re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    for words in map(str.split, LINES):
        assert words[0] != "make" or words[1] in targets
        assert words[0] != ".venv/bin/python" or importlib.util.find_spec(words[2])


@pytest.mark.slow
def test_the_printed_commands_work_one_after_the_other(reader: Reader) -> None:
    exported = {name: value for line in LINES if line.startswith("export") for name, value in _set_by(line).items()}
    assert exported.keys() <= {"OPENAI_API_KEY", "FACTNOTES_API_KEY", "FACTNOTES_MODEL", "FACTNOTES_BASE_URL"}
    decided = False
    for line in LINES:
        if line.startswith("cat > "):
            reader.write(line)
        if line not in COMMANDS:
            continue
        if line in NOT_RUN:
            read(line)
            continue
        more, environment, expected = ANOTHER_WAY.get(line, ([], {}, 0))
        if "--max-usd " in line:  # the block that names a model
            environment = {"FACTNOTES_MODEL": exported["FACTNOTES_MODEL"]}
        decided = decided or line.startswith("factnotes review approve")
        if line.startswith("factnotes publish") and not decided:  # "what an editor approved"
            for act in ("accept", "approve"):
                assert reader.type(f"factnotes review {act} latest").exit_code == 0
        done = reader.type(line, *more, **environment)
        assert done.exit_code == expected, f"{line}: {done.output}"
        assert (done.exception is None) == (expected == 0)
        decided = decided and not line.startswith("factnotes publish")
    published = list(Path("published").glob("*/published.json"))
    assert [len(json.loads(path.read_text())["checks"]) for path in published] == [1, 1]
    assert list(Path("home/evaluations").glob("*/report.html"))


def _set_by(line: str) -> dict[str, str]:
    return dict(word.split("=", 1) for word in shlex.split(line)[1:])


def test_the_choices_that_a_page_names_are_those_of_the_command() -> None:
    (line,) = (line for line in COMMANDS if "[--format " in line)
    for choice in re.findall(r"--format ([a-z|]+)", line)[0].split("|"):
        read(f"factnotes offices import --format {choice} FILE")


def read(line: str) -> None:
    """Read a line's arguments as the command would, and run nothing; raises UsageError for what it does not take."""
    command: click.Command = main
    words, context = shlex.split(line)[1:], click.Context(main, info_name="factnotes")
    while isinstance(command, click.Group) and words:
        name, *words = words
        found = command.get_command(context, name)
        assert found is not None, f"{line}: there is no command {name}"
        command, context = found, click.Context(found, info_name=name, parent=context)
    command.make_context(command.name, words)


def all_commands(command: click.Command = main, names: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(names), command
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from all_commands(each, (*names, name))


KNOWN = dict(all_commands())


def helps() -> dict[str, str]:
    return {name: command.get_help(click.Context(command, info_name=name)) for name, command in KNOWN.items()}


def texts_of_code() -> Iterator[str]:
    """Yield every text of the code that names the command in some place, with x for what is filled in."""
    codes = (path.read_text(encoding="utf-8") for path in (PROJECT / "pipeline").rglob("*.py"))
    for code in (code for code in codes if "factnotes" in code):
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.JoinedStr):
                parts = (each.value if isinstance(each, ast.Constant) else "x" for each in node.values)
                yield "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def named_commands() -> set[str]:
    """Return the commands that stand in backticks in helps, messages, pages and documents."""
    pages = [path.read_text(encoding="utf-8") for path in (PROJECT / "pipeline").rglob("*.j2")]
    documents = [
        path.read_text(encoding="utf-8")
        for path in (*PROJECT.glob("*.md"), *PROJECT.glob("*/*.md"), *PROJECT.glob("seeds/*/*.md"))
    ]
    found = {
        name for text in (*texts_of_code(), *pages, *documents) for name in re.findall(r"`(factnotes [^`]*)`", text)
    }
    short = {name for text in helps().values() for name in re.findall(r"`([^`]*)`", text)}
    found |= {f"factnotes {name}" for name in short if name.split()[0] in main.commands}
    names = {" ".join(name.split()) for name in found}
    return {each for name in names for each in _each_of(name)}


def _each_of(line: str) -> list[str]:
    """Return what `eval show|list` stands for."""
    first, _, last = line.rpartition(" ")
    return [f"{first} {each}" for each in last.split("|")]


@pytest.mark.parametrize("line", sorted(named_commands()))
def test_a_command_named_in_a_text_exists_and_takes_the_options_named_with_it(line: str) -> None:
    words = re.sub(r"\{\{.*?\}\}|\{.*?\}", "x", line).split()[1:]
    depth = max(count for count in range(len(words) + 1) if " ".join(words[:count]) in KNOWN)
    command = KNOWN[" ".join(words[:depth])]
    assert depth or words[0] in ("--help", "--version"), f"there is no command {line}"
    assert not isinstance(command, click.Group) or len(words) == depth or not depth, f"{words[depth]} is no command"
    taken = {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {"--help"}
    assert {word for word in words if word.startswith("-") and word != "-"} <= taken | {"--version"}


def test_every_help_that_takes_an_id_says_the_same_words() -> None:
    words = "an id, a unique part of one, or `latest`"
    texts = {name: " ".join(text.split()) for name, text in helps().items()}
    for name in ("publish", "runs", "eval show", "eval compare", "eval report", "eval replay", "eval export"):
        assert words in texts[name], name
    assert all(words in texts[name] for name in ("review", "review next", "review list", "review bulk"))
    assert words in texts["prompts promote"]
    assert not [name for name, text in texts.items() if "beginning of" in text]


def test_a_number_stands_with_its_noun() -> None:
    assert [counted(number, "claim") for number in (0, 1, 2000)] == ["0 claims", "1 claim", "2,000 claims"]
    assert in_plain_words("Only 1 independent groups of cases: x") == "Only 1 independent group of cases: x"
    assert in_plain_words("Only 11 independent groups of cases: x") == "Only 11 independent groups of cases: x"
