"""A figure that is taken up wrongly: `their 1,120 pupils ... the 1,210 pupils`, `$1.3 billion ... the $1.3 million`.

Only what `the`, `their` or `its` says to be known: a number of the same things with two digits changed over, and an
amount of the same digits with another magnitude. Silent where the article tells the later figure twice.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.check.checkers.consistency.figures import Figure
from pipeline.check.checkers.consistency.oddity import Oddity, pin
from pipeline.check.checkers.consistency.stretch import figures_of, is_loose, is_quoted
from pipeline.core.models import Span

if TYPE_CHECKING:
    from pipeline.core.english import Sentence

_KNOWN = re.compile(r"\b(?:the|The|those|these|its|their|all) $")
_NOUN = re.compile(r" (?P<noun>[a-z]{3,}s|people|men|women|children)\b")
_NEXT = re.compile(r" (?P<noun>[a-z]{3,})\b")
_MAGNITUDE = re.compile(r"(?P<digits>[0-9][0-9.,]*) ?(?:million|billion|trillion|m|bn|tn)$", re.IGNORECASE)
_LEAST = 100
"""A number of things below it may have its digits changed over by chance."""


@dataclass(frozen=True)
class _Told:
    """A figure, and where it stands in the article."""

    figure: Figure
    span: Span
    is_known: bool
    noun: str

    def odd(self, other: _Told) -> Oddity:
        """Return that this one does not fit an earlier one."""
        return Oddity(
            self.span,
            f"The text says “{self.span.exact}” here and “{other.span.exact}” before: one of the two is a slip.",
        )


def odd_retellings(parsed: Sequence[Sentence]) -> Iterator[Oddity]:
    """Yield the figures of an article that take up an earlier one wrongly."""
    told = [each for sentence in parsed for each in _told(sentence)]
    yield from _changed_over(told)
    yield from _of_another_magnitude(told)


def _told(sentence: Sentence) -> Iterator[_Told]:
    text, start = sentence.span.exact, sentence.span.start
    for figure in figures_of(text):
        at = start + figure.start - sentence.line.start
        if figure.may_be_year or is_loose(text, figure) or is_quoted(sentence.line.text, at, at + 1):
            continue
        noun = (_NEXT if figure.unit else _NOUN).match(text, figure.end)
        end = noun.end() if noun else figure.end
        span = pin(text, start, figure.start, end)
        yield _Told(figure, span, _KNOWN.search(text[: figure.start]) is not None, noun["noun"] if noun else "")


def _changed_over(told: Sequence[_Told]) -> Iterator[Oddity]:
    """Yield `the 1,210 pupils` where they were 1,120."""
    by_noun: dict[str, list[_Told]] = defaultdict(list)
    for each in told:
        if each.noun and each.figure.is_count and each.figure.value >= _LEAST:
            by_noun[each.noun].append(each)
    for named in by_noun.values():
        values = {each.figure.value for each in named}
        if len(named) == len(values) == 2 and named[0].is_known and named[1].is_known and _is_turned(*values):
            yield named[1].odd(named[0])


def _is_turned(one: float, two: float) -> bool:
    """Tell whether two digits that stand side by side have changed places."""
    first, second = f"{one:.0f}", f"{two:.0f}"
    if len(first) != len(second):
        return False
    other = [at for at, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
    return len(other) == 2 and other[1] == other[0] + 1 and sorted(first) == sorted(second)


def _of_another_magnitude(told: Sequence[_Told]) -> Iterator[Oddity]:
    """Yield `the $1.3 million order` where it was $1.3 billion."""
    amounts = [each for each in told if each.figure.unit not in ("", "%") and _digits(each)]
    for at, each in enumerate(amounts):
        alike = [other for other in amounts if other is not each and _digits(other) == _digits(each)]
        before = [other for other in amounts[:at] if other in alike]
        if each.is_known and each.noun and before and all(other.figure.value != each.figure.value for other in alike):
            yield each.odd(before[-1])


def _digits(told: _Told) -> tuple[str, str] | None:
    """Return the currency and the digits of an amount of millions or billions, where they are more than one."""
    match = _MAGNITUDE.search(told.figure.text)
    digits = match["digits"].replace(",", "").strip(".") if match else ""
    return (told.figure.unit, digits) if len(digits.replace(".", "").strip("0")) > 1 else None
