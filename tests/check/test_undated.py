# ruff: noqa: E501  a text stands on a line
"""What hangs on the day of an article is decided only where the day is known; an entry has a day of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipeline.check import check_claims, detect, plan_jobs
from pipeline.check.checkers.titles import Records
from pipeline.check.find_claims import detect as find
from pipeline.check.job import Tools
from pipeline.core.models import Article, Entry, Evidence, Note, OfficeRecord, Passage, Span, Versions
from pipeline.evidence import MiniLM
from tests.check.test_check import NoSources

LEAD = "Harwick Mayor Ines Marlow said on Tuesday that the town would repair its bridge before the winter."
OLD = "Ines Marlow was Mayor of Harwick from 2010 to 2014, and Piet Oster led the council."
MARLOW = OfficeRecord(
    person="Ines Marlow",
    office="Mayor of Harwick",
    country="United Kingdom",
    start="2022-05-10",  # type: ignore[arg-type]
    end="2025-05-08",  # type: ignore[arg-type]
    source_url="https://council.example/mayors",
)
IN_OFFICE, AFTER = date(2024, 3, 5), date(2026, 1, 9)


def tools() -> Tools:
    return Tools(
        retrieve=lambda claim, article, as_of, **_: (),
        records=Records([MARLOW]),
        sources=NoSources(),
        embedder=MiniLM(),
        versions=Versions(code="test"),
    )


def titles(article: Article, day: date, *, assumed: bool) -> list[Note]:
    given = tools()
    claims = find(article, given).claims
    notes = check_claims(plan_jobs(article, claims, day, assumed=assumed), given)
    return [note for note in notes if note.claim.kind == "title"]


@pytest.mark.parametrize(("day", "label"), [(IN_OFFICE, "supported"), (AFTER, "refuted")])
def test_a_title_is_decided_on_a_known_day_and_left_open_on_an_estimated_one(day: date, label: str) -> None:
    (known,) = titles(Article(text=LEAD, published_at=day), day, assumed=False)
    assert known.verdict and known.verdict.label == label
    (unknown,) = titles(Article(text=LEAD, estimated_at=day), day, assumed=True)
    assert unknown.failure and unknown.failure.reason == "day_not_known" and unknown.flags == ()
    assert any(step.stage == "withheld" and "estimated" in step.detail for step in unknown.trace)


def test_a_title_with_years_of_its_own_is_decided_on_whatever_day() -> None:
    known = titles(Article(text=OLD, published_at=AFTER), AFTER, assumed=False)
    unknown = titles(Article(text=OLD, estimated_at=AFTER), AFTER, assumed=True)
    assert [note.verdict and note.verdict.label for note in known] == ["refuted"]
    assert [note.verdict and note.verdict.label for note in unknown] == ["refuted"]


def test_an_entry_of_a_live_blog_is_judged_as_of_its_own_day() -> None:
    text = f"{LEAD}\n\n{LEAD.replace('Tuesday', 'Monday')}"
    second = text.index("\n\n") + 2
    parts = (Span.of(text, 0, second - 2), Span.of(text, second, len(text)))
    entries = tuple(
        Entry(span=span, title=None, published_at=day) for span, day in zip(parts, (IN_OFFICE, AFTER), strict=True)
    )
    article = Article(text=text, published_at=AFTER, entries=entries)
    notes = sorted(titles(article, AFTER, assumed=False), key=lambda note: note.claim.span.start)
    assert [note.verdict and note.verdict.label for note in notes] == ["supported", "refuted"]
    judged_otherwise = titles(article, date(2023, 1, 1), assumed=False)
    assert {note.verdict and note.verdict.label for note in judged_otherwise} == {"supported"}


def test_evidence_later_than_an_entry_is_later_for_it() -> None:
    article = Article(
        text=LEAD,
        published_at=AFTER,
        entries=(Entry(span=Span.of(LEAD, 0, len(LEAD)), published_at=IN_OFFICE),),
    )
    claims = find(article, tools()).claims
    assert {job.as_of for job in plan_jobs(article, claims, AFTER)} == {IN_OFFICE}
    assert all(job.day_known and job.article.published_at == IN_OFFICE for job in plan_jobs(article, claims, AFTER))


def test_a_correction_makes_no_claim_and_no_sentence_without_one() -> None:
    correction = "Correction: An earlier version of this article said that the bridge cost 40 million pounds."
    text = f"{LEAD}\n\n{correction}"
    plain, marked = (Article(text=text, corrections=spans) for spans in ((), (Span.locate(correction, text),)))
    assert any("40 million" in claim.span.exact for claim in find(plain, tools()).claims)
    found = detect(marked, tools())
    assert not any("40 million" in claim.span.exact for claim in found.claims)
    assert found.sentences == 1


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (("close the pool in June 2024", "cut library hours by 12 percent"), 2),
        (("borrow 4.2 million pounds for roads;", "raise the fee for parking."), 2),
        (("The pool closes in June.", "The library stays open."), 0),
    ],
)
def test_items_below_decided_to_are_statements_of_the_same_subject(items: tuple[str, ...], expected: int) -> None:
    text = "\n".join(
        ["The council of Harwick met on Monday and heard the treasurer.", "The council decided to:", *items]
    )
    claims = [
        claim for claim in find(Article(text=text), tools()).claims if claim.span.exact in text.split("decided to:")[1]
    ]
    lifted = [claim for claim in claims if claim.text.startswith("The council decided to ")]
    assert len(lifted) == expected and all(claim.checkable for claim in lifted)
    assert all(claim.span.exact.rstrip(".;") in text for claim in lifted)


@pytest.mark.parametrize("lead", ["Here is how to:", "You may wish to:", "Readers are asked to:"])
def test_items_below_other_words_are_left_as_they_are(lead: str) -> None:
    text = f"The council of Harwick met on Monday.\n{lead}\nclose the windows at night\nkeep the doors shut"
    assert not any(claim.text.startswith(lead[:-1]) for claim in find(Article(text=text), tools()).claims)


def test_a_line_of_a_transcript_is_its_speaker_s() -> None:
    text = "MODERATOR: Welcome to the debate.\n\nINES MARLOW: The bridge cost us 40 million pounds. We closed it in May.\n\nPIET OSTER: The bridge was sound."
    said = {claim.span.exact: claim.attribution for claim in find(Article(text=text), tools()).claims}
    assert {words: by.speaker for words, by in said.items() if by} == {
        "Welcome to the debate": "MODERATOR",
        "The bridge cost us 40 million pounds": "INES MARLOW",
        "We closed it in May": "INES MARLOW",
        "The bridge was sound": "PIET OSTER",
    }


@pytest.mark.parametrize(
    "text",
    [
        "WHAT: The bridge of Harwick opens again.\nWHEN: On Monday the mayor cuts the ribbon.\nWHERE: The north bank is open.",
        "UPDATE: The bridge of Harwick was closed.\nThe mayor of Harwick said so on Monday.\nNobody was hurt there.",
    ],
)
def test_labels_that_are_no_names_speak_for_nobody(text: str) -> None:
    assert all(
        claim.attribution is None or claim.attribution.cue != ":" for claim in find(Article(text=text), tools()).claims
    )


@pytest.mark.parametrize(("assumed", "refuted"), [(False, True), (True, False)])
def test_a_figure_of_these_days_is_decided_only_on_a_known_day(assumed: bool, refuted: bool) -> None:
    text = "The Mill Bridge in Harwick was closed to all traffic for {} days in February while engineers replaced 40 cables."
    passage = Passage(
        text=text.format(12),
        publisher="The Harwick Courier",
        published_at=date(2025, 3, 3),
        source_url="https://courier.example/mill-bridge",
    )
    day, evidence = date(2025, 3, 5), Evidence(passage=passage, rank=1, score=1.0, retriever="scripted")
    given = replace(tools(), retrieve=lambda claim, article, as_of, **_: (evidence,))
    article = Article(
        text=text.format(21), published_at=None if assumed else day, estimated_at=day if assumed else None
    )
    notes = check_claims(plan_jobs(article, find(article, given).claims, day, assumed=assumed), given)
    assert any(note.verdict and note.verdict.label == "refuted" for note in notes) is refuted
    assert bool(sum(len(note.flags) for note in notes)) is refuted
