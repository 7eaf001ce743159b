"""What a Word or OpenDocument file says."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from pathlib import Path

import pytest
from word_files import change, comment, commented, docx, note, odt, p, packed, r, refer, table, unpacked
from word_samples import SAMPLES

from pipeline.articles import WordText, load_article, read_word
from pipeline.core.errors import InputError
from pipeline.core.settings import Settings

READ = {name: read_word(data) for name, data in SAMPLES.items()}


def lines(text: WordText) -> list[str]:
    return text.text.split("\n\n")


def refused(data: bytes, name: str = "draft.docx") -> str:
    with pytest.raises(InputError) as caught:
        read_word(data, name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_headings_lists_and_tables_are_lines_of_their_own() -> None:
    text = READ["python-docx"]
    assert lines(text) == [
        "The dunes of Westerfleet",
        "Sand",
        "The dunes rose by four metres between 1990 and 2010, says Prof. Inga Tholen.",
        "first marram grass",
        "then willow",
        *("Year", "Height", "2010", "9 m"),
    ]
    assert [(each.level, each.span.exact) for each in text.headings] == [(1, "The dunes of Westerfleet"), (1, "Sand")]
    assert text.title == "The dunes of Westerfleet"


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_in_nfc_and_its_spans_hold_their_words(name: str) -> None:
    text = READ[name]
    assert text.text
    assert unicodedata.is_normalized("NFC", text.text)
    spans = [*text.footnotes, *(each.span for each in text.headings), *(each.span for each in text.comments)]
    assert all(span is not None and span.is_in(text.text) for span in spans)


def test_runs_that_saving_split_read_as_one_text() -> None:
    assert lines(READ["Word, runs split by saves"]) == [
        "The Ferry Question",
        "The ferry Aelva carries 412 passengers a day.",
        "It was built in Turku.",
    ]


def test_what_asks_for_a_text_is_none_and_controls_hold_text() -> None:
    assert lines(READ["Word, smart tags and content controls"]) == [
        'The port of Kotka has 31 cranes and <one> & "two" gates.',
        "A paragraph in a control says so.",
        "So does another.",
    ]


def test_a_text_box_is_read_once_after_the_paragraph_it_hangs_on() -> None:
    assert lines(READ["Word, text boxes and emoji"]) == [
        "The mood \U0001f600 was good on Friday.",
        "A pull quote of the harbour master",
        "The next day it was not.",
    ]


def test_of_a_field_only_its_result_is_read() -> None:
    assert lines(READ["Word, links and fields"]) == [
        "Table 7",
        "See the town register of 3 May 2024, page",
        "As Table 7 shows, shownwithin is the result.",
    ]


def test_a_field_that_is_never_closed_hides_nothing_after_its_paragraph() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert lines(read_word(docx(p("Before ", begin), p("After.")))) == ["Before", "After."]


def test_tracked_changes_are_read_as_accepted_and_told() -> None:
    text = READ["Word, tracked changes and comments"]
    assert lines(text) == [
        "The budget rose by six per cent.",
        "A line whose mark is deleted goes on; inserted by hand and long at the end.",
        "Then moved here.",
    ]
    assert text.tracked_changes == 5
    assert "tracked changes were read as accepted: 2 deletions, 2 insertions, 1 move" in text.warnings


def test_comments_are_the_writers_notes_at_their_words() -> None:
    first, second = READ["Word, tracked changes and comments"].comments
    assert (first.author, first.text) == ("Rita Writer", "Source: the minutes of 4 March")
    assert first.written_at is not None and first.written_at.isoformat() == "2026-02-03T09:15:00+00:00"
    assert first.span is not None and first.span.exact == "rose by six"
    assert second.span is not None and second.span.exact == "at the end."
    assert READ["Google Docs"].comments[0].span is not None
    assert READ["Google Docs"].comments[0].span.exact == "7 kilometres"


def test_a_comment_between_paragraphs_covers_them_and_one_at_a_point_covers_nothing() -> None:
    point = '<w:r><w:commentReference w:id="2"/></w:r>'
    data = docx(
        p("Before."),
        '<w:commentRangeStart w:id="1"/>',
        p("First of two."),
        p("Second", point, " of two."),
        '<w:commentRangeEnd w:id="1"/>',
        p("After."),
        parts={"comments": comment(1, "A", "both") + comment(2, "A", "here")},
    )
    both, here = read_word(data).comments
    assert both.span is not None and both.span.exact == "First of two.\n\nSecond of two."
    assert here.span is None


def test_a_comment_may_begin_or_end_among_words_that_are_deleted() -> None:
    """LibreOffice writes the marks of a comment on replaced words into the deletion."""
    start, end = '<w:commentRangeStart w:id="1"/>', '<w:commentRangeEnd w:id="1"/>'
    began = change("del", "three").replace("<w:r>", f"{start}<w:r>", 1)
    ended = change("del", "dogs").replace("</w:r>", f"</w:r>{end}", 1)
    data = docx(p("Take ", began, change("ins", "four"), " cats", ended, "."), parts={"comments": comment(1, "A", "n")})
    assert [each.span and each.span.exact for each in read_word(data).comments] == ["four cats"]


def test_a_comment_on_words_that_are_deleted_has_no_words() -> None:
    data = docx(p("It is ", commented(1, change("del", "not ")), "so."), parts={"comments": comment(1, "A", "cut?")})
    assert [each.span for each in read_word(data).comments] == [None]


def test_footnotes_and_endnotes_stand_at_the_end_told_apart() -> None:
    text = READ["Word, footnotes and endnotes"]
    assert lines(text) == [
        "The lock opened in 1904 and closed in 1971.",
        "Its keeper stayed.",
        "The first lock of granite in the county.",
        "According to the town archive.",
        "Her name was Ebba Lund.",
    ]
    assert [span.exact for span in text.footnotes] == lines(text)[2:]
    assert "at the end of the text: 2 footnotes and 1 endnote" in text.warnings


def test_a_footnote_whose_reference_is_deleted_is_not_read() -> None:
    gone = f'<w:del w:id="1" w:author="E" w:date="2026-01-01T00:00:00Z">{refer("footnote", 1)}</w:del>'
    data = docx(p("Kept.", gone), parts={"footnotes": note("footnote", 1, "Gone.")})
    assert read_word(data).text == "Kept."


def test_cells_are_read_row_by_row_and_deleted_rows_are_not() -> None:
    assert lines(READ["Word, tables"]) == [
        "Rainfall by station",
        *("Station", "Rain", "Ostby", "812 mm"),
        *("inner one", "inner two", "after it"),
        "The stations are old.",
    ]


def test_tabs_breaks_and_hyphens_are_read_as_they_look() -> None:
    assert lines(READ["LibreOffice"])[1] == "The high tidemark is at 3-metre\tlevel\nand risingsince 1950."


def test_a_programs_list_items_have_no_signs_and_its_headings_their_level() -> None:
    text = READ["pandoc"]
    assert lines(text) == [
        "Wells",
        "The village has nine wells, dug by hand.",
        "one is dry",
        "eight are not",
        "Counted in 2019.",
    ]
    assert [(each.level, each.span.exact) for each in text.headings] == [(2, "Wells")]


def test_marks_of_direction_are_removed_and_told_words_are_kept() -> None:
    text = READ["right to left"]
    assert lines(text)[0] == "The poet נתן זך met محمود درويش in 1980, it is said."
    assert lines(text)[2] == "ABC was turned round; this."
    assert any("right-to-left mark" in warning for warning in text.warnings)


def test_combining_marks_are_composed_and_soft_hyphens_dropped() -> None:
    assert lines(READ["unusual characters"]) == [
        "Café Anémone in Pläu costs ±4 a cup.",
        "A family \U0001f468\u200d\U0001f469\u200d\U0001f467 of soft hyphens, é and q\u0323\u0307.",
        "Hangul 각 and \u00e1\u0327 ring; Å is Å, Ω stays?\nNext line.".replace(
            "\u00e1\u0327", unicodedata.normalize("NFC", "a\u0327\u0301")
        ),
        "base and x=2 follow.",
    ]


def test_hidden_text_is_left_out_and_told() -> None:
    text = READ["hidden text"]
    assert text.text == "Seen, seen again and shown."
    assert "hidden text was left out: 23 characters" in text.warnings


@pytest.mark.parametrize(
    ("style", "level"), [("berschrift1", 1), ("Kicker", 2), ("Rubrik", 3), ("Heading4", 4), ("Normal", 0), ("", 0)]
)
def test_a_heading_is_known_by_its_styles_name_or_outline_level_in_any_language(style: str, level: int) -> None:
    found = read_word(docx(p("Some words", style=style), p("More."))).headings
    assert [heading.level for heading in found] == [level] * bool(level)


def test_the_title_in_sight_wins_over_the_files_properties_and_these_over_a_first_heading() -> None:
    titled, headed = p("In sight", style="Titel"), p("A heading", style="berschrift1")
    assert read_word(docx(titled, p("Text."), title="Old template")).title == "In sight"
    assert read_word(docx(headed, p("Text."), title="Noted")).title == "Noted"
    assert read_word(docx(headed, p("Text."))).title == "A heading"
    assert read_word(docx(p("Text."), headed)).title is None


def test_a_symbol_of_an_unknown_font_is_shown_as_lost() -> None:
    text = read_word(docx(p("About 4 ", '<w:r><w:sym w:font="Wingdings" w:char="F04A"/></w:r>', " of five.")))
    assert text.text == "About 4 \ufffd of five."
    assert any("1 symbol of a font's own" in warning for warning in text.warnings)


# OpenDocument


def test_an_open_document_text_is_read_alike() -> None:
    data = odt(
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        '<text:p text:style-name="P1">The old mill</text:p><text:h text:outline-level="2">Water</text:h>'
        "<text:p>It  had\n  two<text:s text:c='2'/>wheels<text:note text:note-class='footnote'><text:note-citation>1"
        "</text:note-citation><text:note-body><text:p>Of oak.</text:p></text:note-body></text:note>,<text:tab/>says "
        "<office:annotation office:name='a'><dc:creator>Jo</dc:creator><dc:date>2026-01-02T03:04:05.000000000</dc:date>"
        "<text:p>letter of 3 May</text:p></office:annotation><text:span>the <text:span>miller</text:span></text:span>"
        "<office:annotation-end office:name='a'/>.<text:line-break/><text:span text:style-name='T1'>secret</text:span>"
        "So.</text:p><text:list><text:list-item><text:p>an item</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>a cell</text:p></table:table-cell></table:table-row>"
        "</table:table>",
        styles='<style:style style:name="P1" style:parent-style-name="Title"/><style:style style:name="T1">'
        '<style:text-properties text:display="none"/></style:style>',
    )
    text = read_word(data)
    assert lines(text) == [
        "The old mill",
        "Water",
        "It had two  wheels,\tsays the miller.\nSo.",
        "an item",
        "a cell",
        "Of oak.",
    ]
    assert text.title == "The old mill"
    assert [(each.level, each.span.exact) for each in text.headings] == [(1, "The old mill"), (2, "Water")]
    (written,) = text.comments
    assert (written.author, written.text) == ("Jo", "letter of 3 May")
    assert written.span is not None and written.span.exact == "the miller"
    assert [span.exact for span in text.footnotes] == ["Of oak."]
    assert text.tracked_changes == 1
    assert "hidden text was left out: 6 characters" in text.warnings


def test_an_encrypted_open_document_is_refused() -> None:
    data = odt("<text:p>x</text:p>", manifest="<m><encryption-data/></m>")
    assert "protected by a password" in refused(data, "draft.odt")


# What cannot be read


def test_an_old_word_file_and_a_protected_one_are_told_apart() -> None:
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert "is an old Word file (.doc)" in refused(magic + "WordDocument".encode("utf-16-le"))
    assert "is protected by a password" in refused(magic + "EncryptedPackage".encode("utf-16-le"))


def test_a_broken_zip_is_refused() -> None:
    assert "is a broken file" in refused(SAMPLES["pandoc"][:-400])
    damaged = bytearray(packed(unpacked(SAMPLES["pandoc"]), method=zipfile.ZIP_STORED))
    damaged[damaged.index(b"<w:document")] ^= 1
    assert "is a broken file" in refused(bytes(damaged))


def test_a_zip_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    bomb = docx(p("x"), extra={"word/more.xml": b" " * 41_000_000})
    assert len(bomb) < 100_000
    assert "unpacks to more than a text needs" in refused(bomb)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_with_entities_is_refused(encoding: str) -> None:
    files = unpacked(docx(p("x &lol;".replace("&amp;", "&"))))
    declared = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE w [<!ENTITY lol "lol">]>'
    document = files["word/document.xml"].decode().partition("?>")[2]
    assert "document type" in refused(packed({**files, "word/document.xml": f"{declared}{document}".encode(encoding)}))


def test_what_is_no_word_document_inside_is_refused() -> None:
    files = unpacked(SAMPLES["pandoc"])
    main = b"wordprocessingml.document.main"
    types = files["[Content_Types].xml"]
    for other in (b"ms-word.document.macroEnabled.main", b"wordprocessingml.template.main"):
        assert "template or holds macros" in refused(
            packed({**files, "[Content_Types].xml": types.replace(main, other)})
        )
    assert "no .docx that can be read" in refused(packed({**files, "word/document.xml": b"<w:document"}))
    assert "no .docx that can be read" in refused(packed({**files, "word/document.xml": b"<x/>"}))
    assert "has broken footnotes" in refused(packed({**files, "word/footnotes.xml": b"<w:footnotes"}))
    strict = files["_rels/.rels"].replace(b"schemas.openxmlformats.org/office", b"purl.oclc.org/ooxml/office")
    assert "Strict Open XML" in refused(packed({**files, "_rels/.rels": strict}))
    without = {name: content for name, content in files.items() if name != "_rels/.rels"}
    assert "no .docx that can be read" in refused(packed(without))


def test_a_relationship_to_a_part_that_is_not_there_does_no_harm() -> None:
    files = unpacked(docx(p("The text is whole.")))
    name = "word/_rels/document.xml.rels"
    image = b'<Relationship Id="rId9" Type="http://x/image" Target="NULL"/></Relationships>'
    data = packed({**files, name: files[name].replace(b"</Relationships>", image)})
    assert read_word(data).text == "The text is whole."


# Through load_article

PROSE = (
    "The harbour council voted on Tuesday to rebuild the eastern pier, which a storm had broken in two places, "
    "and promised to finish the work before the ferries return in spring."
)


def test_a_word_file_is_an_article_whatever_its_name_says(tmp_path: Path) -> None:
    data = docx(
        p("Pier", style="Titel"), p("Costs", style="berschrift2"), p(PROSE, change("ins", " It will cost much."))
    )
    file = tmp_path / "draft.txt"
    file.write_bytes(data)
    for article in (load_article(str(file), Settings()), load_article("-", Settings(), stdin=data)):
        assert article.title == "Pier"
        assert article.text == f"Pier\n\nCosts\n\n{PROSE} It will cost much."
        assert [(each.level, each.span.exact) for each in article.headings] == [(1, "Pier"), (2, "Costs")]
        assert article.warnings == ("tracked changes were read as accepted: 1 insertion",)


def test_an_open_document_is_an_article_too() -> None:
    assert load_article("-", Settings(), stdin=odt(f"<text:p>{PROSE}</text:p>")).text == PROSE


def test_other_zips_stay_refused_and_word_files_say_why(tmp_path: Path) -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as file:
        file.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(InputError, match="is a zip file, not text: .*docx"):
        load_article("-", Settings(), stdin=other.getvalue())
    draft = tmp_path / "draft.docx"
    draft.write_bytes(SAMPLES["pandoc"][:-300])
    with pytest.raises(InputError, match=r"draft\.docx is a broken file"):
        load_article(str(draft), Settings())


def test_an_empty_word_file_is_refused() -> None:
    with pytest.raises(InputError, match="is empty"):
        load_article("-", Settings(), stdin=docx(p(""), table(("", ""))))


def test_a_line_is_cleaned_as_other_readers_clean_theirs() -> None:
    from pipeline.articles.cleaning import Cleaner
    from pipeline.articles.word.layout import tidy

    for raw in (
        "  a\u200bb  ",
        "e\u0301\u0323x",
        "\u1100\u1161\u11a8",
        "a\u00a0 b",
        "\U0001f468\u200d\U0001f469",
        "\u05d0\u200d",
    ):
        assert tidy(raw, Cleaner()).text == Cleaner().clean(raw).strip()
        assert tidy(raw, Cleaner(), on_one_line=True).text == " ".join(Cleaner().clean(raw).split())


def test_a_run_that_is_bold_is_no_heading() -> None:
    assert read_word(docx(p(r("Bold words", "<w:b/>")))).headings == ()


SEEN, UNSEEN = "The council closed the pier. ", "Nobody sees these words."


@pytest.mark.parametrize(
    "looks",
    [
        '<w:color w:val="FFFFFF"/>',
        '<w:color w:val="FEFEFE"/>',
        '<w:sz w:val="2"/>',
        '<w:w w:val="1"/>',
        '<w:spacing w:val="-400"/>',
        '<w:color w:val="000080"/><w:shd w:val="clear" w:fill="000080"/>',
    ],
)
def test_letters_that_nobody_can_read_are_left_out_and_told(looks: str) -> None:
    text = read_word(docx(p(SEEN, r(UNSEEN, looks))))
    assert text.text == SEEN.strip()
    assert f"hidden text was left out: {len(UNSEEN)} characters" in text.warnings


@pytest.mark.parametrize(
    "looks",
    [
        '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000080"/>',
        '<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>',
        '<w:color w:val="auto"/><w:sz w:val="12"/><w:spacing w:val="-10"/><w:w w:val="90"/>',
    ],
)
def test_letters_on_a_ground_of_another_colour_stay(looks: str) -> None:
    text = read_word(docx(p(SEEN, r(UNSEEN, looks))))
    assert text.text == SEEN + UNSEEN


def test_white_letters_of_a_dark_cell_stay() -> None:
    white = p(r(UNSEEN, '<w:color w:val="FFFFFF"/>'))
    dark = '<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="204060"/></w:tcPr>'
    cell = f"<w:tbl><w:tr><w:tc>{dark}{white}</w:tc></w:tr></w:tbl>"
    text = read_word(docx(p(SEEN), cell, p(SEEN)))
    assert UNSEEN in text.text
