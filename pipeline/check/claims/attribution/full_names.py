"""Give surnames, pronouns and descriptions the full name that the article tells, where only one fits."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.check.claims.attribution.quoted import quoted
from pipeline.check.claims.attribution.sources import acting, known_names, people
from pipeline.core.english import sentences
from pipeline.core.models import Article, Attribution

_WOMEN = re.compile(r"\b(?:Ms|Mrs|Miss|Lady|Baroness|Queen|Princess|Dame|Sister)\.?\s+$")
_MEN = re.compile(r"\b(?:Mr|Lord|Baron|King|Prince|Sir|Brother|Father)\.?\s+$")
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
    if words[0].lower() == "the" and len(words) <= _LONGEST and all(word.islower() for word in words[1:]):
        return _of_description(article, tuple(words[1:])) if words[1:] else None
    if not words[-1][:1].isupper() or words[0].lower() == "the":
        return None
    if len(words) > 1:
        return attribution.speaker
    return _of_surname(article, attribution.speaker, position)


def _of_surname(article: Article, surname: str, position: int) -> str | None:
    """Return the only full name with a surname, if the text tells it first: `Lund's wife, Anna Lund` does not."""
    fits = [(at, name) for at, name in known_names(article) if name.split()[-1] == surname]
    if len({name for _, name in fits}) != 1:
        return None
    at, name = fits[0]
    body = (match.start() for match in re.finditer(rf"(?<![\w’'-]){re.escape(surname)}\b", article.text))
    first = next((start for start in body if not _in_heading(article, start)), position)
    return name if at <= first <= max(position, at + len(name)) else None


def _in_heading(article: Article, offset: int) -> bool:
    heading = article.heading_at(offset)
    return heading is not None and heading.span.start <= offset < heading.span.end


def _of_pronoun(article: Article, pronoun: str, position: int) -> str | None:
    """Return the only person named shortly before, outside quoted words."""
    marks = [each.span for each in quoted(article)]
    near = [
        (at, name)
        for at, name in people(article)
        if _window(article, position) <= at < position and not any(mark.start <= at < mark.end for mark in marks)
    ]
    if len({name.split()[-1] for _, name in near}) != 1 or not any(at in acting(article) for at, _ in near):
        return None
    other = _MEN if pronoun == "she" else _WOMEN
    if any(other.search(article.text, max(0, at - 20), at) for at, _ in near):
        return None
    return _of_surname(article, near[-1][1].split()[-1], position)


def _window(article: Article, position: int) -> int:
    """Return where the sentences begin in which a pronoun's name is looked for."""
    before = [sentence.span.start for sentence in sentences(article) if sentence.span.start <= position]
    return before[-1 - _NEAR :][0] if before else 0


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
