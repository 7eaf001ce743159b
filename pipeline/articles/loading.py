"""From a source to an article: read, decode, find text and headings, clean, refuse what cannot be checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pipeline.articles.cleaning import Assembled, Block, Cleaner, assemble
from pipeline.articles.corrections import find_corrections
from pipeline.articles.dating import DAY_UNKNOWN, GIVE_DAY
from pipeline.articles.decoding import declared_in_html, decode
from pipeline.articles.live import Part
from pipeline.articles.mails import ReadText, is_mail, is_subtitles, read_mail, read_subtitles
from pipeline.articles.metadata import Metadata, beside
from pipeline.articles.page import is_html, read_page
from pipeline.articles.plain import find_headings, unwrap
from pipeline.articles.refusals import mixed_words, other_language, refuse_long, refuse_unusable
from pipeline.articles.word.opening import is_word
from pipeline.core.errors import InputError
from pipeline.core.models import Article, Datum, Entry, Heading, Rival, Span
from pipeline.core.settings import Settings

if TYPE_CHECKING:
    from pipeline.articles.fetching import Page

_HTML = (".html", ".htm", ".xhtml")
_MARKDOWN = (".md", ".markdown")
_SUBTITLES = re.compile(r"\.(?:srt|vtt)")
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
    data: tuple[Datum, ...] = ()
    """Where what is known is from."""
    entries: tuple[Entry, ...] = ()


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
    draft = replace(draft, warnings=_still_true(draft.warnings, given, raw.metadata))
    known = given.over(raw.metadata).over(draft.metadata)
    language, _ = other_language(draft.text)
    if language:
        draft = replace(draft, warnings=(*draft.warnings, f"the text may be in {language}, and only English is read"))
    if mixed := mixed_words(draft.text):
        draft = replace(draft, warnings=(*draft.warnings, mixed))
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
            estimated_at=known.estimated_at,
            headings=draft.headings,
            warnings=(*draft.warnings, *noted),
            provenance=_provenance(given, raw, draft),
            corrections=find_corrections(draft.text),
            entries=draft.entries,
        )
    except ValidationError as error:
        raise InputError(f"{raw.name} cannot be used: {error.errors()[0]['msg']}") from error


def dated_by_feed(article: Article, known: date | None, estimated: date | None) -> Article:
    """Return an article with the day that a feed or sitemap gives it, where its own page does not tell it for sure.

    A page that seems to be older than the feed says keeps its estimate: feeds list old pages anew.
    """
    mine = article.estimated_at
    if article.published_at or not (known or estimated) or (mine and known and mine < known - _FEED_LAG):
        return article
    if known:
        datum = Datum(name="published", value=known.isoformat(), source="the feed", why="the page does not tell it")
        update = {"published_at": known, "estimated_at": None}
    elif mine or estimated is None:
        return article
    else:
        datum = Datum(name="published", value=estimated.isoformat(), source="the feed", known=False)
        update = {"estimated_at": estimated}
    others = tuple(each for each in article.provenance if each.name != "published")
    told = tuple(each for each in article.warnings if not each.startswith(DAY_UNKNOWN))
    if not known:
        told += (f"{DAY_UNKNOWN}only estimated: {estimated}, from the feed; {GIVE_DAY}",)
    return article.model_copy(update={**update, "provenance": (datum, *others), "warnings": told})


_FEED_LAG = timedelta(days=7)


def _still_true(warnings: tuple[str, ...], given: Metadata, beside: Metadata) -> tuple[str, ...]:
    """Leave out the warning of a day that is not known, where somebody has said it."""
    said = given.published_at or beside.published_at
    return tuple(each for each in warnings if not (said and each.startswith(DAY_UNKNOWN)))


def _provenance(given: Metadata, raw: _Raw, draft: _Draft) -> tuple[Datum, ...]:
    """Return where each thing known is from: what somebody gave or wrote beside the article wins over its own words."""
    own: dict[str, Datum] = {datum.name: datum for datum in draft.data}
    for name, key in (("title", "title"), ("publisher", "publisher"), ("published", "published_at")):
        for metadata, source in (
            (given, "given"),
            (raw.metadata, "the YAML file beside it"),
            (draft.metadata, raw.form or "the text"),
        ):
            if (value := getattr(metadata, key)) and (metadata is not draft.metadata or name not in own):
                own[name] = _over(own.get(name), name, str(value), source)
                break
    if raw.url:
        today = datetime.now(UTC).date().isoformat()
        own["first seen"] = Datum(name="first seen", value=today, source="fetched from its address")
    return tuple(own.values())


def _over(datum: Datum | None, name: str, value: str, source: str) -> Datum:
    rivals = (Rival(value=datum.value, source=datum.source), *datum.rivals) if datum and source != "the text" else ()
    why = "what is given wins" if rivals else ""
    return Datum.model_validate({"name": name, "value": value, "source": source, "why": why, "rivals": rivals})


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
    if is_word(raw.data):
        return _word(raw)
    looks_html = raw.form == "html" or (not raw.form and is_html(raw.data[:4096].decode("latin-1")))
    declared = raw.charset or (declared_in_html(raw.data) if looks_html else None)
    text, warnings = decode(raw.data, raw.name, declared)
    if not text.strip("\ufeff \t\r\n\0"):
        raise InputError(f"{raw.name} is empty: give a file that holds the article's text")
    cleaner = Cleaner()
    if raw.form == "html" or (not raw.form and is_html(text)):
        page = read_page(text, raw.name, raw.url)
        made = assemble(page.blocks, cleaner)
        known = page.metadata.over(Metadata(url=raw.url))
        told = (*page.warnings, *warnings, *cleaner.warnings())
        return _Draft(made.text, made.headings, known, told, page.data, _entries(made, page.parts))
    refuse_long(text.strip(), raw.name, max_chars)  # before any work is done on it
    if not raw.form and (_SUBTITLES.fullmatch(raw.name[-4:].lower()) or is_subtitles(text)):
        return _wrapped(read_subtitles(text), raw, cleaner, warnings)
    if not raw.form and is_mail(text):
        return _wrapped(read_mail(raw.data, text), raw, cleaner, warnings)
    if raw.form == "markdown":
        from pipeline.articles.markdown import read_markdown  # brings markdown-it, which others do not need

        blocks, metadata = read_markdown(cleaner.clean(text), raw.name)
        return _from_blocks(blocks, metadata.over(Metadata(url=raw.url)), cleaner, warnings)
    return _plain(text, raw, cleaner, warnings)


def _word(raw: _Raw) -> _Draft:
    from pipeline.articles.word.reading import read_word  # brings python-docx, which others do not need

    word = read_word(raw.data, raw.name)
    metadata = Metadata(title=word.title, url=raw.url)
    return _Draft(word.text, word.headings or find_headings(word.text), metadata, word.warnings)


def _from_blocks(blocks: list[Block], metadata: Metadata, cleaner: Cleaner, warnings: tuple[str, ...]) -> _Draft:
    made = assemble(blocks, cleaner)
    return _Draft(made.text, made.headings, metadata, (*warnings, *cleaner.warnings()))


def _entries(made: Assembled, parts: Sequence[Part]) -> tuple[Entry, ...]:
    """Return the parts of a text that have a day of their own, in place; those without words are left out."""
    return tuple(
        Entry(span=Span.of(made.text, *made.parts[number]), title=part.title, published_at=part.day, time=part.time)
        for number, part in enumerate(parts, 1)
        if number in made.parts
    )


def _wrapped(read: ReadText, raw: _Raw, cleaner: Cleaner, warnings: tuple[str, ...]) -> _Draft:
    """Make a draft of words that stood in an e-mail or in subtitles."""
    if read.html:
        page = read_page(read.html, raw.name, raw.url)
        made = assemble(page.blocks, cleaner)
        told = tuple(each for each in page.warnings if not each.startswith(DAY_UNKNOWN))
        draft = _Draft(made.text, made.headings, page.metadata, (*told, *warnings, *cleaner.warnings()))
    else:
        draft = _plain(read.text, raw, cleaner, warnings)
    return replace(
        draft,
        metadata=read.metadata.over(replace(draft.metadata, published_at=None, estimated_at=None)),
        data=read.data,
        warnings=(*read.warnings, *draft.warnings),
    )


def _plain(text: str, raw: _Raw, cleaner: Cleaner, warnings: tuple[str, ...]) -> _Draft:
    text, joined = unwrap(_without_blank_ends(cleaner.clean(text)))
    headings = find_headings(text)
    title = next((heading.span.exact for heading in headings if heading.level == 1), None)
    return _Draft(text, headings, Metadata(title=title, url=raw.url), (*warnings, *cleaner.warnings(), *joined))


def _without_blank_ends(text: str) -> str:
    lines = text.rstrip().split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    return "\n".join(lines[first:])
