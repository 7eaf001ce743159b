"""The clause that a mention stands in: which verb it belongs to, that verb's tense, and the days the clause names.

The words of a title confuse a parser, so a mention is first replaced by a plain name and the sentence parsed anew,
without its dateline. Blind spots: headings, captions and sentences without a finite verb have no clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from pipeline.check.checkers.titles.times import placed_dates
from pipeline.check.checkers.titles.verbs import (
    ACCOMPANIED,
    ADDRESSED,
    ALSO_SAID,
    BACKED,
    DAILY,
    EVENTS,
    LASTING,
    MEETINGS,
    OFFICES,
    PLANNED,
    REMEMBERED,
    VOICES,
    WANTS,
)
from pipeline.core.english import parse
from pipeline.core.models import PartialDate
from pipeline.evidence import lexicon

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Role = Literal["subject", "agent", "object", "according to", "voice", "event"]
Tense = Literal["present", "past", "future in the past", "participle"]

_NAME = "Anna Smith"
_DATELINE = re.compile(
    r"^(?:[A-ZÀ-Þ][A-ZÀ-Þ.’' -]{2,}\b(?:,? [A-Z][\w.]+)?(?:,? [\w ,.]{0,24}\d{4})?(?:,? [A-Z][a-z]+\.? \d{1,2})?"
    r"|[A-Z][\w’' ]{2,20}, \d{1,2} [A-Z][a-z]+(?: \d{4})?)\s*(?:\([^()]{2,30}\)\s*)?[-–—]{1,2}\s+"
)
RECENT = re.compile(
    r"(?<!ago )(?<!ago, )\b(?:(?:(?:on|last|this|late|early) )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"|today|yesterday|tonight|this (?:week|morning|afternoon|evening|month)|last (?:week|month|night)|overnight)\b",
    re.IGNORECASE,
)
_CLAUSES = ("relcl", "acl", "advcl", "pcomp", "csubj", "csubjpass")
_SUBJECTS = ("nsubj", "nsubjpass")
_TOWARDS = ("with", "to", "from", "by", "alongside")
_PRESENT = ("will", "'ll", "’ll", "shall", "can", "must", "may", "should")
_SEQUELS = ("after", "as", "when")
"""What these clauses tell is no later than the sentence's own verb: `blamed it after his side lost on Monday`."""
_LONGEST_DATE = 18
"""Letters of a date such as `30 September 2021`."""
_NEAREST = 6
"""Words between a verb and a weekday that belongs to it whatever the parser says."""


@dataclass(frozen=True)
class Clause:
    """A clause with a mention in it: a main clause, or a participle with its agent as in `opened in 2020 by X`."""

    role: Role
    tense: Tense
    simple: bool
    """True of a plain present, `asks`."""
    ahead: bool
    """True of what is under way or to come: `will open`, `is to open`, `is being opened`."""
    reports: bool
    """True where the verb is one of saying."""
    meets: bool
    addressed: bool
    """True where the object of the verb, in the present, is there now."""
    backed: bool
    remembers: bool
    """True where the verb speaks of people who need not be there, nor in office, as `honour` and `quote` do."""
    seen: bool
    """True where the verb tells a deed that is news and does not stay."""
    tied: bool
    """True of `as X put it` and of what `when` opens: only a day of its own places it."""
    told: bool
    """True where what was said stands before it, as in `The lake has shrunk since 1990, said X`."""
    recent: bool
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
    doc = parse(f"{before}{_NAME}{after}", entities=False)
    at = len(before) + len(_NAME) - len("Smith")
    name = next((token for token in doc if token.idx == at), None)
    found = _verb_of(name) if name is not None else None
    if name is None or found is None:
        return None
    verb, role = found
    tense = _tense(verb)
    if tense is None or not _is_main(verb, tense) or verb.sent.text.rstrip(' "”').endswith("?"):
        return None
    told = role == "subject" and _stands_behind_content(verb, name)
    content = name.idx if role == "according to" else min(verb.idx, name.idx) if told else 0
    sure, possible = _dates(doc, verb, content)
    recent = _is_recent(doc, verb)
    if opening := _opening(verb):
        recent, sure = _day_before(opening)
        possible = sure
    if tense == "participle":
        own = _of_participle(doc, verb, at + len("Smith"))
        recent, sure = bool(RECENT.search(own)), tuple(when for _, when in placed_dates(own))
    end = at + len("Smith")
    between = doc.text[end : verb.idx] if verb.i > name.i else doc.text[end : verb.sent.end_char]
    lemma = verb.lemma_.lower()
    return Clause(
        role,
        tense,
        verb.tag_ in ("VBZ", "VBP"),
        _is_ahead(verb),
        not _follows(verb) and (lemma in lexicon().speech | ALSO_SAID or _puts_it(verb) or _is_own_report(verb, role)),
        lemma in MEETINGS,
        lemma in ADDRESSED,
        lemma in BACKED,
        lemma in REMEMBERED,
        _follows(verb) or verb.dep_ == "ROOT" and (lemma not in LASTING or _is_there(verb) or _is_daily(verb, role)),
        tense != "participle" and verb.dep_ != "ROOT" and _is_tied(verb),
        told,
        recent,
        possible,
        sure,
        between,
        doc.text[verb.idx + len(verb) : verb.sent.end_char],
    )


def _verb_of(name: Token) -> tuple[Token, Role] | None:
    """Return the verb a name belongs to and as what; a name in a list belongs where the list does."""
    token = name
    while token.dep_ in ("conj", "appos") and token.head.pos_ in ("PROPN", "NOUN"):
        token = token.head
    head = token.head
    if token.dep_ in _SUBJECTS or (token.dep_ == "attr" and _is_inverted(head, token)):
        return head, "subject"
    if token.dep_ == "poss" and head.lower_ in OFFICES and head.dep_ in _SUBJECTS:
        return head.head, "voice"
    if token.dep_ == "pobj":
        return _verb_of_preposition(head)
    if token.dep_ in ("dobj", "iobj", "dative"):
        return head, "object"
    return None


def _is_inverted(verb: Token, name: Token) -> bool:
    """Tell whether a name is what `among the guests was X` speaks of."""
    return verb.lemma_ == "be" and verb.i < name.i and not any(child.dep_ in _SUBJECTS for child in verb.children)


def _verb_of_preposition(preposition: Token) -> tuple[Token, Role] | None:
    head = preposition.head
    if preposition.lower_ == "to" and head.lower_ == "according" and head.head.pos_ in ("VERB", "AUX"):
        return head.head, "according to"
    if preposition.lower_ == "for" and head.lower_ in VOICES and head.dep_ in _SUBJECTS:
        return head.head, "subject"
    if preposition.lower_ in (*_TOWARDS, "between") and head.lower_ in EVENTS and head.dep_ in _SUBJECTS:
        return (head.head, "event") if head.head.lemma_.lower() in PLANNED else None
    if head.pos_ not in ("VERB", "AUX"):
        return None
    if preposition.dep_ == "agent":
        of_subject = head.dep_ == "acl" and head.head.dep_ in _SUBJECTS and head.lemma_.lower() in ACCOMPANIED
        return (head.head.head, "subject") if of_subject else (head, "agent")
    return (head, "object") if preposition.lower_ in _TOWARDS else None


def _tense(verb: Token) -> Tense | None:
    """Return the tense of a finite verb, or of a participle with its agent; None for `had said` and what is left."""
    auxiliaries = _auxiliaries(verb)
    first = auxiliaries[0] if auxiliaries else verb
    if first == verb and verb.dep_ == "acl" and any(child.dep_ == "agent" for child in verb.children):
        return "participle"
    if first.tag_ == "MD":
        return "present" if first.lower_ in _PRESENT else "future in the past"
    if first.tag_ in ("VBZ", "VBP"):
        return "present"
    if first.tag_ == "VBD" and not (first != verb and first.lower_ == "had"):
        return "past"
    if first.lower_ == "to" and verb.tag_ == "VB" and (verb.dep_ == "xcomp" or _is_wanted(verb)):
        return "present" if _finite(verb) == "present" else None
    return "past" if verb.dep_ == "ROOT" and first == verb and verb.tag_ == "VBN" else None


def _auxiliaries(verb: Token) -> list[Token]:
    return [child for child in verb.children if child.dep_ in ("aux", "auxpass") and child.i < verb.i]


def _finite(verb: Token) -> Tense | None:
    """Return the tense of the verb that an infinitive hangs on, as in `is due to meet`."""
    while verb.dep_ in ("xcomp", "acomp") or _is_wanted(verb):
        verb = verb.head
    return _tense(verb) if verb.dep_ == "ROOT" else None


def _is_wanted(verb: Token) -> bool:
    """Tell whether a verb is what somebody wants done, as in `they want X to resign`."""
    return verb.dep_ == "ccomp" and verb.tag_ == "VB" and verb.head.lemma_.lower() in WANTS


def _is_ahead(verb: Token) -> bool:
    words = _auxiliaries(verb)
    to_come = any(word.tag_ == "MD" or word.lower_ in ("to", "being") for word in words)
    return to_come or (verb.tag_ == "VBG" and bool(words))


def _is_there(verb: Token) -> bool:
    """Tell whether somebody `was among the guests` or `kept them waiting`."""
    among = verb.lemma_ == "be" and any(child.lower_ == "among" for child in verb.children)
    return among or (verb.lemma_ == "keep" and any(child.lower_ == "waiting" for child in verb.subtree))


def _is_daily(verb: Token, role: Role) -> bool:
    """Tell whether somebody does what is done every day: not `was opened by`, which a guide says of an old house."""
    return role == "subject" and verb.lemma_.lower() in DAILY and not any(c.dep_ == "auxpass" for c in verb.children)


def _is_own_report(verb: Token, role: Role) -> bool:
    """Tell whether the named person reports the clause: `X saw no danger, she told reporters`."""
    head = verb.head
    fronted = role == "subject" and verb.dep_ == "ccomp" and head.dep_ == "ROOT" and verb.i < head.i
    says = head.lemma_.lower() in lexicon().speech
    return fronted and says and any(c.dep_ in _SUBJECTS and c.lower_ in ("he", "she") for c in head.children)


def _puts_it(verb: Token) -> bool:
    return verb.lemma_ == "put" and any(child.dep_ == "dobj" and child.lower_ == "it" for child in verb.children)


def _is_main(verb: Token, tense: Tense) -> bool:
    """Tell whether a verb is the sentence's own, one joined to it, or one behind what was said."""
    if tense == "participle":
        return verb.head.pos_ in ("NOUN", "PROPN")
    while verb.dep_ in ("xcomp", "acomp") or _is_wanted(verb):
        verb = verb.head
    words = [child for child in verb.children if child.i < verb.i]
    if any(child.tag_ in ("WDT", "WP", "WRB") and child.lower_ != "when" for child in words):
        return False
    if _opening(verb) or any(child.dep_ == "mark" for child in words):
        return _is_tied(verb) or _follows(verb)
    while verb.dep_ == "conj" and verb.head.pos_ in ("VERB", "AUX"):
        verb = verb.head
    if verb.dep_ == "ROOT":
        return True
    speaks = verb.lemma_.lower() in lexicon().speech
    if speaks and verb.dep_ in ("parataxis", "ccomp") and verb.head.dep_ == "ROOT" and verb.i > verb.head.i:
        return True
    reported = verb.dep_ == "ccomp" and verb.head.dep_ == "ROOT" and verb.head.lemma_.lower() in lexicon().speech
    return reported and (tense != "past" or verb.i < verb.head.i)


def _stands_behind_content(verb: Token, name: Token) -> bool:
    """Tell whether what a verb of saying reports stands before it and its subject, and opens with no word of time."""
    if verb.lemma_.lower() not in lexicon().speech:
        return False
    first = min(verb.i, name.i)
    content = [child for child in verb.children if child.dep_ in ("ccomp", "parataxis") and child.i < first]
    if verb.dep_ in ("ccomp", "parataxis") and verb.head.i < first:
        content.append(verb.head)
    opening = min((token for each in content for token in each.subtree), key=lambda token: token.i, default=None)
    while opening is not None and opening.is_punct and opening.i + 1 < first:
        opening = opening.nbor()
    return opening is not None and opening.pos_ not in ("ADP", "SCONJ", "ADV") and opening.tag_ != "WRB"


def _follows(verb: Token) -> bool:
    """Tell whether a clause is `Shares fell after X warned of a loss`: what somebody said, and what came of it."""
    marks = [child.lower_ for child in verb.children if child.dep_ == "mark" and child.i < verb.i]
    speaks = verb.lemma_.lower() in lexicon().speech | ALSO_SAID
    return marks == ["after"] and speaks and verb.dep_ == "advcl" and verb.head.dep_ == "ROOT"


def _is_tied(verb: Token) -> bool:
    """Tell whether a clause is `as X put it`, or one that `when` opens: a day of its own may place it."""
    says = _puts_it(verb) or verb.lemma_.lower() in lexicon().speech
    marks = [child.lower_ for child in verb.children if child.dep_ == "mark" and child.i < verb.i]
    return bool(_opening(verb)) or (marks == ["as"] and verb.dep_ == "advcl" and says)


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
        or (not _is_in_quotes(doc.text, match.start()) and _may_be_of(doc, verb, match.start(), _SEQUELS))
        for match in RECENT.finditer(doc.text)
    )


def _is_beside(doc: Doc, verb: Token, offset: int) -> bool:
    """Tell whether a word opens the sentence before a verb, or follows it with no other verb between."""
    sentence = verb.sent
    if not sentence.start_char <= offset < sentence.end_char or _is_in_quotes(doc.text, offset):
        return False
    if offset < verb.idx:
        return not any(t.pos_ in ("VERB", "AUX") and t.head != verb and t.i < verb.i for t in sentence)
    between = [token for token in sentence if verb.idx < token.idx < offset]
    own = all(token.pos_ not in ("VERB", "AUX") or token.dep_ == "xcomp" for token in between)
    return (
        own and len(between) <= _NEAREST and not any(token.dep_ == "mark" for token in between if token.pos_ != "ADP")
    )


def _is_in_quotes(text: str, offset: int) -> bool:
    before = text[:offset]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _dates(doc: Doc, verb: Token, after: int) -> tuple[tuple[PartialDate, ...], tuple[PartialDate, ...]]:
    """Return the days that surely are a verb's own, and all that may be."""
    sure: list[PartialDate] = []
    possible: list[PartialDate] = []
    for offset, when in placed_dates(doc.text):
        if offset < after or _is_in_quotes(doc.text, offset):
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
        if (own and not opened) or token.head == token:
            return False
        token = token.head
    return bool(token == verb)
