"""Measure who says what on texts with one annotated attribution each (`attribution.jsonl`, PolNeAR).

    python benchmarks/attribution.py --data ../shared/data --json [--show 20]

A row tells a text and one of its attributions: source, cue, content. Ours is the one whose content
shares most with it (a quotation in several pieces by one speaker counts as one). It is `found` when the
token F1 of the two contents is at least 0.3. What else we find in the text cannot be judged.

Source: right when the heads agree. The head of a source is the last word before its first preposition,
relative pronoun or comma, in lower case and without possessive ending (`chief economist Ann Lee, who...`
gives `lee`); each part of an apposition may give the head, `who` agrees with the words right before it,
and other pronouns agree with themselves. `precision` is right among found, `recall` right among all rows.
Cue: ours shares a word with theirs, among found. Content: means over all rows, 0 where nothing is found.

`direct`: rows whose content is mostly in quotation marks, with found meaning that a quotation was given to
somebody; `speakers_wrong` counts the harm. `looked_at` is the half of the rows that was read while the
rules were written, `only_scored` the other (by a hash of the row's id). `nearest_name` is the baseline:
quotations, and clauses of the commonest verbs of speech, go to the nearest capitalised name or pronoun.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.check.claims import attributions
from pipeline.core.models import Article

FOUND = 0.3
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_MARKS = '“”"«»„'
_QUOTED = re.compile(r"“[^“”]*”?|\"[^\"]*\"?|''.*?''|„[^“”]*[“”]")
_BREAK = re.compile(r"\b(?:of|in|at|on|from|for|with|to|by|who|whom|which|that|whose|behind|close|near)\b|[,(;—–]| - ")
_NOT_HEADS = frozenset({"the", "a", "an", "his", "her", "their", "its"})
_NAME = re.compile(r"(?:(?:[A-Z][\w'’-]+|[A-Z]\.)(?: (?:[A-Z][\w'’-]+|[A-Z]\.))*)|\b(?:[Hh]e|[Ss]he|[Tt]hey|[Ww]e|I)\b")
_SAYS = re.compile(
    r"\b(?:said|says|say|told|tells|wrote|argued|argues|added|adds|asked|believes?|thinks?|claimed|claims)\b"
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*[”\"’]?")


@dataclass(frozen=True)
class Predicted:
    """An attribution as text only."""

    source: str
    cue: str
    content: str
    direct: bool


def main() -> None:
    """Print the figures of both halves, the system's and the baseline's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--json", action="store_true", help="print JSON only")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N mistakes of the half looked at")
    given = parser.parse_args()
    path = given.data / "attribution.jsonl"
    if not path.is_file():
        print(f"skipped: there is no {path}", file=sys.stderr)
        return
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    halves = {
        "looked_at": [row for row in rows if looked_at(row)],
        "only_scored": [row for row in rows if not looked_at(row)],
    }
    figures = {
        name: {"factnotes": measured(half, ours), "nearest_name": measured(half, nearest_name)}
        for name, half in halves.items()
    }
    print(json.dumps(figures, indent=None if given.json else 2))
    for line in list(mistakes(halves["looked_at"]))[: given.show]:
        print(line, file=sys.stderr)


def looked_at(row: dict[str, Any]) -> bool:
    """Tell whether a row may be read while rules are written."""
    return hashlib.sha256(row["id"].encode()).digest()[0] % 2 == 0


def ours(text: str) -> list[Predicted]:
    """Return what factnotes finds, pieces of one quotation joined."""
    joined: dict[tuple[object, ...], list[Any]] = {}
    for each in attributions(Article(text=unicodedata.normalize("NFC", text))):
        key = (each.direct, each.speaker_span, each.cue) if each.direct else (each.content,)
        joined.setdefault(key, []).append(each)
    return [
        Predicted(parts[0].speaker, parts[0].cue or "", " ".join(part.content.exact for part in parts), parts[0].direct)
        for parts in joined.values()
    ]


def nearest_name(text: str) -> list[Predicted]:
    """Return the baseline's attributions."""
    quotations = [match.span() for match in _QUOTED.finditer(text)]
    names = [
        match for match in _NAME.finditer(text) if not any(start <= match.start() < end for start, end in quotations)
    ]
    found = []
    for start, end in quotations:
        near = min(names, key=lambda name: min(abs(name.start() - end), abs(start - name.end())), default=None)
        if near is not None:
            found.append(Predicted(near[0], "", text[start:end], True))
    for sentence in _SENTENCE.finditer(text):
        for verb in _SAYS.finditer(text, *sentence.span()):
            near = min(names, key=lambda name: min(abs(name.start() - verb.end()), abs(verb.start() - name.end())),
                       default=None)  # fmt: skip
            after = text[verb.end() : sentence.end()]
            content = after if len(after.split()) > 2 else text[sentence.start() : verb.start()]
            if near is not None:
                found.append(Predicted(near[0], verb[0], content, False))
    return found


def measured(rows: Sequence[dict[str, Any]], system: Callable[[str], list[Predicted]]) -> dict[str, Any]:
    """Return the figures of a system on some rows, and of the directly quoted among them."""
    scores, direct, failures = [], [], 0
    for row in rows:
        try:
            predicted = system(row["text"])
        except Exception:  # a benchmark counts what fails
            predicted, failures = [], failures + 1
        scores.append((row, *best(row, predicted)))
        if is_direct(row):
            direct.append((row, *best(row, [one for one in predicted if one.direct])))
    return {
        "n": len(rows),
        "failures": failures,
        **_figures(scores),
        "direct": {"n": len(direct), **_figures(direct)},
    }


def best(row: dict[str, Any], predicted: Sequence[Predicted]) -> tuple[Predicted | None, float]:
    """Return the attribution whose content shares most with a row's; a right source decides between equals."""
    ranked = sorted(
        predicted, key=lambda one: (overlap(row["content"], one.content)[0], _right(row, one)), reverse=True
    )
    if not ranked or overlap(row["content"], ranked[0].content)[0] < FOUND:
        return None, 0.0
    return ranked[0], overlap(row["content"], ranked[0].content)[0]


def _figures(scores: Sequence[tuple[dict[str, Any], Predicted | None, float]]) -> dict[str, Any]:
    found = [(row, one) for row, one, _ in scores if one is not None]
    right = sum(_right(row, one) for row, one in found)
    cues = sum(bool(set(_words(row["cue"] or "")) & set(_words(one.cue))) for row, one in found)
    jaccards = [overlap(row["content"], one.content)[1] if one else 0.0 for row, one, _ in scores]
    precision, recall = right / max(1, len(found)), right / max(1, len(scores))
    return {
        "found": len(found),
        "speakers_wrong": len(found) - right,
        "source": {
            "precision": round(precision, 3),
            "recall": round(recall, 3),
            "f1": round(2 * precision * recall / max(1e-9, precision + recall), 3),
        },
        "cue_right_of_found": round(cues / max(1, len(found)), 3),
        "content": {
            "token_f1": round(sum(f1 for _, _, f1 in scores) / max(1, len(scores)), 3),
            "jaccard": round(sum(jaccards) / max(1, len(scores)), 3),
            "jaccard_at_least_half": round(sum(value >= 0.5 for value in jaccards) / max(1, len(scores)), 3),
        },
    }


def is_direct(row: dict[str, Any]) -> bool:
    """Tell whether most of a row's content stands in quotation marks."""
    content = row["content"].strip()
    inside = sum(len(_words(match[0])) for match in _QUOTED.finditer(content))
    return 2 * inside > len(_words(content))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def overlap(gold: str, guess: str) -> tuple[float, float]:
    """Return F1 and Jaccard index of the words of two texts, each word as often as it stands there."""
    first, second = Counter(_words(gold)), Counter(_words(guess))
    shared, every = (first & second).total(), (first | second).total()
    both = first.total() + second.total()
    return (2 * shared / both, shared / every) if both and every else (0.0, 0.0)


def _right(row: dict[str, Any], one: Predicted) -> bool:
    gold = row["source"] or ""
    if gold.lower() in ("who", "which", "that"):
        before = re.findall(rf"([^.;:!?]{{0,80}}?),? {gold}\b", row["text"], re.IGNORECASE)
        return any(_words(one.source) == _words(words)[-len(_words(one.source)) :] for words in before)
    return bool(heads(gold) & heads(one.source))


def heads(source: str) -> set[str]:
    """Return the words that may be the head of a source.

    >>> sorted(heads("IMF economist Ann Lee, a member of the board"))
    ['lee', 'member']
    """
    found = set()
    for part in re.split(r"[,(—–]| - | and ", source):
        kept = [word for word in _words(_BREAK.split(part.strip())[0]) if word not in _NOT_HEADS]
        if kept:
            found.add(re.sub(r"['’]s?$", "", kept[-1]))
    return found


def mistakes(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield what was missed or given to somebody else."""
    for row in rows:
        one, f1 = best(row, ours(row["text"]))
        gold = f"{row['source']} | {row['cue']} | {row['content']}"
        if one is None:
            yield f"MISSED  {gold}\n        {row['text']!r}"
        elif not _right(row, one):
            yield f"SOURCE  {gold}\n        {one}\n        {row['text']!r}"
        elif f1 < 0.7:
            yield f"CONTENT {gold}\n        {one}\n        {row['text']!r}"


if __name__ == "__main__":
    main()
