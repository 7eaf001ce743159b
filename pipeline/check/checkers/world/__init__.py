"""Statements about countries held against the shipped facts of the world."""

from pipeline.check.checkers.world.checker import check_world, claim_world

__all__ = ["check_world", "claim_world"]
