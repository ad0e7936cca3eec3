"""The composition root: what the chassis needs to know to run this service. It listens to no other service."""

from typing import Final

from services.chassis.runtime.definition import ServiceDefinition

from .application.snapshots import snapshot
from .schemas import published
from .store.indexes import INDEXES

NAME: Final = published.SOURCE

SERVICE: Final = ServiceDefinition(
    name=NAME,
    service="services.membership.service:MembershipService",
    compose=lambda unit_of_work: unit_of_work,
    publishing=published.publishing,
    published=published.publishing.types,
    indexes=INDEXES,
    snapshot=snapshot,
)
