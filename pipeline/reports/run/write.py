"""Write a report's files: whole or not at all."""

from __future__ import annotations

from pathlib import Path

from pipeline.core.code_version import part_digest
from pipeline.core.models import Report, text_hash
from pipeline.core.printing import visible_json
from pipeline.reports.run.html import render_html
from pipeline.reports.run.markdown import render_markdown

_FILES = ("report.md", "report.html", "report.json")
_WRITTEN = ".written"
"""Says of a folder's files from what they were made: the report, and the code of this room."""


def write_report(report: Report, out: Path, desk: str = "") -> Path:
    """Write report.json, report.md and report.html to a folder named after the run; return it. Raises OSError.

    The page links to the desk where it is told where that is. What the same code has written there of the same report
    is left as it is.
    """
    folder = out / report.run_id
    # The moment when the run ended is told by the run at first, by the store later.
    shown = text_hash(report.model_dump_json(exclude={"created_at"}) + desk)
    made_from = f"{part_digest('reports')} {shown}\n"
    if _is_written(folder, made_from):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _WRITTEN).unlink(missing_ok=True)
    files = {
        "report.md": render_markdown(report),
        "report.html": render_html(report, desk),
        "report.json": visible_json(report.model_dump_json(indent=2)) + "\n",
        _WRITTEN: made_from,
    }
    for name, text in files.items():
        unfinished = folder / f".{name}.unfinished"
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(folder / name)
    return folder


def _is_written(folder: Path, made_from: str) -> bool:
    try:
        known = (folder / _WRITTEN).read_text(encoding="utf-8")
    except (FileNotFoundError, ValueError):
        return False
    return known == made_from and all((folder / name).is_file() for name in _FILES)
