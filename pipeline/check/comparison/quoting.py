"""Quoted words of a claim held against quoted words of a source: the same, or altered in a few."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from pipeline.check.comparison.alike import Change, changes, words_of
from pipeline.check.quoted import quoted_regions

_ALIKE, _FEWEST = 0.5, 4
"""Share and number of words in common, in order, from which one quotation is taken for the other."""
_ALIKE_TOLD, _FEWEST_TOLD = 0.75, 6
"""The same where the source has the words without quotation marks."""


def altered_quotations(
    own: str, start: int, text: str
) -> Iterator[tuple[tuple[int, int], tuple[int, int], tuple[Change, ...]]]:
    """Yield each quotation of a sentence, its place in a passage, and where the two differ, in offsets of both texts.

    `start` is where the sentence begins in the article. A source may quote more, or less: the best stretch counts.
    """
    quoted = quoted_regions(text)
    least = (_ALIKE, _FEWEST) if quoted else (_ALIKE_TOLD, _FEWEST_TOLD)
    for low, high in quoted_regions(own):
        regions = quoted or ((0, len(text)),)
        found = [each for region in regions if (each := _stretch(own[low:high], text, region, *least))]
        if found:
            first, last, altered = min(found, key=lambda each: len(each[2]))
            moved = tuple(_moved(change, start + low, first) for change in altered)
            yield (start + low, start + high), (first, last), moved


def _moved(change: Change, own: int, other: int) -> Change:
    return Change(
        change.start + own, change.end + own, change.other_start + other, change.other_end + other, change.opposed
    )


def _stretch(
    quote: str, text: str, region: tuple[int, int], alike: float, fewest: int
) -> tuple[int, int, tuple[Change, ...]] | None:
    """Return the stretch of a region that is nearest to a quotation, with the changes; None where none is near."""
    start, end = region
    ours, theirs = words_of(quote), words_of(text[start:end])
    if len(ours.folded) < fewest or not theirs.folded:
        return None
    matcher = SequenceMatcher(None, ours.folded, theirs.folded, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if sum(block.size for block in blocks) < max(fewest, alike * len(ours.folded)):
        return None
    first = max(0, blocks[0].b - blocks[0].a)
    last = min(len(theirs.places), blocks[-1].b + len(ours.folded) - blocks[-1].a)
    low, high = start + theirs.places[first][0], start + theirs.places[last - 1][1]
    found = changes(quote, text[low:high], least=alike, fewest=fewest, quoted=True)
    return None if found is None else (low, high, found)
