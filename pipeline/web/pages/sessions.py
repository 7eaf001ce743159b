"""Signing in and out, and changing one's own password, as pages."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from pipeline.core.errors import InputError, TooManyAttempts
from pipeline.core.models import LOCAL_PERSON
from pipeline.review import SignedIn, begin_session, end_session, set_password
from pipeline.web.gate.hosts import local_path
from pipeline.web.gate.identity import Gate, current_person, visitor
from pipeline.web.rendering import render

log = logging.getLogger("factnotes.desk")
router = APIRouter(include_in_schema=False)
_WRONG = "Name or password is wrong, or the account is closed."


def _gate(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate


@router.get("/login")
def show_login(request: Request, next: str = "/") -> Response:
    """Show the form, or go on when somebody is signed in."""
    if visitor(request).person is not None:
        return RedirectResponse(local_path(next), 303)
    return _login(request, 200, next)


def _login(request: Request, status: int, next: str, problem: str = "", name: str = "") -> HTMLResponse:
    return render(request, "login.html.j2", status=status, next=local_path(next), problem=problem, name=name)


@router.post("/login")
def sign_in(  # nosec B107 # what a form leaves out is empty, and no password is
    request: Request,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Sign in: a new session, whatever the browser brought."""
    if visitor(request).person == LOCAL_PERSON:
        return RedirectResponse("/", 303)
    try:
        signed_in = _verify(request, name, password)
    except TooManyAttempts as error:
        page = _login(request, 429, next, f"{str(error).capitalize()}.")
        page.headers["Retry-After"] = str(error.retry_after)
        return page
    secret = _begin(request, signed_in) if signed_in else None
    if secret is None:
        log.warning("sign-in refused for %r from %s", name[:64], _address(request))
        return _login(request, 401, next, _WRONG, name[:64])
    log.info("%r signed in from %s", name[:64], _address(request))
    return _with_session(request, RedirectResponse(local_path(next), 303), secret)


def _verify(request: Request, name: str, password: str) -> SignedIn | None:
    return _gate(request).sign_in(name, password, _address(request))


def _begin(request: Request, signed_in: SignedIn) -> str | None:
    gate = _gate(request)
    previous = visitor(request).session
    return begin_session(
        gate.store, signed_in.account, signed_in.password_hash, gate.lifetimes, previous=previous, now=gate.now()
    )


def _with_session(request: Request, response: Response, secret: str) -> Response:
    cookies = _gate(request).cookies
    response.headers.append("Set-Cookie", cookies.header(cookies.session, secret))
    return response


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


@router.post("/logout")
def sign_out(request: Request) -> Response:
    """End the session here and on the server."""
    gate, who = _gate(request), visitor(request)
    response = RedirectResponse("/login", 303)
    if who.session:
        end_session(gate.store, who.session)
        response.headers.append("Set-Cookie", gate.cookies.header(gate.cookies.session, "", max_age=0))
    return response


@router.get("/password")
def show_password(request: Request) -> Response:
    """Show the form to change one's own password."""
    return _password(request, 200)


def _password(request: Request, status: int, problem: str = "") -> HTMLResponse:
    if current_person(request) == LOCAL_PERSON:
        raise InputError("a desk without accounts has no passwords")
    return render(request, "password.html.j2", status=status, problem=problem)


@router.post("/password")
def change_password(
    request: Request,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Change one's own password; every other session and every token of the person ends."""
    person, gate = current_person(request), _gate(request)
    if person == LOCAL_PERSON:
        return _password(request, 422)
    if new != again:
        return _password(request, 422, "The two new passwords differ.")
    try:
        if _verify(request, person.name, old) is None:
            return _password(request, 401, "The old password is wrong.")
        account, new_hash = set_password(gate.store, person.name, new, passwords=gate.sign_in.passwords, now=gate.now())
    except (TooManyAttempts, InputError) as error:
        return _password(request, 422 if isinstance(error, InputError) else 429, f"{str(error).capitalize()}.")
    log.info("%r changed the password", person.name)
    secret = _begin(request, SignedIn(account, new_hash))
    response = RedirectResponse("/", 303)
    return _with_session(request, response, secret) if secret else response
