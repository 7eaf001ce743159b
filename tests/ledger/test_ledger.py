"""The fact ledger: what is found, what is done to it, what stays from version to version, and who signs."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
import sqlalchemy as sa
from desk import ANN, BOB, EVA
from hypothesis import HealthCheck, given, settings, strategies as st

from pipeline.articles import load_article
from pipeline.core.errors import Conflict, Forbidden, InputError
from pipeline.core.models import Article, Span
from pipeline.core.settings import Settings
from pipeline.ledger import (
    Draft,
    FactSource,
    FactStanding,
    Ledger,
    Rules,
    act,
    add_fact,
    add_version,
    add_word_version,
    counts,
    find_draft,
    history,
    list_drafts,
    make_fact,
    merge_facts,
    open_ledger,
    sign,
    split_fact,
)
from pipeline.ledger.find import find_facts
from pipeline.store import Store, schema

pytest_plugins = ("postgres",)

TEXT = """Anna Kral, 54, mayor of Olm since 2019, said on Tuesday that the bridge cost €9.4 million.

“We were the first town in Norway to ban cars,” Kral told the Olm Post. It fell to -31°C because of the wind.

About 9,400 vehicles crossed the bridge every day. See https://olm.example/bridge for details."""
MINUTES = FactSource(kind="link", reference="https://council.example/minutes", primary=True)
PHONED = FactSource(kind="call", reference="phoned Anna Kral on 3 May")
UNNAMED = FactSource(kind="anonymous", reference="a person in the town hall")


@pytest.fixture
def draft(store: Store) -> Draft:
    return add_version(store, "Bridge", Article(text=TEXT), ANN)


def look(store: Store, draft: Draft, words: str, kind: str = "") -> FactStanding:
    found = [
        each
        for each in open_ledger(store, draft).facts
        if each.fact.span.exact == words and kind in ("", each.fact.kind)
    ]
    assert len(found) == 1, (words, found)
    return found[0]


def tick(store: Store, draft: Draft, words: str, kind: str = "", *sources: FactSource) -> None:
    one = look(store, draft, words, kind)
    act(store, draft, one.fact.id, "tick", ANN, seen=one.sequence, sources=sources or (MINUTES,))


# What is found


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Anna Kral", "name"),
        ("54", "age"),
        ("mayor of Olm", "title"),
        ("2019", "date"),
        ("Tuesday", "date"),
        ("€9.4 million", "number"),
        ("“We were the first town in Norway to ban cars,”", "quotation"),
        ("the first", "superlative"),
        ("Norway", "place"),
        ("Kral told", "attribution"),
        ("the Olm Post", "name"),
        ("-31°C", "measurement"),
        ("because of", "cause"),
        ("https://olm.example/bridge", "link"),
    ],
)
def test_every_kind_of_fact_is_found_with_its_words(words: str, kind: str) -> None:
    found = {(fact.span.exact, fact.kind) for fact in find_facts(Article(text=TEXT))}
    assert (words, kind) in found


@pytest.mark.parametrize(
    ("text", "words", "kind"),
    [
        ("The bakery lost R$4.5 million in FY31.", "R$4.5 million", "number"),
        ("The bakery lost R$4.5 million in FY31.", "FY31", "date"),
        ("Thefts nearly tripled, and the majority were at night.", "nearly tripled", "number"),
        ("Thefts nearly tripled, and the majority were at night.", "the majority", "number"),
        ("The frost fell to minus four to six degrees on Monday night.", "minus four to six degrees", "measurement"),
        ("The frost fell to minus four to six degrees on Monday night.", "Monday night", "date"),
        ("The rule is for people age 12 and older.", "age 12 and older", "age"),
        ("It was the town's first-ever fair.", "first-ever", "superlative"),
        ("It was the most crowded fair in years.", "most crowded", "superlative"),
        ("The river is wider than the lake.", "wider", "superlative"),
        ("Sales fell as prices rose.", "as prices rose", "cause"),
        ("Sales rose, helped by the snow.", "helped by", "cause"),
        ("Mia Holt left the port. She is the mayor of Olm.", "mayor of Olm", "title"),
        ("Lt. Mia Holt left the port.", "Lt.", "title"),
        ("Lt. Mia Holt left the port.", "Mia Holt", "name"),
        ("The tram driver Mia Holt saw the fire.", "tram driver", "title"),
        ("Mia Holt, a surgeon at the Olm Clinic, saw the fire.", "surgeon at the Olm Clinic", "title"),
        (
            "“The water rose for three hours,” the ferryman recalled in a letter.",
            "the ferryman recalled",
            "attribution",
        ),
        ("The City of Olm opened a post-Brexit office.", "Brexit", "name"),
        ("Read more at olm.news/fair now.", "olm.news/fair", "link"),
        ("The fair in Olm. (Photo by Ben Ness)", "(Photo by Ben Ness)", "caption"),
    ],
)
def test_facts_are_found_in_the_forms_in_which_papers_write_them(text: str, words: str, kind: str) -> None:
    assert (words, kind) in {(fact.span.exact, fact.kind) for fact in find_facts(Article(text=text))}


def test_a_pronoun_is_no_name() -> None:
    found = find_facts(Article(text="Mia Holt left the port. She has been mayor of Olm since 2019."))
    assert [fact.span.exact for fact in found if fact.kind == "name"] == ["Mia Holt"]


def test_opinions_and_predictions_keep_the_facts_inside_them() -> None:
    text = "It may be the worst idea ever, because 300 people will probably move to Bergen next year."
    found = {(fact.span.exact, fact.kind) for fact in find_facts(Article(text=text))}
    assert {("300", "number"), ("next year", "date"), ("worst", "superlative")} <= found
    assert "Bergen" in {words for words, _ in found}


@given(st.text(min_size=1, max_size=200).filter(str.strip))
@settings(max_examples=40, deadline=None)
def test_facts_of_any_text_stand_where_they_say_and_have_ids_of_their_own(text: str) -> None:
    try:
        article = Article(text=text)
    except ValueError:
        return
    facts = find_facts(article)
    assert all(fact.span.is_in(text) for fact in facts)
    assert len({fact.id for fact in facts}) == len(facts)
    assert [fact.span.start for fact in facts] == sorted(fact.span.start for fact in facts)


# What is done to a fact


def test_a_fact_is_ticked_only_with_a_source_and_says_who_did_it_and_on_what(store: Store, draft: Draft) -> None:
    age = look(store, draft, "54")
    with pytest.raises(InputError, match="needs a source"):
        act(store, draft, age.fact.id, "tick", ANN, seen=0)
    with pytest.raises(InputError, match="without a name"):
        act(store, draft, age.fact.id, "tick", ANN, seen=0, sources=[UNNAMED])
    act(store, draft, age.fact.id, "tick", ANN, seen=0, sources=[PHONED])
    done = look(store, draft, "54")
    assert (done.state, done.by, done.sources) == ("ticked", "ann", (PHONED,))


def test_what_may_harm_somebody_needs_two_sources_that_are_not_one(store: Store, draft: Draft) -> None:
    cost = look(store, draft, "€9.4 million")
    act(store, draft, cost.fact.id, "harm", ANN, seen=0)
    same = FactSource(kind="link", reference="https://www.council.example/budget")
    with pytest.raises(InputError, match="2 independent sources"):
        act(store, draft, cost.fact.id, "tick", ANN, seen=1, sources=[MINUTES, same])
    act(store, draft, cost.fact.id, "tick", ANN, seen=1, sources=[MINUTES, PHONED])
    assert look(store, draft, "€9.4 million").state == "ticked"


def test_where_the_house_takes_a_source_without_a_name_it_is_one_and_none_is_still_none(
    store: Store, draft: Draft
) -> None:
    house = Rules(anonymous_alone=True)
    age = look(store, draft, "54")
    with pytest.raises(InputError, match="needs a source"):
        act(store, draft, age.fact.id, "tick", ANN, seen=0, rules=house)
    act(store, draft, age.fact.id, "harm", ANN, seen=0)
    other = FactSource(kind="anonymous", reference="a person in the council")
    with pytest.raises(InputError, match="2 independent sources"):
        act(store, draft, age.fact.id, "tick", ANN, seen=1, rules=house, sources=[UNNAMED, other])
    act(store, draft, age.fact.id, "tick", ANN, seen=1, rules=house, sources=[UNNAMED, PHONED])
    assert look(store, draft, "54").state == "ticked"


@pytest.mark.parametrize(
    ("action", "given", "state", "missing"),
    [
        ("change", {"words": "55"}, "changed", "give the new words"),
        ("ask", {"words": "How old is she?"}, "query", "give the question"),
        ("cannot_check", {"comment": "She does not answer."}, "cannot_check", "say why"),
        ("not_a_fact", {}, "not_a_fact", ""),
    ],
)
def test_each_act_brings_a_fact_into_its_state(
    store: Store, draft: Draft, action: str, given: dict[str, str], state: str, missing: str
) -> None:
    age = look(store, draft, "54")
    if missing:
        with pytest.raises(InputError, match=missing):
            act(store, draft, age.fact.id, action, ANN, seen=0)  # type: ignore[arg-type]
    act(store, draft, age.fact.id, action, ANN, seen=0, **given)  # type: ignore[arg-type]
    done = look(store, draft, "54")
    assert (done.state, done.words) == (state, given.get("words", ""))
    act(store, draft, age.fact.id, "undo", ANN, seen=1)
    again = look(store, draft, "54")
    assert (again.state, again.sequence) == ("open", 2)


def test_who_comes_second_is_refused_and_nothing_is_written(store: Store, draft: Draft) -> None:
    age = look(store, draft, "54")
    act(store, draft, age.fact.id, "comment", ANN, seen=0, comment="Born in 1977?")
    with pytest.raises(Conflict, match="ann was first"):
        act(store, draft, age.fact.id, "not_a_fact", BOB, seen=0)
    done = look(store, draft, "54")
    assert (done.state, done.comments) == ("open", ("ann: Born in 1977?",))
    with pytest.raises(Forbidden, match="only an editor"):
        act(store, draft, age.fact.id, "undo", BOB, seen=1)
    act(store, draft, age.fact.id, "undo", EVA, seen=1)
    assert look(store, draft, "54").comments == ()


def test_the_log_cannot_be_changed(store: Store, draft: Draft) -> None:
    tick(store, draft, "54")
    for statement in (sa.update(schema.ledger_events).values(person="bob"), sa.delete(schema.ledger_events)):
        with pytest.raises(Exception, match="append-only"), store.writing() as connection:
            connection.execute(statement)
    assert [event.action for event in history(store, draft)] == ["tick"]


def test_people_add_what_was_not_found_and_strike_out_what_is_none(store: Store, draft: Draft) -> None:
    at = TEXT.index("the wind")
    fact = make_fact(Article(text=TEXT), "other", at, at + len("the wind"))
    add_fact(store, draft, fact, BOB)
    added = look(store, draft, "the wind")
    assert (added.added_by, added.state, added.sequence) == ("bob", "open", 1)
    with pytest.raises(InputError, match="already"):
        add_fact(store, draft, fact, BOB)
    act(store, draft, fact.id, "not_a_fact", ANN, seen=1)
    assert look(store, draft, "the wind").state == "not_a_fact"


# The next version


def next_version(store: Store, text: str) -> Draft:
    return add_version(store, "Bridge", Article(text=text), ANN)


def test_ticks_stay_on_words_that_did_not_change_also_when_they_moved(store: Store, draft: Draft) -> None:
    tick(store, draft, "54")
    tick(store, draft, "-31°C")
    first, second, third = TEXT.split("\n\n")
    later = next_version(store, "\n\n".join((third, "A new paragraph.", second, first.replace("9.4", "9.6"))))
    assert later.version == 2
    assert look(store, later, "-31°C").state == "ticked"
    age = look(store, later, "54")
    assert (age.state, age.was, age.before and age.before.span.exact) == ("open", "ticked", "54")
    assert age.sources == (MINUTES,)


def test_changed_words_come_back_beside_the_old_ones_and_deleted_ones_are_told(store: Store, draft: Draft) -> None:
    cost = look(store, draft, "€9.4 million")
    act(store, draft, cost.fact.id, "change", ANN, seen=0, words="€9.6 million")
    tick(store, draft, "About 9,400")
    paragraphs = TEXT.replace("9.4", "9.6").split("\n\n")[:2]
    later = next_version(store, "\n\n".join(paragraphs))
    new = look(store, later, "€9.6 million")
    assert new.before and (new.before.span.exact, new.was, new.words) == ("€9.4 million", "changed", "€9.6 million")
    assert [each.fact.span.exact for each in open_ledger(store, later).gone] == ["About 9,400"]


def test_a_tick_comes_back_with_its_words(store: Store, draft: Draft) -> None:
    tick(store, draft, "54")
    next_version(store, "Nothing is left of it.")
    back = next_version(store, TEXT)
    assert (back.version, look(store, back, "54").state) == (3, "ticked")


def test_the_same_text_again_is_no_new_version(store: Store, draft: Draft) -> None:
    assert next_version(store, TEXT).version == 1
    assert [each.name for each in list_drafts(store)] == ["Bridge"]


def test_what_a_pronoun_leans_on_is_part_of_the_context(store: Store) -> None:
    first = add_version(store, "P", Article(text="Anna Kral was chosen. She is 54 years old."), ANN)
    tick(store, first, "54 years old")
    later = add_version(store, "P", Article(text="Berit Ness was chosen. She is 54 years old."), ANN)
    assert look(store, later, "54 years old").state == "open"


SENTENCES = [f"In {1950 + number} the mill of Olm burned {number + 2} times." for number in range(12)]


@given(st.lists(st.permutations(SENTENCES).map(lambda each: each[:7]), min_size=2, max_size=4))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ticks_are_kept_exactly_where_the_words_are_the_same(tmp_path: Path, versions: list[list[str]]) -> None:
    store = Store.open(tmp_path / f"{abs(hash(str(versions)))}.db")
    ticked: set[str] = set()
    for lines in versions:
        draft = add_version(store, "Mill", Article(text="\n\n".join(lines)), ANN)
        for each in open_ledger(store, draft).facts:
            assert (each.state == "ticked") == (each.fact.context in ticked), each.fact
            if each.state != "ticked":
                act(store, draft, each.fact.id, "tick", ANN, seen=each.sequence, sources=[MINUTES])
        ticked |= set(lines)
    store.close()


# Word


def test_the_writers_comments_in_a_word_file_stand_at_their_facts_and_only_once(store: Store) -> None:
    def word(text: str) -> bytes:
        made, data = docx.Document(), io.BytesIO()
        paragraph = made.add_paragraph("The weir at Olm cost ")
        run = paragraph.add_run("€7 million")
        paragraph.add_run(text)
        made.add_comment(run, text="Budget of 2029, page 4", author="Mia Holt", initials="MH")
        made.save(data)
        return data.getvalue()

    for ending in (" in 2029.", " in 2029. It stands."):
        data = word(ending)
        draft = add_word_version(store, "Weir", data, load_article("-", Settings(), stdin=data), ANN)
    assert draft.version == 2
    assert look(store, draft, "€7 million").comments == ("Mia Holt: Budget of 2029, page 4",)
    assert [event.person for event in history(store, draft)] == ["Mia Holt"]


# Signing


def settle(store: Store, draft: Draft) -> None:
    for each in open_ledger(store, draft).facts:
        if not each.settled:
            act(store, draft, each.fact.id, "tick", ANN, seen=each.sequence, sources=[MINUTES])


def test_nobody_signs_before_every_fact_is_settled_and_only_an_editor_does(store: Store, draft: Draft) -> None:
    with pytest.raises(InputError, match="are not settled"):
        sign(store, draft, EVA, Rules())
    settle(store, draft)
    with pytest.raises(Forbidden):
        sign(store, draft, ANN, Rules())
    sign(store, draft, EVA, Rules())
    ledger = open_ledger(store, draft)
    assert ledger.signature and (ledger.signature.person, ledger.signature.version, ledger.broken) == ("eva", 1, "")
    assert ledger.signature.counts == counts(ledger.facts)


def test_a_later_edit_or_act_breaks_the_signature_visibly(store: Store, draft: Draft) -> None:
    settle(store, draft)
    sign(store, draft, EVA, Rules())
    age = look(store, draft, "54")
    act(store, draft, age.fact.id, "comment", ANN, seen=age.sequence, comment="Her birthday is on Monday.")
    assert open_ledger(store, draft).broken == "something was done to its facts since (1)"
    later = next_version(store, TEXT + " More.")
    assert "the text has changed since" in open_ledger(store, later).broken


def test_a_change_that_the_text_has_not_taken_in_stands_in_the_way(store: Store, draft: Draft) -> None:
    settle(store, draft)
    age = look(store, draft, "54")
    act(store, draft, age.fact.id, "change", ANN, seen=age.sequence, words="55")
    with pytest.raises(InputError, match="1 to be changed"):
        sign(store, draft, EVA, Rules())


def test_drafts_are_found_by_name_part_and_latest(store: Store, draft: Draft) -> None:
    other = add_version(store, "Harbour", Article(text="The harbour opened in 1950."), ANN)
    assert find_draft(store, "bri").id == draft.id
    assert find_draft(store, "latest").id == other.id
    for name in ("", "none"):
        with pytest.raises(InputError, match="ledger list"):
            find_draft(store, name)


def test_a_ledger_whose_words_are_not_in_its_text_is_refused(store: Store, draft: Draft) -> None:
    ledger = open_ledger(store, draft)
    with pytest.raises(ValueError, match="not in the text"):
        Ledger.model_validate(ledger.model_dump() | {"text": "Other words."})
    assert Span.locate("54", TEXT).exact == "54"


# Split and merged


def test_a_fact_is_split_into_parts_that_stand_for_it_and_undo_brings_it_back(store: Store, draft: Draft) -> None:
    whole = look(store, draft, "mayor of Olm")
    parts = split_fact(store, draft, whole.fact.id, ["mayor", "Olm"], ANN, seen=0, kind=None)
    assert look(store, draft, "mayor of Olm").state == "replaced"
    assert [look(store, draft, part.span.exact, part.kind).state for part in parts] == ["open", "open"]
    tick(store, draft, "mayor", "title")
    with pytest.raises(InputError, match="its parts"):
        act(store, draft, whole.fact.id, "undo", ANN, seen=1)
    part = look(store, draft, "mayor", "title")
    act(store, draft, part.fact.id, "undo", ANN, seen=part.sequence)
    act(store, draft, whole.fact.id, "undo", ANN, seen=1)
    assert look(store, draft, "mayor of Olm").state == "open"
    assert "mayor" not in [each.fact.span.exact for each in open_ledger(store, draft).facts]
    split_fact(store, draft, whole.fact.id, ["mayor", "Olm"], ANN, seen=3 - 1, kind="other")
    assert look(store, draft, "mayor", "other").state == "open"


def test_facts_are_merged_into_one_and_undo_opens_all_of_them_again(store: Store, draft: Draft) -> None:
    age, title = look(store, draft, "54"), look(store, draft, "mayor of Olm")
    whole = merge_facts(store, draft, {title.fact.id: 0, age.fact.id: 0}, ANN)
    assert (whole.span.exact, whole.kind) == ("54, mayor of Olm", "age")
    assert [look(store, draft, words).state for words in ("54", "mayor of Olm")] == ["replaced", "replaced"]
    tick(store, draft, "54, mayor of Olm")
    done = look(store, draft, "54, mayor of Olm")
    act(store, draft, whole.id, "undo", ANN, seen=done.sequence)
    act(store, draft, age.fact.id, "undo", ANN, seen=1)
    assert [look(store, draft, words).state for words in ("54", "mayor of Olm")] == ["open", "open"]
    with pytest.raises(InputError, match="two facts"):
        merge_facts(store, draft, {age.fact.id: 2}, ANN)


def test_a_fact_that_was_split_is_settled_by_its_parts_alone_and_takes_no_other_act(store: Store, draft: Draft) -> None:
    whole = look(store, draft, "mayor of Olm")
    split_fact(store, draft, whole.fact.id, ["mayor", "Olm"], ANN, seen=0, kind=None)
    with pytest.raises(InputError, match="split or merged"):
        tick(store, draft, "mayor of Olm")
    with pytest.raises(InputError, match="are not settled"):
        sign(store, draft, EVA, Rules())
    settle(store, draft)
    sign(store, draft, EVA, Rules())
    later = next_version(store, TEXT + "\n\nMore.")
    assert look(store, later, "mayor", "title").state == "ticked"
    assert look(store, later, "mayor of Olm").state == "replaced"


@pytest.mark.parametrize("words", [["mayor"], ["Olm", "mayor"], ["mayor", "Bergen"]])
def test_parts_that_are_not_in_the_fact_in_their_order_are_refused_and_nothing_is_written(
    store: Store, draft: Draft, words: list[str]
) -> None:
    whole = look(store, draft, "mayor of Olm")
    with pytest.raises(InputError, match="split"):
        split_fact(store, draft, whole.fact.id, words, ANN, seen=0, kind=None)
    assert history(store, draft) == ()


def test_who_splits_a_fact_that_somebody_has_worked_at_meanwhile_is_refused_and_no_part_is_added(
    store: Store, draft: Draft
) -> None:
    whole = look(store, draft, "mayor of Olm")
    act(store, draft, whole.fact.id, "comment", BOB, seen=0, comment="Since when?")
    with pytest.raises(Conflict, match="bob was first"):
        split_fact(store, draft, whole.fact.id, ["mayor", "Olm"], ANN, seen=0, kind=None)
    assert [event.action for event in history(store, draft)] == ["comment"]


def test_an_added_fact_whose_words_are_gone_from_the_next_version_is_told(store: Store, draft: Draft) -> None:
    at = TEXT.index("the wind")
    add_fact(store, draft, make_fact(Article(text=TEXT), "other", at, at + len("the wind")), BOB)
    tick(store, draft, "the wind")
    later = next_version(store, TEXT.replace(" because of the wind", ""))
    ledger = open_ledger(store, later)
    former = [each.before for each in ledger.facts if each.before] + [each.fact for each in ledger.gone]
    assert [(each.span.exact, each.kind) for each in former] == [("the wind", "other")]
