"""Find every fact of a text, by kind; nothing is left out because it may be an opinion or a prediction.

The kinds are those of newspapers' checking guides. Names come from syntax and from spaCy's entities, which are hints:
what is missed a person adds, what is none a person strikes out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from pipeline.check import attributions, detect_claims, find_title_mentions
from pipeline.core.english import Sentence, is_word, sentences
from pipeline.core.models import Article, Attribution, Span
from pipeline.ledger.fact_words import is_place
from pipeline.ledger.grammar import is_belied, of_grammar
from pipeline.ledger.models import Fact, FactKind
from pipeline.ledger.people import surnames
from pipeline.ledger.sayings import is_headline
from pipeline.ledger.signs import Place, of_text, of_words
from pipeline.ledger.uncovered import captions, uncovered
from pipeline.ledger.voices import voices
from pipeline.ledger.where import kinds_of_names

_NEAR = 40
"""Characters between a speaker and the word that says that she speaks."""

_SHUT = re.compile(r"\)[.)–—-]*$")
"""A bracket that closes what was opened before."""

_BY_EVENT = re.compile(r"(?:since|during|before|after|until|throughout|prior|ahead|following)\b", re.I)
"""How a date begins that names an event, whose names are facts of their own."""
_DASH = re.compile(r"[—–―-]+ ?")
_PRONOUNS = frozenset(
    ["he", "she", "it", "they", "him", "her", "them", "his", "hers", "its", "their", "theirs", "this", "these", "those"]
)
_KINDS: tuple[FactKind, ...] = (
    "link",
    "caption",
    "age",
    "date",
    "measurement",
    "superlative",
    "number",
    "title",
    "work",
    "place",
    "name",
    "cause",
    "attribution",
    "quotation",
    "other",
)
_RANK = {kind: rank for rank, kind in enumerate(_KINDS)}
"""Which kind words have that could be of two; the kinds behind `cause` hold others inside them."""
_NAMED: tuple[FactKind, ...] = ("name", "place", "work")
_FIGURES: tuple[FactKind, ...] = ("number", "measurement")
"""What is known by its signs is no guess of the parser's."""
_HOLDERS: tuple[FactKind, ...] = ("quotation", "attribution", "other", "caption", "cause", "title")


_LOOSE: dict[FactKind, re.Pattern[str]] = {
    "superlative": re.compile(
        r"first|last|once|only|ever|never|always|none|nobody|no one|each|all|entire(?:ly)?|complete(?:ly)?|mostly|"
        r"every(?:one|body|thing)?|least|most|best|more|less|better|worse|sooner|later",
        re.I,
    ),
    "number": re.compile(r"one|both|many|few|fewer|several|numerous|countless|half|(?:a )?handful", re.I),
    "cause": re.compile(r"(?:to|as|since|after) .*", re.I | re.S),
    "attribution": re.compile(r"(?:I|we|you)\b.*", re.I | re.S),
    "date": re.compile(r"then|year|day|time|the (?:day|year|time)", re.I),
}
"""Words that are facts in the paper's own voice and mere ways of talking between quotation marks."""

_LONG = 4
"""Letters of a name that is looked for in headlines."""
_CODE = 3
_PARTY = re.compile(r"(?<![\w-])[DRI]-$")
"""What a member's state stands behind, which is told with it: `D-Ohio`."""
_UNSAID = re.compile(r"^(?:decid|need|support|want)|\bcall\w* (?:back|in|off|out|up) $", re.I)
"""Doing that is no saying."""
_ANYBODY = re.compile(r" (?:would|could|should|can|might|may|must|has to|is)\b|[.,;:!?–—]| [–—]")
"""What follows `one` where it counts nothing."""


def find_facts(article: Article) -> tuple[Fact, ...]:
    """Return the facts of an article in the order of its text, the longer first where two begin together."""
    found = [*_of_text(article)]
    read = sentences(article)
    people = surnames(read)
    kinds = kinds_of_names(article.text, read, people)
    for sentence in read:
        found += _of_sentence(sentence, people)
    found += (("caption", start, end) for start, end in captions(read))
    held = [(start, end) for kind, start, end in found if kind in ("other", "quotation", "caption")]
    for sentence in read:
        found += (("other", start, end) for start, end in uncovered(sentence, _within(sentence, held)))
    found = [*_without_rivals(article.text, found)]
    found += _again(article.text, found, read)
    kept = _distinct(article.text, _as_told(article.text, found, kinds, people))
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
    yield from of_text(text)
    yield from voices(text)
    for mention in find_title_mentions(article):
        title = mention.span.exact.find(mention.title)
        if title >= 0:
            yield "title", mention.span.start + title, mention.span.start + title + len(mention.title)
        if mention.person_span.exact.lower() not in _PRONOUNS:
            yield "name", mention.person_span.start, mention.person_span.end
    for attribution in attributions(article):
        if attribution.direct:
            yield "quotation", attribution.content.start, attribution.content.end
        if attribution.speaker_span and (attribution.direct or not _UNSAID.search(_around(text, attribution))):
            yield "attribution", *_with_cue(text, attribution.speaker_span, attribution.cue)
    for claim in detect_claims(article):
        if claim.kind not in ("title", "quotation"):
            yield "other", claim.spans[0].start, claim.spans[-1].end


def _around(text: str, attribution: Attribution) -> str:
    """Return the word that says so with the few before what is said."""
    return f"{attribution.cue} {text[max(0, attribution.content.start - _NEAR) : attribution.content.start]}"


def _with_cue(text: str, speaker: Span, cue: str | None) -> tuple[int, int]:
    """Return a speaker with the word that says so, or that word alone where it stands far from the name."""
    if not cue or not cue.strip(":"):
        return speaker.start, speaker.end
    begin, end = text.rfind("\n", 0, speaker.start) + 1, text.find("\n", speaker.end)
    begin, end = max(begin, speaker.start - _NEAR), end if end >= 0 else len(text)
    if not re.search(rf"\b{re.escape(cue)}\b", text[begin:end]):
        cue = cue.split()[0]
    places = [begin + match.start() for match in re.finditer(rf"\b{re.escape(cue)}\b", text[begin:end])]
    at = min(places, key=lambda at: max(at - speaker.end, speaker.start - at - len(cue)), default=-1)
    if at < 0:
        return speaker.start, speaker.end
    if at - speaker.end > _NEAR:
        return at, at + len(cue)
    return min(speaker.start, at), max(speaker.end, at + len(cue))


def _of_sentence(sentence: Sentence, people: Collection[str]) -> Iterator[Place]:
    at = sentence.span.start
    signs = [(kind, at + start, at + end) for kind, start, end in of_words(sentence.span.exact)]
    signs = [place for place in signs if not is_belied(sentence, *place)]
    figures = [(start, end) for kind, start, end in signs if kind in _FIGURES]
    measured = {(start, end) for kind, start, end in signs if kind == "measurement"}
    yield from signs
    for kind, start, end in of_grammar(sentence, people):
        rivals = _overlap(figures, start, end) if kind in _FIGURES else kind == "date" and (start, end) in measured
        if not rivals:
            yield kind, start, end


def _without_rivals(text: str, found: Collection[Place]) -> Iterator[Place]:
    """Leave out times that are guessed where the words say an age, and loose talk in what somebody says."""
    ages = [(start, end) for kind, start, end in found if kind == "age"]
    said = [(start, end) for kind, start, end in found if kind == "quotation"]
    for kind, start, end in found:
        if kind in _NAMED and _PARTY.search(text, max(0, start - _CODE), start):
            continue
        if kind == "number" and text[start:end].lower() == "one" and _ANYBODY.match(text, end):
            continue
        loose = kind in _LOOSE and _LOOSE[kind].fullmatch(text, start, end) and _overlap(said, start, end)
        if not loose and (kind != "date" or not _overlap(ages, start, end)):
            yield kind, start, end


def _again(text: str, found: Collection[Place], read: Collection[Sentence]) -> Iterator[Place]:
    """Yield names of the text that stand in its headlines too, where the parser reads capitals as it likes."""
    named = {text[start:end]: kind for kind, start, end in found if kind in ("name", "place")}
    known = [each for each in named if len(each) >= _LONG and each[0].isupper() and not is_word(each.lower())]
    taken = [(start, end) for kind, start, end in found if kind in (*_NAMED, "title")]
    if not known:
        return
    words = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(known, key=len, reverse=True)))})(?![\w-])")
    for heading in filter(is_headline, read):
        for match in words.finditer(text, heading.span.start, heading.span.end):
            if not _overlap(taken, *match.span()):
                yield named[match[0]], *match.span()


def _within(sentence: Sentence, places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    start, end = sentence.line.start, sentence.line.start + len(sentence.line.text)
    return [each for each in places if each[0] < end and start < each[1]]


def _overlap(places: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    return any(begin < end and start < until for begin, until in places)


def _distinct(text: str, found: Iterable[Place]) -> list[Place]:
    """Keep one kind for the same words, and nothing that only repeats a part of what stands around it."""
    spans: dict[tuple[int, int], FactKind] = {}
    every = list(found)
    titles = sorted((start, end) for kind, start, end in every if kind == "title")
    for kind, start, end in every:
        if kind in _NAMED:
            start = next((until for begin, until in titles if begin <= start < until < end), start)
        start, end = _trimmed(text, start, end, ",;" if kind == "attribution" else ",;:")
        if kind in _NAMED and (dash := _DASH.match(text, start, end)):
            start = dash.end()
        if kind == "place" and text[end - 2 : end] in ("'s", "’s") and is_place(text[start : end - 2]):
            end -= 2
        if start >= end:
            continue
        known = spans.get((start, end))
        if known is None or _RANK[kind] < _RANK[known]:
            spans[start, end] = kind
    kept: list[Place] = []
    for (start, end), kind in sorted(spans.items(), key=lambda each: (each[0][0], -each[0][1])):
        _keep(text, kept, (kind, start, end))
    return kept


def _as_told(
    text: str, found: Iterable[Place], kinds: Mapping[str, FactKind], people: Collection[str]
) -> Iterator[Place]:
    """Yield facts, a name as a place, and a place as a name, where the article as a whole or a table tells so."""
    for kind, start, end in found:
        words = text[start:end]
        if kind in ("name", "place"):
            bare = text[max(0, start - 4) : start].lower() != "the "
            told: FactKind = "place" if bare and words not in people and is_place(words) else kind
            yield kinds.get(words) or told, start, end
        else:
            yield kind, start, end


def _keep(text: str, kept: list[Place], place: Place) -> None:
    """Add a fact to those that begin before it, unless one says it already.

    Names that overlap are one, of the kind of the last: in English it tells what the whole is.
    """
    kind, _, end = place
    for number in range(len(kept) - 1, -1, -1):
        other, start, until = kept[number]
        owner = kind == "place" and start == place[1] and text[end : end + 2] in ("'s", "’s")
        by_event = other == "date" and kind in _NAMED and _BY_EVENT.match(text, start)
        if owner or by_event or not _swallows(kept[number], place):
            continue
        if kind in _NAMED and other in _NAMED and end > until:
            kept[number] = kind, start, end
        return
    kept.append(place)


def _trimmed(text: str, start: int, end: int, points: str) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in points):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in points):
        end -= 1
    if shut := _SHUT.search(text, start, end):
        end = shut.start() if "(" not in text[start:end] else end
    return start, end


def _swallows(outer: Place, inner: Place) -> bool:
    """Tell whether a fact says all that one inside it, or that overlaps it, would say again."""
    if outer[2] <= inner[1]:
        return False
    if outer[0] in _HOLDERS:
        if outer[0] == "attribution" == inner[0]:
            return True
        again = inner[0] == outer[0] or (outer[0] == "caption" and inner[0] == "other")
        return again and inner[2] <= outer[2]
    return inner[0] not in _HOLDERS
