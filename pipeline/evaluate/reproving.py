"""What today's code makes of the replies of a stored evaluation: parsed and proven again, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.budget import Budget
from pipeline.errors import InputError
from pipeline.evaluate.answering import Contestant, Means, Question, answer
from pipeline.evaluate.asking import MemoryReplies, ReplyNotKept
from pipeline.evaluate.cases import Answer, Variant
from pipeline.evaluate.journal import key_of
from pipeline.evaluate.running import may_be_asked_again
from pipeline.evaluate.stored import Bundle
from pipeline.prompts import load_prompt


def prove_again(bundle: Bundle, variant: Variant) -> Iterator[Answer]:
    """Yield a variant's answers as they follow from its replies now; those without a reply as they are stored.

    Raises InputError where the code that is here now would ask another question than the one that was answered.
    """
    replies = bundle.replies()
    asked = {(reply.case_id, reply.variant, reply.repeat) for reply in replies.values()}
    cases = {case.id: case for case in bundle.suite().cases}
    contestant = silent_contestant(variant, bundle.folder)
    means = Means(replies=MemoryReplies(replies), budget=Budget(), retries=0, sources_told=bundle.manifest.sources_told)
    for stored in bundle.answers():
        if stored.variant != variant.id:
            continue
        if contestant.prompt is None or key_of(stored) not in asked or may_be_asked_again(stored.failure):
            yield stored
            continue
        try:
            again = answer(Question(contestant, cases[stored.case_id], stored.repeat), means).answer
        except ReplyNotKept as error:
            raise InputError(
                f"the evaluation {bundle.evaluation.id} holds no reply to what would be asked now: evaluate again"
            ) from error
        yield again


def silent_contestant(variant: Variant, folder: Path) -> Contestant:
    """Return a variant with its stored prompt and no model: it answers from what was kept, or not at all.

    Raises InputError where the prompt in the folder is not the one that was asked.
    """
    if variant.prompt_ref is None:
        return Contestant(variant)
    name, _, rest = variant.prompt_ref.partition("@")
    prompt = load_prompt(name, folder / "prompts", int(rest.partition("+")[0]))
    if prompt.ref != variant.prompt_ref:
        raise InputError(f"the prompt in {folder} is {prompt.ref}, and {variant.prompt_ref} was asked")
    return Contestant(variant, prompt)
