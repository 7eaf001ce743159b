"""Sources of evidence: read again and again, politely, and nothing is lost or doubled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from loopback_site import Site, running_site
from pydantic import ValidationError
from samples import sample_report
from web_pages import page

from pipeline.core.errors import Forbidden, InputError
from pipeline.core.models import (
    Article,
    Citation,
    Claim,
    Evidence,
    Note,
    Person,
    Review,
    Span,
    Usage,
    Verdict,
    Versions,
)
from pipeline.core.settings import Settings
from pipeline.evidence.sources import sync
from pipeline.evidence.sources.kept import add_source, items_of, known_sources, remove_source, source_named
from pipeline.evidence.sources.models import Source, Synced
from pipeline.evidence.sources.sync import sync_source
from pipeline.evidence.sources.verify import verify_cited, verify_report
from pipeline.review import decide, open_claim, reopen_resting, undo
from pipeline.store import Store, schema

OPEN = Settings(allow_private_urls=True, fetch_timeout_s=10)
AT = datetime(2031, 5, 4, tzinfo=UTC)
BRIDGE = "The council of Port Velda voted on Tuesday to close the Tern Street bridge for eighteen months of repairs."
FERRY = "The harbour board ordered two electric ferries, which shall carry the trams of the island from next spring on."


def rss(*links: str) -> str:
    items = "".join(f"<item><title>t</title><link>{link}</link></item>" for link in links)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


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
    return Source.model_validate({"name": "s", "kind": kind, "address": address, "added_at": AT} | more)


def synced(store: Store, given: Source, pauses: list[float] | None = None) -> Synced:
    if not any(each.name == given.name for each in known_sources(store)):
        add_source(store, given)
    return sync_source(store, given, OPEN, (pauses if pauses is not None else []).append)


def texts(store: Store) -> str:
    return " ".join(passage.text for passage in store.passages())


def test_a_feeds_pages_are_read_once_and_asked_for_by_their_tag_the_second_time(site: Site, store: Store) -> None:
    site.pages |= {"/feed": rss("/1", "/2"), "/1": page(BRIDGE), "/2": page(FERRY, day="2025-05-02")}
    feed = source("feed", f"{site.base}/feed", publisher="Velda Post")
    first = synced(store, feed)
    assert (first.new, first.unchanged, first.problems) == (2, 0, ())
    assert {(each.publisher, each.published_at) for each in store.passages()} == {
        ("Velda Post", date(2025, 5, 3)),
        ("Velda Post", date(2025, 5, 2)),
    }
    assert {each.source_url for each in store.passages()} == {f"{site.base}/1", f"{site.base}/2"}
    before = len(store.passages())
    site.sent.clear()
    second = synced(store, feed)
    assert (second.new, second.changed, second.unchanged) == (0, 0, 2)
    assert len(store.passages()) == before
    assert not {"/1", "/2"} & set(site.sent)


def test_a_page_whose_day_is_only_estimated_keeps_it_so_that_later_proof_stays_apart(site: Site, store: Store) -> None:
    only_modified = page(BRIDGE).replace("article:published_time", "article:modified_time")
    site.pages |= {"/feed": rss("/1"), "/1": only_modified}
    assert synced(store, source("feed", f"{site.base}/feed")).new == 1
    (found,) = store.passages()
    assert found.published_at == date(2025, 5, 3) and found.is_after(date(2025, 5, 1))


def test_entries_of_a_very_long_feed_that_are_not_read_are_told(
    site: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.articles.feeds.MOST_ENTRIES", 1)
    site.pages |= {"/feed": rss("/1", "/2"), "/1": page(BRIDGE), "/2": page(FERRY)}
    read = synced(store, source("feed", f"{site.base}/feed"))
    assert read.new == 1 and "lists 2 entries: only the first 1 are read" in read.problems[0]


def test_a_changed_page_replaces_what_it_said(site: Site, store: Store) -> None:
    site.pages |= {"/feed": rss("/1"), "/1": page(BRIDGE)}
    feed = source("feed", f"{site.base}/feed")
    synced(store, feed)
    site.pages["/1"] = page(FERRY)
    assert synced(store, feed).changed == 1
    assert FERRY in texts(store) and BRIDGE not in texts(store)


def test_a_sitemap_says_when_pages_changed_so_that_they_are_not_even_asked_for(site: Site, store: Store) -> None:
    urls = f"<url><loc>{site.base}/1</loc><lastmod>2031-05-01</lastmod></url>"
    form = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
    site.pages |= {"/map": form.format(urls), "/1": page(BRIDGE)}
    sitemap = source("sitemap", f"{site.base}/map")
    synced(store, sitemap)
    site.asked.clear()
    assert synced(store, sitemap).unchanged == 1 and "/1" not in site.asked
    site.pages["/map"] = form.format(urls.replace("05-01", "05-02"))
    assert synced(store, sitemap).unchanged == 1 and "/1" in site.asked


def test_robots_are_obeyed_and_pauses_kept(site: Site, store: Store) -> None:
    site.pages |= {"/feed": rss("/1", "/private/2"), "/1": page(BRIDGE), "/private/2": page(FERRY)}
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /private/\nCrawl-delay: 7\n"
    pauses: list[float] = []
    done = synced(store, source("feed", f"{site.base}/feed"), pauses)
    assert done.new == 1 and "asks not to" in done.problems[0]
    assert "/private/2" not in site.asked
    assert pauses and all(0 < pause <= 7 for pause in pauses)


def test_without_readable_robots_nothing_is_fetched(site: Site, store: Store) -> None:
    site.pages |= {"/feed": rss("/1"), "/1": page(BRIDGE), "/robots.txt": (500, "broken")}
    with pytest.raises(InputError, match=r"robots\.txt"):
        synced(store, source("feed", f"{site.base}/feed"))
    assert set(site.asked) == {"/robots.txt"}


def test_a_private_address_is_told_as_such_and_not_as_a_site_that_is_down(site: Site, store: Store) -> None:
    feed = source("feed", f"{site.base}/feed")
    with pytest.raises(InputError, match="FACTNOTES_ALLOW_PRIVATE_URLS"):
        sync_source(store, feed, Settings(fetch_timeout_s=5), [].append)
    assert site.asked == []


def test_a_server_that_wants_fewer_questions_is_left_alone_until_the_next_sync(site: Site, store: Store) -> None:
    site.pages |= {"/feed": rss("/1", "/2", "/3"), "/1": (429, "slow down"), "/2": page(FERRY), "/3": page(BRIDGE)}
    feed = source("feed", f"{site.base}/feed")
    done = synced(store, feed)
    assert done.new == 0 and "wants fewer questions" in done.problems[0]
    assert "/2" not in site.asked
    site.pages["/1"] = page(BRIDGE, title="Third")
    assert synced(store, feed).new == 3


def test_broken_pages_cost_no_other(site: Site, store: Store) -> None:
    site.pages |= {
        "/feed": rss("/gone", "/empty", "/1", "ftp://x.example/"),
        "/empty": "<html></html>",
        "/1": page(BRIDGE),
    }
    done = synced(store, source("feed", f"{site.base}/feed"))
    assert done.new == 1 and len(done.problems) == 3
    assert all("\n" not in problem for problem in done.problems)


def test_pages_that_are_no_evidence_are_not_kept_and_told(site: Site, store: Store) -> None:
    fact_check = page(BRIDGE, title="Fact check: the bridge")
    site.pages |= {"/feed": rss("/1", "/old-story", "/search?q=a"), "/1": fact_check, "/search?q=a": page(FERRY)}
    site.pages |= {"/old-story": (302, "/"), "/": page(BRIDGE)}
    done = synced(store, source("feed", f"{site.base}/feed"))
    assert done.new == 0 and store.passages() == ()
    told = " ".join(done.problems)
    assert "an earlier judgement" in told and "search results" in told and "leads to the home page" in told


def test_a_page_that_was_refused_is_told_again_by_its_tag_and_read_anew_once_it_changes_or_after_a_week(
    site: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages |= {"/feed": rss("/1"), "/1": page(BRIDGE, title="Fact check: the bridge")}
    feed = source("feed", f"{site.base}/feed")
    first = synced(store, feed)
    site.sent.clear()
    second = synced(store, feed)
    assert second.problems == first.problems and (second.new, second.unchanged) == (0, 0)
    assert site.asked.count("/1") == 2 and "/1" not in site.sent
    monkeypatch.setattr(sync, "_REFUSED", timedelta(0))
    assert synced(store, feed).problems == first.problems and "/1" in site.sent, "what is refused may be mended"
    site.pages["/1"] = page(BRIDGE)
    assert synced(store, feed).new == 1 and BRIDGE in texts(store)


def test_what_was_read_of_a_page_stands_where_a_wall_comes_before_it(site: Site, store: Store) -> None:
    site.pages |= {"/feed": rss("/1"), "/1": page(BRIDGE)}
    feed = source("feed", f"{site.base}/feed")
    synced(store, feed)
    site.pages["/1"] = page(BRIDGE, title="Search results for: bridge")
    done = synced(store, feed)
    assert done.changed == 0 and "search results" in done.problems[0] and BRIDGE in texts(store)


def test_no_more_pages_than_asked_for_are_read_and_the_rest_comes_next_time(site: Site, store: Store) -> None:
    site.pages |= {"/feed": rss("/1", "/2"), "/1": page(BRIDGE), "/2": page(FERRY)}
    feed = source("feed", f"{site.base}/feed", most=1)
    assert [synced(store, feed).new for _ in range(3)] == [1, 1, 0]


def test_a_list_of_pages_forgets_what_it_lists_no_more(site: Site, store: Store, tmp_path: Path) -> None:
    site.pages |= {"/1": page(BRIDGE), "/2": page(FERRY)}
    file = tmp_path / "pages.txt"
    file.write_text(f"# ours\n{site.base}/1\n{site.base}/2\n")
    pages = source("pages", str(file))
    assert synced(store, pages).new == 2
    file.write_text(f"{site.base}/1\n")
    assert synced(store, pages).gone == 1
    assert BRIDGE in texts(store) and FERRY not in texts(store)


def test_a_folder_is_read_again_only_where_a_file_has_changed(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.csv").write_text("Road,Vehicles\nTern Street,12000\n")
    (folder / "b.jsonl").write_text(json.dumps({"text": FERRY, "publisher": "Harbour Board"}))
    given = source("folder", str(folder), publisher="Desk archive")
    assert synced(store, given).new == 2
    assert {each.publisher for each in store.passages()} == {"Desk archive", "Harbour Board"}
    assert synced(store, given).unchanged == 2
    (folder / "a.csv").write_text("Road,Vehicles\nTern Street,12500\n")
    (folder / "b.jsonl").unlink()
    done = synced(store, given)
    assert (done.changed, done.gone) == (1, 1)
    assert texts(store) == "Road: Tern Street; Vehicles: 12500."


def test_a_wiki_is_asked_with_the_given_words_and_its_version_dates_its_pages(site: Site, store: Store) -> None:
    search = "/w/rest.php/v1/search/page?q=tern+street+bridge&limit=10"
    html = "/w/rest.php/v1/page/Tern_Street_bridge/with_html"
    site.pages[search] = json.dumps({"pages": [{"id": 1, "key": "Tern_Street_bridge", "title": "Tern Street bridge"}]})
    latest = {"id": 7, "timestamp": "2030-11-02T10:00:00Z"}
    site.pages[html] = json.dumps({"title": "Tern Street bridge", "latest": latest, "html": page(BRIDGE)})
    wiki = source("mediawiki", site.base, queries=["tern street bridge"], publisher="Velda wiki")
    assert synced(store, wiki).new == 1
    found = store.passages()[0]
    assert (found.source_url, found.published_at) == (f"{site.base}/wiki/Tern_Street_bridge", date(2030, 11, 2))
    assert (found.title, found.publisher) == ("Tern Street bridge", "Velda wiki")
    assert synced(store, wiki).unchanged == 1


def test_a_search_service_gives_addresses_and_the_pages_themselves_are_read(site: Site, store: Store) -> None:
    hits = [{"url": f"{site.base}/1", "title": "a", "content": "An excerpt that is no evidence.", "engine": "x"}, {}, 7]
    site.pages |= {"/search?q=tern+bridge&format=json": json.dumps({"results": hits}), "/1": page(BRIDGE)}
    assert synced(store, source("searxng", site.base, queries=["tern bridge"])).new == 1
    assert BRIDGE in texts(store) and "excerpt" not in texts(store)


@pytest.mark.parametrize("answer", ["<html>", '{"error": 1}', "[]", '{"results": 3}', (429, "{}"), (500, "")])
def test_a_search_that_answers_otherwise_than_documented_is_told(site: Site, store: Store, answer: Any) -> None:
    site.pages["/search?q=a&format=json"] = answer
    done = synced(store, source("searxng", site.base, queries=["a"]))
    assert done.new == 0 and len(done.problems) == 1 and "asked with 'a'" in done.problems[0]


def test_any_retriever_of_langchain_is_asked_by_its_path(store: Store) -> None:
    given = source("retriever", "retrievers:Shelf", queries=["bridge", "ferry"], arguments={"town": "Port Velda"})
    done = synced(store, given)
    assert (done.new, done.problems) == (1, ("asked with 'ferry': the retriever failed (RuntimeError): out of paper",))
    (found,) = store.passages()
    assert (found.text, found.title) == ("Port Velda has a bridge.", "Bridges")
    assert (found.source_url, found.published_at) == ("https://velda.example/bridge", date(2031, 5, 1))
    assert synced(store, given).unchanged == 1


def test_a_retriever_that_is_not_installed_says_how_to_bring_it(store: Store) -> None:
    with pytest.raises(InputError, match=r"no module no\): install its package, or name the folder .* in PYTHONPATH"):
        synced(store, source("retriever", "no.such.module:Shelf", queries=["bridge"]))


@pytest.mark.parametrize(
    "address", ["retrievers:Missing", "no.such.module:Shelf", "json:JSONDecoder", "retrievers:Shelf"]
)
def test_what_is_no_retriever_is_refused_in_one_line(store: Store, address: str) -> None:
    with pytest.raises(InputError, match="retriever|cannot be made"):
        synced(store, source("retriever", address, queries=["bridge"]))


def test_two_sources_may_give_the_same_and_one_may_go(store: Store, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jsonl").write_text(json.dumps({"text": FERRY, "url": "https://velda.example/f"}))
        synced(store, source("folder", str(tmp_path / name), name=name))
    assert remove_source(store, "one") == 0 and FERRY in texts(store)
    assert remove_source(store, "two") == 1 and store.passages() == ()
    assert known_sources(store) == () and items_of(store) == {}
    with pytest.raises(InputError, match="no source two"):
        source_named(store, "two")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "feed", "address": "not a web address"},
        {"kind": "searxng", "address": "https://search.example"},
        {"kind": "feed", "address": "https://x.example/feed", "queries": ["a"]},
        {"kind": "retriever", "address": "os.system('x')", "queries": ["a"]},
        {"kind": "folder", "address": "x", "name": "../up"},
    ],
)
def test_a_source_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        source(**wrong)


def cite(store: Store, words: str) -> str:
    """Let a verdict rest on words of a stored passage; return its claim."""
    passage = next(each for each in store.passages() if words in each.text)
    article = Article(text=f"They say so. {words}")
    claim = Claim(article_id=article.id, spans=(Span.locate(words, article.text),), text=words, check_worthiness=1)
    verdict = Verdict(
        label="supported",
        confidence=1,
        justification="So it says.",
        method="test",
        citations=(Citation.locate(words, passage),),
    )
    note = Note(
        claim=claim, verdict=verdict, evidence=(Evidence(passage=passage, rank=1, score=1, retriever="vector"),)
    )
    store.begin_run("r1" + claim.id, article, AT.date(), Versions(code="1"))
    store.save_note("r1" + claim.id, 0, note, Usage())
    return claim.id


def test_cited_pages_are_verified_as_unchanged_changed_gone_or_unknown(site: Site, store: Store) -> None:
    site.pages |= {"/feed": rss("/1", "/2", "/3", "/4")}
    words = {
        f"/{number}": f"The Tern Street bridge carried {number},100 vehicles a day in the month of May."
        for number in range(1, 5)
    }
    site.pages |= {path: page(each, title=f"Counts {path[1]}") for path, each in words.items()}
    synced(store, source("feed", f"{site.base}/feed"))
    claims = {path: cite(store, each) for path, each in words.items()}
    assert {each.state for each in verify_cited(store, OPEN, [].append)} == {"unchanged"}
    site.pages |= {"/2": page(words["/2"].replace("2,100", "2,900")), "/3": (410, "gone"), "/4": (500, "broken")}
    found = {each.address.removeprefix(site.base): each for each in verify_cited(store, OPEN, [].append)}
    states = {path: each.state for path, each in found.items()}
    assert states == {"/1": "unchanged", "/2": "changed", "/3": "gone", "/4": "unknown"}
    assert {path: each.claims for path, each in found.items()} == {path: (claim,) for path, claim in claims.items()}
    assert found["/2"].detail == words["/2"] and found["/2"].fetched_at


def decided(store: Store, claim_id: str) -> None:
    decide(store, claim_id, "accept", Person(name="ann", role="reviewer"), seen=0)


def verified(store: Store) -> list[Review]:
    return [event for each in verify_cited(store, OPEN, [].append) for event in reopen_resting(store, each)]


def test_a_cited_page_that_changes_opens_its_decided_claims_again_and_an_editor_can_take_that_back(
    site: Site, store: Store
) -> None:
    ann, editor = Person(name="ann", role="reviewer"), Person(name="eve", role="editor")
    site.pages |= {"/feed": rss("/1", "/2"), "/1": page(BRIDGE, title="One"), "/2": page(FERRY, title="Two")}
    synced(store, source("feed", f"{site.base}/feed"))
    bridge, ferry = cite(store, BRIDGE), cite(store, FERRY)
    decided(store, bridge)
    assert verified(store) == []  # nothing has changed
    site.pages |= {"/1": page(BRIDGE.replace("eighteen", "twenty"), title="One"), "/2": (410, "gone")}
    (event,) = verified(store)  # the other claim is still open
    assert (event.claim_id, event.action, event.reviewer) == (bridge, "send_back", "factnotes")
    assert f"{site.base}/1" in event.comment and "eighteen months" in event.comment
    assert open_claim(store, bridge, ann).item.status == "open"
    decided(store, ferry)
    assert [each.claim_id for each in verified(store)] == [ferry]
    with pytest.raises(Forbidden):
        undo(store, bridge, ann, seen=2)
    undo(store, bridge, editor, seen=2)
    assert open_claim(store, bridge, ann).item.status == "decided"
    assert verified(store) == []  # an editor has judged that change
    site.pages["/1"] = (404, "gone too")
    assert [each.claim_id for each in verified(store)] == [bridge]


def test_a_page_that_cannot_tell_opens_nothing(site: Site, store: Store) -> None:
    site.pages |= {"/feed": rss("/1"), "/1": page(BRIDGE)}
    synced(store, source("feed", f"{site.base}/feed"))
    decided(store, cite(store, BRIDGE))
    for answer in ((500, "broken"), (429, "slow down"), "<html><title>404 Not Found</title><p>Not Found</p></html>"):
        site.pages["/1"] = answer
        assert verified(store) == [], answer


def test_a_report_is_checked_against_the_passages_it_holds(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    whole = sample_report().model_dump_json()
    file.write_text(whole)
    assert verify_report(file) > 0
    cited = next(each for note in sample_report().notes for each in note.citations)
    file.write_text(whole.replace(cited.span.exact, cited.span.exact.swapcase()))
    with pytest.raises(InputError, match="does not stand"):
        verify_report(file)
    file.write_text("# A report")
    with pytest.raises(InputError, match=r"give the report\.json"):
        verify_report(file)
    with pytest.raises(InputError, match="cannot be read"):
        verify_report(tmp_path / "none.json")


def test_what_a_note_rests_on_is_kept_for_it_when_its_source_goes(site: Site, store: Store) -> None:
    site.pages |= {"/feed": rss("/1"), "/1": page(BRIDGE)}
    synced(store, source("feed", f"{site.base}/feed"))
    cite(store, BRIDGE)
    remove_source(store, "s")
    assert store.passages() == ()
    with store.reading() as connection:
        run_id = connection.scalar(sa.select(schema.runs.c.id))
    (kept,) = store.notes(str(run_id))
    assert BRIDGE in kept.evidence[0].passage.text
