"""Integration messages: CloudEvents 1.0 in binary mode on AMQP 0-9-1, through the official SDK's RabbitMQ binding."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from cloudevents.core.bindings.rabbitmq import RabbitMQMessage, from_binary_event, to_binary_event
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.v1.event import CloudEvent

from .rpc import MalformedMessage

T = TypeVar("T")

CONTENT_TYPE: Final = "application/json"
TYPE_PATTERN: Final = re.compile(r"^(?P<service>[a-z]+)\.(?P<name>[a-z]+(?:_[a-z]+)+)\.v(?P<major>[1-9][0-9]*)$")
_OPTIONAL: Final = ("causationid", "traceparent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One integration message.

    `type` is `<service>.<aggregate>_<past participle>.v<major>`; `subject` the aggregate's id; `sequence` its version
    after the change; `coalition` the tenant (empty for facts of the whole network); `time` aware, in UTC.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    sequence: int
    coalition: str
    correlationid: str
    causationid: str | None = None
    traceparent: str | None = None
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Received(Generic[T]):
    """A message as a subscriber's effect gets it: the envelope, and its data as the tolerant schema read it."""

    envelope: Envelope
    data: T


def to_amqp(envelope: Envelope) -> RabbitMQMessage:
    """Headers `ce-*`, content type and body of `envelope`."""
    attributes: dict[str, Any] = {
        "specversion": "1.0",
        "datacontenttype": CONTENT_TYPE,
        "id": envelope.id,
        "source": envelope.source,
        "type": envelope.type,
        "subject": envelope.subject,
        "time": envelope.time,
        "sequence": str(envelope.sequence),
        "correlationid": envelope.correlationid,
    }
    optional = {name: getattr(envelope, name) for name in ("coalition", *_OPTIONAL)}
    attributes |= {name: value for name, value in optional.items() if value}
    return to_binary_event(CloudEvent(attributes=attributes, data=envelope.data))


def from_amqp(*, headers: dict[str, Any], content_type: str | None, body: bytes) -> Envelope:
    """Raises MalformedMessage when this is not one of our messages."""
    texts = {name: value for name, value in headers.items() if isinstance(value, str)}
    if "ce-id" not in texts or "ce-time" not in texts:
        # The SDK would make them up, another id for each delivery: the inbox would never recognise the message.
        raise MalformedMessage("a message without its own id and time")
    try:
        event = from_binary_event(RabbitMQMessage(headers=texts, content_type=content_type, body=body))
    except (CloudEventValidationError, ValueError) as error:
        raise MalformedMessage(f"not a CloudEvent: {error}") from error
    return _envelope(event.get_attributes(), event.get_data())


def _envelope(attributes: dict[str, Any], data: Any) -> Envelope:
    if not isinstance(data, dict):
        raise MalformedMessage("the data of a message is a JSON object")
    if not TYPE_PATTERN.match(attributes["type"]):
        raise MalformedMessage(f"{attributes['type']!r} is not a message type of this platform")
    try:
        return Envelope(
            id=attributes["id"],
            source=attributes["source"],
            type=attributes["type"],
            subject=attributes["subject"],
            time=attributes["time"],
            sequence=int(attributes["sequence"]),
            coalition=attributes.get("coalition", ""),
            correlationid=attributes["correlationid"],
            causationid=attributes.get("causationid"),
            traceparent=attributes.get("traceparent"),
            data=data,
        )
    except (KeyError, ValueError) as error:
        raise MalformedMessage(f"a required attribute is missing or malformed: {error}") from error
