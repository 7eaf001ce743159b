"""The whole on servers: PostgreSQL for the store and for Prefect, a Prefect server, a Chroma server, two workers."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from chroma_server import ChromaServer, chroma
from command_line import FACTNOTES
from debian_postgres import debian_postgres
from scripted_service import Service, running
from serving import PREFECT, environment, factnotes, free_ports, started

from pipeline.core.models import Report
from pipeline.evidence import VectorIndex
from pipeline.store import Store
from pipeline.store.connection import parse_url

pytestmark = pytest.mark.process
FACTS = [
    {"text": f"The council of district {n} repaired a school.", "publisher": "Council", "published_at": "2024-01-02"}
    for n in range(1, 9)
]
REQUESTS_PER_MINUTE = 240


def article(first: int) -> str:
    said = "The council of district {} repaired {} schools in 2023, the mayor said."
    return "\n\n".join(said.format(number, number + 3) for number in range(first, first + 4))


def prefects(address: str) -> str:
    """Return a PostgreSQL address as Prefect takes it."""
    return sa.make_url(address).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


def runs_of_prefect(address: str) -> list[tuple[str, str]]:
    """Return what Prefect's database tells of flow runs."""
    engine = sa.create_engine(parse_url(address), poolclass=sa.NullPool)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("select state_type::text, cast(parameters as text) from flow_run")).all()
    return [(state, json.loads(parameters)["source"]) for state, parameters in rows]


@pytest.fixture
def service() -> Iterator[Service]:
    with running(Service(latency_s=0.1)) as started_service:
        yield started_service


@pytest.fixture
def index(tmp_path: Path) -> Iterator[ChromaServer]:
    with chroma(tmp_path / "served" / "vectors") as server:
        yield server


@pytest.fixture
def databases() -> Iterator[list[str]]:
    with debian_postgres("desk", "prefect") as addresses:
        yield addresses


def test_two_workers_share_store_index_limit_and_prefect_server_and_check_each_claim_once(
    tmp_path: Path, databases: list[str], index: ChromaServer, service: Service
) -> None:
    store_address, prefect_address = databases
    [port] = free_ports(1)
    api = f"http://127.0.0.1:{port}/api"
    env = environment(
        tmp_path,
        PREFECT_SERVER_DATABASE_CONNECTION_URL=prefects(prefect_address),
        PREFECT_API_URL=api,
        FACTNOTES_DATABASE_URL=store_address,
        FACTNOTES_CHROMA_URL=index.url,
        FACTNOTES_MODEL="openai:scripted",
        FACTNOTES_BASE_URL=service.address,
        FACTNOTES_REQUESTS_PER_MINUTE=str(REQUESTS_PER_MINUTE),
    )
    (tmp_path / "facts.jsonl").write_text("\n".join(map(json.dumps, FACTS)), encoding="utf-8")
    for name, first in (("one", 1), ("two", 5)):
        (tmp_path / f"{name}.txt").write_text(article(first), encoding="utf-8")
        (tmp_path / f"{name}.yaml").write_text("published_at: 2024-02-01\n", encoding="utf-8")

    def answers() -> bool:
        try:
            return httpx.get(f"{api}/health", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    serve = (PREFECT, "server", "start", "--host", "127.0.0.1", "--port", port, "--no-services")
    with started(serve, tmp_path, env, "prefect") as server:
        assert "8 passages added" in factnotes(tmp_path, "index", "facts.jsonl", **only(env))
        server.until(answers, "an answer of the Prefect server")
        began = time.time()
        flow = ("-m", "flows.check_article")
        python = PREFECT.with_name("python")
        with (
            started((python, *flow, "one.txt"), tmp_path, env, "one") as one,
            started((python, *flow, "two.txt"), tmp_path, env, "two") as two,
        ):
            assert (one.ended(), two.ended()) == (0, 0), one.said + two.said
    reports = [
        Report.model_validate_json(path.read_text(encoding="utf-8"))
        for path in sorted((tmp_path / "runs").glob("*/report.json"))
    ]
    assert len(reports) == 2
    for report in reports:
        assert report.coverage.not_enough_evidence >= 3 and not report.coverage.not_checked
        assert all(note.evidence for note in report.notes)
        assert any("vector" in each.retriever for note in report.notes for each in note.evidence)
    assert set(service.answered.values()) == {1}, "no question twice"
    arrived = sorted(service.arrived)
    assert [n for n, at in enumerate(arrived) if at < began + n * 60 / REQUESTS_PER_MINUTE - 0.001] == []
    with closing(Store.open(store_address)) as store:
        assert {run.id: run.status for run in store.runs()} == {report.run_id: "finished" for report in reports}
        assert [len(store.notes(report.run_id)) for report in reports] == [len(report.notes) for report in reports]
    assert sorted(runs_of_prefect(prefect_address)) == [("COMPLETED", "one.txt"), ("COMPLETED", "two.txt")]
    assert not (tmp_path / "desk" / "store.db").exists() and not (tmp_path / "desk" / "vectors").exists()
    with VectorIndex(index.url, reports[0].versions.embedding or "") as vectors:
        assert vectors.count() == len(FACTS)
    index.kill()
    told = factnotes_fails(tmp_path, "check", "one.txt", "--again", **only(env))
    assert f"server at {index.url} does not answer: start it" in told and "Traceback" not in told


def only(env: dict[str, str]) -> dict[str, str]:
    """Return what an environment says of factnotes."""
    return {name: value for name, value in env.items() if name.startswith("FACTNOTES_") and name != "FACTNOTES_HOME"}


def factnotes_fails(home: Path, *arguments: str, **more: str) -> str:
    """Run a command that must fail for the store or the index; return what it says."""
    with started((FACTNOTES, *arguments), home, environment(home, **more), "fails") as running_command:
        assert running_command.ended() == 5, running_command.said
        return running_command.said
