"""The words that make a sentence somebody else's, doubted, denied or only meant: `voices.yaml`, loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from pipeline.core.caching import once_for_each
from pipeline.core.tables import Table, Words, read_table


class Voices(Table):
    """The hand-made table."""

    saying: Words
    seeming: Words
    showing: Words
    planning: Words
    plans: Words
    hearsay: Words
    telling: Words
    claims_of: Words
    doubtful: Words
    phrases: Words
    retracting: Words
    untrue: Words

    @cached_property
    def in_doubt(self) -> re.Pattern[str]:
        """Finds a phrase that makes a sentence somebody else's or doubtful."""
        return _any_of(self.phrases)

    @cached_property
    def in_denial(self) -> re.Pattern[str]:
        """Finds words that deny what stands before them."""
        return _any_of(self.retracting)

    @cached_property
    def in_untruth(self) -> re.Pattern[str]:
        """Finds words that make a whole passage prove nothing."""
        return _any_of(self.untrue)


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    words = "|".join(re.escape(phrase).replace(r"\*", r"\w*") for phrase in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{words})(?!\w)", re.IGNORECASE)


@once_for_each
def voices() -> Voices:
    """Load the table once."""
    return read_table(__package__, "voices.yaml", Voices)
