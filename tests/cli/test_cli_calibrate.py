"""`factnotes eval calibrate`: from replies that say how likely each label is to checks that tell it calibrated."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from command_line import call
from scripted_service import Service, running
from verdict_replies import claims_asked, verdict_reply

from pipeline.core.settings import PROJECT
from pipeline.llm import load_prompt

Run = Callable[..., subprocess.CompletedProcess[str]]

ARTICLE = "\n\n".join(
    f"The council of district {n} repaired {n + 3} schools in 2023, the audit found." for n in range(4)
)
FACT = {"text": "The council of district 2 repaired a school.", "publisher": "Audit office"}
CASES = [
    {
        "stage": "verdict",
        "claim": f"The harbour of Port {number} was dredged twice.",
        "label": "supported" if number % 3 == 0 else "not_enough_evidence",
        "evidence": [f"The harbour of Port {number} was dredged."],
        "source": "by hand",
    }
    for number in range(60)
]
JUDGE = """{{ article }}
{% for claim in claims %}
Claim {{ claim.number }}, as of {{ claim.as_of }}; found for it were the passages {{ claim.found }}:
{{ claim.text | fenced("claim-" ~ claim.number) }}
{% endfor %}
{% for passage in passages %}
{{ passage.text | fenced("passage-" ~ passage.number) }}
{% endfor %}
"""
UNSURE = {"label": "not_enough_evidence", "confidence": 0.97, "justification": "It is silent.", "citations": []}


class Sure(Service):
    """Answers every claim with the same label, and is nearly sure of it; detects nothing."""

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        answer = super().answer(body)
        prompt = body["messages"][-1]["content"]
        if claims_asked(prompt):
            answer["choices"][0]["message"]["content"] = verdict_reply(prompt, lambda words: UNSURE)
        return answer


@pytest.fixture
def service() -> Iterator[Service]:
    with running(Sure()) as service:
        yield service


@pytest.fixture
def run(tmp_path: Path, service: Service) -> Run:
    """Return the command in a folder with prompts, an article, a fact and cases of its own."""
    write_prompt(tmp_path, "predict_verdict", ("article", "claims", "passages"), JUDGE)
    inputs = load_prompt("detect_claims", PROJECT / "prompts").header.inputs
    write_prompt(tmp_path, "detect_claims", inputs, " ".join(f"{{{{ {each} }}}}" for each in inputs))
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "facts.jsonl").write_text(json.dumps(FACT), encoding="utf-8")
    (tmp_path / "ports.jsonl").write_text("\n".join(map(json.dumps, CASES)), encoding="utf-8")
    desk = {"FACTNOTES_HOME": str(tmp_path / "desk"), "FACTNOTES_PROMPTS": str(tmp_path / "prompts")}
    return partial(call, tmp_path, FACTNOTES_MODEL="openai:small", FACTNOTES_BASE_URL=service.address, **desk)


def write_prompt(folder: Path, name: str, inputs: Sequence[str], body: str) -> None:
    path = folder / "prompts" / name / "v1.md"
    path.parent.mkdir(parents=True)
    header = f"---\npurpose: For a test.\nstatus: live\ninputs: [{', '.join(inputs)}]\n---\n"
    path.write_text(header + body, encoding="utf-8")


def verdicts(result: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert result.returncode == 0, result.stderr
    notes = json.loads(result.stdout)["notes"]
    return [note["verdict"] for note in notes if note["verdict"] and note["verdict"]["by"] == "model"]


def test_a_check_tells_calibrated_probabilities_once_there_are_some_and_asks_the_model_nothing_for_them(
    run: Run, service: Service
) -> None:
    assert run("index", "facts.jsonl").returncode == 0
    said = verdicts(run("check", "article.txt", "--json"))
    assert len(said) >= 3
    assert {(each["confidence"], each["calibrated_on"]) for each in said} == {(0.97, None)}

    refused = run("eval", "calibrate")
    assert refused.returncode != 0 and "no evaluation" in refused.stderr
    evaluated = run("eval", "run", "ports.jsonl", "--yes")
    assert evaluated.returncode == 0, evaluated.stderr
    assert "(mean distance of the probability of the label given and share of right answers" in evaluated.stdout
    assert "Brier score 0." in evaluated.stdout
    asked = service.asked.total()
    tried = run("eval", "calibrate", "--dry-run", "--json")
    (fitted,) = json.loads(tried.stdout)["fitted"]
    assert json.loads(tried.stdout)["written"] is None and fitted["calibration"]["cases"] == 60
    same = verdicts(run("check", "article.txt", "--json"))
    assert same == said

    done = run("eval", "calibrate")
    assert done.returncode == 0, done.stderr
    assert (
        "predict_verdict@1 openai:small, 8 a call: temperature" in done.stdout
        and "fitted to 60 judged cases" in done.stdout
    )
    assert "log loss" in done.stdout and "calibration.yaml: the next check" in done.stdout
    after = verdicts(run("check", "article.txt", "--json"))
    assert service.asked.total() == asked, "replies are kept: calibrating asks nothing"
    for before, now in zip(said, after, strict=True):
        assert now["label"] == before["label"] and now["citations"] == before["citations"]
        assert (now["calibrated_on"], now["calibrated_cases"]) == (fitted["calibration"]["evaluation"], 60)
        assert now["confidence"] == now["probabilities"][now["label"]] == pytest.approx(2 / 3, abs=0.05)
    assert verdicts(run("check", "article.txt", "--json")) == after, "and once is enough"
    shown = run("check", "article.txt").stdout
    assert "How likely each label is: calibrated on 60 judged cases of the evaluation" in shown


def test_what_cannot_be_calibrated_is_one_line_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    assert run("eval", "run", "ports.jsonl", "--model", "none").returncode == 0
    done = run("eval", "calibrate")
    assert done.returncode != 0 and done.stdout == ""
    assert "without a model: no model answers, so nothing tells how likely a label is" in done.stderr
    assert not (tmp_path / "prompts" / "calibration.yaml").exists()
