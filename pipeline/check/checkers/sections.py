"""Who speaks under a heading that announces one side: `X's response` with nobody of X in it.

The rule looks at affiliations, as titles and office records tell them, and at the heading; never at
names. Blind spots: sides that are no country and no known organisation, speakers without a title or
record, and sections whose heading says it in other words than those below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pipeline.core.caching import once_for_each, once_for_same
from pipeline.core.english import Place, are_kin, find_place, find_places
from pipeline.core.models import Article, Claim, Finding, Flag, Heading, Span
from pipeline.core.ports import CheckContext, OfficeRecords

_NAME = "voices"
_NOUN = (
    r"(?:official |public |first |own |cautious |angry |muted |furious |cool |initial )*"
    r"(?:response|reaction|reply|answer|view|views|position|stance|perspective|side|statement|rebuttal|take)s?"
)
_VERB = r"(?:responds?|responded|reacts?|reacted|repl(?:y|ies|ied)|answers?|answered|hits? back|speaks?|spoke)"
_SAYS = r"(?:says?|said|thinks?|thought|wants?|sees?)"
_X = r"(?P<x>(?:the |The )?[^\W\d_][\w.’' -]*?)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"^{_X}['’]s? {_NOUN}\b",
        rf"^(?:the )?{_X} {_NOUN}\s*(?:$|[:–—-])",
        rf"^(?:the |an? )?{_NOUN} (?:from|of|in|by) {_X}\s*(?:$|[:,–—]| to\b| on\b)",
        rf"^how {_X} (?:is |has |have |are )?(?:{_VERB}|reacting|responding|sees?|saw)\b",
        rf"^{_X} {_VERB}\b",
        rf"^what {_X} {_SAYS}\b",
        rf"^what (?:does|did|do) {_X} (?:say|think|want)\b",
    )
)
_OWNED = re.compile(r"\bof\s+(?:the\s+)?$", re.IGNORECASE)
_TO = re.compile(r"\b(?:to|on|in|at|for)\s+(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True)
class _Section:
    heading: Heading
    party: Place
    announced: Span


@dataclass(frozen=True)
class _Speaker:
    name: str
    title: str | None
    places: frozenset[str]


def announced_party(heading: str) -> tuple[Place, int, int] | None:
    """Return whose response or view a heading announces, and which of its words do so.

    >>> announced_party("How Norway responded")[0].name
    'Norway'
    """
    for form in _FORMS:
        if (match := form.search(heading)) and (place := find_place(_capital(match["x"]))) and place.kind != "region":
            return place, match.start(), match.end()
    return None


def _capital(words: str) -> str:
    return re.sub(r"^the\s+", "", words.strip(), flags=re.IGNORECASE)


@lru_cache(64)
def _sections(article: Article) -> tuple[_Section, ...]:
    sections = []
    for heading in article.headings:
        if found := announced_party(heading.span.exact):
            place, start, end = found
            span = Span.of(article.text, heading.span.start + start, heading.span.start + end)
            sections.append(_Section(heading, place, span))
    return tuple(sections)


@once_for_each
def _sections_under(article: Article) -> dict[int, tuple[_Section, ...]]:
    """Return the sections of an article by where their headings begin."""
    found: dict[int, tuple[_Section, ...]] = {}
    for section in _sections(article):
        start = section.heading.span.start
        found[start] = (*found.get(start, ()), section)
    return found


def check_section(claim: Claim, context: CheckContext) -> Finding:
    """Flag a section announced as one side's response in which only others are quoted."""
    heading = context.article.heading_at(claim.span.start)
    for section in _sections_under(context.article).get(heading.span.start, ()) if heading else ():
        speakers = _others(section, context.claims, context.article, context.records)
        span = _pinned(claim, section, speakers, context.article)
        if span is not None:
            return Finding(checker=_NAME, flags=(_flag(section, speakers, span),))
    return Finding(checker=_NAME)


def _in_heading(claim: Claim, section: _Section) -> bool:
    return claim.span.overlap(section.heading.span) > 0


@once_for_same
def _others(
    section: _Section, claims: tuple[Claim, ...], article: Article, records: OfficeRecords
) -> tuple[_Speaker, ...]:
    """Return the speakers quoted in a section if all belong elsewhere; else nobody."""
    found: dict[str, _Speaker] = {}
    for claim in claims:
        attribution = claim.attribution
        if (
            attribution is None
            or _in_heading(claim, section)
            or article.heading_at(claim.span.start) != section.heading
        ):
            continue
        name = attribution.name or attribution.speaker
        speaker = _Speaker(name, attribution.speaker_title, _places(name, attribution.speaker_title, records))
        if attribution.direct:
            if not _is_other(speaker, section.party):
                return ()
            found.setdefault(name, speaker)
        elif _is_of(speaker, section.party) and " " in name:
            return ()
    return tuple(found.values())


def _places(name: str, title: str | None, records: OfficeRecords) -> frozenset[str]:
    """Return the countries and organisations a speaker belongs to, as far as title and records tell."""
    places = set(_of_title(title)) if title else set()
    whole = find_place(name)
    if whole:
        places.add(whole.name)
    for record in records.of_person(name):
        for words in (record.country, record.organisation):
            if words and (place := find_place(words)):
                places.add(place.country or place.name)
    return frozenset(places)


def _of_title(title: str) -> list[str]:
    """Return the places a title belongs to: a `British ambassador` is British, a `Russia analyst` is not."""
    found = []
    for start, end, place in find_places(title):
        before = title[:start]
        if _TO.search(before):
            continue
        owned = title[end : end + 2] in ("'s", "’s") or bool(_OWNED.search(before))
        if place.form in ("adjective", "seat") or place.kind == "organisation" or owned:
            found.append(place.country or place.name)
    return found[:1]


def _is_of(speaker: _Speaker, party: Place) -> bool:
    return any(are_kin(place, party.country or party.name) for place in speaker.places)


def _is_other(speaker: _Speaker, party: Place) -> bool:
    """Tell whether a speaker surely belongs elsewhere: a member state may speak for an organisation."""
    if not speaker.places or party.kind != "country" or not re.search(r"[^\W\d_]{2}", speaker.name):
        return False
    return not _is_of(speaker, party)


def _pinned(claim: Claim, section: _Section, speakers: tuple[_Speaker, ...], article: Article) -> Span | None:
    """Return the words of a claim that the flag belongs to, if it belongs to the claim."""
    if not speakers:
        return None
    if _in_heading(claim, section):
        return section.announced if section.announced.is_in(article.text) else claim.span
    names = {speaker.name for speaker in speakers}
    attribution = claim.attribution
    if (
        claim.kind == "quotation"
        and attribution is not None
        and attribution.direct
        and (attribution.name or attribution.speaker) in names
    ):
        return attribution.speaker_span or claim.span
    if claim.kind == "title" and any(name.split()[-1] in claim.span.exact for name in names):
        return claim.span
    return None


def _quoted(heading: str) -> str:
    """Return a heading in quotation marks; one with marks of its own stands without a second pair."""
    return heading if re.search('["“”«»„]', heading) else f"“{heading}”"


def _flag(section: _Section, speakers: tuple[_Speaker, ...], span: Span) -> Flag:
    severity: Literal["medium"] = "medium"
    party = section.party.country or section.party.name
    who = ", ".join(
        f"{speaker.name} ({speaker.title or 'by the office records'}: {', '.join(sorted(speaker.places))})"
        for speaker in speakers
    )
    return Flag(
        kind="misplaced_voice",
        severity=severity,
        message=(
            f"The heading {_quoted(section.heading.span.exact)} announces a voice of {party}, "
            f"but those quoted under it belong elsewhere: {who}. Nobody of {party} is quoted in this section."
        ),
        span=span,
        checker=_NAME,
    )
