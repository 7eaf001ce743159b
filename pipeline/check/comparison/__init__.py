"""A claim without a verdict beside the sentence of a source that comes nearest to it, part by part."""

from pipeline.check.comparison.compare import compare_claim
from pipeline.check.comparison.exclusion import excludes

__all__ = ["compare_claim", "excludes"]
