"""What sentences hold of a claim, and what in them could stand in the place of a part of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.check.comparison.alike import NEGATIONS
from pipeline.check.comparison.figures import Figure, agreement, comparable
from pipeline.check.comparison.names import Name, likeness
from pipeline.check.comparison.nearest import meet
from pipeline.check.comparison.reading import Day
from pipeline.check.comparison.table import stem_of, wordings
from pipeline.core.english import lies_in

_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Content:
    """What sentences hold."""

    names: tuple[Name, ...]
    figures: tuple[Figure, ...]
    days: tuple[Day, ...]
    stems: tuple[frozenset[str], ...]
    """Of each content word its stem and meanings."""
    text: str

    @property
    def keys(self) -> frozenset[str]:
        """Every key of words and names."""
        return frozenset(stem_of(word) for name in self.names for word in name.words).union(*self.stems)


def holds(content: Content, name: Name) -> bool:
    """Tell whether a name stands in sentences: as such, nearly so, by a word of it, or by a country in a continent."""
    if any(likeness(name, other) in ("same", "typo") or _inside(other, name) for other in content.names):
        return True
    keys = content.keys
    return any(stem_of(word) in keys for word in name.words if len(word) > 2)


def _inside(one: Name, other: Name) -> bool:
    return one.place is not None and lies_in(one.place.country or one.place.name, " ".join(other.words))


def agree(one: Figure, two: Figure) -> bool:
    """Tell whether two figures say the same, or are written the same."""
    return bool(one.digits and one.digits == two.digits) or comparable(one, two) and agreement(one, two) == "agree"


def another_figure(own: Content, said: Content) -> bool:
    """Tell whether a figure is another too: of another thing another figure refutes nothing."""
    pairs = [(one, two) for one in own.figures for two in said.figures if comparable(one, two)]
    return bool(pairs) and not any(agree(*pair) for pair in pairs)


def may_oppose(own: Content, said: Content) -> bool:
    """Tell whether words hold another figure, date or name of the claim's kind, a denial or an opposite."""
    return (
        any(one.unit == two.unit and not agree(one, two) for one in own.figures for two in said.figures)
        or any(not meet(one, two) for one in own.days for two in said.days)
        or _another_name(own, said)
        or _denial_or_opposite(own.text, said.text)
    )


def _another_name(own: Content, said: Content) -> bool:
    missing = [name for name in own.names if name.sure and not holds(said, name)]
    strangers = [name for name in said.names if name.sure and not holds(own, name)]
    return any(one.kind == two.kind or one.slots & two.slots for one in missing for two in strangers)


def _denial_or_opposite(own: str, other: str) -> bool:
    ours, theirs = (frozenset(_WORD.findall(re.sub(r"n['’]t\b", " not", text.casefold()))) for text in (own, other))
    if bool(ours & NEGATIONS) != bool(theirs & NEGATIONS):
        return True
    return any(one in ours and two in theirs or two in ours and one in theirs for one, two in wordings().opposites)
