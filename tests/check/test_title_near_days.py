"""Sentences of the news that tie a name to a near day, and sentences that only hold both."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.check.checkers.titles import Records
from pipeline.check.checkers.titles.checker import outcome_of
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.check.checkers.titles.near_days import tells_of_a_near_day
from pipeline.core.models import Article, OfficeRecord

DAY = date(2019, 5, 14)
"""A Tuesday."""


@pytest.mark.parametrize(
    "text",
    [
        "It fell to N.N. to calm the fans on Monday night.",
        "The parcel was left on the desk of N.N. at 6am on Sunday.",
        "Staff were told on Monday that N.N. would forgo a rise.",
        "Joined by N.N., the actor toured the docks this week.",
        "Bo Lind, an aide to N.N., was fined on Monday.",
        "Denmark agreed, while N.N. asked for time, two diplomats said on Monday.",
        "The finance director, Bo Lind, reports to N.N. from 1 September.",
        "The takeover code gives N.N. until 5pm on June 9 to make an offer.",
        "At stake on 20 May is the future of N.N.",
        "The ship sailed on Monday, hours before N.N. stopped it.",
    ],
)
def test_a_name_and_a_near_day_hang_on_one_verb(text: str) -> None:
    before, _, after = text.partition("N.N.")
    assert tells_of_a_near_day(before, after, DAY)


@pytest.mark.parametrize(
    "text",
    [
        "The stone, laid by N.N., was found on Monday.",
        "The school that N.N. opened was closed on Monday.",
        "The court heard on Monday that N.N. signed the lease.",
        "A man who had threatened N.N. was jailed on Monday.",
        "On Monday he recalled the night when N.N. spoke to the crew.",
        "The widow of N.N. said on Monday that she was glad.",
        "The former driver of N.N. was fined on Monday.",
        "The daughter of N.N. opened the fair on Monday.",
        "A portrait of N.N. was sold on Monday.",
        "The novel out on Monday begins with N.N. in a lift.",
        "The road was named after N.N. on Monday.",
        "As a young clerk he carried the bags of N.N. up four flights; on Monday he came back.",
        "As a student she met N.N. on a Monday.",
        "It could not be held, N.N. wrote in a cable that was made public on Monday.",
        "The ban goes back to N.N., who had lost a dog.",
        "N.N. never believed it.",
        "Sales rose on Monday; the firm owes its life to N.N.",
        '"Come on Monday," N.N. told the boys.',
        "In those days N.N. would cycle in on Monday and leave on Friday.",
        "The line was opened on 3 May 1977 by N.N.",
    ],
)
def test_a_near_day_of_something_else_ties_nobody_to_it(text: str) -> None:
    before, _, after = text.partition("N.N.")
    assert not tells_of_a_near_day(before, after, DAY)


def _outcomes(text: str, ended: str) -> set[str]:
    known = {"office": "Rector", "organisation": "Lea University", "country": "Ireland", "as_of": date(2024, 1, 1)}
    records = Records(
        [
            OfficeRecord(person="Ana Reyes", start="2008-01-01", end=ended, source="List", **known),
            OfficeRecord(person="Bo Lind", start=ended, end="2023-01-01", source="List", **known),
        ]
    )
    article = Article(text=text, published_at=DAY)
    return {outcome_of(each, article, records, DAY).outcome for each in sightings(article)}


def test_who_left_half_a_year_before_is_called_out_of_date_there_and_who_left_last_month_is_not() -> None:
    text = "The ransom note landed in the inbox of Lea University rector Ana Reyes at 4.12am on Sunday."
    assert _outcomes(text, "2012-06-30") == {"stale"}
    assert _outcomes(text, "2018-10-31") == {"stale"}
    assert _outcomes(text, "2019-04-14") == {"unknown"}


@pytest.mark.parametrize(
    "text",
    [
        "The stone laid by Lea University rector Ana Reyes was found face down on Monday.",
        "Ten years later the note landed in the inbox of Lea University rector Ana Reyes on a Sunday.",
        "In 2011 the lake froze. The note landed in the inbox of Lea University rector Ana Reyes on Sunday.",
        "As a boy he shook hands with Lea University rector Ana Reyes; on Monday he became a student there.",
    ],
)
def test_news_of_the_day_beside_an_older_deed_calls_nobody_out_of_date(text: str) -> None:
    assert "stale" not in _outcomes(text, "2012-06-30")
