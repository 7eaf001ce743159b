"""Fuzzing guided by coverage: `python tests/support/guided_fuzz.py 1000000 FOLDER`, with atheris in the environment.

    python tests/support/guided_fuzz.py RUNS FOLDER [READER] [--seed 7]

Each reader of `fuzzed.py` is tried in a process of its own, as often as its share says. What breaks a promise is kept
in the folder with the words of the failure, and the reader is tried on; `counts-*.json` say how often each was tried.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

SHARES = {
    "printing": 330, "spans": 250, "prompts": 100, "offices and names": 150, "feeds": 20, "restatements": 20,
    "replies": 12, "judgements": 8, "reports": 5, "exports": 5, "pages": 6, "articles": 4,
    "numbers, dates, places, headings": 90,
}  # fmt: skip
"""Thousandths of all runs: a reader that takes long for each gets few."""
_MOST_FINDINGS = 30
_SLOW_S = 5.0
_TOLD_EVERY = 500


def fuzz(name: str, runs: int, folder: Path, seed: int) -> None:
    """Try one reader; does not return."""
    import atheris

    with atheris.instrument_imports(include=["pipeline"]):
        from fuzzed import PIECES, READERS

    read, begun, told = READERS[name], time.process_time(), {"runs": 0, "slowest": 0.0, "findings": 0}
    read("The council of Velda closed the pier.")
    seen: set[str] = set()

    def finding(data: bytes, words: str, kind: str) -> None:
        if kind in seen or len(seen) >= _MOST_FINDINGS:
            return
        seen.add(kind)
        told["findings"] += 1
        (folder / f"{name[:8]}-{len(seen)}.txt").write_bytes(words.encode("utf-8", "replace") + b"\n\n" + data)

    def try_one(data: bytes) -> None:
        start = time.process_time()
        try:
            read(data.decode("utf-8", "replace"))
        except Exception as error:
            import traceback

            last = traceback.extract_tb(error.__traceback__)[-1]
            finding(data, traceback.format_exc(), f"{type(error).__name__} {last.filename}:{last.lineno}")
        took = time.process_time() - start
        if took > _SLOW_S:
            finding(data, f"took {took:.1f} s for {len(data)} bytes", "slow")
        told["slowest"] = max(told["slowest"], round(took, 3))
        told["runs"] += 1
        if told["runs"] % _TOLD_EVERY == 0 or told["runs"] == runs:  # the fuzzer ends the process itself
            line = {"reader": name, "seconds": round(time.process_time() - begun), **told}
            (folder / f"counts-{name[:8].strip()}.json").write_text(json.dumps(line), encoding="utf-8")

    corpus = folder / f"corpus-{name[:8].strip()}"
    corpus.mkdir(exist_ok=True)
    for number, piece in enumerate(PIECES):
        text = f"{piece}{piece} {PIECES[number * 7 % len(PIECES)]}"
        (corpus / str(number)).write_bytes(text.encode("utf-8", "replace")[:400])
    words = folder / "words.txt"
    words.write_text("".join(f'"{_escaped(piece)}"\n' for piece in PIECES if piece.strip()), encoding="ascii")
    options = [f"-runs={runs}", f"-seed={seed}", f"-dict={words}", "-max_len=400", "-len_control=0", "-timeout=600"]
    atheris.Setup([sys.argv[0], *options, "-rss_limit_mb=6000", f"-artifact_prefix={folder}/", str(corpus)], try_one)
    atheris.Fuzz()


def _escaped(piece: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in piece.strip("\n").encode("utf-8", "replace")[:60])


def main() -> None:
    """Try all readers one after the other, or the one that is named third."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("reader", nargs="?", choices=SHARES)
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.reader:
        fuzz(given.reader, given.runs, given.folder, given.seed)
    for name, share in SHARES.items():
        each = [str(given.runs * share // 1000), str(given.folder), name, "--seed", str(given.seed)]
        subprocess.run([sys.executable, __file__, *each], check=False, stderr=subprocess.DEVNULL)
    for told in sorted(given.folder.glob("counts-*.json")):
        print(told.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
