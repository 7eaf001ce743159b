"""Find every fact of a text, by kind; nothing is left out because it may be an opinion or a prediction.

The kinds are those of newspapers' checking guides. Names come from syntax and from spaCy's entities, which are hints:
what is missed a person adds, what is none a person strikes out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pipeline.check import attributions, detect_claims, find_title_mentions
from pipeline.core.english import Sentence, find_numbers, find_places, find_written_dates, sentences
from pipeline.core.models import Article, Span
from pipeline.ledger.models import Fact, FactKind

if TYPE_CHECKING:
    from spacy.tokens import Token

_NEAR = 40
"""Characters between a speaker and the word that says that she speaks."""

Place = tuple[FactKind, int, int]
"""A kind of fact with the offsets of its words in the article."""

_ENTITIES: dict[str, FactKind] = {
    "PERSON": "name",
    "ORG": "name",
    "NORP": "place",
    "FAC": "place",
    "EVENT": "name",
    "GPE": "place",
    "LOC": "place",
    "PRODUCT": "work",
    "LAW": "work",
    "WORK_OF_ART": "work",
    "DATE": "date",
    "TIME": "date",
    "QUANTITY": "measurement",
    "PERCENT": "number",
    "MONEY": "number",
    "CARDINAL": "number",
    "ORDINAL": "number",
}
_QUOTED = re.compile(r"“[^“”\n]+”|\"[^\"\n]+\"|„[^„“\n]+“|«[^«»\n]+»|(?<!\w)‘[^‘\n]+?’(?!\w)")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"”)\]]+[\w/]|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b|(?<!\w)@\w{2,}")
_CAPTION = re.compile(
    r"^(?:photo|photograph|picture|image|caption|pictured|file photo|credit)s?\b\s*[:(].*$", re.I | re.M
)
_DECADES = r"teens|[2-9]0s|twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties"
_AGE = re.compile(
    r"\b(?:aged?|turn(?:s|ed|ing)?)\s+\d{1,3}\b|\b\d{1,3}[- ]years?[- ]olds?\b|\b[\w-]+-year-olds?\b"
    r"|(?<=, )\d{1,3}(?=,|\.|;| and\b)|(?<=\()\d{1,3}(?=\))"
    rf"|\bin (?:his|her|their) (?:early |mid-|late )?(?:{_DECADES})\b",
    re.I,
)
_MONTHS = "january|february|march|april|june|july|august|september|october|november|december"
_PERIODS = "morning|afternoon|evening|night|week(?:end)?|month|year|decade|century|spring|summer|autumn|winter"
_TIME = re.compile(
    r"\b(?:(?:early|late|this|last|next|past|coming|every|each) )*"
    rf"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|tomorrow|tonight|{_PERIODS}|{_MONTHS})s?\b"
    r"(?: ago| earlier| later)?|\b\d{1,2}(?:[:.]\d{2})?\s?[ap]\.?m\b\.?|\b(?:[01]?\d|2[0-3]):[0-5]\d\b"
    r"|\b(?:[12]\d{3}|\d{2})s\b|\b(?:[12]\d{3}[-–/]\d{2,4})\b|\b(?:noon|midnight|christmas|easter|new year)\b",
    re.I,
)
_BARE_TIME = frozenset({"march", "may", "night", "morning", "evening", "year", "years", "month", "months", "week"})
_UNIT = re.compile(
    r"\s?(?:-\s?)?(?:square |cubic )?(?:kilomet(?:re|er)s?|met(?:re|er)s?|centimet(?:re|er)s?|millimet(?:re|er)s?|"
    r"miles?|inch(?:es)?|feet|foot|yards?|acres?|hectares?|lit(?:re|er)s?|gallons?|barrels?|tonn?es?|tons?|kilos?|kilograms?|"
    r"grams?|pounds?|ounces?|degrees?|watts?|kilowatts?|megawatts?|gigawatts?|km|cm|mm|kg|mph|km/h|kph|°[CF]?|hours?|"
    r"minutes?|seconds?|knots?|volts?|hertz|bytes?|gigabytes?|megabytes?|m²|km²|sq (?:m|km|ft)|ft|lb|MW|GW|kW)\b",
)
_WEIGHED = re.compile(
    r"\s?(?:%|per ?cent\b|percentage points?\b|pence\b|cents?\b|(?:US |Canadian )?dollars?\b|euros?\b|bn\b|m\b)"
)
_CURRENCY = re.compile(r"(?:US|C|A|NZ|HK)?[$€£¥₹]\s?$|\b(?:USD|EUR|GBP|Rs\.?)\s?$")
_RECORD = re.compile(
    r"\b(?:the )?(?:first|last|only|sole|unique|unprecedented|record(?:-\w+)?|all-time|ever|never|always|none|"
    r"nobody|no one|no other|for the first time|once|twice|half|majority|double[ds]?|tripled?|doubling|dozens|hundreds|"
    r"thousands|millions|most|least|more than any|world-leading|latest|newest)\b",
    re.I,
)
_CAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|caused? by|causes|causing|caused|led to|leads to|leading to|as a result(?: of)?|"
    r"thanks to|triggered|triggering|resulted in|resulting in|owing to|in response to|prompted|prompting|after which|"
    r"therefore|so that|blamed (?:on|for)|attributed to|contributed to|forced|forcing|following|in the wake of|"
    r"sparked|sparking)\b",
    re.I,
)
_PRONOUNS = frozenset(
    ["he", "she", "it", "they", "him", "her", "them", "his", "hers", "its", "their", "theirs", "this", "these", "those"]
)
_KINDS: tuple[FactKind, ...] = (
    "link",
    "caption",
    "age",
    "date",
    "measurement",
    "number",
    "title",
    "work",
    "place",
    "name",
    "superlative",
    "cause",
    "attribution",
    "quotation",
    "other",
)
_RANK = {kind: rank for rank, kind in enumerate(_KINDS)}
"""Which kind words have that could be of two; the kinds behind `cause` hold others inside them."""
_HOLDERS: tuple[FactKind, ...] = ("quotation", "attribution", "other", "caption", "cause", "title")


def find_facts(article: Article) -> tuple[Fact, ...]:
    """Return the facts of an article in the order of its text, the longer first where two begin together."""
    found = [*_of_text(article)]
    for sentence in sentences(article):
        found += _of_sentence(sentence)
    kept = _distinct(article.text, found)
    contexts = Contexts(article)
    return tuple(contexts.facts(kept))


class Contexts:
    """The sentences of an article, as the contexts of its facts."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self._sentences = sentences(article)
        self._seen: Counter[tuple[FactKind, str, str]] = Counter()

    def facts(self, places: Iterable[Place]) -> Iterator[Fact]:
        """Yield facts at places that are in order."""
        for kind, start, end in places:
            span = Span.of(self.article.text, start, end)
            context = self.at(start, end)
            key = kind, span.exact, context
            occurrence = self._seen[key]
            self._seen[key] += 1
            yield Fact(kind=kind, span=span, context=context, occurrence=occurrence)

    def at(self, start: int, end: int) -> str:
        """Return the words that decide what those at a place mean: their sentences, and those a pronoun leans on."""
        held = [number for number, one in enumerate(self._sentences) if one.span.start < end and start < one.span.end]
        if not held:
            return self.article.text[start:end]
        first, last = held[0], held[-1]
        while first and self._leans(first):
            first -= 1
        return "\n".join(self._sentences[number].span.exact for number in range(first, last + 1))

    def _leans(self, number: int) -> bool:
        one, before = self._sentences[number], self._sentences[number - 1]
        return one.line == before.line and any(token.lower_ in _PRONOUNS for token in one.tokens)


def _of_text(article: Article) -> Iterator[Place]:
    """Yield what is found by its signs or by the readers of whole articles."""
    text = article.text
    for kind, pattern in (("link", _LINK), ("caption", _CAPTION), ("quotation", _QUOTED), ("age", _AGE)):
        yield from ((kind, match.start(), match.end()) for match in pattern.finditer(text))  # type: ignore[misc]
    for mention in find_title_mentions(article):
        title = mention.span.exact.find(mention.title)
        if title >= 0:
            yield "title", mention.span.start + title, mention.span.start + title + len(mention.title)
        yield "name", mention.person_span.start, mention.person_span.end
    for attribution in attributions(article):
        if attribution.direct:
            yield "quotation", attribution.content.start, attribution.content.end
        if attribution.speaker_span:
            yield "attribution", *_with_cue(text, attribution.speaker_span, attribution.cue)
    for claim in detect_claims(article):
        if claim.kind not in ("title", "quotation"):
            yield "other", claim.spans[0].start, claim.spans[-1].end


def _with_cue(text: str, speaker: Span, cue: str | None) -> tuple[int, int]:
    """Return a speaker with the word that says so, where it stands beside the name."""
    around = text[max(0, speaker.start - _NEAR) : speaker.end + _NEAR]
    at = around.find(cue) if cue and cue.strip(":") else -1
    if at < 0:
        return speaker.start, speaker.end
    said = max(0, speaker.start - _NEAR) + at
    start, end = min(speaker.start, said), max(speaker.end, said + len(cue or ""))
    return (start, end) if "\n" not in text[start:end] else (speaker.start, speaker.end)


def _of_sentence(sentence: Sentence) -> Iterator[Place]:
    at, words = sentence.span.start, sentence.span.exact
    yield from _of_entities(sentence)
    yield from _names(sentence)
    yield from (("place", at + start, at + end) for start, end, _ in find_places(words))
    yield from (("date", at + date.start, at + date.end) for date in find_written_dates(words))
    for match in _TIME.finditer(words):
        if match[0].lower() not in _BARE_TIME or match[0][0].isupper():
            yield "date", at + match.start(), at + match.end()
    for number in find_numbers(words):
        yield _measured(words, at, number.start, number.end)
    for kind, pattern in (("superlative", _RECORD), ("cause", _CAUSE)):
        yield from ((kind, at + match.start(), at + match.end()) for match in pattern.finditer(words))  # type: ignore[misc]
    for token in sentence.tokens:
        if token.tag_ in ("JJS", "RBS"):
            yield "superlative", *_place(sentence, token, token)
    if not sentence.line.is_heading:
        return
    yield "other", at, sentence.span.end


def _place(sentence: Sentence, first: Token, last: Token) -> tuple[int, int]:
    start = sentence.line.start
    return start + first.idx, start + last.idx + len(last)


def _of_entities(sentence: Sentence) -> Iterator[Place]:
    for entity in sentence.tokens.ents:
        kind = _ENTITIES.get(entity.label_)
        if kind:
            yield kind, *_place(sentence, entity[0], entity[-1])


def _names(sentence: Sentence) -> Iterator[Place]:
    """Yield runs of proper nouns, with the small words inside them."""
    run: list[Token] = []
    for token in (*sentence.tokens, None):
        if token is not None and (token.pos_ == "PROPN" or (run and token.lower_ in ("of", "de", "van", "von", "bin"))):
            run.append(token)
            continue
        while run and run[-1].pos_ != "PROPN":
            run.pop()
        if run:
            yield "name", *_place(sentence, run[0], run[-1])
        run = []


def _measured(words: str, at: int, start: int, end: int) -> Place:
    """Return a number with its sign of money and its unit."""
    if sign := _CURRENCY.search(words[:start]):
        start = sign.start()
    if unit := _UNIT.match(words, end):
        return "measurement", at + start, at + unit.end()
    weighed = _WEIGHED.match(words, end)
    return "number", at + start, at + (weighed.end() if weighed else end)


def _distinct(text: str, found: Iterable[Place]) -> list[Place]:
    """Keep one kind for the same words, and nothing that only repeats a part of what stands around it."""
    spans: dict[tuple[int, int], FactKind] = {}
    for kind, start, end in found:
        start, end = _trimmed(text, start, end)
        if start >= end:
            continue
        known = spans.get((start, end))
        if known is None or _RANK[kind] < _RANK[known]:
            spans[start, end] = kind
    kept: list[Place] = []
    for (start, end), kind in sorted(spans.items(), key=lambda each: (each[0][0], -each[0][1])):
        if not any(_swallows(other, (kind, start, end)) for other in kept):
            kept.append((kind, start, end))
    return kept


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in ",;:"):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in ",;:"):
        end -= 1
    return start, end


def _swallows(outer: Place, inner: Place) -> bool:
    """Tell whether a fact says all that one inside it, or that overlaps it, would say again."""
    if outer[2] <= inner[1]:
        return False
    if outer[0] in _HOLDERS:
        return inner[0] == outer[0] and inner[2] <= outer[2]
    return inner[0] not in _HOLDERS
