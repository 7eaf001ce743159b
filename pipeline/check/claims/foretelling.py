"""Tell a prediction from what is certain already: a date that is set, a permission, what could not be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.check.claims.lexicons import evaluative, reporting
from pipeline.check.claims.nouns import subject
from pipeline.core.english import MONTHS, WEEKDAYS
from pipeline.core.models import Uncheckable

if TYPE_CHECKING:
    from spacy.tokens import Token

Judgement = tuple[Uncheckable, str]
"""Why a statement cannot be checked, and the words that tell it, for a reader."""

_DAYS = frozenset(name.lower() for name in (*WEEKDAYS, *MONTHS))
_SOON = frozenset({"tomorrow", "tonight"})
_IN_FORCE = frozenset({"now", "legally", "lawfully"})
_GUESSES = frozenset({"may", "might", "could"})


def foretold(tokens: Sequence[Token], head: Token) -> Judgement | None:
    """Return that a statement speaks of what may come, or guesses; None where it tells what is certain."""
    for verb in _verbs(tokens, head):
        modal = _modal(verb)
        if modal is None or _is_certain(tokens, verb, modal.lower_):
            continue
        if modal.lower_ in _GUESSES and _is_perfect(verb):
            return "opinion", f"“{modal.text} have” marks it as a guess."
        return (
            "prediction",
            f"It speaks of what {_WHOLE.get(modal.lower_, modal.lower_)} be, which nobody can check yet.",
        )
    idiom = phrase_in(tokens, evaluative().future_phrases, about=head)
    if idiom is None or _is_scheduled(tokens, head):
        return None
    return "prediction", f"“{idiom}” speaks of the future, which nobody can check yet."


_WHOLE = {"wo": "won’t", "'ll": "will", "’ll": "will", "'d": "would", "’d": "would"}


def _verbs(tokens: Sequence[Token], head: Token) -> Iterator[Token]:
    """Yield the verb of a statement, or that of what it only leads up to: `it is clear that`, `I might say that`."""
    clauses = [child for child in head.children if child.dep_ == "ccomp" and child in tokens]
    who = subject(head)
    if who is not None and who.lower_ in ("i", "we"):
        saying = [head, *(child for child in head.children if child.dep_ == "xcomp")]
        said = [
            c for verb in saying if verb.lemma_.lower() in reporting().cues for c in verb.children if c.dep_ == "ccomp"
        ]
        if said:
            yield from said
            return
    yield head
    if head.lemma_ in ("be", "mean", "imply") and head.tag_ != "VBD":
        yield from clauses


def _modal(verb: Token) -> Token | None:
    return next((child for child in verb.children if child.dep_ == "aux" and child.lower_ in evaluative().future), None)


def _is_perfect(verb: Token) -> bool:
    return any(child.lemma_ == "have" and child.dep_ == "aux" for child in verb.children)


def _is_certain(tokens: Sequence[Token], verb: Token, modal: str) -> bool:
    """Tell whether a modal speaks of what is settled: `would later`, `may now`, `could not`, `will open on Monday`."""
    adverbs = {child.lower_ for child in verb.children if child.dep_ == "advmod"}
    if modal in ("would", "'d", "’d"):
        return _is_perfect(verb) or bool(adverbs & {"later", "eventually", "soon"}) or _is_provided(verb)
    if modal == "may":
        return bool(adverbs & _IN_FORCE)
    if modal == "could":
        denied = any(child.dep_ == "neg" for child in verb.children)
        return denied and not _is_perfect(verb) and _is_past(tokens, verb)
    return modal in ("will", "'ll", "’ll") and _is_scheduled(tokens, verb)


def _is_provided(verb: Token) -> bool:
    """Tell whether a verb says what stands in a text: `the bill would require ...`."""
    who = subject(verb)
    return who is not None and who.lemma_.lower() in _TEXTS and verb.lemma_.lower() in _PROVIDING


_TEXTS = frozenset({"act", "amendment", "bill", "law", "legislation", "measure", "ordinance", "proposal", "resolution"})
_PROVIDING = frozenset({"abolish", "allow", "ban", "create", "extend", "forbid", "grant", "limit", "permit", "prohibit",
                        "provide", "repeal", "replace", "require", "set"})  # fmt: skip


def _is_past(tokens: Sequence[Token], verb: Token) -> bool:
    """Tell whether the words around `could not` speak of the past: another verb, or a day, and no condition."""
    around = list(verb.sent)
    if any(token.lower_ in ("if", "unless", "would", "will") for token in around):
        return False
    dated = any(token.lower_ in _DAYS | {"yesterday", "last"} and token.ent_type_ == "DATE" for token in tokens)
    return dated or any(token.tag_ == "VBD" for token in around if token.i != verb.i)


def _is_scheduled(tokens: Sequence[Token], verb: Token) -> bool:
    """Tell whether a day or year is set for what somebody schedules: `will be released on July 27`."""
    doing = {verb.lemma_.lower(), *(child.lemma_.lower() for child in verb.children if child.dep_ == "xcomp")}
    return bool(doing & evaluative().scheduled) and any(map(_is_day, tokens))


def _is_day(token: Token) -> bool:
    word = token.lower_.rstrip(".")
    named = token.text[:1].isupper() and word in _DAYS and token.tag_ != "MD"
    year = len(word) == _YEAR and word.isdigit() and token.ent_type_ == "DATE"
    clock = token.ent_type_ == "TIME" and word.replace(".", "") in _CLOCK
    return named or year or clock or word in _SOON


_YEAR = 4
_CLOCK = frozenset({"am", "pm", "o'clock", "o’clock", "noon", "midnight"})


def phrase_in(tokens: Sequence[Token], phrases: Sequence[str], about: Token | None = None) -> str | None:
    """Return the phrase of lemmas that words match; determiners in between are looked over.

    With `about` only a phrase of that verb in the present counts.
    """
    if about is not None:
        tokens = [t for t in tokens if t.i == about.i or (t.head.i == about.i and t.tag_ != "VBD") or t.tag_ == "TO"]
        tokens = [] if about.tag_ == "VBD" else tokens
    kept = [token for token in tokens if token.dep_ not in ("det", "poss") and not token.is_space]
    plain = " " + " ".join(token.lemma_.lower() for token in tokens) + " "
    bare = " " + " ".join(token.lemma_.lower() for token in kept) + " "
    for phrase in phrases:
        short = " ".join(word for word in phrase.split() if word not in ("a", "the"))
        if f" {phrase} " in plain or f" {short} " in bare and len(short.split()) > 1:
            return phrase
    return None
