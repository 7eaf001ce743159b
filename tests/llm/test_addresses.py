"""Where the text of an article goes: addresses, keys, proxies, and what nobody may read of them."""

from __future__ import annotations

import json
import re
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipeline.core.errors import FactnotesError, ModelUnavailable, SettingsError
from pipeline.core.settings import PROJECT, load_settings
from pipeline.llm import open_llm, readers_of
from pipeline.llm.address import read_address

SCHEMA = {"title": "Answer", "type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
NAMES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "AZURE_OPENAI_API_KEY", "FACTNOTES_API_KEY", "FACTNOTES_BASE_URL")


class Listening:
    """A server that answers everything well, and keeps what it was asked."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def serving() -> Iterator[Listening]:
    kept = Listening()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            kept.lines.append(self.requestline)
            kept.headers.append({name.lower(): value for name, value in self.headers.items()})
            content = json.dumps({"choices": [{"message": {"content": '{"a": 1}'}}]}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield kept
    server.shutdown()
    server.server_close()


service = pytest.fixture(serving, name="service")
proxy = pytest.fixture(serving, name="proxy")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in (*NAMES, *PROXIES, *(name.lower() for name in PROXIES)):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def asked(**settings: object) -> str:
    opened = open_llm(load_settings(**{"model": "openai:gpt", "api_key": "k-scripted-1"} | settings))
    assert opened is not None
    return opened.complete("How many?", SCHEMA).text


def test_a_model_on_this_machine_is_never_asked_through_a_proxy(
    service: Listening, proxy: Listening, bare: pytest.MonkeyPatch
) -> None:
    for name in PROXIES[:3]:
        bare.setenv(name, proxy.url)
    assert asked(base_url=f"{service.url}/v1") == '{"a": 1}'
    assert not proxy.lines and service.lines == ["POST /v1/chat/completions HTTP/1.1"]
    bare.setenv("ALL_PROXY", "socks5h://127.0.0.1:9")
    assert asked(base_url=f"{service.url}/v1") == '{"a": 1}'


def test_a_service_elsewhere_is_asked_through_the_proxy_which_is_told(
    proxy: Listening, bare: pytest.MonkeyPatch
) -> None:
    bare.setenv("HTTP_PROXY", proxy.url.replace("//", "//desk:s3cret@"))
    assert asked(base_url="http://llm.example/v1") == '{"a": 1}'
    assert proxy.lines == ["POST http://llm.example/v1/chat/completions HTTP/1.1"]
    assert readers_of("http://llm.example/v1") == ("http://llm.example/v1", proxy.url)
    bare.setenv("NO_PROXY", "llm.example")
    assert readers_of("http://llm.example/v1") == ("http://llm.example/v1", None)


def test_a_proxy_of_https_sees_no_text_and_is_named_only_when_it_fails(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("HTTPS_PROXY", "http://desk:s3cret@127.0.0.1:9")
    assert readers_of(None) == ("OpenAI", None)
    with pytest.raises(ModelUnavailable, match="through the proxy http://127.0.0.1:9") as caught:
        asked(base_url="https://llm.example/v1")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks4", "ftp"])
def test_a_proxy_that_cannot_be_used_is_one_clear_line(bare: pytest.MonkeyPatch, scheme: str) -> None:
    bare.setenv("ALL_PROXY", f"{scheme}://desk:s3cret@127.0.0.1:9")
    with pytest.raises(SettingsError) as caught:
        open_llm(load_settings(model="openai:m", api_key="k", base_url="https://llm.example/v1"))
    said = str(caught.value)
    assert f"{scheme}://127.0.0.1:9" in said and "NO_PROXY=llm.example" in said and "s3cret" not in said
    assert ("socksio" in said) is scheme.startswith("socks5")


@pytest.mark.parametrize(
    ("suffix", "path"),
    [
        ("/v1", "/v1/chat/completions"),
        ("/v1/", "/v1/chat/completions"),
        ("/v1 \n", "/v1/chat/completions"),
        ("/v1/chat/completions", "/v1/chat/completions"),
        ("/v1?team=desk", "/v1/chat/completions?team=desk"),
        (
            "/openai/deployments/gpt/?api-version=2024-10-21",
            "/openai/deployments/gpt/chat/completions?api-version=2024-10-21",
        ),
        (
            "/openai/deployments/gpt/chat/completions?api-version=2024-10-21",
            "/openai/deployments/gpt/chat/completions?api-version=2024-10-21",
        ),
        ("/openai/v1", "/openai/v1/chat/completions"),
        ("/openai/v1/?api-version=preview", "/openai/v1/chat/completions?api-version=preview"),
    ],
)
def test_an_address_is_taken_as_people_copy_it(service: Listening, suffix: str, path: str) -> None:
    assert asked(base_url=f" {service.url}{suffix}") == '{"a": 1}'
    assert service.lines == [f"POST {path} HTTP/1.1"]


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("", "/openai/deployments/gpt/chat/completions?api-version=2024-10-21"),
        ("/", "/openai/deployments/gpt/chat/completions?api-version=2024-10-21"),
        ("/openai?api-version=2025-01-01", "/openai/deployments/gpt/chat/completions?api-version=2025-01-01"),
        ("/gate/openai/deployments/other", "/gate/openai/deployments/other/chat/completions?api-version=2024-10-21"),
        ("/openai/v1/", "/openai/v1/chat/completions"),
    ],
)
def test_azure_is_asked_by_its_own_form(service: Listening, address: str, path: str) -> None:
    assert asked(model="azure:gpt", base_url=f"{service.url}{address}") == '{"a": 1}'
    assert service.lines == [f"POST {path} HTTP/1.1"]
    if "/v1/" not in address:
        assert service.headers[0]["api-key"] == "k-scripted-1"


def test_azure_needs_its_address_and_takes_its_own_key(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("AZURE_OPENAI_API_KEY", "k-azure")
    with pytest.raises(SettingsError, match="set FACTNOTES_BASE_URL"):
        open_llm(load_settings(model="azure:gpt"))
    opened = open_llm(load_settings(model="azure:gpt", base_url="https://desk.openai.azure.example"))
    assert opened is not None and opened.name == "azure:gpt"


def test_a_key_is_trimmed(service: Listening) -> None:
    assert asked(base_url=f"{service.url}/v1", api_key=" sk-abcdef\r\n") == '{"a": 1}'
    assert service.headers[0]["authorization"] == "Bearer sk-abcdef"


@pytest.mark.parametrize("key", ["sk abc", "sk-äbc", "sk\nabc"])
def test_a_key_that_no_header_can_hold_is_one_clear_line(key: str) -> None:
    with pytest.raises(SettingsError, match="check OPENAI_API_KEY") as caught:
        open_llm(load_settings(model="openai:m", api_key=key))
    assert key not in str(caught.value)


@pytest.mark.parametrize("address", ["localhost:11434/v1", "llm.example/v1", "http://", "http:///v1", "http://a b/v1"])
def test_what_is_no_address_is_one_clear_line(address: str) -> None:
    with pytest.raises(SettingsError, match="FACTNOTES_BASE_URL"):
        open_llm(load_settings(model="openai:m", api_key="k", base_url=address))


SECRET = "s3cret word"
ADDRESS = "http://desk:s3cret%20word@127.0.0.1:9/v1?key=query-secret&api-version=1"
SPELLED = (SECRET, "s3cret%20word", "query-secret", "k-scripted-1", b64encode(b"desk:s3cret%20word").decode())


def test_nothing_secret_of_an_address_or_key_is_shown() -> None:
    settings = load_settings(model="openai:m", api_key="k-scripted-1", base_url=ADDRESS)
    opened = open_llm(settings)
    assert opened is not None
    with pytest.raises(FactnotesError) as caught:
        opened.complete("How many?", SCHEMA)
    shown = f"{caught.value} {opened.parameters} {readers_of(ADDRESS)} {opened.name}"
    assert not [secret for secret in SPELLED if secret in shown]
    assert {"query-secret", "s3cret%20word", SECRET} <= set(settings.secrets)
    address = read_address(ADDRESS, "k-scripted-1")
    hidden = address.hide(" ".join(SPELLED))
    assert not [secret for secret in SPELLED if secret in hidden]
    assert address.hide("version 1 of the desk") == "version 1 of the desk"


ASKED_AT = {
    "Ollama": "/v1/chat/completions",
    "llama.cpp": "/v1/chat/completions",
    "vLLM": "/v1/chat/completions",
    "LM Studio": "/v1/chat/completions",
    "OpenRouter": "/api/v1/chat/completions",
    "Azure, by deployment": "/openai/deployments/DEPLOYMENT/chat/completions?api-version=2024-10-21",
    "Azure, v1": "/openai/v1/chat/completions",
}
"""Where each service's documentation says it is asked."""


def test_the_lines_of_the_documentation_ask_each_service_where_it_listens(service: Listening) -> None:
    documented = (PROJECT / "docs" / "check.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| ([^|(]+?)(?: \([^|]*\))? \| `([^`]+)` \| `https?://[^/`]+([^`]*)` \|$", documented, re.MULTILINE
    )
    for name, model, path in rows:
        assert asked(model=model, base_url=f"{service.url}{path}") == '{"a": 1}'
        assert service.lines.pop() == f"POST {ASKED_AT[name]} HTTP/1.1"
    assert {name for name, _, _ in rows} == set(ASKED_AT)
