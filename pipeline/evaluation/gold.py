"""Decided claims as evaluation cases. A case holds only what a person said; everything else is left out and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date
from typing import Any, Literal

from pipeline.core.models import (
    LOCAL_PERSON,
    Article,
    Case,
    DecidedNote,
    DeskOutcome,
    Note,
    Passage,
    Review,
    Role,
    Versions,
)
from pipeline.reports import Publication, Publisher, publish
from pipeline.store import RunOverview, Store, accounts, decided_notes, export_log

Include = Literal["names", "comments"]
"""What is left out of the provenance unless asked for: it may be about people."""

_OTHER_EVIDENCE = ("wrong_evidence", "evidence_too_old", "checked_myself")


@dataclass(frozen=True)
class JudgedRun:
    """A run with its decided notes."""

    id: str
    as_of: date
    article: Article
    versions: Versions
    decided: tuple[DecidedNote, ...]


@dataclass(frozen=True)
class Gold:
    """Cases in the order they were decided, and how many decisions made none, by reason."""

    cases: tuple[Case, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)


class _NoCase(Exception):
    """Why a decision makes no case."""


def gold_cases(
    runs: Iterable[JudgedRun],
    *,
    since: date | None = None,
    roles: Mapping[str, Role] | None = None,
    include: Collection[Include] = (),
) -> Gold:
    """Return the cases of all decisions made on or after a day (UTC); `roles` tells what reviewers are by name."""
    made: dict[str, list[tuple[int, Case]]] = {}
    left_out: Counter[str] = Counter()
    for run, decided in _decided_in_their_run(runs):
        newest = decided.decisions[-1]
        if since and newest.at.astimezone(UTC).date() < since:
            continue
        try:
            case = _case(run, decided, roles or {}, include)
        except _NoCase as reason:
            left_out[str(reason)] += 1
        else:
            made.setdefault(case.id, []).append((newest.id, case))
    kept: list[tuple[int, Case]] = []
    for same in made.values():
        if len({case.label for _, case in same}) > 1:
            left_out["the same question was decided in two ways"] += len(same)
        else:
            kept.append(max(same, key=lambda each: each[0]))
    kept.sort(key=lambda each: each[0])
    return Gold(tuple(case for _, case in kept), dict(sorted(left_out.items())))


def _decided_in_their_run(runs: Iterable[JudgedRun]) -> Iterator[tuple[JudgedRun, DecidedNote]]:
    """Yield each claim that has a decision once: with the note that its newest decision is about."""
    for run in runs:
        for decided in run.decided:
            newest = decided.decisions[-1] if decided.decisions else None
            # One that came along with an edited article was made on another note, which has its own case.
            if newest and newest.run_id == run.id and "carried_from" not in newest.detail:
                yield run, decided


def _case(run: JudgedRun, decided: DecidedNote, roles: Mapping[str, Role], include: Collection[Include]) -> Case:
    newest = decided.decisions[-1]
    _require_settled(decided)
    claim = decided.note.claim
    common: dict[str, Any] = {
        "claim": claim.text,
        "as_of": run.as_of,
        "context": claim.previous or "",
        "group": run.article.id,
        "source": "review",
        "metadata": _provenance(run, decided, roles, include),
    }
    if newest.action == "dismiss":
        _require(newest.reason == "not_checkable", _DISMISSED.get(newest.reason or "other", _DISMISSED["other"]))
        return Case(stage="detection", label="not_check_worthy", **common)
    label = decided.outcome.label
    _require(newest.reason != "misread_claim", "the claim was misread: the label is about other words")
    _require(newest.reason != "not_checkable", "corrected as not checkable: that gives no label")
    if label is None:
        raise _NoCase("accepted or corrected without a verdict")
    if _rests_on_the_evidence(decided):
        found = _evidence(decided)
        common["metadata"] |= {"passages": details} if any(details := [_described(each) for each in found]) else {}
        return Case(stage="verdict", label=label, evidence=tuple(each.text for each in found), **common)
    return Case(stage="end_to_end", label=label, acceptable=_defensible(decided), **common)


_DISMISSED = {
    "false_alarm": "dismissed as a false alarm: that says what the claim is not",
    "other": "dismissed: that is about the note, not about the claim",
}


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise _NoCase(reason)


def _require_settled(decided: DecidedNote) -> None:
    _require(decided.status != "disputed", "two people differ and no editor has settled it")
    _require(decided.status != "awaiting_second", "waits for a second decision")
    _require(decided.status == "decided", "was reopened")


def _rests_on_the_evidence(decided: DecidedNote) -> bool:
    """Tell whether the label was given on the texts that the case holds."""
    newest, outcome = decided.decisions[-1], decided.outcome
    added = any(each.text for each in outcome.evidence)
    if outcome.label == "not_enough_evidence" and newest.reason != "evidence_too_old":
        return True
    if not _evidence(decided):
        return False
    if newest.reason in _OTHER_EVIDENCE:
        return added
    only_addresses = bool(outcome.evidence) and not added
    return not only_addresses or outcome.label == DeskOutcome.of(decided.note).label


def _evidence(decided: DecidedNote) -> tuple[Passage, ...]:
    """Return what the claim was judged on, and what people added, each text once; nothing later than the day."""
    found = [each.passage for each in decided.note.evidence if not each.later and not each.copied]
    added = [Passage(text=each.text, source_url=each.url) for each in decided.outcome.evidence if each.text]
    first: dict[str, Passage] = {}
    for passage in (*found, *added):
        first.setdefault(passage.text, passage)
    return tuple(first.values())


def _described(passage: Passage) -> dict[str, Any]:
    """Return where a passage comes from: all but its text."""
    return passage.model_dump(mode="json", exclude={"text", "sha256", "id"}, exclude_defaults=True)


def _defensible(decided: DecidedNote) -> tuple[str, ...]:
    """Return the labels others gave before newer evidence was known."""
    *earlier, newest = decided.decisions
    if newest.reason != "evidence_too_old":
        return ()
    labels = (each.after.label for each in earlier if each.after and each.reviewer != newest.reviewer)
    return tuple(dict.fromkeys(label for label in labels if label and label != decided.outcome.label))


def _provenance(
    run: JudgedRun, decided: DecidedNote, roles: Mapping[str, Role], include: Collection[Include]
) -> dict[str, Any]:
    newest, note = decided.decisions[-1], decided.note
    attribution = note.claim.attribution
    details: dict[str, Any] = {
        "review": newest.id,
        "sequence": newest.sequence,
        "action": newest.action,
        "reason": newest.reason,
        "decided": newest.at.astimezone(UTC).date().isoformat(),
        "reviewer_role": roles.get(newest.reviewer),
        "reviewers": len({each.reviewer for each in decided.decisions}),
        "approved": decided.editor_status == "approved",
        "claim_id": note.claim.id,
        "run": run.id,
        "found": _found(note),
        "method": note.verdict.method if note.verdict else None,
        "model": run.versions.model,
        "prompts": list(run.versions.prompts),
        "code": run.versions.code,
        "flags_kept": _kinds(decided.outcome, note, kept=True),
        "flags_dropped": _kinds(decided.outcome, note, kept=False),
        "addresses": [each.url for each in decided.outcome.evidence if each.url],
        "kind": note.claim.kind,
        "heading": note.claim.heading,
        "speaker": (attribution.name or attribution.speaker) if attribution else None,
        **_personal(newest, include),
    }
    return {name: value for name, value in details.items() if value is not None and value != []}


def _personal(newest: Review, include: Collection[Include]) -> dict[str, str]:
    details = {"reviewer": newest.reviewer} if "names" in include else {}
    return details | ({"comment": newest.comment} if "comments" in include and newest.comment else {})


def _found(note: Note) -> str:
    """Return what the run said: a label, or why there was none."""
    if note.verdict:
        return note.verdict.label
    return f"not_checked: {note.failure.reason}" if note.failure else "not_checked"


def _kinds(outcome: DeskOutcome, note: Note, *, kept: bool) -> list[str]:
    """Return the kinds of the note's flags that a person kept or dropped; none of a dismissed note's are either."""
    if outcome.dismissed:
        return []
    return [flag.kind for flag in note.flags if (flag in outcome.flags) == kept]


def publication_of(
    store: Store,
    run: RunOverview,
    *,
    publisher: Publisher | None = None,
    page_url: str | None = None,
    names: bool = False,
) -> Publication:
    """Return what may be published of a run."""
    article, decided = store.article(run.article_id), decided_notes(store, run.id)
    return publish(article, run.id, run.as_of, decided, publisher=publisher, page_url=page_url, names=names)


def gold_of(store: Store, *, since: date | None = None, include: Collection[Include] = ()) -> Gold:
    """Return the gold cases of a store's decisions; only runs that were decided on are read."""
    log = [(review.run_id, review.reviewer) for review in export_log(store)]
    decided_on = {run_id for run_id, _ in log}
    judged = (
        JudgedRun(run.id, run.as_of, store.article(run.article_id), run.versions, decided_notes(store, run.id))
        for run in store.runs()
        if run.id in decided_on
    )
    roles: dict[str, Role] = {account.name: account.role for account in accounts(store)}
    if not roles:  # a desk without accounts is one person's, whatever name stands in the log
        roles = {reviewer: LOCAL_PERSON.role for _, reviewer in log}
    return gold_cases(judged, since=since, roles=roles, include=include)
