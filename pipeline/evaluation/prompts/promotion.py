"""Promotion: a draft becomes live when a stored evaluation shows that it is no worse than what is live.

The evaluation must hold both versions on the same cases with the same model, be complete, and be able to show
something at all. No worse means: macro-F1 and the precision of `refuted` (a wrong one does most harm) have not
fallen by more than chance allows, and no agreed floor is broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np

from pipeline import __version__
from pipeline.check import PER_CALL, deciding
from pipeline.core.errors import InputError, PromptError
from pipeline.evaluation.baselines import baseline_answers
from pipeline.evaluation.cases import Answer, Suite, Variant, canonical
from pipeline.evaluation.prompts.floors import below, hold_floors, raise_floors
from pipeline.evaluation.prompts.lock import (
    Floor,
    live_prompts,
    name_of,
    read_floors,
    read_lock,
    write_floors,
    write_lock,
    write_log,
    write_whole,
)
from pipeline.evaluation.prompts.scorecards import Change, Held, Round, Scorecard, render_scorecard
from pipeline.evaluation.run.bundle import Bundle
from pipeline.evaluation.run.replay import prove_again
from pipeline.evaluation.run.runner import is_finished
from pipeline.evaluation.scores import (
    MACRO,
    REFUTED,
    SCORER,
    Figure,
    Pairing,
    Scores,
    compare_answers,
    lay_out,
    read_labels,
    score_answers,
)
from pipeline.evaluation.statistics import ALPHA, Floats, compare_pairs
from pipeline.evaluation.statistics.wording import ALMOST_NOTHING, ceil_hundredth
from pipeline.llm import Prompt, as_live, load_prompt, prompt_files

SHOWN = (MACRO, "accuracy", REFUTED, "coverage", "citation validity")


def find_draft(name: str, version: int, folder: Path) -> tuple[Prompt, Prompt | None]:
    """Return the version to promote and what is live now. Raises PromptError for one that is live and locked."""
    draft = load_prompt(name, folder, version)
    if draft.header.status == "live" and name_of(draft) in (read_lock(folder) or {}):
        raise PromptError(f"{name} v{version} is live already")
    live = [prompt for prompt in live_prompts(folder) if prompt.name == name and prompt.version != version]
    before = max(live, key=lambda prompt: prompt.version, default=None)
    if before is not None and before.version > version:
        raise PromptError(
            f"{name} v{before.version} is live and newer: the highest live version is taken, so v{version} would never "
            f"be; copy it with `factnotes prompts new {name} --from {version}`"
        )
    return draft, before


def choose_bundle(draft: Prompt, before: Prompt | None, bundles: Iterable[Bundle], floors: Sequence[Floor]) -> Bundle:
    """Return the newest complete evaluation of both versions, on a pinned suite or on one of more cases.

    A pinned suite that travels with the prompts may be too small to decide by: a larger one may, and the floors must
    hold all the same. Raises InputError that says what is missing.
    """
    wanted, known = {draft.ref} | ({before.ref} if before else set()), list(bundles)
    holding = [each for each in known if wanted <= {variant.prompt_ref for variant in each.evaluation.variants}]
    pinned = {floor.suite_digest: floor.suite for floor in floors if floor.prompt == draft.name}
    enough = max((each.evaluation.cases for each in known if each.evaluation.suite_digest in pinned), default=0)
    fitting = [
        each
        for each in holding
        if not pinned or each.evaluation.suite_digest in pinned or each.evaluation.cases > enough > 0
    ]
    complete = [each for each in fitting if is_finished(each)]
    if complete:
        return max(complete, key=_weight)
    options = " ".join(f"--prompt {ref.partition('+')[0]}" for ref in sorted(wanted))
    if fitting:
        raise InputError(
            f"the evaluation {fitting[-1].evaluation.id} is not complete, or has failures that may pass: go on with it"
        )
    if holding:
        raise InputError(
            f"the evaluations of {draft.ref} are on other cases than the pinned suite {', '.join(pinned.values())}: "
            f"run `factnotes eval run {next(iter(pinned.values()))} {options}`"
        )
    suite = next(iter(pinned.values()), "SUITE")
    raise InputError(
        f"there is no evaluation of {' and '.join(sorted(wanted))} together: run `factnotes eval run {suite} {options}`"
    )


def _weight(bundle: Bundle) -> tuple[int, datetime, str]:
    """Order evaluations by what they can show, then by age."""
    return bundle.evaluation.cases, bundle.evaluation.created_at, bundle.evaluation.id


def make_scorecard(
    draft: Prompt,
    before: Prompt | None,
    bundle: Bundle,
    floors: Sequence[Floor],
    day: date,
    others: Iterable[Bundle] = (),
) -> Scorecard:
    """Compare the two versions with every model that answered for both.

    Floors that the evaluation says nothing of may be held by `others`. Raises InputError.
    """
    changed = bundle.changed_files()
    if changed:
        raise InputError(f"the evaluation {bundle.evaluation.id} is not as it was stored: {changed[0]}")
    if bundle.evaluation.scorer != SCORER:
        raise InputError(
            f"the evaluation {bundle.evaluation.id} was scored by version {bundle.evaluation.scorer} of the scorer, "
            f"this is {SCORER}: replay it first"
        )
    suite = bundle.suite()
    pairs = _pairs(draft, before, bundle, suite)
    if not pairs:
        raise InputError(f"in the evaluation {bundle.evaluation.id} no model answered with both versions")
    answers = [*_majority(suite)[1]] if before is None else []
    for variant in {each.id: each for pair in pairs for each in pair if each.prompt_ref}.values():
        answers += prove_again(bundle, variant)
    unsaid = _uncovered(floors, draft.name, suite, [other for _, other in pairs])
    held = hold_floors(draft, unsaid, others)
    return Scorecard(
        prompt=draft.name,
        version=draft.version,
        ref=draft.ref,
        before=before.ref if before else None,
        promoted_on=day,
        code=__version__,
        evaluation=bundle.evaluation.id,
        evaluation_digest=bundle.digest,
        suite=suite.name,
        suite_digest=suite.digest,
        split=suite.split,
        cases=len(suite.cases),
        scorer=SCORER,
        rounds=tuple(_round(suite, one, other, answers, floors, draft.name) for one, other in pairs),
        held=held,
        uncovered=_left_open(draft, unsaid, held),
        cautions=_TUNED if suite.split != "held_out" else (),
    )


_TUNED = ("These cases are not held out: whoever wrote the prompt may have tuned it on them, which flatters it.",)


def _uncovered(floors: Sequence[Floor], prompt: str, suite: Suite, drafts: Sequence[Variant]) -> tuple[Floor, ...]:
    replaced = {_key(prompt, suite, variant) for variant in drafts}
    return tuple(floor for floor in floors if floor.prompt == prompt and floor.key not in replaced)


def _left_open(draft: Prompt, floors: Sequence[Floor], held: Sequence[Held]) -> tuple[str, ...]:
    known = {(draft.name, each.model, canonical(each.parameters), each.suite_digest) for each in held}
    return tuple(
        f"it says nothing of {floor.model} (with its parameters) on {floor.suite}, where a floor is agreed, and no "
        f"other evaluation does: run `factnotes eval run {floor.suite} --prompt {draft.name}@{draft.version}` with it"
        for floor in floors
        if floor.key not in known
    )


def _key(prompt: str, suite: Suite, variant: Variant) -> tuple[str, str, str, str]:
    return prompt, str(variant.model), canonical(deciding(variant.parameters)), suite.digest


def _pairs(draft: Prompt, before: Prompt | None, bundle: Bundle, suite: Suite) -> list[tuple[Variant, Variant]]:
    drafts = [variant for variant in bundle.evaluation.variants if variant.prompt_ref == draft.ref]
    if before is None:
        return [(_majority(suite)[0], variant) for variant in drafts]
    return [
        (variant, other)
        for other in drafts
        for variant in bundle.evaluation.variants
        if variant.prompt_ref == before.ref and _alike(variant, other)
    ]


def _alike(one: Variant, other: Variant) -> bool:
    """Tell whether two variants differ by their prompts alone, and by how many claims a call those take."""
    sides = [{name: value for name, value in each.parameters.items() if name != PER_CALL} for each in (one, other)]
    return one.model == other.model and sides[0] == sides[1]


def _majority(suite: Suite) -> tuple[Variant, tuple[Answer, ...]]:
    return baseline_answers(suite)[0]


def _round(
    suite: Suite, before: Variant, after: Variant, answers: Sequence[Answer], floors: Sequence[Floor], prompt: str
) -> Round:
    one, other = score_answers(suite, before, answers), score_answers(suite, after, answers)
    (pairing,) = compare_answers(suite, before, [after], answers)
    refuted = refuted_change(suite, before, after, answers)
    return Round(
        model=str(after.model),
        before=_shown(one),
        after=_shown(other),
        pairing=pairing,
        refuted=refuted,
        parameters=deciding(after.parameters),
        reasons=(*_against(pairing, refuted), *_broken_floors(other, _key(prompt, suite, after), floors)),
    )


def _against(pairing: Pairing, refuted: Change | None) -> tuple[str, ...]:
    reasons = list(pairing.uninformative)
    main = pairing.headline
    if main.detectable is not None and main.detectable >= ALMOST_NOTHING:
        least = f"{ceil_hundredth(main.detectable):.2f}"
        reasons.append(f"{main.figure} could only have shown a difference of {least} or more: add cases.")
    if main.difference < 0 and main.p is not None and main.p <= ALPHA:
        reasons.append(main.sentence)
    if refuted is not None and refuted.fell:
        reasons.append(f"More false alarms: {refuted}.")
    return tuple(reasons)


def _broken_floors(scores: Scores, key: tuple[str, str, str, str], floors: Sequence[Floor]) -> tuple[str, ...]:
    return tuple(line for floor in floors if floor.key == key for line in below(scores, floor))


def refuted_change(suite: Suite, before: Variant, after: Variant, answers: Sequence[Answer]) -> Change | None:
    """Compare the precision of `refuted`, paired; None where it is no label of the suite or one never says it."""
    sheets = [lay_out(suite.cases, (each for each in answers if each.variant == one.id)) for one in (before, after)]
    labelled = [read_labels(sheet) for sheet in sheets]
    if "refuted" not in labelled[0].classes:
        return None
    place, classes = labelled[0].classes.index("refuted"), len(labelled[0].classes)
    rows = [each.rows()[:, [place, classes + place]] for each in labelled]
    if any(part[:, 1].sum() == 0 for part in rows):
        return None
    found = compare_pairs(rows[0], rows[1], _precision, sheets[0].groups)
    low, high = found.interval or (None, None)
    return Change(difference=found.value, low=low, high=high, p=found.p)


def _precision(totals: Floats) -> Floats:
    """Return right answers of all answers; 1 where there is none, which is no false alarm."""
    right, answered = np.asarray(totals)[..., 0], np.asarray(totals)[..., 1]
    return np.asarray(np.where(answered > 0, right / np.where(answered > 0, answered, 1), 1.0))


def _shown(scores: Scores) -> tuple[Figure, ...]:
    return tuple(figure for name in SHOWN if (figure := scores.figure(name)) is not None)


def promote(card: Scorecard, folder: Path) -> tuple[Path, Path]:
    """Make the version live; return its scorecard for people and for programs. The lock is written last.

    Interrupted anywhere, the prompt gate fails until the same promotion is run again.
    """
    path = prompt_files(card.prompt, folder)[card.version]
    live = as_live(path.read_text(encoding="utf-8"))
    people, programs = (path.with_name(f"v{card.version}.scorecard.{kind}") for kind in ("md", "json"))
    write_whole(people, render_scorecard(card))
    write_whole(programs, card.model_dump_json(indent=1) + "\n")
    write_floors(folder, raise_floors(read_floors(folder), card))
    write_whole(path, live)
    if load_prompt(card.prompt, folder).ref != card.ref:
        raise PromptError(f"{path} is not live as {card.ref}: write `status: live` into its front matter")
    write_log(folder, card.promoted_on, _log_line(card))
    write_lock(folder)
    return people, programs


def _log_line(card: Scorecard) -> str:
    line = f"`{card.ref}` live after {card.before or 'nothing'}. {card}. "
    line += f"Suite {card.suite} ({card.cases} cases), evaluation {card.evaluation}."
    if card.accepted_drop:
        line += f" **Promoted all the same**, because: {card.accepted_drop}. Against it: {'; '.join(card.reasons)}"
    return line
