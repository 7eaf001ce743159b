"""Names as printers, PDFs and other keyboards write them: read as they would be typed, shown as they stand."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from pipeline.articles import load_article
from pipeline.check.checkers.titles.checker import claim_titles, outcome_of
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.check.claims import detect_claims
from pipeline.core.english import find_place
from pipeline.core.models import Article, OfficeRecord
from pipeline.core.settings import Settings
from pipeline.evidence import Records

DAY = date(2019, 5, 14)


def _record(person: str) -> OfficeRecord:
    return OfficeRecord(
        person=person, office="Finance Minister", country="France", start="2010-01-01", end="2014-06-01",
        as_of=date(2024, 1, 1), source="List",
    )  # fmt: skip


RECORDS = Records(
    [_record(name) for name in ("Fiona Hale", "Florian Afflick", unicodedata.normalize("NFD", "José Núñez"))]
)
WRITTEN = {
    "Fiona Hale": ("ﬁona Hale", "Fi\u00adona Hale", "Fiona\u00a0Hale", "Fiona\u202fHale", "Fio\u200dna Hale")
    + ("\uff26iona Hale",),
    "Florian Afflick": ("ﬂorian Afflick", "Florian Aﬄick", "Florian\u2007Aff\u200blick"),
    "José Núñez": ("José Núñez", "Jose\u0301 Nu\u0301n\u0303ez", "José\u2009Nú\u00adñez"),
}  # fmt: skip
NAMES = [written for forms in WRITTEN.values() for written in forms]
FRAMES = (
    "“No,” said French Finance Minister {}.",
    "“No,” said {}, the French ﬁnance minister.",
    "“No,” said the finance minister of France, {}.",
)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("frame", FRAMES)
def test_a_name_is_read_as_it_would_be_typed_and_stands_where_it_stood(name: str, frame: str) -> None:
    article = load_article("-", Settings(), stdin=f"The budget was late. {frame.format(name)}".encode())
    (sighting,) = sightings(article)
    assert outcome_of(sighting, article, RECORDS, DAY).outcome == "stale"
    (claim,) = claim_titles(article)
    for span in (sighting.mention.span, sighting.mention.person_span, claim.span):
        assert article.text[span.start : span.end] == span.exact
    assert sighting.mention.person == sighting.mention.person_span.exact


def test_a_small_word_with_a_ligature_is_no_name_and_a_place_with_one_is_a_place() -> None:
    text = "Mayor ﬁve years ago, the ﬁrst Airbus ﬂeet and ﬁnancial ﬁgures of a ﬂagship Foreign Secretary ﬂew."
    assert sightings(Article(text=text)) == ()
    assert find_place("ﬁnland") == find_place("Finland") and find_place("finland") is None


def test_a_surname_alone_means_the_name_with_a_ligature_before_it() -> None:
    article = Article(text="ﬁona Hale came to Oslo. “No,” said French finance minister Hale.")
    assert outcome_of(sightings(article)[-1], article, RECORDS, DAY).outcome == "stale"


def test_a_claim_that_begins_with_a_ligature_is_told_with_one_capital() -> None:
    texts = [claim.text for claim in detect_claims(Article(text="ﬁona Hale opened the clinic in 2019."))]
    assert texts == ["Fiona Hale opened the clinic in 2019."]
