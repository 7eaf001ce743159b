"""Published checks as one HTML page that needs nothing else: the article with its checks beside it, no script."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from pipeline.reports.publication.claimreview import render_claim_reviews, script_json
from pipeline.reports.publication.models import Publication, PublishedCheck
from pipeline.reports.publication.wording import (
    ABOUT,
    SCALE,
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
from pipeline.reports.shared.blocks import Flagged, Pinned, pin
from pipeline.reports.shared.page import common_style, environment, inline, page_language
from pipeline.reports.shared.views import spell_date


def render_html(publication: Publication) -> str:
    """Return the page, with a strict content security policy and the ClaimReviews for machines."""
    reviews = render_claim_reviews(publication)
    return (
        _environment()
        .get_template("published.html.j2")
        .render(
            publication=publication,
            article=publication.article,
            blocks=pin(publication.article, [_pinned(check) for check in publication.checks]),
            found=found_first(publication.checks),
            first_mentions=first_mentions(publication.checks),
            language=page_language(publication.article),
            reviews=Markup(script_json(reviews)) if reviews else None,  # noqa: S704 # nosec B704 # escaped
            style=common_style() + inline(__package__, "published.css"),
            about=ABOUT.format(day=spell_date(publication.as_of)),
            scale=SCALE,
        )
    )


def _pinned(check: PublishedCheck) -> Pinned[PublishedCheck]:
    flags = (Flagged(place.span, "remark", check.number) for remark in check.remarks for place in remark.places)
    return Pinned(check, check.spans, tuple(flags))


@cache
def _environment() -> Environment:
    made = environment(__package__)
    made.globals.update(
        verdict_words=verdict_words,
        kinds_words=kinds_words,
        remarks_words=remarks_words,
        decision_words=decision_words,
        source_words=source_words,
        source_name=source_name,
        unsourced=unsourced,
        source_pieces=source_pieces,
        nothing_words=nothing_words,
    )
    return made
