"""Which verb a name depends on, by whatever grammar, as what, and in which tense that verb is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pipeline.check.checkers.titles.verbs import (
    ABSENT,
    ACCOMPANIED,
    AROUND,
    ASKING,
    BLOWS,
    EVENTS,
    MANNERS,
    MOODS,
    OFFICES,
    PAPERS,
    POSSESSIONS,
    PROVOKED,
    REPLIES,
    SENT,
    STANDING,
    VOICES,
    WANTS,
    WISHES,
    WORKS,
)
from pipeline.evidence import lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token

Role = Literal["subject", "agent", "object", "beside", "according to", "voice", "event", "paper", "caption"]
Tense = Literal["present", "past", "future in the past", "participle", "none"]

_CLAUSES = ("relcl", "acl", "advcl", "pcomp", "csubj", "csubjpass")
SUBJECTS = ("nsubj", "nsubjpass")
TOWARDS: tuple[str, ...] = ("with", "to", "from", "by", "alongside")
BESIDE: tuple[str, ...] = (
    *("for", "against", "at", "on", "beside", "near", "behind", "opposite", "between", "around", "upon", "among"),
)
"""Prepositions that tell of people who are there only where the clause is in the present or names its day."""
_CONTACTING = (*TOWARDS, "of", "between", "for", "on", "against", "at")
NO_MORE = ("former", "ex", "late", "then", "old", "earlier", "previous", "retired", "last", "first", "past")
_NOMINAL = ("PROPN", "NOUN", "PRON", "NUM", "ADJ")
_SHOWN = frozenset(
    ("auction", "sell", "fetch", "go", "exhibit", "display", "show", "restore", "donate", "find", "return")
)
"""What may be done with a thing of somebody long gone."""
_PRESENT = ("will", "'ll", "’ll", "shall", "can", "must", "may", "should")


def is_verbless(name: Token) -> bool:
    """Tell whether the words around a name, up to a colon, have no finite verb."""
    return not any(_is_finite(token) for token in _segment(name))


def _is_finite(token: Token) -> bool:
    return bool(token.tag_ == "MD" or token.morph.get("VerbForm") == ["Fin"])


def _segment(name: Token) -> list[Token]:
    """Return the words of a name's sentence from the colon before it to the one behind it."""
    colons = [token.i for token in name.sent if token.text == ":"]
    first = max((i + 1 for i in colons if i < name.i), default=name.sent.start)
    last = min((i for i in colons if i > name.i), default=name.sent.end)
    return [token for token in name.sent if first <= token.i < last]


def verb_of(name: Token) -> tuple[Token, Role] | None:
    """Return the verb a name belongs to and as what; a name in a list belongs where the list does."""
    if (verb := _verb_behind(name)) is not None:
        return verb, "subject"
    token = name
    while token.dep_ in ("conj", "appos") and token.head.pos_ in _NOMINAL:
        token = token.head
    head = token.head
    if token.dep_ in SUBJECTS and _is_beside_the_news(head):
        return finite_of(head.head.head), "subject"
    if token.dep_ in SUBJECTS or (token.dep_ == "attr" and _is_inverted(head, token)):
        return head, "subject"
    if token.dep_ == "attr" and (cleft := _cleft(head)) is not None:
        return cleft, "subject"
    if token.dep_ == "poss":
        return _verb_of_possession(head)
    if token.dep_ == "pobj":
        return _verb_of_preposition(head)
    return (head, "object") if token.dep_ in ("dobj", "iobj", "dative") else None


def _verb_behind(name: Token) -> Token | None:
    """Return the main verb, without a subject of its own, behind a name: `Under questioning by Bo Lind, X, conceded`.

    The parser takes such a name for another of the person before it.
    """
    verb = name.nbor() if name.i + 1 < name.sent.end else name
    free = verb.dep_ == "ROOT" and _is_finite(verb) and not any(c.dep_ in (*SUBJECTS, "expl") for c in verb.children)
    return verb if name.dep_ == "appos" and name.head.pos_ == "PROPN" and free else None


def _is_beside_the_news(verb: Token) -> bool:
    """Tell whether a verb is that of `The talks failed, with X calling the draft a step back`."""
    opened = verb.dep_ == "pcomp" and verb.tag_ == "VBG" and verb.head.lower_ == "with"
    return opened and verb.head.head.pos_ in ("VERB", "AUX")


def _verb_of_possession(noun: Token) -> tuple[Token, Role] | None:
    """Return the verb of `X's office said`, `X's talks collapsed` or `X's remarks went down badly`."""
    lemma = noun.lemma_.lower()
    office = noun.lower_ in OFFICES and noun.dep_ in SUBJECTS
    thing = lemma in POSSESSIONS and noun.dep_ in SUBJECTS and noun.head.lemma_.lower() not in _SHOWN
    found = verb_of(noun) if office or thing or lemma in EVENTS | PAPERS | MANNERS else None
    if found is None or office:
        return (found[0], "voice") if found else None
    return found[0], "event" if thing or lemma in EVENTS else "paper"


def _cleft(verb: Token) -> Token | None:
    """Return the verb of `It was X who opened the talks` that tells what X did."""
    subject = [child for child in verb.children if child.dep_ in SUBJECTS]
    if verb.lemma_ != "be" or [child.lower_ for child in subject] != ["it"]:
        return None
    return next((token for token in verb.subtree if is_cleft(token)), None)


def is_cleft(verb: Token) -> bool:
    """Tell whether a verb has `who` for its subject and hangs on what `it was` names."""
    opened = verb.i > 0 and any(child.lower_ == "who" and child.dep_ in SUBJECTS for child in verb.children)
    top = verb
    while top.head != top and top.lemma_ != "be" and top.dep_ in (*_CLAUSES, "ccomp", "attr", "appos", "conj"):
        top = top.head
    return opened and top.lemma_ == "be" and any(child.lower_ == "it" for child in top.children)


def before_colon(name: Token) -> tuple[Token, Role] | None:
    """Return the verb of `Three people have the key: X, a caretaker and an engineer`."""
    colon = next((token for token in reversed(list(name.sent)) if token.text == ":" and token.i < name.i), None)
    if colon is None:
        return None
    verb = next((token for token in name.sent if token.i < colon.i and _is_finite(token)), None)
    while verb is not None and verb.dep_ in ("aux", "auxpass"):
        verb = verb.head
    told = verb is not None and any(child.dep_ in (*SUBJECTS, "expl") for child in verb.children)  # not `Pictured: X`
    return (verb, "object") if verb is not None and told else None


def _is_inverted(verb: Token, name: Token) -> bool:
    """Tell whether a name is what `among the guests was X` speaks of."""
    return verb.lemma_ == "be" and verb.i < name.i and not any(child.dep_ in SUBJECTS for child in verb.children)


def _verb_of_preposition(preposition: Token) -> tuple[Token, Role] | None:
    head = preposition.head
    if preposition.lower_ == "to" and head.lower_ == "according" and head.head.pos_ in ("VERB", "AUX"):
        return head.head, "according to"
    if preposition.lower_ == "for" and head.lower_ in VOICES and head.dep_ in SUBJECTS:
        return head.head, "subject"
    if head.lower_ == "thanks" and is_ahead(head.head):  # `Thanks to X, the pool will open`
        return head.head, "beside"
    if head.pos_ in ("NOUN", "PROPN", "ADJ"):
        passive = _passive_of(head) if preposition.lower_ == "by" else None
        return (passive, "agent") if passive is not None else _verb_of_noun(head, preposition)
    return _verb_before(preposition) if head.pos_ in ("VERB", "AUX") else None


def _verb_before(preposition: Token) -> tuple[Token, Role] | None:
    """Return the verb that a preposition hangs on, and what the name behind it is to that verb."""
    verb, word = preposition.head, preposition.lower_
    if preposition.dep_ == "agent":
        joined = verb.dep_ in ("acl", "relcl") and verb.lemma_.lower() in ACCOMPANIED and verb.head.dep_ in SUBJECTS
        return (verb.head.head, "subject" if verb.dep_ == "acl" else "beside") if joined else (verb, "agent")
    if _is_beside_somebody(verb) and word in ("beside", "alongside", "with"):
        return verb.head, "voice"
    if word in _CONTACTING and any(c.dep_ in SUBJECTS and c.lemma_.lower() in EVENTS for c in verb.children):
        return verb, "event"  # `Pressure is growing on X`
    if word in TOWARDS or (word == "on" and verb.lemma_ == "call"):
        return verb, "object"
    if word == "under":  # `Under X waiting times have doubled`
        return (verb, "subject") if preposition.i < verb.i and tense_of(verb) == "present" else None
    return (verb, "beside") if word in BESIDE else None


def _passive_of(noun: Token) -> Token | None:
    """Return the passive verb of `were welcomed on a bus by X`, where the parser joins `by` to the noun."""
    preposition = noun.head
    verb = preposition.head
    placed = noun.dep_ == "pobj" and preposition.lower_ in ("on", "in", "at", "outside", "inside", "to", "into")
    passive = any(c.dep_ == "auxpass" for c in verb.children) and not any(c.dep_ == "agent" for c in verb.children)
    plain = noun.lemma_.lower() not in WORKS | PAPERS | EVENTS and verb.lemma_.lower() not in ABSENT
    return verb if placed and passive and plain else None


def is_perfect(verb: Token) -> bool:
    """Tell whether a verb says what has happened: `has asked`."""
    return any(child.lower_ in ("has", "have", "having") for child in _auxiliaries(verb))


def _is_beside_somebody(verb: Token) -> bool:
    """Tell whether a verb is that of `Speaking alongside X, the minister said that it was over`."""
    return verb.tag_ == "VBG" and verb.dep_ == "advcl" and verb.lemma_.lower() in STANDING


def is_before_the_past(verb: Token) -> bool:
    """Tell whether a verb says what had happened: `had asked`."""
    return any(child.lower_ == "had" for child in _auxiliaries(verb))


def _verb_of_noun(noun: Token, preposition: Token) -> tuple[Token, Role] | None:
    """Return the verb of a phrase such as `aides to X`, `talks with X`, `a letter to X` or `the office of X`."""
    if noun.lower_ == "close" and noun.head.pos_ == "NOUN":
        noun = noun.head
    if preposition.lower_ == "under" and preposition.nbor(-1).text == ",":  # `The museum, under X, has bought it`
        found = verb_of(noun)
        if found is None or found[1] != "subject":
            return None
        return found if tense_of(found[0]) == "present" else (found[0], "beside")
    lemma = noun.lemma_.lower()
    of_people, office = lemma in AROUND, noun.lower_ in OFFICES
    blow = (lemma in BLOWS and preposition.lower_ in ("to", "for")) or _is_at_a_wish(noun, preposition)
    blow = blow or _is_drawn(noun, preposition)
    joins = of_people or office or blow or (lemma in EVENTS | PAPERS and preposition.lower_ in _CONTACTING)
    if not (joins or preposition.lower_ == "including") or any(child.lower_ in NO_MORE for child in noun.children):
        return None
    found = (noun.head, "object") if noun.dep_ == "attr" and noun.head.lemma_ == "be" else verb_of(noun)
    if found is None:
        return None
    verb, role = found
    if preposition.lower_ == "including":  # `Many, including X, have stayed here` is no news
        news = not is_perfect(verb) or verb.lemma_.lower() in lexicon().speech
        return found if news else (verb, "beside")
    if of_people:
        return verb, "subject" if role == "subject" else "beside"
    if office and role not in ("event", "paper"):
        return verb, "voice" if role == "subject" else "beside"
    if office:
        return found
    return verb, "event" if blow or lemma in EVENTS else "paper"


def _is_at_a_wish(noun: Token, preposition: Token) -> bool:
    """Tell whether a noun is that of `at the invitation of X` or `to the delight of X`."""
    lemma, before = noun.lemma_.lower(), noun.head.lower_
    wish = lemma in WISHES and before in ("at", "on")
    return noun.dep_ == "pobj" and preposition.lower_ == "of" and (wish or (lemma in MOODS and before == "to"))


def _is_drawn(noun: Token, preposition: Token) -> bool:
    """Tell whether a noun is that of `drew a sharp response from X`."""
    drawn = noun.dep_ == "dobj" and noun.head.lemma_.lower() in PROVOKED
    return drawn and noun.lemma_.lower() in REPLIES and preposition.lower_ == "from"


def tense_of(verb: Token) -> Tense | None:
    """Return the tense of a finite verb, or of a participle with its agent; None for what is left.

    `had said` has one only as what somebody is told to have done: `the agency said that X had left`.
    """
    auxiliaries = _auxiliaries(verb)
    first = auxiliaries[0] if auxiliaries else verb
    if first == verb and verb.dep_ == "acl" and _is_participle(verb):
        return "participle"
    if is_asking(verb):
        return tense_of(verb.head.head) if verb.head.head.dep_ == "ROOT" else None
    if first == verb and verb.tag_ == "VB" and verb.dep_ == "ROOT" and verb.i == verb.sent.start:
        return "present" if verb.lemma_.lower() in ("ask", "tell", "spare") else None  # `Ask X about it`
    if first.tag_ == "MD":
        return "present" if first.lower_ in _PRESENT else "future in the past"
    if first.tag_ in ("VBZ", "VBP"):
        return "present"
    if first.tag_ == "VBD" and (first == verb or first.lower_ != "had" or is_told(verb)):
        return "past"
    infinitive = first.lower_ == "to" and verb.tag_ == "VB" and (verb.dep_ == "xcomp" or is_wanted(verb))
    if infinitive or (verb.tag_ == "VBG" and verb.dep_ == "csubj" and first == verb):
        finite = finite_of(verb)
        told = finite.dep_ in ("ccomp", "parataxis") and finite.head.dep_ == "ROOT" and verb.dep_ == "csubj"
        tense = tense_of(finite) if told or finite.dep_ == "ROOT" else None
        return tense if tense == "present" or (infinitive and tense == "past" and not is_perfect(verb)) else None
    return "past" if verb.dep_ == "ROOT" and first == verb and verb.tag_ == "VBN" else None


def _is_participle(verb: Token) -> bool:
    """Tell whether a verb is that of `opened by X`, `sent to X` or `thrown at X`."""
    sent = verb.tag_ == "VBN" and verb.lemma_.lower() in SENT
    to = sent and any(child.lower_ in ("to", "at") and child.dep_ in ("prep", "dative") for child in verb.children)
    return to or any(child.dep_ == "agent" for child in verb.children)


def is_asking(verb: Token) -> bool:
    """Tell whether a verb is that of `a petition urging X to resign`."""
    asks = verb.tag_ == "VBG" and verb.dep_ == "acl" and verb.lemma_.lower() in ASKING
    return asks and verb.head.lemma_.lower() in PAPERS and verb.head.dep_ == "dobj"


def is_told(verb: Token) -> bool:
    """Tell whether a clause in the past is what somebody said, in a main clause: `X had left, the agency said`."""
    head = verb.head
    told = verb.dep_ == "ccomp" and head.dep_ == "ROOT" and head.tag_ == "VBD"
    return told and head.lemma_.lower() in lexicon().speech


def is_main(verb: Token) -> bool:
    """Tell whether a verb is that of the main clause; in `The minister called on X` a parser may take a noun for it."""
    root = verb.head
    apart = verb.tag_ == "VBD" and verb.dep_ == "acl" and root.dep_ == "ROOT" and root.pos_ in ("NOUN", "PROPN")
    return verb.dep_ == "ROOT" or (apart and not any(c.dep_ in (*SUBJECTS, "mark") for c in verb.children))


def _auxiliaries(verb: Token) -> list[Token]:
    return [child for child in verb.children if child.dep_ in ("aux", "auxpass") and child.i < verb.i]


def finite_of(verb: Token) -> Token:
    """Return the verb that an infinitive or a gerund hangs on, as in `is due to meet` and `meeting X will be hard`."""
    while verb.dep_ in ("xcomp", "acomp") or is_wanted(verb) or (verb.dep_ == "csubj" and verb.tag_ == "VBG"):
        verb = verb.head
    return verb.head.head if is_asking(verb) else verb


def is_wanted(verb: Token) -> bool:
    """Tell whether a verb is what somebody wants done, as in `they want X to resign`."""
    return verb.dep_ == "ccomp" and verb.tag_ == "VB" and verb.head.lemma_.lower() in WANTS


def is_ahead(verb: Token) -> bool:
    """Tell whether a verb says what is under way or to come: `will open`, `is to open`, `is being opened`."""
    words = _auxiliaries(verb)
    to_come = any(word.tag_ == "MD" or word.lower_ in ("to", "being") for word in words)
    return to_come or (verb.tag_ == "VBG" and bool(words))
