"""What of an article is read where time is short: a sound article, whose parts keep their days."""

from __future__ import annotations

from datetime import date

from hypothesis import given, strategies as st

from pipeline.check.reach import _first_part, left_out, unreached
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
