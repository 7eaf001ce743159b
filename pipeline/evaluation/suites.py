"""Suites: files that name the data of an evaluation, read to cases with where each comes from.

A suite file is YAML (paths are counted from where it stands):

    name: desk-verdicts
    stage: verdict
    split: dev                # train, dev or held_out; all of them without it
    digest: 0123456789abcdef  # refuses cases that have changed
    evidence_digest: 01...    # refuses evidence, or a corpus, that has changed
    data:
      - path: ../data/claims.jsonl
        format: verdict_rows
        where: {source_dataset: [wice, fool_me_twice]}  # fields of the rows; headings of tables in small letters
        limit: 200            # those with the smallest hashes: a fair draw, the same one every time
        acceptable: {partially_supported: [supported]}
      - format: reviews       # gold cases of the desk's own store
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from pipeline.core.errors import InputError
from pipeline.core.models import Case, Passage, Value
from pipeline.core.settings import PROJECT, Settings
from pipeline.evaluation.cases import Split, Stage, Suite, SuiteSource, canonical, digest_of, split_of
from pipeline.evaluation.duplicates import near_duplicates
from pipeline.evaluation.loaders import FORMATS, Asked, Loaded, load_file, read_documents
from pipeline.evaluation.loaders.building import evidence_passages
from pipeline.evaluation.loaders.reading import Row, Unusable

SHIPPED = PROJECT / "seeds" / "suites"
REVIEWS = "reviews"

_CONTRARY = ({"supported", "refuted"}, {"check_worthy", "not_check_worthy"})
"""Answers of which only one can be right: to accept both would be to ask nothing."""

Reviews = Callable[[], Iterable[Case]]
"""Gives the gold cases of the desk's store; only asked where a suite names them."""


class Data(Value):
    """One entry of a suite's `data`."""

    path: str | None = None
    format: str = "cases"
    source: str | None = None
    """Where the cases come from, for a reader; the format's name unless given."""
    where: dict[str, Any] = {}
    limit: int | None = Field(default=None, ge=1)
    corpus: str | list[str] | None = None
    """File or files of the documents that the data refers to."""
    acceptable: dict[str, tuple[str, ...]] = {}


class SuiteFile(Value):
    """What a suite file may hold."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    stage: Stage = "verdict"
    split: Split | None = None
    digest: str | None = None
    evidence_digest: str | None = None
    about: str = ""
    """For a reader."""
    data: tuple[Data, ...] = Field(min_length=1)


def load_suite(what: str | Path, settings: Settings, *, reviews: Reviews | None = None) -> Suite:
    """Return the suite of a YAML file, of a JSONL file of our own form, or one known by name.

    Names are `reviews`, the files in `suites` under FACTNOTES_HOME, and the suites that come with factnotes.
    Raises InputError, also where pinned data has changed.
    """
    if str(what) == REVIEWS:
        return build_suite(SuiteFile(name=REVIEWS, data=(Data(format=REVIEWS),)), Path(), reviews=reviews)
    path = find_suite(what, settings)
    if path.suffix.lower() in (".yaml", ".yml"):
        return build_suite(read_suite_file(path), path.parent, reviews=reviews)
    return _bare(path)


def suite_files(settings: Settings) -> dict[str, Path]:
    """Return the suites known by name, the desk's own before those that come with factnotes."""
    folders = (SHIPPED, settings.home / "suites")
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.yaml"))}


def find_suite(what: str | Path, settings: Settings) -> Path:
    """Return the file of a suite; raises InputError that names those there are."""
    known = suite_files(settings)
    if str(what) in known:
        return known[str(what)]
    path = Path(what)
    if path.is_file():
        return path
    raise InputError(f"there is no suite or file {what}: known are {', '.join([REVIEWS, *sorted(known)])}")


def read_suite_file(path: Path) -> SuiteFile:
    """Read a suite file; raises InputError."""
    try:
        return SuiteFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        problem = error.errors()[0]
        raise InputError(f"{path}: {'.'.join(map(str, problem['loc'])) or 'file'}: {problem['msg']}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path} cannot be read: {' '.join(str(error).split())}") from error


def _bare(path: Path) -> Suite:
    """Return the suite of a JSONL file of our own form: of the first stage that it has cases of."""
    found: list[InputError] = []
    for stage in FORMATS["cases"].stages:
        file = SuiteFile(name=_name(path.stem), stage=stage, data=(Data(path=path.name),))
        try:
            suite = build_suite(file, path.parent)
        except InputError as error:
            found.append(error)
            continue
        return suite
    raise found[0]


def _name(stem: str) -> str:
    kept = "".join(character if character.isascii() and character.isalnum() else "-" for character in stem.lower())
    return kept.strip("-_") or "cases"


@dataclass
class _Draft:
    """A suite as it grows."""

    cases: list[Case] = field(default_factory=list)
    passages: dict[str, Passage] = field(default_factory=dict)
    sources: list[SuiteSource] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def build_suite(file: SuiteFile, folder: Path, *, reviews: Reviews | None = None) -> Suite:
    """Return the suite that a suite file describes, paths counted from a folder. Raises InputError."""
    draft = _Draft()
    for data in file.data:
        if data.format == REVIEWS:
            _add_reviews(file, data, reviews, draft)
        else:
            _add_file(file, data, folder, draft)
    problems = [*draft.problems, *_merged(draft), *near_duplicates(draft.cases, file.split)]
    wanted = [case for case in draft.cases if file.split in (None, split_of(case))]
    if not wanted:
        why = "; ".join(draft.problems) or "nothing in it is of this stage and split"
        raise InputError(f"suite {file.name}: no case of the stage {file.stage} in it: {why}")
    suite = Suite(
        name=file.name,
        stage=file.stage,
        cases=tuple(sorted(wanted, key=lambda case: case.id)),
        corpus=tuple(draft.passages[key] for key in sorted(draft.passages)),
        sources=tuple(draft.sources),
        split=file.split,
        problems=tuple(problems),
    )
    _hold(file, suite)
    return suite


def _hold(file: SuiteFile, suite: Suite) -> None:
    """Raise InputError where the data is not what the file pins it to."""
    pins = {
        f"cases ({len(suite.cases)})": (file.digest, suite.digest),
        "evidence": (file.evidence_digest, suite.evidence_digest),
    }
    for what, (pinned, now) in pins.items():
        if pinned not in (None, now):
            raise InputError(
                f"suite {file.name}: its data has changed: {what} {now}, pinned to {pinned}; "
                "take the data it was pinned to, or pin the new digest and evaluate again"
            )


def _add_file(file: SuiteFile, data: Data, folder: Path, draft: _Draft) -> None:
    if data.path is None:
        raise InputError(f"suite {file.name}: data of the format {data.format} needs a path")
    corpus = [data.corpus] if isinstance(data.corpus, str) else data.corpus or []
    beside = read_documents([folder / each for each in corpus])
    path = folder / data.path
    asked = Asked(data.format, file.stage, data.source or data.format, beside, data.acceptable, path.parent)
    loaded = load_file(path, asked, where=data.where)
    cases = _drawn(loaded.cases, data.limit, file.split)
    if file.stage in ("retrieval", "end_to_end"):
        for passage in _corpus(path, loaded, asked, data.where):
            draft.passages[passage.id] = passage
    _note(draft, data, loaded, len(cases))
    draft.cases += cases


def _note(draft: _Draft, data: Data, loaded: Loaded, kept: int) -> None:
    name = data.path or data.format
    skipped = dict(loaded.skipped)
    draft.sources.append(
        SuiteSource(path=name, format=data.format, sha256=loaded.sha256, rows=loaded.rows, cases=kept, skipped=skipped)
    )
    if skipped:
        reasons = ", ".join(f"{reason} ({count})" for reason, count in skipped.items())
        draft.problems.append(f"{name}: {sum(skipped.values())} of {loaded.rows} rows could not be used: {reasons}")


def _corpus(path: Path, loaded: Loaded, asked: Asked, where: Mapping[str, Any]) -> Iterable[Passage]:
    """Give what may be searched: the whole corpus where the format has one, else the evidence of all its cases."""
    document = FORMATS[asked.form].document
    if document is not None and asked.beside:
        return _documents(asked.beside.values(), document)
    if asked.form == "cases":
        return ()
    judged = Asked(asked.form, "verdict", asked.source, asked.beside, asked.acceptable, asked.folder)
    if "verdict" not in FORMATS[asked.form].stages:
        return ()
    return evidence_passages(load_file(path, judged, where=where).cases)


def _documents(rows: Iterable[Row], document: Callable[[Row], Passage]) -> Iterable[Passage]:
    for row in rows:
        try:
            yield document(row)
        except Unusable:
            continue  # a query that should find it is counted as a row that cannot be used


def _add_reviews(file: SuiteFile, data: Data, reviews: Reviews | None, draft: _Draft) -> None:
    if reviews is None:
        raise InputError(f"suite {file.name}: it asks for the desk's reviews, which are only known with a store")
    found = [case for case in reviews() if case.stage == file.stage]
    cases = _drawn(found, data.limit, file.split)
    draft.sources.append(
        SuiteSource(path=REVIEWS, format=REVIEWS, sha256=digest_of(found), rows=len(found), cases=len(cases))
    )
    draft.cases += cases


def _drawn(cases: Sequence[Case], limit: int | None, split: Split | None) -> list[Case]:
    """Keep the cases of the split with the smallest hashes, or all cases where there is no limit."""
    if limit is None:
        return list(cases)
    kept = set(sorted({case.id for case in cases if split in (None, split_of(case))})[:limit])
    return [case for case in cases if case.id in kept]


def _merged(draft: _Draft) -> list[str]:
    """Make one case of those that ask the same; answers that contradict each other make none."""
    by_id: dict[str, list[Case]] = {}
    for case in sorted(draft.cases, key=lambda case: (case.id, case.label, case.source)):
        by_id.setdefault(case.id, []).append(case)
    labels = {key: {case.label for case in same} for key, same in by_id.items()}
    contrary = {key for key, found in labels.items() if any(pair <= found for pair in _CONTRARY)}
    draft.cases = [_with_claims(_one_of(same)) for key, same in by_id.items() if key not in contrary]
    repeated = sum(len(same) - 1 for same in by_id.values())
    differing = sum(len(found) > 1 for key, found in labels.items() if key not in contrary)
    problems = [f"{repeated} rows ask what another row asks: each question is asked once"] if repeated else []
    if differing:
        problems.append(f"{differing} questions have two answers in the data: both are accepted")
    if contrary:
        problems.append(f"{len(contrary)} questions have two answers that contradict each other: they are left out")
    return problems


def _with_claims(case: Case) -> Case:
    """Return an end-to-end case with the claims it makes: where none are listed it is a text of one claim, its own."""
    if case.stage != "end_to_end" or case.metadata.get("claims"):
        return case
    claim = {"text": case.claim, "label": case.label, "acceptable": list(case.acceptable)}
    return case.model_copy(update={"metadata": case.metadata | {"claims": [claim]}})


def _one_of(same: Sequence[Case]) -> Case:
    first, *others = same
    if not others:
        return first
    accepted = [label for case in same for label in (case.label, *case.acceptable) if label != first.label]
    metadata = dict(first.metadata)
    for name in ("attributions", "claims", "relevant"):
        values = [each for case in same for each in case.metadata.get(name, ())]
        if values:
            metadata[name] = sorted((each for at, each in enumerate(values) if each not in values[:at]), key=canonical)
    return first.model_copy(update={"acceptable": tuple(dict.fromkeys(accepted)), "metadata": metadata})
