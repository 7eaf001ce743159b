"""Processes for tests that share nothing with the one that starts them, and need not import everything anew."""

from __future__ import annotations

import multiprocessing

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["alembic.command", "httpx", "numpy", "openai", "pg8000", "pipeline.llm", "pipeline.review", "pipeline.store.purse"]
    + ["pipeline.providers.openai_chat", "pipeline.store.throttle"]
)
