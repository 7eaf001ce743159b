"""From a source to an article: read, decode, find text and headings, clean, refuse what cannot be checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pipeline.articles.cleaning import Block, Cleaner, assemble
from pipeline.articles.decoding import declared_in_html, decode
from pipeline.articles.metadata import Metadata, beside
from pipeline.articles.page import is_html, read_page
from pipeline.articles.plain import find_headings, unwrap
from pipeline.articles.refusals import refuse_long, refuse_unusable
from pipeline.core.errors import InputError
from pipeline.core.models import Article, Heading
from pipeline.core.settings import Settings

if TYPE_CHECKING:
    from pipeline.articles.fetching import Page

_HTML = (".html", ".htm", ".xhtml")
_MARKDOWN = (".md", ".markdown")
_MAX_SOURCE = 2000
_FORMS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
}


@dataclass(frozen=True)
class _Raw:
    """What was read, before anything is made of it."""

    data: bytes
    name: str
    """What messages call it."""
    form: str = ""
    """`html`, `markdown` or empty for what the content says."""
    charset: str | None = None
    url: str | None = None
    metadata: Metadata = Metadata()


@dataclass(frozen=True)
class _Draft:
    """The text that was found, and what is known of it."""

    text: str
    headings: tuple[Heading, ...]
    metadata: Metadata
    warnings: tuple[str, ...]


def load_article(
    source: str,
    settings: Settings,
    *,
    stdin: bytes | None = None,
    published_at: date | None = None,
    title: str | None = None,
    publisher: str | None = None,
    url: str | None = None,
) -> Article:
    """Return the article of a path, of an http(s) URL, or of standard input (`-`, its bytes given as `stdin`).

    What is given wins over a YAML file beside the article, and that over the article's own metadata.
    Raises InputError, FetchError or ForbiddenAddress, each one line that says what to do.
    """
    return _made(_read(source, settings, stdin), settings, Metadata(title, publisher, published_at, None, url))


def article_of(page: Page, settings: Settings) -> Article:
    """Return the article of a page that was fetched; raises InputError."""
    raw = _Raw(page.data, page.url, _FORMS.get(page.media_type, ""), page.charset, page.url)
    return _made(raw, settings, Metadata())


def _made(raw: _Raw, settings: Settings, given: Metadata) -> Article:
    draft = _draft(raw, settings.max_article_chars)
    refuse_unusable(draft.text, raw.name, settings.max_article_chars)
    known = given.over(raw.metadata).over(draft.metadata)
    noted: tuple[str, ...] = (f"the date is noted as: {known.published_note}",) if known.published_note else ()
    if known.url and not known.url.lower().startswith(("http://", "https://")):
        noted += (f"the address {known.url[:60]!r} is no web address and was left out",)
        known = replace(known, url=None)
    try:
        return Article(
            text=draft.text,
            title=_tidy(known.title),
            url=known.url,
            publisher=_tidy(known.publisher),
            published_at=known.published_at,
            headings=draft.headings,
            warnings=(*draft.warnings, *noted),
        )
    except ValidationError as error:
        raise InputError(f"{raw.name} cannot be used: {error.errors()[0]['msg']}") from error


def _tidy(words: str | None) -> str | None:
    return " ".join(Cleaner().clean(words).split()) or None if words else None


def _read(source: str, settings: Settings, stdin: bytes | None) -> _Raw:
    if source == "-":
        if stdin is None:
            raise InputError("standard input was not given: pipe the article's text into the command")
        return _Raw(_capped(stdin, "standard input", settings.max_article_bytes), "standard input")
    if "\n" in source or len(source) > _MAX_SOURCE:
        raise InputError("that is a text and not a path or URL: save it in a file, or pipe it in and give - instead")
    if source.lower().startswith(("http://", "https://")):
        return _fetched(source, settings)
    if "://" in source:
        raise InputError(f"{source} is not an http or https URL: give one of those, or a path")
    return _from_file(Path(source), settings.max_article_bytes)


def _fetched(source: str, settings: Settings) -> _Raw:
    from pipeline.articles.fetching import fetch  # brings httpx, which a file does not need

    page = fetch(source, settings)
    return _Raw(page.data, source, _FORMS.get(page.media_type, ""), page.charset, page.url)


def _from_file(path: Path, max_bytes: int) -> _Raw:
    try:
        path = path.expanduser()
        if path.is_dir():
            raise InputError(f"{path} is a folder: give one article file in it")
        with path.open("rb") as file:
            data = _capped(file.read(max_bytes + 1), str(path), max_bytes)
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}: check the path (a URL begins with https://)") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{path} cannot be read ({getattr(error, 'strerror', error)}): check the path") from error
    suffix = path.suffix.lower()
    form = "html" if suffix in _HTML else "markdown" if suffix in _MARKDOWN else ""
    return _Raw(data, str(path), form, metadata=beside(path))


def _capped(data: bytes, name: str, max_bytes: int) -> bytes:
    if len(data) > max_bytes:
        raise InputError(f"{name} is larger than {max_bytes:,} bytes: split it into its articles and give one of them")
    return data


def _draft(raw: _Raw, max_chars: int) -> _Draft:
    looks_html = raw.form == "html" or (not raw.form and is_html(raw.data[:4096].decode("latin-1")))
    declared = raw.charset or (declared_in_html(raw.data) if looks_html else None)
    text, warnings = decode(raw.data, raw.name, declared)
    if not text.strip("\ufeff \t\r\n\0"):
        raise InputError(f"{raw.name} is empty: give a file that holds the article's text")
    cleaner = Cleaner()
    if raw.form == "html" or (not raw.form and is_html(text)):
        blocks, metadata = read_page(text, raw.name, raw.url)
        return _from_blocks(blocks, metadata.over(Metadata(url=raw.url)), cleaner, warnings)
    refuse_long(text.strip(), raw.name, max_chars)  # before any work is done on it
    if raw.form == "markdown":
        from pipeline.articles.markdown import read_markdown  # brings markdown-it, which others do not need

        blocks, metadata = read_markdown(cleaner.clean(text), raw.name)
        return _from_blocks(blocks, metadata.over(Metadata(url=raw.url)), cleaner, warnings)
    return _plain(text, raw, cleaner, warnings)


def _from_blocks(blocks: list[Block], metadata: Metadata, cleaner: Cleaner, warnings: tuple[str, ...]) -> _Draft:
    text, headings = assemble(blocks, cleaner)
    return _Draft(text, headings, metadata, (*warnings, *cleaner.warnings()))


def _plain(text: str, raw: _Raw, cleaner: Cleaner, warnings: tuple[str, ...]) -> _Draft:
    text, joined = unwrap(_without_blank_ends(cleaner.clean(text)))
    headings = find_headings(text)
    title = next((heading.span.exact for heading in headings if heading.level == 1), None)
    return _Draft(text, headings, Metadata(title=title, url=raw.url), (*warnings, *cleaner.warnings(), *joined))


def _without_blank_ends(text: str) -> str:
    lines = text.rstrip().split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    return "\n".join(lines[first:])
