"""Whose word it is, where signs show it: an agency's, a source's of a document, or of somebody who signs a post."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.ledger.fact_words import fact_words
from pipeline.ledger.signs import Place

_BRACKETS = re.compile(r"\(([^\W\d_][\w ]{1,24})\)")
_VIA = re.compile(r"^([^\W\d_a-z][\w’'. ]{1,30} via [^\W\d_a-z][\w ]{1,20}?) ?[—–-](?=\s)", re.M)
"""From whom a report was taken over, at its head: `The Olm Herald via JTA —`."""
_NAME = r"(?:[Tt]he |an? )?[^\W\d_a-z][\w’'&-]*(?: (?:(?:of|for|the|and) )*[^\W\d_a-z][\w’'&-]*){0,5}"
_SEEN = re.compile(
    r"(?<!\bwas )(?<!\bwere )(?<!\bbeen )(?<!\bbe )(?<!\bis )(?<!\bare )"
    r"\b(?:obtained|seen|reviewed|viewed|examined|verified|cited|quoted|reported|published|compiled|conducted|gathered|"
    rf"commissioned)(?: exclusively| first| on \w+| \w+ly)? by {_NAME}"
)
"""Who has read a document, or made a study."""
_PER = re.compile(rf"(?<=[,(] )per {_NAME}")
"""Who says so, in short: `up to 5, per Reuters`."""
_STATED = re.compile(
    r"\bas (?:\w+ly )?(?:prescribed|stated|stipulated|set (?:out|forth)|laid (?:out|down)|defined|described|reported|"
    r"mentioned|noted|outlined|required|mandated|guaranteed|enshrined|recommended|recorded|shown) (?:in|by|under)\b"
)
"""Where something is written: `as prescribed in the law`."""
_WHO = r"[^\W\d_a-z][^\n()“”\"]{1,58}"
_POST = re.compile(
    r"^(?P<said>[^\n]+?)(?:\s+(?:https?://t\.co/|pic\.(?:twitter|x)\.com/)\w+)*\s+"
    rf"(?P<who>[—–―-] ?{_WHO} \(@\w+\))",
    re.M,
)
"""A post of somebody's with her account."""
_SIGNED = re.compile(
    r"[”\"]\s?([—–―] ?[^\W\d_a-z][\w’'.-]*(?: [^\W\d_a-z][\w’'.-]*){1,3})(?:, [^\n.]{2,60})?\.?$", re.M
)
"""Whose a quotation is, behind it at the end of its line: `“…” — Ida Lund`."""


def voices(text: str) -> Iterator[Place]:
    """Yield whose word something is, and what is said in posts."""
    for bracket in _BRACKETS.finditer(text):
        if bracket[1] in fact_words().agencies:
            yield "attribution", *bracket.span()
    for pattern in (_VIA, _SIGNED):
        yield from (("attribution", *match.span(1)) for match in pattern.finditer(text))
    for pattern in (_SEEN, _PER, _STATED):
        yield from (("attribution", *match.span()) for match in pattern.finditer(text))
    for post in _POST.finditer(text):
        yield "quotation", *post.span("said")
        yield "attribution", *post.span("who")
