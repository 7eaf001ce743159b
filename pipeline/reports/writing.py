"""Write a report's files: whole or not at all."""

from __future__ import annotations

from pathlib import Path

from pipeline.models import Report
from pipeline.reports.html import render_html
from pipeline.reports.markdown import render_markdown


def write_report(report: Report, out: Path) -> Path:
    """Write report.json, report.md and report.html to a folder named after the run; return it. Raises OSError."""
    folder = out / report.run_id
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "report.json": report.model_dump_json(indent=2) + "\n",
        "report.md": render_markdown(report),
        "report.html": render_html(report),
    }
    for name, text in files.items():
        unfinished = folder / f".{name}"
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(folder / name)
    return folder
