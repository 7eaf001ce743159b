from .align import pair_claims as pair_claims
from .article import (
    Progress as Progress,
    RunClaims as RunClaims,
    check_article as check_article,
    plan_jobs as plan_jobs,
)
from .calibration import (
    CALIBRATION as CALIBRATION,
    LEAST_SAID as LEAST_SAID,
    PER_CALL as PER_CALL,
    Calibration as Calibration,
    CalibrationTable as CalibrationTable,
    Change as Change,
    deciding as deciding,
    read_calibrations as read_calibrations,
)
from .checkers.titles.mentions import find_title_mentions as find_title_mentions
from .checkers.titles.messages import spell_term as spell_term
from .checkers.titles.sentences import (
    BadSentence as BadSentence,
    JudgedSentence as JudgedSentence,
    dump as dump,
    judge_lines as judge_lines,
    schemas as schemas,
)
from .claim import check_claims as check_claims
from .claims.attribution import attributions as attributions
from .claims.by_model import detect_claims_with_model as detect_claims_with_model
from .claims.detection import detect_claims as detect_claims
from .diff import ClaimDifference as ClaimDifference, RunDifference as RunDifference, compare_runs as compare_runs
from .find_claims import Detected as Detected, detect as detect
from .job import Batch as Batch, CheckedBatch as CheckedBatch, StoredSources as StoredSources, Tools as Tools
from .recheck import day_of as day_of, report_of as report_of, unchanged_run as unchanged_run
from .reuse import Check as Check, check_anew as check_anew, check_or_reuse as check_or_reuse, place_of as place_of
from .setup import (
    Bench as Bench,
    Estimate as Estimate,
    estimate_check as estimate_check,
    index_paths as index_paths,
    open_bench as open_bench,
    search_evidence as search_evidence,
)
from .together import predict_verdicts as predict_verdicts
from .tools import open_rate_limit as open_rate_limit, warm_up as warm_up
from .verdict import (
    VERDICT_INPUTS as VERDICT_INPUTS,
    Question as Question,
    predict_verdict_among as predict_verdict_among,
    takes_several as takes_several,
)
