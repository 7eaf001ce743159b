"""An evaluation as it is shown: variants with letters, and each case with every answer and its evidence."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.core.models import Case
from pipeline.evaluation.cases import Answer, Suite, Variant
from pipeline.evaluation.report.wording import Turn
from pipeline.evaluation.scores import Pairing, Scores
from pipeline.reports import shorten

DEPTH = 10
"""Ranks that are shown."""
_LENGTH = 240
_TOLD_ELSEWHERE = ("justification", "citations")


def spell_payload(payload: Mapping[str, Any], gold: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[str, ...]:
    """Return a line for each thing an answer holds; `titles` are of the passages a ranking may name.

    >>> spell_payload({"ranking": ["p1", "p2"]}, {"relevant": ["p2"]}, {"p1": "Harbour ledger"})
    ('1. Harbour ledger', '2. p2 (relevant)')
    """
    lines: list[str] = []
    for name, value in payload.items():
        if name in _TOLD_ELSEWHERE:
            continue
        lines += (
            _LINES[name](value, gold, titles) if name in _LINES and isinstance(value, list) else _other(name, value)
        )
    return tuple(shorten(line, _LENGTH) for line in lines)


def brief_payload(payload: Mapping[str, Any], gold: Mapping[str, Any]) -> str:
    """Return in a few words what an answer without a label came to.

    >>> brief_payload({"ranking": ["p1", "p2"]}, {"relevant": ["p2"]})
    'first relevant at 2'
    """
    if "ranking" in payload:
        relevant = {str(one) for one in gold.get("relevant", ())}
        first = next((place for place, one in enumerate(payload["ranking"], 1) if str(one) in relevant), None)
        return f"first relevant at {first}" if first else "nothing relevant found"
    for name in ("attributions", "claims"):
        if name in payload:
            count = len(payload[name])
            return f"{count} {name if count != 1 else name[:-1]}"
    return "answered"


def spell_gold(gold: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[str, ...]:
    """Return a line for each thing that a case without a label asks for."""
    relevant = [titles.get(str(one), str(one)) for one in gold.get("relevant", ())]
    lines = [f"relevant: {one}" for one in relevant[:DEPTH]]
    lines += _attributions(_dicts(gold.get("attributions", ())), gold, titles)
    return tuple(shorten(line, _LENGTH) for line in (*lines, *_claims(gold.get("claims", ()), gold, titles)))


def _ranking(value: Iterable[Any], gold: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    relevant = {str(one) for one in gold.get("relevant", ())}
    for place, passage in enumerate(map(str, value), 1):
        if place <= DEPTH or passage in relevant:
            yield f"{place}. {titles.get(passage, passage)}{' (relevant)' if passage in relevant else ''}"


def _attributions(value: Iterable[Any], gold: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    for one in _dicts(value):
        yield f"{one.get('source') or one.get('speaker') or 'nobody'}: {one.get('content', '')}"


def _claims(value: Iterable[Any], gold: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    for one in value:
        claim = one if isinstance(one, dict) else {"text": one}
        label = str(claim.get("label") or "").replace("_", " ")
        yield f"claim: {claim.get('text', '')}{f' ({label})' if label else ''}"


def _other(name: str, value: Any) -> list[str]:
    number = f"{value:.3g}" if isinstance(value, float) else json.dumps(value, ensure_ascii=False)
    return [f"{name.replace('_', ' ')}: {number}"]


def _dicts(value: Iterable[Any]) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)]


_LINES = {"ranking": _ranking, "attributions": _attributions, "claims": _claims}

MOST_CASES = 3_000
"""More are not listed: the file would no longer open at once."""
_LABELLED = ("verdict", "detection")
_ORDER: tuple[Turn, ...] = ("broken", "fixed", "failed", "wrong", "mixed", "right", "other")


@dataclass(frozen=True)
class ScoredVariant:
    """A variant with the letter and the colour that stand for it."""

    number: int
    variant: Variant
    scores: Scores

    @property
    def letter(self) -> str:
        """A for the baseline, then B, C and so on."""
        return chr(ord("A") + self.number) if self.number < 26 else str(self.number + 1)


@dataclass(frozen=True)
class ShownAnswer:
    """One answer as it is shown."""

    answer: Answer
    right: bool | None
    """None where there is no right or wrong label."""
    justification: str
    brief: str
    """The same in a few words."""
    other: tuple[str, ...]
    """What a stage without labels answered, in lines."""


@dataclass(frozen=True)
class Piece:
    """Words of the evidence, quoted by an answer or not."""

    text: str
    quoted: bool


@dataclass(frozen=True)
class CaseView:
    """A case with the answers of every variant."""

    number: int
    case: Case
    turn: Turn
    tokens: tuple[str, ...]
    """What the page's filter finds it by."""
    shown_answers: tuple[tuple[ScoredVariant, tuple[ShownAnswer, ...]], ...]
    gold: tuple[str, ...]
    """What is asked for, where that is no label."""
    evidence: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True)
class Listing:
    """The cases that are shown, the most telling first, and how many are not."""

    shown: tuple[CaseView, ...]
    left_out: int


def list_cases(
    suite: Suite, scored_variants: Sequence[ScoredVariant], answers: Iterable[Answer], pairings: Sequence[Pairing]
) -> Listing:
    """Return every case with its answers: those that got worse first, then better, failed, wrong, right."""
    answered: dict[str, dict[str, list[Answer]]] = defaultdict(lambda: defaultdict(list))
    for answer in answers:
        answered[answer.case_id][answer.variant].append(answer)
    fixed = {case for pairing in pairings for case in pairing.fixed}
    broken = {case for pairing in pairings for case in pairing.broken}
    titles = {passage.id: passage.title or passage.text for passage in suite.corpus}
    turned = [(_turn(case, answered[case.id], scored_variants, fixed, broken), case) for case in suite.cases]
    turned.sort(key=lambda pair: _ORDER.index(pair[0]))
    views = [
        _view(number, case, turn, answered[case.id], scored_variants, (case.id in fixed, case.id in broken), titles)
        for number, (turn, case) in enumerate(turned[:MOST_CASES], 1)
    ]
    return Listing(tuple(views), max(0, len(turned) - MOST_CASES))


def _turn(
    case: Case,
    answered: Mapping[str, list[Answer]],
    scored_variants: Sequence[ScoredVariant],
    fixed: set[str],
    broken: set[str],
) -> Turn:
    if case.id in broken:
        return "broken"
    if case.id in fixed:
        return "fixed"
    answers = [answer for scored in scored_variants for answer in answered.get(scored.variant.id, ())]
    if any(answer.failure for answer in answers):
        return "failed"
    if case.stage not in _LABELLED:
        return "other"
    right = [case.accepts(answer.label) for answer in answers]
    return "right" if all(right) else "mixed" if any(right) else "wrong"


def _view(
    number: int,
    case: Case,
    turn: Turn,
    answered: Mapping[str, list[Answer]],
    scored_variants: Sequence[ScoredVariant],
    changed: tuple[bool, bool],
    titles: Mapping[str, str],
) -> CaseView:
    shown_answers = tuple(
        (
            scored,
            tuple(
                _shown_answer(case, answer, titles)
                for answer in sorted(answered.get(scored.variant.id, ()), key=lambda a: a.repeat)
            ),
        )
        for scored in scored_variants
    )
    answers = [one.answer for _, some in shown_answers for one in some]
    tokens = [turn, *(name for name, is_so in zip(("fixed", "broken"), changed, strict=True) if is_so)]
    tokens += ["failed"] if any(answer.failure for answer in answers) else []
    return CaseView(
        number=number,
        case=case,
        turn=turn,
        tokens=tuple(dict.fromkeys([*tokens, *(["flipped"] if any(changed) else [])])),
        shown_answers=shown_answers,
        gold=() if case.stage in _LABELLED else spell_gold(case.metadata, titles),
        evidence=tuple(mark_quotes(text, _quotes(answers)) for text in case.evidence),
    )


def _shown_answer(case: Case, answer: Answer, titles: Mapping[str, str]) -> ShownAnswer:
    return ShownAnswer(
        answer=answer,
        right=case.accepts(answer.label) if case.stage in _LABELLED and not answer.failure else None,
        justification=str(answer.payload.get("justification") or ""),
        brief=brief_payload(answer.payload, case.metadata),
        other=spell_payload(answer.payload, case.metadata, titles),
    )


def _quotes(answers: Iterable[Answer]) -> tuple[str, ...]:
    cited = (one for answer in answers for one in answer.payload.get("citations", ()) if isinstance(one, dict))
    return tuple(dict.fromkeys(str(one.get("quote") or "") for one in cited))


def mark_quotes(text: str, quotes: Sequence[str]) -> tuple[Piece, ...]:
    """Cut a text at the ends of what is quoted from it; overlapping quotations are one."""
    places = sorted((at, at + len(quote)) for quote in quotes if quote and (at := text.find(quote)) >= 0)
    pieces: list[Piece] = []
    done = 0
    for start, end in _merged(places):
        pieces += [Piece(text[done:start], quoted=False), Piece(text[start:end], quoted=True)]
        done = end
    return tuple(piece for piece in (*pieces, Piece(text[done:], quoted=False)) if piece.text)


def _merged(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in places:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
