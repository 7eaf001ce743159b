"""Signatures of webhooks, as Standard Webhooks has them (https://www.standardwebhooks.com, version 1.0.0).

No secret is stored: a channel's is made from the key in the settings and the channel's id, so the store, its backups,
lists and logs hold none.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

from pipeline.errors import SettingsError
from pipeline.notifying.models import Channel
from pipeline.settings import Settings

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
