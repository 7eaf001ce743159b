"""People: accounts with roles, passwords, sessions and tokens. A desk without accounts has one local person."""

from pipeline.review.accounts.accounts import (
    activate,
    add_person,
    deactivate,
    find_person,
    has_people,
    list_people,
    set_password,
    set_role,
)
from pipeline.review.accounts.passwords import MAX_PASSWORD, MIN_PASSWORD, Passwords
from pipeline.review.accounts.sessions import Lifetimes, Session, begin_session, end_session, session_of
from pipeline.review.accounts.sign_in import SignIn
from pipeline.review.accounts.tokens import list_tokens, make_token, person_of_token, revoke_tokens

__all__ = [
    "MAX_PASSWORD",
    "MIN_PASSWORD",
    "Lifetimes",
    "Passwords",
    "Session",
    "SignIn",
    "activate",
    "add_person",
    "begin_session",
    "deactivate",
    "end_session",
    "find_person",
    "has_people",
    "make_token",
    "list_people",
    "person_of_token",
    "revoke_tokens",
    "session_of",
    "set_password",
    "set_role",
    "list_tokens",
]
