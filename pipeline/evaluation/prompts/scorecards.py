"""Scorecards: what was known of a prompt's version on the day it became live, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from pipeline.core.models import Value
from pipeline.evaluation.scores import REFUTED, Figure, Pairing
from pipeline.evaluation.scores.values import find_figure
from pipeline.evaluation.statistics import ALPHA, word_p


class Change(Value):
    """How the precision of `refuted` changed, and whether chance could have done it."""

    difference: float
    low: float | None
    high: float | None
    p: float

    @property
    def fell(self) -> bool:
        """True for a fall that chance does not explain."""
        return self.difference < 0 and self.p <= ALPHA

    def __str__(self) -> str:
        interval = "" if self.low is None or self.high is None else f" [{self.low:+.2f}, {self.high:+.2f}]"
        return f"{REFUTED} {self.difference:+.2f}{interval}, {word_p(self.p)}"


class Round(Value):
    """The two versions compared with one model."""

    model: str
    parameters: dict[str, Any] = {}
    before: tuple[Figure, ...]
    after: tuple[Figure, ...]
    pairing: Pairing
    refuted: Change | None = None
    """None where one of them never says `refuted`."""
    reasons: tuple[str, ...] = ()
    """Why this speaks against a promotion."""

    def __str__(self) -> str:
        main = self.pairing.headline
        interval = "" if main.low is None or main.high is None else f" [{main.low:+.2f}, {main.high:+.2f}]"
        words = [
            f"{self.model}: {find_figure(self.after, main.figure)} ({main.difference:+.2f}{interval} against before)"
        ]
        if self.refuted is not None:
            words.append(str(self.refuted))
        return ", ".join(words)


class Held(Value):
    """What the version reaches where a floor is agreed, by another evaluation than the one that compares."""

    model: str
    parameters: dict[str, Any] = {}
    suite: str
    suite_digest: str
    cases: int
    evaluation: str
    evaluation_digest: str
    after: tuple[Figure, ...]
    reasons: tuple[str, ...] = ()
    """Why this speaks against a promotion."""

    def __str__(self) -> str:
        figures = ", ".join(map(str, self.after))
        return f"{self.model} on {self.suite} ({self.cases} cases, evaluation {self.evaluation}): {figures}"


class Scorecard(Value):
    """What is known of a version when it becomes live."""

    prompt: str
    version: int
    ref: str
    before: str | None
    """What was live; None for the first version, which is compared with the commonest label."""
    promoted_on: date
    code: str
    evaluation: str
    evaluation_digest: str
    suite: str
    suite_digest: str
    split: str | None
    cases: int
    scorer: str
    rounds: tuple[Round, ...]
    held: tuple[Held, ...] = ()
    """Agreed floors that this evaluation says nothing of, and another one does."""
    uncovered: tuple[str, ...] = ()
    """Agreed floors that no evaluation says anything of."""
    cautions: tuple[str, ...] = ()
    """What a reader should keep in mind, and no reason against it."""
    accepted_drop: str | None = None
    """Why it was promoted though something speaks against it."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Everything that speaks against the promotion."""
        compared = (f"{each.model}: {reason}" for each in self.rounds for reason in each.reasons)
        held = (f"{each.model} on {each.suite}: {reason}" for each in self.held for reason in each.reasons)
        return (*compared, *held, *self.uncovered)

    def __str__(self) -> str:
        return "; ".join(str(each) for each in self.rounds)


def render_scorecard(card: Scorecard) -> str:
    """Return the scorecard as Markdown."""
    return "\n".join(_lines(card)) + "\n"


def _lines(card: Scorecard) -> Iterator[str]:
    yield f"# {card.prompt} v{card.version}"
    yield ""
    yield f"Live since {card.promoted_on.isoformat()} as `{card.ref}`, after " + (
        f"`{card.before}`." if card.before else "nothing."
    )
    yield ""
    split = f", split {card.split.replace('_', ' ')}" if card.split else ""
    yield f"- Suite {card.suite} (`{card.suite_digest}`{split}): {card.cases} cases"
    yield f"- Evaluation {card.evaluation} (`{card.evaluation_digest}`), scorer {card.scorer}, factnotes {card.code}"
    if card.accepted_drop:
        yield f"- **Promoted all the same**, because: {card.accepted_drop}"
    for held in card.held:
        yield f"- Floor of {held}"
        yield from (f"- Against it: {reason}" for reason in held.reasons)
    for reason in card.uncovered:
        yield f"- Against it: {reason}"
    for caution in card.cautions:
        yield f"- Mind: {caution}"
    for each in card.rounds:
        yield ""
        yield from _round_lines(each, card.before)


def _round_lines(each: Round, before: str | None) -> Iterator[str]:
    yield f"## {each.model}"
    yield ""
    yield f"| figure | {'before' if before else 'always the commonest label'} | this version |"
    yield "|---|---|---|"
    names = [figure.name for figure in each.after]
    for name in names:
        yield f"| {name} | {_cell(find_figure(each.before, name))} | {_cell(find_figure(each.after, name))} |"
    yield ""
    yield f"{each.pairing.headline.sentence} {each.pairing.control}"
    if each.refuted is not None:
        yield f"{each.refuted}.".capitalize()
    yield ""
    for comparison in each.pairing.figures[1:]:
        yield f"- {comparison.sentence}"
    yield f"- Cases it gets right that were wrong: {len(each.pairing.fixed)}; the other way: {len(each.pairing.broken)}"
    for caution in each.pairing.cautions:
        yield f"- Mind: {caution}"
    for reason in each.reasons:
        yield f"- Against it: {reason}"


def _cell(figure: Figure | None) -> str:
    return str(figure).removeprefix(figure.name).strip() if figure is not None else "-"
