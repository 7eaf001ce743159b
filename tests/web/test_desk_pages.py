"""The desk's pages as a browser without script meets them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import numpy
import pytest
from desk import TOWN, judged_note, write_run
from desks import DANA, EDDA, fields, keep_report, open_sample, visit
from hypothesis import given, strategies as st
from samples import HOSTILE, sample_article, sample_report
from starlette.testclient import TestClient

from pipeline.core.errors import StoreBusy
from pipeline.core.models import (
    AddedEvidence,
    Article,
    Claim,
    Correction,
    DeskOutcome,
    Note,
    PartialDate,
    Passage,
    Person,
    Review,
    Span,
    TraceStep,
)
from pipeline.core.ports import Vectors
from pipeline.core.settings import Settings
from pipeline.evidence import EarlierCheck, Source, add_source
from pipeline.evidence.sources.kept import save_items
from pipeline.evidence.sources.models import Item
from pipeline.reports import render_html, text_lines
from pipeline.review import REASON_CODES, Filter, approve, ask_second, assign, decide, history, open_claim, queue
from pipeline.review.claim_page import number_origins, view_around, view_trace
from pipeline.review.wording import spell_distance
from pipeline.store import Store
from pipeline.web import queue_filter
from pipeline.web.rendering import assets

NOTE = sample_report().notes[0]
LOCAL = Person(name="local", role="admin")


class Desk:
    """A store, and a browser in front of it."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.browser: TestClient = visit(store, settings)

    def ids(self, query: str = "") -> list[str]:
        found = queue(self.store, Filter.from_query(query), limit=100)
        return [item.claim_id for item in found.items]

    def id_of(self, words: str) -> str:
        found = queue(self.store, Filter(status="any"), limit=100)
        return next(item.claim_id for item in found.items if words in item.text)

    def page(self, path: str, status: int = 200) -> str:
        answer = self.browser.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def send(self, path: str, form: str, **typed: object) -> str:
        """Fill the form of a page and send it; return where the browser is sent."""
        action = str(typed.get("action", "")) if path.endswith("/decide") else ""
        answer = self.browser.post(path, data=fields(self.page(form), path, action) | typed)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def decide(self, claim_id: str, action: str, query: str = "", **typed: object) -> str:
        where = f"/claims/{claim_id}" + (f"?{query}" if query else "")
        return self.send(f"/claims/{claim_id}/decide", where, action=action, **typed)

    def events(self, claim_id: str | None = None) -> list[Review]:
        return list(history(self.store, claim_id=claim_id))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store, settings = open_sample(tmp_path)
    yield Desk(store, settings)
    store.close()


def test_a_claims_page_says_how_likely_each_label_is_and_what_that_rests_on(desk: Desk) -> None:
    note = judged_note("It cost nine million", "supported", 0.3)
    write_run(desk.store, "town", TOWN, note)
    likely = "supported .70, refuted .30, not enough evidence .00, conflicting .00"
    assert f"How likely: {likely} (as the model says, not calibrated)" in desk.page(f"/claims/{note.claim.id}")


def _text(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", page))


# The queue


def test_the_queue_lists_what_is_open_the_most_harmful_first_with_a_link_that_keeps_the_filter(desk: Desk) -> None:
    page = desk.page("/")
    shown = re.findall(r'class="row-claim"[^>]*><a href="/claims/([0-9a-f]+)\?', page)
    assert shown == desk.ids()
    assert f"{len(shown)}</span> claims to review" in page
    filtered = desk.page("/?label=refuted&text=council")
    assert re.findall(r'href="(/claims/[^"]+)"', filtered)
    assert all(
        "?label=refuted&amp;text=council#here" in link for link in re.findall(r'href="(/claims/[^"]+)"', filtered)
    )


def test_opinions_are_never_in_the_queue_and_not_under_all_either(desk: Desk) -> None:
    assert "worst decision" not in desk.page("/?status=any")
    assert "worst decision" in desk.page("/?status=none")


def test_each_active_filter_is_named_and_has_a_link_that_removes_only_it(desk: Desk) -> None:
    found = Filter(label="refuted", flag="wrong_number", since=date(2031, 3, 1), assignee="-")
    shown = {name: (value, query) for name, value, query in queue_filter.narrowed(found)}
    assert shown["Verdict"] == ("Refuted", "flag=wrong_number&since=2031-03-01&assignee=-")
    assert shown["From"] == ("1 March 2031", "label=refuted&flag=wrong_number&assignee=-")
    assert shown["Assigned to"][0] == "nobody"
    page = desk.page(f"/?{found.query()}")
    for value, query in shown.values():
        assert value in page
        assert query.replace("&", "&amp;") in page


def test_a_filter_of_a_run_shows_its_coverage(desk: Desk) -> None:
    report = sample_report()
    assert str(report.coverage) in _text(desk.page(f"/?run={report.run_id}"))


def test_more_rows_come_by_keyset_as_a_page_and_as_rows_for_htmx(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.web.pages.claims._PAGE", 5)
    seen: list[str] = []
    path = "/"
    while path:
        page = desk.page(path)
        seen += re.findall(r'class="row-claim"[^>]*><a href="/claims/([0-9a-f]+)\?', page)
        more = re.search(r'<a class="more" href="([^"]+)"', page)
        path = unescape(more[1]) if more else ""
    assert seen == desk.ids()
    first = desk.page("/")
    link = unescape(re.search(r'<a class="more" href="([^"]+)"', first)[1])  # type: ignore[index]
    part = desk.browser.get(link, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith("<ol")
    assert part.count('class="row-claim"') == 5


def test_words_find_claims_and_an_empty_answer_says_how_to_go_back(desk: Desk) -> None:
    found = desk.page("/?text=trams")
    assert "trams since 1952" in found
    assert "voted 7 to 2" not in found
    assert "No claim matches." in desk.page("/?text=zeppelin")


def test_a_desk_without_claims_says_how_to_get_some(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    store = Store.open(settings.store_path)
    page = visit(store, settings).get("/").text
    assert "factnotes check article.txt" in page
    store.close()


def test_a_saved_search_is_a_link_that_can_be_deleted(desk: Desk) -> None:
    where = desk.send("/searches", "/?flag=wrong_number", name="Numbers & <figures>")
    assert where == "/?flag=wrong_number&said=saved"
    page = desk.page("/")
    assert '<a href="/?flag=wrong_number">Numbers &amp; &lt;figures&gt;</a>' in page
    desk.send("/searches/delete", "/")
    assert "<figures>" not in unescape(desk.page("/"))


# The claim


def test_the_claim_page_marks_the_claim_in_the_article_and_the_proven_words_in_the_evidence(desk: Desk) -> None:
    page = desk.page(f"/claims/{desk.id_of('voted 7 to 2')}")
    marked = re.findall(r'<span(?: id="here")? class="seg([^"]*)">(.*?)</span>', page.split("</section>")[0], re.DOTALL)
    assert [name for name, _ in marked if "this" in name]
    assert "<mark>In favour: six members. Against: three members</mark>" in page
    words = _text(re.search(r'<div class="article-text".*?</div>', page, re.DOTALL)[0])  # type: ignore[index]
    assert "voted [The claim: 7 to 2" in words or "[The claim: voted 7 to 2" in words


def test_dates_of_evidence_are_told_against_the_articles_and_later_ones_stand_apart(desk: Desk) -> None:
    page = desk.page(f"/claims/{desk.id_of('9,400 vehicles')}")
    assert "1 October 2030</strong>, 5 months before the article" in page
    used, later = page[page.index('id="sources-title"') :].split("Later than the article")
    assert "22 April 2031</strong>, 39 days after the article" in later
    assert "after the article" not in used


def test_independent_origins_are_counted(desk: Desk) -> None:
    page = desk.page(f"/claims/{desk.id_of('twice as many cracks')}")
    assert "2 cited sources from 2 independent origins" in page


def test_the_trace_says_who_spoke_who_was_silent_and_with_which_prompt_and_model(desk: Desk) -> None:
    page = _text(desk.page(f"/claims/{desk.id_of('9,400 vehicles')}"))
    assert "judge@2+0a1b2c3d sample" in page
    assert "model: supported, 0.50" in page


@pytest.mark.parametrize("action", ["accept", "dismiss"])
def test_a_decision_is_written_and_the_next_claim_of_the_filter_follows(desk: Desk, action: str) -> None:
    first, second, *_ = desk.ids("label=refuted")
    typed = {"reason": "misread_claim", "comment": "a comment"} if action == "dismiss" else {}
    where = desk.decide(first, action, "label=refuted", **typed)
    assert where == f"/claims/{second}?label=refuted&did={first}.1#here"
    (event,) = desk.events(first)
    assert (event.action, event.reviewer) == (action, "local")
    assert (event.reason, event.comment) == (typed.get("reason"), typed.get("comment", ""))
    page = desk.page(where.split("#")[0])
    assert f"{action}ed".replace("eed", "ed").capitalize() in page
    assert "Undo" in page


def test_a_correction_keeps_what_is_ticked_and_adds_evidence(desk: Desk) -> None:
    claim_id = desk.id_of("former mayor in March")
    desk.decide(
        claim_id,
        "correct",
        label="not_enough_evidence",
        flag=["1"],
        justification="The record names no end.\r\nAsk the archive.",
        evidence_url=["https://archive.example/mayors", ""],
        evidence_text=["", "She signed as mayor."],
        reason="wrong_evidence",
        comment="seen by eye",
    )
    (event,) = desk.events(claim_id)
    assert event.after
    assert event.after.label == "not_enough_evidence"
    assert [flag.kind for flag in event.after.flags] == ["outdated"]
    assert event.after.justification == "The record names no end.\nAsk the archive."
    assert [(each.url, each.text) for each in event.after.evidence] == [
        ("https://archive.example/mayors", None),
        (None, "She signed as mayor."),
    ]
    page = desk.page(f"/claims/{claim_id}")
    assert "https://archive.example/mayors" in page
    assert '<option value="not_enough_evidence" selected>' in page


def test_an_unticked_form_drops_all_flags_and_wording_left_alone_is_not_a_change(desk: Desk) -> None:
    claim_id = desk.id_of("former mayor in March")
    desk.decide(claim_id, "correct", justification="She has been mayor since 4 May 2029.", reason="false_alarm")
    (event,) = desk.events(claim_id)
    assert event.before
    assert event.after
    assert event.after.flags == ()
    assert event.after.justification == event.before.justification


def test_what_is_missing_is_said_and_nothing_typed_is_lost(desk: Desk) -> None:
    claim_id = desk.id_of("voted 7 to 2")
    form = fields(desk.page(f"/claims/{claim_id}"), f"/claims/{claim_id}/decide")
    typed = {
        "action": "correct",
        "justification": "My own & <words>",
        "comment": "mine",
        "evidence_url": "https://a.example",
    }
    answer = desk.browser.post(f"/claims/{claim_id}/decide", data=form | typed)
    assert answer.status_code == 400
    assert "give a reason" in answer.text
    assert "My own &amp; &lt;words&gt;</textarea>" in answer.text
    assert 'value="mine"' in answer.text
    assert 'value="https://a.example"' in answer.text
    assert '<details name="decide" id="correct" data-key="c" open>' in answer.text
    assert desk.events() == []


@pytest.mark.parametrize("action", ["accept", "correct", "dismiss"])
def test_a_conflict_says_who_did_what_and_keeps_what_was_typed_to_send_again(desk: Desk, action: str) -> None:
    claim_id = desk.id_of("voted 7 to 2")
    form = fields(desk.page(f"/claims/{claim_id}"), f"/claims/{claim_id}/decide")
    decide(desk.store, claim_id, "dismiss", DANA, seen=0, reason="false_alarm", comment="was a misprint")
    mine = {"action": action}
    if action != "accept":
        mine |= {"reason": "wrong_evidence", "comment": "the minutes say it"}
    if action == "correct":
        mine |= {"label": "supported", "justification": "Seven to two.", "flag": "0", "flag_count": "1"}
    answer = desk.browser.post(f"/claims/{claim_id}/decide", data=form | mine)
    assert answer.status_code == 409
    told = _text(answer.text)
    assert "dana dismissed" in told
    assert "was a misprint" in told
    assert [event.reviewer for event in desk.events(claim_id)] == ["dana"]
    if action != "accept":
        assert 'value="the minutes say it"' in answer.text
        assert re.search(r'value="wrong_evidence"[^>]* checked', answer.text)
    again = fields(answer.text, f"/claims/{claim_id}/decide")
    assert again["seen"] == "1"
    assert desk.browser.post(f"/claims/{claim_id}/decide", data=again | mine).status_code == 303
    assert [event.reviewer for event in desk.events(claim_id)] == ["dana", "local"]


def test_a_correction_is_of_the_note_in_view_though_a_newer_run_has_another(desk: Desk) -> None:
    report, claim_id = sample_report(), desk.id_of("voted 7 to 2")
    form = fields(desk.page(f"/claims/{claim_id}"), f"/claims/{claim_id}/decide", "correct")
    note = next(note for note in report.notes if note.claim.id == claim_id)
    changed = Note(claim=note.claim, verdict=NOTE.verdict, evidence=NOTE.evidence)
    keep_report(desk.store, report.model_copy(update={"run_id": "newer", "notes": (changed,)}))
    typed = {"justification": form["noted"], "label": "supported", "flag": "0", "reason": "wrong_evidence"}
    assert desk.browser.post(f"/claims/{claim_id}/decide", data=form | typed).status_code == 303
    (event,) = desk.events(claim_id)
    assert event.run_id == report.run_id
    assert event.after
    assert event.after.justification == note.verdict.justification  # type: ignore[union-attr]
    assert event.after.flags == note.flags
    assert open_claim(desk.store, claim_id, LOCAL).item.moved
    assert "Note changed since" in desk.page(f"/claims/{claim_id}")


def test_flags_unticked_on_an_older_note_are_not_unticked_on_a_newer_one_after_a_conflict(desk: Desk) -> None:
    report, claim_id = sample_report(), desk.id_of("former mayor in March")
    form = fields(desk.page(f"/claims/{claim_id}"), f"/claims/{claim_id}/decide", "correct")
    note = next(note for note in report.notes if note.claim.id == claim_id)
    changed = note.model_copy(update={"flags": note.flags[::-1]})
    keep_report(desk.store, report.model_copy(update={"run_id": "newer", "notes": (changed,)}))
    assign(desk.store, claim_id, DANA, seen=0, assignee="dana")
    typed = {"justification": "Mine.", "flag": "0", "reason": "wrong_evidence"}
    answer = desk.browser.post(f"/claims/{claim_id}/decide", data=form | typed)
    assert answer.status_code == 409
    assert "Mine.</textarea>" in answer.text
    assert len(re.findall(r'name="flag" value="\d" checked', answer.text)) == 2


def test_a_busy_store_is_told_with_the_form_in_view(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> Review:
        raise StoreBusy("the store is in use by another process")

    claim_id = desk.ids()[0]
    form = fields(desk.page(f"/claims/{claim_id}"), f"/claims/{claim_id}/decide", "dismiss")
    monkeypatch.setattr("pipeline.web.pages.actions.decide", busy)
    typed = {"reason": "other", "comment": "typed with care"}
    answer = desk.browser.post(f"/claims/{claim_id}/decide", data=form | typed)
    assert answer.status_code == 503
    assert "Not saved: send it again" in answer.text
    assert 'value="typed with care"' in answer.text


def test_undo_right_after_a_decision_shows_the_claim_again_as_it_was(desk: Desk) -> None:
    first, *_ = desk.ids()
    where = desk.decide(first, "accept").split("#")[0]
    back = desk.send(f"/claims/{first}/undo", where)
    assert back == f"/claims/{first}?said=undone#here"
    assert [event.action for event in desk.events(first)] == ["accept", "undo"]
    assert first in desk.ids()
    assert "Taken back" in desk.page(back.split("#")[0])


def test_a_decision_can_be_undone_from_its_own_page_too(desk: Desk) -> None:
    claim_id = desk.ids()[0]
    desk.decide(claim_id, "accept")
    desk.send(f"/claims/{claim_id}/undo", f"/claims/{claim_id}")
    assert [event.action for event in desk.events(claim_id)] == ["accept", "undo"]
    assert f'action="/claims/{claim_id}/undo"' not in desk.page(f"/claims/{claim_id}")


def test_somebody_elses_event_is_not_offered_for_undo_by_an_address(desk: Desk) -> None:
    first, second, *_ = desk.ids()
    decide(desk.store, first, "accept", DANA, seen=0)
    assert "Undo <kbd>" not in desk.page(f"/claims/{second}?did={first}.1")


def test_skip_and_previous_walk_the_filter_and_end_says_what_is_left(desk: Desk) -> None:
    ids = desk.ids("label=refuted")
    walked = [ids[0]]
    while True:
        where = desk.browser.get(f"/next?label=refuted&after={walked[-1]}").headers["location"]
        if where.startswith("/end"):
            break
        walked.append(where.split("/")[2].split("?")[0])
    assert walked == ids
    page = desk.page(where)
    assert f"{len(ids)} claims of this list are left" in page
    back = desk.browser.get(f"/previous?label=refuted&before={ids[2]}").headers["location"]
    assert back == f"/claims/{ids[1]}?label=refuted#here"
    assert desk.browser.get(f"/previous?before={ids[0]}").headers["location"] == "/"


def test_the_end_says_when_what_is_left_is_others_work(desk: Desk) -> None:
    for claim_id in desk.ids("label=refuted"):
        assign(desk.store, claim_id, EDDA, seen=0, assignee="dana")
    assert desk.browser.get("/next?label=refuted").headers["location"] == "/end?label=refuted"
    page = desk.page("/end?label=refuted")
    assert "assigned to others" in page
    assert "Start again" not in page
    assert desk.browser.get("/next?label=refuted&assignee=dana").headers["location"].startswith("/claims/")


def test_a_claim_is_assigned_to_somebody_to_me_and_to_nobody(desk: Desk) -> None:
    claim_id = desk.ids()[0]
    path, page = f"/claims/{claim_id}/assign", f"/claims/{claim_id}"
    for typed, expected in (({"assignee": "dana"}, "dana"), ({"me": "1"}, "local"), ({"assignee": ""}, None)):
        desk.send(path, page, **typed)
        assert open_claim(desk.store, claim_id, LOCAL).item.assignee == expected


def test_the_second_of_two_reviewers_does_not_see_what_the_first_decided(desk: Desk) -> None:
    claim_id = desk.id_of("voted 7 to 2")
    secret = "the first one's own words"
    ask_second(desk.store, claim_id, EDDA, seen=0)
    decide(desk.store, claim_id, "dismiss", DANA, seen=1, reason="misread_claim", comment=secret)
    for path in (f"/claims/{claim_id}", f"/history?claim={claim_id}", "/history", "/history?person=dana"):
        page = desk.page(path)
        assert secret not in unescape(page)
        assert "dismissed" not in page
    assert "A second review" in desk.page(f"/claims/{claim_id}")
    form = fields(desk.page(f"/claims/{claim_id}"), f"/claims/{claim_id}/decide", "accept") | {"seen": "0"}
    conflict = desk.browser.post(f"/claims/{claim_id}/decide", data=form)
    assert conflict.status_code == 409
    assert secret not in unescape(conflict.text)
    assert "dismissed" not in conflict.text
    desk.decide(claim_id, "accept")
    assert secret in unescape(desk.page(f"/claims/{claim_id}"))


def test_an_editor_approves_and_sends_back(desk: Desk) -> None:
    claim_id = desk.ids()[0]
    decide(desk.store, claim_id, "accept", DANA, seen=0)
    page = f"/claims/{claim_id}?status=decided"
    desk.send(f"/claims/{claim_id}/editor", page, action="approve")
    assert open_claim(desk.store, claim_id, EDDA).item.editor_status == "approved"
    desk.send(f"/claims/{claim_id}/editor", page, action="send_back", comment="look at the minutes")
    assert [event.action for event in desk.events(claim_id)] == ["accept", "approve", "send_back"]
    assert claim_id in desk.ids()


class OneVector:
    """An embedder to which all texts are alike."""

    name = "one vector"

    def embed(self, texts: Sequence[str]) -> Vectors:
        return numpy.tile(numpy.array([[1.0, 0.0]], dtype=numpy.float32), (len(texts), 1))


def test_what_others_have_found_of_the_same_claim_is_shown_as_it_is_and_only_a_web_address_is_a_link(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.web.pages.similar._embedder", OneVector)
    moment = datetime(2031, 3, 20, tzinfo=UTC)
    add_source(desk.store, Source(name="c", kind="claimreview", address="https://c.example/feed", added_at=moment))
    words = "The council voted 7 to 2 to close the bridge."
    for name, url in (("<b>Velda Checks", "javascript:alert(1)"), ("Ister Facts", "https://facts.example/1")):
        found = EarlierCheck(claim=words, publisher=name, url=url, rating="Half <i>true")
        save_items(desk.store, "c", {f"check {name}": Item(fetched_at=moment, checks=(found,))})
    part = desk.browser.get(f"/claims/{desk.id_of('voted 7 to 2')}/similar", headers={"HX-Request": "true"}).text
    assert "Checked elsewhere" in part and "&lt;b&gt;Velda Checks" in part and "<i>" not in part
    assert 'href="https://facts.example/1"' in part and "javascript:" not in part


def test_a_decision_on_the_same_claim_of_another_article_is_offered_and_fills_the_form(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.web.pages.similar._embedder", OneVector)
    report, claim_id = sample_report(), desk.id_of("voted 7 to 2")
    article = Article(text="Again: the council voted 7 to 2.", title="A week later", published_at=date(2031, 3, 21))
    note = next(note for note in report.notes if note.claim.text == "The council voted 7 to 2 to close the bridge.")
    claim = Claim(
        article_id=article.id,
        spans=(Span.locate("the council voted 7 to 2", article.text),),
        text="The council voted 7 to 2 to close the bridge",
        kind=note.claim.kind,
        check_worthiness=0.9,
    )
    other = Note(claim=claim, verdict=note.verdict, evidence=note.evidence)
    keep_report(
        desk.store,
        report.model_copy(update={"run_id": "later", "article": article, "notes": (other,)}),
    )
    wording = Correction(label="supported", justification="A recount gave 7 to 2.")
    decide(desk.store, claim.id, "correct", DANA, seen=0, correction=wording, reason="evidence_too_old")
    part = desk.browser.get(f"/claims/{claim_id}/similar?label=refuted", headers={"HX-Request": "true"}).text
    assert "the same words" in part
    assert "A week later" in part
    assert "dana corrected it" in part
    assert "<html" not in part
    assert "<html" in desk.page(f"/claims/{claim_id}/similar")
    link = unescape(re.search(r'href="([^"]*reuse=[^"]*)"', part)[1])  # type: ignore[index]
    page = desk.page(link.split("#")[0])
    assert '<details name="decide" id="correct" data-key="c" open>' in page
    assert '<option value="supported" selected>' in page
    assert "A recount gave 7 to 2.</textarea>" in page
    assert re.search(r'value="evidence_too_old"[^>]* checked', page)
    assert "No decision on the same" in desk.page(f"/claims/{desk.id_of('trams since')}/similar")


@pytest.mark.parametrize(("form", "action"), [("second", "ask_second"), ("editor", "send_back")])
def test_a_comment_to_others_outlives_a_conflict(desk: Desk, form: str, action: str) -> None:
    claim_id = desk.ids()[0]
    decide(desk.store, claim_id, "accept", DANA, seen=0)
    hidden = fields(desk.page(f"/claims/{claim_id}"), f"/claims/{claim_id}/{form}")
    assign(desk.store, claim_id, DANA, seen=1, assignee="dana")
    path = f"/claims/{claim_id}/{form}"
    answer = desk.browser.post(path, data=hidden | {"action": action, "comment": "look at the second page"})
    assert answer.status_code == 409
    assert 'value="look at the second page"' in answer.text
    assert '<details name="decide" id="further" open>' in answer.text
    again = fields(answer.text, path) | {"action": action, "comment": "look at the second page"}
    assert desk.browser.post(path, data=again).status_code == 303
    assert desk.events(claim_id)[-1].comment == "look at the second page"


def test_a_text_that_is_too_long_is_refused_with_the_form_in_view(desk: Desk) -> None:
    claim_id = desk.ids()[0]
    form = fields(desk.page(f"/claims/{claim_id}"), f"/claims/{claim_id}/decide", "correct")
    typed = {"justification": "long " * 2_100, "reason": "other", "comment": "kept"}
    answer = desk.browser.post(f"/claims/{claim_id}/decide", data=form | typed)
    assert answer.status_code == 400
    assert "too many" in _text(answer.text)
    assert "long long long" in answer.text
    assert 'value="kept"' in answer.text


# Many at once


def test_a_bulk_action_shows_its_number_asks_and_is_told(desk: Desk) -> None:
    ids = desk.ids("label=refuted")
    page = desk.page("/bulk?label=refuted")
    assert f"Act on {len(ids)} claims at once" in page
    where = desk.send("/bulk", "/bulk?label=refuted", action="dismiss", reason="evidence_too_old", sure="1")
    assert where == f"/?label=refuted&bulk=dismiss.{len(ids)}.0"
    assert {event.claim_id for event in desk.events()} == set(ids)
    assert f"Dismissed: {len(ids)} claims." in desk.page(where)


def test_a_bulk_action_is_refused_when_the_filter_matches_another_number(desk: Desk) -> None:
    form = fields(desk.page("/bulk?label=refuted"), "/bulk")
    decide(desk.store, desk.ids("label=refuted")[0], "accept", DANA, seen=0)
    answer = desk.browser.post("/bulk", data=form | {"action": "accept", "sure": "1", "comment": "all fine"})
    assert answer.status_code == 400
    assert "look again" in answer.text
    assert 'value="all fine"' in answer.text
    assert len(desk.events()) == 1


def test_too_many_at_once_is_said_before_they_are_chosen(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.web.pages.actions.MAX_BULK", 3)
    page = desk.page("/bulk")
    assert "too many at once: narrow the filter to 3" in page
    assert 'action="/bulk"' not in page


@pytest.mark.parametrize("typed", [{"action": "accept"}, {"sure": "1"}, {"action": "dismiss", "sure": "1"}])
def test_a_bulk_action_needs_to_be_meant_named_and_reasoned(desk: Desk, typed: dict[str, str]) -> None:
    answer = desk.browser.post("/bulk", data=fields(desk.page("/bulk"), "/bulk") | typed)
    assert answer.status_code == 400
    assert desk.events() == []


# History, runs, errors


def test_history_is_newest_first_by_claim_by_person_and_for_all_with_times_and_zone(desk: Desk) -> None:
    first, second, *_ = desk.ids()
    decide(desk.store, first, "accept", DANA, seen=0, comment="by dana")
    decide(desk.store, second, "dismiss", EDDA, seen=0, reason="false_alarm", comment="by edda")
    everything = _text(desk.page("/history"))
    assert everything.index("by edda") < everything.index("by dana")
    assert re.search(r"\d{1,2} \w+ \d{4}, \d\d:\d\d UTC", everything)
    assert "false alarm" in everything
    assert "by edda" not in desk.page("/history?person=dana")
    assert "by dana" not in desk.page(f"/history?claim={second}")


def test_a_long_history_comes_in_pages_that_miss_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.web.pages.claims._EVENTS", 3)
    ids = desk.ids()[:8]
    for claim_id in ids:
        decide(desk.store, claim_id, "dismiss", DANA, seen=0, reason="other")
    seen: list[str] = []
    path = "/history"
    while path:
        page = desk.page(path)
        seen += re.findall(r'<p class="event-claim"[^>]*><a href="/claims/([0-9a-f]+)">', page)
        more = re.search(r'<a class="more" href="([^"]+)"', page)
        path = unescape(more[1]) if more else ""
    assert seen == ids[::-1]


def test_the_runs_page_shows_coverage_and_progress_and_gives_files(desk: Desk) -> None:
    claim_id = desk.id_of("voted 7 to 2")
    decide(desk.store, claim_id, "accept", DANA, seen=0)
    approve(desk.store, claim_id, EDDA, seen=1)
    page = desk.page("/runs")
    assert str(sample_report().coverage) in _text(page)
    assert "1 decided" in page
    link = next(link for link in re.findall(r'href="(/runs/[^"]+/publish/json)"', page))
    answer = desk.browser.get(link)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert len(answer.json()["checks"]) == 1
    assert desk.browser.get("/runs/nope/publish/json").status_code == 400
    assert desk.browser.get(link.replace("json", "exe")).status_code == 400


def test_the_desk_gives_the_report_of_a_finished_run_and_that_leads_back_to_the_desk(desk: Desk) -> None:
    (link,) = re.findall(r'href="(/runs/[^"]+/report)"', desk.page("/runs"))
    answer = desk.browser.get(link)
    assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
    report = sample_report()
    assert str(report.coverage) in _text(answer.text)
    (back,) = re.findall(r'<a href="http://127.0.0.1:8765(/[^"]*)"[^>]*>At the desk</a>', answer.text)
    assert report.notes[0].claim.text in _text(desk.page(unescape(back)))
    assert "At the desk" not in render_html(report)
    assert desk.browser.get("/runs/nope/report").status_code == 400


def test_the_runs_page_shows_a_run_that_has_written_nothing_yet_and_one_with_nothing_left_to_review(desk: Desk) -> None:
    report = sample_report()
    desk.store.begin_run("begun", report.article, report.as_of, report.versions)
    for claim_id in desk.ids():
        decide(desk.store, claim_id, "dismiss", DANA, seen=0, reason="other")
    text = _text(desk.page("/runs"))
    assert "no claims" in text
    assert "to review" not in text


def test_the_runs_page_offers_to_publish_only_where_something_is_approved(desk: Desk) -> None:
    assert "Publish what is approved" not in desk.page("/runs")
    claim_id = desk.ids("label=refuted")[0]
    decide(desk.store, claim_id, "accept", DANA, seen=0)
    approve(desk.store, claim_id, EDDA, seen=1)
    assert "Publish what is approved (1): HTML" in _text(desk.page("/runs"))


def test_the_history_says_the_words_of_each_claim(desk: Desk) -> None:
    claim_id = desk.ids("label=refuted")[0]
    decide(desk.store, claim_id, "accept", DANA, seen=0)
    words = open_claim(desk.store, claim_id, DANA).item.text
    assert words in _text(desk.page("/history"))
    assert _text(desk.page(f"/history?claim={claim_id}")).count(words) == 1


def test_a_row_of_the_queue_says_what_the_desk_made_of_a_note(desk: Desk) -> None:
    dismissed, accepted = desk.ids("label=refuted")[0], desk.ids("label=supported")[0]
    decide(desk.store, dismissed, "dismiss", DANA, seen=0, reason="false_alarm")
    decide(desk.store, accepted, "accept", DANA, seen=0)
    rows = {dismissed: "The desk says: ⌀Dismissed", accepted: ""}
    page = desk.page("/?status=decided")
    for claim_id, said in rows.items():
        row = next(row for row in page.split('<li class="row') if claim_id in row)
        assert ("The desk says" in row) == bool(said) and said in _text(row)


def test_a_claim_that_nobody_has_checked_asks_for_a_verdict_and_cannot_be_accepted(desk: Desk) -> None:
    claim_id = next(each for each in desk.ids("label=not_checked") if open_claim(desk.store, each, DANA).needs_verdict)
    page = desk.page(f"/claims/{claim_id}")
    assert 'class="accept"' not in page and "Give a verdict c" in _text(page)
    assert 'data-key="c" data-key-too="a"' in page
    assert re.search(r'value="checked_myself" required data-digit="7" checked', page)
    form = {"label": "supported", "reason": "checked_myself", "comment": "Phoned the council."}
    desk.decide(claim_id, "correct", **form)
    assert desk.events(claim_id)[-1].after == DeskOutcome(label="supported")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/claims/0123456789abcdef", 404, "no claim 0123456789abcdef"),
        ("/nowhere", 404, "There is no such page"),
        ("/?label=maybe", 400, "filter label: choose one of"),
        ("/?after=zzz", 400, "cursor"),
        ("/history?before=x", 400, "not a number"),
        ("/runs?limit=-1", 400, "not a number"),
    ],
)
def test_errors_are_pages_one_can_read(desk: Desk, path: str, status: int, words: str) -> None:
    page = desk.page(path, status)
    assert words in _text(page)
    assert "To the queue" in page


@pytest.mark.parametrize(
    "query", ["did=nothing.1", "did=0123456789abcdef.1", "did=x", "reuse=y.²", "bulk=a.b.c", "bulk=accept.²", "said=no"]
)
def test_an_address_that_tells_of_nothing_is_the_page_without_it(desk: Desk, query: str) -> None:
    for path in ("/", f"/claims/{desk.ids()[0]}"):
        page = desk.page(f"{path}?{query}")
        assert 'class="flash"' not in page
        assert "Undo" not in page.split("<dialog")[0]


def test_a_form_without_the_token_of_its_page_changes_nothing(desk: Desk) -> None:
    claim_id = desk.ids()[0]
    form = fields(desk.page(f"/claims/{claim_id}"), f"/claims/{claim_id}/decide") | {"action": "accept"}
    answer = desk.browser.post(f"/claims/{claim_id}/decide", data=form | {"csrf_token": "no"})
    assert answer.status_code == 403
    assert desk.events() == []


# What others wrote is text


def test_text_of_others_is_escaped_on_every_page(desk: Desk) -> None:
    claim_id = desk.id_of("A reader wrote")
    view = open_claim(desk.store, claim_id, LOCAL)
    evil = Correction(justification=HOSTILE, label="refuted", evidence=(AddedEvidence(text=HOSTILE),))
    decide(
        desk.store, claim_id, "correct", DANA, seen=view.item.sequence, correction=evil, reason="other", comment=HOSTILE
    )
    assign(desk.store, claim_id, DANA, seen=1, assignee=HOSTILE[:100])
    paths = (
        "/?status=any",
        f"/claims/{claim_id}",
        "/history",
        f"/history?claim={claim_id}",
        "/runs",
        "/bulk?status=any",
    )
    for path in (*paths, "/?text=%3Cscript%3Ealert(1)%3C/script%3E", "/history?person=%3Cscript%3Ealert(1)"):
        page = desk.page(path)
        assert "<script>alert" not in page, path
        assert "<b>bold" not in page, path
        assert "{{ 49" not in page, path
        assert len(re.findall("<script", page)) == 2, path
    assert "<script>alert('owned')</script> {{ 7*7 }}" in unescape(desk.page(f"/claims/{claim_id}"))


def test_nothing_on_a_page_is_inline(desk: Desk) -> None:
    for path in ("/", f"/claims/{desk.ids()[0]}", "/runs", "/history", "/bulk"):
        page = desk.page(path)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page), path
        assert not re.search(r"<script(?! src=\"/static/)", page), path


def test_pages_are_small(desk: Desk) -> None:
    for path in ("/?status=any", f"/claims/{desk.ids()[0]}", "/runs", "/bulk"):
        assert len(desk.page(path).encode()) < 60_000


# Static files


def test_static_files_are_kept_by_the_browser_and_named_by_their_content(desk: Desk) -> None:
    page = desk.page("/")
    for name, asset in assets().items():
        assert f"/static/{name}?{asset.digest}" in page
        answer = desk.browser.get(f"/static/{name}?{asset.digest}", headers={"Accept-Encoding": "identity"})
        assert answer.content == asset.body
        assert "immutable" in answer.headers["cache-control"]
        assert desk.browser.get(f"/static/{name}").headers["cache-control"] == "no-cache"
        again = desk.browser.get(f"/static/{name}", headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
    assert desk.browser.get("/static/../app.py").status_code == 404


# Words and numbers


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2031, 3, 14), "the day of the article"),
        (date(2031, 3, 13), "1 day before the article"),
        (date(2031, 4, 22), "39 days after the article"),
        (date(2030, 10, 1), "5 months before the article"),
        (date(1998, 1, 1), "33 years before the article"),
        (PartialDate("2031-03"), "the month of the article"),
        (PartialDate("2031"), "the year of the article"),
        (PartialDate("2028"), "2 years or more before the article"),
        (PartialDate("2031-04"), "18 days or more after the article"),
        (None, None),
    ],
)
def test_distances_are_told_no_more_precisely_than_the_dates(day: date | PartialDate | None, words: str | None) -> None:
    assert spell_distance(day, date(2031, 3, 14)) == words


def test_copies_of_one_story_and_pages_of_one_publisher_are_one_origin() -> None:
    def passage(text: str, publisher: str | None = None, url: str | None = None, origin: str | None = None) -> Passage:
        return Passage(text=text, publisher=publisher, source_url=url, origin=origin)

    numbers = number_origins(
        [
            passage("one", "Velda Tidings"),
            passage("two", "Velda Tidings", "https://tidings.example/2"),
            passage("three", "Radio Velda", origin="a wire story"),
            passage("four", "The Courier", origin="A wire story"),
            passage("five"),
            passage("six"),
        ]
    )
    assert numbers == [1, 1, 2, 2, 3, 4]


def test_a_trace_is_sorted_into_who_spoke_and_who_was_silent_and_keeps_other_lines() -> None:
    steps = [
        TraceStep(stage="titles"),
        TraceStep(stage="voices", flags=("misplaced_voice",)),
        TraceStep(stage="model", reason="no_model"),
        TraceStep(stage="retrieval", detail="3 copies left out"),
    ]
    trace = view_trace(steps)
    assert trace.silent == ("titles",)
    assert trace.spoke == (("voices", "flag “Misplaced voice”"), ("model", "not checked, needs a model or a person"))
    assert trace.other == ("retrieval: 3 copies left out",)


@given(st.text(st.sampled_from("ab \n\u202e<"), min_size=1, max_size=60).filter(str.strip), st.data())
def test_the_claims_words_are_marked_and_no_others(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = Span.of(text, start, end) if text[start:end].strip() else Span.of(text, 0, len(text))
    claim = NOTE.claim.model_copy(update={"spans": (span,)})
    around = view_around(Article(text=text), Note(claim=claim, verdict=NOTE.verdict))
    shown = [piece for line in around.lines for piece in line.pieces]
    lines = [(start, end) for start, end, _ in text_lines(text)]
    assert "".join(piece.text for piece in shown) == "".join(text[start:end] for start, end in lines)
    assert "".join(piece.text for piece in shown if piece.claim) == "".join(
        text[max(start, span.start) : min(end, span.end)]
        for start, end in lines
        if start < span.end and end > span.start
    )
    assert sum(piece.first for piece in shown) == 1


def test_a_long_article_is_cut_around_the_claim_and_shown_whole_on_request() -> None:
    words = "The council met again and said nothing new about the bridge.\n"
    text = words * 400 + "The mayor resigned on Monday.\n" + words * 400
    span = Span.locate("The mayor resigned on Monday.", text)
    claim = NOTE.claim.model_copy(update={"spans": (span,)})
    article = Article(text=text)
    cut = view_around(article, Note(claim=claim, verdict=NOTE.verdict))
    assert sum(len(piece.text) for line in cut.lines for piece in line.pieces) < 12_000
    assert cut.before > 10_000
    assert cut.after > 10_000
    whole = view_around(article, Note(claim=claim, verdict=NOTE.verdict), whole=True)
    assert (whole.before, whole.after) == (0, 0)


def test_every_reason_has_a_digit_of_its_own(desk: Desk) -> None:
    page = desk.page(f"/claims/{desk.ids()[0]}")
    panel = page[page.index('id="dismiss"') :]
    found = re.findall(r'value="(\w+)" required data-digit="(\d)"', panel)
    assert found == [(code, str(number)) for number, code in enumerate(REASON_CODES, 1)]


def test_the_article_of_the_sample_is_the_one_in_view(desk: Desk) -> None:
    page = desk.page(f"/claims/{desk.ids()[0]}?whole=1")
    shown = re.findall(r'<(?:p|h\d) class="words"[^>]*>(.*?)</(?:p|h\d)>', page, re.DOTALL)
    marker = re.compile(r'<span class="visually-hidden">\[The claim: </span>|<bdi[^>]*>|</bdi>')
    plain = "".join(_text(marker.sub("", each)) for each in shown)
    assert plain == "".join(line for line in sample_article().text.splitlines())
