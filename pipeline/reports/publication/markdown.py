"""Published checks as Markdown: coverage, a table of findings, a section for each check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.reports.publication.models import Publication, PublishedCheck, Remark, Source
from pipeline.reports.publication.wording import (
    ABOUT,
    decision_words,
    first_mentions,
    found_first,
    kinds_words,
    nothing_words,
    remarks_words,
    source_name,
    source_pieces,
    source_words,
    unsourced,
    verdict_words,
)
from pipeline.reports.shared.markdown import md_corrections, md_link, md_quote, md_row, md_text
from pipeline.reports.shared.views import headline, spell_date, web_link
from pipeline.reports.shared.wording import OUTCOMES, shorten


def render_markdown(publication: Publication) -> str:
    """Return the published checks as Markdown; text from outside never becomes markup."""
    article = publication.article
    published = " · ".join(filter(None, [article.publisher, spell_date(article.published_at)]))
    parts = [
        f"# Fact check: {md_text(headline(article))}",
        f"The article: {_article_link(publication)}{md_text(published or 'no publisher, no date')}.",
    ]
    if publication.publisher:
        parts.append(f"Checked by {md_link(publication.publisher.name, web_link(publication.publisher.url))}.")
    if publication.checks:
        parts += [f"**{md_text(publication.coverage)}.**", "\n".join(_table(publication))]
    else:
        parts.append(f"**{md_text(nothing_words(publication))}**")
    first = first_mentions(publication.checks)
    for check in publication.checks:
        parts += _section(check, first)
    parts += ["---", md_text(ABOUT.format(day=spell_date(publication.as_of)))]
    return "\n\n".join(parts) + "\n"


def _article_link(publication: Publication) -> str:
    url = web_link(publication.article.url)
    return f"{md_link('online', url)}, " if url else ""


def _verdict(check: PublishedCheck) -> str:
    symbol = OUTCOMES[check.label].symbol if check.label else "⚑"
    return f"{symbol} {verdict_words(check)}"


def _table(publication: Publication) -> Iterator[str]:
    yield "| No. | Verdict | Words of the article | Remarks |"
    yield "| ---: | --- | --- | --- |"
    for check in found_first(publication.checks):
        kinds = remarks_words(check) if check.label else ""
        words = md_text(shorten(check.spans[0].exact, 90))
        yield md_row((str(check.number), _verdict(check), words, md_text(kinds)))


def _section(check: PublishedCheck, first: Mapping[str, PublishedCheck]) -> Iterator[str]:
    yield f"## {check.number}\\. {_verdict(check)}"
    yield "> " + " \\[…\\] ".join(md_text(span.exact) for span in check.spans)
    if check.claim != check.spans[0].exact:
        yield f"Claim: {md_text(check.claim)}"
    if check.justification:
        yield md_text(check.justification)
    for remark in check.remarks:
        yield _remark(remark, check, first[remark.message])
    for source in check.sources:
        yield _source(source)
    if unsourced(check):
        yield "No source is cited."
    yield f"*{md_text(decision_words(check))}*"


def _remark(remark: Remark, check: PublishedCheck, first: PublishedCheck) -> str:
    message = "" if remark.message == check.justification else f": {md_text(remark.message)}"
    if first.number != check.number:
        message = f": the same as in {first.number}."
    corrections = {place.span.exact: place.suggestion for place in remark.places if place.suggestion}
    return f"⚑ **{kinds_words(remark.kinds)}**{message}{md_corrections(corrections.items())}"


def _source(source: Source) -> str:
    name = md_link(source_name(source), web_link(source.url))
    where = "— " + ", ".join(filter(None, [name, md_text(source_words(source))]))
    if source.kind == "office_record" and not source_name(source).lower().startswith("office record"):
        where = where.replace("— ", "— office record, ", 1)
    return md_quote(source_pieces(source), where)
