"""Files that count for one run only: office records and evidence beside the store's, or instead of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import InputError
from pipeline.core.models import OfficeRecord, Passage, content_id


@dataclass(frozen=True)
class RunFiles:
    """What files give to one run."""

    passages: tuple[Passage, ...] = ()
    records: tuple[OfficeRecord, ...] = ()
    problems: tuple[str, ...] = ()
    """What could not be used, each with file and row."""
    only: bool = False
    """True where the store's own passages and records do not count."""

    def version(self, stored: str) -> str:
        """Return a hash over all content there is, given what stands for the stored content."""
        contents = [each.model_dump_json() for each in (*self.passages, *self.records)]
        return content_id("only" if self.only else stored, *sorted(contents))


def read_run_files(records: Sequence[Path], evidence: Sequence[Path], only: bool = False) -> RunFiles | None:
    """Read the files of one run; None without files. Raises InputError where a file has nothing to use."""
    if not records and not evidence:
        if only:
            raise InputError("nothing is given to check with: add --records FILE or --evidence FILE")
        return None
    from pipeline.evidence.reading import read_reference  # brings every reader; seldom is anything given

    held, problems = read_record_files(records) if records else ((), ())
    read = [read_reference(path) for path in evidence]
    passages = {passage.id: passage for each in read for passage in each.passages}
    every = dict.fromkeys((*held, *(record for each in read for record in each.records)))
    all_problems = (*problems, *(problem for each in read for problem in each.problems))
    return RunFiles(tuple(passages.values()), tuple(every), all_problems, only)


def read_record_files(paths: Sequence[Path]) -> tuple[tuple[OfficeRecord, ...], tuple[str, ...]]:
    """Return the office records of files and what could not be used; raises InputError where nothing can."""
    from pipeline.evidence.offices import read_records

    records: dict[OfficeRecord, None] = {}
    problems: list[str] = []
    for path in paths:
        read = read_records(path)
        records |= dict.fromkeys(read.records)
        problems += (*read.notes, *read.problems)
    require_records(list(records), problems)
    return tuple(records), tuple(problems)


def require_records(records: Sequence[OfficeRecord], problems: Sequence[str]) -> None:
    """Raise InputError where there is no record, with the first problem."""
    if not records:
        first = problems[0] if problems else "the files hold no rows"
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise InputError(f"no office record can be used: {first}{more}")
