"""Who says what: source, cue and content of quotations and reported statements (PolNeAR's three parts).

Quotations are found by their marks and given to the speaker beside them; reported statements are
found by syntax. A speaker is only named where the text names one: otherwise there is no attribution.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.claims.lexicons import reporting
from pipeline.claims.quoted import Quoted, quoted
from pipeline.claims.sources import Source, head_noun, known_names, source_of, source_of_nouns
from pipeline.language import Sentence, sentences
from pipeline.models import Article, Attribution, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

_PRONOUNS = frozenset({"he", "she", "they"})
_INTRODUCES = (":", ",")


@dataclass(frozen=True)
class Cue:
    """A verb that reports, in place: who says, and the words it governs."""

    verb: Token
    source: Source
    content: tuple[Token, ...]
    """Tokens of the reported content; empty where it is a quotation outside the parse."""


@dataclass(frozen=True)
class Placed:
    """A quotation and how it stands in its sentence."""

    quoted: Quoted
    attribution: Attribution | None
    alone: bool
    """True where the words stand apart (`X said: "..."`), False inside a clause of the author's."""
    heading: bool


@lru_cache(8)
def attributions(article: Article) -> tuple[Attribution, ...]:
    """Return who says what in an article, quotations and reported statements, in order of content."""
    found = [placed.attribution for placed in placed_quotations(article) if placed.attribution is not None]
    for sentence in sentences(article):
        if sentence.line.is_heading:
            continue
        for cue in cues(sentence):
            attribution = reported(article, sentence, cue)
            if attribution and not any(attribution.content.overlap(other.content) for other in found):
                found.append(attribution)
    return tuple(sorted(found, key=lambda each: each.content.start))


@lru_cache(8)
def placed_quotations(article: Article) -> tuple[Placed, ...]:
    """Return an article's quotations with their speakers; quoted terms are left out."""
    parsed = sentences(article)
    found: list[Placed] = []
    before: Quoted | None = None
    for each in quoted(article):
        inside = [s for s in parsed if s.span.overlap(each.span)]
        if not inside:
            continue
        heading = inside[0].line.is_heading
        alone = not heading and _stands_alone(article, each, inside)
        if not alone and each.words <= 2 and not heading:
            continue
        attribution = None if heading else _speaker(article, each, inside, parsed)
        if attribution is None and not heading:
            attribution = _carried_on(article, each, before, found)
        before = each
        found.append(Placed(each, attribution, alone, heading))
    return tuple(found)


def cues(sentence: Sentence) -> Iterator[Cue]:
    """Yield the reporting verbs of a sentence that have a source able to speak."""
    for token in sentence.tokens:
        if (named := _according_to(token)) is not None:
            yield Cue(token, source_of(named), tuple(_beside(token)))
        if token.pos_ not in ("VERB", "AUX") or not _may_report(token):
            continue
        subject = subject_of(token)
        if subject is None or (token.lemma_ in reporting().inanimate and not _speaks(subject)):
            continue
        if subject.lower_ in ("i", "we", "it", "you", "who", "which", "that", "what"):
            continue
        yield Cue(token, source_of(subject), tuple(_content(token)))


def reported(article: Article, sentence: Sentence, cue: Cue) -> Attribution | None:
    """Return the attribution of reported content, or None where the cue governs none."""
    if not cue.content:
        return None
    start = sentence.line.start + min(token.idx for token in cue.content)
    end = sentence.line.start + max(token.idx + len(token) for token in cue.content)
    content = Span.of(article.text, start, end)
    return _attribution(article, sentence.line.start, cue.source, cue.verb.text, content, direct=False)


def _may_report(token: Token) -> bool:
    lists = reporting()
    if token.lemma_.lower() in lists.cues:
        return True
    return token.lemma_.lower() in lists.naming and any(child.dep_ in ("dobj", "ccomp") for child in token.children)


def _speaks(subject: Token) -> bool:
    head = head_noun(subject)
    return head.ent_type_ in ("PERSON", "ORG", "GPE", "NORP") or head.lemma_.lower() in reporting().voices


def subject_of(verb: Token) -> Token | None:
    """Return the subject of a verb, also one it shares with the verb above it: `..., saying that`."""
    subjects = [child for child in verb.children if child.dep_ in ("nsubj", "nsubjpass", "expl", "csubj")]
    if subjects:
        return min(subjects, key=lambda subject: abs(subject.i - verb.i))
    shares = verb.dep_ == "conj" or (verb.dep_ == "advcl" and verb.tag_ == "VBG")
    return subject_of(verb.head) if shares and verb.head.pos_ in ("VERB", "AUX") else None


def _content(verb: Token) -> Iterator[Token]:
    if verb.dep_ == "parataxis":
        yield from _beside(verb)
        return
    for child in verb.children:
        clause = child.dep_ in ("ccomp", "oprd") and child.i != verb.i
        seen_as = verb.lemma_ in reporting().naming and child.dep_ in ("dobj", "prep")
        if clause or seen_as:
            yield from (token for token in child.subtree if not token.is_quote and token.dep_ != "mark")


def _according_to(token: Token) -> Token | None:
    """Return whom `according to` names."""
    if token.lower_ != "according" or token.head.pos_ not in ("VERB", "AUX") or token.head == token:
        return None
    to = next((child for child in token.children if child.lower_ == "to"), None)
    return next((child for child in to.children if child.dep_ == "pobj"), None) if to is not None else None


def _beside(aside: Token) -> Iterator[Token]:
    """Yield the clause that an aside such as `officials said` or `according to Smith` stands in."""
    own = {token.i for token in aside.subtree}
    yield from (token for token in aside.head.subtree if token.i not in own and not token.is_punct)


def _stands_alone(article: Article, each: Quoted, inside: list[Sentence]) -> bool:
    before = article.text[inside[0].span.start : each.span.start].rstrip()
    after = article.text[each.span.end : inside[-1].span.end].strip()
    ended = each.inner.endswith((",", ".", "?", "!", "…", "—", "-")) or after.startswith(",")
    if not before.strip("“”\"'’‘ "):
        return not after.strip(" .,") or ended
    if before.endswith(("”", "’", '"', ".", "?", "!")):
        return ended
    return before.endswith(_INTRODUCES) and not after.strip(" .")


def _speaker(
    article: Article, each: Quoted, inside: list[Sentence], parsed: tuple[Sentence, ...]
) -> Attribution | None:
    nearest: tuple[tuple[bool, int], Sentence, Cue] | None = None
    for sentence in (inside[-1], inside[0]):
        for cue in cues(sentence):
            at = sentence.line.start + cue.verb.idx
            if each.span.start <= at < each.span.end or _is_quoted(article, at):
                continue
            gap = at - each.span.end if at >= each.span.end else each.span.start - at
            governs = any(each.span.start <= sentence.line.start + t.idx < each.span.end for t in cue.verb.subtree)
            rank = (not governs, sum(1 for _ in cue.verb.subtree) if governs else gap)
            if nearest is None or rank < nearest[0]:
                nearest = (rank, sentence, cue)
    if nearest is not None:
        _, sentence, cue = nearest
        return _attribution(article, sentence.line.start, cue.source, cue.verb.text, each.span, direct=True)
    return _introduced(article, each, inside[0], parsed) or _tagged(article, each, inside[-1])


def _is_quoted(article: Article, at: int) -> bool:
    return any(other.span.start <= at < other.span.end and other.words > 2 for other in quoted(article))


def _introduced(article: Article, each: Quoted, sentence: Sentence, parsed: tuple[Sentence, ...]) -> Attribution | None:
    """Take the speaker of a sentence before that ends with a colon: `She was blunt: "..."`."""
    if not article.text[: each.span.start].rstrip().endswith(":"):
        return None
    place = parsed.index(sentence)
    own = sentence.span.start < each.span.start
    introducing = sentence if own else parsed[place - 1] if place else None
    if introducing is None or introducing.line.is_heading:
        return None
    subject = next((child for child in introducing.tokens.root.children if child.dep_ == "nsubj"), None)
    if subject is None or not (_speaks(subject) or subject.lower_ in _PRONOUNS):
        return None
    return _attribution(article, introducing.line.start, source_of(subject), None, each.span, direct=True)


def _tagged(article: Article, each: Quoted, sentence: Sentence) -> Attribution | None:
    """Read `"...," said NAME.` where the parse gives the verb no subject."""
    base = sentence.line.start
    after = [token for token in sentence.tokens if base + token.idx >= each.span.end and not token.is_punct]
    if len(after) < 2 or after[0].lemma_.lower() not in reporting().cues:
        return None
    nouns = after[1:]
    if nouns[0].pos_ not in ("PROPN", "NOUN", "PRON", "DET", "ADJ"):
        return None
    return _attribution(article, base, source_of_nouns(nouns), after[0].text, each.span, direct=True)


def _carried_on(article: Article, each: Quoted, before: Quoted | None, found: list[Placed]) -> Attribution | None:
    """Give a quotation to the speaker of the one before it: in the same paragraph, or left open there."""
    last = found[-1].attribution if found else None
    if last is None or before is None or found[-1].quoted != before or not found[-1].alone:
        return None
    between = article.text[before.span.end : each.span.start]
    if "\n" in between and before.closed:
        return None
    return last.model_copy(update={"content": each.span})


def _attribution(
    article: Article, base: int, source: Source, cue: str | None, content: Span, *, direct: bool
) -> Attribution:
    place = Span.of(article.text, base + source.start, base + source.end)
    return Attribution(
        speaker=source.name or place.exact,
        speaker_span=Span.of(article.text, base + source.name_start, base + source.name_end) if source.name else place,
        speaker_title=source.title,
        cue=cue,
        content=content,
        direct=direct,
        name=_full_name(article, source, base),
    )


def _full_name(article: Article, source: Source, base: int) -> str | None:
    if source.name and " " in source.name:
        return source.name
    names = known_names(article)
    if source.name:
        fits = {name for _, name in names if name.endswith(f" {source.name}")}
        return fits.pop() if len(fits) == 1 else None
    if source.pronoun in _PRONOUNS - {"they"}:
        here = base + source.start
        near = [name for at, name in names if here - 400 < at < here]
        return near[-1] if len(set(near)) == 1 else None
    return None
