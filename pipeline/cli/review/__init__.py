"""The command `factnotes review`: the desk for a person in a terminal, and for scripts."""

from pipeline.cli.review import decide, show  # noqa: F401 # they add their commands to the group
from pipeline.cli.review.options import review

__all__ = ["review"]
