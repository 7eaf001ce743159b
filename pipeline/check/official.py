"""Sentences given to an office at their end, `..., police said`: no proof, but comparable with each other."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.check.assertions import Assertion, assertions

_REPORT = re.compile(
    r",\s(?:the |an? |[A-Z]\w+(?:['’]s)? |(?!said|who|which)[a-z]+ ){0,5}?"
    r"(?P<voice>police|officials?|authorities|ministry|agency|office|department|bureau|commission|hospital|court|navy|army"
    r"|government|institute|service|council|prosecutors|firefighters|rescuers|coastguard|operator|company|maker|airline)"
    r"(?: (?:spokes\w+))? (?:said|reported|announced)(?: on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)?(?P<end>\.?)$"
)
"""`..., the labour office said.`: the only attribution that is read."""


@lru_cache(2048)
def official_report(sentence: str) -> tuple[Assertion, str] | None:
    """Return what a sentence gives to an office or body at its end, without that end, with the noun of the voice.

    None where it is no plain statement with such an ending. What an office says may only be held against what an
    office says.

    >>> official_report("The fire killed three people, police said.")[1]
    'police'
    """
    match = _REPORT.search(sentence)
    stated = assertions(f"{sentence[: match.start()]}.") if match else ()
    if not match or len(stated) != 1 or stated[0].start or stated[0].end != match.start() + 1:
        return None
    voice = match["voice"].removesuffix("s")
    return Assertion(0, match.start(), stated[0].negated, stated[0].planned), _FAMILY.get(voice, voice)


_FAMILY = {"authoritie": "official", "spokesman": "official"}
