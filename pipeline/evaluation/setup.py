"""Open what an evaluation needs of the settings, and run it: the same for the command, the flow and the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from pipeline.check import (
    PER_CALL,
    StoredSources,
    Tools,
    check_claims,
    detect,
    open_rate_limit,
    plan_jobs,
    takes_several,
)
from pipeline.core.code_version import code_version
from pipeline.core.errors import InputError, SettingsError
from pipeline.core.models import Article, Case, Claim, Evidence, Note, Versions
from pipeline.core.ports import Embedder
from pipeline.core.settings import Settings
from pipeline.evaluation.cases import Stage, Suite, Variant
from pipeline.evaluation.prompts.catalogue import name_and_number
from pipeline.evaluation.run.answer import (
    UNDATED,
    EvalContext,
    Retrieve,
    System,
    article_of,
    evidence_of,
)
from pipeline.evaluation.run.bundle import Bundle
from pipeline.evaluation.run.recorder import MemoryReplies
from pipeline.evaluation.run.replay import encode, score_bundle
from pipeline.evaluation.run.runner import Estimate, Progress, estimate, open_questions, prepare, run
from pipeline.evaluation.scores import SCORER
from pipeline.evidence import ExactVectors, LexicalIndex, MiniLM, Records, from_memory, retrieve_evidence
from pipeline.llm import Budget, Caps, Model, Prompt, load_prices, load_prompt, open_llm, price_of
from pipeline.store import Store

STAGE_PROMPTS: dict[Stage, str] = {
    "verdict": "predict_verdict",
    "detection": "detect_claims",
    "end_to_end": "predict_verdict",
}
"""The prompt of each stage that a model can answer."""

DEPTH = 50
"""How many passages a retrieval case ranks: as deep as its deepest score looks."""


@dataclass(frozen=True)
class Trial:
    """What `eval run` was asked for."""

    suite: Suite
    prompts: tuple[str, ...] = ()
    """`name@2`, or `name` for the live version; the stage's own live prompt where none is named."""
    models: tuple[str, ...] = ()
    """`provider:name` or `none`; the one of the settings where none is named."""
    repeats: int = 1
    anew: bool = False
    """Begin a new evaluation, though one of the same plan could be gone on with."""
    claims_per_call: tuple[int, ...] = ()
    """How many claims a call is asked on, each number a variant; the one of the settings where none is named."""
    cached: bool = True
    """Take replies that an earlier evaluation got to the very same question."""


def open_systems(settings: Settings, trial: Trial) -> tuple[System, ...]:
    """Return every prompt with every model; `none` is one system, whatever the prompts.

    Raises SettingsError for a model that cannot be asked or capped, PromptError, InputError.
    """
    models = trial.models or (settings.model_name or "none",)
    found: dict[str, System] = {}
    for model in models:
        for system in _with_model(settings, trial, model):
            if system.variant.id in found and system.prompt:
                raise InputError(f"{system.variant.name} is named twice")
            found[system.variant.id] = system
    return tuple(found.values())


def _with_model(settings: Settings, trial: Trial, model: str) -> list[System]:
    own = settings.model_copy(update={"model": model})
    if own.model_name is None:
        parameters = {"embedding": MiniLM().name} if trial.suite.stage in ("detection", "retrieval") else {}
        return [System(Variant(name="without a model", parameters=parameters))]
    numbers = trial.claims_per_call or (settings.claims_per_call,)
    prompts = _prompts(settings, trial)
    first, *more = dict.fromkeys(numbers)
    found = systems_of(own, prompts, first)
    several = [prompt for prompt in prompts if takes_several(prompt)]  # another number is no variant of the others
    return found + [system for each in more for system in systems_of(own, several, each)]


def systems_of(settings: Settings, prompts: Sequence[Prompt], claims_per_call: int = 1) -> list[System]:
    """Return prompts with the model of the settings; a prompt on several claims is asked on so many in a call.

    Raises SettingsError where the model cannot be asked or capped.
    """
    llm = open_llm(settings)
    if llm is None:
        raise SettingsError("no model is set: set FACTNOTES_MODEL, or a key")
    price = price_of(llm.name, settings.base_url, load_prices(settings.home / "prices.yaml"))
    if price is None and settings.max_usd is not None:
        raise SettingsError(
            f"{llm.name} has no known price, so dollars cannot be capped: add it to prices.yaml in FACTNOTES_HOME"
        )
    systems = []
    for prompt in prompts:
        name, parameters = f"{prompt.name}@{prompt.version} {settings.model_name}", dict(llm.parameters)
        if claims_per_call > 1 and takes_several(prompt):
            name, parameters = f"{name}, {claims_per_call} a call", parameters | {PER_CALL: claims_per_call}
        variant = Variant(name=name, prompt_ref=prompt.ref, model=llm.name, parameters=parameters)
        systems.append(System(variant, prompt, llm, price))
    return systems


def _prompts(settings: Settings, trial: Trial) -> list[Prompt]:
    expected = STAGE_PROMPTS.get(trial.suite.stage)
    if expected is None:
        raise InputError(f"no prompt answers cases of the stage {trial.suite.stage}: use --model none")
    found = []
    for named in trial.prompts or (expected,):
        name, version = name_and_number(named, settings.prompts)
        if name != expected:
            raise InputError(f"the suite {trial.suite.name} is answered by {expected}, not by {name}")
        found.append(load_prompt(name, settings.prompts, version))
    return found


def open_evaluation(settings: Settings, trial: Trial, systems: Sequence[System]) -> Bundle:
    """Return the evaluation to go on with, or a new one."""
    return prepare(
        settings.home,
        trial.suite,
        systems,
        repeats=trial.repeats,
        scorer=SCORER,
        code=code_version("evaluation"),
        prompts=settings.prompts,
        anew=trial.anew,
    )


def estimate_evaluation(
    settings: Settings, trial: Trial, systems: Sequence[System], bundle: Bundle | None, store: Store
) -> tuple[Estimate, ...]:
    """Say what is still to be asked and what it will cost at least and at most; nothing is sent."""
    answered = {(each.case_id, each.variant, each.repeat): each for each in (bundle.answers() if bundle else ())}
    questions = open_questions(trial.suite, systems, trial.repeats, answered)
    replies = MemoryReplies(bundle.replies() if bundle else None)
    with_sources = bundle is None or bundle.manifest.sources_told
    eval_context = EvalContext(
        replies=replies, budget=Budget(), cache=store if trial.cached else None, sources_told=with_sources
    )
    return estimate(questions, eval_context)


def run_evaluation(
    settings: Settings,
    trial: Trial,
    systems: Sequence[System],
    bundle: Bundle,
    store: Store,
    progress: Callable[[Progress], None] = lambda progress: None,
) -> Bundle:
    """Ask what is open, score and seal; raises what `evaluation.run.runner.run` raises, with the answers so far kept.

    The caps of the settings hold for the evaluation as a whole: what earlier sessions took is counted.
    """
    budget = Budget(Caps(settings.max_usd, settings.max_calls, settings.max_seconds), bundle.spent())
    stage = trial.suite.stage
    embedder = MiniLM() if stage == "end_to_end" or _needs_embedder(trial.suite, systems) else None
    retrieve = _retrieve(trial.suite, embedder) if embedder and stage == "retrieval" else None
    check = partial(_check, embedder, settings.evidence_per_claim) if embedder and stage == "end_to_end" else None

    eval_context = EvalContext(
        budget=budget,
        cache=store if trial.cached else None,
        retries=settings.model_retries,
        embedder=embedder,
        retrieve=retrieve,
        check=check,
        sources_told=bundle.manifest.sources_told,
    )
    code = code_version("evaluation")
    systems = with_rate_limits(settings, store, systems)
    run(bundle, systems, eval_context, code=code, concurrency=settings.concurrency, progress=progress)
    bundle.seal(encode(score_bundle(bundle)))
    return bundle


def with_rate_limits(settings: Settings, store: Store, systems: Sequence[System]) -> tuple[System, ...]:
    """Return the systems with the limits of their services, which all processes with this store keep together."""
    return tuple(
        replace(each, rate_limit=open_rate_limit(settings, store, each.llm)) if each.llm else each for each in systems
    )


def _needs_embedder(suite: Suite, systems: Sequence[System]) -> bool:
    return suite.stage in ("detection", "retrieval") and any(each.llm is None for each in systems)


def _retrieve(suite: Suite, embedder: Embedder) -> Retrieve:
    """Return the desk's own retrieval over the suite's corpus."""
    search = partial(
        retrieve_evidence,
        passages=from_memory(suite.corpus),
        vectors=ExactVectors(suite.corpus, embedder),
        lexical=LexicalIndex(suite.corpus),
        embedder=embedder,
        limit=DEPTH,
    )

    def retrieve(claim: Claim, article: Article, as_of: date) -> tuple[Evidence, ...]:
        return search(claim, article, as_of)

    return retrieve


def _check(
    embedder: Embedder, limit: int, case: Case, model: Model | None, prompt: Prompt | None, per_call: int
) -> tuple[Note, ...]:
    """Check a case's article as the desk would, on the case's own evidence; claims are found without a model."""
    article, day = article_of(case), case.as_of or UNDATED
    passages = [each.passage for each in evidence_of(case)]
    retrieve = partial(
        retrieve_evidence,
        passages=from_memory(passages),
        vectors=ExactVectors(passages, embedder),
        lexical=LexicalIndex(passages),
        embedder=embedder,
        limit=limit,
    )
    tools = Tools(
        retrieve=retrieve,
        records=Records(()),
        sources=StoredSources(passages),
        embedder=embedder,
        versions=Versions(code=code_version()),
        model=model,
        verdict_prompt=prompt,
        claims_per_call=per_call,
    )
    found = detect(article, replace(tools, model=None)).claims
    return check_claims(plan_jobs(article, found, day), tools)
