"""How it all goes: runs, watches, failures, spending, the queue and the outbox, in figures and never in words.

They are counted in the store when somebody asks, all in one state of it, so they are right whatever process did the
work and whatever was killed.
"""

from pipeline.web.figures.count import count_figures
from pipeline.web.figures.models import (
    Figures,
    Outbox,
    QueueFigures,
    RunFigures,
    Spending,
    TrialKind,
    Trials,
    TrialSpending,
    WatchFigures,
)
from pipeline.web.figures.prometheus import metrics_page
from pipeline.web.figures.trials import Days, Tally, trial_spending

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
