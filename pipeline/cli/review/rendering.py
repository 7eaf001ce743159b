"""A claim, the queue and the history in a terminal; no text from outside can move or colour anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from pipeline.cli.console import gated_console
from pipeline.core.models import DeskOutcome, Note, Review
from pipeline.core.printing import visible
from pipeline.reports import DIFFERS, FLAGS, OUTCOMES, REASONS, ComparisonView, counted, shorten, spell_probabilities
from pipeline.review import (
    EDITOR_STATUSES,
    REASON_CODES,
    STATUSES,
    ClaimPage,
    ClaimView,
    DatedSource,
    FoldedPage,
    Line,
    QueueItem,
    SimilarDecisions,
    describe_review,
    spell_moment,
    spell_progress,
    view_claim,
)
from pipeline.store import RunOverview

_HARMLESS = re.compile("[\\u00ad\\u200b-\\u200d\\u2060\\ufeff]")
"""Say where to break or join; they show nothing and move nothing."""
_ODD_SPACE = re.compile(r"[^\S \n\t]")


def plain(text: str) -> str:
    r"""Return a text whose control characters are written out, so that a terminal shows and does not obey them.

    >>> plain("a\x1b[2Jb")
    'a[U+001B][2Jb'
    """
    return _ODD_SPACE.sub(" ", visible(_HARMLESS.sub("", text)))


def plain_line(text: str) -> str:
    """Return the same on one line."""
    return " ".join(plain(text).split())


_COLOURS = {
    "supported": "green",
    "refuted": "bold red",
    "conflicting_evidence": "magenta",
    "not_enough_evidence": "yellow",
}
_CLAIM = "bold reverse"
_PROVEN = "bold underline green"
_DIFFERS = "bold underline red"
_AROUND_PROVEN = 160
_UNCITED = 3
_SHORT = 8
"""Digits of a claim's id that are shown: any unique beginning will do."""
_WORDS = 110
"""Characters of a claim that are shown in a history of all."""


def open_console() -> Console:
    """Return the console to print on: as wide as the terminal, 100 columns where there is none."""
    console = gated_console(highlight=False)
    return console if console.is_terminal else gated_console(highlight=False, width=100, color_system=None)


def short(claim_id: str) -> str:
    """Return the beginning of an id that is shown."""
    return claim_id[:_SHORT]


def print_claim(console: Console, view: ClaimView, *, left: int | None = None) -> None:
    """Print all a person needs to decide a claim: words in context, note, evidence, trace, what was decided."""
    item, page = view.item, view_claim(view.article, view.note)
    console.print(Rule(_heading(item, left), align="left", style="bold"))
    console.print(Text(plain_line(_source(item)), style="dim"))
    for line in _near_lines(page.around.lines):
        console.print(_in_context(line), soft_wrap=False)
    console.print()
    speaker = f" (said by {view.note.claim.attribution.speaker})" if view.note.claim.attribution else ""
    console.print(_labelled("Claim", f"{view.note.claim.text}{speaker}"))
    _print_note(console, view.note, page)
    if page.view.comparison:
        _print_comparison(console, page.view.comparison)
    _print_evidence(console, page)
    _print_trace(console, page)
    _print_standing(console, view)


def _heading(item: QueueItem, left: int | None) -> Text:
    parts = [item.claim_id, STATUSES[item.status].lower(), EDITOR_STATUSES[item.editor_status].lower()]
    parts += [f"assigned to {plain_line(item.assignee)}" if item.assignee else ""]
    parts += ["wants a second review" if item.wants_second and item.status == "open" else ""]
    parts += ["the note has changed since the decision" if item.moved else ""]
    parts += [f"{left:,} left" if left is not None else ""]
    return Text(" · ".join(part for part in parts if part))


def _source(item: QueueItem) -> str:
    parts = (item.title, item.publisher, str(item.published_at or "no date"))
    return ", ".join(part for part in parts if part)


def _near_lines(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines that hold the claim, and the line before it."""
    held = [number for number, line in enumerate(lines) if any(piece.claim for piece in line.pieces)]
    if held:
        yield from lines[max(held[0] - 1, 0) : held[-1] + 1]


def _in_context(line: Line) -> Text:
    text = Text("  ")
    for claim, pieces in groupby(line.pieces, key=lambda piece: piece.claim):
        words = plain("".join(piece.text for piece in pieces))
        if claim:
            text.append(f"»{words}«", style=_CLAIM)
        else:
            text.append(words, style="bold" if line.level else "")
    return text


def _labelled(label: str, words: str, style: str = "") -> Text:
    return Text.assemble((f"{label}: ", "bold"), (plain_line(words), style))


def _print_note(console: Console, note: Note, page: ClaimPage) -> None:
    outcome = page.view.outcome
    words = OUTCOMES[outcome]
    text = f"{words.symbol} {words.label}"
    if note.verdict:
        console.print(_labelled("Note", f"{text}, {note.verdict.confidence:.0%} sure", _COLOURS.get(outcome, "")))
        console.print(Text(f"  {plain_line(note.verdict.justification)}"))
        if told := spell_probabilities(note.verdict):
            console.print(Text(f"  {plain_line(told)}"))
        console.print(Text(f"  by {plain_line(note.verdict.method)}", style="dim"))
    elif note.failure:
        reason = REASONS[note.failure.reason]
        detail = f" ({note.failure.detail})" if note.failure.detail else ""
        console.print(_labelled("Note", f"{text}: {reason.short}{detail}"))
        console.print(Text(f"  {reason.todo}", style="dim"))
    for position, flag in enumerate(note.flags):
        right = f" Right would be: “{flag.suggestion}”." if flag.suggestion else ""
        text = f"{FLAGS[flag.kind]} ({flag.severity}), “{flag.span.exact}”: {flag.message}{right}"
        console.print(_labelled(f"Flag {position}", text, "red" if flag.severity == "high" else ""))


def _print_comparison(console: Console, compared: ComparisonView) -> None:
    """Print the two sentences under each other, what differs in them marked."""
    console.print(_labelled("Nearest source", compared.differences or compared.common))
    source = compared.where.evidence.passage
    for who, pieces in (("article", compared.article), (source.publisher or source.title or "source", compared.source)):
        line = Text(f"  {plain_line(who)}: ", style="dim")
        for piece in pieces:
            words, differs = plain(piece.text), "differs" in piece.keys
            line.append(f"»{words}«" if differs else words, style=_DIFFERS if differs else "not dim")
        console.print(line)
    if compared.missing:
        console.print(Text(f"  not mentioned there: {plain_line('; '.join(compared.missing))}", style="dim"))


def _print_evidence(console: Console, page: ClaimPage) -> None:
    if not (page.cited or page.uncited or page.later):
        console.print(_labelled("Evidence", "none"))
        return
    text = f"{len(page.cited)} cited, {len(page.uncited)} not, {len(page.later)} later than the article; "
    text += f"{counted(page.origins, 'independent origin')}"
    console.print(_labelled("Evidence", text))
    for dated in page.cited:
        console.print(_source_line(dated, "✓"), soft_wrap=True)
        console.print(_proven_words(dated))
    for dated in page.uncited[:_UNCITED]:
        console.print(_source_line(dated, "-"), soft_wrap=True)
        console.print(Text(f"      {plain(shorten(dated.source.evidence.passage.text, 220))}"))
    if len(page.uncited) > _UNCITED:
        console.print(Text(f"    and {len(page.uncited) - _UNCITED} more; `--json` shows all", style="dim"))
    for dated in page.later:
        console.print(_source_line(dated, "later, not used:"), soft_wrap=True)


def _source_line(dated: DatedSource, mark: str) -> Text:
    passage = dated.source.evidence.passage
    parts = [passage.publisher or passage.title or "no publisher", dated.source.dated or "no date"]
    parts += [f"{dated.published}" if dated.published else ""]
    parts += [f"tells of {dated.source.happened}" if dated.source.happened else ""]
    parts += ["dates not verified" if not passage.verified else "", f"origin {dated.origin}", passage.source_url or ""]
    return Text(f"    {mark} {plain_line(', '.join(part for part in parts if part))}", style="cyan")


def _proven_words(dated: DatedSource) -> Text:
    """Return a passage with its cited words marked, cut to what stands around them."""
    text, pieces = Text("      "), dated.source.pieces
    for number, piece in enumerate(pieces):
        if piece.keys:
            text.append(f"»{plain(piece.text)}«", style=_PROVEN)
        else:
            text.append(plain(_cut(piece.text, first=number == 0, last=number == len(pieces) - 1)))
    return text


def _cut(words: str, *, first: bool, last: bool) -> str:
    if len(words) <= (_AROUND_PROVEN if first or last else 2 * _AROUND_PROVEN):
        return words
    before = "" if first else words[:_AROUND_PROVEN].rpartition(" ")[0]
    after = "" if last else words[-_AROUND_PROVEN:].partition(" ")[2]
    return f"{before} … {after}".strip() if first or last else f"{before} … {after}"


def _print_trace(console: Console, page: ClaimPage) -> None:
    text = [f"{name}: {what}" for name, what in page.trace.spoke] + list(page.trace.other)
    if page.trace.silent:
        text.append(f"silent: {', '.join(page.trace.silent)}")
    if text:
        console.print(_labelled("Trace", "; ".join(text), "dim"))


def _print_standing(console: Console, view: ClaimView) -> None:
    if view.hidden:
        console.print(_labelled("Second review", "somebody has decided; you see it when you have", "bold yellow"))
    for event in view.history:
        console.print(Text(f"  {plain_line(spell_event(event))}"))
    if not view.hidden and any(event.before or event.after for event in view.history):
        console.print(_labelled("The desk says", spell_outcome(view.current), "bold"))


def _name(outcome: DeskOutcome | None) -> str:
    """Return an outcome in a word or two."""
    if outcome is not None and outcome.dismissed:
        return "Dismissed"
    return OUTCOMES[outcome.label].label if outcome is not None and outcome.label else OUTCOMES["not_checked"].label


def spell_outcome(outcome: DeskOutcome) -> str:
    """Return what the desk says, with its wording and the evidence people added."""
    wording = f": {outcome.justification}" if outcome.justification else ""
    added = [" ".join(part for part in (each.url, each.text) if part) for each in outcome.evidence]
    return _name(outcome) + wording + "".join(f" [added: {each}]" for each in added)


def spell_event(event: Review) -> str:
    """Return one event of the log in a line: when, who, what, why."""
    change = f": {_name(event.before)} to {_name(event.after)}" if event.action == "correct" else ""
    reason = f" ({REASON_CODES[event.reason].lower()})" if event.reason else ""
    comment = f" “{event.comment}”" if event.comment else ""
    what = f"{describe_review(event)}{change}{reason}{comment}"
    return f"{event.sequence}. {spell_moment(event.at)}, {event.reviewer} {what}"


def print_commands(console: Console, item: QueueItem, *, may_edit: bool) -> None:
    """Print the commands that would decide a claim as it is now."""
    start, seen = "factnotes review", f"{short(item.claim_id)} --seen {item.sequence}"
    commands = [
        f"{start} accept {seen}",
        f"{start} correct {seen} --reason wrong_evidence --label refuted",
        f"{start} dismiss {seen} --reason false_alarm",
    ]
    if item.sequence:
        commands.append(f"{start} undo {seen}")
    if may_edit and item.status == "decided":
        commands += [f"{start} approve {seen}", f"{start} send-back {seen}"]
    commands.append(f"{start} similar {short(item.claim_id)}")
    console.print(Text("\n".join(f"  {command}" for command in commands), style="dim"), soft_wrap=True)


def print_queue(console: Console, folded: FoldedPage) -> None:
    """Print a page of the queue as a table, parts of a claim under the whole."""
    page = folded.page
    console.print(counted(page.total, "claim"))
    table = Table(header_style="bold", expand=True, box=None, pad_edge=False)
    for name, ratio in (("Id", None), ("Outcome", None), ("Status", None), ("Claim", 5), ("Flags", 2), ("Article", 2)):
        table.add_column(name, ratio=ratio, no_wrap=ratio is None)
    for item in page.items:
        outcome = OUTCOMES[item.label].label if item.label else OUTCOMES["not_checked"].label
        status = EDITOR_STATUSES[item.editor_status] or STATUSES[item.status]
        table.add_row(
            short(item.claim_id),
            Text(outcome, style=_COLOURS.get(item.label or "", "")),
            Text(status + (f", {plain_line(item.assignee)}" if item.assignee else "")),
            Text(plain(shorten(item.text, 200))),
            Text(", ".join(_marks(item)), style="red"),
            Text(plain_line(f"{shorten(item.title or item.publisher or '', 36)} {item.published_at or ''}")),
        )
        for part in folded.parts.get(item.claim_id, ()):
            table.add_row(short(part.claim_id), "", "", Text(plain(f"part of it: {shorten(part.text, 160)}")), "", "")
    if page.items:
        console.print(table)
    if page.next:
        console.print(f"More: --after {page.next}", soft_wrap=True)


def _marks(item: QueueItem) -> Iterator[str]:
    yield from dict.fromkeys(FLAGS[flag] for flag in item.flags)
    if item.differs:
        yield DIFFERS


def print_events(console: Console, events: Iterable[Review], texts: Mapping[str, str] | None = None) -> None:
    """Print events of the log, a line each, with the words of its claim below where they are given."""
    for event in events:
        console.print(Text(f"{event.id:>6}  {short(event.claim_id)}  {plain_line(spell_event(event))}"), soft_wrap=True)
        if words := (texts or {}).get(event.claim_id):
            console.print(Text(f"        {shorten(plain_line(words), _WORDS)}", style="dim"), soft_wrap=True)


def print_runs(console: Console, runs: Iterable[RunOverview]) -> None:
    """Print how far the review of each run is."""
    for run in runs:
        title = f"  {plain_line(run.title)}" if run.title else ""
        console.print(Text(f"{run.id}: {spell_progress(run.statuses)}{title}"), soft_wrap=True)


def print_similar(console: Console, similar: SimilarDecisions) -> None:
    """Print earlier decisions on claims that say the same."""
    if not similar:
        console.print("No decided claim says the same.")
    for each in similar:
        how = "the same words" if each.same_words else f"other words, similarity {each.similarity:.2f}"
        console.print(_labelled(f"{short(each.claim_id)}, {how}", each.claim))
        where = ", ".join(str(part) for part in (each.title, each.publisher, each.published_at or "no date") if part)
        console.print(Text(f"  {plain_line(where)}", style="dim"))
        console.print(Text(f"  {plain_line(spell_event(each.review))}"))
        console.print(Text(f"  {plain_line(spell_outcome(each.outcome))}", style="bold"))
    for check in similar.elsewhere:
        console.print(_labelled(f"checked by {plain_line(check.publisher)}", check.claim))
        told = [check.rating, str(check.reviewed_on or ""), check.url or ""]
        console.print(Text(f"  {plain_line(', '.join(part for part in told if part))}"))
    if similar.unsearched:
        console.print(Text(similar.unsearched, style="yellow"))
