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


class ApplicationLoader(ServiceLoader[Ref]):
    """Application by id."""

    service, method, parameter = "membership", "get_applications", "refs"


class ApplicationsOfCoalitionLoader(ArgumentsLoader):
    """A page of applications, by the coalition's key and the arguments of the field."""

    service, method, parameter = "membership", "list_applications", "coalitions"


class GrantsOfCoalitionLoader(ArgumentsLoader):
    """A page of grants, by the coalition's key and the arguments of the field."""

    service, method, parameter = "membership", "list_grants", "coalitions"


class GrantsOfMemberLoader(ArgumentsLoader):
    """A page of grants, by the member's ref and the arguments of the field."""

    service, method, parameter = "membership", "list_grants_of_members", "refs"


class InvitationsOfCoalitionLoader(ArgumentsLoader):
    """A page of invitations, by the coalition's key and the arguments of the field."""

    service, method, parameter = "membership", "list_invitations", "coalitions"


class InvitationsOfMemberLoader(ArgumentsLoader):
    """A page of invitations, by the member's ref and the arguments of the field."""

    service, method, parameter = "membership", "list_invitations_of_members", "refs"


class ContactsLoader(ServiceLoader[Ref]):
    """What the caller may see of a member's contacts, by the member's id."""

    service, method, parameter = "membership", "list_contacts_of_members", "refs"


class PublicContactsLoader(ServiceLoader[Ref]):
    """What is public of a member's contacts, by the member's id."""

    service, method, parameter = "membership", "list_public_contacts_of_members", "refs"


class ConsentTextsLoader(ServiceLoader[str]):
    """All texts to consent to, by the coalition's key."""

    service, method, parameter = "membership", "list_consent_texts", "coalitions"


class RetentionRulesLoader(ServiceLoader[str]):
    """All retention rules, the oldest first, by the coalition's key."""

    service, method, parameter = "membership", "get_retention_rules", "coalitions"


class DataRequestLoader(ServiceLoader[str]):
    """A request for an export or an erasure by its id."""

    service, method, parameter = "membership", "get_data_requests", "ids"


def plan_ref(view: dict[str, Any]) -> Ref | None:
    """The plan a view refers to, if any."""
    return Ref(view["coalition"], view["plan_id"]) if view.get("plan_id") else None
