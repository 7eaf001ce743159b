"""Money: what models cost, how much a run may spend, and how to know both beforehand.

Tokens are estimated from characters, because a vendor's tokeniser needs a download and every model has
its own. The estimate of the worst case errs upwards; a cap in dollars is as hard as that estimate.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib import resources
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from pydantic import Field, TypeAdapter, ValidationError

from pipeline.errors import BudgetSpent, SettingsError
from pipeline.models import Value

SCHEMA_TOKENS = 600
"""What the form of a reply adds to a prompt, at most."""

VENDOR_HOSTS = {"openai": "api.openai.com"}
"""Where each provider's own prices hold: another service of the same form has its own."""

_ROUNDING = 1e-12
"""What sums of dollars may be off by."""


class Price(Value):
    """Dollars per million tokens of one model, on a day."""

    model: str
    """`provider:name`."""
    input: float = Field(ge=0)
    output: float = Field(ge=0)
    date: date
    source: str

    def dollars(self, tokens_in: int, tokens_out: int) -> float:
        """Return what a call costs."""
        return (tokens_in * self.input + tokens_out * self.output) / 1_000_000


_PRICES = TypeAdapter(tuple[Price, ...])


def load_prices(own: Path | None = None) -> dict[str, Price]:
    """Return the price of each model, those of a desk's own file first; raises SettingsError."""
    import yaml  # only a model has a price

    shipped = resources.files("pipeline").joinpath("data/prices.yaml").read_text(encoding="utf-8")
    prices = _PRICES.validate_python(yaml.safe_load(shipped))
    if own is not None and own.exists():
        try:
            prices += _PRICES.validate_python(yaml.safe_load(own.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
            raise SettingsError(f"{own} is not a list of prices (see pipeline/data/prices.yaml)") from error
    return {price.model: price for price in prices}


def price_of(model: str, base_url: str | None, prices: dict[str, Price]) -> Price | None:
    """Return a model's price: nothing on this machine, else from the table; None where it is not known."""
    if is_loopback(base_url):
        return Price(model=model, input=0, output=0, date=date.min, source="runs on this machine")
    provider, _, name = model.partition(":")
    if base_url and urlsplit(base_url).hostname != VENDOR_HOSTS.get(provider):
        return None
    snapshot = re.sub(r"-\d{4}-\d{2}-\d{2}$", "", name)
    return prices.get(model) or prices.get(f"{provider}:{snapshot}")


def is_loopback(url: str | None) -> bool:
    """Tell whether a URL leads to this machine."""
    host = (urlsplit(url).hostname if url else None) or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def estimate_tokens(text: str) -> int:
    """Return an upper estimate of a text's tokens: 1 for 3 ASCII characters, 2 for each other character."""
    ascii_characters = len(text.encode("ascii", "ignore"))
    return math.ceil(ascii_characters / 3) + 2 * (len(text) - ascii_characters)


@dataclass(frozen=True)
class Spent:
    """What a run has spent so far."""

    calls: int = 0
    dollars: float = 0.0
    reserved: float = 0.0
    """What the calls in flight may cost."""

    def begin(self, worst: float) -> Spent:
        """Return what is spent when one more call begins."""
        return Spent(self.calls + 1, self.dollars, self.reserved + worst)

    def end(self, worst: float, cost: float) -> Spent:
        """Return what is spent when a call ends that might have cost `worst`."""
        return Spent(self.calls, self.dollars + cost, self.reserved - worst)


@dataclass(frozen=True)
class Caps:
    """What a run may spend; None for no cap."""

    max_usd: float | None = None
    max_calls: int | None = None
    max_seconds: float | None = None

    def admit(self, spent: Spent, worst: float) -> bool:
        """Tell whether a call that costs at most `worst` dollars may begin now.

        False where only the calls in flight are in the way: most will cost less than they reserve. Raises BudgetSpent.
        """
        if self.max_calls is not None and spent.calls >= self.max_calls:
            raise BudgetSpent(f"the cap of {self.max_calls} model calls is reached")
        if not self._fits(spent.dollars + worst):
            raise self.no_room(spent, worst)
        return self._fits(spent.dollars + spent.reserved + worst)

    def require_time(self, seconds_left: float) -> None:
        """Raise BudgetSpent where no seconds are left."""
        if seconds_left <= 0:
            raise BudgetSpent(f"the cap of {self.max_seconds:g} seconds is reached")

    def no_room(self, spent: Spent, worst: float) -> BudgetSpent:
        """Return the error that the cap in dollars leaves no room for a call."""
        in_flight = f" and up to {spent.reserved:.4f} in flight" if spent.reserved > _ROUNDING else ""
        return BudgetSpent(
            f"the cap of {self.max_usd:.4g} dollars leaves no room: {spent.dollars:.4f} spent{in_flight}, "
            f"the next call costs up to {worst:.4f}"
        )

    def _fits(self, dollars: float) -> bool:
        return self.max_usd is None or dollars <= self.max_usd + _ROUNDING


class Purse(Protocol):
    """What a model pays its calls from."""

    @property
    def caps(self) -> Caps:
        """What may be spent."""
        ...

    def call(self, worst: float) -> AbstractContextManager[Callable[[float], None]]:
        """Admit one call that costs at most `worst` dollars, and yield the function that takes what it did cost.

        Waits while calls in flight hold the room it needs. A call that ends without telling is counted at its
        worst. Raises BudgetSpent.
        """
        ...

    def seconds_left(self) -> float:
        """Return how long calls may still begin."""
        ...


@contextmanager
def settled(worst: float, settle: Callable[[float], None]) -> Iterator[Callable[[float], None]]:
    """Yield the function that takes what a call did cost, and settle that at its end: the worst where none was told."""
    costs = [worst]
    try:
        yield costs.append
    finally:
        settle(costs[-1])


class Budget:
    """Hard caps of one run in dollars, calls and seconds; shared by its threads (implements `Purse`)."""

    def __init__(
        self,
        max_usd: float | None = None,
        max_calls: int | None = None,
        max_seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.caps = Caps(max_usd, max_calls, max_seconds)
        self._clock = clock
        self._began = clock()
        self._settled = threading.Condition()
        self._spent = Spent()

    @contextmanager
    def call(self, worst: float) -> Iterator[Callable[[float], None]]:
        """Admit one call as a purse does; raises BudgetSpent."""
        self._reserve(worst)
        with settled(worst, partial(self._settle, worst)) as charge:
            yield charge

    def seconds_left(self) -> float:
        """Return how long calls may still begin."""
        most = self.caps.max_seconds
        return math.inf if most is None else most - (self._clock() - self._began)

    def _settle(self, worst: float, cost: float) -> None:
        with self._settled:
            self._spent = self._spent.end(worst, cost)
            self._settled.notify_all()

    def _reserve(self, worst: float) -> None:
        with self._settled:
            self.caps.require_time(self.seconds_left())
            while not self.caps.admit(self._spent, worst):
                self._settled.wait(min(self.seconds_left(), threading.TIMEOUT_MAX))
                self.caps.require_time(self.seconds_left())
            self._spent = self._spent.begin(worst)


@dataclass(frozen=True)
class Forecast:
    """What calls will cost, at least and at most; dollars are None where the price is not known."""

    calls: tuple[int, int]
    tokens_in: tuple[int, int]
    tokens_out: tuple[int, int]
    dollars: tuple[float, float] | None


def forecast(prompts: Iterable[str], price: Price | None, max_output_tokens: int, usual_output: int = 150) -> Forecast:
    """Estimate one call for each prompt, at most with one repair each and the longest replies."""
    texts = list(prompts)
    usual_output = min(usual_output, max_output_tokens)
    low_in, high_in = (
        sum(len(text) for text in texts) // 5,
        sum(estimate_tokens(text) + SCHEMA_TOKENS for text in texts),
    )
    repaired_in = 2 * high_in + len(texts) * (max_output_tokens + 200)
    low_out, high_out = len(texts) * usual_output, 2 * len(texts) * max_output_tokens
    return Forecast(
        calls=(len(texts), 2 * len(texts)),
        tokens_in=(low_in, repaired_in),
        tokens_out=(low_out, high_out),
        dollars=(price.dollars(low_in, low_out), price.dollars(repaired_in, high_out)) if price else None,
    )
