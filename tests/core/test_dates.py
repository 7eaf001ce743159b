"""The date reader: days, months and years in English text, absolute and relative, each in its exact place."""

from __future__ import annotations

import ast
import calendar
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

import pipeline
from pipeline.check.checkers.titles.times import dates_in
from pipeline.core.english import (
    MONTHS,
    WEEKDAYS,
    find_dates,
    find_written_dates,
    format_date,
    month_number,
    weekday_number,
)
from pipeline.core.models import PartialDate

TODAY = date(2020, 6, 17)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 3 May 2014.", [("3 May 2014", "2014-05-03")]),
        ("on the 3rd of May, 2014", [("3rd of May, 2014", "2014-05-03")]),
        ("on May 3rd, 2014 he", [("May 3rd, 2014", "2014-05-03")]),
        ("on Sept. 3, 2014", [("Sept. 3, 2014", "2014-09-03")]),
        ("on 2014-05-03T10:00", [("2014-05-03", "2014-05-03")]),
        ("in May 2014", [("May 2014", "2014-05")]),
        ("in june 2014", [("june 2014", "2014-06")]),
        ("in 2014", [("2014", "2014")]),
        ("from 1961-1964", [("1961", "1961"), ("1964", "1964")]),
        ("in the 1990s", [("1990s", None)]),
        ("between 1993 and 2000", [("1993", "1993"), ("2000", "2000")]),
    ],
)
def test_dates_are_read_with_their_words_and_no_more_precisely_than_told(
    text: str, expected: list[tuple[str, str | None]]
) -> None:
    found = [(text[when.start : when.end], when.partial and str(when.partial)) for when in find_dates(text)]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    ["they may 10 times march", "2014 people", "a 1,990 year", "on 31 June 2014", "May 5,000", "14 50", "", "in 20145"],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert find_dates(text) == ()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", date(2020, 6, 17), date(2020, 6, 17)),
        ("yesterday", date(2020, 6, 16), date(2020, 6, 16)),
        ("on Tuesday", date(2020, 6, 16), date(2020, 6, 16)),
        ("last week", date(2020, 6, 8), date(2020, 6, 14)),
        ("next month", date(2020, 7, 1), date(2020, 7, 31)),
        ("last year", date(2019, 1, 1), date(2019, 12, 31)),
        ("in March", date(2020, 3, 1), date(2020, 3, 31)),
        ("since October", date(2019, 10, 1), date(2019, 10, 31)),
        ("on 3 May", date(2020, 5, 3), date(2020, 5, 3)),
    ],
)
def test_what_needs_a_day_to_be_understood_is_read_only_with_one(text: str, first: date, last: date) -> None:
    (when,) = find_dates(text, TODAY)
    assert (when.first, when.last) == (first, last)
    assert find_dates(text) == ()


def test_a_day_that_the_calendar_lacks_is_still_read_as_written() -> None:
    (written,) = find_written_dates("until 31 June 2014")
    assert (written.day, written.month, written.year) == (31, 6, 2014)
    assert find_dates("until 31 June 2014") == ()


def test_titles_take_a_year_alone_only_after_a_word_that_dates() -> None:
    assert dates_in("He led it in 2014, a 1999 model (2001)") == (PartialDate("2014"),)


def test_names_of_months_and_weekdays_have_their_numbers() -> None:
    assert [month_number(name) for name in MONTHS] == [month_number(name[:3].upper()) for name in MONTHS]
    assert [month_number(name) for name in MONTHS] == list(range(1, 13))
    assert [weekday_number(f"{name[:3]}.") for name in WEEKDAYS] == list(range(7))


FORMS = [
    lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}",
    lambda day: f"the {day.day}th of {MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
    lambda day: f"{MONTHS[day.month - 1][:3].upper()} {day.day:02}, {day.year}",
    date.isoformat,
    format_date,
]
DAYS = st.dates(date(1000, 1, 1), date(2099, 12, 31))


@given(DAYS, st.sampled_from(FORMS))
def test_a_day_in_any_accepted_form_is_read_back(day: date, write) -> None:
    text = f"He spoke on {write(day)}, it says."
    (when,) = find_dates(text)
    assert (when.first, when.last, when.precision) == (day, day, "day")
    assert text[when.start : when.end] == write(day).removeprefix("the ")


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y-%m", "%Y"]))
def test_a_partial_date_is_said_and_read_back(day: date, form: str) -> None:
    partial = PartialDate(day.strftime(form))
    (when,) = find_dates(f"in {format_date(partial)}")
    assert (when.partial, when.first, when.last) == (partial, partial.earliest, partial.latest)


@given(DAYS)
def test_a_weekday_is_the_last_one_before_the_day_or_that_day(today: date) -> None:
    (when,) = find_dates(f"on {WEEKDAYS[today.weekday()]}", today)
    assert when.first == today
    (when,) = find_dates(f"on {WEEKDAYS[(today - timedelta(days=3)).weekday()]}", today)
    assert when.first == today - timedelta(days=3)


PIECES = st.sampled_from([
    "May", "may", "June", "Sept.", "3", "31", "30th", "the", "of", "in", "2014", "1990s", "-", "–", ",", "(", "last",
    "week", "month", "Tuesday", "today", "2014-05-03", "0", "9999-12-31", "1000", "next", "year",
])  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES).map("".join))


@settings(max_examples=300)
@given(TEXTS, st.none() | st.dates())
def test_any_text_is_read_and_no_two_dates_overlap(text: str, today: date | None) -> None:
    dates = find_dates(text, today)
    assert all(0 <= when.start < when.end <= len(text) and when.first <= when.last for when in dates)
    assert all(one.end <= two.start for one, two in zip(dates, dates[1:], strict=False))


def test_the_names_of_months_and_weekdays_stand_in_one_module() -> None:
    names = {*(name for name in calendar.month_name if name), *calendar.day_name}
    tables = {"month_name", "month_abbr", "day_name", "day_abbr"}
    holding = []
    for path in sorted(Path(pipeline.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        strings = " ".join(
            str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        if used & tables or sum(name in strings for name in names) > 3:
            holding.append(path.name)
    assert holding == ["dates.py"]
