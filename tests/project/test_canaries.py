"""Canaries in every secret setting: a service sends back what it was sent, and no place that is written holds it."""

from __future__ import annotations

import html
import json
import re
from base64 import b32encode, b64encode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from urllib.parse import quote, quote_plus

import pytest
from command_line import call
from echoing import ECHOES, SECRETS, SPELLED, Echo, echoing, secret_settings, seen_in, seen_under

from pipeline.core.errors import MalformedReply, RateLimited
from pipeline.core.models import Article, Failure, Passage
from pipeline.core.secrets import hide
from pipeline.core.settings import Settings, load_settings
from pipeline.llm import failure_of, readers_of

ARTICLE = "\n\n".join(
    f"The council of district {number} repaired {number + 3} schools in 2023, the audit found." for number in range(2)
)
FACT = {"text": "The council of district 1 repaired a school.", "publisher": "Audit office"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("canaries")
    (folder / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "facts.jsonl").write_text(json.dumps(FACT), encoding="utf-8")
    assert call(folder, "index", "facts.jsonl", FACTNOTES_HOME="desk").returncode == 0
    return folder


@pytest.fixture(scope="module")
def echo() -> Iterator[Echo]:
    with echoing() as started:
        yield started


def printed(home: Path, echo: Echo, *arguments: str) -> str:
    given = {f"FACTNOTES_{name.upper()}": value for name, value in SECRETS.items() if name != "database_url"}
    given |= {"FACTNOTES_HOME": "desk", "FACTNOTES_MODEL": "openai:small", "FACTNOTES_BASE_URL": echo.address}
    given |= {"FACTNOTES_MODEL_RETRIES": "0", "FACTNOTES_LOG_LEVEL": "debug", "FACTNOTES_LOG_FILE": "desk/log.jsonl"}
    done = call(home, *arguments, **given)
    return done.stdout + done.stderr


def test_each_secret_setting_has_a_canary() -> None:
    assert secret_settings() == set(SECRETS), "a new secret setting needs a canary in tests/support/echoing.py"


@pytest.mark.parametrize("where", ECHOES)
def test_what_a_service_sends_back_stands_nowhere(home: Path, echo: Echo, where: str) -> None:
    echo.answer, before = ECHOES[where], echo.asked
    said = printed(home, echo, "check", "article.txt", "--again")
    said += printed(home, echo, "doctor")
    assert echo.asked > before and "127.0.0.1" in said, said
    assert not seen_in(said), said
    assert not seen_under(home)


def test_a_verdict_that_tells_what_was_sent_is_kept_without_it(home: Path, echo: Echo) -> None:
    echo.answer = None
    said = printed(home, echo, "check", "article.txt", "--again", "--json")
    assert "They sent" in said and "[hidden]" in said
    assert not seen_in(said) and not seen_under(home)


def test_what_is_shown_of_an_article_and_its_sources_holds_no_key() -> None:
    address = "https://ann:pa55word@news.example/story?page=2&access_token=abc123def456&key=7"
    for kept in (
        Article(text="It rained.", url=address).url,
        Passage(text="It rained.", source_url=address).source_url,
    ):
        assert kept == "https://[hidden]@news.example/story?page=2&access_token=[hidden]&key=7"


def test_errors_and_failures_hold_no_secret_of_the_settings_whoever_raised_them() -> None:
    Settings.model_validate(SECRETS)
    for form in SPELLED[: 4 * len(SECRETS)]:
        assert not seen_in(str(RateLimited(f"they said {form}")))
        assert not seen_in(failure_of(OSError(f"they said {form}"), "test").detail)
        assert not seen_in(Failure(stage="test", reason="error", detail=f"they said {form}").model_dump_json())
        assert not seen_in(str(MalformedReply(f"they said {form}").args))


@pytest.mark.parametrize("name", ["base_url", "chroma_url", "otlp_endpoint", "dask_address"])
def test_what_an_address_among_the_settings_holds_beside_its_place_is_secret(name: str) -> None:
    settings = load_settings(**{name: "http://canary-person-2:canary-pw-2@host.example:8000/?key=canary-key-2"})
    assert {"canary-pw-2", "canary-key-2"} <= set(settings.secrets)
    assert "canary" not in hide("canary-pw-2 canary-key-2 http://canary-person-2:canary-pw-2@host.example:8000")


def test_the_service_that_a_report_names_is_named_without_a_person_or_a_key(echo: Echo) -> None:
    service, _ = readers_of(echo.address)
    assert service.startswith("http://127.0.0.1:") and not seen_in(service)


KEY = "sk-canary+/c9&d<e~f Z1"
WRITTEN = {
    "hexadecimal": KEY.encode().hex(),
    "a form of a page": quote_plus(KEY),
    "a path": quote(KEY),
    "small letters behind percents": re.sub("%..", lambda match: match[0].lower(), quote(KEY, safe="")),
    "a page": html.escape(KEY),
    "JSON within JSON": json.dumps(json.dumps(KEY)),
    "JSON of a service that escapes slashes": KEY.replace("/", "\\/"),
    "the base64 of addresses": urlsafe_b64encode(KEY.encode()).decode(),
    "a header of a person": b64encode(f"user:{KEY}".encode()).decode(),
    "numbers of letters": "".join(f"&#{ord(letter)};" for letter in KEY),
    "an address within an address": quote(quote(KEY, safe=""), safe=""),
    "escapes alone": "".join(f"%{byte:02x}" for byte in KEY.encode()),
    "a list of parts": json.dumps([KEY[:8], KEY[8:15], KEY[15:]]),
    "wrapped lines": "\n    ".join((KEY[:10], KEY[10:])),
    "lines of a mail": "=\n".join(wrap(b64encode(KEY.encode()).decode(), 16)),
    "escapes of a mail": "".join(f"={byte:02X}" for byte in KEY.encode()),
    "bytes": str(list(KEY.encode())),
    "a dump": KEY.encode().hex(" "),
    "escapes of a language": "".join(f"\\u{ord(letter):04x}" for letter in KEY),
    "capitals": KEY.upper(),
    "base32": b32encode(f"u:{KEY}".encode()).decode().rstrip("="),
    "base64 of base64": b64encode(b64encode(KEY.encode())).decode(),
    "base64 of wide letters": b64encode(KEY.encode("utf-16-le")).decode(),
    "letters with unseen ones between": "\u200b".join(KEY),
    "a header of two more letters": b64encode(f"ab{KEY}".encode()).decode(),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_a_key_is_hidden_however_it_is_written(form: str) -> None:
    load_settings(api_key=KEY)
    assert len(hide(WRITTEN[form]).replace("[hidden]", "")) <= 12, "no more than what stands around it may be left"


def test_what_is_left_of_a_long_key_that_is_shown_cut_off_is_less_than_sixteen_letters() -> None:
    key = "sk-proj-" + "Q7rT9xZk2LmN4vB8" * 4
    load_settings(api_key=key)
    shown = hide(f"invalid key {key[:50]}...")
    assert len(shown.replace("[hidden]", "")) < len("invalid key ...") + 16, shown


def test_figures_and_words_that_hold_a_short_secret_in_pieces_stay() -> None:
    load_settings(api_key="a1b2c3d4")
    told = "routes a1, b2, c3 and d4; figures [1, 2, 3, 4] and 12 34 56 78"
    assert hide(told) == told


def test_words_that_stand_in_any_text_are_no_secrets() -> None:
    load_settings(api_key="none")
    load_settings(api_key="test", base_url="http://127.0.0.1:1/v1?api-version=1&n=12")
    assert hide("none of the 12 test runs") == "none of the 12 test runs"
