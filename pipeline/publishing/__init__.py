"""What a desk publishes: approved notes, as pages, data, annotations and ClaimReview.

Values in, text out: nothing here reads a clock, a setting or a network, so the same decisions give the same files.
"""

from pipeline.publishing.annotations import render_annotations
from pipeline.publishing.choosing import publish
from pipeline.publishing.claimreview import render_claim_reviews
from pipeline.publishing.html import render_html
from pipeline.publishing.markdown import render_markdown
from pipeline.publishing.publication import Publication, PublishedCheck, Publisher
from pipeline.publishing.rows import render_csv
from pipeline.publishing.writing import FILES, FORMATS, Format, write_publication

__all__ = [
    "FILES",
    "FORMATS",
    "PublishedCheck",
    "Format",
    "Publication",
    "Publisher",
    "publish",
    "render_annotations",
    "render_claim_reviews",
    "render_csv",
    "render_html",
    "render_markdown",
    "write_publication",
]
