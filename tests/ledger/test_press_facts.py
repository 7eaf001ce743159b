"""Facts in forms that reporters use every day: whose word it is, when by an event, bodies, offices, reasons, bests."""

from __future__ import annotations

import pytest

from pipeline.core.models import Article
from pipeline.ledger.find import find_facts


def facts(text: str) -> list[tuple[str, str]]:
    return [(fact.kind, fact.span.exact) for fact in find_facts(Article(text=text))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("OLM (Reuters) — The mill burned on Sunday.", "Reuters"),
        ("(AFP) - The mill burned on Sunday.", "AFP"),
        ("The Olm Herald via JTA — The mill burned on Sunday.", "The Olm Herald via JTA"),
        ("Why? According to the Olm Herald, “She wanted to mend the mill.”", "According to the Olm Herald"),
        ("He shouted at the crew, according to harbour insiders.", "according to harbour insiders"),
        ("It is legal, Mia Holt, a professor at Velda Law School, told the court.", "Mia Holt, a professor at Velda"),
        ("A copy of the deed, obtained by the Olm Herald, has no date.", "obtained by the Olm Herald"),
        ("It is the fifth fire, per the Olm Herald.", "per the Olm Herald"),
        ("Documents seen by Reuters show the sum.", "seen by Reuters"),
        ("She may stay, as prescribed in the law.", "as prescribed in"),
        ("The mill was old, as stated by the owner.", "as stated by"),
        ("The researchers noticed a lull in May.", "researchers noticed"),
        ("The study identified three causes.", "study identified"),
        ("The general view is that the mill will close.", "general view is"),
        ("The mill is old!\n\n— Ida Lund (@idalund) January 7, 2020", "— Ida Lund (@idalund)"),
        ("“The mill is old.” ― Ida Lund", "― Ida Lund"),
        ("Holt: The mill needs help\n\nMia Holt spoke on Sunday.", "Holt:"),
        ("A reporter asked Mia Holt about the mill.", "A reporter asked"),
        ("Mia Holt spoke of her years at the mill.", "Mia Holt spoke of"),
    ],
)
def test_whose_word_it_is_is_an_attribution(text: str, words: str) -> None:
    found = facts(text)
    assert any(kind == "attribution" and words in said and len(said) < len(words) + 30 for kind, said in found), found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("OLM (2019) — The mill burned on Sunday.", "2019"),
        ("He was seen by Holt on Sunday.", "seen by Holt"),
        ("She worked as an aide in the port.", "as an aide in"),
        ("The problem is that the mill leaks.", "problem is"),
        ("Reality check: The mill is old\n\nIt burned on Sunday.", "Reality check"),
        ("They pay 5 euros, per Tuesday's rate, per child.", "per child"),
        ("The twins noticed a dog.", "The twins noticed"),
        ("“It is old.” — Then they left the mill", "— Then they left the mill"),
    ],
)
def test_what_is_nobodys_word_is_no_attribution(text: str, words: str) -> None:
    assert not any(kind == "attribution" and words in said for kind, said in facts(text))


def test_an_embedded_post_is_quoted_without_the_link_behind_it() -> None:
    found = facts("The mill is old. It burned. https://t.co/abc\n\n— Ida Lund (@idalund) January 7, 2020")
    assert ("quotation", "The mill is old. It burned.") in found


def test_as_somebody_says_is_no_reason() -> None:
    found = facts("The mill, as Mia Holt noted, was old.")
    assert not [words for kind, words in found if kind == "cause"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Since the onset of the war, two mills were shut.", "Since the onset of the war"),
        ("Sales have fallen since the Olm summit.", "since the Olm summit"),
        ("Holt has mended mills since Lund took office.", "since Lund took office"),
        ("It was built prior to the invasion.", "prior to the invasion"),
        ("She spoke during her presidential campaign.", "during her presidential campaign"),
        ("He left the town after World War II.", "after World War II"),
        ("They met ahead of the election.", "ahead of the election"),
        ("She said so after her appointment.", "after her appointment"),
    ],
)
def test_a_time_that_an_event_tells_is_a_date(text: str, words: str) -> None:
    assert ("date", words) in facts(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("He ran after the dog.", "after the dog"),
        ("She stood before the mill.", "before the mill"),
        ("Since the mill was old, it burned.", "Since the mill"),
        ("He looked after the campaign.", "after the campaign"),
    ],
)
def test_what_no_event_tells_is_no_date(text: str, words: str) -> None:
    assert not any(kind == "date" and words in said for kind, said in facts(text))


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("The Israeli military shut the road.", "name", "Israeli military"),
        ("Later Norway's navy came.", "name", "Norway's navy"),
        ("It was sold by the Hong Kong stock exchange.", "name", "Hong Kong stock exchange"),
        ("She is one of the Lummi Indian tribe now.", "name", "Lummi Indian tribe"),
        ("They sleep in the Al-Maghazi refugee camp now.", "place", "Al-Maghazi refugee camp"),
        ("They met at the Supreme Court building.", "place", "Supreme Court building"),
        ("They live in the northern half of the territory.", "place", "northern half of the territory"),
        ("They live in the eastern suburbs.", "place", "eastern suburbs"),
        ("It broke the 14th Amendment.", "work", "14th Amendment"),
        ("It broke the First Amendment.", "work", "First Amendment"),
        ("It broke Resolution 1701 of the council.", "work", "Resolution 1701"),
        ("They offer a Toyota or a Lexus as a gift.", "name", "Lexus"),
        ("She was chosen as Lund’s running mate.", "title", "running mate"),
        ("They did not hear the Velda-born senator.", "title", "Velda-born senator"),
        ("Governor says the mill is old\n\nIt burned on Sunday.", "title", "Governor"),
        ("Mia Holt once served as secretary of state.", "title", "secretary of state"),
        ("She was in the film The Long Way Down in 1990.", "work", "The Long Way Down"),
        ("Icardi is an Argentine professional footballer.", "title", "professional footballer"),
        ("They paid a record $3 million fine.", "superlative", "record"),
        ("I left in my early 20s.", "age", "in my early 20s"),
        ("She studied at Velda University on Long Island.", "place", "Long Island"),
        ("They were held in contempt for refusing to speak.", "cause", "for refusing"),
        ("The newest Supreme Court Justice, Mia Holt, left.", "title", "Supreme Court Justice"),
        ("It is run by UNRWA, the U.N. relief agency that aids them.", "title", "U.N. relief agency"),
        ("In response, the town shut the mill.", "cause", "In response"),
        ("Only after mounting pressure did he go.", "cause", "after mounting pressure"),
        ("The milk is imported – so cow’s milk could be better.", "cause", "so"),
        ("Order less, so your employer only pays for it.", "cause", "so"),
        ("They were so tired that they slept.", "cause", "so tired that"),
        ("Her appointment was to fill a seat.", "cause", "to fill"),
        ("It closed due in part to the frost.", "cause", "due in part to"),
        ("The rise stems from the frost.", "cause", "stems from"),
        ("He stayed away for health reasons.", "cause", "for health reasons"),
        ("The town put up a wall in memory of the dead.", "cause", "in memory of"),
        ("It paved the way for a deal.", "cause", "paved the way for"),
        ("The sale was a world record for Olm.", "superlative", "world record"),
        ("The train goes there faster.", "superlative", "faster"),
        ("It is the best-known mill.", "superlative", "best-known"),
        ("The shares closed at an all-time high.", "superlative", "all-time"),
        ("The feat is unmatched.", "superlative", "unmatched"),
        ("She must be at least 35 years old.", "age", "at least 35 years old"),
        ("He moved at the age of 12.", "age", "age of 12"),
        ("Singer Mia Holt died at 92 on Sunday.", "age", "at 92"),
        ("The dog was six months old.", "age", "six months old"),
        ("It cost 176 Hong Kong dollars.", "number", "176 Hong Kong dollars"),
        ("It cost 90 Swiss francs.", "number", "90 Swiss francs"),
        ("Main image credit: Getty", "caption", "Main image credit: Getty"),
        ("It is old.\n\nRuins and smoke in the port of Olm, Norway, on Monday.\n\nIt burned.", "caption", "Ruins and"),
    ],
)
def test_a_fact_of_the_press_is_listed_under_its_kind(text: str, kind: str, words: str) -> None:
    found = facts(text)
    assert any(each == kind and words in said and len(said) < len(words) + 50 for each, said in found), found


def test_a_firm_that_the_parser_takes_for_a_place_is_none_where_it_has_what_only_firms_have() -> None:
    found = facts("Alibaba is set to raise two billion. Its rivals fear Alibaba’s secondary listing.")
    assert {kind for kind, words in found if words.startswith("Alibaba")} == {"name", "other"}


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("It is told by the Ministry of Justice.", "title", "Ministry of Justice"),
        ("Tom Speaker left on Sunday.", "title", "Tom Speaker"),
        ("THE CLAIM: The mill is old.", "place", "THE CLAIM"),
        ("The film Mia Holt made was long.", "work", "Mia Holt"),
        ("It is called “The Naked Director”.", "title", "The Naked Director"),
        ("France is a member of it.", "title", "member of it"),
        ("They help the American people, Mia Holt and Ida Lund said.", "title", "American people"),
        ("New confirmed cases were found.", "name", "New"),
        ("It could not find it in itself to go.", "attribution", "It could not find"),
        ("The home team could not find the goal.", "attribution", "home team could not find"),
        ("To be sure, the mill is old.", "cause", "To be"),
        ("He left, cutting off a guest.", "cause", "cutting off a guest"),
        ("She wore a French coat.", "name", "French coat"),
        ("Two ferries sank so far that month.", "cause", "so far that"),
        ("It grew, so far it is small.", "cause", "so"),
        ("The plan is to be read on Sunday.", "cause", "to be"),
        ("He broke the school record player.", "superlative", "school record"),
        ("He was at 92 Tern Street.", "age", "at 92"),
        ("Three won on Sunday.", "number", "Three won"),
        ("The fair opens in Velda on Sunday.", "caption", "The fair opens in Velda on Sunday."),
        ("He lives in a Velda house.", "name", "Velda house"),
        ("They ran faster than a mile.", "name", "faster"),
    ],
)
def test_what_only_looks_like_a_fact_of_the_press_is_not(text: str, kind: str, words: str) -> None:
    assert (kind, words) not in facts(text)
