"""What people are said to be: roles before a name, beside it, after `is` and after `as`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from pipeline.core.english import Sentence, find_place, is_word
from pipeline.ledger.fact_words import fact_words, is_place
from pipeline.ledger.models import FactKind

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens, Token

RANK = re.compile(
    r"\b(?:(?:Sen|Rep|Gov|Prof|Dr|Lt|Sgt)s(?=\.)|Lt|Sgt|Capt|Col|Gen|Maj|Cpl|Pte|Adm|Cmdr|Dr|Prof|Rev|Fr|Hon|Gov|Sen|Rep|Supt|Insp|Det|Const|Judge|"
    r"Justice|Sheriff|"
    r"Lieutenant|Sergeant|Captain|Colonel|General|Major|Admiral|Commander|Doctor|Professor|Reverend|Bishop|Imam|"
    r"Rabbi|"
    r"Inspector|Constable|Superintendent|Officer|Detective|Sir|Dame|Lord|Lady|Baroness|Prince|Princess|King|"
    r"Queen)\b\.?(?= [A-Z])"
)
_PERSONAL = re.compile(r"([^\W\d_a-z][\w’'-]+)(?:, (?:who\b|\d{1,2}(?=,|\.| and\b))| \(\d{1,2}\))")
_CAME = re.compile(r"([^\W\d_a-z][\w’'-]+),? from ([^\W\d_a-z][\w’'-]+)")
"""Somebody who is from a place: `Holt, from Velda, …`."""
_ROLE = re.compile(r"(?:er|or|ist|ian|man|woman|ant|ee|ess|crat|logue|smith)$")
"""How words for what people do end."""
_TOLD = 2
"""Words behind the first that make a statement of what a thing is said to be: `capital of Velda`."""
_WITHOUT = frozenset({"mr", "mrs", "ms", "miss", "mr.", "mrs.", "ms."})
_LINKS = ("-", "'s", "’s")
_STOPS = frozenset({"relcl", "appos", "punct", "cc", "conj", "acl", "advcl"})
_TIMED = frozenset({"since", "until", "till", "during", "after", "before", "between", "from"})
_GIVEN = frozenset({"dean", "marshal", "earl", "duke"})
"""Roles that are given names too."""
_FROM = frozenset({"born", "based", "raised", "trained", "educated"})
_AT = frozenset({"at", "for", "from", "of", "with"})
_PERSONS = frozenset({"he", "she", "i", "who"})
_IS = frozenset({"be", "become", "remain"})
_NAMED = frozenset({"PERSON", "ORG", "NORP", "FAC", "EVENT", "GPE", "LOC", "PRODUCT", "LAW", "WORK_OF_ART"})


def surnames(read: Collection[Sentence]) -> frozenset[str]:
    """Return the words of the full names of an article's people that stand for one alone: `Holt`, or `Mia`."""
    people = [each.text.split() for sentence in read for each in sentence.tokens.ents if each.label_ == "PERSON"]
    full = [each for each in people if len(each) > 1 and each[-1][0].isupper()]
    given = {
        each[0] for each in full if each[0][0].isupper() and not is_word(each[0].lower()) and not is_place(each[0])
    }
    return frozenset(given | {each[-1] for each in full} | {word for sentence in read for word in _who(sentence)})


def _who(sentence: Sentence) -> Iterator[str]:
    """Yield names that only somebody can have, and no common nouns: `Holt, who left`, `Holt, 54, left`."""
    nouns = {each.text for each in sentence.tokens if each.pos_ != "PROPN" and is_word(each.lemma_.lower())}
    found = [match[1] for match in _PERSONAL.finditer(sentence.span.exact)]
    if (came := _CAME.match(sentence.span.exact)) and is_place(came[2]) and not is_place(came[1]):
        found.append(came[1])
    yield from (name for name in found if name not in nouns)


def is_person(named: Tokens, people: Collection[str]) -> bool:
    """Tell whether an entity is somebody, by its label or by the full name that stands elsewhere."""
    last = named.text.split()[-1]
    known = named.label_ == "PERSON" or named.text in people or (named.label_ == "GPE" and last in people)
    return bool(known) or _is_called(named)


def _is_called(named: Tokens) -> bool:
    """Tell whether what a name stands beside, or is, is what only somebody can be: `the captain, Holt`."""
    if is_place(named.text) or named.label_ not in ("GPE", "LOC", "FAC", "ORG"):
        return False
    beside = [each for each in named.root.children if each.dep_ == "appos"]
    beside += [named.root.head] if named.root.dep_ == "appos" else []
    return any(_is_role(each) and each.lemma_ not in fact_words().bodies for each in beside)


def roles(tokens: Tokens, people: Collection[str]) -> Iterator[tuple[FactKind, Token, Token]]:
    """Yield what people and other named things are said to be."""
    for entity in tokens.ents:
        person = is_person(entity, people) or _is_of_kin(entity)
        if person:
            yield from (("title", first, last) for first, last in _before(tokens, entity[0]))
            if len(entity) > 1 and entity[0].lower_ in fact_words().roles - _GIVEN:
                yield "title", entity[0], entity[0]
        if entity.label_ not in _NAMED:
            continue
        kind: FactKind = "title" if person else "other"
        yield from (
            (kind, first, last)
            for first, last in _beside(entity)
            if (_is_personal(last.doc[first.i : last.i + 1]) if person else last.i - first.i >= _TOLD)
        )
        yield from (("title", first, last) for first, last in (() if person else _bodies(tokens, entity)))
    for token in (each for each in tokens if _is_role(each)):
        if held := _held(token, people):
            yield "title", *held


def _held(role: Token, people: Collection[str]) -> tuple[Token, Token] | None:
    """Return the words of a role that somebody has, in this sentence or by what the words say themselves."""
    if _is_said_of_somebody(role, people):
        return phrase(role)
    first, last = phrase(role)
    if _is_somewhere(role):
        return _to_comma(first, last)
    if _speaks(role) and first.i < last.i:
        return first, last
    of = next((each for each in role.lefts if each.dep_ in ("compound", "poss") and each.pos_ == "PROPN"), None)
    if of is None or of.text.islower():
        return None
    while of.i > role.sent.start and of.nbor(-1).pos_ == "PROPN":
        of = of.nbor(-1)
    return of, role


def _to_comma(first: Token, last: Token) -> tuple[Token, Token]:
    """Return a phrase as far as its first comma."""
    comma = next((each for each in first.doc[first.i : last.i + 1] if each.text == "," and each.i > first.i), None)
    return first, comma.nbor(-1) if comma is not None else last


def _is_of_kin(named: Tokens) -> bool:
    """Tell whether a name stands beside somebody's relation: `her brother, Ned Holt`."""
    head = named.root.head
    owned = any(each.tag_ == "PRP$" or each.dep_ == "poss" for each in head.children)
    return named.root.dep_ == "appos" and _is_role(head) and owned


def _bodies(tokens: Tokens, named: Tokens) -> Iterator[tuple[Token, Token]]:
    """Yield what a firm or an office is said to be, before its name or behind it between commas."""
    run: list[Token] = []
    for token in reversed(list(tokens[: max(0, named.start - tokens.start)])):
        if token.pos_ not in ("NOUN", "PROPN", "ADJ") and token.text not in _LINKS:
            break
        run.insert(0, token)
    if len(run) > 1 and run[0].text not in _LINKS and _is_body(run[-1]):
        yield run[0], run[-1]
    if named.label_ == "ORG" and (told := _told_apart(tokens, named)):
        yield told
    for noun in named.root.children:
        if noun.dep_ == "appos" and _is_body(noun) and phrase(noun)[0].i < phrase(noun)[1].i:
            yield phrase(noun)


def _told_apart(tokens: Tokens, named: Tokens) -> tuple[Token, Token] | None:
    """Return what a firm is said to be between commas, where the parser does not see it: `Olmco, a pump maker that`."""
    rest = list(tokens.doc[named.end : tokens.end])
    if len(rest) < _TOLD or rest[0].text != "," or rest[1].lower_ not in ("a", "an", "the"):
        return None
    run = list(takewhile(lambda each: each.pos_ in ("NOUN", "PROPN", "ADJ") or each.text in _LINKS, rest[2:]))
    after = rest[2 + len(run)].lower_ if len(rest) > 2 + len(run) else "."
    if len(run) < _TOLD or not _is_body(run[-1]) or after not in (",", ".", "that", "which", "in", "of", "for"):
        return None
    return run[0], run[-1]


def _is_personal(words: Tokens) -> bool:
    """Tell whether words may say what somebody is: a role in them, a people, or a person's age."""
    return any(
        each.lemma_.lower() in fact_words().roles | fact_words().bodies
        or (each.ent_type_ == "NORP" and each.pos_ != "ADJ")
        or each.text in ("old", "olds")
        or (each.pos_ == "NOUN" and _ROLE.search(each.lemma_))
        for each in takewhile(lambda each: each.pos_ != "ADP", words)
    )


def _is_body(noun: Token) -> bool:
    return noun.pos_ == "NOUN" and noun.lemma_.lower() in fact_words().bodies


def _is_somewhere(role: Token) -> bool:
    """Tell whether a role is told with whom it is held: `a pilot at Velda Air`."""
    if role.tag_ != "NN":
        return False
    held = (each for child in role.children if child.lower_ in _AT for each in child.children if each.dep_ == "pobj")
    return any(
        each.pos_ == "PROPN" or each.ent_type_ in _NAMED or (_is_body(each) and each.head.lower_ != "for")
        for each in held
    )


def _speaks(role: Token) -> bool:
    """Tell whether one person who has no name here says something: `a navy spokesman said`."""
    return role.tag_ == "NN" and role.dep_ == "nsubj" and role.head.lemma_ in fact_words().saying


def _before(tokens: Tokens, name: Token) -> Iterator[tuple[Token, Token]]:
    """Yield the nouns right before a name, such as `bank analyst` in `the bank analyst Mia Holt`."""
    at = name.i - tokens.start - 1
    while at >= 0 and (tokens[at].lower_ in _WITHOUT or RANK.match(f"{tokens[at].text} A")):
        at -= 1
    apart = at >= 0 and tokens[at].text == ","
    run: list[Token] = []
    for token in reversed(list(tokens[: at + (not apart)])):
        if token.pos_ not in ("NOUN", "PROPN", "ADJ") and token.text not in _LINKS:
            break
        run.insert(0, token)
    while run and run[0].text in _LINKS:
        run.pop(0)
    if not run or run[-1].lower_ in fact_words().places:
        return
    owner = run[0].nbor(-1) if run[0].i > tokens.start else None
    if apart and owner is not None and owner.tag_ in ("PRP$", "WP$", "POS") and run[-1].lemma_ in fact_words().roles:
        yield run[0], run[-1]
    noun = (
        run[-1].pos_ == "NOUN"
        and (_ROLE.search(run[-1].lemma_) or run[-1].lemma_.lower() in fact_words().roles)
        and (not apart or (run[0].pos_ == "PROPN" and run[-1].lemma_ in fact_words().roles))
    )
    if noun or (run[-1].pos_ == "PROPN" and not apart and run[-1].lower_ in fact_words().roles):
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
            if each.pos_ == "NOUN" or (
                each.ent_type_ == "NORP" and any(child.dep_ == "det" for child in each.children)
            ):
                yield phrase(each)


def _is_role(token: Token) -> bool:
    noun = token.pos_ == "NOUN" or (token.pos_ == "PROPN" and token.is_lower)
    return noun and (token.lemma_.lower() in fact_words().roles or token.lower_ in fact_words().roles)


def _is_of_a_people(word: Token) -> bool:
    place = find_place(word.text) if word.dep_ in ("amod", "compound") else None
    return place is not None and (place.form == "adjective" or word.text in ("U.S.", "US", "UK", "EU"))


def _may_be_somebody(name: Token) -> bool:
    return name.pos_ == "PROPN" and name.ent_type_ not in ("GPE", "LOC", "FAC", "EVENT", "NORP")


def _is_origin(word: Token) -> bool:
    """Tell whether a participle says where somebody is from: `the Velda-born senator`."""
    return word.lower_ in _FROM and word.i > 0 and word.nbor(-1).text == "-"


def _is_said_of_somebody(role: Token, people: Collection[str]) -> bool:
    """Tell whether a role is somebody's: `she is a surgeon`, `worked as a surgeon`, or in a list with one."""
    if role.dep_ == "attr" and role.head.lemma_ in _IS:
        clause = role.head.head if role.head.dep_ == "conj" else role.head
        subject = next((child for child in clause.children if child.dep_.startswith("nsubj")), None)
        told = subject is not None and (
            subject.lower_ in _PERSONS or subject.text in people or _is_role(subject) or _may_be_somebody(subject)
        )
        return bool(told)
    if role.dep_ == "nsubj" and role.head.lemma_ == "be" and role.tag_ == "NN":
        return any(each.dep_ == "attr" and each.ent_type_ == "PERSON" for each in role.head.children)
    if role.tag_ == "NN" and any(_is_of_a_people(child) or _is_origin(child) for child in role.children):
        return True
    if role.dep_ == "pobj" and role.head.lower_ == "as":
        return bool(role.head.head.pos_ in ("VERB", "NOUN"))
    if role.dep_ == "appos" and role.head.text in people:
        return True
    listed = role.dep_ in ("conj", "appos", "nmod") and role.head.i != role.i
    if listed and role.head.pos_ == "VERB":
        return any(_is_role(each) and each.dep_ == "pobj" and each.head.lower_ == "as" for each in role.head.subtree)
    return listed and _is_role(role.head) and _is_said_of_somebody(role.head, people)


def phrase(noun: Token) -> tuple[Token, Token]:
    """Return a noun's phrase without its article and without clauses, appositions and what is coordinated."""
    own = [noun]
    for child in noun.children:
        if child.dep_ in _STOPS or child.dep_ in ("det", "poss") or child.lower_ in _TIMED:
            continue
        if any(each.dep_.startswith("nsubj") for each in child.children):
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
