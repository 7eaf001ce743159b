"""Published checks as one HTML page that needs nothing else: the article with its checks beside it, no script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.publishing.claimreview import render_claim_reviews, script_json
from pipeline.publishing.publication import Publication, PublishedCheck, Source
from pipeline.publishing.wording import (
    ABOUT,
    SCALE,
    decision_words,
    first_told,
    found_first,
    kinds_words,
    nothing_words,
    remarks_words,
    source_name,
    source_words,
    unsourced,
    verdict_words,
)
from pipeline.showing.blocks import Block, cut_blocks
from pipeline.showing.page import common_style, csp_hash, page_language, shown
from pipeline.showing.segments import Mark, Segment, cut_segments
from pipeline.showing.views import headline, show_hidden, spell_date, web_link
from pipeline.showing.wording import OUTCOMES, shorten


@dataclass(frozen=True)
class Key:
    """What words of the article lie under: a check's claim, or the words that one of its remarks is on."""

    check: int
    remark: bool = False


@dataclass(frozen=True)
class Piece:
    """Words of the article under the same checks and remarks."""

    text: str
    checks: tuple[PublishedCheck, ...]
    """The longest claim first, the innermost last."""
    remarked: tuple[PublishedCheck, ...]
    ends: tuple[PublishedCheck, ...]
    """Checks that are pointed to behind these words."""


def render_html(publication: Publication) -> str:
    """Return the page, with a strict content security policy and the ClaimReviews for machines."""
    style = common_style() + _template_text("published.css")
    reviews = render_claim_reviews(publication)
    return (
        _environment()
        .get_template("published.html.j2")
        .render(
            publication=publication,
            article=publication.article,
            blocks=_blocks(publication),
            found=found_first(publication.checks),
            told=first_told(publication.checks),
            language=page_language(publication.article),
            reviews=Markup(script_json(reviews)) if reviews else None,  # noqa: S704  escaped for a script element
            style=Markup(style),  # noqa: S704  our own files
            style_hash=csp_hash(style),
            about=ABOUT.format(day=spell_date(publication.as_of)),
            scale=SCALE,
        )
    )


def _blocks(publication: Publication) -> Iterator[Block[Piece, PublishedCheck]]:
    checks = publication.checks
    beside = ((check.spans[0].start, check) for check in checks)
    return cut_blocks(publication.article, _marks(checks), lambda segment: _piece(segment, checks), beside)


def _marks(checks: Sequence[PublishedCheck]) -> Iterator[Mark[Key]]:
    for check in checks:
        for span in check.spans:
            yield Mark(span.start, span.end, Key(check.number))
        for remark in check.remarks:
            for place in remark.places:
                yield Mark(place.span.start, place.span.end, Key(check.number, remark=True))


def _piece(segment: Segment[Key], checks: Sequence[PublishedCheck]) -> Piece:
    claims = [key.check for key in segment.keys if not key.remark]
    ends = sorted(key.check for key in segment.ends if not key.remark)
    outside = sorted(key.check for key in segment.ends if key.remark and key.check not in claims)
    return Piece(
        text=segment.text,
        checks=tuple(checks[number - 1] for number in claims),
        remarked=tuple(checks[key.check - 1] for key in segment.keys if key.remark),
        ends=tuple(checks[number - 1] for number in [*ends, *outside]),
    )


def _source_pieces(source: Source) -> list[Segment[str]]:
    marks = [Mark(span.start, span.end, "proven") for span in source.proven]
    return cut_segments(source.text or "", marks) if source.text else []


def _template_text(name: str) -> str:
    return (resources.files(__package__) / "templates" / name).read_text(encoding="utf-8")


@lru_cache(1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.publishing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(shown=shown, plain=show_hidden, day=spell_date, short=shorten, web_link=web_link)
    environment.globals.update(
        outcome_words=OUTCOMES,
        verdict_words=verdict_words,
        kinds_words=kinds_words,
        remarks_words=remarks_words,
        decision_words=decision_words,
        source_words=source_words,
        source_name=source_name,
        unsourced=unsourced,
        source_pieces=_source_pieces,
        nothing_words=nothing_words,
        headline=headline,
    )
    return environment
