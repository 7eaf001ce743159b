"""Articles of simple sentences, and tools with a scripted model that judge them, for tests of checking again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from pipeline.check import Detected, Tools, check_article
from pipeline.check.checkers.titles import Records
from pipeline.check.recheck import EarlierRuns
from pipeline.core.models import (
    Article,
    Claim,
    Evidence,
    Note,
    Passage,
    Report,
    Span,
    Versions,
)
from pipeline.core.settings import PROJECT
from pipeline.evidence import MiniLM
from pipeline.llm import Model, load_prompt
from pipeline.llm.scripted import Scripted
from pipeline.store import Store

PROMPT = load_prompt("predict_verdict", PROJECT / "prompts", 1)


DAY = date(2026, 1, 5)


PASSAGES = tuple(
    Passage(text=f"The audit of {year} counted the schools that each district had repaired.", publisher="Audit office")
    for year in range(2010, 2016)
)


EMBEDDER = MiniLM()


class NoSources:
    def __len__(self) -> int:
        return 0

    def passages(self) -> tuple[Passage, ...]:
        return ()


def article(sentences: Sequence[str], **about: Any) -> Article:
    return Article(
        text=" ".join(sentences), **{"published_at": DAY, "title": "Schools", "publisher": "Courier"} | about
    )


def detected(given: Article, tools: Tools) -> Detected:
    """Return a claim for each sentence."""
    claims, at, previous = [], 0, None
    for words in given.text.split(". "):
        exact = words if words.endswith(".") else words + "."
        span = Span.of(given.text, at, at + len(exact))
        claims.append(
            Claim(
                article_id=given.id,
                spans=(span,),
                text=exact,
                check_worthiness=0.8,
                sentence=span,
                previous=previous,
            )
        )
        at, previous = at + len(exact) + 1, exact
    return Detected(claims=tuple(claims))


def found(claim: Claim, given: Article, as_of: date, **_: Any) -> tuple[Evidence, ...]:
    """Return two passages that hang on the claim's words."""
    first = int(hashlib.sha256(claim.text.encode()).hexdigest(), 16) % len(PASSAGES)
    chosen = (PASSAGES[first], PASSAGES[(first + 1) % len(PASSAGES)])
    return tuple(
        Evidence(passage=passage, rank=rank, score=1 / rank, retriever="scripted")
        for rank, passage in enumerate(chosen, 1)
    )


def judged(prompt: str) -> str:
    """Return a verdict that hangs on every letter of the claim, its context and its passages."""
    number = int(hashlib.sha256(prompt.split("The claim:")[1].encode()).hexdigest(), 16)
    quote = "counted the schools that each district had repaired"
    reply = {
        "citations": [{"passage": 1, "quote": quote}, {"passage": 2, "quote": quote}],
        "justification": "as scripted",
        "label": ("supported", "refuted", "conflicting_evidence")[number % 3],
        "confidence": (number // 3 % 100) / 100,
    }
    return json.dumps(reply)


class Bench:
    """Tools with a scripted model, and how often it was asked."""

    def __init__(self, reply: Callable[[str], Any] = judged, **changes: Any) -> None:
        self.llm = Scripted(reply)
        versions = Versions(code="1", model=self.llm.name, prompts=(PROMPT.ref,), index="1", settings="1")
        tools = Tools(
            retrieve=found,
            records=Records(()),
            sources=NoSources(),
            embedder=EMBEDDER,
            versions=versions,
            model=Model(self.llm, retries=0),
            verdict_prompt=PROMPT,
        )
        self.tools = replace(tools, **changes)

    def with_versions(self, **changes: Any) -> Bench:
        self.tools = replace(self.tools, versions=self.tools.versions.model_copy(update=changes))
        return self

    @property
    def calls(self) -> int:
        return len(self.llm.prompts)

    def check(self, store: Store, given: Article, *, recall: bool = True, again: bool = False, **more: Any) -> Report:
        known = EarlierRuns(store, given, self.tools.versions, again=again) if recall else None
        return check_article(given, self.tools, store, detect=detected, recall=known, **more)


def said(note: Note) -> dict[str, Any]:
    return note.model_dump(exclude={"trace"})


SENTENCES = [f"The council of district {name} repaired a school." for name in ("north", "south", "east", "west")]


def in_turn(check: Callable[[Any], Any], jobs: Sequence[Any], concurrency: int) -> Iterator[tuple[Any, Any]]:
    for job in jobs:
        yield job, check(job)
