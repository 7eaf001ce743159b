"""Saved searches: a filter under a person's own name for it."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from pipeline.errors import InputError
from pipeline.models import Person
from pipeline.review.filters import Filter
from pipeline.review.limits import SearchName, typed
from pipeline.review.values import SavedSearch
from pipeline.store import Store, schema

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
