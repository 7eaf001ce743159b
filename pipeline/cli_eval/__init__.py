"""The command `factnotes eval`: which prompt with which model is better, and at what cost."""

from pipeline.cli_eval import asking, keeping, looking  # noqa: F401 # they add their commands to the group
from pipeline.cli_eval.group import evaluation

__all__ = ["evaluation"]
