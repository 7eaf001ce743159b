"""Days of birth of the people of the world's records: read from clones, joined, shipped, asked for."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest
import yaml

from pipeline.core.models import OfficeRecord, PartialDate
from pipeline.evidence import Life, Records, light_key
from pipeline.evidence.world.births import join_lives, life_key, read_lives, write_lives
from pipeline.evidence.world.births_build import (
    build_births,
    congress_lives,
    lives_of_biographies,
    lives_of_holders,
    state_lives,
)
from pipeline.evidence.world.births_hand import NAME as BY_HAND
from pipeline.evidence.world.offices import WorldRecords
from pipeline.evidence.world.offices_file import BIRTHS, NAME, read_rows, write_records
from pipeline.evidence.world.offices_index import WorldFile, prepare
from pipeline.evidence.world.sources import WORLD, licence_of, read_sources
from pipeline.evidence.world.sources_git import clones_in

ANA = OfficeRecord(
    person="Ana Lie", person_id="wikidata:Q7", office="Mayor of Oslo", country="Norway", start=PartialDate("2019-01-01")
)
ODD = OfficeRecord(
    person="Odd Berg", office="President", country="Norway", start=PartialDate("2021"), source="factbook"
)
BIOGRAPHIES = """id,name,gender,dob,dobp,dod,dodp,image,enwiki
Q7,Ana Lie,female,1960-05-02,11,,,,
Q8,Ola Moe,male,1955-01-01,11,2001-03-04,11,,
Q9,Per Vik,male,1949-07-01,10,,,,
nobody,Nils Dahl,male,1960-01-03,11,,,,
Q10,Ida Haug,female,,,,,,
"""
HOLDERS = """position,person,personID,start,gender,DOB,DOD,image,enwiki
Mayor,Ana Lie,Q7,2019-01-01,female,1960-05-02,,,
Bishop,Eli Tangen,Q11,2019-01-01,female,1961-08-01,,,
"""


def told(lives: list[Life]) -> list[tuple[str, str, str | None]]:
    return [(life.person, str(life.born), str(life.died) if life.died else None) for life in lives]


def test_a_date_is_as_precise_as_its_source_calls_it() -> None:
    assert told(list(lives_of_biographies(BIOGRAPHIES))) == [
        ("wikidata:Q7", "1960-05-02", None),
        ("wikidata:Q8", "1955", "2001-03-04"),
        ("wikidata:Q9", "1949-07", None),
    ]
    assert told(list(lives_of_holders(HOLDERS))) == [
        ("wikidata:Q7", "1960-05-02", None),
        ("wikidata:Q11", "1961-08", None),
    ]


def test_members_of_congress_and_governors_are_told_under_the_ids_of_their_records() -> None:
    member = {"id": {"bioguide": "X000001", "wikidata": "Q12"}, "bio": {"birthday": "1944-10-19"}}
    assert told(list(congress_lives([member, {"id": {}, "bio": None}]))) == [("wikidata:Q12", "1944-10-19", None)]
    rows = [{"person": "Ann Roe", "person_id": "wikidata:Q13", "source": "openstates; wikidata"}]
    pages = [{"name": "Ann Roe", "birth_date": "1958-02-03"}, {"name": "Bob Poe", "birth_date": "1958-02-03"}]
    assert told(list(state_lives(pages, rows))) == [("wikidata:Q13", "1958-02-03", None)]


def test_what_sources_tell_differently_is_kept_as_far_as_they_agree() -> None:
    def one(*days: str) -> list[tuple[str, str, str | None]]:
        return told(join_lives([Life("x", PartialDate(day), None, "wikidata") for day in days]))

    assert one("1960-05-02", "1960") == one("1960-05-02", "1960-05-02") == [("x", "1960-05-02", None)]
    assert one("1960-05-02", "1960-05-03") == [("x", "1960-05", None)]
    assert one("1960-05-02", "1960-02-05") == [("x", "1960", None)]
    assert one("1960-05-02", "1961-05-02") == []


def clone_of(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "all"]):
        who = ["-c", "user.name=t", "-c", "user.email=t@t"]
        subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def test_the_same_clones_give_the_same_bytes(tmp_path: Path) -> None:
    clone_of(
        tmp_path / "clones" / "every-politician-scrapers+norway",
        {"html/bio.csv": BIOGRAPHIES, "html/current.csv": HOLDERS},
    )
    written = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        write_records([ANA, ODD], folder / NAME)
        (folder / BY_HAND).write_text("births: {Norway: {Odd Berg: 1950-06-07, Ana Lie: 1960-05-02}}", "utf-8")
        assert build_births(clones_in(tmp_path / "clones"), folder) == 2
        written.append((folder / BIRTHS).read_bytes())
    assert written[0] == written[1]
    assert told(list(read_lives(folder / BIRTHS))) == [
        (life_key(ODD), "1950-06-07", None),
        ("wikidata:Q7", "1960-05-02", None),
    ]


def test_a_life_is_asked_for_by_records_and_only_the_worlds_tell_it(tmp_path: Path) -> None:
    lives = [Life(life_key(each), PartialDate("1960-05-02"), None, "wikidata") for each in (ANA, ODD)]
    write_lives(lives, tmp_path / BIRTHS)
    write_records([ANA, ODD], tmp_path / NAME)
    prepare(tmp_path / NAME, tmp_path / "world.db", "1", read_lives(tmp_path / BIRTHS))
    world = WorldFile(tmp_path / "world.db")
    records = WorldRecords((), world)
    for each in (ANA, ODD):
        life = records.life_of(records.of_person(each.person))
        assert life is not None and str(life.born) == "1960-05-02"
    assert records.life_of([ANA.model_copy(update={"person_id": "wikidata:Q99"})]) is None
    assert Records([ANA]).life_of([ANA]) is None
    world.close()


def test_a_damaged_row_is_a_clear_error(tmp_path: Path) -> None:
    import lzma

    (tmp_path / BIRTHS).write_bytes(lzma.compress(b'{"person": "x"}\n'))
    with pytest.raises(ValueError, match="lacks born, source"):
        list(read_lives(tmp_path / BIRTHS))


@pytest.fixture(scope="module")
def shipped() -> list[Life]:
    return list(read_lives(WORLD / BIRTHS))


def test_every_shipped_life_names_a_listed_source_with_its_licence(shipped: list[Life]) -> None:
    sources = {source for life in shipped for source in life.source.split("; ")}
    assert sources <= read_sources().keys()
    assert all(licence_of(source).is_file() for source in sources)
    assert (WORLD / BIRTHS).stat().st_size < 500_000


def test_shipped_lives_are_of_people_of_the_records_each_once_and_of_a_credible_age(shipped: list[Life]) -> None:
    keys = [life.person for life in shipped]
    assert len(set(keys)) == len(keys) > 10_000 and keys == sorted(keys)
    assert all(1850 < life.born.earliest.year < 2005 for life in shipped)
    assert all(life.died is None or life.born.earliest < life.died.latest <= date(2026, 12, 31) for life in shipped)
    assert all(life.told_by and life.url.startswith("https://") for life in shipped)


def test_what_was_written_by_hand_is_shipped_as_it_is_or_less_precisely(shipped: list[Life]) -> None:
    births = yaml.safe_load((WORLD / BY_HAND).read_text("utf-8"))["births"]
    wanted = {light_key(name): str(day) for names in births.values() for name, day in names.items()}
    people = {light_key(row["person"]): row for row in read_rows(WORLD / NAME) if light_key(row["person"]) in wanted}
    lives = {life.person: life for life in shipped}
    found = 0
    for name, row in people.items():
        life = lives.get(life_key(OfficeRecord.model_validate(row)))
        if life and "births-by-hand" in life.source:
            found += 1
            assert wanted[name].startswith(str(life.born)) or str(life.born).startswith(wanted[name]), name
    assert found > 250
