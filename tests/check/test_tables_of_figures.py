# ruff: noqa: E501  a table stands on a line
"""Tables as statements: a cell is told with its row and its column, and pinned to its own words; only in sure tables."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.check.claims import detect_claims
from pipeline.core.models import Article

LEAD = "The board of the harbour printed the counts of boats on Monday."


def told(*rows: str, between: str = "\n\n") -> list[tuple[str, str]]:
    """Return text and words of the claims that a table between two sentences makes."""
    article = Article(text=between.join([LEAD, *rows, "Nobody at the meeting spoke against the counts."]))
    claims = detect_claims(article)
    assert all(span.is_in(article.text) for claim in claims for span in claim.spans)
    inside = range(len(LEAD), article.text.rindex("Nobody"))
    return [(claim.text, claim.span.exact) for claim in claims if claim.span.start in inside]


SURE = {
    "names and two years": (
        ("Quay | 2023 | 2024", "North | 41 | 38", "South | 1,204 | 1,190"),
        [("North, 2023: 41.", "41"), ("North, 2024: 38.", "38"), ("South, 2023: 1,204.", "1,204"), ("South, 2024: 1,190.", "1,190")],
    ),
    "years below each other": (
        ("Year | Boats", "2022 | 41", "2023 | 38"),
        [("2022, Boats: 41.", "41"), ("2023, Boats: 38.", "38")],
    ),
    "an empty corner": (("| Fee | Berths", "East | £12 | 3", "West | £9.50 | 14"), [
        ("East, Fee: £12.", "£12"), ("East, Berths: 3.", "3"), ("West, Fee: £9.50.", "£9.50"), ("West, Berths: 14.", "14"),
    ]),
    "a place before the names": (
        ("Rank | Club | Points", "1 | Tarn Rovers | 38", "2 | Orrin Town | 31"),
        [("Tarn Rovers, Rank: 1.", "1"), ("Tarn Rovers, Points: 38.", "38"), ("Orrin Town, Rank: 2.", "2"), ("Orrin Town, Points: 31.", "31")],
    ),
    "figures with units, and one that is missing": (
        ("Ferry | Fare | Share", "Alma | 4.20 pounds | 12%", "Berta | n/a | 9.5 percent"),
        [("Alma, Fare: 4.20 pounds.", "4.20 pounds"), ("Alma, Share: 12%.", "12%"), ("Berta, Share: 9.5 percent.", "9.5 percent")],
    ),
    "words beside figures": (
        ("Ferry | Captain | Trips", "Alma | A. Lund | 12", "Berta | B. Quell | 9"),
        [("Alma, Trips: 12.", "12"), ("Berta, Trips: 9.", "9")],
    ),
    "a framed table with a rule": (
        ("| Quay | Boats |", "|------|------:|", "| North | 41 |", "| South | 38 |"),
        [("North, Boats: 41.", "41"), ("South, Boats: 38.", "38")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SURE)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_cell_of_a_sure_table_states_its_figure_of_its_row_and_column(name: str, between: str) -> None:
    rows, claims = SURE[name]
    assert told(*rows, between=between) == claims


UNSURE = {
    "no row of names": ("North | 41 | 38", "South | 120 | 119", "East | 7 | 9"),
    "one row only": ("Quay | 2023 | 2024", "North | 41 | 38"),
    "rows of other lengths": ("Quay | Boats", "North | 41 | 38", "South | 120"),
    "two rows of one name": ("Quay | Boats", "North | 41", "North | 38"),
    "words and figures in a column": ("Quay | Boats", "North | 41", "South | closed since May"),
    "a menu and a line of times": ("Home | News | Sport", "5 May 2025 | 10:22 | London"),
    "a column without a name": ("Quay |", "North | 41", "South | 38"),
    "no names of rows": ("Boats | Berths", "41 | 120", "38 | 119"),
    "scores": ("Tarn Rovers 2 | Orrin Town 1", "Alma 0 | Berta 3", "Quay 1 | Lund 1"),
    "bars between remarks": ("Wind | weak", "Waves | low", "Sight | good"),
}


@pytest.mark.parametrize("name", UNSURE)
def test_a_table_that_is_not_sure_states_no_cell(name: str) -> None:
    assert not [text for text, _ in told(*UNSURE[name]) if ":" in text]


def test_a_table_of_many_cells_is_read_as_before() -> None:
    rows = ["Quay | Boats", *(f"Quay of number {number} | {number}" for number in range(200))]
    assert told(*rows) == []


WORDS = st.text(alphabet="abc 12,|-–%£\U0001f6a2é", max_size=14)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" | ".join), max_size=7))
@settings(max_examples=30, deadline=None)
def test_whatever_stands_between_bars_every_claim_is_the_words_it_points_to(rows: list[str]) -> None:
    for text, words in told(*rows, between="\n"):
        assert not text.endswith(f": {words}..")
