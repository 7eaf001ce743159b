"""When near-identical words are one quotation altered, and when they are only alike."""

from __future__ import annotations

from pipeline.check.checkers.quotations.alignment import Alignment
from pipeline.check.checkers.quotations.speakers import Who
from pipeline.core.english import find_numbers
from pipeline.core.models import Article, Claim, Passage

_SHORT = 4
"""Up to this many words a quotation is a phrase: one word may differ, and the speaker must be the same."""
_DIFFERING_SHARE = 0.3
_FEW_CONTENT, _MORE_CONTENT = 2, 3
_LONG = 7
"""From this many words on, one that differs is no chance, whoever is not named."""
_NEAR_DAYS, _SAME_DAYS = 31, 10
"""How far apart the article and a source may be for one occasion; without a name, how far for one text."""


def is_alteration(near: Alignment, passage: Passage, who: Who, *, copy: bool, claim: Claim, article: Article) -> bool:
    """Tell whether the words of a source are those of the article, altered."""
    if who == "other" and not copy:
        return False
    if not near.pairs:
        return who == "same"
    days = _days_between(passage, article)
    told = _tells_of(passage, claim, article)
    if copy:
        return near.differing <= max(1, int(_DIFFERING_SHARE * len(near.ours.words)))
    if who == "unknown":
        return _is_slip_of_long(near) and (days is None or days <= _SAME_DAYS or told)
    if days is not None and days > _NEAR_DAYS and not told:
        return _is_slip_of_long(near) and not _has_figure(near)
    return _is_same(near)


def _is_same(near: Alignment) -> bool:
    """Tell whether one speaker's words are so near that they can only be the same ones."""
    length, content = len(near.ours.words), len(near.agreeing)
    if length <= _SHORT:
        slip = near.changes[0].is_slip if len(near.changes) == 1 else False
        one = near.differing == 1 and len(near.pairs) == length - 1
        return one and (content >= _FEW_CONTENT or (slip and content >= 1))
    few = near.differing <= max(1, int(_DIFFERING_SHARE * length))
    return few and content >= (1 if near.differing == 1 and length > _SHORT + 1 else _FEW_CONTENT)


def _is_slip_of_long(near: Alignment) -> bool:
    length = len(near.ours.words)
    return length >= _LONG and near.differing <= max(1, length // 8) and len(near.agreeing) >= _FEW_CONTENT


def _has_figure(near: Alignment) -> bool:
    """Tell whether a number differs: on another day it may have been another one."""
    return any(find_numbers(" ".join(words)) for change in near.changes for words in (change.ours, change.theirs))


def _days_between(passage: Passage, article: Article) -> int | None:
    """Return how many days lie between a source and the article, where both are dated."""
    if article.published_at is None:
        return None
    day = passage.published_at or (passage.event_date.earliest if passage.event_date else None)
    return abs((article.published_at - day).days) if day else None


def _tells_of(passage: Passage, claim: Claim, article: Article) -> bool:
    """Tell whether the article dates the words to the source's year: `she said in 1911`."""
    day = passage.published_at or (passage.event_date.earliest if passage.event_date else None)
    around = claim.sentence or claim.span
    return day is not None and str(day.year) in article.text[max(0, around.start - 80) : around.end + 80]
