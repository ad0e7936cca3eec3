"""Coalitions."""

from typing import Any

import graphene

from gateway.graphql.core.connections import loaded_page, page_field
from gateway.graphql.core.enums import OrderDirection
from gateway.graphql.core.fields import Field, argument, input_value, key_id, leaf, leaves, objects, version_field
from gateway.graphql.core.ids import own_key
from gateway.graphql.core.registry import lazy
from gateway.graphql.core.resolving import View, Wanted, derived, loaded, loaded_by
from gateway.graphql.core.scalars import Date, LanguageTag, PartialDate
from gateway.graphql.core.text import localized, translations

from .enums import DecisionBody, LegalType, MemberOrderField, Standing
from .loaders import MemberCountsLoader, MembersOfCoalitionLoader, PlansOfCoalitionLoader


class ReportingRule(graphene.ObjectType):
    """How often members of a coalition report. Rules change; each is valid from a date."""

    valid_from = leaf(Date, "From when it is valid; null means from the beginning.")
    first_report_after_months = leaf(graphene.Int, "Months from admission to the first report.", required=True)
    interval_months = leaf(graphene.Int, "Months between reports.", required=True)
    is_sample = leaf(
        graphene.Boolean, "Whether this is an example, for want of the coalition's own rule.", required=True
    )
    source = leaf(graphene.String, "Where this was found.")


class AdmissionRule(graphene.ObjectType):
    """Which bodies of a coalition decide about applications. Rules change; each is valid from a date."""

    valid_from = leaf(Date, "From when it is valid; null means from the beginning.")
    bodies = leaves(DecisionBody, "The bodies that may decide.")
    source = leaf(graphene.String, "Where this was found.")


class MemberCounts(graphene.ObjectType):
    """How many memberships of a coalition stand where."""

    members = leaf(graphene.Int, "Members.", required=True)
    candidates = leaf(graphene.Int, "Candidates whose application waits for its decision.", required=True)
    declared_intents = leaf(graphene.Int, "Declared intentions.", required=True)
    refused = leaf(graphene.Int, "Refused applications.", required=True)
    former = leaf(graphene.Int, "Former members.", required=True)
    dormant = leaf(graphene.Int, "No longer listed, without proof that they left.", required=True)
    total = leaf(graphene.Int, "All together.", required=True)


class NearInput(graphene.InputObjectType):
    """A circle on the globe."""

    latitude = input_value(graphene.Float, "Degrees north of the equator, of the centre.", required=True)
    longitude = input_value(graphene.Float, "Degrees east of Greenwich, of the centre.", required=True)
    within_km = input_value(graphene.Float, "The radius in kilometres.", required=True)


class MemberOrder(graphene.InputObjectType):
    """An order of members."""

    field = input_value(MemberOrderField, "What to order by.", required=True)
    direction = input_value(OrderDirection, "In which direction.", default_value="ascending")


def member_filters() -> dict[str, Any]:
    """The arguments that narrow and order a list of members."""
    return {
        "country": argument(graphene.String, "Only cities of this country, ISO 3166-1 alpha-2."),
        "standing": argument(graphene.List(graphene.NonNull(Standing)), "Only memberships that stand there."),
        "legal_type": argument(LegalType, "Only public bodies of this kind."),
        "search": argument(graphene.String, "Words of the name or of an alternative name."),
        "near": argument(NearInput, "Only cities within this circle."),
        "order_by": argument(MemberOrder, "The order. Without it by name, or with `near` the nearest first."),
    }


def _counts(counted: View) -> View:
    standing = counted["by_standing"]
    return {
        "members": standing.get("member", 0),
        "candidates": standing.get("candidate", 0),
        "declared_intents": standing.get("declared_intent", 0),
        "refused": standing.get("refused", 0),
        "former": standing.get("former", 0),
        "dormant": standing.get("dormant", 0),
        "total": counted["total"],
    }


def _newest(plans: list[View]) -> View | None:
    return plans[-1] if plans else None


class CoalitionFields:
    """What its own service says of a Coalition."""

    id = key_id("Coalition", "key")
    version = version_field()
    key = leaf(graphene.String, "Its short name on this platform: `eccar`.", required=True)
    acronym = leaf(graphene.String, "Its acronym, where it uses one.")
    name = localized("name", "Its name.", required=True)
    name_translations = translations("name", "The name")
    former_name = leaf(graphene.String, "A name it had before.")
    region = leaf(graphene.String, "The region of the world it works in.")
    m49 = leaves(graphene.String, "The UN M49 codes of that region.")
    launched = leaf(PartialDate, "When it was launched.")
    launched_in = leaf(graphene.String, "Where it was launched.")
    languages = leaves(LanguageTag, "The languages it works in.")
    currency = leaf(graphene.String, "The currency of its fees, ISO 4217.")
    legal_form = leaf(graphene.String, "Its legal form.")
    office = leaf(graphene.String, "Where its office is.")
    lead_city = leaf(graphene.String, "Its lead city.")
    secretariat = leaf(graphene.String, "Who keeps its secretariat.")
    members_claimed = leaf(graphene.Int, "How many members it says it has; see `counts` for those on record.")
    sub_regional_leads = leaves(graphene.String, "Lead cities of its sub-regions.")
    national_arms = leaves(graphene.String, "National coalitions within it.")
    founders = leaves(graphene.String, "Its founders.")
    admits = leaves(graphene.String, "The kinds of parties it admits.")
    source = leaf(graphene.String, "Where this was found.")
    reporting_rules = Field(
        graphene.NonNull(graphene.List(graphene.NonNull(ReportingRule))),
        "How often its members report.",
        rows=2,
        resolver=derived(lambda coalition: coalition.get("reporting_rules") or []),
    )
    admission_rules = Field(
        graphene.NonNull(graphene.List(graphene.NonNull(AdmissionRule))),
        "Which bodies decide about applications; empty means that all do.",
        rows=2,
        resolver=derived(lambda coalition: coalition.get("admission_rules") or []),
    )
    plans = objects(
        lazy("PlanVersion"),
        "The versions of its plan of action, the oldest first.",
        rows=3,
        resolver=loaded_by(PlansOfCoalitionLoader, own_key),
    )
    current_plan = Field(
        lazy("PlanVersion"),
        "The newest version of its plan of action.",
        resolver=loaded(lambda coalition: Wanted(PlansOfCoalitionLoader, own_key(coalition), _newest)),
    )
    counts = Field(
        MemberCounts,
        "How many memberships stand where.",
        resolver=loaded(lambda coalition: Wanted(MemberCountsLoader, own_key(coalition), _counts)),
    )
    members = page_field(
        "Member", "Its members.", resolver=loaded_page(MembersOfCoalitionLoader, own_key), **member_filters()
    )
