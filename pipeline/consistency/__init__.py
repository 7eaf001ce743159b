"""Checks inside an article: parts and totals, ages, weekdays, durations, spellings, headline and body."""

from pipeline.consistency.checking import check_consistency

__all__ = ["check_consistency"]
