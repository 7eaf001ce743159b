"""Posts beside the one that a title names: of a part of a country or body, in opposition, under a minister, honorary.

Each kind has titles that are right, which are never called wrong, and titles that are another's, which are never borne
out.
"""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.check.checkers.titles import Records
from pipeline.check.checkers.titles.checker import outcome_of
from pipeline.check.checkers.titles.judgement import WRONG
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.core.models import Article, OfficeRecord

DAY = date(2016, 7, 7)
SHADOWS, CALDER = "Harbour Party", "Calder Police"


def _record(person: str, office: str, body: str | None = None, country: str | None = "United Kingdom") -> OfficeRecord:
    return OfficeRecord(
        person=person,
        office=office,
        organisation=body,
        country=country,
        start="2014-01-10",
        end="2019-01-10",
        as_of=date(2024, 1, 1),
        source="List",
    )


ROWS = [
    # a federation and its parts
    _record("Karla Winter", "Minister for the Environment", "State of Hesse", "Germany"),
    _record("Otto Brenn", "Federal Minister for the Environment", "Federal Government of Germany", "Germany"),
    _record("Jana Roth", "Minister of Finance", "Government of Bavaria", "Germany"),
    _record("Emil Voss", "Minister of Finance", None, "Germany"),
    _record("Ada Pell", "Minister for Health", "Government of Victoria", "Australia"),
    _record("Cal Dunn", "Minister for Health", "Government of Australia", "Australia"),
    _record("Ravi Menon", "Minister of Agriculture", "Government of Kerala", "India"),
    _record("Anil Bose", "Minister of Agriculture", "Government of India", "India"),
    _record("Nan Ivory", "Minister of Justice", "Government of Quebec", "Canada"),
    _record("Oli Jay", "Minister of Justice", "Government of Canada", "Canada"),
    _record("Ugo Vane", "Premier", "Province of Ontario", "Canada"),
    _record("Wes Yule", "Prime Minister", "Government of Canada", "Canada"),
    _record("Abe Birch", "Attorney General", "State of Ohio", "United States"),
    _record("Cy Dale", "Attorney General", "United States Department of Justice", "United States"),
    _record("Ray Fox", "Secretary of State", "State of Ohio", "United States"),
    _record("Dee Gale", "Secretary of State", "United States Department of State", "United States"),
    _record("Gus Hart", "Minister of Education", "Government of Flanders", "Belgium"),
    _record("Ida Jung", "Minister of Education", "Government of Catalonia", "Spain"),
    _record("Kai Lund", "Minister of Education", "Government of Spain", "Spain"),
    # the opposition
    _record("Fay Quill", "Shadow Chancellor of the Exchequer", SHADOWS),
    _record("Guy Marsh", "Chancellor of the Exchequer", "Government of the United Kingdom"),
    _record("Bea Hurst", "Chief Secretary to the Treasury", "HM Treasury"),
    _record("Hal Stone", "Shadow Secretary of State for Health", SHADOWS),
    _record("Ina Wold", "Secretary of State for Health", "Government of the United Kingdom"),
    _record("Joe Lamb", "Shadow Attorney General", SHADOWS),
    _record("Kit Orme", "Attorney General", "Government of the United Kingdom"),
    _record("Lou Penn", "Shadow Leader of the House of Commons", SHADOWS),
    _record("May Reed", "Leader of the House of Commons", "Government of the United Kingdom"),
    _record("Ned Tull", "Shadow Minister for Transport", "Liberal Party", "Australia"),
    _record("Orla Fenn", "Minister for Transport", "Government of Australia", "Australia"),
    # secretaries under a minister, and ministers of state
    _record("Sunil Rao", "Health Secretary", "Ministry of Health", "India"),
    _record("Leela Nair", "Minister of Health", "Government of India", "India"),
    _record("Mo Das", "Chief Secretary", "Government of Kerala", "India"),
    _record("Pat Quin", "Permanent Secretary", "Ministry of Agriculture", "Jamaica"),
    _record("Rex Sole", "Minister of Agriculture", "Government of Jamaica", "Jamaica"),
    _record("Sam Tarn", "Permanent Secretary, Ministry of Education", "Ministry of Education", "Kenya"),
    _record("Una Vale", "Minister of Education", "Government of Kenya", "Kenya"),
    _record("Pam Ross", "Principal Private Secretary to the Minister of Defence", None, "New Zealand"),
    _record("Val West", "Secretary of Defence", "Ministry of Defence", "New Zealand"),
    _record("Jon Haug", "State Secretary for Fisheries", "Government of Norway", "Norway"),
    _record("Ivo Cruz", "Secretary of State for Housing", "Government of Spain", "Spain"),
    _record("Kim Lott", "Cabinet Secretary for Defence", "Government of Kenya", "Kenya"),
    _record("Moe Nash", "Chief Executive of Holder District Council", "Holder District Council"),
    _record("Ann Bly", "Secretary of Energy", "Government of the Philippines", "Philippines"),
    _record("Obi Ade", "Minister of State for Health", "Federal Ministry of Health", "Nigeria"),
    _record("Emeka Uba", "Minister of Health", "Federal Ministry of Health", "Nigeria"),
    _record("Ed Bell", "Minister of State for Health", "Department of Health"),
    # honorary, of a branch, still to come
    _record("Vic Wade", "Honorary President", "Rope Guild"),
    _record("Wyn Yarr", "President", "Rope Guild"),
    _record("Zed Abel", "President Emeritus", "Marsham College", "United States"),
    _record("Dot Earl", "Regional Director for Africa", "World Health Organization", None),
    _record("Tim Ray", "Director of Communications", "World Health Organization", None),
    _record("Gil Hope", "District Commander", CALDER),
    _record("Oz Pike", "President-elect", "Tide Society"),
    _record("Sue Tate", "Honorary Consul of Norway in Lerwick", "Norway"),
    _record("Bob Crew", "Director of Nursing", "Tide Hospital"),
    _record("Ab Eel", "Auxiliary Bishop of Galway", "Diocese of Galway", "Ireland"),
    _record("Cy Gar", "Chief Executive", "Marsh Bank UK"),
    _record("Di Hak", "Chief Executive", "Marsh Bank"),
    _record("Ol Sow", "Leader of the Harbour Party in Scotland", "Harbour Party"),
    _record("Ni Rat", "Leader of the Harbour Party", "Harbour Party"),
    _record("Ur Yak", "President, Velmark Europe", "Velmark"),
    _record("Vi Zho", "President", "Velmark"),
    _record("Ko Owl", "Prime Minister-designate", "Government of Norway", "Norway"),
    _record("Lu Pig", "Prime Minister", "Government of Norway", "Norway"),
    _record("Sy Vole", "Women's Head Coach", "Brask FC", "Norway"),
    _record("Te Wren", "Head Coach", "Brask FC", "Norway"),
    _record("Ana Holt", "Area Manager", "Tide Rail"),
]  # fmt: skip
RECORDS = Records(ROWS)

ANOTHERS = [
    "Federal Environment Minister Karla Winter",
    "The federal environment minister, Karla Winter,",
    "German Environment Minister Karla Winter",
    "Federal Finance Minister Jana Roth",
    "The federal health minister, Ada Pell,",
    "Union Agriculture Minister Ravi Menon",
    "Federal Justice Minister Nan Ivory",
    "Canada's prime minister, Ugo Vane,",
    "US Attorney General Abe Birch",
    "US Secretary of State Ray Fox",
    "Spanish Education Minister Ida Jung",
    "Chancellor of the Exchequer Fay Quill",
    "The chancellor, Fay Quill,",
    "The Chancellor, Bea Hurst,",
    "Britain's finance minister, Bea Hurst,",
    "Health Secretary Hal Stone",
    "The Attorney General, Joe Lamb,",
    "Transport Minister Ned Tull",
    "Shadow chancellor Guy Marsh",
    "Jamaica's Minister of Agriculture, Pat Quin,",
    "Kenya's Minister of Education, Sam Tarn,",
    "Education Minister Sam Tarn",
]
"""Titles that the records give to one other: flagged."""

NOT_BORNE_OUT = [
    "State health minister Cal Dunn",
    "Belgian Education Minister Gus Hart",
    "Belgium's federal education minister, Gus Hart,",
    "Leader of the House of Commons Lou Penn",
    "Union Health Minister Sunil Rao",
    "India's health minister, Sunil Rao,",
    "Kerala Chief Minister Mo Das",
    "New Zealand's Minister of Defence, Pam Ross,",
    "New Zealand's Minister of Defence, Val West,",
    "Norway's fisheries minister, Jon Haug,",
    "Spain's housing minister, Ivo Cruz,",
    "Nigeria's health minister, Obi Ade,",
    "Nigeria's Minister of Health, Obi Ade,",
    "Health Secretary Ed Bell",
    "The president of the Rope Guild, Vic Wade,",
    "The president of Marsham College, Zed Abel,",
    "The director of the World Health Organization, Dot Earl,",
    "WHO director Tim Ray",
    "The commander of Calder Police, Gil Hope,",
    "The president of the Tide Society, Oz Pike,",
    "The director of Tide Hospital, Bob Crew,",
    "Norway's consul in Lerwick, Sue Tate,",
    "Tide Rail manager Ana Holt",
    "The Bishop of Galway, Ab Eel,",
    "Marsh Bank chief executive Cy Gar",
    "Harbour Party leader Ol Sow",
    "The president of Velmark, Ur Yak,",
    "Prime Minister Ko Owl",
]
"""Titles that are too much or not quite: flagged or left alone, but never supported."""

RIGHT = [
    "Federal Environment Minister Otto Brenn",
    "Environment Minister Otto Brenn",
    "German Environment Minister Otto Brenn",
    "Hesse's environment minister, Karla Winter,",
    "Hesse Environment Minister Karla Winter",
    "Bavarian Finance Minister Jana Roth",
    "Federal Finance Minister Emil Voss",
    "The federal health minister, Cal Dunn,",
    "State health minister Ada Pell",
    "Union Agriculture Minister Anil Bose",
    "Kerala Agriculture Minister Ravi Menon",
    "State Agriculture Minister Ravi Menon",
    "Quebec Justice Minister Nan Ivory",
    "Federal Justice Minister Oli Jay",
    "Ontario Premier Ugo Vane",
    "Premier Ugo Vane",
    "Ohio Attorney General Abe Birch",
    "The Attorney General, Cy Dale,",
    "Ohio Secretary of State Ray Fox",
    "The Secretary of State, Dee Gale,",
    "The Catalan education minister, Ida Jung,",
    "The shadow chancellor, Fay Quill,",
    "Shadow chancellor Fay Quill",
    "The chancellor, Guy Marsh,",
    "Britain's finance minister, Guy Marsh,",
    "The chief secretary to the Treasury, Bea Hurst,",
    "Chief Secretary Bea Hurst",
    "Shadow health secretary Hal Stone",
    "The shadow attorney general, Joe Lamb,",
    "Shadow Leader of the House of Commons Lou Penn",
    "Shadow transport minister Ned Tull",
    "Health Secretary Sunil Rao",
    "Kerala Chief Secretary Mo Das",
    "The permanent secretary in the Ministry of Education, Sam Tarn,",
    "Jamaica's Minister of Agriculture, Rex Sole,",
    "New Zealand's Secretary of Defence, Val West,",
    "Norway's state secretary for fisheries, Jon Haug,",
    "Philippine Energy Minister Ann Bly",
    "Philippine Energy Secretary Ann Bly",
    "Nigeria's minister of state for health, Obi Ade,",
    "Kenya's defence minister, Kim Lott,",
    "Holder council's chief executive, Moe Nash,",
    "Minister of Health Emeka Uba",
    "Health minister Ed Bell",
    "The honorary president of the Rope Guild, Vic Wade,",
    "The WHO's regional director for Africa, Dot Earl,",
    "WHO Africa director Dot Earl",
    "The WHO's director of communications, Tim Ray,",
    "District commander Gil Hope",
    "The president-elect of the Tide Society, Oz Pike,",
    "Norway's honorary consul in Lerwick, Sue Tate,",
    "Tide Hospital's director of nursing, Bob Crew,",
    "Tide Rail area manager Ana Holt",
    "Scottish Harbour Party leader Ol Sow",
    "The president of Velmark Europe, Ur Yak,",
    "Norway's prime minister-designate, Ko Owl,",
]

LEFT_ALONE = [
    "Brask coach Sy Vole",
    "Brask FC head coach Sy Vole",
    "Labour's shadow health secretary, Hal Stone,",
    "Opposition transport spokesman Ned Tull",
    "Victorian Health Minister Ada Pell",
    "Flemish Education Minister Gus Hart",
    "Education Secretary Sam Tarn",
    "Kenya's education secretary, Sam Tarn,",
    "Union Health Secretary Sunil Rao",
    "Marsham College President Emeritus Zed Abel",
]
"""Right, or right in a report on the women's team, but in words that no record has."""


def _judged(words: str) -> list[str]:
    article = Article(text=f"{words} said on Thursday that it was over.", published_at=DAY)
    return [outcome_of(each, article, RECORDS, DAY).outcome for each in sightings(article)]


@pytest.mark.parametrize("words", ANOTHERS)
def test_a_post_of_a_part_or_in_opposition_is_not_that_of_the_whole_or_in_office(words):
    assert set(_judged(words)) & WRONG


@pytest.mark.parametrize("words", NOT_BORNE_OUT)
def test_a_post_beside_the_one_named_does_not_bear_it_out(words):
    assert "right" not in _judged(words)


@pytest.mark.parametrize("words", RIGHT)
def test_a_post_named_with_its_level_is_right(words):
    assert _judged(words) == ["right"]


@pytest.mark.parametrize("words", LEFT_ALONE)
def test_a_post_in_other_words_is_left_alone(words):
    assert not set(_judged(words)) & {*WRONG, "right"}
