"""What a source has now: each entry with what is needed to read it, and nothing read yet that has not changed."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from pipeline.articles import (
    FEEDS,
    Entry,
    Page,
    Seen,
    article_of,
    feed_entries,
    is_web_address,
    sitemap_entries,
)
from pipeline.core.errors import FactnotesError, FetchError, InputError
from pipeline.core.models import Passage, content_id
from pipeline.core.settings import Settings
from pipeline.evidence.pages import why_no_evidence
from pipeline.evidence.reading import passages_of_row, read_reference, row_of
from pipeline.evidence.sources.models import Item, Source
from pipeline.evidence.sources.polite import Polite
from pipeline.evidence.sources.questions import Question

_JSON = ("application/json", "application/problem+json", "text/json")
_HITS = 10
_RETRIEVER_S = 30.0
_GDELT_PAUSE_S = 5.0
"""GDELT asks for so long between two questions."""


@dataclass(frozen=True)
class Read:
    """What was read of an entry."""

    passages: tuple[Passage, ...]
    etag: str = ""
    modified: str = ""
    problems: tuple[str, ...] = ()
    refused: str = ""
    """Why nothing of it is kept."""


@dataclass(frozen=True)
class Listed:
    """An entry of a source; `read` returns None where nothing has changed since, and raises FactnotesError."""

    key: str
    read: Callable[[Item | None], Read | None]
    listed: datetime | None = None
    address: str | None = None


def entries_of(source: Source, polite: Polite, settings: Settings, problem: Callable[[str], None]) -> Iterator[Listed]:
    """Yield what a source lists now; raises FactnotesError where it cannot be read at all."""
    if source.kind == "folder":
        return _files(source, settings)
    if source.kind == "retriever":
        return _hits(source, problem)
    entries = _web_entries(source, polite, problem)
    return (_page(entry, source, polite, settings) for entry in entries)


def found_by(source: Source, question: Question, polite: Polite, settings: Settings) -> Iterator[Listed]:
    """Ask a source and yield what it finds, best first; raises FactnotesError where it fails."""
    if source.kind == "retriever":
        for document in _answered(_retriever(source), question.words):
            with suppress(ValueError):  # a hit that cannot be used costs no other
                passages = _of_document(document, source)
                yield Listed(content_id(*(each.id for each in passages)), partial(_known_hit, Read(passages)))
        return
    for entry in _SEARCHES[source.kind](source.address.rstrip("/"), question, polite):
        yield _page(entry, source, polite, settings)


def _web_entries(source: Source, polite: Polite, problem: Callable[[str], None]) -> Iterable[Entry]:
    if source.kind == "pages":
        return _addresses(Path(source.address))
    if source.kind in ("feed", "sitemap"):
        read = feed_entries if source.kind == "feed" else sitemap_entries
        problems: list[str] = []
        entries = list(read(source.address, lambda url: _fetched(polite, url, FEEDS), problems))
        for each in problems:
            problem(each)
        return entries
    search = _SEARCHES[source.kind]
    base = source.address.rstrip("/")
    return _every(source.queries, lambda query: search(base, Question(query), polite), problem)


def _every(
    queries: Sequence[str], ask: Callable[[str], Iterable[Any]], problem: Callable[[str], None]
) -> Iterator[Any]:
    """Ask with each of the words; one that fails costs no other."""
    for query in queries:
        try:
            yield from ask(query)
        except FactnotesError as error:
            problem(f"asked with {query!r}: {error}")


def _addresses(file: Path) -> list[Entry]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read: give a file with a URL a line") from error
    lines = [line.strip() for line in text.splitlines()]
    return [Entry(link=line) for line in lines if line and not line.startswith("#")]


def _wiki_entries(base: str, question: Question, polite: Polite) -> Iterator[Entry]:
    """Search a MediaWiki by its REST interface; pages are read as people do."""
    found = _asked(polite, f"{base}/w/rest.php/v1/search/page?{urlencode({'q': question.words, 'limit': _HITS})}")
    for page in _rows(found, "pages", base):
        if isinstance(page.get("key"), str):
            link = f"{base}/w/rest.php/v1/page/{quote(page['key'], safe='')}/with_html"
            yield Entry(link=link, title=str(page.get("title") or ""))


def _searxng_entries(base: str, question: Question, polite: Polite) -> Iterator[Entry]:
    found = _asked(polite, f"{base}/search?{urlencode({'q': question.words, 'format': 'json'})}")
    for hit in _rows(found, "results", base)[:_HITS]:
        if is_web_address(str(hit.get("url"))):
            yield Entry(link=hit["url"], title=str(hit.get("title") or ""), published=_day(hit.get("publishedDate")))


def _gdelt_entries(base: str, question: Question, polite: Polite) -> Iterator[Entry]:
    """Search the news that GDELT has seen; the day it saw a page is only an estimate of when that was published."""
    asked = {"query": question.words, "mode": "artlist", "format": "json", "maxrecords": _HITS, "sort": "hybridrel"}
    if question.days:
        first, last = question.days
        asked |= {"startdatetime": f"{first:%Y%m%d}000000", "enddatetime": f"{last:%Y%m%d}235959"}
    found = _asked(polite, f"{base}/api/v2/doc/doc?{urlencode(asked)}", _GDELT_PAUSE_S)
    for hit in _rows(found, "articles", base) if found != {} else ():  # nothing found is written so
        if is_web_address(str(hit.get("url"))):
            seen = _day(str(hit.get("seendate"))[:8])
            yield Entry(link=hit["url"], title=str(hit.get("title") or ""), estimated=seen)


_SEARCHES = {"mediawiki": _wiki_entries, "searxng": _searxng_entries, "gdelt": _gdelt_entries}


def _asked(polite: Polite, url: str, pause: float | None = None) -> Any:
    where = urlsplit(url).netloc
    page = polite.ask(url, (*_JSON, "text/html", "text/plain"), pause=pause)
    data = page.data if page else b""
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        said = " ".join(data[:200].decode("utf-8", errors="replace").split())
        raise InputError(f"{where} did not answer in JSON but: {said[:80]!r}: check the address") from error


def _rows(found: Any, name: str, base: str) -> list[dict[str, Any]]:
    rows = found.get(name) if isinstance(found, dict) else None
    if not isinstance(rows, list):
        raise InputError(f"{base} did not answer as it is documented (no {name}): check the address")
    return [row for row in rows if isinstance(row, dict)]


def _fetched(polite: Polite, url: str, media_types: Sequence[str]) -> Page:
    page = polite.fetch(url, Seen(), media_types)
    if page is None:
        raise FetchError(f"{url} says that nothing has changed, though it was not asked: try again later")
    return page


def _page(entry: Entry, source: Source, polite: Polite, settings: Settings) -> Listed:
    read = _read_wiki if source.kind == "mediawiki" else _read_page
    return Listed(
        entry.link[:2000], partial(read, entry, source, polite, settings), entry.modified, _shown(entry.link, source)
    )


def _shown(link: str, source: Source) -> str:
    """Return the address where people read a page."""
    if source.kind != "mediawiki":
        return link
    return f"{source.address.rstrip('/')}/wiki/{urlsplit(link).path.split('/')[-2]}"


def _read_page(entry: Entry, source: Source, polite: Polite, settings: Settings, known: Item | None) -> Read | None:
    if not is_web_address(entry.link):
        raise InputError(f"{entry.link[:200]!r} is not an http or https URL and is not opened")
    page = polite.fetch(entry.link, Seen(known.etag, known.modified) if known else Seen())
    if page is None:
        return None
    try:
        return Read(_of_page(page, entry, source, settings), page.etag, page.modified)
    except InputError as error:
        return Read((), page.etag, page.modified, refused=str(error))


def _of_page(page: Page, entry: Entry, source: Source, settings: Settings) -> tuple[Passage, ...]:
    if urlsplit(page.url).path.strip("/") == "" != urlsplit(entry.link).path.strip("/"):
        raise InputError(f"{entry.link} leads to the home page {page.url} and is not kept: the page is gone")
    article = article_of(page, settings)
    row = row_of(article)
    row["title"] = row["title"] or entry.title or None
    row["publisher"] = source.publisher or row["publisher"]
    row["source_url"] = row["source_url"] or page.url
    row["published_at"] = article.published_at or entry.published or row["published_at"] or entry.estimated
    made = _made(row, article.text)
    if all(whys := [why_no_evidence(passage) for passage in made]):
        raise InputError(f"{entry.link} is not kept: {whys[0]}")
    return made


def _read_wiki(entry: Entry, source: Source, polite: Polite, settings: Settings, known: Item | None) -> Read | None:
    """Read a page of a wiki in the version of today, which is what its date says."""
    page = polite.ask(entry.link, _JSON, Seen(known.etag, known.modified) if known else None)
    if page is None:
        return None
    try:
        found = json.loads(page.data)
        html, changed = str(found["html"]), _day(found["latest"]["timestamp"])
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise InputError(f"{entry.link} did not answer as it is documented: check the address") from error
    shown = _shown(entry.link, source)
    article = article_of(Page(html.encode(), shown, "text/html", "utf-8"), settings)
    row = {"title": found.get("title"), "publisher": source.publisher or urlsplit(shown).hostname}
    return Read(_made(row | {"source_url": shown, "published_at": changed}, article.text), page.etag, page.modified)


def _made(row: dict[str, Any], text: str) -> tuple[Passage, ...]:
    return tuple(passages_of_row(row | {"text": text}))


def _day(written: Any) -> date | None:
    try:
        return datetime.fromisoformat(str(written)).date()
    except ValueError:
        return None


def _files(source: Source, settings: Settings) -> Iterator[Listed]:
    folder = Path(source.address)
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}: check the path, or that its disk is there")
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith((".", "~")) for part in inside.parts)
        if path.is_file() and not hidden and path.suffix.lower() not in (".yaml", ".yml"):
            yield Listed(inside.as_posix(), partial(_read_file, path, source, settings))


def _read_file(path: Path, source: Source, settings: Settings, known: Item | None) -> Read | None:
    beside = (path.with_suffix(ending) for ending in (".yaml", ".yml"))
    marks = [f"{each.stat().st_size}-{each.stat().st_mtime_ns}" for each in (path, *beside) if each.is_file()]
    mark = " ".join(marks)
    if known and known.etag == mark:
        return None
    try:
        read = read_reference(path, settings)
    except InputError as error:
        return Read((), etag=mark, refused=str(error))
    records = (f"{path}: office records in it are not read: index them",) if read.records else ()
    named = [
        each if each.publisher or not source.publisher else each.model_copy(update={"publisher": source.publisher})
        for each in read.passages
    ]
    return Read(tuple(named), etag=mark, problems=(*read.problems, *records))


def _hits(source: Source, problem: Callable[[str], None]) -> Iterator[Listed]:
    retriever = _retriever(source)
    seen: set[str] = set()
    for document in _every(source.queries, lambda query: _answered(retriever, query), problem):
        try:
            passages = _of_document(document, source)
        except ValueError as error:
            problem(f"a hit of {source.name} cannot be used: {error}")
            continue
        key = content_id(*(passage.id for passage in passages))
        if key not in seen:
            seen.add(key)
            yield Listed(key, partial(_known_hit, Read(passages)), address=passages[0].source_url)


def _known_hit(read: Read, known: Item | None) -> Read | None:
    return None if known else read


def _retriever(source: Source) -> Any:
    from langchain_core.retrievers import BaseRetriever

    module, _, name = source.address.partition(":")
    try:
        kind = getattr(import_module(module), name)
        retriever = kind(**source.arguments)
    except ModuleNotFoundError as error:
        raise InputError(
            f"{source.address} cannot be made (no module {error.name}): install its package, or name the folder of its "
            "file in PYTHONPATH"
        ) from error
    except Exception as error:  # whatever a class of others raises
        raise InputError(f"{source.address} cannot be made ({type(error).__name__}: {error}): check it") from error
    if not isinstance(retriever, BaseRetriever):
        raise InputError(f"{source.address} is no LangChain retriever: name a class made from BaseRetriever")
    return retriever


def _answered(retriever: Any, query: str) -> Sequence[Any]:
    try:
        return _within(lambda: list(retriever.invoke(query))[:_HITS])
    except Exception as error:  # whatever a service's library raises
        raise InputError(
            f"the retriever failed ({type(error).__name__}): {' '.join(str(error).split())[:200]}"
        ) from error


def _within(call: Callable[[], list[Any]], seconds: float = _RETRIEVER_S) -> list[Any]:
    """Return what a call gives; raises TimeoutError after so long, whatever the call still does then."""
    done: Future[list[Any]] = Future()

    def run() -> None:
        try:
            done.set_result(call())
        except BaseException as error:
            done.set_exception(error)

    threading.Thread(target=run, name="retriever", daemon=True).start()
    return done.result(seconds)


_NAMED = {
    "source_url": ("source_url", "url", "source", "link"),
    "title": ("title",),
    "publisher": ("publisher", "site_name"),
    "published_at": ("published_at", "published_date", "publishedDate", "date"),
}


def _of_document(document: Any, source: Source) -> tuple[Passage, ...]:
    """Make passages of a LangChain document; what its metadata says counts as far as it can be understood."""
    given = {
        ours: next((document.metadata[n] for n in theirs if document.metadata.get(n)), None)
        for ours, theirs in _NAMED.items()
    }
    if not is_web_address(str(given["source_url"])):
        given["source_url"] = None
    row = given | {"published_at": _day(given["published_at"]), "publisher": given["publisher"] or source.publisher}
    text = unicodedata.normalize("NFC", document.page_content)
    return _made({name: str(value) if value and name != "published_at" else value for name, value in row.items()}, text)
