"""Every error factnotes raises on purpose; the class says who must act, `retryable` whether trying again may help.

* FactnotesError
  x InputError              the article or file given cannot be used
    + FetchError            a URL could not be fetched
    + ForbiddenAddress      a URL leads to a private address
    + UnknownClaim          the store has no such claim
    + RunGoesOn             the same article is being checked just now
  x SettingsError           a setting is missing or wrong
    + TableError            a data table, such as prices.yaml, is not in the form it should have
  x PromptError             a prompt file or its inputs are wrong
  x StoreError              the store, the index or the records cannot be read or written
    + IndexMissing          there is no evidence index yet
    + StoreBusy             another process owns the embedded store
    + IndexUnreachable      the server of the evidence index does not answer
  x Conflict                somebody else has acted on the claim since it was read
  x Forbidden               the person may not do that
  x RunCancelled            somebody has asked the run to stop, or another process has taken it over
  x TooManyAttempts         somebody signs in too often with a wrong password
  x DeliveryFailed          a message could not be delivered to its channel
  x QuoteNotFound           quoted words are not in the text
    + QuoteNotRelevant      quoted words are in the text, and say nothing of the claim
  x NoEvidence              there is nothing to judge a claim on
  x BudgetSpent             a cap in dollars, calls or seconds is reached
  x ModelError
    + ModelUnavailable      network, overload, 5xx
    + ModelTimeout
    + RateLimited
    + ModelRefused          the model declined
    + MalformedReply        the reply does not fit the schema
      - CutOff              it breaks off at the longest that was allowed
    + PromptTooLong         the prompt does not fit the model's context
    + RequestNotTaken       the service refuses this request, in words that are not known
    + ModelUnusable         no call can work before a setting is changed
      - WrongKey            the service rejects the key
      - UnknownModel        the service does not know the model
      - RequestRejected     the service rejects what every request holds

Vendor errors stop at the provider that met them and are raised again as one of these.
"""

from __future__ import annotations

from typing import Any

from pipeline.core.printing import shown


class FactnotesError(Exception):
    """Base of every error that is ours; its text is one line that says what to do."""

    retryable = False
    usage: object = None
    """What a model cost before it, as a `Usage`; None for nothing."""

    def __init__(self, *told: object) -> None:
        """Tell what went wrong, as a person may see it: a service may send back secrets, or orders to a terminal."""
        super().__init__(*(shown(each) if isinstance(each, str) else each for each in told))


class InputError(FactnotesError):
    """The article or file given cannot be used."""


class RunGoesOn(InputError):
    """The same article is being checked just now, with the same versions; nothing was begun."""

    retryable = True


class RunCancelled(FactnotesError):
    """Somebody has asked the run to stop; its notes so far are in the store."""


class FetchError(InputError):
    """A URL could not be fetched; `status` is what its server answered, if it did."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class ForbiddenAddress(FetchError):
    """A URL leads to a loopback, link-local or private address, and that is not allowed."""


class UnknownClaim(InputError):
    """The store has no claim of that id with a note."""


class Conflict(FactnotesError):
    """Somebody else has acted on the claim since it was read; nothing was written."""

    def __init__(self, message: str, newest: Any) -> None:
        super().__init__(message)
        self.newest = newest
        """The event that came first, a `Review`."""


class Forbidden(FactnotesError):
    """The person may not do that."""


class TooManyAttempts(FactnotesError):
    """Too many attempts to sign in, for a name or from an address."""

    retryable = True

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds to wait."""


class DeliveryFailed(FactnotesError):
    """A message could not be delivered to its channel; the text names neither its address nor a secret."""

    retryable = True

    def __init__(self, message: str, *, for_good: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retryable = not for_good
        self.retry_after = retry_after
        """Seconds the receiver asks to wait, where it says so."""


class SettingsError(FactnotesError):
    """A setting is missing or wrong."""


class TableError(SettingsError):
    """A data table, such as a desk's prices.yaml, is not in the form it should have."""


class PromptError(FactnotesError):
    """A prompt file is wrong, or its inputs do not fit."""


class StoreError(FactnotesError):
    """The store, the evidence index or the office records cannot be read or written."""


class IndexMissing(StoreError):
    """There is no evidence index yet."""


class StoreBusy(StoreError):
    """Another process owns the embedded store."""

    retryable = True


class IndexUnreachable(StoreError):
    """The server of the evidence index does not answer."""

    retryable = True


class QuoteNotFound(FactnotesError):
    """Quoted words are not in the text they are said to come from."""

    reply: str = ""
    """The model's reply they stand in, where they come from one."""

    def __init__(self, quote: str) -> None:
        super().__init__(f"not in the text: {quote[:120]!r}")
        self.quote = quote


class QuoteNotRelevant(QuoteNotFound):
    """Quoted words stand in their text, but nothing there bears on the claim."""

    def __init__(self, why: str, quote: str = "") -> None:
        super().__init__(quote)
        self.args = (shown(why),)  # what is missing, in one line, for whoever quotes again


class NoEvidence(FactnotesError):
    """There is no evidence to judge a claim on."""


class BudgetSpent(FactnotesError):
    """A cap in dollars, calls or seconds is reached."""


class ModelError(FactnotesError):
    """A model gave no usable answer."""


class ModelUnavailable(ModelError):
    """The model's service cannot be reached or is overloaded."""

    retryable = True


class ModelTimeout(ModelError):
    """The model did not answer in time."""

    retryable = True


class RateLimited(ModelError):
    """The model's service asks to slow down."""

    retryable = True
    retry_after: float | None = None
    """Seconds the service asks to wait, where it says so."""


class ModelRefused(ModelError):
    """The model declined to answer."""


class MalformedReply(ModelError):
    """The reply does not fit the schema, also after one repair attempt."""

    def __init__(self, message: str, reply: str = "") -> None:
        super().__init__(message)
        self.reply = reply

    @property
    def problem(self) -> str:
        """What is wrong with the reply, as the model is told it."""
        return str(self)


class CutOff(MalformedReply):
    """The reply breaks off at the longest that was allowed."""

    @property
    def problem(self) -> str:
        """Ask for a shorter one, for a model can change no setting."""
        return "the reply was cut off at its longest: be shorter"


class RequestNotTaken(ModelError):
    """The model's service refuses a request in words that are not known; another one it may take."""


class PromptTooLong(ModelError):
    """The prompt does not fit the model's context."""


class ModelUnusable(ModelError):
    """No call of the model can work before a setting is changed, which the text names."""


class WrongKey(ModelUnusable):
    """The model's service rejects the key."""


class UnknownModel(ModelUnusable):
    """The model's service does not know the model."""


class RequestRejected(ModelUnusable):
    """The model's service rejects what every request holds, in its simplest form too."""
