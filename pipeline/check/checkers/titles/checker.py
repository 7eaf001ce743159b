"""The title checker: claims about titles, their verdicts and flags, each proven by an office record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import partial

from pipeline.check.checkers.titles.exclusion import Holders, contradicted, nobody
from pipeline.check.checkers.titles.judge import judge
from pipeline.check.checkers.titles.judgement import WRONG, Judgement
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.check.checkers.titles.messages import confidence_of, explain, explain_age, passage_of, suggest
from pipeline.check.checkers.titles.moments import moment_of, sentence_at, speaks_of_another_day
from pipeline.check.checkers.titles.namesakes import of_namesakes, who_is_meant
from pipeline.check.checkers.titles.reference import full_name, people
from pipeline.check.checkers.titles.sighting import Sighting, is_depicted
from pipeline.check.checkers.titles.terms import overlaps
from pipeline.check.sparing import each_alone
from pipeline.core.models import (
    Article,
    Citation,
    Claim,
    Finding,
    Flag,
    OfficeRecord,
    TitleMention,
    Verdict,
)
from pipeline.core.ports import CheckContext, OfficeRecords
from pipeline.evidence import (
    Records,
    lexicon,
    light_key,
    name_key,
    parse_office,
    peer_key,
    spelled,
    surname,
    uncovered_words,
)

_NAME = "titles"
_STYLES = frozenset(
    ("baroness", "baron", "lord", "lady", "viscount", "earl", "sir", "dame", "cllr", "councillor", "ald", "alderman")
    + ("vice", "rear", "maj", "gen", "brig", "col", "lt", "capt", "cmdr", "cdr", "adm", "sgt", "air", "wing", "group")
    + ("major", "general", "rev", "reverend", "rt", "right", "hon", "most", "very", "fr", "father", "sister", "rabbi")
    + ("canon", "monsignor", "mgr", "archdeacon", "barrister", "engr", "alhaji", "hajiya", "mallam", "otunba", "datuk")
    + ("imam", "h.e", "dr", "prof", "professor", "mr", "mrs", "ms", "miss", "justice", "judge", "senator", "president")
)
"""Ranks and honours that stand before a name."""


def claim_titles(article: Article) -> tuple[Claim, ...]:
    """Return one claim for each title mention: its span is title and person together."""
    found: dict[str, Claim] = {}
    for claim in each_alone(partial(_claim, article), sightings(article), article, lambda each: each.mention.span):
        found.setdefault(claim.id, claim)
    return tuple(found.values())


def _claim(article: Article, sighting: Sighting) -> Iterator[Claim]:
    mention = sighting.mention
    sentence = sentence_at(article, mention.span)
    heading = article.heading_at(mention.span.start)
    yield Claim(
        article_id=article.id,
        spans=(mention.span,),
        text=_restate(mention, sighting, speaks_of_another_day(sighting, article)),
        kind="title",
        check_worthiness=0.6 if parse_office(mention.title).is_profession else 0.85,
        reasons=("gives a named person a title that dated records can check",),
        heading=heading.span.exact if heading else None,
        sentence=sentence.span if sentence else None,
    )


def _restate(mention: TitleMention, sighting: Sighting, older: bool) -> str:
    title = re.sub(r"^(?:then|ex)[-‐‑ ]", "", mention.title)
    title = re.sub(r"['’]s\b", "'s", title)
    if mention.start_year or mention.end_year:
        years = (f" from {mention.start_year}" if mention.start_year else "") + (
            f" until {mention.end_year}" if mention.end_year else ""
        )
        return f"{mention.person} was {title}{years}."
    if sighting.past or sighting.then:
        return f"{mention.person} was {title} at some time before the article."
    title = _one_of(title)
    if title.lower().startswith("late "):
        return f"{mention.person} was {title[5:]} at some time before the article."
    one_of_many = mention.modifier == "former" or parse_office(mention.title).is_profession
    article = ("an " if title[:1].lower() in "aeio" else "a ") if one_of_many else "the "
    determiner = "" if "'s" in title else article
    when = "that the sentence speaks of" if older else "of the article"
    return f"{mention.person} was {determiner}{title} at the time {when}."


def _one_of(title: str) -> str:
    """Return what one of several is: `team captain` of `team captains`, not of a `head of Teachers`."""
    *before, last = title.split(" ")
    one = None if {"of", "for", "at", "in"} & set(before) else lexicon().singulars.get((last.lower(),))
    return " ".join((*before, one.title() if last[:1].isupper() else one)) if one else title


def without_style(name: str) -> str | None:
    """Return a full name without the ranks and honours before it; None where there are none, or no full name is left.

    >>> without_style("Maj. Gen. Ruth Alder")
    'Ruth Alder'
    """
    words = name.split()
    while len(words) > 2 and (_is_style(words[0]) or (words[0].lower(),) in lexicon().heads):
        words = words[1:]
    left = " ".join(words)
    return left if left != name else None


def _is_style(word: str) -> bool:
    return all(part.strip(".") in _STYLES for part in re.split("[-‐‑]", word.lower()))


def records_for(mention: TitleMention, article: Article, records: OfficeRecords) -> tuple[OfficeRecord, ...]:
    """Return the records of the person a mention names; a surname counts only with a full name elsewhere."""
    key = name_key(mention.person)
    if " " in key:
        of_name = tuple(records.of_person(mention.person))
        plain_name = without_style(mention.person)
        own = of_name or (tuple(records.of_person(plain_name)) if plain_name else ())
        longer = None if own else full_name(mention.person, article)
        return own or (tuple(records.of_person(longer)) if longer else ())
    full = {name_key(s.mention.person): s.mention.person for s in sightings(article)}
    names = [name for other, name in full.items() if " " in other and surname(name) == key]
    names += [name for name in people(article) if surname(name) == key and " " in name_key(name)]
    if not names and (only := full_name(mention.person, article)):
        names = [only]
    known = {name_key(name): tuple(records.of_person(name)) for name in names}
    if known:
        found = set(known.values())
        return next(iter(found)) if len(found) == 1 else ()
    everybody = records.named(key)
    return tuple(everybody) if len({record.person for record in everybody}) == 1 else ()


def outcome_of(sighting: Sighting, article: Article, records: OfficeRecords, as_of: date) -> Judgement:
    """Judge a mention of an article as of a day."""
    if sighting.cut:
        return Judgement("unknown")
    found = records_for(sighting.mention, article, records)
    moment = moment_of(sighting, article, as_of, _holders(records))
    meant = who_is_meant(sighting.mention, found, moment.seat)
    judgement = of_namesakes([judge(sighting.mention, person, moment) for person in meant])
    if sighting.related and judgement.outcome == "right":
        return Judgement("unknown")
    if sighting.pronoun and judgement.outcome not in ("right", "wrong_years", "not_in_records"):
        return Judgement("unknown")
    if judgement.outcome == "right" and uncovered_words(sighting.mention.title, judgement.records[0]):
        return Judgement("unknown")
    dated = sighting.mention.start_year and sighting.mention.end_year
    loose = sighting.loose and not (sighting.at is None and moment.asserted)
    if judgement.outcome in WRONG and (loose or (is_depicted(sighting.mention, article) and not dated)):
        return Judgement("unknown")
    if judgement.outcome in WRONG and not (
        is_named_so(sighting.mention, found) or _has_longer_name(sighting.mention, article, found)
    ):
        return Judgement("unknown")
    if judgement.outcome == "wrong_years" and _may_be_won_again(sighting, found):
        return Judgement("unknown")
    alone = " " not in name_key(sighting.mention.person)
    if alone and judgement.outcome in WRONG and not _is_named_in_full(sighting.mention, article, found):
        return Judgement("unknown")
    return judgement


def _may_be_won_again(sighting: Sighting, found: tuple[OfficeRecord, ...]) -> bool:
    """Tell whether an election may have been one of several, within a term that a record gives as one."""
    when = sighting.began
    return sighting.elected and when is not None and any(overlaps(record, when) for record in found)


def is_named_so(mention: TitleMention, found: tuple[OfficeRecord, ...]) -> bool:
    """Tell whether a full name is written as a record writes it, or nearly; one only alike may be another's."""
    keys = {light_key(mention.person), light_key(without_style(mention.person) or mention.person)}
    names = {light_key(name) for record in found for one in (record.person, *record.aliases) for name in spelled(one)}
    short = peer_key(mention.person)
    known = bool(keys & names) or any(" " not in key for key in keys)
    return known or bool(short and any(name.startswith(light_key(short)) for name in names))


def _has_longer_name(mention: TitleMention, article: Article, found: tuple[OfficeRecord, ...]) -> bool:
    """Tell whether two words are the surname of somebody whom the article names in full, as a record does."""
    longer = name_key(full_name(mention.person, article) or "")
    return bool(longer) and longer in {name_key(name) for record in found for name in (record.person, *record.aliases)}


def _holders(records: OfficeRecords) -> Holders:
    return records.holders if isinstance(records, Records) else nobody


def _is_named_in_full(mention: TitleMention, article: Article, found: tuple[OfficeRecord, ...]) -> bool:
    keys = {name_key(name) for record in found for name in (record.person, *record.aliases)}
    names = {name_key(s.mention.person) for s in sightings(article)} | {name_key(name) for name in people(article)}
    names |= {name_key(full_name(mention.person, article) or "")}
    return any(" " in name and name in keys and surname(name) == name_key(mention.person) for name in names)


def check_title(claim: Claim, context: CheckContext) -> Finding:
    """Judge a claim of kind `title` by the office records; silent where they do not decide."""
    if claim.kind != "title":
        return Finding(checker=_NAME)
    for sighting in sightings(context.article):
        if sighting.mention.span == claim.span:
            judgement = _judge_on(sighting, context)
            if judgement.outcome in WRONG:
                return _finding(claim, sighting.mention, judgement, context)
            flags = _contradictions(sighting, judgement, context)
            if judgement.outcome == "right":
                found = _finding(claim, sighting.mention, judgement, context)
                return found.model_copy(update={"flags": flags})
            if flags:
                return Finding(checker=_NAME, flags=flags)
    return Finding(checker=_NAME)


def _judge_on(sighting: Sighting, context: CheckContext) -> Judgement:
    return outcome_of(sighting, context.article, context.records, context.as_of)


def _contradictions(sighting: Sighting, judgement: Judgement, context: CheckContext) -> tuple[Flag, ...]:
    """Flag a title that an earlier one rules out, where the records have not already said which is wrong."""
    other = contradicted(sighting, context.article)
    if other is None or not all(moment_of(s, context.article, context.as_of).anchored for s in (sighting, other)):
        return ()
    earlier = _judge_on(other, context)
    if earlier.outcome in WRONG or earlier.outcome == judgement.outcome == "right":
        return ()
    mention = sighting.mention
    message = (
        f"{other.mention.person} is “{other.mention.title}” earlier in the text and “{mention.title}” here: "
        "nobody holds both at once."
    )
    return (Flag(kind="inconsistent_article", severity="low", message=message, span=mention.span, checker=_NAME),)


def _finding(claim: Claim, mention: TitleMention, judgement: Judgement, context: CheckContext) -> Finding:
    passages = tuple(dict.fromkeys(passage_of(record) for record in judgement.records))
    citations = tuple(Citation.locate(passage.text, passage) for passage in passages)
    verdict = Verdict(
        label="supported" if judgement.outcome == "right" else "refuted",
        confidence=confidence_of(judgement),
        justification=explain(mention, judgement, context.as_of),
        citations=citations,
        method=_NAME,
        by="checker",
    )
    flags = _flags(mention, judgement, verdict, context.as_of) if judgement.outcome in WRONG else ()
    return Finding(checker=_NAME, verdict=verdict, flags=flags, passages=passages)


def _flags(mention: TitleMention, judgement: Judgement, verdict: Verdict, as_of: date) -> tuple[Flag, ...]:
    wrong = Flag(
        kind="misattributed_title",
        severity="high",
        message=verdict.justification,
        span=mention.span,
        suggestion=suggest(mention, judgement, as_of),
        citations=verdict.citations,
        checker=_NAME,
    )
    if judgement.outcome not in ("stale", "premature_former"):
        return (wrong,)
    aged = {"kind": "outdated", "severity": "medium", "message": explain_age(mention, judgement)}
    return wrong, wrong.model_copy(update=aged)
