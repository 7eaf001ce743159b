"""The seed article on the model path, on replies recorded from a real model: they replay without any server.

`make record` asks them anew. What is asserted holds for any model, however weak: nothing unproven is shown,
nothing is lost, everything is counted.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.articles import load_article
from pipeline.budget import Budget
from pipeline.check import check_article
from pipeline.llm import Model
from pipeline.models import Report
from pipeline.prompts import load_prompt
from pipeline.providers.openai_chat import OpenAIChat
from pipeline.settings import PROJECT, load_settings
from pipeline.workbench import index_paths, open_workbench

SEEDS = PROJECT / "seeds"
EXPLAINED = {"malformed_reply", "quote_not_found", "refused"}
"""What a weak model may fail at; an outage is none of it."""


def check_seed_article(home: Path) -> Report:
    settings = load_settings(home=home, model="none", concurrency=2)
    index_paths(settings, [SEEDS / "reference"])
    llm = OpenAIChat(
        os.environ.get("RECORD_MODEL", "recorded"),
        api_key=os.environ.get("RECORD_API_KEY", "none"),
        base_url=os.environ.get("RECORD_BASE_URL", "http://127.0.0.1:8089/v1"),
        temperature=0,
        max_output_tokens=3072,
        timeout_s=1200,
    )
    with open_workbench(settings) as bench:
        tools = replace(
            bench.tools,
            model=Model(llm, budget=Budget(), cache=bench.store, retries=0),
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
    asked = [note for note in report.notes if note.verdict and note.verdict.method.startswith("predict_verdict@")]
    assert asked, "the model judged something"
    for note in asked:
        assert note.verdict is not None
        if note.verdict.label in ("supported", "refuted"):
            assert note.verdict.citations
    assert report.usage.calls >= len(asked) + 1
    assert report.usage.tokens_in > 500 * len(asked)
    title = next(note for note in report.notes if any(flag.kind == "misattributed_title" for flag in note.flags))
    assert title.verdict and "titles" in title.verdict.method
