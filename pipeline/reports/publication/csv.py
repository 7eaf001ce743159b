"""Published checks as CSV for a spreadsheet, which runs no cell of it as a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from pipeline.core.printing import visible
from pipeline.reports.publication.models import Publication, PublishedCheck, link_to
from pipeline.reports.publication.wording import kinds_words, source_name, verdict_words

COLUMNS = (
    "number",
    "verdict",
    "claim",
    "words",
    "start",
    "end",
    "justification",
    "remarks",
    "corrections",
    "sources",
    "decision",
    "decided",
    "decided_by",
    "approved",
    "approved_by",
    "claim_id",
    "page",
    "article",
    "article_url",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def render_csv(publication: Publication) -> str:
    """Return a row for each check under a row of names, every cell quoted; write it as UTF-8 with a byte order mark.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    return write_table(COLUMNS, (_row(check, publication) for check in publication.checks))


def write_table(columns: Sequence[str], rows: Iterable[Iterable[str | int]]) -> str:
    """Return rows under a row of names, every cell quoted and none a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _row(check: PublishedCheck, publication: Publication) -> Iterator[str | int]:
    yield check.number
    yield verdict_words(check)
    yield check.claim
    yield " […] ".join(span.exact for span in check.spans)
    yield check.spans[0].start
    yield check.spans[-1].end
    yield check.justification or ""
    yield "\n".join(f"{kinds_words(remark.kinds)}: {remark.message}" for remark in check.remarks)
    yield "\n".join(
        f"{place.span.exact} → {place.suggestion}"
        for remark in check.remarks
        for place in remark.places
        if place.suggestion
    )
    yield "\n".join(" ".join(filter(None, [source_name(source), source.url])) for source in check.sources)
    yield {"accept": "confirmed", "correct": "decided"}[check.decision]
    yield check.decided_at.date().isoformat()
    yield check.decided_by or ""
    yield check.approved_at.date().isoformat()
    yield check.approved_by or ""
    yield check.id
    yield link_to(check, publication) or ""
    yield publication.article.title or ""
    yield publication.article.url or ""


def _cell(value: str | int) -> str | int:
    """Keep a text from being a formula, also one in wide characters or behind white space and hidden characters.

    What gives orders to a terminal or turns the direction of writing is written out.
    """
    if isinstance(value, int):
        return value
    text = visible(value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd"))
    seen = unicodedata.normalize("NFKC", text)
    first = next((each for each in seen if unicodedata.category(each)[0] not in "CZ"), "")
    return f"'{text}" if text.startswith(_FORMULA) or first in _FORMULA else text
