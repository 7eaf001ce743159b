"""Write a report's files: whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.core.models import Report
from pipeline.reports.run.html import render_html
from pipeline.reports.run.markdown import render_markdown


def write_report(report: Report, out: Path) -> Path:
    """Write report.json, report.md and report.html to a folder named after the run; return it. Raises OSError.

    What a run has written there already is left as it is.
    """
    folder = out / report.run_id
    as_json = report.model_dump_json(indent=2) + "\n"
    if _is_written(folder, as_json):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "report.md": render_markdown(report),
        "report.html": render_html(report),
        "report.json": as_json,
    }
    for name, text in files.items():
        unfinished = folder / f".{name}"
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(folder / name)
    return folder


def _is_written(folder: Path, as_json: str) -> bool:
    """Tell whether a folder holds this very report: its JSON is written last, and names the code that made them all."""
    try:
        known = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        written = all((folder / name).is_file() for name in ("report.md", "report.html"))
    except (FileNotFoundError, ValueError):
        return False
    moment = {"created_at": None}  # when the run ended, told by the run or by the store
    return written and isinstance(known, dict) and known | moment == json.loads(as_json) | moment
