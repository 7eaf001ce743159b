from __future__ import annotations

import bm25s
import Stemmer
from hypothesis import given, strategies as st

from pipeline.core.models import Passage
from pipeline.evidence import LexicalIndex
from pipeline.evidence.lexical import _B, _K1, searchable_text

BRIDGE = Passage(text="The bridges were closed by inspectors.", title="[Port Velda]")
FERRY = Passage(text="A ferry carries trams.")
ROOF = Passage(text="Gulls nest on the roofs of the harbour office.")


def test_inflected_words_match_by_their_stem() -> None:
    found = LexicalIndex([BRIDGE, FERRY, ROOF]).query("Who inspected the closing bridge?", 5)
    assert [id_ for id_, _ in found] == [BRIDGE.id]
    assert found[0][1] > 0


def test_words_of_the_title_count() -> None:
    assert LexicalIndex([BRIDGE, FERRY]).query("Velda", 5)[0][0] == BRIDGE.id
    assert searchable_text(BRIDGE) == "Port Velda. The bridges were closed by inspectors."


def test_the_rarer_word_decides() -> None:
    many = [Passage(text=f"The harbour has quay {number}.") for number in range(20)]
    assert LexicalIndex([*many, ROOF]).query("harbour gulls", 3)[0][0] == ROOF.id


def test_no_shared_word_finds_nothing() -> None:
    index = LexicalIndex([BRIDGE, FERRY])
    assert index.query("volcano", 5) == []
    assert index.query("the of and", 5) == []
    assert index.query("", 5) == []


def test_an_index_of_nothing_or_of_stop_words_finds_nothing() -> None:
    assert LexicalIndex([]).query("bridge", 5) == []
    assert LexicalIndex([Passage(text="It is what it is.")]).query("bridge", 5) == []
    assert len(LexicalIndex([BRIDGE])) == 1


def test_asking_for_more_than_there_is_gives_what_there_is() -> None:
    assert len(LexicalIndex([BRIDGE, FERRY]).query("bridge ferry", 50)) == 2


_SOME = "the a Bridges ferry trams' harbour-office 7 42 inspecting café of"
WORDS = st.lists(st.sampled_from(_SOME.split()), max_size=9)
TEXTS = st.lists(WORDS.map(" ".join), min_size=1, max_size=12, unique=True)


@given(TEXTS, WORDS.map(" ".join))
def test_what_is_found_is_what_the_library_finds_by_its_longer_way(texts: list[str], query: str) -> None:
    passages = [Passage(text=text or "-") for text in texts]
    english = {"stopwords": "en", "stemmer": Stemmer.Stemmer("english"), "show_progress": False, "return_ids": False}
    tokens = bm25s.tokenize([passage.text for passage in passages], **english)
    words = bm25s.tokenize([query], **english)[0]
    expected: dict[str, float] = {}
    if any(tokens) and words:
        bm25 = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        bm25.index(tokens, show_progress=False)
        rows, scores = bm25.retrieve([words], k=len(passages), show_progress=False)
        expected = {passages[row].id: score for row, score in zip(rows[0], scores[0], strict=True) if score > 0}
    assert dict(LexicalIndex(passages).query(query, len(passages))) == expected
