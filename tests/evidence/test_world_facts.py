"""The shipped facts of the world: where each row is from, what is in them, and how they are built."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline.core.errors import InputError, TableError
from pipeline.evidence import Country, WorldFacts, city_key, place_key, world_facts
from pipeline.evidence.reading import read_reference
from pipeline.evidence.world.countries import hand_capitals, hand_countries, organisations
from pipeline.evidence.world.facts import FACTS, PartialDate, Term, facts_digest
from pipeline.evidence.world.facts_build import build_facts
from pipeline.evidence.world.facts_factbook import read_profiles
from pipeline.evidence.world.facts_passages import indexed_facts
from pipeline.evidence.world.sources import WORLD, read_sources

FACTS_OF = world_facts()


def sources_of(country: Country) -> Iterator[str]:
    yield from country.sources.values()
    yield from (term.source for term in (*country.capitals, *country.currencies))


def test_every_shipped_row_names_a_source_that_is_listed_with_its_licence() -> None:
    named = {source for country in FACTS_OF.countries for source in sources_of(country)}
    named |= {each.source for each in (*FACTS_OF.organisations, *FACTS_OF.series)}
    named |= {member.source for body in FACTS_OF.organisations for member in body.members}
    rows = [json.loads(line) for line in FACTS.with_suffix(".jsonl").read_text("utf-8").splitlines()]
    named |= {row["note"].rpartition("source ")[2] for row in rows}
    listed = read_sources(WORLD)
    assert named <= listed.keys()
    for source in named:
        licence = WORLD / "licences" / f"{source}.txt"
        assert len(licence.read_text("utf-8")) > 100, source
        assert FACTS_OF.as_of[source] == listed[source].as_of
        assert FACTS_OF.urls[source] == listed[source].url


def test_the_shipped_facts_hold_what_the_tables_by_hand_say() -> None:
    table = hand_countries()
    for code in table.capitals.keys() - table.contested:
        assert FACTS_OF.by_id[code].capitals == hand_capitals(table, code), f"build seeds/world anew: {code}"
    assert FACTS_OF.organisations == organisations()


def test_the_sentences_to_be_indexed_are_those_of_the_facts() -> None:
    read = read_reference(FACTS.with_suffix(".jsonl"))
    assert not read.problems
    assert [passage.text for passage in read.passages] == [passage.text for passage in indexed_facts(FACTS_OF)]
    assert len(read.passages) <= 3000


def test_no_name_means_two_countries_and_no_independent_ones_share_an_adjective() -> None:
    names = [(place_key(name), country.id) for country in FACTS_OF.countries for name in country.names]
    assert len(set(names)) == len(dict(names))
    states = [country for country in FACTS_OF.countries if country.independent]
    adjectives = [(place_key(word), country.id) for country in states for word in country.adjectives]
    assert len(set(adjectives)) == len(dict(adjectives))
    assert FACTS_OF.by_adjective["french"].id == "FRA"


def test_terms_end_after_they_begin_and_cities_are_no_capitals_of_their_country() -> None:
    for country in FACTS_OF.countries:
        terms: tuple[Term, ...] = (*country.capitals, *country.currencies)
        assert all(not each.since or not each.until or each.since.earliest <= each.until.latest for each in terms)
        own = {city_key(each.name) for each in country.capitals}
        assert not own & {city_key(city) for city in country.cities}, country.id


def test_members_are_countries_of_the_table() -> None:
    for body in FACTS_OF.organisations:
        assert {member.country for member in body.members} <= FACTS_OF.by_id.keys()
        assert set(body.doubtful) <= FACTS_OF.by_id.keys()


def test_every_independent_country_has_people_a_continent_and_where_undisputed_a_capital() -> None:
    states = [country for country in FACTS_OF.countries if country.independent]
    assert len(states) == 196
    assert all(FACTS_OF.figures(country.id, "population") for country in states)
    assert all(country.continents for country in states)
    assert [country.id for country in states if not country.capitals] == ["ISR", "NRU"]


def test_a_term_of_a_year_holds_only_on_days_that_surely_lie_in_it() -> None:
    term = Term(since=PartialDate("1996"), until=PartialDate("2010-05"), source="by-hand")
    assert not term.holds(date(1996, 6, 1)) and term.may_hold(date(1996, 6, 1), date(1996, 6, 1))
    assert term.holds(date(1996, 12, 31)) and term.holds(date(2010, 5, 1))
    assert not term.holds(date(2010, 5, 20)) and not term.may_hold(date(2010, 6, 1), date(2011, 1, 1))


def test_facts_that_are_missing_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="install factnotes again"):
        world_facts(tmp_path / "facts.json")
    assert facts_digest(tmp_path / "facts.json") == ""


# A small world of its own, in the forms of the sources.

CODES = {
    "ISO3166-1-Alpha-3": "AAA",
    "ISO3166-1-Alpha-2": "AA",
    "FIPS": "AX",
    "is_independent": "Yes",
    "CLDR display name": "Arland & Isles",
    "UNTERM English Short": "Arland (the)",
    "UNTERM English Formal": "the Republic of Arland",
    "Capital": "Port Ar",
    "Continent": "EU",
    "ISO4217-currency_alphabetic_code": "EUR",
    "wikidata_id": "https://www.wikidata.org/wiki/Q1",
}
PROFILE = {
    "Government": {
        "Country name": {"conventional short form": {"text": "Arland"}},
        "Capital": {"name": {"text": "Port-Ar (Ar Harbour)"}},
    },
    "People and Society": {
        "Nationality": {"adjective": {"text": "Arlish or Arlander; note - old"}},
        "Major urban areas - population": {
            "text": "1.2 million PORT-AR (capital), 310,000 Brigg, 1.0 million Ost (2023)"
        },
        "Population": {"total": {"text": "2,500,000 (2025 est.)"}},
    },
    "Geography": {
        "Area": {"total ": {"text": "1,200 sq km"}, "land": {"text": "1,000 sq km"}, "note": {"text": "7 isles"}},
        "Land boundaries": {"border countries": {"text": "Kosovo 12 km; Nowhere 3 km"}},
    },
    "Economy": {
        "GDP (official exchange rate)": {"text": "$4 billion (2024 est.)"},
        "Real GDP (purchasing power parity)": {
            "Real GDP (purchasing power parity) 2024": {"text": "$6 billion (2024 est.)"}
        },
    },
}


@pytest.fixture
def clones(tmp_path: Path) -> dict[str, Path]:
    kinds = {"population": "population", "gdp": "gdp", "inflation": "inflation-consumer"}
    folders = {f"datasets-{kind}": tmp_path / f"datasets-{kind}" for kind in kinds}
    for kind, file in kinds.items():
        (folders[f"datasets-{kind}"] / "data").mkdir(parents=True)
        rows = [
            "Country Name,Country Code,Year,Value",
            "World,WLD,2000,9",
            "Arland,AAA,2019,1500.4",
            "Arland,AAA,2021,1600",
        ]
        (folders[f"datasets-{kind}"] / "data" / f"{file}.csv").write_text("\n".join(rows), "utf-8")
    codes = folders["datasets-country-codes"] = tmp_path / "datasets-country-codes"
    (codes / "data").mkdir(parents=True)
    with (codes / "data" / "country-codes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(CODES))
        writer.writeheader()
        writer.writerow(CODES)
    folders["factbook"] = tmp_path / "factbook"
    (folders["factbook"] / "europe").mkdir(parents=True)
    (folders["factbook"] / "europe" / "ax.json").write_text(json.dumps(PROFILE), "utf-8")
    (tmp_path / "sources.yaml").write_text((WORLD / "sources.yaml").read_text("utf-8"), "utf-8")
    return folders


def test_the_same_clones_give_the_same_bytes_and_what_they_say(clones: dict[str, Path], tmp_path: Path) -> None:
    built = build_facts(clones, tmp_path / "facts.json")
    once = [(tmp_path / name).read_bytes() for name in ("facts.json", "facts.jsonl")]
    build_facts(clones, tmp_path / "facts.json")
    assert once == [(tmp_path / name).read_bytes() for name in ("facts.json", "facts.jsonl")]
    assert WorldFacts.model_validate_json(once[0]) == built
    arland = built.by_name[place_key("The Republic of Arland")]
    assert arland.names == ("Arland and Isles", "Arland", "Republic of Arland")
    assert [(each.name, each.also) for each in arland.capitals] == [("Port-Ar", ("Port Ar", "Ar Harbour"))]
    assert arland.adjectives == ("Arlish", "Arlander") and arland.continents == ("Europe",)
    assert arland.cities == ("Brigg", "Ost") and arland.neighbours == ("XKX",)
    assert arland.areas == (1200, 1000) and arland.dollars_worth == 1.5
    people = built.figures("AAA", "population")
    assert people and people.years(2018, 2022) == {2019: 1500, 2021: 1600} and people.value(2020) is None


def test_a_capital_that_two_sources_name_differently_is_left_out(clones: dict[str, Path], tmp_path: Path) -> None:
    file = clones["datasets-country-codes"] / "data" / "country-codes.csv"
    file.write_text(file.read_text("utf-8").replace("Port Ar", "Brigg"), "utf-8")
    assert build_facts(clones, tmp_path / "facts.json").by_id["AAA"].capitals == ()


def test_a_clone_that_is_missing_is_named(clones: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no clone of datasets-gdp"):
        build_facts({name: path for name, path in clones.items() if name != "datasets-gdp"}, tmp_path / "facts.json")
    with pytest.raises(InputError, match="no country of the factbook"):
        read_profiles(tmp_path / "datasets-gdp")
    (clones["datasets-population"] / "data" / "population.csv").unlink()
    with pytest.raises(InputError, match=r"population\.csv is missing"):
        build_facts(clones, tmp_path / "facts.json")
