"""Numbers, amounts and durations held against evidence that speaks of the same thing."""

from pipeline.quantities.checking import check_quantities

__all__ = ["check_quantities"]
