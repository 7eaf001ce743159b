"""Facts of kinds that pages of the press hold and that were missed: each rule in a sentence, and its look-alikes."""

from __future__ import annotations

import pytest

from pipeline.core.models import Article
from pipeline.ledger.find import find_facts


def facts(text: str) -> list[tuple[str, str]]:
    return [(fact.kind, fact.span.exact) for fact in find_facts(Article(text=text))]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("The ministry hired ferries in an attempt to reach the isles.", "cause", "in an attempt to"),
        ("It is part of an effort to win back voters.", "cause", "to win"),
        ("The mill closed for lack of orders.", "cause", "for lack of"),
        ("Two guards were sacked over being late.", "cause", "over being"),
        ("The debt arising from the flood is large.", "cause", "arising from"),
        ("The old norovirus is back in Olm.", "name", "norovirus"),
        ("OLM: The mill burned on Sunday.", "place", "OLM"),
        ("VELDA, Norway (XY) — The mill burned on Sunday.", "place", "VELDA"),
        ("She visited the Holt Island prison in 1990.", "place", "Holt Island prison"),
        ("They met in Tern Street on Sunday.", "place", "Tern Street"),
        ("It was read to the Commissioner of Police on Sunday.", "title", "Commissioner of Police"),
        ("A 44 years male from the north was found.", "age", "44 years male"),
        ("The town said the bridge was shut.", "attribution", "The town said"),
        ("The strikers demanded that the mill pay them.", "attribution", "The strikers demanded"),
        ("Both the boys were found on Sunday.", "number", "Both"),
    ],
)
def test_a_fact_is_listed_under_its_kind(text: str, kind: str, words: str) -> None:
    found = facts(text)
    assert any(each == kind and words in said and len(said) < len(words) + 25 for each, said in found), found


def test_a_quotation_that_goes_on_in_the_next_paragraph_is_one_to_the_end_of_its_own() -> None:
    found = facts("“The weir was old. It had to go.\n\n“We shut it in May,” Mia Holt said.")
    assert ("quotation", "“The weir was old. It had to go.") in found


def test_the_word_of_saying_is_the_one_beside_the_speaker() -> None:
    found = facts("“We took a vote, and added a layer of care to it,” she added.")
    assert [words for kind, words in found if kind == "attribution"] == ["she added"]


def test_a_place_of_the_dateline_is_one_wherever_it_stands_alone() -> None:
    found = facts("OLM: The mill burned on Sunday.\n\nOlm has no other mill.")
    assert ("place", "Olm") in found and ("name", "Olm") not in found


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("NOTE the time. The mill burned.", "place", "NOTE"),
        ("He is in Boston and both rivers and roads are shut.", "place", "both"),
        ("She bought the old prison from the state.", "place", "prison"),
        ("Mia Holt of Olm won.", "title", "Mia Holt of Olm"),
    ],
)
def test_what_only_looks_so_is_not(text: str, kind: str, words: str) -> None:
    assert (kind, words) not in facts(text)
