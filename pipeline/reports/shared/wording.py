"""The words an editor reads for outcomes, flags and reasons: one place, every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.core.models import Comparison, FailureReason, FlagKind, Label, Note, Report, Uncheckable, Verdict

NoteOutcome = Literal[
    "refuted", "conflicting_evidence", "not_enough_evidence", "supported", "not_checked", "not_checkable"
]
"""The four labels, a claim without a verdict, and a statement nobody can check."""


Severity = Literal["high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")
"""The gravest first."""


@dataclass(frozen=True)
class Words:
    """How an outcome is shown: a label, and a symbol so that colour is never needed."""

    label: str
    symbol: str


@dataclass(frozen=True)
class Reason:
    """Why a claim has no verdict, and what an editor can do about it."""

    short: str
    why: str
    todo: str


OUTCOMES: Mapping[NoteOutcome, Words] = {
    "refuted": Words("Refuted", "✕"),
    "conflicting_evidence": Words("Conflicting evidence", "⇄"),
    "not_enough_evidence": Words("Not enough evidence", "?"),
    "supported": Words("Supported", "✓"),
    "not_checked": Words("Not checked", "○"),
    "not_checkable": Words("Not checkable", "–"),
}

_LIKELY: Mapping[Label, str] = {
    "supported": "supported",
    "refuted": "refuted",
    "not_enough_evidence": "not enough evidence",
    "conflicting_evidence": "conflicting",
}

FLAGS: Mapping[FlagKind, str] = {
    "misattributed_title": "Wrong title",
    "outdated": "Outdated",
    "misplaced_voice": "Misplaced voice",
    "unproven_quotation": "Unproven quotation",
    "altered_quotation": "Altered quotation",
    "wrong_speaker": "Wrong speaker",
    "wrong_number": "Wrong number",
    "wrong_fact": "Wrong fact",
    "inconsistent_article": "Article contradicts itself",
    "conflicting_evidence": "Sources disagree",
    "low_confidence": "Low confidence",
    "later_evidence": "Later evidence",
    "addresses_the_checker": "Speaks to the checker",
}

UNCHECKABLE: Mapping[Uncheckable, str] = {
    "opinion": "An opinion: no evidence can decide it.",
    "prediction": "A prediction: it can be checked once the day has come.",
    "question": "A question: it asserts nothing.",
    "rhetoric": "A figure of speech: it asserts nothing that could be checked.",
}

REASONS: Mapping[FailureReason, Reason] = {
    "no_model": Reason(
        "needs a model or a person",
        "No check without a language model could decide this claim, and no model is set up.",
        "Weigh the evidence found yourself, or set up a model and run again.",
    ),
    "budget": Reason(
        "budget spent",
        "The limit on money, calls or time was reached before this claim's turn.",
        "Raise the limit and run again: finished claims are not paid for twice.",
    ),
    "timeout": Reason(
        "model too slow",
        "The model did not answer in time.",
        "Run again; if it stays slow, allow more time or use another model.",
    ),
    "rate_limited": Reason(
        "model busy",
        "The model's service refused more requests for now (rate limit).",
        "Run again later (in a few minutes, if nothing else is told), or judge fewer claims at once.",
    ),
    "unavailable": Reason(
        "model not reachable",
        "The model's service could not be reached, or did not take the request.",
        "Check the connection, the service's address and what it says, then run again.",
    ),
    "refused": Reason(
        "model declined",
        "The model declined to judge this claim.",
        "Judge it from the evidence, or try another model.",
    ),
    "malformed_reply": Reason(
        "unusable reply",
        "The model's reply could not be read, even after one more attempt.",
        "Run again; if it happens often, use another model.",
    ),
    "quote_not_found": Reason(
        "model misquoted its evidence",
        "The model quoted words that are not in the evidence, so its verdict was thrown away.",
        "Judge it from the evidence; do not rely on the model here.",
    ),
    "quote_not_relevant": Reason(
        "model quoted beside the point",
        "The model quoted words of the evidence that do not bear on this claim, so its verdict was thrown away.",
        "Judge it from the evidence; do not rely on the model here.",
    ),
    "no_evidence_source": Reason(
        "no evidence",
        "Nothing in the evidence index bears on this claim, or there is no index yet.",
        "Add sources to the index and run again.",
    ),
    "quotation_in_no_source": Reason(
        "quotation in no stored source",
        "The quoted words are in none of the stored sources, and none of them ought to hold them: that says nothing "
        "against the quotation.",
        "Look at the recording, the statement or the source it was taken from.",
    ),
    "wrong_key": Reason(
        "API key rejected",
        "The model's service rejected the API key.",
        "Correct the API key, then run again.",
    ),
    "unknown_model": Reason(
        "model unknown",
        "The service does not know the configured model.",
        "Correct the model's name, then run again.",
    ),
    "prompt_too_long": Reason(
        "too long for the model",
        "The claim and its evidence are longer than the model's context window.",
        "Use fewer passages for each claim, or a model with a larger context window.",
    ),
    "not_checkable": Reason(
        "not checkable",
        "The statement asserts nothing that evidence could decide.",
        "Nothing, unless you read it as an assertion of something that happened.",
    ),
    "findings_disagree": Reason(
        "findings disagree",
        "The claim was found supported, while a sure check contradicts the same words or the words cited for it say "
        "something else, so neither decides it.",
        "Read the flag or the comparison with the evidence, and decide which of the two is right.",
    ),
    "day_not_known": Reason(
        "day not known",
        "The article's day of publication is only estimated, and whether this claim is right depends on it.",
        "Give the day the article was published (--date), and check again.",
    ),
    "error": Reason(
        "something broke",
        "An unexpected error stopped the check of this claim; the other claims are not affected.",
        "Run again; if it happens again, report it with the detail given here.",
    ),
}


def assumed_day(report: Report) -> str:
    """Return why a report's day is no known day of its article, for a reader; empty where it is one."""
    if not report.as_of_assumed:
        return ""
    if report.article.estimated_at:
        return "estimated: the article's day is not known for sure, and nothing that depends on it is decided"
    return "assumed: the article has no date, so the day of the run was taken; nothing that depends on it is decided"


def outcome_of(note: Note) -> NoteOutcome:
    """Return what came of a claim, the way the coverage counts it."""
    if note.verdict:
        return note.verdict.label
    return "not_checkable" if note.claim.uncheckable else "not_checked"


UNCLAIMED = "Nothing in these sentences was taken for a claim, so nothing in them was checked."
"""What is said of the sentences without a claim."""

DIFFERS = "A source differs"
"""What is shown of a claim that nobody could judge, whose nearest source says something else."""


def differences(note: Note) -> str:
    """Return what the nearest source says elsewise, for a reader; empty where it does not differ."""
    if not note.differs or note.comparison is None:
        return ""
    parts = note.comparison.differing
    said = "; ".join(f"the source says “{part.source_words.exact}”, the article “{part.words.exact}”"
                     for part in parts if part.source_words)  # fmt: skip
    return f"{said[0].upper()}{said[1:]}."


_NAMES = frozenset(("name", "place", "organisation"))


def without_difference(compared: Comparison) -> str:
    """Return what it means that the nearest source does not differ: little where only names are in both."""
    agreeing = [part for part in compared.parts if part.relation == "agrees"]
    if any(part.kind not in _NAMES for part in agreeing):
        return "Nothing in it differs."
    named = "; ".join(dict.fromkeys(part.words.exact for part in agreeing))
    return f"Nothing in it differs, but only names ({named}) were found in both: it may be about something else."


def spell_probabilities(verdict: Verdict | None) -> str:
    """Return how likely each label is and what that rests on, on one line; empty where nobody says it.

    `supported .82, refuted .05, not enough evidence .11, conflicting .02 (as the model says, not calibrated)`
    """
    return f"{likely_labels(verdict)} ({likely_by(verdict)})" if verdict and verdict.probabilities else ""


def likely_labels(verdict: Verdict) -> str:
    """Return how likely each label is; empty where nobody says it."""
    said = verdict.probabilities
    return ", ".join(f"{words} {_two_digits(said[label])}" for label, words in _LIKELY.items()) if said else ""


def likely_by(verdict: Verdict) -> str:
    """Return what it rests on how likely each label is."""
    if verdict.calibrated_on is None:
        return "as the model says, not calibrated"
    cases = counted(verdict.calibrated_cases, "judged case") + " of " if verdict.calibrated_cases else ""
    return f"calibrated on {cases}the evaluation {verdict.calibrated_on}"


def _two_digits(share: float) -> str:
    """Return a share without its leading zero, as in `.82` and `1.00`."""
    return f"{share:.2f}".removeprefix("0")


def needs_a_look(note: Note) -> bool:
    """Tell whether an editor should see a note first: refuted, or flagged."""
    return bool(note.flags) or outcome_of(note) == "refuted"


def shorten(text: str, length: int) -> str:
    """Return a text on one line, at most `length` characters long, cut at a word with an ellipsis.

    >>> shorten("The bridge was closed in May", 20)
    'The bridge was…'
    """
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[:length]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > length // 2 else cut[:-1]).rstrip(",;:.– ") + "…"


def counted(number: int, what: str) -> str:
    """Return a number with its noun: `1 claim`, `2,000 claims`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"
