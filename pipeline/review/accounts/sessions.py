"""Sessions on the server: a cookie holds a random secret, the store its hash, who it is and until when."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipeline.core.errors import StoreBusy
from pipeline.core.models import Person
from pipeline.review.accounts.tokens import new_secret, secret_hash
from pipeline.store import Account, Store, add_session, delete_session, forget_expired, stored_session, touch_session

_TOUCHED = timedelta(minutes=1)
"""A session that was used so lately is not written again: reading pages is no writing."""
_KEPT = timedelta(days=7)
"""How long an expired session is remembered for the form that was open in it."""


@dataclass(frozen=True)
class Lifetimes:
    """How long a session lasts."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True)
class Session:
    """Somebody who has signed in."""

    person: Person
    csrf: str
    """What every form and request of the session carries to show that the desk's own page sent it."""


def begin_session(
    store: Store,
    account: Account,
    password_hash: str,
    lifetimes: Lifetimes,
    *,
    previous: str | None = None,
    now: datetime | None = None,
) -> str | None:
    """Begin a session and return its secret; None when the account changed since the password was verified.

    The secret is always new, and the session it takes the place of ends. One of the same person that had
    only expired hands on what its forms carry: what she was writing can still be sent.
    """
    now = now or datetime.now(UTC)
    forget_expired(store, now - _KEPT)
    csrf = new_secret()
    if previous:
        old = stored_session(store, secret_hash(previous))
        if old and old.account.key == account.key:
            csrf = old.csrf
        delete_session(store, secret_hash(previous))
    secret = new_secret()
    row: dict[str, object] = {"token_hash": secret_hash(secret), "person": account.key, "csrf": csrf}
    row |= {"created_at": now, "last_seen": now, "expires_at": now + lifetimes.absolute}
    return secret if add_session(store, row, password_hash) else None


def session_of(store: Store, secret: str, lifetimes: Lifetimes, *, now: datetime | None = None) -> Session | None:
    """Return who a secret belongs to; None when it is unknown, expired, unused for too long or the account closed."""
    now, token_hash = now or datetime.now(UTC), secret_hash(secret)
    found = stored_session(store, token_hash)
    if found is None or not found.account.active:
        return None
    if now >= found.expires_at or now >= found.last_seen + lifetimes.idle:
        return None
    if now - found.last_seen >= min(_TOUCHED, lifetimes.idle / 2):
        with suppress(StoreBusy):  # somebody who only reads must not suffer from those who write
            touch_session(store, token_hash, now)
    return Session(found.account.person, found.csrf)


def end_session(store: Store, secret: str) -> None:
    """End a session."""
    delete_session(store, secret_hash(secret))
