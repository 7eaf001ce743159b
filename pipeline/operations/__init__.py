"""How it all goes: runs, watches, failures, spending, the queue and the outbox, in figures and never in words.

They are counted in the store when somebody asks, all in one state of it, so they are right whatever process did the
work and whatever was killed.
"""

from pipeline.operations.figures import (
    Figures,
    Outbox,
    QueueFigures,
    RunFigures,
    Spending,
    WatchFigures,
    count_figures,
)
from pipeline.operations.metrics import metrics_page
from pipeline.operations.trials import Days, Tally, trial_spending
from pipeline.operations.values import TrialKind, Trials, TrialSpending

__all__ = [
    "Days",
    "Figures",
    "Outbox",
    "QueueFigures",
    "RunFigures",
    "Spending",
    "Tally",
    "TrialKind",
    "TrialSpending",
    "Trials",
    "WatchFigures",
    "count_figures",
    "metrics_page",
    "trial_spending",
]
