"""What a person reads of an evaluation: one HTML file. Values in, text out."""

from pipeline.evaluation.report.page import render_report

__all__ = ["render_report"]
