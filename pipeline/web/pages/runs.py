"""The runs page: how far each run is, and what is approved as files."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from pipeline.check import report_of
from pipeline.core.errors import InputError
from pipeline.core.settings import Settings
from pipeline.reports import FILES, RENDERERS, Format, Publisher, publish, render_html
from pipeline.store import RunFilter, decided_notes, find_run, list_runs
from pipeline.web.context import open_desk, whole_number

router = APIRouter(include_in_schema=False)
_PAGE = 30
_MOST = 3_000


FORMATS: Mapping[Format, str] = {
    "html": "HTML",
    "md": "Markdown",
    "json": "JSON",
    "csv": "CSV",
    "annotations": "Web Annotations",
    "claimreview": "ClaimReview",
}
_MEDIA: Mapping[Format, str] = {
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "annotations": "application/ld+json",
    "claimreview": "application/ld+json",
}


@router.get("/runs/{run_id}/publish/{name}")
def published_file(request: Request, run_id: str, name: str) -> Response:
    """Return what is approved of a run as a file."""
    desk = open_desk(request)
    format = next((known for known in FORMATS if known == name), None)
    if format is None:
        raise InputError(f"format: choose one of {', '.join(FORMATS)}")
    run = desk.store.run(run_id)
    settings: Settings = request.app.state.settings
    publisher = Publisher(name=settings.publisher, url=settings.publisher_url) if settings.publisher else None
    publication = publish(
        desk.store.article(run.article_id), run.id, run.as_of, decided_notes(desk.store, run.id), publisher=publisher
    )
    file = f"{_file_name(run_id)}-{FILES[format]}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(RENDERERS[format](publication), media_type=_MEDIA[format], headers=headers)


@router.get("/runs/{run_id}/report")
def report_file(request: Request, run_id: str) -> Response:
    """Return a finished run's report as its one file, which links back to this desk."""
    desk = open_desk(request)
    run = find_run(desk.store, run_id)
    if run.status != "finished":
        raise InputError(f"run {run.id} has not finished: its report is written when it has")
    report = report_of(desk.store, run, desk.store.article(run.article_id))
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(run.id)}-report.html"'}
    page = render_html(report, str(request.base_url).rstrip("/"))
    return Response(page, media_type=_MEDIA["html"], headers=headers)


def _file_name(run_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "_", run_id)


@router.get("/runs")
def runs_page(request: Request) -> HTMLResponse:
    """Show the newest runs with their coverage and how far the review is."""
    desk = open_desk(request)
    limit = min(whole_number(desk.asked("limit")) or _PAGE, _MOST)
    rows = list_runs(desk.store, RunFilter(), limit=limit + 1)
    more = limit + _PAGE if len(rows) > limit else None
    return desk.render("runs.html.j2", runs=rows[:limit], more=more, formats=FORMATS)
