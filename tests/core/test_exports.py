"""What each room's stub lists is there, is what `__all__` says, and is taken by somebody else."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipeline

ROOT = Path(pipeline.__file__).parent
PROJECT = ROOT.parent
STUBS = sorted(ROOT.rglob("__init__.pyi"))
ROOMS = {path.parent.name: path for path in ROOT.glob("*/__init__.pyi")}


def listed(stub: Path) -> set[str]:
    """Return the names that a stub lists for others."""
    tree = ast.parse(stub.read_text(encoding="utf-8"))
    return {each.asname or each.name for node in tree.body if isinstance(node, ast.ImportFrom) for each in node.names}


def taken(file: Path) -> Iterator[tuple[str, str]]:
    """Yield each room and name that a file takes of another room than its own."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    own = file.relative_to(PROJECT).parts[1]
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        room = f"{'pipeline.' * node.level}{node.module or ''}".removeprefix("pipeline").strip(".")
        for each in node.names:
            if room == "" and each.name in ROOMS:
                modules[each.asname or each.name] = each.name
            elif room in ROOMS and room != own:
                yield room, each.name
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield modules[node.value.id], node.attr


@pytest.mark.parametrize("stub", STUBS, ids=lambda path: path.parent.name)
def test_every_name_that_a_stub_lists_can_be_taken_and_no_other(stub: Path) -> None:
    package = importlib.import_module(".".join(stub.parent.relative_to(PROJECT).parts))
    assert set(package.__all__) == listed(stub)
    assert [name for name in package.__all__ if not hasattr(package, name)] == []
    assert set(dir(package)) >= listed(stub)


def test_every_room_but_the_core_has_a_stub() -> None:
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert rooms - set(ROOMS) == {"core"}


def test_every_name_that_a_room_lists_is_taken_by_another() -> None:
    files = [*ROOT.rglob("*.py"), *(PROJECT / "flows").rglob("*.py"), ROOT / "__init__.pyi"]
    used = {each for file in files for each in taken(file)}
    assert (
        sorted(
            (room, name) for room, stub in ROOMS.items() for name in listed(stub) - {n for r, n in used if r == room}
        )
        == []
    )


@pytest.mark.process
def test_the_package_loads_nothing_until_a_name_is_taken() -> None:
    code = "import sys, pipeline; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert {"pydantic", "sqlalchemy", "spacy", "click", "numpy", "chromadb"}.isdisjoint(done.stdout.split())
    assert {"lazy_loader", "pipeline"} <= set(done.stdout.split())


def test_the_example_of_the_readme_flags_a_title_in_the_seed_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```$", (PROJECT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTNOTES_MODEL", "none")
    Path("seeds").symlink_to(PROJECT / "seeds")
    exec(compile(example, "README.md", "exec"), {})
    assert "misattributed_title" in capsys.readouterr().out
