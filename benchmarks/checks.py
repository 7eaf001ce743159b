"""Measure whole checks: seconds, calls, tokens, waiting against the ideal, memory.

    python benchmarks/checks.py [--data folder] [--json]

Three measurements, each in a process of its own so that memory and imports are its own: the seed article
with the embedded default; the same with a scripted model (which judges nothing, but counts calls and
tokens of the real prompts); 40 claims at limit 8 with a scripted model that takes a second for each claim of a
reply, as wall time over the ideal of its calls, eight at once. The latter two with one claim a call and with up to
eight. Needs no data folder.
"""

from __future__ import annotations

import argparse
import json
import math
import re
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
PROMPTS = {"one_claim_a_call": (1, 1), "up_to_eight_a_call": (3, 8)}
"""The version of `predict_verdict` and how many claims a call is asked on."""
UNDECIDED = {"label": "not_enough_evidence", "confidence": 0.5, "justification": "scripted", "citations": []}
UNDECIDED_OF_SEVERAL = {
    "parts": [{"part": "all", "says": "silent"}],
    "citations": [],
    "justification": "scripted",
    "label": "not_enough_evidence",
    "probabilities": {"supported": 0.1, "refuted": 0.1, "not_enough_evidence": 0.7, "conflicting_evidence": 0.1},
}


def _claims_in(prompt: str) -> int:
    return len(re.findall(r"^Claim \d+, as of ", prompt, re.MULTILINE))


def _reply(prompt: str) -> str:
    """Return that every claim of a prompt is undecided, in the form it asks for."""
    claims = _claims_in(prompt)
    several = [{"claim": number, **UNDECIDED_OF_SEVERAL} for number in range(1, claims + 1)]
    return json.dumps({"claims": several} if claims else UNDECIDED)


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
    from pipeline.check import index_paths
    from pipeline.core.settings import load_settings

    settings = load_settings(home=home)
    index_paths(settings, [PROJECT / "seeds/reference"])
    figures = {name: _calls_on_the_seed_article(home, *asked) for name, asked in PROMPTS.items()}
    tokens = "a quarter of the characters of the prompts, claim detection left out"
    return {**figures, "tokens_are": tokens, "peak_memory_mb": _megabytes()}


def _calls_on_the_seed_article(home: Path, version: int, per_call: int) -> dict[str, Any]:
    from dataclasses import replace

    from pipeline.articles import load_article
    from pipeline.check import check_article, open_bench
    from pipeline.core.settings import load_settings
    from pipeline.llm import Budget, Model, load_prompt
    from pipeline.llm.scripted import Scripted

    settings = load_settings(home=home)
    with open_bench(settings) as bench:
        scripted = Scripted(_reply)
        prompt = load_prompt("predict_verdict", settings.prompts, version)
        model = Model(scripted, budget=Budget())
        tools = replace(bench.tools, model=model, verdict_prompt=prompt, claims_per_call=per_call)
        report = check_article(load_article(str(ARTICLE), settings), tools, bench.store)
    sent = sum(max(1, _claims_in(prompt)) for prompt in scripted.prompts)
    return {
        "claims_sent": sent,
        "failures": report.coverage.not_checked,
        "calls": report.usage.calls,
        "tokens_in_per_claim_sent": round(sum(map(len, scripted.prompts)) / 4 / sent),
    }


def _waiting(home: Path) -> dict[str, Any]:
    figures = {name: _wait_for_forty(home / name, *asked) for name, asked in PROMPTS.items()}
    return {"claims": CLAIMS, "limit": LIMIT, "latency_seconds_a_claim": LATENCY_S} | figures


def _wait_for_forty(home: Path, version: int, per_call: int) -> dict[str, Any]:
    from pipeline.check import Detected, Tools, check_article, warm_up
    from pipeline.check.checkers.titles import Records
    from pipeline.core.english import load_syntax
    from pipeline.core.models import Article, Claim, Evidence, Passage, Span, Versions
    from pipeline.core.settings import load_settings
    from pipeline.evidence import MiniLM
    from pipeline.llm import Budget, Model, load_prompt
    from pipeline.llm.scripted import Scripted
    from pipeline.store import Store

    embedder = MiniLM()
    warm_up(embedder)  # as an open bench has done
    load_syntax()
    embedder.embed(["ready"])
    home.mkdir()
    settings = load_settings(home=home)
    sentences = [f"The council of district {number} repaired a school." for number in range(CLAIMS)]
    article = Article(text=" ".join(sentences), published_at=date(2026, 1, 5))
    claims = tuple(
        Claim(article_id=article.id, spans=(Span.locate(each, article.text),), text=each, check_worthiness=0.9)
        for each in sentences
    )
    passage = Passage(text="A school of each district was repaired by the council.")
    evidence = (Evidence(passage=passage, rank=1, score=1.0, retriever="scripted"),)
    model = Scripted(_reply, latency_s=LATENCY_S * per_call)
    tools = Tools(
        retrieve=lambda claim, article, as_of, **_: evidence,
        records=Records(()),
        sources=NoSources(),
        embedder=embedder,
        versions=Versions(code="benchmark"),
        model=Model(model, budget=Budget()),
        verdict_prompt=load_prompt("predict_verdict", settings.prompts, version),
        concurrency=LIMIT,
        claims_per_call=per_call,
    )
    store = Store.open(settings.store_path)
    began = time.monotonic()
    report = check_article(article, tools, store, detect=lambda article, tools: Detected(claims=claims))
    seconds = time.monotonic() - began
    ideal = math.ceil(math.ceil(CLAIMS / per_call) / LIMIT) * LATENCY_S * per_call
    return {
        "calls": len(model.prompts),
        "failures": report.coverage.not_checked,
        "wall_seconds": round(seconds, 2),
        "wall_over_ideal": round(seconds / ideal, 3),
    }


class NoSources:
    """A store without passages."""

    def __len__(self) -> int:
        return 0

    def passages(self) -> tuple[()]:
        """Return none."""
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
