"""HTML pages: what is hidden goes, trafilatura finds the article, what it drops is put back or told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from pipeline.articles.cleaning import Block
from pipeline.articles.dating import find_days
from pipeline.articles.day_sources import Page
from pipeline.articles.declared import read_declared
from pipeline.articles.extracting import Extracted, extract
from pipeline.articles.hidden import Hidden, take_hidden_out
from pipeline.articles.live import Part, read_entries
from pipeline.articles.metadata import Metadata
from pipeline.articles.origins import find_origins
from pipeline.articles.page_kinds import index_warning, paywall_warning, refuse_no_article
from pipeline.articles.page_tables import write_rows_as_lines
from pipeline.articles.paging import paging_warning
from pipeline.articles.recovering import recover
from pipeline.articles.visible import Kept, is_around, seen_blocks
from pipeline.core.errors import InputError
from pipeline.core.models import Datum

_PLAINLY_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article|main|div|p)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>")
_HIDDEN_WORDS = 4
"""Words from which on a hidden stretch of the article is told."""
_FEW = 60
"""Words of a page below which what is hidden may be the article."""
_REVEALED = "the page hides its text until a script shows it: what was read may not be what its readers see"
_CODE = re.compile(r"/\*|\bfunction\s*\(|[{};]\s*\w+\.\w+\(")
_TELL = 80
"""Characters of it that are shown."""


@dataclass(frozen=True)
class ReadPage:
    """What was read from a page."""

    blocks: list[Block]
    metadata: Metadata
    data: tuple[Datum, ...]
    warnings: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    """Those with a day of their own; blocks name them by number."""


def is_html(text: str) -> bool:
    """Tell whether a text plainly is HTML: it begins with a tag that only a page begins with."""
    return _PLAINLY_HTML.match(text.removeprefix("\ufeff")[:4000]) is not None


def read_page(html: str, name: str, url: str | None = None) -> ReadPage:
    """Return a page's article as blocks, what is known of it, and warnings. Raises InputError where it has none."""
    tree = _parse(html, name)
    declared = read_declared(tree)
    _drop_advertisements(tree)
    write_rows_as_lines(tree)
    whole = deepcopy(tree)
    hidden = take_hidden_out(tree)
    body = next(iter(tree.iter("body")), tree)
    seen = seen_blocks(body)
    words = " ".join(each.text for each in seen)
    refuse_no_article(words, [*declared.titles, *([declared.first("title") or ""])], name, declared)
    page, revealed = extract(tree, url), None
    if len(words.split()) < _FEW or not page.blocks:
        page, revealed = _reveal(whole, url, page)
    if revealed is not None:
        tree, hidden, body = whole, [], next(iter(whole.iter("body")), whole)
        seen = seen_blocks(body)
    if not page.blocks:
        raise InputError(
            f"{name} has no article text in its HTML (is it a list of links, or drawn by a script?): "
            "copy the article's text into a .txt file"
        )
    days = find_days(Page(tree, declared, url, page.day))
    titles = [each for each in (*(content for _, content in declared.named("og:title")), declared.title) if each]
    recovered = recover(page.blocks, seen, body, titles)
    entries, blocks = read_entries(recovered.region, declared, recovered.blocks)
    kept = "\n".join(block.text for block in blocks)
    warnings = (
        days.warning,
        revealed,
        *recovered.warnings,
        _hidden_warning(hidden, recovered.region, Kept([block.text for block in blocks])),
        paywall_warning(declared, words, kept),
        index_warning(declared, recovered.seen, kept),
        paging_warning(whole, declared, url, seen),
    )
    origins = find_origins(declared, title=page.title, publisher=page.site, byline=page.author)
    metadata = Metadata(
        title=page.title,
        publisher=page.site,
        published_at=days.known,
        estimated_at=days.estimated,
        url=page.url,
    )
    told = tuple(each for each in warnings if each)
    return ReadPage(blocks, metadata, (*origins, *days.data), told, tuple(entries))


def shown_words(html: str, name: str) -> str:
    """Return all words that a page shows, those around an article too. Raises InputError where it has none."""
    tree = _parse(html, name)
    take_hidden_out(tree)
    return " ".join(each.text for each in seen_blocks(next(iter(tree.iter("body")), tree)))


def _parse(html: str, name: str) -> Any:
    from lxml import etree, html as lxml_html

    try:
        # lxml takes a declared encoding only with bytes
        tree = lxml_html.document_fromstring(_XML_DECLARATION.sub("", html).replace("\0", ""))
    except (etree.ParserError, ValueError) as error:
        raise InputError(f"{name} has no article text in its HTML: copy the article's text into a .txt file") from error
    _blank_controls(tree)
    return tree


_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What a page may hold, as `&#1;` too, and no tree takes when words are moved in it."""


def _blank_controls(tree: Any) -> None:
    """Write a blank for each control character in the words of a page."""
    for element in tree.iter():
        for part in ("text", "tail"):
            words = getattr(element, part)
            if isinstance(words, str) and _CONTROLS.search(words):
                setattr(element, part, _CONTROLS.sub(" ", words))


def _drop_advertisements(tree: Any) -> None:
    """Take out what AMP marks as no part of the article: advertisements, other pages' teasers, forms, bars."""
    for element in list(tree.iter(*_AMP)):
        if element.getparent() is not None:
            element.drop_tree()


_AMP = (
    *("amp-ad", "amp-auto-ads", "amp-sticky-ad", "amp-embed", "amp-consent", "amp-sidebar", "amp-social-share"),
    *("amp-user-notification", "amp-subscriptions-dialog", "amp-next-page", "amp-app-banner", "amp-analytics"),
)


def _reveal(whole: Any, url: str | None, page: Extracted) -> tuple[Extracted, str | None]:
    """Return what a page holds where it hides all of its text until a script shows it."""
    other = extract(whole, url)
    more = sum(len(block.text) for block in other.blocks) > 2 * sum(len(block.text) for block in page.blocks)
    return (other, _REVEALED) if more else (page, None)


def _hidden_warning(hidden: Sequence[Hidden], region: Any, kept: Kept) -> str | None:
    """Tell what was hidden within the article and does not stand in it as well, with its first words."""
    inside = set(region.iter())
    told = [
        each
        for each in hidden
        if each.parent in inside
        and each.how != "for screen readers"
        and len(each.words.split()) >= _HIDDEN_WORDS
        and not is_around(each.parent)
        and not _CODE.search(each.words)
        and kept.place(re.findall(r"\w+", each.words.casefold())) is None
    ]
    if not told:
        return None
    words = told[0].words if len(told[0].words) <= _TELL else told[0].words[: _TELL - 1] + "…"
    count = f"{len(told)} stretches of text" if len(told) > 1 else "a stretch of text"
    return f"{count} within the article that no reader sees ({told[0].how}) was left out: “{words}”"
