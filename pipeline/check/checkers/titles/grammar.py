"""The grammar of titles: what may stand left and right of a head such as `minister`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.lang.en.stop_words import STOP_WORDS

from pipeline.check.checkers.titles.tokens import Words
from pipeline.core.english import MONTHS
from pipeline.core.models import Modifier

_CONNECTORS = ("of", "the", "for", "and", "&", "to")
_BODY_LINKS = ("of", "for", "and", "the", "on")
_INTRODUCERS = ("of", "for", "to", "at", "in", "with", "on")
_ENDERS = frozenset(
    ("who", "which", "that", "when", "while", "since", "until", "till", "from", "between", "as", "after", "before")
    + ("during", "under", "said", "says", "told", "where", "whose", "because", "if", "but", "or", "will", "would")
    + ("has", "have", "had", "is", "was", "are", "were", "by", "about", "into", "over", "against")
    + ("through", "throughout")
)
_DETERMINERS = ("a", "an", "the", "his", "her", "its", "their", "our", "one", "whose")
_MODIFIERS: dict[str, Modifier] = {"former": "former", "acting": "acting", "elect": "elect", "late": "late"}
_NEAR = re.compile(
    r"(?:(?:early|late|earlier) )?(?:last|this) (?:year|month|week|spring|summer|autumn|fall|winter|[A-Z])"
    r"|for (?:\w+ ){0,4}(?:years|months|weeks|decades|terms)\b|(?:yesterday|today)\b"
    r"|(?:\d+|an?|a few|one|two|three|four|five|six|seven|eight|nine|ten)"
    r" (?:days?|weeks?|months?|years?) ago\b"
)
"""Words of time that belong to no title."""
_BODIES = ("port", "isle", "diocese", "archdiocese", "borough", "municipality", "museum", "friends", "college")
"""Words before `of` in names of bodies."""
_MAX_COMPLEMENT = 14
_MAX_UNKNOWN = 3
_MAX_OWNER = 6


@dataclass(frozen=True)
class Phrase:
    """The words of a title: indices into the words of a line, end exclusive."""

    start: int
    head: int
    head_end: int
    end: int
    kind: str
    plural: bool
    determiner: str = ""

    def modifiers(self, words: Words) -> set[str]:
        """Return what is said of the term, such as `former` or `then`."""
        found = {words.lexicon.modifiers.get(words[at].low) for at in range(self.start, self.head)}
        after = words[self.head_end].low if self.head_end < len(words) else ""
        if after in ("elect", "designate"):
            found.add("elect")
        return {modifier for modifier in found if modifier}


def modifier_of(found: set[str]) -> Modifier:
    """Return the modifier that decides."""
    for name, modifier in _MODIFIERS.items():
        if name in found:
            return modifier
    return "current"


def left_of(words: Words, head: int) -> int:
    """Return the index of the first word of the title whose head stands at an index."""
    at = head
    unknown = 0
    while at > 0 and _glued(words, at):
        if at in words.place_ends:
            at = words.place_ends[at]
            if words[words.places[at][0] - 1].possessive:
                break
            continue
        kind = _left_kind(words, at - 1, head)
        if kind == "no" or (kind == "unknown" and unknown == _MAX_UNKNOWN):
            break
        unknown += kind == "unknown"
        at -= 1
    while at < head and (words[at].low in (*_CONNECTORS, "in", "at") or words[at].is_age):
        at += 1
    return at


def _glued(words: Words, at: int) -> bool:
    word, before = words[at], words[at - 1]
    if word.joined:
        return True
    if word.gap in ("-", "‐", "‑"):
        return before.low in ("then", "ex")
    return word.gap == ", " and word.capital and before.capital and _portfolio(words, at) and _portfolio(words, at - 1)


def _portfolio(words: Words, at: int) -> bool:
    return words[at].low in words.lexicon.portfolio


def _left_kind(words: Words, at: int, head: int) -> str:
    word = words[at]
    if words.is_group(at):
        return "known"
    if word.possessive or (word.low == "under" and words[at + 1].low != "secretary"):
        return "no"
    if word.low == "past":
        return "known" if at == 0 or words[at - 1].low in ("immediate", *_DETERMINERS) else "no"
    if word.low in words.lexicon.modifiers or word.is_age:
        return "known"
    if word.low in words.lexicon.adjectives or word.low in words.lexicon.ranks:
        return "known"
    if _portfolio(words, at):
        return "known" if word.capital or not words[head].capital else "no"
    if word.low in ("and", "of", "&"):
        more = (
            at > 0
            and (_portfolio(words, at - 1) or at in words.place_ends or _names_body_of(words, at))
            and (word.low != "of" or words[at - 1].capital)
        )
        return "known" if more and words[at].joined else "no"
    if not words[head].capital and words.is_compound(at):
        return "known"
    return "unknown" if _unknown_name(words, at) else "no"


def _names_body_of(words: Words, at: int) -> bool:
    """Tell whether `of` stands inside the name of a body, as in `Port of Stavanes`."""
    body = words[at - 1].low in words.lexicon.organisation_words or words[at - 1].low in _BODIES
    return words[at].low == "of" and body and words.is_capital(at + 1)


def _unknown_name(words: Words, at: int) -> bool:
    """Tell whether a word may be the name of an organisation before a head, as in `Gazprom chairman`."""
    word = words[at]
    named = word.pos in ("PROPN", "NOUN") or (word.pos == "ADJ" and words.names_something(at))
    named = named or (at == 0 and _opens_name(words))
    first = (at == 0 or not words[at].joined) and not named
    if word.bare.isupper() and len(word.bare) > 1 and word.bare.isalpha() and not words.shouting:
        return at not in words.heads
    return (
        word.capital
        and named
        and not first
        and not words.title_case
        and at not in words.heads
        and word.low not in words.lexicon.person_stops
        and word.text[0].isalpha()
    )


def _opens_name(words: Words) -> bool:
    """Tell whether a first word that the parser does not know for a name begins one: `Tranmere Rovers chairman`."""
    first, second = words[0], words[1]
    guessed = first.pos in ("ADP", "ADJ", "ADV", "X") and first.low not in STOP_WORDS
    return guessed and second.capital and second.pos == "PROPN" and second.joined


def complement(words: Words, at: int) -> int:
    """Return the index after `of the European Commission` before a name; `at` itself when there is none."""
    start = at
    if at < len(words) and words[at].joined and words[at].low in ("in", "responsible"):
        if at + 1 < len(words) and words[at + 1].low == "charge":
            at += 1
        at += 1
    if at >= len(words) or not words[at].joined or words[at].low not in ("of", "for", "to", "without"):
        return start
    last = at
    while at < len(words) and at - start < _MAX_COMPLEMENT and _listed(words, at):
        after_connector = words[at - 1].low in (*_CONNECTORS, "in") and at > start
        if at in words.places and after_connector:
            at = last = words.places[at][0]
        elif words[at].low in (*_CONNECTORS, "in"):
            at += 1
        elif (length := _described(words, at)) > 0:
            at += length
            last = at
        else:
            break
    return last if last == at and words[last - 1].low not in _CONNECTORS else start


def _described(words: Words, at: int) -> int:
    """Return how many words at an index belong to a portfolio or an institution before a name."""
    if at in words.heads:
        end, _ = words.heads[at]
        joint = words[at - 1].low == "and" or _is_plural(words, at, end) or _portfolio(words, at)
        return end - at if joint else 0
    if _describes(words, at):
        return 1
    named = (
        words[at].capital
        and words[at].low not in words.lexicon.honorifics
        and at + 2 < len(words)
        and words[at + 1].joined
        and words[at + 1].capital
    )
    return 2 if named and _describes(words, at + 1) and at + 1 not in words.heads else 0


def _describes(words: Words, at: int) -> bool:
    low = words[at].low
    lexicon = words.lexicon
    return (
        lexicon.describes(low)
        or low in lexicon.organisation_words
        or low in ("affairs", "charge", "purposes", "without")
    )


def _listed(words: Words, at: int) -> bool:
    return words[at].joined or (words[at].gap == ", " and _describes(words, at))


def phrase_at(words: Words, at: int) -> Phrase | None:
    """Parse a title that starts at an index, with its determiner and all that follows its head."""
    determiner = ""
    if at < len(words) and words[at].low in _DETERMINERS:
        determiner = words[at].low
        at += 1
        if at < len(words) and not words[at].joined:
            return None
        if at < len(words) and (words[at].is_age or words[at].low == "serving"):
            at += 1
        if determiner in ("his", "her") and words.low(at) == "majesty" and words[at].possessive:
            determiner = "the"
            at += 1
    head = _head_from(words, at)
    if head is None:
        return None
    head_end, kind = words.heads[head]
    end = _tail(words, head_end)
    return Phrase(at, head, head_end, end, kind, _is_plural(words, head, head_end), determiner)


def _is_plural(words: Words, head: int, end: int) -> bool:
    return tuple(words[i].low for i in range(head, end)) in words.lexicon.plurals


def owner_end(words: Words, at: int) -> int | None:
    """Return the index after `Brightwater's` or `The University of Marsham's` at an index; None for places and people.

    A word that is a title, a form of address or a modifier makes the owner a person.
    """
    last = at
    if at < len(words) and words[at].low in ("but", "and", "so", "yet", "in", "on", "at", "for", "as"):
        return None
    while last < min(len(words), at + _MAX_OWNER) and (last == at or words[last].joined):
        word = words[last]
        small = word.low in ("of", "the", "and", "&", "for") and last > at
        owns = word.possessive and word.low in words.lexicon.belongs and last > at
        if not (small or owns or word.capital) or last in words.heads or word.low in words.lexicon.modifiers:
            return None
        if word.low in words.lexicon.honorifics:
            return None
        last += 1
        if word.possessive:
            return last if at not in words.places or words.places[at][0] != last else None
    return None


def _head_from(words: Words, at: int) -> int | None:
    """Return the index of the head of a title that starts at an index."""
    unknown = 0
    first = at
    if (owned := owner_end(words, at)) is not None:
        at = owned
    while at < len(words) and (at == first or _glued(words, at)):
        if at in words.heads:
            after = _head_behind(words, at)
            if after is None:
                return at
            at = after
            continue
        if at in words.places:
            at = words.places[at][0]
            continue
        if not _leads(words, at):
            unknown += 1
            if unknown > _MAX_UNKNOWN or not words[at].capital or words[at].possessive:
                return None
        at += 1
    return None


def _head_behind(words: Words, at: int) -> int | None:
    """Return where the head stands that one before it only describes, as in `chief economic adviser`."""
    after = words.heads[at][0]
    while (
        words[at].low == "chief"
        and after + 1 < len(words)
        and words[after].joined
        and _portfolio(words, after)
        and after not in words.heads
    ):
        after += 1
    return after if after in words.heads and words[after].joined else None


def _leads(words: Words, at: int) -> bool:
    word = words[at]
    if words.is_group(at) or (word.low == "lord" and words.low(at + 1) in ("mayor", "provost", "chancellor")):
        return True
    known = words.lexicon.describes(word.low) or word.low in words.lexicon.modifiers or word.is_age
    return not word.possessive and (known or word.low in ("and", "&", "of") or words.is_compound(at))


def _tail(words: Words, at: int) -> int:
    """Return the index after all that belongs to a title behind its head."""
    if at < len(words) and words[at].low in ("elect", "designate"):
        at += 1
    start = at
    if at >= len(words) or not words[at].joined:
        return start
    if words[at].low == "responsible" or (
        words[at].low == "in" and at + 1 < len(words) and words[at + 1].low == "charge"
    ):
        at += 1
    elif words[at].low not in (*_INTRODUCERS, "without"):
        return start
    while at < len(words) and at - start < _MAX_COMPLEMENT and _goes_on(words, at):
        at += 1
    while at > start and words[at - 1].low in (*_CONNECTORS, *_INTRODUCERS):
        at -= 1
    return at


def _goes_on(words: Words, at: int) -> bool:
    word = words[at]
    if (not word.joined and not _in_list(words, at)) or _NEAR.match(words.text, word.start):
        return False
    if word.low in _ENDERS or word.text[0].isdigit() or word.text in ("He", "She", "It", "They"):
        alone = not re.match(r"\s?[-–—/]\s?\d|\s(?:to|until)\s\d", words.text[word.end :])
        return bool(re.fullmatch(r"\d{4}", word.text)) and words[at - 1].capital and alone
    if (
        word.low in ("in", "on", "at")
        and at + 1 < len(words)
        and (re.fullmatch(r"\d{1,4}|the|[A-Z][a-z]+day", words[at + 1].text) or words[at + 1].text in MONTHS)
    ):
        named = word.low == "in" or (word.low == "at" and words.is_capital(at + 2))
        return words[at - 1].low not in ("in", "on", "at") and words[at + 1].text == "the" and named
    if word.low == "and" and _opens_another(words, at + 1):
        return False
    return word.pos not in ("VERB", "AUX") or word.capital or _portfolio(words, at)


def _opens_another(words: Words, at: int) -> bool:
    """Tell whether a second title starts at an index, as in `director of the school and professor of law`."""
    if words.low(at) in ("a", "an"):
        return True
    at += words.low(at) in _DETERMINERS
    head = words.heads.get(at)
    small = head is not None and not words[at].capital and not _portfolio(words, at)
    return small and head is not None and not _is_plural(words, at, head[0])


def _in_list(words: Words, at: int) -> bool:
    """Tell whether a comma belongs to a list of portfolios, as in `Agriculture, Forestry and Fisheries`."""
    if words[at].gap not in (", ", "-", ' "', '" ') or not _portfolio(words, at):
        return False
    return any(words[i].low in ("and", "&") for i in range(at, min(len(words), at + 4)))


def body_end(words: Words, at: int) -> int | None:
    """Return the index after the name of a body, `the Dockers' League`; None where nothing of it is a name."""
    first = at + 1 if at < len(words) and words[at].low == "the" else at
    last = first
    while last < len(words) and (last == first or words[last].joined) and _names_body(words, last, first):
        last += 1
    of_land = first + (first in words.places and words[first].possessive)  # `Norway's Institute of Marine Research`
    owned = any(w.possessive and not re.search(r"s['’]$", w.text) for w in words.words[of_land:last])
    named = any(words[i].capital for i in range(first, last))
    return last if named and not owned and words[last - 1].low not in _BODY_LINKS else None


def _names_body(words: Words, at: int, first: int) -> bool:
    word = words[at]
    if at > first and word.low in _BODY_LINKS:
        return words.is_capital(at + 1) or words.low(at + 1) == "the"
    bodies = words.lexicon.organisation_words
    before_body = word.pos in ("NOUN", "ADJ") and words.low(at + 1) in bodies and not words.closes(at + 1)
    return word.capital or words.lexicon.describes(word.low) or before_body or (at > first and word.low in bodies)
