"""The time a title mention speaks of: the day an article is judged at, unless its own words or clause say otherwise."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from pipeline.check.checkers.titles.clause import RECENT
from pipeline.check.checkers.titles.exclusion import Holders, nobody
from pipeline.check.checkers.titles.frames import WORK, Frame, frame_of
from pipeline.check.checkers.titles.judgement import Moment
from pipeline.check.checkers.titles.near_days import GONE, OF_YOUTH, UP_TO_DAY, tells_of_a_near_day
from pipeline.check.checkers.titles.sighting import Sighting
from pipeline.check.checkers.titles.times import dates_in, without_years_to_come
from pipeline.check.checkers.titles.verbs import HEADLINE
from pipeline.core.caching import once_for_each
from pipeline.core.english import Sentence, sentences, sentences_begun, sentences_over
from pipeline.core.models import Article, PartialDate, Span, TitleMention
from pipeline.evidence import lexicon, name_key, parse_office, plain

_FAMOUS = ("president", "head_of_government", "chancellor", "monarch", "pope")
_BEFORE = 3
"""Sentences that a day or year named earlier reaches."""
_LONG = 62
_IN_OFFICE = re.compile(r"(?:incumbent|current|sitting|serving)\b", re.IGNORECASE)
_THOUGHT = re.compile(
    r"\b(?:if|unless|whether|imagin\w+|suppos\w+|fiction\w*|fantasy|dream\w*|would-be|spoof\w*|satir\w+|parod\w+|mock\w*"
    r"|hoax\w*|fakes?|faked|wrongly|mistak\w+|mistook|so-called|styled|posing|impersonat\w+)\b",
    re.IGNORECASE,
)
"""Words of what is only thought, played or said in error."""
_ASIDE = re.compile(
    r"\b(?:which|that|who|whom|whose|where|under|earlier|old|first|still|named (?:after|by))\b", re.IGNORECASE
)
"""What opens a clause or phrase before a title that may be of any time."""
_TO_BE = re.compile(
    r"\b(?:will|would|could|may|might|should|shall|to) (?:soon |then |now |one day )?be (?:the )?$|['’]ll be (?:the )?$"
)
"""Before a title that is to come: `it will be Prime Minister X who lights the tree`."""
_ARCHIVE = re.compile(
    r"\b(?:archives?|our files|back files|flashback|on this day|this (?:day|week|month) in|looking back"
    r"|(?:years|decades) ago|from (?:our|the) (?:pages|past|vaults?))\b",
    re.IGNORECASE,
)
"""What heads a piece of an old paper that is printed again."""
_FILE_PICTURE = re.compile(r"\bfile (?:photo|picture|image|pic)\b", re.IGNORECASE)
"""What heads a picture that need not be of this year: only a day of its own tells."""
_HEAD = 80
"""Characters before a colon that head what follows."""
_UNDATED = ("reporting", "reported", "stated", "according to")
_THEN = re.compile(
    r"\b(?:then|when|while|after|before|during|since|until|once|ago|years?|decades?|at the time)\b", re.I
)
_OLD_DAYS = re.compile(
    r"\b(?:(?<!and )then|when|during|since|until|(?<!at )once|ago|later|years?|decades?|century|winters?|summers?"
    r"|at the time|[12]\d{3}|former(?:ly)?|previous(?:ly)?)\b|['’]\d\d",
    re.IGNORECASE,
)
"""Words in a news paragraph that may take it to another time."""
_OF_NOW = re.compile(
    r"\b(?:this|next|per|every|each|all|(?:second|third|fourth|fifth)(?: straight| successive| consecutive)?) years?\b"
    r"|\b(?:has|have) been \w+ing (?:\w+ ){0,3}for (?:a|\w+) (?:years?|decades?)\b"
    r"|\bformer (?:students?|pupils?|colleagues?|players?|team-?mates?|patients?|workers?|neighbou?rs?)\b"
    r"|\byears?[- ]old\b|\b(?:\d+|\w+)-year\b|\ba year(?! (?:ago|later|before|after|earlier))\b",
    re.IGNORECASE,
)
"""Years, and people, that are no other time."""
_LOOKS_BACK = re.compile(
    r"(?:That|It|This|The year|Those|These|Then|In|By|Back)\b.*\b[12]\d{3}\b"
    r"|.*\b(?:years?|winters?|summers?|springs?|autumns?|decades?|months?|seasons?) (?:later|ago|on|since)\b"
)
"""How a later sentence of a paragraph may tell that all of it happened long ago."""
_LONG_AGO = re.compile(r"(?:\w+ ){1,3}(?:years|decades) ago\b", re.IGNORECASE)
"""What opens a sentence of another time, and what is told behind it."""
_SINCE = re.compile(r"\bsince (?:\w+ )?[12]\d{3}\b")
_INSERTED = re.compile(
    r"^(?:\s*,\s*(?:\d{1,3}|(?:D|R|I|Dem|Rep|Ind)\.?[-–‑ ][A-Z][\w. ]*)\s*,(?!\d)"
    r"|\s*\((?:\d{1,3}|[A-Z][\w.]*(?:[-–‑][\w. ]+)?)\)"
    r"|\s*\((?:far |top |bottom |pictured )?(?:left|right|cent(?:re|er)|pictured)\)"
    r"|\s*,\s*(?:far |top |bottom |second |third )?(?:left|right|cent(?:re|er)|pictured)\s*,)"
)
"""An age, a party with or without a home, or where somebody stands in a picture."""
_CLOSED = re.compile(
    r"^(?:\s+from [A-Z][\w.]*(?: [A-Z]\w+)?(?=,))?\s*,"
    r"(?=\s(?!(?:whos?e?|but|yet|and (?:the|a|an|it|its|that|this))\b))"
)
"""The comma that ends an apposition, where what follows goes on with the same clause."""
_OPENED = re.compile(r"^\s(?:[–—-]\s|\()")
_PARTED = re.compile(r"^(?:\)|\s[–—-](?=\s))")
"""The dash or bracket that ends an apposition which began with one."""
_AT_THE_TIME = re.compile(r",?\s+(?:at (?:the|that) time|back then)\b")
_DASHED = re.compile(r"\s[–—-]\s$")
_SUBJECT_DASHED = re.compile(r"^[A-Z][^,;:.\d–—]*\s[–—-]\s$")
"""What a name between dashes stands for: `One of the bakers – X – keeps bees`."""
_AS = re.compile(r"\b[Aa]s (?:the )?$")
_IDENTIFIED = re.compile(r"\b(?:is|['’]s) (?:the |our )?$")
"""Before a title that says who somebody is: `Our guest today is the governor, X`."""
_OWNER = re.compile(r"\b[Tt]he [\w-]+['’]s? $")
_DETERMINED = re.compile(r"\b(?:[Tt]he|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir)(?: then)? $")
"""A name has no such words before it."""
_LOUD = re.compile(r"^[,:]?\s+(?P<verb>[A-Za-z]+)")


@lru_cache(2048)
def sentence_at(article: Article, span: Span) -> Sentence | None:
    """Return the sentence a span starts in."""
    before = sentences_begun(article, span.start)
    last = sentences(article)[before - 1] if before else None
    return last if last and span.start < last.span.end else None


def moment_of(sighting: Sighting, article: Article, as_of: date, holders: Holders = nobody) -> Moment:
    """Return the time a mention speaks of."""
    mention = sighting.mention
    frame = _frame(sighting, article, as_of)
    quoted = is_quoted(article, mention.span)
    told = frame.construction is not None and not quoted
    courtesy = told and sighting.how == "before" and not frame.near and _is_courtesy(mention)
    told = told and not courtesy
    now = sighting.now and told
    stated = PartialDate(as_of.isoformat()) if now else sighting.at or _time_meant(sighting, article)
    return Moment(
        as_of,
        () if frame.construction else frame.dates,
        told,
        sighting.past,
        sighting.then,
        frame.construction == "lead" or (not frame.near and _is_famous(mention)),
        asserted=stated,
        around=_days_around(sighting, article) if sighting.then and not frame.dates else (),
        act=frame.act if not quoted and not _is_courtesy(mention) else None,
        leaving=sighting.leaving,
        seat=sighting.seat,
        decade=sighting.decade,
        shared=sighting.shared,
        began=sighting.began,
        ended=sighting.ended,
        elected=sighting.elected,
        named=_named_in(_around(article, mention.span)) if sighting.owned else _named(article),
        owned=sighting.owned,
        bounded=not (told or quoted) and _is_bounded(sighting, frame, article, as_of),
        near=not (told or quoted) and _is_near(sighting, frame, article, as_of),
        courtesy=courtesy,
        elsewhen=quoted or _may_be_old(article, mention.span, as_of),
        holders=holders,
    )


@once_for_each
def _named(article: Article) -> frozenset[str]:
    return _named_in(article.text)


def _named_in(text: str) -> frozenset[str]:
    """Return the words of a text that are written as names are, in lower case."""
    words = re.findall(r"(?<![\w'’-])[A-ZÀ-Þ][^\W_]*(?:[-'’][^\W_]+)*", text)
    return frozenset(plain(re.sub(r"['’]s?$", "", word)) for word in words)


def _around(article: Article, span: Span) -> str:
    """Return the sentence a span stands in with the one before: they say which company `the company` is."""
    at = sentences_begun(article, span.start) - 1
    return " ".join(each.span.exact for each in sentences(article)[max(0, at - 1) : at + 1])


def _time_meant(sighting: Sighting, article: Article) -> PartialDate | None:
    """Return the one date of the sentence that `who was the minister at the time` means."""
    sentence = sentence_at(article, sighting.mention.span)
    if sentence is None or not _AT_THE_TIME.match(article.text, sighting.mention.span.end):
        return None
    days = dates_in(article.text[sentence.span.start : sighting.mention.span.start])
    return days[0] if len(days) == 1 else None


def _days_around(sighting: Sighting, article: Article) -> tuple[PartialDate, ...]:
    sentence = sentence_at(article, sighting.mention.span)
    return dates_in(sentence.span.exact) if sentence else ()


def speaks_of_another_day(sighting: Sighting, article: Article) -> bool:
    """Tell whether a mention may speak of an older day than the article's: it is quoted, or nothing ties it down."""
    frame = _frame(sighting, article, article.published_at or date.max)
    return frame.construction is None or is_quoted(article, sighting.mention.span)


def _frame(sighting: Sighting, article: Article, as_of: date) -> Frame:
    """Return what the clause around a mention says of its time; in a heading, what the verb behind it says."""
    span = sighting.mention.span
    sentence = sentence_at(article, span)
    if sentence is None:
        return Frame()
    if (apart := _of_another_time(article, sentence, span, as_of)) is not None:
        return Frame(dates=apart)
    before, after = _words_around(sighting, article, sentence)
    if sentence.line.is_heading:
        verb = _LOUD.match(after)
        return Frame("reporting") if verb and verb["verb"].lower() in _said_now() else Frame()
    words = frozenset(re.findall(r"\w+", sighting.mention.title.lower())) | {
        word for word in (sighting.mention.jurisdiction or "").lower().split()
    }
    frame = frame_of(before, after, as_of, words)
    if frame == Frame() and sighting.how == "apposition":  # the comma may belong to what follows: `, records show`
        frame = frame_of(before, article.text[span.end : sentence.span.end], as_of, words)
    if sighting.stated and not WORK.search(before):
        frame = Frame("stated")
    elif (frame.seen or _is_caption(sighting, sentence)) and _is_of_the_news(article, sentence, as_of):
        frame = Frame("lead")
    told_before = frame.construction in _UNDATED and not frame.near
    if told_before and _speaks_of_old_days(article, sentence, as_of):
        return Frame(dates=frame.dates)
    return frame


def _words_around(sighting: Sighting, article: Article, sentence: Sentence) -> tuple[str, str]:
    """Return what stands before and behind a mention in its sentence, as if its title were not there."""
    span = sighting.mention.span
    before = article.text[sentence.span.start : span.start]
    before = _DETERMINED.sub("", _OWNER.sub("", before) if sighting.owned else before)
    after = _without_insertions(article.text[span.end : _end_of(article, sentence)], sighting.how != "before")
    opened = sighting.how == "apposition" and _OPENED.search(_between(sighting, article))
    if opened or _DASHED.search(before):
        after = _PARTED.sub("", after)
    before = "" if _SUBJECT_DASHED.match(before) and _is_verb_at(sentence, span.end) else before
    if sighting.how == "copula":
        after = f" {'was' if sighting.past else 'is'} here{after}"
    today = RECENT.search(before) or _IN_OFFICE.match(sighting.mention.title)
    if today and _opens_with_title(sighting) and _IDENTIFIED.search(before) and not _OLD_DAYS.search(before):
        return "", " is here."
    enclosed = article.text[span.end : span.end + 1] == ","  # `as the chair, X, signed` tells what X did
    if sighting.how == "apposition" and _opens_with_title(sighting) and _AS.search(before) and not enclosed:
        before += "chief, "  # `As chair of the board, X signs`: what stands behind the comma is the subject
    return before, after


def _end_of(article: Article, sentence: Sentence) -> int:
    """Return where a sentence ends that a parser cuts in two behind a name it does not know."""
    end = sentence.span.end
    for each in sentences(article)[sentences_begun(article, sentence.span.start) :]:
        closed = re.search(r"[.!?:]\W*$", article.text[sentence.span.start : end])
        if closed or each.line.start != sentence.line.start or not each.span.exact[:1].islower():
            break
        end = each.span.end
    return end


def _is_verb_at(sentence: Sentence, offset: int) -> bool:
    """Tell whether the first word behind the dash at an offset of the text is a finite verb."""
    at = offset - sentence.line.start
    words = (token for token in sentence.tokens if token.idx >= at and token.text.isalpha())
    first = next(words, None)
    return first is not None and first.morph.get("VerbForm") == ["Fin"]


def _opens_with_title(sighting: Sighting) -> bool:
    """Tell whether a title stands before its name."""
    return sighting.mention.span.exact.startswith(sighting.mention.title)


def _of_another_time(article: Article, sentence: Sentence, span: Span, as_of: date) -> tuple[PartialDate, ...] | None:
    """Return the days, none perhaps, of a title that is to come or stands in a reprint; None for any other."""
    before = article.text[sentence.span.start : span.start]
    if _TO_BE.search(before) or OF_YOUTH.match(before):
        return ()
    head = _head_of_line(article, span)
    days = dates_in(head)
    if _FILE_PICTURE.search(head) and not dates_in(sentence.line.text):
        return ()
    old = bool(days) and all((as_of - day.latest).days > _LONG for day in days)
    return days if old or _ARCHIVE.search(head) else None


def _head_of_line(article: Article, span: Span) -> str:
    """Return what stands before a colon at the head of a line, as in `From our files, 12 June 1983: The mayor, X, ...`.

    A line that an old day heads is a reprint.
    """
    line = article.text[article.text.rfind("\n", 0, span.start) + 1 : span.start]
    head, colon, _ = line.partition(":")
    return head if colon and len(head) <= _HEAD else ""


def _undated_sentence(sighting: Sighting, frame: Frame, article: Article, as_of: date) -> Sentence | None:
    """Return the sentence of a title that stands plainly by a name and is given for no time of its own.

    None of a work or a thought, nor of one that is of another time.
    """
    sentence = sentence_at(article, sighting.mention.span)
    plainly = sighting.how in ("before", "apposition") and not (sighting.loose or sighting.cut or sighting.shared)
    undated = frame.construction is None and not frame.dates and frame.act is None
    if sentence is None or sentence.line.is_heading or not (plainly and undated):
        return None
    unreal = WORK.search(sentence.span.exact) or _THOUGHT.search(sentence.span.exact)
    elsewhen = _of_another_time(article, sentence, sighting.mention.span, as_of) is not None
    return None if unreal or elsewhen else sentence


def _is_near(sighting: Sighting, frame: Frame, article: Article, as_of: date) -> bool:
    """Tell whether a title stands by a name in a sentence of the news that ties the name to a near day."""
    sentence = _undated_sentence(sighting, frame, article, as_of)
    if sentence is None or sighting.past or sighting.then or GONE.search(sentence.span.exact):
        return False
    words = _words_around(sighting, article, sentence)
    return _is_of_one_time(article, sentence, as_of) and tells_of_a_near_day(*words, as_of)


def _is_bounded(sighting: Sighting, frame: Frame, article: Article, as_of: date) -> bool:
    """Tell whether a title stands by a name in a sentence of the news that names no other time.

    Said of an act, a plan or a letter in it, it may be some months old, but no more.
    """
    sentence = _undated_sentence(sighting, frame, article, as_of)
    if sentence is None or _is_courtesy(sighting.mention) or _is_famous(sighting.mention):
        return False
    aside = _ASIDE.search(article.text[sentence.span.start : sighting.mention.span.start])
    return aside is None and _is_of_the_news(article, sentence, as_of)


def _is_famous(mention: TitleMention) -> bool:
    """Tell whether a title is that of a head of state or government, and not of the president of a body."""
    office = parse_office(mention.title)
    return office.kind in _FAMOUS and not (office.kind == "president" and office.subject)


def _between(sighting: Sighting, article: Article) -> str:
    """Return what stands between a name and its title."""
    mention = sighting.mention
    return re.split(
        rf"{re.escape(mention.title)}|{re.escape(mention.person)}", article.text[mention.span.start : mention.span.end]
    )[1]


def _is_caption(sighting: Sighting, sentence: Sentence) -> bool:
    """Tell whether a mention opens a sentence without a finite verb, as in `X, the mayor, with boys at the quay`."""
    first = sighting.how == "apposition" and sighting.mention.span.start == sentence.span.start
    return first and not _has_finite_verb(sentence)


def _has_finite_verb(sentence: Sentence) -> bool:
    return any(token.morph.get("VerbForm") == ["Fin"] or token.tag_ == "MD" for token in sentence.tokens)


def _is_of_the_news(article: Article, sentence: Sentence, as_of: date) -> bool:
    """Tell whether a sentence in the past, without a day, tells the news of a dated article.

    It stands first in the text, or behind a sentence that names a near day, or, without a verb, behind one that says
    what has happened; nothing in its paragraph speaks of another time.
    """
    if not _is_of_one_time(article, sentence, as_of):
        return False
    told = [each for each in _paragraph(article, sentence) if each.span.start < sentence.span.start]
    days = dates_in(_words_up_to(article, sentence, as_of))
    dated = bool(days) or any(RECENT.search(each.span.exact) for each in told)
    first = next(each for each in sentences(article) if not each.line.is_heading)
    happened = told and told[-1].span == first.span and _says_what_has_happened(told[-1])
    return dated or bool(happened and not _has_finite_verb(sentence)) if told else first.span == sentence.span


def _is_of_one_time(article: Article, sentence: Sentence, as_of: date) -> bool:
    """Tell whether no word of a paragraph up to a sentence, nor one behind that looks back, speaks of another time."""
    words = _words_up_to(article, sentence, as_of)
    if article.published_at is None or _OLD_DAYS.search(_OF_NOW.sub("", RECENT.sub("", UP_TO_DAY.sub("", words)))):
        return False
    later = (each.span.exact for each in _paragraph(article, sentence) if each.span.start > sentence.span.start)
    old = any(abs((as_of - day.latest).days) > _LONG for day in dates_in(words))
    return not old and not any(_LOOKS_BACK.match(each) for each in later)


def _paragraph(article: Article, sentence: Sentence) -> list[Sentence]:
    line = sentence.line
    whole = Span(start=line.start, end=line.start + len(line.text), exact=line.text)
    return [each for each in sentences_over(article, whole) if each.line.start == line.start]


def _words_up_to(article: Article, sentence: Sentence, as_of: date) -> str:
    before = (each for each in _paragraph(article, sentence) if each.span.start <= sentence.span.start)
    return without_years_to_come(" ".join(each.span.exact for each in before), as_of)


def _says_what_has_happened(sentence: Sentence) -> bool:
    """Tell whether the main verb of a sentence is in the perfect, as in `Plans to close the road have split Brask`."""
    roots = (token for token in sentence.tokens if token.dep_ == "ROOT" and token.tag_ == "VBN")
    return any(child.lower_ in ("has", "have") and child.dep_ == "aux" for root in roots for child in root.children)


def _without_insertions(after: str, closes: bool) -> str:
    """Return what follows a mention without an age, a party and home, and the comma that ends an apposition."""
    after = _INSERTED.sub("", after, count=1)
    return _CLOSED.sub("", after) if closes else after


@lru_cache(1)
def _said_now() -> frozenset[str]:
    return frozenset(_third_person(verb) for verb in lexicon().speech | HEADLINE)


def _third_person(verb: str) -> str:
    if verb.endswith("y") and verb[-2] not in "aeo":
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "o")) else f"{verb}s"


def _speaks_of_old_days(article: Article, sentence: Sentence, as_of: date) -> bool:
    """Tell whether the last day named in the sentences just before one is an old one."""
    before = sentences_begun(article, sentence.span.start - 1)
    if any(_LONG_AGO.match(each.span.exact) for each in sentences(article)[max(0, before - _BEFORE) : before]):
        return True
    for each in reversed(sentences(article)[max(0, before - _BEFORE) : before]):
        if days := dates_in(_SINCE.sub("", each.span.exact)):
            return all((as_of - day.latest).days > _LONG for day in days)
    return False


def _may_be_old(article: Article, span: Span, as_of: date) -> bool:
    """Tell whether a sentence, or those before it, name an old day or hold a word such as `when`."""
    sentence = sentence_at(article, span)
    if sentence is None:
        return True
    words = sentence.span.exact
    old = any((as_of - day.latest).days > _LONG for day in dates_in(words))
    return old or bool(_THEN.search(words)) or _speaks_of_old_days(article, sentence, as_of)


def _is_courtesy(mention: TitleMention) -> bool:
    """Tell whether a title may be a style kept for life, as in `Governor Reyes` or `President Reyes`."""
    office = parse_office(mention.title)
    bare = mention.jurisdiction is None and not office.subject and mention.modifier == "current"
    bare = bare and not _IN_OFFICE.match(mention.title)
    lasting = office.kind not in ("president", "head_of_government", "vice_president") or " " not in name_key(
        mention.person
    )
    return bare and lasting and office.kind in lexicon().courtesy


def is_quoted(article: Article, span: Span) -> bool:
    """Tell whether a span stands inside quotation marks of its line."""
    line = article.text[article.text.rfind("\n", 0, span.start) + 1 : span.start]
    straight = line.count('"') % 2 == 1
    return straight or line.count("“") > line.count("”")
