"""What a call carries besides its input: who asks, which story it belongs to, and until when an answer is of use."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from .ids import new_id
from .principal import Principal


@dataclass(frozen=True, slots=True)
class CallContext:
    """`deadline` is in seconds since the Unix epoch; `causation_id` is the id of the message that led here;
    `idempotency_key` is the caller's name for this one command. `principal_token` is the signed form of a principal:
    it alone travels, and a service believes only what it has verified of it. `method` is what is being called; it does
    not travel."""

    correlation_id: str = field(default_factory=new_id)
    causation_id: str | None = None
    principal: Principal | None = None
    principal_token: str | None = None
    deadline: float | None = None
    traceparent: str | None = None
    idempotency_key: str | None = None
    method: str | None = None

    def seconds_left(self) -> float | None:
        """Seconds until the deadline (negative when it has passed), or None without a deadline."""
        return None if self.deadline is None else self.deadline - time.time()


_current: ContextVar[CallContext | None] = ContextVar("call_context", default=None)


def running() -> CallContext | None:
    """The context of the running call, or None outside any call."""
    return _current.get()


def acting_principal() -> Principal | None:
    """The principal of the running call. None: anonymous."""
    return current().principal


def current() -> CallContext:
    """The context of the running call; outside any call, a new one with its own correlation id."""
    return _current.get() or CallContext()


@contextmanager
def use(context: CallContext) -> Iterator[CallContext]:
    """Make `context` the current one for the block."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
