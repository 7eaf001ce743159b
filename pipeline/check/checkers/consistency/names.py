"""Names: one person's name spelled two ways in one article, and one person given two ages.

Two spellings count as one person only where the first names are the same and the surnames differ by a
letter or two letters changed over, or where a surname with a title or a verb of saying is a letter off the only
surname like it. Two people with like names are told apart by standing in one sentence, or by each being
named in full more than once. Transliterations (`-skyi`, `-sky`) are one spelling here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from pipeline.check.checkers.consistency.oddity import Oddity, pin
from pipeline.core.english import find_place

if TYPE_CHECKING:
    from pipeline.core.english import Sentence

_WORD = r"[A-Z](?:[a-z]{0,3}['’][A-Z])?[^\W\d_]{2,}(?:-[A-Z][^\W\d_]+)?"
_FULL = re.compile(rf"\b(?P<first>{_WORD}(?: [A-Z]\.)?) (?P<last>{_WORD})\b(?!-)(?! [A-Z])")
_TITLES = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Prof|Professor|Judge|Justice|Sgt|Sergeant|Det|Insp|Inspector|Capt|Captain"
    r"|Col|Gen|Cllr|Councillor|Rev|Sen|Senator|Rep|Gov|Governor|Mayor|Minister|President|Chancellor)\.?"
)
_TITLED = re.compile(rf"\b{_TITLES} (?P<last>{_WORD})\b(?! [A-Z])(?![’'-])")
_SAYING = re.compile(
    rf"(?:\bsaid (?P<last1>{_WORD})(?=[.,])|\b(?P<last2>{_WORD}) (?:said|told|added|insisted|argued|explained)\b)"
)
_AGED = re.compile(rf"\b(?P<name>{_WORD}(?: [A-Z]\.)? {_WORD})(?:, | \()(?:aged )?(?P<age>[1-9][0-9])(?:,|\))")
_ENDING = re.compile(r"(?:y|i|iy|yi|yy|ii|yj|ij)$")
"""How `-ий` is written in Latin letters, by one paper in its own voice and in a document it prints."""
_SHORTEST, _LONG = 5, 8
_MOST = 500
"""Names of an article: more are a list, in which like ones are many."""
_OTHER_TIME = re.compile(r"\b(?:then|when|at the time|now|[12][0-9]{3}|ago|later|earlier|turn(?:ed|s))\b")


@dataclass(frozen=True)
class _Named:
    first: str
    last: str
    sentence: Sentence
    start: int
    end: int


def odd_names(parsed: tuple[Sentence, ...]) -> Iterator[Oddity]:
    """Yield the second spelling of a name, and the second age of a person."""
    people = [named for sentence in parsed for named in _people(sentence)]
    if len({(named.first, named.last) for named in people}) <= _MOST:
        yield from _two_spellings(people)
        yield from _surname_alone(parsed, people)
    yield from _two_ages(parsed)


def _people(sentence: Sentence) -> Iterator[_Named]:
    text = sentence.span.exact
    begin = sentence.span.start - sentence.line.start
    persons = [
        (entity.start_char - begin, entity.end_char - begin)
        for entity in sentence.tokens.ents
        if entity.label_ == "PERSON"
    ]
    for match in _FULL.finditer(text):
        if re.fullmatch(_TITLES, match["first"]):
            continue
        inside = any(start <= match.start() < end or start < match.end() <= end for start, end in persons)
        if (
            inside
            and not sentence.line.is_heading
            and find_place(match[0]) is None
            and find_place(match["last"]) is None
        ):
            yield _Named(match["first"], match["last"], sentence, match.start("last"), match.end("last"))


def _like(one: str, other: str) -> bool:
    """Tell whether two surnames look like one, misspelled; an ending that means another person does not."""
    if one == other or min(len(one), len(other)) < _SHORTEST or one[0] != other[0]:
        return False
    shorter, longer = sorted((one.casefold(), other.casefold()), key=len)
    if _ENDING.sub("y", shorter) == _ENDING.sub("y", longer):
        return False
    if longer in {shorter + ending for ending in ("s", "a", "e", "o", "es", "son")}:
        return False
    distance = OSA.distance(shorter, longer)
    return distance == 1 or (distance == 2 and len(longer) >= _LONG and longer[-4:] != shorter[-4:] and "sk" in longer)


def _has_no_twin(one: str, other: str) -> bool:
    """Tell whether two like surnames are hardly both real, as Fisher and Fischer are."""
    swapped = sorted(one.casefold()) == sorted(other.casefold()) and len(one) > _SHORTEST
    return swapped or (min(len(one), len(other)) >= _LONG and {one[-3:], other[-3:]} != {"sen", "son"})


def _two_spellings(people: list[_Named]) -> Iterator[Oddity]:
    spelled: dict[str, dict[str, list[_Named]]] = defaultdict(lambda: defaultdict(list))
    for named in people:
        spelled[named.first][named.last].append(named)
    for first, lasts in spelled.items():
        names = list(lasts)
        for at, one in enumerate(names):
            for other in names[at + 1 :]:
                if _like(one, other) and (odd := _spelled_twice(first, lasts[one], lasts[other])):
                    yield odd


def _spelled_twice(first: str, one: list[_Named], other: list[_Named]) -> Oddity | None:
    together = {named.sentence.span for named in one} & {named.sentence.span for named in other}
    if together or (len(one) > 1 and len(other) > 1):
        return None
    odd, usual = (one, other) if len(one) < len(other) else (other, one)
    return _oddity(odd[0], f"{first} {odd[0].last}", f"{first} {usual[0].last}")


def _oddity(odd: _Named, written: str, usual: str) -> Oddity:
    return Oddity(
        pin(odd.sentence.span.exact, odd.sentence.span.start, odd.start, odd.end),
        f"The same name seems to be spelled two ways: “{written}” here, “{usual}” elsewhere in the article.",
        severity="low",
    )


def _surname_alone(parsed: tuple[Sentence, ...], people: list[_Named]) -> Iterator[Oddity]:
    known = {named.last for named in people}
    alike = _Alike(known, parsed)
    full = {named.last: f"{named.first} {named.last}" for named in people}
    for sentence in parsed:
        text = sentence.span.exact
        for match in (*_TITLED.finditer(text), *_SAYING.finditer(text)):
            group = str(match.lastgroup)
            last = match[group]
            if last in known or _stands_in_name(text, match.start(group)) or find_place(last):
                continue
            near = alike.names(last, match[0].removesuffix(last))
            if len(near) == 1 and not re.search(rf"\b{re.escape(near[0])}\b", text):
                named = _Named("", last, sentence, match.start(group), match.end(group))
                yield _oddity(named, last, full[near[0]])


class _Alike:
    """Names of an article that are like another; the same is looked for once."""

    def __init__(self, known: set[str], parsed: tuple[Sentence, ...]) -> None:
        self._known, self._parsed = sorted(known), parsed
        self._near: dict[tuple[str, str], list[str]] = {}
        self._found: dict[str, bool] = {}

    def names(self, last: str, title: str) -> list[str]:
        """Return the known names that a name with a title may be a misspelling of."""
        if (last, title) not in self._near:
            like = (name for name in self._known if _like(name, last))
            near = [name for name in like if _has_no_twin(name, last) or self._titled(title, name)]
            self._near[last, title] = near
        return self._near[last, title]

    def _titled(self, title: str, name: str) -> bool:
        """Tell whether two like names of an article have the very same title: `Mrs Achurch`, `Mrs Archurch`."""
        if not title.strip() or len(name) <= _SHORTEST or not re.match(_TITLES, title):
            return False
        words = f"{title}{name}"
        if words not in self._found:
            self._found[words] = any(words in sentence.span.exact for sentence in self._parsed)
        return self._found[words]


def _stands_in_name(text: str, start: int) -> bool:
    """Tell whether a capital word stands before: then this is no surname alone."""
    before = re.search(r"(\w+\.?)[ -]$", text[:start])
    return before is not None and before[1][0].isupper() and not re.fullmatch(_TITLES, before[1])


def _two_ages(parsed: tuple[Sentence, ...]) -> Iterator[Oddity]:
    seen: dict[str, tuple[str, str]] = {}
    for sentence in parsed:
        text = sentence.span.exact
        for match in _AGED.finditer(text):
            if _OTHER_TIME.search(text):
                continue
            age, before = seen.setdefault(match["name"], (match["age"], match[0].rstrip(",)").replace(" (", ", ")))
            if age != match["age"]:
                yield Oddity(
                    pin(text, sentence.span.start, match.start("age"), match.end("age")),
                    f"The article gives one person two ages: “{before}” and “{match[0].rstrip(',)')}”.",
                )
