"""Ages and days of birth in sentences of our own, held against lives of people who are made up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.check.checkers.titles import check_age, claim_ages, claim_titles
from pipeline.check.checkers.titles.lives import _age, _ages
from pipeline.core.models import Article, Finding, OfficeRecord, PartialDate
from pipeline.core.ports import CheckContext
from pipeline.evidence import Life, Records
from pipeline.evidence.world.offices import WorldRecords
from pipeline.evidence.world.offices_file import write_records
from pipeline.evidence.world.offices_index import WorldFile, prepare

DAY = date(2020, 5, 20)


def held(person: str, number: int, office: str, country: str = "Norway", start: str = "2018-03-01") -> OfficeRecord:
    return OfficeRecord(
        person=person,
        person_id=f"wikidata:Q{number}",
        office=office,
        country=country,
        start=PartialDate(start),
        as_of=date(2022, 7, 1),
        source="wikidata",
    )


RECORDS = (
    held("Lina Aune", 1, "Prime Minister"),
    held("Odd Berg", 2, "Minister of Finance"),
    held("Tom Hale", 3, "United States Senator for Ohio", "United States"),
    held("Jan Vik", 4, "Minister of Defence"),
    held("Jan Vik", 5, "Minister of Defence", "Sweden"),
    held("Ida Moe", 6, "Minister of Culture"),
    held("Per Lie", 7, "President", "Iceland"),
)
LIVES = (
    Life("wikidata:Q1", PartialDate("1960-05-02"), None, "wikidata"),
    Life("wikidata:Q2", PartialDate("1971"), None, "wikidata"),
    Life("wikidata:Q3", PartialDate("1951-05-20"), None, "congress; wikidata"),
    Life("wikidata:Q4", PartialDate("1960-01-02"), None, "wikidata"),
    Life("wikidata:Q5", PartialDate("1980-01-02"), None, "wikidata"),
    Life("wikidata:Q7", PartialDate("1940-02-02"), PartialDate("2020-03-01"), "wikidata"),
)

SURE = (
    ("Lina Aune, 60, the Norwegian prime minister, opened a bridge on Wednesday.", "supported"),
    ("Norwegian Prime Minister Lina Aune, 60, opened a bridge on Wednesday.", "supported"),
    ("Norwegian Prime Minister Lina Aune (60) opened a bridge on Wednesday.", "supported"),
    ("Norwegian Prime Minister Lina Aune, aged 60, opened a bridge on Wednesday.", "supported"),
    ("Norway's 60-year-old prime minister, Lina Aune, opened a bridge.", "supported"),
    ("The 60-year-old Norwegian prime minister, Lina Aune, opened a bridge.", "supported"),
    ("Norwegian Prime Minister Lina Aune, who is 60, opened a bridge.", "supported"),
    ("Norwegian Prime Minister Lina Aune was born on 2 May 1960.", "supported"),
    ("Norwegian Prime Minister Lina Aune was born in Bergen on May 2, 1960.", "supported"),
    ("Norwegian Prime Minister Lina Aune (born 3 May 1960) opened a bridge.", "refuted"),
    ("Norwegian Prime Minister Lina Aune, 59, opened a bridge on Wednesday.", "refuted"),
    ("Norwegian Prime Minister Lina Aune, 61, opened a bridge on Wednesday.", "refuted"),
    ("Norwegian Prime Minister Lina Aune, aged 70, opened a bridge on Wednesday.", "refuted"),
    ("The 59-year-old Norwegian prime minister, Lina Aune, opened a bridge.", "refuted"),
    ("Norwegian Prime Minister Lina Aune opened a bridge.\n\nLina Aune, 58, comes from Bergen.", "refuted"),
    ("Norwegian Finance Minister Odd Berg, 51, opened a bridge on Wednesday.", "refuted"),
    ("Sen. Tom Hale (R-Ohio), 72, opened a bridge on Wednesday.", "refuted"),
    ("The 66-year-old senator Tom Hale, a Republican of Ohio, opened a bridge.", "refuted"),
    ("Norway's 59-year-old Prime Minister Lina Aune opened a bridge.", "refuted"),
    ("Lina Aune, the 59-year-old prime minister of Norway, opened a bridge.", "refuted"),
)
TRAPS = (
    # Who is meant is not sure.
    "Defence Minister Jan Vik, 61, opened a bridge on Wednesday.",
    "Norwegian Health Minister Lina Aune, 35, opened a bridge on Wednesday.",
    "Danish Prime Minister Lina Aune, 35, opened a bridge on Wednesday.",
    "Lina Aune, 35, a baker, opened a bridge on Wednesday.",
    "Norwegian Prime Minister Line Aune, 35, opened a bridge on Wednesday.",
    "The 35-year-old wife of Norwegian Prime Minister Lina Aune opened a bridge.",
    "A son of Norwegian Prime Minister Lina Aune, 34, opened a bridge.",
    "Norwegian Prime Minister Lina Aune opened a bridge with her brother, 57, on Wednesday.",
    "The 45-year-old senator Tom Hale opened a bridge.",
    "The then 40-year-old Norwegian prime minister, Lina Aune, opened a bridge.",
    # It is of another time, or of a day beside it.
    "In 2010, Norwegian Prime Minister Lina Aune, 50, opened a bridge.",
    "Norwegian Prime Minister Lina Aune, then 50, opened a bridge.",
    "Norwegian Prime Minister Lina Aune, 59, opened a bridge on 30 April 2020.",
    "Norwegian Prime Minister Lina Aune was 24 when she came to Oslo.",
    "Tom Hale, 68, the Ohio senator, opened a bridge on Tuesday.",
    "Per Lie, 79, the president of Iceland, died on Sunday.",
    "Per Lie, 70, the president of Iceland, opened a bridge.",
    # Only the year of birth is known, and both ages are possible, or nearly.
    "Norwegian Finance Minister Odd Berg, 48, opened a bridge on Wednesday.",
    "Norwegian Finance Minister Odd Berg, 49, opened a bridge on Wednesday.",
    "Norwegian Finance Minister Odd Berg, 50, opened a bridge on Wednesday.",
    # It is no age, or not the article's.
    "Norwegian Prime Minister Lina Aune, 45 percent of whose voters are farmers, opened a bridge.",
    "Norwegian Prime Minister Lina Aune, 62 votes ahead, opened a bridge.",
    "The poll gave Norwegian Prime Minister Lina Aune, 52, and her rival, 48.",
    "“Norwegian Prime Minister Lina Aune, 52, is too old,” a critic said.",
    "Was Norwegian Prime Minister Lina Aune, 52, too old?",
    "A portrait of Norwegian Prime Minister Lina Aune, 52, was shown.",
    "Norwegian Prime Minister Lina Aune, 59 or 60, opened a bridge.",
    # Nothing is known of the birth.
    "Norwegian Culture Minister Ida Moe, 33, opened a bridge on Wednesday.",
)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    folder: Path = tmp_path_factory.mktemp("lives")
    write_records(RECORDS, folder / "offices.jsonl.xz")
    prepare(folder / "offices.jsonl.xz", folder / "world.db", "1", LIVES)
    world = WorldFile(folder / "world.db")
    yield WorldRecords((), world)
    world.close()


def found_of(text: str, records: Records, day: date | None = DAY, known: bool = True) -> list[Finding]:
    article = Article(text=text, published_at=day)
    claims = (*claim_titles(article), *claim_ages(article, records))
    context = CheckContext(
        article=article,
        claims=claims,
        evidence=(),
        as_of=day or DAY,
        records=records,
        sources=None,  # type: ignore[arg-type]
        embedder=None,  # type: ignore[arg-type]
        day_known=known,
    )
    return [finding for claim in claims if (finding := check_age(claim, context)).verdict]


def said_of(text: str, records: Records) -> str:
    found = {finding.verdict.label for finding in found_of(text, records) if finding.verdict}
    return "/".join(sorted(found)) or "silent"


@pytest.mark.parametrize("text, label", SURE)
def test_an_age_is_judged_on_the_articles_day(records: Records, text: str, label: str) -> None:
    assert said_of(text, records) == label


@pytest.mark.parametrize("text", TRAPS)
def test_what_is_not_surely_a_wrong_age_is_left_alone(records: Records, text: str) -> None:
    assert said_of(text, records) == "silent"


def test_a_wrong_age_is_flagged_at_its_number_with_the_right_one_and_proof(records: Records) -> None:
    (found,) = found_of("Norwegian Prime Minister Lina Aune, 61, opened a bridge on Wednesday.", records)
    (flag,) = found.flags
    assert (flag.kind, flag.span.exact, flag.suggestion) == ("wrong_fact", "61", "60")
    assert found.passages[0].text == "Lina Aune was born on 2 May 1960."
    assert found.passages[0].source_url == "https://www.wikidata.org/wiki/Q1"
    assert "60 on 20 May 2020 (Wikidata)" in flag.message


def test_nothing_is_said_where_the_day_is_not_told_or_only_estimated(records: Records) -> None:
    text = "Norwegian Prime Minister Lina Aune, 61, opened a bridge on Wednesday."
    assert not found_of(text, records, known=False)
    assert not found_of(text, records, day=None)


def test_records_of_a_desk_alone_tell_of_no_age() -> None:
    assert not claim_ages(
        Article(text="Norwegian Prime Minister Lina Aune, 61, opened a bridge.", published_at=DAY), Records(RECORDS)
    )


@given(born=st.dates(date(1920, 1, 1), date(1990, 12, 31)), day=st.dates(date(1995, 1, 1), date(2026, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_an_age_grows_by_one_on_each_birthday_and_a_year_alone_leaves_two(born: date, day: date) -> None:
    age = _age(born, day)
    assert born.replace(year=born.year + age, day=min(born.day, 28)) <= day.replace(day=max(day.day, 1)) or age >= 0
    assert _ages(PartialDate(born.isoformat()), day) == {age}
    assert age in _ages(PartialDate(str(born.year)), day)
    assert len(_ages(PartialDate(str(born.year)), day)) == 2 or (day.month, day.day) == (12, 31)
