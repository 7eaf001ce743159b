"""How sure a verdict about a title is, argued in one place.

A record's dates are facts somebody looked up, so they carry most of the weight; what remains open is whether the
text means this person and this office.
"""

from __future__ import annotations

from pipeline.titles.judge import Judgement

_VERIFIED = {
    "right": 0.95,  # person, office and day agree; a namesake in the same office is next to impossible
    "stale": 0.95,  # every term of the office is over, and none is open or of unknown end
    "premature_former": 0.95,  # the day lies inside a term with known dates
    "wrong_country": 0.95,  # the same office, but of another country, in every record of it
    "wrong_years": 0.9,  # other years; a short earlier term may be missing from the records
    "wrong_office": 0.9,  # another office on the day, one that nobody holds together with the one in the text
}
_UNVERIFIED = {"right": 0.8, "stale": 0.85, "premature_former": 0.85}
"""Dates nobody saw in a source: judged only where a year off would not matter."""
_BY_ANOTHER_HOLDER = 0.85
"""Another person is on record for the office; two people may share one, so a little less sure."""


def confidence_of(judgement: Judgement) -> float:
    """Return how sure a verdict is that rests on this judgement."""
    if not all(record.verified for record in judgement.records):
        return _UNVERIFIED.get(judgement.outcome, 0.8)
    if judgement.outcome == "wrong_office" and len(judgement.records) > 1:
        return _BY_ANOTHER_HOLDER
    return _VERIFIED[judgement.outcome]
