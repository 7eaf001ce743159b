"""Own sentences of every kind an editor meets, held against all that is shipped: what is decided must be right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from pipeline.check.checkers.titles import check_age, check_title, claim_ages, claim_titles
from pipeline.check.checkers.world import check_world, claim_world
from pipeline.check.claims import detect_claims
from pipeline.core.models import Article, OfficeRecord
from pipeline.core.ports import CheckContext
from pipeline.evidence import Records
from pipeline.evidence.world.births import read_lives
from pipeline.evidence.world.offices import WorldRecords
from pipeline.evidence.world.offices_file import BIRTHS, NAME, read_rows, write_records
from pipeline.evidence.world.offices_index import WorldFile, prepare
from pipeline.evidence.world.sources import WORLD

FILES = ("world_own.yaml", "world_own_further.yaml")
KINDS = {name: yaml.safe_load(Path(__file__).with_name(name).read_text("utf-8")) for name in FILES}
ROWS = {name: [row for rows in kinds.values() for row in rows] for name, kinds in KINDS.items()}
DECIDED = 0.85
CHECKS = (check_title, check_world, check_age)
_HEADS = re.compile(
    r"President|Prime Minister|Chancellor|Secretary of (?:State|the T)"
    r"|(?:(?:Minister|Secretary) (?:of|for) )?(?:National |Public )?(?:Foreign|Financ|Defen[cs]e)"
)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    """All that is shipped of the people in the sentences, and of the offices beside theirs."""
    words = {word.strip(".,'") for rows in ROWS.values() for row in rows for word in row["text"].split()}
    rows = [row for row in read_rows(WORLD / NAME) if row["person"].split()[-1] in words or _HEADS.match(row["office"])]
    folder = tmp_path_factory.mktemp("own")
    write_records((OfficeRecord.model_validate(row) for row in rows), folder / NAME)
    prepare(folder / NAME, folder / "world.db", "1", read_lives(WORLD / BIRTHS))
    world = WorldFile(folder / "world.db")
    yield WorldRecords((), world)
    world.close()


def said_of(text: str, day: date, records: Records) -> str:
    article = Article(text=text, published_at=day)
    claims = (*claim_titles(article), *claim_world(article), *claim_ages(article, records), *detect_claims(article))
    context = CheckContext(
        article=article,
        claims=claims,
        evidence=(),
        as_of=day,
        records=records,
        sources=None,  # type: ignore[arg-type]
        embedder=None,  # type: ignore[arg-type]
        world=True,
    )
    found = [check(claim, context) for claim in claims for check in CHECKS]
    wrong = any(finding.flags or (finding.verdict and finding.verdict.label == "refuted") for finding in found)
    return "wrong" if wrong else "right" if any(finding.verdict for finding in found) else "silent"


@pytest.mark.parametrize("name", FILES)
def test_what_is_decided_of_own_sentences_is_right_and_most_are_decided(records: Records, name: str) -> None:
    said = [(row["is"], said_of(row["text"], row["day"], records), row["text"]) for row in ROWS[name]]
    assert not [each for each in said if each[1] not in (each[0], "silent")]
    decided = sum(found != "silent" for _, found, _ in said) / len(said)
    assert decided >= DECIDED, [text for _, found, text in said if found == "silent"]


@pytest.mark.parametrize("name", FILES)
def test_own_sentences_are_of_every_kind_and_of_thirty_years(name: str) -> None:
    assert len(ROWS[name]) >= 50 and {row["is"] for row in ROWS[name]} == {"right", "wrong"}
    assert {"stale office", "wrong office", "wrong country", "premature former", "capital", "age"} <= set(KINDS[name])
    years = {row["day"].year for row in ROWS[name]}
    assert min(years) <= 1997 and max(years) >= 2025
