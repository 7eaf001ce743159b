"""Check an article: the only place where the stages meet.

The command line, the Prefect flow and the desk call `check_article`; they differ only in how they
run `check_claim` over the claims (`run_claims`) and in what they do with the report.
"""

from pipeline.check.articles import (
    Progress,
    RunClaims,
    check_article,
    in_threads,
    plan_jobs,
    require_index,
)
from pipeline.check.detecting import Detected, detect
from pipeline.check.judging import CheckedClaim, Job, Retrieve, StoredSources, Tools, check_claim

__all__ = [
    "CheckedClaim",
    "Detected",
    "Job",
    "Progress",
    "Retrieve",
    "RunClaims",
    "StoredSources",
    "Tools",
    "check_article",
    "check_claim",
    "detect",
    "in_threads",
    "plan_jobs",
    "require_index",
]
