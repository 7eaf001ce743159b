from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import bm25s
import pytest
import Stemmer
from hypothesis import given, strategies as st

from pipeline.core.errors import StoreError
from pipeline.core.models import Passage
from pipeline.evidence import JoinedWords, LexicalIndex
from pipeline.evidence.lexical import _B, _K1, searchable_text

BRIDGE = Passage(text="The bridges were closed by inspectors.", title="[Port Velda]")
FERRY = Passage(text="A ferry carries trams.")
ROOF = Passage(text="Gulls nest on the roofs of the harbour office.")


def test_inflected_words_match_by_their_stem() -> None:
    found = LexicalIndex([BRIDGE, FERRY, ROOF]).query("Who inspected the closing bridge?", 5)
    assert [match.id for match in found] == [BRIDGE.id]
    assert found[0].score > 0


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
    found = {match.id: match.score for match in LexicalIndex(passages).query(query, len(passages))}
    assert found == pytest.approx(expected, rel=1e-5)


@given(TEXTS, WORDS.map(" ".join), st.data())
def test_however_passages_came_in_and_others_went_the_search_finds_the_same(
    texts: list[str], query: str, data: st.DataObject
) -> None:
    passages = [Passage(text=text or "-") for text in texts]
    gone = Passage(text="bridges 7 café gone")
    cut = data.draw(st.integers(0, len(passages)))
    grown = LexicalIndex(passages[:cut])
    for each in (gone, *passages[cut:]):
        grown.add([each])
    grown.remove([gone.id, "nobody"])
    whole = LexicalIndex(passages)
    assert ranked(grown, query) == pytest.approx(ranked(whole, query))
    parts = JoinedWords([LexicalIndex(passages[:cut]), LexicalIndex(passages[cut:])])
    assert {match.id: match.score for match in parts.query(query, 50)} == pytest.approx(ranked(whole, query))


def ranked(index: LexicalIndex, query: str) -> dict[str, float]:
    return {match.id: match.score for match in index.query(query, 50)}


def test_many_small_additions_are_read_as_one() -> None:
    grown = LexicalIndex()
    many = [Passage(text=f"Quay {number} of the harbour, {number % 7} gulls.") for number in range(60)]
    for each in many:
        grown.add([each])
    assert ranked(grown, "gulls at quay 21") == pytest.approx(ranked(LexicalIndex(many), "gulls at quay 21"))
    pieces = grown._file._asked("select count(*) from lists where word = 'quay'")[0][0]
    assert pieces <= 24


def test_neighbouring_words_that_are_neighbours_are_told() -> None:
    near, far = (
        Passage(text="The harbour bridge was closed."),
        Passage(text="The bridge closed near the old harbour."),
    )
    found = {match.id: match.beside for match in LexicalIndex([near, far]).query("harbour bridge closed", 5)}
    assert found[near.id] == pytest.approx(1.0) and 0 < found[far.id] < 1


def test_passages_that_are_asked_for_stand_below_the_best() -> None:
    index = LexicalIndex([BRIDGE, FERRY, ROOF])
    found = index.query("bridge inspectors harbour", 1, also=[ROOF.id, FERRY.id, "nobody"])
    assert [match.id for match in found] == [BRIDGE.id, ROOF.id]


def test_a_file_is_the_same_when_it_is_opened_again_and_a_broken_one_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "words" / "words.db"
    index = LexicalIndex([BRIDGE, FERRY], file)
    index.settle("snapshot 1")
    before = ranked(index, "inspectors of bridges")
    index.close()
    again = LexicalIndex(path=file)
    assert (ranked(again, "inspectors of bridges"), again.snapshot, len(again)) == (before, "snapshot 1", 2)
    again.add([ROOF])
    assert again.snapshot is None
    again.close()
    file.write_bytes(b"no database at all" * 400)
    with pytest.raises(StoreError, match="delete it, it is made again"):
        LexicalIndex(path=file)


KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.core.models import Passage
from pipeline.evidence import LexicalIndex

def passages():
    for number in range(9000):
        if number == 8000:
            os.kill(os.getpid(), signal.SIGKILL)
        yield Passage(text=f"Gull {number}.")

LexicalIndex(path=Path(sys.argv[1])).add(passages())
"""


@pytest.mark.process
def test_a_killed_process_leaves_whole_passages_and_the_next_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "words.db"
    done = subprocess.run([sys.executable, "-c", KILLED, str(file)], check=False)
    assert done.returncode == -signal.SIGKILL
    index = LexicalIndex(path=file)
    assert len(index) == 5000 and index.snapshot is None
    assert len(index.query("gull", 6000)) == 5000
    index.add(Passage(text=f"Gull {number}.") for number in range(4990, 5010))
    assert len(index) == 5010 and len(index.query("5009", 5)) == 1
    index.close()
