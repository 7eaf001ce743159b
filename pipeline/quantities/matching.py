"""Whether two quantities are said of the same thing: the question on which every answer depends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pipeline.models import Passage
from pipeline.ports import Embedder
from pipeline.quantities.dates import find_dates
from pipeline.quantities.frames import Frame, find_frames

Strength = Literal["strong", "same", "weak", "none"]

# Cosines of MiniLM over clause, sentence and measured phrase, figures left out. Tuned on development pairs so that
# `strong` may refute: paraphrases of one event score above them, neighbours of one topic mostly below.
_STRONG = (0.5, 0.6, 0.55)
_SAME = (0.45, 0.5, 0.45)
_WEAK = (0.35, 0.4, 0.15)
_SHARED_HEAD = 0.1
"""How much lower the measured phrase may score when both hang on the same word."""
_NEWS = timedelta(days=45)
"""An undated sentence of a news article is taken to speak of the weeks before it."""
_KNOWN = 2 / 3
"""Share of the names in the evidence's clause that the article must mention."""
_WORD = re.compile(r"\w+(?:\.\w+)*")
_ONCE = frozenset(
    {"bear", "birth", "die", "death", "found", "establish", "invent", "discover", "premiere", "debut", "abolish",
     "assassinate", "sink", "inaugurate", "ratify", "behead", "bury", "baptise", "baptize"}
)  # fmt: skip
"""What happens to a thing once, so that two dates of it contradict each other; a club may win every year."""
_LIGHT = frozenset({
    "be", "have", "do", "make", "say", "get", "go", "take", "report", "tell", "the", "call", "put", "give",
})  # fmt: skip


@dataclass(frozen=True)
class Side:
    """A frame with the text it stands in and what is known of its date."""

    frame: Frame
    text: str
    known: frozenset[str]
    """Words that count as mentioned: of the passage with its title, or of the article."""
    days: tuple[tuple[date, date], ...]
    """Days the sentence names."""
    happened: tuple[date, date] | None = None


def claim_side(frame: Frame, text: str, article: str, as_of: date) -> Side:
    """Return the claim's side of a comparison."""
    happened = None if frame.quantity.dimension == "date" else (as_of - _NEWS, as_of)
    return Side(frame, text, _mentioned(article), _days(frame, text, as_of), happened)


def evidence_side(frame: Frame, passage: Passage) -> Side:
    """Return the evidence's side of a comparison."""
    happened = None
    if frame.quantity.dimension == "date":
        pass  # the date itself is what is compared
    elif passage.event_date:
        happened = (passage.event_date.earliest, passage.event_date.latest)
    elif passage.published_at:
        happened = (passage.published_at - _NEWS, passage.published_at)
    known = _mentioned(f"{passage.title or ''} {passage.text}")
    return Side(frame, passage.text, known, _days(frame, passage.text, passage.published_at), happened)


def _mentioned(text: str) -> frozenset[str]:
    return frozenset(word.replace(".", "").lower() for word in _WORD.findall(text))


def _days(frame: Frame, text: str, today: date | None) -> tuple[tuple[date, date], ...]:
    if frame.quantity.dimension == "date":
        return ()
    return tuple((when.first, when.last) for when in find_dates(text[frame.start : frame.end], today))


def similarities(claim: Side, other: Side, embedder: Embedder) -> tuple[float, float, float]:
    """Return the cosines of clause, sentence and measured phrase."""
    texts = [
        part or "-"
        for frame in (claim.frame, other.frame)
        for part in (frame.clause, " ".join(frame.sentence.split()), frame.thing)
    ]
    vectors = embedder.embed(texts)
    clause, sentence, thing = (float(vectors[index] @ vectors[index + 3]) for index in range(3))
    return clause, sentence, thing


def match(claim: Side, other: Side, embedder: Embedder) -> Strength:
    """Tell how surely two quantities are said of the same thing."""
    one, two = claim.frame, other.frame
    if not one.quantity.comparable(two.quantity) or not _same_noun(one, two) or not _compatible_days(claim, other):
        return "none"
    scores = similarities(claim, other, embedder)
    shared = hang_together(one, two)
    if not _above(scores, _WEAK, shared=shared):
        return "none"
    if not _above(scores, _SAME, shared=shared) or not _same_state(one, two) or not _share_names(claim, other):
        return "weak"
    strong = _above(scores, _STRONG, shared=shared) and _same_parties(claim, other)
    if one.quantity.dimension == "date":
        strong = strong and bool(one.heads & two.heads & _ONCE)
    return "strong" if strong and _alone(claim) and _alone(other) else "same"


def hang_together(one: Frame, two: Frame) -> bool:
    """Tell whether two figures hang on a common word that means something."""
    return bool((one.heads & two.heads) - _LIGHT)


def _above(scores: tuple[float, float, float], floor: tuple[float, float, float], *, shared: bool) -> bool:
    clause, sentence, thing = floor
    return scores[0] >= clause and scores[1] >= sentence and scores[2] >= thing - (_SHARED_HEAD if shared else 0)


def _same_noun(one: Frame, two: Frame) -> bool:
    """Want the same thing counted, as narrowly: wounded soldiers are not soldiers."""
    return one.quantity.noun == two.quantity.noun


def _same_state(one: Frame, two: Frame) -> bool:
    """Want both planned or both real, both affirmed, both whole or both part, both up or both down."""
    meant = one.open == two.open or (one.open and two.may_be_open) or (two.open and one.may_be_open)
    opposite = one.direction * two.direction < 0
    return meant and one.negated == two.negated and one.qualifiers == two.qualifiers and not opposite


def _share_names(claim: Side, other: Side) -> bool:
    """Want a claim's subject in the evidence, and where the claim names anybody, somebody in common."""
    subject_known = claim.frame.subject <= other.known
    names = claim.frame.names
    return subject_known and (not names or bool(names & other.known))


def _same_parties(claim: Side, other: Side) -> bool:
    """Want the claim's names in the evidence, the evidence's mostly in the article, and one subject."""
    one, two = claim.frame, other.frame
    if one.subject and two.subject and not one.subject & two.subject:
        return False
    if not one.names <= other.known or not two.subject <= claim.known:
        return False
    return len(two.names & claim.known) >= _KNOWN * len(two.names)


def _alone(side: Side) -> bool:
    """Want no second figure of the same sort in the sentence: which answers which would be a guess."""
    own = side.frame
    return not any(
        frame.start == own.start
        and frame.quantity.start != own.quantity.start
        and frame.quantity.comparable(own.quantity)
        and frame.quantity.noun == own.quantity.noun
        and frame.quantity.amount.compare(own.quantity.amount) != "agree"
        for frame in find_frames(side.text)
    )


def _compatible_days(claim: Side, other: Side) -> bool:
    if claim.days and other.days:
        return any(_meet(one, two) for one in claim.days for two in other.days)
    if claim.days:
        return other.happened is None or any(_meet(one, other.happened) for one in claim.days)
    happened = other.days or ((other.happened,) if other.happened else ())
    return not happened or claim.happened is None or any(_meet(claim.happened, days) for days in happened)


def _meet(one: tuple[date, date], two: tuple[date, date]) -> bool:
    return one[0] <= two[1] and two[0] <= one[1]
