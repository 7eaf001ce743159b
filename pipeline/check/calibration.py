"""A model's probabilities brought to what people's labels bore out in an evaluation, where there is one.

`factnotes eval calibrate` writes the table, `calibration.yaml` beside the prompts; a check applies it to each verdict
at the very end, so replies of a model that are kept stay good. The label never changes by it: its citations prove
that label alone. A prompt, a model or parameters that the table does not know stay as the model says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import exp, log
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, model_validator

from pipeline.core.models import Label, Verdict, content_id
from pipeline.core.tables import Number, Table, read_table_file

PER_CALL = "claims_per_call"
"""The parameter of a variant that is asked on several claims in a call."""
CALIBRATION = "calibration.yaml"
LABELS: tuple[Label, ...] = get_args(Label)

LEAST_SAID = 0.005
"""What counts where a model says less: models write two digits, and mean by 0 only that they saw nothing for it."""


class Change(Table):
    """A figure of the probabilities as the model says them, and calibrated, on cases that were not fitted to."""

    before: float
    after: float


class Calibration(Table):
    """How the probabilities of one prompt with one model are brought to what people's labels bear out.

    A probability p becomes exp(scale * log p + offset), and then all four are made to sum to 1. One scale for all
    labels, the inverse of a temperature, and no offset is temperature scaling (Guo et al. 2017, On calibration of
    modern neural networks), a scale and an offset for each label is vector scaling.
    """

    prompt: str
    """`name@version+digest`."""
    model: str
    """`provider:name`."""
    parameters: dict[str, Any] = {}
    """Those of the model that decide its answers; where its service stands does not."""
    method: Literal["temperature", "vector"]
    scale: dict[Label, Annotated[Number, Field(gt=0)]]
    offset: dict[Label, Number]
    evaluation: str
    """The evaluation it was fitted to."""
    cases: int = Field(ge=1)
    """How many judged cases of it."""
    figures: dict[str, Change] = {}

    @model_validator(mode="after")
    def _each_label(self) -> Self:
        if set(self.scale) != set(LABELS) or set(self.offset) != set(LABELS):
            raise ValueError("scale and offset: one for each label")
        return self

    @property
    def method_of_verdicts(self) -> str:
        """`Verdict.method` of the verdicts it is for."""
        return f"{self.prompt} {self.model}"

    def apply(self, said: Mapping[Label, float]) -> dict[Label, float]:
        """Return the calibrated probabilities for those that the model says."""
        weights = {each: self.scale[each] * log(max(said[each], LEAST_SAID)) + self.offset[each] for each in LABELS}
        most = max(weights.values())
        powers = {each: exp(weight - most) for each, weight in weights.items()}
        together = sum(powers.values())
        return {each: power / together for each, power in powers.items()}


class CalibrationTable(Table):
    """What `calibration.yaml` holds."""

    calibrations: tuple[Calibration, ...] = ()


def calibrate(verdict: Verdict, calibrations: Iterable[Calibration]) -> Verdict:
    """Return a verdict with calibrated probabilities, where they are told and its prompt and model are known.

    Its confidence becomes the calibrated probability of its label, which stays though another may be likelier now.
    """
    if verdict.probabilities is None or verdict.calibrated_on is not None:
        return verdict
    fitting = next((each for each in calibrations if each.method_of_verdicts == verdict.method), None)
    if fitting is None:
        return verdict
    probabilities = {label: round(share, 4) for label, share in fitting.apply(verdict.probabilities).items()}
    told = {"calibrated_on": fitting.evaluation, "calibrated_cases": fitting.cases}
    return verdict.model_copy(
        update={"probabilities": probabilities, "confidence": probabilities[verdict.label]} | told
    )


def read_calibrations(folder: Path) -> tuple[Calibration, ...]:
    """Return all that stands beside the prompts of a folder; nothing where there is no table. Raises TableError."""
    path = folder / CALIBRATION
    return read_table_file(path, CalibrationTable).calibrations if path.exists() else ()


def calibrations_of(
    folder: Path, model: str, parameters: Mapping[str, Any], claims_per_call: int = 1
) -> tuple[Calibration, ...]:
    """Return those for a model with its parameters, whatever the prompt, and however many claims a call is asked on.

    Those that were fitted with as many claims a call come first. Raises TableError.
    """
    wanted = model, deciding(parameters)
    known = [each for each in read_calibrations(folder) if (each.model, _without_number(each.parameters)) == wanted]
    exact = [each for each in known if each.parameters.get(PER_CALL, 1) == claims_per_call]
    return (*exact, *(each for each in known if PER_CALL not in each.parameters and each not in exact))


def _without_number(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if name != PER_CALL}


def deciding(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that decide a model's answers: all but its address."""
    return {name: value for name, value in parameters.items() if name != "base_url"}


def digest_of(calibrations: Iterable[Calibration]) -> str:
    """Return a hash of what calibrations do to verdicts and say of them."""
    return content_id("calibration", *sorted(each.model_dump_json(exclude={"figures"}) for each in calibrations))
