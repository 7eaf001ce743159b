"""Look quoted words up in the stored sources: proven, altered, somebody else's, missing where they ought to be, or not.

Method: the words between quotation marks are searched in every stored passage, word for word (marks, dashes, spaces,
punctuation, case, ligatures and British or American spelling aside; cuts marked with an ellipsis, brackets and
`,” she said, “` allowed), then nearly. A copy of the article proves nothing, but where it has other words it is shown.
Blind spots: translations, sources that are not stored, quotations reported over several passages, and speakers whom
neither side names. Not found is never "not said": it is a flag only where a source ought to hold the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.check.checkers.quotations.alignment import Alignment
from pipeline.check.checkers.quotations.expected import Expected, find_expected
from pipeline.check.checkers.quotations.nearness import is_alteration
from pipeline.check.checkers.quotations.search import (
    FEWEST_WORDS,
    counts,
    find_nearly,
    find_rearranged,
    find_stretches,
    find_words,
    same_but_for,
)
from pipeline.check.checkers.quotations.shelf import Shelf, shelf_of
from pipeline.check.checkers.quotations.speakers import PRONOUN, Person, Who, person_of, says_absent, who_says
from pipeline.check.checkers.quotations.words import words_of
from pipeline.core.models import Article, Citation, Claim, Failure, Finding, Flag, Passage, Span, Verdict
from pipeline.core.ports import CheckContext

CHECKER = "quotations"
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


@dataclass(frozen=True)
class _Match:
    """Quoted words in a stored passage."""

    passage: Passage
    place: tuple[int, int]
    who: Who
    named: str
    """Who says them there."""
    later: bool
    copy: bool
    near: Alignment | None = None
    """How they differ; None for the same words."""
    style: bool = False
    """True where they differ only in short forms."""

    @property
    def citation(self) -> Citation:
        """The words in the passage."""
        span = Span.of(self.passage.text, *self.place)
        return Citation(passage_id=self.passage.id, sha256=self.passage.sha256, span=span)

    @property
    def source(self) -> str:
        """Publisher and date, for a reader."""
        return _source(self.passage) + (", published later than the day judged at" if self.later else "")


@dataclass(frozen=True)
class _Look:
    """What a quotation is looked up with."""

    stretch: Span
    claim: Claim
    person: Person
    context: CheckContext
    shelf: Shelf

    @property
    def article(self) -> Article:
        """The article it stands in."""
        return self.context.article


def check_quotation(claim: Claim, context: CheckContext) -> Finding:
    """Search a claim's quoted words in the stored sources; silent without sources and for one word."""
    silent = Finding(checker=CHECKER)
    if (claim.kind != "quotation" and claim.attribution is None) or _is_borne(claim):
        return silent
    stretches = find_stretches(claim, context.article)
    if claim.kind != "quotation":  # of what is reported, only a phrase in quotation marks is anybody's wording
        stretches = [stretch for stretch in stretches if len(words_of(stretch.exact).words) < FEWEST_WORDS]
    shelf = shelf_of(context.article, context.sources.passages()) if stretches else None
    if shelf is None or not shelf.passages:
        return silent
    person = person_of(claim, context.article)
    return _together([_check(_Look(stretch, claim, person, context, shelf)) for stretch in stretches])


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
        failure=next((finding.failure for finding in findings if finding.failure), None),
        flags=tuple(flag for finding in findings for flag in finding.flags),
        passages=tuple({p.id: p for finding in findings for p in finding.passages}.values()),
    )


def _check(look: _Look) -> Finding:
    matches = list(_matches(look))
    long = len(words_of(look.stretch.exact).words) >= FEWEST_WORDS
    exact = [match for match in matches if match.near is None and not match.copy]
    if long and exact:
        return _of_exact(look, exact)
    near = [match for match in matches if match.near is not None and not match.style]
    if near and not exact:
        return _altered(look, min(near, key=lambda match: (match.who != "same", match.near and match.near.differing)))
    if exact or any(match.style for match in matches) or not long:
        return Finding(checker=CHECKER)
    independent = look.shelf.independent
    expected = find_expected(look.stretch, look.claim, look.person, look.shelf, look.article)
    if expected is not None:
        return _missing(look, expected, len(independent))
    return _unfound(len(independent)) if independent else Finding(checker=CHECKER)


def _of_exact(look: _Look, exact: Sequence[_Match]) -> Finding:
    """Judge words that a source holds as they are."""
    same = sorted((match for match in exact if match.who == "same"), key=lambda match: match.later)
    if same:
        return _proven(same[0])
    other = next((match for match in exact if match.who == "other" and _is_own_wording(look)), None)
    return _other_speaker(look, other) if other else Finding(checker=CHECKER)


def _is_own_wording(look: _Look) -> bool:
    """Tell whether words are so many that two people would hardly say them both."""
    return len(words_of(look.stretch.exact).words) > FEWEST_WORDS + 1


def _matches(look: _Look) -> Iterator[_Match]:
    """Yield where the words stand, or nearly so."""
    words = look.stretch.exact
    length = len(words_of(words).words)
    for passage in look.shelf.passages:
        place = find_words(words, passage.text)
        if place is not None:
            if counts(passage.text, place, length) and not says_absent(passage.text, place):
                yield _match(look, passage, place)
            continue
        for near in (find_nearly(words, passage.text), find_rearranged(words, passage.text)):
            found = _near_match(look, passage, near) if near else None
            if found is not None:
                yield found
                break


def _match(look: _Look, passage: Passage, place: tuple[int, int]) -> _Match:
    who, named = who_says(passage.text, place, look.person)
    return _Match(passage, place, who, named, _is_later(passage, look.context), look.shelf.is_copy(passage))


def _near_match(look: _Look, passage: Passage, near: Alignment) -> _Match | None:
    """Return near-identical words of a source, where they are the same ones in other style, or altered."""
    if says_absent(passage.text, near.place):
        return None
    match = _match(look, passage, near.place)
    if near.pairs and same_but_for(look.stretch.exact, near, in_full=False):
        return match
    if near.pairs and same_but_for(look.stretch.exact, near, in_full=True):
        return replace(match, near=near, style=True) if match.who == "same" else None
    alters = is_alteration(near, passage, match.who, copy=match.copy, claim=look.claim, article=look.article)
    return replace(match, near=near) if alters else None


def _is_later(passage: Passage, context: CheckContext) -> bool:
    return passage.is_after(context.as_of)


def _source(passage: Passage) -> str:
    name = passage.publisher or passage.title or "a stored source"
    return name + (f" ({passage.published})" if passage.published else "")


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


def _other_speaker(look: _Look, match: _Match) -> Finding:
    flag = Flag(
        kind="wrong_speaker",
        severity="high",
        message=f"The text gives these words to {_speaker_of(look.claim)}; {match.source} gives them to {match.named}.",
        span=look.stretch,
        citations=(match.citation,),
        checker=CHECKER,
    )
    return Finding(checker=CHECKER, flags=(flag,), passages=(match.passage,))


def _altered(look: _Look, match: _Match) -> Finding:
    there = match.citation.span.exact
    whom = match.named if match.named and not PRONOUN.fullmatch(match.named) else "the speaker"
    flag = Flag(
        kind="altered_quotation",
        severity="medium",
        message=f"{match.source} quotes {whom} otherwise: {match.near}.",
        span=look.stretch,
        suggestion=there if match.near and match.near.is_whole(match.passage.text) else None,
        citations=(match.citation,),
        checker=CHECKER,
    )
    return Finding(checker=CHECKER, flags=(flag,), passages=(match.passage,))


def _missing(look: _Look, expected: Expected, searched: int) -> Finding:
    """Flag words that a source ought to hold and does not."""
    verdict = Verdict(
        label="not_enough_evidence",
        confidence=0.4,
        justification=f"The quoted words are in none of the {_counted(searched)}, though {expected.why}; "
        "that does not mean that they were never said.",
        method=CHECKER,
        by="checker",
    )
    whose = f"Words given to {_speaker_of(look.claim)}" if look.claim.attribution else _NOBODYS
    citations = tuple(
        Citation(passage_id=passage.id, sha256=passage.sha256, span=Span.of(passage.text, *place))
        for passage, place in expected.places
    )
    flag = Flag(
        kind="unproven_quotation",
        severity="medium",
        message=f"{whose} were not found in the {_counted(searched)}, though {expected.why}.",
        span=look.stretch,
        citations=citations,
        checker=CHECKER,
    )
    return Finding(
        checker=CHECKER, verdict=verdict, flags=(flag,), passages=tuple(passage for passage, _ in expected.places)
    )


_NOBODYS = "Quoted words (no speaker is named)"


def _unfound(searched: int) -> Finding:
    """Count words that no source ought to hold: no flag, no verdict."""
    detail = f"in none of the {_counted(searched)}; that does not mean that they were never said"
    return Finding(checker=CHECKER, failure=Failure(stage=CHECKER, reason="quotation_in_no_source", detail=detail))


def _counted(searched: int) -> str:
    return f"{searched:,} stored source{'' if searched == 1 else 's'} searched"


def _speaker_of(claim: Claim) -> str:
    """Return whom the article quotes, by name or as it says; a pronoun that nobody is known for is not repeated."""
    attribution = claim.attribution
    if attribution is None:
        return "nobody by name"
    name = attribution.name or attribution.speaker
    return "somebody whom it does not name" if PRONOUN.fullmatch(name.strip()) else name
