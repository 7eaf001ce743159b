"""What the check of world facts says of own sentences, and where it says nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings, strategies as st

from pipeline.check.checkers.world import check_world, claim_world
from pipeline.check.checkers.world.amounts import Told
from pipeline.check.claims import detect_claims
from pipeline.check.setup import counts_world
from pipeline.core.models import Article, Claim, Finding
from pipeline.core.ports import CheckContext
from pipeline.core.settings import Settings
from pipeline.evidence import RunFiles, world_facts

SENTENCES = yaml.safe_load(Path(__file__).with_name("world_sentences.yaml").read_text("utf-8"))


def said_of(text: str, day: date | None, *, world: bool = True) -> str:
    """Return what the check says of the claims of a text: supported, refuted or flagged, or silent."""
    article = Article(text=text, published_at=day)
    claims = (*claim_world(article), *detect_claims(article)) if world else detect_claims(article)
    said = set()
    for claim in claims:
        finding = finding_on(claim, article, claims, world=world)
        if finding.verdict:
            said.add(finding.verdict.label)
        elif finding.flags:
            said.add("refuted")
    return "/".join(sorted(said)) or "silent"


def finding_on(claim: Claim, article: Article, claims: tuple[Claim, ...], *, world: bool = True) -> Finding:
    context = CheckContext(
        article=article,
        claims=claims,
        evidence=(),
        as_of=article.published_at or date(2026, 11, 1),
        records=None,  # type: ignore[arg-type]
        sources=None,  # type: ignore[arg-type]
        embedder=None,  # type: ignore[arg-type]
        world=world,
    )
    return check_world(claim, context)


@pytest.mark.parametrize("row", SENTENCES["plain"], ids=lambda row: row["text"])
def test_a_plain_statement_is_decided(row: dict[str, object]) -> None:
    assert said_of(str(row["text"]), row["day"]) == row["says"]  # type: ignore[arg-type]


@pytest.mark.parametrize("row", SENTENCES["traps"], ids=lambda row: row["text"])
def test_a_look_alike_is_left_alone(row: dict[str, object]) -> None:
    assert said_of(str(row["text"]), row["day"]) == row["says"]  # type: ignore[arg-type]


def test_nothing_is_said_where_the_facts_of_the_world_do_not_count() -> None:
    assert said_of("Sydney is the capital of Australia.", date(2025, 5, 2), world=False) == "silent"


def test_without_a_day_only_what_no_day_changes_is_decided() -> None:
    assert said_of("Bucharest is the capital of Romania.", None) == "supported"
    assert said_of("Astana is the capital of Kazakhstan.", None) == "silent"
    assert said_of("Sweden joined NATO in 2024.", None) == "supported"
    assert said_of("Sweden is a member of NATO.", None) == "silent"


def test_facts_count_unless_they_are_switched_off_or_only_what_is_given_counts(tmp_path: Path) -> None:
    on, off = Settings(home=tmp_path), Settings(home=tmp_path, world=False)
    assert counts_world(on, None) and counts_world(on, RunFiles())
    assert not counts_world(off, None) and not counts_world(on, RunFiles(only=True))


def test_a_wrong_capital_in_a_longer_sentence_is_a_refuted_claim_of_its_own_with_proof() -> None:
    text = "Wool prices rose. Police in Zurich, the Swiss capital, arrested three men on Monday."
    article = Article(text=text, published_at=date(2016, 5, 5))
    (claim,) = claim_world(article)
    assert (claim.span.exact, claim.text) == ("Zurich, the Swiss capital", "Zurich is the capital of Switzerland.")
    finding = finding_on(claim, article, (claim,))
    assert finding.verdict and finding.verdict.label == "refuted"
    (flag,), (passage,) = finding.flags, finding.passages
    assert (flag.kind, flag.span.exact, flag.suggestion) == ("wrong_fact", "Zurich", "Bern")
    assert passage.text == "Bern (also Berne) is the capital of Switzerland."
    assert flag.citations[0].span.is_in(passage.text)


@given(st.integers(1, 10**10), st.integers(1960, 2030))
@settings(max_examples=200, deadline=None)
def test_no_population_is_both_right_and_far_off(people: int, year: int) -> None:
    told = Told(float(people), 0.5, "exact")
    series = world_facts().figures("KEN", "population")
    assert series is not None
    figures = list(series.years(year - 3, year + 1).values()) or [1.0]
    assert not (told.fits(figures, 0.02) and told.misses(figures, 2, 2))
