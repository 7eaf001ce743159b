"""Measure whole checks: seconds, calls, tokens, waiting against the ideal, memory.

    python benchmarks/checks.py [--data folder] [--json]

Three measurements, each in a process of its own so that memory and imports are its own: the seed article
with the embedded default; the same with a scripted model (which judges nothing, but counts calls and
tokens of the real prompts); 40 claims at limit 8 with a scripted model of fixed latency, as wall time
over the ideal of ceil(40 / 8) answers one after the other. Needs no data folder.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
ARTICLE = PROJECT / "seeds/articles/putin-trump-call.txt"
LATENCY_S, CLAIMS, LIMIT = 1.0, 40, 8
REPLY = '{"label": "not_enough_evidence", "confidence": 0.5, "justification": "scripted", "citations": []}'


def _megabytes() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _embedded(home: Path) -> dict[str, Any]:
    from pipeline.articles import load_article
    from pipeline.check import check_article, index_paths, open_bench
    from pipeline.core.settings import load_settings

    settings = load_settings(home=home)
    began = time.monotonic()
    index_paths(settings, [PROJECT / "seeds/reference"])
    indexed = time.monotonic()
    with open_bench(settings) as bench:
        article = load_article(str(ARTICLE), settings)
        opened = time.monotonic()
        report = check_article(article, bench.tools, bench.store)
    seconds = time.monotonic() - opened
    return {
        "claims": report.coverage.claims,
        "failures": report.coverage.not_checked,
        "index_seconds": round(indexed - began, 2),
        "open_seconds": round(opened - indexed, 2),
        "seconds_per_article": round(seconds, 2),
        "seconds_per_claim": round(seconds / report.coverage.claims, 4),
        "peak_memory_mb": _megabytes(),
    }


def _model_path(home: Path) -> dict[str, Any]:
    from dataclasses import replace

    from pipeline.articles import load_article
    from pipeline.check import check_article, index_paths, open_bench
    from pipeline.core.settings import load_settings
    from pipeline.llm import Budget, Model, load_prompt
    from pipeline.llm.scripted import Scripted

    settings = load_settings(home=home)
    index_paths(settings, [PROJECT / "seeds/reference"])
    with open_bench(settings) as bench:
        scripted = Scripted(lambda prompt: REPLY)
        model = Model(scripted, budget=Budget())
        tools = replace(bench.tools, model=model, verdict_prompt=load_prompt("predict_verdict", settings.prompts))
        report = check_article(load_article(str(ARTICLE), settings), tools, bench.store)
    worthy = sum(note.claim.checkable and note.claim.check_worthiness >= 0.5 for note in report.notes)
    return {
        "check_worthy_claims": worthy,
        "failures": report.coverage.not_checked,
        "calls": report.usage.calls,
        "calls_per_check_worthy_claim": round(report.usage.calls / worthy, 2),
        "tokens_in_per_check_worthy_claim": round(sum(map(len, scripted.prompts)) / 4 / worthy),
        "tokens_are": "a quarter of the characters of the prompts, claim detection left out",
        "peak_memory_mb": _megabytes(),
    }


def _waiting(home: Path) -> dict[str, Any]:
    from pipeline.check import Detected, Tools, check_article, warm_up
    from pipeline.check.checkers.titles import Records
    from pipeline.core.models import Article, Claim, Evidence, Passage, Span, Versions
    from pipeline.core.settings import load_settings
    from pipeline.evidence import MiniLM
    from pipeline.llm import Budget, Model, load_prompt
    from pipeline.llm.scripted import Scripted
    from pipeline.store import Store

    embedder = MiniLM()
    warm_up(embedder)  # as an open bench has done
    settings = load_settings(home=home)
    sentences = [f"The council of district {number} repaired a school." for number in range(CLAIMS)]
    article = Article(text=" ".join(sentences), published_at=date(2026, 1, 5))
    claims = tuple(
        Claim(article_id=article.id, spans=(Span.locate(each, article.text),), text=each, check_worthiness=0.9)
        for each in sentences
    )
    evidence = (Evidence(passage=Passage(text="A school was repaired."), rank=1, score=1.0, retriever="scripted"),)
    tools = Tools(
        retrieve=lambda claim, article, as_of, **_: evidence,
        records=Records(()),
        sources=_NoSources(),
        embedder=embedder,
        versions=Versions(code="benchmark"),
        model=Model(Scripted(lambda prompt: REPLY, latency_s=LATENCY_S), budget=Budget()),
        verdict_prompt=load_prompt("predict_verdict", settings.prompts),
        concurrency=LIMIT,
    )
    store = Store.open(settings.store_path)
    began = time.monotonic()
    report = check_article(article, tools, store, detect=lambda article, tools: Detected(claims=claims))
    seconds = time.monotonic() - began
    ideal = math.ceil(CLAIMS / LIMIT) * LATENCY_S
    return {
        "claims": CLAIMS,
        "limit": LIMIT,
        "latency_seconds": LATENCY_S,
        "failures": report.coverage.not_checked,
        "wall_seconds": round(seconds, 2),
        "wall_over_ideal": round(seconds / ideal, 3),
    }


class _NoSources:
    def __len__(self) -> int:
        return 0

    def passages(self) -> tuple[()]:
        return ()


PARTS = {"embedded": _embedded, "model_path": _model_path, "waiting": _waiting}


def main() -> None:
    """Run every part in its own process, or one part here."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="taken for the sake of the other topics; not read")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--part", choices=PARTS)
    given = parser.parse_args()
    if given.part:
        with tempfile.TemporaryDirectory() as home:
            print(json.dumps(PARTS[given.part](Path(home))))
        return
    figures = {}
    for part in PARTS:
        command = [sys.executable, __file__, "--part", part]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        figures[part] = json.loads(done.stdout.splitlines()[-1])
    if given.json:
        print(json.dumps(figures))
    else:
        for part, values in figures.items():
            print(part, *(f"{name} {value}" for name, value in values.items()), sep="\n  ")


if __name__ == "__main__":
    main()
