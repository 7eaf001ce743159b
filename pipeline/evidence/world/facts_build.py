"""Build `seeds/world/facts.json` from clones of public sources; the same clones give the same bytes.

Beside it stand the facts that are worth a search as sentences in `facts.jsonl`, for `factnotes index`.

`python -m pipeline.evidence.world.facts_build FOLDER [OUT]`, where FOLDER holds a clone of each source that
`seeds/world/sources.yaml` names, under its id or as `owner+name`.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.core.errors import FactnotesError, InputError
from pipeline.core.models import Passage
from pipeline.evidence.world.countries import (
    HandCountries,
    currencies,
    hand_capitals,
    hand_countries,
    organisations,
)
from pipeline.evidence.world.facts import (
    BY_HAND,
    FACTS,
    Capital,
    Country,
    Measure,
    Series,
    WorldFacts,
    city_key,
    place_key,
)
from pipeline.evidence.world.facts_factbook import FACTBOOK, Profile, read_profiles
from pipeline.evidence.world.facts_passages import indexed_facts
from pipeline.evidence.world.figures import FILES, make_series, read_series
from pipeline.evidence.world.sources import read_sources

CODES = "datasets-country-codes"
_SOURCES = (BY_HAND, CODES, FACTBOOK, *(source for source, _ in FILES.values()))
_CONTINENTS = {
    "AF": "Africa", "AS": "Asia", "EU": "Europe", "NA": "North America", "SA": "South America", "OC": "Oceania",
}  # fmt: skip
_FACTBOOK_CODES = {"SRB": "RI", "XKX": "KV"}
"""Where the table of codes has none, or two."""
_KOSOVO = {
    "ISO3166-1-Alpha-3": "XKX",
    "ISO3166-1-Alpha-2": "XK",
    "is_independent": "Yes",
    "CLDR display name": "Kosovo",
}
_WORLD = "WLD"


def build_facts(folders: Mapping[str, Path], out: Path = FACTS) -> WorldFacts:
    """Write the facts from clones, by source id, and return them; raises InputError and TableError."""
    missing = sorted(set(_SOURCES) - {BY_HAND} - folders.keys())
    if missing:
        raise InputError(f"no clone of {', '.join(missing)}: seeds/world/sources.yaml tells where each source is")
    sources = read_sources(out.parent)
    profiles = read_profiles(folders[FACTBOOK])
    table = hand_countries()
    rows = sorted(_rows(folders[CODES]), key=lambda row: row["ISO3166-1-Alpha-3"])
    by_code = _profiles_of(rows, profiles)
    read = [_country(row, by_code.get(row["ISO3166-1-Alpha-3"]), table) for row in rows]
    countries = tuple(_with_neighbours(read, by_code))
    facts = WorldFacts(
        about="Facts of countries, made by python -m pipeline.evidence.world.facts_build; do not edit.",
        as_of={source: sources[source].as_of for source in sorted(_SOURCES)},
        urls={source: sources[source].url for source in sorted(_SOURCES)},
        countries=countries,
        organisations=organisations(),
        series=tuple(_series(folders, countries, by_code)),
    )
    out.write_text(_as_lines(facts), encoding="utf-8")
    out.with_suffix(".jsonl").write_text("".join(map(_as_row, indexed_facts(facts))), encoding="utf-8")
    return facts


def _as_row(passage: Passage) -> str:
    """Return a fact as a line that `factnotes index` reads."""
    fields = ("text", "source_url", "title", "publisher", "event_date", "note")
    row = passage.model_dump(mode="json", include=set(fields), exclude_none=True)
    return json.dumps({name: row[name] for name in fields if name in row}, ensure_ascii=False) + "\n"


def _rows(folder: Path) -> list[dict[str, str]]:
    path = folder / "data" / "country-codes.csv"
    if not path.exists():
        raise InputError(f"{path} is missing: give a clone of the data set {CODES}")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [*csv.DictReader(lines), _KOSOVO]


def _profiles_of(rows: Sequence[Mapping[str, str]], profiles: Mapping[str, Profile]) -> dict[str, Profile]:
    """Return the profiles by country; one that a part of a country shares with it is the country's."""
    owners = {_factbook_code(row): row["ISO3166-1-Alpha-3"] for row in rows if row["is_independent"] != "Yes"}
    owners |= {_factbook_code(row): row["ISO3166-1-Alpha-3"] for row in rows if row["is_independent"] == "Yes"}
    return {owner: profiles[code] for code, owner in owners.items() if code in profiles}


def _country(row: Mapping[str, str], profile: Profile | None, table: HandCountries) -> Country:
    code = row["ISO3166-1-Alpha-3"]
    money = table.currency_codes.get(code) or (row.get("ISO4217-currency_alphabetic_code") or "").split(",")[0]
    hand = table.cities.get(code, ())
    capitals = hand_capitals(table, code) or _capitals(row, profile, table.capital_spellings.get(code, ()))
    own = {city_key(name) for each in capitals for name in (each.name, *each.also, *each.doubtful)}
    cities = dict.fromkeys(city for city in (*(profile.cities if profile else ()), *hand) if city_key(city) not in own)
    ratio = _ratio(profile)
    return Country(
        id=code,
        alpha2=row["ISO3166-1-Alpha-2"],
        wikidata=(row.get("wikidata_id") or "").rpartition("/")[2],
        names=tuple(name for name in _names(row, profile, table.names.get(code, ())) if name not in table.unsafe_names),
        adjectives=table.adjectives.get(code) or _adjectives(profile, table),
        independent=row["is_independent"] == "Yes",
        continents=table.continents.get(code)
        or tuple(name for key, name in _CONTINENTS.items() if key == row.get("Continent")),
        capitals=() if code in table.contested else capitals,
        cities=tuple(cities),
        currencies=currencies(table, code, money, CODES if code not in table.currency_codes else BY_HAND),
        mixed_currency=code in table.mixed_currencies,
        languages=profile.languages if profile else "",
        areas=profile.areas if profile else (),
        dollars_worth=ratio,
        shared=code in table.shared,
        namesakes=table.namesakes.get(code, ()),
        contested=code in table.contested,
        sources={"codes": CODES, "names": CODES} | ({"profile": FACTBOOK} if profile else {}),
    )


def _factbook_code(row: Mapping[str, str]) -> str:
    return _FACTBOOK_CODES.get(row["ISO3166-1-Alpha-3"]) or (row.get("FIPS") or "").strip()


def _names(row: Mapping[str, str], profile: Profile | None, hand: Sequence[str]) -> Iterator[str]:
    """Yield the names of a country, that of newspapers first, each once."""
    told = [
        row.get("CLDR display name") or "",
        row.get("UNTERM English Short") or "",
        *(profile.names if profile else ()),
    ]
    told.append(row.get("UNTERM English Formal") or "")
    plain = (re.sub(r"^[Tt]he |\s*[(*].*$", "", name).replace("&", "and").strip() for name in (*hand, *told))
    seen: set[str] = set()
    for name in plain:
        if name and " - " not in name and place_key(name) not in seen:
            seen.add(place_key(name))
            yield name


def _adjectives(profile: Profile | None, table: HandCountries) -> tuple[str, ...]:
    told = profile.adjectives if profile else ()
    return tuple(word for word in told if word not in table.unsafe_adjectives)


def _capitals(row: Mapping[str, str], profile: Profile | None, spellings: Sequence[str]) -> tuple[Capital, ...]:
    """Return the capital that both sources name; where they name two, nobody has dated it, and none is kept."""
    listed = (row.get("Capital") or "").strip()
    told = re.sub(r"\s*\([^)]*\)", "", profile.capital).strip() if profile else ""
    alike = {city_key(name) for name in (told, *spellings)}
    if not listed or not told or city_key(listed) not in alike:
        return ()
    aka = re.findall(r"\(([A-Z][\w' -]+)\)", profile.capital) if profile else []
    also = tuple(dict.fromkeys(name for name in (*spellings, listed, *aka) if name != told))
    return (Capital(name=told, also=also, source=FACTBOOK),)


def _ratio(profile: Profile | None) -> float | None:
    if profile is None or not profile.gdp or not profile.gdp_in_power:
        return None
    return round(profile.gdp_in_power[1] / profile.gdp[1], 2)


def _with_neighbours(countries: Sequence[Country], profiles: Mapping[str, Profile]) -> Iterator[Country]:
    codes = {place_key(name): country.id for country in countries for name in country.names}
    codes |= {place_key(name): code for code, profile in profiles.items() for name in profile.names}
    for country in countries:
        told = profiles[country.id].neighbours if country.id in profiles else ()
        found = sorted({codes[key] for name in told if (key := place_key(name)) in codes})
        yield country.model_copy(update={"neighbours": tuple(found)})


def _series(
    folders: Mapping[str, Path], countries: Sequence[Country], profiles: Mapping[str, Profile]
) -> Iterator[Series]:
    """Yield every measure of every country, from the factbook where no table by year has it, and the world's people."""
    ids = [country.id for country in countries]
    for measure, (source, _) in FILES.items():
        read = read_series(folders[source], measure)
        if measure == "population":
            yield read[_WORLD]
        for code in ids:
            if code in read:
                yield read[code]
            elif (profile := profiles.get(code)) and (told := _told(profile, measure)):
                yield make_series(code, measure, {told[0]: told[1]}, FACTBOOK)


def _told(profile: Profile, measure: Measure) -> tuple[int, float] | None:
    return {"population": profile.population, "gdp": profile.gdp}.get(measure)


def _as_lines(facts: WorldFacts) -> str:
    """Return the facts as JSON with one line a row, so that a change shows as what it is."""
    data = facts.model_dump(mode="json", exclude_defaults=True)
    rows = {name: data.pop(name) for name in ("countries", "organisations", "series")}
    head = ",\n".join(f'"{key}": {_compact(value)}' for key, value in data.items())
    body = ",\n".join('"{}": [\n{}\n]'.format(name, ",\n".join(map(_compact, each))) for name, each in rows.items())
    return f"{{\n{head},\n{body}\n}}\n"


def _compact(value: Any) -> str:
    return json.dumps(_whole(value), ensure_ascii=False, separators=(",", ":"))


def _whole(value: Any) -> Any:
    """Write whole numbers without a point."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(each) for key, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list) else value


def _clones(folder: Path, world: Path) -> dict[str, Path]:
    """Return the clones in a folder by source: each lies under the source's id, or as `owner+name`."""
    found = {}
    for source, entry in read_sources(world).items():
        named = "+".join(entry.url.rstrip("/").split("/")[-2:])
        clone = next((path for path in (folder / source, folder / named) if path.is_dir()), None)
        if clone:
            found[source] = clone
    return found


def main(arguments: Sequence[str]) -> int:
    """Build the facts from the folder that holds the clones."""
    if not 1 <= len(arguments) <= 2:
        print("usage: python -m pipeline.evidence.world.facts_build FOLDER [OUT]", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    out = Path(arguments[1]) if len(arguments) == 2 else FACTS
    try:
        facts = build_facts(_clones(folder, out.parent), out)
    except FactnotesError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    print(f"{len(facts.countries)} countries, {len(facts.organisations)} organisations, {len(facts.series)} series")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
