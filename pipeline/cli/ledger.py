"""The command `factnotes ledger`: tick off every fact of a draft. Heavy modules are imported by their command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.cli.ledger_desk import (
    OneOf,
    find_typed,
    headline,
    open_ledger_desk,
    read_ledger,
    save_file,
    source_options,
    sources_of,
    write_out,
)
from pipeline.core.errors import InputError

if TYPE_CHECKING:
    from pipeline.ledger import Draft, FactAction, FactState

Command = TypeVar("Command", bound=Callable[..., Any])


_KIND, _STATE = OneOf("kind"), OneOf("state")
_EPILOG = """DRAFT is a name, an id, a unique part of one, or `latest`. FACT is its number in the list, an id or a
unique part of one. Exit codes: 3 the draft, fact or source is wrong; 7 somebody else was first, nothing was written;
8 this person may not do that."""

_person = click.option(
    "--as", "name", metavar="NAME", help="Who acts. Default: FACTNOTES_REVIEWER, else your name on this machine."
)
_comment = click.option("--comment", default="", help="Why, in your own words.")


@click.group(epilog=_EPILOG)
def ledger() -> None:
    """Tick off every fact of a draft, word by word, each on a source, and sign it."""


@ledger.command("add")
@click.argument("source")
@click.option("--draft", "called", metavar="NAME", help="The draft it is a version of. Default: the file's name.")
@_person
def add(source: str, called: str | None, name: str | None) -> None:
    """Take SOURCE, a text or Word file, as the next version of a draft; ticks stay on words that did not change."""
    from pipeline.articles import is_word, load_article
    from pipeline.ledger import add_version, add_word_version, open_ledger

    with open_ledger_desk(name) as desk:
        article = load_article(source, desk.settings)
        path = Path(source)
        called = called or path.stem
        data = path.read_bytes() if path.is_file() else b""
        if is_word(data):
            draft = add_word_version(desk.store, called, data, article, desk.person)
        else:
            draft = add_version(desk.store, called, article, desk.person)
        taken = open_ledger(desk.store, draft)
    for warning in taken.warnings:
        click.echo(f"Caution: {warning}", err=True)
    click.echo(headline(taken))


@ledger.command("list")
def list_all() -> None:
    """List the drafts, the newest first."""
    from pipeline.ledger import list_drafts, open_ledger

    with open_ledger_desk(None) as desk:
        drafts = list_drafts(desk.store)
        for draft in drafts:
            click.echo(headline(open_ledger(desk.store, draft)))
        if not drafts:
            click.echo("no draft yet: `factnotes ledger add draft.docx`")


@ledger.command()
@click.argument("draft")
@click.option("--kind", type=_KIND, help="Facts of this kind alone.")
@click.option("--state", type=_STATE, help="Facts that stand so.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else there.")
def show(draft: str, kind: str | None, state: FactState | None, as_json: bool) -> None:
    """Show the facts of DRAFT in the order of its text."""
    from pipeline.cli.review.rendering import plain_line
    from pipeline.ledger import KINDS, WORDS, spell_attached, spell_check, spell_source, with_checks

    with open_ledger_desk(None) as desk:
        found = with_checks(desk.store, read_ledger(desk.store, draft))
    if as_json:
        click.echo(found.model_dump_json(indent=2, ensure_ascii=True))
        return
    click.echo(plain_line(headline(found)))
    for number, each in enumerate(found.facts, 1):
        if kind in (None, each.fact.kind) and state in (None, each.state):
            more = [*map(spell_source, each.sources), each.words, *each.comments]
            more += map(spell_attached, each.attached)
            more += [f"before: “{each.before.span.exact}” ({WORDS[each.was or 'open']})"] if each.before else []
            more += map(spell_check, found.checked_at(each.fact))
            told = "; ".join(filter(None, more))
            line = f"{number:>4} {KINDS[each.fact.kind]}: “{each.fact.span.exact}” {WORDS[each.state]}"
            click.echo(plain_line(line + (f" [{told}]" if told else "")))
    for each in found.gone:
        click.echo(plain_line(f"gone {KINDS[each.fact.kind]}: “{each.fact.span.exact}” was {WORDS[each.state]}"))


def _act(
    name: str | None,
    typed: str,
    fact: str,
    action: FactAction,
    sources: dict[str, Sequence[str]] | None = None,
    primary: bool = False,
    **given: Any,
) -> None:
    """Do something to a fact and say where it stands now."""
    from pipeline.cli.review.rendering import plain_line
    from pipeline.ledger import WORDS, act

    with open_ledger_desk(name) as desk:
        found = read_ledger(desk.store, typed)
        id_, seen = find_typed(found, fact)
        given["sources"] = sources_of(desk, sources or {}, primary)
        act(desk.store, found.draft, id_, action, desk.person, seen=seen, rules=desk.rules, **given)
        after = read_ledger(desk.store, found.draft.id)
        standing = after.find(id_)
        if standing is not None:
            click.echo(plain_line(f"“{standing.fact.span.exact}”: {WORDS[standing.state]}"))


@ledger.command()
@click.argument("draft")
@click.argument("fact")
@source_options
@_comment
@_person
def tick(draft: str, fact: str, primary: bool, comment: str, name: str | None, **given: Sequence[str]) -> None:
    """Tick FACT of DRAFT on a source."""
    _act(name, draft, fact, "tick", given, primary, comment=comment)


@ledger.command()
@click.argument("draft")
@click.argument("fact")
@click.argument("words")
@source_options
@_comment
@_person
def change(
    draft: str, fact: str, words: str, primary: bool, comment: str, name: str | None, **given: Sequence[str]
) -> None:
    """Say the new WORDS of FACT; the next version of the draft brings them."""
    _act(name, draft, fact, "change", given, primary, words=words, comment=comment)


@ledger.command()
@click.argument("draft")
@click.argument("fact")
@click.argument("question")
@_person
def ask(draft: str, fact: str, question: str, name: str | None) -> None:
    """Ask the writer a QUESTION about FACT."""
    _act(name, draft, fact, "ask", words=question)


@ledger.command()
@click.argument("draft")
@click.argument("fact")
@click.argument("what", type=click.Choice(("cannot_check", "not_a_fact", "harm", "no_harm", "undo", "comment")))
@_comment
@_person
def mark(draft: str, fact: str, what: str, comment: str, name: str | None) -> None:
    """Say WHAT holds for FACT: it cannot be checked, is none, may harm somebody; or take the last act back."""
    action: Any = "harm" if what == "no_harm" else what
    _act(name, draft, fact, action, comment=comment, words="no" if what == "no_harm" else "")


@ledger.command()
@click.argument("draft")
@click.argument("fact")
@click.argument("path", nargs=-1, required=True)
@_comment
@_person
def attach(draft: str, fact: str, path: tuple[str, ...], comment: str, name: str | None) -> None:
    """Keep files at FACT without deciding; `tick --attach` ticks on one."""
    _act(name, draft, fact, "comment", {"attach": path}, comment=comment)


@ledger.command("files")
@click.argument("draft")
@click.option("--save", "which", metavar="NAME", help="Write this one, by its name or how its hash begins, to --out.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
def show_files(draft: str, which: str | None, out: Path | None) -> None:
    """List the files that facts of DRAFT rest on, each held against its hash; or save one."""
    from pipeline.cli.review.rendering import plain_line
    from pipeline.ledger import files_of, find_draft, history, why_lost

    if (which is None) != (out is None):
        raise InputError("files: --save and --out go together")
    with open_ledger_desk(None) as desk:
        found = files_of(history(desk.store, find_draft(desk.store, draft)))
        if which is not None and out is not None:
            save_file(desk, found, which, out)
            return
        for each in found:
            state = why_lost(desk.settings.attachments_path, each) or "is whole"
            click.echo(plain_line(f"{each.name}, {each.size:,} bytes, SHA-256 {each.sha256}: {state}"))


@ledger.command()
@click.argument("draft")
@click.argument("fact")
@click.argument("to", metavar="[NAME]", default="")
@_person
def assign(draft: str, fact: str, to: str, name: str | None) -> None:
    """Give FACT to NAME, or to nobody; for a kind such as `number` all its facts that are not settled."""
    from pipeline.ledger import KINDS, assign_kind

    kind = next((each for each in KINDS if each == fact), None)
    if kind is None:
        _act(name, draft, fact, "assign", words=to)
        return
    with open_ledger_desk(name) as desk:
        found = read_ledger(desk.store, draft)
        number = assign_kind(desk.store, found.draft, kind, to, desk.person)
        click.echo(f"{number} facts of kind {kind} are now {'for ' + to if to else 'for nobody'}")


@ledger.command()
@click.argument("draft")
@click.argument("fact")
@click.argument("parts", nargs=-1, required=True)
@click.option("--kind", type=_KIND, help="The parts' kind. Default: that of the fact.")
@_person
def split(draft: str, fact: str, parts: tuple[str, ...], kind: Any, name: str | None) -> None:
    """Let PARTS of the words of FACT, in their order, stand for it; undo brings it back."""
    from pipeline.ledger import split_fact

    with open_ledger_desk(name) as desk:
        found = read_ledger(desk.store, draft)
        id_, seen = find_typed(found, fact)
        split_fact(desk.store, found.draft, id_, parts, desk.person, seen=seen, kind=kind)
        click.echo(headline(read_ledger(desk.store, found.draft.id)))


@ledger.command()
@click.argument("draft")
@click.argument("facts", nargs=-1, required=True)
@click.option("--kind", type=_KIND, help="The new fact's kind. Default: that of the first.")
@_person
def merge(draft: str, facts: tuple[str, ...], kind: Any, name: str | None) -> None:
    """Let one fact stand for FACTS of a paragraph, from the first one's words to the last one's."""
    from pipeline.ledger import merge_facts

    with open_ledger_desk(name) as desk:
        found = read_ledger(desk.store, draft)
        seen = dict(find_typed(found, fact) for fact in facts)
        merge_facts(desk.store, found.draft, seen, desk.person, kind=kind)
        click.echo(headline(read_ledger(desk.store, found.draft.id)))


@ledger.command("add-fact")
@click.argument("draft")
@click.argument("words")
@click.option("--kind", type=_KIND, default="other", show_default=True)
@click.option("--at", type=click.IntRange(1), default=1, help="Which of several places with these words. Default: 1.")
@_comment
@_person
def add_fact(draft: str, words: str, kind: Any, at: int, comment: str, name: str | None) -> None:
    """Add a fact that was not found: the WORDS as they stand in the text."""
    from pipeline.ledger import add_fact as add_one, article_of, find_draft, make_fact

    with open_ledger_desk(name) as desk:
        found = find_draft(desk.store, draft)
        article = article_of(desk.store, found, found.version)
        start = _nth(article.text, words, at)
        fact = make_fact(article, kind, start, start + len(words))
        add_one(desk.store, found, fact, desk.person, comment)
        click.echo(headline(read_ledger(desk.store, found.id)))


def _nth(text: str, words: str, number: int) -> int:
    start = -1
    for _ in range(number):
        start = text.find(words, start + 1) if words.strip() else -1
        if start < 0:
            raise InputError(f"the text does not hold these words {number} times: {words[:60]!r}")
    return start


@ledger.command()
@click.argument("draft")
@_person
def sign(draft: str, name: str | None) -> None:
    """Sign DRAFT once every fact of its newest version is settled; a later edit breaks the signature."""
    from pipeline.ledger import find_draft, sign as sign_draft

    with open_ledger_desk(name) as desk:
        found: Draft = find_draft(desk.store, draft)
        sign_draft(desk.store, found, desk.person, desk.rules)
        click.echo(headline(read_ledger(desk.store, found.id)))


@ledger.command("history")
@click.argument("draft")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else there.")
def show_history(draft: str, as_json: bool) -> None:
    """Show all that was done to the facts of DRAFT, in the order it was done."""
    from pipeline.cli.review.options import print_json
    from pipeline.cli.review.rendering import plain_line
    from pipeline.ledger import find_draft, history, spell_source

    with open_ledger_desk(None) as desk:
        events = history(desk.store, find_draft(desk.store, draft))
    if as_json:
        print_json(events)
        return
    for event in events:
        told = [*map(spell_source, event.sources), event.words, event.comment]
        done = f"{event.at:%Y-%m-%d %H:%M} UTC {event.person} {event.action.replace('_', ' ')} {event.fact_id[:8]}"
        click.echo(plain_line("; ".join(filter(None, (done, *told)))))


@ledger.command()
@click.argument("draft")
@click.option(
    "--format",
    "form",
    type=click.Choice(("docx", "odt", "html", "csv", "json")),
    help="Default: the Word file that it came as.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write.")
def export(draft: str, form: str | None, out: Path) -> None:
    """Write DRAFT's ledger: its .docx or .odt with comments and tracked changes, a checklist to print, CSV or JSON."""
    from pipeline.ledger import render_ledger, word_kind

    with open_ledger_desk(None) as desk:
        found = read_ledger(desk.store, draft)
        data = render_ledger(desk.store, found, form or word_kind(desk.store, found.draft) or "docx")
    write_out(out, data)
