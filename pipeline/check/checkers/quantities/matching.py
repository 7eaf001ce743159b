"""Whether two quantities are said of the same thing: the question on which every answer depends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pipeline.check.checkers.quantities.frames import Frame, find_frames
from pipeline.check.checkers.quantities.synonyms import Word, keys_of, known_words, known_words_within, wordings
from pipeline.core.english import find_dates
from pipeline.core.models import Passage

Strength = Literal["strong", "same", "weak", "none"]

_FLOOR = 0.45
"""Cosine of MiniLM over the two sentences, figures left out, below which common words are chance."""
_WEAK = 0.4
_ENTAILING = 3
"""Words of a claim's clause that must all be in the evidence to prove it where the evidence says more."""
_NEAR = (0.6, 0.5, 0.45)
"""Cosines of sentence, clause and measured phrase from which other words may say the same."""
_SHARED = 2
"""Words in common, one of them a name, below which nothing is refuted."""
_NEWS = timedelta(days=45)
"""An undated sentence of a news article is taken to speak of the weeks before it."""
_ONCE = frozenset(
    {"bear", "birth", "die", "death", "found", "establish", "invent", "discover", "premiere", "debut", "abolish",
     "assassinate", "sink", "inaugurate", "ratify", "behead", "bury", "baptise", "baptize", "open", "launch",
     "build", "complete", "create", "unveil"}
)  # fmt: skip
"""What happens to a thing once, so that two dates of it contradict each other; a club may win every year."""
_TALLIES = frozenset(
    {"kill", "injure", "missing", "die", "arrest", "detain", "evacuate", "destroy", "damage", "infect", "displace",
     "rescue", "flee", "collect", "hospitalise", "hospitalize", "seize", "identify"}
)  # fmt: skip
"""Counts that rise in the days after an event."""
STATIC = frozenset({"length", "area", "volume", "mass", "power", "date"})
"""Dimensions of things that stay, whenever they are told."""


@dataclass(frozen=True)
class Side:
    """A frame with the text it stands in and what is known of its date."""

    frame: Frame
    text: str
    sentence_words: frozenset[str]
    """Keys of the words of the sentence."""
    known: frozenset[str]
    """Keys that count as mentioned: of the passage with its title, or of the article."""
    days: tuple[tuple[date, date], ...]
    """Days the sentence names."""
    happened: tuple[date, date] | None = None
    published: date | None = None
    """When it was published."""


def claim_side(frame: Frame, text: str, article: str, as_of: date) -> Side:
    """Return the claim's side of a comparison."""
    happened = None if frame.quantity.dimension == "date" else (as_of - _NEWS, as_of)
    return Side(
        frame, text, _sentence_words(frame, text), known_words(article), _days(frame, text, as_of), happened, as_of
    )


def evidence_side(frame: Frame, passage: Passage) -> Side:
    """Return the evidence's side of a comparison."""
    happened = None
    if frame.quantity.dimension == "date":
        pass  # the date itself is what is compared
    elif passage.event_date:
        happened = (passage.event_date.earliest, passage.event_date.latest)
    elif passage.published_at:
        happened = (passage.published_at - _NEWS, passage.published_at)
    known = known_words(passage.text) | (known_words(passage.title) if passage.title else frozenset())
    days = _days(frame, passage.text, passage.published_at)
    return Side(frame, passage.text, _sentence_words(frame, passage.text), known, days, happened, passage.published_at)


def _sentence_words(frame: Frame, text: str) -> frozenset[str]:
    return known_words_within(text, frame.start, frame.end)


def _days(frame: Frame, text: str, today: date | None) -> tuple[tuple[date, date], ...]:
    if frame.quantity.dimension == "date":
        return ()
    return tuple((when.first, when.last) for when in find_dates(text[frame.start : frame.end], today))


@dataclass(frozen=True)
class Cosines:
    """How near two frames are in sentence, clause and measured phrase, figures left out."""

    sentence: float
    clause: float
    thing: float

    @property
    def all(self) -> tuple[float, float, float]:
        """The three, in order."""
        return self.sentence, self.clause, self.thing


@dataclass(frozen=True)
class Gap:
    """What two clauses do not share."""

    names: int
    """Names of one that the other's text lacks, unless a country around a shared name."""
    words: int
    """Words of subject, object and predicate that the other sentence lacks."""
    narrowed: bool
    """One of them is narrowed by a word that the other lacks: inflation and core inflation."""
    contrast: bool
    """Each says something else in the same slot: `because of brakes`, `because of belts`."""
    related: bool
    """A name or a word that says something is shared."""
    entailed: bool
    """The evidence says all that the claim's clause says, and maybe more."""
    enough: bool
    """So much is shared that it is not chance."""


def align(claim: Side, other: Side) -> Gap:
    """Compare the words of two clauses."""
    meant = claim.frame.open and other.frame.open
    ours, theirs = (_telling(side.frame.words, meant=meant) for side in (claim, other))
    shared = [word for word in ours if word.keys & (other.known if word.name else other.sentence_words)]
    lacking = [word for word in ours if word not in shared]
    extra = [word for word in theirs if not word.keys & (claim.known if word.name else claim.sentence_words)]
    named = any(word.name and not word.place for word in shared) or any(word.name and word.core for word in shared)
    agents = [] if claim.frame.actor else [word for word in extra if word.under == "by"]
    extra = [word for word in extra if word not in agents]  # who did it is no contradiction where the claim is silent
    strange = [word for word in (*lacking, *extra) if word.name and not (word.place and named)]
    loose = [word for word in (*lacking, *extra) if not word.name and word.core and not word.described]
    slots = {word.under for word in lacking if word.under} & {word.under for word in extra if word.under}
    return Gap(
        names=len(strange),
        words=len(loose),
        narrowed=any(word.narrowed & claim.sentence_words & other.sentence_words for word in loose),
        contrast=bool(slots),
        related=bool(shared),
        entailed=not lacking and len(shared) >= _ENTAILING,
        enough=len(shared) >= _SHARED and any(word.name for word in shared),
    )


def _telling(words: tuple[Word, ...], *, meant: bool) -> list[Word]:
    return [word for word in words if not (meant and word.keys & wordings().wishes)]


def may_match(claim: Side, other: Side) -> bool:
    """Tell whether two quantities may be said of the same thing at all: same sort, noun and time, a word in common."""
    one, two = claim.frame.quantity, other.frame.quantity
    alike = one.comparable(two) and _same_noun(claim, other) and _compatible_days(claim, other)
    return alike and align(claim, other).related


def match(claim: Side, other: Side, cosines: Cosines) -> Strength:
    """Tell how surely two quantities that may match are said of the same thing."""
    one, two = claim.frame, other.frame
    gap = align(claim, other)
    if cosines.sentence < _WEAK:
        return "none"
    if not _same_state(one, two) or _swapped(one, two) or two.hedged:
        return "weak"
    if gap.names:
        return (
            "same"
            if one.quantity.dimension != "date" and gap.entailed and not gap.narrowed and cosines.sentence >= _FLOOR
            else "weak"
        )
    if one.quantity.dimension == "date" and not (one.heads & two.heads & _ONCE):
        return "same" if gap.entailed and _is_day(one) and _is_day(two) and hang_together(one, two) else "weak"
    sure = _same_words(gap, cosines) or _same_sense(claim, other, gap, cosines)
    if sure and _same_aspect(one, two) and gap.enough and _alone(claim) and _alone(other):
        return "strong"
    if one.quantity.dimension == "date":  # much happens in one year: a common date proves little
        return "weak"
    return "weak" if gap.contrast or gap.narrowed or gap.words > 1 and not _near(cosines) else "same"


def _is_day(frame: Frame) -> bool:
    first, last = frame.quantity.amount.strict
    return first == last


def _same_words(gap: Gap, cosines: Cosines) -> bool:
    return not gap.words and not gap.contrast and cosines.sentence >= _FLOOR


def _same_sense(claim: Side, other: Side, gap: Gap, cosines: Cosines) -> bool:
    """Tell whether the rest is a paraphrase: one head word is shared and neither side narrows what is shared."""
    return hang_together(claim.frame, other.frame) and not gap.contrast and not gap.narrowed and _near(cosines)


def _near(cosines: Cosines) -> bool:
    return all(have >= want for have, want in zip(cosines.all, _NEAR, strict=True))


def hang_together(one: Frame, two: Frame) -> bool:
    """Tell whether two figures hang on a common word that means something."""
    return bool(one.heads & two.heads)


def may_have_grown(claim: Side, other: Side) -> bool:
    """Tell whether the claim's count is higher than an older one of something that is still being counted."""
    if not claim.frame.heads & _TALLIES or not other.frame.heads & _TALLIES or other.published is None:
        return False
    higher = claim.frame.quantity.amount.strict[0] > other.frame.quantity.amount.strict[1]
    return higher and claim.published is not None and other.published < claim.published


def _same_noun(claim: Side, other: Side) -> bool:
    """Want the same thing counted, as narrowly: wounded soldiers are not soldiers."""
    one, two = claim.frame.quantity.noun.split(), other.frame.quantity.noun.split()
    if one == two:
        return True
    if claim.frame.quantity.dimension == "percent":
        return not one or not two or bool(keys_of(one[-1]) & keys_of(two[-1]))
    if not one or not two:
        return not one and two[-1] in wordings().people or not two and one[-1] in wordings().people
    people = wordings().people
    heads = bool(keys_of(one[-1]) & keys_of(two[-1])) or (one[-1] in people and two[-1] in people)
    return heads and _all_in(one[:-1], other.sentence_words) and _all_in(two[:-1], claim.sentence_words)


def _all_in(words: list[str], keys: frozenset[str]) -> bool:
    return all(keys_of(word) & keys for word in words if word not in wordings().plain)


def _same_state(one: Frame, two: Frame) -> bool:
    """Want both planned or both real, both affirmed, both whole or both part, both up or both down."""
    meant = one.open == two.open or (one.open and two.may_be_open) or (two.open and one.may_be_open)
    opposite = one.direction * two.direction < 0
    return meant and one.negated == two.negated and one.qualifiers == two.qualifiers and not opposite


def _same_aspect(one: Frame, two: Frame) -> bool:
    return one.perfect == two.perfect or one.quantity.dimension != "count" or one.quantity.role == "to"


def _swapped(one: Frame, two: Frame) -> bool:
    """Tell whether who acts in one is acted on in the other."""
    if one.actor & two.actor or one.target & two.target:
        return False
    return bool(one.actor & two.target or one.target & two.actor)


def _alone(side: Side) -> bool:
    """Want no second figure of the same sort in the sentence: which answers which would be a guess."""
    own = side.frame
    return not any(
        frame.start == own.start
        and frame.quantity.start != own.quantity.start
        and frame.quantity.comparable(own.quantity)
        and frame.quantity.noun == own.quantity.noun
        and frame.heads == own.heads
        and frame.quantity.amount.compare(own.quantity.amount) != "agree"
        for frame in find_frames(side.text, side.published)
    )


def _compatible_days(claim: Side, other: Side) -> bool:
    static = claim.frame.quantity.dimension in STATIC
    if claim.days and other.days:
        return any(_meet(one, two) for one in claim.days for two in other.days)
    if static and not (claim.days and other.days):
        return True
    if claim.days:
        return other.happened is None or any(_meet(one, other.happened) for one in claim.days)
    happened = other.days or ((other.happened,) if other.happened else ())
    return not happened or claim.happened is None or any(_meet(claim.happened, days) for days in happened)


def _meet(one: tuple[date, date], two: tuple[date, date]) -> bool:
    return one[0] <= two[1] and two[0] <= one[1]
