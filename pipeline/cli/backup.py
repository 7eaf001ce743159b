"""The commands that save a home and put it back. Heavy modules are imported by the command that needs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pipeline.store import Manifest

_OF_THE_WORLD = ("world/offices.db", "world/pages", "world/raw")
DERIVED = "The vector indexes are not saved: `factnotes index --rebuild` makes the evidence index again."


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was saved as JSON, and nothing else there.")
def backup(file: Path, as_json: bool) -> None:
    """Save the whole home in FILE, a new zip archive, while others go on working.

    The store is saved as it is at one moment: every decision acknowledged before is in it. Then come the files beside
    it, such as prices.yaml. Every file has its sha256 in the archive's manifest, and the archive is read again
    before it gets its name. Vector indexes are left out, sessions too: people sign in again after a restore.
    The prompts are not part of the home; the manifest keeps their sha256. With the store in PostgreSQL, use pg_dump.
    """
    from pipeline.core.settings import load_settings
    from pipeline.store import save_backup

    saved = save_backup(load_settings(), file)
    if as_json:
        click.echo(saved.manifest.model_dump_json(indent=2))
        return
    click.echo(f"{saved.file}: {_summary(saved.manifest)}; written and read again")
    others = [name for name in saved.manifest.left_out if not name.endswith("vectors") and name not in _OF_THE_WORLD]
    if others:
        click.echo(f"Left out, because they are not plain files: {', '.join(map(repr, others))}", err=True)
    click.echo(DERIVED)
    click.echo("Keep it as private as the home: it holds unpublished texts, and hashes of passwords.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace a home that is not empty; it is kept beside the new one.")
@click.option("--json", "as_json", is_flag=True, help="Print what was restored as JSON, and nothing else there.")
def restore(file: Path, force: bool, as_json: bool) -> None:
    """Put the home saved in FILE back, whole or not at all.

    Everything is unpacked and checked beside the home first: hashes, schema, the store itself. Then the two change
    places; the old home is kept as HOME.before-restore-TIME. A restore that is killed leaves one of the two whole.
    End the desk and all runs before. With the store in PostgreSQL, use pg_restore.
    """
    from pipeline.core.settings import load_settings
    from pipeline.evidence import prepare_world
    from pipeline.store import restore_backup

    settings = load_settings()
    restored = restore_backup(settings, file, force=force)
    if _OF_THE_WORLD[0] in restored.manifest.left_out:
        prepare_world(settings)
    if as_json:
        aside = str(restored.aside) if restored.aside else None
        known = {"home": str(restored.home), "aside": aside, "manifest": restored.manifest.model_dump(mode="json")}
        click.echo(json.dumps(known, indent=2))
        return
    made = restored.manifest.made_at.astimezone()
    click.echo(f"{restored.home}: {_summary(restored.manifest)}, as of {made:%Y-%m-%d %H:%M:%S %Z}")
    if restored.aside:
        click.echo(f"The old home is kept as {restored.aside}")
    click.echo(DERIVED)
    click.echo("Accounts, passwords and tokens are those of that day: revoke again what has been revoked since.")


def _summary(manifest: Manifest) -> str:
    from pipeline.reports import counted

    rows = manifest.rows
    return (
        f"{counted(rows.get('articles', 0), 'article')}, {counted(rows.get('claims', 0), 'claim')}, "
        f"{counted(rows.get('reviews', 0), 'event')} of the review log; "
        f"{counted(len(manifest.files), 'file')}, {manifest.size / 1e6:.1f} MB, schema {manifest.revision}"
    )
