"""What reads texts from outside, each as one function of a text that raises only where a promise is broken.

Hypothesis tries them in `tests/project/test_fuzz.py`, a fuzzer that is guided by coverage in `guided_fuzz.py`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import yaml
from decided import RUN, accepted

from pipeline.articles import load_article
from pipeline.articles.feeds import read_feed, read_sitemap
from pipeline.articles.plain import find_headings
from pipeline.check.checkers.consistency.checker import find_oddities
from pipeline.check.checkers.titles import claim_titles
from pipeline.check.claims import attributions, detect_claims
from pipeline.check.claims.by_model import DetectedClaims
from pipeline.check.claims.faithful import restates
from pipeline.check.judged import JudgedClaims
from pipeline.check.sparing import spared
from pipeline.core.english import (
    find_addressed,
    find_dates,
    find_numbers,
    find_places,
    readable_lines,
    sentences,
    unread,
)
from pipeline.core.errors import FactnotesError, InputError, QuoteNotFound
from pipeline.core.models import (
    Article,
    Citation,
    Claim,
    Coverage,
    Evidence,
    Note,
    Passage,
    Report,
    Span,
    Usage,
    Verdict,
    Versions,
)
from pipeline.core.printing import ORDERS, visible
from pipeline.core.settings import PROJECT, load_settings
from pipeline.evidence import name_key, parse_office, split_text
from pipeline.llm import load_prompt
from pipeline.llm.replies import read_reply
from pipeline.reports import FORMATS, RENDERERS, Publisher, publish, render_markdown
from pipeline.reports.run.html import render_html

DATA = Path(__file__).parents[1] / "data" / "hostile"
PIECES = [
    *yaml.safe_load((DATA / "repeated.yaml").read_text(encoding="utf-8")).values(),
    *yaml.safe_load((DATA / "orders.yaml").read_text(encoding="utf-8")).values(),
    *("The council of Velda closed the pier on 3 May 2019. ", "“It fell by 12 percent,” said Mayor Anna Lee. "),
    *("argue tt has ", "\\ ", "\n", "\n\n# ", "\u2028", "\x00", "\ud7ff", "ﬁ", "İ", "ß", "１２", "\U0001f3f4", "'s "),
    "’",
]  # fmt: skip
SETTINGS = load_settings(model="none")
_DAY = date(2031, 3, 14)


def article_of(text: str) -> Article | None:
    """Return the article of a text as a check gets it, None where it is refused."""
    try:
        return load_article("-", SETTINGS, stdin=text.encode("utf-8", "surrogatepass"))
    except InputError as error:
        assert "\n" not in str(error)
        return None


def _read(text: str) -> None:
    article = article_of(text)
    if article is None:
        return
    claims = [*detect_claims(article), *claim_titles(article)]
    assert all(span.is_in(article.text) for claim in claims for span in claim.spans)
    assert all(each.content.is_in(article.text) for each in attributions(article))
    assert all(odd.span.is_in(article.text) for odd in find_oddities(article))
    assert all(span.is_in(article.text) for span in (*unread(article), *(each.span for each in sentences(article))))
    assert not spared(article), "a reader failed on a sentence, and was spared"


def _page(text: str) -> None:
    article_of(f"<html><body><article><p>{text}</p></article></body></html>")


def _feed(text: str) -> None:
    for read in (read_feed, read_sitemap):
        try:
            read(text.encode("utf-8", "surrogatepass"), "it")
        except FactnotesError as error:
            assert "\n" not in str(error)


def _look(text: str) -> None:
    for found in (*find_numbers(text), *find_dates(text, _DAY), *find_addressed(text)):
        assert 0 <= found.start < found.end <= len(text)
    for start, end, _ in find_places(text):
        assert 0 <= start < end <= len(text)
    find_headings(text)
    list(readable_lines(text))


def _record(text: str) -> None:
    parse_office(text[:200])
    name_key(text[:200])


def _locate(text: str) -> None:
    third = len(text) // 3
    try:
        assert Span.locate(text[:third], text[third:] + text[:third], near=third).is_in(text[third:] + text[:third])
    except QuoteNotFound:
        return


def _restate(text: str) -> None:
    half = len(text) // 2
    assert restates(text[:half][:300], text[half:][:300], text[:100]) in ("same", "reworded", "other")


def _reply(text: str) -> None:
    for form in (JudgedClaims, DetectedClaims):
        try:
            read_reply(text, form)
        except ValueError:
            continue


def _judged(text: str) -> None:
    """Read a text as each value of a reply whose form is right."""
    part = {"part": text, "says": "same"}
    cited = {"passage": 1, "quote": text}
    claim = {"claim": 1, "parts": [part], "citations": [cited], "justification": text, "label": text[:20]}
    _reply(json.dumps({"claims": [claim]}))


def _prompt(text: str) -> None:
    rendered = _detect_prompt().render(context=text[::2], text=text).text
    mark = rendered.rsplit("</text-", 1)[1][:12]
    assert rendered.count(f"<text-{mark}>") == rendered.count(f"</text-{mark}>") == 1
    assert rendered.rstrip().endswith(f"</text-{mark}>")


@cache
def _detect_prompt():  # type: ignore[no-untyped-def]
    return load_prompt("detect_claims", PROJECT / "prompts")


def _show(text: str) -> None:
    assert not ORDERS.search(visible(text))
    assert "".join(split_text(text)).split() or not text.split()


def report_of(text: str) -> Report | None:
    """Return a report that holds a text wherever words from outside stand; None where no article has such words."""
    article = article_of(f"Velda closed its pier. {text} It fell by 12 percent.")
    if article is None:
        return None
    body, line = article.text, " ".join(article.text.split())
    article = article.model_copy(update={"title": line, "publisher": line, "url": f"https://velda.example/{line[:80]}"})
    passage = Passage(text=body, title=line, publisher=line, source_url="https://velda.example/x", note=line)
    whole = Span(start=0, end=len(body), exact=body)
    claim = Claim(article_id=article.id, spans=(whole,), text=body, kind="event", check_worthiness=0.5, reasons=(line,))
    verdict = Verdict(
        label="refuted", confidence=0.9, justification=line, citations=(Citation.locate(body, passage),), by="model",
        method=line,
    )  # fmt: skip
    evidence = Evidence(passage=passage, rank=1, score=1, retriever="scripted")
    note = Note(claim=claim, evidence=(evidence,), verdict=verdict)
    return Report(
        run_id=RUN, coverage=Coverage.of((note,)), as_of=_DAY, article=article, notes=(note,), usage=Usage(),
        seconds=0, versions=Versions(code="1", embedding="1", index="1", syntax="1"), problems=(line,),
        created_at=datetime(2031, 3, 14, tzinfo=UTC),
    )  # fmt: skip


class _Tags(HTMLParser):
    """The elements of a page, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs), "a page may hold no handler"


def tags_of(page: str) -> set[str]:
    """Return the names of a page's elements; fails where one has a handler."""
    tags = _Tags()
    tags.feed(page)
    return set(tags.names)


def _show_report(text: str) -> None:
    report = report_of(text)
    if report is None:
        return
    assert tags_of(render_html(report)) <= _own_tags()
    render_markdown(report)
    assert Report.model_validate_json(report.model_dump_json()) == report


@cache
def _own_tags() -> frozenset[str]:
    from samples import sample_report

    return frozenset(tags_of(render_html(sample_report())))


def _export(text: str) -> None:
    report = report_of(text)
    if report is None:
        return
    notes = [accepted(note) for note in report.notes]
    given = publish(report.article, RUN, _DAY, notes, publisher=Publisher(name="Desk", url="https://d.example/"))
    for name in FORMATS:
        written = RENDERERS[name](given)
        if name == "csv":
            cells = [cell for row in csv.reader(io.StringIO(written)) for cell in row]
            assert not any(cell[:1] in "=+-@\t\r" for cell in cells if cell), "a cell that a spreadsheet would run"


READERS: Mapping[str, Callable[[str], None]] = {
    "articles": _read,
    "pages": _page,
    "feeds": _feed,
    "numbers, dates, places, headings": _look,
    "offices and names": _record,
    "spans": _locate,
    "restatements": _restate,
    "replies": _reply,
    "judgements": _judged,
    "prompts": _prompt,
    "printing": _show,
    "reports": _show_report,
    "exports": _export,
}
