"""Pages of news as a site serves them."""

from __future__ import annotations


def page(*paragraphs: str, title: str = "News of Port Velda", day: str | None = "2025-05-03") -> str:
    """Return an article's page, with the day it tells of."""
    dated = f'<meta property="article:published_time" content="{day}T08:00:00Z">' if day else ""
    head = f"<title>{title}</title>{dated}"
    more = "The meeting was held in the town hall, and was open to the public until the late evening of that day."
    body = "".join(f"<p>{each}</p>" for each in (*paragraphs, more))
    text = f"<article><h1>{title}</h1>{body}</article>"
    return f"<!DOCTYPE html><html lang='en'><head>{head}</head><body>{text}</body></html>"
