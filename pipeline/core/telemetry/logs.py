"""Logs: a JSON object a line, on standard error or at the end of a file that several processes share."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Collection
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from pipeline.core.errors import SettingsError
from pipeline.core.secrets import keep_secrets

if TYPE_CHECKING:
    from structlog.stdlib import BoundLogger

_OURS = ("factnotes", "uvicorn", "opentelemetry")
"""Loggers whose lines are written: ours, the desk's server's, and that of traces which do not arrive."""
_TURN = threading.Lock()


def get_log(name: str) -> BoundLogger:
    """Return the log of a part of the project: an event in plain words, and values by name."""
    import structlog

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
    keep_secrets(secrets)
    terms = (level, file)
    with _TURN:
        before = {each for name in _OURS for each in logging.getLogger(name).handlers if isinstance(each, _Ours)}
        if any(each.terms == terms for each in before):
            return
        handler = _ToFile.at(file) if file else _ToStandardError()
        handler.terms = terms
        for logger in map(logging.getLogger, _OURS):
            logger.handlers = [each for each in logger.handlers if each not in before] + [handler]
            logger.setLevel(logging.ERROR if logger.name == "opentelemetry" else level.upper())  # it logs each try
            logger.propagate = False  # an engine's own handlers would write it again, and without the ids
        for old in before:
            old.close()


class _Ours(logging.Handler):
    """A handler of ours, with the terms it was made on."""

    terms: tuple[str, Path | None] = ("", None)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        if self.formatter is None:
            from pipeline.core.telemetry.lines import Lines

            self.setFormatter(Lines(self.terms[0] == "debug"))
        return super().format(record)


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
