"""The pages of the desk: queue, claim, history, runs, and what is done to many claims at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from pipeline.core.errors import Conflict
from pipeline.core.models import Coverage, DeskOutcome, Review
from pipeline.review import (
    ClaimView,
    find_item,
    hand_out,
    newest_events,
    next_claim,
    open_claim,
    outcomes_now,
    previous_claim,
    queue,
    saved_searches,
    texts_of,
    view_claim,
    with_parts,
)
from pipeline.store import RunFilter, coverage_of, list_runs, stand
from pipeline.web import queue_filter
from pipeline.web.context import Desk, go, open_desk, whole_number
from pipeline.web.forms import Draft
from pipeline.web.rendering import serve_asset

router = APIRouter(include_in_schema=False)
_PAGE = 50
_SIDE_RUNS = 5
_EVENTS = 50


@dataclass(frozen=True)
class Trouble:
    """What stands in the way of a decision, shown above the form it came from."""

    heading: str
    text: str
    conflict: bool = False
    newest: Review | None = None


@router.get("/static/{name}")
async def static(request: Request, name: str) -> Response:
    """Return a static file."""
    return serve_asset(request, name) or Response("not found", 404, media_type="text/plain")


@router.get("/")
def queue_page(request: Request) -> HTMLResponse:
    """Show the claims that a filter finds; without what stands beside them where htmx asks, the rows alone for more."""
    desk = open_desk(request)
    after = desk.asked("after") or None
    folded = with_parts(desk.store, desk.filter, queue(desk.store, desk.filter, limit=_PAGE, after=after))
    page, parts = folded.page, folded.parts
    if desk.by_htmx and after:
        now = outcomes_now(desk.store, page.items)
        return desk.render("more.html.j2", page=page, parts=parts, now=now, flash=None)
    return desk.render(
        "queue.html.j2",
        page=page,
        parts=parts,
        now=outcomes_now(desk.store, page.items),
        tabs=tuple(queue_filter.tabs(desk.filter)),
        narrowed=tuple(queue_filter.narrowed(desk.filter)),
        coverage=_coverage(desk),
        labels=queue_filter.LABELS,
        checkers=queue_filter.CHECKERS,
        editor_choices=queue_filter.EDITOR_CHOICES,
        searches=() if desk.by_htmx else saved_searches(desk.store, desk.person),
        runs=() if desk.by_htmx else list_runs(desk.store, RunFilter(), limit=_SIDE_RUNS),
    )


def _coverage(desk: Desk) -> Coverage | None:
    run = desk.filter.run
    return coverage_of(desk.store, run) if run else None


@router.get("/claims/{claim_id}")
def claim_page(request: Request, claim_id: str) -> HTMLResponse:
    """Show a claim with all that is needed to decide it."""
    return show_claim(open_desk(request), claim_id)


def show_claim(
    desk: Desk, claim_id: str, *, draft: Draft | None = None, trouble: Trouble | None = None, status: int = 200
) -> HTMLResponse:
    """Return the claim page, with a form filled by what was typed where something stood in its way."""
    claim = open_claim(desk.store, claim_id, desk.person)
    if trouble and trouble.newest and claim.hidden:
        trouble = Trouble(trouble.heading, "Somebody else has acted on it.", trouble.conflict)
    if draft and draft.note_id != claim.item.note_id:
        draft = replace(draft, flags=None)  # its flags were another note's
    return desk.render(
        "claim.html.j2",
        status=status,
        claim=claim,
        note=claim.note,
        item=claim.item,
        page=view_claim(claim.article, claim.note, whole=bool(desk.asked("whole"))),
        draft=draft or _reused(desk) or Draft.of_note(claim.note, claim.current),
        noted=DeskOutcome.of(claim.note).justification or "",
        names=desk.names,
        versions=desk.store.run(claim.item.run_id).versions,
        trouble=trouble,
        decided=claim.item.status not in ("open", "none") or claim.current.dismissed,
        can_undo=_can_undo(desk, claim),
        labels=queue_filter.VERDICTS,
        flash=None if trouble else desk.flash(),
    )


def conflict_of(error: Conflict) -> Trouble:
    """Return how a conflict is shown to the second of two people."""
    return Trouble("Somebody else has changed this claim", str(error), conflict=True, newest=error.newest)


def _reused(desk: Desk) -> Draft | None:
    """Return a form filled with a decision on another claim, where the address names one."""
    event = desk.event(desk.asked("reuse"))
    return Draft.of_outcome(event.after, event.reason or "") if event and event.after else None


def _can_undo(desk: Desk, claim: ClaimView) -> bool:
    newest = None if claim.hidden else stand(claim.history).undoable
    return newest is not None and (newest.reviewer == desk.person.name or desk.person.role != "reviewer")


@router.get("/next")
def next_page(request: Request) -> Response:
    """Go on to the claim after another in the queue's order."""
    desk = open_desk(request)
    return go_on(desk, after=desk.asked("after") or None)


def go_on(desk: Desk, after: str | None, did: str | None = None) -> Response:
    """Send the browser to the next claim, or to the end of the list."""
    item = hand_out(desk.store, desk.filter, desk.person, after=after)
    more = {"did": did} if did else {}
    if item is None:
        return go("/end", desk.query, **more)
    return go(f"/claims/{item.claim_id}", desk.query, "here", **more)


@router.get("/previous")
def previous_page(request: Request) -> Response:
    """Go back to the claim before another in the queue's order; to the list where there is none."""
    desk = open_desk(request)
    item = previous_claim(desk.store, desk.filter, before=desk.asked("before"))
    return go(f"/claims/{item.claim_id}", desk.query, "here") if item else go("/", desk.query)


@router.get("/end")
def end_page(request: Request) -> HTMLResponse:
    """Say that the list has been gone through, and what is left of it."""
    desk = open_desk(request)
    left = queue(desk.store, desk.filter, limit=1).total
    mine = next_claim(desk.store, desk.filter, desk.person) if left else None
    return desk.render("end.html.j2", left=left, mine=mine)


@router.get("/history")
def history_page(request: Request) -> HTMLResponse:
    """Show what was decided: on a claim, by a person, or at all."""
    desk = open_desk(request)
    claim_id, who = desk.asked("claim"), desk.asked("person")
    before = whole_number(desk.asked("before"))
    events, older = newest_events(
        desk.store, desk.person, claim_id=claim_id or None, person=who or None, before_id=before, limit=_EVENTS
    )
    named = {name: value for name, value in (("claim", claim_id), ("person", who)) if value}
    return desk.render(
        "history.html.j2",
        heading="History of a claim" if claim_id else f"Decisions of {who}" if who else "History",
        subject=find_item(desk.store, claim_id).text if claim_id else "",
        events=events,
        texts={} if claim_id else texts_of(desk.store, (event.claim_id for event in events)),
        older=urlencode(named | {"before": str(older)}) if older else None,
        claim_id=claim_id,
        who=who,
    )
