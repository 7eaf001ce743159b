"""Reckonings inside an article that go over times, ways, lists and sentences: what is odd, and what only looks so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings, strategies as st

from pipeline.check.checkers.consistency.checker import find_oddities
from pipeline.core.models import Article

DAY = date(2025, 3, 12)

ODD = [
    ("They went on at 2.15 pm and came off at 5.01 pm, two hours and 16 minutes later.", "two hours and 16 minutes"),
    (
        "The train leaves at 8.40 in the morning and is in Aro at 2.05 in the afternoon, a journey of eight hours.",
        "eight hours",
    ),
    (
        "The ferry sails at 07:10 and is in port at 09:55. The crossing takes three hours and 45 minutes.",
        "three hours and",
    ),
    ("The meeting opened at 7pm and closed at 9.30pm, three and a half hours.", "three and a half hours"),
    ("The 210 km to Holm are covered in an hour and a half, at an average of 180 km/h.", "180 km/h"),
    ("The bird covered 9,600 km in ten days. That works out at an average of 60 km/h.", "60 km/h"),
    ("He rode the 60 miles in three hours, an average speed of 30 mph.", "30 mph"),
    ("The plots gave 9.2, 8.4, 7.6 and 6.8 tonnes a hectare, an average of 8.6 tonnes.", "8.6"),
    ("They scored 12, 15 and 18 points, an average of 16.", "16"),
    ("The gauge had 18.5 inches, beating the old mark of 14.2 inches, set in 1987, by 5.3 inches.", "5.3"),
    (
        "It shipped 41.2 million kg of tea in the year to June, against 34.6 million kg in the year before, a rise of "
        "7.6 million kg.",
        "7.6 million",
    ),
    (
        "The club lost 412 lb, those of the other club 365 lb and those of the Holm club 298 lb, a total of 1,175 lb.",
        "1,175",
    ),
    (
        "It comes to £4.86 million and is made up of four blocks: £1.9 million for roads, £1.24 million for the pool, "
        "£820,000 for parks and £700,000 for halls.",
        "£4.86 million",
    ),
    ("The 320 walkers who set out on Saturday brought in $96,000 between them, or $350 each.", "$350"),
    (
        "Each of its 1,200 workers will get a bonus of 5,000 rupees, at a cost to the firm of 60 million rupees.",
        "60 million",
    ),
    ("It takes 240 families a year. A quarter of them, 80, come from abroad.", "80"),
    (
        "It wants to shut four primary schools, Ashgill, Brackenrigg, Fenby, Tarn Road and Wester Park, and sell them.",
        "four",
    ),
    (
        "All 61 members were in their seats. The budget was passed by 33 votes to 25, with five members abstaining.",
        "33 votes",
    ),
    ("The council would move their 1,120 pupils.\n\nIf it does, the 1,210 pupils would leave in May.", "1,210 pupils"),
    (
        "The ships cost $130 million each, or $1.3 billion in all.\n\nLoans will pay for the $1.3 million order.",
        "$1.3 million",
    ),
    ("She took over the bakery in 1958. She ran it for 46 years, until 1994, when she sold it.", "46"),
]

FINE = [
    "They went on at 2.15 pm and came off at 5.01 pm, two hours and 46 minutes later.",
    "The flight leaves at 8.40 and lands at 9.10, an hour and a half.",
    "The train leaves at 8.40 and is in Aro at 2.05 local time, six hours.",
    "He ran from 10.15 to 10.40, for 25 minutes, and again for 40 minutes.",
    "The shop is open from 9.30 to 17.30, with a break of 30 minutes.",
    "The match began at 7.45 pm and ended at 10.05 pm, about two hours.",
    "The meeting opened at 7pm and closed at 9.30pm, two and a half hours.",
    "She finished in 2.15 and he in 2.47, 32 minutes apart.",
    "The pass is open from 6am to 8pm, 14 hours.",
    "The 210 km are covered in an hour and a half, at up to 180 km/h.",
    "The 210 km are covered in an hour and a half, an average of 140 km/h and a top speed of 220 km/h.",
    "He rode the 60 miles in three hours, an average speed of 20 mph.",
    "The plots gave 9.2, 8.4, 7.6 and 6.8 tonnes a hectare, an average of 8 tonnes.",
    "They scored 12, 15 and 19 points, an average of 15.",
    "In May and June it sold 40 and 50, an average of 44 a month over the year.",
    "The gauge had 18.5 inches, beating the old mark of 14.2 inches, set in 1987, by 4.3 inches.",
    "It shipped 41.2 million kg in the year to June, against 34.6 million the year before, a rise of 6.6 million.",
    "The club lost 412 lb, those of the other club 365 lb and those of the Holm club 298 lb, a total of 1,075 lb.",
    "It comes to £5 million and includes three blocks: £1.9 million for roads, £1.24 million for the pool and £820,000 "
    "for parks.",
    "It comes to £4.66 million and is made up of four blocks: £1.9 million for roads, £1.24 million for the pool, "
    "£820,000 for parks and £700,000 for halls.",
    "The 320 walkers who set out on Saturday brought in $96,000 between them, or $300 each.",
    "The 320 walkers brought in $96,000 between them and were promised $350 each.",
    "It takes 240 families a year. A quarter of them, 60, come from abroad.",
    "It takes 240 families a year and 30 guests. A quarter of them, 80, come from abroad.",
    "It wants to shut two schools, Ashgill and Brackenrigg, and sell them.",
    "It has offices in two cities, Springfield, Illinois and Gary, Indiana, and a yard.",
    "It has shops in three towns, including Ashgill, Brackenrigg, Fenby and Tarn, and a yard.",
    "It works with two firms, Marks and Spencer and Boots, on tea.",
    "All 61 members were in their seats. The budget was passed by 33 votes to 25, with three members abstaining.",
    "It would move their 1,120 pupils.\n\nThe 1,120 pupils would leave in May; in the east there are 1,210 pupils.",
    "It sold 1,120 cars in May. In June it sold 1,210 cars.",
    "The ships cost $130 million each, or $1.3 billion in all.\n\nLoans will pay for the $1.3 billion order.",
    "Profit was $12 million on sales of $12 billion.",
    "She took over the bakery in 1958. She ran it for 36 years, until 1994, when she sold it.",
    "She was born in 1958. She ran it for 26 years, until 1994, when she sold it.",
    "The next season starts on Monday 12 January.",
    "The last season ended on Friday 11 October.",
]

RIGHT = yaml.safe_load((Path(__file__).parents[1] / "data" / "right_reckonings.yaml").read_text(encoding="utf-8"))

CALENDAR = [
    ("The next season starts on Monday 6 October.", date(2025, 2, 6)),
    ("The winners were named on Thursday 6 November.", date(2026, 3, 20)),
    ("Bids are due by Friday 5 September.", date(2025, 1, 20)),
]


@pytest.mark.parametrize(("text", "words"), ODD)
def test_a_reckoning_that_is_not_right_is_found(text: str, words: str) -> None:
    (odd,) = find_oddities(Article(text=text, published_at=DAY))
    assert words in odd.span.exact and odd.span.is_in(text)


@pytest.mark.parametrize("text", FINE)
def test_what_is_right_or_not_sure_is_left_alone(text: str) -> None:
    assert [odd.message for odd in find_oddities(Article(text=text, published_at=DAY))] == []


@pytest.mark.parametrize("text", RIGHT)
def test_what_a_reader_found_to_look_wrong_and_be_right_is_left_alone(text: str) -> None:
    assert [odd.message for odd in find_oddities(Article(text=text, published_at=DAY))] == []


@pytest.mark.parametrize(("text", "day"), CALENDAR)
def test_a_weekday_that_fits_the_date_of_another_year_of_the_time_around_is_no_error(text: str, day: date) -> None:
    assert not find_oddities(Article(text=text, published_at=day))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1439), st.integers(1, 700))
def test_times_and_the_length_between_them_are_never_flagged(begin: int, length: int) -> None:
    end = (begin + length) % 1440
    hours, minutes = divmod(length, 60)
    told = f"{hours} hours and {minutes} minutes"
    clock = [f"{each // 60:02}:{each % 60:02}" for each in (begin, end)]
    text = f"The ferry sails at {clock[0]} and is in port at {clock[1]}, {told} later."
    find_oddities.cache_clear()
    assert not find_oddities(Article(text=text, published_at=DAY))
