"""A stored evaluation scored again without a network: proven by today's code, the same figures byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.core.errors import InputError
from pipeline.core.models import Case, Value
from pipeline.evaluation.baselines import baseline_answers
from pipeline.evaluation.cases import Answer, Suite, Variant
from pipeline.evaluation.run.answer import EvalContext, Question, System, answer, groups_of
from pipeline.evaluation.run.bundle import Bundle
from pipeline.evaluation.run.journal import key_of
from pipeline.evaluation.run.recorder import MemoryReplies, ReplyNotKept
from pipeline.evaluation.run.runner import may_be_asked_again
from pipeline.evaluation.scores import SCORER, Pairing, Scores, compare_answers, score_answers
from pipeline.llm import Budget, load_prompt


def prove_again(bundle: Bundle, variant: Variant) -> Iterator[Answer]:
    """Yield a variant's answers as they follow from its replies now; those without a reply as they are stored.

    Raises InputError where the code that is here now would ask another question than the one that was answered.
    """
    replies = bundle.replies()
    asked = {(reply.case_id, reply.variant, reply.repeat) for reply in replies.values()}
    cases = {case.id: case for case in bundle.suite().cases}
    system = silent_system(variant, bundle.folder)
    together = groups_of(list(cases.values()), system.claims_per_call)
    context = EvalContext(
        replies=MemoryReplies(replies), budget=Budget(), retries=0, sources_told=bundle.manifest.sources_told
    )
    for stored in bundle.answers():
        if stored.variant != variant.id:
            continue
        if system.prompt is None or key_of(stored) not in asked or may_be_asked_again(stored.failure):
            yield stored
            continue
        try:
            again = answer(_question(system, cases, stored, together), context).answer
        except ReplyNotKept as error:
            raise InputError(
                f"the evaluation {bundle.evaluation.id} holds no reply to what would be asked now: evaluate again"
            ) from error
        yield again


def _question(
    system: System, cases: Mapping[str, Case], stored: Answer, together: Mapping[str, tuple[Case, ...]]
) -> Question:
    return Question(system, cases[stored.case_id], stored.repeat, together.get(stored.case_id, ()))


def silent_system(variant: Variant, folder: Path) -> System:
    """Return a variant with its stored prompt and no model: it answers from what was kept, or not at all.

    Raises InputError where the prompt in the folder is not the one that was asked.
    """
    if variant.prompt_ref is None:
        return System(variant)
    name, _, rest = variant.prompt_ref.partition("@")
    prompt = load_prompt(name, folder / "prompts", int(rest.partition("+")[0]))
    if prompt.ref != variant.prompt_ref:
        raise InputError(f"the prompt in {folder} is {prompt.ref}, and {variant.prompt_ref} was asked")
    return System(variant, prompt)


_PROVEN_ALIKE = ("label", "confidence", "probabilities", "failure", "citations_given", "citations_proven", "payload")
"""What follows from a reply; cost and seconds were measured and are kept."""


class Scored(Value):
    """All figures of an evaluation; what `scores.json` holds."""

    scorer: str
    suite_digest: str
    evidence_digest: str
    scores: tuple[Scores, ...]
    baselines: tuple[Scores, ...] = ()
    pairings: tuple[Pairing, ...] = ()
    """Each further variant compared with the first."""


class Replayed(Value):
    """What a replay found."""

    digest: str
    """Of the bundle."""
    proven: int
    """Answers that follow from their replies."""
    taken: int
    """Answers taken as stored."""
    scored: Scored


def score_bundle(bundle: Bundle) -> Scored:
    """Return the figures of an evaluation; raises InputError where a question has no answer yet."""
    suite, evaluation, answers = bundle.suite(), bundle.evaluation, bundle.answers()
    return Scored(
        scorer=SCORER,
        suite_digest=evaluation.suite_digest,
        evidence_digest=evaluation.evidence_digest,
        scores=tuple(score_answers(suite, variant, _of(variant, answers)) for variant in evaluation.variants),
        baselines=tuple(score_answers(suite, variant, own) for variant, own in baseline_answers(suite)),
        pairings=pair(suite, evaluation.variants, answers),
    )


def pair(suite: Suite, variants: Sequence[Variant], answers: Iterable[Answer]) -> tuple[Pairing, ...]:
    """Compare each further variant with the first."""
    return compare_answers(suite, variants[0], variants, answers) if len(variants) > 1 else ()


def _of(variant: Variant, answers: Iterable[Answer]) -> list[Answer]:
    return [each for each in answers if each.variant == variant.id]


def replay(bundle: Bundle) -> Replayed:
    """Prove every reply again, score every answer again; raises InputError that says what is not as it was."""
    _require_sealed(bundle)
    if bundle.evaluation.scorer != SCORER:
        raise InputError(
            f"it was scored by scorer {bundle.evaluation.scorer}; this version has scorer {SCORER}: "
            "`factnotes eval replay --rescore` scores it by that"
        )
    proven, taken = _prove(bundle, bundle.suite())
    scored = score_bundle(bundle)
    _compare_bytes(bundle.folder / "scores.json", scored)
    return Replayed(digest=bundle.digest, proven=proven, taken=taken, scored=scored)


def rescore(bundle: Bundle) -> Replayed:
    """Prove every reply again and write the figures of this version's scorer over those that are there."""
    _require_sealed(bundle)
    proven, taken = _prove(bundle, bundle.suite())
    bundle.save_manifest(evaluation=bundle.evaluation.model_copy(update={"scorer": SCORER}))
    scored = score_bundle(bundle)
    bundle.seal(encode(scored))
    return Replayed(digest=bundle.digest, proven=proven, taken=taken, scored=scored)


def _require_sealed(bundle: Bundle) -> None:
    if not bundle.manifest.files:
        raise InputError(f"{bundle.evaluation.id} is not finished: run it again to go on with it")
    changed = bundle.changed_files()
    if changed:
        raise InputError(f"{bundle.folder} is not as it was sealed: {'; '.join(changed[:5])}")


def _prove(bundle: Bundle, suite: Suite) -> tuple[int, int]:
    cases = {case.id: case for case in suite.cases}
    systems = {variant.id: silent_system(variant, bundle.folder) for variant in bundle.evaluation.variants}
    together = {id_: groups_of(suite.cases, system.claims_per_call) for id_, system in systems.items()}
    context = EvalContext(
        replies=MemoryReplies(bundle.replies()), budget=Budget(), retries=0, sources_told=bundle.manifest.sources_told
    )
    proven = taken = 0
    for stored in bundle.answers():
        system = systems[stored.variant]
        if system.prompt is None or may_be_asked_again(stored.failure):
            taken += 1
            continue
        try:
            again = answer(_question(system, cases, stored, together[stored.variant]), context).answer
        except ReplyNotKept as error:
            raise InputError(str(error)) from error
        if stored.probabilities is None:  # nor did evaluations keep them that were made before
            again = again.model_copy(update={"probabilities": None})
        differing = [name for name in _PROVEN_ALIKE if getattr(again, name) != getattr(stored, name)]
        if differing:
            what = f"case {stored.case_id}, {system.variant.name}"
            raise InputError(f"{what}: {', '.join(differing)} of the answer does not follow from the reply")
        proven += 1
    return proven, taken


def _compare_bytes(path: Path, scored: Scored) -> None:
    if not path.exists():
        raise InputError(f"{path.parent} has no scores.json: it was not finished")
    if path.read_bytes() != encode(scored):
        expected = json.loads(path.read_bytes())
        raise InputError(f"the figures are others now: {_first_difference(expected, json.loads(encode(scored)))}")


def encode(scored: Scored) -> bytes:
    """Return the bytes of `scores.json`: they follow from the figures alone."""
    text = json.dumps(scored.model_dump(mode="json"), indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


def _first_difference(one: Any, other: Any, where: str = "scores") -> str:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        name = next((name for name in one if one[name] != other[name]), None)
        return where if name is None else _first_difference(one[name], other[name], f"{where}.{name}")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        place = next((place for place, pair_ in enumerate(zip(one, other, strict=True)) if pair_[0] != pair_[1]), None)
        return where if place is None else _first_difference(one[place], other[place], f"{where}.{place}")
    return f"{where} was {str(one)[:80]} and is {str(other)[:80]}"
