"""What is configured, what is reachable, what is missing and how to get it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib import metadata
from typing import NamedTuple

from pipeline import __version__
from pipeline.core.english import syntax_version
from pipeline.core.errors import FactnotesError, SettingsError
from pipeline.core.settings import Settings
from pipeline.evidence import MiniLM, VectorIndex
from pipeline.llm import open_llm
from pipeline.store import open_store
from pipeline.watch import Channel, Stuck, channels, require_settings, stuck, unknown_channels, watches


class Sign(NamedTuple):
    """One thing that was looked at."""

    what: str
    fine: bool
    how: str
    """How it is, and what to do where it is not fine."""


def examine(settings: Settings) -> Iterator[Sign]:
    """Look at everything a check needs, one sign at a time; never raises."""
    yield Sign("factnotes", True, f"{__version__}, home {settings.home.resolve()}")
    yield from _store(settings)
    yield from _index(settings)
    yield Sign("syntax", True, syntax_version())
    yield from _model(settings)
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
        yield Sign("model", True, f"{llm.name}: {llm.reach()}" if llm else how)
    except FactnotesError as error:
        yield Sign("model", False, f"{settings.model_name}: {error}")


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
