from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings, strategies as st

from pipeline.check.checkers.titles import Records, check_title, claim_titles, find_title_mentions
from pipeline.check.checkers.titles.checker import outcome_of
from pipeline.check.checkers.titles.judge import judge
from pipeline.check.checkers.titles.judgement import Moment
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.check.checkers.titles.terms import state
from pipeline.check.checkers.titles.times import dates_in
from pipeline.core.models import Article, Finding, Heading, OfficeRecord, PartialDate, Span
from pipeline.core.ports import CheckContext
from pipeline.evidence import Match, match, parse_office

DAY = date(2020, 6, 15)


def _record(
    person: str, office: str, country: str | None, start: str | None, end: str | None = None, **more
) -> OfficeRecord:
    more.setdefault("as_of", None if end else date(2021, 1, 1))
    return OfficeRecord(person=person, office=office, country=country, start=start, end=end, source="Register", **more)


RECORDS = Records(
    [
        _record("Lena Alm", "Minister for Foreign Affairs", "Sweden", "2014-10-03", "2018-09-10"),
        _record("Per Dahl", "Prime Minister of Norway", "Norway", "2013-10-16"),
        _record("Rosa Quint", "President of Chile", "Chile", "2006-03-11", "2010-03-11"),
        _record("Rosa Quint", "President of Chile", "Chile", "2018-03-11"),
        _record(
            "Tom Hale",
            "Ambassador of the United Kingdom to Latvia",
            None,
            "2009",
            "2012",
            organisation="United Kingdom",
        ),
        _record("Ivo Brandt", "Secretary General of NATO", None, "2015-10-01", organisation="NATO"),
        _record("Ada Stone", "Governor of Ohio", "United States", "2015-01-10"),
        _record("Karl Voss", "Minister of Finance", "Austria", "2019", "2020-06"),
        _record("Mina Sato", "Minister of Defence", "Japan", "2016-08-03", "2017-07-28", verified=False),
        _record("Olga Lind", "Minister of Defence (acting)", "Finland", "2020-01-10"),
        _record("Jan Novak", "Minister of Health", "Poland", "2001-01-01", "2003-01-01"),
        _record("Jan Novak", "Governor of Ohio", "United States", "2002-01-01", "2004-01-01"),
        _record(
            "Lord Marsh of Eastham",
            "Minister for Trade",
            "United Kingdom",
            "2010-05-12",
            "2013-01-10",
            aliases=("Paul Marsh",),
        ),
    ]
)


def _outcomes(text: str, day: date = DAY) -> list[tuple[str, str]]:
    article = Article(text=text)
    return [(s.mention.person, outcome_of(s, article, RECORDS, day).outcome) for s in sightings(article)]


def _check(text: str, day: date = DAY) -> list[Finding]:
    article = Article(text=text)
    claims = claim_titles(article)
    context = CheckContext(article, claims, (), day, RECORDS, None, None)  # type: ignore[arg-type]
    return [check_title(claim, context) for claim in claims]


def _mentions(text: str) -> list[tuple[str, str, str | None, str]]:
    return [(m.person, m.title, m.jurisdiction, m.modifier) for m in find_title_mentions(Article(text=text))]


@pytest.mark.parametrize(
    ("text", "person", "title", "place", "modifier"),
    [
        (
            "“No,” said former Swedish Foreign Minister Lena Alm.",
            "Lena Alm",
            "former Swedish Foreign Minister",
            "Sweden",
            "former",
        ),
        ("Sweden's foreign minister, Lena Alm, said no.", "Lena Alm", "Sweden's foreign minister", "Sweden", "current"),
        (
            "Lena Alm, a former U.S. ambassador to Latvia, said no.",
            "Lena Alm",
            "former U.S. ambassador to Latvia",
            "United States",
            "former",
        ),
        (
            "President of the European Commission Rita de Wit spoke.",
            "Rita de Wit",
            "President of the European Commission",
            "European Commission",
            "current",
        ),
        ("NATO Secretary General Ivo Brandt left.", "Ivo Brandt", "NATO Secretary General", "NATO", "current"),
        ("Kremlin spokesman Oleg Petin declined.", "Oleg Petin", "Kremlin spokesman", "Russia", "current"),
        ("Deputy foreign minister Lena Alm left.", "Lena Alm", "Deputy foreign minister", None, "current"),
        ("Vice President Ada Stone left.", "Ada Stone", "Vice President", None, "current"),
        ("Foreign Ministry spokeswoman Olga Lind left.", "Olga Lind", "Foreign Ministry spokeswoman", None, "current"),
        ("Secretary of State for Wales Tom Hale left.", "Tom Hale", "Secretary of State for Wales", None, "current"),
        ("The acting Prime Minister Per Dahl left.", "Per Dahl", "acting Prime Minister", None, "acting"),
        ("President-elect Rosa Quint left.", "Rosa Quint", "President-elect", None, "elect"),
        ("The late Senator Joe Webb was honoured.", "Joe Webb", "late Senator", None, "late"),
        (
            "Lord Marsh of Eastham, the British Minister for Trade, left.",
            "Lord Marsh of Eastham",
            "British Minister for Trade",
            "United Kingdom",
            "current",
        ),
        ("Ada Stone is the governor of Ohio.", "Ada Stone", "governor of Ohio", None, "current"),
        (
            "Mia Roth, president of the football club, resigned.",
            "Mia Roth",
            "president of the football club",
            None,
            "current",
        ),
    ],
)
def test_titles_are_found_as_newspapers_write_them(text, person, title, place, modifier):
    assert (person, title, place, modifier) in _mentions(text)


def test_an_adviser_does_not_inherit_the_modifier_of_his_president():
    found = _mentions("Former President Quint's adviser Karl Voss left.")
    assert found == [("Quint", "Former President", None, "former"), ("Karl Voss", "adviser", None, "current")]


def test_years_belong_to_the_mention():
    mention = find_title_mentions(
        Article(text="Tom Hale, who served as British ambassador to Latvia from 2009 to 2012, left.")
    )[0]
    assert (mention.start_year, mention.end_year) == (2009, 2012)
    assert mention.span.exact.endswith("from 2009 to 2012")


@pytest.mark.parametrize(
    "text",
    [
        "According to Lena Alm, the president of Chile will resign.",
        "The then president left.",
        "The United States, the leader of the free world, agreed.",
        "Secretary of State nominee Lena Alm spoke.",
        "Lena Alm is not the prime minister.",
    ],
)
def test_what_is_no_title_of_a_named_person_is_left_alone(text):
    assert _mentions(text) == []


def test_a_headline_in_capitals_is_read():
    text = "FORMER PRESIDENT ROSA QUINT SAYS NO\n"
    article = Article(text=text, headings=(Heading(span=Span.of(text, 0, len(text))),))
    assert [m.person for m in find_title_mentions(article)] == ["ROSA QUINT"]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("“No,” said former Swedish Foreign Minister Lena Alm.", "right"),
        ("“No,” said former Norwegian Foreign Minister Lena Alm.", "wrong_country"),
        ("“No,” said Swedish Foreign Minister Lena Alm.", "stale"),
        ("“No,” said Norwegian Prime Minister Per Dahl.", "right"),
        ("“No,” said former Norwegian Prime Minister Per Dahl.", "premature_former"),
        ("“No,” said former President Rosa Quint.", "premature_former"),
        ("“No,” said President Rosa Quint.", "right"),
        ("Tom Hale, who served as British ambassador to Latvia from 2009 to 2012, left.", "right"),
        ("Tom Hale, who served as British ambassador to Latvia from 2004 to 2007, left.", "wrong_years"),
        ("“No,” said U.S. ambassador to Latvia Ada Stone.", "wrong_office"),
        ("“No,” said Ada Stone, the governor of Ohio.", "right"),
        ("“No,” said analyst Lena Alm.", "not_in_records"),
        ("“No,” said French Finance Minister Zoe Blanc.", "not_in_records"),
        ("“No,” said Per Dahl, president of the football club.", "not_in_records"),
        ("“No,” said Austrian Finance Minister Karl Voss.", "unknown"),
        ("“No,” said Finnish Defence Minister Olga Lind.", "right"),
        ("“No,” said the Norwegian NATO Secretary General Ivo Brandt.", "right"),
        ("“No,” said Lord Marsh, the former British Minister for Trade.", "right"),
    ],
)
def test_a_title_is_judged_by_the_records_of_its_day(text, outcome):
    assert [said for _, said in _outcomes(text)][-1] == outcome


def test_an_open_term_is_unknown_after_the_day_the_record_was_checked():
    assert _outcomes("“No,” said Norwegian Prime Minister Per Dahl.", date(2024, 1, 1)) == [("Per Dahl", "unknown")]
    assert _outcomes("“No,” said former Norwegian Prime Minister Per Dahl.", date(2024, 1, 1)) == [
        ("Per Dahl", "unknown")
    ]


def test_a_title_of_another_day_is_judged_at_that_day():
    assert _outcomes("In 2016, Swedish Foreign Minister Lena Alm signed the treaty.") == [("Lena Alm", "right")]
    assert _outcomes("On 3 May 2015 then-Foreign Minister Lena Alm signed it.") == [("Lena Alm", "right")]


def test_a_story_of_the_past_calls_nobody_out_of_date():
    assert _outcomes("Swedish Foreign Minister Lena Alm signed the treaty.") == [("Lena Alm", "unknown")]


def test_a_term_said_to_be_over_is_not_out_of_date():
    assert _outcomes("“No,” said Lena Alm, Sweden's foreign minister until last spring.")[-1][1] == "right"


def test_two_people_of_one_name_are_nobody():
    assert RECORDS.of_person("Jan Novak") == ()
    assert _outcomes("“No,” said Jan Novak, the Polish minister of health.") == [("Jan Novak", "not_in_records")]


def test_namesakes_with_ids_of_their_own_are_judged_one_by_one():
    terms = [
        ("Minister of Health", "2001-01-01", "2003-01-01", "register:1"),
        ("Minister of Health", "2004-01-01", "2006-01-01", "register:2"),
        ("Minister of Finance", "2012-01-01", "2030-01-01", "register:2"),
    ]
    records = Records(
        [
            _record("Jan Novak", office, "Poland", start, end).model_copy(update={"person_id": identity})
            for office, start, end, identity in terms
        ]
    )

    def outcome(title: str) -> str:
        article = Article(text=f"{title} Jan Novak said the clinic was ready.")
        return outcome_of(sightings(article)[0], article, records, DAY).outcome

    assert outcome("Polish Finance Minister") == "right", "one of them is"
    assert outcome("Polish Health Minister") == "stale", "neither is"
    assert outcome("Former Polish Finance Minister") == "unknown", "the other is not known to have been"


def test_the_state_behind_a_governor_s_name_belongs_to_the_office():
    assert _outcomes("Gov. Ada Stone of Ohio signed the law on Monday.") == [("Ada Stone", "right")]
    assert _outcomes("Former Gov. Ada Stone of Ohio said so on Monday.") == [("Ada Stone", "premature_former")]
    assert _outcomes("Gov. Ada Stone of Texas signed the law on Monday.") == [("Ada Stone", "wrong_office")]


def test_unverified_dates_refute_only_a_year_away():
    text = "“No,” said Japanese Defence Minister Mina Sato."
    assert _outcomes(text, date(2017, 9, 1)) == [("Mina Sato", "unknown")]
    assert _outcomes(text, date(2019, 9, 1)) == [("Mina Sato", "stale")]


def test_a_surname_counts_only_with_the_full_name_in_the_article():
    assert _outcomes("“No,” said Swedish Foreign Minister Alm.") == [("Alm", "unknown")]
    text = "Lena Alm came to Oslo. “No,” said Swedish Foreign Minister Alm."
    assert _outcomes(text)[-1] == ("Alm", "stale")


def test_a_right_title_is_supported_by_the_record_word_for_word():
    finding = _check("“No,” said former Swedish Foreign Minister Lena Alm.")[0]
    assert finding.verdict.label == "supported" and finding.flags == ()
    passage = finding.passages[0]
    assert passage.kind == "office_record"
    assert "from 3 October 2014 to 10 September 2018" in passage.text
    assert finding.verdict.citations[0].span.is_in(passage.text)


def test_a_premature_former_is_flagged_with_the_wording_that_would_be_right():
    finding = _check("“No,” said former President Rosa Quint.")[0]
    assert finding.verdict.label == "refuted"
    assert [(flag.kind, flag.severity) for flag in finding.flags] == [
        ("misattributed_title", "high"),
        ("outdated", "medium"),
    ]
    assert finding.flags[0].suggestion == "President Rosa Quint"
    assert finding.flags[0].span.exact == "former President Rosa Quint"
    assert "11 March 2018" in finding.flags[0].message and "Register" in finding.flags[0].message


def test_a_wrong_country_is_corrected_to_the_right_one():
    finding = _check("“No,” said former Norwegian Foreign Minister Lena Alm.")[0]
    assert [flag.kind for flag in finding.flags] == ["misattributed_title"]
    assert finding.flags[0].suggestion == "former Swedish Foreign Minister Lena Alm"


def test_a_stale_title_and_wrong_years_are_corrected():
    stale = _check("“No,” said British ambassador to Latvia Tom Hale.")[0]
    assert stale.flags[0].suggestion == "former British ambassador to Latvia Tom Hale"
    years = _check("Tom Hale, who served as British ambassador to Latvia from 2004 to 2007, left.")[0]
    assert years.flags[0].suggestion.endswith("from 2009 to 2012")


def test_not_in_the_records_says_nothing():
    assert _check("“No,” said French Finance Minister Zoe Blanc.") == [Finding(checker="titles")]


def test_claims_restate_the_title_and_hold_title_and_person():
    claim = claim_titles(Article(text="“No,” said former Swedish Foreign Minister Lena Alm."))[0]
    assert claim.kind == "title" and claim.check_worthiness > 0.7
    assert claim.span.exact == "former Swedish Foreign Minister Lena Alm"
    assert claim.text == "Lena Alm was a former Swedish Foreign Minister at the time of the article."


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("Foreign Minister", "Minister of Foreign Affairs of Sweden"),
        ("Foreign Secretary", "Secretary of State for Foreign, Commonwealth and Development Affairs"),
        ("U.S. Secretary of State", "United States Secretary of State"),
        ("finance minister", "Chancellor of the Exchequer"),
        ("Defense Secretary", "Secretary of Defence"),
        ("Home Secretary", "Secretary of State for the Home Department"),
        ("Ohio Gov.", "Governor of Ohio"),
        ("British ambassador to Latvia", "Ambassador of the United Kingdom to Latvia"),
    ],
)
def test_two_wordings_of_one_office_are_the_same(said, held):
    assert match(parse_office(said), parse_office(held)) is Match.SAME


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("deputy foreign minister", "Minister of Foreign Affairs"),
        ("Vice President", "President of Chile"),
        ("president of the football club", "President of Chile"),
        ("ambassador to Latvia", "Ambassador to Estonia"),
        ("Foreign Ministry spokeswoman", "Minister of Foreign Affairs"),
        ("Secretary of State for Wales", "Secretary of State for Scotland"),
        ("Ohio state senator", "United States Senator for OH"),
    ],
)
def test_different_offices_never_support_each_other(said, held):
    assert match(parse_office(said), parse_office(held)) < Match.NEAR


@pytest.mark.parametrize("name", ["Lena Alm", "LENA ALM", "Dr. Lena Alm", "Léna Alm", "Alm Lena", "Lena Maria Alm"])
def test_spellings_of_one_name_meet(name):
    assert [record.person for record in RECORDS.of_person(name)] == ["Lena Alm"]


@pytest.mark.parametrize("name", ["Lina Holm", "Leo Alm", "Alm", "", "Lena"])
def test_other_names_meet_nobody(name):
    assert RECORDS.of_person(name) == ()


def test_dates_of_a_sentence_keep_their_precision():
    assert [str(day) for day in dates_in("From May 2014 until 3 June 2016, and again in 2018.")] == [
        "2014-05",
        "2016-06-03",
        "2018",
    ]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200).filter(lambda t: t.strip()))
def test_any_text_is_read_without_an_error(text):
    import unicodedata

    article = Article(text=unicodedata.normalize("NFC", text))
    for mention in find_title_mentions(article):
        assert mention.span.is_in(article.text) and mention.person_span.is_in(article.text)


_PIECES = st.sampled_from(
    [
        "former",
        "President",
        "of",
        "the",
        "Sweden's",
        "Lena",
        "Alm",
        ",",
        "who",
        "served",
        "as",
        "from",
        "2014",
        "to",
        "-elect",
        "ministers",
        "and",
        "Lord",
        "Jr.",
        "(",
        "“",
        ".",
        "said",
        "U.S.",
        "NATO",
        "O'Neill",
        "de",
        "ex-minister",
        "\n",
        "’s",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_PIECES, min_size=1, max_size=25))
def test_any_order_of_title_words_gives_spans_that_hold(pieces):
    text = " ".join(pieces)
    if not text.strip():
        return
    article = Article(text=text)
    for claim in claim_titles(article):
        assert claim.span.is_in(text)
    assert find_title_mentions(article) == find_title_mentions(Article(text=text))


_DATES = st.dates(date(1900, 1, 1), date(2100, 1, 1)).flatmap(
    lambda day: st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]])
)


@settings(max_examples=100, deadline=None)
@given(_DATES, _DATES, st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.booleans())
def test_no_outcome_is_surer_than_the_dates(start, end, day, former):
    first, last = PartialDate(start), PartialDate(end)
    assume(first.latest <= last.earliest)
    record = _record("Lena Alm", "Minister for Foreign Affairs", "Sweden", start, end)
    text = f"“No,” said {'former ' if former else ''}Swedish Foreign Minister Lena Alm."
    mention = find_title_mentions(Article(text=text))[0]
    outcome = judge(mention, [record], Moment(day)).outcome
    if first.earliest <= day < first.latest or last.earliest <= day <= last.latest:
        assert outcome == "unknown"
    if outcome == "stale":
        assert day > last.latest
    if outcome == "premature_former":
        assert first.latest <= day < last.earliest
    assert state(record, day) is state(record, day + timedelta(days=0))


@pytest.mark.parametrize(("as_of", "expected"), [(None, "stale"), (DAY, "stale"), (date(2019, 12, 31), "unknown")])
def test_a_term_that_ended_says_nothing_of_days_after_its_record_was_made(as_of, expected):
    records = Records([_record("Ida Kroll", "Minister of Health", "Poland", "2010-01-01", "2014-01-01", as_of=as_of)])
    article = Article(text="Polish Health Minister Ida Kroll said the clinic was ready.")
    assert outcome_of(sightings(article)[0], article, records, DAY).outcome == expected, "she may have come back"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Swedish Foreign Minister Lena Alm opened the wing in May 2017.", "that the sentence speaks of"),
        ("The wing was opened in 2017 by Swedish Foreign Minister Lena Alm.", "that the sentence speaks of"),
        ("Swedish Foreign Minister Lena Alm opened the wing on Monday.", "of the article"),
        ("Swedish Foreign Minister Lena Alm opened the wing.", "of the article"),
        ("The law was passed under Swedish Foreign Minister Lena Alm.", "that the sentence speaks of"),
        ("“I never met Swedish Foreign Minister Lena Alm,” the clerk said.", "that the sentence speaks of"),
    ],
)
def test_a_title_of_an_older_act_is_restated_for_the_time_of_the_act(text, when):
    (claim,) = claim_titles(Article(text=text, published_at=DAY))
    assert claim.text == f"Lena Alm was the Swedish Foreign Minister at the time {when}."


def test_what_only_looks_like_a_title_or_a_part_of_one_is_none() -> None:
    told = {
        "Haley and Sen. Tim Rowe - a fellow South Carolinian - argued.": [("Tim Rowe", "Sen.")],
        "Research fellow Lena Alm spoke.": [("Lena Alm", "Research fellow")],
        "AS Opposition Leader Bill Rowe said, it is late.": [("Bill Rowe", "Opposition Leader")],
        "Bill Rowe, who heads the F.B.I.’s New York office, said it was late.": [],
        "Bill Rowe, who heads the F.B.I., said it was late.": [("Bill Rowe", "head of the F.B.I.")],
    }
    for text, titles in told.items():
        assert [(each.person, each.title) for each in find_title_mentions(Article(text=text))] == titles


def test_each_of_several_captains_is_a_captain_and_a_late_minister_was_one() -> None:
    both = claim_titles(Article(text="Captains Lena Alm and Ida Kroll opened the wing.", published_at=DAY))
    assert [claim.text for claim in both] == [
        f"{name} was a Captain at the time of the article." for name in ("Lena Alm", "Ida Kroll")
    ]
    (whole,) = claim_titles(Article(text="The president of the Union of Teachers, Lena Alm, left.", published_at=DAY))
    assert "Union of Teachers" in whole.text
    (late,) = claim_titles(Article(text="The late Senator Lena Alm was born here.", published_at=DAY))
    assert late.text == "Lena Alm was Senator at some time before the article."


def _outcome(text: str, day: date, *records: OfficeRecord) -> str:
    article = Article(text=text, published_at=day)
    (sighting,) = sightings(article)
    return outcome_of(sighting, article, Records(records), day).outcome


def test_a_form_of_address_before_a_surname_does_not_hide_the_full_name():
    text = "Ms Alm, the Swedish foreign minister, said on Monday it was over. Lena Alm has been a guest before."
    assert _outcome(text, DAY, RECORDS.of_person("Lena Alm")[0]) == "stale"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Foreign Minister Ana Reyes of Ruritania said that the bridge was open.", "stale"),
        ("Ruritania's foreign minister, Ana Reyes, said that the bridge was open.", "stale"),
        ("Foreign Minister Ana Reyes of Graustark said that the bridge was open.", "not_in_records"),
    ],
)
def test_a_country_that_no_gazetteer_has_is_no_part_of_an_office(text, outcome):
    held = _record("Ana Reyes", "Minister of Foreign Affairs of Ruritania", "Ruritania", "2012-01-01", "2016-05-01")
    assert _outcome(text, DAY, held) == outcome


def test_who_heads_a_body_is_suggested_no_other_words():
    held = _record("Ana Reyes", "President of the Rowing Federation", None, "2012-01-01", "2016-05-01")
    held = held.model_copy(update={"organisation": "Rowing Federation"})
    article = Article(text="It was lent by Ana Reyes, who heads the Rowing Federation.", published_at=DAY)
    (claim,) = claim_titles(article)
    context = CheckContext(article, (claim,), (), DAY, Records([held]), None, None)  # type: ignore[arg-type]
    found = check_title(claim, context)
    assert claim.text == "Ana Reyes was the head of the Rowing Federation at the time of the article."
    assert found.flags and not any(flag.suggestion for flag in found.flags)


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("Swedish Foreign Minister Lena Alm rejects offer", "stale"),
        ("Swedish Foreign Minister Lena Alm testifies in Kyiv", "stale"),
        ("Swedish Foreign Minister Lena Alm plans scrapped", "unknown"),
        ("Swedish Foreign Minister Lena Alm rejected offer", "unknown"),
    ],
)
def test_a_heading_in_the_present_speaks_of_the_articles_day(words, outcome):
    text = f"{words}\n\nIt rained."
    article = Article(text=text, headings=(Heading(span=Span.of(text, 0, len(words))),), published_at=DAY)
    (sighting,) = sightings(article)
    assert outcome_of(sighting, article, RECORDS, DAY).outcome == outcome
