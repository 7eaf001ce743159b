"""The command `factnotes mcp`, which answers an assistant program on standard input and output."""

from __future__ import annotations

import click


@click.command()
@click.option("--keep", is_flag=True, help="Keep checks as runs at the desk, and use its model. Default: only read.")
def mcp(keep: bool) -> None:
    """Answer an assistant (Model Context Protocol): check a text, search evidence, who held an office on a day.

    It speaks on standard input and output: let the assistant's program start it.
    """
    from pipeline.cli.assistant_server import make_server
    from pipeline.core.settings import load_settings

    make_server(load_settings(), keep=keep).run("stdio")
