"""The console of rich: it colours words of ours, and no text from outside can move or colour anything."""

from __future__ import annotations

import sys
from typing import Any

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult

from pipeline.core.printing import shown, ungated


def gated_console(*, stderr: bool = False, **options: Any) -> Console:
    """Return a console on standard output or error whose texts are shown as a person may see them.

    No text is markup: the model `openai:fire:7b` is printed with its name and no picture of a fire.
    """
    options = {"markup": False, "emoji": False} | options
    console = Console(file=ungated(sys.stderr if stderr else sys.stdout), **options)
    console.push_render_hook(_Hook())
    return console


class _Hook(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Shown(each) for each in renderables]


class _Shown:
    """Something printed, with each piece of its text made fit to be seen; colours and moves of rich's own stay."""

    def __init__(self, inner: ConsoleRenderable) -> None:
        self._inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for segment in console.render(self._inner, options):
            yield segment if segment.control else segment._replace(text=shown(segment.text))
