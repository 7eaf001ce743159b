"""Find what does not fit together inside one article, without any source.

Method: each sentence is read by patterns that know few, sure forms: parts beside the total they make up
(`sums`, `shares`, `totals`), a change beside its figures (`changes`, `stated_changes`), figures that make another
(`products`, `portions`), measures in two units (`conversions`), numbers of things that are then named (`lists`),
a weekday beside its date, an age beside years of birth and death, a number of years beside its first and
last (`years`, `since`); across sentences, amounts off by a magnitude (`magnitudes`), a birth and an age
(`ages`), a name spelled two ways, a person with two ages, a figure that headline or first sentence and body give
differently for plainly the same thing. Arithmetic and the calendar decide, with room for rounding. Words
between quotation marks are somebody's own arithmetic and left alone. There is no verdict: which of the two places is
wrong is not known, so both are shown and a person decides.

Confidence: `medium` is arithmetic on the text's own words; `low` rests on likeness (names).

Blind spots: parts and totals in different sentences; parts that overlap, and lists that need not be whole; lists in
tables; dates without a year far from the article's date, and dates before 1930 or in other calendars; ages
of people beside whom others are named; surnames shorter than five letters or misspelled in their
first letter; headlines in other words than the body; statements in other languages than English.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from pipeline.check.checkers.consistency.ages import odd_ages
from pipeline.check.checkers.consistency.changes import odd_changes
from pipeline.check.checkers.consistency.conversions import odd_conversions
from pipeline.check.checkers.consistency.lists import odd_lists
from pipeline.check.checkers.consistency.magnitudes import odd_magnitudes, odd_slips
from pipeline.check.checkers.consistency.names import odd_names
from pipeline.check.checkers.consistency.oddity import Oddity
from pipeline.check.checkers.consistency.portions import odd_portions
from pipeline.check.checkers.consistency.products import odd_products
from pipeline.check.checkers.consistency.rates import odd_rates
from pipeline.check.checkers.consistency.restated import odd_figures
from pipeline.check.checkers.consistency.retold import odd_retellings
from pipeline.check.checkers.consistency.shares import odd_shares
from pipeline.check.checkers.consistency.since import odd_spans
from pipeline.check.checkers.consistency.stated_changes import odd_stated_changes
from pipeline.check.checkers.consistency.stretch import Stretch, figures_of, is_quoted
from pipeline.check.checkers.consistency.sums import odd_sums
from pipeline.check.checkers.consistency.totals import odd_blocks, odd_totals
from pipeline.check.checkers.consistency.weekdays import odd_days
from pipeline.check.checkers.consistency.years import odd_years
from pipeline.check.places import Numbered
from pipeline.check.sparing import each_alone, sparing
from pipeline.core.caching import once_for_each, once_for_same
from pipeline.core.english import sentences, sentences_over
from pipeline.core.models import Article, Claim, Finding, Flag, Span
from pipeline.core.ports import CheckContext

if TYPE_CHECKING:
    from pipeline.core.english import Sentence

_NAME = "consistency"
_LONGEST = 2_000
"""Characters of a sentence."""
_MOST_FIGURES = 40
_PAGE = 2_000
"""Characters of a paragraph before a sentence that its figures may hang on."""


def check_consistency(claim: Claim, context: CheckContext) -> Finding:
    """Flag the places of an article that contradict another of its places, each on one claim."""
    flags = _flags(context.claims, context.article).get(claim.id, ())
    return Finding(checker=_NAME, flags=flags)


@once_for_each
def contradictions(article: Article) -> tuple[Flag, ...]:
    """Return what an article surely contradicts in its own words, on whichever claim it is shown."""
    odd = (odd for odd in find_oddities(article) if odd.severity != "low")
    return tuple(_flag(each) for each in odd if not _stands_quoted(each.span, article))


def _stands_quoted(span: Span, article: Article) -> bool:
    over = sentences_over(article, span)
    return any(is_quoted(each.line.text, span.start - each.line.start, span.end - each.line.start) for each in over)


def _flag(odd: Oddity) -> Flag:
    return Flag(
        kind="inconsistent_article",
        severity=odd.severity,
        message=odd.message,
        span=odd.span,
        suggestion=odd.suggestion,
        checker=_NAME,
    )


@once_for_each
def find_oddities(article: Article) -> tuple[Oddity, ...]:
    """Return everything in an article that does not fit together, in order of offset."""
    parsed = tuple(sentence for sentence in sentences(article) if not _is_table(sentence.span.exact))
    found: list[Oddity] = []
    found += each_alone(partial(_in_sentence, article), parsed, article, lambda sentence: sentence.span)
    for begin, paragraph in _paragraphs(parsed):
        with sparing(article, begin, begin + len(paragraph)):
            found += odd_slips(paragraph, begin)
    across = (
        partial(odd_names, parsed),
        partial(odd_ages, parsed, article.published_at),
        partial(odd_figures, parsed, article.title),
        partial(odd_retellings, parsed),
    )
    for rule in across:
        with sparing(article, 0, len(article.text)):
            found += rule()
    first = {odd.span: odd for odd in reversed(found)}
    return tuple(sorted(first.values(), key=lambda odd: (odd.span.start, odd.span.end)))


def _is_table(text: str) -> bool:
    """Tell whether a sentence is a table or a list of figures, which these forms do not fit."""
    return len(text) > _LONGEST or len(figures_of(text)) > _MOST_FIGURES


def _in_sentence(article: Article, sentence: Sentence) -> Iterator[Oddity]:
    """Yield what does not fit in one sentence."""
    text, start = sentence.span.exact, sentence.span.start
    begin, paragraph = sentence.line.start, sentence.line.text
    yield from odd_days(text, start, paragraph, article.text, article.published_at)
    before = article.text[max(begin, start - _PAGE) : start]
    stretch = Stretch(text, start, before, article.published_at)
    yield from (odd for odd in _reckoned(stretch) if not _is_said(paragraph, begin, odd))


def _reckoned(stretch: Stretch) -> Iterator[Oddity]:
    """Yield what the arithmetic of one sentence contradicts."""
    text, start = stretch.text, stretch.start
    changes = list(odd_changes(text, start))
    found = [*odd_years(text, start, stretch.today), *odd_sums(text, start, stretch.before), *changes]
    if not changes:
        found += odd_stated_changes(stretch)
    for rule in _RULES:
        found += (odd for odd in rule(stretch) if not any(odd.span.overlap(other.span) for other in found))
    yield from found


_RULES = (
    odd_shares,
    odd_products,
    odd_portions,
    odd_spans,
    odd_totals,
    odd_conversions,
    odd_lists,
    odd_magnitudes,
    odd_rates,
    odd_blocks,
)


def _is_said(paragraph: str, begin: int, odd: Oddity) -> bool:
    """Tell whether an oddity stands in somebody's words: their arithmetic is theirs."""
    return is_quoted(paragraph, odd.span.start - begin, odd.span.end - begin)


def _paragraphs(parsed: tuple[Sentence, ...]) -> list[tuple[int, str]]:
    """Return where each paragraph stands, and its text."""
    return list({sentence.line.start: sentence.line.text for sentence in parsed}.items())


@once_for_same
def _flags(claims: tuple[Claim, ...], article: Article) -> dict[str, tuple[Flag, ...]]:
    """Return the flags on an article's oddities, by the id of the claim on whose note each belongs."""
    found: dict[str, list[Flag]] = defaultdict(list)
    able = _Able([claim for claim in claims if claim.checkable], article)
    for odd in find_oddities(article) if able.claims else ():
        found[able.answerable(odd.span).id].append(_flag(odd))
    return {claim_id: tuple(flags) for claim_id, flags in found.items()}


class _Able:
    """The claims of an article that flags may stand on."""

    def __init__(self, claims: Sequence[Claim], article: Article) -> None:
        self.claims, self._text = claims, article.text
        self._own = Numbered((at, span) for at, claim in enumerate(claims) for span in claim.spans)
        self._sentences = Numbered((at, claim.sentence) for at, claim in enumerate(claims) if claim.sentence)
        self._begun = Numbered((at, claim.span) for at, claim in enumerate(claims))

    def answerable(self, span: Span) -> Claim:
        """Return the claim whose note a flag belongs on: the first that holds it, else the nearest of its paragraph."""
        over = self._own.over(span) or self._sentences.over(span)
        return self.claims[over[0] if over else min(self._begun.neighbours(span), key=partial(self._distance, span))]

    def _distance(self, span: Span, at: int) -> tuple[bool, int, int]:
        """Order claims by paragraph, then by distance, then by their own order."""
        low, high = sorted((self.claims[at].span.start, span.start))
        return self._text.find("\n", low, high) >= 0, high - low, at
