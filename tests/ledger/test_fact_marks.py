"""Marks of people on real pages: who marked a page after somebody else is compared with him, and counted apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import fact_kinds
from benchmarks.fact_kinds import SECOND, agreement, measure
from pipeline.core.models import Article, text_hash

TEXT = "Mia Holt, the mayor of Olm, said on 3 May 2020 that the pier had cost €5 million.\n"


def _row(marked: str, *marks: tuple[str, int, int]) -> dict[str, Any]:
    return {"page": "pier", "set": marked, "text_sha256": text_hash(TEXT), "marks": [list(each) for each in marks]}


FIRST = _row("one", ("name", 0, 8), ("place", 23, 26), ("date", 36, 46))
AGAIN = _row(f"one{SECOND}", ("place", 23, 26), ("date", 36, 41), ("title", 14, 19), ("other", 51, 81))


def test_two_people_are_compared_both_ways_with_and_without_names() -> None:
    assert agreement([FIRST, AGAIN]) == {
        "first found by second": {"marks": 3, "own": 0.667, "own_without_names": 1.0},
        "second found by first": {"marks": 4, "own": 0.5, "own_without_names": 0.5},
    }
    assert agreement([FIRST]) == {}


def test_a_page_counts_once_in_sums_over_all_pages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("".join(f"{json.dumps(row)}\n" for row in (FIRST, AGAIN)), encoding="utf-8")
    monkeypatch.setattr(fact_kinds, "CASES", cases)
    monkeypatch.setattr(fact_kinds, "_article", lambda *_: Article(text=TEXT))
    figures = measure(tmp_path)
    assert figures["all"]["marks"] == sum(each["marks"] for each in figures["kinds"].values()) == 3
    assert {name: each["marks"] for name, each in figures["sets"].items()} == {"one": 3, f"one{SECOND}": 4}
    assert [page["marks"] for page in figures["pages"].values()] == [3, 4]
