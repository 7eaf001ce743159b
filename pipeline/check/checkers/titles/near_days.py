"""Whether a sentence of the news ties a name to a near day: a title by that name is months old at most.

The constructions of `frames` give a title for a day. Many sentences stand in none of them and yet tell, with a weekday,
an hour or a date to come, of what has just happened or soon will: `The e-mail landed on Sunday in the inbox of X`. A
title there may be that of an act or a plan some months old. It is surely not one that ended years ago.

The day and the name must hang on one verb, through phrases and clauses of that verb's time alone: what `who`, `which`
or `opened by` joins to a noun, what had been, what was heard to have been and what `when` opens may be of any time. So
may what belongs to somebody's kin, memory or works: between the name and the verb each noun stands in a closed list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.check.checkers.titles.clause import HOUR, NAME, RECENT, is_in_quotes, without_dateline
from pipeline.check.checkers.titles.dependence import (
    BESIDE,
    NO_MORE,
    TOWARDS,
    is_before_the_past,
    tense_of,
)
from pipeline.check.checkers.titles.times import placed_dates
from pipeline.check.checkers.titles.verbs import (
    ABSENT,
    AROUND,
    BELONGINGS,
    BLOWS,
    EVENTS,
    MANNERS,
    MEMORIES,
    OFFICES,
    PAPERS,
    POSSESSIONS,
    WORKS,
)
from pipeline.core.english import MONTHS, parse

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_NEAR, _AHEAD = 62, 366
"""Days before and after the article's within which a written date is of the news."""
_AT_HAND = AROUND | OFFICES | EVENTS | PAPERS | BLOWS | POSSESSIONS | MANNERS | BELONGINGS
"""Nouns that, where they are somebody's, tell that he or she is there."""
_LINKS = (*TOWARDS, *BESIDE, "of", "under", "before", "in", "into")
_MONTH = "|".join(MONTHS)
_DAY_OF_YEAR = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTH})|(?:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?)\b(?!,? \d)"
)
"""A day of the year without a year: in the news it is one of the months around."""
UP_TO_DAY = re.compile(rf"\b(?:during|until|since)\s+(?={RECENT.pattern}|{HOUR.pattern}|{_DAY_OF_YEAR.pattern})")
"""What reaches to a near day, or from it, is of no older time."""
OF_YOUTH = re.compile(
    r"\b[Aa]s an? (?:(?:young|small|little|junior|teenage|trainee|new|eager) [\w-]+"
    r"|boy|girl|child|schoolboy|schoolgirl|student|teenager|youth|cadet|trainee|novice|apprentice)\b"
    r"|\b[Ii]n (?:those|these) days\b"
)
"""What takes a sentence to another time without a word of time."""
GONE = re.compile(
    r"\b(?:retire[sd]?|resign(?:s|ed)?|(?:step|stepp|stand|stood)(?:s|ed)? down|left office|ousted|sacked|fired"
    r"|replaced|died|dead|late|outgoing|incoming|succe(?:ed(?:s|ed)?|ssors?)|predecessors?)\b",
    re.IGNORECASE,
)
"""Words by which a sentence itself may tell that somebody is no longer there, or not yet."""
_COME_TO_LIGHT = re.compile(r"\b(?:made public|declassified|unsealed|unearthed|rediscovered)\b")
"""Of an old paper: only its release is of the near day."""


@lru_cache(4096)
def tells_of_a_near_day(before: str, after: str, as_of: date) -> bool:
    """Tell whether a name between two parts of a sentence hangs on a verb of which a near day is told.

    >>> day = date(2016, 5, 12)
    >>> tells_of_a_near_day("It was left to ", " to calm the hall on Monday.", day)
    True
    >>> tells_of_a_near_day("The stone, laid by ", ", was found on Monday.", day)
    False
    """
    before = without_dateline(before)
    doc = parse(f"{before}{NAME}{after}", entities=False)
    at = len(before) + len(NAME) - len("Smith")
    name = next((token for token in doc if token.idx == at), None)
    if name is None or OF_YOUTH.search(doc.text) or _COME_TO_LIGHT.search(doc.text):
        return False
    over = set(_verbs_over(name, named=True))
    return any(over & set(_verbs_over(day)) for day in _near_days(doc, name, as_of))


def _near_days(doc: Doc, name: Token, as_of: date) -> Iterator[Token]:
    """Yield the words of near days of a name's sentence, up to the semicolons around it."""
    places = [match.start("day") if match["day"] else match.start() for match in RECENT.finditer(doc.text)]
    places += [match.start() for pattern in (HOUR, _DAY_OF_YEAR) for match in pattern.finditer(doc.text)]
    places += [at for at, when in placed_dates(doc.text) if -_NEAR <= (when.latest - as_of).days <= _AHEAD]
    for at in places:
        day = next((token for token in name.sent if token.idx <= at < token.idx + len(token)), None)
        if day is None or is_in_quotes(doc.text, at):
            continue
        first, last = sorted((day.i, name.i))
        if not any(token.text == ";" for token in doc[first:last]):
            yield day


def _verbs_over(token: Token, *, named: bool = False) -> Iterator[Token]:
    """Yield the verbs that a word hangs on, up to the first whose clause may be of another time than the one above."""
    while True:
        if token.pos_ in ("VERB", "AUX"):
            if named and (token.lemma_.lower() in ABSENT | WORKS or _is_about_a_work(token)):
                return
            yield token
            if _is_apart(token):
                return
        elif named and not _is_at_hand(token):
            return
        if token.head == token:
            return
        token = token.head


def _is_apart(verb: Token) -> bool:
    """Tell whether a clause may be of another time than the verb it hangs on."""
    marks = {child.lower_ for child in verb.children if child.dep_ == "mark" or child.tag_ == "WRB"}
    heard = verb.dep_ in ("ccomp", "acl") and verb.i > verb.head.i and tense_of(verb) == "past"
    joined = verb.dep_ == "relcl" or (verb.dep_ == "acl" and verb.tag_ == "VBN")
    return joined or heard or is_before_the_past(verb) or bool(marks & {"when", "since", "until", "if", "because"})


def _is_at_hand(token: Token) -> bool:
    """Tell whether a word between a name and its verb lets the name be one of who is there."""
    if any(child.lower_ in NO_MORE for child in token.children):
        return False
    if token.pos_ == "ADP":
        return token.lower_ in _LINKS
    if token.pos_ == "PROPN" or token.dep_ in ("appos", "conj"):
        return token.lemma_.lower() not in WORKS | MEMORIES
    return token.pos_ not in ("NOUN", "ADJ") or token.lemma_.lower() in _AT_HAND or token.lower_ in OFFICES


def _is_about_a_work(verb: Token) -> bool:
    subjects = {child.lemma_.lower() for child in verb.children if child.dep_ in ("nsubj", "nsubjpass")}
    return bool(subjects & (WORKS | MEMORIES))
