"""Words of Word and OpenDocument files that nobody sees: left out and told; look-alikes that are seen stay."""

from __future__ import annotations

import pytest
from word_files import STYLES, docx, odt, p, r

from pipeline.articles import read_word

SEEN, UNSEEN = "The council closed the pier.", "Nobody sees these words."
OF_PICTURES = 'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
OF_LIBREOFFICE = 'xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'


def style(looks: str, family: str = "text", more: str = "", name: str = "X", of: str = "") -> str:
    parent = f' style:parent-style-name="{of}"' if of else ""
    properties = f"<style:text-properties {looks}/>" if looks else ""
    return f'<style:style style:name="{name}" style:family="{family}"{parent}>{more}{properties}</style:style>'


def words(contents: str, name: str = "X") -> str:
    return f'<text:p>{SEEN}</text:p><text:p><text:span text:style-name="{name}">{contents}</text:span></text:p>'


def paragraph(contents: str, name: str = "X") -> str:
    return f'<text:p>{SEEN}</text:p><text:p text:style-name="{name}">{contents}</text:p>'


def ground(colour: str) -> str:
    return f'<style:paragraph-properties fo:background-color="{colour}"/>'


def page(colour: str) -> str:
    inside = f'<style:page-layout-properties fo:background-color="{colour}"/>'
    return f'<style:page-layout style:name="P">{inside}</style:page-layout>'


SHAPE = f'<draw:custom-shape draw:style-name="G"><text:p text:style-name="X">{UNSEEN}</text:p></draw:custom-shape>'
UNSEEN_PARAGRAPH = f'<text:p text:style-name="X">{UNSEEN}</text:p>'
DARK_PAGE = page("#101010").replace('"P"', '"Q"')
DARK_SECTION = '<style:section-properties fo:background-color="#101010"/>'
WHITE_WORDS = style('fo:color="#ffffff"', "paragraph")


def in_cell(table: str = "", row: str = "", cell: str = "") -> str:
    named = (f' table:style-name="{each}"' if each else "" for each in (table, row, cell))
    one, two, three = named
    return (
        f"<text:p>{SEEN}</text:p><table:table{one}><table:table-row{two}><table:table-cell{three}>"
        f'<text:p text:style-name="X">{UNSEEN}</text:p></table:table-cell></table:table-row></table:table>'
    )


def filled_block(family: str, colour: str, name: str) -> str:
    return style("", family, f'<style:{family}-properties fo:background-color="{colour}"/>', name)


def in_box(more: str = "") -> str:
    box = f'<draw:text-box><text:p text:style-name="X">{UNSEEN}</text:p></draw:text-box>'
    return f'<text:p>{SEEN}<draw:frame draw:style-name="G"{more}>{box}</draw:frame></text:p>'


def graphic(looks: str, name: str = "G") -> str:
    return style("", "graphic", f"<style:graphic-properties {looks}/>", name)


HIDDEN_ODT = {
    "white in a table": (in_cell(), WHITE_WORDS),
    "white in a white cell of a dark row": (
        in_cell(row="R", cell="C"),
        WHITE_WORDS + filled_block("table-row", "#102030", "R") + filled_block("table-cell", "#ffffff", "C"),
    ),
    "dark in a dark cell": (
        in_cell(cell="C"),
        style('fo:color="#102030"', "paragraph") + filled_block("table-cell", "#102030", "C"),
    ),
    "dark in a cell of a dark style's": (
        in_cell(cell="D"),
        style('fo:color="#102030"', "paragraph")
        + filled_block("table-cell", "#102030", "C")
        + style("", "table-cell", name="D", of="C"),
    ),
    "dark in a dark section": (
        f'<text:p>{SEEN}</text:p><text:section text:name="s" text:style-name="S">{UNSEEN_PARAGRAPH}</text:section>',
        style('fo:color="#101010"', "paragraph") + style("", "section", DARK_SECTION, name="S"),
    ),
    "white in a white box": (in_box(), WHITE_WORDS + graphic('draw:fill="solid" draw:fill-color="#ffffff"')),
    "dark in a dark box of old": (
        in_box(),
        style('fo:color="#102030"', "paragraph") + graphic('fo:background-color="#102030"'),
    ),
    "white in a white shape": (
        f"<text:p>{SEEN}{SHAPE}</text:p>",
        WHITE_WORDS + graphic('draw:fill="solid" draw:fill-color="#ffffff"'),
    ),
    "white beside a white shape behind": (
        words(UNSEEN).replace(SEEN, f'{SEEN}<draw:rect draw:style-name="G"/>'),
        style('fo:color="#ffffff"')
        + graphic('style:run-through="background" draw:fill="solid" draw:fill-color="#ffffff"'),
    ),
    "white beside a dark shape in front": (
        words(UNSEEN).replace(SEEN, f'{SEEN}<draw:rect draw:style-name="G"/>'),
        style('fo:color="#ffffff"')
        + graphic('style:run-through="foreground" draw:fill="solid" draw:fill-color="#102030"'),
    ),
    "white": (words(UNSEEN), style('fo:color="#ffffff"')),
    "nearly white": (words(UNSEEN), style('fo:color="#fdfdfe"')),
    "white by a style's parent": (
        words(UNSEEN),
        style("", of="Y") + style('fo:color="#ffffff"', name="Y"),
    ),
    "white paragraph": (paragraph(UNSEEN), style('fo:color="#ffffff"', "paragraph")),
    "the colour of its own ground": (words(UNSEEN), style('fo:color="#102030" fo:background-color="#102031"')),
    "the colour of its paragraph's ground": (
        paragraph(UNSEEN),
        style('fo:color="#000080"', "paragraph", ground("#000080")),
    ),
    "words on a paragraph's ground": (
        paragraph(f'<text:span text:style-name="T">{UNSEEN}</text:span>'),
        style("", "paragraph", ground("#400000")) + style('fo:color="#400000"', name="T"),
    ),
    "the colour of the page": (words(UNSEEN), style('fo:color="#202020"') + page("#202020")),
    "one point": (words(UNSEEN), style('fo:font-size="1pt"')),
    "a tenth of a millimetre": (words(UNSEEN), style('fo:font-size="0.1mm"')),
    "per cent": (words(UNSEEN), style('fo:font-size="5%"')),
    "narrow": (words(UNSEEN), style('style:text-scale="1%"')),
    "on each other": (words(UNSEEN), style('fo:letter-spacing="-10pt"')),
    "clear": (words(UNSEEN), style(f'{OF_LIBREOFFICE} fo:color="#000000" loext:opacity="0%"')),
    "hidden by a paragraph's style": (paragraph(UNSEEN), style('text:display="none"', "paragraph")),
    "a hidden section": (
        f'<text:p>{SEEN}</text:p><text:section text:name="s" text:display="none">'
        f"<text:p>{UNSEEN}</text:p></text:section>",
        "",
    ),
    "a section hidden by a condition": (
        f'<text:p>{SEEN}</text:p><text:section text:name="s" text:display="condition" text:is-hidden="true">'
        f"<text:p>{UNSEEN}</text:p></text:section>",
        "",
    ),
    "a hidden paragraph's field": (
        f'<text:p>{SEEN}</text:p><text:p>{UNSEEN}<text:hidden-paragraph text:is-hidden="true"/></text:p>',
        "",
    ),
    "a row that is filtered away": (
        f'<text:p>{SEEN}</text:p><table:table><table:table-row table:visibility="filter"><table:table-cell>'
        f"<text:p>{UNSEEN}</text:p></table:table-cell></table:table-row></table:table>",
        "",
    ),
}
SEEN_ODT = {
    "white on a dark ground": (words(UNSEEN), style('fo:color="#ffffff" fo:background-color="#102030"')),
    "white on a dark paragraph": (
        paragraph(f'<text:span text:style-name="T">{UNSEEN}</text:span>'),
        style("", "paragraph", ground("#000080")) + style('fo:color="#ffffff"', name="T"),
    ),
    "white on a dark page": (words(UNSEEN), style('fo:color="#ffffff"') + page("#101010")),
    "white in a dark cell": (in_cell(cell="C"), WHITE_WORDS + filled_block("table-cell", "#102030", "C")),
    "white in a dark row": (in_cell(row="R"), WHITE_WORDS + filled_block("table-row", "#102030", "R")),
    "white in a dark table": (in_cell(table="T"), WHITE_WORDS + filled_block("table", "#102030", "T")),
    "white in a cell with a picture": (
        in_cell(cell="C"),
        WHITE_WORDS
        + filled_block("table-cell", "#ffffff", "C").replace(
            "/></", '><style:background-image a="b"/></style:table-cell-properties></'
        ),
    ),
    "white in a cell that may have its column's ground": (
        in_cell().replace(
            "<table:table-row", '<table:table-column table:default-cell-style-name="C"/><table:table-row'
        ),
        WHITE_WORDS + filled_block("table-cell", "#102030", "C"),
    ),
    "white in a table that a template colours": (
        in_cell().replace("<table:table", '<table:table table:template-name="x"', 1),
        WHITE_WORDS,
    ),
    "white in a dark cell of the same name as a light paragraph's style": (
        in_cell(cell="X"),
        filled_block("table-cell", "#102030", "X") + WHITE_WORDS,
    ),
    "white in a dark box": (in_box(), WHITE_WORDS + graphic('draw:fill="solid" draw:fill-color="#102030"')),
    "white in a clear box": (in_box(), WHITE_WORDS + graphic('draw:fill="none"')),
    "white in a box whose white lets light through": (
        in_box(),
        WHITE_WORDS + graphic('draw:fill="solid" draw:fill-color="#ffffff" draw:opacity="20%"'),
    ),
    "white in a box whose ground of old is clear": (
        in_box(),
        WHITE_WORDS + graphic('fo:background-color="#ffffff" style:background-transparency="100%"'),
    ),
    "white in a white box that is clear by its style's style": (
        in_box(),
        WHITE_WORDS
        + style("", "graphic", '<style:graphic-properties draw:opacity="20%"/>', "H")
        + style("", "graphic", '<style:graphic-properties draw:fill="solid" draw:fill-color="#ffffff"/>', "G", of="H"),
    ),
    "dark in a clear cell of a dark style's": (
        in_cell(cell="D"),
        style('fo:color="#102030"', "paragraph")
        + filled_block("table-cell", "#102030", "C")
        + style("", "table-cell", '<style:table-cell-properties fo:background-color="transparent"/>', "D", of="C"),
    ),
    "white in a box with a course of colours": (in_box(), WHITE_WORDS + graphic('draw:fill="gradient"')),
    "dark in a dark shape that it may run out of": (
        f"<text:p>{SEEN}{SHAPE}</text:p>",
        style('fo:color="#102030"', "paragraph") + graphic('draw:fill="solid" draw:fill-color="#102030"'),
    ),
    "white on one of two pages, of which one is dark": (
        words(UNSEEN),
        style('fo:color="#ffffff"') + page("#ffffff") + DARK_PAGE,
    ),
    "dark on one of two pages, of which one is dark": (
        words(UNSEEN),
        style('fo:color="#101010"') + DARK_PAGE + page("#ffffff"),
    ),
    "white on a page with a picture": (
        words(UNSEEN),
        style('fo:color="#ffffff"')
        + page("#ffffff").replace(
            "/></style", '><style:background-image a="b"/></style:page-layout-properties></style'
        ),
    ),
    "white in a dark section": (
        f'<text:p>{SEEN}</text:p><text:section text:name="s" text:style-name="S">{paragraph(UNSEEN)}</text:section>',
        style('fo:color="#ffffff"', "paragraph") + style("", "section", DARK_SECTION, name="S"),
    ),
    "white in a filled shape": (
        f"<text:p>{SEEN}{SHAPE}</text:p>",
        style('fo:color="#ffffff"', "paragraph"),
    ),
    "white in a filled shape of a page": (
        f"<text:p>{SEEN}</text:p>{SHAPE}",
        style('fo:color="#ffffff"', "paragraph"),
    ),
    "the program's own colour without ink": (
        words(UNSEEN),
        style(f'{OF_LIBREOFFICE} style:use-window-font-color="true" loext:opacity="0%"'),
    ),
    "shown again in a hidden style": (
        words(UNSEEN),
        style('text:display="true"', of="Y") + style('text:display="none"', name="Y"),
    ),
    "small print": (words(UNSEEN), style('fo:font-size="6pt" fo:letter-spacing="-0.3pt" style:text-scale="85%"')),
    "a shown section": (
        f'<text:p>{SEEN}</text:p><text:section text:name="s" text:display="true">'
        f"<text:p>{UNSEEN}</text:p></text:section>",
        "",
    ),
}


@pytest.mark.parametrize("kind", HIDDEN_ODT)
def test_what_an_open_document_hides_is_left_out_and_told(kind: str) -> None:
    body, styles = HIDDEN_ODT[kind]
    text = read_word(odt(body, styles=styles))
    assert text.text == SEEN
    assert f"hidden text was left out: {len(UNSEEN)} characters" in text.warnings


@pytest.mark.parametrize("kind", SEEN_ODT)
def test_what_only_looks_hidden_in_an_open_document_stays(kind: str) -> None:
    body, styles = SEEN_ODT[kind]
    text = read_word(odt(body, styles=styles))
    assert UNSEEN in text.text and not text.warnings


@pytest.mark.parametrize(
    "shape", ['<draw:rect draw:style-name="G"/>', '<draw:frame draw:style-name="G"><draw:image/></draw:frame>']
)
def test_white_words_of_an_open_document_that_may_stand_on_something_dark_stay_and_are_told(shape: str) -> None:
    looks = 'style:run-through="background" draw:fill="solid" draw:fill-color="#102030"'
    body = words(UNSEEN).replace(SEEN, SEEN + shape)
    text = read_word(odt(body, styles=style('fo:color="#ffffff"') + graphic(looks)))
    assert UNSEEN in text.text
    assert any(f"{len(UNSEEN)} characters in the colour of the page" in each for each in text.warnings)


def named(inside: str, name: str = "Faint", kind: str = "character") -> str:
    return f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>{inside}</w:style>'


def defaults(inside: str) -> str:
    return f"<w:docDefaults><w:rPrDefault><w:rPr>{inside}</w:rPr></w:rPrDefault></w:docDefaults>"


FAINT = '<w:rStyle w:val="Faint"/>'
DARK = '<w:pPr><w:shd w:val="clear" w:fill="101010"/></w:pPr>'
WHITE = '<w:color w:val="FFFFFF"/>'
EDGE = '<w14:textOutline w14:w="9525"><w14:solidFill><w14:srgbClr w14:val="000000"/></w14:solidFill></w14:textOutline>'
HIDDEN_ROW = f"<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{p(UNSEEN)}</w:tc></w:tr></w:tbl>"


def box(about: str) -> str:
    inside = f"<w:txbxContent>{p(UNSEEN)}</w:txbxContent>"
    return p(f'<w:r><w:pict><v:shape style="{about}"><v:textbox>{inside}</v:textbox></v:shape></w:pict></w:r>')


def drawn(about: str) -> str:
    inside = f"<wps:txbx><w:txbxContent>{p(UNSEEN)}</w:txbxContent></wps:txbx>"
    return p(f"<w:r><w:drawing><wp:inline><wp:docPr id='1' name='b' {about}/>{inside}</wp:inline></w:drawing></w:r>")


HIDDEN_DOCX = {
    "hidden by a paragraph's style": (
        p(UNSEEN, style="Faint"),
        named("<w:rPr><w:vanish/></w:rPr>", kind="paragraph"),
    ),
    "hidden by a style of a style": (
        p(r(UNSEEN, FAINT)),
        named('<w:basedOn w:val="Base"/>') + named("<w:rPr><w:vanish/></w:rPr>", "Base"),
    ),
    "white by a style": (p(r(UNSEEN, FAINT)), named('<w:rPr><w:color w:val="FFFFFF"/></w:rPr>')),
    "small by a style": (p(r(UNSEEN, FAINT)), named('<w:rPr><w:sz w:val="2"/></w:rPr>')),
    "the colour of its style's ground": (
        p(r(UNSEEN, '<w:color w:val="101010"/>'), style="Dark"),
        named(DARK, "Dark", "paragraph"),
    ),
    "white on a shade that is none": (
        p(r(UNSEEN, '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="auto"/>')),
        "",
    ),
    "the page's own colour of a theme": (p(r(UNSEEN, '<w:color w:val="auto" w:themeColor="background1"/>')), ""),
    "letters without a fill": (p(r(UNSEEN, "<w14:textFill><w14:noFill/></w14:textFill>")), ""),
    "a hidden box of old": (box("visibility:hidden"), ""),
    "a box of old that is hidden by a word of its own": (box("position:absolute;mso-hide:all"), ""),
    "a hidden box": (drawn("hidden='1'"), ""),
}
SEEN_DOCX = {
    "white on its style's ground": (
        p(r(UNSEEN, '<w:color w:val="FFFFFF"/>'), style="Dark"),
        named(DARK, "Dark", "paragraph"),
    ),
    "shown again in a hidden style": (
        p(r(UNSEEN, f'{FAINT}<w:vanish w:val="0"/>')),
        named("<w:rPr><w:vanish/></w:rPr>"),
    ),
    "hidden on the web alone": (p(r(UNSEEN, "<w:webHidden/>")), ""),
    "a box": (drawn("descr='a box'"), ""),
    "a row whose end mark is hidden": (HIDDEN_ROW, ""),
    "white on a shade of ink alone": (p(r(UNSEEN, WHITE + '<w:shd w:val="solid" w:color="auto" w:fill="auto"/>')), ""),
    "white on a pattern": (p(r(UNSEEN, WHITE + '<w:shd w:val="pct75" w:color="000000" w:fill="FFFFFF"/>')), ""),
    "white on a shade of a theme": (
        p(r(UNSEEN, WHITE + '<w:shd w:val="clear" w:fill="auto" w:themeFill="text2"/>')),
        "",
    ),
    "white without a shade of its own on a dark paragraph": (
        p(r(UNSEEN, WHITE + '<w:shd w:val="clear" w:color="auto" w:fill="auto"/>'), style="Dark"),
        named(DARK, "Dark", "paragraph"),
    ),
    "edges alone": (p(r(UNSEEN, f"<w14:textFill><w14:noFill/></w14:textFill>{EDGE}")), ""),
    "white with edges by a style": (p(r(UNSEEN, FAINT + WHITE)), named(f"<w:rPr>{EDGE}</w:rPr>")),
    "white under a fill of today's": (
        p(
            r(
                UNSEEN,
                WHITE + '<w14:textFill><w14:solidFill><w14:srgbClr w14:val="102030"/></w14:solidFill></w14:textFill>',
            )
        ),
        "",
    ),
    "a box of old left of its anchor": (
        box("position:absolute;margin-left:-1200pt;margin-top:-800pt;left:-9999px"),
        "",
    ),
    "a box of old that holds a hidden one": (
        p(
            "<w:r><w:pict><v:shape style='width:9pt'><v:textbox><w:txbxContent>"
            + p(UNSEEN)
            + p('<w:r><w:pict><v:shape style="visibility:hidden"/></w:pict></w:r>')
            + "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        ),
        "",
    ),
}


@pytest.mark.parametrize("kind", HIDDEN_DOCX)
def test_what_a_word_file_hides_is_left_out_and_told(kind: str) -> None:
    body, styles = HIDDEN_DOCX[kind]
    text = read_word(docx(p(SEEN), body, parts={"styles": STYLES + styles}))
    assert text.text == SEEN
    assert f"hidden text was left out: {len(UNSEEN)} characters" in text.warnings


@pytest.mark.parametrize("kind", SEEN_DOCX)
def test_what_only_looks_hidden_in_a_word_file_stays(kind: str) -> None:
    body, styles = SEEN_DOCX[kind]
    text = read_word(docx(p(SEEN), body, parts={"styles": STYLES + styles}))
    assert UNSEEN in text.text and not text.warnings


def test_what_the_style_of_all_paragraphs_hides_is_left_out_where_no_table_says_otherwise() -> None:
    plain = '<w:name w:val="Normal"/>'
    styles = STYLES.replace(plain, f"{plain}<w:rPr>{WHITE}</w:rPr>", 1)
    black = '<w:color w:val="000000"/>'
    assert read_word(docx(p(r(SEEN, black)), p(UNSEEN), parts={"styles": styles})).text == SEEN
    of_table = STYLED.format("<w:rPr><w:color w:val='000000'/></w:rPr>")
    text = read_word(docx(p(r(SEEN, black)), styled(r(UNSEEN)), parts={"styles": styles + of_table}))
    assert UNSEEN in text.text


def test_what_the_defaults_of_a_word_file_hide_is_left_out() -> None:
    styles = STYLES + defaults("<w:vanish/>")
    text = read_word(docx(p(r(SEEN, '<w:vanish w:val="0"/>')), p(UNSEEN), parts={"styles": styles}))
    assert text.text == SEEN


def test_white_words_stay_on_a_dark_page_of_word_and_dark_ones_go() -> None:
    def on_dark(colour: str) -> str:
        data = docx(p(r(UNSEEN, f'<w:color w:val="{colour}"/>')), p(r(SEEN, '<w:color w:val="FFD700"/>')))
        return read_word(_with_background(data, "101010")).text

    assert UNSEEN in on_dark("FFFFFF") and on_dark("111111") == SEEN


def _with_background(data: bytes, colour: str) -> bytes:
    from word_files import packed, unpacked

    files = unpacked(data)
    name = "word/document.xml"
    files[name] = files[name].replace(b"<w:body>", f'<w:background w:color="{colour}"/><w:body>'.encode())
    return packed(files)


STYLED = """<w:style w:type="table" w:styleId="Grid"><w:name w:val="Grid"/>{}</w:style>"""


def conditional(kind: str, fill: str = "", letters: str = "") -> str:
    shade = f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{fill}"/></w:tcPr>' if fill else ""
    colour = f'<w:rPr><w:color w:val="{letters}"/></w:rPr>' if letters else ""
    return f'<w:tblStylePr w:type="{kind}">{colour}{shade}</w:tblStylePr>'


def styled(*rows: str, look: str = 'w:firstRow="1" w:noVBand="1"', more: str = "") -> str:
    """A table in the style Grid, each row of which has one cell."""
    about = f'<w:tblPr><w:tblStyle w:val="Grid"/>{more}<w:tblLook {look}/></w:tblPr>'
    return f"<w:tbl>{about}{''.join(f'<w:tr>{cell(each)}</w:tr>' for each in rows)}</w:tbl>"


def cell(inside: str, about: str = "") -> str:
    return f"<w:tc><w:tcPr>{about}</w:tcPr>{inside if inside.startswith('<w:p>') else p(inside)}</w:tc>"


def shade(fill: str, more: str = "") -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"{more}/>'


def rgb(colour: str) -> str:
    return f"<a:solidFill><a:srgbClr val='{colour}'/></a:solidFill>"


def filled(fill: str, looks: str = WHITE, words: str = UNSEEN) -> str:
    """A text box with a fill of its own."""
    inside = f"<wps:txbx><w:txbxContent>{p(r(words, looks))}</w:txbxContent></wps:txbx>"
    shape = f"<wps:wsp><wps:spPr>{fill}<a:ln>{rgb('102030')}</a:ln></wps:spPr>{inside}</wps:wsp>"
    return p(f"<w:r><w:drawing><wp:inline><wp:docPr id='1' name='b'/>{shape}</wp:inline></w:drawing></w:r>")


def old_box(about: str) -> str:
    return box("position:absolute").replace("<v:shape ", f"<v:shape {about} ").replace(r(UNSEEN), UNSEEN_WHITE)


def floating(fill: str, more: str = "behindDoc='1'", size: str = "cx='6000000' cy='900000'") -> str:
    """A shape without words, which text may stand on."""
    shape = f"<wps:wsp><wps:spPr>{fill}</wps:spPr></wps:wsp>"
    about = f"<wp:extent {size}/><wp:docPr id='1' name='b'/>"
    return f"<w:r><w:drawing><wp:anchor {more}>{about}{shape}</wp:anchor></w:drawing></w:r>"


UNSEEN_WHITE = r(UNSEEN, WHITE)
HEADER = STYLED.format(conditional("firstRow", "102030", "FFFFFF"))
BANDED = STYLED.format(conditional("band1Horz", "102030"))
HIDDEN_TABLES = {
    "white on no ground": (styled(r("x"), UNSEEN_WHITE), HEADER),
    "white in a table without a style": (f"<w:tbl><w:tr>{cell(UNSEEN_WHITE)}</w:tr></w:tbl>", ""),
    "white on a white cell": (
        styled(p("x"), p("y")).replace(cell(p("y")), cell(UNSEEN_WHITE, shade("FFFFFF"))),
        HEADER,
    ),
    "the dark of the first row": (styled(r(UNSEEN, '<w:color w:val="102030"/>'), r("x")), HEADER),
    "white in a first row that is not looked at": (styled(UNSEEN_WHITE, "x", look='w:firstRow="0"'), HEADER),
    "white by the table's style": (
        styled("x", r(UNSEEN)),
        STYLED.format('<w:rPr><w:color w:val="FFFFFF"/></w:rPr>' + conditional("firstRow", letters="000000")),
    ),
    "white bands": (
        styled("x", UNSEEN_WHITE, look='w:firstRow="1"'),
        STYLED.format(conditional("band1Horz", "FFFFFF") + conditional("firstRow", "102030", "FFFFFF")),
    ),
    "bands that are not looked at": (styled("x", UNSEEN_WHITE, look='w:noHBand="1"'), BANDED),
    "hidden by the table's style": (styled(r(UNSEEN)), STYLED.format("<w:rPr><w:vanish/></w:rPr>")),
    "the dark of a style's style": (
        styled(r(UNSEEN, '<w:color w:val="102030"/>'), r("x")),
        STYLED.format('<w:basedOn w:val="Deep"/>') + HEADER.replace('"Grid"', '"Deep"'),
    ),
    "white by what every paragraph is": (
        p(UNSEEN).replace("<w:p>", '<w:p><w:pPr><w:pStyle w:val="All"/></w:pPr>'),
        named(f"<w:rPr>{WHITE}</w:rPr>", "All", "paragraph"),
    ),
    "white edges": (p(r(UNSEEN, WHITE + EDGE.replace("000000", "FFFFFF"))), ""),
    "white under a white fill of today's": (
        p(
            r(
                UNSEEN,
                f"{WHITE}<w14:textFill><w14:solidFill><w14:srgbClr w14:val='FFFFFF'/></w14:solidFill></w14:textFill>",
            )
        ),
        "",
    ),
    "white in a white box": (filled(rgb("FFFFFF")), ""),
    "white in a box in the page's colour of the theme": (
        filled("<a:solidFill><a:schemeClr val='bg1'/></a:solidFill>"),
        "",
    ),
    "dark in a dark box": (filled(rgb("000000"), '<w:color w:val="050505"/>'), ""),
    "white in a clear box over nothing": (filled("<a:noFill/>"), ""),
    "white in a white box of old": (old_box("fillcolor='white [3201]'"), ""),
}
SEEN_TABLES = {
    "white on the dark of the first row": (styled(UNSEEN_WHITE, "x"), HEADER),
    "white by the style on the dark of the first row": (styled(r(UNSEEN), "x"), HEADER),
    "white on a dark cell": (styled("x", "y").replace(cell("y"), cell(UNSEEN_WHITE, shade("102030"))), ""),
    "white on a band that may be dark": (styled("x", UNSEEN_WHITE, look='w:firstRow="1"'), BANDED),
    "white in a first row that its own mark tells": (
        styled("x", UNSEEN_WHITE).replace(
            f"<w:tr>{cell(UNSEEN_WHITE)}", f'<w:tr><w:trPr><w:cnfStyle w:firstRow="1"/></w:trPr>{cell(UNSEEN_WHITE)}'
        ),
        HEADER,
    ),
    "white in the second of two header rows": (
        styled("x", UNSEEN_WHITE).replace(
            f"<w:tr>{cell(UNSEEN_WHITE)}", f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{cell(UNSEEN_WHITE)}"
        ),
        HEADER,
    ),
    "white on a dark table": (styled("x", UNSEEN_WHITE, more=shade("102030")), ""),
    "white on a dark table's style": (
        styled("x", UNSEEN_WHITE),
        STYLED.format(f"<w:tcPr>{shade('102030')}</w:tcPr>"),
    ),
    "white on a dark first column": (
        styled("x", UNSEEN_WHITE, look='w:firstColumn="1"'),
        STYLED.format(conditional("firstCol", "102030")),
    ),
    "white in a corner": (
        styled("x", UNSEEN_WHITE, look='w:val="01E0"'),
        STYLED.format(conditional("swCell", "102030") + conditional("lastRow", "FFFFFF")),
    ),
    "white in a table of a dark cell": (
        styled("x", "y").replace(
            cell("y"), f"<w:tc><w:tcPr>{shade('102030')}</w:tcPr>{styled('a', UNSEEN_WHITE)}{p('b')}</w:tc>"
        ),
        "",
    ),
    "white on a shade of a table's style that is not in numbers": (
        styled("x", UNSEEN_WHITE),
        STYLED.format('<w:tcPr><w:shd w:val="pct50" w:color="000000" w:fill="FFFFFF"/></w:tcPr>'),
    ),
    "white in the default style of tables": (
        styled("x", UNSEEN_WHITE).replace('<w:tblStyle w:val="Grid"/>', ""),
        STYLED.format(f"<w:tcPr>{shade('102030')}</w:tcPr>").replace("w:type", 'w:default="1" w:type'),
    ),
    "white in a dark box": (filled(rgb("102030")), ""),
    "white in a box of a theme's colour": (filled("<a:solidFill><a:schemeClr val='accent1'/></a:solidFill>"), ""),
    "white in a box whose white lets light through": (
        filled("<a:solidFill><a:srgbClr val='FFFFFF'><a:alpha val='20000'/></a:srgbClr></a:solidFill>"),
        "",
    ),
    "white in a box that says nothing": (filled(""), ""),
    "white in a clear box over a dark one": (filled("<a:noFill/>") + filled(rgb("102030"), words="x"), ""),
    "white in a clear box beside a dark cell": (
        filled("<a:noFill/>") + styled("x").replace("<w:tcPr></w:tcPr>", f"<w:tcPr>{shade('102030')}</w:tcPr>"),
        "",
    ),
    "white in a dark box of old": (old_box("fillcolor='#102030'"), ""),
    "white in a box of old that fades": (
        old_box("fillcolor='white'").replace("<v:textbox>", "<v:fill/><v:textbox>"),
        "",
    ),
    "white under a fill of today's that is dark by a theme": (
        p(
            r(
                UNSEEN,
                f"{WHITE}<w14:textFill><w14:solidFill><w14:schemeClr w14:val='tx1'/></w14:solidFill></w14:textFill>",
            )
        ),
        "",
    ),
    "white with a shadow": (p(r(UNSEEN, f"{WHITE}<w:shadow/>")), ""),
    "white that glows": (p(r(UNSEEN, f"{WHITE}<w14:glow w14:rad='9'/>")), ""),
    "white that is engraved": (p(r(UNSEEN, f"{WHITE}<w:imprint/>")), ""),
}


@pytest.mark.parametrize("kind", HIDDEN_TABLES)
def test_words_in_the_colour_of_their_cell_are_left_out_and_told(kind: str) -> None:
    body, styles = HIDDEN_TABLES[kind]
    text = read_word(docx(p(SEEN), body, parts={"styles": STYLES + styles}))
    assert UNSEEN not in text.text and SEEN in text.text
    assert f"hidden text was left out: {len(UNSEEN)} characters" in text.warnings


@pytest.mark.parametrize("kind", SEEN_TABLES)
def test_words_that_a_cell_sets_off_stay(kind: str) -> None:
    body, styles = SEEN_TABLES[kind]
    text = read_word(docx(p(SEEN), body, parts={"styles": STYLES + styles}))
    assert UNSEEN in text.text and not text.warnings


BEHIND = {
    "a dark shape": floating(rgb("102030")),
    "a shape of a theme's colour": floating(""),
    "a picture": floating("").replace("wps:wsp", "pic:pic").replace("<w:r>", f"<w:r {OF_PICTURES}>", 1),
    "an old shape": "<w:r><w:pict><v:rect style='position:absolute;z-index:-1' fillcolor='#102030'/></w:pict></w:r>",
}
NOT_BEHIND = {
    "a white shape": floating(rgb("FFFFFF")),
    "a clear shape": floating("<a:noFill/>"),
    "a shape in front": floating(rgb("102030"), "behindDoc='0'"),
    "a line": floating(rgb("102030"), size="cx='6000000' cy='9525'"),
    "a hidden shape": floating(rgb("102030")).replace("name='b'", "name='b' hidden='1'"),
    "a shape in the line": floating(rgb("102030")).replace("wp:anchor", "wp:inline"),
}


@pytest.mark.parametrize("kind", BEHIND)
def test_white_words_that_may_stand_on_something_dark_stay_and_are_told(kind: str) -> None:
    text = read_word(docx(p(SEEN, BEHIND[kind]), p(UNSEEN_WHITE)))
    assert UNSEEN in text.text
    assert [
        each for each in text.warnings if "in the colour of the page" in each and f"{len(UNSEEN)} characters" in each
    ]


@pytest.mark.parametrize("kind", NOT_BEHIND)
def test_white_words_beside_what_is_not_dark_behind_them_go(kind: str) -> None:
    text = read_word(docx(p(SEEN, NOT_BEHIND[kind]), p(UNSEEN_WHITE)))
    assert text.text == SEEN


def test_white_words_on_a_picture_of_every_page_stay_and_are_told() -> None:
    header = p(BEHIND["a dark shape"].replace("behindDoc='1'", "behindDoc='0'"))
    text = read_word(docx(p(SEEN), p(UNSEEN_WHITE), parts={"header": header}))
    assert UNSEEN in text.text and any("in the colour of the page" in each for each in text.warnings)
