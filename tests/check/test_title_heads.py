"""Who heads a body, and whose a joined portfolio is: one person's, where the records know one."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.check.checkers.titles import Records
from pipeline.check.checkers.titles.checker import outcome_of
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.core.models import Article, OfficeRecord

DAY = date(2019, 5, 14)
SAID = "said the roof would be mended."


def _record(person: str, office: str, body: str, country: str = "Norway") -> OfficeRecord:
    term = {"start": "2015-01-01", "end": "2022-01-01", "as_of": date(2024, 1, 1), "source": "List"}
    return OfficeRecord(person=person, office=office, organisation=body, country=country, **term)


STATE = "Government of Norway"
ROWS = [
    _record("Runa Lie", "Director of the Tind Museum", "Tind Museum"),
    _record("Nils Dahl", "Chief Curator of the Tind Museum", "Tind Museum"),
    _record("Siv Myhre", "Director of the Varde Theatre", "Varde Theatre"),
    _record("Ida Foss", "Rector of Fjell University", "Fjell University"),
    _record("Tor Hove", "Vice-Rector of Fjell University", "Fjell University"),
    _record("Ann Berg", "Editor of the Fjell Post", "Fjell Post"),
    _record("Arne Moen", "Editor of the Dal Times", "Dal Times"),
    _record("Mari Aune", "Dean of Selje", "Selje Cathedral"),
    _record("Per Tangen", "Canon Precentor of Selje Cathedral", "Selje Cathedral"),
    _record("Bo Vang", "Director of Fjell Foods", "Fjell Foods"),
    _record("Ulf Nes", "Finance Director of Fjell Foods", "Fjell Foods"),
    _record("Knut Lid", "Chairman and Chief Executive of Fjell Energy", "Fjell Energy"),
    _record("Vera Sol", "Chief Operating Officer of Fjell Energy", "Fjell Energy"),
    _record("Gina Holm", "Minister of Transport and Communications", STATE),
    _record("Odd Brekke", "Minister of Tourism", STATE),
    _record("Lars Juel", "Minister of Road Transport", STATE),
    _record("Eli Strand", "Minister of Mental Health", STATE),
]
RECORDS = Records(ROWS)


def _outcomes(text: str, records: Records = RECORDS) -> set[str]:
    article = Article(text=text, published_at=DAY)
    return {outcome_of(sighting, article, records, DAY).outcome for sighting in sightings(article)}


@pytest.mark.parametrize(
    "text",
    [
        f"Nils Dahl, the director of the Tind Museum, {SAID}",
        f"Nils Dahl, director of the Tind Museum in Torvik, {SAID}",
        f"The director of the Tind Museum, Siv Myhre, {SAID}",
        f"Tor Hove, the rector of Fjell University, {SAID}",
        f"Fjell Post editor Arne Moen {SAID}",
        f"The Dean of Selje, Per Tangen, {SAID}",
        f"Vera Sol, the chairman of Fjell Energy, {SAID}",
        f"Norway's transport minister, Odd Brekke, {SAID}",
        f"Norwegian communications minister Odd Brekke {SAID}",
    ],
)
def test_a_head_or_a_ministry_that_is_one_other_persons_is_not_this_ones(text: str) -> None:
    assert "wrong_office" in _outcomes(text)


@pytest.mark.parametrize(
    "text",
    [
        f"Ulf Nes, director of Fjell Foods, {SAID}",  # a company has several
        f"Nils Dahl, acting director of the Tind Museum, {SAID}",
        f"Nils Dahl, director of collections at the Tind Museum, {SAID}",
        f"Nils Dahl, former director of the Tind Museum, {SAID}",
        f"Nils Dahl, deputy director of the Tind Museum, {SAID}",
        f"Arne Moen, sports editor of the Fjell Post, {SAID}",
        f"Norway's transport minister, Lars Juel, {SAID}",  # one of the ministers of transport
        f"Norway's transport minister, Gina Holm, {SAID}",
        f"Norway's health minister, Odd Brekke, {SAID}",  # mental health is no joined portfolio
        f"Knut Lid, the chairman of Fjell Energy, {SAID}",
    ],
)
def test_what_may_be_this_ones_beside_it_is_not_called_wrong(text: str) -> None:
    assert not _outcomes(text) & {"wrong_office", "wrong_country", "stale", "wrong_years"}


def test_two_who_share_a_portfolio_leave_it_open_for_a_third() -> None:
    other = _record("Jan Roe", "Minister of Industry and Transport", STATE)
    assert "wrong_office" not in _outcomes(f"Norway's transport minister, Odd Brekke, {SAID}", Records([*ROWS, other]))


def test_an_ambassador_is_that_of_a_text_only_where_it_names_the_host_country() -> None:
    records = Records([_record("Kaja Ruud", "Ambassador of Norway to Sweden", STATE)])
    assert _outcomes(f"Norway's ambassador, Kaja Ruud, {SAID}", records) == {"unknown"}
    assert _outcomes(f"Norway's ambassador to Sweden, Kaja Ruud, {SAID}", records) == {"right"}
    assert _outcomes(f"The Swedish court heard Norway's ambassador, Kaja Ruud, who {SAID}", records) == {"right"}


@pytest.mark.parametrize("person", ["Kari Vold", "Ole Moe"])
def test_a_bare_office_of_a_record_is_one_of_its_body(person: str) -> None:
    rows = [
        _record("Kari Vold", "Chief Executive", "Fjell Hospitals NHS Trust"),
        _record("Ole Moe", "Medical Director", "Fjell Hospitals NHS Trust"),
    ]
    outcomes = _outcomes(f"{person}, chief executive of Fjell Hospitals, {SAID}", Records(rows))
    assert outcomes == {"right" if person == "Kari Vold" else "wrong_office"}


def test_two_committees_of_one_word_in_common_have_a_chair_each() -> None:
    rows = [
        _record("Kari Vold", "Chair", "Fjord Accounts Committee"),
        _record("Ole Moe", "Chair", "Harbour Committee"),
    ]
    assert _outcomes(f"Ole Moe, chair of the Fjord Accounts Committee, {SAID}", Records(rows)) == {"wrong_office"}
    assert _outcomes(f"Ole Moe, chair of the Harbour Committee, {SAID}", Records(rows)) == {"right"}
    assert "wrong_office" not in _outcomes(f"Ole Moe, chair of the Pier Committee, {SAID}", Records(rows))


def test_a_prime_minister_is_not_called_president_unless_of_some_body() -> None:
    rows = [
        _record("Kari Vold", "President of Togo", "Presidency of Togo", country="Togo"),
        _record("Ole Moe", "Prime Minister of Togo", "Government of Togo", country="Togo"),
    ]
    assert "wrong_office" in _outcomes("President Ole Moe said the roof would be mended.", Records(rows))
    assert "wrong_office" not in _outcomes(f"The Tide Guild will vote, its president, Ole Moe, {SAID}", Records(rows))
    assert "wrong_office" not in _outcomes(f"Ole Moe, president of the Tide Guild, {SAID}", Records(rows))
