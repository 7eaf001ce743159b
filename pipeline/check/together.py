"""Asking about several claims in a call, and about fewer of them where that is too much, or one spoils it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.check.verdict import ASKED_OTHERWISE, Question, ask_alone, ask_together, takes_several
from pipeline.core.errors import CutOff, FactnotesError, ModelTimeout, PromptTooLong, RequestNotTaken
from pipeline.core.models import Usage, Verdict
from pipeline.llm import Model, Prompt, tell_mend, usage_of

_TOO_MUCH = (PromptTooLong, ModelTimeout, CutOff)
"""What a service says or does where a call holds more claims than it can take."""
_OF_ANY_CLAIM = (ModelTimeout, RequestNotTaken, CutOff)
"""What may befall every question, however small."""
_ENOUGH = 2
"""Claims that are asked of alone for nothing, before the rest are taken to fare the same."""


class CallSize:
    """How many claims a call may hold, as calls show that were too much for a service; safe to share by threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._most: int | None = None
        self._answered = False

    def most(self, claims: int) -> int:
        """Return how many of so many claims to ask about in a call."""
        with self._lock:
            return claims if self._most is None else min(claims, self._most)

    def was_too_much(self, claims: int) -> None:
        """Learn that a call on so many was: half of them may do."""
        with self._lock:
            half = max(1, claims // 2)
            self._most = half if self._most is None else min(self._most, half)

    @property
    def answered(self) -> bool:
        """Whether any call was answered yet."""
        with self._lock:
            return self._answered

    def was_answered(self) -> None:
        """Learn that a call was answered."""
        with self._lock:
            self._answered = True


def predict_verdicts(
    questions: Sequence[Question], model: Model, prompt: Prompt, size: CallSize | None = None
) -> tuple[tuple[Verdict | Exception, ...], tuple[Usage, ...]]:
    """Judge claims in one call, their passages listed once; return a verdict or what went wrong, and the cost, of each.

    A claim whose own answer does not hold, or which a reply lacks, is asked of once more alone, and so are all claims
    of a call that is declined. What is too much for a service (too long, too slow, cut off), or refused in words that
    are not known, is asked again in halves; `size` remembers for later calls how much was too much. Where a service
    answers nothing, the rest is not asked about. What no claim could survive, such as a service that is down, is each
    claim's. What a call on several costs counts for the first.
    """
    asking = _Asking(questions, model, prompt, size or CallSize())
    asking.run()
    return tuple(asking.outcomes[place] for place in range(len(questions))), tuple(asking.costs)


@dataclass
class _Asking:
    """The claims of one batch, and what came of them so far."""

    questions: Sequence[Question]
    model: Model
    prompt: Prompt
    size: CallSize
    outcomes: dict[int, Verdict | Exception] = field(default_factory=dict)
    in_vain: int = 0
    """How many claims a service that never answered was asked of alone."""
    is_slow: bool = False
    """Whether a call took too long: then none is repeated as it is."""

    def __post_init__(self) -> None:
        self.costs = [Usage()] * len(self.questions)
        self.waiting = [tuple(range(len(self.questions)))]
        """Places of claims to be asked about together, the last first."""
        self.divides = self.model.for_several()

    def run(self) -> None:
        """Ask until each claim has its outcome."""
        while self.waiting:
            part = self.waiting.pop()
            most = self.size.most(len(part)) if takes_several(self.prompt) else 1
            if most < len(part):
                tell_mend(f"at most {most} claims were asked about at once, since calls on more were not taken")
                self._wait(part, most)
            elif len(part) > 1:
                self._ask_together(part)
            else:
                self._ask_alone(part[0])

    def _wait(self, places: Sequence[int], most: int) -> None:
        parts = [tuple(places[start : start + most]) for start in range(0, len(places), most)]
        self.waiting += reversed(parts)

    def _ask_together(self, part: tuple[int, ...]) -> None:
        try:
            found, cost = ask_together([self.questions[place] for place in part], self.divides, self.prompt)
        except ASKED_OTHERWISE as error:
            cost = usage_of(error)
            self._learn(error)
            if isinstance(error, _TOO_MUCH):
                self.size.was_too_much(len(part))
            in_halves = isinstance(error, (*_TOO_MUCH, RequestNotTaken))
            if in_halves:
                tell_mend(f"a call on {len(part)} claims was not taken, so fewer were asked about at once")
            self._wait(part, (len(part) + 1) // 2 if in_halves else 1)
        except (FactnotesError, ValueError) as error:
            cost = usage_of(error)
            self.outcomes |= dict.fromkeys(part, error)
        else:
            self.size.was_answered()
            self.outcomes |= {place: each for place, each in zip(part, found, strict=True) if each is not None}
            self._wait([place for place in part if place not in self.outcomes], 1)
        self.costs[part[0]] += cost

    def _ask_alone(self, place: int) -> None:
        outcome, cost = ask_alone(self.questions[place], self.divides if self.is_slow else self.model, self.prompt)
        self.outcomes[place] = outcome
        self.costs[place] += cost
        self._learn(outcome)
        self.in_vain += isinstance(outcome, _OF_ANY_CLAIM) and not self.size.answered
        if self.in_vain == _ENOUGH:
            self.outcomes |= {each: outcome for part in self.waiting for each in part}
            self.waiting.clear()

    def _learn(self, outcome: Verdict | Exception) -> None:
        self.is_slow = self.is_slow or isinstance(outcome, ModelTimeout)
        if not isinstance(outcome, _OF_ANY_CLAIM):
            self.size.was_answered()
