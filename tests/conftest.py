"""What all tests share: no network beyond this machine, and recorded replies of a real model."""

import json
import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_socket

# Many tests at once make a slow machine, and a flow started outside this folder does not see its settings.
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "300")

THIS_MACHINE = ["127.0.0.1", "::1", "localhost"]


@pytest.fixture(autouse=True)
def only_this_machine(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that reaches for another machine, unless replies are being recorded."""
    if request.config.getoption("--record-mode") in (None, "none"):
        pytest_socket.socket_allow_hosts(THIS_MACHINE, allow_unix_socket=True)
    yield
    pytest_socket._remove_restrictions()


@pytest.fixture(autouse=True)
def logs_of_this_test_alone() -> Iterator[None]:
    """Begin without the logs that a test before has started in this process, and leave none."""
    loggers = [logging.getLogger(name) for name in ("factnotes", "uvicorn", "opentelemetry")]
    for logger in loggers:
        logger.handlers, logger.propagate = [], True
        logger.setLevel(logging.NOTSET)
    yield
    for logger in loggers:
        for handler in logger.handlers:
            handler.close()
        logger.handlers, logger.propagate = [], True
        logger.setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    """Match a request by its whole question; keep neither keys nor hosts nor the name of the model."""
    return {
        "match_on": ["method", "path", "query", "body"],
        "filter_headers": ["authorization", "api-key", "cookie", "user-agent", "openai-organization", "openai-project"],
        "before_record_request": _question_only,
        "before_record_response": _answer_only,
        "decode_compressed_response": True,
        "record_on_exception": False,
        "skip_patchers": ["httpx"],  # Prefect and Chroma talk through it; models are asked through httpx2
    }


def _question_only(request: Any) -> Any:
    if not request.path.endswith("/chat/completions"):
        return None
    request.uri = "http://model/v1/chat/completions"
    request.headers = {"content-type": "application/json"}
    request.body = json.dumps({**json.loads(request.body), "model": "recorded"}).encode()
    return request


def _answer_only(response: dict[str, Any]) -> dict[str, Any]:
    response["headers"] = {"content-type": response["headers"].get("content-type", ["application/json"])}
    try:
        body = json.loads(response["body"]["string"])
    except ValueError:
        return response
    kept = {name: body[name] for name in ("object", "choices", "usage", "error") if name in body}
    response["body"]["string"] = json.dumps({"id": "recorded", "created": 0, "model": "recorded", **kept}).encode()
    return response
