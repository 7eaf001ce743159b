"""Accounts: who may sign in, and what they may do."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import get_args

from pipeline.core.errors import InputError
from pipeline.core.models import LOCAL_PERSON, SYSTEM, Role
from pipeline.review.accounts.passwords import Passwords, require_good
from pipeline.store import Account, Store, account_of, accounts, add_account, change_account, has_accounts

MAX_NAME = 64
_MARKS = " .-_'@"


def fold_name(name: str) -> str:
    """Return what two spellings of one name share: compatibility form, case and white space folded."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _clean_name(name: str) -> str:
    shown = " ".join(unicodedata.normalize("NFKC", name).split())
    if not shown or len(fold_name(shown)) > MAX_NAME or len(shown) > MAX_NAME:
        raise InputError(f"a person's name has 1 to {MAX_NAME} characters")
    if not shown[0].isalnum() or not all(_is_of_a_name(character) for character in shown):
        raise InputError(f"a person's name is made of letters, digits and {_MARKS.strip()}, and begins with a letter")
    if fold_name(shown) == LOCAL_PERSON.name:
        raise InputError(
            f"{LOCAL_PERSON.name!r} stands for the one person of a desk without accounts; take another name"
        )
    if fold_name(shown) == SYSTEM:
        raise InputError(f"{SYSTEM!r} is what the log calls the program itself; take another name")
    return shown


def _is_of_a_name(character: str) -> bool:
    return character.isalnum() or character in _MARKS or unicodedata.category(character) in ("Mn", "Mc")


def _role(role: str) -> Role:
    for known in get_args(Role):
        if role == known:
            return known  # type: ignore[no-any-return]
    raise InputError(f"no role {role!r}; roles are {', '.join(get_args(Role))}")


def add_person(
    store: Store, name: str, role: str, password: str, *, passwords: Passwords, now: datetime | None = None
) -> Account:
    """Add an account; raises InputError for a name that is taken or not allowed, or a password that is not good."""
    shown, now = _clean_name(name), now or datetime.now(UTC)
    require_good(password, shown)
    account = Account(key=fold_name(shown), name=shown, role=_role(role), active=True, created_at=now, changed_at=now)
    if not add_account(store, account, passwords.hash(password)):
        raise InputError(f"there is a person named {shown} already")
    return account


def has_people(store: Store) -> bool:
    """Tell whether the desk has accounts; a closed one counts, so that closing them opens no desk."""
    return has_accounts(store)


def list_people(store: Store) -> tuple[Account, ...]:
    """Return all accounts in order of name."""
    return accounts(store)


def find_person(store: Store, name: str) -> Account:
    """Return an account; raises InputError when nobody has that name."""
    found = account_of(store, fold_name(name)) if len(name) <= MAX_NAME else None
    if found is None:
        raise InputError(f"nobody is named {name[:MAX_NAME]!r}; see `factnotes people list`")
    return found[0]


def set_role(store: Store, name: str, role: str, *, now: datetime | None = None) -> None:
    """Give a person another role, at once also in open sessions; raises InputError."""
    account = find_person(store, name)
    change_account(store, account.key, now or datetime.now(UTC), sign_out=False, role=_role(role))


def set_password(
    store: Store, name: str, password: str, *, passwords: Passwords, now: datetime | None = None
) -> tuple[Account, str]:
    """Change a password and end the person's sessions and tokens; return the account and the new hash.

    Raises InputError.
    """
    account = find_person(store, name)
    require_good(password, account.name)
    new = passwords.hash(password)
    change_account(store, account.key, now or datetime.now(UTC), sign_out=True, password_hash=new)
    return account, new


def deactivate(store: Store, name: str, *, now: datetime | None = None) -> None:
    """Close an account and end its sessions and tokens; what the person decided stays. Raises InputError."""
    change_account(store, find_person(store, name).key, now or datetime.now(UTC), sign_out=True, active=False)


def activate(store: Store, name: str, *, now: datetime | None = None) -> None:
    """Open a closed account again, with its old password; raises InputError."""
    change_account(store, find_person(store, name).key, now or datetime.now(UTC), sign_out=True, active=True)
