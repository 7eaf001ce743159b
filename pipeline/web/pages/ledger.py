"""The fact ledger at the desk: drafts, a draft's facts beside its text, and one form for each act."""

from __future__ import annotations

import re
from collections import Counter
from typing import get_args
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.datastructures import FormData
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup
from starlette.datastructures import UploadFile

from pipeline.articles import is_word, load_article
from pipeline.core.errors import InputError
from pipeline.core.models import Article
from pipeline.core.settings import Settings
from pipeline.ledger import (
    KINDS,
    WORDS,
    FactKind,
    FactStanding,
    FactState,
    KeptFile,
    Ledger,
    SourceKind,
    WordKind,
    add_version,
    add_word_version,
    counts,
    files_of,
    find_draft,
    history,
    last_source,
    list_drafts,
    next_open,
    open_ledger,
    read_file,
    render_ledger,
    spell_attached,
    spell_check,
    spell_source,
    why_lost,
    with_checks,
    word_kind,
)
from pipeline.reports import Mark, cut_segments, shown, text_lines, web_link
from pipeline.web.changes import word_changes
from pipeline.web.context import Desk, open_desk, whole_number
from pipeline.web.forms import text_of

router = APIRouter(include_in_schema=False)
SOURCES: dict[SourceKind, str] = {
    "link": "Link",
    "call": "Call, such as “phoned X on D”",
    "file": "Own file",
    "passage": "Stored passage",
    "anonymous": "Source without a name",
}
_FORMS = {
    "docx": "Word, with comments",
    "odt": "OpenDocument, with comments",
    "html": "Checklist to print",
    "csv": "CSV",
    "json": "JSON",
}
_MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
_LONGEST = 300_000
_DRAFTS, _MOST_DRAFTS = 20, 2_000
"""Drafts that a page lists, each with its facts counted, and at most."""
_SIGNS = " .,;:–—-()"
_ROWS = 300
"""Rows of the list that are shown at once."""


@router.get("/drafts")
def drafts_page(request: Request) -> HTMLResponse:
    """List the drafts, and take in another version."""
    return _show_drafts(open_desk(request))


def _show_drafts(desk: Desk, trouble: str = "", status: int = 200, form: FormData | None = None) -> HTMLResponse:
    typed = {name: text_of(form, name, _LONGEST) if form else "" for name in ("name", "text", "url")}
    limit = min(whole_number(desk.asked("limit")) or _DRAFTS, _MOST_DRAFTS)
    drafts = list_drafts(desk.store)
    ledgers = [open_ledger(desk.store, draft) for draft in drafts[:limit]]
    return desk.render(
        "drafts.html.j2",
        status=status,
        ledgers=[(each, counts(each.facts)) for each in ledgers],
        more=limit + _DRAFTS if len(drafts) > limit else None,
        state_words=WORDS,
        trouble=trouble,
        typed=typed,
        sender=_sender(desk.request),
    )


def _sender(request: Request) -> str:
    """Return the bookmark that opens this page with what one reads elsewhere behind its `#`: no server is sent that."""
    return (
        "javascript:(()=>{const p=new URLSearchParams({url:location.href,name:document.title,"
        f"text:String(getSelection())}});open('{request.base_url}drafts#send='+encodeURIComponent(p))}})()"
    )


@router.post("/drafts")
async def add_draft(request: Request) -> Response:
    """Take in a version of a draft: a file, or words that were pasted."""
    form = await request.form(max_files=1, max_fields=20)
    upload = form.get("file")
    data = await upload.read() if isinstance(upload, UploadFile) else b""
    name = upload.filename if isinstance(upload, UploadFile) else None
    return await run_in_threadpool(_take_in, request, form, data, name or "")


def _take_in(request: Request, form: FormData, data: bytes, file_name: str) -> Response:
    desk = open_desk(request)
    try:
        called = text_of(form, "name", 200) or re.sub(r"\.\w+$", "", file_name)
        article = _article(request.app.state.settings, form, data)
        if is_word(data):
            draft = add_word_version(desk.store, called, data, article, desk.person)
        else:
            draft = add_version(desk.store, called, article, desk.person)
    except InputError as error:
        return _show_drafts(desk, str(error), 400, form)
    return RedirectResponse(f"/drafts/{draft.id}", 303)


def _article(settings: Settings, form: FormData, data: bytes) -> Article:
    """Return what was sent: a file, else pasted words, else the page of an address; raises what reading it raises."""
    pasted, url = text_of(form, "text", _LONGEST), text_of(form, "url", 2_000)
    if url and not web_link(url):
        raise InputError("an address begins with https:// or http://")
    if data or pasted:
        return load_article("-", settings, stdin=data or pasted.encode(), url=url or None)
    if not url:
        raise InputError("choose a file, or paste the words")
    return load_article(url, settings)


@router.get("/drafts/{draft_id}")
def ledger_page(request: Request, draft_id: str) -> HTMLResponse:
    """Show a draft's facts in the order of its text, and the form for the one in view."""
    return show_ledger(open_desk(request), draft_id)


def show_ledger(
    desk: Desk,
    draft_id: str,
    *,
    trouble: str = "",
    status: int = 200,
    form: FormData | None = None,
    kept: KeptFile | None = None,
) -> HTMLResponse:
    """Return the page of a ledger, with what went wrong and what was typed where a form was refused."""
    draft = find_draft(desk.store, draft_id)
    found = with_checks(desk.store, open_ledger(desk.store, draft))
    kind, state = _one_of(desk.asked("kind"), get_args(FactKind)), _one_of(desk.asked("state"), get_args(FactState))
    shown = [each for each in found.facts if kind in ("", each.fact.kind) and state in ("", each.state)]
    wanted = text_of(form, "fact", 16) if form else desk.asked("fact")
    view = found.find(wanted) or next((each for each in shown if not each.settled), shown[0] if shown else None)
    typed: dict[str, object] = {
        name: text_of(form, name, 10_000) if form else "" for name in ("action", "words", "comment", "at")
    }
    typed["sources"] = _typed_sources(form)
    rows = shown if desk.asked("all") else _around(shown, view)
    came = word_kind(desk.store, found.draft)
    folder = desk.request.app.state.settings.attachments_path
    return desk.render(
        "ledger.html.j2",
        status=status,
        ledger=found,
        shown=rows,
        near=_near(found, view) if view else [],
        inside=_inside(found),
        changes=word_changes,
        matching=len(shown),
        view=view,
        lines=_lines(found, view),
        counts=counts(found.facts),
        unsettled=sum(not each.settled for each in found.facts),
        of_kind=Counter(each.fact.kind for each in found.facts),
        kind=kind,
        state=state,
        kinds=KINDS,
        state_words=WORDS,
        sources=SOURCES,
        last_source=view.sources[0] if view and view.before and view.sources else last_source(found, desk.person),
        forms={name: words for name, words in _FORMS.items() if name not in get_args(WordKind) or name == came},
        spell_source=spell_source,
        spell_attached=spell_attached,
        why_lost=lambda file: why_lost(folder, file),
        kept=kept,
        spell_check=spell_check,
        trouble=trouble,
        typed=typed,
    )


def _typed_sources(form: FormData | None) -> list[tuple[str, str]]:
    """Return the kinds and words of both sources as they were typed."""
    given = [[str(value) for value in form.getlist(name)] if form else [] for name in ("source", "reference")]
    return [*zip(*given, strict=False), ("", ""), ("", "")]


def _around(shown: list[FactStanding], view: FactStanding | None) -> list[FactStanding]:
    """Return the rows near the fact in view: a page of thousands is slow."""
    ids = [each.fact.id for each in shown]
    at = ids.index(view.fact.id) if view and view.fact.id in ids else 0
    start = max(0, min(at - _ROWS // 3, len(shown) - _ROWS))
    return shown[start : start + _ROWS]


def _inside(found: Ledger) -> set[str]:
    """Return the facts that stand in the words of a longer one, which are listed under it."""
    inside, end = set(), 0
    for each in found.facts:
        if each.fact.span.end <= end:
            inside.add(each.fact.id)
        end = max(end, each.fact.span.end)
    return inside


def _near(found: Ledger, view: FactStanding) -> list[FactStanding]:
    """Return the facts of the same paragraph that a fact can be merged with."""
    start = found.text.rfind("\n", 0, view.fact.span.start) + 1
    end = found.text.find("\n", view.fact.span.end)
    end = end if end >= 0 else len(found.text)
    inside = [each for each in found.facts if start <= each.fact.span.start and each.fact.span.end <= end]
    return [each for each in inside if each.state != "replaced" and each.fact.id != view.fact.id]


def _one_of(asked: str, known: tuple[str, ...]) -> str:
    if asked and asked not in known:
        raise InputError(f"choose one of {', '.join(known)}")
    return asked


def _lines(found: Ledger, view: FactStanding | None) -> list[Markup]:
    """Return the text's lines, each fact a link to it: thousands of them are slow by a template."""
    known = {each.fact.id: each for each in found.facts}
    marks = [Mark(each.fact.span.start, each.fact.span.end, each.fact.id) for each in found.facts]
    lines = text_lines(found.text)
    cuts = [offset for start, end, _ in lines for offset in (start, end)]
    pieces = cut_segments(found.text, marks, cuts)
    cut: list[list[str]] = [[] for _ in lines]
    at = 0
    for piece in pieces:
        while at < len(lines) - 1 and piece.start >= lines[at][2]:
            at += 1
        if piece.start >= lines[at][1]:
            continue
        inner = known[piece.keys[-1]] if piece.keys else None
        this = view is not None and view.fact.id in piece.keys
        first = this and view is not None and piece.start == view.fact.span.start
        cut[at].append(_piece(found.draft.id, piece.text, inner, this=this, first=first))
    return [Markup("".join(line)) for line in cut]  # noqa: S704 # nosec B704 # words are escaped, ids are ours


def _piece(draft_id: str, text: str, inner: FactStanding | None, *, this: bool, first: bool) -> str:
    """Return words under the same facts in HTML: a link to the innermost where they are more than signs between facts.

    `this` where the fact in view is among them, `first` where it begins with them.
    """
    words = str(shown(text))
    if inner is None:
        return words
    look = f"fact f-{inner.state}{' this' if this else ''}"
    if not text.strip(_SIGNS):
        return f'<span class="{look}">{words}</span>'
    here = ' id="here"' if first else ""
    return f'<a{here} class="{look}" href="/drafts/{draft_id}?fact={inner.fact.id}#here">{words}</a>'


@router.get("/drafts/{draft_id}/next")
def next_fact(request: Request, draft_id: str) -> Response:
    """Go to the next fact that is not settled, behind another in the order of the text."""
    desk = open_desk(request)
    found = open_ledger(desk.store, find_draft(desk.store, draft_id))
    asked = {name: desk.asked(name) for name in ("kind", "state")}
    kept = "&".join(f"{name}={value}" for name, value in asked.items() if re.fullmatch(r"[a-z_]+", value))
    here = found.find(desk.asked("fact"))
    if here is None:
        here = next_open(found, desk.asked("after"), asked["kind"])
    mark = f"fact={here.fact.id}" if here else ""
    query = "&".join(part for part in (kept, mark) if part)
    return RedirectResponse(f"/drafts/{found.draft.id}{'?' if query else ''}{query}#here", 303)


@router.get("/drafts/{draft_id}/export/{form}")
def export_ledger(request: Request, draft_id: str, form: str) -> Response:
    """Return the ledger as a file."""
    desk = open_desk(request)
    found = open_ledger(desk.store, find_draft(desk.store, draft_id))
    if form not in _FORMS:
        raise InputError(f"format: choose one of {', '.join(_FORMS)}")
    name = re.sub(r"[^A-Za-z0-9.-]+", "_", found.draft.name)[:60] or "draft"
    headers = {"Content-Disposition": f'attachment; filename="{name}-v{found.draft.version}.{form}"'}
    return Response(render_ledger(desk.store, found, form), media_type=_MEDIA[form], headers=headers)


@router.get("/drafts/{draft_id}/files/{sha256}")
def kept_file_of(request: Request, draft_id: str, sha256: str) -> Response:
    """Return a file that a fact of a draft rests on, to be saved and never shown here."""
    desk = open_desk(request)
    draft = find_draft(desk.store, draft_id)
    found = next((each for each in files_of(history(desk.store, draft)) if each.sha256 == sha256), None)
    if found is None:
        raise InputError("no fact of this draft rests on such a file")
    data = read_file(request.app.state.settings.attachments_path, found)
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", found.name)
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name, safe='')}",
    }
    return Response(data, media_type="application/octet-stream", headers=headers)
