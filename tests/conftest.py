"""What all tests share: no network beyond this machine, models loaded once, and recorded replies of a real model."""

import compileall
import gc
import json
import logging
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
import pytest_socket
import sqlalchemy as sa

from pipeline.core import secrets
from pipeline.store import Store
from pipeline.store.connection import connect

# Many tests at once make a slow machine, and a flow started outside this folder does not see its settings.
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "300")

# Libraries make millions of objects that stay: looking through them every few hundred new ones costs a third of import.
# Processes that tests start spend most of their time with imports: `sitecustomize` says the same to them.
gc.set_threshold(50_000)
PROJECT = Path(__file__).parents[1]
STARTED = Path(__file__).parent / "support" / "started"
os.environ["PYTHONPATH"] = os.pathsep.join([str(STARTED), *filter(None, [os.environ.get("PYTHONPATH")])])

THIS_MACHINE = ["127.0.0.1", "::1", "localhost"]

# How long an example takes is the machine's affair. `--hypothesis-profile thorough` looks longer for a fault.
PATIENT = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("quick", max_examples=10, **PATIENT)
hypothesis.settings.register_profile("usual", max_examples=12, **PATIENT)
hypothesis.settings.register_profile("thorough", max_examples=1000, **PATIENT)
hypothesis.settings.register_profile("fuzz", max_examples=int(os.environ.get("FACTNOTES_FUZZ", "20000")), **PATIENT)
hypothesis.settings.load_profile("usual")

NEEDS = ("process", "browser", "database")
COSTLY = ("process", "slow", "browser", "database")
"""Markers of what `make quick` leaves out, in the order in which files that have them begin."""
_may_start_processes = True


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run two workers more than there are cores: processes and browsers are waited for. `-n logical`: none more."""
    return (os.cpu_count() or 1) + 2 * (config.option.numprocesses == "auto")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let each worker compile a share of what all of them are about to import: each would compile everything."""
    nth, workers = _place(session.config)
    if workers > 1 and not sys.dont_write_bytecode:
        modules = sorted(path for folder in ("pipeline", "flows") for path in (PROJECT / folder).rglob("*.py"))
        for path in modules[nth::workers]:
            compileall.compile_file(path, quiet=2)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let each worker begin with other test files, and find most of the rest compiled by the others."""
    report = yield
    if isinstance(collector, pytest.Directory) and report.passed:
        nth, workers = _place(collector.config)
        first = len(report.result) * nth // workers
        report.result = report.result[first:] + report.result[:first]
    return report


def _place(config: pytest.Config) -> tuple[int, int]:
    """Return which of how many workers this is."""
    worker = getattr(config, "workerinput", {"workerid": "gw0", "workercount": 1})
    return int(worker["workerid"].removeprefix("gw")), worker["workercount"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs PostgreSQL; spread files that wait much among the quick ones: no core is to be idle."""
    items.sort(key=lambda item: item.location[0])
    for item in items:
        given = getattr(item, "callspec", None)
        if (given and "postgresql" in given.params.values()) or "postgres_server" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
    marks: dict[str, set[str]] = {}
    for item in items:
        marks.setdefault(item.location[0], set()).update(mark.name for mark in item.iter_markers())
    rank = {file: min((COSTLY.index(name) for name in found & set(COSTLY)), default=9) for file, found in marks.items()}
    costly = sorted((file for file in rank if rank[file] < 9), key=lambda file: rank[file])
    places = _shares(costly) | _shares([file for file in rank if rank[file] == 9])
    items.sort(key=lambda item: places[item.location[0]])


def _shares(files: list[str]) -> dict[str, float]:
    """Return how much of the files comes before each."""
    return {file: nth / len(files) for nth, file in enumerate(files)}


def pytest_collection_finish() -> None:
    """Never look again for garbage among what was imported and collected: it stays until the end."""
    gc.collect()
    gc.freeze()


def _watch_processes(event: str, given: tuple[Any, ...]) -> None:
    """Look at commands of this environment alone: what libraries ask the system with is quick."""
    if event != "subprocess.Popen" or _may_start_processes:
        return
    if Path(os.fsdecode(given[0])).parent == Path(sys.executable).parent:
        pytest.fail("it starts a process: mark it with pytest.mark.process, or call what it starts", pytrace=False)


sys.addaudithook(_watch_processes)


@pytest.fixture(autouse=True)
def processes_where_marked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that starts a process and does not say so: `make quick` would run it."""
    global _may_start_processes
    _may_start_processes = any(request.node.get_closest_marker(name) for name in NEEDS)
    yield
    _may_start_processes = True


@pytest.fixture(scope="session", autouse=True)
def stores_made_by_copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Begin a new SQLite store as a copy of one that was migrated once: what migrating does is tested by itself."""
    made = tmp_path_factory.mktemp("stores") / "empty.db"
    migrated = Store.open

    def opened(address: Path | str) -> Store:
        if isinstance(address, Path) and address.parent.is_dir() and not address.exists():
            if not made.exists():
                migrated(made).close()
            own = made.with_name(uuid4().hex)
            shutil.copy(made, own)
            with suppress(FileExistsError):  # another thread or process made it meanwhile
                address.hardlink_to(own)
            own.unlink()
        return migrated(address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "open", opened)
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """Let stores in SQLite, and those on one server, share the statements that were compiled: each would begin anew."""
    known: dict[sa.URL, tuple[sa.engine.Dialect, Any]] = {}

    def connected(url: sa.URL, *, durable: bool) -> sa.Engine:
        engine = connect(url, durable=durable)
        server = sa.URL.create("sqlite") if engine.dialect.name == "sqlite" else url.set(database=None)
        if server in known and known[server][0].server_version_info:  # somebody has reached it
            engine.dialect, engine._compiled_cache = known[server]
        else:
            engine._compiled_cache.capacity = 5_000
            known[server] = engine.dialect, engine._compiled_cache
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.store.database.connect", connected)
        yield


@pytest.fixture(autouse=True)
def only_this_machine(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that reaches for another machine, unless replies are being recorded."""
    if request.config.getoption("--record-mode") in (None, "none"):
        pytest_socket.socket_allow_hosts(THIS_MACHINE, allow_unix_socket=True)
    yield
    pytest_socket._remove_restrictions()


@pytest.fixture(autouse=True)
def logs_of_this_test_alone() -> Iterator[None]:
    """Begin without the logs that a test before has started in this process, and leave none."""
    loggers = [logging.getLogger(name) for name in ("factnotes", "uvicorn", "opentelemetry")]
    for logger in loggers:
        logger.handlers, logger.propagate = [], True
        logger.setLevel(logging.NOTSET)
    yield
    for logger in loggers:
        for handler in logger.handlers:
            handler.close()
        logger.handlers, logger.propagate = [], True
        logger.setLevel(logging.NOTSET)


@pytest.fixture(autouse=True)
def secrets_of_this_test_alone() -> Iterator[None]:
    """Hide no longer what was a secret in a test before: a page of the next may show the same letters."""
    known = dict(vars(secrets._KNOWN))
    yield
    vars(secrets._KNOWN).update(known)


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    """Match a request by its whole question; keep neither keys nor hosts nor the name of the model."""
    return {
        "match_on": ["method", "path", "query", "body"],
        "filter_headers": ["authorization", "api-key", "cookie", "user-agent", "openai-organization", "openai-project"],
        "before_record_request": _question_only,
        "before_record_response": _answer_only,
        "decode_compressed_response": True,
        "record_on_exception": False,
        "skip_patchers": ["httpx"],  # Prefect and Chroma talk through it; models are asked through httpx2
    }


def _question_only(request: Any) -> Any:
    if not request.path.endswith("/chat/completions"):
        return None
    request.uri = "http://model/v1/chat/completions"
    request.headers = {"content-type": "application/json"}
    request.body = json.dumps({**json.loads(request.body), "model": "recorded"}).encode()
    return request


def _answer_only(response: dict[str, Any]) -> dict[str, Any]:
    response["headers"] = {"content-type": response["headers"].get("content-type", ["application/json"])}
    try:
        body = json.loads(response["body"]["string"])
    except ValueError:
        return response
    kept = {name: body[name] for name in ("object", "choices", "usage", "error") if name in body}
    response["body"]["string"] = json.dumps({"id": "recorded", "created": 0, "model": "recorded", **kept}).encode()
    return response
