"""What a desk publishes: approved notes, as pages, data, annotations and ClaimReview.

Values in, text out: nothing here reads a clock, a setting or a network, so the same decisions give the same files.
"""

from pipeline.reports.publication.annotations import render_annotations
from pipeline.reports.publication.claimreview import render_claim_reviews
from pipeline.reports.publication.csv import render_csv
from pipeline.reports.publication.html import render_html
from pipeline.reports.publication.markdown import render_markdown
from pipeline.reports.publication.models import Publication, PublishedCheck, Publisher
from pipeline.reports.publication.select import publish
from pipeline.reports.publication.write import FILES, FORMATS, Format, write_publication

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
