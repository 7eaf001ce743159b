"""Who asks for a page, with which filter, and what was done just before."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from pipeline.core.errors import InputError, UnknownClaim
from pipeline.core.models import LOCAL_PERSON, Person, Review
from pipeline.review import ACTIONS, Filter, find_item, history, list_people
from pipeline.store import Store
from pipeline.web.gate.identity import current_person
from pipeline.web.rendering import render

SAID = {
    "undone": "Taken back: the claim is as it was.",
    "assigned": "Assigned.",
    "second": "A second review was requested.",
    "saved": "Search saved.",
    "deleted": "Search deleted.",
}
_MOST_EVENTS = 1_000
_DECISIONS = ("accept", "correct", "dismiss")


@dataclass(frozen=True)
class Flash:
    """What was done just before, told on the next page."""

    words: str
    claim_id: str | None = None
    text: str = ""
    undo: int | None = None
    """The number of events to hand back with an undo."""


@dataclass(frozen=True)
class Desk:
    """A request for a page: the store, the person, and the filter she works through."""

    request: Request
    store: Store
    person: Person
    filter: Filter

    @property
    def query(self) -> str:
        """The filter as a query string."""
        return self.filter.query()

    @property
    def by_htmx(self) -> bool:
        """Tell whether htmx asks for a part of the page in view."""
        return "hx-request" in self.request.headers

    def asked(self, name: str) -> str:
        """Return a parameter of the address, or nothing."""
        return self.request.query_params.get(name, "")

    def render(self, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """Return a page with the filter and what was done just before."""
        known: dict[str, object] = {"query": self.query, "filter": self.filter, "flash": self.flash()}
        return render(self.request, template, status=status, **known | values)

    @property
    def names(self) -> tuple[str, ...]:
        """The people a claim can be given to, where the desk has accounts."""
        if self.person == LOCAL_PERSON:
            return ()
        return tuple(account.name for account in list_people(self.store) if account.active)

    def event(self, name: str) -> Review | None:
        """Return an event by the name `flash_of` gives it, where there is one that the person may see."""
        claim_id, _, sequence = name.partition(".")
        if not sequence.isascii() or not sequence.isdecimal():
            return None
        try:
            events = history(self.store, claim_id=claim_id, viewer=self.person, limit=_MOST_EVENTS)
        except UnknownClaim:
            return None
        return next((event for event in events if str(event.sequence) == sequence), None)

    def flash(self) -> Flash | None:
        """Return what was done just before, from the address."""
        if message := SAID.get(self.asked("said")):
            return Flash(message)
        if bulk := self.asked("bulk"):
            return _flash_bulk(bulk)
        return self._flash_event(self.asked("did"))

    def _flash_event(self, did: str) -> Flash | None:
        event = self.event(did)
        if event is None or event.reviewer != self.person.name:
            return None
        undo = event.sequence if event.action in _DECISIONS else None
        text = find_item(self.store, event.claim_id).text
        return Flash(f"{ACTIONS[event.action].capitalize()}:", event.claim_id, text, undo)


def open_desk(request: Request, query: str | None = None) -> Desk:
    """Return who asks and for what, from the address or from a form's own copy of the filter; raises InputError."""
    found = Filter.parse(request.query_params) if query is None else Filter.from_query(query)
    return Desk(request, request.app.state.store, current_person(request), found)


def go(path: str, query: str = "", fragment: str = "", **more: str) -> RedirectResponse:
    """Send the browser on to a page, with a GET."""
    whole = "&".join(part for part in (query, urlencode(more)) if part)
    return RedirectResponse(path + (f"?{whole}" if whole else "") + (f"#{fragment}" if fragment else ""), 303)


def flash_of(review: Review) -> str:
    """Return what the address of the next page says of an event."""
    return f"{review.claim_id}.{review.sequence}"


def _flash_bulk(text: str) -> Flash | None:
    action, _, counts = text.partition(".")
    done, _, left = counts.partition(".")
    words = next((words for known, words in ACTIONS.items() if known == action), None)
    if words is None or not done.isdecimal() or not left.isdecimal():
        return None
    number = int(done[:9])
    message = f"{words.capitalize()}: {number:,} claim{'' if number == 1 else 's'}."
    if int(left[:9]):
        message += f" {int(left[:9]):,} had been changed meanwhile or do not allow it, and were left as they are."
    return Flash(message)


def whole_number(text: str) -> int | None:
    """Return a number of an address, None for nothing; raises InputError when it is none."""
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise InputError(f"not a number: {text[:20]!r}")
    return int(text)
