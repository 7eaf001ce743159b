"""The Prefect flow: the same check as tasks, resumed by content."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
ARTICLE = "\n\n".join(
    f"The council of district {number} repaired {number + 3} schools in 2023, the mayor said." for number in range(12)
)
FACT = {
    "text": "The council of district 4 repaired a school.",
    "publisher": "Council",
    "published_at": "2024-01-02",
}


class ScriptedService(BaseHTTPRequestHandler):
    """Answers as an OpenAI-compatible service would, slowly; remembers which prompts it was asked."""

    asked: Counter[str]
    answered: Counter[str]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        prompt = body["messages"][-1]["content"]
        self.asked[prompt] += 1
        time.sleep(0.4)
        answer = {"label": "not_enough_evidence", "confidence": 0.5, "justification": "scripted", "citations": []}
        if "confidence" not in json.dumps(body["response_format"]):
            answer = {"claims": []}
        message = {"role": "assistant", "content": json.dumps(answer)}
        reply = {
            "id": "scripted",
            "object": "chat.completion",
            "created": 0,
            "model": "scripted",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
        }
        try:
            data = json.dumps(reply).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            self.answered[prompt] += 1
        except OSError:
            return  # the asker was killed

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def service() -> Generator[tuple[str, type[ScriptedService]], None, None]:
    handler = type("Service", (ScriptedService,), {"asked": Counter(), "answered": Counter()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1", handler
    server.shutdown()


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FACTNOTES_", "OPENAI_"))}
    prefect = {"PREFECT_HOME": str(home / "prefect"), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    return kept | prefect | {"FACTNOTES_HOME": str(home / "desk"), "PREFECT_LOGGING_LEVEL": "ERROR"} | more


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "article.yaml").write_text("published_at: 2024-02-01\n", encoding="utf-8")
    (tmp_path / "facts.jsonl").write_text(json.dumps(FACT), encoding="utf-8")
    factnotes = Path(sys.executable).with_name("factnotes")
    subprocess.run([factnotes, "index", "facts.jsonl"], cwd=tmp_path, env=environment(tmp_path), check=True)
    return tmp_path


def start(home: Path, **more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "flows.check_article", "article.txt"]
    output = (home / "output.txt").open("a")
    return subprocess.Popen(command, cwd=home, env=environment(home, **more), stdout=output, stderr=output, text=True)


def finish(process: subprocess.Popen[str], home: Path) -> dict[str, object]:
    assert process.wait(180) == 0, (home / "output.txt").read_text()
    folder = max((home / "runs").iterdir())
    report: dict[str, object] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return report


def test_a_killed_run_started_again_repeats_no_finished_claim(
    home: Path, service: tuple[str, type[ScriptedService]]
) -> None:
    address, handler = service
    more = {"FACTNOTES_MODEL": "openai:scripted", "FACTNOTES_BASE_URL": address, "FACTNOTES_CONCURRENCY": "2"}
    process = start(home, **more)
    deadline = time.monotonic() + 120
    while sum(handler.answered.values()) < 6 and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    time.sleep(1)  # for the calls in flight to be answered to nobody
    assert sum(handler.answered.values()) >= 6, (home / "output.txt").read_text()
    report = finish(start(home, **more), home)
    repeated = {prompt: n for prompt, n in handler.asked.items() if n > 1}
    assert len(repeated) <= 9, "at most what was in flight, and the one being written, is asked again"
    assert sum(handler.asked.values()) <= len(handler.asked) + len(repeated)
    usage = report["usage"]
    assert isinstance(usage, dict) and usage["cached"] >= 3
    coverage = report["coverage"]
    assert isinstance(coverage, dict) and coverage["not_enough_evidence"] > 6


def test_a_second_run_of_the_same_article_checks_no_claim_again(home: Path) -> None:
    first = finish(start(home), home)
    (home / "output.txt").unlink()
    second = finish(start(home, PREFECT_LOGGING_LEVEL="INFO"), home)
    assert first["run_id"] != second["run_id"]
    assert first["notes"] == second["notes"]
    notes = second["notes"]
    assert isinstance(notes, list)
    cached = (home / "output.txt").read_text().count("Finished in state Cached(type=COMPLETED)")
    assert cached == len(notes) + 1, "every claim, and their detection"
