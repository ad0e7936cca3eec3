"""The present state of everything that this service owns, in the words of its messages."""

from collections.abc import Iterator

from services.chassis.persistence.unit_of_work import Work
from services.chassis.protocol.envelope import Envelope
from services.chassis.schemas.messages import Event

from ..domain.events import (
    CityRegistered,
    CoalitionRegistered,
    ConsentTextPublished,
    FocalPointHandedOver,
    PlanPublished,
    RetentionRulesAdopted,
    history_event,
)
from ..schemas.published import publishing
from ..store.across_coalitions import (
    all_retention_rules,
    every_city,
    every_coalition,
    every_consent_text,
    every_hand_over,
    every_membership,
    every_plan,
)


def snapshot(work: Work) -> Iterator[Envelope]:
    """One message per aggregate. Of a membership the type follows from its standing: what happened last is not known
    any more, and those who project memberships read all types alike."""
    return (publishing(event, time=work.now) for event in _events(work))


def _events(work: Work) -> Iterator[Event]:
    yield from map(CoalitionRegistered, every_coalition(work))
    yield from map(PlanPublished, every_plan(work))
    yield from map(CityRegistered, every_city(work))
    yield from map(history_event, every_membership(work))
    yield from map(ConsentTextPublished, every_consent_text(work))
    yield from map(RetentionRulesAdopted, all_retention_rules(work))
    yield from map(FocalPointHandedOver, every_hand_over(work))
