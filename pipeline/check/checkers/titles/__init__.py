"""Titles of people: where an article gives them, and whether dated office records agree."""

from pipeline.check.checkers.titles.checker import check_title, claim_titles
from pipeline.check.checkers.titles.lives import check_age, claim_ages
from pipeline.check.checkers.titles.mentions import find_title_mentions
from pipeline.evidence import Records

__all__ = ["Records", "check_age", "check_title", "claim_ages", "claim_titles", "find_title_mentions"]
