"""The command `factnotes eval`: which prompt with which model is better, and at what cost."""

from pipeline.cli.evaluation import calibrate, keep, run, show  # noqa: F401 # they add their commands to the group
from pipeline.cli.evaluation.group import evaluation

__all__ = ["evaluation"]
