"""What the commands of the ledger share: whose desk it is, which draft, fact and sources are meant."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.core.errors import InputError

if TYPE_CHECKING:
    from pipeline.core.models import Person
    from pipeline.core.settings import Settings
    from pipeline.ledger import FactSource, KeptFile, Ledger, Rules
    from pipeline.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])


class OneOf(click.ParamType[str]):
    """One of the ledger's own words, which are loaded when one is typed."""

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word; fails with those that there are for another."""
        from pipeline.ledger import KINDS, WORDS

        known: Iterable[str] = KINDS if self.name == "kind" else WORDS
        if value not in known:
            self.fail(f"{value[:40]!r}: choose one of {', '.join(known)}", param, ctx)
        return value


@dataclass(frozen=True)
class LedgerDesk:
    """A store, who acts, and the settings."""

    store: Store
    person: Person
    settings: Settings

    @property
    def rules(self) -> Rules:
        """House rules of ticking."""
        from pipeline.ledger import Rules

        return Rules.of(self.settings)


@contextmanager
def open_ledger_desk(name: str | None) -> Generator[LedgerDesk, None, None]:
    """Open the store for somebody; raises SettingsError, StoreError, InputError."""
    from pipeline.cli.review.reviewer import acting_person
    from pipeline.core.settings import load_settings
    from pipeline.store import open_store

    settings = load_settings()
    with open_store(settings) as store:
        yield LedgerDesk(store, acting_person(store, settings, name), settings)


def headline(found: Ledger) -> str:
    """Return a draft in a line: how many facts stand how, and who signed it."""
    from pipeline.ledger import WORDS, counts

    known = ", ".join(f"{number} {WORDS[state]}" for state, number in counts(found.facts).items())
    signed = found.signature
    told = f"; signed by {signed.person} for version {signed.version}" if signed else ""
    broken = f", which no longer holds: {found.broken}" if found.broken else ""
    draft = found.draft
    return f"{draft.name}, version {draft.version}: {len(found.facts)} facts ({known or 'none'}){told}{broken}"


def read_ledger(store: Store, typed: str) -> Ledger:
    """Return the ledger of the draft that is meant; raises InputError, StoreError."""
    from pipeline.ledger import find_draft, open_ledger

    return open_ledger(store, find_draft(store, typed))


def find_typed(found: Ledger, typed: str) -> tuple[str, int]:
    """Return the id of the fact that is meant, and how many events it has; raises InputError."""
    if typed.isascii() and typed.isdecimal() and 1 <= int(typed) <= len(found.facts):
        standing = found.facts[int(typed) - 1]
        return standing.fact.id, standing.sequence
    known = found.find(typed)
    if known is None:
        raise InputError(f"no one fact {typed[:40]!r}: `factnotes ledger show {found.draft.id}` lists them")
    return known.fact.id, known.sequence


def source_options(command: Command) -> Command:
    """Give a command the options that name sources."""
    for option in (
        click.option("--primary", is_flag=True, help="The sources know it at first hand."),
        click.option("--anonymous", "anonymous", multiple=True, metavar="WHO", help="A source without a name."),
        click.option("--call", "call", multiple=True, metavar="TEXT", help="Whom you asked, such as `phoned X on D`."),
        click.option("--passage", "passage", multiple=True, metavar="TEXT", help="A stored passage: its id or words."),
        click.option("--file", "file", multiple=True, metavar="NAME", help="A file of your own, which is only named."),
        click.option(
            "--attach", "attach", multiple=True, metavar="PATH", help="A file, which is kept beside the store."
        ),
        click.option("--link", "link", multiple=True, metavar="URL", help="An address."),
    ):
        command = option(command)
    return command


def sources_of(desk: LedgerDesk, given: dict[str, Sequence[str]], primary: bool) -> tuple[FactSource, ...]:
    """Return the sources that were named, once the files among them are kept; raises InputError, StoreError."""
    from pydantic import ValidationError

    from pipeline.ledger import FactSource

    kept = tuple(_kept(desk, path, primary) for path in given.pop("attach", ()))
    try:
        return kept + tuple(
            FactSource.model_validate({"kind": kind, "reference": reference, "primary": primary})
            for kind, references in given.items()
            for reference in references
        )
    except ValidationError as error:
        raise InputError("a source has 1 to 2,000 characters") from error


def _kept(desk: LedgerDesk, typed: str, primary: bool) -> FactSource:
    from pipeline.ledger import as_source, keep_file

    path, most = Path(typed), desk.settings.ledger_max_file_bytes
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
        size = path.stat().st_size
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
    if size > most:
        raise InputError(f"the file {path.name} has {size:,} bytes: at most {most:,} are kept")
    return as_source(keep_file(desk.settings.attachments_path, path.name, data, most), primary=primary)


def save_file(desk: LedgerDesk, found: Sequence[KeptFile], which: str, out: Path) -> None:
    """Write a kept file, by its name or how its hash begins; raises InputError, StoreError."""
    from pipeline.ledger import read_file

    meant = [each for each in found if which and (each.name == which or each.sha256.startswith(which))]
    if len(meant) != 1:
        raise InputError(f"{'no file' if not meant else f'{len(meant)} files'} {which[:60]!r}: name one by its hash")
    write_out(out, read_file(desk.settings.attachments_path, meant[0]))


def write_out(out: Path, data: bytes) -> None:
    """Write a file and say where; raises InputError."""
    try:
        out.write_bytes(data)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror or error}") from error
    click.echo(str(out))
