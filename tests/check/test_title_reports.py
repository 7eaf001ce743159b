"""Posts and sentences of everyday reports: who has gone to another body, coaches, heads of schools, letters, listings.

Each kind has titles that are out of date, and right ones, or ones that only look like it, which are never called wrong.
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
BEFORE = {"start": "2006-01-10", "end": "2012-01-10"}
NOW = {"start": "2012-01-10", "end": "2019-01-10"}


def _record(
    person: str, office: str, body: str | None = None, country: str | None = "United Kingdom", **dates: str
) -> OfficeRecord:
    return OfficeRecord(
        person=person,
        office=office,
        organisation=body,
        country=country,
        as_of=date(2024, 1, 1),
        source="List",
        **dates,  # type: ignore[arg-type]
    )


ROWS = [
    # gone to another body or portfolio
    _record("Amy Bell", "Director", "Tide Museum", **BEFORE),
    _record("Amy Bell", "Director", "Salt Gallery", **NOW),
    _record("Bo Carr", "Director", "Tide Museum", **NOW),
    _record("Cal Dorn", "Chief Economist", "Marsh Bank", **BEFORE),
    _record("Cal Dorn", "Chief Economist", "Northbank", **NOW),
    _record("Di Eads", "Chief Economist", "Marsh Bank", **NOW),
    _record("Ed Fenn", "Chief Economist", "Vale Bank", **BEFORE),
    _record("Ed Fenn", "Chief Economist", "Vale Insurance", **NOW),
    _record("Flo Gray", "Minister of the Interior", "Government of Catalonia", "Spain", **BEFORE),
    _record("Flo Gray", "Minister of Agriculture", "Government of Catalonia", "Spain", **NOW),
    _record("Gus Hale", "Minister of the Interior", "Government of Catalonia", "Spain", **NOW),
    _record("Ida Joyce", "Minister for Health", "Government of New South Wales", "Australia", **BEFORE),
    _record("Ida Joyce", "Minister for Mental Health", "Government of New South Wales", "Australia", **NOW),
    _record("Jo Kerr", "Minister for Health", "Government of New South Wales", "Australia", **NOW),
    _record("Kay Lund", "Medical Director", "Alder Hospital", **BEFORE),
    _record("Kay Lund", "Medical Director", "Calder Hospital", **NOW),
    _record("Lee Moss", "Medical Director", "Alder Hospital", **NOW),
    _record("Oda Park", "Director", "Rope Institute", **BEFORE),
    _record("Oda Park", "Director", "Rope Institute and Museum", **NOW),
    _record("Pip Quill", "Director", "Rope Institute Press", **NOW),
    _record("Rae Saul", "Editor", "The Elk Times", **BEFORE),
    _record("Rae Saul", "Editor", "The Elk Sunday Times", **NOW),
    _record("Sy Todd", "Editor", "The Elk Times", **NOW),
    _record("Tom Udall", "Head of Research", "Marsh Bank", **BEFORE),
    _record("Tom Udall", "Head of Global Research", "Marsh Bank", **NOW),
    _record("Una Vane", "Head of Research", "Marsh Bank", **NOW),
    # coaches
    _record("Val Wood", "Head Coach", "Brask FC", "Norway", **BEFORE),
    _record("Val Wood", "Head Coach", "Torvik FC", "Norway", **NOW),
    _record("Wes Yates", "Head Coach", "Brask FC", "Norway", **NOW),
    _record("Zoe Ames", "Head Coach", "Skagen FC", "Norway", **NOW),
    _record("Abe Blythe", "Assistant Coach", "Skagen FC", "Norway", **NOW),
    _record("Cy Drew", "Head Coach", "Skagen FC", "Norway", **BEFORE),
    _record("Cy Drew", "Youth Coach", "Skagen FC", "Norway", **NOW),
    # bishops
    _record("Eli Fox", "Bishop of Galway", "Diocese of Galway", "Ireland", **BEFORE),
    _record("Gil Hood", "Bishop of Galway", "Diocese of Galway", "Ireland", **NOW),
    # head teachers
    _record("Ivy Jones", "Head Teacher", "St Brannock's High School, Wexley", **BEFORE),
    _record("Kit Lowe", "Head Teacher", "St Brannock's High School, Wexley", **NOW),
    _record("Mia Nunn", "Head Teacher", "St Olave's High School, Wexley", **NOW),
    _record("Ray Oakes", "Chief Executive", "Sallow's", **NOW),
    # with a word more or less
    _record("Pam Rigg", "Special Envoy for the Great Lakes Region", "United Nations", None, **BEFORE),
    _record("Sid Toms", "Special Envoy for the Great Lakes Region", "United Nations", None, **NOW),
    # serving
    _record("Ulf Varn", "Commander, Third Division", "Norway Army", "Norway", **BEFORE),
    _record("Wim Yost", "Commander, Third Division", "Norway Army", "Norway", **NOW),
    # mayors
    _record("Ana Bray", "Mayor", "Ilo City", "Philippines", **BEFORE),
    _record("Cora Dyce", "Mayor", "Ilo City", "Philippines", **NOW),
    # companies and institutes
    _record("Dag Elm", "Chief Executive", "Swift Skies", "Norway", **BEFORE),
    _record("Fay Gunn", "Chief Executive", "Swift Skies", "Norway", **NOW),
    _record("Hal Innes", "Director-General", "Institut Brasque", "Morocco", **BEFORE),
    _record("Jan Kope", "Director-General", "Institut Brasque", "Morocco", **NOW),
    _record("Lil Mott", "Director", "Marsh Geological Survey", **BEFORE),
    _record("Nat Orr", "Director", "Marsh Geological Survey", **NOW),
    # by a common name alone
    _record("Gro Vik", "Head Coach", "Brask United FC", "Norway", **BEFORE),
    _record("Ian Ask", "Head Coach", "Brask United FC", "Norway", **NOW),
    _record("Ole Dahl", "Manager", "Torvik City FC", "Norway", **BEFORE),
    _record("Per Ek", "Manager", "Torvik City FC", "Norway", **NOW),
    _record("Siv Foss", "Director", "Skagen Museum", "Norway", **BEFORE),
    _record("Tor Gran", "Director", "Skagen Museum", "Norway", **NOW),
    _record("Unn Haug", "Chief Executive", "Vestfold Bank", "Norway", **BEFORE),
    _record("Vera Ihle", "Chief Executive", "Vestfold Bank", "Norway", **NOW),
    _record("Kari Lien", "President", "National Bank", "Norway", **BEFORE),
    _record("Lars Moe", "President", "National Bank", "Norway", **NOW),
    _record("Mona Ness", "Vice-Chancellor", "University of Fjelby", "Norway", **BEFORE),
    _record("Nils Opdal", "Vice-Chancellor", "University of Fjelby", "Norway", **NOW),
]
RECORDS = Records(ROWS)

OUT_OF_DATE = [
    "Tide Museum director Amy Bell",
    "Marsh Bank chief economist Cal Dorn",
    "Catalonia's minister of the interior, Flo Gray,",
    "Kay Lund, medical director at Alder Hospital, told the inquest that it was over.",
    "Brask coach Val Wood",
    "Brask coach Val Wood threw his jacket into the stand on Sunday.",
    "The Bishop of Galway, Dr Eli Fox, blessed the new bells and then rang one of them himself.",
    "St Brannock's High head teacher Mrs Ivy Jones said she was “over the moon” with Thursday's results.",
    "The UN special envoy for the Great Lakes, Pam Rigg,",
    "The serving commander of the Third Division, Brigadier Ulf Varn, told the court he had not.",
    "Mayor Ana Bray, under whose leadership the city has cut its debt, told them so on Tuesday.",
    "Swift Skies boss Dag Elm: half-term chaos ‘not our fault’.",
    "The writer, Dr Hal Innes, is the director-general of Institut Brasque.",
    "Dr Hal Innes is the director-general of Institut Brasque.",
    "The author, Hal Innes, is director-general of Institut Brasque.",
    "Sir, my staff have known it for years. Dr Lil Mott, Director, Marsh Geological Survey, Keyworth, Nottingham.",
    "Those attending the funeral included the Bishop of Galway, the Most Rev. Eli Fox; and former students.",
    "Brask United coach Gro Vik",
    "Brask coach Gro Vik",
    "Torvik manager Ole Dahl",
    "Skagen Museum director Siv Foss",
    "National Bank president Kari Lien",
    "The vice-chancellor of the University of Fjelby, Mona Ness,",
]
"""Titles that somebody else has now."""

LEFT_ALONE = [
    "Tide Museum director Bo Carr",
    "Salt Gallery director Amy Bell",
    "Amy Bell, director of the Salt Gallery and once of the Tide Museum,",
    "Northbank chief economist Cal Dorn",
    "Chief economist Cal Dorn",
    "Vale chief economist Ed Fenn",
    "Catalonia's minister of agriculture, Flo Gray,",
    "Catalonia's minister of agriculture and former minister of the interior, Flo Gray,",
    "New South Wales health minister Ida Joyce",
    "New South Wales mental health minister Ida Joyce",
    "New South Wales health minister Jo Kerr wrote on Twitter on Thursday.",
    "Kay Lund, medical director at Calder Hospital, told the inquest that it was over.",
    "The director of the Rope Institute, Oda Park,",
    "Rope Institute director Oda Park",
    "Elk Sunday Times editor Rae Saul",
    "Tom Udall, head of research at Marsh Bank,",
    "Tom Udall, head of global research at Marsh Bank,",
    "Brask coach Wes Yates",
    "Torvik coach Val Wood",
    "Former Brask coach Val Wood",
    "Skagen coach Abe Blythe",
    "Skagen coach Cy Drew",
    "Skagen youth coach Cy Drew",
    "Skagen coach Zoe Ames",
    "The Bishop of Galway, Dr Gil Hood, blessed the new bells and then rang one of them himself.",
    "The Bishop of Galway, Dr Eli Fox, blessed the bells in 2010 and then rang one of them.",
    "The Bishop of Galway, Dr Eli Fox, had blessed the bells then, and rang one of them.",
    "The Bishop of Galway at the time, Dr Eli Fox, blessed the bells and then rang one of them.",
    "The Bishop of Galway, Dr Eli Fox, was then a young man and rang the bells himself.",
    "St Brannock's High head teacher Mr Kit Lowe said he was “over the moon” with Thursday's results.",
    "St Brannock's head teacher Mr Kit Lowe said he was “over the moon” with Thursday's results.",
    "St Olave's High head teacher Mrs Mia Nunn said she was “over the moon” with Thursday's results.",
    "Sallow's chief executive Ray Oakes",
    "The UN special envoy for the Great Lakes, Sid Toms,",
    "The serving commander of the Third Division, Brigadier Wim Yost, told the court he had not.",
    "The commander of the Third Division, Brigadier Wim Yost, told the court he had not.",
    "A formerly serving commander of the Third Division, Ulf Varn, told the court he had not.",
    "The longest-serving commander of the Third Division, Ulf Varn, told the court he had not.",
    "Mayor Cora Dyce, under whose leadership the city has cut its debt, told them so on Tuesday.",
    "Mayor Ana Bray, under whose leadership the city cut its debt until 2012, told them so on Tuesday.",
    "Mayor Ana Bray, under whose leadership the city cut its debt in those days, had told leaders that it was over.",
    "Mayor Ana Bray, under whose leadership the city had cut its debt before she retired, told them so on Tuesday.",
    "The library, founded by Mayor Ana Bray, under whose leadership the city has grown, opened on Tuesday.",
    "Swift Skies boss Fay Gunn: half-term chaos ‘not our fault’.",
    "Swift Skies boss Dag Elm: how he built an airline in the 1990s.",
    "Ten years ago today. Swift Skies boss Dag Elm: chaos ‘not our fault’.",
    "Swift Skies boss Dag Elm: a life. The founder's biographer tells all.",
    "The writer, Dr Jan Kope, is the director-general of Institut Brasque.",
    "The writer, Dr Hal Innes, is a former director-general of Institut Brasque.",
    "The writer, Dr Hal Innes, was the director-general of Institut Brasque.",
    "The writer, whose friend Hal Innes is the director-general of the play, left.",
    "The play's hero, Hal Innes, is the director-general of Institut Brasque.",
    "Sir, my staff have known it for years. Dr Nat Orr, Director, Marsh Geological Survey, Keyworth, Nottingham.",
    "Sir, my staff have known it for years. Dr Lil Mott, Former Director, Marsh Geological Survey, Keyworth.",
    "Sir, my staff have known it for years. Dr Lil Mott, Director, Marsh Geological Survey, 2006-2012, Nottingham.",
    "Sir, my staff have known it for years. Dr Lil Mott, Director, Borehole Trust, Nottingham.",
    "Sir, my staff have known it for years. Dr Lil Mott, Director (retired), Marsh Geological Survey.",
    "Those attending the funeral included the Bishop of Galway, the Most Rev. Gil Hood; and former students.",
    "Those attending the first fair, in 2009, included the Bishop of Galway, the Most Rev. Eli Fox; and students.",
    "Those remembered included the Bishop of Galway, the Most Rev. Eli Fox; and students.",
    "United coach Gro Vik",
    "City manager Ole Dahl",
    "Museum director Siv Foss",
    "Bank chief executive Unn Haug",
    "University vice-chancellor Mona Ness",
    "The vice-chancellor of the university, Mona Ness,",
]
"""Right titles, and those that only look out of date."""

NOT_BORNE_OUT = [
    "Elk Times editor Rae Saul",
    "Skagen coach Abe Blythe",
    "Skagen coach Cy Drew",
    "Torvik City manager Ole Dahl",
]
"""Titles of a body or a sort that is only like the one on record."""


def _judged(words: str) -> set[str]:
    text = words if words.endswith(".") else f"{words} said on Thursday that it was over."
    article = Article(text=text, published_at=DAY)
    return {outcome_of(each, article, RECORDS, DAY).outcome for each in sightings(article)}


@pytest.mark.parametrize("words", OUT_OF_DATE)
def test_a_post_that_somebody_else_has_now_is_called_out_of_date(words):
    assert _judged(words) & WRONG


@pytest.mark.parametrize("words", LEFT_ALONE)
def test_a_right_title_in_the_same_words_is_not_called_wrong(words):
    assert not _judged(words) & WRONG


@pytest.mark.parametrize("words", NOT_BORNE_OUT)
def test_a_post_of_another_sort_or_body_does_not_bear_a_title_out(words):
    assert not _judged(words) & {*WRONG, "right"}
