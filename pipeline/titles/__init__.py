"""Titles of people: where an article gives them, and whether dated office records agree."""

from pipeline.titles.checking import check_title, claim_titles
from pipeline.titles.mentions import find_title_mentions
from pipeline.titles.records import Records

__all__ = ["Records", "check_title", "claim_titles", "find_title_mentions"]
