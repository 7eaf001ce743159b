"""Find reported statements by syntax: who, the words that report, and what is reported.

`cues` yields what reports surely (verbs of speech and thought with a clause, `according to`); claims are
made from these. `stances` yields what PolNeAR counts besides: attitudes (`refuses to`, `was afraid that`),
nouns (`the board's claim that`), documents (`polls show`). Blind spots: sources that no grammar ties to
their statement, and the writer's own `I` and `we`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.claims.lexicons import reporting
from pipeline.claims.quoted import quoted
from pipeline.claims.sources import Source, head_noun, source_of
from pipeline.language import Sentence
from pipeline.models import Article, Attribution, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

SUBJECTS = ("nsubj", "nsubjpass", "expl", "csubj")
RELATIVES = frozenset({"who", "which", "that"})
_NOBODY = frozenset({"i", "we", "it", "you", "who", "which", "that", "what", "this", "there", "one", "'s", "nobody"})
_PEOPLE = frozenset({"he", "she", "they", "who", "many", "some", "others", "both", "most", "several"})
_NAMED = ("PERSON", "ORG", "GPE", "NORP")
_VERBS = ("VERB", "AUX")


@dataclass(frozen=True)
class Cue:
    """Words that report, in place: who says, and the words they govern."""

    verb: Token
    source: Source
    content: tuple[Token, ...]
    """Tokens of the reported content; empty where it is a quotation outside the parse."""
    words: str
    """The cue as written."""


def cues(sentence: Sentence) -> Iterator[Cue]:
    """Yield the reporting verbs of a sentence that have a source able to speak."""
    for token in sentence.tokens:
        if (named := according_to(token)) is not None and token.head != token:
            yield Cue(token, source_of(named), tuple(_beside(token)), sentence.tokens.doc[token.i : token.i + 2].text)
            continue
        subject = speaker_of(token) if token.pos_ in _VERBS and may_report(token) else None
        if subject is not None and (token.lemma_ not in reporting().inanimate or can_speak(subject)):
            yield Cue(token, source_of(subject), tuple(_content(token)), token.text)


def stances(sentence: Sentence) -> Iterator[Cue]:
    """Yield attitudes, nouns of speech and documents that tell what somebody says or thinks."""
    for token in sentence.tokens:
        if token.pos_ in _VERBS:
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


def reported(article: Article, sentence: Sentence, cue: Cue) -> Attribution | None:
    """Return the attribution of reported content, or None where the cue governs none."""
    if not cue.content:
        return None
    start = sentence.line.start + min(token.idx for token in cue.content)
    end = sentence.line.start + max(token.idx + len(token) for token in cue.content)
    for mark in (each.span for each in quoted(article)):
        start = mark.start if 0 < start - mark.start <= _MARK else start
        end = mark.end if start <= mark.start < end < mark.end else end
    content = Span.of(article.text, start, end)
    return attributed(article, sentence.line.start, cue.source, cue.words, content, direct=False)


_MARK = 2
"""How long a quotation mark may be."""


def attributed(
    article: Article, base: int, source: Source, cue: str | None, content: Span, *, direct: bool
) -> Attribution:
    """Return the attribution of some words to a source in the line that starts at `base`."""
    place = Span.of(article.text, base + source.start, base + source.end)
    named = Span.of(article.text, base + source.name_start, base + source.name_end) if source.name else place
    return Attribution(
        speaker=named.exact,
        speaker_span=named,
        speaker_title=source.title,
        cue=cue,
        content=content,
        direct=direct,
    )


def may_report(token: Token) -> bool:
    """Tell whether a verb, as it stands, can report."""
    lists = reporting()
    if token.lemma_.lower() in lists.cues:
        return True
    if token.lemma_.lower() in _SEEN_AS and not any(child.lower_ == "as" for child in token.children):
        return any(child.dep_ in ("ccomp", "oprd") for child in token.children)
    return token.lemma_.lower() in lists.naming and any(child.dep_ in ("dobj", "ccomp") for child in token.children)


_SEEN_AS = frozenset({"see", "view", "regard", "perceive", "frame", "paint"})


def can_speak(subject: Token) -> bool:
    """Tell whether a subject is somebody: a name or a noun such as `analyst`."""
    head = head_noun(subject)
    return head.ent_type_ in _NAMED or head.lemma_.lower() in reporting().voices


def speaker_of(verb: Token) -> Token | None:
    """Return who a verb's subject is: `who` is looked up, the writer and things without a name are nobody."""
    subject = subject_of(verb)
    if subject is not None and subject.lower_ in RELATIVES:
        subject = antecedent(subject)
    return None if subject is None or subject.lower_ in _NOBODY else subject


def antecedent(relative: Token) -> Token | None:
    """Return the noun a relative pronoun stands for."""
    clause = relative.head
    while clause.dep_ in ("conj", "ccomp", "aux", "xcomp") and clause.head != clause:
        clause = clause.head
    noun = clause.head
    if clause.dep_ != "relcl" or noun.pos_ not in ("NOUN", "PROPN"):
        return None
    while relative.lower_ == "who" and not _is_someone(noun) and noun.dep_ == "pobj" and noun.head.head.pos_ in _NOUNS:
        noun = noun.head.head
    return noun


_NOUNS = ("NOUN", "PROPN")


def _is_someone(noun: Token) -> bool:
    return bool(noun.ent_type_ in ("PERSON", "NORP") or noun.lemma_.lower() in reporting().voices)


def subject_of(verb: Token) -> Token | None:
    """Return the subject of a verb, also one it shares with the verb above it: `..., saying that`."""
    subjects = [child for child in verb.children if child.dep_ in SUBJECTS]
    if subjects:
        return min(subjects, key=lambda subject: abs(subject.i - verb.i))
    shares = verb.dep_ == "conj" or (verb.dep_ == "advcl" and verb.tag_ == "VBG")
    return _shared_subject(verb.head) if shares and verb.head.pos_ in _VERBS else None


def _shared_subject(verb: Token) -> Token | None:
    """Return the subject of a verb for one joined to it: in `Lee said the vote was fair and promised`, that is Lee."""
    subject = subject_of(verb)
    if subject is None or subject.pos_ != "NOUN" or can_speak(subject) or verb.dep_ != "ccomp":
        return subject
    return subject_of(verb.head) if verb.head.pos_ in _VERBS else None


def according_to(token: Token) -> Token | None:
    """Return whom `according to` names."""
    if token.lower_ != "according":
        return None
    to = next((child for child in token.doc[token.i + 1 : token.i + 2] if child.lower_ == "to"), None)
    return next((child for child in to.children if child.dep_ == "pobj"), None) if to is not None else None


def _content(verb: Token) -> Iterator[Token]:
    if verb.dep_ == "parataxis":
        yield from _beside(verb)
        return
    for child in verb.children:
        clause = child.dep_ in ("ccomp", "oprd") and child.i != verb.i
        seen_as = verb.lemma_ in reporting().naming and child.dep_ in ("dobj", "prep")
        if clause or seen_as:
            yield from (token for token in child.subtree if not token.is_quote and not _is_that(token))


def _is_that(token: Token) -> bool:
    """Tell whether a word only joins a statement to its verb."""
    return bool(token.dep_ == "mark" and token.lower_ not in ("whether", "if"))


def _beside(aside: Token) -> Iterator[Token]:
    """Yield the clause that an aside such as `officials said` or `according to Smith` stands in."""
    own = {token.i for token in aside.subtree}
    clause = aside.head
    while clause.pos_ not in _VERBS and clause.head != clause:
        clause = clause.head
    yield from (token for token in clause.subtree if token.i not in own and not token.is_punct)


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
            if lemma in _SEEN_AS and not may_report(verb):
                return None
            named = lemma in lists.clause | lists.cues | lists.to_do or any(t.dep_ == "dobj" for t in verb.children)
            return (None, found) if named else None
    return _feeling(verb)


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
    return tuple(t for head in heads for t in head.subtree if not t.is_quote and not _is_that(t))
