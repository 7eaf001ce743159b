"""What an earlier version wrote stays readable: a store, a backup, an evaluation and its export."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import BaseModel

from pipeline.core.errors import BudgetSpent
from pipeline.core.models import Usage
from pipeline.core.ports import Rendered
from pipeline.core.settings import Settings, load_settings
from pipeline.evaluation import Allowance, Bundle, Trial, import_bundle, open_evaluation, pack, replay, run_evaluation
from pipeline.evaluation.run.export import unpack
from pipeline.evaluation.run.replay import encode
from pipeline.evaluation.setup import systems_of
from pipeline.llm import Caps, Model, SharedBudget, load_prompt
from pipeline.llm.scripted import Scripted
from pipeline.store import Store, export_log
from pipeline.store.backup import restore_backup

COMPAT = Path(__file__).parents[1] / "data" / "compat"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    file = tmp_path / "store.db"
    file.write_bytes(gzip.decompress((COMPAT / "store.db.gz").read_bytes()))
    with closing(Store.open(file)) as store:
        yield store


@pytest.fixture
def restored(tmp_path: Path) -> Settings:
    settings = load_settings(home=tmp_path / "home", model="openai:small", base_url="http://127.0.0.1:41807/v1")
    restore_backup(settings, COMPAT / "backup.zip")
    return settings


def test_runs_notes_and_decisions_of_an_earlier_store_are_read(store: Store) -> None:
    runs = store.runs()
    assert [run.status for run in runs] == ["finished", "finished"]
    notes = store.notes(runs[0].id)
    assert [note.verdict and note.verdict.label for note in notes].count("supported") == 2
    assert all(note.verdict.probabilities is None for note in notes if note.verdict), "nobody said how likely each is"
    (event,) = export_log(store)
    assert event.action == "accept" and event.claim_id in [note.claim.id for note in notes]
    assert store.article(runs[0].article_id).text.startswith("The ferry")


def test_an_answer_that_an_earlier_version_cached_is_not_asked_for_again(store: Store) -> None:
    class Yes(BaseModel):
        answer: str

    model = Model(Scripted([]), cache=store)
    rendered = Rendered(ref="p@1+0", text="Is the ferry to Osk open?")
    assert model.ask(rendered, Yes, lambda reply: reply.answer, evidence=("a", "b")) == ("yes", Usage(cached=1))


def test_the_caps_of_a_run_that_an_earlier_version_began_go_on(store: Store) -> None:
    shared = SharedBudget(store, "archive-run", patience_s=0)
    assert (shared.caps.max_usd, shared.caps.max_calls) == (1.5, 10)
    with pytest.raises(BudgetSpent, match=r"0\.2500 spent and up to 0\.1250 in flight"), shared.call(1.2):
        pass
    with shared.call(1.1) as charge:
        charge(0.0)


def test_a_backup_of_an_earlier_version_is_restored_with_its_lab_day(restored: Settings) -> None:
    with closing(Store.open(restored.store_path)) as store:
        assert len(store.runs()) == 2 and len(list(export_log(store))) == 1
    day = Allowance(restored, now=lambda: datetime(2026, 11, 28, 12, tzinfo=UTC))
    assert day.left() == Caps(pytest.approx(restored.lab_max_usd - 0.2 - 0.25), restored.lab_max_calls - 3 - 5)


def test_an_evaluation_of_an_earlier_version_is_replayed_byte_for_byte_and_its_export_opens(tmp_path: Path) -> None:
    bundle = Bundle(COMPAT / "evaluation")
    found = replay(bundle)
    assert (found.proven, found.taken, bundle.changed_files()) == (3, 0, ())
    assert encode(found.scored) == (bundle.folder / "scores.json").read_bytes()
    opened = unpack(COMPAT / "evaluation.zip", tmp_path)
    assert opened.digest == bundle.digest and not opened.changed_files()
    assert import_bundle(COMPAT / "evaluation.zip", tmp_path / "home").spent() == bundle.spent()
    assert pack(bundle, tmp_path / "again.zip").read_bytes() == (COMPAT / "evaluation.zip").read_bytes()


def test_replies_that_an_earlier_evaluation_cached_are_taken_by_the_next(restored: Settings) -> None:
    kept = Bundle(COMPAT / "evaluation")
    prompt = load_prompt("predict_verdict", kept.folder / "prompts", 1)
    own = restored.model_copy(update={"prompts": kept.folder / "prompts", "model_retries": 0})
    silent = Scripted([])
    systems = [replace(each, llm=silent) for each in systems_of(own, [prompt])]
    trial = Trial(kept.suite(), anew=True)
    with closing(Store.open(own.store_path)) as store:
        again = run_evaluation(own, trial, systems, open_evaluation(own, trial, systems), store)
    before, after = kept.answers(), again.answers()
    assert [each.failure and each.failure.reason for each in before] != [None] * 3
    assert [each for each in after if not each.failure] == [each for each in before if not each.failure]
    assert len(silent.prompts) == 1, "only the reply that was not proven is asked for"
