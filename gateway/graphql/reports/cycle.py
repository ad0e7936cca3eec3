"""Reporting cycles."""

import graphene

from gateway.graphql.core.fields import global_id, leaf, version_field
from gateway.graphql.core.scalars import Date
from gateway.graphql.core.text import localized, translations


class CycleFields:
    """What its own service says of a Cycle."""

    id = global_id("Cycle")
    version = version_field()
    name = localized("name", "Its name.", required=True)
    name_translations = translations("name", "The name")
    period_start = leaf(Date, "The first day reported on.", required=True)
    period_end = leaf(Date, "The last day reported on.", required=True)
    opens_on = leaf(Date, "From when reports can be started.")
    due_on = leaf(Date, "Until when reports are to be submitted.", required=True)
    plan_version = leaf(graphene.String, "The version of the plan that its reports answer.", required=True)
    is_open = leaf(graphene.Boolean, "Whether reports can be started today.", required=True)
