"""Prefect flows: thin, they choose, call and report.

What Prefect needs to know is said here, before it is imported: in files it would be read from whatever folder a flow is
started in, and from the user's own Prefect home. A variable of the environment wins over both.
"""

import sys
from contextlib import chdir, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

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

with TemporaryDirectory() as _nowhere, chdir(_nowhere):
    from prefect.settings import Settings, get_current_settings

    _told = Settings().to_environment_variables(include_aliases=True)


def _of_files() -> dict[str, str]:
    """Return the settings that files of this folder change, as they are without these; raises ValueError or OSError."""
    here = Settings().to_environment_variables(include_aliases=True)
    return {name: _told.get(name, "") for name in here | _told if (here.get(name) or "") != _told.get(name, "")}


_changed: dict[str, str] = {}
try:
    _changed = _of_files()
    prefer(**_changed)  # the processes that Prefect starts read files of this folder too
    _left = list(_of_files())
except (ValueError, OSError):  # no value stands for none where a number is asked for
    _left = [name for name, value in _changed.items() if not value] or ["what Prefect cannot read"]
if _left:
    sys.exit(
        f"Error: a .env, prefect.toml or pyproject.toml in {Path.cwd()} sets {', '.join(sorted(_left))}: a flow takes "
        "settings of Prefect from its environment alone; take that out, or start in another folder"
    )

_api = get_current_settings().api
_api.url = _api.url or None  # an empty address would be one that no event reaches
_api.key = _api.key if _api.key and _api.key.get_secret_value() else None
