"""Checks inside the article: what is flagged, and what only looks odd."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.check.checkers.consistency import check_consistency
from pipeline.check.checkers.consistency.checker import find_oddities
from pipeline.check.checkers.consistency.figures import find_figures
from pipeline.core.models import Article, Claim, Finding, Heading, Span
from pipeline.core.ports import CheckContext

DAY = date(2025, 3, 1)

ODD = [
    (
        "Of those asked, 48 percent said yes, 30 percent were against and the remaining 32 percent had no view.",
        "32 percent",
    ),
    ("The pool was kept open in a referendum by 55% to 48%.", "48%"),
    ("The storm killed 23 people — 12 men and nine women — police said.", "nine"),
    ("Twelve men and nine women, a total of 23, were taken to hospital.", "23"),
    ("The 40 victims comprised 22 men and 16 women.", "16"),
    ("Of the 23 passengers, 12 were from Velda and the other nine were from Tarn.", "nine"),
    ("She won four medals (two gold and one silver) that summer.", "one"),
    ("The jury of seven men and five women, 13 in all, was sent home.", "13"),
    ("Inspectors failed 15 of 20 schools, or 60 percent.", "60 percent"),
    ("The hall opens on Tuesday (March 5).", "Tuesday (March 5"),
    ("Sara Holt (34) was fined. Sara Holt (43) has paid.", "43"),
    ("Membership doubled from 10 to 30 in a year.", "30"),
    ("Visits doubled from 10,000 to 40,000 a year.", "40,000"),
    ("Sales more than tripled from 200 to 450 units.", "450"),
    ("Unemployment fell from 5.1 percent to 5.4 percent in March.", "5.4 percent"),
    ("Revenue rose 20 percent from $100 million to $150 million.", "$150 million"),
    ("The trial opens on Tuesday, 5 March 2025.", "Tuesday, 5 March 2025"),
    ("The trial opens on Tuesday, March 5.", "Tuesday, March 5"),
    ("The fair opened on March 5, a Monday.", "March 5, a Monday"),
    ("The licence expires on 31 June.", "31 June"),
    ("The treaty was signed on February 30, 1998.", "February 30, 1998"),
    ("He was mayor from 2014 to 2017, a period of five years.", "five"),
    ("Her eight-year term from 2014 to 2018 ended badly.", "eight"),
    ("The bridge opened ten years ago, in 2010.", "ten"),
    ("A three-day visit from Monday to Friday is planned.", "three"),
    ("A five-day tour from 3 March to 12 March was announced.", "five"),
    ("Maria Calder, 45, born in 1970, has run the shop since spring.", "45"),
    ("Born in 1930, he died in 2010 aged 75.", "75"),
    ("Ernst Vollan (1921-1990) died at the age of 72.", "72"),
    ("She was born in 1950 and turned 60 in 2012.", "60"),
    ("The mayor, Anna Kowalska, agreed. Mrs Kowalksa said it cost little.", "Kowalksa"),
    ("The coach, Peter Lindqvist, resigned. Friends of Peter Lindquist were surprised.", "Lindquist"),
    ("John Harmon, 34, of Tarn, appeared in court. John Harmon, 43, denied the charge.", "43"),
]

FINE = [
    "Of those asked, 48 percent said yes, 30 percent no and the remaining 22 percent had no view.",
    "The state holds 40 percent. Two funds hold 20 percent each and the remaining 20 percent is traded.",
    "The pool was kept open in a referendum by 52% to 48%.",
    "Among the 23 dead were 12 men and nine women.",
    "The storm killed 23 people, including 12 men and nine women.",
    "The storm killed 23 people, 12 horses and nine dogs.",
    "The fleet of 20 ships (12 tankers, five ferries) sailed.",
    "She has two children, 12 and nine, and a dog.",
    "The club fell from 10 to 30 in the rankings.",
    "The rupee fell from 80 to 84 against the dollar.",
    "Attendance fell from 2019 to 2015 levels.",
    "Revenue rose 12% from $3.0 billion to $3.4 billion.",
    "Exports nearly doubled from 11 million tonnes to 20 million tonnes.",
    "In May 31 people were hurt, and in June 31 more.",
    "By June 31 deaths had been recorded.",
    "There is no 31 June.",
    "On Tuesday and Wednesday, March 4 and 5, the museum is closed.",
    "From Monday to Friday, March 3-7, the road is shut.",
    "It was Friday, Nov. 22, 1963.",
    "It was 1987. On Tuesday, March 5, the yard closed.",
    "Next year it will be run on March 5, a Thursday again.",
    "It opened a year ago, on Wednesday, March 5.",
    "He lived in Velda for three years between 2010 and 2020.",
    "Votes were held every two years from 2000 to 2010.",
    "The study followed people aged 37–73 years between 2006 and 2010.",
    "His father, born in 1950, taught Maria Calder, 45, to ride.",
    "Maria Calder, 54, born in 1970, has run the shop since spring.",
    "Ernst Vollan (1921-1990) died at 72 Church Road.",
    "Boris Johnson met Boris Johnston at the club.",
    "Anna Petrov arrived. Anna Petrova left.",
    "Joan Fischer spoke. Mr Fisher did not.",
    "Rain fell from 6 to 10 on Sunday.",
    "Of the 50 states, 27 have one law and the remaining 23 another.",
    "In all, 45 people (20 adults and 25 children) were moved to a school.",
    "The firm has 300 staff (200 in Velda and 100 in Tarn).",
    "The seven men and five women, 12 in all, were sent home.",
    "Inspectors failed 15 of 20 schools, or 75 percent.",
    "Inspectors failed 13 of 19 schools, or about 70 percent.",
    "Inspectors failed two of the 19 schools, 40 percent fewer than a year before.",
    "He sold 40% of the firm in May and the remaining 30% in June.",
    "From 2010 to 2019, 12-year-olds were asked each year.",
    "He led the party from 2005 to 2016, three years as mayor behind him.",
    "Jane Moss, 30, whose mother was born in 1960, won.",
    "The age limit was lowered from 21 to 18.",
    "The team played 23 matches, won 12 and drew nine.",
]


class Nobody:
    def of_person(self, name: str) -> tuple[()]:
        return ()

    def named(self, surname: str) -> tuple[()]:
        return ()

    def passages(self) -> tuple[()]:
        return ()

    def __len__(self) -> int:
        return 0


def claim(article: Article, words: str, *, near: int = 0, opinion: bool = False) -> Claim:
    span = Span.locate(words, article.text, near=near)
    return Claim(
        article_id=article.id,
        spans=(span,),
        text=words,
        check_worthiness=0.5,
        uncheckable="opinion" if opinion else None,
        sentence=span,
    )


def check(article: Article, *claims: Claim) -> list[Finding]:
    context = CheckContext(article, claims, (), DAY, Nobody(), Nobody(), None)  # type: ignore[arg-type]
    return [check_consistency(each, context) for each in claims]


@pytest.mark.parametrize(("text", "odd"), ODD)
def test_what_contradicts_itself_is_found_at_the_odd_place(text: str, odd: str) -> None:
    assert [each.span.exact for each in find_oddities(Article(text=text, published_at=DAY))] == [odd]


@pytest.mark.parametrize("text", FINE)
def test_what_only_looks_odd_is_left_alone(text: str) -> None:
    assert find_oddities(Article(text=text, published_at=DAY)) == ()


def test_a_message_shows_both_places() -> None:
    (odd,) = find_oddities(Article(text="The storm killed 23 people — 12 men and nine women — police said."))
    assert "12 + 9 is 21, not 23" in odd.message and "23 people — 12 men and nine" in odd.message


def test_a_date_without_a_year_needs_the_date_of_the_article() -> None:
    text = "The trial opens on Tuesday, March 5."
    assert find_oddities(Article(text=text)) == ()
    assert find_oddities(Article(text=text, published_at=date(2024, 2, 20))) == ()
    assert find_oddities(Article(text=text, published_at=date(2025, 9, 20))) == ()  # too far to be sure of the year


def headed(headline: str, body: str) -> Article:
    text = f"{headline}\n{body}"
    return Article(text=text, headings=(Heading(span=Span.of(text, 0, len(headline)), level=1),))


def test_a_headline_and_a_body_that_differ_in_a_figure_are_flagged_in_the_body() -> None:
    article = headed("Council backs £3m plan for library", "The council has backed a £5.8m plan for a library.")
    assert [each.span.exact for each in find_oddities(article)] == ["£5.8m"]
    article = headed("Five hurt in tram crash", "Seven people were hurt in a tram crash, police said.")
    assert [each.span.exact for each in find_oddities(article)] == ["Seven"]


@pytest.mark.parametrize(
    "body",
    [
        "The council has backed a £2.8m plan for a library.",
        "The council has backed a plan for a library of about £4m.",
        "The council last year backed a £5.8m plan for a library.",
        "The council has backed a £5.8m plan for a swimming pool in Tarn.",
    ],
)
def test_a_rounded_figure_or_one_of_another_thing_is_no_difference(body: str) -> None:
    assert find_oddities(headed("Council backs £3m plan for library", body)) == ()


def test_a_flag_is_on_the_one_claim_that_holds_its_words() -> None:
    article = Article(text="It rained. The club doubled its members from 10 to 30. It rained on.")
    claims = [claim(article, words) for words in ("It rained.", "The club doubled its members from 10 to 30.")]
    whole = claim(article, article.text)
    first, second, third = check(article, *claims, whole)
    assert not first.flags and not third.flags
    (flag,) = second.flags
    assert (flag.kind, flag.span.exact, flag.checker) == ("inconsistent_article", "30", "consistency")


def test_words_in_no_claim_are_flagged_on_the_nearest_that_can_be_checked() -> None:
    article = Article(text="A far one.\nIt rained. Members doubled from 10 to 30. It snowed.")
    far, rained, snowed = (claim(article, words) for words in ("A far one.", "It rained.", "It snowed."))
    opinion = claim(article, "Members doubled from 10 to 30.", opinion=True)
    counts = [len(finding.flags) for finding in check(article, far, rained, opinion, snowed)]
    assert sum(counts) == 1 and counts[0] == counts[2] == 0


VOCABULARY = (
    "the 12 23 men and women 31 June Tuesday, March 5 — ( ) % percent from to 2014 2017 three years doubled Anna "
    "Kowalska Kowalksa Mrs said aged born in died remaining $3m £ . , people a total of 1,000,000 “ ” é 9-year"
)
WORDS = st.sampled_from([*VOCABULARY.split(), "\n"])


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(min_size=1, max_size=120), st.lists(WORDS, min_size=1, max_size=40).map(" ".join)))
def test_any_text_gives_exact_spans_and_the_same_answer_twice(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    article = Article(text=text or "x", published_at=DAY)
    found = find_oddities(article)
    find_oddities.cache_clear()
    assert find_oddities(article) == found
    assert all(each.span.is_in(article.text) for each in found)


@given(st.integers(1, 10**9))
def test_a_figure_with_commas_is_read_back(value: int) -> None:
    (figure,) = find_figures(f"about {value:,} of them")
    assert figure.value == value
