"""Post a message to a webhook: signed as Standard Webhooks has it, to a public address, in a limited time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpcore
import httpx

from pipeline import __version__
from pipeline.core.errors import DeliveryFailed, ForbiddenAddress, SettingsError
from pipeline.core.safe_http import Deadline, GuardedBackend
from pipeline.core.secrets import hide
from pipeline.core.settings import Settings
from pipeline.watch.notify.models import Channel, Delivery
from pipeline.watch.notify.slack import slack_body

_SHORTEST = 32


def secret_of(channel: Channel, settings: Settings) -> str:
    """Return a webhook's secret, as its receiver is given it; raises SettingsError without a key to make it from."""
    key = settings.notify_key.get_secret_value() if settings.notify_key else ""
    if len(key) < _SHORTEST:
        few = f"is shorter than {_SHORTEST} characters" if key else "is not set"
        raise SettingsError(
            f"FACTNOTES_NOTIFY_KEY {few}: webhooks are signed with it; take what `openssl rand -hex 32` prints"
        )
    made = hmac.digest(key.encode(), f"factnotes webhook {channel.id}".encode(), hashlib.sha256)
    return "whsec_" + base64.b64encode(made).decode()


def signed_headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers by which a receiver knows a message, its moment and its sender."""
    seconds = str(int(at.timestamp()))
    signed = f"{message_id}.{seconds}.".encode() + body
    made = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": "v1," + base64.b64encode(made).decode(),
    }


_GONE = 410


def post(channel: Channel, delivery: Delivery, settings: Settings, now: datetime) -> None:
    """Send a message; raises DeliveryFailed with why it did not arrive, SettingsError for a setting."""
    secret = require_webhook(channel, settings)
    body = _as_json(delivery.body)
    _deliver(channel, signed_headers(secret, f"msg_{delivery.event_id}", now, body), body, settings, now)


def post_slack(channel: Channel, delivery: Delivery, settings: Settings, now: datetime) -> None:
    """Send a message as Slack's incoming webhooks take it, which know a sender by their address; raises as `post`."""
    require_address(channel, settings)
    _deliver(channel, {}, _as_json(slack_body(delivery.body)), settings, now)


def _as_json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _deliver(channel: Channel, headers: Mapping[str, str], body: bytes, settings: Settings, now: datetime) -> None:
    headers = {"content-type": "application/json", "user-agent": f"factnotes/{__version__}", **headers}
    status, retry_after = _status(channel.target, headers, body, settings)
    if 200 <= status < 300:
        return
    if status == _GONE:
        raise DeliveryFailed("the receiver answered 410 and wants no more", for_good=True)
    raise DeliveryFailed(f"the receiver answered {status}", retry_after=_seconds(retry_after, now))


def require_webhook(channel: Channel, settings: Settings) -> str:
    """Return a webhook's secret; raises SettingsError without a key, or where its address is not allowed."""
    secret = secret_of(channel, settings)
    require_address(channel, settings)
    return secret


def require_address(channel: Channel, settings: Settings) -> None:
    """Raise SettingsError where a webhook's address is not allowed."""
    if channel.target.lower().startswith("http:") and not settings.allow_private_webhooks:
        raise SettingsError("its address is http, not https; FACTNOTES_ALLOW_PRIVATE_WEBHOOKS=true allows that")


def _status(url: str, headers: Mapping[str, str], body: bytes, settings: Settings) -> tuple[int, str]:
    """Return the status of the answer and what it says of waiting; its body is not read."""
    backend = GuardedBackend(Deadline(settings.notify_timeout_s), allow_private=settings.allow_private_webhooks)
    trust = httpx.create_ssl_context()  # certifi's, or what SSL_CERT_FILE names
    limits = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), settings.notify_timeout_s)}
    try:
        with (
            httpcore.ConnectionPool(ssl_context=trust, network_backend=backend) as pool,
            pool.stream("POST", url, headers=list(headers.items()), content=body, extensions=limits) as response,
        ):
            found = {name.lower(): value for name, value in response.headers}
            return response.status, found.get(b"retry-after", b"").decode("latin-1")
    except ForbiddenAddress as error:
        raise DeliveryFailed(
            "its address is a private or local one; FACTNOTES_ALLOW_PRIVATE_WEBHOOKS=true allows that"
        ) from error
    except httpcore.TimeoutException as error:
        raise DeliveryFailed(f"the receiver did not answer within {settings.notify_timeout_s:g} s") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError, UnicodeError) as error:
        reason = " ".join(hide(str(error)).split())[:120] or type(error).__name__
        raise DeliveryFailed(f"the receiver cannot be reached ({reason})") from error


def _seconds(retry_after: str, now: datetime) -> float | None:
    """Return how long a receiver asks to wait, in seconds or until a date."""
    if retry_after.isdecimal():
        return float(retry_after[:9])
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - now).total_seconds())
    except (TypeError, ValueError):
        return None
