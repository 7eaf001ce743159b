"""Characters nobody sees: removed and reported; everything visible stays as it is, in NFC."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.core.models import Heading, Span

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# What a word processor puts into a sentence to break its line there, and no more.
_SOFT_BREAKS = re.compile(r"(?<=[\w,;])[\x0b\u2028](?=[a-z])")
_JOINERS = "\u200c\u200d"
_KEPT = "\n\t"


@dataclass(frozen=True)
class Block:
    """A paragraph (level 0) or a heading (1 to 6)."""

    text: str
    level: int = 0
    part: int = 0
    """The number of the part of the page it is in, such as an entry of a live blog; 0 for none."""


@dataclass(frozen=True)
class Assembled:
    """A text with its headings, and where each numbered part of it begins and ends."""

    text: str
    headings: tuple[Heading, ...]
    parts: dict[int, tuple[int, int]]


@dataclass
class Cleaner:
    """Cleans the texts of one article and counts what it removes."""

    removed: Counter[str] = field(default_factory=Counter)

    def clean(self, text: str) -> str:
        r"""Return a text with `\n` line ends and without invisible controls, in NFC.

        >>> Cleaner().clean("a\u200bb\r\nc")
        'ab\nc'
        """
        text = _LINE_ENDS.sub("\n", _SOFT_BREAKS.sub(" ", text))
        if not text.isascii() or not text.isprintable():
            text = "".join(text[at] for at in self.seen(text))
        return unicodedata.normalize("NFC", text)

    def seen(self, text: str) -> Iterator[int]:
        """Yield where the characters of a text stand that are kept; count the others."""
        for at, character in enumerate(text):
            if character in _KEPT or not _is_invisible(character) or _joins(text, at) or self._count(character):
                yield at

    def _count(self, character: str) -> bool:
        self.removed[unicodedata.name(character, f"U+{ord(character):04X}")] += 1
        return False

    def warnings(self) -> tuple[str, ...]:
        """Say what was removed, in one line or none."""
        if not self.removed:
            return ()
        kinds = ", ".join(f"{count} {name.lower()}" for name, count in self.removed.most_common(4))
        more = " and others" if len(self.removed) > 4 else ""
        return (f"invisible characters were removed: {kinds}{more}",)


def assemble(blocks: Iterable[Block], cleaner: Cleaner) -> Assembled:
    """Join blocks with an empty line between them; return the text, its headings and its parts in place."""
    parts: list[str] = []
    headings = []
    places: dict[int, tuple[int, int]] = {}
    offset = 0
    for block in blocks:
        words = cleaner.clean(block.text).strip()
        if not words:
            continue
        if block.level:
            words = " ".join(words.split())
            span = Span(start=offset, end=offset + len(words), exact=words)
            headings.append(Heading(span=span, level=min(block.level, 6)))
        parts.append(words)
        if block.part:
            places[block.part] = (places.get(block.part, (offset, 0))[0], offset + len(words))
        offset += len(words) + 2
    return Assembled("\n\n".join(parts), tuple(headings), places)


def _is_invisible(character: str) -> bool:
    # Variation selectors of plane 14 can smuggle a hidden text; those of plane 0 only choose a glyph.
    return unicodedata.category(character) in ("Cc", "Cf", "Cs") or "\U000e0100" <= character <= "\U000e01ef"


def _joins(text: str, at: int) -> bool:
    """Tell whether a joiner does its work: in an emoji, or in a script other than Latin."""
    if text[at] not in _JOINERS or not 0 < at < len(text) - 1:
        return False
    before, after = text[at - 1], text[at + 1]
    return min(before, after) >= "\u0590" and not _is_invisible(before) and not _is_invisible(after)
