"""Facts that the grammar of a sentence shows: names, roles of people, records, causes and who said something.

Entities are hints of spaCy's: what is missed a person adds, what is none a person strikes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.core.english import Sentence
from pipeline.ledger.models import FactKind
from pipeline.ledger.signs import CURRENCY, PLACE_NOUNS, QUOTED, Place

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
_RANK = re.compile(
    r"\b(?:Lt|Sgt|Capt|Col|Gen|Maj|Cpl|Pte|Adm|Cmdr|Dr|Prof|Rev|Fr|Hon|Gov|Sen|Rep|Supt|Insp|Det|Const|Judge|"
    r"Justice|Sheriff|"
    r"Lieutenant|Sergeant|Captain|Colonel|General|Major|Admiral|Commander|Doctor|Professor|Reverend|Bishop|Imam|"
    r"Rabbi|"
    r"Inspector|Constable|Superintendent|Officer|Detective|Sir|Dame|Lord|Lady|Baroness|Prince|Princess|King|"
    r"Queen)\b\.?(?= [A-Z])"
)
_LINKS = ("-", "'s", "’s")
_STOPS = frozenset({"relcl", "appos", "punct", "cc", "conj", "acl", "advcl"})
_INITIALS = re.compile(r"[A-Z]{2,}")
_GOES_ON = re.compile(r"[,!?]\W?$")
_YEAR = 4
"""Digits of a year."""
_REACH = 10
"""Words behind a quotation among which the verb is that says whose it is."""
_REPORTS = frozenset(
    ["forecast", "estimate", "predict", "project", "find", "show", "reveal", "suggest", "indicate", "report", "warn"]
    + ["claim", "allege", "argue", "cite", "note", "wonder", "describe", "deny", "confirm", "announce"]
    + ["declare", "accuse"]
)
_SAYS = frozenset(["say", "tell", "tweet", "add", "state", "insist", "demand", "maintain", "urge", "complain"])
"""Verbs of saying: who says something without quotation marks, or in a quotation that goes on."""
_LAND = frozenset(
    ["airport", "bay", "beach", "bridge", "canal", "county", "district", "harbour", "harbor", "headquarters", "highway"]
    + ["island", "lake", "mountain", "peninsula", "province", "river", "road", "square", "state", "strait"]
    + ["street", "valley"]
)
"""How names of places end."""
_OFFICES = frozenset(
    ["advocate", "ambassador", "attorney", "chair", "chairman", "chairwoman", "chancellor", "chief", "commander"]
    + ["commissioner", "deputy", "director", "governor", "head", "inspector", "judge", "justice", "leader"]
    + ["mayor", "minister"]
    + ["president", "professor", "secretary", "senator", "speaker", "superintendent"]
    + ["vice-president", "director-general"]
    + ["inspector-general", "attorney-general", "secretary-general", "prosecutor", "prefect", "marshal"]
)
"""What somebody is, in capitals before `of`: `Commissioner of Police`."""
_TIMED = frozenset({"since", "until", "till", "during", "after", "before", "between", "from"})
_WITHOUT = frozenset({"mr", "mrs", "ms", "miss", "mr.", "mrs.", "ms."})


def of_grammar(sentence: Sentence) -> Iterator[Place]:
    """Yield facts at their offsets in the article."""
    for kind, first, last in _of_tokens(sentence.tokens):
        yield kind, *_place(sentence, first, last)
    for match in _RANK.finditer(sentence.span.exact):
        yield "title", sentence.span.start + match.start(), sentence.span.start + match.end()
    if sentence.line.is_heading:
        yield "other", sentence.span.start, sentence.span.end


def _place(sentence: Sentence, first: Token, last: Token) -> tuple[int, int]:
    start = sentence.line.start
    return start + first.idx, start + last.idx + len(last)


def _of_tokens(tokens: Tokens) -> Iterator[tuple[FactKind, Token, Token]]:
    yield from _entities(tokens)
    for first, last in _names(tokens):
        yield _named(tokens, first, last), first, last
        after = last.nbor() if last.i + 1 < tokens.end else last
        if after is not last and after.lower_ in PLACE_NOUNS and after.pos_ == "NOUN":
            yield "place", first, after
    yield from _roles(tokens)
    for token in tokens:
        if token.lower_ == "all" and token.dep_ in ("det", "predet"):
            yield "superlative", token, token
        elif token.tag_ in ("JJS", "RBS"):
            yield "superlative", *_record(token)
        elif token.tag_ in ("JJR", "RBR") and _is_compared(token):
            yield "superlative", token, token
        elif _gives_reason(token):
            yield "cause", token, token.head
    yield from (("attribution", first, last) for first, last in (*_said(tokens), *_reported(tokens)))


def _entities(tokens: Tokens) -> Iterator[tuple[FactKind, Token, Token]]:
    for entity in tokens.ents:
        kind = _ENTITIES.get(entity.label_)
        if kind in _NAMED and any(sign in entity.text for sign in CURRENCY):
            continue
        if kind and entity[0].tag_ == "POS" and len(entity) > 1:
            entity = entity[1:]
        if kind == "date" and entity.text.isdecimal() and len(entity.text) != _YEAR:
            kind = "number"
        if kind:
            yield "name" if kind not in _NAMED and _INITIALS.fullmatch(entity.text) else kind, entity[0], entity[-1]


def _names(tokens: Tokens) -> Iterator[tuple[Token, Token]]:
    """Yield runs of proper nouns, with the small words inside them."""
    run: list[Token] = []
    for token in (*tokens, None):
        if token is not None and (_is_name(token) or (run and _goes_on(run, token))):
            run.append(token)
            continue
        while run and not _is_name(run[-1]):
            run.pop()
        if run:
            yield _with_article(tokens, run[0]), run[-1]
        run = []


def _named(tokens: Tokens, first: Token, last: Token) -> FactKind:
    """Return what a run of proper nouns names: an office before `of`, a place by how it ends, else a name."""
    run = [token.lower_ for token in tokens if first.i <= token.i <= last.i]
    if "of" in run[1:] and run[run.index("of", 1) - 1] in _OFFICES:
        return "title"
    return "place" if len(run) > 1 and run[-1] in _LAND else "name"


def _with_article(tokens: Tokens, first: Token) -> Token:
    """Return a capital `The` before a name inside a sentence, which belongs to it, else the name's first word."""
    at = first.i - tokens.start
    return tokens[at - 1] if at > 1 and tokens[at - 1].text == "The" else first


def _is_name(token: Token) -> bool:
    if token.tag_ == "POS" or token.lower_ in _LINKS:
        return False
    return token.pos_ == "PROPN" and any(sign.isalnum() for sign in token.text) and not set(CURRENCY) & set(token.text)


def _goes_on(run: list[Token], token: Token) -> bool:
    words = token.lower_
    return words in _INSIDE or (words == "for" and bool(_BODIES.search(run[-1].text)))


# Roles


def _roles(tokens: Tokens) -> Iterator[tuple[FactKind, Token, Token]]:
    """Yield what people and other named things are said to be: before the name, beside it, or after `is` and `was`."""
    for entity in tokens.ents:
        if entity.label_ == "PERSON":
            yield from (("title", first, last) for first, last in _before(tokens, entity[0]))
        if entity.label_ in _ENTITIES and _ENTITIES[entity.label_] in _NAMED:
            kind: FactKind = "title" if entity.label_ == "PERSON" else "other"
            yield from ((kind, first, last) for first, last in _beside(entity))


def _before(tokens: Tokens, name: Token) -> Iterator[tuple[Token, Token]]:
    """Yield the nouns right before a name, such as `bank analyst` in `the bank analyst Mia Holt`."""
    at = name.i - tokens.start - 1
    while at >= 0 and (tokens[at].lower_ in _WITHOUT or _RANK.match(f"{tokens[at].text} A")):
        at -= 1
    apart = at >= 0 and tokens[at].text == ","
    run: list[Token] = []
    for token in reversed(list(tokens[: at + (not apart)])):
        if token.pos_ not in ("NOUN", "PROPN", "ADJ") and token.text not in _LINKS:
            break
        run.insert(0, token)
    while run and run[0].text in _LINKS:
        run.pop(0)
    if run and run[-1].pos_ == "NOUN" and run[-1].lower_ not in PLACE_NOUNS and (run[0].pos_ == "PROPN" or not apart):
        yield run[0], run[-1]


def _beside(named: Tokens) -> Iterator[tuple[Token, Token]]:
    head = named.root
    nouns = [child for child in head.children if child.dep_ == "appos"]
    if head.dep_ == "appos" and head.head.pos_ == "NOUN":
        nouns.append(head.head)
    if head.dep_ in ("nsubj", "nsubjpass") and head.head.lemma_ == "be":
        nouns += [child for child in head.head.children if child.dep_ == "attr"]
    for noun in nouns:
        for each in (noun, *noun.conjuncts):
            if each.pos_ == "NOUN":
                yield _phrase(each)


def _phrase(noun: Token) -> tuple[Token, Token]:
    """Return a noun's phrase without its article and without clauses, appositions and what is coordinated."""
    own = [noun]
    for child in noun.children:
        if child.dep_ in _STOPS or child.dep_ in ("det", "poss") or child.lower_ in _TIMED:
            continue
        own += child.subtree
    own.sort(key=lambda token: token.i)
    at = own.index(noun)
    first, last = at, at
    while first and own[first - 1].i == own[first].i - 1:
        first -= 1
    while last + 1 < len(own) and own[last + 1].i == own[last].i + 1:
        last += 1
    return own[first], own[last]


# Records, reasons, speakers


def _record(token: Token) -> tuple[Token, Token]:
    """Return a superlative with the adjective or noun behind `most` and `least`."""
    after = token.nbor() if token.i + 1 < len(token.doc) else token
    leans = token.lower_ in ("most", "least") and after.pos_ in ("ADJ", "ADV")
    return token, after if leans else token


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


def _gives_reason(token: Token) -> bool:
    """Tell whether a small word joins a reason or a purpose: `as prices rose`, `after the bank failed`, `to pay it`."""
    if token.dep_ == "mark" and token.lower_ in ("as", "after", "since"):
        return token.head.dep_ == "advcl" and any(child.dep_.startswith("nsubj") for child in token.head.children)
    return bool(
        token.dep_ == "aux" and token.tag_ == "TO" and token.head.dep_ == "advcl" and token.i + 1 == token.head.i
    )


def _said(tokens: Tokens) -> Iterator[tuple[Token, Token]]:
    """Yield what stands between a quotation that ends with a comma and the verb behind it: `“…,” the owner recalls`."""
    words = tokens.text
    for match in QUOTED.finditer(words):
        if not _GOES_ON.search(match[0]) and words[match.end() : match.end() + 1] != ",":
            continue
        rest = [each for each in tokens if each.idx - tokens.start_char >= match.end() and not each.is_punct][:_REACH]
        verb = next((each for each in rest if each.pos_ in ("VERB", "AUX")), None)
        if verb is not None and verb is not rest[0]:
            yield rest[0], verb


def _reported(tokens: Tokens) -> Iterator[tuple[Token, Token]]:
    """Yield who forecasts, estimates, finds or claims something, with the verb."""
    for token in tokens:
        subject = next((child for child in token.children if child.dep_ == "nsubj"), None)
        if subject is None or token.lemma_ not in _REPORTS | _SAYS or token.pos_ != "VERB":
            continue
        if subject.i < token.i and subject.pos_ != "PRON":
            first, last = _phrase(subject)
            yield first, max(last, token, key=lambda each: each.i)
