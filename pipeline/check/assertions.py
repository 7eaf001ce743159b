"""Which sentences of a source are its own assertions, so that they may prove something: an allow-list.

A sentence counts when it is a plain declarative clause with subject and finite verb, and nothing in it or around it
makes it somebody else's, doubted, denied, asked, wished, conditional or quoted. A passage about something untrue, such
as a fact-check or a correction, asserts nothing here: which of its sentences are the checker's own finding cannot be
told by form. After an attributed sentence the rest of its paragraph may still be the speaker's, and is left out.
Blind spots: irony, fiction that does not call itself so, and voices that no word of `voices.yaml` announces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.check.quoted import quoted_regions
from pipeline.check.voices import voices
from pipeline.core.english import ParsedSentence, parsed_sentences

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens, Token

Region = tuple[int, int]

_LABEL = re.compile(
    r"(?:^|(?<=[.!?\n\"”’)])\s*|\n\s*)"
    r"(?i:false|true|misleading|verdict|rating|claim|the claim|myth|fact|the facts?|fiction|rumou?r|hoax|fake|satire"
    r"|mostly false|mostly true|half[- ]true|wrong|not true|untrue|correction|clarification|q|a|question|answer|opinion"
    r"|editorial|letter|comment|allegation|nope|no|advertisement|sponsored|editor['’]s note)\s*(?:[.:!|–—]|\s-\s)"
)
"""A label before a sentence: `FALSE.`, `Myth:`, `Opinion |`."""
_COLON = re.compile(r":(?=\s|$|[\"“„«'‘])")
_BREAK = re.compile(r"[.!?](?=[\s\"”’)]|$)|\n")
_OPINION = re.compile(
    r"^\s*(?:opinion|comment|editorial|letters?|satire|column|analysis|review|sponsored)\b", re.IGNORECASE
)
_OWNED_VIEW = re.compile(
    r"\b(?i:in|by|to|on|for) (?:(?:\w+ ){0,3}\w+['’]s?|his|her|their|its|my|our) (?:own )?"
    r"(?:words?|view|opinion|telling|account|eyes|mind|count|reckoning|estimates?|calculations?|version|book|dreams?)\b"
    r"|\bper (?:the )?[A-Z]"
)
_ELLIPSIS = re.compile(
    r"\b(?:do|does|did|is|was|are|were|has|have|had|will|can|could)(?: not|n['’]t)\s*[.!]?$"
    r"|^\s*(?:no|never|nope|not at all)\s*[.!,]"
    r"|^\s*(?:(?:or|but)\s+)?(?:do|does|did|is|was|are|were|has|have|had|will|can|could)(?:n['’]t)?\s+"
    r"(?:it|they|he|she|that|this|there)(?:\s+(?:so|true|really))?\s*[?]$|^\s*really\s*[?]",
    re.IGNORECASE,
)
"""`It does not.`, `Or is it?`: what it denies or doubts stands before it."""
_BY_LINE = re.compile(r"\s[–—-]{1,2}\s*[A-Z][\w.'’]+(?:\s[\w.'’]+){0,4}\s*[.]?$")
_INVERTED = re.compile(r",\s(?:so\s)?(?:reads?|runs|ran|goes|went|has it|have it)\b")
"""`..., reads a poster.`"""
_END = re.compile(r"[.][)\]]?\s*$")
_NEGATIVE = frozenset({
    "no", "not", "n't", "n’t", "never", "none", "nobody", "nothing", "neither", "nor", "nowhere", "without", "fail",
    "refuse", "decline", "lack", "cannot", "hardly", "scarcely", "barely", "no-one",
})  # fmt: skip
_BOUNDING = re.compile(r"\b(?:no|not|nothing) (?:fewer|less|more|later|earlier|only|but)\b", re.IGNORECASE)
_NOT_OWN_SUBJECTS = frozenset({"i", "we", "you", "me", "us", "who", "what", "which", "my", "our", "your"})
_FINITE = frozenset({"VBZ", "VBP", "VBD", "MD"})
_COMPLEMENTS = frozenset({"xcomp", "oprd", "acomp", "ccomp", "attr"})


@dataclass(frozen=True)
class Assertion:
    """A sentence that a source asserts itself, by its offsets in the passage."""

    start: int
    end: int
    negated: bool
    """True where something in it is denied: `No school was closed.`"""
    planned: bool
    """True where what it tells is meant, ordered or yet to come: `The council will close it.`"""


@lru_cache(2048)
def assertions(text: str, title: str | None = None) -> tuple[Assertion, ...]:
    """Return a passage's own assertions in order, each with its polarity and whether it tells of a plan."""
    if is_about_untruth(text) or (title and (is_about_untruth(title) or "?" in title or _OPINION.search(title))):
        return ()
    read = tuple(parsed_sentences(text))
    quotes = quoted_regions(text)
    silent = [*_after_colons(text, read), *_hearsay(text, read), *_denied(text, read)]
    return tuple(
        Assertion(each.start, each.end, _is_negated(each.tokens), _is_planned(each.tokens))
        for each in read
        if not _meet(each, silent) and _quotes_titles_only(text, each, quotes) and _is_plain(text, each)
    )


def is_about_untruth(text: str) -> bool:
    """Tell whether a text speaks of something untrue, or labels what it says: a fact-check, a correction, a rumour."""
    return bool(voices().in_untruth.search(text) or _LABEL.search(text))


def _meet(each: ParsedSentence, regions: Iterable[Region]) -> bool:
    return any(low < each.end and each.start < high for low, high in regions)


def _after_colons(text: str, read: tuple[ParsedSentence, ...]) -> Iterator[Region]:
    """Yield what a colon opens: with a plain clause before it one sentence, else all that follows."""
    for colon in _COLON.finditer(text):
        breaks = [match.end() for match in _BREAK.finditer(text, 0, colon.start())]
        start = breaks[-1] if breaks else 0
        following = _BREAK.search(text, colon.end())
        head = [token for each in read for token in each.tokens if start <= _place(each, token) < colon.start()]
        plain = any(token.tag_ in _FINITE for token in head) and not any(_tells(token) for token in head)
        yield start, (following.end() if following else len(text)) if plain else len(text)


def _place(each: ParsedSentence, token: Token) -> int:
    return each.line_start + int(token.idx)


def _tells(token: Token) -> bool:
    lemma, table = token.lemma_.lower(), voices()
    return lemma in table.saying | table.seeming | table.showing | table.hearsay | table.telling


def _hearsay(text: str, read: tuple[ParsedSentence, ...]) -> Iterator[Region]:
    """Yield attributed sentences with the rest of their paragraph, and hearsay with the rest of the passage."""
    for each in read:
        if any(_is_hearsay(token) for token in each.tokens):
            yield each.start, len(text)
        elif _is_attributed(text, each):
            yield each.start, each.line_end


def _is_hearsay(token: Token) -> bool:
    table, lemma = voices(), token.lemma_.lower()
    if token.pos_ not in ("NOUN", "PROPN") or lemma not in table.hearsay:
        return False
    before = {child.lower_ for child in token.children if child.dep_ in ("compound", "amod", "nmod")}
    return not before & table.claims_of


def _is_attributed(text: str, each: ParsedSentence) -> bool:
    words = text[each.start : each.end]
    said = any(_says(token) for token in each.tokens)
    owned = _OWNED_VIEW.search(words) or re.search(r"\baccording to\b", words, re.IGNORECASE)
    return bool(said or owned)


def _says(token: Token) -> bool:
    """Tell whether a verb gives what hangs on it to somebody; `hopes that` also where it is read as a noun."""
    lemma, table = token.lemma_.lower(), voices()
    following = token.nbor().lower_ if token.i + 1 < len(token.doc) else ""
    if token.pos_ not in ("VERB", "AUX"):
        return lemma in table.saying and following == "that"
    if lemma in table.saying:
        return True
    of_something = lemma in table.seeming and any(child.dep_ in _COMPLEMENTS for child in token.children)
    return lemma in table.saying or of_something or any(_is_content(child) for child in token.children)


def _is_content(child: Token) -> bool:
    """Tell whether a clause is what its verb says, shows or thinks; with a semicolon between them they are two."""
    low, high = sorted((child.i, child.head.i))
    return child.dep_ == "ccomp" and not any(token.text == ";" for token in child.doc[low:high])


def _denied(text: str, read: tuple[ParsedSentence, ...]) -> Iterator[Region]:
    """Yield what stands before a sentence that denies it, with that sentence."""
    for each in read:
        words = text[each.start : each.end]
        if voices().in_denial.search(words) or _ELLIPSIS.search(words.strip()):
            yield 0, each.end


def _quotes_titles_only(text: str, each: ParsedSentence, quotes: Iterable[Region]) -> bool:
    """Tell whether what a sentence has in quotation marks are names of works, if anything."""
    inside = [
        text[max(low, each.start) : min(high, each.end)] for low, high in quotes if low < each.end and each.start < high
    ]
    return all(_is_title(words) for words in inside)


def _is_title(words: str) -> bool:
    bare = words.strip(" \"'“”„«»‘’`,.")
    parts = re.findall(r"\w[\w'’-]*", bare)
    capital = all(part[0].isupper() for part in parts if len(part) > 3) and bool(parts) and parts[0][0].isupper()
    return capital and len(parts) <= 6 and not re.search(r"[\d.!?;:]", bare)


def _is_plain(text: str, each: ParsedSentence) -> bool:
    """Tell whether a sentence is a declarative main clause that says what is."""
    words, root = text[each.start : each.end].strip(), each.tokens.root
    if (
        not _END.search(words)
        or _BY_LINE.search(words)
        or _INVERTED.search(words)
        or words.startswith((">", "|", "#", "*", "-", "•"))
    ):
        return False
    doubtful = any(token.lower_ in voices().doubtful or _is_possible(token) for token in each.tokens)
    if doubtful or voices().in_doubt.search(words) or any(_is_told(token) for token in each.tokens):
        return False
    return _is_finite(root) and _has_own_subject(root) and each.tokens[0].lower_ not in ("what", "who", "why", "how")


def _is_possible(token: Token) -> bool:
    return bool(token.tag_ == "MD" and token.lower_ in ("may", "can") and token.head.lemma_.lower() == "be") or (
        token.tag_ == "MD" and token.lower_ == "may"
    )


def _is_told(token: Token) -> bool:
    """Tell whether a noun such as `report` or `fear` has something under it that it only tells of."""
    if token.pos_ != "NOUN" or token.lemma_.lower() not in voices().telling:
        return False
    return any(
        child.dep_ in ("acl", "ccomp") or (child.dep_ == "prep" and child.lower_ in ("of", "about", "that"))
        for child in token.children
    )


def _is_finite(root: Token) -> bool:
    if root.pos_ not in ("VERB", "AUX"):
        return False
    if root.tag_ == "VBN" and any(child.dep_ == "nsubj" and child.i < root.i for child in root.children):
        return True  # `a landslide buried 14 houses`: the tagger's slip
    return root.tag_ in _FINITE or any(
        child.tag_ in _FINITE for child in root.children if child.dep_ in ("aux", "auxpass")
    )


def _has_own_subject(root: Token) -> bool:
    subjects = [child for child in root.children if "subj" in child.dep_ or child.dep_ == "expl"]
    people = {token.lower_ for subject in subjects for token in (subject, *subject.children)}
    return bool(subjects) and not people & _NOT_OWN_SUBJECTS


def _is_negated(tokens: Tokens) -> bool:
    text = tokens.text
    bounds = [(match.start(), match.end()) for match in _BOUNDING.finditer(text)]
    return any(
        (token.lower_ in _NEGATIVE or token.lemma_.lower() in _NEGATIVE)
        and not any(low <= token.idx - tokens.start_char < high for low, high in bounds)
        for token in tokens
    )


def _is_planned(tokens: Tokens) -> bool:
    root = tokens.root
    words = {child.lower_ for child in root.children if child.dep_ == "aux"}
    ahead = words & {"will", "shall", "wo", "'ll", "’ll", "must"} or re.search(
        r"\b(?:is|are|was|were) (?:going |due |set |scheduled )?to (?:be|[a-z]+)\b|\bwill\b", tokens.text
    )
    return bool(ahead or any(_means(token) for token in tokens))


def _means(token: Token) -> bool:
    """Tell whether what hangs on a verb or noun is only meant: `plans to close`, `a proposal to close`."""
    lemma, under = token.lemma_.lower(), {child.dep_ for child in token.children if child.i > token.i}
    if token.pos_ == "NOUN":
        clauses = [child for child in token.children if child.dep_ == "acl"]
        return lemma in voices().plans and any(word.lower_ == "to" for each in clauses for word in each.children)
    return token.pos_ in ("VERB", "ADJ") and lemma in voices().planning and bool(under & {"xcomp", "ccomp"})
