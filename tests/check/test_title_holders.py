"""Whose an office is by the records, and when a text says that somebody took or left one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from pipeline.check.checkers.titles import Records
from pipeline.check.checkers.titles.checker import outcome_of
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.check.checkers.titles.turns import of_beginning, of_end
from pipeline.core.models import Article, OfficeRecord, PartialDate

DAY = date(2019, 5, 14)


def _record(person: str, office: str, start: str, end: str | None, body: str | None = None, **more) -> OfficeRecord:
    more = {"country": "Norway", "as_of": date(2024, 1, 1)} | more
    return OfficeRecord(person=person, office=office, organisation=body, start=start, end=end, source="List", **more)


PORT = "Fjell Harbour Trust"
ROWS = [
    _record("Nora Vik", f"Deputy Commissioner of the {PORT}", "2015-01-01", None, PORT),
    _record("Odd Lunde", f"Commissioner of the {PORT}", "2014-01-01", None, PORT),
    _record("Siri Aas", f"Treasurer of the {PORT}", "2016-01-01", "2021-01-01", PORT),
    _record("Jon Berge", f"Chair of the {PORT}", "2012-01-01", "2022-01-01", PORT),
    _record("Kari Moe", f"Harbour Master of the {PORT}", "2012-01-01", "2022-01-01", PORT),
    _record("Per Strand", f"Trustee of the {PORT}", "2012-01-01", "2022-01-01", PORT),
    _record("Liv Ness", f"Chief Operating Officer of the {PORT}", "2017-01-01", "2022-01-01", PORT),
    _record("Ole Ruud", f"Chief Financial Officer of the {PORT}", "2017-01-01", "2022-01-01", PORT),
    _record("Ada Holt", "Minister of Fisheries", "2017-01-01", "2021-01-01"),
    _record("Tor Eide", "Minister of Culture", "2017-01-01", "2021-01-01"),
    _record("Eva Rygg", "Member of Parliament for Selje North", "2013-01-01", "2021-01-01", "Parliament"),
    _record("Ivar Dal", "Member of Parliament for Selje South", "2013-01-01", "2021-01-01", "Parliament"),
    _record("Una Falk", "Mayor of Torvik", "2010-06-01", "2014-06-01"),
    _record("Rolf Sande", "Mayor of Torvik", "2014-06-01", "2022-06-01"),
]
RECORDS = Records(ROWS)


def _outcome(text: str, records: Records = RECORDS, day: date = DAY) -> str:
    article = Article(text=text, published_at=day)
    return next(iter({outcome_of(sighting, article, records, day).outcome for sighting in sightings(article)}), "none")


def _outcomes(text: str) -> set[str]:
    article = Article(text=text, published_at=DAY)
    return {outcome_of(sighting, article, RECORDS, DAY).outcome for sighting in sightings(article)}


@pytest.mark.parametrize(
    "text",
    [
        f"{PORT} commissioner Nora Vik said the cranes would stay.",
        f"Siri Aas, the chair of the {PORT}, said the cranes would stay.",
        f"Liv Ness, chief financial officer of the {PORT}, said the cranes would stay.",
        "Culture minister Ada Holt said the cranes would stay.",
        "Ivar Dal, MP for Selje North, said the cranes would stay.",
        f"{PORT} commissioner Nora Vik fined both crews.",
    ],
)
def test_an_office_that_the_records_give_to_one_other_person_that_day_is_not_this_ones(text: str) -> None:
    assert _outcome(text) == "wrong_office"


@pytest.mark.parametrize(
    "text",
    [
        f"Nora Vik, deputy commissioner of the {PORT}, said the cranes would stay.",
        f"Siri Aas, a trustee of the {PORT}, said the cranes would stay.",  # there are several
        f"Kari Moe, secretary of the {PORT}, said the cranes would stay.",  # nobody is on record for it
        f"Ole Ruud, an officer of the {PORT}, said the cranes would stay.",
        "Fisheries and food minister Ada Holt said the cranes would stay.",
        f"{PORT} commissioner Berit Holm said the cranes would stay.",  # nobody knows her
        f"{PORT} commissioner Nora Vik signed the lease in 1999.",
        f"When {PORT} commissioner Nora Vik signed the lease, nobody read it.",
    ],
)
def test_an_office_that_may_be_this_ones_is_not_called_wrong(text: str) -> None:
    assert _outcome(text) in {"right", "unknown", "not_in_records", "none"}


def test_two_who_share_an_office_leave_it_open_for_a_third() -> None:
    shared = _record("Gro Lien", f"Chair of the {PORT}", "2018-01-01", "2022-01-01", PORT)
    text = f"Siri Aas, the chair of the {PORT}, said the cranes would stay."
    assert _outcome(text, Records([*ROWS, shared])) != "wrong_office"


def test_who_held_the_office_at_any_time_is_not_told_that_it_is_anothers() -> None:
    before = _record("Siri Aas", f"Chair of the {PORT}", "2001-01-01", "2003-01-01", PORT)
    text = f"Siri Aas, the chair of the {PORT}, said the cranes would stay."
    assert _outcome(text, Records([*ROWS, before])) != "wrong_office"


@pytest.mark.parametrize("text", ["closed the old mill", "founded the fair", "signed the charter", "won the vote"])
def test_a_deed_that_lasts_does_not_date_the_title_of_its_author(text: str) -> None:
    assert _outcome(f"Una Falk, the mayor of Torvik, {text}.") == "unknown"


@pytest.mark.parametrize(
    "text",
    ["dropped the charges", "lit the tree", "cancelled her flight", "pulled out of the talks", "filled sandbags"],
)
def test_what_somebody_does_in_the_first_words_of_a_dated_story_is_its_news(text: str) -> None:
    assert _outcome(f"Una Falk, the mayor of Torvik, {text}.") == "stale"
    assert _outcome(f"The fair is old. Una Falk, the mayor of Torvik, {text}.") == "unknown"
    assert _outcome(f"In those days the fair was small. Una Falk, the mayor of Torvik, {text}.") == "unknown"


def test_at_the_time_means_the_one_day_that_the_sentence_names() -> None:
    assert _outcome("The order of March 2012 went to Una Falk, who was mayor of Torvik at the time.") == "right"
    assert _outcome("The order of March 2018 went to Una Falk, who was mayor of Torvik at the time.") == "wrong_years"
    both = "The orders of March 2012 and May 2018 went to Una Falk, who was mayor of Torvik at the time."
    assert _outcome(both) != "wrong_years"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Una Falk resigned as mayor of Torvik in May 2014.", "right"),
        ("Una Falk resigned as mayor of Torvik in May 2018.", "wrong_years"),
        ("Rolf Sande resigned as mayor of Torvik last week.", "wrong_years"),
        ("Una Falk became mayor of Torvik in 2010.", "right"),
        ("Una Falk became mayor of Torvik in 2016.", "wrong_years"),
        ("Rolf Sande was elected mayor of Torvik in 2018.", "unknown"),  # elected again
    ],
)
def test_when_an_office_was_taken_or_left_is_held_against_its_terms(text: str, outcome: str) -> None:
    assert _outcome(text) == outcome


_DAYS = st.dates(date(1950, 1, 1), date(2020, 1, 1))


@pytest.mark.parametrize(
    "text",
    [
        "Una Falk, who succeeded Rolf Sande as mayor of Torvik, opened the fair.",  # the other way round
        "Rolf Sande, who succeeded Una Falk as mayor of Torvik, opened the fair.",
        "Una Falk's successor as mayor of Torvik, Rolf Sande, opened the fair.",
    ],
)
def test_whom_somebody_followed_is_not_proven_by_the_title_alone(text: str) -> None:
    assert "right" not in _outcomes(text)


@pytest.mark.parametrize("seat", ["Selje North", "Selje East"])
def test_years_of_another_seat_prove_nothing_of_this_one(seat: str) -> None:
    assert "right" not in _outcomes(f"Ivar Dal, who has been MP for {seat} since 2013, fell asleep.")
    assert "right" in _outcomes("Ivar Dal, who has been MP for Selje South since 2013, fell asleep.")


def test_who_says_that_they_leave_may_stay_for_months() -> None:
    assert _outcome("Rolf Sande resigned as mayor of Torvik last week.", day=date(2021, 10, 1)) == "unknown"
    assert _outcome("Rolf Sande resigned as mayor of Torvik last week.", day=date(2022, 5, 1)) == "right"


@given(_DAYS, st.integers(1, 4000), st.integers(-366, 366), st.booleans())
def test_a_turn_near_the_recorded_one_is_never_wrong(start: date, length: int, off: int, elected: bool) -> None:
    end = start + timedelta(days=length)
    record = _record("Una Falk", "Mayor of Torvik", start.isoformat(), end.isoformat())
    for turn in (of_end, lambda *given: of_beginning(*given, elected)):
        day = (end if turn is of_end else start) + timedelta(days=off)
        judged = turn([record], [record], PartialDate(day.isoformat()))
        before = turn is of_end and day < start - timedelta(days=92)
        assert judged is None or judged[0] == "right" or before


@given(_DAYS, _DAYS, st.booleans())
def test_no_turn_is_judged_after_the_day_the_record_was_made(start: date, made: date, elected: bool) -> None:
    record = _record("Una Falk", "Mayor of Torvik", start.isoformat(), None, as_of=made)
    later = PartialDate((made + timedelta(days=1)).isoformat())
    for judged in (of_end([record], [record], later), of_beginning([record], [record], later, elected)):
        assert judged is None or judged[0] == "right"


# An undated act in the news


@pytest.mark.parametrize(
    "text",
    [
        "A party of forty led by Culture Minister Ada Holt flew to Lima on Thursday to sell the fair.",
        "Culture Minister Ada Holt's plan for the fair ran into trouble in the assembly last night.",
        "Seen on Tuesday, sharing a bench at the fair: Ada Holt, the culture minister of Norway, and a bishop.",
    ],
)
def test_an_office_never_held_is_wrong_for_an_act_that_may_be_some_months_old(text: str) -> None:
    assert _outcome(text) == "wrong_office"


def test_a_sentence_without_a_day_may_be_of_any_time_but_where_the_news_begins() -> None:
    plan = "Culture Minister Ada Holt's plan for the fair ran into trouble in the assembly last night."
    assert _outcome(plan) == "wrong_office"
    undated = plan.replace(" last night", "")
    assert _outcome(undated) == "wrong_office"
    assert _outcome(f"The fair was old. {undated}") == "not_in_records"
    assert _outcome(f"{undated} Two years later it was given up.") == "not_in_records"


@pytest.mark.parametrize(
    "text",
    [
        "A party of forty led by Culture Minister Ada Holt flew to Lima years ago to sell the fair.",
        "A party of forty led by Culture Minister Ada Holt flew to Lima when the fair was new.",
        "If a party of forty led by Culture Minister Ada Holt were to fly to Lima, nobody would notice.",
        "A spoof film follows a party of forty led by Culture Minister Ada Holt to Lima.",
        "A party of forty led by “Culture Minister Ada Holt” flew to Lima to sell the fair.",
        "A party of forty led by Fisheries Minister Ada Holt flew to Lima on Thursday to sell the fair.",
        f"Twelve travellers have been offered a free crossing by {PORT} trustee Liv Ness, who blamed the ice.",
        "The levy, which Culture Minister Ada Holt brought in, led to a march on Thursday.",
        "The hall that opened under Culture Minister Ada Holt shut on Thursday.",
        "An earlier plan by Culture Minister Ada Holt was buried on Thursday.",
    ],
)
def test_an_act_of_another_time_or_only_thought_of_shows_no_office_to_be_wrong(text: str) -> None:
    assert _outcome(text) != "wrong_office"


@pytest.mark.parametrize("changed", [("Ada Holt", "Minister of Fisheries"), ("Tor Eide", "Minister of Culture")])
def test_who_has_come_within_half_a_year_may_have_acted_before(changed: tuple[str, str]) -> None:
    text = "Culture Minister Ada Holt's plan for the fair ran into trouble in the assembly last night."
    late = _record(*changed, "2019-02-01", "2021-01-01")
    records = Records([late if (row.person, row.office) == changed else row for row in ROWS])
    assert _outcome(text) == "wrong_office"
    assert _outcome(text, records) != "wrong_office"


@pytest.mark.parametrize(
    "head", ["FROM OUR FILES, 12 June 1983:", "In this paper of 3 May 1991:", "Fifty years ago:", "From the archive:"]
)
def test_what_an_old_day_heads_is_a_reprint(head: str) -> None:
    text = "Una Falk, the mayor of Torvik, last night lit the tree."
    assert _outcome(text) == "stale"
    assert _outcome(f"{head} {text}") == "unknown"
    assert _outcome(f"13 May 2019: {text}") == "stale"


# Whose: a region's, another organisation's, of the host of an embassy


def _of(person: str, office: str, body: str | None, country: str | None) -> OfficeRecord:
    return _record(person, office, "2015-01-01", "2022-01-01", body, country=country)


@pytest.mark.parametrize(
    ("own", "other", "wrong", "right"),
    [
        (
            ("Minister for Schools and Language", "Welsh Government", "United Kingdom"),
            ("Minister for Health and Care", "Welsh Government", "United Kingdom"),
            "Wales's health minister",
            "Wales's schools minister",
        ),
        (
            ("President of the European Commission", "European Commission", None),
            ("President of the European Parliament", "European Parliament", None),
            "European Parliament President",
            "European Commission President",
        ),
        (
            ("Ambassador to Hungary", "Foreign Office", "Norway"),
            ("Ambassador to Poland", "Foreign Office", "Norway"),
            "Norway's ambassador to Warsaw",
            "Norway's ambassador to Budapest",
        ),
        (
            ("Municipal President of Zarcona", "Zarcona City Council", "Mexico"),
            ("Municipal President of Velmar", "Velmar City Council", "Mexico"),
            "the mayor of Velmar",
            "the mayor of Zarcona",
        ),
        (
            ("Minister of Railways", "Government of India", "India"),
            ("Minister of Home Affairs", "Government of India", "India"),
            "Union Home Minister",
            "Union Railways Minister",
        ),
        (
            ("Special Representative of the Secretary-General for Libya", "United Nations", None),
            ("Special Envoy of the Secretary-General for Yemen", "United Nations", None),
            "the United Nations special envoy for Yemen",
            "the United Nations special envoy for Libya",
        ),
        (
            ("chief conductor", "Fjell Philharmonic Orchestra", "Norway"),
            ("chief conductor", "Royal Linden Orchestra", "Netherlands"),
            "the Linden's chief conductor",
            "the Fjell Philharmonic's chief conductor",
        ),
        (
            ("managing director", "Great Fen Railway", "United Kingdom"),
            ("managing director", "Selby Railways", "United Kingdom"),
            "Selby Railways boss",
            "Great Fen Railway boss",
        ),
        (
            ("Cabinet Secretary for Rural Affairs", "Scottish Government", "United Kingdom"),
            ("Cabinet Secretary for Transport", "Scottish Government", "United Kingdom"),
            "Scotland's Transport Secretary",
            "Scotland's Rural Affairs Secretary",
        ),
        (
            ("Deputy Commissioner of Police of the Metropolis", "Metropolitan Police Service", "United Kingdom"),
            ("Commissioner of Police of the Metropolis", "Metropolitan Police Service", "United Kingdom"),
            "Met Police Commissioner",
            "Met Police Deputy Commissioner",
        ),
        (
            ("Director of Science of the European Space Agency", "European Space Agency", "Finland"),
            ("Director General of the European Space Agency", "European Space Agency", "Germany"),
            "the European Space Agency's director general",
            "the European Space Agency's director of science",
        ),
        (
            ("Executive Director of the World Food Programme", "United Nations", "Mali"),
            ("United Nations High Commissioner for Refugees", "United Nations", "Netherlands"),
            "U.N. High Commissioner for Refugees",
            "World Food Programme Executive Director",
        ),
        (
            ("managing director", "Pennine Trains", "United Kingdom"),
            ("managing director", "Northern Lode Railway", "United Kingdom"),
            "boss of rail operator Northern Lode",
            "boss of rail operator Pennine Trains",
        ),
        (
            ("manager of Tarn Town F.C.", "Tarn Town F.C.", "United Kingdom"),
            ("manager of Selby Rovers A.F.C.", "Selby Rovers A.F.C.", "United Kingdom"),
            "Selby Rovers manager",
            "Tarn Town manager",
        ),
        (
            ("National Security Advisor of the United States", "Executive Office of the President", "United States"),
            ("United States Secretary of State", "United States Department of State", "United States"),
            "Secretary of State",
            "National Security Advisor",
        ),
        (
            ("judge of the High Court of New Zealand", "High Court of New Zealand", "New Zealand"),
            ("Chief Justice of New Zealand", "Supreme Court of New Zealand", "New Zealand"),
            "Chief Justice",
            "High Court judge",
        ),
    ],
)
def test_a_title_is_anothers_by_body_region_or_host(
    own: tuple[str, str | None, str | None], other: tuple[str, str | None, str | None], wrong: str, right: str
) -> None:
    records = Records([_of("Nils Aune", *own), _of("Berit Moen", *other)])
    said = "{}, Nils Aune, said on Monday that talks would go on."
    said = "Nils Aune, {}, said on Monday that talks would go on." if " of " in wrong else said
    said = said if "the " in wrong or " of " in wrong else said.replace(",", "")
    assert _outcome(said.format(wrong), records) == "wrong_office"
    assert _outcome(said.format(right), records) in ("right", "unknown", "not_in_records")


def test_an_owned_title_is_right_only_of_what_the_words_around_name() -> None:
    text = "The city's mayor, Rolf Sande, said the people of {} would be safe."
    assert _outcome(text.format("Torvik")) == "right"
    assert _outcome(text.format("Larvik")) == "unknown"
    assert _outcome("Rolf Sande, the mayor of the city, said the people of Torvik would be safe.") == "right"


def test_a_noun_between_a_name_and_a_title_may_say_whose_it_is() -> None:
    records = Records([_of("Nils Aune", "superintendent", "Selje Public Schools", "Norway")])
    assert _outcome("Torvik schools Superintendent Nils Aune said the roof was safe.", records) == "unknown"
    assert _outcome("On Monday morning Superintendent Nils Aune said the roof was safe.", records) == "right"


def test_who_says_from_where_a_member_of_a_party_comes_says_for_where_he_sits() -> None:
    records = Records([_of("Nils Aune", "United States senator from Kansas", "United States Senate", "United States")])
    said = "Sen. Nils Aune, a Republican from {}, said on Monday that he would not vote."
    assert _outcome(said.format("Kansas"), records) == "right"
    assert _outcome(said.format("Nebraska"), records) != "right"


def test_a_minister_may_be_called_by_a_part_of_the_portfolio_that_a_junior_has() -> None:
    senior = _of("Nils Aune", "Secretary of State for Health and Social Care", "Department of Health", "United Kingdom")
    junior = _of("Berit Moen", "Minister of Health", "Department of Health", "United Kingdom")
    text = "Health minister Nils Aune said on Monday that the wards would open."
    assert _outcome(text, Records([senior])) == "right"
    assert _outcome(text, Records([senior, junior])) != "wrong_office"


def test_a_longer_name_is_no_shorter_ones_where_somebody_else_has_that() -> None:
    own = _of("Nils Aune", "President of the Royal Society of Lomond", "Royal Society of Lomond", "United Kingdom")
    other = _of("Berit Moen", "President of the Royal Society", "Royal Society", "United Kingdom")
    text = "Nils Aune, president of the Royal Society, said on Monday that the tide had turned."
    assert _outcome(text, Records([own])) == "right"
    assert _outcome(text, Records([own, other])) != "right"


def test_whose_says_of_which_body_somebody_is_the_head() -> None:
    own = _of("Nils Aune", "director of the Tarn House", "Tarn House", "Norway")
    other = _of("Berit Moen", "general director of the Fjell Museum", "Fjell Museum", "Norway")
    records = Records([own, other])
    text = "The chair goes on show on Thursday at the {}, whose director, Nils Aune, calls it a find."
    assert _outcome(text.format("Fjell Museum"), records) == "wrong_office"
    assert _outcome(text.format("Tarn House"), records) == "right"
    assert _outcome(text.format("oldest of our museums"), records) != "wrong_office"


def test_an_office_that_may_have_got_another_name_is_not_out_of_date() -> None:
    before = _record("Nils Aune", "Minister of Agriculture", "2010-01-01", "2016-12-31")
    after = _record("Nils Aune", "Minister for Rural Affairs", "2017-01-01", "2021-01-01")
    other = _record("Berit Moen", "Minister of Agriculture", "2017-01-01", "2021-01-01")
    text = "Norway's agriculture minister, Nils Aune, said on Monday that wolves could be shot."
    assert _outcome(text, Records([before, after])) == "unknown"
    assert _outcome(text, Records([before, after, other])) == "stale"
    assert _outcome(text, Records([before])) == "stale"


@pytest.mark.parametrize("aux", ["will", "would", "may"])
def test_a_title_that_is_to_come_is_not_of_the_day(aux: str) -> None:
    assert _outcome(f"By Christmas, it {aux} be Culture Minister Ada Holt who lights the tree.") != "wrong_office"
    assert _outcome("On Monday it was Culture Minister Ada Holt who lit the tree.") == "wrong_office"


@pytest.mark.parametrize("rank", ["General", "Gen.", "Maj Gen", "Rear Admiral", "Cardinal"])
def test_a_rank_may_stand_between_a_title_and_its_name(rank: str) -> None:
    left = _record("Nils Aune", "Chief of the Army Staff", "2010-01-01", "2016-12-31", "Norwegian Army")
    came = _record("Berit Moen", "Chief of the Army Staff", "2017-01-01", "2021-01-01", "Norwegian Army")
    article = Article(text=f"Norway's army chief, {rank} Nils Aune, flew to Lima on Tuesday.", published_at=DAY)
    found = [each for each in sightings(article) if each.mention.title == "Norway's army chief"]
    assert [outcome_of(each, article, Records([left, came]), DAY).outcome for each in found] == ["stale"]


# What is only nearly another's


@pytest.mark.parametrize(
    ("own", "other", "text"),
    [
        (
            ("Chief Secretary to the Treasury", "HM Treasury", "United Kingdom"),
            ("Chancellor of the Exchequer", "HM Treasury", "United Kingdom"),
            "Treasury minister Nils Aune said taxes would fall.",
        ),
        (
            ("Assistant Commissioner of Police of the Metropolis", "Metropolitan Police Service", "United Kingdom"),
            ("Commissioner of Police of the Metropolis", "Metropolitan Police Service", "United Kingdom"),
            "Met Police chief Nils Aune said the march would go ahead.",
        ),
        (
            ("Assistant General Secretary of the Dockers' Union", "Dockers' Union", "United Kingdom"),
            ("General Secretary of the Dockers' Union", "Dockers' Union", "United Kingdom"),
            "Dockers' Union leader Nils Aune said the strike would go ahead.",
        ),
        (
            ("Ambassador to the Holy See", "Foreign Office", "United Kingdom"),
            ("Ambassador to Italy", "Foreign Office", "United Kingdom"),
            "Britain's ambassador in Rome, Nils Aune, said talks would go on.",
        ),
        (
            ("Deputy Prosecutor of Rome", "Rome Prosecution Office", "Italy"),
            ("Chief Prosecutor of Rome", "Rome Prosecution Office", "Italy"),
            "Rome prosecutor Nils Aune told judges that the boat had no lights.",
        ),
        (
            ("High Representative of the European Union", "European Union", None),
            ("Vice-President of the European Commission", "European Commission", None),
            "European Commission vice-president Nils Aune said talks would go on.",
        ),
        (
            ("Chairman", "Tarn", "France"),
            ("Chief Executive", "Tarn Energy", "United Kingdom"),
            "Tarn chief executive Nils Aune said the plant was late.",
        ),
        (
            ("Captain of Selby Rovers", "Selby Rovers", "United Kingdom"),
            ("Captain of Scotland", "Scotland", "United Kingdom"),
            "Scotland captain Nils Aune said the pitch was wet.",
        ),
        (
            ("Vice Chair", "Tarn Advisers", "United Kingdom"),
            ("Chief Economist", "Tarn Advisers", "United States"),
            "Tarn Advisers chief economist Nils Aune said rates would fall.",
        ),
        (
            ("Superintendent", "Torvik Police", "Norway"),
            ("Mayor of Torvik", "Torvik Municipality", "Norway"),
            "Guests on Monday included the mayor of Torvik, Superintendent Nils Aune, and a choir.",
        ),
        (
            ("General", "Norwegian Army", "Norway"),
            ("Mayor of Torvik", "Torvik Municipality", "Norway"),
            "They thanked on Monday the mayor of Torvik, General Nils Aune, the choir and the band.",
        ),
    ],
)
def test_what_may_be_said_of_this_one_too_is_not_called_wrong(
    own: tuple[str, str | None, str | None], other: tuple[str, str | None, str | None], text: str
) -> None:
    records = Records([_of("Nils Aune", *own), _of("Berit Moen", *other)])
    article = Article(text=text, published_at=DAY)
    found = {outcome_of(sighting, article, records, DAY).outcome for sighting in sightings(article)}
    assert not found & {"wrong_office", "wrong_country", "stale", "wrong_years"}


@pytest.mark.parametrize(
    ("own", "text"),
    [
        (
            ("Cabinet Secretary for Health", "Scottish Government", "United Kingdom"),
            "Britain's health secretary, Nils Aune, said the wards would open.",
        ),
        (
            ("Chief Secretary to the Treasury", "HM Treasury", "United Kingdom"),
            "Britain's finance minister, Nils Aune, said taxes would fall.",
        ),
        (
            ("chair of the Federal Trade Commission", "Federal Trade Commission", "United States"),
            "Nils Aune, chair of the International Trade Commission, said the case would go on.",
        ),
        (
            ("Chancellor of the Duchy of Lancaster", "Cabinet Office", "United Kingdom"),
            "The Chancellor, Nils Aune, will deliver the budget.",
        ),
        (
            ("Minister of Health", "Government of Ghana", "Ghana"),
            "Minister of State for Health Nils Aune said the wards would open.",
        ),
        (
            ("chief executive", "T&S", "United Kingdom"),
            "Tarn opened ten shops. The company's chief executive, Nils Aune, said more would come.",
        ),
    ],
)
def test_what_is_right_of_another_office_is_not_called_right(own: tuple[str, str, str], text: str) -> None:
    article, records = Article(text=text, published_at=DAY), Records([_of("Nils Aune", *own)])
    assert "right" not in {outcome_of(sighting, article, records, DAY).outcome for sighting in sightings(article)}


UK, EU = "United Kingdom", "European Union"


@pytest.mark.parametrize(
    ("own", "other", "text"),
    [
        (
            ("President of the Bank of Lomond", "Bank of Lomond", "Germany"),
            ("President of the European Central Bank", "European Central Bank", EU),
            "European Central Bank President Nils Aune said rates would fall.",
        ),
        (
            ("Vice-President of the European Central Bank", "European Central Bank", "Austria"),
            ("President of the European Central Bank", "European Central Bank", "France"),
            "The head of the European Central Bank, Nils Aune, says rates will fall.",
        ),
        (
            ("Deputy Managing Director", "International Monetary Fund", "Norway"),
            ("Managing Director", "International Monetary Fund", "Norway"),
            "Nils Aune, managing director of the International Monetary Fund, will speak on Monday.",
        ),
        (
            ("European Commissioner for Trade", "European Commission", EU),
            ("High Representative of the Union for Foreign Affairs and Security Policy", EU, EU),
            "EU foreign policy chief Nils Aune will chair the meeting.",
        ),
        (
            ("European Commissioner for Health and Food Safety", "European Commission", "Belgium"),
            ("European Commissioner for Agriculture and Rural Development", "European Commission", "Belgium"),
            "The EU's agriculture commissioner, Nils Aune, said the milk would be bought.",
        ),
        (
            ("Chief Scientist", "Bureau of Tides and Currents", "Norway"),
            ("Chief Scientist", "National Lake and Pond Survey", "Norway"),
            "NLPS chief scientist Nils Aune said the lake was low.",
        ),
        (
            ("Harbour Commissioner", "City of Torvik", "Norway"),
            ("Mayor of Torvik", "City of Torvik", "Norway"),
            "Mayor Nils Aune faces four rivals in Torvik on Monday.",
        ),
        (
            ("Deputy Chief Fire Officer", "Torvik Fire Service", UK),
            ("Chief Fire Officer", "Torvik Fire Service", UK),
            "Fire chief Nils Aune said crews would stay.",
        ),
        (
            ("Ambassador of France to Algeria", "Foreign Ministry", "France"),
            ("Ambassador of France to Morocco", "Foreign Ministry", "France"),
            "The French ambassador in Rabat, Nils Aune, said talks would go on.",
        ),
        (
            ("Ambassador of the United Kingdom to Chile", "Foreign Office", UK),
            ("Ambassador of the United Kingdom to Bolivia", "Foreign Office", UK),
            "Nils Aune, Britain's envoy to Bolivia, said talks would go on.",
        ),
        (
            ("Minister of Justice of Bavaria", "Bavarian State Government", "Germany"),
            ("Minister of the Interior of Bavaria", "Bavarian State Government", "Germany"),
            "Bavaria's interior minister, Nils Aune, said the cameras would come.",
        ),
        (
            ("Chief of the General Staff", "British Army", UK),
            ("Chief of the Defence Staff", "British Armed Forces", UK),
            "The Chief of the Defence Staff, Sir Nils Aune, said the troops would stay.",
        ),
        (
            ("Chief of Defence Staff", "Armed Forces of Nigeria", "Nigeria"),
            ("Chief of Army Staff", "Nigerian Army", "Nigeria"),
            "Chief of Army Staff Lt-Gen Nils Aune said the troops would stay.",
        ),
        (
            ("Secretary of State for Trade", "Department for Trade", UK),
            ("Chancellor of the Exchequer", "HM Treasury", UK),
            "The Chancellor, Nils Aune, said taxes would fall.",
        ),
        (
            ("Chief Justice of the Bombay High Court", "Bombay High Court", "India"),
            ("Chief Justice of India", "Supreme Court of India", "India"),
            "Chief Justice of India Nils Aune said the case would go on.",
        ),
        (
            ("Deputy Minister for Energy", "Government of Ghana", "Ghana"),
            ("Minister for Energy", "Government of Ghana", "Ghana"),
            "Ghana's energy minister Nils Aune said on Friday that the plant was late.",
        ),
        (
            ("Director", "Museum Lomond", "Netherlands"),
            ("General Director of the Velmarkhuis", "Velmarkhuis", "Netherlands"),
            "Nils Aune, director of the Velmarkhuis, said the picture would hang.",
        ),
    ],
)
def test_a_title_that_somebody_else_of_the_same_world_has_is_wrong(
    own: tuple[str, str, str], other: tuple[str, str, str], text: str
) -> None:
    records = Records([_of("Nils Aune", *own), _of("Berit Moen", *other)])
    article = Article(text=text, published_at=DAY)
    found = {outcome_of(sighting, article, records, DAY).outcome for sighting in sightings(article)}
    assert found & {"wrong_office", "wrong_country"}


@pytest.mark.parametrize(
    ("own", "other", "text"),
    [
        (
            ("Deputy Minister for Energy", "Government of Ghana", "Ghana"),
            ("Minister for Energy", "Government of Ghana", "Ghana"),
            "Energy minister Nils Aune said on Friday that the plant was late.",
        ),
        (
            ("Ambassador of France to the Holy See", "Foreign Ministry", "France"),
            ("Ambassador of France to Italy", "Foreign Ministry", "France"),
            "The French ambassador in Rome, Nils Aune, said talks would go on.",
        ),
        (
            ("Representative for Ohio", "House of Representatives", "United States"),
            ("Speaker of the House of Representatives", "House of Representatives", "United States"),
            "Speaker Nils Aune of the Ohio Club said the match would go on.",
        ),
        (
            ("Chancellor of Velmark University", "Velmark University", UK),
            ("Chancellor of the Exchequer", "HM Treasury", UK),
            "The Chancellor, Nils Aune, said the students would come.",
        ),
        (
            ("Minister of Tourism", "Government of India", "India"),
            ("Speaker of the Lok Sabha", "Lok Sabha", "India"),
            "Speaker Nils Aune told the conference that more guests would come.",
        ),
        (
            ("Mayor of Selby", "City of Selby", UK),
            ("Deputy Mayor of Torvik", "Torvik Council", UK),
            "Deputy Mayor Nils Aune said the buses would run.",
        ),
        (
            ("Permanent Representative of Norway to the European Union", "Foreign Ministry", "Norway"),
            ("Ambassador of Norway to Belgium", "Foreign Ministry", "Norway"),
            "Norway's ambassador to Brussels, Nils Aune, said talks would go on.",
        ),
        (
            ("Deputy Chief Minister of Uttar Pradesh", "Government of Uttar Pradesh", "India"),
            ("Minister of Health", "Government of India", "India"),
            "Health Minister Nils Aune said the wards would open.",
        ),
        (
            ("Special Envoy", "State Department", "United States"),
            ("Ambassador of the United States to Yemen", "State Department", "United States"),
            "Nils Aune, America's envoy to Yemen, said talks would go on.",
        ),
        (
            ("Councillor", "City of Boston", "United States"),
            ("President of the Boston City Council", "Boston City Council", "United States"),
            "The League of Towns met in Boston. Its president, Nils Aune, said rents would fall.",
        ),
        (
            ("European Commissioner for Trade", "European Commission", EU),
            ("Vice-President of the European Commission", "European Commission", EU),
            "European Commission vice-president Nils Aune said talks would go on.",
        ),
        (
            ("Vice Chair for Supervision", "Federal Reserve", "United States"),
            ("Governor", "Federal Reserve", "United States"),
            "Fed governor Nils Aune said rates would fall.",
        ),
        (
            ("Member", "Trade and Markets Commission", "United States"),
            ("Commissioner", "Trade and Markets Commission", "United States"),
            "TMC commissioner Nils Aune said the case would go on.",
        ),
        (
            ("Director", "Museum Lomond", "Netherlands"),
            ("Director", "Brightwater", "Netherlands"),
            "Nils Aune, a director of Brightwater, said the picture would hang.",
        ),
        (
            ("Director", "Ohio Environmental Protection Agency", "United States"),
            ("Director", "Environmental Protection Agency", "Ireland"),
            "EPA director Nils Aune said the case would go on.",
        ),
        (
            ("Chairman-in-Office", "OSCE", None),
            ("Secretary General", "OSCE", None),
            "OSCE chief Nils Aune said talks would go on.",
        ),
        (
            ("Governor", "North Province", "Sri Lanka"),
            ("Governor", "East Province", "Sri Lanka"),
            "Nils Aune, the governor of the Northern Province, said taxes would fall.",
        ),
        (
            ("State Senator", "Hawaii State Senate", "United States"),
            ("President", None, "United States"),
            "President Nils Aune said the Hawaii Senate would vote.",
        ),
        (
            ("Member", "Massachusetts Senate", "United States"),
            ("President of the Senate", None, "United States"),
            "Senate President Nils Aune said the bill would pass.",
        ),
        (
            ("Chief UK Economist", "Brightwater", UK),
            ("Chief Economist", "Brightwater", UK),
            "Brightwater chief economist Nils Aune said rates would fall.",
        ),
        (
            ("Leader", "Leeds City Council", UK),
            ("Leader", "Labour Party", UK),
            "Labour leader Nils Aune said the council would pay.",
        ),
        (
            ("Co-leader", "Green Party of England and Wales", UK),
            ("Leader", "Green Party", UK),
            "Green party leader Nils Aune said taxes would fall.",
        ),
        (
            ("Mayor", "West Midlands Combined Authority", UK),
            ("Lord Mayor", "Birmingham City Council", UK),
            "Birmingham mayor Nils Aune said the buses would run.",
        ),
        (
            ("Minister of Finance", None, "Spain"),
            ("First Vice President", None, "Spain"),
            "Vice President Nils Aune said taxes would fall.",
        ),
        (
            ("Minister for Industrial Relations", "Government of Victoria", "Australia"),
            ("Attorney-General", None, "Australia"),
            "Attorney-General Nils Aune said the bill would pass.",
        ),
        (
            ("Councillor", "Leeds City Council", UK),
            ("Mayor of Leeds", None, UK),
            "Mayor Nils Aune said Otley would pay.",
        ),
        (
            ("Deputy Governor for Markets", "Bank of England", UK),
            ("Deputy Governor", "Bank of England", UK),
            "Bank of England deputy governor Nils Aune said rates would fall.",
        ),
        (
            ("Lieutenant Governor of Texas", "State of Texas", "United States"),
            ("President pro tempore", "Texas Senate", "United States"),
            "Texas Senate President Nils Aune said the bill would pass.",
        ),
        (
            ("Chief Fire Officer", "Selby Fire Service", UK),
            ("Chief Fire Officer", "Torvik Fire Service", UK),
            "Fire chief Nils Aune said crews would stay.",
        ),
    ],
)
def test_a_title_that_two_may_have_each_in_a_way_is_not_called_wrong(
    own: tuple[str, str, str], other: tuple[str, str, str], text: str
) -> None:
    records = Records([_of("Nils Aune", *own), _of("Berit Moen", *other)])
    article = Article(text=text, published_at=DAY)
    found = {outcome_of(sighting, article, records, DAY).outcome for sighting in sightings(article)}
    assert not found & {"wrong_office", "wrong_country", "stale", "wrong_years"}


def test_a_bare_chief_minister_is_out_of_date_as_one_of_a_named_state_is() -> None:
    was = _record("Nils Aune", "Chief Minister of Kerala", "2007-05-13", "2012-03-15", country="India")
    assert _outcome("Chief Minister Nils Aune on Saturday chaired a review.", Records([was])) == "stale"
    assert _outcome("South Australian Premier Nils Aune said no.", Records([was])) == "not_in_records"


@pytest.mark.parametrize(
    "text",
    [
        "Torvik Mayor Una Falk held talks in Bergen, the agency reported.",
        "Our guest today is the mayor of Torvik, Una Falk.",
        "14.32 Torvik Mayor Una Falk is on her feet in the council.",
        "The mayor of Torvik, Una Falk, cut the ribbon on a bridge the town has been promising for a decade.",
        "Torvik Mayor Una Falk's office did not respond to a request for comment.",
    ],
)
def test_a_sentence_that_plainly_tells_the_news_makes_an_old_title_out_of_date(text: str) -> None:
    assert _outcome(text) == "stale"


@pytest.mark.parametrize(
    "text",
    [
        "Torvik Mayor Una Falk held the office for four years, the agency reported.",
        "The hero of the tale is the mayor of Torvik, Una Falk, who in 1999 saved a cow.",
        "The mayor of Torvik, Una Falk, ran the town for a decade.",
    ],
)
def test_a_sentence_that_may_tell_of_old_days_does_not(text: str) -> None:
    assert _outcome(text) != "stale"


def test_who_was_said_to_have_been_what_somebody_still_is_is_not_called_right() -> None:
    assert _outcome("Rolf Sande was the mayor of Torvik. These days he grows plums.") == "unknown"


def test_a_lord_mayor_of_one_city_in_an_article_on_another_is_not_called_right() -> None:
    records = Records([_of("Nils Aune", "Lord Mayor of Cork", None, "Ireland")])
    both = Records([*records.of_person("Nils Aune"), _of("Berit Moen", "Lord Mayor of Dublin", None, "Ireland")])
    text = "Dublin danced. Lord Mayor Nils Aune says that it will rain."
    assert (_outcome(text, records), _outcome(text, both)) == ("right", "unknown")


@pytest.mark.parametrize(
    ("office", "text", "outcome"),
    [
        ("Governor of Ohio", "Governor Nils Aune reached a deal late on Monday.", "wrong_office"),
        ("Governor of Ohio", "The new governor of Ohio, Nils Aune, said on Monday that taxes would fall.", "unknown"),
        ("Chief Executive of Brightwater", "Brightwater chief executive Nils Aune said he would wait.", "unknown"),
    ],
)
def test_who_is_to_be_sworn_in_next_month_has_no_title_yet_but_who_was_only_named_may_have_it(
    office: str, text: str, outcome: str
) -> None:
    comes = DAY + timedelta(days=35)
    rows = [
        _record("Nils Aune", office, comes.isoformat(), None, country="United States"),
        _record("Berit Moen", office, "2015-01-01", comes.isoformat(), country="United States"),
    ]
    assert _outcome(text, Records(rows)) == outcome


@pytest.mark.parametrize(
    ("office", "body", "text"),
    [
        ("Vice-Chancellor and Principal", "Lea University", "Nils Aune, vice-chancellor of Lea University, said no."),
        (
            "Permanent Representative of Nigeria to the United Nations",
            "Foreign Ministry",
            "Nigeria's ambassador to the United Nations, Nils Aune, said no.",
        ),
    ],
)
def test_one_of_two_offices_and_an_envoy_by_another_name_are_out_of_date_too(office: str, body: str, text: str) -> None:
    was = _record("Nils Aune", office, "2007-05-13", "2012-03-15", body, country="Nigeria")
    assert _outcome(text, Records([was])) == "stale"
