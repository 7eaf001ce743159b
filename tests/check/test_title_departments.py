"""Offices of departments and officers, of bodies and towns that a title names in full."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.check.checkers.titles import Records
from pipeline.check.checkers.titles.checker import outcome_of
from pipeline.check.checkers.titles.judgement import WRONG
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.core.models import Article, OfficeRecord

DAY = date(2019, 5, 14)
FORMER, NOW = ("2010-03-01", "2015-02-28"), ("2015-03-01", "2023-01-31")


def outcomes(
    text: str, office: str, body: str, terms: tuple[tuple[str, str], ...], country: str = "United Kingdom"
) -> set[str]:
    """Return what comes of a title of Ana Reyes, who had an office in one of two terms, and Bo Lind in the other."""
    known = {"office": office, "organisation": body, "country": country, "as_of": date(2024, 1, 1)}
    records = Records(
        OfficeRecord(person=who, start=start, end=end, source="List", **known)
        for who, (start, end) in zip(("Ana Reyes", "Bo Lind"), terms, strict=True)
    )
    article = Article(text=f"{text} said on Monday that it was over.", published_at=DAY)
    return {outcome_of(each, article, records, DAY).outcome for each in sightings(article)}


OF_BODIES = [
    ("political editor", "Political Editor", "Brask Gazette"),
    ("executive secretary", "Executive Secretary", "North Sea Herring Convention"),
    ("national secretary", "National Secretary", "Brask Miners Union"),
    ("secretary", "Secretary", "Brask Golf Club"),
    ("vice-president", "Vice-President", "Brask Bank"),
    ("first vice-president", "First Vice-President", "Brask Bank"),
    ("deputy governor", "Deputy Governor", "Brask Bank"),
    ("chancellor", "Chancellor", "Brask University"),
    ("dean of law", "Dean of Law", "Brask University"),
    ("vice-rector", "Vice-Rector", "Brask University"),
    ("chief judge", "Chief Judge", "Brask Circuit Court"),
    ("police commissioner", "Police Commissioner", "Brask Police"),
    ("clinical director", "Clinical Director", "Brask Hospital"),
    ("director of nursing", "Director of Nursing", "Brask Hospital"),
    ("women's coach", "Women's Coach", "Brask Rovers"),
    ("farmers' adviser", "Farmers' Adviser", "Brask Seed Board"),
    ("chief economic adviser", "Chief Economic Adviser", "Brask Bank"),
    ("resident representative", "Resident Representative", "Brask Development Fund"),
    ("cabinet member for housing", "Cabinet Member for Housing", "Brask City Council"),
    ("school superintendent", "Superintendent", "Brask School District"),
]


@pytest.mark.parametrize(("title", "office", "body"), OF_BODIES)
@pytest.mark.parametrize(
    "form", ["{body}'s {title}, Ana Reyes,", "{body} {title} Ana Reyes", "Ana Reyes, {title} of {body},"]
)
def test_an_office_is_that_of_the_body_that_a_title_names_in_full(
    form: str, title: str, office: str, body: str
) -> None:
    text = form.format(body=body, title=title)
    assert outcomes(text, office, body, (FORMER, NOW)) & WRONG
    assert "right" in outcomes(text, office, body, (NOW, FORMER))


@pytest.mark.parametrize(
    ("text", "office", "body"),
    [
        ("Brask's police commissioner, Ana Reyes,", "Police Commissioner", "City of Brask"),
        ("Brask city attorney Ana Reyes", "City Attorney", "City of Brask"),
        ("Brask schools superintendent Ana Reyes", "Superintendent", "Brask School District"),
        ("Brask's lord mayor, Ana Reyes,", "Lord Mayor of Brask", "Brask City Council"),
        ("Brask's children's commissioner, Ana Reyes,", "Children's Commissioner", "City of Brask"),
    ],
)
def test_an_office_is_that_of_the_town_that_a_title_names(text: str, office: str, body: str) -> None:
    assert outcomes(text, office, body, (FORMER, NOW)) & WRONG
    assert "right" in outcomes(text, office, body, (NOW, FORMER))


@pytest.mark.parametrize(
    ("text", "office", "body"),
    [
        ("Brask Gazette political editor Ana Reyes", "Foreign Editor", "Brask Gazette"),
        ("Brask University police commissioner Ana Reyes", "Police Commissioner", "City of Brask"),
        ("Brask county clerk Ana Reyes", "City Clerk", "City of Brask"),
        ("Brask Hospital director of nursing Ana Reyes", "Director of Research", "Brask Hospital"),
        ("Brask Rovers women's coach Ana Reyes", "Coach", "Brask Rovers"),
        ("Brask Bank vice-president Ana Reyes", "President", "Brask Bank"),
        ("Brask University vice-rector Ana Reyes", "Rector", "Brask University"),
        ("Brask council cabinet member for housing Ana Reyes", "Cabinet Member for Transport", "Brask Council"),
        ("Brask Health Ministry secretary Ana Reyes", "Secretary of Health", "Brask Health Ministry"),
        ("The primary school superintendent in Brask, Ana Reyes,", "Superintendent", "Lea School District"),
    ],
)
def test_another_office_of_the_body_or_its_like_elsewhere_proves_nothing(text: str, office: str, body: str) -> None:
    assert not outcomes(text, office, body, (FORMER, NOW)) & WRONG
    assert "right" not in outcomes(text, office, body, (NOW, FORMER))


@pytest.mark.parametrize(
    "style", ["Dato'", "Dato’ Sri", "Datuk Seri", "Tan Sri", "Tengku", "Alhaji", "Barr.", "Atty.", "Engr.", "Rt Hon"]
)
def test_a_form_of_address_is_no_part_of_a_name(style: str) -> None:
    text = f"The head of the Palm Oil Board, {style} Ana Reyes,"
    assert outcomes(text, "Director-General", "Palm Oil Board", (FORMER, NOW), "Malaysia") == {"stale"}


def test_tan_alone_is_a_name() -> None:
    known = {"office": "Chairman", "organisation": "Palm Bank", "as_of": date(2024, 1, 1), "source": "List"}
    records = Records(
        [
            OfficeRecord(person="Chee Ling", start="2010-03-01", end="2015-02-28", **known),
            OfficeRecord(person="Bo Lind", start="2015-03-01", end="2023-01-31", **known),
        ]
    )
    article = Article(text="Palm Bank chairman Tan Chee Ling said on Monday that it was over.", published_at=DAY)
    assert "stale" not in {outcome_of(each, article, records, DAY).outcome for each in sightings(article)}
