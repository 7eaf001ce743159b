"""Caps that are met at random moments: one trial, and many, for tests and for `benchmarks/scheduled_runs.py`.

A trial checks a few articles at once with one model whose service is slow, wrong, down or rate limited now and then,
under a random cap in dollars, calls or seconds. Its service keeps accounts of its own, and everything that a run says
of itself is held against them. Afterwards the same articles are checked without a cap.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from watched import PASSAGE, UNDECIDED, NoEmbedder, NoSources, sentences

from pipeline.check import Tools, check_article, detect
from pipeline.check.checkers.titles import Records
from pipeline.check.recheck import EarlierRuns
from pipeline.core.errors import ModelRefused, ModelUnavailable, RateLimited
from pipeline.core.models import Article, Evidence, Report, Usage, Versions
from pipeline.core.ports import Reply
from pipeline.core.settings import PROJECT
from pipeline.llm import Budget, Caps, Model, Price, SharedBudget, load_prompt, open_budget
from pipeline.store import Store

PRICE = Price(model="scripted", input=10, output=100, date=date(2026, 1, 1), source="test")
LONGEST_REPLY = 60
PROMPTS = PROJECT / "prompts"


class Clock:
    """The budget's clock, which remembers what each thread has read last."""

    def __init__(self) -> None:
        self._read = threading.local()

    def __call__(self) -> float:
        self._read.at = time.monotonic()
        return float(self._read.at)

    def take(self) -> float | None:
        """Return what this thread has read since it was asked last."""
        at: float | None = self._read.__dict__.pop("at", None)
        return at


@dataclass
class Service:
    """A service that answers as chance has it, and keeps accounts (implements `LLM`)."""

    chance: random.Random
    faults: float
    slowest_s: float
    clock: Clock = field(default_factory=Clock)
    name: str = "scripted"
    parameters: Mapping[str, Any] = field(default_factory=lambda: {"max_output_tokens": LONGEST_REPLY})
    lock: threading.Lock = field(default_factory=threading.Lock)
    began_at: list[float] = field(default_factory=list)
    admitted_at: list[float | None] = field(default_factory=list)
    dollars: float = 0.0
    proven: Counter[str] = field(default_factory=Counter)

    def complete(self, prompt: str, schema: Mapping[str, Any]) -> Reply:
        """Answer, refuse, fail or talk nonsense after a while."""
        with self.lock:
            self.began_at.append(time.monotonic())
            self.admitted_at.append(self.clock.take())
            fault, pause = self.chance.random() / self.faults if self.faults else 9.0, self.chance.random()
            usage = Usage(tokens_in=self.chance.randint(1, len(prompt) // 3), tokens_out=self.chance.randint(1, 60))
        time.sleep(pause * self.slowest_s)
        return self._reply(prompt, schema, fault, usage)

    def _reply(self, prompt: str, schema: Mapping[str, Any], fault: float, usage: Usage) -> Reply:
        if fault < 0.25:
            limited = RateLimited("slow down")
            limited.retry_after = 0.001
            raise limited
        if fault < 0.5:
            raise ModelUnavailable("down")
        with self.lock:
            self.dollars += PRICE.dollars(usage.tokens_in, usage.tokens_out)
        if fault < 0.75:
            refused = ModelRefused("no")
            refused.usage = usage
            raise refused
        if fault < 1:
            return Reply(text="nonsense", usage=usage)
        with self.lock:
            self.proven[prompt.partition("\n\nYour reply to the above")[0]] += 1
        return Reply(text=json.dumps(_claims(prompt) if "claims" in schema["properties"] else UNDECIDED), usage=usage)


@dataclass(frozen=True)
class Trial:
    """What came of a trial: which cap it had, whether it was met, by how much it was exceeded, what did not add up."""

    cap: str
    met: bool
    begun_after: int
    """Calls that were admitted before the cap in seconds and began after it."""
    broken: tuple[str, ...]


def run_trial(seed: int, folder: Path, shared: bool = False) -> Trial:
    """Check articles under a random cap and hold every figure against the service's accounts.

    A `shared` cap is in the store, as the processes that work at one run keep it.
    """
    chance = random.Random(seed)
    articles = [_article(chance, number) for number in range(chance.randint(1, 3))]
    concurrency = chance.randint(1, 6)
    service = Service(chance, faults=chance.choice((0, 0.15, 0.4)), slowest_s=chance.choice((0.0, 0.004, 0.02)))
    cap, caps = _caps(chance, sum(article.text.count("district") for article in articles))
    path = folder / f"{seed}.db"
    path.write_bytes(_empty_store())
    by_model = chance.random() < 0.2
    with closing(Store.open(path)) as store:
        budget = _shared(store, caps, service.clock) if shared else Budget(Caps(**caps), clock=service.clock)
        began = time.monotonic()  # not before the budget's own beginning
        model = Model(service, price=PRICE, budget=budget, cache=store, retries=1)
        reports = _check_all(articles, model, store, concurrency, by_model)
        begun_after = 0
        if budget.caps.max_seconds is not None:
            begun_after = sum(at > began + budget.caps.max_seconds for at in service.began_at)
        broken = _exceeded(budget, service, began, begun_after, concurrency * len(articles))
        broken += _accounts(reports, store, model, service)
        if cap == "calls" and not service.faults and len(articles) == 1:
            broken += _order(reports[0], concurrency)
        met = any(report.coverage.not_checked.get("budget") for report in reports)
        if cap == "none" and met:
            broken.append("claims were left for a budget that was not there")
        service.faults = 0
        broken += _go_on(articles, service, store, concurrency)
    path.unlink()
    return Trial(cap, met, begun_after, tuple(f"trial {seed}: {line}" for line in broken))


def run_trials(folder: Path, trials: int, first_seed: int = 1000) -> dict[str, Any]:
    """Run trials one after the other; return how many met each cap, and what did not add up."""
    folder.mkdir(parents=True, exist_ok=True)
    done = [run_trial(first_seed + number, folder) for number in range(trials)]
    return {
        "trials": trials,
        "with_cap": dict(Counter(trial.cap for trial in done)),
        "cap_met": dict(Counter(trial.cap for trial in done if trial.met)),
        "calls_begun_after_the_seconds_most": max(trial.begun_after for trial in done),
        "broken": [line for trial in done for line in trial.broken],
    }


def _caps(chance: random.Random, claims: int) -> tuple[str, dict[str, Any]]:
    share = chance.uniform(0, 1.2)
    kind = chance.choice(("dollars", "dollars", "calls", "calls", "seconds", "seconds", "none", "all"))
    caps: dict[str, Any] = {}
    if kind in ("dollars", "all"):
        caps["max_usd"] = share * claims * PRICE.dollars(700, 30)
    if kind in ("calls", "all"):
        caps["max_calls"] = int(share * claims)
    if kind in ("seconds", "all"):
        caps["max_seconds"] = max(0.001, share * claims * 0.01)
    return kind, caps


def _shared(store: Store, caps: dict[str, Any], clock: Clock) -> Budget:
    open_budget(store, "run", Caps(**caps))
    return SharedBudget(store, "run", clock=clock)


def _exceeded(budget: Budget, service: Service, began: float, begun_after: int, at_once: int) -> list[str]:
    """Tell which cap was exceeded: dollars and calls never, seconds only by calls that were admitted before."""
    broken = []
    if budget.caps.max_calls is not None and len(service.began_at) > budget.caps.max_calls:
        broken.append(f"{len(service.began_at)} calls under a cap of {budget.caps.max_calls}")
    if budget.caps.max_usd is not None and service.dollars > budget.caps.max_usd + 1e-9:
        broken.append(f"{service.dollars} dollars under a cap of {budget.caps.max_usd}")
    if budget.caps.max_seconds is not None:
        # No call passes the budget without a look at the clock.
        late = [at for at in service.admitted_at if at is None or at - began > budget.caps.max_seconds]
        broken += [f"{len(late)} calls were admitted after the cap in seconds"] if late else []
    if begun_after > at_once:
        broken.append(f"{begun_after} calls began after the cap in seconds, {at_once} at most could be in flight")
    return broken


def _accounts(reports: list[Report], store: Store, model: Model, service: Service) -> list[str]:
    """Tell what the reports, the store and the model say otherwise than the service's own accounts."""
    broken = []
    calls, dollars = len(service.began_at), service.dollars
    told = {"model": model.usage, "reports": sum((report.usage for report in reports), Usage())}
    told["store"] = sum((store.usage_of(report.run_id) for report in reports), Usage())
    for who, usage in told.items():
        if usage.calls != calls or abs((usage.dollars or 0) - dollars) > 1e-9:
            broken.append(f"the {who} tells {usage.calls} calls and {usage.dollars}, the service {calls} and {dollars}")
    for report in reports:
        coverage = report.coverage
        claims = [note.claim.id for note in report.notes]
        if len(set(claims)) != len(claims) or coverage.claims != len(claims):
            broken.append(
                f"{coverage.claims} claims in the coverage, {len(claims)} notes, {len(set(claims))} different"
            )
        if sum(coverage.counts().values()) != coverage.claims:
            broken.append(f"the coverage does not add up: {coverage}")
        if [note.model_dump() for note in store.notes(report.run_id)] != [note.model_dump() for note in report.notes]:
            broken.append("the store holds other notes than the report")
    return broken


def _order(report: Report, concurrency: int) -> list[str]:
    """Tell whether a claim was judged though much more check-worthy ones were left for the budget."""
    ranked = sorted(report.notes, key=lambda note: -note.claim.check_worthiness)
    left = [rank for rank, note in enumerate(ranked) if note.failure and note.failure.reason == "budget"]
    judged = [rank for rank, note in enumerate(ranked) if note.verdict]
    if left and judged and max(judged) >= min(left) + concurrency:
        return [f"rank {max(judged)} was judged and rank {min(left)} left, {concurrency} at once"]
    return []


def _go_on(articles: list[Article], service: Service, store: Store, concurrency: int) -> list[str]:
    """Check again without a cap: everything is judged, and what was answered is not asked again."""
    model = Model(service, price=PRICE, cache=store, retries=1)
    reports = _check_all(articles, model, store, concurrency, False)
    open_claims = sum(sum(report.coverage.not_checked.values()) for report in reports)
    broken = [f"{open_claims} claims are still open without a cap"] if open_claims else []
    again = {prompt: times for prompt, times in service.proven.items() if times > 1}
    return broken + ([f"{len(again)} questions were answered more than once"] if again else [])


def _check_all(articles: list[Article], model: Model, store: Store, concurrency: int, by_model: bool) -> list[Report]:
    verdict_prompt = load_prompt("predict_verdict", PROMPTS, 1)
    detect_prompt = load_prompt("detect_claims", PROMPTS)
    evidence = (Evidence(passage=PASSAGE, rank=1, score=1.0, retriever="scripted"),)
    deadline = time.monotonic() + model.budget.seconds_left() if model.budget.caps.max_seconds else None
    tools = Tools(
        retrieve=lambda claim, article, as_of, **_: evidence,
        records=Records(()),
        sources=NoSources(),
        embedder=NoEmbedder(),
        versions=Versions(code="1", model=model.name, prompts=(verdict_prompt.ref, detect_prompt.ref)),
        model=model,
        detect_prompt=detect_prompt,
        verdict_prompt=verdict_prompt,
        concurrency=concurrency,
        deadline=deadline,
    )

    def check(article: Article) -> Report:
        recall = EarlierRuns(store, article, tools.versions, source=article.title)
        finder = detect if by_model else sentences
        return check_article(article, tools, store, detect=finder, recall=recall, as_of=date(2026, 5, 4))

    with ThreadPoolExecutor(len(articles)) as pool:
        return list(pool.map(check, articles))


def _article(chance: random.Random, number: int) -> Article:
    lines = [
        f"The council of district {number} {line} repaired a school in the town."
        for line in range(chance.randint(1, 9))
    ]
    return Article(text="\n".join(lines), title=f"Districts {number}")


def _claims(prompt: str) -> dict[str, Any]:
    lines = [line for line in prompt.splitlines() if line.startswith("The council of district")]
    more = {"kind": "event", "uncheckable": None, "check_worthiness": 0.5, "reason": "scripted"}
    more |= {"speaker": None, "speaker_title": None, "cue": None}
    return {"claims": [{"quote": line, "text": line} | more for line in lines]}


@cache
def _empty_store() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        Store.open(path).close()
        return path.read_bytes()
