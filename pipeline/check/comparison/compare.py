"""A claim without a verdict beside the nearest sentence of its evidence, part by part; never a judgement."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date

from pipeline.check.comparison.alike import overlap
from pipeline.check.comparison.names import Name, known_words
from pipeline.check.comparison.nearest import Ground, common_ground
from pipeline.check.comparison.parts import Found, compare_parts, names_of
from pipeline.check.comparison.reading import Reading, read_sentence
from pipeline.check.comparison.sources import bag, nearness, source_sentences
from pipeline.check.places import Holders
from pipeline.check.sparing import each_alone
from pipeline.core.caching import once_for_each, once_for_same
from pipeline.core.english import Sentence, sentences
from pipeline.core.models import Article, Claim, Comparison, Part, Passage, Span
from pipeline.core.ports import CheckContext

_NEAR, _SOME, _ENOUGH = 2.0, 2.0, 3.0
"""What a passage must share with a claim, a sentence of it to be compared, and one to be shown without a difference."""
_AS_NEAR = 0.75
"""How near a sentence that says the same as the claim must be to take back a difference to another sentence."""
_ALIKE = 0.6
"""Share of words in common from which a sentence is compared whatever they are."""
_PASSAGES, _SENTENCES = 4, 4
_PRONOUNS = frozenset({"he", "she", "it", "they", "his", "her", "its", "their", "him", "them", "this", "that", "who"})


def compare_claim(claim: Claim, context: CheckContext, copies: Sequence[Passage] = ()) -> Comparison | None:
    """Hold a claim against the sentence of its evidence that comes nearest; None where none is about the same.

    Parts that `differ` stand in the same place of what the two sentences say and exclude each other; in doubt a part is
    not mentioned. Passages later than the article's day and the article itself are left out; `copies` of the article
    are shown only where they differ.
    """
    readings = _read_article(context.article, context.as_of)
    at = bisect_right(readings, claim.span.start, key=lambda reading: reading.start) - 1
    if at < 0 or not _holds(readings[at], claim):
        return None
    own, before = readings[at], _meant(readings, at)
    passages = [*_passages(context), *copies]
    grounds = _grounds(own, before, readings[at - 1] if at and before else None, passages)
    known = _known_in(context.article, context.as_of)
    compared = [
        (ground, _within(compare_parts(own, ground, known, context.as_of), claim, context.claims)) for ground in grounds
    ]
    saying = [each for each in compared if each[0].source.passage not in copies]
    told = [(ground, _proven(found, ground, saying)) for ground, found in compared if found]
    best = _best([each for each in told if each[0].source.passage not in copies or _differs(each[1])])
    return _comparison(context.article, *best) if best else None


@once_for_each
def _read_article(article: Article, as_of: date) -> tuple[Reading, ...]:
    def read(sentence: Sentence) -> Iterable[Reading]:
        yield read_sentence(sentence.tokens, sentence.line.start, as_of)

    return tuple(each_alone(read, sentences(article), article, lambda sentence: sentence.span))


@once_for_each
def _known_in(article: Article, as_of: date) -> frozenset[str]:
    return known_words(names_of(_read_article(article, as_of)))


@once_for_same
def _own_words(claims: Sequence[Claim]) -> Holders:
    return Holders(span for claim in claims for span in claim.spans)


def _holds(reading: Reading, claim: Claim) -> bool:
    return reading.start <= claim.span.start < reading.end


def _meant(readings: Sequence[Reading], at: int) -> tuple[Name, ...]:
    """Return the names of the sentence before, where a pronoun or a lack of names makes the sentence lean on it."""
    words = {word.lower() for word in readings[at].text.replace(",", " ").replace(".", " ").split()}
    leans = bool(words & _PRONOUNS) or not readings[at].names
    return readings[at - 1].names if at and leans else ()


def _grounds(
    own: Reading, before: Sequence[Name], previous: Reading | None, passages: Iterable[Passage]
) -> list[Ground]:
    """Return the nearest sentences of the evidence, the nearest first."""
    wanted = bag(own.text) | (bag(previous.text) if previous else frozenset())
    ranked = sorted(((nearness(wanted, bag(passage.text)), passage) for passage in passages), key=lambda each: -each[0])
    near = [passage for score, passage in ranked[:_PASSAGES] if score >= _NEAR]
    grounds = [common_ground(own, before, each) for passage in near for each in source_sentences(passage)]
    grounds = [
        each for each in grounds if each.weight >= _SOME or overlap(own.text, each.source.reading.text) >= _ALIKE
    ]
    return sorted(grounds, key=lambda ground: -ground.weight)[:_SENTENCES]


def _passages(context: CheckContext) -> Iterable[Passage]:
    article = context.article
    for each in context.evidence:
        passage = each.passage
        own = (article.url and passage.source_url == article.url) or passage.text in article.text
        if not each.later and passage.kind == "passage" and not own:
            yield passage


def _within(found: Iterable[Found], claim: Claim, claims: Sequence[Claim]) -> tuple[Found, ...]:
    """Keep the parts in the claim's own words, and those of its restatement that stand in no claim's own words."""
    words = _own_words(claims)
    return tuple(each for each in found if _is_in(each, claim) or not words.hold(each.start, each.end))


def _is_in(part: Found, claim: Claim) -> bool:
    return any(span.start <= part.start and part.end <= span.end for span in claim.spans)


def _proven(
    found: Sequence[Found], ground: Ground, compared: Sequence[tuple[Ground, Sequence[Found]]]
) -> tuple[Found, ...]:
    """Take back a difference where another sentence, as near, says the same as the claim."""
    return tuple(
        Found(each.kind, each.start, each.end, "not_mentioned")
        if each.relation == "differs" and _is_said(each, ground, compared)
        else each
        for each in found
    )


def _is_said(part: Found, ground: Ground, compared: Sequence[tuple[Ground, Sequence[Found]]]) -> bool:
    here = ground.without(part.start, part.end)
    return any(
        other.without(part.start, part.end) >= _AS_NEAR * here
        for other, parts in compared
        for each in parts
        if each.relation == "agrees" and (each.start, each.end) == (part.start, part.end)
    )


def _best(compared: Sequence[tuple[Ground, tuple[Found, ...]]]) -> tuple[Ground, tuple[Found, ...]] | None:
    """Return the nearest sentence that differs, else the nearest that is about the same."""
    differing = [each for each in compared if _differs(each[1])]
    about = [each for each in compared if each[0].weight >= _ENOUGH and _agrees(each[1])]
    return next(iter([*differing, *about]), None)


def _differs(found: Sequence[Found]) -> bool:
    return any(part.relation == "differs" for part in found)


def _agrees(found: Sequence[Found]) -> bool:
    return any(part.relation == "agrees" for part in found)


def _comparison(article: Article, ground: Ground, found: Sequence[Found]) -> Comparison:
    passage = ground.source.passage
    shown = [each.at for each in found if each.at]
    start = min([ground.source.reading.start, *(at[0] for at in shown)])
    end = max([ground.source.reading.end, *(at[1] for at in shown)])
    return Comparison(
        passage_id=passage.id,
        sha256=passage.sha256,
        sentence=Span.of(passage.text, start, end),
        parts=tuple(_part(each, article, passage) for each in found),
    )


def _part(found: Found, article: Article, passage: Passage) -> Part:
    return Part(
        kind=found.kind,
        words=Span.of(article.text, found.start, found.end),
        relation=found.relation,
        source_words=Span.of(passage.text, *found.at) if found.at else None,
    )
