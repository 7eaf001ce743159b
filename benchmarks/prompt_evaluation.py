"""Evaluate prompts of `predict_verdict` with a model behind an OpenAI-compatible service, on judged claims.

    python benchmarks/prompt_evaluation.py --data ../shared/data --home FOLDER --model openai:NAME \
        --base-url http://127.0.0.1:8089/v1 --prompt predict_verdict@1 [--prompt predict_verdict@2] [--split dev]

Cases: the rows of `verdict_with_evidence.jsonl` on the named sides of the split (by the hash of the claim), less
those with more evidence than `--most-evidence` characters, whose prompts a small model on two cores reads for minutes.
It goes on where it was interrupted; the bundle stays in `--home`, for some of the data may not be passed on.
With `--json` it prints the scores of each prompt, per source too, and their comparison with the first one.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from pipeline.budget import Budget
from pipeline.evaluate.answering import Contestant
from pipeline.evaluate.baselines import baseline_answers
from pipeline.evaluate.cases import Answer, Suite, Variant, split_of
from pipeline.evaluate.running import Progress, may_be_asked_again, means_for, prepare, run
from pipeline.evaluate.scores import SCORER, compare_answers, score_answers
from pipeline.evaluate.stored import bundles
from pipeline.evaluate.suites import Data, SuiteFile, build_suite
from pipeline.prompts import load_prompt
from pipeline.providers.openai_chat import open_llm
from pipeline.settings import Settings, load_settings
from pipeline.store import Store
from pipeline.workbench import code_version

PROJECT = Path(__file__).resolve().parents[1]
SOURCES = ("check_covid", "climate_fever", "factcheck_gpt", "fool_me_twice", "wice")
MOST_EVIDENCE = 1_000
SEEN = frozenset({"730507d5732c1841", "7c0fd73754844dac", "a126d6073822a57c", "a32ff9016c0c45c3"})
"""Cases outside the train split whose replies were looked at while version 2 was drafted: no figure counts them."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--home", type=Path, default=Path(".factnotes/prompt-evaluation"))
    parser.add_argument("--model", default="openai:small")
    parser.add_argument("--base-url", default="http://127.0.0.1:8089/v1")
    parser.add_argument("--prompt", action="append", default=[])
    parser.add_argument("--prompts", type=Path, default=PROJECT / "prompts")
    parser.add_argument("--split", choices=("train", "dev", "held_out"), action="append", default=[])
    parser.add_argument("--most-evidence", type=int, default=MOST_EVIDENCE)
    parser.add_argument("--limit", type=int, help="at most so many cases, spread over sources and labels by hash")
    parser.add_argument("--longest-reply", type=int, default=160)
    parser.add_argument("--concurrency", type=int, default=2)
    parser.add_argument("--max-seconds", type=float)
    parser.add_argument("--figures-only", action="store_true", help="ask nothing, score what there is")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if not (given.data / "verdict_with_evidence.jsonl").exists():
        print(f"no verdict_with_evidence.jsonl in {given.data}: nothing is measured", file=sys.stderr)
        return
    found = evaluate(given)
    print(json.dumps(found, indent=1) if given.json else found["asked"])


def evaluate(given: argparse.Namespace) -> dict[str, Any]:
    """Run what is open, and return the figures."""
    settings = load_settings(
        home=given.home,
        prompts=given.prompts,
        model=given.model,
        base_url=given.base_url,
        temperature=0,
        max_output_tokens=given.longest_reply,
        model_timeout_s=1200,
        model_retries=1,
    )
    suite = suite_of(given)
    contestants = [contestant(settings, named) for named in given.prompt or ["predict_verdict@1"]]
    code = code_version()
    if not given.figures_only:
        with closing(Store.open(settings.store_path)) as store:
            for each in contestants:  # an evaluation each: one may be long done when another prompt is thought of
                plan: dict[str, Any] = {"repeats": 1, "scorer": SCORER, "code": code, "prompts": settings.prompts}
                bundle = prepare(settings.home, suite, [each], **plan)
                means = means_for(Budget(max_seconds=given.max_seconds), store, settings.model_retries)
                run(bundle, [each], means, code=code, concurrency=given.concurrency, progress=say)
    return figures(suite, [each.variant for each in contestants], settings.home)


def suite_of(given: argparse.Namespace) -> Suite:
    """Return the cases, and say in its problems which were left out."""
    data = tuple(
        Data(path="verdict_with_evidence.jsonl", format="verdict_rows", where={"source_dataset": [name]}, source=name)
        for name in SOURCES
    )
    whole = build_suite(SuiteFile(name="verdict-with-evidence", data=data), given.data)
    sides = given.split or ["dev"]
    own = [case for case in whole.cases if split_of(case) in sides]
    kept = tuple(case for case in own if sum(map(len, case.evidence)) <= given.most_evidence)
    if given.limit:
        kept = spread(kept, given.limit)
    chosen = f"{len(kept)} of {len(own)} cases of {' and '.join(sides)}"
    told = whole.model_dump(include={"name", "stage"}) | {"split": sides[0] if len(sides) == 1 else None}
    told["problems"] = (*whole.problems, f"{chosen}: evidence of at most {given.most_evidence} characters")
    return Suite(cases=kept, sources=whole.sources, **told)


def spread(cases: tuple[Any, ...], limit: int) -> tuple[Any, ...]:
    """Return the first cases of each source and label in turn, in order of their ids, which are hashes."""
    groups: dict[tuple[str, str], list[Any]] = {}
    for case in cases:
        groups.setdefault((case.source, case.label), []).append(case)
    ranked = [(place, group, case) for group, own in sorted(groups.items()) for place, case in enumerate(own)]
    chosen = [case for _, _, case in sorted(ranked, key=lambda each: each[:2])[:limit]]
    return tuple(sorted(chosen, key=lambda case: str(case.id)))


def contestant(settings: Settings, named: str) -> Contestant:
    """Return the variant of a prompt such as `predict_verdict@2`."""
    name, _, version = named.partition("@")
    prompt = load_prompt(name, settings.prompts, int(version) if version else None)
    llm = open_llm(settings)
    if llm is None:
        raise SystemExit("name a model")
    variant = Variant(name=named, prompt_ref=prompt.ref, model=llm.name, parameters=dict(llm.parameters))
    return Contestant(variant, prompt, llm)


def say(progress: Progress) -> None:
    """Print how far it is."""
    print(f"{progress.done}/{progress.total}, failures {progress.failures}", file=sys.stderr, flush=True)


def figures(suite: Suite, variants: list[Variant], home: Path) -> dict[str, Any]:
    """Score and compare on the cases that every variant has answered for good; where a cap left some out, say so."""
    answers: dict[tuple[str, str], Answer] = {}
    for bundle in bundles(home):
        if bundle.evaluation.suite_digest == suite.digest:
            answers |= {(each.variant, each.case_id): each for each in bundle.answers()}
    settled = {key for key, each in answers.items() if not may_be_asked_again(each.failure)}
    own_cases = [case for case in suite.cases if case.id not in SEEN]
    asked = tuple(case for case in own_cases if all((each.id, case.id) in settled for each in variants))
    told = suite.model_dump(include={"name", "stage", "split"})
    part = Suite(cases=asked, sources=suite.sources, problems=suite.problems, **told)
    own = {each.id: [answers[each.id, case.id] for case in asked] for each in variants}
    scores = [score_answers(part, each, own[each.id]) for each in variants]
    pairs = compare_answers(part, variants[0], variants, [each for rows in own.values() for each in rows])
    baselines = [score_answers(part, variant, rows) for variant, rows in baseline_answers(part)]
    return {
        "selection": suite.problems[-1],
        "asked": f"{len(asked)} of {len(own_cases)} cases, in order of their hashes, by all variants",
        "suite_digest": part.digest,
        "variants": [each.model_dump(mode="json") for each in variants],
        "scores": [score.model_dump(mode="json", exclude={"risk", "calibration"}) for score in scores],
        "baselines": {score.name: str(score.headline) for score in baselines},
        "comparisons": [pair.model_dump(mode="json", exclude={"fixed", "broken", "control"}) for pair in pairs],
    }


if __name__ == "__main__":
    main()
