"""The OpenAPI document of the API, with what the request gate before it answers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from pipeline.web.api.values import Problem

_EVERYWHERE = (400, 401, 403, 413, 422, 503)
_OPEN = frozenset({"/health"})
_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "A token of `factnotes people token NAME`."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "factnotes_session",
        "description": "Set by /login (`__Host-factnotes_session` over https); what changes something then needs "
        "the header X-CSRF-Token with what /session tells.",
    },
}


def describe(api: FastAPI) -> None:
    """Let an API's OpenAPI document tell its problems and how to sign in."""
    made = api.openapi

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            document = made()
            components = document.setdefault("components", {})
            components.setdefault("schemas", {}).update(_schemas())
            for unused in ("HTTPValidationError", "ValidationError"):
                components["schemas"].pop(unused, None)
            components["securitySchemes"] = _SCHEMES
            for path, operations in document["paths"].items():
                for method, operation in operations.items():
                    _complete(path, method, operation)
            api.openapi_schema = document
        return api.openapi_schema

    api.openapi = openapi  # type: ignore[method-assign]


def _schemas() -> dict[str, Any]:
    _, found = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = found["$defs"]
    return schemas


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    answers: dict[str, Any] = operation["responses"]
    statuses = {400, 503} if path in _OPEN else set(_EVERYWHERE)
    if "{" in path:
        statuses.add(404)
    if path.endswith("/reviews") and method == "post":
        statuses.add(409)
    for status in sorted(statuses):
        answers[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    if path == "/log":
        answers["200"] = {
            "description": "One event a line",
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
        }
    if path not in _OPEN:
        operation["security"] = [{"token": []}, {"session": []}]
