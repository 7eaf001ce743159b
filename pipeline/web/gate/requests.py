"""What a request must be before anybody looks at what it asks."""

from __future__ import annotations

import hmac
from email import message_from_bytes
from urllib.parse import parse_qsl, quote, urlsplit

import anyio
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from pipeline.core.settings import Settings
from pipeline.web.gate.hosts import is_loopback, is_ours
from pipeline.web.gate.refusals import Refusal, is_api

BODY_SECONDS = 30.0
"""How long the body of a request may take, however it drips."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_FIELD = "csrf_token"
_FORM = "application/x-www-form-urlencoded"
_UPLOAD = "multipart/form-data"
_SIGNED_OUT = (
    "You are not signed in, or your session has ended. Sign in in another tab, then reload this page and confirm: "
    "what you wrote is sent again."
)


def require_way(scope: Scope, headers: Headers, settings: Settings) -> None:
    """Refuse what was not meant for this desk or did not come the way it should."""
    if len(headers.getlist("host")) != 1 or not is_ours(headers["host"], settings):
        raise Refusal(400, "this desk does not answer to that host name")
    if settings.desk_behind_tls_proxy:
        if scope["scheme"] != "https":
            raise Refusal(400, "come over https, through the proxy")
        return
    if any(name == "forwarded" or name.startswith("x-forwarded-") for name in headers):
        raise Refusal(400, "this came through a proxy: start the desk with --behind-tls-proxy")
    client = (scope.get("client") or ("",))[0]
    if _is_address(client) and not is_loopback(client):
        raise Refusal(403, "this desk is for this machine alone")


def _is_address(client: str) -> bool:
    return bool(client) and (client[0].isdigit() or ":" in client)


async def read_body(scope: Scope, headers: Headers, receive: Receive, limit: int) -> bytes | None:
    """Return the body of a request that may change something, None for others; refuse one too large or too slow."""
    too_large = Refusal(413, f"a request has at most {limit:,} bytes")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length[:20]) > limit:
        raise too_large
    if scope["method"] in SAFE:
        return None
    with anyio.move_on_after(BODY_SECONDS):
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Refusal(400, "the request ended early")
            body += message.get("body", b"")
            if len(body) > limit:
                raise too_large
            if not message.get("more_body", False):
                return bytes(body)
    raise Refusal(408, f"the request did not arrive within {BODY_SECONDS:g} seconds", {"Connection": "close"})


def replay(body: bytes | None, receive: Receive) -> Receive:
    """Return a `receive` that hands on what was read already."""
    if body is None:
        return receive
    left: list[bytes] = [body]

    async def again() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return again


def sign_in_first(scope: Scope, headers: Headers) -> Refusal:
    """Return the answer to somebody who has not signed in: a program that it must, a person where to."""
    path, query = str(scope["path"]), scope["query_string"].decode("latin-1")
    if is_api(path):
        return Refusal(401, "sign in, or send a token", {"WWW-Authenticate": 'Bearer realm="factnotes"'})
    if scope["method"] not in SAFE:
        return Refusal(401, _SIGNED_OUT)
    if headers.get("hx-request"):
        return Refusal(401, "sign in first", {"HX-Redirect": _login_path(*_place(headers.get("hx-current-url", "")))})
    return Refusal(303, "sign in first", {"Location": _login_path(path, query)})


def _place(address: str) -> tuple[str, str]:
    """Return the path and the query of the page in view; its beginning where the address makes no sense."""
    try:
        there = urlsplit(address)
    except ValueError:
        return "/", ""
    return there.path or "/", there.query


def _login_path(path: str, query: str) -> str:
    target = path + (f"?{query}" if query else "")
    return "/login" if target == "/" else f"/login?next={quote(target, safe='/')}"


def require_own_page(scope: Scope, headers: Headers) -> None:
    """Refuse a change that a browser sent for a page of another origin."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        fine = site == "same-origin"  # a browser vouches for it; a page cannot set this header
    else:
        fine = origin is None or origin.lower() == f"{scope['scheme']}://{headers['host']}".lower()
    if not fine:
        raise Refusal(403, "this was sent by a page that is not the desk's")


def require_csrf(headers: Headers, body: bytes | None, expected: str) -> None:
    """Refuse a change without the token of the desk's own pages."""
    given = headers.get("x-csrf-token")
    form = headers.get("content-type", "").split(";")[0].strip().lower()
    if given is None and form == _FORM:
        given = _field(body or b"", FORM_FIELD)
    elif given is None and form == _UPLOAD:
        given = _part(headers["content-type"], body or b"", FORM_FIELD)
    if given is None or not hmac.compare_digest(given.encode(), expected.encode()):
        raise Refusal(403, "this form is out of date: load the page again and repeat what you did")


def _field(body: bytes, name: str) -> str | None:
    try:
        fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=10_000)
    except ValueError:
        return None
    return next((value for key, value in fields if key == name), None)


def _part(content_type: str, body: bytes, name: str) -> str | None:
    """Return a field of a form that carries a file, None where it has none or cannot be read."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    for part in message_from_bytes(head + body).walk():
        if part.get_param("name", header="content-disposition") == name and part.get_filename() is None:
            value = part.get_payload(decode=True)
            return value.decode("utf-8", "replace").strip() if isinstance(value, bytes) else None
    return None
