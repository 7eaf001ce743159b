"""Checks inside an article: parts and totals, ages, weekdays, durations, spellings, headline and body."""

from pipeline.check.checkers.consistency.checker import check_consistency, contradictions

__all__ = ["check_consistency", "contradictions"]
