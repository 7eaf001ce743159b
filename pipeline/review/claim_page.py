"""What the claim page shows: the article around the claim, sources dated against it, the trace in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Never, TypeAlias

from pipeline.core.models import Article, FlagKind, Note, Passage, TraceStep
from pipeline.evidence import publishers_of
from pipeline.reports import (
    FLAGS,
    OUTCOMES,
    REASONS,
    Block,
    Mark,
    NoteView,
    Segment,
    Source,
    cut_blocks,
    text_lines,
    view_note,
)
from pipeline.review.wording import spell_distance

_AROUND = 5_000
"""Characters of the article shown before and after the claim; the rest is a link away."""


@dataclass(frozen=True)
class Piece:
    """Words of the article that lie under the same marks."""

    text: str
    claim: bool
    first: bool
    """True for the claim's first words."""
    flags: tuple[FlagKind, ...]


Line: TypeAlias = Block[Piece, Never]
"""A paragraph, or a heading at a level."""


@dataclass(frozen=True)
class Around:
    """The article as far as it is shown."""

    lines: tuple[Line, ...]
    before: int
    """Characters left out above."""
    after: int


@dataclass(frozen=True)
class DatedSource:
    """A source, how far its dates lie from the article's, and which of the independent origins it has."""

    source: Source
    published: str | None
    happened: str | None
    origin: int


@dataclass(frozen=True)
class Trace:
    """Who looked at a claim: checkers that spoke, checkers that were silent, and other lines as written."""

    spoke: tuple[tuple[str, str], ...]
    silent: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True)
class ClaimPage:
    """A claim with its note, as it is shown."""

    view: NoteView
    around: Around
    cited: tuple[DatedSource, ...]
    uncited: tuple[DatedSource, ...]
    later: tuple[DatedSource, ...]
    origins: int
    """Independent origins among what could be used."""
    cited_origins: int
    trace: Trace


def view_claim(article: Article, note: Note, *, whole: bool = False) -> ClaimPage:
    """Return what is shown of a claim; the article is cut around it unless `whole`."""
    view = view_note(1, note)
    sources = [*view.cited, *view.uncited, *view.later]
    dated = {id(each): dated for each, dated in zip(sources, _date_sources(sources, article), strict=True)}
    cited = tuple(dated[id(source)] for source in view.cited)
    uncited = tuple(dated[id(source)] for source in view.uncited)
    return ClaimPage(
        view=view,
        around=view_around(article, note, whole=whole),
        cited=cited,
        uncited=uncited,
        later=tuple(dated[id(source)] for source in view.later),
        origins=len({source.origin for source in (*cited, *uncited)}),
        cited_origins=len({source.origin for source in cited}),
        trace=view_trace(note.trace),
    )


def view_around(article: Article, note: Note, *, whole: bool = False) -> Around:
    """Return the article's lines around a claim with the claim and its flags marked."""
    spans, text = note.claim.spans, article.text
    lines = text_lines(text)
    if not whole:
        start, end = spans[0].start - _AROUND, spans[-1].end + _AROUND
        lines = [line for line in lines if line[1] > start and line[0] < end]
    first, last = lines[0][0], lines[-1][1]
    marks: list[Mark[FlagKind | None]] = [Mark(span.start, span.end, None) for span in spans]
    marks += [Mark(flag.span.start, flag.span.end, flag.kind) for flag in note.flags]

    def piece(segment: Segment[FlagKind | None]) -> Piece:
        claim = None in segment.keys
        flags = tuple(key for key in segment.keys if key is not None)
        return Piece(segment.text, claim, claim and segment.start == spans[0].start, flags)

    return Around(
        lines=tuple(cut_blocks(article, marks, piece, lines=lines)),
        before=first,
        after=len(text) - last if text[last:].strip() else 0,
    )


def _date_sources(sources: Sequence[Source], article: Article) -> list[DatedSource]:
    origins = number_origins([source.evidence.passage for source in sources])
    return [
        DatedSource(
            source=source,
            published=spell_distance(source.evidence.passage.published_at, article.published_at),
            happened=spell_distance(source.evidence.passage.event_date, article.published_at),
            origin=origin,
        )
        for source, origin in zip(sources, origins, strict=True)
    ]


def number_origins(passages: Sequence[Passage]) -> list[int]:
    """Give each passage the number of its origin: copies of one story, and one publisher's pages, are one."""
    known: list[set[str]] = []
    numbers = []
    for passage in passages:
        names = _origin_names(passage)
        met = next((number for number, seen in enumerate(known) if seen & names), None)
        if met is None:
            met = len(known)
            known.append(set())
        known[met] |= names
        numbers.append(met + 1)
    return numbers


def _origin_names(passage: Passage) -> set[str]:
    if passage.origin:
        return {f"story:{passage.origin.casefold()}"}
    return {f"publisher:{name}" for name in publishers_of(passage.publisher, passage.source_url)} or {passage.id}


def view_trace(steps: Iterable[TraceStep]) -> Trace:
    """Sort a note's trace into who spoke and who was silent; what says more than findings stays as it is."""
    spoke: list[tuple[str, str]] = []
    silent: list[str] = []
    other: list[str] = []
    for step in dict.fromkeys(steps):
        if step.detail:
            other.append(str(step))
        elif step.findings:
            spoke.append((step.stage, ", ".join(_words(step))))
        else:
            silent.append(step.stage)
    speaking = {who for who, _ in spoke}
    return Trace(tuple(spoke), tuple(who for who in silent if who not in speaking), tuple(other))


def _words(step: TraceStep) -> Iterator[str]:
    if step.label:
        yield OUTCOMES[step.label].label
    if step.reason:
        yield f"not checked, {REASONS[step.reason].short}"
    for kind in step.flags:
        yield f"flag “{FLAGS[kind]}”"
