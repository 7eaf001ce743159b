"""A model adds to what is found without it and takes nothing away: scripted replies of the kinds that have done so."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from benches import bench_over_seeds
from hypothesis import HealthCheck, given, settings, strategies as st

from pipeline.articles import load_article
from pipeline.check import Bench, check_article, detect
from pipeline.check.claims import detect_claims, join_claims
from pipeline.core.english import sentences
from pipeline.core.models import Article, Attribution, Claim, Heading, Report, Span
from pipeline.core.settings import PROJECT
from pipeline.llm import Budget, Model, load_prompt
from pipeline.llm.scripted import Scripted

SEEDS = PROJECT / "seeds"
SEED = SEEDS / "articles/putin-trump-call.txt"
DETECT = load_prompt("detect_claims", PROJECT / "prompts")
UNDECIDED = {"label": "not_enough_evidence", "confidence": 0.7, "justification": "scripted", "citations": []}
Listed = dict[str, Any]

TEXT = (
    "The harbour after the storm\n\n"
    "The council of Velda closed the northern pier on Monday. It had cost 40 million crowns.\n"
    "“Nobody warned us in time,” said pilot Ines Duarte. Fishermen mended their nets in the square.\n"
    "The pier could be open again by 2031. It should cost 50 million at most. "
    "Who will pay for the work that was left undone?\n"
    "Read more: Storms of the century"
)
HARBOUR = Article(text=TEXT, headings=(Heading(span=Span.locate("The harbour after the storm", TEXT)),))


def listed(quote: str, **given: Any) -> Listed:
    plain = {"quote": quote, "text": quote, "kind": "event", "uncheckable": None, "check_worthiness": 0.9}
    return plain | {"reason": "", "speaker": None, "speaker_title": None, "cue": None} | given


def scripted(*claims: Listed) -> Model:
    """Return a model that lists these claims whatever it is asked to list, and decides nothing."""

    def reply(prompt: str) -> str:
        if "check_worthiness" in prompt:
            return json.dumps({"claims": [each for each in claims if each["quote"] in prompt]})
        return json.dumps(UNDECIDED)

    return Model(Scripted(reply), budget=Budget(), retries=0)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory):
    with bench_over_seeds(tmp_path_factory.mktemp("home")) as opened:
        yield opened


@pytest.fixture(scope="module")
def seed(bench: Bench) -> Article:
    return load_article(str(SEED), bench.settings)


@pytest.fixture(scope="module")
def alone(bench: Bench, seed: Article) -> Report:
    """Return the report without a model."""
    return check_article(seed, bench.tools, bench.store)


def check(bench: Bench, article: Article, model: Model) -> Report:
    verdict = load_prompt("predict_verdict", PROJECT / "prompts", 1)
    tools = replace(bench.tools, model=model, detect_prompt=DETECT, verdict_prompt=verdict)
    return check_article(article, tools, bench.store)


def flags(report: Report) -> set[tuple[str, int, int, str]]:
    return {(flag.kind, flag.span.start, flag.span.end, flag.message) for note in report.notes for flag in note.flags}


def judged_by_checkers(report: Report) -> set[tuple[str, str]]:
    verdicts = ((note.claim.id, note.verdict) for note in report.notes)
    return {(id_, verdict.label) for id_, verdict in verdicts if verdict and verdict.by == "checker"}


def prose(article: Article) -> list[str]:
    return [each.span.exact for each in sentences(article) if not each.line.is_heading]


def trivial(article: Article) -> list[Listed]:
    return [listed(quote, check_worthiness=0.1) for quote in prose(article)[:3]]


def without_speakers(article: Article) -> list[Listed]:
    return [listed(quote, kind="other") for quote in prose(article)]


def all_opinion(article: Article) -> list[Listed]:
    found = detect_claims(article)
    whole = [listed(quote, uncheckable="opinion") for quote in prose(article)]
    return [listed(claim.span.exact, uncheckable="opinion", check_worthiness=0.0) for claim in found] + whole


def other_voices(article: Article) -> list[Listed]:
    words = {"speaker": "Trump", "speaker_title": "President", "cue": "said", "kind": "quotation"}
    return [listed(quote, **words) for quote in prose(article)]


def false_restatements(article: Article) -> list[Listed]:
    return [listed(claim.span.exact, text="The bridge was closed.") for claim in detect_claims(article)]


def nothing(article: Article) -> list[Listed]:
    return []


KINDS = (trivial, without_speakers, all_opinion, other_voices, false_restatements, nothing)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_flagged_and_decided_without_a_model_is_so_with_one_that_lists_badly(
    bench: Bench, seed: Article, alone: Report, kind: Callable[[Article], list[Listed]]
) -> None:
    report = check(bench, seed, scripted(*kind(seed)))
    assert flags(alone) <= flags(report) and len(flags(alone)) > 10
    assert judged_by_checkers(alone) <= judged_by_checkers(report)
    assert {note.claim.id for note in alone.notes} <= {note.claim.id for note in report.notes}


def as_claim(article: Article, span: Span, **more: Any) -> Claim:
    given = {"article_id": article.id, "spans": (span,), "text": span.exact, "check_worthiness": 0.5}
    return Claim.model_validate(given | more)


@st.composite
def of_some_model(draw: st.DrawFn) -> list[Claim]:
    """Draw claims of any length on the words of the article, said to be anything."""
    words = [(token.idx, token.idx + len(token)) for line in sentences(HARBOUR) for token in line.line.doc]
    offsets = sorted({each.line.start + at for each in sentences(HARBOUR) for at in (0, len(each.span.exact))})
    claims = []
    for _ in range(draw(st.integers(0, 12))):
        start = draw(st.sampled_from(offsets[:-1])) + draw(st.sampled_from([0, *(first for first, _ in words[:8])]))
        span = Span.of(TEXT, min(start, len(TEXT) - 20), min(start + draw(st.integers(8, 160)), len(TEXT)))
        kind = draw(st.sampled_from(["event", "quantity", "quotation", "other"]))
        why_not = draw(st.sampled_from([None, "opinion", "prediction", "question"]))
        said = draw(st.sampled_from([span.exact, "The bridge was closed.", "Nobody warned Duarte."]))
        claims.append(as_claim(HARBOUR, span, kind=kind, uncheckable=why_not, text=said))
    return claims


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(of_some_model(), st.randoms(use_true_random=False))
def test_any_claims_of_a_model_in_any_order_leave_those_found_by_rule(claims: list[Claim], chance: Any) -> None:
    by_rule = detect_claims(HARBOUR)
    joined, _ = join_claims(HARBOUR, by_rule, claims)
    shuffled = list(claims)
    chance.shuffle(shuffled)
    assert join_claims(HARBOUR, by_rule, shuffled)[0] == joined
    kept = {claim.id: claim for claim in joined}
    for claim in by_rule:
        same = kept[claim.id]
        assert (same.spans, same.kind, same.attribution) == (claim.spans, claim.kind, claim.attribution)
    assert len(kept) == len(joined)
    assert not any(claim.kind == "quotation" for claim in joined if claim.id not in {each.id for each in by_rule})
    assert not any("bridge" in claim.text for claim in joined)


@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_part_of_a_models_list_leaves_every_flag(
    bench: Bench, seed: Article, alone: Report, data: st.DataObject
) -> None:
    pool = [claim for kind in KINDS for claim in kind(seed)]
    chosen = data.draw(st.lists(st.sampled_from(pool), max_size=40))
    assert flags(alone) <= flags(check(bench, seed, scripted(*chosen)))


def found(*claims: Listed) -> dict[str, Claim]:
    """Return what is found in the harbour article with a model that lists these claims, by words."""
    spans = ((Span.locate(each["quote"], TEXT), each) for each in claims)
    of_model = [
        as_claim(HARBOUR, span, text=each["text"], kind=each["kind"], uncheckable=each["uncheckable"])
        for span, each in spans
    ]
    joined, _ = join_claims(HARBOUR, detect_claims(HARBOUR), of_model)
    return {claim.span.exact: claim for claim in joined}


def test_a_sure_sign_keeps_a_claim_checkable_and_the_disagreement_is_told() -> None:
    claim = found(listed("It had cost 40 million crowns.", uncheckable="opinion"))["It had cost 40 million crowns"]
    assert claim.checkable
    assert "A model takes it for an opinion; it is checked all the same, because it states a figure." in claim.reasons


def test_without_a_sure_sign_the_models_opinion_is_taken_and_told() -> None:
    words = "Fishermen mended their nets in the square"
    claim = found(listed(words, uncheckable="rhetoric"))[words]
    assert claim.uncheckable == "rhetoric" and claim.reasons[0].startswith("A model takes it for rhetoric")


def test_what_rules_take_for_a_prediction_is_checked_where_a_model_and_a_figure_say_so() -> None:
    words, owed = "The pier could be open again by 2031", "It should cost 50 million at most"
    by_rule = {claim.span.exact: claim.uncheckable for claim in detect_claims(HARBOUR)}
    assert (by_rule[words], by_rule[owed]) == ("prediction", "opinion")
    claims = found(listed(words), listed(owed))
    assert claims[words].checkable and "A model holds it checkable" in claims[words].reasons[0]
    assert claims[owed].uncheckable == "opinion", "a figure does not make what ought to be a fact"


@pytest.mark.parametrize(
    "quote",
    [
        "The harbour after the storm",
        "Who will pay for the work that was left undone?",
        "the work that was left undone",
        "Read more: Storms of the century",
    ],
)
def test_headings_questions_and_links_are_no_claims_because_a_model_says_so(quote: str) -> None:
    claims = found(listed(quote))
    assert not any(claim.checkable for words, claim in claims.items() if quote in words)


def test_the_same_statement_is_not_listed_twice_however_it_is_cut() -> None:
    by_rule = detect_claims(HARBOUR)
    sentence = "“Nobody warned us in time,” said pilot Ines Duarte."
    coarser = found(listed(sentence), listed("The council of Velda closed the northern pier on Monday. It had cost 40"))
    finer = found(listed("The council of Velda closed"), listed("closed the northern pier on Monday"))
    assert len(coarser) == len(finer) == len(by_rule)


def test_a_pronoun_may_give_way_to_the_name_it_stands_for_and_a_figure_to_no_other() -> None:
    words = "It had cost 40 million crowns"
    assert found(listed(words, text="The northern pier had cost 40 million crowns."))[words].text == (
        "The northern pier had cost 40 million crowns."
    )
    assert found(listed(words, text="The northern pier had cost 14 million crowns."))[words].text == f"{words}."
    assert found(listed(words, text="The bridge was closed."))[words].text == f"{words}."


def test_words_that_no_rule_found_a_claim_in_are_added_as_the_models_own() -> None:
    said = Span.locate("Nobody warned us in time", TEXT)
    voice = Attribution(speaker="Ines Duarte", speaker_span=Span.locate("Ines Duarte", TEXT), content=said, direct=True)
    cued = voice.model_copy(update={"cue": "said"})
    far = voice.model_copy(update={"cue": "closed"})
    for attribution, kept in ((cued, "Ines Duarte"), (voice, None), (far, None)):
        model = as_claim(HARBOUR, said, kind="quotation", attribution=attribution, text="The mayor was warned.")
        ((claim,), tally) = join_claims(HARBOUR, (), [model])
        assert (claim.kind, claim.text, tally.added) == ("other", "Nobody warned us in time.", 1)
        assert (claim.attribution.speaker if claim.attribution else None) == kept
        assert claim.attribution is None or not claim.attribution.direct


def test_an_opinion_of_a_model_on_most_statements_is_believed_of_none(bench: Bench) -> None:
    report = check(bench, HARBOUR, scripted(*all_opinion(HARBOUR)))
    alone = check_article(HARBOUR, bench.tools, bench.store)
    assert sum(note.claim.checkable for note in report.notes) >= sum(note.claim.checkable for note in alone.notes)
    assert any("they are checked all the same" in problem for problem in report.problems)


def test_a_false_restatement_is_counted_before_the_reader(bench: Bench) -> None:
    report = check(bench, HARBOUR, scripted(*false_restatements(HARBOUR)))
    assert any(problem.startswith("restatements by the model with other names") for problem in report.problems)
    assert "bridge" not in "".join(note.claim.text for note in report.notes)


def test_a_reply_that_covers_little_is_asked_again_for_the_rest_only(bench: Bench, seed: Article) -> None:
    asked: list[str] = []

    def reply(prompt: str) -> str:
        if "check_worthiness" not in prompt:
            return json.dumps(UNDECIDED)
        asked.append(prompt)
        return json.dumps({"claims": trivial(seed) if len(asked) == 1 else [listed(prose(seed)[-1])]})

    report = check(bench, seed, Model(Scripted(reply), budget=Budget(), retries=0))
    first, again = (prompt.rsplit("<text-", 1)[1] for prompt in asked)
    assert all(words in first and words not in again for words in prose(seed)[:3])
    assert all(words in first and words in again for words in prose(seed)[3:])
    assert not report.problems


def test_a_second_answer_that_fails_costs_nothing_of_the_first(bench: Bench, seed: Article) -> None:
    def reply(prompt: str) -> str:
        if "check_worthiness" not in prompt:
            return json.dumps(UNDECIDED)
        return json.dumps({"claims": trivial(seed)}) if prose(seed)[0] in prompt else "I am sorry."

    report = check(bench, seed, Model(Scripted(reply), budget=Budget(), retries=0))
    assert any("claims were detected in part without the model" in problem for problem in report.problems)
    assert report.coverage.without_claim == 0


def calls_to_detect(bench: Bench, article: Article, claims: Sequence[Listed]) -> int:
    calls = Scripted([json.dumps({"claims": list(claims)})] * 4)
    tools = replace(bench.tools, model=Model(calls, retries=0), detect_prompt=DETECT)
    return detect(article, tools).usage.calls


def test_an_answer_that_covers_most_or_nothing_is_not_asked_again(bench: Bench, seed: Article) -> None:
    assert calls_to_detect(bench, seed, [listed(quote) for quote in prose(seed)]) == 1
    assert calls_to_detect(bench, seed, ()) == 1
    assert calls_to_detect(bench, seed, trivial(seed)) == 2
