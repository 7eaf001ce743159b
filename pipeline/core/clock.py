"""The clock: moments are in UTC, and functions that need one take it as an argument or ask here."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(UTC)
