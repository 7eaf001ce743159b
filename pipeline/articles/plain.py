"""Plain text: headings without mark-up, found conservatively, and lines that a mail program wrapped.

A line is a heading only if everything speaks for it: its form, and long prose after it. A heading that is
missed is read as one more sentence; a sentence taken for a heading would not be checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from pipeline.core.models import Heading, Span

_MAX_WRAP = 120
_MIN_WRAPPED = 3
_MAX_HEADING = 90
_MAX_WORDS = 12
_PROSE_WORDS = 12

_MARKED = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_HYPHENATED = re.compile(r"\w-$")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s|$)")
_INNER_END = re.compile(r"[^\W\d_]{3,}[.!?][\"'”’)]*\s+\S")
_ENDS_OPEN = re.compile(r"[.,;:!…*_|/–—-][\"'”’)\]]*$")
_LIST_ENTRY = re.compile(r"(?:[-–—*•·‣>|]|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)]|[A-Z]:)(?:\s|$)")
_QUOTED = re.compile(r"[\"“«‘'].*[\"”»’']$")
_FURNITURE = re.compile(
    r"by\s+(?!the\b)[A-Z]"
    r"|(?:photo(?:graph)?s?|image|picture|video|file|source|credits?|caption|read more|read also|also read|see also"
    r"|related|updated|published|posted|correction|editor[’']s note|note|contact|tags?|topics|share(?: this)?"
    r"|(?:additional )?(?:reporting|editing|writing) by|with files from)\b[^?]*(?::|$)"
    r"|(?:advertisement|subscribe|sign up|follow us|continue reading|click here|copyright|©"
    r"|story continues|article continues|listen to this|watch:|see more|getty images|\d+[- ]min(?:ute)?s? read)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"(?:I|he|she|it|we|they|this|that|there|yes|no)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?:|www\.|@|\(\s*[A-Z][\w. ]{1,20}\)\s*$")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"\b{_MONTH}\s+\d{{1,2}}\b|\b\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?:\s|,|$)|\d\d:\d\d", re.IGNORECASE
)
_SMALL_WORDS = (
    "a an and as at but by for from if in into is its nor not of off on onto or our out over per so than that the "
    "their then to under until up upon via vs vs. when while with within without yet after against before between "
    "behind below beyond during about across amid among around despite like near past since through toward towards"
)
_SMALL = frozenset(_SMALL_WORDS.split())


@dataclass(frozen=True)
class _Line:
    start: int
    text: str
    blank_before: bool

    @property
    def words(self) -> list[str]:
        return self.text.split()

    @property
    def is_prose(self) -> bool:
        """A long line with the end of a sentence in it."""
        return len(self.words) >= _PROSE_WORDS and _SENTENCE_END.search(self.text) is not None


def unwrap(text: str) -> tuple[str, tuple[str, ...]]:
    """Join the lines of a text that was wrapped at a fixed width; return it with a warning, or as it is.

    A break was made by a wrapping program only where the next word would not have fitted in the line.
    """
    lines = text.split("\n")
    width = max(len(line.rstrip()) for line in lines)
    joins = [_was_wrapped(a, b, width) for a, b in pairwise(lines)]
    inside = sum(
        joined and not _SENTENCE_END.search(a.rstrip()[-3:]) and b[0].islower()
        for joined, (a, b) in zip(joins, pairwise(lines), strict=True)
    )
    if width > _MAX_WRAP or inside < _MIN_WRAPPED:
        return text, ()
    parts = [lines[0]]
    for join, line in zip(joins, lines[1:], strict=True):
        if join:
            parts[-1] = parts[-1].rstrip()
            hyphenated = _HYPHENATED.search(parts[-1]) is not None
            parts += ["" if hyphenated else " ", line.lstrip()]
        else:
            parts += ["\n", line]
    return "".join(parts), (f"lines wrapped at {width} characters were joined",)


def _was_wrapped(line: str, following: str, width: int) -> bool:
    line = line.rstrip()
    if not line or not following.strip() or following[0].isspace():
        return False
    if _LIST_ENTRY.match(following) or _MARKED.match(following) or _MARKED.match(line):
        return False
    return len(line) + 1 + len(following.split()[0]) > width


def find_headings(text: str) -> tuple[Heading, ...]:
    """Return the headings of a plain text: level 1 for a headline on top, else 2, or as many as `#` say."""
    lines = _lines(text)
    headings = []
    prose_seen = False
    for at, line in enumerate(lines):
        marked = _MARKED.match(line.text)
        if marked:
            span = Span.of(text, line.start + marked.end(), line.start + len(line.text))
            headings.append(Heading(span=span, level=len(marked.group(1))))
        elif _is_heading(lines, at, prose_seen):
            span = Span.of(text, line.start, line.start + len(line.text))
            headings.append(Heading(span=span, level=2 if at else 1))
        prose_seen = prose_seen or line.is_prose
    return tuple(headings)


def _lines(text: str) -> list[_Line]:
    lines = []
    offset = 0
    raw = text.split("\n")
    for at, line in enumerate(raw):
        if line.strip():
            before = at == 0 or not raw[at - 1].strip()
            words = line.strip()
            lines.append(_Line(offset + line.index(words[0]), words, before))
        offset += len(line) + 1
    return lines


def _is_heading(lines: list[_Line], at: int, prose_seen: bool) -> bool:
    line = lines[at]
    if at and not prose_seen:  # between headline and text: bylines, datelines, kickers
        return False
    if at + 1 == len(lines):
        return False
    # A short line without a full stop, where all around it is prose, need not be in title case.
    set_apart = line.blank_before or (lines[at - 1].is_prose and lines[at + 1].is_prose)
    if not _has_form(line, set_apart):
        return False
    if not line.blank_before and not _SENTENCE_END.search(lines[at - 1].text[-4:]):
        return False
    following = lines[at + 1 : at + 5] if at == 0 else lines[at + 1 : at + 2]
    return any(_introduces(line, later) for later in following)


def _introduces(line: _Line, prose: _Line) -> bool:
    first = prose.text.lstrip("\"'“‘«([")[:1]
    return prose.is_prose and len(prose.text) > 1.5 * len(line.text) and (first.isupper() or first.isdigit())


def _has_form(line: _Line, set_apart: bool) -> bool:
    text, words = line.text, line.words
    if len(text) > _MAX_HEADING or len(words) > _MAX_WORDS or not any(c.isalpha() for c in text):
        return False
    if not (text[0].isupper() or text[0].isdigit() or (text[0] in "\"“‘'«" and text[1:2].isupper())):
        return False
    if any(pattern.match(text) for pattern in (_LIST_ENTRY, _QUOTED, _FURNITURE)):
        return False
    if any(pattern.search(text) for pattern in (_ENDS_OPEN, _INNER_END, _ADDRESS, _DATE)):
        return False
    return _is_title_case(words) or _is_question(text) or (set_apart and _is_short_phrase(text, words))


def _is_title_case(words: list[str]) -> bool:
    bare = [word.strip("\"'“”‘’«»()[],:;?&") for word in words]
    bare = [word for word in bare if any(c.isalnum() for c in word)]
    large = [word for word in bare if not word[0].islower()]
    small = [word for word in bare if word[0].islower()]
    return bool(large) and 2 * len(large) >= len(bare) and all(word in _SMALL for word in small)


def _is_question(text: str) -> bool:
    return text.endswith("?") and not re.match(r"(?:and|but|so|or|then|yet)\b", text, re.IGNORECASE)


def _is_short_phrase(text: str, words: list[str]) -> bool:
    """Accept a heading in sentence case only with a colon inside, or very short."""
    if text.endswith("?") or _PRONOUN.match(text):
        return False
    return len(words) <= 8 or re.search(r"\w: \S", text) is not None
