"""From one version of a draft to the next: what stays, what comes back changed, what is gone.

A fact that has the same words in the same context is the same fact, wherever it stands: its id says so. What is left is
paired here, the old words with the new, so that a person sees both.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.fuzz import ratio

from pipeline.core.models import Article, Span
from pipeline.ledger.find import Contexts
from pipeline.ledger.models import Fact, FactKind, FactStanding

_ALIKE = 55.0
"""How alike two contexts are, of 100, for their facts to be the old and the new of one another."""


def changed_from(
    standing: Sequence[FactStanding], gone: Sequence[FactStanding]
) -> tuple[list[FactStanding], list[FactStanding]]:
    """Give untouched facts the earlier ones that they have come from; return them, and those that came to nothing.

    The most alike are paired first, each once, within a kind.
    """
    pairs = sorted(
        (
            (_likeness(old.fact, new.fact), -abs(old.fact.span.start - new.fact.span.start), at, number)
            for number, old in enumerate(gone)
            for at, new in enumerate(standing)
            if new.sequence == 0 and new.fact.kind == old.fact.kind
        ),
        reverse=True,
    )
    taken: dict[int, int] = {}
    for alike, _, at, number in pairs:
        if alike < _ALIKE:
            break
        if at not in taken and number not in taken.values():
            taken[at] = number
    facts = [_came_from(each, gone[taken[at]]) if at in taken else each for at, each in enumerate(standing)]
    return facts, [each for number, each in enumerate(gone) if number not in taken.values()]


def _came_from(new: FactStanding, old: FactStanding) -> FactStanding:
    kept = {"assignee": old.assignee, "harmful": old.harmful, "comments": old.comments, "sources": old.sources}
    kept |= {"attached": old.attached}
    return new.model_copy(update={"before": old.fact, "was": old.state, "words": old.words, **kept})


def _likeness(old: Fact, new: Fact) -> float:
    """Return how alike two facts are, of 100: their contexts, and their words a little."""
    return 0.8 * ratio(old.context, new.context, score_cutoff=50) + 0.2 * ratio(old.span.exact, new.span.exact)


def located(article: Article, fact: Fact) -> Fact | None:
    """Return an added fact where the text has its words in the same context; None where it has not."""
    contexts, words, at = Contexts(article), fact.span.exact, 0
    occurrence = -1
    while (start := article.text.find(words, at)) >= 0:
        at = start + 1
        if contexts.at(start, start + len(words)) != fact.context:
            continue
        occurrence += 1
        if occurrence == fact.occurrence:
            return fact.model_copy(update={"span": Span.of(article.text, start, start + len(words))})
    return None


def make_fact(article: Article, kind: FactKind, start: int, end: int) -> Fact:
    """Return a fact that a person marks; raises ValueError for a place that holds no words."""
    contexts, words = Contexts(article), article.text[start:end]
    context = contexts.at(start, end)
    earlier, at = 0, -1
    while 0 <= (at := article.text.find(words, at + 1)) < start:
        earlier += contexts.at(at, at + len(words)) == context
    span = Span.of(article.text, start, end)
    return Fact(kind=kind, span=span, context=context, occurrence=earlier)
