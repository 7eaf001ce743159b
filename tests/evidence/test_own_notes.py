"""Approved notes of the desk as a source: off until added, the house's own words, never on their own article."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.core.models import (
    Article,
    Citation,
    Claim,
    ClaimKind,
    Evidence,
    Label,
    Note,
    Passage,
    Person,
    Span,
    Usage,
    Verdict,
    Versions,
)
from pipeline.core.settings import Settings
from pipeline.evidence.guards import Guards
from pipeline.evidence.house import HOUSE
from pipeline.evidence.sources.kept import add_source, known_sources
from pipeline.evidence.sources.models import Source
from pipeline.evidence.sources.sync import sync_source
from pipeline.review import approve, decide, send_back
from pipeline.store import Store

EVE = Person(name="eve", role="editor")
AT = datetime(2031, 5, 4, tzinfo=UTC)
BRIDGE = "The Tern Street bridge opened to trams in May 1998."
URL = "https://velda.example/bridge"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "store.db")
    yield opened
    opened.close()


def noted(
    store: Store,
    words: str = BRIDGE,
    label: Label = "supported",
    passage: Passage | None = None,
    kind: ClaimKind = "event",
) -> str:
    """Store a note that rests on a passage; return its claim."""
    rests = passage or Passage(text=f"The registry says: {words}", source_url="https://registry.example/1")
    article = Article(text=f"{words} It was a Sunday.", title="A bridge", url=URL, publisher="Velda Post")
    span = Span.locate(words, article.text)
    claim = Claim(article_id=article.id, spans=(span,), text=words, kind=kind, check_worthiness=1)
    cited = (Citation.locate(rests.text, rests),)
    verdict = Verdict(label=label, confidence=1, justification="So it says.", method="test", citations=cited)
    note = Note(claim=claim, verdict=verdict, evidence=(Evidence(passage=rests, rank=1, score=1, retriever="vector"),))
    store.begin_run("r" + claim.id, article, AT.date(), Versions(code="1"))
    store.save_note("r" + claim.id, 0, note, Usage())
    return claim.id


def settled(store: Store, claim_id: str) -> None:
    decide(store, claim_id, "accept", EVE, seen=0)
    approve(store, claim_id, EVE, seen=1)


def synced(store: Store) -> tuple[Passage, ...]:
    source = Source(name="ours", kind="notes", address="approved", publisher="The Desk", added_at=AT)
    if not known_sources(store):
        add_source(store, source)
    sync_source(store, source, Settings())
    return store.passages()


def test_an_approved_note_is_a_passage_in_the_houses_own_words_until_it_is_sent_back(store: Store) -> None:
    claim_id = noted(store)
    decide(store, claim_id, "accept", EVE, seen=0)
    assert synced(store) == ()  # decided, and nobody has approved it
    approve(store, claim_id, EVE, seen=1)
    (found,) = synced(store)
    assert (found.text, found.publisher, found.place) == (BRIDGE, "The Desk", HOUSE)
    assert found.published_at == datetime.now(UTC).date()  # found today, and no evidence of what was known before
    send_back(store, claim_id, EVE, seen=2)
    assert synced(store) == ()


@pytest.mark.parametrize("label", ["refuted", "not_enough_evidence", "conflicting_evidence"])
def test_what_was_not_found_to_be_so_is_not_said_again(store: Store, label: Label) -> None:
    settled(store, noted(store, label=label))
    assert synced(store) == ()


@pytest.mark.parametrize("kind", ["quotation", "title"])
def test_what_somebody_said_or_was_at_a_day_is_not_taken(store: Store, kind: ClaimKind) -> None:
    settled(store, noted(store, kind=kind))
    assert synced(store) == ()


def test_a_note_that_rests_on_notes_of_the_desk_alone_is_not_taken(store: Store) -> None:
    settled(store, noted(store))
    (first,) = synced(store)
    again = "The bridge of Tern Street took trams from May 1998 on."
    settled(store, noted(store, again, passage=first))
    assert [each.text for each in synced(store)] == [BRIDGE]


@pytest.mark.parametrize(
    ("article", "own"),
    [
        (Article(text="Other words now.", url=URL), True),
        (Article(text="Other words now.", title="A bridge"), True),
        (Article(text="Other words now.", title="Another", url="https://other.example/2", publisher="Other"), False),
    ],
)
def test_a_note_is_never_evidence_on_its_own_article(store: Store, article: Article, own: bool) -> None:
    settled(store, noted(store))
    (found,) = synced(store)
    assert (Guards(article, date(2199, 1, 1)).exclude(found) == "the desk's own note on this article") is own
    if not own:
        assert Guards(article, date(2199, 1, 1)).exclude(found) is None
