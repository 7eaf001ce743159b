"""The JSON API of the desk under /api/v1: what the pages can do, for programs.

An application of its own beneath the desk's request gate (`web.gate`): errors are problem details, the OpenAPI
document is at /api/v1/openapi.json.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Annotated

from fastapi import Depends, FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match

from pipeline import __version__, review as desk
from pipeline.core.errors import Conflict, FactnotesError, Forbidden, InputError, StoreError, UnknownClaim
from pipeline.core.models import Person, Review
from pipeline.review import BulkResult, ClaimView, QueuePage, SavedSearch, SearchName, has_people
from pipeline.store import RunFilter, Store, export_log, list_runs
from pipeline.web.api import values as v
from pipeline.web.api.schema import describe
from pipeline.web.gate.identity import csrf_token, current_person, require
from pipeline.web.gate.refusals import API, problem

NDJSON = "application/x-ndjson"


def store_of(request: Request) -> Store:
    """Return the desk's store."""
    store: Store = request.app.state.store
    return store


Somebody = Annotated[Person, Depends(current_person)]
Editor = Annotated[Person, Depends(require("editor"))]
Desk = Annotated[Store, Depends(store_of)]
OfClaim = Annotated[v.ClaimId, Path()]


def mount_api(app: FastAPI, store: Store) -> FastAPI:
    """Put the API under /api/v1 of an application that has the request gate; return it."""
    api = FastAPI(
        title="factnotes review desk",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
    )
    api.state.store = store
    _add_reading(api)
    _add_acting(api)
    _add_searches(api)
    api.add_exception_handler(FactnotesError, _refused)
    api.add_exception_handler(RequestValidationError, _malformed)
    api.add_exception_handler(HTTPException, _missed)
    describe(api)
    app.mount(API, api)
    return api


def _add_reading(api: FastAPI) -> None:
    @api.get("/health", summary="Whether the desk runs; needs no sign-in")
    def health(store: Desk) -> v.Health:
        has_people(store)
        return v.Health()

    @api.get("/session", summary="Who I am, and the token that changes need")
    def session(request: Request, person: Somebody) -> v.SessionView:
        return v.SessionView(person=person, csrf=csrf_token(request))

    @api.get("/queue", summary="Claims that need a person, the most harmful first")
    def queue(store: Desk, query: Annotated[v.QueueQuery, Query()]) -> QueuePage:
        return desk.queue(store, query.filter(), limit=query.limit, after=query.cursor)

    @api.get("/next", summary="The next claim for me")
    def next_claim(store: Desk, person: Somebody, query: Annotated[v.NextQuery, Query()]) -> v.Next:
        found = desk.hand_out(store, query.filter(), person, after=query.after)
        return v.Next(claim_id=found.claim_id, sequence=found.sequence) if found else v.Next(claim_id=None)

    @api.get("/claims/{claim_id}", summary="All that is needed to decide a claim")
    def claim(store: Desk, person: Somebody, claim_id: OfClaim) -> ClaimView:
        return desk.open_claim(store, claim_id, person)

    @api.get("/claims/{claim_id}/reviews", summary="What was done to a claim")
    def claim_history(store: Desk, person: Somebody, claim_id: OfClaim) -> v.HistoryPage:
        return v.HistoryPage(items=desk.open_claim(store, claim_id, person).history)

    @api.get("/history", summary="What was done, by one person or by all")
    def history(store: Desk, person: Somebody, query: Annotated[v.HistoryQuery, Query()]) -> v.HistoryPage:
        found = desk.history(store, person=query.person, after_id=query.after, limit=query.limit + 1, viewer=person)
        items = found[: query.limit]
        return v.HistoryPage(items=items, next=items[-1].id if len(found) > query.limit else None)

    @api.get("/log", summary="The whole log, one event a line; for editors", response_class=StreamingResponse)
    def log(store: Desk, person: Editor) -> StreamingResponse:
        lines = (f"{event.model_dump_json()}\n" for event in export_log(store))
        return StreamingResponse(_begun(lines), media_type=NDJSON)

    @api.get("/runs", summary="Runs with their coverage, newest first")
    def runs(store: Desk, limit: Annotated[int, Query(ge=1, le=v.MAX_PAGE)] = 20) -> tuple[v.RunSummary, ...]:
        return tuple(map(v.RunSummary.of, list_runs(store, RunFilter(), limit=limit)))


def _begun(lines: Iterator[str]) -> Iterator[str]:
    """Read the first line at once, so that a store that fails is an error and not a broken answer."""
    first = next(lines, "")

    def all_lines() -> Iterator[str]:
        yield first
        yield from lines

    return all_lines()


def _add_acting(api: FastAPI) -> None:
    @api.post("/claims/{claim_id}/reviews", status_code=201, summary="Act on a claim")
    def act(store: Desk, person: Somebody, claim_id: OfClaim, action: v.Action) -> Review:
        return _act(store, person, claim_id, action)

    @api.post("/bulk", summary="Act on every claim of a filter")
    def bulk(store: Desk, person: Somebody, what: v.Bulk) -> BulkResult:
        return desk.bulk(
            store,
            what.filter.filter(),
            what.action,
            person,
            expected=what.expected,
            reason=what.reason,
            comment=what.comment,
            assignee=what.assignee,
        )


def _act(store: Store, person: Person, claim_id: str, action: v.Action) -> Review:
    match action:
        case v.Accept() | v.Correct() | v.Dismiss():
            return desk.decide(
                store,
                claim_id,
                action.action,
                person,
                seen=action.seen,
                correction=action.correction.correction() if isinstance(action, v.Correct) else None,
                reason=None if isinstance(action, v.Accept) else action.reason,
                comment=action.comment,
                note_id=action.note_id,
            )
        case v.Undo():
            return desk.undo(store, claim_id, person, seen=action.seen)
        case v.Assign():
            return desk.assign(store, claim_id, person, seen=action.seen, assignee=action.assignee)
        case v.Judge():
            does = {"ask_second": desk.ask_second, "approve": desk.approve, "send_back": desk.send_back}
            return does[action.action](store, claim_id, person, seen=action.seen, comment=action.comment)


def _add_searches(api: FastAPI) -> None:
    @api.get("/searches", summary="My saved searches")
    def searches(store: Desk, person: Somebody) -> tuple[SavedSearch, ...]:
        return desk.saved_searches(store, person)

    @api.put("/searches/{name}", summary="Save a search under a name")
    def save(store: Desk, person: Somebody, name: Annotated[SearchName, Path()], what: v.Narrowing) -> SavedSearch:
        return desk.save_search(store, person, name, what.filter())

    @api.delete("/searches/{name}", status_code=204, summary="Forget a search")
    def forget(store: Desk, person: Somebody, name: Annotated[SearchName, Path()]) -> Response:
        if not any(each.name == name for each in desk.saved_searches(store, person)):
            raise HTTPException(404, "there is no saved search of that name")
        desk.delete_search(store, person, name)
        return Response(status_code=204)


# Errors


def _refused(request: Request, error: Exception) -> Response:
    """Answer for what the desk refuses."""
    if isinstance(error, Conflict):
        return problem(409, str(error), newest=error.newest.model_dump(mode="json"))
    if isinstance(error, StoreError):
        return problem(503, str(error), headers={"Retry-After": "5"})
    known: tuple[tuple[type[Exception], int], ...] = ((UnknownClaim, 404), (Forbidden, 403), (InputError, 422))
    for kind, status in known:
        if isinstance(error, kind):
            return problem(status, str(error))
    raise error


def _malformed(request: Request, error: Exception) -> Response:
    """Answer for a request that does not fit; what was sent is not sent back."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    by_place: dict[str, list[str]] = {}
    for each in found:
        by_place.setdefault(".".join(_place(each["loc"])), []).append(each["msg"])
    problems = [{"at": place, "problem": "; or ".join(messages)} for place, messages in by_place.items()]
    unread = any(each["type"] == "json_invalid" for each in found)
    first = f"{problems[0]['at']}: {problems[0]['problem']}" if problems else "the request does not fit"
    return problem(400 if unread else 422, first, errors=problems)


def _place(path: Iterable[int | str]) -> Iterator[str]:
    """Yield the parts of where a request is wrong, without the alternatives pydantic has tried there."""
    return takewhile(lambda part: "[" not in part, (str(part) for part in path))


def _missed(request: Request, error: Exception) -> Response:
    """Answer for a path or method that is not there."""
    if not isinstance(error, HTTPException):
        raise error
    headers = dict(error.headers or {})
    if error.status_code == 405:  # the framework names the methods of the first route of that path alone
        routes = [
            each
            for each in request.app.routes
            if isinstance(each, APIRoute) and each.matches(request.scope)[0] != Match.NONE
        ]
        headers["Allow"] = ", ".join(sorted({method for each in routes for method in each.methods or ()}))
    return problem(error.status_code, str(error.detail), headers=headers)
