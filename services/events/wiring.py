"""The composition root: what the chassis needs to know to run this service."""

from typing import Final

from services.chassis.protocol.topology import Subscription
from services.chassis.runtime.definition import Projection, ServiceDefinition
from services.personal import retention_store
from services.personal.messages import DATA_REQUEST_MESSAGES, RETENTION_MESSAGES

from .application import policies, subscribers
from .schemas import consumed, published
from .store import projections
from .store.audited import AUDITED
from .store.indexes import INDEXES

NAME: Final = published.SOURCE

COALITION_PROJECTION: Final = Subscription(NAME, "coalition_projection", tuple(consumed.COALITION_MESSAGES))
MEMBER_PROJECTION: Final = Subscription(NAME, "member_projection", tuple(consumed.MEMBER_MESSAGES))
CONSENT_TEXT_PROJECTION: Final = Subscription(NAME, "consent_text_projection", tuple(consumed.CONSENT_TEXT_MESSAGES))
CONSENT_WITHDRAWAL: Final = Subscription(NAME, "consent_withdrawal", tuple(consumed.CONSENT_MESSAGES))
RETENTION_PROJECTION: Final = Subscription(NAME, "retention_projection", tuple(RETENTION_MESSAGES))
DATA_REQUESTS: Final = Subscription(NAME, "data_requests", tuple(DATA_REQUEST_MESSAGES))

SERVICE: Final = ServiceDefinition(
    name=NAME,
    service="services.events.service:EventsService",
    compose=lambda unit_of_work: unit_of_work,
    publishing=published.publishing,
    policy=policies.POLICY,
    published=published.publishing.types,
    indexes=INDEXES,
    audited=AUDITED,
    subscriptions=(
        COALITION_PROJECTION,
        MEMBER_PROJECTION,
        CONSENT_TEXT_PROJECTION,
        CONSENT_WITHDRAWAL,
        RETENTION_PROJECTION,
        DATA_REQUESTS,
    ),
    projections=(
        Projection(
            subscription=COALITION_PROJECTION,
            collection=projections.Coalitions.collection,
            schemas=consumed.COALITION_MESSAGES,
            apply=subscribers.project_coalition,
        ),
        Projection(
            subscription=MEMBER_PROJECTION,
            collection=projections.Members.collection,
            schemas=consumed.MEMBER_MESSAGES,
            apply=subscribers.project_member,
        ),
        Projection(
            subscription=CONSENT_TEXT_PROJECTION,
            collection=projections.ConsentTexts.collection,
            schemas=consumed.CONSENT_TEXT_MESSAGES,
            apply=subscribers.project_consent_text,
        ),
        Projection(
            subscription=RETENTION_PROJECTION,
            collection=retention_store.COLLECTION,
            schemas=RETENTION_MESSAGES,
            apply=retention_store.project_retention_rules,
        ),
    ),
    effects={CONSENT_WITHDRAWAL: consumed.CONSENT_MESSAGES, DATA_REQUESTS: DATA_REQUEST_MESSAGES},
    commands="services.events.cli:COMMANDS",
)
