"""A figure that is taken up wrongly: `their 1,120 pupils ... the 1,210 pupils`, `$1.3 billion ... the $1.3 million`.

Only what `the`, `their` or `its` says to be known: a number of the same things with two digits changed over, and an
amount of the same digits with another magnitude that is called the same, or by no name of its own (`the order`). Silent
where the things may be others: of a place, a group or a time that is named.
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
from pipeline.core.english import MONTHS, WEEKDAY, YEAR
from pipeline.core.models import Span

if TYPE_CHECKING:
    from pipeline.core.english import Sentence

_KNOWN = re.compile(r"\b(?:the|those|these|its|their|all) $", re.IGNORECASE)
_NOUN = re.compile(r" (?P<noun>[a-z]{3,}s|people|men|women|children)\b")
_NEXT = re.compile(r" (?P<noun>[a-z]{3,})\b")
_MAGNITUDE = re.compile(r"(?P<digits>[0-9][0-9.,]*) ?(?:million|billion|trillion|m|bn|tn)$", re.IGNORECASE)
_LEAST = 100
"""A number of things below it may have its digits changed over by chance."""
_NAMELESS = frozenset(("order", "contract", "deal", "sum", "bill", "total", "purchase", "takeover", "merger", "price"))
"""What an amount is called that another one was told of before: a fine or a park is a thing of its own."""
_OF_ITS_OWN = re.compile(r" (?:of|from|for|with|to|it|sent|struck)\b")
_OF_OTHERS = re.compile(
    r" (?:of|in|at|from|on|who|that|which|they|it|he|she|cast|seen|without|recorded|played|killed|there|for|with)\b"
)
_APART = re.compile(
    rf"\b(?:(?:last|this|the) year|first|second|third|other|old|before|already|still|back|so far|by then|{YEAR}"
    rf"|{WEEKDAY})\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")


@dataclass(frozen=True)
class _Told:
    """A figure, and where it stands in the article."""

    figure: Figure
    span: Span
    noun: str
    text: str
    """Its sentence."""
    end: int
    """Where it and its noun end there."""

    @property
    def is_known(self) -> bool:
        """True for `the 1,210 pupils`."""
        return _KNOWN.search(self.text[: self.figure.start]) is not None

    @property
    def is_owned(self) -> bool:
        """True for `its 1,210 workers`, which may be those of another."""
        return self.text[: self.figure.start].lower().endswith((" its ", " their "))

    @property
    def is_told_apart(self) -> bool:
        """True where its sentence says of which place, group or time it is."""
        return _OF_OTHERS.match(self.text, self.end) is not None or _APART.search(self.text) is not None

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
        yield _Told(figure, pin(text, start, figure.start, end), noun["noun"] if noun else "", text, end)


def _changed_over(told: Sequence[_Told]) -> Iterator[Oddity]:
    """Yield `the 1,210 pupils` where they were 1,120."""
    by_noun: dict[str, list[_Told]] = defaultdict(list)
    for each in told:
        if each.noun and each.figure.is_count and each.figure.value >= _LEAST:
            by_noun[each.noun].append(each)
    for named in by_noun.values():
        if len(named) == 2 and all(each.is_known and not each.is_told_apart for each in named):
            one, other = named
            same = one.text != other.text and not other.is_owned and not _names_more(other.text, one.text)
            if same and _is_turned(one.figure.value, other.figure.value):
                yield other.odd(one)


def _names_more(later: str, earlier: str) -> bool:
    """Tell whether a sentence names somebody or some place that an earlier one does not."""
    return any(name not in earlier and name not in MONTHS for name in _NAME.findall(later))


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
        if not before or not each.is_known or _OF_ITS_OWN.match(each.text, each.end):
            continue
        same = (each.noun in other.text.split() for other in before if other.text != each.text)
        meant = each.noun in _NAMELESS or each.noun and any(same)
        if meant and all(other.figure.value != each.figure.value for other in alike):
            yield each.odd(before[-1])


def _digits(told: _Told) -> tuple[str, str] | None:
    """Return the currency and the digits of an amount of millions or billions, where they are more than one."""
    match = _MAGNITUDE.search(told.figure.text)
    digits = match["digits"].replace(",", "").strip(".") if match else ""
    return (told.figure.unit, digits) if len(digits.replace(".", "").strip("0")) > 1 else None
