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


class ClauseLanguage(Table):
    """Words that make it certain what a clause speaks of."""

    source: str
    licence: str
    made: Words
    """Lemmas whose passive is said of things, not of events: `which was built`."""
    of_things: Words
    """Lemmas whose subject is a thing, not an event: `which employs`."""
    origins: Words
    """Participles at the front of a sentence that tell how its subject began: `Founded in 1921, the club ...`."""
    lasting: Words
    """Participles of a state, which take the tense of the clause around them: `owned by`."""
    facts: Words
    """Nouns that make what follows `is that` the author's own statement: `the problem is that`."""
    capitals: Words
    """Nouns for a place that stand before its name: `capital`."""


class Evaluative(Table):
    """Language of opinion and prediction in the author's own voice."""

    source: str
    licence: str
    future: Words
    duty: Words
    requirements: Words
    """Lemmas of what rules ask for: `must register`."""
    scheduled: Words
    """Lemmas of what is done on a day set before: `will open on Monday`."""
    light: Words
    """Lemmas whose object is what they say: `made a brilliant start`."""
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


@once_for_each
def clause_language() -> ClauseLanguage:
    """Return the words that make it certain what a clause speaks of."""
    return read_table(__package__, "clause_language.json", ClauseLanguage)
