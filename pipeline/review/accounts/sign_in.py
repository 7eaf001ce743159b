"""Signing in: a name and a password, with a limit on how often somebody may be wrong.

The limits live in memory: at most 65,536 counters of each kind, gone with the process. A name may fail 10 times
and an address (of IPv6 its /64 network) may try 60 times in a quarter of an hour; signing in clears the name's.
"""

from __future__ import annotations

import hashlib
import ipaddress
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from pipeline.core.errors import TooManyAttempts
from pipeline.review.accounts.accounts import MAX_NAME, fold_name
from pipeline.review.accounts.passwords import MAX_PASSWORD, Passwords
from pipeline.store import Account, Store, account_of, renew_hash

PER_NAME = RateLimitItemPerMinute(10, 15)
PER_ADDRESS = RateLimitItemPerMinute(60, 15)
_AT_ONCE = 2
"""How many passwords are verified at once: each takes 64 MiB."""
_WAITING = 8
"""How many more may wait for their turn: the rest is sent away at once, so that they hold up nobody else."""
_WAIT_S = 10


@dataclass(frozen=True)
class SignedIn:
    """Who has signed in, and the hash her password was verified with."""

    account: Account
    password_hash: str


class SignIn:
    """Verifies names and passwords for one desk; at most a few at once, whoever asks."""

    def __init__(
        self,
        store: Store,
        passwords: Passwords | None = None,
        *,
        per_name: RateLimitItem = PER_NAME,
        per_address: RateLimitItem = PER_ADDRESS,
    ) -> None:
        self._store = store
        self.passwords = passwords or Passwords()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._per_name, self._per_address = per_name, per_address
        self._admitted = threading.BoundedSemaphore(_AT_ONCE + _WAITING)
        self._verifying = threading.BoundedSemaphore(_AT_ONCE)

    def __call__(self, name: str, password: str, address: str) -> SignedIn | None:
        """Return who it is; None for a wrong name or password or a closed account. Raises TooManyAttempts.

        An attempt counts before it is verified, so that many at once are not many more.
        """
        key = fold_name(name[: MAX_NAME + 1])
        self._count(self._per_address, "address", _network(address))
        self._count(self._per_name, "name", key)
        found = account_of(self._store, key) if len(name) <= MAX_NAME else None
        stored = found[1] if found else None
        with self._turn():
            checked = self.passwords.check(password[: MAX_PASSWORD + 1], stored)
        if not checked.right or found is None or stored is None or not found[0].active:
            return None
        self._limiter.clear(self._per_name, "name", _bucket(key))
        if checked.renewed:
            renew_hash(self._store, key, stored, checked.renewed)
        return SignedIn(found[0], checked.renewed or stored)

    def _count(self, limit: RateLimitItem, kind: str, who: str) -> None:
        if not self._limiter.hit(limit, kind, _bucket(who)):
            raise TooManyAttempts("too many attempts to sign in; try again in 15 minutes", int(limit.get_expiry()))

    @contextmanager
    def _turn(self) -> Generator[None, None, None]:
        crowded = TooManyAttempts("too many people sign in at this moment; try again in a minute", 60)
        if not self._admitted.acquire(blocking=False):
            raise crowded
        try:
            if not self._verifying.acquire(timeout=_WAIT_S):
                raise crowded
            try:
                yield
            finally:
                self._verifying.release()
        finally:
            self._admitted.release()


def _bucket(who: str) -> str:
    """Return one of 65,536 counters: strangers' names do not fill the memory."""
    return hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()[:4]


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
