"""The review desk's rules, on both databases."""

from __future__ import annotations

import pytest
from desk import ANN, BOB, EVA, TOWN, judged_note, town_claim, town_note, write_run, write_sample
from hypothesis import given, strategies as st
from samples import sample_report

from pipeline.core.errors import Conflict, Forbidden, InputError, UnknownClaim
from pipeline.core.models import (
    AddedEvidence,
    Correction,
    DeskOutcome,
    Failure,
    Note,
    Person,
    ReasonCode,
    Review,
    Usage,
)
from pipeline.review import (
    Filter,
    approve,
    ask_second,
    assign,
    bulk,
    count_unchecked,
    decide,
    delete_search,
    history,
    next_claim,
    open_claim,
    queue,
    save_search,
    saved_searches,
    send_back,
    undo,
)
from pipeline.store import NoteSummary, RunFilter, Store, decided_notes, export_log, list_runs
from pipeline.store.queue import rebuild
from pipeline.store.search import stems

pytest_plugins = ("postgres",)


@pytest.fixture
def claim(store: Store) -> str:
    """Write one refuted and flagged claim of the town's article; return its id."""
    note = town_note()
    write_run(store, "r1", TOWN, note)
    return note.claim.id


def status(store: Store, claim_id: str) -> tuple[str, str, int]:
    item = open_claim(store, claim_id, EVA).item
    return item.status, item.editor_status, item.sequence


# The queue


def test_the_queue_lists_checkable_claims_by_harm_and_then_by_worth(store: Store) -> None:
    write_sample(store)
    page = queue(store, Filter())
    checkable = {note.claim.id for note in sample_report().notes if note.claim.checkable}
    assert {item.claim_id for item in page.items} == checkable
    assert page.total == len(checkable)
    order = [(item.harm, -item.check_worthiness) for item in page.items]
    assert order == sorted(order)
    for item in page.items:
        if item.label == "refuted" or item.severity == "high":
            assert item.harm == 0
        elif not item.flags and item.failure:
            assert item.harm == (4 if item.differs else 5)
    assert [item.text for item in queue(store, Filter(differs=True)).items] == ["The bridge was opened in 1931"]
    assert queue(store, Filter(status="none")).total == len(sample_report().notes) - len(checkable)


def test_a_claim_stands_nearer_to_the_front_the_likelier_a_model_finds_it_refuted(store: Store) -> None:
    quiet, doubtful = judged_note("opened the bridge", "supported", 0.02), judged_note("It cost", "supported", 0.4)
    unsure, sure = judged_note("nine million", "refuted", 0.55), judged_note("Ana Lobo", "refuted", 0.95)
    unjudged = town_note(label=None, flagged=False)
    write_run(store, "r1", TOWN, quiet, doubtful, unsure, sure, unjudged)
    texts = [item.text for item in queue(store, Filter()).items]
    assert texts == ["Ana Lobo", "nine million", "It cost", "It cost nine million", "opened the bridge"]
    with store.writing() as connection:
        rebuild(connection)
    assert [item.text for item in queue(store, Filter()).items] == texts


def test_a_grave_flag_keeps_a_claim_in_front_however_unlikely_a_model_finds_it_refuted(store: Store) -> None:
    grave = town_note().flags[0]
    write_run(store, "r1", TOWN, judged_note("It cost", "refuted", 0.6, grave), judged_note("Ana", "refuted", 0.9))
    assert [item.text for item in queue(store, Filter()).items] == ["It cost", "Ana"]


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(["supported", "refuted", "not_enough_evidence", None]))
def test_the_likelier_refuted_the_nearer_to_the_front_and_never_behind_the_own_group(
    one: float, other: float, label: str | None
) -> None:
    low, high = sorted((one, other))
    places = [NoteSummary(label=label, refuted=refuted).expected_harm for refuted in (None, low, high)]
    assert places[1] >= places[2] >= 0
    assert places[1] <= places[0] or label == "refuted"


def test_pages_of_the_queue_hold_every_claim_once(store: Store) -> None:
    write_sample(store)
    seen: list[str] = []
    cursor = None
    while True:
        page = queue(store, Filter(), limit=3, after=cursor)
        seen += [item.claim_id for item in page.items]
        if (cursor := page.next) is None:
            break
    assert seen == [item.claim_id for item in queue(store, Filter()).items]
    with pytest.raises(InputError, match="cursor"):
        queue(store, Filter(), after="1; drop table queue")
    with pytest.raises(InputError, match="limit"):
        queue(store, Filter(), limit=0)


def test_filters_narrow_the_queue_to_what_they_say(store: Store) -> None:
    write_sample(store)
    write_run(store, "r2", TOWN, town_note())
    everything = queue(store, Filter()).items

    def found(**fields: object) -> set[str]:
        return {item.claim_id for item in queue(store, Filter.parse(fields)).items}

    def expected(condition: object) -> set[str]:
        return {item.claim_id for item in everything if condition(item)}  # type: ignore[operator]

    assert found(label="refuted") == expected(lambda item: item.label == "refuted")
    assert found(label="not_checked") == expected(lambda item: item.failure)
    assert found(flag="wrong_speaker") == expected(lambda item: "wrong_speaker" in item.flags)
    assert found(checker="quotations") == expected(lambda item: "quotations" in item.checkers)
    assert found(checker="model") == expected(lambda item: "model" in item.checkers) != set()
    assert found(checker="quot") == set()
    assert found(run="r2") == found(article=TOWN.id) == found(publisher="Town Herald") == found(since="2031-04-01")
    assert found(run="r2") == {town_claim().id}
    assert found(until="2031-04-01") == expected(lambda item: item.claim_id != town_claim().id)
    assign(store, town_claim().id, ANN, seen=0, assignee="bob")
    assert found(assignee="bob") == {town_claim().id}
    assert found(assignee="-") == expected(lambda item: item.claim_id != town_claim().id)


def test_search_finds_words_in_any_form_and_phrases_only_in_a_row(store: Store) -> None:
    write_run(store, "r1", TOWN, town_note())
    for text in ("million", "MILLIONS costing", '"cost nine million"', "seven herald", "Bridge opening"):
        assert queue(store, Filter(text=text)).total == 1, text
    for text in ("billion", '"nine cost"', "million billion", "!?", '"', "queue_words", "million OR billion", "mill*"):
        assert queue(store, Filter(text=text)).total == 0, text


@given(st.text(max_size=40))
def test_any_text_can_be_cut_into_words(text: str) -> None:
    for stem in stems(text):
        assert stem
        assert stem.isalnum()


def test_any_search_is_answered_and_never_an_error_of_the_database(store: Store) -> None:
    write_run(store, "r1", TOWN, town_note())
    for text in (
        "a'b",
        '"',
        '" "',
        "a AND",
        "NEAR(a b)",
        "(",
        "a:b",
        "a|b&!c",
        "\\",
        "٣ عربي",
        "日本語",
        "½",
        "e\u0301",
        "x" * 400,
    ):
        assert queue(store, Filter.parse({"text": text})).total >= 0


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "label": st.sampled_from(["refuted", "not_checked"]),
            "flag": st.sampled_from(["outdated", "wrong_number"]),
            "publisher": st.text("abc &=+%é", min_size=1, max_size=8).map(str.strip).filter(bool),
            "since": st.dates(),
            "status": st.sampled_from(["open", "any", "disputed"]),
            "moved": st.booleans(),
            "text": st.text("ab \"&=?#'", min_size=1, max_size=12).map(str.strip).filter(bool),
        },
    )
)
def test_a_filter_comes_back_from_its_query_string(fields: dict[str, object]) -> None:
    wanted = Filter.parse(fields)
    assert Filter.from_query(wanted.query()) == wanted
    assert Filter.from_query(wanted.query()).query() == wanted.query()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("label", "true"),
        ("since", "yesterday"),
        ("status", "x"),
        ("text", "a" * 401),
        ("run", "a\0b"),
        ("publisher", "\ud800"),
    ],
)
def test_a_filter_that_makes_no_sense_is_one_line_that_names_it(field: str, value: str) -> None:
    with pytest.raises(InputError, match=f"filter {field}") as error:
        Filter.parse({field: value})
    assert "\n" not in str(error.value)


def test_the_next_claim_is_the_first_that_nobody_else_has(store: Store) -> None:
    write_sample(store)
    first, second, third, *_ = queue(store, Filter()).items
    assign(store, first.claim_id, EVA, seen=0, assignee="bob")
    assert next_claim(store, Filter(), ANN).claim_id == second.claim_id
    assert next_claim(store, Filter(), BOB).claim_id == first.claim_id
    assert next_claim(store, Filter(), ANN, after=second.claim_id).claim_id == third.claim_id
    assert next_claim(store, Filter(), ANN, skipped=[second.claim_id]).claim_id == third.claim_id
    decide(store, second.claim_id, "accept", ANN, seen=0)
    assert next_claim(store, Filter(), ANN, after=second.claim_id).claim_id == third.claim_id
    assert next_claim(store, Filter(text="nowhere"), ANN) is None


def test_the_progress_of_a_run_counts_every_claim_of_it(store: Store) -> None:
    run_id = write_sample(store)
    decide(store, queue(store, Filter()).items[0].claim_id, "accept", ANN, seen=0)
    (progress,) = list_runs(store, RunFilter(), limit=20)
    assert progress.id == run_id
    assert progress.statuses["decided"] == 1
    assert sum(progress.statuses.values()) == len(sample_report().notes)


# Decisions


def test_an_accepted_note_stands_as_it_is(store: Store, claim: str) -> None:
    event = decide(store, claim, "accept", ANN, seen=0, comment="  looks right \n")
    note = DeskOutcome.of(town_note())
    assert (event.sequence, event.before, event.after, event.comment) == (1, note, note, "looks right")
    assert status(store, claim) == ("decided", "none", 1)
    assert queue(store, Filter()).total == 0
    assert history(store, claim_id=claim) == (event,)


def test_what_nobody_has_checked_cannot_be_accepted_only_judged_with_what_it_rests_on(store: Store) -> None:
    note = town_note(label=None, flagged=False)
    write_run(store, "r1", TOWN, note)
    claim = note.claim.id

    def judge(correction: Correction, reason: ReasonCode, comment: str = "") -> Review:
        return decide(store, claim, "correct", ANN, seen=0, correction=correction, reason=reason, comment=comment)

    assert open_claim(store, claim, ANN).needs_verdict
    with pytest.raises(InputError, match="nobody has checked this claim"):
        decide(store, claim, "accept", ANN, seen=0)
    with pytest.raises(InputError, match="give your verdict"):
        judge(Correction(justification="Looks right."), "other")
    for reason in ("other", "checked_myself"):
        with pytest.raises(InputError, match="add a source"):
            judge(Correction(label="supported"), reason)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="add a source"):
        judge(Correction(label="supported"), "other", "It is so.")
    assert status(store, claim) == ("open", "none", 0)
    event = judge(Correction(label="supported"), "checked_myself", "Phoned the council on 3 May.")
    assert event.after == DeskOutcome(label="supported")
    (decided,) = decided_notes(store, "r1")
    assert (decided.outcome.label, decided.status, decided.note.verdict) == ("supported", "decided", None)


@pytest.mark.parametrize(
    ("correction", "reason"),
    [
        (Correction(label="refuted", evidence=(AddedEvidence(url="https://council.example/m"),)), "other"),
        (Correction(label="not_enough_evidence"), "checked_myself"),
    ],
)
def test_a_verdict_of_ones_own_rests_on_a_source_or_says_that_there_is_none(
    store: Store, correction: Correction, reason: ReasonCode
) -> None:
    note = town_note(label=None, flagged=False)
    write_run(store, "r1", TOWN, note)
    event = decide(store, note.claim.id, "correct", ANN, seen=0, correction=correction, reason=reason)
    assert event.after and event.after.label == correction.label


def test_accepting_in_bulk_leaves_what_nobody_has_checked_open(store: Store) -> None:
    checked, unchecked = judged_note("It cost", "supported", 0.1), town_note(label=None, flagged=False)
    write_run(store, "r1", TOWN, checked, unchecked)
    assert count_unchecked(store, Filter()) == 1
    done = bulk(store, Filter(), "accept", ANN, expected=2)
    assert (done.done, done.conflicts) == ((checked.claim.id,), (unchecked.claim.id,))
    assert status(store, unchecked.claim.id) == ("open", "none", 0)


def test_a_note_with_a_flag_and_no_verdict_can_be_accepted(store: Store) -> None:
    note = town_note(label=None)
    write_run(store, "r1", TOWN, note)
    assert not open_claim(store, note.claim.id, ANN).needs_verdict
    assert decide(store, note.claim.id, "accept", ANN, seen=0).after == DeskOutcome.of(note)


def test_a_correction_says_label_wording_flags_and_evidence(store: Store, claim: str) -> None:
    added = (AddedEvidence(url="https://council.example/minutes"), AddedEvidence(text="The minutes say nine."))
    correction = Correction(label="supported", justification=" Nine, say the minutes. ", flags=(), evidence=added)
    event = decide(store, claim, "correct", ANN, seen=0, correction=correction, reason="wrong_evidence")
    assert event.after == DeskOutcome(label="supported", justification="Nine, say the minutes.", evidence=added)
    view = open_claim(store, claim, BOB)
    assert (view.current, view.note.verdict.label, view.item.label) == (event.after, "refuted", "refuted")
    again = decide(store, claim, "correct", ANN, seen=1, correction=Correction(flags=()), reason="false_alarm")
    assert again.after == DeskOutcome(label="refuted", justification="Seven, it says.", evidence=added)


def test_a_dismissal_leaves_no_label_and_no_flags(store: Store, claim: str) -> None:
    event = decide(store, claim, "dismiss", ANN, seen=0, reason="not_checkable")
    assert event.after == DeskOutcome(dismissed=True)
    assert event.reason == "not_checkable"


@pytest.mark.parametrize(
    ("action", "given", "says"),
    [
        ("correct", {"correction": Correction(label="supported")}, "reason"),
        ("dismiss", {}, "reason"),
        ("correct", {"reason": "other"}, "what is to be corrected"),
        ("accept", {"correction": Correction(label="supported")}, "corrects nothing"),
        ("correct", {"reason": "other", "correction": Correction()}, "changes nothing"),
        ("correct", {"reason": "other", "correction": Correction(label="refuted", flags=(0,))}, "changes nothing"),
        ("correct", {"reason": "other", "correction": Correction(flags=(1,))}, "flags"),
        ("accept", {"comment": "x" * 4001}, "4,001 characters"),
        ("accept", {"comment": "a\0b"}, "cannot be stored"),
        (
            "correct",
            {"reason": "other", "correction": Correction(evidence=(AddedEvidence(url="javascript:alert(1)"),))},
            "http",
        ),
        (
            "correct",
            {"reason": "other", "correction": Correction(evidence=(AddedEvidence(text="x" * 20001),))},
            "20,001",
        ),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused_and_leaves_nothing(
    store: Store, claim: str, action: str, given: dict[str, object], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        decide(store, claim, action, ANN, seen=0, **given)
    assert status(store, claim) == ("open", "none", 0)
    assert list(export_log(store)) == []


def test_the_second_writer_is_refused_and_told_what_came_first(store: Store, claim: str) -> None:
    first = decide(store, claim, "accept", ANN, seen=0)
    with pytest.raises(Conflict, match="ann accepted") as error:
        decide(store, claim, "dismiss", BOB, seen=0, reason="other")
    assert error.value.newest == first
    assert list(export_log(store)) == [first]
    with pytest.raises(InputError, match="seen"):
        decide(store, claim, "accept", BOB, seen=7)


def test_an_unknown_claim_is_an_error_of_its_own(store: Store) -> None:
    for claim_id in ("0" * 16, "nobody", "a\0b", "\ud800"):
        with pytest.raises(UnknownClaim):
            open_claim(store, claim_id, ANN)
        with pytest.raises(UnknownClaim):
            decide(store, claim_id, "accept", ANN, seen=0)
        with pytest.raises(UnknownClaim):
            history(store, claim_id=claim_id)
        assert history(store, person=claim_id, after_id=2**80) == ()
        assert next_claim(store, Filter(), ANN, after=claim_id, skipped=[claim_id]) is None
        with pytest.raises(InputError):
            decided_notes(store, claim_id)


def test_undo_takes_back_the_newest_decision_and_is_an_event(store: Store, claim: str) -> None:
    decide(store, claim, "accept", ANN, seen=0)
    decide(store, claim, "dismiss", ANN, seen=1, reason="other")
    with pytest.raises(Forbidden, match="bob may not take back what ann did"):
        undo(store, claim, BOB, seen=2)
    event = undo(store, claim, ANN, seen=2)
    assert (event.before, event.after) == (DeskOutcome(dismissed=True), DeskOutcome.of(town_note()))
    assert event.detail == {"undone": 2}
    assert status(store, claim) == ("decided", "none", 3)
    undo(store, claim, EVA, seen=3)
    assert status(store, claim) == ("open", "none", 4)
    assert open_claim(store, claim, ANN).current == DeskOutcome.of(town_note())
    with pytest.raises(InputError, match="nothing to take back"):
        undo(store, claim, ANN, seen=4)
    assert [each.action for each in history(store, claim_id=claim)] == ["accept", "dismiss", "undo", "undo"]


def test_an_assignment_can_be_taken_away_again(store: Store, claim: str) -> None:
    assign(store, claim, EVA, seen=0, assignee=" bob ")
    assert open_claim(store, claim, ANN).item.assignee == "bob"
    assign(store, claim, EVA, seen=1, assignee=None)
    assert open_claim(store, claim, ANN).item.assignee is None
    assert status(store, claim) == ("open", "none", 2)


# Two people


def test_the_second_reviewer_sees_nothing_of_the_first_until_she_decides(store: Store, claim: str) -> None:
    decide(store, claim, "dismiss", ANN, seen=0, reason="false_alarm", comment="secret")
    ask_second(store, claim, ANN, seen=1, comment="please look at the number")
    for person in (BOB, EVA):
        view = open_claim(store, claim, person)
        assert view.hidden
        assert view.item.status == "awaiting_second"
        assert view.current == DeskOutcome.of(town_note())
        assert [event.action for event in view.history] == ["ask_second"]
        assert "secret" not in view.model_dump_json()
        assert [event.action for event in history(store, claim_id=claim, viewer=person)] == ["ask_second"]
        assert history(store, person="ann", viewer=person)[0].action == "ask_second"
    own = open_claim(store, claim, ANN)
    assert not own.hidden
    assert own.current.dismissed
    assert len(history(store, viewer=ANN)) == 2
    with pytest.raises(Conflict) as error:
        decide(store, claim, "accept", BOB, seen=0)
    assert error.value.newest.action == "ask_second"
    assert next_claim(store, Filter(status="awaiting_second"), ANN) is None
    assert next_claim(store, Filter(status="awaiting_second"), BOB).claim_id == claim
    decide(store, claim, "dismiss", BOB, seen=2, reason="other")
    view = open_claim(store, claim, EVA)
    assert (view.hidden, view.item.status, len(view.history)) == (False, "decided", 3)


def test_two_who_differ_leave_a_dispute_that_an_editor_settles(store: Store, claim: str) -> None:
    decide(store, claim, "dismiss", ANN, seen=0, reason="false_alarm")
    ask_second(store, claim, ANN, seen=1)
    decide(store, claim, "accept", BOB, seen=2)
    assert status(store, claim) == ("disputed", "none", 3)
    for person in (ANN, BOB):
        with pytest.raises(Forbidden, match="settle"):
            decide(store, claim, "accept", person, seen=3)
    with pytest.raises(InputError, match="not decided"):
        approve(store, claim, EVA, seen=3)
    decide(store, claim, "accept", EVA, seen=3)
    assert status(store, claim) == ("decided", "none", 4)


def test_the_first_reviewer_may_think_again_while_the_second_is_awaited(store: Store, claim: str) -> None:
    ask_second(store, claim, ANN, seen=0)
    assert status(store, claim) == ("open", "none", 1)
    decide(store, claim, "dismiss", ANN, seen=1, reason="other")
    decide(store, claim, "accept", ANN, seen=2)
    assert status(store, claim) == ("awaiting_second", "none", 3)
    with pytest.raises(InputError, match="asked for already"):
        ask_second(store, claim, BOB, seen=3)
    decide(store, claim, "accept", BOB, seen=3)
    assert status(store, claim) == ("decided", "none", 4)
    undo(store, claim, BOB, seen=4)
    assert status(store, claim) == ("awaiting_second", "none", 5)
    assert not open_claim(store, claim, ANN).hidden
    assert open_claim(store, claim, BOB).hidden


def test_a_request_for_a_second_review_can_be_taken_back(store: Store, claim: str) -> None:
    decide(store, claim, "accept", ANN, seen=0)
    ask_second(store, claim, ANN, seen=1)
    undo(store, claim, ANN, seen=2)
    assert status(store, claim) == ("decided", "none", 3)


# Editors


def test_only_an_editor_approves_and_only_what_is_decided(store: Store, claim: str) -> None:
    with pytest.raises(InputError, match="not decided"):
        approve(store, claim, EVA, seen=0)
    decide(store, claim, "accept", ANN, seen=0)
    for action in (approve, send_back):
        with pytest.raises(Forbidden, match="only an editor"):
            action(store, claim, ANN, seen=1)
    approve(store, claim, EVA, seen=1)
    assert status(store, claim) == ("decided", "approved", 2)
    with pytest.raises(InputError, match="approved already"):
        approve(store, claim, EVA, seen=2)


def test_a_new_decision_or_an_undo_takes_the_approval_away(store: Store, claim: str) -> None:
    decide(store, claim, "accept", ANN, seen=0)
    approve(store, claim, EVA, seen=1)
    decide(store, claim, "dismiss", ANN, seen=2, reason="other")
    assert status(store, claim) == ("decided", "none", 3)
    approve(store, claim, EVA, seen=3)
    undo(store, claim, ANN, seen=4)
    assert status(store, claim) == ("decided", "none", 5)


def test_a_claim_sent_back_is_open_again_and_keeps_its_history(store: Store, claim: str) -> None:
    decide(store, claim, "accept", ANN, seen=0)
    send_back(store, claim, EVA, seen=1, comment="the number is in the minutes")
    assert status(store, claim) == ("open", "sent_back", 2)
    assert next_claim(store, Filter(editor_status="sent_back"), ANN).claim_id == claim
    assign(store, claim, EVA, seen=2, assignee="ann")
    assert status(store, claim) == ("open", "sent_back", 3)
    decide(store, claim, "dismiss", ANN, seen=3, reason="other")
    assert status(store, claim) == ("decided", "none", 4)


# Newer runs


def test_a_newer_run_keeps_the_decision_and_marks_what_changed(store: Store, claim: str) -> None:
    decide(store, claim, "accept", ANN, seen=0)
    write_run(store, "r2", TOWN, town_note())
    item = open_claim(store, claim, ANN).item
    assert (item.run_id, item.status, item.moved) == ("r2", "decided", False)
    write_run(store, "r3", TOWN, town_note(label="supported", flagged=False))
    view = open_claim(store, claim, ANN)
    assert (view.item.status, view.item.moved, view.item.label) == ("decided", True, "supported")
    assert (view.note.verdict.label, view.current.label) == ("supported", "refuted")
    assert queue(store, Filter(status="decided", moved=True)).total == 1
    decide(store, claim, "accept", ANN, seen=1)
    assert open_claim(store, claim, ANN).item.moved is False
    undo(store, claim, ANN, seen=2)
    assert open_claim(store, claim, ANN).item.moved is True
    undo(store, claim, ANN, seen=3)
    assert open_claim(store, claim, ANN).item.moved is False


def test_a_decision_is_on_the_note_that_was_in_view(store: Store, claim: str) -> None:
    seen = open_claim(store, claim, ANN).item
    write_run(store, "r2", TOWN, town_note(label="supported", flagged=False))
    event = decide(store, claim, "accept", ANN, seen=seen.sequence, note_id=seen.note_id)
    assert (event.run_id, event.after.label) == ("r1", "refuted")
    assert open_claim(store, claim, ANN).item.moved
    with pytest.raises(InputError, match="not one of this claim"):
        decide(store, claim, "accept", ANN, seen=1, note_id=10_000)


def test_an_older_run_that_ends_late_does_not_hide_the_newer_one(store: Store) -> None:
    write_run(store, "r1", TOWN)
    write_run(store, "r2", TOWN, town_note(label="supported", flagged=False))
    store.save_note("r1", 0, town_note(), Usage())
    (item,) = queue(store, Filter()).items
    assert (item.run_id, item.label) == ("r2", "supported")
    assert queue(store, Filter(text="seven")).total == 1, "the words are the newer note's"


def test_opinions_are_never_in_the_queue_unless_asked_for(store: Store) -> None:
    words = "It is the finest bridge of all"
    opinion = town_claim(words, uncheckable="opinion", check_worthiness=0.1)
    write_run(store, "r1", TOWN, Note(claim=opinion, failure=Failure(stage="d", reason="not_checkable")))
    assert queue(store, Filter()).total == queue(store, Filter(status="any")).total == 0
    assert queue(store, Filter(status="none")).total == 1
    decide(store, opinion.id, "dismiss", ANN, seen=0, reason="not_checkable")
    undo(store, opinion.id, ANN, seen=1)
    assert status(store, opinion.id) == ("none", "none", 2)


def test_outcomes_of_a_run_hold_every_note_and_what_the_desk_says(store: Store) -> None:
    run_id = write_sample(store)
    first = queue(store, Filter()).items[0].claim_id
    decide(store, first, "dismiss", ANN, seen=0, reason="other")
    approve(store, first, EVA, seen=1)
    found = decided_notes(store, run_id)
    assert tuple(each.note for each in found) == sample_report().notes
    for each in found:
        if each.note.claim.id == first:
            assert (each.status, each.editor_status, each.outcome.dismissed) == ("decided", "approved", True)
            assert [event.action for event in each.reviews] == ["dismiss", "approve"]
        else:
            assert each.status == ("open" if each.note.claim.checkable else "none")
            assert (each.outcome, each.reviews) == (DeskOutcome.of(each.note), ())
    with pytest.raises(InputError, match="no run"):
        decided_notes(store, "nowhere")


# Many at once


def test_a_bulk_action_reaches_every_claim_of_the_filter_and_no_other(store: Store) -> None:
    write_sample(store)
    wanted = Filter(label="supported")
    number = queue(store, wanted).total
    with pytest.raises(InputError, match="claims now, not"):
        bulk(store, wanted, "accept", ANN, expected=number + 1)
    result = bulk(store, wanted, "accept", ANN, expected=number, comment="all fine")
    assert (len(result.done), result.conflicts) == (number, ())
    assert queue(store, wanted).total == 0
    assert {event.claim_id for event in export_log(store)} == set(result.done)
    decided = Filter(status="decided")
    with pytest.raises(Forbidden):
        bulk(store, decided, "approve", ANN, expected=number)
    approve(store, result.done[0], EVA, seen=1)
    again = bulk(store, decided, "approve", EVA, expected=number)
    assert (len(again.done), again.conflicts) == (number - 1, (result.done[0],))
    with pytest.raises(InputError, match="reason"):
        bulk(store, Filter(), "dismiss", ANN, expected=queue(store, Filter()).total)
    rest = queue(store, Filter()).total
    assert len(bulk(store, Filter(), "assign", EVA, expected=rest, assignee="bob").done) == rest
    assert queue(store, Filter(assignee="bob")).total == rest


def test_searches_are_a_persons_own_and_come_back_as_filters(store: Store) -> None:
    wanted = Filter(flag="outdated", text='"old town" & more')
    save_search(store, ANN, " mine ", Filter())
    save_search(store, ANN, "mine", wanted)
    save_search(store, BOB, "mine", Filter(label="refuted"))
    (mine,) = saved_searches(store, ANN)
    assert (mine.name, Filter.from_query(mine.query)) == ("mine", wanted)
    delete_search(store, ANN, "mine")
    assert saved_searches(store, ANN) == ()
    assert len(saved_searches(store, BOB)) == 1
    for problem in (lambda: delete_search(store, ANN, "mine"), lambda: save_search(store, ANN, "x" * 101, wanted)):
        with pytest.raises(InputError):
            problem()


# The log


def test_the_whole_log_is_exported_in_order_and_reads_back(store: Store) -> None:
    write_sample(store)
    for item in queue(store, Filter()).items[:4]:
        decide(store, item.claim_id, "accept", ANN, seen=0)
        undo(store, item.claim_id, EVA, seen=1)
    log = list(export_log(store))
    assert [event.id for event in log] == sorted(event.id for event in log)
    assert [Review.model_validate_json(event.model_dump_json()) for event in log] == log
    assert len(history(store, person="eva")) == 4
    assert history(store, after_id=log[2].id, limit=2) == tuple(log[3:5])
    assert all(event.at.tzinfo is not None for event in log)


def test_names_are_those_of_people_and_not_of_columns(store: Store, claim: str) -> None:
    odd = Person(name="Zoë O’Hara'; drop table reviews; --", role="reviewer")
    decide(store, claim, "accept", odd, seen=0, comment="<script>alert(1)</script> {{ 7*7 }}")
    (event,) = history(store, person=odd.name)
    assert (event.reviewer, event.comment) == (odd.name, "<script>alert(1)</script> {{ 7*7 }}")
