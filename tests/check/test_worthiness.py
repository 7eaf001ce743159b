"""How much statements are worth checking: what they are scored by is read once."""

from __future__ import annotations

from cachetools import LRUCache

from pipeline.check.claims import worthiness
from pipeline.core.english import syntax


def test_each_statement_is_parsed_once_though_there_are_more_than_parses_are_remembered(monkeypatch) -> None:
    parsed: list[str] = []
    as_typed = syntax._as_typed

    def counted(text: str) -> str:
        parsed.append(text)
        return as_typed(text)

    monkeypatch.setattr(syntax, "_parsed", LRUCache(4))
    monkeypatch.setattr(worthiness, "_TOGETHER", 3)
    monkeypatch.setattr(syntax, "_as_typed", counted)
    statements = [(f"The council of Velda bought {number} boats.", True) for number in range(2, 12)]
    scored = worthiness.score(statements)
    assert len(scored) == len(statements)
    assert sorted(parsed) == sorted(text for text, _ in statements)
