"""Read evidence and office records from JSONL, Markdown, text, HTML and office files, and folders of them.

In a folder, `README*` and `LICENSE*` files, YAML files (they describe the file beside them) and
hidden ones are not evidence. What cannot be used is a problem with file and line, not the end.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from pipeline.articles import load_article
from pipeline.core.errors import InputError
from pipeline.core.models import Article, OfficeRecord, Passage
from pipeline.core.settings import Settings, load_settings
from pipeline.evidence.documents import NOT_READ, READERS, read_office_document
from pipeline.evidence.offices import is_record, record_of
from pipeline.evidence.splitting import split_text

_DOCUMENTS = (".md", ".markdown", ".txt", ".text", ".html", ".htm", ".xhtml")
_DESCRIPTIONS = (".yaml", ".yml")
_ALIASES = {"url": "source_url", "source_title": "title", "published": "published_at", "date": "published_at"}
_PASSAGE = frozenset(
    ["text", "source_url", "title", "publisher", "published_at", "published_in", "event_date"]
    + ["origin", "place", "verified", "note"]
)
_RECORD = (frozenset(OfficeRecord.model_fields) - {"id"}) | {
    "title",
    "position",
    "org",
    "organization",
    "start_date",
    "end_date",
}
_NOT_USED = frozenset(
    ["id", "kind", "sha256", "entities", "supports_claims", "refutes_claims", "context_claims"]
    + ["after_article", "same_day", "distractor", "verified_precision", "named_in_article", "language"]
    + ["published_note", "url_note", "title_note", "source_dataset", "licence", "redistributable", "rank"]
    + ["unique_post", "end_scheduled"]
)
"""Fields of annotated rows that are no part of the evidence."""

_MONTH_OR_YEAR = re.compile(r"\d{4}(?:-\d{2})?")


@dataclass(frozen=True)
class Reference:
    """What files hold: passages, office records, and what could not be used, each with file and line."""

    passages: tuple[Passage, ...] = ()
    records: tuple[OfficeRecord, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass
class _Draft:
    """A reference as it grows."""

    passages: list[Passage] = field(default_factory=list)
    records: list[OfficeRecord] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not self.passages and not self.records

    def add(self, other: _Draft) -> None:
        self.passages += other.passages
        self.records += other.records
        self.problems += other.problems


def read_reference(path: Path, settings: Settings | None = None) -> Reference:
    """Read a file or a folder; raises InputError where nothing in it can be used."""
    if not path.exists():
        raise InputError(f"there is no file or folder {path}: check the path")
    settings = settings or load_settings()
    draft = _read_folder(path, settings) if path.is_dir() else _read_file(path, settings)
    if draft.empty:
        first = draft.problems[0] if draft.problems else f"{path} holds no evidence"
        more = f" (and {len(draft.problems) - 1} more)" if len(draft.problems) > 1 else ""
        raise InputError(f"nothing to index: {first}{more}" if path.is_dir() else f"{first}{more}")
    passages = {passage.id: passage for passage in draft.passages}
    records = {record.id: record for record in draft.records}
    return Reference(tuple(passages.values()), tuple(records.values()), tuple(draft.problems))


def _read_folder(folder: Path, settings: Settings) -> _Draft:
    draft = _Draft()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        described = path.suffix.lower() in _DESCRIPTIONS or path.stem.upper() in {"README", "LICENSE", "LICENCE"}
        if path.is_file() and not hidden and not described:
            draft.add(_read_file(path, settings))
    return draft


def _read_file(path: Path, settings: Settings) -> _Draft:
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        return _read_rows(path)
    if suffix in _DOCUMENTS:
        return _read_document(path, settings)
    if suffix in READERS or suffix in NOT_READ:
        return _read_office(path)
    return _Draft(problems=[f"{path}: {suffix or 'a file without an ending'} is not read: see docs/evidence.md"])


def _read_office(path: Path) -> _Draft:
    """Read a PDF, a Word file, a table and the like; the YAML file beside it may say more of its source."""
    try:
        document = read_office_document(path)
        given = _renamed(_front_matter(path)) if _described(path) else {}
        known = {"title": document.title or path.stem, "published_at": document.published_at}
        row = known | {name: value for name, value in given.items() if name in _PASSAGE and value is not None}
        if "published_in" in row:
            row.pop("published_at")
        draft = _Draft(problems=list(document.problems))
        for piece in document.pieces:
            title = given.get("title") or piece.title or row["title"]
            draft.passages += passages_of_row({**row, "title": title, "place": piece.place, "text": piece.text})
    except ValidationError as error:
        return _Draft(problems=[f"{path}: {_reason(error)}"])
    except (InputError, ValueError) as error:
        return _Draft(problems=[str(error) if str(path) in str(error) else f"{path}: {error}"])
    return draft


def _described(path: Path) -> bool:
    return any(path.with_suffix(suffix).is_file() for suffix in _DESCRIPTIONS)


def _read_document(path: Path, settings: Settings) -> _Draft:
    """Read one article-like file; front matter or the YAML file beside it may say more of its source."""
    try:
        article = load_article(str(path), settings)
        given = _renamed(_front_matter(path))
        row = row_of(article) | {name: value for name, value in given.items() if name in _PASSAGE and value is not None}
        return _Draft(passages=list(passages_of_row({**row, "text": article.text})))
    except ValidationError as error:
        return _Draft(problems=[f"{path}: {_reason(error)}"])
    except InputError as error:
        return _Draft(problems=[str(error) if str(path) in str(error) else f"{path}: {error}"])


def row_of(article: Article) -> dict[str, Any]:
    """Return what passages of an article say of their source; an estimated day counts: it keeps later ones apart."""
    return {
        "title": article.title,
        "publisher": article.publisher,
        "source_url": article.url,
        "published_at": article.published_at or article.estimated_at,
    }


def _front_matter(path: Path) -> Mapping[str, Any]:
    beside = [path.with_suffix(suffix) for suffix in _DESCRIPTIONS if path.with_suffix(suffix).is_file()]
    text = (beside[0] if beside else path).read_text(encoding="utf-8-sig", errors="replace")
    if not beside:
        if not text.startswith("---"):
            return {}
        text = text.split("\n---", 1)[0].removeprefix("---")
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}  # a rule of dashes, not front matter; load_article has refused broken YAML
    return data if isinstance(data, dict) else {}


def _read_rows(path: Path) -> _Draft:
    draft = _Draft()
    unknown: dict[str, int] = {}
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            row = _row(line)
            if is_record(row):
                draft.records.append(record_of(row))
                fields = _RECORD
            else:
                draft.passages += passages_of_row(row)
                fields = _PASSAGE
        except ValidationError as error:
            draft.problems.append(f"{path}:{number}: {_reason(error)}")
        except ValueError as error:
            draft.problems.append(f"{path}:{number}: {error}")
        else:
            for name in row.keys() - fields - _NOT_USED:
                unknown.setdefault(name, number)
    draft.problems += [f"{path}:{number}: field {name!r} is not known and not used" for name, number in unknown.items()]
    return draft


def _lines(path: Path) -> Iterable[bytes]:
    try:
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the path") from error


def _row(line: bytes) -> dict[str, Any]:
    """Return a row with our names of fields; raises ValueError."""
    try:
        row = json.loads(line.decode())
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({getattr(error, 'msg', 'nested too deeply')})") from error
    if not isinstance(row, dict):
        raise ValueError("not an object with fields")
    if "text" not in row and not is_record(row):
        raise ValueError("neither a passage (`text`) nor an office record (`person`, `office`)")
    return row if is_record(row) else _renamed(row)


def _renamed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give fields their names; an empty text is no value, a time of day is dropped."""
    renamed = {name: value for name, value in row.items() if name not in _ALIASES and value != ""}
    for name, ours in _ALIASES.items():
        if row.get(name) not in (None, ""):
            renamed.setdefault(ours, row[name])
    if renamed.get("published_at") is not None:
        day = str(renamed["published_at"]).split("T")[0].strip()
        renamed["published_at"] = day
        if _MONTH_OR_YEAR.fullmatch(day):
            renamed["published_in"] = renamed.pop("published_at")
    if renamed.get("event_date") is not None:
        renamed["event_date"] = str(renamed["event_date"]).split("T")[0].strip()
    return renamed


def passages_of_row(row: Mapping[str, Any]) -> Iterator[Passage]:
    """Make passages of a row, several of a long text; raises ValueError."""
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("the text is empty")
    # A missing value of `verified` or `note` has a default; the others may be empty.
    fields = {name: row[name] for name in _PASSAGE - {"text"} if row.get(name) is not None}
    for piece in split_text(unicodedata.normalize("NFC", text)):
        yield Passage.model_validate(fields | {"text": piece})


def _reason(error: ValidationError) -> str:
    problem = error.errors()[0]
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg']}" if where else problem["msg"]
