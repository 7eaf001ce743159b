"""One person, two titles in one article that nobody holds at once.

Both must be said of the present, of the same full name or a surname that only it has, and must be the same office
of two countries, or two offices that exclude each other. Blind spots: two portfolios outside the United States,
and a title kept for life beside `former`.
"""

from __future__ import annotations

from pipeline.models import Article, TitleMention
from pipeline.places import are_kin
from pipeline.titles.exclusion import exclude, is_country
from pipeline.titles.lexicon import lexicon
from pipeline.titles.mentions import sightings
from pipeline.titles.names import name_key, surname
from pipeline.titles.offices import parse_office
from pipeline.titles.sighting import Sighting

_STATE_OFFICES = ("president", "head_of_government", "minister", "chancellor", "monarch", "governor", "ambassador")


def contradicted(sighting: Sighting, article: Article) -> Sighting | None:
    """Return an earlier mention that gives the same person a title nobody holds together with this one."""
    for other in sightings(article):
        if other.mention.span.start >= sighting.mention.span.start:
            return None
        plain = _is_plain(sighting) and _is_plain(other)
        one = plain and _is_one(sighting.mention, other.mention, article)
        if one and _cannot_both_hold(sighting.mention, other.mention):
            return other
    return None


def _is_plain(sighting: Sighting) -> bool:
    mention = sighting.mention
    dated = mention.start_year or mention.end_year or sighting.at or sighting.decade
    return mention.modifier == "current" and not (dated or sighting.past or sighting.then or sighting.leaving)


def _is_one(one: TitleMention, other: TitleMention, article: Article) -> bool:
    left, right = name_key(one.person), name_key(other.person)
    if left == right:
        return " " in left
    full, short = (left, right) if " " in left else (right, left)
    alike = {name_key(s.mention.person) for s in sightings(article) if surname(s.mention.person) == short}
    return " " not in short and surname(full) == short and alike <= {full, short}


def _cannot_both_hold(one: TitleMention, other: TitleMention) -> bool:
    left, right = parse_office(one.title), parse_office(other.title)
    if one.jurisdiction is None or other.jurisdiction is None or left.acting or right.acting:
        return False
    if one.jurisdiction == other.jurisdiction:
        return is_country(one.jurisdiction) and exclude(left, right, one.jurisdiction)
    same = (left.kind, left.rank, left.subject) == (right.kind, right.rank, right.subject)
    countries = is_country(one.jurisdiction) and is_country(other.jurisdiction)
    shared = left.kind == "monarch" or left.kind not in (*_STATE_OFFICES, *lexicon().exclusive)
    return same and countries and not shared and not are_kin(one.jurisdiction, other.jurisdiction)
