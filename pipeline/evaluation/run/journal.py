"""What is written while an evaluation runs: each reply, answer and cost as it comes, on the disk before it counts."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from pipeline.core.errors import InputError
from pipeline.core.models import Value
from pipeline.evaluation.cases import Answer
from pipeline.evaluation.run.recorder import Charge, ModelReply

JOURNAL = ("replies.jsonl", "answers.jsonl", "calls.jsonl")

Key = tuple[str, str, int]
"""Case id, variant id and repeat."""

V = TypeVar("V", bound=Value)


class Session(Value):
    """One time that an evaluation was worked on."""

    began: datetime
    code: str
    """Version of factnotes."""
    answers: int = 0
    calls: int = 0
    """Calls of a model, failed ones included."""
    seconds: float | None = None
    """How long it was worked on; None while it is."""
    interrupted: str | None = None
    """What ended it before its end."""

    @property
    def has_ended(self) -> bool:
        """False while it is worked on, and for one that was killed."""
        return self.seconds is not None or self.interrupted is not None or self.answers > 0


class Journal:
    """Appends replies and answers, each on the disk before it counts; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Drop torn last lines, read what is there."""
        self._lock = threading.Lock()
        for name in JOURNAL:
            drop_torn_line(folder / name)
        self._replies = read_replies(folder)
        self.answers = read_answers(folder)
        self._files = {name: (folder / name).open("ab") for name in JOURNAL}

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def reply(self, key: str) -> ModelReply | None:
        """Return the reply kept under a key."""
        with self._lock:
            return self._replies.get(key)

    def keep(self, reply: ModelReply) -> None:
        """Keep a reply for good."""
        with self._lock:
            self._replies[reply.key] = reply
            self._append("replies.jsonl", reply, safe=True)

    def charge(self, charge: Charge) -> None:
        """Keep what a call cost."""
        with self._lock:
            self._append("calls.jsonl", charge, safe=False)

    def add(self, answer: Answer) -> None:
        """Keep an answer; one that cost nothing may be lost with the machine's power, and is made again."""
        with self._lock:
            self.answers[key_of(answer)] = answer
            self._append("answers.jsonl", answer, safe=answer.usage.calls > 0)

    def _append(self, name: str, value: Value, *, safe: bool) -> None:
        file = self._files[name]
        file.write(value.model_dump_json().encode() + b"\n")
        file.flush()
        if safe:
            os.fsync(file.fileno())


def key_of(answer: Answer) -> Key:
    """Return which question an answer is to."""
    return answer.case_id, answer.variant, answer.repeat


def read_answers(folder: Path) -> dict[Key, Answer]:
    """Return the newest answer to each question."""
    return {key_of(answer): answer for answer in read_lines(folder / "answers.jsonl", Answer)}


def read_replies(folder: Path) -> dict[str, ModelReply]:
    """Return every kept reply by its key."""
    return {reply.key: reply for reply in read_lines(folder / "replies.jsonl", ModelReply)}


def read_lines(path: Path, kind: type[V], start: int = 0) -> Iterator[V]:
    """Yield the values of a JSONL file from a byte on, nothing for a file that is not there or a torn last line.

    Raises InputError.
    """
    if not path.exists():
        return
    with path.open("rb") as lines:
        lines.seek(start)
        for number, line in enumerate(lines, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                yield kind.model_validate_json(line)
            except ValidationError as error:
                raise InputError(f"{path}, line {number}: {first_line(error)}") from error


def drop_torn_line(path: Path) -> None:
    """Cut off a last line that was not written to its end."""
    if path.exists() and (data := path.read_bytes()) and not data.endswith(b"\n"):
        with path.open("r+b") as file:
            file.truncate(data.rfind(b"\n") + 1)


def first_line(error: Exception) -> str:
    """Return what is wrong in one line."""
    if isinstance(error, ValidationError):
        problem: Mapping[str, Any] = error.errors()[0]
        return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
    return str(error).splitlines()[0] if str(error) else type(error).__name__
