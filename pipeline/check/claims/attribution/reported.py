"""Find reported statements by syntax: who, the words that report, and what is reported.

`cues` yields what reports surely (verbs of speech and thought with a clause, `according to`); claims are
made from these. Blind spots: sources that no grammar ties to their statement, and the writer's own `I` and `we`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.check.claims.attribution.quoted import quoted_near
from pipeline.check.claims.attribution.sources import Source, head_noun, source_of
from pipeline.check.claims.lexicons import reporting
from pipeline.core.english import Sentence
from pipeline.core.models import Article, Attribution, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

SUBJECTS = ("nsubj", "nsubjpass", "expl", "csubj")
RELATIVES = frozenset({"who", "which", "that"})
_NOBODY = frozenset({"i", "we", "it", "you", "who", "which", "that", "what", "this", "there", "one", "'s", "nobody"})
_NAMED = ("PERSON", "ORG", "GPE", "NORP")
VERBS = ("VERB", "AUX")
_SEEN_AS = frozenset({"see", "view", "regard", "perceive", "frame", "paint"})
"""Verbs that report only with `as`."""


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
        subject = speaker_of(token) if token.pos_ in VERBS and may_report(token) else None
        if subject is not None and (token.lemma_ not in reporting().inanimate or can_speak(subject)):
            yield Cue(token, source_of(subject), tuple(_content(token)), token.text)


def reported(article: Article, sentence: Sentence, cue: Cue) -> Attribution | None:
    """Return the attribution of reported content, or None where the cue governs none."""
    if not cue.content:
        return None
    start = sentence.line.start + min(token.idx for token in cue.content)
    end = sentence.line.start + max(token.idx + len(token) for token in cue.content)
    for mark in (each.span for each in quoted_near(article, start, end)):
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
    return token.lemma_.lower() in lists.naming and any(child.dep_ in ("dobj", "ccomp") for child in token.children)


def only_sees(verb: Token) -> bool:
    """Tell whether a verb is one of perception that reports nothing: `saw the memo`, unlike `saw it as a threat`."""
    as_what = any(child.lower_ == "as" or child.dep_ in ("ccomp", "oprd") for child in verb.children)
    return verb.lemma_.lower() in _SEEN_AS and not as_what


def can_speak(subject: Token) -> bool:
    """Tell whether a subject is somebody: a name or a noun such as `analyst`."""
    head = head_noun(subject)
    return head.ent_type_ in _NAMED or head.lemma_.lower() in reporting().voices


def speaker_of(verb: Token) -> Token | None:
    """Return who a verb's subject is: `who` is looked up, the writer and things without a name are nobody."""
    subject = agent(verb) if is_passive(verb) else subject_of(verb)
    if subject is not None and subject.lower_ in RELATIVES:
        subject = antecedent(subject)
    nobody = subject is None or subject.lower_ in _NOBODY or not any(map(str.isalnum, subject.text))
    return None if nobody else subject


def is_passive(verb: Token) -> bool:
    """Tell whether a verb's subject is not who speaks; `was quoted as saying` and `was frustrated` are not meant."""
    lemma, passive = verb.lemma_.lower(), any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children)
    loose = verb.tag_ == "VBN" and verb.dep_ in ("acl", "advcl", "amod") and subject_of(verb) is None
    return (passive or loose) and lemma != "quote" and verb.lower_ not in reporting().feelings


def agent(verb: Token) -> Token | None:
    """Return whom `by` names after a passive."""
    by = next((child for child in verb.children if child.dep_ == "agent" or child.lower_ == "by"), None)
    return next((child for child in by.children if child.dep_ == "pobj"), None) if by is not None else None


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
    if verb.dep_ == "pcomp" and verb.head.lower_ in _WHILE and verb.head.head.pos_ in VERBS:
        return _shared_subject(verb.head.head)
    return _shared_subject(verb.head) if shares and verb.head.pos_ in VERBS else None


_WHILE = frozenset({"after", "before", "by", "in", "while", "besides", "without"})


def _shared_subject(verb: Token) -> Token | None:
    """Return the subject of a verb for one joined to it: in `Lee said the vote was fair and promised`, that is Lee."""
    subject = subject_of(verb)
    if subject is None or subject.pos_ != "NOUN" or can_speak(subject) or verb.dep_ != "ccomp":
        return subject
    return subject_of(verb.head) if verb.head.pos_ in VERBS else None


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
        seen_as = verb.lemma_ in reporting().naming and child.dep_ in ("dobj", "prep") and child.i > verb.i
        if clause or seen_as:
            yield from (token for token in child.subtree if not token.is_quote and not is_joining(token))


def is_joining(token: Token) -> bool:
    """Tell whether a word only joins a statement to its verb."""
    return bool(token.dep_ == "mark" and token.lower_ not in ("whether", "if"))


def _beside(aside: Token) -> Iterator[Token]:
    """Yield the clause that an aside such as `officials said` or `according to Smith` stands in."""
    own = {token.i for token in aside.subtree}
    clause = aside.head
    while clause.pos_ not in VERBS and clause.head != clause:
        clause = clause.head
    yield from (token for token in clause.subtree if token.i not in own and not token.is_punct)
