"""A big desk of invented articles: claims, notes, evidence and decisions, to measure the review desk on.

    python benchmarks/desk_data.py HOME [--claims 50000]

Towns, people and figures are made up by a seeded generator: the same number of claims gives the same store.
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.core.models import (
    Article,
    Citation,
    Claim,
    DeskOutcome,
    Evidence,
    Failure,
    Flag,
    Note,
    Passage,
    Span,
    Verdict,
)
from pipeline.store import Store, schema
from pipeline.store.queue import rebuild
from pipeline.store.rows import claim_row, dump, passage_row

PER_ARTICLE = 50
PASSAGES = 20
_AT = datetime(2031, 1, 1, 8, 0, tzinfo=UTC)


def _words(text: str) -> list[str]:
    return text.split()


_FIRST = _words("Ana Bela Carl Dora Emil Freya Gus Hana Ivo Jana Karel Lena Milo Nora Otto Petra Quinn Rosa Sven Tilda")
_LAST = _words("Lobo Maren Dahl Fenn Ostrander Aune Vik Sorel Brandt Castell Ebner Farrow Galt Hulme Iversen Jessen")
_TOWNS = _words("Velda Norrin Castrel Ombay Tarn Brevik Solmar Ardley Quillon Estrand Harrow Lunde Merrick Pell")
_THINGS = _words(
    "bridge school hospital harbour library tram line power station water works museum stadium market hall airport "
    "ring road railway station archive fire station reservoir sewage plant town hall swimming pool"
)
_DID = _words(
    "opened closed repaired inspected sold bought renamed insured surveyed funded doubled halved"
    " delayed approved rejected"
)
_KINDS = ("event", "quantity", "quotation", "title", "other")
_FLAGS = (
    "wrong_number",
    "misattributed_title",
    "outdated",
    "unproven_quotation",
    "altered_quotation",
    "later_evidence",
)
_CHECKERS = ("quantities", "titles", "quotations", "consistency", "voices")
PUBLISHERS = tuple(f"{town} {kind}" for town in _TOWNS for kind in ("Herald", "Courier", "Tidings"))


def fill(store: Store, claims: int = 50_000, *, decided: float = 0.15) -> float:
    """Write articles, runs, claims, notes, evidence and decisions to an empty store; return the seconds it took.

    `decided` is the share of verdicts that somebody has accepted.
    """
    started = time.monotonic()
    chance = random.Random(claims)
    note_ids = itertools.count(1)
    for at in range(0, claims, PER_ARTICLE * 20):
        with store.writing() as connection:
            for number in range(at, min(at + PER_ARTICLE * 20, claims), PER_ARTICLE):
                size = min(PER_ARTICLE, claims - number)
                _write_article(connection, chance, number // PER_ARTICLE, size, note_ids, decided)
    with store.writing() as connection:
        if store.dialect == "postgresql":
            last = "(select max(id) from notes)"
            connection.execute(sa.text(f"select setval(pg_get_serial_sequence('notes', 'id'), {last})"))
        rebuild(connection)
    with store.writing() as connection:
        connection.execute(sa.text("analyze"))
    return time.monotonic() - started


def _write_article(
    connection: Connection, chance: random.Random, number: int, claims: int, ids: Iterator[int], decided: float
) -> None:
    town = chance.choice(_TOWNS)
    sentences = [_sentence(chance, town, number * PER_ARTICLE + each) for each in range(claims)]
    text = "\n".join(" ".join(sentences[at : at + 5]) for at in range(0, claims, 5))
    day = date(2029, 1, 1) + timedelta(days=number % 700)
    article = Article(
        text=text,
        title=f"{sentences[0].rsplit(' ', 4)[0]} ({number})",
        url=f"https://{town.lower()}.example/{number}",
        publisher=chance.choice(PUBLISHERS),
        published_at=day,
    )
    row = {name: getattr(article, name) for name in ("id", "title", "url", "publisher", "published_at")}
    connection.execute(sa.insert(schema.articles), row | {"body": dump(article), "created_at": _AT})
    run = {"id": f"run-{number:05}", "article_id": article.id, "as_of": day, "status": "finished"}
    run |= {"started_at": _AT + timedelta(minutes=number), "versions": {"code": "0"}}
    connection.execute(sa.insert(schema.runs), run)
    passages = [
        Passage(
            text=_sentence(chance, town, -number * PASSAGES - each - 1)
            + f" So the register of {town} says, entry {number}-{each}.",
            source_url=f"https://register.example/{number}/{each}",
            publisher=chance.choice(PUBLISHERS),
            published_at=day - timedelta(days=chance.randrange(900)),
        )
        for each in range(PASSAGES)
    ]
    notes = [_note(chance, article, sentence, passages) for sentence in sentences]
    accepted = [note.verdict is not None and chance.random() < decided for note in notes]
    reviewers = [chance.choice(("ann", "bob", "eva")) if each else None for each in accepted]
    _insert(connection, str(run["id"]), notes, passages, [next(ids) for _ in notes], reviewers)


def _sentence(chance: random.Random, town: str, number: int) -> str:
    who = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    thing, did = chance.choice(_THINGS), chance.choice(_DID)
    sum_ = chance.randrange(2, 900)
    return f"{who} {did} the {thing} of {town} for {sum_} million crowns in {1950 + number % 80}, file {number} shows."


def _note(chance: random.Random, article: Article, sentence: str, passages: list[Passage]) -> Note:
    span = Span.of(article.text, start := article.text.index(sentence), start + len(sentence))
    kind, worth = chance.choice(_KINDS), round(chance.random(), 3)
    opinion = chance.random() < 0.08
    claim = Claim.model_validate(
        {
            "article_id": article.id,
            "spans": (span,),
            "text": sentence,
            "kind": kind,
            "check_worthiness": worth,
            "uncheckable": "opinion" if opinion else None,
            "sentence": span,
        }
    )
    used = chance.sample(passages, 4)
    evidence = tuple(
        Evidence(passage=passage, rank=rank, score=1 / rank, retriever="vector+lexical")
        for rank, passage in enumerate(used, 1)
    )
    if opinion or chance.random() < 0.35:
        reason = "not_checkable" if opinion else chance.choice(("no_model", "budget", "timeout"))
        failure = Failure.model_validate({"stage": "check", "reason": reason})
        return Note(claim=claim, failure=failure, evidence=evidence, trace=("titles: silent", "quantities: silent"))
    label = chance.choices(("supported", "refuted", "not_enough_evidence", "conflicting_evidence"), (5, 2, 2, 1))[0]
    citation = Citation.locate(used[0].text.split(" for ")[0], used[0])
    checker = chance.choice(_CHECKERS)
    verdict = Verdict.model_validate(
        {
            "label": label,
            "confidence": round(chance.uniform(0.5, 1), 2),
            "justification": f"The register has: {used[0].text[:90]}",
            "citations": (citation,),
            "method": checker,
        }
    )
    return Note(
        claim=claim,
        verdict=verdict,
        flags=_flags(chance, span, label, checker, citation),
        evidence=evidence,
        trace=(f"{checker}: {label}", "the others: silent"),
    )


def _flags(chance: random.Random, span: Span, label: str, checker: str, citation: Citation) -> tuple[Flag, ...]:
    if label == "supported" and chance.random() < 0.85:
        return ()
    values = {
        "kind": chance.choice(_FLAGS),
        "severity": "high" if label == "refuted" else chance.choice(("medium", "low")),
        "message": f"The text says “{span.exact[:40]}”; the register says otherwise.",
        "span": span,
        "checker": checker,
        "citations": (citation,),
    }
    return (Flag.model_validate(values),)


def _insert(
    connection: Connection,
    run_id: str,
    notes: list[Note],
    passages: list[Passage],
    ids: list[int],
    reviewers: list[str | None],
) -> None:
    rows: dict[sa.Table, list[dict[str, Any]]] = {
        schema.passages: [passage_row(passage) for passage in passages],
        schema.claims: [claim_row(note.claim) for note in notes],
        schema.notes: [],
        schema.evidence: [],
        schema.verdicts: [],
        schema.failures: [],
        schema.flags: [],
        schema.reviews: [],
    }
    for position, (note_id, note, reviewer) in enumerate(zip(ids, notes, reviewers, strict=True)):
        key, claim = {"note_id": note_id}, {"run_id": run_id, "claim_id": note.claim.id}
        rows[schema.notes].append(claim | {"id": note_id, "position": position, "trace": list(note.trace)})
        for each in note.evidence:
            row = each.model_dump(include={"rank", "score", "retriever", "stance", "later"})
            rows[schema.evidence].append(key | row | {"passage_id": each.passage.id})
        if note.verdict:
            rows[schema.verdicts].append(key | dump(note.verdict))
        if note.failure:
            rows[schema.failures].append(key | dump(note.failure))
        for place, flag in enumerate(note.flags):
            row = {"position": place, "kind": flag.kind, "severity": flag.severity, "body": dump(flag)}
            rows[schema.flags].append(key | row)
        if reviewer:
            rows[schema.reviews].append(claim | _accepted(note, reviewer))
    for table, some in rows.items():
        if some:
            connection.execute(sa.insert(table), some)


def _accepted(note: Note, reviewer: str) -> dict[str, Any]:
    outcome = dump(DeskOutcome.of(note))
    event = {"sequence": 1, "action": "accept", "comment": "", "reviewer": reviewer, "at": _AT, "detail": {}}
    return event | {"before": outcome, "after": outcome}


def main() -> None:
    """Fill the store of a home folder, or the database of an address."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", help="a home folder, or postgresql://...")
    parser.add_argument("--claims", type=int, default=50_000)
    given = parser.parse_args()
    address = given.home if "://" in given.home else Path(given.home) / "store.db"
    with closing(Store.open(address)) as store:
        print(f"{given.claims:,} claims in {fill(store, given.claims):.1f} s")


if __name__ == "__main__":
    main()
