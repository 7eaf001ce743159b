"""What a run searches: the store's passages, those given to it, or both, read as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.check import stock as stocks
from pipeline.check.stock import ONLY_RECORDS, SourcesByArticle, Stock
from pipeline.core.errors import IndexMissing
from pipeline.core.models import Article, OfficeRecord, Passage
from pipeline.evidence import LexicalIndex, RunFiles
from pipeline.store import Store

GULL, FERRY = Passage(text="Gulls nest on the roofs of the harbour."), Passage(text="The ferry carries trams.")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "store.db")
    yield opened
    opened.close()


def test_a_store_with_nothing_says_so_and_one_with_records_alone_says_that(store: Store) -> None:
    with pytest.raises(IndexMissing, match="factnotes index"):
        Stock(store, None)
    store.replace_records((), [OfficeRecord(person="Ilse Dahl", office="Mayor of Port Velda")])
    assert Stock(store, None).problems == (ONLY_RECORDS,)
    store.save_passages([GULL])
    assert Stock(store, None).problems == ()


def test_what_is_given_to_a_run_counts_beside_the_store_or_alone(store: Store) -> None:
    store.save_passages([GULL])
    ids = [FERRY.id, GULL.id, "nobody"]
    assert list(Stock(store, RunFiles((FERRY,))).passages_of(ids)) == [FERRY.id, GULL.id]
    alone = Stock(store, RunFiles((FERRY,), only=True))
    assert alone.passages_of(ids) == {FERRY.id: FERRY} and alone.everything() == (FERRY,)


def test_of_many_passages_quotations_are_looked_up_in_the_near_ones(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save_passages([GULL, FERRY])
    article = Article(text="“Gulls nest on the roofs”, the harbour master said on Monday to those who asked her.")
    words = LexicalIndex([GULL, FERRY])
    assert {each.id for each in SourcesByArticle(Stock(store, None), words)(article).passages()} == {GULL.id, FERRY.id}
    monkeypatch.setattr(stocks, "_FEW", 1)
    near = SourcesByArticle(Stock(store, None), words)
    assert near(article).passages() == (GULL,)
    assert near(article).passages() is near(article).passages()
