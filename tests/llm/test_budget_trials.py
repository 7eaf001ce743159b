"""Hard caps, met at random moments; `benchmarks/scheduled_runs.py` runs two hundred of these trials."""

from __future__ import annotations

from pathlib import Path

import pytest
from budget_trials import run_trial

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(25))
def test_no_cap_is_exceeded_and_the_report_adds_up_whenever_it_is_met(seed: int, tmp_path: Path) -> None:
    assert run_trial(seed, tmp_path).broken == ()


@pytest.mark.parametrize("seed", range(100, 115))
def test_nor_is_one_that_is_kept_in_the_store_for_several_processes(seed: int, tmp_path: Path) -> None:
    assert run_trial(seed, tmp_path, shared=True).broken == ()
