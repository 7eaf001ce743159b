"""Accounts, passwords, sessions and tokens."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from hypothesis import given, strategies as st
from limits import RateLimitItemPerHour

from pipeline.core.errors import InputError, StoreBusy, TooManyAttempts
from pipeline.core.models import Person
from pipeline.review import list_people, list_tokens
from pipeline.review.accounts import (
    Lifetimes,
    Passwords,
    SignIn,
    activate,
    add_person,
    begin_session,
    deactivate,
    end_session,
    find_person,
    has_people,
    make_token,
    person_of_token,
    revoke_tokens,
    session_of,
    set_password,
    set_role,
)
from pipeline.review.accounts.accounts import fold_name
from pipeline.review.accounts.passwords import require_good
from pipeline.store import Store, account_rows as rows

pytest_plugins = ("postgres",)

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIVES = Lifetimes(idle=HOUR, absolute=12 * HOUR)
GOOD = "seven grey herons"
BETTER = "a boat of red tin"


class CountingHasher(PasswordHasher):
    """Argon2 made cheap, which counts how often it verifies."""

    verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.verified += 1
        return super().verify(hash, password)


def cheap(**other: int) -> CountingHasher:
    return CountingHasher(**({"time_cost": 1, "memory_cost": 8, "parallelism": 1} | other))


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(cheap())


@pytest.fixture
def ann(store: Store, passwords: Passwords) -> rows.Account:
    return add_person(store, "Ann Silva", "reviewer", GOOD, passwords=passwords, now=NOON)


def session(store: Store, ann: rows.Account, *, previous: str | None = None, now: datetime = NOON) -> str:
    found = rows.account_of(store, ann.key)
    assert found
    made = begin_session(store, ann, found[1], LIVES, previous=previous, now=now)
    assert made
    return made


# Accounts


def test_an_account_comes_back_as_it_was_added_and_its_password_nowhere(store: Store, ann: rows.Account) -> None:
    assert list_people(store) == (ann,)
    assert (ann.name, ann.role, ann.active, ann.created_at) == ("Ann Silva", "reviewer", True, NOON)
    with store.reading() as connection:
        kept = str(connection.execute(sa.text("select * from people")).all())
    assert "$argon2id$" in kept and GOOD not in kept


def test_names_that_look_alike_are_one_account(store: Store, ann: rows.Account, passwords: Passwords) -> None:
    for other in ("ann silva", " ANN  SILVA ", "Ａnn Silva"):
        with pytest.raises(InputError, match="already"):
            add_person(store, other, "reviewer", BETTER, passwords=passwords)
        assert find_person(store, other) == ann


@pytest.mark.parametrize(
    "name", ["", "   ", "a" * 65, "ann\x07bob", "<b>ann</b>", "-ann", "local", "LOCAL", "a\0b", "a;b"]
)
def test_a_name_that_is_no_name_is_refused(store: Store, passwords: Passwords, name: str) -> None:
    with pytest.raises(InputError, match="name"):
        add_person(store, name, "reviewer", GOOD, passwords=passwords)
    assert not has_people(store)


@given(st.text(max_size=80))
def test_a_folded_name_folds_to_itself(name: str) -> None:
    assert fold_name(fold_name(name)) == fold_name(name)


def test_a_role_that_does_not_exist_is_refused(store: Store, ann: rows.Account, passwords: Passwords) -> None:
    with pytest.raises(InputError, match="reviewer, editor, admin"):
        set_role(store, "Ann Silva", "owner")
    with pytest.raises(InputError, match="no role"):
        add_person(store, "Bob", "root", GOOD, passwords=passwords)
    assert [each.role for each in list_people(store)] == ["reviewer"]


def test_closed_accounts_are_still_accounts(store: Store, ann: rows.Account) -> None:
    deactivate(store, "ann silva")
    assert has_people(store) and not list_people(store)[0].active


def test_somebody_unknown_is_one_line_that_says_where_to_look(store: Store) -> None:
    with pytest.raises(InputError, match="people list"):
        find_person(store, "Nobody")
    with pytest.raises(InputError):
        find_person(store, "no\0body")


# Passwords


@pytest.mark.parametrize(
    "password", ["", "elevenchars", "x" * 1001, "Ann Silva", "annsilva2024", "aaaaaaaaaaaaaaaa", "passwordpassword"]
)
def test_a_short_long_or_easy_password_is_refused(password: str) -> None:
    with pytest.raises(InputError, match="password"):
        require_good(password, "Ann Silva")


@pytest.mark.parametrize("password", [GOOD, "только длинные слова", "correct horse battery", "m" * 989 + "osswoodland"])
def test_length_is_enough_whatever_the_characters(password: str) -> None:
    require_good(password, "Ann Silva")


@given(st.text(max_size=60))
def test_the_same_password_is_right_and_another_is_wrong(password: str) -> None:
    passwords = Passwords(cheap())
    stored = passwords.hash(password)
    assert passwords.check(password, stored).right
    assert not passwords.check(password + "!", stored).right


def test_a_password_typed_on_another_keyboard_is_the_same() -> None:
    passwords = Passwords(cheap())
    assert passwords.check("cafe\u0301 au lait", passwords.hash("café au lait")).right


def test_an_unknown_name_takes_the_same_work_as_a_wrong_password(store: Store, ann: rows.Account) -> None:
    hasher = cheap()
    sign_in = SignIn(store, Passwords(hasher))
    assert sign_in("Nobody", GOOD, "127.0.0.1") is None
    unknown = hasher.verified
    assert sign_in("Ann Silva", "wrong password", "127.0.0.1") is None
    assert (unknown, hasher.verified) == (1, 2)


def test_a_hash_of_other_parameters_is_made_anew_at_sign_in(store: Store, ann: rows.Account) -> None:
    before = rows.account_of(store, ann.key)
    stronger = SignIn(store, Passwords(cheap(time_cost=2)))
    signed_in = stronger("Ann Silva", GOOD, "127.0.0.1")
    after = rows.account_of(store, ann.key)
    assert before and after and signed_in
    assert "t=1" in before[1] and "t=2" in after[1] and signed_in.password_hash == after[1]
    assert stronger("Ann Silva", GOOD, "127.0.0.1")


def test_a_damaged_hash_lets_nobody_in(store: Store, ann: rows.Account, passwords: Passwords) -> None:
    rows.change_account(store, ann.key, NOON, sign_out=False, password_hash="not a hash")
    assert SignIn(store, passwords)("Ann Silva", GOOD, "127.0.0.1") is None


# Signing in


def test_signing_in_takes_the_name_in_any_case(store: Store, ann: rows.Account, passwords: Passwords) -> None:
    signed_in = SignIn(store, passwords)("ANN SILVA", GOOD, "127.0.0.1")
    assert signed_in and signed_in.account.person == Person(name="Ann Silva", role="reviewer")


def test_a_closed_account_cannot_sign_in_until_it_is_opened(
    store: Store, ann: rows.Account, passwords: Passwords
) -> None:
    sign_in = SignIn(store, passwords)
    deactivate(store, "Ann Silva")
    assert sign_in("Ann Silva", GOOD, "127.0.0.1") is None
    activate(store, "Ann Silva")
    assert sign_in("Ann Silva", GOOD, "127.0.0.1")


def test_a_name_is_limited_wherever_the_attempts_come_from(
    store: Store, ann: rows.Account, passwords: Passwords
) -> None:
    sign_in = SignIn(store, passwords, per_name=RateLimitItemPerHour(3))
    for number in range(3):
        assert sign_in("Ann Silva", "wrong", f"10.0.0.{number}") is None
    with pytest.raises(TooManyAttempts) as limited:
        sign_in("ann  silva", GOOD, "10.0.0.9")
    assert limited.value.retry_after == 3600


def test_names_nobody_has_are_limited_like_others(store: Store, passwords: Passwords) -> None:
    sign_in = SignIn(store, passwords, per_name=RateLimitItemPerHour(1))
    assert sign_in("Nobody", "wrong", "10.0.0.1") is None
    with pytest.raises(TooManyAttempts):
        sign_in("Nobody", "wrong", "10.0.0.2")


@pytest.mark.parametrize(("first", "second"), [("10.0.0.1", "10.0.0.1"), ("2001:db8::1", "2001:db8::ffff:1")])
def test_an_address_is_limited_whatever_the_names(store: Store, passwords: Passwords, first: str, second: str) -> None:
    sign_in = SignIn(store, passwords, per_address=RateLimitItemPerHour(2))
    assert sign_in("a", "wrong", first) is None
    assert sign_in("b", "wrong", second) is None
    with pytest.raises(TooManyAttempts):
        sign_in("c", "wrong", first)
    assert sign_in("c", "wrong", "192.0.2.7") is None


def test_signing_in_clears_the_count_of_the_name(store: Store, ann: rows.Account, passwords: Passwords) -> None:
    sign_in = SignIn(store, passwords, per_name=RateLimitItemPerHour(2))
    for _ in range(3):
        assert sign_in("Ann Silva", "wrong", "10.0.0.1") is None
        assert sign_in("Ann Silva", GOOD, "10.0.0.1")


def test_many_attempts_at_once_are_not_more_than_the_limit(store: Store, ann: rows.Account) -> None:
    hasher = cheap()
    sign_in = SignIn(store, Passwords(hasher), per_name=RateLimitItemPerHour(4))
    refused = []

    def attempt() -> None:
        try:
            sign_in("Ann Silva", "wrong", "10.0.0.1")
        except TooManyAttempts:
            refused.append(1)

    threads = [threading.Thread(target=attempt) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (hasher.verified, len(refused)) == (4, 12)


def test_a_crowd_is_sent_away_at_once_and_holds_up_nobody(store: Store) -> None:
    inside, enough = threading.Semaphore(0), threading.Event()

    class SlowHasher(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            inside.release()
            enough.wait(300)
            raise VerifyMismatchError

    sign_in = SignIn(store, Passwords(SlowHasher(time_cost=1, memory_cost=8, parallelism=1)))
    crowd = [threading.Thread(target=sign_in, args=(f"n{number}", "wrong", f"10.0.0.{number}")) for number in range(10)]
    for thread in crowd:
        thread.start()
    assert inside.acquire(timeout=300) and inside.acquire(timeout=300)
    while sign_in._admitted._value:  # until the last has come in
        time.sleep(0.01)
    with pytest.raises(TooManyAttempts, match="in a minute"):
        sign_in("late", "wrong", "10.0.1.1")
    assert not inside.acquire(blocking=False)
    enough.set()
    for thread in crowd:
        thread.join()
    assert sign_in("late", "wrong", "10.0.1.1") is None


# Sessions


def test_a_session_tells_who_and_the_store_cannot_tell_the_cookie(store: Store, ann: rows.Account) -> None:
    secret = session(store, ann)
    found = session_of(store, secret, LIVES, now=NOON)
    assert found and found.person == Person(name="Ann Silva", role="reviewer") and len(found.csrf) == 43
    with store.reading() as connection:
        assert secret not in str(connection.execute(sa.text("select * from sessions")).all())
    assert session_of(store, secret + "x", LIVES, now=NOON) is None


def test_a_session_ends_after_an_idle_hour_and_after_twelve_busy_ones(store: Store, ann: rows.Account) -> None:
    secret = session(store, ann)
    for minutes in range(0, 12 * 60, 59):
        assert session_of(store, secret, LIVES, now=NOON + timedelta(minutes=minutes))
    assert session_of(store, secret, LIVES, now=NOON + 12 * HOUR) is None
    idle = session(store, ann)
    assert session_of(store, idle, LIVES, now=NOON + HOUR - timedelta(seconds=1))
    idle = session(store, ann)
    assert session_of(store, idle, LIVES, now=NOON + HOUR) is None


def test_reading_within_a_minute_writes_nothing(store: Store, ann: rows.Account) -> None:
    secret = session(store, ann)
    assert session_of(store, secret, LIVES, now=NOON + timedelta(seconds=59))
    with store.reading() as connection:
        assert "12:00:00" in str(connection.scalar(sa.text("select last_seen from sessions")))
    assert session_of(store, secret, LIVES, now=NOON + timedelta(seconds=61))
    with store.reading() as connection:
        assert "12:01:01" in str(connection.scalar(sa.text("select last_seen from sessions")))


def test_a_store_that_is_busy_keeps_nobody_from_reading(
    store: Store, ann: rows.Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise StoreBusy("in use")

    secret = session(store, ann)
    monkeypatch.setattr(rows, "touch_session", busy)
    assert session_of(store, secret, LIVES, now=NOON + timedelta(minutes=30))


def test_signing_in_again_gives_a_new_secret_and_ends_the_old_session(store: Store, ann: rows.Account) -> None:
    first = session(store, ann)
    second = session(store, ann, previous=first)
    assert first != second
    assert session_of(store, first, LIVES, now=NOON) is None
    assert session_of(store, second, LIVES, now=NOON)


def test_a_form_of_an_expired_session_can_be_sent_after_signing_in_again(
    store: Store, ann: rows.Account, passwords: Passwords
) -> None:
    first = session(store, ann)
    before = session_of(store, first, LIVES, now=NOON)
    second = session(store, ann, previous=first, now=NOON + 20 * HOUR)
    after = session_of(store, second, LIVES, now=NOON + 20 * HOUR)
    assert before and after and before.csrf == after.csrf
    bob = add_person(store, "Bob", "editor", GOOD, passwords=passwords)
    of_another = session_of(store, session(store, bob, previous=second, now=NOON), LIVES, now=NOON)
    assert of_another and of_another.csrf != after.csrf


def test_a_secret_somebody_made_up_begins_no_session(store: Store, ann: rows.Account) -> None:
    planted = "A" * 43
    secret = session(store, ann, previous=planted)
    assert secret != planted and session_of(store, planted, LIVES, now=NOON) is None


def test_signing_out_ends_the_session_on_the_server(store: Store, ann: rows.Account) -> None:
    secret = session(store, ann)
    end_session(store, secret)
    assert session_of(store, secret, LIVES, now=NOON) is None


def test_a_new_password_or_a_closed_account_ends_sessions_and_tokens(
    store: Store, ann: rows.Account, passwords: Passwords
) -> None:
    changes = (
        lambda: set_password(store, "Ann Silva", BETTER, passwords=passwords),
        lambda: deactivate(store, "Ann Silva"),
    )
    for change in changes:
        secret, token = session(store, ann), make_token(store, "Ann Silva", "bot", HOUR, now=NOON)
        change()
        assert session_of(store, secret, LIVES, now=NOON) is None
        assert person_of_token(store, token, now=NOON) is None
        assert list_tokens(store, "Ann Silva") == ()


def test_no_session_begins_with_a_password_that_was_changed_meanwhile(
    store: Store, ann: rows.Account, passwords: Passwords
) -> None:
    signed_in = SignIn(store, passwords)("Ann Silva", GOOD, "127.0.0.1")
    assert signed_in
    set_password(store, "Ann Silva", BETTER, passwords=passwords)
    assert begin_session(store, signed_in.account, signed_in.password_hash, LIVES, now=NOON) is None


def test_a_session_that_begins_while_the_password_is_being_changed_waits_and_is_refused(
    store_address: Path | str, passwords: Passwords
) -> None:
    with closing(Store.open(store_address)) as here, closing(Store.open(store_address)) as there:
        add_person(here, "Ann Silva", "reviewer", GOOD, passwords=passwords)
        signed_in = SignIn(there, passwords)("Ann Silva", GOOD, "127.0.0.1")
        assert signed_in
        begun: list[str | None] = []

        def begin() -> None:
            begun.append(begin_session(there, signed_in.account, signed_in.password_hash, LIVES, now=NOON))

        thread = threading.Thread(target=begin)
        with here.writing() as connection:
            connection.execute(sa.text("update people set password_hash = 'changed'"))
            thread.start()
            thread.join(0.5)  # time to go wrong in
            assert begun == []
        thread.join()
        assert begun == [None]


def test_a_new_role_holds_at_once_in_open_sessions(store: Store, ann: rows.Account) -> None:
    secret = session(store, ann)
    set_role(store, "Ann Silva", "editor")
    found = session_of(store, secret, LIVES, now=NOON)
    assert found and found.person.role == "editor"


def test_sessions_long_expired_are_forgotten(store: Store, ann: rows.Account) -> None:
    session(store, ann)
    session(store, ann, now=NOON + timedelta(days=30))
    with store.reading() as connection:
        assert connection.scalar(sa.text("select count(*) from sessions")) == 1


# Tokens


def test_a_token_stands_for_its_person_until_it_expires_or_is_revoked(store: Store, ann: rows.Account) -> None:
    token = make_token(store, "ann silva", "nightly export", 24 * HOUR, now=NOON)
    assert token.startswith("factnotes_")
    assert person_of_token(store, token, now=NOON + 23 * HOUR) == ann.person
    assert person_of_token(store, token, now=NOON + 24 * HOUR) is None
    assert person_of_token(store, token[:-1], now=NOON) is None
    with store.reading() as connection:
        assert token not in str(connection.execute(sa.text("select * from tokens")).all())
    assert revoke_tokens(store, "Ann Silva", "another") == 0
    assert revoke_tokens(store, "Ann Silva", "nightly export") == 1
    assert person_of_token(store, token, now=NOON) is None


def test_a_closed_account_gets_no_token(store: Store, ann: rows.Account) -> None:
    deactivate(store, "Ann Silva")
    with pytest.raises(InputError, match="deactivated"):
        make_token(store, "Ann Silva", "bot", HOUR)
