"""Nothing stored: no sources and no records, for checks that are given all they look at."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.core.models import Passage


class Nothing:
    """Sources and office records of an empty store."""

    def passages(self) -> Sequence[Passage]:
        return ()

    def of_person(self, name: str) -> tuple[()]:
        return ()

    def named(self, surname: str) -> tuple[()]:
        return ()

    def __len__(self) -> int:
        return 0
