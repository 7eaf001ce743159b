"""Words that show of what kind a fact is, read once from the file beside this module."""

from __future__ import annotations

from pipeline.core.caching import once_for_each
from pipeline.core.english import find_place
from pipeline.core.tables import Table, Words, read_table


class FactWords(Table):
    """Lemmas; `directions`, `events`, `groups`, `land` and what is behind `places` are words as they are written."""

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
    sights: Words
    """What people and things are seen doing in pictures."""
    stating: Words
    """Verbs that are of speech only with a clause: `the court heard that`."""
    statements: Words
    """Nouns of speech and thought, before `that`."""
    resulting: Words
    """Verbs that tell behind a comma what came of something, such as `leaving`."""
    worries: Words
    """Nouns that make `over` a reason, such as `fear`."""
    bodies: Words
    """What a firm or an office is: `carrier`."""
    owned: Words
    """What only a firm or a body has, such as `spokesman`."""
    aims: Words
    """What is `to` reach something: `the aim is to win`."""
    agencies: Words
    """Agencies of the news, as they are written in brackets."""
    arms: Words
    """What a people or a place has one of, and that bears its name: `the Israeli military`."""
    peoples: Words
    """What makes a people of a name: `Lummi tribe`."""
    occasions: Words
    """What tells a time behind `during` or `after`: `campaign`."""
    finders: Words
    """Who finds something out, and in what."""
    finding: Words
    """What they do, which is as good as saying it."""
    works: Words
    """What stands before the title of one: `the film The Long Way`."""
    world: Words
    """Continents, seas and other parts of the world, in small letters and without `the`."""
    acts: Words
    """How names of laws end."""
    forces: Words
    """What things are hit by, such as `storm`."""
    rewarded: Words
    """What is done or given to somebody `for` what he did: `win`, `prize`."""
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
    labels: Words
    """What stands before a colon in capitals and is no place, such as `VIDEO`."""
    domains: Words
    """How addresses end that stand in a text without `https`."""
    units: Words
    """What is measured in, as it is written behind a number; `square` and `cubic` are added."""
    parted: Words
    """Units that something is a part of: `half an hour`."""
    currencies: Words
    """What sums of money are counted in, without euros, cents and pence."""
    rare: Words
    """What is `rare` by its sort, or on the plate, and so is nothing out of the ordinary."""
    fixtures: Words
    """What somebody or something is tied to by a rope."""
    records: Words
    """Whose or what record: `club record`."""
    topped: Words
    """In what something is the first: `top-grossing`."""
    turns: Words
    """What something else comes with: `with the loss of`."""
    merits: Words
    """What somebody gets something `for`, with a word for whose it is: `for her efforts`."""
    outcries: Words
    """What somebody gives way to: `after growing criticism`."""
    reasons: Words
    """Of what kind reasons are: `for health reasons`."""
    grounds: Words
    """Of what kind grounds are: `on legal grounds`."""
    motives: Words
    """What something is done `out of`."""
    pushed: Words
    """What is done to something `by` what makes it more or less, such as `boosted`."""
    causes: Words
    """What tells a cause or an aim by itself, in every form it is written in."""


class Cities(Table):
    """Names of the larger cities of the world."""

    about: str
    names: Words


@once_for_each
def cities() -> frozenset[str]:
    """Return the names as they are written."""
    return read_table(__package__, "cities.json", Cities).names


def is_place(words: str) -> bool:
    """Tell whether words are, all of them, the name of a country, a region, a larger city or a part of the world."""
    place = find_place(words)
    bare = words[4:] if words[:4] in ("the ", "The ") else words
    if place is not None:
        return place.kind != "organisation" and not words.endswith(("Department", "Ministry", "Office"))
    return bare in cities() or (bare[:1].isupper() and bare.lower() in fact_words().world)


@once_for_each
def fact_words() -> FactWords:
    """Return the words."""
    return read_table(__package__, "fact_words.yaml", FactWords)
