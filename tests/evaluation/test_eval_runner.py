"""Running an evaluation: paired, capped, resumable to the very reply, with failures that stay failures."""

from __future__ import annotations

import json
import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from bridges import PROMPTS, SUITE, begin, case, finish, said, system
from hypothesis import given, settings, strategies as st
from predicting import predict_verdict
from verdict_replies import claims_asked, in_parts

from pipeline.check import PER_CALL
from pipeline.core.errors import (
    FactnotesError,
    InputError,
    MalformedReply,
    ModelRefused,
    ModelUnavailable,
    StoreBusy,
    UnknownModel,
    WrongKey,
)
from pipeline.core.models import Case, Note, Usage
from pipeline.evaluation import Bundle, Progress, Suite, compare_bundles, evidence_of, replay, score_bundle
from pipeline.evaluation.cases import Answer, Variant
from pipeline.evaluation.run.answer import UNDATED, EvalContext, Question, System, claim_of, count_citations
from pipeline.evaluation.run.journal import Journal, key_of
from pipeline.evaluation.run.recorder import MemoryReplies, ModelReply
from pipeline.evaluation.run.replay import encode
from pipeline.evaluation.run.runner import estimate, is_finished, open_questions, prepare, run
from pipeline.llm import Budget, Caps, Model, Price, Prompt, failure_of, load_prompt
from pipeline.llm.scripted import Line


def asked(*systems: System) -> list[str]:
    return [prompt for each in systems for prompt in each.llm.prompts]  # type: ignore[union-attr]


def outcomes(bundle: Bundle) -> list[tuple[object, ...]]:
    return [
        (key_of(each), each.label, each.confidence, each.failure and each.failure.reason) for each in bundle.answers()
    ]


def test_every_variant_answers_every_case_as_often_as_repeats_say(tmp_path: Path) -> None:
    two = [system(name="one"), system(lambda prompt: said(prompt, "refuted"), name="two")]
    seen: list[Progress] = []
    bundle = finish(begin(tmp_path, two, repeats=2), two, progress=seen.append)
    answers = bundle.answers()
    assert len(answers) == len({key_of(each) for each in answers}) == 8 * 2 * 2
    by_variant = {
        each.variant.id: {answer.label for answer in answers if answer.variant == each.variant.id} for each in two
    }
    assert list(by_variant.values()) == [{"supported"}, {"refuted"}]
    assert len(asked(*two)) == 32, "repeats are asked for, not copied"
    assert (seen[-1].done, seen[-1].total, seen[-1].calls) == (32, 32, 32)
    assert bundle.manifest.complete and is_finished(bundle)


def test_an_answer_holds_what_its_conversation_cost_and_how_much_of_it_was_proven(tmp_path: Path) -> None:
    def script(prompt: str) -> str:
        return said(prompt) if "could not be used" in prompt else said(prompt, quote="Words that stand nowhere at all.")

    one = [system(script, price=Price(model="m", input=1, output=2, date="2026-01-01", source="test"))]
    bundle = finish(begin(tmp_path, one), one)
    for each in bundle.answers():
        assert (each.label, each.citations_given, each.citations_proven) == ("supported", 2, 1)
        assert (each.usage.calls, each.usage.tokens_in, each.usage.tokens_out) == (2, 200, 40)
        assert each.usage.dollars == pytest.approx(280 / 1e6)
        assert each.payload["citations"][0]["quote"].startswith("The council of")


def together(script: Callable[[str], Line], per_call: int = 3) -> System:
    one = system(script)
    prompt = load_prompt("predict_verdict", PROMPTS, 3)
    variant = Variant(
        name="together",
        prompt_ref=prompt.ref,
        model=one.variant.model,
        parameters=one.variant.parameters | {PER_CALL: per_call},
    )
    return replace(one, variant=variant, prompt=prompt)


def judged_together(prompt: str) -> str:
    """Support each claim by the passage of its own town."""
    numbers = {text.split()[3]: int(n) for n, text in re.findall(r"<passage-(\d+)-\w+>\n(The council [^\n]*)", prompt)}
    claims = []
    for number, words in enumerate(claims_asked(prompt), start=1):
        town = words.split()[3]
        verdict = json.loads(said(f"bridge of {town} "))
        verdict["citations"][0]["passage"] = next(n for name, n in numbers.items() if name == town)
        claims.append(in_parts(number, verdict))
    return json.dumps({"claims": claims})


def test_cases_that_are_asked_together_cost_one_call_are_proven_each_and_replay_the_same(tmp_path: Path) -> None:
    one = [together(judged_together)]
    bundle = finish(begin(tmp_path, one), one)
    answers = bundle.answers()
    assert [len(claims_asked(prompt)) for prompt in asked(*one)].count(3) == 2 and len(asked(*one)) == 3
    assert [(each.label, each.citations_given, each.citations_proven) for each in answers] == [("supported", 1, 1)] * 8
    assert sum(each.usage.calls for each in answers) == bundle.spent().calls == 3
    assert all(each.probabilities for each in answers)
    bundle.seal(encode(score_bundle(bundle)))
    assert replay(bundle)


def test_a_case_whose_own_answer_fails_in_a_call_on_several_is_asked_alone(tmp_path: Path) -> None:
    def script(prompt: str) -> str:
        reply = json.loads(judged_together(prompt))
        several = len(reply["claims"]) > 1
        reply["claims"] = [each for each in reply["claims"] if not several or "Aro" not in str(each)]
        return json.dumps(reply)

    one = [together(script)]
    bundle = finish(begin(tmp_path, one), one)
    assert {each.label for each in bundle.answers()} == {"supported"}
    assert [len(claims_asked(prompt)) for prompt in asked(*one)].count(1) == 1 and len(asked(*one)) == 4


def test_an_estimate_counts_a_call_on_several_cases_once(tmp_path: Path) -> None:
    one = [together(judged_together)]
    questions = open_questions(SUITE, one, 1, {})
    (found,) = estimate(questions, EvalContext(budget=Budget()))
    assert found.forecast is not None and (found.questions, found.forecast.calls[0]) == (8, 3)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("no JSON at all", "malformed_reply"),
        (MalformedReply("cut off", reply='{"cit'), "malformed_reply"),
        (ModelRefused("declined"), "refused"),
    ],
)
def test_what_a_model_answers_wrongly_is_settled_and_never_asked_again(tmp_path: Path, line: Line, reason: str) -> None:
    one = [system(lambda prompt: line)]
    bundle = finish(begin(tmp_path, one), one)
    assert {each.failure.reason for each in bundle.answers() if each.failure} == {reason}
    before = len(asked(*one))
    finish(bundle, one)
    assert len(asked(*one)) == before
    assert bundle.manifest.complete and is_finished(bundle)


def test_an_outage_is_a_failure_that_is_asked_again_and_nothing_else_is(tmp_path: Path) -> None:
    down = threading.Event()
    down.set()

    def script(prompt: str) -> Line:
        return ModelUnavailable("down") if down.is_set() and "Aro" in prompt else said(prompt)

    one = [system(script)]
    bundle = finish(begin(tmp_path, one), one)
    assert bundle.manifest.counts == {"questions": 8, "answers": 8, "failures": 1, "may_be_asked_again": 1}
    assert bundle.manifest.complete and not is_finished(bundle)
    down.clear()
    again = begin(tmp_path, one)
    assert again.evaluation.id == bundle.evaluation.id, "the same plan is gone on with"
    finish(again, one)
    assert again.manifest.counts["failures"] == 0
    assert Counter(asked(*one)).total() == 9
    assert begin(tmp_path, one).evaluation.id != bundle.evaluation.id, "what is finished is not opened again"


@pytest.mark.parametrize("error", [WrongKey("no"), UnknownModel("no")])
def test_an_error_that_no_question_would_survive_ends_the_run_and_keeps_what_there_is(
    tmp_path: Path, error: Exception
) -> None:
    calls = Counter[str]()

    def script(prompt: str) -> Line:
        calls["all"] += 1
        return said(prompt) if calls["all"] <= 3 else error  # type: ignore[return-value]

    one = [system(script)]
    bundle = begin(tmp_path, one)
    with pytest.raises(type(error)):
        finish(bundle, one)
    assert not bundle.manifest.complete
    assert bundle.manifest.sessions[-1].interrupted == type(error).__name__
    assert all(each.label == "supported" for each in bundle.answers())


def test_a_cap_leaves_failures_of_their_own_and_a_larger_one_asks_only_those(tmp_path: Path) -> None:
    two = [system(name="one"), system(name="two")]
    bundle = finish(begin(tmp_path, two), two, Budget(Caps(max_calls=10)))
    assert len(asked(*two)) == 10
    spent = [each for each in bundle.answers() if each.failure and each.failure.reason == "budget"]
    assert len(spent) == 6 and not is_finished(bundle)
    answered = Counter(each.case_id for each in bundle.answers() if each.label)
    assert sum(times == 2 for times in answered.values()) >= 4, "a case goes to all variants before the next does"
    finish(bundle, two, Budget(Caps(max_calls=6)))
    assert len(asked(*two)) == len(set(asked(two[0]))) + len(set(asked(two[1]))) == 16
    assert is_finished(bundle)


def test_the_cap_in_seconds_stops_variants_without_a_model_too(tmp_path: Path) -> None:
    clock = iter([0.0, *[2.0] * 100])
    alone = [System(Variant(name="without a model"))]
    bundle = finish(begin(tmp_path, alone), alone, Budget(Caps(max_seconds=1), clock=lambda: next(clock)))
    assert {each.failure.reason for each in bundle.answers() if each.failure} == {"budget"}


def test_the_cache_spares_what_ended_well_and_keeps_no_error(tmp_path: Path) -> None:
    kept: dict[str, str] = {}

    class Cache:
        def get(self, key: str) -> str | None:
            return kept.get(key)

        def put(self, key: str, text: str, usage: Usage) -> None:
            kept[key] = text

    def script(prompt: str) -> Line:
        return "no JSON" if "Aro" in prompt else said(prompt)

    def through_cache(bundle: Bundle, one: Sequence[System]) -> Bundle:
        return run(bundle, one, EvalContext(budget=Budget(), cache=Cache(), retries=0), code="test", concurrency=2)

    one = [system(script)]
    first = through_cache(begin(tmp_path, one), one)
    assert len(asked(*one)) == 7 + 2 and len(kept) == 7
    second = through_cache(begin(tmp_path, one), one)
    assert second.evaluation.id != first.evaluation.id
    assert len(asked(*one)) == 9 + 2, "only the case that failed is asked again"
    assert [each.usage for each in second.answers() if each.label] == [
        each.usage for each in first.answers() if each.label
    ], "an answer's cost is what it cost when it was asked for"
    more = through_cache(begin(tmp_path, one, repeats=2), one)
    assert len(asked(*one)) == 11 + 2 + 9, "the second repeat is a real call"
    assert more.manifest.complete


def test_an_evaluation_begun_under_an_older_scorer_goes_on_with_its_replies(tmp_path: Path) -> None:
    one = [system()]
    plan = {"repeats": 1, "code": "test", "prompts": PROMPTS}
    older = finish(prepare(tmp_path, SUITE, one, scorer="0", **plan), one, Budget(Caps(max_calls=5)))  # type: ignore[arg-type]
    assert older.evaluation.scorer == "0" and not is_finished(older)
    again = prepare(tmp_path, SUITE, one, scorer="1", **plan)  # type: ignore[arg-type]
    assert again.evaluation.id == older.evaluation.id
    finish(again, one)
    assert Bundle(again.folder).evaluation.scorer == "1" and is_finished(again)
    assert len(asked(*one)) == len(SUITE.cases)


def test_an_estimate_counts_what_is_open_and_sends_nothing(tmp_path: Path) -> None:
    price = Price(model="m", input=10, output=10, date="2026-01-01", source="test")
    two = [system(name="one", price=price), System(Variant(name="without a model"))]
    questions = open_questions(SUITE, two, 2, {})
    told = estimate(questions, EvalContext(budget=Budget()))
    assert not asked(two[0])
    assert [(each.questions, each.known) for each in told] == [(16, 0), (16, 0)]
    assert told[0].forecast is not None and told[1].forecast is None
    assert told[0].forecast.calls == (16, 32)
    assert told[0].forecast.dollars is not None and 0 < told[0].forecast.dollars[0] < told[0].forecast.dollars[1]
    bundle = finish(begin(tmp_path, two, repeats=2), two)
    known = estimate(questions, EvalContext(replies=MemoryReplies(bundle.replies()), budget=Budget()))
    assert known[0].known == 16 and known[0].forecast is not None and known[0].forecast.calls == (0, 0)


def test_a_torn_last_line_is_dropped_and_its_question_asked_again(tmp_path: Path) -> None:
    one = [system()]
    bundle = finish(begin(tmp_path, one), one)
    whole = outcomes(bundle)
    answers, replies = (bundle.folder / f"{name}.jsonl" for name in ("answers", "replies"))
    torn = json.loads(answers.read_text(encoding="utf-8").splitlines()[-1])["case_id"]
    lines = replies.read_text(encoding="utf-8").splitlines(keepends=True)
    lines.sort(key=lambda line: json.loads(line)["case_id"] == torn)  # threads write in an order of their own
    replies.write_text("".join(lines), encoding="utf-8")
    for path in (answers, replies):
        path.write_bytes(path.read_bytes()[:-20])
    again = finish(Bundle(bundle.folder), one)
    assert outcomes(again) == whole
    assert len(asked(*one)) == 9, "eight, and the one whose reply was torn"


def test_a_reply_that_arrived_is_not_asked_for_again_though_its_answer_was_not_written(tmp_path: Path) -> None:
    one = [system()]
    bundle = finish(begin(tmp_path, one), one)
    whole = outcomes(bundle)
    (bundle.folder / "answers.jsonl").unlink()
    again = finish(Bundle(bundle.folder), one, Budget(Caps(max_calls=0)))
    assert outcomes(again) == whole
    assert len(asked(*one)) == 8


@settings(deadline=None, max_examples=30)
@given(cut=st.integers(min_value=0, max_value=6000))
def test_cut_anywhere_the_journal_goes_on_with_whole_lines(cut: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("cut")
    one = [system()]
    bundle = begin(folder, one)
    rows = [Answer(case_id=each.id, variant=one[0].variant.id, label="supported") for each in SUITE.cases]
    data = b"".join(row.model_dump_json().encode() + b"\n" for row in rows)[:cut]
    (bundle.folder / "answers.jsonl").write_bytes(data)
    with bundle.working() as journal:
        assert list(journal.answers.values()) == rows[: data.count(b"\n")]
        journal.add(rows[-1])
    assert Journal(bundle.folder).answers[key_of(rows[-1])] == rows[-1]


def test_one_evaluation_is_worked_on_by_one_process(tmp_path: Path) -> None:
    one = [system()]
    bundle = begin(tmp_path, one)
    with bundle.working(), pytest.raises(StoreBusy, match="another process"):
        finish(Bundle(bundle.folder), one)


def test_plans_that_make_no_sense_are_refused_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="named twice"):
        begin(tmp_path, [system(), system()])
    with pytest.raises(InputError, match="no case"):
        begin(tmp_path, [system()], Suite(name="empty", stage="verdict", cases=()))
    with pytest.raises(InputError, match="--model none"):
        begin(tmp_path, [system()], Suite(name="said", stage="attribution", cases=(attributed(),)))
    assert not (tmp_path / "evaluations").exists()


def attributed() -> Case:
    told = {"source": "Ana Lobo", "cue": "said", "content": "the bridge was safe"}
    return Case(
        stage="attribution",
        claim="Ana Lobo said the bridge was safe.",
        label="attributed",
        source="invented",
        metadata={"attributions": [told]},
    )


def test_detection_and_attribution_are_answered_without_a_model(tmp_path: Path) -> None:
    sentences = ("The council repaired 41 schools in 2023.", "I hope that you will all be happy.")
    detection = tuple(
        sorted(
            (Case(stage="detection", claim=each, label="check_worthy", source="invented") for each in sentences),
            key=lambda each: each.id,
        )
    )
    alone = [System(Variant(name="without a model"))]
    bundle = finish(begin(tmp_path, alone, Suite(name="worth", stage="detection", cases=detection)), alone)
    by_case = {each.case_id: each for each in bundle.answers()}
    worth = {each.claim: by_case[each.id] for each in detection}
    assert worth[sentences[0]].label == "check_worthy" and worth[sentences[1]].label == "not_check_worthy"
    assert worth[sentences[0]].payload["score"] > worth[sentences[1]].payload["score"]
    said_so = finish(begin(tmp_path, alone, Suite(name="said", stage="attribution", cases=(attributed(),))), alone)
    (told,) = said_so.answers()
    assert told.payload["attributions"][0]["source"] == "Ana Lobo"


def test_a_case_keeps_its_speaker_and_context_and_no_text_is_lost() -> None:
    asked_of = Case(
        claim="  The “bridge” is safe. ", label="supported", source="s", context="Before.", metadata={"speaker": "Ana"}
    )
    claim, article = claim_of(asked_of)
    assert claim.span.is_in(article.text) and claim.text == "The “bridge” is safe."
    assert claim.previous == "Before." and claim.attribution is not None and claim.attribution.speaker == "Ana"


@given(text=st.text(max_size=80) | st.recursive(st.none() | st.text(), lambda each: st.lists(each)).map(json.dumps))
def test_any_reply_has_its_quotations_counted_without_a_fault(text: str) -> None:
    reply = ModelReply(key="k", case_id="c", variant="v", repeat=0, text=text, usage=Usage())
    assert count_citations(Question(system(), SUITE.cases[0]), [reply]) == (0, 0)


def test_quotations_are_counted_by_the_passage_they_name() -> None:
    cited = [
        {"passage": 2, "quote": SUITE.cases[0].evidence[1]},
        {"passage": 1, "quote": SUITE.cases[0].evidence[1]},
        {"passage": 7, "quote": "anything"},
        {"passage": "1", "quote": None},
    ]
    text = json.dumps({"citations": [*cited, "no citation"]})
    reply = ModelReply(key="k", case_id="c", variant="v", repeat=0, text=text, usage=Usage())
    assert count_citations(Question(system(), SUITE.cases[0]), [reply]) == (4, 1)


def test_a_missing_reply_that_a_stage_swallowed_is_still_asked_for(tmp_path: Path) -> None:
    article = Case(
        stage="end_to_end",
        claim="The council of Aro opened the bridge in May 2019. It cost four million crowns.",
        label="checked",
        source="invented",
        metadata={"claims": [{"text": "The council opened the bridge.", "label": "supported"}]},
    )
    suite = Suite(name="articles", stage="end_to_end", cases=(article,))
    one = [system(lambda prompt: "no JSON")]

    def check(case: Case, model: Model | None, prompt: Prompt | None, per_call: int) -> tuple[Note, ...]:
        assert model is not None and prompt is not None
        claim, own = claim_of(case)
        try:
            predict_verdict(claim, own, evidence_of(SUITE.cases[0]), UNDATED, model, prompt)
        except FactnotesError as error:
            return (Note(claim=claim, failure=failure_of(error, "check")),)
        raise AssertionError("no JSON is no verdict")

    bundle = begin(tmp_path, one, suite)
    run(bundle, one, EvalContext(budget=Budget(), retries=0, check=check), code="test")
    (answer,) = bundle.answers()
    assert len(asked(*one)) == 2
    assert answer.failure is None and answer.payload["claims"][0]["failure"] == "malformed_reply"


def test_what_sessions_took_is_kept_whatever_ended_them(tmp_path: Path) -> None:
    outage = [ModelUnavailable("down")] * 2
    price = Price(model="m", input=1, output=2, date="2026-01-01", source="test")
    one = [system(lambda prompt: outage.pop() if outage else said(prompt), price=price)]
    bundle = finish(begin(tmp_path, one), one)
    first = Bundle(bundle.folder).spent()
    assert first.calls == len(asked(*one)) == 8 and first.dollars == pytest.approx(6 * 140 / 1e6)
    finish(bundle, one)
    both = Bundle(bundle.folder).spent()
    assert both.calls == len(asked(*one)) == 10, "the calls that failed are counted with those that replaced them"
    assert both.dollars == pytest.approx(8 * 140 / 1e6) and both.seconds >= first.seconds
    bundle.seal(b"{}")
    assert Bundle(bundle.folder).spent() == both, "a sealed evaluation still tells what it took"


def test_a_session_that_was_killed_counts_until_it_last_wrote(tmp_path: Path) -> None:
    one = [system()]
    bundle = begin(tmp_path, one)
    bundle.begin_session("test")
    began = bundle.manifest.sessions[0].began.timestamp()
    written = bundle.folder / "calls.jsonl"
    written.write_text(Usage(calls=1, dollars=0.5).model_dump_json() + '\n{"calls": 1, "dol')
    os.utime(written, (began + 70, began + 70))
    again = finish(Bundle(bundle.folder), one)
    killed, after = again.manifest.sessions
    assert (killed.interrupted, killed.seconds) == ("killed", pytest.approx(70, abs=0.01))
    assert after.interrupted is None and after.calls == 8
    spent = Bundle(bundle.folder).spent()
    assert (spent.calls, spent.dollars) == (9, 0.5) and spent.seconds >= 70


def test_the_model_is_told_where_passages_come_from_and_an_older_evaluation_stays_as_it_was(
    tmp_path: Path,
) -> None:
    about = [{"publisher": "Aro Gazette", "published_at": "2019-06-02", "source_url": "https://aro.example/1"}, {}]
    told = case("Aro").model_copy(update={"metadata": {"passages": about}})
    suite = Suite(name="told", stage="verdict", cases=(told,))
    one = [system()]
    bundle = finish(begin(tmp_path / "now", one, suite), one)
    assert "Aro Gazette; published 2019-06-02" in asked(*one)[0]
    bundle.seal(encode(score_bundle(bundle)))
    assert replay(Bundle(bundle.folder)).proven == 1
    older, other = begin(tmp_path / "older", one, suite), [system()]
    older.save_manifest(sources_told=False)
    blind = run(
        older,
        other,
        EvalContext(budget=Budget(), retries=0, sources_told=older.manifest.sources_told),
        code="0",
        concurrency=1,
    )
    assert "Aro Gazette" not in asked(*other)[0]
    blind.seal(encode(score_bundle(blind)))
    assert replay(Bundle(blind.folder)).proven == 1, "it is proven by the question that was asked"
    with pytest.raises(InputError, match="was told where it comes from"):
        compare_bundles(bundle, blind)
