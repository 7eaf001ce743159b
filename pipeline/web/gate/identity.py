"""Who sends a request: the owner of a token or a session, or the local person of a desk without accounts."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fastapi import Request

from pipeline.core.errors import Forbidden
from pipeline.core.models import LOCAL_PERSON, Person, Role
from pipeline.core.settings import Settings
from pipeline.review import Lifetimes, SignIn, has_people, new_secret, person_of_token, session_of
from pipeline.store import Store
from pipeline.web.gate.refusals import Refusal, is_api

_RANK: dict[Role, int] = {"reviewer": 0, "editor": 1, "admin": 2}
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Visitor:
    """Who sends a request, and what her forms must carry."""

    person: Person | None
    csrf: str
    session: str | None = None
    """The secret in her cookie."""
    by_token: bool = False
    """A program with a token, which no web page elsewhere can make a browser send."""
    visit: str | None = None
    """A new cookie to hand out."""


NOBODY = Visitor(None, "")
"""Who asks for a static file: whoever it is, it is the same."""


@dataclass(frozen=True)
class Cookies:
    """Names and flags of the desk's cookies; over https bound to this very host."""

    secure: bool

    @property
    def session(self) -> str:
        """Who is signed in."""
        return "__Host-factnotes_session" if self.secure else "factnotes_session"

    @property
    def visit(self) -> str:
        """What the forms of somebody without a session are bound to."""
        return "__Host-factnotes_visit" if self.secure else "factnotes_visit"

    def header(self, name: str, value: str, *, max_age: int | None = None) -> str:
        """Return a Set-Cookie header; gone with the browser, or at once with a `max_age` of 0."""
        age = f"; Max-Age={max_age}" if max_age is not None else ""
        return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{'; Secure' if self.secure else ''}"


@dataclass(frozen=True)
class Gate:
    """What the request gate knows of its desk."""

    store: Store
    settings: Settings
    sign_in: SignIn
    now: Clock

    @property
    def cookies(self) -> Cookies:
        """The desk's cookies."""
        return Cookies(secure=self.settings.desk_behind_tls_proxy)

    @property
    def lifetimes(self) -> Lifetimes:
        """How long sessions last."""
        return Lifetimes(
            timedelta(minutes=self.settings.desk_idle_minutes), timedelta(hours=self.settings.desk_session_hours)
        )


def visitor(request: Request) -> Visitor:
    """Return who sends a request."""
    found: Visitor = request.state.visitor
    return found


def current_person(request: Request) -> Person:
    """Return the person who is signed in, or the local one; raises Forbidden where nobody is."""
    person = visitor(request).person
    if person is None:
        raise Forbidden("sign in first")
    return person


def require(role: Role) -> Callable[[Request], Person]:
    """Return a dependency that gives the person if she has a role or a higher one; it raises Forbidden."""

    def person_with_role(request: Request) -> Person:
        person = current_person(request)
        if _RANK[person.role] < _RANK[role]:
            raise Forbidden(f"this needs the role {role}; {person.name} is {person.role}")
        return person

    return person_with_role


def csrf_token(request: Request) -> str:
    """Return what a form's field `csrf_token` or the header X-CSRF-Token must hold."""
    return visitor(request).csrf


def identify(gate: Gate, request: Request) -> Visitor:
    """Return who sends a request: by token, by session, or the local person of a desk without accounts."""
    visit, fresh = request.cookies.get(gate.cookies.visit, ""), None
    if not _SECRET.fullmatch(visit):
        visit = fresh = new_secret()
    stranger = Visitor(None, csrf_of_visit(visit), visit=fresh)
    if not has_people(gate.store):
        if gate.settings.desk_behind_tls_proxy:
            raise Refusal(503, "this desk has no accounts: `factnotes people add` makes one")
        return replace(stranger, person=LOCAL_PERSON)
    token = _bearer(request)
    if token is not None:
        person = person_of_token(gate.store, token, now=gate.now())
        return replace(stranger, person=person, by_token=person is not None, visit=None)
    secret = request.cookies.get(gate.cookies.session, "")
    if _SECRET.fullmatch(secret):
        session = session_of(gate.store, secret, gate.lifetimes, now=gate.now())
        if session is not None:
            return Visitor(session.person, session.csrf, session=secret)
        return replace(stranger, session=secret)
    return stranger


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if is_api(request.url.path) and scheme.lower() == "bearer" else None


def csrf_of_visit(visit: str) -> str:
    """Return what the forms of somebody without a session carry: only who holds the cookie can tell."""
    return hmac.new(visit.encode(), b"factnotes form", hashlib.sha256).hexdigest()
