"""Items of a list below words such as `The council decided to:` are statements with the subject of those words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from pipeline.check.claims.drafts import Draft
from pipeline.core.caching import once_for_each
from pipeline.core.english import Sentence, find_numbers, sentences
from pipeline.core.models import Article, ClaimKind, Span

_LONGEST = 300
_DECIDING = frozenset({"decide", "vote", "agree", "resolve", "move", "order", "choose", "begin", "manage", "promise"})
"""Verbs after which what was done, or promised, is listed as `to` and an infinitive."""


def as_items(article: Article, sentence: Sentence, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Yield the drafts of a sentence; an item of a list is a statement of whoever the words above the list speak of."""
    lead = _leads(article).get(sentence.line.start)
    if lead is None:
        yield from drafts
        return
    whole = [draft for draft in drafts if draft.span.start == sentence.span.start][:1]
    span = whole[0].span if whole else _trimmed(article, sentence)
    words = span.exact
    text = f"{lead} {words[:1].lower()}{words[1:]}."
    kind: ClaimKind = "quantity" if find_numbers(words) else "event"
    yield Draft(span, text, kind, sentence, None, None, "It is an item of the list that the words above it begin.")
    yield from (draft for draft in drafts if draft not in whole and draft.span != span)


def _trimmed(article: Article, sentence: Sentence) -> Span:
    words = sentence.span.exact.rstrip(" ;,.")
    return Span.of(article.text, sentence.span.start, sentence.span.start + len(words))


@once_for_each
def _leads(article: Article) -> dict[int, str]:
    """Return the words above the list for each line that is an item, by the offset of the line."""
    firsts = {sentence.line.start: sentence for sentence in reversed(sentences(article))}
    lines = [firsts[start] for start in sorted(firsts)]
    found: dict[int, str] = {}
    for at, line in enumerate(lines):
        if (lead := _lead(line)) is not None:
            for item in takewhile(_is_item, lines[at + 1 :]):
                found[item.line.start] = lead
    return found


def _lead(sentence: Sentence) -> str | None:
    """Return the words above a list without their colon, where a subject decided `to:`."""
    words = sentence.line.text.strip()
    if not words.endswith("to:") or len(words) > _LONGEST:
        return None
    tokens = [token for token in sentence.line.doc if token.is_alpha]
    verb = next((token for token in reversed(tokens[:-1]) if token.pos_ in ("VERB", "AUX")), None)
    told = verb is not None and verb.lemma_ in _DECIDING and verb.tag_ in ("VBD", "VBN", "VBZ", "VBP")
    return words[:-1] if told else None


def _is_item(sentence: Sentence) -> bool:
    """Tell whether a line begins with a bare verb and is short, as the items of such a list do."""
    first = next((token for token in sentence.line.doc if token.is_alpha), None)
    text = sentence.line.text.strip()
    alone = text.rstrip(".;,").count(". ") == 0 and len(text) <= _LONGEST
    return alone and not sentence.line.is_heading and first is not None and _is_bare(first.text)


def _is_bare(word: str) -> bool:
    return word[:1].islower() and not word.endswith(("ed", "ing")) and word not in ("the", "a", "an", "in", "on", "at")
