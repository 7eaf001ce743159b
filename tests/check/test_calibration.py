"""Probabilities of a verdict that are calibrated: what changes, and what never does."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from pipeline.check import Calibration, read_calibrations
from pipeline.check.calibration import CALIBRATION, LABELS, LEAST_SAID, calibrate, calibrations_of, digest_of
from pipeline.core.errors import TableError
from pipeline.core.models import Label, Verdict

MODEL = {"temperature": 0.0, "max_output_tokens": 200}


def scaled(scale: float = 0.5, offset: float = 0.0, **more: object) -> Calibration:
    """Return a calibration that takes half of the certainty away."""
    values = {
        "prompt": "predict_verdict@7+0a1b2c3d",
        "model": "local:small",
        "parameters": MODEL,
        "method": "temperature",
        "scale": {label: scale for label in LABELS},
        "offset": {label: offset if label == "refuted" else 0.0 for label in LABELS},
        "evaluation": "20310101-120000-000-abcd1234",
        "cases": 240,
    }
    return Calibration.model_validate(values | more)


def said(*numbers: float) -> dict[Label, float]:
    return dict(zip(LABELS, numbers, strict=True))


def verdict(label: Label = "supported", method: str = "predict_verdict@7+0a1b2c3d local:small") -> Verdict:
    probabilities = said(0.82, 0.05, 0.11, 0.02)
    return Verdict(
        label=label, confidence=0.99, justification="j", method=method, by="model", probabilities=probabilities
    )


@st.composite
def distributions(draw: st.DrawFn) -> dict[Label, float]:
    numbers = draw(st.lists(st.floats(0, 1), min_size=4, max_size=4).filter(lambda some: sum(some) > 0.01))
    return said(*(number / sum(numbers) for number in numbers))


@given(distributions(), st.floats(0.05, 20))
def test_one_temperature_keeps_the_order_of_the_labels_and_the_sum(before: dict[Label, float], scale: float) -> None:
    after = scaled(scale).apply(before)
    assert sum(after.values()) == pytest.approx(1)
    for one in LABELS:
        for other in LABELS:
            if before[one] <= before[other]:
                assert after[one] <= after[other]


@given(distributions())
def test_a_temperature_of_one_changes_nothing_but_that_nothing_is_impossible(before: dict[Label, float]) -> None:
    after = scaled(1.0).apply(before)
    assert after == pytest.approx(before, abs=3 * LEAST_SAID)
    assert min(after.values()) >= LEAST_SAID / (1 + 3 * LEAST_SAID) - 1e-12


@given(distributions(), st.floats(0, 1))
def test_the_flatter_the_scale_the_less_sure_of_the_likeliest_label(before: dict[Label, float], share: float) -> None:
    likeliest = max(LABELS, key=lambda label: before[label])
    flat, steep = scaled(0.05 + share).apply(before), scaled(0.05 + share + 1).apply(before)
    assert flat[likeliest] <= steep[likeliest] + 1e-12


@given(distributions(), st.sampled_from(LABELS), st.floats(0.05, 20), st.floats(-5, 5))
def test_the_label_stays_whatever_is_likeliest_and_the_confidence_is_its_probability(
    probabilities: dict[Label, float], label: Label, scale: float, offset: float
) -> None:
    given = verdict(label).model_copy(update={"probabilities": probabilities})
    after = calibrate(given, [scaled(scale, offset)])
    assert (after.label, after.justification, after.method) == (given.label, given.justification, given.method)
    assert after.probabilities is not None and after.confidence == after.probabilities[label]
    assert (after.calibrated_on, after.calibrated_cases) == ("20310101-120000-000-abcd1234", 240)
    assert Verdict.model_validate(after.model_dump()) == after


def test_another_prompt_model_or_a_verdict_without_probabilities_stays_as_the_model_says() -> None:
    for other in ("predict_verdict@7+ffffffff local:small", "predict_verdict@7+0a1b2c3d local:large"):
        assert calibrate(verdict(method=other), [scaled()]) == verdict(method=other)
    silent = verdict().model_copy(update={"probabilities": None})
    assert calibrate(silent, [scaled()]) == silent
    assert calibrate(verdict(), []) == verdict()


def test_what_is_calibrated_is_not_calibrated_again() -> None:
    once = calibrate(verdict(), [scaled()])
    assert once != verdict() and calibrate(once, [scaled()]) == once


def test_the_table_is_that_of_the_model_with_its_parameters_wherever_its_service_stands(tmp_path: Path) -> None:
    assert read_calibrations(tmp_path) == ()
    write(tmp_path, scaled(), scaled(model="local:large"), scaled(parameters={"temperature": 1.0}))
    found = calibrations_of(tmp_path, "local:small", MODEL | {"base_url": "http://127.0.0.1:1/v1"})
    assert found == (scaled(),)


def test_a_table_that_a_person_broke_is_one_line_that_names_its_row(tmp_path: Path) -> None:
    write(tmp_path, scaled())
    text = (tmp_path / CALIBRATION).read_text(encoding="utf-8")
    (tmp_path / CALIBRATION).write_text(text.replace('"supported":0.5', '"supported":-1'), encoding="utf-8")
    with pytest.raises(TableError, match=r"calibrations > 0 > scale > supported: .*greater than 0"):
        read_calibrations(tmp_path)
    (tmp_path / CALIBRATION).write_text(text.replace('"supported":0.5,', ""), encoding="utf-8")
    with pytest.raises(TableError, match="one for each label"):
        read_calibrations(tmp_path)


def test_the_digest_is_another_where_verdicts_become_others_and_the_same_where_only_figures_do() -> None:
    assert digest_of([scaled()]) == digest_of([scaled(figures={"brier": {"before": 0.5, "after": 0.4}})])
    others = [scaled(0.6), scaled(offset=0.1), scaled(evaluation="another"), scaled(cases=241)]
    assert len({digest_of([each]) for each in (scaled(), *others)}) == 5


def write(folder: Path, *calibrations: Calibration) -> None:
    rows = ",".join(each.model_dump_json() for each in calibrations)
    (folder / CALIBRATION).write_text(f'{{"calibrations": [{rows}]}}', encoding="utf-8")
