"""Facts that people split into parts or merge into one: the former ones are `replaced`, and undo brings them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.core.errors import InputError
from pipeline.core.models import Article, Person
from pipeline.ledger.carrying import make_fact
from pipeline.ledger.drafts import article_of
from pipeline.ledger.ledger import open_ledger
from pipeline.ledger.log import append, read_events
from pipeline.ledger.models import Draft, Fact, FactAction, FactKind, FactStanding, Ledger
from pipeline.store import Store

MOST_PARTS = 20


def split_fact(
    store: Store, draft: Draft, fact_id: str, words: Sequence[str], person: Person, *, seen: int, kind: FactKind | None
) -> tuple[Fact, ...]:
    """Let parts of a fact's words, in their order, stand for it; return them, each of the fact's kind or of `kind`.

    Raises InputError where they are not in it, and Conflict.
    """
    ledger = open_ledger(store, draft)
    whole = _of(ledger, fact_id)
    words = [each.strip() for each in words if each.strip()]
    if not 2 <= len(words) <= MOST_PARTS:
        raise InputError(f"split: give 2 to {MOST_PARTS} parts, each in the words of the fact")
    article = article_of(store, draft, draft.version)
    parts = tuple(_parts(article, whole.fact, words, kind or whole.fact.kind))
    _replace(store, ledger, "split", [(whole, seen)], parts, person)
    return parts


def _parts(article: Article, whole: Fact, words: Iterable[str], kind: FactKind) -> Iterable[Fact]:
    at = whole.span.start
    for each in words:
        start = article.text.find(each, at, whole.span.end)
        if start < 0:
            raise InputError(f"split: the fact does not hold these words, in this order: {each[:60]!r}")
        at = start + len(each)
        yield make_fact(article, kind, start, at)


def merge_facts(
    store: Store, draft: Draft, seen: Mapping[str, int], person: Person, *, kind: FactKind | None = None
) -> Fact:
    """Let one fact stand for several of a paragraph, from the first one's words to the last one's; return it.

    `seen` tells how many events of each the caller has seen. Raises InputError, Conflict.
    """
    ledger = open_ledger(store, draft)
    facts = [(_of(ledger, fact_id), number) for fact_id, number in seen.items()]
    if len({each.fact.id for each, _ in facts}) < 2:
        raise InputError("merge: name two facts or more")
    start = min(each.fact.span.start for each, _ in facts)
    end = max(each.fact.span.end for each, _ in facts)
    if "\n" in ledger.text[start:end]:
        raise InputError("merge: facts of one paragraph only")
    first = min(facts, key=lambda each: each[0].fact.span.start)[0]
    whole = make_fact(article_of(store, draft, draft.version), kind or first.fact.kind, start, end)
    _replace(store, ledger, "merge", [each for each in facts if each[0].fact.id != whole.id], (whole,), person)
    return whole


def _of(ledger: Ledger, fact_id: str) -> FactStanding:
    standing = ledger.find(fact_id)
    if standing is None:
        raise InputError(f"no one fact {fact_id[:40]!r} in version {ledger.draft.version}")
    if standing.state == "replaced":
        raise InputError(f"“{standing.fact.span.exact[:60]}” is split or merged already: undo that first")
    return standing


def _replace(
    store: Store,
    ledger: Ledger,
    action: FactAction,
    olds: Sequence[tuple[FactStanding, int]],
    news: Sequence[Fact],
    person: Person,
) -> None:
    """Write all of it or nothing."""
    there = {each.fact.id for each in ledger.facts}
    old_ids = [each.fact.id for each, _ in olds]
    into: dict[str, Any] = {"detail": {"into": [fact.id for fact in news]}}
    with store.writing() as connection:
        events, _ = read_events(connection, ledger.draft.id)
        for each, seen in olds:
            append(connection, ledger.draft, each.fact.id, action, person, seen, into)
        for fact in news:
            if fact.id not in there:
                body = {"detail": {"fact": fact.model_dump(mode="json"), "of": old_ids}}
                append(connection, ledger.draft, fact.id, "add", person, len(events.get(fact.id, ())), body)
