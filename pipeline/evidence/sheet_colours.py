"""What gives the cells of a sheet colours besides their own style: conditions, and the styles of tables.

Only what is sure is worked out: a condition that compares with numbers or words, or that always holds; the heads and
plain rows of the tables' styles that every spreadsheet brings. Of other cells it is told that it is not sure.
"""

from __future__ import annotations

import operator
import posixpath
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

Area = tuple[int, int, int, int]
"""First row, first column, last row and last column."""
_MOST_AREAS = 300
"""For which conditions hold; of a sheet with more, nothing is sure."""
_MOST_AT_ONCE = 30
"""Conditions for the cells of a row; with more, nothing is sure of it."""
_EVERYWHERE: Area = (1, 1, 2**31, 2**31)
_NUMBER, _WORDS = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?"), re.compile(r'"([^"*?~]*)"')
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "equal": operator.eq,
    "notEqual": operator.ne,
    "lessThan": operator.lt,
    "lessThanOrEqual": operator.le,
    "greaterThan": operator.gt,
    "greaterThanOrEqual": operator.ge,
}
_ALWAYS, _NEVER = ("TRUE", "TRUE()", "1"), ("FALSE", "FALSE()", "0")
_PAINTING = ("colorScale", "dataBar")
_PLAIN_STYLE = re.compile(r"TableStyle(?:Light(?:[1-9]|1\d|2[01])|Medium(?:[1-7]|1[5-9]|2[01]))")
"""Styles of tables of which every second row has no ground of its own."""
_DARK_HEAD = re.compile(r"TableStyle(?:Light(?:[89]|1[0-4])|Medium\d{1,2}|Dark\d{1,2})")


@dataclass(frozen=True)
class Given:
    """What a cell is given besides its own style."""

    letters: Any = None
    """A colour, as openpyxl has it."""
    ground: Any = None
    code: str | None = None
    """A format of numbers."""
    is_valueless: bool = False
    """Whether an icon or a bar stands in place of its number."""
    is_sure: bool = True
    """False where some other colour may be given."""
    is_plain: bool = True
    """Whether no table gives it a ground."""
    is_set_off: bool = False
    """Whether a table does for sure, a dark one."""


_NOTHING, _UNSURE = Given(), Given(is_sure=False)


@dataclass(frozen=True)
class Rule:
    """A condition under which cells look otherwise."""

    areas: tuple[Area, ...]
    kind: str = "expression"
    comparison: str = ""
    formulas: tuple[str, ...] = ()
    style: int | None = None
    priority: int = 0
    stops: bool = False
    shows_value: bool = True

    def holds(self, value: Any) -> bool | None:
        """Tell whether it holds for a cell with a value; None where that is not sure."""
        if self.kind == "expression" and len(self.formulas) == 1:
            told = self.formulas[0].strip().upper()
            return True if told in _ALWAYS else False if told in _NEVER else None
        if self.kind == "notContainsBlanks":
            return True if not isinstance(value, str) or value.strip() else None
        return self._compares(value) if self.kind == "cellIs" else None

    def _compares(self, value: Any) -> bool | None:
        given = [_constant(each) for each in self.formulas]
        if not isinstance(value, (str, int, float)) or isinstance(value, bool) or not given or None in given:
            return None
        if isinstance(value, str) or any(isinstance(each, str) for each in given):
            is_equal = isinstance(value, str) and value.casefold() == given[0]
            return {"equal": is_equal, "notEqual": not is_equal}.get(self.comparison)  # else programs differ
        numbers = [float(each) for each in given if each is not None]
        if self.comparison in ("between", "notBetween") and len(numbers) == 2:
            return (min(numbers) <= value <= max(numbers)) == (self.comparison == "between")
        compared = _COMPARED.get(self.comparison)
        return None if compared is None else compared(value, numbers[0])


def _constant(formula: str) -> float | str | None:
    text = formula.strip()
    if _NUMBER.fullmatch(text):
        return float(text)
    words = _WORDS.fullmatch(text)
    return words[1].casefold() if words else None


@dataclass(frozen=True)
class StyledTable:
    """A table of a sheet that has a style."""

    area: Area
    style: str
    heads: int = 1
    sums: int = 0
    striped_rows: bool = False
    is_striped_otherwise: bool = False
    """By columns, or with a first or last one that stands out."""
    first_hidden: int = _EVERYWHERE[2]
    """Of its rows, behind which it is not sure which of them are striped."""

    def gives(self, row: int) -> Given | None:
        """Return what it gives the cells of a row; None for nothing."""
        first, _, last, _ = self.area
        if row < first + self.heads:
            return Given(is_plain=False, is_set_off=_DARK_HEAD.fullmatch(self.style) is not None)
        if row > last - self.sums or self.is_striped_otherwise or not _PLAIN_STYLE.fullmatch(self.style):
            return Given(is_plain=False)
        is_second = (row - first - self.heads) % 2 == 1 and row < self.first_hidden
        return None if not self.striped_rows or is_second else Given(is_plain=False)


@dataclass
class Colours:
    """What gives the cells of one sheet colours."""

    rules: tuple[Rule, ...] = ()
    tables: tuple[StyledTable, ...] = ()
    styles: Sequence[Any] = ()
    """Of which conditions give one by its number."""
    is_unknown: bool = False
    """Whether something gives colours to all of them that is not looked at."""

    _borders: list[int] = field(init=False)
    """Rows at which other rules or tables begin to hold."""
    _styles: dict[int, tuple[Any, Any, str | None]] = field(default_factory=dict)
    _held: dict[int, tuple[tuple[Rule, ...], tuple[StyledTable, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        areas = [area for rule in self.rules for area in rule.areas] + [table.area for table in self.tables]
        self._borders = sorted({row for first, _, last, _ in areas for row in (first, last + 1)})

    def given(self, row: int, column: int, value: Any) -> Given:
        """Return what a cell is given besides its own style."""
        given = _UNSURE if self.is_unknown else _NOTHING
        if not self._borders:
            return given
        rules, tables = self._in_row(row)
        if len(rules) > _MOST_AT_ONCE:
            return _UNSURE
        for table in tables:
            if _is_in(row, column, table.area) and (found := table.gives(row)):
                given = replace(found, is_sure=given.is_sure)
        for rule in rules:
            if any(_is_in(row, column, area) for area in rule.areas):
                given, stops = self._ruled(rule, value, given)
                if stops:
                    break
        return given

    def _in_row(self, row: int) -> tuple[tuple[Rule, ...], tuple[StyledTable, ...]]:
        between = bisect_right(self._borders, row)
        if between not in self._held:
            rules = (rule for rule in self.rules if any(first <= row <= last for first, _, last, _ in rule.areas))
            tables = (table for table in self.tables if table.area[0] <= row <= table.area[2])
            self._held[between] = tuple(rules), tuple(tables)
        return self._held[between]

    def _ruled(self, rule: Rule, value: Any, given: Given) -> tuple[Given, bool]:
        """Return what is given when a rule was asked, after those before it, and whether it is the last to be asked."""
        if not rule.shows_value and isinstance(value, (int, float)):
            given = replace(given, is_valueless=True)
        letters, ground, code = self._style(rule.style)
        colours = letters is not None or ground is not None
        holds = rule.holds(value) if colours or code else False
        if rule.kind in _PAINTING or (holds is None and colours):
            return (replace(given, is_sure=False) if given.is_sure else given), False
        if not holds:
            return given, False
        letters = given.letters if given.letters is not None else letters
        ground = given.ground if given.ground is not None else ground
        return replace(given, letters=letters, ground=ground, code=given.code or code), rule.stops

    def _style(self, number: int | None) -> tuple[Any, Any, str | None]:
        if number is None or not 0 <= number < len(self.styles):
            return None, None, None
        if number not in self._styles:
            self._styles[number] = _told(self.styles[number])
        return self._styles[number]


def _told(style: Any) -> tuple[Any, Any, str | None]:
    """Return the colours of letters and ground and the format of numbers that a condition's style tells."""
    letters = style.font.color if style.font is not None else None
    fill = style.fill
    ground = None
    if fill is not None and getattr(fill, "fill_type", None) in (None, "solid"):
        ground = getattr(fill, "bgColor", None)
    elif fill is not None:
        ground = fill
    return letters, ground, style.numFmt.formatCode if style.numFmt is not None else None


def _is_in(row: int, column: int, area: Area) -> bool:
    return area[0] <= row <= area[2] and area[1] <= column <= area[3]


def areas_of(told: str) -> tuple[Area, ...]:
    """Return the areas of a list such as `A1:B3 D4`; all of the sheet where one is in no form that is known.

    >>> areas_of("A1:B3 D4")
    ((1, 1, 3, 2), (4, 4, 4, 4))
    """
    from openpyxl.utils import range_boundaries

    found = list[Area]()
    for each in told.split():
        try:
            left, top, right, bottom = range_boundaries(each)
        except (ValueError, TypeError):
            return (_EVERYWHERE,)
        found.append((top or 1, left or 1, bottom or _EVERYWHERE[2], right or _EVERYWHERE[3]))
    return tuple(found)


def rules_of(element: Any) -> Iterator[Rule]:
    """Yield the rules of an element `conditionalFormatting`, of old or today's files."""
    told = element.get("sqref") or " ".join(element.itertext("{*}sqref"))
    areas = areas_of(told)
    for each in element.iterchildren("{*}cfRule"):
        number, priority = each.get("dxfId"), each.get("priority", "0")
        own = each.find("{*}dxf") is not None  # which is not looked at
        shown = next((part.get("showValue", "1") for part in each if part.get("showValue")), "1")
        yield Rule(
            areas=areas,
            kind="colorScale" if own else each.get("type", ""),
            comparison=each.get("operator", ""),
            formulas=tuple(part.text or "" for part in each.iterchildren("{*}formula")),
            style=int(number) if number and number.isdecimal() else None,
            priority=int(priority) if priority.lstrip("-").isdecimal() else 0,
            stops=each.get("stopIfTrue") in ("1", "true"),
            shows_value=shown not in ("0", "false"),
        )


def is_too_much(rules: Iterable[Rule], tables: Sequence[StyledTable]) -> bool:
    """Tell whether more gives the cells of a sheet colours than is looked at."""
    return sum(len(rule.areas) for rule in rules) + len(tables) > _MOST_AREAS


def tables_of(archive: Any, sheet: str) -> Iterator[StyledTable]:
    """Yield the tables of a sheet, by its path in a file, that have a style; pivot tables as such of an unknown one."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    folder, name = posixpath.split(sheet)
    names = set(archive.namelist())
    if (relations := f"{folder}/_rels/{name}.rels") not in names:
        return
    for relation in etree.fromstring(archive.read(relations), parser):
        kind, target = str(relation.get("Type", "")).rpartition("/")[2], str(relation.get("Target", ""))
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        if kind in ("table", "pivotTable") and path in names:
            yield from _styled(etree.fromstring(archive.read(path), parser))


def _styled(table: Any) -> Iterator[StyledTable]:
    location = table.find("{*}location")
    about = table.find("{*}tableStyleInfo")
    if location is not None:
        yield from (StyledTable(area, "pivot") for area in areas_of(location.get("ref", "")))
    elif about is not None and about.get("name"):
        shown = {name: about.get(f"show{name}") in ("1", "true") for name in _SHOWN}
        heads, sums = (table.get(f"{each}RowCount", default) for each, default in (("header", "1"), ("totals", "0")))
        for area in areas_of(table.get("ref", "")):
            yield StyledTable(
                area=area,
                style=about.get("name"),
                heads=int(heads) if heads.isdecimal() else 1,
                sums=int(sums) if sums.isdecimal() else 0,
                striped_rows=shown["RowStripes"],
                is_striped_otherwise=any(shown[name] for name in _SHOWN if name != "RowStripes"),
            )


_SHOWN = ("RowStripes", "ColumnStripes", "FirstColumn", "LastColumn")
