"""The constructions that may call a title out of date, each with sentences that decide and that only look like it."""

import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.check.checkers.titles import Records, check_title, claim_titles
from pipeline.check.checkers.titles.clause import clause_of, without_dateline
from pipeline.check.checkers.titles.frames import Frame, frame_of
from pipeline.core.models import Article, Finding, OfficeRecord
from pipeline.core.ports import CheckContext

DAY = date(2021, 3, 2)
FORMS = Path(__file__).parents[2] / "benchmarks/cases/title_forms.jsonl"
ROWS = [json.loads(line) for line in FORMS.read_text("utf-8").splitlines()]


def _construction(text: str, day: date = DAY) -> str | None:
    before, _, after = text.partition("N.N.")
    return frame_of(before, after, day, frozenset({"governor", "ohio"})).construction


@pytest.mark.parametrize(
    ("construction", "text"),
    [
        ("reporting", "N.N. said that the levy was dead."),
        ("reporting", "“It is dead,” said N.N."),
        ("reporting", "The levy is dead, N.N. told reporters."),
        ("reporting", "OSLO, 5 May 2021 (Wire) — N.N. said the levy was dead."),
        ("reporting", "N.N., who led the city from 2008 to 2014, said the levy was dead."),
        ("reporting", "N.N. said that the levy agreed in 2012 was dead."),
        ("present", "N.N. is to fly to Kyiv."),
        ("present", "N.N. will open the bridge."),
        ("present", "N.N. has opened the bridge."),
        ("recent", "N.N. opened the bridge on Monday."),
        ("recent", "On 1 March 2021, N.N. opened the bridge."),
        ("recent", "The bridge was opened on 28 February 2021 by N.N."),
        ("recent", "The mayor met N.N. on Monday."),
        ("recent", "N.N. left the ground after her side lost on Saturday."),
        ("reporting", "A spokesman for N.N. declined to comment."),
        ("reporting", "In a speech on Monday, N.N. promised new funds."),
        ("according to", "According to N.N., the levy is dead."),
        ("reported", "Officials said N.N. would open the bridge."),
        ("according to", "According to N.N., the levy failed."),
        ("reporting", "N.N.'s office said on Monday that the levy was dead."),
        ("present", "The bridge will be opened by N.N. next week."),
        ("present", "The levy is backed by N.N. and the unions."),
        ("present", "The unions urge N.N. to sign."),
        ("present", "The mayor is due to meet N.N. in Kyiv."),
        ("recent", "Under a plan announced on Monday by N.N., the mine will close."),
        ("recent", "It rained on Monday when N.N. cut the ribbon."),
        ("recent", "It is, as N.N. put it on Monday, a road to nowhere."),
        ("recent", "The committee heard on 1 March 2021 from N.N."),
        ("recent", "The crowd booed N.N. on Monday."),
        ("recent", "N.N., who turned 60 in 2015, opened the bridge on Monday."),
        ("reporting", "N.N. saw no danger, she told reporters."),
        ("recent", "Among the guests on Monday was N.N."),
        ("present", "The unions want N.N. to resign."),
        ("event", "The visit by N.N. was called off on Monday."),
        ("event", "Talks with N.N. will resume next week."),
        # whatever the name is to a verb in the present
        ("present", "Not everybody agrees with N.N., who wants the levy doubled."),
        ("present", "Much now depends on N.N."),
        ("present", "The guard, who checks on N.N. every hour, is new."),
        ("present", "A letter to N.N., signed by 300 doctors, calls for the levy to be dropped."),
        ("present", "The plan is the work of N.N. and a team of eleven."),
        ("present", "Persuading N.N. will not be easy, delegates admit."),
        ("present", "The view is shared by N.N. and most of the unions."),
        ("present", "Under N.N. waiting times have doubled."),
        ("present", "Three people have the key: a caretaker, N.N. and an engineer in Ghent."),
        ("present", "It is a levy that N.N. wants to keep."),
        ("reporting", "Sources close to N.N. said the offer was final."),
        # or to one that names its own day
        ("recent", "Reporters who asked N.N. about it on Monday were shown the door."),
        ("recent", "It was N.N. who first used the word, in a speech on Monday."),
        ("recent", "Also in the hall on Monday: N.N. and two pilots."),
        ("recent", "The union quarrelled with N.N. on Monday."),
        ("event", "Calls to N.N. went unanswered on Monday."),
        ("event", "There was applause for N.N. when the curtain went up on Monday."),
        ("event", "Monday's vote is a blow to N.N."),
        ("present", "Police have arrested N.N."),
        ("present", "The panel will be appointed by N.N., before the summer."),
        ("present", "It is N.N., who must now decide."),
        ("present", "A poll shows that N.N.'s approval is falling."),
        ("reporting", "In a letter calling for a vote, N.N. said that the levy was dead."),
        # verbs, nouns and clauses of the news
        ("recent", "Guards tried on Monday to stop N.N. from leaving."),
        ("recent", "The envoy called on N.N. to sign on Monday."),
        ("present", "MPs have written to N.N."),
        ("present", "The council has given N.N. a week to answer."),
        ("present", "Hundreds have signed a letter asking N.N. to sell the mine."),
        ("recent", "The draft, sent to N.N. on Monday, is one page long."),
        ("present", "Under a plan drawn up by N.N., the mine will close."),
        ("present", "The police are investigating whether N.N. misled the board."),
        ("present", "The police are looking into a claim that N.N. took the money."),
        ("present", "As N.N. sees it, the flood of 2012 was only the start."),
        ("present", "Ministers are at odds as N.N. prepares to fly to Kyiv."),
        ("present", "N.N. wants to draw a line under the scandal of 2012."),
        ("reporting", "Since 2012 prices have doubled, and N.N. thinks they will double again."),
        ("present", "Will N.N. keep the mine open?"),
        ("present", "Leaders including N.N. will meet in Kyiv."),
        ("present", "One man in the hall, N.N., keeps bees."),
        ("event", "N.N.'s car was towed away on Monday."),
        ("event", "The blockade of the office of N.N. ended on Monday."),
        ("event", "Prince Ola toured the mine on Monday at the invitation of N.N."),
        ("event", "The club has won this year's cup, to the delight of N.N."),
        ("recent", "The harbour was closed on Monday while N.N. insisted that it was safe."),
        ("recent", "The strike was called off on Monday once N.N. agreed to talks."),
        ("present", "The letter, printed in the Kentish Times, urges N.N. to sign."),
        ("recent", "The actor, who was accompanied by N.N., laid a wreath on Monday."),
        ("recent", "The players were greeted on a bus by N.N. on Monday."),
        ("recent", "The talks failed on Monday, with N.N. calling the draft a step back."),
        ("recent", "Passengers included a pilot, the astronomer royal, N.N. and a cook on Monday."),
        ("event", "Pressure is growing on N.N. to resign."),
        ("event", "A row has broken out between N.N. and the bishop."),
        ("present", "Ask N.N. about the mine and she reaches for a map."),
        ("present", "On half a million a year, N.N. is among the best paid."),
        ("reporting", "N.N. was not available for comment."),
        ("reporting", "Speaking alongside N.N. on Monday, the envoy said that it was over."),
        ("present", "Thanks to N.N., the mine will open again."),
        ("present", "N.N.'s bonus has been cut by half."),
        ("event", "A plan which has the blessing of N.N. goes to a vote next week."),
        ("reporting", "The pilot was thanked by N.N. on Monday after two jets entered the valley."),
    ],
)
def test_a_construction_speaks_of_the_articles_own_time(construction, text):
    assert _construction(text) == construction


@pytest.mark.parametrize(
    "text",
    [
        "N.N. opened the bridge.",
        "In 2016 N.N. said that the levy was dead.",
        "N.N. said on 3 May 2012 that the levy was dead.",
        "N.N. said at a meeting in 2012 that the levy was dead.",
        "When the wall fell, N.N. said that the levy was dead.",
        "During the siege N.N. told reporters that it was over.",
        "N.N. had said that the levy was dead.",
        "N.N., who resigned in 2018, said that the levy was dead.",
        "N.N., who ran the state of Ohio until 2018, said that the levy was dead.",
        "N.N., in office from 2011 to 2019, said that the levy was dead.",
        "The judge, appointed by N.N., ruled on Monday that the ban was void.",
        "The act, signed by N.N., will expire next year, officials say.",
        "He spread the lie that questioned whether N.N. was eligible, they say.",
        "She wanted to keep N.N. in power, the report says.",
        "He says he met N.N. twice.",
        "The treaty that N.N. signed is still in force.",
        "Police on Monday arrested a man who had written to N.N.",
        "Thousands marched on Monday, years after N.N. lost the vote.",
        "The film shows N.N. in the corridor.",
        "In the film, N.N. walks down the corridor.",
        "Did N.N. say so?",
        "Ten years ago today, N.N. said the levy was dead.",
        "A former aide to N.N. said the levy was dead.",
        "If N.N. says so, the levy is dead.",
        "A portrait of N.N.",
        "N.N. walked across the bridge.",
        "N.N. saw no danger, he thought, and nobody told reporters.",
        "N.N. saw no danger, the unions told reporters.",
        "N.N., who worked as governor from 2009 to 2015, opened the bridge on Monday.",
        "The bridge, opened by N.N., closes on Friday.",
        "The talks, chaired by N.N., end on Friday.",
        "A treaty negotiated by N.N. ends on Friday.",
        "The unions wanted N.N. to resign.",
        "The winner was N.N.",
        "The hero of the film was N.N.",
        "N.N.'s law was struck down on Monday.",
        "N.N.'s office drew up the levy.",
        "The levy that N.N.'s office drew up failed on Monday.",
        "The levy is signed by N.N. and two witnesses.",
        "The film is praised by critics of N.N. and by others.",
        "Critics accuse N.N. of having lied about the mine.",
        "The mayor has met N.N. twice.",
        "The mayor wanted to meet N.N. in Kyiv.",
        "The mayor claims to have met N.N. in Kyiv.",
        "The levy, announced by N.N., is dead.",
        "The judge, appointed in 2012 by N.N., ruled on Monday that the ban was void.",
        "It rained when N.N. cut the ribbon, the mayor said on Monday.",
        "It is, as N.N. put it, a road to nowhere.",
        "It was, as N.N. put it in 2012, a road to nowhere.",
        "The visit by N.N. was remembered on Monday.",
        "The arrest of N.N. was upheld on Monday.",
        "The gift from N.N. was sold on Monday.",
        # works, memories, and verbs of people who are not there
        "The novel begins with N.N. losing a shoe.",
        "The stamp shows N.N. at a desk.",
        "Historians argue over why N.N. resigned.",
        "A generation that grew up under N.N. is now retiring.",
        "On Monday the chairman quoted N.N.",
        "She succeeds N.N. as chair.",
        "A letter to N.N. was sold on Monday.",
        "Photo: N.N. at a desk.",
        "File photo of N.N.",
        # the past of another clause, a condition, and what somebody had before
        "The guard, who checked on N.N. every hour, is new.",
        "He wants to know whether N.N. agrees.",
        "A former adviser to N.N. disagrees.",
        "The pension was introduced under N.N.",
        "The law drawn up under N.N. has failed.",
        "Three people had the key: a caretaker, N.N. and an engineer in Ghent.",
        "The widow of N.N. lives in Ghent.",
        "It was N.N. who first used the word, in a speech in 2012.",
        "Nobody had told N.N., it turned out on Monday.",
        "Her father drove for N.N. and kept a diary.",
        "N.N.'s remarks were printed on Monday.",
        "N.N.'s law is dead.",
        "The panel was appointed by N.N., before the summer.",
        "It was N.N., who then decided.",
        "On Monday: the anniversary of the death of N.N.",
        "On Monday in the square: the daughter of N.N.",
        "The defeat of N.N. is a tale for children.",
        "In a letter of hers, N.N. said that the levy was dead.",
        # verbs, nouns and clauses of the news
        "The prisoners tried to stop N.N. from leaving.",
        "The mayor claimed on Monday to have met N.N. in Kyiv.",
        "Historians have often written to N.N.",
        "A petition asking N.N. to sign had 400 names.",
        "A petition asking N.N. to sign, found in an attic, has 400 names.",
        "A plan drawn up by N.N. will be shown in a museum.",
        "The actor, who was accompanied by N.N., laid a wreath.",
        "The dress was made at the request of N.N., and goes on show on Monday.",
        "The council tried on Monday to forget N.N.",
        "Pressure grew on N.N. to resign.",
        "Thanks to N.N., the town has a mine.",
        "Spare a thought for the town of N.N.",
        "On half a million, a year before the flood, N.N. was among the best paid.",
        "N.N. was not available.",
        "N.N.'s bonus was cut by half.",
        "The book, sent to N.N. in 1999, is worth a fortune.",
        "Under a plan drawn up by N.N., the mine closed.",
        "Under a treaty drawn up by N.N., the mine will close.",
        "Historians ask whether N.N. misled the board.",
        "The police investigated whether N.N. misled the board.",
        "It was, as N.N. said, the end.",
        "N.N. wanted a new bridge in the summer of 2012.",
        "In 2012 prices doubled, and N.N. quarrelled with the unions.",
        "Did N.N. keep the mine open?",
        "Who was N.N.?",
        "Former leaders including N.N. will meet in Kyiv.",
        "N.N.'s car was sold on Monday.",
        "On Monday the museum showed a painting made at the invitation of N.N.",
        "The club won the cup, to the delight of N.N.",
        "The bridge fell on Monday, years after N.N. said it was safe.",
        "The players were shown in a film by N.N.",
        "The talks failed, with N.N. calling the draft a step back.",
        "In Act Two N.N. leaves the stage.",
    ],
)
def test_what_only_looks_like_a_construction_is_none(text):
    assert _construction(text) is None


@pytest.mark.parametrize(
    ("act", "text"),
    [
        ("2012", "In 2012 N.N. opened the bridge."),
        ("2012-05", "In May 2012 N.N. opened the bridge that burned down this week."),
        ("2012", "The judge, appointed in 2012 by N.N., ruled that the ban was void."),
        ("2012", "The bridge was opened in 2012 by N.N."),
        ("2012-05-03", "N.N. said on 3 May 2012 that the levy was dead."),
        ("2012-05", "When N.N. opened the bridge in May 2012, nobody came."),
        ("2012-05", "The law was passed after N.N. signed it in May 2012."),
        ("2012-05", "The feud began in May 2012, when N.N. opened the bridge."),
        (None, "When N.N. opened the bridge, in the year after the flood of 2012, nobody came."),
        (None, "If N.N. opened the bridge in May 2012, nobody knew."),
        (None, "The boat sank in May 2012 after N.N. inspected it."),
        (None, "Since N.N. opened the bridge in May 2012, three boats have sunk."),
        (None, "The judge, who has sat since 2012, was appointed by N.N."),
        (None, "In 2012 a court found that N.N. had signed the lease."),
        (None, "N.N. opened the bridge that was begun in 2012."),
        (None, "In 2012, years after the flood, N.N. opened the bridge."),
        (None, "The bridge was begun in 2009 and opened in 2012 by N.N."),
        (None, "In her book of 2012 N.N. is a coward."),
        (None, "In 2012 N.N. had opened the bridge."),
    ],
)
def test_an_act_with_a_day_of_its_own_gives_the_title_for_that_day(act, text):
    before, _, after = text.partition("N.N.")
    found = frame_of(before, after, DAY).act
    assert (found and str(found)) == act


def test_a_dateline_is_no_part_of_the_sentence():
    assert without_dateline("OSLO, May 5, 2026 (Wire) — It rained.") == "It rained."
    assert without_dateline("It rained - for hours.") == "It rained - for hours."


def test_a_clause_keeps_the_days_of_other_clauses_apart():
    clause = clause_of("", ", who led the city from 2008 to 2014, said on 1 March 2021 that it was over.")
    assert clause is not None and [str(day) for day in clause.dates] == ["2021-03-01"]


def _findings(text: str, day: date, records: Records) -> list[Finding]:
    article = Article(text=text, published_at=day)
    claims = claim_titles(article)
    context = CheckContext(article, claims, (), day, records, None, None)  # type: ignore[arg-type]
    return [check_title(claim, context) for claim in claims]


def _said(findings: list[Finding]) -> str:
    if any(f.flags or (f.verdict and f.verdict.label == "refuted") for f in findings):
        return "flag"
    return "supported" if any(f.verdict for f in findings) else "undecided"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_form_of_the_press_is_judged_as_its_record_says(row):
    records = Records(OfficeRecord.model_validate(record) for record in row["records"])
    said = _said(_findings(row["text"], date.fromisoformat(row["article_date"]), records))
    assert said != "flag" if row["expected"] == "no_flag" else said == row["expected"]


_FRAMES = (
    "{title} Per Dahl said on Monday that the bridge would open.",
    "{title} Per Dahl said that the bridge would open.",
    "Per Dahl, the {title}, said the bridge would open.",
    "Per Dahl is the {title}.",
    "OSLO, {day} - {title} Per Dahl said the bridge would open.",
    "On {day}, Per Dahl was {title}.",
    "In {year}, {title} Per Dahl opened the bridge.",
    "Per Dahl, {title} since 2013, said the bridge would open.",
    "Per Dahl, {title} from 2013 to {year}, said the bridge would open.",
    "Former {title} Per Dahl said on {day} that the bridge would open.",
    "The bridge was opened on {day} by {title} Per Dahl.",
    "According to {title} Per Dahl, the bridge will open.",
    "{title}-elect Per Dahl will open the bridge.",
    "The judge, appointed by {title} Per Dahl, ruled on Monday that it was void.",
    "“No,” said {title} Per Dahl, who led the city until {year}.",
)
_PLACES = (
    "Norwegian Prime Minister",
    "Swedish Prime Minister",
    "Norwegian Finance Minister",
    "prime minister of Norway",
)
_MANY = int(os.environ.get("TITLE_SENTENCES", "150"))
"""Set to 10000 for the full count."""


@settings(max_examples=_MANY, deadline=None)
@given(
    st.sampled_from(_FRAMES),
    st.sampled_from(_PLACES),
    st.dates(date(2013, 10, 17), date(2024, 1, 1)),
    st.integers(1, 9000),
    st.booleans(),
)
def test_no_open_record_decides_after_the_day_it_was_last_known_to_be_right(frame, title, as_of, days, dated):
    start = date(2013, 10, 16) if dated else None
    record = OfficeRecord(
        person="Per Dahl", office="Prime Minister of Norway", country="Norway", start=start and str(start), as_of=as_of
    )
    day = as_of + timedelta(days=days)
    text = frame.format(title=title, day=f"{day.day} {day:%B} {day.year}", year=day.year)
    if day.year > as_of.year or "{year}" not in frame:
        assert _said(_findings(text, day, Records([record]))) == "undecided"


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(_FRAMES), st.sampled_from(_PLACES), st.dates(date(1990, 1, 1), date(2040, 1, 1)))
def test_a_record_without_dates_decides_nothing(frame, title, day):
    record = OfficeRecord(person="Per Dahl", office="Prime Minister of Norway", country="Norway")
    text = frame.format(title=title, day=f"{day.day} {day:%B} {day.year}", year=day.year)
    assert _said(_findings(text, day, Records([record]))) == "undecided"


@pytest.mark.parametrize("adverb", ["never", "always", "often"])
def test_what_somebody_never_or_always_did_is_no_news(adverb):
    before, _, after = f"N.N. {adverb} believed the story.".partition("N.N.")
    assert frame_of(before, after, DAY) == Frame()
    before, _, after = "“Never,” N.N. said later.".partition("N.N.")
    assert frame_of(before, after, DAY).construction == "reporting"


@pytest.mark.parametrize("opening", ["In the second act", "In the last chapter", "In this scene"])
def test_what_happens_in_a_part_of_a_work_is_of_no_day(opening):
    assert _construction(f"{opening} N.N. burns the file and flees.") is None
    assert _construction("In the last week N.N. burns the file and flees.") is not None
