"""A run in which the model never answered ends with exit code 6, whatever was found without it."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.core.errors import ModelError
from pipeline.core.models import Note, never_answered


def require_answers(notes: Iterable[Note], model: str | None) -> None:
    """Raise ModelError where a model was asked about claims and every call failed."""
    failure = never_answered(notes)
    if failure is not None:
        raise no_answer(model, failure.detail)


def no_answer(model: str | None, detail: str) -> ModelError:
    """Return the error that no call of a model succeeded."""
    return ModelError(f"every call of {model or 'the model'} failed: {detail}")
