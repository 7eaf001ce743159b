"""Take the screenshots that the README shows: `make screenshots`, from the seed article, into tests/screenshots/.

The queue and a claim, at a desk (1400 px) and on a phone (390 px). The desk is checked anew in a folder of its own,
with the embedded default: nothing else is needed and nothing of this machine is in the pictures.
"""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy
import uvicorn
from playwright.sync_api import Page, sync_playwright

from pipeline.core.settings import Settings
from pipeline.review import Filter, queue
from pipeline.store import Store
from pipeline.web import create_app

PROJECT = Path(__file__).resolve().parents[2]
OUT = PROJECT / "tests" / "screenshots"
ARTICLE = PROJECT / "seeds" / "articles" / "putin-trump-call.txt"
WIDTHS = {"desk": (1400, 900), "phone": (390, 844)}
MOST_BYTES = 150_000
COLOURS = 64
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
]


def main() -> None:
    """Write four pictures, and say how large they are."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        _factnotes(home, "index", "seeds/reference")
        _factnotes(home, "check", str(ARTICLE), "--out", str(Path(folder) / "runs"))
        settings = Settings(home=home)
        with closing(Store.open(settings.store_path)) as store, _serving(store, settings) as base:
            for path in _take_all(store, base):
                print(f"{path.relative_to(PROJECT)}  {path.stat().st_size:,} bytes")


def _factnotes(home: Path, *command: str) -> None:
    environment = os.environ | {"FACTNOTES_HOME": str(home), "FACTNOTES_MODEL": "none"}
    subprocess.run(
        [str(Path(sys.executable).with_name("factnotes")), *command],
        check=True,
        cwd=PROJECT,
        env=environment,
        capture_output=True,
    )


@contextmanager
def _serving(store: Store, settings: Settings) -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(store, settings), lifespan="off", log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def _take_all(store: Store, base: str) -> Iterator[Path]:
    """Take the queue, then its most harmful claim."""
    items = queue(store, Filter(), limit=1).items
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        for name, (width, height) in WIDTHS.items():
            page = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce").new_page()
            page.goto(base)
            yield _take(page, OUT / f"queue-{name}.png")
            page.goto(f"{base}/claims/{items[0].claim_id}#here")
            page.locator(".similar .hint, .similar-list").first.wait_for()
            yield _take(page, OUT / f"claim-{name}.png")
        browser.close()


def _take(page: Page, path: Path) -> Path:
    page.wait_for_load_state("networkidle")
    small = shrink(page.screenshot())
    if len(small) > MOST_BYTES:
        raise SystemExit(f"{path.name} has {len(small):,} bytes, more than {MOST_BYTES:,}")
    path.write_bytes(small)
    return path


def shrink(png: bytes) -> bytes:
    """Return a PNG of 8 bits a channel as one of a palette: the most frequent colours, the rest to the nearest."""
    pixels = _decode(png)
    height, width, _ = pixels.shape
    flat = pixels.reshape(-1, 3)
    keys = flat.astype(numpy.uint32) @ numpy.array([65536, 256, 1], dtype=numpy.uint32)
    colours, where, counts = numpy.unique(keys, return_inverse=True, return_counts=True)
    rgb = numpy.stack([colours >> 16, (colours >> 8) & 255, colours & 255], axis=1).astype(numpy.int32)
    palette = rgb[_spread(rgb, counts)]
    nearest = ((rgb[:, None, :] - palette[None, :, :]) ** 2).sum(axis=2).argmin(axis=1).astype(numpy.uint8)
    rows = nearest[where].reshape(height, width)
    body = b"".join(b"\0" + row.tobytes() for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"PLTE", palette.astype(numpy.uint8).tobytes()), (b"IDAT", zlib.compress(body, 9)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in (*chunks, (b"IEND", b"")))


def _spread(rgb: numpy.ndarray, counts: numpy.ndarray) -> list[int]:
    """Choose colours: each time the one that most pixels are farthest from what is chosen."""
    chosen = [int(counts.argmax())]
    distance = ((rgb - rgb[chosen[0]]) ** 2).sum(axis=1).astype(float)
    while len(chosen) < min(COLOURS, len(rgb)):
        chosen.append(int((distance * numpy.sqrt(counts)).argmax()))
        distance = numpy.minimum(distance, ((rgb - rgb[chosen[-1]]) ** 2).sum(axis=1))
    return chosen


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _decode(png: bytes) -> numpy.ndarray:
    """Read the pixels of a PNG with 8 bits a channel, three or four channels, not interlaced."""
    at, data = 8, b""
    width = height = channels = 0
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            channels = {2: 3, 6: 4}[colour]
            assert (depth, interlaced) == (8, 0)
        elif kind == b"IDAT":
            data += body
        at += 12 + length
    raw = numpy.frombuffer(zlib.decompress(data), dtype=numpy.uint8).reshape(height, 1 + width * channels)
    rows = numpy.zeros((height + 1, width, channels), dtype=numpy.uint8)
    for index, row in enumerate(raw, 1):
        rows[index] = _unfilter(int(row[0]), row[1:].reshape(width, channels), rows[index - 1])
    return rows[1:, :, :3]


def _unfilter(kind: int, row: numpy.ndarray, above: numpy.ndarray) -> numpy.ndarray:
    if kind == 0:
        return row
    if kind == 1:
        return numpy.cumsum(row, axis=0, dtype=numpy.uint8)
    if kind == 2:
        return numpy.add(row, above)
    out: numpy.ndarray = numpy.zeros_like(row)
    left, corner = [0] * row.shape[1], [0] * row.shape[1]
    for x in range(row.shape[0]):
        for c in range(row.shape[1]):
            up = int(above[x, c])
            guess = (left[c] + up) // 2 if kind == 3 else _paeth(left[c], up, corner[c])
            left[c], corner[c] = (int(row[x, c]) + guess) % 256, up
            out[x, c] = left[c]
    return out


def _paeth(left: int, up: int, corner: int) -> int:
    ahead = left + up - corner
    distances = (abs(ahead - left), abs(ahead - up), abs(ahead - corner))
    return (left, up, corner)[distances.index(min(distances))]


if __name__ == "__main__":
    main()
