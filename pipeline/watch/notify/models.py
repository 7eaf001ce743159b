"""Channels, their messages, and what became of it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from email.utils import parseaddr
from typing import Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, field_validator, model_validator

from pipeline.core.models import Value, content_id

ChannelKind = Literal["webhook", "slack", "email"]
EventKind = Literal["run.flagged", "outcome.changed", "visit.failed", "budget.reached", "digest.daily", "channel.test"]
Chosen = Literal["run.flagged", "outcome.changed", "visit.failed", "budget.reached"]
"""Events that a channel may be told of or spared; the digest has its own time, the test is asked for."""
DeliveryStatus = Literal["pending", "sent", "given_up"]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


class Channel(Value):
    """Somebody who is told: the address of a program, or of a mailbox."""

    id: str
    name: str = Field(max_length=64)
    kind: ChannelKind
    target: str = Field(max_length=2000)
    """A URL, or a mail address."""
    allow_text: bool = False
    """Whether words of an article may be sent: claims, headlines, messages, drafts of corrections."""
    events: tuple[Chosen, ...] = ()
    """What it is told of; empty for everything."""
    digest_at: str | None = None
    """Time of day of its digest, such as `07:30`; None for no digest."""
    timezone: str = "UTC"
    """Of the digest's time of day."""
    created_at: AwareDatetime

    @field_validator("name")
    @classmethod
    def _is_name(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError("a name holds letters, digits, dots, dashes and underscores, and no spaces")
        return name

    @field_validator("digest_at")
    @classmethod
    def _is_clock(cls, at: str | None) -> str | None:
        if at is not None and not _CLOCK.fullmatch(at):
            raise ValueError("give the digest's time as 07:30")
        return at

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is no time zone: give one such as Europe/Lisbon") from error
        return name

    @model_validator(mode="after")
    def _has_target(self) -> Self:
        problem = _problem_of_mailbox(self.target) if self.kind == "email" else _problem_of_url(self.target)
        if problem:
            raise ValueError(problem)
        return self

    @property
    def shown_target(self) -> str:
        """Where it leads, as anybody may see it: the path of a webhook may itself be a key."""
        if self.kind == "email":
            return self.target
        parts = urlsplit(self.target)
        hidden = "/…" if parts.path.strip("/") or parts.query else ""
        return f"{parts.scheme}://{parts.netloc}{hidden}"

    def wants(self, kind: EventKind) -> bool:
        """Tell whether it wants such an event."""
        return kind in ("digest.daily", "channel.test") or not self.events or kind in self.events

    def digest_due(self, moment: datetime) -> datetime | None:
        """Return the last moment at or before this one at which a digest falls due."""
        if self.digest_at is None:
            return None
        zone = ZoneInfo(self.timezone)
        today = moment.astimezone(zone).date()
        due = [self._digest_on(day, zone) for day in (today, date.fromordinal(today.toordinal() - 1))]
        return next(at for at in due if at <= moment)

    def _digest_on(self, day: date, zone: ZoneInfo) -> datetime:
        return datetime.combine(day, time.fromisoformat(self.digest_at or ""), zone).astimezone(UTC)


def _problem_of_url(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "the webhook's address is no URL"
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return "a webhook's address is an https URL"
    if "@" in parts.netloc:
        return "a webhook's address holds no user name or password: its messages are signed"
    return None if url.isascii() and url.isprintable() and " " not in url else "a webhook's address is an https URL"


def _problem_of_mailbox(address: str) -> str | None:
    _, found = parseaddr(address)
    plain = found == address and address.isascii() and address.isprintable() and not set(address) & set(' ,;<>"()')
    local, at, domain = address.rpartition("@")
    return None if plain and at and local and domain else "that is no mail address such as desk@example.org"


class Event(Value):
    """Something that channels are told."""

    id: str
    """The same for the same event, however often it is told."""
    kind: EventKind
    at: AwareDatetime
    facts: dict[str, Any]
    """Names of ours, ids, counts: never a word of an article."""
    words: dict[str, Any] = {}
    """What only a channel that allows text is sent."""

    def body_for(self, channel: Channel) -> dict[str, Any]:
        """Return the message as it is sent: form and names of Standard Webhooks."""
        data = self.facts | (self.words if channel.allow_text else {})
        return {"type": self.kind, "timestamp": self.at.astimezone(UTC).isoformat(), "data": data}


def event_id(*parts: object) -> str:
    """Name an event by what it is about."""
    return content_id(*(str(part) for part in parts))


class Delivery(Value):
    """One message to one channel."""

    id: int
    channel_id: str
    channel: str
    event_id: str
    kind: EventKind
    body: dict[str, Any]
    status: DeliveryStatus
    tries: int
    due_at: datetime
    problem: str = ""
    created_at: datetime
    ended_at: datetime | None = None
