"""The vector index: an embedded Chroma collection with one owner at a time; the only module that knows Chroma.

Two processes in one folder lose vectors and crash readers (measured with Chroma 1.5.9), so a lock
file beside the folder guards reading too. The passages live in the store; vectors can always be
made again from them.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout

from pipeline.errors import IndexMissing, StoreBusy, StoreError
from pipeline.ports import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_COLLECTION = "passages"
# Cosine finds every stored vector again; with the default distance a few were lost (measured).
_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200}
# Each opening builds again what was added since the graph was written last: with a few vectors at a time and the
# default (a thousand) that is most of a second (measured).
_WRITTEN_OFTEN = {"batch_size": 50, "sync_threshold": 50}

Metadata = Mapping[str, str | int]


class VectorIndex:
    """Vectors of passages by content id, in a folder that is owned from opening until `close`.

    Opening raises IndexMissing where there is no index, StoreBusy while another owner holds the
    folder longer than `wait_s`, and StoreError where it is damaged or holds another embedder's vectors.
    """

    def __init__(
        self, path: Path, embedder_name: str, *, create: bool = False, wait_s: float = 2.0, opened_often: bool = False
    ) -> None:
        self._path = path
        self._configuration = _HNSW | (_WRITTEN_OFTEN if opened_often else {})
        self._embedder = embedder_name
        self._client: ClientAPI | None = None
        if not create and not (path / "chroma.sqlite3").is_file():
            raise _missing(path)
        self._lock = _locked(path, wait_s)
        try:
            self._collection = self._opened(create)
        except BaseException:
            self.close()
            raise

    @classmethod
    def create(cls, path: Path, embedder_name: str, *, wait_s: float = 2.0, opened_often: bool = False) -> Self:
        """Open an index to write to it, new where there is none; a new one may be made quick to open."""
        return cls(path, embedder_name, create=True, wait_s=wait_s, opened_often=opened_often)

    @staticmethod
    def delete(path: Path, *, wait_s: float = 2.0) -> None:
        """Delete an index, also a damaged one, so that it can be built again; raises StoreBusy."""
        lock = _locked(path, wait_s)
        try:
            shutil.rmtree(path, ignore_errors=True)
        finally:
            lock.release()

    def add(self, ids: Sequence[str], vectors: Vectors, metadatas: Sequence[Metadata]) -> None:
        """Store vectors under their ids, replacing what stands there.

        Chroma merges the metadata of a replaced id with the old, so every row must have the same
        keys; raises ValueError otherwise.
        """
        if len({frozenset(metadata) for metadata in metadatas}) > 1:
            raise ValueError("the metadata of vectors must have the same keys in every row")
        if not len(ids) == len(vectors) == len(metadatas):
            raise ValueError("as many ids and metadata rows as vectors are needed")
        with self._our_errors():
            size = self._client.get_max_batch_size() if self._client else 1000
            for start in range(0, len(ids), size):
                rows = slice(start, start + size)
                self._collection.upsert(list(ids[rows]), vectors[rows], [dict(each) for each in metadatas[rows]])

    def query(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Return the ids nearest to a vector with their cosine similarity, best first."""
        with self._our_errors():
            found = self._collection.query(query_embeddings=[vector], n_results=max(1, limit), include=["distances"])
            nearest, distances = found["ids"][0], (found["distances"] or [[]])[0]
            # Without its graph files Chroma answers from the few rows it has not yet written there.
            if len(nearest) < limit / 2 and len(nearest) < self._collection.count() / 2:
                raise StoreError(
                    f"the evidence index in {self._path} has lost vectors: run `factnotes index --rebuild PATH...`"
                )
            return [(id_, 1.0 - float(distance)) for id_, distance in zip(nearest, distances, strict=True)]

    def ids(self) -> frozenset[str]:
        """Return the ids of every stored vector."""
        with self._our_errors():
            return frozenset(self._collection.get(include=[])["ids"])

    def remove(self, ids: Sequence[str]) -> None:
        """Forget vectors; ids that are not there are ignored."""
        with self._our_errors():
            for start in range(0, len(ids), 1000):
                self._collection.delete(ids=list(ids[start : start + 1000]))

    def close(self) -> None:
        """Let go of the folder, so that another process can use it."""
        client, self._client = self._client, None
        if client is not None:
            client.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _opened(self, create: bool) -> Collection:
        import chromadb  # takes over half a second
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.errors import NotFoundError

        with self._our_errors():
            settings = chromadb.Settings(anonymized_telemetry=False)
            try:
                self._client = chromadb.PersistentClient(self._path, settings=settings)
            except BaseException:
                SharedSystemClient.clear_system_cache()  # else the failed start is kept for this path
                raise
            try:
                collection = self._client.get_collection(_COLLECTION, embedding_function=None)
            except NotFoundError as error:
                if not create:
                    raise _missing(self._path) from error
                collection = self._client.create_collection(
                    _COLLECTION,
                    embedding_function=None,
                    metadata={"embedder": self._embedder},
                    configuration={"hnsw": self._configuration},
                )
        made_by = (collection.metadata or {}).get("embedder")
        if made_by != self._embedder:
            raise StoreError(
                f"the evidence index in {self._path} was made by {made_by}, not by {self._embedder}: "
                "run `factnotes index --rebuild PATH...`"
            )
        return collection

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        """Raise Chroma's errors as ours; a panic of its Rust side is no Exception, only named so."""
        try:
            yield
        except StoreError:
            raise
        except BaseException as error:
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise StoreError(
                f"the evidence index in {self._path} cannot be used ({reason}): run `factnotes index --rebuild PATH...`"
            ) from error


def _missing(path: Path) -> IndexMissing:
    return IndexMissing(f"no evidence index in {path}: run `factnotes index PATH...` to build it")


def _locked(path: Path, wait_s: float) -> FileLock:
    lock = FileLock(path.with_name(path.name + ".lock"), timeout=wait_s, thread_local=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise StoreBusy(f"another process uses the evidence index in {path}: wait until it ends, or stop it") from error
    except OSError as error:
        raise StoreError(f"the evidence index in {path} cannot be locked: {error.strerror}") from error
    return lock


def serve_folder(path: Path, port: int, *, wait_s: float = 2.0) -> None:
    """Serve an index's folder on loopback, made where there is none, until this process is told to end.

    This process owns the folder meanwhile, so nobody can open it beside the server; raises StoreBusy.
    """
    lock = _locked(path, wait_s)
    try:
        from chromadb.cli.cli import app

        sys.argv = ["chroma", "run", "--path", str(path), "--host", "127.0.0.1", "--port", str(port)]
        app()
    finally:
        lock.release()


if __name__ == "__main__":
    try:
        serve_folder(Path(sys.argv[1]), int(sys.argv[2]))
    except StoreError as error:
        sys.exit(f"Error: {error}")
