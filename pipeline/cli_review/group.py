"""The group the commands belong to, and what is said of all of them."""

from __future__ import annotations

import click

EPILOG = """CLAIM is an id, a unique part of one, or `latest`, the one noted last. Where the store has accounts, --as
must name one of them; no password is asked: who can write the store's file is trusted. Exit codes: 3 the claim, filter
or decision is wrong; 7 somebody else acted on the claim after you saw it, nothing was written; 8 this person may not do
that; see also `factnotes --help`."""


@click.group(epilog=EPILOG)
def review() -> None:
    """Review claims as at the desk: see the next one, accept, correct or dismiss its note, look back."""
