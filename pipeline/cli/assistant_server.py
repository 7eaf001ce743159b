"""What an assistant program may ask over the Model Context Protocol: check a text, search evidence, who held an office.

Nothing is written by default: a text is checked without a model, and its run is kept in a folder that goes afterwards.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import BaseModel

from pipeline import __version__
from pipeline.articles import load_article
from pipeline.check import check_article, check_or_reuse, open_bench, search_evidence
from pipeline.core.english import without_addressed
from pipeline.core.errors import FactnotesError, InputError
from pipeline.core.models import Article, Citation, Evidence, Note, OfficeRecord, Report
from pipeline.core.printing import shown
from pipeline.core.settings import Settings
from pipeline.core.telemetry import get_log
from pipeline.evidence import holders_of
from pipeline.store import open_store

Tool = TypeVar("Tool", bound=Callable[..., Any])
_log = get_log("mcp")
_INSTRUCTIONS = """factnotes finds the checkable claims of an article and judges them on dated, stored evidence. Every
quotation it gives is in its source word for word. `not checked` is no verdict: say so, and never turn it into one."""
_MOST = 50
_MOST_CLAIMS = 200
"""Claims that an assistant is told of at once: more would crowd out all else that it knows."""
_LEFT_OUT = "[words left out here: they speak to whoever checks, not to readers]"


class Quoted(BaseModel):
    """Words of a source, as they stand there."""

    quote: str
    publisher: str | None
    published: str | None
    url: str | None


class Flagged(BaseModel):
    """Something a reader should look at."""

    kind: str
    words: str
    start: int
    message: str
    suggestion: str | None


class CheckedClaim(BaseModel):
    """A claim of the text: its words and place, and its verdict or why there is none."""

    claim: str
    words: str
    start: int
    verdict: str | None
    not_checked: str | None
    why: str
    flags: list[Flagged]
    sources: list[Quoted]


class CheckedText(BaseModel):
    """What came of a text, told in one line, and its claims in their order."""

    coverage: str
    judged_as_of: str
    claims: list[CheckedClaim]
    left_out: int = 0
    """Claims that are not listed, because there are too many: check the text in parts."""


class Found(BaseModel):
    """A stored passage that bears on a claim."""

    text: str
    publisher: str | None
    published: str | None
    url: str | None
    later: bool


class Held(BaseModel):
    """Who held an office, and how long that is known to be so."""

    person: str
    office: str
    organisation: str | None
    since: str | None
    until: str | None
    known_to_be_right_on: str | None
    acting: bool
    verified: bool
    source: str | None


def make_server(settings: Settings, *, keep: bool = False) -> MCPServer[Any]:
    """Return a server over a desk; with `keep` checks are kept as runs there, and the desk's model is used.

    Without it the settings' model is never asked. Errors are told to the assistant in one line.
    """
    server: MCPServer[Any] = MCPServer(
        "factnotes", instructions=_INSTRUCTIONS, version=__version__, log_level="WARNING"
    )
    quiet = settings if keep else settings.model_copy(update={"model": "none"})

    @server.tool(annotations=_hints(reads=not keep))
    @_in_a_line
    def check_text(text: str, published: date | None = None, title: str | None = None) -> CheckedText:
        """Find the checkable claims of an article's text and judge them as of the day it was published."""
        article = load_article("-", quiet, stdin=text.encode(), published_at=published, title=title)
        return _checked(_check(quiet, article, keep=keep))

    @server.tool(annotations=_hints(reads=True))
    @_in_a_line
    def find_evidence(claim: str, as_of: date | None = None, limit: int = 8) -> list[Found]:
        """Return the stored passages that bear on a claim; `later` marks what was published after the day."""
        if not 1 <= limit <= _MOST:
            raise InputError(f"limit: give 1 to {_MOST}")
        with open_bench(quiet.model_copy(update={"evidence_per_claim": limit, "model": "none"})) as bench:
            return [_found(each) for each in search_evidence(bench, claim, as_of)]

    @server.tool(annotations=_hints(reads=True))
    @_in_a_line
    def who_held_office(office: str, day: date, country: str | None = None) -> list[Held]:
        """Return who held an office on a day, such as `prime minister` in `Norway`, by dated records."""
        return [_held(each) for each in holders_of(quiet, office, day, country)]

    return server


def _hints(*, reads: bool) -> ToolAnnotations:
    return ToolAnnotations(read_only_hint=reads, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def _in_a_line(tool: Tool) -> Tool:
    """Let a tool tell our errors as its own; a fault of ours goes to our log, which holds no secret."""

    @functools.wraps(tool)
    def told(*given: Any, **more: Any) -> Any:
        try:
            return tool(*given, **more)
        except FactnotesError as error:
            raise ToolError(" ".join(str(error).split())) from error
        except Exception as error:
            _log.error("an assistant's question failed", exc_info=error)
            raise ToolError("factnotes met an error of its own, which its log tells") from None

    return told  # type: ignore[return-value]


def _check(settings: Settings, article: Article, *, keep: bool) -> Report:
    with open_bench(settings) as bench:
        if keep:
            return check_or_reuse(article, bench, None, None)[0]
        with TemporaryDirectory() as folder:
            aside = settings.model_copy(update={"home": Path(folder), "database_url": None})
            with open_store(aside) as store:
                return check_article(article, bench.tools, store)


def _checked(report: Report) -> CheckedText:
    notes = sorted(report.notes, key=_least_told)[:_MOST_CLAIMS]
    return CheckedText(
        coverage=str(report.coverage),
        judged_as_of=report.as_of.isoformat(),
        claims=[_claim(note) for note in sorted(notes, key=lambda note: note.claim.span.start)],
        left_out=len(report.notes) - len(notes),
    )


def _least_told(note: Note) -> tuple[bool, float]:
    """Order notes so that those with least to tell come last."""
    return note.verdict is None and not note.flags, -note.claim.check_worthiness


def _told(words: object) -> str:
    """Return words of others as an assistant may read them: no orders to it, or to a terminal, and no secret."""
    return shown(without_addressed(str(words), _LEFT_OUT))


def _text(value: object) -> str | None:
    return None if value is None else _told(value)


def _claim(note: Note) -> CheckedClaim:
    passages = {each.passage.id: each.passage for each in note.evidence}
    failure = note.failure.reason.replace("_", " ") if note.failure else None

    def quoted(citation: Citation) -> Quoted:
        passage = passages[citation.passage_id]
        return Quoted(
            quote=_told(citation.span.exact),
            publisher=_text(passage.publisher),
            published=_text(passage.published),
            url=_text(passage.source_url),
        )

    return CheckedClaim(
        claim=_told(note.claim.text),
        words=note.claim.span.exact,
        start=note.claim.span.start,
        verdict=note.verdict.label if note.verdict else None,
        not_checked=note.claim.uncheckable or failure if note.verdict is None else None,
        why=_told(note.verdict.justification if note.verdict else (note.failure.detail if note.failure else "")),
        flags=[
            Flagged(
                kind=flag.kind,
                words=flag.span.exact,
                start=flag.span.start,
                message=_told(flag.message),
                suggestion=_text(flag.suggestion),
            )
            for flag in note.flags
        ],
        sources=[quoted(each) for each in note.citations if each.passage_id in passages],
    )


def _found(evidence: Evidence) -> Found:
    passage = evidence.passage
    return Found(
        text=_told(passage.text),
        publisher=_text(passage.publisher),
        published=_text(passage.published),
        url=_text(passage.source_url),
        later=evidence.later,
    )


def _held(record: OfficeRecord) -> Held:
    return Held(
        person=_told(record.person),
        office=_told(record.office),
        organisation=_text(record.organisation),
        since=_text(record.start),
        until=_text(record.end),
        known_to_be_right_on=_text(record.as_of),
        acting=record.acting,
        verified=record.verified,
        source=_text(record.source or record.source_url),
    )
