"""What the forms of statements about countries share: their slots, what they are read against, what they answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from pipeline.core.english import find_places
from pipeline.core.models import FlagKind, Passage
from pipeline.evidence import Country, Organisation, WorldFacts, place_key

SLOWLY = timedelta(days=365)
"""So long after the day until which the facts were known, what changes with long notice still counts as known."""
NO_NAME = (
    r"(?!(?:In|At|On|From|For|As|By|To|With|When|While|After|Before|And|But|Of|If|Since|Until|Near|Outside|Around)\b)"
)
"""Words that open a sentence with a capital, and no name."""
_NAME = NO_NAME + r"[^\W\d_a-z][\w.'’-]*(?:(?: (?:and|of|the|de|da|la))* [^\W\d_a-z][\w.'’-]*){0,6}?"


def place(group: str) -> str:
    """Return the pattern of a name of a country, of a city or of a body, under a group's name."""
    return rf"(?:[Tt]he )?(?P<{group}>world|{_NAME})"


def owner(group: str) -> str:
    """Return the pattern of a name in the genitive: `Kenya's`, `the Philippines'`."""
    return rf"(?:[Tt]he )?(?P<{group}>world|{_NAME})(?:['’]s|(?<=s)['’])"


def adjective(group: str) -> str:
    """Return the pattern of a country's adjective behind its article."""
    return rf"[Tt]he (?P<{group}>[^\W\d_a-z][\w.-]*(?: [^\W\d_a-z][\w.-]*){{0,2}})"


_LISTED = r"(?! (?:and|or|as well as)\b)(?! [^\W\d_a-z][\w.'’-]*(?: [^\W\d_a-z][\w.'’-]*){0,3}(?:,| and\b))"
END = rf"(?=[.;)]|$|,{_LISTED})"
"""What stands behind an apposition that ends there, and is no part of a list: not `, Munich, and Hamburg`."""


Time = Literal["now", "untold", "other"]
"""Whether a sentence tells of the article's days, does not say of which, or names another time.

What is right on the article's day is so where no other time is named; what is wrong for all times is wrong anyway.
"""


@dataclass(frozen=True)
class Setting:
    """What a statement is read against."""

    facts: WorldFacts
    day: date | None
    """The day of the article; None where nobody has told it."""
    text: str
    time: Time = "now"

    def country(self, words: str) -> Country | None:
        """Return the country of a name as it is written."""
        return self.facts.by_name.get(place_key(words)) if words[:1].isupper() else None

    def of_adjective(self, words: str) -> Country | None:
        """Return the country of an adjective as it is written."""
        return self.facts.by_adjective.get(place_key(words)) if words[:1].isupper() else None

    def whose(self, match: re.Match[str]) -> Country | None:
        """Return the country that a match names by name or adjective, in whichever of the groups it has."""
        groups = match.groupdict()
        if words := groups.get("place") or groups.get("owner"):
            return self.country(words)
        return self.of_adjective(groups["adjective"]) if groups.get("adjective") else None

    def only_country(self, but: tuple[int, int]) -> Country | None:
        """Return the one country that the statement names outside a stretch; None where it names another place too."""
        found = [each for start, end, each in find_places(self.text) if end <= but[0] or but[1] <= start]
        names = {each.name for each in found}
        known = len(names) == 1 and all(each.kind == "country" for each in found)
        return self.country(names.pop()) if known else None

    def body(self, words: str) -> Organisation | None:
        """Return the organisation of a name as it is written."""
        return self.facts.organisation(words)

    def knows(self, source: str, day: date | None) -> bool:
        """Tell whether a source still counts on a day for what changes slowly."""
        return day is not None and day <= self.facts.as_of[source] + SLOWLY

    @property
    def now(self) -> bool:
        """True where the sentence tells of the article's days."""
        return self.time == "now"

    def surely_knows(self, source: str, day: date) -> bool:
        """Tell whether a source was known to be right on a day."""
        return day <= self.facts.as_of[source]


@dataclass(frozen=True)
class Answer:
    """What the facts say of a statement."""

    outcome: Literal["right", "wrong"]
    words: tuple[int, int]
    """Where in the statement the words stand that tell."""
    fact: Passage
    kind: FlagKind = "wrong_fact"
    suggestion: str | None = None


class Form(NamedTuple):
    """A construction that is understood, and what judges it."""

    pattern: re.Pattern[str]
    judge: Callable[[re.Match[str], Setting], Answer | None]
    restate: Callable[[re.Match[str], Setting], str | None] | None = None
    """Says what a part of a longer sentence states, as a statement of its own; None for what is one already."""


def form(
    pattern: str,
    judge: Callable[[re.Match[str], Setting], Answer | None],
    restate: Callable[[re.Match[str], Setting], str | None] | None = None,
) -> Form:
    """Return a form; blanks in a pattern stand for themselves."""
    return Form(re.compile(pattern), judge, restate)


def in_group(match: re.Match[str], *groups: str) -> tuple[int, int]:
    """Return where the first of some groups stands that took part."""
    return next((match.span(group) for group in groups if match.groupdict().get(group)), match.span())
