"""What a line of the log says: made with structlog, which is slow to import and not needed before the first line."""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from pipeline.core.secrets import hide

_FRAMES = 12


class Lines(structlog.stdlib.ProcessorFormatter):
    """Makes a line of a record, ours or another library's."""

    def __init__(self, in_full: bool) -> None:
        shared: list[Processor] = [
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.contextvars.merge_contextvars,
        ]
        last: list[Processor] = [
            _add_error_in_full if in_full else _add_error,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_process,
            structlog.processors.JSONRenderer(serializer=_to_json),
        ]
        super().__init__(foreign_pre_chain=shared, processors=last)

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as a line without secrets."""
        return hide(super().format(record))


def _to_json(event: Any, **options: Any) -> str:
    return json.dumps(event, ensure_ascii=False, **options)


def _add_process(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    event["pid"] = os.getpid()
    return event


def _add_error(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Tell an exception by its kind and place: its message may quote the article."""
    error = _taken(event)
    if error:
        event["error"], event["at"] = type(error).__name__, _frames(error.__traceback__)
    return event


def _add_error_in_full(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    error = _taken(event)
    if error:
        event["error"], event["traceback"] = type(error).__name__, "".join(traceback.format_exception(error))
    return event


def _taken(event: EventDict) -> BaseException | None:
    """Take the exception out of an event, however it was given."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    if isinstance(given, tuple):
        given = given[1]
    return given if isinstance(given, BaseException) else None


def _frames(at: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(at)[-_FRAMES:]
    return [f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}" for frame in frames]
