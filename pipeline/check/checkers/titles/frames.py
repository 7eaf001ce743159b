"""Whether a sentence gives a title for the article's own time: the constructions that may call a title out of date.

Only these may; a mention that stands in none of them decides nothing about its day. `tests/check/test_title_frames.py`
shows each with a sentence that decides and one that looks like it and does not.

- reporting: the name is the subject of a verb of saying in a main clause, `X said`, `said X`, `was told by X`, or of
  one that speaks for X, `X's office said on Monday`, `sources close to X said`;
- present: the name is the subject of a verb in the present or future, `X is to fly`, `X will open`, or of a passive of
  what goes on or is to come, `will be opened by X`, `is backed by X`; or it depends otherwise on a verb in the present
  whose people are there, `asks X`, `depends on X`, `a letter to X calls for`, `persuading X will be hard`, in whatever
  clause that is no condition; or on one in the perfect that is news, `have written to X`, `have signed a letter urging
  X to go`; a question of what X does or will do; what is being looked into, `are investigating whether X knew`; a plan
  drawn up by X, under which something will be;
- recent: a past verb with a day near the article's in its clause, `X opened it on Monday`, `was welcomed by X on
  3 May`, `met X on Monday`, `a plan announced on Monday by X`, `on Monday when X opened it`, `as X put it on Monday`,
  `those who asked X on Monday`, `it was X who opened it on Monday`, or in the main clause that it hangs on, `tried on
  Monday to stop X`, `was called off on Monday once X agreed`; a sentence without a verb that names such a day;
- according to: `according to X`;
- reported: the name is the subject of what is said to come, `officials said X would open it`;
- event: `talks with X resume on Monday`, `the visit by X was called off on Monday`, `the vote is a blow to X`;
- stated: the title's own clause is in the present, `X, who is the governor,` (`moments`), or what X acts in (`roles`);
- lead: the first sentence of a news story tells in the past, without a day, what X did, with a verb that is none of
  lives, offices or deeds that stay (`moments`, `verbs.LASTING`), what was done to X, with none that is said of the
  absent (`verbs.REMEMBERED`), or what came with something X said, `fell after X warned`, `though X denied it`; so does
  a caption, what a source reports, `X had held talks, the agency said`, and `X's office did not respond`.

What is told of somebody in a work or a history, `the novel begins with X`, `a generation that grew up under X`, and by
a verb of the absent, `quotes X`, `succeeds X`, is of no day.

An act with an older day of its own, `in 2019 X opened it`, `opened in 2019 by X`, gives the title for that day. A
clause that names an older day otherwise speaks of that day. What stands between name and verb must be understood: an
age, a party, a relative clause that says nothing of the office, a role of another kind. Else there is no construction.
What was said, where it stands before `said X`, tells nothing of the title's time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.check.checkers.titles.clause import Clause, clause_of, without_dateline
from pipeline.check.checkers.titles.times import without_years_to_come
from pipeline.core.english import MONTHS
from pipeline.core.models import PartialDate

Construction = Literal["reporting", "present", "recent", "according to", "reported", "event", "stated", "lead"]

_NEAR = 62
"""Days between the clause's date and the day judged at that make them one time."""
_OTHER_TIME = re.compile(
    r"\b(?:then|until|till|since|(?<!at )once|when|while|during|before|after|former(?:ly)?|previous(?:ly)?|ex|years?"
    r"|months?|decades?|century|era|days|time|terms?|tenure|late|later|outgoing|incoming|retired?|resign\w*|left|quit|stepped"
    r"|stood|lost|oust\w+|sack\w+|fired|replac\w+|succe\w+|serv\w+|held|holds?|died|deceased|dead|now|under)\b"
    r"|\bfrom (?=[\d'’]|the |early|late|mid|[A-Z][a-z]+,? \d)"
    r"|\b[12]\d{3}\b|['’]\d\d\b",
    re.IGNORECASE,
)
"""Words that may date a title: where one is not understood, nothing is."""
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]")
_FRONTED = re.compile(
    r"\b(?:then|until|till|since|once|when|while|during|before|after|ago|later|years?|decades?|century|era|days|times?)\b"
    rf"|\b[12]\d{{3}}\b|\blast (?:{'|'.join(MONTHS)}|spring|summer|autumn|fall|winter)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\b(?:[Aa]fter|[Ww]hile) (?:the |its |their )?$")
_NEWSPAPER = re.compile(r"\b(?:[A-Z]\w+ )?Times\b")
_THIS_YEAR = re.compile(
    r"\b(?:this|next|every|each) (?:year|time|day)\b|\ba (?:year|day)\b(?! (?:ago|later|before|after|earlier|on))"
)
_TO_DO = re.compile(r"^ to (?!the\b|a\b)[a-z]+\b[^,;]*$")
"""What somebody is to do, behind the name: `Pressure is growing on X to resign`."""
_NEXT_CLAUSE = re.compile(r"^(?:(?!\bthen\b).)*,? (?:and|but) $", re.DOTALL)
"""What stands before the name in `Since 2009 prices have doubled, and X thinks`."""
_OPENED = re.compile(r"\b(?:when|after|before|while|once) (?:the |its |their )?$", re.IGNORECASE)
"""What opens a clause that has a day of its own."""
_BACK_THEN = re.compile(
    r"\s*(?:\w+ ){0,3}(?:at the time|then|back then|in those days|that (?:year|day|summer|winter)"
    r"|(?:years?|decades?) ago|last (?:year|spring|summer|autumn|fall|winter)(?!['’]))\b"
)
_IN_A_PAPER = re.compile(
    r"^,? (?:\w+ ){0,2}in (?:an?|the|his|her|its|\w+['’]s) (?:\w+ ){0,3}"
    r"(?:report|letter|memo(?:randum)?|cable|telegram|note|paper|book|diary|evidence|testimony|interview|speech|statement|recording|tape|minutes|email)\b(?P<more>[^,;]*)"
    r"|^,? (?:\w+ ){0,2}in (?:evidence|testimony|minutes)\b(?P<rest>[^,;]*)"
)
"""What somebody said something in, and what stands behind it: `in a report released in 1999`."""
_COME_TO_LIGHT = re.compile(
    r"\b(?:come to light|kept (?:secret|under)|declassified|unsealed|unearthed|rediscovered|from the archives?"
    r"|(?:thirty|twenty|30|20)-year rule)\b"
)
"""Of an old paper: only its release is new."""
_OF_A_YEAR = re.compile(
    r"^ (?:\w+ ){0,3}?(?:released|published|dated|written|tabled|issued|sent|from|in|of) (?:\w+ ){0,3}?"
    r"(?P<year>[12]\d{3})\b"
)
_AGE = re.compile(r"^[,(]?\s*(?:aged )?\d{1,3}[,)]?\s*$")
_RELATIVE = re.compile(
    r"^,? ?who (?:(?:also|once|first|has|had|have) )?(?:(?P<led>led|ran|headed|chaired|managed|coached|edited|governed"
    r"|represented|owned)|grew up|was (?:first )?(?:born|raised|educated|elected|sworn in|appointed)|studied|graduated"
    r"|took (?:over|office)|turned|married|moved|lived|taught|played|wrote|was elected|became"
    r"|joined|won|visited|travelled|traveled|arrived|met|spoke|attended|is|will"
    r"|wants|faces|plans|hopes|leads|heads|chairs|runs|represents|supports|opposes|lives|likes|loves|owns|keeps|never)\b(?P<rest>.*)$",
    re.DOTALL,
)
_UNDER_WHOM = re.compile(r"^,? ?under whose \w+ (?P<rest>.*\b(?:has|have)\b.*)$", re.DOTALL)
"""What has come about under somebody who is still there."""
_RELATIVE_ENDS = re.compile(
    r"\b(?:then|later|when|while|before|after|resign\w*|left|quit|stepped|lost|oust\w+|again)\b"
)
_SAME_OFFICE = re.compile(
    r"\b(?:country|nation|state|government|ministry|department|office|post|job|role|position|company|bank|agency"
    r"|party|cabinet|body|organi[sz]ation|institution|house|chamber|council|commission|alliance|bloc)\b"
)
_OF_OTHERS = re.compile(r"^(?:,[^,]*)?,? (?:after|before|as|when|while|during) (?=(?:the|a|an|its|[A-Z][\w’'-]+) )")
_DOING = re.compile(r"^,? (?!serving|having|being|beginning|starting|ending|leaving)[a-z]+ing\b[^,\d]*$")
"""What somebody did who said it: `said X, unlocking the door a week before the fair`."""
_AS_ASKED = re.compile(
    r",? (?:when|after being) (?:asked|shown|told|pressed|questioned|reached|contacted|challenged|approached)\b.*$",
    re.DOTALL,
)
"""When somebody said it: in the talk that is reported."""
_SINCE_TODAY = re.compile(
    r"(?<!out of office )(?<!vacant )(?<!empty )\bsince (?:dawn|daybreak|sunrise|first light|midnight|noon|midday"
    r"|lunchtime|yesterday|last night|the early hours|(?:early )?this morning|\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\b)"
)
"""A time of the same day or night, which dates nobody's office."""
_FORMER_TRADE = re.compile(r"^\s*, an? (?:former|retired) (?P<what>[\w -]+),?\s*$")
_NEXT_DEED = re.compile(r"^,? and (?!(?:is|was|has|had|then)\b)[a-z]+(?:ed|en|wn|t)\b.*$", re.DOTALL)
_JOINED = re.compile(r",? \b(?:and|or|but)\b")
_PRONOUN = re.compile(r"\b(?:he|she|his|her|him|they|their)\b")
_IN_A_PART = re.compile(r"\bin the (?:\w+ )?(?:chapter|act|scene|episode|volume|reel|verse|stanza)\b")
_PLAYED = re.compile(r"^,? (?:\w+ )?(?:played|portrayed|voiced|sung|danced)(?: [\w-]+){0,4} by\b")
"""What follows the name of a figure on a stage or screen."""
WORK = re.compile(
    r"\bIn [“\"‘'][^”\"’]{1,60}[”\"’'],? (?:an?|the|his|her|their|this) (?:[\w’'-]+ ){0,4}"
    r"(?:film|movie|documentary|novel|book|play|musical|opera|series|comedy|sitcom|drama|satire|thriller|farce|cartoon|memoir)\b"
    r"|\bIn (?:Act|Scene|Chapter|Part|Episode|Book|Volume|Series) (?:[IVX]+|\d+|[A-Z][a-z]+)\b"
    r"|\bIn (?:the|a|an|his|her|their|this|one) (?:\w+ ){0,3}(?:film|movie|documentary|book|novel|memoirs?|play|musical"
    r"|series|episode|act|scene|chapter|finale|stanza|aria|verse|sketch|panel|painting|portrait|photo(?:graph)?|picture|cartoon|diary|account|history"
    r"|letter(?! (?:calling|sent|seen|read|released|published|issued|posted|signed|urging|asking|warning"
    r"|to (?:the|[A-Z]))))\b"
)


@dataclass(frozen=True)
class Frame:
    """What a mention's clause tells about its time."""

    construction: Construction | None = None
    """The construction that gives the title for the day judged at; None where none is understood."""
    near: bool = False
    """True where the clause itself names a day near it."""
    dates: tuple[PartialDate, ...] = ()
    """Days, months and years the clause may speak of instead."""
    act: PartialDate | None = None
    """The older day, month or year that the clause surely gives to what the named person did."""
    seen: bool = False
    """True where the clause tells in the past, without a day, what the named person was seen to do."""


def frame_of(before: str, after: str, day: date, office_words: frozenset[str] = frozenset()) -> Frame:
    """Return what the clause around a mention says of its time.

    The clause is given as what stands before the mention and after it; `office_words` are those of its office.
    """
    clause = clause_of(before, after)
    if clause is None or _PLAYED.match(after) or _IN_A_PART.search(after):
        return Frame()
    near = clause.recent or any(_is_near(when, day) for when in clause.sure_dates)
    others = tuple(when for when in clause.dates if not _is_near(when, day))
    old = any(when.latest < day and (day - when.latest).days > _NEAR for when in others)
    if WORK.search(before) or not _is_plain(clause, near, office_words, day):
        return Frame(dates=others)
    if clause.reports and _is_of_an_old_paper(clause.behind, day):
        return Frame(dates=others)
    content = clause.told or (clause.role == "according to" and bool(before.rstrip(" ,")))
    fronted = "" if content else _QUOTED.sub("", without_dateline(before))
    fronted = _THIS_YEAR.sub("", _NEWSPAPER.sub("", without_years_to_come(fronted, day)))
    fronted = _AFTER.sub("", fronted)  # `Shares fell after X warned`: both are the news
    fronted = _NEXT_CLAUSE.sub("", fronted) if clause.role == "subject" and clause.tense == "present" else fronted
    dated = not near and bool(_FRONTED.search(fronted) or _BACK_THEN.match(clause.behind))
    if dated or (old and not near):
        return Frame(dates=others, act=_act(clause, fronted, others))
    construction = _construction(clause, near)
    there = clause.role in ("subject", "agent") or (clause.role == "object" and not clause.remembers)
    there = there or (clause.role == "voice" and clause.reports) or (clause.role == "event" and clause.planned)
    past = (there and clause.tense == "past" and not clause.tied) or clause.role == "caption"
    return Frame(construction, near, () if near else others, seen=construction is None and clause.seen and past)


def _is_of_an_old_paper(behind: str, day: date) -> bool:
    """Tell whether what somebody said stands in a paper of another year, or in one that has only now come to light."""
    found = _IN_A_PAPER.match(behind)
    if found is None:
        return False
    more = found["more"] or found["rest"] or ""
    dated = _OF_A_YEAR.match(more)
    years = [*re.findall(r"\b[12]\d{3}\b", found[0].removesuffix(more)), *([dated["year"]] if dated else [])]
    return any(year != str(day.year) for year in years) or bool(_COME_TO_LIGHT.search(more))


def _act(clause: Clause, fronted: str, others: tuple[PartialDate, ...]) -> PartialDate | None:
    """Return the one old day of `In 2019 X opened it` or `opened in 2019 by X`, where nothing else speaks of time."""
    acts = (clause.role, clause.tense) in (("subject", "past"), ("agent", "past"), ("agent", "participle"))
    if len(others) != 1 or clause.sure_dates != others or not acts or _BACK_THEN.match(clause.behind):
        return None
    rest = re.sub(rf"\b{others[0].earliest.year}\b", "", _OPENED.sub("", fronted) if clause.tied else fronted)
    return None if _FRONTED.search(rest) else others[0]


def _is_near(when: PartialDate, day: date) -> bool:
    return when.precision != "year" and abs((when.earliest - day).days) <= _NEAR


def _construction(clause: Clause, near: bool) -> Construction | None:
    if clause.tense == "participle":
        return "recent" if near else "present" if clause.ahead and clause.role == "agent" else None
    if clause.examined:
        return "present" if clause.role == "subject" else None
    if clause.tied and clause.tense != "present":
        return "recent" if near and clause.role in ("subject", "agent") else None
    if clause.role in ("object", "beside", "event", "paper"):
        return None if clause.absent else _of_somebody_met(clause, near)
    now = clause.tense == "present"
    if clause.role == "voice":
        return "reporting" if clause.reports and (near or now) else "present" if now else None
    if clause.role == "according to":
        return "according to"
    if clause.tense == "future in the past":
        return "reported" if clause.role == "subject" else None
    if clause.reports:
        return "reporting"
    if now and (clause.role == "subject" or clause.ahead or clause.backed):
        return "present"
    return "recent" if near else None


def _of_somebody_met(clause: Clause, near: bool) -> Construction | None:
    """Return the construction of a name that is no subject, of a verb whose people are there."""
    now = clause.tense == "present"
    if clause.role == "event":
        return "event" if near or now else None
    if clause.role == "paper":
        return "present" if now else "recent" if near and (clause.reports or clause.planned) else None
    there = now and clause.simple and not (clause.judged or clause.remembers)
    return "present" if there else "recent" if near else None


def _is_plain(clause: Clause, near: bool, office_words: frozenset[str], day: date) -> bool:
    """Tell whether what stands between name and verb, or right behind the name, says nothing of the office's time."""
    words = without_years_to_come(clause.between, day)
    behind = re.match(r"\s*[,(–—-]", words)
    segment = re.split(r"[.;]\s|[“”\"]", words)[0]
    # `said X, after the council voted`, `will be opened by X, before the vote`: that is the time of saying or opening
    if (clause.told or clause.ahead or clause.tense == "present") and not _PRONOUN.search(segment):
        segment = _OF_OTHERS.sub("", _DOING.sub("", _TO_DO.sub("", segment)))
    segment = _SINCE_TODAY.sub("", _AS_ASKED.sub("", segment))
    if clause.role == "agent":  # `was lit by X and put out again by a draught`: what came next
        segment = _NEXT_DEED.sub("", segment)
    if not segment.strip() or (not behind and not _OTHER_TIME.search(_JOINED.split(segment)[0])):
        return True
    if not behind:
        return near
    return not _OTHER_TIME.search(segment) or bool(_AGE.match(segment)) or _is_of_another_role(segment, office_words)


def _is_of_another_role(segment: str, office_words: frozenset[str]) -> bool:
    """Tell whether `, who led the city from 2008 to 2014` or `, a lawyer in the 1990s` is no part of the title."""
    if match := _RELATIVE.match(segment.strip()):
        rest = match["rest"]
        words = set(re.findall(r"\w+", rest.lower()))
        own = bool(match["led"]) and bool(words & office_words or _SAME_OFFICE.search(rest))
        return not own and not _RELATIVE_ENDS.search(rest) and not re.search(r"\b(?:until|till|since)\b", rest)
    if match := _UNDER_WHOM.match(segment):
        return not _OTHER_TIME.search(match["rest"])
    if match := _FORMER_TRADE.match(segment):
        what = match["what"].lower()
        return not set(re.findall(r"\w+", what)) & office_words and not _SAME_OFFICE.search(what)
    return False
