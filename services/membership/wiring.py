"""The composition root: what the chassis needs to know to run this service."""

from typing import Final

from services.chassis.protocol.topology import Subscription
from services.chassis.runtime.definition import ServiceDefinition
from services.personal.messages import DATA_REQUEST_MESSAGES

from .application import policies
from .application.snapshots import snapshot
from .schemas import consumed, published
from .store.audited import AUDITED
from .store.indexes import INDEXES

NAME: Final = published.SOURCE

DATA_REQUESTS: Final = Subscription(NAME, "data_requests", tuple(DATA_REQUEST_MESSAGES))
RECEIPTS: Final = Subscription(NAME, "data_request_receipts", tuple(consumed.RECEIPT_MESSAGES))

SERVICE: Final = ServiceDefinition(
    name=NAME,
    service="services.membership.service:MembershipService",
    compose=lambda unit_of_work: unit_of_work,
    publishing=published.publishing,
    policy=policies.POLICY,
    published=published.publishing.types,
    indexes=INDEXES,
    audited=AUDITED,
    subscriptions=(DATA_REQUESTS, RECEIPTS),
    effects={DATA_REQUESTS: DATA_REQUEST_MESSAGES, RECEIPTS: consumed.RECEIPT_MESSAGES},
    snapshot=snapshot,
    commands="services.membership.cli:COMMANDS",
)
