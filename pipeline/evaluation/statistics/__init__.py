"""Could it be chance: intervals, paired tests, and what a suite of this size can show at all.

Functions of numpy arrays, without chance of their own: the seed of every resample is a hash of its data.
"""

from pipeline.evaluation.statistics.f1 import Difference, bootstrap_intervals, class_f1, compare_pairs, macro_f1
from pipeline.evaluation.statistics.power import (
    ALPHA,
    POWER,
    fewest_pairs,
    mcnemar_power,
    smallest_detectable,
    smallest_detectable_share,
)
from pipeline.evaluation.statistics.proportions import (
    Chance,
    holm,
    mcnemar,
    mean_interval,
    share_interval,
    sign_flip_sampled,
    sign_flips,
    standard_error,
    wilson_interval,
)
from pipeline.evaluation.statistics.resampling import RESAMPLES, Floats, Interval, Statistic
from pipeline.evaluation.statistics.wording import (
    Finding,
    judge_difference,
    warn_of_size,
    word_detectable,
    word_difference,
    word_p,
)

__all__ = [
    "ALPHA",
    "POWER",
    "RESAMPLES",
    "Chance",
    "Difference",
    "Finding",
    "Floats",
    "Interval",
    "Statistic",
    "bootstrap_intervals",
    "class_f1",
    "compare_pairs",
    "fewest_pairs",
    "holm",
    "judge_difference",
    "macro_f1",
    "mcnemar",
    "mcnemar_power",
    "mean_interval",
    "share_interval",
    "sign_flip_sampled",
    "sign_flips",
    "smallest_detectable",
    "smallest_detectable_share",
    "standard_error",
    "warn_of_size",
    "wilson_interval",
    "word_detectable",
    "word_difference",
    "word_p",
]
