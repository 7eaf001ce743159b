"""Open what the settings name: the store at once, and the tools of a check when something is to be checked.

What is on the way to "nothing has changed" loads no model, no index and no passage: it is asked far more often.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.caching import once_for_each
from pipeline.core.code_version import code_version
from pipeline.core.english import syntax_version
from pipeline.core.errors import InputError, SettingsError
from pipeline.core.models import Article, Claim, Evidence, Span, Versions, content_id
from pipeline.core.settings import Settings
from pipeline.evidence import MiniLM, asked_digest, facts_digest, world_version
from pipeline.llm import open_llm
from pipeline.store import Store, open_store, passages_by_id

if TYPE_CHECKING:
    from pipeline.check.job import Tools
    from pipeline.core.ports import LLM
    from pipeline.evidence import Indexed, RunFiles
    from pipeline.llm import Forecast


@dataclass(frozen=True)
class Bench:
    """An open store, and the tools to check articles with, which are opened when they are first asked for."""

    settings: Settings
    store: Store
    versions: Versions
    open_tools: Callable[[], Tools]
    """Returns the same tools at each call; threads that ask at once wait for the first."""
    deadline: float | None = None
    """`time.monotonic()` after which no claim is begun."""

    @property
    def tools(self) -> Tools:
        """What a check works with; raises SettingsError, StoreError, PromptError where it cannot be opened."""
        return self.open_tools()


@contextmanager
def open_bench(
    settings: Settings, run_files: RunFiles | None = None, *, ahead: bool = True, since: float | None = None
) -> Generator[Bench, None, None]:
    """Open the store, with what is given to this run; what a check needs beyond it is opened when it is asked for.

    The cap in seconds counts from `since` (of `time.monotonic`), else from now: what read the article took its part.
    Then the models of syntax and embedding begin to load too, or without `ahead` when the first text needs them.
    Raises SettingsError, StoreError, PromptError.
    """
    begun = time.monotonic() if since is None else since
    deadline = begun + settings.max_seconds if settings.max_seconds else None
    with open_store(settings) as store, ExitStack() as stack:
        versions = current_versions(settings, store, run_files)

        def open_tools() -> Tools:
            from pipeline.check import tools  # slow, and an article that is unchanged needs none of it

            return stack.enter_context(tools.open_tools(settings, store, versions, run_files, deadline, ahead))

        yield Bench(settings, store, versions, once_for_each(open_tools), deadline)


def current_versions(settings: Settings, store: Store, run_files: RunFiles | None = None) -> Versions:
    """Return what decides the notes of a check now, beside the article; no model and no passage is loaded for it.

    Raises SettingsError, StoreError, PromptError.
    """
    llm = open_llm(settings)
    prompts = _prompt_refs(settings) if llm else ()
    return Versions(
        code=code_version(),
        model=llm.name if llm else None,
        prompts=prompts,
        embedding=MiniLM().name,
        index=_index(settings, store, run_files),
        syntax=syntax_version(),
        world=None if run_files and run_files.only else world_version(settings),
        settings=content_id(
            *(str(settings.evidence_per_claim), str(settings.temperature), str(settings.base_url)),
            str(settings.claims_per_call),
            *(() if settings.vector_search else ("by words alone",)),
            *(_calibrated(settings, llm, prompts) if llm else ()),
        ),
    )


def counts_world(settings: Settings, run_files: RunFiles | None) -> bool:
    """Tell whether the shipped facts of the world count: not where only what is given to a run does."""
    return settings.world and bool(facts_digest()) and not (run_files is not None and run_files.only)


def _index(settings: Settings, store: Store, run_files: RunFiles | None) -> str:
    """Return what stands for all that claims are held against."""
    index = run_files.version(store.snapshot()) if run_files else store.snapshot()
    if asked := None if run_files and run_files.only else asked_digest(store):
        index = content_id(index, asked)
    return content_id(index, facts_digest()) if counts_world(settings, run_files) else index


def _prompt_refs(settings: Settings) -> tuple[str, ...]:
    from pipeline.llm import load_prompt

    return tuple(load_prompt(name, settings.prompts).ref for name in ("detect_claims", "predict_verdict"))


def _calibrated(settings: Settings, llm: LLM, prompts: Sequence[str]) -> tuple[str, ...]:
    """Return a hash of what the probabilities of the prompts in use are brought to; nothing where there is none."""
    from pipeline.check.calibration import calibrations_of, digest_of

    known = calibrations_of(settings.prompts, llm.name, llm.parameters, settings.claims_per_call)
    used = [each for each in known if each.prompt in prompts]
    return (digest_of(used),) if used else ()


def index_paths(settings: Settings, paths: Sequence[Path], rebuild: bool = False) -> Indexed:
    """Index files and folders of evidence and office records; raises InputError, StoreError."""
    from pipeline.evidence import LexicalIndex, VectorIndex, build_index

    embedder = MiniLM()
    with open_store(settings) as store, closing(LexicalIndex(path=settings.words_path)) as words:
        build = partial(
            build_index, store=store, embedder=embedder, passages_of=partial(passages_by_id, store), words=words
        )
        if not rebuild:
            with closing(VectorIndex.create(settings.vectors_address, embedder.name)) as vectors:
                return build(paths, vectors=vectors)
        with VectorIndex.rebuild(settings.vectors_address, embedder.name) as vectors:
            indexed = build(paths, vectors=vectors)
        with closing(VectorIndex.create(settings.vectors_address, embedder.name)) as vectors:
            build((), vectors=vectors)  # what others have added to the old one meanwhile
        return indexed


def search_evidence(bench: Bench, claim: str, as_of: date | None) -> tuple[Evidence, ...]:
    """Return the evidence a check would give to a claim in a person's own words."""
    words = " ".join(claim.split())
    if not words:
        raise InputError("there is nothing to search for: give a claim in words")
    article = Article(text="search")  # a stand-in that no passage can be a copy of
    asked = Claim(article_id=article.id, spans=(Span.of(words, 0, len(words)),), text=words, check_worthiness=1)
    return bench.tools.retrieve(asked, article, as_of or datetime.now(UTC).date())


@dataclass(frozen=True)
class Estimate:
    """What checking an article will take."""

    claims: int
    without_model: int
    """Claims that are decided, or cannot be checked, without a model."""
    forecast: Forecast | None
    """None for the embedded default."""


def estimate_check(article: Article, bench: Bench) -> Estimate:
    """Say what a check will take, from the very prompts it would send; nothing is sent or spent.

    Claims are counted with the embedded detection: a model may find more. At most, each part of the article is asked
    about again, for the sentences that a reply left out.
    """
    from pipeline.check.article import plan_jobs
    from pipeline.check.asking import batches_of
    from pipeline.check.claim import begin_claim
    from pipeline.check.claims import chunks, render_detection_prompt
    from pipeline.check.find_claims import detect
    from pipeline.check.job import CheckedClaim, Pending
    from pipeline.check.recheck import day_of
    from pipeline.check.verdict import render_verdicts_prompt
    from pipeline.llm import forecast

    tools = bench.tools
    jobs = plan_jobs(
        article,
        detect(article, replace(tools, model=None)).claims,
        day_of(article),
        assumed=article.published_at is None,
    )
    begun = [begin_claim(job, tools) for job in jobs]
    model, detecting, judging = tools.model, tools.detect_prompt, tools.verdict_prompt
    if model is None:
        open_claims = [each for each in begun if isinstance(each, CheckedClaim) and each.needs_model]
        return Estimate(len(begun), len(begun) - len(open_claims), None)
    waiting = [each for each in begun if isinstance(each, Pending)]
    if detecting is None or judging is None:
        raise SettingsError("a model needs its prompts")
    again = [render_detection_prompt(article, chunk, detecting).text for chunk in chunks(article)]
    prompts = list(again)
    for batch in batches_of(waiting, tools):
        questions = {waiting[place].key: waiting[place].question for place in batch}
        prompts.append(render_verdicts_prompt(list(questions.values()), judging).text)
    costs = forecast(prompts, model.price, model.max_output_tokens, perhaps=again)
    return Estimate(len(begun), len(begun) - len(waiting), costs)
