"""Verdicts by a model: dated evidence, one claim or several in a call, quotations looked up before they count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from pipeline.check.addressed import speaks_to_checkers
from pipeline.check.judged import (
    JudgedClaim,
    JudgedClaims,
    JudgedInParts,
    check_parts,
    prove_citations,
)
from pipeline.check.relevance import unrelated
from pipeline.core.english import without_addressed_within
from pipeline.core.errors import (
    FactnotesError,
    MalformedReply,
    ModelRefused,
    ModelTimeout,
    NoEvidence,
    PromptTooLong,
    QuoteNotFound,
    QuoteNotRelevant,
    RequestNotTaken,
)
from pipeline.core.models import Article, Claim, Evidence, Passage, Usage, Verdict
from pipeline.core.ports import Rendered
from pipeline.llm import LEFT_OUT, Model, Prompt, tell_mend, usage_of

ONE_CLAIM = frozenset({"as_of", "claim", "context", "passages"})
"""What a prompt takes that judges one claim in a call."""
SEVERAL_CLAIMS = frozenset({"article", "claims", "passages"})
"""What a prompt takes that judges several."""
VERDICT_INPUTS = (ONE_CLAIM, SEVERAL_CLAIMS)

ASKED_OTHERWISE = (
    MalformedReply,
    QuoteNotFound,
    ModelRefused,
    ModelTimeout,
    PromptTooLong,
    RequestNotTaken,
)
"""Errors of a call on several claims after which fewer of them may be answered."""

_LEANS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|this|that|these|those|there|then|such|so|both|former|latter)\b",
    re.IGNORECASE,
)
"""Words for what stands elsewhere: where a sentence holds one, the sentence before it is told too."""


class Question(NamedTuple):
    """One claim as a model is asked of it."""

    claim: Claim
    article: Article
    passages: tuple[Passage, ...]
    as_of: date

    @classmethod
    def of(cls, claim: Claim, article: Article, evidence: Sequence[Evidence], as_of: date) -> Question:
        """Ask with the evidence up to the day; raises NoEvidence where there is none."""
        passages = tuple(each.passage for each in evidence if not each.later)
        if not passages:
            raise NoEvidence(f"no evidence up to {as_of.isoformat()}: index some with `factnotes index`")
        return cls(claim, article, passages, as_of)


def takes_several(prompt: Prompt) -> bool:
    """Tell whether a prompt judges several claims in a call."""
    return set(prompt.header.inputs) == SEVERAL_CLAIMS


def predict_verdict_among(
    questions: Sequence[Question], place: int, model: Model, prompt: Prompt
) -> Verdict | Exception:
    """Judge one of several claims that are asked about together; no other one is asked of alone."""
    if len(questions) > 1 and takes_several(prompt):
        try:
            found = ask_together(questions, model, prompt)[0][place]
        except ASKED_OTHERWISE:
            found = None
        except (FactnotesError, ValueError) as error:
            return error
        if found is not None:
            return found
    return ask_alone(questions[place], model, prompt)[0]


def ask_together(questions: Sequence[Question], model: Model, prompt: Prompt) -> tuple[Sequence[Verdict | None], Usage]:
    """Return the verdict on each claim in one call, None for one that is to be asked of alone, and the call's cost.

    Raises FactnotesError or ValueError where nothing came of it for any.
    """
    passages = shared_passages(questions)

    def prove(judged: JudgedClaims) -> tuple[Verdict | None, ...]:
        judged.check_numbers(len(questions))  # where these are wrong, no answer is sure to be its claim's
        return tuple(
            _proven_or_none(judged, questions, number, passages, model, prompt) for number in _numbers(questions)
        )

    rendered, hashes = render_verdicts_prompt(questions, prompt), [passage.sha256 for passage in passages]
    return model.ask(rendered, JudgedClaims, prove, evidence=hashes)


def ask_alone(question: Question, model: Model, prompt: Prompt) -> tuple[Verdict | Exception, Usage]:
    """Return what came of one claim, and what that cost."""
    try:
        return _verdict_alone(question, model, prompt)
    except (FactnotesError, ValueError) as error:
        return error, usage_of(error)


def render_verdicts_prompt(questions: Sequence[Question], prompt: Prompt) -> Rendered:
    """Return what is asked on claims, as it is asked (and as an estimate needs it); of one claim where it takes one."""
    passages = shared_passages(questions)
    if not takes_several(prompt):
        return _render_one(questions[0], prompt)
    heads = {_head(question.article) for question in questions}
    numbers = {passage.id: number for number, passage in enumerate(passages, start=1)}
    claims = [
        {
            "number": number,
            "as_of": question.as_of.isoformat(),
            "found": ", ".join(str(numbers[passage.id]) for passage in question.passages),
            "text": told(question, with_head=len(heads) > 1),
        }
        for number, question in enumerate(questions, start=1)
    ]
    listed = [{"number": number, "text": _with_source(passage)} for number, passage in enumerate(passages, start=1)]
    return prompt.render(article=heads.pop() if len(heads) == 1 else "", claims=claims, passages=listed)


def shared_passages(questions: Sequence[Question]) -> tuple[Passage, ...]:
    """Return the passages of questions, each once, in the order they are first found."""
    return tuple({passage.id: passage for question in questions for passage in question.passages}.values())


def _numbers(questions: Sequence[Question]) -> range:
    return range(1, len(questions) + 1)


def _verdict_alone(question: Question, model: Model, prompt: Prompt) -> tuple[Verdict, Usage]:
    passages, hashes = question.passages, [passage.sha256 for passage in question.passages]
    rendered = render_verdicts_prompt([question], prompt)
    if takes_several(prompt):

        def prove_parts(judged: JudgedClaims) -> Verdict:
            return _proven(judged.on(1, 1), question.claim, passages, model, prompt)

        return model.ask(rendered, JudgedClaims, prove_parts, evidence=hashes)

    def prove(judged: JudgedClaim) -> Verdict:
        return _proven(judged, question.claim, passages, model, prompt)

    return model.ask(rendered, JudgedClaim, prove, evidence=hashes)


def _proven_or_none(
    judged: JudgedClaims,
    questions: Sequence[Question],
    number: int,
    passages: Sequence[Passage],
    model: Model,
    prompt: Prompt,
) -> Verdict | None:
    """Return the verdict on one claim of several; None where its own answer does not hold."""
    try:
        return _proven(judged.on(number, len(questions)), questions[number - 1].claim, passages, model, prompt)
    except (QuoteNotFound, QuoteNotRelevant, ValueError):
        return None


def _proven(
    judged: JudgedClaim | JudgedInParts, claim: Claim, passages: Sequence[Passage], model: Model, prompt: Prompt
) -> Verdict:
    """Return a verdict whose citations are found and bear on the claim.

    Raises QuoteNotFound, QuoteNotRelevant, and ValueError for a label that does not follow.
    """
    citations = prove_citations(judged.label, judged.citations, passages)
    by_id = {passage.id: passage for passage in passages}
    if any(speaks_to_checkers(each, by_id[each.passage_id]) for each in citations):
        raise QuoteNotRelevant("the cited words speak to whoever checks the claim, not to readers: they prove nothing")
    if why := unrelated(claim, citations, by_id, judged.label):
        raise QuoteNotRelevant(why)
    probabilities = None
    if isinstance(judged, JudgedInParts):
        check_parts(judged)
        probabilities = judged.shares.by_label() if judged.shares else None
        for what in judged.lacking:
            tell_mend(what)
    return Verdict(
        label=judged.label,
        confidence=judged.confidence,
        justification=judged.justification.strip(),
        citations=citations,
        method=f"{prompt.ref} {model.name}",
        by="model",
        probabilities=probabilities,
    )


def _render_one(question: Question, prompt: Prompt) -> Rendered:
    numbered = [
        {"number": number, "source": _source(passage), "text": passage.text}
        for number, passage in enumerate(question.passages, start=1)
    ]
    context = _context(question.claim, question.article)
    as_of = question.as_of.isoformat()
    return prompt.render(as_of=as_of, claim=question.claim.text, context=context, passages=numbered)


def _source(passage: Passage) -> str:
    parts = [
        passage.publisher,
        passage.title,
        f"published {passage.published}" if passage.published else "no date of publication",
        f"about {passage.event_date}" if passage.event_date else None,
        None if passage.verified else "not verified by the desk",
    ]
    return "; ".join(part for part in parts if part)


def _with_source(passage: Passage) -> str:
    """Return a passage under a line that says where it comes from, as far as that is known."""
    known = passage.publisher or passage.title or passage.published_at or passage.event_date or not passage.verified
    return f"Source (not to be quoted): {_source(passage)}\n{passage.text}" if known else passage.text


def _context(claim: Claim, article: Article) -> str:
    speaker = claim.attribution
    parts = {
        "Title": article.title,
        "Publisher": article.publisher,
        "Date": article.published_at,
        "Heading": _as_stands(claim.heading, claim, article),
        "Sentence before": _as_stands(claim.previous, claim, article),
        "Words of the article": " ... ".join(span.exact for span in claim.spans),
        "Said by": speaker and (speaker.name or speaker.speaker),
        "Title of the speaker as written": speaker and speaker.speaker_title,
    }
    return "\n".join(f"{name}: {part}" for name, part in parts.items() if part)


def _head(article: Article) -> str:
    """Return what an article's claims have in common."""
    parts = {"Title": article.title, "Publisher": article.publisher, "Date": article.published_at}
    return "\n".join(f"{name}: {part}" for name, part in parts.items() if part)


def told(question: Question, *, with_head: bool = False) -> str:
    """Return a claim with as much of its surroundings as it takes to understand it, and no word twice."""
    claim = question.claim
    sentence = claim.sentence.exact if claim.sentence else claim.span.exact
    whole = _plain(sentence) == _plain(claim.text)
    speaker = claim.attribution
    parts = {
        "Cut out of the sentence": None if whole else sentence,
        "Sentence before": _as_stands(claim.previous, claim, question.article) if _LEANS.search(sentence) else None,
        "Heading": _as_stands(claim.heading, claim, question.article),
        "Said by": speaker and (speaker.name or speaker.speaker),
        "Title of the speaker as written": speaker and speaker.speaker_title,
    }
    lines = [f"{name}: {part}" for name, part in parts.items() if part]
    head = _head(question.article) if with_head else ""
    return "\n".join(line for line in (claim.text, head, *lines) if line)


def _as_stands(words: str | None, claim: Claim, article: Article) -> str | None:
    """Return words that stand before a claim without what speaks to a checker there, which alone may not look so."""
    at = article.text.rfind(words, 0, claim.span.start) if words else -1
    return words if words is None or at < 0 else without_addressed_within(article.text, at, at + len(words), LEFT_OUT)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
