"""What is not checked again: the same notes as a full check gives, for fewer calls, and every reason told."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings, strategies as st
from rechecked import DAY, PROMPT, SENTENCES, Bench, article, detected, found, in_turn, judged, said

from pipeline.articles import load_article
from pipeline.check import Detected, Tools, check_article, index_paths, open_bench, pair_claims, unchanged_run
from pipeline.check.checkers.titles import Records
from pipeline.check.recheck import EarlierRuns, report_of
from pipeline.core.errors import InputError, ModelUnavailable
from pipeline.core.models import (
    LOCAL_PERSON,
    Article,
    Claim,
    Correction,
    Evidence,
    Lineage,
    OfficeRecord,
    PartialDate,
    Report,
)
from pipeline.core.settings import load_settings
from pipeline.evaluation.gold import JudgedRun, gold_cases
from pipeline.llm import Model
from pipeline.llm.scripted import Scripted
from pipeline.review import decide, open_claim
from pipeline.review.accounts import Passwords, add_person
from pipeline.store import Store, decided_notes, find_run, open_run, schema
from pipeline.store.queue import rebuild

pytestmark = pytest.mark.slow

WORDS = st.sampled_from(["north", "south", "harbour", "mill", "river", "hill", "lake", "forest", "garden", "castle"])
SENTENCE = st.builds("The council of {} repaired a school in {}.".format, WORDS, WORDS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "store.db")
    yield opened
    opened.close()


def lineages(store: Store, run_id: str) -> list[Lineage]:
    columns = [schema.notes.c[name] for name in Lineage.model_fields]
    query = sa.select(*columns).where(schema.notes.c.run_id == run_id).order_by(schema.notes.c.position)
    with store.reading() as connection:
        return [Lineage.model_validate(dict(row)) for row in connection.execute(query).mappings()]


def reasons(store: Store, report: Report) -> list[str]:
    return [str(lineage.reason) for lineage in lineages(store, report.run_id)]


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Return sentences, and the same after a few were added, taken out, reworded or moved."""
    before = draw(st.lists(SENTENCE, min_size=1, max_size=7))
    after = list(before)
    for _ in range(draw(st.integers(0, 3))):
        what, at = draw(st.sampled_from(["add", "drop", "change", "move"])), draw(st.integers(0, len(after) - 1))
        if what == "add":
            after.insert(at, draw(SENTENCE))
        elif what == "change":
            after[at] = draw(SENTENCE)
        elif len(after) > 1:
            moved = after.pop(at)
            if what == "move":
                after.insert(draw(st.integers(0, len(after))), moved)
    return before, after


def places(sentences: Sequence[str]) -> Counter[tuple[str | None, str]]:
    return Counter(zip([None, *sentences[:-1]], sentences, strict=True))


@given(edits())
def test_an_edited_article_gets_the_notes_of_a_full_check_for_a_call_a_changed_claim(
    tmp_path_factory: pytest.TempPathFactory, edited: tuple[list[str], list[str]]
) -> None:
    before, after = edited
    folder = tmp_path_factory.mktemp("desk")
    kept, fresh = (Store.open(folder / name) for name in ("kept.db", "fresh.db"))
    try:
        Bench().check(kept, article(before))
        bench = Bench()
        report = bench.check(kept, article(after))
        full = Bench().check(fresh, article(after), recall=False)
    finally:
        kept.close()
        fresh.close()
    assert [said(note) for note in report.notes] == [said(note) for note in full.notes]
    assert bench.calls == (places(after) - places(before)).total()


def test_the_scripted_model_hangs_on_what_it_is_shown() -> None:
    replies = {json.loads(judged(f"The claim: {number}"))["confidence"] for number in range(20)}
    assert len(replies) > 10


def test_an_unchanged_article_needs_no_run(store: Store) -> None:
    bench = Bench()
    first = bench.check(store, article(SENTENCES))
    run = unchanged_run(store, article(SENTENCES), bench.tools.versions)
    assert run is not None
    again = report_of(store, run, article(SENTENCES))
    assert again.model_dump(exclude={"created_at"}) == first.model_dump(exclude={"created_at"})


@pytest.mark.parametrize(
    ("change", "versions", "as_of"),
    [
        ({"title": "Other"}, {}, None),
        ({"published_at": date(2026, 2, 1)}, {}, None),
        ({"text": SENTENCES[0]}, {}, None),
        ({}, {"index": "2"}, None),
        ({}, {"code": "2"}, None),
        ({}, {}, date(2026, 3, 1)),
    ],
)
def test_what_may_change_a_note_needs_a_run(
    store: Store, change: dict[str, Any], versions: dict[str, Any], as_of: date | None
) -> None:
    bench = Bench()
    bench.check(store, article(SENTENCES))
    fields = article(SENTENCES).model_dump(exclude={"id"}) | change
    other = Article.model_validate(fields)
    bench.with_versions(**versions)
    assert unchanged_run(store, other, bench.tools.versions, as_of) is None


def test_an_article_with_a_failure_that_may_pass_is_checked_again_and_only_that_claim(store: Store) -> None:
    def down_for_one(prompt: str) -> Any:
        if "district east repaired" in prompt.split("The claim:")[1].split("Where it stands")[0]:
            raise ModelUnavailable("down")
        return judged(prompt)

    Bench(down_for_one).check(store, article(SENTENCES))
    bench = Bench()
    assert unchanged_run(store, article(SENTENCES), bench.tools.versions) is None
    report = bench.check(store, article(SENTENCES))
    assert bench.calls == 1
    assert reasons(store, report) == ["None", "None", "earlier failure may pass", "None"]
    assert unchanged_run(store, article(SENTENCES), bench.tools.versions) is not None


def test_a_claim_that_was_kept_names_the_run_that_judged_it(store: Store) -> None:
    first = Bench().check(store, article(SENTENCES))
    longer = Bench().check(store, article([*SENTENCES, "The council closed a mill."]))
    third = Bench().check(store, article([*SENTENCES, "The council opened a mill."]))
    for report in (longer, third):
        kept = lineages(store, report.run_id)[:4]
        assert {lineage.since_run_id for lineage in kept} == {first.run_id}
        assert all(str(note.trace[-1]) == f"recall: unchanged since run {first.run_id}" for note in report.notes[:4])
    assert [each.previous_claim_id for each in lineages(store, longer.run_id)[:4]] == [n.claim.id for n in first.notes]
    assert reasons(store, longer)[4] == "new claim"
    assert reasons(store, third)[4] == "words changed"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"code": "2"}, "code changed"),
        ({"code": "2 core:1 check:2"}, "code changed"),
        ({"syntax": "2"}, "syntax model changed"),
        ({"embedding": "2"}, "embedding model changed"),
        ({"model": "scripted:other"}, "model changed"),
        ({"prompts": ("predict_verdict@2+00000000",)}, "prompt changed"),
        ({"settings": "2"}, "settings changed"),
    ],
)
def test_another_version_checks_again_and_says_which(store: Store, change: dict[str, Any], reason: str) -> None:
    Bench().check(store, article(SENTENCES))
    bench = Bench().with_versions(**change)
    report = bench.check(store, article(SENTENCES))
    assert set(reasons(store, report)) == {reason}
    assert bench.calls == len(SENTENCES)


def test_a_release_that_changes_no_part_checks_nothing_and_a_changed_part_is_named(store: Store) -> None:
    Bench().with_versions(code="0.1.0 core:1 check:1").check(store, article(SENTENCES))
    later = Bench().with_versions(code="0.2.0 core:1 check:1")
    assert unchanged_run(store, article(SENTENCES), later.tools.versions) is not None
    assert set(reasons(store, later.check(store, article(SENTENCES)))) == {"None"} and later.calls == 0
    other = Bench().with_versions(code="0.2.0 core:1 check:2")
    assert unchanged_run(store, article(SENTENCES), other.tools.versions) is None
    report = other.check(store, article(SENTENCES))
    assert set(reasons(store, report)) == {"code changed: check"} and other.calls == len(SENTENCES)
    assert open_run(store, find_run(store, report.run_id)).checked_for == {"code changed: check": len(SENTENCES)}


def test_another_index_checks_only_claims_whose_evidence_it_changed(store: Store) -> None:
    Bench().check(store, article(SENTENCES))

    def other(claim: Claim, given: Article, as_of: date, **_: Any) -> tuple[Evidence, ...]:
        evidence = found(claim, given, as_of)
        return tuple(reversed(evidence)) if "west" in claim.text else evidence

    bench = Bench(retrieve=other).with_versions(index="2")
    report = bench.check(store, article(SENTENCES))
    assert reasons(store, report) == ["None", "None", "None", "evidence changed"]
    assert bench.calls == 1


def test_another_day_title_or_prompt_of_detection_counts_only_where_a_claim_hangs_on_it(store: Store) -> None:
    Bench().check(store, article(SENTENCES))
    later = Bench().check(store, article(SENTENCES), as_of=date(2026, 2, 1))
    titled = Bench().check(store, article(SENTENCES, title="Other"))
    bench = Bench().with_versions(prompts=("detect_claims@9+00000000", PROMPT.ref))
    report = bench.check(store, article(SENTENCES))
    assert set(reasons(store, later)) == set(reasons(store, titled)) == {"context changed"}
    assert set(reasons(store, report)) == {"None"} and bench.calls == 0


def test_changed_office_records_are_a_reason(store: Store) -> None:
    def titles(given: Article, tools: Tools) -> Detected:
        from pipeline.check.checkers.titles import claim_titles

        return Detected(claims=claim_titles(given))

    text = Article(text="Prime Minister Ada Lindqvist of Sweden said on Monday that taxes fall.", published_at=DAY)
    held = OfficeRecord(
        person="Ada Lindqvist",
        office="Prime Minister of Sweden",
        country="Sweden",
        start=PartialDate("2024-01-01"),
        as_of=date(2026, 6, 1),
        source_url="https://records.example/ada",
    )
    ended = held.model_copy(update={"end": PartialDate("2025-06-01"), "id": "0" * 16})
    run_ids = []
    for records in ((held,), (held,), (ended,)):
        bench = Bench(records=Records(records))
        known = EarlierRuns(store, text, bench.tools.versions)
        report = check_article(text, bench.tools, store, detect=titles, recall=known)
        run_ids.append(report.run_id)
        assert report.notes[0].verdict is not None and bench.calls == 0
    assert [str(lineages(store, run_id)[0]) for run_id in run_ids] == [
        "new claim",
        f"unchanged since run {run_ids[0]}",
        "office records changed",
    ]


def test_asked_again_checks_every_claim_and_says_so(store: Store) -> None:
    Bench().check(store, article(SENTENCES))
    bench = Bench()
    report = bench.check(store, article(SENTENCES), again=True)
    assert set(reasons(store, report)) == {"asked again"} and bench.calls == len(SENTENCES)


def test_a_run_that_was_cut_short_is_known_as_far_as_it_came(store: Store) -> None:
    asked = []

    def until_the_third(prompt: str) -> Any:
        asked.append(prompt)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return judged(prompt)

    with pytest.raises(KeyboardInterrupt):
        Bench(until_the_third).check(store, article(SENTENCES), run_claims=in_turn)
    bench = Bench()
    bench.check(store, article(SENTENCES))
    assert bench.calls == 2


def test_a_decision_comes_along_with_words_that_only_moved(store: Store) -> None:
    first = Bench().check(store, article(SENTENCES))
    correction = Correction(justification="Seen in the register.")
    decide(store, first.notes[2].claim.id, "correct", LOCAL_PERSON, seen=0, correction=correction, reason="other")
    edited = Bench().check(store, article(["A new mill was opened.", *SENTENCES[1:], "It was a long year."]))
    view = open_claim(store, edited.notes[2].claim.id, LOCAL_PERSON)
    assert edited.notes[2].claim.text == first.notes[2].claim.text
    assert view.item.status == "decided" and not view.item.moved
    assert view.current.justification == "Seen in the register."
    (event,) = view.history
    assert event.reviewer == "factnotes" and event.detail["carried_from"]["reviewer"] == LOCAL_PERSON.name
    assert all(flag.span.is_in(edited.article.text) for flag in view.current.flags)
    assert _golden(store, first) and not _golden(store, edited)
    open_ones = [open_claim(store, note.claim.id, LOCAL_PERSON).item.status for note in edited.notes]
    assert open_ones.count("decided") == 1


def _golden(store: Store, report: Report) -> bool:
    """Tell whether the decisions on a run make cases to evaluate prompts with."""
    decided = decided_notes(store, report.run_id)
    gold = gold_cases([JudgedRun(report.run_id, report.as_of, report.article, report.versions, decided)])
    return bool(gold.cases or gold.left_out)


def test_nobody_can_be_called_what_the_log_calls_the_program(store: Store) -> None:
    with pytest.raises(InputError, match="the program itself"):
        add_person(store, "FactNotes", "reviewer", "seven grey herons", passwords=Passwords())


def test_a_decision_whose_ground_moved_comes_along_and_is_marked_so(store: Store) -> None:
    first = Bench().check(store, article(SENTENCES))
    decide(store, first.notes[2].claim.id, "accept", LOCAL_PERSON, seen=0)
    edited = Bench().check(store, article([SENTENCES[0], "All was quiet there.", *SENTENCES[2:]]))
    item = open_claim(store, edited.notes[2].claim.id, LOCAL_PERSON).item
    assert (item.status, item.moved) == ("decided", True)
    with store.writing() as connection:
        rebuild(connection)
    item = open_claim(store, edited.notes[2].claim.id, LOCAL_PERSON).item
    assert (item.status, item.moved) == ("decided", True)


def test_a_decision_made_on_an_earlier_text_after_a_later_one_was_checked_is_found(store: Store) -> None:
    first = Bench().check(store, article(SENTENCES))
    Bench().check(store, article([*SENTENCES, "It was a long year."]))
    decide(store, first.notes[1].claim.id, "dismiss", LOCAL_PERSON, seen=0, reason="false_alarm")
    third = Bench().check(store, article([*SENTENCES, "It was a short year."]))
    view = open_claim(store, third.notes[1].claim.id, LOCAL_PERSON)
    assert view.item.status == "decided" and view.current.dismissed
    fourth = Bench().check(store, article([*SENTENCES, "It was a fine year."]))
    carried = open_claim(store, fourth.notes[1].claim.id, LOCAL_PERSON).history[0].detail["carried_from"]
    assert (carried["claim_id"], carried["reviewer"]) == (first.notes[1].claim.id, LOCAL_PERSON.name)


def test_a_decision_of_somebody_on_the_new_text_is_never_touched(store: Store) -> None:
    first = Bench().check(store, article(SENTENCES))
    longer = [*SENTENCES, "It was a long year."]
    second = Bench().check(store, article(longer))
    decide(store, second.notes[0].claim.id, "accept", LOCAL_PERSON, seen=0)
    decide(store, first.notes[0].claim.id, "dismiss", LOCAL_PERSON, seen=0, reason="false_alarm")
    Bench().check(store, article(longer), again=True)
    view = open_claim(store, second.notes[0].claim.id, LOCAL_PERSON)
    assert [event.action for event in view.history] == ["accept"] and not view.current.dismissed


def test_a_reworded_claim_is_linked_and_not_decided(store: Store) -> None:
    first = Bench().check(store, article(SENTENCES))
    decide(store, first.notes[3].claim.id, "accept", LOCAL_PERSON, seen=0)
    reworded = SENTENCES[3].replace("a school", "two schools")
    edited = Bench().check(store, article([*SENTENCES[:3], reworded]))
    lineage = lineages(store, edited.run_id)[3]
    assert lineage == Lineage(reason="words changed", previous_claim_id=first.notes[3].claim.id)
    assert open_claim(store, edited.notes[3].claim.id, LOCAL_PERSON).item.status == "open"


@settings(max_examples=60, deadline=None)
@given(edits())
def test_each_claim_is_paired_at_most_once_and_the_same_words_before_others(
    edited: tuple[list[str], list[str]],
) -> None:
    before, after = (detected(article(each), Bench().tools).claims for each in edited)
    pairs = pair_claims(before, after)
    assert len({pair.earlier.id for pair in pairs.values()}) == len(pairs)
    same = Counter(claim.text for claim in before) & Counter(claim.text for claim in after)
    assert sum(pair.change != "words" for pair in pairs.values()) == same.total()


HEADED = """Harbour reopens

The harbour of Bergen reopened on Monday after a fire. It cost 12 million euros, of which 5 million came from the city \
and 7 million from the state.

Norway's response

"We will pay for every berth," said Sweden's foreign minister Karin Ek. "The fire was an accident," said Danish \
ambassador Lars Holm. The ministry said that 40 boats were lost.

What is next

Mayor Ada Berg said that 30 boats were lost. The port will open a second pier in 2027."""
REWRITES = [
    ("The harbour of Bergen", "On a grey morning, the harbour of Bergen"),
    ("Harbour reopens\n", "Harbour reopens at last\n"),
    ("5 million came", "6 million came"),
    ("Norway's response", "Responses"),
    ("Mayor Ada Berg said that 30 boats were lost. ", ""),
    ("What is next", "The ministry had warned of it.\n\nWhat is next"),
    ('"The fire was an accident," said Danish ambassador Lars Holm. ', ""),
]


@pytest.fixture(scope="module")
def real_tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tools]:
    """Yield the tools of a desk with a small index and office records, and its own detection and checkers."""
    home = tmp_path_factory.mktemp("home")
    rows = [
        {"text": "A fire closed the harbour of Bergen; 40 boats were lost.", "publisher": "Wire"},
        {"text": "Bergen's harbour will open a second pier, the port authority said.", "publisher": "Port"},
        {"person": "Karin Ek", "office": "Foreign Minister of Sweden", "country": "Sweden", "start": "2020-01-01",
         "end": "2024-05-01", "source_url": "https://records.example/ek"},
    ]  # fmt: skip
    (home / "facts.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    given = load_settings(home=home, model="none")
    index_paths(given, [home / "facts.jsonl"])
    with open_bench(given) as bench:
        yield bench.tools


@pytest.mark.parametrize("rewrite", REWRITES)
def test_with_all_checkers_an_edited_article_gets_the_notes_of_a_full_check(
    store: Store, tmp_path: Path, real_tools: Tools, rewrite: tuple[str, str]
) -> None:
    assert HEADED.count(rewrite[0]) == 1

    def check(into: Store, text: str, *, recall: bool) -> tuple[Report, int]:
        llm = Scripted(one_passage)
        versions = real_tools.versions.model_copy(update={"model": llm.name, "prompts": (PROMPT.ref,)})
        tools = replace(real_tools, model=Model(llm, retries=0), verdict_prompt=PROMPT, versions=versions)
        given = read_article(text)
        known = EarlierRuns(into, given, versions, source="draft") if recall else None
        return check_article(given, tools, into, recall=known), len(llm.prompts)

    def read_article(text: str) -> Article:
        path = tmp_path / "draft.txt"
        path.write_text(text, encoding="utf-8")
        return load_article(str(path), load_settings(home=tmp_path), published_at=DAY, title="Harbour reopens")

    _, all_calls = check(store, HEADED, recall=True)
    report, calls = check(store, HEADED.replace(*rewrite), recall=True)
    fresh = Store.open(tmp_path / "fresh.db")
    try:
        full, full_calls = check(fresh, HEADED.replace(*rewrite), recall=False)
    finally:
        fresh.close()
    assert [said(note) for note in report.notes] == [said(note) for note in full.notes]
    assert calls < full_calls and all_calls > 0


def one_passage(prompt: str) -> str:
    number = int(hashlib.sha256(prompt.split("The claim:")[1].encode()).hexdigest(), 16)
    return json.dumps(
        {
            "citations": [],
            "justification": "as scripted",
            "label": "not_enough_evidence",
            "confidence": (number % 100) / 100,
        }
    )


def test_the_article_of_that_test_has_flags_of_many_checkers(store: Store, real_tools: Tools, tmp_path: Path) -> None:
    path = tmp_path / "draft.txt"
    path.write_text(HEADED, encoding="utf-8")
    given = load_article(str(path), load_settings(home=tmp_path), published_at=DAY)
    report = check_article(given, real_tools, store)
    assert len({flag.checker for note in report.notes for flag in note.flags}) >= 2
