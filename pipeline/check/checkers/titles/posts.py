"""Terms that are said of a post: `whose term as mayor ended in 2001`, `lost the chair of the Board in 2020`.

A title that has been said comes back as `the post` or as an office taken: `Mayor Ana Reyes, who took office in 2019,`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.check.checkers.titles.dated import Name, dated, in_own_words, index_at, since, until
from pipeline.check.checkers.titles.grammar import body_end, phrase_at
from pipeline.check.checkers.titles.sighting import How, Sighting, is_somebody_elses, sighting_of
from pipeline.check.checkers.titles.times import event_time, is_sometime, tenure_after
from pipeline.check.checkers.titles.tokens import Words
from pipeline.core.models import Article
from pipeline.evidence import parse_office

_WHOSE = re.compile(
    r"whose (?:(?:first|second|third|last|final) )?(?:term|tenure|time|stint|spell|reign|mandate|stewardship) as\s"
)
_TERM_ENDED = re.compile(r"\s+(?:(?:had )?(?:ended|expired|finished|closed)|(?:ran|had run) out|came to an end)(?=\s)")
_TERM_BEGAN = re.compile(r"\s+(?:began|begun|started)(?=\s)")
_SEATS = {
    "chair": "chair",
    "chairmanship": "chair",
    "chairwomanship": "chair",
    "leadership": "leader",
    "presidency": "president",
    "mayoralty": "mayor",
    "governorship": "governor",
    "directorship": "director",
    "speakership": "speaker",
}
"""What somebody holds, and who holds it."""
_SEAT = rf"the (?P<seat>{'|'.join(_SEATS)}) of\s"
_SEAT_LOST = re.compile(rf"(?:has |had )?(?:lost|left|quit|gave up|relinquished|vacated|resigned|surrendered) {_SEAT}")
_SEAT_TAKEN = re.compile(rf"(?:has |had )?(?:(?P<elected>won)|took over|took up|took|assumed) {_SEAT}")
_POST = r"(?:the|that|this) (?:post|job|role|position|office)"
_RUN = frozenset(
    ("chief_executive", "managing_director", "director", "director_general", "president", "chair", "mayor", "governor")
    + ("head_of_government", "secretary_general", "headteacher", "leader", "head", "chief")
)
"""What somebody takes over, and steps down from, without another word."""
_CLOSED = re.compile(r"\s*[,.;]|\s*$")
_POST_TAKEN = re.compile(
    rf"(?:who was )?(?:(?P<elected>elected|voted)|appointed|named|promoted|hired) (?:to|in|into|for) {_POST}"
    rf"|who (?:took office|(?P<bare>took over)|assumed office|(?:took up|took|got|assumed) {_POST}"
    rf"|(?P<won>won) {_POST})"
)
_POST_LEFT = re.compile(rf"who (?:left office|(?P<bare>stepped down)|(?:left|quit|lost|gave up|resigned) {_POST})")
_POST_HELD = re.compile(rf"(?:who has (?:held|had) {_POST}|(?:who has been )?(?:in office|in {_POST}))(?= since )")


def term_of(words: Words, at: int, name: Name, article: Article) -> Iterator[Sighting]:
    """Read `Ana Reyes, whose term as mayor ended in 2001` at `whose`."""
    match = _WHOSE.match(words.text, words[at].start)
    begins = index_at(words, match.end()) if match and not is_somebody_elses(words, name[0]) else None
    phrase = phrase_at(words, begins) if begins is not None else None
    if phrase is None or phrase.plural:
        return
    stop = words[phrase.end - 1].end
    gone, begun = _TERM_ENDED.match(words.text, stop), _TERM_BEGAN.match(words.text, stop)
    verb = gone or begun
    time = event_time(words.text, verb.end(), article.published_at) if verb else None
    if time is None or is_sometime(words.text, time[1]):
        return
    found = sighting_of(words, phrase, name, "relative", article, past=True)
    if gone:
        yield until(found, time[0], words, time[1], article)
    else:
        yield since(found, time[0], words, time[1], article, elected=False)


def of_seat(words: Words, at: int, name: Name, how: How, article: Article) -> Iterator[Sighting]:
    """Read `lost the chair of the Harbour Board in 2020`: the chair of that body, in words of its own."""
    lost = _SEAT_LOST.match(words.text, words[at].start)
    taken = _SEAT_TAKEN.match(words.text, words[at].start)
    match = lost or taken
    begins = index_at(words, match.end()) if match else None
    last = body_end(words, begins) if begins is not None else None
    if match is None or begins is None or last is None:
        return
    stop = words[last - 1].end
    time = event_time(words.text, stop, article.published_at)
    if time is None or is_sometime(words.text, time[1]):
        return
    title = f"{_SEATS[match['seat']]} of {words.text[words[begins].start : stop]}"
    found = in_own_words(words, name, title, stop, how, article)
    if lost:
        yield until(found, time[0], words, time[1], article)
    else:
        yield since(found, time[0], words, time[1], article, elected=bool(match["elected"]))


def is_of_seat(words: Words, at: int) -> bool:
    """Tell whether a verb with the chair or the presidency of something starts at an index."""
    return bool(_SEAT_LOST.match(words.text, words[at].start) or _SEAT_TAKEN.match(words.text, words[at].start))


def of_the_post(words: Words, held: Sighting, at: int, article: Article) -> Iterator[Sighting]:
    """Read `, who took office in 2019,` behind a name and its title, at the index behind the comma."""
    mention = held.mention
    timeless = not (held.past or held.at or held.began or held.ended or mention.start_year or mention.end_year)
    known = timeless and not (held.loose or held.cut or held.shared) and mention.modifier == "current"
    if not known or at >= len(words) or words[at].gap != ", " or parse_office(mention.title).is_profession:
        return
    text, start = words.text, words[at].start
    if stay := _POST_HELD.match(text, start):
        yield from _held_since(words, held, stay.end(), article)
        return
    left, taken = _POST_LEFT.match(text, start), _POST_TAKEN.match(text, start)
    match = left or taken
    time = event_time(text, match.end(), article.published_at) if match else None
    office = parse_office(mention.title)
    if match and match["bare"] and office.kind not in _RUN:
        return
    if match is None or time is None or not _CLOSED.match(text, time[1]):
        return
    if left:
        yield until(held, time[0], words, time[1], article)
    else:
        elected = bool(match["elected"] or match["won"])
        yield since(held, time[0], words, time[1], article, elected=elected)


def _held_since(words: Words, held: Sighting, stop: int, article: Article) -> Iterator[Sighting]:
    tenure = tenure_after(words.text, stop)
    if tenure.start and not tenure.loose and tenure.end is None:
        mention = dated(held, words, tenure.stop, article, start_year=tenure.start)
        yield replace(held, mention=mention, stated=True)
