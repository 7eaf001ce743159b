"""What a command loads: the cheap ones must not bring models, the index, the parser or a model's client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from pipeline.core.models import Passage
from pipeline.store import Store

pytestmark = pytest.mark.process

COMMANDS = {"click", "lazy_loader"}
SETTINGS = {"annotated_types", "dotenv", "pydantic", "pydantic_core", "pydantic_settings", "typing_extensions"}
SETTINGS |= {"typing_inspection"}
STORE = {"Stemmer", "cachetools", "greenlet", "sqlalchemy"}
TERMINAL = {"markupsafe", "rich"}
CHECK = COMMANDS | SETTINGS | STORE | TERMINAL
HEAVY = {"bm25s", "chromadb", "langchain_core", "langchain_openai", "lxml", "numpy", "onnxruntime", "openai"}
HEAVY |= {"prefect", "rapidfuzz", "scipy", "spacy", "tokenizers", "trafilatura"}

LISTED = """
import atexit, json, pathlib, sys
listing = pathlib.Path(sys.argv.pop(1))
atexit.register(lambda: listing.write_text(json.dumps(sorted(sys.modules))))
from pipeline.cli.main import main
main(prog_name="factnotes")
"""


class Shell:
    """A desk's home in a folder, and the real command line in processes of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.article = folder / "article.txt"
        self.article.write_text("The council repaired nine schools in May.\n\nIt cost two million.\n", encoding="utf-8")
        with closing(Store.open(folder / "home" / "store.db")) as store:
            store.save_passages([Passage(text="The council repaired one school in May, the audit found.")])

    def loaded(self, *arguments: str, code: int = 0, **settings: str) -> set[str]:
        """Return the packages of others that a command has loaded when it ends."""
        given = {"FACTNOTES_HOME": str(self.folder / "home"), "FACTNOTES_VECTOR_SEARCH": "false"} | settings
        ours = {name: value for name, value in os.environ.items() if "FACTNOTES" not in name and "OPENAI" not in name}
        listing = self.folder / "modules.json"
        command = [sys.executable, "-c", LISTED, str(listing), *arguments]
        done = subprocess.run(command, cwd=self.folder, env=ours | given, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        self.said = done.stdout + done.stderr
        return {name.partition(".")[0] for name in json.loads(listing.read_text())} & OTHERS


OTHERS = packages_distributions().keys() - {"pipeline", "flows", "tests", "_distutils_hack"}
"""What pip installed, but for what the environment itself loads at every start."""


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("desk"))
    assert {"spacy", "onnxruntime"} <= shell.loaded("check", "article.txt"), "a check loads the models"
    return shell


def test_help_loads_nothing_but_the_command_line(shell: Shell) -> None:
    assert shell.loaded("--help") <= COMMANDS


def test_an_unchanged_article_loads_no_model_no_index_and_no_parser(shell: Shell) -> None:
    assert shell.loaded("check", "article.txt") <= CHECK
    assert "unchanged since run" in shell.said


def test_an_article_that_cannot_be_read_loads_not_even_the_store(shell: Shell) -> None:
    assert shell.loaded("check", "missing.txt", code=3) <= COMMANDS | SETTINGS | {"cachetools"}


@pytest.mark.parametrize("command", [("runs", "list"), ("runs", "show", "last"), ("review", "list")])
def test_a_look_at_the_store_loads_no_more_than_it(shell: Shell, command: tuple[str, ...]) -> None:
    assert not shell.loaded(*command) & HEAVY


def test_a_watch_without_news_or_without_budget_loads_nothing_to_check_with(shell: Shell) -> None:
    (shell.folder / "drafts").mkdir()
    draft = shell.folder / "drafts" / "article.txt"
    draft.write_bytes(shell.article.read_bytes())
    shell.loaded("watch", "add", "drafts", "--folder", "drafts")
    assert not shell.loaded("watch", "run", "--once", "drafts") & HEAVY
    assert "1 unchanged" in shell.said
    draft.write_text("The council repaired ten schools in June.\n", encoding="utf-8")
    shell.loaded("watch", "add", "poor", "--folder", "drafts", "--max-calls-run", "0", "--model", "openai:m")
    assert not shell.loaded("watch", "run", "--once", "poor", FACTNOTES_BASE_URL="http://127.0.0.1:9/v1") & HEAVY
    assert "1 waiting" in shell.said


def test_a_run_that_may_ask_nothing_never_loads_the_client_of_the_model(shell: Shell) -> None:
    (shell.folder / "new.txt").write_text("The council repaired six schools in July.\n", encoding="utf-8")
    given = ("--model", "openai:m", "--base-url", "http://127.0.0.1:9/v1", "--max-calls", "0")
    loaded = shell.loaded("check", "new.txt", *given)
    assert "spacy" in loaded and not loaded & {"openai", "langchain_openai", "langchain_core", "chromadb"}
