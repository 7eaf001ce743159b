"""What people do at the desk: each form is one action, then the browser is sent on."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.datastructures import FormData
from fastapi.responses import HTMLResponse, Response

from pipeline.core.errors import Conflict, Forbidden, InputError, StoreBusy, UnknownClaim
from pipeline.core.models import Review
from pipeline.review import (
    MAX_BULK,
    BulkAction,
    approve,
    ask_second,
    assign,
    bulk,
    count_unchecked,
    decide,
    delete_search,
    queue,
    save_search,
    send_back,
    undo,
)
from pipeline.web import queue_filter
from pipeline.web.context import Desk, flash_of, go, open_desk
from pipeline.web.forms import Decision, Draft, number_of, read_form, reason_of, text_of
from pipeline.web.pages.claims import Trouble, conflict_of, go_on, show_claim

router = APIRouter(include_in_schema=False)
_BULK: tuple[tuple[BulkAction, str], ...] = (
    ("accept", "Accept the notes"),
    ("dismiss", "Dismiss the notes, with a reason"),
    ("assign", "Assign to somebody, or to nobody"),
    ("ask_second", "Ask for a second review"),
)
_BULK_EDITOR: tuple[tuple[BulkAction, str], ...] = (
    ("approve", "Approve, as editor"),
    ("send_back", "Send back, as editor"),
)
_BULK_SHOWN = 12

Act = Callable[[Desk, str, FormData, Draft], Response]


async def _act(request: Request, claim_id: str, act: Act) -> Response:
    form = await read_form(request)
    return await run_in_threadpool(_try, request, claim_id, form, act)


def _try(request: Request, claim_id: str, form: FormData, act: Act) -> Response:
    """Do it, or show the claim again with what stands in the way and all that was typed."""
    desk = open_desk(request, text_of(form, "filter", 4_000))
    draft = Draft.of_form(form)
    try:
        return act(desk, claim_id, form, draft)
    except Conflict as error:
        return show_claim(desk, claim_id, draft=draft, trouble=conflict_of(error), status=409)
    except UnknownClaim:
        raise
    except InputError as error:
        return show_claim(desk, claim_id, draft=draft, trouble=Trouble("Not saved", str(error)), status=400)
    except Forbidden as error:
        return show_claim(desk, claim_id, draft=draft, trouble=Trouble("Not allowed", str(error)), status=403)
    except StoreBusy as error:
        trouble = Trouble("Not saved: send it again", str(error))
        return show_claim(desk, claim_id, draft=draft, trouble=trouble, status=503)


@router.post("/claims/{claim_id}/decide")
async def decide_claim(request: Request, claim_id: str) -> Response:
    """Accept, correct or dismiss, and move on."""
    return await _act(request, claim_id, _decide)


def _decide(desk: Desk, claim_id: str, form: FormData, draft: Draft) -> Response:
    action = _decision(draft.action)
    review = decide(
        desk.store,
        claim_id,
        action,
        desk.person,
        seen=number_of(form, "seen"),
        correction=draft.correction(),
        reason=None if action == "accept" else reason_of(form),
        comment=draft.comment,
        note_id=draft.note_id,
    )
    return go_on(desk, claim_id, flash_of(review))


def _decision(text: str) -> Decision:
    for known in get_args(Decision):
        if known == text:
            return known  # type: ignore[no-any-return]
    raise InputError(f"action: choose one of {', '.join(get_args(Decision))}")


@router.post("/claims/{claim_id}/undo")
async def undo_decision(request: Request, claim_id: str) -> Response:
    """Take back the newest decision, and show the claim again."""
    return await _act(request, claim_id, _undo)


def _undo(desk: Desk, claim_id: str, form: FormData, draft: Draft) -> Response:
    undo(desk.store, claim_id, desk.person, seen=number_of(form, "seen"))
    return go(f"/claims/{claim_id}", desk.query, "here", said="undone")


@router.post("/claims/{claim_id}/assign")
async def assign_claim(request: Request, claim_id: str) -> Response:
    """Give a claim to somebody."""
    return await _act(request, claim_id, _assign)


def _assign(desk: Desk, claim_id: str, form: FormData, draft: Draft) -> Response:
    assignee = desk.person.name if form.get("me") else draft.assignee
    assign(desk.store, claim_id, desk.person, seen=number_of(form, "seen"), assignee=assignee or None)
    return go(f"/claims/{claim_id}", desk.query, "here", said="assigned")


@router.post("/claims/{claim_id}/second")
async def ask_for_second(request: Request, claim_id: str) -> Response:
    """Ask for a second, blind review."""
    return await _act(request, claim_id, _second)


def _second(desk: Desk, claim_id: str, form: FormData, draft: Draft) -> Response:
    ask_second(desk.store, claim_id, desk.person, seen=number_of(form, "seen"), comment=draft.comment)
    return go(f"/claims/{claim_id}", desk.query, "here", said="second")


@router.post("/claims/{claim_id}/editor")
async def edit_claim(request: Request, claim_id: str) -> Response:
    """Approve or send back as editor, and move on."""
    return await _act(request, claim_id, _edit)


def _edit(desk: Desk, claim_id: str, form: FormData, draft: Draft) -> Response:
    known: dict[str, Callable[..., Review]] = {"approve": approve, "send_back": send_back}
    if draft.action not in known:
        raise InputError("action: choose one of approve, send_back")
    seen = number_of(form, "seen")
    review = known[draft.action](desk.store, claim_id, desk.person, seen=seen, comment=draft.comment)
    return go_on(desk, claim_id, flash_of(review))


@router.post("/searches")
async def keep_search(request: Request) -> Response:
    """Save the filter in view under a name."""
    form = await read_form(request)
    desk = open_desk(request, text_of(form, "filter", 4_000))
    await run_in_threadpool(save_search, desk.store, desk.person, text_of(form, "name", 80), desk.filter)
    return go("/", desk.query, said="saved")


@router.post("/searches/delete")
async def forget_search(request: Request) -> Response:
    """Delete a saved search."""
    form = await read_form(request)
    desk = open_desk(request, text_of(form, "filter", 4_000))
    await run_in_threadpool(delete_search, desk.store, desk.person, text_of(form, "name", 80))
    return go("/", desk.query, said="deleted")


@router.get("/bulk")
def bulk_page(request: Request) -> HTMLResponse:
    """Show what an action on a whole filter would be done to, and ask."""
    return _show_bulk(open_desk(request), Draft())


def _show_bulk(desk: Desk, draft: Draft, error: str = "", status: int = 200) -> HTMLResponse:
    page = queue(desk.store, desk.filter, limit=_BULK_SHOWN)
    return desk.render(
        "bulk.html.j2",
        status=status,
        page=page,
        total=page.total,
        narrowed=tuple(queue_filter.narrowed(desk.filter)),
        unchecked=count_unchecked(desk.store, desk.filter),
        status_label=queue_filter.status_label(desk.filter.status),
        choices=_bulk_choices(desk),
        most=MAX_BULK,
        names=desk.names,
        draft=draft,
        error=error,
    )


def _bulk_choices(desk: Desk) -> tuple[tuple[BulkAction, str], ...]:
    return _BULK if desk.person.role == "reviewer" else (*_BULK, *_BULK_EDITOR)


@router.post("/bulk")
async def act_in_bulk(request: Request) -> Response:
    """Do one action to every claim of a filter that was confirmed with its number."""
    form = await read_form(request)
    return await run_in_threadpool(_bulk, request, form)


def _bulk(request: Request, form: FormData) -> Response:
    desk = open_desk(request, text_of(form, "filter", 4_000))
    draft = Draft.of_form(form)
    try:
        action = _bulk_action(desk, draft.action)
        if not form.get("sure"):
            raise InputError("tick the box to confirm that you mean all of them")
        result = bulk(
            desk.store,
            desk.filter,
            action,
            desk.person,
            expected=number_of(form, "expected"),
            reason=reason_of(form) if action == "dismiss" else None,
            comment=draft.comment,
            assignee=draft.assignee or None,
        )
    except (InputError, Forbidden) as error:
        status = 403 if isinstance(error, Forbidden) else 400
        return _show_bulk(desk, draft, str(error), status)
    return go("/", desk.query, bulk=f"{action}.{len(result.done)}.{len(result.conflicts)}")


def _bulk_action(desk: Desk, text: str) -> BulkAction:
    for known, _ in _bulk_choices(desk):
        if known == text:
            return known
    raise InputError("choose what to do with them")
