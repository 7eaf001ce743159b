"""Borders: `Y borders Z`, `Y shares a land border with Z`. Right where both list each other."""

from __future__ import annotations

import re

from pipeline.check.checkers.world.forms import Answer, Form, Setting, form, in_group, place
from pipeline.evidence import neighbours_fact

_OVERSEAS = frozenset({"FRA", "NLD", "GBR", "USA", "DNK", "ESP", "NOR", "ISR"})
"""Their territories far away, or lines in dispute, border on countries that their own entry does not name."""


def judge_border(match: re.Match[str], setting: Setting) -> Answer | None:
    """Tell whether two countries border on each other."""
    one, other = setting.country(match["place"]), setting.country(match["other"])
    if one is None or other is None or one.id == other.id or not one.independent or not other.independent:
        return None
    if (
        not one.sources.get("profile")
        or setting.time == "other"
        or not setting.knows(one.sources["profile"], setting.day)
    ):
        return None
    spot, fact = in_group(match, "other"), neighbours_fact(setting.facts, one) if one.neighbours else None
    if fact and other.id in one.neighbours and one.id in other.neighbours:
        return Answer("right", spot, fact)
    if {one.id, other.id} & _OVERSEAS or one.contested or other.contested or not match["land"] or fact is None:
        return None
    apart = other.id not in one.neighbours and one.id not in other.neighbours
    return Answer("wrong", spot, fact) if apart else None


WHOLE: tuple[Form, ...] = (
    form(rf"{place('place')} (?:borders(?: on)?|shares a (?P<land>land )?border with) {place('other')}", judge_border),
)
