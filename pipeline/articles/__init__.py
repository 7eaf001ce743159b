"""Articles: a file, a URL or standard input becomes an `Article`, or an error that says what to do."""

from pipeline.articles.loading import load_article

__all__ = ["load_article"]
