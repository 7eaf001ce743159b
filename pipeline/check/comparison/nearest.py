"""What a claim's sentence and a source's sentence have in common: the ground on which a difference may stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.check.comparison.figures import agreement, comparable
from pipeline.check.comparison.names import Name, likeness
from pipeline.check.comparison.reading import Day, Reading
from pipeline.check.comparison.sources import SourceSentence
from pipeline.check.comparison.table import stem_of

_NAME, _BESIDE, _BEFORE, _WORD, _DATE = 2.0, 1.5, 1.5, 1.0, 1.0


@dataclass(frozen=True)
class Shared:
    """Words of the claim that the source has too; `start` is None where they stand in the sentence before."""

    start: int | None
    end: int
    weight: float


@dataclass(frozen=True)
class Ground:
    """A source's sentence with what it shares with the claim."""

    source: SourceSentence
    shared: tuple[Shared, ...]

    @property
    def weight(self) -> float:
        """How much is shared."""
        return sum(each.weight for each in self.shared)

    def without(self, start: int, end: int) -> float:
        """Return how much is shared outside some words of the claim."""
        return sum(e.weight for e in self.shared if e.start is None or e.start >= end or e.end <= start)

    def names_without(self, start: int, end: int) -> int:
        """Return how many names are shared outside some words of the claim."""
        return sum(e.weight > _WORD for e in self.shared if e.start is None or e.start >= end or e.end <= start)


def common_ground(own: Reading, before: Sequence[Name], source: SourceSentence) -> Ground:
    """Return what two sentences share; `before` are names that the claim's pronouns may mean."""
    return Ground(source, tuple(_shared(own, before, source)))


def _shared(own: Reading, before: Sequence[Name], source: SourceSentence) -> Iterator[Shared]:
    there = source.reading
    around = [name for reading in source.beside for name in reading.names]
    for name in own.names:
        if weight := _of_name(name, there.names, around):
            yield Shared(name.start, name.end, weight)
    yield from (Shared(None, 0, _BEFORE) for name in before if _of_name(name, there.names, around))
    yield from _shared_words(own, there)
    for figure in own.figures:
        if any(comparable(figure, other) and agreement(figure, other) == "agree" for other in there.figures):
            yield Shared(figure.start, figure.end, _WORD)
    yield from (Shared(day.start, day.end, _DATE) for day in own.days if any(meet(day, other) for other in there.days))


def _shared_words(own: Reading, there: Reading) -> Iterator[Shared]:
    """Yield the content words in common, each meaning once; a word may stand in a name of the source."""
    keys = there.keys | {stem_of(word) for name in there.names for word in name.words}
    seen = set[str]()
    for word in own.words:
        common = word.keys & keys
        if common and not common & seen:
            seen |= common
            yield Shared(word.start, word.end, _WORD)


def _of_name(name: Name, there: Sequence[Name], around: Sequence[Name]) -> float:
    if any(is_same(name, other) for other in there):
        return _NAME
    return _BESIDE if any(is_same(name, other) for other in around) else 0.0


def is_same(one: Name, two: Name) -> bool:
    """Tell whether two names mean one thing, and one of them is surely a name."""
    return (one.sure or two.sure) and likeness(one, two) == "same"


def meet(one: Day, two: Day) -> bool:
    """Tell whether two dates may be one; where a year is left out, day and month decide."""
    if one.first <= two.last and two.first <= one.last:
        return True
    if one.has_year and two.has_year or "year" in (one.precision, two.precision) or one.relative or two.relative:
        return False
    if one.precision == two.precision == "day":
        return (one.first.month, one.first.day) == (two.first.month, two.first.day)
    return one.first.month == two.first.month
