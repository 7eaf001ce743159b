"""Which notes of a run are published, and what of each: what an editor approved, in the desk's words as they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from pipeline.core.models import (
    FOR_THE_DESK,
    AddedEvidence,
    Article,
    Citation,
    DecidedNote,
    DeskOutcome,
    Evidence,
    Flag,
    Note,
    Review,
    Span,
    text_hash,
)
from pipeline.reports.publication.models import (
    Counts,
    Place,
    Publication,
    PublishedArticle,
    PublishedCheck,
    Publisher,
    Remark,
    Source,
    Speaker,
)
from pipeline.reports.shared.segments import mark_spans
from pipeline.reports.shared.views import alike

Standing = Literal["published", "not_approved", "changed", "dismissed", "not_checked", "not_checkable"]
"""What becomes of a note; only `published` is shown."""

_OTHER_EVIDENCE = ("wrong_evidence", "evidence_too_old", "checked_myself")
"""Reasons of a correction that take back what the note cited for its verdict."""


def publish(
    article: Article,
    run_id: str,
    as_of: date,
    decided: Iterable[DecidedNote],
    *,
    publisher: Publisher | None = None,
    page_url: str | None = None,
    names: bool = False,
) -> Publication:
    """Return what may be published of a run's notes; `names` tells who decided and who approved."""
    placed = sorted(decided, key=lambda each: (each.note.claim.span.start, -each.note.claim.span.end))
    standing = [(each, standing_of(each, run_id)) for each in placed]
    shown = [each for each, what in standing if what == "published"]
    checks = tuple(_check(number, each, names) for number, each in enumerate(shown, 1))
    counts = _count([what for _, what in standing])
    return Publication(
        run_id=run_id,
        as_of=as_of,
        coverage=str(counts),
        counts=counts,
        article=PublishedArticle(
            **article.model_dump(exclude={"warnings", "provenance"}), sha256=text_hash(article.text)
        ),
        checks=checks,
        publisher=publisher,
        page_url=page_url,
        updated_at=max((check.approved_at for check in checks), default=None),
    )


def _count(standing: Sequence[Standing]) -> Counts:
    counts = {what: standing.count(what) for what in dict.fromkeys(standing)}
    return Counts(claims=len(standing) - standing.count("not_checkable"), **counts)


def standing_of(decided: DecidedNote, run_id: str) -> Standing:
    """Return what becomes of a note."""
    if decided.status == "none" and not decided.note.claim.checkable:
        return "not_checkable"
    if decided.outcome.dismissed and decided.status == "decided":
        return "dismissed"
    outcome = decided.outcome if decided.status == "decided" else DeskOutcome.of(decided.note)
    if not (outcome.label or _for_readers(outcome.flags)):
        return "not_checked"
    if decided.editor_status != "approved" or not decided.decisions or _approval(decided) is None:
        return "not_approved"
    if not _same_note(decided, run_id):
        return "changed"
    return "published"


def _for_readers(flags: Sequence[Flag]) -> tuple[Flag, ...]:
    return tuple(flag for flag in flags if flag.kind not in FOR_THE_DESK)


def _approval(decided: DecidedNote) -> Review | None:
    return next((review for review in reversed(decided.reviews) if review.action == "approve"), None)


def _same_note(decided: DecidedNote, run_id: str) -> bool:
    """Tell whether this run's note is the one that was decided on, in this run or in another one."""
    if decided.decisions[-1].run_id == run_id:
        return True
    before = decided.decisions[0].before
    return before is not None and before.model_copy(update={"evidence": ()}) == DeskOutcome.of(decided.note)


def _check(number: int, decided: DecidedNote, names: bool) -> PublishedCheck:
    note, outcome, decision, approval = decided.note, decided.outcome, decided.decisions[-1], _approval(decided)
    if decision.action == "dismiss" or approval is None:
        raise ValueError(f"claim {note.claim.id}: not approved")
    kept = note.verdict is not None and note.verdict.label == outcome.label
    corrected = outcome != DeskOutcome.of(note)
    cited = _citations(decided, kept, corrected)
    return PublishedCheck(
        id=note.claim.id,
        number=number,
        claim=note.claim.text,
        kind=note.claim.kind,
        spans=note.claim.spans,
        label=outcome.label,
        justification=_justification(note, outcome, kept),
        remarks=_remarks(_for_readers(outcome.flags)),
        sources=(*_cited_sources(note.evidence, cited), *map(_added_source, outcome.evidence)),
        speaker=speaker_of(note),
        decision="correct" if corrected else "accept",
        decided_at=decision.at,
        decided_by=decision.reviewer if names else None,
        approved_at=approval.at,
        approved_by=approval.reviewer if names else None,
        method=note.verdict.method if note.verdict and kept else None,
    )


def _justification(note: Note, outcome: DeskOutcome, kept: bool) -> str | None:
    """Return the reasons for the verdict as it stands, never those for one that a person replaced."""
    found = note.verdict.justification if note.verdict else None
    return outcome.justification if kept or outcome.justification != found else None


def _citations(decided: DecidedNote, kept: bool, corrected: bool) -> tuple[Citation, ...]:
    """Return the citations of what still stands: of the verdict unless a person took it back, and of the flags."""
    replaced = corrected and any(each.reason in _OTHER_EVIDENCE for each in decided.decisions)
    verdict = decided.note.verdict
    own = verdict.citations if verdict and kept and not replaced else ()
    return (*own, *(citation for flag in _for_readers(decided.outcome.flags) for citation in flag.citations))


def _cited_sources(found: Sequence[Evidence], cited: Sequence[Citation]) -> list[Source]:
    sources = []
    for passage in {evidence.passage.id: evidence.passage for evidence in found}.values():
        spans = [citation.span for citation in cited if citation.passage_id == passage.id]
        if spans:
            sources.append(
                Source(
                    kind=passage.kind,
                    text=passage.text,
                    proven=_joined(passage.text, spans),
                    title=passage.title,
                    publisher=passage.publisher,
                    url=passage.source_url,
                    published_at=passage.published_at,
                    event_date=passage.event_date,
                    verified=passage.verified,
                )
            )
    return sources


def _joined(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Join spans that touch or overlap."""
    marked = [piece for piece in mark_spans(text, spans) if piece.keys]
    return tuple(Span(start=piece.start, end=piece.end, exact=piece.text) for piece in marked)


def _added_source(added: AddedEvidence) -> Source:
    return Source(kind="added", text=added.text, url=added.url)


def _remarks(flags: Sequence[Flag]) -> tuple[Remark, ...]:
    """Return what the flags say, the gravest first, each message once."""
    suggested: set[tuple[Span, str | None]] = set()
    remarks = []
    for message, group in alike(flags).items():
        places = [_place(flag, suggested) for flag in group]
        places = [each for each in dict.fromkeys(places) if each.suggestion or _alone(each, places)]
        places.sort(key=lambda place: (place.span.start, place.span.end))
        kinds = dict.fromkeys(flag.kind for flag in group)
        remarks.append(Remark(kinds=tuple(kinds), message=message, places=tuple(places)))
    return tuple(remarks)


def _place(flag: Flag, suggested: set[tuple[Span, str | None]]) -> Place:
    """Return the words flagged, with the suggestion unless it has been made for them already."""
    key = (flag.span, flag.suggestion)
    suggestion = None if key in suggested else flag.suggestion
    suggested.add(key)
    return Place(span=flag.span, suggestion=suggestion)


def _alone(place: Place, places: Sequence[Place]) -> bool:
    return not any(other.suggestion and other.span == place.span for other in places)


def speaker_of(note: Note) -> Speaker | None:
    """Return who made the claim, if the article gives it to somebody by name.

    A claim that somebody said something (`Lund said: "..."`) is the article's own, and so is one whose words
    name who holds it.
    """
    attribution = note.claim.attribution
    if attribution is None or note.claim.kind in ("quotation", "title"):
        return None
    name = attribution.name or (attribution.speaker if attribution.speaker_title else None)
    if name is None or any(each.casefold() in note.claim.text.casefold() for each in (name, attribution.speaker)):
        return None
    resolved = attribution.name is not None and attribution.name != attribution.speaker
    return Speaker(name=name, title=attribution.speaker_title, person=resolved or attribution.speaker_title is not None)
