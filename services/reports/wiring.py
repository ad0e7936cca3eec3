"""The composition root: what the chassis needs to know to run this service."""

from typing import Final

from services.chassis.protocol.topology import Subscription
from services.chassis.runtime.definition import Projection, ServiceDefinition

from .application import subscribers
from .schemas import consumed, published
from .store import projections
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
    published=published.publishing.types,
    indexes=INDEXES,
    subscriptions=(COALITION_PROJECTION, PLAN_PROJECTION, MEMBER_PROJECTION),
    projections=(
        Projection(
            subscription=COALITION_PROJECTION,
            collection=projections.Coalitions.collection,
            schemas=consumed.COALITION_MESSAGES,
            apply=subscribers.project_coalition,
        ),
        Projection(
            subscription=PLAN_PROJECTION,
            collection=projections.Plans.collection,
            schemas=consumed.PLAN_MESSAGES,
            apply=subscribers.project_plan,
            untold=frozenset({"published_at"}),
        ),
        Projection(
            subscription=MEMBER_PROJECTION,
            collection=projections.Members.collection,
            schemas=consumed.MEMBER_MESSAGES,
            apply=subscribers.project_member,
        ),
    ),
)
