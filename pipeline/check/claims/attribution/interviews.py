"""Interviews printed as questions and answers: who answers is told once, at the first answer, and then no more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.check.claims.attribution.sources import people
from pipeline.core.english import readable_lines
from pipeline.core.models import Article, Attribution, Span

_LABEL = re.compile(r"(?P<name>[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}):\s+(?=\S)")
_ASKED = re.compile(r"[^\n]{8,300}\?[\"”’]?")
_FEWEST = 3
"""Questions of an interview."""


@dataclass(frozen=True)
class _Line:
    start: int
    text: str

    @property
    def label(self) -> re.Match[str] | None:
        return _LABEL.match(self.text)

    @property
    def asks(self) -> bool:
        return _ASKED.fullmatch(self.text) is not None


def interviewed(article: Article) -> Iterator[Attribution]:
    """Yield who says the answers without a label: the one whom the label of the first answer names.

    A line that only asks is a question; what stands between two of them is the answer to the first, and below the last
    one the first paragraph. Where any later line has a label of its own, nothing is read into those without one.
    """
    lines = [_Line(start, text) for start, text in readable_lines(article.text) if text.strip()]
    asked = [at for at, line in enumerate(lines) if line.asks]
    if len(asked) < _FEWEST or asked[0] + 1 >= len(lines):
        return
    first = lines[asked[0] + 1]
    label = first.label
    if label is None or not _is_person(article, label["name"]) or _is_labelled(lines[asked[0] + 2 :]):
        return
    speaker = Span.of(article.text, first.start, first.start + len(label["name"]))
    for answer in _answers(lines, asked, label.end()):
        yield Attribution(
            speaker=label["name"], speaker_span=speaker, cue=":", content=_span(article, answer), direct=False
        )


def _is_person(article: Article, name: str) -> bool:
    return len(name.split()) > 1 and any(name.casefold() == known.casefold() for _, known in _others(article, name))


def _others(article: Article, name: str) -> Iterator[tuple[int, str]]:
    """Yield the people of an article, without what is read into the label itself where it is in capitals."""
    return (each for each in people(article) if not (name.isupper() and each[1] == name))


def _is_labelled(lines: Sequence[_Line]) -> bool:
    return any(line.label for line in lines)


def _answers(lines: Sequence[_Line], asked: Sequence[int], label: int) -> Iterator[_Line]:
    for question, following in pairwise([*asked, min(asked[-1] + 2, len(lines))]):
        for at in range(question + 1, following):
            cut = label if at == asked[0] + 1 else 0
            yield _Line(lines[at].start + cut, lines[at].text[cut:])


def _span(article: Article, line: _Line) -> Span:
    return Span.of(article.text, line.start, line.start + len(line.text.rstrip()))
