"""Quoted words, and words that a story repeats, looked up in the stored sources."""

from pipeline.check.checkers.quotations.checker import check_quotation
from pipeline.check.checkers.quotations.copies import check_copy

__all__ = ["check_copy", "check_quotation"]
