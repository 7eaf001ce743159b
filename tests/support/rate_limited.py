"""What processes do in the tests of limits; light to import, because each of them does."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from pipeline.core.errors import FactnotesError
from pipeline.core.models import Value
from pipeline.core.ports import Rendered
from pipeline.core.settings import Settings
from pipeline.llm import Model, SharedRateLimit, open_llm
from pipeline.store import Store

THREADS = 4


def begin_calls(address: Path | str, calls: int, requests: float) -> list[float]:
    """Begin calls from threads of one process, and tell when each was allowed to."""
    with closing(Store.open(address)) as store, ThreadPoolExecutor(THREADS) as pool:
        rate_limit = SharedRateLimit(store, "openai:m", "http://s/v1", requests_per_minute=requests)

        def one(_: int) -> float:
            rate_limit.wait(10)
            return time.time()

        return list(pool.map(one, range(calls)))


class Reply(Value):
    label: str
    confidence: float
    justification: str
    citations: tuple[str, ...]


def ask_many(address: Path | str, url: str, number: int, questions: int, limit: float) -> list[str]:
    """Ask a service from the threads of one process; tell the errors."""
    settings = Settings(model="openai:m", base_url=url)
    llm = open_llm(settings)
    assert llm is not None
    with closing(Store.open(address)) as store, ThreadPoolExecutor(THREADS) as pool:
        model = Model(llm, rate_limit=SharedRateLimit(store, llm.name, url, requests_per_minute=limit))

        def one(place: int) -> str:
            try:
                model.ask(Rendered(text=f"{number} {place}", ref="x"), Reply, lambda reply: reply)
            except FactnotesError as error:
                return str(error)
            return ""

        return list(pool.map(one, range(questions)))
