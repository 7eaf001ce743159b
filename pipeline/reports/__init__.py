"""What an editor reads of a run: one HTML file, Markdown, rows for a terminal, and the schemas of the JSON.

Values in, text out: nothing here reads a clock, a setting or a network.
"""

from pipeline.reports.html import render_html
from pipeline.reports.markdown import render_markdown
from pipeline.reports.schemas import publication_schema, report_schema
from pipeline.reports.tables import Row, table_rows
from pipeline.reports.writing import write_report

__all__ = [
    "Row",
    "publication_schema",
    "render_html",
    "render_markdown",
    "report_schema",
    "table_rows",
    "write_report",
]
