"""Faults: what fails, the state that is expected, and the test that shows it. A new reason or setting needs a row."""

# ruff: noqa: E501 # a fault, its state and its test stand on one line

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple, get_args

import pytest

from pipeline.core import errors
from pipeline.core.errors import SettingsError
from pipeline.core.models import FailureReason
from pipeline.core.settings import Settings, load_settings

TESTS = Path(__file__).parents[1]


class Row(NamedTuple):
    """A fault, what is to come of it, and where that is shown."""

    fault: str
    state: str
    """A reason of `not_checked`, an error of ours, or what stays as it was."""
    test: str


_LLM, _STORE, _WATCH = "llm/test_hostile_services.py", "store/test_store.py", "watch/test_notify_delivery.py"
_KINDS = "test_what_is_no_answer_is_a_failure_in_plain_words"

FAULTS = (
    # A model's service
    Row("a byte a second", "timeout", "llm/test_services.py::test_a_service_that_sends_a_byte_at_a_time_is_given_up_at_the_deadline"),
    Row("headers that drip", "timeout", "llm/test_services.py::test_headers_that_drip_do_not_hold_a_call_open"),
    Row("asks to slow down", "rate_limited", f"{_LLM}::test_what_breaks_a_limit_is_an_answer_or_a_failure_with_a_reason"),
    Row("an endless answer", "unavailable", "llm/test_services.py::test_an_answer_that_does_not_end_is_cut_off"),
    Row("a packed bomb", "unavailable", f"{_LLM}::test_a_small_body_is_never_unpacked_to_more_than_the_cap"),
    Row("declines", "refused", f"llm/test_services.py::{_KINDS}"),
    Row("no form that was asked for", "malformed_reply", f"llm/test_services.py::{_KINDS}"),
    Row("a rejected key", "wrong_key", f"llm/test_services.py::{_KINDS}"),
    Row("a model nobody knows", "unknown_model", f"llm/test_services.py::{_KINDS}"),
    Row("a prompt that does not fit", "prompt_too_long", f"llm/test_services.py::{_KINDS}"),
    Row("an error nobody knows", "error", f"llm/test_services.py::{_KINDS}"),
    Row("an invented quotation", "quote_not_found", "llm/test_client.py::test_one_repair_is_asked_with_the_error_and_the_first_reply"),
    Row("a quotation beside the point", "quote_not_relevant", "check/test_relevance.py::*"),
    Row("a redirect", "RequestRejected", "llm/test_services.py::test_a_prompt_does_not_follow_a_redirect"),
    Row("false counts of tokens", "estimated, the cap holds", f"{_LLM}::test_tokens_that_are_no_count_are_estimated_and_told_and_the_cap_in_dollars_holds"),
    Row("a reply of megabytes", "sent back within a cap", f"{_LLM}::test_a_reply_that_is_sent_back_to_be_mended_is_never_longer_than_a_cap"),
    Row("an answer that echoes secrets", "hidden", "project/test_canaries.py::test_what_a_service_sends_back_stands_nowhere"),
    Row("a certificate that is expired, of another host, self-signed", "ModelUnavailable", "llm/test_certificates.py::test_a_service_that_nobody_vouches_for_sees_no_prompt"),
    # No service, no evidence, no money
    Row("no model", "no_model", "cli/test_cli_eval.py::*"),
    Row("a cap is reached", "budget", "cli/test_cli_model.py::test_a_run_stops_at_its_cap_and_counts_what_it_cost"),
    Row("nothing to judge on", "no_evidence_source", "check/test_verdicts.py::*"),
    Row("words that no source holds", "quotation_in_no_source", "store/test_unfound_quotations.py::*"),
    Row("an article without a day", "day_not_known", "check/test_undated.py::*"),
    Row("an opinion", "not_checkable", "core/test_models.py::*"),
    Row("checkers that disagree", "findings_disagree", "check/test_findings_agree.py::*"),
    # Evidence index
    Row("its server is killed", "IndexUnreachable", "evidence/test_vectors_server.py::test_a_server_that_is_killed_is_one_line_that_may_pass_and_one_that_comes_back_is_waited_for"),
    Row("its folder is damaged", "StoreError", "evidence/test_vectors.py::test_a_damaged_folder_is_an_error_in_one_line_and_can_be_built_again"),
    Row("its owner is killed", "usable at once", "evidence/test_vectors.py::test_a_killed_owner_does_not_keep_the_folder_locked"),
    # Store
    Row("a damaged file", "StoreError", f"{_STORE}::test_a_damaged_file_is_one_line_that_says_what_to_do"),
    Row("a writer is killed", "whole notes", f"{_STORE}::test_a_killed_writer_leaves_whole_notes_and_a_readable_store"),
    Row("PostgreSQL is not there", "StoreError", "store/test_migrations.py::test_a_server_that_is_not_there_is_one_line_without_its_password"),
    Row("the disk is full", "no half archive", "store/test_backup.py::test_a_full_disk_leaves_no_archive_and_no_half_restored_home"),
    Row("a folder that may not be written", "one line", "project/test_faults.py::test_a_home_that_cannot_be_written_is_one_line"),
    Row("a file that a fact rests on is missing or altered", "StoreError", "ledger/test_ledger_files.py::test_a_missing_and_an_altered_file_are_told_and_never_handed_out"),
    Row("the disk is full where a file is kept", "no half file", "ledger/test_ledger_files.py::test_a_full_disk_leaves_no_half_file"),
    # Kills
    Row("a check is killed with calls in flight", "lost, its cost unknown", "cli/test_cli_runs.py::test_a_killed_check_is_lost_resumed_and_then_unchanged"),
    Row("a check is killed at any boundary between its stages", "whole notes, each decision come along, unknown costs told", "project/test_kills.py::test_a_check_killed_at_a_boundary_is_whole_told_and_resumed"),
    Row("a publisher is killed", "nothing half written stays", "reports/test_publication.py::test_what_a_killed_publisher_left_unfinished_is_removed_and_a_living_ones_is_not"),
    Row("a flow is killed", "resumed", "flows/test_flow.py::test_a_killed_run_started_again_repeats_no_finished_claim"),
    Row("a watch is killed", "resumed", "cli/test_cli_watch.py::test_a_killed_run_is_finished_by_the_next_call_and_repeats_only_the_article_in_flight"),
    Row("an evaluation is killed", "resumed", "cli/test_cli_eval.py::test_killed_at_any_moment_and_started_again_it_repeats_no_call_and_ends_the_same"),
    Row("processes are killed that share caps", "nobody spends more", "llm/test_shared_budget.py::test_processes_that_are_killed_with_calls_in_flight_let_nobody_spend_more"),
    Row("the desk is killed", "each decision is kept", "review/test_review_concurrency.py::test_a_killed_desk_keeps_every_acknowledged_decision_and_no_half_one"),
    Row("a sender is killed", "sent under the same id", f"{_WATCH}::test_what_a_killed_sender_held_is_sent_again_under_the_same_id"),
    # Clocks, names, certificates, sources
    Row("a clock that jumps", "no slot twice", "watch/test_schedule.py::test_whatever_the_clock_reads_no_slot_runs_twice_and_each_is_run_or_told_as_missed"),
    Row("a name that is not known", "FetchError", "articles/test_articles_urls.py::test_an_unreachable_server_and_an_unknown_name_are_errors"),
    Row("a receiver's certificate", "DeliveryFailed", f"{_WATCH}::test_a_certificate_that_nobody_vouches_for_gets_nothing"),
    Row("a feed of 60,000 entries", "bounded and told", "watch/test_sources.py::test_a_feed_without_end_is_read_to_its_first_entries_and_the_rest_is_told"),
    Row("half requests on every connection", "the desk answers", "web/test_slow_clients.py::test_half_requests_on_every_connection_keep_nobody_from_the_desk"),
)  # fmt: skip


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: row.fault)
def test_each_fault_has_a_test_that_is_there(row: Row) -> None:
    file, name = row.test.split("::")
    assert name == "*" or name in names_in(file), f"{file} has no test {name}"
    if name == "*":
        assert f'"{row.state}"' in (TESTS / file).read_text(encoding="utf-8"), f"{file} does not name {row.state}"


def test_each_reason_of_a_claim_that_is_not_checked_has_a_row() -> None:
    missing = set(get_args(FailureReason)) - {row.state for row in FAULTS}
    assert not missing, f"add to FAULTS what brings about {missing}, and the test that shows it"


def test_a_state_that_is_an_error_of_ours_is_one() -> None:
    named = {row.state for row in FAULTS if row.state[0].isupper() and row.state.isalpha()}
    assert all(issubclass(getattr(errors, name), errors.FactnotesError) for name in named - {"PostgreSQL"})


WRONG: dict[str, object] = {
    "concurrency": 0, "articles_at_once": 0, "model_timeout_s": 0, "max_output_tokens": 0, "model_retries": -1,
    "vector_search": "perhaps", "task_runner": "ray", "dask_workers": 0, "requests_per_minute": -1,
    "tokens_per_minute": -1, "max_usd": -1, "max_calls": -1, "max_seconds": 0, "evidence_per_claim": 0,
    "claims_per_call": 21, "max_article_bytes": 0, "max_article_chars": 0, "max_download_bytes": 0,
    "fetch_timeout_s": 0, "allow_private_urls": "perhaps", "desk_port": 65_536, "desk_behind_tls_proxy": "perhaps",
    "desk_idle_minutes": 0, "desk_session_hours": 0, "desk_token_days": 0, "desk_max_body_bytes": 10,
    "prefect_port": -1, "chroma_port": 65_536, "watches_at_once": 0, "lab_max_calls": -1, "lab_max_usd": -1,
    "lab_max_seconds": 0, "notify_tries": 0, "notify_timeout_s": 31, "allow_private_webhooks": "perhaps",
    "smtp_port": 0, "smtp_security": "ssl", "log_level": "loud", "otlp_endpoint": "collector", "metrics_token": "short",
    "temperature": "warm", "world": "perhaps", "ledger_sources_for_harm": 0, "ledger_anonymous_alone": "perhaps",
    "ledger_max_file_bytes": 0,
}  # fmt: skip
"""A value that a setting refuses by itself."""

ANY_TEXT = {
    "home": "cli", "prompts": "llm", "database_url": "store", "chroma_url": "evidence", "model": "llm", "base_url": "llm",
    "api_key": "llm", "dask_address": "project", "desk_host": "web", "desk_proxies": "web", "desk_names": "web",
    "reviewer": "cli", "publisher": "reports", "publisher_url": "cli", "notify_key": "watch", "smtp_host": "watch",
    "smtp_user": "watch", "smtp_password": "watch", "smtp_from": "watch", "log_file": "core",
    "wikidata_url": "evidence", "contact": "evidence", "factcheck_key": "evidence",
}  # fmt: skip
"""Settings that take any text here; the tests of that room show what becomes of a wrong one."""


def test_each_setting_has_a_row() -> None:
    assert set(WRONG) | set(ANY_TEXT) == set(Settings.model_fields), "say what a wrong value of the setting is"
    assert not set(WRONG) & set(ANY_TEXT)
    for name, room in ANY_TEXT.items():
        written = (path.read_text(encoding="utf-8") for path in (TESTS / room).rglob("*.py"))
        spelled = (name, f"FACTNOTES_{name.upper()}", f'"--{name.rpartition("_")[2]}"', f'"--{name.replace("_", "-")}"')
        assert any(each in text for text in written for each in spelled), (name, room)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_of_a_setting_is_one_line_that_names_it(name: str) -> None:
    with pytest.raises(SettingsError, match=name) as caught:
        load_settings(**{name: WRONG[name]})
    assert "\n" not in str(caught.value) and "doctor" in str(caught.value)


def test_a_home_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    from command_line import call

    (tmp_path / "desk").write_text("a file, where a folder is to be", encoding="utf-8")
    done = call(tmp_path, "runs", "list", FACTNOTES_HOME="desk")
    assert done.returncode == 5 and "FACTNOTES_HOME" in done.stderr and "Traceback" not in done.stderr
