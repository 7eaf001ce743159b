"""Processes for tests that share nothing with the one that starts them, and need not import everything anew."""

from __future__ import annotations

import multiprocessing

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    [
        "alembic.command",
        "httpx",
        "numpy",
        "openai",
        "pg8000",
        "pipeline.llm.client",
        "pipeline.review",
        "pipeline.llm.shared_budget",
    ]
    + ["pipeline.llm.openai", "pipeline.llm.rate_limit"]
)
