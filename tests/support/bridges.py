"""A suite about bridges and systems with scripted models, for tests of evaluations."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from pipeline.core.models import Case, Usage
from pipeline.core.settings import PROJECT
from pipeline.evaluation import Bundle, Suite
from pipeline.evaluation.cases import Variant
from pipeline.evaluation.run.answer import EvalContext, System
from pipeline.evaluation.run.runner import prepare, run
from pipeline.evaluation.scores import SCORER
from pipeline.llm import Budget, Price, load_prompt
from pipeline.llm.scripted import Line, Scripted

PROMPTS = PROJECT / "prompts"


TOWNS = ("Aro", "Bel", "Cen", "Dov", "Eko", "Fal", "Gor", "Hel")


def case(town: str, label: str = "supported") -> Case:
    evidence = (f"The council of {town} opened the bridge in May 2019.", f"{town} has 4,000 people.")
    return Case(claim=f"The bridge of {town} opened in 2019.", label=label, evidence=evidence, source="invented")


SUITE = Suite(name="bridges", stage="verdict", cases=tuple(sorted(map(case, TOWNS), key=lambda each: each.id)))


def said(prompt: str, label: str = "supported", quote: str | None = None) -> str:
    town = next(town for town in TOWNS if f"bridge of {town} " in prompt)
    cited = {"passage": 1, "quote": quote or f"The council of {town} opened the bridge in May 2019."}
    reply = {"citations": [cited], "justification": "It says so.", "label": label, "confidence": 0.9}
    return json.dumps(reply)


def system(script: Callable[[str], Line] = said, name: str = "one", price: Price | None = None) -> System:
    prompt = load_prompt("predict_verdict", PROMPTS, 1)
    llm = Scripted(script, usage=Usage(tokens_in=100, tokens_out=20))
    parameters = dict(llm.parameters) | {"name": name}
    llm_of_its_own = type("Named", (Scripted,), {"parameters": parameters})
    own = llm_of_its_own(script, usage=Usage(tokens_in=100, tokens_out=20))
    return System(Variant(name=name, prompt_ref=prompt.ref, model=llm.name, parameters=parameters), prompt, own, price)


def begin(home: Path, systems: Sequence[System], suite: Suite = SUITE, repeats: int = 1) -> Bundle:
    return prepare(home, suite, systems, repeats=repeats, scorer=SCORER, code="test", prompts=PROMPTS)


def finish(bundle: Bundle, systems: Sequence[System], budget: Budget | None = None, **more: object) -> Bundle:
    context = EvalContext(budget=budget or Budget(), retries=0, sleep=lambda seconds: None)
    return run(bundle, systems, context, code="test", concurrency=3, **more)  # type: ignore[arg-type]
