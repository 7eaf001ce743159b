"""Watches: sources of articles that are checked by themselves, on a schedule and within budgets.

A watch is due at slots. A visit claims one, lists the source, and says of each item whether it was checked,
unchanged, waiting for budget, or could not be read. `pipeline.watching` does the checking in between.
"""

from pipeline.watch.book import add_watch, find_watch, remove_watch, set_status, settled_until, visits, watches
from pipeline.watch.due import Due, next_slot, slots_due
from pipeline.watch.models import Cron, Interval, OutcomeChanged, Told, Visit, Watch

__all__ = [
    "Cron",
    "Due",
    "Interval",
    "OutcomeChanged",
    "Told",
    "Visit",
    "Watch",
    "add_watch",
    "find_watch",
    "next_slot",
    "remove_watch",
    "set_status",
    "settled_until",
    "slots_due",
    "visits",
    "watches",
]
