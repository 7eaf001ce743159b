"""Serve the index of a folder on loopback: `python -m pipeline.evidence.vectors FOLDER PORT`."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.core.errors import FactnotesError
from pipeline.evidence.vector_location import address_file, import_chroma, own_folder


def serve_folder(path: Path, port: int) -> None:
    """Serve an index's folder on loopback, made where there is none, until this process is asked to end.

    This process owns the folder meanwhile, so nobody can open it beside the server; who asks for the folder on this
    machine is led to the server. Raises StoreBusy and SettingsError.
    """
    import_chroma()
    with own_folder(path):
        from chromadb.cli.cli import app

        address_file(path).write_text(f"http://127.0.0.1:{port}\n", encoding="utf-8")
        sys.argv = ["chroma", "run", "--path", str(path), "--host", "127.0.0.1", "--port", str(port)]
        try:
            app()
        finally:
            address_file(path).unlink(missing_ok=True)


if __name__ == "__main__":
    try:
        serve_folder(Path(sys.argv[1]), int(sys.argv[2]))
    except FactnotesError as error:
        sys.exit(f"Error: {error}")
