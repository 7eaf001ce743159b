"""Claim detection: an article's checkable assertions, each pinned to its words."""

from pipeline.claims.attribution import attributions
from pipeline.claims.by_model import chunks, detect_claims_with_model, render_detection_prompt
from pipeline.claims.detection import detect_claims

__all__ = ["attributions", "chunks", "detect_claims", "detect_claims_with_model", "render_detection_prompt"]
