"""One form for each act on a fact of a draft, and on its ledger as a whole."""

from __future__ import annotations

import re
from typing import get_args

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.datastructures import FormData
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from pipeline.core.errors import Conflict, Forbidden, InputError
from pipeline.core.models import Article
from pipeline.core.settings import Settings
from pipeline.ledger import (
    KINDS,
    Draft,
    FactAction,
    FactKind,
    FactSource,
    KeptFile,
    Rules,
    act,
    add_fact,
    article_of,
    as_source,
    assign_kind,
    find_draft,
    keep_file,
    kept_file,
    make_fact,
    merge_facts,
    sign,
    split_fact,
)
from pipeline.web.context import Desk, open_desk
from pipeline.web.forms import number_of, text_of
from pipeline.web.pages.ledger import SOURCES, show_ledger

router = APIRouter(include_in_schema=False)
_PLACES = 9_999
"""Places with the same words among which one can be named."""


@router.post("/drafts/{draft_id}/facts")
async def act_on_fact(request: Request, draft_id: str) -> Response:
    """Do one act to a fact, and go on to the next open one."""
    form = await request.form(max_files=1, max_fields=40)
    upload = form.get("file")
    data = await upload.read() if isinstance(upload, UploadFile) else b""
    return await run_in_threadpool(_try, request, draft_id, form, data)


def _try(request: Request, draft_id: str, form: FormData, data: bytes) -> Response:
    desk = open_desk(request)
    settings: Settings = request.app.state.settings
    kept = None
    try:
        draft = find_draft(desk.store, draft_id)
        kept = _kept(settings, form, data)
        return _act(desk, settings, draft, form, kept)
    except (InputError, Forbidden, Conflict) as error:
        status = {Conflict: 409, Forbidden: 403}.get(type(error), 400)
        return show_ledger(desk, draft_id, trouble=str(error), status=status, form=form, kept=kept)


def _kept(settings: Settings, form: FormData, data: bytes) -> KeptFile | None:
    """Keep the file that a form carries; or return the one that it names because it was kept before."""
    upload = form.get("file")
    if isinstance(upload, UploadFile) and upload.filename:
        return keep_file(settings.attachments_path, upload.filename, data, settings.ledger_max_file_bytes)
    if known := text_of(form, "kept", 64):
        return kept_file(settings.attachments_path, text_of(form, "kept_name", 200), known)
    return None


def _act(desk: Desk, settings: Settings, draft: Draft, form: FormData, kept: KeptFile | None) -> Response:
    action = text_of(form, "action", 20)
    query = _query(form)
    if action == "sign":
        seen = number_of(form, "version"), number_of(form, "events")
        sign(desk.store, draft, desk.person, Rules.of(settings), seen=seen)
        return RedirectResponse(f"/drafts/{draft.id}{query}", 303)
    if action == "assign_kind":
        kind: FactKind = next((each for each in KINDS if each == text_of(form, "kind", 20)), "other")
        assign_kind(desk.store, draft, kind, text_of(form, "words", 200), desk.person)
        return RedirectResponse(f"/drafts/{draft.id}{query}", 303)
    if action == "add":
        fact_id = _add(desk, draft, form)
        return RedirectResponse(f"/drafts/{draft.id}?fact={fact_id}#here", 303)
    if action in ("split", "merge"):
        fact_id = _recast(desk, draft, action, form)
        return RedirectResponse(f"/drafts/{draft.id}{query}{'&' if query else '?'}fact={fact_id}#here", 303)
    fact_id, known = text_of(form, "fact", 16), next((each for each in get_args(FactAction) if each == action), None)
    if known is None:
        raise InputError("choose what to do with the fact")
    words, comment = text_of(form, "words"), text_of(form, "comment")
    act(
        desk.store,
        draft,
        fact_id,
        known,
        desk.person,
        seen=number_of(form, "seen"),
        rules=Rules.of(settings),
        sources=_sources(form, kept) if action in ("tick", "change", "comment") else (),
        words=words,
        comment=comment,
    )
    stays = action in ("comment", "assign", "harm", "undo")
    mark = f"fact={fact_id}" if stays else f"after={fact_id}"
    return RedirectResponse(f"/drafts/{draft.id}/next{query}{'&' if query else '?'}{mark}", 303)


def _recast(desk: Desk, draft: Draft, action: str, form: FormData) -> str:
    """Split a fact into the lines that were typed, or merge it with another; return the id of the first that is new."""
    fact_id, seen = text_of(form, "fact", 16), number_of(form, "seen")
    if action == "split":
        lines = text_of(form, "words").splitlines()
        return split_fact(desk.store, draft, fact_id, lines, desk.person, seen=seen, kind=None)[0].id
    other, _, events = text_of(form, "with", 40).partition(" ")
    number = int(events) if events.isascii() and events.isdecimal() else 0
    return merge_facts(desk.store, draft, {fact_id: seen, other: number}, desk.person).id


def _query(form: FormData) -> str:
    """Return the filter in view as it was."""
    asked = [(name, text_of(form, name, 20)) for name in ("kind", "state")]
    kept = "&".join(f"{name}={value}" for name, value in asked if value.isascii() and re.fullmatch(r"\w+", value))
    return f"?{kept}" if kept else ""


def _sources(form: FormData, kept: KeptFile | None) -> tuple[FactSource, ...]:
    kinds = [value for value in form.getlist("source") if isinstance(value, str)]
    references = [value.strip() for value in form.getlist("reference") if isinstance(value, str)]
    primary = bool(form.get("primary"))
    found = [as_source(kept, primary=primary)] if kept else []
    for kind, reference in zip(kinds, references, strict=False):
        if not reference:
            continue
        if len(reference) > 2_000 or kind not in SOURCES:
            raise InputError("a source has a kind and 1 to 2,000 characters")
        found.append(FactSource.model_validate({"kind": kind, "reference": reference, "primary": primary}))
    return tuple(found)


def _add(desk: Desk, draft: Draft, form: FormData) -> str:
    article: Article = article_of(desk.store, draft, draft.version)
    words = text_of(form, "words")
    start = -1
    for _ in range(min(number_of(form, "at"), _PLACES) if "at" in form else 1):
        start = article.text.find(words, start + 1) if words else -1
        if start < 0:
            raise InputError("add: the text does not hold these words, or not so often; copy them as they stand")
    kind: FactKind = next((each for each in KINDS if each == text_of(form, "fact_kind", 20)), "other")
    fact = make_fact(article, kind, start, start + len(words))
    add_fact(desk.store, draft, fact, desk.person, text_of(form, "comment"))
    return fact.id
