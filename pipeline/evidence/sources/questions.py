"""What a source is asked about a claim: its own words, or where a search wants every word, names and rare words.

A search in news that takes days is asked for those up to the day of judgement: what came later is no evidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bm25s.stopwords import STOPWORDS_EN

from pipeline.core.english import MONTHS, WEEKDAYS
from pipeline.evidence.sources.models import Kind

_LONGEST = 300
_MOST_WORDS, _BESIDE = 8, 2
_ALL_WORDS = frozenset({"mediawiki", "gdelt"})
"""Searches that find only what holds every word of the question."""
_DATED = frozenset({"gdelt"})
_WINDOW = timedelta(days=90)
"""About the three months that GDELT searches where it is given no days."""
_WORD = r"[^\W_]+(?:['’.&-][^\W_]+)*"
_WORDS = re.compile(_WORD)
_RUN = re.compile(rf"{_WORD}(?: {_WORD})*")
_DAYS = {word.lower() for word in (*MONTHS, *WEEKDAYS)}
_NO_NAME = frozenset({*STOPWORDS_EN, *_DAYS, "mr", "mrs", "ms", "dr", "he", "she", "we", "you"})
_BEFORE_A_SENTENCE = (".", "!", "?", ":", "“", '"')


@dataclass(frozen=True)
class Question:
    """All that is sent to a source about a claim."""

    words: str
    days: tuple[date, date] | None = None
    """The first and the last day of what may be found; None where it may be of any day."""

    def __str__(self) -> str:
        return f"“{self.words}”" + (f" of {self.days[0]} to {self.days[1]}" if self.days else "")


def questions_of(claim: str, kind: Kind, until: date) -> tuple[Question, ...]:
    """Return what to ask about a claim that is judged as of a day, the next only where the one before found nothing."""
    days = (until - _WINDOW, until) if kind in _DATED else None
    return tuple(Question(words, days) for words in _words_of(claim, kind))


def _words_of(claim: str, kind: Kind) -> tuple[str, ...]:
    """Return the words to ask with.

    >>> _words_of("The council of Port Velda voted to close the Tern Street bridge in May.", "mediawiki")
    ('Port Velda Tern Street council bridge', 'Port Velda Tern Street')
    >>> _words_of("Two ferries were ordered.", "searxng")
    ('Two ferries were ordered.',)
    """
    words = " ".join(claim.split())
    if kind not in _ALL_WORDS:
        return (_cut(words),)
    names = " ".join(" ".join(_names(words)).split()[:_MOST_WORDS])
    beside = _telling(words, set(names.split()), _BESIDE if names else 2 * _BESIDE)
    return tuple(filter(None, dict.fromkeys((" ".join([names, *beside]).strip(), names))))


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else words[:_LONGEST].rpartition(" ")[0]


def _names(words: str) -> list[str]:
    """Return runs of capitalised words; the first word of a sentence alone is none, unless all of it is capital."""
    names: list[str] = []
    for run in _RUN.finditer(words):
        name: list[str] = []
        begins = run.start() == 0 or words[: run.start()].rstrip()[-1:] in _BEFORE_A_SENTENCE
        for place, word in enumerate(run[0].split()):
            if word[0].isupper() and word.lower() not in _NO_NAME:
                name.append(word)
                continue
            names += _kept(name, begins and place == len(name))
            name = []
        names += _kept(name, begins and len(run[0].split()) == len(name))
    return list(dict.fromkeys(names))


def _kept(name: list[str], begins: bool) -> list[str]:
    alone = begins and len(name) == 1 and not name[0].isupper()
    return [" ".join(name)] if name and not alone else []


def _telling(words: str, but: set[str], most: int) -> list[str]:
    """Return the longest of the other words in the order they stand in: the longer, the rarer."""
    found = dict.fromkeys(_WORDS.findall(words))
    content = [word for word in found if word.lower() not in _NO_NAME and len(word) > 3 and word not in but]
    longest = sorted(content, key=len, reverse=True)[:most]
    return [word for word in content if word in longest]
