"""Notifications: events become messages in an outbox, and are sent from there to webhooks and mailboxes."""

from pipeline.watch.notify.channels import (
    add_channel,
    channels,
    channels_named,
    find_channel,
    remove_channel,
    require_channels,
)
from pipeline.watch.notify.delivery import Sent, require_settings, send_due
from pipeline.watch.notify.digest import put_digests
from pipeline.watch.notify.findings import flagged_run
from pipeline.watch.notify.models import Channel, Delivery, Event, event_id
from pipeline.watch.notify.outbox import Stuck, counts, deliveries, forget_sent, put, put_all, stuck, try_again
from pipeline.watch.notify.webhook import secret_of

__all__ = [
    "Channel",
    "Delivery",
    "Event",
    "Sent",
    "Stuck",
    "add_channel",
    "channels",
    "channels_named",
    "counts",
    "deliveries",
    "event_id",
    "find_channel",
    "flagged_run",
    "forget_sent",
    "put",
    "put_all",
    "put_digests",
    "remove_channel",
    "require_channels",
    "require_settings",
    "secret_of",
    "send_due",
    "stuck",
    "try_again",
]
