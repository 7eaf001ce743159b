"""Titles that somebody has as another's counterpart: `Foreign Minister Bo Lind and his Greek counterpart, Ana Reyes`.

Understood are ministers of a portfolio, of whom one alone is named before in the sentence: what a prime minister meets
abroad may be a chancellor or a president. Nor have all countries ministers: in some of them secretaries govern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.check.checkers.titles.dated import in_own_words
from pipeline.check.checkers.titles.grammar import left_of
from pipeline.check.checkers.titles.sighting import Sighting
from pipeline.check.checkers.titles.tokens import Words
from pipeline.core.models import Article, Span
from pipeline.evidence import lexicon, parse_office

_OWNERS = ("his", "her", "their")


def counterpart(words: Words, at: int, article: Article) -> Iterator[Sighting]:
    """Read `his Greek counterpart, Ana Reyes,` at `his`, as the Greek minister of that portfolio."""
    first = at + 1
    if words[at].low not in _OWNERS or first not in words.places or not words[first].joined:
        return
    end, place = words.places[first]
    last = words.name_from(end + 1) if words.low(end) == "counterpart" and end + 1 < len(words) else None
    known = (
        place.kind == "country" and place.form == "adjective" and place.name not in lexicon().governed_by_secretaries
    )
    if last is None or last - end < 3 or not known or words[end + 1].gap not in (" ", ", "):
        return
    office = _office_before(words, at)
    if office is None or (words[end + 1].gap == ", " and not words.closes(last)):
        return
    title = f"{words.text[words[first].start : words[end - 1].end]} {office}"
    found = in_own_words(words, (end + 1, last), title, words[last - 1].end, "apposition", article)
    span = Span.of(article.text, words.line.start + words[at].start, found.mention.span.end)
    yield replace(found, past=False, mention=found.mention.model_copy(update={"span": span}))


def _office_before(words: Words, at: int) -> str | None:
    """Return `foreign minister` where that of one minister alone stands before an index in its sentence."""
    opens = max((i for i in range(at + 1) if i == 0 or re.search(r"[.!?;]\W*$", words[i].gap)), default=0)
    heads = [head for head in words.heads if opens <= head < at]
    if len(heads) != 1 or words.heads[heads[0]][1] != "minister":
        return None
    first, end = left_of(words, heads[0]), words.heads[heads[0]][0]
    texts = (words.text[words[i].start : words[end - 1].end] for i in range(first, heads[0] + 1))
    office = next((text for text in texts if parse_office(text).place is None), "")
    dated = any(words[i].low in words.lexicon.modifiers for i in range(first, end))
    return office if parse_office(office).subject and not dated and words.low(end) != "of" else None
