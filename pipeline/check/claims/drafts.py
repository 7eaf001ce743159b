"""Turn quotations, headings, parts of sentences and phrases of amount into drafts of claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.check.claims.appositions import facts_beside
from pipeline.check.claims.attribution import Placed, reported
from pipeline.check.claims.attribution.quoted import quoted_near
from pipeline.check.claims.attribution.reported import Cue, cues, only_sees
from pipeline.check.claims.checkability import Judgement, uncheckable
from pipeline.check.claims.clauses import Part, facts_behind, split
from pipeline.check.claims.furniture import states_something
from pipeline.check.claims.lexicons import reporting
from pipeline.check.claims.nouns import subject, words
from pipeline.check.claims.restating import as_sentence, restate
from pipeline.check.claims.verbs import reports
from pipeline.core.english import Sentence, find_numbers
from pipeline.core.models import Article, Attribution, ClaimKind, Span

if TYPE_CHECKING:
    from spacy.tokens import Token


def adjuncts(part: Part) -> Iterator[tuple[Token, ...]]:
    """Yield the duration and amount phrases of a part: `for two weeks`, `by 12 percent`."""
    inside = {token.i for token in part.tokens}
    for token in part.tokens:
        if token.dep_ != "prep" or token.lower_ not in _MEASURING:
            continue
        words: list[Token] = []
        for word in token.subtree:
            if word.i != token.i + len(words) or word.i not in inside:
                break
            words.append(word)
        if 1 < len(words) <= _LONGEST_ADJUNCT and _measured(words[1:], by=token.lower_ == "by"):
            yield tuple(words)


_MEASURING = frozenset({"for", "by", "from", "to", "within", "over"})
_LONGEST_ADJUNCT = 6
_UNITS = frozenset({"day", "week", "month", "year", "hour", "minute", "decade", "century", "quarter", "fortnight"})


def _measured(words: Sequence[Token], *, by: bool) -> bool:
    """Tell whether words state a measure: a number with its unit, `a month`, or any number after `by`."""
    noun = next((word for word in words if word.dep_ == "pobj"), words[0])
    number = bool(find_numbers(words[0].doc[words[0].i : words[-1].i + 1].text))
    unit = noun.lemma_.lower() in _UNITS
    counted = number or words[0].lower_ in ("a", "an", "one", "half")
    return (unit and counted) or (number and (by or noun.ent_type_ in ("TIME", "PERCENT", "MONEY", "QUANTITY")))


if TYPE_CHECKING:
    from spacy.tokens import Token

_COUNTED = frozenset({"PERCENT", "MONEY", "QUANTITY", "CARDINAL"})
_CAUSES = frozenset({"cause", "trigger", "prompt", "lead", "result", "force"})
_MARK = 2
"""How far a quotation mark may stand from the words it belongs to."""


@dataclass(frozen=True)
class Draft:
    """A claim before it is scored."""

    span: Span
    text: str
    kind: ClaimKind
    sentence: Sentence
    why_not: Judgement | None = None
    attribution: Attribution | None = None
    reason: str | None = None
    witnessed: bool = False
    """True for what somebody is told to have seen: nobody says it, and it is told as a fact."""


def heading_drafts(sentence: Sentence) -> Iterator[Draft]:
    """Yield the claim a heading makes: none where it asks, or states nothing."""
    tokens = tuple(sentence.tokens)
    asks = sentence.span.exact.endswith("?") or tokens[0].lower_ in _ASKING
    if asks or not any(_is_said_of_something(token) for token in tokens):
        return
    why = uncheckable(tokens, sentence.tokens.root, asked=False)
    yield Draft(sentence.span, sentence.span.exact, "other" if why else "event", sentence, why)


_ASKING = frozenset({"how", "why", "what", "who", "where", "when", "which", "whether"})
"""Words with which a heading begins that tells what the text will say."""


def _is_said_of_something(token: Token) -> bool:
    tensed = token.tag_ in ("VBD", "VBZ", "VBP")
    verb = token.head if token.dep_ in ("aux", "auxpass") else token
    return tensed and (subject(verb) is not None or token.sent.root == verb)


def joined_quotations(placed: Sequence[Placed]) -> dict[Span, str]:
    """Return, by its place, the words of each quotation that is half of a sentence, as in `“If so,” X said, “we go.”`.

    The second half says what the whole says; so does a first half that is a clause in front of it.
    """
    joined: dict[Span, str] = {}
    for one, two in pairwise(placed):
        if _is_continued(one, two):
            words = f"{one.quoted.inner} {two.quoted.inner}"
            joined[two.quoted.span] = words
            if one.quoted.inner.split(" ")[0].lower() in _FRONTING:
                joined[one.quoted.span] = words
    return joined


def _is_continued(one: Placed, two: Placed) -> bool:
    speakers = {each.attribution.speaker_span if each.attribution else None for each in (one, two)}
    same = len(speakers) == 1 and None not in speakers
    halves = one.quoted.inner.endswith(",") and two.quoted.inner[:1].islower()
    return one.alone and two.alone and same and halves


_FRONTING = frozenset(
    {"if", "unless", "when", "whenever", "while", "although", "though", "as", "after", "before", "because", "once"}
    | {"since", "until", "whether", "even", "provided"}
)
"""How a clause begins that says nothing without the one behind it."""


def quotation_draft(placed: Placed, inside: Sequence[Sentence], whole: str | None = None) -> Draft:
    """Return the claim that somebody said the quoted words; in a heading its span is the heading.

    `whole` is the sentence that the words are half of, where they are.
    """
    span = inside[0].span if placed.heading else placed.quoted.span
    attribution = placed.attribution
    inner = whole or placed.quoted.inner
    words = f"{inner[:-1]}." if inner.endswith(",") else inner
    who = (attribution.name or attribution.speaker) if attribution else "somebody"
    text = span.exact if placed.heading else f'{who[:1].title()}{who[1:]} said: "{words}"'
    if not placed.heading and inner[:1].islower():
        text = _from_its_sentence(placed, inside[0]) or text
    reason = "Words in quotation marks can be compared with what was said."
    return Draft(span, text, "quotation", inside[0], None, attribution, reason)


def _from_its_sentence(placed: Placed, sentence: Sentence) -> str | None:
    """Return a sentence that begins with a condition before its quoted words: `If it holds, X said, “then we go.”`."""
    end = placed.quoted.span.end - sentence.line.start
    words = sentence.line.text[sentence.span.start - sentence.line.start : end]
    return words if words.split(" ")[0].lower() in _FRONTING else None


def sentence_drafts(article: Article, sentence: Sentence, inside: Sequence[Placed]) -> Iterator[Draft]:
    """Yield the claims a sentence makes outside the quotations that stand alone."""
    if not inside and not states_something(list(sentence.tokens)):
        return
    apart = [each.quoted.span for each in inside if each.alone]
    masked = frozenset(
        token.i for token in sentence.tokens if any(_within(sentence.line.start, token, span) for span in apart)
    )
    reports = {cue.verb.i: cue for cue in cues(sentence)}
    for part in split(sentence.tokens, masked, whole=asks(sentence)):
        span = _span(article, sentence, part.tokens)
        if span is None or (masked and _is_frame(part, masked)):
            continue
        draft = _draft(article, sentence, part, span, _cue_of(part, reports))
        draft = _with_quotation(draft, inside)
        if not _is_empty(part, draft) and not _only_reports(part):
            yield draft
            yield from _quantities(article, draft, part)
            yield from _beside(article, draft, part)


def asks(sentence: Sentence) -> bool:
    """Tell whether a sentence is a question."""
    return sentence.span.exact.rstrip("”\"'’ ").endswith("?")


def _draft(article: Article, sentence: Sentence, part: Part, span: Span, cue: Cue | None) -> Draft:
    """Return the claim of a part: said by somebody, seen by somebody, or the author's own."""
    witnessed = cue is not None and only_sees(cue.verb)
    attribution = reported(article, sentence, cue) if cue is not None and not witnessed else None
    why, reason = None, None
    if attribution is not None:
        reason = f"Attributed to {attribution.name or attribution.speaker}: whether they said so can be checked."
    elif not witnessed:
        why = uncheckable(part.tokens, part.head, asked=asks(sentence))
    return Draft(span, restate(part), _kind(part), sentence, why, attribution, reason, witnessed)


def _with_quotation(draft: Draft, inside: Sequence[Placed]) -> Draft:
    """Make a clause that holds quoted words a quotation of whoever it gives them to."""
    for each in inside:
        if not each.alone and draft.span.overlap(each.quoted.span) and each.attribution is not None:
            reason = "Words in quotation marks can be compared with what was said."
            return replace(draft, kind="quotation", attribution=each.attribution, why_not=None, reason=reason)
    return draft


def _is_empty(part: Part, draft: Draft) -> bool:
    """Tell whether a part says nothing of its own: the frame of what was split off."""
    if part.role == "event":
        relative = next((child for child in part.head.children if child.dep_ == "relcl"), None)
        return relative is not None and uncheckable(tuple(relative.subtree), relative, asked=False) is None
    return False


def _only_reports(part: Part) -> bool:
    """Tell whether a part is `NAME asked.`, or `In an interview NAME also said`, and no more."""
    spoken = [token for token in part.tokens if not token.is_punct]
    helped = any(child.dep_ in ("aux", "auxpass", "dobj", "ccomp") for child in part.head.children)
    if helped or spoken[-1].i != part.head.i:
        return False
    return part.head.lemma_ in _TELLING or (len(spoken) <= _FRAME_WORDS and reports(part.head))


_FRAME_WORDS = 4
_TELLING = frozenset({"say", "add", "tell", "note", "state", "ask"})


def _is_frame(part: Part, masked: frozenset[int]) -> bool:
    """Tell whether a part is only `said NAME` around a quotation that stands alone."""
    clauses = [child for child in part.head.children if child.dep_ == "ccomp"]
    reporting_verb = part.head.lemma_.lower() in reporting().cues or bool(clauses)
    return reporting_verb and all(child.i in masked for child in clauses)


def _cue_of(part: Part, reports: Mapping[int, Cue]) -> Cue | None:
    """Return what reports a part: its own verb, or one of a clause that it stands in."""
    asides = [child for child in part.head.children if child.dep_ in ("parataxis", "prep")]
    for token in (*asides, part.head, *part.head.ancestors):
        cue = reports.get(token.i)
        if cue is not None and (token == part.head or part.head in cue.content):
            return cue
    return None


def _quantities(article: Article, draft: Draft, part: Part) -> Iterator[Draft]:
    if draft.why_not is not None:
        return
    for tokens in adjuncts(part):
        span = _span(article, draft.sentence, tokens)
        if span is not None and span != draft.span:
            yield replace(draft, span=span, kind="quantity", reason="It states how much or how long.")


def _beside(article: Article, draft: Draft, part: Part) -> Iterator[Draft]:
    """Yield the facts inside what cannot be checked: told by two nouns side by side, or as its reason or its time."""
    if draft.why_not is None or draft.why_not[0] not in ("opinion", "prediction"):
        return
    clauses = ((run, as_sentence(words(run))) for run in facts_behind(part))
    beside = ((run, as_sentence(text)) for run, text in facts_beside(part.tokens))
    for tokens, text in (*beside, *clauses):
        span = _span(article, draft.sentence, tokens)
        head = tokens[0].doc[tokens[0].i : tokens[-1].i + 1].root
        if span is not None and uncheckable(tokens, head, asked=False) is None:
            reason = "It is certain already, beside what cannot be checked."
            yield Draft(span, text, "other", draft.sentence, None, None, reason)


def _kind(part: Part) -> ClaimKind:
    lemmas = {token.lemma_.lower() for token in part.tokens}
    if "because" in lemmas or (part.head.lemma_ in _CAUSES and part.head.pos_ == "VERB"):
        return "causal"
    if any(token.ent_type_ in _COUNTED and (token.like_num or token.pos_ == "NUM") for token in part.tokens):
        return "quantity"
    return "other" if part.head.lemma_ in ("be", "have") and part.head.pos_ == "AUX" else "event"


def _span(article: Article, sentence: Sentence, tokens: Sequence[Token]) -> Span | None:
    """Return the words of tokens with whole quotations; None for words that begin inside one."""
    base = sentence.line.start
    start, end = base + tokens[0].idx, base + tokens[-1].idx + len(tokens[-1])
    for each in quoted_near(article, start, end):
        mark = each.span
        if mark.start < start < mark.end:
            if start - mark.start > _MARK:
                return None
            start = mark.start
        if mark.start < end < mark.end:
            end = mark.end
    return Span.of(article.text, start, end)


def _within(base: int, token: Token, span: Span) -> bool:
    start: int = base + token.idx
    return span.start <= start and start + len(token) <= span.end
