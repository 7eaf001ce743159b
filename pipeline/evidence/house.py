"""Notes of the desk that are evidence: how they are marked, and of which article they are."""

from __future__ import annotations

from pipeline.core.models import Article, Passage

HOUSE = "approved note of this desk"
_MARK = "desk note on "


def house_origin(article_id: str, url: str | None, title: str | None) -> str:
    """Return the origin of a note of the desk on an article."""
    return f"{_MARK}{article_id}\n{url or ''}\n{title or ''}"


def is_own_note(article: Article, passage: Passage) -> bool:
    """Tell whether a passage is a note of the desk on this very article, in whatever version.

    >>> note = Passage(text="It opened in May.", origin=house_origin("x", "https://x.example/a", "A bridge"))
    >>> is_own_note(Article(text="Other words.", title="A bridge"), note)
    True
    """
    if not (passage.origin or "").startswith(_MARK):
        return False
    id_, url, title = (passage.origin or "").removeprefix(_MARK).split("\n", 2)
    return (
        article.id == id_ or bool(article.url and article.url == url) or bool(article.title and article.title == title)
    )
