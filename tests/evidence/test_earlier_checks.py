"""What others have found of claims: read as it is documented, kept apart from evidence, offered where claims agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from loopback_site import Site, running_site
from pydantic import SecretStr

from pipeline.core.errors import InputError
from pipeline.core.models import Article, Claim, Span
from pipeline.core.settings import Settings
from pipeline.evidence import MiniLM, checks_with
from pipeline.evidence.sources import polite
from pipeline.evidence.sources.asking import Asking
from pipeline.evidence.sources.kept import add_source, items_of
from pipeline.evidence.sources.models import Source
from pipeline.evidence.sources.sync import sync_source
from pipeline.review import similar_decisions
from pipeline.store import Store

KEY = "AIzaVelda-0123456789"
OPEN = Settings(allow_private_urls=True, fetch_timeout_s=5, factcheck_key=SecretStr(KEY))
AT = datetime(2031, 5, 4, tzinfo=UTC)
FERRY = "The ferry carried 145 passengers to Velda on 3 June 2024."
REVIEW = {
    "publisher": {"name": "Velda Checks", "site": "checks.velda.example"},
    "url": "https://checks.velda.example/ferry",
    "title": "How many were on the ferry?",
    "reviewDate": "2024-06-20T00:00:00Z",
    "textualRating": "Half true",
    "languageCode": "en",
}
FOUND = {"text": FERRY, "claimant": "A captain", "claimDate": "2024-06-04T10:00:00Z", "claimReview": [REVIEW, {}]}


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(polite, "_PAUSE_S", 0.0)
    with running_site() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "store.db")
    yield opened
    opened.close()


def source(kind: str, address: str, **more: Any) -> Source:
    return Source.model_validate({"name": "s", "kind": kind, "address": address, "added_at": AT} | more)


def kept(store: Store, given: Source) -> Source:
    add_source(store, given)
    return given


def search(words: str, token: str = "") -> str:
    asked = {"query": words, "languageCode": "en", "pageSize": 50} | ({"pageToken": token} if token else {})
    return f"/v1alpha1/claims:search?{urlencode(asked)}"


def claim(words: str = FERRY) -> Claim:
    article = Article(text=words)
    return Claim(article_id=article.id, spans=(Span.of(words, 0, len(words)),), text=words, check_worthiness=1)


def test_googles_search_is_asked_with_the_key_in_a_header_and_read_to_its_last_page(site: Site, store: Store) -> None:
    other = FOUND | {"text": "The ferry sank.", "claimReview": [REVIEW | {"url": "https://x.example/2"}]}
    site.pages[search("ferry")] = json.dumps({"claims": [FOUND, {"claimReview": 3}, 7], "nextPageToken": "next"})
    site.pages[search("ferry", "next")] = json.dumps({"claims": [other]})
    done = sync_source(store, kept(store, source("factchecks", site.base, queries=["ferry"])), OPEN, [].append)
    assert (done.new, done.problems) == (2, ())
    assert site.keys == [KEY, KEY] and not any(KEY in path for path in site.asked)
    (check,) = checks_with(store, ["passengers"], 9)
    assert (check.publisher, check.rating, check.reviewed_on) == ("Velda Checks", "Half true", date(2024, 6, 20))
    assert (check.claimant, check.claimed_on) == ("A captain", date(2024, 6, 4))
    assert store.passages() == ()  # an earlier judgement is no evidence


@pytest.mark.parametrize(
    "answer", ["<html>", "[3]", '{"claims": 7}', '{"error": {"code": 403}}', (403, "{}"), (429, "")]
)
def test_an_answer_of_another_form_is_no_check_and_shows_no_key(site: Site, store: Store, answer: Any) -> None:
    site.pages[search("ferry")] = answer
    done = sync_source(store, kept(store, source("factchecks", site.base, queries=["ferry"])), OPEN, [].append)
    assert done.new == 0 and KEY not in str(done)
    assert bool(done.problems) == (answer not in ("[3]", '{"claims": 7}', '{"error": {"code": 403}}'))


def test_without_a_key_or_over_http_nothing_is_asked(site: Site, store: Store) -> None:
    asked = kept(store, source("factchecks", site.base, queries=["ferry"]))
    without = sync_source(store, asked, Settings(allow_private_urls=True, factcheck_key=None), [].append)
    assert "FACTNOTES_FACTCHECK_KEY" in without.problems[0]
    open_way = sync_source(store, asked, Settings(factcheck_key=SecretStr(KEY)), [].append)
    assert "over http" in open_way.problems[0] and site.asked == []


REVIEWED = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://checks.velda.example/ferry",
    "claimReviewed": FERRY,
    "datePublished": "2024-06-20",
    "author": {"@type": "Organization", "name": "Velda Checks"},
    "itemReviewed": {"@type": "Claim", "author": {"@type": "Person", "name": "A captain"}},
    "reviewRating": {"@type": "Rating", "ratingValue": 3, "alternateName": "Half true"},
}


def feed(*reviews: Any) -> str:
    elements = [{"@type": "DataFeedItem", "dateCreated": "2024-06-20", "item": [review]} for review in reviews]
    return json.dumps({"@context": "https://schema.org", "@type": "DataFeed", "dataFeedElement": elements})


def test_a_feed_of_claimreview_is_read_and_what_it_lists_no_more_is_forgotten(site: Site, store: Store) -> None:
    second = REVIEWED | {"claimReviewed": "The ferry sank.", "url": "https://x.example/2", "author": [{"name": "B"}]}
    broken = [
        {"@type": "ClaimReview"},
        {"@type": "NewsArticle", "claimReviewed": "No."},
        REVIEWED | {"author": None},
        7,
    ]
    site.pages["/data.json"] = feed(REVIEWED, second, *broken)
    checks = kept(store, source("claimreview", f"{site.base}/data.json"))
    assert sync_source(store, checks, OPEN, [].append).new == 2
    assert sync_source(store, checks, OPEN, [].append).unchanged == 2
    site.pages["/data.json"] = feed(REVIEWED | {"reviewRating": {"alternateName": "False"}})
    done = sync_source(store, checks, OPEN, [].append)
    assert (done.changed, done.gone) == (1, 1) and len(items_of(store, "s")) == 1
    site.pages["/data.json"] = "{}"
    with pytest.raises(InputError, match="no dataFeedElement"):
        sync_source(store, checks, OPEN, [].append)
    assert len(items_of(store, "s")) == 1  # a broken feed takes nothing away


def test_a_check_of_the_same_claim_is_offered_and_one_of_another_figure_or_a_denial_is_not(
    site: Site, store: Store, tmp_path: Path
) -> None:
    others = ["The ferry carried 450 passengers to Velda on 3 June 2024.", FERRY.replace("carried", "did not carry")]
    reviews = [REVIEWED, *({**REVIEWED, "claimReviewed": words} for words in others)]
    site.pages["/data.json"] = feed(*reviews)
    sync_source(store, kept(store, source("claimreview", f"{site.base}/data.json")), OPEN, [].append)
    found = similar_decisions(store, tmp_path / "near", MiniLM(), claim())
    assert [check.claim for check in found.elsewhere] == [FERRY] and len(found) == 0
    assert similar_decisions(store, tmp_path / "near", MiniLM(), claim("A tram ran.")).elsewhere == ()


def test_a_check_may_ask_for_earlier_checks_which_are_kept_and_are_no_evidence(site: Site, store: Store) -> None:
    site.pages[search(FERRY)] = json.dumps({"claims": [FOUND]})
    asked = kept(store, source("factchecks", site.base, ask=True, may_see="all"))
    for times in (1, 2):
        answered = Asking(store, [asked], OPEN, Article(text=FERRY), date(2031, 5, 1), [].append)(claim())
        assert answered.passages == () and FERRY in answered.steps[0].detail and len(site.asked) == 1, times
    assert len(checks_with(store, ["passengers"], 9)) == 1
