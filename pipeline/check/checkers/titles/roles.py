"""Titles that somebody acts in, whatever the sentence: `As mayor, X must sign`, `X will attend in the role of mayor`.

The title's words confuse a parser, so a plain word stands for them while the sentence is parsed; the title belongs to
the subject of the verb that `as` hangs on. It is told for that verb's time: the present, or a day near the article's,
or `speaking as mayor, X said`; `as mayor, X said` tells of any time. Verbs of beginning, ending and seeming give nobody
a title, and so does a passive: `was described as mayor`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from pipeline.check.checkers.titles.clause import tells_the_present
from pipeline.check.checkers.titles.dated import Name, index_at
from pipeline.check.checkers.titles.frames import frame_of
from pipeline.check.checkers.titles.grammar import phrase_at
from pipeline.check.checkers.titles.sighting import Sighting, sighting_of
from pipeline.check.checkers.titles.times import is_dated_within, is_sometime, tenure_after
from pipeline.check.checkers.titles.tokens import Words
from pipeline.core.english import parse
from pipeline.core.models import Article

if TYPE_CHECKING:
    from spacy.tokens import Token

_PLAIN = "chief"
_ROLE = re.compile(r"[Ii]n (?:the|his|her|their) (?:role|capacity|position|job|post|function) (?:of|as)\s|[Aa]s\s")
_TURNS = frozenset(
    ("begin", "start", "end", "finish", "resign", "retire", "quit", "return", "leave", "stand")
    + ("run", "campaign", "bid")
    + ("pose", "dress", "star", "appear", "emerge", "debut", "audition", "perform", "masquerade")
    + ("cast", "play", "come")
    + ("go", "follow", "succeed", "replace", "take", "step", "see", "regard", "describe", "portray", "know", "qualify")
    + ("apply", "train", "double", "fail", "rise", "hope", "want", "seek", "aspire", "dream", "be", "become")
)
"""What `as mayor` behind such a verb says is no office held as it happens."""


def in_a_role(words: Words, at: int, article: Article) -> Iterator[Sighting]:
    """Read an office behind `as` or `in the role of`, and whose it is by the verb, from the first of these words."""
    match = _ROLE.match(words.text, words[at].start) if words[at].low in ("as", "in") else None
    begins = index_at(words, match.end()) if match else None
    phrase = phrase_at(words, begins) if begins is not None else None
    if phrase is None or phrase.plural or phrase.determiner in ("a", "an", "one", "our", "his", "her", "their"):
        return
    stop = words[phrase.end - 1].end
    named = phrase.end < len(words) and words[phrase.end].joined and words.name_from(phrase.end) is not None
    if named or is_sometime(words.text, stop) or tenure_after(words.text, stop, article.published_at).stop:
        return
    before, after = words.text[: words[at].start], words.text[stop:]
    doc = parse(f"{before}as {_PLAIN}{after}", entities=False)
    preposition = next((token for token in doc if token.idx == len(before)), None)
    found = _holder(preposition) if preposition is not None else None
    if preposition is None or found is None:
        return
    subject, verb = found
    shift = stop - len(f"{before}as {_PLAIN}")
    name = _name_of(words, subject.idx + (shift if subject.idx > preposition.idx else 0))
    if name is None:
        return
    if not tells_the_present(verb):
        last = subject.idx + len(subject)
        first = last - len(words.text[words[name[0]].start : words[name[1] - 1].end])
        frame = frame_of(doc.text[:first], doc.text[last:], article.published_at or date.max)
        spoken = preposition.head.lemma_ in ("speak", "talk", "write") and preposition.head != verb
        if frame.construction is None or verb.dep_ == "relcl" or not (spoken or frame.near):
            return
    sighting = sighting_of(words, phrase, name, "apposition", article)
    yield replace(sighting, stated=True, loose=is_dated_within(words.text[words[phrase.head].start : stop]))


def _holder(preposition: Token) -> tuple[Token, Token] | None:
    """Return the name that an `as` makes an office-holder, and the verb that tells when; None where neither is sure."""
    verb = preposition.head
    if verb.dep_ == "dobj" and preposition.i > verb.i and verb.head.i < verb.i:
        verb = verb.head  # `will sign the order as mayor`
    if (
        preposition.dep_ != "prep"
        or verb.pos_ not in ("VERB", "AUX")
        or not any(c.text == _PLAIN for c in preposition.children)
    ):
        return None
    if preposition.i > verb.i and verb.lemma_.lower() in _TURNS:
        return None
    while verb.tag_ == "VBG" and verb.dep_ == "advcl" and verb.head.pos_ in ("VERB", "AUX"):
        verb = verb.head  # `Speaking as mayor, X said`
    if any(child.dep_ in ("nsubjpass", "auxpass", "neg") for child in verb.children):
        return None
    subject = next((child for child in verb.children if child.dep_ == "nsubj"), None)
    if subject is not None and subject.lower_ == "who" and verb.dep_ == "relcl":
        subject = verb.head
    return (subject, verb) if subject is not None and subject.pos_ == "PROPN" else None


def _name_of(words: Words, offset: int) -> Name | None:
    """Return the full name whose last word is at an offset."""
    at = next((i for i in range(len(words)) if words[i].start <= offset < words[i].end), None)
    first = words.name_before(at + 1) if at is not None else None
    return (first, at + 1) if at is not None and first is not None else None
