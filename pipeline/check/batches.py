"""Which claims are asked about together: those that share passages, the most check-worthy first."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.check.verdict import Question, shared_passages, takes_several
from pipeline.llm import Prompt

MOST_CHARACTERS = 24_000
"""Of passages in one call, about 6,000 tokens: what small models still read with care."""


def plan_batches(questions: Sequence[Question], prompt: Prompt, per_call: int) -> tuple[tuple[int, ...], ...]:
    """Return the places of questions in batches of at most `per_call`, of one where the prompt takes no more.

    The same questions give the same batches.
    A batch begins with the first question left and takes those that share most of its passages, the nearer in the
    text where two share as many, until it is full or its passages grow longer than `MOST_CHARACTERS`. A single one that
    would be left over joins the last batch.
    """
    if not takes_several(prompt):
        return tuple((place,) for place in range(len(questions)))
    left = dict.fromkeys(range(len(questions)))
    batches = []
    while left:
        batch = [next(iter(left))]
        del left[batch[0]]
        while left and (len(batch) < per_call or per_call > 1 == len(left)):
            following = _nearest(batch, list(left), questions)
            if _characters([questions[place] for place in (*batch, following)]) > MOST_CHARACTERS:
                break
            batch.append(following)
            del left[following]
        batches.append(tuple(batch))
    return tuple(batches)


def _nearest(batch: Sequence[int], left: Sequence[int], questions: Sequence[Question]) -> int:
    ids = {passage.id for place in batch for passage in questions[place].passages}
    start = questions[batch[0]].claim.span.start

    def distance(place: int) -> tuple[int, int, int]:
        question = questions[place]
        new = sum(passage.id not in ids for passage in question.passages)
        return new, abs(question.claim.span.start - start), place

    return min(left, key=distance)


def _characters(questions: Sequence[Question]) -> int:
    return sum(len(passage.text) for passage in shared_passages(questions))
