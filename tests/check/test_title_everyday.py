"""Titles in everyday forms of the news: each form that may decide, and one that looks like it and does not."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.check.checkers.titles import Records
from pipeline.check.checkers.titles.checker import outcome_of
from pipeline.check.checkers.titles.judgement import WRONG
from pipeline.check.checkers.titles.mentions import sightings
from pipeline.check.checkers.titles.messages import explain, suggest
from pipeline.core.models import Article, OfficeRecord

DAY = date(2019, 5, 14)


def _record(person: str, office: str, start: str, end: str | None, body: str | None = None, **more) -> OfficeRecord:
    more = {"country": "United Kingdom", "as_of": date(2024, 1, 1)} | more
    return OfficeRecord(person=person, office=office, organisation=body, start=start, end=end, source="List", **more)


AMERICAN = {"country": "United States"}
BANK, PARTY, TOWN = "Bank of Calder", "Harbour Party", "Westmere Borough Council"
ROWS = [
    _record("Una Falk", "Mayor of Torvik", "2010-06-01", "2014-06-01"),
    _record("Rolf Sande", "Mayor of Torvik", "2014-06-01", "2022-06-01"),
    _record("Ida Marsh", f"Governor of the {BANK}", "2008-01-01", "2015-01-01", BANK),
    _record("Jon Berge", f"Governor of the {BANK}", "2015-01-01", "2022-01-01", BANK),
    _record("Ned Frost", "Leader of the Liberal Democrats", "2015-01-01", "2022-01-01", "Liberal Democrats"),
    _record("Nora Vik", "Leader of the Green Party", "2015-01-01", "2022-01-01", "Green Party"),
    _record("Odd Lunde", f"Leader of {TOWN}", "2015-01-01", "2022-01-01", TOWN),
    _record("Siri Aas", "Leader of Eastmere Borough Council", "2015-01-01", "2022-01-01", "Eastmere Borough Council"),
    _record("Liv Ness", "Archbishop of Clonmore", "2005-01-01", "2015-01-01", "Archdiocese of Clonmore"),
    _record("Kari Moe", "Minister of Finance", "2015-01-01", "2022-01-01", country="Paraguay"),
    _record("Max Pardo", "Minister of Economy", "2015-01-01", "2022-01-01", country="Uruguay"),
    _record("Ada Holt", "United States Senator for Iowa", "2011-01-03", "2023-01-03", **AMERICAN),
    _record("Eva Rygg", "United States Senator for Iowa", "2013-01-03", "2025-01-03", **AMERICAN),
    _record("Per Strand", "Member of the United States House of Representatives from Iowa", "2013-01-03", "2023-01-03",
            **AMERICAN),
    _record("Tor Eide", "Deputy Chief Constable of Marsh Vale Police", "2015-01-01", "2022-01-01", "Marsh Vale Police"),
    _record("Ivar Dal", "Chief Constable of Marsh Vale Police", "2015-01-01", "2022-01-01", "Marsh Vale Police"),
    _record("Lea Storm", "Deputy Minister of Health", "2015-01-01", "2022-01-01", country="Kenya"),
    _record("Sol Brandt", "Minister of Health", "2015-01-01", "2022-01-01", country="Kenya"),
    _record("Finn Holm", "Deputy Director of the Port of Skagen", "2015-01-01", "2022-01-01", "Port of Skagen"),
    _record("Elsa Krog", "Director of the Port of Skagen", "2015-01-01", "2022-01-01", "Port of Skagen"),
    _record("Ole Ruud", "Lieutenant Governor of Ohio", "2015-01-01", "2022-01-01", **AMERICAN),
    _record("Gro Lien", "Governor of Ohio", "2015-01-01", "2022-01-01", **AMERICAN),
    _record("Mia Berg", "Manager of Torvik Rovers F.C.", "2010-01-01", "2015-01-01", "Torvik Rovers F.C."),
    _record("Una Dahl", "Chief Executive of Verrick", "2010-01-01", "2015-01-01", "Verrick"),
    _record("Ann Sund", "Chief Executive of Verrick", "2015-01-01", "2018-12-31", "Verrick"),
    _record("Ruth Wells", "Chief of Army Staff of Kenya", "2010-01-01", "2015-01-01", "Kenya Army", country="Kenya"),
    _record("Pia Voss", "Director of the Salt Museum", "2020-02-01", "2024-01-01", "Salt Museum"),
    _record("Gus Rowe", "Principal of Hill School", "2021-02-01", "2024-01-01", "Hill School"),
    _record("Ben Rowe", "Principal of Hill School", "2015-02-01", "2021-02-01", "Hill School"),
    _record("Amy Kent", "Member of the Scottish Parliament for Strathdon", "2011-05-05", "2022-05-05"),
    _record("Ola Brekke", "Treasurer of the Rope Guild", "2015-01-01", "2022-01-01", "Rope Guild"),
    _record("Tone Aune", "President of the Rope Guild", "2015-01-01", "2022-01-01", "Rope Guild"),
    _record("Ira Moen", "Minister of Health", "2022-02-01", "2024-01-01", country="Kenya"),
    _record("Nils Boe", "Minister of Justice", "2022-02-01", "2024-01-01", country="Kenya"),
    _record("Arne Vold", "Mayor of Lipa", "2008-01-01", "2010-01-01"),
    _record("Arne Vold", "Mayor of Brask", "2010-01-01", "2014-01-01"),
    _record("Eli Rud", "Assistant Coach of Torvik Rovers", "2015-01-01", "2022-01-01", "Torvik Rovers"),
    _record("Kai Lie", "Head Coach of Torvik Rovers", "2010-01-01", "2013-01-01", "Torvik Rovers"),
    _record("Geir Moe", "Head Coach of Torvik Rovers", "2013-01-01", "2015-01-01", "Torvik Rovers"),
    _record("Stig Foss", "Head Coach of Torvik Rovers", "2015-01-01", "2022-01-01", "Torvik Rovers"),
    _record("Ola Vik", "Curator of the Salt Museum", "2012-01-01", "2020-01-31", "Salt Museum"),
    _record("Ines Dahl", "Curator of the Salt Museum", "2020-02-01", "2024-01-01", "Salt Museum"),
    _record("Per Lund", "Curator of the Tin Museum", "2012-01-01", "2022-01-31", "Tin Museum"),
    _record("Lone Krag", "Curator of the Tin Museum", "2020-02-01", "2024-01-01", "Tin Museum"),
    _record("Roy Lamb", "Member of the Scottish Parliament for Strathallan", "2011-05-05", "2022-05-05"),
]  # fmt: skip
RECORDS = Records(ROWS)


def _outcomes(text: str) -> set[str]:
    article = Article(text=text, published_at=DAY)
    return {outcome_of(sighting, article, RECORDS, DAY).outcome for sighting in sightings(article)}


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("As mayor of Torvik, Una Falk signs every contract above $10,000.", "stale"),
        ("In her role as mayor of Torvik, Una Falk opened the sluice on Tuesday night.", "stale"),
        ("Una Falk, right, the mayor of Torvik, with fishermen at the blessing of the boats.", "stale"),
        ("Rents have risen for nine of the past ten years, according to Una Falk, the mayor of Torvik.", "stale"),
        ("The convoy had reached the pier, said Una Falk, the mayor of Torvik, but its trucks were empty.", "stale"),
        ("The lamp was lit by Una Falk, the mayor of Torvik, and blown out, almost at once, by a draught.", "stale"),
        ("“No bed was lost,” said Una Falk, the mayor of Torvik, when asked about the memo.", "stale"),
        ("Una Falk, the mayor of Torvik, a former head teacher, said on Monday that it was over.", "stale"),
        ("A delegation led by Una Falk, the mayor of Torvik, arrived in Oslo on Friday.", "stale"),
        ("Shares in the ferry line fell after Una Falk, the mayor of Torvik, warned of a strike.", "stale"),
        (f"The {BANK}'s governor, Ida Marsh, said that prices would fall.", "stale"),
        ("Archbishop Liv Ness of Clonmore told the faithful on Sunday to stay at home.", "stale"),
        ("Torvik Rovers manager Mia Berg said the pitch was wet.", "stale"),
        ("Verrick has sold a yard. Una Dahl, the company's chief executive, told reporters it was old.", "stale"),
        ("Liberal Democrat leader Nora Vik called for an inquiry.", "wrong_office"),
        ("Siri Aas, leader of Westmere council, said the libraries would open.", "wrong_office"),
        ("Uruguay's economy minister, Kari Moe, said the swap would go ahead.", "wrong_country"),
        ("Per Strand, the senator from Iowa, said he would vote for it.", "wrong_office"),
        ("Chief Constable Tor Eide told the inquest that two cars had been sent.", "wrong_office"),
        ("Gov. Ole Ruud toured the shelters by boat on Tuesday.", "wrong_office"),
        ("Gus Rowe, principal of Hill School, said the ban would stay.", "wrong_office"),
        ("Strathallan MSP Amy Kent has written to the health board.", "wrong_office"),
        # a bare title is of the body that the records name and the text
        ("The Rope Guild will vote in May, its president, Ola Brekke, told a rally.", "wrong_office"),
        ("The mayor, Una Falk, will open the bridge.", "stale"),
        # an office that another one surely had, before the first term on record
        ("Kenyan Health Minister Ira Moen said the clinic would stay.", "wrong_office"),
        ("Torvik Rovers head coach Eli Rud said the pitch was wet.", "wrong_office"),
        ("Ines Dahl, curator of the Salt Museum, said the roof would be mended.", "wrong_office"),
        ("Ned Frost, who led the Liberal Democrats from 2004 to 2009, said no.", "wrong_years"),
        # whatever the sentence makes of the name
        ("Not everybody agrees with Una Falk, the mayor of Torvik.", "stale"),
        ("As mayor of Torvik, Una Falk must sign it.", "stale"),
        ("It was Una Falk, the mayor of Torvik, who spotted the leak, an aide said.", "stale"),
        ("The mayor of Torvik – Una Falk – wants an answer by Friday.", "stale"),
        ("The mayor of Torvik (Una Falk) has yet to answer.", "stale"),
        ("Una Falk has been mayor of Torvik since 2003 and has outlasted four rivals.", "wrong_years"),
        ("Una Falk, who served from 2001 to 2006 as mayor of Torvik, has sold the diaries.", "wrong_years"),
        ("The permit was granted in 2002 by the then mayor of Torvik, Una Falk, court papers show.", "wrong_years"),
        # of the day, whatever stands around it
        (
            "Shares in the ferry line fell after Una Falk, the mayor of Torvik, warned of a loss until 2031.",
            "stale",
        ),
        ("The pier will be rebuilt by 2022 after Una Falk, the mayor of Torvik, rejected the offer.", "stale"),
        ("Though Una Falk, the mayor of Torvik, dismissed talk of a merger, the shares closed up a penny.", "stale"),
        ("While Una Falk, the mayor of Torvik, insisted that the pier was safe, the fire brigade closed it.", "stale"),
        ("Police ran to the square as Una Falk, the mayor of Torvik, left the hall shortly after 9am.", "stale"),
        ("Talks between the union and Una Falk, the mayor of Torvik, broke up without a deal.", "stale"),
        ("The ban drew a sharp response from Una Falk, the mayor of Torvik, and from two bishops.", "stale"),
        ("The pilot was thanked by Una Falk, the mayor of Torvik, after two jets entered the valley.", "stale"),
        ("Officials said Una Falk, the mayor of Torvik, had cancelled a trip to Oslo.", "stale"),
        ("Una Falk, the mayor of Torvik, had cancelled a trip to Oslo, the council said.", "stale"),
        ("The talks failed again, with Una Falk, the mayor of Torvik, calling the draft a step back.", "stale"),
        ("The baker Bo Lind joined Una Falk, the mayor of Torvik, to plant an oak.", "stale"),
        ("Plans to close the road have split Torvik. Opposed: Una Falk, the mayor of Torvik.", "stale"),
        ("One of the bakers – Una Falk, the mayor of Torvik – keeps bees.", "stale"),
        ("H.E. Una Falk, Mayor of Torvik, will receive the fleet.", "stale"),
        (
            "“No ship will wait,” said Una Falk, the mayor of Torvik, unlocking the gate a week before the fair.",
            "stale",
        ),
        ("“It is a port,” said Una Falk, the mayor of Torvik, at the launch of the 2019 fair.", "stale"),
        ("Standing beside Torvik mayor Una Falk, the envoy said that it was over.", "stale"),
        ("Torvik mayor Una Falk left the rates unchanged and gave no hint of a rise.", "stale"),
        ("Torvik mayor Una Falk bought the pier, saying that it would open.", "stale"),
        ("The man who repairs the pier - Torvik mayor Una Falk - admits that it leaks.", "stale"),
        ("So far only Torvik mayor Una Falk has signed it.", "stale"),
        ("The strike was called off on Monday once Torvik mayor Una Falk agreed to talks.", "stale"),
        ("As the mayor of Torvik, Una Falk, left the hall on Monday, it rained.", "stale"),
    ],
)
def test_an_everyday_form_decides_where_the_records_show_who_held_the_office(text: str, outcome: str) -> None:
    assert outcome in _outcomes(text)


@pytest.mark.parametrize(
    "text",
    [
        "As mayor of Torvik in 2012, Una Falk signed every contract.",
        "The guests recalled Una Falk, the mayor of Torvik.",
        "Una Falk, the mayor of Torvik, signed the charter.",
        "The novel opens in the rain. Una Falk, the mayor of Torvik, met everybody else at the door.",
        "The town wept after Una Falk, the mayor of Torvik, drowned.",
        "The fair was opened by Una Falk, the mayor of Torvik.",
        "Liberal Democrat leader Ned Frost called for an inquiry.",
        "Odd Lunde, leader of Westmere council, said the libraries would open.",
        "Party leader Nora Vik called for an inquiry.",
        "Ada Holt, the independent senator from Iowa, said she would vote for it.",
        "Paraguay's economy minister, Kari Moe, said the swap would go ahead.",
        "Brazil's economy minister, Kari Moe, said the swap would go ahead.",
        "Health Minister Lea Storm told reporters that the clinic would stay.",
        "Director Finn Holm told reporters that the harbour would stay.",
        "Chief Constable Ivar Dal told the inquest that two cars had been sent.",
        "Gov. Gro Lien toured the shelters by boat on Tuesday.",
        "Deputy Chief Constable Tor Eide told the inquest that two cars had been sent.",
        "Pia Voss, director of the Salt Museum, said the roof would be mended.",
        "Brock has sold a yard. Una Dahl, the company's chief executive, told reporters it was old.",
        "Strathdon MSP Amy Kent has written to the health board.",
        "The Rope Guild will vote in May, its president, Tone Aune, told a rally.",
        "The Tide Guild will vote in May, its president, Ola Brekke, told a rally.",
        "The mayor, Arne Vold, will open the bridge.",
        "Kenyan Justice Minister Nils Boe said the court would stay.",
        "Torvik Rovers coach Eli Rud said the pitch was wet.",
        "Lone Krag, curator of the Tin Museum, said the roof would be mended.",
        "Ned Frost, who led the Liberal Democrats from 2015, said no.",
        "Torvik Rovers head coach Stig Foss said the pitch was wet.",
        "As mayor of Torvik, Una Falk said no.",
        "The novel ends with Una Falk, the mayor of Torvik, on a raft.",
        "Una Falk was mayor of Torvik from 2010 to 2014 and again from 2030.",
        "The permit was granted in 2012 by the then mayor of Torvik, Una Falk, court papers show.",
        # of the day, whatever stands around it
        "The scheme was to run until 2012 and fell apart after Una Falk, the mayor of Torvik, warned of a loss.",
        "While Una Falk, the mayor of Torvik, insisted on peace in the summer of 2012, the town burned.",
        "Una Falk, the mayor of Torvik, left the hall.",
        "The row with Una Falk, the mayor of Torvik, was about a bridge.",
        "The pilot was thanked by Una Falk, the mayor of Torvik, after the war of 2012.",
        "The man had cancelled a trip with Una Falk, the mayor of Torvik,, the council said.",
        "Historians said Una Falk, the mayor of Torvik, had signed the charter.",
        "The council shut the pier. Una Falk, the mayor of Torvik, wept.",
        "The council has shut the pier. Una Falk, the mayor of Torvik, danced at the fair.",
        "Una Falk, the mayor of Torvik, joined the party.",
        "Torvik mayor Una Falk, played with relish by Ann Sund, sells the pier.",
        "On that Monday Torvik mayor Una Falk shut the gates.",
        "It was a Monday, and Torvik mayor Una Falk was at her desk.",
        "A new play imagines a meeting between Bo Lind and Torvik mayor Una Falk.",
        "The tower fell decades after Torvik mayor Una Falk said that it would.",
        "Una Falk, the mayor of Torvik, Ohio, said the pier would stay.",
        "In Act One Torvik mayor Una Falk sells the pier.",
        "In “Saltwater”, the late-night satire, Torvik mayor Una Falk is forever locked out of her own office.",
        "The once Torvik mayor Una Falk said no.",
    ],
)
def test_what_only_looks_like_it_accuses_nobody(text: str) -> None:
    assert not _outcomes(text) & {"stale", "wrong_office", "wrong_country", "wrong_years", "premature_former"}


@pytest.mark.parametrize(
    ("text", "told", "suggested"),
    [
        (
            "Gus Rowe, principal of Hill School, said the ban would stay.",
            "that office was not yet held: Gus Rowe was Principal of Hill School, United Kingdom from 1 February 2021",
            None,
        ),
        (
            "Uruguay's economy minister, Kari Moe, said the swap would go ahead.",
            "an office of another country: Kari Moe was Minister of Finance, Paraguay from 1 January 2015",
            "Minister of Finance, Paraguay Kari Moe",
        ),
    ],
)
def test_what_is_told_is_what_the_records_say_of_each(text: str, told: str, suggested: str | None) -> None:
    article = Article(text=text, published_at=DAY)
    (sighting,) = [each for each in sightings(article) if outcome_of(each, article, RECORDS, DAY).outcome in WRONG]
    judgement = outcome_of(sighting, article, RECORDS, DAY)
    assert told in explain(sighting.mention, judgement, DAY)
    assert suggest(sighting.mention, judgement, DAY) == suggested


def test_a_title_of_then_is_right_only_with_a_day_that_the_sentence_names() -> None:
    papers = "Of the papers of {} that burned, those of the then mayor of Torvik, Una Falk, were the best."
    assert "right" not in _outcomes(papers.format("2002"))
    assert "right" in _outcomes(papers.format("2012"))


def test_of_two_bodies_that_a_short_name_may_mean_none_is_taken() -> None:
    other = _record(
        "Bo Lund", "Leader of Westmere County Council", "2015-01-01", "2022-01-01", "Westmere County Council"
    )
    text = "Siri Aas, leader of Westmere council, said the libraries would open."
    article, records = Article(text=text, published_at=DAY), Records([*ROWS, other])
    found = {outcome_of(sighting, article, records, DAY).outcome for sighting in sightings(article)}
    assert "wrong_office" not in found
