"""Messages: those that a service publishes, and its copies of those that others do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from marshmallow import EXCLUDE, RAISE, Schema, post_load

from ..kernel import context
from ..kernel.ids import new_id
from ..protocol.envelope import Envelope


class State(Schema):
    """The whole public state of an aggregate, so that any later message heals what a consumer missed. An addition keeps
    the message's version; any other change is a new one."""

    class Meta:
        unknown = RAISE


def says(description: str, *, nullable: bool = False) -> dict[str, Any]:
    """Options of a field of a `State`: always there, described for the message reference."""
    return {"required": True, "allow_none": nullable, "metadata": {"description": description}}


class Copy(Schema):
    """A tolerant copy of another service's state: the fields that this service reads, and no others. Loading gives a
    `makes`."""

    class Meta:
        unknown = EXCLUDE

    makes: ClassVar[type]

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        return self.makes(**{name: tuple(value) if isinstance(value, list) else value for name, value in data.items()})


@dataclass(frozen=True, slots=True)
class MessageType:
    """A message that a service publishes: its name (`type` on the wire), the schema of its data, and what it tells."""

    name: str
    schema: Schema
    description: str


class Event(Protocol):
    """A domain event as `Publishing` needs it (`kernel.events.DomainEvent` is one)."""

    @property
    def aggregate(self) -> Any: ...
    @property
    def subject(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def coalition(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Publishing:
    """Turns a service's domain events into its messages."""

    source: str
    messages: Mapping[type[Event], MessageType]

    def __call__(self, event: Event, *, time: datetime) -> Envelope:
        """The message that tells of `event`, in the story of the running call."""
        message, running = self.messages[type(event)], context.current()
        return Envelope(
            id=new_id(),
            source=self.source,
            type=message.name,
            subject=event.subject,
            time=time,
            sequence=event.sequence,
            coalition=event.coalition,
            correlationid=running.correlation_id,
            causationid=running.causation_id,
            traceparent=running.traceparent,
            data=message.schema.dump(event.aggregate),
        )

    @property
    def types(self) -> tuple[MessageType, ...]:
        return tuple(self.messages.values())
