"""Office records: forms of others, validation, joining, looking up."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pipeline.core.errors import InputError
from pipeline.core.models import OfficeRecord, PartialDate
from pipeline.evidence import parse_office
from pipeline.evidence.offices import (
    bears,
    bears_words_of,
    held_on,
    homes_of,
    is_office,
    is_record,
    merge_records,
    people_of,
    read_records,
    record_of,
)


def wrote(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def held(record: OfficeRecord) -> tuple[str, str, str | None, str | None]:
    return record.person, record.office, *(str(day) if day else None for day in (record.start, record.end))


# Rows in our form


def test_a_row_with_title_and_org_is_a_record_of_ours() -> None:
    row = {"person": "Ana Lobo", "title": "Mayor", "org": "Vila Nova", "start": "2021-10-14T00:00:00Z", "acting": None}
    record = record_of(row)
    assert held(record) == ("Ana Lobo", "Mayor", "2021-10-14", None)
    assert record.organisation == "Vila Nova" and not record.acting


def test_a_passage_about_a_titled_person_is_no_record() -> None:
    assert not is_record({"person": "Ana Lobo", "title": "Mayor opens bridge", "text": "Ana Lobo opened it."})


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"office": "Mayor"}, "person is missing"),
        ({"person": "Ana Lobo", "office": " "}, "office is missing"),
        ({"start": "14/10/2021"}, "start: '14/10/2021' is no date"),
        ({"end": "2021-13"}, "end: '2021-13' is no date"),
        ({"start": "2021", "end": "2020-12-31"}, "end 2020-12-31 is before start 2021"),
        ({"as_of": "last May"}, "as_of: 'last May' is no date"),
        ({"acting": "perhaps"}, "acting: 'perhaps' is neither true nor false"),
        ({"country": "Ruritania"}, "country: 'Ruritania' is not known"),
        ({"aliases": [1]}, "aliases: give a list"),
    ],
)
def test_a_bad_row_says_what_is_wrong_with_which_field(row: dict[str, Any], says: str) -> None:
    whole = row if "office" in row else {"person": "Ana Lobo", "office": "Mayor", **row}
    with pytest.raises(ValueError, match=says):
        record_of(whole, known_countries=True)


@pytest.mark.parametrize(
    ("given_as", "kept_as"),
    [("2009", "2009"), ("2009-09-00", "2009-09"), ("2009-00-00", "2009"), ("+2009-09-30T00:00:00Z", "2009-09-30")],
)
def test_a_date_keeps_the_precision_it_has(given_as: str, kept_as: str) -> None:
    assert str(record_of({"person": "Ana Lobo", "office": "Mayor", "start": given_as}).start) == kept_as


def test_a_day_last_known_that_is_only_a_month_is_its_first_day_and_present_is_no_end() -> None:
    record = record_of({"person": "Ana Lobo", "office": "Mayor", "as_of": "2024-05", "end": "Present"})
    assert (record.as_of, record.end) == (date(2024, 5, 1), None)


@pytest.mark.parametrize(
    ("given_as", "kept_as"),
    [("PT", "Portugal"), ("PRT", "Portugal"), ("Portuguese", "Portugal"), ("portugal", "Portugal")]
    + [("GB", "United Kingdom"), ("usa", "United States")],
)
def test_a_country_gets_its_standard_name(given_as: str, kept_as: str) -> None:
    row = {"person": "Ana Lobo", "office": "Mayor", "country": given_as}
    assert record_of(row, known_countries=True).country == kept_as


def test_an_end_that_was_only_planned_is_open() -> None:
    row = {"person": "Ana Lobo", "office": "Mayor", "start": "2021", "end": "2025-10-12"}
    assert record_of(row | {"as_of": "2024-05-01"}).end is None
    assert record_of(row | {"end_scheduled": True}).end is None
    assert record_of(row, today=date(2025, 1, 1)).end is None
    assert "2025-10-12" in record_of(row | {"as_of": "2024-05-01"}).note
    assert str(record_of(row | {"as_of": "2026-05-01", "end_scheduled": True}).end) == "2025-10-12"


# Forms of others

BINDINGS = [
    {
        "person": {"type": "uri", "value": "http://www.wikidata.org/entity/Q900001"},
        "personLabel": {"type": "literal", "value": "Ana Lobo"},
        "personAltLabel": {"type": "literal", "value": "Ana Maria Lobo, A. M. Lobo"},
        "positionLabel": {"type": "literal", "value": "Minister of Ferries"},
        "countryLabel": {"type": "literal", "value": "Portugal"},
        "start": {"type": "literal", "value": "2015-01-01T00:00:00Z"},
        "end": {"type": "literal", "value": "2018-10-15T00:00:00Z"},
    },
    {
        "person": {"type": "uri", "value": "http://www.wikidata.org/entity/Q900002"},
        "personLabel": {"type": "literal", "value": "Rui Serra"},
        "positionLabel": {"type": "literal", "value": "Minister of Ferries"},
        "start": {"type": "literal", "value": "2018-10-01T00:00:00Z"},
        "startPrecision": {"type": "literal", "value": "10"},
        "end": {"type": "uri", "value": "http://www.wikidata.org/.well-known/genid/123"},
    },
    {
        "person": {"type": "uri", "value": "http://www.wikidata.org/entity/Q900003"},
        "personLabel": {"type": "literal", "value": "Q900003"},
        "positionLabel": {"type": "literal", "value": "Minister of Ferries"},
    },
]


def test_wikidata_json_keeps_ids_aliases_and_what_is_known_of_dates(tmp_path: Path) -> None:
    content = {"head": {"vars": []}, "results": {"bindings": BINDINGS}}
    read = read_records(wrote(tmp_path, "query.json", content), as_of=date(2024, 6, 1))
    ana, rui = read.records
    assert read.form == "wikidata"
    assert held(ana) == ("Ana Lobo", "Minister of Ferries", "2015", "2018-10-15")  # a bare year is written as 1 January
    assert ana.aliases == ("Ana Maria Lobo", "A. M. Lobo") and ana.person_id == "wikidata:Q900001"
    assert ana.source_url == "https://www.wikidata.org/wiki/Q900001" and ana.country == "Portugal"
    assert held(rui) == ("Rui Serra", "Minister of Ferries", "2018-10", None)
    assert rui.as_of == date(2024, 6, 1)
    assert read.problems == (f"{tmp_path / 'query.json'}, bindings[2]: person Q900003 has no label: "
                             "ask the label service for one",)  # fmt: skip


def test_wikidata_csv_with_other_names_of_columns(tmp_path: Path) -> None:
    text = "item,itemLabel,position_label,start_time,end_time\n"
    text += "http://www.wikidata.org/entity/Q9,Ana Lobo,Mayor,2015-03-02T00:00:00Z,\n"
    read = read_records(wrote(tmp_path, "query.csv", text))
    assert read.form == "wikidata"
    assert held(read.records[0]) == ("Ana Lobo", "Mayor", "2015-03-02", None)


def test_popolo_joins_people_posts_organisations_and_periods(tmp_path: Path) -> None:
    content = {
        "persons": [
            {
                "id": "p1",
                "name": "Ana Lobo",
                "other_names": [{"name": "Ana M. Lobo"}],
                "identifiers": [{"scheme": "wikidata", "identifier": "Q900001"}],
            },
            {"id": "p2", "name": "Rui Serra", "memberships": [{"organization_id": "o1", "role": "Speaker"}]},
        ],
        "organizations": [{"id": "o1", "name": "Harbour Assembly"}],
        "posts": [{"id": "t1", "label": "Harbour Commissioner", "organization_id": "o1"}],
        "areas": [{"id": "a1", "name": "North Quay"}],
        "events": [{"id": "term/4", "start_date": "2011-03-01", "end_date": "2015-02-28"}],
        "memberships": [
            {"person_id": "p1", "post_id": "t1", "start_date": "2016-05-04", "end_date": "2019-07"},
            {"person_id": "p1", "organization_id": "o1", "role": "member", "area_id": "a1"}
            | {"legislative_period_id": "term/4"},
            {"person_id": "p9", "organization_id": "o1", "role": "member"},
        ],
    }
    read = read_records(wrote(tmp_path, "popolo.json", content), country="PT")
    assert read.form == "popolo"
    assert [held(record) for record in read.records] == [
        ("Ana Lobo", "Harbour Commissioner", "2016-05-04", "2019-07"),
        ("Ana Lobo", "Member of the Harbour Assembly for North Quay", "2011", "2015"),
        ("Rui Serra", "Speaker", None, None),
    ]
    assert {record.organisation for record in read.records} == {"Harbour Assembly"}
    assert {record.country for record in read.records} == {"Portugal"}
    assert read.records[0].aliases == ("Ana M. Lobo",)
    assert "memberships[2]: person 'p9' is not among the persons" in read.problems[0]


def test_ifg_appointments_with_ids_take_names_and_posts_from_the_tables_beside_them(tmp_path: Path) -> None:
    wrote(tmp_path, "person.csv", "id,name,start_date,end_date\np1,Ann Ferry,,2015-06-01\np1,Lady Ferry,2015-06-01,\n")
    wrote(tmp_path, "post.csv", "id,organisation_id,name\nt1,o1,Minister for Canals\n")
    wrote(tmp_path, "organisation.csv", "id,name,short_name\no1,Department for Canals,DfC\n")
    wrote(tmp_path, "appointment_characteristics.csv", "id,appointment_id,is_acting\nc1,a2,True\n")
    rows = "id,person_id,post_id,start_date,end_date\na1,p1,t1,2012-09-04,2014-07-15\n"
    rows += "a2,p1,t1,2016-02-01,NULL\na3,p7,t1,2016-02-01,\n"
    read = read_records(wrote(tmp_path, "appointment.csv", rows))
    first, second = read.records
    assert read.form == "ifg"
    assert held(first) == ("Ann Ferry", "Minister for Canals", "2012-09-04", "2014-07-15")
    assert first.aliases == ("Lady Ferry",) and first.organisation == "Department for Canals"
    assert held(second) == ("Lady Ferry", "Minister for Canals", "2016-02-01", None) and second.acting
    assert first.country == "United Kingdom" and first.person_id == "ifg:p1"
    assert "line 4: person p7 is not in person.csv" in read.problems[0]


def test_ifg_appointments_without_their_tables_say_which_is_missing(tmp_path: Path) -> None:
    rows = "id,person_id,post_id,start_date,end_date\na1,p1,t1,2012-09-04,2014-07-15\n"
    with pytest.raises(InputError, match="person.csv"):
        read_records(wrote(tmp_path, "appointment.csv", rows))


def test_the_ifg_download_is_told_from_its_columns(tmp_path: Path) -> None:
    rows = (
        "minister_name,role,department,start_date,end_date\n"
        "Ann Ferry,Minister for Canals (acting),Department for Canals,2012-09-04,2014-07-15\n"
    )
    read = read_records(wrote(tmp_path, "download.csv", rows))
    assert read.form == "ifg" and read.records[0].acting
    assert held(read.records[0]) == ("Ann Ferry", "Minister for Canals", "2012-09-04", "2014-07-15")


LEGISLATORS = """
- id: {bioguide: X000001, wikidata: Q900009}
  name: {first: Joan, middle: Q., last: Harbor, nickname: Jo, official_full: Joan Q. Harbor}
  terms:
  - {type: rep, start: '2009-01-06', end: '2011-01-03', state: OH, district: 3, party: Independent}
  - {type: rep, start: '2011-01-05', end: '2013-01-03', state: OH, district: 3, party: Independent}
  - {type: sen, start: '2013-01-03', end: '2019-01-03', state: OH, class: 1, party: Independent}
  - {type: sen, start: 2021-01-03, end: 2027-01-03, state: OH, class: 1, party: Independent}
  - {type: mayor, start: 2021-01-03, end: 2027-01-03, state: OH}
- id: {govtrack: 7}
  name: {first: Sam, last: Wharf}
  terms:
  - {type: viceprez, start: '1993-01-20', end: '2001-01-20', party: Independent, how: election}
"""


def test_congress_terms_that_follow_each_other_are_one_and_planned_ends_are_open(tmp_path: Path) -> None:
    read = read_records(wrote(tmp_path, "legislators.yaml", LEGISLATORS), as_of=date(2025, 3, 1))
    assert read.form == "congress"
    assert [held(record) for record in read.records] == [
        ("Joan Q. Harbor", "United States Representative for Ohio", "2009-01-06", "2013-01-03"),
        ("Joan Q. Harbor", "United States Senator for Ohio", "2013-01-03", "2019-01-03"),
        ("Joan Q. Harbor", "United States Senator for Ohio", "2021-01-03", None),
        ("Sam Wharf", "Vice President of the United States", "1993-01-20", "2001-01-20"),
    ]
    assert read.records[0].aliases == ("Joan Harbor", "Jo Harbor") or "Jo Harbor" in read.records[0].aliases
    assert read.records[0].person_id == "wikidata:Q900009" and read.records[3].person_id == "govtrack:7"
    assert len(read.problems) == 1 and "terms[4]: type is not one of" in read.problems[0]


def test_our_csv_has_aliases_in_one_cell_and_bad_rows_are_told_by_line(tmp_path: Path) -> None:
    text = "person;office;aliases;start;end\nAna Lobo;Mayor;A. Lobo|Ana L.;2015;2019\nRui Serra;Mayor;;2019;2015\n"
    read = read_records(wrote(tmp_path, "ours.csv", text))
    assert read.form == "ours" and read.records[0].aliases == ("A. Lobo", "Ana L.")
    assert read.problems == (f"{tmp_path / 'ours.csv'}, line 3: end 2015 is before start 2019",)


def test_json_lines_keep_good_rows_and_tell_bad_ones(tmp_path: Path) -> None:
    lines = ['{"person": "Ana Lobo", "office": "Mayor"}', "{broken", "[1]", '{"person": "Rui Serra"}']
    read = read_records(wrote(tmp_path, "records.jsonl", "\n".join(lines)))
    assert [record.person for record in read.records] == ["Ana Lobo"]
    assert [problem.split(", ")[1].split(":")[0] for problem in read.problems] == ["line 2", "line 3", "line 4"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", ""),
        ("a.json", "[1, 2]"),
        ("a.json", '{"a": 1}'),
        ("a.csv", "one,two\n1,2\n"),
        ("a.txt", "Just words."),
        ("a.yaml", "a: [1"),
        ("a.json", '{"persons": 3, "memberships": 4}'),
    ],
)
def test_a_file_in_no_form_is_an_input_error_or_only_problems(tmp_path: Path, name: str, content: str) -> None:
    path = wrote(tmp_path, name, content)
    try:
        assert not read_records(path).records
    except InputError as error:
        assert name in str(error)


@given(st.text(max_size=200), st.sampled_from([".json", ".jsonl", ".csv", ".yaml"]))
def test_no_content_makes_anything_but_records_problems_or_an_input_error(
    tmp_path_factory: pytest.TempPathFactory, content: str, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    try:
        read_records(path)
    except InputError:
        return


# Joining


def term(start: str | None, end: str | None = None, **more: Any) -> OfficeRecord:
    return record_of(
        {"person": "Ana Lobo", "office": "Mayor", "country": "Portugal", "start": start, "end": end, **more}
    )


def test_a_more_precise_date_wins_and_both_sources_are_kept() -> None:
    rough, sharp = term("2015", "2019-10", source="Almanac"), term("2015-10-03", "2019-10-12", source="Gazette")
    (joined,) = merge_records([rough], [sharp]).records
    assert held(joined)[2:] == ("2015-10-03", "2019-10-12")
    assert joined.source == "Almanac; Gazette"


def test_a_verified_date_wins_and_the_other_stays_in_the_note() -> None:
    sure, unsure = term("2015-10", "2019-10"), term("2015-11-20", "2019-10-12", verified=False)
    (joined,) = merge_records([unsure], [sure]).records
    assert held(joined)[2:] == ("2015-10", "2019-10") and joined.verified
    assert joined.note == "Also told: 2015-11-20 to 2019-10-12."


def test_an_end_closes_an_open_term_unless_it_was_seen_open_later() -> None:
    opened, closed = term("2015-10-03", as_of="2018-01-01"), term("2015-10-03", "2019-10-12", as_of="2020-01-01")
    assert held(merge_records([opened], [closed]).records[0])[3] == "2019-10-12"
    later = term("2015-10-03", as_of="2021-06-01")
    (joined,) = merge_records([closed], [later]).records
    assert joined.end is None and joined.as_of == date(2021, 6, 1)


def test_two_terms_two_offices_acting_terms_and_two_people_stay_apart() -> None:
    records = [
        term("2001-10-03", "2005-10-12"),
        term("2005-10-12", "2009-10-12"),
        term("2013-10-03", "2017-10-12"),
        term("2013-10-03", "2017-10-12", acting=True),
        term("2013-10-03", "2017-10-12", office="Deputy Mayor"),
        term("2013-10-03", "2017-10-12", organisation="Vila Nova"),
        term("2001-10-03", "2005-10-12", person_id="Q1"),
        term("2001-10-03", "2005-10-12", person_id="Q2"),
    ]
    merged = merge_records([], records)
    assert len(merged.records) == 7  # who has no id may be the first of the two with one


def test_aliases_of_both_are_kept_and_spelling_of_case_and_accents_does_not_matter() -> None:
    one = term("2015-10-03", person="Ána Lobo", aliases=["A. Lobo"])
    (joined,) = merge_records([one], [term("2015-10-03", person="ana lobo", aliases=["Ana L."])]).records
    assert joined.person == "Ána Lobo" and joined.aliases == ("A. Lobo", "ana lobo", "Ana L.")


DAYS = st.one_of(
    st.none(), st.dates(date(2000, 1, 1), date(2008, 1, 1)).map(str), st.sampled_from(["2003", "2004-05", "2006"])
)


@st.composite
def some_records(draw: st.DrawFn) -> list[OfficeRecord]:
    rows = draw(st.lists(st.tuples(DAYS, DAYS, DAYS, st.booleans(), st.integers(0, 2)), max_size=5))
    made = []
    for start, end, seen, verified, source in rows:
        as_of = seen if seen and len(seen) == 10 else None
        if start and end and PartialDate(end).latest < PartialDate(start).earliest:
            start, end = end, start
        url = f"https://example.org/{source}"
        made.append(term(start, end, as_of=as_of, verified=verified, source=f"Source {source}", source_url=url))
    return made


@given(some_records())
def test_joining_what_was_joined_changes_nothing(records: list[OfficeRecord]) -> None:
    first = merge_records([], records)
    again = merge_records(first.records, first.records)
    assert (again.new, again.gone, set(again.records)) == ((), (), set(first.records))
    assert {record.person for record in first.records} <= {"Ana Lobo"}


@given(some_records())
def test_importing_the_same_rows_again_changes_nothing(records: list[OfficeRecord]) -> None:
    first = merge_records([], records)
    again = merge_records(first.records, records)
    assert (again.new, again.gone) == ((), ())


# Looking up


def found(records: list[OfficeRecord], wanted: Any) -> list[OfficeRecord]:
    return [record for record in records if wanted(record.model_dump(mode="json"))]


def test_people_are_found_by_any_name_and_by_its_words() -> None:
    records = [term("2015", aliases=["Ána Maria Lobo"]), term("2019", person="Rui Serra")]
    assert len(found(records, bears("ana maria lobo"))) == 1
    assert not found(records, bears("Lobo"))
    assert len(found(records, bears_words_of("Lobo"))) == 1


def test_two_people_of_one_name_are_told_apart_by_the_ids_of_one_source() -> None:
    records = [term("2015", person_id="Q1"), term("1950", person_id="Q2"), term("2019", "2021", person_id="Q1")]
    assert [len(person.records) for person in people_of(records)] == [2, 1]
    mixed = [term("2015", person_id="Q1"), term("2019", person_id="ifg:7")]
    assert len(people_of(mixed)) == 1
    (person,) = people_of([term("2015"), term("2016", country="Chile")])
    assert homes_of(person) == ("Portugal", "Chile")


def test_holders_on_a_day_include_terms_that_may_reach_it() -> None:
    records = [term("2001", "2005-10-12"), term("2005-10-12", "2009"), term("2013-10-03"), term(None)]
    assert len(held_on(records, date(2005, 10, 12))) == 2
    assert len(held_on(records, date(2011, 1, 1))) == 0
    assert len(held_on(records, date(2020, 1, 1))) == 1
    assert len(found(records, is_office("mayor", "portugal"))) == 4
    assert not found(records, is_office("mayor", "Chile"))


@pytest.mark.parametrize(
    "text",
    [
        "person,office,from,until\nAna Lobo,Mayor of Porto,2010,2014\n",
        "person,office,start,left office\nAna Lobo,Mayor of Porto,2010-01-01,2014-02-03\n",
        "person,office,term\nAna Lobo,Mayor of Porto,2010–2014\n",
        "person,office,Mandat\nAna Lobo,Mayor of Porto,03/02/2014\n",
        "person,office,start,end,began,finished\nAna Lobo,Mayor of Porto,,,May 2010,June 2014\n",
        "person;office;begin;stop\nAna Lobo;Mayor of Porto;2010;present\n",
    ],
)
def test_dates_in_columns_we_do_not_know_are_refused_and_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="no date is guessed: rename to start and end") as refused:
        read_records(wrote(tmp_path, "ours.csv", text))
    assert "\n" not in str(refused.value)


def test_a_row_of_evidence_with_unknown_dates_is_no_record_of_somebody_still_in_office() -> None:
    with pytest.raises(ValueError, match="'until' hold"):
        record_of({"person": "Ana Lobo", "office": "Mayor", "from": "2010", "until": "2014"})


def test_an_unknown_column_without_dates_is_named_and_left_out(tmp_path: Path) -> None:
    text = "person,office,start,end,party\nAna Lobo,Mayor of Porto,2010,2014,PS\n"
    read = read_records(wrote(tmp_path, "ours.csv", text))
    assert len(read.records) == 1 and read.problems == ()
    assert "'party' is not known and not used (known are acting, aliases, as_of" in read.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "person,office,start,end,elected\nAna Lobo,Mayor of Porto,2010,2014,2009\n",
        "person,office,start,born\nAna Lobo,Mayor of Porto,2010,1961\n",
        "person,office,start,ward\nAna Lobo,Mayor of Porto,2010,12\n",
    ],
)
def test_other_dates_beside_a_whole_term_or_of_a_life_refuse_nothing(tmp_path: Path, text: str) -> None:
    assert len(read_records(wrote(tmp_path, "ours.csv", text)).records) == 1


@pytest.mark.parametrize("given_as", ["10/05/2022", "5/10/2022", "05.10.2022", "44691", "May-25", "unknown", "?"])
def test_a_day_that_may_be_a_month_is_refused_rather_than_guessed(given_as: str) -> None:
    with pytest.raises(ValueError, match="is no date: write 2009-09-30"):
        record_of({"person": "Ana Lobo", "office": "Mayor", "start": "2010", "end": given_as})


@pytest.mark.parametrize(
    "text",
    [
        "Person,Office ,Start Date,END\nAna Lobo,Mayor of Porto,2010,2014\n",
        "sep=;\nperson;office;start;end\nAna Lobo;Mayor of Porto;2010;2014\n",
        "person,office,start,end\nAna Lobo,Mayor of Porto,2010,2014\n,,,\n,,,\n",
    ],
)
def test_tables_as_spreadsheets_write_them_are_read(tmp_path: Path, text: str) -> None:
    read = read_records(wrote(tmp_path, "ours.csv", text))
    assert [(str(each.start), str(each.end)) for each in read.records] == [("2010", "2014")] and read.problems == ()


def test_a_title_above_the_column_names_is_told_as_such(tmp_path: Path) -> None:
    text = "Mayors of Porto,,,\nperson,office,start,end\nAna Lobo,Mayor of Porto,2010,2014\n"
    with pytest.raises(InputError, match="line 2 looks like the row of column names: delete what stands above it"):
        read_records(wrote(tmp_path, "ours.csv", text))


@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%Y", "%d %B %Y", "%b %Y"])
)
def test_no_record_is_open_while_a_date_stands_in_an_unknown_column(day: date, form: str) -> None:
    row = {"person": "Ana Lobo", "office": "Mayor", "start": "1890", "ceased": day.strftime(form)}
    with pytest.raises(ValueError, match="no date is guessed"):
        record_of(row)


@pytest.mark.parametrize(
    "title, place",
    [
        ("Vienna's foreign minister", "Austria"),
        ("Tokyo’s defense minister", "Japan"),
        ("Rome's prime minister", "Italy"),
        ("Rome's deputy prime minister", "Italy"),
        ("Berlin's mayor", None),
        ("Berlin's finance senator", None),
        ("Delhi's health minister", None),
        ("Delhi's chief minister", None),
        ("Washington's governor", None),
        ("Washington's attorney general", None),
        ("Washington's secretary of state", None),
        ("foreign minister in Berlin", None),
    ],
)
def test_a_capital_stands_for_its_country_only_where_no_city_has_the_office(title: str, place: str | None) -> None:
    assert parse_office(title).place == place
