"""Where a page tells the days of its article: every source, with what it says and how far it is a declaration."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pipeline.articles.day_values import ReadDay, is_day_alone, printed_days, read_day
from pipeline.articles.declared import Declared, Node, types_of, words_of
from pipeline.articles.headline import head_lines
from pipeline.articles.visible import is_around

Strength = Literal["declared", "hint"]

_PUBLISHED = (
    *("article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished"),
    *("article:publicationdate", "parsely-pub-date", "sailthru.date", "bt:pubdate", "publication_date", "publish-date"),
    *("publish_date", "pub_date", "pubdate", "publishdate", "published", "published_time", "dc.date.issued"),
    *("dcterms.issued", "dc.issued", "citation_publication_date", "article.published", "rnews:datepublished"),
    *(
        "cxenseparse:recs:publishtime",
        "cxenseparse:publishtime",
        "og:datepublished",
        "shareaholic:article_published_time",
    ),
    *("dcsext.articlefirstpublished", "displaydate", "article_date_original"),
)
_MAYBE = (
    "date",
    "dc.date",
    "dcterms.date",
    "dc.date.created",
    "dcterms.created",
    "datecreated",
    "created",
    "release_date",
)
"""Meta tags that often, and not always, hold the day of publication."""
_MODIFIED = (
    *(
        "article:modified_time",
        "og:modified_time",
        "og:updated_time",
        "datemodified",
        "dcterms.modified",
        "dc.date.modified",
    ),
    *("last-modified", "lastmod", "bt:moddate", "article:modified", "revision_date", "updated", "last_updated_date"),
)
_ADDRESS_DAY = re.compile(
    r"/((?:19|20)\d\d)[/-](\d{1,2}|[a-z]{3})[/-](\d{1,2})(?=[/_-]|$)|[/-]((?:19|20)\d{6})(?=[./_-]|$)"
)
_PRINTED_AS = re.compile(
    r"published|pubdate|pub-date|publish-date|entry-date|post-date|posted|date-published|article-date", re.I
)
_CHANGED_AS = re.compile(r"updated|modified|lastmod|revis|edited", re.I)


_AMERICA = re.compile(r"^en[-_](?:us|ca)\b|^es[-_](?:us|mx)|^pt[-_]br", re.I)
_AMERICAN_HOSTS = (".com", ".net", ".org", ".us", ".ca", ".edu", ".gov", ".news", ".tv", ".example")
_EASTERN = re.compile(r"^en[-_](?:au|nz|in|sg|my|hk|ph|jp|pk|za)\b|^(?:hi|ja|ko|zh|th|id|ms)\b", re.I)
_EASTERN_HOSTS = (
    ".au",
    ".nz",
    ".in",
    ".sg",
    ".my",
    ".hk",
    ".jp",
    ".kr",
    ".ph",
    ".cn",
    ".tw",
    ".th",
    ".id",
    ".pk",
    ".ae",
)


@dataclass(frozen=True)
class Found:
    """What one source says of one of the days."""

    raw: str
    source: str
    strength: Strength
    read: ReadDay | None


@dataclass(frozen=True)
class Page:
    """What the days of a page are looked for in."""

    tree: Any
    """With the scripts, without what is hidden."""
    declared: Declared
    address: str | None
    guessed: str | None = None
    """What a library for dates of pages makes of it."""
    now: datetime | None = None

    @property
    def american(self) -> bool:
        """True where a day without a zone may be that of America, by the language and the address."""
        return self._is_of(_AMERICA, _AMERICAN_HOSTS, plain_english=True)

    @property
    def eastern(self) -> bool:
        """True for pages of places that are a day ahead of UTC in the evening."""
        return self._is_of(_EASTERN, _EASTERN_HOSTS, plain_english=False)

    @property
    def month_first(self) -> bool:
        """True where 03/06 means the third of June to nobody: in the United States."""
        return bool(re.match(r"en[-_]us\b", self._language, re.I)) or _host(self.address).endswith((".us", ".gov"))

    @property
    def _language(self) -> str:
        return (self.declared.first("og:locale") or self.declared.language or "").strip()

    def _is_of(self, languages: re.Pattern[str], hosts: tuple[str, ...], *, plain_english: bool) -> bool:
        if languages.match(self._language):
            return True
        telling = re.match(r"[a-z]{2,3}[-_][a-z]{2}", self._language, re.I)
        host = _host(self.address or self.declared.canonical)
        if telling or not host:
            return plain_english and not telling
        return host.endswith(hosts)


def _host(address: str | None) -> str:
    match = re.match(r"(?:https?:)?//([^/:?#]+)", address or "", re.I)
    return match[1].lower() if match else ""


Read = Callable[[str], ReadDay | None]


def published_days(page: Page) -> Iterator[Found]:
    """Yield what tells the day of publication, the strongest first."""
    read = _reader(page)
    declared = page.declared
    yield from _in_json(declared.articles, "declared", read)
    for name, content in declared.named(*_PUBLISHED):
        yield Found(content, f"meta {name}", "declared", read(content))
    yield from _in_markup(page)
    if not declared.articles:
        yield from _in_json(declared.pages, "hint", read)
        yield from _in_json(declared.others, "hint", read, " of an article that the page does not call its own")
    for name, content in declared.named(*_MAYBE):
        yield Found(content, f"meta {name}", "hint", read(content))
    yield from _printed(page)
    yield from _in_address(page)


def _in_json(nodes: Sequence[Node], strength: Strength, read: Read, of: str = "") -> Iterator[Found]:
    for node in nodes:
        if words := words_of(node.get("datePublished")):
            yield Found(words, f"JSON-LD {types_of(node)[0]} datePublished{of}", strength, read(words))


def _in_address(page: Page) -> Iterator[Found]:
    for address in (page.address, page.declared.canonical, page.declared.first("og:url")):
        if address and (match := _ADDRESS_DAY.search(address.lower())):
            words = "-".join(part.zfill(2) for part in match.groups()[:3]) if match[1] else match[4]
            in_words = not words[5:6].isdigit()
            if day := read_day(" ".join(reversed(words.split("-"))) if in_words else words, now=page.now):
                yield Found(words, "the address", "hint", day)
                return


def modified_days(page: Page) -> Iterator[Found]:
    """Yield what tells the day of the last change."""
    read = _reader(page)
    for node in page.declared.articles:
        if words := words_of(node.get("dateModified")):
            yield Found(words, f"JSON-LD {types_of(node)[0]} dateModified", "declared", read(words))
    for name, content in page.declared.named(*_MODIFIED):
        yield Found(content, f"meta {name}", "declared", read(content))
    for element in _own_elements(page.tree):
        if "datemodified" in (element.get("itemprop") or "").lower().split():
            raw = _value(element)
            yield Found(raw, "microdata dateModified", "declared", read(raw))


def _reader(page: Page) -> Read:
    return lambda words: read_day(words, month_first=page.month_first, now=page.now)


def _value(element: Any) -> str:
    value = element.get("datetime") or element.get("content") or ""
    return (value or " ".join(element.text_content().split()))[:100]


def _in_markup(page: Page) -> Iterator[Found]:
    """Yield the days of publication that elements of the article itself are marked with."""
    read = _reader(page)
    for element in _own_elements(page.tree):
        if source := _marked(element):
            raw = _value(element)
            yield Found(raw, source, "declared", read(raw))


def _marked(element: Any) -> str | None:
    """Return what marks an element as the day of publication, or None."""
    names, classes = (element.get("itemprop") or "").lower().split(), element.get("class") or ""
    if "datepublished" in names:
        return "microdata datePublished"
    if element.tag == "time" and element.get("pubdate") is not None:
        return "time pubdate"
    if element.tag == "time" and _PRINTED_AS.search(classes) and not _CHANGED_AS.search(classes):
        return f"time of class {classes[:40]}"
    return "microformat dt-published" if "dt-published" in classes.split() else None


def _own_elements(tree: Any) -> Iterator[Any]:
    """Yield the elements with a day that belong to the article: not to a comment, a list of others or a side column."""
    main = _main_article(tree)
    around_heads = {above for head in tree.iter("h1") for above in head.iterancestors()}
    for element in main.iter():
        if not isinstance(element.tag, str):
            continue
        dated = element.tag == "time" or element.get("itemprop") or "dt-published" in (element.get("class") or "")
        if dated and not _is_of_another(element, main, around_heads):
            yield element


def _main_article(tree: Any) -> Any:
    """Return the element of the article: the one `article` around the headline, or the whole page."""
    head = next(iter(tree.iter("h1")), None)
    while head is not None:
        if head.tag == "article":
            return head
        head = head.getparent()
    articles = list(tree.iter("article"))
    return articles[0] if len(articles) == 1 else tree


def _is_of_another(element: Any, main: Any, around_heads: Set[Any]) -> bool:
    if element.get("itemprop") and (scope := _scope(element)) is not None:
        if not _OWN_KINDS.search(_kind(scope)):
            return True
        if scope is main or scope in around_heads:
            return any(above.get("itemprop") in _OF_OTHERS for above in (scope, *scope.iterancestors()))
    above = element.getparent()
    while above is not None and above is not main:
        if _kind(above) and not _OWN_KINDS.search(_kind(above)):
            return True
        if above.tag in ("article", "li", "aside", "nav", "footer") or (is_around(above) and not _dates_head(above)):
            return True
        above = above.getparent()
    return False


def _kind(element: Any) -> str:
    return (element.get("itemtype") or "").rstrip("/").rpartition("/")[2]


_OWN_KINDS = re.compile(r"Article$|Posting$|Page$|Report$|Creative")


def _scope(element: Any) -> Any:
    """Return the thing of microdata that a property is of: the nearest one around it."""
    return next((above for above in element.iterancestors() if above.get("itemscope") is not None), None)


_OF_OTHERS = ("comment", "isRelatedTo", "relatedLink", "citation", "mentions", "itemListElement", "review")


def _dates_head(element: Any) -> bool:
    """Tell whether an element that is no text is the line below the headline: byline, day, section."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return re.search(r"byline|author|meta|dateline|timestamp|credit|date", names, re.I) is not None


def _printed(page: Page) -> Iterator[Found]:
    """Yield the days that stand around the headline: labelled as publication, or alone in a `time`."""
    read = _reader(page)
    for element in _own_elements(page.tree):
        names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
        if element.tag != "time" or _CHANGED_AS.search(names) or _marked(element) or _tells_change(element):
            continue
        raw = _value(element)
        yield Found(raw, "the first time of the article", "hint", read(raw))
        break
    for line in head_lines(page.tree, page.declared.titles):
        for is_publication, value in printed_days(line):
            if is_publication and (day := read(value)):
                yield Found(value.strip(), "printed below the headline", "hint" if day.doubt else "declared", day)
        if is_day_alone(line) and (day := read(line)):
            yield Found(line, ALONE, "hint", day)


def _tells_change(element: Any) -> bool:
    """Tell whether a time, or the words just before it, say that it is that of a change."""
    before = element.getprevious()
    lead = (before.tail if before is not None else element.getparent().text) or ""
    return any(_CHANGED_AS.search(words) for words in (element.text_content()[:200], lead[-30:]))


ALONE = "a day that stands below the headline"
"""What no word calls the day of publication, and what may be another's."""
