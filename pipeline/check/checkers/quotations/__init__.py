"""Quoted words looked up in the stored sources."""

from pipeline.check.checkers.quotations.checker import check_quotation

__all__ = ["check_quotation"]
