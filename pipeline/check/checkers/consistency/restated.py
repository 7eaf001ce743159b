"""A figure in the headline or the first sentence that the body restates as another.

Only where the two say plainly the same thing: one figure of one unit in each, most of the shorter one's words
and all its nouns shared. Rounding and words such as `about` and `at least` are given their room; sentences that name
another year, another time or another case are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.check.checkers.consistency.figures import Figure, find_figures, spell
from pipeline.check.checkers.consistency.oddity import Oddity, pin
from pipeline.core.english import YEARS, parse

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens

    from pipeline.core.english import Sentence

_HEDGE = re.compile(
    r"\b(?:about|around|some|roughly|nearly|almost|over|under|more than|less than|fewer than|at least"
    r"|up to|as many as|approximately|an estimated|another|further|additional|dozens|scores|hundreds"
    r"|thousands) (?:a |an |the )?$",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:last (?:year|month|week|time)|previous\w*|earlier|former\w*|ago|another|other|different"
    r"|separate\w*|similar|since"
    r"|initial\w*|first|revised|later|so far|each|every|per|average|compared|than|if|would|could|may|might"
    r"|had|not|including"
    r"|among|from)\b",
    re.IGNORECASE,
)
_NOUNS = frozenset({"NOUN", "PROPN"})
_KINDS = _NOUNS | {"VERB", "ADJ"}
_SAME = {
    "people": "person", "men": "person", "deal": "agreement", "killing": "kill", "dead": "kill", "die": "kill",
    "death": "kill", "hurt": "injure", "wound": "injure", "injury": "injure", "jail": "imprison",
    "prison": "imprison", "sentence": "imprison", "approve": "back", "plan": "scheme",
}  # fmt: skip
_CASUALTIES = frozenset({
    "dead", "killed", "die", "dies", "died", "hurt", "injured", "wounded", "missing", "arrested", "held", "jailed",
    "charged", "rescued",
})  # fmt: skip
"""`Five hurt in crash`: people, though nobody says so."""
_ENOUGH, _BODY_ENOUGH, _FEWEST = 0.6, 0.75, 4


@dataclass(frozen=True)
class _Statement:
    figure: Figure
    key: str
    hedged: bool


def odd_figures(parsed: tuple[Sentence, ...], title: str | None) -> Iterator[Oddity]:
    """Yield figures of the body that differ from the headline's or the first sentence's."""
    body = [sentence for sentence in parsed if not sentence.line.is_heading]
    headlines: list[tuple[str, Tokens]] = []
    if parsed and parsed[0].line.is_heading:
        headlines.append((parsed[0].span.exact, parsed[0].tokens))
    elif title and len(title) < 300:
        headlines.append((title, parse(title)[:]))
    seen: set[int] = set()
    for headline, tokens in headlines:
        for sentence in body[:3]:
            for odd in _differences(headline, tokens, sentence, _ENOUGH, 3, "headline"):
                seen.add(odd.span.start)
                yield odd
    for sentence in body[1:]:
        for odd in _differences(body[0].span.exact, body[0].tokens, sentence, _BODY_ENOUGH, _FEWEST, "first sentence"):
            if odd.span.start not in seen:
                yield odd


def _differences(
    headline: str, tokens: Tokens, sentence: Sentence, enough: float, fewest: int, where: str
) -> Iterator[Oddity]:
    text = sentence.span.exact
    if not re.search(r"\d|[a-z]", headline) or _ELSEWHERE.search(text) or YEARS.search(text):
        return
    if not _same_thing(tokens, sentence.tokens, enough, fewest):
        return
    first, second = _by_key(headline, tokens), _by_key(text, sentence.tokens)
    for key in sorted(first.keys() & second.keys()):
        one, two = first[key], second[key]
        if one and two and not one.hedged and not two.hedged and not _fits(one.figure, two.figure):
            yield Oddity(
                pin(text, sentence.span.start, two.figure.start, two.figure.end),
                f"The {where} says “{one.figure.text.strip()}” (“{headline}”), "
                f"here it is “{two.figure.text.strip()}”: {spell(one.figure.value)} against {spell(two.figure.value)}.",
            )


def _same_thing(one: Tokens, other: Tokens, enough: float, fewest: int) -> bool:
    """Tell whether two sentences share enough words, and the shorter one's nouns all."""
    shorter, longer = sorted((one, other), key=lambda tokens: len(_content(tokens, _KINDS)))
    words, nouns, there = _content(shorter, _KINDS), _content(shorter, _NOUNS), _content(longer, _KINDS)
    shared = words & there
    return len(shared) >= max(fewest, enough * len(words)) and nouns <= there


def _fits(one: Figure, two: Figure) -> bool:
    """Tell whether two figures may be one number, rounded."""
    return abs(one.value - two.value) <= max(one.loose, two.loose)


def _content(tokens: Tokens, kinds: frozenset[str]) -> frozenset[str]:
    lemmas = (token.lemma_.lower() for token in tokens if token.pos_ in kinds and token.is_alpha and len(token) > 2)
    return frozenset(_SAME.get(lemma, lemma) for lemma in lemmas)


def _by_key(text: str, tokens: Tokens) -> dict[str, _Statement | None]:
    """Return a sentence's figures by what they count; None where it has two of one kind."""
    found: dict[str, _Statement | None] = {}
    offset = len(tokens.text) - len(tokens.text.lstrip())
    for figure in find_figures(text):
        if figure.may_be_year or figure.signed:
            continue
        key = figure.unit or _counted(tokens, figure.start + offset, figure.end + offset)
        if key:
            hedged = _HEDGE.search(text[: figure.start]) is not None
            found[key] = None if key in found else _Statement(figure, key, hedged)
    return found


def _counted(tokens: Tokens, start: int, end: int) -> str | None:
    """Return the lemma of the noun that a figure counts."""
    base = tokens.start_char
    inside = [token for token in tokens if start <= token.idx - base < end]
    if not inside:
        return None
    last = inside[-1]
    if last.i + 1 < tokens.end and last.nbor().lower_ in _CASUALTIES:
        return "person"
    head = last.head
    if head.i == last.i or head.pos_ != "NOUN" or head.idx < last.idx:
        return None
    lemma = str(head.lemma_).lower()
    return _SAME.get(lemma, lemma)
