"""What a quantity in a sentence is said of: the clause, the words it measures, who takes part, and how surely."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.check.checkers.quantities.parsing import Quantity, find_quantities
from pipeline.check.checkers.quantities.paths import Step, path_of, tense_of
from pipeline.check.checkers.quantities.synonyms import Word, is_name, lemma_keys, word_of, wordings
from pipeline.core.english import MONTHS, WEEKDAYS, parse, readable_lines

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens, Token

_CLAUSE = frozenset({"ROOT", "conj", "advcl", "ccomp", "relcl", "parataxis", "csubj", "acl"})
_BEFORE = frozenset({"after", "before", "following", "amid", "despite"})
_BESIDE = frozenset({"relcl", "parataxis", "ccomp", "acl", "appos"})
_OPEN = frozenset({
    "agree", "aim", "allow", "ask", "call", "commit", "consider", "could", "demand", "discuss", "expect",
    "forecast", "hope", "intend", "invite", "may", "might", "offer", "order", "permit", "plan", "pledge",
    "project", "promise", "propose", "push", "seek", "should", "suggest", "target", "threaten", "urge", "vow",
    "want", "will", "would", "likely", "proposal", "goal", "commitment", "ready", "predict", "estimate",
})  # fmt: skip
"""Lemmas under which a figure is meant, wished or promised rather than reached."""
_NEGATIONS = frozenset({
    "no", "not", "n't", "never", "neither", "nor", "none", "without", "deny", "reject", "refuse", "fail",
    "false",
})  # fmt: skip
_QUALIFIERS = {
    "total": "whole", "overall": "whole", "altogether": "whole", "combined": "whole", "cumulative": "whole",
    "cumulatively": "whole", "in all": "whole",
    "so far": "so far", "since": "so far", "to date": "so far",
    "daily": "daily", "weekly": "weekly", "monthly": "monthly", "annual": "annual", "annually": "annual",
    "yearly": "annual", "quarterly": "quarterly", "hourly": "hourly", "overnight": "overnight",
    "each": "each", "apiece": "each", "average": "average", "median": "average", "mean": "average",
    "another": "more", "additional": "more", "further": "more", "extra": "more", "other": "more",
    "remaining": "rest", "rest": "rest", "including": "part", "among": "part", "of whom": "part", "of which": "part",
    "of them": "part", "record": "record", "maximum": "limit", "minimum": "limit",
    "first half": "part", "section": "part", "stretch": "part", "counted": "part", "career": "career",
    "season": "season", "worldwide": "world", "globally": "world", "nationwide": "nation", "earlier": "earlier",
    "previous": "before", "previously": "earlier", "month before": "monthly", "month earlier": "monthly",
    "quarter before": "quarterly", "quarter earlier": "quarterly", "core": "core", "headline": "headline",
    "last year": "earlier",
}  # fmt: skip
"""Words that make two figures of one thing different figures."""
_QUALIFIER = re.compile(r"\b(?:" + "|".join(sorted(_QUALIFIERS, key=len, reverse=True)) + r")\b", re.IGNORECASE)
_TIMES = frozenset(name.lower() for name in (*MONTHS, *WEEKDAYS)) | {
    "hour", "day", "week", "weekend", "month", "quarter", "season", "year", "decade", "century",
    "morning", "afternoon", "evening", "night", "spring", "summer", "autumn", "winter", "fall",
}  # fmt: skip
"""What is early without being provisional."""
_NEARBY = 200
_PRICES = re.compile(r"\b(?:inflation|consumer prices)\b", re.IGNORECASE)
_DIRECTIONS = {
    "rise": 1, "increase": 1, "grow": 1, "gain": 1, "climb": 1, "jump": 1, "soar": 1, "add": 1, "expand": 1,
    "fall": -1, "decrease": -1, "drop": -1, "decline": -1, "lose": -1, "shrink": -1, "plunge": -1, "cut": -1,
    "reduce": -1,
}  # fmt: skip


@dataclass(frozen=True)
class Frame:
    """A quantity with what it is said of."""

    quantity: Quantity
    clause: str
    """The clause without the figure."""
    sentence: str
    """The sentence without the figure."""
    thing: str
    """What the figure measures, without it: the phrase it hangs on."""
    heads: frozenset[str]
    """Lemmas from the figure up to its verb."""
    words: tuple[Word, ...]
    """The clause's words that say what is measured, dates and attribution left out."""
    actor: frozenset[str]
    """Keys of names in who does it, also of a passive verb."""
    target: frozenset[str]
    """Keys of names in whom it is done to."""
    hedged: bool
    """True for what is only guessed, claimed or provisional."""
    perfect: bool
    """True for `has killed`, which may sum up what `killed` tells of one day."""
    open: bool
    """True for what is planned, wished, promised or expected."""
    may_be_open: bool
    negated: bool
    qualifiers: frozenset[str]
    direction: int
    tense: str
    """`past`, `present`, `perfect` or `future` of its verb; nothing for a participle."""
    path: tuple[Step, ...]
    """How it hangs on its verb."""
    start: int
    """Offsets of the sentence in the text."""
    end: int


@lru_cache(512)
def find_frames(text: str, today: date | None = None) -> tuple[Frame, ...]:
    """Return the quantities of a text in order, each in its frame; `today` lends dates the year they lack."""
    quantities = find_quantities(text, today)
    return tuple(frame for line in readable_lines(text) for frame in _of_line(text, *line, quantities))


def _of_line(text: str, start: int, line: str, quantities: Iterable[Quantity]) -> Iterator[Frame]:
    """Yield the frames of a line, which is parsed by itself: no sentence goes on from a heading or a paragraph."""
    for quantity in quantities:
        if not start <= quantity.start < quantity.end <= start + len(line):
            continue
        here = replace(quantity, start=quantity.start - start, end=quantity.end - start)
        doc = parse(line, entities=False)
        tokens = [token for token in doc if token.idx < here.end and here.start < token.idx + len(token)]
        if tokens:
            frame = _frame(line, here, tokens)
            first, last = start + frame.start, start + frame.end
            hedged = frame.hedged or _is_debunked(text, first, last)
            yield replace(frame, quantity=quantity, hedged=hedged, start=first, end=last)


def _frame(text: str, quantity: Quantity, tokens: list[Token]) -> Frame:
    top = _top(tokens)
    sentence = top.sent
    verb = _clause_verb(top)
    chain = list(_up(top, verb))
    clause = _clause(verb, top)
    upper = [verb, *verb.ancestors]
    words = {token.lemma_.lower() for token in (*upper, *chain)} | {
        child.lemma_.lower() for token in upper for child in token.children if child.dep_ in ("aux", "acomp", "attr")
    }
    own = _joined([token for token in clause if token not in tokens])
    actor, target = _parties(verb, tokens)
    return Frame(
        quantity=quantity,
        clause=own,
        sentence=text[sentence.start_char : quantity.start] + text[quantity.end : sentence.end_char],
        thing=_joined([token for token in _thing(chain, verb, clause) if token not in tokens]) or own,
        heads=_heads(verb, chain),
        words=_words(verb, chain, tokens),
        actor=actor,
        target=target,
        hedged=any(_is_hedge(token) for token in sentence),
        perfect=any(child.dep_ == "aux" and child.lemma_.lower() == "have" for child in verb.children),
        open=bool(words & _OPEN),
        may_be_open=any(token.lemma_.lower() in _OPEN for token in sentence),
        negated=_is_negated(upper, chain),
        qualifiers=_qualifiers(text, quantity, sentence) - _usual(quantity, own),
        direction=next((_DIRECTIONS[word] for word in (t.lemma_.lower() for t in chain) if word in _DIRECTIONS), 0),
        tense=tense_of(verb),
        path=path_of(top, verb, quantity),
        start=sentence.start_char,
        end=sentence.end_char,
    )


def _is_hedge(token: Token) -> bool:
    lemma = token.lemma_.lower()
    clause = any(child.dep_ in ("ccomp", "xcomp") for child in token.children)
    if lemma in ("early", "initial"):  # "early reports", but not "a year earlier" or "in early May"
        return token.dep_ == "amod" and token.head.dep_ != "npadvmod" and token.lower_ == lemma and not _is_time(token)
    return lemma in wordings().hedges or (lemma in wordings().claiming and clause)


def _is_debunked(text: str, start: int, end: int) -> bool:
    """Tell whether a text calls something false close to a sentence: it may tell the figure to deny it."""
    near = text[max(0, start - _NEARBY) : end + _NEARBY].lower()
    return not wordings().debunks.isdisjoint(re.findall(r"[a-z]+", near))


def _is_time(token: Token) -> bool:
    return bool(token.head.like_num or token.head.lemma_.lower() in _TIMES)


def _heads(verb: Token, chain: list[Token]) -> frozenset[str]:
    """Return the keys of what a figure hangs on, with the subject where the verb says nothing."""
    tokens = [verb, *chain]
    if verb.lemma_.lower() in wordings().plain or verb.lemma_.lower() in _DIRECTIONS:
        tokens += [token for child in verb.children if "subj" in child.dep_ for token in (child, *child.children)]
    words = [token for token in tokens if token.pos_ in ("NOUN", "VERB", "PROPN", "ADJ")]
    return frozenset(
        key for token in words if token.lemma_.lower() not in wordings().plain for key in lemma_keys(token)
    )


def _words(verb: Token, chain: list[Token], figure: list[Token]) -> tuple[Word, ...]:
    """Return the words of the clause of a verb, with the subject it takes over from another clause."""
    inside = {token.i for token in figure}
    on_chain = {token.i for token in (verb, *chain)}
    found: list[Word | None] = [word_of(verb, core=True)] if verb.i not in inside else []
    waiting = [(child, _is_core(child, on_chain)) for child in (*verb.children, *_borrowed(verb))]
    while waiting:
        token, core = waiting.pop()
        if token.i not in on_chain and _is_beside(token):
            continue
        if token.i not in inside:
            found.append(word_of(token, core=core))
        waiting += [(child, core and child.dep_ != "advcl") for child in token.children]
    return tuple(word for word in found if word)


def _is_beside(token: Token) -> bool:
    """Tell whether a word opens what is said of something else: a side clause, the source, what went before."""
    if token.dep_ == "conj":
        return token.pos_ in ("VERB", "AUX")
    if token.dep_ != "prep":
        return token.dep_ in _BESIDE
    setting = any(child.lemma_.lower() in wordings().settings for child in token.children)
    before = token.lower_ in _BEFORE and token.head.pos_ in ("VERB", "AUX")
    return token.lower_ == "according" or setting or before


def _is_core(child: Token, chain: set[int]) -> bool:
    parts = ("nsubj", "nsubjpass", "dobj", "attr", "acomp", "agent", "dative", "xcomp", "oprd")
    return child.i in chain or child.dep_ in parts


def _borrowed(verb: Token) -> list[Token]:
    """Return the subject of a verb that has none of its own, and what an adverbial clause hangs on."""
    if verb.dep_ in ("relcl", "acl"):
        return [verb.head]
    if any("subj" in child.dep_ for child in verb.children) or verb.dep_ not in ("conj", "advcl"):
        return []
    head = verb.head
    kept = [child for child in head.children if "subj" in child.dep_]
    if verb.dep_ == "advcl":
        kept += [child for child in head.children if child.dep_ in ("prep", "dobj", "npadvmod", "agent")]
    return kept


def _parties(verb: Token, figure: list[Token]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of who does it and of whom it is done to, whatever the voice."""
    inside = {token.i for token in figure}
    doing: list[Token] = []
    suffering: list[Token] = []
    for child in (*verb.children, *(_borrowed(verb) if verb.dep_ != "acl" else ())):
        if child.i in inside:
            continue
        if child.dep_ in ("nsubj", "agent"):
            doing.append(child)
        elif child.dep_ in ("nsubjpass", "dobj", "dative") or child.lower_ in ("at", "against", "to", "on"):
            suffering.append(child)
    return _names(doing), _names(suffering)


def _top(tokens: list[Token]) -> Token:
    """Return the token of a quantity that hangs on something outside it."""
    inside = {token.i for token in tokens}
    return next((token for token in reversed(tokens) if token.head.i not in inside), tokens[-1])


def _clause_verb(token: Token) -> Token:
    at = token
    while at.head != at and not (at.pos_ in ("VERB", "AUX") and at.dep_ in _CLAUSE):
        at = at.head
    return at


def _up(token: Token, verb: Token) -> Iterator[Token]:
    at = token
    while at != verb and at.head != at:
        at = at.head
        yield at


def _clause(verb: Token, holder: Token) -> list[Token]:
    """Return a verb's own words, without the clauses below it that do not hold the figure."""
    path = {holder.i, *(token.i for token in holder.ancestors)}
    words: list[Token] = []
    waiting = [verb]
    while waiting:
        token = waiting.pop()
        words.append(token)
        for child in token.children:
            other = child.pos_ in ("VERB", "AUX") and child.dep_ in ("conj", "advcl", "relcl", "parataxis", "ccomp")
            if child.i in path or not other:
                waiting.append(child)
    return sorted(words, key=lambda token: token.i)


def _thing(chain: list[Token], verb: Token, clause: list[Token]) -> list[Token]:
    """Return the phrase a figure hangs on: its noun phrase, or the whole clause when it hangs on the verb."""
    nouns = [token for token in chain if token.pos_ in ("NOUN", "PROPN")]
    if not nouns or nouns[0] == verb:
        return clause
    inside = {token.i for token in nouns[0].subtree}
    return [token for token in clause if token.i in inside or token == verb]


def _joined(tokens: list[Token]) -> str:
    return " ".join(token.text for token in tokens if not token.is_space and not token.is_punct)


def _names(parts: list[Token]) -> frozenset[str]:
    words = (
        word_of(token, core=True)
        for part in parts
        for token in part.subtree
        if is_name(token) and not _is_where(token, part)
    )
    return frozenset(key for word in words if word for key in word.keys)


def _is_where(token: Token, part: Token) -> bool:
    """Tell whether a name only says where the rest is: `the library in Ghent`."""
    at = token
    while at != part and at.head != at:
        if at.dep_ == "prep" and at.lower_ in ("in", "at", "near", "off", "outside"):
            return True
        at = at.head
    return False


def _is_negated(upper: list[Token], chain: list[Token]) -> bool:
    near = {child.lemma_.lower() for token in (*upper[:2], *chain) for child in token.children}
    return bool((near | {token.lemma_.lower() for token in upper}) & _NEGATIONS)


def _usual(quantity: Quantity, clause: str) -> frozenset[str]:
    """Return what goes without saying: price rises are told from a year earlier."""
    prices = quantity.dimension == "percent" and _PRICES.search(clause)
    return frozenset({"annual", "earlier"} if prices else ())


def _qualifiers(text: str, quantity: Quantity, sentence: Tokens) -> frozenset[str]:
    """Return what narrows the figure, looked for close to it."""
    start, end = max(sentence.start_char, quantity.start - 60), min(sentence.end_char, quantity.end + 60)
    return frozenset(_QUALIFIERS[match[0].lower()] for match in _QUALIFIER.finditer(text[start:end]))
