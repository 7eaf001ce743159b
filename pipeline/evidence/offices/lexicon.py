"""Office words, loaded once from `data/offices.json`."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated

from pydantic import Field

from pipeline.core.caching import once_for_each
from pipeline.core.tables import Spellings, Table, Word, WordList, Words, read_table


class Lexicon(Table):
    """What the words of a title mean; every key is lower case."""

    about: str
    kinds: dict[Word, WordList]
    """The words for each kind of office."""
    profession_words: WordList
    portfolio: Words
    adjectives: Words
    groups: Words
    """People whom an office is for or of, as in `children's commissioner` and `farmers' leader`."""
    modifier_words: dict[Word, WordList]
    rank_words: dict[Word, Spellings]
    stop: Words
    synonyms: dict[Word, Word]
    ministries: dict[Word, Word]
    """Portfolios in the singular, by which a minister is called, too: the `railway minister` is that of railways."""
    short: dict[Word, Word]
    """Titles that are letters, such as `DG`, which mean an office only in capitals and before a name or its body."""
    capitals: Words
    """Titles that are letters and mean nothing else in capitals, such as `MLA`."""
    rewritten: tuple[tuple[re.Pattern[str], str], ...]
    """Phrases and what stands for them."""
    kin: tuple[Annotated[Words, Field(min_length=2)], ...]
    recut: tuple[Annotated[Words, Field(min_length=2)], ...]
    """Portfolios that governments cut anew under other names, as `agriculture` is called `rural affairs`."""
    exclusive: dict[Word, Word]
    courtesy: Words
    person_stops: Words
    organisation_words: Words
    particles: Words
    honorifics: Words
    belongs: Words
    """What a title may belong to without a name, as in `the country's president`."""
    speech: Words
    common_names: Words
    """Words of the names of many bodies: `United coach X` need not be of the Brask United that a record names."""
    apart: Words
    """What makes an office another beside the one of its name, as in `shadow chancellor` and `honorary president`."""
    sisters: Words
    """What makes a body another beside the one of its name: the council of a town that has a club, a bank's leasing."""
    levels: Words
    """What makes an office that of a part of a body, as in `regional director`."""
    federations: Spellings
    """Countries whose regions have ministers of their own, by the same names."""
    governed_by_secretaries: Spellings
    """Countries whose ministers are called secretaries; elsewhere a secretary is under the minister."""
    lasting: Words
    """What stays true when the term is over, as in `Chile's first female president`."""
    named_after: Words
    """Words behind the name of a person in the name of a thing, as in `President Ana Reyes Avenue`."""
    things: Words
    """Such words that are surnames, too."""
    place_first: Words
    """First words of names of towns, as in `Port Lomond`."""
    place_last: Words
    """Their last words, as in `Alder Falls`."""
    chiefs: Words
    """Kinds of office by which newspapers call whoever stands at the top of an organisation."""
    officers: dict[Word, Word]
    """What a chief is of, and the officer that he or she is: `Elmbank's finance chief`."""
    top_offices: Words

    @cached_property
    def heads(self) -> dict[tuple[str, ...], str]:
        """Head noun or phrase, singular and plural, by its words: the kind of office or profession."""
        singular = {tuple(form.split()): kind for form, kind in self._forms}
        plural = {_plural_words(form): kind for form, kind in reversed(self._forms) if _has_plural(form)}
        heads = plural | singular
        return {(word,): _kind_of(means.split(), heads) for word, means in self.short.items()} | heads

    @cached_property
    def plurals(self) -> frozenset[tuple[str, ...]]:
        """The heads that mean several people."""
        return frozenset(self.singulars)

    @cached_property
    def singulars(self) -> dict[tuple[str, ...], str]:
        """The heads that mean several people, and what one of them is."""
        return {_plural_words(form): form for form, _ in self._forms if _has_plural(form)}

    @cached_property
    def _forms(self) -> tuple[tuple[str, str], ...]:
        offices = ((form, kind) for kind, forms in self.kinds.items() for form in forms)
        return (*((form, form.replace(" ", "_")) for form in self.profession_words), *offices)

    @cached_property
    def professions(self) -> frozenset[str]:
        """The kinds that are professions."""
        return frozenset(form.replace(" ", "_") for form in self.profession_words)

    @cached_property
    def modifiers(self) -> dict[str, str]:
        """What a word such as `ex` or `interim` says of a title."""
        return {word: name for name, words in self.modifier_words.items() for word in words}

    @cached_property
    def ranks(self) -> dict[str, str]:
        """The rank that a word such as `deputy` gives."""
        return {word: name for name, words in self.rank_words.items() for word in words}

    @cached_property
    def phrases(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """Whole phrases and what stands for them."""
        short = tuple((re.compile(rf"\b{word}\b"), means) for word, means in self.short.items())
        return (*short, *((re.compile(rf"\b(?:{phrase.pattern})\b"), new) for phrase, new in self.rewritten))

    @cached_property
    def head_starts(self) -> frozenset[str]:
        """First words of heads: most words of an article are none."""
        return frozenset(head[0] for head in self.heads)

    def describes(self, word: str) -> bool:
        """Tell whether a word may stand in a title without being its head."""
        word = word.lower()
        return word in self.portfolio or word in self.adjectives or word in self.ranks


def _kind_of(words: list[str], heads: dict[tuple[str, ...], str]) -> str:
    """Return the kind of the longest head in words, such as that of `chief minister`."""
    parts = (tuple(words[i:j]) for i in range(len(words)) for j in range(len(words), i, -1))
    return next(heads[part] for part in parts if part in heads)


def _has_plural(form: str) -> bool:
    return not form.endswith(".")


def _plural_words(form: str) -> tuple[str, ...]:
    first, _, rest = form.partition(" of ")
    words = first.split()
    noun = words[-1]
    if noun.endswith("man"):
        noun = noun[:-3] + "men"
    else:
        noun += "s" if not noun.endswith(("s", "y")) else ""
        noun = noun[:-1] + "ies" if noun.endswith("y") else noun
    return tuple((" ".join([*words[:-1], noun]) + (f" of {rest}" if rest else "")).split())


@once_for_each
def lexicon() -> Lexicon:
    """Return the lexicon."""
    return read_table(__package__, "offices.json", Lexicon)
