"""What a claim says, taken apart: figures, dates, names, denials, and how its words hang together.

Made for comparing two claims: forms of one word, the two voices, money signs and ways to write a figure are
brought to one form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, Annotated

import Stemmer
from pydantic import Field, field_validator

from pipeline.core.english import find_dates, find_numbers, find_places, parse
from pipeline.core.tables import Table, Word, WordList, Words, read_table

if TYPE_CHECKING:
    from spacy.tokens import Token

_UNKNOWN_DAY = date(2000, 1, 1)
_FORM_WORDS = frozenset({"DET", "ADP", "AUX", "CCONJ", "SCONJ", "PART", "PRON", "PUNCT", "SPACE", "INTJ"})
_SUBJECTS = ("nsubj", "csubj")
_OBJECTS = ("dobj", "nsubjpass", "csubjpass")
_MODIFIERS = ("nummod", "amod", "compound", "poss", "quantmod")
_NAMED_BY = ("appos", "compound")
_MONEY = re.compile(
    r"([A-Z]{0,3})([$€£¥])\s?([0-9][0-9.,]*[0-9]|[0-9])((?:\s?(?:thousand|million|billion|trillion)|bn|m|k)\b)?"
)
_CURRENCIES = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen"}
_CLAUSES = frozenset(
    {"before", "after", "until", "till", "because", "if", "unless", "although", "since", "while", "when"}
)
_JOINING = frozenset({"and", "but", "while", "whereas"})
_NOT = re.compile(r"n['’]t\b")
_WORD = re.compile(r"[a-z]+")


class ClaimWords(Table):
    """The table of words that stand for each other, decide, bind, or say nothing."""

    replacements: dict[Word, Word]
    """Phrases in lower case, and what is read in their place."""
    words: tuple[Annotated[WordList, Field(min_length=2)], ...]
    """Lemmas that stand for each other; a lemma stands in one line."""
    telling: dict[Word, str]
    """Function words that decide what is claimed, and the class of each; without a class it only counts."""
    negations: Words
    binding: Words
    light: Words
    passing: Words
    settlements: Words

    @field_validator("words")
    @classmethod
    def _stand_in_one_line(cls, lines: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        if twice := [word for word, times in Counter(word for line in lines for word in line).items() if times > 1]:
            raise ValueError(f"these stand in two lines: {', '.join(twice)}")
        return lines

    @cached_property
    def phrases(self) -> re.Pattern[str]:
        """Any of the phrases, the longest first."""
        phrases = sorted(self.replacements, key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, phrases))})(?!\w)", re.IGNORECASE)

    @cached_property
    def same(self) -> dict[str, str]:
        """By lemma, the first of its line."""
        return {word: line[0] for line in self.words for word in line}


@cache
def words_of_claims() -> ClaimWords:
    """Return the table."""
    return read_table(__package__, "same_meaning.yaml", ClaimWords)


@dataclass
class Reading:
    """What a claim says, taken apart."""

    day: date | None
    """The day it was published, which its relative dates hang on."""
    text: str
    """In one form: money, phrases and shortened words written out."""
    figures: dict[tuple[int, int], str] = field(default_factory=dict)
    """Numbers and dates by their place."""
    numbers: Counter[tuple[float, bool]] = field(default_factory=Counter)
    dates: set[tuple[date, date]] = field(default_factory=set)
    floating: bool = False
    """Some date needs the day to be understood."""
    passing: bool = False
    """A word such as `now` that means another time a month later."""
    negations: int = 0
    denied: set[str] = field(default_factory=set)
    """What the negations belong to."""
    telling: set[str] = field(default_factory=set)
    tense: str = ""
    clear: bool = True
    """Its main word is a verb: else the parser did not understand it."""
    places: dict[tuple[int, int], str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Each word of a name, with the last word of that name."""
    words: set[str] = field(default_factory=set)
    naming: set[str] = field(default_factory=set)
    """Those that only say what a named thing is, such as `volcano` before its name."""
    subjects: dict[str, set[str]] = field(default_factory=dict)
    objects: dict[str, set[str]] = field(default_factory=dict)
    """By verb: who does it, and to what, whichever voice it is told in."""
    bound: dict[str, str] = field(default_factory=dict)
    """By word: the preposition it is the object of."""
    coordinated: bool = False
    """It joins parts by `and` or the like, whose words belong together by their order."""
    main: str = ""
    """The verb of the main clause."""
    clauses: dict[str, str] = field(default_factory=dict)
    """By verb of a side clause: `before`, `because` or the like."""
    order: dict[str, int] = field(default_factory=dict)
    relations: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """By word, figure and date: how it hangs on which other word."""


def read_claim(text: str, day: date | None) -> Reading:
    """Take a claim apart; `day` is when its article was published."""
    return read_deeply(read_surface(text, day))


def read_surface(text: str, day: date | None) -> Reading:
    """Read what needs no parser: figures, dates, places, denials and other telling words."""
    table = words_of_claims()
    text = table.phrases.sub(lambda match: table.replacements[match[0].lower()], " ".join(text.split()))
    text = _MONEY.sub(_money_in_words, text)
    reading = Reading(day, _NOT.sub(" not", text))
    reading.figures = _read_dates(reading.text, reading)
    for number in find_numbers(reading.text):
        if any(start < number.end and number.start < end for start, end in reading.figures):
            continue
        if not (number.in_words and number.value == 1):
            reading.numbers[number.value, number.ordinal] += 1
            reading.figures[number.start, number.end] = f"number {number.value:g} {number.ordinal}"
    for start, end, place in find_places(reading.text):
        if not any(first < end and start < last for first, last in reading.figures):
            reading.places[start, end] = place.name
    words = _WORD.findall(_without(reading.text, reading.figures).lower())
    reading.negations = sum(word in table.negations for word in words)
    reading.telling = {table.telling[word] for word in words if table.telling.get(word)}
    reading.passing = not table.passing.isdisjoint(words)
    reading.coordinated = not _JOINING.isdisjoint(words)
    return reading


def _read_dates(text: str, reading: Reading) -> dict[tuple[int, int], str]:
    fixed = {(when.start, when.end) for when in find_dates(text)}
    found = find_dates(text, reading.day or _UNKNOWN_DAY)
    reading.dates = {(when.first, when.last) for when in found}
    reading.floating = any((when.start, when.end) not in fixed for when in found)
    return {(when.start, when.end): f"date {when.first} {when.last}" for when in found}


def _money_in_words(match: re.Match[str]) -> str:
    """Write out `$3 million`; dollars of another country than the United States are a currency of their own."""
    country = match[1].removeprefix("US").lower()
    return f"{match[3]}{match[4] or ''} {country}{_CURRENCIES[match[2]]}"


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text with blanks for the spans: `May 2021` is no `may`."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def read_deeply(reading: Reading) -> Reading:
    """Add what the parser tells: names, other words, and how they hang together."""
    doc = parse(reading.text)
    if not len(doc):
        return reading
    root = next(doc.sents).root
    reading.tense, reading.clear = _tense(root), root.pos_ in ("VERB", "AUX")
    keys: dict[int, str] = {}
    for (start, end), key in reading.figures.items():
        keys |= {token.i: key for token in doc if start <= token.idx < end}
    for (start, end), name in reading.places.items():
        keys |= {token.i: f"place {name}" for token in doc if start <= token.idx < end}
    for token in doc:
        if token.i not in keys:
            keys[token.i] = _key(token)
            _keep(token, keys[token.i], reading)
    reading.main = keys[root.i]
    for token in doc:
        _read_denial(token, keys, reading)
        _read_clause(token, keys, reading)
        _read_role(token, keys, reading)
    return reading


def _read_denial(token: Token, keys: Mapping[int, str], reading: Reading) -> None:
    """Read what a negation belongs to: the verb after `not`, the noun after `no` or `without`."""
    if token.lower_ in words_of_claims().negations:
        objects = [child for child in token.children if child.dep_ == "pobj"]
        reading.denied.update(keys[each.i] for each in objects or [token.head])


def _read_clause(token: Token, keys: Mapping[int, str], reading: Reading) -> None:
    if token.dep_ in ("advcl", "pcomp"):
        marks = [child.lower_ for child in token.children if child.dep_ in ("mark", "advmod")] + [token.head.lower_]
        mark = next((word for word in marks if word in _CLAUSES), None)
        if mark:
            reading.clauses[keys[token.i]] = mark


def _keep(token: Token, key: str, reading: Reading) -> None:
    """Keep a word that says something of its own."""
    table = words_of_claims()
    if token.pos_ == "PROPN":
        if token.lower_ not in table.light:
            reading.names[key] = _last_of_name(token).lower_
    elif not (
        token.pos_ in _FORM_WORDS
        or token.lower_ in table.telling
        or token.lower_ in table.negations
        or token.lemma_.lower() in table.light
    ):
        reading.words.add(key)
        if _says_what_is_named(token):
            reading.naming.add(key)


def _says_what_is_named(token: Token) -> bool:
    """Tell whether a noun stands before a name, as in `the journalist Ada Lund` or `the town of Lund`."""
    if token.pos_ != "NOUN" or any(child.dep_ in ("amod", "compound", "poss") for child in token.children):
        return False
    following = token.nbor() if token.i + 1 < len(token.doc) else token
    if following.lower_ == "of" and token.lemma_ in words_of_claims().settlements and following.i + 1 < len(token.doc):
        return bool(following.nbor().pos_ == "PROPN")
    return bool(following.pos_ == "PROPN" and token.dep_ in ("compound", "nmod", "nsubj", "appos"))


def _key(token: Token) -> str:
    """Return what a word has in common with its other forms; names have one form."""
    if token.pos_ == "PROPN":
        return str(token.lower_)
    lemma = token.lemma_.lower()
    return stem(words_of_claims().same.get(lemma, lemma))


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


def stem(word: str) -> str:
    """Return what the forms of a word share."""
    return str(_stemmer().stemWord(word))


def _last_of_name(token: Token) -> Token:
    last = token
    while last.i + 1 < len(last.doc) and last.nbor().pos_ == "PROPN":
        last = last.nbor()
    return last


def _tense(root: Token) -> str:
    """Return `past` or `present`: what will or may be is told by its auxiliary among the telling words."""
    group = [root, *(child for child in root.children if child.dep_ in ("aux", "auxpass"))]
    tags = {token.tag_ for token in group}
    if "MD" in tags:
        return "modal"
    perfect = root.tag_ == "VBN" and any(token.lemma_ == "have" for token in group)
    return "past" if "VBD" in tags or perfect else "present"


def _read_role(token: Token, keys: Mapping[int, str], reading: Reading) -> None:
    """Read how a word hangs on another, the same in both voices."""
    if token.pos_ in ("PRON", "DET", "PUNCT", "ADP", "AUX", "CCONJ") or token.lemma_.lower() in words_of_claims().light:
        return
    key = keys[token.i]
    relation, head = _relation(token)
    anchor = keys.get(head.i, "")
    if anchor == key:
        return
    if token.dep_ in _MODIFIERS:  # of two percentages one is told from the other by what the percent hangs on
        relation = f"{relation} of {_relation(head)[0]}"
    reading.relations.setdefault(key, set()).add((relation, anchor))
    reading.order.setdefault(key, token.i)
    if relation == "subject":
        named = (keys[child.i] for child in token.children if child.pos_ == "PROPN" and child.dep_ in _NAMED_BY)
        reading.subjects.setdefault(anchor, set()).update((key, *named))
    elif relation == "object":
        reading.objects.setdefault(anchor, set()).add(key)
    elif token.dep_ == "pobj":
        reading.bound[key] = words_of_claims().telling.get(relation) or relation


def _relation(token: Token) -> tuple[str, Token]:
    """Return how a word hangs on which other: as subject or object, by a preposition, or as syntax calls it."""
    relation, head = token.dep_, token.head
    if relation == "conj":
        relation, head = head.dep_, head.head
    if relation in _SUBJECTS:
        return "subject", head
    if relation in _OBJECTS:
        return "object", head
    if relation == "pobj":
        return ("subject" if head.dep_ == "agent" else head.lower_), head.head
    return relation, head
