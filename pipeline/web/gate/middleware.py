"""What stands before every page and every call of the API.

A request gate, closed by default: a request passes only when it is for this desk (Host), is not too large, comes from
a page of the desk where it changes something (Origin, Sec-Fetch-Site and a token in the form or in X-CSRF-Token),
and somebody is signed in. Without accounts the one local person is, from this machine alone. Every answer, also a
refusal or a fault, carries the headers that keep scripts, frames and caches of others away.
"""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.core.errors import Forbidden, StoreError
from pipeline.core.models import Person
from pipeline.core.settings import Settings
from pipeline.review import SignIn
from pipeline.store import Store
from pipeline.web.gate.identity import NOBODY, Clock, Gate, csrf_token, current_person, identify, require, visitor
from pipeline.web.gate.refusals import API, Refusal, is_api
from pipeline.web.gate.requests import (
    SAFE,
    read_body,
    replay,
    require_csrf,
    require_own_page,
    require_way,
    sign_in_first,
)

__all__ = ["HEADERS", "Security", "csrf_token", "current_person", "install_security", "require", "show", "visitor"]

log = logging.getLogger("factnotes.desk")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Nothing for other sites. With `no-referrer` a browser would also hide from the desk that a form is its own: it
    # sends `Origin: null` then, and not every browser sends Sec-Fetch-Site over plain http.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
STATIC = "/static/"
UPLOADS = "/drafts"
_ATTACHED = re.compile(r"/drafts/[^/]+/facts")
_FORM_BYTES = 100_000
"""What a form has around the file that it carries."""
HEALTH = f"{API}/health"
METRICS = "/metrics"
PUBLIC = frozenset({"/login", HEALTH, METRICS})
"""What asks for no account: the check of health says no more than that the desk runs, the metrics ask for a token."""


def install_security(
    app: FastAPI, store: Store, settings: Settings, *, now: Clock | None = None, sign_in: SignIn | None = None
) -> None:
    """Put the request gate before an application; add no middleware after it, or that would stand outside."""
    gate = Gate(store, settings, sign_in or SignIn(store), now or (lambda: datetime.now(UTC)))
    app.state.gate = gate
    app.add_middleware(Security)
    app.add_exception_handler(Forbidden, _forbidden)


def _forbidden(request: Request, error: Exception) -> Response:
    return show(Refusal(403, str(error)), request)


def show(refusal: Refusal, request: Request) -> Response:
    """Return a refusal in the desk's own look once it is known who asks, plain before."""
    path = str(request.scope["path"])
    if is_api(path) or not hasattr(request.state, "visitor"):
        return refusal.response(path)
    from pipeline.web.rendering import render  # which asks this module for the token of its forms

    links = () if request.state.person else (("/login", "Sign in"),)
    page = render(
        request, "message.html.j2", status=refusal.status, heading=refusal.title, text=refusal.detail, links=links
    )
    page.headers.update(refusal.headers)
    return page


class Security:
    """The request gate as middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse, or hand on a request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, _Answer(scope, send))
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        try:
            passed = await self._admit(scope, receive, answer)
            await self.app(scope, passed, answer)
        except Refusal as refusal:
            await self._refuse(refusal, scope, receive, answer)
        except StoreError as error:
            log.error("the store cannot be used: %s", error)
            busy = Refusal(503, str(error), {"Retry-After": "5"})
            await self._refuse(busy, scope, receive, answer)
        except Exception:
            log.exception("internal error at %s %s", scope["method"], scope["path"])
            if answer.begun:
                raise
            await self._refuse(Refusal(500, "internal error; the desk's log has the details"), scope, receive, answer)

    async def _refuse(self, refusal: Refusal, scope: Scope, receive: Receive, answer: _Answer) -> None:
        if answer.begun:
            raise refusal
        if "Location" in refusal.headers:
            response: Response = RedirectResponse(refusal.headers["Location"], refusal.status)
        else:
            response = show(refusal, Request(scope))
        await response(scope, receive, answer)

    async def _admit(self, scope: Scope, receive: Receive, answer: _Answer) -> Receive:
        """Let a request pass or raise Refusal; return how to read its body."""
        gate: Gate = scope["app"].state.gate
        headers, path = Headers(scope=scope), str(scope["path"])
        require_way(scope, headers, gate.settings)
        if path == HEALTH and scope["method"] not in SAFE:
            raise Refusal(405, "only GET", {"Allow": "GET"})
        if path.startswith(STATIC) and scope["method"] in SAFE:
            scope.setdefault("state", {}).update(visitor=NOBODY, person=None)
            return receive
        who = await run_in_threadpool(identify, gate, Request(scope))
        scope.setdefault("state", {}).update(visitor=who, person=who.person)
        if who.visit:
            answer.cookie = gate.cookies.header(gate.cookies.visit, who.visit)
        body = await read_body(scope, headers, receive, _most_bytes(path, gate.settings, who.person))
        if who.person is None and path not in PUBLIC:
            raise sign_in_first(scope, headers)
        if scope["method"] not in SAFE and not who.by_token:
            require_own_page(scope, headers)
            require_csrf(headers, body, who.csrf)
        return replay(body, receive)


def _most_bytes(path: str, settings: Settings, person: Person | None) -> int:
    """Return how large a request may be: who is signed in may upload a draft, or a file that a fact rests on."""
    if path == UPLOADS and person is not None:
        return max(settings.desk_max_body_bytes, settings.max_article_bytes)
    if _ATTACHED.fullmatch(path) and person is not None:
        return max(settings.desk_max_body_bytes, settings.ledger_max_file_bytes + _FORM_BYTES)
    return settings.desk_max_body_bytes


class _Answer:
    """Sends an answer with the headers that every answer has."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._static = str(scope["path"]).startswith(STATIC)
        self._send = send
        self.begun = False
        self.cookie: str | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            if not (self._static and "Cache-Control" in headers):
                headers["Cache-Control"] = "no-store"
            if self.cookie:
                headers.append("Set-Cookie", self.cookie)
        await self._send(message)
