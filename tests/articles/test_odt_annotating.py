"""Comments and tracked changes in OpenDocument texts: at exact words, and nothing else is touched."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from odt_review import content_of, looks_odt, rejected_odt
from odt_samples import FIELD, ODT_SAMPLES, odt, p, span
from word_files import unpacked
from word_review import rejected
from word_samples import SAMPLES

from pipeline.articles import WordNote, WordText, annotate_word, read_word
from pipeline.core.models import Span

DESK = "Fact Desk"


def note(text: str, words: str, replacement: str | None = None, comment: str = "a note") -> WordNote:
    return WordNote(span=Span.locate(words, text), author=DESK, comment=comment, replacement=replacement)


def annotated(data: bytes, *given: tuple[str, str | None]) -> bytes:
    text = read_word(data).text
    return annotate_word(data, [note(text, *each) for each in given])


def ours(text: WordText) -> list[str | None]:
    return [each.span.exact if each.span else None for each in text.comments if each.author == DESK]


def some_notes(text: str) -> list[WordNote]:
    """Notes on every other pair of words, some inside others; some propose a wording, some to leave words out."""
    spans = [match.span() for match in re.finditer(r"\S+ \S+", text)][::2]
    spans += [match.span() for match in re.finditer(r"\d+", text)]
    wordings = {1: "other  words", 3: ""}
    return [
        WordNote(
            span=Span.of(text, *place), author=DESK, comment=f"note {number}", replacement=wordings.get(number % 5)
        )
        for number, place in enumerate(spans)
    ]


def check(data: bytes, notes: list[WordNote]) -> None:
    """Hold an annotated file with its changes rejected against the file: the same words, looks and anchors."""
    before = read_word(data)
    made = annotate_word(data, notes)
    back = rejected_odt(made, DESK)
    after = read_word(back)
    assert after.text == before.text
    assert looks_odt(back) == looks_odt(data)
    written = sorted(
        (int(re.findall(r"^note (\d+)", each.text, re.M)[0]), each.span, each.text)
        for each in after.comments
        if each.author == DESK
    )
    assert [number for number, _, _ in written] == list(range(len(notes)))
    for number, span_, said in written:
        held = span_ == notes[number].span or f"at “{notes[number].span.exact}”:" in said
        begun = span_ and "\n\n" in notes[number].span.exact and notes[number].span.exact.startswith(span_.exact)
        assert held or begun or _has_field(data), (span_, notes[number].span)
    others = {name: part for name, part in unpacked(made).items() if name != "content.xml"}
    assert others == {name: part for name, part in unpacked(data).items() if name != "content.xml"}
    names = [each.get(f"{{{_OFFICE}}}name") for each in content_of(made).iter(f"{{{_OFFICE}}}annotation")]
    assert len(set(names)) == len(names)


_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"


def _has_field(data: bytes) -> bool:
    """Tell whether a file has fields or drawings, which a comment covers whole."""
    found = rb"<text:(?:date|sequence|bookmark-ref|time|page-number|meta|ruby|user-defined)|<draw:custom|<loext:"
    return bool(re.search(found, unpacked(data)["content.xml"]))


@pytest.mark.parametrize("name", ODT_SAMPLES)
def test_every_comment_stands_at_its_words_and_rejecting_all_gives_the_same_file(name: str) -> None:
    data = ODT_SAMPLES[name]
    check(data, some_notes(read_word(data).text))


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(sorted(ODT_SAMPLES)), data=st.data())
def test_any_words_of_any_sample_are_anchored_exactly(name: str, data: st.DataObject) -> None:
    text = read_word(ODT_SAMPLES[name]).text
    notes = []
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, min(len(text), start + 30)))
        if (
            text[start].isspace()
            or text[end - 1].isspace()
            or not text[start:end].strip()
            or _cuts_a_cluster(text, start, end)
        ):
            continue
        wording = data.draw(st.sampled_from([None, "", "new", " wide  gaps\tand\nlines "]))
        notes.append(
            WordNote(span=Span.of(text, start, end), author=DESK, comment=f"note {len(notes)}", replacement=wording)
        )
    check(ODT_SAMPLES[name], notes)


def _cuts_a_cluster(text: str, start: int, end: int) -> bool:
    """Tell whether a range begins or ends at a letter that the file writes with several characters."""
    return "é" in (text[start], text[end - 1])


def test_a_wording_is_a_deletion_and_an_insertion_in_the_look_of_the_first_word() -> None:
    data = odt(p(f"It cost {span('seven')} {span('million', 'T2')} crowns."))
    made = annotated(data, ("seven million", "eight  thousand"))
    assert read_word(made).text == "It cost eight  thousand crowns."
    xml = unpacked(made)["content.xml"].decode()
    assert re.search(
        r'<text:change-start [^>]*/><text:span text:style-name="T1">eight <text:s/>thousand</text:span>'
        r"<text:change-end",
        xml,
    )
    regions = re.findall(r"<text:deletion>.*?</text:deletion>", xml)
    assert [
        re.sub(r"<office:change-info>.*?</office:change-info>|</?text:deletion>", "", each) for each in regions
    ] == [
        '<text:p><text:span text:style-name="T1">seven</text:span></text:p>',
        "<text:p><text:s/></text:p>",
        '<text:p><text:span text:style-name="T2">million</text:span></text:p>',
    ]
    assert 'text:track-changes="false"' in xml, "nobody's later edits are tracked because of ours"


def test_words_left_out_leave_both_blanks_beside_them_to_come_back() -> None:
    data = odt(p(f"A {span('big')} weir. Big."))
    made = annotated(data, ("big", ""))
    assert read_word(rejected_odt(made, DESK)).text == "A big weir. Big."
    assert "<text:s/>" in unpacked(made)["content.xml"].decode()


def test_a_fact_inside_changed_words_keeps_its_own_comment() -> None:
    data = odt(p("It cost seven million crowns in 2029."))
    made = annotated(data, ("seven million crowns", "a fortune"), ("million", None), ("seven", None))
    assert ours(read_word(rejected_odt(made, DESK))) == ["seven million crowns", "seven", "million"]
    assert read_word(made).text == "It cost a fortune in 2029."


def test_in_a_note_the_comment_stands_at_the_reference_and_the_wording_is_still_a_change() -> None:
    data = ODT_SAMPLES["footnotes and endnotes"]
    made = annotated(data, ("1812", "1813"))
    (comment,) = read_word(made).comments
    assert comment.text == "In footnote 1, at “1812”:\na note"
    assert "The guild says 1813, and not twice." in read_word(made).text


def test_in_a_box_and_in_a_field_and_in_a_change_of_others_the_wording_is_told() -> None:
    boxed = read_word(annotated(ODT_SAMPLES["links and a frame"], ("a box", "two boxes")))
    assert [each.text for each in boxed.comments] == ["In a text box, at “a box”:\na note\nProposed wording: two boxes"]
    dated = read_word(annotated(ODT_SAMPLES[FIELD], ("May", "June")))
    assert [(each.text, each.span and each.span.exact) for each in dated.comments] == [
        ("a note\nProposed wording: June", "3 May 2029")
    ]
    assert boxed.tracked_changes == dated.tracked_changes == 0
    changed = annotated(ODT_SAMPLES["changes and comments of others"], ("six", "seven"))
    assert "Proposed wording: seven" in [each.text.split("\n")[-1] for each in read_word(changed).comments]
    assert read_word(changed).tracked_changes == 2


def test_what_others_wrote_stays_and_annotating_twice_keeps_the_first() -> None:
    data = ODT_SAMPLES["changes and comments of others"]
    made = annotated(annotated(data, ("budget", "deficit")), ("there", "here"))
    text = read_word(made)
    assert [each.author for each in text.comments] == [DESK, "Writer", DESK]
    assert text.text == "The deficit rose by six per cent and a new mill opened here."
    assert text.tracked_changes == 6


def test_the_kind_stands_first_and_unpacked_as_the_standard_asks() -> None:
    made = annotated(ODT_SAMPLES["right to left"], ("1980", "1981"))
    with zipfile.ZipFile(BytesIO(made)) as file:
        first = file.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """LibreOffice's .odt of every Word sample (`a0.odt`), annotated (`b0.odt`), and what it makes of both."""
    folder = tmp_path_factory.mktemp("office")
    for number, data in enumerate(SAMPLES.values()):
        (folder / f"a{number}.docx").write_bytes(data)
    _convert(folder, "odt", "a*.docx", ".")
    for number in range(len(SAMPLES)):
        data = (folder / f"a{number}.odt").read_bytes()
        (folder / f"b{number}.odt").write_bytes(annotate_word(data, some_notes(read_word(data).text)))
    for number, data in enumerate(ODT_SAMPLES.values()):
        (folder / f"c{number}.odt").write_bytes(data)
        (folder / f"d{number}.odt").write_bytes(annotate_word(data, some_notes(read_word(data).text)))
    _convert(folder, "odt", "[bd]*.odt", "odt")
    _convert(folder, "docx:MS Word 2007 XML", "[abcd]*.odt", "docx")
    return folder


def _convert(folder: Path, kind: str, files: str, to: str) -> None:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", "--headless", profile, "--convert-to", kind, "--outdir", str(folder / to)]
    subprocess.run([*command, *sorted(map(str, folder.glob(files)))], check=True, capture_output=True, timeout=300)


office = [
    pytest.mark.process,
    pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed (make test installs it)"),
]
FILES = [f"b{number}" for number in range(len(SAMPLES))] + [
    f"d{number}" for number, name in enumerate(ODT_SAMPLES) if name != FIELD
]
"""LibreOffice brings fields up to date."""


def libreoffice(test):  # type: ignore[no-untyped-def]
    for mark in office:
        test = mark(test)
    return test


@libreoffice
@pytest.mark.parametrize("name", FILES)
def test_libreoffice_shows_the_words_and_the_comments_at_the_same_words(folder: Path, name: str) -> None:
    made, saved = (read_word((folder / place / f"{name}.odt").read_bytes()) for place in (".", "odt"))
    assert saved.text == made.text
    assert sorted(map(str, ours(saved))) == sorted(map(str, ours(made)))
    assert bool(saved.tracked_changes) == bool(made.tracked_changes)


@libreoffice
@pytest.mark.parametrize("name", FILES)
def test_with_all_changes_rejected_libreoffice_has_the_words_that_there_were(folder: Path, name: str) -> None:
    before = (folder / "docx" / f"{chr(ord(name[0]) - 1)}{name[1:]}.docx").read_bytes()
    after = rejected((folder / "docx" / f"{name}.docx").read_bytes(), DESK)
    assert read_word(after).text == read_word(before).text


@libreoffice
@pytest.mark.parametrize("number", range(len(SAMPLES)))
def test_files_that_libreoffice_wrote_are_annotated_exactly(folder: Path, number: int) -> None:
    data = (folder / f"a{number}.odt").read_bytes()
    check(data, some_notes(read_word(data).text))
