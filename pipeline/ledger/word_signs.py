"""Signs that are made of words: patterns built once from the table of words, and what they look for beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from pipeline.core.caching import once_for_each
from pipeline.ledger.fact_words import FactWords, fact_words


class WordSigns(NamedTuple):
    """Patterns that hold words of the table."""

    label: re.Pattern[str]
    """What stands before a colon in capitals and is no place."""
    link: re.Pattern[str]
    unit: re.Pattern[str]
    part_of_unit: re.Pattern[str]
    weighed: re.Pattern[str]
    """What a number counts that is no unit: shares and sums of money."""
    record: re.Pattern[str]
    cause: re.Pattern[str]


@once_for_each
def word_signs() -> WordSigns:
    """Return the patterns."""
    words = fact_words()
    return WordSigns(
        label=re.compile(rf"THE (?!HAGUE)|{_any(words.labels)}\b"),
        link=_link(words),
        unit=_unit(words),
        part_of_unit=re.compile(
            r"\b(?:(?:an? |the )?(?:fraction|half|quarter|third|tenth|couple) of an? |half an? |(?:a|one) )"
            rf"{_any(words.parted)}s?\b"
        ),
        weighed=re.compile(
            r"\s?(?:%|per ?cent\b|percentage points?\b|pence\b|cents?\b|euros?\b|bn\b|m\b)"
            rf"|\s(?:[A-Z][\w.]* ){{0,2}}{_any(words.currencies)}\b"
        ),
        record=_record(words),
        cause=_cause(words),
    )


def _any(words: Iterable[str]) -> str:
    """Return the pattern of any of some words, the longest first."""
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))})"


def _link(words: FactWords) -> re.Pattern[str]:
    return re.compile(
        r"(?:https?://|www\.)[^\s<>\"”)\]]+[\w/]|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b|(?<!\w)@\w{2,}"
        rf"|\b(?:[a-z0-9][a-z0-9-]*\.)+{_any(words.domains)}\b(?:/[^\s<>\"”)\]]*[\w/])?"
    )


def _unit(words: FactWords) -> re.Pattern[str]:
    return re.compile(
        r"(?:\s\w+ing(?=\shours))?\s?(?:-\s?)?(?:(?:square|cubic)[ -])?"
        rf"(?:{_any(words.units)}|lengths?(?! of)|°[CF]?)\b(?!-[a-z])"
    )


def _record(words: FactWords) -> re.Pattern[str]:
    return re.compile(
        r"\b(?:(?:the )?(?:(?:(?:first|second|third|fourth|fifth)-)?(?:largest|biggest|highest|lowest|oldest|youngest)"
        r"|first(?:[- ]ever)?|last|only|sole(?:ly)?|unique|debut|maiden|the final"
        rf"|(?<!\bmedium[ -])rare(?! {_any(words.rare)}\b)(?:ly)?"
        r"|unprecedented|record-\w+|on record|all-time|latest|newest)"
        rf"|{_any(words.records)}[- ]records?(?! (?:company|deal|label|player|shop|store))"
        rf"|top-{_any(words.topped)}|{_OTHER_RECORDS})\b",
        re.I,
    )


def _cause(words: FactWords) -> re.Pattern[str]:
    fixture = rf"(?:(?:an?|her|his|its|that|the|their|this|wooden|metal) )+{_any(words.fixtures)}s?\b"
    return re.compile(
        rf"\b(?:{_any(words.causes)}|with the (?:\w+ )?{_any(words.turns)} of"
        rf"|for (?:his|her|their|its) (?:\w+ ){{0,2}}{_any(words.merits)}\b"
        r"|after (?:(?:mounting|growing|heavy|fierce|intense|public|(?:month|week|year)s? of|a) )*"
        rf"{_any(words.outcries)}\b|for (?:\w+ )?{_any(words.reasons)} (?:and \w+ )?reasons"
        rf"|on {_any(words.grounds)} grounds|out of {_any(words.motives)}|(?:linked|tied) to(?! {fixture})"
        rf"|{_any(words.pushed)}(?: \w+)? by|{_OTHER_CAUSES})\b",
        re.I,
    )


_OTHER_RECORDS = (
    r"(?:best|worst|highest|lowest|longest|fastest|oldest|youngest|most|least)-(?!of\b|in\b|case|before)\w+"
    r"|un(?:rivall?ed|matched|paralleled|surpassed|beaten|defeated)|second to none|in living memory|of all time"
    r"|record(?= (?:[$€£¥]|\d))|since records began|number one|(?:all-time|historic|record) (?:highs?|lows?)"
    r"|ever|never|always|none|nobody|no one|no other|for the first time|once|more than any|world-leading"
    r"|every(?:one|body|thing)?|each(?= of)|entire(?:ly)?|complete(?:ly)?|mostly"
    r"|rank(?:s|ed|ing)? (?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|highest|lowest|last|top|no\.? \d+)"
    r"|(?:at|near) the (?:top|bottom) of"
    r"|(?:among|one of) the (?:leading|top|most|\w+est)"
    r"|all of(?= (?:the|his|her|their|its|our|these|those)\b)"
    r"|(?:exceptionally|extraordinarily|notably|uniquely|unusually) \w+|exclusively|without exception"
    r"|(?:ha[sd]|have)(?:n[’']t| not) \w+(?=[^.]{0,70} since\b)"
    r"|(?:\w+er|more \w+|less \w+|worse)(?: \w+)? than (?:normal|usual|average|expected|ever|any|before)"
)
_SO = r"(?:far|as|much|many|long|little|few|called|on|too|that|what|who|how|do|does|did|is|are)\b"
"""What follows `so` where it gives no reason."""
_OTHER_CAUSES = (
    r"(?:due|owing|thanks)(?: (?:in (?:\w+ )?part|largely|mainly|partly|mostly))? to"
    r"|(?:may|might|could|can|also)(?: also)? (?:have )?play(?:ed)? an? (?:\w+ )?(?:part|role)"
    r"|ma(?:k(?:es?|ing)|de) it (?:\w+ )?\w+ (?=for\b|to\b)|(?<=[,;–—] )so (?="
    r"(?:there|he|she|it|they|we|you|the|that|this|his|her|its|their|your|our|my|these|those|some|most|no|nobody) )"
    rf"|(?<=[,;–—] )so (?=(?!{_SO})[\w’'-]+ (?:\w+ )?(?:is|are|was|were|will|would|could|can|may|might|must|should|had|"
    r"has|have|does|did)\b)"
    rf"|so (?:\w+ly )?(?!{_SO})\w+ that\b|so that"
    r"|under (?:\w+ )?pressure (?:from|to)|(?:is|are|was|were) (?:partly |largely )?to blame for"
    r"|(?:that|this|which)(?:[’']s| is| was) why|(?:over|for) (?:being|having|not)\b"
    r"|in (?:response|reaction|retaliation|return|protest)(?=,)"
    r"|in (?:an?|the|his|her|their|its) (?:\w+[- ]){0,2}?(?:attempt|effort|bid|push|drive|hope)s? (?:to|at|of)\b"
    r"|(?<=\beffort )to \w+|(?<=\battempt )to \w+|(?<=\befforts )to \w+|(?<=\battempts )to \w+"
    r"|blam(?:e[ds]?|ing)(?: \w+){0,4} (?:on|for)|blam(?:e[ds]?|ing)|(?-i:forc(?:ed|ing)(?! [A-Z]))"
    r"|(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bby )following"
    r"|(?<=, )meaning(?! (?:well|no (?:harm|ill|offen[cs]e|disrespect))\b)"
)
