"""A desk for tests of watches: real store, real check, a scripted model that counts; no index to build."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import SecretStr

import pipeline.watch.visit as visiting
from pipeline.check import Bench, Detected, Tools, check_article
from pipeline.check.checkers.titles import Records
from pipeline.core.models import Article, Claim, Evidence, Passage, Span, Usage, Versions
from pipeline.core.settings import PROJECT, Settings
from pipeline.llm import Budget, Caps, Model, Price, load_prompt
from pipeline.llm.scripted import Scripted
from pipeline.store import Store
from pipeline.watch import Interval, Listeners, Round, Visit, Watch, add_watch
from pipeline.watch.run import run_watches

PASSAGE = Passage(text="The council repaired one school in each district, the audit found.", publisher="Audit office")
UNDECIDED = {"label": "not_enough_evidence", "confidence": 0.9, "justification": "scripted", "citations": []}
REFUTED = UNDECIDED | {"label": "refuted", "justification": "The audit found one school."}
REFUTED |= {"citations": [{"passage": 1, "quote": "repaired one school in each district"}]}
BEGAN = datetime(2026, 5, 4, 6, tzinfo=UTC)
PRICE = Price(model="scripted", input=1000, output=1000, date=date(2026, 1, 1), source="test")


class NoEmbedder:
    """Takes every text for the like of every other: vectors of unit length, as a check asks for."""

    name = "none"

    def embed(self, texts: list[str]) -> Any:
        return np.full((len(texts), 4), 0.5, dtype=np.float32)


class NoSources:
    def __len__(self) -> int:
        return 0

    def passages(self) -> tuple[Passage, ...]:
        return ()


def sentences(article: Article, tools: Tools) -> Detected:
    """Find a claim in each sentence that names a district."""
    found = [line for line in article.text.split("\n") if "district" in line]
    claims = [
        Claim(article_id=article.id, spans=(Span.locate(line, article.text),), text=line, check_worthiness=0.5)
        for line in found
    ]
    return Detected(claims=tuple(claims))


class Desk:
    """A folder of drafts, a watch on it, a clock that is set by hand, and a model that is asked and counted."""

    def __init__(self, address: Path | str, folder: Path, patch: Any) -> None:
        database = {"database_url": SecretStr(address)} if isinstance(address, str) else {}
        home = folder / "home" if isinstance(address, str) else address.parent
        # One article after another, unless a test says otherwise: then it is known which of them meets a cap.
        self.settings = Settings(home=home, model="none", articles_at_once=1, **database)
        self.drafts = folder / "drafts"
        self.drafts.mkdir()
        self.now = BEGAN
        self.reply: dict[str, Any] | Exception = UNDECIDED
        self.asked: Counter[str] = Counter()
        self.versions = Versions(code="1")
        self.model = True
        self.checked: Counter[str] = Counter()
        self.before_check: Callable[[Article], None] = lambda article: None
        patch.setattr(visiting, "open_bench", self.open_bench)

    def check_at_once(self, articles: int) -> None:
        """Check so many articles at once from now on."""
        self.settings = self.settings.model_copy(update={"articles_at_once": articles})

    @property
    def store(self) -> Store:
        return Store.open(self.settings.store_address)

    def write(self, name: str, claims: int = 2, age_hours: float = 0, said: str = "") -> Path:
        path = self.drafts / name
        lines = [f"The council of district {name} {n} repaired a school in the town.{said}" for n in range(claims)]
        path.write_text("\n\n".join(lines), encoding="utf-8")
        moment = (BEGAN - timedelta(hours=age_hours)).timestamp()
        os.utime(path, (moment, moment))
        return path

    def watch(self, name: str = "drafts", **more: Any) -> Watch:
        values = {"id": name, "name": name, "kind": "folder", "source": str(self.drafts), "created_at": BEGAN}
        made = Watch.model_validate(values | {"schedule": Interval(seconds=3600)} | more)
        with closing(self.store) as store:
            add_watch(store, made)
        return made

    def run(self, *names: str, hours: float = 0, listeners: Listeners | None = None) -> Round:
        self.now += timedelta(hours=hours)
        return run_watches(
            self.settings, names, listeners=listeners or Listeners(), check=self.check, clock=lambda: self.now
        )

    def visit(self, *names: str, hours: float = 0) -> Visit:
        done = self.run(*names, hours=hours)
        assert not done.errors, done.errors
        (visit,) = done.visits
        return visit

    def check(self, article: Article, *given: Any, **more: Any) -> Any:
        self.before_check(article)
        self.checked[article.id] += 1
        return partial(check_article, detect=sentences)(article, *given, **more)

    def runs(self) -> int:
        with closing(self.store) as store:
            return len(store.runs())

    @contextmanager
    def open_bench(self, settings: Settings, ahead: bool = True) -> Generator[Bench, None, None]:
        budget = Budget(Caps(settings.max_usd, settings.max_calls, settings.max_seconds))
        scripted = Scripted(self._answer, usage=Usage(tokens_in=100, tokens_out=10), max_output_tokens=10)
        model = Model(scripted, price=PRICE, budget=budget, retries=0)
        prompt = load_prompt("predict_verdict", PROJECT / "prompts", 1)
        versions = self.versions.model_copy(update={"model": model.name, "prompts": (prompt.ref,)})
        evidence = (Evidence(passage=PASSAGE, rank=1, score=1.0, retriever="scripted"),)
        tools = Tools(
            retrieve=lambda claim, article, as_of, **_: evidence,
            records=Records(()),
            sources=NoSources(),
            embedder=NoEmbedder(),
            versions=versions,
            model=model if self.model else None,
            verdict_prompt=prompt,
            concurrency=1,
        )
        with closing(self.store) as store:
            yield Bench(settings, store, versions, lambda: tools)

    def _answer(self, prompt: str) -> str | Exception:
        self.asked[prompt] += 1
        return self.reply if isinstance(self.reply, Exception) else json.dumps(self.reply)
