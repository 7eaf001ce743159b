"""Read the source of a statement: its name, its title as written, its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.check.claims.lexicons import first_names, reporting
from pipeline.core.caching import once_for_each
from pipeline.core.english import find_place, lines
from pipeline.core.models import Article

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True)
class Source:
    """A speaker in a line; offsets are relative to the line."""

    start: int
    end: int
    name: str | None
    """The proper name, without the title; None for `analysts` or `she`."""
    name_start: int
    name_end: int
    title: str | None
    """Before or after the name, as written."""
    pronoun: str | None


def head_noun(token: Token) -> Token:
    """Return the noun that says what a phrase is: `of` phrases of amount are looked through."""
    if token.lemma_.lower() in ("some", "many", "several", "one", "dozen", "number", "couple", "group"):
        inner = [word for child in token.children if child.dep_ == "prep" for word in child.children]
        if inner and inner[0].pos_ in ("NOUN", "PROPN"):
            return inner[0]
    return token


def source_of(subject: Token) -> Source:
    """Return the source a subject names."""
    own = _with_name_behind([token for token in _phrase(subject) if not token.is_quote] or [subject])
    source = source_of_nouns(own)
    after = next((child for child in subject.children if child.dep_ == "appos" and child.i > subject.i), None)
    if after is not None and not source.name and after.ent_type_ == "PERSON":
        named = source_of_nouns(next(list(ent) for ent in after.doc.ents if ent.start <= after.i < ent.end))
        title = subject.doc.text[source.start : source.end]
        return Source(source.start, named.end, named.name, named.name_start, named.name_end, title, None)
    if source.name and source.title is None and after is not None and after.pos_ == "NOUN":
        words = [token for token in after.subtree if not token.is_quote]
        inside = [word for word in words if not any(anc.dep_ == "relcl" for anc in (word, *word.ancestors))]
        title = subject.doc[inside[0].i : inside[-1].i + 1].text if inside else None
        return Source(source.start, source.end, source.name, source.name_start, source.name_end, title, None)
    return source


def _phrase(subject: Token) -> list[Token]:
    """Return a subject's words up to its first trailing modifier; `and` joins two speakers."""
    kept: set[int] = {subject.i}
    for child in subject.children:
        left = child.i < subject.i
        joined = child.dep_ in ("conj", "cc")
        of = child.dep_ == "prep" and child.lower_ == "of"
        if (left and child.dep_ not in ("punct", "relcl", "acl")) or joined or of or child.dep_ == "case":
            kept.update(token.i for token in child.subtree)
    run = [subject.i]
    while run[0] - 1 in kept or _hyphen(subject, run[0] - 1):
        run.insert(0, run[0] - 1)
    while run[-1] + 1 in kept:
        run.append(run[-1] + 1)
    return [subject.doc[i] for i in run]


def _hyphen(subject: Token, i: int) -> bool:
    return i > 0 and subject.doc[i].tag_ == "HYPH" and subject.doc[i].head.i in {subject.i, i + 1, i - 1}


def source_of_nouns(tokens: Sequence[Token]) -> Source:
    """Split a noun phrase into title and name: the name is the run of proper names that ends it."""
    tokens = _until_break(tokens)
    start, end = tokens[0].idx, tokens[-1].idx + len(tokens[-1])
    pronoun = tokens[0].lower_ if len(tokens) == 1 and tokens[0].pos_ == "PRON" else None
    name = [] if _is_pair(tokens) else _without_titles(_name(_before_of(tokens)))
    if (behind := _behind_office(tokens)) is not None:
        name = behind
    elif name and _is_part(tokens, name):
        name = []
    if not name:
        return Source(start, end, None, start, end, None, pronoun)
    first, last = name[0], name[-1]
    text = first.doc.text
    title = text[start : first.idx].strip(" ,") or None
    if title and title.lower() in ("the", "a", "an"):
        title, first = None, tokens[0]
    return Source(
        start,
        end,
        text[first.idx : last.idx + len(last)],
        first.idx,
        last.idx + len(last),
        title,
        None,
    )


_OFFICES = frozenset({
    "minister", "president", "secretary", "governor", "mayor", "ambassador", "chancellor", "premier", "king", "queen",
    "prince", "princess", "emperor", "sultan", "emir", "leader", "chairman", "chairwoman", "chair", "commissioner",
    "director", "head", "chief", "speaker", "bishop", "archbishop", "commander",
})  # fmt: skip


def _office_of(tokens: Sequence[Token]) -> int | None:
    """Return the place after `of` in `Foreign Minister of Poland`, or None."""
    for place, token in enumerate(tokens[1:], 1):
        if token.lower_ == "of" and tokens[place - 1].lemma_.lower() in _OFFICES:
            return place + 1
    return None


def _with_name_behind(tokens: list[Token]) -> list[Token]:
    """Take in a name that follows an office of a country: `Foreign Minister of Poland Ruth Simek`."""
    if _office_of(tokens) is None or tokens[-1].pos_ != "PROPN":
        return tokens
    doc = tokens[-1].doc
    while tokens[-1].i + 1 < len(doc) and doc[tokens[-1].i + 1].pos_ == "PROPN":
        tokens = [*tokens, doc[tokens[-1].i + 1]]
    return tokens


def _behind_office(tokens: Sequence[Token]) -> list[Token] | None:
    """Return the person's name behind an office of a country, none where only the country follows: `Mayor of Paris`.

    None where it cannot be told, and where no office is.
    """
    after = _office_of(tokens)
    names = [token for token in tokens[after:] if token.pos_ != "DET"] if after is not None else []
    if not names or any(token.pos_ != "PROPN" for token in names):
        return None
    country, person = " ".join(token.text for token in names[:-2]), names[-2:]
    if len(names) > 1 and person[0].lower_ in first_names().women | first_names().men and country:
        return person
    if all(each.ent_type_ in _BODIES for each in names):
        return []
    if not country:
        return person[-1:] if len(names) > 1 and find_place(person[0].text) else None
    plain = not any(each.ent_type_ in _BODIES for each in person)
    return person if plain and (person[-1].ent_type_ == "PERSON" or find_place(country)) else None


_BODIES = ("GPE", "LOC", "ORG", "FAC")


def _before_of(tokens: Sequence[Token]) -> Sequence[Token]:
    """Leave out where a person is from: `Ann Lee of the University of York`."""
    for place, token in enumerate(tokens):
        if place and token.lower_ == "of" and tokens[place - 1].ent_type_ == "PERSON":
            return tokens[:place]
    return tokens


def _is_part(tokens: Sequence[Token], name: list[Token]) -> bool:
    """Tell whether the name only says of whom or what: `a group of Democrats`."""
    own = {token.i for token in tokens}
    head = next((token for token in tokens if token.head.i not in own or token.head == token), None)
    between = any(
        token.lower_ in ("of", "for", "in", "at") for token in tokens if head and head.i < token.i < name[0].i
    )
    return head is not None and head.pos_ == "NOUN" and head.i < name[0].i and between


def _is_break(token: Token) -> bool:
    hyphen = token.text == "-" and token.i > 0 and not token.doc[token.i - 1].whitespace_
    return bool(token.is_punct and token.tag_ != "HYPH" and not hyphen)


def _is_pair(tokens: Sequence[Token]) -> bool:
    """Tell whether two speak: `Lee and Berg`."""
    return any(token.lower_ == "and" and tokens[i - 1].pos_ == "PROPN" for i, token in enumerate(tokens) if i)


def _without_titles(name: list[Token]) -> list[Token]:
    """Leave out a title that the entity began with, such as `Mr` or `Judge`."""
    while len(name) > 1 and name[0].lower_.rstrip(".") in reporting().honorifics:
        name = name[1:]
    return name


def _until_break(tokens: Sequence[Token]) -> Sequence[Token]:
    for place, token in enumerate(tokens):
        if place and (token.dep_ == "relcl" or token.tag_ == "POS" or _is_break(token)):
            inside = token.tag_ == "POS" and place + 1 < len(tokens)
            if not inside:
                return tokens[:place]
    return tokens


def _name(tokens: Sequence[Token]) -> list[Token]:
    entity = [token for token in tokens if token.ent_type_ in ("PERSON", "ORG", "GPE", "NORP", "FAC")]
    if entity and tokens[-1].ent_type_ == entity[-1].ent_type_ and tokens[-1].pos_ == "PROPN":
        run = [tokens[-1]]
        for token in reversed(tokens[:-1]):
            if token.ent_type_ != run[0].ent_type_ or run[0].ent_iob_ == "B":
                break
            run.insert(0, token)
        return _with_first_name(tokens, [token for token in run if token.pos_ != "DET"] or run)
    run = []
    for token in reversed(tokens):
        if token.pos_ != "PROPN" and token.tag_ != "HYPH":
            break
        run.insert(0, token)
    while run and run[0].tag_ == "HYPH":
        run.pop(0)
    return run[-2:] if len(run) > 2 and not any(token.tag_ == "HYPH" for token in run) else run


def _with_first_name(tokens: Sequence[Token], name: list[Token]) -> list[Token]:
    """Take in a first name that was read as part of a place: `Foreign Minister of Ostreva Petra Simek`."""
    before = [token for token in tokens if token.i < name[0].i]
    run = 0
    while run < len(before) and before[-1 - run].pos_ == "PROPN":
        run += 1
    led = run > 1 and run < len(before) and before[-1 - run].lower_ == "of"
    return [before[-1], *name] if len(name) == 1 and led else name


@once_for_each
def known_names(article: Article) -> tuple[tuple[int, str], ...]:
    """Return the full names of people in an article with their offsets, in order."""
    return tuple((at, name) for at, name in people(article) if " " in name.strip())


@once_for_each
def acting(article: Article) -> frozenset[int]:
    """Return the offsets of the names of people that are subjects."""
    return frozenset(
        line.start + _without_titles(list(entity))[0].idx
        for line in lines(article)
        for entity in line.doc.ents
        if entity.label_ == "PERSON" and _is_subject(entity.root)
    )


def _is_subject(name: Token) -> bool:
    """Tell whether a name is a subject or stands beside one: `The admiral, Lars Bohm, was brief`."""
    return name.dep_ in _SUBJECTS or (name.dep_ == "appos" and name.head.dep_ in _SUBJECTS)


_SUBJECTS = ("nsubj", "nsubjpass")


@once_for_each
def placed(article: Article) -> frozenset[int]:
    """Return the offsets of the names of places."""
    return frozenset(
        line.start + entity.start_char
        for line in lines(article)
        for entity in line.doc.ents
        if entity.label_ in ("GPE", "LOC", "FAC")
    )


@once_for_each
def people(article: Article) -> tuple[tuple[int, str], ...]:
    """Return the names of people in an article with their offsets, in order."""
    found = []
    for line in lines(article):
        for entity in line.doc.ents:
            if entity.label_ == "PERSON" and entity.text.strip() == entity.text:
                name = _without_titles(list(entity))
                found.append((line.start + name[0].idx, line.text[name[0].idx : entity.end_char]))
    return tuple(found)
