"""Where the desk may listen, and which requests were meant for it."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from pipeline.core.errors import SettingsError
from pipeline.core.settings import Settings

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_ACCOUNTS_FIRST = "add one with `factnotes people add NAME --role admin`"


def is_loopback(address: str) -> bool:
    """Tell whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def listens_on_loopback(host: str) -> bool:
    """Tell whether whatever a host name stands for is this machine's own; raises SettingsError for an unknown one."""
    try:
        found = socket.getaddrinfo(host or None, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise SettingsError(f"{host!r} is no address of this machine ({error.strerror}); try 127.0.0.1") from error
    return all(is_loopback(str(address[0])) for *_, address in found)


def check_binding(settings: Settings, has_accounts: bool) -> None:
    """Refuse an address that would open the desk to strangers; raises SettingsError."""
    host, proxy = settings.desk_host, settings.desk_behind_tls_proxy
    away = not listens_on_loopback(host)
    if (away or proxy) and not has_accounts:
        where = "a desk behind a proxy" if proxy else f"a desk that listens on {host or 'every address'}"
        raise SettingsError(f"{where} needs accounts: {_ACCOUNTS_FIRST}, or listen on 127.0.0.1 alone")
    if away and not proxy:
        raise SettingsError(
            f"plain http on {host or 'every address'} shows passwords to the network: put a TLS proxy before the desk "
            "and give --behind-tls-proxy, or listen on 127.0.0.1"
        )
    if proxy and not public_names(settings):
        raise SettingsError("say under which name people reach the proxy: --name desk.example.org")


def public_names(settings: Settings) -> frozenset[str]:
    """Return the host names people use, in lower case."""
    return frozenset(name.strip().lower() for name in settings.desk_names.split(",") if name.strip())


def hostname(host_header: str) -> str | None:
    """Return the name in a Host header, without port; None when it is not one.

    >>> hostname("[::1]:80"), hostname("Desk.example.org:8765"), hostname("a@b")
    ('::1', 'desk.example.org', None)
    """
    if not host_header.isascii() or any(character in host_header for character in "@/?#%\\ \t,"):
        return None
    try:
        parts = urlsplit(f"//{host_header}")
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname


def is_ours(host_header: str, settings: Settings) -> bool:
    """Tell whether a request was meant for this desk: a page elsewhere whose name leads here has another Host."""
    name = hostname(host_header)
    if name is None:
        return False
    if settings.desk_behind_tls_proxy:
        return name in public_names(settings)
    return name in LOOPBACK_NAMES or (name == settings.desk_host.lower() and is_loopback(name))


def local_path(path: str) -> str:
    """Return a path of this desk to go on to; `/` for anything that might lead elsewhere.

    >>> local_path("/claims/1?x=2"), local_path("//evil.example"), local_path("https://evil.example")
    ('/claims/1?x=2', '/', '/')
    """
    if not path.startswith("/") or path.startswith("//") or "\\" in path or any(ord(c) < 33 for c in path):
        return "/"
    return path
