"""Quantities: what agrees, what contradicts, and what is not to be compared at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from empty_store import Nothing
from hypothesis import given, settings, strategies as st

from pipeline.check.checkers.quantities import check_quantities
from pipeline.check.checkers.quantities.amounts import Amount
from pipeline.check.checkers.quantities.parsing import find_quantities
from pipeline.core.models import Article, Claim, Evidence, Finding, PartialDate, Passage, Span
from pipeline.core.ports import CheckContext
from pipeline.evidence import MiniLM

AS_OF = date(2031, 5, 2)
EMBEDDER = MiniLM()


def look(text: str, figure: str, *stored: str | Passage, kind: str = "quantity", later: bool = False) -> Finding:
    article = Article(text=text)
    sentence = Span.of(text, 0, len(text))
    span = Span.locate(figure, text) if kind == "quantity" else sentence
    claim = Claim(
        article_id=article.id,
        spans=(span,),
        text=text,
        kind=kind,
        check_worthiness=0.7,
        sentence=sentence,  # type: ignore[arg-type]
    )
    passages = [p if isinstance(p, Passage) else Passage(text=p, publisher="Quay Post") for p in stored]
    evidence = tuple(
        Evidence(passage=passage, rank=rank, score=1, retriever="given", later=later)
        for rank, passage in enumerate(passages, 1)
    )
    return check_quantities(claim, CheckContext(article, (claim,), evidence, AS_OF, Nothing(), Nothing(), EMBEDDER))


AGREE = [
    ("Velda closed the Tern bridge for a month.", "for a month", "Velda closed the Tern bridge for 30 days."),
    (
        "Velda closed the Tern bridge for two weeks.",
        "for two weeks",
        "The Tern bridge was closed by Velda for 14 days.",
    ),
    ("Oslen and Karr agreed on a 60-day truce.", "a 60-day truce", "Oslen and Karr agreed on a two-month truce."),
    (
        "The ferry carried about 150 passengers to Velda.",
        "about 150 passengers",
        "The ferry carried 145 passengers to Velda.",
    ),
    (
        "The ferry carried more than 100 passengers to Velda.",
        "more than 100 passengers",
        "The ferry carried 145 passengers to Velda.",
    ),
    ("The storm in Velda killed 12 people.", "12 people", "Twelve people were killed by the storm in Velda."),
    (
        "Velda will spend $2.5 billion on its new harbour.",
        "$2.5 billion",
        "Velda will spend 2.5 billion dollars on the new harbour.",
    ),
    ("Unemployment in Karr rose to 7 percent.", "to 7 percent", "Unemployment in Karr rose to 7%."),
    (
        "The Velda council meeting lasted two and a half hours.",
        "two and a half hours",
        "The meeting of the Velda council lasted 150 minutes.",
    ),
    ("The Velda tunnel is 10 kilometres long.", "10 kilometres", "The Velda tunnel is 6.2 miles long."),
    ("Ines Aldgate was born in Karr in 1961.", "in 1961", "Ines Aldgate was born in Karr on 3 March 1961."),
    (
        "Nearly half of Irish farmers sold cows.",
        "Nearly half",
        "Forty-eight percent of Irish farmers sold cows.",
    ),
    ("Two thirds of Danish firms hired staff.", "Two thirds", "Some 66 percent of Danish firms hired staff."),
    ("The Velda line cost €3.2 billion.", "€3.2 billion", "The Velda line cost 3,200 million euros."),
    ("Velda reached 30 degrees Celsius.", "30 degrees Celsius", "Velda reached 86 degrees Fahrenheit."),
    ("Moscow freed 40 sailors.", "40 sailors", "Russia freed 40 sailors."),
    ("The storm in Velda killed 12 people.", "12 people", "The death toll from the storm in Velda stands at 12."),
]

DIFFER = [
    ("Velda closed the Tern bridge for three months.", "three months", "Velda closed the Tern bridge for 30 days."),
    ("Oslen and Karr agreed on a 90-day truce.", "90-day", "Oslen and Karr agreed on a 30-day truce."),
    ("The ferry carried 450 passengers to Velda.", "450 passengers", "The ferry carried 145 passengers to Velda."),
    ("The storm in Velda killed 32 people.", "32 people", "Twelve people were killed by the storm in Velda."),
    (
        "Velda will spend $5.2 billion on its new harbour.",
        "$5.2 billion",
        "Velda will spend $2.5 billion on its new harbour.",
    ),
    ("Unemployment in Karr rose to 17 percent.", "17 percent", "Unemployment in Karr rose to 7%."),
    ("The Velda council meeting lasted six hours.", "six hours", "The meeting of the Velda council lasted two hours."),
    ("The Velda tunnel is 30 kilometres long.", "30 kilometres", "The Velda tunnel is 10 km long."),
    ("Ines Aldgate was born in Karr in 1961.", "in 1961", "Ines Aldgate was born in Karr in 1958."),
    ("The Velda library was opened in 1987.", "in 1987", "The Velda library, opened in 1978, holds old maps."),
    (
        "Prices in Velda rose 3.5 percent in March 2031.",
        "3.5 percent",
        "Prices in Velda rose 5.3 percent in March 2031.",
    ),
    ("Washington proposed a 60-day truce.", "60-day", "The United States proposed a 30-day truce."),
    ("The storm in Velda killed 45 people.", "45 people", "The death toll from the storm in Velda stands at 54."),
    (
        "The bank of Velda cut its rate by half a percentage point.",
        "half a percentage point",
        "The bank of Velda cut its rate by 10 basis points.",
    ),
]

INCOMPARABLE = [
    # other participants, places, events
    ("The storm in Velda killed 32 people.", "32 people", "Twelve people were killed by a storm in Karr."),
    ("Oslen and Karr agreed on a 90-day truce.", "90-day", "Velda and Tarn agreed on a 30-day truce."),
    (
        "The Velda council meeting lasted six hours.",
        "six hours",
        "The strike of the Velda tram drivers lasted two hours.",
    ),
    ("Oslen launched 60 drones at Karr.", "60 drones", "Karr launched 20 drones at Oslen."),
    # other time
    ("The storm in Velda killed 32 people in 2030.", "32 people", "The storm in Velda killed 12 people in 2019."),
    ("Unemployment in Karr rose to 17 percent in 2030.", "17 percent", "Unemployment in Karr rose to 7% in 2024."),
    # cumulative or average against single, daily against total
    (
        "Since January, storms in Velda have killed 320 people.",
        "320 people",
        "The storms in Velda killed 12 people on Monday.",
    ),
    (
        "The ferry carried 450 passengers a day to Velda.",
        "450 passengers",
        "The ferry carried 90,000 passengers to Velda.",
    ),
    (
        "The ferry carried a total of 4,500 passengers to Velda.",
        "4,500 passengers",
        "The ferry carried 145 passengers to Velda.",
    ),
    (
        "The ferry carried 450 passengers daily to Velda.",
        "450 passengers",
        "The ferry carried 145 passengers to Velda.",
    ),
    # part against whole
    (
        "The storm in Velda killed 32 people.",
        "32 people",
        "The storm in Velda killed 12 people, including three firefighters.",
    ),
    (
        "Oslen freed 175 prisoners in the exchange with Karr.",
        "175 prisoners",
        "Oslen freed 22 wounded prisoners in the exchange with Karr.",
    ),
    ("The storm in Velda damaged 90 houses.", "90 houses", "The storm in Velda damaged 12 wooden houses."),
    # planned against actual
    (
        "Velda spent $5.2 billion on its new harbour.",
        "$5.2 billion",
        "Velda planned to spend $2.5 billion on its new harbour.",
    ),
    ("Velda closed the Tern bridge for three months.", "three months", "Velda may close the Tern bridge for 30 days."),
    # other role, rate, unit, direction
    ("Unemployment in Karr rose by 2 percent.", "2 percent", "Unemployment in Karr rose to 7%."),
    ("Exports of Karr rose by 12 percent.", "12 percent", "Exports of Karr fell by 3 percent."),
    ("Velda closed the Tern bridge three months ago.", "three months", "Velda closed the Tern bridge for 30 days."),
    (
        "Velda will spend $5.2 billion on its new harbour.",
        "$5.2 billion",
        "Velda will spend €2.5 billion on its new harbour.",
    ),
    # what may happen again
    ("The Velda club won the cup in 1998.", "in 1998", "The Velda club won the cup in 2004."),
    # narrowed, other person or thing in the same place, opposite words, hedged
    ("Inflation in Velda was 5.5 percent.", "5.5 percent", "Core inflation in Velda was 2.1 percent."),
    ("Exports of Velda rose 7 percent.", "7 percent", "Imports of Velda rose 2 percent."),
    ("The Velda club won 14 matches.", "14 matches", "The Velda club lost three matches."),
    ("The planet Velda c turns in 12 days.", "12 days", "The planet Velda d turns in 31 days."),
    ("The Velda dam holds 80 million litres.", "80 million litres", "The Velda dam perhaps holds 30 million litres."),
    ("Ines Aldgate scored two goals on Monday.", "two goals", "Ines Aldgate has scored 90 goals in her career."),
    # somebody else's figure, a month of no year, an actor whom nobody names
    (
        "Nearly half of Irish farmers sold cows.",
        "Nearly half",
        "A survey found that 48 percent of Irish farmers sold cows.",
    ),
    ("Prices in Velda rose 3.5 percent in March.", "3.5 percent", "Prices in Velda rose 5.3 percent in March."),
    (
        "Velda closed the Tern bridge for two weeks.",
        "for two weeks",
        "The Tern bridge in Velda was closed for 14 days.",
    ),
    # denied, and too close to call
    (
        "Velda closed the Tern bridge for three months.",
        "three months",
        "Velda did not close the Tern bridge for 30 days.",
    ),
    (
        "Oslen freed 23 prisoners in the exchange with Karr.",
        "23 prisoners",
        "Oslen freed 22 prisoners in the exchange with Karr.",
    ),
]


@pytest.mark.parametrize(("text", "figure", "stored"), AGREE)
def test_the_same_amount_of_the_same_thing_supports(text: str, figure: str, stored: str) -> None:
    finding = look(text, figure, stored)
    assert finding.verdict and finding.verdict.label == "supported"
    assert not finding.flags
    assert finding.verdict.citations[0].span.is_in(stored)


@pytest.mark.parametrize(
    "place", ["The year at the bridge\n\n{}\n\nTraffic grew.", "{}\n\nTraffic grew.", "It rained.\n\n{}"]
)
def test_a_sentence_under_a_heading_or_at_the_end_of_a_paragraph_proves_too(place: str) -> None:
    text, figure, stored = AGREE[0]
    passage = place.format(stored)
    finding = look(text, figure, passage)
    assert finding.verdict and finding.verdict.label == "supported"
    assert finding.verdict.citations[0].span.exact in stored


@pytest.mark.parametrize(("text", "figure", "stored"), DIFFER)
def test_another_amount_of_the_same_thing_is_a_wrong_number(text: str, figure: str, stored: str) -> None:
    finding = look(text, figure, stored)
    assert finding.verdict and finding.verdict.label == "refuted"
    assert [flag.kind for flag in finding.flags] == ["wrong_number"]
    assert finding.flags[0].span.is_in(text) and finding.flags[0].citations[0].span.is_in(stored)
    assert "Quay Post" in finding.flags[0].message


@pytest.mark.parametrize(("text", "figure", "stored"), INCOMPARABLE)
def test_what_is_not_the_same_thing_is_not_compared(text: str, figure: str, stored: str) -> None:
    finding = look(text, figure, stored)
    assert not finding.flags
    assert finding.verdict is None


@pytest.mark.parametrize(
    ("text", "figure", "stored", "right"),
    [
        (
            "The storm in Velda killed 45 people.",
            "45 people",
            "Fifty-four people died in the storm in Velda.",
            "54 people",
        ),
        (
            "Velda closed the Tern bridge for three months.",
            "three months",
            "Velda closed the Tern bridge for 30 days.",
            "30 days",
        ),
        (
            "Velda closed the Tern bridge for two weeks.",
            "two weeks",
            "Velda closed the Tern bridge for 9 weeks.",
            "nine weeks",
        ),
    ],
)
def test_the_right_number_is_suggested_in_the_text_s_own_form(text: str, figure: str, stored: str, right: str) -> None:
    assert look(text, figure, stored).flags[0].suggestion == right


def test_a_toll_that_is_higher_than_in_an_older_report_may_have_risen() -> None:
    older = Passage(text="The storm in Velda killed 12 people on Tuesday.", published_at=date(2031, 4, 30))
    assert look("The storm in Velda killed 32 people on Tuesday.", "32 people", older) == Finding(checker="quantities")


def test_a_source_that_calls_a_figure_nonsense_does_not_support_it() -> None:
    stored = "The storm in Velda killed 12 people. That post is nonsense, the mayor wrote."
    assert look("The storm in Velda killed 12 people.", "12 people", stored) == Finding(checker="quantities")


def test_the_embedder_is_asked_once_for_a_claim() -> None:
    asked: list[int] = []

    class Counting:
        name = EMBEDDER.name

        def embed(self, texts: Sequence[str]):  # type: ignore[no-untyped-def]
            asked.append(len(texts))
            return EMBEDDER.embed(texts)

    text = "The storm in Velda killed 12 people and injured 30 sailors."
    article = Article(text=text)
    span = Span.of(text, 0, len(text))
    claim = Claim(article_id=article.id, spans=(span,), text=text, kind="event", check_worthiness=1, sentence=span)
    stored = Passage(text="The storm in Velda killed 15 people and injured 31 sailors.")
    evidence = (Evidence(passage=stored, rank=1, score=1, retriever="given"),)
    check_quantities(claim, CheckContext(article, (claim,), evidence, AS_OF, Nothing(), Nothing(), Counting()))
    assert len(asked) == 1


def test_a_source_that_agrees_keeps_another_from_refuting() -> None:
    text, figure, stored = DIFFER[0]
    finding = look(text, figure, stored, "Velda closed the Tern bridge for 90 days.")
    assert finding.verdict is None
    assert [flag.kind for flag in finding.flags] == ["conflicting_evidence"]


def test_later_evidence_decides_nothing() -> None:
    text, figure, stored = DIFFER[0]
    assert look(text, figure, stored, later=True) == Finding(checker="quantities")


def test_evidence_of_an_earlier_event_decides_nothing() -> None:
    text, figure, stored = DIFFER[0]
    passage = Passage(text=stored, event_date=PartialDate("2030-02"))
    assert look(text, figure, passage) == Finding(checker="quantities")


def test_a_clause_with_a_wrong_figure_is_flagged_but_not_judged() -> None:
    text, figure, stored = DIFFER[1]
    finding = look(text, figure, stored, kind="event")
    assert finding.verdict is None
    assert [flag.kind for flag in finding.flags] == ["wrong_number"]


def test_agreement_on_a_figure_does_not_support_a_clause() -> None:
    text, figure, stored = AGREE[0]
    assert look(text, figure, stored, kind="event") == Finding(checker="quantities")


def test_figures_in_a_quotation_are_the_speaker_s() -> None:
    text = "Ines Aldgate said “Velda closed the Tern bridge for three months”."
    assert look(text, "three months", DIFFER[0][2], kind="event") == Finding(checker="quantities")


_TEXTS = st.text(alphabet="0123456789.,-–$€% abdehmnorty\n“’", max_size=60)


@settings(max_examples=150, deadline=None)
@given(_TEXTS | st.text(max_size=40))
def test_parsing_never_raises_and_spans_hold_a_figure(text: str) -> None:
    for quantity in find_quantities(text):
        assert 0 <= quantity.start < quantity.end <= len(text)
        assert text[quantity.start : quantity.end].strip()
        assert quantity.amount.compare(quantity.amount) == "agree"


_PIECES = st.lists(
    st.sampled_from(["The storm", "Velda", "killed", "rose", "to", "by", "half of", "12", "54 people", "3.5 percent",
                     "on 4 March", "in 1987", "€3bn", "three months", "a third of", ",", ".", "“", "two in five men",
                     "death toll", "was", "opened", "-", "𝟛", "°F", "30"]),  # fmt: skip
    min_size=1, max_size=14,
).map(" ".join)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(_PIECES, _PIECES)
def test_any_claim_and_any_evidence_give_exact_spans_and_the_same_answer_twice(text: str, stored: str) -> None:
    text = text.strip()
    finding = look(text, text, Passage(text=stored, published_at=AS_OF), kind="quantity")
    assert finding == look(text, text, Passage(text=stored, published_at=AS_OF), kind="quantity")
    assert all(flag.span.is_in(text) and flag.citations[0].span.is_in(stored) for flag in finding.flags)


_AMOUNTS = st.builds(
    Amount.of,
    st.floats(0, 1e12),
    bound=st.sampled_from(["exact", "about", "more", "less"]),
    unit=st.sampled_from([0.1, 1.0, 10.0, 1e6]),
    spread=st.floats(0, 1),
)


@given(_AMOUNTS, _AMOUNTS)
def test_comparison_is_symmetric_and_agreement_reflexive(one: Amount, two: Amount) -> None:
    assert one.compare(two) == two.compare(one)
    assert one.compare(one) == "agree"


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9_000), st.sampled_from(["days", "prisoners", "percent"]))
def test_kinds_of_space_and_dash_do_not_change_an_amount(number: int, unit: str) -> None:
    plain = find_quantities(f"They waited for {number} {unit}.")
    other = find_quantities(f"They waited for {number}\N{NO-BREAK SPACE}{unit}.")
    assert [quantity.amount for quantity in plain] == [quantity.amount for quantity in other]
