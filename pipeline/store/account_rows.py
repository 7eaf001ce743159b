"""Accounts, sessions and tokens of the people who review: only hashes of what they sign in with are kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from pipeline.core.models import Person, Role, Value
from pipeline.store import schema as t
from pipeline.store.database import Store


class Account(Value):
    """A person as the store knows her, without the hash of her password."""

    key: str
    """Her name folded: two names that look alike are one."""
    name: str
    role: Role
    active: bool
    created_at: datetime
    changed_at: datetime

    @property
    def person(self) -> Person:
        """Who acts."""
        return Person(name=self.name, role=self.role)


class StoredSession(Value):
    """A session: who, what her forms carry, and until when."""

    account: Account
    csrf: str
    created_at: datetime
    expires_at: datetime
    last_seen: datetime


class StoredToken(Value):
    """A token for the JSON API, without the token."""

    account: Account
    label: str
    created_at: datetime
    expires_at: datetime


_ACCOUNT = tuple(t.people.c[name] for name in Account.model_fields)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _read(row: Any, *names: str) -> dict[str, Any]:
    values = {name: row[name] for name in names}
    return {name: _aware(value) if isinstance(value, datetime) else value for name, value in values.items()}


def _account(row: Any) -> Account:
    return Account.model_validate(_read(row, *Account.model_fields))


def add_account(store: Store, account: Account, password_hash: str) -> bool:
    """Store an account; return False when there is one of that key."""
    taken = sa.select(t.people.c.key).where(t.people.c.key == account.key)
    with store.writing() as connection:
        if connection.scalar(taken) is not None:
            return False
        connection.execute(sa.insert(t.people), account.model_dump() | {"password_hash": password_hash})
        return True


def has_accounts(store: Store) -> bool:
    """Tell whether there is any account, also one that is not active."""
    with store.reading() as connection:
        return connection.scalar(sa.select(t.people.c.key).limit(1)) is not None


def accounts(store: Store) -> tuple[Account, ...]:
    """Return all accounts in order of their folded names."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(*_ACCOUNT).order_by(t.people.c.key)).mappings()
        return tuple(_account(row) for row in rows)


def account_of(store: Store, key: str) -> tuple[Account, str] | None:
    """Return an account and the hash of its password."""
    if "\0" in key:  # which PostgreSQL refuses to be asked for
        return None
    query = sa.select(*_ACCOUNT, t.people.c.password_hash).where(t.people.c.key == key)
    with store.reading() as connection:
        row = connection.execute(query).mappings().one_or_none()
    return (_account(row), str(row["password_hash"])) if row else None


def change_account(store: Store, key: str, now: datetime, *, sign_out: bool, **values: object) -> bool:
    """Change an account, and where asked end its sessions and tokens in one step; False when there is none."""
    mine = t.people.c.key == key
    with store.writing() as connection:
        changed = connection.execute(sa.update(t.people).where(mine).values(changed_at=now, **values)).rowcount
        if changed and sign_out:
            connection.execute(sa.delete(t.sessions).where(t.sessions.c.person == key))
            connection.execute(sa.delete(t.tokens).where(t.tokens.c.person == key))
        return bool(changed)


def renew_hash(store: Store, key: str, old: str, new: str) -> None:
    """Replace the hash of a password, unless the password has been changed meanwhile."""
    same = sa.and_(t.people.c.key == key, t.people.c.password_hash == old)
    with store.writing() as connection:
        connection.execute(sa.update(t.people).where(same).values(password_hash=new))


# Sessions


def add_session(store: Store, row: dict[str, object], password_hash: str) -> bool:
    """Store a session, unless the person was deactivated or her password changed since it was verified."""
    still = sa.and_(t.people.c.key == row["person"], t.people.c.active, t.people.c.password_hash == password_hash)
    values = [sa.literal(value, t.sessions.c[name].type) for name, value in row.items() if name != "person"]
    names = ["person", *(name for name in row if name != "person")]
    chosen = sa.select(t.people.c.key, *values).where(still).with_for_update(read=True)
    with store.writing() as connection:
        return bool(connection.execute(sa.insert(t.sessions).from_select(names, chosen)).rowcount)


def stored_session(store: Store, token_hash: str) -> StoredSession | None:
    """Return the session of a token's hash, with the account as it is now."""
    query = (
        sa.select(t.sessions, *(column.label(f"of_{column.name}") for column in _ACCOUNT))
        .join(t.people, t.people.c.key == t.sessions.c.person)
        .where(t.sessions.c.token_hash == token_hash)
    )
    with store.reading() as connection:
        row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    return StoredSession(account=_joined(row), **_read(row, "csrf", "created_at", "expires_at", "last_seen"))


def _joined(row: Any) -> Account:
    return _account({name: row[f"of_{name}"] for name in Account.model_fields})


def touch_session(store: Store, token_hash: str, now: datetime) -> None:
    """Note that a session was used."""
    with store.writing() as connection:
        connection.execute(sa.update(t.sessions).where(t.sessions.c.token_hash == token_hash).values(last_seen=now))


def delete_session(store: Store, token_hash: str) -> None:
    """Forget a session."""
    with store.writing() as connection:
        connection.execute(sa.delete(t.sessions).where(t.sessions.c.token_hash == token_hash))


def forget_expired(store: Store, before: datetime) -> None:
    """Forget sessions and tokens that had expired before a moment."""
    with store.writing() as connection:
        for table in (t.sessions, t.tokens):
            connection.execute(sa.delete(table).where(table.c.expires_at < before))


# Tokens


def add_token(store: Store, row: dict[str, object]) -> None:
    """Store the hash of a token."""
    with store.writing() as connection:
        connection.execute(sa.insert(t.tokens), row)


def token_of(store: Store, token_hash: str) -> StoredToken | None:
    """Return what a token's hash stands for, with the account as it is now."""
    found = _tokens(store, t.tokens.c.token_hash == token_hash)
    return found[0] if found else None


def tokens_of(store: Store, key: str) -> tuple[StoredToken, ...]:
    """Return a person's tokens, oldest first."""
    return _tokens(store, t.tokens.c.person == key)


def _tokens(store: Store, which: sa.ColumnElement[bool]) -> tuple[StoredToken, ...]:
    query = (
        sa.select(t.tokens, *(column.label(f"of_{column.name}") for column in _ACCOUNT))
        .join(t.people, t.people.c.key == t.tokens.c.person)
        .where(which)
        .order_by(t.tokens.c.created_at, t.tokens.c.token_hash)
    )
    with store.reading() as connection:
        rows = connection.execute(query).mappings().all()
    return tuple(StoredToken(account=_joined(row), **_read(row, "label", "created_at", "expires_at")) for row in rows)


def end_tokens(store: Store, key: str, label: str | None = None) -> int:
    """Forget a person's tokens, or those of one label; return how many there were."""
    which = t.tokens.c.person == key
    if label is not None:
        which = sa.and_(which, t.tokens.c.label == label)
    with store.writing() as connection:
        return connection.execute(sa.delete(t.tokens).where(which)).rowcount
