"""One article: its claims are found and judged, each note is stored as it is made, and the report is drawn up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial

from pipeline.check.addressed import told_of_article
from pipeline.check.asking import ask_model, batches_of, is_late, too_late
from pipeline.check.claim import begin_claim
from pipeline.check.combine import make_note
from pipeline.check.disclosing import disclosures, failed_sources, same_of_all
from pipeline.check.find_claims import Detected, detect
from pipeline.check.job import Batch, CheckedBatch, CheckedClaim, Job, Pending, Tools, failed, source_failed
from pipeline.check.reach import left_out, unreached
from pipeline.check.recheck import day_of, lineage_of
from pipeline.check.together import CallSize
from pipeline.core.errors import InputError, RunCancelled, StoreError
from pipeline.core.models import Article, Claim, Coverage, Lineage, Note, Report, TraceStep
from pipeline.core.ports import Earlier, Recall
from pipeline.core.telemetry import LogContext, SetAttributes, bound, get_log, span
from pipeline.store import (
    Store,
    admit_alone,
    carry_decision,
    fail_own_run,
    mark_of,
    new_run_id,
    run_heartbeat,
    take_over,
    was_cut_off,
)

_log = get_log("check")

RunClaims = Callable[[Callable[[Batch], CheckedBatch], Sequence[Batch], int], Iterable[tuple[Batch, CheckedBatch]]]
"""Runs batches, so many at once, and yields each with what came of it as it is done."""
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and how much there is."""


def in_threads(
    check: Callable[[Batch], CheckedBatch], batches: Sequence[Batch], concurrency: int
) -> Iterator[tuple[Batch, CheckedBatch]]:
    """Run batches in threads, most check-worthy first; yield each as it is done."""
    with ThreadPoolExecutor(concurrency) as pool:
        futures = {pool.submit(check, batch): batch for batch in batches}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            pool.shutdown(cancel_futures=True)


_EMBEDDED_AT_ONCE = 32
"""Claims, where the time is capped."""
_WRITTEN_AT_ONCE = 200
"""Notes of claims that were not begun: others who write wait a second at most."""


def check_article(
    article: Article,
    tools: Tools,
    store: Store,
    *,
    as_of: date | None = None,
    run_id: str | None = None,
    detect: Callable[[Article, Tools], Detected] = detect,
    run_claims: RunClaims = in_threads,
    progress: Progress = lambda doing, done, total: None,
    recall: Recall | None = None,
    resume: bool = False,
    stop: Callable[[], str | None] = lambda: None,
    finished: int | None = None,
) -> Report:
    """Check an article and return the report; every note is in the store as soon as it is made.

    The claims are judged as of the given day, else the article's, else today (said in the report). With `recall`,
    what an earlier run judged from the same evidence is not asked of the model again. With `resume` the run `run_id`,
    which was cut short, is resumed at its day: its notes stay. `stop` is asked before each claim and tells why the
    run shall end, None while it may go on. `finished` is how many runs of the same had ended when the caller looked.
    Raises RunGoesOn where the same check lives elsewhere, or has ended since the caller looked, InputError,
    StoreError, ModelUnusable, RunCancelled; a failure on one claim is in its note.
    """
    started = time.monotonic()
    day, assumed = day_of(article, as_of), not (as_of or article.published_at)
    run_id = run_id or new_run_id(article)
    if resume:
        day = take_over(store, run_id)
    else:
        source = recall.source if recall else None
        mark = mark_of(article, day, tools.versions, source)
        store.begin_run(run_id, article, day, tools.versions, mark, admit_alone(mark["fingerprint"], finished))
    progress("detecting claims", 0, 0)
    with bound(run_id=run_id), span("check article", run_id=run_id, article_id=article.id) as set_attributes:
        _log.info("run begun", article_id=article.id, model=tools.versions.model, resumed=resume)
        try:
            with run_heartbeat(store, run_id) as stopped:
                halt = _either(stop, stopped)
                with span("detect claims"):
                    detected = detect(article, tools)
                store.save_usage(run_id, "detect_claims", detected.usage)
                _log.info("claims detected", claims=len(detected.claims), problems=len(detected.problems))
                asking = tools.open_asking(article, day) if tools.open_asking else None
                judging = replace(
                    tools, model=tools.model.for_run() if tools.model else None, ask=asking, call_size=CallSize()
                )
                read, days = detected.read or article, (day, assumed)
                run = _Run(run_id, read, detected.claims, days, judging, store, halt, recall, run_claims, progress)
                with span("check claims", claims=len(detected.claims)):
                    notes = run.check_all(store.notes(run_id) if resume else ())
            report = Report(
                run_id=run_id,
                coverage=Coverage.of(notes, detected.sentences, len(detected.unclaimed)),
                as_of=day,
                as_of_assumed=assumed,
                article=article,
                notes=notes,
                usage=store.usage_of(run_id),
                seconds=round(time.monotonic() - started, 3),
                versions=tools.versions,
                disclosures=disclosures(tools, notes),
                created_at=datetime.now(UTC),
                problems=(
                    *tools.problems,
                    *(asking.problems if asking else ()),
                    *failed_sources(notes),
                    *same_of_all(notes),
                    *detected.problems,
                    *left_out(read, unreached(article, read)),
                    *_unknown_calls(store, run_id),
                    *told_of_article(read),
                ),
                unclaimed=detected.unclaimed,
            )
            store.finish_run(run_id, report.coverage, report.seconds, _beyond_notes(report, detected))
        except BaseException as error:
            _log_failed(store, run_id, error)
            raise
        _log_finished(report, set_attributes)
    return report


def _unknown_calls(store: Store, run_id: str) -> Iterator[str]:
    if was_cut_off(store, run_id):
        yield "a process of this run ended before it: what the calls to the model cost that were in flight is not known"


def _log_finished(report: Report, set_attributes: SetAttributes) -> None:
    """Log and trace how a run ended, in counts."""
    usage, flags = report.usage, sum(report.coverage.flags.values())
    counts = {name: claims for name, claims in report.coverage.counts().items() if claims}
    spent = {"calls": usage.calls, "cached": usage.cached, "dollars": usage.dollars}
    _log.info("run finished", outcomes=counts, flags=flags, seconds=report.seconds, **spent)
    set_attributes(claims=len(report.notes), flags=flags, **spent)


def _beyond_notes(report: Report, detected: Detected) -> dict[str, object]:
    """Return what of a report is in no note, to make it again; and whether detection may find more next time."""
    kept = report.model_dump(mode="json", include={"as_of_assumed", "disclosures", "problems", "unclaimed"})
    return kept | {"may_pass": not detected.is_settled or any(map(source_failed, report.notes))}


def _either(one: Callable[[], str | None], other: Callable[[], str | None]) -> Callable[[], str | None]:
    return lambda: one() or other()


def plan_jobs(article: Article, claims: tuple[Claim, ...], day: date, *, assumed: bool = False) -> list[Job]:
    """Return a job for each claim, the most check-worthy first: they are done before a cap is reached.

    A claim of an entry with a day of its own is judged as of that, unless the article is judged as of another day than
    its own. `assumed` tells that the day is only estimated, or nothing but today.
    """
    own_days = day == day_of(article)
    dated = {entry.span: article.dated_at(entry.span.start) for entry in article.entries} if own_days else {}
    jobs = []
    for position, claim in enumerate(claims):
        of_entry = next((each for span, each in dated.items() if span.start <= claim.span.start < span.end), None)
        if of_entry and of_entry.published_at:
            jobs.append(Job(position, claim, of_entry, claims, of_entry.published_at))
        else:
            jobs.append(Job(position, claim, article, claims, day, not assumed))
    return sorted(jobs, key=lambda job: (not job.claim.checkable, -job.claim.check_worthiness, job.position))


@dataclass(frozen=True)
class _Run:
    """One run over the claims of an article."""

    id: str
    article: Article
    claims: tuple[Claim, ...]
    when: tuple[date, bool]
    """The day to judge at, and whether it is assumed."""
    tools: Tools
    store: Store
    stopped: Callable[[], str | None]
    recall: Recall | None
    run_claims: RunClaims
    progress: Progress

    def check_all(self, finished: Sequence[Note]) -> tuple[Note, ...]:
        """Check the claims that have no note yet; return all notes in order. Raises RunCancelled."""
        done = {note.claim.id: note for note in finished}
        if not done.keys() <= {claim.id for claim in self.claims}:
            raise InputError("other claims are found in the article than when the run was begun: check it anew")
        day, assumed = self.when
        jobs = [job for job in plan_jobs(self.article, self.claims, day, assumed=assumed) if job.claim.id not in done]
        self._embed([job.claim.text for job in jobs if job.claim.checkable])
        earlier = self.recall(self.claims, day, self.id) if self.recall else {}
        for note in finished:  # whoever wrote it may have been killed before its decision came along
            self._carry(note, earlier.get(note.claim.id))
        waiting: dict[str, Pending] = {}
        begin = partial(self._begin, earlier, waiting, LogContext())
        self._run(begin, [Batch((job,), "check") for job in jobs], earlier, done)
        asked = [waiting[job.claim.id] for job in jobs if job.claim.id in waiting]
        together = [tuple(asked[place].job for place in places) for places in batches_of(asked, self.tools)]
        ask = partial(self._ask, waiting, LogContext())
        self._run(ask, [Batch(members, "judge") for members in together], earlier, done)
        if len(done) < len(self.claims):
            why = self.stopped() or "stopped"
            raise RunCancelled(f"run {self.id}: {why}; its {len(done)} notes are kept: `factnotes runs resume`")
        return tuple(done[claim.id] for claim in self.claims)

    def _embed(self, texts: Sequence[str]) -> None:
        """Embed claims together, which is remembered; where the time is capped, as many as there is time for."""
        at_once = max(1, len(texts)) if self.tools.deadline is None else _EMBEDDED_AT_ONCE
        for start in range(0, len(texts), at_once):
            if is_late(self.tools):
                return
            self.tools.embedder.embed(texts[start : start + at_once])

    def _run(
        self,
        check: Callable[[Batch], CheckedBatch],
        batches: Sequence[Batch],
        earlier: Mapping[str, Earlier],
        done: dict[str, Note],
    ) -> None:
        """Run batches and write each note as it is made; those that only tell that it was too late, all at once."""
        late: list[tuple[Job, CheckedClaim]] = []
        for batch, checked in self.run_claims(check, batches, self.tools.concurrency):
            for job, claim in zip(batch.jobs, checked.claims, strict=True):
                if claim.note.failure == too_late() and not claim.usage.calls:
                    late.append((job, claim))
                elif not claim.left and not claim.waits:
                    done[job.claim.id] = self._save(job, claim, earlier)
                    self.progress("checking claims", len(done), len(self.claims))
        for at in range(0, len(late), _WRITTEN_AT_ONCE):
            self._save_late(late[at : at + _WRITTEN_AT_ONCE], earlier, done)

    def _begin(
        self, earlier: Mapping[str, Earlier], waiting: dict[str, Pending], log_context: LogContext, batch: Batch
    ) -> CheckedBatch:
        """Judge a claim as far as it goes without the model."""
        (job,) = batch.jobs
        if left := self._left(batch):
            return left
        with log_context.again(claim_id=job.claim.id):
            begun = begin_claim(job, self.tools, earlier.get(job.claim.id))
        if isinstance(begun, CheckedClaim):
            return CheckedBatch(claims=(begun,))
        waiting[job.claim.id] = begun
        return CheckedBatch(claims=(_unfinished(job, "it waits for the model", waits=True),))

    def _ask(self, waiting: Mapping[str, Pending], log_context: LogContext, batch: Batch) -> CheckedBatch:
        if left := self._left(batch):
            return left
        with log_context.again(claim_id=batch.jobs[0].claim.id):
            return CheckedBatch(claims=ask_model([waiting[job.claim.id] for job in batch.jobs], self.tools))

    def _left(self, batch: Batch) -> CheckedBatch | None:
        why = self.stopped()
        return CheckedBatch(claims=tuple(_unfinished(job, why, left=True) for job in batch.jobs)) if why else None

    def _save(self, job: Job, checked: CheckedClaim, earlier: Mapping[str, Earlier]) -> Note:
        """Write a note, which tells how it stands to earlier runs; decisions come along."""
        note, lineage = _with_lineage(checked.note, earlier)
        self.store.save_note(self.id, job.position, note, checked.usage, lineage)
        self._carry(note, earlier.get(note.claim.id))
        return note

    def _save_late(
        self, late: Sequence[tuple[Job, CheckedClaim]], earlier: Mapping[str, Earlier], done: dict[str, Note]
    ) -> None:
        """Write in one go the notes of claims that were not begun."""
        rows = [(job.position, *_with_lineage(claim.note, earlier), claim.usage) for job, claim in late]
        self.store.save_notes(self.id, [(at, note, usage, lineage) for at, note, lineage, usage in rows])
        for _, note, _, _ in rows:
            self._carry(note, earlier.get(note.claim.id))
            done[note.claim.id] = note
        self.progress("checking claims", len(done), len(self.claims))

    def _carry(self, note: Note, earlier: Earlier | None) -> None:
        """Let a decision come along to a claim that nobody has acted on."""
        if earlier and earlier.decided_claim_id:
            moved = earlier.decided_elsewise
            carry_decision(self.store, self.id, earlier.decided_claim_id, note, moved=moved)


def _with_lineage(note: Note, earlier: Mapping[str, Earlier]) -> tuple[Note, Lineage]:
    """Return a note that tells how it stands to earlier runs."""
    lineage = lineage_of(note, earlier.get(note.claim.id))
    if not str(lineage):
        return note, lineage
    step = TraceStep(stage="recall", detail=str(lineage))
    return note.model_copy(update={"trace": (*note.trace, step)}), lineage


def _unfinished(job: Job, why: str, *, left: bool = False, waits: bool = False) -> CheckedClaim:
    return CheckedClaim(note=make_note(job.claim, (), (), failed("error", why)), left=left, waits=waits)


def _log_failed(store: Store, run_id: str, error: BaseException) -> None:
    _log.info("run ended early", error=type(error).__name__)  # the caller gets the error itself
    _log.debug("run ended early", exc_info=error)
    try:
        fail_own_run(store, run_id, f"{type(error).__name__}: {error}")
    except StoreError:
        return  # the error that ended the run says more than a store that cannot note it
