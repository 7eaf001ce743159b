"""Send the messages of channels, wherever schedules are kept: what did not arrive is tried again at the next look."""

from __future__ import annotations

import logging

from pipeline.core.settings import Settings
from pipeline.watch import send_messages

log = logging.getLogger("factnotes.notify")


def send(settings: Settings) -> int:
    """Send the messages and digests that are due, log those that did not arrive, and return how many did.

    Raises StoreError.
    """
    sent = send_messages(settings)
    for message in sent.problems:
        ended = "given up" if message.status == "given_up" else "tried again later"
        log.warning("not sent to %s, %s: %s", message.channel, ended, message.problem)
    return sent.arrived
