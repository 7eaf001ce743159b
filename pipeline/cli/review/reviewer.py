"""Who acts at the command line."""

from __future__ import annotations

import os
import pwd

from pipeline.core.errors import Forbidden, InputError
from pipeline.core.models import Person
from pipeline.core.settings import Settings
from pipeline.review import find_person, has_people
from pipeline.store import Store


def acting_person(store: Store, settings: Settings, name: str | None) -> Person:
    """Return who acts: the name given, else FACTNOTES_REVIEWER, else the system's user.

    Where the store has accounts it must be one of them; no password is asked, because who can write the
    store's file could write anything in it. Raises InputError, Forbidden.
    """
    wanted = (name or settings.reviewer or _system_user()).strip()
    if not has_people(store):
        if not wanted or len(wanted) > 200 or not wanted.isprintable():
            raise InputError("--as: give a name of 1 to 200 printable characters")
        return Person(name=wanted, role="admin")
    try:
        account = find_person(store, wanted)
    except InputError as error:
        raise InputError(f"{error}; say who decides with --as NAME or FACTNOTES_REVIEWER") from error
    if not account.active:
        raise Forbidden(f"the account of {account.name} is closed: an admin opens it with `factnotes people activate`")
    return account.person


def _system_user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a user without a name, as in some containers
        return f"user {os.getuid()}"
