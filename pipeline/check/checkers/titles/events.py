"""Titles in what happened to somebody, with the time that the words give for it.

Understood are `resigned as mayor last week`, `was sacked in May as manager of X`, `, appointed judge in 2019,`,
`Elected mayor in 2012, Ana Reyes`, `As mayor in 2003, Ana Reyes`, `In her role as mayor, Ana Reyes`, `her predecessor
as mayor, Ana Reyes,`, `succeeded Bo Lind as mayor in May`, `who has led the Rowing Federation since 2009`. An end or a
beginning without a time that is understood says nothing of when, and gives no title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.check.checkers.titles.dated import Name, in_own_words, index_at, since, until
from pipeline.check.checkers.titles.grammar import Phrase, body_end, phrase_at
from pipeline.check.checkers.titles.posts import is_of_seat, of_seat
from pipeline.check.checkers.titles.sighting import How, Sighting, is_somebody_elses, sighting_of
from pipeline.check.checkers.titles.times import event_time, is_dated_within, is_sometime, tenure_after
from pipeline.check.checkers.titles.tokens import Words
from pipeline.core.models import Article, Modifier, PartialDate

_GONE = r"sacked|fired|ousted|removed|dismissed|deposed|dropped|axed"
_HOW = r"(?:(?:abruptly|suddenly|formally|officially|quietly|finally|reluctantly|then|later)\s+)?"
_ENDED = re.compile(
    rf"(?:(?:(?:has|had)\s+)?{_HOW}(?:resigned|retired|stepped\s+down|stood\s+down|quit|bowed\s+out|left\s+office"
    r"|(?:left|lost|resigned|vacated|relinquished|gave\s+up)\s+(?:his|her|their)\s+(?:post|job|position|role|seat))"
    rf"|(?:was|were|(?:has|had)\s+been)\s+{_HOW}(?:{_GONE}|replaced|succeeded"
    r"|removed\s+from\s+office|(?:forced|voted|kicked|pushed|thrown)\s+out))(?=\s)"
)
_ENDED_PARTICIPLE = re.compile(rf"(?:{_GONE})(?=\s)", re.IGNORECASE)
_BEGUN = re.compile(
    r"(?P<elected>(?:re-)?elected|sworn in|voted in)|appointed|named|chosen|hired|installed|inaugurated|made",
    re.IGNORECASE,
)
_WON = re.compile(
    r"won\s+(?:(?:a|another|his|her)\s+)?(?:(?:first|second|third|fourth|new|fresh)\s+term|(?P<elected>(?:re-)?election))"
    r"(?=\s+(?:as\s|in\s))"
)
_SPENT = re.compile(r"(?:served|sat|worked|ruled|spent(?: the)?(?: years)?)(?=\s)")
_AS = re.compile(r"\s+as\s+")
_DURING = re.compile(r"[Dd]uring (?:his|her|their) (?:time|tenure|term|terms|stint|spell|years|days) as\s")
_BY = re.compile(r"\s+by\s+[A-Z][\w’'-]+(?:\s+[A-Z][\w’'.-]*){1,3}(?=\s+(?:in|on|last)\b)")
_FRONTED = ("elected", "re-elected", "appointed", "named", "chosen", "hired", "installed", *_GONE.split("|"))
_ROLE = re.compile(
    r"[Ii]n (?:his|her|their) (?:(?P<old>former|previous|old)|(?:new|current|present|official|dual|other))? ?"
    r"(?:role|capacity|position|job|post|function) as\s"
)
_PARTIES = frozenset(
    ("party", "democrats", "greens", "conservatives", "liberals", "opposition", "coalition", "movement", "alliance")
)
"""Last words of names of those whom a leader leads."""
_LEADS = {"heads": "head", "leads": "head", "runs": "head", "chairs": "chair"}
_LED = {"led": "head", "headed": "head", "run": "head", "ran": "head", "chaired": "chair"}


def after_name(words: Words, at: int, name: Name, how: How, article: Article) -> Iterator[Sighting]:
    """Read an end or a change of office in the words behind a name; `at` is the index of the verb."""
    text = words.text
    if at >= len(words):
        return
    pattern = _ENDED_PARTICIPLE if how == "apposition" else _ENDED
    if match := pattern.match(text, words[at].start):
        yield from _ended(words, match.end(), name, how, article)
    elif how == "apposition" and (match := _BEGUN.match(text, words[at].start)):
        yield from _begun(words, match, name, article)
    elif how != "apposition" and (match := _WON.match(text, words[at].start)):
        yield from (replace(found, how=how, elected=True) for found in _begun(words, match, name, article))
    elif how != "apposition" and is_of_seat(words, at):
        yield from of_seat(words, at, name, how, article)
    elif how != "apposition" and (match := _SPENT.match(text, words[at].start)):
        yield from _spent(words, match.end(), name, how, article)
    elif words[at].low in ("succeeded", "replaced") and how != "apposition":
        yield from _succeeded(words, at, name, how, article)


def _ended(words: Words, stop: int, name: Name, how: How, article: Article) -> Iterator[Sighting]:
    """Read `resigned as mayor last week` or `was sacked in May as manager` behind its verb."""
    found = _dated_office(words, stop, article, "as")
    if found is None:
        return
    phrase, when, end = found
    sighting = sighting_of(words, phrase, name, how, article, past=True)
    yield until(sighting, when, words, end, article)


def _begun(words: Words, match: re.Match[str], name: Name, article: Article) -> Iterator[Sighting]:
    """Read `appointed judge in 2019` behind its participle."""
    found = _dated_office(words, match.end(), article, "")
    if found is None:
        return
    phrase, when, end = found
    sighting = sighting_of(words, phrase, name, "apposition", article, past=True)
    yield since(sighting, when, words, end, article, elected=bool(match["elected"]))


def _spent(words: Words, stop: int, name: Name, how: How, article: Article) -> Iterator[Sighting]:
    """Read `served from 1998 to 2003 as mayor` behind its verb."""
    tenure = tenure_after(words.text, stop)
    linked = _AS.match(words.text, tenure.stop) if tenure.start and tenure.end else None
    begins = index_at(words, linked.end()) if linked else None
    phrase = phrase_at(words, begins) if begins is not None else None
    if phrase is None or phrase.plural or phrase.determiner in ("a", "an", "one", "our"):
        return
    if is_sometime(words.text, words[phrase.end - 1].end):
        return
    found = sighting_of(words, phrase, name, how, article, past=True)
    mention = found.mention.model_copy(update={"start_year": tenure.start, "end_year": tenure.end})
    yield replace(found, mention=mention, loose=False)


def _dated_office(words: Words, at: int, article: Article, link: str) -> tuple[Phrase, PartialDate, int] | None:
    """Return the office, the time, and where both end: `in May as mayor` or `as mayor in May`; one time, no more."""
    text, today = words.text, article.published_at
    first = event_time(text, at, today)
    linked = re.compile(rf"\s+{link}\s+" if link else r"\s+(?:as\s+)?").match(text, first[1] if first else at)
    begins = index_at(words, linked.end()) if linked else None
    phrase = phrase_at(words, begins) if begins is not None else None
    if phrase is None or phrase.plural or phrase.determiner in ("a", "an", "one", "our"):
        return None
    stop = words[phrase.end - 1].end
    by = _BY.match(text, stop)
    last = event_time(text, by.end() if by else stop, today)
    if (first is None) == (last is None):
        return None
    when, end = first or last or (None, 0)
    end = max(end, stop)
    return (phrase, when, end) if when and not is_sometime(text, end) else None


def _succeeded(words: Words, at: int, name: Name, how: How, article: Article) -> Iterator[Sighting]:
    """Read `succeeded Bo Lind as mayor in May`: both held the office, one after the other."""
    last = words.name_from(at + 1) if words.is_capital(at + 1) else None
    if last is None or last >= len(words) or words[last].low != "as" or not words[last].joined:
        return
    phrase = phrase_at(words, last + 1)
    if phrase is None or phrase.plural:
        return
    new = sighting_of(words, phrase, name, how, article, past=True)
    time = event_time(words.text, words[phrase.end - 1].end, article.published_at)
    if not (time or words.closes(phrase.end)):
        return
    dated = since(new, time[0], words, time[1], article, elected=False) if time else new
    yield replace(dated, related=True)
    if last - at > 2:
        former = sighting_of(words, phrase, (at + 1, last), "before", article, past=True)
        yield replace(former, loose=True, related=True)


def fronted(words: Words, at: int, article: Article) -> Iterator[Sighting]:
    """Read an office that opens a sentence or clause before the name of its holder."""
    word = words[at]
    if word.text == "As":
        yield from _of_a_time(words, at + 1, article, dated=True)
    elif word.text in ("Once", "Formerly", "Previously") and (at == 0 or re.search(r"[.!?]\W*$", word.gap)):
        yield from _once(words, at + 1, article)
    elif word.low in ("predecessor", "successor"):
        yield from _relation(words, at, article)
    elif match := _ROLE.match(words.text, word.start):
        yield from _in_role(words, match, article)
    elif match := _DURING.match(words.text, word.start):
        begins = index_at(words, match.end())
        yield from _of_a_time(words, begins, article, dated=False) if begins is not None else ()
    elif word.capital and word.low in _FRONTED and (at == 0 or re.search(r"[.!?]\W*$", word.gap)):
        yield from _fronted_event(words, at, article)


def _of_a_time(words: Words, at: int, article: Article, *, dated: bool) -> Iterator[Sighting]:
    """Read `As governor of Ohio in 2021, Ada Stone` behind `As`: the office is given for a time of its own."""
    phrase = phrase_at(words, at) if at < len(words) else None
    if phrase is None or phrase.plural:
        return
    when = tenure_after(words.text, words[phrase.end - 1].end)
    stop = when.stop or words[phrase.end - 1].end
    name = None if when.loose else _name_behind(words, stop)
    if name and (when.at or (when.start and when.end) or not (dated or when.stop)):
        found = sighting_of(words, phrase, name, "apposition", article, past=True, at=when.at)
        mention = found.mention.model_copy(update={"start_year": when.start, "end_year": when.end})
        yield replace(found, mention=mention, loose=False)


def _once(words: Words, at: int, article: Article) -> Iterator[Sighting]:
    """Read `Once mayor of Brask, Ana Reyes now keeps bees`: without the `now` it may mean what is to come."""
    phrase = phrase_at(words, at) if at < len(words) else None
    name = _name_behind(words, words[phrase.end - 1].end) if phrase and not phrase.plural else None
    if phrase and name and (words[at - 1].text != "Once" or "now" in (words.low(name[1]), words.low(name[1] + 1))):
        yield _as_modifier(sighting_of(words, phrase, name, "apposition", article), "former")


def _name_behind(words: Words, stop: int) -> Name | None:
    """Return the full name that follows a comma at an offset."""
    first = index_at(words, stop)
    last = words.name_from(first) if first is not None and words[first].gap == ", " else None
    return (first, last) if first is not None and last is not None and last - first >= 2 else None


def is_named(words: Words, at: int, article: Article) -> Iterator[Sighting]:
    """Read `The director of the Tide Office is Ana Reyes`, from its first word."""
    phrase = phrase_at(words, at)
    if phrase is None or phrase.plural or phrase.determiner in ("a", "an", "his", "her", "their", "our", "one"):
        return
    verb = words.low(phrase.end)
    last = words.name_from(phrase.end + 1) if verb == "is" and words.is_capital(phrase.end + 1) else None
    if last is None or last - phrase.end < 3 or not words.closes(last) or words.is_organisation(phrase.end + 1, last):
        return
    if last < len(words) and not re.match(r"[.,;]", words[last].gap):
        return
    found = sighting_of(words, phrase, (phrase.end + 1, last), "apposition", article)
    loose = is_dated_within(words.text[words[phrase.head].start : words[phrase.end - 1].end])
    yield replace(found, how="relative", stated=not loose, loose=loose)


def _in_role(words: Words, match: re.Match[str], article: Article) -> Iterator[Sighting]:
    begins = index_at(words, match.end())
    phrase = phrase_at(words, begins) if begins is not None else None
    name = _name_behind(words, words[phrase.end - 1].end) if phrase and not phrase.plural else None
    if phrase and name:
        found = sighting_of(words, phrase, name, "apposition", article)
        yield _as_modifier(found, "former") if match["old"] else found


def _as_modifier(sighting: Sighting, modifier: Modifier) -> Sighting:
    return replace(sighting, mention=sighting.mention.model_copy(update={"modifier": modifier}))


def _relation(words: Words, at: int, article: Article) -> Iterator[Sighting]:
    """Read `her predecessor as mayor, Ana Reyes,`."""
    owner = words[at - 1] if at else None
    owned = owner is not None and (owner.possessive or owner.low in ("his", "her", "their", "its"))
    phrase = phrase_at(words, at + 2) if owned and at + 2 < len(words) and words[at + 1].low == "as" else None
    name = _name_behind(words, words[phrase.end - 1].end) if phrase and not phrase.plural else None
    if phrase is None or name is None or not words.closes(name[1]):
        return
    gone = words[at].low == "predecessor"
    found = replace(sighting_of(words, phrase, name, "apposition", article, past=gone), related=True)
    yield _as_modifier(found, "former") if gone else found


def _fronted_event(words: Words, at: int, article: Article) -> Iterator[Sighting]:
    """Read `Elected mayor in 2012, Ana Reyes` and `Sacked as manager last week, Bo Lind`."""
    text = words.text
    gone = _ENDED_PARTICIPLE.match(text, words[at].start)
    begun = None if gone else _BEGUN.match(text, words[at].start)
    match = gone or begun
    found = _dated_office(words, match.end(), article, "as" if gone else "") if match else None
    name = _name_behind(words, found[2]) if found else None
    if found is None or name is None:
        return
    phrase, when, end = found
    sighting = sighting_of(words, phrase, name, "apposition", article, past=True)
    if begun:
        yield since(sighting, when, words, end, article, elected=bool(begun["elected"]))
    else:
        yield until(sighting, when, words, end, article)


def led(words: Words, at: int, name: Name, article: Article) -> Iterator[Sighting]:
    """Read `Ruth Okell, who heads the Rowing Federation`: the head of that body, in words of its own."""
    if at + 1 >= len(words) or is_somebody_elses(words, name[0]):
        return
    perfect = words[at].low == "has" and words[at + 1].low in _LED and words[at + 1].low != "ran"
    past = words[at].low in _LED and words[at].low != "run"
    verb = words[at + perfect].low
    title_head = (_LED if perfect or past else _LEADS).get(verb)
    first = at + perfect + 1
    last = body_end(words, first)
    if title_head is None or last is None:
        return
    stop = words[last - 1].end
    tenure = tenure_after(words.text, stop)
    dated = bool(tenure.start if perfect else tenure.end)
    whole = words.closes(last) or words[last].low in ("and", "but")
    owned = re.match(r"\.?['’]s\b", words.text[stop:])  # `the F.B.I.'s New York office`
    if owned or tenure.loose or (perfect or past) != dated or not (dated or whole):
        return
    title_head = "leader" if title_head == "head" and words.low(last - 1) in _PARTIES else title_head
    title = f"{title_head} of {words.text[words[first].start : stop]}"
    found = in_own_words(words, name, title, max(stop, tenure.stop), "relative", article)
    mention = found.mention.model_copy(update={"start_year": tenure.start, "end_year": tenure.end})
    yield replace(found, mention=mention, past=past, stated=not past)
