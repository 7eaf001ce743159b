"""Lines that a page puts around its article and an extractor takes for text: names above the headline, notes below.

Left out are lines above the headline that are no sentences, a line of the day alone below it, and at the end what the
page says of its printing, its rights and its price.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.articles.cleaning import Block
from pipeline.articles.page_kinds import asks_to_subscribe

_SENTENCE = re.compile(r"[.!?…:;][\"'”’)\]]*$")
_ABOVE = 12
"""Words of a line above the headline that names a site or a section."""
_DAY = re.compile(
    r"(?:date )?(?:first )?(?:published|posted|issued|released|last updated|updated)(?: on| at)?:? "
    r"[\w,.: /-]{0,40}\d[\w,.: /-]{0,30}",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"(?:this page was )?printed (?:from|on|at) |(?:copyright|©|\(c\))\W{0,3}(?:©|\(c\))? ?(?:19|20)\d\d\b"
    r"|all rights reserved\W*$",
    re.IGNORECASE,
)
_SHORT = 30
"""Words of a line at the end that is about the page and not about what happened."""


def without_frame(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks without the lines that frame the article."""
    kept = list(blocks)
    head = next((at for at, block in enumerate(kept) if block.level == 1), None)
    if head is not None and all(_is_name(block) for block in kept[:head]):
        kept = kept[head:]
        if len(kept) > 1 and not kept[1].level and _DAY.fullmatch(kept[1].text):
            del kept[1]
    while len(kept) > 1 and _is_below(kept[-1]):
        kept.pop()
    return kept


def _is_name(block: Block) -> bool:
    return not block.level and len(block.text.split()) <= _ABOVE and not _SENTENCE.search(block.text)


def _is_below(block: Block) -> bool:
    if block.level or block.part or len(block.text.split()) > _SHORT:
        return False
    return _BELOW.match(block.text) is not None or asks_to_subscribe(block.text)
