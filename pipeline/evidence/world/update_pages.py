"""Terms of office from Wikidata's query service, page by page: politely, and going on where it was cut off.

A page that has come whole is kept in a folder until the update is taken. The service answers what takes too long with
half an answer and an error behind it: that is no page, and smaller ones are asked for.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from pipeline.core.errors import InputError

CLASSES = {
    "Q48352": "heads of state",
    "Q2285706": "heads of government",
    "Q83307": "ministers",
    "Q132050": "governors",
    "Q66821962": "heads of central banks",
    "Q15966511": "heads of international organisations",
}
"""Classes of offices by their QIDs; an office of a subclass counts too."""
_QUERY = """SELECT ?person ?personLabel ?positionLabel ?countryLabel ?start ?startPrecision ?end ?endPrecision WHERE {{
  ?position wdt:P279* wd:{kind} ; wdt:P1001|wdt:P17 ?country .
  ?person p:P39 ?term . ?term ps:P39 ?position ; pqv:P580 ?from .
  MINUS {{ ?term wikibase:rank wikibase:DeprecatedRank }}
  ?from wikibase:timeValue ?start ; wikibase:timePrecision ?startPrecision .
  OPTIONAL {{ ?term pqv:P582 ?to . ?to wikibase:timeValue ?end ; wikibase:timePrecision ?endPrecision }}
  FILTER(YEAR(?start) >= 1990 && (!BOUND(?end) || ?end >= "{since}T00:00:00Z"^^xsd:dateTime))
  SERVICE wikibase:label {{ bd:serviceParam wikibase:language "en" }}
}} ORDER BY ?term LIMIT {limit} OFFSET {offset}"""
_PAGE = 1000
_SMALLEST = 50
_TRIES = 5
PAUSE_S = 1.0
"""Between two questions."""
_LONGEST_WAIT_S = 120.0
Row = dict[str, str]


class HalfAnswer(Exception):
    """The service gave up on a page: smaller ones may do."""


@dataclass
class QueryService:
    """Asks one page at a time, waits as it is told to, and never asks twice for a page that has come."""

    address: str
    contact: str
    folder: Path
    """Where pages are kept until the update is taken."""
    pause_s: float = PAUSE_S
    timeout_s: float = 70.0
    sleep: Callable[[float], None] = time.sleep

    def rows(self, since: date) -> Iterator[Row]:
        """Return the rows of every class of offices, of terms that are open or ended since a day.

        Raises InputError where the service cannot be reached or goes on refusing; what has come is kept.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with httpx.Client(timeout=self.timeout_s, headers=self._headers) as client:
            for kind in CLASSES:
                yield from self._of_class(client, kind, since)

    def forget(self) -> None:
        """Drop the pages, once they are taken."""
        for path in self.folder.glob("*.json"):
            path.unlink()

    @property
    def _headers(self) -> dict[str, str]:
        agent = f"factnotes (office records for fact checks; {self.contact})"
        return {"User-Agent": agent, "Accept": "application/sparql-results+json"}

    def _of_class(self, client: httpx.Client, kind: str, since: date) -> Iterator[Row]:
        offset, limit = 0, _PAGE
        while True:
            try:
                page = self._page(client, kind, since, offset, limit)
            except HalfAnswer as error:
                if limit <= _SMALLEST:
                    raise InputError(f"{self.address} gives half answers only: try again later") from error
                limit = max(_SMALLEST, limit // 4)
                continue
            yield from page
            if len(page) < limit:
                return
            offset += limit

    def _page(self, client: httpx.Client, kind: str, since: date, offset: int, limit: int) -> list[Row]:
        path = self.folder / f"{kind}-{since}-{offset}-{limit}.json"
        if path.is_file():
            return _rows_of(path.read_text("utf-8"))
        query = _QUERY.format(kind=kind, since=since, limit=limit, offset=offset)
        text = self._ask(client, query)
        rows = _rows_of(text)
        fresh = path.with_suffix(".part")
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
        return rows

    def _ask(self, client: httpx.Client, query: str) -> str:
        wait, trouble = self.pause_s, ""
        for _ in range(_TRIES):
            self.sleep(wait)
            try:
                answer = client.post(self.address, data={"query": query, "format": "json"})
            except httpx.TimeoutException:
                raise HalfAnswer from None
            except httpx.HTTPError as error:
                trouble, wait = type(error).__name__, min(wait * 4, _LONGEST_WAIT_S)
                continue
            if answer.status_code == httpx.codes.OK:
                return answer.text
            trouble = f"status {answer.status_code}"
            if answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR and "Timeout" in answer.text:
                raise HalfAnswer
            if answer.status_code not in (429, 500, 502, 503, 504):
                break
            wait = _told_wait(answer) or min(max(wait, 1) * 4, _LONGEST_WAIT_S)
        raise InputError(f"{self.address} does not answer ({trouble}): what has come is kept, run the update again")


def _told_wait(answer: httpx.Response) -> float | None:
    told = answer.headers.get("Retry-After", "")
    return min(float(told), 10 * _LONGEST_WAIT_S) if told.isdigit() else None


def _rows_of(text: str) -> list[Row]:
    """Return the rows of an answer; raises HalfAnswer where it is not whole."""
    try:
        bindings: list[dict[str, Any]] = json.loads(text)["results"]["bindings"]
        return [{name: str(cell["value"]) for name, cell in binding.items()} for binding in bindings]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HalfAnswer from error
