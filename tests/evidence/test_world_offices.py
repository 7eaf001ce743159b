"""The world's office records: read from clones, joined, made ready, and asked behind a desk's own."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.core.errors import InputError
from pipeline.core.models import OfficeRecord, PartialDate
from pipeline.core.settings import PROJECT, Settings, load_settings
from pipeline.evidence import (
    holders_of,
    open_records,
    parse_office,
    people_named,
    prepare_world,
    records_with_world,
    world_status,
    world_version,
)
from pipeline.evidence.offices.registry import OF_THE_WORLD
from pipeline.evidence.world import offices_factbook, offices_wikidata
from pipeline.evidence.world.offices import beside
from pipeline.evidence.world.offices_build import joined, known_longer, without_contradicted
from pipeline.evidence.world.offices_factbook import Holder, holders_in, written_names
from pipeline.evidence.world.offices_file import NAME, SOURCES, read_rows, write_records
from pipeline.evidence.world.offices_index import WorldFile, prepare
from pipeline.evidence.world.people import People, names_of, with_names
from pipeline.evidence.world.sources import WORLD, licence_of, read_sources
from pipeline.evidence.world.sources_git import Clone, clones_in
from pipeline.evidence.world.status import updated_file
from pipeline.evidence.world.status_coverage import coverage


def record(person: str, office: str, start: str, end: str | None = None, **more: object) -> OfficeRecord:
    fields = {"country": "Norway", "source": "wikidata", "as_of": date(2022, 7, 1)} | more
    return OfficeRecord(
        person=person,
        office=office,
        start=PartialDate(start),
        end=PartialDate(end) if end else None,
        **fields,  # type: ignore[arg-type]
    )


LINA = record(
    "Lina Aune",
    "Minister of Fisheries",
    "2015-03-02",
    "2019-06-30",
    person_id="wikidata:Q101",
    aliases=("Lina Marie Aune",),
)
ODD = record("Odd Berg", "Minister of Fisheries", "2019-06-30", person_id="wikidata:Q102")
ANDREY = record(
    "Andrey Zimin", "Minister of Transport", "2014-01-10", "2018-05-18", country="Russia", person_id="wikidata:Q103"
)
ELSE = record(
    "Lina Aune", "Member of Parliament", "1951-01-01", "1959-01-01", country="Canada", person_id="wikidata:Q104"
)
FOUR = (LINA, ODD, ANDREY, ELSE)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose world data are four records."""
    found = load_settings(home=tmp_path_factory.mktemp("home"), model=None)
    path = updated_file(found)
    path.parent.mkdir(parents=True)
    write_records(FOUR, path)
    prepare_world(found)
    return found


def test_the_same_records_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    write_records(FOUR, tmp_path / "one")
    write_records((*reversed(FOUR), ODD), tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert {OfficeRecord.model_validate(row) for row in read_rows(tmp_path / "one")} == set(FOUR)


def test_a_person_is_found_by_every_name_and_spelling(desk: Settings) -> None:
    with records_with_world(desk, ()) as records:
        for name in ("Andrey Zimin", "Andrei Zimin", "Mr Andrey Zimin", "Zimin Andrey"):
            assert [each.office for each in records.of_person(name)] == ["Minister of Transport"], name
        assert {each.person for each in records.named("Berg")} == {"Odd Berg"}
        assert records.of_person("Nora Nobody") == ()
        assert len(records) == len(FOUR)


def test_an_office_names_its_holders(desk: Settings) -> None:
    with records_with_world(desk, ()) as records:
        office = parse_office("fisheries minister")
        assert {each.person for each in records.holders(office, "Norway")} == {"Lina Aune", "Odd Berg"}
        assert records.holders(office, "Sweden") == ()


def test_namesakes_are_told_apart_by_their_ids(desk: Settings) -> None:
    with records_with_world(desk, ()) as records:
        found = records.of_person("Lina Aune")
    assert {each.person_id for each in found} == {"wikidata:Q101", "wikidata:Q104"}


def test_a_name_is_answered_alike_whatever_was_asked_before(desk: Settings) -> None:
    names = ["Lina Aune", "Odd Berg", "Andrei Zimin", "Lina Marie Aune"]
    with records_with_world(desk, ()) as fresh, records_with_world(desk, ()) as used:
        for name in reversed(names):
            used.of_person(name)
        used.named("Aune")
        assert [set(fresh.of_person(name)) for name in names] == [set(used.of_person(name)) for name in names]


def test_the_desks_own_record_wins_and_gains_what_it_lacks(desk: Settings) -> None:
    own = record("Lina Aune", "Fisheries Minister", "2015-03-09", None, as_of=date(2018, 1, 1), source="desk")
    with records_with_world(desk, (own,)) as records:
        found = [each for each in records.of_person("Lina Aune") if each.country == "Norway"]
    assert [(str(each.start), str(each.end), each.source) for each in found] == [
        ("2015-03-09", "2019-06-30", "desk; Wikidata")
    ]


DAYS = st.dates(date(2000, 1, 1), date(2021, 12, 31)).map(str)


@given(DAYS, DAYS, st.booleans(), DAYS, DAYS, st.booleans())
@settings(max_examples=60, deadline=None)
def test_of_an_office_the_desk_has_its_own_days_stand(a: str, b: str, c: bool, d: str, e: str, f: bool) -> None:
    own = record("Lina Aune", "Fisheries Minister", min(a, b), max(a, b) if c else None, source="desk")
    other = record("Lina Aune", "Minister of Fisheries", min(d, e), max(d, e) if f else None)
    first, *more = beside([own], [other])
    assert first.start == own.start and (own.end is None or first.end == own.end)
    assert more in ([], [other])
    assert (first == own) == (more == [other]) or first.source == "desk; wikidata"


def test_the_world_can_be_switched_off_and_is_not_there_before_init(desk: Settings, tmp_path: Path) -> None:
    off = load_settings(home=desk.home, model=None, world=False)
    assert world_version(desk) and world_version(off) is None and not world_status(off).ready
    bare = load_settings(home=tmp_path, model=None)
    assert world_version(bare) is None and not world_status(bare).ready
    with pytest.raises(InputError, match="no office records yet"):
        open_records(bare, ())
    assert open_records(desk, ())[0].of_person("Odd Berg")


def test_records_are_made_ready_again_when_they_have_changed(tmp_path: Path) -> None:
    found = load_settings(home=tmp_path, model=None)
    path = updated_file(found)
    path.parent.mkdir(parents=True)
    write_records((LINA,), path)
    prepare_world(found)
    before = world_version(found)
    write_records((LINA, ODD), path)
    assert world_version(found) != before and world_status(found).records == 2


def test_a_broken_file_of_records_says_what_to_do(tmp_path: Path) -> None:
    found = load_settings(home=tmp_path, model=None)
    path = updated_file(found)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not compressed")
    with pytest.raises(InputError, match="FACTNOTES_WORLD=off"):
        prepare_world(found)


def test_no_look_up_reads_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / NAME
    write_records(FOUR, path)
    prepare(path, tmp_path / "world.db", "version one")
    opened = WorldFile(tmp_path / "world.db")
    plans = [
        opened._database.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()[0][3]
        for query in (
            "SELECT person FROM keys WHERE kind = 0 AND key = 'x'",
            "SELECT DISTINCT last FROM lasts WHERE last >= 'abc' AND last < 'abd'",
            "SELECT rows FROM people WHERE id = 1",
        )
    ]
    assert all(plan.startswith("SEARCH") for plan in plans)  # no look-up reads the whole file, however many there are
    assert opened.about["records"] == "4"


@pytest.mark.parametrize(
    "text, named",
    [
        ("President Ana Maria LOBO (since 3 May 2019)", ["Ana Maria LOBO"]),
        ("Acting President Ana LOBO (since May 2019)", ["Ana LOBO"]),
        ("Chancellor Ida BRANDT (since 8 December 2021); note - elected in 2021", ["Ida BRANDT"]),
        ("Taoiseach (Prime Minister) Sean O'DEA (since 9 April 2024)", ["Sean O'DEA"]),
        ("President Ana LOBO (Blue Party) (since 3 May 2019); Vice President Ben TAN (since 4 May 2019)", ["Ana LOBO"]),
        ("Prime Minister Ana LOBO serving as caretaker (since 3 May 2019)", []),
        ("President Ana LOBO (since 3 May 2019 and before from 2007 to 2011)", []),
        ("President (vacant)", []),
        ("Chairman of the Presidency Ana LOBO (chairwoman since 3 May 2019)", []),
        ("the President is both chief of state and head of government", []),
    ],
)  # fmt: skip
def test_only_a_holder_in_the_known_form_is_read(text: str, named: list[str]) -> None:
    assert [each.name for each in holders_in(text)] == named


def test_names_are_written_as_names_are() -> None:
    assert written_names("Ana Maria LOBO") == ("Ana Maria Lobo", "Ana Lobo")
    assert written_names("KIM Il-ho") == ("Kim Il-ho",)
    assert written_names("Gen. CHARLES III") == ("Charles III",)
    assert names_of("Ann Lee, Baroness Lee of Ham")[:2] == ("Ann Lee", "Ann Lee, Baroness Lee of Ham")


def page(*holders: str) -> str:
    branch = {"chief of state": {"text": "; ".join(holders)}}
    return json.dumps(
        {"Government": {"Country name": {"conventional short form": {"text": "Chile"}}, "Executive branch": branch}}
    )


@pytest.fixture(scope="module")
def clones(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Clone]:
    """Two clones: of pages of one country, and of one country's terms."""
    folder = tmp_path_factory.mktemp("clones")
    commit(
        folder / "factbook+factbook.json",
        "2021-05-03",
        "auto-update week 18",
        {"south-america/ci.json": page("President Ana LOBO (since 11 March 2018)")},
    )
    commit(
        folder / "factbook+factbook.json",
        "2022-03-10",
        "auto-update week 10",
        {"south-america/ci.json": page("President Ana LOBO (since 11 March 2018) ")},
    )
    commit(
        folder / "factbook+factbook.json",
        "2022-03-20",
        "auto-update week 11",
        {"south-america/ci.json": page("President Ben TAN (since 11 March 2022)")},
    )
    commit(
        folder / "factbook+factbook.json",
        "2024-09-01",
        "auto-update week 35",
        {"south-america/ci.json": page("President Ben TAN (since 11 March 2022)  ")},
    )
    rows = [
        "position,person,personID,start,end",
        "Minister of Mining,Eva Rojas,Q1,2014-03-11,2018-03-11",
        "Minister of Mining,Tomás Vial,Q2,2018-03-11,2022-03-11",
        "Minister of Mining,Olga Paz,Q3,2016-02-02,",
        "Minister of Mining,Rita Sol,Q4,2022-03-11,",
        "Minister of Trade,Luz Mar,Q5,2001-01-01,2003-12-31",
        "Minister of Trade,Q6,Q6,2004-05-05,2005-05-05",
        "Minister of Trade,Ugo Ley,Q7,2000s,2009",
        "First Lady,Ines Lobo,Q8,2018-03-11,2022-03-11",
    ]
    files = {"meta.json": json.dumps({"jurisdiction": {"name": "Chile"}}), "html/holders21.csv": "\n".join(rows) + "\n"}
    commit(folder / "every-politician-scrapers+chile-ministers", "2022-07-01", "update", files)
    return clones_in(folder)


def commit(folder: Path, day: str, message: str, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    when = {
        "GIT_AUTHOR_DATE": f"{day}T12:00:00Z",
        "GIT_COMMITTER_DATE": f"{day}T12:00:00Z",
        "HOME": str(folder),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", message]):
        subprocess.run(["git", *who, *arguments], cwd=folder, env=when, check=True, capture_output=True)


def test_heads_are_dated_by_who_follows_them(clones: dict[str, Clone]) -> None:
    found = offices_factbook.records_of(clones["factbook/factbook.json"])
    assert [(each.person, str(each.start), str(each.end or "")) for each in found] == [
        ("Ana Lobo", "2018-03-11", "2022-03-11"),
        ("Ben Tan", "2022-03-11", ""),
    ]
    assert found[1].as_of and date(2024, 7, 1) < found[1].as_of < date(2024, 9, 1)  # a page may lag behind


SPELLINGS = [
    ("Mikhael DANILOVICH", "Mikhail DANILAVICH", True),
    ("Nikos PAPADAKIS", "Nicos PAPADAKES", True),
    ("Abdulkarim Hadi ALZUBI", "Abdul Karim AL-ZUBI", True),
    ("Jon Arne BERGLUND", "Kari Anne HAGLUND", False),
    ("Ida MARKOVA", "Ivo DRAGANOV", False),
    ("Raul BATISTA", "Pablo BAUTISTE", False),
]


def test_a_page_that_is_moved_is_not_read_again_and_a_file_that_is_no_page_tells_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "factbook+factbook.json"
    known = page("President Ana LOBO (since 11 March 2018)")
    commit(folder, "2022-03-20", "auto-update week 11", {"south-america/ci.json": known})
    commit(folder, "2024-05-02", "move a page", {"europe/ci.json": "[1, 2]"})
    commit(folder, "2024-05-03", "move a page", {"europe/ci.json": known})
    (record,) = offices_factbook.records_of(clones_in(tmp_path)["factbook/factbook.json"])
    assert (record.person, record.as_of) == ("Ana Lobo", date(2022, 2, 3))


@pytest.mark.parametrize("before, after, is_one", SPELLINGS)
def test_a_holder_named_since_one_day_stays_who_they_are_in_another_spelling(
    before: str, after: str, is_one: bool
) -> None:
    """Under another name, a day of seven years ago that pages gave to somebody else all the time is not believed."""
    tenures: list[offices_factbook._Tenure] = []
    since = PartialDate("2016-03-01")
    offices_factbook._see(tenures, Holder("President", before, since, False), date(2016, 6, 1))
    offices_factbook._see(tenures, Holder("President", before, since, False), date(2023, 3, 1))
    offices_factbook._see(tenures, Holder("President", after, since, False), date(2023, 4, 1))
    offices_factbook._see(tenures, Holder("President", after, since, False), date(2026, 1, 1))
    (found,) = offices_factbook._records(tenures, "Chile", date(2026, 1, 1))
    assert found.as_of is not None and (found.as_of > date(2025, 1, 1)) == is_one and found.verified
    assert (written_names(after)[0] in (found.person, *found.aliases)) == is_one


def test_two_people_whom_a_source_tells_apart_never_become_one() -> None:
    known = record("Ann Lee", "Secretary of State for Trade", "2001-02-03", person_id="wikidata:Q1")
    named = [
        ("Ann Lee", "Secretary of State for Health", "2005-02-03", "ifg:1"),
        ("Ann TC Leee", "Secretary of State for Wales", "2015-02-03", "ifg:2"),
    ]
    told = [record(name, office, start, person_id=id_, source="ifg") for name, office, start, id_ in named]
    people = People.of([known])
    assert [people.known(each).person_id for each in told] == ["wikidata:Q1"] * 2
    assert [each.person_id for each in people.known_apart(told)] == ["wikidata:Q1", "ifg:2"]
    assert [each.person_id for each in people.known_apart(told[1:])] == ["wikidata:Q1"]


def test_terms_are_believed_where_the_neighbours_say_the_same(clones: dict[str, Clone]) -> None:
    found = {
        each.person: each for each in offices_wikidata.records_of(clones["every-politician-scrapers/chile-ministers"])
    }
    assert set(found) == {"Eva Rojas", "Tomás Vial", "Rita Sol", "Luz Mar"}
    assert found["Tomás Vial"].verified and found["Rita Sol"].verified
    assert (str(found["Luz Mar"].start), str(found["Luz Mar"].end), found["Luz Mar"].verified) == (
        "2001",
        "2003",
        False,
    )
    assert all(each.as_of == date(2022, 7, 1) and each.country == "Chile" for each in found.values())


def test_a_time_in_office_that_is_told_in_pieces_is_one() -> None:
    terms = [
        offices_wikidata.Term(
            "Prime Minister", "Ida Lund", "Q1", "", PartialDate(start), PartialDate(end) if end else None
        )
        for start, end in (
            ("2012-12-26", "2014-12-24"),
            ("2014-12-24", "2017-11-01"),
            ("2017-11-02", None),
            ("2001-04-05", "2003-04-05"),
        )
    ]
    assert [(str(each.start), str(each.end)) for each in offices_wikidata.runs_of(terms)] == [
        ("2001-04-05", "2003-04-05"),
        ("2012-12-26", "None"),
    ]


def test_a_folder_without_clones_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="owner\\+name"):
        clones_in(tmp_path)


def test_what_two_sources_say_of_one_term_is_one_record() -> None:
    told = record("Ida Lund", "President", "2010-05-01", None, person_id="wikidata:Q9", as_of=date(2017, 1, 1))
    page = record(
        "Ida K. Lund", "President of Norway", "2010-05-01", "2018-05-01", source="factbook", as_of=date(2024, 1, 1)
    )
    known = People.of([told]).known(page)
    (one,) = with_names(joined([told, known]))
    assert (one.person, str(one.end), one.source) == ("Ida Lund", "2018-05-01", "factbook; wikidata")
    assert "Ida K. Lund" in one.aliases


def test_a_head_whom_another_source_does_not_know_is_left_out() -> None:
    told = record("Ida Lund", "President", "2010-05-01", "2018-05-01")
    other = record("Per Strand", "President", "2010-05-20", "2012-01-01", source="factbook")
    assert without_contradicted([other], [told]) == []
    assert without_contradicted([told], [told]) == [told]


def test_a_head_who_left_is_known_not_to_be_back_as_long_as_pages_name_every_head() -> None:
    gone = record("Ida Lund", "President", "2010-05-01", "2018-05-01")
    now = record("Per Strand", "President", "2018-05-01", None, source="factbook", as_of=date(2025, 1, 1))
    assert [each.as_of for each in known_longer([gone, now])] == [date(2025, 1, 1)] * 2
    minister = record("Ida Lund", "Minister of Fisheries", "2010-05-01", "2018-05-01")
    assert known_longer([minister, now])[0].as_of == date(2022, 7, 1)


@pytest.fixture(scope="module")
def shipped() -> list[dict[str, object]]:
    return list(read_rows(WORLD / NAME))


def test_every_shipped_row_names_a_source_with_a_licence(shipped: list[dict[str, object]]) -> None:
    used = {source for row in shipped for source in str(row["source"]).split("; ")}
    listed = read_sources()
    assert used <= set(listed) and used <= set(SOURCES)
    for source in used:
        text = licence_of(source).read_text("utf-8")
        assert listed[source].url.split("/")[2] in text or source == "offices-by-hand", source
        assert len(text) > 100


def test_every_shipped_row_says_to_which_day_it_is_known(shipped: list[dict[str, object]]) -> None:
    assert len(shipped) > 40_000
    assert all("as_of" in row for row in shipped)
    assert all(str(row["start"])[:4] <= str(row.get("end", "9999"))[:4] for row in shipped)
    assert all(str(row["as_of"]) <= "2026-12-31" for row in shipped)


def test_the_shipped_data_are_small() -> None:
    assert sum(path.stat().st_size for path in WORLD.rglob("*") if path.name.startswith("offices")) < 9_000_000


def test_the_table_of_what_is_covered_is_up_to_date(shipped: list[dict[str, object]]) -> None:
    written = (PROJECT / "docs" / "world.md").read_text("utf-8").split("status_coverage -->\n")[1]
    assert written.strip().splitlines() == list(coverage(shipped)), "print it with the command above it"


def seen(name: str, since: str, first: str, last: str) -> offices_factbook._Tenure:
    holder = offices_factbook.Holder("Prime Minister", name, PartialDate(since), False)
    return offices_factbook._Tenure(holder, date.fromisoformat(first), date.fromisoformat(last), {name: None})


def terms_of(*tenures: offices_factbook._Tenure) -> list[tuple[str, str, str | None]]:
    found = offices_factbook._records(list(tenures), "Norway", date(2026, 1, 1))
    return [(each.person, str(each.start), str(each.end) if each.end else None) for each in found]


def test_who_is_named_only_in_the_midst_of_anothers_time_has_held_nothing() -> None:
    ana, stray = (
        seen("Ana BERG", "2020-02-01", "2020-02-10", "2026-01-01"),
        seen("Odd LIE", "2022-03-01", "2022-03-05", "2022-03-20"),
    )
    assert terms_of(ana, stray) == [("Ana Berg", "2020-02-01", None)]


def test_who_is_said_to_have_begun_while_pages_still_named_others_is_left_out() -> None:
    ana, odd = (
        seen("Ana BERG", "2014-02-01", "2014-02-10", "2020-06-01"),
        seen("Odd LIE", "2020-06-10", "2020-06-20", "2024-12-01"),
    )
    misprint = seen("Eva MOE", "2004-12-05", "2024-12-20", "2026-01-01")
    assert terms_of(ana, odd, misprint) == [("Ana Berg", "2014-02-01", "2020-06-10"), ("Odd Lie", "2020-06-10", None)]


def test_people_and_offices_of_the_world_are_looked_up_and_marked(desk: Settings) -> None:
    people, exact = people_named(desk, "lina marie aune")
    assert exact and [record.office for record in people[0].records] == ["Minister of Fisheries"]
    assert people[0].records[0].note.startswith(OF_THE_WORLD)
    others, exact = people_named(desk, "Zimin")
    assert not exact and [person.name for person in others] == ["Andrey Zimin"]
    (holder,) = holders_of(desk, "minister of fisheries", date(2016, 1, 1), "Norway")
    assert holder.person == "Lina Aune" and OF_THE_WORLD in holder.note
    with pytest.raises(InputError, match="nobody called Nemo"):
        people_named(desk, "Nemo")
