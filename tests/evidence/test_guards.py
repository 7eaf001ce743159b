"""Traps for evidence, each rejected with its reason, and honest passages that look like them and stay."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.core.models import Article, PartialDate, Passage
from pipeline.evidence.guards import COPY_OF_ARTICLE, Guards, Reprints
from pipeline.evidence.pages import ECHO, FACT_CHECK, SEARCH

AS_OF = date(2031, 5, 4)
LEAD = "The council of Port Velda voted on Tuesday to close the Tern Street bridge for eighteen months."
SECOND = "Its northern pier, which was damaged by ice in January, is to be repaired at a cost of four million crowns."
ARTICLE = Article(
    text=f"{LEAD} {SECOND} “We have no other choice than to close it now and to bear the anger,” the mayor said.",
    url="https://www.dailyharbour.example/news/bridge",
    publisher="The Daily Harbour",
)
GUARDS = Guards(ARTICLE, AS_OF)
OTHER = "Engineers of the county found cracks in the northern pier and advised that no lorry should cross it."
OWN, OWN_PUBLISHER = "the article itself", "the article's own publisher"
CONSENT, PAYWALL, ERROR = "a page that asks for consent", "a page behind a paywall", "an error page"


def why(text: str = OTHER, **more: Any) -> str | None:
    return GUARDS.exclude(Passage(text=text, **more))


@pytest.mark.parametrize(
    "url",
    [
        "https://www.dailyharbour.example/news/bridge",
        "http://dailyharbour.example/news/bridge",
        "https://www.dailyharbour.example/news/bridge/",
        "https://www.dailyharbour.example/news/bridge?utm_source=mail&utm_medium=x",
        "https://www.dailyharbour.example/news/bridge#comments",
        "https://m.dailyharbour.example/news/bridge",
    ],
)
def test_the_article_under_any_address_is_itself(url: str) -> None:
    assert why(source_url=url) == OWN


@pytest.mark.parametrize(
    "more",
    [
        {"publisher": "The Daily Harbour"},
        {"publisher": "daily harbour"},
        {"publisher": "Daily Harbour via Coast Wire"},
        {"source_url": "https://www.dailyharbour.example/archive/2019/bridge-opens"},
        {"source_url": "https://amp.dailyharbour.example/x", "publisher": "Somebody"},
        {"publisher": "dailyharbour.example"},
    ],
)
def test_an_archive_of_the_same_publisher_is_no_evidence(more: dict[str, str]) -> None:
    assert why(**more) == OWN_PUBLISHER


@pytest.mark.parametrize(
    "text",
    [
        f"{LEAD} {SECOND}",
        f"{LEAD}",
        f"PORT VELDA — {LEAD.upper()}",
        f"{LEAD.replace('eighteen', '18')} {SECOND}",
        f"{SECOND} {LEAD} Subscribe for more.",
    ],
)
def test_copies_of_the_article_elsewhere_are_copies(text: str) -> None:
    assert why(text, source_url="https://mirror.example/1", publisher="Mirror") == COPY_OF_ARTICLE


@pytest.mark.parametrize(
    "text",
    [
        "The mayor told The Daily Harbour that the bridge will close.",
        "The mayor told the Daily Harbour that the bridge will close.",
        "According to The Daily Harbour, the bridge will close for eighteen months.",
        "According to the newspaper Daily Harbour, the bridge will close.",
        "The bridge will close, The Daily Harbour reported on Wednesday.",
        "The bridge will close, as reported by the Daily Harbour.",
        "The Daily Harbour has learned that the bridge will close.",
        "The closure was first reported by The Daily Harbour.",
        "In an interview with The Daily Harbour, the mayor defended the closure.",
        "The station, citing The Daily Harbour, put the cost at four million crowns.",
        "The Daily Harbour wrote that the pier is damaged.",
    ],
)
def test_what_others_have_from_the_articles_publisher_is_an_echo(text: str) -> None:
    assert why(text, publisher="Velda Radio") == ECHO


@pytest.mark.parametrize(
    "text",
    [
        "The Daily Harbour moved into its new offices by the bridge in 1998.",
        "The mayor told the Daily Harbourside Radio that the bridge will close.",
        "The mayor told the council that the bridge will close.",
        "According to the county, the daily harbour traffic uses the bridge.",
        "The harbour reported fewer ships than in April.",
        "A lorry of The Daily Harbour was the last to cross the bridge.",
    ],
)
def test_who_only_names_the_publisher_echoes_nothing(text: str) -> None:
    assert why(text, publisher="Velda Radio") is None


@pytest.mark.parametrize(
    "more",
    [
        {"title": "Fact check: Will the Tern Street bridge close?"},
        {"title": "FACT-CHECK | The bridge and its cost"},
        {"title": "Factcheck – bridge repairs"},
        {"title": "No, the bridge will not be torn down"},
        {"title": "Is the bridge safe? - Fact Check"},
        {"title": "Reality Check: the cost of the bridge"},
        {"source_url": "https://news.example/fact-check/bridge"},
        {"source_url": "https://news.example/2031/factcheck/bridge-cost"},
        {"source_url": "https://www.snopes.com/bridge"},
        {"source_url": "https://fullfact.org/economy/bridge"},
        {"text": "A post says that the bridge costs nine million. Our verdict: false. It costs four."},
        {"text": "The bridge costs nine million.\nRating: Mostly false"},
        {"text": "It said the bridge was closed. We rate this claim misleading."},
    ],
)
def test_fact_checks_are_no_evidence(more: dict[str, str]) -> None:
    assert why(**more) == FACT_CHECK


@pytest.mark.parametrize(
    "more",
    [
        {"title": "The fact-checkers of Port Velda move house"},
        {"title": "Bridge closed after inspection"},
        {"title": "No way across: a town without its bridge"},
        {"source_url": "https://news.example/facts/bridge"},
        {"source_url": "https://news.example/2031/fact-finding-report"},
        {"text": "The jury needed six hours. The verdict: guilty on all counts."},
        {"text": "The rating of the bridge was lowered from good to poor in the report."},
    ],
)
def test_what_only_speaks_of_facts_and_verdicts_stays(more: dict[str, str]) -> None:
    assert why(**more) is None


@pytest.mark.parametrize(
    "more",
    [
        {"source_url": "https://news.example/search?q=bridge"},
        {"source_url": "https://news.example/en/search/"},
        {"source_url": "https://news.example/?s=bridge"},
        {"source_url": "https://engine.example/?q=tern+street+bridge"},
        {"source_url": "https://news.example/search-results.html?page=2"},
        {"title": "Search results for: tern street bridge"},
        {"title": "bridge – Search results"},
    ],
)
def test_pages_of_search_results_are_no_evidence(more: dict[str, str]) -> None:
    assert why(**more) == SEARCH


@pytest.mark.parametrize(
    "more",
    [
        {"source_url": "https://news.example/search-for-missing-sailor"},
        {"source_url": "https://news.example/research/bridges"},
        {"source_url": "https://news.example/story?s=bridge"},
        {"source_url": "https://news.example/?p=1100489"},
        {"title": "The search for the lost ferry goes on"},
    ],
)
def test_stories_about_a_search_stay(more: dict[str, str]) -> None:
    assert why(**more) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("We value your privacy. We and our partners use cookies to store information on a device.", CONSENT),
        ("Velda Post\nWe use cookies and process personal data. Accept all", CONSENT),
        ("By clicking Accept you agree to our terms. You can change your choices at any time.", CONSENT),
        ("Please accept cookies. You can withdraw your consent at any time.", CONSENT),
        ("Subscribe to continue reading. Already a subscriber? Log in.", PAYWALL),
        ("The Tern Street bridge closes. Sign in to read the full story. This article is for subscribers.", PAYWALL),
        ("You have reached your limit of free articles. Choose a plan.", PAYWALL),
        ("To keep reading, create a free account. Already have an account? Log in.", PAYWALL),
        ("404 Not Found", ERROR),
        ("Page not found. Please check the address.", ERROR),
        ("Sorry, the page you are looking for no longer exists. Go to our home page.", ERROR),
        ("Access denied. Please enable JavaScript.", ERROR),
        ("Checking your browser before you go on. Please verify that you are a human.", ERROR),
    ],
)
def test_consent_paywalls_and_errors_are_told_apart(text: str, kind: str) -> None:
    assert why(text, source_url="https://post.example/bridge", publisher="Velda Post") == kind


@pytest.mark.parametrize(
    "text",
    [
        "The regulator fined the shop because it made visitors accept all cookies. It has to pay nine million crowns.",
        "Readers who subscribe to the paper rose by a tenth last year. The publisher raised its price in May.",
        "The court found that the firm processed personal data without consent. It will appeal, its lawyer said.",
        "About 404 people crossed the bridge on foot that day. Most of them were pupils.",
        "Access to the bridge was denied to lorries in March. Cars could still cross it.",
        "The old page of the register could not be found, the archive said. A copy lies in the town hall.",
        f"{OTHER} We use cookies. Nobody was hurt. The pier is 90 years old.",
    ],
)
def test_articles_about_such_things_stay(text: str) -> None:
    assert why(text, source_url="https://post.example/bridge", publisher="Velda Post") is None


@pytest.mark.parametrize(
    ("more", "later"),
    [
        ({"published_at": date(2031, 5, 5)}, True),
        ({"published_at": date(2032, 1, 1)}, True),
        ({"published_in": PartialDate("2031-05")}, True),
        ({"published_in": PartialDate("2031")}, True),
        ({"event_date": PartialDate("2031-06")}, True),
        ({"published_at": date(2031, 5, 1), "event_date": PartialDate("2031-05-09")}, True),
        ({"published_at": date(2031, 5, 4)}, False),
        ({"published_in": PartialDate("2031-04")}, False),
        ({"published_in": PartialDate("2030")}, False),
        ({"event_date": PartialDate("2031")}, False),
        ({}, False),
    ],
)
def test_later_proof_is_told_from_proof_of_the_day(more: dict[str, Any], later: bool) -> None:
    assert GUARDS.is_later(Passage(text=OTHER, **more)) is later


def test_five_reprints_of_one_wire_story_count_as_one_and_another_story_of_the_wire_counts() -> None:
    reprints = Reprints()
    papers = [f"https://paper{number}.example/bridge" for number in range(6)]
    seen = [reprints.seen(Passage(text=OTHER, source_url=url, publisher=url[8:14])) for url in papers]
    assert seen == [False, True, True, True, True, True]
    shortened = OTHER.replace(" of the county", "")
    assert reprints.seen(Passage(text=shortened, source_url="https://paper9.example/1"))
    assert not reprints.seen(Passage(text="The ferry will sail every ten minutes while the bridge is closed, it said."))


def test_reprints_that_say_their_origin_count_once_however_they_were_rewritten() -> None:
    reprints = Reprints()
    first = Passage(text=OTHER, origin="coast-wire-7", source_url="https://a.example/1")
    second = Passage(
        text="No lorry should cross, experts warn.", origin="coast-wire-7", source_url="https://b.example/1"
    )
    assert [reprints.seen(first), reprints.seen(second)] == [False, True]
