"""The constructions that are claims of their own: an allow-list, each certain about the subject it speaks of.

Whatever is not certain stays in the clause around it, in the article's own words. What is reported, asked or holds
under a condition is never taken apart.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Literal

from pipeline.check.claims.lexicons import clause_language, reporting
from pipeline.check.claims.nouns import agrees, can_be_repeated, is_plural, subject, sure_antecedent

if TYPE_CHECKING:
    from spacy.tokens import Token

Role = Literal["main", "joined", "relative", "adverbial", "participle", "content", "event", "attempt", "stray"]
_VERBS = ("VERB", "AUX")
_TENSED = ("VBD", "VBZ", "VBP", "MD")
_CLAUSES = frozenset({"ROOT", "conj", "relcl", "advcl", "acl", "ccomp", "xcomp", "pcomp", "csubj", "parataxis"})
_CONDITIONS = frozenset({"if", "unless", "once", "until", "till", "whenever", "when", "lest", "provided", "whether"})
_CONCEDING = frozenset({"while", "although", "though", "whereas"})
_FIXED_PARTICIPLES = frozenset(
    {"according", "including", "regarding", "concerning", "considering", "depending", "compared", "given", "pending",
     "following", "based", "barring", "owing", "during", "starting", "beginning", "excepting"}
)  # fmt: skip


def is_finite(head: Token) -> bool:
    """Tell whether a clause has a tensed verb."""
    words = [head, *(child for child in head.children if child.dep_ in ("aux", "auxpass", "cop"))]
    return any(word.tag_ in _TENSED for word in words)


def reports(verb: Token) -> bool:
    """Tell whether a verb can report what somebody says or thinks."""
    lemma = verb.lemma_.lower()
    return lemma in reporting().cues or lemma in reporting().naming


def begins_with_its_verb(head: Token, run: Sequence[Token]) -> bool:
    """Tell whether words begin with a verb, its auxiliary or its adverb, so that a subject can stand before them."""
    first = run[0] if run else None
    with_it = first is not None and first.head.i == head.i and first.dep_ in ("aux", "auxpass", "neg", "advmod")
    return first is not None and (first.i == head.i or with_it)


def is_tensed(head: Token) -> bool:
    """Tell whether a clause has a tensed verb, or a bare form with a subject: a present that the parser misread."""
    to_do = any(child.tag_ == "TO" for child in head.children if child.dep_ == "aux")
    return is_finite(head) or (head.tag_ in ("VB", "VBN") and subject(head) is not None and not to_do)


def points_back(verb: Token) -> bool:
    """Tell whether a relative pronoun before a verb ties it to a noun outside its clause: `40 of which are old`."""
    pronouns = (token for token in verb.subtree if token.tag_ in ("WDT", "WP", "WP$") and token.i < verb.i)
    return any(clause_above(token) == verb for token in pronouns)


def role_of(token: Token, asserted: Collection[Token]) -> Role | None:
    """Return what a token is the head of, where that is certain and its sentence asserts it; else None.

    `asserted` holds the heads found to its left and above it.
    """
    rules = {
        "conj": _joined,
        "relcl": _relative,
        "advcl": _adverbial,
        "acl": _beside_its_subject,
        "ccomp": _content,
        "parataxis": _parallel,
        "pcomp": _by_doing,
        "prep": _beside_its_subject,
        "pobj": _presupposed,
        "nsubj": _stray_clause,
    }
    rule = rules.get(token.dep_)
    if rule is None or _is_reported(token):
        return None
    # What a relative clause after a comma tells holds whatever is made of the clause around it.
    known = token.dep_ in ("relcl", "nsubj") or clause_above(token) in asserted
    return rule(token) if known else None


def clause_above(token: Token) -> Token | None:
    """Return the head of the clause that a token's clause hangs on."""
    clauses = (above for above in token.ancestors if above.dep_ in _CLAUSES)
    return next((above for above in clauses if above.pos_ in _VERBS or above.dep_ == "ROOT"), None)


def _is_reported(token: Token) -> bool:
    return any(
        each.dep_ in ("ccomp", "xcomp") and reports(each.head)
        for each in (token, *token.ancestors)
        if each.i != each.head.i
    )


def _under_a_condition(verb: Token) -> bool:
    for clause in verb.children:
        if clause.dep_ == "advcl" and any(
            mark.lower_ in _CONDITIONS
            for mark in clause.children
            if mark.dep_ in ("mark", "advmod") and mark.i < clause.i
        ):
            return True
    return False


# --- joined verbs ---------------------------------------------------------------------------------------------------


def _joined(token: Token) -> Role | None:
    """Accept `X did a and did b` where `and` or `but` stands right before the verb, and `X did a, and Y did b`."""
    first = token.head
    if token.pos_ not in _VERBS or first.pos_ not in _VERBS or not (is_finite(token) and is_finite(first)):
        return None
    if _under_a_condition(_first_of(token)) or any(child.lower_ in ("or", "nor", "either") for child in first.children):
        return None
    own = subject(token)
    if own is not None:
        return "joined" if _is_its_own(own, token) else None
    return "joined" if _shares_its_subject(token) else None


def _is_its_own(noun: Token, verb: Token) -> bool:
    """Tell whether a subject stands before its verb and points to nothing outside: not `some of whom`."""
    return noun.i < verb.i and not points_back(verb)


def _stray_clause(token: Token) -> Role | None:
    """Mend a misreading: of two subjects with `, but` between them the first is a clause of its own."""
    later = [child for child in token.head.children if child.dep_ in ("nsubj", "nsubjpass") and child.i > token.i]
    run = list(token.subtree)
    verb = any(word.tag_ in ("VBD", "VBZ", "VBP", "VBN") for word in run)
    ends = [word for word in run[-1:] if word.lower_ in ("but", "and") and word.nbor(-1).text == ","]
    return "stray" if token.head.dep_ == "ROOT" and later and verb and ends else None


def _first_of(token: Token) -> Token:
    while token.dep_ == "conj":
        token = token.head
    return token


def _shares_its_subject(token: Token) -> bool:
    first = _first_of(token)
    own = subject(first)
    if own is None or own.dep_ not in ("nsubj", "nsubjpass") or not can_be_repeated(own) or not agrees(own, token):
        return False
    plain = _has_own_tense(token) or _is_bare(first)
    return plain and _conjunction_before(token) and not _is_denied(first) and not _is_framed(first, own, token)


def _is_framed(first: Token, own: Token, last: Token) -> bool:
    """Tell whether more than the subject may hold for both verbs, or another verb before the second be its partner.

    `In the film he robs a bank and flees`, `police say he robbed a bank and fled`.
    """
    chain = {first.i, *(token.i for token in last.ancestors), last.i}
    verbs = (t for t in first.doc[first.i : last.i] if t.tag_ in _TENSED and not {t.i, t.head.i} & chain)
    fronted = (child for child in first.children if child.dep_ in ("prep", "advcl") and child.i < own.i)
    dated = all(any(t.ent_type_ in ("DATE", "TIME") for t in child.subtree) for child in fronted)
    sourced = any(token.lower_ == "according" for token in first.sent)
    return any(verbs) or not dated or sourced or (reports(first) and any(c.dep_ == "ccomp" for c in first.children))


def _conjunction_before(token: Token) -> bool:
    """Tell whether nothing but adverbs and auxiliaries stands between `and` or a comma and the verb."""
    at = token.i - 1
    while at > token.sent.start and token.doc[at].head.i == token.i and token.doc[at].pos_ in ("AUX", "ADV", "PART"):
        at -= 1
    before = token.doc[at]
    later = any(child.dep_ == "conj" for child in token.children)
    return before.lower_ in ("and", "but") or (before.text == "," and later and token.tag_ in ("VBD", "VBZ", "VBP"))


def _has_own_tense(token: Token) -> bool:
    return token.tag_ == "VBZ" or any(c.dep_ in ("aux", "auxpass") and c.tag_ in _TENSED for c in token.children)


def _is_bare(first: Token) -> bool:
    """Tell whether a verb carries its own tense, so that a verb after it does as well and lends no auxiliary."""
    return first.tag_ in ("VBD", "VBZ", "VBP") and not any(c.dep_ in ("aux", "auxpass") for c in first.children)


def _is_denied(verb: Token) -> bool:
    return any(child.dep_ == "neg" for child in verb.children)


def _parallel(token: Token) -> Role | None:
    """Accept a clause with its own subject beside another, such as after a semicolon."""
    own = subject(token)
    aside = reports(token) and not any(child.dep_ in ("dobj", "ccomp") for child in token.children)
    return "main" if own is not None and _is_its_own(own, token) and is_finite(token) and not aside else None


# --- relative clauses -----------------------------------------------------------------------------------------------


def relativizer_of(token: Token) -> Token | None:
    """Return the relative pronoun that a clause begins with."""
    first = min(token.subtree, key=lambda word: word.i)
    return first if first.tag_ in ("WDT", "WP", "WP$") else None


def _relative(token: Token) -> Role | None:
    """Accept `N, who/which ...` where N is the noun just before the comma, and `In a N that ...`."""
    noun, pronoun = token.head, relativizer_of(token)
    if pronoun is not None and any(t.tag_ in ("WDT", "WP", "WP$") and t.head.dep_ == "conj" for t in token.subtree):
        return None
    if (
        pronoun is None
        or not (is_finite(token) or token.tag_ == "VBN")
        or len(list(token.subtree)) < _SHORTEST_RELATIVE
    ):
        return None
    if _presupposed(noun) == "event" and noun.i == pronoun.i - 1 and pronoun == subject(token):
        return "relative"
    if pronoun.lower_ not in ("who", "which", "whose") or not sure_antecedent(token, noun):
        return None
    return "relative" if _speaks_of(token, noun, pronoun) else None


_SHORTEST_RELATIVE = 3


def _speaks_of(token: Token, noun: Token, pronoun: Token) -> bool:
    if pronoun.lower_ == "whose":
        owned = pronoun.head
        return owned == subject(token) and not _reports_aside(token)
    if _is_thing(noun) if pronoun.lower_ == "who" else noun.ent_type_ == "PERSON":
        return False
    if pronoun == subject(token):
        return agrees(noun, token) and (pronoun.lower_ == "who" or _means_no_event(token, noun))
    return pronoun.lower_ == "which" and _is_object(token, noun, pronoun)


def _is_thing(noun: Token) -> bool:
    return noun.ent_type_ in ("GPE", "LOC", "FAC", "DATE", "TIME", "MONEY", "PERCENT", "EVENT", "WORK_OF_ART")


def _reports_aside(token: Token) -> bool:
    return reports(token) and any(child.dep_ == "ccomp" for child in token.children)


def _means_no_event(token: Token, noun: Token) -> bool:
    """Tell whether `which` cannot mean the whole clause before it: `closed the pool, which angered parents`.

    The clause is not finished, or the verb's form takes several, or only a thing can be said to be so.
    """
    if noun.dep_ in ("nsubj", "nsubjpass") and noun.head.i > token.i:
        return True
    if is_plural(noun) and _shows_number(token):
        return True
    if any(child.dep_ == "auxpass" for child in token.children):
        return token.lemma_.lower() in clause_language().made
    return token.lemma_.lower() in clause_language().of_things and any(
        c.dep_ in ("dobj", "prep") for c in token.children
    )


def _shows_number(token: Token) -> bool:
    tensed = next((child for child in token.children if child.dep_ in ("aux", "auxpass")), token)
    return tensed.tag_ == "VBP" or tensed.lower_ == "were"


def _is_object(token: Token, noun: Token, pronoun: Token) -> bool:
    """Accept `X, which Y built, ...` and `a X, which Y had agreed to`: X is what was built, or agreed to."""
    own = subject(token)
    if own is None or own.i != pronoun.i + 1 + _words_before(own):
        return False
    if any(child.dep_ in ("dobj", "ccomp", "xcomp") and child != pronoun for child in token.children):
        return False
    stranded = any(child.dep_ == "prep" and not list(child.rights) for child in token.children)
    unfinished = noun.dep_ in ("nsubj", "nsubjpass") and noun.head.i > token.i
    new = any(child.lower_ in ("a", "an") for child in noun.children if child.dep_ == "det")
    return (unfinished and not reports(token)) or (new and stranded)


def _words_before(noun: Token) -> int:
    return noun.i - min(token.i for token in noun.subtree)


# --- participles and adverbial clauses ------------------------------------------------------------------------------


def _adverbial(token: Token) -> Role | None:
    mark = next((child for child in token.children if child.dep_ in ("mark", "advmod") and child.i < token.i), None)
    first = min(token.subtree, key=lambda word: word.i)
    if mark is not None and first == mark and mark.lower_ in _CONCEDING:
        own = subject(token)
        if own is not None:
            return "adverbial" if own.i < token.i and is_finite(token) else None
        return "participle" if mark.lower_ == "while" and _while_doing(token) else None
    return _beside_its_subject(token)


def is_fact_behind(token: Token) -> bool:
    """Tell whether an adverbial clause with its own subject is certain: a reason, or a time in the past."""
    own = subject(token)
    mark = min(token.subtree, key=lambda word: word.i)
    modal = any(child.tag_ == "MD" for child in token.children)
    if own is None or modal or not is_finite(token) or _is_reported(token) or mark.head.i != token.i:
        return False
    past = token.tag_ == "VBD" or any(
        child.tag_ == "VBD" for child in token.children if child.dep_ in ("aux", "auxpass")
    )
    return mark.lower_ in ("because", "since") or (mark.lower_ in ("after", "when") and past)


def _while_doing(token: Token) -> bool:
    """Accept `X did a while doing b` of an active X, and `X, while open to b, did c`."""
    above = clause_above(token)
    if above is not None and above.dep_ == "pcomp":  # `by closing a while doing b, X ...`
        above = clause_above(above)
    own = subject(above) if above is not None else None
    if own is None or own.dep_ != "nsubj" or not can_be_repeated(own):
        return False
    doing = token.tag_ == "VBG" and token.pos_ == "VERB"
    return doing or (token.pos_ == "ADJ" and _stands_beside(token, own))


def _stands_beside(token: Token, noun: Token) -> bool:
    """Tell whether a clause stands between commas right after a subject whose verb follows."""
    inside = sorted(word.i for word in token.subtree)
    doc, end = token.doc, inside[-1] + 1
    if inside[0] and doc[inside[0]].text == ",":
        inside.pop(0)
    before = doc[inside[0] - 1]
    closed = end < len(doc) and (doc[end].text == "," or doc[end - 1].text == ",")
    return before.text == "," and before.i == noun.i + 1 and closed and noun.head.i >= end


def _beside_its_subject(token: Token) -> Role | None:
    """Accept `Founded in 1921, the club ...` and `The canal, dug in 1826, ...`."""
    if token.tag_ != "VBN" or token.lower_ in _FIXED_PARTICIPLES or any(c.dep_ == "dobj" for c in token.children):
        return None
    if any(child.dep_ in ("aux", "auxpass", "nsubj", "nsubjpass", "mark") for child in token.children):
        return None
    noun = participle_subject(token)
    return "participle" if noun is not None else None


def participle_subject(token: Token) -> Token | None:
    """Return the subject that a participle stands right beside: before it at the sentence's front, or after it."""
    above = clause_above(token)
    own = subject(above) if above is not None else None
    if own is None or own.dep_ not in ("nsubj", "nsubjpass") or not can_be_repeated(own):
        return None
    fronted = token.lemma_.lower() in clause_language().origins and _is_fronted(token, own)
    return own if fronted or (_stands_beside(token, own) and sure_antecedent_beside(own)) else None


def sure_antecedent_beside(noun: Token) -> bool:
    """Tell whether a subject stands alone before its comma: no list, no noun inside that could be meant."""
    return noun.pos_ in ("NOUN", "PROPN") and not any(child.dep_ in ("conj", "cc") for child in noun.children)


def _is_fronted(token: Token, noun: Token) -> bool:
    inside = sorted(word.i for word in token.subtree)
    comma = inside[-1] + 1
    at_front = inside[0] == token.i == token.sent.start
    possessive = any(child.dep_ == "poss" and child.tag_ == "PRP$" for child in noun.subtree)
    begins = noun.i - _words_before(noun)
    return at_front and token.doc[comma].text == "," and begins == comma + 1 and not possessive


def _by_doing(token: Token) -> Role | None:
    """Accept `By closing the port, X cut costs` of an active X."""
    link = token.head
    above = clause_above(token)
    own = subject(above) if above is not None else None
    if token.tag_ != "VBG" or link.lower_ != "by" or link.i != token.sent.start or token.i != link.i + 1:
        return None
    return "participle" if own is not None and own.dep_ == "nsubj" and can_be_repeated(own) else None


# --- what follows `is that`, and what is presupposed ----------------------------------------------------------------


def _content(token: Token) -> Role | None:
    """Accept what follows `the problem is that`; not what follows `the fear is that`."""
    above = token.head
    if above.lemma_ != "be" or token.i < above.i or subject(token) is None or not is_finite(token):
        return None
    noun = subject(above)
    told = (
        noun is None
        or noun.pos_ in ("ADJ", "ADV")
        or noun.dep_ == "csubj"
        or noun.lemma_.lower() in clause_language().facts
    )
    return "content" if told else None


def _presupposed(token: Token) -> Role | None:
    """Take `Despite the union's attempts to stop it` and `In a speech that ...` apart: both are asserted."""
    preposition = token.head
    if token.dep_ != "pobj" or preposition.i != token.sent.start:
        return None
    kinds = {child.dep_ for child in token.children}
    doing = any(child.dep_ == "acl" and child.tag_ in ("VB", "VBG") for child in token.children)
    if preposition.lower_ in ("despite", "after", "following", "amid") and "poss" in kinds and doing:
        return "attempt"
    new = any(child.lower_ in ("a", "an") for child in token.children if child.dep_ == "det")
    return "event" if preposition.lower_ in ("in", "during", "at", "after") and new and "relcl" in kinds else None
