"""Memberships."""

from asyncio import gather
from collections.abc import Set
from functools import partial
from typing import Final

import graphene

from gateway.graphql.core.fields import Field, global_id, leaf, objects, version_field
from gateway.graphql.core.resolving import Info, View, Wanted, loaded, loaded_for_selection, selected_fields
from gateway.graphql.core.scalars import Date, PartialDate

from .city import City
from .enums import DecisionBody, DecisionOutcome, MilestoneKind, Standing
from .loaders import CityLoader, PlanLoader, plan_ref
from .plan import Commitment, commitments_of

_IN_MEMBER_VIEW: Final = {"__typename", "id", "name", "country"}
"""What a member's view says of its cities by itself."""


class Milestone(graphene.ObjectType):
    """A dated step in the history of a membership."""

    kind = leaf(MilestoneKind, "What happened.", required=True)
    date = leaf(PartialDate, "When it happened, as far as it is known.")
    source = leaf(graphene.String, "Where this was found.")
    note = leaf(graphene.String, "A remark.")


class Votes(graphene.ObjectType):
    """How a body voted."""

    in_favour = leaf(graphene.Int, "Votes in favour.", required=True)
    against = leaf(graphene.Int, "Votes against.", required=True)
    abstentions = leaf(graphene.Int, "Abstentions.", required=True)


class Decision(graphene.ObjectType):
    """The decision about an application."""

    outcome = leaf(DecisionOutcome, "What was decided.", required=True)
    body = leaf(DecisionBody, "Who decided.", required=True)
    decided_on = leaf(Date, "When it was decided.", required=True)
    votes = Field(Votes, "The votes, where they are known.")
    note = leaf(graphene.String, "A remark.")


async def _cities(member: View, info: Info) -> list[View]:
    if selected_fields(info) <= _IN_MEMBER_VIEW:
        return list(member["cities"])
    cities = info.context.loader(CityLoader)
    found = await gather(*(cities.load(city["id"]) for city in member["cities"]))
    return [city for city in found if city is not None]


def _city(member: View, selected: Set[str]) -> View | Wanted | None:
    first = member["cities"][0] if member["cities"] else None
    if first is None or selected <= _IN_MEMBER_VIEW:
        return first
    return Wanted(CityLoader, first["id"])


def _commitments(member: View) -> Wanted | None:
    ref = plan_ref(member)
    if ref is None:
        return None
    numbers = member.get("selected_commitments")
    return Wanted(PlanLoader, ref, commitments_of if numbers is None else partial(_chosen, numbers))


def _chosen(numbers: list[int], plan: View) -> list[View]:
    return [commitment for commitment in commitments_of(plan) if commitment["number"] in numbers]


class MemberFields:
    """What its own service says of a Member."""

    id = global_id("Member")
    version = version_field()
    city = Field(
        City, "The city; the first one where several are one member together.", resolver=loaded_for_selection(_city)
    )
    cities = objects(City, "All cities that are this member together.", rows=2, resolver=_cities)
    standing = leaf(Standing, "Where the membership stands today.", required=True)
    milestones = objects(Milestone, "Its history, each step with its own date.", required=True)
    applied_on = leaf(PartialDate, "When the coalition received the application.")
    admitted_on = leaf(PartialDate, "When it was admitted.")
    decision = Field(Decision, "The decision about the application.")
    selected_commitments = leaf(
        graphene.List(graphene.NonNull(graphene.Int)), "The commitments it chose; null means the whole plan."
    )
    commitments = objects(
        Commitment,
        "What it committed itself to: the plan in force when it acceded, or the part of it that it chose.",
        resolver=loaded(_commitments),
    )
    source = leaf(graphene.String, "Where this was found.")
