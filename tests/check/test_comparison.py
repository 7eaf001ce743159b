"""A claim beside its nearest source: what agrees, what differs, and when nothing is shown at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from empty_store import Nothing
from hypothesis import given, settings, strategies as st

from pipeline.check.checkers.titles import Records
from pipeline.check.claim import check_claim
from pipeline.check.comparison import compare_claim
from pipeline.check.job import Job, Tools
from pipeline.core.models import Article, Claim, Comparison, Evidence, Part, Passage, Span, Versions
from pipeline.core.ports import CheckContext
from pipeline.evidence import MiniLM

AS_OF = date(2031, 5, 16)
EMBEDDER = MiniLM()


def compare(text: str, *stored: str, later: bool = False, copies: Sequence[str] = ()) -> Comparison | None:
    """Compare a text, all of it one claim, with passages of a day before."""
    article = Article(text=text, published_at=AS_OF)
    claim = Claim(article_id=article.id, spans=(Span.of(text, 0, len(text)),), text=text, check_worthiness=0.7)
    evidence = tuple(
        Evidence(passage=passage_of(each), rank=rank, score=1, retriever="given", later=later)
        for rank, each in enumerate(stored, 1)
    )
    context = CheckContext(article, (claim,), evidence, AS_OF, Nothing(), Nothing(), EMBEDDER)
    return compare_claim(claim, context, [passage_of(each) for each in copies])


def passage_of(text: str) -> Passage:
    return Passage(text=text, publisher="Quay Post", published_at=date(2031, 5, 15))


def differing(text: str, *stored: str) -> list[tuple[str, str]]:
    found = compare(text, *stored)
    return [(part.words.exact, words(part)) for part in found.differing] if found else []


def words(part: Part) -> str:
    return part.source_words.exact if part.source_words else ""


# Each row: a source, the words that are right, words that are wrong in their place, and the sentence with a gap.
PAIRS = [
    ("Inspectors of the port found 41 cracks in the Tern Street bridge.", "41", "14",
     "The Tern Street bridge has {} cracks, inspectors found."),
    ("A survey counted 9,400 lorries a day on the Velda bypass.", "9,400", "94,000",
     "Some {} lorries use the Velda bypass each day."),
    ("The Harbour Trust of Velda borrowed 12.5 million dollars for the quay.", "$12.5 million", "$125 million",
     "The Harbour Trust of Velda has borrowed {} to build the quay."),
    ("Of the voters in Karr, 38 percent took part in the ballot on trams.", "38 per cent", "83 per cent",
     "Turnout in Karr was {} in the ballot on trams."),
    ("The landslide at Osmund left 17 people dead.", "17", "71", "A landslide killed {} people in Osmund."),
    ("Ines Varga was born in Karr on 3 March 1990.", "41", "43", "Ines Varga, {}, has won the Karr marathon."),
    ("Tomas Brel (2 June 1911 - 9 October 1989) designed the Velda lighthouse.", "78", "87",
     "Tomas Brel, who designed the Velda lighthouse, was {} when he died in 1989."),
    ("The Osmund Opera opened on 4 September 1958 with a gala.", "1958", "1985",
     "The Osmund Opera opened in {}."),
    ("Hilda Marr died in Osmund on 12 March 2004.", "March 2004", "May 2004",
     "The sculptor Hilda Marr died in {}."),
    ("The novel The Salt Road by Ida Kroll came out in 1997.", "1997", "1979",
     "Ida Kroll's novel The Salt Road was published in {}."),
    ("Velda's council voted on Tuesday evening, 13 May, to sell the brewery to Brenner Foods.", "Tuesday", "Wednesday",
     "The council of Velda voted on {} to sell the brewery to Brenner Foods."),
    ("Petra Lindqvist plays the cello in the Velda Quartet.", "Petra Lindqvist", "Petra Lindkvist",
     "{} is the cellist of the Velda Quartet."),
    ("The tenor Oskar Hale sang Florestan in Karr.", "Oskar Hale", "Owen Hale",
     "The tenor {} sang the part of Florestan in Karr."),
    ("Dock workers in Velda are represented by the Harbour Labour League.", "Harbour Labour League",
     "Harbour Sailors League", "The {} represents dock workers in Velda."),
    ("The museum of Osmund owes its Rubens to the Farrow Foundation.", "Farrow Foundation", "Farlow Foundation",
     "The {} gave the museum of Osmund its Rubens."),
    ("Lena Osk was born in Norway and moved to Velda as a child.", "Norway", "Sweden",
     "Lena Osk, who rows for Velda, was born in {}."),
    ("Brenner Foods, a maker of biscuits, has its seat in Austria.", "Austrian", "Swiss",
     "Brenner Foods is the {} maker of biscuits."),
    ("Marta Dorn has been deputy director of the Velda aquarium since 2028.", "deputy director", "director",
     "Marta Dorn, {} of the Velda aquarium, resigned."),
    ("Ruben Aster is chief executive of the Karr Ferry Company.", "Karr Ferry Company", "Karr Tram Company",
     "Ruben Aster, chief executive of the {}, spoke to the council."),
    ("Karr lost the final of the Coast Cup to Osmund.", "lost", "won",
     "Karr {} the final of the Coast Cup against Osmund."),
    ("The parliament of Osland approved the ferry bill on Monday.", "approved", "rejected",
     "The parliament of Osland {} the ferry bill."),
    ("The council of Velda did not close the Tern Street bridge.", "did not close", "closed",
     "The council of Velda {} the Tern Street bridge."),
    ("“We asked for a new roof and were given a bucket,” said Pavel Ostrander of the office.", "bucket", "blanket",
     "Pavel Ostrander said: “We asked for a new roof and were given a {}.”"),
    ("The Overbury ferry is the second oldest in Osland.", "second oldest", "oldest",
     "The Overbury ferry is the {} in Osland."),
    ("Lake Ostra is the deepest lake in Osland.", "deepest", "second deepest", "Lake Ostra is the {} lake of Osland."),
    ("Ida Kroll won her third Coast Prize last week.", "third", "fourth", "Ida Kroll has won her {} Coast Prize."),
    ("Of the pupils in Karr, 33 percent learn the harp.", "A third", "A quarter",
     "{} of the pupils in Karr learn the harp."),
    ("Two thirds of the boats in Velda harbour have no mast.", "67 per cent", "76 per cent",
     "In Velda harbour, {} of the boats have no mast."),
    ("The ferry crash at Karr hurt 12 people.", "Twelve", "Twenty", "{} people were hurt in the ferry crash at Karr."),
    ("The Osland senate elected nine judges in May.", "Nine", "Six",
     "{} judges were elected by the Osland senate in May."),
]  # fmt: skip


def sentence(gap: str, put_in: str) -> str:
    return gap.replace("{}", put_in)


@pytest.mark.parametrize(("source", "right", "wrong", "gap"), PAIRS)
def test_wrong_words_are_marked_as_differing_from_the_source(source: str, right: str, wrong: str, gap: str) -> None:
    found = differing(sentence(gap, wrong), source)
    at = gap.index("{}")
    assert found, "nothing differs"
    assert all(any(word in ours for word in wrong.split()) for ours, _ in found), (at, found)


@pytest.mark.parametrize(("source", "right", "wrong", "gap"), PAIRS)
def test_right_words_are_not_marked_as_differing(source: str, right: str, wrong: str, gap: str) -> None:
    assert differing(sentence(gap, right), source) == []


SAME = [
    ("Velda analyst Ida Kroll sees a defeat for Osmund in the harbour deal.",
     "Bill Marsden, an analyst in Velda, wrote that the harbour deal was thin for Osmund."),
    ("The French minister arrived in Velda to open the harbour.", "A minister from France has opened Velda's harbour."),
    ("The United Nations sent 40 engineers to Osland.", "The UN has sent 40 engineers to Osland."),
    ("More than 60 boats took part in the Velda regatta.", "The Velda regatta had 62 boats."),
    ("About 1,000 people live on Osmund island.", "Osmund island has 1,040 people."),
    ("Bill Marsden has led the Velda ferry company since 2019.", "William Marsden led Velda's ferry company by 2019."),
    ("The Osmund Opera opened in 1958.", "The Osmund Opera was opened on 4 September 1958."),
    ("Ida Kroll's well-known novel sold two million copies.", "The novel by Kroll has sold 2,000,000 copies."),
    ("The bank lent the city of Karr £3bn.", "The bank's loan to the city of Karr came to 3 billion pounds."),
    ("President Ilse Dahl opened the Velda bridge.", "Ilse Dahl opened the bridge at Velda."),
    ("The Velda aquarium has three seals and 40 penguins.", "There are 40 penguins at the Velda aquarium."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "source"), SAME)
def test_other_words_for_the_same_do_not_differ(text: str, source: str) -> None:
    found = compare(text, source)
    assert found is not None
    assert not found.differing
    assert any(part.relation == "agrees" for part in found.parts)


def test_another_voice_on_the_same_matter_does_not_differ_from_the_one_that_is_quoted() -> None:
    source = "The Quay Herald said in a leader that Velda was paying for the harbour without an end."
    text = "“The harbour is a bottomless pit, and Velda pays,” said tax analyst Ines Gould-Varga."
    assert not differing(text, source)
    assert differing("Ines Varga closed the harbour of Velda.", "Ida Kroll closed the harbour of Velda.")


def test_a_part_that_the_source_passes_over_is_not_mentioned() -> None:
    found = compare(
        "The Velda bypass, opened in 1974, carries 9,400 lorries a day.",
        "A survey counted 9,400 lorries on the Velda bypass.",
    )
    assert found is not None
    assert [(part.words.exact, part.relation) for part in found.parts if part.kind == "date"] == [
        ("1974", "not_mentioned")
    ]


UNRELATED = [
    "The cathedral of Osmund lost its spire in a storm.",
    "Karr has 14 schools and two hospitals.",
    "Nine swimmers crossed the strait in a night of fog.",
]


@pytest.mark.parametrize("source", UNRELATED)
def test_a_passage_about_something_else_is_not_shown(source: str) -> None:
    assert compare("A survey counted 9,400 lorries a day on the Velda bypass.", source) is None


OTHER_VOICES = [
    "Do 94,000 lorries use the Velda bypass each day?",
    "FALSE. The Velda bypass carries 94,000 lorries a day.",
    "A viral post says that the Velda bypass carries 94,000 lorries a day.",
    "The Velda bypass reportedly carries 94,000 lorries a day.",
    "If the port opens, 94,000 lorries a day will use the Velda bypass.",
]


@pytest.mark.parametrize("source", OTHER_VOICES)
def test_a_question_a_doubt_and_a_fact_check_are_not_shown(source: str) -> None:
    for figure in ("94,000", "9,400"):
        assert compare(f"Some {figure} lorries use the Velda bypass each day.", source) is None


def test_what_is_later_than_the_article_is_not_shown() -> None:
    assert compare("The Osmund Opera opened in 1958.", "The Osmund Opera opened in 1985.", later=True) is None


def test_the_article_itself_is_not_shown() -> None:
    assert compare("The Osmund Opera opened in 1958. It burned.", "The Osmund Opera opened in 1958.") is None


def test_a_copy_of_the_article_is_shown_only_where_it_says_something_else() -> None:
    text = "Some 9,400 lorries use the Velda bypass on each day of the week."
    assert compare(text, copies=[text.replace("Some", "About")]) is None
    found = compare(text, copies=[text.replace("9,400", "4,900")])
    assert found is not None
    assert [words(part) for part in found.differing] == ["4,900"]


def test_a_source_that_says_the_same_takes_back_the_difference_to_another() -> None:
    claim = "The Osmund Opera opened in 1958."
    assert differing(claim, "The Osmund Opera opened in 1985.") == [("1958", "1985")]
    assert differing(claim, "The Osmund Opera opened in 1985.", "The Osmund Opera opened on 4 September 1958.") == []


def test_two_sentences_that_differ_twice_are_of_two_things() -> None:
    assert (
        differing("The Osmund Opera opened in 1958 with 900 seats.", "The Osmund Hall opened in 1985 with 700 seats.")
        == []
    )


def test_the_fields_of_another_occasion_are_not_compared() -> None:
    source = "In 2019 the Velda regatta had 31 boats."
    assert differing("The Velda regatta had 62 boats in 2030.", source) == []


def test_a_subject_in_no_claim_of_its_own_is_compared_with_the_clause() -> None:
    text = "Petra Lindkvist, who teaches in Karr, plays the cello in the Velda Quartet."
    article = Article(text=text)
    spans = [Span.locate("who teaches in Karr", text), Span.locate("plays the cello in the Velda Quartet", text)]
    claims = tuple(Claim(article_id=article.id, spans=(span,), text=text, check_worthiness=0.7) for span in spans)
    evidence = Evidence(
        passage=passage_of("Petra Lindqvist is the cellist of the Velda Quartet."), rank=1, score=1, retriever="given"
    )
    context = CheckContext(article, claims, (evidence,), AS_OF, Nothing(), Nothing(), EMBEDDER)
    found = compare_claim(claims[1], context)
    assert found is not None
    assert [part.words.exact for part in found.differing] == ["Petra Lindkvist"]


def test_a_note_keeps_a_copy_that_differs_behind_its_evidence_and_no_other() -> None:
    text = "Some 9,400 lorries use the Velda bypass on each day of the week."
    same, other = passage_of(text.replace("Some", "About")), passage_of(text.replace("9,400", "4,900"))

    def retrieve(
        claim: Claim, article: Article, as_of: date, *, report: object, copied: object, near: object
    ) -> tuple[Evidence, ...]:
        for passage in (same, other):
            copied(passage)  # type: ignore[operator]
        return ()

    article = Article(text=text)
    claim = Claim(article_id=article.id, spans=(Span.of(text, 0, len(text)),), text=text, check_worthiness=0.7)
    tools = Tools(retrieve, Records(()), Nothing(), EMBEDDER, Versions(code="test"))  # type: ignore[arg-type]
    note = check_claim(Job(0, claim, article, (claim,), AS_OF), tools).note
    assert note.verdict is None
    assert note.differs
    assert [(each.passage, each.copied) for each in note.evidence] == [(other, True)]


NAMES = st.sampled_from(
    ["Ida Kroll", "the Velda Quartet", "Osmund", "the United Nations", "President Ilse Dahl", "Karr"]
)
VERBS = st.sampled_from(["opened", "did not visit", "has sold", "won", "said “we were given a bucket” of", "lost"])
THINGS = st.sampled_from(
    ["41 bridges", "$3bn of bonds", "the ferry on 4 May 2019", "a 2-1 match in 1974", "38% of Austria", "it"]
)
SENTENCES = st.builds(lambda name, verb, thing: f"{name} {verb} {thing}.", NAMES, VERBS, THINGS)


@given(SENTENCES, st.lists(SENTENCES, min_size=1, max_size=3), st.sampled_from(["", " ", "\n", " — "]))
@settings(max_examples=150, deadline=None)
def test_words_stand_where_they_are_said_to_on_both_sides_and_no_two_parts_share_any(
    claim: str, source: list[str], gap: str
) -> None:
    text, passage = claim + gap, passage_of(f"{gap or ' '}".join(source))
    found = compare(text, passage.text)
    if found is None:
        return
    assert found.passage_id == passage.id
    assert found.sentence.is_in(passage.text)
    assert all(one.words.end <= two.words.start for one, two in zip(found.parts, found.parts[1:], strict=False))
    for part in found.parts:
        assert part.words.is_in(text)
        assert part.source_words is None or part.source_words.is_in(passage.text)


@given(SENTENCES)
@settings(max_examples=60, deadline=None)
def test_a_sentence_does_not_differ_from_itself(claim: str) -> None:
    found = compare(claim + " Nobody was told.", claim + " It rained.")
    assert found is None or not found.differing
