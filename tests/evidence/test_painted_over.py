"""Words of a PDF that something is painted over, or that a path cuts off, are no evidence and are told; others stay."""

from __future__ import annotations

import cProfile
from collections.abc import Callable
from pathlib import Path

import pytest
from painted_pdfs import FIRST, IMAGE, PICTURE, SEEN, UNSEEN, form, pdf, said

from pipeline.core.errors import InputError
from pipeline.evidence.documents import Document, read_office_document

BELOW = said(UNSEEN, y=600)
"""Words from 40 to 181 across, and 600 to 609 up."""
BOX = "30 590 200 30 re f "
ON_PICTURE = "/XObject << /I1 5 0 R >>"
ON_FORM = "/XObject << /X1 5 0 R >>"
SMALL_PICTURE = "q 200 0 0 30 30 590 cm /I1 Do Q "


def picture(more: str) -> str:
    return IMAGE.replace("/Width 1", f"{more} /Width 1")


def state(more: str) -> str:
    return f"/ExtGState << /G1 << {more} >> >>"


def font(about: str) -> str:
    return f"/Font << /F2 << /Type /Font {about} >> >>"


WIDE = "/Subtype /TrueType /BaseFont /Odd /FirstChar 32 /LastChar 126 /Widths [" + "600 " * 95 + "]"
OF_NUMBERS = (
    "/Subtype /Type0 /BaseFont /Odd /Encoding /Identity-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 "
    "/BaseFont /Odd /DW 900 /W [32 [300] 33 90 500 97 [500 500] 99 126 500] >>]"
)
IN_NUMBERS = "".join(f"{ord(each):04x}" for each in UNSEEN)


def in_font(about: str, shown: str) -> str:
    return f"BT /F2 10 Tf 40 600 Td {shown} Tj ET "


HIDDEN = {
    "a white box": (FIRST + BELOW + "1 g " + BOX,),
    "a black box": (FIRST + BELOW + "0 g " + BOX,),
    "a box with an edge": (FIRST + BELOW + "1 g 0 G 30 590 200 30 re B",),
    "a box as tight as the letters": (FIRST + BELOW + "1 g 40 599.5 141 9 re f",),
    "a box of four lines": (FIRST + BELOW + "1 g 30 590 m 230 590 l 230 620 l 30 620 l h f*",),
    "a box of four lines that are closed by hand": (
        FIRST + BELOW + "1 g 30 590 m 30 620 l 230 620 l 230 590 l 30 590 l f",
    ),
    "two boxes": (FIRST + BELOW + "1 g 30 590 70 30 re f 100 590 130 30 re f",),
    "two boxes of one path": (FIRST + BELOW + "1 g 30 590 70 30 re 100 590 130 30 re f",),
    "a box on its side": (FIRST + BELOW + "1 g q 0 1 -1 0 0 0 cm 590 -230 30 200 re f Q",),
    "a box in a form": (FIRST + BELOW + "/X1 Do", ON_FORM, (form("1 g " + BOX),)),
    "a box over a form": (FIRST + "/X1 Do 1 g " + BOX, ON_FORM, (form(BELOW),)),
    "a box in ink of its own": (
        FIRST + BELOW + "/C1 cs 1 sc " + BOX,
        "/ColorSpace << /C1 [/Separation /Spot /DeviceGray << >>] >>",
    ),
    "a box in a colour of a table": (FIRST + BELOW + "[/Indexed /DeviceRGB 0 <ff0000>] cs 0 sc " + BOX,),
    "a box with round corners": (
        FIRST
        + BELOW
        + "1 g 38 590 m 222 590 l 226 590 230 594 230 598 c 230 612 l 230 616 226 620 222 620 c "
        + "38 620 l 34 620 30 616 30 612 c 30 598 l 30 594 34 590 38 590 c h f",
    ),
    "a round shape": (
        FIRST
        + BELOW
        + "1 g 0 604 m 0 560 50 524 110 524 c 170 524 220 560 220 604 c "
        + "220 648 170 684 110 684 c 50 684 0 648 0 604 c f",
    ),
    "a triangle": (FIRST + BELOW + "0 g -300 560 m 520 560 l 110 690 l f",),
    "a slanted box": (FIRST + BELOW + "0 g q .995 .1 -.1 .995 250 300 cm -230 260 430 85 re f Q",),
    "two triangles that lie side by side": (
        FIRST + BELOW + "0 g 0 500 m 600 500 l 0 660 l h 600 500 m 600 660 l 0 660 l h f",
    ),
    "a thick stroke": (FIRST + BELOW + "q 30 w 1 G 30 604 m 230 604 l S Q",),
    "a picture": (FIRST + BELOW + SMALL_PICTURE, ON_PICTURE, (IMAGE,)),
    "a picture that says it is no stencil": (FIRST + BELOW + SMALL_PICTURE, ON_PICTURE, (picture("/ImageMask false"),)),
    "a box that says it is not printed over": (FIRST + BELOW + "/G1 gs 0 0 0 0 k " + BOX, state("/op false /OPM 0")),
    "a picture upside down": (FIRST + BELOW + "q 200 0 0 -30 30 620 cm /I1 Do Q ", ON_PICTURE, (IMAGE,)),
    "a picture of the line": (FIRST + BELOW + "q 200 0 0 30 30 590 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q",),
    "a box that a path cuts off elsewhere": (FIRST + BELOW + "q 0 500 600 200 re W n 1 g 30 0 200 700 re f Q",),
    "a box over blue letters on a blue-edged ground": (FIRST + "1 0 0 rg " + BOX + "0 0 1 rg " + BELOW + "1 g " + BOX,),
    "a box over letters that are turned": (
        FIRST + f"BT /F1 12 Tf 0 1 -1 0 590 300 Tm ({UNSEEN}) Tj ET 1 g 570 290 25 200 re f",
    ),
    "a box over letters in pieces": (
        FIRST + f"BT /F1 12 Tf 40 600 Td [({UNSEEN[:9]}) -20 ({UNSEEN[9:]})] TJ ET 1 g " + BOX,
    ),
    "a box over two pieces of a line": (
        FIRST + f"BT /F1 12 Tf 40 600 Td ({UNSEEN[:9]}) Tj ({UNSEEN[9:]}) Tj ET 1 g " + BOX,
    ),
    "a box over letters far behind a gap": (
        FIRST + f"BT /F1 12 Tf 40 600 Td [-30000 ({UNSEEN})] TJ ET 1 g 395 590 160 30 re f",
    ),
    "a box over letters set apart": (
        FIRST + f"BT /F1 12 Tf 5 Tc 10 Tw 40 600 Td ({UNSEEN}) Tj 0 Tc 0 Tw ET 1 g 30 590 320 30 re f",
    ),
    "a box over small letters that are raised": (
        FIRST + f"BT /F1 6 Tf 20 Ts 40 600 Td ({UNSEEN}) Tj 0 Ts ET 1 g 30 618 200 12 re f",
    ),
    "a box over a font with widths": (
        FIRST + in_font(WIDE, f"({UNSEEN})") + "1 g 30 590 170 30 re f",
        "",
        (),
        "",
        font(WIDE),
    ),
    "a box over a font of numbers": (
        FIRST + in_font(OF_NUMBERS, f"<{IN_NUMBERS}>") + "1 g 30 590 150 30 re f",
        "",
        (),
        "",
        font(OF_NUMBERS),
    ),
    "a path that cuts them off": (FIRST + f"q 0 0 100 100 re W n {BELOW} Q",),
    "a path that ends left of them": (FIRST + f"q 0 580 30 60 re W n {BELOW} Q",),
    "two paths that share nothing": (FIRST + f"q 0 580 300 60 re W n 0 0 300 60 re W n {BELOW} Q",),
    "a round path elsewhere": (FIRST + f"q 0 0 m 90 0 90 90 0 90 c h W n {BELOW} Q",),
    "the edge of a form": (
        FIRST + "/X1 Do",
        ON_FORM,
        (form(BELOW).replace("[0 0 600 800]", "[0 0 600 300]"),),
    ),
}
SEEN_ALL = {
    "a box painted before": (FIRST + "0.9 g " + BOX + "0 g " + BELOW,),
    "a white page painted before": ("1 g 0 0 600 800 re f 0 g " + FIRST + BELOW,),
    "a box on the lower half": (FIRST + BELOW + "1 g 30 590 200 13 re f",),
    "a box on the upper half": (FIRST + BELOW + "1 g 30 605 200 13 re f",),
    "a line through": (FIRST + BELOW + "0 g 30 603 200 1 re f",),
    "a line through, one above and one below": (
        FIRST + BELOW + "0 g 30 603 200 1 re f 30 598 200 1 re f 30 610 200 1 re f",
    ),
    "a box that lets light through": (FIRST + BELOW + "/G1 gs 1 1 0 rg " + BOX, state("/ca .3")),
    "a box that multiplies": (FIRST + BELOW + "/G1 gs 1 1 0 rg " + BOX, state("/BM /Multiply")),
    "a box that is printed over": (FIRST + BELOW + "/G1 gs 0 0 0 0 k " + BOX, state("/op true /OPM 1")),
    "a box in a form that lets light through": (
        FIRST + BELOW + "/G1 gs /X1 Do",
        f"{state('/ca .3')} {ON_FORM}",
        (form("/G2 gs 1 1 0 rg " + BOX).replace("/Resources <<", "/Resources << /ExtGState << /G2 << /ca 1 >> >>"),),
    ),
    "a box in no ink at all": (
        FIRST + BELOW + "/C1 cs 0 sc " + BOX,
        "/ColorSpace << /C1 [/Separation /None /DeviceGray << >>] >>",
    ),
    "a box in a pattern": (FIRST + BELOW + "/Pattern cs /P1 scn " + BOX,),
    "an edge alone": (FIRST + BELOW + "0 G 30 590 200 30 re S",),
    "a frame of two boxes": (FIRST + BELOW + "0 g 30 590 200 30 re 32 592 196 26 re f*",),
    "a frame of two boxes that turn apart": (FIRST + BELOW + "0 g 30 590 200 30 re 32 618 196 -26 re f",),
    "a triangle": (FIRST + BELOW + "0 g 30 590 m 230 590 l 230 620 l f",),
    "a round shape": (FIRST + BELOW + "0 g 30 590 m 230 590 l 230 608 30 608 30 590 c f",),
    "a round shape that only its corners' frame covers": (
        FIRST + BELOW + "0 g 30 604 m 30 595 70 590 130 590 c 190 590 230 595 230 604 c f",
    ),
    "a shape with a notch": (
        FIRST + BELOW + "0 g 0 500 m 300 500 l 300 700 l 110 700 l 110 560 l 100 560 l 100 700 l 0 700 l h f",
    ),
    "a line that crosses itself": (FIRST + BELOW + "0 g 0 500 m 300 700 l 300 500 l 0 700 l h f",),
    "a star that winds twice": (FIRST + BELOW + "0 g 110 900 m 300 300 l -200 670 l 420 670 l -80 300 l h f*",),
    "a line behind a box": (FIRST + BELOW + "0 g 0 0 9 9 re 300 0 l 300 9 l f",),
    "a thick stroke of dashes": (FIRST + BELOW + "q [9 9] 0 d 30 w 0 G 30 604 m 230 604 l S Q",),
    "a slanted stroke": (FIRST + BELOW + "q 30 w 0 G 30 564 m 230 644 l S Q",),
    "a stroke that lets light through": (
        FIRST + BELOW + "q /G1 gs 30 w 1 1 0 RG 30 604 m 230 604 l S Q",
        state("/CA .3"),
    ),
    "a box in a layer that is off": (
        FIRST + BELOW + f"/OC /L1 BDC 1 g {BOX} EMC",
        "/Properties << /L1 5 0 R >>",
        ("<< /Type /OCG /Name (draft) >>",),
        "/OCProperties << /OCGs [5 0 R] /D << /OFF [5 0 R] >> >>",
    ),
    "a picture with a mask": (FIRST + BELOW + SMALL_PICTURE, ON_PICTURE, (picture("/SMask 6 0 R"), IMAGE)),
    "a picture with a colour that is clear": (FIRST + BELOW + SMALL_PICTURE, ON_PICTURE, (picture("/Mask [1 1]"),)),
    "a stencil": (FIRST + BELOW + SMALL_PICTURE, ON_PICTURE, (picture("/ImageMask true"),)),
    "a picture that may be clear": (
        FIRST + BELOW + SMALL_PICTURE,
        ON_PICTURE,
        (picture("/Filter /JPXDecode /SMaskInData 1"),),
    ),
    "a slanted picture": (FIRST + BELOW + "q 200 90 90 30 -30 520 cm /I1 Do Q ", ON_PICTURE, (IMAGE,)),
    "a stencil of the line": (FIRST + BELOW + "q 200 0 0 30 30 590 cm BI /W 1 /H 1 /IM true ID x EI Q",),
    "a box that is cut off": (FIRST + BELOW + "q 0 0 600 300 re W n 1 g 30 0 200 700 re f Q",),
    "a box in a round path": (FIRST + BELOW + "q 0 0 m 900 0 900 900 0 900 c h W n 1 g 0 0 600 800 re f Q",),
    "words painted again": (FIRST + "1 g " + BOX + "0 g " + BELOW,),
    "a box in letters that are a path": (FIRST + BELOW + f"q {said('X', y=300, looks='7 Tr')} 0 g {BOX} Q",),
    "a box of a font whose widths nobody knows": (
        FIRST + in_font("", f"({UNSEEN})") + "1 g 30 590 170 30 re f",
        "",
        (),
        "",
        font("/Subtype /TrueType /BaseFont /Odd"),
    ),
    "a box over a font that a state sets": (
        FIRST + f"BT /F1 12 Tf /G1 gs 40 600 Td ({UNSEEN}) Tj ET 1 g 30 590 170 30 re f",
        state("/Font [<< /Type /Font /Subtype /TrueType /BaseFont /Odd >> 30]"),
    ),
    "a box of a font with shapes of its own": (
        FIRST + in_font("", f"({UNSEEN})") + "1 g 30 590 170 30 re f",
        "",
        (),
        "",
        font(
            "/Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /CharProcs << >> /FirstChar 32 "
            "/LastChar 126 /Encoding /WinAnsiEncoding /Widths [" + "600 " * 95 + "]"
        ),
    ),
    "a path around them": (FIRST + f"q 30 590 200 30 re W n {BELOW} Q",),
    "a path as tight as the letters": (FIRST + f"q 40 600 135 8 re W n {BELOW} Q",),
    "a path that ended": (FIRST + f"q 0 0 100 100 re W n Q {BELOW}",),
    "no path to cut by": (FIRST + f"q W n {BELOW} Q",),
}


def read(folder: Path, given: tuple[object, ...]) -> Document:
    content, resources, objects, root, fonts = (*given, *("", "", (), "", "")[len(given) :])
    file = pdf(folder / "a.pdf", content, resources, objects, root)  # type: ignore[arg-type]
    if fonts:
        inside = str(fonts).removeprefix("/Font << ").removesuffix(" >>")
        data = file.read_bytes().replace(b"/Font << ", b"/Font << " + inside.encode("latin-1") + b" ", 1)
        file.write_bytes(data)
    return read_office_document(file)


def plain(document: Document) -> str:
    return " ".join(" ".join(piece.text for piece in document.pieces).split())


@pytest.mark.parametrize("kind", HIDDEN)
def test_words_under_what_is_painted_later_and_words_cut_off_are_no_evidence_and_are_told(
    kind: str, tmp_path: Path
) -> None:
    found = read(tmp_path, HIDDEN[kind])
    assert plain(found) == SEEN
    assert len(found.problems) == 1 and "text that nobody sees was left out" in found.problems[0]


@pytest.mark.parametrize("kind", SEEN_ALL)
def test_words_that_only_lie_near_what_is_painted_later_stay(kind: str, tmp_path: Path) -> None:
    found = read(tmp_path, SEEN_ALL[kind])
    assert SEEN in plain(found) and UNSEEN in plain(found)
    assert not found.problems


def test_letters_under_a_box_are_counted_once(tmp_path: Path) -> None:
    found = read(tmp_path, (FIRST + said(UNSEEN, y=500, looks="1 g") + "0 g " + BELOW + "1 g 0 0 600 650 re f",))
    assert f"about {2 * len(UNSEEN)} letters, first on page 1" in found.problems[0]


@pytest.mark.parametrize("way", ["({}) Tj", "[({})] TJ", "[({}) 0 () -10 ()] TJ"])
def test_of_a_line_only_the_words_under_a_box_go(way: str, tmp_path: Path) -> None:
    line = f"BT /F1 12 Tf 40 600 Td {way.format('The pier was not closed in May')} ET "
    # "not" stands from 112 to 129
    found = read(tmp_path, (FIRST + line + "0 g 110 595 20 20 re f",))
    assert plain(found) == f"{SEEN} The pier was closed in May"


def test_a_word_that_is_half_under_a_box_stays(tmp_path: Path) -> None:
    found = read(tmp_path, (FIRST + said("Unbelievable", y=600) + "0 g 30 590 40 30 re f",))
    assert plain(found) == f"{SEEN} Unbelievable" and not found.problems


def test_the_words_of_a_scan_that_lie_under_its_picture_are_read_and_told(tmp_path: Path) -> None:
    found = read(tmp_path, (said(SEEN) + PICTURE, ON_PICTURE, (IMAGE,)))
    assert plain(found) == SEEN
    assert any("invisible layer" in problem for problem in found.problems)


def test_words_under_a_box_of_a_scan_are_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, (said(SEEN) + PICTURE + BELOW + "1 g " + BOX, ON_PICTURE, (IMAGE,)))
    assert plain(found) == SEEN
    assert any("nobody sees" in problem for problem in found.problems)


def test_a_page_under_one_white_box_has_no_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="looks scanned"):
        read(tmp_path, (FIRST + BELOW + "1 g 0 0 600 800 re f",))


def calls(work: Callable[[], object]) -> int:
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


def side_by_side(number: int) -> str:
    """Words, each with a box of its own somewhere else, painted later."""
    words = "".join(said("pier", x=at * 7 % 500, y=at * 13 % 700, size=8) for at in range(number))
    return words + "".join(f"{at * 11 % 500} {at * 17 % 700} 9 9 re f " for at in range(number))


def all_over_all(number: int) -> str:
    """Words in one place under boxes that each leave a part of them free."""
    return said("pier", y=600) * number + "".join(f"{41 + at % 9} 590 30 30 re f " for at in range(number))


def slivers(number: int) -> str:
    """Words under slivers that cover them together."""
    return said("pier", y=600) * number + "".join(f"{30 + at * 40 / number} 590 1 30 re f " for at in range(number))


def triangles(number: int) -> str:
    """Words under triangles, far more than are looked at."""
    return said("pier", y=600) * number + "0 500 m 600 500 l 60 690 l f " * number


@pytest.mark.parametrize("page", [triangles, side_by_side, all_over_all, slivers])
def test_work_grows_with_words_and_boxes_and_not_with_their_product(page: Callable[[int], str], tmp_path: Path) -> None:
    def work(number: int) -> int:
        file = pdf(tmp_path / f"{number}.pdf", FIRST + page(number))
        return calls(lambda: read_office_document(file))

    small, large = work(400), work(1600)
    assert large <= 4 * 1.6 * small


def test_a_page_of_five_thousand_words_and_boxes_is_read(tmp_path: Path) -> None:
    found = read_office_document(pdf(tmp_path / "a.pdf", FIRST + all_over_all(5_000)))
    assert SEEN in plain(found)
