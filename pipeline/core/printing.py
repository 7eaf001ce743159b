"""What a person may be shown: no text from outside gives orders to a terminal, and none holds a secret.

Control characters (C0, C1, DEL), marks that turn the direction of writing, separators of lines and tags are written
out. Offsets are never counted in what was made visible: it is the last step before something is shown.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TextIO, cast

from pipeline.core.secrets import hide

ORDERS = re.compile(
    r"\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff]"
)
"""What moves, colours or reorders the text around it, and is not seen itself."""


def visible(text: str) -> str:
    r"""Return a text whose orders to a terminal are written out; line ends and tabs stay.

    >>> visible("a\x1b[2Jb")
    'a[U+001B][2Jb'
    """
    if text.isascii() and text.isprintable():
        return text
    return ORDERS.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def visible_json(text: str) -> str:
    r"""Return JSON whose orders to a terminal are written as JSON writes them: it says the same.

    >>> visible_json('"\x9b2J"')
    '"\\u009b2J"'
    """
    return ORDERS.sub(lambda found: f"\\u{ord(found[0]):04x}" if ord(found[0]) < 0x10000 else _pair(found[0]), text)


def _pair(character: str) -> str:
    high, low = divmod(ord(character) - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def shown(text: str) -> str:
    """Return a text as a person may see it: visible, and without secrets."""
    return visible(hide(text))


class Gate:
    """A stream through which everything that is printed passes; what writes colours of its own takes `inner`."""

    def __init__(self, inner: TextIO) -> None:
        self.inner = inner

    def write(self, text: str) -> int:
        """Write a text as a person may see it; a line that begins as JSON does stays JSON."""
        hidden = hide(text)
        self.inner.write(visible_json(hidden) if hidden.startswith(("{", "[")) else visible(hidden))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write lines."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def ungated(stream: TextIO) -> TextIO:
    """Return the stream behind the gate, for what gates its own words."""
    return stream.inner if isinstance(stream, Gate) else stream


@contextmanager
def printing_gate() -> Generator[None, None, None]:
    """Let all that is printed, tracebacks included, pass the gate while it is open."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast(TextIO, each if isinstance(each, Gate) else Gate(each)) for each in before)
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _print_traceback
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def _print_traceback(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    sys.stderr.write(shown("".join(traceback.format_exception(kind, error, at))))
