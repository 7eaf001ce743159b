"""Quoted words of a claim held against quoted words of a source: the same, or altered in a few."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from pipeline.check.comparison.alike import Change, changes, words_of
from pipeline.check.quoted import quoted_regions

_ALIKE = 0.5
_FEWEST = 3


def altered_quotations(
    own: str, start: int, text: str
) -> Iterator[tuple[tuple[int, int], tuple[int, int], tuple[Change, ...]]]:
    """Yield each quotation of a sentence, its place in a passage, and where the two differ; offsets of both whole texts.

    `start` is where the sentence begins in the article. A source may quote more, or less: the best stretch counts.
    """
    theirs = [region for region in quoted_regions(text) if region[1] - region[0] > 2] or [(0, len(text))]
    for low, high in quoted_regions(own):
        found = [each for region in theirs if (each := _stretch(own[low:high], text, *region))]
        if found:
            least, most, found_changes = min(found, key=lambda each: len(each[2]))
            moved = tuple(_moved(change, start + low, least) for change in found_changes)
            yield (start + low, start + high), (least, most), moved


def _moved(change: Change, own: int, other: int) -> Change:
    return Change(
        change.start + own, change.end + own, change.other_start + other, change.other_end + other, change.opposed
    )


def _stretch(quote: str, text: str, start: int, end: int) -> tuple[int, int, tuple[Change, ...]] | None:
    """Return the stretch of a region that is nearest to a quotation, with the changes; None where none is near."""
    ours, theirs = words_of(quote), words_of(text[start:end])
    if len(ours.folded) < _FEWEST or not theirs.folded:
        return None
    matcher = SequenceMatcher(None, ours.folded, theirs.folded, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    if sum(block.size for block in blocks) < max(_FEWEST + (len(ours.folded) > 4), _ALIKE * len(ours.folded)):
        return None
    first = max(0, blocks[0].b - blocks[0].a)
    last = min(len(theirs.places), blocks[-1].b + len(ours.folded) - blocks[-1].a)
    low, high = start + theirs.places[first][0], start + theirs.places[last - 1][1]
    found = changes(quote, text[low:high], least=_ALIKE, fewest=_FEWEST)
    return None if found is None else (low, high, found)
