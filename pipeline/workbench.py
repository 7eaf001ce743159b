"""Open what the settings name: store, index, records, embedding model, chat model, prompts."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from pipeline import language
from pipeline.budget import Budget, Caps, Forecast, forecast, load_prices, price_of
from pipeline.check import StoredSources, Tools, detect, plan_jobs, require_index
from pipeline.check import check_claim as check_without_model
from pipeline.claims import chunks, render_detection_prompt
from pipeline.core.code_version import code_version
from pipeline.errors import InputError, SettingsError
from pipeline.evidence import ByVector, retrieve_evidence
from pipeline.evidence.exact import ExactVectors, JoinedVectors
from pipeline.given import Given
from pipeline.indexing import Indexed, build_index
from pipeline.lexical import LexicalIndex
from pipeline.llm import Model
from pipeline.models import Article, Claim, Evidence, OfficeRecord, Passage, Span, Versions, content_id
from pipeline.offices import merge_records
from pipeline.ports import LLM, Embedder
from pipeline.prompts import Prompt, load_prompt
from pipeline.providers.minilm import MiniLM
from pipeline.providers.openai_chat import open_llm
from pipeline.settings import Settings
from pipeline.store import Store, open_store
from pipeline.store.throttle import Throttle
from pipeline.titles import Records
from pipeline.vectors import VectorIndex
from pipeline.verdicts import render_verdict_prompt


@dataclass(frozen=True)
class Workbench:
    """An open store and the tools to check articles with."""

    settings: Settings
    store: Store
    tools: Tools


def warm_up(embedder: Embedder) -> None:
    """Begin to load the syntax and embedding models in a thread, so that no claim waits for them."""

    def load() -> None:
        language.warm_up()
        embedder.embed(["ready"])

    # No daemon: a process that ends while the models load would be aborted by them.
    threading.Thread(target=load, name="warm-up").start()


@contextmanager
def open_workbench(
    settings: Settings, given: Given | None = None, *, ahead: bool = True
) -> Generator[Workbench, None, None]:
    """Open everything a check needs, with what is given to this run; raises SettingsError, StoreError, PromptError.

    The models of syntax and embedding load meanwhile, or without `ahead` when the first text needs them.
    """
    deadline = time.monotonic() + settings.max_seconds if settings.max_seconds else None
    embedder = MiniLM()
    if ahead:
        warm_up(embedder)
    with open_store(settings) as store:
        model = _open_model(settings, store)
        prompts = _prompts(settings) if model else (None, None)
        passages = _passages(store, given)
        with _open_vectors(settings, store, embedder, given) as vectors:
            tools = Tools(
                retrieve=partial(
                    retrieve_evidence,
                    passages={passage.id: passage for passage in passages},
                    vectors=vectors,
                    lexical=LexicalIndex(passages),
                    embedder=embedder,
                    limit=settings.evidence_per_claim,
                ),
                records=Records(_records(store, given)),
                sources=StoredSources(passages),
                embedder=embedder,
                versions=Versions(
                    code=code_version(),
                    model=model.name if model else None,
                    prompts=tuple(prompt.ref for prompt in prompts if prompt),
                    embedding=embedder.name,
                    index=given.version(store.snapshot()) if given else store.snapshot(),
                    syntax=language.syntax_version(),
                    settings=content_id(
                        *(str(settings.evidence_per_claim), str(settings.temperature), str(settings.base_url)),
                        *(() if settings.vector_search else ("by words alone",)),
                    ),
                ),
                model=model,
                detect_prompt=prompts[0],
                verdict_prompt=prompts[1],
                service=(settings.base_url or "OpenAI") if model else None,
                deadline=deadline,
                concurrency=settings.concurrency,
            )
            yield Workbench(settings, store, tools)


def _passages(store: Store, given: Given | None) -> tuple[Passage, ...]:
    """Return the passages to search: the store's, those given, or both."""
    if given is None:
        return require_index(store)
    stored = () if given.only else store.passages()
    return tuple({passage.id: passage for passage in (*stored, *given.passages)}.values())


def _records(store: Store, given: Given | None) -> tuple[OfficeRecord, ...]:
    if given is None:
        return store.records()
    stored = () if given.only else store.records()
    return merge_records(stored, given.records).records if given.records else stored


@contextmanager
def _open_vectors(
    settings: Settings, store: Store, embedder: MiniLM, given: Given | None
) -> Generator[ByVector, None, None]:
    """Open the vector index, and beside it or instead of it vectors in memory of what is given."""
    with ExitStack() as stack:
        parts: list[ByVector] = []
        stored = given is None or (not given.only and bool(store.passages()))
        if stored and settings.vector_search:
            parts.append(stack.enter_context(closing(VectorIndex(settings.vectors_address, embedder.name))))
        if given is not None and settings.vector_search:
            parts.append(ExactVectors(given.passages, embedder))
        yield parts[0] if len(parts) == 1 else JoinedVectors(parts)


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
        pace=open_pace(settings, store, llm),
    )


def open_pace(settings: Settings, store: Store, llm: LLM) -> Throttle | None:
    """Return what spreads the calls to a model over time; None where the settings name no limit."""
    requests, tokens = settings.requests_per_minute, settings.tokens_per_minute
    if not requests and not tokens:
        return None
    service = str(llm.parameters.get("base_url", ""))
    return Throttle(store, llm.name, service, requests_per_minute=requests, tokens_per_minute=tokens)


def _prompts(settings: Settings) -> tuple[Prompt, Prompt]:
    return load_prompt("detect_claims", settings.prompts), load_prompt("predict_verdict", settings.prompts)


def index_paths(settings: Settings, paths: Sequence[Path], rebuild: bool = False) -> Indexed:
    """Index files and folders of evidence and office records; raises InputError, StoreError."""
    embedder = MiniLM()
    with open_store(settings) as store:
        if not rebuild:
            with closing(VectorIndex.create(settings.vectors_address, embedder.name)) as vectors:
                return build_index(paths, store, vectors, embedder)
        with VectorIndex.rebuild(settings.vectors_address, embedder.name) as vectors:
            indexed = build_index(paths, store, vectors, embedder)
        with closing(VectorIndex.create(settings.vectors_address, embedder.name)) as vectors:
            build_index((), store, vectors, embedder)  # what others have added to the old one meanwhile
        return indexed


def search_evidence(bench: Workbench, claim: str, as_of: date | None) -> tuple[Evidence, ...]:
    """Return the evidence a check would give to a claim in a person's own words."""
    words = " ".join(claim.split())
    if not words:
        raise InputError("there is nothing to search for: give a claim in words")
    article = Article(text="search")  # a stand-in that no passage can be a copy of
    asked = Claim(article_id=article.id, spans=(Span.of(words, 0, len(words)),), text=words, check_worthiness=1)
    return bench.tools.retrieve(asked, article, as_of or datetime.now(UTC).date())


@dataclass(frozen=True)
class Estimate:
    """What checking an article will take."""

    claims: int
    without_model: int
    """Claims that are decided, or cannot be checked, without a model."""
    forecast: Forecast | None
    """None for the embedded default."""


def estimate_check(article: Article, bench: Workbench) -> Estimate:
    """Say what a check will take, from the very prompts it would send; nothing is sent or spent.

    Claims are counted with the embedded detection: a model may find more or fewer.
    """
    offline = replace(bench.tools, model=None)
    day = article.published_at or datetime.now(UTC).date()
    jobs = plan_jobs(article, detect(article, offline).claims, day)
    notes = [check_without_model(job, offline).note for job in jobs]
    open_notes = [note for note in notes if note.failure and note.failure.reason == "no_model"]
    model, detecting, judging = bench.tools.model, bench.tools.detect_prompt, bench.tools.verdict_prompt
    if model is None:
        return Estimate(len(notes), len(notes) - len(open_notes), None)
    if detecting is None or judging is None:
        raise SettingsError("a model needs its prompts")
    prompts = [render_detection_prompt(article, chunk, detecting).text for chunk in chunks(article)]
    for note in open_notes:
        passages = [each.passage for each in note.evidence if not each.later]
        if passages:
            prompts.append(render_verdict_prompt(note.claim, article, passages, day, judging).text)
    costs = forecast(prompts, model.price, model.max_output_tokens)
    return Estimate(len(notes), len(notes) - len(open_notes), costs)
