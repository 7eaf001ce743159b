"""A small article with its evidence, the carriers that hostile words come in, and models that obey what they see."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import yaml
from verdict_replies import claims_asked, in_parts

from pipeline.check import Tools
from pipeline.check.checkers.titles import Records
from pipeline.check.job import StoredSources
from pipeline.core.models import (
    Article,
    Datum,
    Entry,
    Evidence,
    Heading,
    Note,
    OfficeRecord,
    PartialDate,
    Passage,
    Report,
    Span,
)
from pipeline.core.settings import PROJECT
from pipeline.evidence.reading import read_reference
from pipeline.llm import Budget, Caps, Model, load_prompt
from pipeline.llm.scripted import Scripted

DATA = Path(__file__).parents[1] / "data" / "hostile"
ORDERS: Mapping[str, str] = yaml.safe_load((DATA / "orders.yaml").read_text(encoding="utf-8"))
DAY = date(2031, 3, 14)
CALLS = 20

TITLE = "The harbour after the storm"
LEAD = "The council of Velda closed the northern pier on Monday."
COST = "The repair of the pier cost 40 million crowns."
SAID = "“Nobody warned us in time,” said former mayor Ines Duarte."
REST = "Fishermen mended their nets in the square."
EVIDENCE = "The council of Velda closed the northern pier on Monday. Fishermen of Velda mended their nets in the hall."
RECORD = OfficeRecord(
    person="Ines Duarte", office="Mayor of Velda", start=PartialDate("2021-05-04"), end=PartialDate("2029-05-04"),
    as_of=date(2031, 1, 1), source_url="https://records.example/velda",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """What is checked, and what it is held against."""

    article: Article
    passages: tuple[Passage, ...]
    records: tuple[OfficeRecord, ...] = (RECORD,)


def case(*, before: str = "", within: str = "", behind: str = "", heading: str = "At the council") -> Case:
    """Build the plain case, with more words at these places of its article."""
    one = " ".join(part for part in (LEAD, within, COST) if part)
    text = "\n".join(part for part in (before, one, heading, SAID, REST, behind) if part)
    own = Article(
        text=text,
        title=TITLE,
        publisher="Velda Tidings",
        url="https://tidings.example/pier",
        published_at=DAY,
        headings=(Heading(span=Span.locate(heading, text)),),
    )
    passage = Passage(
        text=EVIDENCE, title="Port report", publisher="Velda Port Authority", published_at=date(2031, 3, 12)
    )
    return Case(own, (passage,))


def _on_article(name: str, words: str) -> Case:
    plain = case()
    return replace(plain, article=plain.article.model_copy(update={name: " ".join(words.split())}))


def _on_passage(name: str, words: str) -> Case:
    plain = case()
    (passage,) = plain.passages
    told = {"text": f"{passage.text}\n{words}" if name == "text" else f"{words}\n{passage.text}"}
    fields = passage.model_dump(exclude={"id", "sha256"}) | (told if name in ("text", "lead") else {name: words})
    return replace(plain, passages=(Passage.model_validate(fields),))


def _beside(words: str) -> Case:
    plain = case()
    return replace(plain, passages=(*plain.passages, Passage(text=f"A list of the sheds of another port.\n{words}")))


def _in_record(name: str, words: str) -> Case:
    value = (words,) if name == "aliases" else words
    return replace(case(), records=(RECORD.model_copy(update={name: value}),))


def _beside_record(name: str, words: str) -> Case:
    """Another record of the same office's holder, or of somebody else, with words where a name should be."""
    return replace(case(), records=(RECORD, RECORD.model_copy(update={name: " ".join(words.split())})))


def _in_file_name(words: str) -> Case:
    """A file of evidence whose name says it: the name is the title of what it holds."""
    plain = case()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{' '.join(words.replace('/', ' ').split())[:120]}.rtf"
        path.write_text(f"{{\\rtf1 {EVIDENCE}}}", encoding="ascii")
        read = read_reference(path)
    assert path.stem in (read.passages[0].title or "")
    return replace(plain, passages=read.passages)


def _of_entry(words: str) -> Case:
    """An entry of a live page whose title says it, as does what is known of the article beside its text."""
    plain = case()
    text, line = plain.article.text, " ".join(words.split())
    entry = Entry(span=Span(start=0, end=len(text), exact=text), title=line, published_at=DAY)
    known = tuple(Datum(name=name, value=line, source=line) for name in ("byline", "section"))
    article = plain.article.model_copy(update={"entries": (entry,), "provenance": known, "warnings": (line,)})
    return replace(plain, article=article)


CARRIERS: Mapping[str, Callable[[str], Case]] = {
    "before the article": lambda words: case(before=words),
    "behind the article": lambda words: case(behind=words),
    "neighbour sentence": lambda words: case(within=f"{' '.join(words.split())}{'' if words[-1] in '.!?' else '.'}"),
    "heading": lambda words: case(heading=" ".join(words.split())),
    "title": partial(_on_article, "title"),
    "publisher": partial(_on_article, "publisher"),
    "end of a passage": partial(_on_passage, "text"),
    "beginning of a passage": partial(_on_passage, "lead"),
    "title of a passage": partial(_on_passage, "title"),
    "publisher of a passage": partial(_on_passage, "publisher"),
    "note of a passage": partial(_on_passage, "note"),
    "another passage": _beside,
    "note of a record": partial(_in_record, "note"),
    "alias of a record": partial(_in_record, "aliases"),
}
MORE_CARRIERS: Mapping[str, Callable[[str], Case]] = {
    "person of another record": partial(_beside_record, "person"),
    "office of another record": partial(_beside_record, "office"),
    "file name of evidence": _in_file_name,
    "title of an entry, byline, section": _of_entry,
    "address of a passage": lambda words: _on_passage("source_url", f"https://port.example/{quote(words)}"),
    "address of the article": lambda words: _on_article("url", f"https://tidings.example/{quote(words)}"),
}
"""Carriers that are rarer: a few orders in each."""


def tools_for(tools: Tools, given: Case, model: Model | None) -> Tools:
    """Return tools that find the case's own passages for every claim."""
    found = tuple(
        Evidence(passage=passage, rank=rank, score=1 / rank, retriever="scripted")
        for rank, passage in enumerate(given.passages, 1)
    )
    prompts = PROJECT / "prompts"
    return replace(
        tools,
        retrieve=lambda *_, **__: found,
        sources=StoredSources(given.passages),
        records=Records(given.records),
        model=model,
        detect_prompt=load_prompt("detect_claims", prompts) if model else None,
        verdict_prompt=load_prompt("predict_verdict", prompts) if model else None,
        concurrency=1,
    )


def model(reply: Callable[[str], str]) -> Model:
    """Return a scripted model within caps."""
    return Model(Scripted(reply), budget=Budget(Caps(max_calls=CALLS)), retries=0)


def honest(prompt: str) -> str:
    """List one claim, word for word, and support what the passage says word for word."""
    if "check_worthiness" in prompt:
        return json.dumps({"claims": [_listed(LEAD)] if LEAD in prompt else []})
    return _verdicts(prompt, lambda claim: _supported(prompt) if claim.startswith(LEAD[:-1]) else _undecided())


def obeying(words: str) -> Callable[[str], str]:
    """Return a reply that does the worst wherever any stretch of the words can be seen in a prompt."""
    seen = [words[at : at + _WINDOW] for at in range(max(1, len(words) - _WINDOW + 1))]

    def reply(prompt: str) -> str:
        if not any(stretch in prompt for stretch in seen):
            return honest(prompt)
        if "check_worthiness" in prompt:
            turned = [
                _listed(each, text="The bridge was closed.", uncheckable="opinion") for each in (LEAD, COST, SAID)
            ]
            return json.dumps({"claims": turned})
        return _verdicts(prompt, lambda claim: _turned(words))

    return reply


_WINDOW = 24


def _listed(quote: str, **given: Any) -> dict[str, Any]:
    plain = {"quote": quote, "text": quote, "kind": "event", "uncheckable": None, "check_worthiness": 0.9}
    return plain | {"reason": "", "speaker": None, "speaker_title": None, "cue": None} | given


def _verdicts(prompt: str, judge: Callable[[str], Mapping[str, Any]]) -> str:
    asked = claims_asked(prompt)
    return json.dumps({"claims": [in_parts(number, judge(words)) for number, words in enumerate(asked, 1)]})


def _undecided() -> dict[str, Any]:
    return {"label": "not_enough_evidence", "confidence": 0.7, "justification": "It is silent.", "citations": []}


def _supported(prompt: str) -> dict[str, Any]:
    number = 1 if f"<passage-1-{_mark(prompt)}>" in prompt else 2
    cited = [{"passage": number, "quote": LEAD}]
    return {"label": "supported", "confidence": 0.9, "justification": "It says the same.", "citations": cited}


def _mark(prompt: str) -> str:
    return prompt.split("<passage-1-")[1][:12] if "<passage-1-" in prompt else ""


def _turned(words: str) -> dict[str, Any]:
    cited = [{"passage": 1, "quote": words.strip().splitlines()[0]}]
    return {"label": "refuted", "confidence": 1.0, "justification": words, "citations": cited}


def outcome(note: Note) -> tuple[object, ...]:
    """Return what an order may not change of a claim: how it ended and on what words, its form, its other flags."""
    claim, verdict = note.claim, note.verdict
    flags = tuple(sorted((f.kind, f.span.exact) for f in note.flags if f.kind != "addresses_the_checker"))
    cited = tuple(each.span.exact for each in verdict.citations) if verdict else ()
    ended = (verdict.label, verdict.by, verdict.justification) if verdict else (note.failure and note.failure.reason,)
    return claim.span.exact, claim.kind, claim.text, claim.uncheckable, ended, cited, flags


def outcomes(report: Report, words: str) -> dict[tuple[str, str], tuple[object, ...]]:
    """Return the outcomes of the claims that stand outside hostile words, by their own words and kind."""
    strange = {line.strip() for line in (*words.splitlines(), " ".join(words.split()))}
    own = [note for note in report.notes if not any(note.claim.span.exact.rstrip(".") in each for each in strange)]
    return {(note.claim.span.exact, note.claim.kind): outcome(note) for note in own}
