"""The review desk: people decide what the desk says of a claim, and nothing is lost.

Each action is an event in an append-only log, written in one transaction with the queue's row. An event
names the number of events its author had seen (`seen`); the database refuses a second one of the same number.
"""

from pipeline.review.bulk import bulk
from pipeline.review.deciding import approve, ask_second, assign, decide, send_back, undo
from pipeline.review.filters import UNASSIGNED, Filter
from pipeline.review.handing import hand_out
from pipeline.review.queue import next_claim, queue
from pipeline.review.searches import delete_search, save_search, saved_searches
from pipeline.review.values import BulkResult, ClaimView, QueueItem, QueuePage, SavedSearch
from pipeline.review.viewing import export_log, history, open_claim, outcomes

__all__ = [
    "UNASSIGNED",
    "BulkResult",
    "ClaimView",
    "Filter",
    "QueueItem",
    "QueuePage",
    "SavedSearch",
    "approve",
    "ask_second",
    "assign",
    "bulk",
    "decide",
    "delete_search",
    "export_log",
    "hand_out",
    "history",
    "next_claim",
    "open_claim",
    "outcomes",
    "queue",
    "save_search",
    "saved_searches",
    "send_back",
    "undo",
]
