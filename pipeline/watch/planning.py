"""What a visit does with each item, and how much it may spend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from pipeline.articles import is_web_address
from pipeline.llm import Caps, Spent
from pipeline.watch.models import Item, KnownItem, Listing, Watch

Why = Literal["new", "edited", "versions", "open", "volatile"]
REASONS: Mapping[Why, str] = {
    "new": "not checked before",
    "edited": "its text, publisher or date changed",
    "versions": "evidence, prompts, model, code or settings changed",
    "open": "its last run left claims open",
    "volatile": "its volatile claims are due again",
}
MOST_TRIES = 5
"""So often claims that stay open for another reason than a budget are tried again by themselves."""
_MOST_UNREAD = 5
_OLDEST = datetime.min.replace(tzinfo=UTC)


def why_check(watch: Watch, known: KnownItem | None, content: str, fingerprint: str, now: datetime) -> Why | None:
    """Return why an article is to be checked now; None where that would tell nothing new."""
    if known is None or known.content is None:
        return "new"
    if known.content != content:
        return "edited"
    if known.fingerprint != fingerprint and watch.recheck != "never":
        return "versions"
    if known.due_at and known.due_at <= now:
        return "open" if _is_open(known) else "volatile"
    return None


def _is_open(known: KnownItem) -> bool:
    return known.checked_at is not None and known.due_at is not None and known.due_at <= known.checked_at


def due_again(
    watch: Watch, now: datetime, volatile: bool, open_claims: Mapping[str, int], tries: int
) -> datetime | None:
    """Return when an article just checked is due again though nothing changes; `now` where claims are left open."""
    if open_claims and (tries < MOST_TRIES or "budget" in open_claims):
        return now
    return now + timedelta(days=watch.recheck_days) if volatile and watch.recheck == "volatile" else None


def agenda(watch: Watch, listing: Listing, known: Mapping[str, KnownItem], now: datetime) -> tuple[Item, ...]:
    """Return what a visit looks at, most recent first: what is listed, and what a feed no longer lists but is owed."""
    listed = {item.key for item in listing.items}
    owed = [] if listing.complete else [item for key, item in known.items() if key not in listed and _owed(item, now)]
    again = (
        Item(key=item.key, location=item.key, modified=item.modified, published=item.published)
        for item in owed
        if is_web_address(item.key)
    )
    return tuple(sorted((*listing.items, *again), key=lambda item: item.modified or _OLDEST, reverse=True))


def _owed(known: KnownItem, now: datetime) -> bool:
    if known.state in ("waiting", "unfinished"):
        return True
    if known.state == "problem":
        return known.tries < _MOST_UNREAD
    return known.due_at is not None and known.due_at <= now


def no_longer_there(listing: Listing, known: Mapping[str, KnownItem]) -> tuple[KnownItem, ...]:
    """Return what was known of a folder or list and is not in it any more, each once."""
    if not listing.complete:
        return ()
    listed = {item.key for item in listing.items}
    return tuple(item for key, item in known.items() if key not in listed and item.state != "gone")


def says_unchanged(watch: Watch, item: Item, known: KnownItem | None, now: datetime) -> bool:
    """Tell whether a sitemap says that a page is what it was when it was last read: then it is not fetched."""
    if watch.kind != "sitemap" or known is None or known.checked_at is None or item.modified is None:
        return False
    is_due = known.due_at is not None and known.due_at <= now
    return known.state == "checked" and not is_due and item.modified < known.checked_at


_UNITS = (("max_usd", "dollars"), ("max_calls", "calls"), ("max_seconds", "seconds"))


class VisitCaps(NamedTuple):
    """What a visit may still spend, and in words whose budget each part of that is."""

    left: Caps
    names: Mapping[str, str]

    def spent(self, so_far: Spent, *, asks_model: bool) -> str | None:
        """Return which budget is spent; None while there is room."""
        left = self.left.after(so_far)
        units = ("max_seconds", "max_calls", "max_usd") if asks_model else ("max_seconds",)
        return next((self.names[unit] for unit in units if getattr(left, unit) == 0), None)


def caps_of(watch: Watch, in_run: Spent, today: Spent, of_setting: Caps) -> VisitCaps:
    """Return the tightest of the run's, the day's and the settings' budgets, after what is spent of them already.

    A run that a dead worker began has spent something before it is gone on with.
    """
    of_run = Caps(watch.max_usd_run, watch.max_calls_run, watch.max_seconds_run)
    of_day = Caps(watch.max_usd_day, watch.max_calls_day, watch.max_seconds_day)
    a_run, a_day = "the budget of {} for one run is spent", "the day's budget of {} is spent"
    left: dict[str, Any] = {}
    names: dict[str, str] = {}
    for unit, word in _UNITS:
        found = [
            (getattr(caps.after(spent), unit), name.format(f"{getattr(caps, unit):g} {word}"))
            for caps, spent, name in ((of_run, in_run, a_run), (of_setting, in_run, a_run), (of_day, today, a_day))
            if getattr(caps, unit) is not None
        ]
        if found:
            left[unit], names[unit] = min(found)
    return VisitCaps(Caps(**left), names)


def day_of_check(watch: Watch, why: Why, known: KnownItem | None, article_id: str, now: datetime) -> date | None:
    """Return the day to judge as of: today for an article watched after it was published, else None for its own."""
    if watch.recheck != "volatile" or why not in ("volatile", "versions"):
        return None
    return watch.day_of(now) if known and known.article_id == article_id else None
