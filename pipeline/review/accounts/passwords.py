"""Passwords: what is allowed (NIST SP 800-63B: length, no rules of composition), and argon2 hashes."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipeline.core.errors import InputError

MIN_PASSWORD = 12
MAX_PASSWORD = 1000
_FEWEST_CHARACTERS = 5
_OWN_PART = 8
"""How much of a password must be left when the names in it are taken out."""
_KNOWN = ("factnotes", "password", "passwort", "qwertyuiop", "123456789")


@dataclass(frozen=True)
class Checked:
    """Whether a password was right, and its new hash where the old one was made with other parameters."""

    right: bool
    renewed: str | None = None


class Passwords:
    """Hashes and verifies passwords; an unknown name takes as long as a wrong password."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()  # argon2id, second choice of RFC 9106: 64 MiB, 3 passes
        self._nobody: str | None = None

    def hash(self, password: str) -> str:
        """Return the hash of a password."""
        return self._hasher.hash(_bytes(password))

    def check(self, password: str, stored: str | None) -> Checked:
        """Tell whether a password belongs to a stored hash; None stands for a name that nobody has."""
        if self._nobody is None:
            self._nobody = self._hasher.hash(secrets.token_urlsafe())
        try:
            self._hasher.verify(stored or self._nobody, _bytes(password))
        except (VerificationError, InvalidHashError):
            return Checked(right=False)
        if stored is None:
            return Checked(right=False)
        return Checked(right=True, renewed=self.hash(password) if self._hasher.check_needs_rehash(stored) else None)


def _bytes(password: str) -> bytes:
    return _normal(password).encode("utf-8", "surrogatepass")


def _normal(password: str) -> str:
    """Return one form for the ways a keyboard may write the same password."""
    return unicodedata.normalize("NFKC", password)


def require_good(password: str, name: str) -> None:
    """Refuse a password that is too short, too long or easy to guess; raises InputError."""
    plain = _normal(password)
    if not MIN_PASSWORD <= len(plain) <= MAX_PASSWORD or len(password) > MAX_PASSWORD:
        raise InputError(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters; take a few words")
    rest = plain.casefold()
    for word in (name.casefold(), *name.casefold().split(), *_KNOWN):
        if len(word) > 2:
            rest = rest.replace(word, "")
    if len(rest) < _OWN_PART or len(set(rest)) < _FEWEST_CHARACTERS:
        raise InputError("that password is easy to guess from the name or from common ones; take a few other words")
