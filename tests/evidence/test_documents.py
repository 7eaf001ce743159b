"""Evidence from office documents: what they say, where it stands in them, and what is told instead of guessed."""

from __future__ import annotations

import zipfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import docx
import openpyxl
import pytest
from documents import write_odt, write_pdf
from hypothesis import given, strategies as st

from pipeline.core.errors import InputError
from pipeline.core.models import Passage
from pipeline.evidence import table_files
from pipeline.evidence.documents import READERS, read_office_document
from pipeline.evidence.reading import read_reference

BRIDGE = "The Tern Street bridge carries 12,000 vehicles a day."


def passages(path: Path) -> tuple[Passage, ...]:
    return read_reference(path).passages


def test_a_pdf_is_read_by_page_with_its_lines_joined(tmp_path: Path) -> None:
    file = write_pdf(
        tmp_path / "report.pdf",
        ["The Tern Street bridge carries\n12,000 vehi-\ncles a day.", "It was\nopened in 1931."],
    )
    one, two = passages(file)
    assert (one.text, one.place, one.title) == (BRIDGE, "page 1", "report")
    assert (two.text, two.place) == ("It was opened in 1931.", "page 2")


def test_a_pdf_of_more_pages_than_are_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.evidence.documents._MOST_PAGES", 2)
    file = write_pdf(tmp_path / "endless.pdf", [f"{BRIDGE} Page {number}." for number in range(5)])
    read = read_office_document(file)
    assert [piece.place for piece in read.pieces] == ["page 1", "page 2"]
    assert read.problems == (f"{file}: only the first 2 of 5 pages are read: split it",)


def test_scanned_pages_are_told_and_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="looks scanned: it has no text on its 2 pages"):
        read_reference(write_pdf(tmp_path / "scan.pdf", ["", ""]))
    partly = read_reference(write_pdf(tmp_path / "partly.pdf", [BRIDGE, ""]))
    assert len(partly.passages) == 1 and "1 of 2 pages hold no text" in partly.problems[0]


def test_a_word_file_is_read_by_heading_and_table_row(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "Bridges of Port Velda"
    document.add_heading("Traffic")
    document.add_paragraph(BRIDGE)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells], ["Year", "Vehicles", "2030", "11,400"], strict=True
    ):
        cell.text = text
    document.save(str(tmp_path / "a.docx"))
    found = {(each.text, each.place) for each in passages(tmp_path / "a.docx")}
    assert found == {(BRIDGE, "under “Traffic”"), ("Year: 2030; Vehicles: 11,400.", "table 1, row 2")}
    assert {each.title for each in passages(tmp_path / "a.docx")} == {"Bridges of Port Velda"}


def test_what_a_word_file_hides_or_has_deleted_is_no_evidence_and_is_told(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph(BRIDGE)
    paragraph.add_run(" It was closed in 2030.").font.hidden = True
    document.save(str(tmp_path / "a.docx"))
    read = read_reference(tmp_path / "a.docx")
    assert [each.text for each in read.passages] == [BRIDGE]
    assert any("hidden text was left out" in problem for problem in read.problems)


def test_cells_of_several_lines_and_empty_ones_keep_their_columns(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for row, texts in enumerate((["Road", "Note", "Vehicles"], ["Tern", "", "12"], ["Gull", "new\nwide", "3"])):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(2, 0).add_table(rows=1, cols=1).cell(0, 0).text = "Lane"
    document.save(str(tmp_path / "a.docx"))
    assert [(each.text, each.place) for each in passages(tmp_path / "a.docx")] == [
        ("Road: Tern; Vehicles: 12.", "table 1, row 2"),
        ("Road: Gull Lane; Note: new wide; Vehicles: 3.", "table 1, row 3"),
    ]


def test_attachments_of_a_mail_are_told(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["To"] = "roads@velda.example", "Bridge", "desk@velda.example"
    mail.set_content(BRIDGE)
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="counts.pdf")
    (tmp_path / "a.eml").write_bytes(mail.as_bytes())
    read = read_reference(tmp_path / "a.eml")
    assert [each.text for each in read.passages] == [BRIDGE]
    assert any("counts.pdf" in problem for problem in read.problems)


def test_an_open_document_is_read_without_what_was_deleted_and_without_comments(tmp_path: Path) -> None:
    body = (
        "<office:text><text:tracked-changes><text:p>It never opened.</text:p></text:tracked-changes>"
        "<text:h>Traffic</text:h><text:p>The Tern Street bridge<text:s/>carries <text:span>12,000</text:span> vehicles"
        " a day.<text:note>So it is.</text:note></text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>Year</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:table-cell><text:p>2030</text:p></table:table-cell></table:table-row></table:table>"
        "</office:text>"
    )
    found = {(each.text, each.place) for each in passages(write_odt(tmp_path / "a.odt", body))}
    assert found == {(BRIDGE, "under “Traffic”"), ("Year: 2030.", "table 1, row 2")}


def test_rtf_and_mail_are_read_with_their_dates_and_without_what_they_quote(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_text(r"{\rtf1\ansi The Tern Street bridge carries 12,000 vehicles a day.\par}")
    assert passages(tmp_path / "a.rtf")[0].text == BRIDGE
    mail = "From: Road Office <roads@velda.example>\nSubject: Bridge\nDate: Wed, 05 May 2021 10:00:00 +0200\n\n"
    (tmp_path / "a.eml").write_text(f"{mail}{BRIDGE}\n> How many cross it?\n")
    (found,) = passages(tmp_path / "a.eml")
    assert (found.text, found.title, found.published_at) == (BRIDGE, "Bridge", date(2021, 5, 5))
    assert found.place and "roads@velda.example" in found.place


@pytest.mark.parametrize(
    "written",
    [
        "Road,Vehicles a day\nTern Street,12000\n",
        "sep=;\nRoad;Vehicles a day\nTern Street;12000\n",
        "Traffic counts,\nRoad,Vehicles a day\nTern Street,12000\n",
        "\ufeffRoad;Vehicles a day\nTern Street;12000\n\n",
        "Road\tVehicles a day\nTern Street\t12000\n",
    ],
)
def test_a_table_is_read_row_by_row_with_the_names_of_its_columns(tmp_path: Path, written: str) -> None:
    (tmp_path / "counts.csv").write_text(written, encoding="utf-8")
    (found,) = passages(tmp_path / "counts.csv")
    assert found.text == "Road: Tern Street; Vehicles a day: 12000."
    assert found.place and found.place.startswith("table, row ")


def test_a_sheet_is_read_as_it_is_shown_and_hidden_ones_are_not(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Counts"
    for row in (["Road", "Counted", "Share", "Lorries"], ["Tern Street", date(2031, 5, 4), 0.125, 480.0]):
        sheet.append(row)
    sheet["C2"].number_format = "0.0%"
    hidden = book.create_sheet("Draft")
    hidden.append(["Road", "Counted"])
    hidden.append(["Tern Street", "never"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "counts.xlsx")
    (found,) = passages(tmp_path / "counts.xlsx")
    assert found.text == "Road: Tern Street; Counted: 2031-05-04; Share: 12.5%; Lorries: 480."
    assert (found.place, found.title) == ("sheet Counts, row 2", "counts, Counts")


def test_a_cell_at_the_end_of_a_sheet_makes_no_row_as_wide_as_the_sheet_and_no_gap_of_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for number in range(1, 4):
        sheet.cell(number * 300, 1, "Road" if number == 1 else "Tern Street")
        sheet.cell(number * 300, 2, "Vehicles" if number == 1 else number)
        sheet.cell(number * 300, 16_384, "far")
    book.save(tmp_path / "far.xlsx")
    ((_, rows, _),) = table_files._xlsx_sheets(tmp_path / "far.xlsx")
    assert len(rows) == 900 and sum(map(len, rows)) == 6, "45 kB of such rows were gigabytes of empty cells"
    two, three = passages(tmp_path / "far.xlsx")
    assert (two.text, two.place) == ("Road: Tern Street; Vehicles: 2.", "sheet Sheet, row 600")
    assert three.place == "sheet Sheet, row 900"


def test_a_table_of_office_records_is_led_to_the_command_that_reads_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Person,Office\nAnn Lee,Mayor\n")
    with pytest.raises(InputError, match="offices import"):
        read_reference(tmp_path / "a.csv")


def test_what_stands_beside_a_document_says_more_of_its_source(tmp_path: Path) -> None:
    (tmp_path / "counts.csv").write_text("Road,Vehicles\nTern Street,12000\n")
    (tmp_path / "counts.yaml").write_text("publisher: Road Office\ndate: 2031\nurl: https://velda.example/counts\n")
    (found,) = passages(tmp_path)
    assert (found.publisher, str(found.published), found.source_url) == (
        "Road Office",
        "2031",
        "https://velda.example/counts",
    )


@pytest.mark.parametrize("ending", [*READERS, ".doc"])
def test_a_broken_document_costs_no_other_and_is_told_in_one_line(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"broken{ending}").write_bytes(b"\x00\x01 no such thing")
    (tmp_path / "a.txt").write_text(BRIDGE)
    read = read_reference(tmp_path)
    assert len(read.passages) == 1
    (problem,) = read.problems
    assert f"broken{ending}" in problem and "\n" not in problem


@pytest.mark.parametrize(
    ("name", "begins", "told"),
    [
        ("minutes.docx", b"%PDF-1.7 ...", "holds a file of the kind .pdf"),
        ("minutes.pdf", b"{\\rtf1 ...}", "holds a file of the kind .rtf"),
        ("counts.csv", b"PK\x03\x04....", "holds a packed file"),
        ("budget.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "without a password"),
    ],
)
def test_a_file_that_holds_another_kind_than_it_is_named_says_what_to_do(
    tmp_path: Path, name: str, begins: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(begins)
    with pytest.raises(InputError, match=told):
        read_office_document(tmp_path / name)


def test_one_scanned_page_is_told_as_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no text on its 1 page: run"):
        read_office_document(write_pdf(tmp_path / "scan.pdf", [""]))


def test_a_document_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    bomb = zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED)
    with bomb as file, file.open("word/document.xml", "w") as part:
        for _ in range(301):
            part.write(b"\0" * 1_000_000)
    with pytest.raises(InputError, match="unpacks to more"):
        read_office_document(tmp_path / "bomb.docx")


@given(st.binary(max_size=200), st.sampled_from(sorted(READERS)))
def test_any_bytes_are_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, ending: str
) -> None:
    file = tmp_path_factory.getbasetemp() / f"any{ending}"
    file.write_bytes(data)
    try:
        read_office_document(file)
    except InputError as error:
        assert "\n" not in str(error)
