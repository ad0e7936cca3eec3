"""The composition root: what the chassis needs to know to run this service."""

from typing import Final

from services.chassis.protocol.topology import Subscription
from services.chassis.runtime.definition import MessageType, ServiceDefinition

from .schemas import consumed, published
from .store.indexes import INDEXES

NAME: Final = published.SOURCE

COALITION_PROJECTION: Final = Subscription(NAME, "coalition_projection", tuple(consumed.COALITION_MESSAGES))
PLAN_PROJECTION: Final = Subscription(NAME, "plan_projection", tuple(consumed.PLAN_MESSAGES))
MEMBER_PROJECTION: Final = Subscription(NAME, "member_projection", tuple(consumed.MEMBER_MESSAGES))

SERVICE: Final = ServiceDefinition(
    name=NAME,
    service="services.reports.service:ReportsService",
    compose=lambda unit_of_work: unit_of_work,
    publishing=published.publishing,
    published=tuple(
        MessageType(name=message.name, schema=message.schema, description=message.description)
        for message in published.MESSAGES.values()
    ),
    indexes=INDEXES,
    subscriptions=(COALITION_PROJECTION, PLAN_PROJECTION, MEMBER_PROJECTION),
)
