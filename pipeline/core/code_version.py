"""Which code made a note: a digest for each part of the package that can change what a note says.

A claim is checked again when one of its parts has changed since. So commands, pages, watches and reviews must not
count, or a comment in a command would make a watch check its whole archive again. Text is hashed as it stands: to
leave out comments, every file would have to be parsed at every start, which takes a second.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pipeline import __version__

PARTS = ("core", "articles", "evidence", "llm", "check", "evaluation", "reports")
"""Folders of the package. The last two change no note: what was scored and how a report looks depends on them."""

OUTSIDE = (
    "__init__.py",
    "check/checkers/titles/sentences.py",
    "check/diff.py",
    "cli",
    "core/code_version.py",
    "core/safe_http.py",
    "core/settings.py",
    "core/telemetry",
    "evaluation/gold.py",
    "evaluation/lab",
    "evidence/offices/registry.py",
    "evidence/world/countries.py",
    "evidence/world/countries.yaml",
    "evidence/world/facts_build.py",
    "evidence/world/facts_factbook.py",
    "evidence/world/figures.py",
    "evidence/world/memberships.yaml",
    "llm/budget.py",
    "llm/call_queue.py",
    "llm/prices.yaml",
    "llm/rate_limit.py",
    "llm/shared_budget.py",
    "review",
    "store",
    "watch",
    "web",
)
"""Files and folders that change none of them. What settings say is compared by itself, see `Versions`; what builds the
shipped facts changes a note only through their file, which counts with the evidence."""

_KINDS = (".py", ".json", ".yaml", ".j2", ".css", ".js")
_NOTES = PARTS[:-2]
_PLACES = {part: part for part in PARTS} | dict.fromkeys(OUTSIDE, "")


def part_of(file: str) -> str | None:
    """Return the part of a file of the package; an empty one for what cannot change a note, None for one not placed.

    >>> part_of("check/claim.py"), part_of("evidence/index.py"), part_of("cli/main.py")
    ('check', 'evidence', '')
    """
    steps = file.split("/")
    paths = ("/".join(steps[:length]) for length in range(len(steps), 0, -1))
    return next((_PLACES[path] for path in paths if path in _PLACES), None)


def digests(package: Path) -> dict[str, str]:
    """Return the digest of each part; a file that nobody has placed counts as core, which is the safe side."""
    hashes = {part: hashlib.sha256() for part in PARTS}
    for file in sorted(_files(package), key=lambda file: file.split("/")):
        part = part_of(file)
        if part != "":
            text = Path(package, file).read_bytes().replace(b"\r\n", b"\n")
            hashes[part or "core"].update(b"%s\0%s\0" % (file.encode(), text))
    return {part: found.hexdigest()[:8] for part, found in hashes.items()}


def _files(package: Path) -> Iterator[str]:
    """Yield the files that may count, without a look into folders that do not: it is done at every start."""
    for folder, inside, files in os.walk(package):
        under = folder[len(str(package)) + 1 :].replace(os.sep, "/")
        path = f"{under}/" if under else ""
        inside[:] = [name for name in inside if part_of(path + name) != "" and name != "__pycache__"]
        yield from (path + name for name in files if name.endswith(_KINDS))


@cache
def _digests() -> dict[str, str]:
    return digests(Path(__file__).resolve().parents[1])


def code_version(*also: str) -> str:
    """Return the release and the digest of each part that can change a note, and of parts named besides."""
    return " ".join((__version__, *(f"{part}:{_digests()[part]}" for part in (*_NOTES, *also))))


def part_digest(part: str) -> str:
    """Return the digest of one part."""
    return _digests()[part]


def deciding(code: str) -> str:
    """Return what of a code version can change a note: its digests; all of one from before parts were told apart.

    >>> deciding("0.1.0 core:12345678 check:abcdef01")
    'core:12345678 check:abcdef01'
    """
    return code.partition(" ")[2] or code


def why_changed(before: str, now: str) -> str | None:
    """Return what of the code is another in one version than in the other, as a reason; None for nothing.

    >>> why_changed("0.1.0 core:12345678 check:abcdef01", "0.2.0 core:12345678 check:abcdef02")
    'code changed: check'
    """
    one, other = deciding(before), deciding(now)
    if one == other:
        return None
    if ":" not in one or ":" not in other:
        return "code changed"
    known = set(one.split())
    parts = [each.partition(":")[0] for each in other.split() if each not in known]
    return f"code changed: {', '.join(parts) if len(parts) <= 2 else f'{len(parts)} parts'}"
