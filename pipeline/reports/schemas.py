"""The JSON Schemas of `report.json` and `published.json`, published beside the code that writes these files.

Write them again after a change of the nouns, from the project's folder:

    python -m pipeline.reports > pipeline/reports/report.schema.json
    python -m pipeline.reports publication > pipeline/reports/published.schema.json
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from pipeline.core.models import Report
from pipeline.reports.publication import Publication


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every `report.json` fits."""
    return _schema(Report, "report", "report")


def publication_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every `published.json` fits."""
    return _schema(Publication, "publication", "published")


def _schema(model: type[BaseModel], title: str, file: str) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{file}.schema.json",
        **model.model_json_schema(mode="serialization"),
        "title": f"factnotes {title}",
    }
