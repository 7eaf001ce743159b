"""Titles that a verb gives: `Ana Reyes is the mayor`, `who was elected mayor in 2016`, `she has been mayor since`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.check.checkers.titles.dated import since
from pipeline.check.checkers.titles.events import after_name
from pipeline.check.checkers.titles.grammar import Phrase, phrase_at
from pipeline.check.checkers.titles.reference import antecedent, full_name
from pipeline.check.checkers.titles.sighting import How, Sighting, after_brackets, is_somebody_elses, sighting_of
from pipeline.check.checkers.titles.times import date_before, event_time, is_sometime, tenure_after
from pipeline.check.checkers.titles.tokens import Words
from pipeline.core.models import Article, PartialDate
from pipeline.evidence import parse_office

_COPULA = re.compile(
    r"(?:(?:has|have|had|also|once|later|previously|formerly|then|briefly|currently|now|still|twice|both|long)\s+)*"
    r"(?P<verb>serves?\s+as|served\s+(?:(?:\w+\s+){1,3}(?:terms?|years?|months?)\s+)?as|worked\s+as|acted"
    r"\s+as|been|is|was|became|remains?|serving\s+as"
    r"|took\s+(?:over|office|up\s+office)\s+as|used\s+to\s+be"
    r"|(?:holds?|occup(?:y|ies)|fills?)\s+the\s+(?:post|office|position|job|role|seat|title)\s+of)\s+"
    r"(?:(?:also|once|previously|formerly|then|briefly|currently|now|still|both|(?:re-elected|elected|appointed|named"
    r"|chosen|hired|installed|inaugurated|confirmed|picked)(?:\s+as)?|sworn\s+in\s+as)\s+)*",
)
_VERBS = frozenset(
    {
        "has",
        "had",
        "was",
        "were",
        "left",
        "lost",
        "vacated",
        "relinquished",
        "gave",
        "resigned",
        "retired",
        "stepped",
        "stood",
        "quit",
        "bowed",
        "succeeded",
        "won",
        "replaced",
    }
    | {"served", "sat", "worked", "ruled", "spent"}
    | {"abruptly", "suddenly", "formally", "officially", "quietly", "finally", "reluctantly", "then", "later"}
)
"""The first words of an end of office, or of one who follows another."""
_LETTERS = ("MP", "MEP", "MSP", "MS", "TD", "MLA", "QC", "KC", "SC", "OBE", "CBE", "MBE", "KBE", "DBE", "PhD", "MD")
"""Letters behind a name."""
_PRONOUNS = ("he", "she")
_APPOINTED = re.compile(
    r"\b(?:became|elected|appointed|named|made|sworn|took|chosen|hired|installed|inaugurated|confirmed|picked)\b"
)
_ELECTED = re.compile(r"\b(?:re-)?(?:elected|sworn)\b")


def without_letters(words: Words, end: int) -> int:
    """Return where a name ends before the letters behind it, as in `Ana Reyes MP`."""
    while end > 2 and words[end - 1].text in _LETTERS and (words[end - 1].joined or words[end - 1].gap == ", "):
        end -= 1
    return end


def name_with_suffix(words: Words, end: int) -> int | None:
    """Return the index of the first word of the name that ends before an index, `Jr.` included."""
    start = words.name_before(end)
    junior = end > 2 and words[end - 1].gap == ", " and words[end - 1].text in ("Jr", "Jr.", "Sr", "Sr.", "III", "II")
    return words.name_before(end - 1) if start is None and junior else start


def event(words: Words, at: int, article: Article) -> Iterator[Sighting]:
    """Read `Ana Reyes resigned as mayor last week`."""
    if words[at].low not in _VERBS:
        return
    start = name_with_suffix(words, at)
    if start is None and _stands_alone(words, at, article) and words[at - 1].low not in _PRONOUNS:
        start = at - 1
    if start is not None:
        yield from after_name(words, at, (start, at), "copula", article)


def clause(
    words: Words, name_end: int, at: int, how: How, article: Article, start: int | None = None
) -> Iterator[Sighting]:
    """Read `is the mayor of Brask` behind a name or `who`, at the index of its verb."""
    if at >= len(words) or not (match := _COPULA.match(words.text, words[at].start)):
        return
    if start is None:
        start = name_with_suffix(words, name_end)
    alone = start is None and how == "copula"
    if alone and _stands_alone(words, name_end, article):
        start = name_end - 1
    after = next((i for i in range(at, len(words)) if words[i].start >= match.end()), None)
    if start is None or after is None:
        return
    phrase = phrase_at(words, after)
    if phrase is None or _names_follow(words, phrase):
        return
    verb = match["verb"].split()[0]
    appointed = bool(_APPOINTED.search(match[0]))
    bare = how == "copula" and not phrase.determiner and verb in ("is", "was") and not appointed
    if bare and not _is_definite(words, phrase):
        return
    past = verb in ("was", "served", "worked", "acted", "became") or "had" in match[0].split()
    asserts = verb in ("is", "was", "served", "remains")
    at_date = date_before(words.text[: words[start].start]) if asserts and how == "copula" else None
    now = not past and "currently" in match[0].split()
    stated = how == "relative" and not past and not is_somebody_elses(words, start)
    sighting = sighting_of(
        words, phrase, (start, name_end), how, article, past=past, at=at_date, now=now, stated=stated
    )
    if alone and words[name_end - 1].low in _PRONOUNS:
        named = _named(sighting, article)
        if named is None:
            return
        sighting = named
    if verb == "used":
        sighting = replace(sighting, mention=sighting.mention.model_copy(update={"modifier": "former"}))
    yield _begun(sighting, words, phrase, match[0], article) if appointed else sighting


def _stands_alone(words: Words, end: int, article: Article) -> bool:
    """Tell whether the word before an index is a pronoun that opens a sentence, or the surname of somebody named."""
    word = words[end - 1]
    if word.low in _PRONOUNS:
        return word.capital
    plain_name = word.capital and word.pos in ("PROPN", "NOUN") and not word.possessive and end - 1 not in words.places
    return plain_name and words.name_from(end - 1) == end and full_name(word.text, article) is not None


def _named(sighting: Sighting, article: Article) -> Sighting | None:
    """Return a mention said of a pronoun with the full name of whom it means."""
    name = antecedent(article, sighting.mention.person_span.start)
    if name is None:
        return None
    return replace(sighting, mention=sighting.mention.model_copy(update={"person": name}), pronoun=True)


def _begun(sighting: Sighting, words: Words, phrase: Phrase, verb: str, article: Article) -> Sighting:
    """Read the time of `was elected president in 2016` as the first of a term: a term begins later than an election."""
    if sighting.mention.start_year or sighting.mention.end_year:
        return sighting
    time = event_time(words.text, words[phrase.end - 1].end, article.published_at)
    if time is None or is_sometime(words.text, time[1]):
        return _begun_at(sighting, sighting.at, verb) if sighting.at else sighting
    return since(sighting, time[0], words, time[1], article, elected=bool(_ELECTED.search(verb)))


def _begun_at(sighting: Sighting, when: PartialDate, verb: str) -> Sighting:
    mention = sighting.mention.model_copy(update={"start_year": when.earliest.year})
    return replace(sighting, mention=mention, at=None, began=when, elected=bool(_ELECTED.search(verb)))


def _is_definite(words: Words, phrase: Phrase) -> bool:
    office = words[phrase.head].capital and not parse_office(words[phrase.head].text).is_profession
    stop = words[phrase.end - 1].end
    bracket = after_brackets(words.text, stop) > stop or tenure_after(words.text, stop).stop > 0
    return (
        office
        or bracket
        or phrase.end > phrase.head_end
        or bool(phrase.modifiers(words))
        or phrase.start in words.places
    )


def _names_follow(words: Words, phrase: Phrase) -> bool:
    return phrase.end < len(words) and words[phrase.end].joined and words.name_from(phrase.end) is not None
