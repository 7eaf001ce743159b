"""Measure whether quotations must bear on their claims, and what is not sent to a model because nothing fits.

    python benchmarks/relevance.py [--data ../shared/data] [--json] [--show] [--limit N]

`right` are quotations that people chose: evidence of Fool Me Twice, the sentence of WiCE's relevant passages nearest to
the claim, and evidence of printed corrections; each is counted where it is thrown away. `fools` always say one label
and copy a sentence without reading it, from passages retrieved for the claim that nobody marked as relevant: some are
relevant all the same, so what gets through is no error rate. `foreign` copies from another claim's passages,
`renamed` a right quotation with other names in place of the claim's. Before the check every one of them got through.
`differing` are quotations that bear on their claims, cited in support by a model that never refutes: how many are taken
back because they say another number, day or name than the claim, of those that support it (`right`) and of those that
people chose because they refute it (`wrong`); in corrections the day is the article's.
`untitled` are right quotations of Fool Me Twice that begin with a pronoun or `the season`, without their page's title.

`floor` tells of claims with a relevant passage among the eight retrieved in how many none of those reaches the floor,
and of how many claims nothing does when only passages of other collections are searched. `seed` are the claims of the
seed article that no check decides: how many are sent, and how many verdicts of fools get through.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy
from checks import NoSources
from retrieval import Query, _rows as rows_of, rankings, read_queries
from text_checks import tools_for

from pipeline.articles.plain import find_headings
from pipeline.check import check_claims, detect, plan_jobs
from pipeline.check.checkers.titles import Records
from pipeline.check.claim import withhold_differing
from pipeline.check.relevance import fitting, leaves_subject, unrelated
from pipeline.core.english import parsed_sentences
from pipeline.core.models import Article, Citation, Claim, Evidence, Label, Passage, Span, Verdict
from pipeline.core.ports import CheckContext
from pipeline.core.settings import PROJECT
from pipeline.evidence import MiniLM
from pipeline.evidence.retrieval import rank

_SENT = 8
_FOOLS = ("first", "random", "longest", "shortest", "foreign")
_LABELS: tuple[Label, ...] = ("supported", "refuted")


class Right(NamedTuple):
    """A claim with quotations that decide it."""

    source: str
    label: Label
    claim: str
    passages: tuple[Passage, ...]
    quotes: tuple[tuple[int, int], ...]


def claim_of(text: str) -> Claim:
    """Return a claim in somebody's own words."""
    return Claim(article_id="benchmark", spans=(Span.of(text, 0, len(text)),), text=text, check_worthiness=1)


def cite(passage: Passage, start: int, end: int) -> Citation:
    """Return a citation of a stretch of a passage."""
    return Citation(passage_id=passage.id, sha256=passage.sha256, span=Span.of(passage.text, start, end))


def sentences_of(passage: Passage) -> list[tuple[int, int]]:
    """Return the places of a passage's sentences."""
    return [(each.start, each.end) for each in parsed_sentences(passage.text)]


def nearest(claim: str, passages: Sequence[Passage], embedder: MiniLM) -> tuple[Passage, tuple[int, int]]:
    """Return the sentence nearest to a claim, by vectors."""
    found = [(passage, place) for passage in passages for place in sentences_of(passage)]
    vectors = embedder.embed([claim, *(passage.text[start:end] for passage, (start, end) in found)])
    return found[int(numpy.argmax(vectors[1:] @ vectors[0]))]


def right_quotations(
    data: Path, queries: Sequence[Query], known: dict[str, Passage], embedder: MiniLM
) -> Iterator[Right]:
    """Yield claims with the quotations people gave."""
    for row in rows_of(data / "verdict_with_evidence.jsonl"):
        if row["source_dataset"] == "fool_me_twice":
            passages = tuple(Passage(text=text, title=row["page"]) for text in row["evidence"])
            yield Right("fool_me_twice", row["label"], row["claim"], passages, _whole(passages))
    for query in queries:
        if query.source == "wice":
            passage, place = nearest(query.text, [known[id_] for id_ in sorted(query.relevant)], embedder)
            yield Right("wice", "supported", query.text, (passage,), (place,))
    for row in rows_of(data / "corrections.jsonl"):
        for label, text, words in (
            ("refuted", row["wrong"], row["error_words"]),
            ("supported", row["right"], row["right_words"]),
        ):
            claim = next((s for s in _sentences(text) if words in s), None)
            if claim and row["evidence"]:
                told = row["evidence"][0]
                passage = Passage(text=told["text"], publisher=told["publisher"])
                yield Right("corrections", label, claim, (passage,), (nearest(claim, (passage,), embedder)[1],))  # type: ignore[arg-type]


def _whole(passages: Sequence[Passage]) -> tuple[tuple[int, int], ...]:
    return tuple((0, len(passage.text)) for passage in passages)


def _sentences(text: str) -> list[str]:
    return [text[each.start : each.end] for each in parsed_sentences(text)]


def why_not(right: Right, embedder: MiniLM) -> str | None:
    """Return why right quotations are thrown away."""
    cited = [cite(passage, *place) for passage, place in zip(right.passages, right.quotes, strict=True)]
    passages = {passage.id: passage for passage in right.passages}
    return unrelated(claim_of(right.claim), cited, passages, right.label, embedder)


def renamed(right: Right, names: Sequence[str], chance: random.Random) -> Right | None:
    """Return the same with other names where the quotation has the claim's, and no title; None where it has none."""
    words = [word.strip(".,;:'\"()") for word in right.claim.split()[1:]]
    own = {word for word in words if word[:1].isupper() and len(word) > 3 and word in right.passages[0].text}
    if not own:
        return None
    text = right.passages[0].text
    for word in sorted(own):
        text = text.replace(word, chance.choice(names))
    return right._replace(passages=(Passage(text=text),), quotes=((0, len(text)),))


def fools(given: Sequence[Passage], others: Sequence[Passage], chance: random.Random) -> dict[str, Citation]:
    """Return what each fool quotes."""
    found = [(passage, place) for passage in given for place in sentences_of(passage)]
    other = chance.choice(others)

    def length(each: tuple[Passage, tuple[int, int]]) -> int:
        return each[1][1] - each[1][0]

    return {
        "first": cite(found[0][0], *found[0][1]),
        "random": (lambda each: cite(each[0], *each[1]))(chance.choice(found)),
        "longest": (lambda each: cite(each[0], *each[1]))(max(found, key=length)),
        "shortest": (lambda each: cite(each[0], *each[1]))(min(found, key=length)),
        "foreign": cite(other, *chance.choice(sentences_of(other))),
    }


def count_fools(
    claim: Claim, given: Sequence[Passage], others: Sequence[Passage], embedder: MiniLM, chance: random.Random
) -> tuple[Counter[str], list[str]]:
    """Count by fool the verdicts that get through; describe those of `random`."""
    through: Counter[str] = Counter()
    lines = []
    passages = {passage.id: passage for passage in (*given, *others)}
    for name, citation in fools(given, others, chance).items():
        for label in _LABELS:
            if unrelated(claim, [citation], passages, label, embedder) is None:
                through[f"{name}, {label}"] += 1
                if name == "random" and label == "supported":
                    lines.append(
                        f"random: {claim.text} || {passages[citation.passage_id].title} || {citation.span.exact}"
                    )
    return through, lines


def _shares(through: Counter[str], of: int) -> dict[str, Any]:
    rates = {f"{fool}, {label}": through[f"{fool}, {label}"] for fool in _FOOLS for label in _LABELS}
    return {"claims": of, "through": rates, "share": round(sum(rates.values()) / max(1, of * len(rates)), 3)}


def evidence_of(passages: Sequence[Passage]) -> tuple[Evidence, ...]:
    """Return passages as evidence."""
    return tuple(Evidence(passage=each, rank=rank, score=1, retriever="fused") for rank, each in enumerate(passages, 1))


def measure(data: Path, cache: Path, limit: int | None) -> tuple[dict[str, Any], list[str]]:
    """Return figures and a line on each loss and on what the random fool got through."""
    embedder, chance = MiniLM(), random.Random(13)
    queries = read_queries(data / "retrieval.jsonl", limit)
    corpus = rows_of(data / "corpus.jsonl")
    ids = [row["id"] for row in corpus]
    stored = [Passage(text=row["text"], title=row.get("title") or None, source_url=f"https://corpus.example/{row['id']}")
              for row in corpus]  # fmt: skip
    known = dict(zip(ids, stored, strict=True))
    dense, lexical = rankings(queries, ids, stored, embedder, cache)
    sent = [[id_ for id_, _ in rank(one, two)[:_SENT]]
            for one, two in zip(dense, lexical, strict=True)]  # fmt: skip
    figures: dict[str, Any] = {}
    lines: list[str] = []
    figures["right"], names = _measure_right(data, queries, known, embedder, chance, lines)
    figures["differing"] = _measure_differing(data, embedder, lines)
    figures["untitled"] = _measure_untitled(data, queries, known, embedder)
    figures["renamed"] = names
    figures["fools"] = _measure_fools(queries, sent, known, embedder, chance, lines)
    figures["floor"] = _measure_floor(queries, sent, known, embedder)
    figures["seed"] = measure_seed(embedder, chance)
    return figures, lines


def _measure_right(
    data: Path,
    queries: Sequence[Query],
    known: dict[str, Passage],
    embedder: MiniLM,
    chance: random.Random,
    lines: list[str],
) -> tuple[dict[str, Any], dict[str, int]]:
    given, lost, other = Counter[str](), Counter[str](), Counter[str]()
    rights = list(right_quotations(data, queries, known, embedder))
    names = sorted({word for each in rights for word in each.claim.split()[1:] if word.istitle() and len(word) > 4})
    for right in rights:
        key = f"{right.source}, {right.label}"
        given[key] += 1
        if why := why_not(right, embedder):
            lost[key] += 1
            lines.append(f"lost ({key}): {right.claim} || {right.passages[0].text[:300]} || {why}")
        if swapped := renamed(right, names, chance):
            other["given"] += 1
            other["through"] += why_not(swapped, embedder) is None
    share = round(lost.total() / given.total(), 3)
    return {"given": dict(given), "lost": dict(lost), "share": share}, dict(other)


def _measure_differing(data: Path, embedder: MiniLM, lines: list[str]) -> dict[str, dict[str, int]]:
    days = {each[part]: date.fromisoformat(each["article_date"]) for each in rows_of(data / "corrections.jsonl")
            for part in ("wrong", "right")}  # fmt: skip
    counts = {"right": Counter[str](), "wrong": Counter[str]()}
    for right in right_quotations(data, (), {}, embedder):
        if why_not(right._replace(label="supported"), embedder) is None:
            day = next((days[text] for text in days if right.claim in text), date(2026, 1, 1))
            counted = counts["right" if right.label == "supported" else "wrong"]
            withheld = _is_withheld(right, day, embedder)
            counted.update(given=1, withheld=int(withheld))
            if withheld and right.label == "supported":
                lines.append(f"withheld: {right.claim} || {right.passages[0].text[:300]}")
    return {name: dict(counted) for name, counted in counts.items()}


def _is_withheld(right: Right, day: date, embedder: MiniLM) -> bool:
    """Tell whether support by right quotations is taken back because what they say differs from the claim."""
    article = Article(text=right.claim, published_at=day)
    claim = claim_of(article.text).model_copy(update={"article_id": article.id})
    context = CheckContext(article, (claim,), evidence_of(right.passages), day, Records(()), NoSources(), embedder)
    cited = tuple(cite(passage, *place) for passage, place in zip(right.passages, right.quotes, strict=True))
    verdict = Verdict(
        label="supported", confidence=1, justification="scripted", citations=cited, method="scripted", by="model"
    )
    return withhold_differing(claim, context, verdict)[1] is not None


def _measure_untitled(
    data: Path, queries: Sequence[Query], known: dict[str, Passage], embedder: MiniLM
) -> dict[str, int]:
    counts = Counter[str]()
    for right in right_quotations(data, queries, known, embedder):
        if right.source == "fool_me_twice" and all(leaves_subject(each.text) for each in right.passages):
            bare = tuple(Passage(text=each.text) for each in right.passages)
            counts["given"] += 1
            counts["lost"] += why_not(right._replace(passages=bare), embedder) is not None
    return dict(counts)


def _measure_fools(
    queries: Sequence[Query],
    sent: Sequence[Sequence[str]],
    known: dict[str, Passage],
    embedder: MiniLM,
    chance: random.Random,
    lines: list[str],
) -> dict[str, Any]:
    by_source: dict[str, tuple[Counter[str], list[int]]] = {}
    for query, ids in zip(queries, sent, strict=True):
        source = query.source
        unmarked = [known[id_] for id_ in ids if id_ not in query.relevant]
        others = [known[id_] for id_ in chance.choice(sent) if id_ not in ids]
        if not unmarked or not others:
            continue
        counts, number = by_source.setdefault(source, (Counter(), [0]))
        found, told = count_fools(claim_of(query.text), unmarked, others, embedder, chance)
        counts.update(found)
        number[0] += 1
        lines += told
    return {source: _shares(counts, number[0]) for source, (counts, number) in sorted(by_source.items())}


def _measure_floor(
    queries: Sequence[Query], sent: Sequence[Sequence[str]], known: dict[str, Passage], embedder: MiniLM
) -> dict[str, Any]:
    counts = Counter[str]()
    for query, ids in zip(queries, sent, strict=True):
        kept = {
            each.passage.id for each in fitting(claim_of(query.text), evidence_of([known[i] for i in ids]), embedder)
        }
        relevant = {known[id_].id for id_ in ids if id_ in query.relevant}
        counts["claims"] += 1
        counts["passages"] += len(ids)
        counts["passages kept"] += len(kept)
        counts["with a relevant passage"] += bool(relevant)
        counts["none of the relevant kept"] += bool(relevant) and not relevant & kept
        counts["nothing kept"] += not kept
    return dict(counts)


def measure_seed(embedder: MiniLM, chance: random.Random) -> dict[str, Any]:
    """Count the claims of the seed article that are sent and what fools get through."""
    text = (PROJECT / "seeds/articles/putin-trump-call.txt").read_text(encoding="utf-8")
    article = Article(text=text, published_at=date(2025, 3, 19), headings=find_headings(text))
    stored = [
        Passage.model_validate({name: value for name, value in row.items() if name != "id"})
        for row in rows_of(PROJECT / "seeds/reference/passages.jsonl")
    ]
    tools = tools_for(Records(()), stored, embedder)
    day = date(2025, 3, 19)
    jobs = plan_jobs(article, detect(article, tools).claims, day)
    counts, through = Counter[str](), Counter[str]()
    for job, note in zip(jobs, check_claims(jobs, tools), strict=True):
        reason = note.failure.reason if note.failure else note.verdict.method if note.verdict else ""
        counts["claims"] += 1
        counts["nothing relevant"] += reason == "relevance"
        counts["sent"] += reason == "no_model"
        if reason in ("no_model", "relevance"):
            found = tools.retrieve(job.claim, article, day)
            given = [each.passage for each in found if not each.later]
            counts["passages before"] += len(given)
            near = [each.passage for each in note.evidence if not each.later]
            counts["passages sent"] += len(near) if reason == "no_model" else 0
            if reason == "no_model" and near:
                through.update(count_fools(job.claim, near, stored, embedder, chance)[0])
    return {**counts, "fools": _shares(through, counts["sent"])}


def main() -> None:
    """Print the figures; say so where the data is absent."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path(".factnotes/bench"))
    parser.add_argument("--limit", type=int, help="so many claims of retrieval.jsonl, evenly over the file")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--show", action="store_true", help="what is lost, and what the random fool gets through")
    given = parser.parse_args()
    wanted = ("retrieval.jsonl", "corpus.jsonl", "verdict_with_evidence.jsonl", "corrections.jsonl")
    if absent := [name for name in wanted if not (given.data / name).exists()]:
        print(f"skipped: {', '.join(absent)} absent in {given.data}", file=sys.stderr)
        return
    figures, lines = measure(given.data, given.cache, given.limit)
    print(json.dumps(figures, indent=2))
    if given.show:
        print("\n".join(lines), file=sys.stderr)


if __name__ == "__main__":
    main()
