"""The same Word file with comments at exact words, and proposed wordings as tracked changes."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings, strategies as st
from lxml import etree
from word_files import (
    W,
    change,
    comment,
    commented,
    docx,
    emoji,
    field,
    link,
    note,
    odt,
    p,
    r,
    refer,
    text_box,
    unpacked,
)
from word_review import bones, looks, rejected, untouched
from word_samples import SAMPLES

from pipeline.articles import WordComment, WordNote, annotate_word, read_word
from pipeline.core.errors import InputError
from pipeline.core.models import Span

DESK = "Fact Desk"
TEXTS = {name: read_word(data).text for name, data in SAMPLES.items()}


def at(text: str, words: str, replacement: str | None = None, remark: str = "See the source.") -> WordNote:
    start = text.index(words)
    span = Span(start=start, end=start + len(words), exact=words)
    return WordNote(span=span, author=DESK, comment=remark, replacement=replacement)


def ours(data: bytes) -> list[WordComment]:
    return [each for each in read_word(data).comments if each.author == DESK]


def anchored(data: bytes) -> list[str | None]:
    return [each.span.exact if each.span else None for each in ours(data)]


def document(data: bytes) -> str:
    return unpacked(data)["word/document.xml"].decode()


# Properties


def whole(text: str, start: int, end: int) -> bool:
    """Tell whether a span cuts no formula, ruby, or letter that the file writes as several characters."""
    pieces = re.finditer("base|x=2|q\u0323\u0307|\u00e1\u0327|\U0001f468\u200d\U0001f469\u200d\U0001f467", text)
    inside = [(match.start(), match.end()) for match in pieces]
    return not any(a < cut < b for a, b in inside for cut in (start, end))


@st.composite
def notes_on(draw: st.DrawFn, text: str) -> list[WordNote]:
    """Some notes on any words of a text, which may overlap; some propose a wording."""
    notes = []
    for number in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text) - 1))
        end = min(len(text), start + draw(st.integers(1, 60)))
        if text[start:end].strip() and whole(text, start, end):
            replacement = draw(st.sampled_from([None, None, "other words", "", "two\nlines\tand é 😀"]))
            span = Span.of(text, start, end)
            notes.append(WordNote(span=span, author=DESK, comment=f"note {number}", replacement=replacement))
    return notes


def hold(data: bytes, notes: list[WordNote]) -> None:
    """Check what must hold of any file and any notes."""
    before = read_word(data)
    result = annotate_word(data, notes)
    back = rejected(result, DESK)
    after = read_word(back)
    assert after.text == before.text
    assert (after.headings, after.footnotes, after.title) == (before.headings, before.footnotes, before.title)
    assert [each for each in after.comments if each.author != DESK] == list(before.comments)
    assert (
        after.tracked_changes >= before.tracked_changes
    )  # an insertion may be split; `looks` knows whose each letter is
    assert looks(back) == looks(data)
    assert bones(back) == bones(data)
    assert untouched(data, result) == []
    for given_note, written in zip(notes, ours(back), strict=True):
        assert given_note.comment in written.text.split("\n")
        body = before.text[: min((span.start for span in before.footnotes), default=None)]
        start, end = given_note.span.start, given_note.span.end
        if start < len(body):
            assert written.span == Span.of(body, start, end)
        else:
            assert f"at “{given_note.span.exact}”:" in written.text


@pytest.mark.parametrize("name", [name for name in SAMPLES if "boxes" not in name])
@settings(max_examples=4)
@given(data=st.data())
def test_in_any_programs_file_any_words_are_anchored_exactly_and_the_rest_stays(name: str, data: st.DataObject) -> None:
    hold(SAMPLES[name], data.draw(notes_on(TEXTS[name])))


_WORDS = st.text(alphabet="ab c.é́̈ñ1שמم\u00ad\u200b\u00a0'😀\u200d가\u1100\u1161", min_size=1, max_size=12)
_LOOKS = st.sampled_from(["", "<w:b/>", '<w:i/><w:color w:val="FF0000"/>', "<w:vanish/>", "<w:rtl/>"])
_RUN = st.builds(r, _WORDS, _LOOKS)
_INLINE = st.one_of(
    _RUN,
    _RUN,
    st.builds(lambda a, b: link(a, b), _RUN, _RUN),
    st.builds(lambda a: field("REF x", a), _RUN),
    st.builds(lambda words: change("ins", words), _WORDS),
    st.builds(lambda words: change("del", words), _WORDS),
    st.builds(lambda a, b: f"<w:sdt><w:sdtPr/><w:sdtContent>{a}{b}</w:sdtContent></w:sdt>", _RUN, _RUN),
    st.builds(lambda a: f'<w:smartTag w:uri="u" w:element="e"><w:smartTagPr/>{a}</w:smartTag>', _RUN),
    st.sampled_from(
        [
            emoji("1F680"),
            '<w:bookmarkStart w:id="3" w:name="b"/><w:bookmarkEnd w:id="3"/>',
            "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:softHyphen/><w:t>c</w:t><w:noBreakHyphen/></w:r>",
            '<w:r><w:t>d</w:t><w:sym w:font="Symbol" w:char="F0B0"/><w:drawing/><w:t>e</w:t></w:r>',
        ]
    ),
)
_PARAGRAPH = st.lists(_INLINE, min_size=1, max_size=6).map(lambda inlines: p(*inlines))


@settings(max_examples=30)
@given(data=st.data(), paragraphs=st.lists(_PARAGRAPH, min_size=1, max_size=4))
def test_in_any_document_the_anchored_words_are_the_spans(data: st.DataObject, paragraphs: list[str]) -> None:
    file = docx(*paragraphs)
    text = read_word(file).text
    if not text:
        return
    notes = [each for each in data.draw(notes_on(text)) if cuts_no_letter(file, each)]
    before, result = read_word(file), annotate_word(file, notes)
    back = rejected(result, DESK)
    assert read_word(back).text == before.text
    assert looks(back) == looks(file)
    assert bones(back) == bones(file)
    assert [each.span for each in ours(back)] == [each.span for each in notes]


def cuts_no_letter(file: bytes, each: WordNote) -> bool:
    """Tell whether a span begins and ends where a letter of the file does: one composed of several is not cut."""
    from pipeline.articles.word.document import open_document

    (placed, *_), last = (found := open_document(file, "x").layout.within(each.span.start, each.span.end)), found[-1]
    first, end = each.span.start - placed.start, each.span.end - last.start
    starts, ends = placed.tidied.starts, last.tidied.ends
    return (first == 0 or starts[first] != starts[first - 1]) and (end == len(ends) or ends[end - 1] != ends[end])


# Comments


def test_a_comment_stands_at_words_across_runs_and_the_look_of_each_character_stays() -> None:
    data = SAMPLES["Word, runs split by saves"]
    result = annotate_word(data, [at(TEXTS["Word, runs split by saves"], "ferry Aelva carries 412")])
    assert anchored(result) == ["ferry Aelva carries 412"]
    assert looks(result) == looks(data)


def test_comments_stand_in_list_items_table_cells_links_and_headings() -> None:
    for name, words in {
        "python-docx": ["marram", "9 m", "Sand", "four metres between"],
        "Word, tables": ["812", "inner two", "Station\n\nRain"],
        "Word, links and fields": ["town reg", "3 May 2024, page", "As Table 7 shows"],
        "Word, smart tags and content controls": ["otka has 31", "cranes and"],
    }.items():
        result = annotate_word(SAMPLES[name], [at(TEXTS[name], each) for each in words])
        assert anchored(result) == words


def test_the_comment_holds_author_initials_lines_and_a_moment() -> None:
    data = docx(p("Some words."))
    result = annotate_word(data, [at("Some words.", "words", remark="First line\nsecond \x00line\uffff")])
    (written,) = ours(result)
    assert written.text == "First line\nsecond line"
    assert written.written_at is not None
    assert b'w:initials="FD"' in unpacked(result)["word/comments.xml"]


def test_comments_and_changes_of_others_stay_as_they_are() -> None:
    name = "Word, tracked changes and comments"
    text = TEXTS[name]
    words = ["budget rose by six per", "six", "goes on; inserted by hand", "hand and", "moved"]
    result = annotate_word(SAMPLES[name], [at(text, each) for each in words])
    assert anchored(result) == words
    others = [each for each in read_word(result).comments if each.author != DESK]
    assert others == list(read_word(SAMPLES[name]).comments)
    for kind in ("ins", "del", "moveFrom", "moveTo"):
        assert document(result).count(f"<w:{kind} ") == document(SAMPLES[name]).count(f"<w:{kind} ")


def test_in_a_footnote_the_comment_stands_at_the_reference_and_names_the_words() -> None:
    """Word passes over comment ranges inside footnotes, endnotes and text boxes."""
    data = SAMPLES["Word, footnotes and endnotes"]
    text = read_word(data).text
    result = annotate_word(data, [at(text, "of granite in", "of limestone in"), at(text, "town archive")])
    first, second = ours(result)
    assert first.text == "In footnote 1, at “of granite in”:\nSee the source."
    assert second.text == "In endnote 1, at “town archive”:\nSee the source."
    assert "commentRangeStart" not in unpacked(result)["word/footnotes.xml"].decode()
    marked = (
        r"commentRangeStart w:id=\"0\"/><w:r>(?:(?!</w:r>).)*footnoteReference w:id=\"2\"/></w:r><w:commentRangeEnd"
    )
    assert re.search(marked, document(result))
    assert "first lock of limestone in the county" in read_word(result).text
    assert read_word(rejected(result, DESK)).text == text


def test_in_a_text_box_the_comment_stands_at_the_box_and_holds_the_wording() -> None:
    data = docx(p("Before ", text_box(p("A boxed figure of 12")), "after."))
    text = read_word(data).text
    result = annotate_word(data, [at(text, "figure of 12", "figure of 13")])
    (written,) = ours(result)
    assert written.text == "In a text box, at “figure of 12”:\nSee the source.\nProposed wording: figure of 13"
    assert read_word(result).text == text


def test_a_reference_inside_a_run_of_words_is_what_the_comment_stands_at() -> None:
    mixed = '<w:r><w:t>One two</w:t><w:footnoteReference w:id="1"/><w:t> three four.</w:t></w:r>'
    data = docx(p(mixed), parts={"footnotes": note("footnote", 1, "Note here.")})
    text = read_word(data).text
    result = annotate_word(data, [at(text, "two three"), at(text, "here"), at(text, "Note"), at(text, "four")])
    assert anchored(result) == ["two three", None, None, "four"]
    marked = 'commentRangeStart w:id="1"/><w:commentRangeStart w:id="2"/><w:r><w:footnoteReference w:id="1"/></w:r>'
    assert marked in document(result)


def test_a_note_from_the_body_into_a_footnote_stands_at_its_words_in_the_body() -> None:
    data = docx(p("End of text", refer("footnote", 1)), parts={"footnotes": note("footnote", 1, "Note here.")})
    assert anchored(annotate_word(data, [at(read_word(data).text, "of text\n\nNote")])) == ["of text"]


# Proposed wordings


def test_a_proposed_wording_is_a_tracked_change_in_the_look_of_what_it_replaces() -> None:
    data = docx(p("It cost ", r("four million", "<w:b/>"), " euros."))
    result = annotate_word(data, [at("It cost four million euros.", "four million euros", "five million euros")])
    assert read_word(result).text == "It cost five million euros."
    assert read_word(rejected(result, DESK)).text == "It cost four million euros."
    inserted = re.search(r"<w:ins [^>]*>(.*?)</w:ins>", document(result))
    assert inserted is not None and inserted.group(1).startswith("<w:r><w:rPr><w:b/></w:rPr><w:t")
    assert re.search(
        rf'<w:del w:id="\d+" w:author="{DESK}" w:date="\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ">', document(result)
    )


def test_an_empty_wording_deletes_and_an_equal_one_changes_nothing() -> None:
    data = docx(p("It was very big."))
    assert read_word(annotate_word(data, [at("It was very big.", "very ", "")])).text == "It was big."
    same = annotate_word(data, [at("It was very big.", "very", "very")])
    assert read_word(same).tracked_changes == 0


def test_pictures_and_references_inside_replaced_words_stay() -> None:
    picture = "<w:r><w:t>one </w:t><w:drawing/><w:t>two</w:t></w:r>"
    data = docx(p(picture, refer("footnote", 1), " three."), parts={"footnotes": note("footnote", 1, "Note.")})
    result = annotate_word(data, [at(read_word(data).text, "one two three", "four")])
    assert read_word(result).text == "four.\n\nNote."
    deleted = "".join(re.findall(r"<w:del .*?</w:del>", document(result)))
    assert "drawing" not in deleted
    assert "footnoteReference" not in deleted
    assert "<w:drawing/>" in document(result)


def test_no_insertion_stands_inside_one_of_somebody_elses() -> None:
    data = docx(p("It was ", change("ins", "said by four people"), " then."))
    result = annotate_word(data, [at(read_word(data).text, "four", "five")])
    assert read_word(result).text == "It was said by five people then."
    root = etree.fromstring(unpacked(result)["word/document.xml"])
    assert root.xpath("count(//w:ins//w:ins)", namespaces={"w": W}) == 0
    by_editor = root.xpath("//w:ins[@w:author='Editor']", namespaces={"w": W})
    assert "".join("".join(each.itertext()) for each in by_editor) == "said by four people"
    assert read_word(rejected(result, DESK)).text == read_word(data).text


def test_of_wordings_that_overlap_the_first_is_a_change_and_the_other_is_told() -> None:
    text = "Three men in a boat."
    result = annotate_word(docx(p(text)), [at(text, "men in", "women in"), at(text, "in a", "on a")])
    assert read_word(result).text == "Three women in a boat."
    assert ours(result)[1].text == "See the source.\nProposed wording: on a"


def test_a_wording_across_paragraphs_is_told_in_the_comment() -> None:
    data = docx(p("One."), p("Two."))
    result = annotate_word(data, [at("One.\n\nTwo.", "One.\n\nTwo", "Both")])
    assert read_word(result).text == "One.\n\nTwo."
    assert ours(result)[0].text == "See the source.\nProposed wording: Both"


def test_every_mark_has_an_id_of_its_own() -> None:
    name = "Word, tracked changes and comments"
    notes = [at(TEXTS[name], each, each.upper()) for each in ("budget", "six per", "hand")]
    root = etree.fromstring(unpacked(annotate_word(SAMPLES[name], notes))["word/document.xml"])
    for tags in (["ins", "del"], ["commentRangeStart"], ["commentRangeEnd"]):
        own = [each for tag in tags for each in root.iter(f"{{{W}}}{tag}") if each.get(f"{{{W}}}author", DESK) == DESK]
        ids = Counter(each.get(f"{{{W}}}id") for each in own)
        assert set(ids.values()) == {1}


def test_a_comment_that_ends_in_a_field_is_referred_to_after_it() -> None:
    """LibreOffice loses the words of a comment whose reference stands in a field's result."""
    simple = f'<w:fldSimple w:instr=" DATE ">{r("3 May")}</w:fldSimple>'
    data = docx(p("In ", field("REF x", "Table 7"), ", on ", simple, ", all."))
    result = annotate_word(
        data, [at("In Table 7, on 3 May, all.", "In Table"), at("In Table 7, on 3 May, all.", "on 3")]
    )
    assert anchored(result) == ["In Table", "on 3"]
    after = r'<w:r><w:commentReference w:id="{}"/></w:r>'
    assert '<w:fldChar w:fldCharType="end"/></w:r>' + after.format(0) in document(result)
    assert "</w:fldSimple>" + after.format(1) in document(result)


# Letters, and what is refused


def test_letters_that_the_file_composes_are_anchored_whole() -> None:
    text = TEXTS["unusual characters"]
    words = ["Café", "né", "\U0001f468\u200d\U0001f469\u200d\U0001f467 of soft", "soft hy", "é and", "각", "±4"]
    assert anchored(annotate_word(SAMPLES["unusual characters"], [at(text, each) for each in words])) == words


def test_no_notes_leave_the_words_and_the_looks() -> None:
    for data in SAMPLES.values():
        result = annotate_word(data, [])
        assert (read_word(result), looks(result)) == (read_word(data), looks(data))
        assert untouched(data, result) == []


def test_annotating_twice_keeps_what_was_written_first() -> None:
    data = docx(p("Some more words."))
    once = annotate_word(data, [at("Some more words.", "more", "less")])
    twice = annotate_word(once, [at("Some less words.", "less words")])
    assert anchored(twice) == ["less", "less words"]


def test_notes_that_do_not_fit_the_file_are_refused() -> None:
    data = docx(p("Some words."))
    with pytest.raises(InputError, match="'other' is not at character 0 of the file: read the file again"):
        annotate_word(data, [at("other", "other")])
    blank = WordNote(span=Span(start=4, end=5, exact=" "), author=DESK, comment="x")
    assert anchored(annotate_word(data, [blank])) == [None]
    with pytest.raises(InputError, match="read the file again"):
        annotate_word(odt("<text:p>x</text:p>"), [at("other", "other")])


def test_hundreds_of_notes_are_all_exact() -> None:
    sentence = "The 12 boats of the harbour landed 340 tonnes of herring in the spring of 1994. "
    data = docx(*(p(*(r(word + " ") for word in (sentence * 4).split())) for _ in range(40)))
    text = read_word(data).text
    spans = [match.span() for match in re.finditer(r"\d+ \w+", text)]
    notes = [WordNote(span=Span.of(text, *span), author=DESK, comment="x") for span in spans]
    assert len(notes) == 320
    result = annotate_word(data, notes)
    assert anchored(result) == [each.span.exact for each in notes]


def test_a_comment_of_others_on_the_same_words_stays_beside_ours() -> None:
    data = docx(p("Say ", commented(0, "these words"), "."), parts={"comments": comment(0, "Writer", "my source")})
    result = annotate_word(data, [at("Say these words.", "these words", "those words")])
    assert [(each.author, each.span.exact if each.span else None) for each in read_word(result).comments] == [
        ("Writer", "those words"),
        (DESK, "those words"),
    ]
