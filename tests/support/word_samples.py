"""Articles as different programs write them into .docx, each with what is special to it."""

from __future__ import annotations

import io

import docx as python_docx
from word_files import (
    change,
    comment,
    commented,
    docx,
    emoji,
    field,
    link,
    note,
    p,
    r,
    refer,
    table,
    text_box,
)

_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)
_GOOGLE = '<w:rtl w:val="0"/>'
_LIST = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
_MARK_DELETED = '<w:rPr><w:del w:id="77" w:author="Editor" w:date="2026-03-01T10:00:00Z"/></w:rPr>'


def _by_python_docx() -> bytes:
    document = python_docx.Document()
    document.core_properties.title = "Dunes"
    document.add_heading("The dunes of Westerfleet", 0)
    document.add_heading("Sand", 1)
    paragraph = document.add_paragraph("The dunes rose by ")
    paragraph.add_run("four metres").bold = True
    paragraph.add_run(" between 1990 and 2010, says ").italic = True
    paragraph.add_run("Prof. Inga Tholen.")
    for item in ("first marram grass", "then willow"):
        document.add_paragraph(item, style="List Bullet")
    grid = document.add_table(2, 2)
    for cell, words in zip(
        (cell for row in grid.rows for cell in row.cells), ("Year", "Height", "2010", "9 m"), strict=True
    ):
        cell.text = words
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _split_by_saves() -> bytes:
    return docx(
        p("The Ferry Question", style="berschrift1"),
        p(
            r("The fer", rsid="00A1"),
            '<w:proofErr w:type="spellStart"/>',
            r("ry Ae", "<w:i/>", rsid="00A2"),
            '<w:bookmarkStart w:id="5" w:name="_GoBack"/><w:bookmarkEnd w:id="5"/>',
            r("lva car", rsid="00A3"),
            '<w:proofErr w:type="spellEnd"/>',
            r("ries 41", "<w:b/><w:i/>", rsid="00A2"),
            r("2 passengers", rsid="00A4"),
            "<w:r><w:lastRenderedPageBreak/><w:t xml:space='preserve'> a day.</w:t></w:r>",
        ),
        p(""),
        p("It was built in Turku."),
    )


def _tags_and_controls() -> bytes:
    smart = '<w:smartTag w:uri="urn:x" w:element="place"><w:smartTagPr/>' + r("Kotka") + "</w:smartTag>"
    inline = (
        f'<w:sdt><w:sdtPr><w:tag w:val="n"/></w:sdtPr><w:sdtContent>{r("31 cranes", "<w:b/>")}</w:sdtContent></w:sdt>'
    )
    empty = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{p('Click here')}</w:sdtContent></w:sdt>"
    said = p("A paragraph in a control says so.") + p("So does another.")
    block = f"<w:sdt><w:sdtPr/><w:sdtContent>{said}</w:sdtContent></w:sdt>"
    return docx(p("The port of ", smart, " has ", inline, ' and <one> & "two" gates.'), empty, block)


def _boxes_and_emoji() -> bytes:
    return docx(
        p("The mood ", emoji("1F600"), " was good", text_box(p("A pull quote of the harbour master")), " on Friday."),
        p("The next day it was not."),
    )


def _links_and_fields() -> bytes:
    simple = f'<w:fldSimple w:instr=" QUOTE &quot;3 May 2024&quot; ">{r("3 May 2024")}</w:fldSimple>'
    nested = field("IF", r("shown"), field("REF x", "within")).replace(
        "</w:instrText></w:r>", "</w:instrText></w:r>" + field("PAGE", "unseen"), 1
    )
    return docx(
        p('<w:bookmarkStart w:id="9" w:name="_Ref1"/>', "Table 7", '<w:bookmarkEnd w:id="9"/>'),
        p("See ", link(r("the town", '<w:u w:val="single"/>'), r(" register")), " of ", simple, ", page "),
        p("As ", field("REF _Ref1", r("Table ", "<w:i/>"), "7"), " shows, ", nested, " is the result."),
    )


def _reviewed() -> bytes:
    comments = comment(3, "Rita Writer", "Source: the minutes of 4 March") + comment(8, "Ed", "Really?")
    return docx(
        p("The budget ", commented(3, "rose by ", change("del", "5"), change("ins", "six", number=901)), " per cent."),
        p("A line whose mark is dele", properties=_MARK_DELETED),
        p("ted goes on; ", change("ins", "inserted by hand and long", number=902), commented(8, " at the end.")),
        p(change("moveFrom", "Moved away.", number=903)),
        p("Then ", change("moveTo", "moved here.", number=904)),
        parts={"comments": comments},
    )


def _with_notes() -> bytes:
    return docx(
        p("The lock", refer("footnote", 2), " opened in 1904", refer("endnote", 2), " and closed in 1971."),
        p("Its keeper", refer("footnote", 3), " stayed."),
        parts={
            "footnotes": _SEPARATORS
            + note("footnote", 2, " The first lock of ", r("granite", "<w:b/>"), " in the county.")
            + note("footnote", 3, " Her name was Ebba Lund."),
            "endnotes": _SEPARATORS.replace("footnote", "endnote")
            + note("endnote", 2, " According to the town archive."),
        },
    )


def _tables() -> bytes:
    deleted = '<w:trPr><w:del w:id="50" w:author="Editor" w:date="2026-03-01T10:00:00Z"/></w:trPr>'
    cell = f"<w:tc>{table(('inner one', 'inner two'))}{p('after it')}</w:tc>"
    inner = f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{cell}</w:tr></w:tbl>"
    return docx(
        p("Rainfall by station"),
        table(("Station", "Rain"), ("Ostby", "812 mm")),
        p(""),
        table(("gone", "gone too"), row_properties=deleted),
        inner,
        p("The stations are old."),
    )


def _by_libreoffice() -> bytes:
    language = '<w:lang w:val="en-GB"/>'
    return docx(
        p('<w:bookmarkStart w:id="0" w:name="__RefHeading__1"/>', r("Tides", language), style="Heading1"),
        p(
            r("The high ", language),
            "<w:r><w:rPr/><w:t>tide</w:t><w:softHyphen/><w:t>mark</w:t></w:r>",
            "<w:r><w:t xml:space='preserve'> is at 3</w:t><w:noBreakHyphen/><w:t>metre</w:t>",
            "<w:tab/><w:t>level</w:t><w:br/><w:t>and rising</w:t></w:r>",
            commented(0, r("since 1950", language)),
            r(".", language),
            style="TextBody",
        ),
        parts={"comments": comment(0, "Unknown Author", "Tide gauge, p. 4")},
    )


def _by_google_docs() -> bytes:
    def wrapped(inside: str, tag: int) -> str:
        properties = f'<w:sdtPr><w:id w:val="-{tag}"/><w:tag w:val="goog_rdk_{tag}"/></w:sdtPr>'
        return f"<w:sdt>{properties}<w:sdtContent>{inside}</w:sdtContent></w:sdt>"

    ended = '<w:commentRangeEnd w:id="0"/><w:r><w:rPr><w:rtl w:val="0"/></w:rPr><w:commentReference w:id="0"/></w:r>'
    return docx(
        p(r("Ice roads", _GOOGLE), style="Title"),
        p(
            r("The road to Hailuoto is ", _GOOGLE),
            wrapped('<w:commentRangeStart w:id="0"/>', 0),
            r("7 kilometres", f"<w:b/>{_GOOGLE}"),
            ended,
            wrapped(change("ins", " long", "Anna", 1), 1),
            r(" in a good winter.", _GOOGLE),
        ),
        parts={"comments": comment(0, "Anna Author", "asked the road office by phone")},
    )


def _by_pandoc() -> bytes:
    start, end = '<w:bookmarkStart w:id="20" w:name="wells"/>', '<w:bookmarkEnd w:id="20"/>'
    words = ["The", "village", "has", "nine", "wells,", "dug", "by", "hand."]
    return docx(
        start,
        p("Wells", style="Heading2"),
        p(*(part for word in words for part in (r(word), r(" "))), refer("footnote", 20), style="FirstParagraph"),
        p("one is dry", properties=_LIST, style="Compact"),
        p("eight are not", properties=_LIST, style="Compact"),
        end,
        parts={"footnotes": _SEPARATORS + note("footnote", 20, r(" "), "Counted in 2019.")},
    )


def _right_to_left() -> bytes:
    rtl = "<w:rtl/>"
    return docx(
        p("The poet ", r("נתן זך", rtl), " met ", r("محمود درويش", rtl), " in 1980, ", "\u200fit is said\u200e."),
        p(r("שלום", rtl), " is a word of greeting there.", properties="<w:bidi/>"),
        p(
            f'<w:bdo w:val="rtl">{r("ABC")}</w:bdo>',
            " was turned round; ",
            f'<w:dir w:val="ltr">{r("this")}</w:dir>',
            ".",
        ),
    )


def _unusual_characters() -> bytes:
    return docx(
        p(
            "Cafe\u0301 Ane\u0301mone in Pla\u0308u costs ",
            '<w:r><w:sym w:font="Symbol" w:char="F0B1"/></w:r>',
            "4 a cup.",
        ),
        p(
            "A family \U0001f468\u200d\U0001f469\u200d\U0001f467 of so\u00adft hy\u00adphens, ",
            r("e"),
            r("\u0301"),
            " and q\u0323\u0307.",
        ),
        p(
            "Hangul \u1100\u1161\u11a8 and a\u0327\u0301 ring; \u212b is \u00c5, \u2126 stays?",
            "<w:r><w:cr/></w:r>",
            "Next line.",
        ),
        p(
            "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>over</w:t></w:r></w:rt>"
            "<w:rubyBase><w:r><w:t>base</w:t></w:r></w:rubyBase></w:ruby></w:r>",
            " and ",
            "<m:oMath><m:r><m:t>x=2</m:t></m:r></m:oMath>",
            " follow.",
        ),
    )


def _hidden() -> bytes:
    return docx(
        p(
            "Seen, ",
            r("but not this ", "<w:vanish/>"),
            r("nor this, ", '<w:rStyle w:val="Geheim"/>'),
            r("seen again", '<w:rStyle w:val="Geheim"/><w:vanish w:val="0"/>'),
            " and shown.",
        ),
    )


SAMPLES: dict[str, bytes] = {
    "python-docx": _by_python_docx(),
    "Word, runs split by saves": _split_by_saves(),
    "Word, smart tags and content controls": _tags_and_controls(),
    "Word, text boxes and emoji": _boxes_and_emoji(),
    "Word, links and fields": _links_and_fields(),
    "Word, tracked changes and comments": _reviewed(),
    "Word, footnotes and endnotes": _with_notes(),
    "Word, tables": _tables(),
    "LibreOffice": _by_libreoffice(),
    "Google Docs": _by_google_docs(),
    "pandoc": _by_pandoc(),
    "right to left": _right_to_left(),
    "unusual characters": _unusual_characters(),
    "hidden text": _hidden(),
}
