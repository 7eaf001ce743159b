"""Words that show of what kind a fact is, read once from the file beside this module."""

from __future__ import annotations

from pipeline.core.caching import once_for_each
from pipeline.core.tables import Table, Words, read_table


class FactWords(Table):
    """Lemmas; `directions`, `events`, `groups` and `land` are words as they are written in small letters."""

    events: Words
    """How names of prizes, contests and laws end, which are no places."""
    undertakings: Words
    """What is done `to` reach something: `a campaign to win`."""
    punished: Words
    """What is done to somebody `for` doing something."""
    roles: Words
    """What somebody is or does, such as `surgeon`."""
    saying: Words
    """Verbs of speech and thought."""
    statements: Words
    """Nouns of speech and thought, before `that`."""
    resulting: Words
    """Verbs that tell behind a comma what came of something, such as `leaving`."""
    worries: Words
    """Nouns that make `over` a reason, such as `fear`."""
    directions: Words
    """What part of a place is meant, such as `northern`."""
    areas: Words
    """What makes an area of a name before it, such as `county`."""
    groups: Words
    """Parties and faiths, in small letters, which the parser takes for peoples."""
    land: Words
    """How names of places end."""
    offices: Words
    """What somebody is, in capitals before `of`: `Commissioner of Police`."""
    places: Words
    """What makes a place of a name before it: `Hoa Lo prison`."""


@once_for_each
def fact_words() -> FactWords:
    """Return the words."""
    return read_table(__package__, "fact_words.yaml", FactWords)
