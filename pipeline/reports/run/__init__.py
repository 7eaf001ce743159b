"""The report of one run: HTML, Markdown, rows for a terminal."""
