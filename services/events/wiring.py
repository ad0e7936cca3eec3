"""The composition root of this service."""

from typing import Final

from ..chassis.protocol.topology import Subscription
from ..chassis.runtime.definition import MessageType, ServiceDefinition
from .schemas.consumed import COALITION_MESSAGES, MEMBER_MESSAGES
from .schemas.published import MESSAGES, publishing
from .store.indexes import INDEXES

MEMBER_PROJECTION: Final = Subscription("events", "member_projection", tuple(MEMBER_MESSAGES))
COALITION_PROJECTION: Final = Subscription("events", "coalition_projection", tuple(COALITION_MESSAGES))

SERVICE: Final = ServiceDefinition(
    name="events",
    service="services.events.service:EventsService",
    compose=lambda unit_of_work: unit_of_work,
    publishing=publishing,
    published=[
        MessageType(name=message.name, schema=message.schema, description=message.description)
        for message in MESSAGES.values()
    ],
    indexes=INDEXES,
    subscriptions=(MEMBER_PROJECTION, COALITION_PROJECTION),
)
