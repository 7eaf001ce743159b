"""Claim detection: an article's checkable assertions, each pinned to its words."""

from pipeline.check.claims.attribution import attributions
from pipeline.check.claims.by_model import chunks, detect_claims_with_model, render_detection_prompt
from pipeline.check.claims.detection import detect_claims

__all__ = ["attributions", "chunks", "detect_claims", "detect_claims_with_model", "render_detection_prompt"]
