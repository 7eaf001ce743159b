"""Judge the titles in single sentences against office records: what `factnotes titles` prints.

Every sentence stands alone, as an article of its own with its own date. The judgements and the
decision to tell a reader are those of the title checker.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy

from pipeline.check.checkers.titles.checker import check_title, claim_titles, outcome_of
from pipeline.check.checkers.titles.judgement import TitleFinding
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.check.checkers.titles.sighting import Sighting
from pipeline.core.models import Article, Finding, Passage, Value
from pipeline.core.ports import CheckContext, OfficeRecords, Vectors

_LONGEST = 300_000


class JudgedMention(Value):
    """A title a sentence gives a person, and what the records say of it."""

    person: str
    title: str
    start: int
    """Code points of the given text before title and person."""
    end: int
    """Code points of the given text before what follows them."""
    outcome: TitleFinding
    flag: bool
    """True where a reader should be told."""
    record: dict[str, Any] | None
    """The record it was judged on, in our form; null where none decides."""
    message: str


class JudgedSentence(Value):
    """What is said of one sentence."""

    mentions: tuple[JudgedMention, ...]
    as_of_assumed: date | None = None
    """The day it was judged as of, where it had no date of its own."""


class BadSentence(Value):
    """A row that could not be read, and why."""

    error: str


@dataclass(frozen=True)
class _Alone:
    """A sentence has no sources and no evidence beside it."""

    name: str = "none"

    def embed(self, texts: Sequence[str]) -> Vectors:
        return numpy.zeros((len(texts), 1), numpy.float32)

    def passages(self) -> Sequence[Passage]:
        return ()

    def __len__(self) -> int:
        return 0


def judge_lines(lines: Iterable[bytes], records: OfficeRecords, today: date) -> Iterator[JudgedSentence | BadSentence]:
    """Judge JSON Lines with `text` and `article_date`, in order, one result a line; empty lines are left out."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            text, day = _sentence(line)
            yield judge_sentence(text, day, records, today)
        except ValueError as error:
            yield BadSentence(error=f"line {number}: {' '.join(str(error).split())}")
        except Exception as error:  # a bug met in one row must not cost the others theirs
            yield BadSentence(error=f"line {number}: {type(error).__name__}: {' '.join(str(error).split())}"[:300])


def _sentence(line: bytes) -> tuple[str, date | None]:
    """Return text and day of a row; raises ValueError."""
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({getattr(error, 'msg', 'nested too deeply')})") from error
    if not isinstance(row, dict):
        raise ValueError("not an object with fields")
    text, day = row.get("text"), row.get("article_date")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("text is missing or empty")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("text holds half a character (a lone surrogate)")
    if len(text) > _LONGEST:
        raise ValueError(f"text is longer than {_LONGEST} characters: give sentences")
    if day in (None, ""):
        return text, None
    try:
        return text, date.fromisoformat(str(day).strip().replace(" ", "T").split("T")[0])
    except ValueError as error:
        raise ValueError(f"article_date: {day!r} is no day: write 2009-09-30") from error


def judge_sentence(text: str, day: date | None, records: OfficeRecords, today: date) -> JudgedSentence:
    """Judge every title in a text as of its day, else of today; offsets are those of the text as given."""
    article = Article(text=unicodedata.normalize("NFC", text), published_at=day)
    as_of = day or today
    findings = _findings(article, records, as_of)
    starts, ends = _offsets(text, article.text)
    mentions = []
    for sighting in sightings(article):
        span = sighting.mention.span
        judgement = outcome_of(sighting, article, records, as_of)
        finding = findings.get((span.start, span.end), Finding(checker="titles"))
        record = judgement.records[0] if judgement.records else None
        mentions.append(
            JudgedMention(
                person=sighting.mention.person,
                title=sighting.mention.title,
                start=starts[span.start],
                end=ends[span.end - 1],
                outcome=judgement.outcome,
                flag=bool(finding.flags),
                record=record.model_dump(mode="json", exclude={"id"}) if record else None,
                message=_message(sighting, judgement.outcome, finding),
            )
        )
    return JudgedSentence(mentions=tuple(mentions), as_of_assumed=None if day else today)


def _findings(article: Article, records: OfficeRecords, as_of: date) -> dict[tuple[int, int], Finding]:
    """Return what the title checker says, by span: it decides what a reader is told."""
    claims = claim_titles(article)
    alone = _Alone()
    context = CheckContext(
        article=article, claims=claims, evidence=(), as_of=as_of, records=records, sources=alone, embedder=alone
    )
    return {(claim.span.start, claim.span.end): check_title(claim, context) for claim in claims}


def _message(sighting: Sighting, outcome: TitleFinding, finding: Finding) -> str:
    if finding.verdict:
        return finding.verdict.justification
    mention = sighting.mention
    lead = f"The text calls {mention.person} “{mention.title}”"
    if outcome == "not_in_records":
        return f"{lead}; the records hold no such office of this person, so nothing is said of it."
    return f"{lead}; the records do not decide whether that is right."


def _offsets(given: str, normal: str) -> tuple[Sequence[int], Sequence[int]]:
    """Return where each code point of the NFC text starts and ends in the text as given."""
    if given == normal:
        return range(len(given)), range(1, len(given) + 1)
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while at < len(given):
        end = at + 1
        whole = unicodedata.normalize("NFC", given[at:end])
        while end < len(given):
            longer = unicodedata.normalize("NFC", given[at : end + 1])
            apart = longer == whole + unicodedata.normalize("NFC", given[end])
            if apart and not unicodedata.combining(given[end]):
                break
            whole, end = longer, end + 1
        starts += [at] * len(whole)
        ends += [end] * len(whole)
        at = end
    return starts, ends


def schemas() -> dict[str, Any]:
    """Return the JSON Schemas of a sentence row, a record row and an output row."""
    return {"sentence": _SENTENCE, "record": _RECORD, "output": _output()}


_DATE_OR_NULL: dict[str, Any] = {
    "type": ["string", "null"],
    "description": "A day, a month or a year: 2009-09-30, 2009-09 or 2009. Null or empty when not known, or not over.",
}
_TEXT_OR_NULL: dict[str, Any] = {"type": ["string", "null"]}
_NAME: dict[str, Any] = {"type": "string", "pattern": r"\S"}
_SENTENCE: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A sentence to judge: a line of SENTENCES; other fields are not used",
    "type": "object",
    "required": ["text"],
    "properties": {
        "text": _NAME,
        "article_date": _TEXT_OR_NULL
        | {"description": "The day it was published, 2009-09-30; without it: judged as of today."},
    },
}
_RECORD: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "An office record: a line of RECORDS; other fields are not used",
    "type": "object",
    "required": ["person"],
    "anyOf": [{"required": ["office"]}, {"required": ["title"]}],
    "properties": {
        "person": _NAME,
        "person_id": _TEXT_OR_NULL | {"description": "Who it is at the source, such as wikidata:Q42."},
        "aliases": {"type": ["array", "string", "null"], "items": {"type": "string"}},
        "office": _NAME,
        "title": _NAME | {"description": "Another name of office."},
        "organisation": _TEXT_OR_NULL,
        "org": _TEXT_OR_NULL | {"description": "Another name of organisation."},
        "country": _TEXT_OR_NULL,
        "start": _DATE_OR_NULL,
        "end": _DATE_OR_NULL,
        "as_of": _TEXT_OR_NULL
        | {"description": "The day the record was last known to be right: after it an open term is unknown."},
        "acting": {"type": ["boolean", "string", "null"]},
        "verified": {
            "type": ["boolean", "string", "null"],
            "description": "False: the dates were not seen in a source.",
        },
        "end_scheduled": {"type": ["boolean", "null"], "description": "True: the end is a plan, not a fact."},
        "source": _TEXT_OR_NULL,
        "source_url": _TEXT_OR_NULL,
        "note": _TEXT_OR_NULL,
    },
}


def _output() -> dict[str, Any]:
    good, bad = JudgedSentence.model_json_schema(), BadSentence.model_json_schema()
    definitions = good.pop("$defs", {}) | {"JudgedSentence": good, "BadSentence": bad}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What is said of a sentence: a line of output",
        "anyOf": [{"$ref": "#/$defs/JudgedSentence"}, {"$ref": "#/$defs/BadSentence"}],
        "$defs": definitions,
    }


def dump(result: JudgedSentence | BadSentence) -> str:
    """Return a result as one line of JSON; `as_of_assumed` only where a day was assumed."""
    left_out = {"as_of_assumed"} if getattr(result, "as_of_assumed", True) is None else None
    return result.model_dump_json(exclude=left_out)
