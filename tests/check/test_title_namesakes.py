"""Whom a title means among several people of one name, and what a vaguer source may add to a term."""

from __future__ import annotations

from datetime import date

from pipeline.check.checkers.titles.checker import outcome_of
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.core.models import Article, OfficeRecord
from pipeline.evidence import Records

DAY = date(2019, 5, 14)


def _record(person: str, office: str, country: str, start: str, end: str | None, **more) -> OfficeRecord:
    more = {"as_of": date(2024, 1, 1), "verified": True, "source": "List"} | more
    return OfficeRecord(person=person, office=office, country=country, start=start, end=end, **more)


def _outcome(text: str, *records: OfficeRecord, day: date = DAY) -> str:
    article = Article(text=text, published_at=day)
    return outcome_of(sightings(article)[0], article, Records(records), day).outcome


GOVERNOR = _record("Owen Hale", "Governor General", "Canada", "2010-01-01", "2014-06-01", person_id="register:1")
ABROAD = _record("Owen Hale", "Minister of Defence", "Australia", "2013-01-01", None, person_id="register:2")
AT_HOME = _record("Owen Hale", "Auditor of Public Works", "Canada", "2003-01-01", "2008-01-01", person_id="register:2")


def test_a_namesake_of_another_country_does_not_stand_for_who_held_the_office_of_this_one():
    text = "“No,” said the Canadian Governor General Owen Hale."
    assert _outcome(text, GOVERNOR, ABROAD) == "stale"
    assert _outcome(text, GOVERNOR, ABROAD, day=date(2012, 5, 5)) == "right"


def test_a_namesake_at_home_or_where_no_country_is_told_may_be_meant():
    assert _outcome("“No,” said the Canadian Governor General Owen Hale.", GOVERNOR, AT_HOME) == "unknown"
    assert _outcome("“No,” said Governor General Owen Hale.", GOVERNOR, ABROAD) == "unknown"


def test_nobody_is_passed_over_where_no_namesake_has_held_the_office():
    text = "“No,” said the Canadian Finance Minister Owen Hale."
    assert _outcome(text, GOVERNOR, ABROAD) == _outcome(text, ABROAD, GOVERNOR) == "unknown"


SECRETARY = _record("Ada Marsh", "Secretary of State for Transport", "United Kingdom", "2017-01-01", "2021-01-01")
JUNIOR = _record("Ned Frost", "Minister of State for Transport", "United Kingdom", "2017-01-01", "2021-01-01")
OTHER = _record("Joan Pike", "Leader of the House of Commons", "United Kingdom", "2017-01-01", "2021-01-01")


def test_the_ministers_under_a_secretary_of_state_are_no_rivals_for_that_office():
    text = "“No,” said Joan Pike, the British Transport Secretary."
    assert _outcome(text, SECRETARY, OTHER) == _outcome(text, SECRETARY, JUNIOR, OTHER) == "wrong_office"


def test_a_secretary_of_state_does_not_show_who_the_ministers_under_her_are():
    for title in ("Minister of State for Transport", "Transport Minister"):
        text = f"“No,” said Joan Pike, the British {title}."
        assert _outcome(text, SECRETARY, OTHER) == "not_in_records"
        assert _outcome(text, JUNIOR, OTHER) == "wrong_office"


TOLD = _record("Lena Orr", "Advocate General for Scotland", "United Kingdom", "1999-06-12", "2006-05-05")
VAGUER = _record("Lena Orr", "Advocate General", "Scotland", "1999-05-19", "2006-01-18", verified=False)


def test_what_nobody_bears_out_adds_nothing_to_a_term_that_somebody_does():
    text = "Lena Orr is the current Advocate General for Scotland."
    assert _outcome(text, TOLD, VAGUER, day=date(1999, 2, 15)) == "wrong_years"
    assert _outcome(text, TOLD, VAGUER, day=date(1999, 5, 30)) == "right", "both count where one makes a title right"
    assert _outcome(text, VAGUER, day=date(1999, 2, 15)) == "unknown"


def test_a_justice_of_a_court_is_not_its_chief_justice():
    chief = _record("Ruth Wells", "Chief Justice", "Canada", "2017-12-18", None)
    justice = _record("Ruth Wells", "Justice of the Supreme Court", "Canada", "2012-10-05", "2017-12-18")
    text = "Ruth Wells is the current Chief Justice (Canada)."
    assert _outcome(text, chief, justice, day=date(2015, 1, 30)) == "wrong_years"
    assert _outcome("“No,” said Canadian Chief Justice Ruth Wells.", justice) == "not_in_records"
    assert _outcome("“No,” said Canadian Justice Ruth Wells.", chief, day=date(2019, 5, 5)) == "unknown"
