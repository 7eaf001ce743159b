"""Settings of Prefect in files of the folder a flow is started in: taken back, or refused in one line.

Prefect reads `.env`, `prefect.toml` and `pyproject.toml` of the current folder when it is imported, and so do the
processes that it starts; a variable of the environment wins over all three.
"""

import sys
import tomllib
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.core.settings import environment, prefer


def take_back() -> None:
    """Let no file of the current folder tell Prefect anything; end the process where no variable can undo one.

    Prefect must not have been imported before.
    """
    if not any(map(_may_tell, (".env", "prefect.toml", "pyproject.toml"))):
        return  # to compare all settings takes most of a second
    with TemporaryDirectory() as nowhere, chdir(nowhere):
        told = _settings()
    if left := _not_taken_back(told):
        sys.exit(
            f"Error: a .env, prefect.toml or pyproject.toml in {Path.cwd()} sets {', '.join(sorted(left))}: a flow "
            "takes settings of Prefect from its environment alone; take that out, or start in another folder"
        )


def _may_tell(name: str) -> bool:
    """Tell whether a file may set something of Prefect that no variable of the environment sets."""
    if not Path(name).exists():
        return False
    try:
        text = Path(name).read_text(encoding="utf-8")
        if name == ".env":
            return "prefect" in text.lower()
        tables = tomllib.loads(text)
    except (OSError, ValueError):
        return True
    told = tables.get("tool", {}).get("prefect", {}) if name == "pyproject.toml" else tables
    return not set(_variables("PREFECT", told)) <= environment().keys()


def _variables(prefix: str, told: object) -> Iterator[str]:
    """Yield the variables that say the same as a table: `PREFECT_LOGGING_LEVEL` for `logging.level`."""
    if not isinstance(told, dict):
        yield prefix
        return
    for name, value in told.items():
        yield from _variables(f"{prefix}_{name}".upper(), value)


def _settings() -> dict[str, str]:
    from prefect.settings import Settings

    return Settings().to_environment_variables(include_aliases=True)


def _not_taken_back(told: dict[str, str]) -> list[str]:
    """Say in the environment what files have changed; return what stays changed."""
    changed: dict[str, str] = {}
    try:
        changed = _changed(told)
        prefer(**changed)  # the processes that Prefect starts read files of this folder too
        return list(_changed(told))
    except (ValueError, OSError):  # no value stands for none where a number is asked for
        return [name for name, value in changed.items() if not value] or ["what Prefect cannot read"]


def _changed(told: dict[str, str]) -> dict[str, str]:
    """Return the settings that files of this folder change, as they are without these; raises ValueError or OSError."""
    here = _settings()
    return {name: told.get(name, "") for name in here | told if (here.get(name) or "") != told.get(name, "")}
