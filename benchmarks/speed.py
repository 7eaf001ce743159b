"""Time a check of a 1,000-word article on one core, without a model.

    python benchmarks/speed.py [--data folder] [--json]

Three articles of about 1,000 words are joined from the texts of `benchmarks/cases/newspaper.jsonl`. Each is checked in
a process of its own that may use one core: `loading` is everything until the first short text has been checked
(imports, index, models), `seconds` one check after it, the store's commits included. The index is that of
seeds/reference. Wall time on a shared machine varies; `cpu` is the process's own. Needs no data folder.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
WORDS, ARTICLES = 1000, 3
SHORT = b"The council met on Monday to vote on the budget of 2,000 euros."


def join_articles() -> list[str]:
    """Return articles of at least WORDS words, joined from paragraphs without line breaks, none used twice."""
    cases = (PROJECT / "benchmarks/cases/newspaper.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [text for text in (json.loads(line)["text"] for line in cases) if "\n" not in text]
    articles: list[str] = [""]
    for text in texts:
        if len(articles[-1].split()) >= WORDS:
            articles.append("")
        articles[-1] += text + "\n\n"
    return [text for text in articles if len(text.split()) >= WORDS][:ARTICLES]


def check_one(home: Path, number: int) -> dict[str, Any]:
    """Load everything, then time one check."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    began, cpu = time.monotonic(), time.process_time()
    from pipeline.articles import load_article
    from pipeline.check import check_article, open_bench, warm_up
    from pipeline.core.settings import load_settings

    settings = load_settings(home=home, model="none")
    text = join_articles()[number]
    with open_bench(settings) as bench:
        warm_up(bench.tools.embedder)
        check_article(load_article("-", settings, stdin=SHORT), bench.tools, bench.store)
        loaded, loaded_cpu = time.monotonic(), time.process_time()
        report = check_article(load_article("-", settings, stdin=text.encode()), bench.tools, bench.store)
        done, done_cpu = time.monotonic(), time.process_time()
    return {
        "words": len(text.split()),
        "claims": report.coverage.claims,
        "failures": {why: n for why, n in report.coverage.not_checked.items() if why != "no_model"},
        "loading_seconds": round(loaded - began, 2),
        "loading_cpu": round(loaded_cpu - cpu, 2),
        "seconds": round(done - loaded, 2),
        "cpu": round(done_cpu - loaded_cpu, 2),
    }


def main() -> None:
    """Print what each article took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="not needed")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(check_one(Path(given.one[0]), int(given.one[1]))))
        return
    from pipeline.check import index_paths
    from pipeline.core.settings import load_settings

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        index_paths(load_settings(home=home), [PROJECT / "seeds/reference"])
        figures = []
        for number in range(len(join_articles())):
            command = [sys.executable, __file__, "--one", str(home), str(number)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            figures.append(json.loads(done.stdout))
    if given.json:
        print(json.dumps({"articles": figures, "load_average": round(os.getloadavg()[0], 1)}, indent=2))
        return
    for each in figures:
        print("  ".join(f"{name} {value}" for name, value in each.items()))


if __name__ == "__main__":
    main()
