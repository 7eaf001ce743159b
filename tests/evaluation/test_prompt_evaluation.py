"""The stored figures of the real evaluation follow from its stored answers, on any machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
RESULTS = PROJECT / "benchmarks" / "results"


@pytest.mark.process
def test_the_figures_of_the_real_evaluation_follow_from_its_answers_byte_for_byte() -> None:
    script = [sys.executable, str(PROJECT / "benchmarks" / "prompt_evaluation.py")]
    kept = ["--kept", str(RESULTS / "prompt_evaluation_answers.jsonl")]
    done = subprocess.run([*script, *kept], capture_output=True, text=True, check=True)
    stored = json.loads((RESULTS / "prompt_evaluation.json").read_text(encoding="utf-8"))
    assert done.stdout == json.dumps(stored["figures"], indent=1) + "\n"
    assert [score["cases"] >= 300 for score in stored["figures"]["scores"]] == [True, True]


def test_the_stored_answers_hold_no_word_of_the_data() -> None:
    lines = (RESULTS / "prompt_evaluation_answers.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert not [row for row in rows if row.get("answer", {}).get("payload") or "claim" in row.get("case", {})]
    assert not [row for row in rows if (row.get("answer", {}).get("failure") or {}).get("detail")]
