from collections.abc import Callable

import numpy
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from pipeline.check.claims import detect_claims
from pipeline.core.models import Article, Claim, Heading, Span

Detect = Callable[[str], dict[str, Claim]]


def by_words(text: str, *headings: str) -> dict[str, Claim]:
    """Return the claims of a text by their words."""
    article = Article(text=text, headings=tuple(Heading(span=Span.locate(words, text)) for words in headings))
    return {claim.span.exact: claim for claim in detect_claims(article)}


def test_joined_verbs_and_relative_clauses_are_claims_of_their_own() -> None:
    claims = by_words("The dairy, which employs 400 people in Aberdeen, closed two barns and moved its herd to Perth.")
    assert claims["which employs 400 people in Aberdeen"].text == "The dairy employs 400 people in Aberdeen."
    assert claims["closed two barns"].text == "The dairy closed two barns."
    assert claims["moved its herd to Perth"].text == "The dairy moved its herd to Perth."


def test_a_relative_clause_without_its_subject_gets_the_noun_it_speaks_of() -> None:
    claims = by_words("The council proposed a night bus, which the drivers had already agreed to in principle.")
    told = claims["which the drivers had already agreed to in principle"].text
    assert told == "The drivers had already agreed to a night bus in principle."


def test_a_fronted_participle_is_asserted_of_the_subject() -> None:
    claims = by_words("By closing the northern harbour while expanding the canal, Norland cut freight costs in 2019.")
    assert claims["closing the northern harbour"].text == "Norland was closing the northern harbour."
    assert "expanding the canal" in claims
    assert "Norland cut freight costs in 2019" in claims


def test_a_condition_is_not_asserted_by_itself() -> None:
    claims = by_words("If the pumps fail, the valley could flood within days.")
    assert [claim.uncheckable for claim in claims.values()] == ["prediction"]


def test_a_duration_is_a_quantity_that_restates_its_clause() -> None:
    claims = by_words("The ministry agreed to suspend the toll for six weeks.")
    quantity = claims["for six weeks"]
    assert quantity.kind == "quantity"
    assert quantity.text == "The ministry agreed to suspend the toll for six weeks."


def test_an_amount_is_a_quantity() -> None:
    claims = by_words("Rents in the old town rose by 12 percent last year.")
    assert claims["by 12 percent"].kind == "quantity"


def test_a_quotation_is_one_claim_of_its_speaker() -> None:
    claims = by_words("“We never saw the plans, and nobody asked us,” said harbour pilot Ines Duarte.")
    (words, claim), *others = claims.items()
    assert others == []
    assert words == "“We never saw the plans, and nobody asked us,”"
    assert claim.kind == "quotation"
    assert claim.text == 'Ines Duarte said: "We never saw the plans, and nobody asked us."'
    assert claim.attribution is not None
    assert (claim.attribution.name, claim.attribution.speaker_title) == ("Ines Duarte", "harbour pilot")


def test_both_halves_of_a_quotation_go_to_the_speaker_between_them() -> None:
    text = '"The bridge was closed," said engineer Tom Vale. "It was never safe."'
    assert [c.attribution and c.attribution.speaker for c in by_words(text).values()] == ["Tom Vale", "Tom Vale"]


def test_a_quotation_in_a_reporting_clause_takes_the_whole_clause() -> None:
    claims = by_words(
        "While the port authority called the delay a “temporary problem with cranes,” shippers lost money."
    )
    claim = claims["the port authority called the delay a “temporary problem with cranes,”"]
    assert claim.kind == "quotation"
    assert claim.attribution is not None
    assert claim.attribution.speaker.lower() == "the port authority"
    assert "shippers lost money" in claims


def test_a_quotation_that_ends_with_its_clause_is_closed() -> None:
    article = Article(text="While the office called the repair a “solid piece of work,” others see it as a waste.")
    assert "The office called the repair a “solid piece of work.”" in [claim.text for claim in detect_claims(article)]


def test_one_or_two_quoted_words_are_a_term_not_a_quotation() -> None:
    claims = by_words("The board approved a “bridge loan” for the airline on Friday.")
    assert {claim.kind for claim in claims.values()} <= {"event", "quantity"}


def test_vague_voices_are_attributed_and_stay_checkable() -> None:
    claims = by_words("Analysts suggest the airline walked away with a brilliant deal.")
    (claim,) = claims.values()
    assert claim.checkable
    assert claim.check_worthiness >= 0.5
    assert claim.attribution is not None
    assert (claim.attribution.speaker, claim.attribution.direct) == ("Analysts", False)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("The merger could reshape the whole industry.", "prediction"),
        ("Perhaps the vote was lost already.", "opinion"),
        ("The minister should resign.", "opinion"),
        ("The speech was a spectacular failure.", "opinion"),
        ("The verdict raises questions about the inquiry.", "opinion"),
        ("Did the mayor read the report?", "question"),
    ],
)
def test_what_nobody_can_check_is_kept_and_marked(sentence: str, reason: str) -> None:
    claims = by_words(sentence)
    assert claims
    for claim in claims.values():
        assert claim.uncheckable == reason
        assert claim.check_worthiness < 0.5
        assert claim.reasons


def test_a_plain_statement_of_fact_is_worth_a_check() -> None:
    (claim,) = by_words("Norway exported 4 million tonnes of salmon to Japan in 2021.").values()
    assert claim.checkable
    assert claim.check_worthiness >= 0.5
    assert "It states a number" in claim.reasons[0]


def test_a_heading_that_asks_is_no_claim_and_its_quoted_words_are_a_quotation() -> None:
    text = "Trouble at Sea?\nThe ferry sank in May.\nThe Captain’s View: “Bad Luck”\nThe ferry was raised in June."
    claims = by_words(text, "Trouble at Sea?", "The Captain’s View: “Bad Luck”")
    assert "Trouble at Sea?" not in claims
    quoted = claims["The Captain’s View: “Bad Luck”"]
    assert (quoted.kind, quoted.uncheckable) == ("quotation", None)
    assert claims["The ferry sank in May"].heading == "Trouble at Sea?"


def test_a_claim_knows_its_sentence_and_the_one_before() -> None:
    claims = by_words("The ferry sank in May. The owner sold the wreck to a museum.")
    claim = claims["The owner sold the wreck to a museum"]
    assert claim.previous == "The ferry sank in May."
    assert claim.sentence is not None
    assert claim.sentence.exact == "The owner sold the wreck to a museum."


class Flat:
    """An embedder that the weights do not know."""

    name = "flat"

    def embed(self, texts: object) -> numpy.typing.NDArray[numpy.float32]:
        raise AssertionError("an embedder that the weights do not know is not asked")


def test_an_unknown_embedder_changes_nothing() -> None:
    article = Article(text="The ferry sank in May.")
    assert detect_claims(article, Flat()) == detect_claims(article)


def test_a_sentence_of_20_000_characters_is_split() -> None:
    text = "The ferry carried " + ", ".join(f"{n} crates to Port {n}" for n in range(900)) + "."
    assert len(text) > 20_000
    claims = detect_claims(Article(text=text))
    assert all(claim.span.is_in(text) for claim in claims)


CLAUSES = [
    "the mayor of Vallby opened the tunnel",
    "prices rose by 3 percent",
    "“we are ready for the winter,” said Dr. Lena Voss",
    "critics argue that the dam leaks",
    "which had been closed since 1998",
    "while keeping its fleet in the harbour",
    "he called it “a very strange way to save money”",
    "‘No comment’",
    "Vallby — once a port —",
    "naïve café owners lost €4.5m",
    "(nobody was hurt)",
    "a “so-called” expert",
    "مرحبا بالعالم",
    "👩‍🚒 saved 12 cats",
    '"',
    "”",
    "“",
]
GLUE = [", ", ". ", "; ", "—", " and ", " but ", "? ", "\n", "\n\n", " because ", ": ", " "]


@given(st.lists(st.tuples(st.sampled_from(CLAUSES), st.sampled_from(GLUE)), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_claim_holds_words_of_its_article(pieces: list[tuple[str, str]]) -> None:
    article = Article(text="".join(clause + glue for clause, glue in pieces))
    claims = detect_claims(article)
    assert all(span.is_in(article.text) for claim in claims for span in claim.spans)
    assert len({claim.id for claim in claims}) == len(claims)
    assert all(0 <= claim.check_worthiness <= 1 and claim.text.strip() for claim in claims)
    assert list(claims) == sorted(claims, key=lambda claim: (claim.span.start, claim.span.end))


@given(st.text(min_size=1, max_size=200).filter(str.strip))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_read_without_an_error(text: str) -> None:
    import unicodedata

    article = Article(text=unicodedata.normalize("NFC", text))
    assert all(claim.span.is_in(article.text) for claim in detect_claims(article))


@pytest.mark.parametrize(
    "sentence",
    [
        "Once the talks end, the government aims to vote.",
        "Since the suit was filed, the state has arrested five people.",
        "As the storm came nearer, the council closed two schools.",
        "After the mayor left, the crowd of 300 people went home.",
    ],
)
def test_a_clause_in_front_of_the_main_one_keeps_its_conjunction(sentence: str) -> None:
    (claim,) = by_words(sentence).values()
    assert claim.text == sentence and claim.span.exact == sentence[:-1]


def test_a_clause_in_front_that_is_a_fact_of_its_own_is_still_one() -> None:
    told = {claim.text for claim in by_words("Although the mayor resigned, the council kept its plan.").values()}
    assert told == {"The mayor resigned.", "The council kept its plan."}


@pytest.mark.parametrize("sees", ["has seen 24 resignations this year", "saw a rapid rise of 12 percent in May"])
def test_who_sees_something_happen_to_it_reports_nothing(sees: str) -> None:
    (claim,) = by_words(f"The police department of Northfield {sees}.").values()
    assert claim.attribution is None


def test_the_second_half_of_a_quoted_sentence_is_told_with_the_first() -> None:
    claims = by_words("“The bridge is safe,” the mayor said, “and it will open in May.”")
    assert claims["“The bridge is safe,”"].text == 'The mayor said: "The bridge is safe."'
    assert claims["“and it will open in May.”"].text == 'The mayor said: "The bridge is safe, and it will open in May."'


def test_the_condition_of_a_quoted_sentence_is_not_told_without_what_follows_from_it() -> None:
    claims = by_words("“If you believe him,” the official said, “then the bridge is safe.”")
    whole = 'The official said: "If you believe him, then the bridge is safe."'
    assert {claim.text for claim in claims.values()} == {whole}


def test_words_of_two_people_are_not_halves_of_one_sentence() -> None:
    claims = by_words("“It is late,” said Ana Reyes. “at six,” said Mark Lund, “we go home.”")
    assert claims["“It is late,”"].text.endswith('said: "It is late."')


def test_a_clause_about_another_is_not_told_without_the_one_before_it() -> None:
    told = [claim.text for claim in by_words("One pilot flies the plane while another operates the radios.").values()]
    assert not any(text.startswith("Another") for text in told) and told


def test_what_only_leads_to_a_quotation_is_cut_off_behind_a_claim() -> None:
    claims = by_words(
        "Ana Reyes said the agency will soon be back to full work but added, “We had 50,000 people at home.”"
    )
    assert not any(claim.text.rstrip(".").endswith("but added") for claim in claims.values()) and len(claims) == 2


def test_a_sentence_that_ends_in_one_another_is_whole() -> None:
    (claim,) = by_words("Both sides spent the week attacking one another.").values()
    assert claim.text == "Both sides spent the week attacking one another."


def test_the_condition_in_front_of_quoted_words_is_told_with_them() -> None:
    sentence = 'If that forecast holds, the fire service said, "then this will be a good year."'
    assert by_words(sentence)['"then this will be a good year."'].text == sentence


def test_a_quotation_may_end_in_words_quoted_inside_it() -> None:
    (claim, _) = by_words("“My father often said ‘we came through,’” Mary Reyes said. “I am here.”").values()
    assert claim.kind == "quotation" and claim.text.startswith("Mary Reyes said: ")
