"""Annotated Word files opened by LibreOffice and saved again; files that LibreOffice itself wrote, read and annotated.

What version 7.4 does to any program's file is not asked of ours: it brings fields up to date and anchors to the whole
of one, shows deleted rows, and where a comment stands between two footnotes or in a control around one paragraph it
loses words.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from word_review import looks, rejected
from word_samples import SAMPLES

from pipeline.articles import WordNote, WordText, annotate_word, read_word
from pipeline.core.models import Span

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed (make test installs it)"),
]

_OWN_WAYS = {
    "Word, smart tags and content controls",
    "Word, links and fields",
    "Word, footnotes and endnotes",
    "Word, tables",
    "unusual characters",
}
ALIKE = [name for name in SAMPLES if name not in _OWN_WAYS]


def some_notes(text: str) -> list[WordNote]:
    """Notes on every other pair of words; each third proposes a wording."""
    spans = [match.span() for match in re.finditer(r"\S+ \S+", text)][::2]
    return [
        WordNote(
            span=Span.of(text, *span),
            author="Fact Desk",
            comment=f"note {number}",
            replacement="other words" if number % 3 == 1 else None,
        )
        for number, span in enumerate(spans)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `docx` and `odt`: what LibreOffice makes of the samples (`a0`) and of them annotated (`b0`)."""
    folder = tmp_path_factory.mktemp("office")
    for number, data in enumerate(SAMPLES.values()):
        (folder / f"a{number}.docx").write_bytes(data)
        (folder / f"b{number}.docx").write_bytes(annotate_word(data, some_notes(read_word(data).text)))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    for kind, files in (("docx:MS Word 2007 XML", "[ab]*.docx"), ("odt", "a*.docx")):
        command = [
            "soffice",
            "--headless",
            profile,
            "--convert-to",
            kind,
            "--outdir",
            str(folder / kind[:4].strip(":")),
        ]
        names = sorted(map(str, folder.glob(files)))
        subprocess.run([*command, *names], check=True, capture_output=True, timeout=300)
    return folder


def made(folder: Path, letter: str, name: str, kind: str = "docx") -> bytes:
    return (folder / kind / f"{letter}{list(SAMPLES).index(name)}.{kind}").read_bytes()


def anchors(text: WordText) -> Counter[tuple[str, str, str | None]]:
    return Counter((each.author, each.text, each.span.exact if each.span else None) for each in text.comments)


@pytest.mark.parametrize("name", ALIKE)
def test_libreoffice_shows_the_words_and_the_comments_at_the_same_words(folder: Path, name: str) -> None:
    ours = read_word((folder / f"b{list(SAMPLES).index(name)}.docx").read_bytes())
    theirs = read_word(made(folder, "b", name))
    assert theirs.text == ours.text
    assert anchors(theirs) == anchors(ours)
    assert bool(theirs.tracked_changes) == bool(ours.tracked_changes)


@pytest.mark.parametrize("name", sorted(_OWN_WAYS))
def test_where_libreoffice_has_its_own_ways_it_still_shows_every_comment(folder: Path, name: str) -> None:
    ours = read_word((folder / f"b{list(SAMPLES).index(name)}.docx").read_bytes())
    assert len(read_word(made(folder, "b", name)).comments) == len(ours.comments)


@pytest.mark.parametrize("name", SAMPLES)
def test_files_that_libreoffice_wrote_are_annotated_exactly(folder: Path, name: str) -> None:
    data = made(folder, "a", name)
    text = read_word(data).text
    notes = some_notes(text)
    back = rejected(annotate_word(data, notes), "Fact Desk")
    assert read_word(back).text == text
    assert looks(back) == looks(data)
    written = [each for each in read_word(back).comments if each.author == "Fact Desk"]
    for note, comment in zip(notes, written, strict=True):
        assert comment.span == note.span or f"at “{note.span.exact}”:" in comment.text


@pytest.mark.parametrize("name", [name for name in ALIKE if "text boxes" not in name])
def test_an_open_document_that_libreoffice_wrote_reads_like_its_word_file(folder: Path, name: str) -> None:
    word, open_document = read_word(made(folder, "a", name)), read_word(made(folder, "a", name, "odt"))
    assert open_document.text.replace("\u2011", "-") == word.text
    assert [each.span for each in open_document.headings] == [each.span for each in word.headings]
    assert anchors(open_document) == anchors(word)
    assert bool(open_document.tracked_changes) == bool(word.tracked_changes)
