"""The address of a model's service: what is asked, what may be shown of it, and by which proxy it is reached."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from pipeline.core.errors import SettingsError
from pipeline.core.secrets import Secrets, hide, secrets_in
from pipeline.core.settings import proxy_for
from pipeline.llm.budget import is_loopback

OPENAI = "https://api.openai.com/v1"
AZURE_VERSION = "2024-10-21"
"""The version of Azure's interface that is asked where the address names none."""


_ENDPOINT = re.compile(r"/chat/completions/?$")
_PROXIES = ("http", "https", "socks5", "socks5h")


@dataclass(frozen=True)
class Address:
    """Where a service is."""

    url: str
    """As requests take it: with a name and a password, without a query."""
    shown: str
    """Without anything secret."""
    query: Mapping[str, str]
    secrets: Secrets
    proxy: str | None = None
    """By which it is reached."""

    @property
    def shown_proxy(self) -> str | None:
        """The proxy, without a name or a password."""
        return _without_person(self.proxy) if self.proxy else None

    @property
    def is_read_by_proxy(self) -> bool:
        """True where the proxy sees the text itself: https goes through it closed."""
        return self.proxy is not None and self.url.startswith("http:")

    def hide(self, text: str) -> str:
        """Return a text without the secrets of the address and of this process."""
        return hide(self.secrets.hide(text))


def read_address(base_url: str, key: str = "") -> Address:
    """Read the address of a service; raises SettingsError where it cannot be one, or its proxy cannot be used."""
    try:
        parts = urlsplit(base_url)
        named = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
    if not named or re.search(r"\s", base_url):
        raise SettingsError("FACTNOTES_BASE_URL is no address: write http://HOST:PORT/v1 or https://HOST/v1")
    url = urlunsplit(parts._replace(path=_ENDPOINT.sub("", parts.path), query="", fragment=""))
    proxy = None if is_loopback(base_url) else proxy_for(base_url)
    if proxy:
        proxy = _usable(proxy, parts.hostname or "")
    return Address(
        url=url,
        shown=_without_person(url),
        query=dict(parse_qsl(parts.query)),
        secrets=Secrets([key, *secrets_in(base_url), *(secrets_in(proxy) if proxy else ())]),
        proxy=proxy,
    )


def readers_of(base_url: str | None) -> tuple[str, str | None]:
    """Return the service that sees what a model is asked, and the proxy that reads it on its way, if any.

    Raises SettingsError as `read_address`.
    """
    address = read_address(base_url or OPENAI)
    return address.shown if base_url else "OpenAI", address.shown_proxy if address.is_read_by_proxy else None


def azure_place(address: Address, provider: str, model: str) -> dict[str, Any] | None:
    """Return endpoint, deployment and version of a model at Azure; None where OpenAI's own form is spoken."""
    url = address.url.rstrip("/")
    deployed = re.fullmatch(r"(?P<endpoint>.*?)/openai/deployments/(?P<name>[^/]+)", url)
    if url.endswith("/v1") or (provider != "azure" and not deployed and "api-version" not in address.query):
        return None
    more = {name: value for name, value in address.query.items() if name != "api-version"}
    return {
        "azure_endpoint": deployed["endpoint"] if deployed else url.removesuffix("/openai"),
        "azure_deployment": deployed["name"] if deployed else model,
        "api_version": address.query.get("api-version", AZURE_VERSION),
        "default_query": more or None,
    }


def require_header(key: str) -> None:
    """Raise SettingsError where a key holds what no header can."""
    if not re.fullmatch(r"[\x21-\x7e]*", key):
        raise SettingsError("the key holds a space or a character that no key has: check OPENAI_API_KEY")


def _usable(proxy: str, host: str) -> str:
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    scheme, shown = urlsplit(proxy).scheme, _without_person(proxy)
    if scheme not in _PROXIES:
        raise SettingsError(f"the proxy {shown} cannot be used: name another, or set NO_PROXY={host}")
    if scheme.startswith("socks") and find_spec("socksio") is None:
        raise SettingsError(
            f"the proxy {shown} needs the package socksio: install it (`pip install socksio`), or set NO_PROXY={host}"
        )
    return proxy


def _without_person(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))
