"""Split a sentence into the parts that can each be true or false.

A clause head is a token that begins an assertion of its own: the root, joined verbs, relative and
adverbial clauses, participles set off by a comma or dash. Every token belongs to its nearest head;
a part is the longest sensible run of a head's own tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.check.claims.lexicons import reporting

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens, Token

_FEWEST = 2
Role = Literal["main", "joined", "relative", "adverbial", "participle", "content", "matrix", "event", "attempt"]
_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass", "expl")
_LINKS = frozenset({"by", "after", "since", "despite", "upon", "on", "besides", "while", "when", "following", "amid"})
_NOT_ASSERTED = frozenset({"if", "unless", "lest", "whether", "than", "as if", "so", "until", "till", "because"})
_FIXED_PARTICIPLES = frozenset(
    {"according", "including", "regarding", "concerning", "considering", "depending", "compared", "given", "pending",
     "following", "based", "barring", "owing", "during", "starting", "beginning", "excepting"}
)  # fmt: skip
_DASHES = frozenset({"—", "–", "--", "-", ";", ":", "("})
_LEADING_WORDS = frozenset({"however", "instead", "meanwhile", "moreover", "furthermore", "still", "yet", "also",
                            "therefore", "thus", "nevertheless", "nonetheless", "then", "besides", "indeed",
                            "simultaneously", "additionally", "overall", "finally"})  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A checkable part of a sentence: a run of its tokens."""

    head: Token
    role: Role
    tokens: tuple[Token, ...]
    """Contiguous, in order: what the claim's span holds."""
    parent: Token | None
    """The head of the clause it depends on."""
    own: frozenset[int]
    """Indexes of all the tokens that belong to it, also those outside the run."""


def split(sentence: Tokens, masked: frozenset[int] = frozenset()) -> tuple[Part, ...]:
    """Return the parts of a sentence in order; masked tokens, such as quotations, are left out."""
    heads = _heads(sentence, masked)
    owner = _owners(sentence, heads)
    parts = []
    for head, role in heads.items():
        if head.i in masked:
            continue
        own = frozenset(token.i for token in sentence if owner[token.i] == head.i and token.i not in masked)
        tokens = _run(head, role, own)
        if len(tokens) < _FEWEST or (len(tokens) <= _FRAME and tokens[-1].lemma_ == "be"):
            continue
        parent = sentence.doc[owner[head.head.i]] if head.head.i != head.i and head.head.i in owner else None
        parts.append(Part(head, role, tokens, parent, own))
    return tuple(sorted(parts, key=lambda part: part.tokens[0].i))


def subject(head: Token) -> Token | None:
    """Return a clause's own subject, if it has one: the nearest."""
    found = [child for child in head.children if child.dep_ in _SUBJECTS]
    return min(found, key=lambda child: abs(child.i - head.i), default=None)


def is_finite(head: Token) -> bool:
    """Tell whether a clause has a tensed verb."""
    words = [head, *(child for child in head.children if child.dep_ in ("aux", "auxpass", "cop"))]
    return any(word.tag_ in ("VBD", "VBZ", "VBP", "MD") for word in words)


def _heads(sentence: Tokens, masked: frozenset[int]) -> dict[Token, Role]:
    found: dict[Token, Role] = {sentence.root: "main"}
    for token in sentence:
        if token.i in masked or token.i == sentence.root.i:
            continue
        role = _role(token, found)
        if role is not None and sum(1 for word in token.subtree if not word.is_punct) >= _least(role):
            found[token] = role
    return found


def _least(role: Role) -> int:
    return {"relative": 4, "joined": 3, "event": 4, "attempt": 4}.get(role, 3)


def _role(token: Token, found: dict[Token, Role]) -> Role | None:
    rules = {
        "conj": _joined,
        "relcl": _relative,
        "advcl": _adverbial,
        "acl": _participle,
        "ccomp": _content,
        "csubj": _matrix,
        "parataxis": _parallel,
        "pcomp": _linked,
        "nsubj": _stray_clause,
        "prep": _participle,
        "pobj": _presupposed,
    }
    rule = rules.get(token.dep_)
    return rule(token) if rule else None


def _joined(token: Token) -> Role | None:
    if token.pos_ not in ("VERB", "AUX") or token.head.pos_ not in ("VERB", "AUX"):
        return None
    first = token
    while first.dep_ == "conj":
        first = first.head
    if first.dep_ in ("xcomp", "pcomp", "aux", "amod", "csubj"):
        return None
    between = token.doc[first.i : token.i]
    if subject(token) is None and not is_finite(token) and is_finite(first):
        return None if token.tag_ == "VB" or len(between) < 3 else "joined"
    return "joined" if len(between) >= 3 else None


def _relative(token: Token) -> Role | None:
    return "relative" if is_finite(token) and _assertive_relative(token) else None


def _assertive_relative(token: Token) -> bool:
    """Leave out relative clauses that only say which one is meant: `the man she met`."""
    words = list(token.subtree)
    described = token.head.lower_ not in ("those", "anyone", "everyone", "people")
    return _set_off(token) or (described and len(words) >= _LONG_RELATIVE and words[0].tag_ in _RELATIVIZERS)


_RELATIVIZERS = frozenset({"WDT", "WP", "WP$", "WRB", "IN"})
_LONG_RELATIVE = 6


def _adverbial(token: Token) -> Role | None:
    mark = next((child for child in token.children if child.dep_ in ("mark", "advmod") and child.i < token.i), None)
    if mark is not None and (mark.lower_ in _NOT_ASSERTED or mark.lower_ == "how"):
        return None
    if any(child.dep_ == "aux" and child.lower_ == "to" for child in token.children):
        return None
    if is_finite(token):
        return "adverbial"
    if token.tag_ == "VBG" and token.lower_ not in _FIXED_PARTICIPLES:
        return "participle" if _set_off(token) or mark is not None else None
    if token.tag_ == "VBN" or token.pos_ == "ADJ":
        return "participle" if mark is not None or (token.tag_ == "VBN" and _set_off(token)) else None
    return None


def _participle(token: Token) -> Role | None:
    if token.tag_ not in ("VBG", "VBN") or token.lower_ in _FIXED_PARTICIPLES:
        return None
    return "participle" if _set_off(token) else None


def _content(token: Token) -> Role | None:
    """Take what follows `is that` apart, and clauses the parser hangs before a dash; reports stay whole."""
    own = subject(token) is not None and is_finite(token)
    if own and token.head.lemma_ == "be" and token.i > token.head.i:
        return "content"
    between = token.doc[min(token.i, token.head.i) : max(token.i, token.head.i)]
    return "main" if own and token.i < token.head.i and any(word.text in _DASHES for word in between) else None


def _matrix(token: Token) -> Role | None:
    has_clause = any(child.dep_ == "ccomp" for child in token.head.children)
    return "matrix" if token.head.lemma_ == "be" and has_clause else None


def _parallel(token: Token) -> Role | None:
    aside = reports(token) and not any(child.dep_ in ("dobj", "ccomp") for child in token.children)
    return "main" if subject(token) is not None and is_finite(token) and not aside else None


def _linked(token: Token) -> Role | None:
    """Take `By closing the port, ...` apart: the participle is asserted of the sentence's subject."""
    linked = token.tag_ == "VBG" and token.head.lower_ in _LINKS
    return "participle" if linked and (token.i < _verb_above(token).i or _set_off(token.head)) else None


def _stray_clause(token: Token) -> Role | None:
    """Mend a misparse: of two subjects with `, but` between them the first is a clause of its own."""
    later = [c for c in token.head.children if c.dep_ in _SUBJECTS and c.i > token.i]
    words = list(token.subtree)
    verb = any(word.tag_ in ("VBD", "VBZ", "VBP", "VBN") for word in words)
    ends = any(word.dep_ == "cc" for word in words[-2:])
    return "main" if later and verb and ends else None


def _presupposed(token: Token) -> Role | None:
    """Take `Despite the union's attempts to stop it` and `In a speech that ...` apart: both are asserted."""
    preposition = token.head
    if preposition.i > _verb_above(token).i:
        return None
    kinds = {child.dep_ for child in token.children}
    doing = any(child.dep_ == "acl" and child.tag_ in ("VB", "VBG") for child in token.children)
    if preposition.lower_ in ("despite", "after", "following", "amid") and "poss" in kinds and doing:
        return "attempt"
    new = any(child.lower_ in ("a", "an") for child in token.children if child.dep_ == "det")
    return "event" if preposition.lower_ in ("in", "during", "at", "after") and new and "relcl" in kinds else None


def _verb_above(token: Token) -> Token:
    return next((above for above in token.ancestors if above.pos_ in ("VERB", "AUX")), token)


def _set_off(token: Token) -> bool:
    """Tell whether a comma or a dash stands before a clause."""
    first = min(word.i for word in token.subtree)
    before = [word for word in token.doc[max(0, first - 2) : first] if not word.is_quote]
    after = token.doc[first]
    return bool(before and (before[-1].text in _DASHES or before[-1].text == ",")) or after.text in _DASHES | {","}


def _owners(sentence: Tokens, heads: dict[Token, Role]) -> dict[int, int]:
    """Give every token to its nearest head, itself included."""
    indexes = {head.i for head in heads}
    owner: dict[int, int] = {}
    for token in sentence:
        chain = [token, *token.ancestors]
        owner[token.i] = next((above.i for above in chain if above.i in indexes), sentence.root.i)
    return owner


def _run(head: Token, role: Role, own: frozenset[int]) -> tuple[Token, ...]:
    """Choose the contiguous run that reads as the clause: trimmed, and holding its head."""
    runs = _runs(head.doc, sorted(own))
    place = next((place for place, run in enumerate(runs) if run[0].i <= head.i <= run[-1].i), None)
    if place is None:
        return ()
    if _is_frame(head, runs[place]):
        place = _reported_run(runs, place)
    first = last = place
    while last + 1 < len(runs) and _joins(runs[last], runs[last + 1], runs[last + 1]):
        last += 1
    while first and _joins(runs[first - 1], runs[first], runs[first - 1]):
        first -= 1
    return tuple(trim(head.doc[runs[first][0].i : runs[last][-1].i + 1], role))


def _is_frame(head: Token, run: Sequence[Token]) -> bool:
    """Tell whether a run only says who reports: what is reported stands elsewhere, or the run is too short for it."""
    reported = [child for child in head.children if child.dep_ == "ccomp"]
    return _words(run) <= _FRAME or (reports(head) and bool(reported) and not set(reported) & set(run))


def _reported_run(runs: Sequence[Sequence[Token]], place: int) -> int:
    """Return the run that holds what a short frame such as `officials said` reports, else the frame's own."""
    for other, run in enumerate(runs):
        if other != place and any(token.dep_ == "ccomp" for token in run):
            return other
    return place


def _joins(first: Sequence[Token], second: Sequence[Token], further: Sequence[Token]) -> bool:
    """Tell whether the words between two runs are few enough to keep, and the further run worth it."""
    return second[0].i - first[-1].i - 1 <= _SHORT and _words(further) > 1


_SHORT = 4
"""A clause of up to so many tokens inside another does not tear it apart."""
_FRAME = 3
"""A run of up to so many words may be the mere frame of reported words."""


def _runs(doc: Sequence[Token], indexes: Sequence[int]) -> list[list[Token]]:
    runs: list[list[Token]] = []
    for i in indexes:
        if runs and runs[-1][-1].i == i - 1:
            runs[-1].append(doc[i])
        else:
            runs.append([doc[i]])
    return runs


def _words(run: Sequence[Token]) -> int:
    return sum(1 for token in run if not token.is_punct and token.dep_ not in ("cc", "mark"))


def trim(tokens: Sequence[Token], role: Role = "main") -> list[Token]:
    """Cut conjunctions, connectives and stray punctuation off both ends."""
    kept = list(tokens)
    while kept and _cut_front(kept, role):
        kept.pop(0)
    while kept and (kept[-1].pos_ == "PUNCT" or kept[-1].dep_ in ("cc", "mark") or kept[-1].is_space):
        if kept[-1].is_quote and any(token.is_quote for token in kept[:-1]):
            break
        kept.pop()
    return _without_tail(kept)


def _without_tail(kept: list[Token]) -> list[Token]:
    """Cut a single word after the last comma, left over from what was split off: `..., one`."""
    dangling = len(kept) > 3 and kept[-2].text in (",", "—", "–") and kept[-1].dep_ == "appos"
    return kept[:-2] if dangling else kept


def _cut_front(kept: Sequence[Token], role: Role) -> bool:
    first = kept[0]
    if first.is_space or (first.pos_ == "PUNCT" and not first.is_quote):
        return True
    if first.is_quote:
        return not any(token.is_quote for token in kept[1:])
    if first.dep_ == "cc" or (first.dep_ == "mark" and first.tag_ == "IN"):
        return first.lower_ not in _NOT_ASSERTED
    connective = first.lower_ in _LEADING_WORDS and first.pos_ in ("ADV", "SCONJ", "CCONJ")
    return connective and (role != "main" or (len(kept) > 1 and kept[1].text == ","))


def reports(verb: Token) -> bool:
    """Tell whether a verb can report what somebody says or thinks."""
    lemma = verb.lemma_.lower()
    return lemma in reporting().cues or lemma in reporting().naming
