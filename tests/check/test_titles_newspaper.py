"""Titles as newspapers write them: invented people and offices, and a few real ones whose dates anybody can look up."""

from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.check.checkers.titles import Records, check_title, claim_titles, find_title_mentions
from pipeline.check.checkers.titles.checker import outcome_of
from pipeline.check.checkers.titles.judgement import WRONG
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.core.models import Article, Finding, OfficeRecord
from pipeline.core.ports import CheckContext

DAY = date(2020, 6, 15)


def _held(person: str, office: str, home: str | None, start: str, end: str | None = None, **more) -> OfficeRecord:
    more.setdefault("as_of", None if end else date(2021, 1, 1))
    return OfficeRecord(person=person, office=office, country=home, start=start, end=end, source="Register", **more)


RECORDS = Records(
    [
        _held("Ana Reyes", "President of Chile", "Chile", "2006-03-11", "2010-03-11"),
        _held("Ana Reyes", "President of Chile", "Chile", "2014-03-11", "2018-03-11"),
        _held("Bo Lind", "Prime Minister of Norway", "Norway", "2013-10-16"),
        _held("Cy Dorn", "Minister of Finance", "Norway", "2013-10-16"),
        _held("Eva Falk", "Minister of Defence", "Norway", "2017-10-20"),
        _held("Jan de Vries", "Minister of Foreign Affairs", "Netherlands", "2012-11-05", "2017-10-26"),
        _held("Hans-Peter von der Heide", "Federal Minister of Finance", "Germany", "2009-10-28", "2017-10-24"),
        _held("Faisal al-Rashid", "Minister of Foreign Affairs", "Jordan", "2018-02-01"),
        _held("Amy Holt", "United States Senator for OH", "United States", "2013-01-03"),
        _held("Bob Crane", "United States Senator for TX", "United States", "2009-01-03", "2021-01-03"),
        _held("Dan Frost", "United States Senator for UT", "United States", "2009-01-03", "2015-01-03"),
        _held("Cara Dunn", "United States Representative for CA", "United States", "2011-01-05"),
        _held("Joe Webb", "Governor of Georgia", "United States", "2015-01-12"),
        _held("Ivo Brandt", "Secretary General of NATO", None, "2014-10-01", organisation="NATO"),
        _held("Rita Sand", "Managing Director", None, "2011-07-05", "2019-09-12", organisation="IMF"),
        _held("Kay Marsh", "Secretary of State for Foreign Affairs", "United Kingdom", "2016-07-13", "2018-07-09"),
        _held("Lord Marsh of Eastham", "Minister for Trade", "United Kingdom", "2010-05-12", "2013-01-10"),
        _held("Pia Stone", "Counselor to the President", "United States", "2017-01-20", "2019-05-01"),
        _held("Max Orr", "Secretary of Defense", "United States", "2017-01-20", "2019-01-01"),
        _held("Una Beck", "Minister of Health", "Canada", "1993-11-04", "1997-06-10"),
        _held("Tom Hale", "Minister of Health", "Sweden", "2014-10", "2019-01"),
    ]
)


def _judged(text: str, day: date = DAY, records: Records = RECORDS) -> list[str]:
    article = Article(text=text)
    return [outcome_of(s, article, records, day).outcome for s in sightings(article)]


def _flags(text: str, day: date = DAY) -> list[Finding]:
    article = Article(text=text)
    claims = claim_titles(article)
    context = CheckContext(article, claims, (), day, RECORDS, None, None)  # type: ignore[arg-type]
    return [check_title(claim, context) for claim in claims]


RIGHT = [
    "Former presidents Ana Reyes and Rosa Quint said on Monday that talks would go on.",
    "“Enough,” said former President Ana Reyes of Chile.",
    "Norwegian Prime Minister Bo Lind and Finance Minister Cy Dorn said the budget would pass.",
    "The Norwegian ministers Cy Dorn and Eva Falk told reporters they agreed.",
    "Bo Lind, 62, the prime minister of Norway, said no.",
    "Norwegian PM Bo Lind says the bridge will open.",
    "The country's prime minister, Bo Lind, said no.",
    "Norway's prime minister, Mr. Bo Lind, said no.",
    "Bo Lind is the current prime minister of Norway.",
    "Bo Lind, prime minister since 2013, said no.",
    "Former Dutch Foreign Minister Jan de Vries said no.",
    "Jan de Vries, then the Dutch foreign minister, signed it in 2015.",
    "Jan de Vries, the Dutch foreign minister from November 2012 to October 2017, said no.",
    "Jan de Vries, who was foreign minister until 2017, said no.",
    "On 3 May 2014, Jan de Vries was Dutch foreign minister.",
    "In 2016 then-Foreign Minister Jan de Vries said no.",
    "Hans-Peter von der Heide, Germany's former finance minister, said no.",
    "Jordanian Foreign Minister Faisal al-Rashid said on Monday that talks would go on.",
    "Sen. Amy Holt (D-Ohio) said the bill was dead.",
    "Sen. Amy Holt, D-Ohio, said the bill was dead.",
    "Ohio Senator Amy Holt said the bill was dead.",
    "Rep. Cara Dunn (R-Calif.) said the bill was dead.",
    "Georgia Gov. Joe Webb said schools would open.",
    "Georgia Governor Joe Webb said schools would open.",
    "NATO chief Ivo Brandt said on Monday that talks would go on.",
    "Nato Secretary-General Ivo Brandt said no.",
    "Former IMF managing director Rita Sand said no.",
    "Kay Marsh, Britain’s foreign secretary between 2016 and 2018, said no.",
    "Lord Marsh, the former British trade minister, said no.",
    "Pia Stone, a former counselor to the President, said no.",
    "Una Beck, who served as Canadian health minister in the 1990s, said no.",
    "Tom Hale, Swedish minister of health from 2014 to 2019, said no.",
    "Ana Reyes, who was president of Chile from 2006 to 2010 and again from 2014, said no.",
    "Ana Reyes, president of Chile when the quake struck, said no.",
    "Ana Reyes, president of Chile at the time, said no.",
    "Prime Minister Bo Lind, a former finance minister, said no.",
    "Representative Cara Dunn of California said no.",
    "Ana Reyes became president of Chile in 2014.",
]

WRONG_TEXTS = [
    ("“Enough,” said President Ana Reyes of Chile.", "stale"),
    ("“Enough,” said former Norwegian Prime Minister Bo Lind.", "premature_former"),
    ("Norway’s former prime minister, Bo Lind, said no.", "premature_former"),
    ("Former PM Bo Lind said no.", "premature_former"),
    ("Bo Lind, formerly the Norwegian prime minister, said no.", "premature_former"),
    ("One-time Norwegian Prime Minister Bo Lind said no.", "premature_former"),
    ("Bo Lind, currently the Swedish prime minister, is expected to attend.", "wrong_country"),
    ("Ex-Norwegian premier Bo Lind said no.", "premature_former"),
    ("Norwegian Prime Minister-elect Bo Lind said no.", "stale"),
    ("Bo Lind, 62, the prime minister of Sweden, said no.", "wrong_country"),
    ("“No,” said Prime Minister Bo Lind of Denmark.", "wrong_country"),
    ("Jan de Vries is the current Dutch foreign minister.", "stale"),
    ("Jan de Vries, foreign minister since 2012, says no.", "stale"),
    ("“No,” said the Netherlands’ foreign minister, Jan de Vries.", "stale"),
    ("“No,” said Jan de Vries, the Belgian foreign minister.", "wrong_country"),
    ("On 3 May 2019, Jan de Vries was Dutch foreign minister.", "wrong_years"),
    ("On 3 May 2010, Jan de Vries was Dutch foreign minister.", "wrong_years"),
    ("Jan de Vries, who was Dutch foreign minister until 2014, said no.", "wrong_years"),
    ("Jan de Vries, the Dutch foreign minister from March 2008 to June 2011, said no.", "wrong_years"),
    ("Jan de Vries, who served as Dutch foreign minister in the 1990s, said no.", "wrong_years"),
    ("Hans-Peter von der Heide, the German finance minister, said on Monday that it was over.", "stale"),
    ("Hans-Peter von der Heide, the Austrian finance minister, said no.", "wrong_country"),
    ("“No,” said former Jordanian Foreign Minister Faisal al-Rashid.", "premature_former"),
    ("Sen. Dan Frost (R-Utah) said on Monday that the bill was dead.", "stale"),
    ("Ohio Senator Bob Crane said the bill was dead.", "wrong_office"),
    ("Amy Holt, the senior senator from Texas, said the bill was dead.", "wrong_office"),
    ("Rep. Cara Dunn, R-TX, said the bill was dead.", "wrong_office"),
    ("Cy Dorn, who is also Norway's defence minister, said no.", "wrong_office"),
    ("Sen. Amy Holt (D-Texas) said the bill was dead.", "wrong_office"),
    ("Former Sen. Amy Holt (D-Ohio) said the bill was dead.", "premature_former"),
    ("Former Georgia Gov. Joe Webb said schools would open.", "premature_former"),
    ("Former NATO chief Ivo Brandt said no.", "premature_former"),
    ("Rita Sand, the managing director of the IMF, said on Monday that growth would slow.", "stale"),
    ("“No,” said British Foreign Secretary Kay Marsh.", "stale"),
    ("Lord Marsh of Eastham, the British trade minister, said on Monday that it was over.", "stale"),
    ("“No,” said US Counselor to the President Pia Stone.", "stale"),
    ("“No,” said Norwegian Defence Minister Cy Dorn.", "wrong_office"),
    ("Una Beck, who served as Canadian health minister in the 1970s, said no.", "wrong_years"),
    ("Kay Marsh, Britain’s foreign secretary between 2010 and 2014, said no.", "wrong_years"),
]

SILENT = [
    "Acting Norwegian Prime Minister Bo Lind said no.",
    "Interim Chilean President Ana Reyes said no.",
    "At 5 PM Bo Lind left.",
    "An adviser to President Rosa Quint, Bo Lind said no.",
    "Bo Lind, an adviser to the Swedish prime minister, said no.",
    "Dutch Foreign Minister Jan de Vries signed the treaty.",
    "“I told Chilean President Ana Reyes to stop,” he said.",
    "Ana Reyes was elected president of Chile in 2013.",
    "The outgoing Dutch foreign minister, Jan de Vries, signed the treaty.",
    "Chilean President-elect Ana Reyes said no.",
    "President Reyes said no.",
    "“No,” said French Finance Minister Zoe Blanc.",
    "“No,” said Swedish Health Minister Tom Hale.",
]


@pytest.mark.parametrize("text", RIGHT)
def test_right_titles_raise_no_flag_and_are_supported(text):
    outcomes = _judged(text)
    assert "right" in outcomes and not WRONG & set(outcomes)


@pytest.mark.parametrize(("text", "outcome"), WRONG_TEXTS)
def test_wrong_titles_are_flagged_for_what_is_wrong(text, outcome):
    assert [found for found in _judged(text) if found in WRONG] == [outcome]


@pytest.mark.parametrize("text", SILENT)
def test_what_the_records_do_not_settle_is_left_alone(text):
    day = date(2019, 2, 1) if "Tom Hale" in text else DAY
    assert not WRONG & set(_judged(text, day))


UNPROVEN = [
    "The late Norwegian Prime Minister Bo Lind was honoured.",
    "Amy Holt, the junior senator from Ohio, said no.",
    "“No,” said Bo Lind, Norway's Conservative prime minister.",
    "Ana Reyes, Chile's first female president, said on Monday that talks would go on.",
    "Former interim Chilean President Ana Reyes said on Monday that talks would go on.",
]


@pytest.mark.parametrize("text", UNPROVEN)
def test_a_title_that_says_more_than_the_record_is_neither_supported_nor_flagged(text):
    assert _judged(text) == ["unknown"]


REAL = Records(
    [
        # Source: gov.uk, "Past Foreign Secretaries" and "Past Prime Ministers".
        _held("Boris Johnson", "Secretary of State for Foreign Affairs", "United Kingdom", "2016-07-13", "2018-07-09"),
        _held("Boris Johnson", "Prime Minister", "United Kingdom", "2019-07-24", "2022-09-06"),
        _held("Theresa May", "Prime Minister", "United Kingdom", "2016-07-13", "2019-07-24"),
        # Source: bundesregierung.de, list of chancellors.
        _held("Angela Merkel", "Chancellor of Germany", "Germany", "2005-11-22", "2021-12-08"),
        # Source: nato.int, "NATO Secretaries General".
        _held("Jens Stoltenberg", "Secretary General of NATO", None, "2014-10-01", "2024-10-01", organisation="NATO"),
        # Source: regjeringen.no, governments of Norway.
        _held("Jens Stoltenberg", "Prime Minister of Norway", "Norway", "2005-10-17", "2013-10-16"),
    ]
)


@pytest.mark.parametrize(
    ("text", "day", "outcome"),
    [
        ("“No,” said Prime Minister Boris Johnson.", date(2020, 2, 3), "right"),
        ("“No,” said Foreign Secretary Boris Johnson.", date(2020, 2, 3), "stale"),
        ("“No,” said former Foreign Secretary Boris Johnson.", date(2020, 2, 3), "right"),
        ("“No,” said former British Prime Minister Boris Johnson.", date(2021, 2, 3), "premature_former"),
        ("Theresa May, prime minister from 2016 to 2019, said no.", date(2021, 2, 3), "right"),
        ("Theresa May, prime minister from 2010 to 2016, said no.", date(2021, 2, 3), "wrong_years"),
        ("Former German Chancellor Angela Merkel said no.", date(2023, 1, 5), "right"),
        ("Former German Chancellor Angela Merkel said no.", date(2019, 1, 5), "premature_former"),
        ("“No,” said Austrian Chancellor Angela Merkel.", date(2019, 1, 5), "wrong_country"),
        ("NATO chief Jens Stoltenberg said on Monday it was over.", date(2022, 3, 1), "right"),
        ("“No,” said former Norwegian Prime Minister Jens Stoltenberg.", date(2022, 3, 1), "right"),
        ("“No,” said Norwegian Prime Minister Jens Stoltenberg.", date(2016, 3, 1), "stale"),
        ("“No,” said former NATO Secretary General Jens Stoltenberg.", date(2022, 3, 1), "premature_former"),
    ],
)
def test_titles_of_known_politicians_are_judged_by_their_days(text, day, outcome):
    assert _judged(text, day, REAL) == [outcome]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Former presidents Ana Reyes, Bo Lind and Cy Dorn met.", ["Ana Reyes", "Bo Lind", "Cy Dorn"]),
        ("Presidents Ana Reyes of Chile and Bo Lind of Peru met.", ["Ana Reyes", "Bo Lind"]),
        ("Senators Amy Holt and Bob Crane agreed.", ["Amy Holt", "Bob Crane"]),
        ("Counselor to the President Pia Stone agreed.", ["Pia Stone"]),
        ("Counselor to President Ana Reyes agreed.", ["Ana Reyes"]),
        ("The country's president, Ana Reyes, agreed.", ["Ana Reyes"]),
        ("NATO Sec. Gen. Ivo Brandt agreed.", ["Ivo Brandt"]),
        ("George W. Stone, Jr. is the chief of staff of the army.", ["George W. Stone, Jr."]),
        ("Bill Lee is the governor of Tennessee.", ["Bill Lee"]),
        ("Bo Lind is minister of trade (Canada).", ["Bo Lind"]),
    ],
)
def test_lists_traps_and_short_forms_name_the_right_people(text, people):
    assert [mention.person for mention in find_title_mentions(Article(text=text))] == people


def test_each_of_several_presidents_keeps_his_own_country():
    found = find_title_mentions(Article(text="Presidents Ana Reyes of Chile and Bo Lind of Peru met."))
    assert [mention.jurisdiction for mention in found] == ["Chile", "Peru"]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Jan de Vries opened the fair. He was Dutch foreign minister from 2012 to 2017.", "right"),
        ("Jan de Vries opened the fair. He was Dutch foreign minister from 2002 to 2007.", "wrong_years"),
        ("Kay Marsh resigned on Monday. Marsh was foreign secretary until 2018.", "right"),
        ("Kay Marsh resigned on Monday. Marsh was foreign secretary until 2013.", "wrong_years"),
        ("Bo Lind opened the fair. He is a former prime minister of Norway.", "unknown"),
    ],
)
def test_a_pronoun_or_surname_means_the_one_person_it_can_mean(text, outcome):
    assert _judged(text)[-1] == outcome


@pytest.mark.parametrize(
    "text",
    [
        "Jan de Vries met Kay Marsh. He was foreign secretary from 2002 to 2007.",
        "The plan failed. She was president of Chile from 1990 to 1994.",
        "Jan de Vries opened the fair. She was Dutch foreign minister’s guest.",
    ],
)
def test_a_pronoun_that_may_mean_another_means_nobody(text):
    assert _judged(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "They accused Prime Minister Bo Lind of Sweden bashing.",
        "Prime Minister Bo Lind of Norway said no.",
        "Joe Webb, the governor of Georgia, said no.",
        "Governor Joe Webb of Georgia said no.",
        "Prime Minister Bo Lind of Georgia Tech fame said no.",
    ],
)
def test_a_place_behind_a_name_is_no_home_unless_it_ends_there(text):
    assert not WRONG & set(_judged(text))


@pytest.mark.parametrize(
    "text",
    [
        "Kay Marsh, the foreign secretary, in 2015 opened the fair.",
        "Bo Lind, the Norwegian prime minister, since 2016 has warned of debt.",
        "Jan de Vries, the former Dutch foreign minister, from 2001 to 2004 lived in Delft.",
    ],
)
def test_years_behind_the_comma_belong_to_what_the_person_does(text):
    assert not WRONG & set(_judged(text))


def test_a_day_that_ended_a_term_decides_nothing():
    assert _judged("On 26 October 2017, Jan de Vries was Dutch foreign minister.") == ["unknown"]


def test_an_office_of_another_person_names_that_person():
    flag = _flags("“No,” said Norwegian Defence Minister Cy Dorn.")[0].flags[0]
    assert "Eva Falk" in flag.message and len(flag.citations) == 2


def test_the_two_flags_of_an_old_title_say_different_things():
    wrong, old = _flags("“No,” said British Foreign Secretary Kay Marsh.")[0].flags
    assert (wrong.kind, old.kind) == ("misattributed_title", "outdated")
    assert old.message == "Out of date: Kay Marsh left this office on 9 July 2018."
    assert "Register" in wrong.message and len(wrong.message) > len(old.message)


def test_a_link_stands_in_the_citation_and_not_in_the_message():
    url = "https://example.org/register"
    record = OfficeRecord(person="Bo Lind", office="Prime Minister of Norway", start="2013", source=url, source_url=url)
    article = Article(text="“No,” said Norwegian Prime Minister Bo Lind.")
    claims = claim_titles(article)
    context = CheckContext(article, claims, (), date(2015, 1, 1), Records([record]), None, None)  # type: ignore[arg-type]
    finding = check_title(claims[0], context)
    assert "://" not in finding.verdict.justification
    assert finding.passages[0].source_url == url


def test_a_president_elect_long_in_office_is_told_so():
    finding = _flags("Norwegian Prime Minister-elect Bo Lind said no.")[0]
    assert "was in office" in finding.flags[0].message
    assert finding.flags[0].suggestion == "Norwegian Prime Minister Bo Lind"


def test_one_year_that_is_wrong_is_corrected_alone():
    finding = _flags("Jan de Vries, who was Dutch foreign minister until 2014, said no.")[0]
    assert finding.flags[0].suggestion == "Jan de Vries, who was Dutch foreign minister until 2017"


def test_two_titles_that_nobody_holds_at_once_are_an_inconsistent_article():
    text = "“No,” said Swedish Foreign Minister Mia Roth. “Never,” Norwegian Foreign Minister Mia Roth said later."
    found = [flag for finding in _flags(text) for flag in finding.flags]
    assert [(flag.kind, flag.severity) for flag in found] == [("inconsistent_article", "low")]
    assert "Swedish Foreign Minister" in found[0].message and found[0].span.exact.startswith("Norwegian")


@pytest.mark.parametrize(
    "text",
    [
        "“No,” said Swedish Foreign Minister Mia Roth. “Never,” Foreign Minister Mia Roth said later.",
        "“No,” said Swedish Foreign Minister Mia Roth. “Never,” former Norwegian envoy Mia Roth said later.",
        "“No,” said German Finance Minister Mia Roth. “Never,” German Vice Chancellor Mia Roth said later.",
        "“No,” said Swedish Foreign Minister Mia Roth. “Never,” Norwegian Foreign Minister Mia Holm said later.",
        "“No,” said Swedish Foreign Minister Mia Roth. In 2011 Norwegian Foreign Minister Mia Roth signed it.",
    ],
)
def test_two_titles_that_go_together_are_no_contradiction(text):
    assert [flag for finding in _flags(text) for flag in finding.flags] == []


_PARTS = st.sampled_from(
    ["Former", "presidents", "Ana Reyes", "of Chile", ",", "and", "Bo Lind", "(D-Ohio)", "was", "is the current"]
    + ["prime minister", "of Norway", "On 3 May 2014,", "in the 1990s", "since 2013", "until", "2017", "(Canada)"]
    + ["PM", "Sen.", "counselor to the President", "al-Rashid", "’s", "“", "”", "said", ".", "elected", "-elect", "\n"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_PARTS, min_size=1, max_size=20), st.dates())
def test_any_order_of_newspaper_words_is_judged_without_an_error_and_twice_the_same(parts, day):
    text = " ".join(parts)
    if not text.strip():
        return
    first = _flags(text, day)
    for finding in first:
        assert all(flag.span.is_in(text) for flag in finding.flags)
    assert first == _flags(text, day)


@pytest.mark.parametrize(
    "text",
    [
        "A portrait of President Ana Reyes hangs in the lobby.",
        "Visitors queued at the memorial to President Ana Reyes on Monday.",
    ],
)
def test_a_work_that_shows_a_person_says_nothing_of_the_office_today(text: str) -> None:
    article = Article(text=text, published_at=date(2024, 5, 1))
    record = OfficeRecord(
        person="Ana Reyes", office="President of Peru", country="Peru", start="2009-01-20", end="2017-01-20"
    )
    outcomes = {outcome_of(each, article, Records((record,)), date(2024, 5, 1)).outcome for each in sightings(article)}
    assert outcomes == {"unknown"}
