"""The evidence index at a real Chroma server: many processes at once, restarts, and what is told when it is down."""

from __future__ import annotations

import json
import multiprocessing
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import chromadb
import numpy
import pytest
from chroma_server import ChromaServer, chroma
from chroma_writers import read_while_written, unit_rows, write_rows

from pipeline.check import index_paths
from pipeline.cli.doctor import examine
from pipeline.core.errors import IndexMissing, IndexUnreachable, SettingsError, StoreBusy, StoreError
from pipeline.core.settings import Settings
from pipeline.evidence import VectorIndex
from pipeline.evidence.vector_location import own_folder

pytestmark = pytest.mark.process
META = {"publisher": "Harbour Gazette"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with chroma(tmp_path_factory.mktemp("served") / "vectors") as started:
        yield started


@pytest.fixture
def url(server: ChromaServer) -> str:
    """Return the address of a server without an index."""
    client = chromadb.HttpClient(server.url)
    for collection in client.list_collections():
        client.delete_collection(collection.name)
    client.close()
    return server.url


def fill(index: VectorIndex, *names: str, seed: int = 1) -> None:
    index.add(list(names), unit_rows(seed, len(names)), [META] * len(names))


def test_vectors_are_found_by_their_cosine_replaced_and_forgotten(url: str) -> None:
    with VectorIndex.create(url, "toy 1") as index:
        rows = numpy.eye(4, dtype=numpy.float32)
        index.add(["a", "b", "c"], rows[:3], [META] * 3)
        found = index.query(numpy.array([0.8, 0.6, 0, 0], dtype=numpy.float32), 2)
        assert [id_ for id_, _ in found] == ["a", "b"]
        assert [score for _, score in found] == pytest.approx([0.8, 0.6], abs=1e-5)
        index.add(["a"], rows[3:], [META])
        index.remove(["b", "never there"])
        assert index.ids() == {"a", "c"} and index.count() == 2
        assert index.query(rows[3], 1)[0][1] == pytest.approx(1, abs=1e-5)
    with VectorIndex(url, "toy 1") as again:
        assert again.ids() == {"a", "c"}


def test_a_server_without_an_index_says_how_to_build_one(url: str) -> None:
    with pytest.raises(IndexMissing, match=f"no evidence index at {url}: run `factnotes index"):
        VectorIndex(url, "toy 1")


def test_vectors_of_another_embedder_are_refused_until_they_are_built_again(url: str) -> None:
    with VectorIndex.create(url, "toy 1") as index:
        fill(index, "a", "b")
    with pytest.raises(StoreError, match="made by toy 1.*rebuild"):
        VectorIndex(url, "toy 2")
    with VectorIndex.rebuild(url, "toy 2") as index:
        fill(index, "c")
    with VectorIndex(url, "toy 2") as index:
        assert index.ids() == {"c"}


def test_processes_that_write_at_once_lose_nothing_and_a_reader_beside_them_is_never_wrong(url: str) -> None:
    VectorIndex.create(url, "toy 1").close()
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        reader = pool.apply_async(read_while_written, (url, 600))
        written = pool.starmap(write_rows, [(url, seed, 200) for seed in range(3)], chunksize=1)
        assert reader.get(240) == []
    with VectorIndex(url, "toy 1") as index:
        assert index.ids() == {id_ for ids in written for id_ in ids} and index.count() == 600
        for seed, ids in enumerate(written):
            vectors = unit_rows(seed, 200)
            assert [index.query(vectors[place], 1)[0][0] for place in range(0, 200, 20)] == list(ids[::20])


def test_an_index_is_searched_until_the_one_built_anew_takes_its_place(url: str) -> None:
    with VectorIndex.create(url, "toy 1") as reader:
        fill(reader, "old", "older")
        with VectorIndex.rebuild(url, "toy 1") as new:
            fill(new, "new", seed=2)
            assert reader.ids() == {"old", "older"}
        assert reader.ids() == {"new"}
        assert reader.query(unit_rows(2, 1)[0], 1)[0][0] == "new"


def test_a_rebuild_that_fails_leaves_the_index_as_it_was_and_can_be_done_again(url: str) -> None:
    with VectorIndex.create(url, "toy 1") as index:
        fill(index, "old")
    with pytest.raises(RuntimeError), VectorIndex.rebuild(url, "toy 1") as new:
        fill(new, "half")
        raise RuntimeError("a crash")
    with VectorIndex(url, "toy 1") as index:
        assert index.ids() == {"old"}
    with VectorIndex.rebuild(url, "toy 1") as new:
        fill(new, "whole")
    with VectorIndex(url, "toy 1") as index:
        assert index.ids() == {"whole"}


def test_a_server_that_is_killed_is_one_line_that_may_pass_and_one_that_comes_back_is_waited_for(
    tmp_path: Path,
) -> None:
    with chroma(tmp_path / "vectors") as server:
        with VectorIndex.create(server.url, "toy 1", wait_s=0.5) as hasty:
            fill(hasty, "a", "b")
            patient = VectorIndex(server.url, "toy 1", wait_s=120)
            server.kill()
            with pytest.raises(IndexUnreachable, match=f"{server.url} does not answer: start it") as caught:
                hasty.query(unit_rows(1, 1)[0], 1)
            assert caught.value.retryable and "\n" not in str(caught.value)
            with pytest.raises(IndexUnreachable):
                VectorIndex(server.url, "toy 1", wait_s=0)
            found: list[list[tuple[str, float]]] = []
            asking = threading.Thread(target=lambda: found.append(patient.query(unit_rows(1, 1)[0], 1)))
            asking.start()
            server.start()
            asking.join(120)
            patient.close()
        assert [[id_ for id_, _ in each] for each in found] == [["a"]]
        with VectorIndex(server.folder, "toy 1") as led:
            assert led.ids() == {"a", "b"}
        with pytest.raises(StoreBusy, match="another process"), own_folder(server.folder, 0.2):
            raise AssertionError("the server owns it")
    with VectorIndex(server.folder, "toy 1") as in_folder:
        assert in_folder.ids() == {"a", "b"}


def test_the_doctor_counts_the_vectors_at_the_server_and_the_passages_that_have_none(url: str, tmp_path: Path) -> None:
    facts = [{"text": "The quay is closed."}, {"text": "The dry dock is 90 metres long."}]
    (tmp_path / "facts.jsonl").write_text("\n".join(map(json.dumps, facts)), encoding="utf-8")
    settings = Settings(home=tmp_path / "desk", chroma_url=url)
    assert index_paths(settings, [tmp_path / "facts.jsonl"]).added == 2
    [sign] = [sign for sign in examine(settings) if sign.what == "vector index"]
    assert sign.fine and sign.how.startswith("2 vectors by") and sign.how.endswith(f"at {url}")
    assert not settings.vectors_path.exists()
    embedder = sign.how.removeprefix("2 vectors by ").removesuffix(f" at {url}")
    with VectorIndex(url, embedder) as index:
        index.remove(list(index.ids())[:1])
    [sign] = [sign for sign in examine(settings) if sign.what == "vector index"]
    assert not sign.fine and "passages without one: 1; run `factnotes index --rebuild`" in sign.how
    index_paths(settings, [], rebuild=True)
    [sign] = [sign for sign in examine(settings) if sign.what == "vector index"]
    assert sign.fine and sign.how.startswith("2 vectors by")


@pytest.mark.parametrize("address", ["127.0.0.1:8000", "http://", "ftp://h:1", "http://u:p@h:1", "http://h:1/x?y"])
def test_an_address_that_leads_to_no_server_says_which_setting_to_mend(address: str) -> None:
    with pytest.raises(SettingsError, match="FACTNOTES_CHROMA_URL") as caught:
        VectorIndex(address, "toy 1")
    assert "u:p" not in str(caught.value)


def test_a_server_of_another_kind_is_told_from_one_that_is_down() -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            return

    other = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    with pytest.raises(StoreError, match="no Chroma server answers at .*FACTNOTES_CHROMA_URL") as caught:
        VectorIndex(f"http://127.0.0.1:{other.server_port}", "toy 1")
    assert not caught.value.retryable
    other.shutdown()
    other.server_close()
