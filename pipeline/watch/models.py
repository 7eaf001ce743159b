"""What a desk has watched: where articles come from, when they are looked at, and how much that may cost."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import AwareDatetime, Field, field_validator, model_validator

from pipeline.articles import is_web_address
from pipeline.core.models import Claim, Label, Value
from pipeline.llm import Spent

Kind = Literal["folder", "feed", "sitemap", "urls"]
Recheck = Literal["never", "changed", "volatile"]
WatchStatus = Literal["active", "paused"]
VisitStatus = Literal["running", "finished", "failed", "skipped"]
ItemState = Literal["checked", "unfinished", "waiting", "problem", "gone"]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Cron(Value):
    """Slots by a cron expression of five fields, on the wall clock of a time zone."""

    form: Literal["cron"] = "cron"
    expression: str
    timezone: str = "UTC"

    @field_validator("expression")
    @classmethod
    def _is_cron(cls, expression: str) -> str:
        expression = " ".join(expression.split())
        if len(expression.split()) != 5:
            raise ValueError("a cron expression has five fields: minute, hour, day, month, day of week")
        try:
            next(CronSim(expression, datetime(2001, 1, 1)))  # noqa: DTZ001 # only tried
        except (CronSimError, StopIteration) as error:
            raise ValueError(f"{expression!r} is no cron expression, or its day never comes: {error}") from error
        return expression

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        return known_zone(name)

    def __str__(self) -> str:
        return f"{self.expression} {self.timezone}"


class Interval(Value):
    """A slot every so many seconds, counted from the watch's beginning."""

    form: Literal["interval"] = "interval"
    seconds: int = Field(ge=1, le=366 * 86_400)

    def __str__(self) -> str:
        for size, unit in ((86_400, "d"), (3600, "h"), (60, "m")):
            if self.seconds % size == 0:
                return f"every {self.seconds // size}{unit}"
        return f"every {self.seconds}s"


Schedule = Annotated[Cron | Interval, Field(discriminator="form")]


def known_zone(name: str) -> str:
    """Return the name of a time zone; raises ValueError for one that is not known."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone: give one such as Europe/Lisbon") from error
    return name


class Watch(Value):
    """A source of articles that is checked by itself."""

    id: str
    name: str = Field(max_length=64)
    kind: Kind
    source: str
    """A folder's path, the address of a feed or sitemap, or addresses (or the path of a file of them), a line each."""
    schedule: Schedule
    status: WatchStatus = "active"
    timezone: str = "UTC"
    """Where the day of the daily budgets begins and ends."""
    publisher: str | None = None
    """Publisher of its articles; None for what each article says."""
    model: str | None = None
    """None for the one the settings name."""
    max_usd_run: float | None = Field(default=None, ge=0)
    max_usd_day: float | None = Field(default=None, ge=0)
    max_calls_run: int | None = Field(default=None, ge=0)
    max_calls_day: int | None = Field(default=None, ge=0)
    max_seconds_run: float | None = Field(default=None, gt=0)
    max_seconds_day: float | None = Field(default=None, gt=0)
    recheck: Recheck = "changed"
    """What is checked again besides an edited article: nothing; what newer evidence, prompts, models, code or
    settings may change; or also titles, offices and quantities after `recheck_days`, as of that day."""
    recheck_days: int = Field(default=7, ge=1, le=3650)
    notify: tuple[str, ...] = ()
    """Names of the channels that are told."""
    created_at: AwareDatetime

    @field_validator("created_at")
    @classmethod
    def _in_utc(cls, moment: datetime) -> datetime:
        return moment.astimezone(UTC)

    @field_validator("name")
    @classmethod
    def _is_name(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError("a name holds letters, digits, dots, dashes and underscores, and no spaces")
        return name

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, name: str) -> str:
        return known_zone(name)

    @model_validator(mode="after")
    def _has_source(self) -> Self:
        if not self.source.strip():
            raise ValueError("a watch needs a source")
        if self.kind in ("feed", "sitemap") and not is_web_address(self.source):
            raise ValueError(f"{self.source!r} is not an http or https URL")
        return self

    def day_of(self, moment: datetime) -> date:
        """Return the day of a moment where the watch is at home."""
        return moment.astimezone(ZoneInfo(self.timezone)).date()


def printable(text: str) -> str:
    """Return a text as a database takes it and a terminal shows it: control characters and halves of pairs replaced."""
    whole = text.encode("utf-8", errors="backslashreplace").decode("utf-8")
    return "".join(character if character.isprintable() else "\ufffd" for character in whole)


class Item(Value):
    """One thing a source lists."""

    key: str = Field(max_length=2000)
    """Its path in the folder, or its URL."""
    location: str
    """What `load_article` takes."""
    modified: datetime | None = None
    """When the source says it was last changed."""
    published: date | None = None
    """When the source says it appeared."""
    estimated: date | None = None
    """When it may have appeared, where the source writes that in a form that may mean several days."""
    problem: str | None = None
    """Why it is not even tried."""


class Listing(Value):
    """What a source lists now, and what in it could not be used at all."""

    items: tuple[Item, ...]
    problems: tuple[str, ...] = ()
    complete: bool = False
    """True where what is not listed is gone; False for a feed, which forgets its old items."""


class KnownItem(Value):
    """What is known of an item from earlier visits."""

    key: str
    state: ItemState
    reason: str = ""
    fingerprint: str | None = None
    """Hash of the article and of the versions that made its notes."""
    content: str | None = None
    """Hash of the article alone."""
    article_id: str | None = None
    run_id: str | None = None
    modified: datetime | None = None
    published: date | None = None
    tries: int = 0
    checked_at: datetime | None = None
    due_at: datetime | None = None
    """When its volatile claims are to be checked again."""


class Judgement(Value):
    """How a claim came out: what is compared between two runs."""

    label: Label | None
    failure: str | None = None
    flags: tuple[str, ...] = ()
    run_id: str
    as_of: date


class OutcomeChanged(Value):
    """A claim came out otherwise than in its last run."""

    watch: str
    key: str
    article_id: str
    title: str | None
    claim: Claim
    before: Judgement
    after: Judgement
    draft: str
    """A correction or update, in words an editor can send."""


ItemOutcome = Literal["checked", "unfinished", "unchanged", "waiting", "problem", "gone"]


class ItemReport(Value):
    """What a visit did with one item."""

    key: str
    outcome: ItemOutcome
    reason: str
    run_id: str | None = None
    changed: tuple[OutcomeChanged, ...] = ()


class Visit(Value):
    """One look at a watch's source, for a slot of its schedule or by hand."""

    id: int
    watch_id: str
    watch: str
    slot: datetime
    by_hand: bool = False
    status: VisitStatus
    missed: int = 0
    """How many earlier slots passed unrun."""
    at_least: bool = False
    """True where more were missed than were counted."""
    resumed: bool = False
    """True where a worker that died had begun it."""
    reason: str = ""
    told: tuple[ItemReport, ...] = ()
    unchanged: int = 0
    """How many more were unchanged, where those are not told one by one."""
    problems: tuple[str, ...] = ()
    spent: Spent = Spent()

    def counts(self) -> dict[str, int]:
        """Return how many items came out how."""
        outcomes = [item.outcome for item in self.told] + self.unchanged * ["unchanged"]
        order = ("checked", "unfinished", "unchanged", "waiting", "problem", "gone")
        return {name: outcomes.count(name) for name in order if name in outcomes}

    @property
    def changed(self) -> tuple[OutcomeChanged, ...]:
        """Every claim that came out otherwise than before."""
        return tuple(change for item in self.told for change in item.changed)
