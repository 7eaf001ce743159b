"""Names of a sentence, and whether two of them may mean one thing, are near misses of each other, or strangers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from rapidfuzz.distance import DamerauLevenshtein

from pipeline.check.comparison.slots import Slot, slots_of, title_of
from pipeline.check.comparison.table import stem_of, wordings
from pipeline.core.english import MONTHS, WEEKDAYS, Place, are_kin, find_numbers, find_place
from pipeline.core.models import PartKind

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens, Token

Likeness = Literal["same", "typo", "kin", "none"]
"""One and the same; a letter or two apart; with a word in common and one that is not; strangers."""

_TIMES = frozenset(name.lower() for name in (*MONTHS, *WEEKDAYS))
_TYPO, _LONG_TYPO = 5, 8
"""Letters from which one, and from which two letters may be amiss."""


@dataclass(frozen=True)
class Name:
    """A name in place."""

    start: int
    end: int
    words: tuple[str, ...]
    """Folded, without honorifics, points and possessives."""
    kind: PartKind
    place: Place | None
    slots: frozenset[Slot]
    honorifics: frozenset[str]
    titled: tuple[int, int]
    """Where the name stands with the common noun that says what it is."""
    sure: bool = True
    """False for a first word of a sentence that may be a name or not."""


def find_names(tokens: Tokens, shift: int, taken: Sequence[tuple[int, int]] = ()) -> tuple[Name, ...]:
    """Return the names of a sentence in order; offsets are moved by `shift`, what lies in `taken` is no name."""
    found = []
    for run in _runs([token for token in tokens if not _in(token, taken)]):
        found += [name for part in _parted(run) if (name := _name(part, shift))]
    return tuple(found)


def _in(token: Token, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < token.idx + len(token) and token.idx < end for start, end in taken)


def _runs(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield tokens that make one name: capitals, with the small words inside."""
    run: list[Token] = []
    for token in tokens:
        if _is_capital(token):
            if run and not _joins(run, token):
                yield run
                run = []
            run = [*run, token]
        elif run and (_goes_on(run, token) or (token.is_digit and token.i == run[-1].i + 1)):
            run = [*run, token]
        elif run:
            yield run
            run = []
    if run:
        yield run


def _parted(run: list[Token]) -> list[list[Token]]:
    """Part a run before a title inside it: `Dutch Prime Minister Mark Rutte` names a country and a person."""
    if any(token.lower_ in wordings().organisations for token in run):
        return [run]
    at = next((at for at, token in enumerate(run) if at and fold_word(token.text) in wordings().honorifics), None)
    return [run] if at is None or at == len(run) - 1 or find_place(run[0].text) is None else [run[:at], run[at:]]


def _joins(run: list[Token], token: Token) -> bool:
    return bool(token.i == run[-1].i + 1)


def _is_capital(token: Token) -> bool:
    text = token.text
    if not any(character.isupper() for character in text[:2]) or token.lower_ in _TIMES or text == "I" or "$" in text:
        return False
    return str(token.pos_) not in ("DET", "PRON", "ADP", "CCONJ", "SCONJ", "AUX", "PART", "INTJ")


def _is_first(token: Token) -> bool:
    return bool(token.is_sent_start or (token.i and token.nbor(-1).text in ("“", '"', "‘", "'", ":", "-", "–", "—")))


def _is_sure(run: list[Token]) -> bool:
    """Tell whether a run of capitals is a name even where the first of them may only begin the sentence."""
    token = run[0]
    if len(run) > 1 or not _is_first(token):
        return True
    return bool(token.pos_ == "PROPN" or find_place(token.text) or any(map(str.isupper, token.text[1:])))


def _opens_number(token: Token) -> bool:
    """Tell whether a number begins with a word, as in `Nine of the jurors` and `Half of them`."""
    return any(number.start == token.idx for number in find_numbers(token.doc.text))


def _goes_on(run: list[Token], token: Token) -> bool:
    """Tell whether a small word stands inside a name: `van`, or `of` after a body."""
    if token.i != run[-1].i + 1 or token.i + 1 >= len(token.doc):
        return False
    following = token.nbor()
    if token.text == "-" and not token.whitespace_:
        return bool(following.text[:1].isalnum())
    if token.lower_ in ("of", "for") and run[-1].lower_ in wordings().bodies:
        following = following.nbor() if following.lower_ == "the" and following.i + 1 < len(token.doc) else following
        return bool(following.text[:1].isupper())
    if token.lower_ == "the" and run[-1].lower_ in ("of", "for"):
        return bool(following.text[:1].isupper())
    return token.lower_ in wordings().inside and bool(
        following.text[:1].isupper() or following.lower_ in wordings().inside
    )


def _name(run: list[Token], shift: int) -> Name | None:
    while run and (not run[-1].text[:1].isalnum() or run[-1].lower_ in wordings().inside | {"of", "the", "for"}):
        run = run[:-1]
    front: list[str] = []
    body = any(token.lower_ in wordings().organisations for token in run[1:])
    while run and fold_word(run[0].text) in wordings().honorifics and not (body or len(run) == 1 and _is_bare(run[0])):
        front, run = [*front, fold_word(run[0].text)], run[1:]
    words = tuple(word for token in run if (word := fold_word(token.text)) and token.tag_ != "POS")
    if not words or (len(words) == 1 and len(words[0]) < 2) or all(word.isdigit() for word in words):
        return None
    if len(words) == 1 and _is_first(run[0]) and _opens_number(run[0]):
        return None
    start, last = run[0].idx, run[-1]
    text = run[0].doc.text[start : last.idx + len(last)]
    place = find_place(text)
    head = next(
        (token for token in run if token.head.i < run[0].i or token.head.i > last.i or token.head is token), last
    )
    title = title_of(head) or head
    return Name(
        start + shift,
        last.idx + len(last) + shift,
        words,
        _kind(words, text, place),
        place,
        slots_of(head),
        frozenset(front) - {"the"},
        (min(start, title.idx) + shift, max(last.idx + len(last), title.idx + len(title)) + shift),
        bool(front) or _is_sure(run),
    )


def _is_bare(token: Token) -> bool:
    """Tell whether a word such as `King` is a name of its own: a proper noun without an article before it."""
    return token.pos_ == "PROPN" and not (token.i and token.nbor(-1).pos_ in ("DET", "PRON", "ADJ"))


def _kind(words: tuple[str, ...], text: str, place: Place | None) -> PartKind:
    if place is not None:
        return "organisation" if place.kind == "organisation" else "place"
    if (
        len(words) > 1
        and set(words) & wordings().organisations
        or (len(text) > 1 and text.isupper() and len(words) == 1)
    ):
        return "organisation"
    return (
        "place" if words[-1] in ("county", "city", "island", "islands", "river", "street", "avenue", "lake") else "name"
    )


@lru_cache(20_000)
def fold_word(word: str) -> str:
    """Return a word in lower case without accents, points and possessive."""
    plain = unicodedata.normalize("NFKD", word.casefold().removesuffix("'s").removesuffix("’s"))
    return "".join(character for character in plain if character.isalnum())


def likeness(one: Name, two: Name) -> Likeness:
    """Tell how two names stand to each other."""
    if _same_place(one, two) or _same_words(one.words, two.words):
        return "same"
    if one.place and two.place:
        return "none"
    if one.place or two.place:
        common = set(one.words) & set(two.words)
        return "typo" if not common and _typo(one.words, two.words) else "none"
    if _typo(one.words, two.words):
        return "typo"
    return "kin" if _kin(one.words, two.words) else "none"


def _same_place(one: Name, two: Name) -> bool:
    if one.place and two.place:
        within = one.place.country is not None and one.place.country == two.place.country
        around = within and (one.place.kind == "country") != (two.place.kind == "country")
        return are_kin(one.place.name, two.place.name) or around
    return False


@lru_cache(20_000)
def _same_words(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    if "".join(one) == "".join(two) or _initials(one, two) or _initials(two, one):
        return True
    fewer, more = sorted((one, two), key=len)
    return _within(fewer, more)


def _within(fewer: Sequence[str], more: Sequence[str]) -> bool:
    """Tell whether each word of one name stands in the other, as it is, shortened or as its first letter."""
    left = list(more)
    for word in fewer:
        match = next((other for other in left if _same_word(word, other)), None)
        if match is None:
            return False
        left.remove(match)
    return any(len(word) > 1 for word in fewer)


def _same_word(one: str, two: str) -> bool:
    if one == two or one.rstrip("s") == two.rstrip("s") or (min(len(one), len(two)) > 3 and _is_inflected(one, two)):
        return True
    short, long = sorted((one, two), key=len)
    if len(short) == 1 or (len(short) >= 3 and long.startswith(short) and len(long) - len(short) >= 3):
        return long.startswith(short)
    names = wordings().first_names
    return bool(names.get(one, frozenset()) & names.get(two, frozenset()))


def _initials(one: Sequence[str], two: Sequence[str]) -> bool:
    """Tell whether one name is the first letters of the other: `UN`, `NYU`."""
    small = wordings().inside | {"of", "the", "for", "and"}
    letters = "".join(word[0] for word in two if word not in small)
    return len(one) == 1 and len(letters) > 1 and one[0].rstrip("s") in (letters, letters.lower())


def _typo(one: Sequence[str], two: Sequence[str]) -> bool:
    """Tell whether two names are the same but for a letter or two in one word."""
    if len(one) != len(two):
        shorter, longer = sorted((one, two), key=len)
        return len(shorter) == 1 and any(_misspelt(shorter[0], word) for word in longer)
    other = [(a, b) for a, b in zip(one, two, strict=True) if not _same_word(a, b)]
    return len(other) == 1 and _misspelt(*other[0])


def _misspelt(one: str, two: str) -> bool:
    if one.isdigit() or two.isdigit() or min(len(one), len(two)) < _TYPO or _is_inflected(one, two):
        return False
    allowed = 2 if min(len(one), len(two)) >= _LONG_TYPO - 2 else 1
    return 0 < DamerauLevenshtein.distance(one, two, score_cutoff=allowed) <= allowed


def _is_inflected(one: str, two: str) -> bool:
    """Tell whether one is a form of the other: `Syria` and `Syrian`, `Democrat` and `Democratic`."""
    short, long = sorted((one, two), key=len)
    if short[:3] != long[:3]:
        return False
    endings = ("s", "n", "an", "ian", "ic", "es", "ese", "ish", "i", "er", "ers", "al")
    stem = short.rstrip("aeoy")
    return any(long in (short + ending, stem + ending) for ending in endings)


def _kin(one: Sequence[str], two: Sequence[str]) -> bool:
    """Tell whether two names share their last word, or their first of as many, and each has another word too."""
    if len(one) == len(two) == 1:
        return _same_beginning(one[0], two[0])
    if len(one) < 2 or len(two) < 2 or not set(one) - set(two) or not set(two) - set(one):
        return False
    if _same_word(one[-1], two[-1]) and len(one[-1]) > 1 and not one[-1].isdigit():
        return True
    shared = len(set(one) & set(two))
    return one[0] == two[0] and (len(one) == len(two) or shared > 1) or (one[-1] == two[-1] and shared > 1)


def _same_beginning(one: str, two: str) -> bool:
    """Tell whether two words begin with the same long stretch and end otherwise: `FastBank`, `FastBook`."""
    common = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    return common >= 5 and common * 5 >= 3 * max(len(one), len(two)) and not _is_inflected(one, two)


def known_words(names: Iterable[Name]) -> frozenset[str]:
    """Return the words of names, and what the places among them are called in full."""
    found: set[str] = set()
    for name in names:
        found.update(stem_of(word) for word in name.words)
        if name.place:
            found.add(f"@{name.place.name}")
    return frozenset(found)


def is_known(name: Name, known: frozenset[str]) -> bool:
    """Tell whether the words of a name all stand in names that are known, in whatever order."""
    if name.place and f"@{name.place.name}" in known:
        return True
    return all(stem_of(word) in known for word in name.words if len(word) > 1)
