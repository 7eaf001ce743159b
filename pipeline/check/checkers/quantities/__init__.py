"""Numbers, amounts and durations held against evidence that speaks of the same thing."""

from pipeline.check.checkers.quantities.checker import check_quantities

__all__ = ["check_quantities"]
