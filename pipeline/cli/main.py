"""The command line: chooses, calls and reports. Heavy modules are imported by the command that needs them."""

from __future__ import annotations

import errno
import gc
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pipeline import __version__
from pipeline.cli.assistant import mcp
from pipeline.cli.backup import backup, restore
from pipeline.cli.desk import desk, people
from pipeline.cli.evaluation import evaluation
from pipeline.cli.ledger import ledger
from pipeline.cli.notify import notify
from pipeline.cli.offices import DAY, RECORDS_HELP, offices, print_skipped, titles
from pipeline.cli.prompts import prompts
from pipeline.cli.publish import gold, publish
from pipeline.cli.review import review
from pipeline.cli.runs import runs
from pipeline.cli.serve import serve
from pipeline.cli.sources import sources
from pipeline.cli.watch import watch
from pipeline.cli.world import init, world
from pipeline.core.errors import (
    Conflict,
    DeliveryFailed,
    FactnotesError,
    Forbidden,
    InputError,
    ModelError,
    PromptError,
    RunCancelled,
    SettingsError,
    StoreError,
)
from pipeline.core.printing import printing_gate

if TYPE_CHECKING:
    from pipeline.core.models import Article, Report
    from pipeline.core.settings import Settings

EXIT_CODES: tuple[tuple[type[FactnotesError], int], ...] = (
    (InputError, 3),
    (SettingsError, 4),
    (PromptError, 4),
    (StoreError, 5),
    (ModelError, 6),
    (Conflict, 7),
    (Forbidden, 8),
    (DeliveryFailed, 9),
    (RunCancelled, 130),
    (FactnotesError, 1),
)

EPILOG = """Exit codes: 0 done; 1 an error in factnotes itself; 2 wrong command line; 3 the article, file or name
cannot be used; 4 a setting or prompt is wrong, or `doctor` found something missing; 5 the store or index cannot be
used; 6 the model cannot be used; 7 somebody else acted on the claim first, nothing was written; 8 this person may not
do that; 9 a message could not be delivered; 130 interrupted or cancelled. What was found in an article does not change
the exit code: read the report."""


_OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""Looking for garbage after every 700 new objects, as Python does, takes a tenth of a short command's time."""


class OneLineErrors(click.Group):
    """A group whose known errors are one line on standard error and an exit code, never a traceback."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a command line; what click itself says of it passes the gate too."""
        with printing_gate():
            return super().main(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; end the process with the error's exit code."""
        gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
        try:
            return super().invoke(ctx)
        except FactnotesError as error:
            code = next(code for kind, code in EXIT_CODES if isinstance(error, kind))
            _end(str(error), code)
        except KeyboardInterrupt:
            _end("interrupted; what was checked so far is in the store", 130)
        except OSError as error:
            if error.errno in (None, errno.EPIPE):
                raise
            where = f" ({error.filename})" if error.filename else ""
            _end(f"{error.strerror}{where}; what was written before is intact", 5)


def _end(message: str, code: int) -> NoReturn:
    click.echo("Error: " + " ".join(message.split()), err=True)
    sys.exit(code)


@click.group(cls=OneLineErrors, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EPILOG)
@click.version_option(__version__, prog_name="factnotes")
def main() -> None:
    """Find an article's checkable claims, judge them on dated evidence, pin notes to the exact words."""


_ARTICLE_OPTIONS = (
    click.argument("source"),
    click.option(
        "--date", "--article-date", "published_at", **DAY, help="Day of publication: claims are judged as of it."
    ),
    click.option("--title", help="Its headline."),
    click.option("--publisher", help="Who publishes it; never used as evidence for itself."),
    click.option("--url", help="Its address; never used as evidence for itself."),
    click.option("--model", help="Model as provider:name; `none` to use no model even if a key is set."),
    click.option("--base-url", help="Address of an OpenAI-compatible service, ending in /v1."),
    click.option("--max-usd", type=click.FloatRange(0), help="Hard cap in dollars."),
    click.option("--max-calls", type=click.IntRange(0), help="Hard cap in model calls."),
    click.option("--max-seconds", type=click.FloatRange(0, min_open=True), help="Hard cap in seconds."),
)


def _article_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_ARTICLE_OPTIONS):
        command = option(command)
    return command


SETTING_OPTIONS = ("model", "base_url", "max_usd", "max_calls", "max_seconds")


def _load(source: str, given: dict[str, Any]) -> tuple[Settings, Article]:
    from pipeline.articles import load_article
    from pipeline.core.settings import load_settings

    settings = load_settings(**{name: given.pop(name) for name in SETTING_OPTIONS})
    stdin = sys.stdin.buffer.read(settings.max_article_bytes + 1) if source == "-" else None
    return settings, load_article(source, settings, stdin=stdin, **given)


def _require_folder(out: Path) -> None:
    """Make the folder for reports before there is anything to write; raises InputError where it cannot be."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out: {out} cannot be made ({error.strerror}): give another folder") from error
    if not os.access(out, os.W_OK | os.X_OK):
        raise InputError(f"--out: {out} cannot be written to: give another folder")


@main.command()
@_article_options
@click.option("--as-of", **DAY, help="Judge as of this day instead.")
@click.option("--records", multiple=True, type=click.Path(path_type=Path), help=f"{RECORDS_HELP} For this run only.")
@click.option(
    "--evidence",
    multiple=True,
    type=click.Path(path_type=Path),
    help="File or folder of evidence, as `index` reads it; may be given several times. For this run only.",
)
@click.option("--only-given", is_flag=True, help="Use those files alone, nothing of the store.")
@click.option("--again", is_flag=True, help="Check every claim again, even if nothing has changed since the last run.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("runs"), help="Default: runs")
@click.option("--json", "as_json", is_flag=True, help="Print report.json, and nothing else there.")
@click.option("--utf16", is_flag=True, help="With --json: count places in the article in UTF-16 as well.")
def check(
    source: str,
    as_of: date | None,
    records: tuple[Path, ...],
    evidence: tuple[Path, ...],
    only_given: bool,
    again: bool,
    out: Path,
    as_json: bool,
    utf16: bool,
    **given: Any,
) -> None:
    """Check SOURCE: a text, Markdown or HTML file, an http(s) URL, or - for standard input.

    An article that is unchanged since its last run is not checked again; of an edited one, only what changed goes to
    the model. With --records and --evidence no index is needed; the store's own stays as it is.
    """
    begun = time.monotonic()
    _require_folder(out)
    settings, article = _load(source, given)
    from pipeline.check import check_or_reuse, open_bench, place_of
    from pipeline.cli.model_answers import require_answers
    from pipeline.cli.terminal import print_report, show_progress
    from pipeline.evidence import read_run_files
    from pipeline.reports import write_report

    files = read_run_files(records, evidence, only_given)
    print_skipped(files.problems if files else ())
    with open_bench(settings, files, since=begun) as bench, show_progress() as progress:
        report, reused = check_or_reuse(article, bench, place_of(source), as_of, again=again, progress=progress)
    if reused:
        click.echo(f"unchanged since run {report.run_id}: nothing was checked again (--again does)", err=True)
    folder = write_report(report, out, settings.desk_address)
    if as_json:
        click.echo(_report_json(report, utf16=utf16))
    else:
        print_report(report, folder)
    require_answers(report.notes, settings.model_name)


def _report_json(report: Report, *, utf16: bool) -> str:
    from pipeline.reports import with_utf16

    if not utf16:
        return report.model_dump_json(indent=2)
    return json.dumps(with_utf16(report.model_dump(mode="json"), report.article.text), indent=2, ensure_ascii=False)


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--rebuild", is_flag=True, help="Compute every vector again, stored ones too; PATHS may be left out.")
def index(paths: tuple[Path, ...], rebuild: bool) -> None:
    """Add evidence and office records: files of text, tables and office programs, JSONL rows, or folders of them."""
    if not paths and not rebuild:
        raise click.UsageError("Missing argument 'PATHS...': files or folders to add")
    from pipeline.check import index_paths
    from pipeline.core.settings import load_settings
    from pipeline.reports import counted

    indexed = index_paths(load_settings(), paths, rebuild)
    print_skipped(indexed.problems)
    if rebuild:
        click.echo("every vector computed again")
    click.echo(
        f"{counted(indexed.added, 'passage')} added, {indexed.unchanged} unchanged; "
        f"{counted(indexed.records_added, 'office record')} added"
    )


@main.command()
@click.argument("claim")
@click.option("--as-of", **DAY, help="Mark what was published after this day.")
@click.option("--limit", type=click.IntRange(1, 100), default=8, show_default=True)
def search(claim: str, as_of: date | None, limit: int) -> None:
    """Show the stored evidence that bears on a CLAIM."""
    from pipeline.check import open_bench, search_evidence
    from pipeline.core.settings import load_settings

    with open_bench(load_settings(evidence_per_claim=limit, model=None)) as bench:
        for evidence in search_evidence(bench, claim, as_of):
            passage = evidence.passage
            later = " [later]" if evidence.later else ""
            known = (passage.title, passage.place, passage.publisher, passage.published)
            where = ", ".join(str(part) for part in known if part)
            click.echo(
                f"{evidence.rank:>2}. {passage.text}{later}\n    {where or 'no title'}  {passage.source_url or ''}"
            )


@main.command()
@_article_options
def estimate(source: str, **given: Any) -> None:
    """Say what checking SOURCE will take: claims, calls, tokens and dollars, before anything is spent."""
    settings, article = _load(source, given)
    from pipeline.check import estimate_check, open_bench
    from pipeline.cli.terminal import print_estimate

    with open_bench(settings) as bench:
        print_estimate(estimate_check(article, bench), settings.model_name)


main.add_command(titles)
main.add_command(offices)
main.add_command(sources)
main.add_command(init)
main.add_command(world)
main.add_command(review)
main.add_command(ledger)
main.add_command(desk)
main.add_command(serve)
main.add_command(backup)
main.add_command(restore)
main.add_command(people)
main.add_command(publish)
main.add_command(gold)
main.add_command(prompts)
main.add_command(evaluation)
main.add_command(runs)
main.add_command(watch)
main.add_command(notify)
main.add_command(mcp)


@main.command()
@click.option(
    "--try",
    "ask_model",
    is_flag=True,
    help="Ask the model about three claims, too, in one question: does it judge them rightly?",
)
def doctor(ask_model: bool) -> None:
    """Say what is configured, what is reachable, what is missing and how to get it."""
    from pipeline.cli.doctor import examine
    from pipeline.core.settings import load_settings

    wrong = False
    for finding in examine(load_settings(), ask_model):
        wrong = wrong or not finding.fine
        click.echo(f"{'ok     ' if finding.fine else 'MISSING'} {finding.what}: {finding.how}")
    if wrong:
        sys.exit(4)


if __name__ == "__main__":
    main(prog_name="factnotes")
