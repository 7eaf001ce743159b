"""A small world of entries as they are found in the wild; `benchmarks/source_world.py` syncs one of ten thousand."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.source_world import World, counted, declare, lost_and_doubled, running, sync
from pipeline.core.settings import Settings
from pipeline.evidence import source_named, sync_source
from pipeline.store import Store

ENTRIES = 70


class _Killed(BaseException):
    """As if the process ended there."""


def test_a_sync_that_is_cut_short_goes_on_loses_nothing_and_costs_little_the_second_time(tmp_path: Path) -> None:
    world = World(ENTRIES)

    def end(_: float) -> None:
        if sum(world.asked.values()) > 60:
            raise _Killed

    with running(world) as base:
        declare(tmp_path, base, ENTRIES)
        settings = Settings(home=tmp_path, allow_private_urls=True)
        with closing(Store.open(settings.store_path)) as store, pytest.raises(_Killed):
            sync_source(store, source_named(store, "sitemap"), settings, end)
        counted(world)
        resumed = sync(tmp_path)
        lost, doubled = lost_and_doubled(tmp_path, world)
        assert (lost, doubled) == ([], 0) and resumed[
            "unchanged"
        ] == 50 - 3  # of the fifty that were written three are refused
        assert resumed["problems"] == 5  # one fails, one is missing, one leads home, one is empty, one asks for consent
        counted(world)
        second = sync(tmp_path)
        asked = counted(world)
    assert (second["new"], second["changed"], second["unchanged"]) == (0, 0, ENTRIES - 5)
    # Half of the entries tell when they changed and are not even asked for; of the others one redirects.
    assert asked["asked"] < ENTRIES * 0.7 and asked["not_modified"] > ENTRIES * 0.4
