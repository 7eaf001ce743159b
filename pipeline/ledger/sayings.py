"""Who says something, and what came of what: where grammar shows it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from pipeline.core.english import Sentence
from pipeline.ledger.fact_words import fact_words
from pipeline.ledger.people import phrase
from pipeline.ledger.signs import QUOTED
from pipeline.ledger.times import is_while

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens, Token

_GOES_ON = re.compile(r"[,!?]\W?$")
_REACH = 10
"""Words behind a quotation among which the verb is that says whose it is."""
_IN_FRONT = 4
"""Words before the colon of a headline that may be a speaker's name."""
_NEXT = 3
"""Words behind a verb of saying among which its subject stands, where that comes after it."""
_CAUSES = frozenset({"allow", "cause", "drive", "enable", "force", "prevent", "prompt", "spark", "trigger"})
_COUNTS = frozenset({"document", "log", "measure", "record", "register"})
_FIGURES = frozenset(
    {"census", "datum", "data", "document", "figure", "poll", "record", "statistic", "study", "survey"}
)
_BACKS = frozenset({"back", "support", "contradict", "point"})
_SPEAK = frozenset({"speak", "talk", "joke", "rave", "rant"})
_CLAUSES = ("ccomp", "xcomp")
_AT = frozenset({"urge", "accuse", "criticise", "criticize", "condemn", "praise", "deny", "reject"})
"""Verbs of saying that need no clause."""
_WORKS = frozenset(
    {"film", "series", "book", "novel", "drama", "play", "story", "show", "movie", "opera", "musical", "be"}
)
"""What is based on something without being its consequence."""

_SUMS = frozenset(
    [
        "be",
        "have",
        "include",
        "mean",
        "say",
        "comprise",
        "represent",
        "mark",
        "involve",
        "contain",
        "need",
        "take",
        "encompass",
        "cover",
        "total",
        "equal",
        "reflect",
        "show",
        "suggest",
        "compare",
        "apply",
        "seem",
        "become",
        "appear",
        "remain",
    ]
)
"""Verbs whose subject `this` is no cause."""


def sayings(tokens: Tokens) -> Iterator[tuple[Token, Token]]:
    """Yield who says something, with the verb or noun of saying."""
    yield from _behind_quotations(tokens)
    for token in tokens:
        claused = any(child.dep_ == "ccomp" for child in token.children)
        says = token.lemma_ in fact_words().saying or (claused and token.lemma_ in fact_words().stating)
        if token.pos_ == "VERB" and says and (token.lemma_ != "ask" or _is_asked(token)):
            yield from (_by(token) or _with_subject(token))
        elif token.pos_ == "VERB" and (_is_counted(token) or _is_of_speech(token)):
            yield from _with_subject(token)
        elif token.lower_ == "according":
            yield from _according(token)
        elif token.lemma_ == "be" and claused:
            yield from _view(token)
        elif token.pos_ == "NOUN" and token.lemma_ in fact_words().statements and _holds_a_clause(token):
            yield phrase(token)[0], token


def is_headline(sentence: Sentence) -> bool:
    """Tell whether a sentence is a heading, or a line of its own without an end."""
    words = sentence.line.text.strip()
    return sentence.line.is_heading or (words == sentence.span.exact.strip() and words[-1:] not in '.!?…:;,”"')


def in_front(tokens: Tokens, people: Collection[str]) -> Iterator[tuple[Token, Token]]:
    """Yield whose word a headline is: `Holt: The mill needs help`."""
    at = next((at for at, each in enumerate(tokens[: _IN_FRONT + 1]) if each.text == ":"), 0)
    if at and at + 1 < len(tokens):
        last = tokens[at - 1]
        says = last.lemma_.lower() in fact_words().roles | fact_words().finders
        if last.ent_type_ in ("PERSON", "ORG") or last.text in people or says:
            yield tokens[0], tokens[at]


def _behind_quotations(tokens: Tokens) -> Iterator[tuple[Token, Token]]:
    """Yield what stands between a quotation that ends with a comma and the verb behind it: `“…,” the owner recalls`."""
    words = tokens.text
    for match in QUOTED.finditer(words):
        if not _GOES_ON.search(match[0]) and words[match.end() : match.end() + 1] != ",":
            continue
        rest = [each for each in tokens if each.idx - tokens.start_char >= match.end() and not each.is_punct][:_REACH]
        verb = next((each for each in rest if each.pos_ in ("VERB", "AUX")), None)
        if verb is not None and verb is not rest[0]:
            yield rest[0], verb


def _according(word: Token) -> Iterator[tuple[Token, Token]]:
    """Yield `according to` with whom."""
    to = next((each for each in word.children if each.lower_ == "to"), None)
    who = next((each for each in to.children if each.dep_ == "pobj"), None) if to is not None else None
    if who is not None:
        yield word, phrase(who)[1]


def _view(be: Token) -> Iterator[tuple[Token, Token]]:
    """Yield whose view it is that something is so: `the general view is that`."""
    noun = next((each for each in be.children if each.dep_ == "nsubj" and each.pos_ == "NOUN"), None)
    after = be.nbor() if be.i + 1 < len(be.doc) else be
    if noun is not None and after.lower_ == "that" and noun.lemma_ in fact_words().statements:
        yield phrase(noun)[0], be


def _is_asked(verb: Token) -> bool:
    """Tell whether somebody is asked something: `asked Holt about it`, and not `asking for a price`."""
    return any(
        each.dep_ in ("dobj", "dative", "ccomp", "nsubjpass") or each.lower_ == "about" for each in verb.children
    )


def _is_of_speech(verb: Token) -> bool:
    """Tell whether somebody speaks `of` or `about` something."""
    return verb.lemma_ in _SPEAK and any(each.lower_ in ("about", "of") for each in verb.children)


def _by(verb: Token) -> list[tuple[Token, Token]]:
    """Return a participle of saying with who says so: `touted by Holt`."""
    agent = next((each for each in verb.children if each.dep_ == "agent"), None)
    who = next((each for each in agent.children if each.dep_ == "pobj"), None) if agent is not None else None
    return [(verb, phrase(who)[1])] if who is not None and verb.tag_ == "VBN" else []


def _is_counted(verb: Token) -> bool:
    """Tell whether an office or a set of figures says something: `the ministry has recorded`, `statistics back up`."""
    subject = next((child for child in verb.children if child.dep_ == "nsubj"), None)
    if subject is None:
        return False
    noun = subject.lemma_.lower()
    finds = noun in fact_words().finders and verb.lemma_ in fact_words().finding
    counts = noun in fact_words().bodies and verb.lemma_ in _COUNTS
    return finds or counts or (noun in _FIGURES and verb.lemma_ in _BACKS)


def _with_subject(verb: Token) -> Iterator[tuple[Token, Token]]:
    """Yield a verb of saying with its subject; alone where it tells only how what was said goes on."""
    subject = next((child for child in verb.children if child.dep_ == "nsubj"), None)
    helps = {(child.dep_, child.norm_) for child in verb.lefts}
    if ("neg", "not") in helps and (("aux", "can") in helps or (verb.lemma_ == "find" and ("aux", "could") in helps)):
        return
    if subject is None:
        if (who := _apart(verb)) is not None:
            yield who, verb
            return
        claused = any(child.dep_ in _CLAUSES for child in verb.children)
        if (claused and verb.tag_ == "VBG" and verb.dep_ in ("advcl", "acl")) or (
            verb.dep_ == "conj" and (claused or verb.lemma_ in _AT)
        ):
            yield verb, verb
    elif 0 < verb.i < subject.i <= verb.i + _NEXT and (verb.nbor(-1).is_quote or verb.nbor(-1).text == ","):
        yield verb, phrase(subject)[1]
    elif subject.i < verb.i and (subject.pos_ != "PRON" or any(child.dep_ == "ccomp" for child in verb.children)):
        yield phrase(subject)[0], max(phrase(subject)[1], verb, key=lambda each: each.i)


def _apart(verb: Token) -> Token | None:
    """Return who says something where a part between commas keeps her from her verb: `Holt, a professor, told`."""
    own = any(each.dep_.startswith(("nsubj", "aux")) for each in verb.children)
    finite = verb.tag_ in ("VBD", "VBZ", "VBP") and not own
    if not finite or verb.i < _NEXT or verb.nbor(-1).text != ",":
        return None
    for word in reversed(verb.doc[verb.sent.start : verb.i]):
        named = word.ent_type_ in ("PERSON", "ORG") or word.lemma_.lower() in fact_words().roles
        beside = next((each for each in word.rights if each.dep_ in ("appos", "relcl")), None)
        if named and beside is not None and beside.right_edge.i in (verb.i - 2, verb.i - 1):
            return phrase(word)[0]
    return None


def _holds_a_clause(noun: Token) -> bool:
    """Tell whether `that` stands right behind a noun and is no relative pronoun."""
    after = noun.nbor() if noun.i + 1 < len(noun.doc) else noun
    said = after.lower_ == "of" and noun.lemma_ in ("allegation", "accusation", "claim", "complaint", "rumour", "rumor")
    return said or (after.lower_ == "that" and after.dep_ == "mark")


def reasons(tokens: Tokens) -> Iterator[tuple[Token, Token]]:
    """Yield reasons, purposes and results, by the words that join them."""
    for token in tokens:
        if _gives_reason(token):
            yield token, token.head
        elif token.lower_ == "over" and token.dep_ == "prep":
            yield from _over(token)
        elif done := _rewarded(token):
            yield token, done
        elif means := _means(token):
            yield token, means
        elif (
            token.dep_ == "relcl"
            and _is_singled_out(token.head)
            and any(each.dep_ == "dobj" for each in token.children)
        ):
            yield token.head, token
        elif token.pos_ in ("VERB", "AUX") and _is_told_of_what_came_before(token):
            yield next(token.children), token
        elif token.pos_ == "VERB" and _is_result(token):
            yield token, next((child for child in token.children if child.dep_ == "dobj"), token)
        elif token.lower_ == "based" and _is_basis(token):
            yield token, token.nbor()
    yield from (aim for token in tokens if (aim := _aim(token)))


def _gives_reason(token: Token) -> bool:
    """Tell whether a small word joins a reason or a purpose: `as prices rose`, `after the bank failed`, `to pay it`."""
    if token.dep_ == "mark" and token.lower_ in ("as", "after", "since"):
        if token.i > 1 and (token.nbor(-2).lower_ == "as" or token.nbor(-1).lower_ == "even"):
            return False
        said = token.lower_ == "as" and token.head.lemma_ in fact_words().saying | {"know"}
        if (said and not any(each.dep_ == "dobj" for each in token.head.children)) or (
            token.lower_ == "since" and is_while(token.head)
        ):
            return False
        return token.head.dep_ == "advcl" and any(child.dep_.startswith("nsubj") for child in token.head.children)
    if token.dep_ != "aux" or token.tag_ != "TO" or token.i + 1 != token.head.i or token.head.lemma_ == "be":
        return False
    before = token.doc[max(token.sent.start, token.i - _REACH // 2) : token.i]
    return bool(
        token.head.dep_ == "advcl"
        or (token.head.dep_ in ("acl", "xcomp") and any(each.lemma_ in fact_words().undertakings for each in before))
    )


def _aim(be: Token) -> tuple[Token, Token] | None:
    """Return what something was for: `her appointment was to fill a seat`."""
    noun = next((each for each in be.children if each.dep_ == "nsubj"), None) if be.lemma_ == "be" else None
    if noun is None or noun.lemma_ not in fact_words().aims:
        return None
    for deed in (each for each in be.children if each.dep_ in ("xcomp", "ccomp") and each.lemma_ not in ("be", "have")):
        to = next((each for each in deed.lefts if each.tag_ == "TO"), None)
        if to is not None and to.i + 1 == deed.i:
            return to, deed
    return None


def _means(word: Token) -> Token | None:
    """Return what somebody did: `by raising rents`, `after being told`, `fined for speeding`."""
    deed = next((each for each in word.children if each.dep_ == "pcomp" and each.tag_ == "VBG"), None)
    punished = word.lower_ == "for" and _lemma(word.head) in fact_words().punished
    return deed if word.lower_ in ("by", "after") or punished else None


def _rewarded(word: Token) -> Token | None:
    """Return what something was won for, or what struck: `won a prize for new pumps`, `shut by a storm`."""
    noun = next((each for each in word.children if each.dep_ == "pobj" and each.pos_ == "NOUN"), None)
    if noun is None:
        return None
    given = word.lower_ == "for" and not noun.ent_type_ and word.head.lemma_.lower() in fact_words().rewarded
    struck = word.dep_ == "agent" and noun.lemma_.lower() in fact_words().forces
    return noun if given or struck else None


def _lemma(verb: Token) -> str:
    """Return a verb's lemma, whose ending the parser sometimes leaves or takes too much of."""
    known = fact_words().punished
    forms: tuple[str, ...] = (verb.lemma_, verb.lemma_ + "e", verb.lower_[:-2])
    return next((each for each in forms if each in known), forms[0])


def _is_singled_out(noun: Token) -> bool:
    """Tell whether a noun is the one of `it was … that`."""
    be = noun.head
    thing = noun.pos_ == "NOUN" and not noun.ent_type_ and noun.lemma_ not in fact_words().roles
    return thing and noun.dep_ == "attr" and be.lemma_ == "be" and any(each.lower_ == "it" for each in be.lefts)


def _is_told_of_what_came_before(verb: Token) -> bool:
    """Tell whether a sentence says what came of the one before it: `That has cooled the market`."""
    subject = next(iter(verb.children), None)
    begins = subject is not None and subject.i == verb.sent.start and subject.lower_ in ("this", "that")
    acts = any(child.dep_ == "dobj" for child in verb.children) and verb.lemma_ not in _SUMS and verb.pos_ == "VERB"
    return begins and acts and subject is not None and subject.dep_.startswith("nsubj") and subject.pos_ == "PRON"


def _over(word: Token) -> Iterator[tuple[Token, Token]]:
    """Yield `over fears of a flood`."""
    noun = next((child for child in word.children if child.dep_ == "pobj"), None)
    if noun is not None and noun.lemma_.lower() in fact_words().worries:
        yield word, noun


def _is_result(verb: Token) -> bool:
    """Tell whether a verb tells what came of something: `…, leaving them without`, or `has left the town dry`."""
    before = verb.nbor(-1) if verb.i else verb
    which = next((each for each in verb.children if each.dep_ == "nsubj" and each.lower_ == "which"), None)
    if which is not None and verb.dep_ == "relcl" and which.nbor(-1).text == ",":
        claused = any(each.dep_ == "ccomp" for each in verb.children)
        return (claused and verb.lemma_ in fact_words().resulting) or verb.lemma_ in _CAUSES
    if verb.tag_ == "VBG" and verb.dep_ in ("advcl", "conj") and (before.text == "," or before.pos_ == "ADV"):
        apart = any(child.dep_ == "prt" for child in verb.children)
        return (
            not apart
            and verb.lemma_ in fact_words().resulting
            and any(child.dep_ in ("dobj", "ccomp") for child in verb.children)
        )
    if verb.lemma_ != "leave" or any(child.dep_ == "auxpass" for child in verb.children):
        return False
    return any(child.dep_ in ("oprd", "ccomp", "acomp") or child.lower_ == "without" for child in verb.children)


def _is_basis(word: Token) -> bool:
    """Tell whether something was done on the ground of something, and is not made after it as films are after books."""
    after = word.nbor() if word.i + 1 < len(word.doc) else word
    return after.lower_ in ("on", "upon") and word.head.lemma_ not in _WORKS
