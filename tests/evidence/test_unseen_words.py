"""Words of documents that nobody sees are no evidence and are told; look-alikes that are seen stay."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.worksheet.table import Table, TableStyleInfo
from painted_pdfs import FIRST, IMAGE, PICTURE, SEEN, UNSEEN, form, pdf, said

from pipeline.core.errors import InputError
from pipeline.evidence.documents import Document, read_office_document
from pipeline.evidence.sheet_sight import unseen_of

LAYERS = "/OCProperties << /OCGs [5 0 R] /D << /OFF [5 0 R] >> >>"
LAYER = "<< /Type /OCG /Name (draft) >>"
HIDDEN_PDF = {
    "white": (FIRST + said(UNSEEN, y=600, looks="1 g"),),
    "white in red, green and blue": (FIRST + said(UNSEEN, y=600, looks="0.99 1 1 rg"),),
    "white without printing inks": (FIRST + said(UNSEEN, y=600, looks="0 0 0 0 k"),),
    "white in a space of colours": (FIRST + said(UNSEEN, y=600, looks="/DeviceRGB cs 1 1 1 sc"),),
    "white behind dark letters of one line": (f"BT /F1 12 Tf 40 700 Td ({SEEN} ) Tj 1 g ({UNSEEN}) Tj ET",),
    "white on a white box on a dark one": (
        FIRST + "0 g 0 580 600 60 re f 1 g 10 590 500 40 re f " + said(UNSEEN, y=600, looks="1 g"),
    ),
    "blue on blue": (FIRST + "0 0 .5 rg 0 580 600 60 re f " + said(UNSEEN, y=600),),
    "without ink": (FIRST + said(UNSEEN, y=600, looks="3 Tr"),),
    "white edges alone": (FIRST + said(UNSEEN, y=600, looks="1 Tr 1 G"),),
    "no size": (FIRST + said(UNSEEN, y=600, size=0),),
    "size one": (FIRST + said(UNSEEN, y=600, size=1),),
    "small by its matrix": (FIRST + f"BT /F1 12 Tf .05 0 0 .05 40 600 Tm ({UNSEEN}) Tj ET",),
    "small by the page's matrix": (FIRST + f"q .01 0 0 .01 0 0 cm {said(UNSEEN, y=60000)} Q",),
    "narrow": (FIRST + said(UNSEEN, y=600, looks="1 Tz"),),
    "below the page": (FIRST + said(UNSEEN, y=-300),),
    "left of the page": (FIRST + said(UNSEEN, x=-3000),),
    "right of the page": (FIRST + said(UNSEEN, x=900),),
    "clear": (FIRST + said(UNSEEN, y=600, looks="/G1 gs"), "/ExtGState << /G1 << /ca 0 >> >>"),
    "in pieces": (FIRST + f"BT 1 g /F1 12 Tf 40 600 Td [({UNSEEN[:9]}) -20 ({UNSEEN[9:]})] TJ ET",),
    "on the next line": (FIRST + f"BT 1 g /F1 12 Tf 14 TL 40 600 Td ({UNSEEN}) ' ET",),
    "in a form": (FIRST + "/X1 Do", "/XObject << /X1 5 0 R >>", (form(said(UNSEEN, y=600, looks="1 g")),)),
    "in a form that is painted white": (
        FIRST + "q 1 g /X1 Do Q",
        "/XObject << /X1 5 0 R >>",
        (form(said(UNSEEN, y=600)),),
    ),
    "in a form off the page": (
        FIRST + "/X1 Do",
        "/XObject << /X1 5 0 R >>",
        (form(said(UNSEEN, y=600), "/Matrix [1 0 0 1 0 -2000]"),),
    ),
    "white on a white box that a path cuts off elsewhere": (
        FIRST
        + "q 0 500 600 200 re W n 0 g 0 0 600 400 re f 1 g 0 0 600 800 re f "
        + said(UNSEEN, y=600, looks="1 g")
        + "Q",
    ),
    "white in a table of thin strokes": (
        FIRST + "1 w 20 580 500 60 re S 20 610 m 520 610 l S " + said(UNSEEN, y=600, looks="1 g"),
    ),
    "in a layer that is off": (
        FIRST + f"/OC /L1 BDC {said(UNSEEN, y=600)} EMC",
        "/Properties << /L1 5 0 R >>",
        (LAYER,),
        LAYERS,
    ),
    "in a form of a layer that is off": (
        FIRST + "/X1 Do",
        "/XObject << /X1 6 0 R >>",
        (LAYER, form(said(UNSEEN, y=600), "/OC 5 0 R")),
        LAYERS,
    ),
}
SEEN_PDF = {
    "black": (FIRST + said(UNSEEN, y=600),),
    "grey": (FIRST + said(UNSEEN, y=600, looks=".6 g"),),
    "white on a dark box": (FIRST + "0 g 0 580 600 60 re f " + said(UNSEEN, y=600, looks="1 g"),),
    "white on a dark shape": (FIRST + "0 g 0 580 m 600 580 l 600 640 l 0 640 l f " + said(UNSEEN, y=600, looks="1 g"),),
    "white on a picture": (PICTURE + FIRST + said(UNSEEN, y=600, looks="1 g"), "/XObject << /I1 5 0 R >>", (IMAGE,)),
    "white in a form on a dark box": (
        FIRST + "0 g 0 580 600 60 re f /X1 Do",
        "/XObject << /X1 5 0 R >>",
        (form(said(UNSEEN, y=600, looks="1 g")),),
    ),
    "white letters, and dark again": (FIRST + f"q 1 g Q {said(UNSEEN, y=600)}",),
    "edges in black, white inside": (FIRST + said(UNSEEN, y=600, looks="2 Tr 1 g 0 G"),),
    "a size by the matrix": (FIRST + f"BT /F1 1 Tf 12 0 0 12 40 600 Tm ({UNSEEN}) Tj ET",),
    "upside down": (FIRST + f"q 1 0 0 -1 0 800 cm BT /F1 12 Tf 1 0 0 -1 40 200 Tm ({UNSEEN}) Tj ET Q",),
    "small print": (FIRST + said(UNSEEN, y=600, size=5),),
    "turned": (FIRST + f"BT /F1 12 Tf 0 1 -1 0 590 300 Tm ({UNSEEN}) Tj ET",),
    "a pattern": (FIRST + said(UNSEEN, y=600, looks="/Pattern cs /P1 scn"),),
    "in a layer that is on": (
        FIRST + f"/OC /L1 BDC {said(UNSEEN, y=600)} EMC",
        "/Properties << /L1 6 0 R >>",
        (LAYER, LAYER),
        LAYERS,
    ),
    "marks and states that a form leaves open or ends too often": (
        FIRST + "/X1 Do " + said(UNSEEN, y=600) + "EMC EMC Q Q /X1 Do",
        "/XObject << /X1 5 0 R >>",
        (form("EMC Q Q q 1 g /OC /L1 BDC q"),),
    ),
    "as a path in which a colour's course is shown": (
        FIRST + f"q {said(UNSEEN, y=600, looks='7 Tr')} /S1 sh Q",
        "/Shading << /S1 << /ShadingType 2 >> >>",
    ),
    "white on a dark box under a white one that is cut off": (
        FIRST
        + "0 g 0 580 600 60 re f q 40 100 200 200 re W n 1 g 0 0 600 800 re f Q "
        + said(UNSEEN, y=600, looks="1 g"),
    ),
    "white on a dark box under a white one in a shape": (
        FIRST
        + "0 g 0 580 600 60 re f q 0 0 m 600 0 l 0 800 l W n 1 g 0 0 600 800 re f Q "
        + said(UNSEEN, y=600, looks="1 g"),
    ),
    "white on a thick stroke": (FIRST + "q 30 w 0 G 0 605 m 600 605 l S Q " + said(UNSEEN, y=600, looks="1 g"),),
    "white on a form without fonts": (
        FIRST + "/X1 Do " + said(UNSEEN, y=600, looks="1 g"),
        "/XObject << /X1 5 0 R >>",
        (
            "<< /Type /XObject /Subtype /Form /BBox [0 580 600 640] /Length 23 >>\n"
            "stream\n0 g 0 580 600 60 re f  \nendstream",
        ),
    ),
    "white on a dark box under a white one that multiplies": (
        FIRST + "0 g 0 580 600 60 re f q /G1 gs 1 g 0 0 600 800 re f Q " + said(UNSEEN, y=600, looks="1 g"),
        "/ExtGState << /G1 << /BM /Multiply >> >>",
    ),
    "white in a line that goes on over a dark box": (
        FIRST + f"0 g 80 580 500 60 re f BT /F1 12 Tf 40 600 Td (The pier: ) Tj 1 g ({UNSEEN}) Tj ET",
    ),
    "white behind a gap on a dark box": (
        FIRST + f"0 g 80 580 500 60 re f BT 1 g /F1 12 Tf 40 600 Td [-9000 ({UNSEEN})] TJ ET",
    ),
    "white on the next line on a dark box": (
        FIRST + f"0 g 0 580 600 20 re f BT 1 g /F1 12 Tf 14 TL 40 602 Td ({UNSEEN}) ' ET",
    ),
    "edges in black, clear inside": (
        FIRST + said(UNSEEN, y=600, looks="/G1 gs 1 Tr 0 G"),
        "/ExtGState << /G1 << /ca 0 >> >>",
    ),
    "behind operators that say nothing": (FIRST + "q cm Q rg re f /Nothing Do gs " + said(UNSEEN, y=600),),
}


def read_pdf(folder: Path, given: tuple[object, ...]) -> Document:
    return read_office_document(pdf(folder / "a.pdf", *given))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", HIDDEN_PDF)
def test_what_a_pdf_hides_is_no_evidence_and_is_told(kind: str, tmp_path: Path) -> None:
    read = read_pdf(tmp_path, HIDDEN_PDF[kind])
    assert " ".join(read.pieces[0].text.split()) == SEEN
    assert any("text that nobody sees was left out" in problem and "page 1" in problem for problem in read.problems)


@pytest.mark.parametrize("kind", SEEN_PDF)
def test_what_only_looks_hidden_in_a_pdf_stays(kind: str, tmp_path: Path) -> None:
    read = read_pdf(tmp_path, SEEN_PDF[kind])
    assert SEEN in read.pieces[0].text and UNSEEN in read.pieces[0].text.replace("\n", " ")
    assert not read.problems


def test_a_layer_that_text_recognition_puts_over_a_scan_is_read_and_told(tmp_path: Path) -> None:
    given = PICTURE + said(SEEN, looks="3 Tr"), "/XObject << /I1 5 0 R >>", (IMAGE,)
    read = read_pdf(tmp_path, given)
    assert read.pieces[0].text == SEEN
    assert any("invisible layer over a picture" in problem for problem in read.problems)


@pytest.mark.parametrize("order", [1, -1])
def test_a_stamp_that_is_seen_does_not_cost_a_scan_its_words(order: int, tmp_path: Path) -> None:
    parts = (PICTURE, said(SEEN, looks="3 Tr"))[::order]
    content = "".join(parts) + said("Case 1:20-cv-00123 Document 5 of 7", y=780)
    read = read_pdf(tmp_path, (content, "/XObject << /I1 5 0 R >>", (IMAGE,)))
    assert SEEN in read.pieces[0].text and "Case 1:20-cv-00123" in read.pieces[0].text
    assert any("invisible layer over a picture" in problem for problem in read.problems)


def test_a_small_picture_brings_no_words_without_ink(tmp_path: Path) -> None:
    logo = "q 20 0 0 20 40 690 cm /I1 Do Q "
    with pytest.raises(InputError, match="looks scanned"):
        read_pdf(tmp_path, (logo + said(SEEN, looks="3 Tr"), "/XObject << /I1 5 0 R >>", (IMAGE,)))


def test_annotations_and_attachments_of_a_pdf_are_no_text(tmp_path: Path) -> None:
    about = f"/Names << /EmbeddedFiles << /Names [(note.txt) << /Type /Filespec /Desc ({UNSEEN}) >>] >> >>"
    file = pdf(tmp_path / "a.pdf", FIRST, root=about)
    data = file.read_bytes().replace(
        b"/Contents 4 0 R",
        b"/Annots [<< /Subtype /Text /Rect [0 0 9 9] /Contents (" + UNSEEN.encode() + b") >>] /Contents 4 0 R",
    )
    file.write_bytes(data)
    assert [piece.text for piece in read_office_document(file).pieces] == [SEEN]


COLOURS = r"{\colortbl;\red255\green255\blue255;\red0\green0\blue128;}"


def rtf(folder: Path, body: str) -> Document:
    path = folder / "a.rtf"
    path.write_text(rf"{{\rtf1\ansi{COLOURS}{SEEN} {body}}}", encoding="latin-1")
    return read_office_document(path)


@pytest.mark.parametrize(
    "body",
    [
        rf"{{\v {UNSEEN}}}",
        rf"\v {UNSEEN}\v0 ",
        rf"\v1 {UNSEEN}\plain ",
        rf"{{\b\v {{\i {UNSEEN}}}}}",
        rf"{{\cf1 {UNSEEN}}}",
        rf"{{\cf2\highlight2 {UNSEEN}}}",
        rf"{{\cf2\chcbpat2 {UNSEEN}}}",
        rf"{{\fs2 {UNSEEN}}}",
        rf"{{\charscalex1 {UNSEEN}}}",
        rf"{{\expndtw-200 {UNSEEN}}}",
        rf"{{\deleted {UNSEEN}}}",
        rf"{{\v \u78?{UNSEEN[1:]}}}",
        rf"{{\v \'4e{UNSEEN[1:]}\emdash}}",
    ],
)
def test_what_an_rtf_file_hides_is_no_evidence_and_is_told(body: str, tmp_path: Path) -> None:
    read = rtf(tmp_path, body)
    assert read.pieces[0].text == SEEN
    assert "hidden text was left out" in read.problems[0]


@pytest.mark.parametrize(
    "body",
    [
        rf"{{\v0 {UNSEEN}}}",
        rf"\v\v0 {UNSEEN}",
        rf"{{\v }}{UNSEEN}",
        rf"{{\cf2 {UNSEEN}}}",
        rf"{{\cf1\highlight2 {UNSEEN}}}",
        rf"{{\fs12 {UNSEEN}}}",
        rf"{{\pard\intbl\cf1 {UNSEEN}\cell}}",
        rf"{{\stylesheet{{\s1\v Hidden;}}}}{UNSEEN}",
        rf"\pard\cbpat2\plain\cf1 {UNSEEN}",
        rf"\pard\cbpat2{{\highlight1\cf2 A name }}\cf1\highlight0 {UNSEEN}",
        rf"\pard\cbpat2 Title\par\pard\cf2 {UNSEEN}",
        rf"\pard\shading10000\cfpat2\cf1 {UNSEEN}",
        rf"{{\*\background A dark one}}\cf1 {UNSEEN}",
    ],
)
def test_what_only_looks_hidden_in_an_rtf_file_stays(body: str, tmp_path: Path) -> None:
    read = rtf(tmp_path, body)
    assert SEEN in read.pieces[0].text and UNSEEN in read.pieces[0].text
    assert not read.problems


def test_the_first_colour_of_an_rtf_file_is_no_ground(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(rf"{{\rtf1\ansi{{\colortbl\red0\green0\blue0;}}\pard\plain\cf0 {SEEN}\par}}", encoding="latin-1")
    assert read_office_document(path).pieces[0].text == SEEN


@pytest.mark.parametrize("body", [rf"{{\v {UNSEEN}}}", rf"{{\v \'4e{UNSEEN[1:]}}}", rf"{{\cf1 {UNSEEN}}}"])
def test_letters_that_an_rtf_file_hides_are_counted(body: str, tmp_path: Path) -> None:
    assert f"about {len(UNSEEN)} letters" in rtf(tmp_path, body).problems[0]


def hide_row(sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True


def fold_rows(sheet: Any) -> None:
    sheet.row_dimensions.group(3, 3, hidden=True)


def paint(sheet: Any, colour: str, ground: str | None = None) -> None:
    for cell in sheet[3]:
        cell.font = Font(color=colour)
        if ground:
            cell.fill = PatternFill("solid", fgColor=ground)


def shrink(sheet: Any) -> None:
    for cell in sheet[3]:
        cell.font = Font(size=1)


def show_no_value(sheet: Any) -> None:
    for cell in sheet[3]:
        cell.number_format = ";;;"


def in_the_white_of_the_theme(sheet: Any) -> None:
    for cell in sheet[3]:
        cell.font = Font(color=Color(theme=0))


def sheet_with(folder: Path, change: Callable[[Any], None]) -> Document:
    book = openpyxl.Workbook()
    for row in (["Bridge", "Vehicles"], ["Tern Street", 12_000], ["Nobody", 99]):
        book.active.append(row)
    change(book.active)
    book.save(folder / "a.xlsx")
    return read_office_document(folder / "a.xlsx")


@pytest.mark.parametrize(
    "change",
    [
        hide_row,
        fold_rows,
        shrink,
        show_no_value,
        in_the_white_of_the_theme,
        lambda sheet: paint(sheet, "FFFFFFFF"),
        lambda sheet: paint(sheet, "FF102030", "FF102030"),
    ],
)
def test_rows_and_cells_of_a_sheet_that_nobody_sees_are_no_evidence_and_are_told(
    change: Callable[[Any], None], tmp_path: Path
) -> None:
    read = sheet_with(tmp_path, change)
    assert [piece.text for piece in read.pieces] == ["Bridge: Tern Street; Vehicles: 12000."]
    assert "what nobody sees was left out: 2 cells, first on sheet Sheet" in read.problems[0]


def test_a_column_that_nobody_sees_is_no_evidence_and_the_others_keep_their_names(tmp_path: Path) -> None:
    def hide(sheet: Any) -> None:
        sheet.insert_cols(2)
        sheet["B1"], sheet["B2"] = "Note", UNSEEN
        sheet.column_dimensions["B"].hidden = True

    read = sheet_with(tmp_path, hide)
    assert read.pieces[0].text == "Bridge: Tern Street; Vehicles: 12000."
    assert "2 cells" in read.problems[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: paint(sheet, "FFFFFFFF", "FF102030"),
        lambda sheet: paint(sheet, "FF102030"),
        lambda sheet: setattr(sheet.row_dimensions[3], "height", 4),
    ],
)
def test_cells_that_are_seen_stay(change: Callable[[Any], None], tmp_path: Path) -> None:
    read = sheet_with(tmp_path, change)
    assert len(read.pieces) == 2 and not read.problems


def table_style(sheet: Any) -> None:
    for cell in sheet[1]:
        cell.font = Font(color="FFFFFFFF")
    sheet.add_table(Table(ref="A1:B3", displayName="T", tableStyleInfo=TableStyleInfo(name="TableStyleMedium2")))


def fill_without_colour(sheet: Any) -> None:
    for cell in sheet[3]:
        cell.font, cell.fill = Font(color="FF000000"), PatternFill("solid")


@pytest.mark.parametrize("change", [table_style, fill_without_colour])
def test_cells_stay_whose_ground_is_not_told_by_their_own_style(change: Callable[[Any], None], tmp_path: Path) -> None:
    read = sheet_with(tmp_path, change)
    told = ["Bridge: Tern Street; Vehicles: 12000.", "Bridge: Nobody; Vehicles: 99."]
    assert [piece.text for piece in read.pieces] == told and not read.problems


def test_names_of_columns_that_nobody_sees_do_not_make_a_row_of_figures_names(tmp_path: Path) -> None:
    def hide(sheet: Any) -> None:
        for cell in sheet[1]:
            cell.font = Font(color="FFFFFFFF")

    assert [piece.text for piece in sheet_with(tmp_path, hide).pieces] == ["Tern Street; 12000.", "Nobody; 99."]


def test_rows_and_columns_without_height_or_width_are_hidden_and_rows_may_lack_their_number() -> None:
    data = b"""<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
    <x:cols><x:col min="2" max="3" width="0"/><x:col min="5" max="5" width="9"/></x:cols>
    <x:sheetData><x:row/><x:row hidden='true'/><x:row r="7" ht="0"/><x:row ht="odd"/></x:sheetData></x:worksheet>"""
    found = unseen_of(io.BytesIO(data))
    assert found.rows == {2, 7} and found.columns == ((2, 3),)
    assert found.has(1, 3) and found.has(2, 1) and not found.has(8, 5)
