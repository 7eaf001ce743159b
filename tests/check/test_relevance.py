"""Quotations that bear on a claim and those beside the point; passages near enough to be sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings, strategies as st
from predicting import predict_verdict

from pipeline.check.content import may_oppose
from pipeline.check.relevance import content_of, fitting, leaves_subject, nothing_relevant, unrelated
from pipeline.check.wording import Said, words_alike
from pipeline.core.english import lies_in
from pipeline.core.errors import QuoteNotRelevant
from pipeline.core.models import Article, Citation, Claim, Evidence, Label, Passage, Span
from pipeline.core.ports import Vectors
from pipeline.core.settings import PROJECT
from pipeline.evidence import MiniLM
from pipeline.llm import Model, failure_of, load_prompt
from pipeline.llm.scripted import Scripted

EMBEDDER = MiniLM()
ARTICLE = Article(text="The Kelmar reservoir holds 40 million cubic metres, and Ada Brink has run it since 2019.")


def claim_of(text: str) -> Claim:
    return Claim(
        article_id=ARTICLE.id, spans=(Span.of(ARTICLE.text, 0, len(ARTICLE.text)),), text=text, check_worthiness=0.9
    )


def lacking(claim: str, label: Label, *cited: tuple[Passage, str]) -> str | None:
    citations = [Citation.locate(quote, passage) for passage, quote in cited]
    return unrelated(claim_of(claim), citations, {passage.id: passage for passage, _ in cited}, label, EMBEDDER)


def whole(text: str, title: str | None = None) -> tuple[Passage, str]:
    return Passage(text=text, title=title), text


HOLDS = "The Kelmar reservoir holds 40 million cubic metres of water."
RIGHT = [
    (HOLDS, "supported", "When it is full, Kelmar stores forty million cubic metres.", None),
    (HOLDS, "refuted", "When it is full, Kelmar stores 31 million cubic metres.", None),
    (HOLDS, "supported", "It can store some 40 million cubic metres.", "Kelmar reservoir"),
    ("Ada Brink was born in Osk.", "refuted", "Ada Brink was born in Tarn, the daughter of a ferryman.", None),
    ("The chair of the water board is Ada Brink.", "refuted", "Jon Vale is the chair of the water board.", None),
    ("The drought emptied the reservoir.", "supported", "After months without rain the basin ran dry.", None),
    ("Ada Brink has eight siblings.", "supported", "Brink was one of nine children.", None),
    ("Ada Brink's mother was a nurse.", "supported", "Her mother, Lena Moss, worked as a nurse in a hospital.", None),
    ("The second season of Harbour has 12 episodes.", "supported", "The second season has 12 episodes.", None),
    ("The poem is set in Europe.", "supported", "The poem is set in a village in Italy.", "The poem"),
    ("Ada Brink ran two dams.", "supported", "Ada Brink was the head of the dams of Osk and of Tarn.", None),
    (
        "Ada Brink led the water board in 1998-99.",
        "supported",
        "Ada Brink was then the leader of the water board.",
        None,
    ),
    ("She paid nothing for the dam herself.", "refuted", "Brink paid 3 million crowns for the dam.", None),
]
BESIDE = [
    (HOLDS, "supported", "Ministers met on Tuesday to discuss the price of bread.", None),
    (HOLDS, "refuted", "The Orlen reservoir holds 31 million cubic metres of water.", None),
    (HOLDS, "supported", "The Orlen reservoir holds 40 million cubic metres of water.", None),
    (HOLDS, "supported", "Anglers like the Kelmar reservoir.", None),
    (HOLDS, "refuted", "The reservoir of Orlen holds 31 million cubic metres of water.", None),
    (HOLDS, "supported", "The choir of the valley has 40 singers.", "Kelmar reservoir"),
    ("Ada Brink was born in Osk.", "supported", "She sold the boat to a neighbour.", "Ada Brink"),
    ("Ada Brink was born in Osk.", "supported", "She sold the boat to a neighbour.", None),
    (HOLDS, "supported", "..............................", None),
    (HOLDS, "supported", "All rights reserved. Terms of use apply.", None),
    ("Ada Brink was born in Osk.", "supported", "Jon Vale was born in Osk.", None),
    ("The drought emptied the reservoir.", "supported", "The choir will sing on the square at noon.", None),
]


@pytest.mark.parametrize(("claim", "label", "text", "title"), RIGHT)
def test_a_quotation_about_the_subject_bears_on_the_claim_in_whatever_words(
    claim: str, label: Label, text: str, title: str | None
) -> None:
    assert lacking(claim, label, whole(text, title)) is None


@pytest.mark.parametrize(("claim", "label", "text", "title"), BESIDE)
def test_a_quotation_about_something_or_somebody_else_does_not(
    claim: str, label: Label, text: str, title: str | None
) -> None:
    assert lacking(claim, label, whole(text, title))


def test_what_is_missing_is_named_in_one_line() -> None:
    why = lacking("Ada Brink was born in Osk.", "supported", whole("Jon Vale plays the cello."))
    assert why is not None and "Ada Brink" in why and "\n" not in why
    why = lacking(HOLDS, "supported", whole("The Kelmar reservoir holds the water of the valley."))
    assert why is not None and "40" in why


def test_quotations_bear_on_the_claim_together_and_those_that_conflict_each() -> None:
    right, beside = whole("Kelmar stores forty million cubic metres."), whole("The choir will sing at noon.")
    assert lacking(HOLDS, "supported", right, beside) is None
    assert lacking(HOLDS, "conflicting_evidence", right, beside)
    other = whole("The Kelmar reservoir holds 31 million cubic metres.")
    assert lacking(HOLDS, "conflicting_evidence", right, other) is None


@given(st.text(min_size=1, max_size=40).filter(str.strip))
@settings(max_examples=15, deadline=None)
def test_a_claim_that_nothing_decides_needs_no_quotation(text: str) -> None:
    passage = Passage(text=text)
    citation = Citation(passage_id=passage.id, sha256=passage.sha256, span=Span.of(text, 0, len(text)))
    assert unrelated(claim_of(HOLDS), [citation], {passage.id: passage}, "not_enough_evidence", EMBEDDER) is None


def test_words_of_the_claim_itself_always_bear_on_it() -> None:
    for claim, *_ in RIGHT:
        assert lacking(claim, "supported", whole(claim)) is None


def scripted(label: Label, *quotes: str) -> str:
    cited = [{"passage": 1, "quote": quote} for quote in quotes]
    return json.dumps({"citations": cited, "justification": "Because.", "label": label, "confidence": 0.9})


EVIDENCE = Passage(
    text="The Kelmar reservoir stores forty million cubic metres. The choir will sing on the square at noon."
)


def ask(*replies: str) -> tuple[Label, Scripted]:
    model = Scripted(list(replies))
    found = [Evidence(passage=EVIDENCE, rank=1, score=1, retriever="by hand")]
    prompt = load_prompt("predict_verdict", PROJECT / "prompts", version=1)
    verdict, _ = predict_verdict(claim_of(HOLDS), ARTICLE, found, date(2026, 1, 5), Model(model), prompt)
    return verdict.label, model


def test_a_quotation_beside_the_point_is_told_to_the_model_once_and_may_be_mended() -> None:
    beside, good = (
        scripted("supported", "The choir will sing on the square"),
        scripted("supported", "stores forty million"),
    )
    label, model = ask(beside, good)
    assert label == "supported"
    assert "no cited sentence says a figure where the claim says 40 million" in model.prompts[1]


def test_a_model_that_quotes_beside_the_point_twice_has_given_no_verdict() -> None:
    beside = scripted("refuted", "The choir will sing on the square at noon.")
    with pytest.raises(QuoteNotRelevant) as caught:
        ask(beside, beside)
    assert failure_of(caught.value, "predict_verdict").reason == "quote_not_relevant"


def found(passages: Sequence[Passage]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(passage=each, rank=rank, score=1, retriever="by hand") for rank, each in enumerate(passages, 1)
    )


def test_passages_about_something_else_are_left_out_and_the_order_stays() -> None:
    far = Passage(text="The choir of Tarn sings in the market hall every winter.")
    near, titled = Passage(text=HOLDS), Passage(text="It stores 40 million cubic metres.", title="Kelmar reservoir")
    kept = fitting(claim_of(HOLDS), found([far, near, titled]), EMBEDDER)
    assert [each.passage for each in kept] == [near, titled]
    assert fitting(claim_of(HOLDS), found([far]), EMBEDDER) == fitting(claim_of(HOLDS), (), EMBEDDER) == ()


class Counting(MiniLM):
    """An embedder that keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().embed(texts)


@pytest.mark.parametrize(("likeness", "kept"), [(0.9, 1), (-0.9, 0)])
def test_a_passage_whose_likeness_the_search_found_is_not_embedded_again(likeness: float, kept: int) -> None:
    passage, embedder = Passage(text="Kelmar stores forty million cubic metres."), Counting()
    assert len(fitting(claim_of(HOLDS), found([passage]), embedder, {passage.id: likeness})) == kept
    assert embedder.asked == []
    fitting(claim_of(HOLDS), found([passage]), embedder)
    assert passage.text in embedder.asked


def words_near(claim: str, text: str, *titles: str) -> float | None:
    return words_alike(claim, [Said(text, 0)], titles, EMBEDDER)


def test_the_words_of_a_claim_are_nearest_to_themselves_and_farther_from_those_of_another_topic() -> None:
    same, other = words_near(HOLDS, HOLDS), words_near(HOLDS, "The choir will sing on the square at noon.")
    assert same == pytest.approx(1, abs=0.01)
    assert other is not None and other < 0.33


def test_what_a_title_says_itself_is_not_looked_for() -> None:
    assert words_near("The Kelmar reservoir", "It is deep.", "Kelmar reservoir") is None
    assert words_near("The Kelmar reservoir leaks", "It is deep.", "Kelmar reservoir") is not None


OPPOSING = [
    ("Kelmar lost 40 sheep.", "Kelmar lost 31 sheep.", True),
    ("It opened on 3 May 2019.", "It opened on 9 June 2019.", True),
    ("Ada Brink won.", "Jon Vale won.", True),
    ("The dam leaks.", "The dam doesn't leak.", True),
    ("The price rose.", "The price fell.", True),
    ("The dam leaks.", "The dam is made of stone.", False),
    ("Kelmar lost 40 sheep.", "Kelmar lost forty sheep.", False),
]


@pytest.mark.parametrize(("one", "two", "expected"), OPPOSING)
def test_another_figure_date_or_name_a_denial_or_an_opposite_may_stand_against_a_claim(
    one: str, two: str, expected: bool
) -> None:
    assert may_oppose(content_of(one), content_of(two)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Its walls are thick.", True),
        ("The fifth season has 12 parts.", True),
        ("The reservoir of Orlen is deep.", False),
        ("The Kelmar dam is old.", False),
        ("Ada Brink runs it.", False),
    ],
)
def test_a_sentence_that_begins_with_a_pronoun_or_a_plain_noun_leaves_its_subject_to_what_stood_before(
    text: str, expected: bool
) -> None:
    assert leaves_subject(text) is expected


def test_a_country_lies_in_its_continent_and_in_its_part_of_it() -> None:
    assert lies_in("Italy", "Europe") and lies_in("Italy", "southern europe")
    assert not lies_in("Italy", "Asia") and not lies_in("Nowhere", "Europe")


def test_the_desk_itself_says_that_nothing_relevant_was_found() -> None:
    verdict = nothing_relevant()
    assert (verdict.label, verdict.by, verdict.citations) == ("not_enough_evidence", "checker", ())
