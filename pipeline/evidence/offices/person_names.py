"""Names of people, folded so that one person's spellings meet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler

from pipeline.evidence.offices.lexicon import lexicon
from pipeline.evidence.offices.office_names import plain

_SUFFIX = re.compile(r",?\s+(?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?$")
_LIGHT = (
    ("'", ""),
    ("-", " "),
    ("ph", "f"),
    ("kh", "h"),
    ("x", "ks"),
    ("ou", "u"),
    ("ck", "k"),
    ("w", "v"),
    ("y", "i"),
    ("j", "i"),
)
_PEERS = ("lord", "lady", "baroness", "baron", "viscount", "earl")
_GIVEN_ALIKE = 0.93
_SURNAME_ALIKE = 0.95


@lru_cache(65536)
def name_key(name: str) -> str:
    """Return a name in lower case without diacritics, dots, forms of address and `Jr.`.

    >>> name_key("Dr. José María Núñez, Jr.")
    'jose maria nunez'
    """
    name = _SUFFIX.sub("", _POSSESSIVE.sub("", name.strip()))
    words = plain(name).replace(".", " ").replace(",", " ").split()
    while address := _form_of_address(words):
        words = words[address:]
    return " ".join(words)


def _form_of_address(words: list[str]) -> int:
    """Return how many words before a name are a form of address, as the two of `Tan Sri` are; a peer's is his name."""
    if words and words[0] in _PEERS:
        return 0
    known = lexicon().honorifics
    return next((number for number in (2, 1) if len(words) > number and " ".join(words[:number]) in known), 0)


@lru_cache(65536)
def light_key(name: str) -> str:
    """Return a key that transliterations of one name share more often than not."""
    key = name_key(name)
    for old, new in _LIGHT:
        key = key.replace(old, new)
    return re.sub(r"([^\W\d])\1+", r"\1", key)


_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
                             | {"Ø": "Oe", "Å": "Aa"})  # fmt: skip


def spelled(name: str) -> tuple[str, ...]:
    """Return a name, and with it the one that has its umlauts written out.

    >>> spelled("Jörg Müller"), spelled("Ann Lee")
    (('Jörg Müller', 'Joerg Mueller'), ('Ann Lee',))
    """
    return tuple(dict.fromkeys((name, unicodedata.normalize("NFC", name).translate(_WRITTEN_OUT))))


def surname(name: str) -> str:
    """Return the surname, with its particles, in `name_key` form."""
    words = name_key(name).split()
    if not words:
        return ""
    if words[0] in _PEERS:
        return words[1] if len(words) > 1 else words[0]
    for at in range(1, len(words) - 1):
        if words[at] in lexicon().particles:
            return " ".join(words[at:])
    return words[-1]


def peer_key(name: str) -> str | None:
    """Return `lord x` for `Lord X of Y`; None for everybody else."""
    words = name_key(name).split()
    return " ".join(words[:2]) if len(words) > 1 and words[0] in _PEERS else None


def may_be_one(one: str, other: str) -> bool:
    """Tell whether two full names are clearly spellings or fuller forms of one name."""
    left, right = light_key(one).split(), light_key(other).split()
    if len(left) < 2 or len(right) < 2 or not _alike(left[-1], right[-1], _SURNAME_ALIKE):
        return False
    if not _alike(left[0], right[0], _GIVEN_ALIKE):
        return False
    middle, others = left[1:-1], right[1:-1]
    return not middle or not others or all(_initials(a, b) for a, b in zip(middle, others, strict=False))


def are_alike_surnames(one: str, other: str) -> bool:
    """Tell whether two surnames, as the last word of a `light_key`, may be one."""
    return _alike(one, other, _SURNAME_ALIKE)


def _initials(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


def _alike(one: str, other: str, threshold: float) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < 5 or one.endswith("a") != other.endswith("a"):
        return False
    return JaroWinkler.similarity(one, other) >= threshold
