"""Pages that are no evidence by what they are: fact-checks, searches, consent, paywalls, errors, and echoes.

Told by where they stand, by their title, or by formulas that make half of their sentences: an article that speaks of
cookies or of subscriptions is none of these. What a passage takes from the article's own publisher is an echo of it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from courlan import extract_domain

from pipeline.core.caching import once_for_each
from pipeline.core.models import Passage
from pipeline.core.tables import Table, Word, Words, read_table

FACT_CHECK = "a fact-check: an earlier judgement is no evidence"
SEARCH = "a page of search results"
ECHO = "it takes this from the article's own publisher"
_FORMULAS_SHARE = 0.5
_SENTENCE = re.compile(r"(?<=[.!?…:])[\"'”’)\]]*\s+|\n+")
_OUTSIDE_NAME = r"(?![\w’'-]*\w)"


class _Forms(Table):
    fact_check_titles: Word
    fact_check_paths: Word
    fact_check_hosts: Words
    fact_check_labels: Words
    fact_check_verdicts: Word
    search_paths: Word
    search_fields: Words
    search_titles: Word
    formulas: dict[Word, tuple[Word, ...]]
    quoting: Words
    put: Words
    quoted: Words


@once_for_each
def page_forms() -> _Forms:
    """Return how pages give themselves away; raises TableError."""
    return read_table(__package__, "pages.yaml", _Forms)


@lru_cache(256)
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


def why_no_evidence(passage: Passage) -> str | None:
    """Return what kind of page a passage is of, if that is none whose words are evidence."""
    if _is_fact_check(passage):
        return FACT_CHECK
    if _is_search(passage):
        return SEARCH
    sentences = [each.strip() for each in _SENTENCE.split(passage.text) if each.strip()]
    for kind, formulas in page_forms().formulas.items():
        told = sum(any(_pattern(each).search(sentence) for each in formulas) for sentence in sentences)
        if told and told >= _FORMULAS_SHARE * len(sentences):
            return kind
    return None


def _is_fact_check(passage: Passage) -> bool:
    forms, address = page_forms(), urlsplit(passage.source_url or "")
    if _pattern(forms.fact_check_paths).search(address.path) or _is_among(passage.source_url, forms.fact_check_hosts):
        return True
    if forms.fact_check_labels & set((address.hostname or "").split(".")):
        return True
    if passage.title and _pattern(forms.fact_check_titles).match(passage.title.strip()):
        return True
    verdict = _pattern(forms.fact_check_verdicts)
    return any(
        verdict.match(sentence) for line in passage.text.splitlines() for sentence in re.split(r"(?<=[.!?])\s+", line)
    )


def _is_among(url: str | None, hosts: frozenset[str]) -> bool:
    return bool(url) and extract_domain(str(url)) in hosts


def _is_search(passage: Passage) -> bool:
    forms, address = page_forms(), urlsplit(passage.source_url or "")
    if _pattern(forms.search_paths).search(address.path):
        return True
    if passage.title and _pattern(forms.search_titles).search(passage.title.strip()):
        return True
    # `?s=` and the like stand for a search only on a page without a name of its own
    return not address.path.strip("/") and bool(forms.search_fields & parse_qs(address.query).keys())


def echoes(passage: Passage, publisher: str | None) -> bool:
    """Tell whether a passage says that it takes something from a publisher: `told the Daily Harbour`.

    >>> echoes(Passage(text="It will close, the Daily Harbour reported on Monday."), "The Daily Harbour")
    True
    """
    name = re.sub(r"^the\s+", "", (publisher or "").strip(), flags=re.IGNORECASE)
    return len(name) > 1 and _echo_of(name).search(passage.text) is not None


@lru_cache(64)
def _echo_of(name: str) -> re.Pattern[str]:
    """Return the constructions around a name; only the words of it keep their case."""
    before = "|".join(map(re.escape, sorted(page_forms().quoting, key=len, reverse=True)))
    after = "|".join(map(re.escape, sorted(page_forms().quoted, key=len, reverse=True)))
    put = "|".join(map(re.escape, sorted(page_forms().put, key=len, reverse=True)))
    own = rf"(?:[Tt]he\s+)?(?:newspaper\s+|website\s+)?{re.escape(name)}{_OUTSIDE_NAME}"
    return re.compile(
        rf"\b(?i:{before})\s+{own}|\b(?i:as)\s+{own}\s+(?i:{put})\b|(?<![\w’'-]){own}(?:,)?\s+(?i:{after})\b"
    )
