"""Logs: a JSON object a line, on standard error or at the end of a file that several processes share."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import traceback
from collections.abc import Collection
from logging.handlers import WatchedFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from pipeline.errors import SettingsError

_OURS = ("factnotes", "uvicorn", "opentelemetry")
"""Loggers whose lines are told: ours, the desk's server's, and that of traces which do not arrive."""
_FRAMES = 12
_HIDDEN = "[secret]"
_SHORTEST_SECRET = 6
"""Anything shorter stands in ordinary words as well."""
_TURN = threading.Lock()


def get_log(name: str) -> structlog.stdlib.BoundLogger:
    """Return the log of a part of the project: an event in plain words, and values by name."""
    logger = structlog.wrap_logger(
        logging.getLogger(f"factnotes.{name}"),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return cast(structlog.stdlib.BoundLogger, logger)


def start_logs(level: str, file: Path | None = None, secrets: Collection[str] = ()) -> None:
    """Tell what is logged from now on, at a level and above; a secret never stands in a line.

    Called again, the last call counts. Raises SettingsError for a file that cannot be written.
    """
    terms = (level, file, frozenset(secrets))
    with _TURN:
        before = {each for name in _OURS for each in logging.getLogger(name).handlers if isinstance(each, _Ours)}
        if any(each.terms == terms for each in before):
            return
        handler = _ToFile.at(file) if file else _ToStandardError()
        handler.terms = terms
        handler.setFormatter(_Lines(level == "debug", secrets))
        for logger in map(logging.getLogger, _OURS):
            logger.handlers = [each for each in logger.handlers if each not in before] + [handler]
            logger.setLevel(logging.ERROR if logger.name == "opentelemetry" else level.upper())  # it tells each try
            logger.propagate = False  # an engine's own handlers would tell it again, and without the ids
        for old in before:
            old.close()


class _Ours(logging.Handler):
    """A handler of ours, with the terms it was made on."""

    terms: object = None


class _ToStandardError(_Ours, logging.StreamHandler[TextIO]):
    """Writes to what is standard error at that moment: a bar of progress may have taken its place."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


class _ToFile(_Ours, WatchedFileHandler):
    """Writes to a file, and to its successor when it has been rotated away."""

    @classmethod
    def at(cls, file: Path) -> _ToFile:
        try:
            file.absolute().parent.mkdir(parents=True, exist_ok=True)
            return cls(file, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise SettingsError(
                f"log file {file} cannot be written ({error.strerror}); set FACTNOTES_LOG_FILE"
            ) from error


class _Lines(structlog.stdlib.ProcessorFormatter):
    """Makes a line of a record, ours or another library's."""

    def __init__(self, in_full: bool, secrets: Collection[str]) -> None:
        shared: list[Processor] = [
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.contextvars.merge_contextvars,
        ]
        last: list[Processor] = [
            _tell_error_in_full if in_full else _tell_error,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _tell_process,
            structlog.processors.JSONRenderer(serializer=_to_json),
        ]
        super().__init__(foreign_pre_chain=shared, processors=last)
        # As they stand in JSON, too; the longest first, for one may be a part of another.
        long = [secret for secret in secrets if len(secret) >= _SHORTEST_SECRET]
        spelled = {form for secret in long for form in (secret, json.dumps(secret)[1:-1])}
        self._secrets = sorted(spelled, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, _HIDDEN)
        return line


def _to_json(event: Any, **options: Any) -> str:
    return json.dumps(event, ensure_ascii=False, **options)


def _tell_process(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    event["pid"] = os.getpid()
    return event


def _tell_error(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Tell an exception by its kind and place: its message may quote the article."""
    error = _taken(event)
    if error:
        event["error"], event["at"] = type(error).__name__, _frames(error.__traceback__)
    return event


def _tell_error_in_full(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
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
