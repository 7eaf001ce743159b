"""Traps for evidence, each with an honest twin: what a source must not prove, and what it may."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.check.assertions import assertions
from pipeline.core.models import Article, Passage
from pipeline.evidence.guards import COPY_OF_ARTICLE, Guards, Reprints
from pipeline.evidence.pages import ECHO, FACT_CHECK, SEARCH

ARTICLE = Article(
    text=(
        "The hospital trust of Brenmoor will shut its maternity wing on 1 June because eleven of its forty midwives "
        "have left. A report that the trust had ordered last autumn warned that rotas could not be filled. “I was born "
        "there and so was my mother,” said the councillor Ines Vardy."
    ),
    url="https://www.kestrelgazette.example/local/hospital-wing",
    publisher="Kestrel Gazette",
)
GUARDS = Guards(ARTICLE, date(2032, 3, 11))
REASONS = {
    "article": "the article itself",
    "publisher": "the article's own publisher",
    "copy": COPY_OF_ARTICLE,
    "fact-check": FACT_CHECK,
    "search": SEARCH,
    "echo": ECHO,
    "consent": "a page that asks for consent",
    "paywall": "a page behind a paywall",
    "error": "an error page",
}
PAIRS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("traps.yaml").read_text(encoding="utf-8"))


def found(pair: dict[str, Any], passage: Passage) -> str | None:
    """Return why a passage proves nothing, in the words of the pairs; None where it may."""
    if "words" in pair:
        at = passage.text.casefold().index(pair["words"].casefold())
        told = any(each.start <= at < each.end for each in assertions(passage.text, passage.title))
        return None if told else "no assertion"
    if "first" in pair:
        reprints = Reprints()
        reprints.seen(Passage.model_validate(pair["first"]))
        return "reprint" if reprints.seen(passage) else None
    if GUARDS.is_later(passage):
        return "later"
    why = GUARDS.exclude(passage)
    return why and {words: name for name, words in REASONS.items()}.get(why, why)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["kind"])
def test_a_trap_is_told_and_its_twin_stays(pair: dict[str, Any]) -> None:
    twin = Passage.model_validate(pair["twin"])
    assert (found(pair, Passage.model_validate(pair["trap"])), found(pair, twin)) == (pair["expected"], None)
