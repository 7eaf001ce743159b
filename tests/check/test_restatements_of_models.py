"""A model's restatement is used where it says what the claim's words say, in ways that are understood; else not."""

import pytest
from hypothesis import given, strategies as st

from pipeline.check.claims.faithful import restates

BEFORE = "Pilot Ines Duarte met Marit Aune at the northern pier. The port of Velda was full."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The ferry sank in May.", "the ferry sank in May"),
        ("Ines Duarte left at noon.", "She left at noon"),
        ("Ines Duarte’s boat left at noon.", "Her boat left at noon"),
        ("Ines Duarte left at noon.", "Duarte left at noon"),
        ("The northern pier cost 40 million crowns.", "It cost 40 million crowns"),
        ("The council met in May.", "However, the council met in May"),
        ("The council meets in May.", "the council met in May"),
        ("Duarte said the pier was closed.", "Duarte said that the pier was closed"),
        ("Duarte did not leave.", "Duarte didn’t leave"),
    ],
)
def test_the_same_words_with_what_they_point_at_are_a_restatement(text: str, words: str) -> None:
    assert restates(text, words, BEFORE) == "same"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The bridge was closed.", "approved a budget of 40 million"),
        ("It cost 14 million crowns.", "It cost 40 million crowns"),
        ("It cost 40 million crowns in 2030.", "It cost 40 million crowns"),
        ("Duarte did leave at noon.", "Duarte did not leave at noon"),
        ("Duarte never left at noon.", "Duarte left at noon"),
        ("Pavel Ostrander left at noon.", "She left at noon"),
        ("Pavel Ostrander left at noon.", "Duarte left at noon"),
        ("", "She left at noon"),
    ],
)
def test_another_name_figure_or_denial_is_told_from_other_words(text: str, words: str) -> None:
    assert restates(text, words, BEFORE) == "other"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Aune sued Duarte.", "Duarte sued Aune"),
        ("Duarte sued Aune.", "Duarte was sued by Aune"),
        ("The ferry returned in May.", "The ferry may return in May"),
        ("The council met every day.", "The council met some days"),
        ("The council is said to have met in May.", "the council met in May"),
        ("The northern pier left at noon.", "She left at noon"),
        ("Marit Aune sued Duarte, who lost.", "Marit Aune sued Duarte"),
    ],
)
def test_words_in_another_order_or_with_more_or_less_are_not_used(text: str, words: str) -> None:
    assert restates(text, words, BEFORE) != "same"


OWN = ["Marit", "Aune", "did", "not", "pay", "40", "crowns", "to", "port", "officials", "in", "May"]


@given(
    st.integers(0, len(OWN)), st.sampled_from(["never", "41", "may", "sued", "by", "only", "Ostrander", "officials"])
)
def test_one_word_more_is_another_statement(place: int, word: str) -> None:
    assert restates(" ".join([*OWN[:place], word, *OWN[place:]]), " ".join(OWN), BEFORE) != "same"


@given(st.integers(0, len(OWN) - 1))
def test_one_word_less_is_another_statement(place: int) -> None:
    assert restates(" ".join([*OWN[:place], *OWN[place + 1 :]]), " ".join(OWN), BEFORE) != "same"
