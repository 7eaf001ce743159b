"""Words of an article or of its evidence that speak to whoever checks them: shown to a person, never a verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pipeline.check.places import Numbered
from pipeline.check.sparing import told_place
from pipeline.core.caching import once_for_same
from pipeline.core.english import Addressed, addressed_within, find_addressed
from pipeline.core.models import Article, Citation, Claim, Finding, Flag, Passage, Span

CHECKER = "addressed"
_SHOWN = 160
_WHAT = {
    "order": "an order",
    "address": "words to a machine",
    "turn": "a turn of a conversation that is none",
    "token": "marks that only a model's service writes",  # nosec B105 # a token of text
    "fence": "a mark that pretends to end what is examined",
    "reply": "the reply that a model would give",
    "hidden": "text that nobody sees",
    "encoded": "encoded text",
}


def find_words_to_checkers(
    claim: Claim, claims: Sequence[Claim], article: Article, passages: Iterable[Passage]
) -> Finding:
    """Flag what of an article speaks to a checker, on the claim nearest to it, and what of a claim's passages does."""
    own = _in_article(tuple(claims) if not isinstance(claims, tuple) else claims, article).get(claim.id, ())
    distinct = {passage.id: passage for passage in passages}
    of_passages = (flag for passage in distinct.values() for flag in _in_passage(claim, passage))
    return Finding(checker=CHECKER, flags=(*own, *of_passages))


def stands_in_words_to_checkers(claim: Claim, article: Article) -> bool:
    """Tell whether any word of a claim is one that speaks to a checker."""
    return any(addressed_within(article.text, span.start, span.end) for span in claim.spans)


def speaks_to_checkers(citation: Citation, passage: Passage) -> bool:
    """Tell whether cited words are among those that speak to a checker."""
    return bool(addressed_within(passage.text, citation.span.start, citation.span.end))


def told_of_article(article: Article) -> Iterator[str]:
    """Yield in a line each, for the report, where an article and what is known of it speak to a checker."""
    for name, words in (("title", article.title), ("publisher", article.publisher), ("address", article.url)):
        for each in find_addressed(words or "")[:1]:
            yield (
                f"the article's {name} holds {_WHAT[each.kind]} for whoever checks it, which no model was shown and "
                f"which changes nothing: “{_shown((words or '')[each.start : each.end])}”"
            )
    if found := find_addressed(article.text):
        first = Span.of(article.text, found[0].start, found[0].end)
        yield (
            "words of the article speak to whoever checks it and not to its readers; no model was shown them and they "
            f"change nothing: {len(found)}, the first at {told_place(first)}"
        )


@once_for_same
def _in_article(claims: tuple[Claim, ...], article: Article) -> dict[str, tuple[Flag, ...]]:
    """Return the flags on places of an article, by the id of the claim on whose note each belongs."""
    found: dict[str, list[Flag]] = defaultdict(list)
    placed = Numbered((at, claim.span) for at, claim in enumerate(claims))
    for each in find_addressed(article.text) if claims else ():
        span = Span.of(article.text, each.start, each.end)
        near = placed.over(span)[:1] or placed.neighbours(span)
        nearest = min((claims[at] for at in sorted(near)), key=lambda claim: _distance(claim.span, span))
        message = (
            f"Here the article holds {_WHAT[each.kind]} for whoever checks it, not for its readers. No model was shown "
            "these words, and they changed nothing; why they stand here is for a person to ask."
        )
        flag = Flag(kind="addresses_the_checker", severity="medium", message=message, span=span, checker=CHECKER)
        found[nearest.id].append(flag)
    return {claim_id: tuple(flags) for claim_id, flags in found.items()}


def _distance(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end, 0)


def _in_passage(claim: Claim, passage: Passage) -> Iterator[Flag]:
    for each in find_addressed(passage.text)[:_MOST]:
        span = Span.of(passage.text, each.start, each.end)
        cited = Citation(passage_id=passage.id, sha256=passage.sha256, span=span)
        yield _flag(claim, passage, each, span.exact, f"its text, from character {span.start} on", cited)
    about = {
        "title": passage.title,
        "publisher": passage.publisher,
        "address": passage.source_url,
        "note": passage.note,
    }
    for name, words in about.items():
        for each in find_addressed(words or "")[:1]:
            yield _flag(claim, passage, each, (words or "")[each.start : each.end], f"its {name}")


_MOST = 3


def _flag(
    claim: Claim, passage: Passage, found: Addressed, words: str, where: str, cited: Citation | None = None
) -> Flag:
    source = "An office record" if passage.kind == "office_record" else "A source"
    message = (
        f"{source} shown for this claim holds {_WHAT[found.kind]} for whoever checks it, in {where}: "
        f"“{_shown(words)}”. No model saw these words, and they changed nothing; what else stands there deserves a "
        "second look."
    )
    return Flag(
        kind="addresses_the_checker",
        severity="medium",
        message=message,
        span=claim.span,
        citations=(cited,) if cited else (),
        checker=CHECKER,
    )


def _shown(words: str) -> str:
    """Return words for a reader: on one line, cut, and without what nobody sees."""
    seen = "".join(character for character in words if character.isprintable() or character.isspace())
    plain = " ".join(seen.split()) or "text that nobody sees"
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"
