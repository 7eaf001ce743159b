"""An article's own corrections: the desk's words on an earlier version, kept as such."""

from __future__ import annotations

import re

from pipeline.core.models import Span

_CORRECTION = re.compile(
    r"^[ \t]*[*_(\[]*(?:"
    r"(?:corrections?|clarifications?|amendments?|errat(?:um|a))(?:\s+(?:and|&)\s+clarifications?)?"
    r"(?:\s*[,(–—-]?\s*(?:\d|on\s|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov"
    r"|dec)[a-z]*\.?\s)[^:\n]{0,40})?\s*\)?\s*[:–—]"
    r"|(?:editor[’']?s?['’]?\s+note|update)\b[^:\n]{0,40}:(?=[^\n]{0,200}\b(?:correct|earlier version"
    r"|previous version|amended|misstated|incorrectly))"
    r"|this\s+(?:article|story|piece|post|report|page)\s+(?:was|has\s+been)\s+(?:amended|corrected|clarified"
    r"|updated\s+to\s+correct)\b"
    r"|(?:an?|the)\s+(?:earlier|previous|original|prior)\s+version\s+of\s+th(?:is|e)\s+(?:article|story|piece|post"
    r"|report|headline)\b"
    r")[^\n]*",
    re.IGNORECASE | re.MULTILINE,
)


def find_corrections(text: str) -> tuple[Span, ...]:
    r"""Return the lines of a text that correct an earlier version of it, in order.

    >>> [span.exact for span in find_corrections("It opened.\nCorrection: It opened in May, not in June.")]
    ['Correction: It opened in May, not in June.']
    """
    found = []
    for match in _CORRECTION.finditer(text):
        words = match[0].strip()
        start = match.start() + match[0].index(words)
        found.append(Span.of(text, start, start + len(words)))
    return tuple(found)
