from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy
import pytest

from pipeline.core.errors import IndexMissing, StoreBusy, StoreError
from pipeline.core.ports import Vectors
from pipeline.evidence import VectorIndex

OWNER = """
import sys
from pathlib import Path
import numpy
from pipeline.evidence import VectorIndex
index = VectorIndex.create(Path(sys.argv[1]), "toy 1")
index.add(["theirs"], numpy.eye(4, dtype=numpy.float32)[3:], [{"publisher": ""}])
print("owned", flush=True)
sys.stdin.readline()
"""


def unit(*rows: int) -> Vectors:
    return numpy.eye(4, dtype=numpy.float32)[list(rows)]


def meta(n: int) -> list[dict[str, str]]:
    return [{"publisher": "Harbour Gazette"}] * n


@pytest.fixture
def index(tmp_path: Path) -> Iterator[VectorIndex]:
    with VectorIndex.create(tmp_path / "vectors", "toy 1", wait_s=0.2) as index:
        yield index


def test_the_nearest_vector_comes_first_with_its_cosine(index: VectorIndex) -> None:
    index.add(["a", "b", "c"], unit(0, 1, 2), meta(3))
    vector = numpy.array([0.8, 0.6, 0, 0], dtype=numpy.float32)
    found = index.query(vector, 2)
    assert [id_ for id_, _ in found] == ["a", "b"]
    assert [score for _, score in found] == pytest.approx([0.8, 0.6], abs=1e-5)


def test_asking_for_more_than_there_is_gives_what_there_is(index: VectorIndex) -> None:
    index.add(["a"], unit(0), meta(1))
    assert len(index.query(unit(1)[0], 50)) == 1


def test_adding_twice_changes_nothing_and_replaces_the_vector(index: VectorIndex) -> None:
    index.add(["a"], unit(0), meta(1))
    index.add(["a"], unit(1), meta(1))
    assert index.ids() == {"a"}
    assert index.query(unit(1)[0], 1)[0][1] == pytest.approx(1.0, abs=1e-5)


def test_more_rows_than_a_batch_of_chroma_holds(index: VectorIndex) -> None:
    count = 6000
    rng = numpy.random.default_rng(7)
    vectors = rng.normal(size=(count, 8)).astype(numpy.float32)
    vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
    index.add([str(row) for row in range(count)], vectors, meta(count))
    assert len(index.ids()) == count
    assert index.query(vectors[5900], 1)[0][0] == "5900"


def test_removed_vectors_are_not_found(index: VectorIndex) -> None:
    index.add(["a", "b"], unit(0, 1), meta(2))
    index.remove(["a", "never there"])
    assert index.ids() == {"b"}


def test_rows_with_different_metadata_keys_are_refused(index: VectorIndex) -> None:
    with pytest.raises(ValueError, match="same keys"):
        index.add(["a", "b"], unit(0, 1), [{"publisher": "x"}, {"origin": "y"}])


def test_vectors_outlive_the_index_that_wrote_them(tmp_path: Path) -> None:
    with VectorIndex.create(tmp_path / "vectors", "toy 1") as index:
        index.add(["a"], unit(0), meta(1))
    with VectorIndex(tmp_path / "vectors", "toy 1") as again:
        assert again.ids() == {"a"}


def test_a_missing_index_says_how_to_build_one_and_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="factnotes index"):
        VectorIndex(tmp_path / "deep" / "vectors", "toy 1")
    assert not (tmp_path / "deep").exists()


def test_a_folder_without_the_collection_is_a_missing_index(tmp_path: Path) -> None:
    with VectorIndex.create(tmp_path / "vectors", "toy 1") as index:
        index.add(["a"], unit(0), meta(1))
        assert index._client is not None
        index._client.delete_collection("passages")
    with pytest.raises(IndexMissing):
        VectorIndex(tmp_path / "vectors", "toy 1")


def test_vectors_of_another_embedder_are_refused(tmp_path: Path) -> None:
    with VectorIndex.create(tmp_path / "vectors", "toy 1") as index:
        index.add(["a"], unit(0), meta(1))
    with pytest.raises(StoreError, match="made by toy 1.*rebuild"):
        VectorIndex(tmp_path / "vectors", "toy 2")
    with VectorIndex(tmp_path / "vectors", "toy 1") as again:
        assert again.ids() == {"a"}


def test_an_index_takes_nothing_of_chromas_from_a_file_of_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("CHROMA_API_IMPL=foreign.Api\nCHROMA_SERVER_HOST=foreign\n", encoding="utf-8")
    with VectorIndex.create(Path("vectors"), "toy 1") as index:
        index.add(["a"], unit(0), meta(1))
        assert index.ids() == {"a"}


@pytest.mark.process
def test_a_file_that_keeps_chroma_from_starting_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MIGRATIONS=all\nALLOW_RESET=maybe\n", encoding="utf-8")
    code = "from pipeline.evidence.vector_location import import_chroma; import_chroma()"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert "SettingsError: Chroma cannot use ALLOW_RESET, MIGRATIONS of" in done.stderr.splitlines()[-1]


def test_a_damaged_folder_is_an_error_in_one_line_and_can_be_built_again(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    folder.mkdir()
    (folder / "chroma.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="rebuild") as caught:
        VectorIndex(folder, "toy 1")
    assert "\n" not in str(caught.value)
    VectorIndex.delete(folder)
    with VectorIndex.create(folder, "toy 1") as index:
        index.add(["a"], unit(0), meta(1))
        assert index.ids() == {"a"}


def test_an_index_that_lost_its_graph_is_an_error_not_a_short_answer(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    rng = numpy.random.default_rng(7)
    vectors = rng.normal(size=(2500, 8)).astype(numpy.float32)
    vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
    with VectorIndex.create(folder, "toy 1") as index:
        index.add([str(row) for row in range(2500)], vectors, meta(2500))
    for graph in [path for path in folder.iterdir() if path.is_dir()]:
        shutil.rmtree(graph)
    with VectorIndex(folder, "toy 1") as index, pytest.raises(StoreError, match="lost vectors.*rebuild PATH"):
        index.query(vectors[0], 10)


def test_a_deleted_index_is_missing_and_can_be_made_again_in_the_same_process(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    with VectorIndex.create(folder, "toy 1") as index:
        index.add(["a"], unit(0), meta(1))
    VectorIndex.delete(folder)
    with pytest.raises(IndexMissing):
        VectorIndex(folder, "toy 1")
    with VectorIndex.create(folder, "toy 1") as again:
        again.add(["b"], unit(1), meta(1))
        assert again.ids() == {"b"}


def test_an_index_in_a_folder_is_searched_until_the_one_built_anew_takes_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    with VectorIndex.create(folder, "toy 1") as index:
        index.add(["old"], unit(0), meta(1))
    with VectorIndex.rebuild(folder, "toy 2") as new:
        new.add(["new"], unit(1), meta(1))
        with VectorIndex(folder, "toy 1") as old:
            assert old.ids() == {"old"}
    with VectorIndex(folder, "toy 2") as index:
        assert index.query(unit(1)[0], 1)[0][0] == "new"
    with pytest.raises(RuntimeError), VectorIndex.rebuild(folder, "toy 3") as half:
        half.add(["half"], unit(2), meta(1))
        raise RuntimeError("a crash")
    with VectorIndex(folder, "toy 2") as index:
        assert index.ids() == {"new"}
    with VectorIndex.rebuild(folder, "toy 3") as whole:
        whole.add(["whole"], unit(2), meta(1))
    with VectorIndex(folder, "toy 3") as index:
        assert index.ids() == {"whole"}


@pytest.mark.process
def test_while_another_process_owns_the_folder_readers_and_writers_are_told_and_later_succeed(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline().strip() == "owned"
        with pytest.raises(StoreBusy, match="another process") as caught:
            VectorIndex(folder, "toy 1", wait_s=0.2)
        assert caught.value.retryable
        with pytest.raises(StoreBusy):
            VectorIndex.create(folder, "toy 1", wait_s=0.2)
        with pytest.raises(StoreBusy):
            VectorIndex.delete(folder, wait_s=0.2)
        owner.communicate("done\n")
    with VectorIndex(folder, "toy 1") as index:
        assert index.ids() == {"theirs"}


@pytest.mark.process
def test_a_killed_owner_does_not_keep_the_folder_locked(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        owner.stdout.readline()
        owner.kill()
    with VectorIndex(folder, "toy 1", wait_s=2) as index:
        assert index.query(unit(3)[0], 1)[0][0] == "theirs"
