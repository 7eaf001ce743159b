"""Measure how the time of every reader of a text grows with its length, over patterns that repeat without an end.

    python benchmarks/text_growth.py [--data FOLDER] [--json] [--length 300000] [--only NAME] [--patterns 60] [--far]

With --far everything that parses reads every pattern at 24,000 characters and whole, and `by pattern` sums its readers.

A pattern is a piece again and again (`tests/data/hostile/repeated.yaml`): as one line for what reads any text, as
sentences of 700 characters in one paragraph for what parses them. Each reader without a parse reads a sixteenth and a
quarter of the length, and the whole of what was slowest or steep. Those with a parse, whose own seconds are told
without it, read 6,000 and 24,000 characters, and of what was slow or steep a half and the whole of the length. `order`
is the exponent that the seconds grow with between the last two: 1 is linear, 2 a square. Below `NOISE_S` seconds no
exponent is told. --data is not looked at.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any, cast

import yaml

from pipeline.articles import load_article
from pipeline.articles.plain import find_headings
from pipeline.check.addressed import find_words_to_checkers, told_of_article
from pipeline.check.checkers.consistency.checker import check_consistency, find_oddities
from pipeline.check.checkers.quantities.parsing import find_quantities
from pipeline.check.checkers.titles import claim_titles
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.check.claims import attributions, detect_claims, without_claim
from pipeline.core.english import (
    find_addressed,
    find_dates,
    find_numbers,
    find_places,
    readable_lines,
    sentences,
)
from pipeline.core.errors import FactnotesError
from pipeline.core.models import (
    Article,
    Citation,
    Claim,
    Coverage,
    Evidence,
    Note,
    Passage,
    Report,
    Span,
    Usage,
    Verdict,
    Versions,
)
from pipeline.core.ports import CheckContext
from pipeline.core.printing import shown
from pipeline.core.settings import PROJECT, load_settings
from pipeline.evidence import LexicalIndex, split_text
from pipeline.evidence.reading import read_reference
from pipeline.llm import load_prompt
from pipeline.reports import render_markdown
from pipeline.reports.run.html import render_html

REPEATED = PROJECT / "tests" / "data" / "hostile" / "repeated.yaml"
NOISE_S = 0.1
STEEP = 1.45
"""An exponent above this is no n log n at these lengths."""
STEEP_PARSED = 1.2
PARSED_AT = (6_000, 24_000)
FARTHEST = 1
"""Patterns of each reader with a parse that are read whole however they grow."""
SLOW_S = 20.0
"""A quarter that takes longer is not followed by the whole."""
SLOWEST = 3
"""Patterns that are read whole however they grow."""
DAY = date(2031, 3, 14)
Reader = Callable[[str], object]


WORDS = {
    "different names": "Anna {} spoke. Mayor {}e left. ",
    "different spellings": "Anna Kovalenk{} spoke and Anna Kovalenk{}y left. ",
    "different speakers": "“It fell,” said Anna {}. “It rose,” {} said. ",
    "different figures": "It cost ${}.5 million, {} percent of 3{} homes. ",
}
"""Pieces in which a word or a number is another one each time."""


def _load(text: str) -> object:
    return load_article("-", load_settings(model="none"), stdin=text.encode())


def _article(text: str) -> Article:
    return Article(text=unicodedata.normalize("NFC", text.strip() or "a"), published_at=DAY)


def _evidence(text: str) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "evidence.txt"
        path.write_text(text, encoding="utf-8")
        return read_reference(path)


def _search(text: str) -> object:
    index = LexicalIndex([Passage(text=part) for part in split_text(text) if part])
    return index.query(text[:2_000], 5)


def _prompt(text: str) -> object:
    return _detection().render(context=text[:500], text=text)


@cache
def _detection() -> Any:
    return load_prompt("detect_claims", PROJECT / "prompts")


def _report(text: str) -> Report:
    article, passage = _article(text), Passage(text=text.strip() or "a")
    whole = Span(start=0, end=len(article.text), exact=article.text)
    claim = Claim(article_id=article.id, spans=(whole,), text=article.text, check_worthiness=0.5)
    cited = Citation.locate(passage.text, passage)
    verdict = Verdict(label="refuted", confidence=1, justification=text, citations=(cited,), method="model", by="model")
    evidence = Evidence(passage=passage, rank=1, score=1, retriever="words")
    note = Note(claim=claim, evidence=(evidence,), verdict=verdict)
    versions = Versions(code="1", embedding="1", index="1", syntax="1")
    return Report(
        run_id="run", coverage=Coverage.of((note,)), as_of=DAY, article=article, notes=(note,), usage=Usage(),
        seconds=0, versions=versions, created_at=datetime(2031, 3, 14, tzinfo=UTC),
    )  # fmt: skip


PLAIN: Mapping[str, Reader] = {
    "load": _load,
    "headings": find_headings,
    "lines": lambda text: list(readable_lines(text)),
    "numbers": find_numbers,
    "dates": lambda text: find_dates(text, DAY),
    "places": find_places,
    "words to checkers": find_addressed,
    "quotations located": lambda text: Span.locate(text[len(text) // 2 :][:400], text, near=len(text)),
    "quantities": lambda text: [find_quantities(part) for part in split_text(text)],
    "splitting": split_text,
    "evidence": _evidence,
    "search": _search,
    "prompt": _prompt,
    "printing": shown,
    "report page": lambda text: render_html(_report(text)),
    "report text": lambda text: render_markdown(_report(text)),
}
"""Readers without a parse."""
PARSING: Mapping[str, Callable[[Article, tuple[Claim, ...]], object]] = {
    "titles": lambda article, _: sightings(article),
    "titles as claims": lambda article, _: claim_titles(article),
    "attributions": lambda article, _: attributions(article),
    "consistency": lambda article, _: find_oddities(article),
    "told of the article": lambda article, _: list(told_of_article(article)),
    "without a claim": lambda article, claims: without_claim(article, claims),
    "flags": lambda article, claims: _flags(article, claims),
}
"""Readers of an article that is parsed, and of its claims."""
PARSED = ("sentences", "claims", *PARSING)


def _flags(article: Article, claims: tuple[Claim, ...]) -> object:
    """Put what an article contradicts, and what speaks to a checker, on its claims."""
    nobody = cast("Any", None)
    context = CheckContext(article, claims, (), DAY, nobody, nobody, nobody)
    return [(check_consistency(claim, context), find_words_to_checkers(claim, claims, article, ())) for claim in claims]


def line_of(piece: str, length: int) -> str:
    """Return one line of a piece again and again."""
    return piece * (length // len(piece))


def sentences_of(piece: str, length: int) -> str:
    """Return sentences of pieces, each as long as a sentence may be."""
    sentence = f"The board met {piece * (650 // len(piece))} until the end was near. "
    return sentence * max(1, length // len(sentence))


def seconds(read: Reader, text: str) -> float:
    """Return the processor's seconds of a reading; one that is refused counts as well.

    What stood before it is frozen: a pass of the garbage collector over it would be told of whichever reader it hit.
    """
    gc.collect()
    gc.freeze()
    begun = time.process_time()
    with suppress(FactnotesError, ValueError):
        read(text)
    took = time.process_time() - begun
    gc.unfreeze()
    return took


def order(short: float, long: float, times: float = 4) -> float | None:
    """Return the exponent that seconds grow with over some times the length; None below the noise."""
    return round(math.log(long / max(short, 0.01), times), 2) if long > NOISE_S else None


def measured(read: Reader, texts: Mapping[str, Callable[[int], str]], length: int) -> dict[str, dict[str, Any]]:
    """Return the seconds of each pattern for a sixteenth and a quarter, and the whole of the slow and steep ones."""
    rows: dict[str, dict[str, Any]] = {}
    for pattern, make in texts.items():
        short, quarter = (round(seconds(read, make(length // part)), 3) for part in (16, 4))
        rows[pattern] = {"sixteenth": short, "quarter": quarter, "order": order(short, quarter)}
    slowest = sorted(rows, key=lambda pattern: -rows[pattern]["quarter"])[:SLOWEST]
    for pattern in rows:
        row = rows[pattern]
        if row["quarter"] < SLOW_S and (pattern in slowest or (row["order"] or 0) > STEEP):
            row["whole"] = round(seconds(read, texts[pattern](length)), 3)
            row["order"] = order(row["quarter"], row["whole"])
    return rows


def table(length: int, patterns: Mapping[str, str], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Return for each reader its slowest pattern, and every one that is steep or that took too long to go on."""
    figures: dict[str, Any] = {}
    for name, read in readers.items():
        seconds(read, "The council of Velda closed the pier on 3 May 2019.")  # loads what it needs
        rows = measured(read, {name: partial(line_of, piece) for name, piece in patterns.items()}, length)
        slowest = max(rows, key=lambda pattern: rows[pattern].get("whole", rows[pattern]["quarter"]))
        steep = {
            pattern: row for pattern, row in rows.items() if (row["order"] or 0) > STEEP or row["quarter"] >= SLOW_S
        }
        figures[name] = {"characters": length, "slowest": {slowest: rows[slowest]}, "steep": steep}
        print(name, json.dumps(figures[name]), file=sys.stderr, flush=True)
    return figures


def different(piece: str, length: int) -> str:
    """Return sentences of a piece whose word or number is another one each time."""
    digits = "{}." in piece
    words = (str(n + 100) if digits else _name_of(n) for n in count())
    made = list[str]()
    while sum(map(len, made[-1:])) * len(made) < length:
        made.append(piece.replace("{}", next(words)))
    return "".join(made)


def _name_of(number: int) -> str:
    """Return a name of five letters that no other number has."""
    letters = "".join(chr(ord("a") + number // 26**at % 26) for at in range(5))
    return letters.capitalize()


def parsed_seconds(text: str) -> dict[str, float]:
    """Return the seconds of a parse, and what each reader takes beside it."""
    article, found = _article(text), list[Claim]()
    took = {"sentences": seconds(lambda _: sentences(article), text)}
    took["claims"] = seconds(lambda _: found.extend(detect_claims(article)), text)
    claims = tuple(found)
    for name, read in PARSING.items():
        took[name] = seconds(lambda _, read=read: read(article, claims), text)  # type: ignore[misc]
    return {name: round(each, 3) for name, each in took.items()}


def parsed_rows(
    texts: Mapping[str, Callable[[int], str]], lengths: Sequence[int], whole: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """Return by reader and pattern the seconds at each length; only what is slow or steep goes to the last two."""
    rows: dict[str, dict[str, Any]] = {name: {pattern: {} for pattern in texts} for name in PARSED}

    def read(pattern: str, length: int) -> None:
        for name, each in parsed_seconds(texts[pattern](length)).items():
            rows[name][pattern][str(length)] = each
        print(pattern, length, json.dumps({name: rows[name][pattern] for name in PARSED}), file=sys.stderr, flush=True)

    for pattern in texts:
        for length in lengths[:2]:
            read(pattern, length)
    for pattern in whole or _far(rows, lengths):
        for length in lengths[2:]:
            read(pattern, length)
    for patterns in rows.values():
        for row in patterns.values():
            (short, one), (long, other) = [(int(length), row[length]) for length in row][-2:]
            row["order"] = order(one, other, long / short)
    return rows


def _far(rows: Mapping[str, Mapping[str, Mapping[str, float]]], lengths: Sequence[int]) -> list[str]:
    """Return the patterns that are slow for some reader, or that its seconds grow faster with than they should."""
    short, long = map(str, lengths[:2])
    chosen = dict[str, None]()
    for patterns in rows.values():
        chosen |= dict.fromkeys(sorted(patterns, key=lambda pattern: -patterns[pattern][long])[:FARTHEST])
        steep = (
            (order(row[short], row[long], lengths[1] / lengths[0]) or 0, pattern) for pattern, row in patterns.items()
        )
        chosen |= {pattern: None for power, pattern in steep if power > STEEP_PARSED}
    return list(chosen)


def by_pattern(rows: Mapping[str, Mapping[str, Mapping[str, float]]]) -> dict[str, Any]:
    """Return for each pattern what all readers took together at each length, and the power that it grows with."""
    table = {}
    for pattern in rows[PARSED[0]]:
        lengths = [length for length in rows[PARSED[0]][pattern] if length != "order"]
        took: dict[str, Any] = {
            length: round(sum(rows[name][pattern][length] for name in PARSED), 3) for length in lengths
        }
        short, long = lengths[-2:]
        table[pattern] = took | {"order": order(took[short], took[long], int(long) / int(short))}
    return table


def parsed_table(rows: Mapping[str, Mapping[str, Mapping[str, Any]]], whole: int) -> dict[str, Any]:
    """Return for each reader its slowest pattern at the whole length, and each that is steep there."""
    figures = {}
    for name, patterns in rows.items():
        far = {pattern: row for pattern, row in patterns.items() if str(whole) in row}
        slowest = max(far, key=lambda pattern: far[pattern][str(whole)])
        steep = {pattern: row for pattern, row in far.items() if (row["order"] or 0) > STEEP_PARSED}
        figures[name] = {
            "characters": whole,
            "to the end": len(far),
            "slowest": {slowest: far[slowest]},
            "steep": steep,
        }
    return figures


def main() -> None:
    """Measure every reader, or the ones that are named; `parsed` names all that parse."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--length", type=int, default=300_000)
    parser.add_argument("--only", action="append")
    parser.add_argument("--patterns", type=int)
    parser.add_argument("--pattern", action="append", help="one that is read whole by what parses; no other is")
    parser.add_argument("--far", action="store_true", help="all that parse read every pattern whole")
    given = parser.parse_args()
    pieces = dict(list(yaml.safe_load(REPEATED.read_text(encoding="utf-8")).items())[: given.patterns])
    chosen = {name: read for name, read in PLAIN.items() if not given.only or name in given.only}
    figures = {"patterns": len(pieces), **table(given.length, pieces, chosen)}
    if not given.only or "parsed" in given.only:
        seconds(lambda text: parsed_seconds(text), "The council of Velda closed the pier on 3 May 2019.")
        texts = {name: partial(sentences_of, piece) for name, piece in pieces.items()}
        texts |= {name: partial(different, piece) for name, piece in WORDS.items()}
        texts = {name: make for name, make in texts.items() if not given.pattern or name in given.pattern}
        lengths = (PARSED_AT[1], given.length) if given.far else (*PARSED_AT, given.length // 2, given.length)
        rows = parsed_rows(texts, lengths, given.pattern or ())
        figures |= {"patterns of those that parse": len(texts), **parsed_table(rows, given.length)}
        figures |= {"by pattern": by_pattern(rows)} if given.far else {}
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
