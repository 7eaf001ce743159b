"""Where title, byline, publisher, language and section of a page are from, and what other sources say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.articles.declared import Declared, types_of, words_of
from pipeline.core.models import Datum, Rival

_MOST_RIVALS = 6
Said = tuple[str, str]
"""A value and its source."""


def find_origins(
    declared: Declared, *, title: str | None, publisher: str | None, byline: str | None
) -> tuple[Datum, ...]:
    """Return what is known of a page besides its days; what was chosen is told with the source that says it."""
    found = [
        _chosen("title", title, list(_titles(declared))),
        _chosen("byline", byline, [*_json(declared, "author"), *_meta(declared, "author", "article:author", "byl")]),
        _chosen("publisher", publisher, [*_json(declared, "publisher"), *_meta(declared, "og:site_name", "publisher")]),
        _chosen("language", None, list(_languages(declared))),
        _chosen("section", None, [*_json(declared, "articleSection"), *_meta(declared, "article:section", "section")]),
    ]
    return tuple(datum for datum in found if datum)


def _titles(declared: Declared) -> Iterator[Said]:
    yield from _json(declared, "headline")
    yield from _meta(declared, "og:title", "twitter:title")
    yield from ((title, "h1 or title of the page") for title in declared.titles[:3])


def _languages(declared: Declared) -> Iterator[Said]:
    if declared.language:
        yield declared.language, "html lang"
    yield from _meta(declared, "og:locale", "content-language", "dc.language", "language")
    yield from _json(declared, "inLanguage")


def _json(declared: Declared, key: str) -> Iterator[Said]:
    for node in declared.articles:
        if words := words_of(node.get(key)):
            yield words, f"JSON-LD {types_of(node)[0]} {key}"


def _meta(declared: Declared, *names: str) -> Iterator[Said]:
    for name, content in declared.named(*names):
        yield " ".join(content.split()), f"meta {name}"


def _chosen(name: str, value: str | None, said: Sequence[Said]) -> Datum | None:
    """Return a datum: the chosen value with the first source that says it, or the first source's value."""
    if value is None and said:
        value = said[0][0]
    if not value:
        return None
    value = " ".join(value.split())[:300]
    source = next((source for words, source in said if _same(words, value)), "the page's text")
    rivals = [Rival(value=words[:300], source=source) for words, source in said if not _same(words, value)]
    agree = sum(_same(words, value) for words, _ in said)
    why = f"{agree} sources tell the same" if agree > 1 else ""
    return Datum.model_validate(
        {"name": name, "value": value, "source": source, "why": why, "rivals": tuple(rivals[:_MOST_RIVALS])}
    )


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
