from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from pipeline.core.models import ClaimKind, FlagKind, Label, Span, Uncheckable
from pipeline.evidence.reading import read_reference

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
REFERENCE = read_reference(SEEDS / "reference")
GOLD: dict[str, Any] = json.loads((SEEDS / "gold/putin-trump-call.json").read_text(encoding="utf-8"))
ARTICLE = (SEEDS / "articles/putin-trump-call.txt").read_text(encoding="utf-8")
CLAIMS: list[dict[str, Any]] = GOLD["claims"]
ANNOTATION = {"supports_claims", "refutes_claims", "context_claims", "distractor", "after_article", "same_day"}


def rows(name: str) -> list[dict[str, Any]]:
    text = (SEEDS / "reference" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_every_row_of_the_reference_is_read() -> None:
    assert (len(REFERENCE.passages), len(REFERENCE.records), REFERENCE.problems) == (99, 85, ())


def test_passages_stand_whole_in_the_index_under_the_id_written_beside_them() -> None:
    assert [row["id"] for row in rows("passages.jsonl")] == [passage.id for passage in REFERENCE.passages]


def test_no_statement_stands_twice() -> None:
    sentences = Counter(
        sentence.strip().casefold()
        for passage in REFERENCE.passages
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z])", passage.text)
    )
    assert [sentence for sentence, count in sentences.items() if count > 1] == []


def test_quoted_words_are_six_at_most() -> None:
    for passage in REFERENCE.passages:
        for quoted in re.findall(r"[“«\"]([^”»\"]+)[”»\"]", passage.text):
            assert len(quoted.split()) <= 6, passage.text


def test_no_passage_repeats_a_run_of_eight_words_of_the_article() -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.casefold())
        return {tuple(words[at : at + 8]) for at in range(len(words) - 7)}

    article = runs(ARTICLE)
    assert [passage.text for passage in REFERENCE.passages if runs(passage.text) & article] == []


def test_the_reference_holds_no_annotation() -> None:
    for row in [*rows("passages.jsonl"), *rows("office_holders.jsonl")]:
        assert not ANNOTATION & row.keys()
        assert not re.search(r"\bc\d\d\b|distractor|the article\b|on purpose", f"{row.get('text')} {row['note']}")


def test_every_passage_names_its_source_and_every_open_term_says_when_it_was_last_right() -> None:
    assert all(passage.source_url and passage.publisher and passage.title for passage in REFERENCE.passages)
    for record in REFERENCE.records:
        assert (record.end is None) == (record.as_of is not None)
        assert record.source_url or not record.verified
        assert "(" not in record.office
        assert record.start is not None
        assert record.end is None or record.start.earliest <= record.end.latest


def test_unverified_records_stay_marked() -> None:
    assert sum(not record.verified for record in REFERENCE.records) == 24
    assert all(record.note for record in REFERENCE.records if not record.verified)


def test_offices_of_states_name_their_country() -> None:
    without = {record.organisation for record in REFERENCE.records if record.country is None}
    assert "Russia" not in without
    assert "NATO" in without


def test_the_article_is_as_it_was_given_and_described_beside_it() -> None:
    data = (SEEDS / "articles/putin-trump-call.txt").read_bytes()
    assert hashlib.sha256(data).hexdigest() == GOLD["article"]["sha256"]
    beside = yaml.safe_load((SEEDS / "articles/putin-trump-call.yaml").read_text(encoding="utf-8"))
    assert beside["published_at"] == date(2025, 3, 19) == date.fromisoformat(GOLD["article"]["published_at"])
    assert "Estimated" in beside["published_note"]
    assert beside["url"] == GOLD["article"]["url"]


@pytest.mark.parametrize("claim", CLAIMS, ids=[claim["id"] for claim in CLAIMS])
def test_a_gold_claim_stands_in_the_article_and_speaks_our_language(claim: dict[str, Any]) -> None:
    assert Span(start=claim["start"], end=claim["end"], exact=claim["quote"]).is_in(ARTICLE)
    assert claim["kind"] in get_args(ClaimKind)
    assert claim["uncheckable"] in (None, *get_args(Uncheckable))
    labels = {*get_args(Label), "not_checkable"}
    assert claim["expected_verdict"] in claim["acceptable_verdicts"]
    assert set(claim["acceptable_verdicts"]) <= labels
    assert (claim["expected_verdict"] == "not_checkable") == (claim["uncheckable"] is not None)
    flags = {*claim["expected_flags"], *claim["must_not_flag"]}
    assert flags <= set(get_args(FlagKind))
    assert not set(claim["expected_flags"]) & set(claim["must_not_flag"])
    known = {passage.id for passage in REFERENCE.passages}
    assert {id_ for ids in claim["evidence"].values() for id_ in ids} <= known


def test_gold_marks_passages_that_are_there() -> None:
    known = {passage.id for passage in REFERENCE.passages}
    assert GOLD["passages"].keys() == known
    assert (len(GOLD["distractors"]), len(GOLD["later"]), len(GOLD["never_support"])) == (26, 8, 2)
    assert {*GOLD["distractors"], *GOLD["later"], *GOLD["same_day"], *GOLD["never_support"]} <= known
    supporting = {id_ for claim in CLAIMS for id_ in claim["evidence"]["supports"]}
    assert not supporting & set(GOLD["never_support"])


def test_mutations_change_words_of_the_article_into_flags_we_have() -> None:
    assert len(GOLD["mutations"]) == 4
    for mutation in GOLD["mutations"]:
        assert ARTICLE.count(mutation["replace"]) >= 1
        assert mutation["claim"] in {claim["id"] for claim in CLAIMS}
        assert set(mutation["then_flags"]) <= set(get_args(FlagKind))


def test_every_folder_is_described() -> None:
    assert all((SEEDS / name / "README.md").is_file() for name in ("articles", "reference", "gold"))
