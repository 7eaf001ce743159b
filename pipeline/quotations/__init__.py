"""Quoted words looked up in the stored sources."""

from pipeline.quotations.checking import check_quotation

__all__ = ["check_quotation"]
