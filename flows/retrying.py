"""What a task of any flow is tried again for."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from pipeline.core.errors import FactnotesError


def may_pass(_task: Task[Any, Any], _run: TaskRun, state: State) -> bool:
    """Tell whether what a task failed with may pass by itself."""
    try:
        state.result()
    except FactnotesError as error:
        return error.retryable
    except Exception:
        return False
    return False
