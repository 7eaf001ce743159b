"""Prefect flows: thin, they choose, call and report.

What Prefect needs to know is said here, before it is imported: in files it would be read from whatever folder a flow is
started in, and from the user's own Prefect home. A variable of the environment wins over both.
"""

from contextlib import suppress
from pathlib import Path

from pipeline.core.settings import NO_TELEMETRY, environment, prefer

_HOME = Path(environment().get("FACTNOTES_HOME") or ".factnotes").absolute()
with suppress(OSError):  # whoever opens the store there says what is wrong with it
    _HOME.mkdir(parents=True, exist_ok=True)

prefer(
    **NO_TELEMETRY,
    PREFECT_HOME=str(_HOME / "prefect"),
    PREFECT_RESULTS_PERSIST_BY_DEFAULT="false",  # what a flow returns would be written there, words and all
    PREFECT_API_KEY="",
    PREFECT_API_URL="",  # that of no file; without a server of one's own, one is started for the run
    PREFECT_SERVER_EPHEMERAL_ENABLED="true",
    PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS="120",  # a slow machine's first start
    PREFECT_SERVER_LOGGING_LEVEL="CRITICAL",  # no noise of a server that ends with the run
    PREFECT_LOGGING_LEVEL="WARNING",
)

from flows.foreign_settings import take_back  # noqa: E402 # reads what was said above

take_back()

from prefect.settings import get_current_settings  # noqa: E402 # imported after both

_api = get_current_settings().api
_api.url = _api.url or None  # an empty address would be one that no event reaches
_api.key = _api.key if _api.key and _api.key.get_secret_value() else None
