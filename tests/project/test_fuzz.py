"""What comes from outside is garbage now and then: loading, reading, records, replies, prompts and pages hold.

Bounded here; `make fuzz` runs the same properties for as long as it is told to.
"""

from __future__ import annotations

import json
import random

import pytest
from fuzzed import PIECES, READERS, SETTINGS, article_of
from hypothesis import given, strategies as st

from benchmarks.fuzz_pages import mutated, read, sources_and_pieces
from pipeline.articles import load_article
from pipeline.check.claims import detect_claims
from pipeline.check.claims.by_model import DetectedClaims
from pipeline.check.claims.faithful import restates
from pipeline.check.judged import JudgedClaims
from pipeline.check.sparing import spared
from pipeline.core.errors import FactnotesError, QuoteNotFound
from pipeline.core.models import PartialDate, Span
from pipeline.core.settings import PROJECT
from pipeline.llm import load_prompt

TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), min_size=1, max_size=14).map("".join)


OWN_TESTS = ("pages", "spans", "restatements", "prompts")
"""Readers that are tried below with more than one text, or with bytes."""


@pytest.mark.parametrize("name", [name for name in READERS if name not in OWN_TESTS])
@given(TEXTS)
def test_any_text_is_read_or_refused_and_nothing_in_it_fails(name: str, text: str):
    READERS[name](text)


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
