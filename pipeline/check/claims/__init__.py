"""Claim detection: an article's checkable assertions, each pinned to its words."""

from pipeline.check.claims.attribution import attributions
from pipeline.check.claims.by_model import (
    Listed,
    chunks,
    detect_claims_with_model,
    list_claims,
    render_detection_prompt,
)
from pipeline.check.claims.detection import detect_claims
from pipeline.check.claims.ground import in_order, statements, without_claim
from pipeline.check.claims.merging import Tally, join_claims

__all__ = [
    "Listed",
    "Tally",
    "attributions",
    "chunks",
    "detect_claims",
    "detect_claims_with_model",
    "in_order",
    "join_claims",
    "list_claims",
    "render_detection_prompt",
    "statements",
    "without_claim",
]
