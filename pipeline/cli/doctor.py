"""What is configured, what is reachable, what is missing and how to get it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from importlib import metadata
from typing import NamedTuple

from pipeline import __version__
from pipeline.core.english import syntax_version
from pipeline.core.errors import FactnotesError, SettingsError
from pipeline.core.models import Article, Claim, Passage, Span, Usage
from pipeline.core.settings import Settings
from pipeline.evidence import MiniLM, VectorIndex
from pipeline.ledger import files_of, history, list_drafts, why_lost
from pipeline.llm import Model, collecting_mends, load_prices, load_prompt, open_llm, price_of, readers_of, usage_of
from pipeline.store import open_store
from pipeline.watch import Channel, Stuck, channels, require_settings, stuck, unknown_channels, watches


class Sign(NamedTuple):
    """One thing that was looked at."""

    what: str
    fine: bool
    how: str
    """How it is, and what to do where it is not fine."""


def examine(settings: Settings, ask_model: bool = False) -> Iterator[Sign]:
    """Look at everything a check needs, one sign at a time; never raises.

    With `ask_model` the model is asked about three claims in one question, where its prompt takes several.
    """
    yield Sign("factnotes", True, f"{__version__}, home {settings.home.resolve()}")
    yield from _store(settings)
    yield from _attachments(settings)
    yield from _index(settings)
    yield Sign("syntax", True, syntax_version())
    yield from _model(settings)
    if ask_model:
        yield _answer(settings)
    yield from _limits(settings)
    yield from _notifications(settings)
    yield Sign("flows", True, f"prefect {metadata.version('prefect')}")


def _store(settings: Settings) -> Iterator[Sign]:
    try:
        with open_store(settings) as store:
            passages, records, runs = store.count_passages(), store.count_records(), store.count_runs()
            where = store.where
    except FactnotesError as error:
        yield Sign("store", False, str(error))
        return
    yield Sign("store", True, f"{where}: {runs} runs")
    how = f"{passages} passages" if passages else "none; build the index with `factnotes index PATH...`"
    yield Sign("evidence", passages > 0, how)
    how = f"{records} records" if records else "none; titles are not checked; index a file of office records"
    yield Sign("office records", records > 0, how)


def _attachments(settings: Settings) -> Iterator[Sign]:
    """Hold the files that facts of drafts rest on against their hashes, where there are some."""
    try:
        with open_store(settings) as store:
            drafts = [files_of(history(store, draft)) for draft in list_drafts(store)]
    except FactnotesError:
        return  # the sign of the store has said so
    kept = {file.sha256: file for files in drafts for file in files}
    lost = [f"{file.name} {why}" for file in kept.values() if (why := why_lost(settings.attachments_path, file))]
    if kept:
        told = f"; {len(lost)} lost: {', '.join(lost[:3])}; restore {settings.attachments_path} from a backup"
        yield Sign("files of drafts", not lost, f"{len(kept)}{told if lost else ', all whole'}")


def _index(settings: Settings) -> Iterator[Sign]:
    if not settings.vector_search:
        yield Sign("vector index", True, "not searched: FACTNOTES_VECTOR_SEARCH is off")
        return
    try:
        embedder = MiniLM()
        with closing(VectorIndex(settings.vectors_address, embedder.name)) as vectors, open_store(settings) as store:
            missing = len(store.passage_ids() - vectors.ids())
            count = vectors.count()
    except FactnotesError as error:
        yield Sign("vector index", False, str(error))
        return
    where = f" at {settings.chroma_url}" if settings.chroma_url else ""
    how = f"; passages without one: {missing}; run `factnotes index --rebuild`" if missing else ""
    yield Sign("vector index", not missing, f"{count} vectors by {embedder.name}{where}{how}")


def _model(settings: Settings) -> Iterator[Sign]:
    try:
        llm = open_llm(settings)
        how = "none: the embedded default; set OPENAI_API_KEY, or FACTNOTES_MODEL and FACTNOTES_BASE_URL, to add one"
        yield Sign("model", True, f"{llm.name}: {llm.reach()}{_readers(settings)}" if llm else how)
    except FactnotesError as error:
        yield Sign("model", False, f"{settings.model_name}: {error}")


def _readers(settings: Settings) -> str:
    proxy = readers_of(settings.base_url)[1]
    return f"; the proxy {proxy} reads what is sent to it" if proxy else ""


def _answer(settings: Settings) -> Sign:
    """Ask the model, as a check would, about claims whose answers are known: who says the same of all reads nothing."""
    what = "model, one question"
    try:
        llm = open_llm(settings)
        if llm is None:
            return Sign(what, False, "there is no model to ask: set OPENAI_API_KEY or FACTNOTES_MODEL")
        price = price_of(llm.name, settings.base_url, load_prices(settings.home / "prices.yaml"))
        with collecting_mends() as mends:
            labels, usage = _ask_known(Model(llm, price=price, retries=settings.model_retries), settings)
    except FactnotesError as error:
        usage = usage_of(error)
        return Sign(what, False, f"{error} ({usage.calls} calls, {usage.seconds:.1f} s)")
    cost = "no known price" if usage.dollars is None else f"${usage.dollars:.5f}"
    spent = f"{usage.calls} calls, {usage.tokens_in} tokens in, {usage.tokens_out} out, {usage.seconds:.1f} s, {cost}"
    asked = "; ".join([*llm.manner.told(settings.temperature), *(f"mended in the reply: {mend}" for mend in mends)])
    return Sign(what, labels == list(_KNOWN.values()), f"{_judged(labels)}; {spent}{'; ' if asked else ''}{asked}")


_KNOWN_SOURCE = "On 4 May 2021 the county's governor opened the harbour bridge of Alvesund to traffic."
_KNOWN = {
    "The harbour bridge of Alvesund was opened to traffic on 4 May 2021.": "supported",
    "The harbour bridge of Alvesund was opened to traffic on 14 June 2021.": "refuted",
    "The harbour bridge of Alvesund cost 61 million euros.": "not_enough_evidence",
}
"""Claims, and what follows of each from the one source."""


def _judged(labels: list[str]) -> str:
    """Return how labels of the known claims compare with the right ones."""
    wrong = [
        f"{got}, though {right} is right" for got, right in zip(labels, _KNOWN.values(), strict=True) if got != right
    ]
    told = f"{len(labels) - len(wrong)} of {len(labels)} claims judged as they should be"
    if not wrong:
        return told
    same = (
        f"it says {labels[0]} of all, as if it read nothing" if len(set(labels)) == 1 else "it may be too weak to judge"
    )
    return f"{told}; {'; '.join(wrong)}: {same}"


def _ask_known(model: Model, settings: Settings) -> tuple[list[str], Usage]:
    """Return what the model says of the known claims, a label or an error of each; raises where it fails on all."""
    from pipeline.check import Question, predict_verdicts

    article = Article(text=" ".join(_KNOWN))
    passage = Passage(text=_KNOWN_SOURCE, publisher="County Gazette", published_at=date(2021, 7, 5))
    claims = (
        Claim(article_id=article.id, spans=(Span.locate(text, article.text),), text=text, check_worthiness=1)
        for text in _KNOWN
    )
    questions = [Question(claim, article, (passage,), date(2022, 1, 1)) for claim in claims]
    outcomes, costs = predict_verdicts(questions, model, load_prompt("predict_verdict", settings.prompts))
    failures = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    if len(failures) == len(outcomes):
        raise failures[0]
    return [str(each) if isinstance(each, Exception) else each.label for each in outcomes], sum(costs, Usage())


def _limits(settings: Settings) -> Iterator[Sign]:
    limits = [(settings.requests_per_minute, "requests"), (settings.tokens_per_minute, "tokens")]
    parts = [f"{most:g} {what} a minute" for most, what in limits if most]
    if parts and settings.model_name:
        yield Sign("limits", True, f"{' and '.join(parts)}, of all processes with this store together")


def _notifications(settings: Settings) -> Iterator[Sign]:
    try:
        with open_store(settings) as store:
            known, held = channels(store), stuck(store, datetime.now(UTC))
            nobody = tuple(unknown_channels(store, watches(store)))
    except FactnotesError:
        return  # the store's own sign tells
    if not known and not nobody:
        yield Sign("notifications", True, "no channels; add one with `factnotes notify add NAME --email ADDRESS`")
    for channel in known:
        yield _channel(channel, settings)
    for watch, name in nobody:
        how = (
            f"watch {watch} names it and it is not there, so nobody is told; add it with `factnotes notify add {name}`"
        )
        yield Sign(f"channel {name}", False, how)
    for each in held:
        yield Sign(f"messages to {each.channel}", False, _describe_stuck(each))


def _channel(channel: Channel, settings: Settings) -> Sign:
    try:
        require_settings(channel, settings)
    except SettingsError as error:
        return Sign(f"channel {channel.name}", False, str(error))
    how = f"{channel.kind} {channel.shown_target}; `factnotes notify test {channel.name}` sends a test"
    return Sign(f"channel {channel.name}", True, how)


def _describe_stuck(held: Stuck) -> str:
    parts = []
    if held.given_up:
        parts.append(f"{held.given_up} given up in the last 30 days")
    if held.waiting and held.oldest_at:
        parts.append(f"{held.waiting} waiting, the oldest since {held.oldest_at:%Y-%m-%d %H:%M} UTC")
    if held.untried:
        parts.append(f"{held.untried} of them never tried: `factnotes notify send` does, and so does `factnotes serve`")
    if held.given_up or held.waiting > held.untried:
        name = held.channel
        parts.append(f"`factnotes notify show {name}` says why, `factnotes notify send --again {name}` tries again")
    return "; ".join(parts)
