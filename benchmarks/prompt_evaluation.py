"""Evaluate prompts of `predict_verdict` with a model behind an OpenAI-compatible service, on judged claims.

    python benchmarks/prompt_evaluation.py --data ../shared/data --home FOLDER --model openai:NAME \
        --base-url http://127.0.0.1:8089/v1 --prompt predict_verdict@1 [--prompt predict_verdict@2] [--split dev]

Cases: the rows of `verdict_with_evidence.jsonl` on the named sides of the split (by the hash of the claim), less
those with more evidence than `--most-evidence` characters, whose prompts a small model on two cores reads for minutes.
It goes on where it was interrupted; the bundle stays in `--home`, for some of the data may not be passed on.
`--keep FILE` writes labels and counts without a word of the data, and `--kept FILE` scores them again, anywhere.
With `--json` it prints the scores of each prompt, per source too, and their comparison with the first one.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from pipeline.core.code_version import code_version
from pipeline.core.models import Case
from pipeline.core.settings import Settings, load_settings
from pipeline.evaluation import Progress, Suite, bundles
from pipeline.evaluation.baselines import baseline_answers
from pipeline.evaluation.cases import Answer, Variant, split_of
from pipeline.evaluation.run.answer import EvalContext, System
from pipeline.evaluation.run.runner import may_be_asked_again, prepare, run
from pipeline.evaluation.scores import SCORER, compare_answers, score_answers
from pipeline.evaluation.suites import Data, SuiteFile, build_suite
from pipeline.llm import Budget, Caps, load_prompt, open_llm
from pipeline.store import Store

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
    parser.add_argument("--figures-only", action="store_true", help="ask nothing, score what is in --home")
    parser.add_argument("--keep", type=Path, help="write labels and counts, without texts, to this file")
    parser.add_argument("--kept", type=Path, help="score such a file again; needs no data and no model")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.kept:
        print(json.dumps(figures(*kept(given.kept)), indent=1))
        return
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
    systems = [system(settings, named) for named in given.prompt or ["predict_verdict@1"]]
    variants = [each.variant for each in systems]
    if given.figures_only:
        stored = [bundle.evaluation for bundle in bundles(settings.home)]
        variants = [each for own in stored if own.suite_digest == suite.digest for each in own.variants]
        variants.sort(key=lambda each: each.name)
    else:
        code = code_version("evaluation")
        with closing(Store.open(settings.store_path)) as store:
            for each in systems:  # an evaluation each: one may be long done when another prompt is thought of
                plan: dict[str, Any] = {"repeats": 1, "scorer": SCORER, "code": code, "prompts": settings.prompts}
                bundle = prepare(settings.home, suite, [each], **plan)
                context = EvalContext(
                    budget=Budget(Caps(max_seconds=given.max_seconds)), cache=store, retries=settings.model_retries
                )
                run(bundle, [each], context, code=code, concurrency=given.concurrency, progress=report)
    part, answers = answered_by_all(suite, variants, settings.home)
    if given.keep:
        keep(given.keep, part, variants, answers)
    return figures(part, variants, answers, baselines_of(part))


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


def system(settings: Settings, named: str) -> System:
    """Return the variant of a prompt such as `predict_verdict@2`."""
    name, _, version = named.partition("@")
    prompt = load_prompt(name, settings.prompts, int(version) if version else None)
    llm = open_llm(settings)
    if llm is None:
        raise SystemExit("name a model")
    variant = Variant(name=named, prompt_ref=prompt.ref, model=llm.name, parameters=dict(llm.parameters))
    return System(variant, prompt, llm)


def report(progress: Progress) -> None:
    """Print how far it is."""
    print(f"{progress.done}/{progress.total}, failures {progress.failures}", file=sys.stderr, flush=True)


def answered_by_all(suite: Suite, variants: list[Variant], home: Path) -> tuple[Suite, list[Answer]]:
    """Return the cases that every variant has answered for good, and the answers: a cap may have left some out."""
    answers: dict[tuple[str, str], Answer] = {}
    for bundle in bundles(home):
        if bundle.evaluation.suite_digest == suite.digest:
            answers |= {(each.variant, each.case_id): each for each in bundle.answers()}
    settled = {key for key, each in answers.items() if not may_be_asked_again(each.failure)}
    own = [case for case in suite.cases if case.id not in SEEN]
    cases = tuple(case for case in own if all((each.id, case.id) in settled for each in variants))
    told = suite.model_dump(include={"name", "stage", "split", "problems"})
    told["problems"] = (*suite.problems, f"{len(cases)} of {len(own)} cases, in order of their hashes, by all variants")
    part = Suite(cases=cases, sources=suite.sources, **told)
    return part, [answers[each.id, case.id] for each in variants for case in cases]


def baselines_of(suite: Suite) -> dict[str, str]:
    """Return what answers without a model reach; some of them read the texts."""
    scores = [score_answers(suite, variant, rows) for variant, rows in baseline_answers(suite)]
    return {score.name: str(score.headline) for score in scores}


def figures(suite: Suite, variants: list[Variant], answers: list[Answer], baselines: dict[str, str]) -> dict[str, Any]:
    """Score the variants and compare each with the first one."""
    own = {each.id: [answer for answer in answers if answer.variant == each.id] for each in variants}
    scores = [score_answers(suite, each, own[each.id]) for each in variants]
    pairs = compare_answers(suite, variants[0], variants, answers)
    return {
        "selection": suite.problems[-2],
        "asked": suite.problems[-1],
        "suite_digest": suite.digest,
        "variants": [each.model_dump(mode="json") for each in variants],
        "scores": [score.model_dump(mode="json", exclude={"risk", "calibration"}) for score in scores],
        "baselines": baselines,
        "comparisons": [pair.model_dump(mode="json", exclude={"fixed", "broken", "control"}) for pair in pairs],
    }


# What may be passed on: labels and counts without a word of the data


def keep(path: Path, suite: Suite, variants: list[Variant], answers: list[Answer]) -> None:
    """Write cases and answers down without their texts, a JSON object a line: enough to score them again anywhere."""
    bare = [Case.model_validate(case.model_dump(include=_TOLD) | {"claim": "-"}) for case in suite.cases]
    told = suite.model_dump(mode="json", include={"name", "stage", "split"})
    told |= {"digest": suite.digest, "problems": suite.problems[-2:]}  # the others quote claims
    rows = [
        {"suite": told, "baselines": baselines_of(suite)},
        *({"variant": each.model_dump(mode="json")} for each in variants),
    ]
    rows += [{"case": case.model_dump(mode="json", include=_TOLD)} for case in bare]
    rows += [{"answer": _without_words(answer).model_dump(mode="json", exclude_defaults=True)} for answer in answers]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


_TOLD = {"id", "stage", "label", "acceptable", "group", "source"}


def _without_words(answer: Answer) -> Answer:
    failure = answer.failure and answer.failure.model_copy(update={"detail": ""})
    return answer.model_copy(update={"failure": failure, "payload": {}})


def kept(path: Path) -> tuple[Suite, list[Variant], list[Answer], dict[str, str]]:
    """Read what `keep` wrote; baselines, some of which read the texts, as they were scored then."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    cases = tuple(Case.model_validate(row["case"] | {"claim": "-"}) for row in rows if "case" in row)
    suite = Suite.model_validate(rows[0]["suite"] | {"cases": cases})
    variants = [Variant.model_validate(row["variant"]) for row in rows if "variant" in row]
    return (
        suite,
        variants,
        [Answer.model_validate(row["answer"]) for row in rows if "answer" in row],
        rows[0]["baselines"],
    )


if __name__ == "__main__":
    main()
