"""Add up a fact's events: where it stands, and why a signature under a ledger no longer holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.core.models import Person, text_hash
from pipeline.ledger.models import (
    Fact,
    FactAction,
    FactEvent,
    FactSource,
    FactStanding,
    FactState,
    Ledger,
    Rules,
    Signature,
)

STATES: dict[FactAction, FactState] = {
    "tick": "ticked",
    "change": "changed",
    "ask": "query",
    "cannot_check": "cannot_check",
    "not_a_fact": "not_a_fact",
    "split": "replaced",
    "merge": "replaced",
}
"""Actions that bring a fact into a state."""

WORDS: dict[FactState, str] = {
    "open": "open",
    "ticked": "ticked",
    "changed": "to be changed",
    "query": "asked of the writer",
    "cannot_check": "cannot be checked",
    "not_a_fact": "not a fact",
    "replaced": "split or merged",
}
"""How a state is told."""


def stand(fact: Fact, events: Sequence[FactEvent]) -> FactStanding:
    """Return where a fact stands after its events, in order of sequence."""
    standing = FactStanding(fact=fact, sequence=len(events))
    if not events:
        return standing
    gone = {event.detail.get("undone") for event in events if event.action == "undo"}
    for event in events:
        if event.sequence not in gone:
            standing = _after(standing, event)
    return standing


def is_replaced(events: Sequence[FactEvent]) -> bool:
    """Tell whether others stand for a fact with these events."""
    gone = {event.detail.get("undone") for event in events if event.action == "undo"}
    states = [STATES[event.action] for event in events if event.action in STATES and event.sequence not in gone]
    return states[-1:] == ["replaced"]


def _after(standing: FactStanding, event: FactEvent) -> FactStanding:
    change: dict[str, object] = {}
    if state := STATES.get(event.action):
        change = {"state": state, "by": event.person, "at": event.at, "sources": event.sources, "words": event.words}
    elif event.action == "assign":
        change = {"assignee": event.words or None}
    elif event.action == "harm":
        change = {"harmful": event.words != "no"}
    elif event.action == "add":
        change = {"added_by": event.person}
    if event.action == "comment" and event.sources:
        change["attached"] = (*standing.attached, *event.sources)
    if event.comment:
        change["comments"] = (*standing.comments, f"{event.person}: {event.comment}")
    return standing.model_copy(update=change)


def undoable(events: Sequence[FactEvent]) -> FactEvent | None:
    """Return the newest event that can be taken back."""
    gone = {event.detail.get("undone") for event in events if event.action == "undo"}
    left = [event for event in events if event.action not in ("undo", "add") and event.sequence not in gone]
    return left[-1] if left else None


def counts(facts: Sequence[FactStanding]) -> dict[FactState, int]:
    """Return how many facts stand where."""
    return dict(Counter(each.state for each in facts))


def next_open(ledger: Ledger, after: str, kind: str = "") -> FactStanding | None:
    """Return the open fact behind another in the order of the text, of a kind where one is named; then from the top."""
    wanted = [each for each in ledger.facts if kind in ("", each.fact.kind)]
    at = next((number for number, each in enumerate(wanted) if each.fact.id == after), -1)
    return next((each for each in (*wanted[at + 1 :], *wanted[: at + 1]) if each.state == "open"), None)


def last_source(ledger: Ledger, person: Person) -> FactSource | None:
    """Return what a person has rested a fact on last: the next one may rest on it too."""
    mine = [(each.at, each.sources[0]) for each in ledger.facts if each.by == person.name and each.at and each.sources]
    return max(mine, key=lambda each: each[0])[1] if mine else None


def why_not_signed(facts: Sequence[FactStanding], rules: Rules) -> str:
    """Return what stands in the way of a signature; empty for nothing."""
    left = [each for each in facts if not each.settled]
    if left:
        known = ", ".join(f"{number} {WORDS[state]}" for state, number in counts(left).items())
        return f"{len(left)} of {len(facts)} facts are not settled ({known})"
    short = next((each for each in facts if each.state == "ticked" and why_short(each, rules)), None)
    return f"“{short.fact.span.exact[:60]}”: {why_short(short, rules)}" if short else ""


def why_short(standing: FactStanding, rules: Rules) -> str:
    """Return what a fact's sources lack by the house rules; empty where they are enough."""
    origins = {_origin(source) for source in standing.sources}
    if origins == {_NOBODY} and not rules.anonymous_alone:
        return "a source without a name is not enough by itself"
    least = rules.sources_for_harm if standing.harmful else 1
    if len(origins if rules.anonymous_alone else origins - {_NOBODY}) >= least:
        return ""
    return f"it may harm somebody and needs {least} independent sources" if standing.harmful else "it needs a source"


_NOBODY = ""
"""Whose word that of a source without a name is: all such together are one."""


def _origin(source: FactSource) -> str:
    """Return whose word a source is: the host of an address, a kept file's content, else all of what names it."""
    if source.kind == "anonymous":
        return _NOBODY
    if source.file:
        return source.file.sha256
    words = " ".join(source.reference.casefold().split())
    rest = words.partition("://")[2]
    return rest.partition("/")[0].removeprefix("www.") if rest else words


def why_broken(signature: Signature, text: str, version: int, events: int) -> str:
    """Return why a signature no longer holds; empty where it does."""
    if text_hash(text) != signature.text_sha256:
        return f"the text has changed since: it was version {signature.version}, this is version {version}"
    if events > signature.events:
        return f"something was done to its facts since ({events - signature.events})"
    return ""
