"""The prompt lab: a draft and the live prompt answer the same cases, side by side."""

from pipeline.lab.allowance import Allowance, Left
from pipeline.lab.choosing import MOST_CASES, PROMPT_STAGES, Shelf, shelf_names, take_down
from pipeline.lab.trying import Attempt, Tried, try_out

__all__ = [
    "MOST_CASES",
    "PROMPT_STAGES",
    "Allowance",
    "Attempt",
    "Left",
    "Shelf",
    "Tried",
    "shelf_names",
    "take_down",
    "try_out",
]
