"""A report's notes as they are shown: numbered by place, evidence sorted, proven words marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlsplit

from pipeline.core.english import format_date
from pipeline.core.models import (
    Article,
    Comparison,
    Evidence,
    Flag,
    FlagKind,
    Note,
    PartialDate,
    Relation,
    Report,
    Span,
)
from pipeline.reports.shared.parts import Listed, find_parts
from pipeline.reports.shared.segments import Mark, Segment, cut_segments, mark_spans
from pipeline.reports.shared.wording import (
    SEVERITIES,
    NoteOutcome,
    Severity,
    differences,
    needs_a_look,
    outcome_of,
    shorten,
    without_difference,
)


@dataclass(frozen=True)
class Source:
    """One passage of a note's evidence."""

    evidence: Evidence
    pieces: tuple[Segment[str], ...]
    """The passage's text; a piece with a key is cited."""
    link: str | None
    dated: str | None
    happened: str | None

    @property
    def cited(self) -> bool:
        """Tell whether the verdict or a flag rests on it."""
        return any(piece.keys for piece in self.pieces)


@dataclass(frozen=True)
class FlagView:
    """What is said once to a reader, though several flags say it."""

    message: str
    kinds: tuple[FlagKind, ...]
    severity: Severity
    corrections: tuple[tuple[str, str], ...]
    """The words as written, and the words that would be right."""


@dataclass(frozen=True)
class ComparisonView:
    """A claim and the sentence of a source, side by side; a piece with a key is a part: how it relates."""

    article: tuple[Segment[Relation], ...]
    source: tuple[Segment[Relation], ...]
    where: Source
    differences: str
    """In words; empty where nothing differs."""
    common: str
    """What it means that nothing does, in words."""
    agreeing: tuple[str, ...]
    missing: tuple[str, ...]
    """Words of the article that the source does not mention."""


@dataclass(frozen=True)
class NoteView:
    """A note with its number and its evidence in three groups."""

    number: int
    note: Note
    outcome: NoteOutcome
    flagged: bool
    flags: tuple[FlagView, ...]
    """The gravest first."""
    cited: tuple[Source, ...]
    uncited: tuple[Source, ...]
    later: tuple[Source, ...]
    comparison: ComparisonView | None
    parts: tuple[NoteView, ...] = ()
    """Claims on a part of its words, of which nothing else was found."""
    part_of: int | None = None
    """The number of the note that it is listed under."""

    @property
    def differs(self) -> bool:
        """Tell whether a source differs, and nothing graver makes an editor look."""
        return self.note.differs and not self.flagged

    @property
    def quiet(self) -> bool:
        """Tell whether nothing was found that an editor must see."""
        return not self.flagged and not self.differs and self.outcome != "conflicting_evidence"


def view_notes(report: Report) -> tuple[NoteView, ...]:
    """Return a report's notes, numbered by their place in the article."""
    placed = sorted(report.notes, key=lambda note: (note.claim.span.start, -note.claim.span.end))
    return _folded([view_note(number, note) for number, note in enumerate(placed, 1)])


def _folded(views: Sequence[NoteView]) -> tuple[NoteView, ...]:
    """Return all views, each part and the whole that it is listed under knowing of each other."""
    part_of = find_parts([_listed(view) for view in views])
    parts = {at: replace(views[at], part_of=views[whole].number) for at, whole in part_of.items()}
    under = {whole: tuple(parts[at] for at in parts if part_of[at] == whole) for whole in part_of.values()}
    return tuple(parts.get(at) or replace(view, parts=under.get(at, ())) for at, view in enumerate(views))


def _listed(view: NoteView) -> Listed:
    note = view.note
    said = note.verdict.label if note.verdict else note.claim.uncheckable or (note.failure and note.failure.reason)
    decided = note.verdict is not None and note.verdict.label != "not_enough_evidence"
    return Listed.of(note.claim, said, alone=bool(note.flags) or note.differs, decided=decided)


def headline(article: Article) -> str:
    """Return the title, or the article's first words."""
    return " ".join((article.title or "").split()) or shorten(article.text, 80)


def web_link(url: str | None) -> str | None:
    """Return a URL that may be a link: http or https with a host, else None."""
    try:
        parts = urlsplit(url or "")
        return url if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def spell_date(day: date | PartialDate | None) -> str | None:
    """Return a date in words, no more precise than it is known.

    >>> spell_date(PartialDate("2009-09"))
    'September 2009'
    """
    return None if day is None else format_date(day)


def view_note(number: int, note: Note) -> NoteView:
    """Return one note as it is shown."""
    sources = [_view_source(evidence, note) for evidence in note.evidence]
    current = [source for source in sources if not source.evidence.later]
    return NoteView(
        number=number,
        note=note,
        outcome=outcome_of(note),
        flagged=needs_a_look(note),
        flags=_view_flags(note),
        cited=tuple(source for source in current if source.cited),
        uncited=tuple(source for source in current if not source.cited),
        later=tuple(source for source in sources if source.evidence.later),
        comparison=_view_comparison(note, sources),
    )


def _view_comparison(note: Note, sources: Sequence[Source]) -> ComparisonView | None:
    """Return the comparison of a note that has no verdict of another kind; a verdict says more."""
    compared = note.comparison
    if compared is None or (note.verdict and note.verdict.label != "not_enough_evidence"):
        return None
    words = [(part.words, part.relation) for part in compared.parts]
    said = [(part.source_words, part.relation) for part in compared.parts if part.source_words]
    return ComparisonView(
        article=_pieces(note.claim.sentence or note.claim.span, words),
        source=_pieces(compared.sentence, said),
        where=next(source for source in sources if source.evidence.passage.id == compared.passage_id),
        differences=differences(note),
        common=without_difference(compared),
        agreeing=_words_that(compared, "agrees"),
        missing=_words_that(compared, "not_mentioned"),
    )


def _words_that(compared: Comparison, relation: Relation) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.words.exact for part in compared.parts if part.relation == relation))


def _pieces(shown: Span, parts: Sequence[tuple[Span, Relation]]) -> tuple[Segment[Relation], ...]:
    """Return words in pieces, those of a part with its relation; parts that stand elsewhere are left out."""
    marks = [
        Mark(span.start - shown.start, span.end - shown.start, relation)
        for span, relation in parts
        if shown.start <= span.start and span.end <= shown.end
    ]
    return tuple(cut_segments(shown.exact, marks))


def alike(flags: Sequence[Flag]) -> dict[str, list[Flag]]:
    """Return the flags by what they report, the gravest first: what repeats a graver one adds its kind alone."""
    found: dict[str, list[Flag]] = {}
    for flag in sorted(flags, key=lambda flag: SEVERITIES.index(flag.severity)):
        said = next((message for message, group in found.items() if _repeats(flag, group)), flag.message)
        found.setdefault(said, []).append(flag)
    return found


def _repeats(flag: Flag, group: Sequence[Flag]) -> bool:
    """Tell whether a flag is another name for what its checker says of the same words, on the same proof."""
    about = (flag.checker, flag.span, flag.suggestion, flag.citations)
    same = all((each.checker, each.span, each.suggestion, each.citations) == about for each in group)
    return same and bool(flag.citations) and flag.kind not in {each.kind for each in group}


def _view_flags(note: Note) -> tuple[FlagView, ...]:
    return tuple(
        FlagView(
            message=message,
            kinds=tuple(dict.fromkeys(flag.kind for flag in flags)),
            severity=flags[0].severity,
            corrections=tuple(dict.fromkeys((flag.span.exact, flag.suggestion) for flag in flags if flag.suggestion)),
        )
        for message, flags in alike(note.flags).items()
    )


def _view_source(evidence: Evidence, note: Note) -> Source:
    passage = evidence.passage
    proven = [citation.span for citation in note.citations if citation.passage_id == passage.id]
    return Source(
        evidence=evidence,
        pieces=mark_spans(passage.text, proven),
        link=web_link(passage.source_url),
        dated=spell_date(passage.published),
        happened=spell_date(passage.event_date),
    )
