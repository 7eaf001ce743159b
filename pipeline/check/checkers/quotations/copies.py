"""A story that the article repeats word for word proves nothing, but where it has another figure the two differ.

Method: the sentence of a claim is laid beside each stored copy of the article. Only a sentence that is the same but for
one number is told, and only where the copy is of the same day or the one before: figures that are counted on, such as
those of the dead, are left alone. Blind spot: a story that was rewritten more than that.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.check.checkers.quotations.alignment import Alignment, align
from pipeline.check.checkers.quotations.shelf import shelf_of
from pipeline.check.checkers.quotations.words import words_of
from pipeline.core.english import find_numbers
from pipeline.core.models import Article, Citation, Claim, Finding, Flag, Passage, Span
from pipeline.core.ports import CheckContext

CHECKER = "copies"
_FEWEST_WORDS = 8
_DAYS = 1
_COUNTED_ON = frozenset({
    "dead", "death", "deaths", "died", "dies", "killed", "kills", "killing", "injured", "wounded", "hurt", "missing",
    "infected", "infections", "cases", "hospitalised", "hospitalized", "arrested", "detained", "displaced", "evacuated",
    "rescued", "toll", "victims", "casualties", "counted", "votes", "rose", "fell", "shares", "index", "so", "far",
})  # fmt: skip
"""Words of figures that the next version of the same story may have raised."""


@dataclass(frozen=True)
class _Difference:
    """One number of a sentence that stands otherwise in a copy; offsets are relative to sentence and passage."""

    ours: tuple[int, int]
    theirs: tuple[int, int]


def check_copy(claim: Claim, context: CheckContext) -> Finding:
    """Compare the claim's sentence with the stories that the article repeats; flag the one number that differs."""
    silent = Finding(checker=CHECKER)
    sentence = claim.sentence
    if sentence is None or claim.kind == "quotation" or not find_numbers(sentence.exact):
        return silent
    ours = words_of(sentence.exact)
    if len(ours.words) < _FEWEST_WORDS or set(ours.words) & _COUNTED_ON:
        return silent
    for passage in shelf_of(context.article, context.sources.passages()).copies:
        near = align(ours, words_of(passage.text)) if _is_of_the_day(passage, context.article) else None
        found = _difference(near, sentence.exact, passage.text) if near else None
        if near and found and any(_within(sentence, found.ours, span) for span in claim.spans):
            return _told(sentence, passage, near, found)
    return silent


def _is_of_the_day(passage: Passage, article: Article) -> bool:
    if passage.published_at is None or article.published_at is None:
        return False
    return 0 <= (article.published_at - passage.published_at).days <= _DAYS


def _within(sentence: Span, place: tuple[int, int], span: Span) -> bool:
    return span.start <= sentence.start + place[0] and sentence.start + place[1] <= span.end


def _difference(near: Alignment, sentence: str, text: str) -> _Difference | None:
    """Return the one number that differs in words that are otherwise the same, or None."""
    changes = near.changes
    if len(changes) != 1 or not changes[0].ours or not changes[0].theirs:
        return None
    first = next(at for at in range(len(near.ours.words)) if (at, at) not in near.pairs)
    ours = near.ours.place(first, first + len(changes[0].ours))
    theirs = near.theirs.place(first, first + len(changes[0].theirs))
    here, there = _number(sentence[slice(*ours)]), _number(text[slice(*theirs)])
    return None if here is None or there is None or here == there else _Difference(ours, theirs)


def _number(text: str) -> float | None:
    """Return the value of a text that is a number and nothing else."""
    found = find_numbers(text)
    return found[0].value if len(found) == 1 and (found[0].start, found[0].end) == (0, len(text)) else None


def _told(sentence: Span, passage: Passage, near: Alignment, found: _Difference) -> Finding:
    theirs = passage.text[slice(*found.theirs)]
    ours = sentence.exact[slice(*found.ours)]
    source = f"{passage.publisher or passage.title or 'a stored story'} ({passage.published_at})"
    start = sentence.start + found.ours[0]
    citation = Citation(passage_id=passage.id, sha256=passage.sha256, span=Span.of(passage.text, *near.place))
    flag = Flag(
        kind="wrong_number",
        severity="medium",
        message=f"{source}, which has this sentence word for word, says {theirs} where the text says {ours}.",
        span=Span(start=start, end=start + len(ours), exact=ours),
        suggestion=theirs,
        citations=(citation,),
        checker=CHECKER,
    )
    return Finding(checker=CHECKER, flags=(flag,), passages=(passage,))
