"""A stored evaluation: one folder that holds all that its figures follow from.

    manifest.json   what was asked of whom, and the sha256 of every other file once it is complete
    cases.jsonl     the cases with their answers and their frozen evidence (corpus.jsonl beside it for retrieval)
    prompts/        the whole text of each prompt
    replies.jsonl   every reply of a model as it came, keyed by the question
    answers.jsonl   what was made of them
    calls.jsonl     what each call cost, failed ones included: caps hold for all sessions together
    scores.json     the figures

Replies and answers are appended as they come and flushed to the disk, so whatever ends a process costs no
reply that had arrived; a last line that is torn is dropped.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from pipeline.core.errors import InputError, StoreBusy, StoreError
from pipeline.core.models import Case, Passage, Value
from pipeline.evaluation.cases import Answer, Evaluation, Split, Suite, SuiteSource, Variant
from pipeline.evaluation.run.journal import (
    JOURNAL,
    Journal,
    Session,
    first_line,
    read_answers,
    read_lines,
    read_replies,
)
from pipeline.evaluation.run.recorder import Charge, ModelReply
from pipeline.llm import Prompt, Spent
from pipeline.store import EVALUATION, find_id

FORMAT = 1
_LOCK = ".lock"


class Manifest(Value):
    """What an evaluation is and, once it is complete, what its files hold."""

    format: int = FORMAT
    evaluation: Evaluation
    sources: tuple[SuiteSource, ...] = ()
    split: Split | None = None
    problems: tuple[str, ...] = ()
    undated: date
    """The day that cases without one were judged as of."""
    sources_told: bool = False
    """Whether the model was told where each passage comes from; evaluations made before this was kept told none."""
    sessions: tuple[Session, ...] = ()
    complete: bool = False
    """True when every question has an answer."""
    counts: dict[str, int] = {}
    """Answers, failures, and those among them that may be asked again."""
    files: dict[str, str] = {}
    """The sha256 of every file beside this one."""


class Bundle:
    """The folder of one evaluation."""

    def __init__(self, folder: Path) -> None:
        """Read the manifest; raises InputError for a folder that holds no evaluation."""
        self.folder = folder
        try:
            self.manifest = Manifest.model_validate_json((folder / "manifest.json").read_bytes())
        except FileNotFoundError as error:
            raise InputError(f"{folder} holds no evaluation: there is no manifest.json") from error
        except (OSError, ValidationError) as error:
            raise InputError(f"{folder}/manifest.json cannot be read: {first_line(error)}") from error
        if self.manifest.format != FORMAT:
            raise InputError(f"{folder} is of format {self.manifest.format}; this version reads format {FORMAT}")

    @classmethod
    def create(
        cls, folder: Path, suite: Suite, evaluation: Evaluation, prompts: Iterable[Prompt], sources: Path, undated: date
    ) -> Bundle:
        """Make the folder with all that is known before the first answer; `sources` is the folder of prompt files."""
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise StoreError(f"{folder} cannot be created: {error.strerror}") from error
        _write_lines(folder / "cases.jsonl", suite.cases)
        if suite.corpus:
            _write_lines(folder / "corpus.jsonl", suite.corpus)
        for prompt in prompts:
            text = (sources / prompt.name / f"v{prompt.version}.md").read_bytes()
            target = folder / "prompts" / prompt.name / f"v{prompt.version}.md"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text)
        details = {"sources": suite.sources, "split": suite.split, "problems": suite.problems, "undated": undated}
        write_json(folder / "manifest.json", Manifest(evaluation=evaluation, sources_told=True, **details))
        return cls(folder)

    @property
    def evaluation(self) -> Evaluation:
        """What was asked of whom."""
        return self.manifest.evaluation

    @property
    def digest(self) -> str:
        """Hash of the manifest, and by its hashes of every file: quote it to say which bundle is meant."""
        return sha256_of(self.folder / "manifest.json")[:16]

    def suite(self) -> Suite:
        """Return the suite as it was asked; raises InputError when cases or evidence are not those of the manifest."""
        evaluation = self.evaluation
        suite = Suite(
            name=evaluation.suite,
            stage=evaluation.stage,
            cases=tuple(read_lines(self.folder / "cases.jsonl", Case)),
            corpus=tuple(read_lines(self.folder / "corpus.jsonl", Passage)),
            sources=self.manifest.sources,
            split=self.manifest.split,
            problems=self.manifest.problems,
        )
        if (suite.digest, suite.evidence_digest) != (evaluation.suite_digest, evaluation.evidence_digest):
            raise InputError(f"{self.folder}: the cases are not those that were asked (cases.jsonl was changed)")
        return suite

    def answers(self) -> tuple[Answer, ...]:
        """Return the newest answer to each question, in order of case, variant and repeat."""
        newest = read_answers(self.folder)
        order = {variant.id: place for place, variant in enumerate(self.evaluation.variants)}
        return tuple(newest[key] for key in sorted(newest, key=lambda key: (key[0], order.get(key[1], 0), key[2])))

    def replies(self) -> dict[str, ModelReply]:
        """Return every kept reply by its key."""
        return read_replies(self.folder)

    def spent(self) -> Spent:
        """Return what the sessions so far took, as far as prices are known; of a killed one what it had written."""
        calls = list(read_lines(self.folder / "calls.jsonl", Charge))
        return Spent(
            calls=sum(each.calls for each in calls),
            dollars=sum(each.dollars or 0 for each in calls),
            seconds=sum(self._worked(each) for each in self.manifest.sessions),
        )

    def _worked(self, session: Session) -> float:
        """Return a session's seconds; one that was killed worked until it last wrote."""
        if session.has_ended:
            return session.seconds or 0.0  # of sessions before seconds were kept nothing is known
        written = [path.stat().st_mtime for name in JOURNAL if (path := self.folder / name).exists()]
        return max([0.0, *(at - session.began.timestamp() for at in written)])

    def begin_session(self, code: str) -> None:
        """Note that work begins; a session that never ended is closed as killed."""
        known = [
            each
            if each.has_ended
            else each.model_copy(update={"seconds": round(self._worked(each), 3), "interrupted": "killed"})
            for each in self.manifest.sessions
        ]
        began = Session(began=datetime.now(UTC), code=code)
        self.save_manifest(sessions=(*known, began), files={})  # what was sealed is opened again

    def save_manifest(self, **changes: object) -> None:
        """Write the manifest anew, all or nothing."""
        self.manifest = self.manifest.model_copy(update=changes)
        write_json(self.folder / "manifest.json", self.manifest)

    def seal(self, scores: bytes) -> None:
        """Order the files, write the scores, and put every file's hash into the manifest."""
        _write_lines(self.folder / "answers.jsonl", self.answers())
        replies = self.replies()
        _write_lines(self.folder / "replies.jsonl", [replies[key] for key in sorted(replies)])
        _replace(self.folder / "scores.json", scores)
        self.save_manifest(files={path.relative_to(self.folder).as_posix(): sha256_of(path) for path in self._files()})

    def changed_files(self) -> tuple[str, ...]:
        """Return a line for each file that is not as the manifest says."""
        found = {path.relative_to(self.folder).as_posix(): sha256_of(path) for path in self._files()}
        listed = self.manifest.files
        lines = [f"{name} is missing" for name in sorted(set(listed) - set(found))]
        lines += [f"{name} does not belong to it" for name in sorted(set(found) - set(listed))]
        return (
            *lines,
            *(f"{name} was changed" for name in sorted(set(listed) & set(found)) if listed[name] != found[name]),
        )

    def _files(self) -> Iterator[Path]:
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return (path for path in paths if path.name not in ("manifest.json", _LOCK) and path.suffix != ".html")

    @contextmanager
    def working(self, code: str | None = None) -> Iterator[Journal]:
        """Open the journal for one process alone, as a session where `code` tells by which version.

        Raises StoreBusy when another process has it.
        """
        lock = FileLock(self.folder / _LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise StoreBusy(f"{self.folder} is being worked on by another process") from error
        try:
            if code is not None:
                self.begin_session(code)
            with Journal(self.folder) as journal:
                yield journal
        finally:
            lock.release()
            (self.folder / _LOCK).unlink(missing_ok=True)


def bundles(home: Path) -> tuple[Bundle, ...]:
    """Return the evaluations of a desk, oldest first; a folder that cannot be read is left out."""
    found = []
    for path in (home / "evaluations").glob("*/manifest.json"):
        try:
            found.append(Bundle(path.parent))
        except InputError:
            continue
    return tuple(sorted(found, key=lambda bundle: (bundle.evaluation.created_at, bundle.evaluation.id)))


def find_bundle(named: str, home: Path) -> Bundle:
    """Return the evaluation of a folder, or that is meant by an id, a unique part of one, or `latest`.

    Raises InputError.
    """
    if Path(named, "manifest.json").exists():
        return Bundle(Path(named))
    known = {bundle.evaluation.id: bundle for bundle in bundles(home)}
    return known[find_id(tuple(known), named, EVALUATION)]


def new_evaluation(suite: Suite, variants: Sequence[Variant], repeats: int, scorer: str, code: str) -> Evaluation:
    """Describe an evaluation that begins now."""
    now = datetime.now(UTC)
    return Evaluation(
        id=f"{now:%Y%m%d-%H%M%S-%f}"[:-3] + f"-{key_of_plan(suite, variants, repeats)[:8]}",
        suite=suite.name,
        suite_digest=suite.digest,
        stage=suite.stage,
        cases=len(suite.cases),
        evidence_digest=suite.evidence_digest,
        scorer=scorer,
        variants=tuple(variants),
        repeats=repeats,
        created_at=now,
        code=code,
    )


def key_of_plan(suite: Suite | Evaluation, variants: Sequence[Variant], repeats: int) -> str:
    """Return a hash of what is asked of whom: an evaluation of the same plan is resumed, not begun again."""
    digest = suite.digest if isinstance(suite, Suite) else suite.suite_digest
    parts = [digest, suite.evidence_digest, str(repeats), *(variant.id for variant in variants)]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def write_json(path: Path, value: object) -> None:
    """Write JSON whose bytes follow from its content, all or nothing."""
    data = value.model_dump(mode="json") if isinstance(value, Value) else value
    _replace(path, (json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode())


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_lines(path: Path, values: Iterable[Value]) -> None:
    _replace(path, b"".join(value.model_dump_json().encode() + b"\n" for value in values))


def _replace(path: Path, data: bytes) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
