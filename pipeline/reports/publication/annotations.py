"""Published checks as W3C Web Annotations (JSON-LD), pinned to the article's words.

Positions count Unicode code points of the article's text, as the recommendation says; the words with what stands
around them find the place in another rendering of the text. Ids are made of the article and the claim: they
stay the same when a check is published again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pipeline.core.models import Span
from pipeline.reports.publication.models import Publication, PublishedCheck, Remark, link_to
from pipeline.reports.publication.wording import kinds_words
from pipeline.reports.shared.views import headline, web_link
from pipeline.reports.shared.wording import OUTCOMES

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_IDS = uuid5(NAMESPACE_URL, "http://www.w3.org/ns/oa#Annotation")
_AROUND = 32
"""Code points of context on each side, as long as they make the words unique."""


def render_annotations(publication: Publication) -> dict[str, Any]:
    """Return an AnnotationCollection whose one page holds an annotation for each verdict and each remark."""
    items = [item for check in publication.checks for item in _annotations(check, publication)]
    article = publication.article
    collection: dict[str, Any] = {
        "@context": CONTEXT,
        "id": _urn("collection", article.id),
        "type": "AnnotationCollection",
        "label": f"Checks of “{headline(article)}”. {publication.coverage}.",
        "total": len(items),
    }
    if items:
        page = {"id": _urn("page", article.id), "type": "AnnotationPage", "partOf": collection["id"]}
        collection["first"] = page | {"startIndex": 0, "items": items}
    return collection


def _annotations(check: PublishedCheck, publication: Publication) -> list[dict[str, Any]]:
    made = []
    if check.label:
        bodies = [_body(OUTCOMES[check.label].label, "classifying")]
        if check.justification:
            bodies.append(_body(check.justification, "assessing"))
        made.append(_annotation(("check", check.id), check, publication, bodies, list(check.spans)))
    for remark in check.remarks:
        spans = [place.span for place in remark.places]
        made.append(_annotation(("remark", check.id, remark.message), check, publication, _remark(remark), spans))
    return made


def _remark(remark: Remark) -> list[dict[str, Any]]:
    corrections = dict.fromkeys(place.suggestion for place in remark.places if place.suggestion)
    return [
        _body(kinds_words(remark.kinds), "classifying"),
        _body(remark.message, "assessing"),
        *(_body(suggestion, "editing") for suggestion in corrections),
    ]


def _annotation(
    key: tuple[str, ...],
    check: PublishedCheck,
    publication: Publication,
    bodies: list[dict[str, Any]],
    spans: list[Span],
) -> dict[str, Any]:
    targets = [_target(span, publication) for span in spans]
    annotation: dict[str, Any] = {
        "id": _urn(*key, publication.article.id),
        "type": "Annotation",
        "motivation": "assessing",
        "created": _moment(check.decided_at),
        "modified": _moment(check.approved_at),
        "generator": {"type": "Software", "name": "factnotes"},
        "body": bodies,
        "target": targets[0] if len(targets) == 1 else targets,
    }
    if publication.publisher:
        home = web_link(publication.publisher.url)
        creator = {"type": "Organization", "name": publication.publisher.name}
        annotation["creator"] = creator | ({"homepage": home} if home else {})
    canonical = link_to(check, publication)
    return annotation | ({"via": canonical} if canonical else {})


def _body(text: str, purpose: str) -> dict[str, Any]:
    return {"type": "TextualBody", "value": text, "format": "text/plain", "language": "en", "purpose": purpose}


def _target(span: Span, publication: Publication) -> dict[str, Any]:
    article = publication.article
    return {
        "type": "SpecificResource",
        "source": web_link(article.url) or _urn("article", article.id),
        "selector": [
            quote_selector(article.text, span),
            {"type": "TextPositionSelector", "start": span.start, "end": span.end},
        ],
    }


def quote_selector(text: str, span: Span) -> dict[str, str]:
    """Return the words of a span with as much around them as tells them from the same words elsewhere."""
    around = _AROUND
    while True:
        prefix, suffix = text[max(0, span.start - around) : span.start], text[span.end : span.end + around]
        if around >= len(text) or _stands_once(prefix + span.exact + suffix, text):
            return {"type": "TextQuoteSelector", "exact": span.exact, "prefix": prefix, "suffix": suffix}
        around *= 2


def _stands_once(words: str, text: str) -> bool:
    return text.find(words, text.find(words) + 1) < 0


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _urn(*parts: str) -> str:
    return f"urn:uuid:{uuid5(_IDS, chr(10).join(parts))}"
