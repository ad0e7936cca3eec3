"""The event log at the boundary: what is asked of it, and its messages as they are given to the gateway."""

from collections.abc import Iterable
from typing import Any, Final

from marshmallow import ValidationError, fields, validates_schema

from ..kernel import message_log as asked
from ..protocol.envelope import Envelope
from .fields import MAX_NAME, Instant, Key, Text, Tuple
from .requests import Request
from .views import Answer

_MAX_TYPES: Final = 50
_TIME: Final = Instant()


class ListMessages(Request):
    makes = asked.ListMessages

    types = Tuple(Text(max_length=MAX_NAME), max_items=_MAX_TYPES, required=True)
    coalition = Key()
    after = fields.String()
    since = Instant()

    @validates_schema
    def begins_somewhere(self, data: dict[str, Any], **_: Any) -> None:
        if ("after" in data) is ("since" in data):
            raise ValidationError("Give one of `after` and `since`.", "after")


def told(messages: Iterable[Envelope]) -> Answer:
    """As they were sent, without the tracing of the call that led to them."""
    return {"items": [_told(message) for message in messages]}


def _told(message: Envelope) -> Answer:
    return {
        "id": message.id,
        "source": message.source,
        "type": message.type,
        "subject": message.subject,
        "time": message.time.isoformat(),
        "sequence": message.sequence,
        "coalition": message.coalition,
        "correlationid": message.correlationid,
        "data": message.data,
    }
