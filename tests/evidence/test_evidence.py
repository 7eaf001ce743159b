from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy
import pytest
from hypothesis import given, strategies as st

from pipeline.core.models import Article, Claim, Evidence, PartialDate, Passage, Span
from pipeline.core.ports import Vectors
from pipeline.evidence import LexicalIndex, from_memory, publishers_of, retrieve_evidence
from pipeline.evidence.guards import Reprints
from pipeline.evidence.lexical import WordMatch
from pipeline.evidence.publishers import same_page
from pipeline.evidence.retrieval import rank

AS_OF = date(2031, 5, 4)
TEXT = (
    "The council of Port Velda voted on Tuesday to close the Tern Street bridge for eighteen months while its "
    "northern pier is repaired at a cost of four million crowns. "
    "“We have no other choice than to close it now and to bear the anger of those who live on the island,” "
    "the mayor said after a long night."
)
ARTICLE = Article(text=TEXT, url="https://www.dailyharbour.example/news/bridge", publisher="The Daily Harbour")
CLAIM = Claim(
    article_id=ARTICLE.id,
    spans=(Span.of(TEXT, 0, 69),),
    text="The council voted to close the Tern Street bridge.",
    check_worthiness=1,
)
SUPPORT = "Councillors decided seven to two that the Tern Street bridge must close."


class Listed:
    """A vector index that gives the ids in the order of a list."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = ids

    def query(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        return [(id_, 1 - at / 1000) for at, id_ in enumerate(self.ids[:limit])]


class Flat:
    """An embedder for which all texts are one."""

    name = "flat"

    def embed(self, texts: Sequence[str]) -> Vectors:
        return numpy.ones((len(texts), 2), dtype=numpy.float32)


def passage(text: str = SUPPORT, **more: Any) -> Passage:
    return Passage(text=text, **more)


def retrieve(*passages: Passage, limit: int = 5, article: Article = ARTICLE, **more: Any) -> tuple[Evidence, ...]:
    return retrieve_evidence(
        CLAIM,
        article,
        AS_OF,
        passages=from_memory(passages),
        vectors=Listed([each.id for each in passages]),
        lexical=LexicalIndex(passages),
        embedder=Flat(),
        limit=limit,
        **more,
    )


def found(*passages: Passage, limit: int = 5, article: Article = ARTICLE) -> list[str]:
    return [evidence.passage.id for evidence in retrieve(*passages, limit=limit, article=article)]


def test_what_is_found_and_left_out_is_told_with_the_reason() -> None:
    lines: list[str] = []
    copies = [passage(source_url=f"https://wire{number}.example.org/a") for number in range(8)]
    own = passage("The council voted to close the Tern Street bridge.", source_url=ARTICLE.url, title="The article")
    retrieve(own, *copies, passage(kind="office_record"), report=lines.append)
    assert "The article: the article itself" in lines[:5]
    assert sum(line.endswith(": a copy of a passage that is used") for line in lines) == 4
    assert lines[-1] == "3 more"


def test_a_copy_of_the_article_is_no_evidence_but_is_told_apart_from_what_its_publisher_wrote() -> None:
    story = TEXT.partition("“")[0].strip()
    wire = passage(story.replace("eighteen", "twelve"), source_url="https://wire.example.org/bridge")
    late = passage(story.replace("eighteen", "ten"), published_at=date(2031, 6, 1))
    own = passage(story.replace("eighteen", "two"), publisher="The Daily Harbour")
    copies: list[Passage] = []
    evidence = retrieve(wire, late, own, copied=copies.append)
    assert evidence == ()
    assert copies == [wire]


def test_evidence_says_its_rank_and_which_search_found_it() -> None:
    both, far = passage(), passage("Gulls nest under roofs.")
    first, second = retrieve(both, far)
    assert (first.passage, first.rank, first.retriever) == (both, 1, "vector+lexical")
    assert (second.passage, second.rank, second.retriever) == (far, 2, "vector")
    assert first.score > second.score


def test_no_more_than_the_limit_is_returned() -> None:
    many = [passage(f"Report {number} on pier {number} of bridge {number * 7}.") for number in range(30)]
    assert len(retrieve(*many, limit=4)) == 4


def test_an_empty_index_gives_no_evidence() -> None:
    assert retrieve() == ()


def test_ids_without_a_passage_are_ignored() -> None:
    known = passage()
    evidence = retrieve_evidence(
        CLAIM,
        ARTICLE,
        AS_OF,
        passages=from_memory([known]),
        vectors=Listed(["gone", known.id]),
        lexical=LexicalIndex([known]),
        embedder=Flat(),
        limit=3,
    )
    assert [each.passage.id for each in evidence] == [known.id]


@pytest.mark.parametrize(
    "more",
    [
        {"source_url": "http://dailyharbour.example/news/bridge/?utm_source=feed#top", "publisher": "Aggregator"},
        {"source_url": "https://www.dailyharbour.example/other"},
        {"source_url": "https://m.dailyharbour.example/other"},
        {"publisher": "Daily Harbour"},
        {"publisher": "the daily harbour via Coast Wire", "source_url": "https://coast.example/1"},
        {"publisher": "dailyharbour.example"},
    ],
)
def test_the_article_and_its_own_publisher_are_never_evidence(more: dict[str, str]) -> None:
    assert found(passage(**more)) == []


@pytest.mark.parametrize(
    "more",
    [
        {"source_url": "https://coast.example/dailyharbour.example/news/bridge"},
        {"publisher": "Daily Harbour Times"},
        {"publisher": "Harbour"},
        {},
    ],
)
def test_other_publishers_stay(more: dict[str, str]) -> None:
    assert len(found(passage(**more))) == 1


def test_an_article_known_only_by_its_address_excludes_its_publisher_by_name() -> None:
    article = Article(text=TEXT, url="https://www.dailyharbour.co.uk/news/bridge")
    assert found(passage(publisher="The Daily Harbour"), article=article) == []
    article = Article(text=TEXT, publisher="The Daily Harbour")
    assert found(passage(source_url="https://dailyharbour.co.uk/9"), article=article) == []


def test_writers_on_one_hosting_site_are_not_one_publisher() -> None:
    article = Article(text=TEXT, url="https://dahl.substack.com/p/bridge", publisher="Dahl (Substack)")
    assert found(passage(source_url="https://berg.substack.com/p/1", publisher="Berg (Substack)"), article=article)
    assert not found(passage(source_url="https://dahl.substack.com/p/2"), article=article)


def test_an_article_without_publisher_and_address_excludes_nobody() -> None:
    assert len(found(passage(publisher="Anyone"), article=Article(text=TEXT))) == 1


def test_a_copy_of_the_article_elsewhere_is_no_evidence() -> None:
    copy = passage("As reported: " + TEXT[:140] + ".", source_url="https://mirror.example/1")
    assert found(copy, passage()) == [passage().id]


def test_a_source_that_holds_what_the_article_quotes_is_no_copy() -> None:
    quoted = TEXT[TEXT.index("We have") : TEXT.index("island,”") + 6]
    assert len(found(passage(f"{quoted}.", source_url="https://townhall.example/speech"))) == 1


def test_of_copies_of_one_story_the_best_stays() -> None:
    best = passage(source_url="https://a.example/1", origin="wire-1")
    copy = passage("The bridge will close, agencies say.", source_url="https://b.example/1", origin="wire-1")
    other = passage("A vote on the bridge was held.", source_url="https://c.example/1", origin="wire-2")
    assert found(best, copy, other) == [best.id, other.id]


def test_two_excerpts_of_one_copy_both_stay() -> None:
    one = passage(source_url="https://a.example/1", origin="wire-1")
    two = passage("The repair was put out to tender in March.", source_url="https://a.example/1", origin="wire-1")
    assert found(one, two) == [one.id, two.id]


def test_the_same_words_at_two_addresses_count_once() -> None:
    one = passage(source_url="https://a.example/1")
    two = passage(SUPPORT.upper(), source_url="https://b.example/1")
    assert found(one, two) == [one.id]


def test_a_corrected_number_is_no_reprint() -> None:
    words = (
        "Inspectors of the county counted {} cracks in the northern pier of the bridge on Monday, and told the council "
        "in a letter that trams must not cross it until every one of them has been looked at by an engineer"
    )
    one = passage(words.format(41), source_url="https://a.example/1")
    two = passage(words.format(14), source_url="https://b.example/1")
    assert len(found(one, two)) == 2
    assert len(found(one, passage(words.format(41) + ".", source_url="https://b.example/1"))) == 1


def test_later_passages_come_last_and_are_marked_and_the_same_day_is_not_later() -> None:
    later = passage("Council closes the Tern Street bridge.", published_at=date(2031, 5, 5))
    event = passage("The council vote on the bridge was annulled.", event_date=PartialDate("2031-06"))
    same = passage("The council voted on the Tern Street bridge.", published_at=AS_OF)
    undated = passage("A bridge was closed.")
    month = passage("Bridge news of the month.", event_date=PartialDate("2031-05"))
    evidence = retrieve(later, event, same, undated, month)
    assert [each.later for each in evidence] == [False] * 3 + [True] * 2
    assert {each.passage.id for each in evidence if each.later} == {later.id, event.id}
    assert [each.rank for each in evidence] == [1, 2, 3, 4, 5]


def test_of_many_later_passages_no_more_are_compared_than_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []

    class Counted(Reprints):
        def seen(self, passage: Passage) -> bool:
            compared.append(passage.id)
            return super().seen(passage)

    monkeypatch.setattr("pipeline.evidence.retrieval.Reprints", Counted)
    later = [passage(f"Bridge {number} was closed.", published_at=date(2031, 5, 5)) for number in range(90)]
    assert [each.later for each in retrieve(*later, limit=4)] == [True] * 4
    assert len(compared) == 4


def test_a_later_copy_gives_way_to_an_earlier_one() -> None:
    later = passage(
        "The bridge must close.", origin="w", source_url="https://a.example/", published_at=date(2031, 6, 1)
    )
    early = passage(origin="w", source_url="https://b.example/", published_at=AS_OF)
    assert found(later, early) == [early.id]


def test_office_records_are_not_searched() -> None:
    assert found(passage(kind="office_record")) == []


def test_however_many_passages_are_excluded_the_others_are_found() -> None:
    own = [
        passage(f"The council closes bridge {n}.", source_url=f"https://dailyharbour.example/{n}") for n in range(600)
    ]
    assert found(*own, passage("Gulls nest here."), limit=3) == [passage("Gulls nest here.").id]


SITES = st.sampled_from([None, "https://dailyharbour.example/x", "https://coast.example/1", "https://isle.example/2"])
PASSAGES = st.lists(
    st.builds(
        Passage,
        text=st.sampled_from([SUPPORT, "The bridge is old.", "Gulls nest.", TEXT, "Trams cross the Tern."]),
        source_url=SITES,
        publisher=st.sampled_from([None, "Daily Harbour", "Coast Wire"]),
        published_at=st.sampled_from([None, date(2031, 5, 3), AS_OF, date(2031, 5, 5)]),
        origin=st.sampled_from([None, "wire-1", "wire-2"]),
        kind=st.sampled_from(["passage", "office_record"]),
    ),
    max_size=12,
    unique_by=lambda each: each.id,
)


@given(PASSAGES, st.integers(1, 5))
def test_every_guard_holds_for_every_index(passages: list[Passage], limit: int) -> None:
    evidence = retrieve(*passages, limit=limit)
    now = [each.passage for each in evidence if not each.later]
    assert len(now) <= limit
    assert [each.later for each in evidence] == sorted(each.later for each in evidence)
    for each in evidence:
        assert each.passage.kind == "passage"
        assert "dailyharbour" not in (each.passage.source_url or "")
        assert each.passage.publisher != "Daily Harbour"
        assert each.passage.text != TEXT
        assert each.later == (each.passage.published_at == date(2031, 5, 5))
    copies = {(each.passage.origin, each.passage.source_url) for each in evidence if each.passage.origin}
    assert len({origin for origin, _ in copies}) == len(copies)
    assert len({each.passage.text for each in evidence}) == len(evidence)


IDS = st.sampled_from("abcdefghijklmnop")
BY_VECTOR = st.dictionaries(IDS, st.floats(-1, 1), max_size=16)
BY_WORDS = st.dictionaries(IDS, st.tuples(st.floats(0.01, 50), st.floats(0, 1)), max_size=16)


def best_first(found: dict[str, tuple[float, float]]) -> list[WordMatch]:
    return sorted((WordMatch(id_, *scores) for id_, scores in found.items()), key=lambda match: -match.score)


@given(BY_VECTOR, BY_WORDS)
def test_what_either_search_found_is_ranked_once_with_falling_scores(
    near: dict[str, float], words: dict[str, tuple[float, float]]
) -> None:
    ranked = rank(list(near.items()), best_first(words))
    assert sorted(id_ for id_, _ in ranked) == sorted({*near, *words})
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True)


@given(BY_VECTOR, BY_WORDS, st.floats(0.5, 50))
def test_the_order_does_not_depend_on_the_scale_of_bm25(
    near: dict[str, float], words: dict[str, tuple[float, float]], factor: float
) -> None:
    scaled = {id_: (score * factor, beside) for id_, (score, beside) in words.items()}
    one, other = rank(list(near.items()), best_first(words)), rank(list(near.items()), best_first(scaled))
    assert [score for _, score in one] == pytest.approx([score for _, score in other])


def test_words_that_many_passages_share_alike_count_less_than_words_of_one() -> None:
    near = [("far", 0.5), ("close", 0.6)]
    crowd = [WordMatch(f"c{number}", 9.8, 0.0) for number in range(15)]
    assert rank(near, [WordMatch("far", 10.0, 0.0), *crowd])[0][0] == "close"
    assert rank(near, [WordMatch("far", 10.0, 0.0)])[0][0] == "far"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x?id=1", "http://www.a.example/x/?id=1&utm_medium=mail", True),
        ("https://a.example/x?id=1", "https://a.example/x?id=2", False),
        ("https://a.example/x", None, False),
        (None, None, False),
    ],
)
def test_pages_are_the_same_whatever_the_way_to_them(one: str | None, other: str | None, same: bool) -> None:
    assert same_page(one, other) is same


def test_nonsense_for_an_address_names_no_publisher() -> None:
    assert publishers_of(None, "see page 3") == frozenset()
