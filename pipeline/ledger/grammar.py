"""Facts that the grammar of a sentence shows: names and records, and what its siblings find of people and reasons.

Entities are hints of spaCy's: what is missed a person adds, what is none a person strikes out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from pipeline.core.english import WEEKDAY, Sentence, find_place, is_word
from pipeline.ledger.fact_words import fact_words, is_place
from pipeline.ledger.models import FactKind
from pipeline.ledger.naming import bodies
from pipeline.ledger.people import RANK, is_person, roles
from pipeline.ledger.sayings import in_front, is_headline, reasons, sayings
from pipeline.ledger.signs import CURRENCY, Place, is_time
from pipeline.ledger.times import times
from pipeline.ledger.where import is_beside_a_direction, is_from_somewhere, widened

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens, Token

_ENTITIES: dict[str, FactKind] = {
    "PERSON": "name",
    "ORG": "name",
    "NORP": "place",
    "FAC": "place",
    "EVENT": "name",
    "GPE": "place",
    "LOC": "place",
    "PRODUCT": "work",
    "LAW": "work",
    "WORK_OF_ART": "work",
    "DATE": "date",
    "TIME": "date",
    "QUANTITY": "measurement",
    "PERCENT": "number",
    "MONEY": "number",
    "CARDINAL": "number",
    "ORDINAL": "superlative",
}
_NAMED: tuple[FactKind, ...] = ("name", "place", "work")
_INSIDE = frozenset(
    {"of", "de", "van", "von", "bin", "del", "della", "di", "da", "du", "la", "le", "el", "al", "y", "&"}
)
_BODIES = re.compile(
    r"(?:\b(?:Academy|Agency|Alliance|Association|Board|Bureau|Campaign|Centre|Center|Coalition|College|"
    r"Commission|Committee|"
    r"Council|Department|Doctors|Foundation|Friends|Fund|Institute|Ministry|Movement|Network|Office|Party|"
    r"School|Secretary|"
    r"Society|Students|Transport|Trust|Union|University|Women))$"
)
_LINKS = ("-", "'s", "’s")
_INITIALS = re.compile(r"[A-Z]{2,}")
_DOTTED = re.compile(r"(?:[A-Z]\.){2,}")
_ABBREVIATED = re.compile(rf"(?!\w+day){WEEKDAY}|(?:Mon|Tues?|Wed|Thurs?|Thu|Fri|Sat|Sun)\.?")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_DECIMAL = re.compile(r"\d+\.\d+")
_YEAR = 4
"""Digits of a year."""


def of_grammar(sentence: Sentence, people: Collection[str]) -> Iterator[Place]:
    """Yield facts at their offsets in the article, whose people's surnames are known."""
    for kind, first, last in _of_tokens(sentence.tokens, people):
        yield kind, *_place(sentence, first, last)
    firms = [_place(sentence, each[0], each[-1]) for each in sentence.tokens.ents if each.label_ == "ORG"]
    for match in RANK.finditer(sentence.span.exact):
        if any(start <= sentence.span.start + match.start() < end for start, end in firms):
            continue
        yield "title", sentence.span.start + match.start(), sentence.span.start + match.end()
    if sentence.line.is_heading:
        yield "other", sentence.span.start, sentence.span.end
    if is_headline(sentence):
        yield from (
            ("attribution", *_place(sentence, first, last)) for first, last in in_front(sentence.tokens, people)
        )


def is_belied(sentence: Sentence, kind: FactKind, start: int, end: int) -> bool:
    """Tell whether grammar belies a sign at its offsets in the article: `won the final`, `she aimed at the goal`."""
    belies = {"superlative": _is_contest, "cause": _takes_aim}.get(kind)
    at = sentence.line.start
    return belies is not None and any(belies(each) for each in sentence.tokens if start <= at + each.idx < end)


def _is_contest(word: Token) -> bool:
    """Tell whether `the final` is a match and not the last of something."""
    return word.lower_ == "final" and word.dep_ not in ("amod", "compound")


def _takes_aim(word: Token) -> bool:
    """Tell whether somebody aims at a thing, unlike steps that are aimed at it, or aim at doing something."""
    if word.lower_ != "aimed" or not any(each.dep_ == "nsubj" for each in word.children):
        return False
    return any(each.dep_ == "pobj" for at in word.children if at.lower_ == "at" for each in at.children)


def _place(sentence: Sentence, first: Token, last: Token) -> tuple[int, int]:
    start = sentence.line.start
    return start + first.idx, start + last.idx + len(last)


def _of_tokens(tokens: Tokens, people: Collection[str]) -> Iterator[tuple[FactKind, Token, Token]]:
    yield from _entities(tokens, people)
    for first, last in _names(tokens, people):
        wide = widened(tokens, first, last)
        yield _named(tokens, first, last), first, last
        if wide:
            yield "place", *wide
    yield from roles(tokens, people)
    for token in tokens:
        if token.lower_ == "all" and token.dep_ in ("det", "predet"):
            yield "superlative", token, token
        elif token.lower_ == "most" and token.i + 1 < len(token.doc) and token.nbor().lower_ == "of":
            continue
        elif token.tag_ in ("JJS", "RBS"):
            yield "superlative", *_record(token)
        elif _is_record(token) or _is_faster(token) or (token.tag_ in ("JJR", "RBR") and _is_compared(token)):
            yield "superlative", token, token
    yield from (("cause", first, last) for first, last in reasons(tokens))
    yield from (("attribution", first, last) for first, last in sayings(tokens))
    yield from (("work", first, last) for first, last in _works(tokens))
    yield from (("date", first, last) for first, last in times(tokens))
    yield from (("name", first, last) for first, last in bodies(tokens))


def _entities(tokens: Tokens, people: Collection[str]) -> Iterator[tuple[FactKind, Token, Token]]:
    for each in tokens.ents:
        entity = each[1:] if each[0].tag_ == "POS" and len(each) > 1 else each
        if entity.label_ == "DATE" and _DECIMAL.fullmatch(entity[0].text) and len(entity) > 1:
            entity = entity[1:]
        if _ENTITIES.get(entity.label_) in _NAMED:
            entity = _without_origin(_unquoted(entity))
            entity = entity[1:] if len(entity) > 1 and entity[0].tag_ == "VBG" else entity
        kind = "name" if is_person(entity, people) else _kind_of(entity)
        if kind:
            yield kind, entity[0], entity[-1]


def _kind_of(entity: Tokens) -> FactKind | None:
    """Return of what kind the parser's guess is, put right by what its words show."""
    kind, words = _ENTITIES.get(entity.label_), entity.text
    if kind in _NAMED and words.islower() and is_word(words):
        return None
    if kind in _NAMED:
        return None if any(sign in words for sign in CURRENCY) else _kind_of_name(entity, kind)
    if kind == "date" and entity.doc[entity.end : entity.end + 2].text == "-like":
        return None
    if kind and _INITIALS.fullmatch(words):
        return "name"
    if entity.label_ == "ORDINAL":
        return "number" if words[0].isdecimal() and not _is_ranked(entity) else kind
    if kind == "date" and len(entity) == 1 and entity[0].dep_ == "amod":
        return None
    if kind == "date" and (not is_time(words) or (words.isdecimal() and len(words) != _YEAR)):
        return "number" if entity[0].like_num else None
    return kind


def _kind_of_name(entity: Tokens, kind: FactKind | None) -> FactKind | None:
    """Return a name for parties and faiths, which are no peoples, for prizes and initials, which are no places."""
    if len(entity) > 1 and entity[-1].lower_ in fact_words().acts and "of" not in entity.text.split():
        return "work"
    if any(each.lower_ == "flight" for each in entity):
        return "name"
    if len(entity) > 1 and entity.label_ == "NORP" and entity[-1].lower_ in fact_words().peoples:
        return "name"
    thing = entity[0].nbor(-1) if entity.start else entity[0]
    if kind == "place" and thing.lower_ in ("a", "an") and thing.head == entity[-1] and entity.label_ != "NORP":
        return "name"
    group = entity.label_ == "NORP" and entity.text.lower() in fact_words().groups
    initials = _DOTTED.fullmatch(entity.text) and find_place(entity.text) is None
    return "name" if group or initials or (kind == "place" and entity[-1].lower_ in fact_words().events) else kind


def _unquoted(named: Tokens) -> Tokens:
    """Return a name without what a quotation mark cuts from it, and without the number of a contest."""
    for at in range(len(named) - 1, -1, -1):
        if named[at].is_quote or (at < len(named) - 2 and _ORDINAL.fullmatch(named[at].text)):
            return named[at + 1 :] if at + 1 < len(named) else named[:at] if at else named
    return named


def _without_origin(named: Tokens) -> Tokens:
    """Return a name without where it is from: `Holt` of `Holt of Velda`."""
    at = next((at for at in range(1, len(named) - 1) if is_from_somewhere(named[at]) or _is_within(named, at)), 0)
    return named[:at] if at else named


def _is_within(named: Tokens, at: int) -> bool:
    """Tell whether the rest of a name only tells where it is: `Velda University on Long Island`."""
    rest = named[at + 1 :]
    placed = is_place(rest.text) or (len(rest) > 1 and rest[-1].lower_ in fact_words().land)
    return named[at].lower_ in ("in", "on", "near", "at") and placed


def _is_ranked(ordinal: Tokens) -> bool:
    """Tell whether a superlative hangs on an ordinal: `the 5th-largest`."""
    return any(each.tag_ == "JJS" for each in ordinal.doc[ordinal.end : ordinal.end + 2])


def _names(tokens: Tokens, people: Collection[str]) -> Iterator[tuple[Token, Token]]:
    """Yield runs of proper nouns, with the small words inside them."""
    run: list[Token] = []
    for token in (*tokens, None):
        if token is not None and (_is_name(token) or token.text in people or (run and _goes_on(run, token))):
            run.append(token)
            continue
        while run and not (_is_name(run[-1]) or run[-1].text in people):
            run.pop()
        if len(run) > 2 and _ORDINAL.fullmatch(run[0].text):
            run.pop(0)
        while run and _ABBREVIATED.fullmatch(run[-1].text):
            run.pop()
        alone = len(run) == 1 and len(run[0]) > 1 and run[0].lower_ not in fact_words().directions
        alone = alone and not RANK.match(f"{run[0].text.rstrip('.')}. A") and not _begins(tokens, run[0], people)
        if len(run) > 1 or (alone and not run[0].text.islower()):
            yield _with_article(tokens, run[0]), run[-1]
        run = []


def _begins(tokens: Tokens, word: Token, people: Collection[str]) -> bool:
    """Tell whether a common word has its capital only because the sentence begins with it: `New cases were found`."""
    first = next((each for each in tokens if each.is_alpha), word)
    common = word.ent_type_ == "" and word.text not in people and is_word(word.lower_)
    return common and word == first and word.dep_ in ("amod", "advmod", "compound", "nmod")


def _named(tokens: Tokens, first: Token, last: Token) -> FactKind:
    """Return what a run of proper nouns names: an office before `of`, a place by how it ends, else a name."""
    run = [token.lower_ for token in tokens if first.i <= token.i <= last.i]
    if "of" in run[1:] and run[run.index("of", 1) - 1] in fact_words().offices:
        return "title"
    if len(run) > 1 and run[-1] in fact_words().acts and "of" not in run:
        return "work"
    if run[-1] in fact_words().offices and "of" not in run and not _is_quoted_or_somebody(first, last):
        return "title"
    placed = (len(run) > 1 and run[-1] in fact_words().land) or is_beside_a_direction(tokens, first)
    return "place" if placed else "name"


def _is_quoted_or_somebody(first: Token, last: Token) -> bool:
    """Tell whether a name that ends like an office is a work's between quotation marks, or a person's."""
    quoted = first.i > 0 and any(each.is_quote for each in first.doc[max(0, first.i - 2) : first.i])
    return quoted or any(each.ent_type_ == "PERSON" for each in first.doc[first.i : last.i + 1])


def _works(tokens: Tokens) -> Iterator[tuple[Token, Token]]:
    """Yield titles of works without quotation marks: `the film The Long Way`, `her novel Weir`."""
    for noun in tokens:
        if noun.pos_ != "NOUN" or noun.lemma_ not in fact_words().works or noun.i + 1 >= tokens.end:
            continue
        run = list(takewhile(_is_large, noun.doc[noun.i + 1 : tokens.end]))
        while run and run[-1].is_lower:
            run.pop()
        if run and run[0].pos_ != "PRON" and not any(each.ent_type_ in ("PERSON", "NORP", "ORG") for each in run):
            yield run[0], run[-1]


def _is_large(token: Token) -> bool:
    return token.text[0].isupper() or token.lower_ in ("of", "the", "and", "in", "a", "to", "for", "with")


def _with_article(tokens: Tokens, first: Token) -> Token:
    """Return a capital `The` before a name inside a sentence, which belongs to it, else the name's first word."""
    at = first.i - tokens.start
    return tokens[at - 1] if at > 1 and tokens[at - 1].text == "The" else first


def _is_name(token: Token) -> bool:
    if token.tag_ == "POS" or token.lower_ in _LINKS or token.text.startswith("@"):
        return False
    if token.pos_ == "NOUN":
        return token.is_title and token.is_alpha and not is_word(token.lower_) and not is_word(token.lemma_.lower())
    return token.pos_ == "PROPN" and any(sign.isalnum() for sign in token.text) and not set(CURRENCY) & set(token.text)


def _goes_on(run: list[Token], token: Token) -> bool:
    words = token.lower_
    if words == "of" and (run[-1].ent_type_ == "PERSON" or is_from_somewhere(token)):
        return False
    return words in _INSIDE or (words == "for" and bool(_BODIES.search(run[-1].text)))


def _record(token: Token) -> tuple[Token, Token]:
    """Return a superlative with the adjective or noun behind `most` and `least`."""
    after = token.nbor() if token.i + 1 < len(token.doc) else token
    leans = token.lower_ in ("most", "least") and after.pos_ in ("ADJ", "ADV")
    return token, after if leans else token


def _is_record(token: Token) -> bool:
    """Tell whether `record` says that something is one: `record profits`, not `his record`."""
    return bool(token.lower_ == "record" and token.dep_ in ("compound", "amod") and token.head.i > token.i)


def _is_faster(token: Token) -> bool:
    """Tell whether an adverb compares how something is done: `it goes there faster`."""
    bound = token.lower_ in ("earlier", "later", "longer", "further", "sooner", "farther", "better", "closer")
    ends = token.lower_.endswith("er") and not bound
    return bool(ends and token.tag_ in ("RBR", "JJR") and token.dep_ == "advmod" and token.head.pos_ == "VERB")


def _is_compared(token: Token) -> bool:
    """Tell whether a comparative is said of something or held against it, and is not a bound such as `more than 20`."""
    if token.dep_ == "acomp":
        return True
    rest = [each for each in token.sent if each.i > token.i]
    if not rest or (
        rest[0].lower_ == "than" and len(rest) > 1 and (rest[1].like_num or rest[1].pos_ in ("NUM", "SYM"))
    ):
        return False
    return any(each.lower_ == "than" for each in rest[:12])
