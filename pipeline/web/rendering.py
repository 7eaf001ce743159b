"""Templates compiled once and static files read once: a page costs what its own words cost."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, Template
from markupsafe import Markup

from pipeline.core.models import LOCAL_PERSON
from pipeline.reports import OUTCOMES, NoteOutcome, common_style, environment as page_environment
from pipeline.review import (
    ACTIONS,
    EDITOR_STATUSES,
    REASON_CODES,
    STATUSES,
    QueueItem,
    describe_review,
    spell_moment,
    spell_money,
    spell_progress,
)
from pipeline.web.gate.identity import csrf_token, visitor

_BADGE = Markup('<span class="badge o-{}"><span class="symbol" aria-hidden="true">{}</span>{}</span>')
_CSRF = Markup('<input type="hidden" name="csrf_token" value="{}">')
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """A static file, whole and packed; its address changes with its content."""

    body: bytes
    packed: bytes
    media_type: str
    digest: str


@cache
def assets() -> dict[str, Asset]:
    """Return the static files by name: our style sheet and script, and htmx from its package."""
    static = resources.files("pipeline.web") / "static"
    style = common_style().encode() + (static / "desk.css").read_bytes()
    htmx = resources.files("django_htmx") / "static" / "django_htmx" / "htmx-2.min.js"
    return {
        "desk.css": _asset(style, "text/css; charset=utf-8"),
        "desk.js": _asset(_read(static / "desk.js"), "text/javascript; charset=utf-8"),
        "desk.svg": _asset(_read(static / "desk.svg"), "image/svg+xml"),
        "htmx.js": _asset(_read(htmx), "text/javascript; charset=utf-8"),
    }


def _read(file: Traversable) -> bytes:
    return file.read_bytes()


def _asset(body: bytes, media_type: str) -> Asset:
    return Asset(body, gzip.compress(body, 9, mtime=0), media_type, hashlib.sha256(body).hexdigest()[:12])


def asset_url(name: str) -> str:
    """Return the address of a static file."""
    return f"/static/{name}?{assets()[name].digest}"


def serve_asset(request: Request, name: str) -> Response | None:
    """Return a static file, or that the browser's own is still right; None when there is no such file."""
    asset = assets().get(name)
    if asset is None:
        return None
    named = request.url.query == asset.digest
    headers = {
        "Cache-Control": _FOREVER if named else "no-cache",
        "Vary": "Accept-Encoding",
        "ETag": f'W/"{asset.digest}"',
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    body = asset.packed if "Content-Encoding" in headers else asset.body
    return Response(body, media_type=asset.media_type, headers=headers)


@cache
def environment() -> Environment:
    """Return the desk's templates with its own filters and words."""
    made = page_environment(__package__)
    made.filters.update(
        moment=spell_moment,
        money=spell_money,
        describe_review=describe_review,
        asset=asset_url,
        outcome=outcome_of_item,
        badge=badge,
        progress=spell_progress,
    )
    made.globals.update(reason_codes=REASON_CODES, statuses=STATUSES, editor_statuses=EDITOR_STATUSES, actions=ACTIONS)
    return made


def outcome_of_item(item: QueueItem) -> NoteOutcome:
    """Return what came of a claim of the queue, as a note's outcome is named."""
    if item.label:
        return item.label
    nobody_can = item.status == "none" and item.failure != "quotation_in_no_source"
    return "not_checkable" if nobody_can else "not_checked"


@cache
def badge(outcome: NoteOutcome) -> Markup:
    """Return an outcome as it is marked everywhere: in words, with its symbol."""
    words = OUTCOMES[outcome]
    return _BADGE.format(outcome, words.symbol, words.label)


def compile_templates() -> None:
    """Compile every template, so that no reader waits for it."""
    for name in environment().list_templates(extensions=["j2"]):
        environment().get_template(name)


def render(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Return a page for the person who asks."""
    person, token = visitor(request).person, csrf_token(request)
    known = {
        "path": request.url.path,
        "query": "",
        "person": person,
        "local": person == LOCAL_PERSON,
        "csrf_token": token,
        "csrf": lambda: _CSRF.format(token),
    }
    text = _fill(environment().get_template(template), known | values)
    return HTMLResponse(text, status, headers={"Cache-Control": "no-store", "Vary": "HX-Request"})


def _fill(template: Template, values: dict[str, object]) -> str:
    """Return a filled template, and let go of its values.

    A template's own macros and its context hold one another: all that a page showed would stay until Python looks for
    garbage, in the midst of a later page.
    """
    context = template.new_context(values)
    try:
        return "".join(template.root_render_func(context))
    except Exception:
        template.environment.handle_exception()
    finally:
        context.vars.clear()
