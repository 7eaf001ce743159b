"""A claim on a part of another one's words: one row, the part named under the whole, nothing hidden or uncounted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from desks import keep_report, visit
from samples import sample_report

from pipeline.cli.main import main
from pipeline.core.models import LOCAL_PERSON, Article, Claim, ClaimKind, Coverage, Failure, Note, Report, Span
from pipeline.core.settings import Settings
from pipeline.reports import Listed, find_parts, render_html, render_markdown
from pipeline.review import Filter, decide, folding, queue, with_parts
from pipeline.store import Store, open_store

TEXT = "The weir at Olm has cost 7 million crowns since 2019 and is closed for 18 months. The mayor has left."
WHOLE, PART = TEXT.split(". ")[0] + ".", "is closed for 18 months"


def _note(words: str, kind: ClaimKind = "quantity", **given: object) -> Note:
    article = Article(text=TEXT)
    sentence = Span.locate(WHOLE, TEXT) if words in WHOLE else None
    claim = Claim(
        article_id=article.id,
        spans=(Span.locate(words, TEXT),),
        text=words,
        kind=kind,
        check_worthiness=0.5,
        sentence=sentence,
    )
    failure = Failure(stage="predict_verdict", reason="no_model", detail="")
    return Note.model_validate({"claim": claim, "evidence": (), "trace": (), "failure": failure} | given)


def _report(*notes: Note) -> Report:
    made = sample_report()
    article = Article(text=TEXT)
    return Report(
        run_id="parts",
        created_at=made.created_at,
        article=article,
        as_of=made.as_of,
        notes=notes,
        coverage=Coverage.of(notes),
        versions=made.versions,
        usage=made.usage,
        seconds=1,
    )


REPORT = _report(_note(WHOLE, "event"), _note(PART), _note("The mayor has left."))


@pytest.mark.parametrize(
    ("part", "is_part"),
    [
        ({}, True),
        ({"said": "supported"}, False),
        ({"alone": True}, False),
        ({"kind": "title"}, True),
        ({"kind": "title", "start": 0, "end": 40}, True),
        ({"kind": "title", "decided": True}, False),
        ({"kind": "title", "alone": True}, False),
        ({"kind": "quotation"}, False),
        ({"sentence": (0, 9)}, False),
        ({"sentence": None}, True),
        ({"start": 0, "end": 40}, False),
        ({"end": 41}, False),
    ],
)
def test_a_part_says_nothing_of_its_own_and_stands_in_the_words_and_the_sentence_of_the_whole(
    part: dict[str, object], is_part: bool
) -> None:
    whole = Listed(0, 40, (0, 40), "event", "no_model")
    inner = Listed(5, 20, (0, 40), "quantity", "no_model")._replace(**part)  # type: ignore[arg-type]
    assert find_parts([inner, whole]) == ({0: 1} if is_part else {})


def test_a_part_of_a_part_is_listed_under_the_whole() -> None:
    whole = Listed(0, 40, None, "event", None)
    assert find_parts([whole._replace(start=5, end=9), whole._replace(end=20), whole]) == {0: 2, 1: 2}


def test_the_pages_of_a_report_list_a_part_under_the_whole_and_count_it() -> None:
    page = render_html(REPORT)
    assert len(re.findall(r'<article class="note', page)) == 2
    card = re.search(r'<article class="note[^>]*id="note-1".*?</article>', page, re.DOTALL)
    assert card and "Part of it:" in card[0] and 'id="note-2"' in card[0] and PART in unescape(card[0])
    assert str(REPORT.coverage) in page and "3 claims" in str(REPORT.coverage)
    text = render_markdown(REPORT)
    headings = re.findall(r"^#+ \d.*$", text, re.MULTILINE)
    assert [each.split(" ○")[0].rstrip(":") for each in headings] == [
        "### 1\\.",
        "#### 2\\. Part of note 1",
        "### 3\\.",
    ]
    assert text.count(PART) >= 2


def test_a_title_that_no_record_decides_is_named_under_the_sentence_that_gives_it_and_counted() -> None:
    report = _report(_note(WHOLE, "event"), _note("The mayor has left."), _note("The mayor", "title"))
    page = render_html(report)
    assert len(re.findall(r'<article class="note', page)) == 2 and "3 claims" in str(report.coverage)
    card = re.search(r'<article class="note[^>]*id="note-2".*?</article>', page, re.DOTALL)
    assert card and "Part of it:" in card[0] and 'id="note-3"' in card[0]


def test_the_queue_names_a_title_under_its_sentence(tmp_path: Path) -> None:
    with open_store(Settings(home=tmp_path)) as store:
        keep_report(store, _report(_note("The mayor has left."), _note("The mayor", "title")))
        folded = with_parts(store, Filter(), queue(store, Filter()))
        assert [item.text for item in folded.page.items] == ["The mayor has left."]
        assert [[each.text for each in parts] for parts in folded.parts.values()] == [["The mayor"]]
        assert folded.page.total == 2


def test_a_part_with_a_flag_of_its_own_stays_a_note_of_its_own() -> None:
    flag = next(flag for note in sample_report().notes for flag in note.flags)
    flag = flag.model_copy(update={"span": Span.locate("18 months", TEXT), "citations": ()})
    page = render_html(_report(_note(WHOLE, "event"), _note(PART, flags=(flag,)), _note("The mayor has left.")))
    assert len(re.findall(r'<article class="note', page)) == 3 and "Part of it:" not in page


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Store, Settings]]:
    settings = Settings(home=tmp_path)
    with open_store(settings) as store:
        keep_report(store, REPORT)
        yield store, settings


def test_the_queue_lists_a_part_under_the_whole_until_its_standing_differs(desk: tuple[Store, Settings]) -> None:
    store, _ = desk
    page = queue(store, Filter())
    folded = with_parts(store, Filter(), page)
    whole = next(item for item in page.items if item.text == WHOLE)
    assert [item.text for item in folded.page.items if item.text == PART] == []
    assert [item.text for item in folded.parts[whole.claim_id]] == [PART]
    assert folded.page.total == page.total == 3, "each is a claim of its own, and counted"
    decide(store, whole.claim_id, "dismiss", LOCAL_PERSON, seen=0, reason="not_checkable")
    left = with_parts(store, Filter(), queue(store, Filter()))
    assert PART in [item.text for item in left.page.items] and left.parts == {}


def test_page_by_page_each_claim_is_a_row_or_named_under_one(desk: tuple[Store, Settings]) -> None:
    store, _ = desk
    seen: list[str] = []
    page = queue(store, Filter(), limit=2)
    while True:
        folded = with_parts(store, Filter(), page)
        assert folded.page.items, "a page is never empty"
        seen += [item.text for item in (*folded.page.items, *(each for part in folded.parts.values() for each in part))]
        if page.next is None:
            break
        page = queue(store, Filter(), limit=2, after=page.next)
    assert set(seen) == {item.text for item in queue(store, Filter()).items}


def test_the_desk_and_the_terminal_name_the_part_under_the_whole(
    desk: tuple[Store, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, settings = desk
    page = visit(store, settings).get("/").text
    rows = re.findall(r'<li class="row.*?</li>', page, re.DOTALL)
    assert len(rows) == 2 and any(WHOLE in row and "Part of it:" in row and PART in row for row in rows)
    monkeypatch.setenv("FACTNOTES_HOME", str(settings.home))
    told = " ".join(CliRunner().invoke(main, ["review", "list"]).output.split())
    assert told.startswith("3 claims") and "part of it: is closed" in told


def test_a_page_of_the_queue_that_is_asked_again_reads_no_claim_again(
    desk: tuple[Store, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = desk
    folding._PLACES.clear()
    read: list[object] = []
    place = folding._place
    monkeypatch.setattr(folding, "_place", lambda body: read.append(body) or place(body))
    first = with_parts(store, Filter(), queue(store, Filter()))
    assert len(read) == 3
    assert with_parts(store, Filter(), queue(store, Filter())) == first and len(read) == 3
