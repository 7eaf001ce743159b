"""The prompt gate: what was agreed about live prompts still holds, or the build fails and says why."""

import re
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from prompt_desk import Desk, made_up_suite, right_but
from verdict_replies import verdict_reply

from pipeline.core.errors import InputError, PromptError
from pipeline.core.models import Case, Usage
from pipeline.core.ports import Reply
from pipeline.core.settings import PROJECT, Settings
from pipeline.evaluation import Suite, gate_command, read_floors
from pipeline.evaluation.cases import Variant
from pipeline.evaluation.prompts.gate import Gate
from pipeline.evaluation.prompts.lock import FLOORS, LOCK, LOG
from pipeline.evaluation.run.answer import EvalContext, System
from pipeline.evaluation.run.runner import prepare, run
from pipeline.evaluation.scores import SCORER
from pipeline.llm import Budget, load_prompt

DAY = date(2026, 3, 1)
GOOD, WORSE, A_LITTLE_WORSE = right_but(0), right_but(0, 1, 2, 3), right_but(0, 7, every=14)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.write(1)
    assert made.run("prompts", "lock").returncode == 0
    return made


def run_prompt_gate(desk: Desk, *given: Path, floor_of: str | None = None, why: str | None = None) -> Gate:
    settings = Settings(prompts=desk.prompts, home=desk.home)
    return gate_command(settings, given=given, floor_of=floor_of, why=why, day=DAY)


def failures(found: Gate) -> str:
    return "\n".join(str(check) for check in found.checks if not check.fine)


def test_locked_prompts_without_floors_pass_and_it_is_said_that_nothing_is_gated(desk: Desk) -> None:
    found = run_prompt_gate(desk)
    assert found.passed
    assert [str(check) for check in found.checks] == ["ok     live prompts: 1 live versions are as they were promoted"]
    assert found.notes == ("predict_verdict has no floor: what it achieves is not gated",)


def test_without_a_lock_it_fails(desk: Desk) -> None:
    (desk.prompts / LOCK).unlink()
    assert "make it with `factnotes prompts lock`" in failures(run_prompt_gate(desk))


def test_a_live_prompt_that_changed_without_a_new_version_fails(desk: Desk) -> None:
    desk.write(1, "Judge otherwise")
    assert "predict_verdict v1 is live and its text was changed" in failures(run_prompt_gate(desk))


def test_a_live_prompt_that_is_gone_or_a_draft_again_fails(desk: Desk) -> None:
    desk.write(1, status="draft")
    assert "v1 was live and is not any more" in failures(run_prompt_gate(desk))


def test_a_version_made_live_by_hand_fails(desk: Desk) -> None:
    desk.write(2, "Judge with care")
    assert "v2 is live but was never promoted: run `factnotes prompts promote predict_verdict 2`" in failures(
        run_prompt_gate(desk)
    )


def test_a_draft_is_nobodys_business(desk: Desk) -> None:
    desk.write(2, "Judge with care", status="draft")
    assert run_prompt_gate(desk).passed


def test_a_floor_that_is_set_is_held_from_the_stored_evaluation(desk: Desk) -> None:
    bundle = desk.evaluate({1: GOOD})
    found = run_prompt_gate(desk, floor_of="predict_verdict")
    assert found.passed and "has no floor" not in " ".join(found.notes)
    (floor,) = read_floors(desk.prompts)
    assert (
        floor.figures["macro-F1"].floor == pytest.approx(0.9346, abs=1e-4) and 0 < floor.figures["macro-F1"].noise < 0.1
    )
    said = str(found.checks[-1])
    assert said.startswith("ok     predict_verdict with local:small on made-up: macro-F1 0.935 (floor 0.935, noise 0.0")
    assert "150 cases, 0 failures" in said
    assert (
        "Floor of predict_verdict with local:small on made-up set: macro-F1 0.935" in (desk.prompts / LOG).read_text()
    )
    assert bundle.evaluation.id in (desk.prompts / LOG).read_text()


def test_a_fall_within_the_noise_passes_and_one_beyond_it_fails(desk: Desk) -> None:
    desk.evaluate({1: GOOD})
    run_prompt_gate(desk, floor_of="predict_verdict")
    desk.evaluate({1: A_LITTLE_WORSE})
    assert run_prompt_gate(desk).passed
    desk.evaluate({1: WORSE})
    found = run_prompt_gate(desk)
    assert not found.passed
    assert "macro-F1 0.7" in failures(found) and "--lower-floor" in failures(found)


def test_a_bundle_from_elsewhere_can_be_given_and_nothing_else_is_needed(desk: Desk, tmp_path: Path) -> None:
    bundle = desk.evaluate({1: GOOD})
    run_prompt_gate(desk, floor_of="predict_verdict")
    away = tmp_path / "checked-in"
    bundle.folder.rename(away)
    assert "there is no evaluation of predict_verdict@1" in failures(run_prompt_gate(desk))
    assert run_prompt_gate(desk, away).passed
    kept = desk.prompts / "evaluations" / "kept"
    kept.parent.mkdir()
    away.rename(kept)
    assert run_prompt_gate(desk).passed, "evaluations kept beside the prompts are found"


def test_an_evaluation_of_other_cases_or_of_an_older_version_does_not_count(desk: Desk) -> None:
    old = desk.evaluate({1: GOOD})
    run_prompt_gate(desk, floor_of="predict_verdict")
    desk.evaluate({1: WORSE}, made_up_suite(60, "other cases"))
    assert run_prompt_gate(desk).passed
    desk.write(2, "Judge with care", status="draft")
    desk.evaluate({1: GOOD, 2: GOOD})
    assert desk.run("prompts", "promote", "predict_verdict", "2").returncode == 0
    assert run_prompt_gate(desk).passed
    for path in (desk.home / "evaluations").glob("*-2/manifest.json"):
        path.unlink()
    assert "there is no evaluation of predict_verdict@2" in failures(run_prompt_gate(desk, old.folder))


def test_another_temperature_is_another_floor_and_another_address_is_not(desk: Desk) -> None:
    desk.evaluate({1: GOOD}, parameters={"temperature": 0, "base_url": "http://127.0.0.1:1/v1"})
    run_prompt_gate(desk, floor_of="predict_verdict")
    desk.evaluate({1: WORSE}, parameters={"temperature": 1, "base_url": "http://127.0.0.1:1/v1"})
    assert run_prompt_gate(desk).passed
    desk.evaluate({1: WORSE}, parameters={"temperature": 0, "base_url": "http://127.0.0.1:2/v1"})
    assert not run_prompt_gate(desk).passed


def test_an_evaluation_that_was_touched_fails(desk: Desk) -> None:
    bundle = desk.evaluate({1: GOOD})
    run_prompt_gate(desk, floor_of="predict_verdict")
    path = bundle.folder / "answers.jsonl"
    path.write_text(path.read_text().replace('"not_enough_evidence"', '"supported"'))
    assert "answers.jsonl was changed" in failures(run_prompt_gate(desk))


def test_floors_changed_by_hand_fail(desk: Desk) -> None:
    desk.evaluate({1: GOOD})
    run_prompt_gate(desk, floor_of="predict_verdict")
    path = desk.prompts / FLOORS
    path.write_text(path.read_text().replace("floor: 0.93", "floor: 0.23"))
    assert "floors.yaml was changed by hand" in failures(run_prompt_gate(desk))
    with pytest.raises(PromptError, match="first mend what the gate found"):
        run_prompt_gate(desk, floor_of="predict_verdict")


def test_floors_written_by_hand_fail(desk: Desk) -> None:
    (desk.prompts / FLOORS).write_text("[]\n")
    assert "floors.yaml was written by hand" in failures(run_prompt_gate(desk))


def test_a_floor_is_lowered_only_with_words_that_the_log_keeps(desk: Desk) -> None:
    desk.evaluate({1: GOOD})
    run_prompt_gate(desk, floor_of="predict_verdict")
    desk.evaluate({1: WORSE})
    with pytest.raises(PromptError, match="would go below the agreed 0.935"):
        run_prompt_gate(desk, floor_of="predict_verdict")
    with pytest.raises(InputError, match="say in words why"):
        run_prompt_gate(desk, why="because")
    found = run_prompt_gate(desk, why="the service retired the old model")
    assert found.passed
    (floor,) = read_floors(desk.prompts)
    assert floor.figures["macro-F1"].floor < 0.8
    (line,) = [line for line in (desk.prompts / LOG).read_text().splitlines() if "lowered" in line]
    assert line.startswith(
        "- 2026-03-01 Floor of predict_verdict with local:small on made-up lowered: macro-F1 0.935 to 0.7"
    )
    assert line.endswith("because: the service retired the old model")


def test_lowering_what_is_not_broken_changes_nothing(desk: Desk) -> None:
    desk.evaluate({1: GOOD})
    run_prompt_gate(desk, floor_of="predict_verdict")
    before = (desk.prompts / FLOORS).read_bytes()
    desk.evaluate({1: A_LITTLE_WORSE})
    found = run_prompt_gate(desk, why="just to be safe")
    assert "no floor is broken" in found.notes[0] and (desk.prompts / FLOORS).read_bytes() == before


def test_a_floor_of_another_scorer_has_to_be_set_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.evaluate({1: GOOD})
    run_prompt_gate(desk, floor_of="predict_verdict")
    monkeypatch.setattr("pipeline.evaluation.prompts.gate.SCORER", "99")
    assert f"the floor was set by scorer {SCORER}, this is 99" in failures(run_prompt_gate(desk))


def test_an_older_scorers_floor_goes_down_only_with_words_that_the_log_keeps(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.evaluate({1: GOOD})
    run_prompt_gate(desk, floor_of="predict_verdict")
    desk.evaluate({1: WORSE})
    monkeypatch.setattr("pipeline.evaluation.prompts.gate.SCORER", "99")
    before = (desk.prompts / FLOORS).read_bytes()
    with pytest.raises(PromptError, match=f"below the 0.935 of scorer {SCORER}: say why"):
        run_prompt_gate(desk, floor_of="predict_verdict")
    with pytest.raises(InputError, match="say in words why"):
        run_prompt_gate(desk, floor_of="predict_verdict", why="because")
    assert (desk.prompts / FLOORS).read_bytes() == before
    assert run_prompt_gate(desk, floor_of="predict_verdict", why="scorer 99 counts failures").passed
    last = (desk.prompts / LOG).read_text().splitlines()[-1]
    assert f"lowered from the 0.935 of scorer {SCORER}, because: scorer 99 counts failures" in last
    assert "n 150, failures 0" in last


def test_a_floor_is_not_set_from_an_evaluation_that_was_touched(desk: Desk) -> None:
    bundle = desk.evaluate({1: GOOD})
    with (bundle.folder / "answers.jsonl").open("a") as file:
        file.write("\n")
    with pytest.raises(InputError, match="is not as it was stored"):
        run_prompt_gate(desk, floor_of="predict_verdict")


def test_the_prompts_that_come_with_factnotes_hold_their_floors_without_a_network(tmp_path: Path) -> None:
    found = gate_command(Settings(prompts=PROJECT / "prompts", home=tmp_path), day=DAY)
    assert found.passed, failures(found)
    floors = read_floors(PROJECT / "prompts")
    assert {floor.prompt for floor in floors} >= {"predict_verdict"}
    assert len(found.checks) == 1 + len(floors)
    assert all("macro-F1" in str(check) for check in found.checks[1:])


class Scripted:
    """A model that quotes the passage and says the label that the claim ends with."""

    name = "local:scripted"
    parameters: Mapping[str, Any] = {"max_output_tokens": 500}

    def complete(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
        cited = [{"passage": 1, "quote": "The ferry of the county sails every day."}]
        told = {"citations": cited, "justification": "So it says.", "confidence": 0.9}
        text = verdict_reply(prompt, lambda words: told | {"label": re.findall(r"It is (\w+)\.", words)[-1]})
        return Reply(text=text, usage=Usage(calls=1, tokens_in=10, tokens_out=5))


def test_replies_are_proven_again_so_a_change_of_code_that_costs_answers_fails(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(desk.prompts)
    shutil.copytree(PROJECT / "prompts", desk.prompts)
    prompt = load_prompt("predict_verdict", desk.prompts)
    evidence = ("The ferry of the county sails every day.",)
    cases = [
        Case(claim=f"Ferry {n} sails. It is {label}.", label=label, evidence=evidence, source="x")
        for n, label in enumerate(["supported", "refuted", "not_enough_evidence"] * 8)
    ]
    suite = Suite(name="scripted", stage="verdict", cases=tuple(sorted(cases, key=lambda case: case.id)))
    variant = Variant(name="live", prompt_ref=prompt.ref, model="local:scripted", parameters=dict(Scripted.parameters))
    systems = [System(variant, prompt, Scripted())]
    bundle = prepare(desk.home, suite, systems, repeats=1, scorer=SCORER, code="0", prompts=desk.prompts)
    run(bundle, systems, EvalContext(budget=Budget(), retries=0), code="0", concurrency=1)
    bundle.seal(b"{}")

    assert run_prompt_gate(desk, floor_of="predict_verdict").passed
    (own,) = [str(check) for check in run_prompt_gate(desk).checks if "local:scripted" in check.what]
    assert "macro-F1 1.000" in own
    monkeypatch.setattr("pipeline.check.verdict.unrelated", lambda *given: None)
    monkeypatch.setattr("pipeline.check.verdict.prove_citations", lambda *given: ())
    assert run_prompt_gate(desk).passed, "what is proven differently is no fall"
    monkeypatch.setattr("pipeline.check.verdict.prove_citations", _refuse)
    assert "holds no reply to what would be asked now: evaluate again" in failures(run_prompt_gate(desk))


def _refuse(*_: object) -> None:
    raise ValueError("nothing is good enough any more")


def test_a_broken_lock_or_floor_file_is_one_line(desk: Desk) -> None:
    (desk.prompts / FLOORS).write_text("- prompt: [\n")
    with pytest.raises(PromptError, match="floors.yaml cannot be read"):
        run_prompt_gate(desk)
    (desk.prompts / LOCK).write_text("nonsense\n")
    with pytest.raises(PromptError, match="cannot read the line 'nonsense'"):
        run_prompt_gate(desk)
