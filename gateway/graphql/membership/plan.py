"""Plans of action."""

from typing import Any

import graphene

from gateway.graphql.core.fields import Field, global_id, leaf, leaves, objects
from gateway.graphql.core.resolving import View, derived
from gateway.graphql.core.scalars import PartialDate
from gateway.graphql.core.text import localized, translations


class Commitment(graphene.ObjectType):
    """One of the commitments (often called points) of a plan of action."""

    number = leaf(graphene.Int, "Its number in the plan.", required=True)
    title = localized("title", "Its title, in the plan's own words.", required=True)
    title_translations = translations("title", "The title")
    summary = localized("summary", "What it is about, in this platform's words.")
    summary_translations = translations("summary", "The summary")
    group = localized("group_title", "The title of the group it stands in, where the plan has groups.")
    themes = leaves(graphene.String, "Themes that link commitments of different plans.")
    concepts = leaves(graphene.String, "URIs of concepts of the UNESCO Thesaurus.")


class PlanGroup(graphene.ObjectType):
    """A group of commitments."""

    number = leaf(graphene.Int, "Its place among the groups, from 1.", required=True)
    title = localized("title", "Its title.", required=True)
    title_translations = translations("title", "The title")


class PlanVersionFields:
    """What its own service says of a PlanVersion."""

    id = global_id("PlanVersion")
    version = leaf(graphene.String, "The name of the version, usually its year.", required=True)
    adopted = leaf(PartialDate, "When it was adopted.")
    adopted_in = leaf(graphene.String, "Where it was adopted.")
    is_complete = leaf(
        graphene.Boolean,
        "Whether all its commitments are here; public sources give some plans in part only.",
        required=True,
    )
    source = leaf(graphene.String, "Where this was found.")
    groups = Field(
        graphene.NonNull(graphene.List(graphene.NonNull(PlanGroup))),
        "The groups of its commitments; empty where the plan has none.",
        rows=3,
        resolver=derived(lambda plan: _groups(plan)),
    )
    commitments = objects(
        Commitment,
        "Its commitments, by their number.",
        required=True,
        resolver=derived(lambda plan: commitments_of(plan)),
    )


def commitments_of(plan: View) -> list[View]:
    """The plan's commitments, each with the title of its group."""
    groups = plan.get("groups") or []
    return [{**commitment, "group_title": _group_title(commitment, groups)} for commitment in plan["commitments"]]


def _group_title(commitment: View, groups: list[Any]) -> Any:
    number = commitment.get("group")
    return groups[number - 1] if number and number <= len(groups) else None


def _groups(plan: View) -> list[View]:
    return [{"number": number, "title": title} for number, title in enumerate(plan.get("groups") or [], start=1)]
