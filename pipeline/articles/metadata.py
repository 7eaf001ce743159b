"""What is known of an article besides its text, and which source of it wins."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from pipeline.core.errors import InputError

_MAX_BYTES = 100_000


@dataclass(frozen=True)
class Metadata:
    """Title, publisher, date and address of an article, as far as they are known."""

    title: str | None = None
    publisher: str | None = None
    published_at: date | None = None
    published_note: str | None = None
    """How sure the date is, in the words of whoever wrote it down."""
    url: str | None = None
    estimated_at: date | None = None
    """A day that is only estimated, where none is known."""

    def over(self, other: Metadata) -> Self:
        """Return this, with the gaps filled from another; a note stays with its date."""
        filled = {field.name: getattr(self, field.name) or getattr(other, field.name) for field in fields(self)}
        if self.published_at:
            filled["published_note"] = self.published_note
        if filled["published_at"]:
            filled["estimated_at"] = None
        return type(self)(**filled)


def beside(path: Path) -> Metadata:
    """Read the YAML file of the same stem beside an article, if there is one; raises InputError."""
    for suffix in (".yaml", ".yml"):
        file = path.with_suffix(suffix)
        if file != path and file.is_file():
            try:
                return from_yaml(file.read_bytes()[:_MAX_BYTES].decode("utf-8-sig"), str(file)) or Metadata()
            except (OSError, UnicodeDecodeError) as error:
                raise InputError(f"{file} cannot be read: save it as UTF-8 or remove it") from error
    return Metadata()


def from_yaml(text: str, name: str) -> Metadata | None:
    """Read title, publisher, published_at (or date), published_note and url; None if it is no mapping.

    Raises InputError.
    """
    import yaml  # few articles have any

    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise InputError(f"{name} is not valid YAML{where}: mend it or remove it") from error
    if not isinstance(data, dict):
        return None
    return Metadata(
        title=_words(data.get("title")),
        publisher=_words(data.get("publisher")),
        published_at=_day(data.get("published_at") or data.get("date"), name),
        published_note=_words(data.get("published_note")),
        url=_words(data.get("url")),
    )


def _words(value: Any) -> str | None:
    return " ".join(str(value).split()) or None if isinstance(value, str | int | float) else None


def _day(value: Any, name: str) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(str(value).strip()).date()
    except ValueError as error:
        raise InputError(f"{name}: the date {str(value)[:40]!r} is not written YYYY-MM-DD: mend it") from error
