"""Claims that the schools of districts were repaired, an audit that says so of each, and models that judge them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from rechecked import article, detected
from verdict_replies import claims_asked, in_parts

from pipeline.check.together import CallSize, predict_verdicts
from pipeline.check.verdict import Question
from pipeline.core.models import Article, Claim, Evidence, Passage, Usage, Verdict
from pipeline.core.settings import PROJECT
from pipeline.llm import Model, load_prompt
from pipeline.llm.scripted import Scripted

PROMPT = load_prompt("predict_verdict", PROJECT / "prompts", 3)
DAY = date(2026, 1, 5)
DISTRICTS = ["north", "south", "harbour", "mill", "river", "hill", "lake", "forest", "garden", "castle"]
SENTENCES = [f"The {name} district repaired a school." for name in DISTRICTS]
AUDITS = {
    name: Passage(text=f"The school of the {name} district was repaired, says the audit.", publisher="Audit office")
    for name in DISTRICTS
}


def found(claim: Claim, given: Article, as_of: date, **_: Any) -> tuple[Evidence, ...]:
    """Return what the audit says of the district that a claim names."""
    (name,) = (name for name in DISTRICTS if name in claim.text)
    return (Evidence(passage=AUDITS[name], rank=1, score=1, retriever="scripted"),)


def supported(number: int, quote: str, **changes: Any) -> dict[str, Any]:
    """Return the answer that a quotation supports a claim."""
    verdict = {"label": "supported", "confidence": 0.9, "justification": "So it says.", "citations": []}
    return in_parts(number, verdict | {"citations": [{"passage": number, "quote": quote}]}) | changes


def replies(*changes: Mapping[str, Any] | None) -> Callable[[str], str]:
    """Return a model that supports every claim by its own passage, with changes to its first answers; None for none."""

    def reply(prompt: str) -> str:
        passages = re.findall(r"<passage-\d+-[0-9a-f]+>\n[^\n]*\n([^\n]*)\n", prompt)
        claims = [
            supported(number, next(text for text in passages if words.split()[1] in text))
            for number, words in enumerate(claims_asked(prompt), start=1)
        ]
        for claim in claims:
            quote = claim["citations"][0]["quote"]
            claim["citations"][0]["passage"] = passages.index(quote) + 1
        if len(claims) > 1:
            for number, change in enumerate(changes):
                claims[number] = {} if change is None else claims[number] | change
        return json.dumps({"claims": [claim for claim in claims if claim]})

    return reply


def questions(number: int) -> list[Question]:
    """Return what is asked on the first so many claims."""
    text = article(SENTENCES[:number])
    claims = detected(text, None).claims  # type: ignore[arg-type]
    return [Question.of(claim, text, found(claim, text, DAY), DAY) for claim in claims]


def ask(
    scripted: Scripted, number: int = 4, *, retries: int = 0, size: CallSize | None = None
) -> tuple[tuple[Verdict | Exception, ...], tuple[Usage, ...]]:
    """Return what came of so many claims and what each cost."""
    model = Model(scripted, retries=retries, sleep=lambda _: None)
    return predict_verdicts(questions(number), model, PROMPT, size)


def labels(outcomes: Sequence[Verdict | Exception]) -> list[str]:
    """Return the label of each verdict, the name of each error."""
    return [each.label if isinstance(each, Verdict) else type(each).__name__ for each in outcomes]
