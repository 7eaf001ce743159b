"""Which code made a note: only the parts that can change a note count, and each by its name."""

from __future__ import annotations

import re
import shutil
from itertools import combinations
from pathlib import Path

import grimp
import pytest
from pydantic import TypeAdapter, ValidationError

import pipeline
from pipeline import __version__
from pipeline.core.code_version import OUTSIDE, PARTS, code_version, deciding, digests, part_of, why_changed
from pipeline.core.models import Lineage, RecheckReason, Versions

ROOT = Path(pipeline.__file__).parent
NOTE_PARTS = [part for part in PARTS if part not in ("evaluation", "reports")]
USED_FROM_OUTSIDE = {
    "core/code_version.py",
    "core/safe_http.py",
    "core/settings.py",
    "core/telemetry",
    "llm/budget.py",
    "llm/call_queue.py",
    "store",
}
"""What parts of a note may import, though it cannot change one: it opens, stores, waits, pays and records."""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT, tmp_path / "pipeline", ignore=shutil.ignore_patterns("__pycache__")))


def append(package: Path, file: str, text: str = "\n# A remark.\n") -> None:
    path = package / file
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {part for part in PARTS if before[part] != after[part]}


@pytest.mark.parametrize(
    "file",
    [
        "__init__.py",
        "cli/backup.py",
        "web/pages/claims.py",
        "watch/slots.py",
        "store/schema.py",
        "core/code_version.py",
    ],
)
def test_a_line_in_what_cannot_change_a_note_changes_nothing(package: Path, file: str) -> None:
    before = digests(package)
    append(package, file, "\nX = 1\n")
    assert digests(package) == before == digests(ROOT)


@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("core/models/notes.py", "core"),
        ("core/english/places.json", "core"),
        ("articles/page.py", "articles"),
        ("evidence/lexical.py", "evidence"),
        ("evidence/offices/records.py", "evidence"),
        ("evidence/embedding.py", "evidence"),
        ("llm/client.py", "llm"),
        ("check/checkers/titles/judge.py", "check"),
        ("check/checkers/quantities/synonyms.yaml", "check"),
        ("evaluation/run/answer.py", "evaluation"),
        ("reports/run/html.py", "reports"),
        ("reports/run/templates/report.css", "reports"),
    ],
)
def test_a_line_changes_the_part_it_stands_in_and_no_other(package: Path, file: str, part: str) -> None:
    before = digests(package)
    append(package, file)
    assert changed(before, digests(package)) == {part}


def test_a_file_that_moves_within_its_part_or_is_dropped_changes_the_part(package: Path) -> None:
    before = digests(package)
    (package / "check/checkers/titles/judge.py").rename(package / "check/checkers/titles/judging.py")
    moved = digests(package)
    (package / "check/checkers/titles/judging.py").unlink()
    assert changed(before, moved) == changed(moved, digests(package)) == {"check"}


def test_every_file_is_placed_and_every_place_is_there() -> None:
    files = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.suffix in (".py", ".json", ".yaml")]
    assert [file for file in files if part_of(file) is None] == [], "name it in a part of code_version, or in OUTSIDE"
    places = [*OUTSIDE, *PARTS]
    assert [place for place in places if not (ROOT / place).exists()] == []
    assert len(places) == len(set(places))


def test_a_new_module_that_nobody_has_placed_counts_until_somebody_places_it(package: Path) -> None:
    before = digests(package)
    (package / "guessing.py").write_text("X = 1\n", encoding="utf-8")
    assert part_of("guessing.py") is None and changed(before, digests(package)) == {"core"}


def test_what_makes_a_note_imports_nothing_uncounted_but_what_cannot_change_it() -> None:
    graph = grimp.build_graph("pipeline", cache_dir=None)
    made_by = [name for name in graph.modules if part_of(_file(name)) in NOTE_PARTS]
    used = {_file(each) for name in made_by for each in graph.find_modules_directly_imported_by(name)}
    uncounted = {file for file in used if part_of(file) not in NOTE_PARTS}
    known = {file: [one for one in USED_FROM_OUTSIDE if f"{file}/".startswith(f"{one}/")] for file in uncounted}
    assert [file for file, found in known.items() if not found] == []
    assert {one for found in known.values() for one in found} == USED_FROM_OUTSIDE, "one of them is used no more"


def _file(module: str) -> str:
    path = "/".join(module.split(".")[1:])
    return f"{path}.py" if (ROOT / f"{path}.py").exists() else f"{path}/__init__.py".lstrip("/")


def test_a_version_names_the_release_and_each_part() -> None:
    parts = "".join(f" {part}:[0-9a-f]{{8}}" for part in NOTE_PARTS)
    assert re.fullmatch(re.escape(__version__) + parts, code_version())
    assert code_version("evaluation").startswith(f"{code_version()} evaluation:")


@pytest.mark.parametrize(
    ("before", "now", "why"),
    [
        ("1 core:a check:b", "2 core:a check:b", None),
        ("1 core:a check:b", "1 core:a check:c", "code changed: check"),
        ("1 core:a llm:a check:b", "1 core:b llm:a check:c", "code changed: core, check"),
        ("1 core:a llm:a check:b", "1 core:b llm:b check:c", "code changed: 3 parts"),
        ("0.1.0+12345678", "0.1.0 core:a check:b", "code changed"),
        ("0.1.0+12345678", "0.1.0+12345678", None),
        ("0.1.0+12345678", "0.1.0+12345679", "code changed"),
    ],
)
def test_a_reason_names_the_parts_that_changed(before: str, now: str, why: str | None) -> None:
    assert why_changed(before, now) == why
    assert (deciding(before) == deciding(now)) == (why is None)
    assert Versions.model_validate_json(Versions(code=before).model_dump_json()).code == before


def test_every_reason_that_can_be_given_is_known_and_fits_the_column_of_the_store() -> None:
    valid: TypeAdapter[str] = TypeAdapter(RecheckReason)
    before = " ".join(("1", *(f"{part}:a" for part in NOTE_PARTS)))
    for count in range(1, len(NOTE_PARTS) + 1):
        for parts in combinations(NOTE_PARTS, count):
            now = " ".join(("1", *(f"{part}:{'b' if part in parts else 'a'}" for part in NOTE_PARTS)))
            reason = why_changed(before, now)
            assert reason and len(reason) <= 32 and valid.validate_python(reason) == reason
    assert Lineage.model_validate({"reason": "code changed"}).reason == "code changed"
    with pytest.raises(ValidationError):
        valid.validate_python("weather changed")
