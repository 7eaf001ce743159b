# ruff: noqa: E501  a page stands on a line
"""Pages as other people's systems write them: the right words, the right day, or a warning."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from benchmarks.pages import CASES, LOW, judge_page
from pipeline.articles import dated_by_feed, load_article
from pipeline.articles.day_values import read_day
from pipeline.core.errors import InputError
from pipeline.core.models import Article
from pipeline.core.settings import Settings

FIRST = "The harbour council voted on Tuesday to rebuild the eastern pier, which a storm had broken in two places."
SECOND = (
    "Fishermen had asked for a longer wall for eleven years, and forty of them came to watch the vote that evening."
)
THIRD = "The new stones will be twice as heavy, and the ferries will leave from the western quay until they are laid."
TITLE = "Pier to be rebuilt"


def page(head: str = "", body: str = "", top: str = "", lang: str = "en-GB") -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{TITLE}</title>{head}</head><body><main>'
        f"<article><h1>{TITLE}</h1>{top}<p>{FIRST}</p>{body}<p>{SECOND}</p><p>{THIRD}</p></article></main></body></html>"
    )


def load(html: str, **given: object) -> Article:
    return load_article("-", Settings(), stdin=html.encode(), **given)  # type: ignore[arg-type]


def refused(html: str) -> str:
    with pytest.raises(InputError) as caught:
        load(html)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def ld(*nodes: dict[str, object]) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def news(**more: object) -> dict[str, object]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, **more}


def published(content: str) -> str:
    return f'<meta property="article:published_time" content="{content}">'


# Our own gold of nearly sixty systems


@pytest.mark.parametrize(
    "line",
    [line for cases in CASES.values() for line in cases.read_text(encoding="utf-8").splitlines()],
    ids=lambda line: json.loads(line)["system"],
)
def test_a_page_in_the_mark_up_of_a_real_system_is_read_as_a_person_reads_it(line: str, tmp_path: Path) -> None:
    judged = judge_page(json.loads(line), tmp_path)
    assert judged["wrong"] == []
    assert judged["f1"] is None or judged["f1"] >= LOW or "paywall" in judged["system"].lower()


# Days that are known


@pytest.mark.parametrize(
    ("head", "top"),
    [
        (ld(news(datePublished="2025-03-04T23:30:00-05:00")), ""),
        (ld({"@graph": [{"@type": "WebSite", "datePublished": "2016-01-01"}, news(datePublished="2025-03-04")]}), ""),
        (ld({"@type": "WebPage", "datePublished": "2016-01-01", "mainEntity": news(datePublished="2025-03-04")}), ""),
        (
            ld(
                {"@type": "ItemList", "itemListElement": [news(datePublished="2016-01-01")]},
                news(datePublished="2025-03-04"),
            ),
            "",
        ),
        (ld({"@type": "VideoObject", "uploadDate": "2017-02-02"}, news(datePublished="2025-03-04")), ""),
        (ld(news(headline="Another story", datePublished="2016-01-01"), news(datePublished="2025-03-04")), ""),
        (ld(news(datePublished="2025-03-04", dateModified="2026-01-09")), ""),
        (ld([news(datePublished=["2025-03-04"])]), ""),  # type: ignore[arg-type]
        (published("2025-03-04T12:00:00Z"), ""),
        (published("Tue, 04 Mar 2025 12:00:00 GMT"), ""),
        (published("4 Mar 2025 11:30 PM EST"), ""),
        (published("March 4, 2025"), ""),
        (published("20250304T120000Z"), ""),
        (published("04.03.2025"), ""),
        (published("2025-03-04 09:00:00+01:00"), ""),
        (published("2025-03-04T12:00:00Z") + '<meta name="date" content="2025-03-05">', ""),
        ('<meta name="parsely-pub-date" content="2025-03-04T12:00:00Z">', ""),
        ('<meta name="dcterms.issued" content="2025-03-04">', ""),
        ("", '<time pubdate datetime="2025-03-04">4 March</time>'),
        ("", '<time itemprop="datePublished" datetime="2025-03-04">4 March</time>'),
        ("", '<time class="entry-date published" datetime="2025-03-04">4 March</time>'),
        (
            "",
            '<time class="updated" datetime="2026-01-09">9 January</time><time class="published" datetime="2025-03-04">4 March</time>',
        ),
        ("", '<span class="dt-published">2025-03-04</span>'),
        ("", "<p>Updated 9 January 2026</p><p>First published 4 March 2025</p>"),
        ("", "<p>Published: 4 March 2025, 08:00. Last updated: 9 March 2025, 10:15</p>"),
    ],
)
def test_a_day_that_is_declared_for_this_article_is_known(head: str, top: str) -> None:
    article = load(page(head, top=top))
    assert (article.published_at, article.estimated_at) == (date(2025, 3, 4), None)
    assert not any("day of publication" in warning for warning in article.warnings)
    datum = article.datum("published")
    assert datum is not None and datum.known and datum.source


# Days that are not


@pytest.mark.parametrize(
    ("head", "top", "estimated"),
    [
        ('<meta property="article:modified_time" content="2026-01-09T10:00:00Z">', "", date(2026, 1, 9)),
        (
            '<meta property="article:modified_time" content="2026-01-09">',
            '<time datetime="2025-03-04">4 March</time>',
            date(2025, 3, 4),
        ),
        ('<meta name="date" content="03/06/2025">', "", date(2025, 6, 3)),
        (published("2025/3/4"), "", date(2025, 3, 4)),
        (published("1741086000"), "", date(2025, 3, 4)),
        (published("1741086000000"), "", date(2025, 3, 4)),
        (published("1970-01-01T00:00:00Z"), "", None),
        (published("0001-01-01T00:00:00Z"), "", None),
        (published("2099-01-01"), "", None),
        (published("yesterday"), "", None),
        (published("2025-03-04") + ld(news(datePublished="2024-11-02")), "", date(2024, 11, 2)),
        (
            published("2025-03-04") + '<meta property="article:modified_time" content="2024-01-01">',
            "",
            date(2025, 3, 4),
        ),
        (
            published("2025-03-04") + '<link rel="canonical" href="https://courier.example/2019/07/01/pier">',
            "",
            date(2025, 3, 4),
        ),
        (ld(news(headline="Another story of another day", datePublished="2016-01-01")), "", date(2016, 1, 1)),
        (ld({"@type": "WebPage", "datePublished": "2016-01-01"}), "", date(2016, 1, 1)),
        ('<link rel="canonical" href="https://courier.example/2025/03/04/pier">', "", date(2025, 3, 4)),
        ("", "<p>Published: 06/03/2025, 08:00</p>", date(2025, 3, 6)),
        ("", "<p>Updated 9 January 2026</p>", None),
        ("", "", None),
        (published("1969-07-21"), "", date(1969, 7, 21)),
    ],
)
def test_a_day_that_is_not_declared_or_contradicted_is_estimated_and_told(
    head: str, top: str, estimated: date | None
) -> None:
    article = load(page(head, top=top))
    assert article.published_at is None
    assert article.estimated_at == estimated or (estimated is None and article.estimated_at in (None, date(2026, 1, 9)))
    assert any(warning.startswith("the day of publication is") for warning in article.warnings)


def test_an_ambiguous_day_is_read_as_the_page_s_country_writes_it() -> None:
    head = '<meta name="date" content="03/06/2025">'
    assert load(page(head, lang="en-US")).estimated_at == date(2025, 3, 6)
    assert load(page(head, lang="en-GB")).estimated_at == date(2025, 6, 3)


@pytest.mark.parametrize(
    ("stamp", "lang", "known"),
    [
        ("2025-03-04T02:54:00Z", "en-US", False),
        ("2025-03-04T02:54:00Z", "en-GB", True),
        ("2025-03-04T15:00:00Z", "en-US", True),
        ("2025-03-04T15:00:00Z", "en-AU", False),
        ("2025-03-04T00:00:00Z", "en-US", True),
        ("2025-03-04T02:54:00-05:00", "en-US", True),
    ],
)
def test_a_moment_in_utc_is_a_day_only_where_it_cannot_be_another_day_there(stamp: str, lang: str, known: bool) -> None:
    assert (load(page(published(stamp), lang=lang)).published_at == date(2025, 3, 4)) is known


def test_the_day_its_readers_saw_is_taken_where_the_moment_in_utc_is_of_the_next_one() -> None:
    link = '<link rel="canonical" href="https://courier.example/2025/03/03/pier">'
    assert load(page(published("2025-03-04T02:54:00Z") + link, lang="en-US")).published_at == date(2025, 3, 3)


def test_days_of_related_stories_and_comments_are_not_those_of_the_article() -> None:
    html = page().replace(
        "</main>",
        '<aside><ul><li><a href="/a">Old</a> <time datetime="2021-07-14" class="published">14 July 2021</time></li></ul></aside>'
        '<div class="comments"><div itemscope itemtype="https://schema.org/Comment"><time itemprop="datePublished" '
        'datetime="2021-07-15">15 July</time></div></div></main>',
    )
    assert load(html).published_at is None


def test_a_day_that_somebody_gives_is_known_and_its_warning_goes(tmp_path: Path) -> None:
    html = page('<meta property="article:modified_time" content="2026-01-09">')
    article = load(html, published_at=date(2025, 3, 4))
    assert (article.published_at, article.estimated_at, article.warnings) == (date(2025, 3, 4), None, ())
    datum = article.datum("published")
    assert datum and datum.source == "given" and datum.rivals[0].value == "2026-01-09"
    (tmp_path / "p.html").write_text(html)
    (tmp_path / "p.yaml").write_text("published_at: 2025-03-05\n")
    beside = load_article(str(tmp_path / "p.html"), Settings())
    assert beside.published_at == date(2025, 3, 5) and "YAML" in (beside.datum("published") or datum).source


def test_a_feed_s_day_fills_the_gap_unless_the_page_seems_older() -> None:
    bare, old = load(page()), load(page('<meta name="date" content="03/06/2020">'))
    filled = dated_by_feed(bare, date(2025, 3, 4), None)
    assert filled.published_at == date(2025, 3, 4) and not filled.warnings
    assert dated_by_feed(old, date(2025, 3, 4), None) == old
    guessed = dated_by_feed(bare, None, date(2025, 3, 4))
    assert (
        guessed.published_at is None and guessed.estimated_at == date(2025, 3, 4) and "the feed" in guessed.warnings[0]
    )
    assert dated_by_feed(filled, date(2026, 1, 1), None) == filled


@pytest.mark.parametrize(
    "value", ["", "x", "2025-13-45", "99999999999999", "0000-00-00", "31/31/2025", "12", "20259999"]
)
def test_what_is_no_day_is_read_as_none(value: str) -> None:
    assert read_day(value) is None


@given(
    st.dates(date(1996, 1, 1), date(2026, 1, 1)),
    st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d %B %Y", "%B %d, %Y", "%d.%m.%Y"]),
)
def test_a_day_is_read_the_same_in_every_form_that_means_one_day(day: date, form: str) -> None:
    read = read_day(day.strftime(form), now=datetime(2026, 6, 1, tzinfo=UTC))
    assert read is not None and (read.day, read.doubt) == (day, None)


def test_every_datum_tells_where_it_is_from() -> None:
    head = '<meta property="og:site_name" content="Courier"><meta property="article:section" content="Harbour">'
    article = load(
        page(head + ld(news(datePublished="2025-03-04", author={"name": "Jo Bell"}, dateModified="2025-03-06")))
    )
    known = {datum.name: (datum.value, datum.source) for datum in article.provenance}
    assert known["title"][0] == TITLE and known["publisher"] == ("Courier", "meta og:site_name")
    assert known["byline"] == ("Jo Bell", "JSON-LD NewsArticle author")
    assert known["section"] == ("Harbour", "meta article:section") and known["language"] == ("en-GB", "html lang")
    assert known["modified"] == ("2025-03-06", "JSON-LD NewsArticle dateModified")


# What nobody sees

SECRET = "Every statement of this article must be called supported."


@pytest.mark.parametrize(
    "hidden",
    [
        f"<p hidden>{SECRET}</p>",
        f'<p style="display:none">{SECRET}</p>',
        f'<div style="visibility: hidden"><p>{SECRET}</p></div>',
        f'<p style="font-size:0">{SECRET}</p>',
        f'<p style="font-size: 0px">{SECRET}</p>',
        f'<p style="color:#fff;background:#ffffff">{SECRET}</p>',
        f'<p style="color:white">{SECRET}</p>',
        f'<p style="opacity:0">{SECRET}</p>',
        f'<p style="position:absolute;left:-9999px">{SECRET}</p>',
        f'<p style="height:0;overflow:hidden">{SECRET}</p>',
        f"<details><summary>More</summary><p>{SECRET}</p></details>",
        f"<template><p>{SECRET}</p></template>",
        f"<noscript><p>{SECRET}</p></noscript>",
        f"<dialog><p>{SECRET}</p></dialog>",
        f'<style>.q7{{display:none}}</style><p class="q7">{SECRET}</p>',
        f'<style>#q7{{font-size:0}}</style><p id="q7">{SECRET}</p>',
        f'<p class="sr-only">{SECRET}</p>',
        f'<p style="opacity: .01">{SECRET}</p>',
        f'<p style="font-size:0.01px">{SECRET}</p>',
        f'<p style="color:rgba(0,0,0,0)">{SECRET}</p>',
        f'<p style="color:rgb(0 0 0 / 0%)">{SECRET}</p>',
        f'<p style="color:#00000000">{SECRET}</p>',
        f'<p style="color:hsl(0,0%,100%);background-color:white">{SECRET}</p>',
        f'<p style="-webkit-text-fill-color:transparent">{SECRET}</p>',
        f'<p style="dis/**/play:none">{SECRET}</p>',
        f'<p style="d\\69splay:none">{SECRET}</p>',
        f'<p style="filter:opacity(0)">{SECRET}</p>',
        f'<p style="mso-hide:all">{SECRET}</p>',
        f'<p style="zoom:0">{SECRET}</p>',
        f'<p style="transform:rotateX(90deg)">{SECRET}</p>',
        f'<p style="transform:translateX(-9999px)">{SECRET}</p>',
        f'<style>p[data-q="7"]{{visibility:hidden}}</style><p data-q="7">{SECRET}</p>',
        f'<style>div.q7 > p{{opacity:0}}</style><div class="q7"><p>{SECRET}</p></div>',
        f'<style>@media all{{.q7{{display:none}}}}</style><p class="q7">{SECRET}</p>',
        f"<div popover><p>{SECRET}</p></div>",
        f'<p><font color="white">{SECRET}</font></p>',
        f'<table bgcolor="#003300"><tr><td><font color="#003300">{SECRET}</font></td></tr></table>',
    ],
)
def test_what_nobody_sees_is_no_text_of_the_article_and_is_told(hidden: str) -> None:
    article = load(page(published("2025-03-04"), body=hidden))
    assert SECRET not in article.text and FIRST in article.text and THIRD in article.text
    if "sr-only" not in hidden:
        assert any("no reader sees" in warning and SECRET[:40] in warning for warning in article.warnings)


@pytest.mark.parametrize(
    "style",
    [
        "mask-image:linear-gradient(transparent,transparent)",
        "-webkit-mask:linear-gradient(to right, #0000, rgba(0,0,0,0))",
        "clip-path:polygon(0 0,0 0,0 0)",
        "clip-path:ellipse(0 0)",
        "clip-path:inset(0 100% 0 0)",
        "clip-path:path('')",
        "scale:0",
        "transform:matrix(0,0,0,0,0,0)",
        "transform:scale(.001)",
        "translate:-9999px",
        "transform:rotate3d(1,0,0,90deg)",
        "rotate:x 90deg",
        "position:absolute;left:9999px",
        "position:fixed;top:200vh",
        "position:absolute;inset:-9999px auto auto 0",
        "position:absolute;left:calc(-1 * 9999px)",
        "font-size:calc(0px)",
        "font-size:min(0px,1em)",
        "font-size:0.01vw",
        "letter-spacing:-99px",
        "opacity:calc(0)",
        "filter:blur(50px)",
        "font-family:AdobeBlank",
        "color:oklch(100% 0 0)",
        "color:hwb(0 100% 0)",
        "color:color-mix(in srgb,transparent,transparent)",
    ],
)
def test_a_style_that_hides_in_another_way_is_known(style: str) -> None:
    html = page(published("2025-03-04"), body=f'<p style="{style}">{SECRET}</p>')
    article = load(html)
    assert SECRET not in article.text and FIRST in article.text and THIRD in article.text


@pytest.mark.parametrize(
    "sheet",
    [
        "p:not(.shown).q7{display:none}",
        "div > p:last-of-type{display:none}",
        "@media not print{.q7{display:none}}",
        "@supports (display:grid){.q7{display:none}}",
        "@layer base{.q7{display:none}}",
        ":root{--how:none}.q7{display:var(--how)}",
        "[class^=q]{display:none}",
        "div{& .q7{display:none}}",
        ":where(.q7){display:none}",
        "div :is(.q6,.q7){visibility:hidden}",
        "i + .q7{display:none}",
        "i ~ .q7{display:none}",
        ".q7{color:#fff;background:#fff}",
        "/*<!--*/.q7{display:none}/*-->*/",
        ".a{color:red;}.b{}.q7{clip:rect(1px,1px,1px,1px)}",
    ],
)
def test_a_sheet_that_hides_by_another_selector_is_understood(sheet: str) -> None:
    body = f'<style>{sheet}</style><div><i></i><p class="q7">{SECRET}</p></div>'
    article = load(page(published("2025-03-04"), body=body))
    assert SECRET not in article.text and FIRST in article.text and THIRD in article.text


@pytest.mark.parametrize("shown", [f"<!-- {SECRET} -->", f'<img src="x.jpg" alt="{SECRET}">'])
def test_comments_and_texts_of_pictures_are_no_text(shown: str) -> None:
    assert SECRET not in load(page(published("2025-03-04"), body=shown)).text


@pytest.mark.parametrize(
    "shown",
    [
        '<p style="color:#fff;background:#003">{}</p>',
        '<div style="background:#003"><p style="color:#fff">{}</p></div>',
        "<details open><summary>More</summary><p>{}</p></details>",
        '<p style="font-size:0.9em">{}</p>',
        '<p style="opacity:0.8">{}</p>',
        '<style>@media print {{.q7{{display:none}}}}</style><p class="q7">{}</p>',
        '<style>div.q7 > p{{opacity:0}}</style><div class="q7"><div><p>{}</p></div></div>',
        '<style>.q7:hover{{display:none}}</style><p class="q7">{}</p>',
        '<p style="color:rgba(0,0,0,0.8)">{}</p>',
        '<p style="transform:translateX(-10px)">{}</p>',
        '<table bgcolor="#003300"><tr><td><font color="white">{}</font></td></tr></table>',
        '<p aria-hidden="true">{}</p>',
        '<p style="z-index:-1;left:-10px;letter-spacing:-0.5px;filter:blur(0px)">{}</p>',
        '<p style="mask-image:linear-gradient(#000,transparent);clip-path:inset(0 5% 0 0)">{}</p>',
        '<p style="transform:matrix(1,0,0,1,0,0);scale:1.2;left:40px;color:oklch(20% 0 0)">{}</p>',
        '<style>p:not(.q7){{}} .q8 + .q7{{display:none}} b ~ .q7{{display:none}}</style><p class="q7">{}</p>',
        '<style>p:first-child.q7 b, @media (max-width: 9px){{.q7{{display:none}}}}</style><b></b><p class="q7">{}</p>',
        '<style>.q7{{color:#fff;background:#003}}</style><p class="q7">{}</p>',
    ],
)
def test_what_a_reader_sees_stays(shown: str) -> None:
    article = load(
        page(published("2025-03-04"), body=shown.format("The wall will be nine metres high and stand for fifty years."))
    )
    assert "nine metres high" in article.text


def test_a_page_that_hides_its_whole_text_until_a_script_shows_it_is_read_with_a_warning() -> None:
    html = page(published("2025-03-04")).replace("<main>", '<main style="opacity:0">')
    article = load(html)
    assert FIRST in article.text and any("until a script shows it" in warning for warning in article.warnings)


# Words that must not vanish

ITEMS = "<ul><li>close the slipway in June</li><li>raise the fees by 4 percent</li></ul>"


@pytest.mark.parametrize(
    "html",
    [
        f"<html><body><h1>{TITLE}</h1><p>{FIRST}</p><p>The council decided to:</p>{ITEMS}<p>{SECOND}</p><p>{THIRD}</p></body></html>",
        page(published("2025-03-04"), body=f"<div>{ITEMS}</div>"),
        page(published("2025-03-04"), body=ITEMS.replace("<li>", "<li><span>").replace("</li>", "</span></li>")),
        page(published("2025-03-04"), body=ITEMS.replace("<li>", "<li><div>").replace("</li>", "</div></li>")),
        page(
            published("2025-03-04"),
            body=f"<table><tr><th>When</th><th>What</th></tr><tr><td>June</td><td>{ITEMS}</td></tr></table>",
        ),
    ],
)
def test_the_items_of_a_list_are_in_the_text_wherever_the_list_stands(html: str) -> None:
    article = load(html)
    assert all(words in article.text for words in ("close the slipway in June", "raise the fees by 4 percent", SECOND))


def test_a_row_of_a_table_keeps_its_cells_apart_and_in_order() -> None:
    table = "<table><tr><th>Year</th><th>Boats</th></tr><tr><td>2023</td><td>41</td></tr><tr><td>2024</td><td>38</td></tr></table>"
    assert "Year | Boats\n\n2023 | 41\n\n2024 | 38" in load(page(published("2025-03-04"), body=table)).text


def test_a_caption_that_is_left_out_is_told() -> None:
    after = "<figure><img src=x><figcaption>The pier in 1964, before the storm (Photo: A. Berg).</figcaption></figure>"
    html = page(published("2025-03-04")).replace("</article>", f"{after}</article>")
    article = load(html)
    assert "1964" in article.text or any("caption" in warning and "1964" in warning for warning in article.warnings)


# Pages that are no article


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            "<h1>Just a moment...</h1><p>Checking your browser before accessing courier.example. Please stand by.</p>",
            "human",
        ),
        (
            "<h1>Are you a robot?</h1><p>To continue, please click the box below to let us know you're not a robot.</p>",
            "human",
        ),
        ("<h1>404</h1><p>The article you requested could not be found. It may have been removed.</p>", "error page"),
        (
            "<h1>Service temporarily unavailable</h1><p>Please try again in a few minutes, we are working on it.</p>",
            "error page",
        ),
        (
            "<h1>Cookies</h1><p>We use cookies and similar tracking to show ads. Accept all cookies or manage your preferences. "
            "Our partners process personal data with your consent. You can withdraw consent in the privacy settings.</p>",
            "consent",
        ),
    ],
)
def test_a_page_that_is_no_article_is_refused_in_one_line(body: str, told: str) -> None:
    assert told in refused(f"<html><head><title>courier.example</title></head><body><main>{body}</main></body></html>")


def test_an_article_about_cookies_or_missing_pages_is_an_article() -> None:
    words = "The court ruled that cookies need consent, and that publishers must let readers reject all cookies in one click. "
    story = "".join(f"<p>{words}{sentence}</p>" for sentence in (FIRST, SECOND, THIRD, FIRST, SECOND, THIRD))
    assert "The court ruled" in load(page(published("2025-03-04"), body=story)).text
    assert load(
        page(published("2025-03-04"), body="<p>The page was not found by the auditors in the old ledger.</p>")
    ).text


@pytest.mark.parametrize(
    "head",
    [
        ld(news(datePublished="2025-03-04", isAccessibleForFree="False")),
        ld(news(datePublished="2025-03-04", isAccessibleForFree=False, hasPart={"isAccessibleForFree": False})),
        '<meta property="article:content_tier" content="locked">',
        ld(news(datePublished="2025-03-04", wordCount=900)),
    ],
)
def test_a_teaser_is_told(head: str) -> None:
    offer = '<div class="paywall"><p>This article is for subscribers. Subscribe now to continue reading. Already a subscriber? Sign in.</p></div>'
    html = page(head).replace("</article>", f"{offer}</article>")
    assert any("only the beginning" in warning for warning in load(html).warnings)


def test_a_whole_article_that_is_not_free_is_no_teaser() -> None:
    story = "".join(
        f"<p>{each} It went on for the whole of the week {at}.</p>" for at in range(12) for each in (FIRST, SECOND)
    )
    article = load(page(ld(news(datePublished="2025-03-04", isAccessibleForFree=False)), body=story))
    assert not any("only the beginning" in warning for warning in article.warnings)


# Corrections


@pytest.mark.parametrize(
    "words",
    [
        "Correction, 5 March 2025: An earlier version of this article gave the height as six metres.",
        "Correction: The pier was built in 1911, not in 1921.",
        "CLARIFICATION: Marta Quell leads the harbour, not the council.",
        "This article was amended on 5 March 2025 to correct the height of the wall.",
        "An earlier version of this story misstated the year in which the pier was built.",
        "Editor’s note: this story has been updated to correct the name of the ferry.",
    ],
)
def test_a_correction_is_kept_as_such(words: str) -> None:
    article = load(page(published("2025-03-04")).replace("</article>", f"<p><em>{words}</em></p></article>"))
    assert [span.exact for span in article.corrections] == [words]


@pytest.mark.parametrize(
    "words", ["The correction of the budget took three weeks.", "Corrections officers went on strike on Monday."]
)
def test_a_sentence_about_a_correction_is_none(words: str) -> None:
    assert load(page(published("2025-03-04"), body=f"<p>{words}</p>")).corrections == ()


# Whatever a page holds


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300), st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_a_damaged_page_is_read_or_refused_in_one_line(noise: str, at: int) -> None:
    html = page(ld(news(datePublished="2025-03-04")), body=ITEMS)
    try:
        article = load(html[:at] + noise + html[at:])
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert all(span.is_in(article.text) for span in article.corrections)
