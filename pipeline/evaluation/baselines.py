"""Answers that need no model and no thought: whoever is not clearly better than these has shown nothing.

- `majority`: the suite's own commonest label, always. It knows the answers, so it is an upper bound of its kind.
- `random`: any of the stage's labels, drawn by a hash of the case: the same answer every time.
- `nothing read`: not enough evidence, always (verdicts): what a desk without evidence would have to say.
- `word overlap`: supported where one passage holds most of the claim's words and all its numbers, else not enough
  evidence; for retrieval the passages in order of the words they share.

A small classifier of claims alone is left out: it would need data to learn from that no suite brings.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from heapq import nsmallest

from pipeline.core.models import Case, Passage
from pipeline.evaluation.cases import Answer, Suite, Variant

MODEL = "baseline"
"""Stands where other variants name their model."""

ENOUGH = 0.7
"""Share of a claim's words that one passage has to hold."""

_WORD = re.compile(r"\w+")
_LITTLE = frozenset(["a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on", "or"]) | {
    *("that", "the", "to", "was", "were", "with")
}
"""Words that say nothing of what a text is about."""

_DEPTH = 100
"""Passages of a ranking."""

Predict = Callable[[Case], Answer]


def baseline_answers(suite: Suite) -> tuple[tuple[Variant, tuple[Answer, ...]], ...]:
    """Return every baseline of the suite's stage with its answer to each case; none where the stage has none."""
    found = []
    for name, predict in _baselines(suite).items():
        variant = Variant(name=name, model=MODEL, parameters={"baseline": name})
        answers = tuple(predict(case).model_copy(update={"variant": variant.id}) for case in suite.cases)
        found.append((variant, answers))
    return tuple(found)


def _baselines(suite: Suite) -> dict[str, Predict]:
    if suite.stage == "retrieval":
        index = _Index(suite.corpus)
        return {
            "random": lambda case: _ranked(case, index.shuffled(case)),
            "word overlap": lambda case: _ranked(case, index.nearest(case.claim)),
        }
    if suite.stage not in ("verdict", "detection"):
        return {}
    counts = Counter(case.label for case in suite.cases)
    most = min(counts, key=lambda label: (-counts[label], label))
    share = counts[most] / len(suite.cases)
    labels = sorted(counts)
    baselines: dict[str, Predict] = {
        "majority": lambda case: _labelled(case, most, share),
        "random": lambda case: _labelled(case, labels[_draw(case.id) % len(labels)], 1 / len(labels)),
    }
    if suite.stage == "verdict":
        baselines["nothing read"] = lambda case: _labelled(case, "not_enough_evidence", None)
        baselines["word overlap"] = lambda case: _labelled(case, _by_words(case), None)
    return baselines


def _labelled(case: Case, label: str, confidence: float | None) -> Answer:
    return Answer(case_id=case.id, variant="", label=label, confidence=confidence)


def _ranked(case: Case, ranking: Sequence[str]) -> Answer:
    return Answer(case_id=case.id, variant="", label="relevant", payload={"ranking": list(ranking)})


def _draw(text: str) -> int:
    return int.from_bytes(hashlib.sha256(f"random {text}".encode()).digest()[:8], "big")


class _Index:
    """The passages of a corpus, by the words that are in them."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._draws = {passage.id: _draw(passage.id) for passage in passages}
        self._lengths: dict[str, int] = {}
        self._holding: dict[str, list[str]] = {}
        for passage in passages:
            words = _words(passage.text)
            self._lengths[passage.id] = len(words)
            for word in words:
                self._holding.setdefault(word, []).append(passage.id)

    def shuffled(self, case: Case) -> list[str]:
        """Return passages in an order that only the case decides."""
        own = _draw(case.id)
        return nsmallest(_DEPTH, self._draws, key=lambda each: (self._draws[each] ^ own, each))

    def nearest(self, claim: str) -> list[str]:
        """Return the passages that share most words with a claim, short ones before long ones."""
        shared = Counter(each for word in sorted(_words(claim)) for each in self._holding.get(word, ()))
        return nsmallest(_DEPTH, shared, key=lambda each: (-shared[each] / (self._lengths[each] + 8), each))


def _by_words(case: Case) -> str:
    wanted = _words(case.claim)
    numbers = {word for word in wanted if word[0].isdigit()}
    for text in case.evidence:
        found = _words(text)
        if wanted and len(wanted & found) >= ENOUGH * len(wanted) and numbers <= found:
            return "supported"
    return "not_enough_evidence"


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold())) - _LITTLE
