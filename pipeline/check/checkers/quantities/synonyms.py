"""Words by what they mean for a figure: names with their places, other words with their newspaper synonyms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import Field

from pipeline.core.caching import once_for_each
from pipeline.core.english import Place, find_dates, find_place, find_places, parse, parse_all
from pipeline.core.tables import Table, Words, read_table

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Read = TypeVar("Read")

_AT = frozenset({"in", "at", "near", "on", "off", "outside", "inside", "around", "over", "across", "from", "of"})
"""After these a capital is a town; elsewhere it may stand for its country."""
_CONTENT = frozenset({"NOUN", "VERB", "ADJ", "PROPN"})


class Wordings(Table):
    """The hand-made table."""

    same: tuple[Annotated[Words, Field(min_length=2)], ...]
    plain: Words
    wishes: Words
    settings: Words
    people: Words
    hedges: Words
    claiming: Words
    debunks: Words

    @cached_property
    def groups(self) -> dict[str, frozenset[str]]:
        """By word, the lines of `same` it stands in."""
        found: dict[str, set[str]] = {}
        for number, words in enumerate(self.same):
            for word in words:
                found.setdefault(word, set()).add(f"={number}")
        return {word: frozenset(lines) for word, lines in found.items()}


@dataclass(frozen=True)
class Word:
    """A word that says something of what a figure measures."""

    keys: frozenset[str]
    """What it may be matched by; any one in common is enough."""
    name: bool
    place: bool
    """True for a country, region or organisation."""
    core: bool
    """True in subject, object and whatever the figure hangs on, false in what is said beside."""
    under: str
    """Its place in the clause: the preposition it stands under, `subject`, `object` or `verb`; may be empty."""
    narrowed: frozenset[str] = frozenset()
    """Keys of the common word that it narrows: `inflation` for the `core` of `core inflation`."""
    described: bool = False
    """True for a common word that describes a name beside it: `the carmaker X`."""


@once_for_each
def wordings() -> Wordings:
    """Load the table once."""
    return read_table(__package__, "synonyms.yaml", Wordings)


def keys_of(lemma: str) -> frozenset[str]:
    """Return a common word with the meanings it shares with others."""
    return frozenset({lemma}) | wordings().groups.get(lemma, frozenset())


@lru_cache(1024)
def places_in(text: str) -> dict[int, Place]:
    """Return the place each character of a text belongs to, where there is one."""
    return {offset: place for start, end, place in find_places(text) for offset in range(start, end)}


@lru_cache(1024)
def known_words(text: str) -> frozenset[str]:
    """Return every key of a text, common words and names."""
    docs = parse_all((line for line in text.splitlines() if line.strip()), entities=False)
    return frozenset(key for doc in docs for key in _keys_in(doc, 0, len(doc.text)))


@lru_cache(1024)
def known_words_within(text: str, start: int, end: int) -> frozenset[str]:
    """Return every key of a part of a text, read where it stands."""
    return frozenset(_keys_in(parse(text, entities=False), start, end))


def _keys_in(doc: Doc, start: int, end: int) -> Iterator[str]:
    for token in doc:
        if start <= token.idx < end and not token.is_punct:
            yield from _keys(token, doc, loose=True)


@lru_cache(1024)
def dated(text: str) -> frozenset[int]:
    """Return the offsets of a text's dates."""
    return frozenset(o for when in find_dates(text, date(2000, 1, 1)) for o in range(when.start, when.end))


def is_name(token: Token) -> bool:
    """Tell whether a word is (part of) a name, single letters after a name included."""
    letter = len(token.text) == 1 and token.text.isalpha() and token.lower_ not in ("a", "i")
    return (token.pos_ == "PROPN" and token.text[:1].isupper()) or letter or _place(token) is not None


def _place(token: Token) -> Place | None:
    return _of_doc(token.doc, "places", places_in).get(token.idx)


def _of_doc(doc: Doc, name: str, read: Callable[[str], Read]) -> Read:
    """Return what is read of a parsed text, once: spaCy puts `doc.text` together anew at every use."""
    if name not in doc.user_data:
        doc.user_data[name] = read(doc.text)
    found: Read = doc.user_data[name]
    return found


def _keys(token: Token, doc: Doc, *, loose: bool = False) -> frozenset[str]:
    place = _place(token)
    own = token.lower_.removesuffix("'s").removesuffix("’s").replace(".", "")
    if place is None:
        other = find_place(token.text) if loose and token.text[:1].isupper() else None
        return lemma_keys(token) | {own} | ({f"@{other.name}"} if other else frozenset())
    town = place.form in ("capital", "seat") and token.dep_ == "pobj" and token.head.lower_ in _AT
    return frozenset({own}) if town and not loose else frozenset({own, f"@{place.name}"})


def is_country(token: Token) -> bool:
    """Tell whether a word names a country, region or organisation of the gazetteer."""
    place = _place(token)
    return place is not None and place.form != "capital"


def keys_at(token: Token) -> frozenset[str]:
    """Return what a word may be matched by where it stands: its meanings, or the places its name means."""
    return _keys(token, token.doc)


def lemma_keys(token: Token) -> frozenset[str]:
    """Return the keys of a common word."""
    lemma = token.lemma_.lower()
    if lemma != token.lower_ or not lemma.endswith("ing") or len(lemma) < 6:
        return keys_of(lemma)
    # The parser leaves some participles as they are.
    return keys_of(lemma) | keys_of(lemma[:-3]) | keys_of(lemma[:-3] + "e")


def word_of(token: Token, *, core: bool) -> Word | None:
    """Return a token as a word, or None when it says nothing."""
    name = is_name(token)
    lemma = token.lemma_.lower()
    if (
        token.idx in _of_doc(token.doc, "dates", dated)
        or token.pos_ in ("DET", "ADP", "PART", "PUNCT", "CCONJ")
        or (not name and token.pos_ not in _CONTENT)
    ):
        return None
    if (
        token.is_punct
        or token.like_num
        or (not name and (lemma in wordings().plain or token.dep_ in ("aux", "auxpass")))
    ):
        return None
    place = _place(token)
    return Word(
        keys=_keys(token, token.doc),
        name=name,
        place=place is not None and place.form != "capital",
        core=core,
        under=_slot(token),
        narrowed=_narrowed(token),
        described=not name and describes(token),
    )


def _slot(token: Token) -> str:
    if token.dep_ in ("nsubj", "nsubjpass"):
        return "object" if token.dep_ == "nsubjpass" else "subject"
    if token.dep_ in ("dobj", "agent"):
        return "object" if token.dep_ == "dobj" else "subject"
    if token.pos_ == "VERB" and token.dep_ not in ("amod", "compound"):
        return "verb"
    at = token
    while at.dep_ in ("compound", "amod", "poss", "nmod") and at.head != at:
        at = at.head
    return str(at.head.lower_) if at.dep_ == "pobj" else ""


def _narrowed(token: Token) -> frozenset[str]:
    head = token.head
    if token.dep_ == "pobj" and head.lower_ in ("of", "among", "for", "on"):
        head = head.head
    elif token.dep_ not in ("amod", "compound", "nmod", "poss"):
        return frozenset()
    lemma = head.lemma_.lower()
    return keys_of(lemma) if head.pos_ == "NOUN" and lemma not in wordings().plain else frozenset()


def describes(token: Token) -> bool:
    """Tell whether a common noun only says what a name beside it is."""
    if token.pos_ not in ("NOUN", "ADJ"):
        return False
    if token.dep_ in ("compound", "nmod", "amod") and is_name(token.head):
        return True
    if token.dep_ == "appos" and is_name(token.head):
        return True
    if token.dep_ == "amod" and token.head.dep_ == "appos":
        return True
    return any(child.dep_ == "appos" and is_name(child) for child in token.children)
