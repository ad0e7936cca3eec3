"""What the membership service gives in batches."""

from typing import Any

from gateway.graphql.core.ids import Ref
from gateway.graphql.core.loaders import ArgumentsLoader, ServiceLoader


class CoalitionLoader(ServiceLoader[str]):
    """Coalition by key."""

    service, method, parameter = "membership", "get_coalitions", "keys"


class MemberCountsLoader(ServiceLoader[str]):
    """How many members stand where, by the coalition's key."""

    service, method, parameter = "membership", "member_counts", "coalitions"


class PlansOfCoalitionLoader(ServiceLoader[str]):
    """All plan versions, the oldest first, by the coalition's key."""

    service, method, parameter = "membership", "list_plans", "coalitions"


class PlanLoader(ServiceLoader[Ref]):
    """Plan version by id."""

    service, method, parameter = "membership", "get_plans", "refs"


class CityLoader(ServiceLoader[str]):
    """City by id."""

    service, method, parameter = "membership", "get_cities", "ids"


class MemberLoader(ServiceLoader[Ref]):
    """Member by id."""

    service, method, parameter = "membership", "get_members", "refs"


class MembershipsOfCityLoader(ServiceLoader[str]):
    """A city's memberships in all coalitions, by the city's id."""

    service, method, parameter = "membership", "list_memberships_of_city", "city_ids"


class MembersOfCoalitionLoader(ArgumentsLoader):
    """A page of members, by the coalition's key and the arguments of the field."""

    service, method, parameter = "membership", "list_members_of", "coalitions"


def plan_ref(view: dict[str, Any]) -> Ref | None:
    """The plan a view refers to, if any."""
    return Ref(view["coalition"], view["plan_id"]) if view.get("plan_id") else None
