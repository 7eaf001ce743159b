# ruff: noqa: E501  a page stands on a line
"""Further pages and texts as other people's systems write them: each with the words, the day and the warning it must give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from pipeline.articles import load_article
from pipeline.core.errors import InputError
from pipeline.core.models import Article
from pipeline.core.settings import Settings

ONE = "The library board of Tarnfield agreed on Thursday to buy the old grain store beside the canal for its archive."
TWO = "Readers had waited nine years for a room that stays dry, and sixty of them signed the letter which asked for it."
THREE = "The store has four floors, and the lowest of them will hold the maps that now lie in boxes under the stairs."
HEAD = "Tarnfield buys grain store"
DAY = date(2025, 5, 8)
PUBLISHED = '<meta property="article:published_time" content="2025-05-08T12:00:00Z">'


@dataclass(frozen=True)
class Case:
    """A page, what its text must hold and lack, its day (known or estimated), and words of a warning."""

    name: str
    source: str | bytes
    holds: tuple[str, ...] = (ONE, TWO, THREE)
    lacks: tuple[str, ...] = ()
    known: date | None = DAY
    estimated: date | None = None
    warning: str | None = None
    silent: bool = False
    more: tuple[tuple[str, Any], ...] = ()


def page(
    body: str = "", head: str = PUBLISHED, top: str = "", after: str = "", lang: str = "en-GB", html: str = ""
) -> str:
    return (
        f'<!doctype html><html lang="{lang}"{html}><head><meta charset="utf-8"><title>{HEAD} | Courier</title>{head}</head><body>'
        f"<main><article><h1>{HEAD}</h1>{top}<p>{ONE}</p>{body}<p>{TWO}</p><p>{THREE}</p></article>{after}</main></body></html>"
    )


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


NEWS = f'{{"@context":"https://schema.org","@type":"NewsArticle","headline":"{HEAD}","datePublished":"2025-05-08"%s}}'

CASES = [
    # days
    Case("JSON-LD with comments around it", page(head=ld(f"<!-- {NEWS % ''} -->")), silent=True),
    Case("JSON-LD in CDATA", page(head=ld(f"//<![CDATA[\n{NEWS % ''}\n//]]>")), silent=True),
    Case("JSON-LD of two types", page(head=ld((NEWS % "").replace('"NewsArticle"', '["Article","NewsArticle"]')))),
    Case("JSON-LD with a line break within a string", page(head=ld(NEWS % ',"description":"a\nb"')), silent=True),
    Case("JSON-LD with a comma too many", page(head=ld(NEWS % ","))),
    Case("a report type", page(head=ld((NEWS % "").replace("NewsArticle", "ReportageNewsArticle")))),
    Case("a blog's type", page(head=ld((NEWS % "").replace("NewsArticle", "BlogPosting")))),
    Case("a web page around the article's node", page(head=ld('{"@type":"WebPage","mainEntity":' + NEWS % "" + "}"))),
    Case("the headline escaped", page(head=ld((NEWS % "").replace("Tarnfield", "Tarn&#102;ield")))),
    Case(
        "comments with days in microdata",
        page(
            after='<section id="comments"><div itemprop="comment" itemscope itemtype="https://schema.org/Comment"><time itemprop="dateCreated" datetime="2025-06-01">1 June</time><p>Well done to them all for this.</p></div></section>'
        ),
        lacks=("Well done",),
    ),
    Case(
        "an event of another day",
        page(head=PUBLISHED + ld('{"@type":"Event","name":"Opening","startDate":"2026-02-01"}')),
    ),
    Case(
        "only a copyright year", page(head="", after="<footer>© 2019 Courier</footer>"), known=None, warning="day of publication"
    ),
    Case("a feed link's day", page(head='<link rel="alternate" href="/feed/2019/01/01">'), known=None, warning="not told"),
    Case("a day of the far past", page(head=PUBLISHED.replace("2025", "0025")), known=None, warning="day of publication"),
    Case("a sailthru day", page(head='<meta name="sailthru.date" content="2025-05-08 10:00:00">')),
    Case("a day with a narrow space and a zone by name", page(head=PUBLISHED.replace("2025-05-08T12:00:00Z", "8 May 2025 at 12:00 BST"))),
    Case("a byline with a weekday", page(head="", top="<p class=byline>By Ann Holt</p><p class=dateline>Published Thursday, May 8, 2025 10:22AM EDT</p>")),
    Case("slashes beside the headline of a US page", page(head="", top='<div class="date">05/08/2025</div>', lang="en-US"), known=None, estimated=DAY, warning="either of two days"),
    Case("slashes that can be one day only", page(head="", top='<p class="published">Published: 28/05/2025</p>'), known=date(2025, 5, 28)),
    Case(
        "an updated and a published time that stand side by side",
        page(head="", top='<p><time class="updated" datetime="2026-01-02">Updated 2 January 2026</time> <time class="published" datetime="2025-05-08">8 May 2025</time></p>'),
        silent=True,
    ),
    # words
    Case("text directly in div", page().replace("<p>", "<div>").replace("</p>", "</div>")),
    Case("text cut by br", page(body="It will cost 900,000 pounds.<br><br>Half of it is a gift from the brewery.<br>"), (ONE, TWO, "900,000 pounds", "gift from the brewery")),
    Case("a description list", page(body="<dl><dt>Floors</dt><dd>There are four floors in all.</dd><dt>Cost</dt><dd>The price is 900,000 pounds.</dd></dl>"), (ONE, "four floors in all", "900,000 pounds")),
    Case("a numbered list", page(body="<ol><li>The roof is laid first.</li><li>The lifts follow in June 2026.</li></ol>"), ("roof is laid first", "lifts follow in June 2026")),
    Case("lists within lists", page(body="<ul><li>The roof:<ul><li>slates from Wales</li><li>lead from York</li></ul></li></ul>"), ("slates from Wales", "lead from York")),
    Case("a pull quote that repeats the text", page(body=f'<aside class="pullquote"><p>{TWO}</p></aside>'), silent=True),
    Case("a box of facts in aside", page(body="<aside class=factbox><h3>The store</h3><p>It was built in 1871 and burnt down in 1902.</p></aside>"), warning="a box beside the text is not in the text that was read: “It was built in 1871"),
    Case("sections with their own headings", page(body="<section><h2>The price</h2><p>The board pays 900,000 pounds to the brewery.</p></section>"), ("The price", "900,000 pounds")),
    Case("a caption", page(body="<figure><img src=a.jpg><figcaption>The store in 1931, before the fire in its roof.</figcaption></figure>"), ("1931",)),
    Case("advertisement labels", page(body="<div class=ad><p>Advertisement</p></div>"), lacks=("Advertisement",), silent=True),
    Case("a share bar within the text", page(body='<div class="share-tools"><a href="#">Share on X</a> <a href="#">Copy link</a></div>'), lacks=("Copy link",)),
    Case("an offer of a newsletter within the text", page(body='<div class="newsletter"><h3>Morning letter</h3><p>Sign up to get our stories in your inbox every morning.</p></div>'), lacks=("inbox",)),
    Case("a related story within the text", page(body='<p><strong>Read more: <a href="/b">Canal boats may pay a new toll from the spring</a></strong></p>'), lacks=("new toll",)),
    Case("related stories as a list of links within the text", page(body='<div><h3>Related</h3><ul><li><a href="/b">Canal boats may pay a new toll</a></li><li><a href="/c">Mayor Ann Holt opens the lock</a></li></ul></div>'), lacks=("new toll", "opens the lock")),
    Case("teasers of videos between paragraphs", page(body='<div class="video-card"><a href="/v/1"><img src=v.jpg><span>Former mayor Piet Lund swims the canal</span><span>02:14</span></a></div>'), lacks=("Piet Lund",)),
    Case("a list of links that the sentence before it opens", page(body='<p>The board will also:</p><ul><li><a href="/x">buy two lifts in 2026</a></li><li><a href="/y">open on Sundays from March</a></li></ul>'), ("buy two lifts in 2026", "open on Sundays from March")),
    Case("a paragraph that is mostly a link", page(body='<p><a href="/x">The brewery sold the store for 900,000 pounds on 2 May</a>, it said.</p>'), ("900,000 pounds",)),
    Case("a footer of corrections and credits", page(after="<p>Editing by Sam Hart</p>"), silent=True),
    # kinds
    Case("a paged article, its next page linked", page(head=PUBLISHED + '<link rel="next" href="/grain?page=2">'), warning="page 1"),
    Case("a paged article, told in words", page(after="<div class=pager>Page 1 of 3 <a href='?page=2'>Next page</a></div>"), warning="page 1 of 3"),
    Case("a second page", page(head=PUBLISHED + '<link rel="prev" href="/grain"><link rel="next" href="/grain?page=3">'), warning="page"),
    Case("the next article, not the next page", page(after='<a rel="next" href="/another-story">Next article: Canal boats may pay</a>'), silent=True),
    Case("an AMP page", page(html=" amp", body="<amp-ad><p>Buy a boat today</p></amp-ad><amp-img src=x alt='A store'></amp-img>"), lacks=("Buy a boat",), silent=True),
    Case("an AMP page with the lightning sign", page(html=" ⚡", head=PUBLISHED + '<link rel="canonical" href="https://courier.example/grain">'), more=(("url", "https://courier.example/grain"),)),
    Case("a print page", f"<html><head><title>Print: {HEAD}</title></head><body onload='window.print()'><h2>{HEAD}</h2><p>Published 8 May 2025</p><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p><p>Printed from courier.example on 30 November 2026</p></body></html>"),
    Case("a page that asks to subscribe after two paragraphs", page(after='<div class="gate"><p>To read the full story, subscribe from 1 pound a week.</p></div>', head=PUBLISHED + ld(NEWS % ',"isAccessibleForFree":false')), warning="only the beginning"),
    Case("the next story in the head", page(head=PUBLISHED + '<link rel="next" title="Top ten" href="/canal/top-10/"><link rel="canonical" href="https://courier.example/canal/grain/">'), silent=True),
    Case("the next story with a number, of a page without an address", page(head=PUBLISHED + '<link rel="next" href="/top-10/">'), silent=True),
    Case("pages of comments", page(after='<nav class="comment-navigation"><a href="?page=2">2</a><p>Page 1 of 4</p></nav>'), silent=True),
    Case("a page of an article whose address has its number", page(head=PUBLISHED + '<link rel="canonical" href="https://courier.example/grain/"><link rel="next" href="https://courier.example/grain/2/">'), warning="page 1 of several"),
    Case("a list of the article's pages", page(after='<div class="page-links">Pages: <span>1</span> <a href="/grain/page/2">2</a> <a href="/grain/page/3">3</a></div>'), warning="page 1 of several"),
    Case("a picture that is the first of several", page(body="<p>Picture 1 of 24</p>"), silent=True),
    Case("a paragraph that is a whole sentence and a link", page(body='<p><a href="/x">More than thirty boats sank in the storm of 1931.</a></p>'), ("More than thirty boats sank",), silent=True),
    Case("a linked heading with text below it", page(body='<h2><a href="#price">The price</a></h2><p>The board pays 900,000 pounds to the brewery.</p>'), ("The price", "900,000 pounds")),
    # letters
    Case("windows-1252 that says it is UTF-8", page(body="<p>“It’s dry,” the café’s owner said – at last.</p>").encode("cp1252"), ("“It’s dry,” the café’s owner said – at last.",)),
    Case("UTF-8 that says it is latin-1", page(body="<p>“It’s dry,” the café’s owner said.</p>").replace('charset="utf-8"', 'charset="iso-8859-1"').encode(), ("“It’s dry,” the café’s owner said.",)),
    Case("UTF-16 without a mark", page().encode("utf-16-le")),
    Case("UTF-16, the other way round, without a mark", page().encode("utf-16-be")),
    Case("UTF-16 with a mark", page().encode("utf-16")),
    Case("UTF-8 with a mark", page().encode("utf-8-sig")),
    Case("twice encoded letters", page(body="<p>“It’s dry,” the café’s owner said.</p>".encode().decode("cp1252", "replace")), warning="wrongly converted"),
    Case("letters that were lost", page(body="<p>\ufffdIt\ufffds dry,\ufffd the caf\ufffd\ufffds owner said.</p>"), warning="were lost"),
    Case("named and numbered entities", page(body="<p>It cost &pound;900,000 &mdash; the caf&#233; &amp; bar too.</p>"), ("£900,000 — the café & bar too.",)),
    Case("a word that mixes two alphabets", page(body="<p>The m\u0430yor was there.</p>"), warning="two alphabets"),
]  # fmt: skip


def load(source: str | bytes) -> Article:
    return load_article("-", Settings(), stdin=source.encode() if isinstance(source, str) else source)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_page_gives_its_words_its_day_and_its_warning(case: Case) -> None:
    article = load(case.source)
    assert [words for words in case.holds if words not in article.text] == []
    assert [words for words in case.lacks if words in article.text] == []
    assert (article.published_at, article.estimated_at) == (case.known, case.estimated)
    assert case.warning is None or any(case.warning in warning for warning in article.warnings), article.warnings
    assert not case.silent or article.warnings == ()
    assert all(getattr(article, name) == value for name, value in case.more)


# Pages that are no article

REFUSED = {
    "a consent wall of another maker": (
        "<h1>We value your privacy</h1><p>We and our 842 partners store and access information on a device, such as unique identifiers in cookies.</p><button>Agree</button><button>More options</button>",
        "consent",
    ),
    "a check for humans": ("<h1>Verify you are human</h1><p>Complete the action below. courier.example needs to review the security of your connection.</p>", "human"),
    "press and hold": ("<p>Press &amp; Hold to confirm you are a human (and not a bot).</p><p>Reference ID 1a2b3c</p>", "human"),
    "access denied": ("<h1>Access Denied</h1><p>You don't have permission to access this page on this server.</p><p>Reference #18.2f</p>", "error"),
    "a missing page with status 200": ("<h1>Sorry, we can't find that page</h1><p>The page you are looking for may have moved or no longer exists.</p>", "error"),
    "a page that needs scripts": ("<p>Please enable JavaScript and disable any ad blocker to continue.</p>", ""),
    "no words at all": ("<div></div>", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_another_page_that_is_no_article_is_refused_in_one_line(name: str) -> None:
    body, told = REFUSED[name]
    with pytest.raises(InputError) as caught:
        load(f"<html><head><title>courier.example</title></head><body>{body}</body></html>")
    assert told in str(caught.value) and "\n" not in str(caught.value)
