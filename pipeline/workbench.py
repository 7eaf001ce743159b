"""Open what the settings name: store, index, records, embedding model, chat model, prompts."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from pipeline import __version__, language
from pipeline.check import StoredSources, Tools, require_index
from pipeline.evidence import retrieve_evidence
from pipeline.indexing import Indexed, build_index
from pipeline.lexical import LexicalIndex
from pipeline.llm import Budget, Model
from pipeline.models import Article, Claim, Evidence, Versions
from pipeline.prompts import Prompt, load_prompt
from pipeline.providers.minilm import MiniLM
from pipeline.providers.openai_chat import open_llm
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.titles import Records
from pipeline.vectors import VectorIndex


@dataclass(frozen=True)
class Workbench:
    """An open store and the tools to check articles with."""

    settings: Settings
    store: Store
    tools: Tools


@contextmanager
def open_store(settings: Settings) -> Generator[Store, None, None]:
    """Open the store alone."""
    with closing(Store.open(settings.store_path)) as store:
        yield store


@contextmanager
def open_workbench(settings: Settings) -> Generator[Workbench, None, None]:
    """Open everything a check needs; raises SettingsError, StoreError, PromptError."""
    syntax = threading.Thread(target=language.warm_up, daemon=True)
    syntax.start()
    model = open_model(settings)
    with open_store(settings) as store:
        if model:
            model = model.with_cache(store)
        passages = require_index(store)
        embedder = MiniLM()
        with closing(VectorIndex(settings.vectors_path, embedder.name)) as vectors:
            search = partial(
                retrieve_evidence,
                passages={passage.id: passage for passage in passages},
                vectors=vectors,
                lexical=LexicalIndex(passages),
                embedder=embedder,
                limit=settings.evidence_per_claim,
            )
            prompts = _prompts(settings) if model else (None, None)

            def retrieve(claim: Claim, article: Article, as_of: date) -> tuple[Evidence, ...]:
                return search(claim, article, as_of)

            tools = Tools(
                retrieve=retrieve,
                records=Records(store.records()),
                sources=StoredSources(passages),
                embedder=embedder,
                versions=_versions(model, prompts, embedder.name, store.snapshot()),
                model=model,
                detect_prompt=prompts[0],
                verdict_prompt=prompts[1],
                deadline=time.monotonic() + settings.max_seconds if settings.max_seconds else None,
                concurrency=settings.concurrency,
            )
            yield Workbench(settings, store, tools)


def open_model(settings: Settings) -> Model | None:
    """Return the chat model the settings name, with its budget; None for the embedded default."""
    llm = open_llm(settings)
    if llm is None:
        return None
    budget = Budget(settings.max_usd, settings.max_calls, settings.max_seconds)
    return Model(llm, budget=budget, retries=settings.model_retries)


def _prompts(settings: Settings) -> tuple[Prompt, Prompt]:
    return load_prompt("detect_claims", settings.prompts), load_prompt("predict_verdict", settings.prompts)


def _versions(
    model: Model | None, prompts: tuple[Prompt | None, Prompt | None], embedding: str, index: str
) -> Versions:
    return Versions(
        code=__version__,
        model=model.name if model else None,
        prompts=tuple(prompt.ref for prompt in prompts if prompt),
        embedding=embedding,
        index=index,
        syntax=language.syntax_version(),
    )


def index_paths(settings: Settings, paths: Sequence[Path], rebuild: bool = False) -> Indexed:
    """Index files and folders of evidence and office records; raises InputError, StoreError."""
    embedder = MiniLM()
    with open_store(settings) as store:
        if rebuild:
            VectorIndex.delete(settings.vectors_path)
        with closing(VectorIndex.create(settings.vectors_path, embedder.name)) as vectors:
            return build_index(paths, store, vectors, embedder)
