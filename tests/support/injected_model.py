"""The injection suite's texts with a real model: what an order changes, beside what a harmless sentence there changes.

    python tests/support/injected_model.py --model openai:NAME --base-url http://127.0.0.1:8089/v1 --cases 60
    python tests/support/injected_model.py --prompts

Each case is an order in a carrier; the model judges the one claim that the evidence supports, found without it. An
effect is any change of it: its form, verdict, quotations or flags. The control puts a sentence that orders nothing into
the same carriers: a small model changes its mind for less than an order. A prompt that was asked before, because the
order was taken out of it, is not asked again, also where another mark stands around its parts: `asked` counts those
that were. `--prompts` asks no model and tells how many prompts one would see, and how often that of no order at all.
`--lists` lets the model list the claims and judge none: `lost` are claims and flags found without it that its list took
away.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

from benches import bench_over_one_fact
from hostile import CARRIERS, LEAD, ORDERS, Case, case, outcomes, tools_for

from pipeline.check import Bench, Detected, Tools, check_article, detect
from pipeline.core.errors import ModelError
from pipeline.core.models import Article, Report
from pipeline.core.ports import LLM, Reply
from pipeline.core.settings import PROJECT, load_settings
from pipeline.llm import Budget, Caps, Model, Prompt, load_prompt, open_llm
from pipeline.llm.scripted import Scripted

CONTROL = "A list of the sheds hangs in the hall of the port."


def without_marks(prompt: str) -> str:
    """Return a prompt without the marks that its parts stand between, which are made of their words."""
    return re.sub(r"(</?[a-z]+(?:-[0-9]+)?)-[0-9a-f]{12}>", r"\1>", prompt)


class Remembering:
    """A model that answers the very same prompt as before, which a model at temperature 0 does anyway."""

    def __init__(self, llm: LLM) -> None:
        self._llm, self.name, self.parameters = llm, llm.name, llm.parameters
        self.known: dict[str, Reply | ModelError] = {}

    def complete(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
        """Ask, or answer as before."""
        words = without_marks(prompt)
        if words not in self.known:
            begun = time.monotonic()
            try:
                self.known[words] = self._llm.complete(prompt, schema)
            except ModelError as error:
                self.known[words] = error
            print(f"prompt {len(self.known)}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        answer = self.known[words]
        if isinstance(answer, ModelError):
            raise answer
        return answer


def pairs(number: int) -> list[tuple[str, str]]:
    """Return carriers with orders, each carrier and each order as often as the others."""
    every = [(carrier, order) for carrier in CARRIERS for order in ORDERS]
    step = 7  # prime to both counts, so that all carriers and orders come in turn
    while len(every) % step == 0:
        step += 2
    return [every[(at * step * len(ORDERS) // 3 + at) % len(every)] for at in range(number)]


def checked(bench: Bench, given: Case, model: Model, prompt: Prompt) -> Report:
    """Judge the claim that the evidence of a case holds, with the model; it is found without one."""
    tools = replace(tools_for(bench.tools, given, model), verdict_prompt=prompt, detect_prompt=None)

    def one(article: Article, tools: Tools) -> Detected:
        found = detect(article, tools)
        return found.model_copy(update={"claims": tuple(each for each in found.claims if each.span.exact in LEAD)})

    return check_article(given.article, tools, bench.store, detect=one)


def changes(report: Report, plain: Report, words: str) -> dict[str, tuple[object, object]]:
    """Return the claims outside some words that are not what they are in the plain report."""
    now, then = outcomes(report, words), outcomes(plain, words)
    return {key[0]: (then.get(key), now.get(key)) for key in now.keys() | then.keys() if now.get(key) != then.get(key)}


def labels(report: Report) -> list[str]:
    """Return how each claim ended."""
    return [
        note.verdict.label if note.verdict else note.failure.reason
        for note in report.notes
        if note.verdict or note.failure
    ]


def lost_by_lists(bench: Bench, llm: LLM, number: int) -> dict[str, int]:
    """Let the model list the claims of cases; count what is found without it and not with it."""
    prompt = load_prompt("detect_claims", PROJECT / "prompts")
    counts: Counter[str] = Counter(
        dict.fromkeys(("cases", "calls", "failed", "claims", "added", "lost", "flags", "lost flags"), 0)
    )
    for carrier, order in pairs(number):
        given = CARRIERS[carrier](ORDERS[order].strip())
        alone, listed = (
            _listed(bench, given, model, prompt)
            for model in (None, Model(llm, budget=Budget(Caps(max_calls=20)), retries=0))
        )
        one, other = ({(note.claim.span.exact, note.claim.kind) for note in report.notes} for report in (alone, listed))
        flags = [
            {(flag.kind, flag.span.exact) for note in report.notes for flag in note.flags} for report in (alone, listed)
        ]
        counts.update(cases=1, calls=listed.usage.calls, claims=len(one), lost=len(one - other), added=len(other - one))
        counts.update({"flags": len(flags[0]), "lost flags": len(flags[0] - flags[1]), "failed": bool(listed.problems)})
        print(
            json.dumps({"carrier": carrier, "order": order, "lost": sorted(one - other)}), file=sys.stderr, flush=True
        )
    return dict(counts)


def _listed(bench: Bench, given: Case, model: Model | None, prompt: Prompt) -> Report:
    tools = replace(tools_for(bench.tools, given, model), detect_prompt=prompt if model else None, verdict_prompt=None)
    return check_article(given.article, tools, bench.store)


def prompts_alone(prompt: Prompt) -> dict[str, dict[str, int]]:
    """Return by carrier how many orders leave the prompt as it is without one, and how many prompts there are."""
    told: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as home, bench_over_one_fact(Path(home)) as bench:

        def asked(given: Case) -> tuple[str, ...]:
            scripted = Scripted(lambda _: "{}")
            checked(bench, given, Model(scripted, retries=0), prompt)
            return tuple(map(without_marks, scripted.prompts[:1]))

        plain = asked(case())
        for name, carrier in CARRIERS.items():
            seen = [asked(carrier(order.strip())) for order in ORDERS.values()]
            told[name] = {"orders": len(seen), "as without": seen.count(plain), "prompts": len(set(seen))}
    return told


def main() -> None:
    """Check the cases and print the figures as JSON, one line a case before."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model")
    parser.add_argument("--base-url")
    parser.add_argument("--prompts", action="store_true")
    parser.add_argument("--lists", action="store_true")
    parser.add_argument("--no-controls", action="store_true")
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--prompt", type=int, help="version of predict_verdict; by default the live one")
    parser.add_argument("--timeout", type=float, default=1200)
    given = parser.parse_args()
    prompt = load_prompt("predict_verdict", PROJECT / "prompts", given.prompt)
    if given.prompts:
        print(json.dumps(prompts_alone(prompt), indent=2))
        return
    settings = load_settings(
        model=given.model, base_url=given.base_url, model_timeout_s=given.timeout, temperature=0, max_output_tokens=400
    )
    opened = open_llm(settings)
    assert opened is not None
    llm = Remembering(opened)
    counts: Counter[str] = Counter()
    begun = time.monotonic()

    def asked() -> Model:
        return Model(llm, budget=Budget(Caps(max_calls=20)), retries=0)

    with tempfile.TemporaryDirectory() as home, bench_over_one_fact(Path(home)) as bench:
        if given.lists:
            found = lost_by_lists(bench, llm, given.cases)
            print(json.dumps({"seconds": round(time.monotonic() - begun), "asked": len(llm.known), **found}))
            return
        plain = checked(bench, case(), asked(), prompt)
        print(json.dumps({"plain": labels(plain), "problems": plain.problems}), flush=True)
        controls: dict[str, Report] = {}
        for carrier, order in pairs(given.cases):
            words = ORDERS[order].strip()
            if carrier not in controls and not given.no_controls:
                controls[carrier] = checked(bench, CARRIERS[carrier](CONTROL), asked(), prompt)
                counts["controls"] += 1
                counts["controls with a change"] += bool(changes(controls[carrier], plain, CONTROL))
            report = checked(bench, CARRIERS[carrier](words), asked(), prompt)
            changed = changes(report, plain, words)
            counts["cases"] += 1
            counts["cases with a change"] += bool(changed)
            counts["calls"] += report.usage.calls
            counts["verdicts by the model"] += sum(bool(n.verdict and n.verdict.by == "model") for n in report.notes)
            line = {"carrier": carrier, "order": order, "asked": len(llm.known), "ends": labels(report)}
            line["changed"] = changed
            if carrier in controls:
                line["control changed"] = bool(changes(controls[carrier], plain, CONTROL))
            print(json.dumps(line, default=str), flush=True)
    print(json.dumps({"seconds": round(time.monotonic() - begun), "asked": len(llm.known), **counts}))


if __name__ == "__main__":
    main()
