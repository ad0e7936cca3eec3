"""Coalitions, their plans, and the registry of cities."""

from services.chassis.kernel.ids import new_id
from services.chassis.persistence.unit_of_work import Work

from ...domain.city import City
from ...domain.coalition import Coalition
from ...domain.events import CityRegistered, CoalitionRegistered, PlanPublished
from ...domain.facts import values_of
from ...domain.plan import Plan
from ...domain.requests import PublishPlan, RegisterCity, RegisterCoalition
from ...store.cities import Cities
from ...store.coalitions import Coalitions
from ...store.plans import Plans


def register_coalition(work: Work, request: RegisterCoalition) -> Coalition:
    """Raises Forbidden, CoalitionAlreadyRegistered."""
    coalition = Coalition(**values_of(request.facts), version=1)
    Coalitions(work).add(coalition)
    work.publish(CoalitionRegistered(coalition))
    return coalition


def publish_plan(work: Work, request: PublishPlan) -> Plan:
    """Raises Forbidden, UnknownCoalition, PlanAlreadyPublished."""
    coalition = Coalitions(work).get(request.facts.coalition)
    plan = Plan(**values_of(request.facts), id=new_id())
    Plans(work, coalition=coalition.key).add(plan)
    work.publish(PlanPublished(plan))
    return plan


def register_city(work: Work, request: RegisterCity) -> City:
    """Raises Forbidden, CityAlreadyRegistered."""
    city = City(**values_of(request.facts), id=new_id(), version=1)
    Cities(work).add(city)
    work.publish(CityRegistered(city))
    return city
