"""Give a quotation its speaker by the words right after it, right before it, or around it.

The order is that of newspapers: `“...,” said X` (a comma or no full stop inside the marks leads on), then
`X said: “...”`, then a clause that a verb of speech governs (`X called it “...”`). Where something
else stands between verb and quotation, nobody is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.check.claims.attribution.quoted import Quoted
from pipeline.check.claims.attribution.reported import (
    RELATIVES,
    SUBJECTS,
    according_to,
    agent,
    antecedent,
    can_speak,
    is_passive,
    may_report,
    only_sees,
    subject_of,
)
from pipeline.check.claims.attribution.sources import Source, source_of, source_of_nouns
from pipeline.check.claims.attribution.unquoted import Frame
from pipeline.check.claims.lexicons import reporting

if TYPE_CHECKING:
    from spacy.tokens import Token

_STOPS = frozenset({".", "!", "?", ";", "...", "…"})
_THINGS = frozenset({"it", "that", "this", "which", "what", "there", "who", "you"})
_NOMINAL = ("PROPN", "NOUN", "PRON", "DET", "ADJ", "NUM", "PART")
_FINITE = ("VBD", "VBZ", "VBP", "MD")
_ASIDES = frozenset({"advcl", "relcl", "acl", "pcomp", "xcomp", "appos", "amod", "compound", "prep"})


@dataclass(frozen=True)
class Speaker:
    """Who speaks and the word that says so; offsets are relative to the line."""

    source: Source
    cue: str | None


def speaker_beside(frame: Frame, place: tuple[Quoted, int, int]) -> Speaker | None:
    """Return the speaker whom the words beside a quotation name."""
    each, first, after = place
    found = _after(frame, each, after)
    if found is None and not _is_title(each):
        found = _before(frame, first) or _around(frame, first, after)
    if found is None:
        return None
    subject, cue = found
    source = frame.source(source_of(subject) if not isinstance(subject, Sequence) else source_of_nouns(subject))
    return Speaker(source, cue) if source is not None else None


_Found = tuple["Token | Sequence[Token]", str | None]


def _run_after(frame: Frame, after: int) -> list[Token]:
    """Return the words from a quotation to the end of the sentence or the next quotation."""
    run: list[Token] = []
    for token in frame.doc[after:]:
        if token.text in _STOPS or frame.is_quoted(token.i):
            break
        run.append(token)
    return run


def _run_before(frame: Frame, first: int) -> list[Token]:
    run: list[Token] = []
    for i in range(first - 1, -1, -1):
        token = frame.doc[i]
        if token.text in _STOPS or (frame.is_quoted(i) and i not in frame.clausal):
            break
        run.append(token)
    return run[::-1]


def _after(frame: Frame, each: Quoted, after: int) -> _Found | None:
    run = _run_after(frame, after)
    led = bool(run) and (run[0].text in (",", "—", "–", "-") or not each.inner.endswith(","))
    comma = each.ending.endswith((",", "?", "!", "…", "—", "-")) or (led and run[0].text in (",", "—", "–"))
    while run and (run[0].is_punct or run[0].pos_ in ("ADV", "SPACE")) and not is_reporting(run[0]):
        run = run[1:]
    if not run:
        return None
    if _signs(frame, after, run):
        return run, None
    if (named := according_to(run[0])) is not None and comma:
        return named, "according to"
    if is_reporting(run[0]) and run[0].tag_ in (*_FINITE, "VBN", "NN", "NNS", "NNP", "NNPS", "JJ", "VB"):
        return _inverted(run)
    if not comma or (each.inner.endswith(("?", "!", "…")) and run[0].is_title and not _is_short(run)):
        return None
    return _straight(run)


def _signs(frame: Frame, after: int, run: Sequence[Token]) -> bool:
    """Tell whether a quotation is signed: `“...” — Ann Lee` at the end of a line."""
    dash = frame.doc[after].text in _DASHES and run[-1].i == len(frame.doc) - 1
    return dash and len(run) <= _SIGNED and all(token.pos_ == "PROPN" or token.is_punct for token in run)


_DASHES = frozenset({"—", "–", "―", "-", "--"})
_SIGNED = 4


def _is_short(run: Sequence[Token]) -> bool:
    """Tell whether a run is only `Ann Lee said`, and not a new sentence."""
    return len(run) <= 6 or any(is_reporting(token) and token.i - run[0].i <= 4 for token in run)


def is_reporting(token: Token) -> bool:
    """Tell whether a token can lead quoted words in or out."""
    lemma = token.lemma_.lower()
    return (
        lemma in reporting().cues or lemma in reporting().quoting or token.lower_ in ("said", "says", "asked", "goes")
    )


def _inverted(run: Sequence[Token]) -> _Found | None:
    """Read `said Ann Lee, the mayor`."""
    verb, rest = run[0], [token for token in run[1:] if token.pos_ != "ADV"]
    if not rest or rest[0].lower_ in _THINGS or rest[0].pos_ not in _NOMINAL or rest[0].tag_ == "TO":
        return None
    subject = subject_of(verb)
    nouns: list[Token] = list(_noun_phrase(rest))
    if not nouns or not _is_voice(verb, nouns):
        return None
    if subject is not None and subject.i > verb.i and subject.left_edge.i <= rest[0].i:
        return subject, verb.text
    return nouns, verb.text


def _is_voice(verb: Token, nouns: Sequence[Token]) -> bool:
    """Tell whether words after a verb are who speaks, and not its object: `denied the charge`, `said nothing`."""
    if any(token.pos_ == "PROPN" or can_speak(token) for token in nouns) or nouns[0].lower_ in _PERSONS | _OTHERS:
        return True
    return verb.lemma_.lower() in _PLAIN and nouns[0].lower_ not in _NOTHING


_OTHERS = frozenset({"one", "another", "others", "some", "many", "several", "both", "his", "her", "their"})
_NOTHING = frozenset({"nothing", "something", "anything", "little", "much", "more", "so", "no", "goodbye", "that"})
_PLAIN = frozenset(
    {
        "say",
        "ask",
        "add",
        "reply",
        "shout",
        "cry",
        "read",
        "recall",
        "explain",
        "joke",
        "complain",
        "remark",
        "warn",
        "insist",
    }
)


def _noun_phrase(run: Sequence[Token]) -> Iterator[Token]:
    for token in run:
        if token.pos_ not in (*_NOMINAL, "ADP") or (token.pos_ == "ADP" and token.lower_ != "of"):
            return
        yield token


def _straight(run: Sequence[Token]) -> _Found | None:
    """Read `Ann Lee, the mayor, said`."""
    for place, verb in enumerate(run):
        if not is_reporting(verb) or verb.pos_ not in ("VERB", "AUX") or place == 0:
            continue
        subject = subject_of(verb)
        if is_passive(verb):
            return None
        if subject is None or subject.left_edge.i > run[0].i or not run[0].i <= subject.i < verb.i:
            nouns = list(_noun_phrase(run[:place]))
            plain = len(nouns) == place and nouns[0].lower_ not in _THINGS
            return (nouns, verb.text) if plain else None
        plain = subject.lower_ == "it" and len(run[:place]) == 1 and verb.lemma_ in ("say", "add")
        if (subject.lower_ in _THINGS and not plain) or _asserts_between(run[:place], subject, verb):
            return None
        return subject, verb.text
    return None


def _asserts_between(run: Sequence[Token], subject: Token, verb: Token) -> bool:
    """Tell whether a verb of its own stands between a subject and its verb of speech."""
    own = {token.i for token in subject.subtree}
    return any(
        token.tag_ in _FINITE and token.i > subject.i and token.i not in own and token.head != verb for token in run
    )


def _before(frame: Frame, first: int) -> _Found | None:
    run = _run_before(frame, first)
    while run and run[-1].pos_ == "SPACE":
        run = run[:-1]
    if (named := _leading_source(run)) is not None:
        return named
    if len(run) < 2 or (run[-1].text not in (",", ":") and not (is_reporting(run[-1]) and run[-1].pos_ == "VERB")):
        return None
    colon = run[-1].text == ":"
    found = _leading_verb(run)
    if found is not None:
        return found
    return _introduced(run) if colon else None


def _leading_source(run: Sequence[Token]) -> _Found | None:
    """Read `According to Ann Lee, “...”` and `In the words of Ann Lee, “...”`."""
    words = [token.lower_ for token in run]
    size = 2 if words[:2] == ["according", "to"] else 4 if words[:4] == ["in", "the", "words", "of"] else 0
    if not size or run[-1].text not in (",", ":"):
        return None
    nouns = list(_noun_phrase(run[size:-1]))
    rest = run[size + len(nouns) : -1]
    apart = not rest or (rest[0].text == "," and not any(token.tag_ in _FINITE for token in rest))
    return (nouns, " ".join(token.text for token in run[:size])) if nouns and apart else None


def _leading_verb(run: Sequence[Token]) -> _Found | None:
    for verb in reversed(run):
        if verb.pos_ not in ("VERB", "AUX") or verb.dep_ in ("aux", "auxpass"):
            continue
        if verb.tag_ == "VBG" and verb.i + 1 != run[-1].i and verb.dep_ in _ASIDES:
            continue
        if _is_reported_by(verb):
            continue
        if is_reporting(verb) or (verb.lemma_ == "put" and run[-1].text in (",", ":")):
            subject = _whole_subject(verb)
            if subject is None and (named := _before_aside(run, verb)):
                return named, verb.text
            inside = subject is not None and subject.i >= run[0].i
            return (subject, verb.text) if subject is not None and inside and not _complete(verb, run) else None
        if verb.dep_ not in _ASIDES and not (verb.dep_ == "conj" and verb.head.dep_ in _ASIDES):
            return None
    return None


def _before_aside(run: Sequence[Token], verb: Token) -> list[Token]:
    """Return the name before an aside before a verb, where syntax found no subject: `Ann Lee, the mayor, said:`."""
    before = [token for token in run if token.i < verb.i]
    commas = [place for place, token in enumerate(before) if token.text == ","]
    if len(commas) < 2 or commas[-1] != len(before) - 1 or verb.tag_ not in _FINITE:
        return []
    aside = before[commas[-2] + 1 : commas[-1]]
    name = before[: commas[-2]]
    while name and any(token.ent_type_ != "PERSON" for token in name):
        name = name[1:]
    return [] if any(token.tag_ in _FINITE for token in aside) else name


def _is_reported_by(verb: Token) -> bool:
    """Tell whether a verb only tells who carried a statement, as in `said in a letter, first reported by the Mail:`."""
    return verb.tag_ == "VBN" and verb.dep_ in _ASIDES and is_passive(verb) and agent(verb) is not None


def _complete(verb: Token, run: Sequence[Token]) -> bool:
    """Tell whether a verb before a comma has its statement already: `said it was late, “...`."""
    return any(child.dep_ == "ccomp" and run[0].i <= child.i <= run[-1].i for child in verb.children)


def _whole_subject(verb: Token) -> Token | None:
    subject = agent(verb) if is_passive(verb) else subject_of(verb)
    if subject is not None and subject.lower_ in RELATIVES:
        return antecedent(subject)
    return None if subject is None or subject.lower_ in _THINGS else subject


def _introduced(run: Sequence[Token]) -> _Found | None:
    """Read `She was blunt: “...”` and `Ann Lee: “...”`."""
    words = [token for token in run if not token.is_punct]
    if words and len(words) <= 4 and all(token.pos_ == "PROPN" for token in words):
        return words, None
    heads = [token for token in run if token.pos_ in ("VERB", "AUX") and token.tag_ in _FINITE and token.dep_ == "ROOT"]
    if len(heads) != 1:
        return None
    subject = next((child for child in heads[0].children if child.dep_ in SUBJECTS), None)
    if subject is None or subject.i < run[0].i or any(token.dep_ in SUBJECTS and token.i > heads[0].i for token in run):
        return None
    fits = can_speak(subject) or subject.pos_ == "PROPN" or subject.lower_ in _PERSONS
    return (subject, None) if fits else None


def _is_title(each: Quoted) -> bool:
    """Tell whether quoted words are the name of a work: `The Bridge of Dreams`."""
    own = [word for word in re.findall(r"[^\W\d_]+", each.inner) if len(word) > _SMALL]
    return len(own) > 1 and all(word[0].isupper() for word in own) and not each.inner.endswith((".", "?", "!"))


_SMALL = 3
_PERSONS = frozenset({"he", "she", "they", "i", "we"})


def _around(frame: Frame, first: int, after: int) -> _Found | None:
    """Read `X said it was “...” and left`: the nearest verb of speech above the quoted words."""
    inside = frame.doc[first:after]
    if not len(inside) or first == 0 or frame.doc[first - 1].text in _STOPS:
        return None
    if frame.doc[first - 1].text in _DASHES | {"("}:
        return None
    below = inside.root
    for above in below.ancestors:
        if not frame.is_quoted(above.i) and above.pos_ == "VERB" and may_attribute(above):
            subject = _whole_subject(above) if _governs(above, below, first) else None
            return (subject, above.text) if subject is not None and not frame.is_quoted(subject.i) else None
        below = above
    return None


def may_attribute(verb: Token) -> bool:
    """Tell whether a verb above quoted words gives them to its subject."""
    return (may_report(verb) and not only_sees(verb)) or is_reporting(verb)


def _governs(verb: Token, below: Token, first: int) -> bool:
    """Tell whether quoted words are what a verb reports, and not its subject or an aside."""
    if verb.i > first:
        return below.dep_ in ("ccomp", "dobj")
    return below.dep_ not in (*SUBJECTS, "relcl", "advcl", "npadvmod", "acl")
