"""Fit the weights of check-worthiness and write them with where they came from.

    python benchmarks/fit_check_worthiness.py --data ../shared/data

Only rows that may be redistributed are fitted on; the file written holds coefficients and figures, no
sentence. Strength of the penalty and figures come from cross-validation.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_predict

from pipeline.check.claims.checkability import uncheckable
from pipeline.check.claims.clauses import split
from pipeline.check.claims.worthiness import NAMES, features
from pipeline.core.english import parse, syntax_version
from pipeline.core.ports import Embedder
from pipeline.evidence import MiniLM

TARGET = Path(__file__).resolve().parents[1] / "pipeline" / "check" / "claims" / "check_worthiness.json"
PENALTIES = (0.1, 0.3, 1.0, 3.0)
FOLDS = 10
SEED = 20261122


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments = parser.parse_args()
    path = arguments.data / "claim_detection.jsonl"
    if not path.is_file():
        print(f"skipped: there is no {path}")
        return
    rows = read_rows(path)
    fits = [fit(rows, None), fit(rows, MiniLM())]
    TARGET.write_text(json.dumps({"provenance": provenance(rows), "fits": fits}, indent=1) + "\n")
    for each in fits:
        print(each["embedder"] or "features alone", each["cross_validated"])


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows that may be fitted on."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["redistributable"]]


def is_checkable(text: str) -> bool:
    """Tell whether any part of a text, read as the author's own words, can be checked."""
    for sentence in parse(text).sents:
        asked = sentence.text.rstrip("”\"'’ ").endswith("?")
        parts = split(sentence)
        if not parts or any(uncheckable(part.tokens, part.head, asked=asked) is None for part in parts):
            return True
    return False


def fit(rows: Sequence[Mapping[str, Any]], embedder: Embedder | None) -> dict[str, Any]:
    """Return coefficients and cross-validated figures, with an embedder's vectors or without."""
    known = numpy.array([features(row["sentence"], checkable=is_checkable(row["sentence"])) for row in rows])
    vectors = embedder.embed([row["sentence"] for row in rows]) if embedder else numpy.zeros((len(rows), 0))
    inputs = numpy.hstack([known, vectors])
    labels = numpy.array([row["check_worthy"] for row in rows])
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    search = GridSearchCV(LogisticRegression(max_iter=2000), {"C": PENALTIES}, scoring="neg_log_loss", cv=folds)
    outer = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED + 1)
    chances = cross_val_predict(search, inputs, labels, cv=outer, method="predict_proba")[:, 1]
    cut = best_cut(labels, chances)
    shift = math.log((1 - cut) / cut)
    chances = 1 / (1 + (1 / chances - 1) * math.exp(-shift))
    search.fit(inputs, labels)
    weights = search.best_estimator_.coef_[0]
    return {
        "embedder": embedder.name if embedder else None,
        "penalty": search.best_params_["C"],
        "cross_validated": figures(rows, labels, chances),
        "shift": round(shift, 4),
        "intercept": round(float(search.best_estimator_.intercept_[0]) + shift, 4),
        "features": {name: round(float(weight), 4) for name, weight in zip(NAMES, weights, strict=False)},
        "embedding": [round(float(weight), 4) for weight in weights[len(NAMES) :]],
    }


def best_cut(labels: numpy.typing.NDArray[numpy.bool_], chances: Any) -> float:
    """Return the chance from which on calling a sentence check-worthy gives the best F1, unseen rows only.

    Not below 0.4: a false alarm costs more than a miss.
    """
    return max((cut / 100 for cut in range(40, 61, 5)), key=lambda cut: float(f1_score(labels, chances >= cut)))


def figures(
    rows: Sequence[Mapping[str, Any]], labels: numpy.typing.NDArray[numpy.bool_], chances: Any
) -> dict[str, dict[str, float]]:
    """Return F1 and average precision of each data set, every row scored by a fit that did not see it."""
    found = {}
    for source in sorted({row["source_dataset"] for row in rows}):
        own = numpy.array([row["source_dataset"] == source for row in rows])
        found[source] = {
            "n": int(own.sum()),
            "f1": round(float(f1_score(labels[own], chances[own] >= 0.5)), 3),
            "average_precision": round(float(average_precision_score(labels[own], chances[own])), 3),
        }
    return found


def provenance(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the weights were fitted on, and how."""
    counts: dict[str, dict[str, Any]] = {}
    for row in rows:
        entry = counts.setdefault(row["source_dataset"], {"rows": 0, "check_worthy": 0, "licence": row["licence"]})
        entry["rows"] += 1
        entry["check_worthy"] += row["check_worthy"]
    return {
        "made_by": "benchmarks/fit_check_worthiness.py",
        "date": datetime.now(UTC).date().isoformat(),
        "data": counts,
        "method": f"logistic regression, L2, nested {FOLDS}-fold cross-validation, seed {SEED}",
        "versions": {"syntax": syntax_version(), "scikit-learn": metadata.version("scikit-learn")},
        "shift": "added to the intercept, so that 0.5 is the cut with the best F1 in cross-validation",
        "holds": "coefficients and figures only, no sentence",
    }


if __name__ == "__main__":
    main()
