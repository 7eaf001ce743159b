# ruff: noqa: E501  a text stands on a line
"""Letters of other scripts and signs that nobody sees: words as they stand, offsets exact, what was done told."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.articles import load_article
from pipeline.check.claims import detect_claims
from pipeline.core.errors import InputError
from pipeline.core.models import Article, Span
from pipeline.core.settings import Settings

ONE = "The library board of Tarnfield agreed on Thursday to buy the old grain store beside the canal."
HEBREW, ARABIC = "\u05d4\u05de\u05d5\u05e2\u05e6\u05d4", "\u0627\u0644\u0645\u062c\u0644\u0633"


def load(text: str) -> Article:
    return load_article("-", Settings(), stdin=text.encode())


def page(body: str, mark: str = 'lang="en"') -> str:
    return f"<html {mark}><head><title>t</title></head><body><article><h1>Store</h1><p>{ONE}</p>{body}<p>{ONE[:-1]} too.</p></article></body></html>"


@pytest.mark.parametrize("word", [HEBREW, ARABIC, f"{HEBREW} {ARABIC}", "\U0001f6a2", "\u4e2d\u6587", "e\u0301tude"])
def test_words_of_other_scripts_stand_where_they_stood_and_claims_around_them_are_exact(word: str) -> None:
    sentence = f"The sign above the door says {word} and was painted in 1931."
    for source in (
        f"{ONE}\n\n{sentence}\n",
        page(f"<p>{sentence}</p>"),
        page(f'<p>The sign above the door says <bdo dir="rtl">{word}</bdo> and was painted in 1931.</p>'),
    ):
        article = load(source)
        claims = detect_claims(article)
        assert Span.locate("was painted in 1931", article.text).is_in(article.text)
        assert any("1931" in claim.span.exact for claim in claims)
        assert all(span.is_in(article.text) for claim in claims for span in claim.spans)


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u202a", "\u202e", "\u202c", "\u2066", "\u2069", "\u061c"])
def test_marks_of_direction_are_taken_out_and_told(mark: str) -> None:
    article = load(f"{ONE} It cost {mark}900,000{mark} pounds.")
    assert "It cost 900,000 pounds." in article.text
    assert any(warning.startswith("invisible characters were removed: 2 ") for warning in article.warnings)


@pytest.mark.parametrize(
    ("word", "script"),
    [
        (HEBREW, "Hebrew"),
        (ARABIC, "Arabic"),
        ("\u0434\u0432\u0430 \u0441\u043b\u043e\u0432\u0430", "Cyrillic"),
        ("\u03bb\u03cc\u03b3\u03bf\u03c2", "Greek"),
        ("\u0939\u093f\u0928\u094d\u0926\u0940", "Devanagari"),
        ("\ud55c\uad6d\uc5b4", "Hangul"),
    ],
)
def test_a_page_in_another_script_is_refused_with_its_name(word: str, script: str) -> None:
    body = f"<p>{' '.join([word] * 40)}.</p>"
    with pytest.raises(InputError, match=f"{script} letters"):
        load(f'<html dir="rtl"><body><article><h1>{word}</h1>{body * 3}</article></body></html>')


def test_a_break_of_a_line_within_a_sentence_is_a_blank_and_one_behind_it_a_break() -> None:
    article = load(f"{ONE}\u2028The store\u2028of the brewery has four\u000bfloors.")
    assert article.text == f"{ONE}\nThe store of the brewery has four floors."


@pytest.mark.parametrize("word", ["m\u0430yor", "\u0420aris", "N\u039fRTH"])
def test_a_word_of_two_alphabets_that_look_alike_is_told(word: str) -> None:
    assert any(f"“{word}”" in warning for warning in load(f"{ONE} The {word} paid for it.").warnings)


@pytest.mark.parametrize(
    "word",
    [
        "\u03bcm",
        "TNF-\u03b1",
        "\u0394v",
        "caf\u00e9",
        "\u041c\u0438\u0440 (peace)",
        "Na\u0307ve",
        "\u00b5g",
        "Stra\u00dfe",
    ],
)
def test_a_word_of_one_alphabet_and_a_sign_of_science_are_not_told(word: str) -> None:
    assert not any("alphabets" in warning for warning in load(f"{ONE} They call it {word} there.").warnings)


SIGNS = st.text(
    alphabet=st.sampled_from(
        "ab .\u05d0\u05d1\u0627\u0301\u200f\u202e\u2067\u00ad\u200b\u2028\x0b\U0001f468\u200d\U0001f6a2\u0430\n"
    ),
    max_size=30,
)


@given(SIGNS, SIGNS)
@settings(max_examples=15, deadline=None)
def test_whatever_signs_stand_in_a_text_every_claim_is_the_words_it_points_to(before: str, after: str) -> None:
    article = load(f"{ONE} {before}\n{ONE[:-1]} {after}.")
    assert all(span.is_in(article.text) for claim in detect_claims(article) for span in claim.spans)


@pytest.mark.parametrize("sign", ["&#1;", "&#11;", "\x0c", "\x1b", "&#xFFFE;"])
def test_a_control_character_anywhere_in_a_page_is_a_blank(sign: str) -> None:
    rows = "<table><tr><td>The bridge opened on Monday.</td></tr></table>"
    body = f"<p>The council met{sign} on Monday to vote.</p>{rows}{sign} tail <p>It closed{sign} the old mill for good.</p>"
    page = f"<!doctype html><html><body><article>{body * 3}</article></body></html>"
    text = load_article("-", Settings(), stdin=page.encode()).text
    assert "The council met on Monday to vote." in " ".join(text.split())
    assert not any(unicodedata.category(each) == "Cc" and each not in "\n\t" for each in text)
