"""Debian's PostgreSQL for tests that need one with its extensions, on a free port, in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from serving import free_ports


@contextmanager
def debian_postgres(*databases: str, fsync: str = "off") -> Iterator[list[str]]:
    """Run a server and yield the addresses of its databases; skip the test where Debian's package is not installed."""
    commands = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if commands is None:
        pytest.skip("needs Debian's postgresql: Prefect's database has its extension pg_trgm")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    [port] = free_ports(1)

    def run(command: str, *arguments: str) -> None:
        user = {"user": "postgres", "group": "postgres", "extra_groups": ()} if os.geteuid() == 0 else {}
        # Files for what it says: a server that goes on would keep a pipe open.
        with (folder / "said.txt").open("a") as said:
            done = subprocess.run([commands / command, *arguments], cwd=folder, stdout=said, stderr=said, **user)
        assert done.returncode == 0, (folder / "said.txt").read_text()

    try:
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        run("initdb", "-D", "data", "-A", "trust", "-U", "postgres", "--no-sync")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync={fsync}"
        run("pg_ctl", "start", "-D", "data", "-w", "-t", "180", "-l", "server.log", "-o", options)
        try:
            for name in databases:
                run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", name)
            yield [f"postgresql://postgres@127.0.0.1:{port}/{name}" for name in databases]
        finally:
            run("pg_ctl", "stop", "-D", "data", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
