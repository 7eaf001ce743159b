"""What a source of evidence is, and what it has given so far."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from pipeline.articles import is_web_address
from pipeline.core.models import Value

Kind = Literal[
    "folder",
    "pages",
    "feed",
    "sitemap",
    "retriever",
    "mediawiki",
    "searxng",
    "gdelt",
    "factchecks",
    "claimreview",
    "notes",
]
CHECKS = frozenset({"factchecks", "claimreview"})
"""Kinds that give what others have found of claims: offered to editors, and never evidence."""
ASKED = frozenset({"retriever", "mediawiki", "searxng", "gdelt", "factchecks"})
"""Kinds that answer questions: a sync asks them with the words that were given with the source, and nothing else."""
MaySee = Literal["published", "all"]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CLASS = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


class Source(Value):
    """Where evidence comes from."""

    name: str
    kind: Kind
    address: str
    """A folder, a file of addresses, a URL, or of a retriever `module:Class`."""
    queries: tuple[str, ...] = ()
    """The words that a search is asked with."""
    arguments: dict[str, Any] = {}
    """What a retriever is made with."""
    publisher: str | None = None
    most: int = 500
    """How many pages one sync fetches at most."""
    ask: bool = False
    """Whether a check asks it with words made of the article's claims."""
    may_see: MaySee = "published"
    """Of which articles such words may be made: of those that anybody can read on the web, or of all."""
    asks: int = Field(default=20, ge=1)
    """Of how many claims of an article it is asked at most."""
    pages: int = Field(default=3, ge=1, le=10)
    """How many of the pages that one question finds are read at most."""
    added_at: AwareDatetime
    synced_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not _NAME.fullmatch(self.name):
            raise ValueError("a name has up to 64 letters, digits, dots, dashes and underscores")
        if self.kind == "notes" and self.address != "approved":
            raise ValueError("of the desk's own notes only those count that an editor approved: give --notes approved")
        if self.kind not in ("folder", "pages", "retriever", "notes") and not is_web_address(self.address):
            raise ValueError(f"{self.address!r} is not an http or https URL")
        if self.kind == "retriever" and not _CLASS.fullmatch(self.address):
            raise ValueError("a retriever is named like package.module:Class")
        if self.ask and self.kind not in ASKED:
            raise ValueError(f"a {self.kind} cannot be asked: it is only synced")
        if self.kind in ASKED and not self.queries and not self.ask:
            raise ValueError("a search needs words to ask it: give --query, or --ask to ask it during checks")
        if self.kind not in ASKED and (self.queries or self.arguments):
            raise ValueError("only a search is asked with words, and only a retriever takes arguments")
        return self


class EarlierCheck(Value):
    """What somebody else has found of a claim."""

    claim: str = Field(min_length=1)
    claimant: str | None = None
    claimed_on: date | None = None
    publisher: str
    """Who checked it."""
    url: str | None = None
    title: str | None = None
    rating: str
    """In the words of who checked it."""
    reviewed_on: date | None = None


class Item(Value):
    """What one page, file or hit of a source was when it was read last."""

    etag: str = ""
    modified: str = ""
    listed: datetime | None = None
    """When the source said that it had changed."""
    fetched_at: AwareDatetime
    address: str | None = None
    passages: tuple[str, ...] = ()
    """Ids of the passages made of it."""
    checks: tuple[EarlierCheck, ...] = ()
    refused: str = ""
    """Why nothing was kept of it: while its tag stays the same it need not be read to say so again."""


class Synced(Value):
    """What one sync of a source did."""

    name: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    problems: tuple[str, ...] = ()
