"""Split a sentence into the parts that can each be true or false.

A clause head is a token that begins an assertion of its own: the root, and what `constructions` is certain of. Every
token belongs to its nearest head; a part is the run of a head's own tokens, or the whole stretch of the sentence that
they span where cutting the others out would tear it apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.check.claims.constructions import role_of
from pipeline.check.claims.nouns import can_be_repeated, subject
from pipeline.check.claims.participles import is_fact_behind
from pipeline.check.claims.verbs import Role, begins_with_its_verb, is_tensed, points_back, reports

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens, Token

_FEWEST = 2
_LEADING_WORDS = frozenset({"however", "instead", "meanwhile", "moreover", "furthermore", "still", "yet", "also",
                            "therefore", "thus", "nevertheless", "nonetheless", "then", "besides", "indeed",
                            "simultaneously", "additionally", "overall", "finally"})  # fmt: skip
_NOT_ASSERTED = frozenset({"if", "unless", "lest", "whether", "than", "as if", "so", "until", "till", "because"})


@dataclass(frozen=True)
class Part:
    """A checkable part of a sentence: a run of its tokens."""

    head: Token
    role: Role
    tokens: tuple[Token, ...]
    """Contiguous, in order: what the claim's span holds."""
    own: frozenset[int]
    """Indexes of all the tokens that belong to it, also those outside the run."""


def split(sentence: Tokens, masked: frozenset[int] = frozenset(), *, whole: bool = False) -> tuple[Part, ...]:
    """Return the parts of a sentence in order; masked tokens, such as quotations, are left out.

    With `whole` the sentence is not split.
    """
    heads: dict[Token, Role] = {sentence.root: "main"} if whole else _heads(sentence, masked)
    parts = _parts(sentence, heads, masked)
    torn = [part for part in parts if not _stands_alone(part, masked)]
    while torn and len(heads) > 1:
        # What does not stand alone goes back to the clause around it; where that is the root, nothing is split off.
        roots = any(part.head == sentence.root for part in torn)
        heads = (
            {sentence.root: "main"} if roots else {h: r for h, r in heads.items() if h not in {p.head for p in torn}}
        )
        parts = _parts(sentence, heads, masked)
        torn = [part for part in parts if not _stands_alone(part, masked)]
    return tuple(sorted(parts, key=lambda part: (part.tokens[0].i, part.tokens[-1].i)))


def _parts(sentence: Tokens, heads: dict[Token, Role], masked: frozenset[int]) -> list[Part]:
    owner = _owners(sentence, heads)
    parts = []
    for head, role in heads.items():
        if head.i in masked or any(each.head == head for each, other in heads.items() if other == "content"):
            continue
        own = frozenset(token.i for token in sentence if owner[token.i] == head.i and token.i not in masked)
        tokens = _run(head, role, own, masked)
        if len(tokens) >= _FEWEST:
            parts.append(Part(head, role, tokens, own))
    return parts


def _stands_alone(part: Part, masked: frozenset[int]) -> bool:
    """Tell whether a part is a sentence: a tensed verb with its subject, or one that can be put before it."""
    if part.role in ("relative", "participle", "event", "attempt", "stray") or masked:
        return True
    noun = subject(part.head)
    if part.head not in part.tokens:
        return False
    if part.head.pos_ not in ("VERB", "AUX") or not is_tensed(part.head) or points_back(part.head):
        return False
    if noun is not None and noun.lower_ in ("another", "others") and part.role != "main":
        return False  # than whom, the clause beside it says
    inside = noun is not None and part.tokens[0].i <= noun.i <= part.tokens[-1].i
    return inside or begins_with_its_verb(part.head, part.tokens)


def facts_behind(part: Part) -> Iterator[tuple[Token, ...]]:
    """Yield the clauses of a part that give its reason or time as certain: `because 40 people died`, `after X fell`."""
    for token in part.tokens:
        if token.dep_ == "advcl" and token.head == part.head and is_fact_behind(token):
            run = trim([word for word in sorted(token.subtree, key=lambda word: word.i) if word in part.tokens])
            if len(run) >= _FEWEST_WORDS and run[-1].i - run[0].i == len(run) - 1:
                yield tuple(run[1:] if run[0].dep_ in ("mark", "advmod") and run[0].head == token else run)


_FEWEST_WORDS = 4


def _heads(sentence: Tokens, masked: frozenset[int]) -> dict[Token, Role]:
    found: dict[Token, Role] = {sentence.root: "main"}
    for token in sorted(sentence, key=_depth):
        if token.i in masked or token.i == sentence.root.i:
            continue
        role = role_of(token, found)
        if role is not None and sum(1 for word in token.subtree if not word.is_punct) >= _least(role):
            found[token] = role
    return found


def _depth(token: Token) -> int:
    return sum(1 for _ in token.ancestors)


def _least(role: Role) -> int:
    return {"relative": 4, "event": 4, "attempt": 4}.get(role, 3)


def _owners(sentence: Tokens, heads: dict[Token, Role]) -> dict[int, int]:
    """Give every token to its nearest head, itself included."""
    indexes = {head.i for head in heads}
    owner: dict[int, int] = {}
    for token in sentence:
        chain = [token, *token.ancestors]
        owner[token.i] = next((above.i for above in chain if above.i in indexes), sentence.root.i)
    return owner


def _run(head: Token, role: Role, own: frozenset[int], masked: frozenset[int]) -> tuple[Token, ...]:
    """Choose the run that reads as the clause: its head's own where no more than a subject is lost, else all."""
    runs = _runs(head.doc, sorted(own))
    place = next((place for place, run in enumerate(runs) if run[0].i <= head.i <= run[-1].i), None)
    if place is None:
        return ()
    if masked:
        return tuple(_without_a_frame_behind(trim(_beside_quotations(head, runs, place), role), role))
    if _loses_only_its_subject(head, runs, place):
        return tuple(trim(runs[place], role))
    return tuple(trim(head.doc[min(own) : max(own) + 1], role))


def _loses_only_its_subject(head: Token, runs: Sequence[Sequence[Token]], place: int) -> bool:
    """Tell whether what stands outside the head's run is no more than a subject that can be repeated."""
    other = [run for at, run in enumerate(runs) if at != place and not (len(run) == 1 and run[0].tag_ == "IN")]
    lost = [token for run in other for token in run if not _is_joint(token)]
    noun = subject(head)
    if not lost:
        return True
    if noun is None or not can_be_repeated(noun) or not {token.i for token in lost} <= {t.i for t in noun.subtree}:
        return False
    return begins_with_its_verb(head, trim(runs[place]))


def _is_joint(token: Token) -> bool:
    return bool(token.is_punct or token.is_space or token.dep_ == "cc")


def _beside_quotations(head: Token, runs: Sequence[Sequence[Token]], place: int) -> Sequence[Token]:
    """Return the run of a sentence with quotations taken out, with what stands near it."""
    if _is_frame(head, runs[place]):
        place = _reported_run(runs, place)
    first = last = place
    while last + 1 < len(runs) and _joins(runs[last], runs[last + 1], runs[last + 1]):
        last += 1
    while first and _joins(runs[first - 1], runs[first], runs[first - 1]):
        first -= 1
    run: Sequence[Token] = head.doc[runs[first][0].i : runs[last][-1].i + 1]
    return run


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


def _without_a_frame_behind(run: list[Token], role: Role) -> list[Token]:
    """Cut the verb off that only leads to a quotation: `that it works again but added, “...”`."""
    leads = len(run) > _FRAME and run[-1].dep_ == "conj" and run[-2].dep_ == "cc" and reports(run[-1])
    return trim(run[:-2], role) if leads else run


def _is_of_a_clause_in(tokens: Sequence[Token], mark: Token) -> bool:
    """Tell whether a conjunction leads a clause in front of the verb it depends on: `Once the talks end, they vote`."""
    verb = mark.head
    return verb.dep_ == "advcl" and verb.head.i > verb.i and verb.head in tokens


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
    while kept and _cut_front(kept, role, tokens):
        kept.pop(0)
    while kept and (kept[-1].pos_ == "PUNCT" or kept[-1].dep_ in ("cc", "mark") or kept[-1].is_space):
        if kept[-1].is_quote and any(token.is_quote for token in kept[:-1]):
            break
        if kept[-1].text == ")" and any(token.text == "(" for token in kept):
            break
        kept.pop()
    return kept


def _cut_front(kept: Sequence[Token], role: Role, tokens: Sequence[Token]) -> bool:
    first = kept[0]
    if first.is_space or (first.pos_ == "PUNCT" and not first.is_quote):
        return True
    if first.is_quote:
        return not any(token.is_quote for token in kept[1:])
    if first.dep_ == "cc" or (first.dep_ == "mark" and first.tag_ == "IN" and not _is_of_a_clause_in(tokens, first)):
        return first.lower_ not in _NOT_ASSERTED
    connective = first.lower_ in _LEADING_WORDS and first.pos_ in ("ADV", "SCONJ", "CCONJ")
    return connective and (role != "main" or (len(kept) > 1 and kept[1].text == ","))
