"""Words of Word and OpenDocument files that nobody sees: left out and told; look-alikes that are seen stay."""

from __future__ import annotations

import pytest
from word_files import STYLES, docx, odt, p, r

from pipeline.articles import read_word

SEEN, UNSEEN = "The council closed the pier.", "Nobody sees these words."
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
DARK_PAGE = page("#101010").replace('"P"', '"Q"')
DARK_SECTION = '<style:section-properties fo:background-color="#101010"/>'
HIDDEN_ODT = {
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
    "white in a table": (
        f"<text:p>{SEEN}</text:p><table:table><table:table-row><table:table-cell>{paragraph(UNSEEN)}"
        "</table:table-cell></table:table-row></table:table>",
        style('fo:color="#ffffff"', "paragraph"),
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
