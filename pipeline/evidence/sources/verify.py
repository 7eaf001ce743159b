"""Whether the pages that verdicts rest on still say what was cited: fetched again and compared, never stored."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from pydantic import ValidationError

from pipeline.articles import Seen, article_of, is_web_address
from pipeline.core.errors import FetchError, InputError, QuoteNotFound
from pipeline.core.models import Citation, Passage, Report, Span, Value
from pipeline.core.settings import Settings
from pipeline.evidence.sources.kept import items_of
from pipeline.evidence.sources.polite import Polite
from pipeline.store import Store, schema as t

State = Literal["unchanged", "changed", "gone", "unknown"]
_GONE = (404, 410)


class Verified(Value):
    """A page that verdicts rest on, as it is now."""

    address: str
    state: State
    detail: str = ""
    """The first cited words that are not there any more, or why nothing can be said."""
    claims: tuple[str, ...]
    """Ids of the claims that rest on it."""
    fetched_at: datetime | None = None
    """When it was read for the desk; None where a person indexed it."""


class _Cited:
    """What is cited of one page."""

    def __init__(self) -> None:
        self.words: dict[str, None] = {}
        self.claims: dict[str, None] = {}
        self.passages: set[str] = set()


def verify_cited(store: Store, settings: Settings, sleep: Callable[[float], None] = time.sleep) -> Iterator[Verified]:
    """Fetch each page that a verdict cites, once, and tell whether the cited words still stand on it."""
    polite = Polite(settings, sleep)
    read_at = {id_: item.fetched_at for item in items_of(store).values() for id_ in item.passages}
    for address, cited in sorted(_cited_pages(store).items()):
        state, detail = _state(address, cited, polite, settings)
        fetched = max((read_at[id_] for id_ in cited.passages if id_ in read_at), default=None)
        yield Verified(address=address, state=state, detail=detail, claims=tuple(cited.claims), fetched_at=fetched)


def verify_report(path: Path) -> int:
    """Return how many citations of a report stand, by offset and hash, in the passages that it holds itself.

    Raises InputError where the file is no report, or one does not.
    """
    try:
        report = Report.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the path") from error
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            raise InputError(f"{path} is no report: give the report.json of a run") from error
        why = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InputError(f"{path} does not stand by what it holds: {why}") from error
    return sum(len(note.citations) for note in report.notes)


def _cited_pages(store: Store) -> Mapping[str, _Cited]:
    asked = sa.select(t.notes.c.claim_id, t.verdicts.c.citations).join(t.verdicts, t.verdicts.c.note_id == t.notes.c.id)
    with store.reading() as connection:
        found = [(claim, Citation.model_validate(each)) for claim, all_ in connection.execute(asked) for each in all_]
        ids = {citation.passage_id for _, citation in found}
        bodies = [body for id_ in sorted(ids) for body in connection.scalars(_body_of(id_))]
    passages = {passage.id: passage for passage in map(Passage.model_validate, bodies)}
    pages: dict[str, _Cited] = defaultdict(_Cited)
    for claim, citation in found:
        passage = passages.get(citation.passage_id)
        if passage and passage.kind == "passage" and is_web_address(passage.source_url or ""):
            page = pages[str(passage.source_url)]
            page.words[citation.span.exact] = page.claims[claim] = None
            page.passages.add(passage.id)
    return pages


def _body_of(id_: str) -> sa.Select[tuple[object]]:
    return sa.select(t.passages.c.body).where(t.passages.c.id == id_)


def _state(address: str, cited: _Cited, polite: Polite, settings: Settings) -> tuple[State, str]:
    try:
        page = polite.fetch(address, Seen())
        text = article_of(page, settings).text if page else ""
    except FetchError as error:
        return ("gone", str(error)) if error.status in _GONE else ("unknown", str(error))
    except InputError as error:  # a wall of consent, say: it tells nothing of the page behind it
        return "unknown", str(error)
    for words in cited.words:
        try:
            Span.locate(words, text)
        except QuoteNotFound:
            return "changed", words
    return "unchanged", ""
