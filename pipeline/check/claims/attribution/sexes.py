"""What an article tells of a person besides the name: woman or man, alive or dead."""

from __future__ import annotations

import re
from typing import Literal

from pipeline.check.claims.lexicons import first_names
from pipeline.core.models import Article

Sex = Literal["woman", "man"]
_WOMEN = re.compile(r"\b(?:Ms|Mrs|Miss|Lady|Baroness|Queen|Princess|Dame|Sister)\.?\s+$")
_MEN = re.compile(r"\b(?:Mr|Lord|Baron|King|Prince|Sir|Brother|Father)\.?\s+$")
_LONGEST_TITLE = 12
_HER = re.compile(r"\b(?:wife|mother|sister|daughter|aunt|niece|grandmother|widow|actress|congresswoman),?\s+$")
_HIS = re.compile(r"\b(?:husband|father|brother|son|uncle|nephew|grandfather|widower|congressman),?\s+$")
_KIN = 16
_DIED_BEFORE = re.compile(
    r"\b(?:late|(?:body|death|killing|murder|shooting|funeral|memory|remains)\sof|killed|remembered)\s+$", re.IGNORECASE
)
_DIED_AFTER = re.compile(
    r"(?:,\s\d{1,3})?,?\s(?:(?:who|which)\s)?(?:was|were|had been|has been|is)?\s?(?:\w+ly\s)?"
    r"(?:found dead|died|dies|killed|shot dead|shot|stabbed|murdered|beheaded|drowned|dead)\b"
)
_DIED = 24


def honorific_of(article: Article, start: int) -> Sex | None:
    """Return the sex that the title before a name tells, as in `Ms Lee`."""
    before = article.text[max(0, start - _LONGEST_TITLE) : start]
    return "woman" if _WOMEN.search(before) else "man" if _MEN.search(before) else None


def sex_of(article: Article, name: str) -> Sex | None:
    """Return the sex of a person by a title, a word of kinship or the first name; None where they tell nothing sure."""
    for match in re.finditer(rf"(?<!\w){re.escape(name)}\b", article.text):
        if (told := honorific_of(article, match.start())) is not None:
            return told
        before = article.text[max(0, match.start() - _KIN) : match.start()]
        if _HER.search(before) or _HIS.search(before):
            return "woman" if _HER.search(before) else "man"
    first = name.split()[0].casefold()
    return "woman" if first in first_names().women else "man" if first in first_names().men else None


def is_dead(article: Article, name: str) -> bool:
    """Tell whether the article says of a full name that the person is dead."""
    return any(
        _DIED_BEFORE.search(article.text, max(0, match.start() - _DIED), match.start())
        or _DIED_AFTER.match(article.text, match.end())
        for match in re.finditer(rf"(?<!\w){re.escape(name)}\b", article.text)
    )
