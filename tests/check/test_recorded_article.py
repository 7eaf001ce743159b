"""The seed article on the model path, on replies recorded from a real model: they replay without any server.

`make record` asks them anew. What is asserted holds for any model, however weak: nothing unproven is shown,
nothing is lost, everything is counted.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy
import pytest

from pipeline.articles import load_article
from pipeline.check import check_article, index_paths, open_bench
from pipeline.core.models import Report
from pipeline.core.settings import PROJECT, load_settings
from pipeline.evidence import LexicalIndex, from_memory, retrieve_evidence
from pipeline.evidence.lexical import WordMatch
from pipeline.llm import Budget, Caps, Model, load_prompt
from pipeline.llm.openai import OpenAIChat

SEEDS = PROJECT / "seeds"
EXPLAINED = {"malformed_reply", "quote_not_found", "quote_not_relevant", "refused", "budget"}
"""What a weak model may fail at, and the cap; an outage is none of it."""
MOST_CALLS = 6
"""Keeps the recording short on a slow machine, and shows the cap on the way."""
PER_CALL = 3
"""A small model's reply on more claims would be cut off."""


class Blind:
    """Takes every text for the like of every other: a real one differs between processors, and recordings must not."""

    name = "blind"

    def embed(self, texts: Sequence[str]) -> numpy.ndarray:
        return numpy.ones((len(texts), 1), dtype=numpy.float32)


class NoVectors:
    def query(self, vector: numpy.ndarray, limit: int) -> list[tuple[str, float]]:
        return []


class BM25Alone:
    """Ranks as when the replies were recorded: their prompts hold the passages in that order."""

    def __init__(self, index: LexicalIndex) -> None:
        self.index = index

    def query(self, text: str, limit: int, also: Sequence[str] = ()) -> list[WordMatch]:
        return [match._replace(beside=0.0) for match in self.index.query(text, limit, also)]


def check_seed_article(home: Path) -> Report:
    settings = load_settings(home=home, model="none", concurrency=1, claims_per_call=PER_CALL)
    index_paths(settings, [SEEDS / "reference"])
    llm = OpenAIChat(
        os.environ.get("RECORD_MODEL", "recorded"),
        api_key=os.environ.get("RECORD_API_KEY", "none"),
        base_url=os.environ.get("RECORD_BASE_URL", "http://127.0.0.1:8089/v1"),
        temperature=0,
        max_output_tokens=640,
        timeout_s=1200,
    )
    with open_bench(settings) as bench:
        passages = {passage.id: passage for passage in bench.store.passages()}
        by_words = partial(
            retrieve_evidence,
            passages=from_memory(passages.values()),
            vectors=NoVectors(),
            lexical=BM25Alone(LexicalIndex(passages.values())),
            embedder=Blind(),
            limit=4,
        )
        tools = replace(
            bench.tools,
            retrieve=by_words,
            embedder=Blind(),
            model=Model(llm, budget=Budget(Caps(max_calls=MOST_CALLS)), cache=bench.store, retries=0),
            detect_prompt=load_prompt("detect_claims", settings.prompts),
            verdict_prompt=load_prompt("predict_verdict", settings.prompts),
        )
        article = load_article(str(SEEDS / "articles/putin-trump-call.txt"), settings)
        return check_article(article, tools, bench.store)


@pytest.mark.vcr
def test_a_real_models_run_shows_nothing_unproven_and_loses_nothing(tmp_path: Path) -> None:
    report = check_seed_article(tmp_path)
    assert sum(report.coverage.counts().values()) == report.coverage.claims == len(report.notes) > 10
    assert set(report.coverage.not_checked) <= EXPLAINED
    judged = [note for note in report.notes if note.verdict and note.verdict.method.startswith("predict_verdict@")]
    failed = [note for note in report.notes if note.failure and note.failure.reason in EXPLAINED - {"budget"}]
    assert judged or failed, "the model was asked about claims"
    for note in judged:
        assert note.verdict is not None
        if note.verdict.label in ("supported", "refuted"):
            assert note.verdict.citations
    assert len(judged) + len(failed) < PER_CALL * report.usage.calls <= PER_CALL * MOST_CALLS
    assert report.usage.tokens_in > 500 * report.usage.calls
    title = next(note for note in report.notes if any(flag.kind == "misattributed_title" for flag in note.flags))
    assert title.verdict and "titles" in title.verdict.method
