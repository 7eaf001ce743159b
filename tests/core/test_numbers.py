"""The number reader: what a number is in English text, where exactly it stands, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.check.checkers.consistency.figures import find_figures
from pipeline.core.english import find_numbers, read_bound

READ = [
    ("5 lakh voters", [("5 lakh", 500_000)]),
    ("two lakh fifty thousand voters", [("two lakh fifty thousand", 250_000)]),
    ("Rs 2 crore 50 lakh", [("2 crore 50 lakh", 25_000_000)]),
    ("₹2 lakh crore", [("2 lakh crore", 2e12)]),
    ("1,20,000 voters", [("1,20,000", 120_000)]),
    ("12,34,56,789 voters", [("12,34,56,789", 123_456_789)]),
    ("1 200 000 people", [("1 200 000", 1_200_000)]),
    ("12’500 francs", [("12’500", 12_500)]),
    ("a dozen homes", [("a dozen", 12)]),
    ("half a dozen homes", [("half a dozen", 6)]),
    ("five dozen homes", [("five dozen", 60)]),
    ("half a million people", [("half a million", 500_000)]),
    ("a hundred and five men", [("a hundred and five", 105)]),
    ("two and a half years", [("two and a half", 2.5)]),
    ("11 and a half billion", [("11 and a half billion", 11.5e9)]),
    ("two-and-a-half million homes", [("two-and-a-half million", 2.5e6)]),
    ("3.25 per cent", [("3.25", 3.25)]),
    ("2½ hours", [("2½", 2.5)]),
    ("$1.5m a year", [("1.5m", 1.5e6)]),
    ("It cost £3bn.", [("3bn", 3e9)]),
    ("one million two hundred thousand and five", [("one million two hundred thousand and five", 1_200_005)]),
    ("Two-hundred twelve patients", [("Two-hundred twelve", 212)]),
    ("twenty to thirty men", [("twenty", 20), ("thirty", 30)]),
    ("10-12 men", [("10", 10), ("12", 12)]),
    ("nearly 300 men", [("300", 300)]),
    ("−94.7 degrees", [("−94.7", -94.7)]),
    ("On May 12 300 men came", [("12", 12), ("300", 300)]),
    ("on March 12 500 and 20", [("12", 12), ("500", 500), ("20", 20)]),
    ("around 740 K", [("740", 740)]),
    ("one in 1978 and one in 1986", [("one", 1), ("1978", 1978), ("one", 1), ("1986", 1986)]),
]
NONE = [
    "at 10:30", "won 3:2", "the 9/11 attacks", "by 3/4/2019", "version 1.2.3", "verses 1,2", "in the 1990s",
    "in his 20s", "in the 1980's", "the F-16", "Covid-19", "hundreds of men", "a few million people",
    "several hundred people", "dozens", "several dozen", "no one came", "El Niño", "Sandra Day O'Connor",
    "someone", "the ones", "", "10:00:00",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), READ)
def test_numbers_are_read_with_their_words(text: str, expected: list[tuple[str, float]]) -> None:
    assert [(text[each.start : each.end], each.value) for each in find_numbers(text)] == expected
    assert all(each.kind == "cardinal" for each in find_numbers(text))


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert find_numbers(text) == ()


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("the twenty-first century", "twenty-first", 21),
        ("the 21st century", "21st", 21),
        ("the hundred and first day", "hundred and first", 101),
        ("the third man", "third", 3),
    ],
)
def test_an_ordinal_is_no_cardinal(text: str, words: str, value: int) -> None:
    (number,) = find_numbers(text)
    assert (text[number.start : number.end], number.value, number.kind) == (words, value, "ordinal")


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("two thirds of voters", "two thirds", 2 / 3),
        ("a two-thirds majority", "two-thirds", 2 / 3),
        ("a third of them", "a third", 1 / 3),
        ("three quarters of it", "three quarters", 0.75),
        ("half of the seats", "half", 0.5),
        ("one in five people", "one in five", 0.2),
        ("nine out of 10 infections", "nine out of 10", 0.9),
        ("one in 1,000 people", "one in 1,000", 0.001),
    ],
)
def test_a_fraction_is_a_share_of_one(text: str, words: str, value: float) -> None:
    (number,) = find_numbers(text)
    assert (text[number.start : number.end], number.kind) == (words, "fraction")
    assert number.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("nearly 300", "less"),
        ("at least 300", "more"),
        ("more than 300", "more"),
        ("up to 300", "less"),
        ("about 300", "about"),
        ("just 300", "exact"),
        ("300 or more", "more"),
        ("300 or so", "about"),
        ("300", "exact"),
    ],
)
def test_words_around_a_number_bound_it(text: str, bound: str) -> None:
    (number,) = find_numbers(text)
    assert read_bound(text, number.start, number.end)[0] == bound


@pytest.mark.parametrize(
    ("text", "step", "digit"), [("12,000", 1000, 1), ("300 million", 1e8, 1e6), ("1.50 million", 1e4, 1e4), ("7", 1, 1)]
)
def test_a_number_knows_what_its_last_digits_are_worth(text: str, step: float, digit: float) -> None:
    (number,) = find_numbers(text)
    assert (number.step, number.digit) == (pytest.approx(step), pytest.approx(digit))


@pytest.mark.parametrize(
    "text",
    ["a hundred men", "half a million", "two dozen men", "3-2", "14.30pm", "two-year", "10⁹ cells", "one and two men"],
)
def test_a_check_inside_an_article_is_silent_on_figures_told_nearly_or_joined(text: str) -> None:
    assert not find_figures(text)


def test_a_check_inside_an_article_keeps_signs_and_percent() -> None:
    text = "It lost -$5m, US$1,200 or twenty-one per cent"
    assert [(each.text, each.value, each.unit, each.signed) for each in find_figures(text)] == [
        ("-$5m", 5e6, "$", True),
        ("US$1,200", 1200, "us$", False),
        ("twenty-one per cent", 21, "%", False),
    ]


def western(value: int) -> str:
    return f"{value:,}"


def indian(value: int) -> str:
    digits = str(value)
    head, tail = digits[:-3], digits[-3:]
    pairs: list[str] = []
    while head:
        pairs.insert(0, head[-2:])
        head = head[:-2]
    return ",".join([*pairs, tail])


SEPARATORS = [" ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{THIN SPACE}", "'", "’"]
GROUPINGS = st.sampled_from(
    [str, western, indian, *(lambda value, gap=gap: western(value).replace(",", gap) for gap in SEPARATORS)]
)


@given(st.integers(0, 10**11), GROUPINGS)
def test_digits_in_any_grouping_are_read_back(value: int, write) -> None:
    text = f"about {write(value)} of them"
    (number,) = find_numbers(text)
    assert (number.value, text[number.start : number.end]) == (value, write(value))


@given(st.integers(1, 10**9), st.sampled_from(["", ".5", ".25"]))
def test_decimals_are_read_back(value: int, decimals: str) -> None:
    (number,) = find_numbers(f"{value:,}{decimals} litres")
    assert number.value == float(f"{value}{decimals}")


ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spell(value: int) -> str:
    if value < 20:
        return ONES[value]
    if value < 100:
        return TENS[value // 10 - 2] + (f"-{ONES[value % 10]}" if value % 10 else "")
    for size, word in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= size:
            rest = value % size
            joint = " and " if 0 < rest < 100 else " " if rest else ""
            return f"{spell(value // size)} {word}{joint}{spell(rest) if rest else ''}"
    raise AssertionError(value)


@given(st.one_of(st.integers(0, 1000), st.integers(0, 10**12 - 1)), st.booleans())
def test_number_words_are_read_back(value: int, capital: bool) -> None:
    words = spell(value)
    words = words.capitalize() if capital else words
    (number,) = find_numbers(f"{words} people")
    assert (number.start, number.end, number.value, number.in_words) == (0, len(words), value, True)


WORDS = """one two twenty hundred thousand million lakh crore dozen half a an and or in of the third thirds first point
no 5 1,20,000 1,200 12 300 3.5 ½ - – $ £ m bn k % st th . , : / ’ May 10:30 'zero' to per cent"""
PIECES = st.sampled_from(WORDS.split())
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=14).map(" ".join),
    st.lists(PIECES, max_size=14).map("".join),
)


@settings(max_examples=400)
@given(TEXTS)
def test_any_text_is_read_and_no_two_numbers_overlap(text: str) -> None:
    numbers = find_numbers(text)
    assert all(0 <= each.start < each.end <= len(text) for each in numbers)
    assert all(one.end <= two.start for one, two in zip(numbers, numbers[1:], strict=False))
    assert all(text[each.start : each.end].strip() == text[each.start : each.end] for each in numbers)


@given(TEXTS, st.integers(0, 10**6))
def test_words_of_another_line_do_not_change_a_number(text: str, value: int) -> None:
    line = f"exactly {value:,} people"
    number = find_numbers(f"{text} .\n{line}")[-1]
    start = len(text) + 3 + line.index(f"{value:,}")
    assert (number.start, number.value) == (start, value)
