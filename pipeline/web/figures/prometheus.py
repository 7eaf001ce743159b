"""The figures as Prometheus reads them; labels are names that a desk has given, never an article's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from pipeline import __version__
from pipeline.web.figures.models import Figures, Window

Samples = Iterable[tuple[Sequence[str], float | None]]
"""Values by their labels; None for one that is not known."""
Family = TypeVar("Family", CounterMetricFamily, GaugeMetricFamily)

_NOBODY = "none"
"""Stands for the embedded default among models, and for no watch among watches."""
_UNKNOWN = "unknown"
"""Stands for a trial's model that was not kept."""
_WINDOWS: Mapping[Window, str] = {"today": "today", "month": "30d"}


def metrics_page(figures: Figures, accepts: str) -> tuple[bytes, str]:
    """Return the figures in the format a scraper accepts, and what that is called."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_OfFigures(figures))
    encode, media_type = choose_encoder(accepts)
    return encode(registry), media_type


class _OfFigures(Collector):
    """Gives the figures of one moment."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        figures = self._figures
        failures = _named(figures.failures.ever)
        yield _gauge("build_info", "Version of factnotes.", [((__version__,), 1)], "version")
        yield _gauge("runs", "Runs by how they stand.", _named(figures.runs.ever), "status")
        yield _counter("notes", "Claims judged, by outcome.", _named(figures.outcomes), "outcome")
        yield _counter("failures", "Claims that could not be judged, by reason.", failures, "reason")
        yield _counter("flags", "Flags set, by kind.", _named(figures.flags), "kind")
        yield from _spending(figures)
        yield from _trials(figures)
        yield from _queue(figures)
        yield from _watches(figures)
        yield from _outbox(figures)


def _spending(figures: Figures) -> Iterator[Metric]:
    ever = [
        ((each.model or _NOBODY, each.watch or _NOBODY), each) for each in figures.spending if each.window == "ever"
    ]
    labels = ("model", "watch")
    yield _counter("model_calls", "Calls to models.", [(key, each.calls) for key, each in ever], *labels)
    cached = [(key, each.cached) for key, each in ever]
    yield _counter("model_answers_cached", "Answers that cost nothing: asked before.", cached, *labels)
    tokens = [((*key, "in"), each.tokens_in) for key, each in ever]
    tokens += [((*key, "out"), each.tokens_out) for key, each in ever]
    yield _counter("model_tokens", "Tokens sent to models and got from them.", tokens, *labels, "direction")
    dollars = [(key, each.dollars) for key, each in ever]
    yield _counter("model_dollars", "Dollars spent on calls whose price is known.", dollars, *labels)
    unpriced = [(key, each.unpriced) for key, each in ever]
    yield _counter("model_calls_unpriced", "Calls without a known price.", unpriced, *labels)
    recent = [
        ((_WINDOWS[each.window], each.model or _NOBODY, each.watch or _NOBODY), each.dollars)
        for each in figures.spending
        if each.window in _WINDOWS
    ]
    documentation = "Dollars of runs begun today (UTC) and in the 30 days that end today."
    yield _gauge("spending_dollars", documentation, recent, "window", *labels)


def _trials(figures: Figures) -> Iterator[Metric]:
    """Yield gauges: a trial of the lab counts as what it has reserved until it ends, so these may go down."""
    trials = figures.trials.spending
    ever = [((each.kind, each.model or _UNKNOWN), each) for each in trials if each.window == "ever"]
    labels = ("kind", "model")
    documentation = "Calls to models by evaluations and by the prompt lab, which are not among those of runs."
    yield _gauge("trial_calls", documentation, [(key, each.calls) for key, each in ever], *labels)
    tokens = [((*key, "in"), each.tokens_in) for key, each in ever]
    tokens += [((*key, "out"), each.tokens_out) for key, each in ever]
    yield _gauge("trial_tokens", "Tokens sent and got by trials.", tokens, *labels, "direction")
    dollars = [(key, each.dollars) for key, each in ever]
    yield _gauge("trial_dollars", "Dollars spent by trials on calls whose price is known.", dollars, *labels)
    unpriced = [(key, each.unpriced) for key, each in ever]
    yield _gauge("trial_calls_unpriced", "Calls of trials without a known price.", unpriced, *labels)
    recent = [
        ((_WINDOWS[each.window], each.kind, each.model or _UNKNOWN), each.dollars)
        for each in trials
        if each.window in _WINDOWS
    ]
    documentation = "Dollars spent by trials today (UTC) and in the 30 days that end today."
    yield _gauge("trial_spending_dollars", documentation, recent, "window", *labels)
    unread = [((), len(figures.trials.unread))]
    yield _gauge("trial_accounts_unread", "Accounts of trials that cannot be read.", unread)


def _queue(figures: Figures) -> Iterator[Metric]:
    queue = figures.queue
    yield _gauge("queue_claims", "Claims of the queue.", [((each.status,), each.claims) for each in queue], "status")
    flagged = [((each.status,), each.flagged) for each in queue]
    yield _gauge("queue_flagged_claims", "Claims of the queue with a flag.", flagged, "status")
    oldest = [((each.status,), _age(each.oldest_at, figures)) for each in queue if each.waits]
    yield _gauge("queue_oldest_seconds", "Since the run of the claim that waits longest began.", oldest, "status")


def _watches(figures: Figures) -> Iterator[Metric]:
    watches = figures.watches
    active = [((watch.name,), watch.status == "active") for watch in watches]
    yield _gauge("watch_active", "1 for a watch that is active, 0 for one that is paused.", active, "watch")
    coming = [((watch.name,), _seconds(watch.next_at)) for watch in watches]
    yield _gauge("watch_next_slot_timestamp_seconds", "When a watch runs next.", coming, "watch")
    late = [((watch.name,), _age(watch.due_since, figures)) for watch in watches]
    yield _gauge("watch_overdue_seconds", "How long a slot is due that was not begun; 0 for none.", late, "watch")
    seen = [((watch.name,), _seconds(watch.newest.began_at) if watch.newest else None) for watch in watches]
    yield _gauge("watch_last_visit_timestamp_seconds", "When the newest visit began.", seen, "watch")
    visits = [((watch.name, status), count) for watch in watches for status, count in watch.visits.items()]
    yield _counter("watch_visits", "Visits by how they ended.", visits, "watch", "status")
    items = [((watch.name, state), count) for watch in watches for state, count in watch.items.items()]
    yield _gauge("watch_items", "Articles of a watch, by how they stand.", items, "watch", "state")


def _outbox(figures: Figures) -> Iterator[Metric]:
    outbox = figures.outbox
    held = [(("waiting",), outbox.waiting), (("given_up",), outbox.given_up)]
    yield _gauge("outbox_messages", "Messages that did not arrive, yet or at all.", held, "state")
    yield _counter("messages_sent", "Messages that arrived.", [((), outbox.sent)])
    waits = _age(outbox.oldest_at, figures)
    yield _gauge("outbox_oldest_seconds", "How long a message waits; 0 for none.", [((), waits)])


def _gauge(name: str, documentation: str, samples: Samples, *labels: str) -> GaugeMetricFamily:
    return _filled(GaugeMetricFamily(f"factnotes_{name}", documentation, labels=labels), samples)


def _counter(name: str, documentation: str, samples: Samples, *labels: str) -> CounterMetricFamily:
    return _filled(CounterMetricFamily(f"factnotes_{name}", documentation, labels=labels), samples)


def _filled(family: Family, samples: Samples) -> Family:
    for labels, value in samples:
        if value is not None:
            family.add_metric(labels, value)
    return family


def _named(counts: Mapping[Any, int]) -> Samples:
    return [((name,), count) for name, count in sorted(counts.items())]


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


def _age(moment: datetime | None, figures: Figures) -> float:
    return max(0.0, (figures.at - moment).total_seconds()) if moment else 0.0
