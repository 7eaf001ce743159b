"""Write what is published: each file whole or not at all."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal, get_args

from pipeline.core.printing import visible_json
from pipeline.reports.publication.annotations import render_annotations
from pipeline.reports.publication.claimreview import render_claim_reviews
from pipeline.reports.publication.csv import render_csv
from pipeline.reports.publication.html import render_html
from pipeline.reports.publication.markdown import render_markdown
from pipeline.reports.publication.models import Publication
from pipeline.reports.shared.utf16 import with_utf16

Format = Literal["html", "md", "json", "csv", "annotations", "claimreview"]
FORMATS: tuple[Format, ...] = get_args(Format)

FILES: Mapping[Format, str] = {
    "html": "published.html",
    "md": "published.md",
    "json": "published.json",
    "csv": "published.csv",
    "annotations": "annotations.jsonld",
    "claimreview": "claimreview.jsonld",
}


def _json(value: object) -> str:
    return visible_json(json.dumps(value, indent=2, ensure_ascii=False)) + "\n"


RENDERERS: Mapping[Format, Callable[[Publication], str]] = {
    "html": render_html,
    "md": render_markdown,
    "json": lambda publication: visible_json(publication.model_dump_json(indent=2)) + "\n",
    "csv": lambda publication: "\ufeff" + render_csv(publication),
    "annotations": lambda publication: _json(render_annotations(publication)),
    "claimreview": lambda publication: _json(render_claim_reviews(publication)),
}


def _rendered(publication: Publication, name: Format, *, utf16: bool) -> str:
    text = RENDERERS[name](publication)
    if utf16 and name in ("json", "annotations"):
        return _json(with_utf16(json.loads(text), publication.article.text))
    return text


def write_publication(
    publication: Publication, folder: Path, formats: Collection[Format], *, utf16: bool = False
) -> tuple[Path, ...]:
    """Write the formats to a folder, and write again every other file of an earlier publication there.

    So nothing that is no longer approved stays to be read. Where nothing is published and nothing was, no file is
    written. With `utf16` places in JSON and annotations are counted in UTF-16 as well. Return the files in order;
    raises OSError.
    """
    _remove_left_behind(folder)
    there = [name for name in FORMATS if (folder / FILES[name]).exists()]
    if not publication.checks and not there:
        return ()
    wanted = [name for name in FORMATS if name in there or (name in formats and publication.checks)]
    texts = {folder / FILES[name]: _rendered(publication, name, utf16=utf16) for name in wanted}
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            unfinished.write_text(text, encoding="utf-8", newline="")
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    return tuple(texts)


def _remove_left_behind(folder: Path) -> None:
    """Remove what publishers that were killed have left unfinished: it may hold what is no longer approved."""
    for name in FILES.values():
        for unfinished in folder.glob(f".{name}.*"):
            with suppress(FileNotFoundError):
                if time.time() - unfinished.stat().st_mtime > _WRITTEN_WITHIN_S:
                    unfinished.unlink()


_WRITTEN_WITHIN_S = 600
"""No publisher takes so long to write a file."""
