"""Places in UTF-16 beside those in code points: what they cut from the text as other languages count it is the same."""

from __future__ import annotations

from hypothesis import given, strategies as st

from pipeline.core.models import Span
from pipeline.reports import with_utf16

TEXTS = st.text(
    alphabet=st.sampled_from("ab é\n\u05d0\U0001f6a2\U0001f468\u200d\U00020000e\u0301"), min_size=1, max_size=40
)


def cut(text: str, place: dict[str, int]) -> str:
    units = text.encode("utf-16-le")
    return units[2 * place["start_utf16"] : 2 * place["end_utf16"]].decode("utf-16-le")


@given(TEXTS, st.integers(0, 39), st.integers(1, 40))
def test_both_ways_of_counting_cut_the_same_words(text: str, start: int, length: int) -> None:
    words = text[start : start + length]
    if not words:
        return
    place = with_utf16({"start": start, "end": start + len(words), "exact": words}, text)
    assert cut(text, place) == words == text[place["start"] : place["end"]]


def test_places_are_counted_in_the_text_they_are_of() -> None:
    article, passage = "\U0001f6a2\U0001f6a2 The pier", "A \U0001f6a2 The pier"
    own, of_passage = Span.locate("The pier", article), Span.locate("The pier", passage)
    value = {
        "spans": [own.model_dump()],
        "sources": [{"text": passage, "proven": [of_passage.model_dump()]}],
        "citations": [{"passage_id": "p", "span": of_passage.model_dump()}],
        "comparison": {"passage_id": "p", "sentence": of_passage.model_dump(), "parts": [
            {"words": own.model_dump(), "source_words": of_passage.model_dump()}
        ]},
    }  # fmt: skip
    made = with_utf16(value, article)
    assert cut(article, made["spans"][0]) == cut(article, made["comparison"]["parts"][0]["words"]) == "The pier"
    assert cut(passage, made["sources"][0]["proven"][0]) == "The pier"
    unread = (
        made["citations"][0]["span"],
        made["comparison"]["sentence"],
        made["comparison"]["parts"][0]["source_words"],
    )
    assert not any("start_utf16" in each for each in unread)
