"""Settings: the only place that reads the environment.

Every setting is `FACTNOTES_<NAME>` in the environment, or `OPENAI_API_KEY` for the key of an
OpenAI-compatible service. With nothing set, everything works on this machine without a network.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.core.errors import SettingsError
from pipeline.core.secrets import keep_secrets, secrets_in

PROJECT = Path(__file__).resolve().parents[2]
DEFAULT_MODEL = "openai:gpt-5-mini"
KEY_NAMES = ("FACTNOTES_API_KEY", "OPENAI_API_KEY", "AZURE_OPENAI_API_KEY")
"""Variables that may hold the key of the model's service, the first that is set counts."""
"""Taken when a key is set and no model is named."""
_EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 # nosec B104 # compared with, not listened on


class Settings(BaseSettings):
    """What a desk can set, and below each field what it is for."""

    model_config = SettingsConfigDict(env_prefix="FACTNOTES_", frozen=True, extra="ignore", populate_by_name=True)

    home: Path = Path(".factnotes")
    """Folder of the store, the evidence index and the caches."""
    database_url: SecretStr | None = None
    """Address of a PostgreSQL database for the store, such as `postgresql://desk@host/factnotes`; empty for SQLite."""
    chroma_url: str | None = None
    """Address of the evidence index's Chroma server, such as `http://127.0.0.1:8000`; empty for a folder in home."""
    prompts: Path = PROJECT / "prompts"
    """Folder of the prompt files."""
    model: str | None = None
    """`provider:name`, such as `openai:gpt-5-mini`; `none` for the embedded default though a key is set."""
    base_url: str | None = Field(default=None, validation_alias=AliasChoices("FACTNOTES_BASE_URL", "OPENAI_BASE_URL"))
    """Address of an OpenAI-compatible service, ending in `/v1`; empty for the provider's own."""
    api_key: SecretStr | None = Field(default=None, validation_alias=AliasChoices(*KEY_NAMES))
    """Key of the model's service."""
    temperature: float | None = None
    """Sent only when set: some models take none."""
    model_timeout_s: float = Field(default=60, gt=0)
    """Seconds to wait for one answer of a model."""
    max_output_tokens: int = Field(default=8192, ge=1)
    """Longest reply of a model in tokens, a reasoning model's own thoughts included."""
    model_retries: int = Field(default=2, ge=0)
    """How often a call that may succeed later is repeated."""
    concurrency: int = Field(default=8, ge=1)
    """How many claims of an article are judged at once, and how many calls of a process are in flight at a model."""
    articles_at_once: int = Field(default=4, ge=1)
    """How many articles of a watch or an archive are checked at once in a process; they share its calls and caps."""
    vector_search: bool = True
    """Search evidence by vector too, not by words alone; without, several processes need no Chroma server."""
    task_runner: Literal["thread", "dask"] = "thread"
    """What checks an archive: threads of one process, or processes of a Dask cluster."""
    dask_address: str | None = None
    """Address of a Dask scheduler, such as `tcp://10.0.0.5:8786`; empty to start a cluster on this machine."""
    dask_workers: int = Field(default=2, ge=1)
    """How many processes the Dask cluster on this machine has."""
    requests_per_minute: float = Field(default=0, ge=0)
    """Most requests a minute to the model's service, of all processes with this store together; 0 for no limit."""
    tokens_per_minute: float = Field(default=0, ge=0)
    """Most tokens a minute to the model's service, of all processes with this store together; 0 for no limit."""
    max_usd: float | None = Field(default=None, ge=0)
    """Hard cap of one run in dollars."""
    max_calls: int | None = Field(default=None, ge=0)
    """Hard cap of one run in model calls."""
    max_seconds: float | None = Field(default=None, gt=0)
    """Hard cap of one run in seconds: claims not begun by then are not checked."""
    world: bool = True
    """Use the shipped data of the world, once `factnotes init` has made them ready; `off` for the desk's own alone."""
    wikidata_url: str = "https://query.wikidata.org/sparql"
    """Address of the query service that `factnotes world update` asks."""
    contact: str | None = None
    """A mail address or page of yours: Wikidata asks whoever sends many queries to say how to be reached."""
    factcheck_key: SecretStr | None = None
    """Key of Google's Fact Check Tools, for sources that search in earlier fact-checks."""
    evidence_per_claim: int = Field(default=8, ge=1)
    """How many passages a claim is judged on."""
    claims_per_call: int = Field(default=8, ge=1, le=20)
    """How many claims a model judges in one call, where its prompt takes several; 1 for one call a claim."""
    max_article_bytes: int = Field(default=10_000_000, ge=1)
    """Largest article file that is read."""
    max_article_chars: int = Field(default=300_000, ge=1)
    """Longest article text that is checked in one piece."""
    max_download_bytes: int = Field(default=20_000_000, ge=1)
    """Largest response that is read from a URL."""
    fetch_timeout_s: float = Field(default=20, gt=0)
    """Seconds to wait for a URL."""
    allow_private_urls: bool = False
    """Allow URLs that lead to loopback, link-local or private addresses."""
    desk_host: str = "127.0.0.1"
    """Address the desk listens on; another than loopback needs accounts and a TLS proxy."""
    desk_port: int = Field(default=8765, ge=0, le=65535)
    """Port the desk listens on; 0 for any free one."""
    desk_behind_tls_proxy: bool = False
    """True where the desk is only reached through a proxy that speaks https and sets X-Forwarded-Proto and -For."""
    desk_proxies: str = "127.0.0.1"
    """Addresses of the proxies whose headers are believed, separated by commas; only with a TLS proxy."""
    desk_names: str = ""
    """Host names under which people reach the desk through the proxy, separated by commas."""
    desk_idle_minutes: int = Field(default=60, ge=1)
    """A person who does nothing for so long must sign in again."""
    desk_session_hours: int = Field(default=12, ge=1)
    """After so long a person must sign in again, busy or not."""
    desk_token_days: int = Field(default=90, ge=1)
    """How long a token for the JSON API is good."""
    desk_max_body_bytes: int = Field(default=1_000_000, ge=1_000)
    """Largest request the desk reads."""
    prefect_port: int = Field(default=4200, ge=0, le=65535)
    """Port of the Prefect server that `factnotes serve` starts, on loopback; 0 for any free one."""
    chroma_port: int = Field(default=8766, ge=0, le=65535)
    """Port of the Chroma server that `factnotes serve` starts, on loopback; 0 for any free one."""
    watches_at_once: int = Field(default=2, ge=1)
    """How many watches `factnotes serve` runs at once."""
    lab_max_calls: int = Field(default=200, ge=0)
    """Hard cap of the desk's prompt lab in model calls a day."""
    lab_max_usd: float = Field(default=1.0, ge=0)
    """Hard cap of the desk's prompt lab in dollars a day; a model without a known price is not asked there."""
    lab_max_seconds: float = Field(default=120, gt=0)
    """Hard cap of one trial in the prompt lab in seconds."""
    reviewer: str | None = None
    """Who decides from the command line; empty for the name the system knows."""
    publisher: str | None = None
    """Who publishes approved notes; the author of each ClaimReview."""
    publisher_url: str | None = None
    """The publisher's home page."""
    ledger_sources_for_harm: int = Field(default=2, ge=1, le=9)
    """Independent sources on which a fact of a draft is ticked that may harm somebody."""
    ledger_anonymous_alone: bool = False
    """True where a source without a name is enough to tick a fact of a draft."""
    ledger_max_file_bytes: int = Field(default=20_000_000, ge=1, le=200_000_000)
    """Bytes of a file that is kept as the source of a fact."""
    notify_key: SecretStr | None = None
    """What the secrets of all webhooks are made from; 32 characters or more, such as `openssl rand -hex 32` prints."""
    notify_tries: int = Field(default=9, ge=1, le=100)
    """How often a message is tried before it is given up; the waits grow from seconds to a day."""
    notify_timeout_s: float = Field(default=15, gt=0, le=30)
    """Seconds to wait for a webhook's receiver, or for each answer of the mail server."""
    allow_private_webhooks: bool = False
    """Allow webhooks on loopback, link-local or private addresses, and http beside https."""
    smtp_host: str | None = None
    """The mail server that takes notifications; empty for none."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    """Port of the mail server: 587 for STARTTLS, 465 for TLS from the start."""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the mail server is spoken to; `none` only for one on this machine."""
    smtp_user: str | None = None
    """User name at the mail server; empty to send without signing in."""
    smtp_password: SecretStr | None = None
    """Password at the mail server."""
    smtp_from: str | None = None
    """Sender of the mails, such as `factnotes@example.org`."""
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    """How much is logged, a JSON object a line; never an article's text at info, never a key."""
    log_file: Path | None = None
    """File that logs are appended to; empty for standard error."""
    otlp_endpoint: str | None = Field(default=None, pattern=r"^https?://[^\s/]+")
    """Address of a collector of OpenTelemetry traces over HTTP, such as `http://127.0.0.1:4318`; empty for none."""
    metrics_token: SecretStr | None = Field(default=None, min_length=16)
    """What `/metrics` of the desk asks for as a bearer token; without one only this machine reads them."""

    @field_validator("api_key", "base_url", "model", mode="before")
    @classmethod
    def _trim(cls, value: Any) -> Any:
        """Take away the line end of a file of secrets, or a space that was copied along."""
        if isinstance(value, SecretStr):
            return SecretStr(value.get_secret_value().strip())
        return (value.strip() or None) if isinstance(value, str) else value

    def model_post_init(self, context: Any) -> None:
        """Let nothing that this process shows hold a secret of these settings."""
        keep_secrets(self.secrets)

    @property
    def desk_address(self) -> str:
        """Where the desk is reached, as far as the settings say; empty where they do not."""
        names = [name.strip() for name in self.desk_names.split(",") if name.strip()]
        if self.desk_behind_tls_proxy and names:
            return f"https://{names[0]}"
        if not self.desk_port or self.desk_host in _EVERY_ADDRESS:
            return ""
        host = f"[{self.desk_host}]" if ":" in self.desk_host else self.desk_host
        return f"http://{host}:{self.desk_port}"

    @property
    def store_path(self) -> Path:
        """The SQLite file."""
        return self.home / "store.db"

    @property
    def store_address(self) -> Path | str:
        """What `Store.open` takes: the database's address where one is set, else the SQLite file."""
        return self.database_url.get_secret_value() if self.database_url else self.store_path

    @property
    def attachments_path(self) -> Path:
        """The folder of the files that facts of drafts rest on."""
        return self.home / "attachments"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Keys, passwords and tokens, and what addresses hold beside their place: what nobody may read."""
        values = [value.get_secret_value() for _, value in self if isinstance(value, SecretStr)]
        addresses = [value for _, value in self if isinstance(value, str) and "://" in value]
        stored = urlsplit(self.database_url.get_secret_value()) if self.database_url else None
        password = stored.netloc.rpartition("@")[0].partition(":")[2] if stored else ""
        mail = f"\0{self.smtp_user}\0{self.smtp_password.get_secret_value()}" if self.smtp_password else ""
        parts = (*values, password, unquote(password), mail, *(part for each in addresses for part in secrets_in(each)))
        return tuple(part for part in parts if part)

    @property
    def world_path(self) -> Path:
        """The SQLite file of the world's office records, made ready."""
        return self.home / "world" / "offices.db"

    @property
    def vectors_path(self) -> Path:
        """The folder of the vector index."""
        return self.home / "vectors"

    @property
    def words_path(self) -> Path:
        """The file of the words of passages, made from the store wherever it is missing."""
        return self.home / "words" / "words.db"

    @property
    def vectors_address(self) -> Path | str:
        """What `VectorIndex` takes: the address of the Chroma server where one is set, else the folder."""
        return self.chroma_url or self.vectors_path

    @property
    def reviewed_vectors_path(self) -> Path:
        """The folder of the vectors of decided claims."""
        return self.home / "reviewed_vectors"

    @property
    def model_name(self) -> str | None:
        """The model to use: the named one, else the default where a key is set, else none."""
        if self.model == "none":
            return None
        return self.model or (DEFAULT_MODEL if self.api_key else None)


def load_settings(**given: object) -> Settings:
    """Read the settings; what is given (and not None) wins over the environment. Raises SettingsError."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        problem = error.errors()[0]
        name = ".".join(str(part) for part in problem["loc"])
        raise SettingsError(f"setting {name}: {problem['msg']}; see `factnotes doctor`") from error


def proxy_for(address: str) -> str | None:
    """Return the proxy through which the environment wants an address to be reached, None for none."""
    from urllib.request import getproxies, proxy_bypass  # brings http.client and ssl, and few commands ask

    parts = urlsplit(address)
    proxies = getproxies()
    if proxy_bypass(parts.hostname or ""):
        return None
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    keep_secrets(secrets_in(proxy or ""))
    return proxy


NO_TELEMETRY = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
}
"""What keeps Prefect from reporting to others, in the environment, where it wins over files of any folder."""


def prefer(**given: str) -> None:
    """Set what this process's environment does not say yet: libraries read it when they are imported."""
    for name, value in given.items():
        os.environ.setdefault(name, value)  # noqa: TID251 # here


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment and more, for a process to be started with."""
    return os.environ | more  # noqa: TID251 # here
