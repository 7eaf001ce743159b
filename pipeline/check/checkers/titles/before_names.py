"""Titles that stand right before a name: `Health Minister Ana Reyes`, `Velmark founder and chief executive Bo Lind`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.check.checkers.titles.grammar import Phrase, body_end, complement, left_of, owner_end
from pipeline.check.checkers.titles.posts import of_the_post
from pipeline.check.checkers.titles.sighting import ACCUSING, Sighting, sighting_of, with_words
from pipeline.check.checkers.titles.tokens import Words
from pipeline.core.english import WEEKDAYS
from pipeline.core.models import Article

_LONGEST_OWNER = 4
_ALSO_NAMES = ("prior", "reeve", "warden", "abbot")
"""Titles that begin names of streets and schools, too."""
_RANKS = frozenset(
    {"military", "inspector", "chief_inspector", "superintendent", "chief_superintendent", "captain"}
) | {
    "sergeant",
    "professor",
}
"""Kinds of titles that may stand between an office and a name."""
_OF_STATES = frozenset(
    ("senator", "representative", "governor", "lieutenant_governor", "mayor", "attorney_general", "minister", "mp")
    + ("mep", "mla", "msp", "mpp", "mna", "mha", "mlc", "td", "assembly_member", "head_of_government")
    + ("monarch", "heir")
    + ("prince", "vice_president", "ambassador", "envoy", "chief_secretary", "chancellor", "spokesperson", "aide")
)
"""Offices whose holders are no less so for what follows: `Minister Ana Reyes of the Christian Democrats`."""
_PARTIES = ("party", "coalition", "alliance", "movement", "front", "bloc", "democrats")
_OF_PARTIES = ("leader", "chair", "secretary_general", "treasurer", "spokesperson", "head", "general_secretary")
_BEFORE_GENERAL = frozenset(
    ("president", "minister", "head_of_government", "chair", "commander", "chief_of_staff", "chief", "spokesperson")
    + ("leader", "head", "governor", "dictator")
)
"""Offices before the rank `General`, which ends the name of others, such as `Commissioner General`."""
_RUNNING = ("chief_executive", "managing_director", "chief_operating_officer", "chief_financial_officer")
_DAYTIMES = ("morning", "afternoon", "evening", "night", "lunchtime", "midday", "time", "week")
"""Nouns between a day and a title that is not theirs: `On Monday morning President Ana Reyes`."""
_SHOUTED = ("as", "when", "while", "after", "but", "and", "for", "if", "since", "with", "yet")
"""Words in capitals with which a paragraph may begin: `AS Opposition Leader Ana Reyes said`."""
_DETERMINERS = ("the", "a", "an", "his", "her", "its", "their", "our")
_SENT = ("envoy", "ambassador", "coordinator", "commissioner")
"""Offices for a place, as in `special envoy for Drenova Ana Reyes`."""


def before_name(words: Words, head: int, article: Article) -> Iterator[Sighting]:
    """Read `Health Minister Ana Reyes` at the head of its title."""
    head_end, kind = words.heads[head]
    ranked = _after_rank(words, head_end, kind)
    if head_end in words.heads and words[head_end].joined and not ranked or _is_alike(words, head, kind):
        return
    if head > 2 and _to_the_head(words, head - 2) == head_end and _ends_head(words, head - 2):
        return
    start = _start_of(words, head)
    at = head_end
    if at < len(words) and words[at].low in ("elect", "designate"):
        at += 1
    plural = tuple(words[i].low for i in range(head, head_end)) in words.lexicon.plurals
    end = ranked or _to_the_head(words, at) or complement(words, at)
    if end == at and at < len(words) and words[at].low in ("of", "for"):
        end = _unknown_complement(words, at, kind)
    if end >= len(words) or not words[end].joined:
        return
    last = words.name_from(end)
    if last is None or (end > at and not ranked and last - end < 2) or _is_named_after(words, end, last):
        return
    if (end > at or kind in _ALSO_NAMES) and words.is_organisation(end, last):
        return
    start = _with_first_of_two(words, start, head)
    phrase = Phrase(start, head, head_end, head_end if ranked else end, kind, plural)
    shared = _holds_head(words, at, end)
    if (first := _first_of_pair(words, head, kind)) is not None:
        of_pair = sighting_of(words, first, (end, last), "before", article)
        bare = first.start == first.head and words.heads[first.head][1] == "president"
        yield replace(of_pair, loose=of_pair.loose or bare)
    found = sighting_of(words, phrase, (end, last), "before", article, shared=shared)
    body = "" if plural or ranked or end > at else _body_behind(words, last, kind)
    found = _cut(with_words(found, "", body), words, start)
    yield found
    yield from of_the_post(words, found, last, article)
    for name in _other_names(words, last) if plural else ():
        yield sighting_of(words, phrase, name, "before", article)


def _is_alike(words: Words, head: int, kind: str) -> bool:
    """Tell of `a fellow Democrat Ana Reyes`, who is no fellow of anything."""
    bare = not head or not words[head].joined or words.low(head - 1) in _DETERMINERS
    return kind == "fellow" and bare and not words[head].capital


def _start_of(words: Words, head: int) -> int:
    """Return where a title begins whose head stands before a name."""
    if _is_rank_behind(words, head):
        return head
    start = _with_owner(words, _behind_adverb(words, left_of(words, head), head))
    shouted = start < head and words[start].low in _SHOUTED and words[start].text.isupper()
    return start + 1 if shouted else start


def _behind_adverb(words: Words, start: int, head: int) -> int:
    """Return the index behind the first word of `once Northfield mayor X agreed`: without an article it is no part.

    `The once mayor` and `the only mayor` say something of the office.
    """
    before = words.low(start - 1) if start and words[start].joined else ""
    adverb = start < head and words[start].low in ("once", "only") and words[start + 1].joined
    return start + 1 if adverb and before not in _DETERMINERS else start


def _first_of_pair(words: Words, head: int, kind: str) -> Phrase | None:
    """Return the first title of `Chairman and Chief Executive Ana Reyes`, which one person holds with the second."""
    first = next((at for at, (end, _) in words.heads.items() if end == head - 1), None)
    joint = words.low(head - 1) == "and" and words[head].joined and words[head - 1].joined if head else False
    if first is None or not joint or kind not in _RUNNING or words.heads[first][1] not in ("chair", "president"):
        return None
    start = left_of(words, first)
    shared = start and words[start].joined and words[start - 1].low in ("the", "between", "both", "a")
    return None if shared or not words[first].capital else Phrase(start, first, head - 1, head - 1, kind, plural=False)


def _after_rank(words: Words, at: int, kind: str) -> int | None:
    """Return the index of the name in `Air Force commander General Ana Reyes`, whose rank is a form of address."""
    rank = words.heads.get(at) if at < len(words) and words[at].joined and words[at].capital else None
    styled = rank is not None and rank[1] in _RANKS and kind not in _RANKS
    if styled and words[at].low == "general" and words[at - 1].capital and kind not in _BEFORE_GENERAL:
        return None
    return rank[0] if rank and styled and words.is_capital(rank[0]) and rank[0] not in words.heads else None


def _is_rank_behind(words: Words, head: int) -> bool:
    """Tell whether a head is the rank of `police chief Superintendent Ana Reyes`."""
    return any(_after_rank(words, end, other) for end, other in words.heads.values() if end == head)


def _body_behind(words: Words, at: int, kind: str) -> str:
    """Return ` of the Elk Sentinel` behind `editor Ana Reyes`; nothing where no whole name of a body follows."""
    if at + 1 >= len(words) or words[at].low != "of" or not words[at].joined or words[at - 1].possessive:
        return ""
    last = body_end(words, at + 1)
    if last is None or kind in _OF_STATES or not words[last - 1].capital or _holds_place(words, at + 1, last):
        return ""
    if not (words.closes(last) or words[last].pos in ("VERB", "AUX")):
        return ""
    if words.low(last - 1) in _PARTIES and kind not in _OF_PARTIES:
        return ""
    long = words.low(at + 1) == "the" and last - at > 3
    named = long or any(_is_body_word(words, i) for i in range(at + 1, last))
    accused = any(ACCUSING.match(words[i].low) for i in range(max(0, at - 9), at))
    return f" {words.text[words[at].start : words[last - 1].end]}" if named and not accused else ""


def _holds_place(words: Words, at: int, last: int) -> bool:
    """Tell whether the words behind `of` are a place, with or without `the`."""
    return any(i in words.places and words.places[i][0] >= last for i in (at, at + 1)) or at in words.places


def _is_body_word(words: Words, at: int) -> bool:
    low = words[at].low
    return words[at].capital and (low in words.lexicon.organisation_words or low in words.lexicon.portfolio)


def _cut(sighting: Sighting, words: Words, start: int) -> Sighting:
    """Return a mention that is loose where a word before it may belong to its title and was not understood."""
    before = words[start - 1] if start and words[start].joined else None
    if before is not None and before.capital and before.low.title() in WEEKDAYS and _is_of_a_paper(words, start):
        return replace(sighting, loose=True, cut=True)
    if before is None or before.possessive or before.low in words.lexicon.person_stops or before.is_age:
        return sighting
    named = before.capital and before.pos == "PROPN" and start > 1 and words[start - 1].joined
    small = not words[start].capital and before.pos in ("NOUN", "ADJ", "PROPN") and not before.text[0].isdigit()
    odd = before.pos == "ADV" or (before.pos == "VERB" and before.low.endswith("ing"))
    inner = start > 1 and words[start - 2].capital and before.joined  # `Easton schools Superintendent Ana Reyes`
    body = before.pos == "NOUN" and not before.capital and before.low not in _DAYTIMES
    small = small or (inner and ((odd and not words[start].capital) or body))
    return replace(sighting, loose=True, cut=True) if named or small else sighting


def _is_of_a_paper(words: Words, start: int) -> bool:
    """Tell whether a title behind a weekday begins with the rest of a name: the `Times` of the Sunday Times."""
    first = words[start]
    return first.capital and start not in words.heads and first.low in words.lexicon.organisation_words


def _with_first_of_two(words: Words, start: int, head: int) -> int:
    """Return the index of `Velmark` in `Velmark founder and chief executive Ana Reyes`; the start itself elsewhere."""
    first = next((at for at, (end, _) in words.heads.items() if end == start - 1), None)
    joint = first is not None and start == head and words[start - 1].low == "and" and words[start].joined
    if first is None or not joint or words[first].capital or words[start].capital:
        return start
    left = _with_owner(words, left_of(words, first))
    return left if left < first and words.low(left - 1 if left else 0) != "the" else start


def _with_owner(words: Words, start: int) -> int:
    """Return the index of `Harrow Bay's` before a title that starts at an index; the index itself without an owner."""
    first = start
    while first > 0 and words[first].joined and words[first - 1].capital and start - first < _LONGEST_OWNER:
        first -= 1
    owned = first < start and words[start - 1].possessive and owner_end(words, first) == start
    return first if owned else start


def _ends_head(words: Words, at: int) -> bool:
    return any(end == at for end, _ in words.heads.values())


def _to_the_head(words: Words, at: int) -> int | None:
    """Return the index after `to the President`: the name behind it belongs to the counselor."""
    if at + 2 >= len(words) or (words[at].low, words[at + 1].low) != ("to", "the") or at + 2 not in words.heads:
        return None
    return words.heads[at + 2][0] if words[at].joined and words[at + 1].joined and words[at + 2].joined else None


def _holds_head(words: Words, at: int, end: int) -> bool:
    """Tell whether `to the President` stands between a head and a name."""
    return _to_the_head(words, at) == end


def _other_names(words: Words, at: int) -> list[tuple[int, int]]:
    """Return the names that follow a first one in a list that an `and` closes."""
    names: list[tuple[int, int]] = []
    while at < len(words):
        at = _after_home(words, at)
        closing = at < len(words) and words[at].low in ("and", "&")
        if at >= len(words) or not (closing or words[at].gap == ", "):
            return []
        first = at + 1 if closing else at
        last = words.name_from(first) if first < len(words) else None
        if last is None:
            return []
        names.append((first, last))
        if closing:
            return names
        at = last
    return []


def _after_home(words: Words, at: int) -> int:
    """Return the index after `of Chile`, or the index itself."""
    if at + 1 < len(words) and words[at].low == "of" and words[at].joined and at + 1 in words.places:
        return words.places[at + 1][0]
    return at


def _unknown_complement(words: Words, at: int, kind: str) -> int:
    """Return where the name starts in `chairman of Novobank Ana Reyes`; `at` when that is not clear."""
    first = at + 1
    if first < len(words) and words[first].low == "the":
        first += 1
    last = first
    while last < len(words) and words[last].capital and words[last].joined and last not in words.heads:
        if last > first and words[last].low in words.lexicon.honorifics:  # `Speaker of the Elk Assembly Hon. Ana Reyes`
            return last
        last += 1
        if words[last - 1].possessive:
            return at
    name = next((i for i in range(first + 1, last - 1) if words.is_person(i, last)), None)
    if name is not None:
        return name
    linked = words[at].low == "of" or kind in _SENT
    plain = linked and last - first == 3 and first == at + 1 and not words.closes(last)
    return first + 1 if plain and not _is_place_like(words, first, last) else at


def _is_named_after(words: Words, at: int, end: int) -> bool:
    """Tell whether a name is only the first part of another, as in `President Ana Reyes Avenue`."""
    behind = words.is_capital(end) and (
        words[end].low in words.lexicon.named_after or words[end].low in words.lexicon.things
    )
    return behind or (end - at > 2 and words[end - 1].low in words.lexicon.named_after)


def _is_place_like(words: Words, at: int, end: int) -> bool:
    """Tell whether capital words may be one name of a place, such as `Great Barrow Hill`."""
    start, stop = words[at].start, words[end - 1].end
    placed = any(
        entity.label_ in ("GPE", "LOC", "FAC") and start < entity.end_char - len(words[at].text) < stop
        for entity in words.line.doc.ents
    )
    lows = [words[i].low for i in range(at, end)]
    known = any(word in words.lexicon.organisation_words or word in words.lexicon.particles for word in lows)
    first = words[at].low in words.lexicon.place_first
    return (
        placed
        or known
        or first
        or lows[-1] in words.lexicon.place_last
        or any(i in words.places for i in range(at + 1, end))
    )
