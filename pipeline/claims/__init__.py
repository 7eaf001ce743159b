"""Claim detection: an article's checkable assertions, each pinned to its words."""

from pipeline.claims.attribution import attributions
from pipeline.claims.detection import detect_claims

__all__ = ["attributions", "detect_claims"]
