"""Commands of the desk: start it, and keep the accounts of those who work at it."""

from __future__ import annotations

import gc
import logging
import signal
import socket
import sys
from threading import Thread
from typing import TYPE_CHECKING

import click

from pipeline.core.errors import InputError, SettingsError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from pipeline.core.settings import Settings
    from pipeline.store import Store

ROLES = click.Choice(["reviewer", "editor", "admin"])
_GRACE_S = 10


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on, 0 for a free one.  [default: 8765]")
@click.option("--open/--no-open", "open_page", default=False, help="Open the desk in a browser.")
@click.option(
    "--behind-tls-proxy",
    is_flag=True,
    default=None,
    help="People reach the desk through a proxy that speaks https and sets X-Forwarded-Proto and X-Forwarded-For.",
)
@click.option("--name", "names", multiple=True, help="Host name under which the proxy is reached; may be repeated.")
def desk(
    host: str | None, port: int | None, open_page: bool, behind_tls_proxy: bool | None, names: tuple[str, ...]
) -> None:
    """Start the review desk, on this machine alone unless there are accounts and a TLS proxy."""
    from pipeline.core.settings import load_settings
    from pipeline.review import has_people
    from pipeline.store import open_store
    from pipeline.web import check_binding

    settings = load_settings(
        desk_host=host,
        desk_port=port,
        desk_behind_tls_proxy=behind_tls_proxy or None,
        desk_names=",".join(names) or None,
    )
    with open_store(settings) as store:
        accounts = has_people(store)
        check_binding(settings, accounts)
        listening = _listen(settings)
        with listening:
            address = _address(settings, listening)
            who = "sign in with an account" if accounts else "no accounts, one local person"
            click.echo(f"The desk is at {address} ({who}); Ctrl-C ends it.")
            from pipeline.web import create_app

            app = create_app(store, settings)
            gc.collect()
            gc.freeze()  # looking through all that was imported holds a request up for a tenth of a second
            Thread(target=_index_decisions, args=(store, settings), daemon=True).start()
            if open_page:
                import webbrowser

                webbrowser.open(address)
            _serve(app, settings, listening)


def _index_decisions(store: Store, settings: Settings) -> None:
    """Give decided claims their vectors while the desk is already at work; what fails is made up for at a look-up."""
    from pipeline.core.errors import FactnotesError
    from pipeline.evidence import MiniLM
    from pipeline.review import index_decisions

    try:
        index_decisions(store, settings.reviewed_vectors_path, MiniLM())
    except FactnotesError as error:
        logging.getLogger("factnotes").warning("decided claims are not indexed: %s", error)


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.desk_host or None, settings.desk_port
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"cannot listen on {settings.desk_host}:{port} ({error.strerror}); choose another with --port or --host"
        ) from error
    return listening


def _address(settings: Settings, listening: socket.socket) -> str:
    if settings.desk_behind_tls_proxy:
        return f"https://{settings.desk_names.split(',')[0].strip()}/"
    host = settings.desk_host
    return f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}/"


def _serve(app: FastAPI, settings: Settings, listening: socket.socket) -> None:
    """Serve until the process is asked to end; requests under way are answered first."""
    import uvicorn

    from pipeline.web import PunctualProtocol

    config = uvicorn.Config(
        app,
        log_config=None,
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        proxy_headers=settings.desk_behind_tls_proxy,
        forwarded_allow_ips=settings.desk_proxies if settings.desk_behind_tls_proxy else [],
        timeout_graceful_shutdown=_GRACE_S,
        timeout_keep_alive=30,
        http=PunctualProtocol,
        ws="none",
    )
    before = signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn ends gracefully, then raises it once more
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
    click.echo("The desk is closed.")


@click.group()
def people() -> None:
    """Manage accounts of reviewers. From the first account on, the desk asks everybody to sign in."""


def _read_password(name: str) -> str:
    """Ask for a password twice, or take the first line of standard input; never an argument, which others can see."""
    if sys.stdin.isatty():
        password: str = click.prompt(f"Password for {name}", hide_input=True, confirmation_prompt=True)
        return password
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise InputError("give the password on standard input, on one line")
    return line


@people.command()
@click.argument("name")
@click.option("--role", type=ROLES, default="reviewer", show_default=True)
def add(name: str, role: str) -> None:
    """Add NAME; the password is asked for, or read from standard input."""
    from pipeline.core.settings import load_settings
    from pipeline.review import Passwords, add_person, has_people
    from pipeline.store import open_store

    with open_store(load_settings()) as store:
        first = not has_people(store)
        account = add_person(store, name, role, _read_password(name), passwords=Passwords())
    click.echo(f"{account.name} can sign in as {account.role}.")
    if first:
        click.echo("This is the first account: from now on the desk asks everybody to sign in.")


@people.command("list")
def list_people() -> None:
    """List accounts and their tokens."""
    from pipeline.core.settings import load_settings
    from pipeline.review import list_people, list_tokens
    from pipeline.store import open_store

    with open_store(load_settings()) as store:
        found = list_people(store)
        if not found:
            click.echo("No accounts: the desk has one local person, on this machine alone.")
        for account in found:
            closed = "" if account.active else ", deactivated"
            click.echo(f"{account.name}: {account.role}{closed}, since {account.created_at:%Y-%m-%d}")
            for token in list_tokens(store, account.name):
                click.echo(f"    token {token.label}, expires {token.expires_at:%Y-%m-%d}")


@people.command()
@click.argument("name")
@click.argument("role", type=ROLES)
def role(name: str, role: str) -> None:
    """Give NAME the role ROLE, effective at once."""
    from pipeline.core.settings import load_settings
    from pipeline.review import set_role
    from pipeline.store import open_store

    with open_store(load_settings()) as store:
        set_role(store, name, role)
    click.echo(f"{name} is {role} now.")


@people.command()
@click.argument("name")
def password(name: str) -> None:
    """Change the password of NAME; sessions and tokens of NAME end."""
    from pipeline.core.settings import load_settings
    from pipeline.review import Passwords, find_person, set_password
    from pipeline.store import open_store

    with open_store(load_settings()) as store:
        account = find_person(store, name)
        set_password(store, name, _read_password(account.name), passwords=Passwords())
    click.echo(f"{account.name} has a new password; sessions and tokens have ended.")


@people.command()
@click.argument("name")
def deactivate(name: str) -> None:
    """Close the account of NAME: sessions and tokens end, decisions stay."""
    from pipeline.core.settings import load_settings
    from pipeline.review import deactivate as close
    from pipeline.store import open_store

    with open_store(load_settings()) as store:
        close(store, name)
    click.echo(f"{name} can no longer sign in.")


@people.command()
@click.argument("name")
def activate(name: str) -> None:
    """Open the closed account of NAME again, with the old password."""
    from pipeline.core.settings import load_settings
    from pipeline.review import activate as open_again
    from pipeline.store import open_store

    with open_store(load_settings()) as store:
        open_again(store, name)
    click.echo(f"{name} can sign in again.")


@people.command()
@click.argument("name")
@click.option("--label", default="api", show_default=True, help="What the token is for.")
@click.option("--revoke", is_flag=True, help="End the tokens of that label instead.")
def token(name: str, label: str, revoke: bool) -> None:
    """Print a new token with which a program may use the JSON API as NAME; it is shown only once."""
    from datetime import timedelta

    from pipeline.core.settings import load_settings
    from pipeline.reports import counted
    from pipeline.review import make_token, revoke_tokens
    from pipeline.store import open_store

    settings = load_settings()
    with open_store(settings) as store:
        if revoke:
            ended = revoke_tokens(store, name, label)
            click.echo(f"{counted(ended, 'token')} of {name} ended.")
            return
        made = make_token(store, name, label, timedelta(days=settings.desk_token_days))
    click.echo(made)
    click.echo(f"Good for {settings.desk_token_days} days; send it as `Authorization: Bearer TOKEN`.", err=True)
