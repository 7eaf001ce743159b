"""Look quoted words up in the stored sources: proven, altered, somebody else's, or not found.

Method: the words between quotation marks are searched in every stored passage, word for word (marks, dashes, spaces,
punctuation, case and British or American spelling aside; cuts marked with an ellipsis, brackets and `,” she said, “`
allowed), then loosely. Blind spots: translations, sources that are not stored, quotations reported
over several passages, and speakers whom neither side names. Not found is never "not said".
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipeline.check.checkers.quotations.search import (
    STRETCH,
    WORD,
    counts,
    find_loosely,
    find_stretches,
    find_words,
    is_own,
    words_of,
)
from pipeline.core.english import parse
from pipeline.core.models import Citation, Claim, Finding, Flag, Passage, Span, Verdict
from pipeline.core.ports import CheckContext

if TYPE_CHECKING:
    from spacy.tokens import Token

CHECKER = "quotations"
Speaker = Literal["same", "other", "unknown"]
_PRONOUN = re.compile(r"he|she|they|it|i|we|who|you", re.IGNORECASE)
_SAYING = frozenset({
    "say", "tell", "write", "add", "argue", "call", "state", "declare", "warn", "claim", "insist", "note",
    "announce", "describe", "post", "tweet", "ask", "reply", "answer", "remark", "stress", "explain", "admit",
    "acknowledge", "comment", "conclude", "complain", "promise", "quote", "accord", "think", "believe",
})  # fmt: skip
_WORDING = frozenset({
    "contain", "include", "say", "use", "utter", "word", "wording", "phrase", "mention", "quote", "find",
    "appear", "occur", "speak", "write", "text", "report", "record", "carry", "put", "give",
})  # fmt: skip
_NOT = frozenset({
    "not", "no", "n't", "never", "nor", "neither", "without", "nowhere", "none",
})  # fmt: skip
_BEARERS = frozenset({
    "sign", "banner", "poster", "placard", "plaque", "notice", "shirt", "t-shirt", "tshirt", "hat", "cap", "badge",
    "sticker", "mural", "graffiti", "graffito", "tattoo", "inscription", "headstone", "gravestone", "tombstone",
    "slogan", "motto", "headline", "caption", "label", "menu", "billboard", "leaflet", "flyer", "card", "screen",
    "novel", "book", "poem", "verse", "song", "chorus", "lyrics", "psalm", "prayer", "play", "film", "fable",
    "clause", "article", "section", "paragraph", "amendment", "act", "law", "statute", "ordinance", "constitution",
    "treaty", "contract", "lease", "crowd", "chant", "proverb", "saying", "definition", "dictionary",
})  # fmt: skip
"""What carries words without having said them: stored sources seldom hold such words, and nobody is misquoted."""
_DETERMINERS = frozenset({"the", "a", "an", "one", "its", "his", "her", "their", "this", "that", "another"})
_DENYING = frozenset({
    "deny", "lack", "omit", "fabricate", "misquote", "invent", "disavow", "false", "fake",
})  # fmt: skip


@dataclass(frozen=True)
class _Match:
    """Quoted words in a stored passage."""

    passage: Passage
    start: int
    end: int
    exact: bool
    speaker: Speaker
    named: str
    """Who says them there."""
    later: bool

    @property
    def citation(self) -> Citation:
        """The words in the passage."""
        span = Span.of(self.passage.text, self.start, self.end)
        return Citation(passage_id=self.passage.id, sha256=self.passage.sha256, span=span)

    @property
    def source(self) -> str:
        """Publisher and date, for a reader."""
        name = self.passage.publisher or self.passage.title or "a stored source"
        day = f" ({self.passage.published_at})" if self.passage.published_at else ""
        return name + day + (", published later than the day judged at" if self.later else "")


def check_quotation(claim: Claim, context: CheckContext) -> Finding:
    """Search a claim's quoted words in the stored sources; silent without sources and for one or two words."""
    silent = Finding(checker=CHECKER)
    if claim.kind != "quotation" or _is_borne(claim):
        return silent
    stretches = find_stretches(claim, context.article)
    passages = [passage for passage in context.sources.passages() if not is_own(passage, context.article)]
    if not stretches or not passages:
        return silent
    return _together([_check(stretch, claim, passages, context) for stretch in stretches])


def _is_borne(claim: Claim) -> bool:
    """Tell whether the words are given to a thing that carries words, such as a sign, and not to a person or body."""
    speaker = claim.attribution.speaker.split() if claim.attribution else []
    if not speaker or (speaker[-1].istitle() and speaker[0].lower() not in _DETERMINERS):
        return False  # a name, such as Jude Law
    last = speaker[-1].lower()
    return last in _BEARERS or last.removesuffix("s") in _BEARERS


def _together(findings: list[Finding]) -> Finding:
    """Join findings: supported only if every stretch is, and nothing else may be said while one is undecided."""
    verdicts = [finding.verdict for finding in findings]
    missing = next((verdict for verdict in verdicts if verdict and verdict.label == "not_enough_evidence"), None)
    return Finding(
        checker=CHECKER,
        verdict=missing or (verdicts[0] if all(verdicts) else None),
        flags=tuple(flag for finding in findings for flag in finding.flags),
        passages=tuple({p.id: p for finding in findings for p in finding.passages}.values()),
    )


def _check(stretch: Span, claim: Claim, passages: list[Passage], context: CheckContext) -> Finding:
    matches = list(_matches(stretch, claim, passages, context))
    exact = [match for match in matches if match.exact]
    for match in sorted(exact, key=lambda match: match.later):
        if match.speaker == "same":
            return _proven(match)
    if exact:
        other = next((match for match in exact if match.speaker == "other"), None)
        return _other_speaker(stretch, claim, other) if other else Finding(checker=CHECKER)
    altered = next((match for match in matches if match.speaker == "same"), None)
    return _altered(stretch, altered) if altered else _not_found(stretch, claim, len(passages))


def _matches(stretch: Span, claim: Claim, passages: list[Passage], context: CheckContext) -> Iterator[_Match]:
    wanted = words_of(stretch.exact)
    for passage in passages:
        place = find_words(stretch.exact, passage.text)
        exact = place is not None
        place = place or find_loosely(wanted, passage.text)
        if place is None or not counts(passage.text, place, exact, len(wanted.words)):
            continue
        if _says_absent(passage.text, place):
            continue
        speaker, named = _speaker(passage.text, place, claim)
        yield _Match(passage, *place, exact, speaker, named, _is_later(passage, context))


def _outside(text: str, place: tuple[int, int]) -> list[Token]:
    """Return the words of the sentences that hold a place, without what is quoted."""
    quoted = [match.span() for match in STRETCH.finditer(text)] + [place]
    return [
        token
        for sentence in parse(text).sents
        if sentence.start_char < place[1] + 2 and place[0] - 2 < sentence.end_char
        for token in sentence
        if not any(start <= token.idx < end for start, end in quoted)
    ]


def _says_absent(text: str, place: tuple[int, int]) -> bool:
    """Tell whether the passage says that the words do not occur."""
    lemmas = {token.lemma_.lower() for token in _outside(text, place)}
    lemmas |= {token.lower_ for token in _outside(text, place)}
    return bool(lemmas & _DENYING) or bool(lemmas & _NOT and lemmas & _WORDING and not lemmas & {"hide"})


def _speaker(text: str, place: tuple[int, int], claim: Claim) -> tuple[Speaker, str]:
    """Tell whether the passage gives the words to the claim's speaker, to another named person, or to nobody."""
    ours = _name(claim)
    found = _subject(_outside(text, place))
    if not ours:
        return "unknown", found
    people = [words_of(entity.text).words for entity in parse(text).ents if entity.label_ == "PERSON"]
    names = set(words_of(found).words)
    mentioned = ours[-1] in {word.removesuffix("'s") for word in words_of(text).words}
    if ours[-1] in names:
        return "same", found
    if found:
        # An agency that reports the speaker, or a spokesman for it, is not another speaker.
        other = not mentioned and any(names & set(person) for person in people)
        return ("other" if other else "unknown"), found
    alone = all(ours[-1] in person for person in people)
    return ("same" if mentioned and alone else "unknown"), found


def _name(claim: Claim) -> tuple[str, ...]:
    """Return the words of the speaker's name; empty for nobody, a pronoun or an unnamed source."""
    if not claim.attribution:
        return ()
    name = claim.attribution.name or claim.attribution.speaker
    if _PRONOUN.fullmatch(name.strip()):
        return ()
    return tuple(match[0].lower().removesuffix("'s") for match in WORD.finditer(name) if match[0][0].isupper())


def _subject(tokens: list[Token]) -> str:
    """Return the name that is the subject of a verb of saying."""
    for token in tokens:
        if token.pos_ != "PROPN" or token.dep_ not in ("nsubj", "nsubjpass", "pobj"):
            continue
        verb = token.head.head if token.dep_ == "pobj" else token.head
        preposition = token.head.lower_ if token.dep_ == "pobj" else ""
        if preposition and not (preposition == "to" and verb.lemma_.lower() == "accord"):
            continue
        if verb.lemma_.lower() in _SAYING:
            # "Roth's spokesman Falk" is Falk.
            owners = {word.i for owner in token.subtree if owner.dep_ == "poss" for word in owner.subtree}
            return " ".join(word.text for word in token.subtree if word.pos_ == "PROPN" and word.i not in owners)
    return ""


def _is_later(passage: Passage, context: CheckContext) -> bool:
    published, happened = passage.published_at, passage.event_date
    return bool(published and published > context.as_of) or bool(happened and happened.earliest > context.as_of)


def _proven(match: _Match) -> Finding:
    verdict = Verdict(
        label="supported",
        confidence=0.65 if match.later else 0.9,
        justification=f"The same words, by the same speaker, stand in {match.source}.",
        citations=(match.citation,),
        method=CHECKER,
        by="checker",
    )
    return Finding(checker=CHECKER, verdict=verdict, passages=(match.passage,))


def _other_speaker(stretch: Span, claim: Claim, match: _Match) -> Finding:
    flag = Flag(
        kind="wrong_speaker",
        severity="high",
        message=f"The text gives these words to {_speaker_of(claim)}; {match.source} gives them to {match.named}.",
        span=stretch,
        citations=(match.citation,),
        checker=CHECKER,
    )
    return Finding(checker=CHECKER, flags=(flag,), passages=(match.passage,))


def _altered(stretch: Span, match: _Match) -> Finding:
    there = match.citation.span.exact
    flag = Flag(
        kind="altered_quotation",
        severity="medium",
        message=f"{match.source} quotes {match.named or 'the speaker'} otherwise: {_difference(stretch.exact, there)}.",
        span=stretch,
        suggestion=there,
        citations=(match.citation,),
        checker=CHECKER,
    )
    return Finding(checker=CHECKER, flags=(flag,), passages=(match.passage,))


def _difference(here: str, there: str) -> str:
    """Say which words differ."""
    ours, theirs = words_of(here).words, words_of(there).words
    changes = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if kind == "replace":
            changes.append(f"“{' '.join(theirs[c:d])}” where the text has “{' '.join(ours[a:b])}”")
        elif kind == "delete":
            changes.append(f"without “{' '.join(ours[a:b])}”")
        elif kind == "insert":
            changes.append(f"with “{' '.join(theirs[c:d])}”")
    return "; ".join(changes) or "the same words in another order"


def _not_found(stretch: Span, claim: Claim, searched: int) -> Finding:
    sources = f"{searched} stored source{'' if searched == 1 else 's'} searched"
    whose = f"Words given to {_speaker_of(claim)}" if claim.attribution else "Quoted words (no speaker is named)"
    verdict = Verdict(
        label="not_enough_evidence",
        confidence=0.4,
        justification=f"The quoted words are in none of the {sources}; that does not mean that they were never said.",
        method=CHECKER,
        by="checker",
    )
    flag = Flag(
        kind="unproven_quotation",
        severity="medium",
        message=f"{whose} were not found in the {sources}.",
        span=stretch,
        checker=CHECKER,
    )
    return Finding(checker=CHECKER, verdict=verdict, flags=(flag,))


def _speaker_of(claim: Claim) -> str:
    attribution = claim.attribution
    return (attribution.name or attribution.speaker) if attribution else "nobody by name"
