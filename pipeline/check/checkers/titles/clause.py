"""The clause that a mention stands in: which verb it belongs to, that verb's tense, and the days the clause names.

The words of a title confuse a parser, so a mention is first replaced by a plain name and the sentence parsed anew,
without its dateline. The clause is that of the finite verb which the name depends on, by whatever grammar: as its
subject or object, behind a preposition, in a noun phrase of people or of contacts (`aides to X`, `a letter to X`), in
an infinitive, in a list behind a colon. A clause inside another counts where its own tense or its own day tells the
time. Blind spots: headings; what stands inside works, memories and conditions has no clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.check.checkers.titles.dependence import (
    SUBJECTS,
    Role,
    Tense,
    before_colon,
    finite_of,
    is_ahead,
    is_before_the_past,
    is_cleft,
    is_main,
    is_perfect,
    is_told,
    is_verbless,
    tense_of,
    verb_of,
)
from pipeline.check.checkers.titles.times import placed_dates
from pipeline.check.checkers.titles.verbs import (
    ABSENT,
    AGREED,
    ALSO_SAID,
    BACKED,
    DAILY,
    DRAWN,
    EVENTS,
    EXAMINING,
    GUESTS,
    JUDGED,
    LASTING,
    MEMORIES,
    NEWS,
    PLANNED,
    PLANS,
    PROVOKED,
    REMEMBERED,
    WORKS,
)
from pipeline.core.english import parse
from pipeline.core.models import PartialDate
from pipeline.evidence import lexicon

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

NAME = "Anna Smith"
_DATELINE = re.compile(
    r"^(?:[A-ZÀ-Þ][A-ZÀ-Þ.’' -]{2,}\b(?:,? [A-Z][\w.]+)?(?:,? [\w ,.]{0,24}\d{4})?(?:,? [A-Z][a-z]+\.? \d{1,2})?"
    r"|[A-Z][\w’' ]{2,20}, \d{1,2} [A-Z][a-z]+(?: \d{4})?)\s*(?:\([^()]{2,30}\)\s*)?[-–—]{1,2}\s+"
)
RECENT: re.Pattern[str] = re.compile(
    r"(?<!ago )(?<!ago, )(?<!\bthat )(?<!\bone )(?<!\bevery )(?<!\ba )\b"
    r"(?:(?:(?:on|last|this|late|early) )?(?P<day>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
    r"|today|yesterday|tonight|this (?:week|morning|afternoon|evening|month)|last (?:week|month|night)|overnight)\b",
    re.IGNORECASE,
)
_SAYING = re.compile(r":\s[^‘“\"']{0,40}[‘“\"'](?=\w)")
"""What somebody says, in a headline: `Brightwater boss X: delays ‘not our fault’`."""
_OF_A_LIFE = re.compile(r":\s(?:how|why|who|what|where|when|an?|the|my|his|her|from|in)\b", re.IGNORECASE)
"""What is told of somebody, in a headline: `X: a life`."""
_CLAUSES = ("relcl", "acl", "advcl", "pcomp", "csubj", "csubjpass")
_OWN_CLAUSES = frozenset(("that", "because", "although", "though"))
"""Words that open a clause which may have a time of its own, and is no condition."""
_ASKED_OR_NAMED = frozenset(("why", "where", "how"))
HOUR: re.Pattern[str] = re.compile(
    r"\b(?:\d{1,2}(?:[.:]\d\d)? ?[ap]\.?m\b|noon\b|midday\b|midnight\b|dawn\b|daybreak\b|lunchtime\b)"
)
_ASKS = frozenset(("will", "can", "does", "must", "should", "has", "is"))
"""What opens a question of what somebody does or will do."""
_NEWS_OF_WORDS = frozenset(("after", "while", "though", "although", "as", "once"))
"""Words that open what somebody said as something else happened."""
_DOERS = ("subject", "agent")
_TIMED = frozenset(("after", "before", "while", "once", "as"))
"""Words that open a clause which only a day of its own places."""
_HABITS = frozenset(
    ("never", "always", "often", "rarely", "seldom", "usually", "sometimes", "long", "once", "famously")
)
_SEQUELS = ("after", "as", "when")
"""What these clauses tell is no later than the sentence's own verb: `blamed it after his side lost on Monday`."""
_PARTS_OF_A_YEAR = frozenset(
    ("spring", "summer", "autumn", "fall", "winter", "end", "start", "beginning", "middle", "month", "half", "quarter")
    + ("week", "day", "night", "morning", "evening", "rest", "part", "most", "much")
)
_LONG = ("year", "decade", "month", "century", "generation")
"""As in `years after X said so`."""
_LONGEST_DATE = 18
"""Letters of a date such as `30 September 2021`."""
_NEAREST = 6
"""Words between a verb and a weekday that belongs to it whatever the parser says."""


@dataclass(frozen=True, kw_only=True)
class Clause:
    """A clause with a mention in it: a main clause, or a participle with its agent as in `opened in 2020 by X`."""

    role: Role
    tense: Tense
    simple: bool = False
    """False of what is over, `has asked`, but for what is news, `has arrested`."""
    ahead: bool = False
    """True of what is under way or to come: `will open`, `is to open`, `is being opened`."""
    reports: bool = False
    """True where the verb is one of saying."""
    absent: bool = False
    """True where the verb speaks of people who are not there, on whatever day: `quote`, `recall`, `succeed`."""
    judged: bool = False
    """True where the verb, in the present, speaks of what somebody once did: `accuse`, `praise`."""
    planned: bool = False
    """True where the verb says of an event that it begins, goes on or is put off."""
    backed: bool = False
    remembers: bool = False
    """True where the verb speaks of people who need not be there, nor in office, as `honour` and `quote` do."""
    examined: bool = False
    """True of what is being examined, as in `are investigating whether X misled them`."""
    seen: bool = False
    """True where the verb tells a deed that is news and does not stay."""
    tied: bool = False
    """True of `as X put it` and of what `when` opens: only a day of its own places it."""
    told: bool = False
    """True where what was said stands before it, as in `The lake has shrunk since 1990, said X`."""
    recent: bool = False
    """True where the clause names a weekday, or `today`."""
    dates: tuple[PartialDate, ...]
    """The days, months and years the clause may name as its own."""
    sure_dates: tuple[PartialDate, ...]
    """Those that surely belong to its verb."""
    between: str
    """What stands between name and verb, or behind the name where the verb stands before it."""
    behind: str
    """What stands behind the verb."""


def without_dateline(text: str) -> str:
    """Return a sentence without `OSLO, 5 May 2026 (Wire) -`."""
    return text[match.end() :] if (match := _DATELINE.match(text)) else text


@lru_cache(4096)
def clause_of(before: str, after: str) -> Clause | None:
    """Return the main clause of a name that stands between two parts of a sentence; None where it has none.

    >>> clause_of("", " said on Monday that it was over.").role
    'subject'
    """
    before = without_dateline(before)
    doc = parse(f"{before}{NAME}{after}", entities=False)
    at = len(before) + len(NAME) - len("Smith")
    name = next((token for token in doc if token.idx == at), None)
    if name is None or _is_asked(name):
        return None
    found = before_colon(name) if is_verbless(name) else verb_of(name)
    if found is None:
        return _caption(name, doc.text[at + len("Smith") :]) if is_verbless(name) else None
    verb, role = found
    tense = tense_of(verb)
    if tense is None or _is_of_a_work(verb) or not _tells_time(doc, verb, tense):
        return None
    heard = is_told(verb) and is_before_the_past(verb)  # `the agency said that X had left`
    if heard and role not in _DOERS:
        return None
    told = role == "subject" and _stands_behind_content(verb, name)
    content = name.idx if role == "according to" else min(verb.idx, name.idx) if told else 0
    sure, possible = _dates(doc, verb, content, now=tense == "present")
    recent = not (heard and possible) and any(_is_recent(doc, each) for each in (verb, *_told_with(verb)))
    if is_cleft(verb):  # `it was X who in 2001 opened it, and it is used today`
        recent = not possible and (recent or _is_recent(doc, verb.head.head))
    if opening := _opening(verb):
        before_it = _day_before(opening)
        recent, sure = before_it if any(before_it) else (recent, sure)
        possible = sure
    if tense == "participle":
        own = _of_participle(doc, verb, at + len("Smith"))
        recent, sure = bool(RECENT.search(own)), tuple(when for _, when in placed_dates(own))
    end = at + len("Smith")
    between = doc.text[end : verb.idx] if verb.i > name.i else doc.text[end : _end_of(verb, name)]
    if is_cleft(verb) or _is_of_a_plan(verb):  # `it was X who then opened it`: the clause itself
        between = ""
    lemma = _lemma_of(verb)
    return Clause(
        role=role,
        tense=tense,
        simple=not is_perfect(verb) or (lemma in NEWS and not _is_of_habit(verb)),
        ahead=is_ahead(verb) or _is_of_a_plan(verb),
        reports=not (_follows(verb) or _is_of_habit(verb) or heard)
        and (lemma in lexicon().speech | ALSO_SAID or _puts_it(verb) or _is_own_report(verb, role)),
        absent=lemma in ABSENT and not _are_guests(verb),
        judged=lemma in JUDGED,
        planned=lemma in PLANNED | PROVOKED,
        backed=lemma in BACKED,
        remembers=lemma in REMEMBERED and not _are_guests(verb),
        examined=_is_examined(verb),
        seen=_is_news(verb, role),
        tied=tense != "participle" and verb.dep_ != "ROOT" and _is_tied(verb),
        told=told,
        recent=recent,
        dates=possible,
        sure_dates=sure,
        between=between,
        behind=doc.text[verb.idx + len(verb) : verb.sent.end_char],
    )


def _lemma_of(verb: Token) -> str:
    """Return a verb, with its particle where the two are a way to say something, as in `ruled out`."""
    lemma = str(verb.lemma_).lower()
    pairs = (f"{lemma} {child.lower_}" for child in verb.children if child.dep_ == "prt")
    return next((pair for pair in pairs if pair in ALSO_SAID), lemma)


def _caption(name: Token, behind: str) -> Clause | None:
    """Return what a sentence without a finite verb says: that somebody was there, as in `From left: X and a horse`."""
    token = name
    while token.head != token:
        token = token.head
        of_work = any(child.dep_ == "compound" and child.lemma_.lower() in WORKS for child in token.children)
        if of_work or token.lemma_.lower() in WORKS | MEMORIES or (token.tag_ == "VBN" and token.dep_ != "ROOT"):
            return None
    if _OF_A_LIFE.match(behind):
        return None
    behind = "" if _SAYING.match(behind) else behind
    days = tuple(when for _, when in placed_dates(name.sent.text))
    recent = bool(RECENT.search(name.sent.text))
    return Clause(
        role="caption", tense="none", seen=True, recent=recent, dates=days, sure_dates=days, between=behind, behind=""
    )


def tells_the_present(verb: Token) -> bool:
    """Tell whether a verb of any clause but a condition says what goes on or is to come."""
    marks = {child.lower_ for child in verb.children if child.dep_ == "mark" or child.tag_ == "WRB"}
    return tense_of(verb) == "present" and not is_perfect(verb) and not marks - _OWN_CLAUSES and not _is_of_a_work(verb)


def _is_asked(name: Token) -> bool:
    """Tell whether a name stands in a question, but for one of what somebody does or will do: `Will X resign?`."""
    verb = name.head
    opened = (child.lower_ in _ASKS for child in verb.children if child.dep_ == "aux" and child.i < name.i)
    once = any(child.lower_ == "have" for child in verb.children)  # `Should X have gone?`
    of_now = name.dep_ == "nsubj" and verb.dep_ == "ROOT" and any(opened) and not once
    return bool(name.sent.text.rstrip(' "”').endswith("?")) and not of_now


def _is_news(verb: Token, role: Role) -> bool:
    """Tell whether a verb, in the past and without a day, tells what the first words of a dated story have for news."""
    if _follows(verb):
        return _lemma_of(verb) not in AGREED
    told = is_main(verb) or is_cleft(verb) or _is_fronted(verb) or (is_told(verb) and role in _DOERS)
    passes = _lemma_of(verb) not in LASTING or _is_there(verb) or _is_daily(verb, role) or _is_passing(verb, role)
    return told and passes and not _is_of_habit(verb)


def _told_with(verb: Token) -> tuple[Token, ...]:
    """Return the main verb whose day is a clause's too: `tried on Monday to stop X`, `fell on Monday as X spoke`."""
    if _follows(verb):
        return (verb.head,)
    return (finite_of(verb),) if tense_of(verb) == "past" else ()


def _is_of_a_plan(verb: Token) -> bool:
    """Tell whether a verb is that of `Under a plan drawn up by X, jobs will go`, which says what is to come."""
    plan = verb.tag_ == "VBN" and verb.dep_ == "acl" and verb.head.lemma_.lower() in PLANS
    if not plan or verb.lemma_.lower() not in DRAWN or verb.head.head.lower_ != "under":
        return False
    token = verb.head
    while token.pos_ not in ("VERB", "AUX") and token.head != token:
        token = token.head
    return is_ahead(token) and tense_of(token) == "present"


def _is_examined(verb: Token) -> bool:
    """Tell whether a clause is what somebody looks into: `are investigating whether X misled them`."""
    marks = {child.lower_ for child in verb.children if child.dep_ == "mark" and child.i < verb.i}
    head = verb.head
    while head.pos_ in ("NOUN", "ADP") and verb.dep_ in ("acl", "pcomp") and head.head != head:
        head = head.head
    looks = head.lemma_.lower() in EXAMINING and tense_of(head) == "present" and not is_perfect(head)
    return marks in ({"whether"}, {"that"}) and verb.dep_ in ("ccomp", "acl", "pcomp") and looks


def _is_there(verb: Token) -> bool:
    """Tell whether somebody `was among the guests` or `kept them waiting`."""
    among = verb.lemma_ == "be" and any(child.lower_ == "among" for child in verb.children)
    return among or (verb.lemma_ == "keep" and any(child.lower_ == "waiting" for child in verb.subtree))


def _is_passing(verb: Token, role: Role) -> bool:
    """Tell whether what a lasting verb says does not stay: `held talks`, `joined X to plant a tree`, `left at 3am`."""
    children = list(verb.children)
    objects = [child for child in children if child.dep_ == "dobj"]
    if verb.lemma_ == "hold":
        return any(child.lemma_.lower() in EVENTS for child in objects)
    if verb.lemma_ == "join" and role == "object":
        return any(child.dep_ in ("advcl", "xcomp") and child.tag_ == "VB" for child in children)
    so = any(child.dep_ == "amod" and child.i > each.i for each in objects for child in each.children)
    so = so or any(child.dep_ in ("acomp", "oprd", "ccomp") or child.lower_ == "out" for child in children)
    said = (child for child in children if child.dep_ == "advcl" and child.tag_ == "VBG" and child.i > verb.i)
    saying = any(child.lemma_.lower() in lexicon().speech for child in said)  # `bought it, saying that it was cheap`
    return (verb.lemma_ == "leave" and so) or saying or _is_at_an_hour(verb)


def _is_at_an_hour(verb: Token) -> bool:
    return any(_is_beside(verb.doc, verb, match.start()) for match in HOUR.finditer(verb.doc.text))


def _are_guests(verb: Token) -> bool:
    """Tell whether a verb is that of `the guests included X` or `those attending included X`."""
    subjects = [child for child in verb.children if child.dep_ in SUBJECTS]
    there = (child.lemma_ == "attend" for each in subjects for child in each.children if child.dep_ == "acl")
    return verb.lemma_ == "include" and (any(each.lemma_.lower() in GUESTS for each in subjects) or any(there))


def _is_fronted(verb: Token) -> bool:
    """Tell whether a clause is what a source reports behind it: `X held talks in Moscow, the agency reported`."""
    head = verb.head
    reported = verb.dep_ == "ccomp" and head.dep_ == "ROOT" and verb.i < head.i
    return reported and head.lemma_.lower() in lexicon().speech | ALSO_SAID


def _is_daily(verb: Token, role: Role) -> bool:
    """Tell whether somebody does what is done every day: not `was opened by`, which a guide says of an old house."""
    return role == "subject" and verb.lemma_.lower() in DAILY and not any(c.dep_ == "auxpass" for c in verb.children)


def _is_own_report(verb: Token, role: Role) -> bool:
    """Tell whether the named person reports the clause: `X saw no danger, she told reporters`."""
    head = verb.head
    fronted = role == "subject" and verb.dep_ == "ccomp" and head.dep_ == "ROOT" and verb.i < head.i
    says = head.lemma_.lower() in lexicon().speech
    return fronted and says and any(c.dep_ in SUBJECTS and c.lower_ in ("he", "she") for c in head.children)


def _is_of_habit(verb: Token) -> bool:
    """Tell whether somebody `never believed` or `always kept` something: no news."""
    return any(child.lower_ in _HABITS and 0 < verb.i - child.i < 3 for child in verb.children)


def _puts_it(verb: Token) -> bool:
    """Tell whether a verb is that of `as X put it` or `X was not available for comment`."""
    silent = verb.lemma_ == "be" and any(child.lower_ in ("available", "unavailable") for child in verb.children)
    it = verb.lemma_ == "put" and any(child.dep_ == "dobj" and child.lower_ == "it" for child in verb.children)
    return it or (silent and any(token.lower_ == "comment" for token in verb.subtree))


def _is_of_a_work(verb: Token) -> bool:
    """Tell whether a clause tells what is in a work, or what a history or a generation remembers."""
    while True:
        subjects = [child.lemma_.lower() for child in verb.children if child.dep_ in SUBJECTS]
        speaks = verb.lemma_.lower() in lexicon().speech and subjects == ["presidency"]  # an office, and no time
        if WORKS & {verb.lemma_.lower(), *subjects} and not speaks:
            return True
        if verb.head == verb:
            return False
        verb = verb.head


def _tells_time(doc: Doc, verb: Token, tense: Tense) -> bool:
    """Tell whether a clause's own words place it: the sentence's main clause, one joined to it or behind what was said.

    Any other clause does where it is in the present, or names its own day, and is no condition; so does what somebody
    is told to have done, and what is being looked into.
    """
    if tense == "participle":
        return verb.head.pos_ in ("NOUN", "PROPN")
    if _is_examined(verb) or (is_told(verb) and tense == "past"):
        return True
    own = tense == "present" or (tense == "past" and _names_its_day(doc, verb))
    verb = finite_of(verb)
    words = [child for child in verb.children if child.i < verb.i]
    marks = {child.lower_ for child in words if child.dep_ == "mark" or child.tag_ == "WRB"}
    if tense == "present" and marks in ({"as"}, {"while"}):
        return True
    if marks - _OWN_CLAUSES - _ASKED_OR_NAMED:
        taken_for_main = is_main(verb) and marks <= _NEWS_OF_WORDS  # `Even as X spoke, another left`
        return taken_for_main or _is_tied(verb) or _follows(verb) or (marks <= _TIMED and _is_dated(doc, verb))
    if any(child.tag_ in ("WDT", "WP", "WRB") for child in words) or marks:
        return own or is_cleft(verb) or _follows(verb)
    while verb.dep_ == "conj" and verb.head.pos_ in ("VERB", "AUX"):
        verb = verb.head
    speaks = verb.lemma_.lower() in lexicon().speech
    behind = verb.dep_ in ("parataxis", "ccomp") and verb.head.dep_ == "ROOT" and verb.i > verb.head.i
    told = verb.dep_ == "ccomp" and verb.head.dep_ == "ROOT"
    reported = told and verb.head.lemma_.lower() in lexicon().speech and tense != "past"
    main = is_main(verb) or (speaks and behind) or reported or (told and verb.i < verb.head.i)
    return main or own


def _is_dated(doc: Doc, verb: Token) -> bool:
    """Tell whether a clause of the past names a day, month or year as its own."""
    return tense_of(verb) == "past" and bool(_dates(doc, verb, 0)[0])


def _names_its_day(doc: Doc, verb: Token) -> bool:
    return any(_is_beside(doc, verb, match.start()) for match in RECENT.finditer(doc.text))


def _stands_behind_content(verb: Token, name: Token) -> bool:
    """Tell whether what a verb of saying reports stands before it and its subject, and opens with no word of time."""
    if verb.lemma_.lower() not in lexicon().speech | ALSO_SAID:
        return False
    first = min(verb.i, name.i)
    content = [child for child in verb.children if child.dep_ in ("ccomp", "parataxis") and child.i < first]
    if verb.dep_ in ("ccomp", "parataxis") and verb.head.i < first:
        content.append(verb.head)
    opening = min((token for each in content for token in each.subtree), key=lambda token: token.i, default=None)
    while opening is not None and opening.is_punct and opening.i + 1 < first:
        opening = opening.nbor()
    if opening is None or opening.tag_ == "WRB":
        return False
    counts = opening.pos_ == "ADV" and opening.head.pos_ == "NUM"  # `Only 38 of the towns`
    return counts or opening.pos_ not in ("ADP", "SCONJ", "ADV")


def _follows(verb: Token) -> bool:
    """Tell whether a clause is `Shares fell after X warned of a loss`: what somebody said, and what came with it.

    `It was, as X said, a mistake` quotes anybody.
    """
    marks = [child.lower_ for child in verb.children if child.dep_ == "mark" and child.i < verb.i]
    there = marks in (["as"], ["while"]) and _is_at_an_hour(verb)
    speaks = verb.lemma_.lower() in lexicon().speech | ALSO_SAID | AGREED or there
    if not speaks or len(marks) != 1 or marks[0] not in _NEWS_OF_WORDS or tense_of(verb) != "past":
        return False
    before = [*verb.children, *verb.head.children]
    counted = any(c.dep_ == "npadvmod" and c.lemma_.lower() in _LONG and c.i < verb.i for c in before)
    says_what = marks != ["as"] or (verb.i > verb.head.i and any(c.dep_ in ("ccomp", "dobj") for c in verb.children))
    return verb.dep_ == "advcl" and verb.head.dep_ == "ROOT" and says_what and not counted


def _is_tied(verb: Token) -> bool:
    """Tell whether a clause is `as X put it`, or one that `when` opens: a day of its own may place it."""
    says = _puts_it(verb) or verb.lemma_.lower() in lexicon().speech
    marks = [child.lower_ for child in verb.children if child.dep_ == "mark" and child.i < verb.i]
    timed = bool(marks) and set(marks) <= _TIMED and not _follows(verb)
    return timed or bool(_opening(verb)) or (marks == ["as"] and verb.dep_ == "advcl" and says)


def _day_before(opening: Token) -> tuple[bool, tuple[PartialDate, ...]]:
    """Return the day that stands right before a `when`: whether it is a weekday or `today`, and a written date."""
    text = opening.doc.text[: opening.idx].rstrip(" ,")
    recent = any(match.end() == len(text) for match in RECENT.finditer(text))
    dates = [(start, when) for start, when in placed_dates(text) if len(text) - start <= _LONGEST_DATE]
    return recent, tuple(when for _, when in dates[-1:])


def _of_participle(doc: Doc, verb: Token, end: int) -> str:
    """Return the words from a participle to its agent, and on to the next mark: `opened in 2019 by X on a Monday`."""
    behind = re.split(r"[,;:.()–—-]", doc.text[end : verb.sent.end_char])[0]
    more = any(token.pos_ in ("VERB", "AUX", "SCONJ", "PRON") for token in doc if end <= token.idx < end + len(behind))
    return str(doc.text[verb.idx : end]) + ("" if more else behind)


def _opening(verb: Token) -> Token | None:
    """Return the `when` of `on Monday when X cut the ribbon`."""
    return next((child for child in verb.children if child.i < verb.i and child.lower_ == "when"), None)


def _is_recent(doc: Doc, verb: Token) -> bool:
    return any(
        _is_beside(doc, verb, match.start())
        or (not is_in_quotes(doc.text, match.start()) and _may_be_of(doc, verb, match.start(), _SEQUELS))
        for match in RECENT.finditer(doc.text)
    )


def _is_beside(doc: Doc, verb: Token, offset: int) -> bool:
    """Tell whether a word opens the sentence before a verb, or follows it with no other verb between."""
    sentence = verb.sent
    if not sentence.start_char <= offset < sentence.end_char or is_in_quotes(doc.text, offset):
        return False
    if offset < verb.idx:
        return not any(t.pos_ in ("VERB", "AUX") and t.head != verb and t.i < verb.i for t in sentence)
    between = [token for token in sentence if verb.idx < token.idx < offset]
    own = all(token.pos_ not in ("VERB", "AUX") or token.dep_ == "xcomp" for token in between)
    return (
        own and len(between) <= _NEAREST and not any(token.dep_ == "mark" for token in between if token.pos_ != "ADP")
    )


def is_in_quotes(text: str, offset: int) -> bool:
    """Tell whether an offset stands behind an opening quotation mark that nothing before it closes."""
    before = text[:offset]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _end_of(verb: Token, name: Token) -> int:
    """Return where what stands behind a verb's object or agent ends, without `after two jets entered the airspace`."""
    for child in verb.children:
        after = any(c.dep_ == "mark" and c.lower_ == "after" for c in child.children) and tense_of(child) == "past"
        if after and child.dep_ == "advcl" and child.i > name.i and not any(t.pos_ == "PRON" for t in child.subtree):
            return min(int(token.idx) for token in child.subtree)
    return int(verb.sent.end_char)


def _is_of_a_noun(doc: Doc, offset: int) -> bool:
    """Tell whether a year is that of `the scandal of 2011`, and of no season or part of a year."""
    year = next((token for token in doc if token.idx <= offset < token.idx + len(token)), None)
    noun = year.head.head if year is not None and year.dep_ == "pobj" and year.head.lower_ == "of" else None
    return noun is not None and noun.pos_ == "NOUN" and noun.lemma_.lower() not in _PARTS_OF_A_YEAR


def _dates(
    doc: Doc, verb: Token, after: int, *, now: bool = False
) -> tuple[tuple[PartialDate, ...], tuple[PartialDate, ...]]:
    """Return the days that surely are a verb's own, and all that may be; of a verb in the present not a noun's."""
    sure: list[PartialDate] = []
    possible: list[PartialDate] = []
    for offset, when in placed_dates(doc.text):
        if offset < after or is_in_quotes(doc.text, offset) or (now and _is_of_a_noun(doc, offset)):
            continue
        if _is_beside(doc, verb, offset):
            sure.append(when)
        if _is_beside(doc, verb, offset) or _may_be_of(doc, verb, offset):
            possible.append(when)
    return tuple(sure), tuple(possible)


def _may_be_of(doc: Doc, verb: Token, offset: int, sequels: tuple[str, ...] = ()) -> bool:
    """Tell whether no clause of its own stands between a date and a verb, but one that some words open."""
    token = next((token for token in doc if token.idx <= offset < token.idx + len(token) + 1), None)
    while token is not None and token != verb:
        own = token.dep_ in _CLAUSES or (token.dep_ == "ccomp" and any(c.lower_ == "that" for c in token.children))
        opened = token.dep_ == "advcl" and any(c.lower_ in sequels for c in token.children)
        later = token.dep_ == "conj" and tense_of(token) == "present" and tense_of(verb) == "past"
        if (own and not opened) or later or token.head == token:
            return False
        token = token.head
    return bool(token == verb)
