"""The vector index: a Chroma collection in a folder with one owner at a time, or at a server that many use at once.

The only module that knows Chroma. Two processes in one folder lose vectors and crash readers (measured with Chroma
1.5.9), so a lock file beside the folder guards reading too; a server has its own order. The passages live in the
store; vectors can always be made again from them.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx

from pipeline.core.errors import IndexMissing, IndexUnreachable, StoreError
from pipeline.core.ports import Vectors
from pipeline.evidence.vector_location import (
    PAUSE_S,
    import_chroma,
    missing,
    own_folder,
    place_of,
    served_at,
    unreachable,
)

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

__all__ = ["Metadata", "VectorIndex", "own_folder"]

T = TypeVar("T")

_COLLECTION = "passages"
_BUILDING = "passages-building"
# Cosine finds every stored vector again; with the default distance a few were lost (measured).
_HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200}
# Each opening builds again what was added since the graph was written last: with a few vectors at a time and the
# default (a thousand) that is most of a second (measured).
_WRITTEN_OFTEN = {"batch_size": 50, "sync_threshold": 50}

Metadata = Mapping[str, str | int]


_SWITCH_S = 60.0
"""How long a new index waits until nobody uses the old one."""


class VectorIndex:
    """Vectors of passages by content id, in a folder that is owned from opening until `close`, or at a server's URL.

    Opening raises IndexMissing where there is no index, StoreBusy while another owner holds the folder longer than
    `wait_s` (2 seconds by default), IndexUnreachable where the server does not answer within `wait_s` (10 seconds by
    default), SettingsError for a URL that leads to none, and StoreError where the index is damaged or holds another
    embedder's vectors. Safe to share between threads.
    """

    def __init__(
        self,
        where: Path | str,
        embedder_name: str,
        *,
        create: bool = False,
        wait_s: float | None = None,
        opened_often: bool = False,
        beside: bool = False,
    ) -> None:
        """Open the index; with `beside` a new one beside it."""
        self._place = place_of(served_at(where), wait_s)
        self._configuration = _HNSW | (_WRITTEN_OFTEN if opened_often else {})
        self._embedder, self._called = embedder_name, _BUILDING if beside else _COLLECTION
        self._client: ClientAPI | None = None
        self._place.take(create)
        try:
            import_chroma()
            with self._our_errors():
                self._client = self._place.connect()
                if beside:
                    self._drop(_BUILDING)
                self._collection = self._found(create)
        except BaseException:
            self.close()
            raise

    @classmethod
    def create(
        cls, where: Path | str, embedder_name: str, *, wait_s: float | None = None, opened_often: bool = False
    ) -> Self:
        """Open an index to write to it, new where there is none; a new one may be made quick to open."""
        return cls(where, embedder_name, create=True, wait_s=wait_s, opened_often=opened_often)

    @classmethod
    @contextmanager
    def rebuild(cls, where: Path | str, embedder_name: str) -> Iterator[Self]:
        """Give a new and empty index in the place of one that may be damaged.

        The old one is searched until the new one takes its place: at the end, if all went well.
        """
        where = served_at(where)
        if isinstance(where, Path):
            with cls._rebuilt_beside(where, embedder_name) as index:
                yield index
            return
        with cls(where, embedder_name, create=True, beside=True) as index:
            yield index
            with index._our_errors():
                index._drop(_COLLECTION)
                index._collection.modify(name=_COLLECTION)

    @classmethod
    @contextmanager
    def _rebuilt_beside(cls, folder: Path, embedder_name: str) -> Iterator[Self]:
        """Give an index in a folder beside, which is then moved into the place of the old one."""
        beside = folder.with_name(f"{folder.name}.new")
        with own_folder(folder):  # who could not take it now could not take it after an hour's work either
            cls.delete(beside)  # what a rebuild that was killed has left
        with cls(beside, embedder_name, create=True) as index:
            yield index
        with own_folder(beside), own_folder(folder, _SWITCH_S):
            shutil.rmtree(folder, ignore_errors=True)
            beside.rename(folder)

    @staticmethod
    def delete(path: Path, *, wait_s: float | None = None) -> None:
        """Delete the index in a folder, also a damaged one, so that it can be built again; raises StoreBusy."""
        with own_folder(path, wait_s):
            shutil.rmtree(path, ignore_errors=True)

    def add(self, ids: Sequence[str], vectors: Vectors, metadatas: Sequence[Metadata]) -> None:
        """Store vectors under their ids, replacing what stands there.

        Chroma merges the metadata of a replaced id with the old, so every row must have the same
        keys; raises ValueError otherwise.
        """
        if len({frozenset(metadata) for metadata in metadatas}) > 1:
            raise ValueError("the metadata of vectors must have the same keys in every row")
        if not len(ids) == len(vectors) == len(metadatas):
            raise ValueError("as many ids and metadata rows as vectors are needed")
        size = self._ask(lambda _: self._client.get_max_batch_size() if self._client else 1000)
        for start in range(0, len(ids), size):
            rows = slice(start, start + size)
            block = {"ids": list(ids[rows]), "metadatas": [dict(each) for each in metadatas[rows]]}
            self._ask(partial(_upsert, block=block | {"embeddings": vectors[rows]}))

    def query(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """Return the ids nearest to a vector with their cosine similarity, best first."""
        nearest, distances = self._ask(partial(_nearest, vector=vector, limit=max(1, limit), name=self._place.name))
        return [(id_, 1.0 - float(distance)) for id_, distance in zip(nearest, distances, strict=True)]

    def count(self) -> int:
        """Return how many vectors are stored."""
        return int(self._ask(lambda collection: collection.count()))

    def ids(self) -> frozenset[str]:
        """Return the ids of every stored vector."""
        return frozenset(self._ask(lambda collection: collection.get(include=[])["ids"]))

    def remove(self, ids: Sequence[str]) -> None:
        """Forget vectors; ids that are not there are ignored."""
        for start in range(0, len(ids), 1000):
            self._ask(partial(_delete, ids=list(ids[start : start + 1000])))

    def close(self) -> None:
        """Let go of the folder, so that another process can use it, or of the connections to the server."""
        client, self._client = self._client, None
        if client is not None:
            client.close()
        self._place.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _found(self, create: bool) -> Collection:
        from chromadb.errors import NotFoundError

        if self._client is None:
            raise StoreError(f"the evidence index {self._place.name} is closed")
        try:
            collection = self._client.get_collection(self._called, embedding_function=None)
        except NotFoundError as error:
            if not create:
                raise missing(self._place.name) from error
            collection = self._client.get_or_create_collection(  # another process may be making it too
                self._called,
                embedding_function=None,
                metadata={"embedder": self._embedder},
                configuration={"hnsw": self._configuration},
            )
        made_by = (collection.metadata or {}).get("embedder")
        if made_by != self._embedder:
            raise StoreError(
                f"the evidence index {self._place.name} was made by {made_by}, not by {self._embedder}: "
                "run `factnotes index --rebuild PATH...`"
            )
        return collection

    def _drop(self, called: str) -> None:
        from chromadb.errors import NotFoundError

        if self._client is not None:
            with suppress(NotFoundError):
                self._client.delete_collection(called)

    def _ask(self, ask: Callable[[Collection], T]) -> T:
        """Ask until it is answered or there was patience enough; all that is asked may be asked twice.

        An index that was built again in the meantime is found by its name.
        """
        until = time.monotonic() + self._place.wait_s
        while True:
            try:
                with self._our_errors():
                    return ask(self._collection)
            except (IndexUnreachable, IndexMissing, _BeingWritten):
                if time.monotonic() > until:
                    raise
            time.sleep(PAUSE_S)
            with suppress(IndexUnreachable, IndexMissing, _BeingWritten), self._our_errors():
                self._collection = self._found(create=False)

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        """Raise Chroma's errors as ours; a panic of its Rust side is no Exception, only named so."""
        from chromadb.errors import NotFoundError

        try:
            yield
        except StoreError:
            raise
        except NotFoundError as error:
            raise missing(self._place.name) from error
        except BaseException as error:
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            # Chroma's client says a ValueError where it cannot connect at first
            if isinstance(error, httpx.TransportError) or isinstance(error.__context__, httpx.TransportError):
                raise unreachable(self._place.name) from error
            reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            kind = _BeingWritten if _NOT_YET in reason else StoreError
            raise kind(
                f"the evidence index {self._place.name} cannot be used ({reason}): "
                "run `factnotes index --rebuild PATH...`"
            ) from error


_NOT_YET = "hnsw segment reader: Nothing found on disk"
"""What a Chroma server (1.5.9) answers readers while it puts its first vectors on disk, seen on a busy machine."""


class _BeingWritten(StoreError):
    """It may pass; where it does not, the index is broken."""


def _nearest(collection: Collection, vector: Vectors, limit: int, name: str) -> tuple[list[str], list[float]]:
    """Return ids and distances; few may be the first of many that are just being written, so they are asked again.

    Without its graph files Chroma answers from the few rows it has not yet written there.
    """
    found = _ask_nearest(collection, vector, limit)
    if len(found[0]) >= limit / 2:
        return found
    stored = collection.count()
    found = _ask_nearest(collection, vector, limit)
    if len(found[0]) < limit / 2 and len(found[0]) < stored / 2:
        raise _BeingWritten(f"the evidence index {name} has lost vectors: run `factnotes index --rebuild PATH...`")
    return found


def _ask_nearest(collection: Collection, vector: Vectors, limit: int) -> tuple[list[str], list[float]]:
    found = collection.query(query_embeddings=[vector], n_results=limit, include=["distances"])
    return found["ids"][0], (found["distances"] or [[]])[0]


def _upsert(collection: Collection, block: dict[str, Any]) -> None:
    collection.upsert(**block)


def _delete(collection: Collection, ids: list[str]) -> None:
    collection.delete(ids=ids)
