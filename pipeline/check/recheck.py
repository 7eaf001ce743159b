"""What earlier runs settle: whether an article need be checked at all, and which of its claims stand as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from pipeline.check.align import Pair, pair_claims
from pipeline.core.code_version import why_changed
from pipeline.core.models import (
    NEW_LINEAGE,
    SETTLED,
    Article,
    Claim,
    Coverage,
    Disclosure,
    Evidence,
    Flag,
    Lineage,
    Note,
    RecheckReason,
    Report,
    Span,
    Verdict,
    Versions,
)
from pipeline.core.ports import Earlier
from pipeline.store import (
    KnownNote,
    KnownRun,
    Run,
    Store,
    about,
    decided_among,
    earlier_runs,
    failure_reasons,
    fingerprint,
    finished_run,
    known_run,
    sentences_of,
    sources,
)


def kept_verdict(earlier: Earlier | None) -> Verdict | None:
    """Return the verdict that a model gave in an earlier run, where nothing but the evidence can have changed it.

    What checkers say costs nothing and may hang on the whole article, so it is never kept but found again.
    """
    if earlier is None or earlier.reason or earlier.note is None:
        return None
    verdict = earlier.note.verdict
    return verdict if verdict and verdict.by == "model" else None


def same_evidence(one: Note, other: Note) -> bool:
    """Tell whether two notes stand on the same passages in the same order, with the same stances and marks."""
    return _seen(one.evidence) == _seen(other.evidence)


def lineage_of(note: Note, earlier: Earlier | None) -> Lineage:
    """Return how a new note stands to the earlier one: kept, or made again and why."""
    if earlier is None:
        return NEW_LINEAGE
    previous = earlier.claim_id if earlier.claim_id != note.claim.id else None
    if note.failure and note.failure.reason not in SETTLED:  # no word on the claim, so nothing to compare
        return Lineage(reason=earlier.reason, previous_claim_id=previous)
    reason = earlier.reason or _difference(note, earlier)
    return Lineage(reason=reason, since_run_id=None if reason else earlier.run_id, previous_claim_id=previous)


def _difference(note: Note, earlier: Earlier) -> RecheckReason | None:
    """Return what made a note another one than before; None for the same note."""
    before = earlier.note
    if before is None:
        return "new claim"
    if _seen(note.evidence, records=True) != _seen(before.evidence, records=True):
        return "office records changed"
    if not same_evidence(note, before):
        return "evidence changed"
    return None if _judgement_of(note) == _judgement_of(before) else "context changed"


def _seen(evidence: Sequence[Evidence], *, records: bool | None = None) -> list[tuple[object, ...]]:
    return [
        (each.passage, each.stance, each.later)
        for each in evidence
        if records is None or (each.passage.kind == "office_record") == records
    ]


def _judgement_of(note: Note) -> tuple[object, ...]:
    """Return what a note says, without places."""
    failure = note.failure.reason if note.failure else None
    return note.verdict, failure, [_flagged(flag) for flag in note.flags]


def _flagged(flag: Flag) -> tuple[object, ...]:
    shown = flag.kind, flag.severity, flag.message, flag.suggestion
    return *shown, flag.citations, flag.checker, flag.span.exact


_RUNS = 3
"""How many earlier runs are looked at: one that was cut short, or met a service that was down, may be among them."""
_Met = Mapping[str, tuple[Pair, KnownNote]]
"""By id of a claim, which claim of an earlier run it was, and its note."""


class EarlierRuns:
    """Knows what earlier runs of an article said of its claims (implements `Recall`)."""

    def __init__(
        self,
        store: Store,
        article: Article,
        versions: Versions,
        *,
        source: str | None = None,
        previous: str | None = None,
        again: bool = False,
        known_source: str | None = None,
    ) -> None:
        """Look for runs on the same text, or on another text from `source`, its address or its headline.

        `previous` names a run to look at first, `known_source` is the hash of a source that a run has kept. With
        `again` nothing is kept.
        """
        self.source, self._known_source = source, known_source
        self._store, self._article, self._versions, self._again = store, article, versions, again
        self._previous = previous

    def __call__(self, claims: Sequence[Claim], as_of: date, run_id: str) -> Mapping[str, Earlier]:
        """Return what is known of each claim, by id; `run_id` is the run that asks. Raises StoreError."""
        runs = self._runs(run_id)
        found = [_meet(run, claims) for run in runs]
        known = {claim.id: self._of_claim(claim, as_of, runs, found) for claim in claims}
        same = {claim.id: self._same_words(claim, as_of, runs, found) for claim in claims}
        decided = decided_among(self._store, sorted({claim_id for each in same.values() for claim_id in each}))
        for id_, others in same.items():
            newest = next((claim_id for claim_id in others if claim_id in decided), None)
            if newest:
                known[id_] = known[id_].with_decision(newest, others[newest])
        return known

    def _same_words(
        self, claim: Claim, as_of: date, runs: Sequence[KnownRun], found: Sequence[_Met]
    ) -> dict[str, bool]:
        """Return the claims that a claim was in other texts, newest first, and whether they stood otherwise."""
        others: dict[str, bool] = {}
        for run, met in zip(runs, found, strict=True):
            pair = met[claim.id][0] if claim.id in met else None
            if pair and pair.change != "words" and pair.earlier.id != claim.id:
                others.setdefault(pair.earlier.id, self._stands_otherwise(pair, as_of, run))
        return others

    def _stands_otherwise(self, pair: Pair, as_of: date, run: KnownRun) -> bool:
        return pair.change == "context" or as_of != run.as_of or run.about != about(self._article)

    def _runs(self, run_id: str) -> tuple[KnownRun, ...]:
        places = [*sources(self._article, self.source), *([self._known_source] if self._known_source else [])]
        runs = earlier_runs(self._store, self._article.id, places, limit=_RUNS, without=run_id)
        first = known_run(self._store, self._previous) if self._previous else None
        return runs if first is None else (first, *(run for run in runs if run.id != first.id))

    def _of_claim(
        self,
        claim: Claim,
        as_of: date,
        runs: Sequence[KnownRun],
        found: Sequence[_Met],
    ) -> Earlier:
        """Return the newest note that may be kept; else why the newest one may not."""
        first: Earlier | None = None
        for run, met in zip(runs, found, strict=True):
            if claim.id not in met:
                continue
            pair, known = met[claim.id]
            reason = "asked again" if self._again else self._why(pair, known.note, as_of, run)
            earlier = Earlier(
                claim_id=known.note.claim.id,
                note=known.note,
                run_id=known.lineage.since_run_id or run.id,
                reason=reason,
            )
            if reason is None:
                return earlier
            first = first or earlier
        return first or Earlier(reason="new claim")

    def _why(self, pair: Pair, note: Note, as_of: date, run: KnownRun) -> RecheckReason | None:
        """Return why a claim must be checked again, as far as the store can tell."""
        if pair.change == "words":
            return "words changed"
        if self._stands_otherwise(pair, as_of, run):
            return "context changed"
        if note.failure and note.failure.reason not in SETTLED:
            return "earlier failure may pass"
        return self._why_of_program(run) or self._why_of_model(note, run)

    def _why_of_program(self, run: KnownRun) -> RecheckReason | None:
        """Return which part of the code, or which model beside the chat model, is another."""
        before, now = run.versions, self._versions
        if before.embedding != now.embedding:
            return "embedding model changed"
        if before.syntax != now.syntax:
            return "syntax model changed"
        return why_changed(before.code, now.code)

    def _why_of_model(self, note: Note, run: KnownRun) -> RecheckReason | None:
        """Return what of model, prompt and settings is another, where the note depends on them."""
        now = self._versions
        if note.failure:
            return "model changed" if note.failure.reason == "no_model" and now.model else None
        if note.verdict is None or note.verdict.by != "model":
            return None
        prompt, _, model = note.verdict.method.partition(" ")
        if model != now.model:
            return "model changed"
        if prompt not in now.prompts:
            return "prompt changed"
        return "settings changed" if now.settings != run.versions.settings else None


def _meet(run: KnownRun, claims: Sequence[Claim]) -> _Met:
    """Pair the claims of a run with those of the article, by id of the latter."""
    notes = {known.note.claim.id: known for known in run.notes}
    pairs = pair_claims([known.note.claim for known in run.notes], claims)
    return {id_: (pair, notes[pair.earlier.id]) for id_, pair in pairs.items()}


def day_of(article: Article, as_of: date | None = None) -> date:
    """Return the day that claims are judged at: the one given, else the article's as far as it is known, else today."""
    return as_of or article.published_at or article.estimated_at or datetime.now(UTC).date()


def unchanged_run(store: Store, article: Article, versions: Versions, as_of: date | None = None) -> Run | None:
    """Return the last finished run on an article, where another one could find nothing else; None where it might.

    `as_of` is the day to judge at, by default the article's, else today. Nothing is asked of a model or of the index.
    Raises StoreError.
    """
    run = finished_run(store, fingerprint(article, day_of(article, as_of), versions))
    if run is None or not run.summary or run.summary.get("may_pass", True):
        return None
    return run if failure_reasons(store, run.id) <= SETTLED else None


def report_of(store: Store, run: Run, article: Article) -> Report:
    """Return the report of a finished run on an article again; raises StoreError."""
    known = known_run(store, run.id)
    notes = tuple(each.note for each in known.notes) if known else ()
    summary = run.summary or {}
    unclaimed = tuple(Span.model_validate(each) for each in summary.get("unclaimed", ()))
    return Report(
        run_id=run.id,
        coverage=Coverage.of(notes, sentences_of(summary), len(unclaimed)),
        as_of=run.as_of,
        as_of_assumed=summary.get("as_of_assumed", False),
        article=article,
        notes=notes,
        usage=store.usage_of(run.id),
        seconds=summary.get("seconds", 0.0),
        versions=run.versions,
        disclosures=tuple(Disclosure.model_validate(each) for each in summary.get("disclosures", ())),
        created_at=run.finished_at or run.started_at,
        problems=tuple(summary.get("problems", ())),
        unclaimed=unclaimed,
    )
