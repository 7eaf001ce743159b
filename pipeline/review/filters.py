"""Which claims of the queue: one filter for URLs, saved searches, the command line and the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, Self, get_args
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from pydantic import ConfigDict, ValidationError

from pipeline.core.errors import InputError
from pipeline.core.models import EditorStatus, FlagKind, Label, Person, ReviewStatus, Value
from pipeline.review.limits import Day, Id, Name, SearchName, Sought, Truth, problem, typed
from pipeline.review.models import SavedSearch
from pipeline.store import Store, schema

UNASSIGNED = "-"
"""As an assignee: nobody."""


class Filter(Value):
    """Which claims to list; a field that is None does not narrow."""

    model_config = ConfigDict(use_attribute_docstrings=True)  # FastAPI describes a query by its fields, not its schema

    run: Id | None = None
    article: Id | None = None
    label: Label | Literal["not_checked"] | None = None
    """The note's label, or `not_checked` for claims without a verdict."""
    flag: FlagKind | None = None
    checker: Id | None = None
    publisher: Sought | None = None
    since: Day | None = None
    """Articles published on this day or later."""
    until: Day | None = None
    """Articles published on this day or before."""
    assignee: Name | None = None
    """A name, or `-` for claims that nobody has."""
    status: ReviewStatus | Literal["any"] = "open"
    editor_status: EditorStatus | None = None
    moved: Truth | None = None
    """True for decided claims whose note has changed since."""
    differs: Truth | None = None
    """True for claims that nobody could judge and whose nearest source says something else."""
    text: Sought | None = None
    """Words that all stand in claim, title, publisher, justification or flags; `"..."` for words in a row."""

    @classmethod
    def parse(cls, given: Mapping[str, object]) -> Self:
        """Read a filter from a form, a query or options; what is empty does not narrow, unknown names are left.

        Raises InputError that names the field and what it may be.
        """
        known: dict[str, object] = {}
        for name in cls.model_fields:
            value = given.get(name)
            value = value.strip() if isinstance(value, str) else value
            if value is not None and value != "":
                known[name] = value
        try:
            return cls.model_validate(known)
        except ValidationError as error:
            raise InputError(_problem(error)) from error

    @classmethod
    def from_query(cls, query: str) -> Self:
        """Read a filter from a query string; raises InputError."""
        return cls.parse(dict(parse_qsl(query.removeprefix("?"))))

    def query(self) -> str:
        """Return the canonical query string: fields in order, only those that differ from the default."""
        fields = self.model_dump(mode="json", exclude_defaults=True)
        return urlencode(
            {name: str(value).lower() if isinstance(value, bool) else value for name, value in fields.items()}
        )


_CHOICES: dict[str, tuple[str, ...]] = {
    "label": (*get_args(Label), "not_checked"),
    "flag": get_args(FlagKind),
    "status": (*get_args(ReviewStatus), "any"),
    "editor_status": get_args(EditorStatus),
    "moved": ("true", "false"),
    "differs": ("true", "false"),
}


def _problem(error: ValidationError) -> str:
    name = str(error.errors()[0]["loc"][0])
    if name in _CHOICES:
        return f"filter {name}: choose one of {', '.join(_CHOICES[name])}"
    if name in ("since", "until"):
        return f"filter {name}: give a day such as 2024-06-30"
    return f"filter {name}: {problem(error)}"


MAX_SEARCHES = 100
_S = schema.searches.c


def save_search(store: Store, person: Person, name: str, filter: Filter) -> SavedSearch:
    """Keep a filter under a name, in place of an older one of that name.

    Raises InputError for a name that is empty or too long, and for too many searches.
    """
    name = typed("name", name, SearchName)
    row = {"person": person.name, "name": name, "query": filter.query(), "created_at": datetime.now(UTC)}
    with store.writing() as connection:
        connection.execute(sa.delete(schema.searches).where(_S.person == person.name, _S.name == name))
        number = connection.scalar(
            sa.select(sa.func.count()).select_from(schema.searches).where(_S.person == person.name)
        )
        if (number or 0) >= MAX_SEARCHES:
            raise InputError(f"{MAX_SEARCHES} searches are saved already: delete one first")
        connection.execute(sa.insert(schema.searches), row)
    return SavedSearch(person=person.name, name=name, query=filter.query())


def saved_searches(store: Store, person: Person) -> tuple[SavedSearch, ...]:
    """Return a person's searches in order of name."""
    query = sa.select(_S.person, _S.name, _S.query).where(_S.person == person.name).order_by(_S.name)
    with store.reading() as connection:
        return tuple(SavedSearch.model_validate(dict(row)) for row in connection.execute(query).mappings())


def delete_search(store: Store, person: Person, name: str) -> None:
    """Forget a search; raises InputError when there is none of that name."""
    name = typed("name", name, SearchName)
    gone = sa.delete(schema.searches).where(_S.person == person.name, _S.name == name)
    with store.writing() as connection:
        if not connection.execute(gone).rowcount:
            raise InputError(f"no saved search is called {name!r}")
