"""Bodies that a title names in part, by letters or by what they are: the record's own, and others of like names."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.check.checkers.titles import Records
from pipeline.check.checkers.titles.checker import outcome_of
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.core.models import Article, OfficeRecord

DAY = date(2019, 5, 14)


def judged(text: str, office: str, body: str, country: str = "United Kingdom", *, others: bool = True) -> str:
    """Return what comes of a title that Ana Reyes had until 2015, and Bo Lind has now, where `others` are known."""
    terms = (("Ana Reyes", "2010-03-01", "2015-02-28"), ("Bo Lind", "2015-03-01", "2023-01-31"))
    office_of = {"office": office, "organisation": body, "country": country, "as_of": date(2024, 1, 1)}
    records = Records(
        OfficeRecord(person=who, start=start, end=end, source="List", **office_of)
        for who, start, end in terms[: 1 + others]
    )
    article = Article(text=text, published_at=DAY)
    return next((outcome_of(each, article, records, DAY).outcome for each in sightings(article)), "none")


def said_by(title: str) -> str:
    return f"{title.format('Ana Reyes')} said on Monday that it was over."


@pytest.mark.parametrize(
    ("office", "body", "title"),
    [
        ("Sheriff", "Tarn County Sheriff's Office", "Tarn County Sheriff {}"),
        ("Coroner", "Tarn County Coroner's Office", "Tarn County Coroner {}"),
        ("General Secretary", "National Union of Rope, Sail and Harbour Workers", "RSH general secretary {}"),
        ("President", "Federation of Uganda Rowing Associations", "FURA president {}"),
        ("President", "Norland Olympic Committee", "{}, president of the Norland Olympic Committee,"),
        ("Chairman", "Tarn Rovers Football Club", "Tarn Rovers chairman {}"),
        ("Chair", "Arts Council England", "Arts Council chair {}"),
    ],
)
def test_a_body_is_named_by_a_part_of_its_name_by_letters_or_with_what_it_is(
    office: str, body: str, title: str
) -> None:
    assert judged(said_by(title), office, body) == "stale"


@pytest.mark.parametrize(
    ("office", "body", "title"),
    [
        ("President", "United Rope Workers Local 60", "URW president {}"),
        ("President", "National Rowing League Players Association", "NRL president {}"),
        ("Director", "Association of Rail Transport", "Art director {}"),
        ("Director-General", "Elm Broadcasting Corporation", "{}, a director of the Elm Broadcasting Corporation,"),
        ("Leader", "National Liberals", "Liberal leader {}"),
        ("Chief Executive Officer", "Elmbank AG", "{}, chief executive of Austrian lender Elmbank,"),
        ("Chief Executive Officer", "Elmhouse Boston", "{}, chief executive of London bank Elmhouse,"),
        ("President", "Rope Makers Association Wales", "RMA president {}"),
        ("Administrator", "Harbour Protection Agency Region 5", "HPA Administrator {}"),
        ("Chief Executive Officer", "Elmbank Leasing GmbH", "{}, chief executive of lender Elmbank,"),
        ("Chairman", "Tarn Town Council", "Tarn Town chairman {}"),
        ("Chairman", "Tarn County Council", "Tarn chairman {}"),
        ("Head Coach", "Dynamo Moscow", "Dynamo coach {}"),
        ("Editor", "Elm Times", "Elm Sunday Times editor {}"),
        ("Regional Director, Tarn", "Elm Trust", "{}, director of the Elm Trust,"),
    ],
)
def test_a_part_a_sister_or_a_like_name_is_another_body(office: str, body: str, title: str) -> None:
    assert judged(said_by(title), office, body) not in ("stale", "wrong_office", "right")


def test_a_junior_ministers_portfolio_is_a_part_of_the_secretarys() -> None:
    culture = ("Secretary of State for Culture, Media and Sport", "HM Government", "United Kingdom")
    assert judged(said_by("British sports minister {}"), *culture) not in ("stale", "right")


@pytest.mark.parametrize(
    ("office", "body", "country", "title"),
    [
        ("Chief Executive Officer", "Elmbank AG", "Austria", "{}, chief executive of Austrian lender Elmbank,"),
        ("Chairman of the Parliament", "Parliament of Georgia", "Georgia", "Parliament speaker {}"),
        ("President of the National Assembly", "National Assembly", "France", "French National Assembly speaker {}"),
        ("Executive Mayor", "City of Cape Town", "South Africa", "Cape Town Mayor {}"),
        ("Cabinet Secretary for Health", "Government of Kenya", "Kenya", "Health Cabinet Secretary {}"),
        ("Minister of Industry and Trade", "Government of Vietnam", "Vietnam", "Vietnamese Trade Minister {}"),
        (
            "Under-Secretary-General for Humanitarian Affairs and Emergency Relief Coordinator",
            "United Nations",
            "International",
            "The UN's humanitarian chief, {},",
        ),
        (
            "Regional Director, Middle East and North Africa",
            "Amnesty International",
            "International",
            "{}, Amnesty International's director for the Middle East and North Africa,",
        ),
    ],
)
def test_an_office_is_known_by_what_the_press_calls_it(office: str, body: str, country: str, title: str) -> None:
    assert judged(said_by(title), office, body, country) == "stale"


def test_of_a_ministry_that_nobody_else_is_known_to_have_a_part_may_have_been_cut_out() -> None:
    ministry = ("Minister of Industry and Trade", "Government of Vietnam", "Vietnam")
    assert judged(said_by("Vietnamese Trade Minister {}"), *ministry, others=False) == "unknown"


AUDITOR = ("Auditor-General", "Audit Office", "Norway")


@pytest.mark.parametrize(
    "sentence",
    [
        "Only 38 of 257 towns got a clean audit last year, Auditor-General Ana Reyes said in a report.",
        '"We lost a street," said Ana Reyes, the Auditor-General, who had been on the line since dawn.',
        "Auditor-General Ana Reyes ruled out a second audit.",
        "Auditor-General Ana Reyes said in a report on the 2012 budget that ferries would be late.",
    ],
)
def test_what_is_said_today_of_another_year_is_said_today(sentence: str) -> None:
    assert judged(sentence, *AUDITOR) == "stale"


@pytest.mark.parametrize(
    "sentence",
    [
        "It was Auditor-General Ana Reyes who in March 2012 stopped the works, and people quote her today.",
        "It was Auditor-General Ana Reyes who first said, in a report tabled in 2012, that ferries were bought.",
        "A third of it was lost, Auditor-General Ana Reyes said in a report released in 2012.",
        "The island was lost, Auditor-General Ana Reyes said in a cable made public on Monday under the 30-year rule.",
        "It was asked for thrice, Auditor-General Ana Reyes said in evidence that was kept secret until yesterday.",
        "FILE PHOTO: Auditor-General Ana Reyes opens the depot.",
        "'We will not pay twice,' Auditor-General Ana Reyes said a year ago.",
        "Last March Auditor-General Ana Reyes said in a report that ferries would be late.",
        '"It was hard," said Ana Reyes, the Auditor-General, who has been out of office since midnight.',
        "Auditor-General Ana Reyes set out for the islands with two ships.",
        "Auditor-General Ana Reyes said in a 2012 report that ferries would be late.",
        "Ten years ago the hill came down. 'We heard it,' said Ana Reyes, the Auditor-General.",
    ],
)
def test_what_was_said_or_done_in_another_year_tells_nothing_of_the_title_today(sentence: str) -> None:
    assert judged(sentence, *AUDITOR) not in ("stale", "wrong_office")


@pytest.mark.parametrize(
    ("text", "office", "body"),
    [
        ("The Calder Rotary meets on 29 June, President Ana Reyes said on Monday.", "President", "Tarn Valley College"),
        (
            "Chairman Ana Reyes, who owns the Calder bakery, said on Monday it was over.",
            "Chairman",
            "Rugby Union of Norland",
        ),
        ("Rector Ana Reyes said on Monday that the hall would be shut.", "Rector", "University of Brask"),
    ],
)
def test_a_bare_title_is_of_no_body_of_which_the_text_names_no_word(text: str, office: str, body: str) -> None:
    assert judged(text, office, body) == "unknown"


@pytest.mark.parametrize(
    ("text", "office", "body"),
    [
        (
            "Tarn Valley College reopens in June, President Ana Reyes said on Monday.",
            "President",
            "Tarn Valley College",
        ),
        ("Mayor Ana Reyes said on Monday that the hall would be shut.", "Mayor", "Brask City Council"),
    ],
)
def test_a_bare_title_is_of_the_body_that_the_text_names_and_a_mayor_of_the_place(
    text: str, office: str, body: str
) -> None:
    assert judged(text, office, body) == "stale"


@pytest.mark.parametrize(("country", "outcome"), [("Ghana", "stale"), ("Australia", "unknown")])
def test_a_minister_of_one_joined_portfolio_is_out_of_date_once_another_has_it_alone_but_in_a_federation(
    country: str, outcome: str
) -> None:
    terms = (
        ("Ana Reyes", "Minister for Finance and Economic Planning", "2010-03-01", "2015-02-28"),
        ("Bo Lind", "Minister for Finance", "2015-03-01", "2023-01-31"),
    )
    records = Records(
        OfficeRecord(person=who, office=office, organisation="Ministry of Finance", country=country,
                     start=start, end=end, as_of=date(2024, 1, 1), source="List")
        for who, office, start, end in terms
    )  # fmt: skip
    article = Article(text=said_by("Finance Minister {}"), published_at=DAY)
    assert {outcome_of(each, article, records, DAY).outcome for each in sightings(article)} == {outcome}


def test_the_head_of_a_bank_may_have_gone_to_one_of_another_country_and_no_minister_does() -> None:
    bank, ministry = "Reserve Bank of New Zealand", "Australian Government"
    moved = judged(said_by("Reserve Bank of Australia governor {}"), "Governor", bank, "New Zealand")
    mixed_up = judged(said_by("Austrian foreign minister {}"), "Minister for Foreign Affairs", ministry, "Australia")
    assert (moved, mixed_up) == ("not_in_records", "wrong_country")
