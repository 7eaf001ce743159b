"""Articles on several pages: told, because only the page that was given is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from pipeline.articles.declared import Declared
from pipeline.articles.visible import Seen

_OF = re.compile(r"\bpage\s+(\d{1,2})\s*(?:of|/)\s*(\d{1,2})\b", re.IGNORECASE)
_PARAMETERS = frozenset({"page", "pg", "pagenum", "page_num", "pagewanted", "paged"})
_NUMBERED = re.compile(r"(?:/page)?[/_-](?:page-?|p)?(\d{1,2})(?=(?:\.\w{2,5})?/?$)")
_WORDS_OF_A_MARK = 12
_MOST_PAGES = 50
_PIECES = 4
"""Stretches of text of a link that are looked at."""
_PLAINLY = re.compile(r"/page[/-]?\d{1,2}/?$|[?&](?:page|pg|pagenum|page_num|pagewanted|paged)=\d", re.IGNORECASE)
"""What names a page where the article's own address is not known."""
_OTHERS = re.compile(r"(?:^|[\s_-])(?:comments?|respond|disqus|replies)(?:$|[\s_-])", re.IGNORECASE)


def paging_warning(tree: Any, declared: Declared, url: str | None, seen: Sequence[Seen]) -> str | None:
    """Return a warning where the article goes on, or began, on another page; None where it seems to be whole.

    A link to the next story is none to the next page: the address must be the same but for the number of the page.
    """
    at, of = next(_marks(seen), (None, None)) if seen else (None, None)
    if at is None:
        numbers = _linked_pages(tree, url or declared.canonical or declared.first("og:url"))
        own = _number_in(url) or 1
        others = [number for number in numbers if number != own]
        if not others:
            return None
        at = max(before) + 1 if (before := [each for each in others if each < own]) and not url else own
    which = f"page {at} of {of}" if of else f"page {at} of several"
    return (
        f"this is {which} of the article, and only it was read: save the whole article in one file, or check each page"
    )


def _marks(seen: Sequence[Seen]) -> Iterator[tuple[int, int]]:
    """Yield the numbers in marks such as `Page 1 of 3` that stand alone, not below comments."""
    for each in seen:
        match = _OF.search(each.text) if len(each.words) <= _WORDS_OF_A_MARK else None
        if (
            match
            and 1 <= int(match[1]) <= int(match[2])
            and 1 < int(match[2]) <= _MOST_PAGES
            and not _is_of_others(each.element)
        ):
            yield int(match[1]), int(match[2])


def _linked_pages(tree: Any, own: str | None) -> list[int]:
    """Return the numbers of the pages of this article that the page links to as next, previous or by their number."""
    found = []
    for link in tree.iter("link", "a"):
        address = (link.get("href") or "").strip()
        if not address or not _leads_on(link):
            continue
        number = _page_of(address, own)
        if number is not None and not _is_of_others(link):
            found.append(number)
    return found


def _leads_on(link: Any) -> bool:
    relation = (link.get("rel") or "").lower().split()
    if link.tag == "link" or {"next", "prev"} & set(relation):
        return bool({"next", "prev"} & set(relation))
    words = " ".join(" ".join(islice(link.itertext(), _PIECES)).split()).lower()
    return words in ("next page", "previous page", "page 2") or (words.isdigit() and 2 <= int(words) <= _MOST_PAGES)


def _page_of(address: str, own: str | None) -> int | None:
    """Return the number of the page that an address names, where the rest of it is the article's own address."""
    try:
        number, base = _split(urljoin(own or "", address))
        mine = _split(own)[1] if own else None
    except ValueError:
        return None
    if mine is not None:
        return (number or 1) if base == mine and address.strip() != own else None
    return number if _PLAINLY.search(address) else None


def _number_in(url: str | None) -> int | None:
    try:
        return _split(url)[0] if url else None
    except ValueError:
        return None


def _split(address: str) -> tuple[int | None, str]:
    """Return the number of the page in an address, if any, and the address without it, without scheme and fragment."""
    parts = urlsplit(address)
    given = parse_qsl(parts.query)
    told = [value for name, value in given if name.lower() in _PARAMETERS]
    path, match = parts.path.rstrip("/"), _NUMBERED.search(parts.path)
    number = int(told[0]) if told and told[0].isdigit() else None
    if number is None and match:
        number, path = int(match[1]), parts.path[: match.start()]
    rest = urlencode([(name, value) for name, value in given if name.lower() not in _PARAMETERS])
    path = re.sub(r"\.\w{2,5}$", "", path)
    return number if number is None or 1 <= number <= _MOST_PAGES else None, f"{parts.netloc.lower()}{path}?{rest}"


def _is_of_others(element: Any) -> bool:
    """Tell whether an element stands among the comments of readers."""
    return any(
        _OTHERS.search(f"{above.get('class') or ''} {above.get('id') or ''}") for above in element.iterancestors()
    )
