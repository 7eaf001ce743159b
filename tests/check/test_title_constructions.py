"""The constructions in which a text gives a title: each with sentences that do, and some that only look like it."""

from datetime import date

import pytest
from hypothesis import given, settings, strategies as st

from pipeline.check.checkers.titles import Records, find_title_mentions
from pipeline.check.checkers.titles.checker import outcome_of
from pipeline.check.checkers.titles.judgement import WRONG
from pipeline.check.checkers.titles.mentions import in_line, sightings
from pipeline.check.checkers.titles.sighting import Sighting
from pipeline.check.checkers.titles.times import event_time, tenure_after
from pipeline.check.checkers.titles.tokens import Words
from pipeline.core.english import lines
from pipeline.core.models import Article, OfficeRecord
from pipeline.evidence import Match, match, parse_office

DAY = date(2021, 3, 2)


def _sightings(text: str) -> tuple[Sighting, ...]:
    return sightings(Article(text=text, published_at=DAY))


def _titles(text: str) -> list[tuple[str, str]]:
    return [(s.mention.person, s.mention.title) for s in _sightings(text)]


FOUND = [
    # what somebody acts in
    ("As mayor of Brask, Ruth Tann has the last word on it.", "Ruth Tann", "mayor of Brask"),
    ("The speech was given by Ruth Tann, who as mayor of Brask must sign it.", "Ruth Tann", "mayor of Brask"),
    ("Ruth Tann must sign the order in the role of mayor of Brask by Monday.", "Ruth Tann", "mayor of Brask"),
    ("Speaking as mayor of Brask, Ruth Tann said no.", "Ruth Tann", "mayor of Brask"),
    ("Ruth Tann will attend as mayor of Brask, not as a guest.", "Ruth Tann", "mayor of Brask"),
    ("Ruth Tann, who holds the post of mayor of Brask, said no.", "Ruth Tann", "mayor of Brask"),
    ("They heard Ruth Tann, who used to be mayor of Brask.", "Ruth Tann", "mayor of Brask"),
    ("Once mayor of Brask, Ruth Tann now keeps bees.", "Ruth Tann", "mayor of Brask"),
    ("Ruth Tann, who served from 2003 to 2009 as mayor of Brask, said no.", "Ruth Tann", "mayor of Brask"),
    # dashes, brackets, a trait behind the title
    ("The mayor of Brask – Ruth Tann – said no.", "Ruth Tann", "mayor of Brask"),
    ("The mayor of Brask (Ruth Tann) said no.", "Ruth Tann", "mayor of Brask"),
    ("Ruth Tann, the mayor of Brask and a keen cyclist, said no.", "Ruth Tann", "mayor of Brask"),
    ("There was applause for Tanner County's sheriff, Ruth Tann.", "Ruth Tann", "Tanner County's sheriff"),
    # captions
    ("Odile Quarne, left, the mayor of Brask-le-Vieux, at the fair.", "Odile Quarne", "mayor of Brask-le-Vieux"),
    ("Odile Quarne (right), mayor of Brask, at the fair.", "Odile Quarne", "mayor of Brask"),
    ("Odile Quarne, 61, second from left, the mayor of Brask, at the fair.", "Odile Quarne", "mayor of Brask"),
    ("Odile Quarne, pictured, the mayor of Brask, said no.", "Odile Quarne", "mayor of Brask"),
    ("Crowds greet SV Ostholm president Uwe Kranz (left) at the gate.", "Uwe Kranz", "SV Ostholm president"),
    # letters
    ("Nuna Akavak, who was MLA for Aivik until last year, said no.", "Nuna Akavak", "MLA for Aivik"),
    ("Sheena Rannoch, MSP for Glen Orrin, said no.", "Sheena Rannoch", "MSP for Glen Orrin"),
    ("NIRA DG Dr P. K. Venkatan said no.", "Dr P. K. Venkatan", "NIRA DG"),
    ("Kerala CM Anil Varghese said no.", "Anil Varghese", "Kerala CM"),
    ("FM Tomas Brunza summons the envoy", "Tomas Brunza", "FM"),
    ("Velmark CFO Rita Holm said margins fell.", "Rita Holm", "Velmark CFO"),
    ("Councilwoman Dora Pruitt said no.", "Dora Pruitt", "Councilwoman"),
    ("Assemblyman Ike Farrow said no.", "Ike Farrow", "Assemblyman"),
    # openings without an article
    ("Immediate past president of the Harrow Bar Guild, Ann Tew, spoke.", "Ann Tew", None),
    ("Secretary general of Shelter Ostreva, Binod Lama, counted tents.", "Binod Lama", None),
    ("Velmark's chief operating officer, Rita Holm, said no.", "Rita Holm", "Velmark's chief operating officer"),
    ("On Monday, Velmark's chief legal officer, Rita Holm, said no.", "Rita Holm", "Velmark's chief legal officer"),
    ("Ex-Lord Mayor of Ballymore Declan Furey said no.", "Declan Furey", "Ex-Lord Mayor of Ballymore"),
    ("The Republican senator from Maine, Joan Tuck, said no.", "Joan Tuck", "Republican senator"),
    ("The borough's coroner, Miles Penn, said no.", "Miles Penn", None),
    # roles and events
    ("In her capacity as head of the Dredging Board, Ilse Maat left.", "Ilse Maat", "head of the Dredging Board"),
    ("In his new role as director of the Tide Office, Wim Kok said no.", "Wim Kok", "director of the Tide Office"),
    ("Her predecessor as president of the Rope Guild, Arvo Tamm, left.", "Arvo Tamm", "president of the Rope Guild"),
    ("Lunt's successor as head of the Port Trust, Sian Mabey, left.", "Sian Mabey", "head of the Port Trust"),
    ("Ilo Manza resigned as envoy of Ostreva last week over a leak.", "Ilo Manza", "envoy of Ostreva"),
    ("Ilo Manza was sacked in May as manager of Hallam Rovers.", "Ilo Manza", "manager of Hallam Rovers"),
    ("Ilo Manza, sacked as Hallam Rovers manager 11 days ago, said no.", "Ilo Manza", "Hallam Rovers manager"),
    ("Ilo Manza took over as harbourmaster of Porthkerris in August.", "Ilo Manza", "harbourmaster of Porthkerris"),
    ("Ilo Manza, appointed health minister of Senegal in 2019, left.", "Ilo Manza", "health minister of Senegal"),
    ("Elected governor of Costa del Norte in 2012, Ilo Manza left.", "Ilo Manza", "governor of Costa del Norte"),
    ("Ruth Tann, who succeeded Ada Pole as mayor of Brask, said no.", "Ruth Tann", "mayor of Brask"),
    ("Ruth Tann, who has led the Norwegian Net Menders' League since 2009, said no.", "Ruth Tann", None),
    ("Ruth Tann, until last summer the rector of Marsham, said no.", "Ruth Tann", "rector of Marsham"),
    ("Ruth Tann left her post as head of the Tide Office last month.", "Ruth Tann", "head of the Tide Office"),
    ("Ruth Tann was succeeded as mayor of Brask by Bo Tarn in 2019.", "Ruth Tann", "mayor of Brask"),
    ("The director of the Tide Office is Ruth Tann.", "Ruth Tann", "director of the Tide Office"),
    ("Ruth Tann, who served two terms as mayor of Brask, said no.", "Ruth Tann", "mayor of Brask"),
    ("Ruth Tann, still mayor of Brask, said no.", "Ruth Tann", "mayor of Brask"),
    ("Ruth Tann was voted out as mayor of Brask in May.", "Ruth Tann", "mayor of Brask"),
    ("Ruth Tann won a second term as mayor of Brask in 2019.", "Ruth Tann", "mayor of Brask"),
    ("As mayor of Brask from 2010 to 2014, Ruth Tann said no.", "Ruth Tann", "mayor of Brask"),
    ("During her time as mayor of Brask, Ruth Tann built a pier.", "Ruth Tann", "mayor of Brask"),
    ("CJI Anil Varghese said no.", "Anil Varghese", "CJI"),
    # the whole title, and no more
    ("Ruth Tann, the Brask hospital's coroner, said no.", "Ruth Tann", "Brask hospital's coroner"),
    ("Otter County Sheriff Ana Voss said no.", "Ana Voss", "Otter County Sheriff"),
    ("Ruth Tann, mayor of Brask for the past six years, said no.", "Ruth Tann", "mayor of Brask"),
    ("Ivo Brand, the legal adviser at the Tide Office, said no.", "Ivo Brand", "legal adviser at the Tide Office"),
    ("Velmark founder and chief executive Ruth Tann said no.", "Ruth Tann", "Velmark founder and chief executive"),
    ("Ruth Tann, Velmark's chair and chief executive, said no.", "Ruth Tann", "Velmark's chief executive"),
    ("Ruth Tann, chair and chief executive of Velmark, said no.", "Ruth Tann", "chair of Velmark"),
    ("Ruth Tann, head of the Tide School and professor of law, said no.", "Ruth Tann", "head of the Tide School"),
    ("Tide Board co-chairwoman Ruth Tann said no.", "Ruth Tann", "Tide Board co-chairwoman"),
    ("Chief Justice of Ostreva Ana Voss said no.", "Ana Voss", "Chief Justice of Ostreva"),
    ("Kronebank governor Tore Lindal cut the rate.", "Tore Lindal", "Kronebank governor"),
    ("“No,” said Maëlle Aubin, executive director of Sans Fin.", "Maëlle Aubin", "executive director of Sans Fin"),
    ("Tan Li-wen, Taiwan's vice premier and head of its tea board, ate.", "Tan Li-wen", "Taiwan's vice premier"),
    ("Tan Li-wen, Taiwan's vice premier and head of its tea board, ate.", "Tan Li-wen", "head of its tea board"),
    ("Niall Tew, who has been the member for North Down since 2015, slept.", "Niall Tew", "member for North Down"),
    ("Hasan Mir (Lab, Medbury North) asked why.", "Hasan Mir", "MP for Medbury North"),
    ("There were Jan Pero, mayor of Lipa, Alma Trat, who sings, and a bear.", "Jan Pero", "mayor of Lipa"),
    ("Ana Voss, the mayor of Lipa; Bo Tarn, the sheriff; and Cy Dell, the coroner, came.", "Cy Dell", "coroner"),
    # bodies behind a name, ranks before one, pairs
    ("Reeve Ruth Tann of the Rural Municipality of Elk Hills said no.", "Ruth Tann",
     "Reeve of the Rural Municipality of Elk Hills"),
    ("Curator/director Bo Lind of the Tide Museum said no.", "Bo Lind", "director of the Tide Museum"),
    ("Owner/publisher Bo Lind of the Elk Sentinel printed it.", "Bo Lind", "publisher of the Elk Sentinel"),
    ("President Bo Lind of the Rope Makers' Union said no.", "Bo Lind", "President of the Rope Makers' Union"),
    ("Air force commander General Ruth Tann said no.", "Ruth Tann", "Air force commander"),
    ("Police chief Superintendent Bo Lind said no.", "Bo Lind", "Police chief"),
    ("Chairman and Chief Executive Officer Bo Lind said no.", "Bo Lind", "Chairman"),
    ("Chairman and Chief Executive Officer Bo Lind said no.", "Bo Lind", "Chief Executive Officer"),
    ("Vice Admiral Bo Lind, deputy commander of the Allied Fleet, said no.", "Bo Lind",
     "deputy commander of the Allied Fleet"),
    ("UN special envoy for Drenova Bo Lind-Sow said no.", "Bo Lind-Sow", "UN special envoy for Drenova"),
    ("Port of Brask chief executive Ruth Tann said no.", "Ruth Tann", "Port of Brask chief executive"),
    ("Former Port Illa Rovers sporting director Ruth Tann left.", "Ruth Tann",
     "Former Port Illa Rovers sporting director"),
    ("Lands CS Bo Lind said no.", "Bo Lind", "Lands CS"),
    ("Velmark sales director Bo Lind said no.", "Bo Lind", "Velmark sales director"),
    ("Bo Lind, sales director of Velmark, said no.", "Bo Lind", "sales director of Velmark"),
    ("Mayor Bill de Varro was calm.", "Bill de Varro", "Mayor"),
    # behind a name
    ("Ruth Tann MP, who chairs the Commons canals committee, said no.", "Ruth Tann",
     "chair of the Commons canals committee"),
    ("Ruth Tann, who chairs the House Committee on Canals, said no.", "Ruth Tann",
     "chair of the House Committee on Canals"),
    ("Ruth Tann, whose term as president of the Rope Guild ended in 2001, said no.", "Ruth Tann",
     "president of the Rope Guild"),
    ("Ruth Tann, who lost the chair of Brask County Council in 2020, said no.", "Ruth Tann",
     "chair of Brask County Council"),
    ("Ruth Tann won the presidency of the Rope Guild in 2014.", "Ruth Tann", "president of the Rope Guild"),
    ("Ruth Tann, head of Velmark through most of the 1990s, said no.", "Ruth Tann", "head of Velmark"),
    ("Bo Lind, for 12 years the sheriff of Otter County, said no.", "Bo Lind", "sheriff of Otter County"),
    ("Bo Lind, Coral Bay area commander, said no.", "Bo Lind", "Coral Bay area commander"),
    ("Ruth Tann, Her Majesty's Chief Inspector of Locks, said no.", "Ruth Tann", "Chief Inspector of Locks"),
    # openings
    ("As chair of the Tide Board, Ruth Tann signs every bill.", "Ruth Tann", "chair of the Tide Board"),
    ("But Brask's fire chief, Ruth Tann, said no.", "Ruth Tann", "Brask's fire chief"),
    ("The United Nations relief coordinator for Sarh, Ruth Tann, left.", "Ruth Tann",
     "United Nations relief coordinator for Sarh"),
    # a trait or another post behind it
    ("Ruth Tann, Velmark boss and keen sailor, said no.", "Ruth Tann", "Velmark boss"),
    ("Ruth Tann – mayor of Brask and, since Monday, its sheriff – said no.", "Ruth Tann", "mayor of Brask"),
    # another's counterpart
    ("Foreign Minister Ruth Tann and her Swiss counterpart, Bo Lind, said no.", "Bo Lind", "Swiss Foreign Minister"),
    ("The Turkish trade minister, Ruth Tann, met her Greek counterpart Bo Lind.", "Bo Lind", "Greek trade minister"),
    ("Norway's health minister, Ruth Tann, has told her Dutch counterpart, Bo Lind, to wait.", "Bo Lind",
     "Dutch health minister"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "person", "title"), FOUND)
def test_a_construction_gives_a_title(text, person, title):
    found = _titles(text)
    assert (person, title) in found if title else person in dict(found)


NOT_FOUND = [
    # a list is no apposition, nor is a bracket that goes on
    ("Ruth Tann, the mayor of Brask and a nun were on board.", "Ruth Tann"),
    ("The mayor of Brask (Ruth Tann's brother) said no.", "Ruth Tann"),
    ("The mayor of Brask (in office since May) and Ruth Tann said no.", "Ruth Tann"),
    # what begins, ends, seems or is done to somebody gives nobody an office
    ("Ruth Tann began as mayor of Brask and ended in jail.", "Ruth Tann"),
    ("Ruth Tann is described as mayor of Brask in the book.", "Ruth Tann"),
    ("Ruth Tann sees Ina Berg as mayor of Brask.", "Ruth Tann"),
    ("Ruth Tann will not attend as mayor of Brask.", "Ruth Tann"),
    ("Ruth Tann, who as mayor of Brask built the pier, says no.", "Ruth Tann"),
    ("Ruth Tann spoke as mayor of Brask Ina Berg left.", "Ruth Tann"),
    ("Once mayor of Brask, Ruth Tann will fill the harbour.", "Ruth Tann"),
    ("Ruth Tann wants the post of mayor of Brask.", "Ruth Tann"),
    ("Ruth Tann served the town from 2003 to 2009 as best she could.", "Ruth Tann"),
    ("The EVP Market Awards opened.", "Market Awards"),
    ("As mayor of Brask, Ruth Tann said no.", "Ruth Tann"),
    ("Velmark's chief executive is Norwegian Ruth Tann's friend.", "Ruth Tann"),
    ("The best mayor of Brask is no mayor.", "mayor"),
    ("The mayor of Brask is not Ruth Tann.", "Ruth Tann"),
    ("Ruth Tann left her coat as mayor of Brask last month.", "Ruth Tann"),
    ("Ruth Tann was succeeded in 2019 by the mayor of Brask.", "Ruth Tann"),
    ("Tune to FM Radio Nova at six.", "Radio Nova"),
    ("MD Anderson Cancer Center opened a wing.", "Anderson Cancer Center"),
    ("John Marsh, MD, said the wing was full.", "John Marsh"),
    ("A pipe burst on President Otto Blahos Street before dawn.", "Otto Blahos"),
    ("The flight left President Otto Blahos Airport at six.", "Otto Blahos Airport"),
    ("Bram Hoog, chairman of the Royal Netherlands Futsal Association, said no.", "Netherlands Futsal Association"),
    ("Vera Quick, who lost the race for governor of Oregon in 2006, said no.", "Vera Quick"),
    ("Abel Monte is not the finance minister of Ostreva, his lawyer said.", "Abel Monte"),
    ("Ilo Manza never resigned as mayor last week.", "Ilo Manza"),
    ("Ilo Manza may resign as mayor on Monday.", "Ilo Manza"),
    ("Ilo Manza was almost sacked as manager last week.", "Ilo Manza"),
    ("His likely successor as mayor, Ruth Tann, said no.", "Ruth Tann"),
    ("Ruth Tann, a would-be mayor of Brask, said no.", "Ruth Tann"),
    ("Ruth Tann, who leads Ana Voss's campaign, said no.", "Ruth Tann"),
    ("The mayor of Great Barrow Hill said no.", "Barrow Hill"),
    ("Ilo Manza resigned as mayor after the fire.", "Ilo Manza"),
    ("Ruth Tann, whose term as president of the Rope Guild was a failure, said no.", "Ruth Tann"),
    ("Ruth Tann, whose father's term as president of the Rope Guild ended in 2001, said no.", "Ruth Tann"),
    ("Ruth Tann, who lost the race for the chair of the Rope Guild in 2014, said no.", "Ruth Tann"),
    ("Ruth Tann, who lost the chair of her committee in 2014, said no.", "Ruth Tann"),
    ("Ruth Tann left the chair of the board room in 2014.", "Ruth Tann"),
    ("As chair of the Tide Board, Ruth Tann signed every bill.", "Ruth Tann"),
    ("As mayor of Brask, Ruth Tann would sign every bill.", "Ruth Tann"),
    ("Prior Art Gallery closed on Monday.", "Art Gallery"),
    ("Warden Hill School closed on Monday.", "Hill School"),
    # a counterpart of nobody's, of a former or a prime minister, of one of two, or in a state that secretaries govern
    ("Ruth Tann and her Swiss counterpart, Bo Lind, said no.", "Bo Lind"),
    ("Former trade minister Ruth Tann and her Swiss counterpart, Bo Lind, said no.", "Bo Lind"),
    ("Prime Minister Ruth Tann and her German counterpart, Bo Lind, said no.", "Bo Lind"),
    ("Trade minister Ina Berg and health minister Ruth Tann met her Swiss counterpart, Bo Lind.", "Bo Lind"),
    ("Foreign Minister Ruth Tann and her American counterpart, Bo Lind, said no.", "Bo Lind"),
    ("Foreign Minister Ruth Tann and her Swiss counterpart in Bern, Bo Lind, said no.", "Bo Lind"),
]


@pytest.mark.parametrize(("text", "person"), NOT_FOUND)
def test_words_that_only_look_like_a_title_give_nobody_one(text, person):
    assert person not in dict(_titles(text))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("They told Director Bo Lind of the Tide Museum fire.", "Director"),
        ("They accused President Bo Lind of Treason Act crimes.", "President"),
        ("President Bo Lind of Ostreva said no.", "President"),
        ("Prime Minister and President Bo Lind said no.", "President"),
        ("The Chairman and Chief Executive Bo Lind said no.", "Chief Executive"),
        ("Mayor Bo Lind of Alder Falls said no.", "Mayor"),
        ("President Bo Lind of the Conservative Party said no.", "President"),
        ("Foreign Minister Bo Lind of the Christian Democrats said no.", "Foreign Minister"),
        ("Councillor Bo Lind of the Green Party said no.", "Councillor"),
        ("It was over once Brask mayor Bo Lind agreed.", "Brask mayor"),
        ("So far only Brask mayor Bo Lind agrees.", "Brask mayor"),
        ("The once mayor Bo Lind agrees.", "once mayor"),
    ],
)
def test_a_title_before_a_name_takes_no_words_that_are_not_its_own(text, title):
    assert _titles(text) == [("Bo Lind", title)]


@pytest.mark.parametrize("last", ["her", "his", "of", "whose", "as", "for", "General", "who", "MP", "and", "of the"])
@pytest.mark.parametrize("before", ["Mayor Ana Voss greeted", "Ana Voss, the mayor,", "Mayor Ana Voss,", "Mayor", ""])
def test_a_line_may_end_at_any_word(before, last):
    words = Words(lines(Article(text=f"{before} {last}"))[0])
    assert isinstance([*in_line(words, Article(text=f"{before} {last}"))], list)


def test_a_title_that_is_cut_is_not_judged():
    records = Records([_held("Ruth Tann", "Director of Velmark", "2001-01-01", "2009-01-01")])
    whole, cut = (f"Velmark {word}director Ruth Tann said no on Monday." for word in ("", "underground "))
    outcomes = []
    for text in (whole, cut):
        article = Article(text=text, published_at=DAY)
        [sighting] = sightings(article)
        outcomes.append(outcome_of(sighting, article, records, DAY).outcome)
    assert outcomes == ["stale", "unknown"]


def test_a_surname_of_two_words_is_that_of_the_full_name_in_the_text():
    records = Records([_held("Verna Two Falls", "Chairwoman of the Sand Nation", "2007-11-01", "2015-10-31")])
    text = "Verna Two Falls pulled up stakes. Chairwoman Two Falls said on Monday that the Sand Nation was not asked."
    article = Article(text=text, published_at=DAY)
    assert {outcome_of(s, article, records, DAY).outcome for s in sightings(article)} == {"stale"}


def test_past_is_a_modifier_of_a_title_and_not_of_a_walk():
    [past] = find_title_mentions(Article(text="The past president of the Rope Guild, Ann Tew, spoke."))
    [walked] = find_title_mentions(Article(text="They walked past President Ann Tew of Ostreva."))
    assert (past.modifier, walked.modifier, walked.title) == ("former", "current", "President")


def test_under_a_mayor_is_no_rank_of_the_mayor():
    [mention] = find_title_mentions(Article(text="The lamps were bought under Mayor Ida Prine in 1983."))
    assert mention.title == "Mayor"


@pytest.mark.parametrize(
    ("text", "began", "ended"),
    [
        ("Ilo Manza resigned as mayor of Brask last year.", None, "2020"),
        ("Ilo Manza resigned as mayor of Brask on Monday.", None, "2021-03-01"),
        ("Ilo Manza was ousted as mayor of Brask in May 2019.", None, "2019-05"),
        ("Ilo Manza, ousted as mayor of Brask two weeks ago, said no.", None, "2021-02"),
        ("Ilo Manza, who was mayor of Brask until last month, said no.", None, "2021-02"),
        ("Ilo Manza, who became mayor of Brask in May 2019, said no.", "2019-05", None),
        ("Ilo Manza was appointed mayor of Brask in August.", "2020-08", None),
        ("Ilo Manza, named director of the Tide Office in 2015, said no.", "2015", None),
        ("Appointed in 2015 as director of the Tide Office, Ilo Manza said no.", "2015", None),
        ("Ruth Tann succeeded Ilo Manza as mayor of Brask in 2015.", "2015", None),
        ("Mayor Ilo Manza, who took office in May 2019, said no.", "2019-05", None),
        ("Brask mayor Ilo Manza, elected to the post in 2019, said no.", "2019", None),
        ("Ilo Manza, the mayor of Brask, who took the job in 2019, said no.", "2019", None),
        ("The mayor of Brask, Ilo Manza, who took over in 2019, said no.", "2019", None),
        ("Ilo Manza, the mayor of Brask, who quit the post last month, said no.", None, "2021-02"),
        ("Ilo Manza, whose term as mayor of Brask ended in 2019, said no.", None, "2019"),
        ("Ilo Manza, who lost the chair of the Tide Board in 2019, said no.", None, "2019"),
    ],
)
def test_an_event_gives_the_title_for_its_own_time(text, began, ended):
    found = next(s for s in _sightings(text) if s.began or s.ended)
    assert (str(found.began or "") or None, str(found.ended or "") or None) == (began, ended)
    assert found.mention.start_year == (int(began[:4]) if began else None)
    assert found.mention.end_year == (int(ended[:4]) if ended else None)


@pytest.mark.parametrize(
    ("words", "when"),
    [
        (" in May.", "2020-05"),
        (" on 4 May.", "2020-05-04"),
        (" last week over a leak.", "2021-02"),
        (" 11 days ago,", "2021-02-19"),
        (" in 2014-18", None),
        (" after the vote", None),
        (" in the spring", None),
    ],
)
def test_the_time_of_an_event_is_the_last_one_before_the_articles_day(words, when):
    found = event_time(words, 0, DAY)
    assert (str(found[0]) if found else None) == when


def test_a_time_near_the_articles_day_needs_that_day():
    assert event_time(" last week", 0, None) is None and tenure_after(" until last year", 0, None).end is None
    assert tenure_after(" until recently", 0, DAY).former


@pytest.mark.parametrize(
    "text",
    [
        "Mayor Ilo Manza, who took over Velmark in 2019, said no.",
        "Mayor Ilo Manza, who resigned in 2019 from the party, said no.",
        "Mayor Ilo Manza, who hopes to be elected to the post in 2022, said no.",
        "Mayor Ilo Manza, who took the job of a clerk in 2019, said no.",
        "Councillor Ilo Manza, who took over in 2019, said no.",
        "Former mayor Ilo Manza, who took office in 2019, said no.",
        "Mayor Ilo Manza, whose wife took office in 2019, said no.",
    ],
)
def test_words_that_only_look_like_a_turn_of_the_title_date_nothing(text):
    assert not [s for s in _sightings(text) if s.began or s.ended]


def test_a_post_that_is_held_since_a_year_gives_the_title_from_it():
    found = _sightings("Mayor Ilo Manza, who has held the post since 2019, said no.")
    assert {s.mention.start_year for s in found} == {None, 2019}


def _held(person: str, office: str, start: str, end: str | None, country: str | None = "Ostreva") -> OfficeRecord:
    as_of = None if end else date(2026, 1, 1)
    return OfficeRecord(
        person=person, office=office, country=country, start=start, end=end, as_of=as_of, source="Register"
    )


RECORDS = Records(
    [
        _held("Ilo Manza", "Mayor of Brask", "2008-05-01", "2016-05-01"),
        _held("Ruth Tann", "Mayor of Alder Falls", "2012-01-09", "2020-01-06", "United States"),
        _held("Hasan Mir", "Member of Parliament for Medbury North", "2017-06-08", None, "United Kingdom"),
        _held("Nuna Akavak", "Member of the Legislative Assembly for Aivik", "2011-10-03", "2023-11-14", "Canada"),
    ]
)


def _outcomes(text: str) -> set[str]:
    article = Article(text=text, published_at=DAY)
    return {outcome_of(s, article, RECORDS, DAY).outcome for s in sightings(article)}


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Ilo Manza resigned as mayor of Brask last week.", "wrong_years"),
        ("Ilo Manza resigned as mayor of Brask in May 2016.", "right"),
        ("Ilo Manza, elected mayor of Brask in 2008, said no.", "right"),
        ("Ilo Manza, elected mayor of Brask in 2002, said no.", "wrong_years"),
        ("Ilo Manza, elected mayor of Brask in 2012, said no.", "unknown"),
        ("Ilo Manza became mayor of Brask in 2012.", "wrong_years"),
        ("Nuna Akavak, who was MLA for Aivik until last year, said no.", "wrong_years"),
        ("Mayor Ruth Tann of Alder Falls said on Monday that the pier would stay.", "stale"),
        ("Mayor Ruth Tann of Cedar Creek said on Monday that the pier would stay.", "not_in_records"),
        ("Hasan Mir (Lab, Medbury North) said on Monday that the pier would stay.", "right"),
    ],
)
def test_a_construction_is_judged_by_the_records(text, outcome):
    assert _outcomes(text) == {outcome}


def test_letters_of_two_meanings_make_those_meanings_no_kin():
    foreign, premier, letters = map(parse_office, ("Foreign Minister", "British Prime Minister", "FM"))
    assert (match(premier, foreign), match(letters, foreign), match(letters, premier)) == (
        Match.NO,
        Match.PERHAPS,
        Match.PERHAPS,
    )


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([text for text, _, _ in FOUND] + [text for text, _ in NOT_FOUND]),
    st.sampled_from(["", "It rained. ", "OSLO - ", "“", "(", "\n"]),
)
def test_every_mention_is_made_of_the_texts_own_words(text, before):
    article = Article(text=before + text, published_at=DAY)
    for mention in find_title_mentions(article):
        span, person = mention.span, mention.person_span
        assert (
            article.text[span.start : span.end] == span.exact
            and article.text[person.start : person.end] == mention.person
        )
        assert all(
            word in article.text
            for word in mention.title.split()
            if word not in ("head", "chair", "president", "MP", "of", "for")
        )


@given(st.sampled_from(FOUND))
@settings(max_examples=30, deadline=None)
def test_nobody_whom_the_records_do_not_know_is_accused(row):
    article = Article(text=row[0].replace(row[1], "Zoltan Quern"), published_at=DAY)
    assert not {outcome_of(s, article, RECORDS, DAY).outcome for s in sightings(article)} & WRONG
