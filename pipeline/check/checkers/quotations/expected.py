"""Tell whether a stored source ought to hold quoted words: only then is their absence worth a flag.

Three kinds do: one that says that the words do not occur; one that gives itself out as the whole of the occasion the
article names (full text, transcript, press release); and sources that were gathered about the article's very event,
where many publishers report it and none has the words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from pipeline.check.checkers.quotations.search import answers, find_words
from pipeline.check.checkers.quotations.shelf import Shelf
from pipeline.check.checkers.quotations.speakers import WHOLE, Person, denies, is_headed
from pipeline.check.checkers.quotations.words import STRETCH, find_run, is_content, words_of
from pipeline.core.caching import once_for_each
from pipeline.core.english import find_written_dates, lines
from pipeline.core.models import Article, Claim, Passage, Span

_PART = re.compile(
    r"\b(?:extracts?|excerpts?|abridged|edited|highlights|summary|in part|selection)\b|\[…\]|\[\.{3}\]|…|\.{3}",
    re.IGNORECASE,
)
_OCCASIONS: tuple[frozenset[str], ...] = (
    frozenset({"speech", "address", "remarks", "sermon", "lecture", "keynote", "eulogy"}),
    frozenset({"release", "statement", "communique", "announcement"}),
    frozenset({"hearing", "inquiry", "inquest", "trial", "court", "testimony", "committee", "panel", "coroner"}),
    frozenset({"interview", "interviewed", "radio", "podcast", "asked"}),
    frozenset({"meeting", "session", "debate", "council", "parliament", "board", "commons", "minutes"}),
    frozenset({"letter", "email", "memo", "memorandum", "wrote"}),
    frozenset({"post", "posted", "tweet", "tweeted", "page", "message", "thread"}),
    frozenset({"conference", "briefing", "reporters"}),
)
_DENIAL = re.compile(r"\b(?:not|never|nowhere|denie[sd]|deny|fabricat\w+|invented|misquot\w+)\b|n't\b", re.IGNORECASE)
_DAYS = 10
_HEAD = 200
"""Characters of a document in which it says what it is and who speaks."""
_SHARED = 2
_ANSWERS = 3
"""Labelled turns from which on a text is a transcript."""
_TOP, _FREQUENT = 6, 2
_ABOUT = 2
"""How many of the article's main names a passage on its event has."""
_GATHERED, _PUBLISHERS, _GATHERED_SHARE = 12, 8, 0.15
"""Reports of one event that make a store one gathered about it: how many, of how many publishers, what share."""
_SPREAD = 4
"""Days around the middle one in which reports of one event appear."""


@dataclass(frozen=True)
class Expected:
    """Why words ought to be in the store, and where."""

    why: str
    """A clause, for a reader: `the full text of ... is stored`."""
    places: tuple[tuple[Passage, tuple[int, int]], ...] = ()


def find_expected(stretch: Span, claim: Claim, person: Person, shelf: Shelf, article: Article) -> Expected | None:
    """Return why some stored source ought to hold quoted words, or None where none does."""
    kept = _kept(shelf)
    return (
        _denied(stretch, kept.denials)
        or _in_whole(stretch, claim, person, kept.documents, article)
        or _of_gathered(claim, person, shelf.independent, kept.reports)
    )


class _Kept:
    """What of a shelf may tell that words ought to be there; sorted once."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    @cached_property
    def denials(self) -> tuple[Passage, ...]:
        """Passages that deny something and quote something."""
        return tuple(each for each in self._shelf.independent if _DENIAL.search(each.text))

    @cached_property
    def documents(self) -> tuple[_Document, ...]:
        """Texts that give themselves out as whole, their passages put together."""
        found: dict[str, list[Passage]] = {}
        for passage in self._shelf.independent:
            found.setdefault(passage.source_url or passage.id, []).append(passage)
        return tuple(document for parts in found.values() if (document := _Document(tuple(parts))).is_whole)

    @cached_property
    def reports(self) -> tuple[int, int]:
        """How many passages tell of the article's event in the days in which most did, of how many publishers."""
        article = self._shelf.article
        names = _main_names(article)
        about = [each for each in self._shelf.independent if len(names & _set_of(each.text)) >= _ABOUT]
        days = sorted(day for passage in about if (day := _day_of(passage)) is not None)
        middle = days[len(days) // 2] if days else None
        if middle is None or (article.published_at and abs((article.published_at - middle).days) > _DAYS):
            return 0, 0
        near = [each for each in about if (day := _day_of(each)) and abs((day - middle).days) <= _SPREAD]
        return len(near), len({passage.publisher for passage in near if passage.publisher})


@lru_cache(8)
def _kept(shelf: Shelf) -> _Kept:
    return _Kept(shelf)


def _denied(stretch: Span, passages: Sequence[Passage]) -> Expected | None:
    """Find a source that says that the words, or a phrase of them, do not occur."""
    ours = words_of(stretch.exact)
    for passage in passages:
        for match in STRETCH.finditer(passage.text):
            place = match.span(match.lastgroup or "a")
            theirs = words_of(passage.text[slice(*place)])
            shared = len(theirs.words) > 1 and (find_run(theirs, ours) or find_run(ours, theirs))
            if shared and denies(passage.text, place):
                return Expected(f"{_name(passage)} says that they do not occur", ((passage, place),))
    return None


def _in_whole(
    stretch: Span, claim: Claim, person: Person, documents: Sequence[_Document], article: Article
) -> Expected | None:
    """Find the whole text of the occasion on which the article says that the words were said."""
    if not person.name:
        return None
    around = _around(claim, article)
    for document in documents:
        if person.surname not in document.words or not document.speaks(person):
            continue
        if document.is_of(around, person, article.published_at) and not find_words(stretch.exact, document.text):
            return Expected(f"{document.name} holds what was said there in full", ((document.first, document.head),))
    return None


def _around(claim: Claim, article: Article) -> str:
    """Return the paragraph of a claim without what is quoted in it."""
    start = article.text.rfind("\n", 0, claim.span.start) + 1
    end = article.text.find("\n", claim.span.end)
    return STRETCH.sub(" ", article.text[start : end if end >= 0 else len(article.text)])


@dataclass(frozen=True)
class _Document:
    """Passages of one address, put together."""

    parts: tuple[Passage, ...]

    @property
    def first(self) -> Passage:
        return self.parts[0]

    @property
    def name(self) -> str:
        return _name(self.first)

    @cached_property
    def text(self) -> str:
        return "\n".join(part.text for part in self.parts)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset().union(*(_set_of(part.text) for part in self.parts)) | _set_of(self.about)

    @property
    def about(self) -> str:
        """What it says of itself."""
        return ". ".join(filter(None, (self.first.title, self.first.publisher, self.first.text[:_HEAD])))

    @property
    def head(self) -> tuple[int, int]:
        """Where its first words stand."""
        return 0, min(_HEAD, len(self.first.text))

    @property
    def is_whole(self) -> bool:
        """Tell whether it gives itself out as all that was said."""
        if _PART.search(f"{self.about} {self.text}"):
            return False
        return bool(WHOLE.search(self.about)) or len(answers(self.text)) >= _ANSWERS

    def speaks(self, person: Person) -> bool:
        """Tell whether it is the person's words that it holds: by its labels, else the first name in its head."""
        labels = [words_of(label).words for label, _ in answers(self.text)]
        if labels:
            return any(person.surname in label for label in labels)
        if set(person.name) <= _set_of(f"{self.first.title or ''} {self.first.publisher or ''}"):
            return True
        return is_headed(self.first.text, person) or is_headed(self.first.title or "", person)

    def is_of(self, around: str, person: Person, day: date | None) -> bool:
        """Tell whether it is of the occasion that the words around a quotation tell of."""
        ours, theirs = _set_of(around), _set_of(self.about)
        occasion = any(kind & ours and kind & (_set_of(self.text) | theirs) for kind in _OCCASIONS)
        shared = {word for word in ours & theirs if is_content(word) and word not in person.name}
        shared -= frozenset().union(*_OCCASIONS)
        return (occasion or self._day_is_in(around)) and len(shared) >= _SHARED and self._is_dated(around, day)

    def _is_dated(self, around: str, day: date | None) -> bool:
        own = self.first.published_at
        if own is None or day is None:
            return False
        return 0 <= (day - own).days <= _DAYS or self._day_is_in(around)

    def _day_is_in(self, around: str) -> bool:
        """Tell whether words around a quotation tell the document's day: `on 17 February`."""
        own = self.first.published_at
        return own is not None and any(
            (found.month, found.day) == (own.month, own.day) for found in find_written_dates(around)
        )


@lru_cache(20_000)
def _set_of(text: str) -> frozenset[str]:
    return frozenset(word.removesuffix("'s") for word in words_of(text).words)


def _of_gathered(
    claim: Claim, person: Person, passages: Sequence[Passage], reports: tuple[int, int]
) -> Expected | None:
    """Tell whether the store is one of many publishers' reports of the article's event, and knows the speaker."""
    near, publishers = reports
    if near < max(_GATHERED, _GATHERED_SHARE * len(passages)) or publishers < _PUBLISHERS:
        return None
    if claim.attribution and not any(person.surname and person.surname in _set_of(p.text) for p in passages):
        return None
    return Expected(f"{near} of them, of {publishers} publishers, are about the same event")


@once_for_each
def _main_names(article: Article) -> frozenset[str]:
    """Return the words of the names that an article has most often."""
    kinds = ("PERSON", "ORG", "GPE", "NORP", "EVENT")
    counted = Counter(
        token.lower_
        for line in lines(article)
        for entity in line.doc.ents
        if entity.label_ in kinds
        for token in entity
        if token.pos_ == "PROPN" and len(token) > _FREQUENT
    )
    return frozenset(word for word, times in counted.most_common(_TOP) if times >= _FREQUENT)


def _day_of(passage: Passage) -> date | None:
    if passage.event_date is not None and passage.event_date.precision == "day":
        return passage.event_date.earliest
    return passage.published_at


def _name(passage: Passage) -> str:
    name = passage.publisher or passage.title or "a stored source"
    return name + (f" ({passage.published_at})" if passage.published_at else "")
