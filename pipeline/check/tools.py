"""Open what a check works with: passages, records, vectors, embedding model, chat model, prompts.

Slow to import: it brings the parser, the index and every checker. `check.setup` imports it when something is checked.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from pipeline.check.calibration import Calibration, calibrations_of
from pipeline.check.checkers.titles import Records
from pipeline.check.job import StoredSources, Tools
from pipeline.check.setup import counts_world
from pipeline.check.stock import SourcesByArticle, Stock
from pipeline.core.english import load_syntax
from pipeline.core.models import Article, Claim, Evidence, OfficeRecord, Passage, Versions
from pipeline.core.ports import LLM, Embedder
from pipeline.core.settings import Settings
from pipeline.evidence import (
    Asking,
    ByVector,
    ExactVectors,
    JoinedVectors,
    JoinedWords,
    LexicalIndex,
    MiniLM,
    RunFiles,
    VectorIndex,
    asked_sources,
    from_memory,
    joined_with,
    merge_records,
    records_with_world,
    retrieve_evidence,
    sync_words,
)
from pipeline.llm import Budget, Caps, Model, SharedRateLimit, load_prices, load_prompt, open_llm, price_of, readers_of
from pipeline.store import Store, passages_by_id


def warm_up(embedder: Embedder) -> None:
    """Begin to load the syntax and embedding models in a thread, so that no claim waits for them."""

    def load() -> None:
        load_syntax()
        embedder.embed(["ready"])

    # No daemon: a process that ends while the models load would be aborted by them.
    threading.Thread(target=load, name="warm-up").start()


@contextmanager
def open_tools(
    settings: Settings,
    store: Store,
    versions: Versions,
    run_files: RunFiles | None = None,
    deadline: float | None = None,
    ahead: bool = True,
) -> Generator[Tools, None, None]:
    """Open everything a check needs, with what is given to this run; raises SettingsError, StoreError, PromptError.

    The models of syntax and embedding load meanwhile, or without `ahead` when the first text needs them.
    """
    embedder = MiniLM()
    if ahead:
        warm_up(embedder)
    model = _open_model(settings, store)
    service, proxy = readers_of(settings.base_url) if model else (None, None)
    alone = run_files is not None and run_files.only
    asked = () if alone else asked_sources(store)
    stock = Stock(store, run_files, asks=bool(asked))
    own = _records(store, run_files)
    with (
        _open_vectors(settings, stock, embedder) as vectors,
        _open_words(settings, store, stock) as words,
        nullcontext(Records(own)) if alone else records_with_world(settings, own) as records,
    ):
        yield Tools(
            retrieve=Retrieval(stock, vectors, words, embedder, settings),
            records=records,
            sources=StoredSources(()),
            sources_of=SourcesByArticle(stock, words),
            problems=stock.problems,
            embedder=embedder,
            versions=versions,
            model=model,
            detect_prompt=load_prompt("detect_claims", settings.prompts) if model else None,
            verdict_prompt=load_prompt("predict_verdict", settings.prompts) if model else None,
            service=service,
            proxy=proxy,
            deadline=deadline,
            concurrency=settings.concurrency,
            calibrations=_calibrations(settings, model) if model else (),
            claims_per_call=settings.claims_per_call,
            world=counts_world(settings, run_files),
            open_asking=partial(Asking, store, asked, settings) if asked else None,
        )


@dataclass(frozen=True)
class Retrieval:
    """Finds evidence in what is stored, given to the run, and found for the claim alone (implements `Retrieve`)."""

    stock: Stock
    vectors: ByVector
    words: LexicalIndex | JoinedWords
    embedder: Embedder
    settings: Settings

    def __call__(
        self, claim: Claim, article: Article, as_of: date, *, beside: Sequence[Passage] = (), **how: Any
    ) -> tuple[Evidence, ...]:
        """Return evidence; see `retrieve_evidence`."""
        vectors: ByVector = self.vectors
        words, passages_of = self.words, self.stock.passages_of
        if beside:
            few = from_memory(beside)
            words = joined_with(words, beside)
            if self.settings.vector_search:
                vectors = JoinedVectors((vectors, ExactVectors(beside, self.embedder)))
            passages_of = lambda ids: {**few(ids), **self.stock.passages_of(ids)}  # noqa: E731
        return retrieve_evidence(
            claim,
            article,
            as_of,
            passages=passages_of,
            vectors=vectors,
            lexical=words,
            embedder=self.embedder,
            limit=self.settings.evidence_per_claim,
            **how,
        )


def _calibrations(settings: Settings, model: Model) -> tuple[Calibration, ...]:
    return calibrations_of(settings.prompts, model.name, model.parameters, settings.claims_per_call)


def _records(store: Store, run_files: RunFiles | None) -> tuple[OfficeRecord, ...]:
    if run_files is None:
        return store.records()
    stored = () if run_files.only else store.records()
    return merge_records(stored, run_files.records).records if run_files.records else stored


@contextmanager
def _open_vectors(settings: Settings, stock: Stock, embedder: MiniLM) -> Generator[ByVector, None, None]:
    """Open the vector index, and beside it or instead of it vectors in memory of what is given."""
    with ExitStack() as stack:
        parts: list[ByVector] = []
        if stock.stored and settings.vector_search:
            parts.append(stack.enter_context(closing(VectorIndex(settings.vectors_address, embedder.name))))
        if stock.given and settings.vector_search:
            parts.append(ExactVectors(stock.given, embedder))
        yield parts[0] if len(parts) == 1 else JoinedVectors(parts)


@contextmanager
def _open_words(settings: Settings, store: Store, stock: Stock) -> Generator[LexicalIndex | JoinedWords, None, None]:
    """Open the index of words, made or brought up to date where the store has changed, and beside it what is given."""
    with ExitStack() as stack:
        parts: list[LexicalIndex] = []
        if stock.stored:
            words = stack.enter_context(closing(LexicalIndex(path=settings.words_path)))
            sync_words(words, store, partial(passages_by_id, store))
            parts.append(words)
        if stock.given:
            parts.append(LexicalIndex(stock.given))
        yield parts[0] if len(parts) == 1 else JoinedWords(parts)


def _open_model(settings: Settings, store: Store) -> Model | None:
    """Return the chat model the settings name, with its price and caps; None for the embedded default."""
    llm = open_llm(settings)
    if llm is None:
        return None
    price = price_of(llm.name, settings.base_url, load_prices(settings.home / "prices.yaml"))
    budget = Budget(Caps(settings.max_usd, settings.max_calls, settings.max_seconds))
    return Model(
        llm,
        price=price,
        budget=budget,
        cache=store,
        retries=settings.model_retries,
        at_once=settings.concurrency,
        rate_limit=open_rate_limit(settings, store, llm),
    )


def open_rate_limit(settings: Settings, store: Store, llm: LLM) -> SharedRateLimit | None:
    """Return what spreads the calls to a model over time; None where the settings name no limit."""
    requests, tokens = settings.requests_per_minute, settings.tokens_per_minute
    if not requests and not tokens:
        return None
    service = str(llm.parameters.get("base_url", ""))
    return SharedRateLimit(store, llm.name, service, requests_per_minute=requests, tokens_per_minute=tokens)
