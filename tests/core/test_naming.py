"""One way to name what has an id: the whole of it, a part that only one has, or `latest`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from desk import TOWN, town_note, write_run
from hypothesis import given, strategies as st

from pipeline.core.errors import InputError
from pipeline.core.models import Coverage, Versions
from pipeline.store import EVALUATION, Store, find_article_id, find_claim_id, find_id, find_run_id, schema
from pipeline.store.naming import CLAIM, RUN, find_stored_id

pytest_plugins = ("postgres",)

SOME = ("20260101-0900-abcd1234", "20260102-0900-ff001122", "20260102-1000-abcd9999")
IDS = st.lists(st.text("ab1-", min_size=1, max_size=6), min_size=1, max_size=12, unique=True)


@pytest.mark.parametrize("typed", ["latest", "last", " latest ", "1000", "9999", "20260102-1000", "ABCD9999", SOME[2]])
def test_an_id_a_unique_part_of_one_or_latest_name_one(typed: str) -> None:
    assert find_id(SOME, typed, RUN) == SOME[2]


@pytest.mark.parametrize("typed", ["", " ", "zzz", "20260101-0900-abcd12345", "x" * 500, "%", "_", "\0"])
def test_what_no_id_holds_is_refused_with_the_command_that_lists_them(typed: str) -> None:
    with pytest.raises(InputError, match="no evaluation .*: `factnotes eval list` lists them") as refused:
        find_id(SOME, typed, EVALUATION)
    assert len(str(refused.value)) < 150


def test_what_several_ids_hold_is_refused_with_the_newest_of_them() -> None:
    with pytest.raises(InputError, match=rf"'abcd' is part of several run ids \({SOME[2]}, {SOME[0]}\): type more"):
        find_id(SOME, "abcd", RUN)
    with pytest.raises(InputError, match=r"\(c9, c8, c7, c6, c5, \.\.\.\)"):
        find_id([f"c{number}" for number in range(10)], "c", CLAIM)


def test_where_there_is_none_yet_the_latest_is_refused_with_the_command_that_makes_one() -> None:
    with pytest.raises(InputError, match="there is no run yet: `factnotes check FILE` makes one"):
        find_id((), "latest", RUN)


@given(IDS, st.data())
def test_every_whole_id_names_itself_and_a_beginning_goes_before_a_part(ids: list[str], data: st.DataObject) -> None:
    assert all(find_id(ids, each, RUN) == each for each in ids)
    meant = data.draw(st.sampled_from(ids))
    typed = meant[: data.draw(st.integers(1, len(meant)))]
    if typed not in ids and [each for each in ids if each.startswith(typed)] == [meant]:
        assert find_id(ids, typed, RUN) == meant


@pytest.fixture(scope="module")
def looked_up(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store.open(tmp_path_factory.mktemp("naming") / "store.db")
    store.begin_run("seed", TOWN, datetime.now(UTC).date(), Versions(code="0"))
    return store


def _write_runs(store: Store, ids: list[str]) -> None:
    began = datetime(2031, 1, 1, tzinfo=UTC)
    with store.writing() as connection:
        kept = dict(connection.execute(sa.select(schema.runs)).mappings().first() or {})
        connection.execute(sa.delete(schema.runs))
        rows = [kept | {"id": each, "started_at": began + timedelta(days=at)} for at, each in enumerate(ids)]
        connection.execute(sa.insert(schema.runs), rows)


@given(IDS, st.text("ab1-%_A", max_size=4) | st.sampled_from(["latest", "last", "\0", "\ud800", "é"]))
def test_the_database_finds_what_a_look_at_all_ids_would(looked_up: Store, ids: list[str], typed: str) -> None:
    _write_runs(looked_up, ids)
    columns = schema.runs.c

    def asked(ask: object) -> str:
        try:
            return str(ask())  # type: ignore[operator]
        except InputError as error:
            return str(error)

    stored = asked(lambda: find_stored_id(looked_up, columns.id, (columns.started_at, columns.id), typed, RUN))
    assert stored == asked(lambda: find_id(ids, typed, RUN))


def test_runs_claims_and_articles_of_a_store_are_named_alike(store: Store) -> None:
    write_run(store, "20310101-first", TOWN, town_note())
    write_run(store, "20310102-second", TOWN, town_note(words="Mayor Ana Lobo opened the bridge"))
    store.finish_run("20310101-first", Coverage(claims=0), 1.0)
    newest = store.notes("20310102-second")[0].claim.id
    assert find_run_id(store, "latest") == find_run_id(store, "SECOND") == "20310102-second"
    assert find_run_id(store, "latest", finished=True) == find_run_id(store, "first") == "20310101-first"
    assert find_claim_id(store, "latest") == find_claim_id(store, newest[4:]) == newest
    assert find_article_id(store, "last") == find_article_id(store, TOWN.id[3:]) == TOWN.id
    for typed in ("\0", "\udcff", "%", "_", "x" * 1000):
        with pytest.raises(InputError, match="no run"):
            find_run_id(store, typed)
