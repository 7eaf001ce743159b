"""Reports: words, tables, Markdown, the schema, and what the HTML holds before any browser reads it."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt
from samples import HOSTILE, sample_article, sample_report

from pipeline.core.models import (
    Article,
    Claim,
    Coverage,
    Failure,
    FailureReason,
    FlagKind,
    Heading,
    Label,
    Note,
    PartialDate,
    Report,
    Span,
    Uncheckable,
    Usage,
)
from pipeline.reports import FLAGS, OUTCOMES, REASONS, Mark, render_markdown, shorten, spell_date, table_rows, web_link
from pipeline.reports.run.html import render_html
from pipeline.reports.schemas import report_schema
from pipeline.reports.shared.segments import cut_segments
from pipeline.reports.shared.views import view_note, view_notes
from pipeline.reports.shared.wording import UNCHECKABLE
from pipeline.store import NoteSummary

SCHEMA_FILE = Path(__file__).parents[2] / "pipeline" / "reports" / "report.schema.json"


@pytest.fixture(scope="module")
def report() -> Report:
    return sample_report()


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return render_html(report)


class _Words(HTMLParser):
    """Collects the text of the article's blocks and every link and tag."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.blocks: list[tuple[str, str]] = []
        self.links: list[dict[str, str | None]] = []
        self.tags: list[str] = []
        self._inside: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if tag == "a":
            self.links.append(found)
        if "words" in (found.get("class") or "").split():
            self._inside = tag
            self.blocks.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside:
            tag, text = self.blocks[-1]
            self.blocks[-1] = (tag, text + data)

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.blocks)


def _bare(text: str, *claims: Claim, headings: tuple[Heading, ...] = ()) -> Report:
    notes = tuple(Note(claim=claim, failure=Failure(stage="check", reason="no_model")) for claim in claims)
    sample = sample_report()
    return sample.model_copy(
        update={"article": Article(text=text, headings=headings), "notes": notes, "coverage": Coverage.of(notes)}
    )


# Segments


@st.composite
def _marked_texts(draw: st.DrawFn) -> tuple[str, list[Mark[int]], list[int]]:
    text = draw(st.text(min_size=1, max_size=60))
    offsets = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(offsets, offsets, st.integers(0, 4)), max_size=8))
    marks = [Mark(min(a, b), max(a, b), key) for a, b, key in spans if a != b]
    return text, marks, draw(st.lists(offsets, max_size=4))


@given(_marked_texts())
def test_segments_join_to_the_text_and_each_key_to_exactly_its_words(
    marked: tuple[str, list[Mark[int]], list[int]],
) -> None:
    text, marks, cuts = marked
    segments = cut_segments(text, marks, cuts)
    assert "".join(segment.text for segment in segments) == text
    for key in {mark.key for mark in marks}:
        wanted = {offset for mark in marks if mark.key == key for offset in range(mark.start, mark.end)}
        held = [segment for segment in segments if key in segment.keys]
        assert {offset for segment in held for offset in range(segment.start, segment.end)} == wanted
        assert [segment.end for segment in segments if key in segment.ends] == [max(wanted) + 1]
    assert not any(segment.start < cut < segment.end for segment in segments for cut in cuts)


def test_the_innermost_mark_comes_last_however_they_are_given() -> None:
    marks = [Mark(2, 4, "inner"), Mark(0, 9, "outer"), Mark(3, 8, "other")]
    assert [segment.keys for segment in cut_segments("abcdefghi", marks)] == [
        ("outer",),
        ("outer", "inner"),
        ("outer", "other", "inner"),
        ("outer", "other"),
        ("outer",),
    ]


# Words


def test_every_outcome_flag_and_reason_has_words() -> None:
    assert set(REASONS) == set(get_args(FailureReason))
    assert set(FLAGS) == set(get_args(FlagKind))
    assert set(UNCHECKABLE) == set(get_args(Uncheckable))
    assert set(OUTCOMES) == {*get_args(Label), "not_checked", "not_checkable"}
    assert len({words.symbol for words in OUTCOMES.values()}) == len(OUTCOMES)


@given(st.text(max_size=80), st.integers(2, 40))
def test_shortened_words_fit_on_one_line(text: str, length: int) -> None:
    short = shorten(text, length)
    assert len(short) <= length
    assert len(short.splitlines()) <= 1


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://town.example/a", True),
        ("http://town.example", True),
        ("javascript:alert(1)", False),
        ("JavaScript:alert(1)", False),
        ("data:text/html,x", False),
        ("//town.example", False),
        ("https://", False),
        ("http://[", False),
        (None, False),
    ],
)
def test_only_web_addresses_are_links(url: str | None, is_link: bool) -> None:
    assert web_link(url) == (url if is_link else None)


def test_a_date_is_spelled_no_more_precisely_than_it_is_known() -> None:
    assert spell_date(date(2031, 3, 4)) == "4 March 2031"
    assert spell_date(PartialDate("2031-03")) == "March 2031"
    assert spell_date(PartialDate("2031")) == "2031"


# HTML


def test_the_article_keeps_every_character_and_its_headings(report: Report, page: str) -> None:
    words = _Words(page)
    assert re.sub(r"U\+20[0-9A-F]{2}", "", words.text) == report.article.text
    assert [text.strip() for tag, text in words.blocks if tag == "h3"] == ["What the inspectors found", "Who pays"]


@given(st.text(alphabet=st.sampled_from("ab <&>\"'\n\r\t\u2028\u202e{}%#"), min_size=1, max_size=60), st.data())
def test_any_text_comes_back_from_the_page(text: str, data: st.DataObject) -> None:
    article = Article(text=text)
    claims = []
    for _ in range(data.draw(st.integers(0, 3))):
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        span = Span(start=start, end=end, exact=text[start:end])
        claims.append(Claim(article_id=article.id, spans=(span,), text="x", check_worthiness=0.5))
    assert _Words(render_html(_bare(text, *claims))).text == text


def test_heading_levels_leave_none_out() -> None:
    text = "One\nTwo\nThree"
    headings = tuple(
        Heading(span=Span.locate(word, text), level=level) for word, level in [("One", 4), ("Two", 6), ("Three", 1)]
    )
    assert [tag for tag, _ in _Words(render_html(_bare(text, headings=headings))).blocks] == ["h3", "h4", "h3"]


def test_the_policy_allows_exactly_the_style_and_script_of_the_page(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    for tag in ("style", "script"):
        inline = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(inline) == 1
        digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    for rule in ("default-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'"):
        assert rule in policy[1]
    assert " style=" not in re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)


def test_hostile_text_makes_no_tag_and_no_dangerous_link(page: str) -> None:
    words = _Words(page)
    assert words.tags.count("script") == words.tags.count("style") == 1
    assert "b" not in words.tags
    assert page.count("{{ 7*7 }}") >= 5
    addresses = [link["href"] or "" for link in words.links]
    assert all(address.startswith(("#", "https://")) for address in addresses)
    outside = [link for link in words.links if not (link["href"] or "").startswith("#")]
    assert outside
    assert all(link["rel"] == "noopener noreferrer" for link in outside)


def test_the_same_report_gives_the_same_page(report: Report, page: str) -> None:
    assert render_html(report) == page


def test_a_report_without_notes_model_or_dates_is_still_whole() -> None:
    sample = sample_report()
    versions = sample.versions.model_copy(update={"model": None, "prompts": (), "index": None, "embedding": None})
    bare = _bare("Nothing was said.").model_copy(
        update={"versions": versions, "usage": Usage(dollars=None), "disclosures": (), "as_of_assumed": True}
    )
    page = render_html(bare)
    for words in ("Embedded default, no model", "price unknown", "assumed", "nothing left this machine", "0 claims"):
        assert words in page
    assert "Nothing was said." in render_markdown(bare).replace("\\", "")


def test_flags_that_say_the_same_are_shown_once(report: Report) -> None:
    note = next(note for note in report.notes if "outdated" in {flag.kind for flag in note.flags})
    message = note.flags[0].message
    flags = tuple(flag.model_copy(update={"message": message}) for flag in note.flags)
    notes = tuple(other.model_copy(update={"flags": flags}) if other is note else other for other in report.notes)
    changed = report.model_copy(update={"notes": notes})
    view = next(view for view in view_notes(changed) if view.note.claim == note.claim)
    assert [(flag.kinds, flag.severity) for flag in view.flags] == [(("misattributed_title", "outdated"), "high")]
    assert "Wrong title, Outdated</strong>" in render_html(changed)
    assert "**Wrong title, Outdated** (high)" in render_markdown(changed)


def test_a_sentence_that_a_flag_says_is_not_said_again_as_the_verdicts(report: Report) -> None:
    at = next(n for n, note in enumerate(report.notes) if note.verdict and note.flags)
    note = report.notes[at]
    assert note.verdict
    said = "The tide clock was sold twice, the register of the pier says."
    flags = (note.flags[0].model_copy(update={"message": said}), *note.flags[1:])
    verdict = note.verdict.model_copy(update={"justification": said})
    same = note.model_copy(update={"flags": flags, "verdict": verdict})
    changed = report.model_copy(update={"notes": (*report.notes[:at], same, *report.notes[at + 1 :])})
    body = render_markdown(changed).split("## ", 1)[1]
    assert sum(said in line and line.startswith("⚑") for line in body.splitlines()) == 1
    assert sum(said in line and not line.startswith(("⚑", "|")) for line in body.splitlines()) == 0
    assert render_html(changed).count(f'<p class="justification" dir="auto">{said}</p>') == 0


def test_a_wrong_title_that_is_out_of_date_is_told_once_in_the_graver_words(report: Report) -> None:
    note = next(note for note in report.notes if "outdated" in {flag.kind for flag in note.flags})
    grave = next(flag for flag in note.flags if flag.kind == "misattributed_title")
    citations = note.verdict.citations if note.verdict else ()
    assert citations
    grave = grave.model_copy(update={"citations": citations})
    again = grave.model_copy(update={"kind": "outdated", "severity": "medium", "message": "Out of date: she left it."})
    other = again.model_copy(update={"kind": "wrong_fact", "checker": "another", "message": "No such town."})
    changed = note.model_copy(update={"flags": (again, grave, other)})
    assert [(flag.kinds, flag.message) for flag in view_note(1, changed).flags] == [
        (("misattributed_title", "outdated"), grave.message),
        (("wrong_fact",), "No such town."),
    ]


# Markdown


def test_markdown_begins_with_the_coverage(report: Report) -> None:
    first = MarkdownIt().render(render_markdown(report).split("\n\n")[0])
    assert first == f"<p><strong>{report.coverage}</strong></p>\n"


def test_markdown_shows_hostile_text_as_text(report: Report) -> None:
    source = render_markdown(report)
    shown = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(source)
    tags = _Words(shown)
    assert not {"script", "style", "b", "em"} & set(tags.tags)
    assert all((link["href"] or "").startswith("https://") for link in tags.links)
    visible = HOSTILE.replace("\u202e", "[U+202E]").replace("\u202c", "[U+202C]")
    assert visible.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in shown


@given(st.text(alphabet=st.sampled_from("ab1 .):-+=>#*_~`|[]()!<&@/\\\n"), min_size=1, max_size=40))
def test_any_words_come_back_from_markdown(words: str) -> None:
    text = f"x {words}"
    article = Article(text=text)
    claim = Claim(
        article_id=article.id, spans=(Span.of(text, 0, len(text)),), text=f"{words} end", check_worthiness=0.5
    )
    shown = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(render_markdown(_bare(text, claim)))
    paragraphs = [" ".join(html.unescape(found).split()) for found in re.findall("<p>(.*?)</p>", shown, re.DOTALL)]
    assert " ".join(text.split()) in paragraphs
    assert " ".join(f"Claim: {words} end".split()) in paragraphs


def test_words_that_begin_like_a_list_are_no_list(report: Report) -> None:
    text = "1931. The bridge was opened."
    claim = Claim(article_id="a", spans=(Span.of(text, 0, len(text)),), text=text, check_worthiness=0.5)
    shown = MarkdownIt("commonmark").render(render_markdown(_bare(text, claim)))
    assert f"<p>{text}</p>" in shown


def test_the_table_of_markdown_keeps_its_columns(report: Report) -> None:
    shown = MarkdownIt("commonmark").enable("table").render(render_markdown(report))
    rows = re.findall(r"<tr>(.*?)</tr>", shown, re.DOTALL)
    assert len(rows) == 1 + sum(bool(note.verdict or note.flags or note.differs) for note in report.notes)
    assert {len(re.findall("<t[hd]", row)) for row in rows} == {5}


def test_markdown_has_a_section_for_each_note_with_its_proven_words(report: Report) -> None:
    shown = MarkdownIt().render(render_markdown(report))
    assert shown.count("<h3>") == len(report.notes)
    assert "<strong>In favour: six members. Against: three members</strong>" in shown
    assert '<a href="https://council.example/minutes/2031-03-11">' in shown


def test_a_claim_beside_its_nearest_source_is_shown_with_what_differs_in_every_format(report: Report) -> None:
    told = "The source says “1913”, the article “1931”."
    shown = MarkdownIt().render(render_markdown(report))
    assert told in shown and "opened in <strong>1931</strong>" in shown and "opened in <strong>1913</strong>" in shown
    page = render_html(report)
    [section] = re.findall(r'<section class="comparison differing".*?</section>', page, re.DOTALL)
    assert told in section
    assert re.findall(r'<strong class="part differs">(.*?)</strong>', section) == ["1931", "1913"]
    assert told in page[page.index('class="first"') : page.index('class="toolbar"')]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("date", "Nothing in it differs.<"),
        ("name", "Nothing in it differs, but only names (1931) were found in both: it may be about something else.<"),
    ],
)
def test_a_source_that_shares_only_names_is_told_as_one_that_may_be_about_something_else(
    report: Report, kind: str, told: str
) -> None:
    note = next(note for note in report.notes if note.comparison)
    assert note.comparison is not None
    same = note.comparison.differing[0].model_copy(update={"relation": "agrees", "kind": kind})
    alike = note.model_copy(update={"comparison": note.comparison.model_copy(update={"parts": (same,)})})
    given = report.model_copy(update={"notes": tuple(alike if each is note else each for each in report.notes)})
    assert told in render_html(given)
    assert told in MarkdownIt().render(render_markdown(given))


LIKELY = "supported .91, refuted .05, not enough evidence .04, conflicting .00"


def said_likely(note: Note, **calibrated: object) -> Note:
    """Return the note with how likely its verdict says each label is."""
    assert note.verdict is not None
    numbers = {"supported": 0.91, "refuted": 0.05, "not_enough_evidence": 0.0395, "conflicting_evidence": 0.0005}
    return note.model_copy(update={"verdict": note.verdict.model_copy(update={"probabilities": numbers} | calibrated)})


def test_how_likely_each_label_is_stands_in_every_format_with_what_it_rests_on(report: Report) -> None:
    first, second = [note for note in report.notes if note.verdict][:2]
    calibrated = {"calibrated_on": "20310101-120000-000-abcd1234", "calibrated_cases": 1240}
    known = {first.claim.id: said_likely(first), second.claim.id: said_likely(second, **calibrated)}
    told = report.model_copy(update={"notes": tuple(known.get(note.claim.id, note) for note in report.notes)})
    own = f"{LIKELY} (as the model says, not calibrated)"
    fitted = f"{LIKELY} (calibrated on 1,240 judged cases of the evaluation 20310101-120000-000-abcd1234)"
    shown = [render_html(told), MarkdownIt().render(render_markdown(told))]
    for words in (own, fitted):
        assert [each.count(f"How likely: {words}") for each in shown] == [1, 1]
    rows = {f"{row.likely} ({row.likely_by})" for row in table_rows(told) if row.likely or row.likely_by}
    assert rows == {own, fitted}
    assert Report.model_validate_json(told.model_dump_json()) == told


def test_where_nobody_says_how_likely_a_label_is_nothing_is_shown(report: Report, page: str) -> None:
    assert "How likely" not in page and "How likely" not in render_markdown(report)


# Rows


def test_rows_begin_with_what_may_do_most_harm_and_go_on_in_order_of_the_article(report: Report) -> None:
    rows = table_rows(report, words=30)
    assert len(rows) == len(report.notes)
    flagged = [row.flagged for row in rows]
    assert flagged == sorted(flagged, reverse=True)
    differs = [row.flags == "A source differs" for row in rows]
    told = [row.why for row in rows if row.flags == "A source differs"]
    assert told == ["The source says “1913”, the article “1931”."]
    assert differs.index(True) == flagged.index(False)
    harms = [NoteSummary.by(view_notes(report)[row.number - 1].note).harm for row in rows if row.flagged]
    assert harms == sorted(harms) and harms[0] == 0
    numbers = [row.number for row, differing in zip(rows, differs, strict=True) if not (row.flagged or differing)]
    assert numbers == sorted(numbers)
    assert {row.outcome for row in rows if row.unread} == {"Not checked"}
    assert all(len(row.words) <= 30 for row in rows)
    title = next(row for row in rows if row.words.startswith("former mayor"))
    assert (title.outcome, title.flags) == ("Refuted", "Wrong title, Outdated")
    assert "4 May 2029" in title.why


# The sample and the schema


def test_the_sample_holds_every_outcome_and_flag(report: Report) -> None:
    assert {view.outcome for view in view_notes(report)} == set(OUTCOMES)
    assert set(report.coverage.flags) == set(get_args(FlagKind))
    assert sample_article().id == report.article.id


def test_the_published_schema_is_that_of_the_nouns() -> None:
    published = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    assert published == report_schema(), (
        "write it again: python -m pipeline.reports > pipeline/reports/report.schema.json"
    )


def test_a_report_fits_the_schema_and_a_damaged_one_does_not(report: Report) -> None:
    schema = report_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    written = json.loads(report.model_dump_json())
    assert list(check.iter_errors(written)) == []
    written["notes"][0]["verdict"]["label"] = "true"
    assert list(check.iter_errors(written))
    assert Report.model_validate_json(report.model_dump_json()) == report
