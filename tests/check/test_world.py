"""What the check of world facts says of own sentences, and where it says nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from pipeline.check.checkers.world import check_world, claim_world
from pipeline.check.claims import detect_claims
from pipeline.core.models import Article
from pipeline.core.ports import CheckContext

SENTENCES = yaml.safe_load(Path(__file__).with_name("world_sentences.yaml").read_text("utf-8"))


def said_of(text: str, day: date | None, *, world: bool = True) -> str:
    """Return what the check says of the claims of a text: supported, refuted or flagged, or silent."""
    article = Article(text=text, published_at=day)
    claims = (*claim_world(article), *detect_claims(article)) if world else detect_claims(article)
    said = set()
    for claim in claims:
        context = CheckContext(
            article=article,
            claims=claims,
            evidence=(),
            as_of=day or date(2026, 11, 1),
            records=None,  # type: ignore[arg-type]
            sources=None,  # type: ignore[arg-type]
            embedder=None,  # type: ignore[arg-type]
            world=world,
        )
        finding = check_world(claim, context)
        if finding.verdict:
            said.add(finding.verdict.label)
        elif finding.flags:
            said.add("refuted")
    return "/".join(sorted(said)) or "silent"


@pytest.mark.parametrize("row", SENTENCES["plain"], ids=lambda row: row["text"])
def test_a_plain_statement_is_decided(row: dict[str, object]) -> None:
    assert said_of(str(row["text"]), row["day"]) == row["says"]  # type: ignore[arg-type]


@pytest.mark.parametrize("row", SENTENCES["traps"], ids=lambda row: row["text"])
def test_a_look_alike_is_left_alone(row: dict[str, object]) -> None:
    assert said_of(str(row["text"]), row["day"]) == row["says"]  # type: ignore[arg-type]
