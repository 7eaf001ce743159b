"""Works that show or tell of a person: `a portrait of President X` says nothing of who is president today."""

from __future__ import annotations

import re

from pipeline.models import Article, TitleMention

_WORK = re.compile(
    r"\b(?:portrait|statue|bust|painting|picture|photo(?:graph)?|mural|sculpture|bronze|waxwork|cartoon|poster|film|"
    r"documentary|biopic|biography|book|novel|musical|exhibition|memorial|monument|museum|library|grave|tomb|"
    r"footage|recording|letters?|papers|memoirs?|assassination|inauguration|funeral|legacy|memory|era|days|"
    r"presidency|premiership|administration|government|time)\s+(?:of|about|on|to|by|under)\s+"
    r"(?:the\s+(?:late\s+)?|late\s+)?$",
    re.IGNORECASE,
)
_BEFORE = 60


def is_depicted(mention: TitleMention, article: Article) -> bool:
    """Tell whether the words before a mention make it a work or a memory of the person."""
    start = mention.span.start
    return bool(_WORK.search(article.text[max(0, start - _BEFORE) : start]))
