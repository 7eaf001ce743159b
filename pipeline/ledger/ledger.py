"""Open the ledger of a draft, work at its facts, and sign: every act is one event in a log that only grows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.articles import WordComment, read_word
from pipeline.core.clock import utc_now
from pipeline.core.errors import Conflict, Forbidden, InputError
from pipeline.core.models import Article, Person, text_hash
from pipeline.ledger.carrying import changed_from, located
from pipeline.ledger.drafts import add_version, article_of, facts_of
from pipeline.ledger.log import SIGNATURE, Events, append, read_events
from pipeline.ledger.models import (
    Draft,
    Fact,
    FactAction,
    FactEvent,
    FactKind,
    FactSource,
    FactStanding,
    Ledger,
    Rules,
    Signature,
)
from pipeline.ledger.standing import counts, is_replaced, stand, undoable, why_broken, why_not_signed, why_short
from pipeline.store import Store, schema

_LONGEST = 5_000


def open_ledger(store: Store, draft: Draft) -> Ledger:
    """Return the facts of a draft's newest version, in the order of its text; raises InputError, StoreError."""
    article = article_of(store, draft, draft.version)
    with store.reading() as connection:
        events, signatures = read_events(connection, draft.id)
        found = facts_of(connection, draft.id, draft.version)
        known = _earlier(connection, draft, set(events) - {fact.id for fact in found})
    added, there = _added(events), {fact.id for fact in found}
    more = (located(article, fact) for fact in added if fact.id not in there)
    facts = _in_order([*found, *(fact for fact in more if fact is not None)])
    standing = [stand(fact, events.get(fact.id, ())) for fact in facts]
    ids = {each.id for each in facts}
    former = {fact.id: fact for fact in (*known, *added) if fact.id not in ids}
    gone = [stand(fact, events[fact.id]) for fact in former.values()]
    standing, gone = changed_from(standing, [each for each in gone if each.state != "replaced"])
    signature = signatures[-1] if signatures else None
    done = sum(len(each) for each in events.values())
    return Ledger(
        draft=draft,
        text=article.text,
        warnings=article.warnings,
        facts=tuple(standing),
        gone=tuple(gone),
        events=done,
        signature=signature,
        broken=why_broken(signature, article.text, draft.version, done) if signature else "",
    )


def act(
    store: Store,
    draft: Draft,
    fact_id: str,
    action: FactAction,
    person: Person,
    *,
    seen: int,
    rules: Rules | None = None,
    sources: Iterable[FactSource] = (),
    words: str = "",
    comment: str = "",
) -> FactEvent:
    """Do something to a fact of the newest version, as whoever has seen so many of its events.

    A tick needs a source, by the house rules; a change its new words; a query its question. Raises InputError,
    Conflict (somebody was first), Forbidden (only an editor takes back what another did).
    """
    standing = _find(open_ledger(store, draft), fact_id)
    given = tuple(sources)
    if standing.state == "replaced" and action != "undo":
        raise InputError("it is split or merged: work at its parts, or undo that first")
    _check(standing, action, given, words, comment, rules or Rules())
    body: dict[str, Any] = {"sources": [each.model_dump() for each in given], "words": words, "comment": comment}
    if action == "undo":
        return _undo(store, draft, standing, person, seen, body)
    return _write(store, draft, standing.fact.id, action, person, seen, body)


def assign_kind(store: Store, draft: Draft, kind: FactKind, name: str, person: Person) -> int:
    """Give all facts of a kind that are not settled to somebody, or to nobody; return how many that changes.

    Raises StoreError.
    """
    name = " ".join(name.split())[:_LONGEST]
    ledger = open_ledger(store, draft)
    wanted = [each for each in ledger.facts if each.fact.kind == kind and not each.settled]
    changing = [each for each in wanted if (each.assignee or "") != name]
    with store.writing() as connection:
        for each in changing:
            append(connection, draft, each.fact.id, "assign", person, each.sequence, {"words": name})
    return len(changing)


def add_fact(store: Store, draft: Draft, fact: Fact, person: Person, comment: str = "") -> FactEvent:
    """Add a fact that was not found by itself; raises InputError where it is there already."""
    if any(each.fact.id == fact.id for each in open_ledger(store, draft).facts):
        raise InputError(f"“{fact.span.exact[:60]}” is in the ledger already")
    body = {"comment": comment, "detail": {"fact": fact.model_dump(mode="json")}}
    with store.writing() as connection:
        events, _ = read_events(connection, draft.id)
        return append(connection, draft, fact.id, "add", person, len(events.get(fact.id, ())), body)


def add_word_version(store: Store, name: str, data: bytes, article: Article, person: Person) -> Draft:
    """Keep a Word file as the next version of a draft, with the writer's comments at the facts they stand at.

    Raises InputError, StoreError.
    """
    draft = add_version(store, name, article, person, file=data)
    comments = [each for each in read_word(data).comments if each.span]
    ledger = open_ledger(store, draft)
    for comment in comments:
        standing = _commented(ledger, comment)
        said = f"{comment.author}: {comment.text}"
        if standing is not None and said not in standing.comments:
            writer = Person(name=comment.author[:200] or "the writer", role="reviewer")
            body = {"comment": comment.text[:_LONGEST]}
            _write(store, draft, standing.fact.id, "comment", writer, standing.sequence, body)
            ledger = open_ledger(store, draft)
    return draft


def _commented(ledger: Ledger, comment: WordComment) -> FactStanding | None:
    """Return the fact that a comment of the file stands at: the one whose words it shares most, and least others."""
    span = comment.span
    if span is None:
        return None
    near = [each for each in ledger.facts if each.fact.span.overlap(span)]
    return max(near, key=lambda each: 2 * each.fact.span.overlap(span) - len(each.fact.span.exact), default=None)


def _write(
    store: Store, draft: Draft, fact_id: str, action: FactAction, person: Person, seen: int, body: Mapping[str, Any]
) -> FactEvent:
    with store.writing() as connection:
        return append(connection, draft, fact_id, action, person, seen, body)


def sign(store: Store, draft: Draft, person: Person, rules: Rules, *, seen: tuple[int, int] | None = None) -> Signature:
    """Put a name under the newest version once every fact of it is settled by the rules.

    `seen` are the version and the number of events in the signer's view. Raises InputError, Forbidden for who is no
    editor, and Conflict where something has happened since.
    """
    if person.role == "reviewer":
        raise Forbidden(f"{person.name} may not sign: only an editor may")
    ledger = open_ledger(store, draft)
    if seen and seen[0] != draft.version:
        raise Conflict(f"not signed: version {draft.version} has come in meanwhile: look at it first", None)
    if seen and seen[1] != ledger.events:
        raise Conflict("not signed: something was done to its facts meanwhile: look again", None)
    if why := why_not_signed(ledger.facts, rules):
        raise InputError(f"not signed: {why}")
    if not ledger.facts:
        raise InputError("not signed: no fact was found in this text; add what is to be checked")
    with store.writing() as connection:
        events, signatures = read_events(connection, draft.id)
        if any(len(events.get(each.fact.id, ())) != each.sequence for each in ledger.facts):
            raise Conflict("somebody has worked at a fact meanwhile: look again", None)
        signature = Signature(
            person=person.name,
            at=utc_now(),
            version=draft.version,
            text_sha256=text_hash(ledger.text),
            rules=rules,
            events=sum(len(each) for each in events.values()),
            counts=counts(ledger.facts),
        )
        row = {"fact_id": SIGNATURE, "sequence": len(signatures) + 1, "action": "sign", "version": draft.version}
        row |= {"draft_id": draft.id, "person": person.name, "at": signature.at}
        connection.execute(sa.insert(schema.ledger_events), row | {"body": signature.model_dump(mode="json")})
    return signature


def history(store: Store, draft: Draft) -> tuple[FactEvent, ...]:
    """Return all that was done to a draft's facts, in the order it was done."""
    with store.reading() as connection:
        events, _ = read_events(connection, draft.id)
    return tuple(sorted((event for each in events.values() for event in each), key=lambda event: event.id))


def _earlier(connection: Connection, draft: Draft, wanted: set[str]) -> list[Fact]:
    """Return facts of earlier versions, each as it stood last."""
    found: dict[str, Fact] = {}
    for version in range(draft.version - 1, 0, -1):
        if wanted <= found.keys():
            break
        for fact in facts_of(connection, draft.id, version):
            if fact.id in wanted:
                found.setdefault(fact.id, fact)
    return list(found.values())


def _added(events: Events) -> list[Fact]:
    """Return the facts that people added; parts of one that was split or merged, while it is."""
    added = [
        event.detail["fact"]
        for each in events.values()
        for event in each[::-1]
        if event.action == "add" and _holds(event, events)
    ]
    return list({fact.id: fact for fact in map(Fact.model_validate, added)}.values())


def _holds(event: FactEvent, events: Events) -> bool:
    wholes = event.detail.get("of")
    return not wholes or any(is_replaced(events.get(each, ())) for each in wholes)


def _in_order(facts: Iterable[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: (fact.span.start, -fact.span.end))


def _find(ledger: Ledger, fact_id: str) -> FactStanding:
    standing = ledger.find(fact_id)
    if standing is None:
        raise InputError(f"no one fact {fact_id[:40]!r} in version {ledger.draft.version} of {ledger.draft.name!r}")
    return standing


def _check(
    standing: FactStanding,
    action: FactAction,
    sources: tuple[FactSource, ...],
    words: str,
    comment: str,
    rules: Rules,
) -> None:
    if len(words) > _LONGEST or len(comment) > _LONGEST:
        raise InputError(f"at most {_LONGEST} characters: shorten it")
    if action == "tick" and (why := why_short(standing.model_copy(update={"sources": sources}), rules)):
        raise InputError(f"tick: {why}; say what it rests on")
    if action == "change" and (not words.strip() or words == standing.fact.span.exact):
        raise InputError("change: give the new words")
    if action == "ask" and not words.strip():
        raise InputError("ask: give the question to the writer")
    attached = action == "comment" and sources
    if action in ("cannot_check", "comment") and not comment.strip() and not attached:
        raise InputError(f"{action}: say why in the comment" if action == "cannot_check" else "comment: write one")


def _undo(
    store: Store, draft: Draft, standing: FactStanding, person: Person, seen: int, body: Mapping[str, Any]
) -> FactEvent:
    """Take back the newest act on a fact; that of a merger on all that were merged."""
    with store.writing() as connection:
        events, _ = read_events(connection, draft.id)
        event = _to_undo(events.get(standing.fact.id, ()), person)
        parts = event.detail.get("into", [])
        if any(undoable(events.get(each, ())) for each in parts if _is_part(events.get(each, ()), event)):
            raise InputError("undo: take back first what was done to its parts since")
        written = append(
            connection, draft, event.fact_id, "undo", person, seen, {**body, "detail": {"undone": event.sequence}}
        )
        for other in events.values() if event.action == "merge" else ():
            last = undoable(other)
            if last and last.fact_id != event.fact_id and (last.action, last.detail.get("into")) == ("merge", parts):
                detail = {"detail": {"undone": last.sequence}}
                append(connection, draft, last.fact_id, "undo", person, len(other), detail)
    return written


def _is_part(events: Sequence[FactEvent], whole: FactEvent) -> bool:
    return any(whole.fact_id in event.detail.get("of", ()) for event in events)


def _to_undo(events: Sequence[FactEvent], person: Person) -> FactEvent:
    event = undoable(events)
    if event is None:
        raise InputError("undo: there is nothing to take back")
    if event.person != person.name and person.role == "reviewer":
        raise Forbidden(f"{person.name} may not take back what {event.person} did: only an editor may")
    return event
