"""Sources that are asked during a check: bounded, kept, told word by word, and never with words nobody may read yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings as bounds, strategies as some
from loopback_site import Site, running_site
from web_pages import page

from pipeline.articles import FROM_ITS_ADDRESS
from pipeline.core.models import Article, Claim, Datum, Span
from pipeline.core.settings import Settings
from pipeline.evidence.sources import answers
from pipeline.evidence.sources.asking import Answered, Asking, why_unpublished
from pipeline.evidence.sources.kept import add_source
from pipeline.evidence.sources.models import Source
from pipeline.evidence.sources.questions import questions_of
from pipeline.store import Store, schema as t

OPEN = Settings(allow_private_urls=True, fetch_timeout_s=5)
AT = datetime(2031, 5, 4, tzinfo=UTC)
BRIDGE = "The council of Port Velda voted on Tuesday to close the Tern Street bridge for eighteen months of repairs."
CLAIM = "The council of Port Velda closed the Tern Street bridge."
QUESTION = "Port Velda Tern Street council closed"
DAY = date(2031, 5, 1)
DRAFT = Article(text=f"{CLAIM} A draft.", published_at=date(2031, 5, 1))
SEARCH = "/w/rest.php/v1/search/page?q={}&limit=10"


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "store.db")
    yield opened
    opened.close()


def source(kind: str, address: str, **more: Any) -> Source:
    row = {"name": "s", "kind": kind, "address": address, "added_at": AT, "ask": True, "may_see": "all"}
    return Source.model_validate(row | more)


def claim(words: str = CLAIM, article: Article = DRAFT) -> Claim:
    return Claim(article_id=article.id, spans=(Span.of(words, 0, len(words)),), text=words, check_worthiness=1)


def asking(store: Store, asked: Source, article: Article = DRAFT, settings: Settings = OPEN, day: date = DAY) -> Asking:
    with store.reading() as connection:
        known = connection.scalar(sa.select(t.evidence_sources.c.name).where(t.evidence_sources.c.name == asked.name))
    if not known:
        add_source(store, asked)
    return Asking(store, [asked], settings, article, day, [].append)


def wiki(site: Site, question: str = QUESTION) -> None:
    found = {"pages": [{"id": 1, "key": "Tern_Street_bridge", "title": "Tern Street bridge"}]}
    site.pages[SEARCH.format(question.replace(" ", "+"))] = json.dumps(found)
    latest = {"id": 7, "timestamp": "2030-11-02T10:00:00Z"}
    html = {"title": "Tern Street bridge", "latest": latest, "html": page(BRIDGE)}
    site.pages["/w/rest.php/v1/page/Tern_Street_bridge/with_html"] = json.dumps(html)


def told(answered: Answered) -> str:
    return " | ".join(map(str, answered.steps))


def test_a_wiki_is_asked_with_the_claims_names_and_its_page_is_kept_hashed_before_it_is_given(
    site: Site, store: Store
) -> None:
    wiki(site)
    answered = asking(store, source("mediawiki", site.base))(claim())
    assert any(BRIDGE in passage.text for passage in answered.passages)
    (step,) = answered.steps
    assert (step.stage, step.reason, step.kept) == ("asked", None, False)
    assert QUESTION in step.detail and site.base.removeprefix("http://") in step.service
    with store.reading() as connection:
        kept = dict(connection.execute(sa.select(t.passages.c.id, t.passages.c.sha256)).tuples().all())
    assert {each.id: each.sha256 for each in answered.passages}.items() <= kept.items()
    assert store.passages() == ()  # of this claim alone: nobody else searches it


def test_a_second_check_asks_nobody_and_says_so(site: Site, store: Store) -> None:
    wiki(site)
    first = asking(store, source("mediawiki", site.base))(claim())
    site.asked.clear()
    second = asking(store, source("mediawiki", site.base))(claim())
    assert site.asked == [] and second.passages == first.passages
    assert [step.kept for step in second.steps] == [True]


def test_an_answer_of_days_ago_is_asked_for_again(site: Site, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    wiki(site)
    asking(store, source("mediawiki", site.base))(claim())
    site.asked.clear()
    monkeypatch.setattr(answers, "utc_now", lambda: datetime(2199, 1, 1, tzinfo=UTC))
    assert asking(store, source("mediawiki", site.base))(claim()).passages and site.asked


def test_only_where_a_question_finds_nothing_the_wider_one_is_asked(site: Site, store: Store) -> None:
    site.pages[SEARCH.format(QUESTION.replace(" ", "+"))] = '{"pages": []}'
    wiki(site, "Port Velda Tern Street")
    answered = asking(store, source("mediawiki", site.base))(claim())
    assert answered.passages and len(answered.steps) == 2


def test_nothing_of_an_article_that_nobody_can_read_is_sent_unless_the_source_may_see_all(
    site: Site, store: Store
) -> None:
    wiki(site)
    careful = asking(store, source("mediawiki", site.base, may_see="published"))
    assert careful(claim()) == Answered() and site.asked == []
    assert (
        len(careful.problems) == 1 and "s was not asked" in careful.problems[0] and "--may-see" in careful.problems[0]
    )
    assert asking(store, source("mediawiki", site.base)).problems == ()


SEEN = Datum(name="first seen", value="2031-05-02", source=FROM_ITS_ADDRESS)
CLOSED = Settings()


@pytest.mark.parametrize(
    ("article", "settings", "public"),
    [
        ({"provenance": (SEEN,), "url": "https://velda.example/a"}, CLOSED, True),
        ({"provenance": (SEEN,), "published_at": date(2025, 5, 1)}, CLOSED, True),
        ({}, CLOSED, False),
        # A draft may name the address and the day it is meant for.
        ({"url": "https://velda.example/a", "published_at": date(2025, 5, 1)}, CLOSED, False),
        ({"provenance": (SEEN,), "published_at": date(2199, 5, 1)}, CLOSED, False),
        ({"provenance": (SEEN,)}, OPEN, False),
        ({"provenance": (SEEN.model_copy(update={"source": "given"}),)}, CLOSED, False),
    ],
)
def test_an_article_is_published_only_where_it_was_read_on_the_open_web(
    article: dict[str, Any], settings: Settings, public: bool
) -> None:
    assert (why_unpublished(Article(text=CLAIM, **article), settings) is None) is public


def test_a_source_that_wants_fewer_questions_is_asked_no_more_and_decides_nothing(site: Site, store: Store) -> None:
    site.pages[SEARCH.format(QUESTION.replace(" ", "+"))] = (429, "slow down")
    ask = asking(store, source("mediawiki", site.base))
    first, second = ask(claim()), ask(claim("The Harbour Board of Velda bought two ferries."))
    assert first.passages == second.passages == ()
    assert first.steps[0].reason == "rate_limited" and "fewer questions" in told(second)
    assert len(site.asked) == 1 and not second.steps[0].service  # nothing was sent to anybody


@pytest.mark.parametrize("answer", ["<html>busy</html>", '{"error": 1}', "[]", (500, "")])
def test_a_source_that_answers_otherwise_than_documented_is_told_and_given_up(
    site: Site, store: Store, answer: Any
) -> None:
    for words in ("Port+Velda+Tern+Street+council+closed", "Port+Velda+Tern+Street"):
        site.pages[SEARCH.format(words)] = answer
    ask = asking(store, source("mediawiki", site.base))
    assert [step.reason for step in ask(claim()).steps] == ["unavailable", "unavailable"]
    assert "failed 2 times" in told(ask(claim("The Harbour Board of Velda bought two ferries.")))


def test_a_slow_source_is_given_up_at_the_deadline(site: Site, store: Store) -> None:
    site.slow["/search?q=Two+ferries+were+bought.&format=json"] = 5.0
    ask = asking(store, source("searxng", site.base), settings=Settings(allow_private_urls=True, fetch_timeout_s=0.2))
    answered = ask(claim("Two ferries were bought."))
    assert answered.steps[0].reason == "unavailable" and "within 0.2 s" in told(answered)


def test_a_question_is_not_sent_on_to_where_another_server_redirects(site: Site, store: Store) -> None:
    with running_site() as other:
        site.pages["/search?q=Two+ferries+were+bought.&format=json"] = (302, f"{other.base}/search?q=words")
        answered = asking(store, source("searxng", site.base))(claim("Two ferries were bought."))
        assert answered.steps[0].reason == "unavailable" and "another server" in told(answered)
        assert other.asked == []


def hits(site: Site, *paths: str) -> None:
    found = {"results": [{"url": f"{site.base}{path}", "title": "a", "content": "An excerpt."} for path in paths]}
    site.pages["/search?q=Two+ferries+were+bought.&format=json"] = json.dumps(found)


def test_hosts_whose_pages_were_read_are_told_too(site: Site, store: Store) -> None:
    with running_site() as other:
        other.pages["/1"] = page(BRIDGE)
        found = {"results": [{"url": f"{other.base}/1", "title": "a"}]}
        site.pages["/search?q=Two+ferries+were+bought.&format=json"] = json.dumps(found)
        answered = asking(store, source("searxng", site.base))(claim("Two ferries were bought."))
        assert answered.passages and f"of {other.base.removeprefix('http://')}" in told(answered)


def test_pages_that_a_search_finds_pass_the_guards_and_one_that_is_broken_costs_no_other(
    site: Site, store: Store
) -> None:
    hits(site, "/gone", "/search?q=a", "/1")
    site.pages |= {"/1": page(BRIDGE), "/search?q=a": page("Two ferries were bought by the harbour board in May.")}
    answered = asking(store, source("searxng", site.base))(claim("Two ferries were bought."))
    assert {passage.source_url for passage in answered.passages} == {f"{site.base}/1"}
    assert "answered 404" in told(answered)


def test_no_more_pages_and_no_more_claims_than_allowed_are_asked_for(site: Site, store: Store) -> None:
    hits(site, "/1", "/2", "/3")
    site.pages |= {f"/{number}": page(f"{BRIDGE} Part {number}.") for number in (1, 2, 3)}
    ask = asking(store, source("searxng", site.base, pages=2, asks=1))
    assert len({each.source_url for each in ask(claim("Two ferries were bought.")).passages}) == 2
    more = ask(claim("A third ferry was bought."))
    assert more.passages == () and "asked about 1 claims" in told(more)
    assert ask(claim("Two ferries were bought.")).passages  # known already: nobody is asked


def test_of_a_long_page_the_passages_that_share_most_with_the_claim_are_held_against_it(
    site: Site, store: Store
) -> None:
    hits(site, "/1")
    ledger = "In year {0} the town kept a ledger of {0} sheep, and of nothing else that mattered to anybody. "
    lines = [ledger.format(number) * 6 for number in range(40)]
    site.pages["/1"] = page(*lines, "Two ferries were bought by the harbour board for the island line in the spring.")
    answered = asking(store, source("searxng", site.base))(claim("Two ferries were bought."))
    assert 0 < len(answered.passages) <= 12 and any("ferries" in each.text for each in answered.passages)


GDELT = "/api/v2/doc/doc?query={}&mode=artlist&format=json&maxrecords=10&sort=hybridrel{}"
SPRING = "&startdatetime=20310131000000&enddatetime=20310501235959"
FERRIES = GDELT.format("ferries+were+bought", SPRING)


def test_gdelt_is_asked_as_it_is_documented_and_its_day_is_an_estimate(site: Site, store: Store) -> None:
    found = {"url": f"{site.base}/1", "title": "Ferries", "seendate": "20310404T081500Z", "domain": "x.example"}
    site.pages |= {FERRIES: json.dumps({"articles": [found, {"url": "ftp://no"}]}), "/1": page(BRIDGE, day=None)}
    answered = asking(store, source("gdelt", site.base))(claim("Two ferries were bought."))
    assert answered.passages and answered.passages[0].is_after(date(2031, 4, 3))
    site.pages[FERRIES] = "{}"
    assert asking(store, source("gdelt", site.base, name="again"))(claim("Two ferries were bought.")).passages == ()


def test_gdelt_is_asked_up_to_the_day_of_judgement_and_its_trace_says_of_which_days(site: Site, store: Store) -> None:
    gdelt = source("gdelt", site.base)
    for day, words in ((DAY, "in spring"), (date(2031, 8, 1), "in summer")):
        first = "20310131" if day == DAY else "20310503"
        asked = GDELT.format("ferries+were+bought", f"&startdatetime={first}000000&enddatetime={day:%Y%m%d}235959")
        hit = {"url": f"{site.base}/{day.month}", "seendate": f"{day:%Y%m%d}T010000Z"}
        site.pages |= {asked: json.dumps({"articles": [hit]}), f"/{day.month}": page(f"{BRIDGE} It was {words}.")}
    spring = asking(store, gdelt)(claim("Two ferries were bought."))
    summer = asking(store, gdelt, day=date(2031, 8, 1))(claim("Two ferries were bought."))
    assert "spring" in spring.passages[0].text and "summer" in summer.passages[0].text  # no answer for another's day
    assert "“ferries were bought” of 2031-01-31 to 2031-05-01" in told(spring)
    assert "of 2031-05-03 to 2031-08-01" in told(summer)
    site.asked.clear()
    assert asking(store, gdelt)(claim("Two ferries were bought.")).passages == spring.passages and site.asked == []


def test_gdelts_words_of_refusal_are_told(site: Site, store: Store) -> None:
    site.pages[FERRIES] = "Your query was too short or too long."
    answered = asking(store, source("gdelt", site.base))(claim("Two ferries were bought."))
    assert "too short or too long" in told(answered)


def test_a_retriever_of_langchain_is_asked_and_one_that_fails_is_told(store: Store) -> None:
    ask = asking(store, source("retriever", "retrievers:Shelf", arguments={"town": "Port Velda"}))
    assert ask(claim("It has a bridge.")).passages[0].text == "Port Velda has a bridge."
    assert "out of paper" in told(ask(claim("ferry")))


def test_articles_that_ask_the_same_at_once_keep_one_answer(site: Site, store: Store) -> None:
    wiki(site)
    add_source(store, source("mediawiki", site.base))
    asked = [asking(store, source("mediawiki", site.base)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answered = list(pool.map(lambda ask: ask(claim()), asked))
    assert len({each.passages for each in answered}) == 1 and answered[0].passages


def test_a_fault_of_ours_in_reading_is_told_with_the_words_that_were_sent(
    site: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiki(site)
    monkeypatch.setattr("pipeline.evidence.sources.listing.passages_of_row", lambda row: 1 / 0)
    answered = asking(store, source("mediawiki", site.base))(claim())
    assert answered.steps[0].reason == "unavailable" and QUESTION in told(answered)


def test_what_cannot_be_asked_or_has_no_words_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be asked"):
        source("feed", "https://velda.example/feed")
    with pytest.raises(ValueError, match="--ask"):
        source("mediawiki", "https://velda.example", ask=False)


@bounds(max_examples=40, deadline=None)
@given(some.text(alphabet="aA .,'1é", max_size=200))
def test_whatever_a_claim_says_its_questions_are_short_words_of_its_own(words: str) -> None:
    for kind in ("mediawiki", "searxng"):
        for question in questions_of(words, kind, DAY):  # type: ignore[arg-type]
            assert len(question.words) <= 600 and all(part in words for part in question.words.split())
