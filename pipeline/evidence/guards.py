"""What may not count as evidence for an article's claims: every guard of retrieval, in one place.

* Office records answer to the title checker, not to a search.
* The article itself, at its address or copied elsewhere, proves nothing about itself.
* Nor does anything else its own publisher wrote, or what others say they have from it.
* A note of the desk is none on its own article, in whatever version of it.
* Fact-checks judge, and pages of searches, consent, paywalls and errors say nothing (`pages`).
* Copies of one story are one source: the best copy stays.
* What was published or happened after the day of judgement is kept apart, shown and never used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from pipeline.core.caching import once_for_each
from pipeline.core.models import Article, Passage
from pipeline.evidence.house import is_own_note
from pipeline.evidence.pages import ECHO, echoes, why_no_evidence
from pipeline.evidence.publishers import publishers_of, same_page

COPY_OF_ARTICLE = "a copy of the article"
"""Why a passage is left out: it proves nothing, but where it differs from the article it tells an editor something."""
OWN_NOTE = "the desk's own note on this article"
_SHINGLE = 5
"""Words in a shingle (Broder 1997); common phrases are shorter."""
_COPIED_RUN = 8
"""Shared shingles that make a copy: twelve words in a row."""
_COPIED_SHARE = 0.5
_LONG_RUN = 25
"""Shared shingles that make a copy however long the passage is."""
_REPRINT_SHARE = 0.8
_QUOTED = re.compile('“[^”]*”|«[^»]*»|"[^"\n]*"')

_GROUPED = re.compile(r"(?<=\d)[,\u00a0\u2009\u202f](?=\d{3}(?!\d))")

Shingles = frozenset[tuple[str, ...]]


class Guards:
    """The guards for one article, judged as of one day."""

    def __init__(self, article: Article, as_of: date) -> None:
        self._article = article
        self._url, self._publisher = article.url, article.publisher
        self._publishers = publishers_of(article.publisher, article.url)
        # Words the article quotes belong to their speaker: a source that holds them too is no copy of the article.
        self._shingles = _unquoted_shingles(article.text)
        self._as_of = as_of

    def exclude(self, passage: Passage) -> str | None:
        """Return why a passage may not be evidence at all, or None when it may."""
        if same_page(self._url, passage.source_url):
            return "the article itself"
        if is_own_note(self._article, passage):
            return OWN_NOTE
        if self._publishers & publishers_of(passage.publisher, passage.source_url):
            return "the article's own publisher"
        if self._copies_article(passage.text):
            return COPY_OF_ARTICLE
        if echoes(passage, self._publisher):
            return ECHO
        return why_no_evidence(passage)

    def is_later(self, passage: Passage) -> bool:
        """Tell whether a passage is, or may be, later than the day of judgement; the same day is not."""
        return passage.is_after(self._as_of)

    def _copies_article(self, text: str) -> bool:
        own = shingles(text)
        shared = len(own & self._shingles)
        return shared >= _LONG_RUN or (shared >= _COPIED_RUN and shared >= _COPIED_SHARE * len(own))


class Reprints:
    """Remembers which stories were seen; made for one ranking, best passage first."""

    def __init__(self) -> None:
        self._copies: dict[str, str | None] = {}
        self._texts: list[tuple[Shingles, frozenset[str]]] = []

    def seen(self, passage: Passage) -> bool:
        """Tell whether a better copy of a passage came before, and remember it if not.

        Excerpts of one copy, at one address, are not copies of each other.
        """
        own = (shingles(passage.text), frozenset(re.findall(r"\d+", _plain_numbers(passage.text))))
        if any(_same_text(own, other) for other in self._texts):
            return True
        if passage.origin is not None:
            known = passage.origin in self._copies
            if known and not same_page(self._copies[passage.origin], passage.source_url):
                return True
            self._copies[passage.origin] = passage.source_url
        self._texts.append(own)
        return False


@lru_cache(1024)
def shingles(text: str) -> Shingles:
    """Return every run of five words of a text, lower case, without punctuation; lines are not joined.

    >>> len(shingles("The bridge opened in May, at last."))
    3
    """
    found: set[tuple[str, ...]] = set()
    for line in _plain_numbers(text.casefold()).splitlines():
        words = re.findall(r"\w+", line)
        found.update(_runs(words))
    return frozenset(found)


def _plain_numbers(text: str) -> str:
    """Write `1,200` and `1 200` (with a space that keeps lines together) as `1200`."""
    return _GROUPED.sub("", text)


def _runs(words: list[str]) -> Iterable[tuple[str, ...]]:
    if len(words) < _SHINGLE:
        return [tuple(words)] if words else []
    return (tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))


def _same_text(one: tuple[Shingles, frozenset[str]], other: tuple[Shingles, frozenset[str]]) -> bool:
    """Tell whether one text is in the other but for a few words; with another number it is another statement."""
    shorter, longer = sorted((one, other), key=lambda each: len(each[0]))
    shared = len(shorter[0] & longer[0])
    return shared > 0 and shared >= _REPRINT_SHARE * len(shorter[0]) and shorter[1] <= longer[1]


@once_for_each
def _unquoted_shingles(text: str) -> Shingles:
    return shingles(_QUOTED.sub(" \n ", text))
