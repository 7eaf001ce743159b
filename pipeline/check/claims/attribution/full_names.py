"""Give surnames, pronouns and descriptions the full name that the article tells, where only one fits."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from pipeline.check.claims.attribution.quoted import Quoted, quoted_near
from pipeline.check.claims.attribution.sexes import Sex, honorific_of, is_dead, sex_of
from pipeline.check.claims.attribution.sources import acting, known_names, people, placed
from pipeline.core.caching import once_for_each
from pipeline.core.english import sentences, sentences_begun
from pipeline.core.models import Article, Attribution, Span

_LONGEST = 4
"""Words of a description: `the deputy prime minister`."""
_NEAR = 2
"""How many sentences before its own a pronoun may look back."""


def full_name(article: Article, attribution: Attribution) -> str | None:
    """Return the full name of a speaker, or None where the text leaves it open."""
    position = attribution.speaker_span.start if attribution.speaker_span else attribution.content.start
    words = attribution.speaker.split()
    if attribution.speaker.lower() in ("he", "she"):
        return _of_pronoun(article, attribution.speaker.lower(), position)
    if words[0].islower() or words[0] == "The":
        end = attribution.speaker_span.end if attribution.speaker_span else 0
        if (named := _in_apposition(article, end)) is not None:
            return named
    if words[0].lower() == "the" and len(words) <= _LONGEST and all(word.islower() for word in words[1:]):
        return _of_description(article, tuple(words[1:])) if words[1:] else None
    if not words[-1][:1].isupper() or words[0].lower() == "the":
        return None
    if len(words) > 1:
        return attribution.speaker
    return _of_surname(article, attribution.speaker, position)


def _in_apposition(article: Article, end: int) -> str | None:
    """Return the name that follows a description: `said the ombudsman, Ann Lee, at her hearing`."""
    match = _NAME_AFTER.match(article.text, end) if end else None
    if match is None:
        return None
    return None if match.start("name") in placed(article) else match["name"]


_NAME_AFTER = re.compile(
    r",\s+(?P<name>[A-Z][\w.’'-]+(?:\s(?:de|van|von|der|den|al|bin|la|le|del|di|da)\b)*(?:\s[A-Z][\w.’'-]+){1,2})"
    r"(?=[,.;:—–]|\s(?:said|says|told|wrote|added|insisted)\b)"
)


def _of_surname(article: Article, surname: str, position: int) -> str | None:
    """Return the only full name with a surname, if the text tells it first: `Lund's wife, Anna Lund` does not.

    `Ms Lund` is not the man of that name, nor anybody who is dead.
    """
    fits = list(_with_surname(article, surname))
    told = honorific_of(article, position)
    if told is not None:
        fits = [(at, name) for at, name in fits if _may_be(article, name, told)]
    if len({name for _, name in fits}) != 1:
        return None
    at, name = fits[0]
    first = _first_of(article, surname)
    first = position if first is None else first
    named = at <= first or (told is not None and at < position)
    return name if named and at <= max(position, at + len(name)) else None


@once_for_each
def _by_surname(article: Article) -> dict[str, tuple[tuple[int, str], ...]]:
    found: dict[str, tuple[tuple[int, str], ...]] = {}
    for at, name in known_names(article):
        found[name.split()[-1]] = (*found.get(name.split()[-1], ()), (at, name))
    return found


def _with_surname(article: Article, surname: str) -> tuple[tuple[int, str], ...]:
    """Return the first full name with a surname, and the first place of each other one."""
    every = _by_surname(article).get(surname, ())
    return tuple({name: (at, name) for at, name in reversed(every)}.values())[::-1]


@lru_cache(512)
def _first_of(article: Article, surname: str) -> int | None:
    """Return where a surname stands first outside headings."""
    body = (match.start() for match in re.finditer(rf"(?<![\w’'-]){re.escape(surname)}\b", article.text))
    return next((start for start in body if not _in_heading(article, start)), None)


@lru_cache(512)
def _may_be(article: Article, name: str, told: Sex) -> bool:
    return sex_of(article, name) in (told, None) and not is_dead(article, name)


def _in_heading(article: Article, offset: int) -> bool:
    heading = article.heading_at(offset)
    return heading is not None and heading.span.start <= offset < heading.span.end


def _of_pronoun(article: Article, pronoun: str, position: int) -> str | None:
    """Return the only person of that sex named shortly before, outside quoted words, or the only one just before."""
    wanted: Sex = "woman" if pronoun == "she" else "man"
    named, first = people(article), _window(article, position, _NEAR)
    near = [
        (at, name)
        for at, name in named[bisect_left(named, (first, "")) : bisect_left(named, (position, ""))]
        if not any(each.span.start <= at < each.span.end for each in quoted_near(article, at, at + 1))
        and _sex_at(article, at, name) in (wanted, None)
    ]
    if len({name.split()[-1] for _, name in near}) != 1:
        near = [(at, name) for at, name in near if at >= _window(article, position, 1)]
    if len({name.split()[-1] for _, name in near}) != 1 or not any(at in acting(article) for at, _ in near):
        return None
    return _named_at(article, *near[-1])


def _sex_at(article: Article, at: int, name: str) -> Sex | None:
    return honorific_of(article, at) or (sex_of(article, name) if " " in name else None)


def _named_at(article: Article, at: int, name: str) -> str | None:
    """Return the full name of whoever is named at an offset."""
    return name if " " in name else _of_surname(article, name, at)


def _window(article: Article, position: int, sentences_before: int) -> int:
    """Return where the sentences begin in which a pronoun's name is looked for."""
    wanted = sentences_before
    found = 0
    for number in range(sentences_begun(article, position) - 1, -1, -1):
        span = sentences(article)[number].span
        if not any(each.span.start <= span.start and span.end <= each.span.end for each in _quoted_at(article, span)):
            found = span.start
            wanted -= 1
        if wanted < 0:
            break
    return found


def _quoted_at(article: Article, span: Span) -> tuple[Quoted, ...]:
    return quoted_near(article, span.start, span.end)


@lru_cache(256)
def _of_description(article: Article, title: tuple[str, ...]) -> str | None:
    """Return the only person the article calls `Mayor Ann Lee` or `Ann Lee, the mayor`, for `the mayor`.

    Nobody, where the title also leads to another name, whether or not that was recognised as a person's.
    """
    fits = {
        name
        for at, name in known_names(article)
        if _is_led(article.text[:at], title) or _is_followed(article.text, at + len(name), title)
    }
    if len(fits) != 1:
        return None
    name = fits.pop()
    words = r"\s+".join(re.escape(word) for word in title)
    others = re.finditer(rf"\b(?i:{words})\s+(?P<name>[A-Z][\w’'-]+)", article.text)
    return name if all(other["name"] in name or _is_lesser(article.text[: other.start()]) for other in others) else None


def _is_led(before: str, title: tuple[str, ...]) -> bool:
    words = before[-60:].lower().split()
    return tuple(words[-len(title) :]) == title and not _is_lesser(" ".join(words[: -len(title)]))


def _is_lesser(before: str) -> bool:
    """Tell whether `vice` or `former` stands before a title."""
    return bool(set(re.split(r"[\s-]+", before[-30:].lower().strip())[-1:]) & _LESSER)


def _is_followed(text: str, at: int, title: tuple[str, ...]) -> bool:
    after = _APPOSITION.match(text, at)
    words = tuple(after["words"].lower().split()) if after else ()
    return words[-len(title) :] == title and not set(words) & _LESSER


_LESSER = frozenset({"vice", "deputy", "assistant", "former", "acting", "ex", "shadow", "then", "late"})
_APPOSITION = re.compile(
    r",\s+(?:an?|the|its|their)\s+(?P<words>(?:[\w’'-]+\s+){0,2}[\w-]+)(?:\s+(?:of|for|in)\s[^,.;]{1,60})?(?=[,.;])"
)
