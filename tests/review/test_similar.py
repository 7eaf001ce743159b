"""Earlier decisions on claims that say the same: offered when nothing that decides the truth differs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy
import pytest
from filelock import FileLock
from hypothesis import given, settings, strategies as st

from pipeline.core.models import (
    LOCAL_PERSON,
    AddedEvidence,
    Article,
    Claim,
    ClaimKind,
    Correction,
    Failure,
    Note,
    Person,
    Span,
    Usage,
    Versions,
)
from pipeline.core.ports import Vectors
from pipeline.review import SimilarDecisions, ask_second, decide, index_decisions, similar_decisions, undo
from pipeline.review.similar.compare import difference
from pipeline.review.similar.reading import read_claim
from pipeline.store import Store

pytest_plugins = ("postgres",)
DAY = date(2031, 3, 14)
_WORDS = ["not", "no", "3", "May", "Spain", "$5", "the", "by", "of", ",", ".", "’s"]


def same(one: str, two: str, *, one_day: date | None = DAY, two_day: date | None = DAY) -> bool:
    found = difference(read_claim(one, one_day), read_claim(two, two_day))
    assert found == difference(read_claim(two, two_day), read_claim(one, one_day)) or found is not None
    return found is None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("The weir at Olm was closed in 2029.", "In 2029 the weir at Olm was closed."),
        ("Tessa Roke sold the ferry to the harbour office.", "The ferry was sold to the harbour office by Tessa Roke."),
        ("The repair cost $3 million.", "The repair cost three million dollars."),
        ("The bakery shut in June 2030.", "The bakery was closed in June 2030."),
        ("The council did not publish the letter.", "The council failed to publish the letter."),
        ("Spain's parliament approved the treaty.", "The Spanish parliament approved the treaty."),
        ("The engineer Tessa Roke left in 2027.", "Tessa Roke left in 2027."),
        ("Every boat carries a radio.", "All boats carry a radio."),
        ("The mill employs more than 80 people.", "The mill employs over 80 people."),
    ],
)
def test_other_words_for_the_same_are_the_same(one: str, two: str) -> None:
    assert same(one, two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("The weir at Olm was closed in 2029.", "The weir at Olm was closed in 2019."),
        ("The repair cost $3 million.", "The repair cost A$3 million."),
        ("The repair cost $3 million.", "The repair cost €3 million."),
        ("The crash killed three people and injured five.", "The crash killed five people and injured three."),
        ("Turnout rose from 52 percent to 61 percent.", "Turnout rose from 61 percent to 52 percent."),
        ("The council published the letter.", "The council did not publish the letter."),
        ("The island has a mosque but no church.", "The island has a church but no mosque."),
        ("Tessa Roke sued Olm Dairies.", "Olm Dairies sued Tessa Roke."),
        ("Marsova invaded Keldia.", "Keldia invaded Marsova."),
        ("Tessa Roke resigned.", "Magda Roke resigned."),
        ("The court in Norway freed the pilot.", "The court in Sweden freed the pilot."),
        ("The ferry left for Olm.", "The ferry left Olm."),
        ("The guard fled before police arrived.", "Police arrived before the guard fled."),
        ("The weir will be closed.", "The weir was closed."),
        ("The drug may cause fever.", "The drug causes fever."),
        ("All boats carry a radio.", "Some boats carry a radio."),
        ("The mill employs more than 80 people.", "The mill employs fewer than 80 people."),
        ("The bank raised interest rates.", "The bank cut interest rates."),
        ("The former mayor owns the mill.", "The mayor owns the mill."),
        ("The flood damaged the pier.", "The storm damaged the pier."),
    ],
)
def test_one_thing_that_decides_the_truth_makes_another_claim(one: str, two: str) -> None:
    assert not same(one, two)


def test_relative_dates_are_read_on_the_day_of_their_article() -> None:
    text = "On Tuesday the council voted to close the weir."
    assert same(text, text, two_day=date(2031, 3, 15))
    assert not same(text, text, two_day=date(2031, 3, 21))
    assert not same(text, text, two_day=None)
    assert same(text, "On 11 March 2031 the council voted to close the weir.", two_day=date(2040, 1, 1))
    assert not same("The weir is now closed.", "The weir is now closed.", two_day=date(2031, 6, 1))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40) | st.lists(st.sampled_from(_WORDS)).map(" ".join))
def test_any_text_can_be_read_and_differs_from_none_but_others(text: str) -> None:
    assert difference(read_claim(text, DAY), read_claim(text, DAY)) is None


class Toy:
    """Embeds a text by its letters: texts of the same words are near, in any order."""

    name = "toy 1"

    def __init__(self) -> None:
        self.embedded = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        rows = numpy.zeros((len(texts), 128), dtype=numpy.float32)
        for row, text in zip(rows, texts, strict=True):
            for character in text.lower():
                row[ord(character) % 128] += 1
        return rows / numpy.maximum(numpy.linalg.norm(rows, axis=1, keepdims=True), 1)


class Desk:
    """A store that articles are put into, and what is looked up in it."""

    def __init__(self, folder: Path, address: Path | str | None = None) -> None:
        self.store = Store.open(address or folder / "store.db")
        self.folder = folder / "reviewed_vectors"
        self.embedder = Toy()

    def put(
        self, *texts: str, day: date | None = DAY, kind: ClaimKind = "event", title: str = "Tidings"
    ) -> list[Claim]:
        """Store an article of these sentences, each a claim nobody has decided."""
        words = f"{title} {day}. " + " ".join(texts)
        article = Article(text=words, title=title, published_at=day)
        self.store.begin_run(f"run {article.id}", article, day or DAY, Versions(code="test"))
        claims = [
            Claim(article_id=article.id, spans=(Span.locate(text, words),), text=text, kind=kind, check_worthiness=1)
            for text in texts
        ]
        for position, claim in enumerate(claims):
            note = Note(claim=claim, failure=Failure(stage="verdict", reason="no_model"))
            self.store.save_note(f"run {article.id}", position, note, Usage())
        return claims

    def settle(self, *claims: Claim, seen: int = 0) -> None:
        """Give claims that nobody had checked a verdict."""
        verdict = Correction(label="supported", evidence=(AddedEvidence(text="The minutes say so."),))
        for claim in claims:
            given = {"correction": verdict, "reason": "checked_myself"}
            decide(self.store, claim.id, "correct", LOCAL_PERSON, seen=seen, **given)  # type: ignore[arg-type]

    def look(self, claim: Claim) -> SimilarDecisions:
        return similar_decisions(self.store, self.folder, self.embedder, claim)

    def found(self, claim: Claim) -> list[str]:
        return [each.claim for each in self.look(claim)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_same_words_come_first_and_say_who_decided_what_and_where(desk: Desk) -> None:
    (first,) = desk.put("The weir at Olm was closed in 2029.", title="Olm Tidings")
    (other,) = desk.put("In 2029 the weir at Olm was closed.", title="Olm Post")
    desk.settle(other)
    source = AddedEvidence(text="It was opened in May.")
    correction = Correction(label="refuted", justification="It stands open.", evidence=(source,))
    given = {"correction": correction, "reason": "other"}
    decide(desk.store, first.id, "correct", Person(name="ada", role="editor"), seen=0, **given)  # type: ignore[arg-type]
    (asked,) = desk.put("The weir at Olm was closed in 2029", title="Later")
    exact, near = desk.look(asked)
    assert (exact.claim_id, exact.same_words, exact.similarity) == (first.id, True, 1.0)
    assert (exact.review.reviewer, exact.outcome.label, exact.outcome.justification) == (
        "ada",
        "refuted",
        "It stands open.",
    )
    assert (exact.title, exact.published_at) == ("Olm Tidings", DAY)
    assert (near.claim_id, near.same_words) == (other.id, False) and 0.9 < near.similarity <= 1
    assert len(similar_decisions(desk.store, desk.folder, desk.embedder, asked, limit=1)) == 1


def test_what_is_near_but_says_something_else_is_not_offered(desk: Desk) -> None:
    desk.settle(*desk.put("The weir at Olm was closed in 2028.", "The weir at Olm was not closed in 2029."))
    (asked,) = desk.put("The weir at Olm was closed in 2029.", title="Later")
    assert desk.found(asked) == []


def test_switched_off_is_never_offered_for_switched_on(desk: Desk) -> None:
    off, on = (f"The Norwegian reactor at Halden was switched {way} on 3 March 2024." for way in ("off", "on"))
    again = "On 3 March 2024 the Norwegian reactor at Halden was switched off."
    assert not same(off, on) and same(off, again)
    desk.settle(*desk.put(off))
    (asked,) = desk.put(on, title="Olm Post")
    assert desk.found(asked) == []
    (asked,) = desk.put(again, title="Later")
    assert desk.found(asked) == [off]


def test_only_decisions_that_stand_are_offered_and_never_the_claims_own(desk: Desk) -> None:
    words = "The weir at Olm was closed in 2029."
    (open_,) = desk.put(words, title="A")
    (undone,) = desk.put(words, title="B")
    (blind,) = desk.put(words, title="C")
    (asked,) = desk.put(words, title="D")
    desk.settle(undone, asked)
    undo(desk.store, undone.id, LOCAL_PERSON, seen=1)
    ask_second(desk.store, blind.id, LOCAL_PERSON, seen=0)
    desk.settle(blind, seen=1)
    assert desk.found(asked) == []
    assert [each.claim_id for each in desk.look(open_)] == [asked.id]
    desk.settle(undone, seen=2)
    assert {each.claim_id for each in desk.look(open_)} == {asked.id, undone.id}


def test_the_same_words_on_another_tuesday_or_as_a_quotation_are_another_claim(desk: Desk) -> None:
    words = "On Tuesday the council voted to close the weir."
    desk.settle(*desk.put(words, title="First"))
    (next_day,) = desk.put(words, day=date(2031, 3, 15), title="Second")
    (next_week,) = desk.put(words, day=date(2031, 3, 21), title="Third")
    (quoted,) = desk.put(words, kind="quotation", title="Fourth")
    assert (len(desk.found(next_day)), desk.found(next_week), desk.found(quoted)) == (1, [], [])


def test_vectors_are_made_once_and_follow_new_decisions(desk: Desk) -> None:
    texts = [f"The mill number {number} of Olm burned down." for number in range(80)]
    claims = desk.put(*texts)
    desk.settle(*claims[:70])
    assert index_decisions(desk.store, desk.folder, desk.embedder) == 70
    assert index_decisions(desk.store, desk.folder, desk.embedder) == 0
    before = desk.embedder.embedded
    (asked,) = desk.put("In Olm the mill number 75 burned down.", title="Later")
    assert desk.found(asked) == [] and desk.embedder.embedded == before + 1
    desk.settle(*claims[70:])
    assert desk.found(asked) == [texts[75]] and desk.embedder.embedded == before + 12


def test_in_postgresql_the_same_is_found(postgres_url: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path, postgres_url)
    (exact,) = desk.put("The council’s weir at Olm was closed in 2029.", title="A")
    (near,) = desk.put("In 2029 the council's weir at Olm was closed.", title="B")
    (other,) = desk.put("The council's weir at Olm was closed in 2028.", title="C")
    desk.settle(near, other, exact)
    (asked,) = desk.put("The council's weir at Olm was closed in 2029.", title="D")
    assert [each.claim_id for each in desk.look(asked)] == [exact.id, near.id]
    undo(desk.store, exact.id, LOCAL_PERSON, seen=1)
    assert [each.claim_id for each in desk.look(asked)] == [near.id]
    desk.store.close()


def test_while_another_process_compares_only_the_same_words_are_offered_and_that_is_said(desk: Desk) -> None:
    desk.settle(*desk.put("The weir at Olm was closed in 2029.", "In 2029 the weir at Olm was closed."))
    (asked,) = desk.put("The weir at Olm was closed in 2029.", title="Later")
    with FileLock(desk.folder.with_name("reviewed_vectors.lock")):
        found = desk.look(asked)
    assert [each.same_words for each in found] == [True] and "another process" in found.unsearched
    assert len(desk.look(asked)) == 2 and desk.look(asked).unsearched == ""


def test_damaged_vectors_cost_one_look_and_are_made_again(desk: Desk) -> None:
    desk.settle(*desk.put("In 2029 the weir at Olm was closed."))
    (asked,) = desk.put("The weir at Olm was closed in 2029.", title="Later")
    assert len(desk.look(asked)) == 1
    (desk.folder / "chroma.sqlite3").write_bytes(b"no database at all" * 100)
    first = desk.look(asked)
    assert (len(first), "made again" in first.unsearched) == (0, True)
    assert len(desk.look(asked)) == 1
    (desk.folder / "through.json").write_text("{not json", encoding="utf-8")
    assert len(desk.look(asked)) == 1
