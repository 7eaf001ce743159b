"""The group `factnotes review`, and the options its commands share."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.core.errors import Conflict

if TYPE_CHECKING:
    from pipeline.core.models import Person
    from pipeline.review import Filter
    from pipeline.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])

REASONS = (
    "false_alarm",
    "wrong_evidence",
    "misread_claim",
    "not_checkable",
    "evidence_too_old",
    "other",
    "checked_myself",
)
LABELS = ("supported", "refuted", "not_enough_evidence", "conflicting_evidence")


def _all(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


filter_options = _all(
    click.option("--run", help="Claims of this run: an id, a unique part of one, or `latest`."),
    click.option("--article", help="Claims of this article, named likewise."),
    click.option("--label", help=f"The note's verdict: {', '.join(LABELS)} or not_checked."),
    click.option("--flag", help="Notes with a flag of this kind, such as wrong_number."),
    click.option(
        "--checker", help="Claims this checker decided or flagged, such as titles; predict_verdict is the model."
    ),
    click.option("--publisher", help="Claims of articles from this publisher."),
    click.option("--since", help="Articles published on this day or later (YYYY-MM-DD)."),
    click.option("--until", help="Articles published on this day or before."),
    click.option("--assignee", help="Assigned to this person; - for nobody."),
    click.option("--status", help="open (the default), decided, awaiting_second, disputed, superseded, none or any."),
    click.option("--editor-status", help="none, approved or sent_back."),
    click.option("--differs", is_flag=True, default=None, help="Claims without a verdict whose source differs."),
    click.option("--moved", is_flag=True, default=None, help="Decided claims whose note has changed since."),
    click.option("--text", help='Words of claim, title or note; "..." for words in that order.'),
)
person_option = click.option(
    "--as", "name", metavar="NAME", help="Who decides. Default: FACTNOTES_REVIEWER, else your name on this machine."
)
seen_option = click.option(
    "--seen", type=click.IntRange(0), help="How many events you had seen: refused when more have happened since."
)
comment_option = click.option("--comment", default="", help="Why, in your own words.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else there.")


def filter_of(given: dict[str, Any]) -> Filter:
    """Return the filter the options name; raises InputError."""
    from pipeline.review import Filter

    return Filter.parse(given)


def with_ids(filter: Filter, store: Store) -> Filter:
    """Return the filter with the ids of the run and article that are meant; raises InputError, StoreError."""
    from pipeline.store import find_article_id, find_run_id

    run = find_run_id(store, filter.run) if filter.run else None
    article = find_article_id(store, filter.article) if filter.article else None
    return filter.model_copy(update={"run": run, "article": article})


def print_json(value: object) -> None:
    """Print a value, or several, as JSON in ASCII: nothing in it can move a terminal."""
    from pydantic import BaseModel, TypeAdapter

    if isinstance(value, BaseModel):
        click.echo(value.model_dump_json(indent=2, ensure_ascii=True))
    else:
        click.echo(TypeAdapter(Any).dump_json(value, indent=2, ensure_ascii=True).decode())


@dataclass(frozen=True)
class Desk:
    """An open store and who acts."""

    store: Store
    person: Person


@contextmanager
def open_desk(name: str | None) -> Generator[Desk, None, None]:
    """Open the store and say who acts; a conflict says that nothing was written and where to look."""
    from pipeline.cli.review.reviewer import acting_person
    from pipeline.core.settings import load_settings
    from pipeline.store import open_store

    settings = load_settings()
    with open_store(settings) as store:
        try:
            yield Desk(store, acting_person(store, settings, name))
        except Conflict as error:
            claim_id = error.newest.claim_id[:8]
            message = f"{error}; nothing was written. `factnotes review show {claim_id}` shows how it is now"
            raise Conflict(f"claim {claim_id}: {message}", error.newest) from error


EPILOG = """CLAIM is an id, a unique part of one, or `latest`, the one noted last. Where the store has accounts, --as
must name one of them; no password is asked: who can write the store's file is trusted. Exit codes: 3 the claim, filter
or decision is wrong; 7 somebody else acted on the claim after you saw it, nothing was written; 8 this person may not do
that; see also `factnotes --help`."""


@click.group(epilog=EPILOG)
def review() -> None:
    """Review claims as at the desk: see the next one, accept, correct or dismiss its note, look back."""
