"""Whether a model's restatement says what the claim's own words say, and nothing else.

Method: both are read word by word. A restatement is used where it is the claim's words (as rules restate them, where
they do) with no other change than these: a pronoun gives way to words of the context, a name is written out as it is
there, a conjunction falls away at the beginning, a verb has another form. Whatever else differs, a figure, a denial, an
order of names or only a synonym, leaves the claim to its own words: what is lost is a smoother sentence.
Blind spots: a pronoun that is put for the wrong one of two names of the context.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from pipeline.core.english import find_numbers, parse, parse_all

if TYPE_CHECKING:
    from spacy.tokens import Token

Restatement = Literal["same", "reworded", "other"]
"""The same words; other words for what may be the same; other names, figures or denials, or quite other words."""

_PERSONS = frozenset({"he", "she", "him", "her", "his", "hers"})
_POINTING = _PERSONS | {"it", "its", "they", "them", "their", "who", "which", "that", "this", "these", "those", "whose"}
_POSSESSIVE = frozenset({"his", "her", "its", "their", "whose"})
_LEADING = frozenset({"and", "but", "yet", "so", "however", "meanwhile", "moreover", "also", "besides", "instead"})
_ARTICLES = frozenset({"a", "an", "the"})
_DENYING = frozenset(
    {"not", "no", "never", "nobody", "none", "nothing", "neither", "nor", "without", "hardly", "cannot"}
)
_LONGEST = 4
"""How many times as long as its words a restatement may be to be read at all."""
_BREAK = "|"
_OWN = "'s"


def restates(text: str, words: str, context: str) -> Restatement:
    """Tell how a restatement stands to a claim's own words, or to what rules make of them.

    >>> restates("The ferry sank in May.", "It sank in May", "The ferry left at noon.")
    'same'
    >>> restates("The bridge was closed.", "approved a budget of 40 million", "")
    'other'
    """
    if len(text) > _LONGEST * len(words) + len(context):
        return "other"
    parse_all((text, words, context), entities=False)  # together, because one by one takes twice as long
    around = [_form(token) for token in parse(context, entities=False) if not token.is_space]
    if _is_aligned(_read(words), _read(text), [each for each in around if each not in _ARTICLES]):
        return "same"
    return "other" if says_other(text, words, context) else "reworded"


def says_other(text: str, words: str, context: str) -> bool:
    """Tell whether a text has other names, figures or denials than words have, or few of their words at all."""
    if Counter(number.value for number in find_numbers(text)) != Counter(n.value for n in find_numbers(words)):
        return True
    said, own = _read(text), _read(words)
    if sum(_key(t) in _DENYING for t in said) != sum(_key(t) in _DENYING for t in own):
        return True
    known = {_key(token) for token in _read(context)} | {_key(token) for token in own}
    there = {_key(token) for token in said}
    if any(_is_name(t) and _key(t) not in known for t in said) or any(
        _is_name(t) and _key(t) not in there for t in own
    ):
        return True
    telling = {_key(token) for token in own if not token.is_stop}
    return len(telling & there) < len(telling) / 2


def _read(text: str) -> list[Token]:
    """Return the words that carry what a text says: no marks, no articles, no `that` before a clause."""
    return [
        token
        for token in parse(text, entities=False)
        if not (token.is_punct or token.is_space or token.is_quote or _form(token) in _ARTICLES)
        and not (token.lower_ == "that" and token.dep_ == "mark")
    ]


def _form(token: Token) -> str:
    if token.is_punct or token.is_quote:
        return _BREAK
    word = str(token.lower_).replace("’", "'")
    return "not" if word in ("n't", "nt") else word


def _key(token: Token) -> str:
    """Return what two forms of one word share: `closes` and `closed`; a pronoun, a name or a figure is itself."""
    return str(token.lemma_).lower() if token.pos_ in ("VERB", "NOUN") and token.is_alpha else _form(token)


def _is_name(token: Token) -> bool:
    return bool(token.pos_ == "PROPN" and token.text[:1].isupper())


def _is_aligned(own: Sequence[Token], said: Sequence[Token], around: Sequence[str]) -> bool:
    """Tell whether every difference between two readings is one that is understood."""
    matcher = SequenceMatcher(None, [_key(t) for t in own], [_key(t) for t in said], autojunk=False)
    steps = (step for step in matcher.get_opcodes() if step[0] != "equal")
    return bool(own) and all(
        _is_pointed(own[i:j], said[m:n], around)
        or (i == 0 and _falls_away(own[i:j], said[m:n]))
        or (i == j and _is_written_out(said[m:n], said[:m], said[n:], around))
        for _, i, j, m, n in steps
    )


def _is_pointed(gone: Sequence[Token], come: Sequence[Token], around: Sequence[str]) -> bool:
    """Tell whether a pronoun gave way to words that stand in the context: one name for `he`, any words for `it`."""
    gone = [token for token in gone if _form(token) not in _LEADING]
    if len(gone) != 1 or not come or _form(gone[0]) not in _POINTING:
        return False
    whose = _form(come[-1]) in (_OWN, "'")
    words = [_form(token) for token in (come[:-1] if whose else come)]
    pronoun = _form(gone[0])
    if whose != (pronoun in _POSSESSIVE and gone[0].tag_ != "PRP") or (pronoun in _PERSONS and not _is_name(come[0])):
        return False
    return _stands_in(words, around)


def _falls_away(gone: Sequence[Token], come: Sequence[Token]) -> bool:
    return not come and bool(gone) and all(_form(token) in _LEADING for token in gone)


def _is_written_out(
    come: Sequence[Token], before: Sequence[Token], behind: Sequence[Token], around: Sequence[str]
) -> bool:
    """Tell whether words were put to a name that stand beside it in the article: `Duarte` as `Ines Duarte`."""
    if not all(token.text[:1].isupper() for token in come):
        return False
    words = [_form(token) for token in come]
    with_next = bool(behind) and _is_name(behind[0]) and _stands_in([*words, _form(behind[0])], around)
    return with_next or (bool(before) and _is_name(before[-1]) and _stands_in([_form(before[-1]), *words], around))


def _stands_in(words: Sequence[str], around: Sequence[str]) -> bool:
    return bool(words) and any(
        list(words) == list(around[at : at + len(words)]) for at in range(len(around) - len(words) + 1)
    )
