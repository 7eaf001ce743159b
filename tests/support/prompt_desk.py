"""A folder of prompts with stored evaluations of them, made up: for tests of promotion and the gate."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.core.models import Case, Failure
from pipeline.evaluation import Bundle, Suite
from pipeline.evaluation.cases import Answer, Evaluation, Variant
from pipeline.evaluation.run.bundle import new_evaluation
from pipeline.evaluation.scores import SCORER
from pipeline.llm import load_prompt

Say = Callable[[int, Case], str | None]
"""What a version answers to a case, by its number; None for a failure."""

Tell = Callable[[int, str], dict[str, float]]
"""How likely each label is said to be, for a case by its number and the label answered."""

LABELS = ("supported", "refuted", "not_enough_evidence")


def made_up_suite(cases: int = 150, name: str = "made-up") -> Suite:
    """A third of each label, each case on its own."""
    rows = [
        Case(
            claim=f"Ferry {n} sails daily.",
            label=LABELS[n % 3],
            evidence=(f"Ferry {n}.",),
            source="x",
            metadata={"n": n},
        )
        for n in range(cases)
    ]
    return Suite(name=name, stage="verdict", cases=tuple(sorted(rows, key=lambda case: case.id)))


def right_but(*wrong: int, says: str = "not_enough_evidence", every: int = 10) -> Say:
    """Right, but for those whose number ends so (modulo `every`): they get one label."""
    return lambda n, case: says if n % every in wrong else case.label


@dataclass(frozen=True)
class Done:
    """What a command did."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Desk:
    """Prompts and evaluations in a folder."""

    folder: Path

    @property
    def prompts(self) -> Path:
        return self.folder / "prompts"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def write(self, version: int, words: str = "Judge", status: str = "live", name: str = "predict_verdict") -> Path:
        path = self.prompts / name / f"v{version}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        header = f"---\npurpose: Judge.\nstatus: {status}\ninputs: [claim]\n---\n"
        path.write_text(header + f"{words} {{{{ claim | fenced('claim') }}}}\n")
        return path

    def evaluate(
        self,
        says: Mapping[int, Say],
        suite: Suite | None = None,
        model: str = "local:small",
        name: str = "predict_verdict",
        complete: bool = True,
        parameters: Mapping[str, object] | None = None,
        tells: Tell | None = None,
    ) -> Bundle:
        """Store an evaluation of versions with what each is made to say."""
        suite = suite or made_up_suite()
        loaded = {version: load_prompt(name, self.prompts, version) for version in says}
        variants = {
            version: Variant(
                name=f"{name}@{version}", prompt_ref=prompt.ref, model=model, parameters=dict(parameters or {})
            )
            for version, prompt in loaded.items()
        }
        evaluation = new_evaluation(suite, list(variants.values()), 1, SCORER, "0")
        evaluation = self._unlike(evaluation)
        folder = self.home / "evaluations" / evaluation.id
        bundle = Bundle.create(folder, suite, evaluation, loaded.values(), self.prompts, date(2026, 1, 1))
        with bundle.working() as journal:
            for version, variant in variants.items():
                for case in suite.cases:
                    journal.add(_answer(case, variant, says[version], tells))
        bundle.save_manifest(complete=complete)
        bundle.seal(b"{}")
        return Bundle(folder)

    def _unlike(self, evaluation: Evaluation) -> Evaluation:
        """Give evaluations of one second ids and times of their own."""
        count = len(list((self.home / "evaluations").glob("*"))) if self.home.exists() else 0
        at = evaluation.created_at.replace(microsecond=count)
        return evaluation.model_copy(update={"id": f"{evaluation.id}-{count}", "created_at": at})

    @property
    def environment(self) -> dict[str, str]:
        return {"FACTNOTES_PROMPTS": str(self.prompts), "FACTNOTES_HOME": str(self.home), "HOME": str(self.folder)}

    def run(self, *arguments: str) -> Done:
        """Run the command in this process, which is quicker than in one of its own."""
        result = CliRunner(env=self.environment).invoke(main, arguments)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Done(result.exit_code, result.stdout, result.stderr)

    def run_command(self, *arguments: str) -> Done:
        """Run the installed command."""
        command = [str(Path(sys.executable).with_name("factnotes")), *arguments]
        environment = {"PATH": os.environ["PATH"], **self.environment}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=self.folder, timeout=600)
        return Done(done.returncode, done.stdout, done.stderr)


def _answer(case: Case, variant: Variant, say: Say, tells: Tell | None) -> Answer:
    label = say(case.metadata["n"], case)
    failure = None if label else Failure(stage="verdict", reason="malformed_reply")
    return Answer(
        case_id=case.id,
        variant=variant.id,
        label=label,
        failure=failure,
        confidence=0.9 if label else None,
        probabilities=tells(case.metadata["n"], label) if tells and label else None,
    )
