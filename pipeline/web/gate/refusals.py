"""How the desk says no: a page for people, `application/problem+json` (RFC 9457) for programs."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from markupsafe import Markup
from starlette.responses import HTMLResponse, JSONResponse, Response

API = "/api/v1"

_PAGE = Markup(
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title></head>'
    "<body><main><h1>{title}</h1><p>{detail}</p></main></body></html>\n"
)


class Refusal(Exception):
    """A request that is not answered, and why."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})

    @property
    def title(self) -> str:
        """The name of the status."""
        return HTTPStatus(self.status).phrase

    def response(self, path: str) -> Response:
        """Return the answer for whoever asked for a path; its page needs nothing else of the desk."""
        if is_api(path):
            return problem(self.status, self.detail, headers=self.headers)
        return HTMLResponse(_PAGE.format(title=self.title, detail=self.detail), self.status, headers=self.headers)


def is_api(path: str) -> bool:
    """Tell whether a path is the JSON API's."""
    return path == API or path.startswith(f"{API}/")


def problem(status: int, detail: str, *, headers: dict[str, str] | None = None, **more: Any) -> JSONResponse:
    """Return problem details (RFC 9457)."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")
