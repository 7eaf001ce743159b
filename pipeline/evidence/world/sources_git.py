"""What a build reads from: clones of public repositories, each in a folder `owner+name`, read with git."""

from __future__ import annotations

import subprocess  # nosec B404 # git, to read clones
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from pipeline.core.errors import InputError


class Version(NamedTuple):
    """One state of a file in the history of a clone."""

    commit: str
    day: date
    message: str = ""


@dataclass(frozen=True)
class Clone:
    """A clone of one repository; nothing of it is checked out."""

    name: str
    """`owner/name`."""
    folder: Path

    @cached_property
    def head(self) -> Version:
        """The newest commit."""
        return self._first("-1")

    def last(self, path: str) -> Version:
        """Return the last commit that changed a file."""
        return self._first("-1", "--", path)

    def versions(self, path: str) -> list[Version]:
        """Return the commits that changed a file or folder, oldest first."""
        return self._log("--reverse", "--", path)

    def paths(self, under: str, commit: str = "HEAD") -> list[str]:
        """Return the files under a folder, in order."""
        return self._git("ls-tree", "-r", "--name-only", commit, under).splitlines()

    def read(self, path: str, commit: str = "HEAD") -> str | None:
        """Return a file's text; None where the commit has none."""
        done = self._run("show", f"{commit}:{path}")
        return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None

    def read_many(self, names: list[str]) -> Iterator[bytes | None]:
        """Return the content of files named as `commit:path`, in order; None for one that is not there."""
        with subprocess.Popen(  # noqa: S603 # nosec B603 # git, in a folder that a person has named
            [*self._command, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            ask, answer = process.stdin, process.stdout
            assert ask is not None and answer is not None  # noqa: S101 # nosec B101 # both are pipes
            for name in names:
                ask.write(f"{name}\n".encode())
                ask.flush()
                head = answer.readline().split()
                yield None if head[-1] == b"missing" else answer.read(int(head[2]) + 1)[:-1]
            ask.close()

    def _first(self, *arguments: str) -> Version:
        if not (found := self._log(*arguments)):
            raise InputError(f"{self.folder} has no commit of {arguments[-1]}")
        return found[0]

    def _log(self, *arguments: str) -> list[Version]:
        lines = self._git("log", "--format=%H %cs %s", *arguments).split("\n")
        found = [line.split(" ", 2) for line in lines if line]
        return [Version(commit, date.fromisoformat(day), *message) for commit, day, *message in found]

    def _git(self, *arguments: str) -> str:
        done = self._run(*arguments)
        if done.returncode != 0:
            raise InputError(f"{self.folder} cannot be read: {done.stderr.decode('utf-8', 'replace').strip()}")
        return done.stdout.decode("utf-8", "replace")

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([*self._command, *arguments], capture_output=True, check=False)  # noqa: S603 # nosec B603 # as above

    @property
    def _command(self) -> list[str]:
        return ["git", "-c", "core.quotepath=off", f"--git-dir={self.folder}"]


def clones_in(folder: Path) -> dict[str, Clone]:
    """Return the clones in a folder by `owner/name`; raises InputError where there is none.

    A clone is `owner+name`, a bare one (with or without a folder `repo` in it) or one with a work tree.
    """
    found = {}
    for each in sorted(folder.iterdir()) if folder.is_dir() else []:
        inside = next((path for path in (each / ".git", each / "repo", each) if (path / "HEAD").is_file()), None)
        if inside and "+" in each.name:
            name = each.name.replace("+", "/", 1)
            found[name] = Clone(name, inside)
    if not found:
        raise InputError(f"{folder} holds no clone: clone the repositories of sources.yaml into folders owner+name")
    return found
