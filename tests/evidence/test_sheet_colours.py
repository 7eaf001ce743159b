"""Colours that a table's style or a condition gives the cells of a sheet: what they hide goes, what they show stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule, DataBarRule, FormulaRule, IconSetRule, Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.worksheet.table import Table, TableStyleInfo

from pipeline.evidence.documents import Document, read_office_document

FIRST, SECOND = "Bridge: Tern Street; Vehicles: 12000.", "Bridge: Nobody; Vehicles: 99."
DARK, WHITE = PatternFill("solid", bgColor="FF102030"), Font(color="FFFFFFFF")


def paint(sheet: Any, rows: tuple[int, ...] = (3,), ground: str | None = None) -> None:
    for row in rows:
        for cell in sheet[row]:
            cell.font = WHITE
            if ground:
                cell.fill = PatternFill("solid", fgColor=ground)


def read(folder: Path, change: Callable[[Any], None], last: tuple[object, ...] = ("Nobody", 99)) -> Document:
    book = openpyxl.Workbook()
    for row in (["Bridge", "Vehicles"], ["Tern Street", 12_000], list(last)):
        book.active.append(row)
    change(book.active)
    book.save(folder / "a.xlsx")
    return read_office_document(folder / "a.xlsx")


def rule(where: str, given: Rule) -> Callable[[Any], None]:
    return lambda sheet: sheet.conditional_formatting.add(where, given)


def white_and(*changes: Callable[[Any], None]) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        paint(sheet)
        for each in changes:
            each(sheet)

    return change


def table(name: str | None = "TableStyleMedium2", ref: str = "A1:B3", **more: Any) -> Callable[[Any], None]:
    about = TableStyleInfo(name=name, **more) if name else None
    return lambda sheet: sheet.add_table(Table(ref=ref, displayName="T", tableStyleInfo=about))


def of_own(kind: str, style: DifferentialStyle, *formulas: str, **more: Any) -> Rule:
    return Rule(kind, dxf=style, formula=list(formulas), **more)


BOLD = DifferentialStyle(font=Font(bold=True))
HIDDEN = {
    "white where conditions colour other cells": white_and(rule("A1:B2", CellIsRule("greaterThan", ["5"], fill=DARK))),
    "white where a condition is not met": white_and(
        rule("B2:B3", CellIsRule("greaterThan", ["500"], fill=DARK)),
        rule("A2:A3", CellIsRule("equal", ['"Tern Street"'], fill=DARK)),
    ),
    "white between bounds that are not met": white_and(rule("B2:B3", CellIsRule("between", ["100", "200"], fill=DARK))),
    "white where a condition never holds": white_and(rule("A1:B3", FormulaRule(["FALSE"], fill=DARK))),
    "white where a condition colours nothing": white_and(rule("A1:B3", of_own("expression", BOLD, "A1>B1"))),
    "white by a condition that always holds": rule("A3:B3", FormulaRule(["TRUE"], font=WHITE)),
    "white by a condition that is met": lambda sheet: (
        rule("B3", CellIsRule("lessThan", ["100"], font=WHITE))(sheet),
        rule("A3", CellIsRule("equal", ['"nobody"'], font=WHITE))(sheet),
    ),
    "white by a condition on all that is written": rule(
        "A3:B3", of_own("notContainsBlanks", DifferentialStyle(font=WHITE))
    ),
    "shown as nothing by a condition": rule(
        "A3:B3",
        of_own("expression", DifferentialStyle(numFmt=NumberFormat(numFmtId=164, formatCode=";;;")), "TRUE"),
    ),
    "white by the first of two conditions": lambda sheet: (
        rule("A3:B3", of_own("expression", DifferentialStyle(font=WHITE), "TRUE", priority=1, stopIfTrue=True))(sheet),
        rule("A3:B3", FormulaRule(["TRUE"], fill=DARK))(sheet),
    ),
    "dark on a dark ground by a condition": lambda sheet: (
        [setattr(cell, "font", Font(color="FF102030")) for cell in sheet[3]],
        rule("A3:B3", FormulaRule(["TRUE"], fill=DARK))(sheet),
    ),
    "white where icons stand too": white_and(rule("B2:B3", IconSetRule("3Arrows", "num", [1, 2, 3]))),
    "white outside of a table": white_and(table(ref="A1:B2")),
    "white in a table without a style": white_and(table(None)),
    "white in a plain row of a table": white_and(table(showRowStripes=True)),
    "white in a table without stripes": white_and(table("TableStyleLight9")),
    "white on a ground of its own in a table": lambda sheet: (
        paint(sheet, ground="FFFFFFFF"),
        table("TableStyleDark3", showRowStripes=True)(sheet),
    ),
}
SEEN = {
    "white where a condition is met": white_and(
        rule("B2:B3", CellIsRule("greaterThan", ["5"], fill=DARK)),
        rule("A3", CellIsRule("notEqual", ['"x"'], fill=DARK)),
    ),
    "white where a condition always holds": white_and(rule("A1:B3", FormulaRule(["TRUE"], fill=DARK))),
    "white at the head of a table": lambda sheet: (paint(sheet, (1,)), table(showRowStripes=True)(sheet)),
    "white on a dark ground of its own": lambda sheet: (
        paint(sheet, ground="FF102030"),
        rule("A1:B3", CellIsRule("greaterThan", ["500"], fill=DARK))(sheet),
        table("TableStyleLight9")(sheet),
    ),
    "dark by a condition": white_and(rule("A1:B3", FormulaRule(["TRUE"], font=Font(color="FF000000")))),
    "black under a rule that is not known": rule("A1:B3", FormulaRule(["ISEVEN(ROW())"], fill=DARK)),
    "a bar with its number": rule("B2:B3", DataBarRule("min", 0, "max", 9, color="FF638EC6")),
}
DOUBTFUL = {
    "white under a rule that is not known": white_and(rule("A1:B3", FormulaRule(["ISEVEN(ROW())"], fill=DARK))),
    "white under a course of colours": white_and(
        rule("A1:B3", ColorScaleRule("min", 0, "FF000000", "max", 9, "FF0000FF"))
    ),
    "white in a table of dark rows": white_and(table("TableStyleDark3", showRowStripes=True)),
    "white in a table of the desk's own style": white_and(table("Ours")),
    "white in a table whose rows all have a ground": white_and(table("TableStyleMedium9")),
    "white under a rule that compares with another cell": white_and(
        rule("A3:B3", CellIsRule("greaterThan", ["$D$1"], fill=DARK))
    ),
}


def texts(document: Document) -> list[str]:
    return [piece.text for piece in document.pieces]


@pytest.mark.parametrize("kind", HIDDEN)
def test_cells_that_nobody_sees_by_conditions_or_tables_are_no_evidence_and_are_told(kind: str, tmp_path: Path) -> None:
    found = read(tmp_path, HIDDEN[kind])
    assert texts(found) == [FIRST]
    assert "what nobody sees was left out: 2 cells, first on sheet Sheet" in found.problems[0]


@pytest.mark.parametrize("kind", SEEN)
def test_cells_that_conditions_or_tables_set_off_stay(kind: str, tmp_path: Path) -> None:
    found = read(tmp_path, SEEN[kind])
    assert texts(found) == [FIRST, SECOND] and not found.problems


@pytest.mark.parametrize("kind", DOUBTFUL)
def test_cells_of_which_it_is_not_sure_stay_and_are_told(kind: str, tmp_path: Path) -> None:
    found = read(tmp_path, DOUBTFUL[kind])
    assert texts(found) == [FIRST, SECOND]
    assert len(found.problems) == 1
    assert "2 cells in the colour of the ground: read" in found.problems[0] and "sheet Sheet" in found.problems[0]


def test_words_that_are_compared_with_a_number_are_so_otherwise_by_programs(tmp_path: Path) -> None:
    found = read(tmp_path, white_and(rule("A1:B3", CellIsRule("greaterThan", ["5"], fill=DARK))))
    assert texts(found) == [FIRST, SECOND]
    assert "1 cell in the colour of the ground: read" in found.problems[0]


@pytest.mark.parametrize(
    "given",
    [
        IconSetRule("3Arrows", "num", [1, 2, 3], showValue=False),
        DataBarRule("min", 0, "max", 9, color="FF638EC6", showValue=False),
    ],
)
def test_numbers_behind_which_only_an_icon_or_a_bar_is_shown_are_no_evidence(given: Rule, tmp_path: Path) -> None:
    found = read(tmp_path, rule("A2:B3", given))
    assert texts(found) == ["Bridge: Tern Street.", "Bridge: Nobody."]


def test_many_conditions_cost_no_look_at_each_for_each_cell(tmp_path: Path) -> None:
    def many(sheet: Any) -> None:
        for row in range(4, 3000):
            sheet.append(["x", row])
            sheet.conditional_formatting.add(f"D{row}:E{row}", FormulaRule(["TRUE"], font=WHITE))
        paint(sheet)

    found = read(tmp_path, many)
    assert SECOND in texts(found)
    assert any("2 cells in the colour of the ground: read" in problem for problem in found.problems)
