"""The command that starts everything one machine needs, watches over it and stops it together."""

from __future__ import annotations

import secrets
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.core.errors import SettingsError, StoreBusy

if TYPE_CHECKING:
    from filelock import FileLock

    from pipeline.cli.processes import Part
    from pipeline.core.settings import Settings

_LOOPBACK = "127.0.0.1"
_PREFECT = {
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
    "PREFECT_SERVER_DATABASE_TIMEOUT": "60",  # to wait for its turn to write: 10 s are few on a busy machine
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "true",  # else its record of runs grows for ever
}


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the desk, 0 for a free one.  [default: 8765]")
@click.option("--prefect-port", type=click.IntRange(0, 65535), help="Port of Prefect's server.  [default: 4200]")
@click.option("--chroma-port", type=click.IntRange(0, 65535), help="Port of the Chroma server.  [default: 8766]")
@click.option("--at-once", type=click.IntRange(1), help="How many watches run at once.  [default: 2]")
def serve(port: int | None, prefect_port: int | None, chroma_port: int | None, at_once: int | None) -> None:
    """Run everything on one machine: the watches' schedules, Prefect's and Chroma's servers, the desk.

    The servers listen on this machine alone. All are stopped together: by Ctrl-C, by SIGTERM, or when one of them
    ends. If FACTNOTES_CHROMA_URL names a Chroma server, that one is used.
    """
    from pipeline.cli.processes import run_together  # honcho brings multiprocessing
    from pipeline.core.settings import load_settings

    settings = load_settings(
        desk_port=port, prefect_port=prefect_port, chroma_port=chroma_port, watches_at_once=at_once
    )
    _check_desk(settings)
    with _alone(settings):
        run_together(*_parts(settings))


def _check_desk(settings: Settings) -> None:
    """Open the store, which makes it or brings it up to date, and refuse what the desk would refuse."""
    from pipeline.review import has_people
    from pipeline.store import open_store
    from pipeline.web import check_binding

    with open_store(settings) as store:
        check_binding(settings, has_people(store))


def _alone(settings: Settings) -> FileLock:
    """Own the home's Prefect database and logs: two servers would break it."""
    from filelock import FileLock, Timeout

    folder = settings.home / "serve"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(folder / "serve.lock", timeout=2)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreBusy(f"factnotes serve runs already for {settings.home}: stop that one first") from error
    return lock


def _parts(settings: Settings) -> tuple[list[Part], dict[str, str]]:
    """Return the processes to start, and the environment they are started in."""
    from pipeline.cli.processes import Part
    from pipeline.core.settings import environment

    folder = settings.home / "serve"
    prefect = _port(_LOOPBACK, settings.prefect_port, "Prefect's server", "--prefect-port")
    server = _module("prefect", "server", "start", "--host", _LOOPBACK, "--port", prefect)
    schedules = _module("flows.serve", "--at-once", settings.watches_at_once)
    desk_port = _port(settings.desk_host, settings.desk_port, "the desk", "--port")
    desk = _module("pipeline.cli", "desk", "--port", desk_port)
    parts = [
        Part("prefect", "Prefect's server", server, folder / "prefect.log", folder),
        Part("schedules", "the process of the schedules", schedules),
        Part("desk", "the desk", desk),
    ]
    chroma_url = settings.chroma_url
    if chroma_url is None:
        port = _port(_LOOPBACK, settings.chroma_port, "the Chroma server", "--chroma-port")
        chroma_url = f"http://{_LOOPBACK}:{port}"
        chroma = _module("pipeline.evidence.serve_vectors", settings.vectors_path.absolute(), port)
        parts.insert(1, Part("chroma", "the Chroma server", chroma, folder / "chroma.log", folder))
    click.echo(f"Prefect's pages are at http://{_LOOPBACK}:{prefect}; sign in with what is in {folder / 'password'}.")
    given = {"FACTNOTES_HOME": str(settings.home), "FACTNOTES_CHROMA_URL": chroma_url, "PYTHONUNBUFFERED": "1"}
    given["FACTNOTES_DESK_PORT"] = str(desk_port)  # the process of the schedules names it in what it sends
    return parts, environment(**given, **_of_prefect(settings.home, prefect))


def _module(name: str, *arguments: object) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *map(str, arguments))


def _of_prefect(home: Path, port: int) -> dict[str, str]:
    address, password = f"http://{_LOOPBACK}:{port}", _password(home / "serve" / "password")
    from pipeline.core.settings import NO_TELEMETRY

    return (NO_TELEMETRY | _PREFECT) | {
        "PREFECT_HOME": str((home / "prefect").resolve()),
        "PREFECT_API_URL": f"{address}/api",
        # A page in the browser could ask a server on this machine anything, were it open to whoever asks.
        "PREFECT_SERVER_API_AUTH_STRING": password,
        "PREFECT_API_AUTH_STRING": password,
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": address,
    }


def _password(path: Path) -> str:
    """Return the name and password of Prefect's server, made at the first start, for this user's eyes alone."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"factnotes:{secrets.token_urlsafe(24)}\n", encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


def _port(host: str, port: int, what: str, option: str) -> int:
    """Return a port that is free to listen on; raises SettingsError where another process has it."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise SettingsError(
                f"{what} cannot listen on port {port} ({error.strerror}): end what does, or give another with {option}"
            ) from error
        found: int = probe.getsockname()[1]
        return found
