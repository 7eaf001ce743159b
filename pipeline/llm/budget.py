"""Money: what models cost, how much a run may spend, and how to know both beforehand.

Tokens are estimated from characters, because a vendor's tokeniser needs a download and every model has
its own. The estimate of the worst case errs upwards; a cap in dollars is as hard as that estimate.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol, Self
from urllib.parse import urlsplit

from pydantic import Field, RootModel, model_validator

from pipeline.core.errors import BudgetSpent
from pipeline.core.models import Value
from pipeline.core.tables import Number, Word, read_table, read_table_file

SCHEMA_TOKENS = 600
"""What the form of a reply adds to a prompt, at most."""

VENDOR_HOSTS = {"openai": "api.openai.com"}
"""Where each provider's own prices hold: another service of the same form has its own."""

_ROUNDING = 1e-12
"""What sums of dollars may be off by."""


class Price(Value):
    """Dollars per million tokens of one model, on a day."""

    model: Word
    """`provider:name`."""
    input: Number = Field(ge=0)
    output: Number = Field(ge=0)
    date: date
    source: str

    def dollars(self, tokens_in: int, tokens_out: int) -> float:
        """Return what a call costs."""
        return (tokens_in * self.input + tokens_out * self.output) / 1_000_000


class Prices(RootModel[tuple[Price, ...]]):
    """A list of prices; each model has one."""

    @model_validator(mode="after")
    def _one_for_each_model(self) -> Self:
        if twice := [model for model, times in Counter(price.model for price in self.root).items() if times > 1]:
            raise ValueError(f"these models have two prices: {', '.join(twice)}")
        return self


def load_prices(own: Path | None = None) -> dict[str, Price]:
    """Return the price of each model, those of a desk's own file first; raises TableError."""
    prices = read_table(__package__, "prices.yaml", Prices).root
    if own is not None and own.exists():
        prices += read_table_file(own, Prices).root
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


class Spent(Value):
    """What was spent."""

    dollars: float | None = 0.0
    """None where a model without a known price was asked."""
    calls: int = 0
    seconds: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        unknown = self.dollars is None or other.dollars is None
        return Spent(
            dollars=None if unknown else (self.dollars or 0) + (other.dollars or 0),
            calls=self.calls + other.calls,
            seconds=self.seconds + other.seconds,
        )

    def __str__(self) -> str:
        dollars = "unknown dollars" if self.dollars is None else f"${self.dollars:.4f}"
        return f"{self.calls} calls, {dollars}, {self.seconds:.0f} s"


NOTHING = Spent()


@dataclass(frozen=True)
class Caps:
    """What may be spent; None for no cap."""

    max_usd: float | None = None
    max_calls: int | None = None
    max_seconds: float | None = None

    def after(self, spent: Spent) -> Caps:
        """Return what is left of them; nothing of the dollars where nobody knows how many were spent."""
        return Caps(
            self.max_usd if self.max_usd is None else max(self.max_usd - _known(spent.dollars), 0.0),
            None if self.max_calls is None else max(self.max_calls - spent.calls, 0),
            None if self.max_seconds is None else max(self.max_seconds - spent.seconds, 0.0),
        )

    def room_for(self, worst: Spent) -> Spent:
        """Return as much as they allow of what calls cost at worst."""
        return Spent(
            dollars=worst.dollars if self.max_usd is None else min(_known(worst.dollars), self.max_usd),
            calls=worst.calls if self.max_calls is None else min(worst.calls, self.max_calls),
        )

    def admit(self, spent: Spent, reserved: float, worst: float) -> bool:
        """Tell whether a call that costs at most `worst` dollars may begin while others have `reserved` some.

        False where only the calls in flight are in the way: most will cost less than they reserve. Raises BudgetSpent.
        """
        if self.max_calls is not None and spent.calls >= self.max_calls:
            raise BudgetSpent(f"the cap of {self.max_calls} model calls is reached")
        if not self._fits(spent, worst):
            raise self.no_room(spent, reserved, worst)
        return self._fits(spent, reserved + worst)

    def no_room(self, spent: Spent, reserved: float, worst: float) -> BudgetSpent:
        """Return the error that the cap in dollars leaves no room for a call."""
        in_flight = f" and up to {reserved:.4f} in flight" if reserved > _ROUNDING else ""
        return BudgetSpent(
            f"the cap of {self.max_usd:.4g} dollars leaves no room: {_known(spent.dollars):.4f} spent{in_flight}, "
            f"the next call costs up to {worst:.4f}"
        )

    def _fits(self, spent: Spent, more: float) -> bool:
        return self.max_usd is None or _known(spent.dollars) + more <= self.max_usd + _ROUNDING


def _known(dollars: float | None) -> float:
    """Return dollars as a cap counts them: unknown ones may be any number."""
    return math.inf if dollars is None else dollars


class Ledger(Protocol):
    """Where it is written down what was spent under the caps of a budget."""

    def begin(self, worst: float, budget: Budget) -> None:
        """Reserve what a call may cost at most, once calls in flight leave it room; raises BudgetSpent."""
        ...

    def end(self, worst: float, cost: float) -> None:
        """Count what a call did cost instead of what it had reserved."""
        ...


class MemoryLedger:
    """What the threads of this process spend together (implements `Ledger`)."""

    def __init__(self, spent: Spent) -> None:
        self._ended = threading.Condition()
        self._spent, self._reserved = spent, 0.0

    def begin(self, worst: float, budget: Budget) -> None:
        """Reserve what a call may cost at most; raises BudgetSpent."""
        with self._ended:
            budget.require_time()
            while not budget.caps.admit(self._spent, self._reserved, worst):
                self._ended.wait(min(budget.seconds_left(), threading.TIMEOUT_MAX))
                budget.require_time()
            self._spent += Spent(calls=1)
            self._reserved += worst

    def end(self, worst: float, cost: float) -> None:
        """Count what a call did cost, and wake those who wait for room."""
        with self._ended:
            self._spent += Spent(dollars=cost)
            self._reserved -= worst
            self._ended.notify_all()


class Budget:
    """Hard caps in dollars, calls and seconds, which all share whose ledger it is; what models pay their calls from."""

    def __init__(
        self,
        caps: Caps = Caps(),  # frozen
        spent: Spent = NOTHING,
        *,
        ledger: Ledger | None = None,
        seconds_left: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin with what was spent before, or with what the ledger knows; its clock runs from now on.

        `seconds_left` is what is left of the cap in seconds, by default what was not spent of it.
        """
        self.caps = caps
        """What may be spent."""
        self._ledger, self._clock = ledger or MemoryLedger(spent), clock
        if seconds_left is None:
            seconds_left = math.inf if caps.max_seconds is None else caps.max_seconds - spent.seconds
        self._ends = clock() + seconds_left

    @contextmanager
    def call(self, worst: float) -> Iterator[Callable[[float], None]]:
        """Admit one call that costs at most `worst` dollars, and yield the function that takes what it did cost.

        Waits while calls in flight hold the room it needs. A call that ends without telling is counted at its
        worst. Raises BudgetSpent.
        """
        self._ledger.begin(worst, self)
        costs = [worst]
        try:
            yield costs.append
        finally:
            self._ledger.end(worst, costs[-1])

    def seconds_left(self) -> float:
        """Return how long calls may still begin."""
        return self._ends - self._clock()

    def require_time(self) -> None:
        """Raise BudgetSpent where no seconds are left."""
        if self.seconds_left() <= 0:
            raise BudgetSpent(f"the cap of {self.caps.max_seconds:g} seconds is reached")


@dataclass(frozen=True)
class Forecast:
    """What calls will cost, at least and at most; dollars are None where the price is not known."""

    calls: tuple[int, int]
    tokens_in: tuple[int, int]
    tokens_out: tuple[int, int]
    dollars: tuple[float, float] | None


def forecast(
    prompts: Iterable[str],
    price: Price | None,
    max_output_tokens: int,
    usual_output: int = 150,
    perhaps: Iterable[str] = (),
) -> Forecast:
    """Estimate one call for each prompt; at most those `perhaps` asked too, a repair each and the longest replies."""
    texts, more = list(prompts), list(perhaps)
    usual_output = min(usual_output, max_output_tokens)
    low_in, high_in = (
        sum(len(text) for text in texts) // 5,
        sum(estimate_tokens(text) + SCHEMA_TOKENS for text in (*texts, *more)),
    )
    most = len(texts) + len(more)
    repaired_in = 2 * high_in + most * (max_output_tokens + 200)
    low_out, high_out = len(texts) * usual_output, 2 * most * max_output_tokens
    return Forecast(
        calls=(len(texts), 2 * most),
        tokens_in=(low_in, repaired_in),
        tokens_out=(low_out, high_out),
        dollars=(price.dollars(low_in, low_out), price.dollars(repaired_in, high_out)) if price else None,
    )
