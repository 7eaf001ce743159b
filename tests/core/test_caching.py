from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from pipeline.core.caching import once_for_each


def test_of_many_threads_that_ask_for_the_same_one_works_it_out() -> None:
    asked: list[str] = []
    start, answer = Barrier(6), Event()

    @once_for_each
    def length(text: str) -> int:
        asked.append(text)
        answer.wait(60)
        return len(text)

    def ask(_: int) -> int:
        start.wait(60)
        return length("seven")

    with ThreadPoolExecutor(6) as pool:
        answers = pool.map(ask, range(6))
        answer.set()
        assert list(answers) == [5] * 6
    assert asked == ["seven"]


def test_what_could_not_be_worked_out_is_tried_again() -> None:
    tries: list[int] = []

    @once_for_each
    def fail_at_first(number: int) -> int:
        tries.append(number)
        if len(tries) == 1:
            raise ValueError("not yet")
        return number

    with pytest.raises(ValueError, match="not yet"):
        fail_at_first(3)
    assert (fail_at_first(3), fail_at_first(3), tries) == (3, 3, [3, 3])


def test_only_the_last_ones_are_kept() -> None:
    asked: list[int] = []
    once = once_for_each(asked.append)
    for number in (*range(100), 99, 0):
        once(number)
    assert asked == [*range(100), 0]
