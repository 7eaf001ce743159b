"""What others have found of claims: offered where a claim says the same, and never evidence of it.

Read from Google's Fact Check Tools (`claims:search`) and from feeds of ClaimReview in JSON-LD, as both are documented.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from pydantic import ValidationError

from pipeline.articles import FEEDS, Seen, is_web_address
from pipeline.core.clock import utc_now
from pipeline.core.errors import InputError
from pipeline.core.models import content_id
from pipeline.core.settings import Settings
from pipeline.evidence.sources.models import EarlierCheck, Item, Source
from pipeline.evidence.sources.polite import Polite

_JSON = ("application/json", "application/ld+json", "application/problem+json", "text/json", "text/plain")
_PER_PAGE, _PAGES = 50, 10
_ELEMENTS = 100_000


def search_checks(question: str, source: Source, polite: Polite, settings: Settings) -> Iterator[EarlierCheck]:
    """Yield what claims:search knows of a claim; raises FactnotesError."""
    base, headers = source.address.rstrip("/"), _key(source, settings)
    following = ""
    for _ in range(_PAGES):
        asked = {"query": question, "languageCode": "en", "pageSize": _PER_PAGE}
        url = f"{base}/v1alpha1/claims:search?{urlencode(asked | ({'pageToken': following} if following else {}))}"
        page = polite.ask(url, _JSON, headers=headers)
        found = _json(page.data if page else b"", source)
        for claim in _listed(found.get("claims")):
            yield from _of_claim(claim)
        following = str(found.get("nextPageToken") or "")
        if not following:
            return


def feed_checks(source: Source, polite: Polite) -> Iterator[EarlierCheck]:
    """Yield the checks of a feed of ClaimReview; raises FactnotesError."""
    page = polite.fetch(source.address, Seen(), (*_JSON, *FEEDS))
    found = _json(page.data if page else b"", source)
    elements = _listed(found.get("dataFeedElement") or found.get("@graph") or ([found] if _is_review(found) else []))
    if not elements and "dataFeedElement" not in found:
        raise InputError(f"{source.address} holds no ClaimReview (no dataFeedElement): check the address")
    for element in elements[:_ELEMENTS]:
        for review in _listed(element.get("item") or [element]):
            if _is_review(review) and (check := _of_review(review)):
                yield check


def item_of(check: EarlierCheck) -> tuple[str, Item]:
    """Return the key of a check among those of its source, and what is kept of it."""
    key = content_id(check.claim, check.publisher, check.url or "")
    return f"check {key}", Item(fetched_at=utc_now(), address=check.url, checks=(check,))


def _key(source: Source, settings: Settings) -> dict[str, str]:
    """Return the header with the key: in an address it would stand in every log on the way."""
    if settings.factcheck_key is None:
        raise InputError(f"{source.name} needs a key of Google's Fact Check Tools: set FACTNOTES_FACTCHECK_KEY")
    if urlsplit(source.address).scheme != "https" and not settings.allow_private_urls:
        raise InputError(f"{source.name} is not asked over http: its key could be read on the way; give an https URL")
    return {"X-Goog-Api-Key": settings.factcheck_key.get_secret_value()}


def _json(data: bytes, source: Source) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{source.name} did not answer in JSON: check the address") from error
    if isinstance(found, list):
        return {"dataFeedElement": found}
    if not isinstance(found, dict):
        raise InputError(f"{source.name} did not answer as it is documented: check the address")
    return found


def _listed(found: Any) -> list[dict[str, Any]]:
    rows = found if isinstance(found, list) else [found]
    return [row for row in rows if isinstance(row, dict)]


def _of_claim(claim: dict[str, Any]) -> Iterator[EarlierCheck]:
    for review in _listed(claim.get("claimReview")):
        publisher = _dict(review.get("publisher"))
        row = {
            "claim": claim.get("text"),
            "claimant": claim.get("claimant"),
            "claimed_on": _day(claim.get("claimDate")),
            "publisher": publisher.get("name") or publisher.get("site"),
            "url": review.get("url"),
            "title": review.get("title"),
            "rating": review.get("textualRating"),
            "reviewed_on": _day(review.get("reviewDate")),
        }
        if check := _made(row):
            yield check


def _of_review(review: dict[str, Any]) -> EarlierCheck | None:
    said, rating = _dict(review.get("itemReviewed")), _dict(review.get("reviewRating"))
    row = {
        "claim": review.get("claimReviewed"),
        "claimant": _dict(said.get("author")).get("name"),
        "claimed_on": _day(said.get("datePublished")),
        "publisher": _dict(review.get("author")).get("name") or _dict(review.get("publisher")).get("name"),
        "url": review.get("url"),
        "title": review.get("name") or review.get("headline"),
        "rating": rating.get("alternateName") or rating.get("ratingValue"),
        "reviewed_on": _day(review.get("datePublished")),
    }
    return _made(row)


def _made(row: dict[str, Any]) -> EarlierCheck | None:
    """Return a check; one without the claim, a rating or who checked it is of no use, and left out."""
    words = {name: value if isinstance(value, date) else _words(value) for name, value in row.items()}
    if not is_web_address(str(words["url"])):
        words["url"] = None
    try:
        return EarlierCheck.model_validate({name: value for name, value in words.items() if value})
    except ValidationError:
        return None


def _words(value: Any) -> str | None:
    return " ".join(str(value).split())[:1000] if isinstance(value, str | int | float) else None


def _is_review(found: dict[str, Any]) -> bool:
    kind = found.get("@type")
    return "ClaimReview" in (kind if isinstance(kind, list) else [kind])


def _dict(found: Any) -> dict[str, Any]:
    """Return an object, or the first of several."""
    return next(iter(_listed(found)), {})


def _day(written: Any) -> date | None:
    try:
        return datetime.fromisoformat(str(written)).date()
    except ValueError:
        return None
