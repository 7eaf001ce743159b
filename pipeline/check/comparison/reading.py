"""A sentence read for comparison: names, figures, dates and content words, each in its place in the whole text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.check.comparison.figures import Figure, find_figures, token_at
from pipeline.check.comparison.names import Name, find_names
from pipeline.check.comparison.table import keys_of, stem_of, wordings
from pipeline.core.english import When, find_dates, find_written_dates

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens, Token

_HOURS = frozenset({"morning", "afternoon", "evening", "night", "lunchtime", "noon", "midnight", "dawn"})
_VAGUE = frozenset({"most", "least", "best", "latest"})
"""Superlatives that say little, or bound a number: `at least`."""
_ORDERS = {word: at for at, word in enumerate(("second", "third", "fourth", "fifth", "sixth", "seventh"), 2)}
_CONTENT = frozenset({"NOUN", "VERB", "ADJ", "PROPN"})


@dataclass(frozen=True)
class Word:
    """A content word in place."""

    start: int
    end: int
    keys: frozenset[str]
    verb: bool
    text: str
    stem: str
    negated: bool
    subject: frozenset[str]
    """Stems of who or what a verb is said of."""
    grade: frozenset[str]
    """Words such as `deputy` before a title."""
    of: frozenset[str]
    """Stems of the name beside a title."""


@dataclass(frozen=True)
class Day:
    """A date in place: the days it may mean, and the verbs and nouns that it dates."""

    start: int
    end: int
    first: date
    last: date
    precision: str
    relative: bool
    has_year: bool
    role: str
    """How the sentence uses it: `at`, `since`, `until`, or `of` for the season or the film of a year."""
    events: frozenset[str]


@dataclass(frozen=True)
class Rank:
    """A superlative in place: `second oldest` has the order 2."""

    start: int
    end: int
    word: str
    order: int
    nouns: frozenset[str]
    """Keys of what is ranked."""


@dataclass(frozen=True)
class Reading:
    """What stands in a sentence; offsets are those of the whole text."""

    start: int
    end: int
    text: str
    names: tuple[Name, ...]
    figures: tuple[Figure, ...]
    days: tuple[Day, ...]
    words: tuple[Word, ...]
    ranks: tuple[Rank, ...]

    @property
    def keys(self) -> frozenset[str]:
        """Every key of its content words."""
        return frozenset().union(*(word.keys for word in self.words))


def read_sentence(tokens: Tokens, shift: int, today: date | None) -> Reading:
    """Read a sentence of a parsed text that begins `shift` characters into the whole."""
    text = tokens.doc.text
    dates = [when for when in find_dates(text, today) if tokens.start_char <= when.start < tokens.end_char]
    told = [when for when in dates if not when.relative]
    dates = [when for when in dates if not when.relative or not any(_beside(text, when, other) for other in told)]
    taken = [(when.start, when.end) for when in dates]
    names = find_names(tokens, shift, taken)
    named = [(name.start - shift, name.end - shift) for name in names]
    written = {each.start: each for each in find_written_dates(text)}
    days = tuple(
        Day(
            when.start + shift,
            when.end + shift,
            when.first,
            when.last,
            when.precision,
            when.relative,
            when.start in written and written[when.start].year is not None,
            _role(text, when.start, when.end, token_at(tokens, when.end - 1)),
            _events(token_at(tokens, when.start)),
        )
        for when in dates
    )
    return Reading(
        tokens.start_char + shift,
        tokens.end_char + shift,
        tokens.text,
        names,
        find_figures(tokens, shift, [*taken, *named]),
        days,
        tuple(_words(tokens, shift, [*taken, *named])),
        tuple(_ranks(tokens, shift)),
    )


def _ranks(tokens: Tokens, shift: int) -> Iterator[Rank]:
    for token in tokens:
        if token.tag_ not in ("JJS", "RBS") or token.lower_ in _VAGUE:
            continue
        before = [each for each in tokens if each.i in (token.i - 1, token.i - 2) and each.text != "-"]
        order = next((_ORDERS[each.lower_] for each in before if each.lower_ in _ORDERS), 1)
        start = min([token.idx, *(each.idx for each in before if order > 1 and each.lower_ in _ORDERS)])
        noun = token.head if token.head.pos_ == "NOUN" else None
        keys = keys_of(noun.lemma_.lower()) if noun is not None else frozenset()
        yield Rank(start + shift, token.idx + len(token) + shift, token.lower_, order, keys)


def _words(tokens: Tokens, shift: int, taken: list[tuple[int, int]]) -> list[Word]:
    found = []
    for token in tokens:
        if token.pos_ not in _CONTENT or token.like_num or not any(map(str.isalpha, token.text)):
            continue
        if any(low < token.idx + len(token) and token.idx < high for low, high in taken):
            continue
        lemma = token.lemma_.lower()
        if lemma in wordings().light or token.lower_ in wordings().light:
            continue
        keys = keys_of(lemma) | {stem_of(token.lower_)}
        found.append(_word(token, shift, keys))
    return found


def _word(token: Token, shift: int, keys: frozenset[str]) -> Word:
    verb, noun = token.pos_ == "VERB", token.pos_ == "NOUN"
    return Word(
        token.idx + shift,
        token.idx + len(token) + shift,
        keys,
        verb,
        token.lower_,
        stem_of(token.lemma_.lower()),
        any(child.dep_ == "neg" or child.lower_ == "never" for child in token.children),
        frozenset(_subject(token)) if verb else frozenset(),
        frozenset(child.lower_ for child in token.children if child.lower_ in wordings().grades),
        frozenset(_bearer(token)) if noun else frozenset(),
    )


def _subject(verb: Token) -> Iterator[str]:
    for child in verb.children:
        if child.dep_ in ("nsubj", "nsubjpass") and child.pos_ in ("NOUN", "PROPN"):
            yield stem_of(child.lower_)


def _bearer(title: Token) -> Iterator[str]:
    """Yield the stem of the name that bears a title: in apposition, as its subject, or before `as`."""
    near = [title.head, *title.children] if title.dep_ in ("appos", "compound", "nmod") else list(title.children)
    if title.dep_ == "attr":
        near += [child for child in title.head.children if child.dep_ == "nsubj"]
    if title.dep_ == "pobj" and title.head.lower_ == "as":
        near += [child for child in title.head.head.children if child.dep_ in ("dobj", "nsubjpass")]
    yield from (stem_of(token.lower_) for token in near if token.pos_ == "PROPN")


def _beside(text: str, weekday: When, other: When) -> bool:
    """Tell whether a weekday only repeats the date beside it: `Friday, 3 May`, `Thursday evening, Oct. 15`."""
    low, high = min(weekday.end, other.end), max(weekday.start, other.start)
    return 0 <= high - low <= 12 and "," in text[low:high] + "," and weekday.precision == "day"


def _role(text: str, start: int, end: int, token: Token) -> str:
    before = text[max(0, start - 16) : start].lower().split()
    last = before[-1].strip("(,") if before else ""
    if last in ("since", "from") or re.match(r"\s?[-–—]\s?\d|\s(?:to|until|till)\s", text[end : end + 7]):
        return "since"
    if last in ("until", "till", "to", "through") or re.search(r"\d\s?[-–—]\s?$", text[max(0, start - 4) : start]):
        return "until"
    if last in ("by", "before", "after", "between", "and"):
        return last
    inside = token.dep_ in ("nummod", "compound", "nmod", "amod") and token.head.pos_ == "NOUN"
    return "of" if inside and token.head.lower_ not in _HOURS else "at"


def _events(token: Token) -> frozenset[str]:
    """Return the keys of the verb and of the nouns that a date hangs on."""
    keys: set[str] = set()
    for above in (token, *token.ancestors):
        phrase = " ".join([above.lemma_.lower(), *(child.lower_ for child in above.children if child.dep_ == "prt")])
        if above.pos_ in ("VERB", "NOUN") and above.lemma_.lower() not in wordings().light or " " in phrase:
            keys |= keys_of(wordings().phrasal.get(phrase, above.lemma_.lower()))
        if above.pos_ == "VERB":
            keys |= {key for noun in _undergoing(above) for key in keys_of(noun.lemma_.lower())}
            break
    return frozenset(keys)


def _undergoing(verb: Token) -> Iterator[Token]:
    """Yield the nouns that an act is done to or is about: `told of his dream`."""
    for child in verb.children:
        nouns = [child] if child.dep_ in ("dobj", "nsubjpass") else list(child.children) if child.lower_ == "of" else []
        yield from (noun for noun in nouns if noun.pos_ == "NOUN" and noun.lemma_.lower() not in wordings().light)
