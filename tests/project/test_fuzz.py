"""What comes from outside is garbage now and then: loading, reading, records, replies, prompts and pages hold.

Bounded here; `make fuzz` runs the same properties for as long as it is told to.
"""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, strategies as st

from benchmarks.fuzz_pages import mutated, read, sources_and_pieces
from pipeline.articles import load_article
from pipeline.check.checkers.consistency.checker import find_oddities
from pipeline.check.checkers.titles import claim_titles
from pipeline.check.claims import attributions, detect_claims
from pipeline.check.claims.by_model import DetectedClaims
from pipeline.check.claims.faithful import restates
from pipeline.check.judged import JudgedClaims
from pipeline.check.sparing import spared
from pipeline.core.english import find_addressed, find_dates, find_numbers, find_places, sentences, unread
from pipeline.core.errors import FactnotesError, InputError, QuoteNotFound
from pipeline.core.models import Article, PartialDate, Span
from pipeline.core.settings import PROJECT, load_settings
from pipeline.evidence import parse_office
from pipeline.llm import load_prompt

DATA = Path(__file__).parents[1] / "data" / "hostile"
PIECES = [
    *yaml.safe_load((DATA / "repeated.yaml").read_text(encoding="utf-8")).values(),
    *yaml.safe_load((DATA / "orders.yaml").read_text(encoding="utf-8")).values(),
    *("The council of Velda closed the pier on 3 May 2019. ", "“It fell by 12 percent,” said Mayor Anna Lee. "),
    *(
        "argue tt has ",
        "\\ ",
        "\n",
        "\n\n# ",
        "\u2028",
        "\x00",
        "\ud7ff",
        "ﬁ",
        "İ",
        "ß",
        "１２",
        "\U0001f3f4",
        "'s ",
        "’",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), min_size=1, max_size=14).map("".join)
SETTINGS = load_settings(model="none")


def article_of(text: str) -> Article | None:
    """Return the article of a text as a check gets it, None where it is refused."""
    try:
        return load_article("-", SETTINGS, stdin=text.encode("utf-8", "surrogatepass"))
    except InputError:
        return None


@given(TEXTS)
def test_any_text_is_read_or_refused_and_nothing_in_it_fails(text: str):
    article = article_of(text)
    if article is None:
        return
    claims = [*detect_claims(article), *claim_titles(article)]
    assert all(span.is_in(article.text) for claim in claims for span in claim.spans)
    assert all(each.content.is_in(article.text) for each in attributions(article))
    assert all(odd.span.is_in(article.text) for odd in find_oddities(article))
    assert all(span.is_in(article.text) for span in (*unread(article), *(each.span for each in sentences(article))))
    assert not spared(article), "a reader failed on a sentence, and was spared"


@given(st.binary(max_size=400) | TEXTS.map(str.encode))
def test_any_bytes_are_an_article_or_one_clear_error(data: bytes):
    for form in (data, b"<html><body><article><p>" + data + b"</p></article></body></html>"):
        try:
            load_article("-", SETTINGS, stdin=form)
        except FactnotesError as error:
            assert "\n" not in str(error)


PAGES, PIECES_OF_PAGES = sources_and_pieces()


@given(st.integers(0, 2**32))
def test_a_page_that_was_cut_mixed_and_filled_is_read_or_refused_in_one_line(seed: int):
    assert read(mutated(PAGES, PIECES_OF_PAGES, random.Random(seed)), detect=False) in ("read", "refused")


@given(TEXTS)
def test_numbers_dates_places_and_words_to_checkers_lie_in_their_text(text: str):
    for found in (*find_numbers(text), *find_dates(text, date(2031, 3, 14)), *find_addressed(text)):
        assert 0 <= found.start < found.end <= len(text)
    for start, end, _ in find_places(text):
        assert 0 <= start < end <= len(text)
    parse_office(text[:200])


@given(TEXTS, TEXTS, st.integers(0, 500))
def test_a_span_that_is_located_holds_its_words(quote: str, text: str, near: int):
    try:
        span = Span.locate(quote, text, near=near)
    except QuoteNotFound:
        return
    assert span.is_in(text)


@given(TEXTS, TEXTS, TEXTS)
def test_a_restatement_of_anything_is_judged(text: str, words: str, context: str):
    assert restates(text[:300], words[:300], context[:300]) in ("same", "reworded", "other")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.integers() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["claims", "claim", "label", "quote", "text", "parts", "citations"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_reply_is_read_or_refused_with_a_value_error(value: object):
    for form in (JudgedClaims, DetectedClaims):
        try:
            form.model_validate_json(json.dumps(value))
        except ValueError:
            continue


@given(TEXTS, TEXTS)
def test_any_text_in_a_prompt_stays_inside_its_fence(context: str, text: str):
    prompt = load_prompt("detect_claims", PROJECT / "prompts")
    rendered = prompt.render(context=context, text=text).text
    mark = rendered.rsplit("</text-", 1)[1][:12]
    assert rendered.count(f"<text-{mark}>") == rendered.count(f"</text-{mark}>") == 1
    assert rendered.rstrip().endswith(f"</text-{mark}>")


@given(st.text(max_size=12))
def test_any_partial_date_is_one_or_a_value_error(text: str):
    try:
        day = PartialDate(text)
    except ValueError:
        return
    assert str(day) == text


@pytest.mark.parametrize("line", PIECES)
def test_each_piece_alone_among_plain_sentences_costs_them_nothing(line: str):
    plain = "The council of Velda closed the northern pier on Monday."
    article = article_of(f"{plain}\n{line.strip()}\nThe ferry sank in May.")
    if article is not None:
        assert {f"{plain[:-1]}"} <= {claim.span.exact.rstrip(".") for claim in detect_claims(article)}
        assert not spared(article)
