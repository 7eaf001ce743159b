"""The fact ledger's pages as a browser without script meets them."""

from __future__ import annotations

import gc
import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import docx
import pytest
from desks import fields, open_sample, visit
from guarded import CHEAP
from odt_samples import ODT_SAMPLES
from samples import HOSTILE, sample_report
from starlette.testclient import TestClient

from pipeline.articles import read_word
from pipeline.core.models import LOCAL_PERSON, Article
from pipeline.core.settings import Settings
from pipeline.ledger import (
    Draft,
    FactStanding,
    Ledger,
    act,
    add_version,
    article_of,
    find_draft,
    open_ledger,
    with_checks,
)
from pipeline.review import add_person
from pipeline.store import Store

TEXT = "Anna Kral, 54, mayor of Olm since 2019, opened the bridge on Tuesday.\n\nIt cost €9.4 million."


class Desk:
    """A draft, and a browser in front of its ledger."""

    def __init__(self, store: Store, browser: TestClient, settings: Settings) -> None:
        self.store, self.browser, self.attachments = store, browser, settings.attachments_path
        self.draft = add_version(store, "Bridge", Article(text=TEXT), LOCAL_PERSON)
        self.path = f"/drafts/{self.draft.id}"

    def page(self, path: str, status: int = 200) -> str:
        answer = self.browser.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def fact(self, words: str) -> FactStanding:
        draft = find_draft(self.store, self.draft.id)
        return next(each for each in open_ledger(self.store, draft).facts if each.fact.span.exact == words)

    def send(self, at: str, action: str, status: int = 303, **typed: str) -> str:
        page = self.page(f"{self.path}?fact={self.fact(at).fact.id}")
        answer = self.browser.post(f"{self.path}/facts", data=fields(page, f"{self.path}/facts", action) | typed)
        assert answer.status_code == status, answer.text
        return answer.headers["location"] if status == 303 else answer.text


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store, settings = open_sample(tmp_path)
    yield Desk(store, visit(store, settings), settings)
    store.close()


def _text(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


def test_the_ledger_shows_every_fact_in_the_order_of_the_text_and_counts_them(desk: Desk) -> None:
    page = desk.page(desk.path)
    facts = open_ledger(desk.store, desk.draft).facts
    listed = page.split('id="rows"')[1]
    assert re.findall(r"\?fact=([0-9a-f]{16})#here", listed.split("</ol>")[0]) == [each.fact.id for each in facts]
    assert f"{len(facts)} facts: {len(facts)} open" in _text(page)
    for paragraph in TEXT.split("\n\n"):
        assert paragraph in _text(page)


def test_a_page_that_was_sent_leaves_no_facts_for_python_to_look_for(desk: Desk) -> None:
    gc.collect()
    gc.disable()
    try:
        desk.page(desk.path)
        assert not [each for each in gc.get_objects() if type(each) is Ledger]
    finally:
        gc.enable()


def test_a_tick_needs_a_source_and_leads_to_the_next_open_fact(desk: Desk) -> None:
    page = desk.send("54", "tick", 400)
    assert "it needs a source" in page
    where = desk.send("54", "tick", source="call", reference="phoned Anna Kral on 3 May")
    assert desk.fact("54").state == "ticked"
    follow = desk.browser.get(where)
    ids = [each.fact.id for each in open_ledger(desk.store, desk.draft).facts]
    at = ids.index(desk.fact("54").fact.id)
    assert follow.headers["location"] == f"{desk.path}?fact={ids[at + 1]}#here"


def test_the_source_used_last_ticks_the_next_with_one_key(desk: Desk) -> None:
    desk.send("54", "tick", source="link", reference="https://council.example/m")
    page = desk.page(f"{desk.path}?fact={desk.fact('2019').fact.id}")
    assert 'data-key="a"' in page and "Tick on https://council.example/m a" in _text(page)
    desk.send("2019", "tick")
    assert [source.reference for source in desk.fact("2019").sources] == ["https://council.example/m"]


def test_changes_questions_comments_and_undo_are_one_form_each(desk: Desk) -> None:
    desk.send("54", "change", words="55")
    desk.send("2019", "ask", words="Not 2018?")
    desk.send("Tuesday", "comment", comment="It was a holiday.")
    assert (desk.fact("54").state, desk.fact("54").words) == ("changed", "55")
    assert desk.fact("2019").state == "query"
    page = desk.page(f"{desk.path}?fact={desk.fact('2019').fact.id}")
    assert "Asked: Not 2018?" in _text(page)
    desk.send("54", "undo")
    assert desk.fact("54").state == "open"
    assert "It was a holiday." in desk.page(f"{desk.path}?fact={desk.fact('Tuesday').fact.id}")


def test_who_comes_second_sees_why_and_loses_nothing_typed(desk: Desk) -> None:
    page = desk.page(f"{desk.path}?fact={desk.fact('54').fact.id}")
    form = fields(page, f"{desk.path}/facts", "tick")
    act(desk.store, desk.draft, desk.fact("54").fact.id, "not_a_fact", LOCAL_PERSON, seen=0)
    typed = {"source": "call", "reference": "phoned the town hall"}
    answer = desk.browser.post(f"{desk.path}/facts", data=form | typed)
    assert answer.status_code == 409
    assert "local was first" in answer.text and 'value="phoned the town hall"' in answer.text


def test_a_fact_is_added_by_its_words_and_a_draft_is_signed_when_all_is_settled(desk: Desk) -> None:
    page = desk.page(desk.path)
    form = fields(page, f"{desk.path}/facts", "add")
    answer = desk.browser.post(f"{desk.path}/facts", data=form | {"words": "opened", "fact_kind": "other"})
    assert answer.status_code == 303 and desk.fact("opened").added_by == "local"
    assert desk.browser.post(f"{desk.path}/facts", data=form | {"words": "closed"}).status_code == 400
    sign = fields(desk.page(desk.path), f"{desk.path}/facts", "sign")
    assert "are not settled" in desk.browser.post(f"{desk.path}/facts", data=sign).text
    for each in open_ledger(desk.store, desk.draft).facts:
        act(desk.store, desk.draft, each.fact.id, "not_a_fact", LOCAL_PERSON, seen=each.sequence)
    assert "done to its facts meanwhile" in desk.browser.post(f"{desk.path}/facts", data=sign).text
    sign = fields(desk.page(desk.path), f"{desk.path}/facts", "sign")
    assert desk.browser.post(f"{desk.path}/facts", data=sign).status_code == 303
    assert "Signed by local" in desk.page(desk.path)
    add_version(desk.store, "Bridge", Article(text=TEXT + " It is long."), LOCAL_PERSON)
    assert "No longer holds: the text has changed since" in desk.page(desk.path)


def test_a_fact_is_split_by_lines_and_merged_with_another_of_its_paragraph(desk: Desk) -> None:
    where = desk.send("mayor of Olm", "split", words="mayor\nOlm")
    assert desk.fact("mayor of Olm").state == "replaced" and f"fact={desk.fact('mayor').fact.id}" in where
    assert "split or merged" in _text(desk.page(desk.path))
    other = desk.fact("2019")
    where = desk.send("54", "merge", **{"with": f"{other.fact.id} {other.sequence}"})
    assert desk.fact("54, mayor of Olm since 2019").fact.id in where
    assert "name two facts" in unescape(desk.send("Tuesday", "merge", 400, **{"with": desk.fact("Tuesday").fact.id}))
    assert "in this order" in unescape(desk.send("Tuesday", "split", 400, words="Tues\nMonday"))


def test_all_facts_of_a_kind_are_given_to_somebody_at_once_but_for_those_that_are_settled(desk: Desk) -> None:
    desk.send("2019", "tick", source="call", reference="phoned the town hall")
    page = desk.page(f"{desk.path}?kind=date")
    form = fields(page, f"{desk.path}/facts", "assign_kind")
    assert (
        desk.browser.post(f"{desk.path}/facts", data=form | {"words": "bob"}).headers["location"].endswith("?kind=date")
    )
    assert [desk.fact(words).assignee for words in ("Tuesday", "2019", "54")] == ["bob", None, None]
    assert desk.browser.post(f"{desk.path}/facts", data=form | {"words": ""}).status_code == 303
    assert desk.fact("Tuesday").assignee is None


def test_what_a_check_of_the_same_text_says_stands_beside_its_facts_and_ticks_none(desk: Desk) -> None:
    report = sample_report()
    draft = add_version(desk.store, "Sample", report.article, LOCAL_PERSON)
    ledger = with_checks(desk.store, open_ledger(desk.store, draft))
    (flag, note) = next((note.flags[0], note) for note in report.notes if note.flags)
    flagged = next(each for each in ledger.facts if each.fact.span.overlap(flag.span))
    page = _text(desk.page(f"/drafts/{draft.id}?fact={flagged.fact.id}"))
    assert "A check says:" in page and flag.message in page
    assert note.claim.id in {each.claim_id for each in ledger.checked_at(flagged.fact)}
    assert {each.state for each in ledger.facts} == {"open"}
    assert flag.message in _text(desk.page(f"/drafts/{draft.id}/export/html"))
    untouched = [each for each in ledger.facts if not ledger.checked_at(each.fact)]
    assert untouched and all("A check says" not in " ".join(each.comments) for each in untouched)
    assert open_ledger(desk.store, desk.draft).checked == ()


def test_a_word_file_is_uploaded_and_comes_back_with_comments(desk: Desk) -> None:
    made, data = docx.Document(), io.BytesIO()
    made.add_paragraph("The weir at Olm cost €7 million in 2029.").add_run(" Nobody may see this.").font.hidden = True
    made.save(data)
    form = fields(desk.page("/drafts"), "/drafts") | {"name": "Weir"}
    answer = desk.browser.post("/drafts", data=form, files={"file": ("weir.docx", data.getvalue())})
    path = answer.headers["location"]
    assert "€7 million" in desk.page(path) and "hidden text was left out" in desk.page(path)
    exported = desk.browser.get(f"{path}/export/docx")
    assert exported.headers["content-disposition"] == 'attachment; filename="Weir-v1.docx"'
    comments = [comment.text for comment in docx.Document(io.BytesIO(exported.content)).comments]
    assert "Number: open" in comments
    for form_name in ("html", "csv", "json"):
        assert "€7 million" in desk.browser.get(f"{path}/export/{form_name}").content.decode("utf-8-sig")
    assert desk.browser.get(f"{path}/export/exe").status_code == 400
    assert desk.browser.get(f"{desk.path}/export/docx").status_code == 400


def test_only_who_is_signed_in_may_send_as_much_as_a_file_holds(desk: Desk) -> None:
    text = b"The bridge at Olm was opened on Tuesday.\n\n" * 40_000
    form = fields(desk.page("/drafts"), "/drafts") | {"name": "Long"}
    files = {"file": ("long.txt", text)}
    refused = desk.browser.post("/drafts", data=form, files=files)
    assert refused.status_code == 400 and "Drafts" in refused.text, "it was read, and is too long for a draft"
    add_person(desk.store, "ann", "editor", "a long enough password", passwords=CHEAP)
    assert desk.browser.post("/drafts", data=form, files=files).status_code == 413
    assert desk.browser.post("/drafts", data=form).status_code == 401


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "choose a file, or paste the words"),
        ({"text": "The bridge at Olm was opened on Tuesday by the mayor of the town."}, "a draft's name"),
    ],
)
def test_a_draft_without_words_or_name_is_refused_in_one_line(desk: Desk, typed: dict[str, str], words: str) -> None:
    form = fields(desk.page("/drafts"), "/drafts")
    answer = desk.browser.post("/drafts", data=form | typed, files={"file": ("", b"")})
    assert answer.status_code == 400 and words in unescape(answer.text)
    assert typed.get("text", "") in answer.text


def test_pasted_words_keep_the_address_they_are_from_and_an_address_alone_is_read_as_a_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = fields(desk.page("/drafts"), "/drafts") | {"name": "Fair", "text": "The fair at Olm was opened on Tuesday."}
    where = desk.browser.post("/drafts", data=form | {"url": "https://paper.example/fair"}).headers["location"]
    draft = find_draft(desk.store, where.rpartition("/")[2])
    assert article_of(desk.store, draft, 1).url == "https://paper.example/fair"
    for wrong in ("javascript:alert(1)", "file:///etc/passwd", "/etc/passwd"):
        refused = desk.browser.post("/drafts", data=form | {"text": "", "url": wrong})
        assert refused.status_code == 400 and "begins with https" in refused.text
    inside = desk.browser.post("/drafts", data=form | {"text": "", "url": "http://127.0.0.1:1/fair"})
    assert inside.status_code == 400 and "private" in unescape(inside.text)


def test_drafts_are_listed_the_newest_first_and_so_many_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.web.pages.ledger._DRAFTS", 2)
    for name in ("Weir", "Mill"):
        add_version(desk.store, name, Article(text=f"The {name.lower()} burned in 2019."), LOCAL_PERSON)
    first = _text(desk.page("/drafts"))
    assert first.index("Mill") < first.index("Weir") and "Bridge" not in first
    assert "Bridge" in _text(desk.page("/drafts?limit=4")) and "limit=4" in desk.page("/drafts")


def test_text_of_others_is_escaped_in_the_ledger(desk: Desk) -> None:
    draft: Draft = add_version(desk.store, HOSTILE[:100], Article(text=f"{HOSTILE} in 2019."), LOCAL_PERSON)
    for each in open_ledger(desk.store, draft).facts:
        act(desk.store, draft, each.fact.id, "ask", LOCAL_PERSON, seen=0, words=HOSTILE, comment=HOSTILE)
    for path in ("/drafts", f"/drafts/{draft.id}", f"/drafts/{draft.id}/export/html"):
        page = desk.page(path)
        assert "<script>alert" not in page and "<b>bold" not in page and "{{ 49" not in page


def test_the_old_words_stand_beside_the_new_word_by_word_and_parts_under_their_statement(desk: Desk) -> None:
    desk.send("€9.4 million", "change", words="€9.6 million")
    later = add_version(desk.store, "Bridge", Article(text=TEXT.replace("9.4", "9.6")), LOCAL_PERSON)
    page = desk.page(f"/drafts/{later.id}?fact={desk.fact('€9.6 million').fact.id}")
    assert "<del>€9.4</del><ins>€9.6</ins> million" in page
    rows = page.split('id="rows"')[1]
    assert re.search(r'class="f-open inside"><a href="[^"]*" aria-current="true" dir="auto">€9.6 million', rows)
    assert re.search(r'class="f-open"><a href="[^"]*" dir="auto">It cost €9.6 million', rows)


def test_a_page_lists_the_facts_near_the_one_in_view_and_all_where_asked(desk: Desk) -> None:
    text = "\n\n".join(f"In {1700 + number} the mill of Olm burned." for number in range(150))
    draft = add_version(desk.store, "Mill", Article(text=text), LOCAL_PERSON)
    facts = open_ledger(desk.store, draft).facts
    assert len(facts) > 400
    last = facts[-1].fact.id
    near = desk.page(f"/drafts/{draft.id}?fact={last}").split('id="rows"')[1]
    assert near.count('<li class="f-') == 300 and f"?fact={last}" in near and facts[0].fact.id not in near
    assert desk.page(f"/drafts/{draft.id}?all=1").split('id="rows"')[1].count('<li class="f-') == len(facts)


def test_an_unknown_draft_or_filter_is_a_page_one_can_read(desk: Desk) -> None:
    assert "no draft" in desk.page("/drafts/0123456789abcdef", 400)
    assert "choose one of" in desk.page(f"{desk.path}?kind=nonsense", 400)


def _files_form(desk: Desk, words: str, action: str) -> dict[str, str]:
    page = desk.page(f"{desk.path}?fact={desk.fact(words).fact.id}")
    form = re.findall(r'<form[^>]*enctype="multipart/form-data".*?</form>', page, re.DOTALL)
    assert any(f'name="action" value="{action}"' in each for each in form)
    return fields(page, f"{desk.path}/facts", action)


def test_a_fact_is_ticked_on_an_uploaded_file_which_comes_back_as_a_file_and_nothing_else(desk: Desk) -> None:
    data = b"<script>alert(1)</script>"
    form, files = _files_form(desk, "54", "tick"), {"file": ("..\\minutes Olm.html", data, "text/html")}
    assert desk.browser.post(f"{desk.path}/facts", data=form, files=files).status_code == 303
    (source,) = desk.fact("54").sources
    assert source.file and (source.reference, source.file.size) == ("minutes_Olm.html", len(data))
    page = desk.page(f"{desk.path}?fact={desk.fact('54').fact.id}")
    address = f"{desk.path}/files/{source.file.sha256}"
    assert f'href="{address}" download' in page and f"SHA-256 {source.file.sha256[:12]}…" in _text(page)
    answer = desk.browser.get(address)
    assert answer.content == data
    assert answer.headers["content-disposition"].startswith('attachment; filename="minutes_Olm.html"')
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert desk.browser.get(f"{desk.path}/files/{'0' * 64}").status_code == 400
    desk.send("2019", "tick")
    assert desk.fact("2019").sources == (source,), "the key that ticks on the last source ticks on the same file"
    other = add_version(desk.store, "Other", Article(text=TEXT), LOCAL_PERSON)
    assert desk.browser.get(f"/drafts/{other.id}/files/{source.file.sha256}").status_code == 400


def test_a_file_is_attached_without_deciding_and_one_that_is_lost_is_told(desk: Desk) -> None:
    form, files = _files_form(desk, "54", "comment"), {"file": ("عقد.pdf", b"contract")}
    assert desk.browser.post(f"{desk.path}/facts", data=form, files=files).status_code == 303
    assert desk.fact("54").state == "open"
    (source,) = desk.fact("54").attached
    address = f"{desk.path}?fact={desk.fact('54').fact.id}"
    assert "Attached file: عقد.pdf" in _text(desk.page(address))
    assert source.file
    found = desk.browser.get(f"{desk.path}/files/{source.file.sha256}")
    assert found.headers["content-disposition"].endswith("filename*=UTF-8''%D8%B9%D9%82%D8%AF.pdf")
    (path,) = desk.attachments.rglob(source.file.sha256)
    path.write_bytes(b"another")
    assert "عقد.pdf was altered: restore it" in _text(desk.page(address))
    assert desk.browser.get(f"{desk.path}/files/{source.file.sha256}").status_code == 503
    path.unlink()
    assert "عقد.pdf is missing: restore it" in _text(desk.page(address))


def test_a_file_sent_with_an_act_that_was_refused_is_kept_and_need_not_be_chosen_again(desk: Desk) -> None:
    form = _files_form(desk, "54", "tick")
    act(desk.store, desk.draft, desk.fact("54").fact.id, "comment", LOCAL_PERSON, seen=0, comment="Look.")
    answer = desk.browser.post(f"{desk.path}/facts", data=form, files={"file": ("m.pdf", b"minutes")})
    assert answer.status_code == 409 and "m.pdf is kept already" in answer.text
    again = fields(answer.text, f"{desk.path}/facts", "tick")
    assert desk.browser.post(f"{desk.path}/facts", data=again, files={"file": ("", b"")}).status_code == 303
    assert [source.reference for source in desk.fact("54").sources] == ["m.pdf"]


def test_a_file_needs_the_forms_token_and_has_a_largest_size(desk: Desk) -> None:
    form = _files_form(desk, "54", "tick")
    files = {"file": ("m.pdf", b"minutes")}
    assert desk.browser.post(f"{desk.path}/facts", data=form | {"csrf_token": "no"}, files=files).status_code == 403
    desk.browser.app.state.settings = Settings(home=desk.attachments.parent, ledger_max_file_bytes=5)  # type: ignore[attr-defined]
    refused = desk.browser.post(f"{desk.path}/facts", data=form, files=files)
    assert refused.status_code == 400 and "m.pdf has 7 bytes: at most 5 are kept" in unescape(refused.text)
    large = {"file": ("m.pdf", b"x" * 21_000_000)}
    assert desk.browser.post(f"{desk.path}/facts", data=form, files=large).status_code == 413
    assert desk.fact("54").state == "open" and not desk.attachments.exists()


def test_a_file_nearly_as_large_as_is_kept_is_taken(desk: Desk) -> None:
    form, data = _files_form(desk, "54", "tick"), b"\x00" * 19_999_999
    assert desk.browser.post(f"{desk.path}/facts", data=form, files={"file": ("a.bin", data)}).status_code == 303
    (source,) = desk.fact("54").sources
    assert source.file and source.file.size == len(data)


def test_an_open_document_is_uploaded_and_comes_back_as_one(desk: Desk) -> None:
    data = ODT_SAMPLES["a table and lists"]
    form = fields(desk.page("/drafts"), "/drafts") | {"name": "Dyke"}
    path = desk.browser.post("/drafts", data=form, files={"file": ("dyke.odt", data)}).headers["location"]
    assert f"{path}/export/odt" in desk.page(path) and f"{path}/export/docx" not in desk.page(path)
    exported = desk.browser.get(f"{path}/export/odt")
    assert exported.headers["content-disposition"] == 'attachment; filename="Dyke-v1.odt"'
    assert "Measurement: open" in [comment.text for comment in read_word(exported.content).comments]
    assert "came as .odt: export it as odt" in unescape(desk.page(f"{path}/export/docx", 400))
