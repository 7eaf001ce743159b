"""Office words, loaded once from `data/offices.json`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

from pipeline.remembering import once_for_each


@dataclass(frozen=True)
class Lexicon:
    """What the words of a title mean; every key is lower case."""

    heads: dict[tuple[str, ...], str]
    """Head noun or phrase, singular and plural, by its words: the kind of office or profession."""
    plurals: frozenset[tuple[str, ...]]
    professions: frozenset[str]
    portfolio: frozenset[str]
    adjectives: frozenset[str]
    modifiers: dict[str, str]
    ranks: dict[str, str]
    stop: frozenset[str]
    synonyms: dict[str, str]
    phrases: tuple[tuple[re.Pattern[str], str], ...]
    kin: tuple[frozenset[str], ...]
    exclusive: dict[str, str]
    courtesy: frozenset[str]
    person_stops: frozenset[str]
    organisation_words: frozenset[str]
    particles: frozenset[str]
    honorifics: frozenset[str]
    belongs: frozenset[str]
    """What a title may belong to without a name, as in `the country's president`."""
    speech: frozenset[str]
    lasting: frozenset[str]
    """What stays true when the term is over, as in `Chile's first female president`."""
    chiefs: frozenset[str]
    """Kinds of office by which newspapers call whoever stands at the top of an organisation."""
    top_offices: frozenset[str]

    @cached_property
    def head_starts(self) -> frozenset[str]:
        """First words of heads: most words of an article are none."""
        return frozenset(head[0] for head in self.heads)

    def describes(self, word: str) -> bool:
        """Tell whether a word may stand in a title without being its head."""
        word = word.lower()
        return word in self.portfolio or word in self.adjectives or word in self.ranks


def _plural(form: str) -> str:
    first, _, rest = form.partition(" of ")
    words = first.split()
    noun = words[-1]
    if noun.endswith("man"):
        noun = noun[:-3] + "men"
    else:
        noun += "s" if not noun.endswith(("s", "y")) else ""
        noun = noun[:-1] + "ies" if noun.endswith("y") else noun
    return " ".join([*words[:-1], noun]) + (f" of {rest}" if rest else "")


@once_for_each
def lexicon() -> Lexicon:
    """Return the lexicon."""
    raw = json.loads(resources.files("pipeline").joinpath("data/offices.json").read_text("utf-8"))
    heads: dict[tuple[str, ...], str] = {}
    plurals = set()
    offices = [(form, kind) for kind, forms in raw["heads"].items() for form in forms]
    for form, kind in [*((form, form.replace(" ", "_")) for form in raw["professions"]), *offices]:
        heads[tuple(form.split())] = kind
        if not form.endswith("."):
            plural = tuple(_plural(form).split())
            heads.setdefault(plural, kind)
            plurals.add(plural)
    return Lexicon(
        heads=heads,
        plurals=frozenset(plurals),
        professions=frozenset(form.replace(" ", "_") for form in raw["professions"]),
        portfolio=frozenset(raw["portfolio"]),
        adjectives=frozenset(raw["adjectives"]),
        modifiers={word: name for name, words in raw["modifiers"].items() for word in words},
        ranks={word: name for name, words in raw["ranks"].items() for word in words},
        stop=frozenset(raw["stop"]),
        synonyms=raw["synonyms"],
        phrases=tuple((re.compile(rf"\b(?:{pattern})\b"), new) for pattern, new in raw["phrases"]),
        kin=tuple(frozenset(group) for group in raw["kin"]),
        exclusive=raw["exclusive"],
        courtesy=frozenset(raw["courtesy"]),
        person_stops=frozenset(raw["person_stops"]),
        organisation_words=frozenset(raw["organisation_words"]),
        particles=frozenset(raw["particles"]),
        honorifics=frozenset(raw["honorifics"]),
        belongs=frozenset(raw["belongs"]),
        speech=frozenset(raw["speech"]),
        lasting=frozenset(raw["lasting"]),
        chiefs=frozenset(raw["chiefs"]),
        top_offices=frozenset(raw["top_offices"]),
    )
