"""Earlier decisions on the same or a near-identical claim: a part of the claim page, or a page of its own."""

from __future__ import annotations

import threading
from functools import lru_cache

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from pipeline.core.models import Claim
from pipeline.core.ports import Embedder
from pipeline.core.settings import Settings
from pipeline.review import SimilarDecisions, open_claim, similar_decisions
from pipeline.web.context import Desk, open_desk

router = APIRouter(include_in_schema=False)
_one_at_a_time = threading.Lock()
_WAIT_SECONDS = 5.0
"""Comparing is the desk's only work that takes more than milliseconds: one reader at a time, the rest wait."""


@router.get("/claims/{claim_id}/similar")
def similar_page(request: Request, claim_id: str) -> HTMLResponse:
    """Show what was decided on claims that say the same; the list alone where htmx asks for it."""
    desk = open_desk(request)
    claim = open_claim(desk.store, claim_id, desk.person)
    template = "similar_list.html.j2" if desk.by_htmx else "similar.html.j2"
    similar = _look(desk, claim.note.claim)
    return desk.render(template, similar=similar, claim_id=claim_id, claim_text=claim.note.claim.text, flash=None)


def _look(desk: Desk, claim: Claim) -> SimilarDecisions:
    settings: Settings = desk.request.app.state.settings
    if not _one_at_a_time.acquire(timeout=_WAIT_SECONDS):
        return SimilarDecisions(unsearched="Other comparisons are running just now; try again in a moment.")
    try:
        return similar_decisions(desk.store, settings.reviewed_vectors_path, _embedder(), claim)
    finally:
        _one_at_a_time.release()


@lru_cache(1)
def _embedder() -> Embedder:
    from pipeline.evidence import MiniLM  # slow to import, and the first to look pays for it

    return MiniLM()
