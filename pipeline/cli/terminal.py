"""What a person sees in a terminal: progress while a check runs, then the coverage line and a table of notes."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from pipeline.cli.console import gated_console
from pipeline.core.models import Report
from pipeline.reports import OUTCOMES, Row, assumed_day, counted, shorten, table_rows

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.check import Estimate, Progress as ShowProgress

_COLOURS = {
    "supported": "green",
    "refuted": "bold red",
    "conflicting evidence": "magenta",
    "not enough evidence": "yellow",
}


@contextmanager
def show_progress() -> Generator[ShowProgress, None, None]:
    """Show on standard error what is being done; one line a stage where there is no terminal."""
    console = gated_console(stderr=True)
    if not console.is_terminal:
        shown: dict[str, int] = {}

        def show(doing: str, done: int, total: int) -> None:
            tenths = 10 * done // total if total else 0
            if tenths > shown.get(doing, -1):
                shown[doing] = tenths
                console.print(f"{doing} {done}/{total}" if total else doing, highlight=False)

        yield show
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("opening", total=None)
        yield lambda doing, done, total: bar.update(task, description=doing, completed=done, total=total or None)


def print_report(report: Report, folder: Path) -> None:
    """Print a report's coverage line first, then its notes, what was used, and where the files are."""
    console = gated_console()
    if not console.is_terminal:
        console = gated_console(width=140)
    console.print(Text(str(report.coverage), style="bold"), soft_wrap=True)
    assumed = f" ({assumed_day(report)})" if report.as_of_assumed else ""
    console.print(f"Judged as of {report.as_of}{assumed}, with {_used(report)}", highlight=False, soft_wrap=True)
    for problem in (*report.problems, *report.article.warnings):
        console.print(Text(f"Caution: {problem}", style="yellow"), soft_wrap=True)
    for correction in report.article.corrections:
        console.print(Text(f"Its own correction: {correction.exact}"), soft_wrap=True)
    rows = table_rows(report)
    _print_rows(console, rows)
    for basis in dict.fromkeys(row.likely_by for row in rows if row.likely_by):
        console.print(Text(f"How likely each label is: {basis}", style="dim"), soft_wrap=True)
    for line in _unclaimed(report):
        console.print(Text(line), soft_wrap=True)
    hidden = sum(report.coverage.not_checkable.values())
    console.print(f"The reports also show {counted(hidden, 'statement')} that cannot be checked:", highlight=False)
    for name in ("report.html", "report.md", "report.json"):
        console.print(Text(str(folder / name)), soft_wrap=True)


def _print_rows(console: Console, rows: Sequence[Row]) -> None:
    """Print what was decided, is flagged or differs, and of what says nothing the first rows and a count."""
    bare = [
        row for row in rows if row.outcome == OUTCOMES["not_enough_evidence"].label and not (row.flags or row.likely)
    ]
    left = {row.number for row in bare[_SHOWN:]}
    console.print(_table(row for row in rows if not row.unread and row.number not in left))
    if left:
        told = f"{counted(len(left), 'more claim')} without enough evidence, in the reports"
        console.print(told, highlight=False, soft_wrap=True)
    if unread := sum(row.unread for row in rows):
        more = "more " if unread < len(rows) else ""
        told = (
            f"{counted(unread, f'{more}claim')} {'was' if unread == 1 else 'were'} not checked; the reports show why:"
        )
        console.print(told, highlight=False, soft_wrap=True)
        for row in [row for row in rows if row.unread][:_SHOWN]:
            console.print(Text(f"  {row.words}"), soft_wrap=True)
        if unread > _SHOWN:
            console.print(f"  and {unread - _SHOWN} more, in the reports", highlight=False)


def _unclaimed(report: Report) -> Iterator[str]:
    """Yield the first sentences in which no claim was found, each on a line."""
    if not report.unclaimed:
        return
    yield f"No claim was found in {counted(len(report.unclaimed), 'sentence')}:"
    yield from (f"  {shorten(sentence.exact, _SHOWN_LENGTH)}" for sentence in report.unclaimed[:_SHOWN])
    left = len(report.unclaimed) - _SHOWN
    if left > 0:
        yield f"  and {left} more, in the reports"


_SHOWN, _SHOWN_LENGTH = 5, 110


def _table(rows: Iterable[Row]) -> Table:
    table = Table(header_style="bold", expand=True)
    table.add_column("Outcome", no_wrap=True)
    table.add_column("Words", ratio=4)
    table.add_column("Flags", ratio=2)
    table.add_column("Why", ratio=5)
    for row in rows:
        if row.outcome != OUTCOMES["not_checkable"].label or row.flagged:
            outcome = Text(row.outcome, style=_COLOURS.get(row.outcome.lower(), ""))
            table.add_row(outcome, Text(row.words), Text(row.flags, style="bold red"), _why(row))
    return table


def _why(row: Row) -> Text:
    likely = (f"\n{row.likely}", "dim") if row.likely else ""
    return Text.assemble(row.why, likely)


def _used(report: Report) -> str:
    usage = report.usage
    if report.versions.model is None:
        return f"the embedded default (no model), in {report.seconds:.1f} s"
    dollars = "price unknown" if usage.dollars is None else f"${usage.dollars:.4f}"
    calls = f"{counted(usage.calls, 'call')}, {usage.cached} from the cache"
    tokens = f"{usage.tokens_in} tokens in, {usage.tokens_out} out"
    return f"{report.versions.model}: {calls}, {tokens}, {dollars}, {report.seconds:.1f} s"


def print_estimate(estimate: Estimate, model: str | None) -> None:
    """Print what a check will take, at least and at most."""
    console = gated_console(highlight=False, soft_wrap=True)
    console.print(f"{counted(estimate.claims, 'claim')}, {estimate.without_model} without need of a model")
    costs = estimate.forecast
    if costs is None:
        console.print("model: none (the embedded default): 0 calls, 0 tokens, $0")
        return
    console.print(f"model: {model}; at least, and at most with every reply repaired once and of full length:")
    for name, (low, high) in (("calls", costs.calls), ("tokens in", costs.tokens_in), ("tokens out", costs.tokens_out)):
        console.print(f"  {name}: {low} to {high}")
    dollars = f"${costs.dollars[0]:.4f} to ${costs.dollars[1]:.4f}" if costs.dollars else "price unknown"
    console.print(f"  dollars: {dollars}")
