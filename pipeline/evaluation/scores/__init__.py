"""What answers are worth: figures of one variant, and variants compared case by case.

Values in, values out: nothing here reads a clock, a setting, a file or a network.
"""

from pipeline.evaluation.scores.comparing import compare_answers
from pipeline.evaluation.scores.informative import control_set
from pipeline.evaluation.scores.labels import ACCURACY, MACRO, REFUTED, read_labels
from pipeline.evaluation.scores.scoring import SCORER, score_answers
from pipeline.evaluation.scores.sheets import COVERAGE, Sheet, lay_out
from pipeline.evaluation.scores.values import (
    Bin,
    ClassScore,
    Comparison,
    Confusion,
    Control,
    Costs,
    Figure,
    Pairing,
    RiskPoint,
    Scores,
    SourceScore,
)

__all__ = [
    "ACCURACY",
    "COVERAGE",
    "MACRO",
    "REFUTED",
    "SCORER",
    "Bin",
    "ClassScore",
    "Comparison",
    "Confusion",
    "Control",
    "Costs",
    "Figure",
    "Pairing",
    "RiskPoint",
    "Scores",
    "Sheet",
    "SourceScore",
    "compare_answers",
    "control_set",
    "lay_out",
    "read_labels",
    "score_answers",
]
