"""Tokens for programs that use the JSON API in a person's name: the store keeps a hash, which opens nothing."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from pipeline.core.errors import InputError
from pipeline.core.models import Person, text_hash
from pipeline.review.accounts.accounts import find_person
from pipeline.store import Store, StoredToken, add_token, end_tokens, token_of, tokens_of

MAX_SECRET = 200


def new_secret() -> str:
    """Return 256 random bits, in letters that any header may carry."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """Return what is stored of a secret; so many random bits need no slow hash."""
    return text_hash(secret[:MAX_SECRET])


PREFIX = "factnotes_"
"""Lets a scanner of leaked secrets know one."""
MAX_LABEL = 100


def make_token(store: Store, name: str, label: str, lifetime: timedelta, *, now: datetime | None = None) -> str:
    """Return a new token of a person, which is nowhere kept; raises InputError."""
    account, now = find_person(store, name), now or datetime.now(UTC)
    if not account.active:
        raise InputError(f"{account.name} is deactivated; `factnotes people activate` opens the account again")
    if not label.strip() or len(label) > MAX_LABEL:
        raise InputError(f"a token's label has 1 to {MAX_LABEL} characters")
    token = PREFIX + new_secret()
    row: dict[str, object] = {"token_hash": secret_hash(token), "person": account.key, "label": label.strip()}
    add_token(store, row | {"created_at": now, "expires_at": now + lifetime})
    return token


def person_of_token(store: Store, token: str, *, now: datetime | None = None) -> Person | None:
    """Return who a token belongs to; None when it is unknown, expired or revoked or the account closed."""
    found = token_of(store, secret_hash(token))
    if found is None or not found.account.active or (now or datetime.now(UTC)) >= found.expires_at:
        return None
    return found.account.person


def list_tokens(store: Store, name: str) -> tuple[StoredToken, ...]:
    """Return a person's tokens without the tokens themselves; raises InputError."""
    return tokens_of(store, find_person(store, name).key)


def revoke_tokens(store: Store, name: str, label: str | None = None) -> int:
    """End a person's tokens, or those of one label; return how many. Raises InputError."""
    return end_tokens(store, find_person(store, name).key, label)
