"""Who a surname alone or a pronoun means: the one person the text leaves, or nobody.

A surname means the full name that ends with it, when the article has only one. `She` at the start of a sentence
means the subject of the sentence before, when that names exactly one person; through sentences that begin with the
same pronoun it looks further back. Blind spots: everything else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.core.caching import once_for_each
from pipeline.core.english import Sentence, find_place, sentences, sentences_begun
from pipeline.core.models import Article, opens_large
from pipeline.evidence import lexicon, name_key

if TYPE_CHECKING:
    from spacy.tokens import Token

_PRONOUN = re.compile(r"(?:He|She)\b")
_FURTHEST = 4
_SUBJECTS = ("nsubj", "nsubjpass")


@once_for_each
def people(article: Article) -> tuple[str, ...]:
    """Return the full names an article's syntax takes for people."""
    return tuple(
        {
            re.sub(r"['’]s?$", "", entity.text): None
            for sentence in sentences(article)
            for entity in sentence.tokens.ents
            if entity.label_ == "PERSON" and " " in entity.text.strip()
        }
    )


@lru_cache(4096)
def full_name(name: str, article: Article) -> str | None:
    """Return the one full name of an article that ends with a surname."""
    word, found = _WORD.match(name), dict[str, str]()
    for at in _words(article).get(word[0], ()) if word else ():
        ended = article.text.startswith(name, at) and not _WORD_GOES_ON.match(article.text, at + len(name))
        given = _GIVEN.search(article.text, max(0, at - _GIVEN_WITHIN), at) if ended else None
        full = _bare([*given[0].split(), *name.split()]) if given else None
        if full and full != name:
            found[name_key(full)] = full
    return next(iter(found.values())) if len(found) == 1 else None


_WORD, _WORD_GOES_ON = re.compile(r"[\w'’-]+"), re.compile(r"\w")
_GIVEN = re.compile(
    r"(?<![\w'’-])(?:[A-ZÀ-Þ\ufb00-\ufb06][\w'’-]+ |[A-Z]\. |(?:de|da|di|del|van|von|der|den|la|le|bin|al) ){1,3}$"
)
_GIVEN_WITHIN = 120
"""Characters before a surname that hold three given names."""


@once_for_each
def _words(article: Article) -> dict[str, list[int]]:
    """Return where each word of an article stands: a text may name thousands of people."""
    found: dict[str, list[int]] = defaultdict(list)
    for match in _WORD.finditer(article.text):
        found[match[0]].append(match.start())
    return dict(found)


def _bare(words: list[str]) -> str | None:
    """Return a full name without the title and place before it; None when nothing full is left."""
    while words and (_is_title(words[0]) or (words[0][0].islower() and not opens_large(words[0]))):
        words = words[1:]
    return " ".join(words) if len(words) > 1 else None


def _is_title(word: str) -> bool:
    low = word.lower()
    known = (low,) in lexicon().heads or lexicon().describes(low) or low in lexicon().modifiers
    return known or low in lexicon().person_stops or find_place(word) is not None or low in lexicon().honorifics


def antecedent(article: Article, offset: int) -> str | None:
    """Return the full name of whom a pronoun at an offset means, if only one person comes into question."""
    begun = sentences_begun(article, offset)
    before = sentences(article)[max(0, begun - _FURTHEST - 1) : begun]
    if not before or before[-1].span.start != offset:
        return None
    pronoun = before[-1].span.exact.split()[0]
    for sentence in reversed(before[:-1][-_FURTHEST:]):
        if sentence.line.is_heading:
            return None
        if name := _only_subject(sentence):
            return name if " " in name_key(name) else full_name(name, article)
        if not sentence.span.exact.startswith(pronoun + " ") or _names(sentence):
            return None
    return None


def _names(sentence: Sentence) -> list[Token]:
    """Return the words of a sentence that may be names of people."""
    elsewhere = ("ORG", "GPE", "LOC", "NORP", "FAC", "DATE", "EVENT", "LAW", "PRODUCT", "WORK_OF_ART", "LANGUAGE")
    return [
        token
        for token in sentence.tokens
        if token.pos_ == "PROPN" and token.ent_type_ not in elsewhere and not _is_title(token.text)
    ]


def _only_subject(sentence: Sentence) -> str | None:
    """Return the name that is a sentence's subject, when the sentence names nobody else."""
    subjects = [t for t in sentence.tokens if t.dep_ in _SUBJECTS and t.pos_ == "PROPN" and opens_large(t.text)]
    if len(subjects) != 1:
        return None
    last = first = subjects[0].i
    document = sentence.tokens.doc
    while first > sentence.tokens.start and (document[first - 1].pos_ == "PROPN" or _is_particle(document[first - 1])):
        first -= 1
    if any(not first <= token.i <= last for token in _names(sentence)):
        return None
    words = document[first : last + 1].text.split()
    return _bare(words) or (words[-1] if not _is_title(words[-1]) else None)


def _is_particle(token: Token) -> bool:
    return token.text in lexicon().particles
