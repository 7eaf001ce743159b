"""Run every benchmark on a folder of data and keep the figures, with machine and versions.

    python -m benchmarks [--data ../shared/data] [TOPIC ...]

Each topic is a script of its own beside this file, runnable alone with `--data` and `--json`.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from os import cpu_count
from pathlib import Path

HERE = Path(__file__).parent
TOPICS = (
    *("attribution", "checks", "claim_matching", "claims_with_evidence", "detection", "fact_kinds", "planted_errors"),
    *("pages", "reading_time", "printed_corrections", "title_forms", "title_grammar", "title_parts"),
    *("titles", "quantities", "proof_pairs", "quotation_cases", "quotations", "relevance", "retrieval"),
    *("speed", "text_checks", "text_growth"),
    *("desk_store", "desk_decisions", "desk_load", "scheduled_runs", "soak", "source_world", "evidence_gained"),
    *("evaluation_report", "statistics_check"),
)
PACKAGES = ("factnotes", "spacy", "chromadb", "bm25s", "onnxruntime", "langchain-openai", "prefect")


def machine() -> dict[str, object]:
    """Describe where the figures were measured."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {package: metadata.version(package) for package in PACKAGES},
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def run(topic: str, data: Path) -> bool:
    """Run one topic, print its figures, keep them; return whether it worked."""
    print(f"== {topic}", flush=True)
    script = [sys.executable, str(HERE / f"{topic}.py"), "--data", str(data), "--json"]
    done = subprocess.run(script, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode or not done.stdout.strip():
        print(f"{topic}: no figures (exit code {done.returncode})")
        return done.returncode == 0
    figures = json.loads(done.stdout)
    print(json.dumps(figures, indent=2))
    target = HERE / "results" / f"{topic}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"machine": machine(), "figures": figures}, indent=2) + "\n", encoding="utf-8")
    return True


def main() -> None:
    """Run the topics named on the command line, else all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("topics", nargs="*", choices=[*TOPICS, []], metavar="TOPIC")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    given = parser.parse_args()
    worked = [run(topic, given.data) for topic in given.topics or TOPICS]
    sys.exit(not all(worked))


if __name__ == "__main__":
    main()
