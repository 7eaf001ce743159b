"""The nightly evaluation as a Prefect flow: asks anew each night, goes on with what was interrupted."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from bridges import begin, finish, said, system
from called_flows import flows_in
from scripted_service import Service, running

from flows.evaluate_prompts import evaluate_prompts_flow, summarise
from pipeline.evaluation import Bundle, score_bundle
from pipeline.evaluation.run.replay import encode

pytest_plugins = ("prefect_home",)
CASES = [
    {
        "stage": "verdict",
        "claim": f"The mill of Aro ground {number} tonnes.",
        "label": "not_enough_evidence",
        "evidence": [f"The mill of Aro stands at kilometre {number}."],
        "source": "invented",
    }
    for number in range(6)
]
ITS_ARTIFACTS = {"artifacts": {"key": {"like_": "evaluation-mills"}}}  # the server is shared


@pytest.mark.process
def test_the_flow_asks_every_case_and_leaves_a_sealed_evaluation_and_artifacts(
    tmp_path: Path, prefect_api: str
) -> None:
    (tmp_path / "mills.jsonl").write_text("\n".join(map(json.dumps, CASES)), encoding="utf-8")
    desk = {"FACTNOTES_MODEL": "openai:small", "FACTNOTES_CLAIMS_PER_CALL": "1"}
    with running(Service()) as service, flows_in(tmp_path, prefect_api, FACTNOTES_BASE_URL=service.address, **desk):
        folders = [evaluate_prompts_flow("mills.jsonl") for _ in range(2)]
        assert service.asked.total() == 12, "the second night asks anew, whatever the first was told"
        found = httpx.post(f"{prefect_api}/artifacts/filter", json=ITS_ARTIFACTS, timeout=60).json()
    keys = sorted({each["key"] for each in found if each["key"]})
    text = next(each["data"] for each in found if each["type"] == "markdown")
    assert len(set(folders)) == 2
    for folder in folders:
        bundle = Bundle(tmp_path / folder)
        assert bundle.manifest.complete and not bundle.changed_files()
        assert {answer.label for answer in bundle.answers()} == {"not_enough_evidence"}
    assert keys == ["evaluation-mills", "evaluation-mills-figures"]
    assert "n 6, failures 0" in text and "baseline majority" in text


def test_the_summary_says_figures_with_intervals_and_what_they_may_not_be_taken_for(tmp_path: Path) -> None:
    two = [system(name="one"), system(lambda prompt: said(prompt, "refuted"), name="two")]
    bundle = finish(begin(tmp_path, two), two)
    scored = score_bundle(bundle)
    bundle.seal(encode(scored))
    text = summarise(bundle, bundle.suite(), scored)
    assert text.startswith("# bridges: 8 cases, 1 times")
    assert "- **one**: macro-F1 " in text and "n 8, failures 0" in text
    assert all(comparison.sentence in text for comparison in scored.pairings[0].figures)
