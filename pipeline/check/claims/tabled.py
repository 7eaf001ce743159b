"""Tables of figures: a cell states its figure of its row and its column, told in full and pinned to the cell's words.

Only in sure tables: a row of column names, at least two rows of as many cells below it, a column of names, and columns
that hold figures and nothing else. The lines of any other table are read as before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.check.claims.drafts import Draft
from pipeline.core.caching import once_for_each
from pipeline.core.english import Sentence
from pipeline.core.models import Article, Span

_FIGURE = re.compile(
    r"[-+−–~≈<>]?\s?[£$€¥]?\s?\d[\d.,\u00a0\u202f’ ]*+(?:%|°[CF]?|[a-zA-Z]{1,12}\.?(?:\s[a-z]{1,12}){0,2})?", re.ASCII
)
_YEAR = re.compile(r"(?:1[89]|20)\d\d(?:[-–/]\d\d(?:\d\d)?)?")
_NOTHING = frozenset(("", "-", "–", "—", "n/a", "N/A", "..", "…", "*"))
_RULE = re.compile(r"[\s|:=+-]+")
_CELL = re.compile(r"[^|]+")
_FEWEST_ROWS, _MOST_CELLS = 2, 120
_LONGEST_NAME = 80


@dataclass(frozen=True)
class _Row:
    start: int
    """Offset of the line."""
    cells: tuple[tuple[int, str], ...]
    """Offset in the article and words of each."""

    def words(self, column: int) -> str:
        return self.cells[column][1]


def cells_of(article: Article, sentence: Sentence) -> list[Draft] | None:
    """Return the claims of the cells of a sentence's line, or None where it is no row of a sure table."""
    told = _told(article).get(sentence.line.start)
    if told is None:
        return None
    inside = (each for each in told if sentence.span.start <= each[0].start and each[0].end <= sentence.span.end)
    return [Draft(span, text, "quantity", sentence, None, None, _REASON) for span, text in inside]


_REASON = "It is a cell of a table, told with its row and its column."


@once_for_each
def _told(article: Article) -> dict[int, list[tuple[Span, str]]]:
    """Return what the cells of each row of the sure tables state, by the offset of the line; of a header nothing."""
    found: dict[int, list[tuple[Span, str]]] = {}
    for rows in _tables(article.text):
        named = _named_columns(rows)
        if named is None:
            continue
        names, figures = named
        found[rows[0].start] = []
        for row in rows[1:]:
            found[row.start] = [
                _cell(article, rows[0], row, names, column) for column in figures if _is_told(row, column)
            ]
    return found


def _cell(article: Article, header: _Row, row: _Row, names: int, column: int) -> tuple[Span, str]:
    at, words = row.cells[column]
    return Span.of(article.text, at, at + len(words)), f"{row.words(names)}, {header.words(column)}: {words}."


def _is_told(row: _Row, column: int) -> bool:
    return row.words(column) not in _NOTHING


def _tables(text: str) -> Iterator[list[_Row]]:
    """Yield the runs of lines that have as many cells each; empty lines, and lines that only rule, part no table."""
    rows = (_row(start, line) for start, line in _lines(text) if line.strip() and not _rules(line))
    for width, run in groupby(rows, key=lambda row: len(row.cells)):
        if width > 1:
            yield list(run)


def _rules(line: str) -> bool:
    return "-" in line and _RULE.fullmatch(line) is not None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def _row(start: int, line: str) -> _Row:
    """Split a line into cells; bars at its ends are its frame, where both stand there."""
    bare = line.strip()
    framed = bare.startswith("|") and bare.endswith("|") and len(bare) > 2
    at = line.index(bare) + framed
    cells = []
    for part in (bare[1:-1] if framed else bare).split("|"):
        words = part.strip()
        cells.append((start + at + (part.index(words) if words else 0), words))
        at += len(part) + 1
    return _Row(start, tuple(cells))


def _named_columns(rows: Sequence[_Row]) -> tuple[int, list[int]] | None:
    """Return the column of names and those of figures, where a table is sure; else None."""
    header, body = rows[0], rows[1:]
    width = len(header.cells)
    if len(body) < _FEWEST_ROWS or len(body) * width > _MOST_CELLS:
        return None
    columns = range(width)
    figures = [column for column in columns if _all_figures(body, column)]
    names = next((column for column in columns if column not in figures and _are_names(body, column)), None)
    if names is None and 0 in figures and all(_YEAR.fullmatch(row.words(0)) for row in body):
        names = 0
    told = [column for column in figures if column != names]
    sure = names is not None and told and all(_is_name(header.words(column)) for column in told)
    return (names, told) if sure and names is not None and not _is_figure(header.words(names)) else None


def _all_figures(body: Sequence[_Row], column: int) -> bool:
    words = [row.words(column) for row in body]
    return any(map(_is_figure, words)) and all(_is_figure(each) or each in _NOTHING for each in words)


def _are_names(body: Sequence[_Row], column: int) -> bool:
    words = [row.words(column) for row in body]
    return len(set(words)) == len(words) and all(_is_name(each) for each in words)


def _is_figure(words: str) -> bool:
    return _FIGURE.fullmatch(words) is not None


def _is_name(words: str) -> bool:
    """Tell whether words name a row or a column: they hold a letter and no figure stands first, or are a year."""
    lettered = any(character.isalpha() for character in words) and not _is_figure(words)
    return 0 < len(words) <= _LONGEST_NAME and (lettered or _YEAR.fullmatch(words) is not None)
