"""Word lists of claim detection, read once from the JSON files beside this module."""

from __future__ import annotations

from pipeline.core.caching import once_for_each
from pipeline.core.tables import Table, Word, WordList, Words, read_table


class Reporting(Table):
    """Verbs and nouns that carry what others say."""

    source: str
    licence: str
    cues: Words
    """Lemmas that take reported content, such as `argue`."""
    naming: Words
    """Lemmas that take an object and its description, such as `describe`."""
    inanimate: Words
    """Cues that report only when their subject can speak: a study `suggests`, a shift does not."""
    voices: Words
    """Lemmas of nouns that can speak without a name, such as `analyst`."""
    quoting: Words
    """Lemmas that only quoted words follow or precede, such as `mutter`."""
    to_do: Words
    """Lemmas of attitudes to what one may do, such as `refuse to`."""
    about_something: Words
    """Lemmas of attitudes to a thing, such as `endorse`."""
    about_particles: dict[Word, Words]
    """Lemmas of attitudes with the words they need, such as `call for`."""
    clause: Words
    """Lemmas of attitudes and questions with a clause, such as `realise that` or `ask whether`."""
    feelings: Words
    """Adjectives of attitude, such as `confident that`."""
    statements: Words
    """Nouns of speech and thought, such as `claim that`."""
    documents: Words
    """Nouns of what can be quoted, such as `poll`."""
    honorifics: Words
    """Titles before a name, without full stop."""
    giving: Words
    """Lemmas that make a statement of a noun, such as `voice` in `voiced support for`."""
    given: Words
    """Nouns for that besides `statements`, such as `support`."""


class Evaluative(Table):
    """Language of opinion and prediction in the author's own voice."""

    source: str
    licence: str
    future: Words
    duty: Words
    future_phrases: WordList
    hedge: Words
    strong: Words
    weak: Words
    idioms: WordList
    interpreting: Words
    abstract_subjects: Words


class FirstNames(Table):
    """First names that tell a person's sex."""

    source: str
    licence: str
    women: Words
    men: Words


@once_for_each
def first_names() -> FirstNames:
    """Return first names that are nearly always a woman's or nearly always a man's."""
    return read_table(__package__, "first_names.json", FirstNames)


@once_for_each
def reporting() -> Reporting:
    """Return the verbs and nouns of reported speech."""
    return read_table(__package__, "reporting_language.json", Reporting)


@once_for_each
def evaluative() -> Evaluative:
    """Return the language of opinion and prediction."""
    return read_table(__package__, "evaluative_language.json", Evaluative)
