"""What of an article is read where time is short: a sound article, whose parts keep their days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given, strategies as st

from pipeline.check.claims import detect_claims
from pipeline.check.reach import _first_part, left_out, read_in_time, unreached
from pipeline.check.sparing import each_alone
from pipeline.core.clock import time_limit
from pipeline.core.english import parse_all, sentences
from pipeline.core.errors import BudgetSpent
from pipeline.core.models import Article, Entry, Heading, Span

LINES = [f"The mill number {number} of Olm burned down in {1950 + number}." for number in range(12)]
TEXT = "\n\n".join(["Mills of Olm", *LINES, "Correction: an earlier version named another mill."])
WHOLE = Article(
    text=TEXT,
    headings=(Heading(span=Span.locate("Mills of Olm", TEXT)),),
    corrections=(Span.locate("Correction: an earlier version named another mill.", TEXT),),
    entries=(
        Entry(span=Span.of(TEXT, TEXT.index(LINES[0]), TEXT.index(LINES[6])), published_at=date(2020, 1, 1)),
        Entry(span=Span.of(TEXT, TEXT.index(LINES[6]), len(TEXT)), published_at=date(2021, 1, 1)),
    ),
)


@given(st.integers(1, len(TEXT) + 10))
def test_what_is_read_of_an_article_is_a_sound_one_and_each_sentence_keeps_its_day(length: int) -> None:
    part = _first_part(WHOLE, length)
    assert Article.model_validate(part.model_dump()) == part and part.id == WHOLE.id
    assert WHOLE.text.startswith(part.text)
    for line in LINES:
        if line in part.text:
            at = part.text.index(line)
            assert part.dated_at(at).published_at == WHOLE.dated_at(at).published_at


def test_what_was_not_read_is_told_with_its_place_and_nothing_where_all_was() -> None:
    part = _first_part(WHOLE, 200)
    (told,) = left_out(part, unreached(WHOLE, part))
    assert f"from character {len(part.text) + 2} " in told and "give more seconds" in told
    assert list(left_out(WHOLE, unreached(WHOLE, WHOLE))) == []


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], float]:
    """Return what lets time pass, and tells what time it is: it stands still else."""
    now = [1_000.0]

    def passed(seconds: float) -> float:
        now[0] += seconds
        return now[0]

    for module in ("core.clock", "check.reach"):
        monkeypatch.setattr(f"pipeline.{module}.time", SimpleNamespace(monotonic=lambda: now[0]))
    return passed


LONG = Article(
    text="\n".join(f"The ferry to island {number} of Olm sank in May {1900 + number}." for number in range(400))
)


@pytest.mark.parametrize("a_sentence", [0.01, 0.2, 1.0])
@pytest.mark.parametrize("seconds", [30, 100, 10_000])
def test_reading_ends_a_sentence_behind_its_share_of_the_time_and_what_was_read_was_read_whole(
    seconds: float, a_sentence: float, pass_time: Callable[[float], float]
) -> None:
    def find(article: Article) -> list[str]:
        def read(sentence: object) -> list[str]:
            pass_time(a_sentence)
            return [str(sentence)]

        return each_alone(read, sentences(article), article, lambda sentence: sentence.span)

    begun = pass_time(0)
    read, found = read_in_time(LONG, begun + seconds, find)
    least = 30  # sentences of a paragraph, which is read however late it is
    assert pass_time(0) - begun <= max(seconds / 2, least * a_sentence) + a_sentence + 0.001
    assert len(found) == len(sentences(read)) >= 20
    assert LONG.text.startswith(read.text)
    if seconds == 10_000:
        assert read is LONG


def test_an_article_is_read_until_something_is_found_however_late_it_is(pass_time: Callable[[float], float]) -> None:
    article = Article(
        text="Why?\n" * 800 + "The ferry of Olm sank in May 1950.\n" + "It rained in Olm in 1951.\n" * 800
    )
    read, found = read_in_time(article, pass_time(0) - 1, detect_claims)
    assert found and read is not article


def test_an_endless_sentence_behind_what_is_read_ends_the_reading(pass_time: Callable[[float], float]) -> None:
    article = Article(text="The ferry of Olm sank in May 1950.\n" + "and " * 5_000)
    read, found = read_in_time(article, pass_time(0) + 100, detect_claims)
    assert read is article and len(found) == 1


def test_a_parse_ends_between_two_batches_and_keeps_what_is_parsed(
    monkeypatch: pytest.MonkeyPatch, pass_time: Callable[[float], float]
) -> None:
    from pipeline.core.english import syntax

    new, parsed = syntax._parse_new, list[str]()

    def slow(texts: list[str], entities: bool) -> object:
        pass_time(1)
        parsed.extend(texts)
        return new(texts, entities)

    monkeypatch.setattr(syntax, "_parse_new", slow)
    texts = [f"The mill on hill {number} of Olm turns." for number in range(60)]
    with time_limit(pass_time(0) + 2.5), pytest.raises(BudgetSpent):
        parse_all(texts)
    assert 16 <= len(parsed) <= 24
    before = len(parsed)
    parse_all(texts)
    assert sorted(parsed) == sorted(texts) and before < len(texts)
