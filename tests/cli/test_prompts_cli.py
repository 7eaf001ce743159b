"""`factnotes prompts`: what there is, what changed, and what may become live."""

import json
import shutil
from pathlib import Path

import pytest
from prompt_desk import Desk, made_up_suite, right_but

from pipeline.core.settings import PROJECT
from pipeline.evaluation import (
    Scorecard,
    check_prompts,
    find_draft,
    list_prompts,
    make_scorecard,
    read_floors,
    read_lock,
)
from pipeline.evaluation.prompts.catalogue import unfenced
from pipeline.evaluation.prompts.lock import Floor, lock_problems
from pipeline.llm import load_prompt

pytestmark = pytest.mark.slow

GOOD, SLIGHTLY_BETTER = right_but(0, 1), right_but(0)
FEWER_FOUND = right_but(0, 1, 2, 3, 4)
FALSE_ALARMS = right_but(0, 1, 2, 3, says="refuted")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.write(1)
    made.write(2, "Judge with care", status="draft")
    assert made.run("prompts", "lock").returncode == 0
    return made


def test_list_shows_every_version_with_its_digest_and_what_it_reached(desk: Desk) -> None:
    desk.evaluate({1: GOOD, 2: SLIGHTLY_BETTER})
    told = desk.run("prompts", "list").stdout
    draft = load_prompt("predict_verdict", desk.prompts, 2)
    assert "predict_verdict@1      live" in told and "<- used" in told and "judging claims" in told
    assert f"predict_verdict@2      draft  {draft.digest}" in told
    assert "local:small on made-up: macro-F1 0.9" in told and "n 150, failures 0" in told
    rows = [json.loads(line) for line in desk.run("prompts", "list", "--json").stdout.splitlines()]
    assert [(row["version"], row["status"], row["locked"]) for row in rows] == [(1, "live", True), (2, "draft", False)]


def test_a_version_that_nobody_evaluated_says_so(desk: Desk) -> None:
    assert desk.run("prompts", "list").stdout.count("not evaluated yet") == 2


def test_show_prints_the_file_as_it_is_and_the_live_version_by_name_alone(desk: Desk) -> None:
    shown = desk.run("prompts", "show", "predict_verdict@2")
    assert shown.stdout == (desk.prompts / "predict_verdict/v2.md").read_text()
    assert desk.run("prompts", "show", "predict_verdict").stdout == (desk.prompts / "predict_verdict/v1.md").read_text()


def test_diff_shows_what_changed_between_the_live_and_the_newest_version(desk: Desk) -> None:
    lines = desk.run("prompts", "diff", "predict_verdict").stdout.splitlines()
    assert "-Judge {{ claim | fenced('claim') }}" in lines
    assert "+Judge with care {{ claim | fenced('claim') }}" in lines
    assert lines[:2] == ["--- predict_verdict v1", "+++ predict_verdict v2"]
    words = desk.run("prompts", "diff", "predict_verdict", "--words").stdout.splitlines()
    assert words == ["Judge {+with care +}{{ claim | fenced('claim') }}"]
    same = desk.run("prompts", "diff", "predict_verdict@1", "predict_verdict@1")
    assert "say the same" in same.stdout


def test_new_copies_the_newest_or_a_named_version_as_a_draft(desk: Desk) -> None:
    assert "v3.md is a draft" in desk.run("prompts", "new", "predict_verdict").stdout
    assert desk.run("prompts", "new", "predict_verdict", "--from", "1").returncode == 0
    third, fourth = (load_prompt("predict_verdict", desk.prompts, number) for number in (3, 4))
    assert third.body.startswith("Judge with care") and fourth.body.startswith("Judge {{")
    assert {third.header.status, fourth.header.status} == {"draft"}
    assert load_prompt("predict_verdict", desk.prompts).version == 1, "a draft is never taken"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "nonsense"], "there is no prompt nonsense"),
        (["show", "predict_verdict@9"], "no version 9"),
        (["show", "predict_verdict@two"], "is not a version of a prompt"),
        (["diff", "../etc/passwd"], "is not the name of a prompt"),
        (["new", "nonsense"], "there is no prompt nonsense"),
        (["new", "predict_verdict", "--from", "7"], "no version 7"),
        (["promote", "predict_verdict", "1"], "v1 is live already"),
        (["promote", "predict_verdict", "2"], "there is no evaluation of predict_verdict@1"),
        (["promote", "predict_verdict", "2", "--accept-drop", "because"], "say in words why"),
        (["lock"], "locked already"),
    ],
)
def test_what_cannot_be_done_is_one_line_that_says_what_to_do(desk: Desk, arguments: list[str], said: str) -> None:
    done = desk.run("prompts", *arguments)
    assert done.returncode in (3, 4) and said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1 and "Traceback" not in done.stderr


@pytest.mark.process
def test_a_draft_that_is_no_worse_becomes_live_with_scorecard_floor_lock_and_log(desk: Desk) -> None:
    draft = load_prompt("predict_verdict", desk.prompts, 2)
    bundle = desk.evaluate({1: GOOD, 2: SLIGHTLY_BETTER})
    before = (desk.prompts / "predict_verdict/v1.md").read_bytes()
    tried = desk.run("prompts", "promote", "predict_verdict", "2", "--dry-run")
    assert tried.returncode == 0 and "# predict_verdict v2" in tried.stdout
    assert load_prompt("predict_verdict", desk.prompts).version == 1 and not (desk.prompts / "LOG.md").exists()

    done = desk.run_command("prompts", "promote", "predict_verdict", "2")
    assert done.returncode == 0 and done.stderr.startswith("Caution: These cases are not held out")
    live = load_prompt("predict_verdict", desk.prompts)
    assert (live.version, live.ref) == (2, draft.ref), "the evaluation stays the evaluation of what is live"
    assert (desk.prompts / "predict_verdict/v1.md").read_bytes() == before

    card = Scorecard.model_validate_json((desk.prompts / "predict_verdict/v2.scorecard.json").read_text())
    assert (card.ref, card.evaluation, card.cases, card.accepted_drop) == (draft.ref, bundle.evaluation.id, 150, None)
    people = (desk.prompts / "predict_verdict/v2.scorecard.md").read_text()
    assert "| macro-F1 | 0.8" in people and "made-up" in people and "No evidence of a difference" not in people
    (floor,) = read_floors(desk.prompts)
    assert (floor.model, floor.suite_digest) == ("local:small", bundle.evaluation.suite_digest)
    assert set(floor.figures) == {"macro-F1", "precision of refuted"}
    assert set(read_lock(desk.prompts) or {}) == {"predict_verdict v1", "predict_verdict v2", "floors.yaml"}
    assert lock_problems(desk.prompts) == ()
    (line,) = [line for line in (desk.prompts / "LOG.md").read_text().splitlines() if line.startswith("- ")]
    assert draft.ref in line and "macro-F1" in line and bundle.evaluation.id in line
    assert desk.run("prompts", "promote", "predict_verdict", "2").returncode == 4, "it is live already"


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (FEWER_FOUND, "predict_verdict@2 is worse than predict_verdict@1: macro-F1"),
        (FALSE_ALARMS, "More false alarms: precision of refuted -0."),
        (lambda n, case: None, "100% of the variant's answers failed"),
    ],
)
def test_a_draft_that_is_worse_stays_a_draft(desk: Desk, draft: object, said: str) -> None:
    desk.evaluate({1: GOOD, 2: draft})  # type: ignore[dict-item]
    done = desk.run("prompts", "promote", "predict_verdict", "2")
    assert done.returncode == 4 and said in done.stderr
    assert "stays a draft" in done.stderr.splitlines()[-1]
    assert load_prompt("predict_verdict", desk.prompts).version == 1
    assert not (desk.prompts / "LOG.md").exists() and read_floors(desk.prompts) == ()


def test_a_drop_is_accepted_only_with_words_that_the_log_keeps(desk: Desk) -> None:
    desk.evaluate({1: GOOD, 2: FEWER_FOUND})
    done = desk.run(
        "prompts", "promote", "predict_verdict", "2", "--accept-drop", "half the price, and the desk reads all"
    )
    assert done.returncode == 0 and "Against it:" in done.stderr
    log = (desk.prompts / "LOG.md").read_text()
    assert "**Promoted all the same**, because: half the price, and the desk reads all" in log
    assert "is worse than predict_verdict@1" in log
    card = (desk.prompts / "predict_verdict/v2.scorecard.md").read_text()
    assert "half the price" in card and "Against it" in card


def test_an_evaluation_that_could_show_nothing_promotes_nothing(desk: Desk) -> None:
    desk.evaluate({1: GOOD, 2: SLIGHTLY_BETTER}, made_up_suite(12))
    done = desk.run("prompts", "promote", "predict_verdict", "2")
    assert done.returncode == 4 and "could only have shown a difference of" in done.stderr


def test_only_a_complete_evaluation_of_both_versions_counts(desk: Desk) -> None:
    desk.evaluate({2: SLIGHTLY_BETTER})
    assert "there is no evaluation of" in desk.run("prompts", "promote", "predict_verdict", "2").stderr
    desk.evaluate({1: GOOD, 2: SLIGHTLY_BETTER}, complete=False)
    assert "is not complete" in desk.run("prompts", "promote", "predict_verdict", "2").stderr


def test_an_evaluation_of_another_text_does_not_count(desk: Desk) -> None:
    desk.evaluate({1: GOOD, 2: SLIGHTLY_BETTER})
    desk.write(2, "Judge with great care", status="draft")
    assert "there is no evaluation of" in desk.run("prompts", "promote", "predict_verdict", "2").stderr


def test_an_evaluation_that_was_changed_by_hand_does_not_count(desk: Desk) -> None:
    bundle = desk.evaluate({1: GOOD, 2: FEWER_FOUND})
    path = bundle.folder / "answers.jsonl"
    path.write_text(path.read_text().replace("not_enough_evidence", "refuted"))
    assert "answers.jsonl was changed" in desk.run("prompts", "promote", "predict_verdict", "2").stderr


def test_once_a_suite_is_pinned_another_suite_does_not_count(desk: Desk) -> None:
    desk.evaluate({1: GOOD, 2: SLIGHTLY_BETTER})
    assert desk.run("prompts", "promote", "predict_verdict", "2").returncode == 0
    desk.write(3, "Judge with great care", status="draft")
    desk.evaluate({2: SLIGHTLY_BETTER, 3: SLIGHTLY_BETTER}, made_up_suite(90, "an-easier-one"))
    done = desk.run("prompts", "promote", "predict_verdict", "3")
    assert done.returncode == 3 and "other cases than the pinned suite made-up" in done.stderr


def test_a_larger_suite_than_the_pinned_one_counts_and_the_pinned_floor_is_not_forgotten(desk: Desk) -> None:
    desk.evaluate({1: GOOD, 2: SLIGHTLY_BETTER})
    assert desk.run("prompts", "promote", "predict_verdict", "2").returncode == 0
    desk.write(3, "Judge with great care", status="draft")
    desk.evaluate({2: SLIGHTLY_BETTER, 3: SLIGHTLY_BETTER}, made_up_suite(170, "a-larger-one"))
    done = desk.run("prompts", "promote", "predict_verdict", "3")
    assert done.returncode == 4
    assert "it says nothing of local:small (with its parameters) on made-up, where a floor is agreed" in done.stderr


def test_a_second_evaluation_holds_the_pinned_floor_and_both_floors_are_kept(desk: Desk) -> None:
    pinned = promoted_on_made_up(desk)
    main = desk.evaluate({2: SLIGHTLY_BETTER, 3: SLIGHTLY_BETTER}, made_up_suite(170, "a-larger-one"))
    alone = desk.run("prompts", "promote", "predict_verdict", "3")
    assert alone.returncode == 4 and "eval run made-up --prompt predict_verdict@3" in alone.stderr
    second = desk.evaluate({3: SLIGHTLY_BETTER})
    both = [part for each in (main, second) for part in ("--evaluation", each.evaluation.id)]
    assert desk.run("prompts", "promote", "predict_verdict", "3", "--dry-run", *both).returncode == 0
    done = desk.run("prompts", "promote", "predict_verdict", "3")
    assert done.returncode == 0, "and without being named it is found"
    floors = {floor.suite: floor for floor in read_floors(desk.prompts)}
    assert set(floors) == {"made-up", "a-larger-one"}
    assert floors["made-up"].figures == pinned.figures and floors["made-up"].evaluation == second.evaluation.id
    card = Scorecard.model_validate_json((desk.prompts / "predict_verdict/v3.scorecard.json").read_text())
    assert [each.evaluation for each in card.held] == [second.evaluation.id] and card.accepted_drop is None
    assert f"evaluation {second.evaluation.id}" in (desk.prompts / "predict_verdict/v3.scorecard.md").read_text()
    assert desk.run("eval", "gate").returncode == 0, "each floor is held by an evaluation of what is live"


def promoted_on_made_up(desk: Desk) -> Floor:
    desk.evaluate({1: GOOD, 2: SLIGHTLY_BETTER})
    assert desk.run("prompts", "promote", "predict_verdict", "2").returncode == 0
    desk.write(3, "Judge with great care", status="draft")
    (floor,) = read_floors(desk.prompts)
    return floor


@pytest.mark.parametrize("spoilt", ["worse", "unfinished", "touched", "another model", "another suite"])
def test_a_second_evaluation_that_does_not_hold_the_floor_promotes_nothing(desk: Desk, spoilt: str) -> None:
    promoted_on_made_up(desk)
    desk.evaluate({2: SLIGHTLY_BETTER, 3: SLIGHTLY_BETTER}, made_up_suite(170, "a-larger-one"))
    second = desk.evaluate(
        {3: FEWER_FOUND if spoilt == "worse" else SLIGHTLY_BETTER},
        made_up_suite(120, "made-up") if spoilt == "another suite" else None,
        model="local:large" if spoilt == "another model" else "local:small",
        complete=spoilt != "unfinished",
    )
    if spoilt == "touched":
        (second.folder / "answers.jsonl").write_text("")
    done = desk.run("prompts", "promote", "predict_verdict", "3")
    said = "local:small on made-up: macro-F1 0." if spoilt == "worse" else "it says nothing of local:small"
    assert done.returncode == 4 and said in done.stderr
    assert load_prompt("predict_verdict", desk.prompts).version == 2


def test_the_newest_evaluation_that_counts_holds_the_floor(desk: Desk) -> None:
    promoted_on_made_up(desk)
    desk.evaluate({2: SLIGHTLY_BETTER, 3: SLIGHTLY_BETTER}, made_up_suite(170, "a-larger-one"))
    desk.evaluate({3: FEWER_FOUND})
    good = desk.evaluate({3: SLIGHTLY_BETTER})
    touched = desk.evaluate({3: SLIGHTLY_BETTER})
    (touched.folder / "answers.jsonl").write_text("")
    assert desk.run("prompts", "promote", "predict_verdict", "3").returncode == 0
    assert good.evaluation.id in {floor.evaluation for floor in read_floors(desk.prompts)}


def test_small_falls_within_the_noise_do_not_add_up_because_a_floor_never_goes_down(desk: Desk) -> None:
    desk.evaluate({1: GOOD, 2: SLIGHTLY_BETTER})
    assert desk.run("prompts", "promote", "predict_verdict", "2").returncode == 0
    (high,) = read_floors(desk.prompts)
    desk.write(3, "Judge with great care", status="draft")
    desk.evaluate({2: SLIGHTLY_BETTER, 3: right_but(0, 7, every=14)})
    assert desk.run("prompts", "promote", "predict_verdict", "3").returncode == 0
    (floor,) = read_floors(desk.prompts)
    assert floor.figures["macro-F1"] == high.figures["macro-F1"]


def test_a_floor_with_another_model_cannot_be_lost_by_evaluating_with_one_alone(desk: Desk) -> None:
    desk.evaluate({1: GOOD, 2: SLIGHTLY_BETTER}, model="local:large")
    assert desk.run("prompts", "promote", "predict_verdict", "2").returncode == 0
    desk.write(3, "Judge with great care", status="draft")
    desk.evaluate({2: SLIGHTLY_BETTER, 3: SLIGHTLY_BETTER}, model="local:small")
    done = desk.run("prompts", "promote", "predict_verdict", "3")
    assert done.returncode == 4 and "it says nothing of local:large (with its parameters) on made-up" in done.stderr


def test_a_promotion_on_held_out_cases_needs_no_caution(desk: Desk) -> None:
    desk.evaluate({1: GOOD, 2: SLIGHTLY_BETTER}, made_up_suite().model_copy(update={"split": "held_out"}))
    done = desk.run("prompts", "promote", "predict_verdict", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert "split held out" in (desk.prompts / "predict_verdict/v2.scorecard.md").read_text()


def test_the_first_version_of_a_prompt_is_compared_with_the_commonest_label(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write(1, status="draft")
    bundle = desk.evaluate({1: GOOD})
    draft, before = find_draft("predict_verdict", 1, desk.prompts)
    card = make_scorecard(draft, before, bundle, (), bundle.evaluation.created_at.date())
    assert before is None and card.reasons == () and card.rounds[0].pairing.headline.difference > 0.5


def test_a_promotion_that_was_interrupted_is_finished_by_running_it_again(desk: Desk) -> None:
    desk.evaluate({1: GOOD, 2: SLIGHTLY_BETTER})
    path = desk.prompts / "predict_verdict/v2.md"
    path.write_text(path.read_text().replace("status: draft", "status: live"))  # what a kill before the lock leaves
    assert "v2 is live but was never promoted" in lock_problems(desk.prompts)[0]
    assert desk.run("prompts", "promote", "predict_verdict", "2").returncode == 0
    assert lock_problems(desk.prompts) == ()


def test_check_finds_text_outside_a_fence_foreign_inputs_and_changed_live_text(desk: Desk) -> None:
    assert desk.run("prompts", "check").returncode == 0
    loose = desk.prompts / "predict_verdict/v2.md"
    loose.write_text(loose.read_text().replace("{{ claim | fenced('claim') }}", "{{ claim }}"))
    other = "---\npurpose: x\nstatus: draft\ninputs: [word]\n---\n{{ word | fenced('word') }}\n"
    (desk.prompts / "predict_verdict/v3.md").write_text(other)
    done = desk.run("prompts", "check")
    assert done.returncode == 4
    assert "predict_verdict v2: claim stands outside a fence" in done.stderr
    assert "predict_verdict v3: the desk cannot fill its inputs in: they must be " in done.stderr
    loose.unlink()
    (desk.prompts / "predict_verdict/v3.md").unlink()
    desk.write(1, "Judge otherwise")
    assert "v1 is live and its text was changed" in desk.run("prompts", "check").stderr


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("{{ text | fenced('text') }} as of {{ as_of }}, {% for p in ps %}{{ p.number }}{% endfor %}", ()),
        ("{{ text }}", ("text",)),
        ("{% for p in ps %}{{ p.text }}{% endfor %}", ("p.text",)),
        ("{{ text | fenced('x') | upper }} {{ a ~ b }}", ("something of text", "something of a and b")),
    ],
)
def test_text_of_others_outside_a_fence_is_seen(body: str, found: tuple[str, ...]) -> None:
    assert unfenced(body) == found


def test_the_prompts_of_the_project_are_sound_and_locked(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "prompts", tmp_path / "prompts")
    assert check_prompts(tmp_path / "prompts") == ()
    assert {row.name for row in list_prompts(tmp_path / "prompts") if row.used} == {"detect_claims", "predict_verdict"}
