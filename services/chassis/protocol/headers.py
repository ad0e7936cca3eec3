"""The context on the wire. Only what is listed here travels: nameko re-emits every header it was given
(`x-death` included), so senders and receivers both pick from this list and drop the rest."""

from collections.abc import Mapping
from typing import Any, Final

from ..kernel.context import CallContext

PREFIX: Final = "nameko."
CORRELATION_ID: Final = "correlation_id"
CAUSATION_ID: Final = "causation_id"
PRINCIPAL: Final = "principal"
DEADLINE: Final = "deadline"
TRACEPARENT: Final = "traceparent"
IDEMPOTENCY_KEY: Final = "idempotency_key"

ALLOWED: Final = (CORRELATION_ID, CAUSATION_ID, PRINCIPAL, DEADLINE, TRACEPARENT, IDEMPOTENCY_KEY)


def to_headers(context: CallContext) -> dict[str, str]:
    """AMQP headers of an RPC request for `context`; what is unknown is left out."""
    values = {
        CORRELATION_ID: context.correlation_id,
        CAUSATION_ID: context.causation_id,
        PRINCIPAL: context.principal_token,
        DEADLINE: None if context.deadline is None else repr(context.deadline),
        TRACEPARENT: context.traceparent,
        IDEMPOTENCY_KEY: context.idempotency_key,
    }
    return {PREFIX + name: value for name, value in values.items() if value is not None}


def allowed(headers: Mapping[str, Any] | None) -> dict[str, str]:
    """The allowed headers among `headers`, without their prefix. Values that are not texts are dropped."""
    found = {name: (headers or {}).get(PREFIX + name) for name in ALLOWED}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def from_headers(values: Mapping[str, str]) -> CallContext:
    """The context that `values` (as given by `allowed`) describe. A malformed deadline counts as none, and who asks
    is not known before the token is verified."""
    fields: dict[str, Any] = {
        "causation_id": values.get(CAUSATION_ID),
        "principal_token": values.get(PRINCIPAL),
        "deadline": _seconds(values.get(DEADLINE)),
        "traceparent": values.get(TRACEPARENT),
        "idempotency_key": values.get(IDEMPOTENCY_KEY),
    }
    if CORRELATION_ID in values:
        fields["correlation_id"] = values[CORRELATION_ID]
    return CallContext(**fields)


def _seconds(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
