"""What nobody may read: the secrets of this process's settings, and what an address holds beside its place.

Settings tell their secrets here when they are read. Whatever carries a text on (errors, failures, traces, logs,
reports, what is printed) asks `hide`, so no place has to know which secrets there are.
"""

from __future__ import annotations

import html
import json
import re
import threading
from base64 import b32encode, b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from pipeline.core.unwritten import find_plain, plain

HIDDEN = "[hidden]"

_SHORTEST_MIXED, _SHORTEST_PLAIN = 4, 9
_PARTED, _PIECE = 12, 16
"""A shorter word or figure stands in any text, and no quotation may lose it: `test` is no secret, `s3cr` is one."""

_PREFIX = r"(?:[\w.-]*[-_.])?(?:api|access|auth|client|private|secret|subscription|session|refresh|id)?"
_KEYS = rf"{_PREFIX}(?:keys?|tokens?|sig|signature|credentials?|jwt|authorization)"
_PASSWORDS = rf"{_PREFIX}(?:secrets?|passw(?:or)?d|pwd|pass)"
_VALUE = r"[^\s&;#\"'<>\\]"
_PERSON = re.compile(r"(?<=://)[^\s/?#@\"'<>\\]+@")
_PARAMETER = re.compile(
    rf"(?<=[?&;#])(?:({_KEYS})=(?!\[hidden\]){_VALUE}{{6,}}|({_PASSWORDS})=(?!\[hidden\]){_VALUE}+)", re.IGNORECASE
)
"""A key of a few characters is a page's number."""


class Secrets:
    """Words that nobody may read, in each form in which they may stand in a text."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._forms: tuple[str, ...] = ()
        self._plain: tuple[str, ...] = ()
        self._squeezed: tuple[str, ...] = ()
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these as well."""
        telling = [each for each in secrets if _is_telling(each)]
        forms = [form for each in telling for form in _forms(each)]
        plain_too = [form for each in telling for form in (each, each.encode(errors="replace").decode("latin-1"))]
        squeezed = (plain(form, squeezed=True) for each in telling if _may_be_parted(each) for form in _forms(each))
        with self._lock:
            self._forms = longest_first((*self._forms, *forms))
            self._plain = longest_first((*self._plain, *plain_too))
            self._squeezed = longest_first((*self._squeezed, *(form for form in squeezed if len(form) >= _PARTED)))

    def hide(self, text: str) -> str:
        """Return a text without them."""
        for form in self._forms:
            text = text.replace(form, HIDDEN)
        for words, squeezed in ((self._plain, False), (self._squeezed, True)):
            text = _without(text, sorted(find_plain(text, words, squeezed=squeezed)))
        return text


def _without(text: str, places: Iterable[tuple[int, int]]) -> str:
    """Return a text without places in order, which may overlap."""
    kept, done = list[str](), 0
    for start, end in places:
        if start >= done:
            kept += [text[done:start], HIDDEN]
        done = max(done, end)
    return "".join(kept) + text[done:]


def keep_secrets(secrets: Iterable[str]) -> None:
    """Let these be hidden wherever this process shows a text from now on."""
    _KNOWN.add(secrets)


def hide(text: str) -> str:
    """Return a text without the secrets of this process, without persons and keys in addresses.

    >>> hide("see https://ann:pw@example.org/v1?api_key=abcdef&page=2")
    'see https://[hidden]@example.org/v1?api_key=[hidden]&page=2'
    """
    text = _KNOWN.hide(text)
    if "://" in text:
        text = _PERSON.sub(f"{HIDDEN}@", text)
    return _PARAMETER.sub(lambda found: f"{found[1] or found[2]}={HIDDEN}", text) if "=" in text else text


def _forms(secret: str) -> Iterator[str]:
    """Yield a secret as services write it in errors: in an address, a page, JSON within JSON, a header in base64."""
    written = json.dumps(secret)[1:-1]
    yield from (secret, written, json.dumps(written)[1:-1], written.replace("/", "\\/"))
    yield from (html.escape(secret), html.escape(secret, quote=False))
    for quoted in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield from (quoted, re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), quoted))
    if "://" not in secret and not re.search(r"\s", secret):
        yield from _cut(secret)
    raw = secret.encode("utf-8", "backslashreplace")
    yield b64encode(raw).decode().rstrip("=")
    if len(raw) >= _SHORTEST_PLAIN - 1:  # a few characters of an encoding stand in any text
        yield from (raw.hex(), raw.hex().upper())
        yield from _in_base32(raw)
        once = list(_in_base64(raw))
        twice = [again for form in once for again in _in_base64(form.encode())]
        for form in (*once, *twice, *_in_base64(secret.encode("utf-16-le", "surrogatepass"))):
            yield from (form, form.replace("+", "-").replace("/", "_"))


def _cut(secret: str) -> Iterator[str]:
    """Yield the parts of a long key that are left whole where a service shows it cut off."""
    parts = len(secret) // _PIECE
    for at in range(parts if parts > 1 else 0):
        yield secret[at * _PIECE : (at + 1) * _PIECE]


def _in_base64(raw: bytes) -> Iterator[str]:
    """Yield what of base64 holds some bytes wherever they stand in what is encoded: behind none, one or two others."""
    for before in range(3):
        whole = b64encode(bytes(before) + raw).decode().rstrip("=")
        yield whole[(8 * before + 5) // 6 : 8 * (before + len(raw)) // 6]


def _in_base32(raw: bytes) -> Iterator[str]:
    for before in range(5):
        whole = b32encode(bytes(before) + raw).decode().rstrip("=")
        yield whole[(8 * before + 4) // 5 : 8 * (before + len(raw)) // 5]


def longest_first(forms: Iterable[str]) -> tuple[str, ...]:
    """Return each once; one may be a part of another."""
    return tuple(sorted(set(forms), key=lambda form: (-len(form), form)))


def _may_be_parted(secret: str) -> bool:
    """Tell whether no text holds its letters by chance, whatever stands between them."""
    return len(secret) >= _PARTED and not secret.isalpha() and not secret.isdigit()


def _is_telling(secret: str) -> bool:
    plain = secret.isalpha() or secret.isdigit()
    return len(secret) >= (_SHORTEST_PLAIN if plain else _SHORTEST_MIXED)


def secrets_in(address: str) -> tuple[str, ...]:
    """Return what of an address nobody may read: name and password, and the values of its query but a version."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ()
    person = parts.netloc.rpartition("@")[0]
    name, _, password = person.partition(":")
    written = [value for field, value in parse_qsl(parts.query) if field != "api-version"]
    written += [value for value in re.findall(r"=([^&]+)", parts.query) if unquote(value) in written]
    word = password or name
    return tuple(dict.fromkeys(each for each in (person, unquote(person), word, unquote(word), *written) if each))


_KNOWN = Secrets()
