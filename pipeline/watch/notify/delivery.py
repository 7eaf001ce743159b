"""Send what the outbox holds and is due; what does not arrive waits longer each time, and is given up in the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from pipeline.core.clock import utc_now
from pipeline.core.errors import DeliveryFailed, SettingsError
from pipeline.core.settings import Settings
from pipeline.store import Store
from pipeline.watch.notify.mail import require_mail, send_mail
from pipeline.watch.notify.models import Channel, Delivery
from pipeline.watch.notify.outbox import arrived, failed, take
from pipeline.watch.notify.webhook import post, post_slack, require_address, require_webhook

Send = Callable[[Channel, Delivery, Settings, datetime], None]
_SENDERS: dict[str, Send] = {"webhook": post, "slack": post_slack, "email": send_mail}


class Sent(NamedTuple):
    """What came of one look at the outbox."""

    arrived: int
    problems: tuple[Delivery, ...]
    """Messages that did not arrive: `pending` ones are tried again, `given_up` ones are not."""


def send_due(
    store: Store, settings: Settings, *, only: int | None = None, clock: Callable[[], datetime] = utc_now
) -> Sent:
    """Send every message that is due, or the one named; any number of processes may do so at once.

    A channel that cannot be reached is left alone for the rest of this look. Raises StoreError.
    """
    count, spared, problems = 0, set[str](), list[Delivery]()
    while taken := take(store, clock(), spared, only):
        channel, delivery = taken
        try:
            _send(channel, delivery, settings, clock())
        except DeliveryFailed as error:
            problems.append(failed(store, delivery, error, clock(), settings.notify_tries))
            spared.add(channel.id)
        else:
            arrived(store, delivery, clock())
            count += 1
    return Sent(count, tuple(problems))


def _send(channel: Channel, delivery: Delivery, settings: Settings, now: datetime) -> None:
    try:
        _SENDERS[channel.kind](channel, delivery, settings, now)
    except DeliveryFailed:
        raise
    except SettingsError as error:  # whoever mends the settings finds the message still there
        raise DeliveryFailed(str(error)) from error
    except Exception as error:  # one message that trips us must not hold up the others; its text may be an article's
        raise DeliveryFailed(f"internal error while sending it ({type(error).__name__})") from error


def require_settings(channel: Channel, settings: Settings) -> None:
    """Raise SettingsError where the settings lack what a channel needs."""
    if channel.kind == "webhook":
        require_webhook(channel, settings)
    elif channel.kind == "slack":
        require_address(channel, settings)
    else:
        require_mail(settings)
