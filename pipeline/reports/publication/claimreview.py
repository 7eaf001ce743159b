"""Published verdicts as schema.org ClaimReview (JSON-LD), one for each check that has a verdict.

A note that is not approved, set aside, or without a verdict has none. "Not enough evidence" has one, rated in
words alone: that a desk looked and could not tell is worth saying, and saying it with a number would not be true.
"""

from __future__ import annotations

import json
from typing import Any

from pipeline.core.models import Label
from pipeline.reports.publication.models import Publication, PublishedCheck, Publisher, Source, link_to
from pipeline.reports.publication.wording import BEST, RATINGS, SCALE, WORST
from pipeline.reports.shared.views import web_link

CONTEXT = "https://schema.org"


def render_claim_reviews(publication: Publication) -> list[dict[str, Any]]:
    """Return a ClaimReview for each check with a verdict; none without a publisher, who is its author."""
    if publication.publisher is None:
        return []
    author = _organisation(publication.publisher)
    return [_review(check, check.label, publication, author) for check in publication.checks if check.label is not None]


def script_json(value: object) -> str:
    """Return JSON that cannot end the script element it stands in, nor open a comment in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _review(check: PublishedCheck, label: Label, publication: Publication, author: dict[str, Any]) -> dict[str, Any]:
    review: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "ClaimReview",
        "url": link_to(check, publication),
        "datePublished": check.approved_at.date().isoformat(),
        "claimReviewed": check.claim,
        "author": author,
        "reviewRating": _rating(label),
        "itemReviewed": _claim(check, publication),
        "reviewBody": check.justification,
        "citation": [_work(source) for source in check.sources if web_link(source.url) or source.title],
    }
    return _without_nothing(review)


def _rating(label: Label) -> dict[str, Any]:
    rating = RATINGS[label]
    words: dict[str, Any] = {"@type": "Rating", "alternateName": rating.words, "ratingExplanation": SCALE}
    if rating.value is None:
        return words
    return words | {"ratingValue": rating.value, "bestRating": BEST, "worstRating": WORST}


def _claim(check: PublishedCheck, publication: Publication) -> dict[str, Any]:
    """Return the claim: who made it where the article says so, and the article as the place where it appears."""
    article = publication.article
    appearance: dict[str, Any] = {
        "@type": "CreativeWork",
        "url": web_link(article.url),
        "headline": article.title,
        "datePublished": article.published_at.isoformat() if article.published_at else None,
        "publisher": {"@type": "Organization", "name": article.publisher} if article.publisher else None,
    }
    appearance = _without_nothing(appearance)
    claim = {"@type": "Claim", "author": _speaker(check), "appearance": appearance if len(appearance) > 1 else None}
    return _without_nothing(claim)


def _speaker(check: PublishedCheck) -> dict[str, Any] | None:
    """Return who made the claim; a name that may be a person's or a body's is left out rather than guessed."""
    speaker = check.speaker
    if speaker is None or not speaker.person:
        return None
    return _without_nothing({"@type": "Person", "name": speaker.name, "jobTitle": speaker.title})


def _organisation(publisher: Publisher) -> dict[str, Any]:
    return _without_nothing({"@type": "Organization", "name": publisher.name, "url": web_link(publisher.url)})


def _work(source: Source) -> dict[str, Any]:
    return _without_nothing(
        {
            "@type": "CreativeWork",
            "name": source.title,
            "url": web_link(source.url),
            "datePublished": source.published_at.isoformat() if source.published_at else None,
            "publisher": {"@type": "Organization", "name": source.publisher} if source.publisher else None,
        }
    )


def _without_nothing(node: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if value is not None and value != []}
