"""What a run tells of outside services: who saw words of its article, who failed, and who may not have read them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pipeline.check.job import Tools
from pipeline.core.models import Disclosure, Label, Note, TraceStep

_SUSPECT: dict[Label, int] = {"supported": 12, "refuted": 6}
"""Verdicts of a run, all of them the same, from which a model may not have read what it was given."""


def disclosures(tools: Tools, notes: Sequence[Note]) -> tuple[Disclosure, ...]:
    """Return who outside saw what."""
    return (*_of_model(tools), *_of_sources(notes))


def _of_model(tools: Tools) -> Iterator[Disclosure]:
    if tools.model is None:
        return
    saw = "the article's text, its claims and the evidence for each claim it judged"
    yield Disclosure(service=f"{tools.service or 'unknown'} ({tools.model.name})", saw=saw)
    if tools.proxy is not None:
        yield Disclosure(service=f"the proxy {tools.proxy}", saw="the same, on its way over http")


def _of_sources(notes: Iterable[Note]) -> Iterator[Disclosure]:
    for service, steps in sorted(_asked(notes).items()):
        now, before = sum(not step.kept for step in steps), sum(step.kept for step in steps)
        asked = [f"{now} question{'' if now == 1 else 's'}"] if now else []
        asked += [f"{before} that had been asked before"] if before else []
        yield Disclosure(service=service, saw=f"{' and '.join(asked)}, made of claims: word by word in their traces")


def _asked(notes: Iterable[Note]) -> dict[str, list[TraceStep]]:
    steps = defaultdict(list)
    for note in notes:
        for step in note.trace:
            if step.service:
                steps[step.service].append(step)
    return steps


def failed_sources(notes: Iterable[Note]) -> Iterator[str]:
    """Yield a line on each source that failed for claims of the run: nothing is decided by that."""
    for service, steps in sorted(_asked(notes).items()):
        failed = [step for step in steps if step.reason]
        if failed:
            yield f"{service} failed in {len(failed)} of {len(steps)} questions: {failed[0].detail}"


def same_of_all(notes: Iterable[Note]) -> Iterator[str]:
    """Yield a line where a model gave every claim of a run one label, so often as a careful reader hardly does."""
    labels = Counter(note.verdict.label for note in notes if note.verdict and note.verdict.by == "model")
    for label, number in labels.items():
        if len(labels) == 1 and number >= _SUSPECT.get(label, number + 1):
            yield (
                f"the model said {label} of all {number} claims that it judged: "
                "`factnotes doctor --try` tells whether it reads what it is given"
            )
