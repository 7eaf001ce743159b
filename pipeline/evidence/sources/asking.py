"""Sources that are asked while an article is checked: with words made of its claims, where they may see such words.

Nothing made of an article that nobody can read yet leaves the machine, unless its source may see all. What was sent to
whom is a step of the claim's trace, word by word. A source that fails is told and asked no more; it decides nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from urllib.parse import urlsplit

from pipeline.articles import FROM_ITS_ADDRESS
from pipeline.core.clock import utc_now
from pipeline.core.errors import FactnotesError, FetchError, StoreError
from pipeline.core.models import Article, Claim, FailureReason, Passage, TraceStep
from pipeline.core.settings import Settings
from pipeline.evidence.lexical import LexicalIndex
from pipeline.evidence.sources.answers import keep_answer, known_answer
from pipeline.evidence.sources.earlier_checks import item_of, search_checks
from pipeline.evidence.sources.kept import known_sources, save_items
from pipeline.evidence.sources.listing import Listed, found_by
from pipeline.evidence.sources.models import CHECKS, Source
from pipeline.evidence.sources.polite import Polite
from pipeline.evidence.sources.questions import Question, questions_of
from pipeline.store import Store

ASKED = "asked"
"""The stage of the steps that tell of it."""
_SECONDS = 120.0
"""How long one source is asked for one article."""
_BYTES, _TIMEOUT_S = 5_000_000, 10.0
"""Of one page, and for one: less than where a person waits for nothing else."""
_OF_A_PAGE, _NEAR = 100, 12
"""Passages of a page that are kept, and those of an answer that are held against a claim."""
_FAILURES = 2
_BUSY = (429, 503)


@dataclass(frozen=True)
class Answered:
    """What sources gave for a claim, and what was sent to whom."""

    passages: tuple[Passage, ...] = ()
    steps: tuple[TraceStep, ...] = ()


@dataclass
class _State:
    """How it stands with a source in one article."""

    source: Source
    polite: Polite
    lock: threading.Lock = field(default_factory=threading.Lock)
    claims: int = 0
    failures: int = 0
    seconds: float = 0.0
    closed: str = ""
    """Why it is asked no more."""

    @property
    def service(self) -> str:
        """How reports name it."""
        address = self.source.address
        return f"{self.source.name} ({address if self.source.kind == 'retriever' else urlsplit(address).netloc})"


class Asking:
    """Asks sources about the claims of one article; safe to share between threads."""

    def __init__(
        self,
        store: Store,
        sources: Sequence[Source],
        settings: Settings,
        article: Article,
        day: date,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Ask about an article that is judged as of a day."""
        self._store, self._day = store, day
        bounds = {
            "max_download_bytes": min(settings.max_download_bytes, _BYTES),
            "fetch_timeout_s": min(settings.fetch_timeout_s, _TIMEOUT_S),
        }
        self._settings = settings.model_copy(update=bounds)
        hidden = why_unpublished(article, settings)
        self._states = [
            _State(source, Polite(self._settings, sleep)) for source in sources if source.may_see == "all" or not hidden
        ]
        untold = [source.name for source in sources if source.may_see != "all"] if hidden else []
        self.problems: tuple[str, ...] = tuple(
            f"{name} was not asked: {hidden}; `factnotes sources add --may-see all` lets a source see such words"
            for name in untold
        )
        """Which sources were not asked at all, and why."""
        self._pages: dict[str, tuple[Passage, ...]] = {}

    def __call__(self, claim: Claim) -> Answered:
        """Return what the sources have on a claim; raises StoreError alone."""
        found: dict[str, Passage] = {}
        steps: list[TraceStep] = []
        for state in self._states:
            with state.lock:
                passages = self._ask(state, claim, steps.append)
            found |= {passage.id: passage for passage in passages}
        return Answered(tuple(found.values()), tuple(steps))

    def _ask(self, state: _State, claim: Claim, tell: Callable[[TraceStep], None]) -> tuple[Passage, ...]:
        counted = False
        for question in questions_of(claim.text, state.source.kind, self._day):
            passages = known_answer(self._store, state.source, question)
            if passages is not None:
                told = f"with {question}" if state.source.kind in CHECKS else _found(question, passages)
                tell(_step(state, told, kept=True))
            else:
                if why := _why_not(state, counted):
                    tell(TraceStep(stage=ASKED, detail=f"{state.source.name} was not asked: {why}"))
                    return ()
                state.claims += not counted
                counted = True
                passages = self._answer(state, question, tell)
            if passages:
                return _near(claim, passages)
        return ()

    def _answer(self, state: _State, question: Question, tell: Callable[[TraceStep], None]) -> tuple[Passage, ...]:
        """Ask a source in earnest, and keep what it gives."""
        began = time.monotonic()
        problems: list[str] = []
        try:
            if state.source.kind in CHECKS:
                return self._take_checks(state, question, tell)
            listed = list(islice(found_by(state.source, question, state.polite, self._settings), state.source.pages))
            passages = tuple(passage for each in listed for passage in self._read(each, problems.append))
        except StoreError:
            raise
        except Exception as error:  # whatever it is, the words may have been sent, and that is told
            self._note_failure(state, error)
            why = str(error) if isinstance(error, FactnotesError) else f"it failed ({type(error).__name__})"
            tell(_step(state, f"with {question}: {why}", reason=_reason(error)))
            return ()
        finally:
            state.seconds += time.monotonic() - began
        state.failures = 0
        if passages or not problems:  # what could not be read now may be read the next time
            keep_answer(self._store, state.source, question, passages)
        unread = f"; {problems[0]}" if problems else ""
        tell(_step(state, f"{_found(question, passages)}{_visited(state, listed)}{unread}"))
        return passages

    def _take_checks(self, state: _State, question: Question, tell: Callable[[TraceStep], None]) -> tuple[Passage, ...]:
        """Keep what others have found of a claim, for who reads the note; it is never evidence."""
        checks = list(search_checks(question.words, state.source, state.polite, self._settings))
        save_items(self._store, state.source.name, dict(map(item_of, checks)))
        keep_answer(self._store, state.source, question, ())
        state.failures = 0
        tell(_step(state, f"with {question}: {len(checks)} earlier check{'' if len(checks) == 1 else 's'}"))
        return ()

    def _read(self, listed: Listed, problem: Callable[[str], None]) -> Iterator[Passage]:
        """Yield the passages of a page that was found, fetched once for the article."""
        if listed.key not in self._pages:
            try:
                read = listed.read(None)
            except StoreError:
                raise
            except (FactnotesError, ValueError) as error:
                problem(str(error))
                return
            if read and read.refused:
                problem(read.refused)
                return
            self._pages[listed.key] = read.passages[:_OF_A_PAGE] if read else ()
        yield from self._pages[listed.key]

    def _note_failure(self, state: _State, error: Exception) -> None:
        state.failures += 1
        if isinstance(error, FetchError) and error.status in _BUSY:
            state.closed = "it wants fewer questions"
        elif state.failures >= _FAILURES:
            state.closed = f"it failed {_FAILURES} times in a row"


def asked_sources(store: Store) -> tuple[Source, ...]:
    """Return the sources that a check asks."""
    return tuple(source for source in known_sources(store) if source.ask)


def why_unpublished(article: Article, settings: Settings) -> str | None:
    """Return why nothing shows that anybody can read an article, None where it was read on the open web itself."""
    if not any(datum.name == "first seen" and datum.source == FROM_ITS_ADDRESS for datum in article.provenance):
        return "the article was not read from the web, so it may be unpublished"
    if settings.allow_private_urls:
        return "this desk may read private addresses (FACTNOTES_ALLOW_PRIVATE_URLS), so the article may be unpublished"
    if article.published_at and article.published_at > utc_now().date():
        return "the article's day is yet to come, so it may be unpublished"
    return None


def _why_not(state: _State, counted: bool) -> str:
    if state.closed:
        return state.closed
    if state.seconds > _SECONDS:
        return f"it took {_SECONDS:.0f} seconds for this article"
    if state.claims >= state.source.asks and not counted:
        return f"it was asked about {state.source.asks} claims of this article"
    return ""


def _step(state: _State, detail: str, reason: FailureReason | None = None, *, kept: bool = False) -> TraceStep:
    return TraceStep(stage=ASKED, service=state.service, detail=detail, reason=reason, kept=kept)


def _found(question: Question, passages: Sequence[Passage]) -> str:
    pages = len({passage.source_url for passage in passages})
    return f"with {question}: {pages} page{'' if pages == 1 else 's'} read"


def _visited(state: _State, listed: Sequence[Listed]) -> str:
    """Tell which other hosts were asked for pages: they saw that somebody here reads them."""
    hosts = dict.fromkeys(urlsplit(each.address or each.key).netloc for each in listed)
    others = [host for host in hosts if host and host != urlsplit(state.source.address).netloc]
    return f", of {', '.join(others)}" if others else ""


def _reason(error: Exception) -> FailureReason:
    return "rate_limited" if isinstance(error, FetchError) and error.status in _BUSY else "unavailable"


def _near(claim: Claim, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Return the passages that share most with a claim: of a long page few bear on it."""
    if len(passages) <= _NEAR:
        return tuple(passages)
    found = {match.id for match in LexicalIndex(passages).query(claim.text, _NEAR)}
    return tuple(passage for passage in passages if passage.id in found)
