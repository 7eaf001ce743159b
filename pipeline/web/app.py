"""The review desk as a web application."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from pipeline import __version__
from pipeline.core.errors import (
    Conflict,
    FactnotesError,
    Forbidden,
    InputError,
    StoreError,
    TooManyAttempts,
    UnknownClaim,
)
from pipeline.core.settings import Settings
from pipeline.store import Store
from pipeline.web.api.routes import mount_api
from pipeline.web.figures.trials import TrialAccounts
from pipeline.web.gate.middleware import install_security
from pipeline.web.gate.refusals import is_api, problem
from pipeline.web.pages import actions, claims, facts, lab, ledger, operations, runs, sessions, similar
from pipeline.web.rendering import compile_templates, render

_STATUS: Mapping[type[FactnotesError], int] = {
    UnknownClaim: 404,
    InputError: 400,
    Forbidden: 403,
    Conflict: 409,
    TooManyAttempts: 429,
    StoreError: 503,
}
_HEADINGS = {
    400: "That did not work",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible that way",
    409: "Somebody else was here meanwhile",
    503: "The store cannot be used just now",
}
_TEXTS = {404: "There is no such page, or no longer.", 405: "This address takes no such request."}


def create_app(store: Store, settings: Settings) -> FastAPI:
    """Return the desk: its pages and its JSON API behind the gate."""
    compile_templates()
    app = FastAPI(title="factnotes review desk", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.store = store
    app.state.settings = settings
    install_security(app, store, settings)
    for kind in (FactnotesError, HTTPException):
        app.add_exception_handler(kind, refuse)
    app.add_exception_handler(Forbidden, refuse)
    app.state.lab_turns = lab.turns()
    app.state.trial_accounts = TrialAccounts(settings)
    own = (claims, actions, runs, ledger, facts, operations, lab, similar, sessions)
    for router in (each.router for each in own):
        app.include_router(router)
    mount_api(app, store)
    return app


def refuse(request: Request, error: Exception) -> Response:
    """Say no: a page for people, problem details for programs."""
    if isinstance(error, HTTPException):
        status, text = error.status_code, _TEXTS.get(error.status_code, str(error.detail))
    else:
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
        text = str(error)
    if is_api(request.url.path):
        return problem(status, text)
    heading = _HEADINGS.get(status, "Something broke")
    return render(request, "message.html.j2", status=status, heading=heading, text=text, links=(("/", "To the queue"),))
