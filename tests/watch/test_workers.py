from __future__ import annotations

from hypothesis import given, strategies as st

from pipeline.watch import Item
from pipeline.watch.workers import part

KEYS = [f"{number}.txt" for number in range(8)]
ITEMS = [Item(key=key, location=key) for key in KEYS]


def test_who_was_there_when_a_process_ended_is_looked_at_last_then_alone_then_not_at_all() -> None:
    parted = part(ITEMS[:5], {"0.txt": 1, "1.txt": 2, "3.txt": 3})
    assert [item.key for item in parted.together] == ["2.txt", "4.txt", "0.txt"]
    assert [item.key for item in parted.alone] == ["1.txt"]
    assert [item.key for item in parted.left] == ["3.txt"]


@given(st.dictionaries(st.sampled_from(KEYS), st.integers(1, 9)))
def test_every_item_is_in_one_part(deaths: dict[str, int]) -> None:
    parted = part(ITEMS, deaths)
    assert sorted(item.key for each in parted for item in each) == KEYS
    assert part(ITEMS, {}).together == tuple(ITEMS)
