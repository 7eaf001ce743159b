"""Who says what: source, cue and content of quotations and reported statements (PolNeAR's three parts).

Quotations are found by their marks and given to the speaker beside them (`speakers`); reported statements
are found by syntax (`reports`). A quotation with nobody beside it goes on with the speaker before it only in
the same paragraph with nobody else between, or where the quotation before was left open.
A speaker is only named where the text names one: otherwise there is no attribution.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pipeline.check.claims.attribution.attitudes import stances
from pipeline.check.claims.attribution.full_names import full_name
from pipeline.check.claims.attribution.interviews import interviewed
from pipeline.check.claims.attribution.quoted import TERM_WORDS, Quoted, quoted
from pipeline.check.claims.attribution.reported import Cue, attributed, cues, only_sees, reported as report
from pipeline.check.claims.attribution.sources import people
from pipeline.check.claims.attribution.speakers import is_reporting, speaker_beside
from pipeline.check.claims.attribution.unquoted import frames
from pipeline.check.places import Stretches
from pipeline.check.sparing import each_alone, sparing
from pipeline.core.caching import once_for_each
from pipeline.core.english import Sentence, readable_lines, sentences, sentences_begun, sentences_over
from pipeline.core.models import Article, Attribution, Span

__all__ = ["Cue", "Placed", "attributions", "begins", "cues", "placed_quotations", "reported", "transcribed"]
_INTRODUCES = (":", ",")
_LABEL = re.compile(r"^(?P<name>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}):\s+(?=\S)")


@dataclass(frozen=True)
class Placed:
    """A quotation and how it stands in its sentence."""

    quoted: Quoted
    attribution: Attribution | None
    alone: bool
    """True where the words stand apart (`X said: "..."`), False inside a clause of the author's."""
    heading: bool


@once_for_each
def attributions(article: Article) -> tuple[Attribution, ...]:
    """Return who says what in an article, in order of content: quotations, statements, attitudes.

    A statement may hold others (`Lee said that Berg denied it`) and quotations (`Lee said it was “over”`).
    """
    found = [placed.attribution for placed in placed_quotations(article) if placed.attribution is not None]
    alone = Stretches(placed.quoted.span for placed in placed_quotations(article) if placed.alone)
    found.extend(transcribed(article))
    contents = Stretches(each.content for each in found)
    for sentence in sentences(article):
        if sentence.line.is_heading:
            continue
        for attribution in each_alone(partial(_in_sentence, article), [sentence], article, lambda one: one.span):
            if _is_new(attribution.content, contents, alone):
                found.append(attribution)
                contents.add(attribution.content)
    return tuple(sorted(found, key=lambda each: (each.content.start, -each.content.end, each.direct)))


def _in_sentence(article: Article, sentence: Sentence) -> Iterator[Attribution]:
    """Yield what a sentence reports and whom it gives attitudes to."""
    for cue in (*cues(sentence), *stances(sentence)):
        attribution = None if only_sees(cue.verb) else reported(article, sentence, cue)
        if attribution is not None:
            yield attribution


def _is_new(one: Span, contents: Stretches, alone: Stretches) -> bool:
    if alone.touching(one):
        return False
    for other in contents.touching(one):
        nested = one.overlap(other) in (len(one.exact), len(other.exact))
        if one == other or not nested:
            return False
    return True


@once_for_each
def placed_quotations(article: Article) -> tuple[Placed, ...]:
    """Return an article's quotations with their speakers; quoted terms are left out, and what cannot be read."""
    beside = _beside(article)
    found: list[Placed] = []
    last: Placed | None = None
    for each in quoted(article):
        inside = sentences_over(article, each.span)
        if not inside:
            continue
        with sparing(article, each.span.start, each.span.end):
            placed = _placed(article, each, inside, beside.get(each.span), last)
            if placed.attribution is not None or placed.alone:
                last = placed
            if placed.alone or placed.heading or each.words > TERM_WORDS:
                found.append(placed)
    return tuple(_carried_back(article, found))


def _placed(
    article: Article, each: Quoted, inside: Sequence[Sentence], attribution: Attribution | None, last: Placed | None
) -> Placed:
    heading = inside[0].line.is_heading
    alone = not heading and _stands_alone(article, each, inside)
    if heading:
        attribution = None
    elif attribution is None and alone:
        attribution = _carried_on(article, each, last, inside[0])
    return Placed(each, attribution, alone, heading)


def _carried_back(article: Article, found: list[Placed]) -> list[Placed]:
    """Give a quotation that is left open at the end of its paragraph the speaker named after the next paragraph's."""
    for number in range(len(found) - 2, -1, -1):
        one, after = found[number], found[number + 1]
        goes_on = not one.quoted.closed and not article.text[one.quoted.span.end : after.quoted.span.start].strip()
        if goes_on and one.alone and one.attribution is None and after.attribution is not None:
            attribution = after.attribution.model_copy(update={"content": one.quoted.span})
            found[number] = replace(one, attribution=attribution)
    return found


def reported(article: Article, sentence: Sentence, cue: Cue) -> Attribution | None:
    """Return the attribution of reported content, or None where the cue governs none."""
    return _named(article, report(article, sentence, cue))


def _beside(article: Article) -> dict[Span, Attribution]:
    found = {}
    for frame in frames(article):
        for place in frame.places:
            span = place[0].span
            with sparing(article, span.start, span.end):
                speaker = speaker_beside(frame, place)
                if speaker is not None:
                    one = attributed(article, frame.start, speaker.source, speaker.cue, span, direct=True)
                    found[span] = _named(article, one)
    return {span: one for span, one in found.items() if one is not None}


def _named(article: Article, one: Attribution | None) -> Attribution | None:
    return None if one is None else one.model_copy(update={"name": full_name(article, one)})


def _stands_alone(article: Article, each: Quoted, inside: Sequence[Sentence]) -> bool:
    before = article.text[inside[0].span.start : each.span.start].rstrip()
    after = article.text[each.span.end : inside[-1].span.end].strip()
    ended = each.ending.endswith((",", ".", "?", "!", "…", "—", "-")) or after.startswith(",")
    if not before.strip("“”\"'’‘` "):
        return not after.strip(" .,") or ended
    if before.endswith(("”", "’", '"', "''", ".", "?", "!")):
        return ended
    return before.endswith(_INTRODUCES) and not after.strip(" .")


def _carried_on(article: Article, each: Quoted, last: Placed | None, sentence: Sentence) -> Attribution | None:
    """Give a quotation to the speaker before it: in the same paragraph with nobody between, or left open there."""
    between = article.text[last.quoted.span.end : each.span.start] if last else ""
    if last is not None and last.alone and "\n" in between:
        if not last.quoted.closed and not between.strip() and last.attribution is not None:
            return last.attribution.model_copy(update={"content": each.span})
        return None
    start = last.quoted.span.end if last else 0
    preceding = _preceding(article, sentence, start, each.span.start)
    if (
        article.text[(preceding[-1].span.start if preceding else each.span.start) : each.span.start].strip()
        and not preceding
    ):
        return None
    named = [(s, cue) for s in preceding for cue in cues(s)]
    if not named and not preceding and last is not None and last.attribution is not None and "\n" not in between:
        return last.attribution.model_copy(update={"content": each.span})
    if len(preceding) == 1 and not named and "\n" not in between and last is not None and last.attribution is not None:
        same = _is_about_speaker(article, preceding[0])
        return last.attribution.model_copy(update={"content": each.span}) if same else None
    if (
        len(preceding) == 1
        and len(named) == 1
        and named[0][1].verb == preceding[0].tokens.root
        and is_reporting(named[0][1].verb)
    ):
        one = attributed(article, sentence.line.start, named[0][1].source, named[0][1].words, each.span, direct=True)
        return _named(article, one)
    return None


def _preceding(article: Article, sentence: Sentence, start: int, end: int) -> list[Sentence]:
    """Return the sentences of a sentence's line that begin in a stretch that ends at it."""
    found: list[Sentence] = []
    for number in range(sentences_begun(article, end - 1) - 1, -1, -1):
        one = sentences(article)[number]
        if one.line is not sentence.line or one.span.start < start:
            break
        found.insert(0, one)
    return found


def _is_about_speaker(article: Article, sentence: Sentence) -> bool:
    """Tell whether a sentence between two quotations is about `he` or `she` and names nobody."""
    subject = next((child for child in sentence.tokens.root.children if child.dep_ == "nsubj"), None)
    nobody = not any(sentence.span.start <= at < sentence.span.end for at, _ in people(article))
    return subject is not None and subject.lower_ in ("he", "she") and nobody


@once_for_each
def transcribed(article: Article) -> tuple[Attribution, ...]:
    """Return who says the lines of a transcript, in order."""
    found = [*_transcript(article), *interviewed(article)]
    return tuple(sorted(found, key=begins))


def begins(line: Attribution) -> int:
    """Return where a line of a transcript begins: at its label, if it has one of its own."""
    label = line.speaker_span
    beside = label is not None and 0 <= line.content.start - label.end <= _LONGEST_LABEL_END
    return label.start if label is not None and beside else line.content.start


_LONGEST_LABEL_END = 4
"""Characters between a label's name and its line: the colon and blanks."""


_PARTS = frozenset(
    ("MODERATOR", "HOST", "ANCHOR", "PRESENTER", "INTERVIEWER", "CHAIR", "CHAIRMAN", "CHAIRWOMAN")
    + ("SPEAKER", "REPORTER", "QUESTION", "ANSWER", "JUDGE")
)


def _is_voice(label: str) -> bool:
    """Tell whether a label in capitals is that of somebody: a full name, or a part in a debate."""
    return label.isupper() and (label in _PARTS or len(label.split()) > 1)


def _transcript(article: Article) -> Iterator[Attribution]:
    """Read `LEE: Good evening.`: names in capitals or of known people that lead at least two lines.

    A name may lead one line only where most lines are led so, by several who are people or hold a part in a debate.
    """
    readable = readable_lines(article.text)
    labelled = [(start, line, match) for start, line in readable if (match := _LABEL.match(line))]
    times = Counter(match["name"] for _, _, match in labelled)
    known = {name for _, name in people(article)}
    script = any(name.isupper() and count > 1 for name, count in times.items())
    lines = sum(1 for line in article.text.splitlines() if line.strip())
    script = script or (len(times) > 1 and 2 * len(labelled) > lines and all(map(_is_voice, times)))
    for start, line, match in labelled:
        name = match["name"]
        if len(name) > TERM_WORDS and ((script and name.isupper()) or (times[name] > 1 and name in known)):
            speaker = Span.of(article.text, start, start + len(name))
            content = Span.of(article.text, start + match.end(), start + len(line))
            yield Attribution(speaker=name, speaker_span=speaker, cue=":", content=content, direct=False)
