"""How much a check of a statement matters: a small logistic regression over features a reader knows.

Coefficients come from `pipeline/check/claims/check_worthiness.json`, fitted by
`benchmarks/fit_check_worthiness.py`, which also records data and figures. One half is the
cut that told check-worthy sentences from others best (F1, cross-validated).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy
from pydantic import Field, model_validator

from pipeline.check.claims.lexicons import evaluative, reporting
from pipeline.core.caching import once_for_each
from pipeline.core.clock import is_limited, look_at_clock
from pipeline.core.english import parse, parse_all
from pipeline.core.tables import Number, Table, Word, read_table

if TYPE_CHECKING:
    from spacy.tokens import Token

    from pipeline.core.ports import Embedder, Vectors

_NUMERIC = frozenset({"PERCENT", "MONEY", "QUANTITY", "CARDINAL", "ORDINAL"})
_PEOPLE = frozenset({"PERSON", "ORG", "NORP"})
_PLACES = frozenset({"GPE", "LOC", "FAC"})
_FIRST = frozenset({"i", "me", "my", "mine", "myself"})
_FIRST_PLURAL = frozenset({"we", "us", "our", "ours"})
_SECOND = frozenset({"you", "your", "yours"})
_COMPARING = frozenset({"more", "less", "fewer", "than", "most", "least", "first", "only", "every", "all", "never"})
_MENTAL = frozenset({"think", "believe", "hope", "want", "wish", "feel", "know", "guess", "like", "let", "thank"})

Feature = Callable[[Sequence["Token"]], float]


def _share(test: Callable[[Token], bool]) -> Feature:
    """Count the tokens that pass a test, up to three, so that length alone decides nothing."""
    return lambda tokens: min(3, sum(1 for token in tokens if test(token))) / 3


def _has(test: Callable[[Token], bool]) -> Feature:
    return lambda tokens: float(any(test(token) for token in tokens))


FEATURES: Mapping[str, Feature] = {
    "numbers": _share(lambda t: t.like_num or t.ent_type_ in _NUMERIC),
    "dates": _has(lambda t: t.ent_type_ in ("DATE", "TIME")),
    "people and organisations": _share(lambda t: t.ent_type_ in _PEOPLE and t.ent_iob_ == "B"),
    "places": _share(lambda t: t.ent_type_ in _PLACES and t.ent_iob_ == "B"),
    "past tense": _share(lambda t: t.tag_ in ("VBD", "VBN")),
    "present tense": _share(lambda t: t.tag_ in ("VBZ", "VBP")),
    "reporting verb": _has(lambda t: t.pos_ == "VERB" and t.lemma_ in reporting().cues),
    "first person": _has(lambda t: t.lower_ in _FIRST),
    "first person plural": _has(lambda t: t.lower_ in _FIRST_PLURAL),
    "second person": _has(lambda t: t.lower_ in _SECOND),
    "future or possibility": _has(lambda t: t.tag_ == "MD" and t.lower_ in evaluative().future),
    "duty": _has(lambda t: t.lower_ in evaluative().duty),
    "question": _has(lambda t: t.text == "?"),
    "mental verb": _has(lambda t: t.pos_ == "VERB" and t.lemma_ in _MENTAL),
    "evaluative words": _share(lambda t: t.lemma_.lower() in evaluative().strong | evaluative().weak),
    "hedges": _has(lambda t: t.lemma_.lower() in evaluative().hedge),
    "comparison or totality": _has(lambda t: t.lower_ in _COMPARING or t.tag_ in ("JJR", "RBR", "JJS", "RBS")),
    "negation": _has(lambda t: t.dep_ == "neg"),
    "verbs": _has(lambda t: t.pos_ in ("VERB", "AUX")),
    "length": lambda tokens: math.log1p(sum(1 for t in tokens if t.is_alpha)) / 4,
    "pronoun for its subject": _has(lambda t: t.dep_ == "nsubj" and t.lower_ in ("it", "this", "that", "they", "he")),
}
"""What the score reads in the words."""
NAMES = ("uncheckable", *FEATURES)
"""All that it is made of: first whether the words of opinion, prediction or question were found."""

_READ = {
    "numbers": "it states a number",
    "dates": "it states a date or a duration",
    "people and organisations": "it names people or organisations",
    "places": "it names places",
    "past tense": "it tells what happened",
    "reporting verb": "it says what somebody said",
    "comparison or totality": "it compares or generalises",
    "first person": "it speaks of the speaker",
    "first person plural": "it speaks of the speaker's group",
    "future or possibility": "it speaks of what may come",
    "question": "it asks",
    "mental verb": "it speaks of what somebody thinks or wants",
    "evaluative words": "it judges",
    "hedges": "it hedges",
    "duty": "it says what ought to be",
    "pronoun for its subject": "it does not say by name of whom it speaks",
}


class Weights(Table):
    """A fitted logistic regression."""

    intercept: Number
    features: dict[Word, Number]
    embedder: Word | None = None
    """The name of the embedder whose vectors `embedding` weighs."""
    embedding: tuple[Number, ...] = ()
    penalty: Number
    shift: Number
    cross_validated: dict[Word, dict[Word, Number]]

    @model_validator(mode="after")
    def _of_our_features(self) -> Self:
        if set(self.features) != set(NAMES):
            raise ValueError(f"these features differ: {sorted(set(self.features) ^ set(NAMES))}")
        if bool(self.embedder) != bool(self.embedding):
            raise ValueError("weights of an embedding need the embedder's name")
        return self


class Fits(Table):
    """Weights for each embedder, and how they were made."""

    provenance: dict[str, Any]
    fits: tuple[Weights, ...] = Field(min_length=1)


_TOGETHER = 256
"""Statements that are parsed at once: fewer than parses are remembered, or each would be parsed anew."""
_EMBEDDED_AT_ONCE = 32
"""Statements that are embedded between two looks at the clock, where time is short."""


@dataclass(frozen=True)
class Scored:
    """A check-worthiness with what moved it most."""

    value: float
    reasons: tuple[str, ...]


def features(text: str, *, checkable: bool) -> tuple[float, ...]:
    """Return the features of a statement, in the order of `NAMES`."""
    tokens = list(parse(text))
    return (float(not checkable), *(feature(tokens) for feature in FEATURES.values()))


def score(statements: Sequence[tuple[str, bool]], embedder: Embedder | None = None) -> tuple[Scored, ...]:
    """Score statements, each given with whether it can be checked; an embedder the weights do not know is not used."""
    if not statements:
        return ()
    weights = _weights(embedder.name if embedder is not None else None)
    vectors: Vectors | None = None
    values: list[tuple[float, ...]] = []
    for at in range(0, len(statements), _TOGETHER):
        part = statements[at : at + _TOGETHER]
        parse_all(text for text, _ in part)  # one by one takes twice as long
        values += [features(text, checkable=checkable) for text, checkable in part]
    if embedder is not None and weights.embedding:
        vectors = _embedded([text for text, _ in statements], embedder)
    return tuple(
        _score(weights, each, vectors[row] if vectors is not None else None) for row, each in enumerate(values)
    )


def _embedded(texts: Sequence[str], embedder: Embedder) -> Vectors:
    """Embed texts together; where the time for reading has an end, with looks at the clock in between."""
    together = _EMBEDDED_AT_ONCE if is_limited() else len(texts)
    parts: list[Vectors] = []
    for at in range(0, len(texts), together):
        look_at_clock()
        parts.append(embedder.embed(texts[at : at + together]))
    return numpy.concatenate(parts)


def _score(weights: Weights, values: Sequence[float], vector: Vectors | None) -> Scored:
    parts = {name: weights.features[name] * value for name, value in zip(NAMES, values, strict=True)}
    total = weights.intercept + sum(parts.values())
    if vector is not None:
        total += float(numpy.dot(numpy.asarray(weights.embedding), vector))
    moved = sorted((name for name in parts if name in _READ), key=lambda name: -abs(parts[name]))
    reasons = [_READ[name] for name in moved if abs(parts[name]) >= _TELLING][:3]
    reason = "; ".join(reasons)
    return Scored(1 / (1 + math.exp(-total)), (reason[:1].upper() + reason[1:] + ".",) if reason else ())


_TELLING = 0.15
"""What moves the log-odds less than this is not worth a reader's time."""


@once_for_each
def _weights(embedder: str | None) -> Weights:
    known = [fit for fit in read_fits() if fit.embedder in (None, embedder)]
    return max(known, key=lambda fit: fit.embedder is not None)


def read_fits() -> tuple[Weights, ...]:
    """Return the weights for each embedder, and those without one."""
    return read_table(__package__, "check_worthiness.json", Fits).fits
