"""The JSON Schema of `report.json`, published as `report.schema.json` beside this file.

Write it again after a change of the nouns, from the project's folder:

    python -m pipeline.reports > pipeline/reports/report.schema.json
"""

from __future__ import annotations

from typing import Any

from pipeline.models import Report


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every `report.json` fits."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "report.schema.json",
        **Report.model_json_schema(mode="serialization"),
        "title": "factnotes report",
    }
