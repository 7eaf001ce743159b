"""What all HTML pages share: the templates' environment, escaped words, an article's lines, style and policy."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from pipeline.core.models import Article
from pipeline.core.printing import ORDERS, visible
from pipeline.reports.shared.views import headline, spell_date, web_link
from pipeline.reports.shared.wording import (
    DIFFERS,
    FLAGS,
    OUTCOMES,
    REASONS,
    UNCHECKABLE,
    assumed_day,
    shorten,
    spell_probabilities,
)

if TYPE_CHECKING:
    from jinja2 import Environment

_UNSAFE = re.compile(rf"\r|{ORDERS.pattern}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def shown(text: str) -> Markup:
    """Escape a text so that the browser keeps it, and confine and name what would reorder its surroundings."""
    if not _UNSAFE.search(text):
        return escape(text)
    parts: list[Markup] = []
    at = 0
    for match in _UNSAFE.finditer(text):
        parts += [escape(text[at : match.start()]), _unsafe(match.group())]
        at = match.end()
    return Markup("").join([*parts, escape(text[at:])])


def _unsafe(character: str) -> Markup:
    if character == "\r":
        return Markup("&#13;")
    if character == "\0":
        return Markup("\ufffd")
    kept = "\ufffd" if unicodedata.category(character) in ("Cc", "Cs") else character
    return Markup('<bdi class="hidden-character" data-name="U+{:04X}">{}</bdi>').format(ord(character), kept)


def page_language(article: Article) -> str | None:
    """Return the article's language if it is one a page may declare."""
    return article.language if _LANGUAGE.fullmatch(article.language) else None


def text_lines(text: str) -> list[tuple[int, int, int]]:
    """Return start, end and next start of each line; empty lines belong to the gap of the line above."""
    lines: list[tuple[int, int, int]] = []
    after = 0
    for line in text.splitlines(keepends=True):
        start, after = after, after + len(line)
        if lines and not line.strip():
            lines[-1] = (*lines[-1][:2], after)
        else:
            lines.append((start, start + len(line.rstrip()), after))
    return lines


def heading_levels(article: Article) -> dict[int, int]:
    """Return the level each heading is shown at, by offset: below the page's own, and no level left out."""
    shown_at: dict[int, int] = {}
    above = 2
    for heading in sorted(article.headings, key=lambda heading: heading.span.start):
        above = min(above + 1, heading.level + 1, 6) if heading.level >= 2 else 3
        shown_at[heading.span.start] = above
    return shown_at


@cache
def environment(package: str) -> Environment:
    """Return the environment of a package's templates: everything is escaped, and a missing name is an error.

    They may use the templates that all pages share, `page.html.j2` and `shared.html.j2`.
    """
    from jinja2 import (  # seldom needed: most are written already
        ChoiceLoader,
        Environment,
        PackageLoader,
        StrictUndefined,
    )

    made = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader(__package__)]),
        autoescape=True,
        finalize=lambda value: visible(value) if type(value) is str else value,  # markup is ours, and shows its own
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        shown=shown,
        plain=visible,
        day=spell_date,
        short=shorten,
        web_link=web_link,
        csp_hash=csp_hash,
        likely=spell_probabilities,
    )
    made.globals.update(
        outcome_words=OUTCOMES,
        flag_words=FLAGS,
        differs_words=DIFFERS,
        reasons=REASONS,
        uncheckable=UNCHECKABLE,
        headline=headline,
        assumed_day=assumed_day,
        page_language=page_language,
    )
    return made


def inline(package: str, name: str) -> Markup:
    """Return one of our own style sheets or scripts, to stand in a page as it is."""
    text = (resources.files(package) / "templates" / name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 # nosec B704 # our own


def common_style() -> Markup:
    """Return the style sheet that all pages share."""
    return inline(__package__, "common.css")


def csp_hash(text: str) -> str:
    """Return what a content security policy calls an inline style sheet or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
