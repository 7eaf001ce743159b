"""The seed article, end to end with the embedded default, against its gold annotation."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from benches import bench_over_seeds

from pipeline.articles import load_article
from pipeline.check import Bench, check_article
from pipeline.core.models import Note, Report

SEEDS = Path(__file__).parents[2] / "seeds"
SOURCE = SEEDS / "articles/putin-trump-call.txt"
GOLD = json.loads((SEEDS / "gold/putin-trump-call.json").read_text(encoding="utf-8"))
CLAIMS: dict[str, dict[str, Any]] = {claim["id"]: claim for claim in GOLD["claims"]}
MUTATIONS: dict[str, dict[str, Any]] = {mutation["id"]: mutation for mutation in GOLD["mutations"]}
UNCHECKED = {"not_checkable", "not_enough_evidence"}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory):
    with bench_over_seeds(tmp_path_factory.mktemp("home")) as opened:
        yield opened


def check(bench: Bench, path: Path, published_at: date | None = None) -> Report:
    article = load_article(str(path), bench.settings, published_at=published_at)
    return check_article(article, bench.tools, bench.store)


@pytest.fixture(scope="module")
def report(bench: Bench) -> Report:
    return check(bench, SOURCE)


def share(note: Note, start: int, end: int) -> float:
    """Overlap over union of a note's claim and a stretch of the article."""
    own = {offset for span in note.claim.spans for offset in range(span.start, span.end)}
    other = set(range(start, end))
    return len(own & other) / len(own | other)


def nearest(notes: tuple[Note, ...], start: int, end: int) -> Note:
    return max(notes, key=lambda note: share(note, start, end))


def nearest_gold(note: Note) -> dict[str, Any]:
    return max(CLAIMS.values(), key=lambda gold: share(note, gold["start"], gold["end"]))


def worthy(note: Note) -> bool:
    return note.claim.checkable and note.claim.check_worthiness >= 0.5


def meets(note: Note, start: int, end: int) -> bool:
    """At least half of the shorter of the two is shared."""
    shared = sum(max(0, min(span.end, end) - max(span.start, start)) for span in note.claim.spans)
    own = sum(span.end - span.start for span in note.claim.spans)
    return shared >= min(own, end - start) / 2


def kinds(note: Note) -> set[str]:
    return {flag.kind for flag in note.flags}


def test_the_coverage_line_counts_every_note(report: Report) -> None:
    assert sum(report.coverage.counts().values()) == report.coverage.claims == len(report.notes) > 30


def test_every_quote_is_proven(report: Report) -> None:
    for note in report.notes:
        assert all(span.is_in(report.article.text) for span in note.claim.spans)
        assert all(flag.span.is_in(report.article.text) for flag in note.flags)
        passages = {each.passage.id: each.passage for each in note.evidence}
        for citation in note.citations:
            assert citation.span.is_in(passages[citation.passage_id].text)
            assert citation.sha256 == passages[citation.passage_id].sha256


def test_ninety_percent_of_the_gold_claims_worth_a_check_are_found(report: Report) -> None:
    gold = [claim for claim in CLAIMS.values() if claim["check_worthy"]]
    found = [g for g in gold if any(worthy(n) and meets(n, g["start"], g["end"]) for n in report.notes)]
    assert len(found) / len(gold) >= 0.9


def test_eighty_percent_of_what_is_found_worth_a_check_is_in_gold(report: Report) -> None:
    gold = [claim for claim in CLAIMS.values() if claim["check_worthy"]]
    detected = [note for note in report.notes if worthy(note)]
    right = [note for note in detected if any(meets(note, g["start"], g["end"]) for g in gold)]
    assert len(right) / len(detected) >= 0.8


def test_a_claim_decided_without_a_model_is_decided_rightly_or_not_at_all(report: Report) -> None:
    decided = [note for note in report.notes if note.verdict and note.verdict.label in ("supported", "refuted")]
    assert decided
    for note in decided:
        gold = nearest_gold(note)
        assert share(note, gold["start"], gold["end"]) > 0.5, note.claim.span.exact
        assert note.verdict.label in gold["acceptable_verdicts"], note.claim.span.exact


def test_no_flag_is_a_false_alarm(report: Report) -> None:
    for note in report.notes:
        gold = nearest_gold(note)
        assert not kinds(note) & set(gold["must_not_flag"]), (note.claim.span.exact, kinds(note))
        if "misattributed_title" in kinds(note):
            assert gold["id"] == "c06"
        assert not kinds(note) & {"wrong_number", "altered_quotation", "wrong_speaker", "inconsistent_article"}


def test_the_one_wrong_title_is_flagged_with_its_record_and_a_correction(report: Report) -> None:
    gold = CLAIMS["c06"]
    note = nearest(report.notes, gold["start"], gold["end"])
    assert note.verdict and note.verdict.label == "refuted"
    assert set(gold["expected_flags"]) <= kinds(note)
    flag = next(flag for flag in note.flags if flag.kind == "misattributed_title")
    assert "2025-01-20" in flag.message or "20 January 2025" in flag.message
    assert flag.suggestion and "former" not in flag.suggestion.lower()
    assert any(each.passage.kind == "office_record" for each in note.evidence)


def test_a_right_title_is_said_to_be_right_beside_what_is_wrong_there(report: Report) -> None:
    gold = CLAIMS["c44"]
    note = nearest(report.notes, gold["start"], gold["end"])
    assert note.verdict and note.verdict.label == "supported"
    assert any(each.passage.kind == "office_record" for each in note.evidence)
    assert {"misplaced_voice", "unproven_quotation"} <= kinds(note)


def test_quotations_that_no_source_holds_are_flagged(report: Report) -> None:
    for gold in CLAIMS.values():
        if "unproven_quotation" in gold["expected_flags"]:
            note = nearest(report.notes, gold["start"], gold["end"])
            assert "unproven_quotation" in kinds(note), gold["quote"]


def test_the_heading_that_announces_another_voice_is_flagged(report: Report) -> None:
    gold = CLAIMS["c37"]
    assert "misplaced_voice" in kinds(nearest(report.notes, gold["start"], gold["end"]))


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
def test_a_mutated_article_gets_the_verdict_and_flags_of_gold(
    bench: Bench, mutation: dict[str, Any], tmp_path: Path
) -> None:
    text = SOURCE.read_text(encoding="utf-8")
    assert text.count(mutation["replace"]) == 1
    path = tmp_path / "article.txt"
    path.write_text(text.replace(mutation["replace"], mutation["by"]), encoding="utf-8")
    mutated = check(bench, path, date(2025, 3, 19))
    start = mutated.article.text.index(mutation["by"])
    note = nearest(mutated.notes, start, start + len(mutation["by"]))
    assert (note.verdict.label if note.verdict else None) == mutation["then_verdict"]
    expected = set(mutation["then_flags"])
    assert expected <= kinds(note)
    assert kinds(note) - {"unproven_quotation", "misplaced_voice"} <= expected | {"outdated"} if expected else True
    if not expected:
        assert not kinds(note)
