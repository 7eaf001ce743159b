"""The nightly evaluation as a Prefect flow: asks anew each night, goes on with what was interrupted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bridges import begin, finish, said, system
from scripted_service import Service, running
from serving import environment

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


@pytest.mark.process
def test_the_flow_asks_every_case_and_leaves_a_sealed_evaluation_and_artifacts(
    tmp_path: Path, prefect_api: str
) -> None:
    (tmp_path / "mills.jsonl").write_text("\n".join(map(json.dumps, CASES)), encoding="utf-8")
    code = "\n".join(
        (
            "import asyncio",
            "from flows.evaluate_prompts import evaluate_prompts_flow",
            "from prefect.client.orchestration import get_client",
            "from prefect import flow",
            "@flow",
            "def nights():",
            "    folders = [evaluate_prompts_flow('mills.jsonl'), evaluate_prompts_flow('mills.jsonl')]",
            "    with get_client(sync_client=True) as client:",
            "        its = {'artifacts': {'key': {'like_': 'evaluation-'}}}  # the server is shared",
            "        found = client._client.post('/artifacts/filter', json=its).json()",
            "    keys = sorted({each['key'] for each in found if each['key']})",
            "    text = next(each['data'] for each in found if each['type'] == 'markdown')",
            "    return [str(each) for each in folders], keys, text",
            "import json",
            "print('RESULT ' + json.dumps(nights()))",
        )
    )
    with running(Service()) as service:
        desk = {"FACTNOTES_HOME": "desk", "FACTNOTES_MODEL": "openai:small", "FACTNOTES_BASE_URL": service.address}
        desk["FACTNOTES_CLAIMS_PER_CALL"] = "1"
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=environment(tmp_path, PREFECT_LOGGING_LEVEL="ERROR", PREFECT_API_URL=prefect_api, **desk),
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stderr
        assert service.asked.total() == 12, "the second night asks anew, whatever the first was told"
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")] or pytest.fail(done.stderr)
    folders, keys, text = json.loads(line.removeprefix("RESULT "))
    assert len(set(folders)) == 2
    for folder in folders:
        bundle = Bundle(tmp_path / folder)
        assert bundle.manifest.complete and not bundle.changed_files()
        assert {answer.label for answer in bundle.answers()} == {"not_enough_evidence"}
    assert keys == ["evaluation-mills", "evaluation-mills-figures"]
    assert "n 6, failures 0" in text and "baseline majority" in text


def test_the_summary_says_figures_with_intervals_and_what_they_may_not_be_taken_for(tmp_path: Path) -> None:
    from flows.evaluate_prompts import summarise

    two = [system(name="one"), system(lambda prompt: said(prompt, "refuted"), name="two")]
    bundle = finish(begin(tmp_path, two), two)
    scored = score_bundle(bundle)
    bundle.seal(encode(scored))
    text = summarise(bundle, bundle.suite(), scored)
    assert text.startswith("# bridges: 8 cases, 1 times")
    assert "- **one**: macro-F1 " in text and "n 8, failures 0" in text
    assert all(comparison.sentence in text for comparison in scored.pairings[0].figures)
