"""`factnotes` for tests: called in this process, where models stay loaded, or as a process of its own, as people do."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import chdir
from pathlib import Path
from unittest.mock import patch

from click.testing import CliRunner

from pipeline.cli.main import main

FACTNOTES = Path(sys.executable).with_name("factnotes")
PATIENCE_S = 600
"""No command takes so long, also on a machine that is busy with other things."""


def environment(**more: str) -> dict[str, str]:
    """Return this environment with nothing of a desk in it but what is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FACTNOTES_", "OPENAI_"))}
    return kept | more


def call(
    folder: Path, *arguments: str, stdin: str | bytes | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in this process and in a folder; an error it does not know is raised here."""
    with chdir(folder), patch.dict(os.environ, environment(**more), clear=True):
        done = CliRunner().invoke(main, arguments, input=stdin, catch_exceptions=False)
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def run(
    folder: Path, *arguments: str, stdin: str | bytes | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own, in a folder."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [FACTNOTES, *arguments],
        cwd=folder,
        env=environment(**more) | {"PYTHONUTF8": "1"},
        input=given or b"",
        capture_output=True,
        timeout=PATIENCE_S,
    )
    return subprocess.CompletedProcess(arguments, done.returncode, done.stdout.decode(), done.stderr.decode())
