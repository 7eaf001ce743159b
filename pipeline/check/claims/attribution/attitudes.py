"""Find what PolNeAR counts beside reports: attitudes, nouns of speech and documents.

`refuses to`, `was afraid that`; `the board's claim that`; `polls show`. They tell what somebody thinks, not
what was said: attributions hold them, claims are not made from them.
Blind spots: events that only imply an attitude, and verbs outside the word lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from pipeline.check.claims.attribution.reported import VERBS, Cue, can_speak, is_joining, only_sees, speaker_of
from pipeline.check.claims.attribution.sources import head_noun, source_of
from pipeline.check.claims.lexicons import reporting
from pipeline.core.english import Sentence

if TYPE_CHECKING:
    from spacy.tokens import Token

_PEOPLE = frozenset({"he", "she", "they", "who", "many", "some", "others", "both", "most", "several"})


def stances(sentence: Sentence) -> Iterator[Cue]:
    """Yield attitudes, nouns of speech and documents that tell what somebody says or thinks."""
    for token in sentence.tokens:
        if token.pos_ in VERBS:
            subject = speaker_of(_aspect(token))
            content = _stance_content(token) if subject is not None else None
            if subject is not None and content and (_is_person(subject) or _tells(token, subject)):
                words = token.text if content[0] is None else f"{token.text} {content[0]}"
                yield Cue(token, source_of(subject), content[1], words)
        elif token.pos_ == "NOUN" and token.lemma_.lower() in reporting().statements:
            yield from _noun_cue(token)


def _aspect(verb: Token) -> Token:
    """Return the verb whose subject is that of `began to realise`, else the verb itself."""
    while verb.dep_ == "xcomp" and verb.head.lemma_ in ("begin", "start", "continue", "come", "go", "keep", "seem"):
        verb = verb.head
    return verb


def _is_person(subject: Token) -> bool:
    named = any(child.dep_ == "appos" and child.ent_type_ == "PERSON" for child in subject.children)
    return named or can_speak(subject) or subject.lower_ in _PEOPLE or bool(subject.pos_ == "PROPN")


def _tells(verb: Token, subject: Token) -> bool:
    """Tell whether a document reports (`the survey found that`), or only people can do so (`drivers refuse to`)."""
    lemma = verb.lemma_.lower()
    if subject.pos_ == "NOUN" and (lemma in _WILL or (verb.tag_ == "VBN" and verb.lower_ in reporting().feelings)):
        return True
    return lemma in reporting().inanimate | _SHOWS and head_noun(subject).lemma_.lower() in reporting().documents


_WILL = frozenset(
    {"refuse", "hope", "vow", "agree", "decline", "pledge", "want", "plan", "swear", "be", "remain", "feel"}
)
_SHOWS = frozenset({"show", "confirm", "conclude", "say", "estimate", "warn"})
_SEES = frozenset({"show", "find", "reveal", "indicate", "suggest"})


def _stance_content(verb: Token) -> tuple[str | None, tuple[Token, ...]] | None:
    """Return a particle and the content of an attitude, or None."""
    lemma, lists = verb.lemma_.lower(), reporting()
    particles = lists.about_particles.get(lemma, frozenset())
    for child in verb.children:
        if child.i > verb.i and child.dep_ in ("prep", "prt") and child.lower_ in particles:
            inside = child.children if child.dep_ == "prep" else verb.children
            if found := _words(each for each in inside if each.dep_ in ("pobj", "pcomp", "dobj")):
                return child.text, found
    tests: tuple[tuple[Iterable[str], Callable[[Token], bool]], ...] = (
        (lists.clause | lists.cues | {"show"}, lambda child: child.dep_ == "ccomp"),
        (lists.to_do, lambda child: child.dep_ in ("xcomp", "ccomp") and child.i > verb.i),
        (lists.about_something | lists.naming | _SEES, lambda child: child.dep_ in _OBJECTS and child.i > verb.i),
    )
    for lemmas, fits in tests:
        if lemma in lemmas and (found := _words(child for child in verb.children if fits(child))):
            if only_sees(verb):
                return None
            named = lemma in lists.clause | lists.cues | lists.to_do or any(t.dep_ == "dobj" for t in verb.children)
            return (None, found) if named else None
    return _feeling(verb) or _given(verb)


def _given(verb: Token) -> tuple[str | None, tuple[Token, ...]] | None:
    """Read `voiced support for the plan`: what the noun is about, else the noun."""
    lists = reporting()
    for noun in verb.children:
        is_statement = noun.lemma_.lower() in lists.statements | lists.given
        if verb.lemma_.lower() in lists.giving and noun.dep_ == "dobj" and is_statement and noun.i > verb.i:
            about = [child for prep in noun.children if prep.lower_ in _ABOUT for child in prep.children]
            return (noun.text, _words(about)) if about else (None, _words([noun]))
    return None


_ABOUT = frozenset({"about", "over", "on", "for", "of", "against", "regarding", "with"})


_OBJECTS = ("dobj", "prep", "oprd", "xcomp")


def _feeling(verb: Token) -> tuple[str | None, tuple[Token, ...]] | None:
    """Read `was afraid that`, `is confident of`."""
    if verb.lower_ in reporting().feelings and verb.tag_ == "VBN":
        found = _words(child for child in verb.children if child.dep_ in ("ccomp", "xcomp"))
        return (None, found) if found else None
    if verb.lemma_ not in ("be", "remain", "become", "feel", "seem", "come"):
        return None
    for child in verb.children:
        if child.dep_ in ("acomp", "attr", "oprd") and child.lower_ in reporting().feelings:
            clauses = (*child.children, *(other for other in verb.children if other.i > child.i))
            if found := _words(each for each in clauses if each.dep_ in ("ccomp", "xcomp", "prep")):
                return child.text, found
    return None


def _noun_cue(noun: Token) -> Iterator[Cue]:
    """Read `the board's claim that ...` and `a warning from doctors that ...`."""
    clauses = [child for child in noun.children if child.dep_ in ("acl", "ccomp") and child.i > noun.i]
    clauses = [child for child in clauses if _is_that_or_to(child)]
    owners = [child for child in noun.children if child.dep_ == "poss" and child.lower_ not in _POSSESSIVE]
    for child in noun.children:
        if child.dep_ == "prep" and child.lower_ in ("by", "from", "of") and child.i > noun.i:
            owners += [each for each in child.children if each.dep_ == "pobj" and _is_person(each)]
    if clauses and owners:
        yield Cue(noun, source_of(owners[0]), _words(clauses), noun.text)


_POSSESSIVE = frozenset({"my", "our", "your", "its", "whose"})


def _is_that_or_to(clause: Token) -> bool:
    return any(
        (child.dep_ == "mark" and child.lower_ == "that") or (child.dep_ == "aux" and child.lower_ == "to")
        for child in clause.children
    )


def _words(heads: Iterable[Token]) -> tuple[Token, ...]:
    return tuple(t for head in heads for t in head.subtree if not t.is_quote and not is_joining(t))
