"""Open a database, SQLite or PostgreSQL, and turn its errors into ours.

SQLite runs in WAL mode. A writing transaction begins as one (`begin immediate`) and waits for its turn: a
transaction that reads first and writes later would be refused when another has written in between.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from pipeline.core.errors import StoreBusy, StoreError

WAIT_SECONDS = 30
"""How long a writer waits for others before it gives up."""
_WRITES = "factnotes_writes"
_POOL = {"pool_size": 10, "max_overflow": 40, "pool_timeout": WAIT_SECONDS}


def parse_url(address: Path | str) -> URL:
    """Return the address as SQLAlchemy takes it: a path is a SQLite file, PostgreSQL goes by pg8000.

    Raises StoreError for anything else.
    """
    if isinstance(address, Path) or "://" not in address:
        return URL.create("sqlite", database=str(address))
    try:
        url = sa.make_url(address)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise StoreError("the database's address cannot be read; set FACTNOTES_DATABASE_URL") from error
    if url.get_backend_name() == "postgresql" or url.drivername == "postgres":
        return _for_pg8000(url)
    if url.get_backend_name() == "sqlite" and url.database:
        return URL.create("sqlite", database=url.database)
    raise StoreError(f"{url.drivername} is no database of the store; use postgresql:// or nothing for SQLite")


def _for_pg8000(url: URL) -> URL:
    """Name the driver; a folder as host, as libpq writes it, becomes the path of its socket."""
    folder = url.query.get("host")
    url = url.set(drivername="postgresql+pg8000")
    if isinstance(folder, str) and folder.startswith("/"):
        port = url.query.get("port") or url.port or 5432
        socket = f"{folder}/.s.PGSQL.{port}"
        return url.set(host=None, port=None, query={"unix_sock": socket})
    return url


def driver_settings(url: URL) -> dict[str, Any]:
    """Return what pg8000 is given beside the address.

    A Unix socket has no TLS, yet pg8000 would read all certificates of the machine for each connection (0.1 s).
    """
    return {"ssl_context": False} if "unix_sock" in url.query else {}


def name_of(url: URL) -> str:
    """Return how errors name a database: a path, or an address without password and driver."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(drivername=url.get_backend_name(), query={}).render_as_string()


def connect(url: URL, *, durable: bool) -> Engine:
    """Return an engine.

    What a durable one has committed survives a power cut. The other may lose its last transactions then,
    whole ones and the newest first; a killed process loses nothing in either.
    """
    if url.get_backend_name() == "sqlite":
        return _connect_sqlite(url, durable=durable)
    engine = sa.create_engine(url, **_POOL, pool_pre_ping=True, connect_args=driver_settings(url))
    engine.dialect.use_insertmanyvalues_wo_returning = True  # many rows a message: pg8000 sends them one by one

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"set synchronous_commit to {'on' if durable else 'off'}")
        cursor.execute(f"set lock_timeout to '{WAIT_SECONDS}s'")
        cursor.execute("set default_transaction_isolation to 'repeatable read'")  # a reader sees one state
        connection.commit()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_WRITES):  # who waits for a row must see what it became
            connection.exec_driver_sql("set transaction isolation level read committed")

    return engine


def _connect_sqlite(url: URL, *, durable: bool) -> Engine:
    engine = sa.create_engine(url, connect_args={"timeout": WAIT_SECONDS}, **_POOL)

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say, tables are made in them too
        synchronous = "full" if durable else "normal"
        pragmas = ("journal_mode = wal", f"synchronous = {synchronous}", "foreign_keys = on", "cache_size = -16000")
        for pragma in pragmas:
            connection.execute(f"pragma {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("begin immediate" if writes else "begin")

    return engine


def for_writing(engine: Engine) -> Engine:
    """Return the same engine with transactions that are writers from the start."""
    return engine.execution_options(**{_WRITES: True})


@contextmanager
def our_errors(where: str) -> Generator[None, None, None]:
    """Raise what the database refuses as StoreBusy or StoreError, one line that says what to do."""
    try:
        yield
    except sa.exc.TimeoutError as error:
        raise StoreBusy(f"{where}: too many at once; try again") from error
    except sa.exc.IntegrityError as error:
        raise StoreError(f"{where} refuses what it holds already or must not hold ({_reason(error)})") from error
    except sa.exc.DBAPIError as error:
        raise _translated(where, error) from error


def _translated(where: str, error: sa.exc.DBAPIError) -> StoreError:
    reason = _reason(error)
    if "locked" in reason or "busy" in reason or "lock timeout" in reason:
        return StoreBusy(f"{where} is in use by another process; try again when it has finished")
    if "://" in where:
        return StoreError(f"{where} cannot be used ({reason}); check FACTNOTES_DATABASE_URL and the server")
    if isinstance(error, sa.exc.OperationalError):
        return StoreError(f"{where} cannot be used ({reason}); check the folder's permissions and free space")
    return StoreError(f"{where} is damaged ({reason}); move it away and run `factnotes index` again, or restore a copy")


def _reason(error: sa.exc.DBAPIError) -> str:
    detail = error.orig.args[0] if error.orig and error.orig.args else error.orig
    text = str(detail.get("M", detail)) if isinstance(detail, dict) else str(detail)
    return " ".join(text.split())
